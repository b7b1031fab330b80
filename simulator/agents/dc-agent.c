#include "agents/dc-agent.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "agents/dc-internal.h"
#include "agents/faults.h"
#include "base/err.h"
#include "base/log.h"
#include "base/text.h"

enum { SNMP_PORT = 161, ENPC_PORT = 3289, LPD_PORT = 515 };

static bool
fault(const struct pc_dc_agent *a, enum pc_agent_fault which)
{
	return pc_fault_is_set(a->options.faults, which);
}

static bool
uses_unlisted(const struct pc_dc_agent *a)
{
	return fault(a, PC_AGENT_COLLECTS_UNLISTED) || fault(a, PC_AGENT_OPERATES_UNLISTED);
}

static uint64_t
wall_ns(const struct pc_dc_agent *a)
{
	return pc_clock_wall_ns(pc_loop_clock(a->options.loop));
}

/* ---- the schedule ---- */

static void schedule_next(struct pc_dc_agent *a);

static bool
is_collecting(const struct pc_dc_agent *a)
{
	for (const struct pc_dc_run *run = a->runs; run != NULL; run = run->next) {
		if (run->command_id[0] == '\0')
			return true;
	}
	return false;
}

static void
start_collection(struct pc_dc_agent *a, const char *type, uint64_t due_ns)
{
	int err = PC_OK;
	if (is_collecting(a)) {
		pc_log(PC_LOG_WARNING,
			"agents agent=%s: the last collection still runs, this one is left out",
			a->config->agent_id);
		return;
	}
	err = pc_dc_run_all(a, type, due_ns);
	if (err != PC_OK)
		pc_log(PC_LOG_ERROR, "agents agent=%s: no collection: %s", a->config->agent_id,
			pc_err_text(err));
	pc_dc_status_changed(a);
}

static void
on_schedule(void *arg)
{
	struct pc_dc_agent *a = arg;
	uint64_t due = a->next_due_ns;
	if (wall_ns(a) < due) { /* the timer's milliseconds were cut */
		pc_timer_start(&a->schedule, a->options.loop, 1, on_schedule, a);
		return;
	}
	schedule_next(a);
	pc_uplink_flush(a->uplink); /* back-off ends at the latest with the next schedule */
	start_collection(a, "periodic", due);
}

/* On demand runs do not move the grid. Spec: ERS-SCH-02 */
static void
schedule_next(struct pc_dc_agent *a)
{
	uint64_t period = (uint64_t)a->config->period_s * 1000000000u, now = wall_ns(a);
	if (a->next_due_ns == 0)
		a->next_due_ns = now;
	while (a->next_due_ns <= now)
		a->next_due_ns += period;
	pc_timer_start(
		&a->schedule, a->options.loop, (a->next_due_ns - now) / 1000000u, on_schedule, a);
}

static void
once_finish(struct pc_dc_agent *a, bool uploaded)
{
	if (a->once_done)
		return;
	a->once_done = true;
	pc_dc_status_write(a);
	a->options.done(a->options.arg, uploaded);
}

static void
once_check(struct pc_dc_agent *a)
{
	if (!a->options.once || is_collecting(a) || a->status.collections == 0)
		return;
	if (pc_uplink_status(a->uplink).spool.documents == 0)
		once_finish(a, !a->rejected && pc_uplink_status(a->uplink).uploaded > 0);
}

static void
on_once_deadline(void *arg)
{
	once_finish(arg, false);
}

void
pc_dc_run_ended(struct pc_dc_agent *a, const struct pc_dc_run *run)
{
	if (run->command_id[0] == '\0') {
		a->status.listed = a->n_listed;
		a->status.collected = run->collected;
		a->status.unreachable = run->unreachable;
		a->status.skipped = run->skipped;
		a->status.collections++;
		a->last_collection_ns = wall_ns(a);
		if (a->options.once)
			pc_timer_start(&a->once_deadline, a->options.loop,
				(uint64_t)a->config->http_timeout_ms, on_once_deadline, a);
	}
	pc_dc_status_changed(a);
}

/* ---- what the uplink asks ---- */

static struct pc_dc_known *
find(struct pc_dc_agent *a, const char *serial)
{
	for (size_t i = 0; i < a->n_known; i++) {
		struct pc_dc_known *k = &a->known[i];
		if ((k->listed || fault(a, PC_AGENT_OPERATES_UNLISTED)) && k->serial[0] != '\0' &&
			strcmp(k->serial, serial) == 0)
			return k;
	}
	return NULL;
}

static bool
on_listed(void *arg, const char *serial)
{
	return find(arg, serial) != NULL;
}

static void
on_operated(void *arg, enum pc_command_state state, const char *detail)
{
	struct pc_dc_command *c = arg;
	c->operate = NULL;
	pc_uplink_finish(c->agent->uplink, c->id, state, detail);
}

static void
operate(struct pc_dc_agent *a, const struct pc_agent_command *command, const struct pc_dc_known *k)
{
	struct pc_diag diag = {0};
	struct pc_dc_command *place = NULL;
	struct pc_operate_options o = {.loop = a->options.loop,
		.client = a->client,
		.tap = a->options.tap,
		.snmp = k->addr,
		.lpd = k->addr,
		.version = k->version,
		.read_community = a->config->read_community,
		.write_community = a->config->write_community,
		.clean_by_snmp = a->config->clean_by_snmp,
		.deadline_ms = (unsigned)a->config->operation_timeout_ms,
		.faults = a->options.faults};
	o.lpd.sin_port = htons((uint16_t)(LPD_PORT + a->config->port_offset));
	for (size_t i = 0; i < PC_DC_COMMANDS_MAX && place == NULL; i++) {
		if (a->commands[i].operate == NULL)
			place = &a->commands[i];
	}
	if (place == NULL) {
		pc_uplink_finish(a->uplink, command->id, PC_COMMAND_REJECTED,
			"busy: too many operations at the same time");
		return;
	}
	place->agent = a;
	pc_text_copy(place->id, sizeof(place->id), command->id);
	if (pc_operate_start(&o, command->type, on_operated, place, &place->operate, &diag) !=
		PC_OK)
		pc_uplink_finish(a->uplink, command->id, PC_COMMAND_FAILED, diag.text);
}

static void
on_execute(void *arg, const struct pc_agent_command *command)
{
	struct pc_dc_agent *a = arg;
	struct pc_dc_known *k = find(a, command->serial);
	if (k == NULL) {
		pc_uplink_finish(a->uplink, command->id, PC_COMMAND_REJECTED, "unknown device");
	} else if (command->type != PC_COMMAND_COLLECT) {
		operate(a, command, k);
	} else {
		int err = pc_dc_run_one(a, (size_t)(k - a->known), command->id);
		if (err != PC_OK)
			pc_uplink_finish(
				a->uplink, command->id, PC_COMMAND_FAILED, pc_err_text(err));
	}
}

static void
on_delivered(void *arg, const char *document_id, bool taken, const char *detail)
{
	struct pc_dc_agent *a = arg;
	a->rejected = a->rejected || !taken;
	pc_dc_run_delivered(a, document_id, taken, detail);
}

static void
on_changed(void *arg)
{
	struct pc_dc_agent *a = arg;
	pc_dc_status_changed(a);
	once_check(a);
}

/* ---- discovery ---- */

static void
add_found(struct pc_dc_agent *a, const struct pc_discover_found *f)
{
	for (size_t i = 0; i < a->n_known; i++) {
		if (a->known[i].addr.sin_addr.s_addr == f->addr.s_addr)
			return;
	}
	if (a->n_known == a->room)
		return;
	a->known[a->n_known] = (struct pc_dc_known){.name = "",
		.version = PC_SNMP_V2C,
		.addr = {.sin_family = AF_INET,
			.sin_port = htons((uint16_t)(SNMP_PORT + a->config->port_offset)),
			.sin_addr = f->addr}};
	a->n_known++;
}

/* Found printers are told to whoever installs; the list alone decides what is collected. */
static void
on_found(void *arg, const struct pc_discover_found *found, size_t n)
{
	struct pc_dc_agent *a = arg;
	bool unlisted = uses_unlisted(a);
	a->discover = NULL;
	pc_log(PC_LOG_INFO, "agents agent=%s: discovery found %zu printers", a->config->agent_id,
		n);
	for (size_t i = 0; unlisted && i < n; i++)
		add_found(a, &found[i]);
	if (a->options.found != NULL)
		a->options.found(a->options.arg, found, n);
	start_collection(a, "initial", wall_ns(a));
}

static int
start_discovery(struct pc_dc_agent *a, struct pc_diag *diag)
{
	struct in_addr addresses[PC_DC_PROBES_MAX];
	size_t n = 0;
	for (size_t i = 0; i < a->config->n_probes; i++) {
		if (pc_text_ipv4(a->config->probes[i], &addresses[n]) == PC_OK)
			n++;
	}
	struct pc_discover_options o = {.loop = a->options.loop,
		.tap = a->options.tap,
		.port = (uint16_t)(ENPC_PORT + a->config->port_offset),
		.addresses = addresses,
		.n_addresses = n};
	return pc_discover_start(&o, on_found, a, &a->discover, diag);
}

/* ---- the object ---- */

static int
fill_known(struct pc_dc_agent *a)
{
	const struct pc_dc_config *c = a->config;
	/* Never moved: collections hold pointers into it. */
	a->room = c->n_devices + (uses_unlisted(a) ? PC_DISCOVER_MAX : 0);
	a->known = calloc(a->room + 1, sizeof(*a->known));
	if (a->known == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < c->n_devices; i++) {
		struct pc_dc_known *k = &a->known[a->n_known++];
		struct in_addr addr;
		*k = (struct pc_dc_known){.name = "", .listed = true, .version = PC_SNMP_V2C};
		pc_text_copy(k->serial, sizeof(k->serial), c->devices[i].serial);
		if (pc_text_ipv4(c->devices[i].host, &addr) == PC_OK)
			k->addr = (struct sockaddr_in){.sin_family = AF_INET,
				.sin_port = htons((uint16_t)(SNMP_PORT + c->port_offset)),
				.sin_addr = addr};
		else
			k->name = c->devices[i].host;
	}
	a->n_listed = a->n_known;
	return PC_OK;
}

static int
open_parts(struct pc_dc_agent *a, struct pc_diag *diag)
{
	const struct pc_dc_config *c = a->config;
	struct pc_snmp_client_options snmp = {.loop = a->options.loop,
		.tap = a->options.tap,
		.timeout_ms = (unsigned)c->snmp_timeout_ms,
		.retries = (unsigned)c->snmp_retries,
		.seed = a->options.seed};
	struct pc_uplink_options uplink = {.loop = a->options.loop,
		.server = c->server,
		.ca_file = c->ca_file,
		.cert_file = c->cert_file,
		.key_file = c->key_file,
		.proxy = c->proxy[0] == '\0' ? NULL : c->proxy,
		.state_dir = c->state_dir,
		.agent = {.company_name = c->company_name,
			.agent_id = c->agent_id,
			.agent_type = "DC",
			.framework = c->framework,
			.os = c->os,
			.time_zone = c->time_zone,
			.offset_minutes = c->offset_minutes},
		.remote_operation = c->remote_operation && !a->options.once,
		.http_timeout_ms = (unsigned)c->http_timeout_ms,
		.seed = a->options.seed,
		.faults = a->options.faults,
		.execute = on_execute,
		.listed = on_listed,
		.delivered = on_delivered,
		.changed = on_changed,
		.arg = a};
	int err = fill_known(a);
	if (err == PC_OK)
		err = pc_snmp_client_new(&snmp, &a->client, diag);
	return err == PC_OK ? pc_uplink_new(&uplink, &a->uplink, diag) : err;
}

int
pc_dc_agent_new(const struct pc_dc_options *options, struct pc_dc_agent **ret, struct pc_diag *diag)
{
	struct pc_dc_agent *a = calloc(1, sizeof(*a));
	if (a == NULL)
		return -ENOMEM;
	a->options = *options;
	a->config = options->config;
	int err = open_parts(a, diag);
	if (err != PC_OK) {
		pc_dc_agent_free(a);
		return err;
	}
	pc_dc_status_load(a);
	pc_uplink_close_unfinished(a->uplink);
	pc_uplink_start(a->uplink);
	bool discover = a->config->discovery || uses_unlisted(a);
	if (!discover || start_discovery(a, diag) != PC_OK)
		start_collection(a, "initial", wall_ns(a));
	if (!a->options.once)
		schedule_next(a);
	*ret = a;
	return PC_OK;
}

void
pc_dc_agent_free(struct pc_dc_agent *a)
{
	if (a == NULL)
		return;
	if (a->uplink != NULL && pc_timer_running(&a->status_timer))
		pc_dc_status_write(a);
	pc_timer_stop(&a->schedule);
	pc_timer_stop(&a->status_timer);
	pc_timer_stop(&a->once_deadline);
	pc_discover_stop(a->discover);
	while (a->runs != NULL)
		pc_dc_run_free(a->runs);
	for (size_t i = 0; i < PC_DC_COMMANDS_MAX; i++)
		pc_operate_stop(a->commands[i].operate);
	pc_uplink_free(a->uplink);
	pc_snmp_client_free(a->client);
	free(a->known);
	free(a);
}

struct pc_dc_status
pc_dc_agent_status(const struct pc_dc_agent *a)
{
	struct pc_dc_status s = a->status;
	s.listed = a->n_listed;
	s.collecting = is_collecting(a);
	return s;
}
