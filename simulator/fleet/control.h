/* fleet/control: HTTP and JSON on loopback to look at a running fleet and to change it. */
#ifndef PC_FLEET_CONTROL_H
#define PC_FLEET_CONTROL_H

#include <netinet/in.h>

#include "fleet/fleet.h"

enum { PC_CONTROL_PORT = 7161, PC_CONTROL_BODY_MAX = 65536 };

struct pc_control;

/* Serve on `bind` (loopback; port 0 = any free one). Fleet and loop are borrowed. The operations
 * are listed in control-table.c and, for others, in openapi.json. Errors are {"error","detail"};
 * web pages of other origins are not answered, see pc_control_route(). */
int pc_control_new(struct pc_loop *loop, struct pc_fleet *fleet, const struct sockaddr_in *bind,
	struct pc_control **ret, struct pc_diag *diag);
void pc_control_free(struct pc_control *control); /* NULL is allowed */
struct sockaddr_in pc_control_local(const struct pc_control *control);

#endif
