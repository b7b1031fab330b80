#include "conformance/agent-world.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <jansson.h>
#include <mosquitto.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/text.h"
#include "conformance/document.h"
#include "conformance/packets.h"

const struct pc_printer *
pc_world_find_printer(const struct pc_world *w, const char *vendor, size_t at)
{
	for (size_t i = 0; i < w->n_printers; i++) {
		const struct pc_printer *p = &w->printers[i];
		if (!p->from_walk && (vendor == NULL || strcasecmp(p->vendor, vendor) == 0) &&
			at-- == 0)
			return p;
	}
	return NULL;
}

static json_t *
config_json(
	struct pc_case_run *r, const struct pc_test_agent_options *o, const struct pc_test_agent *a)
{
	char address[PC_TEXT_ADDR_MAX];
	json_t *list = json_array();
	json_t *probes = json_array();
	for (size_t i = 0; o->listed[i] != NULL; i++)
		json_array_append_new(
			list, json_string(pc_text_from_ipv4(o->listed[i]->address, address)));
	if (o->dead_address != NULL)
		json_array_append_new(list, json_string(o->dead_address));
	if (o->probed != NULL)
		json_array_append_new(
			probes, json_string(pc_text_from_ipv4(o->probed->address, address)));
	return json_pack("{s:s,s:s,s:s,s:s,s:s,s:i,s:s,s:{s:s,s:s,s:s},s:{s:s,s:s},"
			 "s:{s:i,s:i,s:i,s:i},s:{s:b,s:o},s:o}",
		"server", o->server == NULL ? r->world->cloud_url : o->server, "agentId", a->id,
		"companyName", "Conformance", "stateDir", a->dir, "period", "24h", "portOffset",
		(int)r->world->port_offset, "cleaning", o->cleaning == NULL ? "lpd" : o->cleaning,
		"files", "ca", r->world->ca_file, "cert", a->cert, "key", a->key, "communities",
		"read", "public", "write", "private", "timeouts", "snmpMs", 400, "snmpRetries", 1,
		"httpMs", 5000, "operationMs", 20000, "discovery", "enabled", o->probed != NULL,
		"addresses", probes, "deviceList", list);
}

static int
write_config(struct pc_case_run *r, const struct pc_test_agent_options *o, struct pc_test_agent *a,
	struct pc_diag *diag)
{
	json_t *j = config_json(r, o, a);
	char *text = j == NULL ? NULL : json_dumps(j, JSON_INDENT(1));
	json_decref(j);
	if (text == NULL)
		return pc_diag_fail(
			diag, PC_E_INTERNAL, "the agent's configuration cannot be made");
	int err = pc_file_write(a->config, text, strlen(text), 0644, diag);
	free(text);
	return err;
}

/* Start the program; `once`: a single collection, no line "ready" to wait for. */
static int
start(struct pc_case_run *r, const struct pc_test_agent *a, bool once, struct pc_diag *diag)
{
	struct pc_args args = {.argc = 0};
	pc_subject_stop(&r->world->agent);
	pc_args_add(&args, "%s", r->world->self);
	pc_args_add(&args, "agent");
	pc_args_add(&args, "dc");
	pc_args_add(&args, "--config");
	pc_args_add(&args, "%s", a->config);
	pc_args_add(&args, "--capture");
	pc_args_add(&args, "%s/agent.pcapng", a->dir);
	if (once)
		pc_args_add(&args, "--once");
	if (r->world->agent_fault != NULL) {
		pc_args_add(&args, "--fault");
		pc_args_add(&args, "%s", r->world->agent_fault);
	}
	int err = pc_subject_start(
		&r->world->agent, &args, r->world->log, once ? 0 : PC_WORLD_START_MS, diag);
	pc_args_done(&args);
	return err;
}

bool
pc_test_agent_prepare(
	struct pc_case_run *r, const struct pc_test_agent_options *o, struct pc_test_agent *a)
{
	struct pc_diag diag = {{0}};
	pc_document_uuid(a->id);
	snprintf(a->dir, sizeof(a->dir), "%s/agents/%s", r->world->options.dir, a->id);
	int err = pc_world_enrol(r->world, a->id, "DC", a->cert, a->key, &diag);
	if (err == PC_OK)
		err = pc_file_mkdir(a->dir, 0755, &diag);
	snprintf(a->config, sizeof(a->config), "%.4000s/agent.json", a->dir);
	if (err == PC_OK)
		err = write_config(r, o, a, &diag);
	if (err != PC_OK)
		pc_case_error(r, "%s", diag.text);
	return err == PC_OK;
}

bool
pc_test_agent_launch(struct pc_case_run *r, struct pc_test_agent *a)
{
	struct pc_diag diag = {{0}};
	a->start_ns = pc_clock_now_wall_ns();
	if (start(r, a, false, &diag) == PC_OK)
		return true;
	pc_case_error(r, "%s", diag.text);
	return false;
}

bool
pc_test_agent_once(struct pc_case_run *r, const struct pc_test_agent *a, unsigned deadline_ms)
{
	struct pc_diag diag = {{0}};
	int status = 0;
	int err = start(r, a, true, &diag);
	if (err != PC_OK) {
		pc_case_error(r, "%s", diag.text);
		return false;
	}
	err = pc_subject_wait(&r->world->agent, deadline_ms, &status);
	if (err != PC_OK)
		pc_case_inconclusive(r, "the agent's single run did not end: %s", pc_err_text(err));
	pc_subject_stop(&r->world->agent);
	return err == PC_OK;
}

bool
pc_test_agent_start(
	struct pc_case_run *r, const struct pc_test_agent_options *o, struct pc_test_agent *a)
{
	if (!pc_test_agent_prepare(r, o, a) || !pc_test_agent_launch(r, a))
		return false;
	if (pc_test_agent_await(r, a, 1, PC_WORLD_WAIT_MS))
		return true;
	pc_check(r, false, "the agent uploads its first collection", "one collection",
		"none in %u s", pc_world_patience(r->world, PC_WORLD_WAIT_MS) / 1000);
	return false;
}

struct log_wait {
	const char *path, *first, *second;
};

static bool
log_has_both(void *arg)
{
	const struct log_wait *w = arg;
	struct pc_buf text;
	bool found = false;
	pc_buf_init(&text, 64 << 20);
	if (pc_file_read(w->path, &text, NULL) == PC_OK) {
		const char *at = strstr(pc_buf_text(&text), w->first);
		while (at != NULL && !found) {
			const char *end = strchrnul(at, '\n');
			const char *hit = strstr(at, w->second);
			found = hit != NULL && hit < end;
			at = strstr(end, w->first);
		}
	}
	pc_buf_done(&text);
	return found;
}

bool
pc_test_agent_await_log(struct pc_case_run *r, const struct pc_test_agent *a, const char *words,
	unsigned deadline_ms)
{
	struct log_wait w = {r->world->log, a->id, words};
	return pc_world_await(log_has_both, &w, pc_world_patience(r->world, deadline_ms));
}

json_t *
pc_test_agent_collections(struct pc_case_run *r, const struct pc_test_agent *a)
{
	size_t i;
	json_t *row;
	struct pc_diag diag = {{0}};
	json_t *mine = json_array();
	json_t *j = pc_world_portal(
		r->world, "GET", "/portal/v1/collections", NULL, false, NULL, &diag);
	json_array_foreach(json_object_get(j, "collections"), i, row)
	{
		const char *id = json_string_value(json_object_get(row, "agentId"));
		if (id != NULL && strcmp(id, a->id) == 0)
			json_array_append(mine, row);
	}
	json_decref(j);
	return mine;
}

struct collections_wait {
	struct pc_case_run *r;
	const struct pc_test_agent *a;
	size_t n;
};

static bool
collections_reached(void *arg)
{
	struct collections_wait *w = arg;
	json_t *mine = pc_test_agent_collections(w->r, w->a);
	bool reached = json_array_size(mine) >= w->n;
	json_decref(mine);
	return reached;
}

bool
pc_test_agent_await(
	struct pc_case_run *r, const struct pc_test_agent *a, size_t n, unsigned deadline_ms)
{
	struct collections_wait w = {r, a, n};
	return pc_world_await(collections_reached, &w, pc_world_patience(r->world, deadline_ms));
}

/* Oldest first, whatever order the portal lists them in. */
static int
older(const void *x, const void *y)
{
	const json_t *const *a = x;
	const json_t *const *b = y;
	const char *ta = json_string_value(json_object_get(*a, "receivedAt"));
	const char *tb = json_string_value(json_object_get(*b, "receivedAt"));
	return strcmp(ta == NULL ? "" : ta, tb == NULL ? "" : tb);
}

json_t *
pc_test_agent_document(struct pc_case_run *r, const struct pc_test_agent *a, size_t at)
{
	char path[160];
	struct pc_diag diag = {{0}};
	const json_t *rows[64];
	json_t *mine = pc_test_agent_collections(r, a);
	size_t n = json_array_size(mine) < 64 ? json_array_size(mine) : 64;
	json_t *document = NULL;
	for (size_t i = 0; i < n; i++)
		rows[i] = json_array_get(mine, i);
	qsort(rows, n, sizeof(rows[0]), older);
	const char *id =
		at < n ? json_string_value(json_object_get(rows[at], "collectionId")) : NULL;
	if (id != NULL) {
		snprintf(path, sizeof(path), "/portal/v1/collections/%.100s", id);
		document = pc_world_portal(r->world, "GET", path, NULL, false, NULL, &diag);
	}
	json_decref(mine);
	return document;
}

const json_t *
pc_document_device(const json_t *document, const char *address)
{
	size_t i;
	const json_t *d;
	json_array_foreach(json_object_get(document, "devices"), i, d)
	{
		const char *ip = json_string_value(json_object_get(d, "ipAddress"));
		if (ip != NULL && strcmp(ip, address) == 0)
			return d;
	}
	return NULL;
}

struct operation_wait {
	struct pc_case_run *r;
	char path[160];
	char state[32];
};

static bool
operation_ended(void *arg)
{
	struct operation_wait *w = arg;
	struct pc_diag diag = {{0}};
	json_t *j = pc_world_portal(w->r->world, "GET", w->path, NULL, false, NULL, &diag);
	const char *state = json_string_value(json_object_get(j, "state"));
	pc_text_copy(w->state, sizeof(w->state), state == NULL ? "?" : state);
	json_decref(j);
	return strcmp(w->state, "requested") != 0 && strcmp(w->state, "sent") != 0 &&
	       strcmp(w->state, "?") != 0;
}

long
pc_test_operation(struct pc_case_run *r, const char *serial, const char *type, char *state,
	size_t size, unsigned deadline_ms)
{
	char path[160];
	char body[64];
	long status = 0;
	struct pc_diag diag = {{0}};
	struct operation_wait w = {.r = r};
	snprintf(path, sizeof(path), "/portal/v1/devices/%.80s/operations", serial);
	snprintf(body, sizeof(body), "{\"type\":\"%s\"}", type);
	json_t *j = pc_world_portal(r->world, "POST", path, body, false, &status, &diag);
	const char *id = json_string_value(json_object_get(j, "operationId"));
	if (id != NULL) {
		snprintf(w.path, sizeof(w.path), "/portal/v1/operations/%.90s", id);
		(void)pc_world_await(operation_ended, &w, pc_world_patience(r->world, deadline_ms));
	}
	pc_text_copy(state, size, w.state);
	json_decref(j);
	return status;
}

/* The harness as server: a client of the broker's own socket. */
struct command_client {
	struct mosquitto *m;
	const char *command_id;
	char state[32];
	bool connected, published, got;
};

static void
on_result(struct mosquitto *m, void *arg, const struct mosquitto_message *msg)
{
	struct command_client *c = arg;
	json_error_t error;
	(void)m;
	json_t *j = json_loadb(msg->payload, (size_t)msg->payloadlen, 0, &error);
	const char *id = json_string_value(json_object_get(j, "commandId"));
	const char *state = json_string_value(json_object_get(j, "state"));
	if (id != NULL && state != NULL && strcmp(id, c->command_id) == 0) {
		pc_text_copy(c->state, sizeof(c->state), state);
		c->got = true;
	}
	json_decref(j);
}

static void
on_connack(struct mosquitto *m, void *arg, int rc)
{
	struct command_client *c = arg;
	(void)m;
	c->connected = rc == 0;
}

static void
command_text(const char *command_id, const char *type, const char *serial, int valid_s, char *out,
	size_t size)
{
	char issued[PC_CLOCK_TEXT_MAX];
	char expires[PC_CLOCK_TEXT_MAX];
	uint64_t now = pc_clock_now_wall_ns();
	uint64_t issue = valid_s < 0 ? now - 3600000000000u : now;
	uint64_t end = valid_s < 0 ? now + (uint64_t)(int64_t)valid_s * 1000000000u
				   : now + (uint64_t)valid_s * 1000000000u;
	snprintf(out, size,
		"{\"commandId\":\"%s\",\"type\":\"%s\",\"deviceSerial\":\"%s\",\"issuedAt\":"
		"\"%s\",\"expiresAt\":\"%s\",\"params\":{}}",
		command_id, type, serial, pc_clock_rfc3339(issue, issued),
		pc_clock_rfc3339(end, expires));
}

static bool
command_turns(
	struct command_client *c, const char *topic, const char *payload, unsigned deadline_ms)
{
	uint64_t end = pc_clock_now_ms() + deadline_ms;
	while (!c->got && pc_clock_now_ms() < end) {
		if (c->connected && !c->published) {
			c->published = true;
			mosquitto_publish(
				c->m, NULL, topic, (int)strlen(payload), payload, 1, false);
		}
		if (mosquitto_loop(c->m, 20, 1) != MOSQ_ERR_SUCCESS && !c->connected)
			return false;
	}
	return true;
}

bool
pc_test_command(struct pc_case_run *r, const struct pc_test_agent *a, const char *command_id,
	const char *type, const char *serial, int valid_s, char *state, size_t size,
	unsigned deadline_ms)
{
	char socket_path[PATH_MAX];
	char topic[96];
	char filter[96];
	char payload[512];
	struct command_client c = {.command_id = command_id};
	mosquitto_lib_init();
	snprintf(socket_path, sizeof(socket_path), "%s/cloud/broker/m.sock", r->world->options.dir);
	snprintf(topic, sizeof(topic), "ers/v1/agents/%s/command", a->id);
	snprintf(filter, sizeof(filter), "ers/v1/agents/%s/result", a->id);
	command_text(command_id, type, serial, valid_s, payload, sizeof(payload));
	c.m = mosquitto_new(NULL, true, &c);
	if (c.m == NULL)
		return false;
	mosquitto_connect_callback_set(c.m, on_connack);
	mosquitto_message_callback_set(c.m, on_result);
	bool ok = mosquitto_connect(c.m, socket_path, 0, 60) == MOSQ_ERR_SUCCESS;
	if (ok)
		mosquitto_subscribe(c.m, NULL, filter, 1);
	ok = ok && command_turns(&c, topic, payload, pc_world_patience(r->world, deadline_ms));
	if (!ok)
		pc_case_error(r, "the broker's socket %s could not be used", socket_path);
	mosquitto_disconnect(c.m);
	mosquitto_destroy(c.m);
	pc_text_copy(state, size, c.state);
	return ok;
}

struct site_filter {
	struct in_addr address;
	uint64_t since_ns;
	struct pc_packets_to n;
};

static void
count_to(void *arg, uint64_t at_ns, const struct pc_segment *s)
{
	struct site_filter *f = arg;
	if (at_ns < f->since_ns || s->to.sin_addr.s_addr != f->address.s_addr)
		return;
	switch (ntohs(s->to.sin_port)) {
	case 3289:
		f->n.enpc++;
		break;
	case 161:
		f->n.snmp++;
		f->n.snmp_set += pc_packets_is_set(s) ? 1 : 0;
		break;
	case 515:
		f->n.lpd++;
		break;
	default:
		f->n.other++;
		break;
	}
}

struct pc_packets_to
pc_site_packets(struct pc_case_run *r, const struct pc_printer *p, uint64_t since_ns)
{
	char path[PATH_MAX];
	struct pc_diag diag = {{0}};
	struct site_filter f = {.address = p->address, .since_ns = since_ns};
	if (r->world->fleets <= 1)
		snprintf(path, sizeof(path), "%s/site.pcapng", r->world->options.dir);
	else
		snprintf(path, sizeof(path), "%s/site-%u.pcapng", r->world->options.dir,
			r->world->fleets - 1);
	if (pc_packets_each(path, count_to, &f, &diag) != PC_OK)
		pc_case_error(r, "%s", diag.text);
	return f.n;
}
