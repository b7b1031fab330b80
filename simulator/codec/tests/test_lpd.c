/* Tests of codec/lpd: dialogues as real clients send them, at every chunk size; limits; control
 * files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "codec/lpd.h"

enum { TRACE_MAX = 4096 };

static void
trace(char *out, const struct pc_lpd_item *it)
{
	size_t at = strlen(out);
	switch (it->step) {
	case PC_LPD_COMMAND:
		at += (size_t)snprintf(out + at, TRACE_MAX - at, "C%u", it->code);
		for (size_t i = 0; i < it->n_operands; i++)
			at += (size_t)snprintf(out + at, TRACE_MAX - at, "[%s]", it->operands[i]);
		break;
	case PC_LPD_FILE:
		(void)snprintf(out + at, TRACE_MAX - at, "F%u(%llu,%s%s)", it->code,
			(unsigned long long)it->count, it->name, it->until_close ? ",open" : "");
		break;
	case PC_LPD_BYTES: /* chunks of any size make the same trace */
		(void)snprintf(
			out + at, TRACE_MAX - at, "%.*s", (int)it->len, (const char *)it->data);
		break;
	case PC_LPD_FILE_END:
		(void)snprintf(out + at, TRACE_MAX - at, "%s", it->no_final_nul ? "E?" : "E");
		break;
	case PC_LPD_ABORTED:
		(void)snprintf(out + at, TRACE_MAX - at, "A");
		break;
	case PC_LPD_BAD:
		(void)snprintf(out + at, TRACE_MAX - at, "!");
		break;
	case PC_LPD_MORE:
	default:
		break;
	}
}

static void
run(const char *in, size_t len, size_t chunk, char *out)
{
	struct pc_lpd_parser p = {0};
	struct pc_lpd_item it = {0};
	out[0] = '\0';
	for (size_t at = 0; at < len;) {
		size_t n = len - at < chunk ? len - at : chunk;
		size_t end = at + n;
		do {
			at += pc_lpd_feed(&p, (const uint8_t *)in + at, end - at, &it);
			trace(out, &it);
			if (it.step == PC_LPD_BAD)
				return;
		} while (it.step != PC_LPD_MORE);
		assert_int_equal(at, end);
	}
}

#define BYTES(s) s, sizeof(s) - 1
static const struct {
	const char *name;
	const char *in;
	size_t len;
	const char *expected;
} rows[] = {
	{"queue lists", BYTES("\3lp\n"), "C3[lp]"},
	{"long list with users", BYTES("\4PASSTHRU anna 12\n"), "C4[PASSTHRU][anna][12]"},
	{"CR LF line end", BYTES("\3lp\r\n"), "C3[lp]"},
	{"tabs and form feeds are blanks", BYTES("\5q\troot\f12\n"), "C5[q][root][12]"},
	{"LPRng control", BYTES("\6q root stop\n"), "C6[q][root][stop]"},
	{"control then data", BYTES("\2P\n\0023 cfA001h\nHh\n\0\0032 dfA001h\nab\0"),
		"C2[P]F2(3,cfA001h)Hh\nEF3(2,dfA001h)abE"},
	{"data then control", BYTES("\2P\n\0032 dfA001h\nab\0\0023 cfA001h\nHh\n\0"),
		"C2[P]F3(2,dfA001h)abEF2(3,cfA001h)Hh\nE"},
	{"line feed inside data", BYTES("\2P\n\0033 dfA001h\na\nb\0"), "C2[P]F3(3,dfA001h)a\nbE"},
	{"final NUL missing", BYTES("\2P\n\0032 dfA001h\nab\0022 cfA001h\nH\n\0"),
		"C2[P]F3(2,dfA001h)abE?F2(2,cfA001h)H\nE"},
	{"NUL counted in the control file",
		BYTES("\2P1\n\0024 cfA1escpr-lib\nHh\n\0\3 1073741824000 dfA1escpr-lib\nxyz"),
		"C2[P1]F2(4,cfA1escpr-lib)Hh\nEF3(1073741824000,dfA1escpr-lib,open)xyz"},
	{"both a counted NUL and a final one",
		BYTES("\2P1\n\0024 cfA001h\nHh\n\0\0\0031 dfA001h\nx\0"),
		"C2[P1]F2(4,cfA001h)Hh\nEF3(1,dfA001h)xE"},
	{"count 0", BYTES("\2P\n\0030 dfA001h\nxyz"), "C2[P]F3(0,dfA001h,open)xyz"},
	{"absurd counts", BYTES("\2P\n\00399999999999999999999999 dfA001h\nx"),
		"C2[P]F3(18446744073709551615,dfA001h,open)x"},
	{"abort", BYTES("\2P\n\1\n"), "C2[P]A"},
	{"two data files", BYTES("\2P\n\0031 dfA001h\na\0\0031 dfB001h\nb\0"),
		"C2[P]F3(1,dfA001h)aEF3(1,dfB001h)bE"},
	{"unknown sub-command", BYTES("\2P\n\7x\n"), "C2[P]!"},
	{"count is no number", BYTES("\2P\n\3abc dfA001h\n"), "C2[P]!"},
	{"no count", BYTES("\2P\n\3\n"), "C2[P]!"},
	{"huge control file", BYTES("\2P\n\00216385 cfA001h\n"), "C2[P]!"},
	{"empty line", BYTES("\n"), "!"},
	{"HTTP", BYTES("GET / HTTP/1.0\r\n"), "C71[ET][/][HTTP/1.0]"},
	{"NUL inside a line", BYTES("\3l\0p\n"), "!"},
};

static void
test_dialogues(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (size_t chunk = 1; chunk <= rows[i].len; chunk++) {
			char out[TRACE_MAX];
			run(rows[i].in, rows[i].len, chunk, out);
			if (strcmp(out, rows[i].expected) != 0)
				fail_msg("%s, chunks of %zu: '%s', expected '%s'", rows[i].name,
					chunk, out, rows[i].expected);
		}
	}
}

static void
test_endless_line(void **state)
{
	struct pc_lpd_parser p = {0};
	struct pc_lpd_item it = {0};
	uint8_t junk[PC_LPD_LINE_MAX + 8];
	(void)state;
	memset(junk, 'a', sizeof(junk));
	(void)pc_lpd_feed(&p, junk, PC_LPD_LINE_MAX - 1, &it);
	assert_int_equal(it.step, PC_LPD_MORE);
	(void)pc_lpd_feed(&p, junk, 1, &it);
	assert_int_equal(it.step, PC_LPD_BAD);
	(void)pc_lpd_feed(&p, (const uint8_t *)"\3lp\n", 4, &it);
	assert_int_equal(it.step, PC_LPD_BAD); /* for good */
}

static void
test_many_operands(void **state)
{
	struct pc_lpd_parser p = {0};
	struct pc_lpd_item it = {0};
	char line[256] = "\4q";
	(void)state;
	for (size_t i = 0; i < 60; i++)
		memcpy(line + 2 + 2 * i, " u", 2);
	line[2 + 2 * 60] = '\n';
	(void)pc_lpd_feed(&p, (const uint8_t *)line, strlen(line), &it);
	assert_int_equal(it.n_operands, PC_LPD_OPERANDS_MAX);
	assert_int_equal(it.dropped_operands, 61 - PC_LPD_OPERANDS_MAX);
}

static void
test_wait_for_nul(void **state)
{
	static const char in[] = "\2P\n\0032 dfA001h\nab";
	char out[TRACE_MAX];
	struct pc_lpd_parser p = {0};
	struct pc_lpd_item it = {0};
	size_t at = 0;
	(void)state;
	run(in, sizeof(in) - 1, 3, out);
	while (at < sizeof(in) - 1) {
		at += pc_lpd_feed(&p, (const uint8_t *)in + at, sizeof(in) - 1 - at, &it);
		assert_int_equal(pc_lpd_waits_for_nul(&p), at == sizeof(in) - 1);
	}
	pc_lpd_end_without_nul(&p);
	assert_false(pc_lpd_waits_for_nul(&p));
	assert_false(pc_lpd_in_file(&p));
	(void)pc_lpd_feed(&p, (const uint8_t *)"\0", 1, &it); /* the NUL came late */
	assert_int_equal(it.step, PC_LPD_MORE);
	(void)pc_lpd_feed(&p, (const uint8_t *)"\1\n", 2, &it);
	assert_int_equal(it.step, PC_LPD_ABORTED);
}

static void
test_control_read(void **state)
{
	static const char cups[] =
		"Hhost1\nPanna\nJReport\r\nCclass\nLanna\nldfA012host1\nldfA012host1\n"
		"UdfA012host1\nNreport.pdf\nldfB012host1\nYodd\n\0";
	struct pc_lpd_control c;
	(void)state;
	assert_int_equal(pc_lpd_control_read((const uint8_t *)cups, sizeof(cups) - 1, &c), PC_OK);
	assert_string_equal(c.host, "host1");
	assert_string_equal(c.user, "anna");
	assert_string_equal(c.job, "Report");
	assert_string_equal(c.source, "report.pdf");
	assert_int_equal(c.n_prints, 2);
	assert_int_equal(c.prints[0].copies, 2);
	assert_int_equal(c.prints[0].letter, 'l');
	assert_int_equal(c.prints[1].copies, 1);
	assert_int_equal(c.unknown, 1);
	for (size_t cut = 0; cut < sizeof(cups); cut++) /* a cut file gives what is there */
		assert_int_equal(pc_lpd_control_read((const uint8_t *)cups, cut, &c), PC_OK);
	assert_int_equal(pc_lpd_control_read((const uint8_t *)"\1x\n", 3, &c), PC_E_BADVALUE);
	char many[PC_LPD_CONTROL_MAX] = "";
	size_t n = 0;
	for (int i = 0; i <= PC_LPD_FILES_MAX; i++)
		n += (size_t)snprintf(many + n, sizeof(many) - n, "fdf%d\n", i);
	assert_int_equal(pc_lpd_control_read((const uint8_t *)many, n, &c), PC_E_LIMIT);
	char longest[400];
	memset(longest, 'x', sizeof(longest));
	longest[0] = 'J';
	assert_int_equal(pc_lpd_control_read((const uint8_t *)longest, sizeof(longest), &c), PC_OK);
	assert_int_equal(strlen(c.job), PC_LPD_TEXT_MAX - 1);
}

static void
test_client(void **state)
{
	struct pc_lpd_control c = {.host = "h",
				      .user = "u",
				      .job = "clean",
				      .n_prints = 1,
				      .prints = {{.letter = 'l', .file = "dfA007h", .copies = 2}},
				      .source = "n"},
			      back;
	uint8_t out[256];
	size_t n = 0;
	unsigned job = 0;
	const char *host = NULL;
	static const char *const users[] = {"root", "12", NULL};
	(void)state;
	assert_int_equal(pc_lpd_control_write(&c, out, sizeof(out), &n), PC_OK);
	assert_memory_equal(out, "Hh\nPu\nJclean\nldfA007h\nldfA007h\nUdfA007h\nNn\n", n);
	assert_int_equal(pc_lpd_control_read(out, n, &back), PC_OK);
	assert_int_equal(back.prints[0].copies, 2);
	for (size_t small = 0; small < n; small++) {
		size_t ignored;
		assert_int_equal(pc_lpd_control_write(&c, out, small, &ignored), PC_E_NOSPACE);
	}
	snprintf(c.job, sizeof(c.job), "a\nb");
	assert_int_equal(pc_lpd_control_write(&c, out, sizeof(out), &n), PC_E_BADVALUE);
	assert_int_equal(pc_lpd_command_write(5, "q", users, out, sizeof(out), &n), PC_OK);
	assert_memory_equal(out, "\5q root 12\n", n);
	assert_int_equal(pc_lpd_command_write(2, "a b", NULL, out, sizeof(out), &n), PC_E_BADVALUE);
	assert_int_equal(pc_lpd_file_write(3, 92, 'A', 7, "h", out, sizeof(out), &n), PC_OK);
	assert_memory_equal(out, "\00392 dfA007h\n", n);
	assert_int_equal(
		pc_lpd_file_write(2, 92, 'A', 1000, "h", out, sizeof(out), &n), PC_E_BADVALUE);
	assert_int_equal(pc_lpd_file_name_read("dfA012host1", &job, &host), PC_OK);
	assert_int_equal(job, 12);
	assert_string_equal(host, "host1");
	assert_int_equal(pc_lpd_file_name_read("xfA012h", &job, &host), PC_E_BADVALUE);
	assert_int_equal(pc_lpd_file_name_read("dfAx", &job, &host), PC_E_BADVALUE);
	assert_string_equal(pc_lpd_letter_name('l'), "print file leaving control characters");
	assert_null(pc_lpd_letter_name('Y'));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dialogues),
		cmocka_unit_test(test_endless_line),
		cmocka_unit_test(test_many_operands),
		cmocka_unit_test(test_wait_for_nul),
		cmocka_unit_test(test_control_read),
		cmocka_unit_test(test_client),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
