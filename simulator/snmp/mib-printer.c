/* Printer-MIB: general, storage and device references, covers, localization, console.
 * Spec: RFC 3805 */
#include <string.h>

#include "base/err.h"
#include "snmp/faults.h"
#include "snmp/mib-common.h"
#include "snmp/modules.h"

enum {
	CONSOLE_CHARS = PC_NAME_MAX - 1,
	RESET_NONE = 3, /* PrtGeneralResetTC */
	RESET_POWER_CYCLE = 4,
	RESET_TO_NVRAM = 5,
	RESET_TO_FACTORY = 6,
	CONSOLE_ENABLED = 3, /* PrtConsoleDisableTC; disabled(4) */
	SHEETS_ON = 3,       /* PresentOnOff; off(4) */
	SHEETS_ABSENT = 5
};

/* Text settings of the device that these objects show. */
static const char *
general_setting_name(uint32_t column)
{
	switch (column) {
	case 4:
		return "other.currentOperator";
	case 5:
		return "other.servicePerson";
	default:
		return "printerName";
	}
}

/* Options of the device, and what is added to make the object's value of them: the enumerations
 * begin with 3. */
static const struct general_option {
	uint32_t column;
	enum pc_option option;
	int32_t base;
	bool inverted; /* on(3) for 1, off(4) for 0 */
} general_options[] = {
	{2, PC_OPTION_LOCALIZATION, 0, false},
	{6, PC_OPTION_DEFAULT_INPUT, 0, false},
	{7, PC_OPTION_DEFAULT_OUTPUT, 0, false},
	{9, PC_OPTION_DEFAULT_PATH, 0, false},
	{10, PC_OPTION_CONSOLE_LOCALIZATION, 0, false},
	{13, PC_OPTION_CONSOLE_DISABLED, CONSOLE_ENABLED, false},
	{14, PC_OPTION_STARTUP_PAGE, SHEETS_ON, true},
	{15, PC_OPTION_BANNER_PAGE, SHEETS_ON, true},
};

static const struct general_option *
find_option(uint32_t column)
{
	for (size_t i = 0; i < PC_MIB_COUNT(general_options); i++)
		if (general_options[i].column == column)
			return &general_options[i];
	return NULL;
}

static int
option_get(const struct pc_device *dev, const struct pc_snmp_at *at, const struct general_option *o,
	struct pc_snmp_value *v)
{
	int32_t n = pc_device_option(dev, o->option, 0);

	if (o->inverted && !pc_device_profile(dev)->auxiliary_sheets)
		return pc_mib_number(at, v, SHEETS_ABSENT);
	return pc_mib_number(at, v, o->base + (o->inverted ? 1 - n : n));
}

/* The default sub-units and languages must name rows there are; a printer without extra sheets
 * cannot be told to print them. */
static int
general_option_set(struct pc_device *dev, const struct pc_snmp_at *at,
	const struct pc_snmp_value *value, bool commit)
{
	const struct general_option *o = find_option(at->column);
	int64_t n = value->integer - o->base;

	if (o->inverted && (value->integer == 1 || value->integer == SHEETS_ABSENT))
		return PC_MIB_INCONSISTENT_VALUE; /* other(1), notPresent(5): nothing to choose */
	return pc_mib_set_option(dev, o->option, 0, o->inverted ? 1 - n : n, commit);
}

/* Only the one marker can be the default. */
static int
marker_default_set(struct pc_device *dev, const struct pc_snmp_at *at,
	const struct pc_snmp_value *value, bool commit)
{
	(void)dev;
	(void)at;
	(void)commit;
	if (value->integer < 1 || value->integer > 65535)
		return PC_MIB_WRONG_VALUE;
	return value->integer == 1 ? PC_MIB_OK : PC_MIB_INCONSISTENT_VALUE;
}

static int
general_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_counters *c = &pc_device_state(dev)->counters;
	const struct general_option *o = find_option(at->column);

	if (o != NULL)
		return option_get(dev, at, o, v);
	switch (at->column) {
	case 1:
		return pc_mib_number(at, v, c->config_changes);
	case 3:
		return pc_mib_number(at, v, RESET_NONE);
	case 4:
	case 5:
		return pc_mib_text(v, pc_device_setting(dev, general_setting_name(at->column)));
	case 16:
		return pc_mib_text(v, pc_device_state(dev)->printer_name);
	case 17:
		return pc_mib_text(v, pc_mib_serial(dev));
	case 12:
		return pc_mib_number(at, v, CONSOLE_CHARS);
	case 18:
		return pc_mib_number(at, v, c->alerts_critical);
	case 19:
		return pc_mib_number(at, v, c->alerts_all);
	default: /* there is one marker; the panel has one line */
		return pc_mib_number(at, v, 1);
	}
}

static int
general_text_set(struct pc_device *dev, const struct pc_snmp_at *at,
	const struct pc_snmp_value *value, bool commit)
{
	return pc_mib_set_setting(dev, general_setting_name(at->column), value, 127, false, commit);
}

/* Spec: RFC 3805 prtGeneralReset: notResetting(3) does nothing, resetToNVRAM(5) must work. */
static int
reset_set(struct pc_device *dev, const struct pc_snmp_at *at, const struct pc_snmp_value *value,
	bool commit)
{
	enum pc_reset kind = PC_RESET_WARM;

	(void)at;
	switch (value->integer) {
	case RESET_NONE:
		return PC_MIB_OK;
	case RESET_POWER_CYCLE:
		kind = PC_RESET_COLD;
		break;
	case RESET_TO_NVRAM:
		break;
	case RESET_TO_FACTORY:
		kind = PC_RESET_FACTORY;
		break;
	default:
		return PC_MIB_WRONG_VALUE;
	}
	if (!commit || pc_fault_is_set(pc_device_faults(dev), PC_SNMP_FAULT_RESET_IGNORED))
		return PC_MIB_OK;
	return pc_device_restart(dev, kind) == PC_OK ? PC_MIB_OK : PC_MIB_COMMIT_FAILED;
}

static const uint32_t general_oid[] = {1, 3, 6, 1, 2, 1, 43, 5, 1, 1};

static const struct pc_snmp_column general_columns[] = {
	{1, PC_SNMP_COUNTER32, general_get, NULL, "prtGeneralConfigChanges"},
	{2, PC_SNMP_INTEGER, general_get, general_option_set, "prtGeneralCurrentLocalization"},
	{3, PC_SNMP_INTEGER, general_get, reset_set, "prtGeneralReset"},
	{4, PC_SNMP_OCTETS, general_get, general_text_set, "prtGeneralCurrentOperator"},
	{5, PC_SNMP_OCTETS, general_get, general_text_set, "prtGeneralServicePerson"},
	{6, PC_SNMP_INTEGER, general_get, general_option_set, "prtInputDefaultIndex"},
	{7, PC_SNMP_INTEGER, general_get, general_option_set, "prtOutputDefaultIndex"},
	{8, PC_SNMP_INTEGER, general_get, marker_default_set, "prtMarkerDefaultIndex"},
	{9, PC_SNMP_INTEGER, general_get, general_option_set, "prtMediaPathDefaultIndex"},
	{10, PC_SNMP_INTEGER, general_get, general_option_set, "prtConsoleLocalization"},
	{11, PC_SNMP_INTEGER, general_get, NULL, "prtConsoleNumberOfDisplayLines"},
	{12, PC_SNMP_INTEGER, general_get, NULL, "prtConsoleNumberOfDisplayChars"},
	{13, PC_SNMP_INTEGER, general_get, general_option_set, "prtConsoleDisable"},
	{14, PC_SNMP_INTEGER, general_get, general_option_set, "prtAuxiliarySheetStartupPage"},
	{15, PC_SNMP_INTEGER, general_get, general_option_set, "prtAuxiliarySheetBannerPage"},
	{16, PC_SNMP_OCTETS, general_get, general_text_set, "prtGeneralPrinterName"},
	{17, PC_SNMP_OCTETS, general_get, NULL, "prtGeneralSerialNumber"},
	{18, PC_SNMP_COUNTER32, general_get, NULL, "prtAlertCriticalEvents"},
	{19, PC_SNMP_COUNTER32, general_get, NULL, "prtAlertAllEvents"},
};

static const struct pc_snmp_table general_table = {
	.oid = general_oid,
	.n_oid = PC_MIB_COUNT(general_oid),
	.columns = general_columns,
	.n_columns = PC_MIB_COUNT(general_columns),
	.row = pc_mib_row_single,
	.spec = "RFC 3805 prtGeneralTable",
};

/* The one storage and the one device that the printer uses: itself. */
static int
ref_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	(void)dev;
	return pc_mib_number(at, v, PC_MIB_HR_PRINTER);
}

static const uint32_t storage_ref_oid[] = {1, 3, 6, 1, 2, 1, 43, 5, 2, 1};

static const struct pc_snmp_column storage_ref_columns[] = {
	{2, PC_SNMP_INTEGER, ref_get, NULL, "prtStorageRefIndex"},
};

static const struct pc_snmp_table storage_ref_table = {
	.oid = storage_ref_oid,
	.n_oid = PC_MIB_COUNT(storage_ref_oid),
	.columns = storage_ref_columns,
	.n_columns = PC_MIB_COUNT(storage_ref_columns),
	.row = pc_mib_row_only,
	.spec = "RFC 3805 prtStorageRefTable",
};

static const uint32_t device_ref_oid[] = {1, 3, 6, 1, 2, 1, 43, 5, 3, 1};

static const struct pc_snmp_column device_ref_columns[] = {
	{2, PC_SNMP_INTEGER, ref_get, NULL, "prtDeviceRefIndex"},
};

static const struct pc_snmp_table device_ref_table = {
	.oid = device_ref_oid,
	.n_oid = PC_MIB_COUNT(device_ref_oid),
	.columns = device_ref_columns,
	.n_columns = PC_MIB_COUNT(device_ref_columns),
	.row = pc_mib_row_only,
	.spec = "RFC 3805 prtDeviceRefTable",
};

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
	int64_t status = 3; /* coverOpen; closed is one more, the interlock pair two more */

	if (row >= p->n_covers)
		return PC_E_NOTFOUND;
	if (at->column == 2)
		return pc_mib_text(v, p->covers[row].name);
	if ((pc_device_state(dev)->covers_open >> row & 1) == 0)
		status += 1;
	return pc_mib_number(at, v, p->covers[row].interlock ? status + 2 : status);
}

static const uint32_t cover_oid[] = {1, 3, 6, 1, 2, 1, 43, 6, 1, 1};

static const struct pc_snmp_column cover_columns[] = {
	{2, PC_SNMP_OCTETS, cover_get, NULL, "prtCoverDescription"},
	{3, PC_SNMP_INTEGER, cover_get, NULL, "prtCoverStatus"},
};

static const struct pc_snmp_table cover_table = {
	.oid = cover_oid,
	.n_oid = PC_MIB_COUNT(cover_oid),
	.columns = cover_columns,
	.n_columns = PC_MIB_COUNT(cover_columns),
	.row = cover_row,
	.spec = "RFC 3805 prtCoverTable",
};

static int
localization_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_profile *p = pc_device_profile(dev);
	size_t row = pc_mib_at(at);

	if (row >= pc_device_localizations(p))
		return PC_E_NOTFOUND;
	if (at->column == 2)
		return pc_mib_text(v, pc_device_localization(p, row).language);
	if (at->column == 3)
		return pc_mib_text(v, pc_device_localization(p, row).country);
	return pc_mib_number(at, v, 106); /* UTF-8 */
}

static bool
localization_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	return pc_mib_row_printer(pc_device_localizations(profile), at, index, n_index);
}

static const uint32_t localization_oid[] = {1, 3, 6, 1, 2, 1, 43, 7, 1, 1};

static const struct pc_snmp_column localization_columns[] = {
	{2, PC_SNMP_OCTETS, localization_get, NULL, "prtLocalizationLanguage"},
	{3, PC_SNMP_OCTETS, localization_get, NULL, "prtLocalizationCountry"},
	{4, PC_SNMP_INTEGER, localization_get, NULL, "prtLocalizationCharacterSet"},
};

static const struct pc_snmp_table localization_table = {
	.oid = localization_oid,
	.n_oid = PC_MIB_COUNT(localization_oid),
	.columns = localization_columns,
	.n_columns = PC_MIB_COUNT(localization_columns),
	.row = localization_row,
	.spec = "RFC 3805 prtLocalizationTable",
};

static int
console_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	(void)at;
	return pc_mib_text(v, pc_device_console(dev));
}

/* The empty text clears the line: the panel shows its own text again. */
static int
console_set(struct pc_device *dev, const struct pc_snmp_at *at, const struct pc_snmp_value *value,
	bool commit)
{
	(void)at;
	return pc_mib_set_setting(dev, "console", value, CONSOLE_CHARS, false, commit);
}

static const uint32_t console_oid[] = {1, 3, 6, 1, 2, 1, 43, 16, 5, 1};

static const struct pc_snmp_column console_columns[] = {
	{2, PC_SNMP_OCTETS, console_get, console_set, "prtConsoleDisplayBufferText"},
};

static const struct pc_snmp_table console_table = {
	.oid = console_oid,
	.n_oid = PC_MIB_COUNT(console_oid),
	.columns = console_columns,
	.n_columns = PC_MIB_COUNT(console_columns),
	.row = pc_mib_row_only,
	.spec = "RFC 3805 prtConsoleDisplayBufferTable",
};

/* Lights: 1 green while the printer can print, 2 orange while something is wrong. */
static bool
light_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	(void)profile;
	return pc_mib_row_printer(2, at, index, n_index);
}

static bool
has_lights(const struct pc_profile *profile)
{
	return pc_profile_has_mib(profile, PC_MIBS_CONSOLE_LIGHTS);
}

static int
light_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	bool attention = pc_mib_at(at) == 1;
	enum pc_hr_status status = pc_device_hr_status(dev);
	bool on =
		attention ? status == PC_HR_WARNING || status == PC_HR_DOWN : status != PC_HR_DOWN;
	bool blinks = !attention && pc_device_state(dev)->activity == PC_PRINTING;

	switch (at->column) {
	case 2: /* prtConsoleOnTime */
		return pc_mib_number(at, v, on ? 500 : 0);
	case 3: /* prtConsoleOffTime: both set is blinking, only one is steady */
		return pc_mib_number(at, v, !on || blinks ? 500 : 0);
	case 4:
		return pc_mib_number(at, v, attention ? 10 : 5);
	default:
		return pc_mib_text(v, pc_device_localized(dev, PC_OPTION_CONSOLE_LOCALIZATION,
					      attention ? "Attention" : "Ready"));
	}
}

static const uint32_t light_oid[] = {1, 3, 6, 1, 2, 1, 43, 17, 6, 1};

static const struct pc_snmp_column light_columns[] = {
	{2, PC_SNMP_INTEGER, light_get, NULL, "prtConsoleOnTime"},
	{3, PC_SNMP_INTEGER, light_get, NULL, "prtConsoleOffTime"},
	{4, PC_SNMP_INTEGER, light_get, NULL, "prtConsoleColor"},
	{5, PC_SNMP_OCTETS, light_get, NULL, "prtConsoleDescription"},
};

static const struct pc_snmp_table light_table = {
	.oid = light_oid,
	.n_oid = PC_MIB_COUNT(light_oid),
	.columns = light_columns,
	.n_columns = PC_MIB_COUNT(light_columns),
	.row = light_row,
	.applies = has_lights,
	.spec = "RFC 3805 prtConsoleLightTable",
};

static const struct pc_snmp_table *const tables[] = {&general_table, &storage_ref_table,
	&device_ref_table, &cover_table, &localization_table, &console_table, &light_table};

const struct pc_snmp_module pc_snmp_mib_printer = {
	"Printer-MIB general", tables, PC_MIB_COUNT(tables)};
