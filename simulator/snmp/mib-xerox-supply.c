/* XEROX-HOST-RESOURCES-EXT-MIB: supplies with part numbers, and what is left of each.
 * Spec: XCMI 5.10 */
#include <string.h>

#include "base/err.h"
#include "snmp/mib-xerox.h"
#include "snmp/modules.h"

enum {
	TABLE_SUPPLIES = 1,      /* XcmHrDetailTableEnumTC */
	TYPE_LIFE_PERCENT = 251, /* XcmHrDevDetailType */
	TYPE_IMPRESSIONS_LEFT = 252,
	TYPE_CLASS = 253,
	TYPE_UNIT = 254,
	TYPE_CAPACITY = 255,
	TYPE_LEVEL = 256,
	CLASS_TRAFFIC_UNIT = 9, /* XcmHrDevDetailUnitClass */
	CLASS_SYNTAX = 3,
	UNIT_IMPRESSION = 27, /* XcmHrDevTrafficUnit */
	SYNTAX_NUMBER = 3,    /* XcmGenOptionValueSyntax */
	CUSTOMER = 4,         /* XcmHrSuppliesClassTC */
	SERVICE = 5,
	DETAIL_INDEX = 5 /* arcs */
};

/* Replaceable units below XCMI's host resources TC, and who changes them. */
static const struct {
	enum pc_supply_type type;
	uint32_t unit;
	int32_t who;
} units[] = {{PC_SUPPLY_TONER, 203, CUSTOMER}, {PC_SUPPLY_TONER_CARTRIDGE, 203, CUSTOMER},
	{PC_SUPPLY_OPC, 201, CUSTOMER}, {PC_SUPPLY_DEVELOPER, 201, SERVICE},
	{PC_SUPPLY_FUSER, 202, SERVICE}, {PC_SUPPLY_WASTE_TONER, 204, CUSTOMER},
	{PC_SUPPLY_CLEANER_UNIT, 209, CUSTOMER}, {PC_SUPPLY_TRANSFER_UNIT, 210, SERVICE}};

static int
unit_of(enum pc_supply_type type, struct pc_snmp_value *v)
{
	for (size_t i = 0; i < PC_MIB_COUNT(units); i++) {
		const uint32_t oid[] = {PC_XCMI, 52, 2, units[i].unit};

		if (units[i].type != type)
			continue;
		memcpy(v->scratch.arcs, oid, sizeof oid);
		return pc_mib_oid(v, v->scratch.arcs, PC_MIB_COUNT(oid));
	}
	return pc_mib_dotted(v, NULL);
}

static int32_t
changed_by(enum pc_supply_type type)
{
	for (size_t i = 0; i < PC_MIB_COUNT(units); i++)
		if (units[i].type == type)
			return units[i].who;
	return CUSTOMER;
}

static bool
supply_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	return pc_mib_row_plain(profile->n_supplies, at, index, n_index);
}

static int
supply_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	static const uint32_t entry[] = {1, 3, 6, 1, 2, 1, 43, 11, 1, 1, 6, PC_MIB_HR_PRINTER};
	const struct pc_profile *p = pc_device_profile(dev);
	size_t row = pc_mib_at(at);

	if (row >= p->n_supplies)
		return PC_E_NOTFOUND;
	switch (at->column) {
	case 2: /* the supply's row in Printer-MIB */
		memcpy(v->scratch.arcs, entry, sizeof entry);
		v->scratch.arcs[PC_MIB_COUNT(entry)] = (uint32_t)row + 1;
		return pc_mib_oid(v, v->scratch.arcs, PC_MIB_COUNT(entry) + 1);
	case 3:
		return unit_of(p->supplies[row].type, v);
	case 4:
		return pc_mib_number(at, v, changed_by(p->supplies[row].type));
	case 5:
		return pc_mib_text(v, p->supplies[row].name);
	default:
		return pc_mib_text(v, p->supplies[row].part_number);
	}
}

static const uint32_t supply_oid[] = {PC_XCMI, 53, 20, 1, 1};

static const struct pc_snmp_column supply_columns[] = {
	{2, PC_SNMP_OID, supply_get, NULL, "xcmHrSuppliesReferenceOID"},
	{3, PC_SNMP_OID, supply_get, NULL, "xcmHrSuppliesType"},
	{4, PC_SNMP_INTEGER, supply_get, NULL, "xcmHrSuppliesClass"},
	{5, PC_SNMP_OCTETS, supply_get, NULL, "xcmHrSuppliesDescr"},
	{6, PC_SNMP_OCTETS, supply_get, NULL, "xcmHrSuppliesPartNumber"},
};

PC_XCMI_TABLE(supply, .row = supply_row, .spec = "XCMI xcmHrSuppliesTable");

int64_t
pc_xcmi_impressions_left(const struct pc_device *dev, size_t supply)
{
	const struct pc_profile_supply *s = &pc_device_profile(dev)->supplies[supply];
	int64_t level = pc_mib_supply_level(dev, supply);

	if (level < 0 || s->capacity <= 0 || s->per_page_ppm <= 0)
		return -1;
	level = level * 1000000 / ((int64_t)s->capacity * s->per_page_ppm);
	return level > INT32_MAX ? INT32_MAX : level;
}

/* Details of every supply, in the order of their numbers. */
static const struct detail {
	uint32_t type;
	int32_t class, unit;
	const char *text;
} details[] = {
	{TYPE_LIFE_PERCENT, CLASS_SYNTAX, SYNTAX_NUMBER, "Life remaining in percent"},
	{TYPE_IMPRESSIONS_LEFT, CLASS_TRAFFIC_UNIT, UNIT_IMPRESSION, "Impressions remaining"},
	{TYPE_CLASS, CLASS_SYNTAX, SYNTAX_NUMBER, "Class of the supply"},
	{TYPE_UNIT, CLASS_SYNTAX, SYNTAX_NUMBER, "Unit of capacity and level"},
	{TYPE_CAPACITY, CLASS_SYNTAX, SYNTAX_NUMBER, "Maximum capacity"},
	{TYPE_LEVEL, CLASS_SYNTAX, SYNTAX_NUMBER, "Current level"},
};

/* Index {table, length 1 of the row's name, row, type, 1}. */
static bool
detail_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	const uint32_t row[DETAIL_INDEX] = {TABLE_SUPPLIES, 1,
		(uint32_t)(at / PC_MIB_COUNT(details)) + 1,
		details[at % PC_MIB_COUNT(details)].type, 1};

	if (at / PC_MIB_COUNT(details) >= profile->n_supplies)
		return false;
	memcpy(index, row, sizeof row);
	*n_index = DETAIL_INDEX;
	return true;
}

static int64_t
detail_value(const struct pc_device *dev, size_t supply, uint32_t type)
{
	const struct pc_profile_supply *s = &pc_device_profile(dev)->supplies[supply];

	switch (type) {
	case TYPE_LIFE_PERCENT:
		return pc_mib_supply_percent(dev, supply);
	case TYPE_IMPRESSIONS_LEFT:
		return pc_xcmi_impressions_left(dev, supply);
	case TYPE_CLASS:
		return changed_by(s->type);
	case TYPE_UNIT:
		return s->unit;
	case TYPE_CAPACITY:
		return s->capacity;
	default:
		return pc_mib_supply_level(dev, supply);
	}
}

static int
detail_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct detail *d = details;

	while (d->type != at->index[3])
		d++;
	switch (at->column) {
	case 5:
		return pc_mib_number(at, v, d->class);
	case 6:
		return pc_mib_number(at, v, d->unit);
	case 7:
		return pc_mib_number(at, v, detail_value(dev, at->index[2] - 1, d->type));
	case 8:
		return pc_mib_dotted(v, NULL);
	case 9:
		return pc_mib_text(v, "");
	default:
		return pc_mib_text(v, d->text);
	}
}

static const uint32_t detail_oid[] = {PC_XCMI, 53, 20, 2, 1};

static const struct pc_snmp_column detail_columns[] = {
	{5, PC_SNMP_INTEGER, detail_get, NULL, "xcmHrDetailUnitClass"},
	{6, PC_SNMP_INTEGER, detail_get, NULL, "xcmHrDetailUnit"},
	{7, PC_SNMP_INTEGER, detail_get, NULL, "xcmHrDetailValueInteger"},
	{8, PC_SNMP_OID, detail_get, NULL, "xcmHrDetailValueOID"},
	{9, PC_SNMP_OCTETS, detail_get, NULL, "xcmHrDetailValueString"},
	{10, PC_SNMP_OCTETS, detail_get, NULL, "xcmHrDetailDescription"},
};

PC_XCMI_TABLE(detail, .row = detail_row, .spec = "XCMI xcmHrDetailTable");

static const struct pc_snmp_table *const tables[] = {&supply_table, &detail_table};

const struct pc_snmp_module pc_snmp_mib_xerox_supply = {
	"XEROX-HOST-RESOURCES-EXT-MIB supplies", tables, PC_MIB_COUNT(tables)};
