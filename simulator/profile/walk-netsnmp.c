/* The text of snmpwalk and snmpbulkwalk: "OID = TYPE: value", in the notations its -O options make.
 */
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "profile/internal.h"

enum { VALUE_MAX = 65535, SHOWN_MAX = 60 };

/* What stands behind "TYPE: " on the line. */
struct piece {
	const char *text;
	size_t len;
	size_t column;
	const char *hint; /* of the object, for octets without quotes; or NULL */
};

static int
bad_value(struct pc_walk_reader *r, const struct piece *p, const char *expected)
{
	return pc_walk_fail(r, p->column, "found '%.*s', expected %s",
		(int)(p->len > SHOWN_MAX ? SHOWN_MAX : p->len), p->text, expected);
}

static bool
starts(const struct piece *p, const char *word)
{
	size_t n = strlen(word);
	return p->len >= n && memcmp(p->text, word, n) == 0;
}

static void
skip(struct piece *p, size_t n)
{
	p->text += n;
	p->len -= n;
	p->column += n;
}

/* Digits with a sign at the start of the piece. */
static size_t
number_len(const struct piece *p)
{
	size_t n = p->len > 0 && p->text[0] == '-' ? 1 : 0;
	while (n < p->len && p->text[n] >= '0' && p->text[n] <= '9')
		n++;
	return n;
}

/* "3", "up(1)", "100 milli-seconds", "(123) 0:00:01.23". */
static int
read_number(struct pc_walk_reader *r, struct piece p, struct pc_profile_value *v)
{
	struct piece whole = p;
	const char *open = memchr(p.text, '(', p.len);
	if (open != NULL && number_len(&p) == 0)
		skip(&p, (size_t)(open + 1 - p.text));
	size_t n = number_len(&p);
	bool ended = n == p.len || p.text[n] == ' ' || p.text[n] == ')';
	if (!ended || !pc_walk_integer(p.text, n, v->type, &v->integer))
		return bad_value(r, &whole, "a number");
	return PC_OK;
}

/* The next line goes on with a hex dump: only pairs of digits. */
static bool
is_hex_line(const char *line, size_t len, struct pc_buf *out)
{
	struct pc_buf trial;
	pc_buf_init(&trial, VALUE_MAX);
	bool ok = len > 0 && pc_walk_hex(line, len, &trial) &&
		  pc_buf_add(out, trial.data, trial.len) == PC_OK;
	pc_buf_done(&trial);
	return ok;
}

static int
read_hex(struct pc_walk_reader *r, struct piece p, struct pc_buf *bytes)
{
	if (!pc_walk_hex(p.text, p.len, bytes))
		return bad_value(r, &p, "pairs of hex digits");
	for (;;) {
		struct pc_walk_reader before = *r;
		const char *line;
		size_t len;
		if (!pc_walk_line(r, &line, &len))
			return PC_OK;
		if (!is_hex_line(line, len, bytes)) {
			*r = before;
			return PC_OK;
		}
	}
}

/* "80 00 zero(0) …": bytes, then the names of the bits. */
static int
read_bits(struct pc_walk_reader *r, struct piece p, struct pc_buf *bytes)
{
	size_t n = 0;
	while (n + 1 < p.len && (n + 2 == p.len || p.text[n + 2] == ' ') &&
		pc_walk_hex(p.text + n, 2, bytes))
		n += n + 2 == p.len ? 2 : 3;
	if (n == 0 && p.len > 0)
		return bad_value(r, &p, "pairs of hex digits");
	return PC_OK;
}

/* One line of a quoted text; true when the closing quote is there. */
static bool
take_quoted(const char *text, size_t len, struct pc_buf *bytes, size_t *ret_used)
{
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '"') {
			*ret_used = i + 1;
			return true;
		}
		if (text[i] == '\\' && i + 1 < len && (text[i + 1] == '"' || text[i + 1] == '\\'))
			i++;
		pc_buf_add(bytes, &text[i], 1);
	}
	*ret_used = len;
	return false;
}

static int
read_quoted(struct pc_walk_reader *r, struct piece p, struct pc_buf *bytes)
{
	struct pc_walk_reader start = *r;
	size_t used = 0, column = p.column;
	skip(&p, 1);
	while (!take_quoted(p.text, p.len, bytes, &used)) {
		/* The line end belongs to the value, with the CR if it had one. */
		if (p.text + p.len < r->text + r->len && p.text[p.len] == '\r')
			pc_buf_add_text(bytes, "\r");
		pc_buf_add_text(bytes, "\n");
		if (!pc_walk_line(r, &p.text, &p.len))
			return pc_walk_fail(&start, column,
				"found a text without its closing quote, expected '\"'");
		p.column = 1;
	}
	skip(&p, used);
	return p.len == 0 ? PC_OK : bad_value(r, &p, "the end of the line");
}

static int
read_string(struct pc_walk_reader *r, struct piece p, struct pc_buf *bytes)
{
	if (p.len > 0 && p.text[0] == '"')
		return read_quoted(r, p, bytes);
	if (p.hint != NULL && p.len > 0 && !pc_walk_unhint(p.hint, p.text, p.len, bytes))
		return bad_value(
			r, &p, "octets shown by the object's DISPLAY-HINT (walk with -Ox)");
	if (p.hint != NULL)
		return PC_OK;
	pc_buf_add(bytes, p.text, p.len);
	return PC_OK;
}

/* "Float: 1.5" is the library's reading of an Opaque: 9F 78 04 and four bytes.
 * Spec: net-snmp ASN_OPAQUE_FLOAT. */
static int
read_opaque(struct pc_walk_reader *r, struct piece p, struct pc_buf *bytes)
{
	char copy[40], *end = NULL;
	uint32_t bits;
	if (!starts(&p, "Float: "))
		return read_hex(r, p, bytes);
	skip(&p, 7);
	if (p.len == 0 || p.len >= sizeof(copy))
		return bad_value(r, &p, "a number");
	memcpy(copy, p.text, p.len);
	copy[p.len] = '\0';
	float f = strtof(copy, &end);
	if (end == copy || *end != '\0')
		return bad_value(r, &p, "a number");
	memcpy(&bits, &f, sizeof(bits));
	const uint8_t out[7] = {0x9f, 0x78, 4, (uint8_t)(bits >> 24), (uint8_t)(bits >> 16),
		(uint8_t)(bits >> 8), (uint8_t)bits};
	pc_buf_add(bytes, out, sizeof(out));
	return PC_OK;
}

/* "0A:00:00:01" */
static int
read_network(struct pc_walk_reader *r, struct piece p, struct pc_buf *bytes)
{
	bool ok = p.len == 11;
	for (size_t i = 0; ok && i < 4; i++)
		ok = pc_walk_hex(p.text + 3 * i, 2, bytes) && (i == 3 || p.text[3 * i + 2] == ':');
	return ok ? PC_OK : bad_value(r, &p, "four bytes in hex");
}

enum reader { NUMBER, STRING, HEX, BITS, OPAQUE, OID, ADDRESS, NETWORK };

static const struct {
	const char *word;
	uint8_t type;
	enum reader reader;
} types[] = {
	{"INTEGER: ", 2, NUMBER},
	{"Integer32: ", 2, NUMBER},
	{"STRING: ", 4, STRING},
	{"Hex-STRING: ", 4, HEX},
	{"BITS: ", 4, BITS},
	{"OID: ", 6, OID},
	{"IpAddress: ", 64, ADDRESS},
	{"Network Address: ", 64, NETWORK},
	{"Counter32: ", 65, NUMBER},
	{"Gauge32: ", 66, NUMBER},
	{"Unsigned32: ", 66, NUMBER},
	{"Timeticks: ", 67, NUMBER},
	{"Opaque: ", 68, OPAQUE},
	{"OPAQUE: ", 68, OPAQUE},
	{"Counter64: ", 70, NUMBER},
};

static int (*const byte_readers[])(
	struct pc_walk_reader *r, struct piece p, struct pc_buf *bytes) = {
	[STRING] = read_string,
	[HEX] = read_hex,
	[BITS] = read_bits,
	[OPAQUE] = read_opaque,
	[NETWORK] = read_network,
};

static int
add_bytes(struct pc_walk_reader *r, const uint32_t *oid, size_t n_oid, enum reader reader,
	struct piece p, struct pc_profile_value *v)
{
	struct pc_buf bytes;
	pc_buf_init(&bytes, VALUE_MAX);
	if (reader == STRING && p.len > 0 && p.text[0] != '"')
		p.hint = pc_walk_hint(oid, n_oid);
	int err = byte_readers[reader](r, p, &bytes);
	if (err == PC_OK && bytes.err != PC_OK)
		err = pc_walk_fail(r, p.column, "found a value over %d bytes", VALUE_MAX);
	v->data = pc_buf_text(&bytes);
	v->len = bytes.len;
	if (err == PC_OK)
		err = pc_profile_add_object(r->b, oid, n_oid, v);
	pc_buf_done(&bytes);
	return err;
}

static int
add_typed(struct pc_walk_reader *r, const uint32_t *oid, size_t n_oid, enum reader reader,
	struct piece p, struct pc_profile_value *v)
{
	uint32_t arcs[PC_OID_MAX];
	uint8_t ip[4];
	int err = PC_OK;
	if (reader == NUMBER) {
		err = read_number(r, p, v);
	} else if (reader == OID) {
		err = pc_walk_name(r, p.text, p.len, p.column, arcs, &v->len);
		v->data = arcs;
	} else if (reader == ADDRESS) {
		if (!pc_walk_ipv4(p.text, p.len, ip))
			err = bad_value(r, &p, "an IPv4 address");
		v->data = ip;
		v->len = 4;
	} else {
		return add_bytes(r, oid, n_oid, reader, p, v);
	}
	return err != PC_OK ? err : pc_profile_add_object(r->b, oid, n_oid, v);
}

/* Answers that are no objects. */
static bool
is_nothing(const struct piece *p)
{
	static const char *const words[] = {
		"No more variables left", "No Such Object", "No Such Instance", "End of MIB"};
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (starts(p, words[i]))
			return true;
	}
	return false;
}

static int
read_value(struct pc_walk_reader *r, const uint32_t *oid, size_t n_oid, struct piece p)
{
	struct pc_profile_value v = {.type = 4, .data = ""};
	static const char wrong[] = "Wrong Type (should be ";
	if (is_nothing(&p))
		return PC_OK;
	if (starts(&p, wrong)) {
		const char *end = memchr(p.text, ')', p.len);
		size_t n = end == NULL ? p.len : (size_t)(end - p.text);
		if (n + 3 > p.len)
			return bad_value(r, &p, "TYPE: value");
		skip(&p, n + 3); /* "): " */
	}
	if (p.len == 2 && memcmp(p.text, "\"\"", 2) == 0)
		return pc_profile_add_object(r->b, oid, n_oid, &v);
	if (p.len == 4 && (starts(&p, "NULL") || starts(&p, "Null"))) {
		v.type = 5;
		return pc_profile_add_object(r->b, oid, n_oid, &v);
	}
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		size_t n = strlen(types[i].word);
		/* An empty value loses the blank behind the colon in some editors. */
		bool empty = p.len == n - 1 && memcmp(p.text, types[i].word, n - 1) == 0;
		if (!empty && !starts(&p, types[i].word))
			continue;
		v.type = types[i].type;
		skip(&p, empty ? n - 1 : n);
		return add_typed(r, oid, n_oid, types[i].reader, p, &v);
	}
	return bad_value(r, &p, "TYPE: value such as 'INTEGER: 1' (walk without -Oq and -OQ)");
}

static int
read_record(struct pc_walk_reader *r, const char *line, size_t len)
{
	uint32_t oid[PC_OID_MAX];
	size_t n_oid = 0, at = 0;
	while (at + 2 < len && memcmp(line + at, " = ", 3) != 0)
		at++;
	/* "OID =" at the end of a line: a value without text. */
	bool bare = at + 2 >= len && len > 2 && memcmp(line + len - 2, " =", 2) == 0;
	if (bare)
		at = len - 2;
	else if (at + 2 >= len)
		return pc_walk_fail(r, 1, "found '%.*s', expected OID = TYPE: value",
			(int)(len > SHOWN_MAX ? SHOWN_MAX : len), line);
	int err = pc_walk_name(r, line, at, 1, oid, &n_oid);
	if (err != PC_OK)
		return err;
	struct piece p = {line + (bare ? len : at + 3), bare ? 0 : len - at - 3, at + 4, NULL};
	return read_value(r, oid, n_oid, p);
}

int
pc_walk_read_netsnmp(struct pc_walk_reader *r)
{
	const char *line;
	size_t len;
	while (pc_walk_line(r, &line, &len)) {
		const struct piece p = {line, len, 1, NULL};
		if (len == 0 || line[0] == '#' || is_nothing(&p))
			continue;
		r->b->line = r->line;
		int err = read_record(r, line, len);
		if (err != PC_OK)
			return err;
	}
	return PC_OK;
}
