/* cmd/tests/agent-world: printers, a cloud and agents on one loop, and what tests wait for. */
#ifndef PC_CMD_TESTS_AGENT_WORLD_H
#define PC_CMD_TESTS_AGENT_WORLD_H

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "agents/collect.h"
#include "agents/dc-agent.h"
#include "agents/es-agent.h"
#include "agents/es-collect.h"
#include "agents/faults.h"
#include "base/err.h"
#include "base/file.h"
#include "base/text.h"
#include "cloud/cloud.h"
#include "cloud/faults.h"
#include "cloud/front.h"
#include "cloud/pki.h"
#include "cloud/routes.h"
#include "services/services.h"
#include "snmp/engine.h"
#include "snmp/tree.h"

enum { PRINTERS = 3, DEADLINE_MS = 30000, COST = 4 };

struct printer {
	struct pc_device *dev;
	struct pc_timer timer;
	struct world *world;
};

struct world {
	char dir[64];
	struct pc_clock clock;
	struct pc_loop *loop;
	struct pc_profile *profile;
	struct pc_device_env env;
	struct printer printers[PRINTERS];
	struct pc_snmp_tree *tree;
	struct pc_snmp_engine *engine;
	struct pc_service *lpd, *enpc;
	uint16_t offset;
	struct pc_cloud *cloud;
	struct pc_dc_config config;
	struct pc_dc_device list[3];
	struct pc_dc_agent *dc;
	struct pc_es_agent *es;
	char session[64], cookie[512];
	unsigned status;
	json_t *answer;
	struct pc_record record;
	bool ended;
};

/* ---- printers ---- */

static inline void
on_timer(void *arg)
{
	struct printer *p = arg;
	pc_device_tick(p->dev);
}

static inline void
on_wake(void *arg, struct pc_device *dev, uint64_t at_ms)
{
	struct world *w = arg;
	uint64_t now = pc_clock_ms(&w->clock);
	for (size_t i = 0; i < PRINTERS; i++) {
		struct printer *p = &w->printers[i];
		if (p->dev == dev && (!pc_timer_running(&p->timer) || p->timer.at_ms > at_ms))
			pc_timer_start(
				&p->timer, w->loop, at_ms > now ? at_ms - now : 0, on_timer, p);
	}
}

static inline void
on_event(void *arg, struct pc_device *dev, const struct pc_device_event *event)
{
	struct world *w = arg;
	if (w->lpd != NULL)
		pc_service_event(w->lpd, dev, event);
	if (w->es != NULL && dev == w->printers[2].dev)
		pc_es_agent_event(w->es, event);
}

static inline struct pc_device *
find_device(void *arg, struct in_addr local)
{
	struct world *w = arg;
	for (size_t i = 0; i < PRINTERS; i++) {
		if (pc_device_state(w->printers[i].dev)->address.s_addr == local.s_addr)
			return w->printers[i].dev;
	}
	return NULL;
}

static inline struct pc_device *
each_device(void *arg, size_t at)
{
	struct world *w = arg;
	return at < PRINTERS ? w->printers[at].dev : NULL;
}

static inline bool
find_target(void *arg, struct in_addr local, struct pc_snmp_target *ret)
{
	struct world *w = arg;
	*ret = (struct pc_snmp_target){find_device(arg, local), w->tree};
	return ret->dev != NULL;
}

static inline bool
each_target(void *arg, size_t at, struct pc_snmp_target *ret)
{
	struct world *w = arg;
	*ret = (struct pc_snmp_target){each_device(arg, at), w->tree};
	return ret->dev != NULL;
}

static const char *
serial(const struct world *w, size_t printer)
{
	return pc_device_state(w->printers[printer].dev)->serial;
}

static inline void
close_ports(struct world *w)
{
	pc_service_stop(w->lpd);
	pc_service_stop(w->enpc);
	pc_snmp_engine_free(w->engine);
	w->lpd = w->enpc = NULL;
	w->engine = NULL;
}

/* SNMP, LPD and ENPC at the world's offset. */
static inline int
open_ports(struct world *w, struct pc_diag *diag)
{
	size_t n = 0;
	const struct pc_service_row *rows = pc_service_table(&n);
	const struct pc_snmp_options o = {.loop = w->loop,
		.bind = {.sin_family = AF_INET, .sin_port = htons((uint16_t)(161 + w->offset))},
		.find = find_target,
		.each = each_target,
		.arg = w};
	const struct pc_service_env env = {.loop = w->loop,
		.port_offset = w->offset,
		.find = find_device,
		.each = each_device,
		.arg = w};
	int err = pc_snmp_engine_new(&o, &w->engine, diag);
	for (size_t i = 0; i < n && err == PC_OK; i++) {
		if (strcmp(rows[i].name, "lpd") == 0)
			err = pc_service_start(&rows[i], &env, &w->lpd, diag);
		else if (strcmp(rows[i].name, "enpc") == 0)
			err = pc_service_start(&rows[i], &env, &w->enpc, diag);
	}
	return err;
}

static inline void
start_printers(struct world *w)
{
	struct pc_diag diag = {0};
	w->env = (struct pc_device_env){.clock = &w->clock,
		.wake = on_wake,
		.event = on_event,
		.arg = w,
		.pace = 50,
		.seed = 7};
	assert_int_equal(
		pc_profile_find(PC_SOURCE_DIR "/profiles", "epson-wf-c5890", &w->profile, &diag),
		PC_OK);
	assert_int_equal(pc_snmp_tree_new(w->profile, &w->tree, &diag), PC_OK);
	for (uint32_t i = 0; i < PRINTERS; i++) {
		struct in_addr addr = {htonl(0x7f4d0001u + i)}; /* 127.77.0.1 … */
		assert_int_equal(
			pc_device_new(w->profile, &w->env, i + 1, addr, &w->printers[i].dev),
			PC_OK);
	}
	int err = PC_E_ENVIRONMENT;
	for (unsigned tries = 0; err != PC_OK && tries < 20; tries++) {
		/* below the ports that the system hands out by itself */
		w->offset = (uint16_t)(10000 + ((unsigned)getpid() * 7 + tries * 997) % 19000);
		err = open_ports(w, &diag);
		if (err != PC_OK)
			close_ports(w);
	}
	if (err != PC_OK)
		fail_msg("%s", diag.text);
}

/* ---- the cloud ---- */

static const char *
no_query(const struct pc_http_request *r, const char *name)
{
	(void)r;
	(void)name;
	return NULL;
}

static const char *
json_header(const struct pc_http_request *r, const char *name)
{
	(void)r;
	return strcasecmp(name, "content-type") == 0 ? "application/json" : NULL;
}

static const char *
session_cookie(const struct pc_http_request *r, const char *name)
{
	const struct world *w = r->transport;
	return strcmp(name, "session") == 0 && w->session[0] != '\0' ? w->session : NULL;
}

static inline void
ask(struct world *w, const char *method, const char *path, const char *body)
{
	struct pc_tls_facts tls = {.version = "TLSv1.3", .cipher = "", .sni = "", .alpn = ""};
	struct pc_http_request q = {.method = method,
		.path = path,
		.query = no_query,
		.header = json_header,
		.cookie = session_cookie,
		.body = (const uint8_t *)body,
		.body_len = body == NULL ? 0 : strlen(body),
		.tls = &tls,
		.transport = w};
	struct pc_http_response a = {0};
	pc_buf_init(&a.body, PC_HTTP_RESPONSE_MAX);
	pc_routes_handle(pc_cloud_routes(w->cloud), &q, &a);
	for (size_t i = 0; i < a.n_headers; i++) {
		if (strcmp(a.headers[i].name, "Set-Cookie") == 0)
			pc_text_copy(w->cookie, sizeof(w->cookie), a.headers[i].value);
	}
	w->status = a.status;
	json_decref(w->answer);
	w->answer = json_loads(pc_buf_text(&a.body), 0, NULL);
	pc_buf_done(&a.body);
}

static inline void
log_in(struct world *w, const char *user)
{
	struct pc_buf b;
	char body[256];
	pc_buf_init(&b, 65536);
	assert_int_equal(pc_file_read(pc_cloud_credentials_path(w->cloud), &b, NULL), PC_OK);
	json_t *o = json_loads(pc_buf_text(&b), 0, NULL), *users = json_object_get(o, "users");
	w->session[0] = '\0';
	for (size_t i = 0; i < json_array_size(users); i++) {
		json_t *u = json_array_get(users, i);
		if (strcmp(json_string_value(json_object_get(u, "user")), user) != 0)
			continue;
		snprintf(body, sizeof(body), "{\"user\":\"%s\",\"password\":\"%s\"}", user,
			json_string_value(json_object_get(u, "password")));
		ask(w, "POST", "/portal/v1/login", body);
		assert_int_equal(w->status, 204);
		const char *value = strchr(w->cookie, '=');
		assert_non_null(value);
		snprintf(w->session, sizeof(w->session), "%.*s", (int)strcspn(value + 1, ";"),
			value + 1);
	}
	assert_true(w->session[0] != '\0');
	json_decref(o);
	pc_buf_done(&b);
}

/* Enrol the agent; its certificate and key go to DIR/ID.pem and .key. */
static inline void
enrol(struct world *w, const char *id, const char *type)
{
	char body[256], path[128];
	snprintf(body, sizeof(body), "{\"agentId\":\"%s\",\"agentType\":\"%s\"}", id, type);
	ask(w, "POST", "/portal/v1/agents", body);
	assert_int_equal(w->status, 201);
	const char *cert = json_string_value(json_object_get(w->answer, "certificatePem"));
	const char *key = json_string_value(json_object_get(w->answer, "privateKeyPem"));
	snprintf(path, sizeof(path), "%s/%s.pem", w->dir, id);
	assert_int_equal(pc_file_write(path, cert, strlen(cert), 0600, NULL), PC_OK);
	snprintf(path, sizeof(path), "%s/%s.key", w->dir, id);
	assert_int_equal(pc_file_write(path, key, strlen(key), 0600, NULL), PC_OK);
}

static inline bool
turn_until(struct world *w, bool (*done)(struct world *w, const void *arg), const void *arg)
{
	uint64_t deadline = pc_clock_ms(&w->clock) + DEADLINE_MS;
	while (!done(w, arg)) {
		if (pc_clock_ms(&w->clock) > deadline)
			return false;
		pc_loop_turn(w->loop, 20);
	}
	return true;
}

static inline bool
cloud_ready(struct world *w, const void *arg)
{
	(void)arg;
	return pc_cloud_is_ready(w->cloud);
}

static inline void
start_cloud(struct world *w, struct sockaddr_in listen, pc_fault_set faults)
{
	struct pc_diag diag = {0};
	char path[96];
	snprintf(path, sizeof(path), "%s/cloud", w->dir);
	struct pc_cloud_options o = {
		.listen = listen, .dir = path, .password_cost = COST, .faults = faults};
	if (pc_cloud_new(w->loop, &o, &w->cloud, &diag) != PC_OK)
		fail_msg("%s", diag.text);
	assert_true(turn_until(w, cloud_ready, NULL));
}

/* ---- the agents ---- */

static inline void
configure_dc(struct world *w)
{
	struct pc_dc_config *c = &w->config;
	struct sockaddr_in at = pc_cloud_local(w->cloud);
	snprintf(c->server, sizeof(c->server), "https://127.0.0.1:%u", ntohs(at.sin_port));
	pc_text_copy(c->agent_id, sizeof(c->agent_id), "dc-1");
	pc_text_copy(c->company_name, sizeof(c->company_name), "Example Ltd");
	pc_text_copy(c->ca_file, sizeof(c->ca_file), pc_cloud_ca_path(w->cloud));
	snprintf(c->cert_file, sizeof(c->cert_file), "%s/dc-1.pem", w->dir);
	snprintf(c->key_file, sizeof(c->key_file), "%s/dc-1.key", w->dir);
	snprintf(c->state_dir, sizeof(c->state_dir), "%s/dc", w->dir);
	pc_text_copy(c->read_community, sizeof(c->read_community), "public");
	pc_text_copy(c->write_community, sizeof(c->write_community), "private");
	pc_text_copy(c->os, sizeof(c->os), "Windows 10 Pro 10.0.19045");
	pc_text_copy(c->framework, sizeof(c->framework), ".NET Framework 4.8");
	pc_text_copy(c->time_zone, sizeof(c->time_zone), "+01:00");
	c->offset_minutes = 60;
	c->period_s = 3600;
	c->port_offset = w->offset;
	c->snmp_timeout_ms = 300;
	c->snmp_retries = 0;
	c->http_timeout_ms = 10000;
	c->operation_timeout_ms = 20000;
	c->remote_operation = true;
	pc_text_copy(w->list[0].host, PC_DC_NAME_MAX, "127.77.0.1");
	pc_text_copy(w->list[1].host, PC_DC_NAME_MAX, "127.77.0.9"); /* nobody there */
	pc_text_copy(w->list[2].host, PC_DC_NAME_MAX, "127.77.0.2");
	c->devices = w->list;
	c->n_devices = 3;
}

static inline void
start_dc(struct world *w, pc_fault_set faults)
{
	struct pc_diag diag = {0};
	struct pc_dc_options o = {
		.loop = w->loop, .config = &w->config, .seed = 3, .faults = faults, .arg = w};
	if (pc_dc_agent_new(&o, &w->dc, &diag) != PC_OK)
		fail_msg("%s", diag.text);
}

static inline void
start_es(struct world *w, pc_fault_set faults)
{
	struct pc_diag diag = {0};
	char cert[128], key[128], state[128];
	snprintf(cert, sizeof(cert), "%s/es-1.pem", w->dir);
	snprintf(key, sizeof(key), "%s/es-1.key", w->dir);
	snprintf(state, sizeof(state), "%s/es", w->dir);
	struct pc_es_options o = {.loop = w->loop,
		.dev = w->printers[2].dev,
		.server = w->config.server,
		.agent_id = "es-1",
		.ca_file = w->config.ca_file,
		.cert_file = cert,
		.key_file = key,
		.state_dir = state,
		.snmp_port = (uint16_t)(161 + w->offset),
		.faults = faults,
		.seed = 4};
	if (pc_es_agent_start(&o, &w->es, &diag) != PC_OK)
		fail_msg("%s", diag.text);
}

static inline void
remove_tree(const char *path)
{
	DIR *d = opendir(path);
	for (struct dirent *e = d == NULL ? NULL : readdir(d); e != NULL; e = readdir(d)) {
		char at[512];
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		snprintf(at, sizeof(at), "%s/%s", path, e->d_name);
		if (unlink(at) != 0)
			remove_tree(at);
	}
	if (d != NULL)
		closedir(d);
	rmdir(path);
}

static inline int
set_up(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	struct sockaddr_in any = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	for (size_t i = 0; i < PRINTERS; i++)
		w->printers[i].world = w;
	snprintf(w->dir, sizeof(w->dir), "/tmp/pc-agents-XXXXXX");
	assert_non_null(mkdtemp(w->dir));
	pc_clock_init_real(&w->clock);
	assert_int_equal(pc_loop_new(&w->clock, &w->loop, NULL), PC_OK);
	start_printers(w);
	start_cloud(w, any, 0);
	log_in(w, "installer");
	enrol(w, "dc-1", "DC");
	enrol(w, "es-1", "ES");
	log_in(w, "operator");
	configure_dc(w);
	*state = w;
	return 0;
}

static inline int
tear_down(void **state)
{
	struct world *w = *state;
	pc_dc_agent_free(w->dc);
	pc_es_agent_stop(w->es);
	w->es = NULL;
	pc_loop_turn(w->loop, 10);
	pc_cloud_free(w->cloud);
	pc_service_stop(w->enpc);
	pc_service_stop(w->lpd);
	w->lpd = NULL;
	pc_snmp_engine_free(w->engine);
	for (size_t i = 0; i < PRINTERS; i++) {
		pc_timer_stop(&w->printers[i].timer);
		pc_device_free(w->printers[i].dev);
	}
	pc_snmp_tree_free(w->tree);
	pc_profile_free(w->profile);
	pc_loop_free(w->loop);
	json_decref(w->answer);
	remove_tree(w->dir);
	free(w);
	return 0;
}

/* ---- what is waited for ---- */

static inline bool
portal_knows(struct world *w, const void *arg)
{
	ask(w, "GET", "/portal/v1/devices", NULL);
	json_t *devices = json_object_get(w->answer, "devices");
	for (size_t i = 0; i < json_array_size(devices); i++) {
		const char *s = json_string_value(
			json_object_get(json_array_get(devices, i), "serialNumber"));
		if (s != NULL && strcmp(s, arg) == 0)
			return true;
	}
	return false;
}

static inline bool
file_says(struct world *w, const void *arg)
{
	char path[128];
	struct pc_buf b;
	snprintf(path, sizeof(path), "%s/dc/status.json", w->dir);
	pc_buf_init(&b, 65536);
	(void)pc_file_read(path, &b, NULL);
	bool yes = strstr(pc_buf_text(&b), arg) != NULL;
	pc_buf_done(&b);
	return yes;
}

static inline bool
dc_is_idle(struct world *w, const void *arg)
{
	(void)arg;
	struct pc_dc_status s = pc_dc_agent_status(w->dc);
	return s.collections > 0 && !s.collecting;
}

static inline bool
has_collections(struct world *w, const void *arg)
{
	ask(w, "GET", "/portal/v1/collections", NULL);
	return json_array_size(json_object_get(w->answer, "collections")) >= *(const size_t *)arg;
}

static inline bool
es_is_online(struct world *w, const void *arg)
{
	(void)arg;
	return pc_es_agent_status(w->es).mqtt == PC_MQTT_ONLINE;
}

static inline bool
is_over(struct world *w, const void *arg)
{
	ask(w, "GET", arg, NULL);
	const char *s = json_string_value(json_object_get(w->answer, "state"));
	return s != NULL && strcmp(s, "requested") != 0 && strcmp(s, "sent") != 0;
}

/* Order an operation as the portal would and wait for its end. */
static inline void
operate(struct world *w, const char *device, const char *type, const char *want)
{
	char path[256], body[64];
	snprintf(path, sizeof(path), "/portal/v1/devices/%s/operations", device);
	snprintf(body, sizeof(body), "{\"type\":\"%s\"}", type);
	ask(w, "POST", path, body);
	assert_int_equal(w->status, 201);
	snprintf(path, sizeof(path), "/portal/v1/operations/%s",
		json_string_value(json_object_get(w->answer, "operationId")));
	bool over = turn_until(w, is_over, path);
	const char *state = json_string_value(json_object_get(w->answer, "state"));
	const char *detail = json_string_value(json_object_get(w->answer, "detail"));
	if (!over || strcmp(state, want) != 0)
		fail_msg("%s of %s: %s (%s)", type, device, state, detail == NULL ? "" : detail);
}

#endif
