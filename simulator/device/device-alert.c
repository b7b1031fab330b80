/* The alert table: a row for every condition that holds, gone when it ends.
 * Spec: RFC 3805 s2.2.13.4, prtAlertTable. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "device/internal.h"

static size_t
find_row(const struct pc_device *dev, enum pc_condition what, uint32_t part)
{
	size_t i = 0;
	while (i < dev->n_alerts &&
		(dev->alerts[i].condition != what || dev->alerts[i].part != part))
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

/* The oldest non-critical row, else the oldest. Spec: RFC 3805 s2.2.13.4 */
static void
drop_one(struct pc_device *dev)
{
	size_t at = 0;
	while (at < dev->n_alerts && dev->alerts[at].severity == SEVERITY_CRITICAL)
		at++;
	dev->alert_dropped = true;
	remove_row(dev, at == dev->n_alerts ? 0 : at);
}

static bool
make_room(struct pc_device *dev)
{
	if (dev->n_alerts == PC_ALERTS_MAX)
		drop_one(dev);
	if (dev->n_alerts < dev->cap_alerts)
		return true;
	size_t cap = dev->cap_alerts == 0 ? 4 : 2 * dev->cap_alerts;
	struct pc_alert *grown = realloc(dev->alerts, cap * sizeof(*grown));
	if (grown == NULL) {
		dev->alert_dropped = true; /* tried again with the next change */
		return false;
	}
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

/* prtAlertIndex wraps to 1, never 0. */
static uint32_t
next_index(struct pc_device *dev)
{
	uint32_t index = dev->s.next_alert;
	dev->s.next_alert = index == INT32_MAX ? 1 : index + 1;
	return index;
}

static void
add_row(struct pc_device *dev, const struct pc_condition_row *row, uint32_t part)
{
	if (!make_room(dev))
		return;
	struct pc_alert a = {
		.index = next_index(dev),
		.severity = pc_condition_severity(dev, row, part),
		.training = row->training,
		.group = row->group,
		.group_index = (int32_t)part + 1,
		.location = -2,
		.at_ms = pc_clock_ms(dev->env->clock),
		.condition = row->condition,
		.part = (uint8_t)part,
	};
	describe(dev, row, &a);
	dev->alerts[dev->n_alerts++] = a;
	dev->s.counters.alerts_all++;
	if (a.severity == SEVERITY_CRITICAL)
		dev->s.counters.alerts_critical++;
	pc_history_error(dev, &a);
	tell_alert(dev, PC_EVENT_ALERT_ADDED, &a);
}

static void
sync_one(struct pc_device *dev, enum pc_condition what, uint32_t part)
{
	const struct pc_condition_row *row = pc_condition_row(what);
	size_t at = find_row(dev, what, part);
	/* The severity changes when the last tray that could feed is gone: a new row. */
	if (at < dev->n_alerts &&
		(!row->holds(dev, part) ||
			dev->alerts[at].severity != pc_condition_severity(dev, row, part)))
		remove_row(dev, at);
	/* A listener may have changed things, so look again. */
	if (row->holds(dev, part) && find_row(dev, what, part) == dev->n_alerts)
		add_row(dev, row, part);
}

/* Rows pushed out by an overflow come back, with a new index, once there is room. */
static void
restore_dropped(struct pc_device *dev)
{
	if (!dev->alert_dropped || dev->n_alerts == PC_ALERTS_MAX)
		return;
	dev->alert_dropped = false;
	for (size_t c = 0; c < PC_CONDITION_ROWS; c++) {
		const struct pc_condition_row *row = pc_condition_row(c);
		for (uint32_t part = 0; part < row->parts(dev->profile); part++) {
			if (!row->holds(dev, part) ||
				find_row(dev, (enum pc_condition)c, part) < dev->n_alerts)
				continue;
			if (dev->n_alerts == PC_ALERTS_MAX) {
				dev->alert_dropped = true;
				return;
			}
			add_row(dev, row, part);
		}
	}
}

void
pc_alert_sync(struct pc_device *dev, enum pc_condition what, uint32_t part)
{
	if (!pc_device_answers(dev))
		return; /* a printer that is off notices when it starts */
	sync_one(dev, what, part);
	restore_dropped(dev);
}

void
pc_alert_sync_all(struct pc_device *dev)
{
	if (!pc_device_answers(dev))
		return;
	for (size_t c = 0; c < PC_CONDITION_ROWS; c++) {
		size_t n = pc_condition_row(c)->parts(dev->profile);
		for (uint32_t part = 0; part < n; part++)
			sync_one(dev, (enum pc_condition)c, part);
	}
	restore_dropped(dev);
}

/* The table of a printer that went down; no events, nobody is there to see it. */
void
pc_alert_clear(struct pc_device *dev)
{
	dev->n_alerts = 0;
	dev->alert_dropped = false;
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
