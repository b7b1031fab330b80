/* Tests of the XCMI modules: hidden groups, communities, rows that managers create. */
#include "snmp/tests/views.h"

#include "snmp/tests/change.h"

#include "snmp/entity.h"
#include "snmp/mib-xerox.h"
#include "snmp/receivers.h"

#define X "1.3.6.1.4.1.253.8."
static void
init(struct views *w)
{
	struct pc_profile p = views_xerox();

	p.community_write = "private";
	views_init(w, &p);
}

/* The OID after this one begins with `prefix`. */
static bool
next_is_in(const struct views *w, const char *from, const char *prefix)
{
	uint32_t at[PC_OID_MAX], want[PC_OID_MAX];
	struct pc_snmp_value v;
	size_t n = 0, n_want = 0;

	assert_int_equal(pc_arcs_parse(from, at, PC_OID_MAX, &n), PC_OK);
	assert_int_equal(pc_arcs_parse(prefix, want, PC_OID_MAX, &n_want), PC_OK);
	if (pc_snmp_tree_next(w->tree, w->dev, at, n, at, &n, &v) != PC_OK)
		return false;
	return n >= n_want && pc_arcs_compare(at, n_want, want, n_want) == 0;
}

/* Spec: XCMI xcmGenBaseGroupWalkHidden: hidden groups answer GET, walks go by. */
static void
test_hidden_groups(void **state)
{
	static const struct {
		const char *name;
		uint32_t bit;
		const char *before, *group, *instance;
	} groups[] = {
		{"base", PC_XCMI_BASE, X "51.1", X "51.1", X "51.1.2.1.2.1"},
		{"current localization", PC_XCMI_CURRENT_LOCALIZATION, X "51.3", X "51.3",
			X "51.3.1.1.1.1"},
		{"localization", PC_XCMI_LOCALIZATION, X "51.4", X "51.4", X "51.4.1.1.5.1.1"},
		{"coded char set", PC_XCMI_CODED_CHAR_SET, X "51.6", X "51.6",
			X "51.6.1.1.3.1.106"},
		{"fixed localization", PC_XCMI_FIXED_LOCALIZATION, X "51.7", X "51.7",
			X "51.7.1.1.1.1"},
		{"lock", PC_XCMI_LOCK, X "51.8", X "51.8", X "51.8.1.1.0"},
		{"client data", PC_XCMI_CLIENT_DATA, X "51.11", X "51.11", X "51.11.1.1.0"},
		{"message map", PC_XCMI_MESSAGE_MAP, X "51.15", X "51.15",
			X "51.15.2.1.2.14.1.3.6.1.4.1.253.8.53.3.2.1.5.503"},
		{"message text", PC_XCMI_MESSAGE_TEXT, X "51.16", X "51.16",
			X "51.16.2.1.3.14.1.3.6.1.4.1.253.8.53.3.2.1.5.503.1"},
	};
	struct views w;
	char text[OUTPUT_TEXT];

	(void)state;
	init(&w);
	views_expect(&w, "default", X "51.1.2.1.16.1", "2:12288");
	for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) {
		bool by_default = (groups[i].bit & 12288) != 0;

		if (next_is_in(&w, groups[i].before, groups[i].group) == by_default)
			fail_msg("%s: hidden by default is not %d", groups[i].name, by_default);
		assert_int_equal(SET(&w, {X "51.1.2.1.16.1", INT, groups[i].bit, NULL}), 0);
		if (next_is_in(&w, groups[i].before, groups[i].group))
			fail_msg("%s: hidden and walked", groups[i].name);
		if (strcmp(views_get(&w, groups[i].instance, text), "none") == 0)
			fail_msg("%s: hidden and no answer to GET", groups[i].name);
		assert_int_equal(SET(&w, {X "51.1.2.1.16.1", INT, 0, NULL}), 0);
		if (!next_is_in(&w, groups[i].before, groups[i].group))
			fail_msg("%s: shown and not walked", groups[i].name);
		assert_int_equal(SET(&w, {X "51.1.2.1.16.1", INT, 12288, NULL}), 0);
	}
	assert_int_equal(SET(&w, {X "51.1.2.1.16.1", INT, -1, NULL}), 10);
	views_done(&w);
}

/* Spec: XCMI xcmGenBaseSNMPReadCommunity: SIZE (0..64); they are the entity's. */
static void
test_communities(void **state)
{
	static const char too_long[] =
		"0"
		"0123456789012345678901234567890123456789012345678901234567890123";
	struct views w;

	(void)state;
	init(&w);
	views_expect(&w, "factory", X "51.1.2.1.13.1", "4:public");
	assert_int_equal(SET(&w, {X "51.1.2.1.13.1", TXT, 0, "readers"},
				 {X "51.1.2.1.14.1", TXT, 0, too_long + 1}),
		0);
	views_expect(&w, "changed", X "51.1.2.1.13.1", "4:readers");
	views_expect(&w, "nobody is told how to write", X "51.1.2.1.14.1", "4:");
	assert_string_equal(pc_snmp_entity_of(w.dev)->communities[PC_SNMP_READ], "readers");
	assert_string_equal(pc_snmp_entity_of(w.dev)->communities[PC_SNMP_WRITE], too_long + 1);
	assert_int_equal(SET(&w, {X "51.1.2.1.13.1", TXT, 0, too_long}), 8);
	assert_int_equal(SET(&w, {X "51.1.2.1.13.1", INT, 1, NULL}), 7);
	assert_int_equal(pc_device_restart(w.dev, PC_RESET_FACTORY), PC_OK);
	views_pass(&w, 31000);
	assert_string_equal(pc_snmp_entity_get(w.dev)->communities[PC_SNMP_READ], "public");
	views_expect(&w, "factory again", X "51.1.2.1.13.1", "4:public");
	views_done(&w);
}

/* Spec: XCMI xcmGenLockTable, RFC 2579 RowStatus */
static void
test_locks(void **state)
{
	struct views w;

	(void)state;
	init(&w);
	assert_int_equal(SET(&w, {X "51.8.2.1.3.7", TXT, 0, "me"}), 18);
	assert_int_equal(SET(&w, {X "51.8.2.1.3.7", TXT, 0, "me"}, {X "51.8.2.1.2.7", INT, 4, NULL},
				 {X "51.8.2.1.5.7", INT, 60, NULL}),
		0);
	views_expect(&w, "owner", X "51.8.2.1.3.7", "4:me");
	views_expect(&w, "active", X "51.8.2.1.2.7", "2:1");
	views_expect(&w, "count", X "51.8.1.3.0", "2:1");
	views_expect(&w, "highest", X "51.8.1.4.0", "2:7");
	assert_int_equal(SET(&w, {X "51.8.2.1.2.7", INT, 4, NULL}), 12);
	assert_int_equal(SET(&w, {X "51.8.2.1.2.7", INT, 3, NULL}), 10);
	assert_int_equal(SET(&w, {X "51.8.2.1.5.7", INT, 3601, NULL}), 10);
	views_pass(&w, 59000);
	views_expect(&w, "a second left", X "51.8.2.1.5.7", "2:1");
	views_pass(&w, 1000);
	views_expect(&w, "over", X "51.8.2.1.3.7", "none");
	assert_false(next_is_in(&w, X "51.8.2", X "51.8.2"));
	views_expect(&w, "none left", X "51.8.1.3.0", "2:0");
	for (int64_t i = 0; i < 9; i++) {
		char oid[64];

		(void)snprintf(oid, sizeof oid, X "51.8.2.1.2.%d", (int)i + 7);
		assert_int_equal(SET(&w, {oid, INT, 4, NULL}), i < 8 ? 0 : 13);
	}
	assert_int_equal(SET(&w, {X "51.8.2.1.2.8", INT, 6, NULL}), 0);
	views_expect(&w, "destroyed", X "51.8.2.1.3.8", "none");
	assert_int_equal(SET(&w, {X "51.8.2.1.2.0", INT, 4, NULL}), 18);
	views_done(&w);
}

#define CLIENT "1.6.127.0.0.9.4.138" /* 127.0.0.9:1162 */
#define VIEW   "1.11.1.3.6.1.4.1.253.8.53.17.1"

static bool
wants(const struct views *w, const uint32_t *oid, size_t n_oid, uint8_t severity, uint8_t training)
{
	const struct pc_snmp_receiver *r = pc_snmp_receiver_find(w->dev, PC_SNMP_RECEIVER_XCMI, 1);
	const struct pc_snmp_news news = {
		.oid = oid, .n_oid = n_oid, .severity = severity, .training = training};

	assert_non_null(r);
	assert_non_null(r->wants);
	return r->wants(w->dev, r, &news);
}

/* Spec: XCMI xcmGenTrapClientTable, xcmGenTrapViewTable: rows of the printer's receivers; a client
 * without a view is sent nothing. */
static void
test_trap_clients(void **state)
{
	static const uint32_t alert[] = {PC_XCMI, 53, 17, 1, 0, 1}, other[] = {PC_XCMI, 53, 3, 1};
	const struct pc_snmp_receiver *r;
	struct views w;

	(void)state;
	init(&w);
	assert_int_equal(SET(&w, {X "51.13.2.1.3." CLIENT, INT, 4, NULL},
				 {X "51.13.2.1.7." CLIENT, TXT, 0, "traps"},
				 {X "51.13.2.1.6." CLIENT, INT, 6, NULL}),
		0);
	r = pc_snmp_receiver_find(w.dev, PC_SNMP_RECEIVER_XCMI, 1);
	assert_non_null(r);
	assert_int_equal(ntohl(r->address.s_addr), 0x7f000009);
	assert_int_equal(r->port, 1162);
	assert_int_equal(r->version, 1);
	assert_true(r->active);
	assert_string_equal(r->name, "traps");
	views_expect(&w, "index", X "51.13.2.1.4." CLIENT, "2:1");
	views_expect(&w, "volatile at first", X "51.13.2.1.5." CLIENT, "2:3");
	views_expect(&w, "count", X "51.13.1.1.0", "65:1");
	assert_false(wants(&w, alert, PC_MIB_COUNT(alert), 3, 3));
	assert_int_equal(SET(&w, {X "51.14.2.1.2." VIEW, INT, 4, NULL}), 0);
	assert_true(wants(&w, alert, PC_MIB_COUNT(alert), 3, 3));
	assert_true(wants(&w, alert, PC_MIB_COUNT(alert), 0, 0));
	assert_false(wants(&w, other, PC_MIB_COUNT(other), 3, 3));
	assert_false(wants(&w, alert, PC_MIB_COUNT(alert), 3, 7)); /* 60 lacks bit 64 */
	assert_int_equal(SET(&w, {X "51.14.2.1.3." VIEW, INT, 8, NULL}), 0);
	assert_false(wants(&w, alert, PC_MIB_COUNT(alert), 3, 3));
	assert_true(wants(&w, alert, PC_MIB_COUNT(alert), 4, 3));
	assert_true(wants(&w, alert, PC_MIB_COUNT(alert), 5, 3));
	assert_int_equal(SET(&w, {X "51.14.2.1.2." VIEW, INT, 2, NULL}), 0);
	assert_false(wants(&w, alert, PC_MIB_COUNT(alert), 5, 3));
	assert_int_equal(SET(&w, {X "51.13.2.1.3." CLIENT, INT, 2, NULL}), 0);
	assert_false(pc_snmp_receiver_find(w.dev, PC_SNMP_RECEIVER_XCMI, 1)->active);
	assert_int_equal(SET(&w, {X "51.13.2.1.3." CLIENT, INT, 6, NULL}), 0);
	assert_null(pc_snmp_receiver_find(w.dev, PC_SNMP_RECEIVER_XCMI, 1));
	views_expect(&w, "its views are gone too", X "51.14.2.1.3." VIEW, "none");
	views_expect(&w, "no views", X "51.14.1.1.0", "65:0");
	views_done(&w);
}

static void
test_trap_clients_refused(void **state)
{
	static const struct {
		const char *name, *oid;
		int64_t n;
		int status;
	} rows[] = {
		{"another domain", X "51.13.2.1.3.2.6.127.0.0.9.4.138", 4, 18},
		{"short address", X "51.13.2.1.3.1.4.127.0.0.9", 4, 18},
		{"lying length", X "51.13.2.1.3.1.7.127.0.0.9.4.138", 4, 18},
		{"octet over 255", X "51.13.2.1.3.1.6.256.0.0.9.4.138", 4, 18},
		{"port 0", X "51.13.2.1.3.1.6.127.0.0.9.0.0", 4, 18},
		{"nobody", X "51.13.2.1.3.1.6.0.0.0.0.0.162", 4, 18},
		{"not there", X "51.13.2.1.3." CLIENT, 1, 12},
		{"notReady", X "51.13.2.1.3." CLIENT, 3, 10},
		{"a column without a row", X "51.13.2.1.6." CLIENT, 3, 18},
		{"a view of nobody", X "51.14.2.1.2." VIEW, 4, 18},
	};
	struct views w;

	(void)state;
	init(&w);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		int status = SET(&w, {rows[i].oid, INT, rows[i].n, NULL});

		if (status != rows[i].status)
			fail_msg("%s: %d, expected %d", rows[i].name, status, rows[i].status);
	}
	assert_int_equal(SET(&w, {X "51.13.2.1.3." CLIENT, INT, 4, NULL},
				 {X "51.13.2.1.6." CLIENT, INT, 7, NULL}),
		12);
	assert_null(pc_snmp_receiver_find(w.dev, PC_SNMP_RECEIVER_XCMI, 1));
	for (unsigned i = 0; i <= PC_SNMP_RECEIVERS_HELD_MAX; i++) {
		char oid[96];

		(void)snprintf(oid, sizeof oid, X "51.13.2.1.3.1.6.127.0.0.%u.0.162", i + 1);
		assert_int_equal(
			SET(&w, {oid, INT, 4, NULL}), i < PC_SNMP_RECEIVERS_HELD_MAX ? 0 : 13);
	}
	views_done(&w);
}

/* Spec: XCMI xcmGenOptionTable */
static void
test_options(void **state)
{
	struct views w;
	struct pc_profile p = views_xerox();

	(void)state;
	p.settings[p.n_settings++] =
		(struct pc_profile_setting){.group = "network", .name = "dhcp", .value = "on"};
	views_init(&w, &p);
	views_expect(&w, "type", X "51.10.2.1.3.1.14130101", "6:1.3.6.1.4.1.253.8.63.14.1301.1");
	views_expect(&w, "protocol", X "51.10.2.1.3.1.14130400", "6:1.3.6.1.4.1.253.8.63.14.1304");
	views_expect(&w, "address", X "51.10.2.1.7.1.14130101", "4:127.1.2.3");
	views_expect(&w, "raw port", X "51.10.2.1.5.1.14150103", "2:9100");
	views_expect(&w, "dhcp", X "51.10.2.1.5.1.14130400", "2:1");
	assert_int_equal(SET(&w, {X "51.10.2.1.5.1.14130400", INT, 2, NULL}), 0);
	assert_string_equal(pc_device_setting(w.dev, "network.dhcp"), "off");
	views_expect(&w, "dhcp off", X "51.10.2.1.5.1.14130400", "2:2");
	assert_int_equal(SET(&w, {X "51.10.2.1.5.1.14130400", INT, 3, NULL}), 10);
	assert_int_equal(SET(&w, {X "51.10.2.1.7.1.14150701", TXT, 0, "example.org"}), 0);
	views_expect(&w, "domain", X "51.10.2.1.7.1.14150701", "4:example.org");
	assert_int_equal(SET(&w, {X "51.10.2.1.5.1.14150140", INT, 60, NULL}), 0);
	views_expect(&w, "time-out", X "51.10.2.1.5.1.14150140", "2:60");
	assert_int_equal(SET(&w, {X "51.10.2.1.5.1.14150140", INT, 3601, NULL}), 10);
	assert_int_equal(SET(&w, {X "51.10.2.1.7.1.14130101", TXT, 0, "10.0.0.1"}), 17);
	assert_int_equal(SET(&w, {X "51.10.2.1.7.1.14150140", TXT, 0, "60"}), 17);
	assert_int_equal(SET(&w, {X "51.10.2.1.7.1.14999999", TXT, 0, "x"}), 11);
	views_done(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hidden_groups),
		cmocka_unit_test(test_communities),
		cmocka_unit_test(test_locks),
		cmocka_unit_test(test_trap_clients),
		cmocka_unit_test(test_trap_clients_refused),
		cmocka_unit_test(test_options),
	};
	return cmocka_run_group_tests_name("snmp/xcmi", tests, NULL, NULL);
}
