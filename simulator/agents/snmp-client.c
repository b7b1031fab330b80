#include "agents/snmp-client.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/rand.h"
#include "loop/udp.h"

enum { SLOT_BITS = 10, DEFAULT_TIMEOUT_MS = 1000, MESSAGE_BYTES = 8192 };

/* The request id carries the slot in its low bits and a counter above them. */
struct slot {
	struct pc_snmp_client *client;
	int32_t id; /* 0 = free */
	struct sockaddr_in peer;
	int32_t version;
	uint8_t *message; /* owned */
	size_t len;
	unsigned tries_left;
	struct pc_timer timer;
	pc_snmp_reply_fn fn;
	void *arg;
};

struct pc_snmp_client {
	struct pc_loop *loop;
	struct pc_udp *udp;
	unsigned timeout_ms, retries;
	uint32_t generation;
	uint32_t next_slot;
	struct slot slots[PC_SNMP_CLIENT_PENDING];
	struct pc_snmp_varbind varbinds[PC_SNMP_VARBINDS_MAX]; /* of the response being read */
	struct pc_snmp_walk *walks;                            /* owned list */
	struct pc_snmp_client_counters counters;
};

static void
slot_clear(struct slot *s)
{
	pc_timer_stop(&s->timer);
	free(s->message);
	s->message = NULL;
	s->id = 0;
}

static void
transmit(struct slot *s)
{
	struct in_addr any = {INADDR_ANY};
	pc_udp_send(s->client->udp, &s->peer, any, s->message, s->len);
}

static void
on_timeout(void *arg)
{
	struct slot *s = arg;
	struct pc_snmp_client *c = s->client;
	if (s->tries_left > 0) {
		s->tries_left--;
		c->counters.resent++;
		transmit(s);
		pc_timer_start(&s->timer, c->loop, c->timeout_ms, on_timeout, s);
		return;
	}
	struct pc_snmp_reply reply = {.err = PC_E_TIMEOUT};
	pc_snmp_reply_fn fn = s->fn;
	void *fn_arg = s->arg;
	c->counters.timeouts++;
	slot_clear(s);
	fn(fn_arg, &reply);
}

static void
on_datagram(void *arg, struct pc_udp *udp, const struct sockaddr_in *peer,
	const struct sockaddr_in *local, const uint8_t *data, size_t len)
{
	struct pc_snmp_client *c = arg;
	struct pc_snmp_message m;
	(void)udp;
	(void)local;
	c->counters.received++;
	if (pc_snmp_decode(data, len, c->varbinds, PC_SNMP_VARBINDS_MAX, &m, NULL) != PC_OK ||
		m.pdu != PC_SNMP_RESPONSE) {
		c->counters.malformed++;
		return;
	}
	struct slot *s = &c->slots[m.request_id & (PC_SNMP_CLIENT_PENDING - 1)];
	if (s->id == 0 || s->id != m.request_id || m.version != s->version ||
		peer->sin_addr.s_addr != s->peer.sin_addr.s_addr ||
		peer->sin_port != s->peer.sin_port) {
		c->counters.unexpected++; /* late, doubled, or from somebody else */
		return;
	}
	struct pc_snmp_reply reply = {.err = PC_OK,
		.error_status = m.error_status,
		.error_index = m.error_index,
		.varbinds = m.varbinds,
		.n = m.n_varbinds};
	pc_snmp_reply_fn fn = s->fn;
	void *fn_arg = s->arg;
	slot_clear(s);
	fn(fn_arg, &reply);
}

int
pc_snmp_client_new(const struct pc_snmp_client_options *options, struct pc_snmp_client **ret,
	struct pc_diag *diag)
{
	struct pc_udp_options udp = {.bind = options->bind, .tap = options->tap};
	struct pc_rand rand;
	struct pc_snmp_client *c = calloc(1, sizeof(*c));
	if (c == NULL)
		return -ENOMEM;
	udp.bind.sin_family = AF_INET;
	c->loop = options->loop;
	c->timeout_ms = options->timeout_ms == 0 ? DEFAULT_TIMEOUT_MS : options->timeout_ms;
	c->retries = options->retries;
	pc_rand_init(&rand, options->seed, 161);
	c->generation = (uint32_t)pc_rand_u64(&rand);
	for (size_t i = 0; i < PC_SNMP_CLIENT_PENDING; i++)
		c->slots[i].client = c;
	int err = pc_udp_open(options->loop, &udp, on_datagram, c, &c->udp, diag);
	if (err != PC_OK) {
		free(c);
		return err;
	}
	*ret = c;
	return PC_OK;
}

static struct slot *
take_slot(struct pc_snmp_client *c)
{
	for (uint32_t i = 0; i < PC_SNMP_CLIENT_PENDING; i++) {
		uint32_t at = (c->next_slot + i) & (PC_SNMP_CLIENT_PENDING - 1);
		if (c->slots[at].id == 0) {
			c->next_slot = at + 1;
			c->generation++;
			uint32_t high = c->generation & ((1u << (31 - SLOT_BITS)) - 1);
			c->slots[at].id = (int32_t)(high << SLOT_BITS | at);
			if (c->slots[at].id == 0)
				continue; /* 0 marks a free slot */
			return &c->slots[at];
		}
	}
	return NULL;
}

static int
encode(struct slot *s, const struct pc_snmp_peer *peer, const struct pc_snmp_message *m)
{
	uint8_t buffer[MESSAGE_BYTES];
	int err = pc_snmp_encode(m, buffer, sizeof(buffer), &s->len, NULL);
	if (err != PC_OK)
		return err;
	s->message = malloc(s->len);
	if (s->message == NULL)
		return -ENOMEM;
	memcpy(s->message, buffer, s->len);
	s->peer = peer->addr;
	s->version = peer->version;
	return PC_OK;
}

int
pc_snmp_client_ask(struct pc_snmp_client *c, const struct pc_snmp_peer *peer, uint8_t pdu,
	int32_t non_repeaters, int32_t max_repetitions, struct pc_snmp_varbind *varbinds, size_t n,
	pc_snmp_reply_fn fn, void *arg, int32_t *ret_ticket)
{
	struct slot *s = take_slot(c);
	if (s == NULL)
		return PC_E_LIMIT;
	struct pc_snmp_message m = {.version = peer->version,
		.community = (const uint8_t *)peer->community,
		.community_len = strnlen(peer->community, sizeof(peer->community)),
		.pdu = pdu,
		.request_id = s->id,
		.error_status = pdu == PC_SNMP_GETBULK ? non_repeaters : 0,
		.error_index = pdu == PC_SNMP_GETBULK ? max_repetitions : 0,
		.varbinds = varbinds,
		.n_varbinds = n};
	int err = encode(s, peer, &m);
	if (err != PC_OK) {
		slot_clear(s);
		return err;
	}
	/* A repeated SET could act twice: the first answer may be lost because it was obeyed. */
	s->tries_left = pdu == PC_SNMP_SET ? 0 : c->retries;
	s->fn = fn;
	s->arg = arg;
	if (ret_ticket != NULL)
		*ret_ticket = s->id;
	c->counters.sent++;
	transmit(s);
	pc_timer_start(&s->timer, c->loop, c->timeout_ms, on_timeout, s);
	return PC_OK;
}

void
pc_snmp_client_cancel(struct pc_snmp_client *c, int32_t ticket)
{
	struct slot *s = &c->slots[ticket & (PC_SNMP_CLIENT_PENDING - 1)];
	if (ticket != 0 && s->id == ticket)
		slot_clear(s);
}

struct pc_snmp_client_counters
pc_snmp_client_counters(const struct pc_snmp_client *c)
{
	return c->counters;
}

/* ---- walks ---- */

enum { FIRST_REPETITIONS = 12, VALUES_PER_REQUEST = 96 };

struct column {
	struct pc_oid root;
	struct pc_oid last;
	bool ended;
};

struct pc_snmp_walk {
	struct pc_snmp_client *client;
	struct pc_snmp_walk *next;
	struct pc_snmp_peer peer;
	struct column columns[PC_SNMP_WALK_COLUMNS];
	size_t n_columns;
	size_t asked[PC_SNMP_WALK_COLUMNS]; /* which columns the request under way holds */
	size_t n_asked;
	int32_t repetitions;
	size_t values_left;
	bool disorder;
	int32_t ticket;
	struct pc_timer start; /* the first request goes out in a later turn */
	pc_snmp_walk_fn each;
	pc_snmp_walk_end_fn end;
	void *arg;
};

void
pc_snmp_walk_stop(struct pc_snmp_walk *w)
{
	if (w == NULL)
		return;
	pc_snmp_client_cancel(w->client, w->ticket);
	pc_timer_stop(&w->start);
	for (struct pc_snmp_walk **at = &w->client->walks; *at != NULL; at = &(*at)->next) {
		if (*at == w) {
			*at = w->next;
			break;
		}
	}
	free(w);
}

static void
walk_end(struct pc_snmp_walk *w, int err)
{
	pc_snmp_walk_end_fn end = w->end;
	void *arg = w->arg;
	if (err == PC_OK && w->disorder)
		err = PC_E_BADVALUE;
	w->ticket = 0;
	pc_snmp_walk_stop(w);
	end(arg, err);
}

static void walk_reply(void *arg, const struct pc_snmp_reply *reply);

static void
walk_ask(struct pc_snmp_walk *w)
{
	struct pc_snmp_varbind *vb = w->client->varbinds; /* free to use: nothing is being read */
	w->n_asked = 0;
	for (size_t i = 0; i < w->n_columns; i++) {
		if (w->columns[i].ended)
			continue;
		pc_snmp_varbind_null(&vb[w->n_asked], &w->columns[i].last);
		w->asked[w->n_asked++] = i;
	}
	if (w->n_asked == 0) {
		walk_end(w, PC_OK);
		return;
	}
	int32_t most = VALUES_PER_REQUEST / (int32_t)w->n_asked;
	bool bulk = w->peer.version != PC_SNMP_V1;
	int err = pc_snmp_client_ask(w->client, &w->peer, bulk ? PC_SNMP_GETBULK : PC_SNMP_GETNEXT,
		0, w->repetitions < most ? w->repetitions : most, vb, w->n_asked, walk_reply, w,
		&w->ticket);
	if (err != PC_OK)
		walk_end(w, err);
}

/* One value: does it still belong to its column, and is it behind the one before? */
static void
walk_value(struct pc_snmp_walk *w, size_t at, const struct pc_snmp_varbind *vb)
{
	struct column *c = &w->columns[at];
	if (c->ended)
		return;
	if (vb->type >= PC_BER_NO_SUCH_OBJECT || !pc_oid_is_under(&vb->name, &c->root)) {
		c->ended = true;
		return;
	}
	if (pc_oid_compare(&vb->name, &c->last) <= 0) {
		c->ended = w->disorder = true;
		return;
	}
	c->last = vb->name;
	w->values_left--;
	w->each(w->arg, at, vb->name.arcs + c->root.len, vb->name.len - c->root.len, vb);
}

static bool
walk_error(struct pc_snmp_walk *w, const struct pc_snmp_reply *reply)
{
	enum { TOO_BIG = 1, NO_SUCH_NAME = 2 };
	if (reply->error_status == 0)
		return false;
	if (reply->error_status == TOO_BIG && w->repetitions > 1) {
		w->repetitions /= 2;
	} else if (reply->error_status == NO_SUCH_NAME && reply->error_index >= 1 &&
		   (size_t)reply->error_index <= w->n_asked) {
		w->columns[w->asked[reply->error_index - 1]].ended = true;
	} else {
		for (size_t i = 0; i < w->n_columns; i++)
			w->columns[i].ended = true;
	}
	return true;
}

static void
walk_reply(void *arg, const struct pc_snmp_reply *reply)
{
	struct pc_snmp_walk *w = arg;
	w->ticket = 0;
	if (reply->err != PC_OK) {
		walk_end(w, reply->err);
		return;
	}
	if (!walk_error(w, reply)) {
		if (reply->n < w->n_asked) { /* an answer shorter than one row leads nowhere */
			for (size_t i = reply->n; i < w->n_asked; i++)
				w->columns[w->asked[i]].ended = true;
		}
		for (size_t i = 0; i < reply->n && w->values_left > 0; i++)
			walk_value(w, w->asked[i % w->n_asked], &reply->varbinds[i]);
	}
	if (w->values_left == 0)
		walk_end(w, PC_E_LIMIT);
	else
		walk_ask(w);
}

static void
walk_begin(void *arg)
{
	walk_ask(arg);
}

int
pc_snmp_walk_start(struct pc_snmp_client *c, const struct pc_snmp_peer *peer,
	const struct pc_oid *columns, size_t n_columns, size_t max_values, pc_snmp_walk_fn each,
	pc_snmp_walk_end_fn end, void *arg, struct pc_snmp_walk **ret)
{
	if (n_columns > PC_SNMP_WALK_COLUMNS)
		return PC_E_LIMIT;
	struct pc_snmp_walk *w = calloc(1, sizeof(*w));
	if (w == NULL)
		return -ENOMEM;
	w->client = c;
	w->peer = *peer;
	w->n_columns = n_columns;
	w->repetitions = FIRST_REPETITIONS;
	w->values_left = max_values;
	w->each = each;
	w->end = end;
	w->arg = arg;
	for (size_t i = 0; i < n_columns; i++)
		w->columns[i].root = w->columns[i].last = columns[i];
	w->next = c->walks;
	c->walks = w;
	pc_timer_start(&w->start, c->loop, 0, walk_begin, w);
	*ret = w;
	return PC_OK;
}

void
pc_snmp_client_free(struct pc_snmp_client *c)
{
	if (c == NULL)
		return;
	while (c->walks != NULL)
		pc_snmp_walk_stop(c->walks);
	for (size_t i = 0; i < PC_SNMP_CLIENT_PENDING; i++)
		slot_clear(&c->slots[i]);
	pc_udp_close(c->udp);
	free(c);
}
