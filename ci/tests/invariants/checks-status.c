/* Checks of what is wrong with a printer, as its ports tell it. */
#include <stdio.h>
#include <string.h>

#include "checks.h"

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
	return check_number(f, "snmp.alerts", 0) >= 32;
}

/* Epson printers tell one octet of the bits, as real ones do. */
static int64_t
told_bits(const struct facts *f)
{
	return check_number(f, "snmp.errorOctets", 2) < 2 ? 0xff00 : 0xffff;
}

CHECK(error_bits)
{
	const struct fact *a = facts_get(now, self->a), *b = facts_get(now, self->b);
	(void)before;
	if (a == NULL || b == NULL)
		return NOT_SEEN;
	return check_judge((a->n & told_bits(now)) == b->n, a, b, "is not", why);
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
	return check_judge(
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
	return check_judge(
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
	return check_judge(right, code, d, "does not go with", why);
}

CHECK(pjl_online)
{
	const struct fact *online = facts_get(now, "pjl.online"),
			  *bits = facts_get(now, "snmp.errors");
	UNUSED;
	if (online == NULL || bits == NULL)
		return NOT_SEEN;
	bool off = (bits->n & ERR_OFFLINE) != 0;
	return check_judge(
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
	return check_judge(stops == (d->n == 5), state, d, "does not go with", why);
}

CHECK(st2_error)
{
	const struct fact *state = facts_get(now, "st2.state"),
			  *error = facts_get(now, "st2.error");
	UNUSED;
	if (state == NULL || error == NULL)
		return NOT_SEEN;
	return check_judge(
		(state->n == 0) == (error->n >= 0), error, state, "does not go with", why);
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
			return check_judge((bits->n & rows[i].bits) != 0, error, bits,
				"does not go with", why);
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
		if (check_judge(tenths > -10 && tenths < 10, a, b, "is another level than", why) ==
			BROKEN)
			return BROKEN;
		seen++;
	}
	return seen == 0 ? NOT_SEEN : HOLDS;
}

/* Levels of the page, per cent. */
CHECK(web_supplies)
{
	size_t seen = 0;
	UNUSED;
	for (size_t i = 1; i <= 16; i++) {
		const struct fact *a = facts_get_at(now, "web.supply", i);
		const struct fact *b = facts_get_at(now, "ctl.permille", i);
		if (a == NULL || b == NULL || b->n < 0)
			continue;
		int64_t tenths = 10 * a->n - b->n;
		if (check_judge(tenths > -10 && tenths < 10, a, b, "is another level than", why) ==
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
		if (check_judge((state->n == 2) == (level->n == 0), state, level,
			    "does not go with", why) == BROKEN)
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
	return check_judge(strcmp(a->text, b->text) == 0, a, b, "is not", why);
}
