/* Tests of names on a PJL volume: what they become and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "codec/pjl-path.h"

#define LONG_PART "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static const struct {
	const char *text;
	enum pc_pjl_file_error err;
	unsigned volume;
	const char *path;
} rows[] = {
	{"0:\\", PC_PJL_FILE_OK, 0, ""},
	{"0:", PC_PJL_FILE_OK, 0, ""},
	{"1:\\a", PC_PJL_FILE_OK, 1, "a"},
	{"0:\\dir\\file.txt", PC_PJL_FILE_OK, 0, "dir/file.txt"},
	{"0:/dir\\\\file/", PC_PJL_FILE_OK, 0, "dir/file"},
	{"0:a b..c", PC_PJL_FILE_OK, 0, "a b..c"},
	{"0:\\...", PC_PJL_FILE_OK, 0, "..."},
	{"", PC_PJL_FILE_NO_NAME, 0, NULL},
	{"file", PC_PJL_FILE_BAD_NAME, 0, NULL},
	{"\\etc\\passwd", PC_PJL_FILE_BAD_NAME, 0, NULL},
	{"/etc/passwd", PC_PJL_FILE_BAD_NAME, 0, NULL},
	{"C:\\x", PC_PJL_FILE_BAD_NAME, 0, NULL},
	{":\\x", PC_PJL_FILE_BAD_NAME, 0, NULL},
	{"0:\\..", PC_PJL_FILE_BAD_NAME, 0, NULL},
	{"0:\\a\\..\\b", PC_PJL_FILE_BAD_NAME, 0, NULL},
	{"0:../../etc", PC_PJL_FILE_BAD_NAME, 0, NULL},
	{"0:\\.\\a", PC_PJL_FILE_BAD_NAME, 0, NULL},
	{"0:\\0:\\a", PC_PJL_FILE_BAD_NAME, 0, NULL},
	{"0:\\a\x01", PC_PJL_FILE_BAD_NAME, 0, NULL},
	{"0:\\a\x7f", PC_PJL_FILE_BAD_NAME, 0, NULL},
	{"0:\\1\\2\\3\\4\\5\\6\\7\\8\\9\\10\\11\\12\\13\\14\\15\\16\\17", PC_PJL_FILE_BAD_NAME, 0,
		NULL},
	{"0:\\" LONG_PART "\\" LONG_PART, PC_PJL_FILE_BAD_NAME, 0, NULL},
	{"10:\\a", PC_PJL_FILE_VOLUME_RANGE, 0, NULL},
	{"99999999999999999999:\\a", PC_PJL_FILE_VOLUME_RANGE, 0, NULL},
};

static void
test_names(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char path[PC_PJL_PATH_MAX];
		unsigned volume = 77;
		enum pc_pjl_file_error err = pc_pjl_path_read(rows[i].text, &volume, path);
		if (err != rows[i].err)
			fail_msg("%s: %u, expected %u", rows[i].text, err, rows[i].err);
		if (err != PC_PJL_FILE_OK)
			continue;
		assert_int_equal(volume, rows[i].volume);
		assert_string_equal(path, rows[i].path);
	}
}

/* The longest that fits does, one more octet does not. */
static void
test_length(void **state)
{
	char text[PC_PJL_PATH_MAX + 8] = "0:", path[PC_PJL_PATH_MAX];
	unsigned volume = 0;
	(void)state;
	memset(text + 2, 'x', PC_PJL_PATH_MAX - 2);
	assert_int_equal(pc_pjl_path_read(text, &volume, path), PC_PJL_FILE_OK);
	assert_int_equal(strlen(path), PC_PJL_PATH_MAX - 2);
	text[PC_PJL_PATH_MAX] = 'x';
	assert_int_equal(pc_pjl_path_read(text, &volume, path), PC_PJL_FILE_BAD_NAME);
}

static void
test_texts(void **state)
{
	(void)state;
	assert_string_equal(pc_pjl_file_error_text(3), "file not found");
	assert_null(pc_pjl_file_error_text(11));
	assert_null(pc_pjl_file_error_text(57));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_names),
		cmocka_unit_test(test_length), cmocka_unit_test(test_texts)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
