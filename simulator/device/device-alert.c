/* The alert table: a row for every condition that holds, gone when it ends.
 * Spec: RFC 3805 s2.2.13.4, prtAlertTable. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "device/internal.h"

/* Of the happenings that end with themselves. Spec: IANA-PRINTER-MIB PrtAlertCodeTC */
enum {
	CODE_POWER_UP = 503,
	CODE_NMS_RESET = 505,
	CODE_REMOVED = 1801,
	GROUP_GENERAL = 5,
	GROUP_ALERT = 18,
	TRAINING_NONE = 7,
	LOCATION_UNKNOWN = -2
};

static bool
is_unary(const struct pc_alert *a)
{
	return a->severity == SEVERITY_UNARY;
}

static size_t
find_row(const struct pc_device *dev, enum pc_condition what, uint32_t part)
{
	size_t i = 0;
	while (i < dev->n_alerts &&
		(is_unary(&dev->alerts[i]) || dev->alerts[i].condition != what ||
			dev->alerts[i].part != part))
		i++;
	return i;
}

static void
tell_alert(struct pc_device *dev, enum pc_event_kind kind, const struct pc_alert *alert)
{
	const struct pc_device_event event = {.kind = kind, .alert = alert};
	pc_device_tell(dev, &event);
}

static void
remove_row(struct pc_device *dev, size_t at)
{
	struct pc_alert gone = dev->alerts[at];
	dev->n_alerts--;
	memmove(&dev->alerts[at], &dev->alerts[at + 1], (dev->n_alerts - at) * sizeof(gone));
	tell_alert(dev, PC_EVENT_ALERT_REMOVED, &gone);
}

/* Oldest row of a severity; n_alerts when there is none. */
static size_t
oldest(const struct pc_device *dev, uint8_t severity)
{
	size_t i = 0;
	while (i < dev->n_alerts && dev->alerts[i].severity != severity)
		i++;
	return i;
}

/* Conditions that hold without a row, a bit per part; NULL until the table first ran over. */
static bool
is_dropped(const struct pc_device *dev, enum pc_condition what, uint32_t part)
{
	return dev->dropped != NULL && (dev->dropped[what] >> part & 1u) != 0;
}

static void
set_dropped(struct pc_device *dev, enum pc_condition what, uint32_t part, bool on)
{
	uint32_t bit = UINT32_C(1) << part;
	if (dev->dropped == NULL && on)
		dev->dropped = calloc(PC_CONDITION_ROWS, sizeof(*dev->dropped));
	if (dev->dropped == NULL)
		return; /* out of memory: the row comes back with the next change */
	if (on)
		dev->dropped[what] |= bit;
	else
		dev->dropped[what] &= ~bit;
}

/* The oldest happening, else the oldest non-critical row, else the oldest critical one.
 * Spec: RFC 3805 s2.2.13.4 */
static void
drop_one(struct pc_device *dev)
{
	size_t at = oldest(dev, SEVERITY_UNARY);
	if (at == dev->n_alerts)
		at = oldest(dev, SEVERITY_WARNING);
	if (at == dev->n_alerts)
		at = 0;
	const struct pc_alert *a = &dev->alerts[at];
	if (!is_unary(a))
		set_dropped(dev, a->condition, a->part, true);
	remove_row(dev, at);
}

static bool
make_room(struct pc_device *dev)
{
	while (dev->n_alerts == PC_ALERTS_MAX) /* a listener may take the place at once */
		drop_one(dev);
	if (dev->n_alerts < dev->cap_alerts)
		return true;
	size_t cap = dev->cap_alerts == 0 ? 4 : 2 * dev->cap_alerts;
	struct pc_alert *grown = realloc(dev->alerts, cap * sizeof(*grown));
	if (grown == NULL)
		return false; /* tried again with the next change */
	dev->alerts = grown;
	dev->cap_alerts = cap;
	return true;
}

static void
describe(const struct pc_device *dev, const struct pc_condition_row *row, struct pc_alert *a)
{
	const char *text = row->text;
	a->code = row->code;
	if (text == NULL) {
		const struct pc_supply_kind *k = pc_supply_kind(&dev->profile->supplies[a->part]);
		bool low = row->condition == PC_COND_SUPPLY_LOW;
		bool empty = row->condition == PC_COND_SUPPLY_EMPTY;
		a->code = low ? k->low_code : empty ? k->empty_code : k->missing_code;
		text = low ? k->low_text : empty ? k->empty_text : k->missing_text;
	}
	pc_text_copy(a->text, sizeof(a->text), text);
}

static bool
is_index_used(const struct pc_device *dev, uint32_t index)
{
	for (size_t i = 0; i < dev->n_alerts; i++) {
		if (dev->alerts[i].index == index)
			return true;
	}
	return false;
}

/* prtAlertIndex wraps to 1, never 0, and passes over rows that are still there from before. */
static uint32_t
next_index(struct pc_device *dev)
{
	uint32_t index = dev->s.next_alert;
	while (is_index_used(dev, index))
		index = index == INT32_MAX ? 1 : index + 1;
	dev->s.next_alert = index == INT32_MAX ? 1 : index + 1;
	return index;
}

/* Put the row into the table and tell it. Index and time are filled in. */
static void
append(struct pc_device *dev, struct pc_alert a)
{
	/* a listener may have switched it off meanwhile */
	if (!pc_device_answers(dev) || !make_room(dev))
		return;
	a.index = next_index(dev);
	a.at_ms = pc_clock_ms(dev->env->clock);
	dev->alerts[dev->n_alerts++] = a;
	dev->s.counters.alerts_all++;
	if (a.severity == SEVERITY_CRITICAL)
		dev->s.counters.alerts_critical++;
	if (!is_unary(&a)) {
		pc_history_error(dev, &a);
		pc_usage_failure(dev, &a);
	}
	tell_alert(dev, PC_EVENT_ALERT_ADDED, &a);
}

static void
add_row(struct pc_device *dev, const struct pc_condition_row *row, uint32_t part)
{
	struct pc_alert a = {
		.severity = pc_condition_severity(dev, row, part),
		.training = row->training,
		.group = pc_condition_group(dev->profile, row, part),
		.group_index = (int32_t)part + 1,
		.location = LOCATION_UNKNOWN,
		.condition = row->condition,
		.part = (uint8_t)part,
	};
	describe(dev, row, &a);
	set_dropped(dev, row->condition, part, false);
	append(dev, a);
}

/* A happening: it has no end that would take its row away. Spec: RFC 3805 PrtAlertSeverityLevelTC
 * warning */
static void
add_unary(struct pc_device *dev, uint8_t group, int32_t group_index, int32_t code, const char *text)
{
	struct pc_alert a = {.severity = SEVERITY_UNARY,
		.training = TRAINING_NONE,
		.group = group,
		.group_index = group_index,
		.location = LOCATION_UNKNOWN,
		.code = code};
	pc_text_copy(a.text, sizeof(a.text), text);
	if (dev->profile->unary_alerts)
		append(dev, a);
}

/* First row whose condition has ended, or whose severity is another one now (the last tray that
 * could feed is gone: a new row says so). */
static size_t
find_stale(const struct pc_device *dev, bool *ret_ended)
{
	size_t i = 0;
	for (; i < dev->n_alerts; i++) {
		const struct pc_alert *a = &dev->alerts[i];
		const struct pc_condition_row *row = pc_condition_row(a->condition);
		if (is_unary(a))
			continue;
		*ret_ended = !row->holds(dev, a->part);
		if (*ret_ended || a->severity != pc_condition_severity(dev, row, a->part))
			break;
	}
	return i;
}

/* What somebody did to end it. */
static void
log_end(struct pc_device *dev, const struct pc_alert *a, bool ended)
{
	if (ended && (a->condition == PC_COND_JAM || a->condition == PC_COND_FINISHER_JAM))
		pc_log_maintenance(dev, PC_MAINTENANCE_JAM_CLEARED, a->part);
	else if (ended && a->condition == PC_COND_SERVICE)
		pc_log_maintenance(dev, PC_MAINTENANCE_SERVICED, a->part);
}

/* Ends come before beginnings, so that nobody sees low and empty of one supply together. */
static void
remove_stale(struct pc_device *dev)
{
	bool ended = false;
	for (size_t at = find_stale(dev, &ended); at < dev->n_alerts;
		at = find_stale(dev, &ended)) {
		uint32_t index = dev->alerts[at].index;
		pc_history_resolved(dev, index);
		log_end(dev, &dev->alerts[at], ended);
		remove_row(dev, at);
		if (ended)
			add_unary(dev, GROUP_ALERT, (int32_t)index, CODE_REMOVED, "Alert removed.");
	}
}

/* Is there a place that only a happening takes? */
static bool
has_room(const struct pc_device *dev)
{
	return dev->n_alerts < PC_ALERTS_MAX || oldest(dev, SEVERITY_UNARY) < dev->n_alerts;
}

/* A row for what has begun; with `dropped`, for what lost its row to others, while there is room:
 * it comes back with a new index. Spec: RFC 3805 s2.2.13.4 */
static void
add_missing(struct pc_device *dev, bool dropped)
{
	for (size_t c = 0; c < PC_CONDITION_ROWS; c++) {
		const struct pc_condition_row *row = pc_condition_row(c);
		for (uint32_t part = 0; part < row->parts(dev->profile); part++) {
			/* a listener may have changed things: each is looked at anew */
			if (!row->holds(dev, part))
				set_dropped(dev, row->condition, part, false);
			else if (is_dropped(dev, row->condition, part) == dropped &&
				 (!dropped || has_room(dev)) &&
				 find_row(dev, row->condition, part) == dev->n_alerts)
				add_row(dev, row, part);
		}
	}
}

void
pc_alert_sync_all(struct pc_device *dev)
{
	if (!pc_device_answers(dev))
		return; /* a printer that is off notices when it starts */
	remove_stale(dev);
	add_missing(dev, false);
	if (dev->dropped != NULL)
		add_missing(dev, true);
	pc_device_turn(dev);
}

void
pc_alert_booted(struct pc_device *dev, bool by_manager)
{
	if (by_manager)
		add_unary(dev, GROUP_GENERAL, 1, CODE_NMS_RESET, "Reset by the manager.");
	else
		add_unary(dev, GROUP_GENERAL, 1, CODE_POWER_UP, "Power was switched on.");
}

/* The table of a printer that went down; no events, nobody is there to see it. */
void
pc_alert_clear(struct pc_device *dev)
{
	dev->n_alerts = 0;
	free(dev->dropped);
	dev->dropped = NULL;
	dev->s.next_alert = 1;
	dev->s.counters.alerts_critical = 0;
}

bool
pc_alert_blocks(const struct pc_device *dev, bool needs_sheet)
{
	for (size_t i = 0; i < dev->n_alerts; i++) {
		const struct pc_alert *a = &dev->alerts[i];
		bool tray =
			a->condition == PC_COND_TRAY_EMPTY || a->condition == PC_COND_TRAY_MISSING;
		if (a->severity == SEVERITY_CRITICAL && (needs_sheet || !tray))
			return true;
	}
	return false;
}

size_t
pc_device_alerts(const struct pc_device *dev, const struct pc_alert **ret)
{
	*ret = dev->alerts;
	return dev->n_alerts;
}
