/* Tests of XCMI's view of the machine: meters that follow jobs, commands, alerts and faults. */
#include "snmp/tests/views.h"
#include <stdlib.h>

#include "snmp/tests/change.h"

#include "snmp/entity.h"

#define XCM   "1.3.6.1.4.1.253.8."
#define X     XCM "53."
#define METER X "13.2.1.6."
#define CMD   X "5.2.1."

enum { BAD_VALUE = 10, INCONSISTENT = 12, COMMIT_FAILED = 14, AUTHORIZATION = 16 };

static void
init(struct views *w)
{
	struct pc_profile p = views_xerox();

	views_init(w, &p);
}

static void
job(struct views *w, enum pc_origin origin, uint32_t pages, bool color, bool duplex, uint8_t size)
{
	uint32_t id = 0;

	assert_int_equal(pc_device_job_begin(w->dev, origin, &id), PC_OK);
	pc_device_job(w->dev, id)->color = color;
	pc_device_job(w->dev, id)->duplex = duplex;
	pc_device_job(w->dev, id)->size = size;
	assert_int_equal(pc_device_job_data(w->dev, id, (const uint8_t *)"x", 1), PC_OK);
	assert_int_equal(pc_device_job_end(w->dev, id, pages), PC_OK);
	for (int i = 0; i < 1000 && pc_device_state(w->dev)->activity != PC_IDLE; i++)
		views_pass(w, 1000);
}

/* One job after the other; every meter moves by what was printed, and none ever runs backwards. */
static void
test_meters(void **state)
{
	static const struct {
		const char *row;
		int64_t step;
	} meters[] = {
		{"1.20.1", 22},                                      /* total: 4 + 5 + 6 + 7 */
		{"1.20.2", 22},                                      /* power-on */
		{"1.20.7", 4},                                       /* black printed */
		{"1.20.8", 4},                                       /* and its sheets */
		{"1.20.9", 0},                                       /* two-sided */
		{"1.20.10", 0},                                      /* large */
		{"1.20.15", 7},                                      /* printed sheets: 4 + 3 */
		{"1.20.16", 3},                                      /* two-sided */
		{"1.20.29", 5},                                      /* colour printed */
		{"1.20.30", 3},                                      /* and its sheets */
		{"1.20.31", 3},                                      /* two-sided */
		{"1.20.32", 5},                                      /* large */
		{"1.20.33", 11},                                     /* colour: 5 + 6 */
		{"1.20.34", 11},                                     /* black: 4 + 7 */
		{"1.20.38", 20},                                     /* sheets: 4 + 3 + 6 + 7 */
		{"1.20.39", 3},                                      /* two-sided */
		{"1.20.43", 5},                                      /* colour large */
		{"1.20.44", 0},                                      /* black large */
		{"1.20.47", 5},                                      /* large */
		{"1.20.71", 7},                                      /* fax */
		{"101.20.1", 22},                                    /* billing: all, colour */
		{"101.20.2", 11}, {"102.20.23", 0}, {"103.20.3", 0}, /* black copied */
		{"103.20.25", 6},                                    /* colour copied */
		{"103.20.26", 6}, {"103.20.15", 6}, {"104.20.14", 7}, {"104.20.15", 7},
		{"1.30.1", 22},                   /* accounting */
		{"1.30.33", 11}, {"1.230.1", 22}, /* service */
	};
	enum { N = sizeof meters / sizeof *meters };
	static const struct {
		enum pc_origin origin;
		uint32_t pages;
		bool color, duplex;
		uint8_t size;
	} jobs[] = {{PC_ORIGIN_RAW, 4, false, false, 0}, {PC_ORIGIN_LPD, 5, true, true, 1},
		{PC_ORIGIN_COPY, 6, true, false, 0}, {PC_ORIGIN_FAX, 7, false, false, 0}};
	int64_t start[N], last[N];
	struct views w;

	(void)state;
	init(&w);
	for (size_t k = 0; k <= sizeof jobs / sizeof *jobs; k++) {
		if (k > 0)
			job(&w, jobs[k - 1].origin, jobs[k - 1].pages, jobs[k - 1].color,
				jobs[k - 1].duplex, jobs[k - 1].size);
		for (size_t i = 0; i < N; i++) {
			char oid[96];
			int64_t now;

			(void)snprintf(oid, sizeof oid, METER "%s", meters[i].row);
			now = views_number(&w, oid);
			if (k == 0)
				start[i] = now;
			else if (now < last[i])
				fail_msg("%s runs backwards", meters[i].row);
			last[i] = now;
		}
	}
	for (size_t i = 0; i < N; i++)
		if (last[i] - start[i] != meters[i].step)
			fail_msg("%s moved by %d, expected %d", meters[i].row,
				(int)(last[i] - start[i]), (int)meters[i].step);
	views_done(&w);
}

/* Spec: XCMI XcmHrDevDetailType: lifetime is never reset, accounting is, a delta is added. */
static void
test_resets_of_meters(void **state)
{
	struct views w;

	(void)state;
	init(&w);
	assert_int_equal(views_number(&w, METER "1.20.1"), 1001);
	assert_int_equal(views_number(&w, METER "1.30.1"), 1001);
	assert_int_equal(SET(&w, {CMD "2.1", INT, 7, NULL}), 0);
	assert_int_equal(views_number(&w, METER "1.20.1"), 1001);
	assert_int_equal(views_number(&w, METER "1.30.1"), 0);
	assert_int_equal(views_number(&w, METER "103.30.25"), 0);
	job(&w, PC_ORIGIN_RAW, 3, true, false, 0);
	assert_int_equal(views_number(&w, METER "1.30.1"), 3);
	assert_int_equal(SET(&w, {METER "1.231.1", INT, 500, NULL}), 0);
	assert_int_equal(SET(&w, {METER "1.231.1", INT, 20, NULL}), 0);
	assert_int_equal(views_number(&w, METER "1.230.1"), 1004 + 520);
	assert_int_equal(views_number(&w, METER "1.20.1"), 1004);
	assert_int_equal(SET(&w, {METER "1.231.1", INT, -1, NULL}), BAD_VALUE);
	assert_int_equal(SET(&w, {METER "1.20.1", INT, 0, NULL}), 17);
	views_done(&w);
}

static void
test_details(void **state)
{
	struct views w;

	(void)state;
	init(&w);
	views_expect(&w, "label", X "13.2.1.8.1.20.34", "4:Black Impressions");
	views_expect(&w, "impressions", X "13.2.1.5.1.20.34", "2:27");
	views_expect(&w, "sheets", X "13.2.1.5.1.20.38", "2:28");
	views_expect(&w, "images", X "13.2.1.5.102.20.23", "2:26");
	views_expect(&w, "serial", X "13.2.1.8.1.12.1", "4:X3ET000001");
	views_expect(&w, "version", X "13.2.1.8.1.14.2", "4:16.52");
	views_expect(&w, "part", X "13.2.1.9.1.14.2", "4:Network FW");
	views_expect(&w, "percent left", METER "1.251.1", "2:80");
	/* 80 of 100, a page takes one */
	views_expect(&w, "sides left", METER "1.252.1", "2:80");
	views_expect(&w, "the same by supply", X "20.2.1.7.1.1.1.252.1", "2:80");
	views_expect(&w, "level by supply", X "20.2.1.7.1.1.1.256.1", "2:80");
	views_expect(&w, "asset tag", X "3.2.1.14.1", "4:");
	assert_int_equal(SET(&w, {X "3.2.1.14.1", TXT, 0, "XA-77"}), 0);
	views_expect(&w, "asset tag set", X "3.2.1.14.1", "4:XA-77");
	assert_int_equal(SET(&w, {X "3.2.1.14.1", TXT, 0, "01234567890123456789012345678901"}), 8);
	views_expect(&w, "scanner", X "3.2.1.5.102", "2:10200");
	views_expect(&w, "sleep timer", X "6.2.1.10.1", "2:10");
	assert_int_equal(SET(&w, {X "6.2.1.10.1", INT, 25, NULL}), 0);
	assert_string_equal(pc_device_setting(w.dev, "power.sleepTimerMinutes"), "25");
	views_expect(&w, "cover closed", X "16.2.1.6.1.1", "2:2");
	assert_int_equal(pc_device_condition(w.dev, PC_COND_COVER_OPEN, 0, true), PC_OK);
	views_expect(&w, "cover open", X "16.2.1.6.1.1", "2:1");
	views_done(&w);
}

/* Spec: XCMI xcmHrDevMgmtCommandRequest */
static void
test_commands(void **state)
{
	static const struct {
		const char *name;
		int64_t request;
		enum pc_power power;
		bool offline;
	} rows[] = {
		{"quiesce", 6, PC_POWER_ON, true},
		{"startup", 2, PC_POWER_ON, false},
		{"pause", 1308, PC_POWER_ON, true},
		{"resume", 1309, PC_POWER_ON, false},
		{"sleep", 22, PC_POWER_SLEEP, false},
		{"wake", 19, PC_POWER_ON, false},
		{"save energy", 18, PC_POWER_SLEEP, false},
		{"ready", 20, PC_POWER_ON, false},
		{"refresh", 2336, PC_POWER_ON, false},
		{"warm", 8, PC_POWER_BOOTING, false},
		{"cold", 9, PC_POWER_BOOTING, false},
		{"restart", 2302, PC_POWER_BOOTING, false},
		{"device reset cold", 2333, PC_POWER_BOOTING, false},
		{"shutdown", 5, PC_POWER_OFF, false},
	};
	struct views w;

	(void)state;
	init(&w);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		int status = SET(&w, {CMD "2.1", INT, rows[i].request, NULL});

		if (status != 0 || pc_device_state(w.dev)->power != rows[i].power ||
			pc_device_state(w.dev)->offline != rows[i].offline)
			fail_msg("%s: %d, power %d, offline %d", rows[i].name, status,
				pc_device_state(w.dev)->power, pc_device_state(w.dev)->offline);
		assert_int_equal(views_number(&w, CMD "2.1"), rows[i].request);
		assert_int_equal(views_number(&w, CMD "4.1"), 0);
		if (rows[i].power == PC_POWER_BOOTING) {
			assert_int_equal(views_number(&w, METER "1.20.1"), 1001);
			views_pass(&w, 31000);
		}
	}
	views_done(&w);
}

static void
test_commands_refused(void **state)
{
	struct views w;

	(void)state;
	init(&w);
	assert_int_equal(SET(&w, {CMD "2.1", INT, 3, NULL}), BAD_VALUE);
	assert_int_equal(SET(&w, {CMD "2.1", INT, 2322, NULL}), BAD_VALUE);
	assert_int_equal(SET(&w, {CMD "2.1", INT, 0, NULL}), BAD_VALUE);
	/* one at a time */
	assert_int_equal(SET(&w, {CMD "2.1", INT, 2326, NULL}, {CMD "3.1", TXT, 0, "all"}), 0);
	assert_int_equal(views_number(&w, CMD "8.1"), 1);
	views_expect(&w, "data", CMD "3.1", "4:all");
	assert_int_equal(SET(&w, {CMD "2.1", INT, 8, NULL}), INCONSISTENT);
	assert_int_equal(SET(&w, {CMD "2.1", INT, 1, NULL}), INCONSISTENT);
	views_pass(&w, 30000);
	assert_int_equal(views_number(&w, CMD "8.1"), 2);
	/* with a password, only with the password */
	assert_int_equal(SET(&w, {CMD "7.1", TXT, 0, "s3cret"}), 0);
	views_expect(&w, "never told", CMD "7.1", "4:");
	assert_int_equal(SET(&w, {CMD "2.1", INT, 22, NULL}), AUTHORIZATION);
	assert_int_equal(
		SET(&w, {CMD "2.1", INT, 22, NULL}, {CMD "7.1", TXT, 0, "s3crets"}), AUTHORIZATION);
	assert_int_equal(pc_device_state(w.dev)->power, PC_POWER_ON);
	assert_int_equal(SET(&w, {CMD "7.1", TXT, 0, "s3cret"}, {CMD "2.1", INT, 22, NULL}), 0);
	assert_int_equal(pc_device_state(w.dev)->power, PC_POWER_SLEEP);
	/* what cannot be done now */
	assert_int_equal(SET(&w, {CMD "7.1", TXT, 0, ""}), 0);
	assert_int_equal(SET(&w, {CMD "2.1", INT, 19, NULL}), 0);
	{
		uint32_t id = 0;

		assert_int_equal(pc_device_job_begin(w.dev, PC_ORIGIN_RAW, &id), PC_OK);
		assert_int_equal(SET(&w, {CMD "2.1", INT, 22, NULL}), COMMIT_FAILED);
		assert_int_equal(views_number(&w, CMD "4.1"), 13);
		assert_int_equal(SET(&w, {CMD "2.1", INT, 11, NULL}), 0);
		assert_int_equal(pc_device_job(w.dev, id)->state, PC_JOB_CANCELLED);
	}
	views_done(&w);
}

/* A factory reset forgets what managers wrote. */
static void
test_factory_reset(void **state)
{
	struct views w;

	(void)state;
	init(&w);
	assert_int_equal(
		SET(&w, {X "3.2.1.14.1", TXT, 0, "XA-77"}, {X "6.2.1.10.1", INT, 25, NULL}), 0);
	assert_int_equal(SET(&w, {CMD "2.1", INT, 8, NULL}), 0);
	views_pass(&w, 31000);
	views_expect(&w, "kept over a warm reset", X "3.2.1.14.1", "4:XA-77");
	views_expect(&w, "timer kept", X "6.2.1.10.1", "2:25");
	assert_int_equal(SET(&w, {CMD "2.1", INT, 10, NULL}), 0);
	views_pass(&w, 31000);
	assert_non_null(pc_snmp_entity_get(w.dev));
	views_expect(&w, "forgotten", X "3.2.1.14.1", "4:");
	views_expect(&w, "timer of the factory", X "6.2.1.10.1", "2:10");
	assert_int_equal(views_number(&w, METER "1.20.1"), 1001);
	views_done(&w);
}

static void
test_alerts_and_faults(void **state)
{
	struct views w;

	(void)state;
	init(&w);
	views_expect(&w, "no fault", X "8.2.1.3.1", "none");
	assert_int_equal(pc_device_condition(w.dev, PC_COND_SUPPLY_LOW, 1, true), PC_OK);
	assert_int_equal(pc_device_condition(w.dev, PC_COND_JAM, 0, true), PC_OK);
	views_expect(&w, "warning", X "17.2.1.3.1.1", "2:8");
	views_expect(&w, "critical", X "17.2.1.3.1.2", "2:4");
	views_expect(&w, "newest", X "17.3.0", "2:2");
	views_expect(&w, "newest critical", X "17.4.0", "2:2");
	views_expect(&w, "a warning is no fault", X "8.2.1.3.1", "none");
	views_expect(&w, "jam", X "8.2.1.3.2", "2:8");
	views_expect(&w, "device", X "8.2.1.6.2", "2:1");
	views_expect(&w, "alert", X "8.2.1.5.2", "6:1.3.6.1.2.1.43.18.1.1.8.1.2");
	views_expect(&w, "needs attention", X "3.2.1.5.1", "2:505");
	assert_int_equal(pc_device_condition(w.dev, PC_COND_JAM, 0, false), PC_OK);
	views_expect(&w, "gone", X "8.2.1.3.2", "none");
	views_done(&w);
}

/* What Printer-MIB's rows are extended by, services, the network engine. */
static void
test_extensions(void **state)
{
	struct pc_profile p = views_xerox();
	struct views w;

	(void)state;
	p.finishers[0] = (struct pc_profile_finisher){"Stapler", 3, 50, 0, NULL, NULL, NULL};
	p.n_finishers = 1;
	p.settings[p.n_settings++] = (struct pc_profile_setting){
		.group = "finisher", .name = "stapling", .value = "off"};
	p.trays[1] = p.trays[0];
	views_init(&w, &p);
	views_expect(&w, "finisher", XCM "55.5.1.1.71.1", "4:Stapler");
	views_expect(&w, "fax", XCM "55.5.1.1.72.1", "4:fax");
	views_expect(&w, "stapler for drivers", XCM "55.6.1.0", "2:3");
	views_expect(&w, "no punch", XCM "55.6.10.0", "2:2");
	views_expect(&w, "next tray", XCM "55.8.1.1.2.1.1", "2:2");
	views_expect(&w, "and back", XCM "55.8.1.1.2.1.2", "2:1");
	views_expect(&w, "trays", XCM "55.8.2.1.2.1", "2:2");
	views_expect(&w, "staples", XCM "55.9.1.1.100.1.1", "2:3");
	views_expect(&w, "not by default", XCM "55.9.1.1.102.1.1", "2:4");
	views_expect(&w, "resolution", XCM "55.15.1.1.22.1.1", "2:4800");
	views_expect(&w, "copies", XCM "55.15.1.1.9.1.1", "2:1");
	assert_int_equal(SET(&w, {XCM "55.15.1.1.9.1.1", INT, 3, NULL}), 0);
	views_expect(&w, "copies set", XCM "55.15.1.1.9.1.1", "2:3");
	assert_int_equal(SET(&w, {XCM "55.15.1.1.9.1.1", INT, 0, NULL}), BAD_VALUE);
	views_expect(&w, "media", XCM "55.75.2.1.4.1.2", "4:labels");
	views_expect(&w, "queue of LPD", XCM "74.3.2.1.3.1.1", "2:141503");
	views_expect(&w, "raw queue", XCM "74.3.2.1.4.1.2", "4:9100");
	views_expect(&w, "opened", XCM "74.4.2.1.2.1.1", "2:9");
	views_expect(&w, "ready", XCM "74.5.2.1.4.1", "2:1");
	assert_int_equal(pc_device_condition(w.dev, PC_COND_OFFLINE, 0, true), PC_OK);
	views_expect(&w, "closed", XCM "74.4.2.1.2.1.1", "2:5");
	views_expect(&w, "unavailable", XCM "74.5.2.1.4.1", "2:3");
	views_expect(&w, "host", XCM "61.3.2.1.2.1", "4:EPSON000001");
	views_expect(&w, "address", XCM "61.10.2.1.6.1.1", "4:7f010203");
	views_expect(&w, "MAC", XCM "61.10.2.1.6.1.2", "4:021122000001");
	views_done(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_meters),
		cmocka_unit_test(test_resets_of_meters),
		cmocka_unit_test(test_details),
		cmocka_unit_test(test_commands),
		cmocka_unit_test(test_commands_refused),
		cmocka_unit_test(test_factory_reset),
		cmocka_unit_test(test_alerts_and_faults),
		cmocka_unit_test(test_extensions),
	};
	return cmocka_run_group_tests_name("snmp/xcmi_device", tests, NULL, NULL);
}
