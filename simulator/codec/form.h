/* codec/form: bodies of HTML forms (application/x-www-form-urlencoded) and the Host header.
 * Spec: WHATWG URL s5.1, RFC 9110 s7.2, RFC 3986 s3.2 */
#ifndef PC_CODEC_FORM_H
#define PC_CODEC_FORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PC_FORM_FIELDS_MAX = 128, PC_FORM_BYTES_MAX = 64 << 10, PC_HOST_MAX = 255 };

struct pc_form_field {
	const char *name, *value; /* decoded, no NUL inside; otherwise any bytes */
};

/* Fields in the order they came; a name may come twice. */
struct pc_form {
	struct pc_form_field fields[PC_FORM_FIELDS_MAX];
	size_t n;
	char *memory; /* owned: what the fields point into */
};

/* PC_OK; PC_E_SYNTAX for a broken escape or a NUL; PC_E_LIMIT for more fields or bytes than the
 * limits; -ENOMEM. Empty pieces ("a=1&&b=2") are skipped, a piece without '=' is a name with an
 * empty value. Caller calls pc_form_done(). */
int pc_form_read(const uint8_t *data, size_t len, struct pc_form *ret);
void pc_form_done(struct pc_form *form);

/* The first value of this name; NULL without. */
const char *pc_form_get(const struct pc_form *form, const char *name);

/* A Host header or the authority of an Origin: host without port and without brackets, in lower
 * case; `ret_port` 0 without a port; `ret_literal` true for an IPv4 or IPv6 address. PC_OK;
 * PC_E_SYNTAX for anything that is no host. */
int pc_host_read(
	const char *text, char host[PC_HOST_MAX + 1], uint16_t *ret_port, bool *ret_literal);

#endif
