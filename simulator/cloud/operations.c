#include "cloud/operations.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "cloud/body.h"
#include "cloud/faults.h"

static const uint64_t NS_PER_MS = 1000000;

enum { TICK_MS = 1000, SEND_MAX = 100 };

struct pc_operations {
	struct pc_operations_options options;
	struct pc_db *db;           /* = options.db */
	struct pc_broker_link link; /* publish NULL: no broker */
};

static const char tables[] =
	"CREATE TABLE IF NOT EXISTS operations(n INTEGER PRIMARY KEY AUTOINCREMENT,"
	" id TEXT NOT NULL UNIQUE, type TEXT NOT NULL, serial TEXT NOT NULL, agent TEXT NOT NULL,"
	" user INTEGER NOT NULL, params TEXT NOT NULL, state TEXT NOT NULL, detail TEXT NOT NULL,"
	" requested_ns INTEGER NOT NULL, expires_ns INTEGER NOT NULL, sent_ns INTEGER NOT NULL,"
	" finished_ns INTEGER NOT NULL);"
	"CREATE INDEX IF NOT EXISTS operations_open ON operations(state, expires_ns)"
	" WHERE state IN ('requested','sent');"
	"CREATE INDEX IF NOT EXISTS operations_serial ON operations(serial, n);";

bool
pc_operations_type_known(const char *type)
{
	/* Spec: ERS-OP-01: exactly these four */
	static const char *const types[] = {"clean", "collect", "restart", "webConfig"};
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (strcmp(types[i], type) == 0)
			return true;
	}
	return false;
}

int
pc_operations_open(const struct pc_operations_options *options, struct pc_operations **ret,
	struct pc_diag *diag)
{
	int err = pc_db_script(options->db, tables, diag);
	if (err != PC_OK)
		return err;
	struct pc_operations *o = calloc(1, sizeof(*o));
	if (o == NULL)
		return pc_diag_fail(diag, -ENOMEM, "operations: no memory");
	o->options = *options;
	o->db = options->db;
	*ret = o;
	return PC_OK;
}

void
pc_operations_free(struct pc_operations *o)
{
	free(o);
}

static uint64_t
now_ns(const struct pc_operations *o)
{
	return pc_clock_wall_ns(o->options.clock);
}

static void
note(struct pc_operations *o, const char *id, const char *state, const char *serial,
	const char *agent, const char *detail, int64_t user)
{
	pc_journal_note(o->options.journal, "operation", user, "operationId", id, "state", state,
		"serialNumber", serial, "agentId", agent, "detail",
		detail[0] == '\0' ? NULL : detail, NULL);
}

/* ---- the end of an operation ---- */

/* False when it had ended already (or was never there). Durable on return. */
static bool
finish(struct pc_operations *o, const char *id, const char *state, const char *detail)
{
	char serial[128] = "";
	char agent[80] = "";
	int64_t user = 0;
	if (pc_db_run(o->db,
		    "UPDATE operations SET state=?2, detail=?3, finished_ns=?4 WHERE id=?1"
		    " AND state IN ('requested','sent')",
		    "ttti", id, state, detail, (int64_t)now_ns(o)) != PC_OK ||
		pc_db_changes(o->db) == 0)
		return false;
	struct sqlite3_stmt *q = pc_db_select(
		o->db, "SELECT serial, agent, user FROM operations WHERE id=?1", "t", id);
	if (pc_db_next(q)) {
		pc_text_copy(serial, sizeof(serial), pc_db_text(q, 0));
		pc_text_copy(agent, sizeof(agent), pc_db_text(q, 1));
		user = pc_db_int(q, 2);
		pc_db_done(q);
	}
	note(o, id, state, serial, agent, detail, user);
	return pc_db_commit(o->db) == PC_OK;
}

/* ---- sending ---- */

/* One that waits; copies, since sending writes to the table it came from. */
struct waiting {
	char id[PC_STORE_ID_MAX], type[64], serial[128], agent[80];
	struct pc_buf params;
	uint64_t requested_ns, expires_ns;
	int64_t user;
};

static bool
next_waiting(struct pc_operations *o, struct waiting *w)
{
	struct sqlite3_stmt *q = pc_db_select(o->db,
		"SELECT id, type, serial, agent, params, requested_ns, expires_ns, user FROM operations"
		" WHERE state='requested' AND expires_ns>?1 ORDER BY n LIMIT 1",
		"i", (int64_t)now_ns(o));
	if (!pc_db_next(q))
		return false;
	pc_text_copy(w->id, sizeof(w->id), pc_db_text(q, 0));
	pc_text_copy(w->type, sizeof(w->type), pc_db_text(q, 1));
	pc_text_copy(w->serial, sizeof(w->serial), pc_db_text(q, 2));
	pc_text_copy(w->agent, sizeof(w->agent), pc_db_text(q, 3));
	pc_buf_clear(&w->params);
	pc_buf_add_text(&w->params, pc_db_text(q, 4));
	w->requested_ns = (uint64_t)pc_db_int(q, 5);
	w->expires_ns = (uint64_t)pc_db_int(q, 6);
	w->user = pc_db_int(q, 7);
	pc_db_done(q);
	return true;
}

/* The command topic of the operation's agent; of another one under the fault wrong-topic. */
static void
topic_of(struct pc_operations *o, const struct waiting *w, char topic[160])
{
	char other[80];
	snprintf(topic, 160, "ers/v1/agents/%s/command", w->agent);
	if (!pc_fault_is_set(o->options.faults, PC_CLOUD_FAULT_OPERATION_WRONG_TOPIC))
		return;
	struct sqlite3_stmt *q =
		pc_db_select(o->db, "SELECT id FROM agents WHERE id<>?1 LIMIT 1", "t", w->agent);
	pc_text_copy(other, sizeof(other), "nobody");
	if (pc_db_next(q)) {
		pc_text_copy(other, sizeof(other), pc_db_text(q, 0));
		pc_db_done(q);
	}
	snprintf(topic, 160, "ers/v1/agents/%s/command", other);
}

static int
send_command(struct pc_operations *o, const struct waiting *w)
{
	char issued[PC_CLOCK_TEXT_MAX];
	char expires[PC_CLOCK_TEXT_MAX];
	char topic[160];
	topic_of(o, w, topic);
	json_t *v = json_pack("{s:s, s:s, s:s, s:s, s:s, s:o}", "commandId", w->id, "type", w->type,
		"deviceSerial", w->serial, "issuedAt", pc_clock_rfc3339(w->requested_ns, issued),
		"expiresAt", pc_clock_rfc3339(w->expires_ns, expires), "params",
		json_loads(pc_buf_text(&w->params), 0, NULL));
	char *text = v == NULL ? NULL : json_dumps(v, JSON_COMPACT);
	int err = text == NULL ? -ENOMEM
			       : o->link.publish(o->link.arg, topic, text, strlen(text), false);
	free(text);
	json_decref(v);
	return err;
}

/* Sends in order until none waits or the broker does not take one. That it was sent may be lost by
 * a kill: it is then sent again, and the agent executes a commandId once. */
static void
pump(struct pc_operations *o)
{
	struct waiting w;
	pc_buf_init(&w.params, PC_OPERATION_PARAMS_MAX);
	for (int i = 0; i < SEND_MAX && o->link.publish != NULL && next_waiting(o, &w); i++) {
		if (send_command(o, &w) != PC_OK || pc_db_hold(o->db) != PC_OK)
			break;
		if (pc_db_run(o->db,
			    "UPDATE operations SET state='sent', sent_ns=?2 WHERE id=?1 AND state='requested'",
			    "ti", w.id, (int64_t)now_ns(o)) != PC_OK)
			break;
		note(o, w.id, "sent", w.serial, w.agent, "", w.user);
	}
	pc_buf_done(&w.params);
}

void
pc_operations_agent_online(struct pc_operations *o, const char *agent_id)
{
	if (pc_db_hold(o->db) != PC_OK ||
		pc_db_run(o->db,
			"UPDATE operations SET state='requested' WHERE agent=?1 AND state='sent'"
			" AND expires_ns>?2",
			"ti", agent_id, (int64_t)now_ns(o)) != PC_OK)
		return;
	if (pc_db_changes(o->db) > 0)
		pump(o);
}

void
pc_operations_set_broker(struct pc_operations *o, const struct pc_broker_link *link)
{
	o->link = link == NULL ? (struct pc_broker_link){0} : *link;
	pump(o);
}

/* ---- creating ---- */

int
pc_operations_create(struct pc_operations *o, const char *type, const char *serial,
	const char *agent_id, int64_t user, const char *params, char ret_id[PC_STORE_ID_MAX])
{
	char id[PC_STORE_ID_MAX];
	uint64_t now = now_ns(o);
	if (strlen(params) > PC_OPERATION_PARAMS_MAX ||
		pc_db_number(o->db, "SELECT count(*) FROM operations WHERE state='requested'", 0) >=
			PC_OPERATIONS_WAITING_MAX)
		return PC_E_LIMIT;
	int64_t n = pc_db_number(o->db, "SELECT max(n) FROM operations", 0) + 1;
	pc_store_uuid("operation", serial, (uint64_t)n ^ now, id);
	int err = pc_db_hold(o->db);
	if (err == PC_OK)
		err = pc_db_run(o->db,
			"INSERT INTO operations(id, type, serial, agent, user, params, state, detail,"
			" requested_ns, expires_ns, sent_ns, finished_ns)"
			" VALUES(?1,?2,?3,?4,?5,?6,'requested','',?7,?8,0,0)",
			"ttttitii", id, type, serial, agent_id, user, params, (int64_t)now,
			(int64_t)(now + o->options.ttl_ns));
	if (err == PC_OK)
		note(o, id, "requested", serial, agent_id, type, user);
	if (err == PC_OK)
		err = pc_db_commit(o->db);
	if (err != PC_OK)
		return err;
	pc_text_copy(ret_id, PC_STORE_ID_MAX, id);
	pump(o);
	return PC_OK;
}

/* ---- results ---- */

static void
ignore(struct pc_operations *o, const char *agent_id, const char *id, const char *reason)
{
	pc_journal_note(o->options.journal, "resultIgnored", 0, "agentId", agent_id, "operationId",
		id, "reason", reason, NULL);
}

static bool
is_result_state(const char *state)
{
	static const char *const states[] = {"expired", "failed", "rejected", "succeeded"};
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		if (strcmp(states[i], state) == 0)
			return true;
	}
	return false;
}

/* NULL when the operation waits for a result of this agent, else why not. */
static const char *
why_not(struct pc_operations *o, const char *id, const char *agent_id)
{
	const char *reason = NULL;
	struct sqlite3_stmt *q =
		pc_db_select(o->db, "SELECT agent, state FROM operations WHERE id=?1", "t", id);
	if (!pc_db_next(q))
		return "unknown operation";
	const char *state = pc_db_text(q, 1);
	if (strcmp(pc_db_text(q, 0), agent_id) != 0)
		reason = "operation of another agent";
	else if (strcmp(state, "requested") != 0 && strcmp(state, "sent") != 0)
		reason = "operation has ended";
	pc_db_done(q);
	return reason;
}

static void
take_result(struct pc_operations *o, const char *agent_id, const json_t *v)
{
	char detail[PC_OPERATION_DETAIL_MAX];
	const char *id = json_string_value(json_object_get(v, "commandId"));
	const char *state = json_string_value(json_object_get(v, "state"));
	const char *text = json_string_value(json_object_get(v, "detail"));
	if (id == NULL || state == NULL || !is_result_state(state)) {
		ignore(o, agent_id, id, "no commandId or no state of the contract");
		return;
	}
	const char *reason = why_not(o, id, agent_id);
	if (reason == NULL && pc_fault_is_set(o->options.faults, PC_CLOUD_FAULT_RESULT_IGNORED))
		return;
	pc_text_copy(detail, sizeof(detail), text == NULL ? "" : text);
	if (reason == NULL && !finish(o, id, state, detail))
		reason = "could not be stored";
	if (reason != NULL)
		ignore(o, agent_id, id, reason);
}

void
pc_operations_result(
	struct pc_operations *o, const char *agent_id, const uint8_t *payload, size_t len)
{
	char error[PC_BODY_ERROR_MAX] = "too long";
	json_t *v = len > PC_OPERATION_RESULT_MAX ? NULL : pc_body_json(payload, len, error);
	if (v == NULL)
		ignore(o, agent_id, NULL, error);
	else
		take_result(o, agent_id, v);
	json_decref(v);
}

/* ---- time ---- */

/* Ends the first operation for which `sql` (one limit) gives an id; false when there is none. */
static bool
time_out_one(struct pc_operations *o, const char *sql, uint64_t limit, const char *detail)
{
	char id[PC_STORE_ID_MAX];
	struct sqlite3_stmt *q = pc_db_select(o->db, sql, "i", (int64_t)limit);
	if (!pc_db_next(q))
		return false;
	pc_text_copy(id, sizeof(id), pc_db_text(q, 0));
	pc_db_done(q);
	return finish(o, id, "timedOut", detail);
}

uint64_t
pc_operations_tick(struct pc_operations *o)
{
	uint64_t now = now_ns(o);
	uint64_t grace = now > o->options.grace_ns ? now - o->options.grace_ns : 0;
	while (time_out_one(o,
		"SELECT id FROM operations WHERE state='requested' AND expires_ns<=?1 LIMIT 1", now,
		"the broker could not be reached"))
		;
	while (time_out_one(o,
		"SELECT id FROM operations WHERE state='sent' AND expires_ns<=?1 LIMIT 1", grace,
		"the agent sent no result"))
		;
	pump(o);
	int64_t next = pc_db_number(
		o->db, "SELECT min(expires_ns) FROM operations WHERE state='requested'", 0);
	if (next <= (int64_t)now || (uint64_t)next - now >= TICK_MS * NS_PER_MS)
		return TICK_MS;
	return ((uint64_t)next - now) / NS_PER_MS + 1;
}

void
pc_operations_reject_waiting(struct pc_operations *o, const char *detail)
{
	char id[PC_STORE_ID_MAX];
	for (;;) {
		struct sqlite3_stmt *q = pc_db_select(
			o->db, "SELECT id FROM operations WHERE state='requested' LIMIT 1", "");
		if (!pc_db_next(q))
			return;
		pc_text_copy(id, sizeof(id), pc_db_text(q, 0));
		pc_db_done(q);
		if (!finish(o, id, "rejected", detail))
			return;
	}
}

/* ---- reading ---- */

#define OPERATION_COLUMNS \
	"SELECT id, type, serial, agent, state, detail, user, requested_ns, sent_ns, finished_ns" \
	" FROM operations"

static void
hand_out(struct sqlite3_stmt *q, pc_operation_fn fn, void *arg)
{
	struct pc_operation op = {.id = pc_db_text(q, 0),
		.type = pc_db_text(q, 1),
		.serial = pc_db_text(q, 2),
		.agent_id = pc_db_text(q, 3),
		.state = pc_db_text(q, 4),
		.detail = pc_db_text(q, 5),
		.user = pc_db_int(q, 6),
		.requested_ns = (uint64_t)pc_db_int(q, 7),
		.sent_ns = (uint64_t)pc_db_int(q, 8),
		.finished_ns = (uint64_t)pc_db_int(q, 9)};
	fn(arg, &op);
}

bool
pc_operations_get(struct pc_operations *o, const char *id, pc_operation_fn fn, void *arg)
{
	struct sqlite3_stmt *q = pc_db_select(o->db, OPERATION_COLUMNS " WHERE id=?1", "t", id);
	if (!pc_db_next(q))
		return false;
	hand_out(q, fn, arg);
	pc_db_done(q);
	return true;
}

void
pc_operations_each(struct pc_operations *o, const char *serial, pc_operation_fn fn, void *arg)
{
	struct sqlite3_stmt *q = pc_db_select(o->db,
		OPERATION_COLUMNS " WHERE ?1 IS NULL OR serial=?1 ORDER BY n DESC LIMIT ?2", "ti",
		serial, (int64_t)PC_OPERATIONS_LIST_MAX);
	while (pc_db_next(q))
		hand_out(q, fn, arg);
}
