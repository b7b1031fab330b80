/* Tests of codec/agentx: every PDU type in both byte orders, cut, lying and unknown. The hex of the
 * good rows was written by hand from RFC 2741 s5 and s6. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/text.h"
#include "codec/agentx.h"

enum { OUT = 1024 };

/* Header with network byte order: session 1, transaction 2, packet 3; `len` is the payload's. */
#define H(type, flags, len) "01" type flags "00 00000001 00000002 00000003 000000" len " "
#define SYSTEM              "02 02 00 00 00000001 00000001 " /* 1.3.6.1.2.1.1: two arcs behind the prefix */
#define UPTIME              "04 02 00 00 00000001 00000001 00000003 00000000 "
#define NO_OID              "00 00 00 00 "
#define ACME                "03 04 00 00 00000001 0001869F 00000007 " /* 1.3.6.1.4.1.99999.7 */
#define TEXT_ABC            "00000003 61626300 "

static const struct {
	const char *name, *hex;
	bool list; /* its last part may end after any element */
} good[] = {
	{"Open", H("01", "10", "1C") "05000000 " ACME TEXT_ABC, false},
	{"Open without id and description", H("01", "10", "0C") "00000000 " NO_OID "00000000",
		false},
	{"Close", H("02", "10", "04") "05000000", false},
	{"Register", H("03", "10", "10") "00 7F 00 00 " SYSTEM, false},
	{"Register of a range", H("03", "11", "14") "09 01 07 00 " SYSTEM "00000005", false},
	{"Register in a context", H("03", "18", "18") TEXT_ABC "00 7F 00 00 " SYSTEM, false},
	{"Unregister", H("04", "10", "10") "00 7F 00 00 " SYSTEM, false},
	{"Get", H("05", "10", "18") UPTIME NO_OID, true},
	{"GetNext", H("06", "10", "18") "02 02 01 00 00000001 00000001 " SYSTEM, true},
	{"GetBulk", H("07", "10", "1C") "0001 000A " UPTIME NO_OID, true},
	{"TestSet of every type",
		H("08", "10",
			"A8") "0002 0000 " NO_OID "FFFFFFFF "
			      "0004 0000 " NO_OID TEXT_ABC "0005 0000 " NO_OID
			      "0006 0000 " NO_OID ACME "0040 0000 " NO_OID "00000004 7F010001 "
			      "0041 0000 " NO_OID "FFFFFFFE "
			      "0042 0000 " NO_OID "80000000 "
			      "0043 0000 " NO_OID "00000064 "
			      "0044 0000 " NO_OID TEXT_ABC "0046 0000 " NO_OID "01234567 89ABCDEF "
			      "0080 0000 " NO_OID "0081 0000 " NO_OID "0082 0000 " NO_OID,
		true},
	{"CommitSet", H("09", "10", "00"), false},
	{"UndoSet", H("0A", "10", "00"), false},
	{"CleanupSet", H("0B", "10", "00"), false},
	{"Notify", H("0C", "10", "1C") "0043 0000 " UPTIME "00000001", true},
	{"Ping", H("0D", "10", "00"), false},
	{"Ping in a context", H("0D", "18", "08") TEXT_ABC, false},
	{"IndexAllocate", H("0E", "14", "18") "0002 0000 " ACME "00000000", true},
	{"IndexDeallocate", H("0F", "10", "18") "0002 0000 " ACME "00000000", true},
	{"AddAgentCaps", H("10", "10", "18") ACME TEXT_ABC, false},
	{"RemoveAgentCaps", H("11", "10", "10") ACME, false},
	{"Response without variables", H("12", "10", "08") "00000064 0109 0000", true},
	{"Response", H("12", "10", "24") "00000064 0000 0001 0043 0000 " UPTIME "00000001", true},
};

static const struct {
	const char *name, *hex;
	int expected;
} bad[] = {
	{"version 2", "02 0D 10 00 00000001 00000002 00000003 00000000", PC_E_BADVALUE},
	{"one octet that is no version", "30", PC_E_BADVALUE},
	{"type 0", H("00", "10", "00"), PC_E_BADVALUE},
	{"type 19", H("13", "10", "00"), PC_E_BADVALUE},
	{"payload of 3", H("0D", "10", "03") "000000", PC_E_BADVALUE},
	{"payload of 4 GB", "01 0D 10 00 00000001 00000002 00000003 FFFFFFFC", PC_E_LIMIT},
	{"payload just over the limit", "01 0D 10 00 00000001 00000002 00000003 0000FDEC",
		PC_E_LIMIT},
	{"payload of a Ping", H("0D", "10", "04") "00000000", PC_E_BADVALUE},
	{"OID of 255 arcs that are not there", H("11", "10", "04") "FF 00 00 00", PC_E_LIMIT},
	{"OID of 5 arcs, 3 there", H("11", "10", "10") "05 04 00 00 00000001 0001869F 00000007",
		PC_E_BADVALUE},
	{"text of 4 GB", H("10", "10", "08") NO_OID "FFFFFFFF", PC_E_BADVALUE},
	{"text without its padding", H("10", "10", "08") NO_OID "00000001", PC_E_BADVALUE},
	{"context of 16 octets, 8 there", H("0D", "18", "0C") "00000010 6162636465666768",
		PC_E_BADVALUE},
	{"variable of type 3", H("0C", "10", "08") "0003 0000 " NO_OID, PC_E_BADVALUE},
	{"variable of type 0102", H("0C", "10", "0C") "0102 0000 " NO_OID "00000000",
		PC_E_BADVALUE},
	{"address of 5 octets", H("0C", "10", "14") "0040 0000 " NO_OID "00000005 0102030405000000",
		PC_E_BADVALUE},
	{"Counter64 of 4 octets", H("0C", "10", "0C") "0046 0000 " NO_OID "00000001",
		PC_E_BADVALUE},
	{"range without an end", H("05", "10", "04") NO_OID, PC_E_BADVALUE},
	{"upper bound missing", H("03", "10", "10") "00 7F 07 00 " SYSTEM, PC_E_BADVALUE},
	{"rest behind the end", H("02", "10", "08") "05000000 00000000", PC_E_BADVALUE},
};

static size_t
unhex(const char *hex, uint8_t *out)
{
	size_t n = 0;
	assert_int_equal(pc_text_unhex(hex, out, OUT, &n), PC_OK);
	return n;
}

/* Write what was read; `ranges` and variables are taken from the list. */
static size_t
rewrite(const struct pc_agentx *pdu, uint8_t out[OUT])
{
	struct pc_agentx_writer w;
	struct pc_agentx_list list = pdu->list;
	struct pc_agentx_range range;
	struct pc_agentx_varbind vb;
	uint8_t t = pdu->header.type;
	bool ranges = t == PC_AGENTX_GET || t == PC_AGENTX_GETNEXT || t == PC_AGENTX_GETBULK;
	size_t n = 0;
	pc_agentx_begin(&w, out, OUT, pdu);
	while (ranges && pc_agentx_next_range(&list, &range))
		pc_agentx_add_range(&w, &range);
	while (!ranges && pc_agentx_next_varbind(&list, &vb))
		pc_agentx_add_varbind(&w, &vb);
	assert_int_equal(pc_agentx_end(&w, &n), PC_OK);
	return n;
}

static void
test_every_type(void **state)
{
	bool seen[PC_AGENTX_RESPONSE + 1] = {false};
	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		uint8_t in[OUT], out[OUT], other[OUT];
		struct pc_agentx pdu, little;
		size_t n = unhex(good[i].hex, in);
		print_message("%s\n", good[i].name);
		assert_int_equal(pc_agentx_read(in, n, &pdu), PC_OK);
		assert_int_equal(pdu.header.session, 1);
		assert_int_equal(pdu.header.transaction, 2);
		assert_int_equal(pdu.header.packet, 3);
		assert_int_equal(rewrite(&pdu, out), n);
		assert_memory_equal(out, in, n);
		seen[pdu.header.type] = true;
		/* The other byte order says the same. */
		pdu.header.flags &= (uint8_t)~PC_AGENTX_BIG_ENDIAN;
		assert_int_equal(rewrite(&pdu, out), n);
		assert_int_equal(pc_agentx_read(out, n, &little), PC_OK);
		assert_int_equal(little.header.session, 1);
		assert_int_equal(little.header.payload, n - PC_AGENTX_HEADER_BYTES);
		little.header.flags |= PC_AGENTX_BIG_ENDIAN;
		assert_int_equal(rewrite(&little, other), n);
		assert_memory_equal(other, in, n);
	}
	for (uint8_t t = PC_AGENTX_OPEN; t <= PC_AGENTX_RESPONSE; t++)
		assert_true(seen[t] && pc_agentx_type_name(t) != NULL);
	assert_null(pc_agentx_type_name(0));
	assert_null(pc_agentx_type_name(PC_AGENTX_RESPONSE + 1));
}

static void
test_cut(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		uint8_t in[OUT];
		struct pc_agentx pdu;
		struct pc_agentx_header h;
		size_t n = unhex(good[i].hex, in);
		print_message("%s\n", good[i].name);
		for (size_t cut = 0; cut < n; cut++) {
			assert_int_equal(pc_agentx_read(in, cut, &pdu), PC_E_TRUNCATED);
			assert_int_equal(pc_agentx_frame(in, cut, &h), PC_E_TRUNCATED);
		}
		/* A header that promises less than there was: its PDU contradicts itself. */
		for (size_t len = 0; PC_AGENTX_HEADER_BYTES + len < n; len += 4) {
			in[PC_AGENTX_HEADER_BYTES - 1] = (uint8_t)len;
			int err = pc_agentx_read(in, PC_AGENTX_HEADER_BYTES + len, &pdu);
			assert_true(err == PC_E_BADVALUE || (good[i].list && err == PC_OK));
		}
	}
}

static void
test_bad(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		uint8_t in[OUT];
		struct pc_agentx pdu;
		size_t n = unhex(bad[i].hex, in);
		print_message("%s\n", bad[i].name);
		assert_int_equal(pc_agentx_read(in, n, &pdu), bad[i].expected);
	}
}

static void
test_values(void **state)
{
	static const int64_t numbers[] = {
		-1, 0, 0, 0, 0, 0xfffffffe, 0x80000000, 100, 0, 0x0123456789abcdef, 0, 0, 0};
	uint8_t in[OUT];
	struct pc_agentx pdu;
	struct pc_agentx_varbind vb;
	size_t at = 0;
	(void)state;
	assert_int_equal(pc_agentx_read(in, unhex(good[10].hex, in), &pdu), PC_OK);
	assert_int_equal(pdu.list.n, sizeof(numbers) / sizeof(numbers[0]));
	while (pc_agentx_next_varbind(&pdu.list, &vb)) {
		assert_true(vb.integer == numbers[at++]);
		if (vb.type == PC_BER_OID)
			assert_int_equal(vb.oid.arcs[6], 99999);
		if (vb.type == PC_BER_OCTETS)
			assert_memory_equal(vb.octets, "abc", 3);
	}
	assert_int_equal(at, sizeof(numbers) / sizeof(numbers[0]));
	assert_int_equal(pc_agentx_read(in, unhex(good[4].hex, in), &pdu), PC_OK);
	assert_int_equal(pdu.timeout, 9);
	assert_int_equal(pdu.priority, 1);
	assert_int_equal(pdu.range_subid, 7);
	assert_int_equal(pdu.upper_bound, 5);
	assert_int_equal(pdu.oid.len, 7);
	assert_int_equal(pc_agentx_read(in, unhex(good[9].hex, in), &pdu), PC_OK);
	assert_int_equal(pdu.non_repeaters, 1);
	assert_int_equal(pdu.max_repetitions, 10);
	assert_int_equal(pdu.list.n, 1);
}

static void
test_no_space(void **state)
{
	struct pc_agentx_writer w;
	struct pc_agentx pdu = {.header = {.type = PC_AGENTX_OPEN}};
	uint8_t small[PC_AGENTX_HEADER_BYTES + 4], big[PC_AGENTX_PAYLOAD_MAX];
	size_t n = 0;
	(void)state;
	pc_agentx_begin(&w, small, sizeof(small), &pdu);
	assert_int_equal(pc_agentx_end(&w, &n), PC_E_NOSPACE);
	memset(big, 'x', sizeof(big));
	pdu.text = big;
	pdu.n_text = (size_t)1 << 32; /* over what the length field can say */
	pc_agentx_begin(&w, big, sizeof(big), &pdu);
	assert_int_equal(pc_agentx_end(&w, &n), PC_E_NOSPACE);
	assert_int_equal(n, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_every_type),
		cmocka_unit_test(test_cut), cmocka_unit_test(test_bad),
		cmocka_unit_test(test_values), cmocka_unit_test(test_no_space)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
