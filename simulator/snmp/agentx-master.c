/* Connections of subagents: which printer they mean, what they may say, and what becomes of those
 * who say it wrong, too slowly or not at all. Spec: RFC 2741 s7 */
#include "snmp/agentx-master.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "snmp/agentx-lane.h"

enum {
	GEN_ERR = 5,
	ROW_PDU_MAX = 1024,
	STATUS_MAX = 18,    /* Spec: RFC 3416 s3 error-status */
	FAREWELL_MS = 1000, /* for a peer to read our last words */
	BY_ADDRESS = INT32_MAX
};

/* A listener: for all printers by address, or the unix socket of one. */
struct pc_agentx_door {
	struct pc_agentx_master *master;  /* borrowed */
	struct pc_tcp_listener *listener; /* owned */
	uint32_t at;                      /* of the printer in each(), or BY_ADDRESS */
};

/* ---- ends ---- */

static void
link_free(struct pc_agentx_link *link)
{
	pc_timer_stop(&link->timer);
	free(link->regions);
	free(link->debts);
	free(link);
}

/* Leave the library at once, the connection when what is queued has gone out. */
static void
end_link(struct pc_agentx_link *link)
{
	struct pc_tcp *tcp = link->tcp;
	pc_timer_stop(&link->timer);
	pc_agentx_lane_leave(link);
	pc_tcp_set_idle(tcp, FAREWELL_MS);
	pc_tcp_close(tcp); /* frees the link, now or later */
}

static struct pc_agentx_link *
find_gone(const struct pc_agentx_lane *lane)
{
	struct pc_agentx_link *link = lane->links;
	while (link != NULL && !link->gone)
		link = link->next;
	return link;
}

static void
reap(void *arg)
{
	struct pc_agentx_master *m = arg;
	for (size_t i = 0; i < PC_AGENTX_LANES_MAX; i++) {
		struct pc_agentx_link *link = NULL;
		while (m->lanes[i] != NULL && (link = find_gone(m->lanes[i])) != NULL)
			end_link(link);
	}
}

void
pc_agentx_give_up(struct pc_agentx_link *link)
{
	struct pc_agentx_master *m = link->lane->master;
	if (link->gone)
		return;
	link->gone = true;
	pc_timer_start(&m->reaper, m->engine->options.loop, 0, reap, m);
}

static void
on_closed(void *arg, struct pc_tcp *tcp, enum pc_tcp_end end)
{
	struct pc_agentx_link *link = arg;
	(void)tcp;
	(void)end;
	if (link == NULL)
		return; /* was refused */
	if (link->lane != NULL)
		pc_agentx_lane_leave(link);
	link_free(link);
}

/* ---- debts ---- */

static void
on_due(void *arg)
{
	struct pc_agentx_link *link = arg;
	struct pc_agentx_master *m = link->lane->master;
	uint64_t now = pc_clock_ms(pc_loop_clock(m->engine->options.loop));
	if (link->n_debts == 0)
		return;
	if (link->debts[0].due_ms > now) {
		pc_timer_start(&link->timer, m->engine->options.loop, link->debts[0].due_ms - now,
			on_due, link);
		return;
	}
	m->counters.timeouts++;
	pc_agentx_give_up(link);
}

void
pc_agentx_add_debt(struct pc_agentx_link *link, uint32_t packet, uint32_t variables)
{
	struct pc_loop *loop = link->lane->master->engine->options.loop;
	if (link->n_debts == link->cap_debts) {
		size_t cap = link->cap_debts == 0 ? 16 : 2 * link->cap_debts;
		struct pc_agentx_debt *more =
			cap > PC_AGENTX_OUTSTANDING_MAX
				? NULL
				: reallocarray(link->debts, cap, sizeof(*more));
		if (more == NULL) {
			pc_agentx_give_up(link);
			return;
		}
		link->debts = more;
		link->cap_debts = cap;
	}
	link->debts[link->n_debts++] = (struct pc_agentx_debt){.packet = packet,
		.variables = variables,
		.due_ms = pc_clock_ms(pc_loop_clock(loop)) + link->timeout_ms};
	if (!pc_timer_running(&link->timer))
		pc_timer_start(&link->timer, loop, link->timeout_ms, on_due, link);
}

/* False: nobody waits for this packet. */
static bool
take_debt(struct pc_agentx_link *link, uint32_t packet, uint32_t *ret_variables)
{
	for (size_t i = 0; i < link->n_debts; i++) {
		if (link->debts[i].packet != packet)
			continue;
		*ret_variables = link->debts[i].variables;
		link->n_debts--;
		memmove(&link->debts[i], &link->debts[i + 1],
			(link->n_debts - i) * sizeof(link->debts[0]));
		return true;
	}
	return false;
}

/* The library waits for ever for variables that an answer lacks, and passes on any number as a
 * status; so what makes no sense becomes genErr. Spec: RFC 2741 s7.2.5.2 */
static void
on_response(
	struct pc_agentx_link *link, const struct pc_agentx *pdu, const uint8_t *data, size_t len)
{
	uint32_t variables = 0;
	uint8_t out[PC_AGENTX_HEADER_BYTES + 8];
	struct pc_agentx_writer w;
	struct pc_agentx plain = {.header = pdu->header, .index = pdu->index, .error = GEN_ERR};
	size_t n = 0;
	if (!take_debt(link, pdu->header.packet, &variables))
		return; /* of a request that has been answered without it */
	if (pdu->error <= STATUS_MAX &&
		(pdu->error != 0 || variables == 0 || pdu->list.n == variables)) {
		pc_agentx_lane_give(link, data, len);
		return;
	}
	if (pdu->error == 0)
		link->lane->master->counters.malformed++;
	pc_agentx_begin(&w, out, sizeof(out), &plain);
	if (pc_agentx_end(&w, &n) == PC_OK)
		pc_agentx_lane_give(link, out, n);
}

/* ---- registrations ---- */

/* What the library would not survive, or not end with. */
static bool
is_possible(const struct pc_agentx *pdu)
{
	const struct pc_oid *o = &pdu->oid;
	if (o->len == 0 || o->arcs[0] > 2 || o->arcs[o->len - 1] == UINT32_MAX ||
		pdu->priority == 0 || pdu->priority == PC_SNMP_LAST_PRIORITY ||
		pdu->range_subid > o->len)
		return false;
	return pdu->range_subid == 0 ||
	       (pdu->upper_bound <= INT32_MAX && pdu->upper_bound >= o->arcs[pdu->range_subid - 1]);
}

static bool
is_region(const struct pc_agentx_region *r, const struct pc_agentx *pdu)
{
	return r->priority == pdu->priority && r->range_subid == pdu->range_subid &&
	       r->upper_bound == pdu->upper_bound && r->root.len == pdu->oid.len &&
	       memcmp(r->root.arcs, pdu->oid.arcs, r->root.len * sizeof(r->root.arcs[0])) == 0;
}

static uint32_t
last_arc(const struct pc_oid *root, uint8_t range_subid, uint32_t upper_bound, size_t at)
{
	return range_subid == at + 1 ? upper_bound : root->arcs[at];
}

/* Do they have a row in common? */
static bool
overlaps(const struct pc_agentx_region *r, const struct pc_agentx *pdu)
{
	if (r->priority != pdu->priority || r->root.len != pdu->oid.len)
		return false;
	for (size_t i = 0; i < r->root.len; i++) {
		if (r->root.arcs[i] > last_arc(&pdu->oid, pdu->range_subid, pdu->upper_bound, i) ||
			pdu->oid.arcs[i] > last_arc(&r->root, r->range_subid, r->upper_bound, i))
			return false;
	}
	return true;
}

/* Somebody of this printer has it. The library would find out too, but half-way, and leak. */
static bool
is_duplicate(const struct pc_agentx_lane *lane, const struct pc_agentx *pdu)
{
	for (const struct pc_agentx_link *l = lane->links; l != NULL; l = l->next) {
		for (size_t i = 0; i < l->n_regions; i++) {
			if (overlaps(&l->regions[i], pdu))
				return true;
		}
	}
	return false;
}

static struct pc_agentx_region *
next_region(struct pc_agentx_link *link)
{
	if (link->n_regions == link->cap_regions) {
		size_t cap = link->cap_regions == 0 ? 8 : 2 * link->cap_regions;
		struct pc_agentx_region *more = reallocarray(link->regions, cap, sizeof(*more));
		if (more == NULL)
			return NULL;
		link->regions = more;
		link->cap_regions = cap;
	}
	return &link->regions[link->n_regions];
}

/* One row of a range, as a region of its own; what the library answers stays here. */
static int
give_row(struct pc_agentx_link *link, const struct pc_agentx *pdu, uint8_t type, uint32_t arc)
{
	uint8_t out[ROW_PDU_MAX];
	struct pc_agentx_writer w;
	struct pc_agentx row = *pdu;
	size_t n = 0;
	row.header.type = type;
	row.context = NULL;
	row.range_subid = 0;
	row.oid.arcs[pdu->range_subid - 1] = arc;
	pc_agentx_begin(&w, out, sizeof(out), &row);
	if (pc_agentx_end(&w, &n) != PC_OK)
		return PC_AGENTX_PROCESSING_ERROR;
	link->quiet = true;
	pc_agentx_lane_give(link, out, n);
	link->quiet = false;
	return link->status;
}

/* The library damages its tree when it registers ranges itself, so it gets row by row; all or
 * none. */
static void
give_range(struct pc_agentx_link *link, const struct pc_agentx *pdu)
{
	uint32_t first = pdu->oid.arcs[pdu->range_subid - 1], arc = first;
	int status = 0;
	for (; arc <= pdu->upper_bound && status == 0; arc++)
		status = give_row(link, pdu, pdu->header.type, arc);
	if (status != 0 && pdu->header.type == PC_AGENTX_REGISTER) {
		for (arc--; arc > first; arc--)
			(void)give_row(link, pdu, PC_AGENTX_UNREGISTER, arc - 1);
	}
	link->status = status;
	pc_agentx_answer(link, &pdu->header, (uint16_t)status, 0, NULL, 0);
}

static void
give_region(
	struct pc_agentx_link *link, const struct pc_agentx *pdu, const uint8_t *data, size_t len)
{
	if (pdu->range_subid == 0)
		pc_agentx_lane_give(link, data, len);
	else
		give_range(link, pdu);
}

static void
on_register(
	struct pc_agentx_link *link, const struct pc_agentx *pdu, const uint8_t *data, size_t len)
{
	struct pc_agentx_lane *lane = link->lane;
	if (!is_possible(pdu)) {
		pc_agentx_answer(link, &pdu->header, PC_AGENTX_PARSE_ERROR, 0, NULL, 0);
		return;
	}
	if (is_duplicate(lane, pdu)) {
		pc_agentx_answer(link, &pdu->header, PC_AGENTX_DUPLICATE_REGISTRATION, 0, NULL, 0);
		return;
	}
	uint32_t rows = pdu->range_subid == 0
				? 1
				: pdu->upper_bound - pdu->oid.arcs[pdu->range_subid - 1] + 1;
	struct pc_agentx_region *r =
		rows > PC_AGENTX_REGIONS_MAX - lane->n_rows ? NULL : next_region(link);
	if (r == NULL) {
		pc_agentx_answer(link, &pdu->header, PC_AGENTX_REQUEST_DENIED, 0, NULL, 0);
		return;
	}
	give_region(link, pdu, data, len);
	if (link->status != 0)
		return;
	*r = (struct pc_agentx_region){.root = pdu->oid,
		.priority = pdu->priority,
		.range_subid = pdu->range_subid,
		.upper_bound = pdu->upper_bound,
		.rows = rows};
	link->n_regions++;
	lane->n_rows += rows;
	lane->active = true;
}

/* The library would take away anybody's region, ours too. */
static void
on_unregister(
	struct pc_agentx_link *link, const struct pc_agentx *pdu, const uint8_t *data, size_t len)
{
	size_t i = 0;
	while (i < link->n_regions && !is_region(&link->regions[i], pdu))
		i++;
	if (i == link->n_regions) {
		pc_agentx_answer(link, &pdu->header, PC_AGENTX_UNKNOWN_REGISTRATION, 0, NULL, 0);
		return;
	}
	give_region(link, pdu, data, len);
	if (link->status != 0)
		return;
	link->lane->n_rows -= link->regions[i].rows;
	link->n_regions--;
	memmove(&link->regions[i], &link->regions[i + 1],
		(link->n_regions - i) * sizeof(link->regions[0]));
}

/* ---- sessions ---- */

/* One session a connection: the library sends all requests of a connection to its newest session.
 */
static void
on_open_pdu(
	struct pc_agentx_link *link, const struct pc_agentx *pdu, const uint8_t *data, size_t len)
{
	uint32_t wish_ms = pdu->timeout * 1000U;
	if (link->opened || pdu->n_text > PC_AGENTX_TEXT_MAX) {
		pc_agentx_answer(link, &pdu->header, PC_AGENTX_OPEN_FAILED, 0, NULL, 0);
		return;
	}
	pc_agentx_lane_give(link, data, len);
	if (link->status != 0)
		return;
	link->opened = true;
	if (wish_ms > 0)
		link->timeout_ms =
			wish_ms < PC_AGENTX_TIMEOUT_MAX_MS ? wish_ms : PC_AGENTX_TIMEOUT_MAX_MS;
	pc_tcp_set_idle(link->tcp, 0);
}

static void
run(struct pc_agentx_link *link, const struct pc_agentx *pdu, const uint8_t *data, size_t len)
{
	switch (pdu->header.type) {
	case PC_AGENTX_REGISTER:
		on_register(link, pdu, data, len);
		break;
	case PC_AGENTX_UNREGISTER:
		on_unregister(link, pdu, data, len);
		break;
	case PC_AGENTX_CLOSE:
		pc_agentx_answer(link, &pdu->header, 0, 0, NULL, 0);
		pc_agentx_give_up(link);
		break;
	default:
		pc_agentx_admin(link, pdu);
		break;
	}
}

/* ---- PDUs that wait ---- */

static bool
has_deferred(const struct pc_agentx_link *link)
{
	for (size_t i = 0; i < link->lane->n_deferred; i++) {
		if (link->lane->deferred[i].link == link)
			return true;
	}
	return false;
}

static void
defer(struct pc_agentx_link *link, const struct pc_agentx *pdu, const uint8_t *data, size_t len)
{
	struct pc_agentx_lane *lane = link->lane;
	uint8_t *copy = lane->n_deferred < PC_AGENTX_DEFERRED_MAX ? malloc(len) : NULL;
	if (copy == NULL) {
		pc_agentx_answer(link, &pdu->header, PC_AGENTX_REQUEST_DENIED, 0, NULL, 0);
		return;
	}
	memcpy(copy, data, len);
	lane->deferred[lane->n_deferred++] = (struct pc_agentx_deferred){link, copy, len};
	pc_agentx_lane_hold(lane);
}

void
pc_agentx_run_deferred(struct pc_agentx_lane *lane)
{
	while (lane->n_deferred > 0) {
		struct pc_agentx_deferred d = lane->deferred[0];
		struct pc_agentx pdu;
		lane->n_deferred--;
		memmove(&lane->deferred[0], &lane->deferred[1],
			lane->n_deferred * sizeof(lane->deferred[0]));
		if (!d.link->gone && pc_agentx_read(d.data, d.len, &pdu) == PC_OK)
			run(d.link, &pdu, d.data, d.len);
		free(d.data);
	}
}

/* ---- intake ---- */

/* An answer that cannot be read leaves a request without one, so the subagent has to go. */
static void
on_broken(struct pc_agentx_link *link, const struct pc_agentx_header *h)
{
	link->lane->master->counters.malformed++;
	if (h->type == PC_AGENTX_RESPONSE || !link->opened)
		pc_agentx_give_up(link);
	else
		pc_agentx_answer(link, h, PC_AGENTX_PARSE_ERROR, 0, NULL, 0);
}

static void
take_pdu(struct pc_agentx_link *link, const struct pc_agentx_header *h, const uint8_t *data,
	size_t len)
{
	struct pc_agentx pdu;
	link->lane->master->counters.pdus++;
	if (pc_agentx_read(data, len, &pdu) != PC_OK)
		on_broken(link, h);
	else if (h->type == PC_AGENTX_OPEN)
		on_open_pdu(link, &pdu, data, len);
	else if (!link->opened || h->session != link->id)
		pc_agentx_answer(link, h, PC_AGENTX_NOT_OPEN, 0, NULL, 0);
	else if (h->type == PC_AGENTX_RESPONSE)
		on_response(link, &pdu, data, len);
	else if (pdu.n_context > 0)
		pc_agentx_answer(link, h, PC_AGENTX_UNSUPPORTED_CONTEXT, 0, NULL, 0);
	else if (has_deferred(link) ||
		 ((h->type == PC_AGENTX_REGISTER || h->type == PC_AGENTX_UNREGISTER) &&
			 pc_agentx_lane_is_busy(link->lane)))
		defer(link, &pdu, data, len);
	else
		run(link, &pdu, data, len);
}

static size_t
on_data(void *arg, struct pc_tcp *tcp, const uint8_t *data, size_t len)
{
	struct pc_agentx_link *link = arg;
	struct pc_agentx_header h;
	(void)tcp;
	if (link->gone)
		return len;
	int err = pc_agentx_frame(data, len, &h);
	if (err == PC_E_TRUNCATED)
		return 0;
	if (err != PC_OK) {
		link->lane->master->counters.malformed++;
		pc_agentx_give_up(link);
		return len;
	}
	size_t whole = PC_AGENTX_HEADER_BYTES + h.payload;
	take_pdu(link, &h, data, whole);
	return whole;
}

/* ---- connections ---- */

static bool
find_target(const struct pc_agentx_door *door, const struct pc_tcp *tcp, struct pc_snmp_target *ret)
{
	const struct pc_snmp_options *o = &door->master->engine->options;
	bool known = door->at == BY_ADDRESS ? o->find(o->arg, pc_tcp_local(tcp).sin_addr, ret)
					    : o->each(o->arg, door->at, ret);
	return known && pc_device_answers(ret->dev);
}

static struct pc_agentx_link *
link_new(struct pc_agentx_master *m, const struct pc_snmp_target *target, struct pc_tcp *tcp)
{
	struct pc_agentx_lane *lane = pc_agentx_lane_get(m, target);
	struct pc_agentx_link *link = calloc(1, sizeof(*link));
	if (link != NULL) {
		link->tcp = tcp;
		link->timeout_ms = PC_AGENTX_TIMEOUT_MS;
	}
	if (lane != NULL && (link == NULL || pc_agentx_lane_join(lane, link) != 0))
		pc_agentx_lane_drop_idle(lane);
	else if (lane != NULL)
		return link;
	free(link);
	return NULL;
}

static bool
on_open(void *arg, struct pc_tcp *tcp)
{
	const struct pc_agentx_door *door = arg;
	struct pc_agentx_master *m = door->master;
	struct pc_snmp_target target;
	struct pc_agentx_link *link = NULL;
	if (m->counters.links < PC_AGENTX_LINKS_MAX && find_target(door, tcp, &target))
		link = link_new(m, &target, tcp);
	pc_tcp_set_arg(tcp, link);
	if (link == NULL)
		m->counters.refused++;
	else
		m->counters.accepted++;
	return link != NULL;
}

static const struct pc_tcp_handler handler = {
	.open = on_open, .data = on_data, .closed = on_closed};

/* ---- life ---- */

static int
open_door(struct pc_agentx_master *m, struct pc_agentx_door *door, uint32_t at,
	const struct pc_tcp_options *options, struct pc_diag *diag)
{
	door->master = m;
	door->at = at;
	int err = pc_tcp_listen(
		m->engine->options.loop, options, &handler, door, &door->listener, diag);
	if (err != PC_OK)
		pc_diag_prefix(diag, "AgentX");
	return err;
}

static int
open_unix_doors(struct pc_agentx_master *m, const char *dir, struct pc_diag *diag)
{
	const struct pc_snmp_options *o = &m->engine->options;
	struct pc_snmp_target target;
	struct pc_tcp_options options = {
		.max_connections = PC_AGENTX_LANE_LINKS_MAX, .idle_ms = PC_AGENTX_OPEN_MS};
	for (uint32_t at = 0; o->each(o->arg, at, &target); at++) {
		char path[PC_TCP_PATH_MAX + 1];
		if (at == PC_AGENTX_UNIX_PRINTERS_MAX)
			return pc_diag_fail(diag, PC_E_USAGE,
				"AgentX: unix sockets for at most %d printers",
				PC_AGENTX_UNIX_PRINTERS_MAX);
		int n = snprintf(path, sizeof(path), "%s/%u.sock", dir, at + 1);
		if (n < 0 || (size_t)n >= sizeof(path))
			return pc_diag_fail(diag, PC_E_USAGE,
				"AgentX: the directory '%s' is too long for unix sockets (%d)", dir,
				PC_TCP_PATH_MAX);
		options.unix_path = path;
		int err = open_door(m, &m->doors[m->n_doors], at, &options, diag);
		if (err != PC_OK)
			return err;
		m->n_doors++;
	}
	return PC_OK;
}

static int
start(struct pc_agentx_master *m, const struct pc_agentx_master_options *o, struct pc_diag *diag)
{
	struct pc_tcp_options options = {.bind = o->bind,
		.max_connections = PC_AGENTX_LINKS_MAX,
		.idle_ms = PC_AGENTX_OPEN_MS,
		.tap = m->engine->options.tap};
	m->doors = calloc(1 + PC_AGENTX_UNIX_PRINTERS_MAX, sizeof(*m->doors));
	m->gate = pc_agentx_gate_new();
	if (m->doors == NULL || m->gate == NULL)
		return pc_diag_fail(diag, -ENOMEM, "AgentX: %s", pc_err_text(-ENOMEM));
	int err = open_door(m, &m->doors[0], BY_ADDRESS, &options, diag);
	if (err != PC_OK)
		return err;
	m->n_doors = 1;
	return o->dir == NULL ? PC_OK : open_unix_doors(m, o->dir, diag);
}

int
pc_agentx_master_new(const struct pc_agentx_master_options *options, struct pc_agentx_master **ret,
	struct pc_diag *diag)
{
	struct pc_agentx_master *m = calloc(1, sizeof(*m));
	if (m == NULL)
		return pc_diag_fail(diag, -ENOMEM, "AgentX: %s", pc_err_text(-ENOMEM));
	m->engine = options->engine;
	int err = options->engine->options.agentx
			  ? start(m, options, diag)
			  : pc_diag_fail(diag, PC_E_INTERNAL,
				    "AgentX: the engine was not made for subagents");
	if (err != PC_OK) {
		pc_agentx_master_free(m);
		return err;
	}
	*ret = m;
	return PC_OK;
}

void
pc_agentx_master_free(struct pc_agentx_master *master)
{
	if (master == NULL)
		return;
	for (size_t i = 0; i < master->n_doors; i++)
		pc_tcp_listener_close(master->doors[i].listener);
	pc_timer_stop(&master->reaper);
	free(master->doors);
	free(master->gate);
	free(master);
}

struct sockaddr_in
pc_agentx_master_local(const struct pc_agentx_master *master)
{
	return pc_tcp_listener_local(master->doors[0].listener);
}

struct pc_agentx_counters
pc_agentx_master_counters(const struct pc_agentx_master *master)
{
	return master->counters;
}

void
pc_agentx_master_event(struct pc_agentx_master *master, struct pc_device *dev)
{
	const struct pc_snmp_entity *entity = pc_snmp_entity_of(dev);
	(void)master;
	if (entity == NULL || entity->lane == NULL || pc_device_answers(dev))
		return;
	for (struct pc_agentx_link *l = entity->lane->links; l != NULL; l = l->next)
		pc_agentx_give_up(l);
}
