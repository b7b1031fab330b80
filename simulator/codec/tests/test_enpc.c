/* Tests of codec/enpc: recorded messages of public captures (identities replaced), every cut, lies.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/text.h"
#include "codec/enpc.h"

static const struct {
	const char *name, *hex;
	int expected;
	uint8_t type, device;
	uint16_t function, result, len;
	size_t trailing;
	const char *meaning;
} rows[] = {
	{"probe", "4550534F4E 50 00 FF 0000 0000 0000", PC_OK, 'P', 0, 0, 0, 0, 0, "probe"},
	{"probe of SANE, one stray NUL", "4550534F4E 50 00 FF 0000 0000 0000 00", PC_OK, 'P', 0, 0,
		0, 0, 1, "probe"},
	{"board query", "4550534F4E 51 00 00 0000 0000 0000", PC_OK, 'Q', 0, 0, 0, 0, 0,
		"board information"},
	{"network query", "4550534F4E 51 00 00 0010 0000 0000", PC_OK, 'Q', 0, 0x10, 0, 0, 0,
		"network information"},
	{"device ID query", "4550534F4E 51 02 00 0000 0000 0000", PC_OK, 'Q', 2, 0, 0, 0, 0,
		"device ID"},
	{"error reply", "4550534F4E 71 03 00 0131 FFFF 0000", PC_OK, 'q', 3, 0x131, 0xffff, 0, 0,
		NULL},
	{"toggle with data", "4550534F4E 43 03 00 0015 0000 0001 00", PC_OK, 'C', 3, 0x15, 0, 1, 0,
		"toggle"},
	{"unknown letter", "4550534F4E 58 00 00 0000 0000 0000", PC_E_BADVALUE, 0, 0, 0, 0, 0, 0,
		NULL},
	{"wrong magic", "4550534F4F 50 00 FF 0000 0000 0000", PC_E_BADVALUE, 0, 0, 0, 0, 0, 0,
		NULL},
	{"length beyond the datagram", "4550534F4E 50 00 FF 0000 0000 0001", PC_E_TRUNCATED, 0, 0,
		0, 0, 0, 0, NULL},
	{"nothing", "", PC_E_TRUNCATED, 0, 0, 0, 0, 0, 0, NULL},
};

static void
test_headers(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t in[64], out[64];
		size_t n = 0, written = 0;
		struct pc_enpc m = {0};
		print_message("%s\n", rows[i].name);
		assert_int_equal(pc_text_unhex(rows[i].hex, in, sizeof(in), &n), PC_OK);
		assert_int_equal(pc_enpc_read(in, n, &m), rows[i].expected);
		if (rows[i].expected != PC_OK)
			continue;
		assert_int_equal(m.type, rows[i].type);
		assert_int_equal(m.device, rows[i].device);
		assert_int_equal(m.function, rows[i].function);
		assert_int_equal(m.result, rows[i].result);
		assert_int_equal(m.len, rows[i].len);
		assert_int_equal(m.trailing, rows[i].trailing);
		const char *meaning = pc_enpc_function_name(m.type, m.device, m.function);
		if (rows[i].meaning == NULL)
			assert_null(meaning);
		else
			assert_string_equal(meaning, rows[i].meaning);
		assert_int_equal(pc_enpc_write(&m, out, sizeof(out), &written), PC_OK);
		assert_int_equal(written, n - rows[i].trailing);
		assert_memory_equal(out, in, written);
	}
}

static void
test_cut_everywhere(void **state)
{
	uint8_t in[64];
	size_t n = 0;
	(void)state;
	assert_int_equal(
		pc_text_unhex("4550534F4E 43 03 00 0011 0000 0004 01000141", in, sizeof(in), &n),
		PC_OK);
	for (size_t cut = 0; cut < n; cut++) {
		struct pc_enpc m;
		assert_int_equal(pc_enpc_read(in, cut, &m), PC_E_TRUNCATED);
	}
}

static void
test_board(void **state)
{
	/* name, 01, FF FF, model, MAC, tail, at the recorded offsets */
	static const char hex[] =
		"4550314232433345 4E534E33 0000000000000000000000000000000000000000 00 01 FFFF"
		"1C000208 0200001B2C3E 0000000100000001";
	uint8_t recorded[64], out[PC_ENPC_BOARD_BYTES];
	size_t n = 0;
	struct pc_enpc_board b, in = {.name = "EP1B2C3ENSN3",
					.model = {0x1c, 0, 2, 8},
					.mac = {2, 0, 0, 0x1b, 0x2c, 0x3e}};
	(void)state;
	assert_int_equal(pc_text_unhex(hex, recorded, sizeof(recorded), &n), PC_OK);
	assert_int_equal(n, PC_ENPC_BOARD_BYTES);
	assert_int_equal(pc_enpc_board_write(&in, out), PC_OK);
	assert_memory_equal(out, recorded, n);
	assert_int_equal(pc_enpc_board_read(recorded, n, &b), PC_OK);
	assert_string_equal(b.name, in.name);
	assert_memory_equal(b.mac, in.mac, 6);
	for (size_t cut = 0; cut < n; cut++)
		assert_int_equal(pc_enpc_board_read(recorded, cut, &b), PC_E_TRUNCATED);
	uint8_t probe[PC_ENPC_PROBE_BYTES];
	static const uint8_t ip[4] = {127, 0, 10, 1};
	assert_int_equal(pc_enpc_probe_write(&in, ip, probe), PC_OK);
	assert_memory_equal(probe, recorded, n);
	assert_memory_equal(probe + 54, ip, 4);
	assert_true(PC_ENPC_HEADER_BYTES + sizeof(probe) >= PC_ENPC_PROBE_MIN);
	struct pc_enpc_board longest = {.name = "12345678901234567890123456789012"};
	assert_int_equal(pc_enpc_board_write(&longest, out), PC_OK);
	assert_int_equal(out[32], 0);
	assert_int_equal(pc_enpc_board_read(out, sizeof(out), &b), PC_OK);
	assert_string_equal(b.name, longest.name);
}

static void
test_network(void **state)
{
	struct pc_enpc_network n, in = {.mac = {2, 0, 0, 0, 0, 9},
					  .assignment = 0x14,
					  .address = {127, 0, 10, 1},
					  .netmask = {255, 0, 0, 0},
					  .gateway = {127, 0, 0, 1},
					  .services = 0x801c};
	uint8_t out[PC_ENPC_NETWORK_BYTES], expected[64];
	size_t len = 0;
	(void)state;
	assert_int_equal(pc_text_unhex("01 020000000009 0014 7F000A01 FF000000 7F000001 801C",
				 expected, sizeof(expected), &len),
		PC_OK);
	assert_int_equal(pc_enpc_network_write(&in, out), PC_OK);
	assert_int_equal(len, sizeof(out));
	assert_memory_equal(out, expected, len);
	assert_int_equal(pc_enpc_network_read(out, len, &n), PC_OK);
	assert_memory_equal(n.address, in.address, 4);
	assert_int_equal(n.services, 0x801c);
	for (size_t cut = 0; cut < len; cut++)
		assert_int_equal(pc_enpc_network_read(out, cut, &n), PC_E_TRUNCATED);
	out[0] = 2;
	assert_int_equal(pc_enpc_network_read(out, len, &n), PC_E_BADVALUE);
}

static void
test_device_id(void **state)
{
	struct pc_enpc_device_id d,
		in = {.id = "MFG:EPSON;MDL:XP-432 435 Series;", .model = "XP-432 435 Series"};
	uint8_t out[256], small[20];
	size_t n = 0, ignored = 0;
	(void)state;
	assert_int_equal(pc_enpc_device_id_write(&in, out, sizeof(out), &n), PC_OK);
	assert_int_equal(n, 5 + 32 + 18);
	assert_int_equal(out[0], 3);
	assert_int_equal(out[4], 34); /* counts itself */
	assert_int_equal(
		pc_enpc_device_id_write(&in, small, sizeof(small), &ignored), PC_E_NOSPACE);
	assert_int_equal(pc_enpc_device_id_read(out, n, &d), PC_OK);
	assert_string_equal(d.id, in.id);
	assert_string_equal(d.model, in.model);
	for (size_t cut = 0; cut < 5; cut++)
		assert_int_equal(pc_enpc_device_id_read(out, cut, &d), PC_E_TRUNCATED);
	out[3] = 0xff; /* a lying 1284 length */
	assert_int_equal(pc_enpc_device_id_read(out, n, &d), PC_E_BADVALUE);
	out[3] = 0;
	out[4] = 1;
	assert_int_equal(pc_enpc_device_id_read(out, n, &d), PC_E_BADVALUE);
	static uint8_t big[2048] = {3, 0, 0, 0x04, 0x10};
	assert_int_equal(pc_enpc_device_id_read(big, sizeof(big), &d), PC_E_LIMIT);
}

static void
test_pos(void **state)
{
	struct pc_enpc_pos p, in = {.mac = {2, 0, 0, 0, 0, 9},
				      .board = "UB-E03",
				      .version = {5, 1, 2, 1},
				      .model = "TM-m30"};
	uint8_t basic[PC_ENPC_POS_BASIC_BYTES], extended[PC_ENPC_POS_EXTENDED_BYTES];
	(void)state;
	assert_int_equal(pc_enpc_pos_basic_write(&in, basic), PC_OK);
	assert_memory_equal(basic, "\0\5\1\2\1TM-m30\0", 12);
	assert_int_equal(pc_enpc_pos_extended_write(&in, extended), PC_OK);
	assert_memory_equal(extended + 42, "TM-m30", 7);
	assert_int_equal(pc_enpc_pos_basic_read(basic, sizeof(basic), &p), PC_OK);
	assert_string_equal(p.model, "TM-m30");
	assert_int_equal(pc_enpc_pos_extended_read(extended, sizeof(extended), &p), PC_OK);
	assert_string_equal(p.board, "UB-E03");
	for (size_t cut = 0; cut < sizeof(extended); cut++)
		assert_int_equal(pc_enpc_pos_extended_read(extended, cut, &p), PC_E_TRUNCATED);
	for (size_t cut = 0; cut < sizeof(basic); cut++)
		assert_int_equal(pc_enpc_pos_basic_read(basic, cut, &p), PC_E_TRUNCATED);
}

/* Spec: UB-E02 manual s5.5 */
static void
test_forced(void **state)
{
	struct pc_enpc_forced f, in = {.flag = 1, .data = (const uint8_t *)"\x10\4\1", .len = 3};
	uint8_t out[1024];
	size_t n = 0;
	(void)state;
	assert_int_equal(pc_enpc_forced_write(&in, out, sizeof(out), &n), PC_OK);
	assert_int_equal(n, 6);
	assert_memory_equal(out, "\1\0\3\x10\4\1", 6);
	assert_int_equal(pc_enpc_forced_read(out, n, &f), PC_OK);
	assert_int_equal(f.flag, 1);
	assert_int_equal(f.len, 3);
	for (size_t cut = 0; cut < n; cut++) {
		assert_int_equal(pc_enpc_forced_read(out, cut, &f), PC_E_TRUNCATED);
		assert_int_equal(pc_enpc_forced_write(&in, out, cut, &n), PC_E_NOSPACE);
	}
	memset(out, 0, sizeof(out));
	out[1] = 1; /* 256 bytes */
	assert_int_equal(pc_enpc_forced_read(out, sizeof(out), &f), PC_E_LIMIT);
	out[1] = 4;
	assert_int_equal(pc_enpc_forced_read(out, sizeof(out), &f), PC_E_TRUNCATED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_headers),
		cmocka_unit_test(test_cut_everywhere),
		cmocka_unit_test(test_board),
		cmocka_unit_test(test_network),
		cmocka_unit_test(test_device_id),
		cmocka_unit_test(test_pos),
		cmocka_unit_test(test_forced),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
