/* Tests of the list of notification receivers: limits, owners, the profile's. */
#include "snmp/tests/views.h"

#include "snmp/receivers.h"

static struct pc_snmp_entity *
init(struct views *w, const struct pc_profile *p)
{
	struct pc_snmp_entity *e;

	views_init(w, p);
	e = pc_snmp_entity_get(w->dev);
	assert_non_null(e);
	return e;
}

static size_t
count(const struct views *w)
{
	size_t n = 0;

	(void)pc_snmp_receivers_of(w->dev, &n);
	return n;
}

static void
test_rows(void **state)
{
	struct pc_profile p = views_epson();
	struct views w;
	struct pc_snmp_entity *e = init(&w, &p);
	struct pc_snmp_receiver *r = NULL;

	(void)state;
	assert_int_equal(count(&w), 0);
	assert_null(pc_snmp_receiver_find(w.dev, PC_SNMP_RECEIVER_EPSON, 1));
	for (uint32_t row = 1; row <= PC_SNMP_RECEIVERS_HELD_MAX; row++) {
		assert_int_equal(pc_snmp_receiver_add(e, PC_SNMP_RECEIVER_EPSON, row, &r), PC_OK);
		assert_int_equal(r->port, 162);
		assert_false(r->active);
		r->address.s_addr = row;
	}
	assert_int_equal(pc_snmp_receiver_add(e, PC_SNMP_RECEIVER_XCMI, 1, &r), PC_E_LIMIT);
	assert_int_equal(pc_snmp_receiver_add(e, PC_SNMP_RECEIVER_EPSON, 3, &r), PC_E_EXISTS);
	pc_snmp_receiver_remove(e, PC_SNMP_RECEIVER_XCMI, 3);
	assert_int_equal(count(&w), PC_SNMP_RECEIVERS_HELD_MAX);
	pc_snmp_receiver_remove(e, PC_SNMP_RECEIVER_EPSON, 3);
	assert_null(pc_snmp_receiver_find(w.dev, PC_SNMP_RECEIVER_EPSON, 3));
	assert_int_equal(
		pc_snmp_receiver_find(w.dev, PC_SNMP_RECEIVER_EPSON, 4)->address.s_addr, 4);
	assert_int_equal(pc_snmp_receiver_add(e, PC_SNMP_RECEIVER_XCMI, 1, &r), PC_OK);
	assert_int_equal(count(&w), PC_SNMP_RECEIVERS_HELD_MAX);
	views_done(&w);
}

static void
test_profile(void **state)
{
	struct pc_profile p = views_epson();
	struct views w;
	const struct pc_snmp_receiver *r;

	(void)state;
	p.snmp_receivers[0] =
		(struct pc_profile_snmp_receiver){"127.0.0.9", 1162, 1, true, "traps"};
	p.n_snmp_receivers = 1;
	assert_int_equal(pc_snmp_receivers_fill(init(&w, &p)), PC_OK);
	r = pc_snmp_receiver_find(w.dev, PC_SNMP_RECEIVER_PROFILE, 1);
	assert_non_null(r);
	assert_int_equal(ntohl(r->address.s_addr), 0x7f000009);
	assert_int_equal(r->port, 1162);
	assert_int_equal(r->version, 1);
	assert_true(r->inform);
	assert_true(r->active);
	assert_string_equal(r->name, "traps");
	views_done(&w);
	p.snmp_receivers[0].address = "not an address";
	assert_int_equal(pc_snmp_receivers_fill(init(&w, &p)), PC_E_BADVALUE);
	assert_int_equal(count(&w), 0);
	views_done(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_profile),
	};
	return cmocka_run_group_tests_name("snmp/receivers", tests, NULL, NULL);
}
