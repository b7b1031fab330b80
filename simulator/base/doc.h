/* base/doc: YAML and JSON documents whose nodes know where they stand: file, line, column. */
#ifndef PC_BASE_DOC_H
#define PC_BASE_DOC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"

enum { PC_DOC_BYTES_MAX = 16 * 1024 * 1024, PC_DOC_NODES_MAX = 500000, PC_DOC_DEPTH_MAX = 32 };

enum pc_node_kind { PC_NODE_SCALAR, PC_NODE_MAP, PC_NODE_LIST };

/* A document and all its nodes; plain memory, nothing of the parser is kept. */
struct pc_doc;

/* Read-only; lives as long as its document. */
struct pc_node {
	enum pc_node_kind kind;
	bool quoted;           /* scalar in quotes: a text even if it looks like a number */
	uint32_t line, column; /* from 1 */
	const char *text;      /* scalar; always ends with a NUL that `len` does not count */
	size_t len;
	const struct pc_node *key;   /* of an entry of a map, else NULL */
	const struct pc_node *first; /* map, list: first child in the order of the file */
	const struct pc_node *next;  /* next child of the same parent */
	size_t count;                /* children */
	const struct pc_doc *doc;
};

/* Read a file, or text that is called `name` in messages. One document; maps with scalar keys, each
 * once. Anchors and aliases are refused, so that a small file cannot unfold into a big one.
 * PC_OK; PC_E_SYNTAX with "file:line:column: …"; PC_E_LIMIT (size, nodes, depth); -errno.
 * Caller frees. */
int pc_doc_load(const char *path, struct pc_doc **ret, struct pc_diag *diag);
int pc_doc_parse(
	const char *text, size_t len, const char *name, struct pc_doc **ret, struct pc_diag *diag);
void pc_doc_free(struct pc_doc *doc); /* NULL is allowed */

/* Never NULL: an empty file is an empty scalar at 1:1. */
const struct pc_node *pc_doc_root(const struct pc_doc *doc);
const char *pc_doc_name(const struct pc_doc *doc);

/* Value of a map's key; NULL when there is none or `node` is no map. */
const struct pc_node *pc_node_get(const struct pc_node *node, const char *key);

/* "a map", "a list", "'text'" for messages; the text is cut. Returns `out`. */
enum { PC_NODE_DESCRIPTION_MAX = 64 };
const char *pc_node_describe(const struct pc_node *node, char out[PC_NODE_DESCRIPTION_MAX]);

/* Scalars as values: PC_OK, or PC_E_SYNTAX with "file:line:column: found …, expected …". */
int pc_node_text(const struct pc_node *node, const char **ret, struct pc_diag *diag);
int pc_node_integer(
	const struct pc_node *node, int64_t min, int64_t max, int64_t *ret, struct pc_diag *diag);
int pc_node_bool(const struct pc_node *node, bool *ret, struct pc_diag *diag); /* true, false */

/* PC_E_SYNTAX with "file:line:column: " and the sentence. */
int pc_node_fail(const struct pc_node *node, struct pc_diag *diag, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#endif
