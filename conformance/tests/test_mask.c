/* Tests of conformance/mask and the judge: syntax, specificity, every verb both ways. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/file.h"
#include "conformance/mask-rule.h"

/* "path|type|value" separated by line feeds. */
static void
fill(struct pc_event_list *l, const char *text)
{
	char line[256];
	pc_event_list_init(l);
	while (*text != '\0') {
		size_t n = strcspn(text, "\n");
		assert_true(n < sizeof(line));
		memcpy(line, text, n);
		line[n] = '\0';
		char *type = strchr(line, '|');
		*type++ = '\0';
		char *value = strchr(type, '|');
		*value++ = '\0';
		pc_event_add(l, PC_EVENT_ANSWER, line, type, value);
		text += n + (text[n] == '\n' ? 1 : 0);
	}
}

static struct pc_mask *
parse(const char *text)
{
	struct pc_mask *m = NULL;
	struct pc_diag diag = {0};
	if (pc_mask_parse(text, strlen(text), "test.mask", NULL, &m, &diag) != PC_OK)
		fail_msg("%s", diag.text);
	return m;
}

static struct pc_mask_totals
judge(const char *rules, const char *recorded, const char *live, char *why, size_t size)
{
	char text[1024];
	struct pc_event_list a;
	struct pc_event_list b;
	struct pc_judge *j;
	struct pc_judge_at at = {.exchange = 1, .frame = 2, .scope = "d", .side = PC_EVENT_ANSWER};
	snprintf(text, sizeof(text), "mask 1\n%s\n", rules);
	struct pc_mask *m = parse(text);
	assert_int_equal(pc_judge_new(m, &j), PC_OK);
	pc_judge_set_now(j, UINT64_C(1700000000000000000)); /* 2023-11-14T22:13:20Z */
	assert_int_equal(pc_judge_set(j, "NAME", "anna"), PC_OK);
	fill(&a, recorded);
	fill(&b, live);
	assert_int_equal(pc_judge_compare(j, &at, &a, &b, NULL), PC_OK);
	snprintf(why, size, "%s", pc_judge_n_mismatches(j) > 0 ? pc_judge_mismatch(j, 0)->why : "");
	struct pc_mask_totals t = pc_judge_totals(j);
	pc_event_list_done(&a);
	pc_event_list_done(&b);
	pc_judge_free(j);
	pc_mask_free(m);
	return t;
}

static void
test_verbs(void **state)
{
	static const struct {
		const char *rules, *recorded, *live;
		size_t failed;
		const char *why;
	} rows[] = {
		{"", "a|t|1", "a|t|1", 0, ""},
		{"", "a|t|1", "a|t|2", 1, "the value differs"},
		{"", "a|t|1", "a|u|1", 1, "the type differs"},
		{"", "a|t|1", "", 1, "missing"},
		{"", "", "a|t|1", 1, "not in the recording"},
		{"a equal 7", "a|t|1", "a|t|7", 0, ""},
		{"a equal x$NAME.", "a|t|1", "a|t|xanna.", 0, ""},
		{"a equal $OTHER", "a|t|1", "a|t|1", 1, "the value differs"},
		{"a ignore ; test", "a|t|1", "a|u|9", 0, ""},
		{"a ignore ; test", "a|t|1", "", 1, "missing"},
		{"a optional", "a|t|1", "", 0, ""},
		{"a optional", "", "a|t|1", 0, ""},
		{"a optional", "a|t|1", "a|t|2", 1, "the value differs"},
		{"a absent", "a|t|1", "", 0, ""},
		{"a absent", "a|t|1", "a|t|1", 1, "it must not be there"},
		{"a absent", "", "a|t|1", 1, "it must not be there"},
		{"a type u", "a|t|1", "a|u|2", 0, ""},
		{"a type u", "a|t|1", "a|t|1", 1, "another type"},
		{"* bind V", "a|t|1\nb|t|1", "a|t|5\nb|t|5", 0, ""},
		{"* bind V", "a|t|1\nb|t|1", "a|t|5\nb|t|6", 1, "the variable has another value"},
		{"a monotonic", "a|t|9\na|t|9", "a|t|5\na|t|5", 0, ""},
		{"a monotonic", "a|t|9\na|t|9", "a|t|5\na|t|4", 1,
			"lower than earlier in this run"},
		{"a monotonic wrap", "a|t|9\na|t|9", "a|t|5\na|t|4", 0, ""},
		{"a monotonic", "a|t|9", "a|t|x", 1, "it is no number"},
		{"a tol 2", "a|t|10", "a|t|12", 0, ""},
		{"a tol 2", "a|t|10", "a|t|13", 1, "outside the tolerance"},
		{"a tol 10%", "a|t|-100", "a|t|-110", 0, ""},
		{"a range -3..100", "a|t|5", "a|t|-3", 0, ""},
		{"a range -3..100", "a|t|5", "a|t|101", 1, "outside the range"},
		{"a now 60", "a|t|x", "a|t|2023-11-14T22:14:00.5Z", 0, ""},
		{"a now 60", "a|t|x", "a|t|2023-11-15T00:13:20+02:00", 0, ""},
		{"a now 60", "a|t|x", "a|t|Tue, 14 Nov 2023 22:13:00 GMT", 0, ""},
		{"a now 60", "a|t|x", "a|t|1700000000", 0, ""},
		{"a now 60", "a|t|x", "a|t|1700000000000", 0, ""},
		{"a now 60", "a|t|x", "a|t|0x07e70b0e160d1400", 0, ""},
		{"a now 60", "a|t|x", "a|t|0x07e70b0f000d14002b0200", 0, ""},
		{"a now 60", "a|t|x", "a|t|2023-11-14T22:15:00Z", 1, "not near now"},
		{"a now 60", "a|t|x", "a|t|yesterday", 1, "it is no time"},
		{"a regex [0-9]+", "a|t|x", "a|t|12", 0, ""},
		{"a regex [0-9]+", "a|t|x", "a|t|12a", 1, "the expression does not match"},
		{"a oneof x yy z", "a|t|x", "a|t|yy", 0, ""},
		{"a oneof x yy z", "a|t|x", "a|t|y", 1, "none of the values allowed"},
		{"a len 2..3", "a|t|x", "a|t|abc", 0, ""},
		{"a len 2..3", "a|t|x", "a|t|a", 1, "the length is outside the range"},
		{"a sha256", "a|t|len=1 sha256=00", "a|t|len=1 sha256=00", 0, ""},
		{"a[*] unordered", "a[0]|t|1\na[1]|t|2", "a[0]|t|2\na[1]|t|1", 0, ""},
		{"a[*] unordered", "a[0]|t|1\na[1]|t|2", "a[0]|t|2\na[1]|t|2", 2, "missing"},
		{"d[2:3] ignore ; test", "d|bytes|0x010203ff", "d|bytes|0x010299ff", 0, ""},
		{"d[2:3] ignore ; test", "d|bytes|0x010203ff", "d|bytes|0x010299fe", 1,
			"the value differs"},
		{"d[2:9] ignore ; test", "d|bytes|0x0102", "d|bytes|0x0102", 0, ""},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char why[256];
		struct pc_mask_totals t =
			judge(rows[i].rules, rows[i].recorded, rows[i].live, why, sizeof(why));
		if (t.failed != rows[i].failed || strcmp(why, rows[i].why) != 0)
			fail_msg("'%s' on '%s' -> '%s': %zu failed, '%s'", rows[i].rules,
				rows[i].recorded, rows[i].live, t.failed, why);
	}
}

static void
test_syntax_errors(void **state)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{"a equal 1", "test.mask:1: the first line must be 'mask 1', found 'a'"},
		{"mask 2", "test.mask:1: mask version '2', expected 1"},
		{"mask 1\na", "test.mask:2: a verb is missing"},
		{"mask 1\na frob", "test.mask:2: unknown verb 'frob'"},
		{"mask 1\na ignore",
			"test.mask:2: 'a' is ignored without a reason; add ' ; reason'"},
		{"mask 1\na equal", "test.mask:2: the argument is missing"},
		{"mask 1\n\n# x\na range 1-2", "test.mask:4: expected A..B, found '1-2'"},
		{"mask 1\na range 5..2", "test.mask:2: expected A..B, found '5..2'"},
		{"mask 1\na tol 5x", "test.mask:2: expected a number, found '5x'"},
		{"mask 1\na optional x", "test.mask:2: the verb takes no argument, found 'x'"},
		{"mask 1\na bind A B", "test.mask:2: expected the name of a variable, found 'A B'"},
		{"mask 1\na monotonic up", "test.mask:2: expected 'wrap' or nothing, found 'up'"},
		{"mask 1\na regex (", "test.mask:2: '(' is no POSIX extended regular expression"},
		{"mask 1\na[3:3] optional",
			"test.mask:2: 'a[3:3]': expected [FROM:TO] with FROM below TO"},
		{"mask 1\na optional\na absent",
			"test.mask:3: 'a' has a rule already at test.mask:2; keep one of them"},
		{"mask 1\ninclude /nonexistent/x.mask", "/nonexistent/x.mask: "},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct pc_mask *m = NULL;
		struct pc_diag diag = {0};
		int err = pc_mask_parse(
			rows[i].text, strlen(rows[i].text), "test.mask", NULL, &m, &diag);
		if (err == PC_OK || strncmp(diag.text, rows[i].want, strlen(rows[i].want)) != 0)
			fail_msg("'%s': %d '%s'", rows[i].text, err, diag.text);
	}
}

static void
test_glob(void **state)
{
	static const struct {
		const char *selector, *path;
		bool match;
	} rows[] = {
		{"a.b", "a.b", true},
		{"a.*", "a.b", true},
		{"a.*", "a.b.c", false},
		{"a.**", "a.b.c", true},
		{"a[*].x", "a[12].x", true},
		{"a[*].x", "a[12].y", false},
		{"**.x", "a.b.x", true},
		{"a.**.z", "a.b.c.z", true},
		{"snmp.1.3.*", "snmp.1.3.6", true},
		{"snmp.1.3", "snmp.1.3.6", false},
		{"*", "", true},
		{"*a*b", "xaxaab", true},
		{"*a*b", "xaxa.b", false},
		{"**.*.z", "a.b.c.z", true},
		{"**[*].x", "a[1].y[2].x", true},
		{"*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
			false},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (pc_mask_glob(rows[i].selector, rows[i].path) != rows[i].match)
			fail_msg("'%s' on '%s'", rows[i].selector, rows[i].path);
	}
}

static void
test_most_specific_wins(void **state)
{
	struct pc_mask *m = parse("mask 1\na.** equal 1\na.b.* equal 2\na.b.c equal 3\n"
				  "x.*.d equal 4\nx.c.* equal 5\nnever.seen optional\n");
	struct pc_mask_rule *r = NULL;
	struct pc_diag diag = {0};
	char text[256];
	(void)state;
	assert_int_equal(pc_mask_find(m, "a.b.c", &r, NULL), PC_OK);
	assert_string_equal(r->arg, "3");
	assert_int_equal(pc_mask_find(m, "a.b.x", &r, NULL), PC_OK);
	assert_string_equal(r->arg, "2");
	assert_int_equal(pc_mask_find(m, "a.q", &r, NULL), PC_OK);
	assert_string_equal(r->arg, "1");
	assert_int_equal(pc_mask_find(m, "z", &r, NULL), PC_OK);
	assert_null(r);
	assert_int_equal(pc_mask_find(m, "x.c.d", &r, &diag), PC_E_SYNTAX);
	assert_non_null(strstr(diag.text, "test.mask:5 and test.mask:6"));
	assert_int_equal(pc_mask_find(m, "x.c.e", &r, NULL), PC_OK);
	assert_true(pc_mask_unused(m, 0, text, sizeof(text)));
	assert_string_equal(text, "test.mask:5: x.*.d equal");
	assert_true(pc_mask_unused(m, 1, text, sizeof(text)));
	assert_string_equal(text, "test.mask:7: never.seen optional");
	assert_false(pc_mask_unused(m, 2, text, sizeof(text)));
	pc_mask_free(m);
}

/* The including file decides over the included one; including twice is once. */
static void
test_include(void **state)
{
	char dir[128];
	char path[160];
	char main_path[160];
	struct pc_mask *m = NULL;
	struct pc_mask_rule *r = NULL;
	struct pc_diag diag = {0};
	static const char inner[] = "mask 1\na equal inner\nb equal inner\ninclude inner.mask\n";
	static const char outer[] = "mask 1\ninclude std/inner.mask\na equal outer\n";
	(void)state;
	snprintf(dir, sizeof(dir), "/tmp/presscheck-mask-%ld", (long)getpid());
	assert_int_equal(pc_file_mkdir(dir, 0755, NULL), PC_OK);
	snprintf(path, sizeof(path), "%s/inner.mask", dir);
	snprintf(main_path, sizeof(main_path), "/tmp/presscheck-mask-%ld.mask", (long)getpid());
	assert_int_equal(pc_file_write(path, inner, strlen(inner), 0644, NULL), PC_OK);
	assert_int_equal(pc_file_write(main_path, outer, strlen(outer), 0644, NULL), PC_OK);
	if (pc_mask_load(main_path, dir, &m, &diag) != PC_OK)
		fail_msg("%s", diag.text);
	assert_int_equal(pc_mask_find(m, "a", &r, NULL), PC_OK);
	assert_string_equal(r->arg, "outer");
	assert_int_equal(pc_mask_find(m, "b", &r, NULL), PC_OK);
	assert_string_equal(r->arg, "inner");
	pc_mask_free(m);
	unlink(path);
	unlink(main_path);
	rmdir(dir);
}

static void
test_ignored_share(void **state)
{
	char why[64];
	struct pc_mask_totals t = judge("a ignore ; test", "a|t|1\nb|t|1\nc|t|1\nd|t|1",
		"a|t|2\nb|t|1\nc|t|1\nd|t|2", why, sizeof(why));
	(void)state;
	assert_int_equal(t.ignored, 1);
	assert_int_equal(t.exact, 2);
	assert_int_equal(t.failed, 1);
	assert_int_equal(t.ignored_permille, 250);
}

/* Every shipped mask reads, and has a reason wherever it ignores (the reader insists). */
static void
test_shipped(void **state)
{
	static const char *const names[] = {
		"snmp-printer.mask", "enpc.mask", "lpd.mask", "http-ers.mask"};
	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char path[512];
		struct pc_mask *m = NULL;
		struct pc_diag diag = {0};
		snprintf(path, sizeof(path), "%s/masks/std/%s", PC_ROOM_DIR, names[i]);
		if (pc_mask_load(path, PC_ROOM_DIR "/masks/std", &m, &diag) != PC_OK)
			fail_msg("%s", diag.text);
		assert_true(m->n > 0);
		pc_mask_free(m);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_verbs),
		cmocka_unit_test(test_syntax_errors),
		cmocka_unit_test(test_glob),
		cmocka_unit_test(test_most_specific_wins),
		cmocka_unit_test(test_include),
		cmocka_unit_test(test_ignored_share),
		cmocka_unit_test(test_shipped),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
