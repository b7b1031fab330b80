/* Tests of codec/llmnr and codec/dns: queries of real clients, every cut, pointers that loop,
 * counts that lie, names as text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/text.h"
#include "codec/llmnr.h"

#define ALPHA "05 616C706861 00"

static const struct {
	const char *name, *hex;
	int expected;
	uint16_t type;
	const char *text; /* the question's name */
	bool conflict, edns;
	size_t answers;
	bool as_is; /* writing gives the same bytes */
} rows[] = {
	{"A query", "1234 0000 0001 0000 0000 0000 " ALPHA " 0001 0001", PC_OK, PC_DNS_A, "alpha",
		false, false, 0, true},
	{"dig: AD and EDNS with a cookie",
		"1234 0020 0001 0000 0000 0001 " ALPHA
		" 0001 0001 00 0029 1000 00000000 000C 000A 0008 0102030405060708",
		PC_OK, PC_DNS_A, "alpha", false, true, 0, false},
	{"EDNS", "1234 0000 0001 0000 0000 0001 " ALPHA " 001C 0001 00 0029 04D0 00000000 0000",
		PC_OK, PC_DNS_AAAA, "alpha", false, true, 0, true},
	{"two OPT records",
		"1234 0000 0001 0000 0000 0002 " ALPHA " 001C 0001 00 0029 04D0 00000000 0000 "
		"00 0029 04D0 00000000 0000",
		PC_E_BADVALUE, 0, NULL, false, false, 0, false},
	{"OPT with a name",
		"1234 0000 0001 0000 0000 0001 " ALPHA " 001C 0001 C00C 0029 04D0 00000000 0000",
		PC_E_BADVALUE, 0, NULL, false, false, 0, false},
	{"conflict with a record of its sender",
		"1234 0400 0001 0000 0000 0001 " ALPHA " 0001 0001 C00C 0001 0001 0000001E 0004 "
		"7F000001",
		PC_OK, PC_DNS_A, "alpha", true, false, 0, false},
	{"response with a compressed name",
		"1234 8000 0001 0001 0000 0000 " ALPHA " 0001 0001 C00C 0001 0001 0000001E 0004 "
		"7F000A07",
		PC_OK, PC_DNS_A, "alpha", false, false, 1, false},
	{"response with the name written out",
		"1234 8000 0001 0001 0000 0000 " ALPHA " 0001 0001 " ALPHA
		" 0001 0001 0000001E 0004 7F000A07",
		PC_OK, PC_DNS_A, "alpha", false, false, 1, true},
	{"response without answers, truncated", "1234 8200 0001 0000 0000 0000 " ALPHA " 0001 0001",
		PC_OK, PC_DNS_A, "alpha", false, false, 0, true},
	{"negative response with an SOA, stepped over",
		"1234 8000 0001 0000 0001 0000 " ALPHA " 001C 0001 C00C 0006 0001 0000001E 0002 "
		"C00C",
		PC_OK, PC_DNS_AAAA, "alpha", false, false, 0, false},
	{"pointer into the question's tail",
		"1234 8000 0001 0001 0000 0000 05 616C706861 04 686F6D65 00 0001 0001 "
		"03 777777 C012 0001 0001 0000001E 0004 7F000A07",
		PC_OK, PC_DNS_A, "alpha.home", false, false, 1, false},
	{"unknown type and opcode", "1234 1000 0001 0000 0000 0000 " ALPHA " 0F0F 0001", PC_OK,
		0x0f0f, "alpha", false, false, 0, true},
	{"bytes that are no letters", "0001 0000 0001 0000 0000 0000 04 002E5C7F 00 0001 0001",
		PC_OK, PC_DNS_A, "\\000\\.\\\\\\127", false, false, 0, true},
	{"no question", "1234 0000 0000 0000 0000 0000", PC_E_BADVALUE, 0, NULL, false, false, 0,
		false},
	{"two questions", "1234 0000 0002 0000 0000 0000 " ALPHA " 0001 0001 " ALPHA " 0001 0001",
		PC_E_BADVALUE, 0, NULL, false, false, 0, false},
	{"query with an answer",
		"1234 0000 0001 0001 0000 0000 " ALPHA " 0001 0001 C00C 0001 0001 0000001E 0004 "
		"7F000001",
		PC_E_BADVALUE, 0, NULL, false, false, 0, false},
	{"query with authority", "1234 0000 0001 0000 0001 0000 " ALPHA " 0001 0001", PC_E_BADVALUE,
		0, NULL, false, false, 0, false},
	{"name points at itself", "1234 0000 0001 0000 0000 0000 C00C 0001 0001", PC_E_BADVALUE, 0,
		NULL, false, false, 0, false},
	{"name points at its own beginning", "1234 0000 0001 0000 0000 0000 01 61 C00C 0001 0001",
		PC_E_BADVALUE, 0, NULL, false, false, 0, false},
	{"name points forward", "1234 0000 0001 0000 0000 0000 C00E 00 0001 0001", PC_E_BADVALUE, 0,
		NULL, false, false, 0, false},
	{"name points into the header", "1234 0000 0001 0000 0000 0000 C002 0001 0001",
		PC_E_BADVALUE, 0, NULL, false, false, 0, false},
	{"name points at the message's beginning", "1234 0000 0001 0000 0000 0000 C000 0001 0001",
		PC_E_BADVALUE, 0, NULL, false, false, 0, false},
	{"reserved label type", "1234 0000 0001 0000 0000 0000 41 61 00 0001 0001", PC_E_BADVALUE,
		0, NULL, false, false, 0, false},
	{"label beyond the datagram", "1234 0000 0001 0000 0000 0000 3F 61 00 0001 0001",
		PC_E_TRUNCATED, 0, NULL, false, false, 0, false},
	{"record data beyond the datagram",
		"1234 8000 0001 0001 0000 0000 " ALPHA " 0001 0001 C00C 0001 0001 0000001E 0005 "
		"7F000A07",
		PC_E_TRUNCATED, 0, NULL, false, false, 0, false},
	{"17 answers announced", "1234 8000 0001 0011 0000 0000 " ALPHA " 0001 0001", PC_E_LIMIT, 0,
		NULL, false, false, 0, false},
};

static void
test_messages(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t in[256], out[256];
		char text[PC_DNS_TEXT_MAX];
		size_t n = 0, written = 0;
		struct pc_llmnr m;
		print_message("%s\n", rows[i].name);
		assert_int_equal(pc_text_unhex(rows[i].hex, in, sizeof(in), &n), PC_OK);
		assert_int_equal(pc_llmnr_read(in, n, &m), rows[i].expected);
		if (rows[i].expected != PC_OK)
			continue;
		assert_int_equal(m.id, in[0] << 8 | in[1]);
		assert_int_equal(m.question.type, rows[i].type);
		assert_string_equal(pc_dns_name_text(&m.question.name, text), rows[i].text);
		assert_int_equal(m.conflict, rows[i].conflict);
		assert_int_equal(m.edns, rows[i].edns);
		assert_int_equal(m.n_answers, rows[i].answers);
		assert_int_equal(pc_llmnr_write(&m, out, sizeof(out), &written), PC_OK);
		if (rows[i].as_is) {
			assert_int_equal(written, n);
			assert_memory_equal(out, in, n);
		}
		for (size_t size = 0; size < written; size++)
			assert_int_equal(pc_llmnr_write(&m, out, size, &n), PC_E_NOSPACE);
	}
}

static void
test_cut_everywhere(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t in[256];
		size_t n = 0;
		struct pc_llmnr m;
		if (rows[i].expected != PC_OK)
			continue;
		assert_int_equal(pc_text_unhex(rows[i].hex, in, sizeof(in), &n), PC_OK);
		for (size_t cut = 0; cut < n; cut++)
			assert_int_equal(pc_llmnr_read(in, cut, &m), PC_E_TRUNCATED);
	}
}

/* 127 labels of one letter fit, one more does not; neither do they when a pointer adds them. */
static void
test_longest_name(void **state)
{
	uint8_t in[600] = {0, 1, 0, 0, 0, 1};
	struct pc_llmnr m;
	size_t at = PC_DNS_HEADER_BYTES;
	(void)state;
	for (int i = 0; i < 127; i++, at += 2)
		memcpy(in + at, "\1a", 2);
	in[at + 2] = in[at + 4] = 1;
	assert_int_equal(pc_llmnr_read(in, at + 5, &m), PC_OK);
	assert_int_equal(m.question.name.len, PC_DNS_NAME_MAX);
	memcpy(in + at, "\1a\0\0\1\0\1", 7);
	assert_int_equal(pc_llmnr_read(in, at + 7, &m), PC_E_BADVALUE);
	memcpy(in + at, "\0\0\1\0\1\1b\300\14\0\1\0\1\0\0\0\0\0\0", 19);
	in[2] = 0x80;
	in[7] = 1;
	assert_int_equal(pc_llmnr_read(in, at + 19, &m), PC_E_BADVALUE);
}

static const struct {
	const char *text;
	int expected;
	size_t len;
	const char *back; /* NULL: as it was */
} names[] = {
	{"printer", PC_OK, 9, NULL},
	{"printer.", PC_OK, 9, "printer"},
	{"1.10.0.127.in-addr.arpa", PC_OK, 25, NULL},
	{"", PC_OK, 1, "."},
	{".", PC_OK, 1, NULL},
	{"a\\.b", PC_OK, 5, NULL},
	{"a\\046b", PC_OK, 5, "a\\.b"},
	{"\\000\\255", PC_OK, 4, NULL},
	{"a..b", PC_E_BADVALUE, 0, NULL},
	{".a", PC_E_BADVALUE, 0, NULL},
	{"a\\", PC_E_BADVALUE, 0, NULL},
	{"a\\25", PC_E_BADVALUE, 0, NULL},
	{"a\\256", PC_E_BADVALUE, 0, NULL},
	{"123456789012345678901234567890123456789012345678901234567890123", PC_OK, 65, NULL},
	{"1234567890123456789012345678901234567890123456789012345678901234", PC_E_LIMIT, 0, NULL},
};

static void
test_names(void **state)
{
	struct pc_dns_name name, other;
	char text[PC_DNS_TEXT_MAX];
	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		print_message("%s\n", names[i].text);
		assert_int_equal(pc_dns_name_from_text(names[i].text, &name), names[i].expected);
		if (names[i].expected != PC_OK)
			continue;
		assert_int_equal(name.len, names[i].len);
		assert_string_equal(pc_dns_name_text(&name, text),
			names[i].back != NULL ? names[i].back : names[i].text);
	}
	assert_int_equal(pc_dns_name_from_text("EPSON1A", &name), PC_OK);
	assert_int_equal(pc_dns_name_from_label("epson1a", 7, &other), PC_OK);
	assert_true(pc_dns_name_equal(&name, &other));
	assert_int_equal(pc_dns_name_from_label("epson1b", 7, &other), PC_OK);
	assert_false(pc_dns_name_equal(&name, &other));
	assert_int_equal(pc_dns_name_from_label("", 0, &other), PC_E_BADVALUE);
	pc_llmnr_reverse_name((const uint8_t[]){192, 0, 2, 255}, &name);
	assert_string_equal(pc_dns_name_text(&name, text), "255.2.0.192.in-addr.arpa");
	assert_string_equal(pc_llmnr_type_name(PC_DNS_PTR), "PTR");
	assert_null(pc_llmnr_type_name(15));
}

/* The upper bits of an extended code travel in the OPT record. */
static void
test_extended_rcode(void **state)
{
	struct pc_llmnr m, in = {.id = 9,
				   .response = true,
				   .rcode = PC_LLMNR_BADVERS,
				   .edns = true,
				   .edns_size = 1232,
				   .question = {.type = PC_DNS_A, .class = PC_DNS_IN}};
	uint8_t out[64];
	size_t n = 0;
	(void)state;
	assert_int_equal(pc_dns_name_from_text("alpha", &in.question.name), PC_OK);
	assert_int_equal(pc_llmnr_write(&in, out, sizeof(out), &n), PC_OK);
	assert_int_equal(out[3] & 0x0f, 0);
	assert_int_equal(pc_llmnr_read(out, n, &m), PC_OK);
	assert_int_equal(m.rcode, PC_LLMNR_BADVERS);
	assert_int_equal(m.edns_size, 1232);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_messages),
		cmocka_unit_test(test_cut_everywhere),
		cmocka_unit_test(test_longest_name),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_extended_rcode),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
