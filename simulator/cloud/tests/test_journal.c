#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "cloud/journal.h"
#include "temp.h"

/* The newest 100,000 are kept, and numbers go on after a restart. */
static void
test_bounded(void **state)
{
	char dir[TEMP_MAX];
	char path[TEMP_MAX + 10];
	struct pc_clock clock;
	struct pc_db *db = NULL;
	struct pc_journal *j = NULL;
	(void)state;
	temp_new(dir);
	pc_clock_init_virtual(&clock, 1795000000);
	snprintf(path, sizeof(path), "%s/j.db", dir);
	assert_int_equal(pc_db_open(path, &db, NULL), PC_OK);
	assert_int_equal(pc_journal_open(db, &clock, &j, NULL), PC_OK);
	pc_journal_add(j, "first", 0, "");
	assert_int_equal(pc_db_run(db, "INSERT INTO journal VALUES(?1,0,'far',0,'{}')", "i",
				 (int64_t)PC_JOURNAL_MAX),
		PC_OK);
	for (int i = 0; i < 1000; i++)
		pc_journal_add(j, "next", 0, "");
	assert_int_equal(pc_db_number(db, "SELECT min(n) FROM journal", 0), PC_JOURNAL_MAX);
	assert_int_equal(pc_db_number(db, "SELECT max(n) FROM journal", 0), PC_JOURNAL_MAX + 1000);
	pc_journal_free(j);
	pc_db_free(db);
	assert_int_equal(pc_db_open(path, &db, NULL), PC_OK);
	assert_int_equal(pc_journal_open(db, &clock, &j, NULL), PC_OK);
	pc_journal_add(j, "after", 0, "");
	assert_int_equal(pc_db_number(db, "SELECT max(n) FROM journal", 0), PC_JOURNAL_MAX + 1001);
	pc_journal_free(j);
	pc_db_free(db);
	temp_free(dir);
}

/* Whatever members come, the answer is JSON with our own members right. */
static void
test_members(void **state)
{
	static const struct {
		const char *members, *written;
	} rows[] = {
		{"", "\"kind\":\"k\"}"},
		{"\"a\":1", "\"kind\":\"k\",\"a\":1}"},
		{"\"a\":\"\\u0000\"", "\"kind\":\"k\",\"a\":\"\\u0000\"}"},
		{"\"n\":9,\"kind\":\"x\",\"a\":{\"b\":[]}", "\"kind\":\"k\",\"a\":{\"b\":[]}}"},
		{"\"a\":", "\"kind\":\"k\",\"invalid\":\"\\\"a\\\":\"}"},
		{"} {", "\"kind\":\"k\",\"invalid\":\"} {\"}"},
		{"\xff", "\"kind\":\"k\",\"invalid\":true}"},
	};
	char dir[TEMP_MAX];
	char path[TEMP_MAX + 10];
	struct pc_clock clock;
	struct pc_db *db = NULL;
	struct pc_journal *j = NULL;
	struct pc_buf out;
	(void)state;
	temp_new(dir);
	pc_clock_init_virtual(&clock, 1795000000);
	snprintf(path, sizeof(path), "%s/j.db", dir);
	assert_int_equal(pc_db_open(path, &db, NULL), PC_OK);
	assert_int_equal(pc_journal_open(db, &clock, &j, NULL), PC_OK);
	pc_buf_init(&out, 1 << 20);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		pc_journal_add(j, "k", 0, rows[i].members);
		pc_buf_clear(&out);
		assert_int_equal(pc_journal_write(j, NULL, i, &out), PC_OK);
		if (strstr(pc_buf_text(&out), rows[i].written) == NULL)
			fail_msg("%s: %s", rows[i].members, pc_buf_text(&out));
	}
	pc_buf_done(&out);
	pc_journal_free(j);
	pc_db_free(db);
	temp_free(dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bounded),
		cmocka_unit_test(test_members),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
