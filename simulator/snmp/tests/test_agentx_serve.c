/* What a printer answers a master agent: PDUs in, PDUs out, no connection. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "codec/agentx.h"
#include "printers.h"
#include "snmp/agentx-roots.h"
#include "snmp/agentx-serve.h"

enum { TEXT = 4096 };

struct rig {
	struct printers p;
	struct pc_snmp_target target;
	struct pc_agentx_sets sets;
	uint8_t in[PC_AGENTX_PDU_MAX], out[PC_AGENTX_PDU_MAX];
	char text[TEXT];
};

static int
setup(void **state)
{
	struct rig *r = calloc(1, sizeof(*r));
	assert_non_null(r);
	printers_init(&r->p);
	r->target = (struct pc_snmp_target){r->p.devices[0], r->p.tree};
	*state = r;
	return 0;
}

static int
teardown(void **state)
{
	struct rig *r = *state;
	pc_agentx_sets_done(&r->sets);
	printers_done(&r->p);
	free(r);
	return 0;
}

/* ---- PDUs as text ---- */

/* "1.3.6", "-" for no OID, a leading '+' for "include" */
static void
take_oid(const char *text, struct pc_oid *ret, bool *ret_include)
{
	*ret_include = text[0] == '+';
	if (text[0] == '+')
		text++;
	ret->len = 0;
	if (strcmp(text, "-") != 0)
		assert_int_equal(pc_oid_parse(text, ret), PC_OK);
}

/* "start..end start..end" */
static void
add_ranges(struct pc_agentx_writer *w, char *text)
{
	char *rest = NULL;
	for (char *t = strtok_r(text, " ", &rest); t != NULL; t = strtok_r(NULL, " ", &rest)) {
		struct pc_agentx_range r;
		bool unused;
		char *end = strstr(t, "..");
		assert_non_null(end);
		*end = '\0';
		take_oid(t, &r.start, &r.include);
		take_oid(end + 2, &r.end, &unused);
		pc_agentx_add_range(w, &r);
	}
}

/* "name=i:5 name=s:text" */
static void
add_variables(struct pc_agentx_writer *w, char *text)
{
	char *rest = NULL;
	for (char *t = strtok_r(text, " ", &rest); t != NULL; t = strtok_r(NULL, " ", &rest)) {
		struct pc_agentx_varbind v = {.type = PC_BER_INTEGER};
		bool unused;
		char *value = strchr(t, '=');
		assert_non_null(value);
		*value++ = '\0';
		take_oid(t, &v.name, &unused);
		v.integer = strtol(value + 2, NULL, 10);
		if (value[0] == 's') {
			v.type = PC_BER_OCTETS;
			v.octets = (const uint8_t *)value + 2;
			v.n_octets = strlen(value + 2);
		}
		pc_agentx_add_varbind(w, &v);
	}
}

static size_t
print_variable(char *out, size_t size, const struct pc_agentx_varbind *v)
{
	char name[PC_OID_TEXT_MAX], oid[PC_OID_TEXT_MAX];
	int n = snprintf(out, size, " %s=", pc_oid_text(&v->name, name));
	out += n;
	size -= (size_t)n;
	switch (v->type) {
	case PC_BER_OCTETS:
		if (v->n_octets > 100)
			return (size_t)(n + snprintf(out, size, "(%zu)", v->n_octets));
		return (size_t)(n + snprintf(out, size, "%.*s", (int)v->n_octets,
					    (const char *)v->octets));
	case PC_BER_OID:
		return (size_t)(n + snprintf(out, size, "%s", pc_oid_text(&v->oid, oid)));
	case PC_BER_NO_SUCH_OBJECT:
		return (size_t)(n + snprintf(out, size, "noSuchObject"));
	case PC_BER_NO_SUCH_INSTANCE:
		return (size_t)(n + snprintf(out, size, "noSuchInstance"));
	case PC_BER_END_OF_MIB_VIEW:
		return (size_t)(n + snprintf(out, size, "end"));
	default:
		return (size_t)(n + snprintf(out, size, "%lld", (long long)v->integer));
	}
}

/* One PDU of transaction `t`; the answer as "error/index name=value …", "" for none. */
static const char *
serve(struct rig *r, uint8_t type, uint32_t t, const char *content, struct pc_agentx pdu)
{
	struct pc_agentx_writer w;
	struct pc_agentx answer;
	struct pc_agentx_varbind v;
	char copy[TEXT];
	size_t n = 0, n_out = 0;
	pc_text_copy(copy, sizeof(copy), content);
	pdu.header = (struct pc_agentx_header){.type = type,
		.flags = t % 2 == 0 ? PC_AGENTX_BIG_ENDIAN : 0,
		.session = 5,
		.transaction = t,
		.packet = 99};
	pc_agentx_begin(&w, r->in, sizeof(r->in), &pdu);
	if (type == PC_AGENTX_TESTSET)
		add_variables(&w, copy);
	else
		add_ranges(&w, copy);
	assert_int_equal(pc_agentx_end(&w, &n), PC_OK);
	assert_int_equal(pc_agentx_read(r->in, n, &pdu), PC_OK);
	pc_agentx_serve(&r->sets, &r->target, &pdu, r->in, n, r->out, &n_out);
	r->text[0] = '\0';
	if (n_out == 0)
		return r->text;
	assert_int_equal(pc_agentx_read(r->out, n_out, &answer), PC_OK);
	assert_int_equal(answer.header.type, PC_AGENTX_RESPONSE);
	assert_int_equal(answer.header.flags, pdu.header.flags);
	assert_int_equal(answer.header.session, 5);
	assert_int_equal(answer.header.transaction, t);
	assert_int_equal(answer.header.packet, 99);
	size_t at = (size_t)snprintf(r->text, TEXT, "%u/%u", answer.error, answer.index);
	while (at < TEXT / 2 && pc_agentx_next_varbind(&answer.list, &v))
		at += print_variable(r->text + at, TEXT - at, &v);
	return r->text;
}

#define CELL "1.3.6.1.4.1.9"

/* ---- reading ---- */

static void
test_reading(void **state)
{
	static const struct {
		const char *name;
		uint8_t type;
		uint16_t non_repeaters, max_repetitions;
		const char *ranges, *answer;
	} rows[] = {
		{"Get", PC_AGENTX_GET, 0, 0, CELL ".1.1..-", "0/0 " CELL ".1.1=-11"},
		{"Get of every kind", PC_AGENTX_GET, 0, 0,
			CELL ".2.3..- " CELL ".3.1..- 1.3.6.1.2.1.1.3.0..- 1.3.6.1.2.1.1.1.0..-",
			"0/0 " CELL ".2.3=23000000000000 " CELL
			".3.1=1.3.4294967295 1.3.6.1.2.1.1.3.0=4294967295 "
			"1.3.6.1.2.1.1.1.0=Test printer"},
		{"Get of what is not there", PC_AGENTX_GET, 0, 0,
			CELL ".1.4..- 1.3.6.1.4.1.8.1..- -..-",
			"0/0 " CELL ".1.4=noSuchInstance 1.3.6.1.4.1.8.1=noSuchObject "
			"=noSuchObject"},
		{"GetNext", PC_AGENTX_GETNEXT, 0, 0, CELL ".1.1..-", "0/0 " CELL ".1.2=-12"},
		{"GetNext with itself", PC_AGENTX_GETNEXT, 0, 0, "+" CELL ".1.1..-",
			"0/0 " CELL ".1.1=-11"},
		{"GetNext with itself, .0", PC_AGENTX_GETNEXT, 0, 0, "+1.3.6.1.2.1.1.1.0..-",
			"0/0 1.3.6.1.2.1.1.1.0=Test printer"},
		{"GetNext with itself, not there", PC_AGENTX_GETNEXT, 0, 0, "+" CELL "..-",
			"0/0 " CELL ".1.1=-11"},
		{"GetNext up to a bound", PC_AGENTX_GETNEXT, 0, 0,
			CELL ".1.2.." CELL ".1.3 " CELL ".1.2.." CELL ".1.4",
			"0/0 " CELL ".1.2=end " CELL ".1.3=-13"},
		{"GetNext at the end", PC_AGENTX_GETNEXT, 0, 0, "1.3.6.1.4.1.20.1.1500..-",
			"0/0 1.3.6.1.4.1.20.1.1500=end"},
		{"GetNext of no name", PC_AGENTX_GETNEXT, 0, 0, "-..-",
			"0/0 1.3.6.1.2.1.1.1.0=Test printer"},
		{"GetBulk", PC_AGENTX_GETBULK, 1, 2,
			"1.3.6.1.2.1.1..- " CELL ".1.1..- " CELL ".1.2.." CELL ".1.9",
			"0/0 1.3.6.1.2.1.1.1.0=Test printer " CELL ".1.2=-12 " CELL ".1.3=-13 " CELL
			".1.3=-13 " CELL ".1.3=end"},
		{"GetBulk stops when all have ended", PC_AGENTX_GETBULK, 0, 65535,
			"1.3.6.1.4.1.20.1.1498..-",
			"0/0 1.3.6.1.4.1.20.1.1499=1499 1.3.6.1.4.1.20.1.1500=1500 "
			"1.3.6.1.4.1.20.1.1500=end"},
		{"GetBulk of nothing", PC_AGENTX_GETBULK, 3, 9, "", "0/0"},
		{"more non-repeaters than ranges", PC_AGENTX_GETBULK, 9, 9, CELL ".1.1..-",
			"0/0 " CELL ".1.2=-12"},
		{"too much for a PDU", PC_AGENTX_GET, 0, 0,
			"1.3.6.1.4.1.10.1.0..- 1.3.6.1.4.1.10.1.0..- 1.3.6.1.4.1.10.1.0..- "
			"1.3.6.1.4.1.10.1.0..- 1.3.6.1.4.1.10.1.0..- 1.3.6.1.4.1.10.1.0..- "
			"1.3.6.1.4.1.10.1.0..- 1.3.6.1.4.1.10.1.0..- 1.3.6.1.4.1.10.1.0..- "
			"1.3.6.1.4.1.10.1.0..- 1.3.6.1.4.1.10.1.0..- 1.3.6.1.4.1.10.1.0..- "
			"1.3.6.1.4.1.10.1.0..- 1.3.6.1.4.1.10.1.0..- 1.3.6.1.4.1.10.1.0..- "
			"1.3.6.1.4.1.10.1.0..- 1.3.6.1.4.1.10.1.0..-",
			"5/1"},
	};
	struct rig *r = *state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct pc_agentx pdu = {.non_repeaters = rows[i].non_repeaters,
			.max_repetitions = rows[i].max_repetitions};
		print_message("%s\n", rows[i].name);
		assert_string_equal(
			serve(r, rows[i].type, (uint32_t)i, rows[i].ranges, pdu), rows[i].answer);
	}
}

/* A GETBULK answer is cut to what a PDU holds. */
static void
test_bulk_is_cut(void **state)
{
	struct rig *r = *state;
	struct pc_agentx pdu = {.max_repetitions = 60000}, answer;
	struct pc_agentx_header h;
	(void)serve(r, PC_AGENTX_GETBULK, 1,
		"1.3.6.1.4.1.20..- 1.3.6.1.4.1.20..- 1.3.6.1.4.1.20..-", pdu);
	assert_int_equal(pc_agentx_frame(r->out, PC_AGENTX_PDU_MAX, &h), PC_OK);
	assert_int_equal(
		pc_agentx_read(r->out, PC_AGENTX_HEADER_BYTES + h.payload, &answer), PC_OK);
	assert_true(h.payload > PC_AGENTX_PAYLOAD_MAX - 64);
	assert_true(answer.list.n > 1000 && answer.list.n < 4500);
}

/* ---- SET ---- */

#define NAME  "1.3.6.1.2.1.1.5.0"
#define PLACE "1.3.6.1.2.1.1.6.0"

static const char *
simple(struct rig *r, uint8_t type, uint32_t t)
{
	return serve(r, type, t, "", (struct pc_agentx){.index = 0});
}

static const char *
test(struct rig *r, uint32_t t, const char *variables)
{
	return serve(r, PC_AGENTX_TESTSET, t, variables, (struct pc_agentx){.index = 0});
}

static void
is(struct rig *r, const char *name, const char *place)
{
	char want[TEXT];
	snprintf(want, sizeof(want), "0/0 " NAME "=%s " PLACE "=%s", name, place);
	assert_string_equal(
		serve(r, PC_AGENTX_GET, 7, NAME "..- " PLACE "..-", (struct pc_agentx){.index = 0}),
		want);
}

static void
test_set(void **state)
{
	struct rig *r = *state;
	assert_string_equal(test(r, 1, NAME "=s:one " PLACE "=s:two"), "0/0");
	is(r, "name1", ""); /* only judged */
	assert_string_equal(simple(r, PC_AGENTX_COMMITSET, 1), "0/0");
	is(r, "one", "two");
	assert_string_equal(simple(r, PC_AGENTX_COMMITSET, 1), "14/0"); /* not twice */
	assert_string_equal(simple(r, PC_AGENTX_CLEANUPSET, 1), "");
	is(r, "one", "two");
	assert_string_equal(test(r, 2, NAME "=s:three " PLACE "=s:four"), "0/0");
	assert_string_equal(simple(r, PC_AGENTX_COMMITSET, 2), "0/0");
	is(r, "three", "four");
	assert_string_equal(simple(r, PC_AGENTX_UNDOSET, 2), "0/0");
	is(r, "one", "two");
	/* It ends with the undo. */
	assert_string_equal(simple(r, PC_AGENTX_UNDOSET, 2), "15/0");
	/* A failure in the middle puts back what was done. */
	assert_string_equal(test(r, 3, NAME "=s:five " PLACE "=s:#no"), "0/0");
	assert_string_equal(simple(r, PC_AGENTX_COMMITSET, 3), "14/0");
	is(r, "one", "two");
	assert_string_equal(simple(r, PC_AGENTX_UNDOSET, 3), "0/0");
	is(r, "one", "two");
	/* Given up before the commit. */
	assert_string_equal(test(r, 4, NAME "=s:six"), "0/0");
	assert_string_equal(simple(r, PC_AGENTX_CLEANUPSET, 4), "");
	assert_string_equal(simple(r, PC_AGENTX_COMMITSET, 4), "14/0");
	is(r, "one", "two");
}

static void
test_set_refused(void **state)
{
	static const struct {
		const char *name, *variables, *answer;
	} rows[] = {
		{"wrongValue", PLACE "=s:ok " NAME "=s:!", "10/2"},
		{"wrongType", NAME "=i:5", "7/1"},
		{"wrongLength", NAME "=s:123456789012345678901234567890123", "8/1"},
		{"notWritable", "1.3.6.1.2.1.1.1.0=s:x", "17/1"},
		{"noCreation", "1.3.6.1.2.1.1.5.1=s:x", "11/1"},
		{"nothing", "", "0/0"},
	};
	struct rig *r = *state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		print_message("%s\n", rows[i].name);
		assert_string_equal(test(r, 10, rows[i].variables), rows[i].answer);
		assert_string_equal(simple(r, PC_AGENTX_COMMITSET, 10), "14/0");
	}
	is(r, "name1", "");
}

/* Masters that begin SETs and never end them, and one SET of too many variables. */
static void
test_set_is_bounded(void **state)
{
	struct rig *r = *state;
	char many[TEXT] = "";
	for (uint32_t t = 0; t < PC_AGENTX_SETS_MAX; t++)
		assert_string_equal(test(r, 100 + t, NAME "=s:x"), "0/0");
	assert_string_equal(test(r, 99, NAME "=s:x"), "13/1");
	assert_string_equal(test(r, 100, NAME "=s:y"), "0/0"); /* the same begins anew */
	assert_string_equal(simple(r, PC_AGENTX_COMMITSET, 100), "0/0");
	is(r, "y", "");
	assert_string_equal(simple(r, PC_AGENTX_CLEANUPSET, 101), "");
	for (size_t i = 0, at = 0; i < 129; i++)
		at += (size_t)snprintf(many + at, sizeof(many) - at, "1.3.6.1.2.1.1.5.0=s:x ");
	assert_string_equal(test(r, 99, many), "13/1");
	assert_string_equal(simple(r, PC_AGENTX_PING, 1), "266/0"); /* no request at all */
}

/* ---- what is registered ---- */

static void
test_roots(void **state)
{
	struct rig *r = *state;
	struct pc_agentx_root roots[PC_AGENTX_ROOTS_MAX];
	static const uint32_t objects[][13] = {{1, 0, 8802, 1}, {1, 3, 6, 1, 2, 1, 1, 1, 0},
		{1, 3, 6, 1, 2, 1, 25, 1, 1, 0}, {1, 3, 6, 1, 2, 1, 25, 3, 2, 1, 3, 1},
		{1, 3, 6, 1, 2, 1, 25, 3, 2, 1, 3, 2}, {1, 3, 6, 1, 2, 1, 25, 3, 5, 1, 1, 1},
		{1, 3, 6, 1, 2, 1, 43, 5, 1, 1, 1, 1}, {1, 3, 6, 1, 2, 1, 43, 6, 1, 1, 1, 1},
		{1, 3, 6, 1, 4, 1, 2021, 4}, {1, 3, 6, 1, 4, 1, 2699, 1},
		{1, 3, 6, 1, 6, 3, 10, 2}};
	static const size_t lengths[] = {4, 9, 10, 12, 12, 12, 12, 12, 8, 8, 8};
	struct pc_profile_object raw[11] = {{.oid = NULL}};
	struct pc_profile profile = r->p.profile;
	struct pc_snmp_tree *tree = NULL;
	struct pc_diag diag = {{0}};
	assert_int_equal(pc_agentx_roots(r->p.tree, true, roots), 3);
	assert_int_equal(roots[0].n, 7);
	assert_int_equal(roots[0].arcs[6], 9);
	assert_int_equal(pc_agentx_roots(r->p.tree, false, roots), 4); /* with system */
	for (size_t i = 0; i < 11; i++)
		raw[i] = (struct pc_profile_object){
			.oid = objects[i], .n_oid = (uint16_t)lengths[i], .type = PC_SNMP_INTEGER};
	profile.objects = raw;
	profile.n_objects = 11;
	assert_int_equal(pc_snmp_tree_compile(&profile, NULL, 0, &tree, &diag), PC_OK);
	assert_int_equal(pc_agentx_roots(tree, true, roots), 6);
	assert_int_equal(roots[0].n, 2);  /* 1.0 */
	assert_int_equal(roots[1].n, 12); /* a row of hrDeviceTable */
	assert_int_equal(roots[4].arcs[6], 43);
	assert_int_equal(roots[5].arcs[6], 2699);
	assert_int_equal(pc_agentx_roots(tree, false, roots), 7);
	pc_snmp_tree_free(tree);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {TEST(test_reading), TEST(test_bulk_is_cut),
		TEST(test_set), TEST(test_set_refused), TEST(test_set_is_bounded),
		TEST(test_roots)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
