/* Tests of codec/nbns: what real clients and servers send, every cut, lying counts and lengths. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/text.h"
#include "codec/nbns.h"

/* EPSON1A<00>, and the wildcard, as letters */
#define EPSON "20 4546464146444550454F44424542434143414341434143414341434143414141 00"
#define ANY   "20 434B414141414141414141414141414141414141414141414141414141414141 00"
#define NAME  "4550534F4E3141 2020202020202020"
#define GROUP "574F524B47524F5550 202020202020"

static const struct {
	const char *name, *hex;
	int expected;
	const char *meaning; /* NULL: unknown */
	uint16_t flags;
	size_t addresses, names;
	bool as_is;
} rows[] = {
	{"node status", "0001 0000 0001 0000 0000 0000 " ANY " 0021 0001", PC_OK, "node status", 0,
		0, 0, true},
	{"name query, broadcast", "0001 0110 0001 0000 0000 0000 " EPSON " 0020 0001", PC_OK,
		"name query", PC_NBNS_RD | PC_NBNS_BROADCAST, 0, 0, true},
	{"name query with a scope",
		"0001 0110 0001 0000 0000 0000 "
		"20 4546464146444550454F44424542434143414341434143414341434143414141 04 6C616231 00 "
		"0020 0001",
		PC_OK, "name query", PC_NBNS_RD | PC_NBNS_BROADCAST, 0, 0, true},
	{"positive answer",
		"0001 8500 0000 0001 0000 0000 " EPSON " 0020 0001 0003F480 0006 0000 7F000A07",
		PC_OK, NULL, PC_NBNS_AA | PC_NBNS_RD, 1, 0, true},
	{"positive answer, two addresses",
		"0001 8580 0000 0001 0000 0000 " EPSON
		" 0020 0001 0003F480 000C 0000 7F000A07 E000 7F000A08",
		PC_OK, NULL, PC_NBNS_AA | PC_NBNS_RD | PC_NBNS_RA, 2, 0, true},
	{"negative answer", "0001 8583 0000 0001 0000 0000 " EPSON " 000A 0001 00000000 0000",
		PC_OK, NULL, PC_NBNS_AA | PC_NBNS_RD | PC_NBNS_RA, 0, 0, true},
	{"node status answer",
		"0001 8400 0000 0001 0000 0000 " ANY " 0021 0001 00000000 0053 02 " NAME
		" 00 0400 " GROUP " 00 8400 02005E100007 "
		"00000000000000000000 00000000000000000000 00000000000000000000 "
		"00000000000000000000",
		PC_OK, NULL, PC_NBNS_AA, 0, 2, true},
	{"registration",
		"0002 2910 0001 0000 0000 0001 " EPSON
		" 0020 0001 C00C 0020 0001 000493E0 0006 0000 7F000A07",
		PC_OK, "registration", PC_NBNS_RD | PC_NBNS_BROADCAST, 1, 0, true},
	{"release",
		"0002 3010 0001 0000 0000 0001 " EPSON
		" 0020 0001 C00C 0020 0001 00000000 0006 0000 7F000A07",
		PC_OK, "release", PC_NBNS_BROADCAST, 1, 0, true},
	{"refresh",
		"0002 4000 0001 0000 0000 0001 " EPSON
		" 0020 0001 C00C 0020 0001 00000000 0006 6000 7F000A07",
		PC_OK, "refresh", 0, 1, 0, true},
	{"wait", "0002 BC00 0000 0001 0000 0000 " EPSON " 000A 0001 00000005 0002 2910", PC_OK,
		NULL, PC_NBNS_AA, 0, 0, true},
	{"unknown opcode", "0002 7800 0001 0000 0000 0000 " EPSON " 0020 0001", PC_E_UNSUPPORTED,
		NULL, 0, 0, 0, false},
	{"a DNS question", "0002 0100 0001 0000 0000 0000 " EPSON " 0001 0001", PC_E_UNSUPPORTED,
		NULL, 0, 0, 0, false},
	{"a DNS name", "0002 0100 0001 0000 0000 0000 05 616C706861 00 0020 0001", PC_E_BADVALUE,
		NULL, 0, 0, 0, false},
	{"letter behind P",
		"0002 0100 0001 0000 0000 0000 "
		"20 5146464146444550454F44424542434143414341434143414341434143414141 00 0020 0001",
		PC_E_BADVALUE, NULL, 0, 0, 0, false},
	{"query with two questions",
		"0002 0100 0002 0000 0000 0000 " EPSON " 0020 0001 " EPSON " 0020 0001",
		PC_E_BADVALUE, NULL, 0, 0, 0, false},
	{"query with a record",
		"0002 0100 0001 0000 0000 0001 " EPSON
		" 0020 0001 C00C 0020 0001 00000000 0006 6000 7F000A07",
		PC_E_BADVALUE, NULL, 0, 0, 0, false},
	{"registration without a record", "0002 2910 0001 0000 0000 0000 " EPSON " 0020 0001",
		PC_E_BADVALUE, NULL, 0, 0, 0, false},
	{"answer without one", "0001 8500 0000 0000 0000 0000", PC_E_BADVALUE, NULL, 0, 0, 0,
		false},
	{"half an address",
		"0001 8500 0000 0001 0000 0000 " EPSON " 0020 0001 0003F480 0005 0000 7F000A",
		PC_E_BADVALUE, NULL, 0, 0, 0, false},
	{"more names than the data holds",
		"0001 8400 0000 0001 0000 0000 " ANY " 0021 0001 00000000 0013 02 " NAME " 00 0400",
		PC_E_BADVALUE, NULL, 0, 0, 0, false},
	{"name points at itself", "0001 0000 0001 0000 0000 0000 C00C 0021 0001", PC_E_BADVALUE,
		NULL, 0, 0, 0, false},
};

static void
test_messages(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t in[256], out[256];
		size_t n = 0, written = 0;
		struct pc_nbns m;
		print_message("%s\n", rows[i].name);
		assert_int_equal(pc_text_unhex(rows[i].hex, in, sizeof(in), &n), PC_OK);
		assert_int_equal(pc_nbns_read(in, n, &m), rows[i].expected);
		if (rows[i].expected != PC_OK)
			continue;
		assert_int_equal(m.flags, rows[i].flags);
		assert_int_equal(m.n_addresses, rows[i].addresses);
		assert_int_equal(m.n_names, rows[i].names);
		if (rows[i].meaning != NULL)
			assert_string_equal(
				pc_nbns_opcode_name(m.opcode, m.question_type), rows[i].meaning);
		assert_int_equal(pc_nbns_write(&m, out, sizeof(out), &written), PC_OK);
		assert_int_equal(written, n);
		if (rows[i].as_is)
			assert_memory_equal(out, in, n);
		for (size_t cut = 0; cut < written; cut++) {
			assert_int_equal(pc_nbns_read(in, cut, &m), PC_E_TRUNCATED);
		}
		assert_int_equal(pc_nbns_read(in, n, &m), PC_OK);
		for (size_t size = 0; size < written; size++)
			assert_int_equal(pc_nbns_write(&m, out, size, &n), PC_E_NOSPACE);
	}
}

static void
test_names(void **state)
{
	struct pc_nbns_name a, b;
	char text[PC_NBNS_NAME_BYTES + 1];
	(void)state;
	pc_nbns_name_set(&a, "Epson1a", 0x20);
	assert_memory_equal(a.bytes, "EPSON1A        ", 15);
	assert_string_equal(pc_nbns_name_text(a.bytes, text), "EPSON1A");
	pc_nbns_name_set(&b, "EPSON1A", 0x20);
	assert_true(pc_nbns_name_equal(&a, &b));
	b.bytes[0] = 'e';
	assert_true(pc_nbns_name_equal(&a, &b));
	b.suffix = 0;
	assert_false(pc_nbns_name_equal(&a, &b));
	pc_nbns_name_set(&b, "EPSON1A", 0x20);
	pc_text_copy(b.scope, sizeof(b.scope), "LAB");
	assert_false(pc_nbns_name_equal(&a, &b));
	pc_text_copy(a.scope, sizeof(a.scope), "lab");
	assert_true(pc_nbns_name_equal(&a, &b));
	pc_nbns_name_set(&a, "A-NAME-THAT-IS-TOO-LONG", 0);
	assert_string_equal(pc_nbns_name_text(a.bytes, text), "A-NAME-THAT-IS-");
	pc_nbns_name_set(&a, "*", 0);
	assert_memory_equal(a.bytes, "*\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 15);
	assert_string_equal(pc_nbns_name_text(a.bytes, text), "*");
	a.bytes[0] = 1;
	assert_string_equal(pc_nbns_name_text(a.bytes, text), ".");
}

/* A scope that is no name cannot be written; more entries than fit cannot be read. */
static void
test_limits(void **state)
{
	struct pc_nbns m = {.has_question = true, .question_type = PC_NBNS_NB};
	struct pc_nbns big = {.response = true, .has_record = true, .type = PC_NBNS_NB};
	uint8_t out[1500];
	size_t n = 0;
	(void)state;
	pc_text_copy(m.question.scope, sizeof(m.question.scope), "a..b");
	assert_int_equal(pc_nbns_write(&m, out, sizeof(out), &n), PC_E_BADVALUE);
	big.n_addresses = PC_NBNS_ADDRESSES_MAX;
	assert_int_equal(pc_nbns_write(&big, out, sizeof(out), &n), PC_OK);
	assert_int_equal(pc_nbns_read(out, n, &m), PC_OK);
	size_t at = n - 6 * PC_NBNS_ADDRESSES_MAX - 2;
	out[at + 1] = (uint8_t)(out[at + 1] + 6);
	memset(out + n, 0, 6);
	assert_int_equal(pc_nbns_read(out, n + 6, &m), PC_E_LIMIT);
	big.n_addresses = 0;
	big.type = PC_NBNS_NBSTAT;
	big.n_names = PC_NBNS_NAMES_MAX;
	assert_int_equal(pc_nbns_write(&big, out, sizeof(out), &n), PC_OK);
	assert_int_equal(pc_nbns_read(out, n, &m), PC_OK);
	assert_int_equal(m.n_statistics, PC_NBNS_STATISTICS_BYTES);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_messages),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_limits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
