/* fleet/control-routes: what each request of the control API does. */
#ifndef PC_FLEET_CONTROL_ROUTES_H
#define PC_FLEET_CONTROL_ROUTES_H

#include "base/buf.h"
#include "fleet/fleet.h"

/* One request; texts are borrowed, query arguments NULL when absent. */
struct pc_control_request {
	const char *method, *path;
	const char *since, *from, *limit;
	const uint8_t *body;
	size_t body_len;
	bool too_large;
};

/* Run it; appends the JSON answer and returns the HTTP status. */
unsigned pc_control_route(
	struct pc_fleet *fleet, const struct pc_control_request *request, struct pc_buf *out);

#endif
