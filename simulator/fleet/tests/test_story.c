/* Tests of story-read, story-draw, story-show: every key, every mistake with its place, draws that
 * keep to their distribution, shipped stories. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "fleet/story-internal.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

static int
parse(const char *text, struct pc_story **ret, struct pc_diag *diag)
{
	return pc_story_parse(text, strlen(text), "s.yaml", ret, diag);
}

static struct pc_story *
story(const char *text)
{
	struct pc_story *s = NULL;
	struct pc_diag diag = {{0}};
	if (parse(text, &s, &diag) != PC_OK)
		fail_msg("%s", diag.text);
	return s;
}

static void
test_everything(void **state)
{
	static const char text[] =
		"story: all\nsummary: one line\nseed: 7\nlength: 1d2h\n"
		"groups:\n"
		"  - name: a\n    profiles: [x, y]\n    numbers: [1, 5-9]\n"
		"    vendor: EPSON\n    share: 30%\n"
		"steps:\n"
		"  - do: print\n    at: 90m\n    every: {uniform: [1h, 2h]}\n"
		"    until: 2d\n    times: 3\n    days: [mon, sun]\n    chance: 0.5\n"
		"    who: a\n    pick: 2\n    pages: {lognormal: [5, 1], max: 9}\n"
		"    copies: {choice: {1: 3, 2: 1}}\n    color: true\n    duplex: 25%\n"
		"    size: {choice: {A: 1, B: 1}}\n    media: m\n    user: u\n"
		"    name: n\n    from: lpd\n    via: socket\n"
		"  - do: sequence\n    apart: true\n    times: 4\n    steps:\n"
		"      - do: wait\n        state: idle\n        timeout: 5m\n"
		"        after: 250ms\n"
		"      - do: raise\n        what: supplyLow\n        part: any\n"
		"        for: 1m30s\n";
	struct pc_story *s = story(text);
	(void)state;
	assert_string_equal(pc_story_name(s), "all");
	assert_string_equal(pc_story_summary(s), "one line");
	assert_int_equal(s->seed, 7);
	assert_true(s->length.a == 26 * 3600000.0);
	assert_int_equal(s->n_groups, 1);
	assert_int_equal(s->groups[0].n_profiles, 2);
	assert_int_equal(s->groups[0].numbers[1].to, 9);
	assert_true(s->groups[0].share.a > 0.29 && s->groups[0].share.a < 0.31);
	const struct pc_story_step *p = &s->steps[0];
	assert_int_equal(p->action, PC_STORY_PRINT);
	assert_true(p->at.a == 5400000 && p->every.kind == PC_DRAW_UNIFORM && p->times == 3);
	assert_int_equal(p->days, 1 << 1 | 1 << 0);
	assert_ptr_equal(p->group, &s->groups[0]);
	assert_true(p->pages.kind == PC_DRAW_LOGNORMAL && p->pages.max == 9 && p->pages.min == 1);
	assert_int_equal(p->origin, 0);
	assert_int_equal(p->via, 1);
	const struct pc_story_step *q = &s->steps[1];
	assert_true(q->apart && q->n_steps == 2 && q->times == 4);
	assert_true(q->steps[0].after.a == 250 && q->steps[0].state == PC_STORY_IDLE);
	assert_true(q->steps[1].part == PC_STORY_PART_ANY && q->steps[1].duration.a == 90000);
	assert_int_equal(q->steps[1].number, 4);
	assert_int_equal(q->steps[1].line, 39);
	pc_story_free(s);
}

/* One mistake each; the message begins with the place and says what would be right. */
static const struct {
	const char *name, *text, *message;
} wrong[] = {
	{"not a map", "- 1\n", "s.yaml:1:1: found a list, expected a map with 'story'"},
	{"no name", "steps: [{do: wake}]\n", "s.yaml:1:1: found no key 'story'"},
	{"no steps", "story: a\n", "s.yaml:1:1: found no key 'steps'"},
	{"unknown key", "story: a\nstpes: []\n",
		"s.yaml:2:1: found key 'stpes', expected one of: story, "},
	{"empty steps", "story: a\nsteps: []\n",
		"s.yaml:2:8: found a list, expected a list of steps"},
	{"no do", "story: a\nsteps:\n  - at: 1h\n", "s.yaml:3:5: found no key 'do'"},
	{"unknown do", "story: a\nsteps:\n  - do: prnt\n",
		"s.yaml:3:9: found 'prnt', expected one of: print, "},
	{"unknown step key", "story: a\nsteps:\n  - do: wake\n    foo: 1\n",
		"s.yaml:4:5: found key 'foo', expected one of: do, at, "},
	{"key of another action", "story: a\nsteps:\n  - do: wake\n    pages: 1\n",
		"s.yaml:4:5: found key 'pages', expected for 'wake' only: who, pick, "},
	{"missing key", "story: a\nsteps:\n  - do: load\n",
		"s.yaml:3:5: found no key 'rate', expected it for 'load'"},
	{"bad time", "story: a\nsteps:\n  - do: wake\n    at: 5 min\n",
		"s.yaml:4:9: found '5 min', expected a time such as 1d2h30m"},
	{"units upside down", "story: a\nsteps:\n  - do: wake\n    at: 5m1h\n",
		"s.yaml:4:9: found '5m1h', expected a time"},
	{"time without unit", "story: a\nsteps:\n  - do: wake\n    at: 5\n",
		"s.yaml:4:9: found '5', expected a time"},
	{"time too long", "story: a\nsteps:\n  - do: wake\n    at: 4000d\n",
		"s.yaml:4:9: found '4000d', expected a time from 0s to 3660d"},
	{"every 0", "story: a\nsteps:\n  - do: wake\n    every: 0s\n",
		"s.yaml:4:12: found '0s', expected a time from 1ms"},
	{"after at the top", "story: a\nsteps:\n  - do: wake\n    after: 1s\n",
		"s.yaml:4:5: found key 'after', expected for 'wake' only"},
	{"at in a sequence",
		"story: a\nsteps:\n  - do: sequence\n    steps:\n      - do: wake\n        at: 1s\n",
		"s.yaml:6:9: found key 'at', expected for 'wake' in a sequence only"},
	{"wait at the top", "story: a\nsteps:\n  - do: wait\n    state: idle\n",
		"s.yaml:3:9: found 'wait', expected 'wait' only in a sequence"},
	{"times without every", "story: a\nsteps:\n  - do: wake\n    times: 3\n",
		"s.yaml:4:5: found 'times', expected 'every' beside 'times'"},
	{"unknown group", "story: a\ngroups: [{name: x}]\nsteps:\n  - do: wake\n    who: y\n",
		"s.yaml:5:10: found 'y', expected a group: all, x"},
	{"group twice", "story: a\ngroups:\n  - name: x\n  - name: x\nsteps: [{do: wake}]\n",
		"s.yaml:4:11: found 'x', expected another name"},
	{"group called all", "story: a\ngroups: [{name: all}]\nsteps: [{do: wake}]\n",
		"s.yaml:2:10: found a map, expected a group with a 'name'"},
	{"bad range", "story: a\ngroups: [{name: x, numbers: [9-5]}]\nsteps: [{do: wake}]\n",
		"s.yaml:2:30: found '9-5', expected a number from 1 or a range"},
	{"bad day", "story: a\nsteps:\n  - do: wake\n    days: [monday]\n",
		"s.yaml:4:12: found 'monday', expected one of: sun, mon"},
	{"share over 1", "story: a\nsteps:\n  - do: wake\n    chance: 130%\n",
		"s.yaml:4:13: found '130%', expected a share from 0% to 100%"},
	{"pages 0", "story: a\nsteps:\n  - do: print\n    pages: 0\n",
		"s.yaml:4:12: found '0', expected a number from 1 to 100000"},
	{"pages no number", "story: a\nsteps:\n  - do: print\n    pages: some\n",
		"s.yaml:4:12: found 'some', expected a number"},
	{"unknown distribution", "story: a\nsteps:\n  - do: print\n    pages: {normal: [1, 2]}\n",
		"s.yaml:4:13: found 'normal', expected uniform, exponential"},
	{"two distributions",
		"story: a\nsteps:\n  - do: print\n    pages: {exponential: 3, uniform: [1, 2]}\n",
		"s.yaml:4:29: found 'uniform', expected one distribution"},
	{"uniform of one", "story: a\nsteps:\n  - do: print\n    pages: {uniform: [1]}\n",
		"s.yaml:4:22: found a list, expected a list of the smallest"},
	{"uniform upside down", "story: a\nsteps:\n  - do: print\n    pages: {uniform: [5, 1]}\n",
		"s.yaml:4:26: found '1', expected no less than the first"},
	{"only min", "story: a\nsteps:\n  - do: print\n    pages: {min: 1}\n",
		"s.yaml:4:12: found a map, expected uniform"},
	{"min over max",
		"story: a\nsteps:\n  - do: print\n    pages: {exponential: 3, min: 5, max: 2}\n",
		"s.yaml:4:12: found a map, expected min no more than max"},
	{"no weights", "story: a\nsteps:\n  - do: print\n    pages: {choice: {1: 0}}\n",
		"s.yaml:4:21: found a map, expected a weight above 0"},
	{"empty choice", "story: a\nsteps:\n  - do: print\n    user: {choice: {}}\n",
		"s.yaml:4:20: found a map, expected a map of 1 to 64 values"},
	{"words of another form", "story: a\nsteps:\n  - do: print\n    user: {uniform: [1, 2]}\n",
		"s.yaml:4:11: found a map, expected a text, or {choice"},
	{"bad part", "story: a\nsteps:\n  - do: replace\n    part: 32\n",
		"s.yaml:4:11: found '32', expected a number from 0 to 31, any, all or needed"},
	{"needed cannot be raised",
		"story: a\nsteps:\n  - do: raise\n    what: jam\n    part: needed\n",
		"s.yaml:5:11: found 'needed', expected a number, any or all"},
	{"23 hours", "story: a\nsteps:\n  - do: load\n    rate: 1\n    hours: [1, 2]\n",
		"s.yaml:5:12: found a list, expected a list of 24 factors"},
	{"bad week", "story: a\nsteps:\n  - do: load\n    rate: 1\n    week: {fry: 1}\n",
		"s.yaml:5:12: found 'fry', expected one of: sun"},
	{"too deep",
		"story: a\nsteps: [{do: sequence, steps: [{do: sequence, steps: [{do: sequence, steps: "
		"[{do: sequence, steps: [{do: sequence, steps: [{do: sequence, steps: [{do: "
		"wake}]}]}]}]}]}]}]\n",
		"s.yaml:2:146: found a list, expected sequences less deep"},
	{"no YAML", "story: [\n", "s.yaml:"},
};

static void
test_mistakes(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(wrong); i++) {
		struct pc_story *s = NULL;
		struct pc_diag diag = {{0}};
		if (parse(wrong[i].text, &s, &diag) != PC_E_SYNTAX || s != NULL)
			fail_msg("%s: taken, or '%s'", wrong[i].name, diag.text);
		if (strncmp(diag.text, wrong[i].message, strlen(wrong[i].message)) != 0)
			fail_msg("%s: '%s'", wrong[i].name, diag.text);
	}
}

/* A story cut anywhere is refused with a place or is a shorter one; nothing leaks. */
static void
test_cut(void **state)
{
	static const char text[] =
		"story: cut\ngroups:\n  - name: g\n    share: 10%\nsteps:\n"
		"  - do: print\n    who: g\n    pages: {choice: {1: 2, 3: 4}}\n"
		"  - do: sequence\n    steps:\n      - do: note\n        text: t\n";
	(void)state;
	for (size_t n = 0; n < sizeof(text) - 1; n++) {
		struct pc_story *s = NULL;
		struct pc_diag diag = {{0}};
		int err = pc_story_parse(text, n, "s.yaml", &s, &diag);
		if (err != PC_OK && strncmp(diag.text, "s.yaml:", 7) != 0)
			fail_msg("%zu: %d '%s'", n, err, diag.text);
		pc_story_free(s);
	}
}

static void
test_too_many_steps(void **state)
{
	struct pc_story *s = NULL;
	struct pc_diag diag = {{0}};
	struct pc_buf text;
	(void)state;
	pc_buf_init(&text, 1 << 20);
	pc_buf_add_text(&text, "story: many\nsteps:\n");
	for (int i = 0; i <= PC_STORY_STEPS_MAX; i++)
		pc_buf_add_text(&text, "  - do: wake\n");
	assert_int_equal(parse(pc_buf_text(&text), &s, &diag), PC_E_SYNTAX);
	assert_non_null(strstr(diag.text, "found step 2001, expected at most 2000"));
	pc_buf_done(&text);
}

static void
test_times(void **state)
{
	static const struct {
		const char *text;
		double ms;
	} rows[] = {{"0s", 0}, {"250ms", 250}, {"90s", 90000}, {"1.5h", 5400000},
		{"1h30m", 5400000}, {"2d3h4m5s6ms", 183845006}};
	static const char *const bad[] = {
		"", "5", "m", "1h 2m", "-1s", "1x", "1s1s", "1e3s", "0x1s"};
	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		char shown[PC_STORY_TIME_TEXT];
		double ms = -1;
		if (!pc_story_time(rows[i].text, &ms) || ms != rows[i].ms)
			fail_msg("%s: %f", rows[i].text, ms);
		assert_true(pc_story_time(pc_story_time_text(ms, shown), &ms) && ms == rows[i].ms);
	}
	for (size_t i = 0; i < N(bad); i++) {
		double ms = 0;
		if (pc_story_time(bad[i], &ms))
			fail_msg("'%s' taken", bad[i]);
	}
}

/* Mean of 20,000 draws of a 'pages' value. */
static double
mean(const char *value, double *ret_min, double *ret_max)
{
	char text[256];
	struct pc_rand r;
	double sum = 0;
	snprintf(text, sizeof(text), "story: d\nsteps:\n  - do: print\n    pages: %s\n", value);
	struct pc_story *s = story(text);
	pc_rand_init(&r, 1, 1);
	*ret_min = INFINITY;
	*ret_max = 0;
	for (int i = 0; i < 20000; i++) {
		double v = pc_draw_count(&s->steps[0].pages, &r, 0);
		sum += v;
		*ret_min = v < *ret_min ? v : *ret_min;
		*ret_max = v > *ret_max ? v : *ret_max;
	}
	pc_story_free(s);
	return sum / 20000;
}

static void
test_distributions(void **state)
{
	static const struct {
		const char *value;
		double mean, min, max;
	} rows[] = {{"7", 7, 7, 7}, {"{uniform: [1, 3]}", 2, 1, 3},
		{"{choice: {10: 1, 40: 2}}", 30, 10, 40}, {"{exponential: 50}", 50, 1, 1e5},
		{"{lognormal: [20, 0.5]}", 20 * 1.133, 1, 1e5}, /* median times e^(sigma²/2) */
		{"{exponential: 50, min: 20, max: 21}", 20.65, 20, 21}};
	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		double min = 0, max = 0, m = mean(rows[i].value, &min, &max);
		if (fabs(m - rows[i].mean) > 0.03 * rows[i].mean || min < rows[i].min ||
			max > rows[i].max)
			fail_msg("%s: mean %f, %f to %f", rows[i].value, m, min, max);
	}
}

static void
test_show_and_schema(void **state)
{
	struct pc_story *s = NULL;
	struct pc_diag diag = {{0}};
	struct pc_buf text;
	json_error_t error;
	(void)state;
	pc_buf_init(&text, 1 << 20);
	if (pc_story_load(PC_SOURCE_DIR "/profiles/stories/office-month.yaml", &s, &diag) != PC_OK)
		fail_msg("%s", diag.text);
	pc_story_show(s, &text);
	assert_non_null(strstr(pc_buf_text(&text), "group busy: share 30%\n"));
	assert_non_null(strstr(pc_buf_text(&text), "user anna (33%) or ben (25%)"));
	pc_story_free(s);
	pc_buf_clear(&text);
	pc_story_keys(&text);
	for (size_t i = 0; i < PC_STORY_DOES; i++) {
		if (strstr(pc_buf_text(&text), pc_story_action(i)->name) == NULL)
			fail_msg("'%s' is not explained", pc_story_action(i)->name);
	}
	pc_buf_clear(&text);
	assert_int_equal(pc_story_schema(&text), PC_OK);
	json_t *schema = json_loads(pc_buf_text(&text), JSON_REJECT_DUPLICATES, &error);
	if (schema == NULL)
		fail_msg("schema: %d: %s", error.line, error.text);
	json_t *defs = json_object_get(schema, "$defs");
	assert_int_equal(json_array_size(json_object_get(json_object_get(defs, "step"), "oneOf")),
		PC_STORY_DOES - 1);
	assert_int_equal(
		json_array_size(json_object_get(json_object_get(defs, "inSequence"), "oneOf")),
		PC_STORY_DOES);
	json_decref(schema);
	pc_buf_done(&text);
}

/* The tables agree with each other: every key an action takes is a key, every action has its word.
 */
static void
test_tables(void **state)
{
	size_t n = 0;
	const struct pc_story_field *fields = pc_story_step_fields(&n);
	(void)state;
	for (size_t a = 0; a < PC_STORY_DOES; a++) {
		const struct pc_story_action *action = pc_story_action(a);
		size_t keys = 0, words = 0;
		assert_string_equal(fields[0].words[a], action->name);
		for (size_t i = 0; i < n; i++)
			keys += pc_story_listed(action->takes, fields[i].name) ? 1 : 0;
		for (const char *p = action->takes; *p != '\0'; p++)
			words += *p != ' ' && (p == action->takes || p[-1] == ' ') ? 1 : 0;
		if (keys != words)
			fail_msg("'%s' takes a key that there is not: %s", action->name,
				action->takes);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_everything),
		cmocka_unit_test(test_mistakes),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_too_many_steps),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_distributions),
		cmocka_unit_test(test_show_and_schema),
		cmocka_unit_test(test_tables),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
