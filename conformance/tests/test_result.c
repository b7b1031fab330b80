/* Tests of result.c: totals, exit code, JSON, and the files of an evidence directory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>

#include "base/text.h"
#include "conformance/result.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

static const struct pc_case sample = {"DEV-TEST-001", 2, PC_ROLE_DEVICE, "A title.", "RFC 1",
	{"REQ-1", "REQ-2"}, {{PC_MUTANT_DEVICE, "first"}, {PC_MUTANT_SERVER, "second"}}, "", NULL};

static struct pc_case_result *
add(struct pc_results *r, enum pc_verdict verdict)
{
	struct pc_case_result *row = pc_results_add(r, &sample, "a printer");
	assert_non_null(row);
	row->verdict = verdict;
	row->finished = true;
	return row;
}

static void
test_exit(void **state)
{
	static const struct {
		const char *name;
		enum pc_verdict verdicts[4];
		size_t n;
		bool survivor;
		int expected;
	} rows[] = {
		{"nothing was run", {0}, 0, false, 2},
		{"pass", {PC_VERDICT_PASS}, 1, false, 0},
		{"a warning passes", {PC_VERDICT_PASS, PC_VERDICT_WARN}, 2, false, 0},
		{"not applicable passes", {PC_VERDICT_NOT_APPLICABLE}, 1, false, 0},
		{"review", {PC_VERDICT_PASS, PC_VERDICT_REVIEW}, 2, false, 3},
		{"inconclusive", {PC_VERDICT_INCONCLUSIVE, PC_VERDICT_PASS}, 2, false, 3},
		{"fail before inconclusive", {PC_VERDICT_INCONCLUSIVE, PC_VERDICT_FAIL}, 2, false,
			1},
		{"error before fail", {PC_VERDICT_FAIL, PC_VERDICT_ERROR}, 2, false, 2},
		{"a mutant that lives fails", {PC_VERDICT_PASS}, 1, true, 1},
		{"and is worse than inconclusive", {PC_VERDICT_INCONCLUSIVE}, 1, true, 1},
	};
	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		struct pc_results r;
		pc_results_init(&r, "t");
		for (size_t k = 0; k < rows[i].n; k++)
			add(&r, rows[i].verdicts[k]);
		if (rows[i].survivor) {
			r.rows[0].mutants[0].run = true;
			r.rows[0].mutants[0].verdict = PC_VERDICT_PASS;
		}
		if (pc_results_exit(&r) != rows[i].expected)
			fail_msg("%s: %d, expected %d", rows[i].name, pc_results_exit(&r),
				rows[i].expected);
		pc_results_done(&r);
	}
}

static void
test_totals(void **state)
{
	struct pc_results r;
	(void)state;
	pc_results_init(&r, "t");
	struct pc_case_result *row = add(&r, PC_VERDICT_PASS);
	row->mutants[0] = (struct pc_mutant_result){.run = true, .verdict = PC_VERDICT_FAIL};
	row->mutants[1] = (struct pc_mutant_result){.run = true, .verdict = PC_VERDICT_ERROR};
	add(&r, PC_VERDICT_WARN);
	add(&r, PC_VERDICT_PASS);
	struct pc_totals t = pc_results_totals(&r);
	assert_int_equal(t.cases, 3);
	assert_int_equal(t.count[PC_VERDICT_PASS], 2);
	assert_int_equal(t.count[PC_VERDICT_WARN], 1);
	assert_int_equal(t.count[PC_VERDICT_FAIL], 0);
	/* Only FAIL has found a defect: an ERROR is no proof. */
	assert_int_equal(t.mutants, 2);
	assert_int_equal(t.killed, 1);
	pc_results_done(&r);
}

static json_t *
json_of(const struct pc_results *r)
{
	json_error_t error;
	struct pc_buf b;
	pc_buf_init(&b, 1 << 20);
	assert_int_equal(pc_results_json(r, &b), PC_OK);
	json_t *j = json_loads(pc_buf_text(&b), JSON_REJECT_DUPLICATES, &error);
	if (j == NULL)
		fail_msg("line %d: %s", error.line, error.text);
	pc_buf_done(&b);
	return j;
}

static const char *
member(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));
	return s == NULL ? "absent" : s;
}

static void
fill(struct pc_results *r)
{
	struct pc_case_result *row = add(r, PC_VERDICT_FAIL);
	row->assertions = calloc(PC_ASSERTIONS_MAX, sizeof(*row->assertions));
	row->n_assertions = 1;
	pc_text_copy(row->assertions[0].text, PC_TEXT_MAX, "quoted \" and \\");
	pc_text_copy(row->assertions[0].expected, PC_TEXT_MAX, "ä");
	pc_text_copy(row->assertions[0].observed, PC_TEXT_MAX, "\xff\xfe\x01");
	row->assertions[0].verdict = PC_VERDICT_FAIL;
	pc_text_copy(row->reason, sizeof(row->reason), "cut here \xc3");
	pc_text_copy(row->steps[0], sizeof(row->steps[0]), "a step");
	row->n_steps = 1;
	row->start_ns = 1000000000;
	row->end_ns = 3000000000;
	row->mutants[1].run = true;
	row->mutants[1].verdict = PC_VERDICT_PASS;
}

static void
test_json(void **state)
{
	struct pc_results r;
	(void)state;
	pc_results_init(&r, "t");
	fill(&r);
	r.fleet_json = strdup("[{\"printer\":1}]");
	json_t *j = json_of(&r);
	assert_string_equal(member(j, "schema"), "presscheck-results/1");
	const json_t *c = json_array_get(json_object_get(j, "cases"), 0);
	assert_string_equal(member(c, "id"), "DEV-TEST-001");
	assert_int_equal(json_integer_value(json_object_get(c, "rev")), 2);
	assert_string_equal(member(c, "role"), "device");
	assert_string_equal(member(c, "verdict"), "FAIL");
	assert_string_equal(member(c, "start"), "1970-01-01T00:00:01.000Z");
	assert_string_equal(member(c, "end"), "1970-01-01T00:00:03.000Z");
	assert_int_equal(json_array_size(json_object_get(c, "requirements")), 2);
	const json_t *a = json_array_get(json_object_get(c, "assertions"), 0);
	assert_string_equal(member(a, "text"), "quoted \" and \\");
	assert_string_equal(member(a, "expected"), "ä");
	assert_string_equal(member(a, "observed"), "??\x01"); /* bytes that are not UTF-8 */
	assert_string_equal(member(c, "reason"), "cut here ?");
	/* Mutants that were not run are not told. */
	const json_t *mutants = json_object_get(c, "mutants");
	assert_int_equal(json_array_size(mutants), 1);
	assert_string_equal(member(json_array_get(mutants, 0), "fault"), "second");
	assert_string_equal(member(json_array_get(mutants, 0), "place"), "server");
	assert_true(json_is_false(json_object_get(json_array_get(mutants, 0), "killed")));
	const json_t *t = json_object_get(j, "totals");
	assert_int_equal(json_integer_value(json_object_get(t, "FAIL")), 1);
	assert_int_equal(json_integer_value(json_object_get(t, "mutantsKilled")), 0);
	assert_int_equal(json_array_size(json_object_get(j, "fleet")), 1);
	json_decref(j);
	pc_results_done(&r);
}

/* A run that did not come to its end cannot be taken for one that did. */
static void
test_incomplete(void **state)
{
	struct pc_results r;
	(void)state;
	pc_results_init(&r, "t");
	add(&r, PC_VERDICT_PASS);
	add(&r, PC_VERDICT_NOT_APPLICABLE)->finished = false;
	json_t *j = json_of(&r);
	assert_string_equal(member(j, "status"), "incomplete");
	assert_string_equal(member(j, "finished"), "");
	const json_t *cases = json_object_get(j, "cases");
	assert_string_equal(member(json_array_get(cases, 0), "status"), "finished");
	assert_string_equal(member(json_array_get(cases, 1), "status"), "interrupted");
	json_decref(j);
	pc_text_copy(r.finished, sizeof(r.finished), "2026-01-01T00:00:00.000Z");
	j = json_of(&r);
	assert_string_equal(member(j, "status"), "finished");
	json_decref(j);
	pc_results_done(&r);
}

static void
test_write(void **state)
{
	static const char *const files[] = {"results.json", "junit.xml", "report.html"};
	char dir[] = "/tmp/presscheck-result-XXXXXX";
	char path[128];
	struct stat st;
	struct pc_results r;
	struct pc_diag diag = {{0}};
	(void)state;
	assert_non_null(mkdtemp(dir));
	pc_results_init(&r, "t");
	fill(&r);
	assert_int_equal(pc_results_write(&r, dir, &diag), PC_OK);
	for (size_t i = 0; i < N(files); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, files[i]);
		if (stat(path, &st) != 0 || st.st_size == 0)
			fail_msg("%s is not there", files[i]);
		unlink(path);
	}
	rmdir(dir);
	/* The directory is gone: said with its name, not lost. */
	assert_int_not_equal(pc_results_write(&r, dir, &diag), PC_OK);
	assert_non_null(strstr(diag.text, dir));
	pc_results_done(&r);
}

/* A file that cannot be written is reported by its name. */
static void
test_write_refused(void **state)
{
	struct pc_results r;
	struct pc_diag diag = {{0}};
	char dir[] = "/tmp/presscheck-result-XXXXXX";
	char path[128];
	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/results.json", dir);
	assert_int_equal(mkdir(path, 0700), 0); /* the name is taken by what cannot be replaced */
	pc_results_init(&r, "t");
	add(&r, PC_VERDICT_PASS);
	assert_int_not_equal(pc_results_write(&r, dir, &diag), PC_OK);
	assert_non_null(strstr(diag.text, "results.json"));
	pc_results_done(&r);
	rmdir(path);
	rmdir(dir);
}

static void
test_limit(void **state)
{
	struct pc_results r;
	(void)state;
	pc_results_init(&r, "t");
	for (size_t i = 0; i < PC_RESULTS_MAX; i++)
		assert_non_null(pc_results_add(&r, &sample, "x"));
	assert_null(pc_results_add(&r, &sample, "x"));
	pc_results_done(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exit),
		cmocka_unit_test(test_totals),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_incomplete),
		cmocka_unit_test(test_write),
		cmocka_unit_test(test_write_refused),
		cmocka_unit_test(test_limit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
