#include "fleet/control-time.h"

#include <errno.h>
#include <stdlib.h>

#include <jansson.h>

#include "base/err.h"
#include "fleet/control-handlers.h"
#include "fleet/diary.h"
#include "loop/alarm.h"

enum time_mode { GOING, STANDING, AT_SPEED, REAL };
/* The last word is not one to ask for: a real clock is what it is. */
const char *const pc_control_time_modes[] = {"going", "standing", "speed", NULL};

enum { STEP_MS = 25 /* of real time, at a speed */ };

struct pc_control_time {
	struct pc_loop *loop;   /* borrowed */
	struct pc_fleet *fleet; /* borrowed */
	struct pc_alarm *alarm; /* owned */
	enum time_mode mode;
	uint32_t speed;      /* virtual seconds a second */
	uint64_t start_ms;   /* reading of the clock when the run began */
	uint64_t since_real; /* where the speed began */
	uint64_t since_ms;
};

static void
on_step(void *arg)
{
	struct pc_control_time *t = arg;
	uint64_t passed = pc_clock_now_ms() - t->since_real;
	pc_loop_hold(t->loop, t->since_ms + passed * t->speed);
	pc_alarm_set(t->alarm, STEP_MS);
}

int
pc_control_time_new(struct pc_loop *loop, struct pc_fleet *fleet, struct pc_control_time **ret)
{
	struct pc_control_time *t = calloc(1, sizeof(*t));
	if (t == NULL)
		return -ENOMEM;
	t->loop = loop;
	t->fleet = fleet;
	t->start_ms = pc_clock_ms(pc_loop_clock(loop));
	t->mode = pc_loop_clock(loop)->is_virtual ? GOING : REAL;
	int err = pc_alarm_new(loop, on_step, t, &t->alarm);
	if (err != PC_OK) {
		free(t);
		return err;
	}
	*ret = t;
	return PC_OK;
}

void
pc_control_time_free(struct pc_control_time *t)
{
	if (t == NULL)
		return;
	pc_loop_hold(t->loop, UINT64_MAX);
	pc_alarm_free(t->alarm);
	free(t);
}

int
pc_control_time_get(struct pc_control_call *call, json_t **ret)
{
	const struct pc_control_time *t = call->time;
	const struct pc_clock *clock = pc_loop_clock(t->loop);
	static const char *const names[] = {"going", "standing", "speed", "real"};
	char at[PC_CLOCK_TEXT_MAX];
	uint64_t now = pc_clock_ms(clock);
	json_t *o = json_pack("{s:s,s:s,s:I,s:I,s:I}", "now",
		pc_clock_rfc3339(pc_clock_wall_ns(clock), at), "mode", names[t->mode], "elapsedMs",
		(json_int_t)(now - t->start_ms), "pace", (json_int_t)pc_fleet_pace(call->fleet),
		"seed", (json_int_t)(pc_fleet_seed(call->fleet) & INT64_MAX));
	if (t->mode == AT_SPEED)
		json_object_set_new(o, "speed", json_integer(t->speed));
	if (t->mode == STANDING)
		json_object_set_new(o, "waitsMs",
			json_integer((json_int_t)(pc_loop_held(t->loop) > now
							  ? pc_loop_held(t->loop) - now
							  : 0)));
	*ret = o;
	return PC_OK;
}

static int
note(struct pc_control_call *call, json_t **ret)
{
	json_t *entry = NULL;
	int err = pc_control_time_get(call, ret);
	if (err == PC_OK)
		entry = json_pack("{s:O,s:O}", "mode", json_object_get(*ret, "mode"), "pace",
			json_object_get(*ret, "pace"));
	pc_diary_note_take(pc_fleet_diary(call->fleet), NULL, "time", entry);
	return err;
}

static int
need_virtual(struct pc_control_call *call)
{
	return call->time->mode != REAL
		       ? PC_OK
		       : pc_diag_fail(&call->diag, PC_E_REFUSED,
				 "the clock of this run is the real one; start it with --virtual");
}

static void
set_mode(struct pc_control_time *t, enum time_mode mode, uint32_t speed)
{
	t->mode = mode;
	t->speed = speed;
	pc_alarm_stop(t->alarm);
	if (mode == AT_SPEED) {
		t->since_real = pc_clock_now_ms();
		t->since_ms = pc_clock_ms(pc_loop_clock(t->loop));
		on_step(t);
	} else {
		pc_loop_hold(
			t->loop, mode == GOING ? UINT64_MAX : pc_clock_ms(pc_loop_clock(t->loop)));
	}
}

int
pc_control_time_set(struct pc_control_call *call, json_t **ret)
{
	int mode = pc_control_word(call, "mode", pc_control_time_modes);
	bool speed = pc_control_has(call, "speed");
	if (mode < 0 && speed)
		mode = AT_SPEED;
	if ((mode == AT_SPEED) != speed)
		return pc_diag_fail(&call->diag, PC_E_BADVALUE,
			"'speed' goes with mode speed: virtual seconds a second");
	if (mode < 0 && !pc_control_has(call, "pace"))
		return pc_diag_fail(
			&call->diag, PC_E_BADVALUE, "'mode', 'speed' or 'pace' is missing");
	int err = mode < 0 ? PC_OK : need_virtual(call);
	if (err != PC_OK)
		return err;
	if (mode >= 0)
		set_mode(call->time, (enum time_mode)mode,
			(uint32_t)pc_control_int(call, "speed", 0));
	if (pc_control_has(call, "pace"))
		pc_fleet_set_pace(call->fleet, (uint32_t)pc_control_int(call, "pace", 1));
	return note(call, ret);
}

/* The clock goes on by so much, as fast as it can, and stands. */
int
pc_control_time_advance(struct pc_control_call *call, json_t **ret)
{
	struct pc_control_time *t = call->time;
	int err = need_virtual(call);
	if (err != PC_OK)
		return err;
	uint64_t from = pc_clock_ms(pc_loop_clock(t->loop));
	if (t->mode == STANDING && pc_loop_held(t->loop) > from)
		from = pc_loop_held(t->loop); /* what was asked for before comes first */
	set_mode(t, STANDING, 0);
	pc_loop_hold(t->loop, from + (uint64_t)pc_control_int(call, "ms", 0));
	return note(call, ret);
}
