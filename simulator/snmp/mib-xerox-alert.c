/* XEROX-HOST-RESOURCES-EXT-MIB: device alerts, which are the rows of prtAlertTable, and system
 * faults, which are the critical ones. Spec: XCMI 5.10 */
#include <string.h>

#include "base/err.h"
#include "snmp/mib-alert.h"
#include "snmp/mib-xerox.h"
#include "snmp/modules.h"

enum { CRITICAL = 3 };

static uint64_t
wall_of(const struct pc_device *dev, uint64_t at_ms)
{
	return pc_device_wall_ns(dev) - (pc_clock_ms(pc_device_clock(dev)) - at_ms) * 1000000u;
}

/* prtAlertDescription of the alert. */
static int
reference(const struct pc_alert *a, struct pc_snmp_value *v)
{
	static const uint32_t description[] = {
		1, 3, 6, 1, 2, 1, 43, 18, 1, 1, 8, PC_MIB_HR_PRINTER};

	memcpy(v->scratch.arcs, description, sizeof description);
	v->scratch.arcs[PC_MIB_COUNT(description)] = a->index;
	return pc_mib_oid(v, v->scratch.arcs, PC_MIB_COUNT(description) + 1);
}

/* The first words, at most 16 octets. */
static int
title(const struct pc_alert *a, struct pc_snmp_value *v)
{
	enum { TITLE_MAX = 16 };
	size_t n = strnlen(a->text, TITLE_MAX + 1);

	if (n > TITLE_MAX) {
		for (n = TITLE_MAX; n > 0 && a->text[n] != ' '; n--)
			;
		n = n == 0 ? TITLE_MAX : n;
	}
	memcpy(v->scratch.bytes, a->text, n);
	return pc_mib_octets(v, v->scratch.bytes, n);
}

static int
alert_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	struct pc_alert a;

	if (at->n_index != 2 || at->index[0] != PC_MIB_HR_PRINTER ||
		!pc_mib_alert_find(dev, at->index[1], &a))
		return PC_E_NOTFOUND;
	/* the worst has the highest priority */
	const int64_t n[] = {[2] = PC_MIB_ROW_ACTIVE,
		[3] = pc_xcmi_severity(a.severity),
		[4] = pc_xcmi_training(a.training),
		[5] = a.code,
		[12] = a.group_index,
		[13] = a.location,
		[14] = (int64_t)a.index,
		[15] = a.severity == CRITICAL ? 1 : 0};

	switch (at->column) {
	case 6:
		return pc_mib_format(v, "%d", (int)a.code);
	case 7:
		return pc_mib_format(v, "%s", a.text);
	case 8:
		return reference(&a, v);
	case 9:
		return pc_mib_date(v, wall_of(dev, a.at_ms));
	case 10:
		return title(&a, v);
	case 11: /* no help is stored */
		return pc_mib_text(v, "");
	default:
		return pc_mib_number(at, v, n[at->column]);
	}
}

static const uint32_t alert_oid[] = {PC_XCMI, 53, 17, 2, 1};

static const struct pc_snmp_column alert_columns[] = {
	{2, PC_SNMP_INTEGER, alert_get, NULL, "xcmHrDevAlertRowStatus"},
	{3, PC_SNMP_INTEGER, alert_get, NULL, "xcmHrDevAlertSeverityLevel"},
	{4, PC_SNMP_INTEGER, alert_get, NULL, "xcmHrDevAlertTrainingLevel"},
	{5, PC_SNMP_INTEGER, alert_get, NULL, "xcmHrDevAlertCodeInteger"},
	{6, PC_SNMP_OCTETS, alert_get, NULL, "xcmHrDevAlertCodeString"},
	{7, PC_SNMP_OCTETS, alert_get, NULL, "xcmHrDevAlertDescription"},
	{8, PC_SNMP_OID, alert_get, NULL, "xcmHrDevAlertReferenceOID"},
	{9, PC_SNMP_OCTETS, alert_get, NULL, "xcmHrDevAlertDateAndTime"},
	{10, PC_SNMP_OCTETS, alert_get, NULL, "xcmHrDevAlertTitle"},
	{11, PC_SNMP_OCTETS, alert_get, NULL, "xcmHrDevAlertHelpReference"},
	{12, PC_SNMP_INTEGER, alert_get, NULL, "xcmHrDevAlertReferenceIndex"},
	{13, PC_SNMP_INTEGER, alert_get, NULL, "xcmHrDevAlertReferenceLocation"},
	{14, PC_SNMP_INTEGER, alert_get, NULL, "xcmHrDevAlertDevAlertIndex"},
	{15, PC_SNMP_INTEGER, alert_get, NULL, "xcmHrDevAlertPriority"},
};

PC_XCMI_TABLE(alert, .next = pc_mib_alert_next, .spec = "XCMI xcmHrDevAlertTable");

/* Index of the newest alert and of the newest critical one; 0 when there is none. */
static int
last_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	struct pc_alert row = {0};
	uint32_t last = 0, critical = 0;

	while (pc_mib_alert_after(dev, row.index, &row)) {
		last = row.index;
		if (row.severity == CRITICAL)
			critical = row.index;
	}
	return pc_mib_number(at, v, at->column == 3 ? last : critical);
}

static const uint32_t last_oid[] = {PC_XCMI, 53, 17};

static const struct pc_snmp_column last_columns[] = {
	{3, PC_SNMP_INTEGER, last_get, NULL, "xcmHrDevAlertLastAlertIndex"},
	{4, PC_SNMP_INTEGER, last_get, NULL, "xcmHrDevAlertLastCriticalAlertIndex"},
};

PC_XCMI_TABLE(last, .spec = "XCMI xcmHrDevAlert");

/* A fault keeps the index of its alert. */
static bool
fault_next(const struct pc_device *dev, const uint32_t *after, size_t n_after,
	uint32_t index[PC_SNMP_INDEX_MAX], size_t *n_index)
{
	struct pc_alert row = {.index = n_after == 0 ? 0 : after[0]};

	do {
		if (!pc_mib_alert_after(dev, row.index, &row))
			return false;
	} while (row.severity != CRITICAL);
	index[0] = row.index;
	*n_index = 1;
	return true;
}

static int
fault_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	struct pc_alert a;

	if (at->n_index != 1 || !pc_mib_alert_find(dev, at->index[0], &a) || a.severity != CRITICAL)
		return PC_E_NOTFOUND;
	switch (at->column) {
	case 3:
		return pc_mib_number(at, v, a.code);
	case 4:
		return pc_mib_format(v, "%s", a.text);
	case 5:
		return reference(&a, v);
	case 6:
		return pc_mib_number(at, v, PC_MIB_HR_PRINTER);
	case 7:
		return pc_mib_date(v, wall_of(dev, a.at_ms));
	default:
		return pc_mib_number(at, v, PC_MIB_ROW_ACTIVE);
	}
}

static const uint32_t fault_oid[] = {PC_XCMI, 53, 8, 2, 1};

static const struct pc_snmp_column fault_columns[] = {
	{2, PC_SNMP_INTEGER, fault_get, NULL, "xcmHrSystemFaultRowStatus"},
	{3, PC_SNMP_INTEGER, fault_get, NULL, "xcmHrSystemFaultCode"},
	{4, PC_SNMP_OCTETS, fault_get, NULL, "xcmHrSystemFaultString"},
	{5, PC_SNMP_OID, fault_get, NULL, "xcmHrSystemFaultReferenceOID"},
	{6, PC_SNMP_INTEGER, fault_get, NULL, "xcmHrSystemFaultHrDeviceIndex"},
	{7, PC_SNMP_OCTETS, fault_get, NULL, "xcmHrSystemFaultDate"},
};

PC_XCMI_TABLE(fault, .next = fault_next, .spec = "XCMI xcmHrSystemFaultTable");

static const struct pc_snmp_table *const tables[] = {&alert_table, &last_table, &fault_table};

const struct pc_snmp_module pc_snmp_mib_xerox_alert = {
	"XEROX-HOST-RESOURCES-EXT-MIB alerts", tables, PC_MIB_COUNT(tables)};
