/* Tests of codec/entp: frames, pass-through, the identity answers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/text.h"
#include "codec/entp.h"

static const struct {
	const char *name, *hex;
	int expected;
	uint16_t type;
	uint32_t len;
} rows[] = {
	{"lock of epson2", "4953 2100 000C 00000000 0000", PC_OK, PC_ENTP_LOCK, 0},
	{"lock of epsonds", "4953 2100 000C 00000007 0000 01A0040000012C", PC_OK, PC_ENTP_LOCK, 7},
	{"welcome", "4953 8000 000C 00000005 0000 0000000000", PC_OK, PC_ENTP_WELCOME, 5},
	{"unknown type is a frame all the same", "4953 7777 000C 00000000 0000", PC_OK, 0x7777, 0},
	{"not IS", "4954 2100 000C 00000000 0000", PC_E_BADVALUE, 0, 0},
	{"junk, one byte", "47", PC_E_BADVALUE, 0, 0},
	{"header size 16", "4953 2100 0010 00000000 0000", PC_E_BADVALUE, 0, 0},
	{"4 GB payload", "4953 2000 000C FFFFFFFF 0000", PC_E_LIMIT, 0, 0},
	{"nothing", "", PC_E_TRUNCATED, 0, 0},
};

static void
test_frames(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t in[64], out[64];
		size_t n = 0, used = 0, written = 0;
		struct pc_entp f = {0};
		print_message("%s\n", rows[i].name);
		assert_int_equal(pc_text_unhex(rows[i].hex, in, sizeof(in), &n), PC_OK);
		assert_int_equal(pc_entp_read(in, n, &f, &used), rows[i].expected);
		if (rows[i].expected != PC_OK)
			continue;
		assert_int_equal(f.type, rows[i].type);
		assert_int_equal(f.len, rows[i].len);
		assert_int_equal(used, n);
		assert_int_equal(pc_entp_write(&f, out, sizeof(out), &written), PC_OK);
		assert_int_equal(written, n);
		assert_memory_equal(out, in, n);
		for (size_t cut = 0; cut < n; cut++)
			assert_int_equal(pc_entp_read(in, cut, &f, &used), PC_E_TRUNCATED);
	}
}

static void
test_lock(void **state)
{
	static const uint8_t good[8] = {0x01, 0xa0, 0x04, 0, 0, 0x01, 0x2c, 0};
	struct pc_entp f = {.type = PC_ENTP_LOCK, .data = good};
	uint32_t seconds = 7;
	(void)state;
	assert_int_equal(pc_entp_lock_read(&f, &seconds), PC_OK);
	assert_int_equal(seconds, 0);
	for (f.len = 1; f.len < 7; f.len++)
		assert_int_equal(pc_entp_lock_read(&f, &seconds), PC_E_TRUNCATED);
	assert_int_equal(pc_entp_lock_read(&f, &seconds), PC_OK);
	assert_int_equal(seconds, 300);
	f.len = 8;
	assert_int_equal(pc_entp_lock_read(&f, &seconds), PC_E_BADVALUE);
	f = (struct pc_entp){
		.type = PC_ENTP_LOCK, .data = (const uint8_t *)"\1\xa0\5\0\0\0\1", .len = 7};
	assert_int_equal(pc_entp_lock_read(&f, &seconds), PC_E_BADVALUE);
}

static void
test_pass(void **state)
{
	static const uint8_t command[2] = {0x1b, 'F'};
	struct pc_entp_pass p = {.command = command, .len = 2, .reply_len = 4}, q = {0};
	struct pc_entp f;
	uint8_t out[64], small[8];
	size_t n = 0, used = 0;
	(void)state;
	assert_int_equal(pc_entp_pass_write(&p, out, sizeof(out), &n), PC_OK);
	assert_int_equal(pc_entp_pass_write(&p, small, sizeof(small), &used), PC_E_NOSPACE);
	assert_int_equal(pc_entp_read(out, n, &f, &used), PC_OK);
	assert_int_equal(f.type, PC_ENTP_PASS);
	assert_int_equal(pc_entp_pass_read(&f, &q), PC_OK);
	assert_int_equal(q.reply_len, 4);
	assert_memory_equal(q.command, command, 2);
	f.len = 7;
	assert_int_equal(pc_entp_pass_read(&f, &q), PC_E_TRUNCATED);
	f.len = 9; /* the command length says two bytes */
	assert_int_equal(pc_entp_pass_read(&f, &q), PC_E_BADVALUE);
}

static void
test_identity(void **state)
{
	struct pc_entp_identity id = {.model = "PX-EMU2",
					.rom = "1.00",
					.base_dpi = 1200,
					.min_dpi = 50,
					.max_dpi = 1200,
					.max_pixels = 10200,
					.width = 10200,
					.height = 14040},
				back;
	uint8_t out[PC_ENTP_IDENTITY_BYTES];
	(void)state;
	assert_int_equal(pc_entp_identity_write(&id, out), PC_OK);
	assert_memory_equal(out, "B7", 2);
	assert_memory_equal(out + 12, "\xb0\4\0\0", 4);
	assert_memory_equal(out + 46, "PX-EMU2         1.00\x08\x08", 22);
	assert_int_equal(pc_entp_identity_read(out, sizeof(out), &back), PC_OK);
	assert_string_equal(back.model, id.model);
	assert_string_equal(back.rom, id.rom);
	assert_int_equal(back.height, id.height);
	for (size_t cut = 0; cut < sizeof(out); cut++)
		assert_int_equal(pc_entp_identity_read(out, cut, &back), PC_E_TRUNCATED);
}

static void
test_block(void **state)
{
	uint8_t out[PC_ENTP_BLOCK_BYTES];
	char name[5];
	uint32_t len = 0;
	(void)state;
	assert_int_equal(pc_entp_block_write("INFO", 0x12af, out), PC_OK);
	assert_memory_equal(out, "INFOx00012AF#---\0", 17);
	assert_int_equal(pc_entp_block_read(out, 12, name, &len), PC_OK);
	assert_string_equal(name, "INFO");
	assert_int_equal(len, 0x12af);
	assert_int_equal(
		pc_entp_block_read((const uint8_t *)"FIN x000000a", 12, name, &len), PC_OK);
	assert_int_equal(len, 10);
	for (size_t cut = 0; cut < 12; cut++)
		assert_int_equal(pc_entp_block_read(out, cut, name, &len), PC_E_TRUNCATED);
	assert_int_equal(
		pc_entp_block_read((const uint8_t *)"INFOy0000000", 12, name, &len), PC_E_BADVALUE);
	assert_int_equal(
		pc_entp_block_read((const uint8_t *)"INFOx000000g", 12, name, &len), PC_E_BADVALUE);
	assert_int_equal(pc_entp_block_write("INFO", 0x10000000, out), PC_E_LIMIT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_frames),
		cmocka_unit_test(test_lock),
		cmocka_unit_test(test_pass),
		cmocka_unit_test(test_identity),
		cmocka_unit_test(test_block),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
