/* Tests of snmp/tree: compiling tables over raw objects, get, next, set. The modules are the test's
 * own, so that what they say is known. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/text.h"
#include "snmp/faults.h"
#include "snmp/tree.h"

/* ---- a small MIB ---- */

static int
get_text(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *out)
{
	(void)dev;
	(void)at;
	pc_snmp_set_bytes(out, "modelled", 8);
	return PC_OK;
}

/* The first index arc times hundred plus the column; row 2 of column 4 is missing. */
static int
get_number(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *out)
{
	(void)dev;
	if (at->column == 4 && at->index[0] == 2)
		return PC_E_NOTFOUND;
	out->integer = (int64_t)at->index[0] * 100 + at->column;
	return PC_OK;
}

static int
set_number(struct pc_device *dev, const struct pc_snmp_at *at, const struct pc_snmp_value *value,
	bool commit)
{
	(void)dev;
	(void)at;
	(void)commit;
	return value->integer < 0 ? 10 : 0;
}

static bool
three_rows(
	const struct pc_profile *p, size_t at, uint32_t index[PC_SNMP_INDEX_MAX], size_t *n_index)
{
	(void)p;
	index[0] = (uint32_t)at + 1;
	*n_index = 1;
	return at < 3;
}

/* Rows 10 and 20.1 of the moving table. */
static bool
next_row(const struct pc_device *dev, const uint32_t *after, size_t n_after,
	uint32_t index[PC_SNMP_INDEX_MAX], size_t *n_index)
{
	static const uint32_t rows[2][2] = {{10, 0}, {20, 1}};
	(void)dev;
	for (size_t i = 0; i < 2; i++) {
		bool later = n_after == 0 || after[0] < rows[i][0] ||
			     (after[0] == rows[i][0] && n_after == 1 && i == 1);
		if (!later)
			continue;
		memcpy(index, rows[i], sizeof(rows[i]));
		*n_index = i + 1;
		return true;
	}
	return false;
}

static int
get_moving(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *out)
{
	(void)dev;
	bool ten = at->n_index == 1 && at->index[0] == 10;
	bool twenty = at->n_index == 2 && at->index[0] == 20 && at->index[1] == 1;
	out->integer = at->column;
	return ten || twenty ? PC_OK : PC_E_NOTFOUND;
}

static bool
next_same(const struct pc_device *dev, const uint32_t *after, size_t n_after,
	uint32_t index[PC_SNMP_INDEX_MAX], size_t *n_index)
{
	(void)dev;
	(void)after;
	(void)n_after;
	index[0] = 10;
	*n_index = 1;
	return true;
}

static bool
never(const struct pc_profile *p)
{
	(void)p;
	return false;
}

static const uint32_t system_oid[] = {1, 3, 6, 1, 2, 1, 1};
static const uint32_t table_oid[] = {1, 3, 6, 1, 2, 1, 43, 11, 1, 1};
static const uint32_t moving_oid[] = {1, 3, 6, 1, 2, 1, 43, 18, 1, 1};
static const uint32_t circle_oid[] = {1, 3, 6, 1, 2, 1, 44};

static const struct pc_snmp_column scalars[] = {
	{1, PC_SNMP_OCTETS, get_text, NULL, "sysDescr"},
	{3, PC_SNMP_TIMETICKS, get_number, NULL, "sysUpTime"},
};
static const struct pc_snmp_column columns[] = {
	{1, PC_SNMP_INTEGER, NULL, NULL, "index"},
	{4, PC_SNMP_INTEGER, get_number, NULL, "holed"},
	{9, PC_SNMP_INTEGER, get_number, set_number, "level"},
};
static const struct pc_snmp_column moving_columns[] = {
	{2, PC_SNMP_INTEGER, get_moving, set_number, "severity"},
	{3, PC_SNMP_INTEGER, get_moving, NULL, "code"},
};

#define N(a) (sizeof(a) / sizeof((a)[0]))
static const struct pc_snmp_table t_system = {.oid = system_oid,
	.n_oid = N(system_oid),
	.columns = scalars,
	.n_columns = N(scalars),
	.spec = "system"};
static const struct pc_snmp_table t_fixed = {.oid = table_oid,
	.n_oid = N(table_oid),
	.columns = columns,
	.n_columns = N(columns),
	.row = three_rows,
	.spec = "fixed"};
static const struct pc_snmp_table t_moving = {.oid = moving_oid,
	.n_oid = N(moving_oid),
	.columns = moving_columns,
	.n_columns = N(moving_columns),
	.next = next_row,
	.spec = "moving"};
static const struct pc_snmp_table t_circle = {.oid = circle_oid,
	.n_oid = N(circle_oid),
	.columns = moving_columns,
	.n_columns = 1,
	.next = next_same,
	.spec = "circle"};
static const struct pc_snmp_table t_never = {.oid = system_oid,
	.n_oid = N(system_oid),
	.columns = scalars,
	.n_columns = N(scalars),
	.applies = never,
	.spec = "never"};

static const struct pc_snmp_table *const tables[] = {
	&t_moving, &t_system, &t_fixed, &t_never, &t_circle};
static const struct pc_snmp_module module = {"TEST-MIB", tables, N(tables)};
static const struct pc_snmp_module *const modules[] = {&module};

/* ---- raw objects ---- */

#define RAW(name, ...) static const uint32_t name[] = {__VA_ARGS__}
RAW(raw_descr, 1, 3, 6, 1, 2, 1, 1, 1, 0); /* under the modelled sysDescr.0 */
RAW(raw_uptime, 1, 3, 6, 1, 2, 1, 1, 3, 0);
RAW(raw_name, 1, 3, 6, 1, 2, 1, 1, 5, 0); /* only raw */
RAW(raw_addr, 1, 3, 6, 1, 2, 1, 4, 20, 1, 1, 10, 0, 0, 1);
RAW(raw_row9, 1, 3, 6, 1, 2, 1, 43, 11, 1, 1, 9, 9);   /* another row of a fixed column */
RAW(raw_alert, 1, 3, 6, 1, 2, 1, 43, 18, 1, 1, 2, 77); /* beneath a moving column */
RAW(raw_hidden, 1, 3, 6, 1, 4, 1, 1248, 1, 0);
RAW(raw_last, 1, 3, 6, 1, 4, 1, 1248, 2, 0);

#define TEXT(o, origin, t) \
	{ \
		o, N(o), PC_SNMP_OCTETS, origin, sizeof(t) - 1, \
		{ \
			.bytes = (const uint8_t *)(t) \
		} \
	}

static const struct pc_profile_object objects[] = {
	TEXT(raw_descr, PC_OBJECT_WALK, "raw"),
	{raw_uptime, N(raw_uptime), PC_SNMP_TIMETICKS, PC_OBJECT_WALK, 0, {.integer = 5}},
	TEXT(raw_name, PC_OBJECT_WALK, "name"),
	{raw_addr, N(raw_addr), PC_SNMP_IPADDRESS, PC_OBJECT_WALK, 4,
		{.bytes = (const uint8_t *)"\x0a\0\0\x01"}},
	{raw_row9, N(raw_row9), PC_SNMP_INTEGER, PC_OBJECT_WALK, 0, {.integer = -3}},
	{raw_alert, N(raw_alert), PC_SNMP_INTEGER, PC_OBJECT_WALK, 0, {.integer = 1}},
	TEXT(raw_hidden, PC_OBJECT_GET_ONLY, "hidden"),
	TEXT(raw_last, PC_OBJECT_WALK, "last"),
};

static struct pc_profile
profile(bool from_walk)
{
	struct pc_profile p = {.id = "test", .from_walk = from_walk};
	p.objects = objects;
	p.n_objects = N(objects);
	return p;
}

static struct pc_snmp_tree *
compile(const struct pc_profile *p)
{
	struct pc_snmp_tree *tree = NULL;
	struct pc_diag diag = {0};
	if (pc_snmp_tree_compile(p, modules, 1, &tree, &diag) != PC_OK)
		fail_msg("%s", diag.text);
	return tree;
}

static size_t
oid(const char *text, uint32_t out[PC_OID_MAX])
{
	size_t n = 0;
	for (const char *at = text; *at != '\0' && n < PC_OID_MAX;) {
		char *end = NULL;
		out[n++] = (uint32_t)strtoul(at, &end, 10);
		at = *end == '.' ? end + 1 : end;
	}
	return n;
}

static void
oid_text(const uint32_t *arcs, size_t n, char *out, size_t size)
{
	size_t at = 0;
	out[0] = '\0';
	for (size_t i = 0; i < n && at < size; i++)
		at += (size_t)snprintf(out + at, size - at, i == 0 ? "%u" : ".%u", arcs[i]);
}

static const char *
value_text(const struct pc_snmp_value *v, char out[64])
{
	if (v->type == PC_SNMP_OCTETS)
		snprintf(out, 64, "%.*s", (int)v->len, (const char *)v->bytes);
	else if (v->type >= PC_SNMP_NO_SUCH_OBJECT)
		snprintf(out, 64, "%s",
			v->type == PC_SNMP_NO_SUCH_OBJECT     ? "noSuchObject"
			: v->type == PC_SNMP_NO_SUCH_INSTANCE ? "noSuchInstance"
							      : "endOfMibView");
	else if (v->type == PC_SNMP_IPADDRESS)
		snprintf(
			out, 64, "%u.%u.%u.%u", v->bytes[0], v->bytes[1], v->bytes[2], v->bytes[3]);
	else
		snprintf(out, 64, "%lld", (long long)v->integer);
	return out;
}

static void
test_get(void **state)
{
	static const struct {
		const char *name, *oid, *modelled, *walk;
	} rows[] = {
		{"modelled scalar wins over raw", "1.3.6.1.2.1.1.1.0", "modelled", "raw"},
		{"only raw", "1.3.6.1.2.1.1.5.0", "name", "name"},
		{"sysUpTime runs in a walk too", "1.3.6.1.2.1.1.3.0", "3", "3"},
		{"scalar without instance", "1.3.6.1.2.1.1.1", "noSuchInstance", "noSuchInstance"},
		{"scalar, wrong instance", "1.3.6.1.2.1.1.3.1", "noSuchInstance", "noSuchInstance"},
		{"beneath a scalar's instance", "1.3.6.1.2.1.1.1.0.0", "noSuchInstance",
			"noSuchInstance"},
		{"raw scalar, wrong instance", "1.3.6.1.2.1.1.5.1", "noSuchInstance",
			"noSuchInstance"},
		{"no such scalar", "1.3.6.1.2.1.1.9.0", "noSuchObject", "noSuchObject"},
		{"group itself", "1.3.6.1.2.1.1", "noSuchObject", "noSuchObject"},
		{"fixed cell", "1.3.6.1.2.1.43.11.1.1.9.3", "309", "noSuchInstance"},
		{"fixed column, no such row", "1.3.6.1.2.1.43.11.1.1.9.4", "noSuchInstance",
			"noSuchInstance"},
		{"raw row in a fixed column", "1.3.6.1.2.1.43.11.1.1.9.9", "-3", "-3"},
		{"cell the device lacks", "1.3.6.1.2.1.43.11.1.1.4.2", "noSuchInstance",
			"noSuchObject"},
		{"not-accessible column", "1.3.6.1.2.1.43.11.1.1.1.1", "noSuchObject",
			"noSuchObject"},
		{"moving row", "1.3.6.1.2.1.43.18.1.1.3.20.1", "3", "noSuchObject"},
		{"moving, no such row", "1.3.6.1.2.1.43.18.1.1.2.11", "noSuchInstance",
			"noSuchInstance"},
		{"moving column itself", "1.3.6.1.2.1.43.18.1.1.2", "noSuchInstance",
			"noSuchInstance"},
		{"raw beneath a moving column", "1.3.6.1.2.1.43.18.1.1.2.77", "noSuchInstance",
			"1"},
		{"IpAddress", "1.3.6.1.2.1.4.20.1.1.10.0.0.1", "10.0.0.1", "10.0.0.1"},
		{"get-only object", "1.3.6.1.4.1.1248.1.0", "hidden", "hidden"},
		{"root", "0", "noSuchObject", "noSuchObject"},
		{"after everything", "2.9", "noSuchObject", "noSuchObject"},
	};
	(void)state;
	for (int walk = 0; walk < 2; walk++) {
		struct pc_profile p = profile(walk == 1);
		struct pc_snmp_tree *tree = compile(&p);
		for (size_t i = 0; i < N(rows); i++) {
			const char *want = walk == 1 ? rows[i].walk : rows[i].modelled;
			struct pc_snmp_value v = {0};
			uint32_t arcs[PC_OID_MAX];
			char text[64];
			size_t n = oid(rows[i].oid, arcs);
			int err = pc_snmp_tree_get(tree, NULL, arcs, n, &v);
			if (strcmp(value_text(&v, text), want) != 0 ||
				(err == PC_OK) != (v.type < PC_SNMP_NO_SUCH_OBJECT))
				fail_msg("%s (walk %d): %s (%d), expected %s", rows[i].name, walk,
					text, err, want);
		}
		pc_snmp_tree_free(tree);
	}
}

static const char *const modelled_walk[] = {"1.3.6.1.2.1.1.1.0", "1.3.6.1.2.1.1.3.0",
	"1.3.6.1.2.1.1.5.0", "1.3.6.1.2.1.4.20.1.1.10.0.0.1", "1.3.6.1.2.1.43.11.1.1.4.1",
	"1.3.6.1.2.1.43.11.1.1.4.3", "1.3.6.1.2.1.43.11.1.1.9.1", "1.3.6.1.2.1.43.11.1.1.9.2",
	"1.3.6.1.2.1.43.11.1.1.9.3", "1.3.6.1.2.1.43.11.1.1.9.9", "1.3.6.1.2.1.43.18.1.1.2.10",
	"1.3.6.1.2.1.43.18.1.1.2.20.1", "1.3.6.1.2.1.43.18.1.1.3.10",
	"1.3.6.1.2.1.43.18.1.1.3.20.1",
	/* t_circle has no row its getter knows: skipped, and never in circles */
	"1.3.6.1.2.1.44.2.10", "1.3.6.1.4.1.1248.2.0", NULL};
static const char *const raw_walk[] = {"1.3.6.1.2.1.1.1.0", "1.3.6.1.2.1.1.3.0",
	"1.3.6.1.2.1.1.5.0", "1.3.6.1.2.1.4.20.1.1.10.0.0.1", "1.3.6.1.2.1.43.11.1.1.9.9",
	"1.3.6.1.2.1.43.18.1.1.2.77", "1.3.6.1.4.1.1248.2.0", NULL};

/* By steps of pc_snmp_tree_next() and by one cursor: the same objects in the same order. */
static void
test_next(void **state)
{
	(void)state;
	for (int walk = 0; walk < 2; walk++) {
		const char *const *want = walk == 1 ? raw_walk : modelled_walk;
		struct pc_profile p = profile(walk == 1);
		struct pc_snmp_tree *tree = compile(&p);
		uint32_t at[PC_OID_MAX] = {0};
		size_t n = 1;
		struct pc_snmp_cursor cur;
		struct pc_snmp_value v, w;
		const uint32_t *found = NULL;
		size_t n_found = 0;
		char text[600];
		pc_snmp_cursor_init(&cur, tree, NULL, at, n);
		for (; *want != NULL; want++) {
			assert_int_equal(pc_snmp_tree_next(tree, NULL, at, n, at, &n, &v), PC_OK);
			assert_int_equal(pc_snmp_cursor_next(&cur, &found, &n_found, &w), PC_OK);
			oid_text(at, n, text, sizeof(text));
			assert_string_equal(text, *want);
			assert_int_equal(n, n_found);
			assert_memory_equal(at, found, n * sizeof(at[0]));
			assert_int_equal(v.type, w.type);
		}
		assert_int_equal(pc_snmp_tree_next(tree, NULL, at, n, at, &n, &v), PC_E_NOTFOUND);
		assert_int_equal(v.type, PC_SNMP_END_OF_MIB_VIEW);
		assert_int_equal(pc_snmp_cursor_next(&cur, &found, &n_found, &w), PC_E_NOTFOUND);
		pc_snmp_tree_free(tree);
	}
}

static void
test_next_from(void **state)
{
	static const struct {
		const char *name, *from, *to;
	} rows[] = {
		{"from a group", "1.3.6.1.2.1.1", "1.3.6.1.2.1.1.1.0"},
		{"between rows", "1.3.6.1.2.1.43.11.1.1.9.2.5", "1.3.6.1.2.1.43.11.1.1.9.3"},
		{"from a moving column", "1.3.6.1.2.1.43.18.1.1.2", "1.3.6.1.2.1.43.18.1.1.2.10"},
		{"inside a moving column", "1.3.6.1.2.1.43.18.1.1.2.10.7",
			"1.3.6.1.2.1.43.18.1.1.2.20.1"},
		{"after a moving column's rows", "1.3.6.1.2.1.43.18.1.1.2.21",
			"1.3.6.1.2.1.43.18.1.1.3.10"},
		{"arc of 2^32-1", "1.3.6.1.2.1.43.11.1.1.9.4294967295",
			"1.3.6.1.2.1.43.18.1.1.2.10"},
		{"past a get-only object", "1.3.6.1.4.1.1248.1", "1.3.6.1.4.1.1248.2.0"},
	};
	(void)state;
	struct pc_profile p = profile(false);
	struct pc_snmp_tree *tree = compile(&p);
	for (size_t i = 0; i < N(rows); i++) {
		uint32_t at[PC_OID_MAX];
		size_t n = oid(rows[i].from, at);
		struct pc_snmp_value v;
		char text[600];
		int err = pc_snmp_tree_next(tree, NULL, at, n, at, &n, &v);
		oid_text(at, n, text, sizeof(text));
		if (err != PC_OK || strcmp(text, rows[i].to) != 0)
			fail_msg("%s: %d %s, expected %s", rows[i].name, err, text, rows[i].to);
	}
	pc_snmp_tree_free(tree);
}

static void
test_set(void **state)
{
	static const struct {
		const char *name, *oid;
		uint8_t type;
		int64_t value;
		int status;
	} rows[] = {
		{"judged good", "1.3.6.1.2.1.43.11.1.1.9.1", PC_SNMP_INTEGER, 5, 0},
		{"the setter's word", "1.3.6.1.2.1.43.11.1.1.9.1", PC_SNMP_INTEGER, -1, 10},
		{"wrongType", "1.3.6.1.2.1.43.11.1.1.9.1", PC_SNMP_GAUGE32, 5, 7},
		{"wrongType comes before noCreation", "1.3.6.1.2.1.43.11.1.1.9.7", PC_SNMP_GAUGE32,
			5, 7},
		{"noCreation", "1.3.6.1.2.1.43.11.1.1.9.7", PC_SNMP_INTEGER, 5, 11},
		{"read-only column", "1.3.6.1.2.1.43.11.1.1.4.1", PC_SNMP_INTEGER, 5, 17},
		{"read-only scalar", "1.3.6.1.2.1.1.1.0", PC_SNMP_OCTETS, 5, 17},
		{"raw object", "1.3.6.1.2.1.1.5.0", PC_SNMP_OCTETS, 5, 17},
		{"raw row of a writable column", "1.3.6.1.2.1.43.11.1.1.9.9", PC_SNMP_INTEGER, 5,
			17},
		{"nothing there", "1.3.6.1.2.1.99", PC_SNMP_INTEGER, 5, 17},
		{"moving row", "1.3.6.1.2.1.43.18.1.1.2.20.1", PC_SNMP_INTEGER, 5, 0},
		{"moving, no such row", "1.3.6.1.2.1.43.18.1.1.2.5", PC_SNMP_INTEGER, 5, 11},
	};
	(void)state;
	struct pc_profile p = profile(false);
	struct pc_snmp_tree *tree = compile(&p);
	for (size_t i = 0; i < N(rows); i++) {
		struct pc_snmp_value v = {.type = rows[i].type, .integer = rows[i].value};
		uint32_t at[PC_OID_MAX];
		size_t n = oid(rows[i].oid, at);
		int status = pc_snmp_tree_set(tree, NULL, at, n, &v, false);
		if (status != rows[i].status)
			fail_msg("%s: %d, expected %d", rows[i].name, status, rows[i].status);
	}
	pc_snmp_tree_free(tree);
}

static void
test_compile_errors(void **state)
{
	static const struct pc_snmp_table *const twice[] = {&t_system, &t_system};
	static const struct pc_snmp_module twice_module = {"TWICE-MIB", twice, 2};
	static const struct pc_snmp_module *const bad[] = {&twice_module};
	static uint32_t long_oid[PC_OID_MAX + 1];
	static const struct pc_profile_object too_long = {
		long_oid, PC_OID_MAX + 1, PC_SNMP_INTEGER, PC_OBJECT_WALK, 0, {0}};
	struct pc_profile p = profile(false);
	struct pc_snmp_tree *tree = NULL;
	struct pc_diag diag = {0};
	(void)state;
	assert_int_equal(pc_snmp_tree_compile(&p, bad, 1, &tree, &diag), PC_E_EXISTS);
	assert_non_null(strstr(diag.text, "system"));
	p.objects = &too_long;
	p.n_objects = 1;
	assert_int_equal(pc_snmp_tree_compile(&p, modules, 1, &tree, &diag), PC_E_LIMIT);
	assert_null(tree);
}

/* A printer without any object: every request has an answer. */
static void
test_empty(void **state)
{
	struct pc_profile p = {.from_walk = true};
	struct pc_snmp_tree *tree = compile(&p);
	uint32_t at[PC_OID_MAX] = {1, 3};
	size_t n = 2;
	struct pc_snmp_value v;
	(void)state;
	assert_int_equal(pc_snmp_tree_size(tree), 0);
	assert_int_equal(pc_snmp_tree_get(tree, NULL, at, n, &v), PC_E_NOTFOUND);
	assert_int_equal(v.type, PC_SNMP_NO_SUCH_OBJECT);
	assert_int_equal(pc_snmp_tree_next(tree, NULL, at, n, at, &n, &v), PC_E_NOTFOUND);
	pc_snmp_tree_free(tree);
	pc_snmp_tree_free(NULL);
}

static void
test_faults_table(void **state)
{
	size_t n = 0;
	const struct pc_fault_row *rows = pc_snmp_faults(&n);
	pc_fault_set seen = 0;
	(void)state;
	for (size_t i = 0; i < n; i++) {
		assert_true(rows[i].bit < 64);
		assert_false(pc_fault_is_set(seen, rows[i].bit));
		seen |= (pc_fault_set)1 << rows[i].bit;
		if (i > 0)
			assert_true(strcmp(rows[i - 1].name, rows[i].name) < 0);
	}
}

/* The house's own modules, for the smallest profile, do not overlap. */
static void
test_house(void **state)
{
	struct pc_profile p = {.id = "empty"};
	struct pc_snmp_tree *tree = NULL;
	struct pc_diag diag = {0};
	(void)state;
	if (pc_snmp_tree_new(&p, &tree, &diag) != PC_OK)
		fail_msg("%s", diag.text);
	pc_snmp_tree_free(tree);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_get),
		cmocka_unit_test(test_next),
		cmocka_unit_test(test_next_from),
		cmocka_unit_test(test_set),
		cmocka_unit_test(test_compile_errors),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_faults_table),
		cmocka_unit_test(test_house),
	};
	return cmocka_run_group_tests_name("snmp/tree", tests, NULL, NULL);
}
