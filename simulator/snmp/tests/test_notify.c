/* Tests of notifications as they arrive at a real socket: what is told of which event, to whom. */
#include "snmp/tests/notify_rig.h"

/* ---- events ---- */

static void
test_first_start(void **state)
{
	struct pc_profile p = views_epson();
	static struct rig r;
	char want[LINE];

	(void)state;
	rig_init(&r, &p, 1, 1, false);
	assert_int_equal(pc_device_condition(r.devices[0], PC_COND_COVER_OPEN, 0, true), PC_OK);
	rig_expect_trap(&r, ALERT);
	pc_snmp_notifier_start(r.notifier);
	rig_pass(&r, 1000);
	rig_expect_trap(&r, COLD);
	assert_int_equal(r.m.community_len, 5);
	assert_memory_equal(r.m.community, "traps", 5);
	rig_expect_trap(&r, LINK);
	assert_int_equal(r.m.n_varbinds, 6);
	rig_expect_number(&r, 2, "1.3.6.1.2.1.2.2.1.1.1", 1);
	rig_expect_number(&r, 3, "1.3.6.1.2.1.2.2.1.7.1", 1);
	rig_expect_number(&r, 4, "1.3.6.1.2.1.2.2.1.8.1", 1);
	rig_expect_trap(&r, ALERT); /* what is wrong when it starts */
	rig_expect_silence(&r);
	assert_int_equal(rig_stat(&r, PC_SNMP_OUT_TRAPS), 4);
	assert_int_equal(rig_stat(&r, PC_SNMP_OUT_PKTS), 4);
	(void)snprintf(want, sizeof want,
		"{\"service\":\"snmp\",\"event\":\"notificationSent\",\"notification\":"
		"\"coldStart\",\"peer\":\"127.0.0.2:%u\",\"version\":\"v2c\",\"inform\":false}",
		ntohs(r.at.sin_port));
	assert_string_equal(r.journal[1], want);
	rig_done(&r);
}

/* Spec: RFC 3418 coldStart, warmStart: sysUpTime is that of the new start */
static void
test_restart(void **state)
{
	static const struct {
		enum pc_reset kind;
		const char *trap;
	} rows[] = {{PC_RESET_WARM, WARM}, {PC_RESET_COLD, COLD}, {PC_RESET_FACTORY, COLD}};
	struct pc_profile p = views_epson();
	static struct rig r;

	(void)state;
	rig_init(&r, &p, 1, 1, false);
	rig_pass(&r, 100000);
	assert_int_equal(pc_device_condition(r.devices[0], PC_COND_COVER_OPEN, 0, true), PC_OK);
	rig_expect_trap(&r, ALERT);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		rig_restart(&r, rows[i].kind);
		rig_expect_trap(&r, rows[i].trap);
		assert_true(r.m.varbinds[0].integer < 100);
		rig_expect_trap(&r, LINK);
		rig_expect_trap(&r, ALERT); /* it still holds */
		rig_expect_silence(&r);
		assert_int_equal(rig_stat(&r, PC_SNMP_OUT_TRAPS), 3);
	}
	/* off: nothing is told, whatever happens */
	pc_device_power(r.devices[0], false);
	assert_int_equal(pc_device_condition(r.devices[0], PC_COND_JAM, 0, true), PC_OK);
	rig_expect_silence(&r);
	rig_done(&r);
}

/* Spec: RFC 3805 printerV2Alert: critical events only, once, the columns in this order */
static void
test_alert(void **state)
{
	struct pc_profile p = views_epson();
	const struct pc_alert *alerts;
	static struct rig r;

	(void)state;
	rig_init(&r, &p, 1, 1, false);
	assert_int_equal(pc_device_condition(r.devices[0], PC_COND_SUPPLY_LOW, 0, true), PC_OK);
	rig_expect_silence(&r); /* a warning */
	assert_int_equal(pc_device_condition(r.devices[0], PC_COND_JAM, 0, true), PC_OK);
	rig_expect_trap(&r, ALERT);
	assert_int_equal(pc_device_alerts(r.devices[0], &alerts), 2);
	assert_int_equal(alerts[1].index, 2);
	assert_int_equal(r.m.n_varbinds, 8);
	rig_expect_number(&r, 2, "1.3.6.1.2.1.43.18.1.1.1.1.2", 2);
	rig_expect_number(&r, 3, "1.3.6.1.2.1.43.18.1.1.2.1.2", 3);
	rig_expect_number(&r, 4, "1.3.6.1.2.1.43.18.1.1.4.1.2", alerts[1].group);
	rig_expect_number(&r, 5, "1.3.6.1.2.1.43.18.1.1.5.1.2", alerts[1].group_index);
	rig_expect_number(&r, 6, "1.3.6.1.2.1.43.18.1.1.6.1.2", -2);
	rig_expect_number(&r, 7, "1.3.6.1.2.1.43.18.1.1.7.1.2", 8); /* rig_jam(8) */
	assert_int_equal(pc_device_condition(r.devices[0], PC_COND_JAM, 0, true), PC_OK);
	assert_int_equal(pc_device_condition(r.devices[0], PC_COND_JAM, 0, false), PC_OK);
	rig_expect_silence(&r);
	rig_done(&r);
}

/* The same as SNMPv1 sends it. Spec: RFC 1157 s4.1.6, RFC 3584 s3.2 */
static void
test_alert_v1(void **state)
{
	struct pc_profile p = views_xerox();
	char text[PC_OID_TEXT_MAX];
	static struct rig r;

	(void)state;
	p.snmp_vendor = "none";
	rig_init(&r, &p, 1, 0, true); /* SNMPv1 has no inform: a trap */
	rig_pass(&r, 4321);
	assert_int_equal(pc_device_condition(r.devices[0], PC_COND_JAM, 0, true), PC_OK);
	assert_true(rig_take(&r));
	assert_int_equal(r.m.version, PC_SNMP_V1);
	assert_int_equal(r.m.pdu, PC_SNMP_TRAP_V1);
	assert_string_equal(pc_oid_text(&r.m.enterprise, text), "1.3.6.1.2.1.43.18.2");
	assert_memory_equal(r.m.agent_addr, "\x7f\x09\x00\x01", 4);
	assert_int_equal(r.m.generic_trap, 6);
	assert_int_equal(r.m.specific_trap, 1);
	assert_int_equal(r.m.timestamp, 432);
	assert_int_equal(r.m.n_varbinds, 6);
	rig_expect_number(&r, 0, "1.3.6.1.2.1.43.18.1.1.1.1.1", 1);
	rig_expect_number(&r, 5, "1.3.6.1.2.1.43.18.1.1.7.1.1", 8);
	rig_restart(&r, PC_RESET_WARM);
	assert_true(rig_take(&r));
	assert_string_equal(
		pc_oid_text(&r.m.enterprise, text), "1.3.6.1.4.1.253.8.62.1.35.2.3.1.1");
	assert_int_equal(r.m.generic_trap, 1);
	assert_int_equal(r.m.specific_trap, 0);
	assert_int_equal(r.m.n_varbinds, 0);
	assert_int_equal(pc_snmp_notifier_counters(r.notifier).informs, 0);
	rig_done(&r);
}

/* Spec: RFC 3418 snmpEnableAuthenTraps */
static void
test_authentication_failure(void **state)
{
	struct pc_profile p = views_epson();
	struct pc_snmp_entity *e;
	static struct rig r;

	(void)state;
	rig_init(&r, &p, 1, 1, false);
	e = pc_snmp_entity_get(r.devices[0]);
	rig_restart(&r, PC_RESET_WARM);
	rig_expect_trap(&r, WARM);
	rig_expect_trap(&r, LINK);
	assert_false(e->authen_traps);
	pc_snmp_notify_authentication_failure(r.notifier, e);
	rig_expect_silence(&r);
	e->authen_traps = true;
	pc_snmp_notify_authentication_failure(r.notifier, e);
	rig_expect_trap(&r, AUTH);
	assert_int_equal(r.m.n_varbinds, 3);
	rig_done(&r);
}

static void
job(struct rig *r)
{
	uint32_t id = 0;

	assert_int_equal(pc_device_job_begin(r->devices[0], PC_ORIGIN_RAW, &id), PC_OK);
	assert_int_equal(pc_device_job_data(r->devices[0], id, (const uint8_t *)"x", 1), PC_OK);
	assert_int_equal(pc_device_job_end(r->devices[0], id, 1), PC_OK);
	for (int i = 0; i < 100 && pc_device_state(r->devices[0])->activity != PC_IDLE; i++) {
		rig_pass(r, 1000);
		pc_device_tick(r->devices[0]);
	}
}

#define X "1.3.6.1.4.1.253.8."

/* Spec: XCMI xcmHrDevInfoV2Event, xcmHrDevDetailV2Event, xcmHrDevAlertV2Event, xcmHrDevMgmtV2Event
 */
static void
test_xerox(void **state)
{
	struct pc_profile p = views_xerox();
	static const uint32_t x_request[] = {1, 3, 6, 1, 4, 1, 253, 8, 53, 5, 2, 1, 2, 1};
	const struct pc_snmp_value warm = {.type = PC_SNMP_INTEGER, .integer = 8};
	static struct rig r;

	(void)state;
	rig_init(&r, &p, 1, 1, false);
	pc_snmp_notifier_start(r.notifier);
	rig_pass(&r, 100);
	rig_expect_trap(&r, COLD);
	rig_expect_trap(&r, LINK);
	rig_expect_silence(&r);
	job(&r);
	rig_expect_trap(&r, X "53.3.1.0.1"); /* printing */
	assert_int_equal(r.m.n_varbinds, 7);
	rig_expect_number(&r, 2, "1.3.6.1.2.1.25.3.2.1.1.1", 1);
	rig_expect_number(&r, 3, "1.3.6.1.2.1.25.3.2.1.5.1", 2);
	rig_expect_number(&r, 4, X "53.3.2.1.5.1", 504);
	rig_expect_number(&r, 6, X "53.3.2.1.7.1", 0);
	rig_expect_trap(&r, X "53.3.1.0.1"); /* idle again */
	rig_expect_number(&r, 4, X "53.3.2.1.5.1", 503);
	rig_expect_trap(&r, X "53.13.1.0.1");
	assert_int_equal(r.m.n_varbinds, 5);
	rig_expect_number(&r, 3, X "53.13.2.1.1.1.20.1", 20);
	rig_expect_number(&r, 4, X "53.13.2.1.2.1.20.1", 1);
	rig_expect_silence(&r);
	assert_int_equal(pc_device_condition(r.devices[0], PC_COND_SUPPLY_LOW, 0, true), PC_OK);
	rig_expect_trap(&r, X "53.17.1.0.1"); /* warnings too */
	assert_int_equal(r.m.n_varbinds, 7);
	rig_expect_number(&r, 2, X "53.17.2.1.2.1.1", 1);
	rig_expect_number(&r, 5, X "53.17.2.1.5.1.1", 1104); /* toner almost empty */
	assert_memory_equal(r.m.varbinds[6].bytes, "1104", 4);
	rig_expect_trap(&r, X "53.3.1.0.1");
	rig_expect_number(&r, 3, "1.3.6.1.2.1.25.3.2.1.5.1", 3);
	/* a command: the last thing it tells before it restarts */
	assert_int_equal(pc_snmp_tree_set(r.tree, r.devices[0], x_request, 14, &warm, true), 0);
	rig_expect_trap(&r, X "53.5.1.0.1");
	assert_int_equal(r.m.n_varbinds, 9);
	rig_expect_number(&r, 7, X "53.5.2.1.2.1", 8);
	rig_expect_number(&r, 8, X "53.5.2.1.4.1", 0);
	assert_int_equal(pc_device_state(r.devices[0])->power, PC_POWER_BOOTING);
	rig_expect_silence(&r);
	rig_done(&r);
}

/* ---- receivers ---- */

static bool
wants_critical(const struct pc_device *dev, const struct pc_snmp_receiver *to,
	const struct pc_snmp_news *news)
{
	(void)dev;
	(void)to;
	return news->severity == 3;
}

static void
test_receivers(void **state)
{
	struct pc_profile p = views_epson();
	struct pc_snmp_receiver *to = NULL;
	struct pc_snmp_entity *e;
	static struct rig r;

	(void)state;
	rig_init(&r, &p, 1, -1, false);
	rig_restart(&r, PC_RESET_WARM); /* nobody */
	assert_null(pc_snmp_entity_of(r.devices[0]));
	e = pc_snmp_entity_get(r.devices[0]);
	assert_int_equal(pc_snmp_receiver_add(e, PC_SNMP_RECEIVER_EPSON, 1, &to), PC_OK);
	to->address = r.at.sin_addr;
	to->port = ntohs(r.at.sin_port);
	rig_restart(&r, PC_RESET_WARM);
	rig_expect_silence(&r); /* not active */
	to->active = true;
	to->wants = wants_critical;
	rig_restart(&r, PC_RESET_WARM);
	rig_expect_silence(&r);
	rig_jam(&r, 0);
	assert_true(rig_take(&r));
	assert_int_equal(r.m.version, PC_SNMP_V1);
	to->wants = NULL;
	to->version = 1;
	rig_restart(&r, PC_RESET_COLD); /* it has survived */
	rig_expect_trap(&r, COLD);
	rig_expect_trap(&r, LINK);
	to->address.s_addr = INADDR_ANY;
	rig_restart(&r, PC_RESET_COLD);
	rig_expect_silence(&r);
	to->address = r.at.sin_addr;
	rig_restart(&r, PC_RESET_FACTORY); /* forgotten */
	rig_expect_silence(&r);
	assert_int_equal(pc_snmp_notifier_counters(r.notifier).dropped, 0);
	rig_done(&r);
}

/* A version that nobody can send is counted, and the other receivers get theirs. */
static void
test_dropped(void **state)
{
	struct pc_profile p = views_epson();
	struct pc_snmp_receiver *to = NULL;
	static struct rig r;

	(void)state;
	rig_init(&r, &p, 1, 1, false);
	assert_int_equal(pc_snmp_receiver_add(
				 pc_snmp_entity_get(r.devices[0]), PC_SNMP_RECEIVER_XCMI, 1, &to),
		PC_OK);
	to->address = r.at.sin_addr;
	to->port = ntohs(r.at.sin_port);
	to->version = 9;
	to->active = true;
	rig_restart(&r, PC_RESET_WARM);
	rig_expect_trap(&r, WARM);
	rig_expect_trap(&r, LINK);
	rig_expect_silence(&r);
	assert_int_equal(pc_snmp_notifier_counters(r.notifier).dropped, 2);
	assert_int_equal(pc_snmp_notifier_counters(r.notifier).traps, 2);
	rig_done(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_first_start),
		cmocka_unit_test(test_restart),
		cmocka_unit_test(test_alert),
		cmocka_unit_test(test_alert_v1),
		cmocka_unit_test(test_authentication_failure),
		cmocka_unit_test(test_xerox),
		cmocka_unit_test(test_receivers),
		cmocka_unit_test(test_dropped),
	};
	return cmocka_run_group_tests_name("snmp/notify", tests, NULL, NULL);
}
