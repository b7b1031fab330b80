#include "conformance/replay.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/rand.h"
#include "base/text.h"
#include "codec/enpc.h"
#include "codec/lpd.h"
#include "codec/snmp.h"
#include "conformance/replay-live.h"

enum { STEPS_MAX = 4096, FORM_FEED = 0x0c, GROUP_OCTET = 0xff };

struct run {
	const struct pc_replay_options *o;
	struct pc_replay_report *r;
	struct pc_replay_live *live;
	struct pc_events *events;
	struct in_addr lowest;      /* of the recorded devices */
	unsigned tries, timeout_ms; /* for the exchange at hand */
	int32_t request_id;
	struct pc_rand rand;
	uint64_t started_ns;  /* live, when the first exchange was played */
	uint64_t recorded_ns; /* when it was recorded */
	struct pc_buf answer;
	struct pc_diag *diag;
};

const char *
pc_replay_outcome_name(enum pc_replay_outcome outcome)
{
	static const char *const names[] = {"pass", "mismatch", "inconclusive"};
	return names[outcome];
}

static void
count_reason(struct pc_replay_reason *list, size_t *n, const char *text)
{
	size_t i = 0;
	while (i < *n && strncmp(list[i].text, text, sizeof(list[i].text) - 1) != 0)
		i++;
	if (i == PC_REPLAY_REASONS_MAX)
		return;
	if (i == *n)
		(*n)++;
	pc_text_copy(list[i].text, sizeof(list[i].text), text);
	list[i].n++;
}

static int
skip(struct run *u, const char *reason)
{
	count_reason(u->r->skipped, &u->r->n_skipped, reason);
	return PC_OK;
}

static struct pc_judge_at
judge_at(const struct pc_exchange *x, const char *scope)
{
	return (struct pc_judge_at){.exchange = x->number,
		.frame = x->answer_frame != 0 ? x->answer_frame : x->request_frame,
		.scope = scope,
		.side = PC_EVENT_ANSWER};
}

/* Where the recorded server is now. False: nobody said. */
static bool
find_target(const struct run *u, const struct pc_exchange *x, struct sockaddr_in *ret)
{
	const struct pc_replay_options *o = u->o;
	uint16_t port = ntohs(x->server.sin_port);
	*ret = x->server;
	ret->sin_port = htons((uint16_t)(port + o->port_offset));
	for (size_t i = 0; i < o->n_maps; i++) {
		if (o->maps[i].recorded.s_addr != x->server.sin_addr.s_addr)
			continue;
		ret->sin_addr = o->maps[i].live.sin_addr;
		if (o->maps[i].live.sin_port != 0)
			ret->sin_port = o->maps[i].live.sin_port;
		return true;
	}
	if (o->has_to) {
		uint32_t distance = ntohl(x->server.sin_addr.s_addr) - ntohl(u->lowest.s_addr);
		ret->sin_addr.s_addr = htonl(ntohl(o->to.sin_addr.s_addr) + distance);
		if (o->to.sin_port != 0)
			ret->sin_port = o->to.sin_port;
		return true;
	}
	return pc_text_is_loopback(x->server.sin_addr);
}

/* Judge the live answer, told as events by the caller. */
static int
judge(struct run *u, const struct pc_exchange *x, const char *scope, struct pc_event_list *recorded,
	struct pc_event_list *live)
{
	struct pc_judge_at at = judge_at(x, scope);
	pc_judge_set_now(u->r->judge, pc_clock_wall_ns(pc_replay_live_clock(u->live)));
	u->r->replayed++;
	u->r->replayed_by_proto[x->proto]++;
	if (recorded->err != PC_OK || live->err != PC_OK)
		return pc_diag_fail(u->diag, PC_E_LIMIT, "exchange %u: too many fields", x->number);
	return pc_judge_compare(u->r->judge, &at, recorded, live, u->diag);
}

static bool
match_snmp(void *arg, const uint8_t *data, size_t len)
{
	const int32_t *id = arg;
	struct pc_snmp_message m;
	struct pc_snmp_varbind *vb = calloc(PC_SNMP_VARBINDS_MAX, sizeof(*vb));
	/* An answer that cannot be decoded is an answer too: the judge shall see it. */
	bool ok = vb != NULL &&
		  (pc_snmp_decode(data, len, vb, PC_SNMP_VARBINDS_MAX, &m, NULL) != PC_OK ||
			  m.request_id == *id);
	free(vb);
	return ok;
}

/* The request with a live id and community. PC_E_NOTFOUND with the reason when it cannot be played.
 */
static int
make_snmp(struct run *u, const struct pc_exchange *x, uint8_t *out, size_t *ret_len,
	uint8_t *ret_pdu, const char **reason)
{
	struct pc_snmp_message m;
	struct pc_snmp_varbind *vb = calloc(PC_SNMP_VARBINDS_MAX, sizeof(*vb));
	if (vb == NULL)
		return -ENOMEM;
	int err =
		pc_snmp_decode(x->request.data, x->request.len, vb, PC_SNMP_VARBINDS_MAX, &m, NULL);
	if (err != PC_OK)
		*reason = m.version == PC_SNMP_V3 ? "SNMPv3: needs the user's passphrases"
						  : "SNMP: the recorded request cannot be decoded";
	else if (m.pdu == PC_SNMP_TRAP_V1 || m.pdu == PC_SNMP_TRAP_V2 || m.pdu == PC_SNMP_INFORM)
		*reason = "SNMP notification: the device sends it, the client cannot provoke it";
	else if (m.pdu == PC_SNMP_SET && u->o->read_only)
		*reason = "SNMP SET: left out by --read-only";
	*ret_pdu = m.pdu;
	if (*reason == NULL) {
		m.request_id = ++u->request_id;
		if (u->o->community != NULL) {
			m.community = (const uint8_t *)u->o->community;
			m.community_len = strlen(u->o->community);
		}
		err = pc_snmp_encode(&m, out, PC_SNMP_MESSAGE_MAX, ret_len, u->diag);
	}
	free(vb);
	return *reason != NULL ? PC_E_NOTFOUND : err;
}

static size_t
drop_tail(struct pc_event_list *l, size_t n)
{
	size_t all = l->n;
	l->n = n < all ? n : all;
	return all;
}

/* Names must come in the order they were asked. Spec: RFC 3416 s4.2.1 */
static void
check_order(struct run *u, const struct pc_exchange *x, const char *scope,
	const struct pc_event_list *a, const struct pc_event_list *b)
{
	struct pc_judge_at at = judge_at(x, scope);
	for (size_t i = 0; i < a->n && a->n == b->n; i++) {
		const char *path = a->events[i].path;
		bool elsewhere = false;
		if (strcmp(path, b->events[i].path) == 0)
			continue;
		for (size_t k = 0; k < b->n; k++)
			elsewhere |= strcmp(path, b->events[k].path) == 0;
		if (!elsewhere)
			continue; /* the judge tells that it is missing */
		pc_judge_fail(u->r->judge, &at, "snmp.order", path, b->events[i].path,
			"the bindings are in another order");
		return;
	}
}

static int
judge_datagram(struct run *u, const struct pc_exchange *x, const char *scope, bool bulk,
	struct pc_bytes answer)
{
	struct pc_event_list a;
	struct pc_event_list b;
	pc_event_list_init(&a);
	pc_event_list_init(&b);
	if (x->proto == PC_PROTO_SNMP) {
		pc_events_snmp(&a, PC_EVENT_ANSWER, x->answer);
		pc_events_snmp(&b, PC_EVENT_ANSWER, answer);
		check_order(u, x, scope, &a, &b);
	} else {
		pc_events_enpc(&a, PC_EVENT_ANSWER, x->answer);
		pc_events_enpc(&b, PC_EVENT_ANSWER, answer);
	}
	size_t na = a.n;
	size_t nb = b.n;
	/* An agent may end a GETBULK answer early: compare as far as both go. Spec: RFC 3416 s4.2.3
	 */
	if (bulk && answer.data != NULL && x->answer.data != NULL) {
		size_t head =
			5; /* version, PDU, community, error, index come before the first binding */
		size_t both = na < nb ? na : nb;
		if (both > head) {
			(void)drop_tail(&a, both);
			(void)drop_tail(&b, both);
		}
	}
	int err = judge(u, x, scope, &a, &b);
	a.n = na;
	b.n = nb;
	pc_event_list_done(&a);
	pc_event_list_done(&b);
	return err;
}

static int
replay_snmp(struct run *u, const struct pc_exchange *x, const struct sockaddr_in *peer,
	const char *scope)
{
	const char *reason = NULL;
	uint8_t pdu = 0;
	size_t len = 0;
	uint8_t *request = malloc(PC_SNMP_MESSAGE_MAX);
	int err = request == NULL ? -ENOMEM : make_snmp(u, x, request, &len, &pdu, &reason);
	if (err != PC_OK) {
		free(request);
		return reason != NULL ? skip(u, reason) : err;
	}
	err = pc_replay_ask(u->live, peer, (struct pc_bytes){request, len}, u->tries, u->timeout_ms,
		match_snmp, &u->request_id, &u->answer);
	free(request);
	if (err != PC_OK && err != PC_E_TIMEOUT)
		return err;
	struct pc_bytes answer = {err == PC_OK ? u->answer.data : NULL, u->answer.len};
	return judge_datagram(u, x, scope, pdu == PC_SNMP_GETBULK, answer);
}

static bool
match_enpc(void *arg, const uint8_t *data, size_t len)
{
	const struct pc_enpc *asked = arg;
	struct pc_enpc m;
	if (pc_enpc_read(data, len, &m) != PC_OK)
		return true;
	return m.type == (asked->type | 0x20) &&
	       (m.function == asked->function || asked->type == PC_ENPC_PROBE);
}

static int
replay_enpc(struct run *u, const struct pc_exchange *x, const struct sockaddr_in *peer,
	const char *scope)
{
	struct pc_enpc m;
	if (pc_enpc_read(x->request.data, x->request.len, &m) != PC_OK)
		return skip(u, "ENPC: the recorded request cannot be decoded");
	if (u->o->read_only && m.type != PC_ENPC_PROBE && m.type != PC_ENPC_QUERY)
		return skip(u, "ENPC command: left out by --read-only");
	int err = pc_replay_ask(
		u->live, peer, x->request, u->tries, u->timeout_ms, match_enpc, &m, &u->answer);
	if (err != PC_OK && err != PC_E_TIMEOUT)
		return err;
	struct pc_bytes answer = {err == PC_OK ? u->answer.data : NULL, u->answer.len};
	return judge_datagram(u, x, scope, false, answer);
}

struct steps {
	size_t ends[STEPS_MAX];
	size_t waits[STEPS_MAX];
	size_t n;
};

/* The client waits for an octet after a job command, a file header and a file. Spec: RFC 1179 s5,
 * s6 */
static int
lpd_steps(const struct pc_exchange *x, struct steps *s)
{
	struct pc_lpd_parser *p = calloc(1, sizeof(*p));
	struct pc_lpd_item item = {.step = PC_LPD_COMMAND};
	size_t at = 0;
	if (p == NULL)
		return -ENOMEM;
	while (item.step != PC_LPD_MORE && item.step != PC_LPD_BAD && s->n < STEPS_MAX - 1) {
		at += pc_lpd_feed(p, x->request.data + at, x->request.len - at, &item);
		bool ack = item.step == PC_LPD_FILE || item.step == PC_LPD_FILE_END ||
			   (item.step == PC_LPD_COMMAND && item.code == PC_LPD_RECEIVE_JOB);
		if (ack && s->n < x->answer.len) {
			s->ends[s->n] = at;
			s->waits[s->n] = s->n + 1;
			s->n++;
		}
	}
	free(p);
	if (s->n == 0 || s->ends[s->n - 1] < x->request.len) {
		s->ends[s->n] = x->request.len;
		s->waits[s->n++] = 0;
	}
	return PC_OK;
}

static int
judge_stream(struct run *u, const struct pc_exchange *x, const char *scope)
{
	struct pc_event_list a;
	struct pc_event_list b;
	struct pc_bytes answer = {u->answer.data, u->answer.len};
	pc_event_list_init(&a);
	pc_event_list_init(&b);
	if (x->proto == PC_PROTO_LPD) {
		pc_events_lpd(&a, x->request, x->answer);
		pc_events_lpd(&b, x->request, answer);
	} else {
		pc_events_raw(&a, x->request, x->answer);
		pc_events_raw(&b, x->request, answer);
	}
	int err = judge(u, x, scope, &a, &b);
	pc_event_list_done(&a);
	pc_event_list_done(&b);
	return err;
}

static int
replay_stream(struct run *u, const struct pc_exchange *x, const struct sockaddr_in *peer,
	const char *scope)
{
	char text[PC_TEXT_ADDR_MAX];
	struct steps *s = calloc(1, sizeof(*s));
	if (x->request.data == NULL || u->o->read_only) {
		free(s);
		return skip(u, x->request.data == NULL
				       ? "a connection on which the client said nothing"
				       : "print job: left out by --read-only");
	}
	int err = s == NULL ? -ENOMEM : PC_OK;
	if (err == PC_OK && x->proto == PC_PROTO_LPD) {
		err = lpd_steps(x, s);
	} else if (err == PC_OK) {
		s->ends[0] = x->request.len;
		s->n = 1;
	}
	if (err == PC_OK) {
		struct pc_replay_talk talk = {.request = x->request,
			.ends = s->ends,
			.waits = s->waits,
			.n = s->n,
			.total = x->answer.len};
		/* Answers of a raw port may have another length; half-closing after the job is
		 * fine. */
		if (x->proto == PC_PROTO_RAW)
			talk.total = x->answer.len > 0 ? 1 : 0;
		err = pc_replay_talk(u->live, peer, &talk, u->timeout_ms, &u->answer);
	}
	free(s);
	if (err == PC_E_REFUSED) {
		struct pc_judge_at at = judge_at(x, scope);
		pc_judge_fail(u->r->judge, &at, pc_proto_name(x->proto), "a connection",
			pc_text_from_sockaddr(peer, text), "the connection is refused");
		u->r->replayed++;
		return PC_OK;
	}
	if (err != PC_OK && err != PC_E_TIMEOUT)
		return err;
	return judge_stream(u, x, scope);
}

static int
replay_http(struct run *u, const struct pc_exchange *x)
{
	struct pc_event_list a;
	struct pc_event_list b;
	struct pc_diag why = {0};
	if (u->o->cloud == NULL)
		return skip(u, "HTTP: no --cloud to send it to");
	if (x->request.data == NULL)
		return skip(u, "HTTP: the request is not in the recording");
	int err = pc_replay_http(u->o, x->request, pc_rand_u64(&u->rand), &u->answer, &why);
	if (err == PC_E_REFUSED) {
		struct pc_judge_at at = judge_at(x, u->o->cloud);
		pc_judge_fail(u->r->judge, &at, "http", "an answer", why.text, "no answer");
		u->r->replayed++;
		return PC_OK;
	}
	if (err != PC_OK)
		return skip(u, why.text);
	pc_event_list_init(&a);
	pc_event_list_init(&b);
	struct pc_bytes answer = {u->answer.data, u->answer.len};
	pc_events_http(&a, PC_EVENT_ANSWER, x->answer, x->closed, x->head);
	pc_events_http(&b, PC_EVENT_ANSWER, answer, true, x->head);
	err = judge(u, x, u->o->cloud, &a, &b);
	pc_event_list_done(&a);
	pc_event_list_done(&b);
	return err;
}

/* Wait until this exchange is due, counted from the first one. */
static void
keep_time(struct run *u, const struct pc_exchange *x)
{
	uint64_t now = pc_clock_ns(pc_replay_live_clock(u->live));
	if (u->recorded_ns == 0) {
		u->started_ns = now;
		u->recorded_ns = x->request_ns;
	}
	if (!u->o->recorded_timing || x->request_ns < u->recorded_ns)
		return;
	uint64_t due = u->started_ns + (x->request_ns - u->recorded_ns);
	if (due > now)
		pc_replay_pause(u->live, (unsigned)((due - now) / 1000000));
}

/* How long an answer is waited for. Where the recording holds silence and its pauses are kept,
 * asking again or waiting on would be late for what follows: once, and half the way to the next
 * exchange. */
static void
set_patience(struct run *u, size_t at)
{
	const struct pc_exchange *x = pc_events_get(u->events, at);
	unsigned limit = u->o->timeout_ms == 0 ? PC_REPLAY_TIMEOUT_MS : u->o->timeout_ms;
	bool datagram = x->proto == PC_PROTO_SNMP || x->proto == PC_PROTO_ENPC;
	u->tries = PC_REPLAY_TRIES;
	u->timeout_ms = limit;
	if (!u->o->recorded_timing || !datagram || x->answer.data != NULL ||
		at + 1 >= pc_events_count(u->events))
		return;
	uint64_t next = pc_events_get(u->events, at + 1)->request_ns;
	uint64_t half = next > x->request_ns ? (next - x->request_ns) / 2000000 : 0;
	u->tries = 1;
	u->timeout_ms = half < limit ? (unsigned)half : limit;
}

static int
replay_one(struct run *u, const struct pc_exchange *x)
{
	struct sockaddr_in peer;
	char scope[PC_TEXT_ADDR_MAX];
	char reason[160];
	pc_buf_clear(&u->answer);
	if (u->o->some_chosen && !u->o->chosen[x->proto])
		return skip(u, "left out by --only");
	if (x->proto == PC_PROTO_HTTP)
		return replay_http(u, x);
	if (x->proto == PC_PROTO_MQTT)
		return skip(
			u, "MQTT: not replayed, the broker's clients are judged from the capture");
	if (x->proto == PC_PROTO_UDP || x->proto == PC_PROTO_TCP)
		return skip(u, "no protocol of a printer");
	if (x->request.data == NULL && x->proto != PC_PROTO_LPD && x->proto != PC_PROTO_RAW)
		return skip(u, "an answer whose request is not in the recording");
	if (!find_target(u, x, &peer)) {
		snprintf(reason, sizeof(reason), "no --to and no --map for %s",
			pc_text_from_ipv4(x->server.sin_addr, scope));
		return skip(u, reason);
	}
	keep_time(u, x);
	pc_text_from_ipv4(peer.sin_addr, scope);
	if (x->proto == PC_PROTO_SNMP)
		return replay_snmp(u, x, &peer, scope);
	if (x->proto == PC_PROTO_ENPC)
		return replay_enpc(u, x, &peer, scope);
	return replay_stream(u, x, &peer, scope);
}

static void
find_lowest(struct run *u)
{
	u->lowest.s_addr = htonl(UINT32_MAX);
	for (size_t i = 0; i < pc_events_count(u->events); i++) {
		const struct pc_exchange *x = pc_events_get(u->events, i);
		bool device = x->proto <= PC_PROTO_RAW && x->answer.data != NULL;
		if (device && ntohl(x->server.sin_addr.s_addr) < ntohl(u->lowest.s_addr))
			u->lowest = x->server.sin_addr;
	}
}

static int
load_masks(const struct pc_replay_options *o, struct pc_mask **ret, struct pc_diag *diag)
{
	static const char *const shipped[] = {
		"snmp-printer.mask", "enpc.mask", "lpd.mask", "http-ers.mask"};
	char path[4096];
	int err = pc_mask_load(o->n_masks > 0 ? o->masks[0] : NULL, o->std_masks, ret, diag);
	for (size_t i = 1; err == PC_OK && i < o->n_masks; i++)
		err = pc_mask_add(*ret, o->masks[i], o->std_masks, diag);
	for (size_t i = 0; err == PC_OK && o->std_masks != NULL && i < 4; i++) {
		snprintf(path, sizeof(path), "%s/%s", o->std_masks, shipped[i]);
		err = pc_mask_add(*ret, path, o->std_masks, diag);
	}
	return err;
}

static void
conclude(struct run *u)
{
	struct pc_replay_report *r = u->r;
	unsigned ceiling =
		u->o->ignored_permille == 0 ? PC_REPLAY_IGNORED_PERMILLE : u->o->ignored_permille;
	const struct pc_events_problem *p;
	for (size_t i = 0; (p = pc_events_problem(u->events, i)) != NULL; i++)
		count_reason(r->inconclusive, &r->n_inconclusive, p->text);
	r->totals = pc_judge_totals(r->judge);
	r->too_much_ignored = r->totals.ignored_permille > ceiling;
	if (r->replayed == 0)
		count_reason(r->inconclusive, &r->n_inconclusive, "nothing was replayed");
	if (r->totals.failed > 0 || r->too_much_ignored)
		r->outcome = PC_REPLAY_MISMATCH;
	else
		r->outcome = r->n_inconclusive > 0 ? PC_REPLAY_INCONCLUSIVE : PC_REPLAY_PASS;
}

static int
replay_all(struct run *u)
{
	int err = PC_OK;
	size_t n = pc_events_count(u->events);
	find_lowest(u);
	u->r->exchanges = n;
	for (size_t i = 0; err == PC_OK && i < n; i++) {
		set_patience(u, i);
		err = replay_one(u, pc_events_get(u->events, i));
		if (u->o->progress != NULL)
			u->o->progress(u->o->progress_arg, i + 1, n);
	}
	if (err == PC_OK)
		conclude(u);
	return err;
}

int
pc_replay_run(
	const struct pc_replay_options *options, struct pc_replay_report *ret, struct pc_diag *diag)
{
	struct pc_diag own = {0};
	struct run u = {.o = options, .r = ret, .diag = diag == NULL ? &own : diag};
	*ret = (struct pc_replay_report){0};
	pc_buf_init(&u.answer, PC_REPLAY_ANSWER_MAX);
	int err = load_masks(options, &ret->mask, u.diag);
	if (err == PC_OK)
		err = pc_judge_new(ret->mask, &ret->judge);
	if (err == PC_OK)
		err = pc_events_load(options->capture, NULL, &u.events, u.diag);
	if (err == PC_OK)
		err = pc_replay_live_new(&u.live, u.diag);
	if (err == PC_OK) {
		/* Fresh identifiers, so that a cloud sees new documents in every run. */
		pc_rand_init(&u.rand, pc_clock_wall_ns(pc_replay_live_clock(u.live)), 1);
		u.request_id = (int32_t)pc_rand_below(&u.rand, 1 << 28);
		err = replay_all(&u);
	}
	pc_buf_done(&u.answer);
	pc_replay_live_free(u.live);
	pc_events_free(u.events);
	if (err != PC_OK)
		pc_replay_report_done(ret);
	return err;
}

void
pc_replay_report_done(struct pc_replay_report *r)
{
	pc_judge_free(r->judge);
	pc_mask_free(r->mask);
	*r = (struct pc_replay_report){0};
}
