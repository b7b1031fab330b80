/* Rules on what refers to something else in the tree: indices as values, counts of rows, rows that
 * a device of a type must have, levels below their maximum. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "snmp/walk-check-internal.h"

/* A value that is the last index of a row of another table. */
struct link {
	const char *object;
	const char *column; /* any column of the table it points into */
	uint8_t shared;     /* indices the two rows have in common, before the value */
	bool zero;          /* 0 names no row */
};

static const struct link links[] = {
	{"prtGeneralCurrentLocalization", "prtLocalizationLanguage", 1, false},
	{"prtConsoleLocalization", "prtLocalizationLanguage", 1, false},
	{"prtInputDefaultIndex", "prtInputType", 1, false},
	{"prtOutputDefaultIndex", "prtOutputType", 1, false},
	{"prtMarkerDefaultIndex", "prtMarkerMarkTech", 1, false},
	{"prtMediaPathDefaultIndex", "prtMediaPathType", 1, false},
	{"prtStorageRefIndex", "hrDeviceType", 0, true},
	{"prtDeviceRefIndex", "hrDeviceType", 0, true},
	{"prtMarkerSuppliesMarkerIndex", "prtMarkerMarkTech", 1, true},
	{"prtMarkerSuppliesColorantIndex", "prtMarkerColorantRole", 1, true},
	{"prtMarkerColorantMarkerIndex", "prtMarkerMarkTech", 1, true},
	{"prtChannelCurrentJobCntlLangIndex", "prtInterpreterLangFamily", 1, true},
	{"prtChannelDefaultPageDescLangIndex", "prtInterpreterLangFamily", 1, true},
	{"prtChannelIfIndex", "ifType", 0, true},
	{"finSupplyDeviceIndex", "finDeviceType", 1, true},
	{"finSupplyMediaInputDeviceIndex", "finDeviceType", 1, true},
	{"finSupplyMediaInputSupplyIndex", "finSupplyType", 1, true},
	{"hrNetworkIfIndex", "ifType", 0, true},
	{"hrPartitionFSIndex", "hrFSType", 0, true},
	{"hrFSStorageIndex", "hrStorageType", 0, true},
	{"ipAdEntIfIndex", "ifType", 0, false},
	{"ipRouteIfIndex", "ifType", 0, true},
	{"ppmPrinterPreferredPortIndex", "ppmPortEnabled", 1, true},
	{"ppmPrinterHrDeviceIndex", "hrDeviceType", 0, true},
	{"jmGeneralOldestActiveJobIndex", "jmJobState", 1, true},
	{"jmGeneralNewestActiveJobIndex", "jmJobState", 1, true},
};

static void
check_reference(struct pc_walk_case *c, const struct pc_walk_object *o, const struct pc_mib_fact *f)
{
	struct pc_walk_index index = pc_walk_index_of(o, f);
	for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
		const struct link *l = &links[i];
		uint32_t row[2] = {0};
		char expected[PC_WALK_TEXT_MAX];
		const struct pc_mib_fact *column;
		if (strcmp(f->name, l->object) != 0 || o->type != f->type || index.n < l->shared ||
			(l->zero && o->integer == 0))
			continue;
		column = pc_mib_fact_named(l->column);
		if (l->shared > 0)
			row[0] = index.arcs[0];
		row[l->shared] = (uint32_t)o->integer;
		if (column == NULL || pc_walk_row(c, column, row, l->shared + 1U))
			continue;
		snprintf(expected, sizeof expected, "a row of the table of %s%s", l->column,
			l->zero ? ", or 0" : "");
		pc_walk_tell(c, o, expected, "%" PRId64 ", and no such row", o->integer);
	}
}

/* ppmPortPrtChannelIndex names a channel of the device that its printer's row names.
 * Spec: PWG 5107.1 ppmPortPrtChannelIndex */
static void
check_port_channel(
	struct pc_walk_case *c, const struct pc_walk_object *o, struct pc_walk_index index)
{
	uint32_t row[2] = {0, (uint32_t)o->integer};
	if (o->integer == 0 || index.n != 2)
		return;
	row[0] = (uint32_t)pc_walk_number(c, "ppmPrinterHrDeviceIndex", index.arcs, 1, 0);
	if (row[0] != 0 && !pc_walk_row(c, pc_mib_fact_named("prtChannelType"), row, 2))
		pc_walk_tell(c, o, "a row of the table of prtChannelType, or 0",
			"%" PRId64 ", and no such row", o->integer);
}

static void
check_ports(struct pc_walk_case *c)
{
	pc_walk_each(c, "ppmPortPrtChannelIndex", check_port_channel);
}

/* A number of rows that the tree tells and has. */
struct count {
	const char *object, *column;
	uint8_t shared;    /* indices of the row that are those of the object */
	int64_t low, high; /* only rows with such a value count */
};

static const struct count counts[] = {
	{"ifNumber", "ifType", 0, INT64_MIN, INT64_MAX},
	{"ppmGeneralNumberOfPrinters", "ppmPrinterName", 0, INT64_MIN, INT64_MAX},
	{"ppmGeneralNumberOfPorts", "ppmPortEnabled", 0, INT64_MIN, INT64_MAX},
	{"ppmPrinterNumberOfPorts", "ppmPortEnabled", 1, INT64_MIN, INT64_MAX},
	{"prtMarkerProcessColorants", "prtMarkerColorantRole", 1, 3, 3}, /* process */
	{"jmGeneralNumberOfActiveJobs", "jmJobState", 1, 3, 6}, /* pending to processingStopped */
};

/* Rows of the table of `name` that begin with that index and have a value from `low` to `high`, at
 * most `most`. */
static size_t
count_rows(
	const struct pc_walk_case *c, const struct count *what, const uint32_t *index, size_t most)
{
	const struct pc_mib_fact *f = pc_mib_fact_named(what->column);
	uint32_t oid[PC_OID_MAX];
	size_t count = 0, n_oid = f == NULL ? 0 : (size_t)f->n_oid + what->shared;
	if (f == NULL)
		return 0;
	memcpy(oid, f->oid, f->n_oid * sizeof *oid);
	memcpy(oid + f->n_oid, index, what->shared * sizeof *oid);
	for (size_t i = pc_walk_lower(c->walk, oid, n_oid); i < c->walk->n_sorted && count < most;
		i++) {
		const struct pc_walk_object *o = c->walk->sorted[i];
		if (!pc_walk_beneath(o, oid, n_oid))
			break;
		count += o->integer >= what->low && o->integer <= what->high;
	}
	return count;
}

/* Which marker a colorant belongs to is clear only where there is one; colorants are optional. */
static bool
is_clear(const struct pc_walk_case *c, const struct count *what, const uint32_t *index)
{
	static const struct count markers = {"", "prtMarkerMarkTech", 1, INT64_MIN, INT64_MAX};
	if (strcmp(what->object, "prtMarkerProcessColorants") != 0)
		return true;
	return count_rows(c, &markers, index, 2) == 1 && count_rows(c, what, index, 1) == 1;
}

static void
check_count(struct pc_walk_case *c, const struct pc_walk_object *o, const struct pc_mib_fact *f)
{
	struct pc_walk_index index = pc_walk_index_of(o, f);
	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
		const struct count *what = &counts[i];
		char expected[PC_WALK_TEXT_MAX];
		if (strcmp(f->name, what->object) != 0 || o->type != f->type ||
			index.n < what->shared || (f->shape == PC_MIB_SCALAR && index.n != 1) ||
			!is_clear(c, what, index.arcs))
			continue;
		size_t n = count_rows(c, what, index.arcs, PC_RAW_OBJECTS_MAX);
		if (o->integer == (int64_t)n)
			continue;
		snprintf(expected, sizeof expected, "%zu, by the rows of the table of %s", n,
			what->column);
		pc_walk_tell(c, o, expected, "%" PRId64, o->integer);
	}
}

/* A device type and the tables in which a device of it has a row. The last arc is that of
 * hrDeviceTypes. Spec: RFC 2790 hrDeviceTable */
static const struct {
	uint32_t type;
	const char *column;
	bool both; /* a row there without a device of the type is wrong too */
} device_rows[] = {
	{5, "hrPrinterStatus", true},
	{5, "prtGeneralConfigChanges", true},
	{3, "hrProcessorLoad", true},
	{4, "hrNetworkIfIndex", true},
	{6, "hrDiskStorageAccess", false},
};

static bool
is_type(const struct pc_walk_object *o, uint32_t type)
{
	const uint32_t oid[] = {1, 3, 6, 1, 2, 1, 25, 3, 1, type};
	return pc_arcs_compare(o->arcs, o->len, oid, sizeof oid / sizeof *oid) == 0;
}

static void
check_device_row(
	struct pc_walk_case *c, const struct pc_walk_object *o, const struct pc_mib_fact *f)
{
	struct pc_walk_index index = pc_walk_index_of(o, f);
	for (size_t i = 0; i < sizeof device_rows / sizeof *device_rows; i++) {
		const char *column = device_rows[i].column;
		if (strcmp(f->name, "hrDeviceType") == 0 && o->type == PC_SNMP_OID &&
			is_type(o, device_rows[i].type) &&
			!pc_walk_row(c, pc_mib_fact_named(column), index.arcs, index.n))
			pc_walk_tell(c, o, "a row for it in the table of its type",
				"a device of this type, and no %s of it", column);
		if (device_rows[i].both && strcmp(f->name, column) == 0) {
			const struct pc_walk_object *type =
				pc_walk_value(c, "hrDeviceType", index.arcs, index.n);
			if (type != NULL && !is_type(type, device_rows[i].type))
				pc_walk_tell(c, o, "rows only for devices of this type",
					"the device is of another type");
		}
	}
}

/* What is left or used, and what there can be at most. */
static const struct {
	const char *level, *most;
} levels[] = {
	{"prtMarkerSuppliesLevel", "prtMarkerSuppliesMaxCapacity"},
	{"prtInputCurrentLevel", "prtInputMaxCapacity"},
	{"prtOutputRemainingCapacity", "prtOutputMaxCapacity"},
	{"finDeviceCurrentCapacity", "finDeviceMaxCapacity"},
	{"finSupplyCurrentLevel", "finSupplyMaxCapacity"},
	{"hrStorageUsed", "hrStorageSize"},
};

static void
check_level(struct pc_walk_case *c, const struct pc_walk_object *o, const struct pc_mib_fact *f)
{
	struct pc_walk_index index = pc_walk_index_of(o, f);
	for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
		char expected[PC_WALK_TEXT_MAX];
		int64_t most;
		if (strcmp(f->name, levels[i].level) != 0 || o->type != f->type)
			continue;
		/* Negative: unknown, other, some. */
		most = pc_walk_number(c, levels[i].most, index.arcs, index.n, -2);
		if (most < 0 || o->integer <= most)
			continue;
		snprintf(expected, sizeof expected, "at most %" PRId64 ", its %s", most,
			levels[i].most);
		pc_walk_tell(c, o, expected, "%" PRId64, o->integer);
	}
}

static void
check_percent(struct pc_walk_case *c, const struct pc_walk_object *o, const struct pc_mib_fact *f)
{
	struct pc_walk_index index = pc_walk_index_of(o, f);
	int64_t most;
	if (strcmp(f->name, "prtMarkerSuppliesSupplyUnit") != 0 || o->type != f->type ||
		o->integer != 19)
		return;
	most = pc_walk_number(c, "prtMarkerSuppliesMaxCapacity", index.arcs, index.n, -2);
	if (most >= 0 && most != 100)
		pc_walk_tell(c, o, "a capacity of 100", "percent(19) of %" PRId64, most);
}

/* Types that take up what is thrown away. Spec: RFC 3805 PrtMarkerSuppliesTypeTC */
static bool
is_receptacle(int64_t type)
{
	return type == 4 || type == 8 || type == 14 || type == 24 || type == 26;
}

static void
check_supply_class(
	struct pc_walk_case *c, const struct pc_walk_object *o, const struct pc_mib_fact *f)
{
	struct pc_walk_index index = pc_walk_index_of(o, f);
	bool marker = strcmp(f->name, "prtMarkerSuppliesClass") == 0;
	int64_t type;
	if (!(marker || strcmp(f->name, "finSupplyClass") == 0) || o->type != f->type)
		return;
	type = pc_walk_number(
		c, marker ? "prtMarkerSuppliesType" : "finSupplyType", index.arcs, index.n, 1);
	if (type <= 2 || o->integer == 1) /* other, unknown */
		return;
	if ((o->integer == 4) != is_receptacle(type))
		pc_walk_tell(c, o,
			is_receptacle(type) ? "receptacleThatIsFilled(4)"
					    : "supplyThatIsConsumed(3)",
			"%s(%" PRId64 ") for a supply of type %" PRId64,
			pc_mib_fact_enum(f, o->integer) == NULL ? ""
								: pc_mib_fact_enum(f, o->integer),
			o->integer, type);
}

/* Bit n - 1 stands for row n, the first in the highest bit. Spec: RFC 3806 finDeviceTable */
static void
check_bits(struct pc_walk_case *c, const struct pc_walk_object *o, const struct pc_mib_fact *f)
{
	struct pc_walk_index index = pc_walk_index_of(o, f);
	bool outputs = strcmp(f->name, "finDeviceAssociatedOutputs") == 0;
	const char *column = outputs ? "prtOutputType" : "prtMediaPathType";
	if (!(outputs || strcmp(f->name, "finDeviceAssociatedMediaPaths") == 0) ||
		o->type != f->type || index.n == 0)
		return;
	for (uint32_t bit = 0; bit < 8 * o->len; bit++) {
		const uint32_t row[] = {index.arcs[0], bit + 1};
		if ((o->bytes[bit / 8] & (0x80 >> bit % 8)) != 0 &&
			!pc_walk_row(c, pc_mib_fact_named(column), row, 2))
			pc_walk_tell(c, o, "bits only for rows that are there",
				"bit %u, and no %s.%u.%u", (unsigned)bit, column, (unsigned)row[0],
				(unsigned)row[1]);
	}
}

const struct pc_walk_judge pc_walk_link_rules[] = {
	{{"reference", "An index given as a value names a row that is there.",
		 "RFC 3805, RFC 2790, PWG 5107.1"},
		check_reference, check_ports},
	{{"count", "A told number of rows is that of the table.",
		 "RFC 2863 ifNumber, PWG 5107.1, RFC 3805 prtMarkerProcessColorants, RFC 2707"},
		check_count, NULL},
	{{"finisher-bits", "A finishing device is on paths and bins that are there.",
		 "RFC 3806 finDeviceAssociatedMediaPaths, finDeviceAssociatedOutputs"},
		check_bits, NULL},
	{{"device-row", "A device has a row in the table of its type.", "RFC 2790 hrDeviceTable"},
		check_device_row, NULL},
	{{"level", "A level is not over its maximum.",
		 "RFC 3805 prtMarkerSuppliesMaxCapacity, RFC 2790 hrStorageUsed"},
		check_level, NULL},
	{{"percent", "A supply told in percent has a capacity of 100.",
		 "RFC 3805 PrtMarkerSuppliesSupplyUnitTC"},
		check_percent, NULL},
	{{"supply-class", "What takes up waste is a receptacle, what is used up is consumed.",
		 "RFC 3805 prtMarkerSuppliesClass"},
		check_supply_class, NULL},
	{{NULL, NULL, NULL}, NULL, NULL},
};
