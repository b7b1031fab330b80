/* The one handler of the agent library: serves the tree of the device that was asked. */
#include <net-snmp/net-snmp-config.h>

#include <net-snmp/net-snmp-includes.h>

#include <net-snmp/agent/net-snmp-agent-includes.h>

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "snmp/agent.h"
#include "snmp/agentx-lane.h"
#include "snmp/change.h"
#include "snmp/quirks.h"

/* ---- between the library's variables and ours ---- */

/* The name of a variable as 32-bit arcs; returns how many. */
static size_t
get_name(const netsnmp_variable_list *vb, uint32_t out[PC_OID_MAX])
{
	size_t n = vb->name_length < PC_OID_MAX ? vb->name_length : PC_OID_MAX;
	for (size_t i = 0; i < n; i++)
		out[i] = (uint32_t)vb->name[i];
	return n;
}

static void
put_name(netsnmp_variable_list *vb, const uint32_t *arcs, size_t n)
{
	if (vb->name != vb->name_loc)
		free(vb->name);
	vb->name = vb->name_loc;
	vb->name_length = n < MAX_OID_LEN ? n : MAX_OID_LEN;
	for (size_t i = 0; i < vb->name_length; i++)
		vb->name_loc[i] = arcs[i];
}

static void
put_oid(netsnmp_variable_list *vb, const struct pc_snmp_value *v)
{
	oid arcs[MAX_OID_LEN];
	size_t n = v->len < MAX_OID_LEN ? v->len : MAX_OID_LEN;
	for (size_t i = 0; i < n; i++)
		arcs[i] = v->arcs[i];
	snmp_set_var_typed_value(vb, ASN_OBJECT_ID, arcs, n * sizeof(oid));
}

/* A value into a variable; what fits its own buffer needs no memory of the heap. */
static void
put_value(netsnmp_variable_list *vb, const struct pc_snmp_value *v)
{
	long number = (long)(int32_t)v->integer;
	struct counter64 big = {
		(u_long)((uint64_t)v->integer >> 32), (u_long)((uint64_t)v->integer & 0xffffffffu)};
	switch (v->type) {
	case PC_SNMP_COUNTER32:
	case PC_SNMP_GAUGE32:
	case PC_SNMP_TIMETICKS:
		number = (long)(uint32_t)v->integer;
		snmp_set_var_typed_value(vb, v->type, &number, sizeof(number));
		break;
	case PC_SNMP_INTEGER:
		snmp_set_var_typed_value(vb, v->type, &number, sizeof(number));
		break;
	case PC_SNMP_COUNTER64:
		snmp_set_var_typed_value(vb, v->type, &big, sizeof(big));
		break;
	case PC_SNMP_OID:
		put_oid(vb, v);
		break;
	case PC_SNMP_OCTETS:
	case PC_SNMP_IPADDRESS:
	case PC_SNMP_OPAQUE:
		snmp_set_var_typed_value(vb, v->type, v->bytes, v->len);
		break;
	default:
		snmp_set_var_typed_value(vb, v->type, NULL, 0);
		break;
	}
}

void
pc_snmp_handler_answer(netsnmp_variable_list *vb, const uint32_t *name, size_t n,
	const struct pc_snmp_value *value)
{
	put_name(vb, name, n);
	put_value(vb, value);
}

/* The value a manager sent. `out` borrows from the variable. */
static void
get_value(const netsnmp_variable_list *vb, struct pc_snmp_value *out)
{
	out->type = vb->type;
	out->integer = 0;
	out->bytes = vb->val.string;
	out->len = vb->val_len;
	switch (vb->type) {
	case ASN_INTEGER:
		out->integer = *vb->val.integer;
		break;
	case ASN_COUNTER:
	case ASN_GAUGE:
	case ASN_TIMETICKS:
		out->integer = (int64_t)(uint32_t)*vb->val.integer;
		break;
	case ASN_COUNTER64:
		out->integer = (int64_t)((uint64_t)vb->val.counter64->high << 32 |
					 (vb->val.counter64->low & 0xffffffffu));
		break;
	case ASN_OBJECT_ID:
		out->len = vb->val_len / sizeof(oid);
		if (out->len > PC_SNMP_SCRATCH / sizeof(uint32_t))
			out->len = PC_SNMP_SCRATCH / sizeof(uint32_t);
		for (size_t i = 0; i < out->len; i++)
			out->scratch.arcs[i] = (uint32_t)vb->val.objid[i];
		out->arcs = out->scratch.arcs;
		break;
	default:
		break;
	}
}

/* ---- reading ---- */

/* One PDU being answered. */
struct job {
	struct pc_snmp_engine *engine;
	const struct pc_snmp_ride *ride;
	netsnmp_agent_request_info *info;
	bool v1;
};

/* A model whose agent names the last variable that failed. */
static bool
names_last(const struct pc_snmp_ride *ride)
{
	return pc_device_profile(ride->target.dev)->snmp.last_error_index;
}

/* A v1 PDU fails as a whole. Marked in the request, the library names the first one that failed;
 * left to itself with an exception, it names the last. Spec: RFC 1157 s4.1.2, RFC 3584 s4.2.2.1 */
static void
fail_v1(const struct job *job, netsnmp_request_info *request)
{
	if (names_last(job->ride)) {
		snmp_set_var_typed_value(request->requestvb, SNMP_NOSUCHINSTANCE, NULL, 0);
		return;
	}
	if (pc_fault_is_set(job->ride->faults, PC_SNMP_FAULT_V1_WRONG_INDEX))
		request->index++;
	netsnmp_request_set_error(request, SNMP_ERR_NOSUCHNAME);
}

static void
get(const struct job *job, netsnmp_request_info *request)
{
	struct pc_snmp_value v;
	uint32_t name[PC_OID_MAX];
	size_t n = get_name(request->requestvb, name);
	int err = pc_snmp_tree_get(job->ride->target.tree, job->ride->target.dev, name, n, &v);
	if (err == PC_OK && pc_snmp_quirk(job->ride->faults, name, n, false, &v) != PC_OK) {
		v.type = PC_SNMP_NO_SUCH_INSTANCE;
		err = job->v1 ? PC_E_NOTFOUND : PC_OK;
	}
	bool missing = err != PC_OK || v.type == PC_SNMP_NO_SUCH_OBJECT ||
		       v.type == PC_SNMP_NO_SUCH_INSTANCE;
	if (job->v1 && (err != PC_OK || v.type == PC_SNMP_COUNTER64))
		fail_v1(job, request);
	else if (missing && pc_fault_is_set(job->ride->faults, PC_SNMP_FAULT_MISSING_FAILS_ALL))
		netsnmp_request_set_error(request, SNMP_ERR_NOSUCHNAME);
	else
		put_value(request->requestvb, &v);
}

/* Step on; v1 cannot carry Counter64, so such objects are passed over.
 * Spec: RFC 3584 s4.2.2.1 */
static int
step(const struct job *job, struct pc_snmp_cursor *cur, const uint32_t **ret_name, size_t *ret_n,
	struct pc_snmp_value *v)
{
	int err;
	do {
		err = pc_snmp_cursor_next(cur, ret_name, ret_n, v);
	} while (err == PC_OK && ((job->v1 && v->type == PC_SNMP_COUNTER64) ||
					 pc_snmp_quirk(job->ride->faults, *ret_name, *ret_n,
						 job->ride->pdu == PC_SNMP_GETBULK, v) != PC_OK));
	return err;
}

bool
pc_snmp_handler_is_in(const netsnmp_request_info *request, const uint32_t *name, size_t n)
{
	for (size_t i = 0; i < request->range_end_len; i++) {
		if (i == n || name[i] != request->range_end[i])
			return i == n || name[i] < request->range_end[i];
	}
	return request->range_end_len == 0;
}

/* Name after which a GETNEXT looks: the variable's, or just before the region it was handed on to.
 * What lies between the two is somebody else's. */
static size_t
get_start(const netsnmp_request_info *request, uint32_t name[PC_OID_MAX])
{
	const netsnmp_subtree *t = request->subtree;
	size_t n = t->start_len;
	if (n < 2 || n > PC_OID_MAX ||
		snmp_oid_compare(request->requestvb->name, request->requestvb->name_length,
			t->start_a, n) >= 0)
		return get_name(request->requestvb, name);
	for (size_t i = 0; i < n; i++)
		name[i] = (uint32_t)t->start_a[i];
	return pc_snmp_name_before(name, n);
}

size_t
pc_snmp_handler_start(const netsnmp_request_info *request, uint32_t name[PC_OID_MAX], bool next)
{
	return next ? get_start(request, name) : get_name(request->requestvb, name);
}

/* The mutant: an object that exists is its own successor. */
static bool
repeat_self(const struct job *job, netsnmp_request_info *request, const uint32_t *name, size_t n)
{
	struct pc_snmp_value v;
	if (!pc_fault_is_set(job->ride->faults, PC_SNMP_FAULT_GETNEXT_REPEATS) ||
		pc_snmp_tree_get(job->ride->target.tree, job->ride->target.dev, name, n, &v) !=
			PC_OK)
		return false;
	put_value(request->requestvb, &v);
	return true;
}

static void
get_next(const struct job *job, netsnmp_request_info *request)
{
	struct pc_snmp_cursor cur;
	struct pc_snmp_value v;
	uint32_t name[PC_OID_MAX];
	const uint32_t *found = NULL;
	size_t n = get_start(request, name);
	if (repeat_self(job, request, name, n))
		return;
	pc_snmp_cursor_init(&cur, job->ride->target.tree, job->ride->target.dev, name, n);
	if (step(job, &cur, &found, &n, &v) != PC_OK) {
		if (job->v1)
			fail_v1(job, request);
		return; /* left NULL, the library makes it endOfMibView */
	}
	if (!pc_snmp_handler_is_in(request, found, n))
		return;
	put_name(request->requestvb, found, n);
	put_value(request->requestvb, &v);
}

/* All repetitions of one repeater with one search. Spec: RFC 3416 s4.2.3 */
static void
get_bulk(const struct job *job, netsnmp_request_info *request)
{
	struct pc_snmp_cursor cur;
	struct pc_snmp_value v;
	uint32_t name[PC_OID_MAX];
	const uint32_t *found = NULL;
	size_t n = get_start(request, name);
	pc_snmp_cursor_init(&cur, job->ride->target.tree, job->ride->target.dev, name, n);
	while (step(job, &cur, &found, &n, &v) == PC_OK &&
		pc_snmp_handler_is_in(request, found, n)) {
		netsnmp_variable_list *vb = request->requestvb;
		put_name(vb, found, n);
		put_value(vb, &v);
		if (request->repeat <= 0 || vb->next_variable == NULL)
			return;
		/* The next one starts where this one stands, should another subtree go on. */
		request->repeat--;
		request->requestvb = vb->next_variable;
		request->inclusive = 0;
		put_name(request->requestvb, found, n);
	}
}

/* ---- SET ---- */

/* Under this name a request keeps what it has changed. */
#define CHANGE "presscheck change"

/* The variables of a SET, at most PC_SNMP_SET_VARBINDS_MAX of them; what lies behind is refused
 * anyway. NULL without memory. */
static struct pc_snmp_change *
change_new(const struct job *job, netsnmp_request_info *requests)
{
	size_t n = 0, i = 0;
	struct pc_snmp_change *c = malloc(sizeof(*c));
	for (netsnmp_request_info *r = requests; r != NULL && n < PC_SNMP_SET_VARBINDS_MAX;
		r = r->next)
		n++;
	if (c == NULL ||
		pc_snmp_change_init(c, job->ride->target.tree, job->ride->target.dev, n) != PC_OK) {
		free(c);
		return NULL;
	}
	for (netsnmp_request_info *r = requests; i < n; r = r->next, i++) {
		c->variables[i].n_oid = get_name(r->requestvb, pc_snmp_change_name(c, i));
		get_value(r->requestvb, &c->variables[i].value);
	}
	return c;
}

static void
change_free(void *change)
{
	if (change != NULL)
		pc_snmp_change_done(change);
	free(change);
}

static int
judge(const struct job *job, const struct pc_snmp_change *change, size_t which)
{
	if (!job->ride->may_write)
		return SNMP_ERR_NOACCESS;
	if (which >= change->n)
		return SNMP_ERR_RESOURCEUNAVAILABLE;
	return pc_snmp_change_judge(change, which);
}

/* RESERVE1: every variable is judged; the library reports the first that failed.
 * Spec: RFC 3416 s4.2.5 */
static int
set_reserve(const struct job *job, netsnmp_request_info *requests)
{
	size_t which = 0;
	if (pc_fault_is_set(job->ride->faults, PC_SNMP_FAULT_SET_UNCHECKED))
		return SNMP_ERR_NOERROR;
	struct pc_snmp_change *change = change_new(job, requests);
	if (change == NULL)
		return SNMP_ERR_RESOURCEUNAVAILABLE;
	for (netsnmp_request_info *r = requests; r != NULL; r = r->next) {
		int status = judge(job, change, which++);
		if (status != SNMP_ERR_NOERROR && job->v1 &&
			pc_fault_is_set(job->ride->faults, PC_SNMP_FAULT_V1_WRONG_INDEX))
			r->index++;
		if (status != SNMP_ERR_NOERROR)
			netsnmp_request_set_error(r, status);
	}
	change_free(change);
	return SNMP_ERR_NOERROR;
}

/* ACTION: all or nothing. A failure here puts back what was changed and names no variable.
 * Spec: RFC 3416 s4.2.5 commitFailed, undoFailed */
static int
set_action(const struct job *job, netsnmp_request_info *requests)
{
	if (pc_fault_is_set(job->ride->faults, PC_SNMP_FAULT_SET_NOT_APPLIED))
		return SNMP_ERR_NOERROR;
	struct pc_snmp_change *change = change_new(job, requests);
	if (change == NULL)
		return SNMP_ERR_COMMITFAILED;
	int status = pc_snmp_change_commit(
		change, pc_fault_is_set(job->ride->faults, PC_SNMP_FAULT_SET_UNCHECKED));
	/* Where others take part in the request one of them may fail after us. */
	netsnmp_data_list *kept = NULL;
	if (status == SNMP_ERR_NOERROR && pc_agentx_takes(job->ride->entity))
		kept = netsnmp_create_data_list(CHANGE, change, change_free);
	if (kept != NULL)
		netsnmp_agent_add_list_data(job->info, kept); /* freed with the request */
	else
		change_free(change);
	return status;
}

/* UNDO: somebody else's part could not be done. */
static int
set_undo(const struct job *job)
{
	struct pc_snmp_change *change = netsnmp_agent_get_list_data(job->info, CHANGE);
	return change == NULL ? SNMP_ERR_NOERROR : pc_snmp_change_undo(change);
}

/* ---- the library's entry ---- */

static int
on_requests(netsnmp_mib_handler *handler, netsnmp_handler_registration *registration,
	netsnmp_agent_request_info *info, netsnmp_request_info *requests)
{
	const netsnmp_pdu *pdu = info->asp->pdu;
	struct job job = {.engine = handler->myvoid,
		.ride = pdu->transport_data,
		.info = info,
		.v1 = pdu->version == SNMP_VERSION_1};
	(void)registration;
	if (job.engine == NULL || job.ride == NULL ||
		pdu->transport_data_length != (int)sizeof(*job.ride))
		return SNMP_ERR_GENERR;
	if (info->mode == MODE_SET_RESERVE1)
		return set_reserve(&job, requests);
	if (info->mode == MODE_SET_ACTION)
		return set_action(&job, requests);
	if (info->mode == MODE_SET_UNDO)
		return set_undo(&job);
	for (netsnmp_request_info *r = requests; r != NULL; r = r->next) {
		if (r->processed)
			continue;
		if (info->mode == MODE_GET)
			get(&job, r);
		else if (info->mode == MODE_GETNEXT)
			get_next(&job, r);
		else if (info->mode == MODE_GETBULK)
			get_bulk(&job, r);
	}
	return SNMP_ERR_NOERROR;
}

/* ISO's arcs. The library leaves out of a GETNEXT what shares no arc with its own end, so a
 * registration of iso itself would never be asked. */
enum { ISO = 1, ISO_ARCS = 4 };

/* Our handler in a registration's chain; NULL: not there yet. */
static netsnmp_mib_handler *
ours(const netsnmp_subtree *t)
{
	netsnmp_mib_handler *h = t->reginfo->handler;
	while (h != NULL && h->access_method != on_requests)
		h = h->next;
	return h;
}

/* The library registers the three roots in every context with an empty handler that gives way to no
 * registration of the same OID, so ours goes in front: GET and SET of odd names. */
static int
serve_roots(struct pc_snmp_engine *e, const char *context)
{
	for (netsnmp_subtree *t = netsnmp_subtree_find_first(context); t != NULL; t = t->next) {
		netsnmp_mib_handler *h = netsnmp_create_handler("presscheck", on_requests);
		if (h == NULL || netsnmp_inject_handler(t->reginfo, h) != SNMPERR_SUCCESS)
			return -1;
		h->myvoid = e;
		t->reginfo->modes = HANDLER_CAN_RWRITE | HANDLER_CAN_GETBULK;
	}
	return 0;
}

int
pc_snmp_handler_register(struct pc_snmp_engine *engine, const char *context, const uint32_t *root,
	size_t n, pc_snmp_node_fn *fn, int modes)
{
	oid arcs[PC_OID_MAX];
	for (size_t i = 0; i < n; i++)
		arcs[i] = root[i];
	netsnmp_handler_registration *r =
		netsnmp_create_handler_registration("presscheck", fn, arcs, n, modes);
	if (r == NULL)
		return -1;
	r->priority = PC_SNMP_LAST_PRIORITY;
	r->handler->myvoid = engine;
	if (context[0] != '\0')
		r->contextName = strdup(context);
	return netsnmp_register_handler(r) == MIB_REGISTERED_OK ? 0 : -1; /* freed if not */
}

static int
serve_iso(struct pc_snmp_engine *e, const char *context)
{
	for (uint32_t arc = 0; arc < ISO_ARCS; arc++) {
		const uint32_t root[] = {ISO, arc};
		if (pc_snmp_handler_register(e, context, root, 2, on_requests,
			    HANDLER_CAN_RWRITE | HANDLER_CAN_GETBULK) != 0)
			return -1;
	}
	return 0;
}

/* Variables of all our regions come in one call, however many pieces others have cut us into. */
static void
mark_as_one(const char *context)
{
	int id = netsnmp_allocate_globalcacheid();
	for (netsnmp_subtree *t = netsnmp_subtree_find_first(context); t != NULL; t = t->next) {
		if (ours(t) != NULL) {
			t->global_cacheid = id;
			t->reginfo->global_cacheid = id;
		}
	}
}

int
pc_snmp_handler_serve(struct pc_snmp_engine *engine, const char *context)
{
	static const oid first_root[] = {0};
	if (netsnmp_subtree_find_first(context) != NULL)
		return 0;
	/* Makes the context with all three roots; then it refuses this one, which is there. */
	(void)netsnmp_register_null_context(snmp_duplicate_objid(first_root, 1), 1, context);
	if (serve_roots(engine, context) != 0 || serve_iso(engine, context) != 0)
		return -1;
	mark_as_one(context);
	return 0;
}

/* Tell every registration of ours, in all contexts, whom it serves. */
static void
set_engine(struct pc_snmp_engine *engine)
{
	for (subtree_context_cache *c = get_top_context_cache(); c != NULL; c = c->next) {
		for (netsnmp_subtree *t = c->first_subtree; t != NULL; t = t->next) {
			for (netsnmp_subtree *s = t; s != NULL; s = s->children) {
				if (ours(s) != NULL)
					ours(s)->myvoid = engine;
			}
		}
	}
}

int
pc_snmp_handler_attach(struct pc_snmp_engine *engine)
{
	const netsnmp_subtree *first = netsnmp_subtree_find_first("");
	if (first == NULL || (ours(first) == NULL &&
				     (serve_roots(engine, "") != 0 || serve_iso(engine, "") != 0)))
		return -1;
	set_engine(engine);
	return 0;
}

void
pc_snmp_handler_detach(void)
{
	set_engine(NULL);
}

/* Behind iso the library answers a GETNEXT by itself, and in v1 it names the last variable that
 * failed. Returns the first one, from 1, when that is the case here; else 0. */
long
pc_snmp_handler_v1_end(const struct pc_snmp_ride *ride, const struct variable_list *variables)
{
	const struct job job = {.ride = ride, .v1 = true};
	const netsnmp_variable_list *vb = variables;
	while (vb != NULL && (vb->name_length == 0 || vb->name[0] <= ISO))
		vb = vb->next_variable;
	if (vb == NULL || names_last(ride))
		return 0;
	vb = variables;
	for (long index = 1; vb != NULL; vb = vb->next_variable, index++) {
		struct pc_snmp_cursor cur;
		struct pc_snmp_value v;
		uint32_t name[PC_OID_MAX];
		const uint32_t *found = NULL;
		size_t n = get_name(vb, name);
		pc_snmp_cursor_init(&cur, ride->target.tree, ride->target.dev, name, n);
		if (step(&job, &cur, &found, &n, &v) != PC_OK)
			return index;
	}
	return 0;
}
