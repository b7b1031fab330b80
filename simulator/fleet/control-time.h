/* fleet/control-time: the clock of a virtual run in somebody's hand: going, standing, at a speed,
 * forward by so much. */
#ifndef PC_FLEET_CONTROL_TIME_H
#define PC_FLEET_CONTROL_TIME_H

#include "fleet/fleet.h"
#include "loop/loop.h"

struct pc_control_time;

/* Changes nothing until it is asked to; loop and fleet are borrowed. -errno. */
int pc_control_time_new(struct pc_loop *loop, struct pc_fleet *fleet, struct pc_control_time **ret);
void pc_control_time_free(struct pc_control_time *time); /* NULL is allowed; the clock goes again */

#endif
