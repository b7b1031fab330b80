/* Tests of run.c: how findings become a verdict. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "conformance/run.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

static const struct pc_case sample = {.id = "DEV-TEST-001", .title = "t", .clauses = "c"};

/* What a case finds, as letters: p pass, f fail, w warn, s should held, i inconclusive, e error. */
static void
play(struct pc_case_run *r, const char *script)
{
	for (const char *s = script; *s != '\0'; s++) {
		char name[3] = {*s, (char)('0' + (s - script)), '\0'};
		if (*s == 'p' || *s == 'f')
			assert_int_equal(
				pc_check(r, *s == 'p', name, "want", "got %s", name), *s == 'p');
		else if (*s == 's' || *s == 'w')
			assert_int_equal(
				pc_check_should(r, *s == 's', name, "want", "got %s", name),
				*s == 's');
		else if (*s == 'i')
			pc_case_inconclusive(r, "inconclusive %s", name);
		else
			pc_case_error(r, "error %s", name);
	}
}

static void
test_verdicts(void **state)
{
	static const struct {
		const char *script;
		enum pc_verdict expected;
		const char *reason; /* how it begins */
		bool over;
	} rows[] = {
		{"", PC_VERDICT_NOT_APPLICABLE, "", false},
		{"p", PC_VERDICT_PASS, "", false},
		{"ps", PC_VERDICT_PASS, "", false},
		{"pw", PC_VERDICT_WARN, "w1: expected want, observed got w1", false},
		{"wf", PC_VERDICT_FAIL, "f1: expected want, observed got f1", false},
		{"fw", PC_VERDICT_FAIL, "f0", false},
		{"ff", PC_VERDICT_FAIL, "f0", false}, /* the first of the worst is kept */
		{"ww", PC_VERDICT_WARN, "w0", false},
		{"pi", PC_VERDICT_INCONCLUSIVE, "inconclusive i1", true},
		{"if", PC_VERDICT_FAIL, "f1", false},
		{"fi", PC_VERDICT_FAIL, "f0", false},
		{"ii", PC_VERDICT_INCONCLUSIVE, "inconclusive i0", true},
		{"fe", PC_VERDICT_ERROR, "error e1", true},
		{"ef", PC_VERDICT_ERROR, "error e0", true},
		{"ip", PC_VERDICT_INCONCLUSIVE, "inconclusive i0", true},
	};
	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		struct pc_case_result row = {.c = &sample};
		struct pc_case_run r = {.c = &sample, .result = &row};
		play(&r, rows[i].script);
		if (row.verdict != rows[i].expected)
			fail_msg("'%s': %s, expected %s", rows[i].script,
				pc_verdict_name(row.verdict), pc_verdict_name(rows[i].expected));
		if (strncmp(row.reason, rows[i].reason, strlen(rows[i].reason)) != 0)
			fail_msg("'%s': reason '%s', expected '%s'", rows[i].script, row.reason,
				rows[i].reason);
		if (pc_case_over(&r) != rows[i].over)
			fail_msg("'%s': over %d", rows[i].script, pc_case_over(&r));
		free(row.assertions);
	}
}

static void
test_assertions_kept(void **state)
{
	struct pc_case_result row = {.c = &sample};
	struct pc_case_run r = {.c = &sample, .result = &row};
	char big[2 * PC_TEXT_MAX];
	(void)state;
	memset(big, 'x', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	pc_check(&r, true, big, big, "%s", big);
	assert_int_equal(row.n_assertions, 1);
	assert_int_equal(strlen(row.assertions[0].observed), PC_TEXT_MAX - 1);
	assert_int_equal(row.assertions[0].verdict, PC_VERDICT_PASS);
	/* One more than there is room for is the harness's own error, never silence. */
	for (size_t i = 1; i < PC_ASSERTIONS_MAX; i++)
		pc_check(&r, true, "t", "e", "o");
	assert_int_equal(row.verdict, PC_VERDICT_PASS);
	pc_check(&r, true, "t", "e", "o");
	assert_int_equal(row.verdict, PC_VERDICT_ERROR);
	assert_int_equal(row.n_assertions, PC_ASSERTIONS_MAX);
	free(row.assertions);
}

static void
test_steps(void **state)
{
	struct pc_case_result row = {.c = &sample};
	struct pc_case_run r = {.c = &sample, .result = &row};
	(void)state;
	for (int i = 0; i < PC_STEPS_MAX + 3; i++)
		pc_case_step(&r, "step %d", i);
	assert_int_equal(row.n_steps, PC_STEPS_MAX);
	assert_string_equal(row.steps[PC_STEPS_MAX - 1], "step 31");
}

static void
test_nothing_matches(void **state)
{
	struct pc_world *w = calloc(1, sizeof(*w));
	struct pc_results results;
	struct pc_diag diag = {{0}};
	const struct pc_run_options o = {.pattern = "NO-SUCH-*"};
	(void)state;
	pc_results_init(&results, "t");
	assert_int_equal(pc_run(w, &o, &results, &diag), PC_E_USAGE);
	assert_non_null(strstr(diag.text, "NO-SUCH-*"));
	assert_int_equal(results.n_rows, 0);
	pc_results_done(&results);
	free(w);
}

static bool
count_calls(void *arg)
{
	return ++*(unsigned *)arg >= 3;
}

static bool
never(void *arg)
{
	++*(unsigned *)arg;
	return false;
}

/* A signal ends every wait, and the run after the case it came in. */
static void
test_interrupted(void **state)
{
	sigset_t held;
	sigset_t before;
	unsigned calls = 0;
	(void)state;
	sigemptyset(&held);
	sigaddset(&held, SIGTERM);
	sigprocmask(SIG_BLOCK, &held, &before);
	assert_false(pc_world_interrupted());
	raise(SIGTERM);
	assert_true(pc_world_interrupted());
	uint64_t start = pc_clock_now_ms();
	assert_false(pc_world_await(never, &calls, 60000));
	assert_true(pc_clock_now_ms() - start < 30000);
	assert_int_equal(sigwaitinfo(&held, NULL), SIGTERM); /* take it away */
	sigprocmask(SIG_SETMASK, &before, NULL);
}

static void
test_await(void **state)
{
	struct pc_world *w = calloc(1, sizeof(*w));
	unsigned calls = 0;
	(void)state;
	assert_true(pc_world_await(count_calls, &calls, 5000));
	assert_int_equal(calls, 3);
	calls = 0;
	assert_false(pc_world_await(never, &calls, 40));
	assert_true(calls >= 2);
	calls = 0;
	assert_false(pc_world_await(never, &calls, 0)); /* looks once, whatever the deadline */
	assert_int_equal(calls, 1);
	assert_int_equal(pc_world_patience(w, 8000), 8000);
	w->patience_ms = 3000;
	assert_int_equal(pc_world_patience(w, 8000), 3000);
	assert_int_equal(pc_world_patience(w, 500), 500);
	free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_verdicts),
		cmocka_unit_test(test_assertions_kept),
		cmocka_unit_test(test_steps),
		cmocka_unit_test(test_nothing_matches),
		cmocka_unit_test(test_await),
		cmocka_unit_test(test_interrupted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
