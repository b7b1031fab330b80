/* Tests of alarm.c and of a virtual clock that is held: what passes in real time and what does not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/err.h"
#include "loop/alarm.h"

struct bench {
	struct pc_clock clock;
	struct pc_loop *loop;
	struct pc_alarm *alarm;
	unsigned rung, ticks;
	struct pc_timer tick;
	uint64_t start; /* reading of the clock at the beginning */
};

static void
on_alarm(void *arg)
{
	((struct bench *)arg)->rung++;
}

static void
on_last_alarm(void *arg)
{
	struct bench *b = arg;
	b->rung++;
	pc_alarm_free(b->alarm);
	b->alarm = NULL;
}

static void
on_tick(void *arg)
{
	struct bench *b = arg;
	b->ticks++;
	pc_timer_start(&b->tick, b->loop, 1000, on_tick, b);
}

static void
begin(struct bench *b)
{
	memset(b, 0, sizeof(*b));
	pc_clock_init_virtual(&b->clock, 0);
	b->start = pc_clock_ms(&b->clock);
	assert_int_equal(pc_loop_new(&b->clock, &b->loop, NULL), PC_OK);
}

static void
turn_until_rung(struct bench *b, unsigned times)
{
	uint64_t end = pc_clock_now_ms() + 5000;
	while (b->rung < times) {
		assert_true(pc_clock_now_ms() < end);
		assert_int_equal(pc_loop_turn(b->loop, 100), PC_OK);
	}
}

static void
test_real_time_beside_virtual(void **state)
{
	struct bench b;
	(void)state;
	begin(&b);
	assert_int_equal(pc_alarm_new(b.loop, on_alarm, &b, &b.alarm), PC_OK);
	uint64_t before = pc_clock_now_ms();
	pc_alarm_set(b.alarm, 30);
	turn_until_rung(&b, 1);
	assert_true(pc_clock_now_ms() >= before + 30);
	assert_int_equal(pc_clock_ms(&b.clock) - b.start, 0); /* virtual time did not pass for it */
	pc_alarm_set(b.alarm, 0);
	turn_until_rung(&b, 2);
	pc_alarm_set(b.alarm, 20);
	pc_alarm_stop(b.alarm);
	assert_int_equal(pc_loop_turn(b.loop, 60), PC_OK);
	assert_int_equal(b.rung, 2);
	pc_alarm_free(b.alarm);
	pc_alarm_free(NULL);
	assert_int_equal(pc_alarm_new(b.loop, on_last_alarm, &b, &b.alarm), PC_OK);
	pc_alarm_set(b.alarm, 0);
	turn_until_rung(&b, 3);
	assert_null(b.alarm);
	pc_loop_free(b.loop);
}

static void
test_hold(void **state)
{
	struct bench b;
	(void)state;
	begin(&b);
	assert_true(pc_loop_held(b.loop) == UINT64_MAX);
	pc_timer_start(&b.tick, b.loop, 1000, on_tick, &b);
	pc_loop_hold(b.loop, b.start + 2500);
	for (int i = 0; i < 20; i++)
		assert_int_equal(pc_loop_turn(b.loop, 0), PC_OK);
	assert_int_equal(b.ticks, 2);
	assert_int_equal(
		pc_clock_ms(&b.clock) - b.start, 2500); /* up to the hold, not to the last timer */
	pc_loop_hold(b.loop, b.start + 2600);
	for (int i = 0; i < 20; i++)
		assert_int_equal(pc_loop_turn(b.loop, 0), PC_OK);
	assert_int_equal(b.ticks, 2);
	assert_int_equal(pc_clock_ms(&b.clock) - b.start, 2600);
	pc_loop_hold(b.loop, b.start + 2000); /* in the past: it stands still */
	assert_int_equal(pc_loop_turn(b.loop, 0), PC_OK);
	assert_int_equal(pc_clock_ms(&b.clock) - b.start, 2600);
	pc_loop_hold(b.loop, UINT64_MAX);
	for (int i = 0; i < 5; i++)
		assert_int_equal(pc_loop_turn(b.loop, 0), PC_OK);
	assert_int_equal(b.ticks, 7);
	pc_timer_stop(&b.tick);
	pc_loop_hold(b.loop, b.start + 9000); /* time passes without a timer too */
	assert_int_equal(pc_loop_turn(b.loop, 0), PC_OK);
	assert_int_equal(pc_clock_ms(&b.clock) - b.start, 9000);
	pc_loop_free(b.loop);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_real_time_beside_virtual), cmocka_unit_test(test_hold)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
