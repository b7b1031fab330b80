/* Tests of report-junit.c and report-html.c: what a pipeline and a browser make of them, also of
 * texts a hostile subject chose. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "conformance/result.h"

#define N(a)    (sizeof(a) / sizeof((a)[0]))
#define HOSTILE "</script><img src=x onerror=alert(1)>&\"'\x01]]>\xff"

static const struct pc_case sample = {"DEV-TEST-001", 1, PC_ROLE_DEVICE, "A <title> & more.",
	"RFC 1 \"s2\"", {"REQ-1", "REQ-2"}, {{PC_MUTANT_DEVICE, "some-fault"}}, "", NULL};

static void
add(struct pc_results *r, enum pc_verdict verdict, const char *reason, bool survivor)
{
	struct pc_case_result *row = pc_results_add(r, &sample, "x\"<y>");
	assert_non_null(row);
	row->verdict = verdict;
	row->finished = true;
	row->start_ns = 1;
	row->end_ns = 1500000001;
	pc_text_copy(row->reason, sizeof(row->reason), reason);
	row->mutants[0].run = survivor;
	row->mutants[0].verdict = PC_VERDICT_PASS;
	pc_text_copy(row->mutants[0].reason, sizeof(row->mutants[0].reason), HOSTILE);
}

static void
add_all(struct pc_results *r)
{
	pc_results_init(r, "title " HOSTILE);
	add(r, PC_VERDICT_PASS, "", false);
	add(r, PC_VERDICT_WARN, HOSTILE, false);
	add(r, PC_VERDICT_FAIL, HOSTILE, true); /* failed already: no error besides */
	add(r, PC_VERDICT_ERROR, "broken", false);
	add(r, PC_VERDICT_INCONCLUSIVE, "unsure", false);
	add(r, PC_VERDICT_REVIEW, "look", false);
	add(r, PC_VERDICT_NOT_APPLICABLE, "no heads", false);
	add(r, PC_VERDICT_PASS, "", true);
	struct pc_case_result *row = &r->rows[2];
	row->assertions = calloc(PC_ASSERTIONS_MAX, sizeof(*row->assertions));
	assert_non_null(row->assertions);
	row->n_assertions = 1;
	pc_text_copy(row->assertions[0].text, PC_TEXT_MAX, HOSTILE);
	pc_text_copy(row->assertions[0].expected, PC_TEXT_MAX, HOSTILE);
	pc_text_copy(row->assertions[0].observed, PC_TEXT_MAX, HOSTILE);
	row->packets = calloc(PC_PACKETS_MAX, sizeof(*row->packets));
	assert_non_null(row->packets);
	row->n_packets = row->n_packets_seen = 1;
	pc_text_copy(row->packets[0].text, PC_PACKET_TEXT_MAX, HOSTILE);
	r->fleet_json = strdup("[{\"printer\":1,\"model\":\"</script><img src=x>\"}]");
}

/* What tests/junit.py reads out of the file. */
static void
read_junit(const struct pc_results *r, char *out, size_t size)
{
	char path[] = "/tmp/presscheck-junit-XXXXXX";
	char command[512];
	struct pc_buf b;
	struct pc_diag diag = {{0}};
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	close(fd);
	pc_buf_init(&b, 1 << 20);
	pc_results_junit(r, &b);
	assert_int_equal(b.err, PC_OK);
	assert_int_equal(pc_file_write(path, pc_buf_text(&b), b.len, 0600, &diag), PC_OK);
	snprintf(command, sizeof(command), "python3 " PC_ROOM_DIR "/tests/junit.py %s", path);
	FILE *f = popen(command, "r");
	assert_non_null(f);
	size_t n = fread(out, 1, size - 1, f);
	out[n] = '\0';
	if (pclose(f) != 0)
		fail_msg("not well-formed:\n%s", pc_buf_text(&b));
	unlink(path);
	pc_buf_done(&b);
}

static void
test_junit(void **state)
{
	static const char seen[] = "</script><img src=x onerror=alert(1)>&\"'\\ufffd]]>\\ufffd";
	char text[8192];
	char expected[8192];
	struct pc_results r;
	(void)state;
	add_all(&r);
	read_junit(&r, text, sizeof(text));
	/* WARN passes with its words; a mutant that lives is an error though the case passed. */
	snprintf(expected, sizeof(expected),
		"suite 8 1 3 2\n"
		"DEV-TEST-001 passed 2 -\n"
		"DEV-TEST-001 system-out 2 -\n"
		"DEV-TEST-001 failure 2 %s\n"
		"DEV-TEST-001 error 2 broken\n"
		"DEV-TEST-001 error 2 unsure\n"
		"DEV-TEST-001 skipped 2 look\n"
		"DEV-TEST-001 skipped 2 no heads\n"
		"DEV-TEST-001 error 2 the case passes although the subject has the defect "
		"'some-fault'\n",
		seen);
	assert_string_equal(text, expected);
	pc_results_done(&r);
}

static void
test_junit_empty(void **state)
{
	char text[256];
	struct pc_results r;
	(void)state;
	pc_results_init(&r, "t");
	read_junit(&r, text, sizeof(text));
	assert_string_equal(text, "suite 0 0 0 0\n");
	pc_results_done(&r);
}

static char *
html_of(const struct pc_results *r)
{
	struct pc_buf b;
	pc_buf_init(&b, 4 << 20);
	assert_int_equal(pc_results_html(r, &b), PC_OK);
	char *text = strdup(pc_buf_text(&b));
	pc_buf_done(&b);
	return text;
}

static void
test_html_escapes(void **state)
{
	static const char *const never[] = {"<img", "</script><", "<title> &", "x\"<y>", "\xff"};
	struct pc_results r;
	(void)state;
	add_all(&r);
	char *text = html_of(&r);
	for (size_t i = 0; i < N(never); i++) {
		if (strstr(text, never[i]) != NULL)
			fail_msg("'%s' stands unescaped in the report", never[i]);
	}
	assert_non_null(strstr(text, "&lt;img src=x onerror=alert(1)&gt;"));
	free(text);
	pc_results_done(&r);
}

/* One file that needs nothing else and runs nothing. */
static void
test_html_self_contained(void **state)
{
	static const char *const never[] = {
		"<script", "<link", "src=\"", "@import", "http://", "https://", "url(http"};
	struct pc_results r;
	(void)state;
	pc_results_init(&r, "t");
	add(&r, PC_VERDICT_FAIL, "a reason", false);
	char *text = html_of(&r);
	for (size_t i = 0; i < N(never); i++) {
		if (strstr(text, never[i]) != NULL)
			fail_msg("the report holds '%s'", never[i]);
	}
	free(text);
	pc_results_done(&r);
}

static void
test_html_verdict(void **state)
{
	static const struct {
		enum pc_verdict verdict;
		bool finished;
		const char *words;
	} rows[] = {
		{PC_VERDICT_PASS, true, "All passed"},
		{PC_VERDICT_PASS, false, "Incomplete"},
		{PC_VERDICT_FAIL, true, "Something failed"},
		{PC_VERDICT_INCONCLUSIVE, true, "Inconclusive"},
		{PC_VERDICT_ERROR, true, "The harness failed"},
	};
	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		struct pc_results r;
		pc_results_init(&r, "t");
		add(&r, rows[i].verdict, "why", false);
		if (rows[i].finished)
			pc_text_copy(r.finished, sizeof(r.finished), "2026-01-01T00:00:00.000Z");
		char *text = html_of(&r);
		if (strstr(text, rows[i].words) == NULL)
			fail_msg("%s is not told", rows[i].words);
		free(text);
		pc_results_done(&r);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_junit),
		cmocka_unit_test(test_junit_empty),
		cmocka_unit_test(test_html_escapes),
		cmocka_unit_test(test_html_self_contained),
		cmocka_unit_test(test_html_verdict),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
