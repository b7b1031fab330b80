/* Tests of XCMI's view of jobs: monitoring, accounting rows that are copied and destroyed, and
 * operations on jobs. */
#include <stdlib.h>

#include "snmp/tests/change.h"
#include "snmp/tests/views.h"

#include "snmp/entity.h"

#define X     "1.3.6.1.4.1.253.8."
#define JOB_3 "1.1.51" /* hrDeviceIndex 1, one character, '3' */

enum { WRONG_VALUE = 10, NO_CREATION = 11, INCONSISTENT = 12 };

static void
init(struct views *w)
{
	struct pc_profile p = views_xerox();

	views_init(w, &p);
}

static uint32_t
begin(struct views *w, const char *name)
{
	uint32_t id = 0;

	assert_int_equal(pc_device_job_begin(w->dev, PC_ORIGIN_LPD, &id), PC_OK);
	(void)snprintf(pc_device_job(w->dev, id)->name, PC_NAME_MAX, "%s", name);
	(void)snprintf(pc_device_job(w->dev, id)->user, PC_NAME_MAX, "anna");
	(void)snprintf(pc_device_job(w->dev, id)->host, PC_NAME_MAX, "desk-7");
	pc_device_job(w->dev, id)->lpd_number = 600 + id;
	pc_device_job(w->dev, id)->duplex = true;
	assert_int_equal(pc_device_job_data(w->dev, id, (const uint8_t *)"abc", 3), PC_OK);
	return id;
}

static void
finish(struct views *w, uint32_t id, uint32_t pages)
{
	assert_int_equal(pc_device_job_end(w->dev, id, pages), PC_OK);
	for (int i = 0; i < 1000 && pc_device_state(w->dev)->activity != PC_IDLE; i++)
		views_pass(w, 1000);
}

/* The first object behind `from`, as text of its OID. */
static const char *
after(const struct views *w, const char *from, char out[OUTPUT_TEXT])
{
	uint32_t at[PC_OID_MAX];
	struct pc_snmp_value v;
	size_t n = 0, used = 0;

	assert_int_equal(pc_arcs_parse(from, at, PC_OID_MAX, &n), PC_OK);
	if (pc_snmp_tree_next(w->tree, w->dev, at, n, at, &n, &v) != PC_OK)
		return "end";
	for (size_t i = 0; i < n && used < OUTPUT_TEXT - 12; i++)
		used += (size_t)snprintf(out + used, 12, i == 0 ? "%u" : ".%u", at[i]);
	return out;
}

static void
expect_after(const struct views *w, const char *from, const char *want)
{
	char text[OUTPUT_TEXT];
	const char *got = after(w, from, text);

	if (strcmp(got, want) != 0)
		fail_msg("behind %s comes %s, expected %s", from, got, want);
}

static void
test_job(void **state)
{
	struct views w;
	uint32_t id;

	(void)state;
	init(&w);
	id = begin(&w, "first.txt");
	assert_int_equal(id, 1);
	assert_int_equal(pc_device_job_cancel(w.dev, id), PC_OK);
	assert_int_equal(pc_device_job_cancel(w.dev, begin(&w, "second.txt")), PC_OK);
	id = begin(&w, "report.ps");
	views_expect(&w, "created", X "59.6.1.1.9." JOB_3, "2:3");
	views_expect(&w, "number", X "59.6.1.1.1." JOB_3, "4:3");
	views_expect(&w, "number of LPD", X "59.6.1.1.2." JOB_3, "4:603");
	views_expect(&w, "host", X "59.6.1.1.3." JOB_3, "4:desk-7");
	views_expect(&w, "printer", X "59.6.1.1.4." JOB_3, "6:1.3.6.1.2.1.25.3.1.5");
	views_expect(&w, "channel", X "59.6.1.1.7." JOB_3, "2:8");
	/* the texts stand in another table, by number */
	views_expect(&w, "name", X "59.6.1.1.5." JOB_3, "2:10");
	views_expect(&w, "its text", X "51.5.1.1.4.1.10.106", "4:report.ps");
	views_expect(&w, "owner", X "59.6.1.1.6." JOB_3, "2:11");
	views_expect(&w, "its text", X "51.5.1.1.4.1.11.106", "4:anna");
	views_expect(&w, "octets", X "59.10.1.1.13." JOB_3, "2:3");
	views_expect(&w, "not done yet", X "59.16.1.1.7." JOB_3, "4:0000000000000000");
	finish(&w, id, 5);
	views_expect(&w, "completed", X "59.6.1.1.9." JOB_3, "2:17");
	views_expect(&w, "was", X "59.10.1.1.8." JOB_3, "2:7");
	views_expect(&w, "pages", X "59.10.1.1.11." JOB_3, "65:5");
	views_expect(
		&w, "seconds", X "59.10.1.1.16." JOB_3, "65:13"); /* 12.5, in steps of a second */
	views_expect(&w, "document", X "59.12.1.1.10." JOB_3 ".1", "2:6");
	views_expect(&w, "two sides", X "59.13.1.1.6." JOB_3 ".1", "2:2");
	views_expect(&w, "no second document", X "59.12.1.1.10." JOB_3 ".2", "none");
	views_expect(&w, "impressions", X "59.16.1.1.5." JOB_3, "65:5");
	views_expect(&w, "sheets", X "59.16.1.1.6." JOB_3, "65:3");
	views_expect(&w, "media", X "59.17.1.1.5." JOB_3 ".1", "65:3");
	views_expect(&w, "stationery", X "59.17.1.1.3." JOB_3 ".1", "2:3");
	views_expect(&w, "colour impressions", X "59.18.1.1.4." JOB_3 ".1", "65:5");
	views_expect(&w, "A4", X "59.21.1.1.3." JOB_3 ".2", "2:1024");
	views_expect(&w, "in colour", X "59.21.1.1.4." JOB_3 ".2", "2:7");
	views_expect(&w, "no such job", X "59.6.1.1.9.1.1.57", "none");
	views_expect(&w, "number with a zero in front", X "59.6.1.1.9.1.2.48.51", "none");
	views_done(&w);
}

/* Rows stand in the order of lexicographic OIDs: 9 before 10. */
static void
test_order(void **state)
{
	struct views w;

	(void)state;
	init(&w);
	for (int i = 0; i < 12; i++)
		finish(&w, begin(&w, "x"), 1);
	expect_after(&w, X "59.6.1.1.9", X "59.6.1.1.9.1.1.49");
	expect_after(&w, X "59.6.1.1.9.1.1.57", X "59.6.1.1.9.1.2.49.48");
	expect_after(&w, X "59.6.1.1.9.1.2.49.50", X "59.6.1.1.10.1.1.49");
	expect_after(&w, X "59.21.1.1.5.1.1.57.1", X "59.21.1.1.5.1.1.57.2");
	expect_after(&w, X "59.21.1.1.5.1.1.57.2", X "59.21.1.1.5.1.2.49.48.1");
	views_done(&w);
}

/* Spec: XCMI xcmJobAccountingBasicRowStatus: destroyed once it was copied. */
static void
test_accounting(void **state)
{
	struct views w;
	uint32_t id;

	(void)state;
	init(&w);
	finish(&w, begin(&w, "a"), 1);
	finish(&w, begin(&w, "b"), 1);
	id = begin(&w, "c");
	assert_int_equal(SET(&w, {X "59.16.1.1.1." JOB_3, INT, 6, NULL}), INCONSISTENT);
	finish(&w, id, 1);
	assert_int_equal(SET(&w, {X "59.16.1.1.1." JOB_3, INT, 2, NULL}), WRONG_VALUE);
	assert_int_equal(SET(&w, {X "59.16.1.1.1.1.1.50", INT, 6, NULL}), 0);
	views_expect(&w, "destroyed", X "59.16.1.1.5.1.1.50", "none");
	expect_after(&w, X "59.16.1.1.5.1.1.49", X "59.16.1.1.5." JOB_3);
	views_expect(&w, "the job itself stays", X "59.6.1.1.9.1.1.50", "2:17");
	views_expect(&w, "so does its media", X "59.17.1.1.5.1.1.50.1", "65:1");
	assert_int_equal(SET(&w, {X "59.17.1.1.2.1.1.50.1", INT, 6, NULL}), 0);
	views_expect(&w, "destroyed", X "59.17.1.1.5.1.1.50.1", "none");
	assert_int_equal(SET(&w, {X "59.21.1.1.2.1.1.50.1", INT, 6, NULL}), 0);
	views_expect(&w, "destroyed", X "59.21.1.1.5.1.1.50.1", "none");
	views_expect(&w, "its second row stays", X "59.21.1.1.5.1.1.50.2", "65:1");
	views_expect(&w, "so do its colours", X "59.18.1.1.4.1.1.50.1", "65:1");
	assert_int_equal(SET(&w, {X "59.16.1.1.1.1.1.50", INT, 6, NULL}), NO_CREATION);
	assert_int_equal(SET(&w, {X "59.16.1.1.1.1.1.57", INT, 6, NULL}), NO_CREATION);
	views_done(&w);
}

/* A collector may destroy for ever: marks of jobs that are forgotten do not add up. */
static void
test_accounting_for_ever(void **state)
{
	static const struct {
		const char *column, *row;
	} tables[] = {{X "59.16.1.1.1", ""}, {X "59.17.1.1.2", ".1"}, {X "59.18.1.1.2", ".1"},
		{X "59.21.1.1.2", ".1"}, {X "59.21.1.1.2", ".2"}};
	struct views w;

	(void)state;
	init(&w);
	for (unsigned i = 1; i <= 300; i++) {
		char oid[96], text[12];
		size_t n = (size_t)snprintf(text, sizeof text, "%u", i);
		size_t at = (size_t)snprintf(oid, sizeof oid, ".1.%zu", n);

		for (size_t k = 0; k < n; k++)
			at += (size_t)snprintf(oid + at, 8, ".%d", text[k]);
		finish(&w, begin(&w, "x"), 1);
		for (size_t t = 0; t < sizeof tables / sizeof *tables; t++) {
			char full[128];

			(void)snprintf(
				full, sizeof full, "%s%s%s", tables[t].column, oid, tables[t].row);
			assert_int_equal(SET(&w, {full, INT, 6, NULL}), 0);
		}
		for (size_t k = 0; k < SUPPLIES; k++)
			assert_int_equal(pc_device_supply_replace(w.dev, k), PC_OK);
		assert_int_equal(pc_device_tray_set(w.dev, 0, 250), PC_OK);
	}
	views_done(&w);
}

static void
test_operations(void **state)
{
	struct views w;
	uint32_t a, b, c;

	(void)state;
	init(&w);
	a = begin(&w, "a");
	assert_int_equal(pc_device_job_end(w.dev, a, 5), PC_OK);
	b = begin(&w, "b");
	assert_int_equal(pc_device_job_end(w.dev, b, 5), PC_OK);
	c = begin(&w, "c");
	assert_int_equal(pc_device_job_end(w.dev, c, 5), PC_OK);
	views_expect(&w, "two before it", X "59.14.1.1.5." JOB_3, "2:2");
	assert_int_equal(SET(&w, {X "76.3.2.1.1." JOB_3, INT, 1413, NULL},
				 {X "76.3.2.1.2." JOB_3, TXT, 0, "now"}),
		0);
	views_expect(&w, "promoted", X "59.14.1.1.5." JOB_3, "2:1");
	views_expect(&w, "not in progress", X "76.3.2.1.4." JOB_3, "2:2");
	assert_int_equal(SET(&w, {X "76.3.2.1.1.1.1.49", INT, 1413, NULL}), INCONSISTENT);
	assert_int_equal(SET(&w, {X "76.3.2.1.1." JOB_3, INT, 1408, NULL}), WRONG_VALUE);
	assert_int_equal(SET(&w, {X "76.3.2.1.2." JOB_3, TXT, 0, "alone"}), INCONSISTENT);
	assert_int_equal(SET(&w, {X "76.3.2.1.1." JOB_3, INT, 1402, NULL}), 0);
	assert_int_equal(pc_device_job(w.dev, c)->state, PC_JOB_CANCELLED);
	assert_int_equal(SET(&w, {X "76.3.2.1.1." JOB_3, INT, 1402, NULL}), INCONSISTENT);
	assert_int_equal(SET(&w, {X "83.1.2.1.1.1.1.2", INT, 3, NULL}), 0);
	assert_int_equal(pc_device_job(w.dev, b)->state, PC_JOB_CANCELLED);
	assert_int_equal(SET(&w, {X "83.1.2.1.1.1.1.9", INT, 3, NULL}), NO_CREATION);
	views_expect(&w, "created", X "83.1.1.2.1.3.1", "65:3");
	views_expect(&w, "completed", X "83.1.1.2.1.4.1", "65:2");
	views_done(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_job),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_accounting),
		cmocka_unit_test(test_accounting_for_ever),
		cmocka_unit_test(test_operations),
	};
	return cmocka_run_group_tests_name("snmp/xcmi_job", tests, NULL, NULL);
}
