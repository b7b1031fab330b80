/* Tests of codec/pjl: streams at every chunk size, lines with their status codes, replies. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "codec/pjl.h"

#define UEL      "\x1b%-12345X"
#define BYTES(s) s, sizeof(s) - 1
enum { TRACE_MAX = 4096 };

static void
trace(struct pc_pjl_scanner *s, char *out, const struct pc_pjl_item *it)
{
	size_t at = strlen(out);
	struct pc_pjl_command cmd;
	switch (it->step) {
	case PC_PJL_UEL:
		(void)snprintf(out + at, TRACE_MAX - at, "U");
		break;
	case PC_PJL_LINE:
		(void)snprintf(out + at, TRACE_MAX - at, "<%.*s%s>", (int)it->len,
			(const char *)it->data, it->error != 0 ? "!" : "");
		if (it->error == 0 && pc_pjl_parse(it->data, it->len, &cmd) == 0 &&
			strcmp(cmd.name, "ENTER") == 0)
			pc_pjl_enter_data(s);
		break;
	case PC_PJL_BYTES:
		(void)snprintf(
			out + at, TRACE_MAX - at, "%.*s", (int)it->len, (const char *)it->data);
		break;
	case PC_PJL_MORE:
	default:
		break;
	}
}

static void
run(const char *in, size_t len, size_t chunk, char *out)
{
	struct pc_pjl_scanner s = {0};
	struct pc_pjl_item it = {0};
	const uint8_t *held = NULL;
	out[0] = '\0';
	for (size_t at = 0; at < len;) {
		size_t end = at + (len - at < chunk ? len - at : chunk);
		do {
			at += pc_pjl_feed(&s, (const uint8_t *)in + at, end - at, &it);
			trace(&s, out, &it);
		} while (it.step != PC_PJL_MORE);
		assert_int_equal(at, end);
	}
	size_t n = pc_pjl_finish(&s, &held);
	size_t at = strlen(out);
	(void)snprintf(out + at, TRACE_MAX - at, "%.*s", (int)n, (const char *)held);
}

static const struct {
	const char *name;
	const char *in;
	size_t len;
	const char *expected;
} rows[] = {
	{"bare PJL of nmap", BYTES("@PJL INFO STATUS\r\n"), "<@PJL INFO STATUS>"},
	{"nmap -sV", BYTES(UEL "@PJL INFO ID\r\n" UEL "\r\n"), "U<@PJL INFO ID>U"},
	{"PRET", BYTES(UEL "@PJL USTATUSOFF\r\n" UEL UEL "@PJL ECHO DELIMITER1\r\n\r\n" UEL),
		"U<@PJL USTATUSOFF>UU<@PJL ECHO DELIMITER1>U"},
	{"a job",
		BYTES(UEL "@PJL SET COPIES=2\n@PJL ENTER LANGUAGE=PCL\r\nabc\n@PJL x\n" UEL
			  "@PJL EOJ\n" UEL),
		"U<@PJL SET COPIES=2><@PJL ENTER LANGUAGE=PCL>abc\n@PJL x\nU<@PJL EOJ>U"},
	{"plain data", BYTES("%!PS\nhello"), "%!PS\nhello"},
	{"data that begins as PJL does", BYTES("@PJX data"), "@PJX data"},
	{"cut PJL is data", BYTES("@PJ"), "@PJ"},
	{"data after PJL without ENTER", BYTES(UEL "@PJL\r\n%!PS\n" UEL), "U<@PJL>%!PS\nU"},
	{"escape in data", BYTES("a\x1b%-1234b\x1b\x1b%-12345Xc"), "a\x1b%-1234b\x1bUc"},
	{"data ends inside a UEL", BYTES("a\x1b%-12"), "a\x1b%-12"},
	{"line ended by UEL", BYTES(UEL "@PJL INFO ID" UEL "@PJL\n"), "U<@PJL INFO ID!>U<@PJL>"},
	{"printer language after UEL",
		BYTES(UEL "\x1b"
			  "E\x1b&l"),
		"U\x1b"
		"E\x1b&l"},
	{"lower case", BYTES("@pjl info id\n"), "<@pjl info id>"},
};

static void
test_streams(void **state)
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
	struct pc_pjl_scanner s = {0};
	struct pc_pjl_item it = {0};
	uint8_t junk[4096] = "@PJL COMMENT ";
	(void)state;
	memset(junk + 13, 'a', sizeof(junk) - 13);
	assert_int_equal(pc_pjl_feed(&s, junk, sizeof(junk), &it), sizeof(junk));
	assert_int_equal(it.step, PC_PJL_MORE);
	(void)pc_pjl_feed(&s, (const uint8_t *)"\n", 1, &it);
	assert_int_equal(it.step, PC_PJL_LINE);
	assert_int_equal(it.error, 20005);
	(void)pc_pjl_feed(&s, (const uint8_t *)"@PJL\n", 5, &it); /* and it goes on */
	assert_int_equal(it.step, PC_PJL_LINE);
	assert_int_equal(it.error, 0);
}

static const struct {
	const char *line;
	unsigned expected;
	const char *name, *option, *value;
	unsigned warning;
} lines[] = {
	{"@PJL", 0, "", NULL, NULL, 0},
	{"@PJL INFO STATUS", 0, "INFO", "STATUS", NULL, 0},
	{"@PJL info pagecount  ", 0, "INFO", "PAGECOUNT", NULL, 0},
	{"@PJL SET COPIES=2", 0, "SET", "COPIES", "2", 0},
	{"@PJL SET COPIES = 2", 0, "SET", "COPIES", "2", 0},
	{"@PJL JOB NAME=\"a b\" START=1", 0, "JOB", "NAME", "a b", 0},
	{"@PJL JOB NAME=\"a b\" START=1", 0, "JOB", "START", "1", 0},
	{"@PJL RDYMSG DISPLAY = \"Hello\"", 0, "RDYMSG", "DISPLAY", "Hello", 0},
	{"@PJL DEFAULT LPARM:PCL FONTNUMBER=3", 0, "DEFAULT", "FONTNUMBER", "3", 0},
	{"@PJL ECHO a \"b", 0, "ECHO", NULL, NULL, 0},
	{"@PJL SET RESOLUTION=", 20015, NULL, NULL, NULL, 0},
	{"@PJL JOB NAME=\"a", 20011, NULL, NULL, NULL, 0},
	{"@PJL JOB NAME=\"a\"b", 20007, NULL, NULL, NULL, 0},
	{"@PJL *", 20018, NULL, NULL, NULL, 0},
	{"@PJL INQUIRE LPARM: X", 0, "INQUIRE", NULL, NULL, 0},
	{"@PJL INQUIRE LPARM:", 20014, NULL, NULL, NULL, 0},
	{"@PJL SET X=*", 20010, NULL, NULL, NULL, 0},
	{"@PJL SET =1", 20006, NULL, NULL, NULL, 0},
	{"@PJ", 25002, NULL, NULL, NULL, 0},
	{"@PJLX", 25002, NULL, NULL, NULL, 0},
	{"@PJL SET ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789=1", 0, "SET",
		"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345", "1", 25003},
	{"@PJL JOB NAME=\"12345678901234567890123456789012345678901234567890123456789012345678901234567890x\"",
		0, "JOB", "NAME",
		"12345678901234567890123456789012345678901234567890123456789012345678901234567890",
		25004},
	{"@PJL SET A=1 B=1 C=1 D=1 E=1 F=1 G=1 H=1 I=1 J=1 K=1 L=1 M=1 N=1 O=1 P=1 Q=1", 0, "SET",
		"P", "1", 25011},
};

static void
test_lines(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct pc_pjl_command c = {0};
		print_message("%s\n", lines[i].line);
		assert_int_equal(
			pc_pjl_parse((const uint8_t *)lines[i].line, strlen(lines[i].line), &c),
			lines[i].expected);
		if (lines[i].expected != 0)
			continue;
		assert_string_equal(c.name, lines[i].name);
		assert_int_equal(c.warning, lines[i].warning);
		if (lines[i].option == NULL)
			continue;
		const struct pc_pjl_option *o = pc_pjl_option(&c, lines[i].option);
		assert_non_null(o);
		assert_int_equal(o->has_value, lines[i].value != NULL);
		if (lines[i].value != NULL)
			assert_string_equal(o->value, lines[i].value);
	}
}

static void
test_modifier(void **state)
{
	struct pc_pjl_command c;
	static const char line[] = "@PJL DEFAULT LPARM : PCL FONTNUMBER=3";
	(void)state;
	assert_int_equal(pc_pjl_parse((const uint8_t *)line, sizeof(line) - 1, &c), 0);
	assert_string_equal(c.modifier, "LPARM");
	assert_string_equal(c.modifier_value, "PCL");
	for (size_t cut = 0; cut < sizeof(line); cut++) /* every cut is answered, none crashes */
		(void)pc_pjl_parse((const uint8_t *)line, cut, &c);
	assert_true(pc_pjl_is_known("INFO"));
	assert_false(pc_pjl_is_known("MAKECOFFEE"));
}

static void
test_replies(void **state)
{
	uint8_t out[256];
	struct pc_writer w;
	(void)state;
	pc_writer_init(&w, out, sizeof(out));
	pc_pjl_reply_begin(&w, "INFO STATUS");
	pc_pjl_reply_status(&w, 10001, "Rea\r\ndy", true);
	pc_pjl_reply_end(&w);
	static const char expected[] =
		"@PJL INFO STATUS\r\nCODE=10001\r\nDISPLAY=\"Rea  dy\"\r\nONLINE=TRUE\r\n\f";
	assert_int_equal(w.at, sizeof(expected) - 1);
	assert_memory_equal(out, expected, w.at);
	for (size_t small = 0; small < sizeof(expected) - 1; small++) {
		pc_writer_init(&w, out, small);
		pc_pjl_reply_begin(&w, "INFO STATUS");
		pc_pjl_reply_status(&w, 10001, "Ready..", true);
		pc_pjl_reply_end(&w);
		assert_int_equal(w.err, PC_E_NOSPACE);
	}
	pc_writer_init(&w, out, sizeof(out));
	pc_pjl_reply_echo(&w, "a  b", 4);
	assert_memory_equal(out, "@PJL ECHO a  b\r\n\f", w.at);
}

static void
test_codes(void **state)
{
	size_t n = 0;
	(void)state;
	const struct pc_pjl_code *codes = pc_pjl_codes(&n);
	assert_int_equal(n, 186);
	for (size_t i = 1; i < n; i++)
		assert_true(strcmp(codes[i - 1].code, codes[i].code) < 0);
	assert_string_equal(pc_pjl_code_find(40022)->meaning, "paper jam");
	assert_int_equal(pc_pjl_code_find(10001)->online, 1);
	assert_string_equal(pc_pjl_code_find(41305)->code, "41xyy");
	assert_null(pc_pjl_code_find(99999));
	assert_null(pc_pjl_code_find(110001));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_streams),
		cmocka_unit_test(test_endless_line),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_modifier),
		cmocka_unit_test(test_replies),
		cmocka_unit_test(test_codes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
