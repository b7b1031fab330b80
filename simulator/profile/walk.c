/* Walks: what both formats share, and which of them a file is. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/file.h"
#include "base/text.h"
#include "profile/internal.h"

enum { WALK_BYTES_MAX = 64 * 1024 * 1024 };

bool
pc_walk_line(struct pc_walk_reader *r, const char **ret, size_t *ret_len)
{
	if (r->at >= r->len)
		return false;
	const char *start = r->text + r->at;
	const char *end = memchr(start, '\n', r->len - r->at);
	size_t n = end == NULL ? r->len - r->at : (size_t)(end - start);
	r->at += n + (end == NULL ? 0 : 1);
	r->line++;
	if (n > 0 && start[n - 1] == '\r')
		n--;
	*ret = start;
	*ret_len = n;
	return true;
}

int
pc_walk_fail(const struct pc_walk_reader *r, size_t column, const char *fmt, ...)
{
	char sentence[PC_DIAG_MAX / 2];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(sentence, sizeof(sentence), fmt, ap);
	va_end(ap);
	return pc_diag_fail(
		r->b->diag, PC_E_SYNTAX, "%s:%u:%zu: %s", r->name, r->line, column, sentence);
}

/* A number of up to 64 bits as it goes on the wire for that type. */
bool
pc_walk_integer(const char *text, size_t len, uint8_t type, int64_t *ret)
{
	char copy[24];
	uint64_t u = 0;
	if (len == 0 || len >= sizeof(copy))
		return false;
	memcpy(copy, text, len);
	copy[len] = '\0';
	if (strlen(copy) != len || strchr(copy, 'x') != NULL)
		return false;
	if (type == 2)
		return pc_text_i64(copy, INT32_MIN, INT32_MAX, ret) == PC_OK;
	if (pc_text_u64(copy, 0, type == 70 ? UINT64_MAX : UINT32_MAX, &u) != PC_OK)
		return false;
	*ret = (int64_t)u;
	return true;
}

/* Numeric, with or without a leading dot; net-snmp writes the first arc as a word unless told -On.
 */
bool
pc_walk_oid(const char *text, size_t len, uint32_t arcs[PC_OID_MAX], size_t *ret_n)
{
	static const struct {
		const char *word, *number;
	} roots[] = {{"iso.", "1."}, {"ccitt.", "0."}, {"joint-iso-ccitt.", "2."}};
	char copy[PC_OID_MAX * 11 + 8];
	const char *number = "";
	for (size_t i = 0; i < sizeof(roots) / sizeof(roots[0]); i++) {
		size_t n = strlen(roots[i].word);
		if (len <= n || memcmp(text, roots[i].word, n) != 0)
			continue;
		number = roots[i].number;
		text += n;
		len -= n;
		break;
	}
	int n = snprintf(
		copy, sizeof(copy), "%s%.*s", number, (int)(len > 4000 ? 4000 : len), text);
	if (n < 0 || (size_t)n >= sizeof(copy) || strlen(number) + len != (size_t)n)
		return false;
	return pc_arcs_parse(copy, arcs, PC_OID_MAX, ret_n) == PC_OK;
}

static int
digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool
pc_walk_hex(const char *text, size_t len, struct pc_buf *out)
{
	for (size_t i = 0; i < len; i++) {
		if (text[i] == ' ')
			continue;
		if (i + 1 >= len || digit(text[i]) < 0 || digit(text[i + 1]) < 0)
			return false;
		uint8_t byte = (uint8_t)(digit(text[i]) << 4 | digit(text[i + 1]));
		if (pc_buf_add(out, &byte, 1) != PC_OK)
			return false;
		i++;
	}
	return true;
}

bool
pc_walk_ipv4(const char *text, size_t len, uint8_t out[4])
{
	char copy[20];
	struct in_addr a;
	if (len == 0 || len >= sizeof(copy))
		return false;
	memcpy(copy, text, len);
	copy[len] = '\0';
	if (strlen(copy) != len || pc_text_ipv4(copy, &a) != PC_OK)
		return false;
	memcpy(out, &a.s_addr, 4);
	return true;
}

/* "digits and dots, then |" is .snmprec; anything else must be net-snmp's text. */
static bool
is_snmprec(const char *text, size_t len)
{
	size_t i = 0;
	while (i < len) {
		size_t start = i;
		while (i < len && ((text[i] >= '0' && text[i] <= '9') || text[i] == '.'))
			i++;
		if (i > start && i < len && text[i] == '|')
			return true;
		bool skip = i == start && (text[i] == '#' || text[i] == '\n' || text[i] == '\r');
		if (!skip)
			return false;
		while (i < len && text[i] != '\n')
			i++;
		i++;
	}
	return false;
}

/* Either format into the builder, object by object. */
static int
read_walk(struct pc_profile_builder *b, const char *text, size_t len, const char *name)
{
	if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) { /* byte order mark of Windows */
		text += 3;
		len -= 3;
	}
	struct pc_walk_reader r = {.b = b, .name = name, .text = text, .len = len};
	int err = is_snmprec(text, len) ? pc_walk_read_snmprec(&r) : pc_walk_read_netsnmp(&r);
	if (err == PC_OK && b->n_objects == 0)
		err = pc_diag_fail(b->diag, PC_E_SYNTAX,
			"%s:1:1: found no object, expected lines of a walk", name);
	return err;
}

int
pc_profile_from_walk_text(const char *text, size_t len, const char *name, struct pc_profile **ret,
	struct pc_diag *diag)
{
	struct pc_profile_builder b;
	int err = pc_profile_builder_init(&b, diag);
	if (err != PC_OK)
		return err;
	err = read_walk(&b, text, len, name);
	if (err == PC_OK)
		err = pc_walk_describe(&b, name);
	size_t duplicates = b.duplicates;
	if (err == PC_OK)
		err = pc_profile_builder_finish(&b, ret);
	if (err == PC_OK && duplicates > 0)
		pc_diag_set(diag, "%s: %zu objects occur more than once, the last counts", name,
			duplicates);
	pc_profile_builder_done(&b);
	return err;
}

int
pc_profile_from_walk(const char *path, struct pc_profile **ret, struct pc_diag *diag)
{
	struct pc_buf text;
	pc_buf_init(&text, WALK_BYTES_MAX);
	int err = pc_file_read(path, &text, diag);
	if (err == PC_OK)
		err = pc_profile_from_walk_text(pc_buf_text(&text), text.len, path, ret, diag);
	pc_buf_done(&text);
	return err;
}

int
pc_profile_walk_tell_text(const char *text, size_t len, const char *name, pc_profile_walk_fn fn,
	void *arg, struct pc_diag *diag)
{
	struct pc_profile_builder b;
	int err = pc_profile_builder_init(&b, diag);
	if (err != PC_OK)
		return err;
	b.tell = fn;
	b.tell_arg = arg;
	err = read_walk(&b, text, len, name);
	pc_profile_builder_done(&b);
	return err;
}

int
pc_profile_walk_tell(const char *path, pc_profile_walk_fn fn, void *arg, struct pc_diag *diag)
{
	struct pc_buf text;
	pc_buf_init(&text, WALK_BYTES_MAX);
	int err = pc_file_read(path, &text, diag);
	if (err == PC_OK)
		err = pc_profile_walk_tell_text(pc_buf_text(&text), text.len, path, fn, arg, diag);
	pc_buf_done(&text);
	return err;
}
