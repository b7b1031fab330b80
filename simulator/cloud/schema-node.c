#define PCRE2_CODE_UNIT_WIDTH 8
#include "cloud/schema-node.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <jansson.h>
#include <math.h>
#include <pcre2.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"

struct pc_schema_format {
	const char *name;
	bool (*matches)(const char *text);
	const char *expected;
};

struct pc_schema_pattern {
	pcre2_code *code;           /* owned */
	pcre2_match_data *data;     /* owned */
	pcre2_match_context *limit; /* owned; an expression that explodes is a mismatch */
	char *text;                 /* owned */
};

/* ---- types ---- */

enum {
	TYPE_OBJECT = 1,
	TYPE_ARRAY = 2,
	TYPE_STRING = 4,
	TYPE_INTEGER = 8,
	TYPE_NUMBER = 16,
	TYPE_BOOLEAN = 32,
	TYPE_NULL = 64
};

static const struct {
	const char *name;
	unsigned bit;
} types[] = {
	{"object", TYPE_OBJECT},
	{"array", TYPE_ARRAY},
	{"string", TYPE_STRING},
	{"integer", TYPE_INTEGER},
	{"number", TYPE_NUMBER},
	{"boolean", TYPE_BOOLEAN},
	{"null", TYPE_NULL},
};

unsigned
pc_schema_type_bit(const char *name)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (strcmp(types[i].name, name) == 0)
			return types[i].bit;
	}
	return 0;
}

static unsigned
type_of(const json_t *v)
{
	switch (json_typeof(v)) {
	case JSON_OBJECT:
		return TYPE_OBJECT;
	case JSON_ARRAY:
		return TYPE_ARRAY;
	case JSON_STRING:
		return TYPE_STRING;
	case JSON_INTEGER:
		return TYPE_INTEGER | TYPE_NUMBER;
	case JSON_REAL: /* 5.0 is an integer. Spec: JSON Schema 2020-12 s4.2.3 */
		return fabs(json_real_value(v) - trunc(json_real_value(v))) > 0
			       ? TYPE_NUMBER
			       : TYPE_NUMBER | TYPE_INTEGER;
	case JSON_TRUE:
	case JSON_FALSE:
		return TYPE_BOOLEAN;
	case JSON_NULL:
	default:
		return TYPE_NULL;
	}
}

static const char *
type_name(unsigned bits)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if ((types[i].bit & bits) != 0)
			return types[i].name;
	}
	return "nothing";
}

/* ---- formats ---- */

/* n digits as a number, -1 when they are not digits. */
static int
digits(const char *p, int n)
{
	int v = 0;
	for (int i = 0; i < n; i++) {
		if (!isdigit((unsigned char)p[i]))
			return -1;
		v = v * 10 + (p[i] - '0');
	}
	return v;
}

static bool
is_date(const char *p)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int y = digits(p, 4);
	if (y < 0 || p[4] != '-')
		return false;
	int m = digits(p + 5, 2);
	if (m < 1 || m > 12 || p[7] != '-')
		return false;
	int d = digits(p + 8, 2);
	bool leap = m == 2 && y % 4 == 0 && (y % 100 != 0 || y % 400 == 0);
	return d >= 1 && d <= days[m - 1] + (leap ? 1 : 0);
}

static bool
is_offset(const char *p)
{
	if ((*p == 'Z' || *p == 'z') && p[1] == '\0')
		return true;
	if (*p != '+' && *p != '-')
		return false;
	int h = digits(p + 1, 2);
	if (h < 0 || h > 23 || p[3] != ':')
		return false;
	int m = digits(p + 4, 2);
	return m >= 0 && m <= 59 && p[6] == '\0';
}

/* Spec: RFC 3339 s5.6 */
static bool
is_date_time(const char *t)
{
	if (strlen(t) < sizeof("2026-01-01T00:00:00Z") - 1 || !is_date(t) ||
		(t[10] != 'T' && t[10] != 't'))
		return false;
	int h = digits(t + 11, 2);
	int m = digits(t + 14, 2);
	int s = digits(t + 17, 2);
	if (h < 0 || h > 23 || t[13] != ':' || m < 0 || m > 59 || t[16] != ':' || s < 0 || s > 60)
		return false;
	t += 19;
	if (*t == '.') {
		if (!isdigit((unsigned char)*++t))
			return false;
		while (isdigit((unsigned char)*t))
			t++;
	}
	return is_offset(t);
}

/* Spec: RFC 4122 s3 */
static bool
is_uuid(const char *t)
{
	for (size_t i = 0; i < 36; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;
		if (dash ? t[i] != '-' : !isxdigit((unsigned char)t[i]))
			return false;
	}
	return t[36] == '\0';
}

static bool
is_ipv4(const char *t)
{
	struct in_addr a;
	return inet_pton(AF_INET, t, &a) == 1;
}

static bool
is_ipv6(const char *t)
{
	struct in6_addr a;
	return inet_pton(AF_INET6, t, &a) == 1;
}

static const struct pc_schema_format formats[] = {
	{"date-time", is_date_time, "an RFC 3339 date and time with offset"},
	{"ipv4", is_ipv4, "an IPv4 address"},
	{"ipv6", is_ipv6, "an IPv6 address"},
	{"uuid", is_uuid, "a UUID"},
};

const struct pc_schema_format *
pc_schema_format_find(const char *name)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		if (strcmp(formats[i].name, name) == 0)
			return &formats[i];
	}
	return NULL;
}

/* ---- patterns ---- */

static void
pattern_free(struct pc_schema_pattern *p)
{
	if (p == NULL)
		return;
	pcre2_match_context_free(p->limit);
	pcre2_match_data_free(p->data);
	pcre2_code_free(p->code);
	free(p->text);
	free(p);
}

struct pc_schema_pattern *
pc_schema_pattern_new(const char *text)
{
	int code = 0;
	PCRE2_SIZE at = 0;
	struct pc_schema_pattern *p = calloc(1, sizeof(*p));
	if (p == NULL)
		return NULL;
	p->text = strdup(text);
	p->code = pcre2_compile((PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED,
		PCRE2_UTF | PCRE2_DOLLAR_ENDONLY, &code, &at, NULL);
	p->limit = pcre2_match_context_create(NULL);
	if (p->code != NULL)
		p->data = pcre2_match_data_create(1, NULL);
	if (p->text == NULL || p->data == NULL || p->limit == NULL) {
		pattern_free(p);
		return NULL;
	}
	pcre2_set_match_limit(p->limit, 100000);
	return p;
}

static bool
pattern_matches(const struct pc_schema_pattern *p, const char *text, size_t len)
{
	return pcre2_match(p->code, (PCRE2_SPTR)text, len, 0, 0, p->data, p->limit) >= 0;
}

/* ---- the complaint ---- */

static void
write_path(const struct pc_schema_step *at, char *out, size_t size)
{
	char part[80];
	if (at == NULL)
		return;
	write_path(at->up, out, size);
	size_t n = strlen(out);
	if (at->name == NULL)
		snprintf(part, sizeof(part), "[%zu]", at->index);
	else
		snprintf(part, sizeof(part), "%s%.64s", n > 0 ? "." : "", at->name);
	pc_text_copy(out + n, size - n, part);
}

static int complain(const struct pc_schema_step *at, struct pc_schema_error *ret, const char *fmt,
	...) __attribute__((format(printf, 3, 4)));

static int
complain(const struct pc_schema_step *at, struct pc_schema_error *ret, const char *fmt, ...)
{
	va_list ap;
	ret->path[0] = '\0';
	write_path(at, ret->path, sizeof(ret->path));
	va_start(ap, fmt);
	vsnprintf(ret->text, sizeof(ret->text), fmt, ap);
	va_end(ap);
	return PC_E_BADVALUE;
}

/* The start of a value as JSON, to show what was found. */
static const char *
show(const json_t *v, char out[64])
{
	if (json_is_string(v))
		snprintf(out, 64, "'%.40s'", json_string_value(v));
	else if (json_is_integer(v))
		snprintf(out, 64, "%lld", (long long)json_integer_value(v));
	else if (json_is_real(v))
		snprintf(out, 64, "%g", json_real_value(v));
	else if (json_is_boolean(v))
		snprintf(out, 64, "%s", json_is_true(v) ? "true" : "false");
	else
		snprintf(out, 64, "%s", type_name(type_of(v)));
	return out;
}

/* ---- checks by type ---- */

static size_t
characters(const json_t *v)
{
	size_t n = 0;
	const char *t = json_string_value(v);
	for (size_t i = 0; i < json_string_length(v); i++)
		n += ((unsigned char)t[i] & 0xc0) != 0x80;
	return n;
}

static int
check_string(const struct pc_schema_node *n, const json_t *v, const struct pc_schema_step *at,
	struct pc_schema_error *ret)
{
	char found[64];
	double len = (double)characters(v);
	const char *text = json_string_value(v);
	if (n->min_length.set && len < n->min_length.value)
		return complain(at, ret, "%.0f characters, expected at least %.0f", len,
			n->min_length.value);
	if (n->max_length.set && len > n->max_length.value)
		return complain(at, ret, "%.0f characters, expected at most %.0f", len,
			n->max_length.value);
	if (n->format != NULL &&
		(strlen(text) != json_string_length(v) || !n->format->matches(text)))
		return complain(at, ret, "%s is not %s", show(v, found), n->format->expected);
	if (n->pattern != NULL && !pattern_matches(n->pattern, text, json_string_length(v)))
		return complain(at, ret, "%s does not match %s", show(v, found), n->pattern->text);
	return PC_OK;
}

static int
check_number(const struct pc_schema_node *n, const json_t *v, const struct pc_schema_step *at,
	struct pc_schema_error *ret)
{
	char found[64];
	double number = json_number_value(v);
	if (n->minimum.set && number < n->minimum.value)
		return complain(
			at, ret, "%s, expected at least %g", show(v, found), n->minimum.value);
	if (n->maximum.set && number > n->maximum.value)
		return complain(
			at, ret, "%s, expected at most %g", show(v, found), n->maximum.value);
	return PC_OK;
}

static int
check_array(const struct pc_schema_node *n, const json_t *v, const struct pc_schema_step *at,
	struct pc_schema_error *ret)
{
	double count = (double)json_array_size(v);
	if (n->min_items.set && count < n->min_items.value)
		return complain(
			at, ret, "%.0f items, expected at least %.0f", count, n->min_items.value);
	if (n->max_items.set && count > n->max_items.value)
		return complain(
			at, ret, "%.0f items, expected at most %.0f", count, n->max_items.value);
	for (size_t i = 0; n->items != NULL && i < json_array_size(v); i++) {
		struct pc_schema_step step = {.up = at, .index = i};
		int err = pc_schema_node_check(n->items, json_array_get(v, i), &step, ret);
		if (err != PC_OK)
			return err;
	}
	return PC_OK;
}

static int
check_required(const struct pc_schema_node *n, const json_t *v, const struct pc_schema_step *at,
	struct pc_schema_error *ret)
{
	for (size_t i = 0; i < json_array_size(n->required); i++) {
		const char *name = json_string_value(json_array_get(n->required, i));
		struct pc_schema_step step = {.up = at, .name = name};
		if (json_object_get(v, name) == NULL)
			return complain(&step, ret, "missing");
	}
	return PC_OK;
}

static const struct pc_schema_node *
rule_of(const struct pc_schema_node *n, const char *name, bool *ret_known)
{
	*ret_known = true;
	for (size_t i = 0; i < n->n_properties; i++) {
		if (strcmp(n->properties[i].name, name) == 0)
			return n->properties[i].node;
	}
	*ret_known = !n->closed;
	return n->additional;
}

static int
check_member(const struct pc_schema_node *n, const char *name, const json_t *v,
	const struct pc_schema_step *at, struct pc_schema_error *ret)
{
	bool known;
	struct pc_schema_step step = {.up = at, .name = name};
	const struct pc_schema_node *rule = rule_of(n, name, &known);
	if (!known)
		return complain(&step, ret, "not a member the schema knows");
	if (n->names != NULL) {
		json_t *text = json_string(name);
		int err = text == NULL ? complain(&step, ret, "no memory")
				       : pc_schema_node_check(n->names, text, &step, ret);
		json_decref(text);
		if (err != PC_OK)
			return err;
	}
	return rule == NULL ? PC_OK : pc_schema_node_check(rule, v, &step, ret);
}

static int
check_object(const struct pc_schema_node *n, const json_t *v, const struct pc_schema_step *at,
	struct pc_schema_error *ret)
{
	int err = check_required(n, v, at, ret);
	if (err != PC_OK)
		return err;
	if (n->max_properties.set && (double)json_object_size(v) > n->max_properties.value)
		return complain(at, ret, "%zu members, expected at most %.0f", json_object_size(v),
			n->max_properties.value);
	/* jansson iterates over values that could be changed; we do not change them */
	json_t *object = (json_t *)(uintptr_t)v;
	void *it = json_object_iter(object);
	for (; it != NULL && err == PC_OK; it = json_object_iter_next(object, it))
		err = check_member(
			n, json_object_iter_key(it), json_object_iter_value(it), at, ret);
	return err;
}

static int
check_value(const struct pc_schema_node *n, const json_t *v, const struct pc_schema_step *at,
	struct pc_schema_error *ret)
{
	char found[64];
	char want[64];
	if (n->constant != NULL && !json_equal(v, n->constant))
		return complain(
			at, ret, "%s, expected %s", show(v, found), show(n->constant, want));
	if (n->enumeration == NULL)
		return PC_OK;
	for (size_t i = 0; i < json_array_size(n->enumeration); i++) {
		if (json_equal(v, json_array_get(n->enumeration, i)))
			return PC_OK;
	}
	return complain(at, ret, "%s is none of the %zu values the schema lists", show(v, found),
		json_array_size(n->enumeration));
}

/* The first alternative is the usual one: it tells what is wrong when none fits. */
static int
check_any(const struct pc_schema_node *n, const json_t *v, const struct pc_schema_step *at,
	struct pc_schema_error *ret)
{
	struct pc_schema_error other;
	int err = pc_schema_node_check(n->any[0], v, at, ret);
	for (size_t i = 1; i < n->n_any && err != PC_OK; i++)
		err = pc_schema_node_check(n->any[i], v, at, &other);
	return err;
}

int
pc_schema_node_check(const struct pc_schema_node *n, const struct json_t *value,
	const struct pc_schema_step *at, struct pc_schema_error *ret)
{
	unsigned type = type_of(value);
	int err = PC_OK;
	if (n->types != 0 && (n->types & type) == 0)
		return complain(at, ret, "%s, expected %s", type_name(type), type_name(n->types));
	err = check_value(n, value, at, ret);
	if (err == PC_OK && (type & TYPE_STRING) != 0)
		err = check_string(n, value, at, ret);
	if (err == PC_OK && (type & TYPE_NUMBER) != 0)
		err = check_number(n, value, at, ret);
	if (err == PC_OK && (type & TYPE_ARRAY) != 0)
		err = check_array(n, value, at, ret);
	if (err == PC_OK && (type & TYPE_OBJECT) != 0)
		err = check_object(n, value, at, ret);
	if (err == PC_OK && n->ref != NULL)
		err = pc_schema_node_check(n->ref, value, at, ret);
	if (err == PC_OK && n->n_any > 0)
		err = check_any(n, value, at, ret);
	return err;
}

void
pc_schema_node_free(struct pc_schema_node *n)
{
	if (n == NULL)
		return;
	for (size_t i = 0; i < n->n_properties; i++)
		pc_schema_node_free(n->properties[i].node);
	for (size_t i = 0; i < n->n_any; i++)
		pc_schema_node_free(n->any[i]);
	free(n->properties);
	free(n->any);
	pc_schema_node_free(n->additional);
	pc_schema_node_free(n->items);
	pc_schema_node_free(n->names);
	pc_schema_node_free(n->ref);
	pattern_free(n->pattern);
	free(n);
}
