/* Tests of codec/ber: lengths, integers and object identifiers, good, lying and too long. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/text.h"
#include "codec/ber.h"

enum { BYTES_MAX = 64 };

static size_t
unhex(const char *hex, uint8_t out[BYTES_MAX])
{
	size_t n = 0;
	assert_int_equal(pc_text_unhex(hex, out, BYTES_MAX, &n), PC_OK);
	return n;
}

static void
test_elements(void **state)
{
	static const struct {
		const char *name;
		const char *hex;
		int err;
		size_t content;
	} rows[] = {
		{"null", "0500", PC_OK, 0},
		{"short", "0402abcd", PC_OK, 2},
		{"long form, one octet", "048102abcd", PC_OK, 2},
		{"long form, four octets", "048400000001ff", PC_OK, 1},
		{"nothing", "", PC_E_TRUNCATED, 0},
		{"tag alone", "04", PC_E_TRUNCATED, 0},
		{"length octet missing", "0482", PC_E_TRUNCATED, 0},
		{"content missing", "0403abcd", PC_E_TRUNCATED, 0},
		{"length of 4 GiB", "0484ffffffff", PC_E_TRUNCATED, 0},
		{"indefinite", "0480abcd0000", PC_E_BADVALUE, 0},
		{"five length octets", "04850000000001ff", PC_E_BADVALUE, 0},
		{"multi-byte tag", "1f8101 00", PC_E_BADVALUE, 0},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t data[BYTES_MAX];
		uint8_t tag;
		struct pc_reader r;
		struct pc_reader c = {0};
		pc_reader_init(&r, data, unhex(rows[i].hex, data));
		int err = pc_ber_read(&r, &tag, &c);
		if (err != rows[i].err || (err == PC_OK && c.len != rows[i].content))
			fail_msg("%s: %d, %zu bytes", rows[i].name, err, c.len);
	}
}

static void
test_wrong_tag(void **state)
{
	static const uint8_t data[] = {4, 1, 0};
	struct pc_reader r;
	struct pc_reader c;
	(void)state;
	pc_reader_init(&r, data, sizeof(data));
	assert_int_equal(pc_ber_read_tagged(&r, PC_BER_INTEGER, &c), PC_E_BADVALUE);
}

static void
test_integers(void **state)
{
	static const struct {
		const char *hex; /* content */
		int err;
		int64_t v;
		bool minimal; /* encoding it gives the same octets */
	} rows[] = {
		{"00", PC_OK, 0, true},
		{"7f", PC_OK, 127, true},
		{"0080", PC_OK, 128, true},
		{"80", PC_OK, -128, true},
		{"ff7f", PC_OK, -129, true},
		{"ffff", PC_OK, -1, false},
		{"7fffffff", PC_OK, INT32_MAX, true},
		{"80000000", PC_OK, INT32_MIN, true},
		{"7fffffffffffffff", PC_OK, INT64_MAX, true},
		{"8000000000000000", PC_OK, INT64_MIN, true},
		{"", PC_E_BADVALUE, 0, false},
		{"000000000000000001", PC_E_BADVALUE, 0, false},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t data[BYTES_MAX];
		uint8_t out[BYTES_MAX];
		int64_t v = 0;
		size_t n = unhex(rows[i].hex, data);
		int err = pc_ber_integer(data, n, &v);
		if (err != rows[i].err || v != rows[i].v)
			fail_msg("'%s': %d, %lld", rows[i].hex, err, (long long)v);
		if (!rows[i].minimal)
			continue;
		struct pc_ber_writer w;
		pc_ber_writer_init(&w, out, sizeof(out));
		pc_ber_write_integer(&w, PC_BER_INTEGER, v);
		if (pc_ber_written(&w) != n + 2 || memcmp(out + w.at + 2, data, n) != 0)
			fail_msg("'%s': encodes to %zu bytes", rows[i].hex, pc_ber_written(&w));
	}
}

static void
test_unsigned(void **state)
{
	static const struct {
		const char *hex;
		uint64_t max;
		int err;
		uint64_t v;
	} rows[] = {
		{"00", UINT32_MAX, PC_OK, 0},
		{"00ffffffff", UINT32_MAX, PC_OK, UINT32_MAX},
		{"ffffffff", UINT32_MAX, PC_OK, UINT32_MAX},
		{"0100000000", UINT32_MAX, PC_E_BADVALUE, 0},
		{"00ffffffffffffffff", UINT64_MAX, PC_OK, UINT64_MAX},
		{"01ffffffffffffffff", UINT64_MAX, PC_E_BADVALUE, 0},
		{"00000000000000000001", UINT64_MAX, PC_E_BADVALUE, 0},
		{"", UINT64_MAX, PC_E_BADVALUE, 0},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t data[BYTES_MAX];
		uint64_t v = 0;
		int err = pc_ber_unsigned(data, unhex(rows[i].hex, data), rows[i].max, &v);
		if (err != rows[i].err || v != rows[i].v)
			fail_msg("'%s': %d, %llu", rows[i].hex, err, (unsigned long long)v);
	}
}

static void
test_oids(void **state)
{
	static const struct {
		const char *hex;
		int err;
		const char *text;
		bool minimal;
	} rows[] = {
		{"2b06010201010500", PC_OK, "1.3.6.1.2.1.1.5.0", true},
		{"00", PC_OK, "0.0", true},
		{"", PC_OK, "0.0", false},
		{"8837", PC_OK, "2.999", true},
		{"2b8fffffff7f", PC_OK, "1.3.4294967295", true},
		{"8fffffff7f", PC_OK, "2.4294967215", true},
		{"2b9080808000", PC_E_BADVALUE, NULL, false},
		{"2b8001", PC_E_BADVALUE, NULL, false},
		{"2b86", PC_E_BADVALUE, NULL, false},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t data[BYTES_MAX];
		uint8_t out[BYTES_MAX];
		char text[PC_OID_TEXT_MAX];
		struct pc_oid oid;
		struct pc_oid parsed;
		size_t n = unhex(rows[i].hex, data);
		size_t len = 0;
		int err = pc_oid_decode(data, n, &oid);
		if (err != rows[i].err)
			fail_msg("'%s': %d", rows[i].hex, err);
		if (err != PC_OK)
			continue;
		assert_string_equal(pc_oid_text(&oid, text), rows[i].text);
		assert_int_equal(pc_oid_parse(text, &parsed), PC_OK);
		assert_int_equal(pc_oid_compare(&oid, &parsed), 0);
		assert_int_equal(pc_oid_encode(&oid, out, sizeof(out), &len), PC_OK);
		if (rows[i].minimal && (len != n || memcmp(out, data, n) != 0))
			fail_msg("'%s': encodes to %zu bytes", rows[i].hex, len);
	}
}

static void
test_oid_limit(void **state)
{
	uint8_t data[PC_OID_ARCS_MAX];
	char text[PC_OID_TEXT_MAX] = "1";
	struct pc_oid oid;
	(void)state;
	memset(data, 1, sizeof(data));
	assert_int_equal(pc_oid_decode(data, PC_OID_ARCS_MAX - 1, &oid), PC_OK);
	assert_int_equal(oid.len, PC_OID_ARCS_MAX);
	assert_int_equal(pc_oid_decode(data, PC_OID_ARCS_MAX, &oid), PC_E_LIMIT);
	for (size_t i = 1; i < PC_OID_ARCS_MAX; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), ".4294967295");
	assert_int_equal(pc_oid_parse(text, &oid), PC_OK);
	char again[PC_OID_TEXT_MAX];
	assert_string_equal(pc_oid_text(&oid, again), text);
	snprintf(text + strlen(text), sizeof(text) - strlen(text), ".1");
	assert_int_equal(pc_oid_parse(text, &oid), PC_E_LIMIT);
}

static void
test_oid_syntax(void **state)
{
	static const char *const bad[] = {
		"", ".", "1..3", "1.3.", "1.4294967296", "1.x", "1 3", "99999999999999999999"};
	struct pc_oid oid;
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (pc_oid_parse(bad[i], &oid) != PC_E_SYNTAX)
			fail_msg("'%s' is accepted", bad[i]);
	}
	assert_int_equal(pc_oid_parse(".1.3.6", &oid), PC_OK);
	assert_int_equal(oid.len, 3);
}

static void
test_oid_not_encodable(void **state)
{
	static const char *const bad[] = {"1", "1.40", "3.1", "2.4294967216"};
	struct pc_oid oid;
	uint8_t out[BYTES_MAX];
	size_t len;
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(pc_oid_parse(bad[i], &oid), PC_OK);
		if (pc_oid_encode(&oid, out, sizeof(out), &len) != PC_E_BADVALUE)
			fail_msg("'%s' is encoded", bad[i]);
	}
	assert_int_equal(pc_oid_parse("1.3.6.1.4.1", &oid), PC_OK);
	assert_int_equal(pc_oid_encode(&oid, out, 4, &len), PC_E_NOSPACE);
}

static void
test_oid_order(void **state)
{
	static const struct {
		const char *a;
		const char *b;
		int sign;
		bool a_under_b;
	} rows[] = {
		{"1.3.6", "1.3.6", 0, true},
		{"1.3.6", "1.3.6.1", -1, false},
		{"1.3.6.1", "1.3.6", 1, true},
		{"1.3.10", "1.3.9", 1, false},
		{"1.3.6.1.2", "1.3.7", -1, false},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct pc_oid a;
		struct pc_oid b;
		pc_oid_parse(rows[i].a, &a);
		pc_oid_parse(rows[i].b, &b);
		if (pc_oid_compare(&a, &b) != rows[i].sign ||
			pc_oid_is_under(&a, &b) != rows[i].a_under_b)
			fail_msg("%s and %s", rows[i].a, rows[i].b);
	}
}

static void
test_writer_sticks(void **state)
{
	uint8_t out[3] = {0};
	struct pc_ber_writer w;
	(void)state;
	pc_ber_writer_init(&w, out, sizeof(out));
	pc_ber_write_unsigned(&w, PC_BER_COUNTER32, 300);
	assert_int_equal(w.err, PC_E_NOSPACE);
	pc_ber_write_unsigned(&w, PC_BER_COUNTER32, 1);
	assert_int_equal(w.err, PC_E_NOSPACE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_elements),
		cmocka_unit_test(test_wrong_tag),
		cmocka_unit_test(test_integers),
		cmocka_unit_test(test_unsigned),
		cmocka_unit_test(test_oids),
		cmocka_unit_test(test_oid_limit),
		cmocka_unit_test(test_oid_syntax),
		cmocka_unit_test(test_oid_not_encodable),
		cmocka_unit_test(test_oid_order),
		cmocka_unit_test(test_writer_sticks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
