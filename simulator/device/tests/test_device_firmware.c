/* Tests of device/firmware: versions, what is refused, the way of an update, power cuts. */
#include "device/firmware.h"
#include "device/log.h"
#include "device/tests/sample.h"

static struct pc_profile
with_firmware(void)
{
	struct pc_profile p = sample_profile;
	p.firmware[0] = (struct pc_profile_firmware){"Main FW", "FZ12N1"};
	p.firmware[1] = (struct pc_profile_firmware){"NW Kernel FW", "26"};
	p.firmware[2] = (struct pc_profile_firmware){"NW Appli FW", "71"};
	p.firmware[3] = (struct pc_profile_firmware){"Firmware", "26.71.FZ12N1"};
	p.n_firmware = 4;
	p.sys_descr = "SM-100;FZ12N1, FW FZ12N1A, NW26.71, 126, 26";
	return p;
}

static void
test_compare(void **state)
{
	static const struct {
		const char *a, *b;
		int order;
	} rows[] = {{"1.9", "1.10", -1}, {"2.0", "1.99", 1}, {"1.2", "1.2", 0}, {"", "1", -1},
		{"1.2", "1.2.1", -1}, {"FZ12N1", "FZ13N1", -1}, {"A9", "B1", -1}, {"007", "7", 0},
		{"99999999999999999999", "100000000000000000000", -1}};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int a = pc_device_version_compare(rows[i].a, rows[i].b);
		int b = pc_device_version_compare(rows[i].b, rows[i].a);
		print_message("%s : %s\n", rows[i].a, rows[i].b);
		assert_int_equal((a > 0) - (a < 0), rows[i].order);
		assert_int_equal((b > 0) - (b < 0), -rows[i].order);
	}
}

static void
assert_versions(const struct pc_device *dev, const char *main, const char *package)
{
	assert_string_equal(pc_device_firmware(dev, 0), main);
	assert_string_equal(pc_device_firmware_named(dev, "firmware"), package);
	assert_string_equal(pc_device_firmware(dev, 4), "");
	assert_null(pc_device_firmware_named(dev, "Boot"));
}

/* Checked, written, started: the part and the package it belongs to have new versions. */
static void
test_update(void **state)
{
	struct world w;
	struct pc_profile p = with_firmware();
	struct pc_device *dev = world_device(&w, &p);
	const struct pc_firmware_offer offer = {
		.part = "main fw", .version = "FZ13N2", .is_signed = true};
	enum pc_firmware_refusal why = PC_FIRMWARE_BUSY;
	(void)state;
	assert_versions(dev, "FZ12N1", "26.71.FZ12N1");
	assert_int_equal(pc_device_firmware_receive(dev), PC_OK);
	assert_int_equal(pc_device_firmware_state(dev), PC_FIRMWARE_RECEIVING);
	uint32_t id = 0;
	assert_int_equal(pc_device_job_begin(dev, PC_ORIGIN_RAW, &id), PC_E_REFUSED);
	assert_int_equal(pc_device_firmware_receive(dev), PC_E_REFUSED);
	assert_int_equal(pc_device_firmware_update(dev, &offer, &why), PC_OK);
	assert_int_equal(why, PC_FIRMWARE_TAKEN);
	assert_int_equal(pc_device_firmware_state(dev), PC_FIRMWARE_CHECKING);
	assert_int_equal(pc_device_state(dev)->activity, PC_UPDATING);
	assert_string_equal(pc_device_console(dev), "Updating the firmware");
	assert_int_equal(pc_device_firmware_update(dev, &offer, &why), PC_E_REFUSED);
	assert_int_equal(why, PC_FIRMWARE_BUSY);
	assert_int_equal(pc_device_restart(dev, PC_RESET_WARM), PC_E_REFUSED);
	world_pass(&w, dev, 2000);
	assert_int_equal(pc_device_firmware_state(dev), PC_FIRMWARE_WRITING);
	assert_versions(dev, "FZ12N1", "26.71.FZ12N1");
	world_pass(&w, dev, 30000);
	assert_int_equal(pc_device_firmware_state(dev), PC_FIRMWARE_STARTING);
	assert_int_equal(pc_device_state(dev)->power, PC_POWER_BOOTING);
	world_pass(&w, dev, 30000);
	assert_int_equal(pc_device_firmware_state(dev), PC_FIRMWARE_NONE);
	assert_versions(dev, "FZ13N2", "26.71.FZ13N2");
	assert_int_equal(w.events[PC_EVENT_FIRMWARE], 5);
	assert_true(pc_device_firmware_installed_ns(dev, 0) == pc_device_wall_ns(dev));
	assert_true(pc_device_firmware_installed_ns(dev, 1) == 0);
	assert_int_equal(pc_device_maintenance_entry(dev, 0)->action, PC_MAINTENANCE_FIRMWARE);
	assert_string_equal(
		pc_device_maintenance_part(dev, pc_device_maintenance_entry(dev, 0)), "Main FW");
	/* the factory's settings come back, its firmware does not */
	assert_int_equal(pc_device_restart(dev, PC_RESET_FACTORY), PC_OK);
	world_pass(&w, dev, 30000);
	assert_versions(dev, "FZ13N2", "26.71.FZ13N2");
	pc_device_free(dev);
}

/* An offer for no part in particular is one for the package: its parts follow. */
static void
test_package(void **state)
{
	struct world w;
	struct pc_profile p = with_firmware();
	struct pc_device *dev = world_device(&w, &p);
	struct pc_firmware_offer offer = {
		.model = "sm-100 series", .version = "27.71.FZ20N1", .is_signed = true};
	enum pc_firmware_refusal why = PC_FIRMWARE_TAKEN;
	(void)state;
	assert_int_equal(pc_device_firmware_update(dev, &offer, &why), PC_OK);
	world_pass(&w, dev, 2000);
	world_pass(&w, dev, 30000);
	world_pass(&w, dev, 30000);
	assert_versions(dev, "FZ20N1", "27.71.FZ20N1");
	assert_string_equal(pc_device_firmware(dev, 1), "27");
	/* whole versions only */
	assert_string_equal(
		pc_device_description(dev), "SM-100;FZ20N1, FW FZ12N1A, NW26.71, 126, 27");
	offer.version = "28.71";
	assert_int_equal(pc_device_firmware_update(dev, &offer, &why), PC_E_REFUSED);
	assert_int_equal(why, PC_FIRMWARE_BAD_VERSION);
	offer.version = NULL; /* a patch: everything but the versions */
	assert_int_equal(pc_device_firmware_update(dev, &offer, &why), PC_OK);
	world_pass(&w, dev, 2000);
	world_pass(&w, dev, 30000);
	world_pass(&w, dev, 30000);
	assert_versions(dev, "FZ20N1", "27.71.FZ20N1");
	assert_int_equal(pc_device_state(dev)->counters.reboots, 2);
	pc_device_free(dev);
}

static void
test_refusals(void **state)
{
	static const struct {
		const char *name;
		struct pc_firmware_offer offer;
		bool older, locked, printing;
		enum pc_firmware_refusal why;
	} rows[] = {
		{"model", {"SM-200 Series", NULL, "99", true}, false, false, false,
			PC_FIRMWARE_OTHER_MODEL},
		{"signature", {NULL, "Main FW", "FZ99N9", false}, false, false, false,
			PC_FIRMWARE_BAD_SIGNATURE},
		{"part", {NULL, "Boot", "FZ99N9", true}, false, false, false, PC_FIRMWARE_NO_PART},
		{"older", {NULL, "Main FW", "FZ11N1", true}, false, false, false,
			PC_FIRMWARE_OLDER},
		{"same", {NULL, "Main FW", "FZ12N1", true}, true, false, false, PC_FIRMWARE_SAME},
		{"empty", {NULL, "Main FW", "", true}, true, false, false, PC_FIRMWARE_BAD_VERSION},
		{"blank", {NULL, "Main FW", "FZ 13", true}, true, false, false,
			PC_FIRMWARE_BAD_VERSION},
		{"locked", {NULL, "Main FW", "FZ13N1", true}, false, true, false,
			PC_FIRMWARE_LOCKED},
		{"busy", {NULL, "Main FW", "FZ13N1", true}, false, false, true, PC_FIRMWARE_BUSY},
		{"older allowed", {NULL, "Main FW", "FZ11N1", true}, true, false, false,
			PC_FIRMWARE_TAKEN},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct world w;
		struct pc_profile p = with_firmware();
		enum pc_firmware_refusal why = PC_FIRMWARE_TAKEN;
		p.update.older = rows[i].older;
		p.update.locked = rows[i].locked;
		struct pc_device *dev = world_device(&w, &p);
		if (rows[i].printing)
			world_job(dev, 3, true, false);
		int expected = rows[i].why == PC_FIRMWARE_TAKEN ? PC_OK : PC_E_REFUSED;
		print_message("%s\n", rows[i].name);
		assert_int_equal(pc_device_firmware_update(dev, &rows[i].offer, &why), expected);
		assert_int_equal(why, rows[i].why);
		assert_int_equal(pc_device_firmware_last(dev), rows[i].why);
		if (expected != PC_OK) {
			const struct pc_maintenance_entry *e = pc_device_maintenance_entry(dev, 0);
			assert_int_equal(e->action, PC_MAINTENANCE_FIRMWARE_FAILED);
			assert_string_equal(pc_device_audit_entry(dev, 0)->detail,
				pc_device_firmware_refusal(why));
			assert_int_equal(pc_device_firmware_state(dev), PC_FIRMWARE_NONE);
		}
		world_pass(&w, dev, 3600000);
		world_pass(&w, dev, 3600000);
		world_pass(&w, dev, 3600000);
		assert_versions(dev, expected == PC_OK ? "FZ11N1" : "FZ12N1",
			expected == PC_OK ? "26.71.FZ11N1" : "26.71.FZ12N1");
		pc_device_free(dev);
	}
}

/* Switched off while it is written, the printer comes back with what it had; after that it has
 * what it was given. */
static void
test_power_cut(void **state)
{
	struct world w;
	struct pc_profile p = with_firmware();
	struct pc_device *dev = world_device(&w, &p);
	const struct pc_firmware_offer offer = {
		.part = "Main FW", .version = "FZ13N2", .is_signed = true};
	(void)state;
	assert_int_equal(pc_device_firmware_update(dev, &offer, NULL), PC_OK);
	world_pass(&w, dev, 2000);
	pc_device_power(dev, false);
	assert_int_equal(pc_device_firmware_last(dev), PC_FIRMWARE_INTERRUPTED);
	pc_device_power(dev, true);
	world_pass(&w, dev, 30000);
	assert_versions(dev, "FZ12N1", "26.71.FZ12N1");
	assert_int_equal(pc_device_firmware_update(dev, &offer, NULL), PC_OK);
	world_pass(&w, dev, 2000);
	world_pass(&w, dev, 30000);
	pc_device_power(dev, false);
	assert_int_equal(pc_device_firmware_last(dev), PC_FIRMWARE_TAKEN);
	pc_device_power(dev, true);
	world_pass(&w, dev, 30000);
	assert_versions(dev, "FZ13N2", "26.71.FZ13N2");
	/* a broken transfer leaves nothing behind but its line */
	assert_int_equal(pc_device_firmware_receive(dev), PC_OK);
	pc_device_firmware_abandon(dev);
	pc_device_firmware_abandon(dev);
	assert_int_equal(pc_device_firmware_state(dev), PC_FIRMWARE_NONE);
	world_job(dev, 1, false, false);
	pc_device_free(dev);
}

static void
test_no_parts(void **state)
{
	struct world w;
	struct pc_device *dev = world_device(&w, &sample_profile);
	const struct pc_firmware_offer offer = {.version = "2", .is_signed = true};
	(void)state;
	assert_int_equal(pc_device_firmware_update(dev, &offer, NULL), PC_E_UNSUPPORTED);
	assert_string_equal(pc_device_firmware(dev, 0), "");
	pc_device_free(dev);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_compare),
		cmocka_unit_test(test_update),
		cmocka_unit_test(test_package),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_power_cut),
		cmocka_unit_test(test_no_parts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
