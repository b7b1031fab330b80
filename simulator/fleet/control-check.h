/* fleet/control-check: does a request of the control API hold to the table of operations? */
#ifndef PC_FLEET_CONTROL_CHECK_H
#define PC_FLEET_CONTROL_CHECK_H

#include "fleet/control-table.h"

/* Is `path` the operation's? The printer number of the path goes to *ret_number. */
bool pc_control_path(
	const struct pc_control_operation *operation, const char *path, uint32_t *ret_number);

/* One query parameter of a GET, put into `args` as its kind says. PC_OK, or PC_E_BADVALUE for an
 * unknown name, a name given twice, and a value that is none. */
int pc_control_check_query(const struct pc_control_operation *operation, const char *name,
	const char *value, struct json_t *args, struct pc_diag *diag);

/* All members: known, of the right kind, in their limits, and the required ones there. PC_OK or
 * PC_E_BADVALUE. */
int pc_control_check(const struct pc_control_operation *operation, const struct json_t *args,
	struct pc_diag *diag);

#endif
