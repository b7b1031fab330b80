/* Writing by the table of keys: the values of a profile, and the JSON Schema of its files. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "profile/internal.h"

enum { JSON_MAX = 1024 * 1024, PATH_TEXT_MAX = 128 };

static void
put_text(struct pc_buf *out, const char *text, size_t len)
{
	pc_buf_add_text(out, "\"");
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];
		if (c == '"' || c == '\\')
			pc_buf_addf(out, "\\%c", c);
		else if (c < 32 || c == 127)
			pc_buf_addf(out, "\\u%04x", c);
		else
			pc_buf_add(out, &text[i], 1);
	}
	pc_buf_add_text(out, "\"");
}

static void
put_string(struct pc_buf *out, const char *text)
{
	if (text == NULL)
		pc_buf_add_text(out, "null");
	else
		put_text(out, text, strlen(text));
}

static void
put_choice(struct pc_buf *out, const struct pc_field *f, const void *at)
{
	int64_t v = pc_field_number(f, at);
	const struct pc_choice *c = f->choices;
	while (c->name != NULL && c->value != v)
		c++;
	if (c->name != NULL)
		put_string(out, c->name);
	else
		pc_buf_addf(out, "%" PRId64, v); /* a walk may have what we have no name for */
}

static void
put_set(struct pc_buf *out, const struct pc_field *f, const void *at)
{
	int64_t bits = pc_field_number(f, at);
	const char *comma = "";
	pc_buf_add_text(out, "[");
	for (const struct pc_choice *c = f->choices; c->name != NULL; c++) {
		if ((bits >> c->value & 1) == 0)
			continue;
		pc_buf_addf(out, "%s\"%s\"", comma, c->name);
		comma = ", ";
	}
	pc_buf_add_text(out, "]");
}

static void
put_value(struct pc_buf *out, const struct pc_field *f, const void *at)
{
	const char *text = NULL;
	const uint8_t *m = at;
	bool yes = false;
	if (f->kind == PC_FIELD_INTEGER) {
		pc_buf_addf(out, "%" PRId64, pc_field_number(f, at));
	} else if (f->kind == PC_FIELD_BOOL) {
		memcpy(&yes, at, sizeof(yes));
		pc_buf_add_text(out, yes ? "true" : "false");
	} else if (f->kind == PC_FIELD_CHOICE) {
		put_choice(out, f, at);
	} else if (f->kind == PC_FIELD_SET) {
		put_set(out, f, at);
	} else if (f->kind == PC_FIELD_MAC) {
		pc_buf_addf(out, "\"%02x:%02x:%02x:%02x:%02x:%02x\"", m[0], m[1], m[2], m[3], m[4],
			m[5]);
	} else {
		memcpy(&text, at, sizeof(text));
		put_string(out, text);
	}
}

struct teller {
	pc_profile_tell_fn fn;
	void *arg;
	struct pc_buf json;
	const struct pc_profile *p;
};

static void
tell_one(struct teller *t, const struct pc_field *f, const void *at, const char *path,
	const char *key)
{
	pc_buf_clear(&t->json);
	put_value(&t->json, f, at);
	t->fn(t->arg, path, pc_buf_text(&t->json), key);
}

static void tell_table(struct teller *t, const struct pc_field_table *table, const void *base,
	const char *prefix, const char *key);

static void
tell_list(struct teller *t, const struct pc_field *f, const void *base)
{
	static const struct pc_field text = {.kind = PC_FIELD_TEXT};
	char path[PATH_TEXT_MAX];
	size_t n;
	memcpy(&n, (const char *)base + f->count_offset, sizeof(n));
	for (size_t i = 0; i < n; i++) {
		const void *at = (const char *)base + f->offset + i * f->size;
		snprintf(path, sizeof(path), "%s[%zu]", f->name, i);
		if (f->kind == PC_FIELD_TEXTS)
			tell_one(t, &text, at, path, f->name);
		else
			tell_table(t, f->sub, at, path, f->name);
	}
	if (n == 0)
		t->fn(t->arg, f->name, "[]", f->name);
}

static void
tell_table(struct teller *t, const struct pc_field_table *table, const void *base,
	const char *prefix, const char *key)
{
	for (size_t i = 0; i < table->n; i++) {
		char path[PATH_TEXT_MAX], count[32];
		const struct pc_field *f = &table->fields[i];
		const void *at = (const char *)base + f->offset;
		snprintf(path, sizeof(path), "%s%s%s", prefix, prefix[0] == '\0' ? "" : ".",
			f->name);
		snprintf(count, sizeof(count), "%zu", t->p->n_objects);
		if (f->kind == PC_FIELD_MAP)
			tell_table(t, f->sub, at, path, NULL);
		else if (f->kind == PC_FIELD_LIST || f->kind == PC_FIELD_TEXTS)
			tell_list(t, f, base);
		else if (f->kind == PC_FIELD_OBJECTS)
			t->fn(t->arg, path, count, path);
		else
			tell_one(t, f, at, path, key == NULL ? path : key);
	}
}

int
pc_profile_tell(const struct pc_profile *p, pc_profile_tell_fn fn, void *arg)
{
	struct teller t = {.fn = fn, .arg = arg, .p = p};
	pc_buf_init(&t.json, JSON_MAX);
	tell_table(&t, pc_profile_fields(), p, "", NULL);
	int err = t.json.err;
	pc_buf_done(&t.json);
	return err;
}

static void schema_table(struct pc_buf *out, const struct pc_field_table *table, int depth,
	bool required, const char *more);

static void
indent(struct pc_buf *out, int depth)
{
	pc_buf_addf(out, "\n%*s", 2 * depth, "");
}

static void
schema_choices(struct pc_buf *out, const struct pc_choice *c)
{
	pc_buf_add_text(out, "\"enum\": [");
	for (const struct pc_choice *first = c; c->name != NULL; c++)
		pc_buf_addf(out, "%s\"%s\"", c == first ? "" : ", ", c->name);
	pc_buf_add_text(out, "]");
}

static void
schema_set(struct pc_buf *out, const struct pc_field *f)
{
	pc_buf_addf(out, "\"type\": \"array\", \"maxItems\": %" PRId64 ", \"uniqueItems\": true, ",
		f->max);
	pc_buf_add_text(out, "\"items\": {");
	schema_choices(out, f->choices);
	pc_buf_add_text(out, "}");
}

static void
schema_objects(struct pc_buf *out, int depth)
{
	pc_buf_addf(out, "\"type\": \"object\", \"maxProperties\": %d,", PC_RAW_OBJECTS_MAX);
	indent(out, depth);
	pc_buf_add_text(out, "\"propertyNames\": {\"pattern\": \"^[0-9]+([.][0-9]+)*$\"},");
	indent(out, depth);
	pc_buf_add_text(out, "\"additionalProperties\": {\"type\": \"object\", \"required\": "
			     "[\"type\", \"value\"], \"additionalProperties\": false,");
	indent(out, depth);
	pc_buf_add_text(out,
		"  \"properties\": {\"type\": {\"enum\": [\"integer\", \"string\", "
		"\"hex\", \"null\", \"oid\", \"ipaddress\", \"counter32\", \"gauge32\", "
		"\"timeticks\", \"opaque\", \"counter64\"]},");
	indent(out, depth);
	pc_buf_add_text(out, "  \"value\": {\"type\": [\"string\", \"integer\", \"number\", "
			     "\"boolean\", \"null\"]}}}");
}

static void
schema_field(struct pc_buf *out, const struct pc_field *f, int depth)
{
	pc_buf_add_text(out, "\"description\": ");
	put_string(out, f->help);
	pc_buf_add_text(out, ",");
	indent(out, depth);
	if (f->kind == PC_FIELD_INTEGER)
		pc_buf_addf(out,
			"\"type\": \"integer\", \"minimum\": %" PRId64 ", \"maximum\": %" PRId64,
			f->min, f->max);
	else if (f->kind == PC_FIELD_BOOL)
		pc_buf_add_text(out, "\"type\": \"boolean\"");
	else if (f->kind == PC_FIELD_CHOICE || f->kind == PC_FIELD_WORD)
		schema_choices(out, f->choices);
	else if (f->kind == PC_FIELD_SET)
		schema_set(out, f);
	else if (f->kind == PC_FIELD_MAC)
		pc_buf_add_text(out, "\"type\": \"string\", \"pattern\": "
				     "\"^[0-9a-fA-F][26aeAE](:[0-9a-fA-F]{2}){5}$\"");
	else if (f->kind == PC_FIELD_OID)
		pc_buf_add_text(out, "\"type\": \"string\", \"pattern\": \"^[0-9]+([.][0-9]+)*$\"");
	else if (f->kind == PC_FIELD_HEX)
		pc_buf_add_text(out, "\"type\": \"string\", \"pattern\": \"^([0-9a-fA-F]{2})*$\"");
	else if (f->kind == PC_FIELD_MAP)
		schema_table(out, f->sub, depth, false, NULL);
	else if (f->kind == PC_FIELD_OBJECTS)
		schema_objects(out, depth);
	else if (f->kind == PC_FIELD_TEXTS)
		pc_buf_addf(out,
			"\"type\": \"array\", \"maxItems\": %" PRId64
			", \"items\": {\"type\": \"string\", \"minLength\": 1, \"maxLength\": 63}",
			f->max);
	else if (f->kind == PC_FIELD_LIST) {
		pc_buf_addf(out, "\"type\": \"array\", \"maxItems\": %" PRId64 ", \"items\": {",
			f->max);
		indent(out, depth + 1);
		schema_table(out, f->sub, depth + 1, true, NULL);
		pc_buf_add_text(out, "}");
	} else
		pc_buf_addf(out,
			"\"type\": \"string\", \"minLength\": %" PRId64 ", \"maxLength\": %" PRId64,
			f->min, f->max);
}

static void
schema_required(struct pc_buf *out, const struct pc_field_table *table, int depth)
{
	bool first = true;
	for (size_t i = 0; i < table->n; i++) {
		if (!table->fields[i].required)
			continue;
		if (first)
			pc_buf_add_text(out, "\"required\": [");
		pc_buf_addf(out, "%s\"%s\"", first ? "" : ", ", table->fields[i].name);
		first = false;
	}
	if (first)
		return;
	pc_buf_add_text(out, "],");
	indent(out, depth);
}

/* What a file must have is known only with its parents, so only list elements require keys. */
static void
schema_table(struct pc_buf *out, const struct pc_field_table *table, int depth, bool required,
	const char *more)
{
	pc_buf_add_text(out, "\"type\": \"object\", \"additionalProperties\": false,");
	indent(out, depth);
	if (required)
		schema_required(out, table, depth);
	pc_buf_add_text(out, "\"properties\": {");
	if (more != NULL) {
		indent(out, depth + 1);
		pc_buf_add_text(out, more);
	}
	for (size_t i = 0; i < table->n; i++) {
		indent(out, depth + 1);
		pc_buf_addf(out, "\"%s\": {", table->fields[i].name);
		schema_field(out, &table->fields[i], depth + 2);
		pc_buf_add_text(out, i + 1 == table->n ? "}" : "},");
	}
	pc_buf_add_text(out, "}");
}

int
pc_profile_schema(struct pc_buf *out)
{
	pc_buf_add_text(out, "{\n  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n"
			     "  \"title\": \"presscheck printer profile\",\n  ");
	schema_table(out, pc_profile_fields(), 1, false,
		"\"extends\": {\"type\": \"string\", \"description\": \"profile whose keys this one "
		"inherits; maps merge, lists replace\"},\n"
		"    \"abstract\": {\"type\": \"boolean\", \"description\": \"only to be extended\"},");
	pc_buf_add_text(out, "\n}\n");
	return out->err;
}
