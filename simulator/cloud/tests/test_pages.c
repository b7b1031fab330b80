#include "fake.h"

static void
post(struct fake *f, const char *path, const char *form)
{
	f->type = "application/x-www-form-urlencoded";
	fake_ask(f, "POST", path, form);
	f->type = "application/json";
}

static void
test_strangers(void **state)
{
	static const char *const pages[] = {"/portal/", "/portal/devices/S1"};
	struct fake f;
	(void)state;
	fake_new(&f, 0);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(fake_ask(&f, "GET", pages[i], NULL), 401);
		assert_non_null(strstr(f.body, "name=\"password\""));
	}
	assert_int_equal(fake_ask(&f, "GET", "/portal", NULL), 303);
	post(&f, "/portal/devices/S1/operations", "type=collect");
	assert_int_equal(f.status, 401);
	post(&f, "/portal/remoteOperation", "enabled=false");
	assert_int_equal(f.status, 401);
	fake_free(&f);
}

static void
test_login_form(void **state)
{
	static const struct {
		const char *form;
		unsigned status;
	} rows[] = {
		{"", 400}, {"user=operator", 400}, {"user", 400}, {"user=%zz&password=x", 400},
		{"user=%00&password=x", 400}, {"user=%4", 400}, {"user=operator&password=x", 401},
		{"user=%C3&password=x", 400}, /* not UTF-8 */
	};
	struct fake f;
	char form[200];
	(void)state;
	fake_new(&f, 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		post(&f, "/portal/login", rows[i].form);
		if (f.status != rows[i].status || strstr(f.body, "role=\"alert\"") == NULL)
			fail_msg("%s: %u %s", rows[i].form, f.status, f.body);
	}
	assert_int_equal(fake_ask(&f, "POST", "/portal/login", "{}"), 415);
	snprintf(form, sizeof(form), "user=%%6fperator&password=%s", f.passwords[0]);
	post(&f, "/portal/login", form);
	assert_int_equal(f.status, 303);
	memcpy(f.session, f.cookie + 8, 32);
	assert_int_equal(fake_ask(&f, "GET", "/portal/", NULL), 200);
	assert_non_null(strstr(f.body, "No agent has sent"));
	post(&f, "/portal/logout", "");
	assert_int_equal(f.status, 303);
	assert_int_equal(fake_ask(&f, "GET", "/portal/", NULL), 401);
	fake_free(&f);
}

static void
test_pages(void **state)
{
	struct fake f;
	(void)state;
	fake_new(&f, 0);
	fake_enrol(&f, "dc-1", "DC");
	fake_upload(&f, "dc-1", DOC1, "S<1>?", "idle");
	fake_broker(&f);
	fake_login(&f, "operator");
	assert_int_equal(fake_ask(&f, "GET", "/portal/", NULL), 200);
	assert_string_equal(f.content_type, "text/html; charset=utf-8");
	assert_non_null(strstr(f.body, "href=\"/portal/devices/S%3C1%3E%3F\">S&lt;1&gt;?</a>"));
	assert_null(strstr(f.body, "S<1>"));
	assert_null(strstr(f.body, "Switch off")); /* the installer's */
	assert_int_equal(fake_ask(&f, "GET", "/portal/devices/S<1>?", NULL), 200);
	assert_non_null(strstr(f.body, "<th>macAddress</th><td>02:00:00:00:00:01</td>"));
	assert_null(strstr(f.body, "http-equiv=\"refresh\""));
	post(&f, "/portal/devices/S<1>?/operations", "type=collect");
	assert_int_equal(f.status, 303);
	assert_int_equal(f.published, 1);
	fake_ask(&f, "GET", "/portal/devices/S<1>?", NULL);
	assert_non_null(strstr(f.body, "<td class=\"sent\">sent</td>"));
	assert_non_null(strstr(f.body, "http-equiv=\"refresh\"")); /* until it has ended */
	post(&f, "/portal/devices/S<1>?/operations", "type=format");
	assert_int_equal(f.status, 400);
	assert_non_null(strstr(f.body, "role=\"alert\""));
	assert_int_equal(f.published, 1);
	assert_int_equal(fake_ask(&f, "GET", "/portal/devices/S2", NULL), 404);
	assert_non_null(strstr(f.body, "no such device"));
	post(&f, "/portal/remoteOperation", "enabled=false");
	assert_int_equal(f.status, 403);
	fake_login(&f, "installer");
	post(&f, "/portal/remoteOperation", "on=false");
	assert_int_equal(f.status, 400);
	post(&f, "/portal/remoteOperation", "enabled=false");
	assert_int_equal(f.status, 303);
	fake_ask(&f, "GET", "/portal/", NULL);
	assert_non_null(strstr(f.body, "is switched off"));
	assert_non_null(strstr(f.body, "Switch on"));
	fake_free(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_strangers),
		cmocka_unit_test(test_login_form),
		cmocka_unit_test(test_pages),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
