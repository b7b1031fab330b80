/* The stand-in MIB: values that no public MIB defines, below netSnmpPlaypen. The tables are drawn
 * up in simulator/cloud/CONTRACT.md. */
#include <string.h>

#include "base/err.h"
#include "device/firmware.h"
#include "snmp/mib-common.h"
#include "snmp/modules.h"
#include "wire/wire.h"

/* 1.3.6.1.4.1.8072.9999.9999.77 */
static int
sim_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_counters *c = &pc_device_state(dev)->counters;
	const int64_t n[] = {[1] = c->jams, [2] = c->cleanings, [3] = 0, [4] = c->reboots};

	return pc_mib_number(at, v, n[at->column]);
}

/* Something other than the lack of paper has stopped the printer. */
static bool
is_stopped(const struct pc_device *dev)
{
	const struct pc_alert *alerts;
	size_t n = pc_device_alerts(dev, &alerts);

	for (size_t i = 0; i < n; i++)
		if (alerts[i].severity == 3 && alerts[i].condition != PC_COND_TRAY_EMPTY &&
			alerts[i].condition != PC_COND_TRAY_MISSING)
			return true;
	return false;
}

/* 1 cleans all nozzles. A printer that is busy or in an error refuses for now, one without heads
 * has nothing to clean. */
static int
sim_clean_set(struct pc_device *dev, const struct pc_snmp_at *at, const struct pc_snmp_value *value,
	bool commit)
{
	(void)at;
	if (!pc_device_profile(dev)->has_head_cleaning)
		return PC_MIB_NOT_WRITABLE;
	if (value->integer != 1)
		return PC_MIB_WRONG_VALUE;
	if (pc_device_state(dev)->activity != PC_IDLE || is_stopped(dev))
		return PC_MIB_INCONSISTENT_VALUE;
	if (!commit)
		return PC_MIB_OK;
	return pc_device_clean(dev, PC_TRIGGER_REMOTE, 0, false) == PC_OK ? PC_MIB_OK
									  : PC_MIB_COMMIT_FAILED;
}

static const uint32_t sim_oid[] = {1, 3, 6, 1, 4, 1, 8072, 9999, 9999, 77, 1};

static const struct pc_snmp_column sim_columns[] = {
	{1, PC_SNMP_COUNTER32, sim_get, NULL, "simPaperJams"},
	{2, PC_SNMP_COUNTER32, sim_get, NULL, "simCleanings"},
	{3, PC_SNMP_INTEGER, sim_get, sim_clean_set, "simCleanTrigger"},
	{4, PC_SNMP_COUNTER32, sim_get, NULL, "simReboots"},
};

static const struct pc_snmp_table sim_table = {
	.oid = sim_oid,
	.n_oid = PC_MIB_COUNT(sim_oid),
	.columns = sim_columns,
	.n_columns = PC_MIB_COUNT(sim_columns),
	.spec = "CONTRACT.md stand-in MIB",
};

static bool
sim_error_next(const struct pc_device *dev, const uint32_t *after, size_t n_after,
	uint32_t index[PC_SNMP_INDEX_MAX], size_t *n_index)
{
	struct pc_error_entry entries[PC_ERROR_HISTORY_MAX];

	return pc_mib_next(
		0, pc_device_error_history(dev, entries), after, n_after, index, n_index);
}

static int
sim_error_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	struct pc_error_entry entries[PC_ERROR_HISTORY_MAX];
	size_t row = pc_mib_at(at);

	if (at->n_index != 1 || row >= pc_device_error_history(dev, entries))
		return PC_E_NOTFOUND;
	if (at->column == 4)
		return pc_mib_date(v, entries[row].wall_ns);
	return pc_mib_number(at, v, at->column == 2 ? entries[row].code : entries[row].severity);
}

static const uint32_t sim_error_oid[] = {1, 3, 6, 1, 4, 1, 8072, 9999, 9999, 77, 2, 1};

static const struct pc_snmp_column sim_error_columns[] = {
	{2, PC_SNMP_INTEGER, sim_error_get, NULL, "simErrorCode"},
	{3, PC_SNMP_INTEGER, sim_error_get, NULL, "simErrorSeverity"},
	{4, PC_SNMP_OCTETS, sim_error_get, NULL, "simErrorDate"},
};

static const struct pc_snmp_table sim_error_table = {
	.oid = sim_error_oid,
	.n_oid = PC_MIB_COUNT(sim_error_oid),
	.columns = sim_error_columns,
	.n_columns = PC_MIB_COUNT(sim_error_columns),
	.next = sim_error_next,
	.spec = "CONTRACT.md stand-in MIB",
};

static bool
sim_cleaning_next(const struct pc_device *dev, const uint32_t *after, size_t n_after,
	uint32_t index[PC_SNMP_INDEX_MAX], size_t *n_index)
{
	struct pc_cleaning_entry entries[PC_CLEANING_HISTORY_MAX];

	return pc_mib_next(
		0, pc_device_cleaning_history(dev, entries), after, n_after, index, n_index);
}

static int
sim_cleaning_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	struct pc_cleaning_entry entries[PC_CLEANING_HISTORY_MAX];
	size_t row = pc_mib_at(at);

	if (at->n_index != 1 || row >= pc_device_cleaning_history(dev, entries))
		return PC_E_NOTFOUND;
	switch (at->column) {
	case 2:
		return pc_mib_date(v, entries[row].wall_ns);
	case 3: /* 1 panel, 2 timer, 3 remote */
		return pc_mib_number(at, v, (int64_t)entries[row].trigger + 1);
	case 4:
		return pc_mib_number(at, v, entries[row].nozzle_group);
	default:
		return pc_mib_number(at, v, entries[row].power);
	}
}

static const uint32_t sim_cleaning_oid[] = {1, 3, 6, 1, 4, 1, 8072, 9999, 9999, 77, 3, 1};

static const struct pc_snmp_column sim_cleaning_columns[] = {
	{2, PC_SNMP_OCTETS, sim_cleaning_get, NULL, "simCleaningDate"},
	{3, PC_SNMP_INTEGER, sim_cleaning_get, NULL, "simCleaningTrigger"},
	{4, PC_SNMP_INTEGER, sim_cleaning_get, NULL, "simCleaningNozzleGroup"},
	{5, PC_SNMP_INTEGER, sim_cleaning_get, NULL, "simCleaningPower"},
};

static const struct pc_snmp_table sim_cleaning_table = {
	.oid = sim_cleaning_oid,
	.n_oid = PC_MIB_COUNT(sim_cleaning_oid),
	.columns = sim_cleaning_columns,
	.n_columns = PC_MIB_COUNT(sim_cleaning_columns),
	.next = sim_cleaning_next,
	.spec = "CONTRACT.md stand-in MIB",
};

static bool
sim_supply_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	return pc_mib_row_plain(profile->n_supplies, at, index, n_index);
}

static int
sim_supply_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	size_t row = pc_mib_at(at);

	if (row >= pc_device_profile(dev)->n_supplies)
		return PC_E_NOTFOUND;
	return pc_mib_number(at, v, pc_device_state(dev)->supplies[row].replacements);
}

static const uint32_t sim_supply_oid[] = {1, 3, 6, 1, 4, 1, 8072, 9999, 9999, 77, 4, 1};

static const struct pc_snmp_column sim_supply_columns[] = {
	{2, PC_SNMP_COUNTER32, sim_supply_get, NULL, "simSupplyReplacements"},
};

static const struct pc_snmp_table sim_supply_table = {
	.oid = sim_supply_oid,
	.n_oid = PC_MIB_COUNT(sim_supply_oid),
	.columns = sim_supply_columns,
	.n_columns = PC_MIB_COUNT(sim_supply_columns),
	.row = sim_supply_row,
	.spec = "CONTRACT.md stand-in MIB",
};

static bool
sim_size_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	return pc_mib_row_plain(profile->n_sizes, at, index, n_index);
}

static int
sim_size_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_profile *p = pc_device_profile(dev);
	size_t row = pc_mib_at(at), kind;

	if (row >= p->n_sizes)
		return PC_E_NOTFOUND;
	if (at->column == 2)
		return pc_mib_text(v, p->sizes[row]);
	kind = at->column - 3; /* colour in bit 1, duplex in bit 0 */
	if (((kind & 2) != 0 && !p->color) || ((kind & 1) != 0 && !p->duplex))
		return PC_E_NOTFOUND; /* what a printer lacks is absent, not 0 */
	return pc_mib_number(
		at, v, pc_device_state(dev)->counters.by_size[row][kind >> 1 & 1][kind & 1]);
}

static const uint32_t sim_size_oid[] = {1, 3, 6, 1, 4, 1, 8072, 9999, 9999, 77, 5, 1};

static const struct pc_snmp_column sim_size_columns[] = {
	{2, PC_SNMP_OCTETS, sim_size_get, NULL, "simPagesSize"},
	{3, PC_SNMP_COUNTER32, sim_size_get, NULL, "simPagesMonoSimplex"},
	{4, PC_SNMP_COUNTER32, sim_size_get, NULL, "simPagesMonoDuplex"},
	{5, PC_SNMP_COUNTER32, sim_size_get, NULL, "simPagesColorSimplex"},
	{6, PC_SNMP_COUNTER32, sim_size_get, NULL, "simPagesColorDuplex"},
};

static const struct pc_snmp_table sim_size_table = {
	.oid = sim_size_oid,
	.n_oid = PC_MIB_COUNT(sim_size_oid),
	.columns = sim_size_columns,
	.n_columns = PC_MIB_COUNT(sim_size_columns),
	.row = sim_size_row,
	.spec = "CONTRACT.md stand-in MIB",
};

static const char *const functions[] = {"print", "copy", "fax", "scan", "report"};

static bool
sim_function_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	(void)profile;
	return pc_mib_row_plain(PC_MIB_COUNT(functions), at, index, n_index);
}

static int
sim_function_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	size_t row = pc_mib_at(at);

	const struct pc_profile *p = pc_device_profile(dev);
	const bool has[] = {true, p->scanner, p->fax, p->scanner, true};

	if (row >= PC_MIB_COUNT(functions) || !has[row])
		return PC_E_NOTFOUND;
	if (at->column == 2)
		return pc_mib_text(v, functions[row]);
	return pc_mib_number(at, v, pc_device_state(dev)->counters.by_function[row]);
}

static const uint32_t sim_function_oid[] = {1, 3, 6, 1, 4, 1, 8072, 9999, 9999, 77, 6, 1};

static const struct pc_snmp_column sim_function_columns[] = {
	{2, PC_SNMP_OCTETS, sim_function_get, NULL, "simFunctionName"},
	{3, PC_SNMP_COUNTER32, sim_function_get, NULL, "simFunctionPages"},
};

static const struct pc_snmp_table sim_function_table = {
	.oid = sim_function_oid,
	.n_oid = PC_MIB_COUNT(sim_function_oid),
	.columns = sim_function_columns,
	.n_columns = PC_MIB_COUNT(sim_function_columns),
	.row = sim_function_row,
	.spec = "CONTRACT.md stand-in MIB",
};

static bool
sim_media_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	return pc_mib_row_plain(profile->n_media, at, index, n_index);
}

static int
sim_media_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_profile *p = pc_device_profile(dev);
	size_t row = pc_mib_at(at);

	if (row >= p->n_media)
		return PC_E_NOTFOUND;
	if (at->column == 2)
		return pc_mib_text(v, p->media[row]);
	return pc_mib_number(at, v, pc_device_state(dev)->counters.by_media[row]);
}

static const uint32_t sim_media_oid[] = {1, 3, 6, 1, 4, 1, 8072, 9999, 9999, 77, 7, 1};

static const struct pc_snmp_column sim_media_columns[] = {
	{2, PC_SNMP_OCTETS, sim_media_get, NULL, "simMediaName"},
	{3, PC_SNMP_COUNTER32, sim_media_get, NULL, "simMediaPages"},
};

static const struct pc_snmp_table sim_media_table = {
	.oid = sim_media_oid,
	.n_oid = PC_MIB_COUNT(sim_media_oid),
	.columns = sim_media_columns,
	.n_columns = PC_MIB_COUNT(sim_media_columns),
	.row = sim_media_row,
	.spec = "CONTRACT.md stand-in MIB",
};

static bool
has_scanner(const struct pc_profile *profile)
{
	return profile->scanner;
}

static int
sim_scan_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_profile *p = pc_device_profile(dev);
	size_t row = pc_mib_at(at);

	if (row >= p->n_sizes)
		return PC_E_NOTFOUND;
	if (at->column == 2)
		return pc_mib_text(v, p->sizes[row]);
	return pc_mib_number(at, v, pc_device_state(dev)->counters.scan_by_size[row]);
}

static const uint32_t sim_scan_oid[] = {1, 3, 6, 1, 4, 1, 8072, 9999, 9999, 77, 8, 1};

static const struct pc_snmp_column sim_scan_columns[] = {
	{2, PC_SNMP_OCTETS, sim_scan_get, NULL, "simScanSize"},
	{3, PC_SNMP_COUNTER32, sim_scan_get, NULL, "simScanImages"},
};

static const struct pc_snmp_table sim_scan_table = {
	.oid = sim_scan_oid,
	.n_oid = PC_MIB_COUNT(sim_scan_oid),
	.columns = sim_scan_columns,
	.n_columns = PC_MIB_COUNT(sim_scan_columns),
	.row = sim_size_row,
	.applies = has_scanner,
	.spec = "CONTRACT.md stand-in MIB",
};

static bool
sim_setting_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	return pc_mib_row_plain(profile->n_settings, at, index, n_index);
}

/* The value now, which is the profile's until somebody changed it. */
static const char *
setting_value(const struct pc_device *dev, const struct pc_profile_setting *s)
{
	char name[2 * PC_NAME_MAX];
	struct pc_writer w;

	pc_writer_init(&w, (uint8_t *)name, sizeof name);
	pc_write_text(&w, s->group);
	pc_write_u8(&w, '.');
	pc_write_text(&w, s->name);
	pc_write_u8(&w, 0);
	if (w.err != PC_OK)
		return s->value;
	return pc_device_setting(dev, name);
}

static int
sim_setting_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_profile *p = pc_device_profile(dev);
	size_t row = pc_mib_at(at);

	if (row >= p->n_settings)
		return PC_E_NOTFOUND;
	switch (at->column) {
	case 2:
		return pc_mib_text(v, p->settings[row].group);
	case 3:
		return pc_mib_text(v, p->settings[row].name);
	default:
		return pc_mib_text(v, setting_value(dev, &p->settings[row]));
	}
}

static const uint32_t sim_setting_oid[] = {1, 3, 6, 1, 4, 1, 8072, 9999, 9999, 77, 9, 1};

static const struct pc_snmp_column sim_setting_columns[] = {
	{2, PC_SNMP_OCTETS, sim_setting_get, NULL, "simSettingGroup"},
	{3, PC_SNMP_OCTETS, sim_setting_get, NULL, "simSettingName"},
	{4, PC_SNMP_OCTETS, sim_setting_get, NULL, "simSettingValue"},
};

static const struct pc_snmp_table sim_setting_table = {
	.oid = sim_setting_oid,
	.n_oid = PC_MIB_COUNT(sim_setting_oid),
	.columns = sim_setting_columns,
	.n_columns = PC_MIB_COUNT(sim_setting_columns),
	.row = sim_setting_row,
	.spec = "CONTRACT.md stand-in MIB",
};

static bool
sim_firmware_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	return pc_mib_row_plain(profile->n_firmware, at, index, n_index);
}

static int
sim_firmware_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_profile *p = pc_device_profile(dev);
	size_t row = pc_mib_at(at);

	if (row >= p->n_firmware)
		return PC_E_NOTFOUND;
	return pc_mib_text(
		v, at->column == 2 ? p->firmware[row].name : pc_device_firmware(dev, row));
}

static const uint32_t sim_firmware_oid[] = {1, 3, 6, 1, 4, 1, 8072, 9999, 9999, 77, 10, 1};

static const struct pc_snmp_column sim_firmware_columns[] = {
	{2, PC_SNMP_OCTETS, sim_firmware_get, NULL, "simFirmwareName"},
	{3, PC_SNMP_OCTETS, sim_firmware_get, NULL, "simFirmwareVersion"},
};

static const struct pc_snmp_table sim_firmware_table = {
	.oid = sim_firmware_oid,
	.n_oid = PC_MIB_COUNT(sim_firmware_oid),
	.columns = sim_firmware_columns,
	.n_columns = PC_MIB_COUNT(sim_firmware_columns),
	.row = sim_firmware_row,
	.spec = "CONTRACT.md stand-in MIB",
};

static const struct pc_snmp_table *const tables[] = {&sim_table, &sim_error_table,
	&sim_cleaning_table, &sim_supply_table, &sim_size_table, &sim_function_table,
	&sim_media_table, &sim_scan_table, &sim_setting_table, &sim_firmware_table};

const struct pc_snmp_module pc_snmp_mib_sim = {"SIM-MIB", tables, PC_MIB_COUNT(tables)};
