#include "agents/uplink.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agents/faults.h"
#include "agents/http.h"
#include "agents/record.h"
#include "agents/sender.h"
#include "base/err.h"
#include "base/file.h"
#include "base/log.h"
#include "base/rand.h"
#include "base/text.h"

enum { CHAIN_MAX = 256 * 1024, RESULT_MAX = 4096, PLACE_MAX = PATH_MAX - 64 };

struct pc_uplink {
	struct pc_uplink_options options;
	struct pc_document_agent agent; /* texts below */
	char company[256], agent_id[128], framework[128], os[128], zone[64];
	char state_dir[PLACE_MAX], ca[PATH_MAX], cert[PATH_MAX], key[PATH_MAX];
	char host[256];
	uint16_t port;
	struct pc_https *https;     /* owned */
	struct pc_spool *spool;     /* owned */
	struct pc_sender *sender;   /* owned */
	struct pc_mqtt *mqtt;       /* owned; NULL until the chain is there */
	struct pc_command_log *log; /* owned */
	struct pc_timer chain_retry;
	struct pc_rand rand;
	unsigned chain_tries, refusals;
	bool fetching, wanted, has_chain;
	uint64_t documents, uploaded;
	char upload_error[256], session_error[256];
};

static void fetch_chain(void *arg);

static bool
fault(const struct pc_uplink *u, enum pc_agent_fault which)
{
	return pc_fault_is_set(u->options.faults, which);
}

static void
changed(struct pc_uplink *u)
{
	if (u->options.changed != NULL)
		u->options.changed(u->options.arg);
}

static uint64_t
wall_ns(const struct pc_uplink *u)
{
	return pc_clock_wall_ns(pc_loop_clock(u->options.loop));
}

static void
place(const struct pc_uplink *u, const char *name, char out[PATH_MAX])
{
	snprintf(out, PATH_MAX, "%s/%s", u->state_dir, name);
}

/* ---- documents ---- */

static void
on_sender(void *arg, enum pc_sender_outcome outcome, const struct pc_spool_entry *entry,
	const char *detail)
{
	struct pc_uplink *u = arg;
	if (outcome == PC_SENDER_TAKEN)
		u->uploaded++;
	if (u->options.attempted != NULL)
		u->options.attempted(u->options.arg, entry->bytes, outcome == PC_SENDER_TAKEN);
	if (outcome != PC_SENDER_DELAYED && u->options.delivered != NULL)
		u->options.delivered(
			u->options.arg, entry->document_id, outcome == PC_SENDER_TAKEN, detail);
	pc_text_copy(
		u->upload_error, sizeof(u->upload_error), outcome == PC_SENDER_TAKEN ? "" : detail);
	changed(u);
}

static int
submit_once(struct pc_uplink *u, const char *collection_type, uint64_t due_ns, const char *devices,
	char id[PC_DOCUMENT_ID_MAX], struct pc_diag *diag)
{
	struct pc_buf text;
	uint64_t now = wall_ns(u);
	pc_buf_init(&text, PC_SPOOL_DOCUMENT_MAX);
	pc_document_id(u->agent_id, now, ++u->documents, id);
	int err = pc_document_make(&u->agent, collection_type, id, due_ns, now, devices, &text);
	if (err != PC_OK)
		pc_diag_set(diag, "document: %s", pc_err_text(err));
	else
		err = pc_spool_add(
			u->spool, collection_type, id, pc_buf_text(&text), text.len, diag);
	pc_buf_done(&text);
	return err;
}

int
pc_uplink_submit(struct pc_uplink *u, const char *collection_type, uint64_t due_ns,
	const char *devices, char *ret_id, struct pc_diag *diag)
{
	char id[PC_DOCUMENT_ID_MAX], again[PC_DOCUMENT_ID_MAX];
	uint64_t dropped = pc_spool_counts(u->spool).dropped;
	if (fault(u, PC_AGENT_PLAIN_TYPE) && strcmp(collection_type, "onDemand") == 0)
		collection_type = "periodic";
	int err = submit_once(u, collection_type, due_ns, devices, id, diag);
	if (err == PC_OK && fault(u, PC_AGENT_DUPLICATES_UPLOAD))
		err = submit_once(u, collection_type, due_ns, devices, again, diag);
	if (err == PC_OK && ret_id != NULL)
		pc_text_copy(ret_id, PC_DOCUMENT_ID_MAX, id);
	if (pc_spool_counts(u->spool).dropped != dropped)
		pc_log(PC_LOG_WARNING,
			"agents agent=%s: the spool is full, %" PRIu64
			" periodic documents dropped so far",
			u->agent_id, pc_spool_counts(u->spool).dropped);
	pc_sender_wake(u->sender);
	changed(u);
	return err;
}

void
pc_uplink_flush(struct pc_uplink *u)
{
	pc_sender_now(u->sender);
}

/* ---- commands ---- */

/* Hand every result the broker does not have yet to MQTT. */
static void
publish_results(struct pc_uplink *u)
{
	for (size_t i = 0; u->mqtt != NULL && !fault(u, PC_AGENT_NO_RESULT); i++) {
		struct pc_command_entry *e = pc_command_log_at(u->log, i);
		struct pc_buf text;
		if (e == NULL)
			return;
		if (e->state == PC_COMMAND_STARTED || e->delivered || e->number != 0)
			continue;
		pc_buf_init(&text, RESULT_MAX);
		if (pc_command_result(e, &text) == PC_OK)
			(void)pc_mqtt_result(u->mqtt, pc_buf_text(&text), &e->number);
		pc_buf_done(&text);
	}
}

void
pc_uplink_finish(struct pc_uplink *u, const char *command_id, enum pc_command_state state,
	const char *detail)
{
	char finished[PC_CLOCK_TEXT_MAX];
	struct pc_diag diag = {0};
	pc_record_time(wall_ns(u), u->agent.offset_minutes, finished);
	pc_log(PC_LOG_INFO, "agents agent=%s: command '%s' %s: %s", u->agent_id, command_id,
		pc_command_state_text(state), detail);
	if (pc_command_log_finish(u->log, command_id, state, detail, finished, &diag) != PC_OK)
		pc_log(PC_LOG_ERROR, "agents agent=%s: result of '%s' not stored: %s", u->agent_id,
			command_id, diag.text);
	publish_results(u);
	changed(u);
}

/* A command that came before: its result again, should the first one have been lost. */
static bool
is_repeated(struct pc_uplink *u, const struct pc_agent_command *c)
{
	struct pc_command_entry *e = pc_command_log_find(u->log, c->id);
	if (e == NULL || fault(u, PC_AGENT_RUNS_TWICE))
		return false;
	pc_log(PC_LOG_INFO, "agents agent=%s: command '%s' came again, not carried out again",
		u->agent_id, c->id);
	if (e->state != PC_COMMAND_STARTED) {
		e->delivered = false;
		publish_results(u);
	}
	return true;
}

/* A message without a usable id cannot be logged under one; it is refused under the empty id. */
static void
refuse_nameless(struct pc_uplink *u, const char *detail)
{
	struct pc_command_entry e = {.state = PC_COMMAND_REJECTED};
	struct pc_buf text;
	int number = 0;
	pc_log(PC_LOG_INFO, "agents agent=%s: a command without a usable id: %s", u->agent_id,
		detail);
	pc_text_copy(e.detail, sizeof(e.detail), detail);
	pc_record_time(wall_ns(u), u->agent.offset_minutes, e.finished);
	pc_buf_init(&text, RESULT_MAX);
	if (pc_command_result(&e, &text) == PC_OK && !fault(u, PC_AGENT_NO_RESULT))
		(void)pc_mqtt_result(u->mqtt, pc_buf_text(&text), &number);
	pc_buf_done(&text);
}

static void
on_command(void *arg, const char *payload, size_t len)
{
	struct pc_uplink *u = arg;
	struct pc_agent_command c;
	struct pc_diag diag = {0}, log_diag = {0};
	int err = pc_command_parse(payload, len, &c, &diag);
	if (c.id[0] == '\0') {
		refuse_nameless(u, diag.text);
		return;
	}
	if (is_repeated(u, &c))
		return;
	if (pc_command_log_start(u->log, &c, &log_diag) != PC_OK) {
		/* Not written ahead, so not done: after a kill it could run twice. */
		pc_log(PC_LOG_ERROR, "agents agent=%s: command '%s' not taken: %s", u->agent_id,
			c.id, log_diag.text);
		return;
	}
	changed(u);
	if (err != PC_OK)
		pc_uplink_finish(u, c.id, PC_COMMAND_REJECTED, diag.text);
	else if (c.expires_ns <= wall_ns(u) && !fault(u, PC_AGENT_RUNS_EXPIRED))
		pc_uplink_finish(u, c.id, PC_COMMAND_EXPIRED, "expiresAt has passed");
	else if (!u->options.listed(u->options.arg, c.serial))
		pc_uplink_finish(
			u, c.id, PC_COMMAND_REJECTED, "the device is not on this agent's list");
	else
		u->options.execute(u->options.arg, &c);
}

const struct pc_command_entry *
pc_uplink_unfinished(struct pc_uplink *u, size_t at)
{
	for (size_t i = 0;; i++) {
		const struct pc_command_entry *e = pc_command_log_at(u->log, i);
		if (e == NULL)
			return NULL;
		if (e->state == PC_COMMAND_STARTED && at-- == 0)
			return e;
	}
}

/* ---- MQTT and the chain ---- */

static void
on_online(void *arg)
{
	struct pc_uplink *u = arg;
	u->refusals = 0;
	u->session_error[0] = '\0';
	publish_results(u);
	changed(u);
}

static void
on_offline(void *arg, bool refused, const char *detail)
{
	struct pc_uplink *u = arg;
	for (size_t i = 0;; i++) { /* what was under way is published again when on-line */
		struct pc_command_entry *e = pc_command_log_at(u->log, i);
		if (e == NULL)
			break;
		e->number = 0;
	}
	snprintf(u->session_error, sizeof(u->session_error), "MQTT: %.200s", detail);
	if (refused && u->wanted) {
		/* The server's key is not the one of the chain: fetch it once more, then alarm. */
		uint64_t ms = u->refusals == 0 ? 0 : PC_BACKOFF_MAX_MS;
		if (u->refusals++ > 0)
			pc_log(PC_LOG_ERROR,
				"agents agent=%s: alarm: the MQTT server does not match the chain "
				"just fetched (%s), no session",
				u->agent_id, detail);
		pc_timer_start(&u->chain_retry, u->options.loop, ms, fetch_chain, u);
	}
	changed(u);
}

static void
on_delivered(void *arg, int number)
{
	struct pc_uplink *u = arg;
	pc_command_log_delivered(u->log, number);
	changed(u);
}

static int
start_mqtt(struct pc_uplink *u, const char *trust, const char *pin, struct pc_diag *diag)
{
	struct pc_mqtt_options o = {.loop = u->options.loop,
		.host = u->host,
		.port = u->port,
		.agent_id = u->agent_id,
		.trust_file = trust,
		.pin_file = pin,
		.cert_file = u->cert[0] == '\0' ? NULL : u->cert,
		.key_file = u->key[0] == '\0' ? NULL : u->key,
		.accept_any = fault(u, PC_AGENT_ANY_CERTIFICATE),
		.seed = u->options.seed,
		.online = on_online,
		.offline = on_offline,
		.command = on_command,
		.delivered = on_delivered,
		.arg = u};
	pc_mqtt_free(u->mqtt);
	u->mqtt = NULL;
	int err = pc_mqtt_new(&o, &u->mqtt, diag);
	if (err == PC_OK)
		pc_mqtt_start(u->mqtt);
	return err;
}

static void
chain_later(struct pc_uplink *u, const char *detail)
{
	uint64_t ms = pc_backoff_ms(++u->chain_tries, pc_rand_u64(&u->rand));
	snprintf(u->session_error, sizeof(u->session_error), "server chain: %.200s", detail);
	pc_log(PC_LOG_WARNING,
		"agents agent=%s: the server's chain was not fetched (%s), trying again in %" PRIu64
		" ms",
		u->agent_id, detail, ms);
	pc_timer_start(&u->chain_retry, u->options.loop, ms, fetch_chain, u);
	changed(u);
}

/* Store the chain; MQTT trusts it and the anchor it was fetched under. */
static int
store_chain(struct pc_uplink *u, const char *pem, size_t len, struct pc_diag *diag)
{
	char path[PATH_MAX];
	struct pc_buf both;
	place(u, "server-chain.pem", path);
	int err = pc_file_write(path, pem, len, 0644, diag);
	pc_buf_init(&both, CHAIN_MAX * 2);
	pc_buf_add(&both, pem, len);
	pc_buf_add_text(&both, "\n");
	if (err == PC_OK && u->ca[0] != '\0')
		err = pc_file_read(u->ca, &both, diag);
	place(u, "mqtt-trust.pem", path);
	if (err == PC_OK)
		err = pc_file_write(path, both.data, both.len, 0644, diag);
	pc_buf_done(&both);
	return err;
}

static void
on_chain(void *arg, const struct pc_https_answer *a)
{
	struct pc_uplink *u = arg;
	char trust[PATH_MAX], pin[PATH_MAX];
	struct pc_diag diag = {0};
	u->fetching = false;
	if (!u->wanted)
		return;
	if (a->err != PC_OK || a->status != 200 || a->len > CHAIN_MAX ||
		strstr(a->body, "-----BEGIN CERTIFICATE-----") == NULL) {
		snprintf(diag.text, sizeof(diag.text), "status %ld %s", a->status, a->text);
		chain_later(u, diag.text);
		return;
	}
	int err = store_chain(u, a->body, a->len, &diag);
	place(u, "mqtt-trust.pem", trust);
	place(u, "server-chain.pem", pin);
	if (err == PC_OK)
		err = start_mqtt(u, trust, pin, &diag);
	if (err != PC_OK) {
		chain_later(u, diag.text);
		return;
	}
	u->chain_tries = 0;
	u->has_chain = true;
	changed(u);
}

static void
fetch_chain(void *arg)
{
	struct pc_uplink *u = arg;
	static const struct pc_https_request request = {
		.method = "GET", .path = "/v1/pki/server-chain.pem"};
	struct pc_diag diag = {0};
	if (u->fetching || !u->wanted)
		return;
	if (fault(u, PC_AGENT_SKIPS_CHAIN)) {
		if (start_mqtt(u, u->ca, NULL, &diag) != PC_OK)
			chain_later(u, diag.text);
		return;
	}
	if (u->mqtt != NULL) /* refused: no session while the chain is fetched anew */
		pc_mqtt_stop(u->mqtt, true);
	u->fetching = true;
	int err = pc_https_send(u->https, &request, on_chain, u, &diag);
	if (err != PC_OK) {
		u->fetching = false;
		chain_later(u, diag.text);
	}
}

void
pc_uplink_start(struct pc_uplink *u)
{
	if (u->wanted || !u->options.remote_operation)
		return;
	u->wanted = true;
	u->refusals = u->chain_tries = 0;
	pc_timer_start(&u->chain_retry, u->options.loop, 0, fetch_chain, u);
}

void
pc_uplink_stop(struct pc_uplink *u, bool cut)
{
	u->wanted = false;
	pc_timer_stop(&u->chain_retry);
	if (u->mqtt != NULL)
		pc_mqtt_stop(u->mqtt, cut);
	changed(u);
}

/* ---- the object ---- */

static void
copy_texts(struct pc_uplink *u, const struct pc_uplink_options *o)
{
	const struct pc_document_agent *a = &o->agent;
	pc_text_copy(
		u->company, sizeof(u->company), a->company_name == NULL ? "" : a->company_name);
	pc_text_copy(u->agent_id, sizeof(u->agent_id), a->agent_id);
	pc_text_copy(u->framework, sizeof(u->framework), a->framework);
	pc_text_copy(u->os, sizeof(u->os), a->os);
	pc_text_copy(u->zone, sizeof(u->zone), a->time_zone);
	pc_text_copy(u->state_dir, sizeof(u->state_dir), o->state_dir);
	pc_text_copy(u->ca, sizeof(u->ca), o->ca_file == NULL ? "" : o->ca_file);
	pc_text_copy(u->cert, sizeof(u->cert), o->cert_file == NULL ? "" : o->cert_file);
	pc_text_copy(u->key, sizeof(u->key), o->key_file == NULL ? "" : o->key_file);
	u->agent = *a;
	u->agent.company_name = u->company;
	u->agent.agent_id = u->agent_id;
	u->agent.framework = u->framework;
	u->agent.os = u->os;
	u->agent.time_zone = u->zone;
}

static int
open_spool(struct pc_uplink *u, const struct pc_uplink_options *o, struct pc_diag *diag)
{
	char path[PATH_MAX];
	place(u, "spool", path);
	struct pc_spool_options spool = {.dir = path,
		.max_documents = o->spool_documents,
		.max_bytes = o->spool_bytes,
		.memory_only = fault(u, PC_AGENT_NO_SPOOL)};
	int err = pc_spool_open(&spool, &u->spool, diag);
	if (err != PC_OK)
		return err;
	place(u, "commands.json", path);
	return pc_command_log_open(path, &u->log, diag);
}

static int
open_parts(struct pc_uplink *u, const struct pc_uplink_options *o, struct pc_diag *diag)
{
	struct pc_https_options https = {.loop = o->loop,
		.server = o->server,
		.ca_file = o->ca_file,
		.cert_file = o->cert_file,
		.key_file = o->key_file,
		.proxy = o->proxy,
		.timeout_ms = o->http_timeout_ms,
		.accept_any = fault(u, PC_AGENT_ANY_CERTIFICATE)};
	int err = pc_https_split(o->server, u->host, sizeof(u->host), &u->port, diag);
	if (err == PC_OK)
		err = pc_https_new(&https, &u->https, diag);
	if (err == PC_OK)
		err = pc_file_mkdir(u->state_dir, 0700, diag);
	if (err == PC_OK)
		err = open_spool(u, o, diag);
	if (err != PC_OK)
		return err;
	struct pc_sender_options sender = {.loop = o->loop,
		.spool = u->spool,
		.https = u->https,
		.agent_id = u->agent_id,
		.offset_minutes = o->agent.offset_minutes,
		.seed = o->seed,
		.faults = o->faults,
		.told = on_sender,
		.arg = u};
	return pc_sender_new(&sender, &u->sender);
}

int
pc_uplink_new(const struct pc_uplink_options *options, struct pc_uplink **ret, struct pc_diag *diag)
{
	struct pc_uplink *u = calloc(1, sizeof(*u));
	if (u == NULL)
		return -ENOMEM;
	u->options = *options;
	copy_texts(u, options);
	pc_rand_init(&u->rand, options->seed, 443);
	int err = open_parts(u, options, diag);
	if (err != PC_OK) {
		pc_uplink_free(u);
		return err;
	}
	pc_sender_wake(u->sender); /* what an earlier run left behind */
	*ret = u;
	return PC_OK;
}

void
pc_uplink_free(struct pc_uplink *u)
{
	if (u == NULL)
		return;
	u->options.changed = NULL;
	u->wanted = false;
	pc_timer_stop(&u->chain_retry);
	pc_mqtt_free(u->mqtt);
	pc_sender_free(u->sender);
	pc_https_free(u->https);
	pc_command_log_close(u->log);
	pc_spool_close(u->spool);
	free(u);
}

struct pc_uplink_status
pc_uplink_status(const struct pc_uplink *u)
{
	struct pc_uplink_status s = {.spool = pc_spool_counts(u->spool),
		.uploaded = u->uploaded,
		.has_chain = u->has_chain,
		.mqtt = u->mqtt == NULL ? PC_MQTT_OFF : pc_mqtt_state(u->mqtt),
		.sending = pc_sender_busy(u->sender)};
	pc_text_copy(s.last_error, sizeof(s.last_error),
		u->session_error[0] != '\0' ? u->session_error : u->upload_error);
	return s;
}

void
pc_uplink_close_unfinished(struct pc_uplink *u)
{
	const struct pc_command_entry *e = NULL;
	while ((e = pc_uplink_unfinished(u, 0)) != NULL) {
		char id[PC_COMMAND_ID_MAX];
		pc_text_copy(id, sizeof(id), e->id);
		pc_uplink_finish(u, id, PC_COMMAND_FAILED,
			"interrupted: the agent was restarted while the operation ran");
		if (pc_uplink_unfinished(u, 0) == e)
			return;
	}
}
