#include "snmp/agentx-subagent.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "loop/tcp.h"
#include "snmp/agentx-roots.h"
#include "snmp/agentx-serve.h"
#include "snmp/entity.h"
#include "snmp/mib-common.h"
#include "snmp/receivers.h"

enum { NUMBER_ROOM = 12, NEWS_MAX = 64 };

/* A printer of the subagent. */
struct seat {
	struct pc_agentx_subagent *subagent; /* borrowed */
	struct pc_snmp_target target;
	char context[PC_AGENTX_CONTEXT_MAX + NUMBER_ROOM]; /* "" = the default one */
	bool registered;
};

struct pc_agentx_subagent {
	struct pc_loop *loop; /* borrowed */
	const struct pc_tap *tap;
	struct sockaddr_in master;
	char *path;         /* owned; NULL: TCP */
	struct seat *seats; /* owned */
	size_t n_seats;
	struct pc_tcp *tcp; /* owned; NULL between connections */
	bool opened, stopping;
	uint32_t session, packet, open_packet, ping_packet;
	unsigned retry_ms;
	struct pc_timer timer; /* the next connection, or the next Ping */
	struct pc_agentx_sets sets;
	struct pc_agentx_subagent_counters counters;
	uint8_t out[PC_AGENTX_PDU_MAX]; /* the PDU at hand */
};

int
pc_agentx_address_parse(const char *text, struct pc_agentx_address *ret)
{
	struct pc_agentx_address a = {.path = NULL};
	if (strncmp(text, "unix:", 5) == 0 && text[5] != '\0' &&
		strlen(text + 5) <= PC_TCP_PATH_MAX)
		a.path = text + 5;
	else if (strncmp(text, "tcp:", 4) != 0 ||
		 pc_text_sockaddr(text + 4, PC_AGENTX_PORT, &a.tcp) != PC_OK)
		return PC_E_BADVALUE;
	*ret = a;
	return PC_OK;
}

/* ---- sending ---- */

static void
set_context(const struct seat *seat, struct pc_agentx *pdu)
{
	if (seat->context[0] == '\0')
		return;
	pdu->context = (const uint8_t *)seat->context;
	pdu->n_context = strlen(seat->context);
}

/* What is in `out`. A master that does not read is left. */
static void
send_out(struct pc_agentx_subagent *s, size_t len)
{
	if (s->tcp != NULL && pc_tcp_write(s->tcp, s->out, len) == PC_E_LIMIT)
		pc_tcp_reset(s->tcp);
}

/* A PDU of our own; returns its packet number. */
static uint32_t
send_pdu(struct pc_agentx_subagent *s, struct pc_agentx *pdu, const struct pc_agentx_varbind *v,
	size_t n)
{
	struct pc_agentx_writer w;
	size_t len = 0;
	pdu->header.flags |= PC_AGENTX_BIG_ENDIAN;
	pdu->header.session = s->session;
	pdu->header.transaction = s->packet;
	pdu->header.packet = ++s->packet;
	pc_agentx_begin(&w, s->out, sizeof(s->out), pdu);
	for (size_t i = 0; i < n; i++)
		pc_agentx_add_varbind(&w, &v[i]);
	if (pc_agentx_end(&w, &len) == PC_OK)
		send_out(s, len);
	return s->packet;
}

/* ---- registrations ---- */

static void
send_regions(struct seat *seat, uint8_t type)
{
	struct pc_agentx_root roots[PC_AGENTX_ROOTS_MAX];
	size_t n = pc_agentx_roots(seat->target.tree, seat->context[0] == '\0', roots);
	for (size_t i = 0; i < n; i++) {
		struct pc_agentx pdu = {
			.header = {.type = type}, .priority = PC_AGENTX_OWN_PRIORITY};
		set_context(seat, &pdu);
		pdu.oid.len = roots[i].n;
		memcpy(pdu.oid.arcs, roots[i].arcs, roots[i].n * sizeof(roots[i].arcs[0]));
		(void)send_pdu(seat->subagent, &pdu, NULL, 0);
	}
	seat->registered = type == PC_AGENTX_REGISTER;
}

/* A printer that is off serves nothing. */
static void
match(struct seat *seat)
{
	bool answers = pc_device_answers(seat->target.dev);
	if (answers != seat->registered)
		send_regions(seat, answers ? PC_AGENTX_REGISTER : PC_AGENTX_UNREGISTER);
}

void
pc_agentx_subagent_event(struct pc_agentx_subagent *subagent, struct pc_device *dev)
{
	if (!subagent->opened)
		return;
	for (size_t i = 0; i < subagent->n_seats; i++) {
		if (subagent->seats[i].target.dev == dev)
			match(&subagent->seats[i]);
	}
}

/* ---- notifications. Spec: RFC 2741 s6.2.10 ---- */

static void
on_news(void *arg, struct pc_device *dev, const struct pc_snmp_news *news)
{
	static const uint32_t up_time[] = {1, 3, 6, 1, 2, 1, 1, 3, 0};
	static const uint32_t trap[] = {1, 3, 6, 1, 6, 3, 1, 1, 4, 1, 0};
	struct seat *seat = arg;
	struct pc_agentx_subagent *s = seat->subagent;
	size_t n = news->n_variables < NEWS_MAX ? news->n_variables : NEWS_MAX;
	struct pc_snmp_value v;
	struct pc_agentx pdu = {.header = {.type = PC_AGENTX_NOTIFY}};
	struct pc_agentx_varbind *vb = s->opened ? calloc(n + 2, sizeof(*vb)) : NULL;
	if (vb == NULL)
		return;
	pc_snmp_set_integer(&v, PC_SNMP_TIMETICKS, pc_mib_uptime(dev));
	pc_agentx_take_value(up_time, sizeof(up_time) / sizeof(up_time[0]), &v, &vb[0]);
	pc_snmp_set_oid(&v, news->oid, news->n_oid);
	pc_agentx_take_value(trap, sizeof(trap) / sizeof(trap[0]), &v, &vb[1]);
	for (size_t i = 0; i < n; i++)
		pc_agentx_take_value(news->variables[i].oid, news->variables[i].n_oid,
			&news->variables[i].value, &vb[i + 2]);
	set_context(seat, &pdu);
	s->counters.notifications++;
	(void)send_pdu(s, &pdu, vb, n + 2);
	free(vb);
}

/* ---- session ---- */

static void connect_now(void *arg);

static void
ping(void *arg)
{
	struct pc_agentx_subagent *s = arg;
	struct pc_agentx pdu = {.header = {.type = PC_AGENTX_PING}};
	if (s->ping_packet != 0) {
		pc_tcp_reset(s->tcp); /* the last one was not answered */
		return;
	}
	pc_timer_start(&s->timer, s->loop, PC_AGENTX_PING_MS, ping, s);
	s->ping_packet = send_pdu(s, &pdu, NULL, 0);
}

static void
say_open(struct pc_agentx_subagent *s)
{
	char text[PC_TEXT_ADDR_MAX + 64];
	struct pc_agentx pdu = {.header = {.type = PC_AGENTX_OPEN}};
	int n = snprintf(text, sizeof(text), "presscheck, %zu printer%s", s->n_seats,
		s->n_seats == 1 ? "" : "s");
	pdu.text = (const uint8_t *)text;
	pdu.n_text = n > 0 ? (size_t)n : 0;
	s->session = 0;
	s->packet = 0;
	s->ping_packet = 0;
	s->open_packet = send_pdu(s, &pdu, NULL, 0);
}

static void
say_close(struct pc_agentx_subagent *s, enum pc_agentx_reason reason)
{
	struct pc_agentx pdu = {.header = {.type = PC_AGENTX_CLOSE}, .reason = (uint8_t)reason};
	if (s->opened)
		(void)send_pdu(s, &pdu, NULL, 0);
}

static void
on_opened(struct pc_agentx_subagent *s, const struct pc_agentx *pdu)
{
	if (pdu->error != 0) {
		pc_tcp_close(s->tcp);
		return;
	}
	s->opened = true;
	s->session = pdu->header.session;
	s->retry_ms = PC_AGENTX_RETRY_MS;
	s->counters.opens++;
	s->counters.registered = 0;
	s->counters.refused = 0;
	for (size_t i = 0; i < s->n_seats; i++) {
		s->seats[i].registered = false;
		match(&s->seats[i]);
	}
	pc_timer_start(&s->timer, s->loop, PC_AGENTX_PING_MS, ping, s);
}

/* To Open, Ping, Register, Unregister and Notify; whatever the last three are told, life goes on.
 */
static void
on_response(struct pc_agentx_subagent *s, const struct pc_agentx *pdu)
{
	if (!s->opened && pdu->header.packet == s->open_packet)
		on_opened(s, pdu);
	else if (s->ping_packet != 0 && pdu->header.packet == s->ping_packet)
		s->ping_packet = 0;
	else if (pdu->error == 0)
		s->counters.registered++;
	else
		s->counters.refused++;
}

static struct seat *
find_seat(struct pc_agentx_subagent *s, const struct pc_agentx *pdu)
{
	for (size_t i = 0; i < s->n_seats; i++) {
		if (strlen(s->seats[i].context) == pdu->n_context &&
			(pdu->n_context == 0 ||
				memcmp(s->seats[i].context, pdu->context, pdu->n_context) == 0))
			return &s->seats[i];
	}
	return NULL;
}

static bool
is_set_step(uint8_t type)
{
	return type == PC_AGENTX_COMMITSET || type == PC_AGENTX_UNDOSET ||
	       type == PC_AGENTX_CLEANUPSET;
}

/* A request that cannot be served is told so. Spec: RFC 2741 s7.2.2 */
static void
refuse(struct pc_agentx_subagent *s, const struct pc_agentx_header *to, uint16_t error)
{
	struct pc_agentx answer = {.header = *to, .error = error};
	struct pc_agentx_writer w;
	size_t len = 0;
	answer.header.type = PC_AGENTX_RESPONSE;
	answer.header.flags &= PC_AGENTX_BIG_ENDIAN;
	pc_agentx_begin(&w, s->out, sizeof(s->out), &answer);
	if (pc_agentx_end(&w, &len) == PC_OK)
		send_out(s, len);
}

static void
on_request(
	struct pc_agentx_subagent *s, const struct pc_agentx *pdu, const uint8_t *data, size_t len)
{
	struct seat *seat = is_set_step(pdu->header.type) ? NULL : find_seat(s, pdu);
	size_t n = 0;
	s->counters.requests++;
	if (!s->opened || pdu->header.session != s->session) {
		refuse(s, &pdu->header, PC_AGENTX_NOT_OPEN);
	} else if (seat == NULL && !is_set_step(pdu->header.type)) {
		refuse(s, &pdu->header, PC_AGENTX_UNSUPPORTED_CONTEXT);
	} else {
		pc_agentx_serve(
			&s->sets, seat == NULL ? NULL : &seat->target, pdu, data, len, s->out, &n);
		if (n > 0)
			send_out(s, n);
	}
}

static void
take_pdu(struct pc_agentx_subagent *s, const struct pc_agentx_header *h, const uint8_t *data,
	size_t len)
{
	struct pc_agentx pdu;
	if (pc_agentx_read(data, len, &pdu) != PC_OK) {
		s->counters.malformed++;
		refuse(s, h, PC_AGENTX_PARSE_ERROR);
	} else if (h->type == PC_AGENTX_RESPONSE) {
		on_response(s, &pdu);
	} else if (h->type == PC_AGENTX_CLOSE) {
		pc_tcp_close(s->tcp); /* by the master */
	} else {
		on_request(s, &pdu, data, len);
	}
}

/* ---- connection ---- */

static size_t
on_data(void *arg, struct pc_tcp *tcp, const uint8_t *data, size_t len)
{
	struct pc_agentx_subagent *s = arg;
	struct pc_agentx_header h;
	int err = pc_agentx_frame(data, len, &h);
	if (err == PC_E_TRUNCATED)
		return 0;
	if (err != PC_OK) {
		s->counters.malformed++;
		say_close(s, PC_AGENTX_REASON_PARSE_ERROR);
		pc_tcp_close(tcp);
		return len;
	}
	take_pdu(s, &h, data, PC_AGENTX_HEADER_BYTES + h.payload);
	return PC_AGENTX_HEADER_BYTES + h.payload;
}

static bool
on_open(void *arg, struct pc_tcp *tcp)
{
	struct pc_agentx_subagent *s = arg;
	s->tcp = tcp;
	say_open(s);
	return true;
}

/* A master that is not there may come; one that answers nothing sensible is not asked all the time.
 */
static void
retry(struct pc_agentx_subagent *s)
{
	if (s->stopping)
		return;
	pc_timer_start(&s->timer, s->loop, s->retry_ms, connect_now, s);
	s->retry_ms =
		s->retry_ms * 2 < PC_AGENTX_RETRY_MAX_MS ? s->retry_ms * 2 : PC_AGENTX_RETRY_MAX_MS;
}

static void
on_closed(void *arg, struct pc_tcp *tcp, enum pc_tcp_end end)
{
	struct pc_agentx_subagent *s = arg;
	(void)tcp;
	(void)end;
	s->tcp = NULL;
	s->opened = false;
	pc_agentx_sets_done(&s->sets);
	for (size_t i = 0; i < s->n_seats; i++)
		s->seats[i].registered = false;
	retry(s);
}

static const struct pc_tcp_handler handler = {
	.open = on_open, .data = on_data, .closed = on_closed};

static void
connect_now(void *arg)
{
	struct pc_agentx_subagent *s = arg;
	struct pc_tcp_options options = {.tap = s->tap, .unix_path = s->path};
	s->counters.connects++;
	if (pc_tcp_connect(s->loop, &s->master, NULL, &options, &handler, s, &s->tcp, NULL) !=
		PC_OK)
		retry(s);
}

/* ---- life ---- */

/* "d7", or what the caller chose; of several printers with the number behind it. */
static void
name_context(struct seat *seat, size_t number, size_t of, const char *choice)
{
	if (of == 1)
		pc_text_copy(seat->context, sizeof(seat->context), choice == NULL ? "" : choice);
	else
		(void)snprintf(seat->context, sizeof(seat->context), "%.*s%zu",
			PC_AGENTX_CONTEXT_MAX, choice == NULL ? "d" : choice, number);
}

static int
take_seats(struct pc_agentx_subagent *s, const struct pc_agentx_subagent_options *o,
	struct pc_diag *diag)
{
	struct pc_snmp_target target;
	size_t n = 0;
	while (n <= PC_AGENTX_PRINTERS_MAX && o->each(o->arg, n, &target))
		n++;
	if (n == 0 || n > PC_AGENTX_PRINTERS_MAX)
		return pc_diag_fail(diag, PC_E_USAGE, "AgentX: a subagent for 1 to %d printers",
			PC_AGENTX_PRINTERS_MAX);
	s->seats = calloc(n, sizeof(*s->seats));
	if (s->seats == NULL)
		return -ENOMEM;
	s->n_seats = n;
	for (size_t i = 0; i < n; i++) {
		struct seat *seat = &s->seats[i];
		struct pc_snmp_entity *entity = NULL;
		(void)o->each(o->arg, i, &seat->target);
		seat->subagent = s;
		name_context(seat, i + 1, n, o->context);
		entity = pc_snmp_entity_get(seat->target.dev);
		if (entity == NULL)
			return -ENOMEM;
		entity->listener = on_news;
		entity->listener_arg = seat;
	}
	return PC_OK;
}

int
pc_agentx_subagent_new(const struct pc_agentx_subagent_options *options,
	struct pc_agentx_subagent **ret, struct pc_diag *diag)
{
	struct pc_agentx_subagent *s = NULL;
	if (options->context != NULL && strlen(options->context) > PC_AGENTX_CONTEXT_MAX)
		return pc_diag_fail(diag, PC_E_LIMIT, "AgentX: the context '%s' has over %d octets",
			options->context, PC_AGENTX_CONTEXT_MAX);
	s = calloc(1, sizeof(*s));
	if (s == NULL)
		return -ENOMEM;
	s->loop = options->loop;
	s->tap = options->tap;
	s->master = options->master.tcp;
	s->retry_ms = PC_AGENTX_RETRY_MS;
	if (options->master.path != NULL)
		s->path = strdup(options->master.path);
	int err = options->master.path != NULL && s->path == NULL ? -ENOMEM
								  : take_seats(s, options, diag);
	if (err != PC_OK) {
		pc_agentx_subagent_free(s);
		return err;
	}
	connect_now(s);
	*ret = s;
	return PC_OK;
}

void
pc_agentx_subagent_free(struct pc_agentx_subagent *subagent)
{
	if (subagent == NULL)
		return;
	subagent->stopping = true;
	say_close(subagent, PC_AGENTX_REASON_SHUTDOWN);
	if (subagent->tcp != NULL)
		pc_tcp_close(subagent->tcp);
	if (subagent->tcp != NULL) /* the master does not read */
		pc_tcp_reset(subagent->tcp);
	pc_timer_stop(&subagent->timer);
	for (size_t i = 0; i < subagent->n_seats; i++) {
		struct pc_snmp_entity *e =
			subagent->seats[i].target.dev == NULL
				? NULL
				: pc_snmp_entity_of(subagent->seats[i].target.dev);
		if (e != NULL)
			e->listener = NULL;
	}
	pc_agentx_sets_done(&subagent->sets);
	free(subagent->seats);
	free(subagent->path);
	free(subagent);
}

struct pc_agentx_subagent_counters
pc_agentx_subagent_counters(const struct pc_agentx_subagent *subagent)
{
	return subagent->counters;
}
