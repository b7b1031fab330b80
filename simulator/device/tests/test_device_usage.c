/* Tests of device/usage: distributions, area, ink, months, power; scans and faxes; modules. */
#include <stdio.h>

#include "device/account.h"
#include "device/setting.h"
#include "device/tests/sample.h"
#include "device/usage.h"

static struct pc_profile
fax_profile(void)
{
	struct pc_profile p = sample_profile;
	p.fax = true;
	p.resolution_x = p.resolution_y = 600;
	p.supplies[0].ml = 100;
	p.supplies[1].ml = 50;
	return p;
}

static struct pc_usage
usage(const struct pc_device *dev)
{
	struct pc_usage u;
	pc_device_usage(dev, &u);
	return u;
}

/* A complete job of copies; returns its id. */
static uint32_t
copies_job(struct pc_device *dev, uint32_t sides, uint32_t copies)
{
	uint32_t id = 0;
	assert_int_equal(pc_device_job_begin(dev, PC_ORIGIN_LPD, &id), PC_OK);
	pc_device_job(dev, id)->copies = copies;
	assert_int_equal(pc_device_job_end(dev, id, sides), PC_OK);
	return id;
}

/* Spec: XRS-DTP-34, -39, -40, -35 */
static void
test_lengths(void **state)
{
	static const uint32_t sides[] = {1, 2, 5, 6, 20, 21, 100, 501};
	static const uint32_t bins[PC_LENGTH_BINS] = {1, 2, 1, 1, 1, 1, 0, 1};
	struct world w;
	struct pc_profile p = sample_profile;
	p.trays[0].initial = -3; /* never known to end */
	struct pc_device *dev = world_device(&w, &p);
	(void)state;
	for (size_t i = 0; i < sizeof(sides) / sizeof(sides[0]); i++) {
		world_job(dev, sides[i], false, false);
		pc_device_supply_set(dev, 0, 100);
		world_pass(&w, dev, 600000);
		pc_device_supply_set(dev, 0, 100);
		world_pass(&w, dev, 600000);
		pc_device_supply_set(dev, 0, 100);
		world_pass(&w, dev, 600000);
	}
	struct pc_usage u = usage(dev);
	assert_memory_equal(u.runs, bins, sizeof(bins));
	assert_memory_equal(u.documents, bins, sizeof(bins));
	assert_int_equal(u.sets, 8);
	copies_job(dev, 3, 4);
	world_pass(&w, dev, 60000);
	u = usage(dev);
	assert_int_equal(u.runs[3], bins[3] + 1);
	assert_int_equal(u.documents[1], bins[1] + 1);
	assert_int_equal(u.sets, 12);
	assert_int_equal(u.tray_sheets[1], 0);
	assert_string_equal(pc_device_length_bin(7), "over 500");
	assert_string_equal(pc_device_length_bin(8), "");
	pc_device_free(dev);
}

/* Spec: ECSP-DAT-029 … -031, XRS-DTP-43, -44 */
static void
test_ink_and_area(void **state)
{
	struct world w;
	struct pc_profile p = fax_profile();
	struct pc_device *dev = world_device(&w, &p);
	struct pc_usage before = usage(dev);
	uint64_t black = pc_device_supply_used_nl(dev, 0), cyan = pc_device_supply_used_nl(dev, 1);
	(void)state;
	/* before the run: 1,001 sides, 600 of them in colour, half a per cent of 100 ml each */
	assert_int_equal(black, 1001u * 500000u);
	assert_int_equal(cyan, 600u * 250000u);
	uint32_t id = 0;
	assert_int_equal(pc_device_job_begin(dev, PC_ORIGIN_RAW, &id), PC_OK);
	struct pc_job *job = pc_device_job(dev, id);
	job->width_mm = 1000;
	job->length_mm = 2000;
	job->coverage = 100; /* 10 % */
	assert_int_equal(pc_device_job_end(dev, id, 1), PC_OK);
	world_pass(&w, dev, 1000);
	struct pc_usage after = usage(dev);
	assert_true(after.area_mm2[1] - before.area_mm2[1] == 2000000);
	assert_true(after.area_mm2[0] == before.area_mm2[0]);
	assert_true(after.marked_mm2[1] - before.marked_mm2[1] == 200000);
	assert_true(after.printing_ms - before.printing_ms == 1000);
	job = pc_device_job(dev, id);
	assert_true(job->area_mm2 == 2000000);
	assert_true(job->ink_nl == 1000000 + 500000); /* a per cent of 100 ml and of 50 ml */
	assert_true(pc_device_supply_used_nl(dev, 0) - black == 1000000);
	/* cleaning uses ink, too, and a refill gives none back */
	black = pc_device_supply_used_nl(dev, 0);
	assert_int_equal(pc_device_clean(dev, PC_TRIGGER_PANEL, 0, false), PC_OK);
	world_pass(&w, dev, 90000);
	assert_true(pc_device_supply_used_nl(dev, 0) - black == 1000000);
	assert_int_equal(pc_device_supply_replace(dev, 0), PC_OK);
	assert_true(pc_device_supply_used_nl(dev, 0) - black == 1000000);
	assert_true(pc_device_coverage(dev, 0) > 500 && pc_device_coverage(dev, 0) < 1000);
	assert_true(pc_device_coverage(dev, 1) > pc_device_coverage(dev, 0));
	assert_int_equal(pc_device_coverage(dev, 2), 0);
	assert_true(pc_device_marked_pixels(dev, 0) > pc_device_marked_pixels(dev, 1));
	assert_int_equal(pc_device_marked_pixels(dev, 9), 0);
	pc_device_free(dev);
}

/* What runs out gives no more than there was. */
static void
test_last_drop(void **state)
{
	struct world w;
	struct pc_profile p = sample_profile;
	p.supplies[0].per_page_ppm = 300000;
	p.initial_life_count = 0;
	struct pc_device *dev = world_device(&w, &p);
	(void)state;
	world_job(dev, 5, false, false);
	world_pass(&w, dev, 60000);
	assert_int_equal(pc_device_state(dev)->supplies[0].level, 0);
	assert_int_equal(pc_device_supply_used_ppm(dev, 0), 500000); /* it was half full */
	pc_device_free(dev);
}

/* Spec: XRS-DTO-24, -30, -33, XRS-DTP-30 */
static void
test_replacement(void **state)
{
	struct world w;
	struct pc_device *dev = world_device(&w, &sample_profile);
	char first[PC_SERIAL_MAX], second[PC_SERIAL_MAX], other[PC_SERIAL_MAX];
	(void)state;
	pc_device_supply_serial(dev, 0, first);
	pc_device_supply_serial(dev, 1, other);
	assert_string_not_equal(first, other);
	assert_true(pc_device_supply_installed_ns(dev, 0) == pc_device_installed_ns(dev));
	assert_int_equal(pc_device_supply_sides(dev, 0), 1001);
	assert_int_equal(pc_device_supply_replace(dev, 0), PC_OK);
	assert_true(pc_device_supply_installed_ns(dev, 0) == pc_device_wall_ns(dev));
	assert_int_equal(pc_device_supply_sides(dev, 0), 0);
	assert_int_equal(pc_device_supply_sides(dev, 1), 1001);
	pc_device_supply_serial(dev, 0, second);
	assert_string_not_equal(first, second);
	pc_device_supply_serial(dev, 99, second);
	assert_string_equal(second, "");
	pc_device_free(dev);
}

/* Spec: XRS-DTP-29 */
static void
test_power_states(void **state)
{
	struct world w;
	struct pc_device *dev = world_device(&w, &sample_profile);
	(void)state;
	world_pass(&w, dev, 5000);
	pc_device_sleep(dev, true);
	world_pass(&w, dev, 7000);
	pc_device_power(dev, false);
	world_pass(&w, dev, 11000);
	pc_device_power(dev, true);
	world_pass(&w, dev, 30000);
	world_pass(&w, dev, 1000);
	struct pc_usage u = usage(dev);
	assert_true(u.power_ms[PC_POWER_ON] == 6000);
	assert_true(u.power_ms[PC_POWER_SLEEP] == 7000);
	assert_true(u.power_ms[PC_POWER_OFF] == 11000);
	assert_true(u.power_ms[PC_POWER_BOOTING] == 30000);
	assert_int_equal(u.power_times[PC_POWER_ON], 2);
	assert_int_equal(u.power_times[PC_POWER_SLEEP], 1);
	pc_device_free(dev);
}

/* Months go by on the printer's own calendar. */
static void
test_months(void **state)
{
	const uint64_t day_ms = 86400000;
	struct world w;
	struct pc_device *dev = world_device(&w, &sample_profile);
	(void)state; /* 2023-11-14 */
	assert_int_equal(usage(dev).months[0].year, 0);
	world_job(dev, 2, false, false);
	world_pass(&w, dev, 60000);
	world_pass(&w, dev, 31 * day_ms);
	world_job(dev, 1, true, false);
	world_pass(&w, dev, 60000);
	struct pc_usage u = usage(dev);
	assert_int_equal(u.months[0].year, 2023);
	assert_int_equal(u.months[0].month, 12);
	assert_int_equal(u.months[0].sides[1], 1);
	assert_int_equal(u.months[1].month, 11);
	assert_int_equal(u.months[1].sides[0], 2);
	for (int i = 0; i < 20; i++) {
		world_pass(&w, dev, 31 * day_ms);
		world_job(dev, 1, false, false);
		world_pass(&w, dev, 60000);
	}
	u = usage(dev);
	assert_int_equal(u.months[0].year, 2025);
	assert_int_equal(u.months[PC_MONTHS_MAX - 1].year, 2024);
	pc_device_free(dev);
}

/* Spec: XRS-DTP-14, -31, -32, -45 */
static void
test_failures(void **state)
{
	struct world w;
	struct pc_device *dev = world_device(&w, &sample_profile);
	(void)state;
	for (int i = 0; i < 3; i++) {
		pc_device_condition(dev, PC_COND_JAM, 0, true);
		pc_device_condition(dev, PC_COND_JAM, 0, false);
	}
	world_pass(&w, dev, 1000);
	pc_device_condition(dev, PC_COND_SUPPLY_MISSING, 1, true);
	struct pc_usage u = usage(dev);
	assert_int_equal(u.failures[0].code, 8);
	assert_int_equal(u.failures[0].count, 3);
	assert_int_equal(u.failures[0].condition, PC_COND_JAM);
	assert_int_equal(u.failures[1].part, 1);
	assert_true(u.failures[1].last_ns == pc_device_wall_ns(dev));
	assert_int_equal(u.failures[2].code, 0);
	pc_device_free(dev);
}

/* Spec: ERS-DAT-029, XRS-DTO-21, XRS-DTP-20, -33, -46 */
static void
test_scans(void **state)
{
	struct world w;
	struct pc_device *dev = world_device(&w, &sample_profile);
	const struct pc_account *accounts;
	struct pc_scan scan = {.size = 1,
		.images = 4,
		.to = PC_SCAN_TO_MAIL,
		.color = true,
		.feeder = true,
		.ocr = true,
		.user = "berta"};
	(void)state;
	pc_device_sleep(dev, true);
	assert_int_equal(pc_device_scan_job(dev, &scan), PC_OK);
	assert_int_equal(pc_device_state(dev)->power, PC_POWER_ON);
	scan.failed = true;
	assert_int_equal(pc_device_scan_job(dev, &scan), PC_OK);
	assert_int_equal(pc_device_scan(dev, 0, 2), PC_OK);
	struct pc_usage u = usage(dev);
	assert_int_equal(u.scan_images[PC_SCAN_TO_MAIL], 4);
	assert_int_equal(u.scan_jobs[PC_SCAN_TO_MAIL], 1);
	assert_int_equal(u.scan_images[PC_SCAN_TO_COMPUTER], 2);
	assert_int_equal(u.scan_failed, 1);
	assert_int_equal(u.scan_color, 4);
	assert_int_equal(u.scan_feeder, 4);
	assert_int_equal(u.ocr_images, 4);
	assert_int_equal(pc_device_state(dev)->counters.scan_by_size[1], 4);
	assert_int_equal(pc_device_state(dev)->counters.by_function[3], 6);
	assert_int_equal(w.events[PC_EVENT_SCAN], 3);
	assert_int_equal(pc_device_accounts(dev, &accounts), 2);
	assert_string_equal(accounts[1].user, "berta");
	assert_int_equal(accounts[1].sides[3][1], 4);
	scan.size = 9;
	assert_int_equal(pc_device_scan_job(dev, &scan), PC_E_BADVALUE);
	scan.size = 0;
	scan.to = PC_SCAN_DESTINATIONS;
	assert_int_equal(pc_device_scan_job(dev, &scan), PC_E_BADVALUE);
	pc_device_power(dev, false);
	assert_int_equal(pc_device_scan(dev, 0, 2), PC_E_REFUSED);
	pc_device_free(dev);
}

/* Spec: XRS-DTP-18 */
static void
test_faxes(void **state)
{
	struct world w;
	struct pc_profile p = fax_profile();
	p.settings[p.n_settings++] = (struct pc_profile_setting){
		.group = "fax", .name = "receiveToMemory", .value = "off"};
	struct pc_device *dev = world_device(&w, &p);
	struct pc_fax fax = {.pages = 3, .user = "anna"};
	uint32_t id = 0;
	(void)state;
	assert_int_equal(pc_device_fax_sent(dev, &fax), PC_OK);
	fax.failed = true;
	assert_int_equal(pc_device_fax_sent(dev, &fax), PC_OK);
	fax.failed = false;
	assert_int_equal(pc_device_fax_received(dev, &fax, &id), PC_OK);
	assert_int_equal(pc_device_job(dev, id)->origin, PC_ORIGIN_FAX);
	world_pass(&w, dev, 3000);
	assert_int_equal(pc_device_job(dev, id)->state, PC_JOB_DONE);
	assert_int_equal(pc_device_state(dev)->counters.by_function[2], 3);
	assert_int_equal(pc_device_setting_set(dev, "fax.receiveToMemory", "on"), PC_OK);
	assert_int_equal(pc_device_fax_received(dev, &fax, &id), PC_OK);
	assert_int_equal(id, 0);
	struct pc_usage u = usage(dev);
	assert_int_equal(u.faxes_sent, 1);
	assert_int_equal(u.fax_pages_sent, 3);
	assert_int_equal(u.faxes_failed, 1);
	assert_int_equal(u.faxes_received, 2);
	assert_int_equal(u.fax_pages_received, 6);
	assert_int_equal(u.scan_images[PC_SCAN_TO_FAX], 6);
	assert_int_equal(w.events[PC_EVENT_FAX], 4);
	pc_device_power(dev, false);
	assert_int_equal(pc_device_fax_received(dev, &fax, &id), PC_E_REFUSED);
	assert_int_equal(pc_device_fax_sent(dev, &fax), PC_E_REFUSED);
	pc_device_free(dev);
	dev = world_device(&w, &sample_profile);
	assert_int_equal(pc_device_fax_sent(dev, &fax), PC_E_UNSUPPORTED);
	assert_int_equal(pc_device_fax_received(dev, &fax, NULL), PC_E_UNSUPPORTED);
	pc_device_free(dev);
}

/* Spec: XRS-DTO-02 … -04, -09, -31, -32 */
static void
test_modules(void **state)
{
	struct world w;
	struct pc_profile p = fax_profile();
	p.firmware[0] = (struct pc_profile_firmware){"Main FW", "1.2"};
	p.firmware[1] = (struct pc_profile_firmware){"Scanner", "3.4"};
	p.n_firmware = 2;
	p.front_end = true;
	struct pc_device *dev = world_device(&w, &p);
	struct pc_module list[PC_MODULES_MAX];
	struct pc_service_item items[PC_SERVICE_ITEMS_MAX];
	struct pc_nvm_value nvm[PC_NVM_MAX];
	(void)state;
	size_t n = pc_device_modules(dev, list);
	assert_int_equal(n, 9); /* controller, engine, network, scanner, fax, front end, trays */
	assert_string_equal(list[0].version, "1.2");
	assert_string_equal(list[0].serial, pc_device_state(dev)->serial);
	assert_string_equal(list[3].kind, "scanner");
	assert_string_equal(list[3].version, "3.4");
	for (size_t i = 0; i < n; i++) {
		assert_true(list[i].installed_ns < pc_device_wall_ns(dev));
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(list[i].serial, list[k].serial);
	}
	n = pc_device_service_items(dev, items);
	assert_int_equal(n, 4); /* two feed rolls, print head, scanner feed */
	assert_int_equal(items[0].limit, 150000);
	assert_int_equal(items[2].count, 1001);
	uint32_t was = items[0].count;
	world_job(dev, 2, false, false);
	world_pass(&w, dev, 60000);
	assert_int_equal(pc_device_service_items(dev, items), 4);
	assert_int_equal(items[0].count, was + 2);
	n = pc_device_nvm(dev, nvm);
	assert_true(n > 0 && n <= PC_NVM_MAX);
	assert_int_equal(nvm[0].value, 1003);
	pc_device_free(dev);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lengths),
		cmocka_unit_test(test_ink_and_area),
		cmocka_unit_test(test_last_drop),
		cmocka_unit_test(test_replacement),
		cmocka_unit_test(test_power_states),
		cmocka_unit_test(test_months),
		cmocka_unit_test(test_failures),
		cmocka_unit_test(test_scans),
		cmocka_unit_test(test_faxes),
		cmocka_unit_test(test_modules),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
