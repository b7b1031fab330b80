#include "loop/shape.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/err.h"

enum { BUCKETS = 1024, QUANTUM_MS = 50, MS = 1000 };

/* A datagram that is late. */
struct held {
	struct pc_timer timer;
	struct owner *owner;      /* borrowed: holds this */
	struct held *prev, *next; /* of the owner's, oldest first */
	struct pc_udp *udp;       /* borrowed */
	pc_shape_pass_fn pass;
	bool overtaken; /* passes right after the next one, if there is one in time */
	struct pc_shape_packet packet;
	uint8_t data[];
};

/* An address of ours with anything late or any shaped connection. */
struct owner {
	struct pc_shaper *shaper; /* borrowed */
	struct owner *next;       /* of the bucket */
	struct in_addr address;
	struct held *first, *last; /* owned */
	uint32_t held, overtaken, lines;
	size_t bytes;
};

struct pc_shaper {
	struct pc_loop *loop; /* borrowed */
	struct pc_shape_policy policy;
	struct owner *owners[BUCKETS]; /* owned lists */
	struct pc_shape_conn *conns;   /* borrowed list: to be told when this ends */
	struct pc_shape_counters counters;
	uint32_t overtaken; /* of held */
	uint32_t lines_max;
};

struct pc_shape_conn {
	struct pc_shaper *shaper; /* borrowed; NULL once that is gone */
	struct pc_loop *loop;     /* borrowed */
	struct owner *owner;      /* borrowed */
	struct pc_shape_conn *prev, *next;
	struct pc_shape_line line;
	void (*relaxed)(void *arg); /* NULL: nobody wants to know */
	void *arg;
	bool relaxing;
	uint64_t passed[PC_SHAPE_WAYS];
	uint64_t free_ms[PC_SHAPE_WAYS];  /* with a rate: when the next bytes may pass */
	uint64_t stand_ms[PC_SHAPE_WAYS]; /* when a stand ends; 0: it has not begun */
};

void
pc_shape_line_init(struct pc_shape_line *line)
{
	*line = (struct pc_shape_line){.refuse = false};
	for (unsigned way = 0; way < PC_SHAPE_WAYS; way++) {
		for (unsigned cut = 0; cut < PC_SHAPE_CUTS; cut++)
			line->cut[way][cut] = PC_SHAPE_NEVER;
	}
}

/* A quarter of the descriptors at most, so that nobody else goes without. */
static uint32_t
most_lines(void)
{
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur / 4 >= PC_SHAPE_LINES_MAX)
		return PC_SHAPE_LINES_MAX;
	return (uint32_t)(limit.rlim_cur / 4);
}

int
pc_shaper_new(struct pc_loop *loop, const struct pc_shape_policy *policy, struct pc_shaper **ret)
{
	struct pc_loop_shapers *of = pc_loop_shapers(loop);
	if (of->any != NULL)
		return PC_E_EXISTS;
	struct pc_shaper *s = calloc(1, sizeof(*s));
	if (s == NULL)
		return -ENOMEM;
	s->loop = loop;
	s->policy = *policy;
	s->lines_max = most_lines();
	of->any = s;
	*ret = s;
	return PC_OK;
}

void
pc_shaper_arm(struct pc_shaper *s, bool armed)
{
	pc_loop_shapers(s->loop)->armed = armed ? s : NULL;
}

struct pc_shape_counters
pc_shaper_counters(const struct pc_shaper *s)
{
	return s->counters;
}

/* ---- owners ---- */

static struct owner **
bucket(struct pc_shaper *s, struct in_addr address)
{
	uint32_t h = ntohl(address.s_addr);
	return &s->owners[(h ^ h >> 10 ^ h >> 20) % BUCKETS];
}

static struct owner *
find_owner(struct pc_shaper *s, struct in_addr address)
{
	struct owner *o = *bucket(s, address);
	while (o != NULL && o->address.s_addr != address.s_addr)
		o = o->next;
	return o;
}

static struct owner *
need_owner(struct pc_shaper *s, struct in_addr address)
{
	struct owner *o = find_owner(s, address);
	if (o != NULL)
		return o;
	o = calloc(1, sizeof(*o));
	if (o == NULL)
		return NULL;
	struct owner **head = bucket(s, address);
	o->shaper = s;
	o->address = address;
	o->next = *head;
	*head = o;
	return o;
}

static void
release_owner(struct owner *o)
{
	if (o->held > 0 || o->lines > 0)
		return;
	struct owner **at = bucket(o->shaper, o->address);
	while (*at != o)
		at = &(*at)->next;
	*at = o->next;
	free(o);
}

/* ---- datagrams ---- */

static void
take_out(struct held *h)
{
	struct owner *o = h->owner;
	struct pc_shaper *s = o->shaper;
	if (h->prev != NULL)
		h->prev->next = h->next;
	else
		o->first = h->next;
	if (h->next != NULL)
		h->next->prev = h->prev;
	else
		o->last = h->prev;
	pc_timer_stop(&h->timer);
	o->held--;
	o->bytes -= h->packet.len;
	s->counters.held--;
	s->counters.held_bytes -= h->packet.len;
	if (h->overtaken) {
		o->overtaken--;
		s->overtaken--;
	}
	release_owner(o);
}

static void
on_due(void *arg)
{
	struct held *h = arg;
	take_out(h);
	h->pass(h->udp, &h->packet);
	free(h);
}

static bool
has_room(const struct pc_shaper *s, const struct owner *o, size_t len)
{
	const struct pc_shape_counters *c = &s->counters;
	return c->held < PC_SHAPE_HELD_MAX && c->held_bytes + len <= PC_SHAPE_HELD_BYTES &&
	       o->held < PC_SHAPE_HELD_OWN_MAX && o->bytes + len <= PC_SHAPE_HELD_OWN_BYTES;
}

static void
append(struct owner *o, struct held *h)
{
	h->owner = o;
	h->prev = o->last;
	if (o->last != NULL)
		o->last->next = h;
	else
		o->first = h;
	o->last = h;
	o->held++;
	o->bytes += h->packet.len;
}

static void
hold(struct pc_shaper *s, struct pc_udp *udp, const struct pc_shape_packet *p, uint64_t delay_ms,
	bool overtaken, pc_shape_pass_fn pass)
{
	struct owner *o = need_owner(s, p->local.sin_addr);
	struct held *h = NULL;
	if (o != NULL && has_room(s, o, p->len))
		h = malloc(sizeof(*h) + p->len);
	if (h == NULL) {
		s->counters.overflowed++;
		if (o != NULL)
			release_owner(o);
		return;
	}
	*h = (struct held){.udp = udp, .pass = pass, .overtaken = overtaken, .packet = *p};
	if (p->len > 0)
		memcpy(h->data, p->data, p->len);
	h->packet.data = h->data;
	append(o, h);
	s->counters.held++;
	s->counters.held_bytes += p->len;
	if (overtaken) {
		o->overtaken++;
		s->overtaken++;
	}
	pc_timer_start(&h->timer, s->loop, delay_ms, on_due, h);
}

/* One has passed: those that were to be overtaken by it follow. */
static void
release_overtaken(struct pc_shaper *s, struct in_addr address, enum pc_shape_way way)
{
	struct owner *o = s->overtaken == 0 ? NULL : find_owner(s, address);
	while (o != NULL && o->overtaken > 0) {
		struct held *h = o->first;
		while (h != NULL && !(h->overtaken && h->packet.way == way))
			h = h->next;
		if (h == NULL)
			return;
		on_due(h);
		o = find_owner(s, address); /* it may have ended with this one */
	}
}

bool
pc_shaper_asks(struct pc_shaper *s, const struct pc_shape_packet *packet, struct pc_shape_fate *ret)
{
	*ret = (struct pc_shape_fate){.drop = false};
	s->policy.datagram(s->policy.arg, packet, ret);
	return ret->drop || ret->truncate || ret->flip || ret->other_source || ret->copies > 0 ||
	       ret->delay_ms > 0 || ret->overtaken || s->overtaken > 0;
}

static void
change(struct pc_shaper *s, struct pc_shape_packet *p, const struct pc_shape_fate *fate)
{
	bool changed = false;
	if (fate->truncate && fate->len < p->len) {
		p->len = fate->len;
		changed = true;
	}
	if (fate->flip && p->len > 0) {
		uint64_t bit = fate->bit % (p->len * 8);
		p->data[bit / 8] ^= (uint8_t)(1u << bit % 8);
		changed = true;
	}
	if (fate->other_source && p->way == PC_SHAPE_OUT) {
		p->local.sin_addr = fate->source;
		changed = true;
	}
	s->counters.changed += changed;
}

void
pc_shaper_pass(struct pc_shaper *s, struct pc_udp *udp, struct pc_shape_packet *p,
	const struct pc_shape_fate *fate, pc_shape_pass_fn pass)
{
	unsigned copies = fate->copies > PC_SHAPE_COPIES_MAX ? PC_SHAPE_COPIES_MAX : fate->copies;
	struct in_addr address = p->local.sin_addr;
	enum pc_shape_way way = p->way;
	bool late = fate->delay_ms > 0 || fate->overtaken;
	if (fate->drop) {
		s->counters.lost++;
		return;
	}
	change(s, p, fate);
	s->counters.doubled += copies > 0;
	s->counters.late += late;
	for (unsigned i = 0; i <= copies; i++) {
		if (late)
			hold(s, udp, p, fate->delay_ms, fate->overtaken, pass);
		else
			pass(udp, p);
	}
	if (!late)
		release_overtaken(s, address, way);
}

static void
forget_owner(struct owner *o, const struct pc_udp *udp)
{
	struct held *next = NULL;
	o->lines++; /* stays until all are looked at */
	for (struct held *h = o->first; h != NULL; h = next) {
		next = h->next;
		if (udp != NULL && h->udp != udp)
			continue;
		take_out(h);
		free(h);
	}
	o->lines--;
	release_owner(o);
}

void
pc_shaper_forget(struct pc_shaper *s, const struct pc_udp *udp)
{
	for (size_t i = 0; s->counters.held > 0 && i < BUCKETS; i++) {
		struct owner *next = NULL;
		for (struct owner *o = s->owners[i]; o != NULL; o = next) {
			next = o->next;
			forget_owner(o, udp);
		}
	}
}

void
pc_shaper_free(struct pc_shaper *s)
{
	if (s == NULL)
		return;
	*pc_loop_shapers(s->loop) = (struct pc_loop_shapers){NULL, NULL};
	pc_shaper_forget(s, NULL);
	for (struct pc_shape_conn *c = s->conns; c != NULL; c = c->next)
		c->shaper = NULL;
	for (size_t i = 0; i < BUCKETS; i++) {
		while (s->owners[i] != NULL) {
			struct owner *o = s->owners[i];
			s->owners[i] = o->next;
			free(o);
		}
	}
	free(s);
}

/* ---- connections ---- */

static void
count_line(struct pc_shaper *s, const struct pc_shape_line *line)
{
	s->counters.silenced += line->silent;
	s->counters.delayed += !line->silent && line->delay_ms > 0;
	s->counters.limited +=
		!line->silent && (line->rate[PC_SHAPE_IN] > 0 || line->rate[PC_SHAPE_OUT] > 0);
}

int
pc_shape_conn_new(struct pc_shaper *s, const struct sockaddr_in *local,
	const struct sockaddr_in *peer, struct pc_shape_conn **ret)
{
	struct pc_shape_line line;
	*ret = NULL;
	pc_shape_line_init(&line);
	if (!s->policy.line(s->policy.arg, local, peer, &line))
		return PC_OK;
	if (line.refuse) {
		s->counters.refused++;
		return PC_E_REFUSED;
	}
	struct owner *o = need_owner(s, local->sin_addr);
	struct pc_shape_conn *c = NULL;
	if (o != NULL && o->lines < PC_SHAPE_LINES_OWN_MAX && s->counters.lines < s->lines_max)
		c = calloc(1, sizeof(*c));
	if (c == NULL) {
		s->counters.over_limit++;
		return PC_E_REFUSED;
	}
	c->shaper = s;
	c->loop = s->loop;
	c->owner = o;
	c->line = line;
	c->next = s->conns;
	if (s->conns != NULL)
		s->conns->prev = c;
	s->conns = c;
	o->lines++;
	s->counters.lines++;
	count_line(s, &line);
	*ret = c;
	return PC_OK;
}

void
pc_shape_conn_free(struct pc_shape_conn *c)
{
	if (c == NULL)
		return;
	if (c->shaper != NULL) {
		if (c->prev != NULL)
			c->prev->next = c->next;
		else
			c->shaper->conns = c->next;
		if (c->next != NULL)
			c->next->prev = c->prev;
		c->shaper->counters.lines--;
		c->owner->lines--;
		release_owner(c->owner);
	}
	free(c);
}

void
pc_shape_conn_when_relaxed(struct pc_shape_conn *c, void (*fn)(void *arg), void *arg)
{
	c->relaxed = fn;
	c->arg = arg;
}

/* One that is still to be told, NULL when all were. */
static struct pc_shape_conn *
next_relaxing(const struct pc_shaper *s)
{
	struct pc_shape_conn *c = s->conns;
	while (c != NULL && !c->relaxing)
		c = c->next;
	return c;
}

void
pc_shaper_relax(struct pc_shaper *s, struct in_addr local)
{
	struct pc_shape_conn *c = NULL;
	for (c = s->conns; c != NULL; c = c->next)
		c->relaxing = c->owner->address.s_addr == local.s_addr;
	while ((c = next_relaxing(s)) != NULL) { /* being told may end any of them */
		c->relaxing = false;
		pc_shape_line_init(&c->line);
		if (c->relaxed != NULL)
			c->relaxed(c->arg);
	}
}

bool
pc_shape_conn_is_silent(const struct pc_shape_conn *c)
{
	return c->line.silent;
}

uint64_t
pc_shape_conn_delay_ms(const struct pc_shape_conn *c)
{
	return c->line.delay_ms;
}

static uint64_t
now_ms(const struct pc_shape_conn *c)
{
	return pc_clock_ms(pc_loop_clock(c->loop));
}

/* The stand at this byte: how long it still lasts. It begins when something would pass. */
static uint64_t
stand_left(struct pc_shape_conn *c, enum pc_shape_way way)
{
	if (c->line.stall_ms == 0 && c->stand_ms[way] != 0)
		return PC_SHAPE_NEVER;
	if (c->stand_ms[way] == 0) {
		c->stand_ms[way] = now_ms(c) + c->line.stall_ms + (c->line.stall_ms == 0);
		if (c->shaper != NULL)
			c->shaper->counters.cut[PC_SHAPE_STALL]++;
		if (c->line.stall_ms == 0)
			return PC_SHAPE_NEVER;
	}
	uint64_t now = now_ms(c);
	return now < c->stand_ms[way] ? c->stand_ms[way] - now : 0;
}

/* Bytes until the next thing of that way happens. */
static uint64_t
until_cut(const struct pc_shape_conn *c, enum pc_shape_way way, enum pc_shape_cut cut)
{
	uint64_t at = c->line.cut[way][cut];
	return at == PC_SHAPE_NEVER  ? PC_SHAPE_NEVER
	       : at > c->passed[way] ? at - c->passed[way]
				     : 0;
}

static size_t
allows_rate(struct pc_shape_conn *c, enum pc_shape_way way, size_t want, uint64_t *ret_wait_ms)
{
	uint64_t rate = c->line.rate[way], now = now_ms(c);
	if (rate == 0)
		return want;
	if (now < c->free_ms[way]) {
		*ret_wait_ms = c->free_ms[way] - now;
		return 0;
	}
	uint64_t some = rate > PC_SHAPE_HELD_BYTES ? PC_SHAPE_HELD_BYTES : rate * QUANTUM_MS / MS;
	some = some == 0 ? 1 : some;
	return want < some ? want : (size_t)some;
}

size_t
pc_shape_conn_allows(
	struct pc_shape_conn *c, enum pc_shape_way way, size_t want, uint64_t *ret_wait_ms)
{
	*ret_wait_ms = PC_SHAPE_NEVER;
	if (until_cut(c, way, PC_SHAPE_STALL) == 0) {
		uint64_t left = stand_left(c, way);
		if (left > 0) {
			*ret_wait_ms = left;
			return 0;
		}
		c->line.cut[way][PC_SHAPE_STALL] = PC_SHAPE_NEVER;
	}
	for (unsigned cut = 0; cut < PC_SHAPE_CUTS; cut++) {
		uint64_t left = until_cut(c, way, (enum pc_shape_cut)cut);
		want = left < want ? (size_t)left : want;
	}
	return allows_rate(c, way, want, ret_wait_ms);
}

void
pc_shape_conn_passed(struct pc_shape_conn *c, enum pc_shape_way way, size_t n)
{
	uint64_t rate = c->line.rate[way];
	c->passed[way] += n;
	if (rate > 0)
		c->free_ms[way] = now_ms(c) + ((uint64_t)n * MS + rate - 1) / rate;
}

enum pc_shape_cut
pc_shape_conn_due(struct pc_shape_conn *c)
{
	for (unsigned cut = 0; cut < PC_SHAPE_STALL; cut++) {
		for (unsigned way = 0; way < PC_SHAPE_WAYS; way++) {
			if (until_cut(c, (enum pc_shape_way)way, (enum pc_shape_cut)cut) != 0)
				continue;
			if (c->shaper != NULL)
				c->shaper->counters.cut[cut]++;
			return (enum pc_shape_cut)cut;
		}
	}
	return PC_SHAPE_CUTS;
}
