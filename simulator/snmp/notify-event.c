/* What happens to a printer, as the notifications that standards and makers name for it. */
#include <string.h>

#include "base/err.h"
#include "snmp/mib-common.h"
#include "snmp/notify-internal.h"

enum {
	VARIABLES_MAX = 8,
	NAME_ARCS_MAX = 24,
	START_STEP = 32,    /* printers that start in one turn … */
	START_LOOKS = 1024, /* … of so many looked at */
	START_PAUSE_MS = 10,
	CRITICAL = 3 /* PrtAlertSeverityLevelTC */
};

/* Spec: RFC 3418 coldStart, warmStart; RFC 2863 linkUp; RFC 3805 printerV2Alert */
static const uint32_t cold_start[] = {1, 3, 6, 1, 6, 3, 1, 1, 5, 1};
static const uint32_t warm_start[] = {1, 3, 6, 1, 6, 3, 1, 1, 5, 2};
static const uint32_t link_up[] = {1, 3, 6, 1, 6, 3, 1, 1, 5, 4};
static const uint32_t printer_alert[] = {1, 3, 6, 1, 2, 1, 43, 18, 2, 0, 1};
/* Spec: XCMI xcmHrDevInfoV2Event, xcmHrDevMgmtV2Event, xcmHrDevDetailV2Event, xcmHrDevAlertV2Event
 */
static const uint32_t xerox_state[] = {1, 3, 6, 1, 4, 1, 253, 8, 53, 3, 1, 0, 1};
static const uint32_t xerox_command[] = {1, 3, 6, 1, 4, 1, 253, 8, 53, 5, 1, 0, 1};
static const uint32_t xerox_detail[] = {1, 3, 6, 1, 4, 1, 253, 8, 53, 13, 1, 0, 1};
static const uint32_t xerox_alert[] = {1, 3, 6, 1, 4, 1, 253, 8, 53, 17, 1, 0, 1};

/* Instances that notifications name; of tables with one row for the printer or its interface. */
static const uint32_t if_index[] = {1, 3, 6, 1, 2, 1, 2, 2, 1, 1, 1};
static const uint32_t if_admin[] = {1, 3, 6, 1, 2, 1, 2, 2, 1, 7, 1};
static const uint32_t if_oper[] = {1, 3, 6, 1, 2, 1, 2, 2, 1, 8, 1};
static const uint32_t alert_column[] = {1, 3, 6, 1, 2, 1, 43, 18, 1, 1}; /* C.1.N follow */
static const uint32_t hr_index[] = {1, 3, 6, 1, 2, 1, 25, 3, 2, 1, 1, 1};
static const uint32_t hr_status[] = {1, 3, 6, 1, 2, 1, 25, 3, 2, 1, 5, 1};
static const uint32_t x_status[] = {1, 3, 6, 1, 4, 1, 253, 8, 53, 3, 2, 1, 5, 1};
static const uint32_t x_conditions[] = {1, 3, 6, 1, 4, 1, 253, 8, 53, 3, 2, 1, 6, 1};
static const uint32_t x_more_conditions[] = {1, 3, 6, 1, 4, 1, 253, 8, 53, 3, 2, 1, 7, 1};
static const uint32_t x_request[] = {1, 3, 6, 1, 4, 1, 253, 8, 53, 5, 2, 1, 2, 1};
static const uint32_t x_result[] = {1, 3, 6, 1, 4, 1, 253, 8, 53, 5, 2, 1, 4, 1};
/* xcmHrDevDetailType and Index of total impressions: lifetimeUsage(20), row 1 */
static const uint32_t x_type[] = {1, 3, 6, 1, 4, 1, 253, 8, 53, 13, 2, 1, 1, 1, 20, 1};
static const uint32_t x_index[] = {1, 3, 6, 1, 4, 1, 253, 8, 53, 13, 2, 1, 2, 1, 20, 1};
static const uint32_t x_alert_column[] = {
	1, 3, 6, 1, 4, 1, 253, 8, 53, 17, 2, 1}; /* C.1.N follow */

#define ARCS(a) (a), PC_MIB_COUNT(a)

/* News being put together. */
struct draft {
	struct pc_snmp_variable variables[VARIABLES_MAX];
	uint32_t names[VARIABLES_MAX][NAME_ARCS_MAX];
	size_t n;
};

static struct pc_snmp_value *
add_name(struct draft *d, const uint32_t *name, size_t n_name)
{
	struct pc_snmp_variable *v = &d->variables[d->n];
	memcpy(d->names[d->n], name, n_name * sizeof(*name));
	v->oid = d->names[d->n++];
	v->n_oid = n_name;
	v->value = (struct pc_snmp_value){.type = PC_SNMP_NULL};
	return &v->value;
}

static void
add_number(struct draft *d, const uint32_t *name, size_t n_name, int64_t number)
{
	pc_snmp_set_integer(add_name(d, name, n_name), PC_SNMP_INTEGER, number);
}

/* An object as a GET would answer it now; the number where the printer has no such object. */
static void
add_object(struct draft *d, const struct pc_snmp_target *target, const uint32_t *name,
	size_t n_name, int64_t otherwise)
{
	struct pc_snmp_value *v = add_name(d, name, n_name);
	if (pc_snmp_tree_get(target->tree, target->dev, name, n_name, v) != PC_OK)
		pc_snmp_set_integer(v, PC_SNMP_INTEGER, otherwise);
}

/* Column of an alert table's row: base.column.1.row */
static size_t
alert_name(
	uint32_t out[NAME_ARCS_MAX], const uint32_t *base, size_t n, uint32_t column, uint32_t row)
{
	memcpy(out, base, n * sizeof(*base));
	out[n++] = column;
	out[n++] = PC_MIB_HR_PRINTER;
	out[n++] = row;
	return n;
}

static void
send_draft(const struct draft *d, struct pc_device *dev, const char *name, const uint32_t *oid,
	size_t n_oid, const struct pc_alert *alert)
{
	const struct pc_snmp_news news = {.oid = oid,
		.n_oid = n_oid,
		.severity = alert == NULL ? 0 : alert->severity,
		.training = alert == NULL ? 0 : alert->training,
		.name = name,
		.variables = d->variables,
		.n_variables = d->n};
	pc_snmp_notify(dev, &news);
}

/* ---- standards ---- */

static void
tell_link(const struct pc_snmp_target *target)
{
	struct draft d = {.n = 0};
	add_object(&d, target, ARCS(if_index), 1);
	add_object(&d, target, ARCS(if_admin), 1);
	add_object(&d, target, ARCS(if_oper), 1);
	send_draft(&d, target->dev, "linkUp", ARCS(link_up), NULL);
}

static void
tell_started(const struct pc_snmp_target *target, bool warm)
{
	struct draft d = {.n = 0};
	send_draft(&d, target->dev, warm ? "warmStart" : "coldStart",
		warm ? warm_start : cold_start, PC_MIB_COUNT(cold_start), NULL);
	tell_link(target);
}

/* A trap for every critical event, none for others. Spec: RFC 3805 s2.2.13, printerV2Alert */
static void
tell_alert(const struct pc_snmp_target *target, const struct pc_alert *a)
{
	static const uint32_t columns[] = {1, 2, 4, 5, 6, 7};
	const int64_t numbers[] = {
		a->index, a->severity, a->group, a->group_index, a->location, a->code};
	struct draft d = {.n = 0};
	if (a->severity != CRITICAL)
		return;
	for (size_t i = 0; i < PC_MIB_COUNT(columns); i++) {
		uint32_t name[NAME_ARCS_MAX];
		size_t n = alert_name(name, ARCS(alert_column), columns[i], a->index);
		add_number(&d, name, n, numbers[i]);
	}
	send_draft(&d, target->dev, "printerV2Alert", ARCS(printer_alert), a);
}

/* ---- XCMI ---- */

/* What a state notification would say now, as one number. */
static uint64_t
add_state(struct draft *d, const struct pc_snmp_target *target)
{
	uint64_t state = 0;
	add_object(d, target, ARCS(hr_index), PC_MIB_HR_PRINTER);
	add_object(d, target, ARCS(hr_status), PC_HR_UNKNOWN);
	add_object(d, target, ARCS(x_status), 2);
	add_object(d, target, ARCS(x_conditions), 0);
	add_object(d, target, ARCS(x_more_conditions), 0);
	for (size_t i = 0; i < d->n; i++)
		state = state * 1000003 + (uint64_t)d->variables[i].value.integer;
	return state;
}

/* When one of the objects of the notification has changed; a start alone changes none. */
static void
tell_xerox_state(const struct pc_snmp_target *target, struct pc_snmp_entity *entity, bool started)
{
	struct draft d = {.n = 0};
	uint64_t state = add_state(&d, target);
	if (state == entity->told_state)
		return;
	entity->told_state = state;
	if (!started)
		send_draft(&d, target->dev, "xcmHrDevInfoV2Event", ARCS(xerox_state), NULL);
}

/* Every alert; views choose by severity and training. */
static void
tell_xerox_alert(const struct pc_snmp_target *target, const struct pc_alert *a)
{
	struct draft d = {.n = 0};
	for (uint32_t column = 2; column <= 6; column++) {
		uint32_t name[NAME_ARCS_MAX];
		size_t n = alert_name(name, ARCS(x_alert_column), column, a->index);
		add_object(&d, target, name, n, 0);
	}
	send_draft(&d, target->dev, "xcmHrDevAlertV2Event", ARCS(xerox_alert), a);
}

/* Harness-defined: when a job that printed has ended, for the meter of all impressions. */
static void
tell_xerox_detail(const struct pc_snmp_target *target)
{
	struct draft d = {.n = 0};
	add_object(&d, target, ARCS(hr_index), PC_MIB_HR_PRINTER);
	add_number(&d, ARCS(x_type), x_type[PC_MIB_COUNT(x_type) - 2]);
	add_number(&d, ARCS(x_index), x_index[PC_MIB_COUNT(x_index) - 1]);
	send_draft(&d, target->dev, "xcmHrDevDetailV2Event", ARCS(xerox_detail), NULL);
}

void
pc_snmp_notify_xerox_command(struct pc_device *dev, int64_t request, int64_t status)
{
	struct pc_snmp_entity *entity = pc_snmp_entity_of(dev);
	struct pc_snmp_target target;
	struct draft d = {.n = 0};
	if (entity == NULL || entity->notifier == NULL ||
		!pc_snmp_notifier_find(entity->notifier, pc_device_state(dev)->address, &target))
		return;
	(void)add_state(&d, &target);
	add_number(&d, ARCS(x_request), request);
	add_number(&d, ARCS(x_result), status);
	send_draft(&d, dev, "xcmHrDevMgmtV2Event", ARCS(xerox_command), NULL);
}

/* ---- events ---- */

static void
on_power(struct pc_snmp_notifier *n, const struct pc_snmp_target *target,
	const struct pc_device_event *event)
{
	if (event->power_changed_to_on)
		tell_started(target, event->reset == PC_RESET_WARM);
	else
		pc_snmp_inform_forget(n, pc_device_state(target->dev)->address);
}

static void
on_xerox(const struct pc_snmp_target *target, struct pc_snmp_entity *entity,
	const struct pc_device_event *event)
{
	if (event->kind == PC_EVENT_ALERT_ADDED)
		tell_xerox_alert(target, event->alert);
	if (event->kind == PC_EVENT_JOB && event->job->state == PC_JOB_DONE &&
		event->job->pages_done > 0)
		tell_xerox_detail(target);
	tell_xerox_state(target, entity, event->kind == PC_EVENT_POWER);
}

/* The entity of a printer that has somebody to notify, or has had; NULL: nobody ever. */
static struct pc_snmp_entity *
entity_of(struct pc_snmp_notifier *n, struct pc_device *dev)
{
	const struct pc_profile *p = pc_device_profile(dev);
	struct pc_snmp_entity *entity = pc_snmp_entity_of(dev);
	if (!p->ports.snmp || (entity == NULL && p->n_snmp_receivers == 0))
		return NULL;
	entity = pc_snmp_entity_get(dev);
	if (entity != NULL)
		entity->notifier = n;
	return entity;
}

void
pc_snmp_notifier_event(
	struct pc_snmp_notifier *n, struct pc_device *dev, const struct pc_device_event *event)
{
	struct pc_snmp_target target;
	struct pc_snmp_entity *entity = entity_of(n, dev);
	size_t n_receivers = 0;
	if (entity == NULL || event->kind == PC_EVENT_PAGE ||
		!n->options.find(n->options.arg, pc_device_state(dev)->address, &target) ||
		target.dev != dev)
		return;
	(void)pc_snmp_receivers_of(dev, &n_receivers);
	if (n_receivers == 0 && entity->listener == NULL && event->kind != PC_EVENT_POWER)
		return;
	if (event->kind == PC_EVENT_POWER)
		on_power(n, &target, event);
	else if (event->kind == PC_EVENT_ALERT_ADDED)
		tell_alert(&target, event->alert);
	if (pc_mib_is_xerox(pc_device_profile(dev)))
		on_xerox(&target, entity, event);
}

/* ---- the first start ---- */

static bool
start_one(struct pc_snmp_notifier *n, const struct pc_snmp_target *target)
{
	const struct pc_alert *alerts;
	size_t n_receivers = 0;
	if (!pc_device_answers(target->dev) || entity_of(n, target->dev) == NULL)
		return false;
	(void)pc_snmp_receivers_of(target->dev, &n_receivers);
	if (n_receivers == 0)
		return false;
	tell_started(target, false);
	size_t n_alerts = pc_device_alerts(target->dev, &alerts);
	for (size_t i = 0; i < n_alerts; i++)
		tell_alert(target, &alerts[i]);
	if (pc_mib_is_xerox(pc_device_profile(target->dev)))
		tell_xerox_state(target, pc_snmp_entity_of(target->dev), true);
	return true;
}

/* Not all at once: no switchboard on earth gives ten thousand printers power in one millisecond,
 * and no receiver's buffer holds them. */
static void
on_start(void *arg)
{
	struct pc_snmp_notifier *n = arg;
	struct pc_snmp_target target;
	size_t started = 0;
	for (size_t i = 0; i < START_LOOKS && started < START_STEP; i++) {
		if (!n->options.each(n->options.arg, n->start_at++, &target))
			return;
		started += start_one(n, &target);
	}
	pc_timer_start(&n->start_timer, n->options.loop, START_PAUSE_MS, on_start, n);
}

void
pc_snmp_notifier_start(struct pc_snmp_notifier *n)
{
	n->start_at = 0;
	if (n->options.each != NULL)
		pc_timer_start(&n->start_timer, n->options.loop, 0, on_start, n);
}
