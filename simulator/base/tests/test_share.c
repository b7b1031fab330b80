/* Tests of base/share in a tree that the test builds: source tree, installation, neither. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/share.h"

static const char *const files[] = {
	"src/profiles/mark", "inst/share/presscheck/profiles/mark", "empty/profiles/other"};

static void
make(const char *root)
{
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		char path[256];
		snprintf(path, sizeof(path), "%s/%s", root, files[i]);
		*strrchr(path, '/') = '\0';
		assert_int_equal(pc_file_mkdir(path, 0755, NULL), PC_OK);
		snprintf(path, sizeof(path), "%s/%s", root, files[i]);
		assert_int_equal(pc_file_write(path, "x", 1, 0644, NULL), PC_OK);
	}
}

static void
unmake(const char *root)
{
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		char path[256];
		snprintf(path, sizeof(path), "%s/%s", root, files[i]);
		(void)unlink(path);
		for (char *p = strrchr(path, '/'); strlen(path) > strlen(root);
			p = strrchr(path, '/')) {
			*p = '\0';
			(void)rmdir(path);
		}
	}
}

struct row {
	const char *name, *program, *found;
};

static void
test_places(void **state)
{
	static const struct row rows[] = {
		{"build directory in the tree", "src/build/dev/presscheck", "src/profiles"},
		{"deep in the tree", "src/build/dev/a/b/c/test_x", "src/profiles"},
		{"top of the tree", "src/presscheck", "src/profiles"},
		{"installed", "inst/bin/presscheck", "inst/share/presscheck/profiles"},
		{"folder without the marker", "empty/bin/presscheck", NULL},
		{"nowhere", "other/presscheck", NULL},
	};
	char root[] = "/tmp/pc-share-XXXXXX";
	(void)state;
	assert_non_null(mkdtemp(root));
	make(root);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char program[256];
		char want[256];
		char out[PC_SHARE_MAX];
		snprintf(program, sizeof(program), "%s/%s", root, rows[i].program);
		snprintf(want, sizeof(want), "%s/%s", root,
			rows[i].found == NULL ? "" : rows[i].found);
		const char *got = pc_share_find_from(program, "profiles", "profiles", "mark", out);
		if ((got == NULL) != (rows[i].found == NULL) ||
			(got != NULL && strcmp(got, want) != 0))
			fail_msg("%s: found %s", rows[i].name, got == NULL ? "nothing" : got);
	}
	unmake(root);
	assert_int_equal(access(root, F_OK), -1);
}

static void
test_too_long(void **state)
{
	char out[PC_SHARE_MAX];
	char *program = malloc(2 * PC_SHARE_MAX);
	(void)state;
	memset(program, '/', 2 * PC_SHARE_MAX - 1);
	program[2 * PC_SHARE_MAX - 1] = '\0';
	assert_null(pc_share_find_from(program, "profiles", "profiles", "mark", out));
	assert_null(pc_share_find_from("presscheck", "profiles", "profiles", "mark", out));
	free(program);
}

/* The test itself lies in a build directory of the source tree, or beside it. */
static void
test_own_program(void **state)
{
	char out[PC_SHARE_MAX];
	(void)state;
	assert_null(pc_share_find("no-such-folder", "no-such-folder", "mark", out));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_too_long),
		cmocka_unit_test(test_own_program),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
