/* cloud/body: the body of a request: gzip undone within a limit, JSON read within limits. */
#ifndef PC_CLOUD_BODY_H
#define PC_CLOUD_BODY_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct json_t;

enum {
	PC_BODY_DEPTH_MAX = 16,           /* objects and arrays inside one another */
	PC_BODY_CONTAINERS_MAX = 1 << 18, /* objects and arrays: each costs some 250 bytes here */
	PC_BODY_VALUES_MAX = 1 << 20,
	PC_BODY_ERROR_MAX = 256
};

/* Append the decoded body to `out`, whose limit is the limit of the expansion. `encoding` is the
 * Content-Encoding, NULL for none. PC_OK; PC_E_UNSUPPORTED other encoding; PC_E_LIMIT expands too
 * far; PC_E_TRUNCATED ends early; PC_E_BADVALUE not gzip, wrong checksum or bytes after the end.
 * Spec: RFC 1952 */
int pc_body_decode(const char *encoding, const uint8_t *data, size_t len, struct pc_buf *out);

/* Parse. NULL with the reason in `error`: not JSON, not UTF-8, a NUL, a name twice in an object,
 * deeper or more than the limits above. Freed by the caller with json_decref(). Spec: RFC 8259 */
struct json_t *pc_body_json(const void *data, size_t len, char error[PC_BODY_ERROR_MAX]);

#endif
