#include "cloud/routes.h"

#include <ctype.h>
#include <errno.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/err.h"
#include "base/file.h"
#include "base/text.h"
#include "cloud/body.h"
#include "cloud/faults.h"
#include "cloud/routes-call.h"
#include "cloud/schema-collection.h"

enum { SMALL_BODY_MAX = 65536, TICK_MS = 1000, CHAIN_MAX = 1 << 20 };

static const uint64_t NS_PER_MS = 1000000;

/* ---- the table of routes ---- */

/* A page asks for log-in itself instead of answering 401. */
enum who { ANYONE, AGENT, USER, INSTALLER };

static const struct route {
	const char *method, *path; /* {} takes one segment */
	enum who who;
	pc_call_fn handle;
	const char *spec;
} routes[] = {
	{"GET", "/v1/ping", ANYONE, pc_route_ping, "CONTRACT HTTPS"},
	{"GET", "/v1/pki/server-chain.pem", AGENT, pc_route_chain, "ERS-OP-08, OQ-09"},
	{"POST", "/v1/agents/{}/collections", AGENT, pc_route_upload, "ERS-ARC-04, OQ-06"},
	{"POST", "/portal/v1/login", ANYONE, pc_route_login, "ERS-SEC-12, OQ-35"},
	{"POST", "/portal/v1/logout", USER, pc_route_logout, "OQ-35"},
	{"GET", "/portal/v1/devices", USER, pc_route_devices, "ERS-ARC-06, ERS-USR-09"},
	{"GET", "/portal/v1/devices/{}", USER, pc_route_device, "ERS-ARC-06, ERS-USR-09"},
	{"POST", "/portal/v1/devices/{}/operations", USER, pc_route_operate, "ERS-OP-01 to 05"},
	{"GET", "/portal/v1/operations", USER, pc_route_operations, "ERS-OP-24"},
	{"GET", "/portal/v1/operations/{}", USER, pc_route_operation, "ERS-OP-24"},
	{"GET", "/portal/v1/collections", USER, pc_route_collections, "ERS-ARC-04"},
	{"GET", "/portal/v1/collections/{}", USER, pc_route_collection, "ERS-ARC-04"},
	{"POST", "/portal/v1/agents", INSTALLER, pc_route_enrol, "OQ-11"},
	{"PUT", "/portal/v1/settings/remoteOperation", INSTALLER, pc_route_remote_operation,
		"ERS-OP-21, 23"},
	{"GET", "/portal", ANYONE, pc_page_to_home, "ERS-ARC-05"},
	{"GET", "/portal/", ANYONE, pc_page_home, "ERS-ARC-05, 06"},
	{"POST", "/portal/login", ANYONE, pc_page_login, "ERS-SEC-12"},
	{"POST", "/portal/logout", ANYONE, pc_page_logout, "OQ-35"},
	{"GET", "/portal/devices/{}", ANYONE, pc_page_device, "ERS-ARC-06, ERS-USR-09"},
	{"POST", "/portal/devices/{}/operations", USER, pc_page_operate, "ERS-OP-01, 02"},
	{"POST", "/portal/remoteOperation", INSTALLER, pc_page_switch, "ERS-OP-21, 23"},
	{"GET", "/portal/v1/journal", USER, pc_route_journal, "ERS-OP-24"},
};

/* ---- answers ---- */

void
pc_call_json(struct pc_call *c, unsigned status, struct json_t *v)
{
	char *text = v == NULL ? NULL : json_dumps(v, JSON_COMPACT);
	json_decref(v);
	pc_buf_clear(&c->response->body);
	if (text == NULL || pc_buf_add_text(&c->response->body, text) != PC_OK) {
		status = 500;
		pc_buf_clear(&c->response->body);
		pc_buf_add_text(&c->response->body,
			"{\"error\":\"internal\",\"detail\":\"the answer could not be made\"}");
	}
	c->response->status = status;
	c->response->content_type = "application/json";
	free(text);
}

void
pc_call_error(struct pc_call *c, unsigned status, const char *word, const char *fmt, ...)
{
	char detail[512];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(detail, sizeof(detail), fmt, ap);
	va_end(ap);
	json_t *v = json_pack("{s:s, s:s}", "error", word, "detail", detail);
	if (v == NULL) /* what was quoted is not UTF-8 */
		v = json_pack("{s:s, s:s}", "error", word, "detail", "");
	pc_call_json(c, status, v);
}

void
pc_call_unavailable(struct pc_call *c, const char *what, int err)
{
	pc_call_error(c, 503, "unavailable", "%s: %s; try again later", what, pc_err_text(err));
	pc_http_add_header(c->response, "Retry-After", "30");
}

bool
pc_call_has_fault(const struct pc_call *c, unsigned fault)
{
	return pc_fault_is_set(c->routes->options.faults, fault);
}

bool
pc_call_has_type(struct pc_call *c, const char *media_type)
{
	const char *found = c->request->header(c->request, "Content-Type");
	size_t n = strlen(media_type);
	if (found == NULL || strncasecmp(found, media_type, n) != 0)
		return false;
	found += n + strspn(found + n, " \t");
	if (*found == '\0')
		return true;
	if (*found != ';')
		return false;
	found += 1 + strspn(found + 1, " \t");
	return strcasecmp(found, "charset=utf-8") == 0 ||
	       strcasecmp(found, "charset=\"utf-8\"") == 0;
}

struct json_t *
pc_call_object(struct pc_call *c)
{
	char error[PC_BODY_ERROR_MAX];
	if (!pc_call_has_type(c, "application/json")) {
		pc_call_error(c, 415, "mediaType", "expected Content-Type application/json");
		return NULL;
	}
	if (c->request->body_len > SMALL_BODY_MAX) {
		pc_call_error(c, 413, "tooLarge", "%zu bytes, at most %d", c->request->body_len,
			SMALL_BODY_MAX);
		return NULL;
	}
	json_t *v = pc_body_json(c->request->body, c->request->body_len, error);
	if (json_is_object(v))
		return v;
	pc_call_error(c, 400, "json", "%s", v == NULL ? error : "expected an object");
	json_decref(v);
	return NULL;
}

/* ---- who asks ---- */

static bool
is_allowed(struct pc_call *c, enum who who)
{
	if (who == ANYONE)
		return true;
	if (who == AGENT) {
		if (c->request->tls->client_cn != NULL)
			return true;
		pc_call_error(c, 401, "certificate", "a client certificate is needed here");
		return false;
	}
	if (pc_call_has_fault(c, PC_CLOUD_FAULT_SESSION_NOT_REQUIRED)) {
		c->user.id = c->user.id == 0 ? 1 : c->user.id;
		return true;
	}
	if (c->user.id == 0) {
		pc_call_error(c, 401, "session", "log in first: no session, or idle too long");
		return false;
	}
	if (who == INSTALLER && c->user.role != PC_ROLE_INSTALLER) {
		pc_call_error(c, 403, "role", "this needs the role installer");
		return false;
	}
	return true;
}

/* ---- finding the route ---- */

/* Does the path fit? A segment may not be empty; one too long for us fits nothing. */
static bool
path_fits(const char *pattern, const char *path, char args[PC_CALL_ARGS][PC_CALL_ARG_MAX])
{
	size_t n_args = 0;
	while (*pattern != '\0') {
		if (strncmp(pattern, "{}", 2) != 0) {
			if (*pattern++ != *path++)
				return false;
			continue;
		}
		size_t n = strcspn(path, "/");
		if (n == 0 || n >= PC_CALL_ARG_MAX || n_args == PC_CALL_ARGS)
			return false;
		memcpy(args[n_args], path, n);
		args[n_args++][n] = '\0';
		pattern += 2;
		path += n;
	}
	return *path == '\0';
}

/* HEAD is answered like GET; the front leaves the body out. */
static bool
method_fits(const char *method, const char *asked)
{
	return strcmp(method, asked) == 0 ||
	       (strcmp(method, "GET") == 0 && strcmp(asked, "HEAD") == 0);
}

static void
dispatch(struct pc_call *c)
{
	char allow[64] = "";
	const char *method = c->request->method;
	for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++) {
		if (!path_fits(routes[i].path, c->request->path, c->args))
			continue;
		if (method_fits(routes[i].method, method)) {
			if (is_allowed(c, routes[i].who))
				routes[i].handle(c);
			return;
		}
		size_t n = strlen(allow);
		snprintf(allow + n, sizeof(allow) - n, "%s%s", n > 0 ? ", " : "", routes[i].method);
	}
	if (allow[0] == '\0') {
		pc_call_error(c, 404, "notFound", "no such resource");
		return;
	}
	pc_call_error(c, 405, "method", "%.16s is not for this resource, %s is", method, allow);
	pc_http_add_header(c->response, "Allow", allow);
}

static void
journal_request(struct pc_call *c)
{
	char peer[PC_TEXT_ADDR_MAX];
	const struct pc_http_request *q = c->request;
	json_t *v = json_pack("{s:i, s:I, s:s*, s:s*, s:s*, s:I, s:s*}", "status",
		(int)c->response->status, "connection", (json_int_t)q->tls->connection, "peer",
		pc_text_from_sockaddr(&q->tls->peer, peer), "method", q->method, "path", q->path,
		"bytes", (json_int_t)q->body_len, "agentId", q->tls->client_cn);
	pc_journal_object(c->routes->journal, "request", c->user.id, v);
	json_decref(v);
}

void
pc_routes_handle(
	void *routes_arg, const struct pc_http_request *request, struct pc_http_response *response)
{
	struct pc_routes *r = routes_arg;
	struct pc_call c = {
		.routes = r, .request = request, .response = response, .db = pc_store_db(r->store)};
	const char *token = request->cookie(request, "session");
	if (token != NULL)
		(void)pc_users_session(r->users, token, &c.user);
	dispatch(&c);
	journal_request(&c);
}

/* ---- MQTT ---- */

bool
pc_agent_id_is_valid(const char *text)
{
	size_t n = strlen(text);
	if (n == 0 || n > 64 || !isalnum((unsigned char)text[0]))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!isalnum((unsigned char)text[i]) && strchr("._-", text[i]) == NULL)
			return false;
	}
	return true;
}

/* The last word of "ers/v1/agents/{agent_id}/word", NULL when the topic is another. */
static const char *
own_topic(const char *topic, const char *agent_id)
{
	static const char prefix[] = "ers/v1/agents/";
	size_t n = strlen(agent_id);
	if (strncmp(topic, prefix, sizeof(prefix) - 1) != 0)
		return NULL;
	topic += sizeof(prefix) - 1;
	if (strncmp(topic, agent_id, n) != 0 || topic[n] != '/')
		return NULL;
	return topic + n + 1;
}

/* NULL when allowed, else the reason. Spec: ERS-SEC-10, OQ-05, OQ-11 */
static const char *
why_refused(struct pc_routes *r, const char *cn, const char *client_id, enum pc_mqtt_verb verb,
	const char *topic)
{
	struct pc_db *db = pc_store_db(r->store);
	if (cn == NULL)
		return "no client certificate";
	if (client_id == NULL || strcmp(client_id, cn) != 0)
		return "client id is not the certificate's name";
	if (!pc_agent_find(db, cn, NULL))
		return "agent is not enrolled";
	if (!pc_remote_operation_is_on(db))
		return "remote operation is switched off";
	if (verb == PC_MQTT_VERB_CONNECT)
		return NULL;
	const char *word = topic == NULL ? NULL : own_topic(topic, cn);
	if (word == NULL)
		return "not a topic of this agent";
	if (verb == PC_MQTT_VERB_SUBSCRIBE)
		return strcmp(word, "command") == 0 ? NULL : "may subscribe to command only";
	if (strcmp(word, "result") == 0 || strcmp(word, "state") == 0)
		return NULL;
	return "may publish result and state only";
}

bool
pc_routes_mqtt_allow(void *routes_arg, const struct pc_tls_facts *tls, const char *client_id,
	enum pc_mqtt_verb verb, const char *topic)
{
	static const char *const verbs[] = {"connect", "subscribe", "publish"};
	char number[24];
	struct pc_routes *r = routes_arg;
	const char *reason = why_refused(r, tls->client_cn, client_id, verb, topic);
	if (reason == NULL)
		return true;
	snprintf(number, sizeof(number), "%llu", (unsigned long long)tls->connection);
	pc_journal_note(r->journal, "mqttRefused", 0, "connection", number, "verb", verbs[verb],
		"agentId", tls->client_cn, "clientId", client_id, "topic", topic, "reason", reason,
		NULL);
	return false;
}

void
pc_routes_message(void *routes_arg, const char *topic, const uint8_t *payload, size_t len)
{
	static const char prefix[] = "ers/v1/agents/";
	struct pc_routes *r = routes_arg;
	char agent_id[80] = "";
	const char *word = NULL;
	if (strncmp(topic, prefix, sizeof(prefix) - 1) == 0) {
		const char *p = topic + sizeof(prefix) - 1;
		size_t n = strcspn(p, "/");
		if (n < sizeof(agent_id) && p[n] == '/') {
			memcpy(agent_id, p, n);
			agent_id[n] = '\0';
			word = p + n + 1;
		}
	}
	if (word != NULL && strcmp(word, "result") == 0)
		pc_operations_result(r->operations, agent_id, payload, len);
	else if (word != NULL && strcmp(word, "state") == 0)
		pc_agent_state(r, agent_id, payload, len);
	else
		pc_journal_note(r->journal, "messageIgnored", 0, "topic", topic, NULL);
}

void
pc_routes_set_broker(struct pc_routes *r, const struct pc_broker_link *link)
{
	pc_operations_set_broker(r->operations, link);
}

void
pc_routes_journal(struct pc_routes *r, const char *kind, const char *json_members)
{
	pc_journal_add(r->journal, kind, 0, json_members);
}

uint64_t
pc_routes_tick(struct pc_routes *r)
{
	uint64_t next = pc_operations_tick(r->operations);
	pc_users_expire(r->users);
	(void)pc_db_commit(pc_store_db(r->store));
	return next < TICK_MS ? next : TICK_MS;
}

/* ---- open, close ---- */

/* "DIR/name" as new text. */
static char *
path_in(const char *dir, const char *name)
{
	struct pc_buf path;
	pc_buf_init(&path, 8192);
	pc_buf_addf(&path, "%s/%s", dir, name);
	if (path.err != PC_OK)
		pc_buf_done(&path);
	return (char *)path.data;
}

static void
set_defaults(struct pc_routes_options *o)
{
	if (o->operation_ttl_ms == 0)
		o->operation_ttl_ms = 5 * 60 * 1000;
	if (o->operation_grace_ms == 0)
		o->operation_grace_ms = 60 * 1000;
	if (o->password_cost == 0)
		o->password_cost = PC_SEAL_COST;
	if (o->store_max_bytes == 0)
		o->store_max_bytes = (uint64_t)64 << 30;
}

static int
copy_texts(struct pc_routes *r, struct pc_diag *diag)
{
	const struct pc_routes_options *o = &r->options;
	r->dir = strdup(o->dir);
	r->ca_pem = strdup(o->ca_pem == NULL ? "" : o->ca_pem);
	r->chain_pem = strdup(o->chain_pem == NULL ? "" : o->chain_pem);
	if (r->dir == NULL || r->ca_pem == NULL || r->chain_pem == NULL)
		return pc_diag_fail(diag, -ENOMEM, "cloud: no memory");
	return PC_OK;
}

/* A certificate from the same issuer for a key nobody has: what an agent that pins must refuse. */
static int
make_wrong_chain(struct pc_routes *r, struct pc_diag *diag)
{
	struct pc_buf key;
	if (!pc_fault_is_set(r->options.faults, PC_CLOUD_FAULT_CHAIN_WRONG))
		return PC_OK;
	if (r->options.issue == NULL)
		return pc_diag_fail(
			diag, PC_E_USAGE, "fault chain-wrong needs an issuer of certificates");
	pc_buf_init(&key, CHAIN_MAX);
	int err = r->options.issue(r->options.issue_arg, "not-the-server", &r->wrong_chain, &key);
	pc_buf_done(&key);
	if (err != PC_OK)
		return pc_diag_fail(diag, err, "fault chain-wrong: %s", pc_err_text(err));
	pc_buf_add_text(&r->wrong_chain, r->ca_pem);
	return r->wrong_chain.err;
}

static int
open_store(struct pc_routes *r, struct pc_diag *diag)
{
	struct pc_store_faults faults = {
		.duplicate_stored_twice = pc_fault_is_set(
			r->options.faults, PC_CLOUD_FAULT_UPLOAD_DUPLICATE_STORED_TWICE),
		.device_data_stale =
			pc_fault_is_set(r->options.faults, PC_CLOUD_FAULT_DEVICE_DATA_STALE),
	};
	int err = pc_store_open(r->dir, r->options.store_max_bytes, faults, &r->store, diag);
	return err == PC_OK ? pc_agents_open(pc_store_db(r->store), diag) : err;
}

static int
open_users(struct pc_routes *r, struct pc_diag *diag)
{
	char *key = path_in(r->dir, "seal.key");
	char *credentials = path_in(r->dir, "credentials.json");
	int err = key == NULL || credentials == NULL
			  ? -ENOMEM
			  : pc_seal_open(key, r->options.password_cost, &r->seal, diag);
	if (err == PC_OK)
		err = pc_users_open(pc_store_db(r->store), r->seal, r->options.clock, credentials,
			&r->users, diag);
	free(key);
	free(credentials);
	return err;
}

static int
open_operations(struct pc_routes *r, struct pc_diag *diag)
{
	struct pc_operations_options o = {.db = pc_store_db(r->store),
		.clock = r->options.clock,
		.journal = r->journal,
		.ttl_ns = r->options.operation_ttl_ms * NS_PER_MS,
		.grace_ns = r->options.operation_grace_ms * NS_PER_MS,
		.faults = r->options.faults};
	return pc_operations_open(&o, &r->operations, diag);
}

int
pc_routes_new(const struct pc_routes_options *options, struct pc_routes **ret, struct pc_diag *diag)
{
	struct pc_routes *r = calloc(1, sizeof(*r));
	if (r == NULL)
		return pc_diag_fail(diag, -ENOMEM, "cloud: no memory");
	r->options = *options;
	set_defaults(&r->options);
	pc_buf_init(&r->wrong_chain, CHAIN_MAX);
	int err = copy_texts(r, diag);
	if (err == PC_OK)
		err = open_store(r, diag);
	if (err == PC_OK)
		err = open_users(r, diag);
	if (err == PC_OK)
		err = pc_journal_open(pc_store_db(r->store), r->options.clock, &r->journal, diag);
	if (err == PC_OK)
		err = open_operations(r, diag);
	if (err == PC_OK)
		err = make_wrong_chain(r, diag);
	if (err == PC_OK)
		err = pc_schema_load("collection.schema.json", pc_schema_collection,
			pc_schema_collection_len, &r->schema, diag);
	if (err != PC_OK) {
		pc_routes_free(r);
		return err;
	}
	*ret = r;
	return PC_OK;
}

void
pc_routes_free(struct pc_routes *r)
{
	if (r == NULL)
		return;
	pc_operations_free(r->operations);
	pc_journal_free(r->journal);
	pc_users_free(r->users);
	pc_schema_free(r->schema);
	pc_store_free(r->store);
	pc_seal_free(r->seal);
	pc_buf_done(&r->wrong_chain);
	free(r->dir);
	free(r->ca_pem);
	free(r->chain_pem);
	free(r);
}
