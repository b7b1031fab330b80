#include "checks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

int64_t
check_number(const struct facts *f, const char *key, int64_t fallback)
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

enum verdict
check_judge(bool holds, const struct fact *a, const struct fact *b, const char *relation,
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
	return check_judge(
		a->is_text == b->is_text && a->n == b->n && strcmp(a->text, b->text) == 0, a, b,
		"is not", why);
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
	return check_judge(n == want && strncasecmp(a->text, b->text, n) == 0, a, b,
		"is another name than", why);
}

CHECK(contains)
{
	const struct fact *a = facts_get(now, self->a), *b = facts_get(now, self->b);
	(void)before;
	if (a == NULL || b == NULL)
		return NOT_SEEN;
	return check_judge(strstr(a->text, b->text) != NULL, a, b, "does not hold", why);
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
	return check_judge(strstr(a->text, hex) != NULL || strstr(a->text, plain) != NULL, a, b,
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
	return check_judge(same, a, b, "tells another model than", why);
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
		if (check_judge(a->n == b->n, a, b, "is not", why) == BROKEN)
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
		if (check_judge(a->n == b->n, a, b, "is not", why) == BROKEN)
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
	return check_judge(a->n >= b->n, a, b, "is less than", why);
}

/* The same of what starts again with the printer. */
CHECK(never_less_running)
{
	bool started = before == NULL || check_number(now, "ctl.reboots", 0) !=
						 check_number(before, "ctl.reboots", 0);
	return started ? NOT_SEEN : check_never_less(self, now, before, why);
}

/* What starts again from 0 with the printer; between two looks without a start it grows. */
CHECK(grows)
{
	const struct fact *a = facts_get(now, self->a);
	const struct fact *b = before == NULL ? NULL : facts_get(before, self->a);
	if (a == NULL || b == NULL || check_number(now, "silent.snmp", 1) != 0 ||
		check_number(before, "silent.snmp", 1) != 0 ||
		check_number(now, "ctl.reboots", 0) != check_number(before, "ctl.reboots", 0) ||
		check_number(now, "ctl.uptimeMs", 0) < check_number(before, "ctl.uptimeMs", 0))
		return NOT_SEEN;
	return check_judge(a->n > b->n, a, b, "has not grown from", why);
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
		if (check_judge(a->n <= b->n, a, b, "is over", why) == BROKEN)
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
	return check_judge(false, a, b, "is in no row of", why);
}

/* ---- time ---- */

CHECK(uptime)
{
	const struct fact *a = facts_get(now, "snmp.uptime"), *b = facts_get(now, "ctl.uptimeMs");
	UNUSED;
	if (a == NULL || b == NULL)
		return NOT_SEEN;
	int64_t hundredths = (b->n / 10) % 4294967296;
	return check_judge(a->n == hundredths, a, b, "is not a tenth of", why);
}

CHECK(clocks)
{
	const struct fact *a = facts_get(now, "snmp.date"), *b = facts_get(now, "ctl.clock");
	UNUSED;
	if (a == NULL || b == NULL)
		return NOT_SEEN;
	return check_judge(strncmp(a->text, b->text, 19) == 0, a, b, "is another second than", why);
}

/* A start is counted: uptime goes back only with it, and never without. */
CHECK(start_is_counted)
{
	if (before == NULL || facts_get(now, "ctl.uptimeMs") == NULL ||
		facts_get(before, "ctl.uptimeMs") == NULL || facts_get(now, "snmp.uptime") == NULL)
		return NOT_SEEN;
	(void)self;
	int64_t then = check_number(before, "snmp.uptime", -1),
		here = check_number(now, "snmp.uptime", -1);
	bool started = check_number(now, "ctl.reboots", 0) > check_number(before, "ctl.reboots", 0);
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
	return check_judge(is->n == 1, is, status, "although it is", why);
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
	return check_judge(is->n == 0, is, status, "although it is", why);
}
