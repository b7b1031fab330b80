/* fleet/control-page: the fleet page, its style and its script, as they were built in. */
#ifndef PC_FLEET_CONTROL_PAGE_H
#define PC_FLEET_CONTROL_PAGE_H

#include <stddef.h>

/* Longest tag with its quotes and a NUL. */
enum { PC_CONTROL_ETAG_MAX = 20 };

struct pc_control_page {
	const char *path, *type;
	const unsigned char *data; /* static */
	const size_t *len;
};

/* The page of that path, or NULL. */
const struct pc_control_page *pc_control_page(const char *path);
/* A tag that changes with the bytes. Spec: RFC 9110 s8.8.3 */
void pc_control_etag(const void *data, size_t len, char out[PC_CONTROL_ETAG_MAX]);

/* What pages may do: only what comes from here, nothing inline, in nobody's frame. Spec: CSP 3 */
#define PC_CONTROL_CSP \
	"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' " \
	"data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

#endif
