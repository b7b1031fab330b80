/* .snmprec: a line is "oid|tag|value". The tag is the BER tag with 'x' for a value in hex or 'e'
 * for one with escapes; ":name" would hand it to a variation module of snmpsim. */
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "profile/internal.h"

enum { VALUE_MAX = 65535 };

static bool
is_octets(uint8_t type)
{
	return type == 4 || type == 68;
}

/* Escapes as Python writes them: \xHH, \n, \r, \t, \0, \\, \', \". */
static bool
unescape(const char *text, size_t len, struct pc_buf *out)
{
	static const char letters[] = "nrt0\\'\"abfv";
	static const char meanings[] = "\n\r\t\0\\'\"\a\b\f\v";
	for (size_t i = 0; i < len; i++) {
		if (text[i] != '\\') {
			pc_buf_add(out, &text[i], 1);
			continue;
		}
		if (++i == len)
			return false;
		const char *known = memchr(letters, text[i], sizeof(letters) - 1);
		if (known != NULL) {
			pc_buf_add(out, &meanings[known - letters], 1);
		} else if (text[i] == 'x' && i + 2 < len) {
			if (text[i + 1] == ' ' || !pc_walk_hex(text + i + 1, 2, out))
				return false;
			i += 2;
		} else {
			return false;
		}
	}
	return out->err == PC_OK;
}

struct field {
	const char *text;
	size_t len;
	size_t column;
};

/* Octets of types 4, 68 and, in hex, 64. */
static int
read_bytes(struct pc_walk_reader *r, const struct field *f, char suffix, struct pc_buf *bytes)
{
	bool ok;
	if (suffix == 'x')
		ok = pc_walk_hex(f->text, f->len, bytes);
	else if (suffix == 'e')
		ok = unescape(f->text, f->len, bytes);
	else
		ok = pc_buf_add(bytes, f->text, f->len) == PC_OK;
	if (!ok)
		return pc_walk_fail(r, f->column, "found '%.*s', expected %s",
			(int)(f->len > 40 ? 40 : f->len), f->text,
			suffix == 'x' ? "pairs of hex digits" : "a value with escapes like \\x0a");
	return PC_OK;
}

static int
read_value(struct pc_walk_reader *r, const uint32_t *oid, size_t n_oid, const struct field *f,
	uint8_t type, char suffix)
{
	struct pc_profile_value v = {.type = type};
	struct pc_buf bytes;
	uint32_t arcs[PC_OID_MAX];
	uint8_t ip[4];
	int err = PC_OK;
	bool ok = true;
	pc_buf_init(&bytes, VALUE_MAX);
	if (is_octets(type) || suffix != '\0') {
		err = read_bytes(r, f, suffix, &bytes);
		v.data = pc_buf_text(&bytes);
		v.len = bytes.len;
		ok = is_octets(type) || (type == 64 && suffix == 'x' && v.len == 4);
	} else if (type == 64) {
		ok = pc_walk_ipv4(f->text, f->len, ip);
		v.data = ip;
		v.len = 4;
	} else if (type == 6) {
		ok = pc_walk_oid(f->text, f->len, arcs, &v.len);
		v.data = arcs;
	} else if (type != 5) {
		ok = pc_walk_integer(f->text, f->len, type, &v.integer);
	}
	if (err == PC_OK && !ok)
		err = pc_walk_fail(r, f->column, "found '%.*s', expected a value of type %u",
			(int)(f->len > 40 ? 40 : f->len), f->text, (unsigned)type);
	if (err == PC_OK)
		err = pc_profile_add_object(r->b, oid, n_oid, &v);
	pc_buf_done(&bytes);
	return err;
}

/* *ret_type 0: an exception (128 … 130), which is no object. */
static int
read_tag(struct pc_walk_reader *r, const struct field *f, uint8_t *ret_type, char *ret_suffix)
{
	static const uint8_t known[] = {2, 4, 5, 6, 64, 65, 66, 67, 68, 70, 128, 129, 130};
	char copy[8];
	uint64_t tag = 0;
	const char *colon = memchr(f->text, ':', f->len);
	size_t n = colon == NULL ? f->len : (size_t)(colon - f->text);
	if (colon != NULL)
		return pc_walk_fail(r, f->column + n,
			"found variation module '%.*s', expected a plain value (record the walk "
			"without variations)",
			(int)(f->len - n - 1 > 40 ? 40 : f->len - n - 1), colon + 1);
	*ret_suffix =
		n > 0 && (f->text[n - 1] == 'x' || f->text[n - 1] == 'e') ? f->text[n - 1] : '\0';
	n -= *ret_suffix != '\0' ? 1 : 0;
	bool ok = n > 0 && n < sizeof(copy);
	if (ok) {
		memcpy(copy, f->text, n);
		copy[n] = '\0';
		ok = pc_text_u64(copy, 0, 255, &tag) == PC_OK &&
		     memchr(known, (int)tag, sizeof(known)) != NULL;
	}
	if (!ok)
		return pc_walk_fail(r, f->column,
			"found tag '%.*s', expected 2, 4, 5, 6, 64 to 68 or 70, with x or e",
			(int)(f->len > 40 ? 40 : f->len), f->text);
	*ret_type = tag >= 128 ? 0 : (uint8_t)tag;
	return PC_OK;
}

static int
read_record(struct pc_walk_reader *r, const char *line, size_t len)
{
	uint32_t oid[PC_OID_MAX];
	size_t n_oid = 0;
	uint8_t type = 0;
	char suffix = '\0';
	const char *first = memchr(line, '|', len);
	const char *second =
		first == NULL ? NULL : memchr(first + 1, '|', len - (size_t)(first + 1 - line));
	if (second == NULL)
		return pc_walk_fail(r, 1, "found '%.*s', expected oid|tag|value",
			(int)(len > 40 ? 40 : len), line);
	struct field tag = {first + 1, (size_t)(second - first - 1), (size_t)(first - line) + 2};
	struct field value = {
		second + 1, len - (size_t)(second + 1 - line), (size_t)(second - line) + 2};
	if (!pc_walk_oid(line, (size_t)(first - line), oid, &n_oid))
		return pc_walk_fail(r, 1, "found '%.*s', expected a numeric OID",
			(int)(first - line > 40 ? 40 : first - line), line);
	int err = read_tag(r, &tag, &type, &suffix);
	if (err != PC_OK || type == 0)
		return err;
	return read_value(r, oid, n_oid, &value, type, suffix);
}

int
pc_walk_read_snmprec(struct pc_walk_reader *r)
{
	const char *line;
	size_t len;
	while (pc_walk_line(r, &line, &len)) {
		if (len == 0 || line[0] == '#')
			continue;
		r->b->line = r->line;
		int err = read_record(r, line, len);
		if (err != PC_OK)
			return err;
	}
	return PC_OK;
}
