/* Tests of the imaging counters: keys, what a job adds where, what a restart starts again, time,
 * and which sub-units a service may use. */
#include "snmp/tests/views.h"

#define IC "1.3.6.1.4.1.2699.1.3.1."

/* Keys of the Xerox of views.h: services 1-5, then console 6, trays 7 and 8, bin 9, marker 10,
 * paths 11 and 12, channels 13 and 14, interface 15, scanner 16. */
static const struct views_row rows[] = {
	{"language", IC "1.1.0", "4:en-US"},
	{"services", IC "1.2.0", "2:5"},
	{"sub-units", IC "1.3.0", "2:11"},
	{"media", IC "1.4.0", "2:3"},
	{"key of the system", IC "2.1.1.2.1", "2:3"},
	{"it is no sub-unit", IC "2.1.1.4.1", "2:2"},
	{"nor has it a row", IC "2.1.1.5.1", "2:0"},
	{"key of the second tray", IC "2.1.1.4.8", "2:8"},
	{"its row", IC "2.1.1.5.8", "2:2"},
	{"it is no service", IC "2.1.1.2.8", "2:2"},
	{"no key 17", IC "2.1.1.2.17", "none"},
	{"print service's key", IC "3.1.1.3.11.1", "2:4"},
	{"its name", IC "3.1.1.4.11.1", "4:Print"},
	{"its job set", IC "3.1.1.5.11.1", "2:1"},
	{"idle", IC "3.1.1.6.11.1", "2:3"},
	{"ready", IC "3.1.1.7.11.1", "4:Ready"},
	{"no alert", IC "3.1.1.8.11.1", "2:0"},
	{"second tray's key", IC "4.1.1.3.8.2", "2:8"},
	{"its name", IC "4.1.1.4.8.2", "4:Rear Feed"},
	{"raw channel", IC "4.1.1.4.14.2", "4:Raw TCP"},
	{"no finisher", IC "4.1.1.3.30.1", "none"},
	{"life", IC "8.1.1.4.1.3.3", "2:1001"},
	{"of the marker", IC "8.1.1.4.10.3.3", "2:1001"},
	{"printed", IC "8.1.1.4.4.4.3", "2:1001"},
	{"copied", IC "8.1.1.4.2.3.3", "2:0"},
	{"none since the start", IC "8.1.1.4.1.3.4", "2:0"},
	{"a tray marks nothing", IC "8.1.1.4.7.3.3", "none"},
	{"A4", IC "12.1.1.9.1.1.3", "4:iso_a4_210x297mm"},
	{"a scan uses the scanner", IC "14.1.1.3.5.16", "2:1"},
	{"but no tray", IC "14.1.1.3.5.7", "none"},
};

static void
test_rows(void **state)
{
	struct pc_profile p = views_xerox();
	struct views w;

	(void)state;
	views_init(&w, &p);
	VIEWS_EXPECT(&w, rows);
	views_done(&w);
	p.mibs &= ~(UINT32_C(1) << PC_MIBS_IMAGING_COUNTER);
	views_init(&w, &p);
	views_expect(&w, "not served", IC "1.2.0", "none");
	views_done(&w);
}

/* What five colour sides on three sheets, printed, and what two scans add. */
static const struct step {
	const char *oid;
	int64_t step;
} steps[] = {
	{IC "8.1.1.4.1.3.3", 5},  /* impressions of the system, all work, lifetime */
	{IC "8.1.1.4.1.3.4", 5},  /* since the start */
	{IC "8.1.1.4.1.4.3", 5},  /* datastream */
	{IC "8.1.1.4.1.5.3", 0},  /* auxiliary */
	{IC "8.1.1.5.1.3.3", 0},  /* monochrome */
	{IC "8.1.1.7.1.3.3", 5},  /* full colour */
	{IC "8.1.1.4.4.3.3", 5},  /* print service */
	{IC "8.1.1.4.2.3.3", 0},  /* copy service */
	{IC "8.1.1.4.10.3.3", 5}, /* marker */
	{IC "9.1.1.4.1.3.3", 5},  /* two-sided */
	{IC "10.1.1.4.1.3.3", 3}, /* sheets */
	{IC "10.1.1.7.4.4.4", 3}, /* colour sheets of the print service since the start */
	{IC "12.1.1.4.1.1.3", 3}, /* A4 sheets */
	{IC "12.1.1.4.1.2.3", 0}, /* A3 */
	{IC "7.1.1.4.1.3.3", 2},  /* images */
	{IC "7.1.1.6.5.3.4", 2},  /* in colour, of the scan service */
	{IC "6.1.1.8.1.3", 1},    /* completed jobs */
	{IC "6.1.1.7.1.3", 0},    /* cancelled */
	{IC "6.1.1.4.1.3", 0},    /* alerts */
};

static void
test_job(void **state)
{
	int64_t before[sizeof steps / sizeof *steps];
	struct pc_profile p = views_xerox();
	struct views w;

	(void)state;
	views_init(&w, &p);
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
		before[i] = views_number(&w, steps[i].oid);
	views_job(&w, 5, true, true);
	assert_int_equal(pc_device_scan(w.dev, 0, 2), PC_OK);
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
		if (views_number(&w, steps[i].oid) - before[i] != steps[i].step)
			fail_msg("%s moved by %lld, expected %lld", steps[i].oid,
				(long long)(views_number(&w, steps[i].oid) - before[i]),
				(long long)steps[i].step);
	/* A start counts anew; the lifetime goes on. */
	assert_int_equal(pc_device_restart(w.dev, PC_RESET_COLD), PC_OK);
	views_pass(&w, 31000);
	views_expect(&w, "life", IC "8.1.1.4.1.3.3", "2:1006");
	views_expect(&w, "since the start", IC "8.1.1.4.1.3.4", "2:0");
	views_expect(&w, "jobs since the start", IC "6.1.1.8.1.4", "2:0");
	views_job(&w, 1, false, false);
	views_expect(&w, "life", IC "8.1.1.4.1.3.3", "2:1007");
	views_expect(&w, "since the start", IC "8.1.1.4.1.3.4", "2:1");
	views_expect(&w, "mono since the start", IC "8.1.1.5.1.3.4", "2:1");
	views_done(&w);
}

/* Own pages: a banner is auxiliary, a nozzle check is maintenance, and all is the sum. */
static void
test_own_pages(void **state)
{
	struct pc_profile p = views_epson();
	struct views w;

	(void)state;
	p.auxiliary_sheets = true;
	views_init(&w, &p);
	assert_int_equal(pc_device_option_set(w.dev, PC_OPTION_BANNER_PAGE, 0, 1), PC_OK);
	views_job(&w, 2, false, false);
	assert_int_equal(pc_device_nozzle_check(w.dev, PC_TRIGGER_REMOTE), PC_OK);
	views_pass(&w, 10000);
	views_expect(&w, "all", IC "8.1.1.4.1.3.4", "2:4");
	views_expect(&w, "datastream", IC "8.1.1.4.1.4.4", "2:2");
	views_expect(&w, "auxiliary", IC "8.1.1.4.1.5.4", "2:1");
	views_expect(&w, "maintenance", IC "8.1.1.4.1.7.4", "2:1");
	views_expect(&w, "the check is in colour", IC "8.1.1.7.1.7.4", "2:1");
	views_done(&w);
}

/* Ten seconds idle, 10 s printing, 20 s down by a jam, 30 s of a start. */
static void
test_time(void **state)
{
	struct pc_profile p = views_xerox();
	struct views w;
	uint32_t id = 0;

	(void)state;
	views_init(&w, &p);
	assert_int_equal(pc_device_job_begin(w.dev, PC_ORIGIN_RAW, &id), PC_OK);
	assert_int_equal(pc_device_job_end(w.dev, id, 4), PC_OK); /* 2.5 s a side */
	views_pass(&w, 10000);
	assert_int_equal(pc_device_condition(w.dev, PC_COND_JAM, 0, true), PC_OK);
	views_pass(&w, 20000);
	views_expect(&w, "total", IC "5.1.1.3.1.3", "2:40");
	views_expect(&w, "down", IC "5.1.1.4.1.3", "2:20");
	views_expect(&w, "processing", IC "5.1.1.6.1.3", "2:10");
	views_expect(&w, "stopped", IC "3.1.1.6.11.1", "2:5");
	views_expect(&w, "scanning goes on", IC "3.1.1.6.12.1", "2:3");
	views_expect(&w, "alert", IC "3.1.1.8.11.1", "2:1");
	views_expect(&w, "path's message", IC "4.1.1.6.13.1", "4:Paper jam.");
	views_expect(&w, "path's status", IC "4.1.1.5.13.1", "2:19");
	assert_int_equal(pc_device_condition(w.dev, PC_COND_JAM, 0, false), PC_OK);
	assert_int_equal(pc_device_restart(w.dev, PC_RESET_WARM), PC_OK);
	views_pass(&w, 30000);
	views_pass(&w, 5000);
	views_expect(&w, "down while it starts", IC "5.1.1.4.1.3", "2:50");
	views_expect(&w, "in all", IC "5.1.1.3.1.3", "2:75");
	views_expect(&w, "since the start", IC "5.1.1.3.1.4", "2:5");
	views_expect(&w, "not down since", IC "5.1.1.4.1.4", "2:0");
	/* Switched off, no time passes for it. */
	pc_device_power(w.dev, false);
	views_pass(&w, 100000);
	pc_device_power(w.dev, true);
	views_pass(&w, 30000);
	views_expect(&w, "without the time off", IC "5.1.1.3.1.3", "2:105");
	views_done(&w);
}

/* A manager's switches show. */
static void
test_map(void **state)
{
	struct pc_profile p = views_xerox();
	struct views w;

	(void)state;
	views_init(&w, &p);
	views_expect(&w, "LPD prints", IC "14.1.1.3.4.13", "2:1");
	assert_int_equal(
		pc_device_option_set(w.dev, PC_OPTION_CHANNEL_CLOSED, PC_CHANNEL_LPD, 1), PC_OK);
	views_expect(&w, "no longer", IC "14.1.1.3.4.13", "2:2");
	views_expect(&w, "raw does", IC "14.1.1.3.4.14", "2:1");
	views_done(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_job),
		cmocka_unit_test(test_own_pages),
		cmocka_unit_test(test_time),
		cmocka_unit_test(test_map),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
