/* cloud/schema-node: one rule of a schema and how a value is held against it. For schema.c. */
#ifndef PC_CLOUD_SCHEMA_NODE_H
#define PC_CLOUD_SCHEMA_NODE_H

#include <stdbool.h>
#include <stddef.h>

#include "cloud/schema.h"

struct pc_schema_format;
struct pc_schema_pattern;

struct pc_schema_bound {
	bool set;
	double value;
};

/* Everything a rule may say; what it does not say is zero. JSON values are borrowed from the
 * schema document. */
struct pc_schema_node {
	unsigned types; /* 0 = any */
	const struct json_t *enumeration, *constant, *required;
	const struct pc_schema_format *format; /* static */
	struct pc_schema_pattern *pattern;     /* owned */
	struct pc_schema_bound minimum, maximum, min_length, max_length, min_items, max_items,
		max_properties;
	struct {
		const char *name;            /* borrowed */
		struct pc_schema_node *node; /* owned */
	} * properties;                      /* owned */
	size_t n_properties;
	bool closed;                                             /* additionalProperties: false */
	struct pc_schema_node *additional, *items, *names, *ref; /* owned; NULL = no rule */
	struct pc_schema_node **any;                             /* owned */
	size_t n_any;
};

/* One step of the path to a value; lives on the stack. */
struct pc_schema_step {
	const struct pc_schema_step *up;
	const char *name; /* NULL: an index */
	size_t index;
};

void pc_schema_node_free(struct pc_schema_node *n); /* NULL allowed */

/* PC_OK or PC_E_BADVALUE. */
int pc_schema_node_check(const struct pc_schema_node *n, const struct json_t *value,
	const struct pc_schema_step *at, struct pc_schema_error *ret);

/* Bit of a type name ("string", …), 0 when unknown. */
unsigned pc_schema_type_bit(const char *name);

/* Format by name, NULL when unknown. */
const struct pc_schema_format *pc_schema_format_find(const char *name);

/* Compile (PCRE2, UTF); NULL when it is not a regular expression. */
struct pc_schema_pattern *pc_schema_pattern_new(const char *text);

#endif
