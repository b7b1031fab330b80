/* fleet/control: HTTP and JSON on loopback to look at a running fleet and to change it. */
#ifndef PC_FLEET_CONTROL_H
#define PC_FLEET_CONTROL_H

#include <netinet/in.h>

#include "fleet/fleet.h"

enum { PC_CONTROL_PORT = 7161, PC_CONTROL_BODY_MAX = 65536 };

struct pc_control;

/* Serve on `bind` (loopback; port 0 = any free one). Fleet and loop are borrowed.
 *
 * GET  /v1/health                    {"status":"ok","printers":N}
 * GET  /v1/printers                  {"printers":[…]}; ?from=N&limit=M
 * GET  /v1/printers/N                the whole state
 * POST /v1/printers/N/condition      {"condition","part"?,"on"}
 * POST /v1/printers/N/power          {"on"}            POST …/sleep {"on"}
 * POST /v1/printers/N/supply         {"supply","level"} or {"supply","replace":true}
 * POST /v1/printers/N/tray           {"tray","level"}
 * POST /v1/printers/N/restart        {"kind":"warm"|"cold"|"factory"}
 * POST /v1/printers/N/clean          {}                POST …/nozzleCheck {}
 * POST /v1/printers/N/print          {"pages","color"?,"duplex"?,"size"?,"name"?}
 * POST /v1/printers/N/setting        {"name","value"}
 * POST /v1/printers/N/fault          {"fault","armed"}; N = 0: all printers
 * GET  /v1/journal?since=N           {"entries":[…]}
 * GET  /v1/counters                  packets and connections per service
 *
 * Errors are {"error","detail"} with 400, 404, 405, 409 or 413. */
int pc_control_new(struct pc_loop *loop, struct pc_fleet *fleet, const struct sockaddr_in *bind,
	struct pc_control **ret, struct pc_diag *diag);
void pc_control_free(struct pc_control *control); /* NULL is allowed */
struct sockaddr_in pc_control_local(const struct pc_control *control);

#endif
