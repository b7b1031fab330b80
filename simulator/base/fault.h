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

typedef uint64_t pc_fault_set;

static inline bool
pc_fault_is_set(pc_fault_set set, unsigned bit)
{
	return (set >> bit & 1u) != 0;
}

/* Add the fault called `name` to `set`. PC_OK, or PC_E_NOTFOUND with the known names in `diag`. */
int pc_fault_arm(const struct pc_fault_row *table, size_t rows, const char *name, pc_fault_set *set,
	struct pc_diag *diag);

#endif
