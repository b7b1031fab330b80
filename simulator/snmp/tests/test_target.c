/* Tests of SNMP-TARGET-MIB and SNMP-NOTIFICATION-MIB: rows that managers create, the receivers they
 * make, rows that only show, filters. */
#include "snmp/tests/views.h"

#include "snmp/tests/change.h"

#include "snmp/receivers.h"

#define T   "1.3.6.1.6.3.12.1."
#define N   "1.3.6.1.6.3.13.1."
#define MGR "109.103.114"              /* "mgr" */
#define ALL "97.108.108"               /* "all" */
#define AT  "\x7f\x00\x00\x09\x04\x8a" /* 127.0.0.9:1162 */

enum {
	NOERROR = 0,
	WRONGLENGTH = 8,
	WRONGVALUE = 10,
	INCONSISTENTVALUE = 12,
	UNAVAILABLE = 13,
	NOTWRITABLE = 17,
	INCONSISTENTNAME = 18
};

#define I(oid, n) \
	{ \
		oid, INT, n, NULL \
	}
#define S(oid, text) \
	{ \
		oid, TXT, sizeof(text) - 1, text \
	}
#define O(oid, dotted) \
	{ \
		oid, ARC, 0, dotted \
	}

static void
init(struct views *w)
{
	struct pc_profile p = views_epson();

	p.community_write = "private";
	p.snmp_receivers[0] = (struct pc_profile_snmp_receiver){"127.0.0.7", 162, 1, true, "ups"};
	p.n_snmp_receivers = 1;
	views_init(w, &p);
	assert_non_null(pc_snmp_entity_get(w->dev));
}

/* A manager at 127.0.0.9:1162 wants SNMPv2c. */
static void
make_addr(struct views *w)
{
	assert_int_equal(SET(w, I(T "2.1.9." MGR, 4), O(T "2.1.2." MGR, "1.3.6.1.6.1.1"),
				 S(T "2.1.3." MGR, AT), S(T "2.1.6." MGR, "a all b"),
				 S(T "2.1.7." MGR, "v2c")),
		NOERROR);
}

static void
make_params(struct views *w)
{
	assert_int_equal(SET(w, I(T "3.1.7.118.50.99", 4), I(T "3.1.2.118.50.99", 1),
				 I(T "3.1.3.118.50.99", 2), S(T "3.1.4.118.50.99", "secret"),
				 I(T "3.1.5.118.50.99", 1)),
		NOERROR);
}

static void
make_notify(struct views *w)
{
	assert_int_equal(
		SET(w, I(N "1.1.5." ALL, 4), S(N "1.1.2." ALL, "all"), I(N "1.1.3." ALL, 2)),
		NOERROR);
}

static const struct pc_snmp_receiver *
receiver(const struct views *w, uint32_t row)
{
	return pc_snmp_receiver_find(w->dev, PC_SNMP_RECEIVER_TARGET, row);
}

static void
make_all(struct views *w)
{
	make_addr(w);
	make_params(w);
	make_notify(w);
	assert_non_null(receiver(w, 1));
	assert_null(receiver(w, 2));
}

/* Spec: RFC 3413 s3.2: only the three together make a receiver, in whatever order they come */
static void
test_three_rows(void **state)
{
	void (*const make[])(struct views *) = {make_addr, make_params, make_notify};
	struct views w;

	(void)state;
	for (size_t first = 0; first < 3; first++) {
		init(&w);
		for (size_t i = 0; i < 3; i++) {
			assert_null(receiver(&w, 1));
			make[(first + i) % 3](&w);
		}
		const struct pc_snmp_receiver *r = receiver(&w, 1);

		assert_non_null(r);
		assert_int_equal(ntohl(r->address.s_addr), 0x7f000009);
		assert_int_equal(r->port, 1162);
		assert_int_equal(r->version, 1);
		assert_true(r->inform);
		assert_true(r->active);
		assert_int_equal(r->timeout_cs, 1500);
		assert_int_equal(r->retries, 3);
		assert_int_equal(r->max_message, 484);
		assert_string_equal(r->name, "secret");
		assert_null(receiver(&w, 2));
		views_done(&w);
	}
}

static void
test_changes(void **state)
{
	struct views w;

	(void)state;
	init(&w);
	make_all(&w);
	assert_int_equal(SET(&w, I(T "2.1.4." MGR, 100), I(T "2.1.5." MGR, 0),
				 I("1.3.6.1.6.3.18.1.2.1.2." MGR, 0)),
		NOERROR);
	assert_int_equal(receiver(&w, 1)->timeout_cs, 100);
	assert_int_equal(receiver(&w, 1)->retries, 0);
	assert_int_equal(receiver(&w, 1)->max_message, 0);
	assert_int_equal(SET(&w, I(N "1.1.3." ALL, 1)), NOERROR);
	assert_false(receiver(&w, 1)->inform);
	/* a second tag: a receiver for each */
	assert_int_equal(SET(&w, I(N "1.1.5.98", 4), S(N "1.1.2.98", "b")), NOERROR);
	assert_non_null(receiver(&w, 2));
	assert_int_equal(SET(&w, S(T "2.1.6." MGR, "ball a")), NOERROR); /* no part of a tag */
	assert_null(receiver(&w, 1));
	assert_int_equal(SET(&w, S(T "2.1.6." MGR, "")), NOERROR);
	assert_null(receiver(&w, 1));
	assert_int_equal(SET(&w, S(T "2.1.6." MGR, "x\tall\n")), WRONGVALUE);
	assert_int_equal(SET(&w, S(T "2.1.6." MGR, "x\tall")), NOERROR);
	assert_non_null(receiver(&w, 1));
	/* out of service, back, gone */
	assert_int_equal(SET(&w, I(T "3.1.7.118.50.99", 2)), NOERROR);
	assert_null(receiver(&w, 1));
	assert_int_equal(SET(&w, I(T "3.1.3.118.50.99", 1)), NOERROR);
	assert_int_equal(SET(&w, I(T "3.1.7.118.50.99", 1)), NOERROR);
	assert_null(receiver(&w, 1)); /* SNMPv2c with the model of SNMPv1 */
	assert_int_equal(SET(&w, I(T "3.1.7.118.50.99", 2), I(T "3.1.3.118.50.99", 2)), NOERROR);
	assert_int_equal(SET(&w, I(T "3.1.7.118.50.99", 1)), NOERROR);
	assert_non_null(receiver(&w, 1));
	assert_int_equal(SET(&w, I(T "2.1.9." MGR, 6)), NOERROR);
	assert_null(receiver(&w, 1));
	views_expect(&w, "destroyed", T "2.1.3." MGR, "none");
	views_expect(&w, "with its extension", "1.3.6.1.6.3.18.1.2.1.2." MGR, "none");
	make_addr(&w);
	views_expect(&w, "as new", T "2.1.4." MGR, "2:1500");
	views_expect(&w, "extension as new", "1.3.6.1.6.3.18.1.2.1.2." MGR, "2:484");
	views_done(&w);
}

/* Spec: RFC 2579 RowStatus: createAndWait, notReady until all that is required is there */
static void
test_row_status(void **state)
{
	struct views w;

	(void)state;
	init(&w);
	assert_int_equal(SET(&w, I(T "2.1.4." MGR, 100)), INCONSISTENTNAME);
	assert_int_equal(SET(&w, I(T "2.1.9." MGR, 1)), INCONSISTENTVALUE);
	assert_int_equal(SET(&w, I(T "2.1.9." MGR, 3)), WRONGVALUE);
	assert_int_equal(SET(&w, I(T "2.1.9." MGR, 6)), NOERROR); /* gone already */
	assert_int_equal(SET(&w, I(T "2.1.9." MGR, 4), S(T "2.1.3." MGR, AT)), INCONSISTENTVALUE);
	views_expect(&w, "not created", T "2.1.9." MGR, "none");
	assert_int_equal(SET(&w, I(T "2.1.9." MGR, 5)), NOERROR);
	views_expect(&w, "notReady", T "2.1.9." MGR, "2:3");
	assert_int_equal(SET(&w, I(T "2.1.9." MGR, 5)), INCONSISTENTVALUE);
	assert_int_equal(SET(&w, S(T "2.1.3." MGR, AT)), NOERROR);
	assert_int_equal(SET(&w, O(T "2.1.2." MGR, "1.3.6.1.6.1.1")), NOERROR);
	assert_int_equal(SET(&w, I(T "2.1.9." MGR, 1)), INCONSISTENTVALUE);
	assert_int_equal(SET(&w, I(T "2.1.9." MGR, 2)), INCONSISTENTVALUE);
	views_expect(&w, "still", T "2.1.9." MGR, "2:3");
	assert_int_equal(SET(&w, S(T "2.1.7." MGR, "p")), NOERROR);
	views_expect(&w, "notInService", T "2.1.9." MGR, "2:2");
	assert_int_equal(SET(&w, I(T "2.1.9." MGR, 1)), NOERROR);
	views_expect(&w, "active", T "2.1.9." MGR, "2:1");
	/* not to be changed while active */
	assert_int_equal(SET(&w, S(T "2.1.3." MGR, "\x7f\x00\x00\x0a\x00\xa2")), INCONSISTENTVALUE);
	assert_int_equal(
		SET(&w, I(T "2.1.9." MGR, 2), S(T "2.1.3." MGR, "\x7f\x00\x00\x0a\x00\xa2")),
		NOERROR);
	views_expect(&w, "changed", T "2.1.3." MGR, "4:7f00000a00a2");
	assert_int_equal(SET(&w, I(T "2.1.9." MGR, 4)), INCONSISTENTVALUE);
	assert_int_equal(SET(&w, I(T "2.1.9." MGR, 6)), NOERROR);
	views_expect(&w, "destroyed", T "2.1.9." MGR, "none");
	views_done(&w);
}

static void
test_wrong(void **state)
{
	static const struct {
		const char *name;
		struct change var;
		int status;
	} rows[] = {
		{"another transport", O(T "2.1.2.120", "1.3.6.1.6.1.8"), WRONGVALUE},
		{"five octets", S(T "2.1.3.120", "\x7f\x00\x00\x01\x01"), WRONGLENGTH},
		{"no address", S(T "2.1.3.120", "\x00\x00\x00\x00\x00\xa2"), WRONGVALUE},
		{"no port", S(T "2.1.3.120", "\x7f\x00\x00\x01\x00\x00"), WRONGVALUE},
		{"time-out", I(T "2.1.4.120", -1), WRONGVALUE},
		{"retries", I(T "2.1.5.120", 256), WRONGVALUE},
		{"tag list begins with a blank", S(T "2.1.6.120", " a"), WRONGVALUE},
		{"two blanks", S(T "2.1.6.120", "a  b"), WRONGVALUE},
		{"no params", S(T "2.1.7.120", ""), WRONGLENGTH},
		{"params", S(T "2.1.7.120", "123456789012345678901234567890123"), WRONGLENGTH},
		{"permanent", I(T "2.1.8.120", 4), WRONGVALUE},
		{"SNMPv2u", I(T "3.1.2.120", 2), INCONSISTENTVALUE},
		{"model -1", I(T "3.1.2.120", -1), WRONGVALUE},
		{"security 0", I(T "3.1.3.120", 0), WRONGVALUE},
		{"security 4", I(T "3.1.3.120", 4), INCONSISTENTVALUE},
		{"a name longer than a community",
			S(T "3.1.4.120",
				"0123456789012345678901234567890123456789012345678901234567"
				"8901234567890"),
			UNAVAILABLE},
		{"a name with NUL", S(T "3.1.4.120", "a\0b"), WRONGVALUE},
		{"level", I(T "3.1.5.120", 4), WRONGVALUE},
		{"two tags", S(N "1.1.2.120", "a b"), WRONGVALUE},
		{"type", I(N "1.1.3.120", 3), WRONGVALUE},
		{"mask", S(N "3.1.2.1.120.1.3.6", "01234567890123456"), WRONGLENGTH},
		{"filter type", I(N "3.1.3.1.120.1.3.6", 3), WRONGVALUE},
		{"profile name", S(N "2.1.1.120", ""), WRONGLENGTH},
	};
	struct views w;

	(void)state;
	init(&w);
	assert_int_equal(SET(&w, I(T "2.1.9.120", 5), I(T "3.1.7.120", 5), I(N "1.1.5.120", 5),
				 I(N "2.1.3.120", 5), I(N "3.1.5.1.120.1.3.6", 5)),
		NOERROR);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		int status = views_change(&w, &rows[i].var, 1);

		if (status != rows[i].status)
			fail_msg("%s: error-status %d, expected %d", rows[i].name, status,
				rows[i].status);
	}
	views_done(&w);
}

/* Names that no row can have, and more rows than there may be. */
static void
test_names_and_limits(void **state)
{
	static const char *const bad[] = {T "2.1.9.256", T "2.1.9.0", T "2.1.9.195",
		T "2.1.9.97.128",
		T "2.1.9.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1",
		N "3.1.5.2.97", N "3.1.5.0.1.3.6", N "3.1.5.3.97.98.99"};
	struct views w;
	char oid[64];

	(void)state;
	init(&w);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		if (SET(&w, I(bad[i], 5)) != INCONSISTENTNAME)
			fail_msg("%s can be created", bad[i]);
	assert_int_equal(SET(&w, I(T "2.1.9.195.164", 5)), NOERROR); /* UTF-8 */
	for (int i = 1; i < 16; i++) {
		(void)snprintf(oid, sizeof oid, T "2.1.9.%d", 64 + i);
		assert_int_equal(SET(&w, I(oid, 5)), NOERROR);
	}
	assert_int_equal(SET(&w, I(T "2.1.9.33", 5)), UNAVAILABLE);
	assert_int_equal(SET(&w, I(T "2.1.9.195.164", 6)), NOERROR);
	assert_int_equal(SET(&w, I(T "2.1.9.33", 5)), NOERROR);
	for (int i = 1; i <= 32; i++) {
		(void)snprintf(oid, sizeof oid, N "3.1.5.1.97.1.%d", i);
		assert_int_equal(SET(&w, I(oid, 4)), NOERROR);
	}
	assert_int_equal(SET(&w, I(N "3.1.5.1.97.1.33", 4)), UNAVAILABLE);
	views_done(&w);
}

/* Receivers that come from elsewhere are shown among the rows, in order, and stay as they are. */
static void
test_shown(void **state)
{
	static const char shown[] = "112.114.111.102.105.108.101.45.49"; /* profile-1 */
	static const struct {
		const char *column, *want;
	} rows[] = {
		{T "2.1.2.", "6:1.3.6.1.6.1.1"},
		{T "2.1.3.", "4:7f00000700a2"},
		{T "2.1.4.", "2:1500"},
		{T "2.1.5.", "2:3"},
		{T "2.1.6.", "4:profile-1"},
		{T "2.1.7.", "4:profile-1"},
		{T "2.1.8.", "2:5"},
		{T "2.1.9.", "2:1"},
		{T "3.1.2.", "2:1"},
		{T "3.1.3.", "2:2"},
		{T "3.1.4.", "4:ups"},
		{T "3.1.5.", "2:1"},
		{T "3.1.6.", "2:5"},
		{T "3.1.7.", "2:1"},
		{N "1.1.2.", "4:profile-1"},
		{N "1.1.3.", "2:2"},
		{N "1.1.4.", "2:5"},
		{N "1.1.5.", "2:1"},
		{"1.3.6.1.6.3.18.1.2.1.1.", "4:"},
		{"1.3.6.1.6.3.18.1.2.1.2.", "2:0"},
	};
	struct views w;
	uint32_t at[PC_OID_MAX];
	struct pc_snmp_value v;
	char oid[128];
	size_t n = 0;

	(void)state;
	init(&w);
	make_all(&w);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		(void)snprintf(oid, sizeof oid, "%s%s", rows[i].column, shown);
		views_expect(&w, oid, oid, rows[i].want);
	}
	(void)snprintf(oid, sizeof oid, T "2.1.5.%s", shown);
	assert_int_equal(SET(&w, I(oid, 1)), NOTWRITABLE);
	(void)snprintf(oid, sizeof oid, T "2.1.9.%s", shown);
	assert_int_equal(SET(&w, I(oid, 6)), NOTWRITABLE);
	(void)snprintf(oid, sizeof oid, "1.3.6.1.6.3.18.1.2.1.2.%s", shown);
	assert_int_equal(SET(&w, I(oid, 484)), NOTWRITABLE);
	/* "mgr" before "profile-1" */
	assert_int_equal(pc_arcs_parse(T "2.1.5", at, PC_OID_MAX, &n), PC_OK);
	assert_int_equal(pc_snmp_tree_next(w.tree, w.dev, at, n, at, &n, &v), PC_OK);
	assert_int_equal(n, 11 + 3);
	assert_int_equal(pc_snmp_tree_next(w.tree, w.dev, at, n, at, &n, &v), PC_OK);
	assert_int_equal(n, 11 + 9);
	assert_int_equal(pc_snmp_tree_next(w.tree, w.dev, at, n, at, &n, &v), PC_OK);
	assert_int_equal(at[10], 6);
	views_done(&w);
}

/* Spec: RFC 2579 TestAndIncr, RFC 3413 snmpUnknownContexts */
static void
test_scalars(void **state)
{
	struct views w;

	(void)state;
	init(&w);
	views_expect(&w, "at first", T "1.0", "2:0");
	assert_int_equal(SET(&w, I(T "1.0", 1)), INCONSISTENTVALUE);
	assert_int_equal(SET(&w, I(T "1.0", -1)), WRONGVALUE);
	assert_int_equal(SET(&w, I(T "1.0", 0)), NOERROR);
	views_expect(&w, "next", T "1.0", "2:1");
	assert_int_equal(SET(&w, I(T "1.0", 0)), INCONSISTENTVALUE);
	pc_snmp_count(pc_snmp_entity_of(w.dev), PC_SNMP_UNKNOWN_CONTEXTS);
	views_expect(&w, "unavailable", T "4.0", "65:0");
	views_expect(&w, "unknown", T "5.0", "65:1");
	views_done(&w);
}

/* A restart changes nothing, a factory reset leaves what the profile says. */
static void
test_restarts(void **state)
{
	struct views w;
	size_t n = 0;

	(void)state;
	init(&w);
	make_all(&w);
	assert_int_equal(pc_device_restart(w.dev, PC_RESET_COLD), PC_OK);
	views_pass(&w, 31000);
	assert_non_null(pc_snmp_entity_get(w.dev));
	assert_non_null(receiver(&w, 1));
	views_expect(&w, "kept", T "2.1.6." MGR, "4:a all b");
	assert_int_equal(pc_device_restart(w.dev, PC_RESET_FACTORY), PC_OK);
	views_pass(&w, 31000);
	assert_non_null(pc_snmp_entity_get(w.dev));
	assert_null(receiver(&w, 1));
	views_expect(&w, "forgotten", T "2.1.6." MGR, "none");
	(void)pc_snmp_receivers_of(w.dev, &n);
	assert_int_equal(n, 1);
	views_done(&w);
}

/* Models without these modules have none of it. */
static void
test_optional(void **state)
{
	struct pc_profile p = views_epson();
	struct views w;

	(void)state;
	p.mibs = PC_MIBS_ALL & ~(1u << PC_MIBS_TARGET | 1u << PC_MIBS_NOTIFICATION);
	views_init(&w, &p);
	views_expect(&w, "spin lock", T "1.0", "none");
	assert_int_equal(SET(&w, I(T "2.1.9." MGR, 5)), NOTWRITABLE);
	assert_int_equal(SET(&w, I(N "1.1.5." MGR, 5)), NOTWRITABLE);
	views_done(&w);
}

/* ---- filters. Spec: RFC 3413 s6 ---- */

static const uint32_t alert[] = {1, 3, 6, 1, 2, 1, 43, 18, 2, 0, 1};
static const uint32_t cold[] = {1, 3, 6, 1, 6, 3, 1, 1, 5, 1};
static const uint32_t code[] = {1, 3, 6, 1, 2, 1, 43, 18, 1, 1, 7, 1, 5};

static bool
wanted(const struct views *w, const uint32_t *oid, size_t n, bool with_code)
{
	const struct pc_snmp_variable v = {.oid = code, .n_oid = 13};
	const struct pc_snmp_news news = {
		.oid = oid, .n_oid = n, .variables = &v, .n_variables = with_code};
	const struct pc_snmp_receiver *r = receiver(w, 1);

	assert_non_null(r);
	assert_non_null(r->wants);
	return r->wants(w->dev, r, &news);
}

static void
test_filters(void **state)
{
	struct views w;

	(void)state;
	init(&w);
	make_all(&w);
	assert_true(wanted(&w, cold, 10, false)); /* no profile: everything */
	assert_int_equal(SET(&w, I(N "2.1.3.118.50.99", 4), S(N "2.1.1.118.50.99", "f")), NOERROR);
	assert_false(wanted(&w, cold, 10, false)); /* nothing is included */
	/* printmib and what is beneath */
	assert_int_equal(SET(&w, I(N "3.1.5.1.102.1.3.6.1.2.1.43", 4)), NOERROR);
	assert_false(wanted(&w, cold, 10, false));
	assert_true(wanted(&w, alert, 11, true));
	/* but no alert codes: the longer subtree decides, a variable is enough */
	assert_int_equal(SET(&w, I(N "3.1.5.1.102.1.3.6.1.2.1.43.18.1.1.7", 4),
				 I(N "3.1.3.1.102.1.3.6.1.2.1.43.18.1.1.7", 2)),
		NOERROR);
	assert_false(wanted(&w, alert, 11, true));
	assert_true(wanted(&w, alert, 11, false));
	assert_int_equal(SET(&w, I(N "3.1.5.1.102.1.3.6.1.2.1.43.18.1.1.7", 2)), NOERROR);
	assert_true(wanted(&w, alert, 11, true)); /* out of service */
	assert_int_equal(SET(&w, I(N "3.1.5.1.102.1.3.6.1.2.1.43.18.1.1.7", 6)), NOERROR);
	/* a mask: the seventh arc may be anything */
	assert_int_equal(SET(&w, I(N "3.1.5.1.102.1.3.6.1.2.1.43", 6),
				 I(N "3.1.5.1.102.1.3.6.1.2.1.99.18.2", 4),
				 S(N "3.1.2.1.102.1.3.6.1.2.1.99.18.2", "\xfd")),
		NOERROR);
	assert_true(wanted(&w, alert, 11, true));
	assert_int_equal(SET(&w, S(N "3.1.2.1.102.1.3.6.1.2.1.99.18.2", "\xff")), NOERROR);
	assert_false(wanted(&w, alert, 11, true));
	/* the filter of another profile does not count */
	assert_int_equal(SET(&w, I(N "3.1.5.1.103.1.3.6.1.2.1.43", 4)), NOERROR);
	assert_false(wanted(&w, alert, 11, true));
	assert_int_equal(SET(&w, I(N "2.1.3.118.50.99", 6)), NOERROR);
	assert_true(wanted(&w, alert, 11, true));
	views_done(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_three_rows),
		cmocka_unit_test(test_changes),
		cmocka_unit_test(test_row_status),
		cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_names_and_limits),
		cmocka_unit_test(test_shown),
		cmocka_unit_test(test_scalars),
		cmocka_unit_test(test_restarts),
		cmocka_unit_test(test_optional),
		cmocka_unit_test(test_filters),
	};
	return cmocka_run_group_tests_name("snmp/target", tests, NULL, NULL);
}
