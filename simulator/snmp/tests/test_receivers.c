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
	struct pc_diag diag = {{0}};
	struct pc_snmp_receiver *added = NULL;
	struct pc_snmp_entity *e;
	const struct pc_snmp_receiver *r;

	(void)state;
	p.snmp_receivers[0] =
		(struct pc_profile_snmp_receiver){"127.0.0.9", 1162, 1, true, "traps"};
	p.snmp_receivers[1] = (struct pc_profile_snmp_receiver){"{ip}", 162, 0, true, "v1"};
	p.n_snmp_receivers = 2;
	e = init(&w, &p);
	assert_int_equal(pc_snmp_receivers_check(w.dev, &diag), PC_OK);
	r = pc_snmp_receiver_find(w.dev, PC_SNMP_RECEIVER_PROFILE, 1);
	assert_non_null(r);
	assert_int_equal(ntohl(r->address.s_addr), 0x7f000009);
	assert_int_equal(r->port, 1162);
	assert_int_equal(r->version, 1);
	assert_true(r->inform);
	assert_true(r->active);
	assert_int_equal(r->timeout_cs, 1500);
	assert_int_equal(r->retries, 3);
	assert_string_equal(r->name, "traps");
	r = pc_snmp_receiver_find(w.dev, PC_SNMP_RECEIVER_PROFILE, 2);
	assert_int_equal(ntohl(r->address.s_addr), 0x7f010203);
	assert_false(r->inform); /* SNMPv1 has none */
	/* a factory reset forgets what managers entered, and brings the profile's back */
	assert_int_equal(pc_snmp_receiver_add(e, PC_SNMP_RECEIVER_XCMI, 1, &added), PC_OK);
	pc_snmp_receiver_remove(e, PC_SNMP_RECEIVER_PROFILE, 1);
	assert_int_equal(pc_snmp_receivers_fill(e), PC_OK);
	assert_int_equal(count(&w), 2);
	assert_non_null(pc_snmp_receiver_find(w.dev, PC_SNMP_RECEIVER_PROFILE, 1));
	views_done(&w);
}

static void
test_wrong_address(void **state)
{
	struct pc_profile p = views_epson();
	struct views w;
	struct pc_diag diag = {{0}};

	(void)state;
	p.snmp_receivers[0] = (struct pc_profile_snmp_receiver){"127.0.0.9", 162, 1, false, "a"};
	p.snmp_receivers[1] = (struct pc_profile_snmp_receiver){"printer", 162, 1, false, "a"};
	p.n_snmp_receivers = 2;
	(void)init(&w, &p);
	assert_int_equal(count(&w), 1);
	assert_int_equal(pc_snmp_receivers_check(w.dev, &diag), PC_E_BADVALUE);
	assert_string_equal(diag.text,
		"profile 'views': snmp_receivers[1].address 'printer': an IPv4 address is expected");
	views_done(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_profile),
		cmocka_unit_test(test_wrong_address),
	};
	return cmocka_run_group_tests_name("snmp/receivers", tests, NULL, NULL);
}
