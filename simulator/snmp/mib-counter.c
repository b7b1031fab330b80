/* PWG-IMAGING-COUNTER-MIB: what the printer's services and sub-units have done, since it was made
 * and since it was started. Every service and sub-unit has a key; the counter tables are indexed by
 * key, kind of work and persistence. Spec: PWG 5106.3 */
#include <string.h>

#include "base/err.h"
#include "snmp/mib-alert.h"
#include "snmp/mib-common.h"
#include "snmp/mib-counter.h"
#include "snmp/modules.h"

enum {
	UNKNOWN_TYPE = 2, /* of the side of a key that it does not have */
	STATE_IDLE = 3,   /* IcServiceStateTC */
	STATE_PROCESSING = 4,
	STATE_STOPPED = 5
};

bool
pc_ic_applies(const struct pc_profile *profile)
{
	return pc_profile_has_mib(profile, PC_MIBS_IMAGING_COUNTER);
}

/* ---- keys: services in the order of their types, then sub-units ---- */

/* How many of a kind this model has. */
static size_t
scanners(const struct pc_profile *p)
{
	return p->scanner ? 1 : 0;
}

static size_t
faxes(const struct pc_profile *p)
{
	return p->fax ? 1 : 0;
}

static size_t
one(const struct pc_profile *p)
{
	(void)p;
	return 1;
}

static size_t
inputs(const struct pc_profile *p)
{
	return p->n_trays;
}

static size_t
outputs(const struct pc_profile *p)
{
	return p->n_outputs;
}

static size_t
paths(const struct pc_profile *p)
{
	return p->duplex ? 2 : 1;
}

static size_t
channels(const struct pc_profile *p)
{
	return (size_t)p->ports.lpd + p->ports.raw;
}

static size_t
finishers(const struct pc_profile *p)
{
	return p->n_finishers;
}

static const struct kind {
	bool subunit;
	uint32_t type;
	size_t (*count)(const struct pc_profile *p);
	const char *name;
} kinds[] = {
	{false, PC_IC_SYSTEM, one, "System"},
	{false, PC_IC_COPY, scanners, "Copy"},
	{false, PC_IC_FAX_IN, faxes, "Fax reception"},
	{false, PC_IC_PRINT, one, "Print"},
	{false, PC_IC_SCAN, scanners, "Scan"},
	{true, PC_IC_CONSOLE, one, "Console"},
	{true, PC_IC_INPUT, inputs, NULL},
	{true, PC_IC_OUTPUT, outputs, NULL},
	{true, PC_IC_MARKER, one, "Marker"},
	{true, PC_IC_PATH, paths, NULL},
	{true, PC_IC_CHANNEL, channels, NULL},
	{true, PC_IC_FINISHER, finishers, NULL},
	{true, PC_IC_INTERFACE, one, "Network interface"},
	{true, PC_IC_SCANNER, scanners, "Scanner"},
};

bool
pc_ic_unit(const struct pc_profile *p, size_t key, struct pc_ic_unit *out)
{
	for (size_t i = 0; i < PC_MIB_COUNT(kinds); i++) {
		size_t n = kinds[i].count(p);

		if (key < n) {
			*out = (struct pc_ic_unit){kinds[i].subunit, kinds[i].type, key};
			return true;
		}
		key -= n;
	}
	return false;
}

uint32_t
pc_ic_key(const struct pc_profile *p, bool subunit, uint32_t type, size_t row)
{
	size_t key = 0;

	for (size_t i = 0; i < PC_MIB_COUNT(kinds); i++) {
		size_t n = kinds[i].count(p);

		if (kinds[i].subunit == subunit && kinds[i].type == type)
			return row < n ? (uint32_t)(key + row) + 1 : 0;
		key += n;
	}
	return 0;
}

static const struct kind *
kind_of(const struct pc_ic_unit *u)
{
	size_t i = 0;

	while (kinds[i].subunit != u->subunit || kinds[i].type != u->type)
		i++;
	return &kinds[i];
}

static size_t
count_units(const struct pc_profile *p, bool subunits)
{
	size_t n = 0;

	for (size_t i = 0; i < PC_MIB_COUNT(kinds); i++)
		n += kinds[i].subunit == subunits ? kinds[i].count(p) : 0;
	return n;
}

/* ---- icGeneral, icKeyTable ---- */

static int
general_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_profile *p = pc_device_profile(dev);

	switch (at->column) {
	case 1: {
		size_t row = (size_t)pc_device_option(dev, PC_OPTION_LOCALIZATION, 0) - 1;
		struct pc_profile_localization l = pc_device_localization(p, row);

		return pc_mib_format(v, "%s-%s", l.language, l.country);
	}
	case 2:
		return pc_mib_number(at, v, (int64_t)count_units(p, false));
	case 3:
		return pc_mib_number(at, v, (int64_t)count_units(p, true));
	default:
		return pc_mib_number(at, v, (int64_t)p->n_sizes);
	}
}

#define IC 1, 3, 6, 1, 4, 1, 2699, 1, 3, 1

static const uint32_t general_oid[] = {IC, 1};

static const struct pc_snmp_column general_columns[] = {
	{1, PC_SNMP_OCTETS, general_get, NULL, "icGeneralNaturalLanguage"},
	{2, PC_SNMP_INTEGER, general_get, NULL, "icGeneralTotalServiceRecords"},
	{3, PC_SNMP_INTEGER, general_get, NULL, "icGeneralTotalSubunitRecords"},
	{4, PC_SNMP_INTEGER, general_get, NULL, "icGeneralTotalMediaUsedRecords"},
};

static const struct pc_snmp_table general_table = {
	.oid = general_oid,
	.n_oid = PC_MIB_COUNT(general_oid),
	.columns = general_columns,
	.n_columns = PC_MIB_COUNT(general_columns),
	.applies = pc_ic_applies,
	.spec = "PWG 5106.3 icGeneral",
};

static bool
key_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	struct pc_ic_unit u;

	return pc_ic_unit(profile, at, &u) && pc_mib_row_plain(at + 1, at, index, n_index);
}

static int
key_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	struct pc_ic_unit u;

	if (!pc_ic_unit(pc_device_profile(dev), pc_mib_at(at), &u))
		return PC_E_NOTFOUND;
	const int64_t row = (int64_t)u.row + 1;
	const int64_t n[] = {[2] = u.subunit ? UNKNOWN_TYPE : u.type,
		u.subunit ? 0 : row,
		u.subunit ? u.type : UNKNOWN_TYPE,
		u.subunit ? row : 0};

	return pc_mib_number(at, v, n[at->column]);
}

static const uint32_t key_oid[] = {IC, 2, 1, 1};

static const struct pc_snmp_column key_columns[] = {
	{2, PC_SNMP_INTEGER, key_get, NULL, "icKeyServiceType"},
	{3, PC_SNMP_INTEGER, key_get, NULL, "icKeyServiceIndex"},
	{4, PC_SNMP_INTEGER, key_get, NULL, "icKeySubunitType"},
	{5, PC_SNMP_INTEGER, key_get, NULL, "icKeySubunitIndex"},
};

static const struct pc_snmp_table key_table = {
	.oid = key_oid,
	.n_oid = PC_MIB_COUNT(key_oid),
	.columns = key_columns,
	.n_columns = PC_MIB_COUNT(key_columns),
	.row = key_row,
	.applies = pc_ic_applies,
	.spec = "PWG 5106.3 icKeyTable",
};

/* ---- icServiceTable, icSubunitTable: index {type, row} ---- */

/* The `at`-th unit of services or sub-units; keys are in the order of this index. */
static bool
unit_row(const struct pc_profile *p, bool subunits, size_t at, uint32_t *index, size_t *n_index)
{
	size_t key = at + (subunits ? count_units(p, false) : 0);
	struct pc_ic_unit u;

	if (!pc_ic_unit(p, key, &u) || u.subunit != subunits)
		return false;
	index[0] = u.type;
	index[1] = (uint32_t)u.row + 1;
	*n_index = 2;
	return true;
}

static bool
service_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	return unit_row(profile, false, at, index, n_index);
}

static bool
subunit_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	return unit_row(profile, true, at, index, n_index);
}

/* Only scanning goes on while the printer is stopped. */
static int64_t
service_state(const struct pc_device *dev, uint32_t type)
{
	if (type == PC_IC_SCAN)
		return STATE_IDLE;
	if (pc_device_hr_status(dev) == PC_HR_DOWN)
		return STATE_STOPPED;
	return pc_device_state(dev)->activity == PC_IDLE ? STATE_IDLE : STATE_PROCESSING;
}

/* Row of the newest alert of this severity; 0 when there is none. */
static int64_t
newest_alert(const struct pc_device *dev, uint8_t severity)
{
	const struct pc_alert *alerts;
	size_t n = pc_device_alerts(dev, &alerts);

	while (n > 0 && alerts[n - 1].severity != severity)
		n--;
	return n == 0 ? 0 : alerts[n - 1].index;
}

static int
service_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_profile *p = pc_device_profile(dev);
	struct pc_ic_unit u = {false, at->index[0], 0};
	int64_t alert = newest_alert(dev, 3);

	switch (at->column) {
	case 3:
		return pc_mib_number(at, v, pc_ic_key(p, false, u.type, 0));
	case 4:
		return pc_mib_text(v, kind_of(&u)->name);
	case 5: /* jmGeneralJobSetIndex: the one queue */
		return pc_mib_number(at, v,
			u.type == PC_IC_PRINT && pc_profile_has_mib(p, PC_MIBS_JOB_MONITORING));
	case 6:
		return pc_mib_number(at, v, service_state(dev, u.type));
	case 7:
		return pc_mib_text(v, pc_device_console(dev));
	default:
		return pc_mib_number(at, v, alert != 0 ? alert : newest_alert(dev, 5));
	}
}

static const uint32_t service_oid[] = {IC, 3, 1, 1};

static const struct pc_snmp_column service_columns[] = {
	{3, PC_SNMP_INTEGER, service_get, NULL, "icServiceKey"},
	{4, PC_SNMP_OCTETS, service_get, NULL, "icServiceInfo"},
	{5, PC_SNMP_INTEGER, service_get, NULL, "icServiceJobSetIndex"},
	{6, PC_SNMP_INTEGER, service_get, NULL, "icServiceState"},
	{7, PC_SNMP_OCTETS, service_get, NULL, "icServiceStateMessage"},
	{8, PC_SNMP_INTEGER, service_get, NULL, "icServicePrtAlertIndex"},
};

static const struct pc_snmp_table service_table = {
	.oid = service_oid,
	.n_oid = PC_MIB_COUNT(service_oid),
	.columns = service_columns,
	.n_columns = PC_MIB_COUNT(service_columns),
	.row = service_row,
	.applies = pc_ic_applies,
	.spec = "PWG 5106.3 icServiceTable",
};

static int
subunit_info(const struct pc_device *dev, const struct pc_ic_unit *u, struct pc_snmp_value *v)
{
	uint32_t row = (uint32_t)u->row;

	switch (u->type) {
	case PC_IC_INPUT:
		return pc_mib_text(v, pc_device_option_text(dev, PC_OPTION_TRAY_NAME, row));
	case PC_IC_OUTPUT:
		return pc_mib_text(v, pc_device_option_text(dev, PC_OPTION_OUTPUT_NAME, row));
	case PC_IC_PATH:
		return pc_mib_localized(dev, v, row == 0 ? "Simplex" : "Duplex");
	case PC_IC_CHANNEL:
		return pc_mib_text(
			v, row == 0 && pc_device_profile(dev)->ports.lpd ? "LPD" : "Raw TCP");
	case PC_IC_FINISHER:
		return pc_mib_text(v, pc_device_profile(dev)->finishers[row].name);
	default:
		return pc_mib_text(v, kind_of(u)->name);
	}
}

static int32_t
subunit_status(const struct pc_device *dev, const struct pc_ic_unit *u)
{
	switch (u->type) {
	case PC_IC_INPUT:
		return pc_mib_input_status(dev, u->row);
	case PC_IC_OUTPUT:
		return pc_mib_output_status(dev, u->row);
	case PC_IC_MARKER:
		return pc_mib_marker_status(dev);
	case PC_IC_PATH:
		return pc_mib_path_status(dev, u->row);
	case PC_IC_CHANNEL:
		return pc_mib_channel_status(dev, u->row);
	case PC_IC_FINISHER:
		return pc_mib_finisher_status(dev, u->row);
	case PC_IC_CONSOLE:
		return pc_device_option(dev, PC_OPTION_CONSOLE_DISABLED, 0) != 0 ? 1 : 0;
	default: /* interface and scanner are idle or in use unseen */
		return 0;
	}
}

/* Text of the newest alert of the sub-unit; its type is the alert group's number. */
static const char *
subunit_message(const struct pc_device *dev, const struct pc_ic_unit *u)
{
	const struct pc_alert *alerts;
	size_t n = pc_device_alerts(dev, &alerts);

	for (; n > 0; n--) {
		const struct pc_alert *a = &alerts[n - 1];

		if (a->group == u->type && a->group_index == (int32_t)u->row + 1)
			return pc_device_localized(dev, PC_OPTION_LOCALIZATION, a->text);
	}
	return "";
}

static int
subunit_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	struct pc_ic_unit u = {true, at->index[0], at->index[1] - 1};

	switch (at->column) {
	case 3:
		return pc_mib_number(at, v, pc_ic_key(pc_device_profile(dev), true, u.type, u.row));
	case 4:
		return subunit_info(dev, &u, v);
	case 5:
		return pc_mib_number(at, v, subunit_status(dev, &u));
	default:
		return pc_mib_format(v, "%s", subunit_message(dev, &u));
	}
}

static const uint32_t subunit_oid[] = {IC, 4, 1, 1};

static const struct pc_snmp_column subunit_columns[] = {
	{3, PC_SNMP_INTEGER, subunit_get, NULL, "icSubunitKey"},
	{4, PC_SNMP_OCTETS, subunit_get, NULL, "icSubunitInfo"},
	{5, PC_SNMP_INTEGER, subunit_get, NULL, "icSubunitStatus"},
	{6, PC_SNMP_OCTETS, subunit_get, NULL, "icSubunitStatusMessage"},
};

static const struct pc_snmp_table subunit_table = {
	.oid = subunit_oid,
	.n_oid = PC_MIB_COUNT(subunit_oid),
	.columns = subunit_columns,
	.n_columns = PC_MIB_COUNT(subunit_columns),
	.row = subunit_row,
	.applies = pc_ic_applies,
	.spec = "PWG 5106.3 icSubunitTable",
};

/* ---- icSubunitMapTable: which sub-units a service uses ---- */

static bool
uses(uint32_t service, uint32_t subunit)
{
	bool scans = subunit == PC_IC_SCANNER, carries = subunit == PC_IC_INTERFACE;

	if (service == PC_IC_SYSTEM)
		return true;
	if (service == PC_IC_SCAN)
		return scans || carries;
	if (service == PC_IC_COPY)
		return !carries && subunit != PC_IC_CHANNEL;
	return !scans && subunit != PC_IC_CONSOLE &&
	       (service == PC_IC_PRINT || (subunit != PC_IC_CHANNEL && !carries));
}

/* Index {key of the service, key of the sub-unit}. */
static bool
map_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	struct pc_ic_unit service, subunit;
	size_t first = count_units(profile, false);

	for (size_t s = 0; s < first && pc_ic_unit(profile, s, &service); s++) {
		for (size_t k = first; pc_ic_unit(profile, k, &subunit); k++) {
			if (!uses(service.type, subunit.type) || at-- > 0)
				continue;
			index[0] = (uint32_t)s + 1;
			index[1] = (uint32_t)k + 1;
			*n_index = 2;
			return true;
		}
	}
	return false;
}

/* What a manager has switched off is not enabled; true(1), false(2). */
static int
map_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	struct pc_ic_unit u;
	bool on;

	if (!pc_ic_unit(pc_device_profile(dev), at->index[1] - 1, &u))
		return PC_E_NOTFOUND;
	on = (subunit_status(dev, &u) & 7) != 1 || u.type == PC_IC_INPUT || u.type == PC_IC_OUTPUT;
	return pc_mib_number(at, v, on ? 1 : 2);
}

static const uint32_t map_oid[] = {IC, 14, 1, 1};

static const struct pc_snmp_column map_columns[] = {
	{3, PC_SNMP_INTEGER, map_get, NULL, "icSubunitMapSubunitEnabled"},
};

static const struct pc_snmp_table map_table = {
	.oid = map_oid,
	.n_oid = PC_MIB_COUNT(map_oid),
	.columns = map_columns,
	.n_columns = PC_MIB_COUNT(map_columns),
	.row = map_row,
	.applies = pc_ic_applies,
	.spec = "PWG 5106.3 icSubunitMapTable",
};

static const struct pc_snmp_table *const tables[] = {&general_table, &key_table, &service_table,
	&subunit_table, &pc_ic_time_table, &pc_ic_monitor_table, &pc_ic_image_table,
	&pc_ic_impression_table, &pc_ic_two_sided_table, &pc_ic_sheet_table, &pc_ic_traffic_table,
	&pc_ic_media_table, &map_table};

const struct pc_snmp_module pc_snmp_mib_counter = {
	"PWG-IMAGING-COUNTER-MIB", tables, PC_MIB_COUNT(tables)};
