/* Tests of the table of MIB facts, and of every column of the house against it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "profile/profile.h"
#include "snmp/mib-facts.h"
#include "snmp/row.h"

static void
test_sorted(void **state)
{
	(void)state;
	assert_true(pc_mib_fact_count() > 1500);
	for (size_t i = 1; i < pc_mib_fact_count(); i++) {
		const struct pc_mib_fact *a = pc_mib_fact_at(i - 1), *b = pc_mib_fact_at(i);

		if (pc_arcs_compare(a->oid, a->n_oid, b->oid, b->n_oid) >= 0)
			fail_msg("%s stands before %s", a->name, b->name);
		if (b->n_oid > a->n_oid && pc_arcs_compare(a->oid, a->n_oid, b->oid, a->n_oid) == 0)
			fail_msg("%s lies beneath %s", b->name, a->name);
	}
}

/* What the look-ups promise: enumerations in order, an index that is an object of a table. */
static void
test_whole(void **state)
{
	(void)state;
	for (size_t i = 0; i < pc_mib_fact_count(); i++) {
		const struct pc_mib_fact *f = pc_mib_fact_at(i);

		assert_ptr_equal(pc_mib_fact_named(f->name), f);
		assert_true((f->shape == PC_MIB_SCALAR) == (f->n_index == 0));
		for (size_t k = 0; k < f->n_index; k++)
			assert_int_equal(pc_mib_fact_index(f, k)->shape, PC_MIB_COLUMN);
		for (size_t k = 1; k < f->n_enums; k++)
			assert_true(f->enums[k - 1].value < f->enums[k].value);
	}
}

static void
test_look_up(void **state)
{
	static const struct {
		const char *oid, *name;
	} rows[] = {
		{"1.3.6.1.2.1.1.1.0", "sysDescr"},
		{"1.3.6.1.2.1.43.11.1.1.9.1.3", "prtMarkerSuppliesLevel"},
		{"1.3.6.1.2.1.43.5.1.1.1", "prtGeneralConfigChanges"},
		{"1.3.6.1.2.1.43.5.1.1.16.1", "prtGeneralPrinterName"},
		{"1.3.6.1.2.1.43.5.1.1", NULL},
		{"1.3.6.1.2.1.43.5.1.1.20.1", NULL},
		{"0.0", NULL},
		{"2.1", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		uint32_t oid[PC_OID_MAX];
		size_t n = 0;
		const struct pc_mib_fact *f;

		assert_int_equal(pc_arcs_parse(rows[i].oid, oid, PC_OID_MAX, &n), PC_OK);
		f = pc_mib_fact_of(oid, n);
		if (rows[i].name == NULL ? f != NULL
					 : f == NULL || strcmp(f->name, rows[i].name) != 0)
			fail_msg("%s is %s", rows[i].oid, f == NULL ? "nothing" : f->name);
	}
	assert_null(pc_mib_fact_named("prtNoSuchObject"));
}

static void
test_values(void **state)
{
	const struct pc_mib_fact *level = pc_mib_fact_named("prtMarkerSuppliesLevel");
	const struct pc_mib_fact *date = pc_mib_fact_named("hrSystemDate");
	const struct pc_mib_fact *reset = pc_mib_fact_named("prtGeneralReset");

	(void)state;
	assert_true(pc_mib_fact_in_range(level, -3));
	assert_false(pc_mib_fact_in_range(level, -4));
	assert_true(pc_mib_fact_in_range(date, 8) && pc_mib_fact_in_range(date, 11));
	assert_false(pc_mib_fact_in_range(date, 9));
	assert_string_equal(pc_mib_fact_enum(reset, 5), "resetToNVRAM");
	assert_null(pc_mib_fact_enum(reset, 2));
	assert_null(pc_mib_fact_enum(reset, 7));
	assert_null(pc_mib_fact_enum(level, 1));
}

/* What is wrong with the column by the facts, NULL for nothing. */
static const char *
judge_column(const struct pc_snmp_table *t, const struct pc_snmp_column *c)
{
	uint32_t oid[PC_OID_MAX];
	const struct pc_mib_fact *f;

	memcpy(oid, t->oid, t->n_oid * sizeof *oid);
	oid[t->n_oid] = c->number;
	f = pc_mib_fact_of(oid, t->n_oid + 1);
	if (f == NULL || f->n_oid != t->n_oid + 1)
		return "has no object in mibs/facts/";
	if (strcmp(f->name, c->name) != 0)
		return "has another name in mibs/facts/";
	if (f->type != c->type)
		return "is of another type in mibs/facts/";
	if (c->set != NULL && f->access < PC_MIB_WRITE)
		return "has a setter, but is read-only in mibs/facts/";
	if (c->get != NULL && f->access < PC_MIB_READ)
		return "is served, but not-accessible in mibs/facts/";
	if ((t->row != NULL || t->next != NULL) != (f->shape == PC_MIB_COLUMN))
		return "is a scalar here or there, but not in both";
	return NULL;
}

static void
test_served(void **state)
{
	size_t n_modules = 0, n = 0, n_bad = 0;
	const struct pc_snmp_module *const *modules = pc_snmp_modules(&n_modules);

	(void)state;
	for (size_t m = 0; m < n_modules; m++) {
		for (size_t t = 0; t < modules[m]->n_tables; t++) {
			const struct pc_snmp_table *table = modules[m]->tables[t];

			for (size_t c = 0; c < table->n_columns; c++, n++) {
				const char *bad = judge_column(table, &table->columns[c]);

				if (bad == NULL)
					continue;
				print_error("%s: %s %s\n", modules[m]->name, table->columns[c].name,
					bad);
				n_bad++;
			}
		}
	}
	assert_true(n > 400);
	assert_int_equal(n_bad, 0);
}

static bool
is_served(const struct pc_mib_fact *f)
{
	size_t n_modules = 0;
	const struct pc_snmp_module *const *modules = pc_snmp_modules(&n_modules);

	for (size_t m = 0; m < n_modules; m++) {
		for (size_t t = 0; t < modules[m]->n_tables; t++) {
			const struct pc_snmp_table *table = modules[m]->tables[t];

			for (size_t c = 0; c < table->n_columns; c++) {
				if (strcmp(table->columns[c].name, f->name) == 0)
					return true;
			}
		}
	}
	return false;
}

/* The modules of our own describe what is served, nothing more. */
static void
test_own_modules(void **state)
{
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < pc_mib_fact_count(); i++) {
		const struct pc_mib_fact *f = pc_mib_fact_at(i);

		if (strncmp(f->module, "PRESSCHECK-", 11) != 0 || f->access < PC_MIB_READ)
			continue;
		n++;
		if (!is_served(f))
			fail_msg("%s: in %s, but served by no module", f->name, f->module);
	}
	assert_true(n > 80);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sorted),
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_look_up),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_served),
		cmocka_unit_test(test_own_modules),
	};

	return cmocka_run_group_tests_name("mib facts", tests, NULL, NULL);
}
