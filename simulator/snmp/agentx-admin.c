/* PDUs of subagents that concern one printer only, where net-snmp's library has one state for all:
 * answered here. Spec: RFC 2741 s7.1 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "snmp/agentx-lane.h"
#include "snmp/mib-common.h"
#include "snmp/notify.h"

/* ---- sending ---- */

void
pc_agentx_send(struct pc_agentx_link *link, const uint8_t *pdu, size_t len)
{
	if (link->gone)
		return;
	if (pc_tcp_queued(link->tcp) + len > PC_AGENTX_QUEUE_MAX ||
		pc_tcp_write(link->tcp, pdu, len) != PC_OK)
		pc_agentx_give_up(link);
}

void
pc_agentx_answer(struct pc_agentx_link *link, const struct pc_agentx_header *to, uint16_t error,
	uint16_t index, const struct pc_agentx_varbind *variables, size_t n)
{
	uint8_t *out = malloc(PC_AGENTX_PDU_MAX);
	struct pc_agentx_writer w;
	size_t len = 0;
	struct pc_agentx answer = {.header = *to,
		.up_time = pc_mib_uptime(link->lane->target.dev),
		.error = error,
		.index = index};
	if (out == NULL) {
		pc_agentx_give_up(link);
		return;
	}
	answer.header.type = PC_AGENTX_RESPONSE;
	answer.header.flags &= PC_AGENTX_BIG_ENDIAN;
	pc_agentx_begin(&w, out, PC_AGENTX_PDU_MAX, &answer);
	for (size_t i = 0; i < n; i++)
		pc_agentx_add_varbind(&w, &variables[i]);
	if (pc_agentx_end(&w, &len) == PC_OK)
		pc_agentx_send(link, out, len);
	else
		pc_agentx_give_up(link);
	free(out);
}

/* All variables of a PDU; NULL when it has none or more than is allowed. */
static struct pc_agentx_varbind *
take_variables(const struct pc_agentx *pdu, size_t *ret_n)
{
	struct pc_agentx_list list = pdu->list;
	struct pc_agentx_varbind *v = NULL;
	if (list.n == 0 || list.n > PC_AGENTX_NOTIFY_VARIABLES_MAX)
		return NULL;
	v = calloc(list.n, sizeof(*v));
	for (*ret_n = 0; v != NULL && pc_agentx_next_varbind(&list, &v[*ret_n]); (*ret_n)++)
		;
	return v;
}

static bool
same_oid(const struct pc_oid *a, const struct pc_oid *b)
{
	return a->len == b->len && memcmp(a->arcs, b->arcs, a->len * sizeof(a->arcs[0])) == 0;
}

/* ---- notifications. Spec: RFC 2741 s7.1.10 ---- */

static const struct pc_oid up_time_name = {{1, 3, 6, 1, 2, 1, 1, 3, 0}, 9};
static const struct pc_oid trap_oid_name = {{1, 3, 6, 1, 6, 3, 1, 1, 4, 1, 0}, 11};

static void
take_value(const struct pc_agentx_varbind *from, struct pc_snmp_variable *to)
{
	to->oid = from->name.arcs;
	to->n_oid = from->name.len;
	to->value.type = from->type;
	to->value.integer = from->integer;
	to->value.bytes = from->octets;
	to->value.arcs = from->oid.arcs;
	to->value.len = from->type == PC_BER_OID ? from->oid.len : from->n_octets;
}

/* It leaves as a notification of the printer, to the printer's receivers. */
static void
send_news(struct pc_agentx_link *link, const struct pc_agentx_varbind *trap,
	const struct pc_agentx_varbind *v, size_t n)
{
	struct pc_agentx_lane *lane = link->lane;
	struct pc_snmp_variable *variables = calloc(n == 0 ? 1 : n, sizeof(*variables));
	if (variables == NULL)
		return;
	for (size_t i = 0; i < n; i++)
		take_value(&v[i], &variables[i]);
	const struct pc_snmp_news news = {.oid = trap->oid.arcs,
		.n_oid = trap->oid.len,
		.variables = variables,
		.n_variables = n};
	lane->entity->notifier = lane->master->engine->notifier;
	lane->master->counters.notifications++;
	pc_snmp_notify(lane->target.dev, &news);
	free(variables);
}

static void
on_notify(struct pc_agentx_link *link, const struct pc_agentx *pdu)
{
	size_t n = 0, at = 0;
	struct pc_agentx_varbind *v = take_variables(pdu, &n);
	if (v != NULL && same_oid(&v[0].name, &up_time_name))
		at = 1; /* the printer says its own */
	bool good = v != NULL && at < n && same_oid(&v[at].name, &trap_oid_name) &&
		    v[at].type == PC_BER_OID && v[at].oid.len > 0;
	if (good)
		send_news(link, &v[at], &v[at + 1], n - at - 1);
	pc_agentx_answer(link, &pdu->header, good ? 0 : PC_AGENTX_PROCESSING_ERROR, 0, NULL, 0);
	free(v);
}

/* ---- indexes. Spec: RFC 2741 s7.1.4.1, s7.1.4.2 ---- */

static bool
same_value(const struct pc_agentx_index *x, const struct pc_agentx_varbind *v)
{
	if (x->type != v->type)
		return false;
	if (v->type == PC_BER_INTEGER)
		return x->integer == v->integer;
	if (v->type == PC_BER_OID)
		return same_oid(&x->oid, &v->oid);
	return x->n_octets == v->n_octets && memcmp(x->octets, v->octets, v->n_octets) == 0;
}

static struct pc_agentx_index *
find_index(struct pc_agentx_lane *lane, const struct pc_agentx_varbind *v)
{
	for (size_t i = 0; i < lane->n_indexes; i++) {
		if (same_oid(&lane->indexes[i].name, &v->name) && same_value(&lane->indexes[i], v))
			return &lane->indexes[i];
	}
	return NULL;
}

/* Room for one more; one that is free again must make way when there are too many. */
static struct pc_agentx_index *
new_index(struct pc_agentx_lane *lane)
{
	for (size_t i = 0; lane->n_indexes == PC_AGENTX_INDEXES_MAX && i < lane->n_indexes; i++) {
		if (lane->indexes[i].link == NULL)
			return &lane->indexes[i];
	}
	if (lane->n_indexes == PC_AGENTX_INDEXES_MAX)
		return NULL;
	if (lane->n_indexes == lane->cap_indexes) {
		size_t cap = lane->cap_indexes == 0 ? 8 : 2 * lane->cap_indexes;
		struct pc_agentx_index *more = reallocarray(lane->indexes, cap, sizeof(*more));
		if (more == NULL)
			return NULL;
		lane->indexes = more;
		lane->cap_indexes = cap;
	}
	return &lane->indexes[lane->n_indexes++];
}

/* The lowest number that nobody has, or that nobody ever had. */
static int64_t
choose_number(const struct pc_agentx_lane *lane, const struct pc_oid *name, bool never_used)
{
	int64_t n = 1;
	bool again = true;
	while (again) {
		again = false;
		for (size_t i = 0; i < lane->n_indexes; i++) {
			const struct pc_agentx_index *x = &lane->indexes[i];
			if (same_oid(&x->name, name) && x->integer == n &&
				(never_used || x->link != NULL)) {
				n++;
				again = true;
			}
		}
	}
	return n;
}

static bool
is_index_type(uint8_t type)
{
	return type == PC_BER_INTEGER || type == PC_BER_OCTETS || type == PC_BER_OID ||
	       type == PC_BER_IPADDRESS;
}

/* Allocate one; the value that was chosen is put into `v`. */
static uint16_t
allocate_one(struct pc_agentx_link *link, uint8_t flags, struct pc_agentx_varbind *v)
{
	struct pc_agentx_lane *lane = link->lane;
	bool choose = (flags & (PC_AGENTX_NEW_INDEX | PC_AGENTX_ANY_INDEX)) != 0;
	if (!is_index_type(v->type))
		return PC_AGENTX_INDEX_WRONG_TYPE;
	for (size_t i = 0; i < lane->n_indexes; i++) {
		if (same_oid(&lane->indexes[i].name, &v->name) && lane->indexes[i].type != v->type)
			return PC_AGENTX_INDEX_WRONG_TYPE;
	}
	if ((choose && v->type != PC_BER_INTEGER) || v->n_octets > PC_AGENTX_TEXT_MAX)
		return PC_AGENTX_INDEX_NONE_AVAILABLE;
	if (choose)
		v->integer = choose_number(lane, &v->name, (flags & PC_AGENTX_NEW_INDEX) != 0);
	struct pc_agentx_index *x = find_index(lane, v);
	if (x != NULL && x->link != NULL)
		return PC_AGENTX_INDEX_ALREADY_ALLOCATED;
	if (x == NULL)
		x = new_index(lane);
	if (x == NULL)
		return PC_AGENTX_INDEX_NONE_AVAILABLE;
	*x = (struct pc_agentx_index){.name = v->name,
		.type = v->type,
		.integer = v->integer,
		.oid = v->oid,
		.n_octets = (uint8_t)v->n_octets,
		.link = link};
	if (v->n_octets > 0)
		memcpy(x->octets, v->octets, v->n_octets);
	return 0;
}

static uint16_t
release_one(struct pc_agentx_link *link, const struct pc_agentx_varbind *v)
{
	struct pc_agentx_index *x = find_index(link->lane, v);
	if (x == NULL || x->link != link)
		return PC_AGENTX_INDEX_NOT_ALLOCATED;
	x->link = NULL;
	return 0;
}

/* All variables or none. */
static void
on_index(struct pc_agentx_link *link, const struct pc_agentx *pdu)
{
	size_t n = 0, done = 0;
	uint16_t error = 0;
	bool allocate = pdu->header.type == PC_AGENTX_INDEX_ALLOCATE;
	struct pc_agentx_varbind *v = take_variables(pdu, &n);
	for (; v != NULL && done < n; done++) {
		error = allocate ? allocate_one(link, pdu->header.flags, &v[done])
				 : release_one(link, &v[done]);
		if (error != 0)
			break;
	}
	for (size_t i = done; error != 0 && i > 0; i--) {
		struct pc_agentx_index *x = find_index(link->lane, &v[i - 1]);
		if (x != NULL)
			x->link = allocate ? NULL : link;
	}
	if (v == NULL)
		error = PC_AGENTX_PARSE_ERROR;
	pc_agentx_answer(link, &pdu->header, error,
		error == 0 || v == NULL ? 0 : (uint16_t)(done + 1), v, n);
	free(v);
}

/* ---- capabilities. Spec: RFC 2741 s7.1.5, s7.1.6 ---- */

/* Index behind the rows that the printer has itself. */
static uint32_t
first_caps_index(const struct pc_agentx_lane *lane)
{
	static const uint32_t ids[] = {1, 3, 6, 1, 2, 1, 1, 9, 1, 2};
	enum { IDS = sizeof(ids) / sizeof(ids[0]) };
	struct pc_snmp_cursor cur;
	struct pc_snmp_value v;
	const uint32_t *name = NULL;
	size_t n = 0;
	uint32_t last = 0;
	pc_snmp_cursor_init(&cur, lane->target.tree, lane->target.dev, ids, IDS);
	while (pc_snmp_cursor_next(&cur, &name, &n, &v) == PC_OK && n == IDS + 1 &&
		memcmp(name, ids, sizeof(ids)) == 0)
		last = name[IDS];
	return last + 1;
}

static uint16_t
add_caps(struct pc_agentx_link *link, const struct pc_agentx *pdu)
{
	struct pc_agentx_lane *lane = link->lane;
	if (pdu->oid.len == 0 || pdu->n_text > PC_AGENTX_TEXT_MAX)
		return PC_AGENTX_PARSE_ERROR;
	if (lane->n_caps == PC_AGENTX_CAPS_MAX)
		return PC_AGENTX_REQUEST_DENIED;
	if (lane->caps == NULL)
		lane->caps = calloc(PC_AGENTX_CAPS_MAX, sizeof(*lane->caps));
	if (lane->caps == NULL)
		return PC_AGENTX_PROCESSING_ERROR;
	struct pc_agentx_caps *row = &lane->caps[lane->n_caps];
	*row = (struct pc_agentx_caps){.link = link,
		.index = lane->n_caps == 0 ? first_caps_index(lane)
					   : lane->caps[lane->n_caps - 1].index + 1,
		.up_time = pc_mib_uptime(lane->target.dev),
		.id = pdu->oid,
		.n_text = pdu->n_text};
	if (pdu->n_text > 0)
		memcpy(row->text, pdu->text, pdu->n_text);
	lane->n_caps++;
	lane->caps_changed = true;
	lane->caps_change = row->up_time;
	lane->active = true;
	return 0;
}

static void
remove_row(struct pc_agentx_lane *lane, size_t at)
{
	lane->n_caps--;
	memmove(&lane->caps[at], &lane->caps[at + 1], (lane->n_caps - at) * sizeof(lane->caps[0]));
	lane->caps_change = pc_mib_uptime(lane->target.dev);
}

static uint16_t
remove_caps(struct pc_agentx_link *link, const struct pc_agentx *pdu)
{
	struct pc_agentx_lane *lane = link->lane;
	for (size_t i = 0; i < lane->n_caps; i++) {
		if (lane->caps[i].link == link && same_oid(&lane->caps[i].id, &pdu->oid)) {
			remove_row(lane, i);
			return 0;
		}
	}
	return PC_AGENTX_UNKNOWN_CAPS;
}

/* ---- */

void
pc_agentx_admin(struct pc_agentx_link *link, const struct pc_agentx *pdu)
{
	switch (pdu->header.type) {
	case PC_AGENTX_PING:
		pc_agentx_answer(link, &pdu->header, 0, 0, NULL, 0);
		break;
	case PC_AGENTX_NOTIFY:
		on_notify(link, pdu);
		break;
	case PC_AGENTX_INDEX_ALLOCATE:
	case PC_AGENTX_INDEX_DEALLOCATE:
		on_index(link, pdu);
		break;
	case PC_AGENTX_ADD_CAPS:
		pc_agentx_answer(link, &pdu->header, add_caps(link, pdu), 0, NULL, 0);
		break;
	case PC_AGENTX_REMOVE_CAPS:
		pc_agentx_answer(link, &pdu->header, remove_caps(link, pdu), 0, NULL, 0);
		break;
	default: /* only a master sends these */
		pc_agentx_answer(link, &pdu->header, PC_AGENTX_PARSE_ERROR, 0, NULL, 0);
		break;
	}
}

void
pc_agentx_admin_forget(struct pc_agentx_link *link)
{
	struct pc_agentx_lane *lane = link->lane;
	for (size_t i = 0; i < lane->n_indexes; i++) {
		if (lane->indexes[i].link == link)
			lane->indexes[i].link = NULL;
	}
	for (size_t i = lane->n_caps; i > 0; i--) {
		if (lane->caps[i - 1].link == link)
			remove_row(lane, i - 1);
	}
}
