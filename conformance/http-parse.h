/* conformance/http-parse: HTTP/1.x messages in recorded streams, bodies unwrapped.
 * Spec: RFC 9112, RFC 9110 s8.4 */
#ifndef PC_CONFORMANCE_HTTP_PARSE_H
#define PC_CONFORMANCE_HTTP_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

enum {
	PC_HTTP_HEADERS_MAX = 128,
	PC_HTTP_HEAD_MAX = 65536, /* bytes up to the empty line */
	PC_HTTP_BODY_MAX = 64 << 20
};

/* Not NUL-terminated, borrowed from the input. */
struct pc_http_slice {
	const char *text;
	size_t len;
};

struct pc_http_message {
	bool response;
	int status;                  /* responses */
	struct pc_http_slice method; /* requests */
	struct pc_http_slice target;
	size_t n_headers;
	struct {
		struct pc_http_slice name;
		struct pc_http_slice value; /* blanks around it removed */
	} headers[PC_HTTP_HEADERS_MAX];
	const uint8_t *body; /* as on the wire (with chunk frames) */
	size_t body_len;
	bool chunked;
	bool until_close; /* the end of the stream is the end of the body */
	size_t total;     /* bytes of the whole message */
};

/* One message at the start of `data`. `closed`: no more bytes will come. `no_body`: the answer to a
 * HEAD. PC_E_TRUNCATED: bytes are missing; PC_E_BADVALUE: not HTTP; PC_E_LIMIT. */
int pc_http_parse(const uint8_t *data, size_t len, bool response, bool closed, bool no_body,
	struct pc_http_message *ret);

/* Value of the first header of that name in any case, NULL when absent. */
const struct pc_http_slice *pc_http_header(const struct pc_http_message *m, const char *name);

/* Append the body without chunk frames and gzip or deflate coding. PC_E_UNSUPPORTED for another
 * coding, PC_E_BADVALUE for broken ones, PC_E_LIMIT past out->max. */
int pc_http_body(const struct pc_http_message *m, struct pc_buf *out);

#endif
