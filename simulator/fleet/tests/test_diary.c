/* Tests of diary.c: order, limit, and texts that peers chose. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/err.h"
#include "base/text.h"
#include "fleet/diary.h"
#include "fleet/fleet.h"

struct bench {
	struct pc_clock clock;
	struct pc_diary *d;
};

static int
setup(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));
	pc_clock_init_virtual(&b->clock, 86400);
	*state = b;
	return pc_diary_new(&b->clock, &b->d);
}

static int
teardown(void **state)
{
	struct bench *b = *state;
	pc_diary_free(b->d);
	pc_diary_free(NULL);
	free(b);
	return 0;
}

static json_t *
entries(struct bench *b, uint64_t since)
{
	json_error_t error;
	struct pc_buf out;
	pc_buf_init(&out, 64 << 20);
	pc_diary_write(b->d, since, &out);
	json_t *j = json_loads(pc_buf_text(&out), JSON_REJECT_DUPLICATES, &error);
	if (!json_is_array(j))
		fail_msg("line %d: %s", error.line, error.text);
	pc_buf_done(&out);
	return j;
}

static int64_t
number(const json_t *list, size_t at, const char *key)
{
	return json_integer_value(json_object_get(json_array_get(list, at), key));
}

static void
test_empty(void **state)
{
	json_t *j = entries(*state, 0);
	assert_int_equal(json_array_size(j), 0);
	json_decref(j);
}

static void
test_since(void **state)
{
	struct bench *b = *state;
	for (int i = 0; i < 5; i++)
		pc_diary_service(b->d, NULL, "{\"service\":\"lpd\"}");
	static const struct {
		uint64_t since;
		size_t n;
		int64_t first;
	} rows[] = {{0, 5, 1}, {2, 3, 3}, {4, 1, 5}, {5, 0, 0}, {UINT64_MAX - 1, 0, 0}};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		json_t *j = entries(b, rows[i].since);
		assert_int_equal(json_array_size(j), rows[i].n);
		if (rows[i].n > 0)
			assert_int_equal(number(j, 0, "n"), rows[i].first);
		json_decref(j);
	}
}

/* The oldest entries fall out, the numbers go on. */
static void
test_limit(void **state)
{
	struct bench *b = *state;
	enum { MORE = 7 };
	for (int i = 0; i < PC_FLEET_JOURNAL_MAX + MORE; i++)
		pc_diary_service(b->d, NULL, "{}");
	json_t *j = entries(b, 0);
	assert_int_equal(json_array_size(j), PC_FLEET_JOURNAL_MAX);
	assert_int_equal(number(j, 0, "n"), MORE + 1);
	assert_int_equal(number(j, PC_FLEET_JOURNAL_MAX - 1, "n"), PC_FLEET_JOURNAL_MAX + MORE);
	json_decref(j);
}

static void
test_job_names(void **state)
{
	static const struct {
		const char *name, *expected;
	} rows[] = {
		{"report \"one\"", "report \"one\""},
		{"M\xc3\xbcller", "M\xc3\xbcller"},
		{"M\xfcller", "M?ller"}, /* Latin-1 from LPD */
		{"cut \xe2\x82", "cut ??"},
		{"line\nend", "line\nend"},
	};
	struct bench *b = *state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct pc_job job = {.id = 4, .state = PC_JOB_PENDING, .origin = PC_ORIGIN_LPD};
		struct pc_device_event e = {.kind = PC_EVENT_JOB, .job = &job};
		pc_text_copy(job.name, sizeof(job.name), rows[i].name);
		pc_text_copy(job.user, sizeof(job.user), rows[i].name);
		pc_diary_event(b->d, NULL, &e);
		json_t *j = entries(b, i);
		const json_t *entry = json_array_get(j, 0);
		assert_string_equal(
			json_string_value(json_object_get(entry, "name")), rows[i].expected);
		assert_string_equal(
			json_string_value(json_object_get(entry, "user")), rows[i].expected);
		assert_string_equal(json_string_value(json_object_get(entry, "kind")), "job");
		assert_string_equal(json_string_value(json_object_get(entry, "origin")), "lpd");
		assert_string_equal(json_string_value(json_object_get(entry, "at")),
			"1970-01-02T00:00:00.000Z");
		json_decref(j);
	}
}

/* Single pages are not written down; what is no JSON does not break the list. */
static void
test_odd_entries(void **state)
{
	struct bench *b = *state;
	struct pc_job job = {.id = 4};
	struct pc_device_event page = {.kind = PC_EVENT_PAGE, .job = &job};
	pc_diary_event(b->d, NULL, &page);
	json_t *j = entries(b, 0);
	assert_int_equal(json_array_size(j), 0);
	json_decref(j);
	pc_diary_service(b->d, NULL, "{\"cut\":");
	pc_diary_service(b->d, NULL, "\xff");
	j = entries(b, 0);
	assert_int_equal(json_array_size(j), 2);
	for (size_t i = 0; i < 2; i++)
		assert_string_equal(
			json_string_value(json_object_get(json_array_get(j, i), "detail")),
			"(not JSON)");
	json_decref(j);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {T(test_empty), T(test_since), T(test_limit),
		T(test_job_names), T(test_odd_entries)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
