/* Printer-MIB: the moving alert table, and the rows that other modules show of it. */
#include <string.h>

#include "base/err.h"
#include "snmp/faults.h"
#include "snmp/mib-alert.h"
#include "snmp/mib-common.h"
#include "snmp/modules.h"

enum { TRAINING_OTHER = 1, SEVERITY_OTHER = 1, GROUP_OTHER = 1, CODE_OTHER = 1 };
enum { IDLE = 0, STANDBY = 2 }; /* PrtSubUnitStatusTC */

/* Epsons keep a row while nothing is wrong. It takes the index that the next event will have. */
static void
idle_row(const struct pc_device *dev, struct pc_alert *out)
{
	uint32_t next = pc_device_state(dev)->next_alert;

	*out = (struct pc_alert){.index = next == 0 ? 1 : next,
		.severity = SEVERITY_OTHER,
		.training = TRAINING_OTHER,
		.group = GROUP_OTHER,
		.group_index = -1,
		.location = -2,
		.code = CODE_OTHER,
		.at_ms = pc_device_state(dev)->boot_ms,
		.text = "Ready"};
}

/* The row that the fault leaves behind: the newest entry of the error history, unless it is active.
 */
static bool
stale_row(
	const struct pc_device *dev, const struct pc_alert *alerts, size_t n, struct pc_alert *out)
{
	struct pc_error_entry history[PC_ERROR_HISTORY_MAX];
	uint32_t next = pc_device_state(dev)->next_alert;

	if (!pc_fault_is_set(pc_device_faults(dev), PC_SNMP_FAULT_ALERT_STAYS))
		return false;
	if (next < 2 || pc_device_error_history(dev, history) == 0)
		return false;
	for (size_t i = 0; i < n; i++)
		if (alerts[i].code == history[0].code || alerts[i].index == next - 1)
			return false;
	*out = (struct pc_alert){.index = next - 1,
		.severity = history[0].severity,
		.training = 3,
		.group = 5,
		.group_index = 1,
		.location = -2,
		.code = history[0].code,
		.text = "Condition ended"};
	return true;
}

/* Rows that are shown beside the active ones; at most two. */
static size_t
extra_rows(const struct pc_device *dev, const struct pc_alert *alerts, size_t n,
	struct pc_alert out[2])
{
	size_t extra = 0;

	if (stale_row(dev, alerts, n, &out[extra]))
		extra++;
	if (n == 0 && pc_mib_is_epson(pc_device_profile(dev)))
		idle_row(dev, &out[extra++]);
	return extra;
}

static void
take_smaller(const struct pc_alert *rows, size_t n, uint32_t after, const struct pc_alert **best)
{
	for (size_t i = 0; i < n; i++)
		if (rows[i].index > after && (*best == NULL || rows[i].index < (*best)->index))
			*best = &rows[i];
}

bool
pc_mib_alert_after(const struct pc_device *dev, uint32_t after, struct pc_alert *ret)
{
	const struct pc_alert *alerts, *best = NULL;
	size_t n = pc_device_alerts(dev, &alerts);
	struct pc_alert extra[2];
	size_t n_extra = extra_rows(dev, alerts, n, extra);

	take_smaller(alerts, n, after, &best);
	take_smaller(extra, n_extra, after, &best);
	if (best == NULL)
		return false;
	*ret = *best;
	return true;
}

bool
pc_mib_alert_find(const struct pc_device *dev, uint32_t index, struct pc_alert *ret)
{
	return index != 0 && pc_mib_alert_after(dev, index - 1, ret) && ret->index == index;
}

bool
pc_mib_is_printing(const struct pc_device *dev)
{
	return pc_device_state(dev)->activity == PC_PRINTING &&
	       pc_device_hr_status(dev) != PC_HR_DOWN;
}

int32_t
pc_mib_subunit_status(const struct pc_device *dev, uint8_t group, int32_t row, int32_t availability)
{
	const struct pc_alert *alerts;
	size_t n = pc_device_alerts(dev, &alerts);
	int32_t noncritical = 0, critical = 0;

	if (availability == IDLE && pc_device_state(dev)->power == PC_POWER_SLEEP)
		availability = STANDBY;

	for (size_t i = 0; i < n; i++) {
		if (alerts[i].group != group || alerts[i].group_index != row)
			continue;
		if (alerts[i].severity == 3)
			critical = 16;
		else
			noncritical = 8;
	}
	return availability + noncritical + critical + (pc_device_state(dev)->offline ? 32 : 0);
}

bool
pc_mib_alert_next(const struct pc_device *dev, const uint32_t *after, size_t n_after,
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

/* The row is a copy: its text has to outlive it. */
static int
alert_text(const struct pc_device *dev, const struct pc_alert *a, struct pc_snmp_value *v)
{
	return pc_mib_format(v, "%s", pc_device_localized(dev, PC_OPTION_LOCALIZATION, a->text));
}

static int
alert_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	uint64_t boot = pc_device_state(dev)->boot_ms;
	struct pc_alert a;

	if (at->n_index != 2 || at->index[0] != PC_MIB_HR_PRINTER ||
		!pc_mib_alert_find(dev, at->index[1], &a))
		return PC_E_NOTFOUND;
	const int64_t n[] = {
		[2] = a.severity, a.training, a.group, a.group_index, a.location, a.code};

	switch (at->column) {
	case 8:
		return alert_text(dev, &a, v);
	case 9: /* prtAlertTime: no Epson that was walked has it */
		if (pc_mib_is_epson(pc_device_profile(dev)))
			return PC_E_NOTFOUND;
		return pc_mib_number(at, v, a.at_ms < boot ? 0 : (int64_t)((a.at_ms - boot) / 10));
	default:
		return pc_mib_number(at, v, n[at->column]);
	}
}

/* prtAlertIndex itself is accessible for notify only. */
static const uint32_t alert_oid[] = {1, 3, 6, 1, 2, 1, 43, 18, 1, 1};

static const struct pc_snmp_column alert_columns[] = {
	{2, PC_SNMP_INTEGER, alert_get, NULL, "prtAlertSeverityLevel"},
	{3, PC_SNMP_INTEGER, alert_get, NULL, "prtAlertTrainingLevel"},
	{4, PC_SNMP_INTEGER, alert_get, NULL, "prtAlertGroup"},
	{5, PC_SNMP_INTEGER, alert_get, NULL, "prtAlertGroupIndex"},
	{6, PC_SNMP_INTEGER, alert_get, NULL, "prtAlertLocation"},
	{7, PC_SNMP_INTEGER, alert_get, NULL, "prtAlertCode"},
	{8, PC_SNMP_OCTETS, alert_get, NULL, "prtAlertDescription"},
	{9, PC_SNMP_TIMETICKS, alert_get, NULL, "prtAlertTime"},
};

static const struct pc_snmp_table alert_table = {
	.oid = alert_oid,
	.n_oid = PC_MIB_COUNT(alert_oid),
	.columns = alert_columns,
	.n_columns = PC_MIB_COUNT(alert_columns),
	.next = pc_mib_alert_next,
	.spec = "RFC 3805 prtAlertTable",
};

static const struct pc_snmp_table *const tables[] = {&alert_table};

const struct pc_snmp_module pc_snmp_mib_alert = {
	"Printer-MIB alerts", tables, PC_MIB_COUNT(tables)};
