/* Tests of device/log and device/setting: histories and their bounds, forms. */
#include <stdio.h>

#include "device/log.h"
#include "device/setting.h"
#include "device/tests/sample.h"

static struct pc_profile
with_settings(void)
{
	struct pc_profile p = sample_profile;
	const struct pc_profile_setting list[] = {
		{.group = "network", .name = "dhcp", .value = "on"},
		{.group = "network", .name = "gateway", .value = ""},
		{.group = "power", .name = "sleepTimerMinutes", .value = "10"},
		{.group = "panel", .name = "language", .value = "en"},
		{.group = "media", .name = "roll", .value = "a", .choices = "a b c"},
		{.group = "media", .name = "width", .value = "10", .min = -5, .max = 20},
		{.group = "printer", .name = "ready", .value = "yes", .read_only = true},
		{.group = "panel", .name = "country", .value = "FR"},
	};
	memcpy(p.settings, list, sizeof(list));
	p.n_settings = sizeof(list) / sizeof(list[0]);
	p.region = "EURO";
	return p;
}

static void
test_setting_values(void **state)
{
	static const struct {
		const char *name, *value;
		int err;
	} rows[] = {
		{"network.dhcp", "off", PC_OK},
		{"network.dhcp", "maybe", PC_E_BADVALUE},
		{"network.dhcp", "", PC_E_BADVALUE},
		{"network.gateway", "127.0.0.1", PC_OK},
		{"network.gateway", "127.0.0", PC_E_BADVALUE},
		{"network.gateway", "", PC_OK},
		{"power.sleepTimerMinutes", "1440", PC_OK},
		{"power.sleepTimerMinutes", "1441", PC_E_BADVALUE},
		{"power.sleepTimerMinutes", "-1", PC_E_BADVALUE},
		{"power.sleepTimerMinutes", "ten", PC_E_BADVALUE},
		{"panel.language", "de", PC_OK},
		{"panel.language", "en de", PC_E_BADVALUE},
		{"media.roll", "c", PC_OK},
		{"media.roll", "d", PC_E_BADVALUE},
		{"media.width", "-5", PC_OK},
		{"media.width", "21", PC_E_BADVALUE},
		{"printer.ready", "no", PC_E_REFUSED},
		{"printer.ready", "yes", PC_OK},
		{"printer.none", "no", PC_E_NOTFOUND},
		{"sysName", "anything", PC_OK},
	};
	struct world w;
	struct pc_profile p = with_settings();
	struct pc_device *dev = world_device(&w, &p);
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		print_message("%s = %s\n", rows[i].name, rows[i].value);
		assert_int_equal(
			pc_device_setting_check(dev, rows[i].name, rows[i].value), rows[i].err);
		assert_int_equal(
			pc_device_setting_set(dev, rows[i].name, rows[i].value), rows[i].err);
		if (rows[i].err == PC_OK)
			assert_string_equal(pc_device_setting(dev, rows[i].name), rows[i].value);
	}
	pc_device_free(dev);
}

static void
test_setting_forms(void **state)
{
	static const enum pc_setting_kind kinds[] = {PC_SETTING_SWITCH, PC_SETTING_ADDRESS,
		PC_SETTING_NUMBER, PC_SETTING_CHOICE, PC_SETTING_CHOICE, PC_SETTING_NUMBER,
		PC_SETTING_TEXT, PC_SETTING_TEXT};
	struct world w;
	struct pc_profile p = with_settings();
	struct pc_device *dev = world_device(&w, &p);
	struct pc_setting s;
	size_t n = 0;
	(void)state;
	assert_int_equal(pc_device_setting_set(dev, "media.roll", "b"), PC_OK);
	for (; pc_device_setting_at(dev, n, &s); n++) {
		assert_int_equal(s.kind, kinds[n]);
		assert_string_equal(s.factory, p.settings[n].value);
		assert_string_equal(s.value, n == 4 ? "b" : s.factory);
	}
	assert_int_equal(n, 8);
	assert_true(pc_device_setting_at(dev, 2, &s));
	assert_string_equal(s.unit, "min");
	assert_int_equal(s.max, 1440);
	assert_true(pc_device_setting_at(dev, 6, &s));
	assert_true(s.read_only);
	assert_string_equal(pc_device_region(dev), "EURO");
	assert_string_equal(pc_device_country(dev), "FR");
	pc_device_free(dev);
	dev = world_device(&w, &sample_profile);
	assert_string_equal(pc_device_region(dev), "");
	assert_string_equal(pc_device_country(dev), "US"); /* of its first language */
	pc_device_free(dev);
}

/* Who changed what, when, which way; the newest 64. */
static void
test_audit(void **state)
{
	struct world w;
	struct pc_profile p = with_settings();
	struct pc_device *dev = world_device(&w, &p);
	char minutes[8];
	(void)state;
	assert_null(pc_device_audit_entry(dev, 0));
	pc_device_act(dev, PC_VIA_WEB, "admin");
	assert_int_equal(pc_device_setting_set(dev, "network.dhcp", "off"), PC_OK);
	assert_int_equal(pc_device_setting_set(dev, "network.dhcp", "off"), PC_OK);
	assert_int_equal(pc_device_setting_set(dev, "network.dhcp", "x"), PC_E_BADVALUE);
	pc_device_act(dev, PC_VIA_PRINTER, NULL);
	const struct pc_audit_entry *e = pc_device_audit_entry(dev, 0);
	assert_non_null(e);
	assert_null(pc_device_audit_entry(dev, 1)); /* what changes nothing is no change */
	assert_string_equal(e->user, "admin");
	assert_string_equal(e->what, "network.dhcp");
	assert_string_equal(e->detail, "off");
	assert_string_equal(pc_device_via_name((enum pc_via)e->via), "web");
	assert_true(e->wall_ns == pc_device_wall_ns(dev));
	assert_int_equal(pc_device_option_set(dev, PC_OPTION_DEFAULT_INPUT, 0, 2), PC_OK);
	assert_string_equal(pc_device_audit_entry(dev, 0)->what, "defaultInput");
	assert_string_equal(pc_device_audit_entry(dev, 0)->detail, "2");
	for (int i = 1; i <= 100; i++) {
		snprintf(minutes, sizeof(minutes), "%d", 100 + i);
		assert_int_equal(
			pc_device_setting_set(dev, "power.sleepTimerMinutes", minutes), PC_OK);
	}
	assert_string_equal(pc_device_audit_entry(dev, 0)->detail, "200");
	assert_string_equal(pc_device_audit_entry(dev, PC_AUDIT_MAX - 1)->detail, "137");
	assert_null(pc_device_audit_entry(dev, PC_AUDIT_MAX));
	pc_device_free(dev);
}

static void
assert_maintenance(
	const struct pc_device *dev, size_t at, enum pc_maintenance_action action, enum pc_via via)
{
	const struct pc_maintenance_entry *e = pc_device_maintenance_entry(dev, at);
	assert_non_null(e);
	assert_int_equal(e->action, action);
	assert_int_equal(e->via, via);
}

static void
test_maintenance(void **state)
{
	struct world w;
	struct pc_device *dev = world_device(&w, &sample_profile);
	(void)state;
	assert_null(pc_device_maintenance_entry(dev, 0));
	assert_int_equal(pc_device_clean(dev, PC_TRIGGER_PANEL, 0, true), PC_OK);
	world_pass(&w, dev, 90000);
	assert_int_equal(pc_device_nozzle_check(dev, PC_TRIGGER_PANEL), PC_OK);
	world_pass(&w, dev, 1000);
	assert_int_equal(pc_device_supply_replace(dev, 1), PC_OK);
	assert_int_equal(pc_device_condition(dev, PC_COND_JAM, 0, true), PC_OK);
	assert_int_equal(pc_device_condition(dev, PC_COND_JAM, 0, false), PC_OK);
	assert_int_equal(pc_device_condition(dev, PC_COND_SERVICE, 0, true), PC_OK);
	assert_int_equal(pc_device_condition(dev, PC_COND_SERVICE, 0, false), PC_OK);
	pc_device_act(dev, PC_VIA_AGENT, NULL);
	assert_int_equal(pc_device_restart(dev, PC_RESET_FACTORY), PC_OK);
	assert_maintenance(dev, 0, PC_MAINTENANCE_FACTORY_RESET, PC_VIA_AGENT);
	assert_maintenance(dev, 1, PC_MAINTENANCE_SERVICED, PC_VIA_PRINTER);
	assert_maintenance(dev, 2, PC_MAINTENANCE_JAM_CLEARED, PC_VIA_PRINTER);
	assert_maintenance(dev, 3, PC_MAINTENANCE_REPLACED, PC_VIA_PRINTER);
	assert_maintenance(dev, 4, PC_MAINTENANCE_NOZZLE_CHECK, PC_VIA_PRINTER);
	assert_maintenance(dev, 5, PC_MAINTENANCE_POWER_CLEANING, PC_VIA_PRINTER);
	assert_null(pc_device_maintenance_entry(dev, 6));
	assert_string_equal(
		pc_device_maintenance_part(dev, pc_device_maintenance_entry(dev, 3)), "Cyan");
	assert_int_equal(pc_device_maintenance_entry(dev, 3)->life, 1002);
	pc_device_free(dev);
}

/* Spec: XRS-DTP-13: the newest 40, whatever came. */
static void
test_error_history(void **state)
{
	static const unsigned injected[] = {39, 40, 41, 100};
	(void)state;
	for (size_t k = 0; k < sizeof(injected) / sizeof(injected[0]); k++) {
		struct pc_error_entry log[PC_ERROR_HISTORY_MAX];
		struct world w;
		struct pc_device *dev = world_device(&w, &sample_profile);
		for (unsigned i = 0; i < injected[k]; i++) {
			world_pass(&w, dev, 1000);
			assert_int_equal(pc_device_condition(dev, PC_COND_JAM, 0, true), PC_OK);
			world_pass(&w, dev, 10);
			if (i + 1 < injected[k])
				assert_int_equal(
					pc_device_condition(dev, PC_COND_JAM, 0, false), PC_OK);
		}
		size_t n = pc_device_error_history(dev, log);
		assert_int_equal(n, injected[k] < 40 ? injected[k] : 40);
		assert_true(log[0].resolved_ns == 0); /* it holds */
		assert_int_equal(log[0].condition, PC_COND_JAM);
		for (size_t i = 1; i < n; i++)
			assert_true(log[i].resolved_ns == log[i].wall_ns + 10000000);
		pc_device_power(dev, false);
		pc_device_error_history(dev, log);
		assert_true(log[0].resolved_ns == pc_device_wall_ns(dev));
		pc_device_free(dev);
	}
}

/* Spec: ECSP-DAT-020: states, errors and warnings in one list. */
static void
test_happenings(void **state)
{
	struct pc_happening list[PC_HAPPENINGS_MAX];
	struct world w;
	struct pc_device *dev = world_device(&w, &sample_profile);
	(void)state;
	assert_int_equal(pc_device_happenings(dev, list), 0);
	assert_int_equal(pc_device_status(dev), PC_STATUS_IDLE);
	world_job(dev, 1, false, false);
	world_pass(&w, dev, 1000);
	world_pass(&w, dev, 10);
	assert_int_equal(pc_device_condition(dev, PC_COND_JAM, 0, true), PC_OK);
	assert_int_equal(pc_device_status(dev), PC_STATUS_DOWN);
	world_pass(&w, dev, 1000);
	assert_int_equal(pc_device_condition(dev, PC_COND_JAM, 0, false), PC_OK);
	world_pass(&w, dev, 10);
	assert_int_equal(pc_device_supply_set(dev, 0, 5), PC_OK);
	static const struct {
		enum pc_happening_kind kind;
		int32_t code;
	} expected[] = {
		{PC_HAPPENING_STATUS, PC_STATUS_WARNING},
		{PC_HAPPENING_WARNING, 1105},
		{PC_HAPPENING_STATUS, PC_STATUS_IDLE},
		{PC_HAPPENING_STATUS, PC_STATUS_DOWN},
		{PC_HAPPENING_ERROR, 8},
		{PC_HAPPENING_STATUS, PC_STATUS_IDLE},
		{PC_HAPPENING_STATUS, PC_STATUS_PRINTING},
	};
	size_t n = pc_device_happenings(dev, list);
	assert_int_equal(n, sizeof(expected) / sizeof(expected[0]));
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(list[i].kind, expected[i].kind);
		assert_int_equal(list[i].code, expected[i].code);
		assert_true(i == 0 || list[i].wall_ns <= list[i - 1].wall_ns);
	}
	for (int i = 0; i < 100; i++) {
		pc_device_sleep(dev, true);
		pc_device_condition(dev, PC_COND_OFFLINE, 0, i % 2 == 0);
	}
	assert_true(pc_device_happenings(dev, list) <= PC_HAPPENINGS_MAX);
	pc_device_free(dev);
}

static void
test_transmissions(void **state)
{
	struct world w;
	struct pc_device *dev = world_device(&w, &sample_profile);
	(void)state;
	assert_null(pc_device_transmission(dev, 0));
	for (int i = 0; i < 25; i++)
		pc_device_transmitted(dev, "collection", (uint64_t)i, i % 2 == 0 ? 0 : 503);
	assert_int_equal(pc_device_transmission(dev, 0)->bytes, 24);
	assert_int_equal(pc_device_transmission(dev, 1)->result, 503);
	assert_int_equal(pc_device_transmission(dev, PC_TRANSMISSIONS_MAX - 1)->bytes, 5);
	assert_null(pc_device_transmission(dev, PC_TRANSMISSIONS_MAX));
	pc_device_free(dev);
}

static void
test_error_codes(void **state)
{
	struct world w;
	struct pc_profile p = sample_profile;
	p.error_codes[0] = (struct pc_profile_error_code){"supplyLow", "W-13"};
	p.error_codes[1] = (struct pc_profile_error_code){"jam", "E-04"};
	p.n_error_codes = 2;
	struct pc_device *dev = world_device(&w, &p);
	(void)state;
	assert_string_equal(pc_device_error_code(dev, PC_COND_JAM), "E-04");
	assert_null(pc_device_error_code(dev, PC_COND_SERVICE));
	assert_string_equal(pc_device_condition_name(PC_COND_FINISHER_JAM), "finisherJam");
	assert_string_equal(pc_device_condition_name((enum pc_condition)99), "");
	pc_device_free(dev);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_setting_values),
		cmocka_unit_test(test_setting_forms),
		cmocka_unit_test(test_audit),
		cmocka_unit_test(test_maintenance),
		cmocka_unit_test(test_error_history),
		cmocka_unit_test(test_happenings),
		cmocka_unit_test(test_transmissions),
		cmocka_unit_test(test_error_codes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
