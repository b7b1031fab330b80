/* Printer-MIB: marker, supplies, colorants. Spec: RFC 3805 */
#include <string.h>

#include "base/err.h"
#include "snmp/faults.h"
#include "snmp/mib-alert.h"
#include "snmp/mib-common.h"
#include "snmp/modules.h"

enum { GROUP_MARKER = 10, MARGIN = 1181 /* 3 mm in 1/10,000 inch */ };

static int32_t
marker_availability(const struct pc_device *dev)
{
	enum pc_activity activity = pc_device_state(dev)->activity;

	if (activity == PC_PRINTING)
		return pc_mib_is_printing(dev) ? 4 : 0; /* active, or waiting for a cause to go */
	return activity == PC_IDLE ? 0 : 6;             /* busy with cleaning or checking */
}

int32_t
pc_mib_marker_status(const struct pc_device *dev)
{
	return pc_mib_subunit_status(dev, GROUP_MARKER, 1, marker_availability(dev));
}

static int
marker_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_profile *p = pc_device_profile(dev);
	const struct pc_device_state *st = pc_device_state(dev);
	/* addressability in dots for 10,000 ten-thousandths of an inch(3), which is one inch */
	const int64_t n[] = {[2] = p->marker_tech,
		p->counter_unit,
		pc_mib_life_count(dev),
		st->counters.power_on,
		(int64_t)pc_mib_colorants(p),
		0,
		3,
		p->resolution_y,
		p->resolution_x,
		MARGIN,
		MARGIN,
		MARGIN,
		MARGIN,
		pc_mib_marker_status(dev)};

	return pc_mib_number(at, v, n[at->column]);
}

static const uint32_t marker_oid[] = {1, 3, 6, 1, 2, 1, 43, 10, 2, 1};

static const struct pc_snmp_column marker_columns[] = {
	{2, PC_SNMP_INTEGER, marker_get, NULL, "prtMarkerMarkTech"},
	{3, PC_SNMP_INTEGER, marker_get, NULL, "prtMarkerCounterUnit"},
	{4, PC_SNMP_COUNTER32, marker_get, NULL, "prtMarkerLifeCount"},
	{5, PC_SNMP_COUNTER32, marker_get, NULL, "prtMarkerPowerOnCount"},
	{6, PC_SNMP_INTEGER, marker_get, NULL, "prtMarkerProcessColorants"},
	{7, PC_SNMP_INTEGER, marker_get, NULL, "prtMarkerSpotColorants"},
	{8, PC_SNMP_INTEGER, marker_get, NULL, "prtMarkerAddressabilityUnit"},
	{9, PC_SNMP_INTEGER, marker_get, NULL, "prtMarkerAddressabilityFeedDir"},
	{10, PC_SNMP_INTEGER, marker_get, NULL, "prtMarkerAddressabilityXFeedDir"},
	{11, PC_SNMP_INTEGER, marker_get, NULL, "prtMarkerNorthMargin"},
	{12, PC_SNMP_INTEGER, marker_get, NULL, "prtMarkerSouthMargin"},
	{13, PC_SNMP_INTEGER, marker_get, NULL, "prtMarkerWestMargin"},
	{14, PC_SNMP_INTEGER, marker_get, NULL, "prtMarkerEastMargin"},
	{15, PC_SNMP_INTEGER, marker_get, NULL, "prtMarkerStatus"},
};

static const struct pc_snmp_table marker_table = {
	.oid = marker_oid,
	.n_oid = PC_MIB_COUNT(marker_oid),
	.columns = marker_columns,
	.n_columns = PC_MIB_COUNT(marker_columns),
	.row = pc_mib_row_only,
	.spec = "RFC 3805 prtMarkerTable",
};

/* A supply's row is its place in the profile; those of finishers stand in finSupplyTable. */
static bool
supply_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	size_t supply = 0;

	while (supply < profile->n_supplies &&
		(pc_profile_is_finishing(profile, supply) || at > 0)) {
		at -= pc_profile_is_finishing(profile, supply) ? 0 : 1;
		supply++;
	}
	return pc_mib_row_printer(profile->n_supplies, supply, index, n_index);
}

/* Xerox writes the part number behind the name: "Black Toner, PN 006R01509". */
static int
supply_description(
	const struct pc_profile *p, const struct pc_profile_supply *s, struct pc_snmp_value *v)
{
	if (pc_mib_is_xerox(p) && s->part_number != NULL && strstr(s->name, ", PN ") == NULL)
		return pc_mib_format(v, "%s, PN %s", s->name, s->part_number);
	return pc_mib_text(v, s->name);
}

static int
supply_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_profile *p = pc_device_profile(dev);
	const struct pc_profile_supply *s;
	size_t row = pc_mib_at(at);

	if (row >= p->n_supplies)
		return PC_E_NOTFOUND;
	s = &p->supplies[row];
	switch (at->column) {
	case 2: /* the one marker */
		return pc_mib_number(at, v, 1);
	case 3:
		return pc_mib_number(at, v, pc_mib_colorant_of(p, row));
	case 4:
		return pc_mib_number(at, v, s->receptacle ? 4 : 3);
	case 5:
		return pc_mib_number(at, v, s->type);
	case 6:
		return supply_description(p, s, v);
	case 7:
		return pc_mib_number(at, v, s->unit);
	case 8:
		return pc_mib_number(at, v,
			pc_fault_is_set(pc_device_faults(dev), PC_SNMP_FAULT_LEVELS_UNKNOWN)
				? -2
				: s->capacity);
	default: /* level: sensed, therefore not to be set */
		return pc_mib_number(at, v, pc_mib_supply_level(dev, row));
	}
}

static const uint32_t supply_oid[] = {1, 3, 6, 1, 2, 1, 43, 11, 1, 1};

static const struct pc_snmp_column supply_columns[] = {
	{2, PC_SNMP_INTEGER, supply_get, NULL, "prtMarkerSuppliesMarkerIndex"},
	{3, PC_SNMP_INTEGER, supply_get, NULL, "prtMarkerSuppliesColorantIndex"},
	{4, PC_SNMP_INTEGER, supply_get, NULL, "prtMarkerSuppliesClass"},
	{5, PC_SNMP_INTEGER, supply_get, NULL, "prtMarkerSuppliesType"},
	{6, PC_SNMP_OCTETS, supply_get, NULL, "prtMarkerSuppliesDescription"},
	{7, PC_SNMP_INTEGER, supply_get, NULL, "prtMarkerSuppliesSupplyUnit"},
	{8, PC_SNMP_INTEGER, supply_get, NULL, "prtMarkerSuppliesMaxCapacity"},
	{9, PC_SNMP_INTEGER, supply_get, NULL, "prtMarkerSuppliesLevel"},
};

static const struct pc_snmp_table supply_table = {
	.oid = supply_oid,
	.n_oid = PC_MIB_COUNT(supply_oid),
	.columns = supply_columns,
	.n_columns = PC_MIB_COUNT(supply_columns),
	.row = supply_row,
	.spec = "RFC 3805 prtMarkerSuppliesTable",
};

static bool
colorant_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	return pc_mib_row_printer(pc_mib_colorants(profile), at, index, n_index);
}

static int
colorant_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_profile *p = pc_device_profile(dev);
	size_t supply = pc_mib_colorant_supply(p, pc_mib_at(at));
	/* process colour(3) of the one marker, there or not there: two tones */
	const int64_t n[] = {[2] = 1, [3] = 3, [5] = 2};

	if (supply == SIZE_MAX)
		return PC_E_NOTFOUND;
	if (at->column == 4)
		return pc_mib_text(v, p->supplies[supply].colorant);
	return pc_mib_number(at, v, n[at->column]);
}

static const uint32_t colorant_oid[] = {1, 3, 6, 1, 2, 1, 43, 12, 1, 1};

static const struct pc_snmp_column colorant_columns[] = {
	{2, PC_SNMP_INTEGER, colorant_get, NULL, "prtMarkerColorantMarkerIndex"},
	{3, PC_SNMP_INTEGER, colorant_get, NULL, "prtMarkerColorantRole"},
	{4, PC_SNMP_OCTETS, colorant_get, NULL, "prtMarkerColorantValue"},
	{5, PC_SNMP_INTEGER, colorant_get, NULL, "prtMarkerColorantTonality"},
};

static const struct pc_snmp_table colorant_table = {
	.oid = colorant_oid,
	.n_oid = PC_MIB_COUNT(colorant_oid),
	.columns = colorant_columns,
	.n_columns = PC_MIB_COUNT(colorant_columns),
	.row = colorant_row,
	.spec = "RFC 3805 prtMarkerColorantTable",
};

static const struct pc_snmp_table *const tables[] = {&marker_table, &supply_table, &colorant_table};

const struct pc_snmp_module pc_snmp_mib_printer_marker = {
	"Printer-MIB marker", tables, PC_MIB_COUNT(tables)};
