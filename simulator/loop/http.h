/* loop/http: one HTTP request in, one response out, both plain values: the seam between who owns
 * connections (loop/httpd, a TLS front) and who knows what a request means. */
#ifndef PC_LOOP_HTTP_H
#define PC_LOOP_HTTP_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

enum { PC_HTTP_RESPONSE_MAX = 16 << 20, PC_HTTP_HEADERS_MAX = 16, PC_HTTP_VALUE_MAX = 512 };

/* Facts of the connection a request came over. Texts are borrowed for the call. */
struct pc_tls_facts {
	uint64_t connection; /* number, from 1, unique in the run */
	struct sockaddr_in peer;
	const char *version, *cipher, *sni, *alpn; /* "" when absent, all of them without TLS */
	const char *client_cn; /* subject CN of a client certificate that verified, else NULL */
	bool resumed;
};

/* Everything is borrowed for the call. */
struct pc_http_request {
	const char *method, *path; /* path without query, percent-decoded, no NUL inside */
	const char *(*query)(
		const struct pc_http_request *r, const char *name); /* NULL if absent */
	const char *(*header)(
		const struct pc_http_request *r, const char *name); /* case-insensitive */
	const char *(*cookie)(const struct pc_http_request *r, const char *name);
	const uint8_t *body; /* as received (Content-Encoding not undone) */
	size_t body_len;
	const struct pc_tls_facts *tls;
	void *transport; /* the server's own */
};

/* Zeroed, body initialised, status 0 when handed to a route. */
struct pc_http_response {
	unsigned status;
	const char *content_type; /* static text; NULL for none */
	struct pc_buf body;
	struct {
		const char *name; /* static text */
		char value[PC_HTTP_VALUE_MAX];
	} headers[PC_HTTP_HEADERS_MAX];
	size_t n_headers;
	bool cut; /* a fault: the connection ends in the middle of the body */
};

/* Add a header; false when there are too many or the value is too long or holds CR, LF. */
bool pc_http_add_header(struct pc_http_response *r, const char *name, const char *value);

#endif
