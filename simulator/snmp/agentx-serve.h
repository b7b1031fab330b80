/* snmp/agentx-serve: a master's requests answered from a printer's tree. No connection is needed:
 * PDU in, PDU out. Not for other rooms. Spec: RFC 2741 s7.2 */
#ifndef PC_SNMP_AGENTX_SERVE_H
#define PC_SNMP_AGENTX_SERVE_H

#include "codec/agentx.h"
#include "snmp/agentx-subagent.h"
#include "snmp/change.h"

/* A SET between TestSet and its end. */
struct pc_agentx_set {
	uint32_t transaction;
	uint8_t *pdu; /* owned: the TestSet, whose octets the change borrows; NULL: free */
	struct pc_snmp_change change;
};

struct pc_agentx_sets {
	struct pc_agentx_set sets[PC_AGENTX_SETS_MAX];
};

/* Forget all of them, done or not; what a master has committed stays. */
void pc_agentx_sets_done(struct pc_agentx_sets *sets);

/* Answer `pdu` (Get, GetNext, GetBulk, TestSet, CommitSet, UndoSet, CleanupSet), `data` of `len`
 * are its bytes. `target` is the printer of its context; NULL for steps of a SET, which have none.
 * Writes the Response to `out` of PC_AGENTX_PDU_MAX; *ret_len 0: there is none. */
void pc_agentx_serve(struct pc_agentx_sets *sets, const struct pc_snmp_target *target,
	const struct pc_agentx *pdu, const uint8_t *data, size_t len, uint8_t *out,
	size_t *ret_len);

/* A variable of an AgentX PDU that says what a value of the tree says. Octets are borrowed. */
void pc_agentx_take_value(const uint32_t *name, size_t n, const struct pc_snmp_value *value,
	struct pc_agentx_varbind *ret);

#endif
