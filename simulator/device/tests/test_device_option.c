/* Tests of device: what a manager's settings do to printing, panel and channels. */
#include "device/tests/sample.h"

static uint32_t
begin(struct pc_device *dev, enum pc_origin origin, int want)
{
	uint32_t id = 0;
	assert_int_equal(pc_device_job_begin(dev, origin, &id), want);
	if (want == PC_OK)
		assert_int_equal(pc_device_job_cancel(dev, id), PC_OK);
	return id;
}

static void
test_channels(void **state)
{
	struct world w;
	struct pc_device *dev = world_device(&w, &sample_profile);
	(void)state;
	begin(dev, PC_ORIGIN_LPD, PC_OK);
	assert_int_equal(
		pc_device_option_set(dev, PC_OPTION_CHANNEL_CLOSED, PC_CHANNEL_LPD, 1), PC_OK);
	assert_false(pc_device_channel_open(dev, PC_CHANNEL_LPD));
	begin(dev, PC_ORIGIN_LPD, PC_E_REFUSED);
	begin(dev, PC_ORIGIN_RAW, PC_OK);
	assert_int_equal(
		pc_device_option_set(dev, PC_OPTION_CHANNEL_CLOSED, PC_CHANNEL_RAW, 1), PC_OK);
	begin(dev, PC_ORIGIN_RAW, PC_E_REFUSED);
	begin(dev, PC_ORIGIN_PANEL, PC_OK);
	assert_int_equal(
		pc_device_option_set(dev, PC_OPTION_CHANNEL_CLOSED, PC_CHANNEL_LPD, 0), PC_OK);
	begin(dev, PC_ORIGIN_LPD, PC_OK);
	pc_device_free(dev);
}

/* The panel takes no orders: no job, no cleaning; managers and faxes still come in. */
static void
test_console_disabled(void **state)
{
	struct world w;
	struct pc_device *dev = world_device(&w, &sample_profile);
	(void)state;
	assert_int_equal(pc_device_option_set(dev, PC_OPTION_CONSOLE_DISABLED, 0, 1), PC_OK);
	begin(dev, PC_ORIGIN_PANEL, PC_E_REFUSED);
	begin(dev, PC_ORIGIN_COPY, PC_E_REFUSED);
	begin(dev, PC_ORIGIN_FAX, PC_OK);
	begin(dev, PC_ORIGIN_RAW, PC_OK);
	assert_int_equal(pc_device_clean(dev, PC_TRIGGER_PANEL, 0, false), PC_E_REFUSED);
	assert_int_equal(pc_device_nozzle_check(dev, PC_TRIGGER_PANEL), PC_E_REFUSED);
	assert_int_equal(pc_device_clean(dev, PC_TRIGGER_REMOTE, 0, false), PC_OK);
	pc_device_free(dev);
}

static void
test_sheets(void **state)
{
	struct world w;
	struct pc_device *dev = world_device(&w, &sample_profile);
	const struct pc_counters *c = &pc_device_state(dev)->counters;
	(void)state;
	assert_int_equal(pc_device_option_set(dev, PC_OPTION_BANNER_PAGE, 0, 1), PC_OK);
	assert_int_equal(pc_device_option_set(dev, PC_OPTION_STARTUP_PAGE, 0, 1), PC_OK);
	world_job(dev, 2, true, true); /* a banner, then two sides on one sheet */
	world_pass(&w, dev, 2000);
	assert_int_equal(w.last_job_state, PC_JOB_PRINTING);
	world_pass(&w, dev, 1000);
	assert_int_equal(w.last_job_state, PC_JOB_DONE);
	assert_int_equal(c->life, 1004);
	assert_int_equal(c->by_function[0], 1003);
	assert_int_equal(c->by_function[4], 1);
	assert_int_equal(pc_device_state(dev)->trays[0].level, 98);
	assert_int_equal(pc_device_restart(dev, PC_RESET_WARM), PC_OK);
	world_pass(&w, dev, 30000);
	world_pass(&w, dev, 1000);
	assert_int_equal(c->by_function[4], 2); /* the startup page has no banner */
	assert_int_equal(c->power_on, 1);
	pc_device_free(dev);
}

static void
test_default_path(void **state)
{
	struct world w;
	struct pc_device *dev = world_device(&w, &sample_profile);
	uint32_t id = 0;
	(void)state;
	assert_int_equal(pc_device_option_set(dev, PC_OPTION_DEFAULT_PATH, 0, 2), PC_OK);
	assert_int_equal(pc_device_job_begin(dev, PC_ORIGIN_RAW, &id), PC_OK);
	assert_true(pc_device_job(dev, id)->duplex);
	assert_int_equal(pc_device_job_end(dev, id, 4), PC_OK);
	world_pass(&w, dev, 4000);
	assert_int_equal(pc_device_state(dev)->trays[0].level, 98);
	pc_device_free(dev);
}

/* Sheets left in the three trays of the sample after a job of `pages`. */
static void
expect_levels(const struct pc_device *dev, int32_t first, int32_t second)
{
	assert_int_equal(pc_device_state(dev)->trays[0].level, first);
	assert_int_equal(pc_device_state(dev)->trays[1].level, second);
}

static void
print_a4(struct world *w, struct pc_device *dev, uint32_t pages)
{
	world_job(dev, pages, false, false);
	world_pass(w, dev, pages * UINT64_C(1000));
}

static void
test_default_tray(void **state)
{
	struct world w;
	struct pc_profile p = sample_profile;
	p.trays[1].size = "iso_a4_210x297mm";
	struct pc_device *dev = world_device(&w, &p);
	(void)state;
	print_a4(&w, dev, 1);
	expect_levels(dev, 99, 200);
	assert_int_equal(pc_device_option_set(dev, PC_OPTION_DEFAULT_INPUT, 0, 2), PC_OK);
	print_a4(&w, dev, 1);
	expect_levels(dev, 99, 199);
	pc_device_free(dev);
}

/* A tray that nothing stands in for stops the printer when it runs dry; so says the alert. */
static void
test_no_next_tray(void **state)
{
	struct world w;
	struct pc_device *dev = world_device(&w, &sample_profile);
	const struct pc_alert *a = NULL;
	(void)state;
	assert_int_equal(pc_device_option_set(dev, PC_OPTION_TRAY_NEXT, 0, 0), PC_OK);
	assert_int_equal(pc_device_tray_set(dev, 0, 0), PC_OK);
	assert_int_equal(pc_device_alerts(dev, &a), 1);
	assert_int_equal(a[0].severity, 3);
	assert_int_equal(pc_device_error_bits(dev), 0x4004);
	print_a4(&w, dev, 1);
	expect_levels(dev, 0, 200);
	/* The manager allows the other tray: a new row, and the job goes on. */
	assert_int_equal(pc_device_option_set(dev, PC_OPTION_TRAY_NEXT, 0, 2), PC_OK);
	assert_int_equal(pc_device_alerts(dev, &a), 1);
	assert_int_equal(a[0].severity, 5);
	world_pass(&w, dev, 1000);
	expect_levels(dev, 0, 199);
	/* Two that stand in for each other, both empty. */
	assert_int_equal(pc_device_option_set(dev, PC_OPTION_TRAY_NEXT, 1, 1), PC_OK);
	assert_int_equal(pc_device_tray_set(dev, 1, 0), PC_OK);
	assert_int_equal(pc_device_alerts(dev, &a), 2);
	assert_int_equal(a[0].severity, 3);
	assert_int_equal(a[1].severity, 3);
	pc_device_free(dev);
}

/* The wait for the empty tray comes once, not with every sheet. */
static void
test_load_timeout(void **state)
{
	struct world w;
	struct pc_device *dev = world_device(&w, &sample_profile);
	(void)state;
	assert_int_equal(pc_device_option_set(dev, PC_OPTION_TRAY_TIMEOUT, 0, 20), PC_OK);
	assert_int_equal(pc_device_tray_set(dev, 0, 0), PC_OK);
	world_job(dev, 2, false, false);
	world_pass(&w, dev, 20000);
	expect_levels(dev, 0, 200);
	world_pass(&w, dev, 1000);
	expect_levels(dev, 0, 199);
	world_pass(&w, dev, 1000);
	expect_levels(dev, 0, 198);
	/* Filled and empty again: waited for again. */
	assert_int_equal(pc_device_tray_set(dev, 0, 1), PC_OK);
	world_job(dev, 2, false, false);
	world_pass(&w, dev, 1000);
	expect_levels(dev, 0, 198);
	world_pass(&w, dev, 20000);
	expect_levels(dev, 0, 198);
	world_pass(&w, dev, 1000);
	expect_levels(dev, 0, 197);
	pc_device_free(dev);
}

static void
test_media(void **state)
{
	struct world w;
	struct pc_device *dev = world_device(&w, &sample_profile);
	const struct pc_counters *c = &pc_device_state(dev)->counters;
	(void)state;
	assert_int_equal(pc_device_option_set(dev, PC_OPTION_TRAY_MEDIA, 0, 1), PC_OK);
	assert_int_equal(pc_device_option_set(dev, PC_OPTION_TRAY_WEIGHT, 0, 220), PC_OK);
	world_job(dev, 1, false, false);
	world_pass(&w, dev, 1000);
	assert_int_equal(c->by_media[1], 0); /* thick: half speed */
	world_pass(&w, dev, 1000);
	assert_int_equal(c->by_media[1], 1);
	pc_device_free(dev);
}

/* A full bin stops the printer while it is the default one. */
static void
test_default_output(void **state)
{
	struct world w;
	struct pc_device *dev = world_device(&w, &sample_profile);
	const struct pc_alert *a = NULL;
	(void)state;
	assert_int_equal(pc_device_condition(dev, PC_COND_OUTPUT_FULL, 0, true), PC_OK);
	assert_int_equal(pc_device_alerts(dev, &a), 1);
	assert_int_equal(a[0].severity, 3);
	assert_int_equal(pc_device_option_set(dev, PC_OPTION_DEFAULT_OUTPUT, 0, 2), PC_OK);
	assert_int_equal(pc_device_alerts(dev, &a), 1);
	assert_int_equal(a[0].severity, 5);
	assert_int_equal(a[0].index, 2);
	print_a4(&w, dev, 1);
	expect_levels(dev, 99, 200);
	pc_device_free(dev);
}

/* Capacity moves the limit of the level and of "low". */
static void
test_capacity(void **state)
{
	struct world w;
	struct pc_device *dev = world_device(&w, &sample_profile);
	const struct pc_alert *a = NULL;
	(void)state;
	assert_int_equal(pc_device_option_set(dev, PC_OPTION_TRAY_CAPACITY, 0, 1000), PC_OK);
	assert_int_equal(pc_device_alerts(dev, &a), 1);
	assert_int_equal(a[0].condition, PC_COND_TRAY_LOW); /* 100 of 1000 */
	assert_int_equal(pc_device_tray_set(dev, 0, 1000), PC_OK);
	assert_int_equal(pc_device_alerts(dev, &a), 0);
	assert_int_equal(pc_device_tray_set(dev, 0, 1001), PC_E_BADVALUE);
	assert_int_equal(pc_device_option_set(dev, PC_OPTION_TRAY_CAPACITY, 0, 999), PC_E_REFUSED);
	pc_device_free(dev);
}

static void
test_limits(void **state)
{
	struct world w;
	struct pc_device *dev = world_device(&w, &sample_profile);
	char text[80];
	(void)state;
	memset(text, 'x', sizeof(text));
	text[64] = '\0';
	assert_int_equal(pc_device_option_text_set(dev, PC_OPTION_TRAY_NAME, 0, text), PC_E_LIMIT);
	assert_int_equal(
		pc_device_option_text_set(dev, PC_OPTION_TRAY_NAME, 3, "x"), PC_E_BADVALUE);
	text[63] = '\0';
	assert_int_equal(pc_device_option_text_set(dev, PC_OPTION_TRAY_NAME, 0, text), PC_OK);
	assert_string_equal(pc_device_option_text(dev, PC_OPTION_TRAY_NAME, 0), text);
	assert_string_equal(pc_device_option_text(dev, PC_OPTION_TRAY_NAME, 3), "");
	assert_int_equal(pc_device_option(dev, PC_OPTION_TRAY_CAPACITY, 3), 0);
	assert_int_equal(pc_device_option_set(dev, PC_OPTION_TRAY_NEXT, 3, 0), PC_E_BADVALUE);
	assert_int_equal(pc_device_state(dev)->counters.config_changes, 1);
	assert_int_equal(w.events[PC_EVENT_SETTING], 1);
	pc_device_free(dev);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_channels),
		cmocka_unit_test(test_console_disabled),
		cmocka_unit_test(test_sheets),
		cmocka_unit_test(test_default_path),
		cmocka_unit_test(test_default_tray),
		cmocka_unit_test(test_no_next_tray),
		cmocka_unit_test(test_load_timeout),
		cmocka_unit_test(test_media),
		cmocka_unit_test(test_default_output),
		cmocka_unit_test(test_capacity),
		cmocka_unit_test(test_limits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
