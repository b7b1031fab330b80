/* Tests of --trap-to: what it takes, and what becomes of the profile. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "cmd/trap-option.h"

static void
test_words(void **state)
{
	static const struct {
		const char *value, *address;
		uint16_t port;
		int32_t version;
		bool inform;
	} rows[] = {
		{"127.0.0.1", "127.0.0.1", 162, 1, false},
		{"127.0.0.9:1162", "127.0.0.9", 1162, 1, false},
		{"127.0.0.1,v1", "127.0.0.1", 162, 0, false},
		{"127.0.0.1,inform", "127.0.0.1", 162, 1, true},
		{"127.0.0.1:5,v3,inform", "127.0.0.1", 5, 3, true},
		{"127.0.0.1,inform,v2c", "127.0.0.1", 162, 1, true},
	};
	struct pc_trap_option o = {.n = 0};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_int_equal(pc_trap_option_add(&o, rows[i].value, NULL), PC_OK);
		assert_int_equal(o.n, i + 1);
		assert_int_equal(pc_trap_option_waits(&o), i >= 3);
		assert_string_equal(o.to[i].text, rows[i].address);
		assert_int_equal(o.to[i].port, rows[i].port);
		assert_int_equal(o.to[i].version, rows[i].version);
		assert_int_equal(o.to[i].inform, rows[i].inform);
	}
}

static void
test_refused(void **state)
{
	static const struct {
		const char *value, *diag;
	} rows[] = {
		{"", "--trap-to '': ADDR[:PORT][,v1|v2c|v3][,inform] expected"},
		{"printer", "--trap-to 'printer': ADDR[:PORT][,v1|v2c|v3][,inform] expected"},
		{"127.0.0.1:0",
			"--trap-to '127.0.0.1:0': ADDR[:PORT][,v1|v2c|v3][,inform] expected"},
		{"127.0.0.1,v2",
			"--trap-to '127.0.0.1,v2': ADDR[:PORT][,v1|v2c|v3][,inform] expected"},
		{"127.0.0.1,", "--trap-to '127.0.0.1,': ADDR[:PORT][,v1|v2c|v3][,inform] expected"},
		{"127.0.0.1,v1,inform",
			"--trap-to '127.0.0.1,v1,inform': SNMPv1 has no informs; say v2c or v3"},
		{"127.0.0.1.127.0.0.1.127.0.0.1.127.0.0.1",
			"--trap-to '127.0.0.1.127.0.0.1.127.0.0.1.127.0.0.1': "
			"ADDR[:PORT][,v1|v2c|v3][,inform] expected"},
	};
	struct pc_trap_option o = {.n = 0};
	struct pc_diag diag;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		diag.text[0] = '\0';
		assert_int_equal(pc_trap_option_add(&o, rows[i].value, &diag), PC_E_USAGE);
		assert_string_equal(diag.text, rows[i].diag);
	}
	assert_int_equal(o.n, 0);
	for (int i = 0; i < PC_SNMP_RECEIVERS_MAX; i++)
		assert_int_equal(pc_trap_option_add(&o, "127.0.0.1", NULL), PC_OK);
	assert_int_equal(pc_trap_option_add(&o, "127.0.0.1", NULL), PC_E_USAGE);
}

static struct in_addr
at(uint32_t host)
{
	return (struct in_addr){htonl(host)};
}

static void
test_apply(void **state)
{
	static struct pc_profile p = {.id = "model", .community_read = "readers"};
	struct pc_trap_option o = {.n = 0}, v3 = {.n = 0}, outside = {.n = 0};

	(void)state;
	assert_int_equal(pc_trap_option_add(&o, "127.0.0.9:1162,v1", NULL), PC_OK);
	assert_int_equal(pc_trap_option_add(&v3, "127.0.0.9,v3,inform", NULL), PC_OK);
	assert_int_equal(pc_trap_option_add(&outside, "10.0.0.1", NULL), PC_OK);
	assert_int_equal(pc_trap_option_apply(&o, &p, at(0x7f010001), NULL), PC_OK);
	assert_int_equal(p.n_snmp_receivers, 1);
	assert_string_equal(p.snmp_receivers[0].address, "127.0.0.9");
	assert_int_equal(p.snmp_receivers[0].port, 1162);
	assert_int_equal(p.snmp_receivers[0].version, 0);
	assert_string_equal(p.snmp_receivers[0].name, "readers");
	assert_int_equal(pc_trap_option_apply(&v3, &p, at(0x7f010001), NULL), PC_E_USAGE);
	p.snmp_users[p.n_snmp_users++].name = "ann";
	assert_int_equal(pc_trap_option_apply(&v3, &p, at(0x7f010001), NULL), PC_OK);
	assert_string_equal(p.snmp_receivers[1].name, "ann");
	assert_true(p.snmp_receivers[1].inform);
	/* nobody outside can be reached from loopback */
	assert_int_equal(pc_trap_option_apply(&outside, &p, at(0x7f010001), NULL), PC_E_USAGE);
	assert_int_equal(pc_trap_option_apply(&outside, &p, at(0x0a000002), NULL), PC_OK);
	p.community_read = NULL;
	assert_int_equal(pc_trap_option_apply(&o, &p, at(0x7f010001), NULL), PC_OK);
	assert_string_equal(p.snmp_receivers[3].name, "public");
	while (p.n_snmp_receivers < PC_SNMP_RECEIVERS_MAX)
		assert_int_equal(pc_trap_option_apply(&o, &p, at(0x7f010001), NULL), PC_OK);
	assert_int_equal(pc_trap_option_apply(&o, &p, at(0x7f010001), NULL), PC_E_USAGE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_apply),
	};
	return cmocka_run_group_tests_name("cmd/trap-option", tests, NULL, NULL);
}
