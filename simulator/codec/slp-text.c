/* Words, lists, attributes and filters of SLP. Spec: RFC 2608 s5, s6.4, s8.1 */
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "codec/slp.h"

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct pc_slp_text
pc_slp_text(const char *text)
{
	return (struct pc_slp_text){text, text == NULL ? 0 : strlen(text)};
}

static struct pc_slp_text
trimmed(struct pc_slp_text t)
{
	while (t.len > 0 && is_blank(t.at[0])) {
		t.at++;
		t.len--;
	}
	while (t.len > 0 && is_blank(t.at[t.len - 1]))
		t.len--;
	return t;
}

static bool
same(struct pc_slp_text a, struct pc_slp_text b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++) {
		if (lower(a.at[i]) != lower(b.at[i]))
			return false;
	}
	return true;
}

bool
pc_slp_text_is(struct pc_slp_text a, const char *text)
{
	return same(a, pc_slp_text(text));
}

bool
pc_slp_list_next(struct pc_slp_text list, size_t *at, struct pc_slp_text *ret)
{
	while (*at < list.len) {
		size_t from = *at, n = 0;
		while (from + n < list.len && list.at[from + n] != ',')
			n++;
		*at = from + n + (from + n < list.len);
		struct pc_slp_text word = trimmed((struct pc_slp_text){list.at + from, n});
		if (word.len > 0) {
			*ret = word;
			return true;
		}
	}
	return false;
}

bool
pc_slp_list_has(struct pc_slp_text list, struct pc_slp_text word)
{
	struct pc_slp_text one;
	for (size_t at = 0; pc_slp_list_next(list, &at, &one);) {
		if (same(one, word))
			return true;
	}
	return false;
}

bool
pc_slp_lists_meet(struct pc_slp_text a, struct pc_slp_text b)
{
	struct pc_slp_text one;
	for (size_t at = 0; pc_slp_list_next(a, &at, &one);) {
		if (pc_slp_list_has(b, one))
			return true;
	}
	return false;
}

bool
pc_slp_type_matches(struct pc_slp_text asked, struct pc_slp_text type)
{
	struct pc_slp_text head = {type.at, asked.len < type.len ? asked.len : type.len};
	if (asked.len == 0 || asked.len > type.len || !same(asked, head))
		return false;
	return type.len == asked.len || type.at[asked.len] == ':';
}

/* Up to a character that is not escaped: reserved ones are '\hh'. list.len when there is none. */
static size_t
find(struct pc_slp_text list, size_t from, char what)
{
	while (from < list.len && list.at[from] != what)
		from++;
	return from;
}

bool
pc_slp_attribute_next(struct pc_slp_text list, size_t *at, struct pc_slp_attribute *ret)
{
	size_t from = *at;
	while (from < list.len && (is_blank(list.at[from]) || list.at[from] == ','))
		from++;
	if (from == list.len) {
		*at = from;
		return false;
	}
	if (list.at[from] != '(') {
		size_t end = find(list, from, ',');
		ret->keyword = true;
		ret->tag = trimmed((struct pc_slp_text){list.at + from, end - from});
		ret->values = (struct pc_slp_text){NULL, 0};
		*at = end;
		return true;
	}
	size_t end = find(list, from, ')'), equal = find(list, from, '=');
	if (end == list.len || equal > end)
		return false;
	ret->keyword = false;
	ret->tag = trimmed((struct pc_slp_text){list.at + from + 1, equal - from - 1});
	ret->values = (struct pc_slp_text){list.at + equal + 1, end - equal - 1};
	*at = end + 1;
	return true;
}

int
pc_slp_escape(const char *text, char *out, size_t size, size_t *at)
{
	size_t n = *at;
	for (; *text != '\0'; text++) {
		bool reserved = strchr("(),\\!<=>~;*+", *text) != NULL || (uint8_t)*text < ' ' ||
				*text == 0x7f;
		if (n + (reserved ? 3 : 1) >= size)
			return PC_E_NOSPACE;
		if (!reserved) {
			out[n++] = *text;
			continue;
		}
		out[n++] = '\\';
		out[n++] = "0123456789ABCDEF"[(uint8_t)*text >> 4];
		out[n++] = "0123456789ABCDEF"[(uint8_t)*text & 0x0f];
	}
	out[n] = '\0';
	*at = n;
	return PC_OK;
}

/* A tag against a pattern whose last character may be '*'. */
static bool
tag_fits(struct pc_slp_text tag, struct pc_slp_text pattern)
{
	if (pattern.len > 0 && pattern.at[pattern.len - 1] == '*') {
		pattern.len--;
		tag.len = tag.len > pattern.len ? pattern.len : tag.len;
	}
	return same(tag, pattern);
}

static bool
tag_wanted(struct pc_slp_text tag, struct pc_slp_text tags)
{
	struct pc_slp_text one;
	size_t at = 0;
	if (trimmed(tags).len == 0)
		return true;
	while (pc_slp_list_next(tags, &at, &one)) {
		if (tag_fits(tag, one))
			return true;
	}
	return false;
}

int
pc_slp_select(struct pc_slp_text attributes, struct pc_slp_text tags, char *out, size_t size,
	size_t *ret_len)
{
	struct pc_slp_attribute a;
	size_t at = 0, n = 0;
	for (size_t from = 0; pc_slp_attribute_next(attributes, &at, &a); from = at) {
		struct pc_slp_text whole =
			trimmed((struct pc_slp_text){attributes.at + from, at - from});
		while (whole.len > 0 && (whole.at[0] == ',' || is_blank(whole.at[0]))) {
			whole.at++;
			whole.len--;
		}
		if (!tag_wanted(a.tag, tags))
			continue;
		if (n + whole.len + 1 > size)
			return PC_E_NOSPACE;
		if (n > 0)
			out[n++] = ',';
		memcpy(out + n, whole.at, whole.len);
		n += whole.len;
	}
	*ret_len = n;
	return PC_OK;
}

/* Filters. */

enum compare { EQUAL, APPROX, GREATER, LESS, PRESENT };

struct filter {
	struct pc_slp_text text;
	size_t at;
	struct pc_slp_text attributes;
	unsigned depth;
};

/* One octet of a value, escapes resolved; -1 at the end. '*' that is a wildcard gives -2. */
static int
value_octet(struct pc_slp_text v, size_t *at)
{
	if (*at >= v.len)
		return -1;
	char c = v.at[(*at)++];
	if (c == '*')
		return -2;
	if (c == '\\' && v.len - *at >= 2) {
		int high = pc_text_hex_digit(v.at[*at]), low = pc_text_hex_digit(v.at[*at + 1]);
		if (high >= 0 && low >= 0) {
			*at += 2;
			return high << 4 | low;
		}
	}
	return (uint8_t)c;
}

static int
folded(int c)
{
	return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

/* `value` against a pattern with wildcards, without recursion: after a failure the last '*' takes
 * one octet more. */
static bool
value_fits(struct pc_slp_text value, struct pc_slp_text pattern)
{
	size_t v = 0, p = 0, star_v = 0, star_p = 0;
	bool star = false;
	for (;;) {
		size_t next_v = v, next_p = p;
		int c = value_octet(value, &next_v), want = value_octet(pattern, &next_p);
		if (c == -2)
			c = '*'; /* stands for itself in a value */
		if (want == -2) {
			star = true;
			star_v = v;
			star_p = p = next_p;
		} else if (c == -1 && want == -1) {
			return true;
		} else if (c != -1 && folded(c) == folded(want)) {
			v = next_v;
			p = next_p;
		} else if (star && c != -1) {
			(void)value_octet(value, &star_v);
			v = star_v;
			p = star_p;
		} else {
			return false;
		}
	}
}

static bool
as_number(struct pc_slp_text t, int64_t *ret)
{
	char digits[24];
	if (t.len == 0 || t.len >= sizeof(digits))
		return false;
	memcpy(digits, t.at, t.len);
	digits[t.len] = '\0';
	return pc_text_i64(digits, INT64_MIN, INT64_MAX, ret) == PC_OK;
}

static int
text_order(struct pc_slp_text a, struct pc_slp_text b)
{
	for (size_t i = 0, k = 0;;) {
		int x = folded(value_octet(a, &i)), y = folded(value_octet(b, &k));
		if (x != y)
			return x < y ? -1 : 1;
		if (x == -1)
			return 0;
	}
}

/* Numbers compare as numbers, everything else as text. */
static bool
value_compares(struct pc_slp_text value, enum compare how, struct pc_slp_text want)
{
	int64_t a, b;
	value = trimmed(value);
	if (how == PRESENT)
		return true;
	if (as_number(value, &a) && as_number(want, &b)) {
		if (how == GREATER || how == LESS)
			return how == GREATER ? a >= b : a <= b;
		return a == b;
	}
	if (how == GREATER || how == LESS)
		return how == GREATER ? text_order(value, want) >= 0 : text_order(value, want) <= 0;
	return value_fits(value, want);
}

static bool
attribute_compares(
	struct pc_slp_text list, struct pc_slp_text tag, enum compare how, struct pc_slp_text want)
{
	struct pc_slp_attribute a;
	struct pc_slp_text value;
	for (size_t at = 0; pc_slp_attribute_next(list, &at, &a);) {
		if (!same(a.tag, tag))
			continue;
		if (how == PRESENT)
			return true;
		for (size_t v = 0; pc_slp_list_next(a.values, &v, &value);) {
			if (value_compares(value, how, want))
				return true;
		}
	}
	return false;
}

static int
filter_item(struct filter *f, bool *ret_match)
{
	size_t end = find(f->text, f->at, ')'), equal = find(f->text, f->at, '=');
	enum compare how = EQUAL;
	if (end == f->text.len || equal > end || equal == f->at)
		return PC_E_SYNTAX;
	size_t tag_end = equal;
	char before = f->text.at[equal - 1];
	if (before == '~' || before == '>' || before == '<') {
		how = before == '~' ? APPROX : before == '>' ? GREATER : LESS;
		tag_end--;
	}
	struct pc_slp_text tag = trimmed((struct pc_slp_text){f->text.at + f->at, tag_end - f->at});
	struct pc_slp_text want =
		trimmed((struct pc_slp_text){f->text.at + equal + 1, end - equal - 1});
	if (tag.len == 0)
		return PC_E_SYNTAX;
	if (how == EQUAL && pc_slp_text_is(want, "*"))
		how = PRESENT;
	*ret_match = attribute_compares(f->attributes, tag, how, want);
	f->at = end;
	return PC_OK;
}

static void
skip_blanks(struct filter *f)
{
	while (f->at < f->text.len && is_blank(f->text.at[f->at]))
		f->at++;
}

static int filter_one(struct filter *f, bool *ret_match);

/* '&' and '|' take one or more filters, '!' exactly one. */
static int
filter_set(struct filter *f, char kind, bool *ret_match)
{
	bool match = kind == '&', one = false;
	unsigned n = 0;
	for (f->at++, skip_blanks(f); f->at < f->text.len && f->text.at[f->at] == '(';
		skip_blanks(f), n++) {
		int err = filter_one(f, &one);
		if (err != PC_OK)
			return err;
		match = kind == '&' ? match && one : match || one;
	}
	if (n == 0 || (kind == '!' && n != 1))
		return PC_E_SYNTAX;
	*ret_match = kind == '!' ? !match : match;
	return PC_OK;
}

static int
filter_one(struct filter *f, bool *ret_match)
{
	int err = PC_E_SYNTAX;
	skip_blanks(f);
	if (f->at >= f->text.len || f->text.at[f->at] != '(' || f->depth == PC_SLP_FILTER_DEPTH)
		return PC_E_SYNTAX;
	f->depth++;
	f->at++;
	skip_blanks(f);
	char c = f->at < f->text.len ? f->text.at[f->at] : '\0';
	if (c == '&' || c == '|' || c == '!')
		err = filter_set(f, c, ret_match);
	else
		err = filter_item(f, ret_match);
	f->depth--;
	if (err != PC_OK)
		return err;
	skip_blanks(f);
	if (f->at >= f->text.len || f->text.at[f->at] != ')')
		return PC_E_SYNTAX;
	f->at++;
	return PC_OK;
}

int
pc_slp_filter(struct pc_slp_text filter, struct pc_slp_text attributes, bool *ret_match)
{
	struct filter f = {.text = trimmed(filter), .attributes = attributes};
	bool match = true;
	if (f.text.len > 0) {
		int err = filter_one(&f, &match);
		if (err != PC_OK)
			return err;
		if (f.at != f.text.len)
			return PC_E_SYNTAX;
	}
	*ret_match = match;
	return PC_OK;
}
