#include "agents/es-agent.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "agents/es-collect.h"
#include "agents/es-fault.h"
#include "agents/faults.h"
#include "base/err.h"
#include "base/log.h"
#include "base/text.h"
#include "device/log.h"

enum {
	PERIOD_S = 24 * 3600,
	PERIOD_MIN_S = 60,
	PERIOD_MAX_S = 30 * 24 * 3600,
	OPERATION_MS = 120000,
	CRITICAL = 3 /* PrtAlertSeverityLevelTC */
};

/* One operation at a time: a printer has one head and one power switch. */
struct operation {
	char id[PC_COMMAND_ID_MAX]; /* "" = none */
	enum pc_command_type type;
	char document_id[PC_DOCUMENT_ID_MAX];
	uint32_t cleanings; /* before */
};

struct pc_es_agent {
	struct pc_es_options options;
	char agent_id[128];
	struct pc_uplink *uplink; /* owned */
	int offset_minutes;
	uint64_t period_ns, next_due_ns;
	struct pc_timer schedule, deadline, start, event;
	struct operation operation;
	struct pc_es_fault *snmp; /* owned; only with the named fault */
	bool on;
};

static uint64_t
wall_ns(const struct pc_es_agent *a)
{
	return pc_clock_wall_ns(pc_loop_clock(a->options.loop));
}

/* Read the printer and put the document into the spool. */
static int
report(struct pc_es_agent *a, const char *type, uint64_t due_ns, char *ret_id, struct pc_diag *diag)
{
	struct pc_record *r = calloc(1, sizeof(*r));
	if (r == NULL)
		return -ENOMEM;
	pc_es_fault_ask(a->snmp);
	pc_es_collect(a->options.dev, a->offset_minutes, r);
	size_t n = strlen(r->serial);
	if (n > 0 && pc_fault_is_set(a->options.faults, PC_AGENT_WRONG_SERIAL))
		r->serial[n - 1] = r->serial[n - 1] == '7' ? '8' : '7';
	char *text = pc_record_to_json(r, pc_fault_is_set(a->options.faults, PC_AGENT_NULL_FIELDS));
	free(r);
	if (text == NULL)
		return -ENOMEM;
	int err = pc_uplink_submit(a->uplink, type, due_ns, text, ret_id, diag);
	free(text);
	if (err != PC_OK)
		pc_log(PC_LOG_ERROR, "agents agent=%s: printer not reported: %s", a->agent_id,
			diag == NULL ? pc_err_text(err) : diag->text);
	return err;
}

static void
on_schedule(void *arg)
{
	struct pc_es_agent *a = arg;
	uint64_t now = wall_ns(a);
	struct pc_diag diag = {0};
	if (a->next_due_ns != 0 && now >= a->next_due_ns) {
		if (a->on) { /* a printer that is off misses its turn. Spec: OQ-10 */
			pc_uplink_flush(a->uplink);
			(void)report(a, "periodic", a->next_due_ns, NULL, &diag);
		}
	}
	if (a->next_due_ns == 0)
		a->next_due_ns = now;
	while (a->next_due_ns <= now)
		a->next_due_ns += a->period_ns;
	pc_timer_start(&a->schedule, a->options.loop, (a->next_due_ns - now) / 1000000u + 1,
		on_schedule, a);
}

/* ---- operations ---- */

static void
finish(struct pc_es_agent *a, enum pc_command_state state, const char *detail)
{
	char id[PC_COMMAND_ID_MAX];
	pc_text_copy(id, sizeof(id), a->operation.id);
	pc_timer_stop(&a->deadline);
	a->operation = (struct operation){0};
	pc_uplink_finish(a->uplink, id, state, detail);
}

static void
on_deadline(void *arg)
{
	struct pc_es_agent *a = arg;
	finish(a, PC_COMMAND_FAILED,
		a->operation.type == PC_COMMAND_COLLECT
			? "notUploaded: the server has not taken the document in time"
			: "notSeen: the operation has not ended in time");
}

static void
begin_collect(struct pc_es_agent *a)
{
	struct pc_diag diag = {0};
	if (report(a, "onDemand", wall_ns(a), a->operation.document_id, &diag) != PC_OK)
		finish(a, PC_COMMAND_FAILED, diag.text);
}

static void
begin_clean(struct pc_es_agent *a)
{
	a->operation.cleanings = pc_device_state(a->options.dev)->counters.cleanings;
	pc_device_act(a->options.dev, PC_VIA_AGENT, a->agent_id);
	int err = pc_device_clean(a->options.dev, PC_TRIGGER_REMOTE, 0, false);
	pc_device_act(a->options.dev, PC_VIA_PRINTER, NULL);
	if (err == PC_E_UNSUPPORTED)
		finish(a, PC_COMMAND_FAILED, "unsupported: the printer has no head to clean");
	else if (err != PC_OK)
		finish(a, PC_COMMAND_FAILED, "refused: the printer is busy or in an error");
	else if (pc_fault_is_set(a->options.faults, PC_AGENT_CLEAN_UNCHECKED))
		finish(a, PC_COMMAND_SUCCEEDED, "cleaning was begun");
}

static void
begin_restart(struct pc_es_agent *a)
{
	pc_device_act(a->options.dev, PC_VIA_AGENT, a->agent_id);
	int err = pc_device_restart(a->options.dev, PC_RESET_COLD);
	pc_device_act(a->options.dev, PC_VIA_PRINTER, NULL);
	if (err != PC_OK)
		finish(a, PC_COMMAND_FAILED, "refused: the printer does not take a restart now");
}

static void
on_start(void *arg)
{
	static void (*const begin[])(struct pc_es_agent *) = {
		[PC_COMMAND_COLLECT] = begin_collect,
		[PC_COMMAND_RESTART] = begin_restart,
		[PC_COMMAND_CLEAN] = begin_clean,
	};
	struct pc_es_agent *a = arg;
	if (a->operation.id[0] != '\0')
		begin[a->operation.type](a);
}

static void
on_execute(void *arg, const struct pc_agent_command *command)
{
	struct pc_es_agent *a = arg;
	if (a->operation.id[0] != '\0') {
		pc_uplink_finish(a->uplink, command->id, PC_COMMAND_REJECTED,
			"busy: another operation is under way");
		return;
	}
	pc_text_copy(a->operation.id, sizeof(a->operation.id), command->id);
	a->operation.type = command->type;
	pc_timer_start(&a->deadline, a->options.loop, OPERATION_MS, on_deadline, a);
	/* In a later turn: a restart cuts the MQTT session whose callback we are in. */
	pc_timer_start(&a->start, a->options.loop, 0, on_start, a);
}

static bool
on_listed(void *arg, const char *serial)
{
	struct pc_es_agent *a = arg;
	return strcmp(pc_device_state(a->options.dev)->serial, serial) == 0 ||
	       pc_fault_is_set(a->options.faults, PC_AGENT_OPERATES_UNLISTED);
}

static void
on_delivered(void *arg, const char *document_id, bool taken, const char *detail)
{
	struct pc_es_agent *a = arg;
	if (a->operation.type != PC_COMMAND_COLLECT || a->operation.id[0] == '\0' ||
		strcmp(a->operation.document_id, document_id) != 0)
		return;
	finish(a, taken ? PC_COMMAND_SUCCEEDED : PC_COMMAND_FAILED,
		taken ? "collected and uploaded" : detail);
}

/* ---- the printer's events ---- */

static void
on_power(struct pc_es_agent *a, bool on)
{
	if (on == a->on)
		return;
	a->on = on;
	if (!on) {
		pc_uplink_stop(a->uplink, true);
		return;
	}
	if (a->operation.id[0] != '\0' && a->operation.type == PC_COMMAND_RESTART)
		finish(a, PC_COMMAND_SUCCEEDED, "the printer was restarted");
	else if (a->operation.id[0] != '\0' && a->operation.type == PC_COMMAND_CLEAN)
		finish(a, PC_COMMAND_FAILED, "interrupted: the printer lost power");
	pc_uplink_start(a->uplink);
}

static void
on_event_report(void *arg)
{
	struct pc_es_agent *a = arg;
	struct pc_diag diag = {0};
	if (a->on)
		(void)report(a, "event", wall_ns(a), NULL, &diag);
}

void
pc_es_agent_event(struct pc_es_agent *a, const struct pc_device_event *event)
{
	if (event->kind == PC_EVENT_POWER)
		on_power(a, event->power_changed_to_on);
	else if (event->kind == PC_EVENT_CLEANED && a->operation.id[0] != '\0' &&
		 a->operation.type == PC_COMMAND_CLEAN &&
		 pc_device_state(a->options.dev)->counters.cleanings > a->operation.cleanings)
		finish(a, PC_COMMAND_SUCCEEDED, "the head was cleaned");
	else if (event->kind == PC_EVENT_ALERT_ADDED && event->alert->severity == CRITICAL)
		/* In a later turn, when the whole change is done; several alerts make one report.
		 */
		pc_timer_start(&a->event, a->options.loop, 0, on_event_report, a);
}

/* What went to the server or failed to, the printer remembers. Spec: XRS-DTO-15 */
static void
on_attempted(void *arg, size_t bytes, bool taken)
{
	struct pc_es_agent *a = arg;
	pc_device_transmitted(a->options.dev, "collection", bytes, taken ? 0 : PC_E_REFUSED);
}

/* ---- the object ---- */

static int
open_uplink(struct pc_es_agent *a, const struct pc_es_options *o, struct pc_diag *diag)
{
	const char *zone = o->time_zone == NULL ? "+00:00" : o->time_zone;
	if (pc_document_zone(zone, &a->offset_minutes) != PC_OK)
		return pc_diag_fail(
			diag, PC_E_BADVALUE, "time zone '%s': expected +01:00 or UTC", zone);
	struct pc_uplink_options u = {.loop = o->loop,
		.server = o->server,
		.ca_file = o->ca_file,
		.cert_file = o->cert_file,
		.key_file = o->key_file,
		.state_dir = o->state_dir,
		.agent = {.company_name = o->company_name,
			.agent_id = o->agent_id,
			.agent_type = "ES",
			.framework = "printer firmware",
			.os = "printer firmware",
			.time_zone = zone,
			.offset_minutes = a->offset_minutes},
		.remote_operation = !o->no_remote_operation,
		.seed = o->seed,
		.faults = o->faults,
		.execute = on_execute,
		.listed = on_listed,
		.delivered = on_delivered,
		.attempted = on_attempted,
		.arg = a};
	return pc_uplink_new(&u, &a->uplink, diag);
}

static int
open_parts(struct pc_es_agent *a, const struct pc_es_options *o, struct pc_diag *diag)
{
	uint64_t period = o->period_s == 0 ? PERIOD_S : o->period_s;
	if (period < PERIOD_MIN_S || period > PERIOD_MAX_S)
		return pc_diag_fail(diag, PC_E_BADVALUE, "period %llu s: expected 60 s to 30 days",
			(unsigned long long)period);
	a->period_ns = period * 1000000000u;
	if (pc_fault_is_set(o->faults, PC_AGENT_ES_SNMP)) {
		struct sockaddr_in own = {.sin_family = AF_INET,
			.sin_port = htons(o->snmp_port),
			.sin_addr = pc_device_state(o->dev)->address};
		int err = pc_es_fault_open(o->loop, o->tap, &own, &a->snmp, diag);
		if (err != PC_OK)
			return err;
	}
	return open_uplink(a, o, diag);
}

int
pc_es_agent_start(
	const struct pc_es_options *options, struct pc_es_agent **ret, struct pc_diag *diag)
{
	struct pc_es_agent *a = calloc(1, sizeof(*a));
	struct pc_diag ignored = {0};
	if (a == NULL)
		return -ENOMEM;
	a->options = *options;
	pc_text_copy(a->agent_id, sizeof(a->agent_id), options->agent_id);
	int err = open_parts(a, options, diag);
	if (err != PC_OK) {
		pc_es_agent_stop(a);
		return err;
	}
	pc_uplink_close_unfinished(a->uplink);
	a->on = pc_device_answers(options->dev);
	if (a->on) {
		(void)report(a, "initial", wall_ns(a), NULL, &ignored);
		pc_uplink_start(a->uplink);
	}
	on_schedule(a);
	*ret = a;
	return PC_OK;
}

void
pc_es_agent_stop(struct pc_es_agent *a)
{
	if (a == NULL)
		return;
	pc_timer_stop(&a->schedule);
	pc_timer_stop(&a->deadline);
	pc_timer_stop(&a->start);
	pc_timer_stop(&a->event);
	pc_es_fault_close(a->snmp);
	pc_uplink_free(a->uplink);
	free(a);
}

struct pc_uplink_status
pc_es_agent_status(const struct pc_es_agent *a)
{
	return pc_uplink_status(a->uplink);
}
