#include "base/doc.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libfyaml.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/text.h"

enum { BLOCK_BYTES = 16384 };

/* Memory of a document: blocks that are freed together. */
struct block {
	struct block *next;
	size_t used, size;
	max_align_t data[];
};

struct pc_doc {
	char *name;
	struct block *blocks; /* owned */
	const struct pc_node *root;
	size_t nodes;
};

struct frame {
	struct pc_node *node;
	struct pc_node *last; /* child */
	struct pc_node *key;  /* of a map: read, its value is not */
};

struct reader {
	struct pc_doc *doc;
	struct fy_parser *parser;
	struct pc_diag *diag;
	struct frame stack[PC_DOC_DEPTH_MAX];
	size_t depth;
	bool ended;
};

static void *
take_memory(struct pc_doc *doc, size_t size)
{
	size_t unit = sizeof(max_align_t);
	size = (size + unit - 1) / unit * unit;
	if (doc->blocks == NULL || doc->blocks->size - doc->blocks->used < size) {
		size_t room = size > BLOCK_BYTES ? size : BLOCK_BYTES;
		struct block *b = calloc(1, sizeof(*b) + room);
		if (b == NULL)
			return NULL;
		b->size = room;
		b->next = doc->blocks;
		doc->blocks = b;
	}
	void *p = (char *)doc->blocks->data + doc->blocks->used;
	doc->blocks->used += size;
	return p;
}

static int
fail_at(struct reader *r, const struct fy_mark *mark, int err, const char *what)
{
	return pc_diag_fail(r->diag, err, "%s:%d:%d: %s", r->doc->name,
		mark == NULL ? 1 : mark->line + 1, mark == NULL ? 1 : mark->column + 1, what);
}

static int
new_node(struct reader *r, enum pc_node_kind kind, const struct fy_mark *mark, struct pc_node **ret)
{
	if (++r->doc->nodes > PC_DOC_NODES_MAX)
		return fail_at(r, mark, PC_E_LIMIT, "too many nodes");
	struct pc_node *n = take_memory(r->doc, sizeof(*n));
	if (n == NULL)
		return -ENOMEM;
	n->kind = kind;
	n->doc = r->doc;
	n->line = mark == NULL ? 1 : (uint32_t)mark->line + 1;
	n->column = mark == NULL ? 1 : (uint32_t)mark->column + 1;
	*ret = n;
	return PC_OK;
}

/* Hang a node where it belongs: root, item, key or value. */
static int
attach(struct reader *r, struct pc_node *n, const struct fy_mark *mark)
{
	struct frame *top = r->depth == 0 ? NULL : &r->stack[r->depth - 1];
	if (top == NULL) {
		if (r->doc->root != NULL)
			return fail_at(r, mark, PC_E_SYNTAX,
				"found a second document, expected the end of the file");
		r->doc->root = n;
		return PC_OK;
	}
	if (top->node->kind == PC_NODE_MAP && top->key == NULL) {
		if (n->kind != PC_NODE_SCALAR)
			return fail_at(r, mark, PC_E_SYNTAX,
				"found a map or list as key, expected a text");
		top->key = n;
		return PC_OK;
	}
	n->key = top->key;
	top->key = NULL;
	if (top->last == NULL)
		top->node->first = n;
	else
		top->last->next = n;
	top->last = n;
	top->node->count++;
	return PC_OK;
}

static int
add_scalar(struct reader *r, struct fy_event *e, const struct fy_mark *mark)
{
	struct pc_node *n = NULL;
	struct fy_token *t = e->scalar.value;
	size_t len = 0;
	const char *text = t == NULL ? NULL : fy_token_get_text(t, &len);
	int err = new_node(r, PC_NODE_SCALAR, mark, &n);
	if (err != PC_OK)
		return err;
	char *copy = take_memory(r->doc, len + 1);
	if (copy == NULL)
		return -ENOMEM;
	if (len > 0 && text != NULL)
		memcpy(copy, text, len);
	n->text = copy;
	n->len = len;
	enum fy_scalar_style style = t == NULL ? FYSS_PLAIN : fy_token_scalar_style(t);
	n->quoted = style != FYSS_PLAIN;
	/* The library's mark stands behind the quote; a person looks for the quote. */
	if ((style == FYSS_SINGLE_QUOTED || style == FYSS_DOUBLE_QUOTED) && n->column > 1)
		n->column--;
	return attach(r, n, mark);
}

static int
open_node(struct reader *r, enum pc_node_kind kind, const struct fy_mark *mark)
{
	struct pc_node *n = NULL;
	if (r->depth == PC_DOC_DEPTH_MAX)
		return fail_at(r, mark, PC_E_LIMIT, "nested too deeply");
	int err = new_node(r, kind, mark, &n);
	if (err == PC_OK)
		err = attach(r, n, mark);
	if (err == PC_OK)
		r->stack[r->depth++] = (struct frame){.node = n};
	return err;
}

static int
by_key(const void *a, const void *b)
{
	const struct pc_node *const *x = a, *const *y = b;
	int c = strcmp((*x)->key->text, (*y)->key->text);
	if (c != 0)
		return c;
	if ((*x)->key->line != (*y)->key->line)
		return (*x)->key->line < (*y)->key->line ? -1 : 1;
	return (*x)->key->column < (*y)->key->column ? -1 : 1;
}

static int
check_keys(struct reader *r, const struct pc_node *map)
{
	int err = PC_OK;
	size_t n = 0;
	if (map->count < 2)
		return PC_OK;
	const struct pc_node **sorted = calloc(map->count, sizeof(const struct pc_node *));
	if (sorted == NULL)
		return -ENOMEM;
	for (const struct pc_node *c = map->first; c != NULL; c = c->next)
		sorted[n++] = c;
	qsort(sorted, n, sizeof(const struct pc_node *), by_key);
	for (size_t i = 1; i < n && err == PC_OK; i++) {
		const struct pc_node *key = sorted[i]->key, *other = sorted[i - 1]->key;
		if (strcmp(key->text, other->text) == 0)
			err = pc_node_fail(key, r->diag,
				"found key '%s' again, expected it once (first in line %u)",
				key->text, (unsigned)other->line);
	}
	free(sorted);
	return err;
}

static int
close_node(struct reader *r)
{
	const struct pc_node *n = r->stack[--r->depth].node;
	return n->kind == PC_NODE_MAP ? check_keys(r, n) : PC_OK;
}

static bool
has_anchor(const struct fy_event *e)
{
	if (e->type == FYET_ALIAS)
		return true;
	if (e->type == FYET_SCALAR)
		return e->scalar.anchor != NULL;
	if (e->type == FYET_MAPPING_START)
		return e->mapping_start.anchor != NULL;
	return e->type == FYET_SEQUENCE_START && e->sequence_start.anchor != NULL;
}

static int
take_event(struct reader *r, struct fy_event *e)
{
	const struct fy_mark *mark = fy_event_start_mark(e);
	if (has_anchor(e))
		return fail_at(r, mark, PC_E_SYNTAX,
			"found an anchor or alias, expected the value itself");
	if (e->type == FYET_SCALAR)
		return add_scalar(r, e, mark);
	if (e->type == FYET_MAPPING_START)
		return open_node(r, PC_NODE_MAP, mark);
	if (e->type == FYET_SEQUENCE_START)
		return open_node(r, PC_NODE_LIST, mark);
	if (e->type == FYET_MAPPING_END || e->type == FYET_SEQUENCE_END)
		return close_node(r);
	r->ended = e->type == FYET_STREAM_END;
	return PC_OK;
}

/* What the parser complained about, with the place. */
static int
parser_error(struct reader *r, struct fy_diag *fd)
{
	void *iterator = NULL;
	const struct fy_diag_error *e = fy_diag_errors_iterate(fd, &iterator);
	if (e == NULL)
		return fail_at(r, NULL, PC_E_SYNTAX, "this is not YAML");
	return pc_diag_fail(
		r->diag, PC_E_SYNTAX, "%s:%d:%d: %s", r->doc->name, e->line, e->column, e->msg);
}

static int
read_events(struct reader *r, struct fy_diag *fd)
{
	while (!r->ended) {
		struct fy_event *e = fy_parser_parse(r->parser);
		if (e == NULL)
			return parser_error(r, fd);
		int err = take_event(r, e);
		fy_parser_event_free(r->parser, e);
		if (err != PC_OK)
			return err;
	}
	if (r->doc->root != NULL)
		return PC_OK;
	struct pc_node *empty = NULL;
	int err = new_node(r, PC_NODE_SCALAR, NULL, &empty);
	if (err == PC_OK) {
		empty->text = "";
		r->doc->root = empty;
	}
	return err;
}

/* True when a line starts at text[at], by any line break YAML knows or behind a byte order mark. */
static bool
starts_line(const char *text, size_t at)
{
	static const char *const breaks[] = {
		"\n", "\r", "\xc2\x85", "\xe2\x80\xa8", "\xe2\x80\xa9", "\xef\xbb\xbf"};
	for (size_t i = 0; i < sizeof(breaks) / sizeof(breaks[0]); i++) {
		size_t n = strlen(breaks[i]);
		if (at >= n && memcmp(text + at - n, breaks[i], n) == 0)
			return true;
	}
	return at == 0;
}

/* What must not reach the parser: NUL, which ends a C text and cannot be seen in an editor; UTF-16;
 * and directives, on some of which libfyaml 0.7.12 never returns. */
static int
check_bytes(const char *text, size_t len, const char *name, struct pc_diag *diag)
{
	unsigned line = 1;
	if (len > PC_DOC_BYTES_MAX)
		return pc_diag_fail(diag, PC_E_LIMIT, "%s: %zu bytes, at most %d are read", name,
			len, PC_DOC_BYTES_MAX);
	if (len > 0 && (uint8_t)text[0] >= 0xfe)
		return pc_diag_fail(
			diag, PC_E_SYNTAX, "%s:1:1: found UTF-16, expected UTF-8", name);
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '\0')
			return pc_diag_fail(diag, PC_E_SYNTAX,
				"%s:%u:1: found a NUL byte, expected text", name, line);
		if (text[i] == '%' && starts_line(text, i))
			return pc_diag_fail(diag, PC_E_SYNTAX,
				"%s:%u:1: found a directive ('%%'), expected a document without",
				name, line);
		line += text[i] == '\n' ? 1 : 0;
	}
	return PC_OK;
}

static int
parse_with(struct reader *r, const char *text, size_t len)
{
	int err = -ENOMEM;
	struct fy_diag_cfg dc;
	fy_diag_cfg_default(&dc);
	dc.fp = NULL;
	struct fy_diag *fd = fy_diag_create(&dc);
	if (fd == NULL)
		return -ENOMEM;
	fy_diag_set_collect_errors(fd, true);
	struct fy_parse_cfg pc = {.flags = FYPCF_QUIET | FYPCF_JSON_NONE, .diag = fd};
	r->parser = fy_parser_create(&pc);
	if (r->parser != NULL && fy_parser_set_string(r->parser, text, len) == 0)
		err = read_events(r, fd);
	fy_parser_destroy(r->parser);
	fy_diag_destroy(fd);
	return err;
}

int
pc_doc_parse(
	const char *text, size_t len, const char *name, struct pc_doc **ret, struct pc_diag *diag)
{
	struct reader r = {.diag = diag};
	int err = check_bytes(text, len, name, diag);
	if (err != PC_OK)
		return err;
	r.doc = calloc(1, sizeof(*r.doc));
	if (r.doc == NULL)
		return -ENOMEM;
	r.doc->name = strdup(name);
	err = r.doc->name == NULL ? -ENOMEM : parse_with(&r, text, len);
	if (err == PC_OK)
		*ret = r.doc;
	else
		pc_doc_free(r.doc);
	return err;
}

int
pc_doc_load(const char *path, struct pc_doc **ret, struct pc_diag *diag)
{
	struct pc_buf b;
	pc_buf_init(&b, PC_DOC_BYTES_MAX);
	int err = pc_file_read(path, &b, diag);
	if (err == PC_OK)
		err = pc_doc_parse(pc_buf_text(&b), b.len, path, ret, diag);
	pc_buf_done(&b);
	return err;
}

void
pc_doc_free(struct pc_doc *doc)
{
	if (doc == NULL)
		return;
	while (doc->blocks != NULL) {
		struct block *next = doc->blocks->next;
		free(doc->blocks);
		doc->blocks = next;
	}
	free(doc->name);
	free(doc);
}

const struct pc_node *
pc_doc_root(const struct pc_doc *doc)
{
	return doc->root;
}

const char *
pc_doc_name(const struct pc_doc *doc)
{
	return doc->name;
}

const struct pc_node *
pc_node_get(const struct pc_node *node, const char *key)
{
	if (node->kind != PC_NODE_MAP)
		return NULL;
	const struct pc_node *c = node->first;
	while (c != NULL && strcmp(c->key->text, key) != 0)
		c = c->next;
	return c;
}

const char *
pc_node_describe(const struct pc_node *node, char out[PC_NODE_DESCRIPTION_MAX])
{
	if (node->kind == PC_NODE_MAP)
		pc_text_copy(out, PC_NODE_DESCRIPTION_MAX, "a map");
	else if (node->kind == PC_NODE_LIST)
		pc_text_copy(out, PC_NODE_DESCRIPTION_MAX, "a list");
	else if (node->len == 0)
		pc_text_copy(out, PC_NODE_DESCRIPTION_MAX, "nothing");
	else
		snprintf(out, PC_NODE_DESCRIPTION_MAX, "'%.40s'%s", node->text,
			node->len > 40 ? "…" : "");
	return out;
}

int
pc_node_text(const struct pc_node *node, const char **ret, struct pc_diag *diag)
{
	char found[PC_NODE_DESCRIPTION_MAX];
	if (node->kind != PC_NODE_SCALAR)
		return pc_node_fail(
			node, diag, "found %s, expected a text", pc_node_describe(node, found));
	if (strlen(node->text) != node->len)
		return pc_node_fail(node, diag, "found a text with a NUL, expected one without");
	*ret = node->text;
	return PC_OK;
}

int
pc_node_integer(
	const struct pc_node *node, int64_t min, int64_t max, int64_t *ret, struct pc_diag *diag)
{
	char found[PC_NODE_DESCRIPTION_MAX];
	int64_t v = 0;
	uint64_t u = 0;
	bool ok = node->kind == PC_NODE_SCALAR && !node->quoted && strlen(node->text) == node->len;
	if (ok && node->text[0] != '-' && pc_text_u64(node->text, 0, INT64_MAX, &u) == PC_OK)
		v = (int64_t)u;
	else if (ok)
		ok = pc_text_i64(node->text, INT64_MIN, INT64_MAX, &v) == PC_OK;
	if (!ok || v < min || v > max)
		return pc_node_fail(node, diag, "found %s, expected a number from %lld to %lld",
			pc_node_describe(node, found), (long long)min, (long long)max);
	*ret = v;
	return PC_OK;
}

int
pc_node_bool(const struct pc_node *node, bool *ret, struct pc_diag *diag)
{
	char found[PC_NODE_DESCRIPTION_MAX];
	bool scalar = node->kind == PC_NODE_SCALAR && !node->quoted;
	bool yes = scalar && strcmp(node->text, "true") == 0;
	if (!yes && (!scalar || strcmp(node->text, "false") != 0))
		return pc_node_fail(node, diag, "found %s, expected true or false",
			pc_node_describe(node, found));
	*ret = yes;
	return PC_OK;
}

int
pc_node_fail(const struct pc_node *node, struct pc_diag *diag, const char *fmt, ...)
{
	char sentence[PC_DIAG_MAX / 2];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(sentence, sizeof(sentence), fmt, ap);
	va_end(ap);
	return pc_diag_fail(diag, PC_E_SYNTAX, "%s:%u:%u: %s", pc_doc_name(node->doc),
		(unsigned)node->line, (unsigned)node->column, sentence);
}
