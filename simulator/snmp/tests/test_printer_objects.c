/* Tests of the printer's modules against the facts: Printer-MIB, Finisher, Job Monitoring, Port
 * Monitor, Imaging Counter. Every object is served or left out for a reason; every value of a
 * printer that has everything, and of each model that comes with the program, is legal. */
#include "snmp/tests/objects.h"

static const char *const modules[] = {"Printer-MIB", "Finisher-MIB", "Job-Monitoring-MIB",
	"PRINTER-PORT-MONITOR-MIB", "PWG-IMAGING-COUNTER-MIB"};

static const struct objects_exception left_out[] = {
	{"prtAlertIndex", "min-access accessible-for-notify; no printer walk has it"},
	{"icAlert", "conditional: counters raise no events here, so there is no trap of them"},
};

/* Objects that may be written by their MAX-ACCESS; their compliances ask for reading only. */
static const struct objects_exception read_only[] = {
	{"prtGeneralSerialNumber", "the maker's"},
	{"prtInputSecurity", "notPresent: no tray has a lock"},
	{"prtInputMediaFormParts", "one part: no multi-part forms"},
	{"prtOutputMaxCapacity", "the maker's"},
	{"prtOutputRemainingCapacity", "sensed: full or not"},
	{"prtOutputSecurity", "notPresent: no bin has a lock"},
	{"prtOutputMaxDim", "the maker's"},
	{"prtOutputMinDim", "the maker's"},
	{"prtOutputStackingOrder", "the mechanics'"},
	{"prtOutputPageDeliveryOrientation", "the mechanics'"},
	{"prtOutputBursting", "notPresent"},
	{"prtOutputDecollating", "notPresent"},
	{"prtOutputPageCollated", "notPresent"},
	{"prtOutputOffsetStacking", "notPresent"},
	{"prtMarkerSuppliesMaxCapacity", "sensed"},
	{"prtMarkerSuppliesLevel", "sensed"},
	{"prtChannelCurrentJobCntlLangIndex", "each job says its language"},
	{"prtChannelDefaultPageDescLangIndex", "each job says its language"},
	{"prtChannelIfIndex", "there is one interface"},
	{"prtInterpreterDefault", "print data are not interpreted"},
	{"prtConsoleOnTime", "lights show what the printer does"},
	{"prtConsoleOffTime", "lights show what the printer does"},
	{"finDeviceMaxCapacity", "sensed"},
	{"finDeviceCurrentCapacity", "sensed"},
	{"finSupplyMaxCapacity", "sensed"},
	{"finSupplyCurrentLevel", "sensed"},
	{"finSupplyMediaInput", "nobody senses what lies in an inserter"},
	{"finDeviceAttributeValue", "the mechanics'"},
};

static const struct objects objects = {modules, sizeof modules / sizeof *modules, left_out,
	sizeof left_out / sizeof *left_out, read_only, sizeof read_only / sizeof *read_only, 277};

static void
test_objects(void **state)
{
	(void)state;
	objects_check(&objects);
}

/* Something of everything: jobs, alerts, scans, finishers of all kinds. */
static void
make_busy(struct views *w)
{
	uint32_t id = 0;

	assert_int_equal(pc_device_job_begin(w->dev, PC_ORIGIN_LPD, &id), PC_OK);
	(void)snprintf(pc_device_job(w->dev, id)->name, PC_NAME_MAX, "job");
	(void)snprintf(pc_device_job(w->dev, id)->host, PC_NAME_MAX, "host");
	assert_int_equal(pc_device_job_end(w->dev, id, 3), PC_OK);
	views_pass(w, 30000);
	views_job(w, 5, true, true);
	assert_int_equal(pc_device_job_begin(w->dev, PC_ORIGIN_RAW, &id), PC_OK);
	(void)pc_device_scan(w->dev, 0, 3);
	(void)pc_device_condition(w->dev, PC_COND_JAM, 0, true);
	(void)pc_device_condition(w->dev, PC_COND_SUPPLY_LOW, 0, true);
	(void)pc_device_condition(w->dev, PC_COND_FINISHER_JAM, 0, true);
	(void)pc_device_condition(w->dev, PC_COND_COVER_OPEN, 0, true);
	(void)pc_device_condition(w->dev, PC_COND_COVER_OPEN, 0, false);
}

static void
test_values(void **state)
{
	struct pc_profile p = views_xerox();
	struct views w;

	(void)state;
	p.unary_alerts = p.auxiliary_sheets = true;
	add_supply(&p, "Staples", PC_SUPPLY_STAPLES, NULL, false);
	for (int32_t type = 3; type <= 18; type += 5)
		p.finishers[p.n_finishers++] = (struct pc_profile_finisher){"Finisher", type, 100,
			type == 3 ? (int32_t)p.n_supplies : 0, "Maker", "Model", "1"};
	views_init(&w, &p);
	make_busy(&w);
	objects_check_values(&objects, &w, true);
	views_done(&w);
}

static void
check_profile(const struct pc_profile *p)
{
	struct views w;

	views_init(&w, p);
	objects_check_values(&objects, &w, false);
	make_busy(&w);
	objects_check_values(&objects, &w, false);
	views_done(&w);
}

static void
test_profiles(void **state)
{
	(void)state;
	views_each_profile(check_profile);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_objects),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_profiles),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
