/* One collection of the DC agent: ask, make documents, tell. */
#include <errno.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>

#include "agents/dc-internal.h"
#include "agents/faults.h"
#include "base/err.h"
#include "base/log.h"
#include "base/text.h"

enum { SNMP_PORT = 161 };

static bool
fault(const struct pc_dc_agent *a, enum pc_agent_fault which)
{
	return pc_fault_is_set(a->options.faults, which);
}

void
pc_dc_run_free(struct pc_dc_run *run)
{
	struct pc_dc_agent *a = run->agent;
	for (struct pc_dc_run **at = &a->runs; *at != NULL; at = &(*at)->next) {
		if (*at == run) {
			*at = run->next;
			break;
		}
	}
	pc_collect_stop(run->collect);
	pc_timer_stop(&run->deadline);
	pc_buf_done(&run->devices);
	free(run->targets);
	free(run->known);
	free(run);
}

/* Put what was gathered into a document. */
static void
submit(struct pc_dc_run *run)
{
	struct pc_dc_agent *a = run->agent;
	struct pc_diag diag = {0};
	if (run->n_devices == 0)
		return;
	int err = pc_uplink_submit(a->uplink, run->type, run->due_ns, pc_buf_text(&run->devices),
		run->document_id, &diag);
	if (err != PC_OK)
		pc_log(PC_LOG_ERROR, "agents agent=%s: %zu printers not reported: %s",
			a->config->agent_id, run->n_devices, diag.text);
	pc_buf_clear(&run->devices);
	run->n_devices = 0;
}

static void
add_device(struct pc_dc_run *run, const struct pc_record *r)
{
	char *text = pc_record_to_json(r, fault(run->agent, PC_AGENT_NULL_FIELDS));
	if (text == NULL)
		return;
	if (run->n_devices > 0)
		pc_buf_add_text(&run->devices, ",");
	if (pc_buf_add_text(&run->devices, text) == PC_OK)
		run->n_devices++;
	free(text);
	if (run->devices.len >= PC_DC_DOCUMENT_BYTES || run->n_devices >= PC_DC_DOCUMENT_DEVICES)
		submit(run);
}

/* What operations need to know about the printer later. */
static void
remember(struct pc_dc_known *k, const struct pc_record *r, const struct pc_collect_facts *facts)
{
	if (facts == NULL || !facts->printer)
		return;
	pc_text_copy(k->serial, sizeof(k->serial), r->serial);
	k->version = facts->version;
	k->epson = facts->epson;
}

static void
on_record(void *arg, size_t target, const struct pc_record *r, const struct pc_collect_facts *facts)
{
	struct pc_dc_run *run = arg;
	struct pc_dc_agent *a = run->agent;
	struct pc_dc_known *k = &a->known[run->known[target]];
	remember(k, r, facts);
	if (facts == NULL) {
		run->unreachable++;
		if (run->command_id[0] !=
			'\0') /* the operation fails; there is nothing new to report */
			return;
	} else if (!facts->printer || r->serial[0] == '\0') {
		pc_log(PC_LOG_WARNING,
			"agents agent=%s peer=%s: %s, not reported (take it off the device list)",
			a->config->agent_id, r->ip_address,
			facts->printer ? "printer tells no serial number" : "is no printer");
		run->skipped++;
		return;
	} else {
		run->collected++;
	}
	if (!run->silent && (k->listed || fault(a, PC_AGENT_COLLECTS_UNLISTED)))
		add_device(run, r);
}

static void
finish_command(struct pc_dc_run *run, enum pc_command_state state, const char *detail)
{
	pc_uplink_finish(run->agent->uplink, run->command_id, state, detail);
	pc_dc_run_free(run);
}

static void
on_late(void *arg)
{
	finish_command(arg, PC_COMMAND_FAILED,
		"notUploaded: the server has not taken the document in time");
}

static void
on_end(void *arg)
{
	struct pc_dc_run *run = arg;
	struct pc_dc_agent *a = run->agent;
	run->collect = NULL;
	submit(run);
	pc_dc_run_ended(a, run);
	if (run->command_id[0] == '\0') {
		pc_dc_run_free(run);
	} else if (run->collected == 0) {
		finish_command(run, PC_COMMAND_FAILED,
			run->unreachable > 0 ? "deviceUnreachable: no answer over SNMP"
					     : "notAPrinter: the device cannot be reported");
	} else if (run->document_id[0] == '\0') {
		finish_command(run, PC_COMMAND_FAILED, "notStored: the spool took no document");
	} else {
		pc_timer_start(&run->deadline, a->options.loop,
			(uint64_t)a->config->operation_timeout_ms, on_late, run);
	}
}

void
pc_dc_run_delivered(struct pc_dc_agent *a, const char *document_id, bool taken, const char *detail)
{
	for (struct pc_dc_run *run = a->runs; run != NULL; run = run->next) {
		if (run->command_id[0] == '\0' || run->collect != NULL ||
			strcmp(run->document_id, document_id) != 0)
			continue;
		finish_command(run, taken ? PC_COMMAND_SUCCEEDED : PC_COMMAND_FAILED,
			taken ? "collected and uploaded" : detail);
		return;
	}
}

/* Names are looked up at every collection: addresses change. Spec: ERS-NET-03 */
static bool
look_up(const struct pc_dc_agent *a, struct pc_dc_known *k)
{
	struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_DGRAM}, *list = NULL;
	if (k->name[0] == '\0')
		return true;
	if (getaddrinfo(k->name, NULL, &hints, &list) != 0 || list == NULL) {
		pc_log(PC_LOG_WARNING, "agents agent=%s: name '%s' is not known, printer left out",
			a->config->agent_id, k->name);
		return k->addr.sin_family == AF_INET; /* the address of last time, if any */
	}
	memcpy(&k->addr, list->ai_addr, sizeof(k->addr));
	k->addr.sin_port = htons((uint16_t)(SNMP_PORT + a->config->port_offset));
	freeaddrinfo(list);
	return true;
}

static void
add_target(struct pc_dc_run *run, size_t at)
{
	struct pc_dc_known *k = &run->agent->known[at];
	if (!look_up(run->agent, k))
		return;
	run->targets[run->n] =
		(struct pc_collect_target){.addr = k->addr, .name = k->name, .serial = k->serial};
	run->known[run->n++] = at;
}

static struct pc_dc_run *
run_new(struct pc_dc_agent *a, const char *type, uint64_t due_ns, size_t max)
{
	struct pc_dc_run *run = calloc(1, sizeof(*run));
	if (run == NULL)
		return NULL;
	run->agent = a;
	run->type = type;
	run->due_ns = due_ns;
	run->targets = calloc(max + 1, sizeof(*run->targets));
	run->known = calloc(max + 1, sizeof(*run->known));
	pc_buf_init(&run->devices, PC_SPOOL_DOCUMENT_MAX - 4096);
	run->next = a->runs;
	a->runs = run;
	if (run->targets == NULL || run->known == NULL) {
		pc_dc_run_free(run);
		return NULL;
	}
	return run;
}

static int
run_start(struct pc_dc_run *run)
{
	struct pc_dc_agent *a = run->agent;
	struct pc_collect_options o = {.loop = a->options.loop,
		.client = a->client,
		.community = a->config->read_community,
		.window = (unsigned)a->config->window,
		.offset_minutes = a->config->offset_minutes,
		.faults = a->options.faults};
	return pc_collect_start(&o, run->targets, run->n, on_record, on_end, run, &run->collect);
}

int
pc_dc_run_all(struct pc_dc_agent *a, const char *type, uint64_t due_ns)
{
	struct pc_dc_run *run = run_new(a, type, due_ns, a->n_known);
	if (run == NULL)
		return -ENOMEM;
	bool unlisted =
		fault(a, PC_AGENT_COLLECTS_UNLISTED) || fault(a, PC_AGENT_OPERATES_UNLISTED);
	for (size_t i = 0; i < a->n_known; i++) {
		if (a->known[i].listed || unlisted)
			add_target(run, i);
	}
	return run_start(run);
}

int
pc_dc_run_one(struct pc_dc_agent *a, size_t known, const char *command_id)
{
	uint64_t now = pc_clock_wall_ns(pc_loop_clock(a->options.loop));
	struct pc_dc_run *run = run_new(a, "onDemand", now, 1);
	if (run == NULL)
		return -ENOMEM;
	pc_text_copy(run->command_id, sizeof(run->command_id), command_id);
	add_target(run, known);
	return run_start(run);
}
