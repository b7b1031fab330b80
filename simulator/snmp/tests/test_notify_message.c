/* Tests of the bytes of notifications: SNMPv1 fields, order of variables, what cannot be sent. */
#include "snmp/tests/views.h"

#include "codec/snmp.h"
#include "snmp/notify-message.h"

enum { BYTES = PC_SNMP_NOTE_BYTES_MAX, VARBINDS = PC_SNMP_NOTE_VARBINDS_MAX };

/* A note and what its messages decode to. */
struct bench {
	struct views w;
	struct pc_snmp_note note;
	struct pc_snmp_varbind varbinds[VARBINDS];
	struct pc_snmp_message m;
	uint8_t data[BYTES];
	size_t len;
};

static struct pc_snmp_variable
number(const uint32_t *oid, size_t n, uint8_t type, int64_t v)
{
	return (struct pc_snmp_variable){
		.oid = oid, .n_oid = n, .value = {.type = type, .integer = v}};
}

static void
decode(struct bench *b)
{
	struct pc_diag diag = {{0}};

	if (pc_snmp_decode(b->data, b->len, b->varbinds, VARBINDS, &b->m, &diag) != PC_OK)
		fail_msg("%s", diag.text);
}

static void
fill(struct bench *b, const uint32_t *trap, size_t n, const struct pc_snmp_variable *v, size_t n_v)
{
	const struct pc_snmp_news news = {
		.oid = trap, .n_oid = n, .variables = v, .n_variables = n_v};

	assert_int_equal(pc_snmp_note_fill(&b->note, b->w.dev, &news), PC_OK);
}

static void
as_v1(struct bench *b)
{
	assert_int_equal(
		pc_snmp_note_v1(&b->note, "secret", b->data, sizeof b->data, &b->len), PC_OK);
	decode(b);
	assert_int_equal(b->m.version, PC_SNMP_V1);
	assert_int_equal(b->m.pdu, PC_SNMP_TRAP_V1);
	assert_int_equal(b->m.community_len, 6);
	assert_memory_equal(b->m.community, "secret", 6);
	assert_memory_equal(b->m.agent_addr, "\x7f\x01\x02\x03", 4);
	assert_int_equal(b->m.timestamp, 1000); /* booted ten seconds ago */
}

static void
as_v2(struct bench *b, bool inform)
{
	assert_int_equal(
		pc_snmp_note_v2c(&b->note, "public", inform, 77, b->data, sizeof b->data, &b->len),
		PC_OK);
	decode(b);
	assert_int_equal(b->m.version, PC_SNMP_V2C);
	assert_int_equal(b->m.pdu, inform ? PC_SNMP_INFORM : PC_SNMP_TRAP_V2);
	assert_int_equal(b->m.request_id, 77);
	assert_int_equal(b->m.error_status, 0);
	assert_int_equal(b->m.error_index, 0);
}

static void
expect_oid(const char *what, const struct pc_oid *oid, const char *want)
{
	char text[PC_OID_TEXT_MAX];

	if (strcmp(pc_oid_text(oid, text), want) != 0)
		fail_msg("%s is %s, expected %s", what, text, want);
}

static void
expect_oid_value(const struct pc_snmp_varbind *vb, const char *name, const char *want)
{
	struct pc_oid oid;

	expect_oid("name", &vb->name, name);
	assert_int_equal(vb->type, PC_BER_OID);
	assert_int_equal(pc_oid_decode(vb->bytes, vb->len, &oid), PC_OK);
	expect_oid(name, &oid, want);
}

#define EPSON "1.3.6.1.4.1.1248.1.1.2.1.3.5.69.69.80.83.50"

/* Spec: RFC 3584 s3.2 (1), (3), (4): the traps that SNMPv1 numbers itself */
static void
test_standard(void **state)
{
	struct pc_profile p = views_epson();
	static struct bench b;

	(void)state;
	views_init(&b.w, &p);
	for (uint32_t i = 1; i <= 6; i++) {
		const uint32_t trap[] = {1, 3, 6, 1, 6, 3, 1, 1, 5, i};

		fill(&b, trap, 10, NULL, 0);
		as_v1(&b);
		expect_oid("enterprise", &b.m.enterprise, EPSON);
		assert_int_equal(b.m.generic_trap, i - 1);
		assert_int_equal(b.m.specific_trap, 0);
		assert_int_equal(b.m.n_varbinds, 0);
	}
	views_done(&b.w);
}

/* An arc beyond the six, or beneath one of them, is no standard trap. */
static void
test_not_standard(void **state)
{
	static const struct {
		const char *name;
		uint32_t trap[12];
		size_t n;
		const char *enterprise;
		int32_t specific;
	} rows[] = {
		{"printerV2Alert: a zero before the last arc", {1, 3, 6, 1, 2, 1, 43, 18, 2, 0, 1},
			11, "1.3.6.1.2.1.43.18.2", 1},
		{"no zero", {1, 3, 6, 1, 4, 1, 9, 5}, 8, "1.3.6.1.4.1.9", 5},
		{"seventh", {1, 3, 6, 1, 6, 3, 1, 1, 5, 7}, 10, "1.3.6.1.6.3.1.1.5", 7},
		{"zeroth", {1, 3, 6, 1, 6, 3, 1, 1, 5, 0}, 10, "1.3.6.1.6.3.1.1.5", 0},
		{"beneath coldStart", {1, 3, 6, 1, 6, 3, 1, 1, 5, 1, 4}, 11, "1.3.6.1.6.3.1.1.5.1",
			4},
	};
	struct pc_profile p = views_epson();
	static struct bench b;

	(void)state;
	views_init(&b.w, &p);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		fill(&b, rows[i].trap, rows[i].n, NULL, 0);
		as_v1(&b);
		expect_oid(rows[i].name, &b.m.enterprise, rows[i].enterprise);
		assert_int_equal(b.m.generic_trap, 6);
		assert_int_equal(b.m.specific_trap, rows[i].specific);
		as_v2(&b, false);
		assert_int_equal(b.m.n_varbinds, 2); /* no snmpTrapEnterprise */
	}
	views_done(&b.w);
}

static const uint32_t cold[] = {1, 3, 6, 1, 6, 3, 1, 1, 5, 1};
static const uint32_t own[] = {1, 3, 6, 1, 4, 1, 9, 0, 5};
static const uint32_t x1[] = {1, 3, 6, 1, 4, 1, 9, 1, 0};
static const uint32_t x2[] = {1, 3, 6, 1, 4, 1, 9, 2, 0};

/* Spec: RFC 3416 s4.2.6: sysUpTime.0, snmpTrapOID.0, then the variables as the MIB orders them */
static void
test_order(void **state)
{
	struct pc_profile p = views_epson();
	static struct bench b;
	const struct pc_snmp_variable v[] = {
		number(x2, 9, PC_SNMP_INTEGER, -5), number(x1, 9, PC_SNMP_COUNTER32, 4294967295)};

	(void)state;
	views_init(&b.w, &p);
	for (int inform = 0; inform < 2; inform++) {
		fill(&b, own, 9, v, 2);
		as_v2(&b, inform == 1);
		assert_int_equal(b.m.n_varbinds, 4);
		expect_oid("first", &b.m.varbinds[0].name, "1.3.6.1.2.1.1.3.0");
		assert_int_equal(b.m.varbinds[0].type, PC_BER_TIMETICKS);
		assert_int_equal(b.m.varbinds[0].integer, 1000);
		expect_oid_value(&b.m.varbinds[1], "1.3.6.1.6.3.1.1.4.1.0", "1.3.6.1.4.1.9.0.5");
		expect_oid("third", &b.m.varbinds[2].name, "1.3.6.1.4.1.9.2.0");
		assert_int_equal(b.m.varbinds[2].integer, -5);
		expect_oid("fourth", &b.m.varbinds[3].name, "1.3.6.1.4.1.9.1.0");
		assert_int_equal(b.m.varbinds[3].integer, 4294967295);
	}
	as_v1(&b);
	assert_int_equal(b.m.n_varbinds, 2);
	expect_oid("first of v1", &b.m.varbinds[0].name, "1.3.6.1.4.1.9.2.0");
	/* the standard ones name the enterprise last */
	fill(&b, cold, 10, v, 1);
	as_v2(&b, false);
	assert_int_equal(b.m.n_varbinds, 4);
	expect_oid_value(&b.m.varbinds[3], "1.3.6.1.6.3.1.1.4.3.0", EPSON);
	as_v1(&b);
	assert_int_equal(b.m.n_varbinds, 1);
	views_done(&b.w);
}

/* Who hands on another's notification names its source and kind. Spec: RFC 3584 s3.2 (1), (2) */
static void
test_of_others(void **state)
{
	static const uint32_t enterprise[] = {1, 3, 6, 1, 6, 3, 1, 1, 4, 3, 0};
	static const uint32_t address[] = {1, 3, 6, 1, 6, 3, 18, 1, 3, 0};
	static const uint32_t kind[] = {1, 3, 6, 1, 4, 1, 77};
	struct pc_profile p = views_epson();
	static struct bench b;
	struct pc_snmp_variable v[] = {
		{.oid = address, .n_oid = 10}, {.oid = enterprise, .n_oid = 11}};

	(void)state;
	pc_snmp_set_bytes(&v[0].value, "\x0a\x09\x08\x07", 4);
	v[0].value.type = PC_SNMP_IPADDRESS;
	pc_snmp_set_oid(&v[1].value, kind, 7);
	views_init(&b.w, &p);
	fill(&b, cold, 10, v, 2);
	assert_int_equal(pc_snmp_note_v1(&b.note, "c", b.data, sizeof b.data, &b.len), PC_OK);
	decode(&b);
	expect_oid("enterprise", &b.m.enterprise, "1.3.6.1.4.1.77");
	assert_memory_equal(b.m.agent_addr, "\x0a\x09\x08\x07", 4);
	as_v2(&b, false);
	assert_int_equal(b.m.n_varbinds, 4); /* not named twice */
	views_done(&b.w);
}

/* A model whose sysObjectID is none. Spec: RFC 3584 s3.2 (1): snmpTraps */
static void
test_no_enterprise(void **state)
{
	struct pc_profile p = views_epson();
	static struct bench b;

	(void)state;
	p.sys_object_id = NULL;
	views_init(&b.w, &p);
	fill(&b, cold, 10, NULL, 0);
	as_v1(&b);
	expect_oid("enterprise", &b.m.enterprise, "1.3.6.1.6.3.1.1.5");
	as_v2(&b, false);
	assert_int_equal(b.m.n_varbinds, 2);
	views_done(&b.w);
}

static void
test_types(void **state)
{
	static const uint32_t arcs[] = {1, 3, 6, 4294967295};
	struct pc_profile p = views_epson();
	static struct bench b;
	struct pc_snmp_variable v[] = {number(x1, 9, PC_SNMP_GAUGE32, 7),
		number(x1, 9, PC_SNMP_TIMETICKS, 8), number(x1, 9, PC_SNMP_OCTETS, 0),
		number(x1, 9, PC_SNMP_OID, 0), number(x1, 9, PC_SNMP_OPAQUE, 0)};
	const struct pc_snmp_context context = {
		(const uint8_t *)"\x80\x00\x00\x01\x03", 5, (const uint8_t *)"", 0};
	struct pc_snmp_scoped scoped;
	uint8_t pdu[BYTES];
	size_t len = 0;

	(void)state;
	pc_snmp_set_bytes(&v[2].value, "ink", 3);
	pc_snmp_set_oid(&v[3].value, arcs, 4);
	v[4].value.bytes = (const uint8_t *)"\x9f\x78";
	v[4].value.len = 2;
	views_init(&b.w, &p);
	fill(&b, own, 9, v, 5);
	as_v2(&b, false);
	assert_int_equal(b.m.n_varbinds, 7);
	assert_int_equal(b.m.varbinds[2].type, PC_BER_GAUGE32);
	assert_int_equal(b.m.varbinds[3].integer, 8);
	assert_memory_equal(b.m.varbinds[4].bytes, "ink", 3);
	expect_oid_value(&b.m.varbinds[5], "1.3.6.1.4.1.9.1.0", "1.3.6.4294967295");
	assert_int_equal(b.m.varbinds[6].type, PC_BER_OPAQUE);
	/* the scoped PDU ends with the same PDU as the message */
	assert_int_equal(
		pc_snmp_note_scoped(&b.note, &context, false, 77, pdu, sizeof pdu, &len), PC_OK);
	assert_int_equal(pc_snmp_scoped_decode(pdu, len, &scoped), PC_OK);
	assert_int_equal(scoped.n_engine_id, 5);
	assert_int_equal(scoped.n_name, 0);
	assert_memory_equal(scoped.bytes, b.data + b.len - scoped.n_bytes, scoped.n_bytes);
	assert_int_equal(pc_snmp_note_scoped(&b.note, &context, false, 77, pdu, len - 1, &len),
		PC_E_NOSPACE);
	views_done(&b.w);
}

/* Spec: RFC 3584 s3.2: SNMPv1 has no Counter64 */
static void
test_counter64(void **state)
{
	struct pc_profile p = views_epson();
	static struct bench b;
	const struct pc_snmp_variable v = number(x1, 9, PC_SNMP_COUNTER64, INT64_MAX);

	(void)state;
	views_init(&b.w, &p);
	fill(&b, own, 9, &v, 1);
	assert_int_equal(
		pc_snmp_note_v1(&b.note, "c", b.data, sizeof b.data, &b.len), PC_E_UNSUPPORTED);
	as_v2(&b, false);
	assert_int_equal(b.m.varbinds[2].integer, INT64_MAX);
	fill(&b, own, 9, NULL, 0); /* and the next one can again */
	as_v1(&b);
	views_done(&b.w);
}

static void
test_refused(void **state)
{
	struct pc_profile p = views_epson();
	static struct bench b;
	static struct pc_snmp_variable many[PC_SNMP_NEWS_VARIABLES_MAX + 1];
	struct pc_snmp_variable v = number(x1, 9, PC_SNMP_NO_SUCH_OBJECT, 0);
	struct pc_snmp_news news = {.oid = own, .n_oid = 9, .variables = &v, .n_variables = 1};

	(void)state;
	views_init(&b.w, &p);
	assert_int_equal(pc_snmp_note_fill(&b.note, b.w.dev, &news), PC_E_BADVALUE);
	v = number(x1, 9, PC_SNMP_IPADDRESS, 0); /* of no octets */
	assert_int_equal(pc_snmp_note_fill(&b.note, b.w.dev, &news), PC_E_BADVALUE);
	v = number(x1, 1, PC_SNMP_INTEGER, 0); /* a name of one arc */
	assert_int_equal(pc_snmp_note_fill(&b.note, b.w.dev, &news), PC_E_BADVALUE);
	news.n_oid = 1;
	assert_int_equal(pc_snmp_note_fill(&b.note, b.w.dev, &news), PC_E_BADVALUE);
	news.n_oid = 9;
	for (size_t i = 0; i <= PC_SNMP_NEWS_VARIABLES_MAX; i++)
		many[i] = number(x1, 9, PC_SNMP_INTEGER, (int64_t)i);
	news.variables = many;
	news.n_variables = PC_SNMP_NEWS_VARIABLES_MAX + 1;
	assert_int_equal(pc_snmp_note_fill(&b.note, b.w.dev, &news), PC_E_LIMIT);
	news.n_variables--;
	assert_int_equal(pc_snmp_note_fill(&b.note, b.w.dev, &news), PC_OK);
	as_v2(&b, false);
	assert_int_equal(b.m.n_varbinds, PC_SNMP_NEWS_VARIABLES_MAX + 2);
	for (size_t size = 0; size < b.len; size++)
		assert_int_equal(
			pc_snmp_note_v2c(&b.note, "public", false, 77, b.data, size, &b.len),
			PC_E_NOSPACE);
	views_done(&b.w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_standard),
		cmocka_unit_test(test_not_standard),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_of_others),
		cmocka_unit_test(test_no_enterprise),
		cmocka_unit_test(test_types),
		cmocka_unit_test(test_counter64),
		cmocka_unit_test(test_refused),
	};
	return cmocka_run_group_tests_name("snmp/notify-message", tests, NULL, NULL);
}
