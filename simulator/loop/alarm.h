/* loop/alarm: a deadline in the system's time, also where the run's clock is virtual: foreign peers
 * and people keep real time. */
#ifndef PC_LOOP_ALARM_H
#define PC_LOOP_ALARM_H

#include "loop/loop.h"

struct pc_alarm;

/* `fn` is called in the loop each time the alarm is due. -errno on failure. */
int pc_alarm_new(struct pc_loop *loop, pc_timer_fn fn, void *arg, struct pc_alarm **ret);
void pc_alarm_free(struct pc_alarm *alarm); /* NULL is allowed; also inside its own callback */

/* Due once, `delay_ms` from now (0: at once); a time set before is forgotten. */
void pc_alarm_set(struct pc_alarm *alarm, uint64_t delay_ms);
void pc_alarm_stop(struct pc_alarm *alarm);

#endif
