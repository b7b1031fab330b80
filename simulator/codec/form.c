#include "codec/form.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"

/* Decodes `n` characters at `in` to `out`, which may be the same place. The length, or -1 for a
 * broken escape or a NUL. */
static ptrdiff_t
decode(const char *in, size_t n, char *out)
{
	size_t len = 0;
	for (size_t i = 0; i < n; i++) {
		int c = (unsigned char)in[i];
		if (c == '+') {
			c = ' ';
		} else if (c == '%') {
			int high = i + 2 < n ? pc_text_hex_digit(in[i + 1]) : -1;
			int low = i + 2 < n ? pc_text_hex_digit(in[i + 2]) : -1;
			if (high < 0 || low < 0)
				return -1;
			c = high * 16 + low;
			i += 2;
		}
		if (c == 0)
			return -1;
		out[len++] = (char)c;
	}
	return (ptrdiff_t)len;
}

/* One "name=value" of `n` characters, in place; the octet behind it is the form's. */
static int
read_piece(struct pc_form *form, char *piece, size_t n)
{
	char *eq = memchr(piece, '=', n);
	size_t n_name = eq == NULL ? n : (size_t)(eq - piece);
	char *value = eq == NULL ? piece + n : eq + 1;
	ptrdiff_t name_len = decode(piece, n_name, piece);
	ptrdiff_t value_len = decode(value, (size_t)(piece + n - value), value);
	if (name_len < 0 || value_len < 0)
		return PC_E_SYNTAX;
	if (form->n == PC_FORM_FIELDS_MAX)
		return PC_E_LIMIT;
	value[value_len] = '\0'; /* before the name's end: both may be the octet behind the piece */
	piece[name_len] = '\0';
	form->fields[form->n++] = (struct pc_form_field){piece, eq == NULL ? "" : value};
	return PC_OK;
}

int
pc_form_read(const uint8_t *data, size_t len, struct pc_form *ret)
{
	struct pc_form form = {.n = 0};
	int err = PC_OK;
	if (len > PC_FORM_BYTES_MAX)
		return PC_E_LIMIT;
	form.memory = malloc(len + 1);
	if (form.memory == NULL)
		return -ENOMEM;
	if (len > 0)
		memcpy(form.memory, data, len);
	form.memory[len] = '\0';
	for (size_t at = 0; at < len && err == PC_OK;) {
		char *piece = form.memory + at;
		char *amp = memchr(piece, '&', len - at);
		size_t n = amp == NULL ? len - at : (size_t)(amp - piece);
		err = n == 0 ? PC_OK : read_piece(&form, piece, n);
		at += n + 1;
	}
	if (err == PC_OK)
		*ret = form;
	else
		pc_form_done(&form);
	return err;
}

void
pc_form_done(struct pc_form *form)
{
	free(form->memory);
	form->memory = NULL;
	form->n = 0;
}

const char *
pc_form_get(const struct pc_form *form, const char *name)
{
	for (size_t i = 0; i < form->n; i++) {
		if (strcmp(form->fields[i].name, name) == 0)
			return form->fields[i].value;
	}
	return NULL;
}

static bool
is_name(const char *host)
{
	for (const char *p = host; *p != '\0'; p++) {
		if (!isalnum((unsigned char)*p) && strchr("-._", *p) == NULL)
			return false;
	}
	return *host != '\0';
}

int
pc_host_read(const char *text, char host[PC_HOST_MAX + 1], uint16_t *ret_port, bool *ret_literal)
{
	char name[PC_HOST_MAX + 1];
	uint8_t address[16];
	uint64_t port = 0;
	bool bracketed = text[0] == '[';
	size_t n = bracketed ? strcspn(text + 1, "]") : strcspn(text, ":");
	const char *rest = text + n + (bracketed ? 2 : 0);
	if (n == 0 || n > PC_HOST_MAX || (bracketed && text[n + 1] != ']'))
		return PC_E_SYNTAX;
	for (size_t i = 0; i < n; i++)
		name[i] = (char)tolower((unsigned char)text[i + bracketed]);
	name[n] = '\0';
	if (*rest != '\0' && (*rest != ':' || rest[1 + strspn(rest + 1, "0123456789")] != '\0' ||
				     pc_text_u64(rest + 1, 1, UINT16_MAX, &port) != PC_OK))
		return PC_E_SYNTAX;
	bool literal = inet_pton(bracketed ? AF_INET6 : AF_INET, name, address) == 1;
	if (bracketed ? !literal : !is_name(name))
		return PC_E_SYNTAX;
	memcpy(host, name, n + 1);
	*ret_port = (uint16_t)port;
	*ret_literal = literal;
	return PC_OK;
}
