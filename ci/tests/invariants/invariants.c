#include "invariants.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define CHECK(name) \
	static enum verdict name(const struct invariant *self, const struct facts *now, \
		const struct facts *before, char why[WHY_MAX])
#define UNUSED (void)self, (void)before

static int64_t
number(const struct facts *f, const char *key, int64_t fallback)
{
	const struct fact *p = facts_get(f, key);
	return p == NULL ? fallback : p->n;
}

static const char *
show(const struct fact *p, char out[200])
{
	if (p->is_text)
		snprintf(out, 200, "%s '%.150s'", p->key, p->text);
	else
		snprintf(out, 200, "%s %lld", p->key, (long long)p->n);
	return out;
}

static enum verdict
judge(bool holds, const struct fact *a, const struct fact *b, const char *relation,
	char why[WHY_MAX])
{
	char x[200], y[200];
	if (!holds)
		snprintf(why, WHY_MAX, "%s %s %s", show(a, x), relation, show(b, y));
	return holds ? HOLDS : BROKEN;
}

CHECK(equal)
{
	const struct fact *a = facts_get(now, self->a), *b = facts_get(now, self->b);
	(void)before;
	if (a == NULL || b == NULL)
		return NOT_SEEN;
	return judge(a->is_text == b->is_text && a->n == b->n && strcmp(a->text, b->text) == 0, a,
		b, "is not", why);
}

/* Names in the network are the same in any case. */
CHECK(equal_name)
{
	const struct fact *a = facts_get(now, self->a), *b = facts_get(now, self->b);
	(void)before;
	if (a == NULL || b == NULL)
		return NOT_SEEN;
	size_t n = strcspn(a->text, "."); /* a domain may follow, NetBIOS has 15 octets */
	size_t want = strlen(b->text) > 15 && n == 15 ? 15 : strlen(b->text);
	return judge(n == want && strncasecmp(a->text, b->text, n) == 0, a, b,
		"is another name than", why);
}

CHECK(contains)
{
	const struct fact *a = facts_get(now, self->a), *b = facts_get(now, self->b);
	(void)before;
	if (a == NULL || b == NULL)
		return NOT_SEEN;
	return judge(strstr(a->text, b->text) != NULL, a, b, "does not hold", why);
}

/* SN: of an IEEE 1284 device ID is the serial number, plain or in hex digits. */
CHECK(device_id_serial)
{
	const struct fact *a = facts_get(now, self->a), *b = facts_get(now, self->b);
	char hex[64] = "SN:";
	(void)before;
	if (a == NULL || b == NULL || strstr(a->text, "SN:") == NULL)
		return NOT_SEEN;
	for (size_t i = 0; b->text[i] != '\0' && i < 30; i++)
		snprintf(hex + 3 + 2 * i, 3, "%02X", (unsigned char)b->text[i]);
	char plain[64];
	snprintf(plain, sizeof(plain), "SN:%.50s", b->text);
	return judge(strstr(a->text, hex) != NULL || strstr(a->text, plain) != NULL, a, b,
		"does not hold", why);
}

/* MDL: of a device ID; the maker's name may stand in one and not in the other. */
CHECK(device_id_model)
{
	const struct fact *a = facts_get(now, self->a), *b = facts_get(now, self->b);
	char model[128] = "";
	(void)before;
	if (a == NULL || b == NULL)
		return NOT_SEEN;
	const char *at = strstr(a->text, "MDL:");
	if (at != NULL)
		snprintf(model, sizeof(model), "%.*s", (int)strcspn(at + 4, ";"), at + 4);
	bool same = model[0] != '\0' &&
		    (strstr(b->text, model) != NULL || strstr(model, b->text) != NULL);
	return judge(same, a, b, "tells another model than", why);
}

CHECK(sums)
{
	const struct fact *b = facts_get(now, self->b);
	int64_t sum = 0;
	(void)before;
	if (b == NULL || !facts_sum(now, self->a, &sum))
		return NOT_SEEN;
	if (sum != b->n)
		snprintf(why, WHY_MAX, "%s.* sum up to %lld, %s is %lld", self->a, (long long)sum,
			b->key, (long long)b->n);
	return sum == b->n ? HOLDS : BROKEN;
}

/* a.N = b.N for each N that either has. */
CHECK(equal_each)
{
	size_t seen = 0;
	int64_t sum = 0;
	(void)before;
	if (!facts_sum(now, self->a, &sum))
		return NOT_SEEN; /* the port is silent, or the table empty: that is counted
				    elsewhere */
	for (size_t i = 0; i < 40; i++) {
		const struct fact *a = facts_get_at(now, self->a, i);
		const struct fact *b = facts_get_at(now, self->b, i);
		if (a == NULL && b == NULL)
			continue;
		if (a == NULL || b == NULL) {
			snprintf(why, WHY_MAX, "only one tells %s", (a == NULL ? b : a)->key);
			return BROKEN;
		}
		if (judge(a->n == b->n, a, b, "is not", why) == BROKEN)
			return BROKEN;
		seen++;
	}
	return seen == 0 ? NOT_SEEN : HOLDS;
}

/* Everything a port with supplies tells of them; finishing supplies stand elsewhere. */
CHECK(supply_levels)
{
	size_t seen = 0;
	(void)before;
	for (size_t i = 1; i <= 16; i++) {
		const struct fact *a = facts_get_at(now, self->a, i);
		const struct fact *b = facts_get_at(now, self->b, i);
		if (a == NULL || b == NULL)
			continue;
		if (judge(a->n == b->n, a, b, "is not", why) == BROKEN)
			return BROKEN;
		seen++;
	}
	return seen == 0 ? NOT_SEEN : HOLDS;
}

CHECK(never_less)
{
	const struct fact *a = facts_get(now, self->a);
	const struct fact *b = before == NULL ? NULL : facts_get(before, self->a);
	if (a == NULL || b == NULL)
		return NOT_SEEN;
	return judge(a->n >= b->n, a, b, "is less than", why);
}

/* The same of what starts again with the printer. */
CHECK(never_less_running)
{
	bool started =
		before == NULL || number(now, "ctl.reboots", 0) != number(before, "ctl.reboots", 0);
	return started ? NOT_SEEN : never_less(self, now, before, why);
}

/* What starts again from 0 with the printer; between two looks without a start it grows. */
CHECK(grows)
{
	const struct fact *a = facts_get(now, self->a);
	const struct fact *b = before == NULL ? NULL : facts_get(before, self->a);
	if (a == NULL || b == NULL || number(now, "silent.snmp", 1) != 0 ||
		number(before, "silent.snmp", 1) != 0 ||
		number(now, "ctl.reboots", 0) != number(before, "ctl.reboots", 0) ||
		number(now, "ctl.uptimeMs", 0) < number(before, "ctl.uptimeMs", 0))
		return NOT_SEEN;
	return judge(a->n > b->n, a, b, "has not grown from", why);
}

CHECK(at_most)
{
	const struct fact *a = facts_get(now, self->a);
	(void)before;
	if (a == NULL)
		return NOT_SEEN;
	int64_t most = strtoll(self->b, NULL, 10);
	if (a->n > most)
		snprintf(why, WHY_MAX, "%s is %lld, at most %lld", a->key, (long long)a->n,
			(long long)most);
	return a->n <= most ? HOLDS : BROKEN;
}

CHECK(level_within_capacity)
{
	size_t seen = 0;
	(void)before;
	for (size_t i = 1; i <= 16; i++) {
		const struct fact *a = facts_get_at(now, self->a, i);
		const struct fact *b = facts_get_at(now, self->b, i);
		if (a == NULL || b == NULL || b->n <= 0)
			continue;
		if (judge(a->n <= b->n, a, b, "is over", why) == BROKEN)
			return BROKEN;
		seen++;
	}
	return seen == 0 ? NOT_SEEN : HOLDS;
}

/* The version is in one of the rows of the board's table, alone or as a part of the package's. */
CHECK(firmware_rows)
{
	const struct fact *a = facts_get(now, self->a), *b = facts_get_at(now, self->b, 1);
	(void)before;
	if (a == NULL || b == NULL)
		return NOT_SEEN;
	for (size_t i = 1; i <= 8; i++) {
		const struct fact *row = facts_get_at(now, self->b, i);
		if (row != NULL && strstr(row->text, a->text) != NULL)
			return HOLDS;
	}
	return judge(false, a, b, "is in no row of", why);
}

/* ---- status ---- */

enum {
	ERR_LOW_PAPER = 0x8000,
	ERR_NO_PAPER = 0x4000,
	ERR_LOW_TONER = 0x2000,
	ERR_NO_TONER = 0x1000,
	ERR_DOOR_OPEN = 0x0800,
	ERR_JAMMED = 0x0400,
	ERR_OFFLINE = 0x0200,
	ERR_SERVICE = 0x0100,
	ERR_TRAY_MISSING = 0x0080,
	ERR_SUPPLY_MISSING = 0x0020,
	ERR_OUTPUT_FULL = 0x0008,
	ERR_TRAY_EMPTY = 0x0004
};

static bool
has_alert(const struct facts *f, int64_t code)
{
	for (size_t i = 0; i < 40; i++) {
		const struct fact *a = facts_get_at(f, "snmp.alert", i);
		if (a != NULL && a->n == code)
			return true;
	}
	return false;
}

static bool
has_any_alert(const struct facts *f, const int64_t *codes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (has_alert(f, codes[i]))
			return true;
	}
	return false;
}

/* Rows beyond the table's limit are dropped: then the bits may know more. */
static bool
table_is_full(const struct facts *f)
{
	return number(f, "snmp.alerts", 0) >= 32;
}

/* Epson printers tell one octet of the bits, as real ones do. */
static int64_t
told_bits(const struct facts *f)
{
	return number(f, "snmp.errorOctets", 2) < 2 ? 0xff00 : 0xffff;
}

CHECK(error_bits)
{
	const struct fact *a = facts_get(now, self->a), *b = facts_get(now, self->b);
	(void)before;
	if (a == NULL || b == NULL)
		return NOT_SEEN;
	return judge((a->n & told_bits(now)) == b->n, a, b, "is not", why);
}

static enum verdict
bit_and_alert(const struct facts *now, int64_t bit, const int64_t *codes, size_t n,
	const char *name, char why[WHY_MAX])
{
	const struct fact *bits = facts_get(now, "snmp.errors");
	if (bits == NULL || facts_get(now, "snmp.alerts") == NULL || table_is_full(now) ||
		(bit & told_bits(now)) == 0)
		return NOT_SEEN;
	bool set = (bits->n & bit) != 0, told = has_any_alert(now, codes, n);
	if (set != told)
		snprintf(why, WHY_MAX, "%s is %s, its alerts are %s", name, set ? "set" : "clear",
			told ? "there" : "not there");
	return set == told ? HOLDS : BROKEN;
}

#define BIT_CHECK(check, bit, name, ...) \
	CHECK(check) \
	{ \
		static const int64_t codes[] = {__VA_ARGS__}; \
		UNUSED; \
		return bit_and_alert( \
			now, bit, codes, sizeof(codes) / sizeof(codes[0]), name, why); \
	}
/* Spec: RFC 2790 hrPrinterDetectedErrorState, RFC 3805 s2.2.13; codes IANA-PRINTER-MIB */
BIT_CHECK(jam_bit, ERR_JAMMED, "jammed", 8)
BIT_CHECK(door_bit, ERR_DOOR_OPEN, "doorOpen", 3)
BIT_CHECK(offline_bit, ERR_OFFLINE, "offline", 22)
BIT_CHECK(no_toner_bit, ERR_NO_TONER, "noToner", 1101, 1102)
BIT_CHECK(low_toner_bit, ERR_LOW_TONER, "lowToner", 1104, 1105)
BIT_CHECK(low_paper_bit, ERR_LOW_PAPER, "lowPaper", 807)
BIT_CHECK(tray_empty_bit, ERR_TRAY_EMPTY, "inputTrayEmpty", 808)
BIT_CHECK(tray_missing_bit, ERR_TRAY_MISSING, "inputTrayMissing", 801)
BIT_CHECK(output_full_bit, ERR_OUTPUT_FULL, "outputFull", 903)

/* A critical alert and down are the same, a warning and warning. Spec: RFC 3805 s2.2.13.2 */
CHECK(down_is_critical)
{
	const struct fact *status = facts_get(now, "snmp.hrDevice");
	const struct fact *critical = facts_get(now, "snmp.alertsCritical");
	UNUSED;
	if (status == NULL || critical == NULL || table_is_full(now))
		return NOT_SEEN;
	return judge(
		(status->n == 5) == (critical->n > 0), status, critical, "does not go with", why);
}

CHECK(warning_is_warned)
{
	const struct fact *status = facts_get(now, "snmp.hrDevice");
	const struct fact *alerts = facts_get(now, "snmp.alerts");
	UNUSED;
	if (status == NULL || alerts == NULL || table_is_full(now) || status->n == 5)
		return NOT_SEEN;
	bool warned = false;
	for (size_t i = 0; i < 40; i++) {
		const struct fact *s = facts_get_at(now, "snmp.alertSeverity", i);
		warned = warned || (s != NULL && s->n == 5);
	}
	return judge(
		(status->n == 3) == warned, status, alerts, "does not go with the rows of", why);
}

/* hrDeviceStatus, hrPrinterStatus, and whether hrPrinterDetectedErrorState may have bits.
 * Spec: RFC 3805 s2.2.13.2 */
CHECK(legal_combination)
{
	static const struct {
		int64_t device, printer;
		bool bits;
	} legal[] = {{2, 1, false}, /* running, other: standby */
		{2, 3, false}, {2, 4, false}, {3, 3, true}, {3, 4, true}, {5, 1, true},
		{5, 5, false}};
	const struct fact *d = facts_get(now, "snmp.hrDevice"),
			  *p = facts_get(now, "snmp.hrPrinter");
	const struct fact *e = facts_get(now, "snmp.errors");
	UNUSED;
	if (d == NULL || p == NULL || e == NULL)
		return NOT_SEEN;
	for (size_t i = 0; i < sizeof(legal) / sizeof(legal[0]); i++) {
		if (legal[i].device == d->n && legal[i].printer == p->n &&
			(legal[i].bits || e->n == 0))
			return HOLDS;
	}
	snprintf(why, WHY_MAX, "%lld, %lld with bits %04llx", (long long)d->n, (long long)p->n,
		(unsigned long long)e->n);
	return BROKEN;
}

/* PJL status codes: 10xxx all is well or goes on, 35078 asleep, the rest something is wanted. */
CHECK(pjl_class)
{
	const struct fact *code = facts_get(now, "pjl.code"), *d = facts_get(now, "snmp.hrDevice");
	const struct fact *status = facts_get(now, "ctl.status");
	UNUSED;
	if (code == NULL || d == NULL || status == NULL)
		return NOT_SEEN;
	bool asleep = strcmp(status->text, "sleep") == 0;
	bool wants = code->n / 1000 >= 30;
	/* A stop may never be told as ready, nor what goes on as a stop. */
	bool right = code->n == 35078 ? asleep : d->n == 5 ? code->n != 10001 : !wants || d->n == 3;
	return judge(right, code, d, "does not go with", why);
}

CHECK(pjl_online)
{
	const struct fact *online = facts_get(now, "pjl.online"),
			  *bits = facts_get(now, "snmp.errors");
	UNUSED;
	if (online == NULL || bits == NULL)
		return NOT_SEEN;
	bool off = (bits->n & ERR_OFFLINE) != 0;
	return judge(
		!off || strcmp(online->text, "FALSE") == 0, online, bits, "does not go with", why);
}

CHECK(st2_stops)
{
	const struct fact *state = facts_get(now, "st2.state"),
			  *d = facts_get(now, "snmp.hrDevice");
	UNUSED;
	if (state == NULL || d == NULL)
		return NOT_SEEN;
	bool stops = state->n == 0 || state->n == 5; /* an error, or paused: off-line */
	return judge(stops == (d->n == 5), state, d, "does not go with", why);
}

CHECK(st2_error)
{
	const struct fact *state = facts_get(now, "st2.state"),
			  *error = facts_get(now, "st2.error");
	UNUSED;
	if (state == NULL || error == NULL)
		return NOT_SEEN;
	return judge((state->n == 0) == (error->n >= 0), error, state, "does not go with", why);
}

/* What the block names is among what SNMP tells. */
CHECK(st2_error_is_told)
{
	static const struct {
		int64_t error, bits;
	} rows[] = {{0x02, ERR_DOOR_OPEN}, {0x04, ERR_JAMMED}, {0x05, ERR_NO_TONER},
		{0x06, ERR_NO_PAPER | ERR_TRAY_EMPTY}, {0x29, ERR_TRAY_MISSING},
		{0x23, ERR_SUPPLY_MISSING}, {0x24, ERR_OFFLINE}};
	const struct fact *error = facts_get(now, "st2.error"),
			  *bits = facts_get(now, "snmp.errors");
	UNUSED;
	if (error == NULL || bits == NULL || error->n < 0)
		return NOT_SEEN;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].error == error->n && (rows[i].bits & told_bits(now)) != 0)
			return judge((bits->n & rows[i].bits) != 0, error, bits, "does not go with",
				why);
	}
	return NOT_SEEN;
}

/* Ink of the block, per cent, against the control API's tenths of a per cent. */
CHECK(st2_inks)
{
	size_t ink = 0, seen = 0;
	UNUSED;
	for (size_t i = 1; i <= 16; i++) {
		const struct fact *c = facts_get_at(now, "ctl.colorant", i);
		if (c == NULL || c->n == 0)
			continue;
		const struct fact *a = facts_get_at(now, "st2.ink", ink++);
		const struct fact *b = facts_get_at(now, "ctl.permille", i);
		if (a == NULL || b == NULL || a->n > 100 || b->n < 0)
			continue;
		int64_t tenths = 10 * a->n - b->n;
		if (judge(tenths > -10 && tenths < 10, a, b, "is another level than", why) ==
			BROKEN)
			return BROKEN;
		seen++;
	}
	return seen == 0 ? NOT_SEEN : HOLDS;
}

/* Empty is 0, low and ok are not. */
CHECK(supply_state)
{
	size_t seen = 0;
	UNUSED;
	for (size_t i = 1; i <= 16; i++) {
		const struct fact *state = facts_get_at(now, "ctl.supplyState", i);
		const struct fact *level = facts_get_at(now, "ctl.supply", i);
		if (state == NULL || level == NULL || state->n == 3)
			continue;
		if (judge((state->n == 2) == (level->n == 0), state, level, "does not go with",
			    why) == BROKEN)
			return BROKEN;
		seen++;
	}
	return seen == 0 ? NOT_SEEN : HOLDS;
}

/* 3 coverOpen or 5 interlockOpen of any cover, and the alert. Spec: RFC 3805 prtCoverStatus */
CHECK(cover_status)
{
	bool open = false, seen = false;
	UNUSED;
	for (size_t i = 1; i <= 16; i++) {
		const struct fact *c = facts_get_at(now, "snmp.cover", i);
		seen = seen || c != NULL;
		open = open || (c != NULL && (c->n == 3 || c->n == 5));
	}
	if (!seen || facts_get(now, "snmp.alerts") == NULL || table_is_full(now))
		return NOT_SEEN;
	if (open != has_alert(now, 3))
		snprintf(why, WHY_MAX, "a cover is %s, the alert is %s", open ? "open" : "closed",
			open ? "not there" : "there");
	return open == has_alert(now, 3) ? HOLDS : BROKEN;
}

/* The panel, over PJL cut to its display; control characters aside. */
CHECK(pjl_display)
{
	const struct fact *a = facts_get(now, "pjl.display"), *b = facts_get(now, "ctl.console");
	UNUSED;
	if (a == NULL || b == NULL)
		return NOT_SEEN;
	for (const char *p = b->text; *p != '\0'; p++) {
		if ((unsigned char)*p >= 0x80)
			return NOT_SEEN; /* PJL has its own character set */
	}
	return judge(strcmp(a->text, b->text) == 0, a, b, "is not", why);
}

/* ---- time ---- */

CHECK(uptime)
{
	const struct fact *a = facts_get(now, "snmp.uptime"), *b = facts_get(now, "ctl.uptimeMs");
	UNUSED;
	if (a == NULL || b == NULL)
		return NOT_SEEN;
	int64_t hundredths = (b->n / 10) % 4294967296;
	return judge(a->n == hundredths, a, b, "is not a tenth of", why);
}

CHECK(clocks)
{
	const struct fact *a = facts_get(now, "snmp.date"), *b = facts_get(now, "ctl.clock");
	UNUSED;
	if (a == NULL || b == NULL)
		return NOT_SEEN;
	return judge(strncmp(a->text, b->text, 19) == 0, a, b, "is another second than", why);
}

/* A start is counted: uptime goes back only with it, and never without. */
CHECK(start_is_counted)
{
	if (before == NULL || facts_get(now, "ctl.uptimeMs") == NULL ||
		facts_get(before, "ctl.uptimeMs") == NULL || facts_get(now, "snmp.uptime") == NULL)
		return NOT_SEEN;
	(void)self;
	int64_t then = number(before, "snmp.uptime", -1), here = number(now, "snmp.uptime", -1);
	bool started = number(now, "ctl.reboots", 0) > number(before, "ctl.reboots", 0);
	bool back = then >= 0 && here < then;
	if (back && !started)
		snprintf(why, WHY_MAX, "sysUpTime went from %lld to %lld and no start was counted",
			(long long)then, (long long)here);
	return back && !started ? BROKEN : HOLDS;
}

/* ---- a printer that is off ---- */

CHECK(silent)
{
	const struct fact *status = facts_get(now, "ctl.status"), *is = facts_get(now, self->a);
	(void)before;
	if (status == NULL || is == NULL)
		return NOT_SEEN;
	bool off = strcmp(status->text, "off") == 0 || strcmp(status->text, "booting") == 0;
	if (!off)
		return NOT_SEEN;
	return judge(is->n == 1, is, status, "although it is", why);
}

CHECK(answers)
{
	const struct fact *status = facts_get(now, "ctl.status"), *is = facts_get(now, self->a);
	(void)before;
	if (status == NULL || is == NULL)
		return NOT_SEEN;
	bool off = strcmp(status->text, "off") == 0 || strcmp(status->text, "booting") == 0;
	if (off)
		return NOT_SEEN;
	return judge(is->n == 0, is, status, "although it is", why);
}

#define E(name, ports, a, b) \
	{ \
		name, ports, equal, a, b, a, 1, NULL, NULL \
	}
#define E_ALSO(name, ports, a, b, also) \
	{ \
		name, ports, equal, a, b, a, 1, also, NULL \
	}
#define NAME(name, ports, a, b) \
	{ \
		name, ports, equal_name, a, b, a, 1, NULL, NULL \
	}
#define HAS(name, ports, a, b) \
	{ \
		name, ports, contains, a, b, a, 1, NULL, NULL \
	}
#define MODEL(name, ports, a, b) \
	{ \
		name, ports, device_id_model, a, b, a, 1, NULL, "IEEE 1284" \
	}
#define SUM(name, ports, a, b) \
	{ \
		name, ports, sums, a, b, a ".1", 1, NULL, NULL \
	}
#define UP(name, ports, a, also) \
	{ \
		name, ports, never_less, a, NULL, a, -1000000000, also, NULL \
	}
#define GROWS(name, ports, a) \
	{ \
		name, ports, grows, a, NULL, a, -4000000000, NULL, NULL \
	}
#define BIT(name, check, bit) \
	{ \
		name, "snmp", check, NULL, NULL, "snmp.errors", bit, \
			"error-bits legal-combination st2-error-told pjl-online", \
			"RFC 2790 hrPrinterDetectedErrorState" \
	}
#define BITS \
	"bit-jammed bit-door-open bit-offline bit-no-toner bit-low-toner bit-low-paper " \
	"bit-tray-empty bit-tray-missing bit-output-full"
#define SILENT(port) \
	{ \
		"silent-" port, port " control", silent, "silent." port, NULL, "silent." port, -1, \
			NULL, NULL \
	}
#define ANSWERS(port) \
	{ \
		"answers-" port, port " control", answers, "silent." port, NULL, "silent." port, \
			1, NULL, NULL \
	}

static const struct invariant table[] = {
	/* who it is */
	E("serial-printer-mib", "snmp control", "snmp.serial", "ctl.serial"),
	E("serial-epson", "snmp control", "eps.serial", "ctl.serial"),
	E("serial-epson-versions", "snmp control", "eps.versionSerial", "ctl.serial"),
	E("serial-xerox", "snmp control", "xrx.serial", "ctl.serial"),
	E("serial-xerox-general", "snmp control", "xrx.generalSerial", "ctl.serial"),
	E("serial-st2", "st2 control", "st2.serial", "ctl.serial"),
	{"serial-epson-device-id", "snmp control", device_id_serial, "eps.id1284", "ctl.serial",
		"eps.id1284", 2, NULL, "IEEE 1284"},
	{"serial-enpc-device-id", "enpc control", device_id_serial, "enpc.id1284", "ctl.serial",
		"enpc.id1284", 2, NULL, "IEEE 1284"},
	{"serial-port-monitor", "snmp control", device_id_serial, "pm.id1284", "ctl.serial",
		"pm.id1284", 2, NULL, "PWG 5107.1"},
	{"serial-xerox-device-id", "snmp control", device_id_serial, "xrx.id1284", "ctl.serial",
		"xrx.id1284", 2, NULL, "IEEE 1284"},
	E("mac-interface", "snmp control", "snmp.mac", "ctl.mac"),
	E("mac-enpc", "enpc control", "enpc.mac", "ctl.mac"),
	E("mac-enpc-network", "enpc control", "enpc.netMac", "ctl.mac"),
	E("mac-nbns", "nbns control", "nbns.mac", "ctl.mac"),
	HAS("model-host-resources", "snmp control", "snmp.hrDescr", "ctl.model"),
	HAS("model-pjl", "pjl control", "pjl.id", "ctl.model"),
	E("model-port-monitor", "snmp control", "pm.model", "ctl.model"),
	MODEL("model-port-monitor-id", "snmp control", "pm.id1284", "ctl.model"),
	E("model-epson", "snmp control", "eps.model", "ctl.model"),
	E("model-epson-board", "snmp control", "eps.boardModel", "ctl.model"),
	MODEL("model-epson-device-id", "snmp control", "eps.id1284", "ctl.model"),
	MODEL("model-enpc-device-id", "enpc control", "enpc.id1284", "ctl.model"),
	HAS("model-enpc", "enpc control", "enpc.model", "ctl.model"),
	E("model-xerox", "snmp control", "xrx.model", "ctl.model"),
	MODEL("model-xerox-device-id", "snmp control", "xrx.id1284", "ctl.model"),
	HAS("mac-enpc-name", "enpc control", "enpc.name", "ctl.mac3"),
	NAME("host-epson-board", "snmp control", "eps.board", "ctl.host"),
	NAME("host-epson-netbios", "snmp control", "eps.netbios", "ctl.host"),
	NAME("host-nbns", "nbns control", "nbns.name", "ctl.host"),
	NAME("host-llmnr", "llmnr control", "llmnr.name", "ctl.host"),
	E("system-name", "snmp control", "snmp.name", "ctl.sysName"),
	E("contact", "snmp control", "snmp.contact", "ctl.contact"),
	E("location", "snmp control", "snmp.location", "ctl.location"),
	{"firmware-epson", "snmp", firmware_rows, "eps.firmware", "eps.boardFirmware",
		"eps.firmware", 1, NULL, NULL},
	{"firmware-xerox", "snmp", contains, "snmp.descr", "xrx.version", "snmp.descr", 1,
		"description-xerox", NULL},
	E("description-xerox", "snmp", "xrx.descr", "snmp.descr"),
	/* where it is */
	E("address-epson-board", "snmp control", "eps.boardIp", "look.address"),
	E("address-enpc", "enpc control", "enpc.address", "look.address"),
	E("address-xerox", "snmp control", "xrx.address", "look.address"),
	E("address-llmnr", "llmnr control", "llmnr.address", "look.address"),
	HAS("address-slp", "slp control", "slp.url", "look.address"),
	HAS("address-port-monitor", "snmp control", "pm.uri", "look.address"),
	/* what it has printed */
	E("pages-pjl", "pjl snmp", "pjl.pages", "snmp.life"),
	E("pages-control", "control snmp", "ctl.life", "snmp.life"),
	E_ALSO("pages-control-counters", "control snmp", "ctl.counterLife", "snmp.life",
		"pages-by-size"),
	E("pages-epson", "snmp", "eps.total", "snmp.life"),
	SUM("pages-epson-sizes", "snmp", "eps.size", "snmp.life"),
	SUM("pages-epson-color-sizes", "snmp", "eps.sizeColor", "eps.color"),
	E_ALSO("pages-epson-color", "snmp control", "eps.color", "ctl.color",
		"pages-epson-color-sizes"),
	E("pages-epson-mono", "snmp control", "eps.mono", "ctl.mono"),
	E("pages-st2", "st2 snmp", "st2.pages", "snmp.life"),
	E("pages-xerox-lifetime", "snmp", "xrx.lifetime", "snmp.life"),
	E("pages-xerox-accounting", "snmp", "xrx.accounting", "snmp.life"),
	E("pages-xerox-marker", "snmp", "xrx.marker", "snmp.life"),
	SUM("pages-by-size", "control", "ctl.size", "ctl.counterLife"),
	E("pages-since-start", "snmp control", "snmp.powerOn", "ctl.powerOn"),
	UP("pages-never-less", "snmp", "snmp.life",
		"pages-pjl pages-control pages-control-counters pages-epson pages-epson-sizes "
		"pages-st2 pages-xerox-lifetime pages-xerox-accounting pages-xerox-marker"),
	UP("jobs-never-less", "control", "ctl.jobsDone", NULL),
	UP("jams-never-less", "control", "ctl.jams", NULL),
	UP("cleanings-never-less", "control", "ctl.cleanings", NULL),
	{"critical-events-never-less", "snmp", never_less_running, "snmp.critical", NULL,
		"snmp.critical", -1000000000, NULL, "RFC 3805 prtAlertCriticalEvents"},
	{"alert-events-never-less", "snmp", never_less_running, "snmp.events", NULL, "snmp.events",
		-1000000000, NULL, "RFC 3805 prtAlertCriticalEvents"},
	UP("configuration-never-less", "snmp", "snmp.config", NULL),
	/* what it holds */
	{"supply-levels", "snmp control", supply_levels, "snmp.supply", "ctl.supply",
		"snmp.supply.1", -1, NULL, "RFC 3805 prtMarkerSuppliesLevel"},
	{"supply-capacities", "snmp control", supply_levels, "snmp.supplyMax", "ctl.supplyMax",
		"snmp.supplyMax.1", 1, NULL, "RFC 3805 prtMarkerSuppliesMaxCapacity"},
	{"supply-within-capacity", "control", level_within_capacity, "ctl.supply", "ctl.supplyMax",
		"ctl.supply.1", 1000000, "supply-levels supply-state", NULL},
	{"supply-state", "control", supply_state, NULL, NULL, "ctl.supplyState.1", 2, NULL, NULL},
	{"supply-st2", "st2 control", st2_inks, NULL, NULL, "st2.ink.0", -30, NULL, NULL},
	{"tray-levels", "snmp control", equal_each, "snmp.tray", "ctl.tray", "snmp.tray.1", -1,
		NULL, "RFC 3805 prtInputCurrentLevel"},
	{"tray-within-capacity", "snmp", level_within_capacity, "snmp.tray", "snmp.trayMax",
		"snmp.tray.1", 1000000, "tray-levels", NULL},
	/* how it is */
	E("status-device", "snmp control", "ctl.hrDevice", "snmp.hrDevice"),
	E("status-printer", "snmp control", "ctl.hrPrinter", "snmp.hrPrinter"),
	{"error-bits", "snmp control", error_bits, "ctl.errors", "snmp.errors", "ctl.errors",
		0x8000, NULL, "RFC 2790 hrPrinterDetectedErrorState"},
	{"legal-combination", "snmp", legal_combination, NULL, NULL, "snmp.hrPrinter", 40,
		"status-printer", "RFC 3805 s2.2.13.2"},
	{"down-is-critical", "snmp", down_is_critical, NULL, NULL, "snmp.alertsCritical", 1,
		"alerts-critical", "RFC 3805 s2.2.13.2"},
	{"warning-is-warned", "snmp", warning_is_warned, NULL, NULL, "snmp.alertSeverity.0", 1,
		NULL, "RFC 3805 s2.2.13.2"},
	{"alerts", "snmp control", equal_each, "snmp.alert", "ctl.alert", "snmp.alert.0", 9000,
		BITS " cover-status", "RFC 3805 prtAlertCode"},
	E("alerts-counted", "snmp control", "snmp.alerts", "ctl.alerts"),
	E("alerts-critical", "snmp control", "ctl.alertsCritical", "snmp.alertsCritical"),
	BIT("bit-jammed", jam_bit, ERR_JAMMED),
	BIT("bit-door-open", door_bit, ERR_DOOR_OPEN),
	BIT("bit-offline", offline_bit, ERR_OFFLINE),
	BIT("bit-no-toner", no_toner_bit, ERR_NO_TONER),
	BIT("bit-low-toner", low_toner_bit, ERR_LOW_TONER),
	BIT("bit-low-paper", low_paper_bit, ERR_LOW_PAPER),
	BIT("bit-tray-empty", tray_empty_bit, ERR_TRAY_EMPTY),
	BIT("bit-tray-missing", tray_missing_bit, ERR_TRAY_MISSING),
	BIT("bit-output-full", output_full_bit, ERR_OUTPUT_FULL),
	{"cover-status", "snmp", cover_status, NULL, NULL, "snmp.cover.1", -1, NULL,
		"RFC 3805 prtCoverStatus"},
	E("console", "snmp control", "snmp.console", "ctl.console"),
	{"console-pjl", "pjl control", pjl_display, NULL, NULL, "pjl.display", 1, NULL, NULL},
	{"pjl-class", "pjl snmp", pjl_class, NULL, NULL, "pjl.code", 30000, NULL, NULL},
	{"pjl-online", "pjl snmp", pjl_online, NULL, NULL, "pjl.online", 1, NULL, NULL},
	{"st2-stops", "st2 snmp", st2_stops, NULL, NULL, "st2.state", -4, "st2-error", NULL},
	{"st2-error", "st2", st2_error, NULL, NULL, "st2.error", 5, "st2-error-told", NULL},
	{"st2-error-told", "st2 snmp", st2_error_is_told, NULL, NULL, "st2.error", 2, NULL, NULL},
	{"error-history", "control", at_most, "ctl.errorHistory", "40", "ctl.errorHistory", 41,
		NULL, "the papers name the last 40 errors"},
	{"cleaning-history", "control", at_most, "ctl.cleaningHistory", "20", "ctl.cleaningHistory",
		21, NULL, NULL},
	/* what it has to do */
	E("queue-lpd", "lpd control", "lpd.jobs", "ctl.queued"),
	E("queue-job-mib", "snmp control", "jm.active", "ctl.queued"),
	/* time and traffic */
	{"uptime", "snmp control", uptime, NULL, NULL, "ctl.uptimeMs", 100, NULL, NULL},
	{"clock", "snmp control", clocks, NULL, NULL, "snmp.date", 1, NULL, NULL},
	{"start-is-counted", "snmp control", start_is_counted, NULL, NULL, "snmp.uptime",
		-1000000000, "uptime", NULL},
	UP("starts-never-less", "control", "ctl.reboots", NULL),
	GROWS("traffic-interface-in", "snmp", "snmp.in"),
	GROWS("traffic-interface-out", "snmp", "snmp.out"),
	GROWS("traffic-udp", "snmp", "snmp.udpIn"),
	GROWS("traffic-tcp", "snmp", "snmp.tcpPassive"),
	GROWS("traffic-snmp", "snmp", "snmp.inPkts"),
	GROWS("traffic-control-in", "control", "ctl.in"),
	GROWS("traffic-control-out", "control", "ctl.out"),
	/* on or off, everywhere at once */
	SILENT("snmp"),
	SILENT("enpc"),
	SILENT("slp"),
	SILENT("nbns"),
	SILENT("llmnr"),
	SILENT("pjl"),
	SILENT("lpd"),
	ANSWERS("snmp"),
	ANSWERS("enpc"),
	ANSWERS("slp"),
	ANSWERS("nbns"),
	ANSWERS("llmnr"),
	ANSWERS("lpd"),
};

const struct invariant *
invariants(size_t *ret_n)
{
	*ret_n = sizeof(table) / sizeof(table[0]);
	return table;
}
