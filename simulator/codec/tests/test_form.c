#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "codec/form.h"

static int
read_text(const char *text, struct pc_form *form)
{
	return pc_form_read((const uint8_t *)text, strlen(text), form);
}

static void
test_fields(void **state)
{
	struct pc_form f;
	(void)state;
	assert_int_equal(
		read_text("user=admin&password=a%26b%3D+c&&empty=&bare&user=2", &f), PC_OK);
	assert_int_equal(f.n, 5);
	assert_string_equal(pc_form_get(&f, "user"), "admin");
	assert_string_equal(pc_form_get(&f, "password"), "a&b= c");
	assert_string_equal(pc_form_get(&f, "empty"), "");
	assert_string_equal(pc_form_get(&f, "bare"), "");
	assert_string_equal(f.fields[4].value, "2");
	assert_null(pc_form_get(&f, "use"));
	pc_form_done(&f);
	assert_int_equal(read_text("", &f), PC_OK);
	assert_int_equal(f.n, 0);
	pc_form_done(&f);
	assert_int_equal(read_text("=&a%3db=%C3%BC", &f), PC_OK);
	assert_string_equal(f.fields[0].name, "");
	assert_string_equal(f.fields[1].name, "a=b");
	assert_string_equal(f.fields[1].value, "\xc3\xbc");
	pc_form_done(&f);
}

static void
test_broken(void **state)
{
	static const char *const broken[] = {
		"a=%", "a=%4", "a=%4g", "%zz=1", "a=%00", "a%00=1", "a=1&b=%"};
	struct pc_form f;
	(void)state;
	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++)
		assert_int_equal(read_text(broken[i], &f), PC_E_SYNTAX);
	assert_int_equal(pc_form_read((const uint8_t *)"a=\0b", 4, &f), PC_E_SYNTAX);
}

static void
test_cut(void **state)
{
	static const char whole[] = "user=admin&password=%41%42&x=%C3%A9";
	struct pc_form f;
	(void)state;
	for (size_t n = 0; n < sizeof(whole); n++) {
		int err = pc_form_read((const uint8_t *)whole, n, &f);
		bool in_escape = memchr(whole + (n > 2 ? n - 2 : 0), '%', n > 2 ? 2 : n) != NULL;
		assert_int_equal(
			err, n < sizeof(whole) - 1 ? (in_escape ? PC_E_SYNTAX : PC_OK) : err);
		if (err == PC_OK)
			pc_form_done(&f);
	}
}

static void
test_limits(void **state)
{
	static uint8_t text[PC_FORM_BYTES_MAX + 1];
	struct pc_form f;
	(void)state;
	memset(text, 'a', sizeof(text));
	assert_int_equal(pc_form_read(text, PC_FORM_BYTES_MAX, &f), PC_OK);
	pc_form_done(&f);
	assert_int_equal(pc_form_read(text, sizeof(text), &f), PC_E_LIMIT);
	for (size_t i = 0; i < 2 * PC_FORM_FIELDS_MAX + 2; i++)
		text[i] = i % 2 == 0 ? 'a' : '&';
	assert_int_equal(pc_form_read(text, 2 * PC_FORM_FIELDS_MAX, &f), PC_OK);
	assert_int_equal(f.n, PC_FORM_FIELDS_MAX);
	pc_form_done(&f);
	assert_int_equal(pc_form_read(text, 2 * PC_FORM_FIELDS_MAX + 1, &f), PC_E_LIMIT);
}

static void
test_hosts(void **state)
{
	static const struct {
		const char *text, *host;
		uint16_t port;
		bool literal;
	} good[] = {{"printer", "printer", 0, false},
		{"Printer.Example:8080", "printer.example", 8080, false},
		{"127.1.0.1", "127.1.0.1", 0, true}, {"127.1.0.1:443", "127.1.0.1", 443, true},
		{"[::1]", "::1", 0, true}, {"[fe80::1]:80", "fe80::1", 80, true}};
	static const char *const bad[] = {"", ":80", "a:", "a:0", "a:65536", "a:80x", "a: 80",
		"a:+80", "a:0x50", "a b", "a/b", "a\r\nb", "[::1", "[]", "[::1]x", "[zz]", "a@b",
		"::1", "\"", "a:80:80"};
	char host[PC_HOST_MAX + 1];
	uint16_t port = 1;
	bool literal = false;
	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_int_equal(pc_host_read(good[i].text, host, &port, &literal), PC_OK);
		assert_string_equal(host, good[i].host);
		assert_int_equal(port, good[i].port);
		assert_int_equal(literal, good[i].literal);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (pc_host_read(bad[i], host, &port, &literal) != PC_E_SYNTAX)
			fail_msg("'%s' was taken as a host", bad[i]);
	}
	char longest[PC_HOST_MAX + 2];
	memset(longest, 'a', sizeof(longest));
	longest[PC_HOST_MAX + 1] = '\0';
	assert_int_equal(pc_host_read(longest, host, &port, &literal), PC_E_SYNTAX);
	longest[PC_HOST_MAX] = '\0';
	assert_int_equal(pc_host_read(longest, host, &port, &literal), PC_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_fields),
		cmocka_unit_test(test_broken), cmocka_unit_test(test_cut),
		cmocka_unit_test(test_limits), cmocka_unit_test(test_hosts)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
