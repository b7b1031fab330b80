/* XEROX-HOST-RESOURCES-EXT-MIB: details of the machine and its logical devices: names, versions,
 * usage meters, what is left of the supplies. Spec: XCMI 5.10 xcmHrDevDetailTable */
#include <string.h>

#include "base/err.h"
#include "device/firmware.h"
#include "snmp/mib-xerox.h"
#include "snmp/modules.h"

enum {
	TYPE_NAME = 3, /* XcmHrDevDetailType */
	TYPE_DESCRIPTION = 6,
	TYPE_MANUFACTURER = 10,
	TYPE_MODEL = 11,
	TYPE_SERIAL = 12,
	TYPE_VERSION = 14,
	TYPE_LIFETIME_USAGE = 20,
	TYPE_ACCOUNTING_USAGE = 30,
	TYPE_SERVICE_USAGE = 230,
	TYPE_DELTA_SERVICE_USAGE = 231,
	TYPE_COVERAGE = 250,
	TYPE_LIFE_PERCENT = 251,
	TYPE_IMPRESSIONS_LEFT = 252,
	CLASS_SYNTAX = 3, /* XcmHrDevDetailUnitClass */
	CLASS_TRAFFIC_UNIT = 9,
	SYNTAX_NUMBER = 3, /* XcmGenOptionValueSyntax */
	SYNTAX_DISPLAY = 12,
	UNIT_IMAGE = 26, /* XcmHrDevTrafficUnit */
	UNIT_IMPRESSION = 27,
	UNIT_SHEET = 28,
	INDEX_ARCS = 3,
	COVERAGE =
		5000, /* harness-defined: 5 % of a side is covered, in thousandths of a percent */
	ANY = 2       /* of a plex, colour or size */
};

/* ---- usage ---- */

/* Which sides or sheets count: 0, 1 or ANY of each. `functions` is a mask. */
struct use {
	uint8_t functions, color, plex, large;
};

enum { PRINT = 1 << 0, COPY = 1 << 1, FAX = 1 << 2, ALL = 31 };

static uint32_t
sides(const struct pc_counters *c, const struct use *u)
{
	uint32_t sum = 0;

	for (unsigned i = 0; i < 5 * 8; i++) {
		unsigned function = i / 8, color = i / 4 % 2, plex = i / 2 % 2, large = i % 2;

		if ((u->functions >> function & 1) != 0 && (u->color == ANY || u->color == color) &&
			(u->plex == ANY || u->plex == plex) &&
			(u->large == ANY || u->large == large))
			sum += c->by_use[function][color][plex][large];
	}
	return sum;
}

static uint32_t
sheets(const struct pc_counters *c, const struct use *u)
{
	uint32_t sum = 0;

	for (unsigned i = 0; i < 5 * 4; i++) {
		unsigned function = i / 4, color = i / 2 % 2, plex = i % 2;

		if ((u->functions >> function & 1) != 0 && (u->color == ANY || u->color == color) &&
			(u->plex == ANY || u->plex == plex))
			sum += c->sheets[function][color][plex];
	}
	return sum;
}

enum kind { SIDES, SHEETS, LIFE, POWER_ON, IMAGES };

/* Lifetime meters, sorted: device 1 printer, 101 host with the billing meters, 102 scanner, 103
 * copier, 104 fax. Spec: "Black Impressions" is 34 by the MIB, the others by what collectors read
 */
static const struct meter {
	uint32_t device, index;
	enum kind kind;
	struct use use;
	const char *label;
} meters[] = {
	{1, 1, LIFE, {ALL, ANY, ANY, ANY}, "Total Impressions"},
	{1, 2, POWER_ON, {ALL, ANY, ANY, ANY}, "Power On Impressions"},
	{1, 7, SIDES, {PRINT, 0, ANY, ANY}, "Black Printed Impressions"},
	{1, 8, SHEETS, {PRINT, 0, ANY, ANY}, "Black Printed Sheets"},
	{1, 9, SHEETS, {PRINT, 0, 1, ANY}, "Black Printed 2 Sided Sheets"},
	{1, 10, SIDES, {PRINT, 0, ANY, 1}, "Black Printed Large Impressions"},
	{1, 15, SHEETS, {PRINT, ANY, ANY, ANY}, "Printed Sheets"},
	{1, 16, SHEETS, {PRINT, ANY, 1, ANY}, "Printed 2 Sided Sheets"},
	{1, 29, SIDES, {PRINT, 1, ANY, ANY}, "Color Printed Impressions"},
	{1, 30, SHEETS, {PRINT, 1, ANY, ANY}, "Color Printed Sheets"},
	{1, 31, SHEETS, {PRINT, 1, 1, ANY}, "Color Printed 2 Sided Sheets"},
	{1, 32, SIDES, {PRINT, 1, ANY, 1}, "Color Printed Large Impressions"},
	{1, 33, SIDES, {ALL, 1, ANY, ANY}, "Color Impressions"},
	{1, 34, SIDES, {ALL, 0, ANY, ANY}, "Black Impressions"},
	{1, 38, SHEETS, {ALL, ANY, ANY, ANY}, "Sheets"},
	{1, 39, SHEETS, {ALL, ANY, 1, ANY}, "2 Sided Sheets"},
	{1, 43, SIDES, {ALL, 1, ANY, 1}, "Color Large Impressions"},
	{1, 44, SIDES, {ALL, 0, ANY, 1}, "Black Large Impressions"},
	{1, 47, SIDES, {ALL, ANY, ANY, 1}, "Large Impressions"},
	{1, 71, SIDES, {FAX, ANY, ANY, ANY}, "Fax Impressions"},
	{101, 1, LIFE, {ALL, ANY, ANY, ANY}, "Meter 1"},
	{101, 2, SIDES, {ALL, 1, ANY, ANY}, "Meter 2"},
	{101, 3, SIDES, {ALL, 0, ANY, 1}, "Meter 3"},
	{101, 4, SIDES, {ALL, 1, ANY, 1}, "Meter 4"},
	{102, 23, IMAGES, {0, ANY, ANY, ANY}, "Images Sent"},
	{103, 3, SIDES, {COPY, 0, ANY, ANY}, "Black Copied Impressions"},
	{103, 4, SHEETS, {COPY, 0, ANY, ANY}, "Black Copied Sheets"},
	{103, 5, SHEETS, {COPY, 0, 1, ANY}, "Black Copied 2 Sided Sheets"},
	{103, 6, SIDES, {COPY, 0, ANY, 1}, "Black Copied Large Impressions"},
	{103, 15, SHEETS, {COPY, ANY, ANY, ANY}, "Copied Sheets"},
	{103, 16, SHEETS, {COPY, ANY, 1, ANY}, "Copied 2 Sided Sheets"},
	{103, 25, SIDES, {COPY, 1, ANY, ANY}, "Color Copied Impressions"},
	{103, 26, SHEETS, {COPY, 1, ANY, ANY}, "Color Copied Sheets"},
	{103, 27, SHEETS, {COPY, 1, 1, ANY}, "Color Copied 2 Sided Sheets"},
	{103, 28, SIDES, {COPY, 1, ANY, 1}, "Color Copied Large Impressions"},
	{104, 14, SIDES, {FAX, ANY, ANY, ANY}, "Fax Impressions"},
	{104, 15, SHEETS, {FAX, ANY, ANY, ANY}, "Fax Sheets"},
	{104, 16, SHEETS, {FAX, ANY, 1, ANY}, "Fax 2 Sided Sheets"},
	{104, 17, SIDES, {FAX, ANY, ANY, 1}, "Fax Large Impressions"},
};

/* What the machine lacks is not metered. */
static bool
has_meter(const struct pc_profile *p, const struct meter *m)
{
	if (m->use.color == 1 && !p->color)
		return false;
	if (m->use.functions == FAX)
		return p->fax;
	return (m->device != PC_XCMI_SCANNER && m->device != PC_XCMI_COPIER) || p->scanner;
}

static const struct meter *
meter_of(uint32_t device, uint32_t index)
{
	for (size_t i = 0; i < PC_MIB_COUNT(meters); i++)
		if (meters[i].device == device && meters[i].index == index)
			return &meters[i];
	return NULL;
}

static uint32_t
lifetime(const struct pc_device *dev, const struct meter *m)
{
	const struct pc_counters *c = &pc_device_state(dev)->counters;

	switch (m->kind) {
	case SIDES:
		return sides(c, &m->use);
	case SHEETS:
		return sheets(c, &m->use);
	case LIFE:
		return pc_mib_life_count(dev);
	case POWER_ON:
		return c->power_on;
	case IMAGES:
		break;
	}
	return c->by_function[PC_XCMI_SCANNED];
}

/* ---- rows ---- */

/* Texts about the machine, type and number; versions are numbered like the parts. */
static const uint8_t texts[] = {
	TYPE_NAME, TYPE_DESCRIPTION, TYPE_MANUFACTURER, TYPE_MODEL, TYPE_SERIAL};

enum group { TEXTS, VERSIONS, LIFETIME, ACCOUNTING, SERVICE, DELTA, COVERED, PERCENT, LEFT };

/* The groups of one device in the order of their types. */
static const struct {
	enum group group;
	uint32_t type;
} groups[] = {{TEXTS, 0}, {VERSIONS, TYPE_VERSION}, {LIFETIME, TYPE_LIFETIME_USAGE},
	{ACCOUNTING, TYPE_ACCOUNTING_USAGE}, {SERVICE, TYPE_SERVICE_USAGE},
	{DELTA, TYPE_DELTA_SERVICE_USAGE}, {COVERED, TYPE_COVERAGE}, {PERCENT, TYPE_LIFE_PERCENT},
	{LEFT, TYPE_IMPRESSIONS_LEFT}};

static const uint32_t devices[] = {
	PC_XCMI_PRINTER, PC_XCMI_HOST, PC_XCMI_SCANNER, PC_XCMI_COPIER, PC_XCMI_FAX};

/* Row `at` of a group of a device: its type and number; false after the last. */
static bool
group_row(const struct pc_profile *p, uint32_t device, enum group group, size_t at, uint32_t *type,
	uint32_t *number)
{
	bool machine = device == PC_XCMI_PRINTER;

	*number = (uint32_t)at + 1;
	switch (group) {
	case TEXTS:
		*type = at < PC_MIB_COUNT(texts) ? texts[at] : 0;
		*number = 1;
		return machine && at < PC_MIB_COUNT(texts);
	case VERSIONS:
		return machine && at < p->n_firmware;
	case LIFETIME:
	case ACCOUNTING:
		for (size_t i = 0; i < PC_MIB_COUNT(meters); i++) {
			if (meters[i].device != device || !has_meter(p, &meters[i]) || at-- > 0)
				continue;
			*number = meters[i].index;
			return true;
		}
		return false;
	case SERVICE:
	case DELTA:
		return machine && at == 0;
	case COVERED:
		return machine && at < pc_mib_colorants(p);
	case PERCENT:
	case LEFT:
		break;
	}
	return machine && at < p->n_supplies;
}

static bool
detail_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	for (size_t d = 0; d < PC_MIB_COUNT(devices); d++) {
		for (size_t g = 0; g < PC_MIB_COUNT(groups); g++) {
			uint32_t type = groups[g].type, number = 0;

			for (size_t i = 0;
				group_row(profile, devices[d], groups[g].group, i, &type, &number);
				i++) {
				if (at-- > 0)
					continue;
				index[0] = devices[d];
				index[1] = type;
				index[2] = number;
				*n_index = INDEX_ARCS;
				return true;
			}
		}
	}
	return false;
}

/* ---- values ---- */

static int delta_set(struct pc_device *dev, const struct pc_snmp_at *at,
	const struct pc_snmp_value *value, bool commit);
static int detail_get(
	const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v);

static const uint32_t detail_oid[] = {PC_XCMI, 53, 13, 2, 1};

static const struct pc_snmp_column detail_columns[] = {
	{1, PC_SNMP_INTEGER, detail_get, NULL, "xcmHrDevDetailType"},
	{2, PC_SNMP_INTEGER, detail_get, NULL, "xcmHrDevDetailIndex"},
	{3, PC_SNMP_INTEGER, detail_get, NULL, "xcmHrDevDetailRowStatus"},
	{4, PC_SNMP_INTEGER, detail_get, NULL, "xcmHrDevDetailUnitClass"},
	{5, PC_SNMP_INTEGER, detail_get, NULL, "xcmHrDevDetailUnit"},
	{6, PC_SNMP_INTEGER, detail_get, delta_set, "xcmHrDevDetailValueInteger"},
	{7, PC_SNMP_OID, detail_get, NULL, "xcmHrDevDetailValueOID"},
	{8, PC_SNMP_OCTETS, detail_get, NULL, "xcmHrDevDetailValueString"},
	{9, PC_SNMP_OCTETS, detail_get, NULL, "xcmHrDevDetailDescription"},
};

static const struct pc_mib_rule detail_rules[] = {
	{6, INT32_MIN, INT32_MAX, 0, NULL, NULL},
};

PC_XCMI_RULED_TABLE(detail, .row = detail_row, .spec = "XCMI xcmHrDevDetailTable");

/* Where the accounting of a meter began is kept under its lifetime row. */
static int64_t
accounted(const struct pc_device *dev, const struct meter *m)
{
	const uint32_t base[] = {m->device, TYPE_LIFETIME_USAGE, m->index};

	return (int64_t)lifetime(dev, m) - pc_mib_kept_number(dev, &detail_table, 6, base, 3);
}

int
pc_xcmi_reset_accounting(struct pc_device *dev)
{
	int r = PC_OK;

	for (size_t i = 0; i < PC_MIB_COUNT(meters) && r == PC_OK; i++) {
		const uint32_t base[] = {meters[i].device, TYPE_LIFETIME_USAGE, meters[i].index};

		if (has_meter(pc_device_profile(dev), &meters[i]))
			r = pc_mib_kept_put(
				dev, &detail_table, 6, base, 3, lifetime(dev, &meters[i]));
	}
	return r;
}

/* What was added by hand, on top of all impressions. */
static int64_t
service_usage(const struct pc_device *dev)
{
	static const uint32_t added[] = {PC_XCMI_PRINTER, TYPE_SERVICE_USAGE, 1};

	return pc_mib_life_count(dev) + pc_mib_kept_number(dev, &detail_table, 6, added, 3);
}

static int64_t
value_of(const struct pc_device *dev, const struct pc_snmp_at *at)
{
	const struct meter *m = meter_of(at->index[0], at->index[2]);

	switch (at->index[1]) {
	case TYPE_LIFETIME_USAGE:
		return lifetime(dev, m);
	case TYPE_ACCOUNTING_USAGE:
		return accounted(dev, m);
	case TYPE_SERVICE_USAGE:
		return service_usage(dev);
	case TYPE_COVERAGE:
		return COVERAGE;
	case TYPE_LIFE_PERCENT:
		return pc_mib_supply_percent(dev, at->index[2] - 1);
	case TYPE_IMPRESSIONS_LEFT:
		return pc_xcmi_impressions_left(dev, at->index[2] - 1);
	default:
		return 0;
	}
}

static bool
is_text(uint32_t type)
{
	return type <= TYPE_VERSION;
}

static int64_t
unit_class(uint32_t type)
{
	bool traffic = type == TYPE_LIFETIME_USAGE || type == TYPE_ACCOUNTING_USAGE ||
		       type == TYPE_SERVICE_USAGE || type == TYPE_DELTA_SERVICE_USAGE ||
		       type == TYPE_IMPRESSIONS_LEFT;

	return traffic ? CLASS_TRAFFIC_UNIT : CLASS_SYNTAX;
}

static int64_t
unit(const struct pc_snmp_at *at)
{
	const struct meter *m = meter_of(at->index[0], at->index[2]);
	uint32_t type = at->index[1];

	if (is_text(type))
		return SYNTAX_DISPLAY;
	if (unit_class(type) == CLASS_SYNTAX)
		return SYNTAX_NUMBER;
	if (type != TYPE_LIFETIME_USAGE && type != TYPE_ACCOUNTING_USAGE)
		return UNIT_IMPRESSION;
	return m->kind == SHEETS ? UNIT_SHEET : m->kind == IMAGES ? UNIT_IMAGE : UNIT_IMPRESSION;
}

static int
text_of(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_profile *p = pc_device_profile(dev);

	switch (at->index[1]) {
	case TYPE_NAME:
		return pc_mib_maker_model(p, v);
	case TYPE_DESCRIPTION:
		return pc_mib_text(v, pc_device_description(dev));
	case TYPE_MANUFACTURER:
		return pc_mib_text(v, p->vendor);
	case TYPE_MODEL:
		return pc_mib_text(v, p->model);
	case TYPE_SERIAL:
		return pc_mib_text(v, pc_mib_serial(dev));
	case TYPE_VERSION:
		return pc_mib_text(v, pc_device_firmware(dev, at->index[2] - 1));
	default:
		return pc_mib_text(v, "");
	}
}

static int
label_of(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_profile *p = pc_device_profile(dev);
	size_t number = at->index[2] - 1;

	switch (at->index[1]) {
	case TYPE_VERSION:
		return pc_mib_text(v, p->firmware[number].name);
	case TYPE_LIFETIME_USAGE:
	case TYPE_ACCOUNTING_USAGE:
		return pc_mib_text(v, meter_of(at->index[0], at->index[2])->label);
	case TYPE_SERVICE_USAGE:
	case TYPE_DELTA_SERVICE_USAGE:
		return pc_mib_text(v, "Service Impressions");
	case TYPE_COVERAGE:
		return pc_mib_text(v, p->supplies[pc_mib_colorant_supply(p, number)].colorant);
	case TYPE_LIFE_PERCENT:
	case TYPE_IMPRESSIONS_LEFT:
		return pc_mib_text(v, p->supplies[number].name);
	default:
		return text_of(dev, at, v);
	}
}

static int
detail_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	switch (at->column) {
	case 1:
		return pc_mib_number(at, v, at->index[1]);
	case 2:
		return pc_mib_number(at, v, at->index[2]);
	case 3:
		return pc_mib_number(at, v, PC_MIB_ROW_ACTIVE);
	case 4:
		return pc_mib_number(at, v, unit_class(at->index[1]));
	case 5:
		return pc_mib_number(at, v, unit(at));
	case 6:
		return pc_mib_number(at, v, value_of(dev, at) & INT32_MAX);
	case 7:
		return pc_mib_dotted(v, NULL);
	case 8: /* the label of what is counted, the text of what is said */
		return is_text(at->index[1]) ? text_of(dev, at, v) : label_of(dev, at, v);
	default:
		return label_of(dev, at, v);
	}
}

/* Lifetime usage is never set from outside; a delta is added to the service usage. */
static int
delta_set(struct pc_device *dev, const struct pc_snmp_at *at, const struct pc_snmp_value *value,
	bool commit)
{
	static const uint32_t added[] = {PC_XCMI_PRINTER, TYPE_SERVICE_USAGE, 1};
	int64_t sum = pc_mib_kept_number(dev, &detail_table, 6, added, 3) + value->integer;

	if (at->index[1] != TYPE_DELTA_SERVICE_USAGE)
		return PC_MIB_NOT_WRITABLE;
	if (value->integer < 0 || service_usage(dev) + value->integer > INT32_MAX)
		return PC_MIB_WRONG_VALUE;
	if (!commit)
		return PC_MIB_OK;
	return pc_mib_kept_put(dev, &detail_table, 6, added, 3, sum) == PC_OK
		       ? PC_MIB_OK
		       : PC_MIB_COMMIT_FAILED;
}

static const struct pc_snmp_table *const tables[] = {&detail_table.table};

const struct pc_snmp_module pc_snmp_mib_xerox_meter = {
	"XEROX-HOST-RESOURCES-EXT-MIB details", tables, PC_MIB_COUNT(tables)};
