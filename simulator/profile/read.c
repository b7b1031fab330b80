/* Reading a profile file by the table of its keys. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "profile/internal.h"

enum { PATH_MAX_TEXT = 96, KNOWN_MAX = 700 };

static int
read_text(struct pc_profile_builder *b, const struct pc_field *f, void *at,
	const struct pc_node *node)
{
	const char *text = NULL;
	int err = pc_node_text(node, &text, b->diag);
	if (err != PC_OK)
		return err;
	if ((int64_t)node->len < f->min || (int64_t)node->len > f->max)
		return pc_node_fail(node, b->diag,
			"found a text of %zu bytes, expected %lld to %lld for '%s'", node->len,
			(long long)f->min, (long long)f->max, f->name);
	const char *copy = pc_profile_copy(b, text, node->len);
	if (copy == NULL)
		return -ENOMEM;
	memcpy(at, &copy, sizeof(copy));
	return PC_OK;
}

/* One "{word}" or "{word:width}"; sets *unique when it differs from device to device. */
static bool
is_template_word(const char *word, size_t len, bool *unique)
{
	static const struct {
		const char *name;
		bool width, unique;
	} words[] = {{"n", true, true}, {"m3", false, true}, {"serial", false, true},
		{"serialhex", false, true}, {"model", false, false}, {"ip", false, true},
		{"x", true, false}};
	const char *colon = memchr(word, ':', len);
	size_t n = colon == NULL ? len : (size_t)(colon - word);
	char width[4];
	uint64_t w = 0;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strlen(words[i].name) != n || memcmp(words[i].name, word, n) != 0)
			continue;
		*unique |= words[i].unique;
		if (colon == NULL)
			return true;
		size_t digits = len - n - 1;
		if (!words[i].width || digits == 0 || digits >= sizeof(width))
			return false;
		memcpy(width, colon + 1, digits);
		width[digits] = '\0';
		return pc_text_u64(width, 1, 16, &w) == PC_OK;
	}
	return false;
}

static int
check_template(struct pc_profile_builder *b, const struct pc_field *f, const struct pc_node *node)
{
	bool unique = false;
	for (const char *p = strchr(node->text, '{'); p != NULL; p = strchr(p + 1, '{')) {
		const char *end = strchr(p, '}');
		size_t len = end == NULL ? strlen(p) : (size_t)(end - p) + 1;
		if (end == NULL || !is_template_word(p + 1, len - 2, &unique))
			return pc_node_fail(node, b->diag,
				"found '%.*s', expected {n}, {n:WIDTH}, {m3}, {serial}, "
				"{serialhex}, {model}, {ip} or {x:COUNT}",
				(int)(len > 40 ? 40 : len), p);
	}
	if (f->kind == PC_FIELD_UNIQUE && !unique)
		return pc_node_fail(node, b->diag,
			"found '%.60s', expected a template that tells devices apart: "
			"{n}, {m3} or {ip}",
			node->text);
	return PC_OK;
}

static int
read_template(struct pc_profile_builder *b, const struct pc_field *f, void *at,
	const struct pc_node *node)
{
	int err = read_text(b, f, at, node);
	return err != PC_OK ? err : check_template(b, f, node);
}

static int
read_oid(struct pc_profile_builder *b, const struct pc_field *f, void *at,
	const struct pc_node *node)
{
	uint32_t arcs[PC_OID_MAX];
	size_t n = 0;
	int err = read_text(b, f, at, node);
	if (err != PC_OK)
		return err;
	if (node->text[0] == '.' || pc_arcs_parse(node->text, arcs, PC_OID_MAX, &n) != PC_OK)
		return pc_node_fail(node, b->diag,
			"found '%.60s', expected an object identifier such as 1.3.6.1", node->text);
	return PC_OK;
}

static int
read_hex(struct pc_profile_builder *b, const struct pc_field *f, void *at,
	const struct pc_node *node)
{
	int err = read_text(b, f, at, node);
	if (err != PC_OK)
		return err;
	if (node->len % 2 != 0 || strspn(node->text, "0123456789abcdefABCDEF") != node->len)
		return pc_node_fail(
			node, b->diag, "found '%.60s', expected pairs of hex digits", node->text);
	return PC_OK;
}

static void
store_number(const struct pc_field *f, void *at, int64_t v)
{
	uint8_t one = (uint8_t)v;
	uint16_t two = (uint16_t)v;
	uint32_t four = (uint32_t)v;
	if (f->size == 1)
		memcpy(at, &one, 1);
	else if (f->size == 2)
		memcpy(at, &two, 2);
	else
		memcpy(at, &four, 4);
}

static int
read_integer(struct pc_profile_builder *b, const struct pc_field *f, void *at,
	const struct pc_node *node)
{
	int64_t v = 0;
	int err = pc_node_integer(node, f->min, f->max, &v, b->diag);
	if (err == PC_OK)
		store_number(f, at, v);
	return err;
}

static int
read_bool(struct pc_profile_builder *b, const struct pc_field *f, void *at,
	const struct pc_node *node)
{
	bool yes = false;
	(void)f;
	int err = pc_node_bool(node, &yes, b->diag);
	if (err == PC_OK)
		memcpy(at, &yes, sizeof(yes));
	return err;
}

/* The choice that a node names; NULL, and the mistake told, when it names none. */
static const struct pc_choice *
find_choice(struct pc_profile_builder *b, const struct pc_field *f, const struct pc_node *node,
	int *err)
{
	char found[PC_NODE_DESCRIPTION_MAX], known[KNOWN_MAX] = "";
	size_t used = 0;
	*err = PC_OK;
	for (const struct pc_choice *c = f->choices; c->name != NULL; c++) {
		if (node->kind == PC_NODE_SCALAR && strcmp(c->name, node->text) == 0)
			return c;
		int n = snprintf(
			known + used, sizeof(known) - used, "%s%s", used == 0 ? "" : ", ", c->name);
		used = used + (size_t)n < sizeof(known) ? used + (size_t)n : sizeof(known) - 1;
	}
	*err = pc_node_fail(node, b->diag, "found %s, expected one of: %s",
		pc_node_describe(node, found), known);
	return NULL;
}

static int
read_choice(struct pc_profile_builder *b, const struct pc_field *f, void *at,
	const struct pc_node *node)
{
	int err;
	const struct pc_choice *c = find_choice(b, f, node, &err);
	if (c == NULL)
		return err;
	if (f->kind == PC_FIELD_CHOICE)
		store_number(f, at, c->value);
	else
		memcpy(at, &c->name, sizeof(c->name));
	return PC_OK;
}

/* Like a list, a set replaces the one it inherits. */
static int
read_set(struct pc_profile_builder *b, const struct pc_field *f, void *at,
	const struct pc_node *node)
{
	char found[PC_NODE_DESCRIPTION_MAX];
	uint32_t bits = 0;
	int err = PC_OK;
	if (node->kind != PC_NODE_LIST)
		return pc_node_fail(
			node, b->diag, "found %s, expected a list", pc_node_describe(node, found));
	for (const struct pc_node *e = node->first; e != NULL; e = e->next) {
		const struct pc_choice *c = find_choice(b, f, e, &err);
		if (c == NULL)
			return err;
		if ((bits >> c->value & 1u) != 0)
			return pc_node_fail(
				e, b->diag, "found '%s' again, expected it once", c->name);
		bits |= UINT32_C(1) << c->value;
	}
	store_number(f, at, bits);
	return PC_OK;
}

static int
read_mac(struct pc_profile_builder *b, const struct pc_field *f, void *at,
	const struct pc_node *node)
{
	char found[PC_NODE_DESCRIPTION_MAX];
	unsigned m[6];
	char end;
	(void)f;
	if (node->kind != PC_NODE_SCALAR || node->len != 17 ||
		sscanf(node->text, "%2x:%2x:%2x:%2x:%2x:%2x%c", &m[0], &m[1], &m[2], &m[3], &m[4],
			&m[5], &end) != 6)
		return pc_node_fail(node, b->diag,
			"found %s, expected a MAC address such as \"02:00:00:00:00:00\"",
			pc_node_describe(node, found));
	if ((m[0] & 3) != 2)
		return pc_node_fail(node, b->diag,
			"found '%s', expected a locally administered unicast address "
			"(first byte x2, x6, xa or xe): made-up printers must not claim real ones",
			node->text);
	for (size_t i = 0; i < 6; i++)
		((uint8_t *)at)[i] = (uint8_t)m[i];
	return PC_OK;
}

/* The limits that hold between two keys of one element. */
static int
check_element(struct pc_profile_builder *b, const struct pc_field *f, const void *element,
	const struct pc_node *node)
{
	const struct pc_field *cap = pc_field_find(f->sub, "capacity");
	const struct pc_field *initial = pc_field_find(f->sub, "initial");
	if (cap == NULL || initial == NULL)
		return PC_OK;
	int64_t c = pc_field_number(cap, (const char *)element + cap->offset);
	int64_t v = pc_field_number(initial, (const char *)element + initial->offset);
	if (c == -1 || v == -1 || (c >= 0 && v > c))
		return pc_node_fail(pc_node_get(node, "initial"), b->diag,
			"found '%lld', expected at most the capacity (%lld), -2 or -3",
			(long long)v, (long long)c);
	return PC_OK;
}

static int
check_required(struct pc_profile_builder *b, const struct pc_field *f, const struct pc_node *node)
{
	for (size_t i = 0; i < f->sub->n; i++) {
		const struct pc_field *s = &f->sub->fields[i];
		if (s->required && pc_node_get(node, s->name) == NULL)
			return pc_node_fail(node, b->diag,
				"found no key '%s', expected it in each element of '%s'", s->name,
				f->name);
	}
	return PC_OK;
}

static int
read_element(struct pc_profile_builder *b, const struct pc_field *f, void *at,
	const struct pc_node *node)
{
	int err;
	memset(at, 0, f->size);
	if (f->kind == PC_FIELD_TEXTS) {
		const struct pc_field text = {.name = f->name, .min = 1, .max = 63};
		return read_text(b, &text, at, node);
	}
	err = pc_field_read_map(b, f->sub, at, node, NULL);
	if (err == PC_OK)
		err = check_required(b, f, node);
	return err != PC_OK ? err : check_element(b, f, at, node);
}

/* A list replaces the one it inherits. */
static int
read_list(struct pc_profile_builder *b, const struct pc_field *f, void *base,
	const struct pc_node *node)
{
	char found[PC_NODE_DESCRIPTION_MAX];
	size_t n = 0;
	int err = PC_OK;
	if (node->kind != PC_NODE_LIST)
		return pc_node_fail(
			node, b->diag, "found %s, expected a list", pc_node_describe(node, found));
	if ((int64_t)node->count > f->max)
		return pc_node_fail(node, b->diag,
			"found %zu elements, expected at most %lld in '%s'", node->count,
			(long long)f->max, f->name);
	for (const struct pc_node *e = node->first; e != NULL && err == PC_OK; e = e->next, n++) {
		err = read_element(b, f, (char *)base + f->offset + n * f->size, e);
		if (err == PC_OK && f->sub != NULL && f->sub->check != NULL)
			err = f->sub->check(b, (char *)base + f->offset, n, e);
	}
	if (err == PC_OK)
		memcpy((char *)base + f->count_offset, &n, sizeof(n));
	return err;
}

typedef int (*read_fn)(struct pc_profile_builder *b, const struct pc_field *f, void *at,
	const struct pc_node *node);

static const read_fn readers[] = {
	[PC_FIELD_TEXT] = read_text,
	[PC_FIELD_TEMPLATE] = read_template,
	[PC_FIELD_UNIQUE] = read_template,
	[PC_FIELD_OID] = read_oid,
	[PC_FIELD_HEX] = read_hex,
	[PC_FIELD_INTEGER] = read_integer,
	[PC_FIELD_BOOL] = read_bool,
	[PC_FIELD_CHOICE] = read_choice,
	[PC_FIELD_WORD] = read_choice,
	[PC_FIELD_SET] = read_set,
	[PC_FIELD_MAC] = read_mac,
	[PC_FIELD_OBJECTS] = NULL,
};

static int
note_origin(struct pc_profile_builder *b, const char *path, const struct pc_node *key)
{
	struct pc_profile_memory *m = b->p->memory;
	struct pc_profile_origin *o = pc_profile_take(b, sizeof(*o));
	if (o == NULL)
		return -ENOMEM;
	o->path = pc_profile_copy(b, path, strlen(path));
	/* The same file name many times: share it. */
	const char *name = pc_doc_name(key->doc);
	o->file = m->origins != NULL && strcmp(m->origins->file, name) == 0
			  ? m->origins->file
			  : pc_profile_copy(b, name, strlen(name));
	o->line = key->line;
	if (o->path == NULL || o->file == NULL)
		return -ENOMEM;
	o->next = m->origins;
	m->origins = o;
	return PC_OK;
}

static int
unknown_key(
	struct pc_profile_builder *b, const struct pc_field_table *table, const struct pc_node *key)
{
	char known[KNOWN_MAX] = "";
	size_t used = 0;
	for (size_t i = 0; i < table->n; i++) {
		int n = snprintf(known + used, sizeof(known) - used, "%s%s", used == 0 ? "" : ", ",
			table->fields[i].name);
		used = used + (size_t)n < sizeof(known) ? used + (size_t)n : sizeof(known) - 1;
	}
	return pc_node_fail(
		key, b->diag, "found key '%.40s', expected one of: %s", key->text, known);
}

static int
read_field(struct pc_profile_builder *b, const struct pc_field *f, void *base,
	const struct pc_node *node, const char *path)
{
	char below[PATH_MAX_TEXT];
	int err = PC_OK;
	if (path != NULL) {
		snprintf(below, sizeof(below), "%s%s%s", path, path[0] == '\0' ? "" : ".", f->name);
		err = note_origin(b, below, node->key);
	}
	if (err != PC_OK)
		return err;
	if (f->kind == PC_FIELD_MAP)
		return pc_field_read_map(b, f->sub, (char *)base + f->offset, node, below);
	if (f->kind == PC_FIELD_LIST || f->kind == PC_FIELD_TEXTS)
		return read_list(b, f, base, node);
	if (f->kind == PC_FIELD_OBJECTS)
		return pc_profile_read_objects(b, node);
	return readers[f->kind](b, f, (char *)base + f->offset, node);
}

int
pc_field_read_map(struct pc_profile_builder *b, const struct pc_field_table *table, void *base,
	const struct pc_node *node, const char *path)
{
	char found[PC_NODE_DESCRIPTION_MAX];
	if (node->kind != PC_NODE_MAP)
		return pc_node_fail(
			node, b->diag, "found %s, expected a map", pc_node_describe(node, found));
	for (const struct pc_node *e = node->first; e != NULL; e = e->next) {
		const struct pc_field *f = pc_field_find(table, e->key->text);
		bool heading = path != NULL && path[0] == '\0' &&
			       (strcmp(e->key->text, "extends") == 0 ||
				       strcmp(e->key->text, "abstract") == 0);
		if (heading)
			continue;
		if (f == NULL)
			return unknown_key(b, table, e->key);
		int err = read_field(b, f, base, e, path);
		if (err != PC_OK)
			return err;
	}
	return PC_OK;
}
