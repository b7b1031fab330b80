/* What agents ask for, and the table of agents. */
#include <errno.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "cloud/body.h"
#include "cloud/faults.h"
#include "cloud/routes-call.h"

enum { UNCHECKED_BODY_MAX = 64 << 20, STATE_MAX = 4096 };

/* ---- the table of agents, and the switch ---- */

int
pc_agents_open(struct pc_db *db, struct pc_diag *diag)
{
	return pc_db_script(db,
		"CREATE TABLE IF NOT EXISTS agents(id TEXT PRIMARY KEY, type TEXT NOT NULL,"
		" company BLOB, enrolled_ns INTEGER NOT NULL, state TEXT NOT NULL DEFAULT '',"
		" state_ns INTEGER NOT NULL DEFAULT 0, version TEXT NOT NULL DEFAULT '') WITHOUT ROWID;"
		"CREATE TABLE IF NOT EXISTS settings(name TEXT PRIMARY KEY, value INTEGER NOT NULL)"
		" WITHOUT ROWID;",
		diag);
}

bool
pc_agent_find(struct pc_db *db, const char *agent_id, char *ret_type)
{
	struct sqlite3_stmt *q =
		pc_db_select(db, "SELECT type FROM agents WHERE id=?1", "t", agent_id);
	if (!pc_db_next(q))
		return false;
	if (ret_type != NULL)
		pc_text_copy(ret_type, 8, pc_db_text(q, 0));
	pc_db_done(q);
	return true;
}

bool
pc_remote_operation_is_on(struct pc_db *db)
{
	return pc_db_number(db, "SELECT value FROM settings WHERE name='remoteOperation'", 1) != 0;
}

void
pc_agent_state(struct pc_routes *r, const char *agent_id, const uint8_t *payload, size_t len)
{
	char error[PC_BODY_ERROR_MAX];
	struct pc_db *db = pc_store_db(r->store);
	json_t *v = len > STATE_MAX ? NULL : pc_body_json(payload, len, error);
	const char *state = json_string_value(json_object_get(v, "state"));
	const char *version = json_string_value(json_object_get(v, "agentVersion"));
	bool ok =
		state != NULL && (strcmp(state, "online") == 0 || strcmp(state, "offline") == 0) &&
		pc_db_hold(db) == PC_OK &&
		pc_db_run(db,
			"UPDATE agents SET state=?2, state_ns=?3, version=coalesce(?4, version) WHERE id=?1",
			"ttit", agent_id, state, (int64_t)pc_clock_wall_ns(r->options.clock),
			version) == PC_OK &&
		pc_db_changes(db) == 1;
	pc_journal_note(r->journal, ok ? "agentState" : "stateIgnored", 0, "agentId", agent_id,
		"state", state, "agentVersion", version, NULL);
	if (ok && strcmp(state, "online") == 0)
		pc_operations_agent_online(r->operations, agent_id);
	json_decref(v);
}

/* ---- small ones ---- */

void
pc_route_ping(struct pc_call *c)
{
	c->response->status = 204;
}

void
pc_route_chain(struct pc_call *c)
{
	const char *pem = c->routes->chain_pem;
	if (pc_call_has_fault(c, PC_CLOUD_FAULT_CHAIN_WRONG))
		pem = pc_buf_text(&c->routes->wrong_chain);
	if (pem[0] == '\0') {
		pc_call_unavailable(c, "server chain", PC_E_NOTFOUND);
		return;
	}
	c->response->status = 200;
	c->response->content_type = "application/x-pem-file";
	pc_buf_add_text(&c->response->body, pem);
}

/* ---- upload ---- */

/* A collection on its way in. */
struct upload {
	struct pc_call *call;
	const char *agent_id;
	char agent_type[8];
	struct pc_buf body; /* Content-Encoding undone */
	json_t *doc;        /* owned */
	char document_id[PC_STORE_ID_MAX];
};

static bool refuse(struct upload *u, unsigned status, const char *word, const char *path,
	const char *fmt, ...) __attribute__((format(printf, 5, 6)));

/* Answers, journals, and returns false for `return refuse(…)`. */
static bool
refuse(struct upload *u, unsigned status, const char *word, const char *path, const char *fmt, ...)
{
	char detail[512];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(detail, sizeof(detail), fmt, ap);
	va_end(ap);
	pc_journal_note(u->call->routes->journal, "uploadRefused", 0, "agentId", u->agent_id,
		"error", word, "detail", detail, "path", path, NULL);
	pc_call_error(u->call, status, word, "%s", detail);
	if (path != NULL) {
		json_t *v =
			json_pack("{s:s, s:s, s:s}", "error", word, "detail", detail, "path", path);
		if (v != NULL)
			pc_call_json(u->call, status, v);
	}
	return false;
}

static bool
check_sender(struct upload *u)
{
	const char *cn = u->call->request->tls->client_cn;
	if (strcmp(cn, u->agent_id) != 0 &&
		!pc_call_has_fault(u->call, PC_CLOUD_FAULT_UPLOAD_IDENTITY_UNCHECKED))
		return refuse(u, 403, "identity", NULL, "the certificate is that of '%.64s'", cn);
	if (!pc_agent_find(u->call->db, u->agent_id, u->agent_type))
		return refuse(u, 404, "agent", NULL, "this agent is not enrolled");
	return true;
}

static bool
read_body(struct upload *u)
{
	char error[PC_BODY_ERROR_MAX];
	const struct pc_http_request *q = u->call->request;
	const char *encoding = q->header(q, "Content-Encoding");
	if (!pc_call_has_type(u->call, "application/json"))
		return refuse(u, 415, "mediaType", NULL, "expected Content-Type application/json");
	if (q->body_len > u->body.max)
		return refuse(u, 413, "tooLarge", NULL, "%zu bytes, at most %zu", q->body_len,
			u->body.max);
	int err = pc_body_decode(encoding, q->body, q->body_len, &u->body);
	if (err == PC_E_UNSUPPORTED)
		return refuse(u, 415, "encoding", NULL,
			"Content-Encoding '%.32s', expected gzip or none", encoding);
	if (err == PC_E_LIMIT)
		return refuse(u, 413, "tooLarge", NULL, "more than %zu bytes when decompressed",
			u->body.max);
	if (err == PC_E_TRUNCATED || err == PC_E_BADVALUE)
		return refuse(u, 400, "gzip", "", "%s",
			err == PC_E_TRUNCATED ? "the gzip stream ends early"
					      : "not one gzip stream with a right checksum");
	if (err != PC_OK) {
		pc_call_unavailable(u->call, "body", err);
		return false;
	}
	u->doc = pc_body_json(u->body.data, u->body.len, error);
	return u->doc != NULL ? true : refuse(u, 400, "json", "", "%s", error);
}

static const char *
text_at(const json_t *doc, const char *object, const char *name, const char *otherwise)
{
	const json_t *v = object == NULL ? doc : json_object_get(doc, object);
	const char *text = json_string_value(json_object_get(v, name));
	return text == NULL ? otherwise : text;
}

static bool
check_document(struct upload *u)
{
	struct pc_schema_error e;
	if (pc_call_has_fault(u->call, PC_CLOUD_FAULT_UPLOAD_SCHEMA_UNCHECKED))
		return true;
	if (pc_schema_check(u->call->routes->schema, u->doc, &e) != PC_OK)
		return refuse(u, 400, "schema", e.path, "%s", e.text);
	if (strcmp(text_at(u->doc, "agent", "agentType", ""), u->agent_type) != 0)
		return refuse(u, 400, "schema", "agent.agentType", "the agent is enrolled as %s",
			u->agent_type);
	if (strcmp(text_at(u->doc, "agent", "agentId", ""), u->agent_id) != 0 &&
		!pc_call_has_fault(u->call, PC_CLOUD_FAULT_UPLOAD_IDENTITY_UNCHECKED))
		return refuse(u, 400, "schema", "agent.agentId", "not the agent of the path");
	return true;
}

static struct pc_store_device
device_of(const json_t *v)
{
	return (struct pc_store_device){.serial = text_at(v, NULL, "serialNumber", NULL),
		.model = text_at(v, NULL, "model", NULL),
		.manufacturer = text_at(v, NULL, "manufacturer", NULL),
		.ip = text_at(v, NULL, "ipAddress", NULL),
		.mac = text_at(v, NULL, "macAddress", NULL),
		.status = text_at(v, NULL, "status", NULL)};
}

/* PC_OK also when the fault loses it. */
static int
store(struct upload *u, char ret_id[PC_STORE_ID_MAX], bool *ret_duplicate)
{
	struct pc_routes *r = u->call->routes;
	const json_t *list = json_object_get(u->doc, "devices");
	size_t n = json_array_size(list);
	struct pc_store_collection c = {.agent_id = u->agent_id,
		.agent_type = u->agent_type,
		.document_id = text_at(u->doc, NULL, "documentId", NULL),
		.collection_type = text_at(u->doc, "agent", "collectionType", "unknown"),
		.received_ns = pc_clock_wall_ns(r->options.clock),
		.body = u->body.data,
		.len = u->body.len};
	if (c.document_id == NULL) { /* only when the schema went unchecked */
		pc_store_uuid(u->agent_id, pc_buf_text(&u->body), u->body.len, u->document_id);
		c.document_id = u->document_id;
	}
	if (pc_call_has_fault(u->call, PC_CLOUD_FAULT_UPLOAD_LOSES_EVERY_SECOND) &&
		++r->uploads % 2 == 0) {
		pc_store_uuid(u->agent_id, c.document_id, 0, ret_id);
		*ret_duplicate = false;
		return PC_OK;
	}
	struct pc_store_device *devices = calloc(n + 1, sizeof(*devices));
	if (devices == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		devices[i] = device_of(json_array_get(list, i));
	c.devices = devices;
	c.n_devices = n;
	int err = pc_store_add(r->store, &c, ret_id, ret_duplicate);
	free(devices);
	return err;
}

static void
take(struct upload *u)
{
	char id[PC_STORE_ID_MAX];
	bool duplicate = false;
	if (!check_sender(u) || !read_body(u) || !check_document(u))
		return;
	int err = store(u, id, &duplicate);
	if (err != PC_OK) {
		pc_call_unavailable(u->call, "store", err);
		return;
	}
	pc_journal_note(u->call->routes->journal, "collection", 0, "collectionId", id, "agentId",
		u->agent_id, "collectionType", text_at(u->doc, "agent", "collectionType", NULL),
		"duplicate", duplicate ? "true" : "false", NULL);
	pc_call_json(u->call, 202,
		json_pack("{s:s, s:b}", "collectionId", id, "duplicate", (int)duplicate));
}

void
pc_route_upload(struct pc_call *c)
{
	struct upload u = {.call = c, .agent_id = c->args[0]};
	bool unchecked = pc_call_has_fault(c, PC_CLOUD_FAULT_UPLOAD_SIZE_UNCHECKED);
	pc_buf_init(&u.body, unchecked ? UNCHECKED_BODY_MAX : PC_HTTP_BODY_MAX);
	take(&u);
	json_decref(u.doc);
	pc_buf_done(&u.body);
}
