/* cloud/schema: a validator for the JSON Schema keywords that our shipped schemas use. A keyword
 * it does not know is an error when the schema is loaded, so that no rule is silently dropped.
 * Spec: JSON Schema 2020-12; README lists the keywords. */
#ifndef PC_CLOUD_SCHEMA_H
#define PC_CLOUD_SCHEMA_H

#include <stddef.h>

#include "base/diag.h"

struct json_t;
struct pc_schema;

enum {
	PC_SCHEMA_DEPTH_MAX = 24, /* of the schema; a document is never looked at deeper */
	PC_SCHEMA_PATH_MAX = 256,
	PC_SCHEMA_TEXT_MAX = 256
};

struct pc_schema_error {
	char path[PC_SCHEMA_PATH_MAX]; /* "devices[0].serialNumber"; "" = the document itself */
	char text[PC_SCHEMA_TEXT_MAX]; /* found and expected */
};

/* Load a schema. `where` names it in the sentence. PC_E_SYNTAX, PC_E_UNSUPPORTED (keyword, format),
 * PC_E_BADVALUE (a keyword's value), PC_E_LIMIT (too deep, or a $ref to itself). */
int pc_schema_load(const char *where, const void *text, size_t len, struct pc_schema **ret,
	struct pc_diag *diag);
int pc_schema_load_file(const char *path, struct pc_schema **ret, struct pc_diag *diag);
void pc_schema_free(struct pc_schema *s); /* NULL allowed */

/* PC_OK, or PC_E_BADVALUE with the first broken rule. */
int pc_schema_check(
	const struct pc_schema *s, const struct json_t *value, struct pc_schema_error *ret);

#endif
