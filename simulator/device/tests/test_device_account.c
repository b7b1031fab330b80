/* Tests of device/account and device/report. */
#include <stdio.h>

#include "device/account.h"
#include "device/log.h"
#include "device/report.h"
#include "device/tests/sample.h"

static uint32_t
user_job(struct pc_device *dev, const char *user, uint32_t sides, bool color, enum pc_origin origin)
{
	uint32_t id = 0;
	assert_int_equal(pc_device_job_begin(dev, origin, &id), PC_OK);
	snprintf(pc_device_job(dev, id)->user, PC_NAME_MAX, "%s", user);
	pc_device_job(dev, id)->color = color;
	pc_device_job(dev, id)->duplex = true;
	assert_int_equal(pc_device_job_end(dev, id, sides), PC_OK);
	return id;
}

static void
test_counts(void **state)
{
	struct world w;
	struct pc_device *dev = world_device(&w, &sample_profile);
	const struct pc_account *list = NULL;
	(void)state;
	assert_int_equal(pc_device_accounts(dev, &list), 0);
	user_job(dev, "anna", 3, true, PC_ORIGIN_RAW);
	user_job(dev, "berta", 2, false, PC_ORIGIN_COPY);
	user_job(dev, "anna", 1, false, PC_ORIGIN_LPD);
	world_pass(&w, dev, 60000);
	assert_int_equal(pc_device_accounts(dev, &list), 3);
	assert_string_equal(list[0].user, "");
	assert_string_equal(list[1].user, "anna");
	assert_int_equal(list[1].sides[0][1], 3);
	assert_int_equal(list[1].sides[0][0], 1);
	assert_int_equal(list[1].sheets, 3);
	assert_int_equal(list[1].jobs, 2);
	assert_int_equal(list[2].sides[1][0], 2);
	/* what all users have is what the printer has */
	uint32_t sum = 0;
	for (size_t i = 0; i < 3; i++) {
		for (size_t f = 0; f < 5; f++)
			sum += list[i].sides[f][0] + list[i].sides[f][1];
	}
	assert_int_equal(sum, pc_device_state(dev)->counters.life - 1001);
	pc_device_accounts_reset(dev);
	assert_int_equal(pc_device_accounts(dev, &list), 3);
	assert_int_equal(list[1].sides[0][1], 0);
	assert_int_equal(w.events[PC_EVENT_ACCOUNT], 1);
	assert_int_equal(pc_device_restart(dev, PC_RESET_COLD), PC_OK);
	assert_int_equal(pc_device_accounts(dev, &list), 3);
	world_pass(&w, dev, 30000);
	assert_int_equal(pc_device_restart(dev, PC_RESET_FACTORY), PC_OK);
	assert_int_equal(pc_device_accounts(dev, &list), 0);
	pc_device_free(dev);
}

static void
test_limits(void **state)
{
	struct world w;
	struct pc_device *dev = world_device(&w, &sample_profile);
	const struct pc_account *list = NULL;
	(void)state;
	assert_int_equal(pc_device_account_limit(dev, "anna", 3), PC_OK);
	assert_int_equal(pc_device_account_limit(dev, NULL, 1), PC_OK);
	assert_int_equal(pc_device_account_limit(dev, "anna", -2), PC_E_BADVALUE);
	uint32_t a = user_job(dev, "anna", 2, true, PC_ORIGIN_RAW);
	world_pass(&w, dev, 60000);
	uint32_t b = user_job(dev, "anna", 2, true, PC_ORIGIN_RAW);
	uint32_t c = user_job(dev, "carla", 2, true, PC_ORIGIN_RAW);
	uint32_t d = user_job(dev, "carla", 1, true, PC_ORIGIN_RAW);
	world_pass(&w, dev, 60000);
	assert_int_equal(pc_device_job(dev, a)->state, PC_JOB_DONE);
	assert_int_equal(pc_device_job(dev, b)->state, PC_JOB_ABORTED);
	assert_int_equal(pc_device_job(dev, b)->reason, PC_JOB_REASON_LIMIT);
	assert_int_equal(pc_device_job(dev, c)->state, PC_JOB_ABORTED);
	assert_int_equal(pc_device_job(dev, d)->state, PC_JOB_DONE);
	pc_device_accounts(dev, &list);
	assert_int_equal(list[1].rejected, 1);
	assert_int_equal(list[1].period_sides, 2);
	/* next month there is a new allowance */
	world_pass(&w, dev, UINT64_C(31) * 86400000);
	b = user_job(dev, "anna", 3, true, PC_ORIGIN_RAW);
	world_pass(&w, dev, 60000);
	assert_int_equal(pc_device_job(dev, b)->state, PC_JOB_DONE);
	pc_device_accounts(dev, &list);
	assert_int_equal(list[1].period_sides, 3);
	assert_int_equal(list[1].sides[0][1], 5);
	pc_device_free(dev);
}

/* More users than there is place for share the first account. */
static void
test_full(void **state)
{
	struct world w;
	struct pc_device *dev = world_device(&w, &sample_profile);
	const struct pc_account *list = NULL;
	(void)state;
	for (int i = 0; i < 80; i++) {
		char user[16];
		snprintf(user, sizeof(user), "user%d", i);
		pc_device_tray_set(dev, 0, 250);
		pc_device_supply_set(dev, 0, 100);
		user_job(dev, user, 1, false, PC_ORIGIN_RAW);
		world_pass(&w, dev, 2000);
	}
	assert_int_equal(pc_device_accounts(dev, &list), PC_ACCOUNTS_MAX);
	assert_int_equal(list[0].jobs, 80 - (PC_ACCOUNTS_MAX - 1));
	assert_int_equal(pc_device_account_limit(dev, "late", 1), PC_E_LIMIT);
	pc_device_free(dev);
}

static void
test_reports(void **state)
{
	struct world w;
	struct pc_profile p = sample_profile;
	p.firmware[0] = (struct pc_profile_firmware){"Main FW", "1.2"};
	p.n_firmware = 1;
	struct pc_device *dev = world_device(&w, &p);
	struct pc_buf text;
	uint32_t id = 0;
	(void)state;
	pc_buf_init(&text, 65536);
	assert_int_equal(pc_device_report_text(dev, PC_REPORT_NONE, &text), PC_E_BADVALUE);
	assert_int_equal(pc_device_report_text(dev, PC_REPORT_CONFIGURATION, &text), PC_OK);
	static const char *const words[] = {"Configuration report\n", "SMP000001", "127.1.2.3",
		"02:11:22:00:00:01", "Main FW                    1.2\n",
		"Black                      50.0 %\n", "Sides in all               1001\n",
		"power.sleepTimer           10\n"};
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		print_message("%s\n", words[i]);
		assert_non_null(strstr(pc_buf_text(&text), words[i]));
	}
	pc_buf_clear(&text);
	assert_int_equal(pc_device_report_text(dev, PC_REPORT_TEST, &text), PC_OK);
	assert_null(strstr(pc_buf_text(&text), "sleepTimer"));
	pc_buf_done(&text);
	assert_int_equal(pc_device_report(dev, PC_REPORTS, &id), PC_E_BADVALUE);
	assert_int_equal(pc_device_report(dev, PC_REPORT_TEST, &id), PC_OK);
	assert_int_equal(pc_device_job(dev, id)->report, PC_REPORT_TEST);
	assert_string_equal(pc_device_job(dev, id)->name, "Test page");
	assert_string_equal(pc_device_audit_entry(dev, 0)->detail, "Test page");
	world_pass(&w, dev, 1000);
	assert_int_equal(pc_device_state(dev)->counters.by_function[4], 1);
	/* a panel that takes no orders takes none for this either */
	assert_int_equal(pc_device_option_set(dev, PC_OPTION_CONSOLE_DISABLED, 0, 1), PC_OK);
	pc_device_act(dev, PC_VIA_PANEL, NULL);
	assert_int_equal(pc_device_report(dev, PC_REPORT_TEST, &id), PC_E_REFUSED);
	pc_device_act(dev, PC_VIA_WEB, "admin");
	assert_int_equal(pc_device_report(dev, PC_REPORT_CONFIGURATION, &id), PC_OK);
	pc_device_act(dev, PC_VIA_PRINTER, NULL);
	assert_string_equal(pc_device_audit_entry(dev, 0)->user, "admin");
	pc_device_power(dev, false);
	assert_int_equal(pc_device_report(dev, PC_REPORT_TEST, &id), PC_E_REFUSED);
	pc_device_free(dev);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_counts),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_reports),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
