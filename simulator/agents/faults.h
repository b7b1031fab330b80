/* agents/faults: what the reference agents can be told to do wrong; the mutants of the cases. */
#ifndef PC_AGENTS_FAULTS_H
#define PC_AGENTS_FAULTS_H

#include "base/fault.h"

enum pc_agent_fault {
	PC_AGENT_COLLECTS_UNLISTED,
	PC_AGENT_NO_SPOOL,
	PC_AGENT_WRONG_SERIAL,
	PC_AGENT_NULL_FIELDS,
	PC_AGENT_RUNS_EXPIRED,
	PC_AGENT_RUNS_TWICE,
	PC_AGENT_NO_RESULT,
	PC_AGENT_SKIPS_CHAIN,
	PC_AGENT_ANY_CERTIFICATE,
	PC_AGENT_CLEAN_UNCHECKED,
	PC_AGENT_OPERATES_UNLISTED,
	PC_AGENT_DUPLICATES_UPLOAD,
	PC_AGENT_STOPS_AT_DEAD,
	PC_AGENT_ES_SNMP,
	PC_AGENT_PLAIN_TYPE
};

/* The table, for pc_fault_arm(). */
const struct pc_fault_row *pc_agent_faults(size_t *ret_n);

#endif
