/* Tests of device: conditions, the alert table, error bits, host-resources status, history. */
#include "device/internal.h"
#include "device/tests/sample.h"

static void
test_each_condition(void **state)
{
	static const struct {
		const char *name;
		enum pc_condition condition;
		uint32_t part;
		uint8_t severity, group;
		int32_t code;
		enum pc_hr_status status;
		enum pc_hr_printer_status printer;
		uint16_t bits;
		const char *text;
	} rows[] = {
		{"jam", PC_COND_JAM, 0, 3, 13, 8, PC_HR_DOWN, PC_HRP_OTHER, 0x0400, "Paper jam."},
		{"cover", PC_COND_COVER_OPEN, 1, 3, 6, 3, PC_HR_DOWN, PC_HRP_OTHER, 0x0800,
			"Cover is open."},
		{"tray empty, the only one", PC_COND_TRAY_EMPTY, 0, 3, 8, 808, PC_HR_DOWN,
			PC_HRP_OTHER, 0x4004, "Paper is out."},
		{"tray low", PC_COND_TRAY_LOW, 0, 5, 8, 807, PC_HR_WARNING, PC_HRP_IDLE, 0x8000,
			"Paper is low."},
		{"tray missing", PC_COND_TRAY_MISSING, 0, 3, 8, 801, PC_HR_DOWN, PC_HRP_OTHER,
			0x0080, "Paper tray is missing."},
		{"ink low", PC_COND_SUPPLY_LOW, 1, 5, 11, 1105, PC_HR_WARNING, PC_HRP_IDLE, 0x2000,
			"Ink is low."},
		{"ink out", PC_COND_SUPPLY_EMPTY, 1, 3, 11, 1102, PC_HR_DOWN, PC_HRP_OTHER, 0x1000,
			"Ink is out."},
		{"ink missing", PC_COND_SUPPLY_MISSING, 1, 3, 11, 9, PC_HR_DOWN, PC_HRP_OTHER,
			0x0020, "Ink cartridge is missing."},
		{"box almost full", PC_COND_SUPPLY_LOW, 2, 5, 11, 1108, PC_HR_WARNING, PC_HRP_IDLE,
			0x0100, "Maintenance box is almost full."},
		{"box full", PC_COND_SUPPLY_EMPTY, 2, 3, 11, 1110, PC_HR_DOWN, PC_HRP_OTHER, 0x0100,
			"Maintenance box is full."},
		{"service", PC_COND_SERVICE, 0, 5, 5, 1, PC_HR_WARNING, PC_HRP_IDLE, 0x0100,
			"Service is required."},
		{"off-line", PC_COND_OFFLINE, 0, 3, 5, 22, PC_HR_DOWN, PC_HRP_OTHER, 0x0200,
			"Printer is off-line."},
		{"output full", PC_COND_OUTPUT_FULL, 0, 3, 9, 903, PC_HR_DOWN, PC_HRP_OTHER, 0x0008,
			"Output tray is full."},
	};
	struct world w;
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct pc_profile p = sample_profile;
		const struct pc_alert *a = NULL;
		p.n_trays = 1;
		struct pc_device *dev = world_device(&w, &p);
		assert_int_equal(pc_device_alerts(dev, &a), 0);
		print_message("%s\n", rows[i].name);
		assert_int_equal(
			pc_device_condition(dev, rows[i].condition, rows[i].part, true), PC_OK);
		size_t n = pc_device_alerts(dev, &a), at = 0;
		while (at < n &&
			(a[at].condition != rows[i].condition || a[at].part != rows[i].part))
			at++;
		assert_true(at < n);
		assert_int_equal(a[at].code, rows[i].code);
		assert_int_equal(a[at].severity, rows[i].severity);
		assert_int_equal(a[at].group, rows[i].group);
		assert_int_equal(a[at].group_index, rows[i].part + 1);
		assert_int_equal(a[at].location, -2);
		assert_string_equal(a[at].text, rows[i].text);
		assert_int_equal(pc_device_error_bits(dev), rows[i].bits);
		assert_int_equal(pc_device_hr_status(dev), rows[i].status);
		assert_int_equal(pc_device_hr_printer_status(dev), rows[i].printer);
		if (rows[i].severity == 3)
			assert_string_equal(pc_device_console(dev), rows[i].text);
		assert_int_equal(
			pc_device_condition(dev, rows[i].condition, rows[i].part, false), PC_OK);
		n = pc_device_alerts(dev, &a);
		assert_int_equal(n, 0); /* binary rows vanish */
		assert_int_equal(pc_device_error_bits(dev), 0);
		pc_device_free(dev);
	}
}

static void
test_index_and_counters(void **state)
{
	struct world w;
	struct pc_profile p = sample_profile;
	p.trays[1].initial = 0; /* one warning from the start */
	struct pc_device *dev = world_device(&w, &p);
	const struct pc_alert *a = NULL;
	const struct pc_counters *c = &pc_device_state(dev)->counters;
	(void)state;
	assert_int_equal(w.events[PC_EVENT_ALERT_ADDED], 0); /* nothing told for the start */
	for (uint32_t i = 2; i < 12; i++) {
		pc_device_condition(dev, PC_COND_JAM, 0, true);
		assert_int_equal(pc_device_alerts(dev, &a), 2);
		assert_int_equal(a[1].index, i);
		pc_device_condition(dev, PC_COND_JAM, 0, true); /* no second row */
		assert_int_equal(pc_device_alerts(dev, &a), 2);
		pc_device_condition(dev, PC_COND_JAM, 0, false);
	}
	assert_int_equal(c->jams, 10);
	assert_int_equal(c->alerts_critical, 10);
	assert_int_equal(c->alerts_all, 11);
	assert_int_equal(w.events[PC_EVENT_ALERT_ADDED], 10);
	assert_int_equal(w.events[PC_EVENT_ALERT_REMOVED], 10);
	/* A restart begins at index 1; what holds is reported again. */
	pc_device_condition(dev, PC_COND_COVER_OPEN, 0, true);
	pc_device_restart(dev, PC_RESET_WARM);
	assert_int_equal(pc_device_alerts(dev, &a), 0);
	world_pass(&w, dev, 30000);
	assert_int_equal(pc_device_alerts(dev, &a), 2);
	assert_int_equal(a[0].index, 1);
	assert_int_equal(a[0].code, 3);
	assert_int_equal(c->alerts_critical, 1);
	pc_device_free(dev);
}

static void
test_stops_and_goes_on(void **state)
{
	struct world w;
	struct pc_device *dev = world_device(&w, &sample_profile);
	(void)state;
	uint32_t id = world_job(dev, 3, true, false);
	world_pass(&w, dev, 1500);
	pc_device_condition(dev, PC_COND_JAM, 0, true);
	world_pass(&w, dev, 600000);
	assert_int_equal(pc_device_job(dev, id)->pages_done, 1);
	assert_int_equal(pc_device_job(dev, id)->state, PC_JOB_PRINTING);
	pc_device_condition(dev, PC_COND_JAM, 0, false);
	world_pass(&w, dev, 2000);
	assert_int_equal(pc_device_job(dev, id)->state, PC_JOB_DONE);
	pc_device_free(dev);
}

static void
test_severity_follows_trays(void **state)
{
	struct world w;
	struct pc_device *dev = world_device(&w, &sample_profile);
	const struct pc_alert *a = NULL;
	(void)state;
	pc_device_tray_set(dev, 1, 0);
	assert_int_equal(pc_device_alerts(dev, &a), 1);
	assert_int_equal(a[0].severity, 5); /* the first cassette still feeds */
	assert_int_equal(pc_device_error_bits(dev), 0x0004);
	pc_device_tray_set(dev, 0, 0);
	assert_int_equal(pc_device_alerts(dev, &a), 2);
	assert_int_equal(pc_device_error_bits(dev), 0x4004);
	assert_int_equal(a[0].severity, 3);
	assert_int_equal(a[1].severity, 3);
	pc_device_tray_set(dev, 1, 250);
	assert_int_equal(pc_device_alerts(dev, &a), 1);
	assert_int_equal(a[0].severity, 5);
	assert_int_equal(pc_device_hr_status(dev), PC_HR_WARNING);
	pc_device_free(dev);
}

static void
test_overflow(void **state)
{
	struct world w;
	struct pc_profile p = sample_profile;
	const struct pc_alert *a = NULL;
	(void)state;
	for (size_t i = 0; i < PC_SUPPLIES_MAX; i++)
		p.supplies[i] = sample_profile.supplies[0];
	p.n_supplies = PC_SUPPLIES_MAX;
	p.n_trays = 1;
	struct pc_device *dev = world_device(&w, &p);
	for (uint32_t i = 0; i < PC_SUPPLIES_MAX; i++)
		pc_device_condition(dev, PC_COND_SUPPLY_LOW, i, true);
	assert_int_equal(pc_device_alerts(dev, &a), PC_ALERTS_MAX);
	/* The jam pushes out the oldest warning, which comes back later with a new index. */
	pc_device_condition(dev, PC_COND_JAM, 0, true);
	assert_int_equal(pc_device_alerts(dev, &a), PC_ALERTS_MAX);
	assert_int_equal(a[0].part, 1);
	assert_int_equal(a[PC_ALERTS_MAX - 1].code, 8);
	pc_device_condition(dev, PC_COND_JAM, 0, false);
	assert_int_equal(pc_device_alerts(dev, &a), PC_ALERTS_MAX);
	assert_int_equal(a[PC_ALERTS_MAX - 1].part, 0);
	assert_int_equal(a[PC_ALERTS_MAX - 1].index, 34);
	pc_device_free(dev);
}

/* A model with `n` supplies that reports happenings. */
static struct pc_profile
talkative(size_t n)
{
	struct pc_profile p = sample_profile;
	for (size_t i = 0; i < n; i++)
		p.supplies[i] = sample_profile.supplies[0];
	p.n_supplies = n;
	p.unary_alerts = true;
	return p;
}

/* The end of a condition and a start are happenings: rows of severity 4 that nothing removes.
 * Spec: RFC 3805 PrtAlertCodeTC alertRemovalOfBinaryChangeEntry */
static void
test_unary(void **state)
{
	struct world w;
	struct pc_profile p = talkative(3);
	struct pc_device *dev = world_device(&w, &p);
	const struct pc_alert *a = NULL;
	(void)state;
	pc_device_condition(dev, PC_COND_JAM, 0, true);
	pc_device_condition(dev, PC_COND_JAM, 0, false);
	assert_int_equal(pc_device_alerts(dev, &a), 1);
	assert_int_equal(a[0].index, 2);
	assert_int_equal(a[0].severity, 4);
	assert_int_equal(a[0].training, 7);
	assert_int_equal(a[0].group, 18);
	assert_int_equal(a[0].group_index, 1); /* the row that went */
	assert_int_equal(a[0].location, -2);
	assert_int_equal(a[0].code, 1801);
	assert_int_equal(pc_device_hr_status(dev), PC_HR_RUNNING);
	assert_int_equal(pc_device_error_bits(dev), 0);
	assert_string_equal(pc_device_console(dev), "Ready");
	assert_int_equal(pc_device_state(dev)->counters.alerts_all, 2);
	pc_device_restart(dev, PC_RESET_WARM);
	world_pass(&w, dev, 30000);
	assert_int_equal(pc_device_alerts(dev, &a), 1);
	assert_int_equal(a[0].index, 1);
	assert_int_equal(a[0].code, 505);
	assert_int_equal(a[0].group, 5);
	pc_device_power(dev, false);
	pc_device_power(dev, true);
	world_pass(&w, dev, 30000);
	assert_int_equal(pc_device_alerts(dev, &a), 1);
	assert_int_equal(a[0].code, 503);
	pc_device_free(dev);
}

static size_t
count(const struct pc_device *dev, uint8_t severity)
{
	const struct pc_alert *a = NULL;
	size_t n = pc_device_alerts(dev, &a), found = 0;
	for (size_t i = 0; i < n; i++)
		found += a[i].severity == severity ? 1 : 0;
	return found;
}

/* Happenings go first, then warnings, then critical rows; of each kind the oldest.
 * Spec: RFC 3805 s2.2.13.4 */
static void
test_drop_order(void **state)
{
	struct world w;
	struct pc_profile p = talkative(PC_SUPPLIES_MAX);
	struct pc_device *dev = world_device(&w, &p);
	const struct pc_alert *a = NULL;
	(void)state;
	pc_device_condition(dev, PC_COND_SUPPLY_EMPTY, 1, true); /* the oldest goes last */
	pc_device_condition(dev, PC_COND_SUPPLY_LOW, 0, true);
	pc_device_condition(dev, PC_COND_JAM, 0, true);
	pc_device_condition(dev, PC_COND_JAM, 0, false);
	for (uint32_t i = 2; i < PC_SUPPLIES_MAX - 1; i++)
		pc_device_condition(dev, PC_COND_SUPPLY_EMPTY, i, true);
	assert_int_equal(pc_device_alerts(dev, &a), PC_ALERTS_MAX);
	assert_int_equal(count(dev, 4), 1);
	pc_device_condition(dev, PC_COND_SUPPLY_EMPTY, 31, true);
	assert_int_equal(count(dev, 4), 0);
	assert_int_equal(count(dev, 5), 1);
	pc_device_condition(dev, PC_COND_COVER_OPEN, 0, true);
	assert_int_equal(count(dev, 5), 0);
	pc_device_alerts(dev, &a);
	assert_int_equal(a[0].part, 1);
	pc_device_condition(dev, PC_COND_COVER_OPEN, 1, true);
	pc_device_alerts(dev, &a);
	assert_int_equal(count(dev, 3), PC_ALERTS_MAX);
	assert_int_equal(a[0].part, 2);
	/* What lost its row does not push others out again … */
	uint32_t last = a[PC_ALERTS_MAX - 1].index;
	pc_device_condition(dev, PC_COND_SUPPLY_EMPTY, 5, true);
	pc_device_alerts(dev, &a);
	assert_int_equal(a[PC_ALERTS_MAX - 1].index, last);
	/* … and comes back with a new index: the end of a condition frees a place. */
	pc_device_condition(dev, PC_COND_COVER_OPEN, 0, false);
	assert_int_equal(pc_device_alerts(dev, &a), PC_ALERTS_MAX);
	assert_true(a[PC_ALERTS_MAX - 1].index > last);
	assert_int_equal(a[PC_ALERTS_MAX - 1].condition, PC_COND_SUPPLY_LOW);
	assert_int_equal(a[PC_ALERTS_MAX - 1].part, 0);
	pc_device_condition(dev, PC_COND_COVER_OPEN, 1, false);
	pc_device_alerts(dev, &a);
	assert_int_equal(a[PC_ALERTS_MAX - 1].condition, PC_COND_SUPPLY_EMPTY);
	assert_int_equal(a[PC_ALERTS_MAX - 1].part, 1);
	pc_device_free(dev);
}

/* prtAlertIndex goes on with 1 after 2147483647, past a row that is still there. */
static void
test_index_wraps(void **state)
{
	struct world w;
	struct pc_device *dev = world_device(&w, &sample_profile);
	const struct pc_alert *a = NULL;
	(void)state;
	pc_device_condition(dev, PC_COND_COVER_OPEN, 0, true);
	dev->s.next_alert = INT32_MAX;
	pc_device_condition(dev, PC_COND_JAM, 0, true);
	pc_device_condition(dev, PC_COND_COVER_OPEN, 1, true);
	assert_int_equal(pc_device_alerts(dev, &a), 3);
	assert_int_equal(a[0].index, 1);
	assert_int_equal(a[1].index, INT32_MAX);
	assert_int_equal(a[2].index, 2);
	pc_device_free(dev);
}

/* At no moment two rows for one thing: not even between the events of one change. */
static void
check_one_each(void *arg, struct pc_device *dev, const struct pc_device_event *event)
{
	const struct pc_alert *a = NULL;
	size_t n = pc_device_alerts(dev, &a);
	(void)arg;
	(void)event;
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < i; k++)
			assert_false(
				a[i].group == a[k].group && a[i].group_index == a[k].group_index);
	}
}

static void
test_ends_come_first(void **state)
{
	static const enum pc_condition kinds[] = {PC_COND_SUPPLY_LOW, PC_COND_SUPPLY_EMPTY,
		PC_COND_SUPPLY_MISSING, PC_COND_TRAY_LOW, PC_COND_TRAY_EMPTY, PC_COND_TRAY_MISSING};
	struct world w;
	struct pc_device *dev = world_device(&w, &sample_profile);
	(void)state;
	w.env.event = check_one_each;
	for (size_t i = 0; i < 6; i++) {
		for (size_t k = 0; k < 6; k++) {
			pc_device_condition(dev, kinds[i], 0, true);
			pc_device_condition(dev, kinds[k], 0, true);
			pc_device_condition(dev, kinds[i], 0, false);
			pc_device_condition(dev, kinds[k], 0, false);
		}
	}
	pc_device_free(dev);
}

static void
test_error_history(void **state)
{
	struct world w;
	struct pc_device *dev = world_device(&w, &sample_profile);
	struct pc_error_entry log[PC_ERROR_HISTORY_MAX];
	(void)state;
	assert_int_equal(pc_device_error_history(dev, log), 0);
	for (int i = 0; i < 50; i++) {
		pc_clock_advance(&w.clock, 1000000000);
		pc_device_condition(dev, i % 2 ? PC_COND_JAM : PC_COND_COVER_OPEN, 0, true);
		pc_device_condition(dev, i % 2 ? PC_COND_JAM : PC_COND_COVER_OPEN, 0, false);
	}
	assert_int_equal(pc_device_error_history(dev, log), PC_ERROR_HISTORY_MAX);
	assert_int_equal(log[0].code, 8);
	assert_int_equal(log[1].code, 3);
	assert_int_equal(log[0].wall_ns, UINT64_C(1700000050) * 1000000000);
	assert_int_equal(log[39].wall_ns, UINT64_C(1700000011) * 1000000000);
	pc_device_free(dev);
}

static void
test_refused(void **state)
{
	struct world w;
	struct pc_device *dev = world_device(&w, &sample_profile);
	uint32_t id;
	(void)state;
	assert_int_equal(pc_device_condition(dev, PC_COND_JAM, 1, true), PC_E_BADVALUE);
	assert_int_equal(pc_device_condition(dev, PC_COND_COVER_OPEN, 2, true), PC_E_BADVALUE);
	assert_int_equal(pc_device_condition(dev, PC_COND_TRAY_EMPTY, 3, true), PC_E_BADVALUE);
	assert_int_equal(pc_device_condition(dev, PC_COND_SUPPLY_LOW, 3, true), PC_E_BADVALUE);
	assert_int_equal(pc_device_condition(dev, PC_COND_TRAY_EMPTY, 2, true), PC_E_UNSUPPORTED);
	assert_int_equal(pc_device_condition(dev, (enum pc_condition)99, 0, true), PC_E_BADVALUE);
	pc_device_condition(dev, PC_COND_OFFLINE, 0, true);
	assert_int_equal(pc_device_job_begin(dev, PC_ORIGIN_RAW, &id), PC_E_REFUSED);
	pc_device_free(dev);
}

static void
test_console(void **state)
{
	struct world w;
	struct pc_device *dev = world_device(&w, &sample_profile);
	(void)state;
	assert_string_equal(pc_device_console(dev), "Ready");
	pc_device_setting_set(dev, "readyText", "Hello");
	assert_string_equal(pc_device_console(dev), "Hello");
	pc_device_condition(dev, PC_COND_SUPPLY_LOW, 0, true);
	assert_string_equal(pc_device_console(dev), "Ink is low.");
	world_job(dev, 1, true, false);
	assert_string_equal(pc_device_console(dev), "Printing");
	pc_device_setting_set(dev, "console", "Call 117");
	assert_string_equal(pc_device_console(dev), "Call 117");
	pc_device_condition(dev, PC_COND_JAM, 0, true);
	assert_string_equal(pc_device_console(dev), "Paper jam.");
	pc_device_free(dev);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_condition),
		cmocka_unit_test(test_index_and_counters),
		cmocka_unit_test(test_stops_and_goes_on),
		cmocka_unit_test(test_severity_follows_trays),
		cmocka_unit_test(test_overflow),
		cmocka_unit_test(test_unary),
		cmocka_unit_test(test_drop_order),
		cmocka_unit_test(test_index_wraps),
		cmocka_unit_test(test_ends_come_first),
		cmocka_unit_test(test_error_history),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_console),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
