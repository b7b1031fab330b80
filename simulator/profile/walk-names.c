/* Walks as net-snmp writes them when it has the MIBs: names for numbers, octets by DISPLAY-HINT. */
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "profile/internal.h"
#include "profile/mib-names.h"

enum { SHOWN_MAX = 60, DIGITS_MAX = 20 };

static bool
is_word(const char *word, const char *text, size_t len)
{
	return strlen(word) == len && memcmp(word, text, len) == 0;
}

/* Order of strcmp() between a name and a piece of text. */
static int
compare(const char *name, const char *text, size_t len)
{
	int c = strncmp(name, text, len);
	return c != 0 ? c : (name[len] != '\0');
}

/* The first row with that name; pc_mib_n_names when there is none. */
static size_t
first_of(const char *text, size_t len)
{
	size_t low = 0, high = pc_mib_n_names;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (compare(pc_mib_names[mid].name, text, len) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	bool found = low < pc_mib_n_names && is_word(pc_mib_names[low].name, text, len);
	return found ? low : pc_mib_n_names;
}

static bool
is_module(const char *text, size_t len)
{
	for (size_t i = 0; i < pc_mib_n_names; i++) {
		if (is_word(pc_mib_names[i].module, text, len))
			return true;
	}
	return false;
}

/* Name and module as they stand in the walk. */
struct words {
	const char *module, *name;
	size_t n_module, n_name;
	size_t index; /* where the index begins in the text, at its dot */
};

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static size_t
label_len(const char *text, size_t len)
{
	size_t n = 0;
	while (n < len && text[n] != '.')
		n++;
	return n;
}

/* Behind a module the first label is the name. Otherwise it is the last one that some module has;
 * those above it stand before it, the ones without a name as numbers. */
static bool
split(const char *text, size_t len, struct words *w)
{
	size_t at = 0;
	*w = (struct words){0};
	for (size_t i = 0; i + 1 < len && text[i] != '"' && text[i] != '\''; i++) {
		if (text[i] != ':' || text[i + 1] != ':')
			continue;
		w->module = text;
		w->n_module = i;
		at = i + 2;
		break;
	}
	at += at < len && text[at] == '.' ? 1 : 0;
	while (at < len && text[at] != '"' && text[at] != '\'') {
		size_t n = label_len(text + at, len - at);
		bool known = w->name == NULL || first_of(text + at, n) < pc_mib_n_names;
		if (is_letter(text[at]) && known) {
			w->name = text + at;
			w->n_name = n;
			w->index = at + n;
		}
		if (w->module != NULL)
			break;
		at += n + 1;
	}
	return w->name != NULL;
}

static bool
add_arc(uint32_t arcs[PC_OID_MAX], size_t *n, uint64_t arc)
{
	if (*n == PC_OID_MAX || arc > UINT32_MAX)
		return false;
	arcs[(*n)++] = (uint32_t)arc;
	return true;
}

/* "text" has its length before it, 'text' has not: its length is known or it is IMPLIED. */
static bool
read_quoted(const char *text, size_t len, size_t *at, uint32_t arcs[PC_OID_MAX], size_t *n)
{
	char quote = text[(*at)++];
	size_t length_at = *n, start;
	if (quote == '"' && !add_arc(arcs, n, 0))
		return false;
	start = *n;
	while (*at < len && text[*at] != quote) {
		if (text[*at] == '\\' && *at + 1 < len)
			(*at)++;
		if (!add_arc(arcs, n, (uint8_t)text[(*at)++]))
			return false;
	}
	if (quote == '"')
		arcs[length_at] = (uint32_t)(*n - start);
	return (*at)++ < len;
}

/* The value of a label in the index of that object's row. */
static bool
find_label(const struct pc_mib_name *object, const char *text, size_t len, uint32_t *ret)
{
	for (size_t i = 0; i < pc_mib_n_index_labels; i++) {
		const struct pc_mib_index_label *l = &pc_mib_index_labels[i];
		if (is_word(l->label, text, len) && object->n == l->n + 1 &&
			pc_arcs_compare(l->row, l->n, object->arcs, l->n) == 0) {
			*ret = l->value;
			return true;
		}
	}
	return false;
}

/* An address in quotes behind its kind, as net-snmp writes it: 4 and 4 octets, 16 and 16.
 * Spec: RFC 4001 InetAddressIPv4, InetAddressIPv6 */
static bool
read_address(
	const char *text, size_t len, size_t *at, bool v6, uint32_t arcs[PC_OID_MAX], size_t *n)
{
	struct pc_buf octets;
	size_t start = ++*at;
	while (*at < len && text[*at] != '"')
		(*at)++;
	pc_buf_init(&octets, 64);
	bool ok = *at < len &&
		  pc_walk_unhint(v6 ? "1x:" : "1d.", text + start, *at - start, &octets) &&
		  octets.len == (v6 ? 16u : 4u) && add_arc(arcs, n, octets.len);
	for (size_t i = 0; ok && i < octets.len; i++)
		ok = add_arc(arcs, n, octets.data[i]);
	pc_buf_done(&octets);
	++*at;
	return ok;
}

/* A label, and the address behind it when it is the kind of one. */
static bool
read_label(const struct pc_mib_name *object, const char *text, size_t len, size_t *at,
	uint32_t arcs[PC_OID_MAX], size_t *n)
{
	uint32_t value = 0;
	const char *label = text + *at;
	size_t n_label = label_len(label, len - *at);
	if (!find_label(object, label, n_label, &value) || !add_arc(arcs, n, value))
		return false;
	*at += n_label;
	bool v4 = is_word("ipv4", label, n_label), v6 = is_word("ipv6", label, n_label);
	if ((!v4 && !v6) || *at + 1 >= len || text[*at + 1] != '"')
		return true;
	++*at;
	return read_address(text, len, at, v6, arcs, n);
}

static bool
read_number(const char *text, size_t len, size_t *at, uint32_t arcs[PC_OID_MAX], size_t *n)
{
	size_t digits = 0;
	int64_t arc = 0;
	while (*at + digits < len && text[*at + digits] >= '0' && text[*at + digits] <= '9')
		digits++;
	if (!pc_walk_integer(text + *at, digits, 66, &arc) || !add_arc(arcs, n, (uint64_t)arc))
		return false;
	*at += digits;
	return true;
}

static bool
read_index(const struct pc_mib_name *object, const char *text, size_t len,
	uint32_t arcs[PC_OID_MAX], size_t *n)
{
	size_t at = 0;
	bool ok = true;
	while (ok && at < len) {
		if (text[at++] != '.' || at == len)
			return false;
		if (text[at] == '"' || text[at] == '\'')
			ok = read_quoted(text, len, &at, arcs, n);
		else if (is_letter(text[at]))
			ok = read_label(object, text, len, &at, arcs, n);
		else
			ok = read_number(text, len, &at, arcs, n);
	}
	return ok;
}

static int
unknown(struct pc_walk_reader *r, const struct words *w, size_t column)
{
	if (w->module != NULL && !is_module(w->module, w->n_module))
		return pc_walk_fail(r, column,
			"found MIB module '%.*s', which is not among mibs/, expected numeric OIDs "
			"(walk with -On)",
			(int)(w->n_module > SHOWN_MAX ? SHOWN_MAX : w->n_module), w->module);
	return pc_walk_fail(r, column,
		"found name '%.*s', which no module of mibs/ has, expected numeric OIDs (walk with "
		"-On)",
		(int)(w->n_name > SHOWN_MAX ? SHOWN_MAX : w->n_name), w->name);
}

/* The row of that name, in that module if one is told. */
static const struct pc_mib_name *
find(const struct words *w)
{
	size_t i = first_of(w->name, w->n_name);
	for (; i < pc_mib_n_names && is_word(pc_mib_names[i].name, w->name, w->n_name); i++) {
		if (w->module == NULL || is_word(pc_mib_names[i].module, w->module, w->n_module))
			return &pc_mib_names[i];
	}
	return NULL;
}

int
pc_walk_name(struct pc_walk_reader *r, const char *text, size_t len, size_t column,
	uint32_t arcs[PC_OID_MAX], size_t *ret_n)
{
	struct words w;
	if (pc_walk_oid(text, len, arcs, ret_n))
		return PC_OK;
	if (!split(text, len, &w))
		return pc_walk_fail(r, column, "found '%.*s', expected an OID or a name",
			(int)(len > SHOWN_MAX ? SHOWN_MAX : len), text);
	const struct pc_mib_name *row = find(&w);
	if (row == NULL)
		return unknown(r, &w, column);
	memcpy(arcs, row->arcs, row->n * sizeof(*arcs));
	*ret_n = row->n;
	if (!read_index(row, text + w.index, len - w.index, arcs, ret_n))
		return pc_walk_fail(r, column + w.index,
			"found index '%.*s', expected numbers, texts in quotes and names of values "
			"(walk with -Ob or -On)",
			(int)(len - w.index > SHOWN_MAX ? SHOWN_MAX : len - w.index),
			text + w.index);
	return PC_OK;
}

/* ---- DISPLAY-HINT ---- */

const char *
pc_walk_hint(const uint32_t *oid, size_t n_oid)
{
	for (size_t i = 0; i < pc_mib_n_names; i++) {
		const struct pc_mib_name *m = &pc_mib_names[i];
		if (m->hint != NULL && n_oid > m->n &&
			pc_arcs_compare(oid, m->n, m->arcs, m->n) == 0)
			return m->hint;
	}
	return NULL;
}

/* One octet-format specification: how many octets, shown how, and what stands behind. */
struct spec {
	size_t octets;
	char format; /* x, d, o, a, t */
	char separator;
};

static bool
next_spec(const char **hint, struct spec *s)
{
	const char *p = *hint;
	s->octets = 0;
	while (*p >= '0' && *p <= '9' && s->octets < 1000)
		s->octets = s->octets * 10 + (size_t)(*p++ - '0');
	if (s->octets == 0 || *p == '\0' || strchr("xdoat", *p) == NULL)
		return false;
	s->format = *p++;
	s->separator = *p != '\0' && (*p < '0' || *p > '9') ? *p++ : '\0';
	*hint = p;
	return true;
}

static int
digit_of(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = memchr(digits, c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c, 16);
	return at == NULL ? 16 : (int)(at - digits);
}

/* A number of that many octets, most significant first; returns the digits used, 0 on error. */
static size_t
take_number(const struct spec *s, const char *text, size_t len, struct pc_buf *out)
{
	unsigned base = s->format == 'x' ? 16 : s->format == 'd' ? 10 : 8;
	uint8_t octets[8] = {0};
	uint64_t n = 0;
	size_t used = 0;
	while (used < len && used < DIGITS_MAX && digit_of(text[used]) < (int)base)
		n = n * base + (unsigned)digit_of(text[used++]);
	if (used == 0 || s->octets > sizeof(octets) ||
		(s->octets < sizeof(octets) && n >> (8 * s->octets) != 0))
		return 0;
	for (size_t i = 0; i < s->octets; i++)
		octets[i] = (uint8_t)(n >> (8 * (s->octets - 1 - i)));
	return pc_buf_add(out, octets, s->octets) == PC_OK ? used : 0;
}

static size_t
take(const struct spec *s, const char *text, size_t len, struct pc_buf *out)
{
	if (s->format != 'a' && s->format != 't')
		return take_number(s, text, len, out);
	size_t n = s->octets < len ? s->octets : len;
	return pc_buf_add(out, text, n) == PC_OK ? n : 0;
}

bool
pc_walk_unhint(const char *hint, const char *text, size_t len, struct pc_buf *out)
{
	struct spec s = {0};
	size_t at = 0;
	if (*hint == '\0')
		return false;
	while (at < len) {
		/* The last specification is used again and again. */
		if (*hint != '\0' && !next_spec(&hint, &s))
			return false;
		size_t used = take(&s, text + at, len - at, out);
		if (used == 0)
			return false;
		at += used;
		if (at < len && s.separator != '\0' && text[at++] != s.separator)
			return false;
	}
	return true;
}
