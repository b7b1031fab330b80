#include "capture/tcpasm.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "capture/frame.h"

enum { BUCKETS = 1 << 14, FIRST_EXTENTS = 8, FIRST_STREAMS = 64 };

struct pc_tcpasm {
	struct pc_tcp_stream *streams; /* owned */
	size_t n;
	size_t cap;
	size_t extents;
	uint64_t bytes;
	uint32_t buckets[BUCKETS]; /* newest stream of a bucket, +1 */
};

int
pc_tcpasm_new(struct pc_tcpasm **ret)
{
	*ret = calloc(1, sizeof(**ret));
	return *ret == NULL ? -ENOMEM : PC_OK;
}

void
pc_tcpasm_free(struct pc_tcpasm *a)
{
	if (a == NULL)
		return;
	for (size_t i = 0; i < a->n; i++) {
		free(a->streams[i].half[0].extents);
		free(a->streams[i].half[1].extents);
	}
	free(a->streams);
	free(a);
}

size_t
pc_tcpasm_count(const struct pc_tcpasm *a)
{
	return a->n;
}

const struct pc_tcp_stream *
pc_tcpasm_get(const struct pc_tcpasm *a, size_t at)
{
	return at < a->n ? &a->streams[at] : NULL;
}

static bool
same(const struct sockaddr_in *a, const struct sockaddr_in *b)
{
	return a->sin_addr.s_addr == b->sin_addr.s_addr && a->sin_port == b->sin_port;
}

/* Both directions of a connection give the same bucket. */
static size_t
bucket_of(const struct pc_segment *s)
{
	uint32_t h = s->from.sin_addr.s_addr ^ s->to.sin_addr.s_addr;
	h ^= ((uint32_t)s->from.sin_port ^ s->to.sin_port) * 0x9e3779b1u;
	h ^= h >> 15;
	return h * 0x85ebca6bu >> 18;
}

static struct pc_tcp_stream *
find_stream(struct pc_tcpasm *a, const struct pc_segment *s, unsigned *ret_side)
{
	for (uint32_t i = a->buckets[bucket_of(s)]; i != 0; i = a->streams[i - 1].older) {
		struct pc_tcp_stream *t = &a->streams[i - 1];
		if (same(&t->client, &s->from) && same(&t->server, &s->to)) {
			*ret_side = 0;
			return t;
		}
		if (same(&t->client, &s->to) && same(&t->server, &s->from)) {
			*ret_side = 1;
			return t;
		}
	}
	return NULL;
}

static struct pc_tcp_stream *
add_stream(struct pc_tcpasm *a, const struct pc_segment *s, const struct pc_packet *p)
{
	if (a->n == a->cap) {
		size_t cap = a->cap == 0 ? FIRST_STREAMS : a->cap * 2;
		struct pc_tcp_stream *more = realloc(a->streams, cap * sizeof(*more));
		if (more == NULL)
			return NULL;
		a->streams = more;
		a->cap = cap;
	}
	/* Without a handshake the lower port is the server's. */
	bool answer = (s->flags & (PC_TCP_SYN | PC_TCP_ACK)) == (PC_TCP_SYN | PC_TCP_ACK);
	bool backwards = answer || ((s->flags & PC_TCP_SYN) == 0 &&
					   ntohs(s->from.sin_port) < ntohs(s->to.sin_port));
	uint32_t *bucket = &a->buckets[bucket_of(s)];
	struct pc_tcp_stream *t = &a->streams[a->n];
	*t = (struct pc_tcp_stream){.number = (uint32_t)a->n,
		.client = backwards ? s->to : s->from,
		.server = backwards ? s->from : s->to,
		.first_frame = p->frame,
		.first_ns = p->wall_ns,
		.older = *bucket};
	*bucket = (uint32_t)++a->n;
	return t;
}

static int
insert(struct pc_tcpasm *a, struct pc_tcp_half *h, size_t at, const struct pc_tcp_extent *x,
	struct pc_diag *diag)
{
	if (a->extents == PC_TCPASM_EXTENTS_MAX || x->len > PC_TCPASM_BYTES_MAX - a->bytes)
		return pc_diag_fail(diag, PC_E_LIMIT,
			"frame %llu: the TCP streams exceed %d segments or %d bytes; split the file",
			(unsigned long long)x->frame, PC_TCPASM_EXTENTS_MAX, PC_TCPASM_BYTES_MAX);
	if (h->n_extents == h->cap) {
		size_t cap = h->cap == 0 ? FIRST_EXTENTS : h->cap * 2;
		struct pc_tcp_extent *more = realloc(h->extents, cap * sizeof(*more));
		if (more == NULL)
			return -ENOMEM;
		h->extents = more;
		h->cap = cap;
	}
	memmove(h->extents + at + 1, h->extents + at, (h->n_extents - at) * sizeof(*h->extents));
	h->extents[at] = *x;
	h->n_extents++;
	a->extents++;
	a->bytes += x->len;
	return PC_OK;
}

/* First extent that ends behind `at`. Mostly the end of the array: data come in order. */
static size_t
search(const struct pc_tcp_half *h, uint64_t at)
{
	size_t lo = 0;
	size_t hi = h->n_extents;
	if (hi > 0 && h->extents[hi - 1].at + h->extents[hi - 1].len <= at)
		return hi;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (h->extents[mid].at + h->extents[mid].len <= at)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* Put bytes in; those seen before are compared, the first ones stay. */
static int
add_bytes(struct pc_tcpasm *a, struct pc_tcp_half *h, struct pc_tcp_extent x, struct pc_diag *diag)
{
	uint64_t end = x.at + x.len;
	size_t i = search(h, x.at);
	bool again = false;
	bool conflict = false;
	while (x.at < end) {
		const struct pc_tcp_extent *e = i < h->n_extents ? &h->extents[i] : NULL;
		uint64_t stop = end;
		if (e != NULL && e->at <= x.at) {
			stop = e->at + e->len < end ? e->at + e->len : end;
			again = true;
			conflict |= memcmp(x.data, e->data + (x.at - e->at),
					    (size_t)(stop - x.at)) != 0;
		} else {
			if (e != NULL && e->at < end)
				stop = e->at;
			x.len = (uint32_t)(stop - x.at);
			int err = insert(a, h, i, &x, diag);
			if (err != PC_OK)
				return err;
		}
		x.data += stop - x.at;
		x.at = stop;
		i++;
	}
	h->retransmits += again ? 1 : 0;
	h->conflicts += conflict ? 1 : 0;
	h->next = end > h->next ? end : h->next;
	return PC_OK;
}

/* Offset of a sequence number: its signed distance to the highest byte seen. */
static int64_t
offset_of(const struct pc_tcp_half *h, uint32_t seq)
{
	return (int64_t)h->next + (int32_t)(seq - (h->base + (uint32_t)h->next));
}

/* Earlier data turned up in a recording that starts in the middle: move everything up. */
static void
rebase(struct pc_tcp_half *h, uint32_t seq, uint64_t by)
{
	for (size_t i = 0; i < h->n_extents; i++)
		h->extents[i].at += by;
	h->next += by;
	h->fin_at += h->fin ? by : 0;
	h->acked += h->acked > 0 ? by : 0;
	h->base = seq;
}

static void
start_half(struct pc_tcp_half *h, const struct pc_segment *s)
{
	bool syn = (s->flags & PC_TCP_SYN) != 0;
	if (h->started && (!syn || h->syn))
		return;
	if (!h->started)
		h->base = s->seq + (syn ? 1 : 0);
	h->syn = syn;
	h->started = true;
}

/* The peer's acknowledgement tells how far this half really went. */
static void
note_ack(struct pc_tcp_half *h, uint32_t ack)
{
	if (!h->started)
		return;
	int64_t at = offset_of(h, ack);
	if (h->fin && at == (int64_t)h->fin_at + 1)
		at--;
	if (at > 0 && (uint64_t)at > h->acked && (uint64_t)at < h->next + (UINT32_C(1) << 30))
		h->acked = (uint64_t)at;
}

static int
take(struct pc_tcpasm *a, struct pc_tcp_half *h, const struct pc_segment *s,
	const struct pc_packet *p, struct pc_diag *diag)
{
	struct pc_tcp_extent x = {
		.len = (uint32_t)s->len, .data = s->data, .wall_ns = p->wall_ns, .frame = p->frame};
	start_half(h, s);
	uint32_t seq = s->seq + ((s->flags & PC_TCP_SYN) != 0 ? 1 : 0);
	int64_t at = offset_of(h, seq);
	if (at < 0 && !h->syn && s->len > 0) {
		rebase(h, seq, (uint64_t)-at);
		at = 0;
	}
	if ((s->flags & PC_TCP_RST) != 0)
		h->rst = true;
	if ((s->flags & PC_TCP_FIN) != 0 && !h->fin && at >= 0) {
		h->fin = true;
		h->fin_at = (uint64_t)at + s->len + s->missing;
	}
	if (at < 0) { /* a keep-alive probe, or a retransmission of what lies before the start */
		if ((uint64_t)-at >= x.len)
			return PC_OK;
		x.data += -at;
		x.len -= (uint32_t)-at;
		at = 0;
	}
	x.at = (uint64_t)at;
	return x.len == 0 ? PC_OK : add_bytes(a, h, x, diag);
}

/* A SYN with another initial number, or any SYN after the end, begins a new connection. */
static bool
is_new(const struct pc_tcp_stream *t, unsigned side, const struct pc_segment *s)
{
	const struct pc_tcp_half *h = &t->half[side];
	if ((s->flags & PC_TCP_SYN) == 0 || (s->flags & PC_TCP_ACK) != 0)
		return false;
	return t->closed || !h->syn || h->base != s->seq + 1;
}

int
pc_tcpasm_add(struct pc_tcpasm *a, const struct pc_segment *s, const struct pc_packet *p,
	struct pc_diag *diag)
{
	unsigned side = 0;
	if (s->protocol != IPPROTO_TCP)
		return PC_OK;
	struct pc_tcp_stream *t = find_stream(a, s, &side);
	if (t == NULL || is_new(t, side, s)) {
		if (a->n == PC_TCPASM_STREAMS_MAX)
			return pc_diag_fail(diag, PC_E_LIMIT,
				"frame %llu: more than %d TCP connections; split the file",
				(unsigned long long)p->frame, PC_TCPASM_STREAMS_MAX);
		t = add_stream(a, s, p);
		if (t == NULL)
			return -ENOMEM;
		side = same(&t->client, &s->from) && same(&t->server, &s->to) ? 0 : 1;
	}
	if ((s->flags & PC_TCP_SYN) != 0 && t->comment == NULL && side == 0) {
		size_t n = 0;
		for (size_t i = 0; pc_packet_comment(p, i, &n) != NULL; i++) {
			t->comment = pc_packet_comment(p, i, &n); /* marks come before it */
			t->comment_len = n;
		}
	}
	int err = take(a, &t->half[side], s, p, diag);
	if (err == PC_OK && (s->flags & PC_TCP_ACK) != 0)
		note_ack(&t->half[1 - side], s->ack);
	t->closed = t->half[0].rst || t->half[1].rst || (t->half[0].fin && t->half[1].fin);
	return err;
}

static int
hole(const struct pc_tcp_stream *s, unsigned side, uint64_t at, uint64_t len, size_t before,
	struct pc_diag *diag)
{
	const struct pc_tcp_half *h = &s->half[side];
	char from[PC_TEXT_ADDR_MAX];
	char to[PC_TEXT_ADDR_MAX];
	uint64_t after = before == 0 ? s->first_frame : h->extents[before - 1].frame;
	pc_text_from_sockaddr(side == 0 ? &s->client : &s->server, from);
	pc_text_from_sockaddr(side == 0 ? &s->server : &s->client, to);
	pc_diag_set(diag,
		"stream %u (%s -> %s): %llu bytes missing at offset %llu, after frame %llu",
		s->number, from, to, (unsigned long long)len, (unsigned long long)at,
		(unsigned long long)after);
	if (before < h->n_extents) {
		struct pc_diag head = diag == NULL ? (struct pc_diag){0} : *diag;
		pc_diag_set(diag, "%s, before frame %llu", head.text,
			(unsigned long long)h->extents[before].frame);
	}
	return PC_E_MISMATCH;
}

int
pc_tcp_stream_check(const struct pc_tcp_stream *s, unsigned side, struct pc_diag *diag)
{
	const struct pc_tcp_half *h = &s->half[side];
	uint64_t at = 0;
	for (size_t i = 0; i < h->n_extents; i++) {
		if (h->extents[i].at > at)
			return hole(s, side, at, h->extents[i].at - at, i, diag);
		at = h->extents[i].at + h->extents[i].len;
	}
	if (h->fin && h->fin_at > at)
		return hole(s, side, at, h->fin_at - at, h->n_extents, diag);
	if (!h->fin && h->acked > at)
		return hole(s, side, at, h->acked - at, h->n_extents, diag);
	if (h->conflicts > 0)
		return pc_diag_fail(diag, PC_E_MISMATCH,
			"stream %u: %u retransmissions carry other bytes than before", s->number,
			h->conflicts);
	return PC_OK;
}

int
pc_tcp_stream_bytes(const struct pc_tcp_stream *s, unsigned side, struct pc_buf *out)
{
	const struct pc_tcp_half *h = &s->half[side];
	uint64_t at = 0;
	for (size_t i = 0; i < h->n_extents && h->extents[i].at == at; i++) {
		int err = pc_buf_add(out, h->extents[i].data, h->extents[i].len);
		if (err != PC_OK)
			return err;
		at += h->extents[i].len;
	}
	return PC_OK;
}

const struct pc_tcp_extent *
pc_tcp_stream_at(const struct pc_tcp_stream *s, unsigned side, uint64_t at)
{
	const struct pc_tcp_half *h = &s->half[side];
	size_t i = search(h, at);
	return i < h->n_extents && h->extents[i].at <= at ? &h->extents[i] : NULL;
}
