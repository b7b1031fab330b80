/* cloud/tests/fake: requests without a network, a broker that remembers, a cloud on a virtual
 * clock. */
#ifndef PC_CLOUD_TESTS_FAKE_H
#define PC_CLOUD_TESTS_FAKE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include <setjmp.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/err.h"
#include "base/file.h"
#include "base/text.h"
#include "cloud/faults.h"
#include "cloud/routes.h"
#include "temp.h"

struct fake {
	char dir[TEMP_MAX];
	struct pc_clock clock;
	struct pc_routes *routes;
	struct pc_routes_options options;
	char passwords[2][40]; /* operator, installer */
	char sessions[2][40];  /* of those who logged in */
	char session[40];      /* sent when not empty */
	/* one request */
	const char *cn, *type, *encoding, *query_name, *query_value;
	/* the answer */
	unsigned status;
	char *body; /* owned */
	size_t body_len;
	char allow[64], retry[16], cookie[200];
	const char *content_type;
	/* the broker */
	bool broker_down;
	unsigned published, drops;
	char topic[200], payload[2048];
};

static inline const char *
fake_query(const struct pc_http_request *r, const char *name)
{
	const struct fake *f = r->transport;
	return f->query_name != NULL && strcmp(name, f->query_name) == 0 ? f->query_value : NULL;
}

static inline const char *
fake_header(const struct pc_http_request *r, const char *name)
{
	const struct fake *f = r->transport;
	if (strcasecmp(name, "content-type") == 0)
		return f->type;
	return strcasecmp(name, "content-encoding") == 0 ? f->encoding : NULL;
}

static inline const char *
fake_cookie(const struct pc_http_request *r, const char *name)
{
	const struct fake *f = r->transport;
	return strcmp(name, "session") == 0 && f->session[0] != '\0' ? f->session : NULL;
}

static inline void
fake_note_header(struct fake *f, const char *name, const char *value)
{
	if (strcmp(name, "Allow") == 0)
		pc_text_copy(f->allow, sizeof(f->allow), value);
	else if (strcmp(name, "Retry-After") == 0)
		pc_text_copy(f->retry, sizeof(f->retry), value);
	else if (strcmp(name, "Set-Cookie") == 0)
		pc_text_copy(f->cookie, sizeof(f->cookie), value);
}

static inline unsigned
fake_bytes(struct fake *f, const char *method, const char *path, const void *body, size_t len)
{
	struct pc_tls_facts tls = {.connection = 7,
		.version = "TLSv1.3",
		.cipher = "",
		.sni = "",
		.alpn = "",
		.client_cn = f->cn};
	struct pc_http_request q = {.method = method,
		.path = path,
		.query = fake_query,
		.header = fake_header,
		.cookie = fake_cookie,
		.body = body,
		.body_len = len,
		.tls = &tls,
		.transport = f};
	struct pc_http_response a = {0};
	pc_buf_init(&a.body, PC_HTTP_RESPONSE_MAX);
	f->allow[0] = f->retry[0] = f->cookie[0] = '\0';
	pc_routes_handle(f->routes, &q, &a);
	for (size_t i = 0; i < a.n_headers; i++)
		fake_note_header(f, a.headers[i].name, a.headers[i].value);
	free(f->body);
	f->body_len = a.body.len;
	f->body = strndup(pc_buf_text(&a.body), a.body.len);
	f->status = a.status;
	f->content_type = a.content_type;
	pc_buf_done(&a.body);
	return a.status;
}

static inline unsigned
fake_ask(struct fake *f, const char *method, const char *path, const char *body)
{
	return fake_bytes(f, method, path, body, body == NULL ? 0 : strlen(body));
}

/* A text member of the answer; "" when absent. Valid until four more calls. */
static inline const char *
fake_member(struct fake *f, const char *name)
{
	static char out[4][512];
	static unsigned turn;
	char *text = out[turn++ % 4];
	json_t *v = json_loads(f->body, 0, NULL);
	const char *found = json_string_value(json_object_get(v, name));
	pc_text_copy(text, sizeof(out[0]), found == NULL ? "" : found);
	json_decref(v);
	return text;
}

static inline int
fake_issue(void *arg, const char *agent_id, struct pc_buf *cert, struct pc_buf *key)
{
	(void)arg;
	pc_buf_addf(cert, "CERT %s\n", agent_id);
	return pc_buf_addf(key, "KEY %s\n", agent_id);
}

static inline void
fake_drop(void *arg)
{
	((struct fake *)arg)->drops++;
}

static inline int
fake_publish(void *arg, const char *topic, const void *payload, size_t len, bool retain)
{
	struct fake *f = arg;
	assert_false(retain);
	if (f->broker_down)
		return PC_E_CLOSED;
	assert_true(len < sizeof(f->payload));
	memcpy(f->payload, payload, len);
	f->payload[len] = '\0';
	pc_text_copy(f->topic, sizeof(f->topic), topic);
	f->published++;
	return PC_OK;
}

static inline void
fake_read_passwords(struct fake *f)
{
	char path[TEMP_MAX + 40];
	snprintf(path, sizeof(path), "%s/credentials.json", f->dir);
	json_t *v = json_load_file(path, 0, NULL);
	assert_non_null(v);
	json_t *users = json_object_get(v, "users");
	for (size_t i = 0; i < 2; i++)
		pc_text_copy(f->passwords[i], sizeof(f->passwords[i]),
			json_string_value(json_object_get(json_array_get(users, i), "password")));
	json_decref(v);
}

static inline void
fake_open(struct fake *f)
{
	struct pc_diag diag = {0};
	if (pc_routes_new(&f->options, &f->routes, &diag) != PC_OK)
		fail_msg("%s", diag.text);
	fake_read_passwords(f);
}

static inline void
fake_new(struct fake *f, pc_fault_set faults)
{
	*f = (struct fake){.type = "application/json"};
	temp_new(f->dir);
	pc_clock_init_virtual(&f->clock, 1795000000);
	f->options = (struct pc_routes_options){.dir = f->dir,
		.clock = &f->clock,
		.ca_pem = "CA\n",
		.chain_pem = "CHAIN\n",
		.issue = fake_issue,
		.drop_mqtt = fake_drop,
		.drop_mqtt_arg = f,
		.password_cost = 4, /* tests log in a lot */
		.faults = faults};
	fake_open(f);
}

static inline void
fake_free(struct fake *f)
{
	pc_routes_free(f->routes);
	free(f->body);
	temp_free(f->dir);
}

static inline void
fake_broker(struct fake *f)
{
	struct pc_broker_link link = {.publish = fake_publish, .arg = f};
	pc_routes_set_broker(f->routes, &link);
}

/* Log in as `operator` or `installer`; later requests carry the session. */
static inline void
fake_login(struct fake *f, const char *user)
{
	char body[200];
	snprintf(body, sizeof(body), "{\"user\":\"%s\",\"password\":\"%s\"}", user,
		f->passwords[strcmp(user, "installer") == 0]);
	f->session[0] = '\0';
	assert_int_equal(fake_ask(f, "POST", "/portal/v1/login", body), 204);
	assert_int_equal(strncmp(f->cookie, "session=", 8), 0);
	memcpy(f->session, f->cookie + 8, 32);
	f->session[32] = '\0';
	memcpy(f->sessions[strcmp(user, "installer") == 0], f->session, sizeof(f->session));
}

/* The session of an earlier log-in, or a log-in. */
static inline void
fake_be(struct fake *f, const char *user)
{
	const char *known = f->sessions[strcmp(user, "installer") == 0];
	if (known[0] == '\0')
		fake_login(f, user);
	else
		memcpy(f->session, known, sizeof(f->session));
}

static inline void
fake_enrol(struct fake *f, const char *agent_id, const char *type)
{
	char body[200];
	fake_be(f, "installer");
	snprintf(body, sizeof(body), "{\"agentId\":\"%s\",\"agentType\":\"%s\"}", agent_id, type);
	assert_int_equal(fake_ask(f, "POST", "/portal/v1/agents", body), 201);
	f->session[0] = '\0';
}

/* A small valid document. Freed by the caller. */
static inline char *
fake_document(const char *agent_id, const char *document_id, const char *serial, const char *status)
{
	json_t *v = json_pack(
		"{s:s, s:s, s:{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s}, s:[{s:s, s:s, s:s, "
		"s:s, s:s, s:s, s:s}]}",
		"schema", "ers-collection/1", "documentId", document_id, "agent", "companyName",
		"anonymous", "agentId", agent_id, "agentType", "DC", "agentVersion", "1.0.0",
		"vendorName", "EPSON", "collectionType", "periodic", "dueDate",
		"2026-11-20T10:00:00Z", "sentDate", "2026-11-20T10:00:01Z", "framework", "f", "os",
		"Windows 11", "timeZone", "+01:00", "devices", "serialNumber", serial,
		"manufacturer", "EPSON", "model", "M-1", "ipAddress", "127.1.0.1", "macAddress",
		"02:00:00:00:00:01", "acquiredDate", "2026-11-20T10:00:00Z", "status", status);
	char *text = json_dumps(v, 0);
	json_decref(v);
	return text;
}

/* Number of collections, by an operator's eyes; the session is kept as it was. */
static inline size_t
fake_count(struct fake *f)
{
	char session[40];
	memcpy(session, f->session, sizeof(session));
	fake_be(f, "operator");
	assert_int_equal(fake_ask(f, "GET", "/portal/v1/collections", NULL), 200);
	json_t *v = json_loads(f->body, 0, NULL);
	size_t n = json_array_size(json_object_get(v, "collections"));
	json_decref(v);
	memcpy(f->session, session, sizeof(session));
	return n;
}

#define DOC1 "0f8fad5b-d9cb-469f-a165-708677289501"
#define DOC2 "0f8fad5b-d9cb-469f-a165-708677289502"
#define DOC3 "0f8fad5b-d9cb-469f-a165-708677289503"

/* Upload as the agent itself; returns the status. */
static inline unsigned
fake_upload(struct fake *f, const char *agent_id, const char *document_id, const char *serial,
	const char *status)
{
	char path[120];
	char *doc = fake_document(agent_id, document_id, serial, status);
	snprintf(path, sizeof(path), "/v1/agents/%s/collections", agent_id);
	f->cn = agent_id;
	fake_ask(f, "POST", path, doc);
	f->cn = NULL;
	free(doc);
	return f->status;
}

#endif
