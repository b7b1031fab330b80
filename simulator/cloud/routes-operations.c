/* Remote operations as portal users see them. Spec: ERS-OP-01 to 24 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "cloud/faults.h"
#include "cloud/routes-call.h"

/* Whose device it is. */
struct target {
	struct pc_call *call;
	bool allowed;
	char agent_id[80];
};

static void
note_target(void *arg, const struct pc_store_device *d)
{
	struct target *t = arg;
	t->allowed =
		pc_users_may_use(t->call->routes->users, &t->call->user, d->serial, d->agent_id);
	pc_text_copy(t->agent_id, sizeof(t->agent_id), d->agent_id);
}

static void
create(struct pc_call *c, const char *type, const char *agent_id, const json_t *params)
{
	char id[PC_STORE_ID_MAX];
	char *text = params == NULL ? strdup("{}") : json_dumps(params, JSON_COMPACT);
	int err = text == NULL ? PC_E_INTERNAL
			       : pc_operations_create(c->routes->operations, type, c->args[0],
					 agent_id, c->user.id, text, id);
	free(text);
	if (err != PC_OK)
		pc_call_unavailable(c, "operation", err);
	else
		pc_call_json(
			c, 201, json_pack("{s:s, s:s}", "operationId", id, "state", "requested"));
}

/* Refusals leave a trace: who wanted what. Spec: ERS-SEC-12 */
static void
refuse(struct pc_call *c, unsigned status, const char *word, const char *detail)
{
	pc_journal_note(c->routes->journal, "operationRefused", c->user.id, "serialNumber",
		c->args[0], "reason", word, NULL);
	pc_call_error(c, status, word, "%s", detail);
}

void
pc_call_operate(struct pc_call *c, const struct json_t *v)
{
	struct target t = {.call = c};
	const char *type = json_string_value(json_object_get(v, "type"));
	const json_t *params = json_object_get(v, "params");
	bool known = type != NULL && type[0] != '\0' &&
		     (pc_operations_type_known(type) ||
			     (strlen(type) < 64 &&
				     pc_call_has_fault(
					     c, PC_CLOUD_FAULT_OPERATION_UNKNOWN_TYPE_ACCEPTED)));
	if (!known)
		refuse(c, 400, "type", "type must be collect, restart, clean or webConfig");
	else if (params != NULL &&
		 (!json_is_object(params) ||
			 json_dumpb(params, NULL, 0, JSON_COMPACT) > PC_OPERATION_PARAMS_MAX))
		refuse(c, 400, "params", "params must be an object of at most 4096 bytes");
	else if (!pc_store_device(c->routes->store, c->args[0], note_target, &t) || !t.allowed)
		refuse(c, 404, "device", "no such device");
	else if (!pc_remote_operation_is_on(c->db))
		refuse(c, 403, "remoteOperationDisabled", "remote operation is switched off");
	else if (strcmp(type, "webConfig") == 0)
		refuse(c, 403, "authorisationRequired",
			"Web Config needs the approval of the device's side");
	else
		create(c, type, t.agent_id, params);
}

void
pc_route_operate(struct pc_call *c)
{
	json_t *v = pc_call_object(c);
	if (v != NULL)
		pc_call_operate(c, v);
	json_decref(v);
}

/* ---- looking ---- */

struct view {
	struct pc_call *call;
	json_t *list; /* or NULL */
	json_t *one;
};

static void
put_time(json_t *o, const char *name, uint64_t ns)
{
	char at[PC_CLOCK_TEXT_MAX];
	if (ns > 0)
		json_object_set_new(o, name, json_string(pc_clock_rfc3339(ns, at)));
}

static void
show(void *arg, const struct pc_operation *op)
{
	char name[PC_USER_NAME_MAX];
	struct view *v = arg;
	struct pc_users *users = v->call->routes->users;
	if (!pc_users_may_use(users, &v->call->user, op->serial, op->agent_id))
		return;
	pc_users_name(users, op->user, name);
	json_t *o = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "operationId", op->id, "type",
		op->type, "serialNumber", op->serial, "agentId", op->agent_id, "user", name,
		"state", op->state, "detail", op->detail);
	put_time(o, "requestedAt", op->requested_ns);
	put_time(o, "sentAt", op->sent_ns);
	put_time(o, "finishedAt", op->finished_ns);
	if (v->list != NULL)
		json_array_append_new(v->list, o);
	else
		v->one = o;
}

void
pc_route_operation(struct pc_call *c)
{
	struct view v = {.call = c};
	if (pc_operations_get(c->routes->operations, c->args[0], show, &v) && v.one != NULL)
		pc_call_json(c, 200, v.one);
	else
		pc_call_error(c, 404, "operation", "no such operation");
}

void
pc_route_operations(struct pc_call *c)
{
	struct view v = {.call = c, .list = json_array()};
	pc_operations_each(c->routes->operations, NULL, show, &v);
	pc_call_json(c, 200, json_pack("{s:o}", "operations", v.list));
}
