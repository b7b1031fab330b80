/* The delegated lane inside net-snmp's library. The library keeps one list of requests that wait
 * for subagents, one of requests that wait for a SET, and a SET waits for the first list to empty:
 * of all subagents. Here each lane has lists of its own, put in place while the library works for
 * it. */
#include <net-snmp/net-snmp-config.h>

#include <net-snmp/net-snmp-includes.h>

#include <net-snmp/library/large_fd_set.h>

#include <net-snmp/agent/net-snmp-agent-includes.h>

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "codec/snmp.h"
#include "snmp/agentx-lane.h"
#include "snmp/mib-common.h"

/* Exported by the library, in none of its installed headers. */
extern netsnmp_agent_session *netsnmp_processing_set;
extern netsnmp_agent_session *agent_delegated_list;
extern netsnmp_agent_session *netsnmp_agent_queued_list;
extern subtree_context_cache *context_subtrees;
extern struct session_list *Sessions;
int handle_master_agentx_packet(int, netsnmp_session *, int, netsnmp_pdu *, void *);
int close_agentx_session(netsnmp_session *, int);
int agentx_parse(netsnmp_session *, netsnmp_pdu *, u_char *, size_t);
int agentx_realloc_build(netsnmp_session *, netsnmp_pdu *, u_char **, size_t *, size_t *);
int agentx_check_packet(u_char *, size_t);

enum {
	LIBRARY_VERSION = 192 | 1, /* its mark of an AgentX session */
	FLAG_CONTEXT = 0x08,
	WAIT_FOR_EVER_US = 0x7fffffff, /* we look after time-outs ourselves */
	ASKED_BYTES_MAX = 2048         /* longer requests are not kept */
};

/* Nobody can name such a context in a request. */
static const char mark = '\001';

/* ---- whose lists are in place ---- */

static void
enter(struct pc_agentx_lane *lane)
{
	assert(lane->master->inside == NULL);
	lane->master->inside = lane;
	netsnmp_processing_set = lane->processing_set;
	agent_delegated_list = lane->delegated;
	netsnmp_agent_queued_list = lane->queued;
}

static void
leave(struct pc_agentx_lane *lane)
{
	lane->processing_set = netsnmp_processing_set;
	lane->delegated = agent_delegated_list;
	lane->queued = netsnmp_agent_queued_list;
	netsnmp_processing_set = NULL;
	agent_delegated_list = NULL;
	netsnmp_agent_queued_list = NULL;
	lane->master->inside = NULL;
}

bool
pc_agentx_lane_is_busy(const struct pc_agentx_lane *lane)
{
	return lane->master->inside == lane ? agent_delegated_list != NULL
					    : lane->delegated != NULL;
}

/* Inside: requests go on as far as they can. PDUs that change the tree are let in between: the
 * library's requests point into the tree. */
static void
go_on(struct pc_agentx_lane *lane)
{
	netsnmp_check_delegated_requests();
	if (lane->n_deferred > 0 && agent_delegated_list != NULL) {
		pc_agentx_lane_hold(lane);
		return;
	}
	if (netsnmp_processing_set == lane->master->gate)
		netsnmp_processing_set = NULL;
	pc_agentx_run_deferred(lane);
	netsnmp_check_outstanding_agent_requests();
}

void
pc_agentx_lane_hold(struct pc_agentx_lane *lane)
{
	netsnmp_agent_session **set =
		lane->master->inside == lane ? &netsnmp_processing_set : &lane->processing_set;
	if (*set == NULL)
		*set = lane->master->gate;
}

/* ---- contexts ---- */

/* Requests of all other printers look for the unnamed context in a list. */
static void
put_unnamed_first(void)
{
	subtree_context_cache **at = &context_subtrees;
	while (*at != NULL && (*at)->context_name[0] != '\0')
		at = &(*at)->next;
	subtree_context_cache *unnamed = *at;
	if (unnamed == NULL)
		return;
	*at = unnamed->next;
	unnamed->next = context_subtrees;
	context_subtrees = unnamed;
}

/* The same for their session. */
static void
put_engine_first(const struct pc_snmp_engine *engine)
{
	struct session_list *engines = engine->session_slot;
	struct session_list **at = &Sessions;
	while (*at != NULL && *at != engines)
		at = &(*at)->next;
	if (*at == NULL)
		return;
	*at = engines->next;
	engines->next = Sessions;
	Sessions = engines;
}

static int
serve_context(struct pc_snmp_engine *engine, const char *context)
{
	if (netsnmp_subtree_find_first(context) != NULL)
		return 0; /* of an earlier lane with this slot */
	int err = pc_snmp_handler_serve(engine, context);
	if (err == 0)
		err = pc_agentx_caps_serve(engine, context);
	put_unnamed_first();
	return err;
}

/* ---- life of a lane ---- */

static struct pc_agentx_lane *
lane_new(struct pc_agentx_master *m, unsigned slot, const struct pc_snmp_target *target,
	struct pc_snmp_entity *entity)
{
	struct pc_agentx_lane *lane = calloc(1, sizeof(*lane));
	if (lane == NULL)
		return NULL;
	lane->master = m;
	lane->target = *target;
	lane->entity = entity;
	lane->slot = slot;
	snprintf(lane->context, sizeof(lane->context), "%cd%u", mark, slot);
	if (serve_context(m->engine, lane->context) != 0) {
		free(lane);
		return NULL;
	}
	return lane;
}

struct pc_agentx_lane *
pc_agentx_lane_get(struct pc_agentx_master *master, const struct pc_snmp_target *target)
{
	struct pc_snmp_entity *entity = pc_snmp_entity_get(target->dev);
	unsigned slot = 0;
	if (entity == NULL || entity->lane != NULL)
		return entity == NULL ? NULL : entity->lane;
	while (slot < PC_AGENTX_LANES_MAX && master->lanes[slot] != NULL)
		slot++;
	if (slot == PC_AGENTX_LANES_MAX)
		return NULL;
	struct pc_agentx_lane *lane = lane_new(master, slot, target, entity);
	if (lane == NULL)
		return NULL;
	master->lanes[slot] = lane;
	master->counters.lanes++;
	entity->lane = lane;
	return lane;
}

static void
lane_free(struct pc_agentx_lane *lane)
{
	lane->entity->lane = NULL;
	lane->master->lanes[lane->slot] = NULL;
	lane->master->counters.lanes--;
	for (size_t i = 0; i < lane->n_deferred; i++)
		free(lane->deferred[i].data);
	for (size_t i = 0; i < sizeof(lane->asked) / sizeof(lane->asked[0]); i++)
		free(lane->asked[i].data);
	free(lane->caps);
	free(lane->indexes);
	free(lane);
}

void
pc_agentx_lane_drop_idle(struct pc_agentx_lane *lane)
{
	if (lane->links == NULL && lane->delegated == NULL && lane->queued == NULL)
		lane_free(lane);
}

netsnmp_agent_session *
pc_agentx_gate_new(void)
{
	return calloc(1, sizeof(netsnmp_agent_session));
}

/* ---- the library's session of a link ---- */

static struct pc_agentx_link *
link_of(const netsnmp_session *session)
{
	return session->callback_magic;
}

/* The library takes the magic of a callback for a request of its own. */
static int
on_library(int operation, netsnmp_session *session, int reqid, netsnmp_pdu *pdu, void *magic)
{
	(void)magic;
	return handle_master_agentx_packet(operation, session, reqid, pdu, NULL);
}

/* Put what is registered without a context into the printer's. */
static int
on_parse(netsnmp_session *session, netsnmp_pdu *pdu, u_char *data, size_t len)
{
	const struct pc_agentx_lane *lane = link_of(session)->lane;
	int err = agentx_parse(session, pdu, data, len);
	if (err != SNMP_ERR_NOERROR ||
		(pdu->command != PC_AGENTX_REGISTER && pdu->command != PC_AGENTX_UNREGISTER))
		return err;
	free(pdu->community);
	pdu->community = (u_char *)strdup(lane->context);
	pdu->community_len = pdu->community == NULL ? 0 : strlen(lane->context);
	return pdu->community == NULL ? SNMPERR_MALLOC : err;
}

/* The other way: a subagent never sees our context, and its answers carry the printer's time. */
static int
on_build(netsnmp_session *session, netsnmp_pdu *pdu, u_char **packet, size_t *size, size_t *offset)
{
	struct pc_agentx_link *link = link_of(session);
	u_long flags = pdu->flags;
	if (pdu->command == PC_AGENTX_RESPONSE) {
		pdu->time = pc_mib_uptime(link->lane->target.dev);
		link->status = (int)pdu->errstat;
		link->id = (uint32_t)pdu->sessid;
		link->swallow = link->quiet;
	} else if (pdu->command != PC_AGENTX_CLEANUPSET) {
		bool reads = pdu->command == PC_AGENTX_GET || pdu->command == PC_AGENTX_GETNEXT;
		pc_agentx_add_debt(link, (uint32_t)pdu->reqid,
			reads ? (uint32_t)count_varbinds(pdu->variables) : 0);
	}
	pdu->flags &= ~(u_long)FLAG_CONTEXT;
	int err = agentx_realloc_build(session, pdu, packet, size, offset);
	pdu->flags = flags;
	return err;
}

struct transport_data {
	struct pc_agentx_link *link; /* borrowed */
};

static int
on_receive(netsnmp_transport *t, void *buf, int size, void **opaque, int *olength)
{
	struct pc_agentx_link *link = ((struct transport_data *)t->data)->link;
	int len = (int)link->n_pdu;
	*opaque = NULL;
	*olength = 0;
	if (len > size)
		return -1;
	memcpy(buf, link->pdu, link->n_pdu);
	return len;
}

/* Never fails: the library would forget that a request waits for this. A link that cannot take it
 * ends, and with it the request. */
static int
on_send(netsnmp_transport *t, const void *buf, int size, void **opaque, int *olength)
{
	struct pc_agentx_link *link = ((struct transport_data *)t->data)->link;
	(void)opaque;
	(void)olength;
	if (!link->swallow)
		pc_agentx_send(link, buf, (size_t)size);
	link->swallow = false;
	return size;
}

static int
on_close(netsnmp_transport *t)
{
	pc_agentx_give_up(((struct transport_data *)t->data)->link);
	return 0;
}

static netsnmp_transport *
transport_new(struct pc_agentx_link *link)
{
	netsnmp_transport *t = calloc(1, sizeof(*t));
	struct transport_data *data = calloc(1, sizeof(*data));
	if (t == NULL || data == NULL) {
		free(t);
		free(data);
		return NULL;
	}
	data->link = link;
	t->data = data; /* both freed by the library */
	t->data_length = (int)sizeof(*data);
	t->sock = 0; /* never read, but the library wants to see it ready */
	t->msgMaxSize = SNMP_MAX_PACKET_LEN;
	t->f_recv = on_receive;
	t->f_send = on_send;
	t->f_close = on_close;
	t->flags = NETSNMP_TRANSPORT_FLAG_OPENED | NETSNMP_TRANSPORT_FLAG_STREAM;
	return t;
}

int
pc_agentx_lane_join(struct pc_agentx_lane *lane, struct pc_agentx_link *link)
{
	netsnmp_session s;
	netsnmp_transport *t =
		lane->n_links < PC_AGENTX_LANE_LINKS_MAX ? transport_new(link) : NULL;
	if (t == NULL)
		return -1;
	snmp_sess_init(&s);
	s.version = LIBRARY_VERSION;
	s.flags |= SNMP_FLAGS_STREAM_SOCKET;
	s.timeout = WAIT_FOR_EVER_US;
	s.retries = 0;
	s.callback = on_library;
	s.callback_magic = link;
	link->session = snmp_add_full(
		&s, t, NULL, on_parse, NULL, NULL, on_build, agentx_check_packet, NULL);
	if (link->session == NULL)
		return -1; /* the library has freed the transport */
	link->slot = snmp_sess_pointer(link->session);
	put_engine_first(lane->master->engine);
	link->lane = lane;
	link->next = lane->links;
	lane->links = link;
	lane->n_links++;
	lane->master->counters.links++;
	return 0;
}

void
pc_agentx_lane_give(struct pc_agentx_link *link, const uint8_t *pdu, size_t len)
{
	struct pc_agentx_lane *lane = link->lane;
	netsnmp_large_fd_set ready;
	bool inside = lane->master->inside == lane; /* a deferred PDU */
	link->pdu = pdu;
	link->n_pdu = len;
	link->status = PC_AGENTX_PROCESSING_ERROR;
	netsnmp_large_fd_set_init(&ready, FD_SETSIZE);
	NETSNMP_LARGE_FD_ZERO(&ready);
	NETSNMP_LARGE_FD_SET(0, &ready);
	if (!inside)
		enter(lane);
	(void)snmp_sess_read2(link->slot, &ready);
	if (!inside) {
		go_on(lane);
		leave(lane);
	}
	netsnmp_large_fd_set_cleanup(&ready);
	link->pdu = NULL;
}

/* Inside: end all requests under way with genErr. A SET undoes what it has done. They point into
 * the tree, which is about to change. */
static void
cancel_all(struct pc_agentx_lane *lane)
{
	for (struct pc_agentx_link *l = lane->links; l != NULL; l = l->next) {
		for (netsnmp_session *s = l->session->subsession; s != NULL; s = s->next) {
			while (netsnmp_remove_delegated_requests_for_session(s) > 0)
				;
		}
	}
}

static void
unlink_link(struct pc_agentx_link *link)
{
	struct pc_agentx_lane *lane = link->lane;
	struct pc_agentx_link **at = &lane->links;
	size_t kept = 0;
	while (*at != link)
		at = &(*at)->next;
	*at = link->next;
	lane->n_links--;
	lane->master->counters.links--;
	for (size_t i = 0; i < link->n_regions; i++)
		lane->n_rows -= link->regions[i].rows;
	for (size_t i = 0; i < lane->n_deferred; i++) {
		if (lane->deferred[i].link == link)
			free(lane->deferred[i].data);
		else
			lane->deferred[kept++] = lane->deferred[i];
	}
	lane->n_deferred = kept;
}

void
pc_agentx_lane_leave(struct pc_agentx_link *link)
{
	struct pc_agentx_lane *lane = link->lane;
	link->gone = true;
	enter(lane);
	cancel_all(lane);
	(void)close_agentx_session(link->session, -1);
	unlink_link(link);
	pc_agentx_admin_forget(link);
	(void)snmp_close(link->session);
	link->session = NULL;
	link->lane = NULL;
	go_on(lane);
	leave(lane);
	pc_agentx_lane_drop_idle(lane);
}

/* ---- requests ---- */

static void
keep_asked(struct pc_agentx_lane *lane, const struct pc_snmp_engine *e, uint32_t serial)
{
	struct pc_agentx_asked *a = &lane->asked[lane->at_asked];
	lane->at_asked = (lane->at_asked + 1) % (sizeof(lane->asked) / sizeof(lane->asked[0]));
	free(a->data);
	*a = (struct pc_agentx_asked){.serial = serial};
	if (e->data == NULL || e->len == 0 || e->len > ASKED_BYTES_MAX)
		return;
	a->data = malloc(e->len);
	if (a->data == NULL)
		return;
	memcpy(a->data, e->data, e->len);
	a->len = e->len;
}

void
pc_agentx_asked(
	const struct pc_snmp_entity *entity, uint32_t serial, const uint8_t **ret, size_t *ret_len)
{
	const struct pc_agentx_lane *lane = entity->lane;
	if (lane == NULL)
		return;
	for (size_t i = 0; i < sizeof(lane->asked) / sizeof(lane->asked[0]); i++) {
		if (lane->asked[i].data != NULL && lane->asked[i].serial == serial) {
			*ret = lane->asked[i].data;
			*ret_len = lane->asked[i].len;
			return;
		}
	}
}

static unsigned
waiting(const struct pc_agentx_lane *lane)
{
	unsigned n = 0;
	for (const netsnmp_agent_session *a = lane->delegated; a != NULL; a = a->next)
		n++;
	for (const netsnmp_agent_session *a = lane->queued; a != NULL; a = a->next)
		n++;
	return n;
}

void
pc_agentx_request(struct pc_snmp_engine *engine, netsnmp_pdu *pdu)
{
	const struct pc_snmp_ride *ride = pdu->transport_data;
	struct pc_agentx_lane *lane = ride->entity->lane;
	if (waiting(lane) >= PC_AGENTX_WAITING_MAX) {
		lane->master->counters.waiting_full++;
		engine->counters.silent_drops++;
		return;
	}
	free(pdu->contextName);
	pdu->contextName = strdup(lane->context);
	pdu->contextNameLen = pdu->contextName == NULL ? 0 : strlen(lane->context);
	keep_asked(lane, engine, ride->serial);
	enter(lane);
	(void)handle_snmp_packet(
		NETSNMP_CALLBACK_OP_RECEIVED_MESSAGE, engine->session, (int)pdu->reqid, pdu, NULL);
	go_on(lane);
	leave(lane);
}

/* The library's builder writes from the end of the buffer, but what a hook has built it expects at
 * the start. */
static int
build_at_start(
	netsnmp_session *session, netsnmp_pdu *pdu, u_char **packet, size_t *size, size_t *offset)
{
	size_t n = 0;
	if ((pdu->flags & UCD_MSG_FLAG_FORWARD_ENCODE) != 0) {
		size_t len = *size;
		int err = snmp_build(packet, &len, &n, session, pdu);
		*offset = len;
		return err;
	}
	int err = snmp_build(packet, size, &n, session, pdu);
	if (err == 0)
		memmove(*packet, *packet + *size - n, n);
	*offset = n;
	return err;
}

/* An error is told with the request's variables, but the library has put answers into them. When
 * the first attempt to build the message fails it takes the request's, and says genErr, which is
 * all that reading may end with. Spec: RFC 3416 s4.2.1 */
static bool
is_half_answered(const netsnmp_pdu *pdu)
{
	const struct pc_snmp_ride *ride = pdu->transport_data;
	if (pdu->errstat == SNMP_ERR_NOERROR || ride == NULL || ride->pdu == PC_SNMP_SET ||
		ride->entity->lane == NULL || ride->entity->lane->retold == ride->serial)
		return false;
	for (const netsnmp_variable_list *vb = pdu->variables; vb != NULL; vb = vb->next_variable) {
		if (vb->type != ASN_NULL) {
			ride->entity->lane->retold = ride->serial;
			return true;
		}
	}
	return false;
}

/* A failed commit names no variable, whoever has failed. Spec: RFC 3416 s4.2.5 */
int
pc_agentx_build_answer(
	netsnmp_session *session, netsnmp_pdu *pdu, u_char **packet, size_t *size, size_t *offset)
{
	char *context = pdu->contextName;
	size_t len = pdu->contextNameLen;
	bool is_ours = context != NULL && context[0] == mark;
	if (is_ours && is_half_answered(pdu))
		return -1;
	if (is_ours) {
		pdu->contextName = NULL;
		pdu->contextNameLen = 0;
	}
	if (pdu->command == SNMP_MSG_RESPONSE &&
		(pdu->errstat == SNMP_ERR_COMMITFAILED || pdu->errstat == SNMP_ERR_UNDOFAILED))
		pdu->errindex = 0;
	int err = build_at_start(session, pdu, packet, size, offset);
	if (is_ours) {
		free(pdu->contextName); /* the library may have made itself one */
		pdu->contextName = context;
		pdu->contextNameLen = len;
	}
	return err;
}
