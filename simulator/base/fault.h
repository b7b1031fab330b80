/* base/fault: named misbehaviours. A room lists its own in a table; a run arms them by name.
 * The same switches are the mutants that prove the conformance cases. */
#ifndef PC_BASE_FAULT_H
#define PC_BASE_FAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"

/* One row of a room's table. `bit` is the room's own enumerator, 0 … 63. */
struct pc_fault_row {
	const char *name; /* identifier such as "snmp-serial-empty" */
	unsigned bit;
	const char *summary; /* one sentence: what the subject does wrong */
};

/* Where a misbehaviour of real devices was seen: a public address or reference. */
struct pc_fault_source {
	unsigned bit;
	const char *text;
};

typedef uint64_t pc_fault_set;

static inline bool
pc_fault_is_set(pc_fault_set set, unsigned bit)
{
	return (set >> bit & 1u) != 0;
}

/* The source of a bit, NULL when none is listed. */
const char *pc_fault_source_of(const struct pc_fault_source *table, size_t rows, unsigned bit);

/* Add the fault called `name` to `set`. PC_OK, or PC_E_NOTFOUND with the known names in `diag`. */
int pc_fault_arm(const struct pc_fault_row *table, size_t rows, const char *name, pc_fault_set *set,
	struct pc_diag *diag);

#endif
