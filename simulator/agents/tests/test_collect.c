/* Tests of snmp-client and collect against a small responder on loopback. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "agents/collect-plan.h"
#include "agents/collect.h"
#include "agents/faults.h"
#include "fake-printer.h"

#define S "1.3.6.1.4.1.8072.9999.9999.77."

static const struct fake_object ink_printer[] = {
	{"1.3.6.1.2.1.1.2.0", PC_BER_OID, 0, "1.3.6.1.4.1.1248.1.1.2.1.3.5", 0},
	{"1.3.6.1.2.1.1.5.0", PC_BER_OCTETS, 0, "EPSON0A0B0C", 0},
	{"1.3.6.1.2.1.1.6.0", PC_BER_OCTETS, 0, "2nd floor", 0},
	{"1.3.6.1.2.1.2.2.1.6.1", PC_BER_OCTETS, 0, "\x02\x01\x02\x03\x04\x05", 6},
	{"1.3.6.1.2.1.25.3.2.1.2.1", PC_BER_OID, 0, "1.3.6.1.2.1.25.3.1.5", 0},
	{"1.3.6.1.2.1.25.3.2.1.3.1", PC_BER_OCTETS, 0, "EPSON WF-9 Series", 0},
	{"1.3.6.1.2.1.25.3.2.1.5.1", PC_BER_INTEGER, 3, NULL, 0},
	{"1.3.6.1.2.1.25.3.5.1.1.1", PC_BER_INTEGER, 3, NULL, 0},
	{"1.3.6.1.2.1.43.5.1.1.17.1", PC_BER_OCTETS, 0, "PCX0001", 0},
	{"1.3.6.1.2.1.43.10.2.1.4.1.1", PC_BER_COUNTER32, 4000000000, NULL, 0},
	{"1.3.6.1.2.1.43.11.1.1.3.1.1", PC_BER_INTEGER, 1, NULL, 0},
	{"1.3.6.1.2.1.43.11.1.1.3.1.2", PC_BER_INTEGER, 0, NULL, 0},
	{"1.3.6.1.2.1.43.11.1.1.5.1.1", PC_BER_INTEGER, 6, NULL, 0},
	{"1.3.6.1.2.1.43.11.1.1.5.1.2", PC_BER_INTEGER, 8, NULL, 0},
	{"1.3.6.1.2.1.43.11.1.1.6.1.1", PC_BER_OCTETS, 0, "Black Ink", 0},
	{"1.3.6.1.2.1.43.11.1.1.8.1.1", PC_BER_INTEGER, 100, NULL, 0},
	{"1.3.6.1.2.1.43.11.1.1.9.1.1", PC_BER_INTEGER, 42, NULL, 0},
	{"1.3.6.1.2.1.43.11.1.1.9.1.2", PC_BER_INTEGER, -3, NULL, 0},
	{"1.3.6.1.2.1.43.12.1.1.4.1.1", PC_BER_OCTETS, 0, "black", 0},
	{"1.3.6.1.2.1.43.18.1.1.2.1.7", PC_BER_INTEGER, 5, NULL, 0},
	{"1.3.6.1.2.1.43.18.1.1.2.1.9", PC_BER_INTEGER, 1, NULL, 0},
	{"1.3.6.1.2.1.43.18.1.1.7.1.7", PC_BER_INTEGER, 1105, NULL, 0},
	{"1.3.6.1.2.1.43.18.1.1.7.1.9", PC_BER_INTEGER, 1, NULL, 0},
	{S "1.1.0", PC_BER_COUNTER32, 4, NULL, 0},
	{S "2.1.2.1", PC_BER_INTEGER, 8, NULL, 0},
	{S "2.1.4.1", PC_BER_OCTETS, 0, "\x07\xea\x0b\x14\x0a\x31\x00\x00+\x00\x00", 11},
	{S "4.1.2.1", PC_BER_COUNTER32, 2, NULL, 0},
	{S "5.1.2.1", PC_BER_OCTETS, 0, "iso_a4_210x297mm", 0},
	{S "5.1.3.1", PC_BER_COUNTER32, 11, NULL, 0},
	{S "5.1.5.1", PC_BER_COUNTER32, 12, NULL, 0},
	{S "6.1.3.1", PC_BER_COUNTER32, 23, NULL, 0},
	{S "9.1.2.1", PC_BER_OCTETS, 0, "network", 0},
	{S "9.1.3.1", PC_BER_OCTETS, 0, "dhcp", 0},
	{S "9.1.4.1", PC_BER_OCTETS, 0, "on", 0},
};

static const struct fake_object computer[] = {
	{"1.3.6.1.2.1.1.2.0", PC_BER_OID, 0, "1.3.6.1.4.1.8072.3.2.10", 0},
	{"1.3.6.1.2.1.1.5.0", PC_BER_OCTETS, 0, "desk-12", 0},
	{"1.3.6.1.2.1.2.2.1.6.1", PC_BER_OCTETS, 0, "\x02\x01\x02\x03\x04\x09", 6},
};

enum { PRINTERS = 6 };

struct world {
	struct pc_clock clock;
	struct pc_loop *loop;
	struct pc_snmp_client *client;
	struct fake_printer *printers;
	struct pc_collect_target targets[PRINTERS];
	struct pc_collect_options options;
	struct pc_record records[PRINTERS];
	struct pc_collect_facts facts[PRINTERS];
	size_t order[PRINTERS], told;
	bool ended;
	int walk_err;
	size_t values;
};

static int
set_up(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	w->printers = calloc(PRINTERS, sizeof(*w->printers));
	pc_clock_init_real(&w->clock);
	assert_int_equal(pc_loop_new(&w->clock, &w->loop, NULL), PC_OK);
	struct pc_snmp_client_options o = {
		.loop = w->loop, .timeout_ms = 60, .retries = 1, .seed = 5};
	assert_int_equal(pc_snmp_client_new(&o, &w->client, NULL), PC_OK);
	for (size_t i = 0; i < PRINTERS; i++) {
		w->printers[i].objects = ink_printer;
		w->printers[i].n = sizeof(ink_printer) / sizeof(ink_printer[0]);
		w->targets[i] = (struct pc_collect_target){
			.addr = fake_start(&w->printers[i], w->loop), .name = "", .serial = ""};
	}
	w->options = (struct pc_collect_options){
		.loop = w->loop, .client = w->client, .community = "public"};
	*state = w;
	return 0;
}

static int
tear_down(void **state)
{
	struct world *w = *state;
	pc_snmp_client_free(w->client);
	for (size_t i = 0; i < PRINTERS; i++)
		pc_udp_close(w->printers[i].udp);
	pc_loop_free(w->loop);
	free(w->printers);
	free(w);
	return 0;
}

static void
on_record(void *arg, size_t target, const struct pc_record *r, const struct pc_collect_facts *facts)
{
	struct world *w = arg;
	w->order[w->told++] = target;
	w->records[target] = *r;
	if (facts != NULL)
		w->facts[target] = *facts;
}

static void
on_end(void *arg)
{
	struct world *w = arg;
	w->ended = true;
}

static void
turn_until(struct world *w, const bool *flag)
{
	uint64_t deadline = pc_clock_ms(&w->clock) + 5000;
	while (!*flag && pc_clock_ms(&w->clock) < deadline)
		pc_loop_turn(w->loop, 50);
	assert_true(*flag);
}

static void
collect(struct world *w, size_t n)
{
	struct pc_collect *c = NULL;
	w->told = 0;
	w->ended = false;
	assert_int_equal(
		pc_collect_start(&w->options, w->targets, n, on_record, on_end, w, &c), PC_OK);
	turn_until(w, &w->ended);
}

static void
check_ink_printer(const struct pc_record *r)
{
	assert_string_equal(r->serial, "PCX0001");
	assert_string_equal(r->manufacturer, "EPSON");
	assert_string_equal(r->model, "WF-9 Series");
	assert_string_equal(r->mac_address, "02:01:02:03:04:05");
	assert_string_equal(r->location, "2nd floor");
	assert_string_equal(r->domain_name, "EPSON0A0B0C");
	assert_int_equal(r->status, PC_RECORD_WARNING);
	assert_true(r->total_pages == 4000000000);
	assert_int_equal(r->n_supplies, 2);
	assert_string_equal(r->supplies[0].color, "black");
	assert_int_equal(r->supplies[0].level, 42);
	assert_true(r->supplies[0].replacements == 2);
	assert_int_equal(r->supplies[1].level, -3);
	assert_true(r->supplies[1].replacements == -1);
	assert_int_equal(r->n_errors, 1);
	assert_int_equal(r->errors[0].code, 1105);
	assert_int_equal(r->n_history, 1);
	assert_string_equal(r->history[0].date, "2026-11-20T10:49:00Z");
	assert_int_equal(r->n_sizes, 1);
	assert_int_equal(r->sizes[0].sides[0][0], 11);
	assert_int_equal(r->sizes[0].sides[1][0], 12);
	assert_true(r->sizes[0].color);
	assert_false(r->sizes[0].duplex);
	assert_int_equal(r->n_functions, 1);
	assert_string_equal(r->functions[0].name, "print");
	assert_int_equal(r->n_settings, 1);
	assert_string_equal(r->settings[0].value, "on");
	assert_true(r->paper_jams == 4);
}

static void
test_versions(void **state)
{
	struct world *w = *state;
	w->printers[1].v1_only = true;
	w->printers[2].max_reply_vars = 20;
	w->printers[3].swallow = 1;
	collect(w, 4);
	assert_int_equal(w->told, 4);
	for (size_t i = 0; i < 4; i++)
		check_ink_printer(&w->records[i]);
	assert_int_equal(w->facts[0].version, PC_SNMP_V2C);
	assert_int_equal(w->facts[1].version, PC_SNMP_V1);
	assert_true(w->facts[0].epson);
	assert_true(pc_snmp_client_counters(w->client).resent > 0);
}

static void
test_dead_and_computer(void **state)
{
	struct world *w = *state;
	w->printers[0].silent = true;
	w->targets[0].serial = "KNOWN1";
	w->printers[1].objects = computer;
	w->printers[1].n = 3;
	collect(w, 3);
	assert_int_equal(w->told, 3);
	assert_int_equal(w->order[2], 0); /* the dead one delays nobody */
	assert_int_equal(w->records[0].status, PC_RECORD_UNREACHABLE);
	assert_string_equal(w->records[0].serial, "KNOWN1");
	assert_string_equal(w->records[0].ip_address, "127.0.0.1");
	assert_false(w->facts[1].printer);
	assert_true(w->printers[1].requests <= 3);
	check_ink_printer(&w->records[2]);
	w->options.faults = UINT64_C(1) << PC_AGENT_STOPS_AT_DEAD;
	collect(w, 3);
	assert_int_equal(w->told, 1);
	w->options.faults = UINT64_C(1) << PC_AGENT_WRONG_SERIAL;
	collect(w, 3);
	assert_string_equal(w->records[2].serial, "PCX0007");
}

static void
on_walk_value(void *arg, size_t column, const uint32_t *index, size_t n_index,
	const struct pc_snmp_varbind *value)
{
	struct world *w = arg;
	(void)column;
	(void)index;
	(void)n_index;
	(void)value;
	w->values++;
}

static void
on_walk_end(void *arg, int err)
{
	struct world *w = arg;
	w->walk_err = err;
	w->ended = true;
}

static int
walk(struct world *w, size_t printer, int32_t version, size_t max)
{
	struct pc_snmp_peer peer = {
		.addr = w->targets[printer].addr, .version = version, .community = "public"};
	struct pc_snmp_walk *walk = NULL;
	struct pc_oid root[2];
	assert_int_equal(pc_oid_parse("1.3.6.1.2.1.43", &root[0]), PC_OK);
	assert_int_equal(pc_oid_parse("1.3.6.1.2.1.1", &root[1]), PC_OK);
	w->ended = false;
	w->values = 0;
	assert_int_equal(pc_snmp_walk_start(w->client, &peer, root, 2, max, on_walk_value,
				 on_walk_end, w, &walk),
		PC_OK);
	turn_until(w, &w->ended);
	return w->walk_err;
}

static void
test_walk(void **state)
{
	struct world *w = *state;
	assert_int_equal(walk(w, 0, PC_SNMP_V2C, 1000), PC_OK);
	assert_int_equal(w->values, 18);
	assert_int_equal(walk(w, 0, PC_SNMP_V1, 1000), PC_OK);
	assert_int_equal(w->values, 18);
	assert_int_equal(walk(w, 0, PC_SNMP_V2C, 5), PC_E_LIMIT);
	assert_int_equal(w->values, 5);
	w->printers[1].endless = true; /* names that do not grow end the walk */
	assert_int_equal(walk(w, 1, PC_SNMP_V1, 100000), PC_E_BADVALUE);
	w->printers[2].silent = true;
	assert_int_equal(walk(w, 2, PC_SNMP_V2C, 1000), PC_E_TIMEOUT);
}

static void
on_reply(void *arg, const struct pc_snmp_reply *reply)
{
	struct world *w = arg;
	w->walk_err = reply->err;
	w->ended = true;
}

static void
test_same_id(void **state)
{
	struct world *w = *state;
	struct pc_snmp_peer peer = {
		.addr = w->targets[0].addr, .version = PC_SNMP_V2C, .community = "public"};
	struct pc_snmp_varbind vb;
	struct pc_oid oid;
	int32_t ticket = 0;
	assert_int_equal(pc_oid_parse("1.3.6.1.2.1.1.5.0", &oid), PC_OK);
	pc_snmp_varbind_null(&vb, &oid);
	w->printers[0].swallow = 1;
	assert_int_equal(pc_snmp_client_ask(
				 w->client, &peer, PC_SNMP_GET, 0, 0, &vb, 1, on_reply, w, &ticket),
		PC_OK);
	turn_until(w, &w->ended);
	assert_int_equal(w->walk_err, PC_OK);
	assert_int_equal(w->printers[0].requests, 2);
	assert_int_equal(w->printers[0].last_id, ticket);
}

static void
test_plan(void **state)
{
	size_t in_set[PC_PLAN_SETS] = {0};
	const struct pc_plan_row *row, *before = NULL;
	(void)state;
	for (size_t i = 0; (row = pc_plan_row(i)) != NULL; i++) {
		struct pc_oid oid;
		assert_int_equal(pc_oid_parse(row->oid, &oid), PC_OK);
		/* a set's rows follow each other, in memory too */
		assert_true(before == NULL || row->set >= before->set);
		assert_true(before == NULL || row->set != before->set || row == before + 1);
		in_set[row->set]++;
		before = row;
	}
	assert_true(in_set[PC_PLAN_SCALAR] <= 24);
	for (int set = PC_PLAN_STANDARD; set < PC_PLAN_SETS; set++)
		assert_in_range(in_set[set], 1, PC_SNMP_WALK_COLUMNS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_versions, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_dead_and_computer, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_walk, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_same_id, set_up, tear_down),
		cmocka_unit_test(test_plan),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
