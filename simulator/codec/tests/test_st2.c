/* Tests of codec/st2: two real blocks (serial replaced) read field by field and written back byte
 * for byte, every cut, lying inner lengths. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/text.h"
#include "codec/st2.h"

static const char large_format[] =
	"40424443205354320D0A 5800 010104 0D0143 0E020F00 0F11 04 05035332 04025432 03015432 01005232 130101"
	"190C0000000000756E6B6E6F776E 240400000000 280408000000 39020000 3F0C020300006300CA1700000001"
	"400A 58584D4B303030303031";
static const char tank[] =
	"00 40424443205354320D0A 5800 010100 020110 06020100 0E010F 0F0D 03 010069 050369 040269 030169"
	"1003 01094E 130101 190C0000000000756E6B6E6F776E 24020000 3705 02 0200 0000 390100"
	"3F0A 01 01 0000000000000000 400A 58584D4B303030303032";

static size_t
unhex(const char *hex, uint8_t *out, size_t max)
{
	size_t n = 0;
	assert_int_equal(pc_text_unhex(hex, out, max, &n), PC_OK);
	return n;
}

static void
test_large_format(void **state)
{
	uint8_t in[256], out[256];
	size_t n = unhex(large_format, in, sizeof(in)), written = 0;
	struct pc_st2 s;
	(void)state;
	assert_int_equal(pc_st2_read(in, n, &s), PC_OK);
	assert_int_equal(s.state, PC_ST2_IDLE);
	assert_int_equal(s.error, PC_ST2_NONE);
	assert_int_equal(s.tank, 67);
	assert_int_equal(s.n_inks, 4);
	assert_int_equal(s.inks[0].level, 83);
	assert_int_equal(s.inks[3].type, 1);
	assert_int_equal(s.inks[3].capacity, 0x32);
	assert_string_equal(s.serial, "XXMK000001");
	assert_int_equal(pc_st2_write(&s, out, sizeof(out), &written), PC_OK);
	assert_int_equal(written, n);
	assert_memory_equal(out, in, n);
	for (size_t small = 0; small < n; small++)
		assert_int_equal(pc_st2_write(&s, out, small, &written), PC_E_NOSPACE);
}

static void
test_tank(void **state)
{
	uint8_t in[256], out[256];
	size_t n = unhex(tank, in, sizeof(in)), written = 0;
	struct pc_st2 s;
	(void)state;
	assert_int_equal(pc_st2_read(in, n, &s), PC_OK);
	assert_int_equal(s.state, PC_ST2_ERROR);
	assert_string_equal(pc_st2_error_name(s.error), "service required");
	assert_int_equal(s.inks[1].level, PC_ST2_LEVEL_UNKNOWN);
	assert_int_equal(s.n_boxes, 2);
	assert_int_equal(s.boxes[0].state, 2);
	assert_int_equal(pc_st2_write(&s, out, sizeof(out), &written), PC_OK);
	assert_int_equal(written, n - 1); /* without the tunnel's leading NUL */
	assert_memory_equal(out, in + 1, written);
}

static void
test_cut_everywhere(void **state)
{
	uint8_t in[256];
	size_t n = unhex(large_format, in, sizeof(in));
	struct pc_st2 s;
	(void)state;
	for (size_t cut = 0; cut < n; cut++)
		assert_int_equal(pc_st2_read(in, cut, &s), PC_E_TRUNCATED);
}

static const struct {
	const char *name, *body;
	int expected;
} bodies[] = {
	{"empty block", "", PC_OK},
	{"warnings", "0403 101151", PC_OK},
	{"counters", "3614 01000000 02000000 03000000 04000000 05000000", PC_OK},
	{"newer counters, 32 bytes",
		"3620 01000000 02000000 03000000 04000000 05000000 000000000000000000000000",
		PC_OK},
	{"unknown record", "FE02 0102", PC_OK},
	{"record over the end", "0105 04", PC_E_BADVALUE},
	{"id without a length", "01", PC_E_BADVALUE},
	{"state of two bytes", "0102 0404", PC_E_BADVALUE},
	{"ink record size 0", "0F01 00", PC_E_BADVALUE},
	{"ink record cut", "0F03 03 0100", PC_E_BADVALUE},
	{"no ink record size", "0F00", PC_E_BADVALUE},
	{"box record size 0", "3702 0000", PC_E_BADVALUE},
	{"counters cut", "3604 01000000", PC_E_BADVALUE},
	{"serial too long", "4011 3131313131313131313131313131313131", PC_E_LIMIT},
	{"17 inks",
		"0F34 03 010000010000010000010000010000010000010000010000010000010000010000010000010000010000010000010000010000",
		PC_E_LIMIT},
};

static void
test_bodies(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		uint8_t in[256] = "@BDC ST2\r\n";
		struct pc_st2 s;
		size_t n = unhex(bodies[i].body, in + 12, sizeof(in) - 12);
		in[10] = (uint8_t)n;
		print_message("%s\n", bodies[i].name);
		assert_int_equal(pc_st2_read(in, n + 12, &s), bodies[i].expected);
	}
	struct pc_st2 s;
	assert_int_equal(pc_st2_read((const uint8_t *)"@BDC ST\r\n", 9, &s), PC_E_BADVALUE);
	assert_string_equal(pc_st2_state_name(PC_ST2_CLEANING), "cleaning");
	assert_null(pc_st2_state_name(0x77));
	assert_null(pc_st2_error_name(0x99));
}

static void
test_extras_limit(void **state)
{
	struct pc_st2 s;
	uint8_t big[PC_ST2_EXTRA_BYTES + 1] = {0};
	(void)state;
	pc_st2_init(&s);
	assert_int_equal(pc_st2_extra_add(&s, 0x24, big, sizeof(big)), PC_E_LIMIT);
	for (int i = 0; i < PC_ST2_EXTRAS_MAX; i++)
		assert_int_equal(pc_st2_extra_add(&s, 0x24, big, 1), PC_OK);
	assert_int_equal(pc_st2_extra_add(&s, 0x24, big, 1), PC_E_LIMIT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_large_format),
		cmocka_unit_test(test_tank),
		cmocka_unit_test(test_cut_everywhere),
		cmocka_unit_test(test_bodies),
		cmocka_unit_test(test_extras_limit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
