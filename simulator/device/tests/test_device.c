/* Tests of device: jobs, counters, supplies, cleaning, power, settings. */
#include "device/tests/sample.h"

static uint32_t
cells(const struct pc_device *dev)
{
	const struct pc_counters *c = &pc_device_state(dev)->counters;
	uint32_t sum = 0;
	for (size_t i = 0; i < PC_SIZES_MAX; i++)
		sum += c->by_size[i][0][0] + c->by_size[i][0][1] + c->by_size[i][1][0] +
		       c->by_size[i][1][1];
	return sum;
}

/* Every table of counters tells the same number of sides. */
static void
assert_consistent(const struct pc_device *dev)
{
	const struct pc_counters *c = &pc_device_state(dev)->counters;
	uint32_t function = 0, media = 0;
	for (size_t i = 0; i < 5; i++)
		function += i == 3 ? 0 : c->by_function[i];
	for (size_t i = 0; i < PC_MEDIA_MAX; i++)
		media += c->by_media[i];
	const uint32_t *use = &c->by_use[0][0][0][0];
	uint32_t used = 0;
	for (size_t i = 0; i < sizeof(c->by_use) / sizeof(*use); i++)
		used += use[i];
	assert_int_equal(used, c->life);
	assert_int_equal(cells(dev), c->life);
	assert_int_equal(function, c->life);
	assert_int_equal(media, c->life);
	assert_true(c->power_on <= c->life);
}

static void
test_page_by_page(void **state)
{
	struct world w;
	struct pc_device *dev = world_device(&w, &sample_profile);
	(void)state;
	assert_consistent(dev);
	uint32_t id = world_job(dev, 3, true, false);
	assert_int_equal(pc_device_state(dev)->activity, PC_PRINTING);
	assert_int_equal(w.wake_ms, pc_clock_ms(&w.clock) + 1000); /* 60 pages a minute */
	world_pass(&w, dev, 999);
	assert_int_equal(pc_device_job(dev, id)->pages_done, 0);
	world_pass(&w, dev, 1);
	assert_int_equal(pc_device_job(dev, id)->pages_done, 1);
	assert_int_equal(pc_device_state(dev)->counters.life, 1002);
	world_pass(&w, dev, 60000);
	assert_int_equal(pc_device_job(dev, id)->state, PC_JOB_DONE);
	assert_int_equal(pc_device_state(dev)->counters.power_on, 3);
	assert_int_equal(pc_device_state(dev)->trays[0].level, 97);
	assert_int_equal(pc_device_state(dev)->activity, PC_IDLE);
	assert_int_equal(w.events[PC_EVENT_PAGE], 3);
	assert_consistent(dev);
	pc_device_free(dev);
}

static void
test_pace(void **state)
{
	struct world w;
	struct pc_device *dev = world_device(&w, &sample_profile);
	(void)state;
	w.env.pace = 100000; /* 10 us a page */
	uint32_t id = world_job(dev, 50, false, true);
	world_pass(&w, dev, 1);
	assert_int_equal(pc_device_job(dev, id)->state, PC_JOB_DONE);
	assert_int_equal(pc_device_state(dev)->trays[0].level, 75); /* duplex: 25 sheets */
	pc_device_free(dev);
}

static void
test_first_in_first_out(void **state)
{
	struct world w;
	struct pc_device *dev = world_device(&w, &sample_profile);
	(void)state;
	uint32_t a = world_job(dev, 2, true, false), b = world_job(dev, 1, true, false);
	assert_int_equal(pc_device_job(dev, b)->state, PC_JOB_PENDING);
	world_pass(&w, dev, 2000);
	assert_int_equal(pc_device_job(dev, a)->state, PC_JOB_DONE);
	assert_int_equal(pc_device_job(dev, b)->state, PC_JOB_PRINTING);
	assert_int_equal(pc_device_job_cancel(dev, b), PC_OK);
	assert_int_equal(pc_device_job_cancel(dev, b), PC_E_CLOSED);
	assert_int_equal(pc_device_state(dev)->activity, PC_IDLE);
	assert_int_equal(pc_device_state(dev)->counters.jobs_done, 1);
	assert_int_equal(pc_device_state(dev)->counters.jobs_failed, 1);
	pc_device_free(dev);
}

/* A tick that comes too early asks to be called again. */
static void
test_early_tick(void **state)
{
	struct world w;
	struct pc_device *dev = world_device(&w, &sample_profile);
	(void)state;
	world_job(dev, 1, true, false);
	uint64_t due = w.wake_ms;
	w.wake_ms = 0;
	pc_device_tick(dev);
	assert_int_equal(w.wake_ms, due);
	pc_device_free(dev);
}

static void
test_promote(void **state)
{
	struct world w;
	struct pc_device *dev = world_device(&w, &sample_profile);
	(void)state;
	uint32_t a = world_job(dev, 1, true, false), b = world_job(dev, 1, true, false);
	uint32_t c = world_job(dev, 1, true, false);
	assert_int_equal(pc_device_job_promote(dev, a), PC_E_CLOSED); /* it prints */
	assert_int_equal(pc_device_job_promote(dev, c + 1), PC_E_NOTFOUND);
	assert_int_equal(pc_device_job_promote(dev, c), PC_OK);
	world_pass(&w, dev, 1000);
	assert_int_equal(pc_device_job(dev, c)->state, PC_JOB_PRINTING);
	assert_int_equal(pc_device_job(dev, b)->state, PC_JOB_PENDING);
	pc_device_free(dev);
}

/* Sides and sheets by what they were for. */
static void
test_use(void **state)
{
	static const struct {
		const char *size;
		bool large;
	} sizes[] = {{"iso_a4_210x297mm", false}, {"iso_a3_297x420mm", true},
		{"jis_b4_257x364mm", true}, {"na_ledger_11x17in", true},
		{"na_legal_8.5x14in", false}, {"other", false}, {"odd_size_", false}};
	struct world w;
	struct pc_device *dev = world_device(&w, &sample_profile);
	const struct pc_counters *c = &pc_device_state(dev)->counters;
	uint32_t sheets = c->sheets[0][1][1];
	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		assert_int_equal(pc_device_size_is_large(sizes[i].size), sizes[i].large);
	world_job(dev, 5, true, true);
	world_pass(&w, dev, 60000);
	assert_int_equal(c->sheets[0][1][1], sheets + 3); /* the last one is printed on one side */
	assert_consistent(dev);
	pc_device_free(dev);
}

/* The printer's own date and time, and what happened when on it. */
static void
test_own_clock(void **state)
{
	struct world w;
	struct pc_device *dev = world_device(&w, &sample_profile);
	uint64_t start = pc_clock_wall_ns(&w.clock) + 5000000000u;
	(void)state;
	assert_int_equal(pc_device_wall_ns(dev), pc_clock_wall_ns(&w.clock));
	pc_device_set_wall(dev, start);
	assert_int_equal(w.events[PC_EVENT_SETTING], 1);
	uint32_t a = world_job(dev, 2, true, false), b = world_job(dev, 1, true, false);
	assert_int_equal(pc_device_job(dev, a)->wall_ns, start);
	assert_int_equal(pc_device_job(dev, a)->started_ns, start);
	assert_int_equal(pc_device_job(dev, a)->ended_ns, 0);
	assert_int_equal(pc_device_job(dev, b)->started_ns, 0);
	world_pass(&w, dev, 2000);
	assert_int_equal(pc_device_job(dev, a)->ended_ns, start + 2000000000u);
	assert_int_equal(pc_device_job(dev, b)->started_ns, start + 2000000000u);
	pc_device_set_wall(dev, 1000);
	assert_int_equal(pc_device_wall_ns(dev), 1000);
	pc_device_free(dev);
}

static void
test_queue_limit(void **state)
{
	struct world w;
	struct pc_device *dev = world_device(&w, &sample_profile);
	const struct pc_job *jobs[PC_JOBS_MAX];
	uint32_t id = 0;
	(void)state;
	for (int i = 0; i < PC_QUEUE_MAX; i++)
		assert_int_equal(pc_device_job_begin(dev, PC_ORIGIN_LPD, &id), PC_OK);
	assert_int_equal(pc_device_job_begin(dev, PC_ORIGIN_LPD, &id), PC_E_LIMIT);
	assert_int_equal(pc_device_job_cancel(dev, 3), PC_OK);
	assert_int_equal(pc_device_job_begin(dev, PC_ORIGIN_LPD, &id), PC_OK);
	assert_non_null(pc_device_job(dev, 3)); /* finished, but not for long */
	assert_int_equal(pc_device_job_data(dev, 3, NULL, 0), PC_E_CLOSED);
	world_pass(&w, dev, 59999);
	assert_int_equal(pc_device_job_cancel(dev, 4), PC_OK);
	assert_int_equal(pc_device_job_begin(dev, PC_ORIGIN_LPD, &id), PC_OK);
	assert_non_null(pc_device_job(dev, 3));
	world_pass(&w, dev, 1);
	assert_int_equal(pc_device_job_cancel(dev, 5), PC_OK);
	assert_int_equal(pc_device_job_begin(dev, PC_ORIGIN_LPD, &id), PC_OK);
	assert_null(pc_device_job(dev, 3)); /* a minute is over, and others need the place */
	assert_non_null(pc_device_job(dev, 4));
	assert_int_equal(pc_device_job_data(dev, 3, NULL, 0), PC_E_NOTFOUND);
	assert_int_equal(pc_device_jobs(dev, jobs), PC_QUEUE_MAX + 2);
	assert_int_equal(jobs[0]->id, 1);
	assert_int_equal(jobs[PC_QUEUE_MAX + 1]->id, id);
	pc_device_free(dev);
}

/* Too many in a minute: the one that was over first goes first. */
static void
test_jobs_limit(void **state)
{
	struct world w;
	struct pc_device *dev = world_device(&w, &sample_profile);
	const struct pc_job *jobs[PC_JOBS_MAX];
	uint32_t id = 0;
	(void)state;
	assert_int_equal(pc_device_job_begin(dev, PC_ORIGIN_LPD, &id), PC_OK);
	for (int i = 1; i <= PC_JOBS_MAX; i++) {
		assert_int_equal(pc_device_job_begin(dev, PC_ORIGIN_RAW, &id), PC_OK);
		assert_int_equal(pc_device_job_cancel(dev, id), PC_OK);
	}
	assert_int_equal(pc_device_jobs(dev, jobs), PC_JOBS_MAX);
	assert_int_equal(jobs[0]->id, 1); /* unfinished */
	assert_int_equal(jobs[1]->id, 3);
	pc_device_free(dev);
}

#define DATA(text) text, sizeof(text) - 1

static void
test_pages_of_data(void **state)
{
	static const struct {
		const char *name, *data;
		size_t len;
		uint32_t pages;
	} rows[] = {
		{"nothing", DATA(""), 0},
		{"text", DATA("hello\n"), 1},
		{"one form feed", DATA("hello\n\f"), 1},
		{"text after it", DATA("hello\n\fmore"), 2},
		{"white space after it", DATA("hello\n\f \r\n"), 1},
		{"three", DATA("a\fb\fc\f"), 3},
		{"PJL around",
			DATA("\x1b%-12345X@PJL JOB\r\n@PJL ENTER LANGUAGE=PCL\r\na\fb\f"
			     "\x1b%-12345X@PJL EOJ\r\n\x1b%-12345X"),
			2},
		{"reset after the last",
			DATA("a\f\x1b"
			     "E"),
			1},
		{"parameters after the last", DATA("a\f\x1b&l0O"), 1},
		{"almost PJL", DATA("@PJX"), 1},
		{"PJL only", DATA("\x1b%-12345X@PJL INFO ID\r\n"), 1},
		{"Latin-1", DATA("caf\xe9\f"), 1},
		{"binary", DATA("\0\f\f\f\f\f"), 1},
		{"page description", DATA("%!PS\f\f\f"), 1},
	};
	struct world w;
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		/* In one piece, and byte by byte. */
		for (size_t step = 1; step <= 1000; step += 999) {
			struct pc_device *dev = world_device(&w, &sample_profile);
			uint32_t id = 0;
			pc_device_job_begin(dev, PC_ORIGIN_RAW, &id);
			for (size_t at = 0; at < rows[i].len; at += step) {
				size_t n = rows[i].len - at < step ? rows[i].len - at : step;
				pc_device_job_data(dev, id, (const uint8_t *)rows[i].data + at, n);
			}
			pc_device_job_end(dev, id, 0);
			if (pc_device_job(dev, id)->pages != rows[i].pages)
				fail_msg("%s: %u pages, expected %u", rows[i].name,
					(unsigned)pc_device_job(dev, id)->pages,
					(unsigned)rows[i].pages);
			assert_int_equal(pc_device_job(dev, id)->bytes, rows[i].len);
			pc_device_free(dev);
		}
	}
}

static void
test_pages_by_bytes(void **state)
{
	static const uint8_t zero[2001];
	struct world w;
	struct pc_device *dev = world_device(&w, &sample_profile);
	uint32_t id = 0;
	(void)state;
	pc_device_job_begin(dev, PC_ORIGIN_RAW, &id);
	pc_device_job(dev, id)->copies = 2;
	pc_device_job(dev, id)->size = 200; /* beyond the table: counted as "other" */
	assert_int_equal(pc_device_job_data(dev, id, zero, sizeof(zero)), PC_OK);
	assert_int_equal(pc_device_job_end(dev, id, 0), PC_OK);
	assert_int_equal(pc_device_job(dev, id)->pages, 6);
	assert_int_equal(pc_device_job_data(dev, id, zero, 1), PC_E_CLOSED);
	world_pass(&w, dev, 6000);
	assert_int_equal(pc_device_state(dev)->counters.by_size[2][1][0], 6);
	assert_consistent(dev);
	pc_device_free(dev);
}

static void
test_huge_job(void **state)
{
	struct world w;
	struct pc_device *dev = world_device(&w, &sample_profile);
	(void)state;
	pc_device_tray_set(dev, 1, 0);
	uint32_t id = world_job(dev, UINT32_MAX, false, false);
	assert_int_equal(pc_device_job(dev, id)->pages, PC_JOB_PAGES_MAX);
	world_pass(&w, dev, 86400000); /* stops when the tray is empty, not before */
	assert_int_equal(pc_device_job(dev, id)->pages_done, 100);
	pc_device_free(dev);
}

static void
test_tray_runs_dry(void **state)
{
	struct world w;
	struct pc_device *dev = world_device(&w, &sample_profile);
	(void)state;
	assert_int_equal(pc_device_tray_set(dev, 0, 1), PC_OK);
	assert_int_equal(pc_device_tray_set(dev, 1, 0), PC_OK);
	uint32_t id = world_job(dev, 4, false, true);
	world_pass(&w, dev, 60000);
	/* The back of the last sheet still comes out. */
	assert_int_equal(pc_device_job(dev, id)->pages_done, 2);
	assert_int_equal(pc_device_hr_status(dev), PC_HR_DOWN);
	assert_int_equal(pc_device_error_bits(dev) & 0x4000, 0x4000);
	assert_int_equal(pc_device_tray_set(dev, 1, 250), PC_OK); /* the other tray helps */
	world_pass(&w, dev, 2000);
	assert_int_equal(pc_device_job(dev, id)->state, PC_JOB_DONE);
	assert_int_equal(pc_device_state(dev)->trays[1].level, 249);
	assert_int_equal(pc_device_tray_set(dev, 1, 251), PC_E_BADVALUE);
	assert_int_equal(pc_device_tray_size_set(dev, 1, 0), PC_OK); /* now it is an A4 tray too */
	assert_int_equal(pc_device_state(dev)->trays[1].size, 0);
	assert_int_equal(pc_device_tray_size_set(dev, 1, 3), PC_E_BADVALUE);
	assert_int_equal(pc_device_tray_size_set(dev, 3, 0), PC_E_BADVALUE);
	assert_int_equal(pc_device_tray_set(dev, 9, 1), PC_E_BADVALUE);
	pc_device_free(dev);
}

static void
test_ink_use(void **state)
{
	struct world w;
	struct pc_device *dev = world_device(&w, &sample_profile);
	const struct pc_device_state *s = pc_device_state(dev);
	(void)state;
	/* 0.5 % a side: ten mono sides are 5 % of black and nothing of cyan. */
	world_job(dev, 10, false, false);
	world_pass(&w, dev, 10000);
	assert_int_equal(s->supplies[0].level, 45);
	assert_int_equal(s->supplies[1].level, 50);
	assert_int_equal(pc_device_supply_permille(dev, 0), 450);
	world_job(dev, 1, true, false);
	world_pass(&w, dev, 1000);
	assert_int_equal(s->supplies[1].level, 50); /* 49.5 rounds up: not 0 while there is ink */
	assert_int_equal(pc_device_supply_set(dev, 1, 1), PC_OK);
	assert_int_equal(s->supplies[1].state, PC_SUPPLY_LOW);
	uint32_t id = world_job(dev, 5, true, false);
	world_pass(&w, dev, 5000);
	assert_int_equal(s->supplies[1].state, PC_SUPPLY_EMPTY);
	assert_int_equal(pc_device_job(dev, id)->pages_done, 2);
	assert_int_equal(pc_device_supply_replace(dev, 1), PC_OK);
	assert_int_equal(s->supplies[1].replacements, 1);
	world_pass(&w, dev, 3000);
	assert_int_equal(pc_device_job(dev, id)->state, PC_JOB_DONE);
	assert_int_equal(pc_device_supply_set(dev, 1, 101), PC_E_BADVALUE);
	assert_int_equal(pc_device_supply_set(dev, 1, -1), PC_E_BADVALUE);
	assert_int_equal(pc_device_supply_set(dev, 1, -3), PC_OK);
	assert_int_equal(pc_device_supply_permille(dev, 1), -1);
	pc_device_free(dev);
}

static void
test_cleaning(void **state)
{
	struct world w;
	struct pc_device *dev = world_device(&w, &sample_profile);
	struct pc_cleaning_entry log[PC_CLEANING_HISTORY_MAX];
	const struct pc_device_state *s = pc_device_state(dev);
	(void)state;
	assert_int_equal(pc_device_clean(dev, PC_TRIGGER_REMOTE, 3, false), PC_E_BADVALUE);
	assert_int_equal(pc_device_clean(dev, PC_TRIGGER_REMOTE, 0, true), PC_OK);
	assert_int_equal(s->activity, PC_CLEANING);
	assert_int_equal(pc_device_clean(dev, PC_TRIGGER_PANEL, 0, false), PC_E_REFUSED);
	uint32_t id = world_job(dev, 1, true, false);
	world_pass(&w, dev, 89999);
	assert_int_equal(s->counters.cleanings, 0);
	world_pass(&w, dev, 1);
	assert_int_equal(s->counters.cleanings, 1);
	assert_int_equal(s->supplies[0].level, 47);
	assert_int_equal(s->supplies[2].level, 74); /* room left in the waste box */
	assert_int_equal(w.events[PC_EVENT_CLEANED], 1);
	assert_int_equal(pc_device_job(dev, id)->state, PC_JOB_PRINTING);
	world_pass(&w, dev, 1000);
	assert_int_equal(pc_device_clean(dev, PC_TRIGGER_TIMER, 2, false), PC_OK);
	world_pass(&w, dev, 90000);
	assert_int_equal(pc_device_cleaning_history(dev, log), 2);
	assert_int_equal(log[0].trigger, PC_TRIGGER_TIMER);
	assert_int_equal(log[0].nozzle_group, 2);
	assert_true(log[1].power);
	assert_int_equal(log[1].wall_ns, UINT64_C(1700000000) * 1000000000);
	assert_int_equal(s->supplies[0].level, 47); /* 46.5 after the page, group 2 is cyan */
	assert_int_equal(pc_device_supply_set(dev, 1, 2), PC_OK);
	assert_int_equal(pc_device_clean(dev, PC_TRIGGER_REMOTE, 0, true), PC_E_REFUSED);
	pc_device_free(dev);
}

static void
test_nozzle_check(void **state)
{
	struct world w;
	struct pc_device *dev = world_device(&w, &sample_profile);
	struct pc_profile laser = sample_profile;
	(void)state;
	assert_int_equal(pc_device_nozzle_check(dev, PC_TRIGGER_REMOTE), PC_OK);
	world_pass(&w, dev, 1000);
	assert_int_equal(pc_device_state(dev)->counters.nozzle_checks, 1);
	assert_int_equal(pc_device_state(dev)->counters.by_function[4], 1);
	assert_int_equal(pc_device_state(dev)->trays[0].level, 99);
	assert_consistent(dev);
	pc_device_free(dev);
	laser.has_head_cleaning = false;
	dev = world_device(&w, &laser);
	assert_int_equal(pc_device_clean(dev, PC_TRIGGER_REMOTE, 0, false), PC_E_UNSUPPORTED);
	assert_int_equal(pc_device_nozzle_check(dev, PC_TRIGGER_REMOTE), PC_E_UNSUPPORTED);
	pc_device_free(dev);
}

static void
test_restart(void **state)
{
	struct world w;
	struct pc_device *dev = world_device(&w, &sample_profile);
	const struct pc_device_state *s = pc_device_state(dev);
	uint32_t id = 0;
	(void)state;
	world_job(dev, 5, true, false);
	world_pass(&w, dev, 2500);
	assert_int_equal(pc_device_setting_set(dev, "sysLocation", "hall"), PC_OK);
	assert_int_equal(pc_device_restart(dev, PC_RESET_WARM), PC_OK);
	assert_false(pc_device_answers(dev));
	assert_int_equal(w.last_job_state, PC_JOB_ABORTED);
	assert_int_equal(pc_device_restart(dev, PC_RESET_WARM), PC_E_REFUSED);
	assert_int_equal(pc_device_job_begin(dev, PC_ORIGIN_RAW, &id), PC_E_REFUSED);
	world_pass(&w, dev, 29999);
	assert_false(pc_device_answers(dev));
	world_pass(&w, dev, 1);
	assert_true(pc_device_answers(dev));
	assert_true(w.last_power_on);
	assert_int_equal(s->boot_ms, pc_clock_ms(&w.clock));
	assert_int_equal(s->counters.power_on, 0);
	assert_int_equal(s->counters.life, 1003);
	assert_int_equal(s->counters.reboots, 1);
	assert_string_equal(s->sys_location, "hall");
	assert_int_equal(pc_device_setting_set(dev, "power.sleepTimer", "99"), PC_OK);
	assert_int_equal(pc_device_restart(dev, PC_RESET_FACTORY), PC_OK);
	world_pass(&w, dev, 30000);
	assert_string_equal(s->sys_location, "");
	assert_string_equal(pc_device_setting(dev, "power.sleepTimer"), "10");
	pc_device_free(dev);
}

static void
test_power_and_sleep(void **state)
{
	struct world w;
	struct pc_device *dev = world_device(&w, &sample_profile);
	(void)state;
	pc_device_sleep(dev, true);
	assert_int_equal(pc_device_hr_printer_status(dev), PC_HRP_OTHER);
	assert_int_equal(pc_device_hr_status(dev), PC_HR_RUNNING);
	world_job(dev, 1, true, false);
	assert_int_equal(pc_device_state(dev)->power, PC_POWER_ON);
	pc_device_sleep(dev, true); /* busy: stays awake */
	assert_int_equal(pc_device_state(dev)->power, PC_POWER_ON);
	world_pass(&w, dev, 1000);
	pc_device_sleep(dev, true);
	assert_int_equal(pc_device_state(dev)->power, PC_POWER_SLEEP);
	assert_int_equal(pc_device_clean(dev, PC_TRIGGER_REMOTE, 0, false), PC_OK);
	assert_int_equal(pc_device_state(dev)->power, PC_POWER_ON); /* woken */
	pc_device_power(dev, false);
	assert_false(pc_device_answers(dev));
	world_pass(&w, dev, 100000);
	assert_int_equal(pc_device_state(dev)->counters.cleanings, 0);
	assert_int_equal(pc_device_state(dev)->power, PC_POWER_OFF);
	pc_device_power(dev, true);
	assert_int_equal(pc_device_state(dev)->power, PC_POWER_BOOTING);
	world_pass(&w, dev, 30000);
	assert_int_equal(pc_device_hr_printer_status(dev), PC_HRP_IDLE);
	pc_device_free(dev);
}

static void
test_settings(void **state)
{
	struct world w;
	struct pc_device *dev = world_device(&w, &sample_profile);
	char text[300];
	(void)state;
	memset(text, 'x', sizeof(text));
	text[299] = '\0';
	assert_string_equal(pc_device_setting(dev, "sysContact"), "desk");
	assert_int_equal(pc_device_setting_set(dev, "sysContact", "me"), PC_OK);
	assert_int_equal(pc_device_setting_set(dev, "sysContact", "me"), PC_OK);
	assert_string_equal(pc_device_state(dev)->sys_contact, "me");
	assert_int_equal(pc_device_state(dev)->counters.config_changes, 1);
	assert_int_equal(pc_device_setting_set(dev, "print.quality", "fine"), PC_OK);
	assert_string_equal(pc_device_setting(dev, "print.quality"), "fine");
	assert_string_equal(pc_device_setting(dev, "power.sleepTimer"), "10");
	assert_int_equal(pc_device_setting_set(dev, "print.other", "x"), PC_E_NOTFOUND);
	assert_int_equal(pc_device_setting_set(dev, "sysName", text), PC_E_LIMIT);
	assert_int_equal(pc_device_setting_set(dev, "print.quality", text), PC_E_LIMIT);
	assert_null(pc_device_setting(dev, ""));
	assert_int_equal(w.events[PC_EVENT_SETTING], 2);
	pc_device_free(dev);
}

static void
test_scan(void **state)
{
	struct world w;
	struct pc_device *dev = world_device(&w, &sample_profile);
	(void)state;
	assert_int_equal(pc_device_scan(dev, 1, 5), PC_OK);
	assert_int_equal(pc_device_state(dev)->counters.scan_by_size[1], 5);
	assert_int_equal(pc_device_state(dev)->counters.by_function[3], 5);
	assert_int_equal(pc_device_scan(dev, 3, 5), PC_E_BADVALUE);
	pc_device_free(dev);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_page_by_page),
		cmocka_unit_test(test_pace),
		cmocka_unit_test(test_first_in_first_out),
		cmocka_unit_test(test_early_tick),
		cmocka_unit_test(test_promote),
		cmocka_unit_test(test_use),
		cmocka_unit_test(test_own_clock),
		cmocka_unit_test(test_queue_limit),
		cmocka_unit_test(test_jobs_limit),
		cmocka_unit_test(test_pages_of_data),
		cmocka_unit_test(test_pages_by_bytes),
		cmocka_unit_test(test_huge_job),
		cmocka_unit_test(test_tray_runs_dry),
		cmocka_unit_test(test_ink_use),
		cmocka_unit_test(test_cleaning),
		cmocka_unit_test(test_nozzle_check),
		cmocka_unit_test(test_restart),
		cmocka_unit_test(test_power_and_sleep),
		cmocka_unit_test(test_settings),
		cmocka_unit_test(test_scan),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
