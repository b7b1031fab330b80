#include "cloud/schema.h"

#include <errno.h>
#include <jansson.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/file.h"
#include "base/text.h"
#include "cloud/schema-node.h"

enum { SCHEMA_FILE_MAX = 1 << 20 };

struct pc_schema {
	json_t *doc;                 /* owned; nodes borrow its texts */
	struct pc_schema_node *root; /* owned */
};

struct loader {
	const char *where;
	json_t *doc;
	struct pc_diag *diag;
};

static struct pc_schema_node *load_node(struct loader *l, json_t *rule, unsigned depth, int *err);

/* ---- one function for each kind of keyword ---- */

static int
wrong(struct loader *l, const char *keyword, const char *expected)
{
	return pc_diag_fail(
		l->diag, PC_E_BADVALUE, "%s: value of '%s' is not %s", l->where, keyword, expected);
}

static int
load_type(struct loader *l, struct pc_schema_node *n, json_t *v)
{
	size_t count = json_is_array(v) ? json_array_size(v) : 1;
	n->types = 0;
	for (size_t i = 0; i < count; i++) {
		const char *name = json_string_value(json_is_array(v) ? json_array_get(v, i) : v);
		unsigned bit = name == NULL ? 0 : pc_schema_type_bit(name);
		if (bit == 0)
			return wrong(l, "type", "a type name");
		n->types |= bit;
	}
	return n->types == 0 ? wrong(l, "type", "a type name") : PC_OK;
}

static int
load_pattern(struct loader *l, struct pc_schema_node *n, json_t *v)
{
	if (!json_is_string(v))
		return wrong(l, "pattern", "a text");
	n->pattern = pc_schema_pattern_new(json_string_value(v));
	return n->pattern == NULL ? wrong(l, "pattern", "a regular expression") : PC_OK;
}

static int
load_format(struct loader *l, struct pc_schema_node *n, json_t *v)
{
	if (!json_is_string(v))
		return wrong(l, "format", "a text");
	n->format = pc_schema_format_find(json_string_value(v));
	if (n->format == NULL)
		return pc_diag_fail(l->diag, PC_E_UNSUPPORTED, "%s: unknown format '%s'", l->where,
			json_string_value(v));
	return PC_OK;
}

static int
load_enum(struct loader *l, struct pc_schema_node *n, json_t *v)
{
	n->enumeration = v;
	return json_is_array(v) && json_array_size(v) > 0 ? PC_OK : wrong(l, "enum", "a list");
}

static int
load_const(struct loader *l, struct pc_schema_node *n, json_t *v)
{
	(void)l;
	n->constant = v;
	return PC_OK;
}

static int
load_required(struct loader *l, struct pc_schema_node *n, json_t *v)
{
	size_t i;
	json_t *name;
	json_array_foreach(v, i, name)
	{
		if (!json_is_string(name))
			return wrong(l, "required", "a list of names");
	}
	n->required = v;
	return json_is_array(v) ? PC_OK : wrong(l, "required", "a list of names");
}

static int
load_nothing(struct loader *l, struct pc_schema_node *n, json_t *v)
{
	(void)l;
	(void)n;
	(void)v;
	return PC_OK;
}

/* Keywords whose value is a count or a bound. */
static const struct {
	const char *keyword;
	size_t offset; /* of a struct pc_schema_bound */
} bounds[] = {
	{"maxItems", offsetof(struct pc_schema_node, max_items)},
	{"maxLength", offsetof(struct pc_schema_node, max_length)},
	{"maxProperties", offsetof(struct pc_schema_node, max_properties)},
	{"maximum", offsetof(struct pc_schema_node, maximum)},
	{"minItems", offsetof(struct pc_schema_node, min_items)},
	{"minLength", offsetof(struct pc_schema_node, min_length)},
	{"minimum", offsetof(struct pc_schema_node, minimum)},
};

static const struct {
	const char *keyword;
	int (*load)(struct loader *l, struct pc_schema_node *n, json_t *v);
} keywords[] = {
	{"$comment", load_nothing},
	{"$id", load_nothing},
	{"$schema", load_nothing},
	{"const", load_const},
	{"description", load_nothing},
	{"enum", load_enum},
	{"format", load_format},
	{"pattern", load_pattern},
	{"required", load_required},
	{"title", load_nothing},
	{"type", load_type},
};

/* ---- keywords that hold further rules ---- */

static int
load_properties(struct loader *l, struct pc_schema_node *n, json_t *v, unsigned depth)
{
	const char *name;
	json_t *rule;
	int err = PC_OK;
	if (!json_is_object(v))
		return wrong(l, "properties", "an object");
	n->properties = calloc(json_object_size(v) + 1, sizeof(n->properties[0]));
	if (n->properties == NULL)
		return -ENOMEM;
	json_object_foreach(v, name, rule)
	{
		n->properties[n->n_properties].name = name;
		n->properties[n->n_properties].node = load_node(l, rule, depth, &err);
		if (err != PC_OK)
			return err;
		n->n_properties++;
	}
	return PC_OK;
}

static int
load_any(struct loader *l, struct pc_schema_node *n, json_t *v, unsigned depth)
{
	int err = PC_OK;
	if (!json_is_array(v) || json_array_size(v) == 0)
		return wrong(l, "anyOf", "a list");
	n->any = calloc(json_array_size(v), sizeof(n->any[0]));
	if (n->any == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < json_array_size(v); i++) {
		n->any[i] = load_node(l, json_array_get(v, i), depth, &err);
		if (err != PC_OK)
			return err;
		n->n_any++;
	}
	return PC_OK;
}

static int
load_ref(struct loader *l, struct pc_schema_node *n, json_t *v, unsigned depth)
{
	static const char prefix[] = "#/$defs/";
	const char *name = json_string_value(v);
	int err = PC_OK;
	if (name == NULL || strncmp(name, prefix, sizeof(prefix) - 1) != 0)
		return wrong(l, "$ref", "'#/$defs/NAME'");
	json_t *rule = json_object_get(json_object_get(l->doc, "$defs"), name + sizeof(prefix) - 1);
	if (rule == NULL)
		return wrong(l, "$ref", "a name in $defs");
	n->ref = load_node(l, rule, depth, &err);
	return err;
}

static int
load_additional(struct loader *l, struct pc_schema_node *n, json_t *v, unsigned depth)
{
	int err = PC_OK;
	if (json_is_boolean(v))
		n->closed = json_is_false(v);
	else
		n->additional = load_node(l, v, depth, &err);
	return err;
}

/* Rules are loaded where they are referred to; here only so that none is wrong unnoticed. */
static int
load_defs(struct loader *l, json_t *v, unsigned depth)
{
	const char *name;
	json_t *rule;
	int err = PC_OK;
	if (!json_is_object(v))
		return wrong(l, "$defs", "an object");
	json_object_foreach(v, name, rule)
	{
		if (err == PC_OK)
			pc_schema_node_free(load_node(l, rule, depth, &err));
	}
	return err;
}

static int
load_rule(struct loader *l, struct pc_schema_node *n, const char *key, json_t *v, unsigned depth)
{
	int err = PC_OK;
	for (size_t i = 0; i < sizeof(keywords) / sizeof(keywords[0]); i++) {
		if (strcmp(keywords[i].keyword, key) == 0)
			return keywords[i].load(l, n, v);
	}
	for (size_t i = 0; i < sizeof(bounds) / sizeof(bounds[0]); i++) {
		if (strcmp(bounds[i].keyword, key) != 0)
			continue;
		struct pc_schema_bound b = {.set = true, .value = json_number_value(v)};
		memcpy((char *)n + bounds[i].offset, &b, sizeof(b));
		return json_is_number(v) ? PC_OK : wrong(l, key, "a number");
	}
	if (strcmp(key, "properties") == 0)
		return load_properties(l, n, v, depth);
	if (strcmp(key, "additionalProperties") == 0)
		return load_additional(l, n, v, depth);
	if (strcmp(key, "anyOf") == 0)
		return load_any(l, n, v, depth);
	if (strcmp(key, "$defs") == 0)
		return load_defs(l, v, depth);
	if (strcmp(key, "$ref") == 0)
		return load_ref(l, n, v, depth);
	if (strcmp(key, "items") == 0) {
		n->items = load_node(l, v, depth, &err);
		return err;
	}
	if (strcmp(key, "propertyNames") == 0) {
		n->names = load_node(l, v, depth, &err);
		return err;
	}
	return pc_diag_fail(l->diag, PC_E_UNSUPPORTED, "%s: unknown keyword '%s'", l->where, key);
}

static struct pc_schema_node *
load_node(struct loader *l, json_t *rule, unsigned depth, int *err)
{
	const char *key;
	json_t *v;
	struct pc_schema_node *n = NULL;
	if (!json_is_object(rule)) {
		*err = pc_diag_fail(
			l->diag, PC_E_BADVALUE, "%s: a rule is not an object", l->where);
		return NULL;
	}
	if (depth == PC_SCHEMA_DEPTH_MAX) {
		*err = pc_diag_fail(l->diag, PC_E_LIMIT,
			"%s: deeper than %d; does a $ref lead to itself?", l->where,
			PC_SCHEMA_DEPTH_MAX);
		return NULL;
	}
	n = calloc(1, sizeof(*n));
	*err = n == NULL ? -ENOMEM : PC_OK;
	json_object_foreach(rule, key, v)
	{
		if (*err == PC_OK)
			*err = load_rule(l, n, key, v, depth + 1);
	}
	if (*err == PC_OK)
		return n;
	pc_schema_node_free(n);
	return NULL;
}

/* ---- the whole ---- */

int
pc_schema_load(const char *where, const void *text, size_t len, struct pc_schema **ret,
	struct pc_diag *diag)
{
	json_error_t jerr;
	int err = PC_OK;
	struct pc_schema *s = calloc(1, sizeof(*s));
	if (s == NULL)
		return pc_diag_fail(diag, -ENOMEM, "%s: no memory", where);
	s->doc = json_loadb(text, len, JSON_REJECT_DUPLICATES, &jerr);
	if (s->doc == NULL) {
		err = pc_diag_fail(diag, PC_E_SYNTAX, "%s:%d:%d: %s", where, jerr.line, jerr.column,
			jerr.text);
	} else {
		struct loader l = {.where = where, .doc = s->doc, .diag = diag};
		s->root = load_node(&l, s->doc, 0, &err);
	}
	if (err != PC_OK) {
		pc_schema_free(s);
		return err;
	}
	*ret = s;
	return PC_OK;
}

int
pc_schema_load_file(const char *path, struct pc_schema **ret, struct pc_diag *diag)
{
	struct pc_buf text;
	pc_buf_init(&text, SCHEMA_FILE_MAX);
	int err = pc_file_read(path, &text, diag);
	if (err == PC_OK)
		err = pc_schema_load(path, pc_buf_text(&text), text.len, ret, diag);
	pc_buf_done(&text);
	return err;
}

void
pc_schema_free(struct pc_schema *s)
{
	if (s == NULL)
		return;
	pc_schema_node_free(s->root);
	json_decref(s->doc);
	free(s);
}

int
pc_schema_check(const struct pc_schema *s, const struct json_t *value, struct pc_schema_error *ret)
{
	return pc_schema_node_check(s->root, value, NULL, ret);
}
