/* Epson private MIB 1248, printer: identity, counters, consumables, the status block. No public
 * definition exists: the objects are those that walks and the field notes of fleet agents show. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "device/firmware.h"
#include "snmp/mib-common.h"
#include "snmp/mib-epson-status.h"
#include "snmp/modules.h"

/* Index {1}: 1284 device ID, model, name, status, serial number. */
static int
identity_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_profile *p = pc_device_profile(dev);

	switch (at->column) {
	case 1:
		return pc_mib_expand(dev, v, p->device_id_1284);
	case 3: /* the name a user gave, the model until then */
		if (pc_device_state(dev)->printer_name[0] != '\0')
			return pc_mib_text(v, pc_device_state(dev)->printer_name);
		return pc_mib_text(v, p->model);
	case 4:
		return pc_epson_snmp_status(dev, v);
	case 5:
		return pc_mib_text(v, pc_mib_serial(dev));
	default:
		return pc_mib_text(v, p->model);
	}
}

static const uint32_t identity_oid[] = {1, 3, 6, 1, 4, 1, 1248, 1, 2, 2, 1, 1, 1};

static const struct pc_snmp_column identity_columns[] = {
	{1, PC_SNMP_OCTETS, identity_get, NULL, "epsonDeviceId"},
	{2, PC_SNMP_OCTETS, identity_get, NULL, "epsonPrinterModel"},
	{3, PC_SNMP_OCTETS, identity_get, NULL, "epsonPrinterName"},
	{4, PC_SNMP_OCTETS, identity_get, NULL, "epsonStatus"},
	{5, PC_SNMP_OCTETS, identity_get, NULL, "epsonSerialNumber"},
};

static const struct pc_snmp_table identity_table = {
	.oid = identity_oid,
	.n_oid = PC_MIB_COUNT(identity_oid),
	.columns = identity_columns,
	.n_columns = PC_MIB_COUNT(identity_columns),
	.row = pc_mib_row_single,
	.applies = pc_mib_is_epson,
	.spec = "Epson SC-T3405 walk",
};

/* Versions: main firmware, serial number, network firmware and the package of both. */
enum { VERSION_MAIN = 1, VERSION_SERIAL, VERSION_NETWORK, VERSION_PACKAGE, VERSION_ROWS = 4 };

static bool
version_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	(void)profile;
	return pc_mib_row_printer(VERSION_ROWS, at, index, n_index);
}

static const char *
main_version(const struct pc_device *dev)
{
	const char *version = pc_epson_firmware(dev, "Main FW");

	return version[0] == '\0' ? pc_device_firmware(dev, 0) : version;
}

/* "16.52": kernel and application, or the part of that name. */
static int
network_version(const struct pc_device *dev, const char *more, struct pc_snmp_value *v)
{
	const char *kernel = pc_epson_firmware(dev, "NW Kernel FW");
	const char *appli = pc_epson_firmware(dev, "NW Appli FW");

	if (kernel[0] == '\0')
		return pc_mib_format(v, "%s%s", pc_epson_firmware(dev, "Network FW"), more);
	return pc_mib_format(v, "%s.%s%s", kernel, appli, more);
}

/* The package's name ends in a word that is harness-defined for models that were not walked. */
static int
version_value(const struct pc_device *dev, uint32_t row, struct pc_snmp_value *v)
{
	char more[PC_NAME_MAX];

	switch (row) {
	case VERSION_MAIN:
		return pc_mib_text(v, main_version(dev));
	case VERSION_SERIAL:
		return pc_mib_text(v, pc_mib_serial(dev));
	case VERSION_NETWORK:
		return network_version(dev, "", v);
	default:
		(void)snprintf(more, sizeof more, ".%s.FY19", main_version(dev));
		return network_version(dev, more, v);
	}
}

static int
version_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	static const struct {
		const char *name;
		uint8_t flags;
	} rows[] = {{"Printer FW", 0x80}, {"Serial No", 0x00}, {"Network FW", 0x80},
		{"FW Package", 0xd0}};
	bool label = pc_device_profile(dev)->epson.status == PC_EPSON_LABEL;
	uint32_t row = at->index[1];

	switch (at->column) {
	case 2:
		return version_value(dev, row, v);
	case 3: /* label printers name it as the board does */
		return pc_mib_text(
			v, label && row == VERSION_MAIN ? "Main FW" : rows[row - 1].name);
	case 5:
		v->scratch.bytes[0] = label && row == VERSION_MAIN ? 0x86 : rows[row - 1].flags;
		return pc_mib_octets(v, v->scratch.bytes, 1);
	case 6: /* the rows of the package */
		return row == VERSION_PACKAGE ? pc_mib_text(v, "1,3") : PC_E_NOTFOUND;
	default:
		return pc_mib_number(at, v, label ? 5 + (int64_t)row : 0);
	}
}

static const uint32_t version_oid[] = {1, 3, 6, 1, 4, 1, 1248, 1, 2, 2, 2, 1, 1};

static const struct pc_snmp_column version_columns[] = {
	{2, PC_SNMP_OCTETS, version_get, NULL, "epsonVersionValue"},
	{3, PC_SNMP_OCTETS, version_get, NULL, "epsonVersionName"},
	{5, PC_SNMP_OCTETS, version_get, NULL, "epsonVersionFlags"},
	{6, PC_SNMP_OCTETS, version_get, NULL, "epsonVersionPackage"},
	{11, PC_SNMP_INTEGER, version_get, NULL, "epsonVersion11"},
};

static const struct pc_snmp_table version_table = {
	.oid = version_oid,
	.n_oid = PC_MIB_COUNT(version_oid),
	.columns = version_columns,
	.n_columns = PC_MIB_COUNT(version_columns),
	.row = version_row,
	.applies = pc_mib_is_epson,
	.spec = "Epson SC-T3405 walk",
};

/* A timer in minutes out of the settings; no instance where the model has no such setting. */
static int
timer_get(const struct pc_device *dev, const struct pc_snmp_at *at, const char *setting,
	struct pc_snmp_value *v)
{
	const char *text = pc_device_setting(dev, setting);
	int64_t minutes;

	if (text == NULL || pc_text_i64(text, 0, INT32_MAX, &minutes) != PC_OK)
		return PC_E_NOTFOUND;
	return pc_mib_number(at, v, minutes);
}

static int
clock_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	if (at->column == 9)
		return timer_get(dev, at, "power.sleepTimerMinutes", v);
	return pc_mib_date(v, pc_device_wall_ns(dev));
}

static const uint32_t clock_oid[] = {1, 3, 6, 1, 4, 1, 1248, 1, 2, 2, 3, 1, 1};

static const struct pc_snmp_column clock_columns[] = {
	{9, PC_SNMP_INTEGER, clock_get, NULL, "epsonSleepTimer"},
	{11, PC_SNMP_OCTETS, clock_get, NULL, "epsonClock"},
};

static const struct pc_snmp_table clock_table = {
	.oid = clock_oid,
	.n_oid = PC_MIB_COUNT(clock_oid),
	.columns = clock_columns,
	.n_columns = PC_MIB_COUNT(clock_columns),
	.row = pc_mib_row_single,
	.applies = pc_mib_is_epson,
	.spec = "Epson SC-T3405 walk",
};

static int
power_off_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	return timer_get(dev, at, "power.powerOffTimerMinutes", v);
}

static const uint32_t power_off_oid[] = {1, 3, 6, 1, 4, 1, 1248, 1, 2, 2, 3, 3, 1};

static const struct pc_snmp_column power_off_columns[] = {
	{3, PC_SNMP_INTEGER, power_off_get, NULL, "epsonPowerOffTimer"},
};

static const struct pc_snmp_table power_off_table = {
	.oid = power_off_oid,
	.n_oid = PC_MIB_COUNT(power_off_oid),
	.columns = power_off_columns,
	.n_columns = PC_MIB_COUNT(power_off_columns),
	.row = pc_mib_row_only,
	.applies = pc_mib_is_epson,
	.spec = "Epson SC-T3405 walk",
};

static bool
size_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	return pc_mib_row_printer(profile->n_sizes, at, index, n_index);
}

/* "iso_a4_210x297mm" is "A4" on the panel. */
static int
size_name(const char *pwg, struct pc_snmp_value *v)
{
	const char *first = strchr(pwg, '_'), *last = strrchr(pwg, '_');
	size_t len;

	if (first == NULL || last == first) {
		first = pwg;
		last = pwg + strlen(pwg);
	} else {
		first++;
	}
	len = (size_t)(last - first);
	if (len > PC_NAME_MAX)
		len = PC_NAME_MAX;
	memcpy(v->scratch.bytes, first, len);
	v->scratch.bytes[0] = (uint8_t)toupper(v->scratch.bytes[0]);
	return pc_mib_octets(v, v->scratch.bytes, len);
}

/* Pages by paper size: total, colour, duplex. */
static int
size_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_profile *p = pc_device_profile(dev);
	size_t row = pc_mib_at(at);

	if (row >= p->n_sizes)
		return PC_E_NOTFOUND;
	const uint32_t(*c)[2] = pc_device_state(dev)->counters.by_size[row];

	switch (at->column) {
	case 2:
		return size_name(p->sizes[row], v);
	case 4:
		return pc_mib_number(at, v, (int64_t)c[0][0] + c[0][1] + c[1][0] + c[1][1]);
	case 5:
		return pc_mib_number(at, v, (int64_t)c[1][0] + c[1][1]);
	default:
		return pc_mib_number(at, v, (int64_t)c[0][1] + c[1][1]);
	}
}

static const uint32_t size_oid[] = {1, 3, 6, 1, 4, 1, 1248, 1, 2, 2, 6, 1, 1};

static const struct pc_snmp_column size_columns[] = {
	{2, PC_SNMP_OCTETS, size_get, NULL, "epsonSizeName"},
	{4, PC_SNMP_COUNTER32, size_get, NULL, "epsonSizePages"},
	{5, PC_SNMP_COUNTER32, size_get, NULL, "epsonSizeColorPages"},
	{8, PC_SNMP_COUNTER32, size_get, NULL, "epsonSizeDuplexPages"},
};

static const struct pc_snmp_table size_table = {
	.oid = size_oid,
	.n_oid = PC_MIB_COUNT(size_oid),
	.columns = size_columns,
	.n_columns = PC_MIB_COUNT(size_columns),
	.row = size_row,
	.applies = pc_mib_is_epson,
	.spec = "field notes (ZBX, printmaster), unverified",
};

/* Mono, colour and all pages. Sources disagree whether column 30 counts all or two-sided pages;
 * where it was compared with the printer's own page it was the total. */
static int
pages_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_device_state *st = pc_device_state(dev);

	switch (at->column) {
	case 3:
		return pc_mib_number(at, v, pc_mib_sides(st, 0));
	case 4:
		return pc_mib_number(at, v, pc_mib_sides(st, 1));
	default:
		return pc_mib_number(at, v, pc_mib_life_count(dev));
	}
}

static const uint32_t pages_oid[] = {1, 3, 6, 1, 4, 1, 1248, 1, 2, 2, 27, 1, 1};

static const struct pc_snmp_column pages_columns[] = {
	{3, PC_SNMP_COUNTER32, pages_get, NULL, "epsonMonoPages"},
	{4, PC_SNMP_COUNTER32, pages_get, NULL, "epsonColorPages"},
	{30, PC_SNMP_COUNTER32, pages_get, NULL, "epsonPages"},
};

static const struct pc_snmp_table pages_table = {
	.oid = pages_oid,
	.n_oid = PC_MIB_COUNT(pages_oid),
	.columns = pages_columns,
	.n_columns = PC_MIB_COUNT(pages_columns),
	.row = pc_mib_row_only,
	.applies = pc_mib_is_epson,
	.spec = "field notes (ZBX, printmaster), unverified",
};

static const char *const functions[] = {"Print", "Copy", "Fax", "Scan"};

/* Index {1, 1, function}: 1 print, 2 copy, 3 fax, 4 scan. */
static bool
function_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	size_t n = profile->fax ? 4 : profile->scanner ? 2 : 1;

	if (profile->scanner && !profile->fax && at == 2)
		at = 3; /* no fax row, but a scan row */
	else if (at >= n)
		return false;
	index[0] = index[1] = 1;
	index[2] = (uint32_t)at + 1;
	*n_index = 3;
	return true;
}

static uint32_t
sides_of(const struct pc_counters *c, size_t function, size_t color)
{
	const uint32_t(*plex)[2] = c->by_use[function][color];

	return plex[0][0] + plex[0][1] + plex[1][0] + plex[1][1];
}

static int
function_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_counters *c = &pc_device_state(dev)->counters;
	size_t row = pc_mib_at(at);

	if (row >= PC_MIB_COUNT(functions))
		return PC_E_NOTFOUND;
	switch (at->column) {
	case 2:
		return pc_mib_text(v, functions[row]);
	case 4: /* scanned images have no colour */
		return pc_mib_number(at, v, c->by_function[row]);
	default:
		return row == 3 ? PC_E_NOTFOUND
				: pc_mib_number(at, v, sides_of(c, row, at->column == 5));
	}
}

static const uint32_t function_oid[] = {1, 3, 6, 1, 4, 1, 1248, 1, 2, 2, 27, 6, 1};

static const struct pc_snmp_column function_columns[] = {
	{2, PC_SNMP_OCTETS, function_get, NULL, "epsonFunctionName"},
	{3, PC_SNMP_COUNTER32, function_get, NULL, "epsonFunctionMono"},
	{4, PC_SNMP_COUNTER32, function_get, NULL, "epsonFunctionPages"},
	{5, PC_SNMP_COUNTER32, function_get, NULL, "epsonFunctionColor"},
};

static const struct pc_snmp_table function_table = {
	.oid = function_oid,
	.n_oid = PC_MIB_COUNT(function_oid),
	.columns = function_columns,
	.n_columns = PC_MIB_COUNT(function_columns),
	.row = function_row,
	.applies = pc_mib_is_epson,
	.spec = "field notes (ZBX, printmaster), unverified",
};

static bool
supply_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	return pc_mib_row_printer(profile->n_supplies, at, index, n_index);
}

/* Consumables. Ink is kind 4 and state 2, a box kind 2 and state 1, as long as they work. */
static int
consumable_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_profile *p = pc_device_profile(dev);
	size_t row = pc_mib_at(at);
	bool box;

	if (row >= p->n_supplies)
		return PC_E_NOTFOUND;
	box = p->supplies[row].receptacle;
	switch (at->column) {
	case 2:
		return pc_mib_number(at, v, pc_mib_supply_percent(dev, row));
	case 3:
		return pc_mib_number(at, v, box ? 1 : 2);
	case 5:
	case 18:
		return pc_mib_text(v, p->supplies[row].name);
	case 6:
		return pc_mib_number(at, v, box ? 2 : 4);
	case 9:
		return pc_mib_text(v, box ? "" : p->vendor);
	default:
		return pc_mib_number(at, v, p->supplies[row].type);
	}
}

static const uint32_t consumable_oid[] = {1, 3, 6, 1, 4, 1, 1248, 1, 2, 2, 28, 1, 1};

static const struct pc_snmp_column consumable_columns[] = {
	{2, PC_SNMP_INTEGER, consumable_get, NULL, "epsonConsumableLevel"},
	{3, PC_SNMP_INTEGER, consumable_get, NULL, "epsonConsumableState"},
	{5, PC_SNMP_OCTETS, consumable_get, NULL, "epsonConsumableName"},
	{6, PC_SNMP_INTEGER, consumable_get, NULL, "epsonConsumableKind"},
	{9, PC_SNMP_OCTETS, consumable_get, NULL, "epsonConsumableMaker"},
	{18, PC_SNMP_OCTETS, consumable_get, NULL, "epsonConsumableText"},
	{21, PC_SNMP_INTEGER, consumable_get, NULL, "epsonConsumableType"},
};

static const struct pc_snmp_table consumable_table = {
	.oid = consumable_oid,
	.n_oid = PC_MIB_COUNT(consumable_oid),
	.columns = consumable_columns,
	.n_columns = PC_MIB_COUNT(consumable_columns),
	.row = supply_row,
	.applies = pc_mib_is_epson,
	.spec = "Epson SC-T3405 and CW-C6500Au walks",
};

static bool
colorant_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	return pc_mib_row_printer(pc_mib_colorants(profile), at, index, n_index);
}

static int64_t
rgb(const char *color)
{
	static const struct {
		const char *name;
		int64_t rgb;
	} colors[] = {{"black", 0}, {"cyan", 0x00ffff}, {"magenta", 0xff00ff}, {"yellow", 0xffff00},
		{"red", 0xff0000}, {"green", 0x00ff00}, {"orange", 0xff8000}, {"white", 0xffffff},
		{"gray", 0x808080}};

	for (size_t i = 0; i < PC_MIB_COUNT(colors); i++)
		if (strcmp(colors[i].name, color) == 0)
			return colors[i].rgb;
	return 0;
}

/* The supply of row `at` (from 0): colorants stand in the order of ST2's codes, black first. */
static size_t
colorant_supply(const struct pc_profile *p, size_t at)
{
	size_t n = pc_mib_colorants(p);

	for (size_t i = 0; i < n; i++) {
		size_t supply = pc_mib_colorant_supply(p, i), before = 0;
		uint8_t code = pc_epson_ink_color(p->supplies[supply].colorant);

		for (size_t k = 0; k < n; k++) {
			uint8_t other = pc_epson_ink_color(
				p->supplies[pc_mib_colorant_supply(p, k)].colorant);

			before += other < code || (other == code && k < i);
		}
		if (before == at)
			return supply;
	}
	return SIZE_MAX;
}

static int
colorant_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_profile *p = pc_device_profile(dev);
	size_t row = pc_mib_at(at), supply = colorant_supply(p, row);
	const int64_t n[] = {
		[2] = (int64_t)supply + 1, [3] = (int64_t)row + 1, [18] = (int64_t)row};

	if (supply == SIZE_MAX)
		return PC_E_NOTFOUND;
	if (at->column == 5)
		return pc_mib_number(at, v, rgb(p->supplies[supply].colorant));
	if (at->column != 4)
		return pc_mib_number(at, v, n[at->column]);
	pc_mib_format(v, "%s", p->supplies[supply].colorant);
	v->scratch.bytes[0] = (uint8_t)toupper(v->scratch.bytes[0]);
	return PC_OK;
}

static const uint32_t colorant_oid[] = {1, 3, 6, 1, 4, 1, 1248, 1, 2, 2, 30, 1, 1};

static const struct pc_snmp_column colorant_columns[] = {
	{2, PC_SNMP_INTEGER, colorant_get, NULL, "epsonColorantSupply"},
	{3, PC_SNMP_INTEGER, colorant_get, NULL, "epsonColorantIndex"},
	{4, PC_SNMP_OCTETS, colorant_get, NULL, "epsonColorantName"},
	{5, PC_SNMP_INTEGER, colorant_get, NULL, "epsonColorantRgb"},
	{18, PC_SNMP_INTEGER, colorant_get, NULL, "epsonColorantCode"},
};

static const struct pc_snmp_table colorant_table = {
	.oid = colorant_oid,
	.n_oid = PC_MIB_COUNT(colorant_oid),
	.columns = colorant_columns,
	.n_columns = PC_MIB_COUNT(colorant_columns),
	.row = colorant_row,
	.applies = pc_mib_is_epson,
	.spec = "Epson SC-T3405 walk",
};

static int
supply_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_profile *p = pc_device_profile(dev);
	size_t row = pc_mib_at(at);

	if (row >= p->n_supplies)
		return PC_E_NOTFOUND;
	if (at->column == 3)
		return pc_mib_text(v, p->supplies[row].name);
	if (at->column == 2)
		return pc_mib_number(at, v, p->supplies[row].type);
	return pc_mib_number(at, v, p->supplies[row].receptacle ? 1 : 2);
}

static const uint32_t supply_oid[] = {1, 3, 6, 1, 4, 1, 1248, 1, 2, 2, 50, 1, 1};

static const struct pc_snmp_column supply_columns[] = {
	{2, PC_SNMP_INTEGER, supply_get, NULL, "epsonSupplyType"},
	{3, PC_SNMP_OCTETS, supply_get, NULL, "epsonSupplyName"},
	{6, PC_SNMP_INTEGER, supply_get, NULL, "epsonSupplyState"},
};

static const struct pc_snmp_table supply_table = {
	.oid = supply_oid,
	.n_oid = PC_MIB_COUNT(supply_oid),
	.columns = supply_columns,
	.n_columns = PC_MIB_COUNT(supply_columns),
	.row = supply_row,
	.applies = pc_mib_is_epson,
	.spec = "Epson SC-T3405 walk",
};

/* Many Epsons answer the device ID under HP's OID, which discovery programs ask. */
static int
hp_id_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	(void)at;
	return pc_mib_expand(dev, v, pc_device_profile(dev)->device_id_1284);
}

static const uint32_t hp_id_oid[] = {1, 3, 6, 1, 4, 1, 11, 2, 3, 9, 1, 1};

static const struct pc_snmp_column hp_id_columns[] = {
	{7, PC_SNMP_OCTETS, hp_id_get, NULL, "gdStatusId"},
};

static const struct pc_snmp_table hp_id_table = {
	.oid = hp_id_oid,
	.n_oid = PC_MIB_COUNT(hp_id_oid),
	.columns = hp_id_columns,
	.n_columns = PC_MIB_COUNT(hp_id_columns),
	.applies = pc_mib_is_epson,
	.spec = "field notes (epson_print_conf)",
};

static const struct pc_snmp_table *const tables[] = {&identity_table, &version_table, &clock_table,
	&power_off_table, &size_table, &pages_table, &function_table, &consumable_table,
	&colorant_table, &supply_table, &hp_id_table};

const struct pc_snmp_module pc_snmp_mib_epson = {"EPSON-MIB printer", tables, PC_MIB_COUNT(tables)};
