/* Tests of device: identities are unique in a fleet and the same every run. */
#include <stdlib.h>

#include "device/internal.h"
#include "device/tests/sample.h"

enum { FLEET = 10000 };

static int
by_text(const void *a, const void *b)
{
	return memcmp(a, b, PC_NAME_MAX);
}

static void
assert_unique(char (*names)[PC_NAME_MAX])
{
	qsort(names, FLEET, PC_NAME_MAX, by_text);
	for (size_t i = 1; i < FLEET; i++)
		assert_int_not_equal(memcmp(names[i - 1], names[i], PC_NAME_MAX), 0);
}

/* The texts lie elsewhere, what they say and all the rest is the same. */
static void
assert_same(const struct pc_device_state *a, const struct pc_device_state *b)
{
	struct pc_device_state c = *b;
	assert_string_equal(a->sys_name, b->sys_name);
	assert_string_equal(a->sys_contact, b->sys_contact);
	assert_string_equal(a->sys_location, b->sys_location);
	assert_string_equal(a->printer_name, b->printer_name);
	c.sys_name = a->sys_name;
	c.sys_contact = a->sys_contact;
	c.sys_location = a->sys_location;
	c.printer_name = a->printer_name;
	assert_memory_equal(a, &c, sizeof(c));
}

static void
test_ten_thousand(void **state)
{
	struct world w;
	struct pc_device **fleet = calloc(FLEET, sizeof(struct pc_device *));
	char(*serials)[PC_NAME_MAX] = calloc(FLEET, PC_NAME_MAX);
	char(*names)[PC_NAME_MAX] = calloc(FLEET, PC_NAME_MAX);
	char(*macs)[PC_NAME_MAX] = calloc(FLEET, PC_NAME_MAX);
	char(*uuids)[PC_NAME_MAX] = calloc(FLEET, PC_NAME_MAX);
	(void)state;
	world_init(&w);
	for (uint32_t i = 0; i < FLEET; i++) {
		struct in_addr a = {htonl(0x7f010000 + i)};
		struct pc_device *again = NULL;
		assert_int_equal(
			pc_device_new(&sample_profile, &w.env, i + 1, a, &fleet[i]), PC_OK);
		const struct pc_device_state *s = pc_device_state(fleet[i]);
		memcpy(serials[i], s->serial, PC_SERIAL_MAX);
		memcpy(names[i], s->host_name, PC_NAME_MAX);
		memcpy(macs[i], s->mac, 6);
		memcpy(uuids[i], s->uuid, 16);
		assert_int_equal(pc_device_new(&sample_profile, &w.env, i + 1, a, &again), PC_OK);
		assert_same(s, pc_device_state(again));
		pc_device_free(again);
		assert_int_equal(s->mac[0] & 3, 2); /* locally administered, unicast */
		assert_true(s->uuid[6] >> 4 == 4 && s->uuid[8] >> 6 == 2);
	}
	assert_unique(serials);
	assert_unique(names);
	assert_unique(macs);
	assert_unique(uuids);
	for (size_t i = 0; i < FLEET; i++)
		pc_device_free(fleet[i]);
	free(fleet);
	free(serials);
	free(names);
	free(macs);
	free(uuids);
}

static void
test_templates(void **state)
{
	static const struct {
		const char *template, *text;
		int err;
	} rows[] = {
		{"", "", PC_OK},
		{"plain", "plain", PC_OK},
		{"A{n}B", "A1B", PC_OK},
		{"{n:6}", "000001", PC_OK},
		{"{m3}", "000001", PC_OK},
		{"SN:{serial};", "SN:SMP000001;", PC_OK},
		{"{serialhex}", "534D50303030303031", PC_OK},
		{"{model}", "SM-100 Series", PC_OK},
		{"{ip}", "127.1.2.3", PC_OK},
		{"{what}", NULL, PC_E_BADVALUE},
		{"{n", NULL, PC_E_BADVALUE},
		{"{}", NULL, PC_E_BADVALUE},
		{"{n:0}", NULL, PC_E_BADVALUE},
		{"{n:17}", NULL, PC_E_BADVALUE},
		{"{m3:2}", NULL, PC_E_BADVALUE},
		{"{abcdefghijklmnopqrstuvwxyz}", NULL, PC_E_BADVALUE},
		{"{serial}{serial}{serial}{serial}", NULL, PC_E_NOSPACE},
	};
	struct world w;
	struct pc_device *dev = world_device(&w, &sample_profile);
	char out[32], twice[32];
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int err = pc_device_expand(dev, rows[i].template, out, sizeof(out));
		if (err != rows[i].err || (err == PC_OK && strcmp(out, rows[i].text) != 0))
			fail_msg("'%s' gave %d '%s'", rows[i].template, err, out);
	}
	assert_int_equal(pc_device_expand(dev, "abc", out, 3), PC_E_NOSPACE);
	assert_int_equal(pc_device_expand(dev, "abc", out, 4), PC_OK);
	assert_int_equal(pc_device_expand(dev, "{x:4}", out, sizeof(out)), PC_OK);
	assert_int_equal(strlen(out), 4);
	assert_int_equal(pc_device_expand(dev, "{x:4}", twice, sizeof(twice)), PC_OK);
	assert_string_equal(out, twice);
	pc_device_free(dev);
}

static void
test_bad_profiles(void **state)
{
	struct world w;
	struct pc_profile p = sample_profile;
	struct pc_device *dev = NULL;
	struct in_addr a = {0};
	(void)state;
	world_init(&w);
	assert_int_equal(pc_device_new(&p, &w.env, 0, a, &dev), PC_E_BADVALUE);
	p.identity.serial = "{nothing}";
	assert_int_equal(pc_device_new(&p, &w.env, 1, a, &dev), PC_E_BADVALUE);
	p.identity.serial = "0123456789012345678901234567890123456789";
	assert_int_equal(pc_device_new(&p, &w.env, 1, a, &dev), PC_E_NOSPACE);
	assert_null(dev);
	/* The least a profile can be: nothing printed can leave the tables. */
	p = (struct pc_profile){.id = "bare"};
	dev = world_device(&w, &p);
	world_job(dev, 2, true, true);
	world_pass(&w, dev, 10000);
	assert_int_equal(pc_device_state(dev)->counters.by_size[0][0][0], 2);
	pc_device_free(dev);
}

static void
test_size_at_rest(void **state)
{
	(void)state;
	assert_true(sizeof(struct pc_device) <= 3 * 1024);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ten_thousand),
		cmocka_unit_test(test_templates),
		cmocka_unit_test(test_bad_profiles),
		cmocka_unit_test(test_size_at_rest),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
