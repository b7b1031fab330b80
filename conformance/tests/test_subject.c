/* Tests of subject.c with real children: ready, silent, dead early, stubborn. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "conformance/subject.h"

#define LOG_NAME "/tmp/presscheck-subject-XXXXXX"

struct bench {
	struct pc_subject s;
	char log[sizeof(LOG_NAME)];
	struct pc_diag diag;
};

static int
setup(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));
	memcpy(b->log, LOG_NAME, sizeof(LOG_NAME));
	int fd = mkstemp(b->log);
	if (fd < 0)
		return -1;
	close(fd);
	*state = b;
	return 0;
}

static int
teardown(void **state)
{
	struct bench *b = *state;
	pc_subject_kill(&b->s);
	unlink(b->log);
	free(b);
	return 0;
}

static int
start(struct bench *b, const char *script, unsigned deadline_ms)
{
	struct pc_args args = {.argc = 0};
	pc_args_add(&args, "/bin/sh");
	pc_args_add(&args, "-c");
	pc_args_add(&args, "%s", script);
	int err = pc_subject_start(&b->s, &args, b->log, deadline_ms, &b->diag);
	pc_args_done(&args);
	return err;
}

static void
test_ready(void **state)
{
	struct bench *b = *state;
	char word[32];
	char small[4];
	assert_int_equal(start(b,
				 "echo warming up; echo ready at http://a:1, control c; exec "
				 "sleep 60",
				 5000),
		PC_OK);
	assert_true(b->s.pid > 0);
	assert_string_equal(b->s.ready, "ready at http://a:1, control c");
	assert_true(pc_subject_ready_word(&b->s, "http://", word, sizeof(word)));
	assert_string_equal(word, "a:1");
	assert_true(pc_subject_ready_word(&b->s, "control ", word, sizeof(word)));
	assert_string_equal(word, "c");
	assert_false(pc_subject_ready_word(&b->s, "port ", word, sizeof(word)));
	assert_true(pc_subject_ready_word(&b->s, "http://", small, sizeof(small)));
	assert_false(pc_subject_ready_word(&b->s, "http://", small, 3)); /* never cut */
	int status = pc_subject_stop(&b->s);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
	assert_int_equal(b->s.pid, 0);
	assert_int_equal(pc_subject_stop(&b->s), 0); /* again: nothing to do */
}

static void
test_dies_early(void **state)
{
	struct bench *b = *state;
	assert_int_equal(start(b, "echo not yet; echo the port is taken >&2; exit 3", 20000),
		PC_E_ENVIRONMENT);
	assert_non_null(strstr(b->diag.text, "the port is taken"));
	assert_int_equal(b->s.pid, 0);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* reaped */
	assert_int_equal(errno, ECHILD);
}

static void
test_never_ready(void **state)
{
	struct bench *b = *state;
	uint64_t before = pc_clock_now_ms();
	assert_int_equal(start(b, "echo hello; exec sleep 60", 100), PC_E_TIMEOUT);
	assert_true(pc_clock_now_ms() - before < 5000);
	assert_non_null(strstr(b->diag.text, "in time"));
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

static void
test_no_such_program(void **state)
{
	struct bench *b = *state;
	struct pc_args args = {.argc = 0};
	pc_args_add(&args, "/nonexistent/program");
	assert_int_equal(pc_subject_start(&b->s, &args, b->log, 5000, &b->diag), PC_E_ENVIRONMENT);
	assert_non_null(strstr(b->diag.text, "/nonexistent/program"));
	pc_args_done(&args);
}

static void
test_wait(void **state)
{
	struct bench *b = *state;
	int status = 0;
	assert_int_equal(start(b, "read x; exit 7", 0), PC_OK); /* its input is empty */
	assert_int_equal(pc_subject_wait(&b->s, 5000, &status), PC_OK);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 7);
	assert_int_equal(start(b, "exec sleep 60", 0), PC_OK);
	assert_int_equal(pc_subject_wait(&b->s, 50, &status), PC_E_TIMEOUT);
	assert_true(b->s.pid > 0);
}

/* A line longer than we keep does not overrun; a ready line after it is still seen. */
static void
test_long_line(void **state)
{
	struct bench *b = *state;
	assert_int_equal(
		start(b, "head -c 5000 /dev/zero | tr '\\0' x; echo; echo ready; exec sleep 60",
			5000),
		PC_OK);
	assert_string_equal(b->s.ready, "ready");
}

static void
test_too_many_arguments(void **state)
{
	struct bench *b = *state;
	struct pc_args args = {.argc = 0};
	for (int i = 0; i < PC_SUBJECT_ARGS_MAX + 5; i++)
		pc_args_add(&args, "a%d", i);
	assert_true(args.failed);
	assert_int_equal(pc_subject_start(&b->s, &args, b->log, 100, &b->diag), PC_E_LIMIT);
	pc_args_done(&args);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {T(test_ready), T(test_dies_early), T(test_never_ready),
		T(test_no_such_program), T(test_wait), T(test_long_line),
		T(test_too_many_arguments)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
