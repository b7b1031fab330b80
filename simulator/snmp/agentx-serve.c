#include "snmp/agentx-serve.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "snmp/agent.h"

/* Spec: RFC 3416 s3 error-status */
enum { NO_ERROR = 0, GEN_ERR = 5, RESOURCE_UNAVAILABLE = 13, COMMIT_FAILED = 14, UNDO_FAILED = 15 };

/* An answer being written. */
struct answer {
	struct pc_agentx_writer w;
	const struct pc_agentx *pdu;
	const struct pc_snmp_target *target;
	uint8_t *out;
};

static void
begin(struct answer *a, uint16_t error, uint16_t index)
{
	struct pc_agentx head = {.header = a->pdu->header, .error = error, .index = index};
	head.header.type = PC_AGENTX_RESPONSE;
	head.header.flags &= PC_AGENTX_BIG_ENDIAN;
	pc_agentx_begin(&a->w, a->out, PC_AGENTX_PDU_MAX, &head);
}

void
pc_agentx_take_value(const uint32_t *name, size_t n, const struct pc_snmp_value *value,
	struct pc_agentx_varbind *ret)
{
	ret->type = value->type;
	ret->name.len = n < PC_OID_ARCS_MAX ? n : PC_OID_ARCS_MAX;
	memcpy(ret->name.arcs, name, ret->name.len * sizeof(name[0]));
	ret->integer = value->integer;
	ret->octets = value->bytes;
	ret->n_octets = value->len;
	ret->oid.len = 0;
	if (value->type != PC_SNMP_OID)
		return;
	ret->oid.len = value->len < PC_OID_ARCS_MAX ? value->len : PC_OID_ARCS_MAX;
	if (ret->oid.len > 0)
		memcpy(ret->oid.arcs, value->arcs, ret->oid.len * sizeof(value->arcs[0]));
}

/* ---- reading. Spec: RFC 2741 s7.2.3 ---- */

static void
add(struct answer *a, const uint32_t *name, size_t n, const struct pc_snmp_value *value)
{
	struct pc_agentx_varbind vb;
	pc_agentx_take_value(name, n, value, &vb);
	pc_agentx_add_varbind(&a->w, &vb);
}

static void
get(struct answer *a)
{
	struct pc_agentx_list list = a->pdu->list;
	struct pc_agentx_range r;
	while (pc_agentx_next_range(&list, &r)) {
		struct pc_snmp_value v;
		(void)pc_snmp_tree_get(
			a->target->tree, a->target->dev, r.start.arcs, r.start.len, &v);
		add(a, r.start.arcs, r.start.len, &v);
	}
}

static bool
is_before(const uint32_t *name, size_t n, const struct pc_oid *end)
{
	for (size_t i = 0; i < end->len; i++) {
		if (i == n || name[i] != end->arcs[i])
			return i == n || name[i] < end->arcs[i];
	}
	return end->len == 0;
}

/* The next object of a range, whose start moves on to it. False: there is no more. */
static bool
step(struct answer *a, struct pc_agentx_range *r)
{
	uint32_t from[PC_OID_MAX];
	uint32_t found[PC_OID_MAX];
	size_t n = r->start.len, n_found = 0;
	struct pc_snmp_value v;
	memcpy(from, r->start.arcs, n * sizeof(from[0]));
	if (r->include)
		n = pc_snmp_name_before(from, n);
	if (pc_snmp_tree_next(a->target->tree, a->target->dev, from, n, found, &n_found, &v) ==
			PC_OK &&
		is_before(found, n_found, &r->end)) {
		add(a, found, n_found, &v);
		memcpy(r->start.arcs, found, n_found * sizeof(found[0]));
		r->start.len = n_found;
		r->include = false;
		return true;
	}
	v.type = PC_SNMP_END_OF_MIB_VIEW;
	add(a, r->start.arcs, r->start.len, &v);
	return false;
}

static void
get_next(struct answer *a)
{
	struct pc_agentx_list list = a->pdu->list;
	struct pc_agentx_range r;
	while (pc_agentx_next_range(&list, &r))
		(void)step(a, &r);
}

/* Repetitions as long as they fit and somebody has more to tell. */
static void
repeat(struct answer *a, struct pc_agentx_range *ranges, size_t n)
{
	bool more = n > 0;
	for (unsigned i = 0; i < a->pdu->max_repetitions && more; i++) {
		more = false;
		for (size_t at = 0; at < n; at++) {
			struct pc_agentx_writer before = a->w;
			more |= step(a, &ranges[at]);
			if (a->w.w.err != PC_OK) {
				a->w = before;
				return;
			}
		}
	}
}

static void
get_bulk(struct answer *a)
{
	struct pc_agentx_list list = a->pdu->list;
	struct pc_agentx_range *ranges = calloc(list.n + 1, sizeof(*ranges));
	size_t n = 0;
	if (ranges == NULL) {
		a->w.w.err = PC_E_NOSPACE;
		return;
	}
	for (unsigned i = 0; i < a->pdu->non_repeaters && list.n > 0; i++) {
		if (pc_agentx_next_range(&list, &ranges[0]))
			(void)step(a, &ranges[0]);
	}
	while (list.n > 0 && pc_agentx_next_range(&list, &ranges[n]))
		n++;
	repeat(a, ranges, n);
	free(ranges);
}

/* ---- SET. Spec: RFC 2741 s7.2.4 ---- */

static struct pc_agentx_set *
find_set(struct pc_agentx_sets *sets, const struct pc_agentx_header *h)
{
	for (size_t i = 0; i < PC_AGENTX_SETS_MAX; i++) {
		if (sets->sets[i].pdu != NULL && sets->sets[i].transaction == h->transaction)
			return &sets->sets[i];
	}
	return NULL;
}

static void
set_done(struct pc_agentx_set *set)
{
	if (set->pdu == NULL)
		return;
	pc_snmp_change_done(&set->change);
	free(set->pdu);
	set->pdu = NULL;
}

void
pc_agentx_sets_done(struct pc_agentx_sets *sets)
{
	for (size_t i = 0; i < PC_AGENTX_SETS_MAX; i++)
		set_done(&sets->sets[i]);
}

static void
fill_variable(struct pc_snmp_change *c, size_t at, const struct pc_agentx_varbind *vb)
{
	struct pc_snmp_variable *v = &c->variables[at];
	memcpy(pc_snmp_change_name(c, at), vb->name.arcs, vb->name.len * sizeof(vb->name.arcs[0]));
	v->n_oid = vb->name.len;
	v->value.type = vb->type;
	v->value.integer = vb->integer;
	v->value.bytes = vb->octets;
	v->value.len = vb->n_octets;
	if (vb->type != PC_BER_OID)
		return;
	memcpy(v->value.scratch.arcs, vb->oid.arcs, vb->oid.len * sizeof(vb->oid.arcs[0]));
	v->value.arcs = v->value.scratch.arcs;
	v->value.len = vb->oid.len;
}

/* Keep the variables. NULL without memory or when there are too many SETs or variables. */
static struct pc_agentx_set *
set_new(struct pc_agentx_sets *sets, const struct answer *a, const uint8_t *data, size_t len)
{
	struct pc_agentx_set *set = NULL;
	struct pc_agentx kept;
	struct pc_agentx_varbind vb;
	size_t n = a->pdu->list.n;
	for (size_t i = 0; i < PC_AGENTX_SETS_MAX && set == NULL; i++)
		set = sets->sets[i].pdu == NULL ? &sets->sets[i] : NULL;
	if (set == NULL || n == 0 || n > PC_SNMP_SET_VARBINDS_MAX)
		return NULL;
	set->pdu = malloc(len);
	if (set->pdu == NULL)
		return NULL;
	memcpy(set->pdu, data, len);
	if (pc_agentx_read(set->pdu, len, &kept) != PC_OK ||
		pc_snmp_change_init(&set->change, a->target->tree, a->target->dev, n) != PC_OK) {
		free(set->pdu);
		set->pdu = NULL;
		return NULL;
	}
	for (size_t i = 0; i < n && pc_agentx_next_varbind(&kept.list, &vb); i++)
		fill_variable(&set->change, i, &vb);
	set->transaction = a->pdu->header.transaction;
	return set;
}

/* The master has judged who may write. */
static void
test_set(struct pc_agentx_sets *sets, struct answer *a, const uint8_t *data, size_t len)
{
	struct pc_agentx_set *set = find_set(sets, &a->pdu->header);
	if (set != NULL)
		set_done(set); /* a master that begins anew */
	set = set_new(sets, a, data, len);
	if (set == NULL) {
		begin(a, a->pdu->list.n == 0 ? NO_ERROR : RESOURCE_UNAVAILABLE,
			a->pdu->list.n == 0 ? 0 : 1);
		return;
	}
	for (size_t i = 0; i < set->change.n; i++) {
		int status = pc_snmp_change_judge(&set->change, i);
		if (status == NO_ERROR)
			continue;
		set_done(set);
		begin(a, (uint16_t)status, (uint16_t)(i + 1));
		return;
	}
	begin(a, NO_ERROR, 0);
}

static void
end_set(struct pc_agentx_sets *sets, struct answer *a)
{
	struct pc_agentx_set *set = find_set(sets, &a->pdu->header);
	int status = a->pdu->header.type == PC_AGENTX_COMMITSET ? COMMIT_FAILED : UNDO_FAILED;
	if (set != NULL && a->pdu->header.type == PC_AGENTX_COMMITSET)
		status = set->change.old == NULL ? pc_snmp_change_commit(&set->change, false)
						 : COMMIT_FAILED;
	else if (set != NULL)
		status = pc_snmp_change_undo(&set->change);
	if (set != NULL && a->pdu->header.type == PC_AGENTX_UNDOSET)
		set_done(set);
	begin(a, (uint16_t)status, 0);
}

/* ---- */

static bool
write_answer(struct pc_agentx_sets *sets, struct answer *a, const uint8_t *data, size_t len)
{
	switch (a->pdu->header.type) {
	case PC_AGENTX_GET:
		begin(a, NO_ERROR, 0);
		get(a);
		return true;
	case PC_AGENTX_GETNEXT:
		begin(a, NO_ERROR, 0);
		get_next(a);
		return true;
	case PC_AGENTX_GETBULK:
		begin(a, NO_ERROR, 0);
		get_bulk(a);
		return true;
	case PC_AGENTX_TESTSET:
		test_set(sets, a, data, len);
		return true;
	case PC_AGENTX_COMMITSET:
	case PC_AGENTX_UNDOSET:
		end_set(sets, a);
		return true;
	case PC_AGENTX_CLEANUPSET: {
		struct pc_agentx_set *set = find_set(sets, &a->pdu->header);
		if (set != NULL)
			set_done(set);
		return false; /* Spec: RFC 2741 s7.2.4.4: no Response */
	}
	default:
		begin(a, PC_AGENTX_PARSE_ERROR, 0);
		return true;
	}
}

void
pc_agentx_serve(struct pc_agentx_sets *sets, const struct pc_snmp_target *target,
	const struct pc_agentx *pdu, const uint8_t *data, size_t len, uint8_t *out, size_t *ret_len)
{
	struct answer a = {.pdu = pdu, .target = target, .out = out};
	*ret_len = 0;
	if (!write_answer(sets, &a, data, len) || pc_agentx_end(&a.w, ret_len) == PC_OK)
		return;
	begin(&a, GEN_ERR, 1); /* too much for one PDU */
	(void)pc_agentx_end(&a.w, ret_len);
}
