/* Tests of command: what is taken, what is refused, and the log across a kill. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "agents/command.h"
#include "base/err.h"
#include "base/file.h"

#define GOOD \
	"{\"commandId\":\"c1\",\"type\":\"clean\",\"deviceSerial\":\"S1\",\"issuedAt\":" \
	"\"2026-11-20T10:00:00Z\",\"expiresAt\":\"2026-11-20T10:05:00.5+01:00\",\"params\":{}}"

static void
test_parse(void **state)
{
	static const struct {
		const char *name, *in;
		int err;
		const char *id;
	} rows[] = {
		{"good", GOOD, PC_OK, "c1"},
		{"empty", "", PC_E_SYNTAX, ""},
		{"no JSON", "{\"commandId\":\"c1\"", PC_E_SYNTAX, ""},
		{"array", "[]", PC_E_SYNTAX, ""},
		{"twice", "{\"commandId\":\"c1\",\"commandId\":\"c2\"}", PC_E_SYNTAX, ""},
		{"no id", "{\"type\":\"clean\"}", PC_E_BADVALUE, ""},
		{"id is a number", "{\"commandId\":7}", PC_E_BADVALUE, ""},
		{"empty id", "{\"commandId\":\"\"}", PC_E_BADVALUE, ""},
		{"control in id", "{\"commandId\":\"a\\u0001\"}", PC_E_BADVALUE, ""},
		{"unknown type", "{\"commandId\":\"c1\",\"type\":\"selfDestruct\"}",
			PC_E_UNSUPPORTED, "c1"},
		{"no type", "{\"commandId\":\"c1\"}", PC_E_UNSUPPORTED, "c1"},
		{"no serial", "{\"commandId\":\"c1\",\"type\":\"clean\"}", PC_E_BADVALUE, "c1"},
		{"no expiry", "{\"commandId\":\"c1\",\"type\":\"clean\",\"deviceSerial\":\"S\"}",
			PC_E_BADVALUE, "c1"},
		{"bad expiry",
			"{\"commandId\":\"c1\",\"type\":\"clean\",\"deviceSerial\":\"S\","
			"\"expiresAt\":\"soon\"}",
			PC_E_BADVALUE, "c1"},
		{"params no object",
			"{\"commandId\":\"c1\",\"type\":\"clean\",\"deviceSerial\":\"S\","
			"\"expiresAt\":\"2026-11-20T10:05:00Z\",\"params\":3}",
			PC_E_BADVALUE, "c1"},
	};
	struct pc_agent_command c;
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct pc_diag diag = {0};
		int err = pc_command_parse(rows[i].in, strlen(rows[i].in), &c, &diag);
		if (err != rows[i].err || strcmp(c.id, rows[i].id) != 0)
			fail_msg("%s: %d '%s' (%s)", rows[i].name, err, c.id, diag.text);
		assert_true(err == PC_OK || diag.text[0] != '\0');
	}
	assert_int_equal(pc_command_parse(GOOD, strlen(GOOD), &c, NULL), PC_OK);
	assert_string_equal(c.serial, "S1");
	assert_int_equal(c.type, PC_COMMAND_CLEAN);
	assert_true(c.expires_ns == UINT64_C(1795165500500000000));
	for (size_t n = 0; n < strlen(GOOD); n++) /* cut at every length */
		assert_int_equal(pc_command_parse(GOOD, n, &c, NULL), PC_E_SYNTAX);
	char *large = calloc(1, PC_COMMAND_BYTES_MAX + 1);
	assert_int_equal(pc_command_parse(large, PC_COMMAND_BYTES_MAX + 1, &c, NULL), PC_E_LIMIT);
	free(large);
}

static void
test_time(void **state)
{
	static const struct {
		const char *in;
		int err;
		uint64_t s;
	} rows[] = {
		{"1970-01-01T00:00:01Z", PC_OK, 1},
		{"1970-01-01T01:00:01+01:00", PC_OK, 1},
		{"1969-12-31T23:00:01-01:00", PC_E_BADVALUE, 0},
		{"2026-11-20T10:49:00Z", PC_OK, 1795171740},
		{"2026-11-20T10:49:00", PC_E_BADVALUE, 0},
		{"2026-13-20T10:49:00Z", PC_E_BADVALUE, 0},
		{"2026-11-20T25:49:00Z", PC_E_BADVALUE, 0},
		{"2026-11-20T10:49:00+15:00", PC_E_BADVALUE, 0},
		{"2026-11-20T10:49:00+1:00", PC_E_BADVALUE, 0},
		{"2026-11-20T10:49:00Zx", PC_E_BADVALUE, 0},
		{"", PC_E_BADVALUE, 0},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint64_t ns = 0;
		int err = pc_command_time(rows[i].in, &ns);
		if (err != rows[i].err || ns != rows[i].s * 1000000000u)
			fail_msg("'%s': %d", rows[i].in, err);
	}
}

static void
test_log(void **state)
{
	char path[] = "/tmp/pc-commands-XXXXXX";
	struct pc_command_log *log = NULL;
	struct pc_agent_command c = {.id = "c1", .type = PC_COMMAND_RESTART};
	struct pc_buf b;
	(void)state;
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	close(fd);
	unlink(path);
	assert_int_equal(pc_command_log_open(path, &log, NULL), PC_OK);
	assert_null(pc_command_log_find(log, "c1"));
	assert_int_equal(pc_command_log_start(log, &c, NULL), PC_OK);
	pc_command_log_close(log); /* as a kill would end it */
	assert_int_equal(pc_command_log_open(path, &log, NULL), PC_OK);
	struct pc_command_entry *e = pc_command_log_find(log, "c1");
	assert_non_null(e);
	assert_int_equal(e->state, PC_COMMAND_STARTED);
	assert_int_equal(e->type, PC_COMMAND_RESTART);
	assert_int_equal(pc_command_log_finish(log, "c1", PC_COMMAND_FAILED, "why \"so\"",
				 "2026-11-20T10:49:00Z", NULL),
		PC_OK);
	assert_int_equal(
		pc_command_log_finish(log, "c2", PC_COMMAND_FAILED, "", "", NULL), PC_E_NOTFOUND);
	pc_command_log_close(log);
	assert_int_equal(pc_command_log_open(path, &log, NULL), PC_OK);
	e = pc_command_log_find(log, "c1");
	assert_int_equal(e->state, PC_COMMAND_FAILED);
	assert_false(e->delivered);
	pc_buf_init(&b, 1000);
	assert_int_equal(pc_command_result(e, &b), PC_OK);
	assert_string_equal(pc_buf_text(&b),
		"{\"commandId\":\"c1\",\"state\":\"failed\",\"detail\":\"why \\\"so\\\"\","
		"\"finishedAt\":\"2026-11-20T10:49:00Z\"}");
	pc_buf_done(&b);
	e->number = 5;
	pc_command_log_delivered(log, 5);
	pc_command_log_close(log);
	assert_int_equal(pc_command_log_open(path, &log, NULL), PC_OK);
	assert_true(pc_command_log_find(log, "c1")->delivered);
	pc_command_log_close(log);
	assert_int_equal(pc_file_write(path, "[{\"x\":1}]", 9, 0600, NULL), PC_OK);
	assert_int_equal(pc_command_log_open(path, &log, NULL), PC_E_SYNTAX);
	unlink(path);
}

static void
test_log_bound(void **state)
{
	char path[] = "/tmp/pc-commands-XXXXXX";
	struct pc_command_log *log = NULL;
	struct pc_agent_command c = {.type = PC_COMMAND_COLLECT};
	(void)state;
	int fd = mkstemp(path);
	close(fd);
	unlink(path);
	assert_int_equal(pc_command_log_open(path, &log, NULL), PC_OK);
	for (int i = 0; i < PC_COMMAND_LOG_MAX; i++) {
		snprintf(c.id, sizeof(c.id), "c%d", i);
		assert_int_equal(pc_command_log_start(log, &c, NULL), PC_OK);
	}
	snprintf(c.id, sizeof(c.id), "one too many");
	assert_int_equal(pc_command_log_start(log, &c, NULL), PC_E_LIMIT);
	pc_command_log_find(log, "c3")->number = 9;
	pc_command_log_delivered(log, 9);
	assert_int_equal(pc_command_log_start(log, &c, NULL), PC_OK);
	assert_null(pc_command_log_find(log, "c3"));
	assert_non_null(pc_command_log_find(log, "c4"));
	pc_command_log_close(log);
	unlink(path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_time),
		cmocka_unit_test(test_log),
		cmocka_unit_test(test_log_bound),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
