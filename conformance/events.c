#include "conformance/events.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "capture/tap-file.h"
#include "codec/enpc.h"
#include "codec/mqtt.h"
#include "codec/snmp.h"
#include "conformance/http-parse.h"

enum {
	BUCKETS = 1 << 14,
	CHAIN_MAX = 256, /* exchanges of one client looked at to find the question of an answer */
	MQTT_CONNECT_BYTE = 0x10,
	SUMMARY_PARTS = 3
};

struct entry {
	struct pc_exchange x;
	uint32_t key;
	uint32_t older; /* next with the same bucket, +1 */
	bool many;      /* asked of a broadcast or group address: many may answer */
};

struct pc_events {
	struct pc_capfile *file;
	struct pc_pktdec *decoder;
	struct pc_tcpasm *streams;
	uint16_t port_offset;
	struct entry *entries; /* owned */
	size_t n;
	size_t cap;
	uint32_t buckets[BUCKETS];
	uint8_t **buffers; /* owned: bytes of streams */
	size_t n_buffers;
	struct pc_events_problem problems[PC_EVENTS_PROBLEMS_MAX];
	size_t n_problems;
};

static const char *const names[PC_PROTO_COUNT] = {
	"snmp", "enpc", "lpd", "raw", "http", "mqtt", "udp", "tcp"};

const char *
pc_proto_name(enum pc_proto proto)
{
	return proto < PC_PROTO_COUNT ? names[proto] : "?";
}

int
pc_proto_find(const char *name, enum pc_proto *ret)
{
	for (size_t i = 0; i < PC_PROTO_COUNT; i++) {
		if (strcmp(names[i], name) == 0) {
			*ret = (enum pc_proto)i;
			return PC_OK;
		}
	}
	return PC_E_NOTFOUND;
}

static void problem(struct pc_events *e, uint64_t frame, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static void
problem(struct pc_events *e, uint64_t frame, const char *fmt, ...)
{
	va_list ap;
	if (e->n_problems == PC_EVENTS_PROBLEMS_MAX)
		return;
	struct pc_events_problem *p = &e->problems[e->n_problems++];
	p->frame = frame;
	va_start(ap, fmt);
	vsnprintf(p->text, sizeof(p->text), fmt, ap);
	va_end(ap);
}

static struct entry *
add_entry(struct pc_events *e)
{
	if (e->n == PC_EXCHANGES_MAX)
		return NULL;
	if (e->n == e->cap) {
		size_t cap = e->cap == 0 ? 256 : e->cap * 2;
		struct entry *more = realloc(e->entries, cap * sizeof(*more));
		if (more == NULL)
			return NULL;
		e->entries = more;
		e->cap = cap;
	}
	struct entry *n = &e->entries[e->n++];
	*n = (struct entry){0};
	return n;
}

static uint16_t
port_of(const struct pc_events *e, const struct sockaddr_in *a)
{
	return pc_tap_service_port(ntohs(a->sin_port), e->port_offset);
}

static bool
same(const struct sockaddr_in *a, const struct sockaddr_in *b)
{
	return a->sin_addr.s_addr == b->sin_addr.s_addr && a->sin_port == b->sin_port;
}

/* What pairs a question with its answer. */
struct datagram {
	enum pc_proto proto;
	bool answer;
	bool one_way; /* a notification, no answer is expected */
	uint32_t key;
};

/* SNMP: the request-id (v3: msgID) without decoding the bindings. */
static void
classify_snmp(const struct pc_segment *s, bool from_server, struct datagram *d)
{
	struct pc_reader r, seq, c, pdu;
	uint8_t tag = 0;
	int64_t version = -1;
	int64_t id = 0;
	d->proto = PC_PROTO_SNMP;
	d->answer = from_server;
	pc_reader_init(&r, s->data, s->len);
	if (pc_ber_read_tagged(&r, PC_BER_SEQUENCE, &seq) != PC_OK ||
		pc_ber_read_tagged(&seq, PC_BER_INTEGER, &c) != PC_OK ||
		pc_ber_integer(c.data, c.len, &version) != PC_OK)
		return;
	if (version != PC_SNMP_V3 && pc_ber_read_tagged(&seq, PC_BER_OCTETS, &c) != PC_OK)
		return;
	if (pc_ber_read(&seq, &tag, &pdu) != PC_OK || tag == PC_SNMP_TRAP_V1 ||
		pc_ber_read_tagged(&pdu, PC_BER_INTEGER, &c) != PC_OK ||
		pc_ber_integer(c.data, c.len, &id) != PC_OK) {
		d->one_way = tag == PC_SNMP_TRAP_V1;
		return;
	}
	d->key = (uint32_t)id;
	d->one_way = tag == PC_SNMP_TRAP_V2;
	if (version != PC_SNMP_V3)
		d->answer = tag == PC_SNMP_RESPONSE || tag == PC_SNMP_REPORT;
}

static void
classify(const struct pc_events *e, const struct pc_segment *s, struct datagram *d)
{
	uint16_t from = port_of(e, &s->from);
	uint16_t to = port_of(e, &s->to);
	struct pc_enpc m;
	*d = (struct datagram){.proto = PC_PROTO_UDP, .one_way = true};
	if (from == 161 || to == 161 || from == 162 || to == 162) {
		d->one_way = false;
		classify_snmp(s, from == 161 || from == 162, d);
	} else if (from == PC_ENPC_PORT || to == PC_ENPC_PORT) {
		d->proto = PC_PROTO_ENPC;
		d->one_way = false;
		d->answer = from == PC_ENPC_PORT && to != PC_ENPC_PORT;
		if (pc_enpc_read(s->data, s->len, &m) == PC_OK) {
			d->answer = m.type >= 'a';
			d->key = (uint32_t)(m.type | 0x20) << 24 | (uint32_t)m.device << 16 |
				 m.function;
			/* Probes name any device; the answer names itself. */
			if ((m.type | 0x20) == 'p')
				d->key = (uint32_t)'p' << 24;
		}
	}
}

static size_t
bucket_of(const struct sockaddr_in *client, const struct datagram *d)
{
	uint32_t h = client->sin_addr.s_addr ^ ((uint32_t)client->sin_port << 16);
	h ^= (d->key + (uint32_t)d->proto) * 0x9e3779b1u;
	h ^= h >> 15;
	return h * 0x85ebca6bu >> 18;
}

static bool
answers_many(const struct sockaddr_in *server)
{
	uint32_t a = ntohl(server->sin_addr.s_addr);
	return a == INADDR_BROADCAST || IN_MULTICAST(a) || (a & 0xff) == 0xff;
}

static int
add_question(struct pc_events *e, const struct pc_segment *s, const struct pc_packet *p,
	const struct datagram *d)
{
	uint32_t *bucket = &e->buckets[bucket_of(&s->from, d)];
	unsigned steps = 0;
	for (uint32_t i = *bucket; i != 0 && !d->one_way && steps < CHAIN_MAX; steps++) {
		struct entry *o = &e->entries[i - 1];
		i = o->older;
		if (o->x.proto == d->proto && o->key == d->key && same(&o->x.client, &s->from) &&
			same(&o->x.server, &s->to) && o->x.answer.data == NULL &&
			o->x.request.len == s->len &&
			memcmp(o->x.request.data, s->data, s->len) == 0) {
			o->x.retransmits++;
			return PC_OK;
		}
	}
	struct entry *n = add_entry(e);
	if (n == NULL)
		return PC_E_LIMIT;
	n->x = (struct pc_exchange){.proto = d->proto,
		.client = s->from,
		.server = s->to,
		.request_ns = p->wall_ns,
		.request_frame = p->frame,
		.request = {s->data, s->len}};
	n->key = d->key;
	n->many = answers_many(&s->to);
	n->older = *bucket;
	*bucket = (uint32_t)e->n;
	return PC_OK;
}

/* The oldest open question for an answer; else the newest answered one (duplicates, and further
 * answers to a broadcast). */
static struct entry *
find_question(struct pc_events *e, const struct pc_segment *s, const struct datagram *d)
{
	struct entry *open = NULL;
	struct entry *answered = NULL;
	unsigned steps = 0;
	for (uint32_t i = e->buckets[bucket_of(&s->to, d)]; i != 0 && steps < CHAIN_MAX; steps++) {
		struct entry *o = &e->entries[i - 1];
		i = o->older;
		if (o->x.proto != d->proto || o->key != d->key || !same(&o->x.client, &s->to))
			continue;
		bool there = o->x.server.sin_addr.s_addr == s->from.sin_addr.s_addr;
		if (!there && !o->many && d->proto == PC_PROTO_ENPC)
			continue;
		if (o->x.answer.data == NULL)
			open = o;
		else if (answered == NULL ||
			 (there && answered->x.server.sin_addr.s_addr != s->from.sin_addr.s_addr))
			answered = o;
	}
	return open != NULL ? open : answered;
}

static int
add_answer(struct pc_events *e, const struct pc_segment *s, const struct pc_packet *p,
	const struct datagram *d)
{
	struct entry *q = find_question(e, s, d);
	struct entry copy = {.x = {.proto = d->proto, .client = s->to, .server = s->from}};
	if (q != NULL && q->x.answer.data != NULL) {
		if (same(&q->x.server, &s->from)) {
			q->x.duplicates++;
			return PC_OK;
		}
		copy = *q; /* another device answers the same broadcast */
		q = NULL;
	}
	if (q == NULL) {
		q = add_entry(e);
		if (q == NULL)
			return PC_E_LIMIT;
		*q = copy;
		q->older = 0;
	}
	q->x.server = s->from;
	q->x.answer = (struct pc_bytes){s->data, s->len};
	q->x.answer_ns = p->wall_ns;
	q->x.answer_frame = p->frame;
	return PC_OK;
}

static int
add_datagram(struct pc_events *e, const struct pc_segment *s, const struct pc_packet *p)
{
	struct datagram d;
	classify(e, s, &d);
	if (d.proto == PC_PROTO_UDP) { /* some agents answer from another port */
		struct datagram guess = {0};
		classify_snmp(s, false, &guess);
		if (guess.answer && find_question(e, s, &guess) != NULL)
			d = guess;
	}
	return d.answer ? add_answer(e, s, p, &d) : add_question(e, s, p, &d);
}

static int
read_packets(struct pc_events *e, struct pc_diag *diag)
{
	struct pc_packet p;
	struct pc_segment s;
	int err;
	while ((err = pc_capfile_next(e->file, &p, diag)) == PC_OK) {
		err = pc_pktdec_frame(e->decoder, &p, &s);
		if (err == PC_E_NOTFOUND)
			continue;
		if (err == PC_OK && s.protocol == IPPROTO_UDP)
			err = add_datagram(e, &s, &p);
		else if (err == PC_OK)
			err = pc_tcpasm_add(e->streams, &s, &p, diag);
		if (err != PC_OK)
			return err;
	}
	if (err == PC_E_BADVALUE && pc_events_file(e)->packets > 0) {
		problem(e, pc_events_file(e)->packets, "%s", diag == NULL ? "" : diag->text);
		return PC_OK;
	}
	return err == PC_E_CLOSED ? PC_OK : err;
}

/* The bytes of one direction, kept until the events are freed. */
static int
keep_bytes(struct pc_events *e, const struct pc_tcp_stream *s, unsigned side, struct pc_bytes *ret)
{
	struct pc_buf b;
	pc_buf_init(&b, PC_STREAM_BYTES_MAX);
	int err = pc_tcp_stream_bytes(s, side, &b);
	if (err == PC_OK && b.len > 0) {
		uint8_t **more = realloc(e->buffers, (e->n_buffers + 1) * sizeof(*more));
		if (more != NULL) {
			e->buffers = more;
			e->buffers[e->n_buffers++] = b.data;
			*ret = (struct pc_bytes){b.data, b.len};
			return PC_OK;
		}
		err = -ENOMEM;
	}
	pc_buf_done(&b);
	return err;
}

/* A connection on its way to exchanges. */
struct conn {
	const struct pc_tcp_stream *s;
	struct pc_bytes side[2];
	bool closed;
};

static enum pc_proto
stream_proto(const struct pc_events *e, const struct conn *c)
{
	static const struct {
		uint16_t port;
		enum pc_proto proto;
	} ports[] = {{515, PC_PROTO_LPD}, {9100, PC_PROTO_RAW}, {1883, PC_PROTO_MQTT},
		{80, PC_PROTO_HTTP}, {631, PC_PROTO_HTTP}, {8000, PC_PROTO_HTTP},
		{8080, PC_PROTO_HTTP}};
	static const char *const methods[] = {
		"GET ", "POST ", "PUT ", "HEAD ", "DELETE ", "OPTIONS "};
	uint16_t port = port_of(e, &c->s->server);
	struct pc_bytes b = c->side[0];
	for (size_t i = 0; i < sizeof(ports) / sizeof(ports[0]); i++) {
		if (ports[i].port == port)
			return ports[i].proto;
	}
	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
		size_t n = strlen(methods[i]);
		if (b.len > n && memcmp(b.data, methods[i], n) == 0)
			return PC_PROTO_HTTP;
	}
	if (b.len > 8 && b.data[0] == MQTT_CONNECT_BYTE && memcmp(b.data + 4, "MQTT", 4) == 0)
		return PC_PROTO_MQTT;
	return PC_PROTO_TCP;
}

static struct entry *
stream_entry(struct pc_events *e, const struct conn *c, enum pc_proto proto)
{
	struct entry *n = add_entry(e);
	if (n == NULL)
		return NULL;
	n->x = (struct pc_exchange){.proto = proto,
		.client = c->s->client,
		.server = c->s->server,
		.stream = c->s->number,
		.note = c->s->comment,
		.note_len = c->s->comment_len,
		.closed = c->closed};
	return n;
}

/* Put bytes of one side into an exchange, with their time. */
static void
set_side(struct pc_exchange *x, const struct conn *c, unsigned side, size_t at, size_t len)
{
	const struct pc_tcp_extent *first = pc_tcp_stream_at(c->s, side, at);
	struct pc_bytes b = {c->side[side].data + at, len};
	uint64_t ns = first == NULL ? c->s->first_ns : first->wall_ns;
	uint64_t frame = first == NULL ? c->s->first_frame : first->frame;
	if (side == 0) {
		x->request = b;
		x->request_ns = ns;
		x->request_frame = frame;
	} else {
		x->answer = b;
		x->answer_ns = ns;
		x->answer_frame = frame;
	}
}

static int
whole_stream(struct pc_events *e, const struct conn *c, enum pc_proto proto)
{
	struct entry *n = stream_entry(e, c, proto);
	if (n == NULL)
		return PC_E_LIMIT;
	n->x.request_ns = c->s->first_ns;
	n->x.request_frame = c->s->first_frame;
	for (unsigned side = 0; side < 2; side++) {
		if (c->side[side].len > 0)
			set_side(&n->x, c, side, 0, c->side[side].len);
	}
	return PC_OK;
}

/* The next final answer; interim ones (100, 103) are passed over. */
static int
next_response(const struct conn *c, size_t *at, bool head, struct pc_http_message *m)
{
	struct pc_bytes b = c->side[1];
	for (;;) {
		int err = pc_http_parse(b.data == NULL ? NULL : b.data + *at, b.len - *at, true,
			c->closed, head, m);
		if (err != PC_OK)
			return err;
		if (m->status >= 200 || m->status == 101)
			return PC_OK;
		*at += m->total;
	}
}

static int
http_stream(struct pc_events *e, const struct conn *c, struct pc_http_message *m)
{
	size_t at[2] = {0, 0};
	struct pc_bytes b = c->side[0];
	while (at[0] < b.len) {
		int err = pc_http_parse(b.data + at[0], b.len - at[0], false, c->closed, false, m);
		struct entry *n = stream_entry(e, c, PC_PROTO_HTTP);
		if (n == NULL)
			return PC_E_LIMIT;
		size_t len = err == PC_OK ? m->total : b.len - at[0];
		n->x.head = err == PC_OK && m->method.len == 4 &&
			    memcmp(m->method.text, "HEAD", 4) == 0;
		set_side(&n->x, c, 0, at[0], len);
		at[0] += len;
		if (err != PC_OK) {
			problem(e, n->x.request_frame, "stream %u: HTTP request: %s", c->s->number,
				pc_err_text(err));
			return PC_OK;
		}
		size_t start = at[1];
		err = next_response(c, &start, n->x.head, m);
		if (err == PC_OK) {
			set_side(&n->x, c, 1, start, m->total);
			at[1] = start + m->total;
		} else if (at[1] < c->side[1].len) {
			set_side(&n->x, c, 1, at[1], c->side[1].len - at[1]);
			problem(e, n->x.answer_frame, "stream %u: HTTP answer: %s", c->s->number,
				pc_err_text(err));
			at[1] = c->side[1].len;
		}
	}
	return PC_OK;
}

static uint8_t
mqtt_level(struct pc_bytes b)
{
	struct pc_mqtt_packet p;
	struct pc_mqtt_connect c;
	if (b.len == 0 || pc_mqtt_split(b.data, b.len, &p, NULL) != PC_OK ||
		p.type != PC_MQTT_CONNECT || pc_mqtt_connect_parse(&p, &c, NULL) != PC_OK)
		return PC_MQTT_V311;
	return c.level;
}

static int
mqtt_stream(struct pc_events *e, const struct conn *c)
{
	uint8_t level = mqtt_level(c->side[0]);
	for (unsigned side = 0; side < 2; side++) {
		size_t at = 0;
		while (at < c->side[side].len) {
			struct pc_mqtt_packet p;
			size_t left = c->side[side].len - at;
			int err = pc_mqtt_split(c->side[side].data + at, left, &p, NULL);
			size_t len = err == PC_OK ? p.header_len + (size_t)p.body_len : left;
			struct entry *n = stream_entry(e, c, PC_PROTO_MQTT);
			if (n == NULL)
				return PC_E_LIMIT;
			n->x.mqtt_level = level;
			set_side(&n->x, c, side, at, len);
			if (err != PC_OK)
				problem(e, c->s->first_frame, "stream %u: MQTT: %s", c->s->number,
					pc_err_text(err));
			at += len;
		}
	}
	return PC_OK;
}

static int
add_stream(struct pc_events *e, const struct pc_tcp_stream *s, struct pc_http_message *m)
{
	struct conn c = {.s = s};
	struct pc_diag diag = {0};
	c.closed = s->half[1].fin || s->half[1].rst || s->half[0].rst;
	for (unsigned side = 0; side < 2; side++) {
		int err = keep_bytes(e, s, side, &c.side[side]);
		if (err != PC_OK)
			return err;
		if (pc_tcp_stream_check(s, side, &diag) != PC_OK)
			problem(e, s->first_frame, "%s", diag.text);
	}
	if (!s->half[0].syn && (c.side[0].len > 0 || c.side[1].len > 0))
		problem(e, s->first_frame,
			"stream %u: the recording starts in the middle of the connection",
			s->number);
	if (c.side[0].len == 0 && c.side[1].len == 0)
		return PC_OK;
	enum pc_proto proto = stream_proto(e, &c);
	if (proto == PC_PROTO_HTTP)
		return http_stream(e, &c, m);
	return proto == PC_PROTO_MQTT ? mqtt_stream(e, &c) : whole_stream(e, &c, proto);
}

static void
note_losses(struct pc_events *e)
{
	const struct pc_capfile_info *i = pc_events_file(e);
	struct pc_pktdec_counters c = pc_pktdec_counters(e->decoder);
	if (i->truncated)
		problem(e, 0, "the file is truncated: its last record is incomplete");
	if (i->dropped > 0)
		problem(e, 0, "lossy: the recorder dropped %llu packets",
			(unsigned long long)i->dropped);
	if (i->cut_packets > 0)
		problem(e, 0, "%llu packets are shorter in the file than on the wire",
			(unsigned long long)i->cut_packets);
	if (c.incomplete > 0)
		problem(e, 0, "%llu datagrams lack fragments", (unsigned long long)c.incomplete);
	if (i->comment != NULL && memmem(i->comment, i->comment_len, "lossy=1", 7) != NULL)
		problem(e, 0, "lossy: the file says lossy=1");
}

static uint64_t
order_of(const struct pc_exchange *x)
{
	return x->request_frame != 0 ? x->request_frame : x->answer_frame;
}

static int
by_order(const void *a, const void *b)
{
	const struct pc_exchange *x = &((const struct entry *)a)->x;
	const struct pc_exchange *y = &((const struct entry *)b)->x;
	if (order_of(x) != order_of(y))
		return order_of(x) < order_of(y) ? -1 : 1;
	/* One frame can hold several messages of a stream, and one probe several answers. */
	if (x->request.data != y->request.data)
		return x->request.data < y->request.data ? -1 : 1;
	if (x->answer_frame != y->answer_frame)
		return x->answer_frame < y->answer_frame ? -1 : 1;
	return (x->answer.data > y->answer.data) - (x->answer.data < y->answer.data);
}

static int
read_all(struct pc_events *e, struct pc_diag *diag)
{
	struct pc_http_message *m = calloc(1, sizeof(*m));
	int err = m == NULL ? -ENOMEM : read_packets(e, diag);
	for (size_t i = 0; err == PC_OK && i < pc_tcpasm_count(e->streams); i++)
		err = add_stream(e, pc_tcpasm_get(e->streams, i), m);
	free(m);
	if (err != PC_OK)
		return err;
	note_losses(e);
	if (e->n > 0)
		qsort(e->entries, e->n, sizeof(*e->entries), by_order);
	for (size_t i = 0; i < e->n; i++)
		e->entries[i].x.number = (uint32_t)i + 1;
	return PC_OK;
}

int
pc_events_load(const char *path, const struct pc_events_options *options, struct pc_events **ret,
	struct pc_diag *diag)
{
	struct pc_diag own = {0};
	struct pc_events *e = calloc(1, sizeof(*e));
	if (diag == NULL)
		diag = &own;
	if (e == NULL)
		return -ENOMEM;
	e->port_offset = options == NULL ? 0 : options->port_offset;
	int err = pc_capfile_open(path, &e->file, diag);
	if (err == PC_OK)
		err = pc_pktdec_new(&e->decoder);
	if (err == PC_OK)
		err = pc_tcpasm_new(&e->streams);
	if (err == PC_OK)
		err = read_all(e, diag);
	if (err != PC_OK) {
		pc_events_free(e);
		if (diag->text[0] == '\0')
			pc_diag_set(diag, "%s: %s", path, pc_err_text(err));
		return err;
	}
	*ret = e;
	return PC_OK;
}

void
pc_events_free(struct pc_events *e)
{
	if (e == NULL)
		return;
	for (size_t i = 0; i < e->n_buffers; i++)
		free(e->buffers[i]);
	free(e->buffers);
	free(e->entries);
	pc_tcpasm_free(e->streams);
	pc_pktdec_free(e->decoder);
	pc_capfile_close(e->file);
	free(e);
}

size_t
pc_events_count(const struct pc_events *e)
{
	return e->n;
}

const struct pc_exchange *
pc_events_get(const struct pc_events *e, size_t at)
{
	return at < e->n ? &e->entries[at].x : NULL;
}

const struct pc_events_problem *
pc_events_problem(const struct pc_events *e, size_t at)
{
	return at < e->n_problems ? &e->problems[at] : NULL;
}

const struct pc_capfile_info *
pc_events_file(const struct pc_events *e)
{
	return pc_capfile_info(e->file);
}

struct pc_pktdec_counters
pc_events_counters(const struct pc_events *e)
{
	return pc_pktdec_counters(e->decoder);
}

static void
other_events(const struct pc_exchange *x, struct pc_event_list *l)
{
	const char *name = pc_proto_name(x->proto);
	char path[32];
	snprintf(path, sizeof(path), "%s.req.bytes", name);
	if (x->request.data != NULL)
		pc_event_add_bytes(
			l, PC_EVENT_REQUEST, path, "bytes", x->request.data, x->request.len);
	snprintf(path, sizeof(path), "%s.bytes", name);
	if (x->answer.data != NULL)
		pc_event_add_bytes(
			l, PC_EVENT_ANSWER, path, "bytes", x->answer.data, x->answer.len);
}

int
pc_exchange_events(const struct pc_exchange *x, struct pc_event_list *list)
{
	switch (x->proto) {
	case PC_PROTO_SNMP:
		pc_events_snmp(list, PC_EVENT_REQUEST, x->request);
		pc_events_snmp(list, PC_EVENT_ANSWER, x->answer);
		break;
	case PC_PROTO_ENPC:
		pc_events_enpc(list, PC_EVENT_REQUEST, x->request);
		pc_events_enpc(list, PC_EVENT_ANSWER, x->answer);
		break;
	case PC_PROTO_LPD:
		pc_events_lpd(list, x->request, x->answer);
		break;
	case PC_PROTO_RAW:
		pc_events_raw(list, x->request, x->answer);
		break;
	case PC_PROTO_HTTP:
		pc_events_http(list, PC_EVENT_REQUEST, x->request, x->closed, false);
		pc_events_http(list, PC_EVENT_ANSWER, x->answer, x->closed, x->head);
		break;
	case PC_PROTO_MQTT:
		pc_events_mqtt(list, PC_EVENT_REQUEST, x->request, x->mqtt_level);
		pc_events_mqtt(list, PC_EVENT_ANSWER, x->answer, x->mqtt_level);
		break;
	case PC_PROTO_UDP:
	case PC_PROTO_TCP:
	case PC_PROTO_COUNT:
		other_events(x, list);
		break;
	}
	return list->err;
}

static bool
worth_telling(const struct pc_event *e)
{
	static const char *const dull[] = {"snmp.req.version", "snmp.req.community", "snmp.version",
		"snmp.community", "snmp.pdu", "snmp.errorIndex"};
	for (size_t i = 0; i < sizeof(dull) / sizeof(dull[0]); i++) {
		if (strcmp(e->path, dull[i]) == 0)
			return false;
	}
	return strncmp(e->path, "http.req.hdr.", 13) != 0 &&
	       strncmp(e->path, "http.resp.hdr.", 14) != 0 &&
	       !(strcmp(e->path, "snmp.error") == 0 && strcmp(e->value, "noError") == 0);
}

static void
summarise(const struct pc_event_list *l, enum pc_event_side side, char *out, size_t size)
{
	unsigned parts = 0;
	size_t at = strlen(out);
	for (size_t i = 0; i < l->n && parts < SUMMARY_PARTS; i++) {
		const struct pc_event *e = &l->events[i];
		if (e->side != side || !worth_telling(e))
			continue;
		const char *name = strchr(e->path, '.');
		int n = snprintf(out + at, size - at, "%s%s=%.60s", parts == 0 ? "" : ", ",
			name == NULL ? e->path : name + 1,
			e->value[0] == '\0' ? e->type : e->value);
		at = n < 0 || (size_t)n >= size - at ? size - 1 : at + (size_t)n;
		parts++;
	}
}

void
pc_exchange_summary(const struct pc_exchange *x, char *out, size_t size)
{
	struct pc_event_list l;
	if (size == 0)
		return;
	out[0] = '\0';
	pc_event_list_init(&l);
	(void)pc_exchange_events(x, &l);
	summarise(&l, PC_EVENT_REQUEST, out, size);
	size_t at = strlen(out);
	snprintf(out + at, size - at, " -> ");
	summarise(&l, PC_EVENT_ANSWER, out, size);
	pc_event_list_done(&l);
}
