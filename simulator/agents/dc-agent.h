/* agents/dc-agent: the reference Data Collection Agent: collects the printers of its list, uploads,
 * waits for commands and carries them out. Spec: ERS-ARC, ERS-NET, ERS-SEC, ERS-OP, ERS-SCH */
#ifndef PC_AGENTS_DC_AGENT_H
#define PC_AGENTS_DC_AGENT_H

#include <stdbool.h>
#include <stdint.h>

#include "agents/dc-config.h"
#include "agents/discover.h"
#include "base/fault.h"
#include "loop/loop.h"
#include "loop/tap.h"

struct pc_dc_agent;

struct pc_dc_options {
	struct pc_loop *loop;              /* borrowed */
	const struct pc_dc_config *config; /* borrowed; must outlive the agent */
	const struct pc_tap *tap; /* borrowed, may be NULL: SNMP, ENPC, LPD; TLS is not tapped */
	uint64_t seed;
	pc_fault_set faults;
	bool once; /* collect, upload, then done(); no MQTT, no schedule */
	/* Once: all documents are with the server (true) or one was refused or did not get there.
	 */
	void (*done)(void *arg, bool uploaded);
	/* Printers a discovery found; may be NULL. */
	pc_discover_fn found;
	void *arg;
};

/* What a person wants to know; also in STATE/status.json. */
struct pc_dc_status {
	size_t listed, collected, unreachable, skipped; /* of the last complete collection */
	uint64_t collections;
	bool collecting;
};

/* Opens sockets and state, starts the initial collection (and a discovery, when the configuration
 * asks for it). */
int pc_dc_agent_new(
	const struct pc_dc_options *options, struct pc_dc_agent **ret, struct pc_diag *diag);
void pc_dc_agent_free(struct pc_dc_agent *a); /* NULL is allowed */

struct pc_dc_status pc_dc_agent_status(const struct pc_dc_agent *a);

#endif
