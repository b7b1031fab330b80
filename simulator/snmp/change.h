/* snmp/change: the variables of one SET on a printer's tree: judged, done all or not at all, and
 * taken back when somebody else's part of the same SET fails later. Spec: RFC 3416 s4.2.5 */
#ifndef PC_SNMP_CHANGE_H
#define PC_SNMP_CHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "snmp/row.h"
#include "snmp/tree.h"

struct pc_snmp_change {
	const struct pc_snmp_tree *tree; /* borrowed */
	struct pc_device *dev;           /* borrowed */
	/* Owned, of `n`. The caller fills in names (PC_OID_MAX arcs of room), n_oid and values;
	 * what the values point at is borrowed until pc_snmp_change_commit() has returned. */
	struct pc_snmp_variable *variables;
	uint32_t *names;           /* owned: where the variables' oid point */
	struct pc_snmp_value *old; /* owned: before the change; NULL until then */
	size_t n;
	size_t done; /* variables changed, from the front */
};

/* Room for `n` variables, at least 1. PC_OK or -ENOMEM (then there is nothing to end). */
int pc_snmp_change_init(
	struct pc_snmp_change *c, const struct pc_snmp_tree *tree, struct pc_device *dev, size_t n);
void pc_snmp_change_done(struct pc_snmp_change *c);

/* Where the name of variable `which` is written. */
static inline uint32_t *
pc_snmp_change_name(struct pc_snmp_change *c, size_t which)
{
	return c->names + which * PC_OID_MAX;
}

/* The error-status that variable `which` deserves; changes nothing. */
int pc_snmp_change_judge(const struct pc_snmp_change *c, size_t which);

/* Do it. noError, or the first variable that failed has stopped it, what was changed is put back,
 * and the answer is commitFailed or undoFailed. `unchecked`: go on in spite of failures. */
int pc_snmp_change_commit(struct pc_snmp_change *c, bool unchecked);

/* Put back what commit did, the last variable first; a second call does nothing. noError or
 * undoFailed. */
int pc_snmp_change_undo(struct pc_snmp_change *c);

#endif
