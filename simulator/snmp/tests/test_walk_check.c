/* Tests of the walk checker: a walk that breaks no rule, and one change a rule that breaks exactly
 * that one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "snmp/walk-check.h"

#define CLEAN PC_ROOM_DIR "/tests/walks/clean.snmprec"
#define SYS   "1.3.6.1.2.1.1."
#define IF    "1.3.6.1.2.1.2."
#define HR    "1.3.6.1.2.1.25."
#define PRT   "1.3.6.1.2.1.43."
#define SNMP  "1.3.6.1.6.3."

enum { TEXT_MAX = 1 << 20, LINE_MAX_LEN = 512 };

/* A change of the clean walk: at the line of object `at` put `before` before it, and `line` ("":
 * nothing, NULL: what was there) in its place. The finding stands `offset` lines behind the place;
 * -1: it is of something that is not there. */
struct mutant {
	const char *rule;
	const char *at, *before, *line;
	const char *also, *also_line; /* a second object and its line */
	int offset;
};

static const struct mutant mutants[] = {
	{"order", SYS "5.0", SYS "6.0|4|", SYS "5.0|4|LG-000001", SYS "6.0", "", 1},
	{"duplicate", SYS "7.0", SYS "7.0|2|72", NULL, NULL, NULL, 1},
	{"object", PRT "9.2.1.2.1.1", PRT "8.2.1.26.1.1|2|0", NULL, NULL, NULL, 0},
	{"type", SYS "7.0", NULL, SYS "7.0|66|72", NULL, NULL, 0},
	{"type", SYS "3.0", NULL, SYS "3.0|65|360000", NULL, NULL, 0},
	{"access", PRT "8.2.1.2.1.1", PRT "8.2.1.1.1.1|2|1", NULL, NULL, NULL, 0},
	{"access", SNMP "1.1.6.1.0", SNMP "1.1.4.1.0|6|1.3.6.1.6.3.1.1.5.1", NULL, NULL, NULL, 0},
	{"instance", SYS "7.0", NULL, SYS "7.1|2|72", NULL, NULL, 0},
	{"instance", SYS "7.0", NULL, SYS "7|2|72", NULL, NULL, 0},
	{"range", SYS "7.0", NULL, SYS "7.0|2|128", NULL, NULL, 0},
	{"range", PRT "11.1.1.9.1.2", NULL, PRT "11.1.1.9.1.2|2|-4", NULL, NULL, 0},
	{"size", HR "3.2.1.3.2", NULL,
		HR "3.2.1.3.2|4|"
		   "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLM",
		NULL, NULL, 0},
	{"size", HR "1.2.0", NULL, HR "1.2.0|4x|07ea0b191634180100", NULL, NULL, 0},
	{"enum", PRT "6.1.1.3.1.1", NULL, PRT "6.1.1.3.1.1|2|7", NULL, NULL, 0},
	{"write-only", SNMP "12.1.2.1.9.110.109.115", NULL, SNMP "12.1.2.1.9.110.109.115|2|4", NULL,
		NULL, 0},
	{"index", PRT "12.1.1.2.1.1", PRT "11.1.1.9.1.5.1|2|50", NULL, NULL, NULL, 0},
	{"index", PRT "11.1.1.4.1.1", PRT "11.1.1.3.7|2|0", NULL, NULL, NULL, 0},
	{"index-value", PRT "11.1.1.2.1.1", PRT "11.1.1.2.1.0|2|0", NULL, NULL, NULL, 0},
	{"inet-address", "1.3.6.1.2.1.7.1.0", "1.3.6.1.2.1.6.20.1.4.2.4.0.0.0.0.161|66|0", NULL,
		NULL, NULL, 0},
	{"index-column", HR "3.2.1.1.2", NULL, HR "3.2.1.1.2|2|3", NULL, NULL, 0},
	{"index-row", PRT "11.1.1.3.1.1", PRT "11.1.1.2.9.1|2|0", NULL, NULL, NULL, 0},
	{"row-complete", PRT "8.2.1.11.1.2", NULL, "", NULL, NULL, -2},
	{"group", PRT "16.5.1.2.1.1", NULL, "", NULL, NULL, -1},
	{"group", SYS "6.0", NULL, "", NULL, NULL, -1},
	{"group-whole", SNMP "10.2.1.3.0", NULL, "", NULL, NULL, -1},
	{"text-ascii", SYS "4.0", NULL, SYS "4.0|4x|41ff", NULL, NULL, 0},
	{"text-ascii", SYS "4.0", NULL, SYS "4.0|4x|410d42", NULL, NULL, 0},
	{"text-utf8", SNMP "12.1.3.1.4.118.50", NULL, SNMP "12.1.3.1.4.118.50|4x|c328", NULL, NULL,
		0},
	{"text-localized", PRT "6.1.1.2.1.1", NULL, PRT "6.1.1.2.1.1|4x|46e4", NULL, NULL, 0},
	{"text-localized", PRT "6.1.1.2.1.1", NULL, PRT "6.1.1.2.1.1|4x|46c3a4", PRT "7.1.1.4.1.1",
		PRT "7.1.1.4.1.1|2|3", 0},
	{"date", HR "1.2.0", NULL, HR "1.2.0|4x|07ea0d19163418012b0000", NULL, NULL, 0},
	{"date", HR "1.2.0", NULL, HR "1.2.0|4x|07ea041f16341801", NULL, NULL, 0},
	{"date", HR "1.2.0", NULL, HR "1.2.0|4x|07ea0419163418012a0000", NULL, NULL, 0},
	{"language", PRT "7.1.1.2.1.1", NULL, PRT "7.1.1.2.1.1|4|e1", NULL, NULL, 0},
	{"phys-address", IF "2.1.6.1", NULL, IF "2.1.6.1|4x|024c4700", NULL, NULL, 0},
	{"engine-id", SNMP "10.2.1.1.0", NULL, SNMP "10.2.1.1.0|4x|80001f88030211220000", NULL,
		NULL, 0},
	{"engine-id", SNMP "10.2.1.1.0", NULL, SNMP "10.2.1.1.0|4x|0000000000", NULL, NULL, 0},
	{"reference", PRT "11.1.1.3.1.1", NULL, PRT "11.1.1.3.1.1|2|9", NULL, NULL, 0},
	{"reference", PRT "5.1.1.2.1", NULL, PRT "5.1.1.2.1|2|4", NULL, NULL, 0},
	{"reference", "1.3.6.1.4.1.2699.1.2.1.3.1.1.8.1.1", NULL,
		"1.3.6.1.4.1.2699.1.2.1.3.1.1.8.1.1|2|77", NULL, NULL, 0},
	{"count", IF "1.0", NULL, IF "1.0|2|2", NULL, NULL, 0},
	{"count", PRT "10.2.1.6.1.1", NULL, PRT "10.2.1.6.1.1|2|7", NULL, NULL, 0},
	{"count", "1.3.6.1.4.1.2699.1.1.1.1.1.1.2.1", NULL, "1.3.6.1.4.1.2699.1.1.1.1.1.1.2.1|2|0",
		NULL, NULL, 0},
	{"finisher-bits", PRT "30.1.1.8.1.1", NULL, PRT "30.1.1.8.1.1|4x|8001", NULL, NULL, 0},
	{"device-row", HR "3.4.1.1.2", NULL, "", NULL, NULL, -2},
	{"device-row", HR "3.2.1.2.2", NULL, HR "3.2.1.2.2|6|1.3.6.1.2.1.25.3.1.1", NULL, NULL, -2},
	{"level", PRT "11.1.1.9.1.2", NULL, PRT "11.1.1.9.1.2|2|101", NULL, NULL, 0},
	{"percent", PRT "11.1.1.8.1.2", NULL, PRT "11.1.1.8.1.2|2|200", NULL, NULL, -2},
	{"supply-class", PRT "11.1.1.4.1.1", NULL, PRT "11.1.1.4.1.1|2|4", NULL, NULL, 0},
	{"supply-class", PRT "11.1.1.4.1.5", NULL, PRT "11.1.1.4.1.5|2|3", NULL, NULL, 0},
	{"printer-status", HR "3.5.1.1.1", NULL, HR "3.5.1.1.1|2|1", NULL, NULL, 0},
	{"printer-status", HR "3.5.1.2.1", NULL, HR "3.5.1.2.1|4x|40", NULL, NULL, -2},
	{"printer-status", HR "3.2.1.5.1", NULL, HR "3.2.1.5.1|2|2", NULL, NULL, -2},
	{"error-bits", HR "3.5.1.2.1", NULL, HR "3.5.1.2.1|4x|200000", NULL, NULL, 0},
	{"error-bits", HR "3.5.1.2.1", NULL, HR "3.5.1.2.1|4x|2001", NULL, NULL, 0},
	{"sub-unit", PRT "14.1.1.8.1.1", NULL, PRT "14.1.1.8.1.1|2|7", NULL, NULL, 0},
	{"sub-unit-alert", PRT "9.2.1.6.1.1", NULL, PRT "9.2.1.6.1.1|2|19", NULL, NULL, 0},
	{"sub-unit-alert", PRT "18.1.1.2.1.7", NULL, PRT "18.1.1.2.1.7|2|1", NULL, NULL, -2},
	{"alert-status", PRT "18.1.1.2.1.7", NULL, PRT "18.1.1.2.1.7|2|3", PRT "10.2.1.15.1.1",
		PRT "10.2.1.15.1.1|2|0", -2},
	{"alert-row", PRT "18.1.1.5.1.7", NULL, PRT "18.1.1.5.1.7|2|9", NULL, NULL, 0},
	{"alert-code", PRT "18.1.1.7.1.7", NULL, PRT "18.1.1.7.1.7|2|801", NULL, NULL, 0},
	{"alert-time", PRT "18.1.1.9.1.7", NULL, PRT "18.1.1.9.1.7|67|360001", NULL, NULL, 0},
	{"reset", PRT "5.1.1.3.1", NULL, PRT "5.1.1.3.1|2|5", NULL, NULL, 0},
};

enum { MUTANTS = sizeof mutants / sizeof *mutants };

/* What a check told. */
struct heard {
	size_t n;
	char rules[LINE_MAX_LEN]; /* names, each once */
	unsigned line;            /* of the first */
	char first[LINE_MAX_LEN];
};

static void
hear(void *arg, const struct pc_walk_finding *f)
{
	struct heard *h = arg;
	char word[64];
	size_t at = strlen(h->rules);

	(void)snprintf(word, sizeof word, "%s ", f->rule->id);
	if (strstr(h->rules, word) == NULL)
		(void)snprintf(h->rules + at, sizeof h->rules - at, "%s", word);
	if (h->n++ == 0) {
		h->line = f->object == NULL ? 0 : f->object->line;
		(void)snprintf(h->first, sizeof h->first, "%s: %s, expected %s", f->name, f->found,
			f->expected);
	}
	assert_true(f->found[0] != '\0' && f->expected[0] != '\0');
}

static struct heard
judge(const char *text, size_t len, const char *only)
{
	struct heard h = {0};
	struct pc_walk walk;
	struct pc_diag diag = {{0}};
	size_t n;

	pc_walk_init(&walk);
	if (pc_walk_read_text(&walk, text, len, "w", &diag) != PC_OK)
		fail_msg("%s", diag.text);
	assert_int_equal(pc_walk_sort(&walk), PC_OK);
	n = pc_walk_check(&walk, only, hear, &h);
	assert_int_equal(n, h.n);
	pc_walk_done(&walk);
	return h;
}

static void
read_clean(struct pc_buf *text)
{
	struct pc_diag diag = {{0}};

	pc_buf_init(text, TEXT_MAX);
	if (pc_file_read(CLEAN, text, &diag) != PC_OK)
		fail_msg("%s", diag.text);
}

static bool
is_of(const char *line, const char *oid)
{
	size_t n = oid == NULL ? 0 : strlen(oid);

	return n > 0 && strncmp(line, oid, n) == 0 && line[n] == '|';
}

static void
add_line(struct pc_buf *out, const char *line, size_t len)
{
	assert_int_equal(pc_buf_add(out, line, len), PC_OK);
	assert_int_equal(pc_buf_add_text(out, "\n"), PC_OK);
}

/* The clean walk with the change; returns the line (from 1) where it was made. */
static unsigned
mutate(const struct mutant *m, const char *clean, struct pc_buf *out)
{
	unsigned line = 0, place = 0, second = 0;

	for (const char *p = clean; *p != '\0';) {
		const char *end = strchr(p, '\n');
		const char *put = NULL;
		size_t len = (size_t)(end - p);

		line++;
		if (is_of(p, m->at)) {
			place = line;
			put = m->line;
			if (m->before != NULL)
				add_line(out, m->before, strlen(m->before));
		} else if (is_of(p, m->also)) {
			second = line;
			put = m->also_line;
		}
		if (put == NULL)
			add_line(out, p, len);
		else if (put[0] != '\0')
			add_line(out, put, strlen(put));
		p = end + 1;
	}
	if (place == 0 || (m->also != NULL && second == 0))
		fail_msg("%s: %s is not in the clean walk", m->rule, place == 0 ? m->at : m->also);
	return place;
}

static void
test_clean(void **state)
{
	struct pc_buf text;
	struct heard h;

	(void)state;
	read_clean(&text);
	h = judge(pc_buf_text(&text), text.len, NULL);
	if (h.n != 0)
		fail_msg("%s%s", h.rules, h.first);
	pc_buf_done(&text);
}

static void
test_mutants(void **state)
{
	struct pc_buf clean;

	(void)state;
	read_clean(&clean);
	for (size_t i = 0; i < MUTANTS; i++) {
		const struct mutant *m = &mutants[i];
		struct pc_buf text;
		struct heard h, one;
		char want[64];
		unsigned place;

		pc_buf_init(&text, TEXT_MAX);
		place = mutate(m, pc_buf_text(&clean), &text);
		h = judge(pc_buf_text(&text), text.len, NULL);
		one = judge(pc_buf_text(&text), text.len, m->rule);
		(void)snprintf(want, sizeof want, "%s ", m->rule);
		if (strcmp(h.rules, want) != 0)
			fail_msg("%s at %s: broken are '%s' %s", m->rule, m->at, h.rules, h.first);
		assert_int_equal(one.n, h.n);
		if (m->offset >= 0 && h.line != place + (unsigned)m->offset)
			fail_msg(
				"%s at %s: told in line %u, not %u", m->rule, m->at, h.line, place);
		if (m->offset == -1 && h.line != 0)
			fail_msg("%s at %s: told in line %u", m->rule, m->at, h.line);
		pc_buf_done(&text);
	}
	pc_buf_done(&clean);
}

/* No rule without a walk that turns it red, no name twice. */
static void
test_each_rule_can_fail(void **state)
{
	const struct pc_walk_rule *r;
	size_t n;

	(void)state;
	for (n = 0; (r = pc_walk_rule_at(n)) != NULL; n++) {
		bool red = false;

		for (size_t i = 0; i < MUTANTS; i++)
			red = red || strcmp(mutants[i].rule, r->id) == 0;
		if (!red)
			fail_msg("no walk breaks the rule '%s'", r->id);
		for (size_t k = 0; k < n; k++)
			assert_string_not_equal(pc_walk_rule_at(k)->id, r->id);
		assert_true(r->asks[0] != '\0' && r->spec[0] != '\0');
	}
	assert_true(n >= 41);
}

/* Lines of text with several lines for a value. */
static void
test_lines(void **state)
{
	static const char text[] = ".1.3.6.1.2.1.1.1.0 = STRING: \"two\nlines\"\n"
				   ".1.3.6.1.2.1.1.7.0 = INTEGER: 500\n";
	struct heard h = judge(text, sizeof text - 1, "range");

	(void)state;
	assert_int_equal(h.n, 1);
	assert_int_equal(h.line, 3);
	assert_string_equal(h.first, "sysServices.0: 500, expected 0 to 127");
}

/* Nothing, only private objects, the longest OID: findings, and an end. */
static void
test_odd_walks(void **state)
{
	struct pc_buf text;
	struct pc_walk walk;
	struct heard h = {0};

	(void)state;
	pc_walk_init(&walk);
	assert_int_equal(pc_walk_sort(&walk), PC_OK);
	assert_true(pc_walk_check(&walk, NULL, hear, &h) > 10);
	assert_string_equal(h.rules, "group ");
	pc_walk_done(&walk);

	pc_buf_init(&text, TEXT_MAX);
	(void)pc_buf_add_text(&text, "1.3.6.1.2.1.43.11.1.1.9");
	for (int i = 0; i < 117; i++)
		(void)pc_buf_add_text(&text, ".4294967295");
	(void)pc_buf_add_text(&text, "|2|1\n1.3.6.1.4.1.99999.1|2|1\n1.3.6.1.2.1.43.11.1.1.9|2|1\n"
				     "1.3|2|1\n1.3.6.1.6.3.12.1.2.1.2|6|1.3\n");
	h = judge(pc_buf_text(&text), text.len, "index");
	assert_int_equal(h.n, 2); /* an IMPLIED index may be empty for the form */
	(void)judge(pc_buf_text(&text), text.len, NULL);
	pc_buf_done(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_clean),
		cmocka_unit_test(test_mutants),
		cmocka_unit_test(test_each_rule_can_fail),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_odd_walks),
	};

	return cmocka_run_group_tests_name("walk checker", tests, NULL, NULL);
}
