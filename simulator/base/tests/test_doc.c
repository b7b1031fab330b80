/* Tests of base/doc: positions, values, and every way a file can be wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/doc.h"
#include "base/err.h"

static struct pc_doc *
parse(const char *text)
{
	struct pc_doc *doc = NULL;
	struct pc_diag diag = {{0}};
	if (pc_doc_parse(text, strlen(text), "f.yaml", &doc, &diag) != PC_OK)
		fail_msg("%s", diag.text);
	return doc;
}

static void
test_positions(void **state)
{
	struct pc_doc *doc = parse("# note\nname: Printer\ntrays:\n  - size: a4\n    max: 250\n"
				   "  - {size: 'a5', max: 0x10}\n");
	const struct pc_node *root = pc_doc_root(doc);
	int64_t n = 0;
	(void)state;
	assert_int_equal(root->kind, PC_NODE_MAP);
	assert_int_equal(root->count, 2);
	assert_string_equal(pc_node_get(root, "name")->text, "Printer");
	const struct pc_node *trays = pc_node_get(root, "trays");
	assert_int_equal(trays->kind, PC_NODE_LIST);
	assert_int_equal(trays->key->line, 3);
	assert_int_equal(trays->key->column, 1);
	const struct pc_node *max = pc_node_get(trays->first, "max");
	assert_int_equal(max->line, 5);
	assert_int_equal(max->column, 10);
	assert_int_equal(pc_node_integer(max, 0, 1000, &n, NULL), PC_OK);
	assert_int_equal(n, 250);
	assert_int_equal(
		pc_node_integer(pc_node_get(trays->first->next, "max"), 0, 99, &n, NULL), PC_OK);
	assert_int_equal(n, 16);
	assert_true(pc_node_get(trays->first->next, "size")->quoted);
	assert_null(pc_node_get(trays, "size"));
	assert_null(pc_node_get(root, "nothing"));
	pc_doc_free(doc);
}

static void
test_json(void **state)
{
	struct pc_doc *doc = parse("{\"a\": [1, true, \"x\\u00e9\\/\\n\"],\n\t\"b\": {}}");
	const struct pc_node *list = pc_node_get(pc_doc_root(doc), "a");
	bool yes = false;
	const char *text = NULL;
	(void)state;
	assert_int_equal(list->count, 3);
	assert_int_equal(pc_node_bool(list->first->next, &yes, NULL), PC_OK);
	assert_true(yes);
	assert_int_equal(pc_node_text(list->first->next->next, &text, NULL), PC_OK);
	assert_string_equal(text, "x\xc3\xa9/\n");
	assert_int_equal(pc_node_get(pc_doc_root(doc), "b")->count, 0);
	pc_doc_free(doc);
}

static void
test_wrong_files(void **state)
{
	static const struct {
		const char *name, *text;
		int err;
		const char *sentence;
	} rows[] = {
		{"same key", "a: 1\nb: 2\na: 3\n", PC_E_SYNTAX,
			"f.yaml:3:1: found key 'a' again, expected it once (first in line 1)"},
		{"same key in flow", "x: {k: 1, k: 2}\n", PC_E_SYNTAX,
			"f.yaml:1:11: found key 'k' again, expected it once (first in line 1)"},
		{"alias", "a: &x 1\nb: *x\n", PC_E_SYNTAX,
			"f.yaml:1:7: found an anchor or alias, expected the value itself"},
		{"two documents", "a: 1\n---\nb: 2\n", PC_E_SYNTAX,
			"f.yaml:3:1: found a second document, expected the end of the file"},
		{"directive", "a: 1\n%YAML 1.2\n", PC_E_SYNTAX,
			"f.yaml:2:1: found a directive ('%'), expected a document without"},
		{"UTF-16", "\xff\xfe{", PC_E_SYNTAX, "f.yaml:1:1: found UTF-16, expected UTF-8"},
		{"map as key", "? {a: 1}\n: 2\n", PC_E_SYNTAX,
			"f.yaml:1:3: found a map or list as key, expected a text"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct pc_doc *doc = NULL;
		struct pc_diag diag = {{0}};
		int err = pc_doc_parse(rows[i].text, strlen(rows[i].text), "f.yaml", &doc, &diag);
		if (err != rows[i].err || strcmp(diag.text, rows[i].sentence) != 0)
			fail_msg("%s: %d '%s'", rows[i].name, err, diag.text);
		assert_null(doc);
	}
}

static void
test_parser_errors_have_a_place(void **state)
{
	static const char *const rows[] = {
		"a: [1, 2\n", "a: \"open\n", "a:\n\t- b\n", "{", "a: b: c\n", "@x"};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct pc_doc *doc = NULL;
		struct pc_diag diag = {{0}};
		int err = pc_doc_parse(rows[i], strlen(rows[i]), "f.yaml", &doc, &diag);
		if (err != PC_E_SYNTAX || strncmp(diag.text, "f.yaml:", 7) != 0 ||
			diag.text[7] < '1' || diag.text[7] > '9')
			fail_msg("'%s': %d '%s'", rows[i], err, diag.text);
	}
}

static void
test_limits(void **state)
{
	char deep[2 * PC_DOC_DEPTH_MAX];
	struct pc_doc *doc = NULL;
	struct pc_diag diag = {{0}};
	(void)state;
	memset(deep, '[', sizeof(deep));
	assert_int_equal(pc_doc_parse(deep, sizeof(deep), "d", &doc, &diag), PC_E_LIMIT);
	assert_string_equal(diag.text, "d:1:33: nested too deeply");
	size_t n = 2 * (PC_DOC_NODES_MAX + 1);
	char *wide = malloc(n + 2);
	assert_non_null(wide);
	wide[0] = '[';
	for (size_t i = 0; i < n; i += 2)
		memcpy(wide + 1 + i, "1,", 2);
	assert_int_equal(pc_doc_parse(wide, n + 1, "w", &doc, &diag), PC_E_LIMIT);
	free(wide);
	assert_int_equal(pc_doc_parse("a: \0b\n", 6, "n", &doc, &diag), PC_E_SYNTAX);
	assert_string_equal(diag.text, "n:1:1: found a NUL byte, expected text");
	assert_int_equal(pc_doc_load("/nonexistent/x.yaml", &doc, &diag), -2);
	assert_null(doc);
}

static void
test_values(void **state)
{
	static const struct {
		const char *text, *sentence;
	} rows[] = {
		{"7", NULL},
		{"-1", "v:1:1: found '-1', expected a number from 0 to 10"},
		{"11", "v:1:1: found '11', expected a number from 0 to 10"},
		{"'7'", "v:1:1: found '7', expected a number from 0 to 10"},
		{"7x", "v:1:1: found '7x', expected a number from 0 to 10"},
		{"[7]", "v:1:1: found a list, expected a number from 0 to 10"},
		{"{a: 7}", "v:1:1: found a map, expected a number from 0 to 10"},
		{"", "v:1:1: found nothing, expected a number from 0 to 10"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct pc_doc *doc = NULL;
		struct pc_diag diag = {{0}};
		int64_t v = 0;
		assert_int_equal(
			pc_doc_parse(rows[i].text, strlen(rows[i].text), "v", &doc, &diag), PC_OK);
		int err = pc_node_integer(pc_doc_root(doc), 0, 10, &v, &diag);
		assert_int_equal(err, rows[i].sentence == NULL ? PC_OK : PC_E_SYNTAX);
		assert_string_equal(diag.text, rows[i].sentence == NULL ? "" : rows[i].sentence);
		pc_doc_free(doc);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_positions),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_wrong_files),
		cmocka_unit_test(test_parser_errors_have_a_place),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_values),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
