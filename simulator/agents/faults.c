#include "agents/faults.h"

static const struct pc_fault_row rows[] = {
	{"agent-collects-unlisted", PC_AGENT_COLLECTS_UNLISTED,
		"collects the printers it discovered as if they were on the list"},
	{"agent-no-spool", PC_AGENT_NO_SPOOL,
		"keeps documents in memory only and forgets one the server did not take"},
	{"agent-wrong-serial", PC_AGENT_WRONG_SERIAL,
		"reports a serial number whose last character is another one"},
	{"agent-null-fields", PC_AGENT_NULL_FIELDS, "writes null for what a printer does not have"},
	{"agent-runs-expired-command", PC_AGENT_RUNS_EXPIRED,
		"carries a command out after its expiresAt"},
	{"agent-runs-command-twice", PC_AGENT_RUNS_TWICE, "carries a repeated commandId out again"},
	{"agent-no-result", PC_AGENT_NO_RESULT, "never reports how an operation ended"},
	{"agent-skips-chain", PC_AGENT_SKIPS_CHAIN,
		"connects to MQTT without fetching the server's chain first"},
	{"agent-accepts-any-certificate", PC_AGENT_ANY_CERTIFICATE,
		"does not verify the server's certificate"},
	{"agent-clean-without-check", PC_AGENT_CLEAN_UNCHECKED,
		"sends the cleaning job without asking whether the printer is active, and reports "
		"success without looking"},
	{"agent-operates-unlisted", PC_AGENT_OPERATES_UNLISTED,
		"operates printers that are not on its device list"},
	{"agent-duplicates-upload", PC_AGENT_DUPLICATES_UPLOAD,
		"uploads every document a second time under another documentId"},
	{"agent-stops-at-dead-printer", PC_AGENT_STOPS_AT_DEAD,
		"gives up the collection at the first printer that does not answer"},
	{"es-agent-uses-snmp", PC_AGENT_ES_SNMP,
		"the ES agent asks its own printer over SNMP before each collection"},
	{"agent-plain-collection-type", PC_AGENT_PLAIN_TYPE,
		"reports a collection made on demand as periodic"},
};

const struct pc_fault_row *
pc_agent_faults(size_t *ret_n)
{
	*ret_n = sizeof(rows) / sizeof(rows[0]);
	return rows;
}
