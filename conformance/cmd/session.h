/* conformance/cmd/session: what demo and certify share: the evidence directory, the captures'
 * packets, the table of verdicts. */
#ifndef PC_CONFORMANCE_CMD_SESSION_H
#define PC_CONFORMANCE_CMD_SESSION_H

#include "conformance/result.h"
#include "conformance/world.h"

/* The three models every run has without --profile. */
#define PC_SESSION_MODELS "epson-wf-c5890", "xerox-versalink-c7030", "lindgren-mono-40"

/* A restart of a minute takes a second and a half: between two looks of an agent. */
enum { PC_SESSION_PACE = 40 };

/* --port-offset: 1 to 55000. PC_E_USAGE otherwise. */
int pc_session_port_offset(const char *value, uint16_t *ret, struct pc_diag *diag);

/* Make the directory; one that a run of ours left is emptied, another that is not empty refused. */
int pc_session_directory(const char *dir, struct pc_diag *diag);

/* --sabotage: "device:FAULT", "agent:FAULT" or "server:FAULT" (NULL: nothing). Called before the
 * world starts and after (`started`). PC_E_USAGE for anything else. */
int pc_session_sabotage(struct pc_world *w, const char *text, bool started, struct pc_diag *diag);

/* Path of capture `number` (from 0) of the fleet ("site") or the cloud ("wan"). */
void pc_session_capture(const struct pc_world *w, bool wan, unsigned number, char path[PATH_MAX]);

/* Stop the writers of the captures and give each case its packets; keep the fleet's list. */
void pc_session_evidence(struct pc_world *w, struct pc_results *results);

/* Mark finished, write results.json, junit.xml and report.html, print the table (or the JSON). */
int pc_session_conclude(
	struct pc_results *results, const char *dir, bool json, struct pc_diag *diag);

#endif
