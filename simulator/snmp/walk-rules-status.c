/* Rules on the state of a printer: its three words of status, sub-units, alerts.
 * Spec: RFC 3805 s2.2.13 */
#include <inttypes.h>
#include <string.h>

#include "snmp/walk-check-internal.h"

enum device { DEVICE_UNKNOWN = 1, RUNNING, WARNING, TESTING, DOWN };
enum printer { OTHER = 1, UNKNOWN, IDLE, PRINTING, WARMUP };
enum severity { SEVERITY_OTHER = 1, CRITICAL = 3 };

#define BIT(n) (1U << (n))

enum {
	/* hrPrinterDetectedErrorState, octet 1 in the high byte */
	LOW_PAPER = 0x8000,
	NO_PAPER = 0x4000,
	LOW_TONER = 0x2000,
	NO_TONER = 0x1000,
	DOOR_OPEN = 0x0800,
	JAMMED = 0x0400,
	OFFLINE = 0x0200,
	SERVICE = 0x0100,
	OCTET_2 = 0x00ff,
	ANY_ERROR = 0xffff
};

/* Which hrPrinterStatus and which errors go with a hrDeviceStatus. Warm-up goes with running on
 * real printers and with down by the newer text: both stand. Spec: RFC 3805 s2.2.13.2 */
static const struct {
	uint8_t device;
	unsigned printers, errors;
	const char *printers_text, *errors_text;
} legal[] = {
	{RUNNING, BIT(OTHER) | BIT(IDLE) | BIT(PRINTING) | BIT(WARMUP), 0,
		"other, idle, printing or warmup with running(2)", "no error bit with running(2)"},
	{WARNING, BIT(IDLE) | BIT(PRINTING) | BIT(WARMUP),
		LOW_PAPER | LOW_TONER | OFFLINE | SERVICE | OCTET_2,
		"idle, printing or warmup with warning(3)",
		"no error that stops the printer with warning(3)"},
	{DOWN, BIT(OTHER) | BIT(WARMUP), ANY_ERROR, "other or warmup with down(5)", ""},
	{DEVICE_UNKNOWN, BIT(OTHER) | BIT(UNKNOWN), ANY_ERROR, "unknown or other with unknown(1)",
		""},
	{TESTING, BIT(OTHER) | BIT(UNKNOWN) | BIT(IDLE) | BIT(PRINTING) | BIT(WARMUP), ANY_ERROR,
		"", ""},
};

static unsigned
errors_of(const struct pc_walk_object *o)
{
	unsigned bits = 0;
	if (o != NULL && o->len > 0)
		bits |= (unsigned)o->bytes[0] << 8;
	if (o != NULL && o->len > 1)
		bits |= o->bytes[1];
	return bits;
}

static void
check_status(struct pc_walk_case *c, const struct pc_walk_object *o, const struct pc_mib_fact *f)
{
	struct pc_walk_index index = pc_walk_index_of(o, f);
	if (strcmp(f->name, "hrPrinterStatus") != 0 || o->type != f->type || o->integer < 0 ||
		o->integer > 31)
		return;
	int64_t device = pc_walk_number(c, "hrDeviceStatus", index.arcs, index.n, 0);
	unsigned errors =
		errors_of(pc_walk_value(c, "hrPrinterDetectedErrorState", index.arcs, index.n));
	for (size_t i = 0; i < sizeof legal / sizeof *legal; i++) {
		if (legal[i].device != device)
			continue;
		if ((legal[i].printers & BIT(o->integer)) == 0)
			pc_walk_tell(c, o, legal[i].printers_text,
				"hrPrinterStatus %" PRId64 " with hrDeviceStatus %" PRId64,
				o->integer, device);
		else if ((errors & ~legal[i].errors) != 0)
			pc_walk_tell(c, o, legal[i].errors_text,
				"error bits 0x%04x with hrDeviceStatus %" PRId64, errors, device);
	}
}

/* Clients read one or two octets; bit 15 is not assigned. */
static void
check_error_bits(
	struct pc_walk_case *c, const struct pc_walk_object *o, const struct pc_mib_fact *f)
{
	if (strcmp(f->name, "hrPrinterDetectedErrorState") != 0 || o->type != f->type)
		return;
	if (o->len < 1 || o->len > 2)
		pc_walk_tell(c, o, "one or two octets", "%u octets", (unsigned)o->len);
	else if ((errors_of(o) & 1U) != 0)
		pc_walk_tell(c, o, "bits 0 to 14", "bit 15, which means nothing");
}

static bool
is_sub_unit(const struct pc_mib_fact *f)
{
	return f->tc != NULL && (strcmp(f->tc, "PrtSubUnitStatusTC") == 0 ||
					strcmp(f->tc, "IcSubunitStatusTC") == 0);
}

/* The low three bits are one of seven words; 7 is none. Spec: RFC 3805 PrtSubUnitStatusTC */
static void
check_sub_unit(struct pc_walk_case *c, const struct pc_walk_object *o, const struct pc_mib_fact *f)
{
	if (is_sub_unit(f) && o->type == f->type && (o->integer & 7) == 7)
		pc_walk_tell(c, o, "0 to 6 in the low three bits", "%" PRId64, o->integer);
}

/* Fill c->alerts: has the device critical alerts, has it others? */
static void
find_alerts(struct pc_walk_case *c, uint32_t device)
{
	const struct pc_mib_fact *f = pc_mib_fact_named("prtAlertSeverityLevel");
	uint32_t oid[PC_OID_MAX];
	if (f == NULL || (c->alerts.known && c->alerts.device == device))
		return;
	c->alerts.known = true;
	c->alerts.device = device;
	c->alerts.critical = c->alerts.others = false;
	memcpy(oid, f->oid, f->n_oid * sizeof *oid);
	oid[f->n_oid] = device;
	for (size_t i = pc_walk_lower(c->walk, oid, f->n_oid + 1U); i < c->walk->n_sorted; i++) {
		const struct pc_walk_object *o = c->walk->sorted[i];
		if (!pc_walk_beneath(o, oid, f->n_oid + 1U))
			break;
		if (o->type != f->type || o->n_oid != f->n_oid + 2U)
			continue;
		c->alerts.critical = c->alerts.critical || o->integer == CRITICAL;
		c->alerts.others = c->alerts.others || o->integer > CRITICAL;
	}
}

static void
check_sub_unit_alert(
	struct pc_walk_case *c, const struct pc_walk_object *o, const struct pc_mib_fact *f)
{
	struct pc_walk_index index = pc_walk_index_of(o, f);
	if (!is_sub_unit(f) || o->type != f->type || index.n != 2 || (o->integer & 24) == 0 ||
		strcmp(f->tc, "PrtSubUnitStatusTC") != 0)
		return;
	find_alerts(c, index.arcs[0]);
	if ((o->integer & 16) != 0 && !c->alerts.critical)
		pc_walk_tell(c, o, "a row of prtAlertTable with critical(3)",
			"%" PRId64 ": critical alerts, and no such row", o->integer);
	else if ((o->integer & 8) != 0 && !c->alerts.others)
		pc_walk_tell(c, o, "a row of prtAlertTable with a warning",
			"%" PRId64 ": non-critical alerts, and no such row", o->integer);
}

/* A critical alert stops the printer. */
static void
check_alert_status(
	struct pc_walk_case *c, const struct pc_walk_object *o, const struct pc_mib_fact *f)
{
	struct pc_walk_index index = pc_walk_index_of(o, f);
	if (strcmp(f->name, "hrDeviceStatus") != 0 || o->type != f->type || index.n != 1 ||
		(o->integer != RUNNING && o->integer != WARNING))
		return;
	find_alerts(c, index.arcs[0]);
	if (c->alerts.critical)
		pc_walk_tell(c, o, "down(5) while an alert is critical(3)",
			"%s(%" PRId64 ") with a critical alert",
			o->integer == RUNNING ? "running" : "warning", o->integer);
}

/* Tables in which prtAlertGroupIndex names a row. Spec: RFC 3805 prtAlertGroupIndex */
static const struct {
	uint8_t group;
	bool device; /* hrDeviceIndex comes first */
	const char *column;
} alert_tables[] = {
	{3, false, "hrStorageType"},
	{4, false, "hrDeviceType"},
	{6, true, "prtCoverStatus"},
	{7, true, "prtLocalizationLanguage"},
	{8, true, "prtInputType"},
	{9, true, "prtOutputType"},
	{10, true, "prtMarkerMarkTech"},
	{11, true, "prtMarkerSuppliesType"},
	{12, true, "prtMarkerColorantRole"},
	{13, true, "prtMediaPathType"},
	{14, true, "prtChannelType"},
	{15, true, "prtInterpreterLangFamily"},
	{16, true, "prtConsoleDisplayBufferText"},
	{17, true, "prtConsoleOnTime"},
	{30, true, "finDeviceType"},
	{31, true, "finSupplyType"},
	{32, true, "finSupplyMediaInputType"},
};

static void
check_alert_row(struct pc_walk_case *c, const struct pc_walk_object *o, const struct pc_mib_fact *f)
{
	struct pc_walk_index index = pc_walk_index_of(o, f);
	if (strcmp(f->name, "prtAlertGroupIndex") != 0 || o->type != f->type || index.n != 2 ||
		o->integer < 0) /* -1: the group has no rows, or none is meant */
		return;
	int64_t group = pc_walk_number(c, "prtAlertGroup", index.arcs, index.n, 0);
	for (size_t i = 0; i < sizeof alert_tables / sizeof *alert_tables; i++) {
		bool device = alert_tables[i].device;
		const uint32_t row[] = {
			device ? index.arcs[0] : (uint32_t)o->integer, (uint32_t)o->integer};
		if (alert_tables[i].group != group ||
			pc_walk_row(
				c, pc_mib_fact_named(alert_tables[i].column), row, device ? 2 : 1))
			continue;
		pc_walk_tell(c, o, "a row of the table of its prtAlertGroup, or -1",
			"%" PRId64 ", and no such row for %s", o->integer, alert_tables[i].column);
	}
}

/* Which codes are of one group only. Spec: RFC 3805 PrtAlertCodeTC; IANA-PRINTER-MIB */
static const struct {
	int32_t from, to;
	uint8_t groups[4]; /* 0 fills up */
} alert_codes[] = {
	{801, 899, {8}},
	{901, 999, {9}},
	{1001, 1099, {10}},
	{1101, 1199, {11}},
	{1301, 1399, {13}},
	{1501, 1599, {15}},
	{1801, 1801, {18}},
	{30000, 39999, {30, 31, 32, 33}},
};

static void
check_alert_code(
	struct pc_walk_case *c, const struct pc_walk_object *o, const struct pc_mib_fact *f)
{
	struct pc_walk_index index = pc_walk_index_of(o, f);
	if (strcmp(f->name, "prtAlertCode") != 0 || o->type != f->type)
		return;
	int64_t group = pc_walk_number(c, "prtAlertGroup", index.arcs, index.n, -1);
	for (size_t i = 0; i < sizeof alert_codes / sizeof *alert_codes && group >= 0; i++) {
		bool mine = false;
		if (o->integer < alert_codes[i].from || o->integer > alert_codes[i].to)
			continue;
		for (size_t k = 0; k < 4 && alert_codes[i].groups[k] != 0; k++)
			mine = mine || alert_codes[i].groups[k] == group;
		if (!mine)
			pc_walk_tell(c, o, "the group whose code it is",
				"code %" PRId64 " in group %" PRId64, o->integer, group);
	}
}

static void
check_alert_time(
	struct pc_walk_case *c, const struct pc_walk_object *o, const struct pc_mib_fact *f)
{
	const uint32_t scalar[] = {0};
	if (strcmp(f->name, "prtAlertTime") != 0 || o->type != f->type)
		return;
	int64_t now = pc_walk_number(c, "sysUpTime", scalar, 1, -1);
	if (now >= 0 && o->integer > now)
		pc_walk_tell(c, o, "a time before sysUpTime", "%" PRId64 ", but it is %" PRId64,
			o->integer, now);
}

static void
check_reset(struct pc_walk_case *c, const struct pc_walk_object *o, const struct pc_mib_fact *f)
{
	if (strcmp(f->name, "prtGeneralReset") == 0 && o->type == f->type && o->integer != 3)
		pc_walk_tell(c, o, "notResetting(3) whenever it is read", "%" PRId64, o->integer);
}

const struct pc_walk_judge pc_walk_status_rules[] = {
	{{"printer-status", "Device status, printer status and errors go together.",
		 "RFC 3805 s2.2.13.2"},
		check_status, NULL},
	{{"error-bits", "Detected errors are one or two octets of known bits.",
		 "RFC 2790 hrPrinterDetectedErrorState"},
		check_error_bits, NULL},
	{{"sub-unit", "A sub-unit's status is made of the bits that are defined.",
		 "RFC 3805 PrtSubUnitStatusTC"},
		check_sub_unit, NULL},
	{{"sub-unit-alert", "A sub-unit that tells of alerts has them in the alert table.",
		 "RFC 3805 PrtSubUnitStatusTC"},
		check_sub_unit_alert, NULL},
	{{"alert-status", "A critical alert puts the device down.", "RFC 3805 s2.2.13"},
		check_alert_status, NULL},
	{{"alert-row", "An alert's group index names a row of its group.",
		 "RFC 3805 prtAlertGroupIndex"},
		check_alert_row, NULL},
	{{"alert-code", "An alert's code is one of its group.", "RFC 3805 PrtAlertCodeTC"},
		check_alert_code, NULL},
	{{"alert-time", "An alert is not of the future.", "RFC 3805 prtAlertTime"},
		check_alert_time, NULL},
	{{"reset", "prtGeneralReset reads notResetting.", "RFC 3805 prtGeneralReset"}, check_reset,
		NULL},
	{{NULL, NULL, NULL}, NULL, NULL},
};
