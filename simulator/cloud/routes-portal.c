/* What portal users ask for: log-in, devices, collections, journal, enrolment, the switch. */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/err.h"
#include "base/text.h"
#include "cloud/body.h"
#include "cloud/faults.h"
#include "cloud/routes-call.h"

enum { PEM_MAX = 65536, COMPANY_MAX = 255 };

static const uint64_t NS_PER_S = 1000000000;

/* ---- log-in ---- */

static void
set_cookie(struct pc_call *c, const char *token, const char *more)
{
	char value[160];
	snprintf(value, sizeof(value),
		"session=%s; Path=/portal; Secure; HttpOnly; SameSite=Strict%s", token, more);
	pc_http_add_header(c->response, "Set-Cookie", value);
}

static void
login(struct pc_call *c, const char *name, const char *password)
{
	char token[PC_SESSION_TOKEN_MAX];
	char wait[16];
	unsigned wait_s = 0;
	int err = pc_users_login(c->routes->users, name, password,
		pc_call_has_fault(c, PC_CLOUD_FAULT_LOGIN_ANY_PASSWORD), token, &c->user, &wait_s);
	/* the name is left out when it failed: people type passwords there */
	pc_journal_note(c->routes->journal, err == PC_OK ? "login" : "loginRefused", c->user.id,
		"reason", err == PC_OK ? NULL : pc_err_text(err), NULL);
	if (err == PC_OK) {
		c->response->status = 204;
		set_cookie(c, token, "");
	} else if (err == PC_E_REFUSED) {
		pc_call_error(c, 401, "login", "unknown user or wrong password");
	} else if (err == PC_E_LIMIT) {
		snprintf(wait, sizeof(wait), "%u", wait_s);
		pc_call_error(
			c, 429, "tooManyFailures", "too many failed log-ins; wait %s s", wait);
		pc_http_add_header(c->response, "Retry-After", wait);
	} else {
		pc_call_unavailable(c, "session", err);
	}
}

void
pc_call_login(struct pc_call *c, const struct json_t *v)
{
	const char *name = json_string_value(json_object_get(v, "user"));
	const char *password = json_string_value(json_object_get(v, "password"));
	c->user = (struct pc_user){0};
	if (name == NULL || password == NULL)
		pc_call_error(c, 400, "request", "user and password must be texts");
	else
		login(c, name, password);
}

void
pc_route_login(struct pc_call *c)
{
	json_t *v = pc_call_object(c);
	if (v != NULL)
		pc_call_login(c, v);
	json_decref(v);
}

void
pc_route_logout(struct pc_call *c)
{
	const char *token = c->request->cookie(c->request, "session");
	if (token != NULL)
		pc_users_logout(c->routes->users, token);
	pc_journal_note(c->routes->journal, "logout", c->user.id, NULL);
	set_cookie(c, "", "; Max-Age=0");
	c->response->status = 204;
}

/* ---- devices ---- */

/* What a device does not have is absent. */
static void
put(json_t *o, const char *name, const char *text)
{
	if (text != NULL && text[0] != '\0')
		json_object_set_new(o, name, json_string(text));
}

struct listing {
	struct pc_call *call;
	json_t *list;
};

static void
list_device(void *arg, const struct pc_store_device *d)
{
	char at[PC_CLOCK_TEXT_MAX];
	struct listing *l = arg;
	if (!pc_users_may_use(l->call->routes->users, &l->call->user, d->serial, d->agent_id))
		return;
	json_t *o = json_object();
	put(o, "serialNumber", d->serial);
	put(o, "model", d->model);
	put(o, "manufacturer", d->manufacturer);
	put(o, "ipAddress", d->ip);
	put(o, "macAddress", d->mac);
	put(o, "status", d->status);
	put(o, "agentId", d->agent_id);
	put(o, "agentType", d->agent_type);
	if (d->last_seen_ns > 0)
		put(o, "lastSeen", pc_clock_rfc3339(d->last_seen_ns, at));
	json_array_append_new(l->list, o);
}

void
pc_route_devices(struct pc_call *c)
{
	struct listing l = {.call = c, .list = json_array()};
	pc_store_each_device(c->routes->store, list_device, &l);
	pc_call_json(c, 200, json_pack("{s:o}", "devices", l.list));
}

/* Where the newest data of a device is. */
struct place {
	struct pc_call *call;
	bool allowed;
	char collection[PC_STORE_ID_MAX];
	size_t position;
	uint64_t received_ns;
};

static void
note_place(void *arg, const struct pc_store_device *d)
{
	struct place *p = arg;
	p->allowed =
		pc_users_may_use(p->call->routes->users, &p->call->user, d->serial, d->agent_id);
	pc_text_copy(p->collection, sizeof(p->collection), d->collection_id);
	p->position = d->position;
	p->received_ns = d->received_ns;
}

static json_t *
read_device(struct pc_call *c, const struct place *p)
{
	char error[PC_BODY_ERROR_MAX];
	char at[PC_CLOCK_TEXT_MAX];
	struct pc_buf body;
	json_t *answer = NULL;
	pc_buf_init(&body, PC_HTTP_RESPONSE_MAX);
	if (pc_store_body(c->routes->store, p->collection, &body) == PC_OK) {
		json_t *doc = pc_body_json(body.data, body.len, error);
		json_t *device = json_array_get(json_object_get(doc, "devices"), p->position);
		answer = json_pack("{s:O, s:O*, s:s, s:s}", "device", device, "agent",
			json_object_get(doc, "agent"), "collectionId", p->collection, "receivedAt",
			pc_clock_rfc3339(p->received_ns, at));
		json_decref(doc);
	}
	pc_buf_done(&body);
	return answer;
}

struct json_t *
pc_call_device(struct pc_call *c, const char *serial, bool *ret_known)
{
	struct place p = {.call = c};
	*ret_known = pc_store_device(c->routes->store, serial, note_place, &p) && p.allowed;
	return *ret_known ? read_device(c, &p) : NULL;
}

void
pc_route_device(struct pc_call *c)
{
	bool known;
	json_t *v = pc_call_device(c, c->args[0], &known);
	/* a device of others is answered like one that is not there. Spec: ERS-USR-09 */
	if (!known)
		pc_call_error(c, 404, "device", "no such device");
	else
		pc_call_json(c, 200, v);
}

/* ---- collections ---- */

/* RFC 3339 to nanoseconds since 1970; fractions are dropped. */
static bool
time_of(const char *text, uint64_t *ret_ns)
{
	struct tm tm = {0};
	int hours = 0;
	int minutes = 0;
	int end = 0;
	const char *p = strptime(text, "%Y-%m-%dT%H:%M:%S", &tm);
	if (p == NULL)
		return false;
	if (*p == '.')
		p += 1 + strspn(p + 1, "0123456789");
	if (strcmp(p, "Z") != 0 &&
		((*p != '+' && *p != '-') ||
			sscanf(p + 1, "%2d:%2d%n", &hours, &minutes, &end) != 2 ||
			p[1 + end] != '\0'))
		return false;
	int64_t s = timegm(&tm) - (*p == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
	*ret_ns = s < 0 ? 0 : (uint64_t)s * NS_PER_S;
	return true;
}

static void
list_collection(void *arg, const struct pc_store_collection *k)
{
	char at[PC_CLOCK_TEXT_MAX];
	struct listing *l = arg;
	json_t *serials = json_array();
	for (size_t i = 0; i < k->n_devices; i++) {
		if (pc_users_may_use(l->call->routes->users, &l->call->user, k->devices[i].serial,
			    k->agent_id))
			json_array_append_new(serials, json_string(k->devices[i].serial));
	}
	json_array_append_new(l->list,
		json_pack("{s:s, s:s, s:s, s:s, s:s, s:I, s:s, s:o}", "collectionId", k->id,
			"agentId", k->agent_id, "agentType", k->agent_type, "collectionType",
			k->collection_type, "receivedAt", pc_clock_rfc3339(k->received_ns, at),
			"bytes", (json_int_t)k->len, "sha256", k->sha256, "devices", serials));
}

void
pc_route_collections(struct pc_call *c)
{
	uint64_t since_ns = 0;
	const char *serial = c->request->query(c->request, "serial");
	const char *since = c->request->query(c->request, "since");
	if (since != NULL && since[0] != '\0' && !time_of(since, &since_ns)) {
		pc_call_error(c, 400, "since", "'%.40s' is not an RFC 3339 time", since);
		return;
	}
	struct listing l = {.call = c, .list = json_array()};
	pc_store_each_collection(c->routes->store,
		serial != NULL && serial[0] == '\0' ? NULL : serial, since_ns, list_collection, &l);
	pc_call_json(c, 200, json_pack("{s:o}", "collections", l.list));
}

void
pc_route_collection(struct pc_call *c)
{
	int err = pc_store_body(c->routes->store, c->args[0], &c->response->body);
	if (err == PC_OK) {
		c->response->status = 200;
		c->response->content_type = "application/json";
		if (pc_call_has_fault(c, PC_CLOUD_FAULT_COLLECTION_BODY_CHANGED))
			pc_buf_add_text(&c->response->body, "\n");
	} else if (err == PC_E_NOTFOUND) {
		pc_call_error(c, 404, "collection", "no such collection");
	} else {
		pc_call_error(
			c, 500, "internal", "the stored body cannot be read: %s", pc_err_text(err));
	}
}

/* ---- journal ---- */

void
pc_route_journal(struct pc_call *c)
{
	uint64_t since = 0;
	const char *text = c->request->query(c->request, "since");
	if (text != NULL && pc_text_u64(text, 0, INT64_MAX, &since) != PC_OK) {
		pc_call_error(c, 400, "since", "'%.40s' is not the number of an entry", text);
		return;
	}
	if (pc_journal_write(c->routes->journal, c->routes->users, since, &c->response->body) !=
		PC_OK) {
		pc_call_error(c, 500, "internal", "the journal cannot be read");
		return;
	}
	c->response->status = 200;
	c->response->content_type = "application/json";
}

/* ---- enrolment ---- */

static int
keep_agent(struct pc_call *c, const char *id, const char *type, const char *company)
{
	struct pc_buf sealed;
	pc_buf_init(&sealed, PEM_MAX);
	int err = pc_seal_text(c->routes->seal, company, &sealed);
	if (err == PC_OK)
		err = pc_db_hold(c->db);
	if (err == PC_OK)
		err = pc_db_run(c->db,
			"INSERT INTO agents(id, type, company, enrolled_ns) VALUES(?1,?2,?3,?4)",
			"ttbi", id, type, (const void *)sealed.data, sealed.len,
			(int64_t)pc_clock_wall_ns(c->routes->options.clock));
	if (err == PC_OK)
		err = pc_db_commit(c->db);
	pc_buf_done(&sealed);
	return err;
}

static void
enrol(struct pc_call *c, const char *id, const char *type, const char *company)
{
	struct pc_buf cert;
	struct pc_buf key;
	const struct pc_routes_options *o = &c->routes->options;
	pc_buf_init(&cert, PEM_MAX);
	pc_buf_init(&key, PEM_MAX);
	int err = o->issue == NULL ? PC_E_UNSUPPORTED : o->issue(o->issue_arg, id, &cert, &key);
	if (err == PC_OK)
		err = keep_agent(c, id, type, company);
	if (err != PC_OK) {
		pc_call_unavailable(c, "enrolment", err);
	} else {
		pc_journal_note(c->routes->journal, "enrolled", c->user.id, "agentId", id,
			"agentType", type, NULL);
		pc_call_json(c, 201,
			json_pack("{s:s, s:s, s:s, s:s}", "agentId", id, "certificatePem",
				pc_buf_text(&cert), "privateKeyPem", pc_buf_text(&key), "caPem",
				c->routes->ca_pem));
	}
	pc_buf_done(&cert);
	pc_buf_done(&key);
}

void
pc_route_enrol(struct pc_call *c)
{
	json_t *v = pc_call_object(c);
	if (v == NULL)
		return;
	const char *id = json_string_value(json_object_get(v, "agentId"));
	const char *type = json_string_value(json_object_get(v, "agentType"));
	const json_t *company = json_object_get(v, "companyName");
	if (id == NULL || !pc_agent_id_is_valid(id))
		pc_call_error(c, 400, "agentId", "expected 1 to 64 letters, digits, '.', '_', '-'");
	else if (type == NULL || (strcmp(type, "DC") != 0 && strcmp(type, "ES") != 0))
		pc_call_error(c, 400, "agentType", "expected DC or ES");
	else if (company != NULL &&
		 (!json_is_string(company) || json_string_length(company) > COMPANY_MAX))
		pc_call_error(
			c, 400, "companyName", "expected a text of at most %d bytes", COMPANY_MAX);
	else if (pc_agent_find(c->db, id, NULL))
		pc_call_error(c, 409, "known", "an agent '%s' is enrolled already", id);
	else
		enrol(c, id, type, company == NULL ? "anonymous" : json_string_value(company));
	json_decref(v);
}

/* ---- the switch ---- */

static void
switch_remote_operation(struct pc_call *c, bool on)
{
	const struct pc_routes_options *o = &c->routes->options;
	if (!on && pc_call_has_fault(c, PC_CLOUD_FAULT_REMOTE_OPERATION_STAYS_ON)) {
		c->response->status = 204;
		return;
	}
	int err = pc_db_run(c->db, "INSERT OR REPLACE INTO settings VALUES('remoteOperation', ?1)",
		"i", (int64_t)on);
	if (err == PC_OK)
		err = pc_db_commit(c->db);
	if (err != PC_OK) {
		pc_call_unavailable(c, "setting", err);
		return;
	}
	pc_journal_note(c->routes->journal, "remoteOperation", c->user.id, "enabled",
		on ? "true" : "false", NULL);
	if (!on) {
		pc_operations_reject_waiting(
			c->routes->operations, "remote operation was switched off");
		if (o->drop_mqtt != NULL)
			o->drop_mqtt(o->drop_mqtt_arg);
	}
	c->response->status = 204;
}

void
pc_call_switch(struct pc_call *c, const struct json_t *v)
{
	const json_t *enabled = json_object_get(v, "enabled");
	if (!json_is_boolean(enabled))
		pc_call_error(c, 400, "request", "expected {\"enabled\":true} or false");
	else
		switch_remote_operation(c, json_is_true(enabled));
}

void
pc_route_remote_operation(struct pc_call *c)
{
	json_t *v = pc_call_object(c);
	if (v != NULL)
		pc_call_switch(c, v);
	json_decref(v);
}
