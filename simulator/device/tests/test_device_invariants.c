/* Tests of device: whatever happens in whatever order, the state stays consistent; also with the
 * shipped models. */
#include "device/tests/events.h"

enum { STEPS = 4000 };

static uint32_t
sides(const struct pc_counters *c)
{
	uint32_t sum = 0;
	for (size_t i = 0; i < PC_SIZES_MAX; i++)
		sum += c->by_size[i][0][0] + c->by_size[i][0][1] + c->by_size[i][1][0] +
		       c->by_size[i][1][1];
	return sum;
}

static void
check_alerts(const struct pc_device *dev)
{
	const struct pc_alert *a = NULL;
	size_t n = pc_device_alerts(dev, &a);
	bool critical = false;
	assert_true(n <= PC_ALERTS_MAX);
	for (size_t i = 0; i < n; i++) {
		critical |= a[i].severity == 3;
		if (i > 0)
			assert_true(a[i].index > a[i - 1].index);
		for (size_t k = 0; k < i; k++)
			assert_false(a[k].condition == a[i].condition && a[k].part == a[i].part);
	}
	if (pc_device_answers(dev)) {
		assert_int_equal(pc_device_hr_status(dev) == PC_HR_DOWN, critical);
		assert_int_equal(pc_device_error_bits(dev) != 0, n > 0);
	} else {
		assert_int_equal(n, 0);
	}
}

static void
check_jobs(const struct pc_device *dev)
{
	const struct pc_job *jobs[PC_JOBS_MAX];
	size_t n = pc_device_jobs(dev, jobs), printing = 0;
	for (size_t i = 0; i < n; i++) {
		printing += jobs[i]->state == PC_JOB_PRINTING ? 1 : 0;
		assert_true(jobs[i]->pages_done <= jobs[i]->pages);
		if (jobs[i]->state == PC_JOB_DONE)
			assert_int_equal(jobs[i]->pages_done, jobs[i]->pages);
	}
	assert_int_equal(printing, pc_device_state(dev)->activity == PC_PRINTING ? 1 : 0);
}

static void
check(const struct pc_device *dev)
{
	const struct pc_device_state *s = pc_device_state(dev);
	const struct pc_profile *p = pc_device_profile(dev);
	uint32_t media = 0;
	for (size_t i = 0; i < PC_MEDIA_MAX; i++)
		media += s->counters.by_media[i];
	assert_int_equal(sides(&s->counters), s->counters.life);
	assert_int_equal(media, s->counters.life);
	assert_true(s->counters.power_on <= s->counters.life - p->initial_life_count);
	for (size_t i = 0; i < p->n_supplies; i++) {
		assert_in_range(s->supplies[i].level, 0, p->supplies[i].capacity);
		if (s->supplies[i].state != PC_SUPPLY_MISSING)
			assert_int_equal(
				s->supplies[i].state == PC_SUPPLY_EMPTY, s->supplies[i].level == 0);
	}
	for (size_t i = 0; i < p->n_trays; i++)
		assert_in_range(s->trays[i].level, 0, p->trays[i].capacity);
	check_alerts(dev);
	check_jobs(dev);
}

static void
run(const struct pc_profile *profile, uint64_t seed)
{
	struct world w;
	struct pc_rand r;
	struct pc_device *dev = world_device(&w, profile);
	pc_rand_init(&r, seed, 1);
	for (int i = 0; i < STEPS; i++) {
		events_step(&w, dev, &r);
		check(dev);
	}
	assert_true(pc_device_state(dev)->counters.life > profile->initial_life_count + 50);
	assert_true(pc_device_state(dev)->counters.reboots > 0);
	pc_device_free(dev);
}

static void
test_sample(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 5; seed++)
		run(&sample_profile, seed);
}

static void
test_shipped_models(void **state)
{
	struct pc_profile_names names;
	struct pc_diag diag = {{0}};
	(void)state;
	assert_int_equal(pc_profile_names(PC_SOURCE_DIR "/profiles", &names, &diag), PC_OK);
	for (size_t i = 0; i < names.n; i++) {
		struct pc_profile *p = NULL;
		if (pc_profile_find(PC_SOURCE_DIR "/profiles", names.names[i], &p, &diag) != PC_OK)
			fail_msg("%s", diag.text);
		if (!p->abstract) {
			struct world w;
			struct pc_device *dev = world_device(&w, p);
			char id[2048];
			print_message("%s\n", p->id);
			assert_int_equal(
				pc_device_expand(dev, p->device_id_1284, id, sizeof(id)), PC_OK);
			assert_int_equal(pc_device_hr_status(dev), PC_HR_RUNNING);
			assert_int_equal(pc_device_hr_printer_status(dev), PC_HRP_IDLE);
			assert_int_equal(
				sides(&pc_device_state(dev)->counters), p->initial_life_count);
			pc_device_free(dev);
		}
		pc_profile_free(p);
	}
	pc_profile_names_done(&names);
}

/* A listener that acts at once, as services do, sees and leaves a consistent device. */
static void
meddle(void *arg, struct pc_device *dev, const struct pc_device_event *event)
{
	struct pc_rand *r = arg;
	uint32_t id = 0;
	if (pc_rand_below(r, 3) != 0)
		return;
	if (event->kind == PC_EVENT_PAGE)
		pc_device_job_cancel(dev, event->job->id);
	else if (event->kind == PC_EVENT_ALERT_ADDED)
		pc_device_condition(dev, event->alert->condition, event->alert->part, false);
	else if (event->kind == PC_EVENT_SUPPLY)
		pc_device_supply_replace(dev, event->part);
	else if (event->kind == PC_EVENT_JOB && pc_rand_below(r, 4) == 0)
		pc_device_job_begin(dev, PC_ORIGIN_RAW, &id);
}

static void
test_meddling_listener(void **state)
{
	struct world w;
	struct pc_rand r;
	struct pc_device *dev = world_device(&w, &sample_profile);
	(void)state;
	pc_rand_init(&r, 99, 1);
	w.env.event = meddle;
	w.env.wake = NULL;
	w.env.arg = &r;
	for (int i = 0; i < STEPS; i++) {
		events_step(&w, dev, &r);
		check(dev);
	}
	pc_device_free(dev);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sample),
		cmocka_unit_test(test_shipped_models),
		cmocka_unit_test(test_meddling_listener),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
