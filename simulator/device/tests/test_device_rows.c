/* Each row of ROWS.md that happenings move: what it tells before and after is not the same. */
#include <stdlib.h>

#include "device/account.h"
#include "device/firmware.h"
#include "device/log.h"
#include "device/setting.h"
#include "device/tests/sample.h"
#include "device/usage.h"

static struct pc_profile
whole_printer(void)
{
	struct pc_profile p = sample_profile;
	p.fax = true;
	p.front_end = true;
	p.resolution_x = p.resolution_y = 600;
	p.supplies[0].ml = 100;
	p.sizes[0] = "iso_a3_297x420mm";
	p.firmware[0] = (struct pc_profile_firmware){"Main FW", "1.2"};
	p.n_firmware = 1;
	p.settings[0] =
		(struct pc_profile_setting){.group = "panel", .name = "country", .value = "FR"};
	return p;
}

/* ---- what happens ---- */

static void
print_some(struct world *w, struct pc_device *dev)
{
	world_job(dev, 3, true, true);
	world_pass(w, dev, 60000);
	world_job(dev, 2, false, false);
	world_pass(w, dev, 60000);
}

static void
clean(struct world *w, struct pc_device *dev)
{
	assert_int_equal(pc_device_clean(dev, PC_TRIGGER_PANEL, 0, false), PC_OK);
	world_pass(w, dev, 90000);
}

static void
jam(struct world *w, struct pc_device *dev)
{
	(void)w;
	assert_int_equal(pc_device_condition(dev, PC_COND_JAM, 0, true), PC_OK);
}

static void
replace(struct world *w, struct pc_device *dev)
{
	world_pass(w, dev, 1000);
	assert_int_equal(pc_device_supply_replace(dev, 0), PC_OK);
}

static void
scan(struct world *w, struct pc_device *dev)
{
	const struct pc_scan what = {.images = 3,
		.to = PC_SCAN_TO_FOLDER,
		.color = true,
		.duplex = true,
		.feeder = true,
		.ocr = true};
	(void)w;
	assert_int_equal(pc_device_scan_job(dev, &what), PC_OK);
}

static void
fax(struct world *w, struct pc_device *dev)
{
	const struct pc_fax what = {.pages = 2};
	assert_int_equal(pc_device_fax_received(dev, &what, NULL), PC_OK);
	world_pass(w, dev, 60000);
}

static void
set(struct world *w, struct pc_device *dev)
{
	(void)w;
	assert_int_equal(pc_device_setting_set(dev, "panel.country", "DE"), PC_OK);
	assert_int_equal(pc_device_setting_set(dev, "sysLocation", "hall"), PC_OK);
	assert_int_equal(pc_device_option_set(dev, PC_OPTION_TRAY_MEDIA, 0, 1), PC_OK);
}

static void
update(struct world *w, struct pc_device *dev)
{
	const struct pc_firmware_offer offer = {.version = "1.3", .is_signed = true};
	assert_int_equal(pc_device_firmware_update(dev, &offer, NULL), PC_OK);
	world_pass(w, dev, 2000);
	world_pass(w, dev, 30000);
	world_pass(w, dev, 30000);
}

static void
transmit(struct world *w, struct pc_device *dev)
{
	(void)w;
	pc_device_transmitted(dev, "collection", 1000, 0);
}

static void
set_clock(struct world *w, struct pc_device *dev)
{
	(void)w;
	pc_device_set_wall(dev, pc_device_wall_ns(dev) + UINT64_C(3600000000000));
}

/* ---- what is told ---- */

static uint64_t
text_sum(const char *text)
{
	uint64_t sum = 7;
	for (; *text != '\0'; text++)
		sum = sum * 31 + (unsigned char)*text;
	return sum;
}

#define STATE(name, expression) \
	static uint64_t name(const struct pc_device *dev) \
	{ \
		const struct pc_device_state *s = pc_device_state(dev); \
		return (uint64_t)(expression); \
	}
#define USAGE(name, expression) \
	static uint64_t name(const struct pc_device *dev) \
	{ \
		struct pc_usage u; \
		pc_device_usage(dev, &u); \
		return (uint64_t)(expression); \
	}
#define CALL(name, expression) \
	static uint64_t name(const struct pc_device *dev) \
	{ \
		return (uint64_t)(expression); \
	}

STATE(by_size, s->counters.by_size[0][1][1])
STATE(by_function, s->counters.by_function[0])
STATE(by_function_fax, s->counters.by_function[2])
STATE(by_media, s->counters.by_media[0])
STATE(large_sides, s->counters.by_use[0][1][1][1])
STATE(scans_by_size, s->counters.scan_by_size[0])
STATE(level, s->supplies[0].level)
STATE(replacements, s->supplies[0].replacements)
STATE(jams, s->counters.jams)
STATE(location, text_sum(s->sys_location))
USAGE(printing, u.printing_ms)
USAGE(area, u.area_mm2[0])
USAGE(area_color, u.area_mm2[1])
USAGE(large_jobs, u.large_jobs)
USAGE(destination, u.scan_images[PC_SCAN_TO_FOLDER])
USAGE(scan_detail, u.scan_color + u.scan_feeder + u.scan_duplex)
USAGE(ocr, u.ocr_images)
USAGE(power_on, u.power_times[PC_POWER_ON])
USAGE(failures, u.failures[0].count)
USAGE(run_lengths, u.runs[1])
USAGE(document_lengths, u.documents[1])
USAGE(sets, u.sets)
USAGE(tray_use, u.tray_sheets[0])
USAGE(month, u.months[0].sides[1])
CALL(firmware, text_sum(pc_device_firmware(dev, 0)))
CALL(status, pc_device_status(dev))
CALL(country, text_sum(pc_device_country(dev)))
CALL(wall, pc_device_wall_ns(dev))
CALL(used, pc_device_supply_used_nl(dev, 0))
CALL(supply_sides, pc_device_supply_sides(dev, 0))
CALL(supply_installed, pc_device_supply_installed_ns(dev, 0))
CALL(pixels, pc_device_marked_pixels(dev, 0))
CALL(transmissions, pc_device_transmission(dev, 0) != NULL)
CALL(maintenance, pc_device_maintenance_entry(dev, 0) != NULL)

static uint64_t
error_history(const struct pc_device *dev)
{
	struct pc_error_entry out[PC_ERROR_HISTORY_MAX];
	return pc_device_error_history(dev, out);
}

static uint64_t
cleaning_history(const struct pc_device *dev)
{
	struct pc_cleaning_entry out[PC_CLEANING_HISTORY_MAX];
	return pc_device_cleaning_history(dev, out);
}

static uint64_t
alerts(const struct pc_device *dev)
{
	const struct pc_alert *list = NULL;
	return pc_device_alerts(dev, &list);
}

static uint64_t
happenings(const struct pc_device *dev)
{
	struct pc_happening out[PC_HAPPENINGS_MAX];
	return pc_device_happenings(dev, out);
}

static uint64_t
jobs(const struct pc_device *dev)
{
	const struct pc_job *out[PC_JOBS_MAX];
	return pc_device_jobs(dev, out);
}

static uint64_t
front_end(const struct pc_device *dev)
{
	struct pc_front_end_entry out[PC_FRONT_END_LOG_MAX];
	return pc_device_front_end_log(dev, out);
}

static uint64_t
media(const struct pc_device *dev)
{
	struct pc_tray_media m;
	pc_device_tray_media(dev, 0, &m);
	return text_sum(m.type);
}

static uint64_t
serial(const struct pc_device *dev)
{
	char text[PC_SERIAL_MAX];
	pc_device_supply_serial(dev, 0, text);
	return text_sum(text);
}

static uint64_t
module_version(const struct pc_device *dev)
{
	struct pc_module out[PC_MODULES_MAX];
	assert_true(pc_device_modules(dev, out) > 0);
	return text_sum(out[0].version);
}

static uint64_t
service_items(const struct pc_device *dev)
{
	struct pc_service_item out[PC_SERVICE_ITEMS_MAX];
	assert_true(pc_device_service_items(dev, out) > 0);
	return out[0].count;
}

static uint64_t
nvm(const struct pc_device *dev)
{
	struct pc_nvm_value out[PC_NVM_MAX];
	assert_true(pc_device_nvm(dev, out) > 0);
	return out[0].value;
}

static uint64_t
accounts(const struct pc_device *dev)
{
	const struct pc_account *list = NULL;
	return pc_device_accounts(dev, &list) == 0 ? 0 : list[0].jobs;
}

static const struct {
	const char *row;
	uint64_t (*told)(const struct pc_device *dev);
	void (*happens)(struct world *w, struct pc_device *dev);
} rows[] = {
	{"ERS-DAT-019 firmware", firmware, update},
	{"ERS-DAT-020 status", status, jam},
	{"ERS-DAT-021 errors", alerts, jam},
	{"ERS-DAT-022 error history", error_history, jam},
	{"ERS-DAT-024 sides by size", by_size, print_some},
	{"ERS-DAT-027 sides by function", by_function, print_some},
	{"ERS-DAT-028 sides by medium", by_media, print_some},
	{"ERS-DAT-029 images by size", scans_by_size, scan},
	{"ERS-DAT-030 level", level, clean},
	{"ERS-DAT-038 replacements", replacements, replace},
	{"ERS-DAT-061 cleaning history", cleaning_history, clean},
	{"ERS-DAT-062 jams", jams, jam},
	{"ERS-DAT-063 location", location, set},
	{"ERS-DAT-064 accounts", accounts, print_some},
	{"ECSP-DAT-014 country", country, set},
	{"ECSP-DAT-015 clock", wall, set_clock},
	{"ECSP-DAT-020 happenings", happenings, jam},
	{"ECSP-DAT-024 media", media, set},
	{"ECSP-DAT-028 maintenance", maintenance, replace},
	{"ECSP-DAT-029 ink by printing", used, print_some},
	{"ECSP-DAT-029 ink by cleaning", used, clean},
	{"ECSP-DAT-030 printing time", printing, print_some},
	{"ECSP-DAT-031 area", area, print_some},
	{"ECSP-DAT-031 area in colour", area_color, print_some},
	{"ECSP-DAT-032 jobs", jobs, print_some},
	{"XRS-DTO-02 module's firmware", module_version, update},
	{"XRS-DTO-14 front end", front_end, print_some},
	{"XRS-DTO-15 transmissions", transmissions, transmit},
	{"XRS-DTO-19 large jobs", large_jobs, print_some},
	{"XRS-DTO-20 large sides", large_sides, print_some},
	{"XRS-DTO-21 scans to a folder", destination, scan},
	{"XRS-DTO-24 serial number of a supply", serial, replace},
	{"XRS-DTO-30 sides of a supply", supply_sides, replace},
	{"XRS-DTO-31 service items", service_items, print_some},
	{"XRS-DTO-32 NVM", nvm, print_some},
	{"XRS-DTO-33 part replaced", supply_installed, replace},
	{"XRS-DTP-18 faxes", by_function_fax, fax},
	{"XRS-DTP-29 powered on", power_on, update},
	{"XRS-DTP-31 failures", failures, jam},
	{"XRS-DTP-33 OCR", ocr, scan},
	{"XRS-DTP-34 run lengths", run_lengths, print_some},
	{"XRS-DTP-35 tray use", tray_use, print_some},
	{"XRS-DTP-39 document lengths", document_lengths, print_some},
	{"XRS-DTP-40 sets", sets, print_some},
	{"XRS-DTP-43 marked pixels", pixels, print_some},
	{"XRS-DTP-46 scan detail", scan_detail, scan},
	{"sides of the month", month, print_some},
};

static void
test_rows_move(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct world w;
		struct pc_profile p = whole_printer();
		struct pc_device *dev = world_device(&w, &p);
		uint64_t before = rows[i].told(dev);
		rows[i].happens(&w, dev);
		if (rows[i].told(dev) == before)
			fail_msg("%s: nothing moved", rows[i].row);
		pc_device_free(dev);
	}
}

/* What takes nothing away: counters and histories outlive restart, power cut and factory reset. */
static void
test_rows_stay(void **state)
{
	static uint64_t (*const stay[])(const struct pc_device *dev) = {by_size, by_function,
		by_media, scans_by_size, replacements, jams, printing, area, used, supply_installed,
		serial, run_lengths, sets, tray_use, ocr, destination, failures, error_history,
		cleaning_history, firmware, pixels, month, transmissions};
	struct world w;
	struct pc_profile p = whole_printer();
	struct pc_device *dev = world_device(&w, &p);
	uint64_t before[sizeof(stay) / sizeof(stay[0])];
	(void)state;
	set(&w, dev);
	print_some(&w, dev);
	clean(&w, dev);
	replace(&w, dev);
	scan(&w, dev);
	transmit(&w, dev);
	update(&w, dev);
	jam(&w, dev);
	pc_device_condition(dev, PC_COND_JAM, 0, false);
	for (size_t i = 0; i < sizeof(stay) / sizeof(stay[0]); i++)
		before[i] = stay[i](dev);
	for (int kind = PC_RESET_WARM; kind <= PC_RESET_FACTORY + 1; kind++) {
		if (kind <= PC_RESET_FACTORY)
			assert_int_equal(pc_device_restart(dev, (enum pc_reset)kind), PC_OK);
		pc_device_power(dev, false);
		pc_device_power(dev, true);
		world_pass(&w, dev, 30000);
		for (size_t i = 0; i < sizeof(stay) / sizeof(stay[0]); i++) {
			if (stay[i](dev) != before[i])
				fail_msg("row %zu after reset %d", i, kind);
		}
	}
	assert_string_equal(pc_device_country(dev), "FR");
	pc_device_free(dev);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows_move),
		cmocka_unit_test(test_rows_stay),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
