/* Tables that a SET may add rows to, and tables that walks pass over. */
#include "snmp/tests/views.h"

enum { ROWS = 4, WRONG_VALUE = 10, NO_CREATION = 11, CREATE_AND_GO = 4, DESTROY = 6 };

/* The table under test: rows 1 … ROWS with a number and a RowStatus. */
struct rows {
	bool there[ROWS + 1];
	int64_t number[ROWS + 1];
	bool hidden;
};

static struct rows *
rows_of(const struct pc_device *dev)
{
	return pc_device_owner(dev);
}

static uint32_t
row_of(const struct pc_snmp_at *at)
{
	return at->n_index == 1 && at->index[0] <= ROWS ? at->index[0] : 0;
}

static int
get_row(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	uint32_t row = row_of(at);

	if (row == 0 || !rows_of(dev)->there[row])
		return PC_E_NOTFOUND;
	v->integer = at->column == 2 ? rows_of(dev)->number[row] : 1;
	return PC_OK;
}

/* Without a row only beside its createAndGo. */
static int
set_number(struct pc_device *dev, const struct pc_snmp_at *at, const struct pc_snmp_value *value,
	bool commit)
{
	const struct pc_snmp_value *status = pc_snmp_at_other(at, 3);
	uint32_t row = row_of(at);

	if (row == 0 ||
		(!rows_of(dev)->there[row] && (status == NULL || status->integer != CREATE_AND_GO)))
		return NO_CREATION;
	if (value->integer < 0)
		return WRONG_VALUE;
	if (commit) {
		rows_of(dev)->there[row] = true;
		rows_of(dev)->number[row] = value->integer;
	}
	return 0;
}

static int
set_status(struct pc_device *dev, const struct pc_snmp_at *at, const struct pc_snmp_value *value,
	bool commit)
{
	uint32_t row = row_of(at);

	if (row == 0)
		return NO_CREATION;
	if (value->integer != CREATE_AND_GO && value->integer != DESTROY)
		return WRONG_VALUE;
	if (commit)
		rows_of(dev)->there[row] = value->integer == CREATE_AND_GO;
	return 0;
}

static bool
next_row(const struct pc_device *dev, const uint32_t *after, size_t n_after,
	uint32_t index[PC_SNMP_INDEX_MAX], size_t *n_index)
{
	for (uint32_t row = 1; row <= ROWS; row++) {
		if (!rows_of(dev)->there[row] || (n_after > 0 && row <= after[0]))
			continue;
		index[0] = row;
		*n_index = 1;
		return true;
	}
	return false;
}

static bool
is_hidden(const struct pc_device *dev)
{
	return rows_of(dev)->hidden;
}

static const uint32_t rows_oid[] = {1, 3, 6, 1, 4, 1, 7};
static const uint32_t end_oid[] = {1, 3, 6, 1, 4, 1, 8};

static int
get_end(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	(void)dev;
	(void)at;
	v->integer = 8;
	return PC_OK;
}

static const struct pc_snmp_column columns[] = {
	{2, PC_SNMP_INTEGER, get_row, set_number, "number"},
	{3, PC_SNMP_INTEGER, get_row, set_status, "status"},
};
static const struct pc_snmp_column end_columns[] = {{1, PC_SNMP_INTEGER, get_end, NULL, "end"}};

static const struct pc_snmp_table t_rows = {.oid = rows_oid,
	.n_oid = 7,
	.columns = columns,
	.n_columns = 2,
	.next = next_row,
	.hidden = is_hidden,
	.row_status = 3,
	.spec = "rows"};
static const struct pc_snmp_table t_end = {
	.oid = end_oid, .n_oid = 7, .columns = end_columns, .n_columns = 1, .spec = "end"};
static const struct pc_snmp_table *const tables[] = {&t_rows, &t_end};
static const struct pc_snmp_module module = {"TEST-MIB", tables, 2};
static const struct pc_snmp_module *const modules[] = {&module};

static void
init(struct views *w, struct rows *rows)
{
	struct pc_profile p = views_xerox();
	struct pc_diag diag = {0};

	views_init(w, &p);
	pc_snmp_tree_free(w->tree);
	assert_int_equal(pc_snmp_tree_compile(&w->profile, modules, 1, &w->tree, &diag), PC_OK);
	memset(rows, 0, sizeof *rows);
	pc_device_set_owner(w->dev, rows);
}

static const uint32_t number_oid[] = {1, 3, 6, 1, 4, 1, 7, 2, 3};
static const uint32_t status_oid[] = {1, 3, 6, 1, 4, 1, 7, 3, 3};

static struct pc_snmp_variable
variable(const uint32_t *oid, int64_t n)
{
	return (struct pc_snmp_variable){
		.oid = oid, .n_oid = 9, .value = {.type = PC_SNMP_INTEGER, .integer = n}};
}

/* A row and its column in one request, in either order. Spec: RFC 2579 RowStatus */
static void
test_create(void **state)
{
	(void)state;
	for (size_t first = 0; first < 2; first++) {
		struct pc_snmp_variable both[2];
		struct views w;
		struct rows rows;

		init(&w, &rows);
		both[first] = variable(number_oid, 5);
		both[1 - first] = variable(status_oid, CREATE_AND_GO);
		views_expect(&w, "not there yet", "1.3.6.1.4.1.7.2.3", "none");
		for (int commit = 0; commit < 2; commit++)
			for (size_t i = 0; i < 2; i++)
				assert_int_equal(
					pc_snmp_tree_set_of(w.tree, w.dev, both, 2, i, commit), 0);
		views_expect(&w, "created", "1.3.6.1.4.1.7.2.3", "2:5");
		/* taking it back needs the RowStatus; the other column changes nothing by itself */
		assert_int_equal(pc_snmp_tree_uncreate(w.tree, w.dev, &both[first]), 0);
		views_expect(&w, "still there", "1.3.6.1.4.1.7.2.3", "2:5");
		assert_int_equal(pc_snmp_tree_uncreate(w.tree, w.dev, &both[1 - first]), 0);
		views_expect(&w, "taken back", "1.3.6.1.4.1.7.2.3", "none");
		views_done(&w);
	}
}

/* The column of a row that nobody creates, and another row's RowStatus. */
static void
test_no_creation(void **state)
{
	static const uint32_t other_oid[] = {1, 3, 6, 1, 4, 1, 7, 3, 2};
	struct pc_snmp_variable both[2] = {
		variable(number_oid, 5), variable(other_oid, CREATE_AND_GO)};
	struct views w;
	struct rows rows;

	(void)state;
	init(&w, &rows);
	assert_int_equal(pc_snmp_tree_set_of(w.tree, w.dev, both, 1, 0, false), NO_CREATION);
	assert_int_equal(pc_snmp_tree_set_of(w.tree, w.dev, both, 2, 0, false), NO_CREATION);
	assert_int_equal(pc_snmp_tree_set_of(w.tree, w.dev, both, 2, 1, false), 0);
	views_done(&w);
}

/* GET answers, walks go by. */
static void
test_hidden(void **state)
{
	uint32_t at[PC_OID_MAX] = {1, 3};
	struct pc_snmp_value v;
	struct views w;
	struct rows rows;
	size_t n = 2;

	(void)state;
	init(&w, &rows);
	rows.there[1] = rows.there[3] = true;
	assert_int_equal(pc_snmp_tree_next(w.tree, w.dev, at, n, at, &n, &v), PC_OK);
	assert_int_equal(at[6], 7);
	rows.hidden = true;
	n = 2;
	assert_int_equal(pc_snmp_tree_next(w.tree, w.dev, at, n, at, &n, &v), PC_OK);
	assert_int_equal(at[6], 8);
	assert_int_equal(pc_snmp_tree_next(w.tree, w.dev, number_oid, 9, at, &n, &v), PC_OK);
	assert_int_equal(at[6], 8);
	views_expect(&w, "GET", "1.3.6.1.4.1.7.2.3", "2:0");
	v = (struct pc_snmp_value){.type = PC_SNMP_INTEGER, .integer = 9};
	assert_int_equal(views_set(&w, "1.3.6.1.4.1.7.2.3", &v), 0);
	views_expect(&w, "SET", "1.3.6.1.4.1.7.2.3", "2:9");
	views_done(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_create),
		cmocka_unit_test(test_no_creation),
		cmocka_unit_test(test_hidden),
	};
	return cmocka_run_group_tests_name("snmp/rows", tests, NULL, NULL);
}
