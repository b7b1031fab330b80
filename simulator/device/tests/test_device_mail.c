/* Tests of device/mail: what may be set, what is kept, what a factory reset does. */
#include <stdio.h>

#include "base/text.h"
#include "device/mail.h"
#include "device/tests/sample.h"

static void
test_off_at_first(void **state)
{
	struct world w;
	struct pc_mail_settings s;
	char to[PC_MAIL_ADDRESS_MAX];
	struct pc_device *dev = world_device(&w, &sample_profile);
	(void)state;
	pc_device_mail(dev, &s);
	assert_string_equal(s.server, "");
	assert_false(pc_mail_recipient(&s, 0, to));
	pc_device_free(dev);
}

static void
test_profile(void **state)
{
	struct world w;
	struct pc_mail_settings s;
	struct pc_profile p = sample_profile;
	p.mail = (struct pc_profile_mail){.server = "mail.example",
		.port = 587,
		.security = PC_MAIL_STARTTLS,
		.user = "fleet",
		.recipients = "a@example",
		.events = "jam supplyEmpty"};
	struct pc_device *dev = world_device(&w, &p);
	(void)state;
	pc_device_mail(dev, &s);
	assert_string_equal(s.server, "mail.example");
	assert_int_equal(s.port, 587);
	assert_int_equal(s.events, 1u << PC_COND_JAM | 1u << PC_COND_SUPPLY_EMPTY);
	pc_text_copy(s.server, sizeof(s.server), "other.example");
	assert_int_equal(pc_device_mail_set(dev, &s, NULL), PC_OK);
	assert_int_equal(w.events[PC_EVENT_SETTING], 1);
	assert_int_equal(pc_device_restart(dev, PC_RESET_COLD), PC_OK);
	world_pass(&w, dev, 40000);
	pc_device_mail(dev, &s);
	assert_string_equal(s.server, "other.example"); /* survives a restart */
	assert_int_equal(pc_device_restart(dev, PC_RESET_FACTORY), PC_OK);
	world_pass(&w, dev, 40000);
	pc_device_mail(dev, &s);
	assert_string_equal(s.server, "mail.example"); /* not a factory reset */
	pc_device_free(dev);
}

static void
test_values(void **state)
{
	static const struct {
		const char *name, *server, *from, *recipients;
		int err;
	} rows[] = {
		{"all there", "127.0.0.1", "me@example", "a@example, b@example;c@example", PC_OK},
		{"off", "", "", "", PC_OK},
		{"line in the server", "a\r\nb", "", "", PC_E_BADVALUE},
		{"path in the server", "a/b", "", "", PC_E_BADVALUE},
		{"option as server", "-a", "", "", PC_E_BADVALUE},
		{"no domain", "a", "", "a", PC_E_BADVALUE},
		{"empty domain", "a", "", "a@", PC_E_BADVALUE},
		{"empty name", "a", "", "@example", PC_E_BADVALUE},
		{"two at signs", "a", "", "a@b@c", PC_E_BADVALUE},
		{"line in a recipient", "a", "", "a@b\r\nDATA", PC_E_BADVALUE},
		{"angle bracket", "a", "", "a>@b", PC_E_BADVALUE},
		{"from", "a", "nobody", "", PC_E_BADVALUE},
		{"nine recipients", "a", "", "a@b b@b c@b d@b e@b f@b g@b h@b i@b", PC_E_BADVALUE},
	};
	struct world w;
	struct pc_device *dev = world_device(&w, &sample_profile);
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct pc_mail_settings s = {.events = 1};
		struct pc_diag diag = {{0}};
		pc_text_copy(s.server, sizeof(s.server), rows[i].server);
		pc_text_copy(s.from, sizeof(s.from), rows[i].from);
		pc_text_copy(s.recipients, sizeof(s.recipients), rows[i].recipients);
		int err = pc_device_mail_set(dev, &s, &diag);
		if (err != rows[i].err || (err != PC_OK && diag.text[0] == '\0'))
			fail_msg("%s: %d %s", rows[i].name, err, diag.text);
	}
	struct pc_mail_settings s = {.security = PC_MAIL_TLS + 1};
	assert_int_equal(pc_device_mail_set(dev, &s, NULL), PC_E_BADVALUE);
	pc_device_free(dev);
}

static void
test_lists(void **state)
{
	struct pc_mail_settings s = {.recipients = "a@example,  b@example ;c@example"};
	struct pc_diag diag = {{0}};
	char text[256];
	char to[PC_MAIL_ADDRESS_MAX];
	uint32_t events = 0;
	(void)state;
	assert_true(pc_mail_recipient(&s, 2, to));
	assert_string_equal(to, "c@example");
	assert_false(pc_mail_recipient(&s, 3, to));
	assert_int_equal(pc_mail_events_parse("jam, coverOpen", &events, NULL), PC_OK);
	pc_mail_events_text(events, text, sizeof(text));
	assert_string_equal(text, "jam coverOpen");
	assert_int_equal(pc_mail_events_parse("", &events, NULL), PC_OK);
	assert_int_equal(events, 0);
	assert_int_equal(pc_mail_events_parse("jam fire", &events, &diag), PC_E_BADVALUE);
	assert_non_null(strstr(diag.text, "'fire'"));
	assert_int_equal(pc_mail_events_parse("all", &events, NULL), PC_OK);
	pc_mail_events_text(events, text, sizeof(text));
	assert_int_equal(pc_mail_events_parse(text, &events, NULL), PC_OK);
	pc_mail_events_text(events, text, 8); /* cut at a word */
	assert_string_equal(text, "jam");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_off_at_first),
		cmocka_unit_test(test_profile), cmocka_unit_test(test_values),
		cmocka_unit_test(test_lists)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
