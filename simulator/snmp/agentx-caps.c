/* sysORTable and sysORLastChange of a printer with subagents: its own rows, and behind them those
 * that subagents have added. Spec: RFC 2741 s6.2.14, RFC 3418 sysORTable */
#include <net-snmp/net-snmp-config.h>

#include <net-snmp/net-snmp-includes.h>

#include <net-snmp/agent/net-snmp-agent-includes.h>

#include "base/err.h"
#include "snmp/agentx-lane.h"

static const uint32_t or_table[] = {1, 3, 6, 1, 2, 1, 1, 9};
static const uint32_t or_change[] = {1, 3, 6, 1, 2, 1, 1, 8};
static const uint32_t or_entry[] = {1, 3, 6, 1, 2, 1, 1, 9, 1};

enum { ROOT_ARCS = 8, ENTRY_ARCS = 9, ROW_ARCS = 11, COLUMN_ID = 2, COLUMN_TEXT, COLUMN_TIME };

/* An object of ours, by its name. */
struct object {
	struct pc_oid name;
	struct pc_snmp_value value;
};

static int
compare(const struct pc_oid *a, const uint32_t *b, size_t n_b)
{
	size_t n = a->len < n_b ? a->len : n_b;
	for (size_t i = 0; i < n; i++) {
		if (a->arcs[i] != b[i])
			return a->arcs[i] < b[i] ? -1 : 1;
	}
	return (a->len > n_b) - (a->len < n_b);
}

static void
set_name(struct pc_oid *name, const uint32_t *prefix, size_t n, uint32_t one, uint32_t two)
{
	for (size_t i = 0; i < n; i++)
		name->arcs[i] = prefix[i];
	name->arcs[n] = one;
	name->arcs[n + 1] = two;
	name->len = n + 2;
}

static void
row_value(const struct pc_agentx_caps *row, uint32_t column, struct pc_snmp_value *out)
{
	if (column == COLUMN_ID)
		pc_snmp_set_oid(out, row->id.arcs, row->id.len);
	else if (column == COLUMN_TEXT)
		pc_snmp_set_bytes(out, row->text, row->n_text);
	else
		pc_snmp_set_integer(out, PC_SNMP_TIMETICKS, row->up_time);
}

/* The first object of subagents at or behind `name`, just `name` when `exact`. */
static bool
find(const struct pc_agentx_lane *lane, const uint32_t *name, size_t n, bool exact,
	struct object *ret)
{
	set_name(&ret->name, or_change, ROOT_ARCS, 0, 0);
	ret->name.len--;
	int order = compare(&ret->name, name, n);
	if (lane->caps_changed && (exact ? order == 0 : order > 0)) {
		pc_snmp_set_integer(&ret->value, PC_SNMP_TIMETICKS, lane->caps_change);
		return true;
	}
	for (uint32_t column = COLUMN_ID; column <= COLUMN_TIME; column++) {
		for (size_t i = 0; i < lane->n_caps; i++) {
			set_name(&ret->name, or_entry, ENTRY_ARCS, column, lane->caps[i].index);
			order = compare(&ret->name, name, n);
			if (exact ? order == 0 : order > 0) {
				row_value(&lane->caps[i], column, &ret->value);
				return true;
			}
		}
	}
	return false;
}

static void
get(const struct pc_agentx_lane *lane, netsnmp_request_info *request, const uint32_t *name,
	size_t n)
{
	struct object o;
	if (find(lane, name, n, true, &o)) {
		pc_snmp_handler_answer(request->requestvb, name, n, &o.value);
		return;
	}
	(void)pc_snmp_tree_get(lane->target.tree, lane->target.dev, name, n, &o.value);
	pc_snmp_handler_answer(request->requestvb, name, n, &o.value);
}

/* The printer's next object or the subagents', whichever comes first. */
static void
get_next(const struct pc_agentx_lane *lane, netsnmp_request_info *request, const uint32_t *name,
	size_t n)
{
	struct object ours, theirs;
	const struct object *next = NULL;
	bool has_ours = pc_snmp_tree_next(lane->target.tree, lane->target.dev, name, n,
				ours.name.arcs, &ours.name.len, &ours.value) == PC_OK;
	if (find(lane, name, n, false, &theirs))
		next = &theirs;
	if (has_ours && (next == NULL || compare(&theirs.name, ours.name.arcs, ours.name.len) > 0))
		next = &ours;
	if (next != NULL && pc_snmp_handler_is_in(request, next->name.arcs, next->name.len))
		pc_snmp_handler_answer(
			request->requestvb, next->name.arcs, next->name.len, &next->value);
}

static int
on_requests(netsnmp_mib_handler *handler, netsnmp_handler_registration *registration,
	netsnmp_agent_request_info *info, netsnmp_request_info *requests)
{
	const netsnmp_pdu *pdu = info->asp->pdu;
	const struct pc_snmp_ride *ride = pdu->transport_data;
	(void)handler;
	(void)registration;
	if (ride == NULL || pdu->transport_data_length != (int)sizeof(*ride) ||
		ride->entity->lane == NULL)
		return SNMP_ERR_GENERR;
	for (netsnmp_request_info *r = requests; r != NULL; r = r->next) {
		uint32_t name[PC_OID_MAX];
		size_t n = pc_snmp_handler_start(r, name, info->mode != MODE_GET);
		if (info->mode == MODE_GET)
			get(ride->entity->lane, r, name, n);
		else
			get_next(ride->entity->lane, r, name, n);
	}
	return SNMP_ERR_NOERROR;
}

int
pc_agentx_caps_serve(struct pc_snmp_engine *engine, const char *context)
{
	int err = pc_snmp_handler_register(
		engine, context, or_change, ROOT_ARCS, on_requests, HANDLER_CAN_RONLY);
	if (err == 0)
		err = pc_snmp_handler_register(
			engine, context, or_table, ROOT_ARCS, on_requests, HANDLER_CAN_RONLY);
	return err;
}
