/* Tests of a printer's SNMP entity: engine ID, boots and time, statistics, communities. */
#include "snmp/tests/views.h"

#include "snmp/entity.h"

static void
init(struct views *w, int32_t engine_format)
{
	struct pc_profile p = views_epson();
	p.snmp.engine_format = engine_format;
	views_init(w, &p);
}

static struct pc_snmp_entity *
entity(struct views *w)
{
	struct pc_snmp_entity *e = pc_snmp_entity_get(w->dev);
	assert_non_null(e);
	assert_ptr_equal(e, pc_snmp_entity_of(w->dev));
	return e;
}

/* Spec: RFC 3411 SnmpEngineID: bit 0 set, the maker's number, the format, its octets. */
static void
test_engine_id(void **state)
{
	static const struct {
		enum pc_snmp_engine_format format;
		uint8_t id[32];
		size_t n;
	} rows[] = {
		{PC_SNMP_ENGINE_MAC, {0x80, 0, 4, 0xe0, 3, 2, 0x11, 0x22, 0, 0, 1}, 11},
		{PC_SNMP_ENGINE_IPV4, {0x80, 0, 4, 0xe0, 1, 127, 1, 2, 3}, 9},
		{PC_SNMP_ENGINE_TEXT, "\x80\0\x04\xe0\x04X3ET000001", 15},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct views w;
		init(&w, (int32_t)rows[i].format);
		assert_int_equal(entity(&w)->n_engine_id, rows[i].n);
		assert_memory_equal(entity(&w)->engine_id, rows[i].id, rows[i].n);
		views_done(&w);
	}
}

/* Spec: RFC 3414 s2.2.2 */
static void
test_boots_and_time(void **state)
{
	struct views w;
	(void)state;
	init(&w, 0);
	assert_int_equal(pc_snmp_entity_boots(entity(&w)), 1);
	views_pass(&w, 51000);
	assert_int_equal(pc_snmp_entity_time(entity(&w)), 61);
	pc_snmp_count(entity(&w), PC_SNMP_IN_PKTS);
	assert_int_equal(entity(&w)->stats[PC_SNMP_IN_PKTS], 1);
	assert_int_equal(pc_device_restart(w.dev, PC_RESET_WARM), PC_OK);
	views_pass(&w, 31000);
	assert_int_equal(pc_snmp_entity_boots(entity(&w)), 2);
	assert_true(pc_snmp_entity_time(entity(&w)) < 31);
	assert_int_equal(entity(&w)->stats[PC_SNMP_IN_PKTS], 0);
	views_done(&w);
}

static void
test_communities(void **state)
{
	char longest[PC_SNMP_COMMUNITY_TEXT_MAX + 2];
	struct views w;
	(void)state;
	init(&w, 0);
	struct pc_snmp_entity *e = entity(&w);
	assert_string_equal(e->communities[PC_SNMP_READ], "public");
	assert_int_equal(pc_snmp_entity_set_community(e, PC_SNMP_READ, "other"), PC_OK);
	assert_string_equal(e->communities[PC_SNMP_READ], "other");
	assert_int_equal(pc_snmp_entity_set_community(e, PC_SNMP_READ, ""), PC_OK);
	assert_null(e->communities[PC_SNMP_READ]);
	memset(longest, 'x', sizeof(longest));
	longest[sizeof(longest) - 1] = '\0';
	assert_int_equal(pc_snmp_entity_set_community(e, PC_SNMP_WRITE, longest), PC_E_LIMIT);
	longest[sizeof(longest) - 2] = '\0';
	assert_int_equal(pc_snmp_entity_set_community(e, PC_SNMP_WRITE, longest), PC_OK);
	assert_string_equal(e->communities[PC_SNMP_WRITE], longest);
	views_done(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_engine_id),
		cmocka_unit_test(test_boots_and_time),
		cmocka_unit_test(test_communities),
	};
	return cmocka_run_group_tests_name("snmp/entity", tests, NULL, NULL);
}
