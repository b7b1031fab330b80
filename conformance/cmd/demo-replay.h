/* conformance/cmd/demo-replay: the demo's replays: the agent's SNMP, ENPC and LPD against the
 * fleet, its uploads against the cloud; each becomes a result of its own. */
#ifndef PC_CONFORMANCE_CMD_DEMO_REPLAY_H
#define PC_CONFORMANCE_CMD_DEMO_REPLAY_H

#include "conformance/result.h"
#include "conformance/world.h"

struct json_t;

/* Replay what the DC agent of E2E-PATH-001 did. Appends rows to `results` and one object per
 * capture to `list` ("capture", "against", "exchanges", "equal", "byRule", "mismatches",
 * "verdict"). */
int pc_demo_replay(
	struct pc_world *w, struct pc_results *results, struct json_t *list, struct pc_diag *diag);

#endif
