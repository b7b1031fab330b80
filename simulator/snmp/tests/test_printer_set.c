/* Tests of the Printer-MIB's read-write objects: what a SET may say, what is counted as a change of
 * configuration, what stays over a restart and goes with a factory reset, and languages. What the
 * settings do to printing: device/tests/test_device_option.c. */
#include "snmp/tests/views.h"

#define PRT "1.3.6.1.2.1.43."
#define PPM "1.3.6.1.4.1.2699.1.2.1."

static struct pc_profile
model(void)
{
	struct pc_profile p = views_xerox();

	p.auxiliary_sheets = true;
	p.localizations[0] = (struct pc_profile_localization){"en", "US"};
	p.localizations[1] = (struct pc_profile_localization){"de", "DE"};
	p.localizations[2] = (struct pc_profile_localization){"fr", "FR"};
	p.n_localizations = 3;
	p.trays[2] = (struct pc_profile_tray){
		"Cassette 2", 4, "iso_a3_297x420mm", "stationery", 500, 500};
	p.trays[3] = (struct pc_profile_tray){"Roll", 6, "iso_a3_297x420mm", "stationery", -2, -3};
	p.n_trays = 4;
	p.outputs[1] = (struct pc_profile_output){"Side", 50};
	p.n_outputs = 2;
	return p;
}

/* One object: legal SETs stay over a warm restart and are gone after a factory reset. */
static const struct set_row {
	const char *name, *oid;
	int64_t integer;
	const char *text; /* NULL: an integer */
	int status;
	uint32_t changes;    /* of prtGeneralConfigChanges */
	const char *reads;   /* afterwards and after a warm restart */
	const char *factory; /* after a factory reset; NULL: the same */
} rows[] = {
	{"localization", PRT "5.1.1.2.1", 3, NULL, 0, 1, "2:3", "2:1"},
	{"localization that is not there", PRT "5.1.1.2.1", 4, NULL, 12, 0, "2:1", NULL},
	{"localization out of range", PRT "5.1.1.2.1", 65536, NULL, 10, 0, "2:1", NULL},
	{"operator", PRT "5.1.1.4.1", 0, "tel:117", 0, 1, "4:tel:117", "4:desk"},
	{"service person", PRT "5.1.1.5.1", 0, "ann", 0, 1, "4:ann", "4:"},
	{"default input", PRT "5.1.1.6.1", 3, NULL, 0, 1, "2:3", "2:1"},
	{"manual feed by default", PRT "5.1.1.6.1", 2, NULL, 12, 0, "2:1", NULL},
	{"no such input", PRT "5.1.1.6.1", 5, NULL, 12, 0, "2:1", NULL},
	{"input 0", PRT "5.1.1.6.1", 0, NULL, 10, 0, "2:1", NULL},
	{"default output", PRT "5.1.1.7.1", 2, NULL, 0, 1, "2:2", "2:1"},
	{"no such output", PRT "5.1.1.7.1", 3, NULL, 12, 0, "2:1", NULL},
	{"default marker", PRT "5.1.1.8.1", 1, NULL, 0, 0, "2:1", NULL},
	{"no such marker", PRT "5.1.1.8.1", 2, NULL, 12, 0, "2:1", NULL},
	{"default path", PRT "5.1.1.9.1", 2, NULL, 0, 1, "2:2", "2:1"},
	{"no such path", PRT "5.1.1.9.1", 3, NULL, 12, 0, "2:1", NULL},
	{"console localization", PRT "5.1.1.10.1", 2, NULL, 0, 1, "2:2", "2:1"},
	{"console disabled", PRT "5.1.1.13.1", 4, NULL, 0, 1, "2:4", "2:3"},
	{"console disabled, no value", PRT "5.1.1.13.1", 5, NULL, 10, 0, "2:3", NULL},
	{"startup page on", PRT "5.1.1.14.1", 3, NULL, 0, 1, "2:3", "2:4"},
	{"startup page off, as it is", PRT "5.1.1.14.1", 4, NULL, 0, 0, "2:4", NULL},
	{"startup page not present", PRT "5.1.1.14.1", 5, NULL, 12, 0, "2:4", NULL},
	{"startup page, no value", PRT "5.1.1.14.1", 6, NULL, 10, 0, "2:4", NULL},
	{"banner page on", PRT "5.1.1.15.1", 3, NULL, 0, 1, "2:3", "2:4"},
	{"printer name", PRT "5.1.1.16.1", 0, "front", 0, 1, "4:front", "4:AltaLink X8045"},
	{"width", PRT "8.2.1.5.1.1", 297000, NULL, 0, 1, "2:297000", NULL},
	{"media by name", PRT "8.2.1.12.1.1", 0, "iso_a3_297x420mm", 0, 1, "4:iso_a3_297x420mm",
		NULL},
	{"capacity", PRT "8.2.1.9.1.1", 300, NULL, 0, 1, "2:300", "2:250"},
	{"capacity below the level", PRT "8.2.1.9.1.1", 99, NULL, 12, 0, "2:250", NULL},
	{"capacity unknown", PRT "8.2.1.9.1.1", -2, NULL, 12, 0, "2:250", NULL},
	{"capacity out of range", PRT "8.2.1.9.1.1", -3, NULL, 10, 0, "2:250", NULL},
	{"capacity of a roll", PRT "8.2.1.9.1.4", 10, NULL, 17, 0, "2:-2", NULL},
	{"level is no configuration", PRT "8.2.1.10.1.1", 250, NULL, 0, 0, "2:250", NULL},
	{"tray name", PRT "8.2.1.13.1.1", 0, "Letterhead", 0, 1, "4:Letterhead", "4:Cassette 1"},
	{"tray name with NUL", PRT "8.2.1.13.1.1", 1, "\0", 10, 0, "4:Cassette 1", NULL},
	{"weight", PRT "8.2.1.20.1.1", 90, NULL, 0, 1, "2:90", "2:-2"},
	{"weight out of range", PRT "8.2.1.20.1.1", -3, NULL, 10, 0, "2:-2", NULL},
	{"media type", PRT "8.2.1.21.1.1", 0, "labels", 0, 1, "4:labels", "4:stationery"},
	{"media type not known", PRT "8.2.1.21.1.1", 0, "bark", 12, 0, "4:stationery", NULL},
	{"media colour", PRT "8.2.1.22.1.1", 0, "blue", 0, 1, "4:blue", "4:white"},
	{"load time-out", PRT "8.2.1.24.1.1", 30, NULL, 0, 1, "2:30", "2:0"},
	{"load time-out without end", PRT "8.2.1.24.1.1", -1, NULL, 12, 0, "2:0", NULL},
	{"time-out of the manual feed", PRT "8.2.1.24.1.2", 30, NULL, 17, 0, "2:0", NULL},
	{"next input", PRT "8.2.1.25.1.1", 3, NULL, 0, 1, "2:3", "2:-2"},
	{"no next input", PRT "8.2.1.25.1.1", 0, NULL, 0, 1, "2:0", "2:-2"},
	{"next is itself", PRT "8.2.1.25.1.1", 1, NULL, 12, 0, "2:-2", NULL},
	{"next is manual", PRT "8.2.1.25.1.1", 2, NULL, 12, 0, "2:-2", NULL},
	{"next out of range", PRT "8.2.1.25.1.1", -4, NULL, 10, 0, "2:-2", NULL},
	{"output name", PRT "9.2.1.7.1.2", 0, "Mail", 0, 1, "4:Mail", "4:Side"},
	{"output capacity is fixed", PRT "9.2.1.4.1.1", 10, NULL, 17, 0, "2:150", NULL},
	{"LPD closed", PRT "14.1.1.6.1.1", 4, NULL, 0, 0, "2:4", "2:3"},
	{"raw closed", PRT "14.1.1.6.1.2", 4, NULL, 0, 0, "2:4", "2:3"},
	{"channel other", PRT "14.1.1.6.1.2", 1, NULL, 12, 0, "2:3", NULL},
	{"channel, no value", PRT "14.1.1.6.1.2", 5, NULL, 10, 0, "2:3", NULL},
	{"interpreter is fixed", PRT "15.1.1.7.1.1", 3, NULL, 17, 0, "2:1", NULL},
	{"console line is no configuration", PRT "16.5.1.2.1.1", 0, "Hi", 0, 0, "4:Hi", "4:Ready"},
};

static uint32_t
changes(const struct views *w)
{
	return pc_device_state(w->dev)->counters.config_changes;
}

static void
reset(struct views *w, int64_t kind)
{
	struct pc_snmp_value v = {.type = PC_SNMP_INTEGER, .integer = kind};

	assert_int_equal(views_set(w, PRT "5.1.1.3.1", &v), 0);
	views_pass(w, 31000);
	/* a startup page may have come out */
	views_pass(w, 31000);
	assert_true(pc_device_answers(w->dev));
}

static void
check_row(const struct pc_profile *p, const struct set_row *row)
{
	struct pc_snmp_value v = {.type = PC_SNMP_INTEGER, .integer = row->integer};
	struct views w;
	uint32_t before;
	int status;

	views_init(&w, p);
	before = changes(&w);
	if (row->text != NULL)
		pc_snmp_set_bytes(&v, row->text, strlen(row->text) + (size_t)row->integer);
	status = views_set(&w, row->oid, &v);
	if (status != row->status)
		fail_msg("%s: status %d, expected %d", row->name, status, row->status);
	views_expect(&w, row->name, row->oid, row->reads);
	if (changes(&w) - before != row->changes)
		fail_msg("%s: %u configuration changes, expected %u", row->name,
			changes(&w) - before, row->changes);
	reset(&w, 5);
	views_expect(&w, row->name, row->oid, row->reads);
	reset(&w, 6);
	views_expect(&w, row->name, row->oid, row->factory == NULL ? row->reads : row->factory);
	views_done(&w);
}

static void
test_rows(void **state)
{
	struct pc_profile p = model();

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		check_row(&p, &rows[i]);
}

/* Without the function the objects say so and refuse. */
static void
test_absent(void **state)
{
	struct pc_snmp_value v = {.type = PC_SNMP_INTEGER, .integer = 3};
	struct pc_profile p = views_epson();
	struct views w;

	(void)state;
	views_init(&w, &p);
	views_expect(&w, "no startup page", PRT "5.1.1.14.1", "2:5");
	views_expect(&w, "no banner page", PRT "5.1.1.15.1", "2:5");
	assert_int_equal(views_set(&w, PRT "5.1.1.14.1", &v), 17);
	assert_int_equal(views_set(&w, PRT "5.1.1.15.1", &v), 17);
	v.integer = 2;
	assert_int_equal(views_set(&w, PRT "5.1.1.2.1", &v), 12); /* one language only */
	views_done(&w);
}

/* Descriptions follow prtGeneralCurrentLocalization, the panel prtConsoleLocalization. */
static void
test_languages(void **state)
{
	struct pc_snmp_value v = {.type = PC_SNMP_INTEGER, .integer = 2};
	struct pc_profile p = model();
	struct views w;

	(void)state;
	views_init(&w, &p);
	assert_int_equal(pc_device_condition(w.dev, PC_COND_JAM, 0, true), PC_OK);
	views_expect(&w, "language", PRT "7.1.1.2.1.2", "4:de");
	views_expect(&w, "country", PRT "7.1.1.3.1.3", "4:FR");
	views_expect(&w, "no fourth", PRT "7.1.1.2.1.4", "none");
	views_expect(&w, "alert", PRT "18.1.1.8.1.1", "4:Paper jam.");
	views_expect(&w, "panel", PRT "16.5.1.2.1.1", "4:Paper jam.");
	assert_int_equal(views_set(&w, PRT "5.1.1.2.1", &v), 0);
	views_expect(&w, "alert in German", PRT "18.1.1.8.1.1", "4:Papierstau.");
	views_expect(&w, "path in German", PRT "13.4.1.10.1.2", "4:Beidseitig");
	views_expect(&w, "panel still English", PRT "16.5.1.2.1.1", "4:Paper jam.");
	v.integer = 3;
	assert_int_equal(views_set(&w, PRT "5.1.1.10.1", &v), 0);
	views_expect(&w, "panel in French", PRT "16.5.1.2.1.1", "4:Bourrage papier.");
	assert_int_equal(pc_device_condition(w.dev, PC_COND_JAM, 0, false), PC_OK);
	assert_int_equal(pc_device_setting_set(w.dev, "console", "Ready"), PC_OK);
	views_expect(&w, "an operator's text as it is", PRT "16.5.1.2.1.1", "4:Ready");
	views_done(&w);
}

/* The port monitor tells hosts not to use a closed channel. */
static void
test_port_monitor(void **state)
{
	struct pc_snmp_value v = {.type = PC_SNMP_INTEGER, .integer = 4};
	struct pc_profile p = model(), epson = views_epson();
	struct views w;

	(void)state;
	views_init(&w, &p);
	views_expect(&w, "raw enabled", PPM "3.1.1.2.1.2", "2:1");
	views_expect(&w, "its channel", PPM "3.1.1.8.1.2", "2:2");
	assert_int_equal(views_set(&w, PRT "14.1.1.6.1.2", &v), 0);
	views_expect(&w, "raw disabled", PPM "3.1.1.2.1.2", "2:2");
	views_expect(&w, "LPD is not", PPM "3.1.1.2.1.1", "2:1");
	views_done(&w);
	views_init(&w, &epson);
	views_expect(&w, "Epsons name no channel", PPM "3.1.1.8.1.2", "2:0");
	views_done(&w);
	epson.mibs &= ~(UINT32_C(1) << PC_MIBS_PORT_MONITOR);
	views_init(&w, &epson);
	views_expect(&w, "not served", PPM "3.1.1.2.1.2", "none");
	views_done(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_absent),
		cmocka_unit_test(test_languages),
		cmocka_unit_test(test_port_monitor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
