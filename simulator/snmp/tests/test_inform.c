/* Tests of informs: repeats, answers, hostile ones, limits; and of many printers at once. */
#include "snmp/tests/notify_rig.h"

#include <sys/socket.h>
#include <unistd.h>

/* ---- informs ---- */

/* The manager's answer to the last inform, changed by `spoil`. */
enum spoil {
	GOOD,
	OTHER_ID,
	OTHER_COMMUNITY,
	OTHER_VERSION,
	OTHER_PDU,
	OTHER_ADDRESS,
	OTHER_PORT,
	BROKEN,
	CUT,
	TOO_MANY,
	WITH_ERROR
};

static void
send_from(const struct sockaddr_in *from, const struct sockaddr_in *to, const uint8_t *data,
	size_t len)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (const struct sockaddr *)from, sizeof *from), 0);
	assert_int_equal(
		sendto(fd, data, len, 0, (const struct sockaddr *)to, sizeof *to), (ssize_t)len);
	close(fd);
}

static void
answer(struct rig *r, enum spoil spoil)
{
	static struct pc_snmp_varbind many[PC_SNMP_VARBINDS_MAX];
	static uint8_t out[PC_SNMP_MESSAGE_MAX];
	struct pc_snmp_message m = r->m;
	struct sockaddr_in other = {.sin_family = AF_INET, .sin_addr = {htonl(0x7f000003)}};
	size_t len = 0;

	m.pdu = spoil == OTHER_PDU ? PC_SNMP_GET : PC_SNMP_RESPONSE;
	m.version = spoil == OTHER_VERSION ? PC_SNMP_V1 : m.version;
	m.request_id += spoil == OTHER_ID;
	m.error_status = spoil == WITH_ERROR ? 5 : 0;
	if (spoil == OTHER_COMMUNITY) {
		m.community = (const uint8_t *)"public";
		m.community_len = 6;
	}
	for (size_t i = 0; spoil == TOO_MANY && i < PC_SNMP_VARBINDS_MAX; i++)
		many[i] = m.varbinds[0];
	if (spoil == TOO_MANY) {
		m.varbinds = many;
		m.n_varbinds = PC_SNMP_VARBINDS_MAX;
	}
	assert_int_equal(pc_snmp_encode(&m, out, sizeof out, &len, NULL), PC_OK);
	if (spoil == BROKEN)
		out[0] = 0x31;
	if (spoil == CUT)
		len -= 3;
	if (spoil == OTHER_PORT)
		other.sin_addr = r->at.sin_addr;
	if (spoil == OTHER_ADDRESS || spoil == OTHER_PORT)
		send_from(&other, &r->from, out, len);
	else
		assert_int_equal(
			sendto(r->sock, out, len, 0, (struct sockaddr *)&r->from, sizeof r->from),
			(ssize_t)len);
	assert_int_equal(pc_loop_turn(r->loop, 1000), PC_OK);
}

/* Spec: RFC 3413 s3.3: 3 repeats, 15 s apart, then given up; all copies are equal */
static void
test_repeats(void **state)
{
	struct pc_profile p = views_epson();
	static struct rig r;
	uint8_t first[512];
	size_t n = 0;

	(void)state;
	rig_init(&r, &p, 1, 1, true);
	rig_jam(&r, 0);
	for (int copy = 0; copy < 4; copy++) {
		rig_expect_trap(&r, ALERT);
		assert_int_equal(r.m.pdu, PC_SNMP_INFORM);
		if (copy == 0) {
			n = sizeof first < 150 ? sizeof first : 150;
			memcpy(first, r.data, n);
		}
		assert_memory_equal(r.data, first, n);
		rig_pass(&r, 14990);
		rig_expect_silence(&r);
		rig_pass(&r, 10);
	}
	rig_expect_silence(&r);
	rig_pass(&r, 1000000);
	rig_expect_silence(&r);
	assert_int_equal(pc_snmp_notifier_counters(r.notifier).informs, 1);
	assert_int_equal(pc_snmp_notifier_counters(r.notifier).repeats, 3);
	assert_int_equal(pc_snmp_notifier_counters(r.notifier).given_up, 1);
	assert_int_equal(pc_snmp_notifier_held(r.notifier, r.devices[0]), 0);
	assert_int_equal(rig_stat(&r, PC_SNMP_OUT_TRAPS), 0);
	assert_int_equal(rig_stat(&r, PC_SNMP_OUT_PKTS), 4);
	assert_non_null(strstr(r.journal[4], "\"event\":\"notificationGivenUp\""));
	rig_done(&r);
}

static void
test_answered(void **state)
{
	static const enum spoil good[] = {GOOD, WITH_ERROR};
	struct pc_profile p = views_epson();
	static struct rig r;

	(void)state;
	rig_init(&r, &p, 1, 1, true);
	for (uint64_t i = 0; i < 2; i++) {
		rig_jam(&r, 0);
		rig_expect_trap(&r, ALERT);
		rig_pass(&r, 15000);
		rig_expect_trap(&r, ALERT); /* the answer comes late */
		answer(&r, good[i]);
		rig_pass(&r, 1000000);
		rig_expect_silence(&r);
		assert_int_equal(pc_snmp_notifier_counters(r.notifier).acknowledged, i + 1);
	}
	assert_int_equal(pc_snmp_notifier_counters(r.notifier).given_up, 0);
	assert_int_equal(rig_stat(&r, PC_SNMP_IN_GET_RESPONSES), 2);
	assert_non_null(strstr(r.journal[2], "\"event\":\"notificationAcknowledged\""));
	answer(&r, GOOD); /* once more: nothing is there to be answered */
	assert_int_equal(pc_snmp_notifier_counters(r.notifier).ignored, 1);
	rig_done(&r);
}

/* Answers that are none change nothing, and nothing that is sent there is answered. */
static void
test_hostile(void **state)
{
	static const enum spoil bad[] = {OTHER_ID, OTHER_COMMUNITY, OTHER_VERSION, OTHER_PDU,
		OTHER_ADDRESS, OTHER_PORT, BROKEN, CUT, TOO_MANY};
	enum { BAD = sizeof bad / sizeof bad[0] };
	struct pc_profile p = views_epson();
	static struct rig r;

	(void)state;
	rig_init(&r, &p, 1, 1, true);
	rig_jam(&r, 0);
	rig_expect_trap(&r, ALERT);
	for (size_t i = 0; i < BAD; i++) {
		answer(&r, bad[i]);
		assert_int_equal(pc_snmp_notifier_counters(r.notifier).ignored, i + 1);
		assert_int_equal(pc_snmp_notifier_held(r.notifier, r.devices[0]), 1);
		rig_expect_silence(&r);
	}
	assert_int_equal(rig_stat(&r, PC_SNMP_IN_PKTS), BAD);
	assert_int_equal(rig_stat(&r, PC_SNMP_IN_ASN_PARSE_ERRS), 2);
	answer(&r, GOOD);
	assert_int_equal(pc_snmp_notifier_counters(r.notifier).acknowledged, 1);
	rig_done(&r);
}

/* Eight are under way, the others wait; of more than 32 the oldest that waits is dropped. */
static void
test_limits(void **state)
{
	struct pc_profile p = views_epson();
	static struct rig r;
	struct pc_snmp_entity *e;
	size_t seen = 0;

	(void)state;
	rig_init(&r, &p, 2, 1, true);
	for (int i = 0; i < PC_SNMP_INFORMS_HELD_MAX + 5; i++)
		rig_jam(&r, 0);
	for (int i = 0; i < PC_SNMP_INFORMS_SENT_MAX; i++)
		rig_expect_trap(&r, ALERT);
	rig_expect_silence(&r);
	assert_int_equal(pc_snmp_notifier_held(r.notifier, r.devices[0]), PC_SNMP_INFORMS_HELD_MAX);
	assert_int_equal(pc_snmp_notifier_counters(r.notifier).dropped, 5);
	/* what anybody can cause pushes nothing out */
	e = pc_snmp_entity_of(r.devices[0]);
	e->authen_traps = true;
	pc_snmp_notify_authentication_failure(r.notifier, e);
	assert_int_equal(pc_snmp_notifier_counters(r.notifier).dropped, 6);
	rig_jam(&r, 1); /* another printer has its own room */
	assert_true(rig_take(&r));
	assert_int_equal(ntohl(r.from.sin_addr.s_addr), FIRST + 1);
	answer(&r, GOOD);
	/* each answer lets the next one go: 14th to 37th, since 9th to 13th were dropped */
	rig_pass(&r, 15000);
	while (rig_take(&r)) {
		seen++;
		answer(&r, GOOD);
	}
	assert_int_equal(seen, PC_SNMP_INFORMS_HELD_MAX);
	rig_expect_number(&r, 2, "1.3.6.1.2.1.43.18.1.1.1.1.37", 37);
	assert_int_equal(pc_snmp_notifier_held(r.notifier, r.devices[0]), 0);
	assert_int_equal(
		pc_snmp_notifier_counters(r.notifier).acknowledged, PC_SNMP_INFORMS_HELD_MAX + 1);
	rig_done(&r);
}

/* A printer that goes down forgets what it wanted to tell. */
static void
test_forgotten(void **state)
{
	struct pc_profile p = views_epson();
	static struct rig r;

	(void)state;
	rig_init(&r, &p, 1, 1, true);
	rig_jam(&r, 0);
	rig_expect_trap(&r, ALERT);
	pc_device_power(r.devices[0], false);
	assert_int_equal(pc_snmp_notifier_held(r.notifier, r.devices[0]), 0);
	rig_pass(&r, 1000000);
	rig_expect_silence(&r);
	answer(&r, GOOD); /* deaf */
	assert_int_equal(pc_snmp_notifier_counters(r.notifier).acknowledged, 0);
	rig_done(&r);
}

/* ---- faults ---- */

static void
arm(struct rig *r, enum pc_snmp_fault fault)
{
	pc_device_set_faults(r->devices[0], (pc_fault_set)1 << fault);
}

static void
test_faults(void **state)
{
	struct pc_profile p = views_epson();
	static struct rig r;

	(void)state;
	rig_init(&r, &p, 1, 1, true);
	arm(&r, PC_SNMP_FAULT_NOTIFICATION_LOST);
	rig_jam(&r, 0);
	rig_pass(&r, 100000);
	rig_expect_silence(&r);
	arm(&r, PC_SNMP_FAULT_INFORM_NOT_REPEATED);
	rig_jam(&r, 0);
	rig_expect_trap(&r, ALERT);
	rig_pass(&r, 100000);
	rig_expect_silence(&r);
	assert_int_equal(pc_snmp_notifier_counters(r.notifier).given_up, 2);
	arm(&r, PC_SNMP_FAULT_INFORM_ACK_IGNORED);
	rig_jam(&r, 0);
	for (int i = 0; i < 4; i++) {
		rig_expect_trap(&r, ALERT);
		answer(&r, GOOD);
		rig_pass(&r, 15000);
	}
	rig_expect_silence(&r);
	arm(&r, PC_SNMP_FAULT_NOTIFICATION_OTHER_ADDRESS);
	rig_jam(&r, 0);
	assert_true(rig_take(&r));
	assert_int_not_equal(ntohl(r.from.sin_addr.s_addr), FIRST);
	rig_done(&r);
}

/* ---- many ---- */

/* Ten thousand are switched on: each tells it once, some at a time, in the order they stand. */
static void
test_many(void **state)
{
	struct pc_profile p = views_epson();
	static struct rig r;
	uint64_t burst = 0;
	uint64_t seen = 0;
	uint64_t at = 0;

	(void)state;
	rig_init(&r, &p, PRINTERS_MAX, 1, false);
	pc_snmp_notifier_start(r.notifier);
	while (seen < 2 * PRINTERS_MAX) {
		assert_int_equal(pc_loop_turn(r.loop, 0), PC_OK);
		burst = pc_clock_ms(&r.clock) == at ? burst : 0;
		at = pc_clock_ms(&r.clock);
		while (rig_take(&r)) {
			assert_int_equal(
				ntohl(r.from.sin_addr.s_addr), FIRST + (uint32_t)(seen / 2));
			seen++;
			burst++;
		}
		assert_true(burst <= 64);
		assert_true(at < 10000);
	}
	rig_pass(&r, 1000);
	rig_expect_silence(&r);
	assert_int_equal(pc_snmp_notifier_counters(r.notifier).traps, 2 * PRINTERS_MAX);
	rig_done(&r);
}

/* The same with informs that nobody answers: what is kept has a limit. */
static void
test_many_informs(void **state)
{
	struct pc_profile p = views_epson();
	static struct rig r;
	struct pc_snmp_notify_counters c;

	(void)state;
	p.boot_ms = 1;
	rig_init(&r, &p, PRINTERS_MAX, 1, true);
	pc_snmp_notifier_start(r.notifier);
	rig_pass(&r, 5000);
	for (int i = 0; i < 2; i++)
		for (size_t d = 0; d < r.n; d++)
			rig_jam(&r, d);
	c = pc_snmp_notifier_counters(r.notifier);
	assert_int_equal(c.informs, PC_SNMP_INFORMS_MAX);
	assert_int_equal(c.informs + c.dropped, 4 * PRINTERS_MAX);
	rig_pass(&r, 100000);
	c = pc_snmp_notifier_counters(r.notifier);
	assert_int_equal(c.given_up, PC_SNMP_INFORMS_MAX);
	assert_int_equal(c.repeats, 3 * PC_SNMP_INFORMS_MAX);
	rig_done(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_repeats),
		cmocka_unit_test(test_answered),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_forgotten),
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_many_informs),
	};
	return cmocka_run_group_tests_name("snmp/inform", tests, NULL, NULL);
}
