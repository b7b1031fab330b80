/* fleet/control-table: the operations of the control API. One table: routing, checks of what comes
 * in, `presscheck ctl` and the OpenAPI document are made from it. */
#ifndef PC_FLEET_CONTROL_TABLE_H
#define PC_FLEET_CONTROL_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/diag.h"
#include "fleet/fleet.h"

struct json_t;
struct pc_control_time;

enum pc_control_kind { PC_CONTROL_INTEGER, PC_CONTROL_TEXT, PC_CONTROL_FLAG, PC_CONTROL_WORD };

/* One member of a request's body, or one query parameter of a GET. */
struct pc_control_member {
	const char *name;
	enum pc_control_kind kind;
	bool required;
	int64_t min, max;         /* INTEGER: range; TEXT: length in characters */
	const char *const *words; /* WORD: the words allowed, NULL at the end */
	const char *summary;
};

enum { PC_CONTROL_MEMBERS_MAX = 10, PC_CONTROL_TEXT_MAX = 255 };

/* What printer number 0 means. */
enum pc_control_all {
	PC_CONTROL_ONE,  /* no printer */
	PC_CONTROL_EACH, /* every printer, one after the other */
	PC_CONTROL_FLEET /* the fleet: the operation runs once, without a device */
};

/* Refusals an operation has besides those that all have (400, 403, 413, 415). */
enum { PC_CONTROL_404 = 1, PC_CONTROL_409 = 2 };

/* A request that has passed the checks. */
struct pc_control_call {
	struct pc_fleet *fleet;
	struct pc_control_time *time;
	struct pc_device *dev; /* NULL when the path names no printer, or number 0 */
	uint32_t number;
	const struct json_t *args; /* members of the body or the query, checked by the table */
	struct pc_diag diag;
	struct pc_buf *out; /* the answer of operations that write text themselves */
};

/* PC_OK with a value in *ret (new reference), or NULL there when the answer stands in call->out or
 * is the printer's line of the list. Errors as in control-routes.c. */
typedef int (*pc_control_fn)(struct pc_control_call *call, struct json_t **ret);

struct pc_control_operation {
	const char *id;   /* operationId */
	const char *verb; /* of `presscheck ctl` */
	const char *method, *path;
	const char *summary;
	enum pc_control_all all;
	unsigned errors;    /* PC_CONTROL_404 … */
	const char *answer; /* name of a schema; NULL: a stream of events */
	pc_control_fn run;  /* NULL: the server itself does it (events, the document) */
	struct pc_control_member members[PC_CONTROL_MEMBERS_MAX]; /* a row without name ends them */
};

const struct pc_control_operation *pc_control_operations(size_t *ret_n);

/* Members of an operation. */
size_t pc_control_members(const struct pc_control_operation *operation);

/* One member of an answer. `type`: "integer", "number", "boolean", "string", "object" (any
 * members), "a|b|c" (one of the words), "Name" (a schema), "Name[]" or "string[]" (an array),
 * "map:T" (any member names, values of type T); '?' at the end: not always there. Rows of one
 * schema follow each other; a row whose member is NULL takes over all rows of the schema `type`. */
struct pc_control_field {
	const char *schema, *member, *type, *summary;
};
const struct pc_control_field *pc_control_fields(size_t *ret_n);

/* The OpenAPI 3.1 document, made from the two tables. New reference. */
struct json_t *pc_control_openapi(void);
/* The same as text, as it is served and shipped. */
int pc_control_openapi_text(struct pc_buf *out);

/* Checked arguments of a call; `fallback` when the member is absent. */
int64_t pc_control_int(const struct pc_control_call *call, const char *name, int64_t fallback);
bool pc_control_flag(const struct pc_control_call *call, const char *name, bool fallback);
const char *pc_control_text(
	const struct pc_control_call *call, const char *name, const char *fallback);
/* Position of a WORD member's value among its words, or -1. */
int pc_control_word(const struct pc_control_call *call, const char *name, const char *const *words);
bool pc_control_has(const struct pc_control_call *call, const char *name);

#endif
