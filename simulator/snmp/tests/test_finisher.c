/* Tests of the Finisher-MIB's views: rows out of the profile, supplies in one table only, alerts of
 * the finisher's groups, and the switch that a manager has. */
#include "snmp/tests/views.h"

#define FIN   "1.3.6.1.2.1.43."
#define ALERT "1.3.6.1.2.1.43.18.1.1."

static struct pc_profile
model(void)
{
	struct pc_profile p = views_xerox();

	add_supply(&p, "Staples", PC_SUPPLY_STAPLES, NULL, false);
	p.finishers[0] = (struct pc_profile_finisher){
		"Stapler", 3, 50, (int32_t)p.n_supplies, "Maker", NULL, "1.2"};
	p.finishers[1] = (struct pc_profile_finisher){"Trimmer", 6, -1, 0, NULL, NULL, NULL};
	p.finishers[2] = (struct pc_profile_finisher){"Inserter", 18, -2, 0, NULL, NULL, NULL};
	p.n_finishers = 3;
	return p;
}

static const struct views_row rows[] = {
	{"type", FIN "30.1.1.2.1.1", "2:3"},
	{"on", FIN "30.1.1.3.1.1", "2:3"},
	{"unit", FIN "30.1.1.4.1.1", "2:8"},
	{"unit without a limit", FIN "30.1.1.4.1.2", "2:1"},
	{"capacity", FIN "30.1.1.5.1.1", "2:50"},
	{"capacity without a limit", FIN "30.1.1.5.1.2", "2:-1"},
	{"capacity unknown", FIN "30.1.1.6.1.3", "2:-2"},
	{"both paths", FIN "30.1.1.7.1.1", "4:c0"},
	{"the one bin", FIN "30.1.1.8.1.1", "4:80"},
	{"idle", FIN "30.1.1.9.1.1", "2:0"},
	{"description", FIN "30.1.1.10.1.2", "4:Trimmer"},
	{"no fourth", FIN "30.1.1.2.1.4", "none"},
	{"supply's finisher", FIN "31.1.1.2.1.6", "2:1"},
	{"supply's class", FIN "31.1.1.3.1.6", "2:3"},
	{"supply's type", FIN "31.1.1.4.1.6", "2:32"},
	{"supply", FIN "31.1.1.5.1.6", "4:Staples"},
	{"supply's level", FIN "31.1.1.8.1.6", "2:80"},
	{"a marker's supply is not here", FIN "31.1.1.4.1.5", "none"},
	{"nor staples with the marker", FIN "11.1.1.5.1.6", "none"},
	{"the others stay", FIN "11.1.1.5.1.5", "2:4"},
	{"inserter's tray", FIN "32.1.1.2.1.3", "2:3"},
	{"its name", FIN "32.1.1.10.1.3", "4:Inserter"},
	{"the stapler has no tray", FIN "32.1.1.2.1.1", "none"},
	{"name", FIN "33.1.1.4.1.1.3.1", "4:Stapler"},
	{"a text has no number", FIN "33.1.1.3.1.1.3.1", "2:-2"},
	{"vendor", FIN "33.1.1.4.1.1.4.1", "4:Maker"},
	{"no model", FIN "33.1.1.4.1.1.5.1", "none"},
	{"sheets", FIN "33.1.1.3.1.1.8.1", "2:50"},
	{"a number has no text", FIN "33.1.1.4.1.1.8.1", "4:"},
	{"corner staple", FIN "33.1.1.3.1.1.30.1", "2:4"},
	{"two staples", FIN "33.1.1.3.1.1.30.2", "2:10"},
	{"a trimmer does not staple", FIN "33.1.1.3.1.2.30.1", "none"},
};

static void
test_rows(void **state)
{
	struct pc_profile p = model();
	struct views w;

	(void)state;
	views_init(&w, &p);
	VIEWS_EXPECT(&w, rows);
	views_done(&w);
	/* Without the module staples are a supply like others. */
	p.mibs &= ~(UINT32_C(1) << PC_MIBS_FINISHER);
	views_init(&w, &p);
	views_expect(&w, "no finishers", FIN "30.1.1.2.1.1", "none");
	views_expect(&w, "staples with the marker", FIN "11.1.1.5.1.6", "2:32");
	views_done(&w);
}

static void
test_alerts(void **state)
{
	struct pc_profile p = model();
	struct views w;

	(void)state;
	views_init(&w, &p);
	assert_int_equal(pc_device_condition(w.dev, PC_COND_FINISHER_JAM, 1, true), PC_OK);
	views_expect(&w, "group", ALERT "4.1.1", "2:30");
	views_expect(&w, "row", ALERT "5.1.1", "2:2");
	views_expect(&w, "code", ALERT "7.1.1", "2:8");
	views_expect(&w, "broken and critical", FIN "30.1.1.9.1.2", "2:19");
	views_expect(&w, "jammed", "1.3.6.1.2.1.25.3.5.1.2.1", "4:0400");
	assert_int_equal(pc_device_condition(w.dev, PC_COND_FINISHER_JAM, 3, true), PC_E_BADVALUE);
	assert_int_equal(pc_device_condition(w.dev, PC_COND_FINISHER_JAM, 1, false), PC_OK);
	assert_int_equal(pc_device_condition(w.dev, PC_COND_SUPPLY_EMPTY, 5, true), PC_OK);
	views_expect(&w, "supply group", ALERT "4.1.2", "2:31");
	views_expect(&w, "supply row", ALERT "5.1.2", "2:6");
	views_expect(&w, "supply code", ALERT "7.1.2", "2:13");
	views_expect(&w, "no stop", "1.3.6.1.2.1.25.3.2.1.5.1", "2:3");
	views_done(&w);
}

/* Off, it uses no staples; that stays over a restart. */
static void
test_switch(void **state)
{
	struct pc_snmp_value v = {.type = PC_SNMP_INTEGER, .integer = 4};
	struct pc_profile p = model();
	struct views w;

	(void)state;
	views_init(&w, &p);
	views_job(&w, 2, false, false);
	views_expect(&w, "used", FIN "31.1.1.8.1.6", "2:78");
	assert_int_equal(views_set(&w, FIN "30.1.1.3.1.1", &v), 0);
	views_expect(&w, "unavailable", FIN "30.1.1.9.1.1", "2:1");
	views_job(&w, 2, false, false);
	views_expect(&w, "not used", FIN "31.1.1.8.1.6", "2:78");
	assert_int_equal(pc_device_restart(w.dev, PC_RESET_COLD), PC_OK);
	views_pass(&w, 31000);
	views_expect(&w, "still off", FIN "30.1.1.3.1.1", "2:4");
	v.integer = 5;
	assert_int_equal(views_set(&w, FIN "30.1.1.3.1.1", &v), 12);
	v.integer = 7;
	assert_int_equal(views_set(&w, FIN "30.1.1.3.1.1", &v), 10);
	v.integer = 1;
	assert_int_equal(views_set(&w, FIN "31.1.1.8.1.6", &v), 17);
	views_done(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_alerts),
		cmocka_unit_test(test_switch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
