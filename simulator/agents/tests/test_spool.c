/* Tests of spool: order, survival, refusal, bounds. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "agents/sender.h"
#include "agents/spool.h"
#include "base/err.h"
#include "base/file.h"

static void
remove_tree(const char *path)
{
	DIR *d = opendir(path);
	for (struct dirent *e = d == NULL ? NULL : readdir(d); e != NULL; e = readdir(d)) {
		char at[512];
		if (e->d_name[0] == '.')
			continue;
		snprintf(at, sizeof(at), "%s/%s", path, e->d_name);
		if (unlink(at) != 0)
			remove_tree(at);
	}
	if (d != NULL)
		closedir(d);
	rmdir(path);
}

static int
set_up(void **state)
{
	char *dir = strdup("/tmp/pc-spool-XXXXXX");
	*state = dir;
	return mkdtemp(dir) == NULL;
}

static int
tear_down(void **state)
{
	remove_tree(*state);
	free(*state);
	return 0;
}

static struct pc_spool *
open_spool(const char *dir, size_t max, bool memory_only)
{
	struct pc_spool_options o = {.dir = dir, .max_documents = max, .memory_only = memory_only};
	struct pc_spool *s = NULL;
	assert_int_equal(pc_spool_open(&o, &s, NULL), PC_OK);
	return s;
}

static void
test_order_and_survival(void **state)
{
	char junk[256];
	struct pc_spool_entry e;
	struct pc_buf b;
	struct pc_spool *s = open_spool(*state, 0, false);
	assert_false(pc_spool_first(s, &e));
	assert_int_equal(pc_spool_add(s, "initial", "id-1", "{\"a\":1}", 7, NULL), PC_OK);
	assert_int_equal(pc_spool_add(s, "periodic", "id-2", "{\"a\":2}", 7, NULL), PC_OK);
	assert_int_equal(pc_spool_add(s, "bad/type", "id", "", 0, NULL), PC_E_BADVALUE);
	pc_spool_close(s); /* as a kill would: nothing is written when it ends */
	snprintf(junk, sizeof(junk), "%s/00000000000000000003.periodic.id-3.json.tmp77",
		(char *)*state);
	assert_int_equal(pc_file_write(junk, "half", 4, 0600, NULL), PC_OK);
	s = open_spool(*state, 0, false);
	assert_int_not_equal(access(junk, F_OK), 0);
	assert_int_equal(pc_spool_counts(s).documents, 2);
	assert_int_equal(pc_spool_counts(s).bytes, 14);
	assert_true(pc_spool_first(s, &e));
	assert_string_equal(e.document_id, "id-1");
	assert_string_equal(e.type, "initial");
	pc_buf_init(&b, 100);
	assert_int_equal(pc_spool_read(s, e.number, &b, NULL), PC_OK);
	assert_string_equal(pc_buf_text(&b), "{\"a\":1}");
	pc_buf_done(&b);
	assert_int_equal(pc_spool_remove(s, e.number), PC_OK);
	assert_int_equal(pc_spool_remove(s, e.number), PC_E_NOTFOUND);
	assert_int_equal(pc_spool_add(s, "onDemand", "id-4", "x", 1, NULL), PC_OK);
	assert_true(pc_spool_first(s, &e));
	assert_string_equal(e.document_id, "id-2");
	pc_spool_close(s);
	s = open_spool(*state, 0, false);
	assert_int_equal(pc_spool_counts(s).documents, 2);
	pc_spool_close(s);
}

static void
test_rejected(void **state)
{
	char path[256];
	struct pc_spool_entry e;
	struct pc_buf b;
	struct pc_spool *s = open_spool(*state, 0, false);
	assert_int_equal(pc_spool_add(s, "periodic", "id-1", "doc", 3, NULL), PC_OK);
	assert_true(pc_spool_first(s, &e));
	assert_int_equal(pc_spool_reject(s, e.number, "status 400", 10, NULL), PC_OK);
	assert_false(pc_spool_first(s, &e));
	pc_spool_close(s);
	pc_buf_init(&b, 100);
	snprintf(path, sizeof(path), "%s/rejected/00000000000000000001.periodic.id-1.json.answer",
		(char *)*state);
	assert_int_equal(pc_file_read(path, &b, NULL), PC_OK);
	assert_string_equal(pc_buf_text(&b), "status 400");
	path[strlen(path) - 7] = '\0';
	pc_buf_clear(&b);
	assert_int_equal(pc_file_read(path, &b, NULL), PC_OK);
	assert_string_equal(pc_buf_text(&b), "doc");
	pc_buf_done(&b);
}

static void
test_bounds(void **state)
{
	struct pc_spool_entry e;
	struct pc_spool *s = open_spool(*state, 2, false);
	assert_int_equal(pc_spool_add(s, "initial", "a", "1", 1, NULL), PC_OK);
	assert_int_equal(pc_spool_add(s, "periodic", "b", "2", 1, NULL), PC_OK);
	assert_int_equal(pc_spool_add(s, "onDemand", "c", "3", 1, NULL), PC_OK);
	assert_int_equal(pc_spool_counts(s).dropped, 1);
	assert_int_equal(pc_spool_add(s, "periodic", "d", "4", 1, NULL), PC_E_LIMIT);
	assert_int_equal(pc_spool_counts(s).documents, 2);
	assert_true(pc_spool_first(s, &e));
	assert_string_equal(e.document_id, "a");
	pc_spool_close(s);
}

static void
test_memory_only(void **state)
{
	struct pc_spool_entry e;
	struct pc_spool *s = open_spool(*state, 0, true);
	assert_int_equal(pc_spool_add(s, "initial", "a", "1", 1, NULL), PC_OK);
	assert_true(pc_spool_first(s, &e));
	pc_spool_close(s);
	s = open_spool(*state, 0, false);
	assert_false(pc_spool_first(s, &e));
	pc_spool_close(s);
}

static void
test_backoff(void **state)
{
	(void)state;
	assert_int_equal(pc_backoff_ms(1, 500), 1000);
	assert_int_equal(pc_backoff_ms(1, 0), 500);
	assert_int_equal(pc_backoff_ms(3, 0), 2000);
	for (unsigned tries = 1; tries < 100; tries++) {
		for (uint64_t chance = 0; chance < 5; chance++) {
			uint64_t ms = pc_backoff_ms(tries, chance * 77777);
			assert_in_range(ms, 500, PC_BACKOFF_MAX_MS);
		}
	}
	assert_int_equal(pc_backoff_ms(60, 150000), PC_BACKOFF_MAX_MS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_order_and_survival, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_rejected, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_bounds, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_memory_only, set_up, tear_down),
		cmocka_unit_test(test_backoff),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
