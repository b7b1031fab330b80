/* Tests of base: buffers, text, clock, faults, options. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/fault.h"
#include "base/file.h"
#include "base/opt.h"
#include "base/rand.h"
#include "base/text.h"

static void
test_buf_limit(void **state)
{
	struct pc_buf b;
	(void)state;
	pc_buf_init(&b, 8);
	assert_int_equal(pc_buf_add_text(&b, "12345678"), PC_OK);
	assert_int_equal(pc_buf_add_text(&b, "9"), PC_E_LIMIT);
	assert_int_equal(pc_buf_addf(&b, "%d", 1), PC_E_LIMIT);
	assert_string_equal(pc_buf_text(&b), "12345678");
	pc_buf_clear(&b);
	assert_int_equal(pc_buf_addf(&b, "%s", "ab"), PC_OK);
	pc_buf_consume(&b, 1);
	assert_string_equal(pc_buf_text(&b), "b");
	pc_buf_done(&b);
}

static void
test_buf_html(void **state)
{
#define BAD "\xef\xbf\xbd"
	static const struct {
		const char *name, *text, *expected;
	} rows[] = {
		{"UTF-8 of 2, 3, 4 octets", "\xc3\xa4\xe2\x82\xac\xf0\x9f\x96\xa8",
			"\xc3\xa4\xe2\x82\xac\xf0\x9f\x96\xa8"},
		{"Latin-1", "M\xfcller", "M" BAD "ller"},
		{"cut at the end", "a\xe2\x82", "a" BAD BAD},
		{"overlong", "\xc0\xaf\xe0\x80\xaf", BAD BAD BAD BAD BAD},
		{"surrogate", "\xed\xa0\x80", BAD BAD BAD},
		{"not a character", "\xef\xbf\xbf", BAD BAD BAD},
		{"over U+10FFFF", "\xf4\x90\x80\x80\xfc", BAD BAD BAD BAD BAD},
		{"continuation alone", "\x80<", BAD "&lt;"},
	};
	struct pc_buf b;
	(void)state;
	pc_buf_init(&b, 1000);
	pc_buf_add_html(&b, "<a href=\"x\">&\x01");
	assert_string_equal(pc_buf_text(&b), "&lt;a href=&quot;x&quot;&gt;&amp;\xef\xbf\xbd");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		pc_buf_clear(&b);
		pc_buf_add_html(&b, rows[i].text);
		if (strcmp(pc_buf_text(&b), rows[i].expected) != 0)
			fail_msg("%s: '%s'", rows[i].name, pc_buf_text(&b));
	}
	pc_buf_done(&b);
}

static void
test_text_numbers(void **state)
{
	static const struct {
		const char *text;
		int err;
		uint64_t value;
	} rows[] = {
		{"0", PC_OK, 0},
		{"0x10", PC_OK, 16},
		{"100", PC_OK, 100},
		{"101", PC_E_BADVALUE, 0},
		{"-1", PC_E_BADVALUE, 0},
		{" 1", PC_E_BADVALUE, 0},
		{"1 ", PC_E_BADVALUE, 0},
		{"", PC_E_BADVALUE, 0},
		{"99999999999999999999", PC_E_BADVALUE, 0},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint64_t v = 0;
		assert_int_equal(pc_text_u64(rows[i].text, 0, 100, &v), rows[i].err);
		assert_int_equal(v, rows[i].value);
	}
}

static void
test_text_addresses(void **state)
{
	struct sockaddr_in sa;
	char out[PC_TEXT_ADDR_MAX];
	(void)state;
	assert_int_equal(pc_text_sockaddr("127.1.2.3:99", 1, &sa), PC_OK);
	assert_string_equal(pc_text_from_sockaddr(&sa, out), "127.1.2.3:99");
	assert_int_equal(pc_text_sockaddr("127.1.2.3", 161, &sa), PC_OK);
	assert_string_equal(pc_text_from_sockaddr(&sa, out), "127.1.2.3:161");
	assert_int_equal(pc_text_sockaddr("127.1.2.3:65536", 1, &sa), PC_E_BADVALUE);
	assert_int_equal(pc_text_sockaddr("300.1.2.3", 1, &sa), PC_E_BADVALUE);
	assert_true(pc_text_is_loopback(sa.sin_addr));
}

static void
test_text_hex(void **state)
{
	uint8_t bytes[4];
	size_t n = 0;
	char text[9];
	(void)state;
	assert_int_equal(pc_text_unhex("de AD be ef", bytes, sizeof(bytes), &n), PC_OK);
	assert_int_equal(n, 4);
	pc_text_hex(bytes, n, text);
	assert_string_equal(text, "deadbeef");
	assert_int_equal(pc_text_unhex("0", bytes, 4, &n), PC_E_BADVALUE);
	assert_int_equal(pc_text_unhex("0001020304", bytes, 4, &n), PC_E_NOSPACE);
}

static void
test_clock(void **state)
{
	struct pc_clock c;
	char text[PC_CLOCK_TEXT_MAX];
	uint8_t dt[11];
	(void)state;
	pc_clock_init_virtual(&c, 1795171740);
	uint64_t start = pc_clock_ms(&c);
	pc_clock_advance(&c, 1500000000);
	assert_int_equal(pc_clock_ms(&c) - start, 1500);
	assert_string_equal(
		pc_clock_rfc3339(pc_clock_wall_ns(&c), text), "2026-11-20T10:49:01.500Z");
	pc_clock_date_and_time(pc_clock_wall_ns(&c), dt);
	static const uint8_t want[11] = {0x07, 0xea, 11, 20, 10, 49, 1, 5, '+', 0, 0};
	assert_memory_equal(dt, want, sizeof(want));
}

static void
test_date_and_time(void **state)
{
	static const struct {
		const char *name;
		uint8_t date[11];
		size_t len;
		const char *want; /* NULL: none */
	} rows[] = {
		{"UTC", {0x07, 0xea, 11, 20, 10, 49, 1, 5}, 8, "2026-11-20T10:49:01.500Z"},
		{"east", {0x07, 0xea, 11, 20, 1, 0, 0, 0, '+', 2, 30}, 11,
			"2026-11-19T22:30:00.000Z"},
		{"west", {0x07, 0xea, 12, 31, 20, 0, 0, 0, '-', 5, 0}, 11,
			"2027-01-01T01:00:00.000Z"},
		{"leap day", {0x07, 0xe8, 2, 29, 0, 0, 0, 0}, 8, "2024-02-29T00:00:00.000Z"},
		{"leap second", {0x07, 0xe0, 12, 31, 23, 59, 60, 0}, 8, "2017-01-01T00:00:00.000Z"},
		{"the first", {0x07, 0xb2, 1, 1, 0, 0, 0, 0}, 8, "1970-01-01T00:00:00.000Z"},
		{"before the first", {0x07, 0xb2, 1, 1, 0, 0, 0, 0, '+', 1, 0}, 11, NULL},
		{"no leap day", {0x07, 0xea, 2, 29, 0, 0, 0, 0}, 8, NULL},
		{"no century leap day", {0x08, 0x34, 2, 29, 0, 0, 0, 0}, 8, NULL},
		{"month 0", {0x07, 0xea, 0, 1, 0, 0, 0, 0}, 8, NULL},
		{"month 13", {0x07, 0xea, 13, 1, 0, 0, 0, 0}, 8, NULL},
		{"day 0", {0x07, 0xea, 1, 0, 0, 0, 0, 0}, 8, NULL},
		{"hour 24", {0x07, 0xea, 1, 1, 24, 0, 0, 0}, 8, NULL},
		{"minute 60", {0x07, 0xea, 1, 1, 0, 60, 0, 0}, 8, NULL},
		{"second 61", {0x07, 0xea, 1, 1, 0, 0, 61, 0}, 8, NULL},
		{"tenth 10", {0x07, 0xea, 1, 1, 0, 0, 0, 10}, 8, NULL},
		{"year 0", {0, 0, 1, 1, 0, 0, 0, 0}, 8, NULL},
		{"far year", {0xff, 0xff, 1, 1, 0, 0, 0, 0}, 8, NULL},
		{"no sign", {0x07, 0xea, 1, 1, 0, 0, 0, 0, 'Z', 0, 0}, 11, NULL},
		{"zone of 14 hours", {0x07, 0xea, 1, 1, 0, 0, 0, 0, '+', 14, 0}, 11, NULL},
		{"nine octets", {0x07, 0xea, 1, 1, 0, 0, 0, 0, '+'}, 9, NULL},
		{"nothing", {0}, 0, NULL},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[PC_CLOCK_TEXT_MAX];
		uint64_t ns = 0;
		int err = pc_clock_from_date_and_time(rows[i].date, rows[i].len, &ns);
		if (err != (rows[i].want == NULL ? PC_E_BADVALUE : PC_OK) ||
			(rows[i].want != NULL &&
				strcmp(pc_clock_rfc3339(ns, text), rows[i].want) != 0))
			fail_msg("%s: %d", rows[i].name, err);
	}
}

static void
test_rand_repeats(void **state)
{
	struct pc_rand a;
	struct pc_rand b;
	(void)state;
	pc_rand_init(&a, 7, 1);
	pc_rand_init(&b, 7, 1);
	assert_true(pc_rand_u64(&a) == pc_rand_u64(&b));
	pc_rand_init(&b, 7, 2);
	assert_false(pc_rand_u64(&a) == pc_rand_u64(&b));
}

static void
test_fault(void **state)
{
	static const struct pc_fault_row rows[] = {{"one", 1, ""}, {"three", 3, ""}};
	pc_fault_set set = 0;
	struct pc_diag diag = {{0}};
	(void)state;
	assert_int_equal(pc_fault_arm(rows, 2, "three", &set, &diag), PC_OK);
	assert_true(pc_fault_is_set(set, 3));
	assert_int_equal(pc_fault_arm(rows, 2, "two", &set, &diag), PC_E_NOTFOUND);
	assert_string_equal(diag.text, "unknown fault 'two'; known: one, three");
}

struct seen {
	char text[256];
};

static int
note(void *ctx, int id, const char *value, struct pc_diag *diag)
{
	struct seen *s = ctx;
	char part[64];
	(void)diag;
	snprintf(part, sizeof(part), "%d=%s;", id, value == NULL ? "-" : value);
	strncat(s->text, part, sizeof(s->text) - strlen(s->text) - 1);
	return PC_OK;
}

static void
test_opt(void **state)
{
	static const struct pc_opt options[] = {
		{1, "count", "N", "how many"}, {2, "json", NULL, "for machines"}};
	static const struct pc_command cmd = {.name = "x", .options = options, .n_options = 2};
	char x[] = "x", count[] = "--count", three[] = "3", json[] = "--json", a[] = "a";
	char count4[] = "--count=4", dashes[] = "--", coun[] = "--coun";
	char *good[] = {x, count, three, json, a, count4, dashes, json};
	char *bad[] = {x, count};
	char *unknown[] = {x, coun, three};
	struct seen s = {{0}};
	struct pc_diag diag = {{0}};
	(void)state;
	assert_int_equal(pc_opt_parse(&cmd, 8, good, note, &s, &diag), PC_OK);
	assert_string_equal(s.text, "1=3;2=-;0=a;1=4;0=--json;");
	assert_int_equal(pc_opt_parse(&cmd, 2, bad, note, &s, &diag), PC_E_USAGE);
	assert_string_equal(diag.text, "option '--count' needs a value (N)");
	assert_int_equal(pc_opt_parse(&cmd, 3, unknown, note, &s, &diag), PC_E_USAGE);
	assert_string_equal(diag.text, "unknown option '--coun'");
}

static void
test_file(void **state)
{
	char dir[] = "/tmp/pc_base_XXXXXX";
	char path[64];
	struct pc_buf b;
	struct pc_diag diag = {{0}};
	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/a", dir);
	assert_int_equal(pc_file_write(path, "hello", 5, 0600, &diag), PC_OK);
	pc_buf_init(&b, 4);
	assert_int_equal(pc_file_read(path, &b, &diag), PC_E_LIMIT);
	pc_buf_done(&b);
	pc_buf_init(&b, 5);
	assert_int_equal(pc_file_read(path, &b, &diag), PC_OK);
	assert_string_equal(pc_buf_text(&b), "hello");
	pc_buf_done(&b);
	unlink(path);
	rmdir(dir);
}

struct utf8_row {
	const char *name, *bytes;
	size_t left, len;
};

static void
test_utf8(void **state)
{
	static const struct utf8_row rows[] = {
		{"nothing", "a", 0, 0},
		{"ASCII", "a", 1, 1},
		{"NUL", "\0", 1, 1},
		{"two bytes", "\xc3\xa9", 2, 2},
		{"cut", "\xc3\xa9", 1, 0},
		{"continuation alone", "\xa9x", 2, 0},
		{"two bytes, overlong", "\xc1\xbf", 2, 0},
		{"three bytes", "\xe2\x82\xac", 3, 3},
		{"three bytes, cut", "\xe2\x82\xac", 2, 0},
		{"three bytes, overlong", "\xe0\x9f\xbf", 3, 0},
		{"surrogate", "\xed\xa0\x80", 3, 0},
		{"before the surrogates", "\xed\x9f\xbf", 3, 3},
		{"third byte wrong", "\xe2\x82(", 3, 0},
		{"four bytes", "\xf0\x9f\x96\xa8", 4, 4},
		{"four bytes, overlong", "\xf0\x8f\xbf\xbf", 4, 0},
		{"last character", "\xf4\x8f\xbf\xbf", 4, 4},
		{"over the last", "\xf4\x90\x80\x80", 4, 0},
		{"lead too large", "\xf5\x80\x80\x80", 4, 0},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t n = pc_text_utf8_len((const uint8_t *)rows[i].bytes, rows[i].left);
		if (n != rows[i].len)
			fail_msg("%s: %zu instead of %zu", rows[i].name, n, rows[i].len);
	}
}

static void
test_hex_digit(void **state)
{
	static const char digits[] = "0123456789abcdefABCDEF";
	(void)state;
	for (int c = -1; c < 256; c++) {
		const char *at = c > 0 ? strchr(digits, c) : NULL;
		int want = at == NULL ? -1 : (int)(at - digits) - (at - digits > 15 ? 6 : 0);
		assert_int_equal(pc_text_hex_digit(c), want);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_buf_limit),
		cmocka_unit_test(test_buf_html),
		cmocka_unit_test(test_text_numbers),
		cmocka_unit_test(test_text_addresses),
		cmocka_unit_test(test_text_hex),
		cmocka_unit_test(test_clock),
		cmocka_unit_test(test_date_and_time),
		cmocka_unit_test(test_rand_repeats),
		cmocka_unit_test(test_fault),
		cmocka_unit_test(test_opt),
		cmocka_unit_test(test_utf8),
		cmocka_unit_test(test_hex_digit),
		cmocka_unit_test(test_file),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
