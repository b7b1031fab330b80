#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/file.h"
#include "cloud/seal.h"
#include "temp.h"

static struct pc_seal *
open_seal(const char *dir, const char *name)
{
	char path[TEMP_MAX + 20];
	struct pc_seal *s = NULL;
	struct pc_diag diag = {0};
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	if (pc_seal_open(path, PC_SEAL_COST_MIN, &s, &diag) != PC_OK)
		fail_msg("%s", diag.text);
	return s;
}

static void
test_text(void **state)
{
	char dir[TEMP_MAX];
	struct pc_buf a;
	struct pc_buf b;
	struct pc_buf out;
	(void)state;
	temp_new(dir);
	struct pc_seal *s = open_seal(dir, "k");
	pc_buf_init(&a, 1024);
	pc_buf_init(&b, 1024);
	pc_buf_init(&out, 1024);
	assert_int_equal(pc_seal_text(s, "Canary Ltd", &a), PC_OK);
	assert_int_equal(pc_seal_text(s, "Canary Ltd", &b), PC_OK);
	assert_memory_not_equal(a.data, b.data, a.len); /* another nonce */
	assert_null(memmem(a.data, a.len, "Canary", 6));
	pc_seal_free(s);
	s = open_seal(dir, "k"); /* the same key after a restart */
	assert_int_equal(pc_seal_unseal(s, a.data, a.len, &out), PC_OK);
	assert_string_equal(pc_buf_text(&out), "Canary Ltd");
	for (size_t i = 0; i < a.len; i++) {
		assert_int_equal(pc_seal_unseal(s, a.data, i, &out), PC_E_BADVALUE);
		a.data[i] ^= 1;
		assert_int_equal(pc_seal_unseal(s, a.data, a.len, &out), PC_E_BADVALUE);
		a.data[i] ^= 1;
	}
	struct pc_seal *other = open_seal(dir, "other");
	assert_int_equal(pc_seal_unseal(other, a.data, a.len, &out), PC_E_BADVALUE);
	pc_seal_free(other);
	pc_seal_free(s);
	pc_buf_done(&a);
	pc_buf_done(&b);
	pc_buf_done(&out);
	temp_free(dir);
}

static void
test_password(void **state)
{
	static const char *const broken[] = {"", "scrypt,", "scrypt,04,00,00", "plain"};
	char dir[TEMP_MAX];
	char none[192];
	struct pc_buf hash;
	(void)state;
	temp_new(dir);
	struct pc_seal *s = open_seal(dir, "k");
	pc_buf_init(&hash, 1024);
	assert_int_equal(pc_seal_password(s, "secret", &hash), PC_OK);
	assert_true(pc_seal_password_matches("secret", pc_buf_text(&hash)));
	assert_false(pc_seal_password_matches("Secret", pc_buf_text(&hash)));
	assert_false(pc_seal_password_matches("", pc_buf_text(&hash)));
	hash.data[8] = '5'; /* another cost is another hash */
	assert_false(pc_seal_password_matches("secret", pc_buf_text(&hash)));
	memcpy(hash.data + 7, "40", 2); /* a cost that would take all memory */
	assert_false(pc_seal_password_matches("secret", pc_buf_text(&hash)));
	pc_seal_no_password(s, none, sizeof(none));
	assert_int_equal(strlen(none), hash.len);
	assert_false(pc_seal_password_matches("", none));
	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++)
		assert_false(pc_seal_password_matches("secret", broken[i]));
	pc_buf_done(&hash);
	pc_seal_free(s);
	temp_free(dir);
}

static void
test_key_file(void **state)
{
	char dir[TEMP_MAX];
	char path[TEMP_MAX + 20];
	char a[PC_SEAL_LOOKUP_MAX];
	char b[PC_SEAL_LOOKUP_MAX];
	struct stat st;
	struct pc_seal *s = NULL;
	(void)state;
	temp_new(dir);
	snprintf(path, sizeof(path), "%s/k", dir);
	s = open_seal(dir, "k");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	pc_seal_lookup(s, "operator", a);
	pc_seal_free(s);
	s = open_seal(dir, "other");
	pc_seal_lookup(s, "operator", b);
	assert_string_not_equal(a, b); /* keyed */
	pc_seal_free(s);
	assert_int_equal(pc_file_write(path, "short", 5, 0600, NULL), PC_OK);
	assert_int_equal(pc_seal_open(path, 4, &s, NULL), PC_E_BADVALUE);
	temp_free(dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_password),
		cmocka_unit_test(test_key_file),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
