/* The SC-T3405 of the profiles against the facts of a real one, and what moves: the trap table, the
 * job log, usage. */
#include <stdlib.h>

#include "snmp/tests/change.h"
#include "snmp/tests/views.h"

#include "snmp/entity.h"
#include "snmp/receivers.h"
#include "snmp/tests/epson_facts.h"

#define EPS  "1.3.6.1.4.1.1248."
#define TRAP EPS "1.1.3.1.2.16.1."

static struct pc_profile *
init(struct views *w)
{
	struct pc_profile *p = NULL;
	struct pc_diag diag = {0};

	if (pc_profile_find(PC_SOURCE_DIR "/profiles", "epson-sc-t3405", &p, &diag) != PC_OK)
		fail_msg("%s", diag.text);
	views_init(w, p);
	assert_non_null(pc_snmp_entity_get(w->dev));
	return p;
}

static void
done(struct views *w, struct pc_profile *p)
{
	views_done(w);
	pc_profile_free(p);
}

static void
check_fact(const struct views *w, const struct epson_fact *f)
{
	uint32_t oid[PC_OID_MAX];
	struct pc_snmp_value v = {0};
	char name[OUTPUT_TEXT], want[PC_SNMP_SCRATCH], got[OUTPUT_TEXT];
	size_t n = 0;

	(void)snprintf(name, sizeof name, EPS "%s", f->oid);
	assert_int_equal(pc_arcs_parse(name, oid, PC_OID_MAX, &n), PC_OK);
	if (pc_snmp_tree_get(w->tree, w->dev, oid, n, &v) != PC_OK)
		fail_msg("%s is not served", name);
	if (f->want[1] == '#') {
		size_t len = strtoul(f->want + 2, NULL, 10);

		if (v.type != PC_SNMP_OCTETS || (len != 0 && v.len != len))
			fail_msg("%s has type %u and %zu octets", name, v.type, v.len);
		return;
	}
	assert_int_equal(pc_device_expand(w->dev, f->want, want, sizeof want), PC_OK);
	want[OUTPUT_TEXT - 13] = '\0'; /* as much as is printed */
	(void)views_text(&v, got);
	got[OUTPUT_TEXT - 13] = '\0';
	if (strcmp(got, want) != 0)
		fail_msg("%s is '%s', expected '%s'", name, got, want);
}

static void
test_facts(void **state)
{
	struct views w;
	struct pc_profile *p = init(&w);

	(void)state;
	assert_true(sizeof epson_facts / sizeof *epson_facts > 450);
	for (size_t i = 0; i < sizeof epson_facts / sizeof *epson_facts; i++)
		check_fact(&w, &epson_facts[i]);
	/* the interface identifier is the MAC address with its second bit turned */
	views_expect(
		&w, "link-local", EPS "1.1.3.1.28.2.1.2.1", "4:fe80000000000000004550fffe000001");
	views_expect(&w, "its URL", EPS "1.1.3.1.4.46.1.2.2",
		"4:http://[fe80::45:50ff:fe00:1]:631/ipp/print");
	done(&w, p);
}

/* Four rows that are views of the printer's receivers. */
static void
test_trap_table(void **state)
{
	struct views w;
	struct pc_profile *p = init(&w);
	const struct pc_snmp_receiver *r;
	struct pc_snmp_value address = {
		.type = PC_SNMP_IPADDRESS, .bytes = (const uint8_t *)"\x7f\0\0\x09", .len = 4};

	(void)state;
	views_expect(&w, "off", TRAP "3.2", "2:0");
	assert_int_equal(views_set(&w, TRAP "4.2", &address), 0);
	assert_int_equal(SET(&w, {TRAP "2.2", TXT, 0, "traps"}, {TRAP "3.2", INT, 2, NULL},
				 {TRAP "8.2", INT, 1162, NULL}),
		0);
	r = pc_snmp_receiver_find(w.dev, PC_SNMP_RECEIVER_EPSON, 2);
	assert_non_null(r);
	assert_int_equal(ntohl(r->address.s_addr), 0x7f000009);
	assert_int_equal(r->port, 1162);
	assert_int_equal(r->version, 1);
	assert_true(r->active);
	assert_string_equal(r->name, "traps");
	views_expect(&w, "address", TRAP "4.2", "64:127.0.0.9");
	assert_int_equal(SET(&w, {TRAP "3.2", INT, 0, NULL}), 0);
	assert_false(r->active);
	assert_int_equal(SET(&w, {TRAP "3.2", INT, 3, NULL}), 10);
	assert_int_equal(SET(&w, {TRAP "8.2", INT, 0, NULL}), 10);
	assert_int_equal(SET(&w, {TRAP "2.2", TXT, 0, "0123456789012345678901234567890123"}), 8);
	assert_int_equal(SET(&w, {TRAP "3.5", INT, 1, NULL}), 11);
	done(&w, p);
}

/* A job of two A1 sheets: 1,682 mm of paper, 9,992 cm2, two cuts, a row in the log. */
static void
test_job(void **state)
{
	struct views w;
	struct pc_profile *p = init(&w);

	(void)state;
	views_expect(&w, "no job yet", EPS "1.2.2.27.20.1.2.1.1.1", "none");
	views_job(&w, 2, true, false);
	for (int i = 0; i < 100; i++)
		views_pass(&w, 1000);
	views_expect(&w, "length", EPS "1.2.2.27.4.1.3.1.1", "2:129616");
	views_expect(&w, "length again", EPS "1.2.2.27.5.1.4.1.1", "2:129616");
	views_expect(&w, "area", EPS "1.2.2.27.5.1.4.1.2", "2:790031");
	views_expect(&w, "cuts", EPS "1.2.2.25.1.1.5.1.1", "2:165");
	views_expect(&w, "number", EPS "1.2.2.27.20.1.2.1.1.1", "2:1");
	views_expect(&w, "done", EPS "1.2.2.27.20.1.11.1.1.1", "2:1");
	views_expect(&w, "from the roll", EPS "1.2.2.27.20.1.8.1.1.1", "2:3");
	views_expect(&w, "width", EPS "1.2.2.27.20.1.9.1.1.1", "2:594");
	views_expect(&w, "length of the job", EPS "1.2.2.27.20.1.10.1.1.1", "2:1682");
	views_expect(&w, "printed in colour", EPS "1.2.2.27.6.1.5.1.1.1", "65:99");
	done(&w, p);
}

/* A copy is no print: each function has its own colours. */
static void
test_functions(void **state)
{
	struct pc_profile p = views_epson();
	struct views w;
	uint32_t id = 0;

	(void)state;
	views_init(&w, &p);
	assert_int_equal(pc_device_job_begin(w.dev, PC_ORIGIN_COPY, &id), PC_OK);
	assert_int_equal(pc_device_job_data(w.dev, id, (const uint8_t *)"x", 1), PC_OK);
	assert_int_equal(pc_device_job_end(w.dev, id, 3), PC_OK);
	views_pass(&w, 60000);
	views_expect(&w, "copied", EPS "1.2.2.27.6.1.4.1.1.2", "65:3");
	views_expect(&w, "in colour", EPS "1.2.2.27.6.1.5.1.1.2", "65:3");
	views_expect(&w, "not printed", EPS "1.2.2.27.6.1.4.1.1.1", "65:1001");
	views_expect(&w, "own language", EPS "1.2.2.49.2.1.5.1.1", "65:1001");
	views_expect(&w, "other", EPS "1.2.2.49.2.1.5.1.2", "65:3");
	views_done(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_facts),
		cmocka_unit_test(test_trap_table),
		cmocka_unit_test(test_job),
		cmocka_unit_test(test_functions),
	};
	return cmocka_run_group_tests_name("snmp/epson_facts", tests, NULL, NULL);
}
