/* Device cases: one printer, one state: what SNMP tells follows what the printer does. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "conformance/cases.h"

static void
serial_number(struct pc_case_run *r)
{
	char first[64];
	char again[64];
	if (!pc_case_text(r, PC_OID_PRT_SERIAL, "prtGeneralSerialNumber", first, sizeof(first)) ||
		!pc_case_text(r, PC_OID_PRT_SERIAL, "prtGeneralSerialNumber", again, sizeof(again)))
		return;
	pc_check(r, first[0] != '\0', "the serial number is not empty", "a serial number", "'%s'",
		first);
	pc_check(r, strcmp(first, again) == 0, "two readings give the same serial number", first,
		"%s", again);
	if (r->printer->number != 0)
		pc_check(r, strcmp(first, r->printer->serial) == 0,
			"it is the serial number the printer is registered with",
			r->printer->serial, "%s", first);
}

static void
supply_levels(struct pc_case_run *r)
{
	struct sockaddr_in to = pc_case_snmp(r);
	char oid[96];
	char expected[64];
	int64_t max = 0;
	int64_t level = 0;
	unsigned seen = 0;
	for (unsigned i = 1; i <= 32; i++) {
		snprintf(oid, sizeof(oid), PC_OID_SUPPLY_MAX ".%u", i);
		if (!pc_client_snmp_number(&to, oid, &max))
			break;
		snprintf(oid, sizeof(oid), PC_OID_SUPPLY_LEVEL ".%u", i);
		if (!pc_client_snmp_number(&to, oid, &level))
			break;
		seen++;
		snprintf(expected, sizeof(expected), "-3 … -2 or 0 … %lld", (long long)max);
		pc_check(r, level >= -3 && level != -1 && (max < 0 || level <= max),
			"the level of each supply lies within its capacity", expected,
			"supply %u: %lld", i, (long long)level);
	}
	if (seen == 0)
		pc_case_inconclusive(r, "prtMarkerSuppliesTable has no row that could be read");
}

/* Print pages through the panel and expect the counter to follow. */
static void
life_count(struct pc_case_run *r)
{
	int64_t before = 0;
	int64_t after = 0;
	if (!pc_case_await_idle(r)) {
		pc_case_inconclusive(r, "the printer did not become idle before the job");
		return;
	}
	if (!pc_case_number(r, PC_OID_LIFE_COUNT, "prtMarkerLifeCount", &before))
		return;
	if (!pc_world_printer(r->world, r->printer->number, "print", "{\"pages\":3}")) {
		pc_case_error(r, "the control API refused the job");
		return;
	}
	bool reached = pc_case_await_number(r, PC_OID_LIFE_COUNT, before + 3, false, 8000);
	if (pc_case_number(r, PC_OID_LIFE_COUNT, "prtMarkerLifeCount", &after)) {
		char want[32];
		snprintf(want, sizeof(want), "%lld", (long long)before + 3);
		pc_check(r, reached && after == before + 3,
			"three printed sides raise prtMarkerLifeCount by three", want, "%lld",
			(long long)after);
	}
	(void)pc_case_await_idle(r);
}

/* Is there an alert row with this code? Walks prtAlertCode. */
static bool
has_alert(struct pc_case_run *r, int64_t code)
{
	char text[PC_OID_TEXT_MAX] = PC_OID_ALERT_CODE;
	const char *oids[] = {text, NULL};
	struct pc_oid root;
	struct sockaddr_in to = pc_case_snmp(r);
	struct pc_snmp_answer *a = calloc(1, sizeof(*a));
	bool found = false;
	bool more = a != NULL && pc_oid_parse(PC_OID_ALERT_CODE, &root) == PC_OK;
	for (unsigned n = 0; more && !found && n < 20; n++) {
		more = pc_client_snmp_get(&to, PC_SNMP_V2C, PC_SNMP_GETBULK, oids, a) == PC_OK &&
		       a->message.n_varbinds > 0;
		for (size_t i = 0; more && i < a->message.n_varbinds; i++) {
			more = pc_oid_is_under(&a->varbinds[i].name, &root) &&
			       a->varbinds[i].type == PC_BER_INTEGER;
			found = found || (more && a->varbinds[i].integer == code);
			pc_oid_text(&a->varbinds[i].name, text);
		}
	}
	free(a);
	return found;
}

struct alert_wait {
	struct pc_case_run *r;
	int64_t code;
	bool present;
};

static bool
alert_is(void *arg)
{
	struct alert_wait *w = arg;
	return has_alert(w->r, w->code) == w->present;
}

static uint8_t
error_octet(struct pc_case_run *r)
{
	static const char *const oids[] = {PC_OID_HRP_ERRORS, NULL};
	struct sockaddr_in to = pc_case_snmp(r);
	struct pc_snmp_answer *a = calloc(1, sizeof(*a));
	uint8_t octet = 0;
	if (a != NULL && pc_client_snmp_get(&to, PC_SNMP_V2C, PC_SNMP_GET, oids, a) == PC_OK &&
		a->message.n_varbinds == 1 && a->varbinds[0].type == PC_BER_OCTETS &&
		a->varbinds[0].len > 0)
		octet = a->varbinds[0].bytes[0];
	free(a);
	return octet;
}

static void
jam_seen(struct pc_case_run *r)
{
	enum { JAM = 8, DOWN = 5, JAMMED = 0x04 };
	int64_t status = 0;
	struct alert_wait appears = {r, JAM, true};
	bool row = pc_world_await(alert_is, &appears, 3000);
	uint8_t octet = error_octet(r);
	pc_check(r, row, "the alert table has a row with code jam", "a row with code 8", "%s",
		row ? "a row" : "none");
	pc_check(r, (octet & JAMMED) != 0, "hrPrinterDetectedErrorState has the bit jammed",
		"0x04 set", "0x%02x", octet);
	if (pc_case_number(r, PC_OID_HR_STATUS, "hrDeviceStatus", &status))
		pc_check(r, status == DOWN, "hrDeviceStatus is down", "5", "%lld",
			(long long)status);
}

static void
jam(struct pc_case_run *r)
{
	enum { JAM = 8, DOWN = 5, JAMMED = 0x04 };
	int64_t status = 0;
	struct alert_wait goes = {r, JAM, false};
	if (!pc_case_await_idle(r)) {
		pc_case_inconclusive(r, "the printer did not become idle before the jam");
		return;
	}
	pc_case_step(r, "paper jams");
	if (!pc_case_condition(r, "jam", 0, true))
		return;
	jam_seen(r);
	pc_case_step(r, "the jam is cleared");
	if (!pc_case_condition(r, "jam", 0, false))
		return;
	bool gone = pc_world_await(alert_is, &goes, 3000);
	uint8_t octet = error_octet(r);
	pc_check(r, gone, "the row goes away when the jam is cleared", "no row with code 8", "%s",
		gone ? "none" : "still there");
	pc_check(r, (octet & JAMMED) == 0, "the bit jammed is off again", "0x04 clear", "0x%02x",
		octet);
	if (pc_case_number(r, PC_OID_HR_STATUS, "hrDeviceStatus", &status))
		pc_check(r, status != DOWN, "hrDeviceStatus is not down any more", "2 or 3", "%lld",
			(long long)status);
}

struct silence_wait {
	struct sockaddr_in to;
	bool answers;
};

static bool
answers_is(void *arg)
{
	struct silence_wait *w = arg;
	static const char *const oids[] = {PC_OID_SYS_UPTIME, NULL};
	struct pc_snmp_varbind vb;
	struct pc_oid name;
	struct pc_snmp_answer *a = calloc(1, sizeof(*a));
	bool got = false;
	if (a != NULL && pc_oid_parse(oids[0], &name) == PC_OK) {
		struct pc_snmp_message m = {.version = PC_SNMP_V2C,
			.community = (const uint8_t *)"public",
			.community_len = 6,
			.pdu = PC_SNMP_GET,
			.request_id = 77,
			.varbinds = &vb,
			.n_varbinds = 1};
		pc_snmp_varbind_null(&vb, &name);
		got = pc_client_snmp(&w->to, &m, 60, a) == PC_OK;
	}
	free(a);
	return got == w->answers;
}

/* Spec: RFC 3805 prtGeneralReset; powerCycleReset(4). */
static void
restart(struct pc_case_run *r)
{
	enum { POWER_CYCLE = 4 };
	int64_t pages = 0;
	int64_t pages_after = 0;
	int64_t uptime = 0;
	int64_t uptime_after = 0;
	int32_t status = -1;
	struct silence_wait w = {.to = pc_case_snmp(r)};
	if (!pc_case_await_idle(r) ||
		!pc_case_await_number(r, PC_OID_SYS_UPTIME, 200, false, 8000) ||
		!pc_case_number(r, PC_OID_LIFE_COUNT, "prtMarkerLifeCount", &pages) ||
		!pc_case_number(r, PC_OID_SYS_UPTIME, "sysUpTime", &uptime)) {
		pc_case_inconclusive(r, "the printer did not become ready for a restart");
		return;
	}
	int64_t reboots = pc_case_state_number(r, "counters.reboots");
	pc_case_step(r, "SET prtGeneralReset = powerCycleReset(4)");
	int err = pc_client_snmp_set_integer(
		&w.to, "private", PC_OID_PRT_RESET, POWER_CYCLE, &status);
	if (!pc_check(r, err == PC_OK && status == 0, "the SET is accepted", "noError", "%s",
		    err == PC_OK ? pc_snmp_error_name(status) : pc_err_text(err)))
		return;
	w.answers = false;
	bool silent = pc_world_await(answers_is, &w, 3000);
	w.answers = true;
	bool back = pc_world_await(answers_is, &w, 20000);
	pc_check(r, silent, "the printer is unreachable while it restarts", "silence", "%s",
		silent ? "silence" : "answers all the time");
	pc_check(r, back, "the printer comes back", "answers", "%s", back ? "answers" : "silence");
	if (back && pc_case_number(r, PC_OID_SYS_UPTIME, "sysUpTime", &uptime_after) &&
		pc_case_number(r, PC_OID_LIFE_COUNT, "prtMarkerLifeCount", &pages_after)) {
		char want[48];
		snprintf(want, sizeof(want), "below %lld", (long long)uptime);
		pc_check(r, uptime_after < uptime, "sysUpTime starts again", want, "%lld",
			(long long)uptime_after);
		snprintf(want, sizeof(want), "%lld", (long long)pages);
		pc_check(r, pages_after == pages, "the life counter is kept", want, "%lld",
			(long long)pages_after);
	}
	if (reboots >= 0) {
		char want[32];
		snprintf(want, sizeof(want), "%lld", (long long)reboots + 1);
		int64_t now = pc_case_state_number(r, "counters.reboots");
		pc_check(r, now == reboots + 1, "it was one restart", want, "%lld", (long long)now);
	}
}

static void
port_uri(struct pc_case_run *r)
{
	char uri[256];
	char address[PC_TEXT_ADDR_MAX];
	pc_text_from_ipv4(r->printer->address, address);
	if (!pc_case_text(r, PC_OID_PORT_URI, "ppmPortServiceNameOrURI", uri, sizeof(uri)))
		return;
	pc_check(r, strstr(uri, address) != NULL,
		"the first port of the port monitor table names the printer's own address", address,
		"%s", uri);
}

static void
status_combination(struct pc_case_run *r)
{
	int64_t device = 0;
	int64_t printer = 0;
	if (!pc_case_await_idle(r)) {
		pc_case_inconclusive(r, "the printer did not become idle");
		return;
	}
	if (!pc_case_number(r, PC_OID_HR_STATUS, "hrDeviceStatus", &device) ||
		!pc_case_number(r, PC_OID_HRP_STATUS, "hrPrinterStatus", &printer))
		return;
	pc_check(r, (device == 2 || device == 3) && printer == 3,
		"an idle printer is running or has a warning, and idle",
		"hrDeviceStatus 2 or 3, hrPrinterStatus 3", "%lld, %lld", (long long)device,
		(long long)printer);
	if (!pc_case_condition(r, "coverOpen", 0, true))
		return;
	bool down = pc_case_await_number(r, PC_OID_HR_STATUS, 5, true, 3000);
	bool other = pc_case_await_number(r, PC_OID_HRP_STATUS, 1, true, 3000);
	uint8_t octet = error_octet(r);
	pc_check(r, down && other, "an open cover makes it down and other", "5 and 1", "%s, %s",
		down ? "5" : "not 5", other ? "1" : "not 1");
	pc_check(r, (octet & 0x08) != 0, "the bit doorOpen is set", "0x08 set", "0x%02x", octet);
	(void)pc_case_condition(r, "coverOpen", 0, false);
	(void)pc_case_await_idle(r);
}

static const struct pc_case table[] = {
	{"DEV-PRIV-001", 1, PC_ROLE_DEVICE, "The printer tells its serial number, always the same.",
		"RFC 3805 prtGeneralSerialNumber", {"ERS-DAT-017", "ERS-DEV-04"},
		{{PC_MUTANT_DEVICE, "snmp-serial-empty"}}, "snmp modelled", serial_number},
	{"DEV-PRIV-002", 1, PC_ROLE_DEVICE, "Supply levels lie within their capacities.",
		"RFC 3805 prtMarkerSuppliesLevel", {"ERS-DAT-030", "ERS-DAT-031", "ERS-DAT-032"},
		{{PC_MUTANT_DEVICE, "snmp-supply-over-capacity"}}, "snmp supplies modelled",
		supply_levels},
	{"DEV-PRIV-003", 1, PC_ROLE_DEVICE, "Printed sides move the life counter.",
		"RFC 3805 prtMarkerLifeCount", {"ERS-DAT-026", "ERS-DAT-027"},
		{{PC_MUTANT_DEVICE, "snmp-lifecount-frozen"}}, "snmp modelled", life_count},
	{"DEV-PRIV-004", 1, PC_ROLE_DEVICE,
		"A paper jam shows as alert, error bit and status, and goes away with its cause.",
		"RFC 3805 s2.2.13; RFC 2790 hrPrinterDetectedErrorState",
		{"ERS-DAT-020", "ERS-DAT-021", "ERS-DAT-062"},
		{{PC_MUTANT_DEVICE, "snmp-alert-stays"}, {PC_MUTANT_DEVICE, "snmp-error-bits-zero"},
			{PC_MUTANT_DEVICE, "snmp-status-wrong"}},
		"snmp modelled", jam},
	{"DEV-PRIV-005", 1, PC_ROLE_DEVICE,
		"A restart by SNMP silences the printer, starts its uptime again and keeps its counters.",
		"RFC 3805 prtGeneralReset", {"ERS-DEV-08", "ERS-NET-18", "ERS-OP-11"},
		{{PC_MUTANT_DEVICE, "snmp-uptime-not-reset"},
			{PC_MUTANT_DEVICE, "snmp-reset-ignored"}},
		"snmp snmp-set modelled", restart},
	{"DEV-PRIV-006", 1, PC_ROLE_DEVICE,
		"The port monitor table names the printer's own address.",
		"PWG 5107.1 ppmPortServiceNameOrURI", {"ERS-DEV-04"},
		{{PC_MUTANT_DEVICE, "snmp-port-uri-wrong"}}, "snmp modelled", port_uri},
	{"DEV-PRIV-007", 1, PC_ROLE_DEVICE, "Device and printer status form a legal pair.",
		"RFC 3805 s2.2.13.2", {"ERS-DAT-020"}, {{PC_MUTANT_DEVICE, "snmp-status-wrong"}},
		"snmp covers modelled", status_combination},
};

const struct pc_case *
pc_cases_device_state(size_t *ret_n)
{
	*ret_n = sizeof(table) / sizeof(table[0]);
	return table;
}
