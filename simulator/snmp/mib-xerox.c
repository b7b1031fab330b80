/* XEROX-GENERAL-MIB and XEROX-HOST-RESOURCES-EXT-MIB: identity, usage meters, alerts, supplies and
 * commands, as far as fleet agents read them. Spec: XCMI 5.10 */
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "snmp/faults.h"
#include "snmp/mib-alert.h"
#include "snmp/mib-common.h"
#include "snmp/modules.h"

enum {
	ROW_ACTIVE = 1,           /* RowStatus */
	TYPE_LIFETIME_USAGE = 20, /* XcmHrDevDetailType */
	UNIT_CLASS_UNKNOWN = 2,
	FUNCTION_PRINT = 0, /* places in pc_counters.by_function */
	FUNCTION_COPY = 1,
	FUNCTION_FAX = 2,
	FUNCTION_SCAN = 3
};

/* Spec: XCMI XcmHrDevInfoXStatus: device type × 100 + state */
static int64_t
x_status(const struct pc_device *dev)
{
	if (pc_device_hr_status(dev) == PC_HR_DOWN)
		return pc_device_state(dev)->service ? 510 : 505;
	return pc_device_hr_printer_status(dev) == PC_HRP_PRINTING ? 504 : 503;
}

static int
info_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	/* a physical(11) device without conditions of its own */
	const int64_t n[] = {[1] = ROW_ACTIVE, [4] = 11, [5] = x_status(dev), [6] = 0, [7] = 0};

	switch (at->column) {
	case 2:
		return pc_mib_maker_model(pc_device_profile(dev), v);
	case 3:
		return pc_mib_text(v, pc_mib_serial(dev));
	case 14:
	case 15: /* asset numbers: nobody gave any */
		return pc_mib_text(v, "");
	default:
		return pc_mib_number(at, v, n[at->column]);
	}
}

static const uint32_t info_oid[] = {1, 3, 6, 1, 4, 1, 253, 8, 53, 3, 2, 1};

static const struct pc_snmp_column info_columns[] = {
	{1, PC_SNMP_INTEGER, info_get, NULL, "xcmHrDevInfoRowStatus"},
	{2, PC_SNMP_OCTETS, info_get, NULL, "xcmHrDevInfoName"},
	{3, PC_SNMP_OCTETS, info_get, NULL, "xcmHrDevInfoSerialNumber"},
	{4, PC_SNMP_INTEGER, info_get, NULL, "xcmHrDevInfoRealization"},
	{5, PC_SNMP_INTEGER, info_get, NULL, "xcmHrDevInfoXStatus"},
	{6, PC_SNMP_INTEGER, info_get, NULL, "xcmHrDevInfoConditions"},
	{7, PC_SNMP_INTEGER, info_get, NULL, "xcmHrDevInfoXConditions"},
	{14, PC_SNMP_OCTETS, info_get, NULL, "xcmHrDevInfoXeroxAssetTagNumber"},
	{15, PC_SNMP_OCTETS, info_get, NULL, "xcmHrDevInfoCustomerAssetNumber"},
};

static const struct pc_snmp_table info_table = {
	.oid = info_oid,
	.n_oid = PC_MIB_COUNT(info_oid),
	.columns = info_columns,
	.n_columns = PC_MIB_COUNT(info_columns),
	.row = pc_mib_row_single,
	.applies = pc_mib_is_xerox,
	.spec = "XCMI xcmHrDevInfoTable",
};

/* Requests that restart. Spec: XCMI XcmHrDevMgmtCommandRequest */
static const struct {
	int64_t request;
	enum pc_reset kind;
} restarts[] = {{8, PC_RESET_WARM}, {9, PC_RESET_COLD}, {10, PC_RESET_FACTORY},
	{2302, PC_RESET_COLD}, {2332, PC_RESET_WARM}, {2333, PC_RESET_COLD},
	{2334, PC_RESET_FACTORY}};

static int
command_set(struct pc_device *dev, const struct pc_snmp_at *at, const struct pc_snmp_value *value,
	bool commit)
{
	(void)at;
	if (value->integer == 1) /* none */
		return PC_MIB_OK;
	for (size_t i = 0; i < PC_MIB_COUNT(restarts); i++) {
		if (restarts[i].request != value->integer)
			continue;
		if (!commit || pc_fault_is_set(pc_device_faults(dev), PC_SNMP_FAULT_RESET_IGNORED))
			return PC_MIB_OK;
		return pc_device_restart(dev, restarts[i].kind) == PC_OK ? PC_MIB_OK
									 : PC_MIB_COMMIT_FAILED;
	}
	return PC_MIB_WRONG_VALUE;
}

static int
command_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	/* active, no request(1), status noError(0), in progress false(2) */
	const int64_t n[] = {[1] = ROW_ACTIVE, [2] = 1, [4] = 0, [8] = 2};

	(void)dev;
	return pc_mib_number(at, v, n[at->column]);
}

static const uint32_t command_oid[] = {1, 3, 6, 1, 4, 1, 253, 8, 53, 5, 2, 1};

static const struct pc_snmp_column command_columns[] = {
	{1, PC_SNMP_INTEGER, command_get, NULL, "xcmHrDevMgmtRowStatus"},
	{2, PC_SNMP_INTEGER, command_get, command_set, "xcmHrDevMgmtCommandRequest"},
	{4, PC_SNMP_INTEGER, command_get, NULL, "xcmHrDevMgmtCommandStatus"},
	{8, PC_SNMP_INTEGER, command_get, NULL, "xcmHrDevMgmtCommandInProgress"},
};

static const struct pc_snmp_table command_table = {
	.oid = command_oid,
	.n_oid = PC_MIB_COUNT(command_oid),
	.columns = command_columns,
	.n_columns = PC_MIB_COUNT(command_columns),
	.row = pc_mib_row_single,
	.applies = pc_mib_is_xerox,
	.spec = "XCMI xcmHrDevMgmtTable",
};

/* Sides and sheets out of the device's counters. */
struct usage {
	uint32_t black, color;                 /* all sides */
	uint32_t black_printed, color_printed; /* from the host */
	uint32_t black_copied, color_copied;
	uint32_t black_large, color_large; /* A3, ledger, tabloid */
	uint32_t sheets, duplex_sheets;
};

static bool
is_large(const char *size)
{
	static const char *const large[] = {"iso_a3_", "jis_b4_", "na_ledger_", "na_tabloid_"};

	for (size_t i = 0; i < PC_MIB_COUNT(large); i++)
		if (strncmp(size, large[i], strlen(large[i])) == 0)
			return true;
	return false;
}

static uint32_t
smaller(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

static struct usage
usage_of(const struct pc_device *dev)
{
	const struct pc_profile *p = pc_device_profile(dev);
	const struct pc_counters *c = &pc_device_state(dev)->counters;
	struct usage u = {0};

	for (size_t i = 0; i < p->n_sizes; i++) {
		uint32_t black = c->by_size[i][0][0] + c->by_size[i][0][1];
		uint32_t color = c->by_size[i][1][0] + c->by_size[i][1][1];
		uint32_t duplex = c->by_size[i][0][1] + c->by_size[i][1][1];

		u.black += black;
		u.color += color;
		u.black_large += is_large(p->sizes[i]) ? black : 0;
		u.color_large += is_large(p->sizes[i]) ? color : 0;
		u.duplex_sheets += (duplex + 1) / 2;
		u.sheets += black + color - duplex / 2;
	}
	u.color_printed = smaller(u.color, c->by_function[FUNCTION_PRINT]);
	u.black_printed = c->by_function[FUNCTION_PRINT] - u.color_printed;
	u.color_copied = smaller(u.color - u.color_printed, c->by_function[FUNCTION_COPY]);
	u.black_copied = c->by_function[FUNCTION_COPY] - u.color_copied;
	return u;
}

enum meter {
	TOTAL,
	POWER_ON,
	BLACK,
	COLOR,
	BLACK_PRINTED,
	COLOR_PRINTED,
	BLACK_COPIED,
	COLOR_COPIED,
	BLACK_LARGE,
	COLOR_LARGE,
	LARGE,
	SHEETS,
	DUPLEX_SHEETS,
	FAX_PRINTED,
	IMAGES
};

/* Lifetime meters, sorted: device 1 printer, 101 host with the billing meters, 102 scanner, 103
 * copier, 104 fax. */
static const struct meter_row {
	uint32_t device, index;
	enum meter meter;
	const char *label;
} meters[] = {
	{1, 1, TOTAL, "Total Impressions"},
	{1, 2, POWER_ON, "Power On Impressions"},
	{1, 7, BLACK_PRINTED, "Black Printed Impressions"},
	{1, 29, COLOR_PRINTED, "Color Printed Impressions"},
	{1, 33, COLOR, "Color Impressions"},
	{1, 34, BLACK, "Black Impressions"},
	{1, 38, SHEETS, "Sheets"},
	{1, 39, DUPLEX_SHEETS, "2 Sided Sheets"},
	{1, 43, COLOR_LARGE, "Color Large Impressions"},
	{1, 44, BLACK_LARGE, "Black Large Impressions"},
	{1, 47, LARGE, "Large Impressions"},
	{1, 71, FAX_PRINTED, "Fax Impressions"},
	{101, 1, BLACK, "Meter 1"},
	{101, 2, COLOR, "Meter 2"},
	{102, 23, IMAGES, "Images Sent"},
	{103, 3, BLACK_COPIED, "Black Copied Impressions"},
	{103, 25, COLOR_COPIED, "Color Copied Impressions"},
	{104, 14, FAX_PRINTED, "Fax Impressions"},
};

static uint32_t
meter_value(const struct pc_device *dev, enum meter meter)
{
	const struct pc_counters *c = &pc_device_state(dev)->counters;
	struct usage u = usage_of(dev);
	const uint32_t n[] = {[TOTAL] = pc_mib_life_count(dev),
		[POWER_ON] = c->power_on,
		[BLACK] = u.black,
		[COLOR] = u.color,
		[BLACK_PRINTED] = u.black_printed,
		[COLOR_PRINTED] = u.color_printed,
		[BLACK_COPIED] = u.black_copied,
		[COLOR_COPIED] = u.color_copied,
		[BLACK_LARGE] = u.black_large,
		[COLOR_LARGE] = u.color_large,
		[LARGE] = u.black_large + u.color_large,
		[SHEETS] = u.sheets,
		[DUPLEX_SHEETS] = u.duplex_sheets,
		[FAX_PRINTED] = c->by_function[FUNCTION_FAX],
		[IMAGES] = c->by_function[FUNCTION_SCAN]};

	return n[meter];
}

/* What the machine lacks is not metered. */
static bool
has_meter(const struct pc_profile *p, const struct meter_row *m)
{
	bool color = m->meter == COLOR || m->meter == COLOR_PRINTED || m->meter == COLOR_COPIED ||
		     m->meter == COLOR_LARGE;

	if (color && !p->color)
		return false;
	if (m->meter == FAX_PRINTED)
		return p->fax;
	return (m->device != 102 && m->device != 103) || p->scanner;
}

static bool
meter_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	for (size_t i = 0; i < PC_MIB_COUNT(meters); i++) {
		if (!has_meter(profile, &meters[i]) || at-- > 0)
			continue;
		index[0] = meters[i].device;
		index[1] = TYPE_LIFETIME_USAGE;
		index[2] = meters[i].index;
		*n_index = 3;
		return true;
	}
	return false;
}

static const struct meter_row *
find_meter(const struct pc_snmp_at *at)
{
	if (at->n_index != 3)
		return NULL;
	for (size_t i = 0; i < PC_MIB_COUNT(meters); i++)
		if (meters[i].device == at->index[0] && meters[i].index == at->index[2])
			return &meters[i];
	return NULL;
}

static int
meter_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct meter_row *m = find_meter(at);

	if (m == NULL)
		return PC_E_NOTFOUND;
	/* the kind of unit is left unknown, as is the unit */
	const int64_t n[] = {[1] = TYPE_LIFETIME_USAGE,
		[2] = m->index,
		[3] = ROW_ACTIVE,
		[4] = UNIT_CLASS_UNKNOWN,
		[5] = 0,
		[6] = (int64_t)(meter_value(dev, m->meter) & INT32_MAX)};

	switch (at->column) {
	case 7:
		return pc_mib_dotted(v, NULL);
	case 8:
	case 9:
		return pc_mib_text(v, m->label);
	default:
		return pc_mib_number(at, v, n[at->column]);
	}
}

/* Read-only: lifetime usage is never reset from outside. */
static const uint32_t meter_oid[] = {1, 3, 6, 1, 4, 1, 253, 8, 53, 13, 2, 1};

static const struct pc_snmp_column meter_columns[] = {
	{1, PC_SNMP_INTEGER, meter_get, NULL, "xcmHrDevDetailType"},
	{2, PC_SNMP_INTEGER, meter_get, NULL, "xcmHrDevDetailIndex"},
	{3, PC_SNMP_INTEGER, meter_get, NULL, "xcmHrDevDetailRowStatus"},
	{4, PC_SNMP_INTEGER, meter_get, NULL, "xcmHrDevDetailUnitClass"},
	{5, PC_SNMP_INTEGER, meter_get, NULL, "xcmHrDevDetailUnit"},
	{6, PC_SNMP_INTEGER, meter_get, NULL, "xcmHrDevDetailValueInteger"},
	{7, PC_SNMP_OID, meter_get, NULL, "xcmHrDevDetailValueOID"},
	{8, PC_SNMP_OCTETS, meter_get, NULL, "xcmHrDevDetailValueString"},
	{9, PC_SNMP_OCTETS, meter_get, NULL, "xcmHrDevDetailDescription"},
};

static const struct pc_snmp_table meter_table = {
	.oid = meter_oid,
	.n_oid = PC_MIB_COUNT(meter_oid),
	.columns = meter_columns,
	.n_columns = PC_MIB_COUNT(meter_columns),
	.row = meter_row,
	.applies = pc_mib_is_xerox,
	.spec = "XCMI xcmHrDevDetailTable",
};

/* Device alerts: the events of prtAlertTable, index hrDeviceIndex 1, alert. */
static bool
x_alert_next(const struct pc_device *dev, const uint32_t *after, size_t n_after,
	uint32_t index[PC_SNMP_INDEX_MAX], size_t *n_index)
{
	struct pc_alert row;
	uint32_t last = 0;

	if (n_after > 0 && after[0] > PC_MIB_HR_PRINTER)
		return false;
	if (n_after > 1 && after[0] == PC_MIB_HR_PRINTER)
		last = after[1];
	if (!pc_mib_alert_after(dev, last, &row))
		return false;
	index[0] = PC_MIB_HR_PRINTER;
	index[1] = row.index;
	*n_index = 2;
	return true;
}

/* Masks of one bit, 2^(n-1) of Printer-MIB's number; warning has one bit for both of its kinds. */
static int64_t
mask(unsigned number)
{
	return number == 5 ? 1 << 3 : 1 << (number - 1);
}

static uint64_t
wall_of(const struct pc_device *dev, uint64_t at_ms)
{
	const struct pc_clock *clock = pc_device_clock(dev);

	return pc_device_wall_ns(dev) - (pc_clock_ms(clock) - at_ms) * 1000000u;
}

static int
x_alert_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	static const uint32_t description[] = {
		1, 3, 6, 1, 2, 1, 43, 18, 1, 1, 8, PC_MIB_HR_PRINTER};
	struct pc_alert a;

	if (at->n_index != 2 || at->index[0] != PC_MIB_HR_PRINTER ||
		!pc_mib_alert_find(dev, at->index[1], &a))
		return PC_E_NOTFOUND;
	const int64_t n[] = {[2] = ROW_ACTIVE,
		[3] = mask(a.severity),
		[4] = (int64_t)1 << (a.training - 1),
		[5] = a.code,
		[12] = a.group_index,
		[13] = a.location,
		[14] = a.index};

	switch (at->column) {
	case 6:
		return pc_mib_format(v, "%d", (int)a.code);
	case 7:
		return pc_mib_format(v, "%s", a.text);
	case 8:
		memcpy(v->scratch.arcs, description, sizeof description);
		v->scratch.arcs[PC_MIB_COUNT(description)] = a.index;
		return pc_mib_oid(v, v->scratch.arcs, PC_MIB_COUNT(description) + 1);
	case 9:
		return pc_mib_date(v, wall_of(dev, a.at_ms));
	default:
		return pc_mib_number(at, v, n[at->column]);
	}
}

static const uint32_t x_alert_oid[] = {1, 3, 6, 1, 4, 1, 253, 8, 53, 17, 2, 1};

static const struct pc_snmp_column x_alert_columns[] = {
	{2, PC_SNMP_INTEGER, x_alert_get, NULL, "xcmHrDevAlertRowStatus"},
	{3, PC_SNMP_INTEGER, x_alert_get, NULL, "xcmHrDevAlertSeverityLevel"},
	{4, PC_SNMP_INTEGER, x_alert_get, NULL, "xcmHrDevAlertTrainingLevel"},
	{5, PC_SNMP_INTEGER, x_alert_get, NULL, "xcmHrDevAlertCodeInteger"},
	{6, PC_SNMP_OCTETS, x_alert_get, NULL, "xcmHrDevAlertCodeString"},
	{7, PC_SNMP_OCTETS, x_alert_get, NULL, "xcmHrDevAlertDescription"},
	{8, PC_SNMP_OID, x_alert_get, NULL, "xcmHrDevAlertReferenceOID"},
	{9, PC_SNMP_OCTETS, x_alert_get, NULL, "xcmHrDevAlertDateAndTime"},
	{12, PC_SNMP_INTEGER, x_alert_get, NULL, "xcmHrDevAlertReferenceIndex"},
	{13, PC_SNMP_INTEGER, x_alert_get, NULL, "xcmHrDevAlertReferenceLocation"},
	{14, PC_SNMP_INTEGER, x_alert_get, NULL, "xcmHrDevAlertDevAlertIndex"},
};

static const struct pc_snmp_table x_alert_table = {
	.oid = x_alert_oid,
	.n_oid = PC_MIB_COUNT(x_alert_oid),
	.columns = x_alert_columns,
	.n_columns = PC_MIB_COUNT(x_alert_columns),
	.next = x_alert_next,
	.applies = pc_mib_is_xerox,
	.spec = "XCMI xcmHrDevAlertTable",
};

/* Index of the newest alert and of the newest critical one; 0 when there is none. */
static int
last_alert_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	struct pc_alert row = {0};
	uint32_t last = 0, critical = 0;

	while (pc_mib_alert_after(dev, row.index, &row)) {
		last = row.index;
		if (row.severity == 3)
			critical = row.index;
	}
	return pc_mib_number(at, v, at->column == 3 ? last : critical);
}

static const uint32_t last_alert_oid[] = {1, 3, 6, 1, 4, 1, 253, 8, 53, 17};

static const struct pc_snmp_column last_alert_columns[] = {
	{3, PC_SNMP_INTEGER, last_alert_get, NULL, "xcmHrDevAlertLastAlertIndex"},
	{4, PC_SNMP_INTEGER, last_alert_get, NULL, "xcmHrDevAlertLastCriticalAlertIndex"},
};

static const struct pc_snmp_table last_alert_table = {
	.oid = last_alert_oid,
	.n_oid = PC_MIB_COUNT(last_alert_oid),
	.columns = last_alert_columns,
	.n_columns = PC_MIB_COUNT(last_alert_columns),
	.applies = pc_mib_is_xerox,
	.spec = "XCMI xcmHrDevAlertSimple",
};

static bool
x_supply_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	return pc_mib_row_plain(profile->n_supplies, at, index, n_index);
}

/* Replaceable units below XCMI's host resources TC, and who changes them: 4 customer, 5 service. */
static const struct {
	enum pc_supply_type type;
	uint32_t unit;
	int32_t who;
} units[] = {{PC_SUPPLY_TONER, 203, 4}, {PC_SUPPLY_TONER_CARTRIDGE, 203, 4},
	{PC_SUPPLY_OPC, 201, 4}, {PC_SUPPLY_DEVELOPER, 201, 5}, {PC_SUPPLY_FUSER, 202, 5},
	{PC_SUPPLY_WASTE_TONER, 204, 4}, {PC_SUPPLY_CLEANER_UNIT, 209, 4},
	{PC_SUPPLY_TRANSFER_UNIT, 210, 5}};

static int
unit_of(enum pc_supply_type type, struct pc_snmp_value *v)
{
	for (size_t i = 0; i < PC_MIB_COUNT(units); i++) {
		const uint32_t oid[] = {1, 3, 6, 1, 4, 1, 253, 8, 52, 2, units[i].unit};

		if (units[i].type != type)
			continue;
		memcpy(v->scratch.arcs, oid, sizeof oid);
		return pc_mib_oid(v, v->scratch.arcs, PC_MIB_COUNT(oid));
	}
	return pc_mib_dotted(v, NULL);
}

static int64_t
changed_by(enum pc_supply_type type)
{
	for (size_t i = 0; i < PC_MIB_COUNT(units); i++)
		if (units[i].type == type)
			return units[i].who;
	return 4;
}

static int
x_supply_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
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

static const uint32_t x_supply_oid[] = {1, 3, 6, 1, 4, 1, 253, 8, 53, 20, 1, 1};

static const struct pc_snmp_column x_supply_columns[] = {
	{2, PC_SNMP_OID, x_supply_get, NULL, "xcmHrSuppliesReferenceOID"},
	{3, PC_SNMP_OID, x_supply_get, NULL, "xcmHrSuppliesType"},
	{4, PC_SNMP_INTEGER, x_supply_get, NULL, "xcmHrSuppliesClass"},
	{5, PC_SNMP_OCTETS, x_supply_get, NULL, "xcmHrSuppliesDescr"},
	{6, PC_SNMP_OCTETS, x_supply_get, NULL, "xcmHrSuppliesPartNumber"},
};

static const struct pc_snmp_table x_supply_table = {
	.oid = x_supply_oid,
	.n_oid = PC_MIB_COUNT(x_supply_oid),
	.columns = x_supply_columns,
	.n_columns = PC_MIB_COUNT(x_supply_columns),
	.row = x_supply_row,
	.applies = pc_mib_is_xerox,
	.spec = "XCMI xcmHrSuppliesTable",
};

static const struct pc_snmp_table *const tables[] = {&info_table, &command_table, &meter_table,
	&x_alert_table, &last_alert_table, &x_supply_table};

const struct pc_snmp_module pc_snmp_mib_xerox = {
	"XEROX-HOST-RESOURCES-EXT-MIB", tables, PC_MIB_COUNT(tables)};
