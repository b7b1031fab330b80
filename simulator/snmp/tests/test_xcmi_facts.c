/* XCMI against the facts of its modules: every object that a peer may read is served by the Xerox
 * profiles' tables or left out for a reason; none of a mandatory group is left out. */
#include <string.h>

#include "snmp/tests/views.h"

#include "snmp/mib-facts.h"
#include "snmp/row.h"

/* Beginning of the objects' names. */
static const struct {
	const char *names, *reason;
} left_out[] = {
	{"xcmRsrc", "XEROX-RESOURCES-MIB: the printers have no fonts or forms to tell of"},
	{"xcmFont", "the same"},
	{"xcmCommsEngineExt", "optional"},
	{"xcmCommsStack", "one stack, which RFC 1213 tells of; conditional or optional"},
	{"xcmCommsMux", "the same"},
	{"xcmCommsAddressExt", "optional"},
	{"xcmCommsTraffic", "optional; the interface's counters tell it"},
	{"xcmCommsAccess", "optional"},
	{"xcmCommsMgmt", "optional; nothing of the network can be commanded"},
	{"xcmGenReconf", "conditional: options take effect when they are set"},
	{"xcmGenNotify", "conditional: trap clients and views are the notifications there are"},
	{"xcmHrDevInfoPagePack", "in no group; a contract of the manufacturer"},
	{"xcmHrDevMgmtCustomPassword", "in no group"},
	{"xcmHrDevCalendar", "conditional: no commands by the calendar"},
	{"xcmHrSW", "conditional: the host resources tell it"},
	{"xcmHrStorage", "conditional: the host resources tell it"},
	{"xcmHrConsoleScreen", "conditional: the panel's screens are not modelled"},
	{"xcmHrConsoleTab", "the same"},
	{"xcmHrGenericParam", "in no group"},
	{"xcmDeviceStateOfDevicesAssigned", "in no group: one device serves a job"},
	{"xcmJobIdentifierDownstream", "the same"},
	{"xcmClientIdMap", "in no group"},
	{"xcmJobProcessAfter", "in no group: jobs are not put off"},
	{"xcmJobDeadlineTime", "the same"},
	{"xcmJobDiscardTime", "the same"},
	{"xcmJobRetentionPeriod", "the same"},
	{"xcmJobMessage", "the same"},
	{"xcmJobPageCount", "the same"},
	{"xcmPrtInputTraysConfiguration", "names of one model's cabinets"},
	{"xcmPrtChannel", "conditional: nothing of it can be chosen"},
	{"xcmPrtInputAlias", "conditional: interpreters have no names of their own for trays"},
	{"xcmPrtAuxPackage", "conditional: sheets are chosen in Printer-MIB"},
	{"xcmPrtInterpPCL", "conditional: print data is not interpreted"},
	{"xcmSvcMonServiceDetail", "conditional"},
	{"xcmSvcMonServiceMgmt", "conditional: services are managed with the machine"},
	{"xcmSimpleJobIntercept", "conditional: jobs are not held for anybody"},
};

enum { LEFT_OUT = sizeof left_out / sizeof *left_out };

static bool
is_served(const struct pc_mib_fact *f)
{
	size_t n = 0;
	const struct pc_snmp_module *const *modules = pc_snmp_modules(&n);

	for (size_t m = 0; m < n; m++) {
		for (size_t t = 0; t < modules[m]->n_tables; t++) {
			const struct pc_snmp_table *table = modules[m]->tables[t];

			if (f->n_oid != table->n_oid + 1 || pc_arcs_compare(f->oid, table->n_oid,
								    table->oid, table->n_oid) != 0)
				continue;
			for (size_t c = 0; c < table->n_columns; c++)
				if (table->columns[c].number == f->oid[table->n_oid])
					return table->columns[c].get != NULL;
		}
	}
	return false;
}

static size_t
exception_of(const struct pc_mib_fact *f)
{
	size_t i = 0;

	while (i < LEFT_OUT && strncmp(left_out[i].names, f->name, strlen(left_out[i].names)) != 0)
		i++;
	return i;
}

static void
test_served(void **state)
{
	bool used[LEFT_OUT] = {false};
	size_t served = 0;

	(void)state;
	for (size_t i = 0; i < pc_mib_fact_count(); i++) {
		const struct pc_mib_fact *f = pc_mib_fact_at(i);
		size_t why = exception_of(f);

		if (strncmp(f->module, "XEROX-", 6) != 0 || f->access < PC_MIB_READ)
			continue;
		if (is_served(f)) {
			served++;
			continue;
		}
		if (why == LEFT_OUT)
			fail_msg("%s is neither served nor left out for a reason", f->name);
		if (f->level == PC_MIB_GROUP_MANDATORY && strncmp(f->name, "xcmRsrc", 7) != 0)
			fail_msg("%s of a mandatory group is left out", f->name);
		used[why] = true;
	}
	assert_true(served > 400);
	for (size_t i = 0; i < LEFT_OUT; i++)
		if (!used[i])
			fail_msg("nothing is left out as %s", left_out[i].names);
}

/* Every instance that a walk of the two printers shows is in the ranges and values of its object.
 */
static void
check_value(const struct pc_mib_fact *f, const struct pc_snmp_value *v)
{
	bool number = v->type == PC_SNMP_INTEGER;

	if (v->type != f->type)
		fail_msg("%s: type %u, expected %u", f->name, v->type, f->type);
	if (number && f->n_enums > 0 && pc_mib_fact_enum(f, v->integer) == NULL)
		fail_msg("%s: %d is no value of it", f->name, (int)v->integer);
	if ((number || v->type == PC_SNMP_OCTETS) &&
		!pc_mib_fact_in_range(f, number ? v->integer : (int64_t)v->len))
		fail_msg("%s: %d is out of range", f->name, number ? (int)v->integer : (int)v->len);
}

static void
test_values(void **state)
{
	static const char *const names[] = {"xerox-versalink-c7030", "xerox-primelink-c9070"};

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct pc_profile *p = NULL;
		struct pc_diag diag = {0};
		uint32_t at[PC_OID_MAX] = {1, 3, 6, 1, 4, 1, 253};
		size_t n = 7, seen = 0;
		struct pc_snmp_value v;
		struct views w;

		if (pc_profile_find(PC_SOURCE_DIR "/profiles", names[i], &p, &diag) != PC_OK)
			fail_msg("%s", diag.text);
		views_init(&w, p);
		views_job(&w, 3, true, true);
		assert_int_equal(pc_device_condition(w.dev, PC_COND_JAM, 0, true), PC_OK);
		while (pc_snmp_tree_next(w.tree, w.dev, at, n, at, &n, &v) == PC_OK &&
			at[6] == 253) {
			const struct pc_mib_fact *f = pc_mib_fact_of(at, n);

			if (f == NULL)
				fail_msg("an object of no module, the %zuth", seen);
			check_value(f, &v);
			seen++;
		}
		assert_true(seen > 1000);
		views_done(&w);
		pc_profile_free(p);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_served),
		cmocka_unit_test(test_values),
	};
	return cmocka_run_group_tests_name("snmp/xcmi_facts", tests, NULL, NULL);
}
