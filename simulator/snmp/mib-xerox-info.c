/* XEROX-HOST-RESOURCES-EXT-MIB: identity and state of the machine and its logical devices, help,
 * power, traffic, covers, console. Spec: XCMI 5.10 */
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "snmp/mib-alert.h"
#include "snmp/mib-xerox.h"
#include "snmp/modules.h"

enum {
	PHYSICAL = 11, /* XcmHrDevInfoRealization */
	LOGICAL = 12,
	TRUE = 1,
	FALSE = 2,
	SLEEP_MINUTES_MAX = 1440
};

/* ---- devices ---- */

/* The machine itself and what it is to its users. */
static const struct {
	uint32_t index;
	const char *name;
	int64_t idle_status;
} devices[] = {{PC_XCMI_PRINTER, NULL, 503}, {PC_XCMI_HOST, "Host system", 10100},
	{PC_XCMI_SCANNER, "Scanner", 10200}, {PC_XCMI_COPIER, "Copier", 10300},
	{PC_XCMI_FAX, "Fax", 10400}};

static bool
has_device(const struct pc_profile *p, uint32_t index)
{
	if (index == PC_XCMI_FAX)
		return p->fax;
	return (index != PC_XCMI_SCANNER && index != PC_XCMI_COPIER) || p->scanner;
}

static bool
info_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	for (size_t i = 0; i < PC_MIB_COUNT(devices); i++) {
		if (!has_device(profile, devices[i].index) || at-- > 0)
			continue;
		index[0] = devices[i].index;
		*n_index = 1;
		return true;
	}
	return false;
}

static size_t
device_of(const struct pc_snmp_at *at)
{
	size_t i = 0;

	while (i < PC_MIB_COUNT(devices) - 1 && devices[i].index != at->index[0])
		i++;
	return i;
}

int64_t
pc_xcmi_x_status(const struct pc_device *dev)
{
	if (pc_device_state(dev)->offline)
		return 506;
	if (pc_device_hr_status(dev) == PC_HR_DOWN)
		return pc_device_state(dev)->service ? 510 : 505;
	return pc_device_hr_printer_status(dev) == PC_HRP_PRINTING ? 504 : 503;
}

/* When the machine was started last, on its own clock. */
static uint64_t
boot_wall(const struct pc_device *dev)
{
	uint64_t up = pc_clock_ms(pc_device_clock(dev)) - pc_device_state(dev)->boot_ms;

	return pc_device_wall_ns(dev) - up * 1000000u;
}

static int
name_get(const struct pc_device *dev, size_t device, struct pc_snmp_value *v)
{
	if (devices[device].name == NULL)
		return pc_mib_maker_model(pc_device_profile(dev), v);
	return pc_mib_text(v, devices[device].name);
}

static int
info_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	size_t device = device_of(at);
	bool machine = device == 0;
	int r;

	switch (at->column) {
	case 2:
		return name_get(dev, device, v);
	case 3:
		return pc_mib_text(v, machine ? pc_mib_serial(dev) : "");
	case 4:
		return pc_mib_number(at, v, machine ? PHYSICAL : LOGICAL);
	case 5:
		return pc_mib_number(
			at, v, machine ? pc_xcmi_x_status(dev) : devices[device].idle_status);
	case 8: /* nobody noted it */
		r = pc_mib_kept_get(dev, at, v);
		return r == PC_OK && v->len == 0 ? pc_xcmi_no_date(v) : r;
	case 9:
		return pc_mib_date(v, boot_wall(dev));
	default: /* 12: the device that it is a side of */
		return pc_mib_number(at, v, machine ? 0 : PC_XCMI_PRINTER);
	}
}

/* The logical devices in hrDeviceTable, on whose rows those of the other tables stand; row 1 is
 * that of every printer. Spec: XCMI xcmHrDeviceTypes, RFC 2790 hrDeviceTable */
static bool
hr_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	return info_row(profile, at + 1, index, n_index);
}

static int
hr_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	static const uint32_t types[] = {PC_XCMI, 52, 2};

	(void)dev;
	switch (at->column) {
	case 1:
		return pc_mib_number(at, v, at->index[0]);
	case 2:
		memcpy(v->scratch.arcs, types, sizeof types);
		v->scratch.arcs[PC_MIB_COUNT(types)] = at->index[0]; /* device and type agree */
		return pc_mib_oid(v, v->scratch.arcs, PC_MIB_COUNT(types) + 1);
	case 3:
		return pc_mib_text(v, devices[device_of(at)].name);
	case 4:
		return pc_mib_dotted(v, NULL);
	case 5:
		return pc_mib_number(at, v, PC_HR_RUNNING);
	default:
		return pc_mib_number(at, v, 0);
	}
}

static const uint32_t hr_oid[] = {1, 3, 6, 1, 2, 1, 25, 3, 2, 1};

static const struct pc_snmp_column hr_columns[] = {
	{1, PC_SNMP_INTEGER, hr_get, NULL, "hrDeviceIndex"},
	{2, PC_SNMP_OID, hr_get, NULL, "hrDeviceType"},
	{3, PC_SNMP_OCTETS, hr_get, NULL, "hrDeviceDescr"},
	{4, PC_SNMP_OID, hr_get, NULL, "hrDeviceID"},
	{5, PC_SNMP_INTEGER, hr_get, NULL, "hrDeviceStatus"},
	{6, PC_SNMP_COUNTER32, hr_get, NULL, "hrDeviceErrors"},
};

PC_XCMI_TABLE(hr, .row = hr_row, .spec = "XCMI xcmHrDeviceTypes");

static int
date_set(struct pc_device *dev, const struct pc_snmp_at *at, const struct pc_snmp_value *value,
	bool commit)
{
	if (value->len != 8 && value->len != 11)
		return PC_MIB_WRONG_LENGTH;
	return pc_mib_kept_set(dev, at, value, commit);
}

static const uint32_t info_oid[] = {PC_XCMI, 53, 3, 2, 1};

static const struct pc_snmp_column info_columns[] = {
	{1, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmHrDevInfoRowStatus"},
	{2, PC_SNMP_OCTETS, info_get, NULL, "xcmHrDevInfoName"},
	{3, PC_SNMP_OCTETS, info_get, NULL, "xcmHrDevInfoSerialNumber"},
	{4, PC_SNMP_INTEGER, info_get, NULL, "xcmHrDevInfoRealization"},
	{5, PC_SNMP_INTEGER, info_get, NULL, "xcmHrDevInfoXStatus"},
	{6, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmHrDevInfoConditions"},
	{7, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmHrDevInfoXConditions"},
	{8, PC_SNMP_OCTETS, info_get, date_set, "xcmHrDevInfoInstallDate"},
	{9, PC_SNMP_OCTETS, info_get, NULL, "xcmHrDevInfoResetDate"},
	{10, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmHrDevInfoNextDeviceIndex"},
	{11, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmHrDevInfoPreviousDeviceIndex"},
	{12, PC_SNMP_INTEGER, info_get, NULL, "xcmHrDevInfoPhysicalDeviceIndex"},
	{13, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmHrDevInfoPriority"},
	{14, PC_SNMP_OCTETS, pc_mib_kept_get, pc_mib_kept_set, "xcmHrDevInfoXeroxAssetTagNumber"},
	{15, PC_SNMP_OCTETS, pc_mib_kept_get, pc_mib_kept_set, "xcmHrDevInfoCustomerAssetNumber"},
};

static const struct pc_mib_rule info_rules[] = {
	{1, 1, 1, 1, NULL, NULL},
	{8, 8, 11, 0, NULL, NULL},
	{14, 0, 31, 0, NULL, NULL},
	{15, 0, 31, 0, NULL, NULL},
};

PC_XCMI_RULED_TABLE(info, .row = info_row, .spec = "XCMI xcmHrDevInfoTable");

static const uint32_t help_oid[] = {PC_XCMI, 53, 4, 2, 1};

static const struct pc_snmp_column help_columns[] = {
	{1, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmHrDevHelpRowStatus"},
	{2, PC_SNMP_OCTETS, pc_mib_kept_get, pc_mib_kept_set, "xcmHrDevHelpOperatorMessage"},
	{3, PC_SNMP_OCTETS, pc_mib_kept_get, pc_mib_kept_set, "xcmHrDevHelpProblemMessage"},
	{4, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmHrDevHelpCommsAddressIndex"},
};

static const struct pc_mib_rule help_rules[] = {
	{1, 1, 1, 1, NULL, NULL},
	{2, 0, 255, 0, NULL, NULL},
	{3, 0, 255, 0, NULL, NULL},
};

PC_XCMI_RULED_TABLE(help, .row = pc_mib_row_single, .spec = "XCMI xcmHrDevHelpTable");

static int
general_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_profile *p = pc_device_profile(dev);
	struct pc_alert row = {0};
	uint32_t last = 0;

	switch (at->column) {
	case 3: /* the product's own identifier */
		return pc_mib_dotted(v, p->sys_object_id);
	case 4:
		return pc_xcmi_no_date(v);
	case 7:
		return pc_mib_number(at, v,
			p->fax       ? PC_XCMI_FAX
			: p->scanner ? PC_XCMI_COPIER
				     : PC_XCMI_HOST);
	case 10:
		return pc_mib_number(at, v, (int64_t)p->n_firmware);
	default:
		while (pc_mib_alert_after(dev, row.index, &row))
			last = row.severity == 3 ? row.index : last;
		return pc_mib_number(at, v, last);
	}
}

static const uint32_t general_oid[] = {PC_XCMI, 53, 9, 2, 1};

static const struct pc_snmp_column general_columns[] = {
	{2, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmHrGeneralRowStatus"},
	{3, PC_SNMP_OID, general_get, NULL, "xcmHrGeneralVersionID"},
	{4, PC_SNMP_OCTETS, general_get, NULL, "xcmHrGeneralVersionDate"},
	{5, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmHrGeneralGroupSupport"},
	{6, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmHrGeneralStorageLast"},
	{7, PC_SNMP_INTEGER, general_get, NULL, "xcmHrGeneralDeviceLast"},
	{8, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmHrGeneralFSLast"},
	{9, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmHrGeneralSWRunLast"},
	{10, PC_SNMP_INTEGER, general_get, NULL, "xcmHrGeneralSWInstalledLast"},
	{11, PC_SNMP_INTEGER, general_get, NULL, "xcmHrGeneralSystemFaultLast"},
	{12, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmHrGeneralCreateSupport"},
	{13, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmHrGeneralUpdateSupport"},
};

static const struct pc_mib_rule general_rules[] = {
	{2, 1, 1, 1, NULL, NULL},
	{5, 0, INT32_MAX, 71, NULL, NULL},
	{6, 0, INT32_MAX, 1, NULL, NULL},
	{9, 0, INT32_MAX, 1, NULL, NULL},
};

PC_XCMI_RULED_TABLE(general, .row = pc_mib_row_single, .spec = "XCMI xcmHrGeneralTable");

/* ---- power ---- */

static int
power_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const char *sleep = pc_device_setting(dev, "power.sleepTimerMinutes");
	int64_t minutes = 0;

	if (at->column == 18) /* begun minutes of a start */
		return pc_mib_number(at, v, (pc_device_profile(dev)->boot_ms + 59999) / 60000);
	if (sleep != NULL && pc_text_i64(sleep, 0, INT32_MAX, &minutes) != PC_OK)
		minutes = 0;
	return pc_mib_number(at, v, minutes);
}

/* The delay before saving energy is the printer's sleep timer. */
static int
sleep_set(struct pc_device *dev, const struct pc_snmp_at *at, const struct pc_snmp_value *value,
	bool commit)
{
	char text[16];

	(void)at;
	if (pc_device_setting(dev, "power.sleepTimerMinutes") == NULL)
		return PC_MIB_NOT_WRITABLE;
	if (value->integer < 0 || value->integer > SLEEP_MINUTES_MAX)
		return PC_MIB_WRONG_VALUE;
	if (!commit)
		return PC_MIB_OK;
	(void)snprintf(text, sizeof text, "%d", (int)value->integer);
	return pc_device_setting_set(dev, "power.sleepTimerMinutes", text) == PC_OK
		       ? PC_MIB_OK
		       : PC_MIB_COMMIT_FAILED;
}

static const uint32_t power_oid[] = {PC_XCMI, 53, 6, 2, 1};

static const struct pc_snmp_column power_columns[] = {
	{1, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmHrDevPowerRowStatus"},
	{2, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmHrDevPowerWarmUpSupport"},
	{3, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmHrDevPowerCoolDownSupport"},
	{4, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmHrDevPowerEnergySaveSupport"},
	{5, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmHrDevPowerTimeUnit"},
	{6, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmHrDevPowerWarmUpDelay"},
	{7, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmHrDevPowerWarmUpDuration"},
	{8, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmHrDevPowerCoolDownDelay"},
	{9, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmHrDevPowerCoolDownDuration"},
	{10, PC_SNMP_INTEGER, power_get, sleep_set, "xcmHrDevPowerEnergySaveDelay"},
	{11, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmHrDevPowerEnergySaveDuration"},
	{12, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmHrDevPowerWakeUpSupport"},
	{13, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmHrDevPowerWakeUpDelay"},
	{14, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmHrDevPowerWakeUpDuration"},
	{15, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmHrDevPowerShutdownDelay"},
	{16, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmHrDevPowerShutdownDuration"},
	{17, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmHrDevPowerStartupDelay"},
	{18, PC_SNMP_INTEGER, power_get, NULL, "xcmHrDevPowerStartupDuration"},
};

static const struct pc_mib_rule power_rules[] = {
	{1, 1, 1, 1, NULL, NULL},
	{2, 0, 0, 3, NULL, ",1,3,4,5,"},
	{3, 0, 0, 3, NULL, ",1,3,4,5,"},
	{4, 0, 0, 3, NULL, ",1,3,4,5,"},
	{5, 0, 0, 8, NULL, ",1,2,3,4,5,6,7,8,9,10,11,12,13,"},
	{10, INT32_MIN, INT32_MAX, 0, NULL, NULL},
	{12, 0, 0, 3, NULL, ",1,3,4,5,"},
};

PC_XCMI_RULED_TABLE(power, .row = pc_mib_row_single, .spec = "XCMI xcmHrDevPowerTable");

/* ---- traffic: documents in, impressions out ---- */

static int
traffic_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_counters *c = &pc_device_state(dev)->counters;

	return pc_mib_number(
		at, v, at->column == 6 ? c->jobs_done + c->jobs_failed : pc_mib_life_count(dev));
}

static const uint32_t traffic_oid[] = {PC_XCMI, 53, 7, 2, 1};

static const struct pc_snmp_column traffic_columns[] = {
	{1, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmHrDevTrafficRowStatus"},
	{2, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmHrDevTrafficInputSupport"},
	{3, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmHrDevTrafficOutputSupport"},
	{4, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmHrDevTrafficInputUnit"},
	{5, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmHrDevTrafficOutputUnit"},
	{6, PC_SNMP_COUNTER32, traffic_get, NULL, "xcmHrDevTrafficInputCount"},
	{7, PC_SNMP_COUNTER32, traffic_get, NULL, "xcmHrDevTrafficOutputCount"},
	{8, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmHrDevTrafficInputMaxSize"},
	{9, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmHrDevTrafficOutputMaxSize"},
	{10, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmHrDevTrafficInputTimeout"},
	{11, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmHrDevTrafficOutputTimeout"},
};

static const struct pc_mib_rule traffic_rules[] = {
	{1, 1, 1, 1, NULL, NULL},
	{2, 0, 0, 3, NULL, ",1,3,4,5,"},
	{3, 0, 0, 3, NULL, ",1,3,4,5,"},
	{4, 0, 0, 68, NULL,
		",1,2,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32,33,34,35,36,37,38,39,40,41,42,43,44,45,50,51,52,53,54,55,56,57,58,59,60,61,62,63,64,65,66,67,68,100,101,"},
	{5, 0, 0, 27, NULL,
		",1,2,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32,33,34,35,36,37,38,39,40,41,42,43,44,45,50,51,52,53,54,55,56,57,58,59,60,61,62,63,64,65,66,67,68,100,101,"},
};

PC_XCMI_RULED_TABLE(traffic, .row = pc_mib_row_single, .spec = "XCMI xcmHrDevTrafficTable");

/* ---- covers ---- */

static bool
cover_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	return pc_mib_row_printer(profile->n_covers, at, index, n_index);
}

static int
cover_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_profile *p = pc_device_profile(dev);
	size_t row = pc_mib_at(at);

	if (row >= p->n_covers)
		return PC_E_NOTFOUND;
	if (at->column == 6)
		return pc_mib_number(
			at, v, pc_device_state(dev)->covers_open >> row & 1 ? TRUE : FALSE);
	return pc_mib_text(v, p->covers[row].name);
}

static const uint32_t cover_oid[] = {PC_XCMI, 53, 16, 2, 1};

static const struct pc_snmp_column cover_columns[] = {
	{2, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmHrDevCoverRowStatus"},
	{3, PC_SNMP_OCTETS, cover_get, NULL, "xcmHrDevCoverName"},
	{4, PC_SNMP_OCTETS, cover_get, NULL, "xcmHrDevCoverDescription"},
	{5, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmHrDevCoverTypeCover"},
	{6, PC_SNMP_INTEGER, cover_get, NULL, "xcmHrDevCoverStatusOpen"},
};

static const struct pc_mib_rule cover_rules[] = {
	{2, 1, 1, 1, NULL, NULL},
	{5, 0, 0, 1, NULL, ",1,2,"},
};

PC_XCMI_RULED_TABLE(cover, .row = cover_row, .spec = "XCMI xcmHrDevCoverTable");

static const uint32_t console_oid[] = {PC_XCMI, 53, 21, 2, 1};

static const struct pc_snmp_column console_columns[] = {
	{2, PC_SNMP_INTEGER, pc_mib_kept_get, pc_mib_kept_set, "xcmHrConsoleDefaultService"},
	{3, PC_SNMP_INTEGER, pc_mib_kept_get, pc_mib_kept_set, "xcmHrConsoleBrightness"},
	{4, PC_SNMP_INTEGER, pc_mib_kept_get, pc_mib_kept_set, "xcmHrConsoleContrast"},
	{5, PC_SNMP_INTEGER, pc_mib_kept_get, pc_mib_kept_set, "xcmHrConsoleAccessibility"},
	{6, PC_SNMP_INTEGER, pc_mib_kept_get, pc_mib_kept_set, "xcmHrConsoleAutoClearTime"},
	{7, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmHrConsoleInsertTimeout"},
	{8, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmHrConsoleTray1Timeout"},
	{9, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmHrConsoleTray2nTimeout"},
	{10, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmHrConsoleLoadTimeout"},
	{11, PC_SNMP_INTEGER, pc_mib_kept_get, pc_mib_kept_set, "xcmHrConsoleSoundVolume"},
	{12, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmHrConsoleSoundDuration"},
};

static const struct pc_mib_rule console_rules[] = {
	{2, 0, 0, 1, NULL, ",1,2,3,4,"},
	{3, INT32_MIN, INT32_MAX, 5, NULL, NULL},
	{4, INT32_MIN, INT32_MAX, 5, NULL, NULL},
	{5, 0, 0, 2, NULL, ",1,2,"},
	{6, INT32_MIN, INT32_MAX, 60, NULL, NULL},
	{7, INT32_MIN, INT32_MAX, 60, NULL, NULL},
	{8, INT32_MIN, INT32_MAX, 60, NULL, NULL},
	{9, INT32_MIN, INT32_MAX, 60, NULL, NULL},
	{10, INT32_MIN, INT32_MAX, 60, NULL, NULL},
	{11, INT32_MIN, INT32_MAX, 2, NULL, NULL},
	{12, INT32_MIN, INT32_MAX, 15, NULL, NULL},
};

PC_XCMI_RULED_TABLE(console, .row = pc_mib_row_only, .spec = "XCMI xcmHrConsoleTable");

static const struct pc_snmp_table *const tables[] = {&hr_table, &info_table.table,
	&help_table.table, &general_table.table, &power_table.table, &traffic_table.table,
	&cover_table.table, &console_table.table};

const struct pc_snmp_module pc_snmp_mib_xerox_info = {
	"XEROX-HOST-RESOURCES-EXT-MIB devices", tables, PC_MIB_COUNT(tables)};
