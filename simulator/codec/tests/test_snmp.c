/* Tests of codec/snmp: known messages byte for byte, round trips, cut at every length, lies. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/text.h"
#include "codec/snmp.h"

enum { BYTES_MAX = 2048, VARBINDS = 16 };

/* GET sysName.0, v2c, community public, as snmpget sends it. */
static const char get_hex[] = "302602010104067075626c6963a019020112020100020100300e300c06082b060102"
			      "010105000500";

/* Answer with a binding of INTEGER -1, "ABC", NULL, an OID, IpAddress, Counter32, Gauge32,
 * TimeTicks, Opaque float, Counter64, noSuchObject, noSuchInstance. */
static const char all_types_hex[] =
	"3081f402010104067075626c6963a281e6020205390201000201003081d9300e06092b060102"
	"01010101000201ff301006092b06010201010102000403414243300d06092b06010201010103"
	"000500301106092b060102010101040006042b060104301106092b06010201010105004004c0"
	"000201301206092b0601020101010600410500ffffffff300e06092b06010201010107004201"
	"64301006092b060102010101080043030186a0301406092b060102010101090044079f78043f"
	"800000301606092b0601020101010a00460900ffffffffffffffff300d06092b060102010101"
	"0b008000300d06092b0601020101010c008100";

static size_t
unhex(const char *hex, uint8_t out[BYTES_MAX])
{
	size_t n = 0;
	assert_int_equal(pc_text_unhex(hex, out, BYTES_MAX, &n), PC_OK);
	return n;
}

static void
test_get(void **state)
{
	uint8_t data[BYTES_MAX];
	uint8_t out[BYTES_MAX];
	struct pc_snmp_varbind vb[VARBINDS];
	struct pc_snmp_message m;
	struct pc_oid name;
	size_t n = unhex(get_hex, data);
	size_t len = 0;
	(void)state;
	assert_int_equal(pc_snmp_decode(data, n, vb, VARBINDS, &m, NULL), PC_OK);
	assert_int_equal(m.version, PC_SNMP_V2C);
	assert_int_equal(m.pdu, PC_SNMP_GET);
	assert_int_equal(m.request_id, 18);
	assert_memory_equal(m.community, "public", 6);
	assert_int_equal(m.n_varbinds, 1);
	pc_oid_parse("1.3.6.1.2.1.1.5.0", &name);
	assert_int_equal(pc_oid_compare(&vb[0].name, &name), 0);
	assert_int_equal(vb[0].type, PC_BER_NULL);
	assert_int_equal(pc_snmp_encode(&m, out, sizeof(out), &len, NULL), PC_OK);
	assert_int_equal(len, n);
	assert_memory_equal(out, data, n);
}

static void
test_all_types(void **state)
{
	uint8_t data[BYTES_MAX];
	uint8_t out[BYTES_MAX];
	struct pc_snmp_varbind vb[VARBINDS];
	struct pc_snmp_message m;
	struct pc_diag diag = {0};
	size_t n = unhex(all_types_hex, data);
	size_t len = 0;
	(void)state;
	if (pc_snmp_decode(data, n, vb, VARBINDS, &m, &diag) != PC_OK)
		fail_msg("%s", diag.text);
	assert_int_equal(m.n_varbinds, 12);
	assert_int_equal(vb[0].integer, -1);
	assert_memory_equal(vb[1].bytes, "ABC", vb[1].len);
	assert_int_equal(vb[5].integer, UINT32_MAX);
	assert_int_equal(vb[7].integer, 100000);
	assert_true((uint64_t)vb[9].integer == UINT64_MAX);
	assert_int_equal(vb[11].type, PC_BER_NO_SUCH_INSTANCE);
	assert_int_equal(pc_snmp_encode(&m, out, sizeof(out), &len, NULL), PC_OK);
	assert_int_equal(len, n);
	assert_memory_equal(out, data, n);
}

static void
test_trap_v1(void **state)
{
	static const char hex[] =
		"303102010004067075626c6963a42406062b06010401094004c0000201020106020107"
		"43020100300a300806032b0601020103";
	uint8_t data[BYTES_MAX];
	uint8_t out[BYTES_MAX];
	struct pc_snmp_varbind vb[VARBINDS];
	struct pc_snmp_message m;
	struct pc_diag diag = {0};
	size_t n = unhex(hex, data);
	size_t len = 0;
	(void)state;
	if (pc_snmp_decode(data, n, vb, VARBINDS, &m, &diag) != PC_OK)
		fail_msg("%s", diag.text);
	assert_int_equal(m.generic_trap, 6);
	assert_int_equal(m.specific_trap, 7);
	assert_int_equal(m.timestamp, 256);
	assert_int_equal(m.agent_addr[0], 192);
	assert_int_equal(vb[0].integer, 3);
	assert_int_equal(pc_snmp_encode(&m, out, sizeof(out), &len, NULL), PC_OK);
	assert_int_equal(len, n);
	assert_memory_equal(out, data, n);
}

static void
test_cut_everywhere(void **state)
{
	static const char *const messages[] = {get_hex, all_types_hex};
	(void)state;
	for (size_t k = 0; k < 2; k++) {
		uint8_t data[BYTES_MAX];
		struct pc_snmp_varbind vb[VARBINDS];
		struct pc_snmp_message m;
		size_t n = unhex(messages[k], data);
		for (size_t cut = 0; cut < n; cut++) {
			int err = pc_snmp_decode(data, cut, vb, VARBINDS, &m, NULL);
			if (err != PC_E_TRUNCATED)
				fail_msg("message %zu cut at %zu: %d", k, cut, err);
		}
	}
}

static void
test_trailing(void **state)
{
	uint8_t data[BYTES_MAX];
	struct pc_snmp_varbind vb[VARBINDS];
	struct pc_snmp_message m;
	size_t n = unhex(get_hex, data);
	(void)state;
	data[n] = 0xff;
	assert_int_equal(pc_snmp_decode(data, n + 1, vb, VARBINDS, &m, NULL), PC_OK);
	assert_int_equal(m.trailing, 1);
}

/* One byte of the GET changed at a time. */
static void
test_lies(void **state)
{
	static const struct {
		const char *name;
		size_t at;
		uint8_t v;
		int err;
	} rows[] = {
		{"outer is no sequence", 0, 0x31, PC_E_BADVALUE},
		{"outer is indefinite", 1, 0x80, PC_E_BADVALUE},
		{"outer ends inside", 1, 0x20, PC_E_BADVALUE},
		{"version 3", 4, 3, PC_E_UNSUPPORTED},
		{"version 2", 4, 2, PC_E_UNSUPPORTED},
		{"community too long", 6, 0x50, PC_E_BADVALUE},
		{"unknown PDU", 13, 0xa9, PC_E_BADVALUE},
		{"PDU longer than message", 14, 0x20, PC_E_BADVALUE},
		{"PDU shorter than content", 14, 0x18, PC_E_BADVALUE},
		{"request-id is no INTEGER", 15, 4, PC_E_BADVALUE},
		{"request-id without octets", 16, 0, PC_E_BADVALUE},
		{"list longer than PDU", 25, 0x0f, PC_E_BADVALUE},
		{"binding longer than list", 27, 0x0d, PC_E_BADVALUE},
		{"name longer than binding", 29, 0x0b, PC_E_BADVALUE},
		{"name ends in a continuation", 37, 0x85, PC_E_BADVALUE},
		{"unknown value type", 38, 0x47, PC_E_BADVALUE},
		{"IpAddress without octets", 38, 0x40, PC_E_BADVALUE},
		{"value longer than binding", 39, 1, PC_E_BADVALUE},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t data[BYTES_MAX];
		struct pc_snmp_varbind vb[VARBINDS];
		struct pc_snmp_message m;
		struct pc_diag diag = {0};
		size_t n = unhex(get_hex, data);
		data[rows[i].at] = rows[i].v;
		int err = pc_snmp_decode(data, n, vb, VARBINDS, &m, &diag);
		if (err != rows[i].err || diag.text[0] == '\0')
			fail_msg("%s: %d '%s'", rows[i].name, err, diag.text);
	}
}

static void
test_nine_byte_integers(void **state)
{
	/* request-id of nine octets; Counter64 of nine octets with and without the leading zero */
	static const char rid[] = "301a 020101 0400 a013 0209000000000000000001 020100 020100 3000";
	static const char ok[] = "3023 020101 0400 a21c 020101 020100 020100 3011 300f 06022b06"
				 " 460900ffffffffffffffff";
	static const char bad[] = "3023 020101 0400 a21c 020101 020100 020100 3011 300f 06022b06"
				  " 460901ffffffffffffffff";
	uint8_t data[BYTES_MAX];
	struct pc_snmp_varbind vb[VARBINDS];
	struct pc_snmp_message m;
	(void)state;
	assert_int_equal(
		pc_snmp_decode(data, unhex(rid, data), vb, VARBINDS, &m, NULL), PC_E_BADVALUE);
	assert_int_equal(pc_snmp_decode(data, unhex(ok, data), vb, VARBINDS, &m, NULL), PC_OK);
	assert_int_equal(
		pc_snmp_decode(data, unhex(bad, data), vb, VARBINDS, &m, NULL), PC_E_BADVALUE);
}

static void
test_limits(void **state)
{
	uint8_t data[BYTES_MAX];
	struct pc_snmp_varbind vb[VARBINDS];
	struct pc_snmp_message m;
	size_t len = 0;
	size_t n = unhex(all_types_hex, data);
	(void)state;
	assert_int_equal(pc_snmp_decode(data, n, vb, 11, &m, NULL), PC_E_LIMIT);
	assert_int_equal(pc_snmp_decode(data, n, vb, VARBINDS, &m, NULL), PC_OK);
	for (size_t size = 0; size < n; size++) {
		uint8_t out[BYTES_MAX];
		if (pc_snmp_encode(&m, out, size, &len, NULL) != PC_E_NOSPACE)
			fail_msg("encoded into %zu bytes", size);
	}
	m.n_varbinds = PC_SNMP_VARBINDS_MAX + 1;
	assert_int_equal(pc_snmp_encode(&m, data, sizeof(data), &len, NULL), PC_E_LIMIT);
	m.n_varbinds = 1;
	vb[0].type = 0x47;
	assert_int_equal(pc_snmp_encode(&m, data, sizeof(data), &len, NULL), PC_E_BADVALUE);
	m.pdu = 0;
	assert_int_equal(pc_snmp_encode(&m, data, sizeof(data), &len, NULL), PC_E_BADVALUE);
}

static void
test_getbulk_build(void **state)
{
	uint8_t out[BYTES_MAX];
	struct pc_snmp_varbind vb[2];
	struct pc_snmp_varbind got[VARBINDS];
	struct pc_oid name;
	struct pc_snmp_message again;
	struct pc_snmp_message m = {.version = PC_SNMP_V2C,
		.community = (const uint8_t *)"c",
		.community_len = 1,
		.pdu = PC_SNMP_GETBULK,
		.request_id = INT32_MIN,
		.error_status = 1,
		.error_index = 20,
		.varbinds = vb,
		.n_varbinds = 2};
	size_t len = 0;
	(void)state;
	pc_oid_parse("1.3.6.1.2.1.43", &name);
	pc_snmp_varbind_null(&vb[0], &name);
	pc_snmp_varbind_octets(&vb[1], &name, PC_BER_OCTETS, "xyz", 3);
	assert_int_equal(pc_snmp_encode(&m, out, sizeof(out), &len, NULL), PC_OK);
	assert_int_equal(pc_snmp_decode(out, len, got, VARBINDS, &again, NULL), PC_OK);
	assert_int_equal(again.request_id, INT32_MIN);
	assert_int_equal(again.error_index, 20);
	assert_memory_equal(got[1].bytes, "xyz", 3);
}

static void
test_names(void **state)
{
	(void)state;
	assert_string_equal(pc_snmp_pdu_name(PC_SNMP_GETBULK), "get-bulk-request");
	assert_null(pc_snmp_pdu_name(0xaf));
	assert_string_equal(pc_snmp_error_name(18), "inconsistentName");
	assert_null(pc_snmp_error_name(19));
	assert_null(pc_snmp_error_name(-1));
	assert_string_equal(pc_snmp_type_name(PC_BER_TIMETICKS), "TimeTicks");
	assert_null(pc_snmp_type_name(0x47));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_get),
		cmocka_unit_test(test_all_types),
		cmocka_unit_test(test_trap_v1),
		cmocka_unit_test(test_cut_everywhere),
		cmocka_unit_test(test_trailing),
		cmocka_unit_test(test_lies),
		cmocka_unit_test(test_nine_byte_integers),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_getbulk_build),
		cmocka_unit_test(test_names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
