#include "fleet/netfault.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/rand.h"
#include "loop/shape.h"
#include "services/services.h"

/* What a rule did to one printer. */
struct tally {
	uint32_t seen;
	uint32_t hits : 31;
	uint32_t on : 1; /* of a named fault: armed now */
};

struct armed {
	struct pc_netfault_rule rule;
	struct pc_netfaults *of; /* borrowed */
	uint64_t stream;         /* of chance */
	uint64_t at_ms;          /* when it was armed */
	struct tally *tallies;   /* owned: of printers first … last */
	uint8_t *spared;         /* owned bitmap of printers it was disarmed on; NULL: none */
	struct pc_timer edge;    /* of a named fault: the window begins or ends */
};

struct pc_netfaults {
	struct pc_netfault_env env;
	struct pc_shaper *shaper;                   /* owned */
	struct armed *armed[PC_NETFAULT_RULES_MAX]; /* owned */
	size_t n;
	uint64_t order;   /* rules armed so far */
	uint8_t *touched; /* owned bitmap: printers with any rule; NULL until the first */
};

static bool
bit_is_set(const uint8_t *map, uint32_t number)
{
	return (map[number / 8] >> number % 8 & 1) != 0;
}

static void
set_bit(uint8_t *map, uint32_t number)
{
	map[number / 8] = (uint8_t)(map[number / 8] | 1u << number % 8);
}

static bool
covers(const struct armed *a, uint32_t number)
{
	const struct pc_netfault_rule *r = &a->rule;
	return number >= r->first && number <= r->last && (number - r->first) % r->step == 0 &&
	       (a->spared == NULL || !bit_is_set(a->spared, number));
}

static struct tally *
tally_of(const struct armed *a, uint32_t number)
{
	return &a->tallies[(number - a->rule.first) / a->rule.step];
}

/* ---- conditions ---- */

static uint64_t
now_ms(const struct pc_netfaults *nf)
{
	return pc_clock_ms(pc_loop_clock(nf->env.loop));
}

static bool
in_time(const struct armed *a)
{
	uint64_t since = now_ms(a->of) - a->at_ms;
	return since >= a->rule.from_ms && (a->rule.until_ms == 0 || since < a->rule.until_ms);
}

static uint8_t
state_of(const struct pc_device *dev)
{
	const struct pc_device_state *s = pc_device_state(dev);
	uint8_t states = 0;
	if (s->power == PC_POWER_SLEEP)
		states |= PC_NETFAULT_SLEEPING;
	if (pc_device_hr_status(dev) == PC_HR_DOWN)
		states |= PC_NETFAULT_ERROR;
	if (s->activity == PC_PRINTING)
		states |= PC_NETFAULT_PRINTING;
	else if (s->activity != PC_IDLE)
		states |= PC_NETFAULT_CLEANING;
	return states == 0 ? PC_NETFAULT_IDLE : states;
}

static bool
in_state(const struct armed *a, const struct pc_device *dev)
{
	return a->rule.states == 0 || (a->rule.states & state_of(dev)) != 0;
}

static bool
is_peer(const struct armed *a, const struct sockaddr_in *peer)
{
	const struct pc_netfault_rule *r = &a->rule;
	return r->peer_bits == 0 ||
	       (peer->sin_addr.s_addr & htonl(UINT32_MAX << (32 - r->peer_bits))) == r->peer.s_addr;
}

/* What is asked about: a datagram or a connection of one printer. */
struct request {
	struct pc_device *dev;
	uint32_t number;
	bool tcp;
	uint32_t port; /* the model's, without the offset */
	const struct sockaddr_in *peer;
};

static bool
is_service_port(uint32_t port)
{
	size_t n = 0;
	const struct pc_service_row *rows = pc_service_table(&n);
	if (port == 161)
		return true;
	for (size_t i = 0; i < n; i++) {
		if (!rows[i].tcp && rows[i].port == port)
			return true;
	}
	return false;
}

static bool
is_port(const struct pc_netfault_rule *r, const struct request *q)
{
	if (r->port == PC_NETFAULT_ANY_PORT && r->act == PC_NETFAULT_BIT)
		return r->bit_of_snmp == (!q->tcp && q->port == 161);
	if (r->port == PC_NETFAULT_ANY_PORT)
		return true;
	if (r->port == PC_NETFAULT_TRAP_PORT)
		return !q->tcp && !is_service_port(q->port);
	if (r->port == PC_NETFAULT_RAW_PORT)
		return q->tcp && q->port == pc_device_profile(q->dev)->ports.raw_port;
	return q->port == r->port;
}

/* The rest is met: count it and see. *ret_chance: for what else is left to chance. */
static bool
hits(const struct armed *a, struct tally *t, uint32_t number, struct pc_rand *ret_chance)
{
	const struct pc_netfault_rule *r = &a->rule;
	uint32_t nth = ++t->seen;
	pc_rand_init(ret_chance, a->stream ^ ((uint64_t)number << 32), nth);
	if (nth < r->nth || (r->every > 0 && nth % r->every != 0) ||
		(r->times > 0 && t->hits >= r->times))
		return false;
	if (r->rate < PC_NETFAULT_RATE_ONE &&
		pc_rand_below(ret_chance, PC_NETFAULT_RATE_ONE) >= r->rate)
		return false;
	t->hits++;
	return true;
}

static bool
applies(const struct armed *a, const struct request *q, struct pc_rand *ret_chance)
{
	return is_port(&a->rule, q) && is_peer(a, q->peer) && in_time(a) && in_state(a, q->dev) &&
	       hits(a, tally_of(a, q->number), q->number, ret_chance);
}

/* ---- named faults ---- */

/* The bits that rules decide on, and those that are to be on, in one set of the two. */
static pc_fault_set
decided(const struct pc_netfaults *nf, uint32_t number, bool snmp, pc_fault_set *ret_on)
{
	pc_fault_set all = 0;
	*ret_on = 0;
	for (size_t i = 0; i < nf->n; i++) {
		const struct armed *a = nf->armed[i];
		if (a->rule.act != PC_NETFAULT_BIT || a->rule.bit_of_snmp != snmp ||
			!covers(a, number))
			continue;
		all |= a->rule.bit;
		if (tally_of(a, number)->on != 0)
			*ret_on |= a->rule.bit;
	}
	return all;
}

static void
set_bits(const struct pc_netfaults *nf, struct pc_device *dev, uint32_t number)
{
	pc_fault_set on = 0;
	pc_fault_set all = decided(nf, number, true, &on);
	if (all != 0)
		pc_device_set_faults(dev, (pc_device_faults(dev) & ~all) | on);
	all = decided(nf, number, false, &on);
	if (all != 0)
		pc_device_set_port_faults(dev, (pc_device_port_faults(dev) & ~all) | on);
}

static bool
asks_requests(const struct pc_netfault_rule *r)
{
	return r->port != PC_NETFAULT_ANY_PORT || r->peer_bits != 0 || r->nth != 0 ||
	       r->every != 0 || r->times != 0 || r->rate < PC_NETFAULT_RATE_ONE;
}

/* Without a request: what time and state alone say. */
static void
settle(const struct armed *a, const struct pc_device *dev, uint32_t number)
{
	struct tally *t = tally_of(a, number);
	if (!in_time(a) || !in_state(a, dev))
		t->on = 0;
	else if (!asks_requests(&a->rule))
		t->on = 1;
}

/* A request has come: what the named faults are while it is served. */
static void
settle_for(const struct pc_netfaults *nf, const struct request *q)
{
	bool any = false;
	for (size_t i = 0; i < nf->n; i++) {
		const struct armed *a = nf->armed[i];
		struct pc_rand chance;
		if (a->rule.act != PC_NETFAULT_BIT || !covers(a, q->number) ||
			(a->rule.port == PC_NETFAULT_ANY_PORT && !is_port(&a->rule, q)))
			continue; /* a request to another room */
		tally_of(a, q->number)->on = applies(a, q, &chance);
		any = true;
	}
	if (any)
		set_bits(nf, q->dev, q->number);
}

void
pc_netfaults_event(struct pc_netfaults *nf, uint32_t number)
{
	bool any = false;
	if (nf == NULL || nf->n == 0 || !bit_is_set(nf->touched, number))
		return;
	struct pc_device *dev = nf->env.device(nf->env.arg, number);
	for (size_t i = 0; i < nf->n; i++) {
		if (nf->armed[i]->rule.act != PC_NETFAULT_BIT || !covers(nf->armed[i], number))
			continue;
		settle(nf->armed[i], dev, number);
		any = true;
	}
	if (any)
		set_bits(nf, dev, number);
}

static void
settle_all(struct armed *a)
{
	for (uint32_t i = a->rule.first; i <= a->rule.last; i += a->rule.step)
		pc_netfaults_event(a->of, i);
}

static void start_edge(struct armed *a);

static void
on_edge(void *arg)
{
	struct armed *a = arg;
	settle_all(a);
	start_edge(a);
}

static void
start_edge(struct armed *a)
{
	uint64_t since = now_ms(a->of) - a->at_ms;
	uint64_t next = since < a->rule.from_ms ? a->rule.from_ms : a->rule.until_ms;
	if (next > since)
		pc_timer_start(&a->edge, a->of->env.loop, next - since, on_edge, a);
}

/* ---- the network ---- */

static void
act_datagram(const struct pc_netfault_rule *r, struct pc_rand *chance, struct pc_shape_fate *f)
{
	switch (r->act) {
	case PC_NETFAULT_UDP_LOSS:
	case PC_NETFAULT_UDP_SILENCE:
		f->drop = true;
		return;
	case PC_NETFAULT_UDP_DUPLICATE:
		f->copies += (unsigned)r->n;
		return;
	case PC_NETFAULT_UDP_REORDER:
		f->overtaken = true;
		f->delay_ms = r->ms > f->delay_ms ? r->ms : f->delay_ms;
		return;
	case PC_NETFAULT_UDP_DELAY:
		f->delay_ms += r->ms + pc_rand_below(chance, r->jitter + 1);
		return;
	case PC_NETFAULT_UDP_TRUNCATE:
		f->len = f->truncate && f->len < r->n ? f->len : (size_t)r->n;
		f->truncate = true;
		return;
	case PC_NETFAULT_UDP_WRONG_SOURCE:
		f->other_source = true;
		f->source = r->source;
		return;
	case PC_NETFAULT_UDP_BIT_FLIP:
		f->flip = true;
		f->bit = r->n == UINT64_MAX ? pc_rand_u64(chance) : r->n;
		return;
	case PC_NETFAULT_BIT:
	case PC_NETFAULT_TCP_REFUSE:
	case PC_NETFAULT_TCP_SILENT:
	case PC_NETFAULT_TCP_DELAY:
	case PC_NETFAULT_TCP_SLOW:
	case PC_NETFAULT_TCP_RESET:
	case PC_NETFAULT_TCP_CLOSE:
	case PC_NETFAULT_TCP_STALL:
		return;
	}
}

static bool
is_udp(const struct pc_netfault_rule *r)
{
	return r->act >= PC_NETFAULT_UDP_LOSS && r->act <= PC_NETFAULT_UDP_SILENCE;
}

/* The printer a request is for, when anything is armed on it. */
static bool
find(const struct pc_netfaults *nf, const struct sockaddr_in *local, struct request *q)
{
	q->number = nf->env.find(nf->env.arg, local->sin_addr);
	if (q->number == 0 || !bit_is_set(nf->touched, q->number))
		return false;
	q->dev = nf->env.device(nf->env.arg, q->number);
	q->port = (uint16_t)(ntohs(local->sin_port) - nf->env.port_offset);
	return true;
}

static void
on_datagram(void *arg, const struct pc_shape_packet *p, struct pc_shape_fate *ret)
{
	struct pc_netfaults *nf = arg;
	struct request q = {.peer = &p->peer};
	uint8_t way = p->way == PC_SHAPE_IN ? PC_NETFAULT_IN : PC_NETFAULT_OUT;
	if (!find(nf, &p->local, &q))
		return;
	for (size_t i = 0; i < nf->n; i++) {
		const struct armed *a = nf->armed[i];
		struct pc_rand chance;
		if (is_udp(&a->rule) && (a->rule.ways & way) != 0 && covers(a, q.number) &&
			applies(a, &q, &chance))
			act_datagram(&a->rule, &chance, ret);
	}
	if (p->way == PC_SHAPE_IN && !ret->drop)
		settle_for(nf, &q);
}

static void
cut(const struct pc_netfault_rule *r, enum pc_shape_cut what, struct pc_shape_line *line)
{
	for (unsigned way = 0; way < PC_SHAPE_WAYS; way++) {
		uint64_t *at = &line->cut[way][what];
		bool asked =
			(r->ways & (way == PC_SHAPE_IN ? PC_NETFAULT_IN : PC_NETFAULT_OUT)) != 0;
		if (asked && r->n < *at)
			*at = r->n;
	}
}

static void
slow(const struct pc_netfault_rule *r, struct pc_shape_line *line)
{
	for (unsigned way = 0; way < PC_SHAPE_WAYS; way++) {
		bool asked =
			(r->ways & (way == PC_SHAPE_IN ? PC_NETFAULT_IN : PC_NETFAULT_OUT)) != 0;
		if (asked && (line->rate[way] == 0 || r->n < line->rate[way]))
			line->rate[way] = r->n;
	}
}

static void
act_line(const struct pc_netfault_rule *r, struct pc_rand *chance, struct pc_shape_line *line)
{
	if (r->act == PC_NETFAULT_TCP_REFUSE)
		line->refuse = true;
	else if (r->act == PC_NETFAULT_TCP_SILENT)
		line->silent = true;
	else if (r->act == PC_NETFAULT_TCP_DELAY)
		line->delay_ms += r->ms + pc_rand_below(chance, r->jitter + 1);
	else if (r->act == PC_NETFAULT_TCP_SLOW)
		slow(r, line);
	else if (r->act == PC_NETFAULT_TCP_RESET)
		cut(r, PC_SHAPE_RESET, line);
	else if (r->act == PC_NETFAULT_TCP_CLOSE)
		cut(r, PC_SHAPE_CLOSE, line);
	else
		cut(r, PC_SHAPE_STALL, line);
	if (r->act == PC_NETFAULT_TCP_STALL)
		line->stall_ms = r->ms;
}

static bool
on_line(void *arg, const struct sockaddr_in *local, const struct sockaddr_in *peer,
	struct pc_shape_line *ret)
{
	struct pc_netfaults *nf = arg;
	struct request q = {.peer = peer, .tcp = true};
	bool any = false;
	if (!find(nf, local, &q))
		return false;
	for (size_t i = 0; i < nf->n; i++) {
		const struct armed *a = nf->armed[i];
		struct pc_rand chance;
		if (a->rule.act < PC_NETFAULT_TCP_REFUSE || !covers(a, q.number) ||
			!applies(a, &q, &chance))
			continue;
		act_line(&a->rule, &chance, ret);
		any = true;
	}
	settle_for(nf, &q);
	return any;
}

/* ---- arming ---- */

static void
free_armed(struct armed *a)
{
	pc_timer_stop(&a->edge);
	free(a->tallies);
	free(a->spared);
	free(a);
}

int
pc_netfaults_new(const struct pc_netfault_env *env, struct pc_netfaults **ret)
{
	struct pc_netfaults *nf = calloc(1, sizeof(*nf));
	if (nf == NULL)
		return -ENOMEM;
	const struct pc_shape_policy policy = {.datagram = on_datagram, .line = on_line, .arg = nf};
	nf->env = *env;
	int err = pc_shaper_new(env->loop, &policy, &nf->shaper);
	if (err != PC_OK) {
		free(nf);
		return err;
	}
	*ret = nf;
	return PC_OK;
}

void
pc_netfaults_free(struct pc_netfaults *nf)
{
	if (nf == NULL)
		return;
	pc_shaper_free(nf->shaper);
	for (size_t i = 0; i < nf->n; i++)
		free_armed(nf->armed[i]);
	free(nf->touched);
	free(nf);
}

static void
touch(struct pc_netfaults *nf, const struct armed *a)
{
	for (uint32_t i = a->rule.first; i <= a->rule.last; i += a->rule.step) {
		if (covers(a, i))
			set_bit(nf->touched, i);
	}
}

static struct armed *
make(struct pc_netfaults *nf, const struct pc_netfault_rule *rule)
{
	struct armed *a = calloc(1, sizeof(*a));
	if (a == NULL)
		return NULL;
	a->rule = *rule;
	a->of = nf;
	a->at_ms = now_ms(nf);
	a->stream = (rule->has_seed ? rule->seed : nf->env.seed) ^ ++nf->order << 56;
	a->tallies = calloc((rule->last - rule->first) / rule->step + 1, sizeof(*a->tallies));
	if (a->tallies == NULL) {
		free(a);
		return NULL;
	}
	return a;
}

int
pc_netfaults_arm(struct pc_netfaults *nf, const struct pc_netfault_rule *rule, struct pc_diag *diag)
{
	struct pc_netfault_rule r = *rule;
	if (r.last == 0)
		r.last = nf->env.size;
	if (r.last > nf->env.size)
		return pc_diag_fail(diag, PC_E_NOTFOUND, "there is no printer %u (1 to %u)", r.last,
			nf->env.size);
	if (r.step > nf->env.size)
		r.step = nf->env.size;
	if (nf->n == PC_NETFAULT_RULES_MAX)
		return pc_diag_fail(diag, PC_E_LIMIT, "%d faults with conditions are armed already",
			PC_NETFAULT_RULES_MAX);
	if (nf->touched == NULL)
		nf->touched = calloc(nf->env.size / 8 + 1, 1);
	struct armed *a = nf->touched == NULL ? NULL : make(nf, &r);
	if (a == NULL)
		return pc_diag_fail(diag, -ENOMEM, "%s", pc_err_text(-ENOMEM));
	nf->armed[nf->n++] = a;
	touch(nf, a);
	pc_shaper_arm(nf->shaper, true);
	if (r.act == PC_NETFAULT_BIT) {
		settle_all(a);
		start_edge(a);
	}
	return PC_OK;
}

/* The rule's printers among those of another one are spared from now on; a bit of its is off. */
static bool
spare(struct armed *a, const struct pc_netfault_rule *which, bool *ret_any_left)
{
	struct pc_netfaults *nf = a->of;
	bool took = false;
	uint32_t last = which->last == 0 ? nf->env.size : which->last;
	*ret_any_left = false;
	if (a->spared == NULL)
		a->spared = calloc(nf->env.size / 8 + 1, 1);
	for (uint32_t i = a->rule.first; a->spared != NULL && i <= a->rule.last;
		i += a->rule.step) {
		bool meant =
			i >= which->first && i <= last && (i - which->first) % which->step == 0;
		if (!covers(a, i))
			continue;
		*ret_any_left = *ret_any_left || !meant;
		if (!meant)
			continue;
		took = true;
		struct pc_device *dev = nf->env.device(nf->env.arg, i);
		if (a->rule.act == PC_NETFAULT_BIT) {
			tally_of(a, i)->on = 0;
			set_bits(nf, dev, i);
		}
		set_bit(a->spared, i);
		if (a->rule.act >= PC_NETFAULT_TCP_REFUSE)
			pc_shaper_relax(nf->shaper, pc_device_state(dev)->address);
	}
	return took;
}

unsigned
pc_netfaults_disarm(struct pc_netfaults *nf, const struct pc_netfault_rule *which)
{
	unsigned n = 0;
	for (size_t i = 0; i < nf->n;) {
		struct armed *a = nf->armed[i];
		bool left = true;
		if (strcmp(a->rule.name, which->name) == 0 && spare(a, which, &left))
			n++;
		if (left) {
			i++;
			continue;
		}
		free_armed(a);
		nf->n--;
		memmove(&nf->armed[i], &nf->armed[i + 1], (nf->n - i) * sizeof(nf->armed[0]));
	}
	if (n == 0)
		return 0;
	memset(nf->touched, 0, nf->env.size / 8 + 1);
	for (size_t i = 0; i < nf->n; i++)
		touch(nf, nf->armed[i]);
	pc_shaper_arm(nf->shaper, nf->n > 0);
	return n;
}

/* ---- what is armed ---- */

static bool
is_armed_on(const struct pc_netfaults *nf, const char *name, uint32_t number)
{
	for (size_t i = 0; i < nf->n; i++) {
		if (covers(nf->armed[i], number) && strcmp(nf->armed[i]->rule.name, name) == 0)
			return true;
	}
	return false;
}

uint32_t
pc_netfaults_printers(const struct pc_netfaults *nf, const char *name)
{
	uint32_t n = 0;
	for (uint32_t i = 1; nf->n > 0 && i <= nf->env.size; i++)
		n += bit_is_set(nf->touched, i) && is_armed_on(nf, name, i);
	return n;
}

static void
write_rule(const struct armed *a, struct pc_buf *out)
{
	uint64_t seen = 0, hit = 0;
	for (uint32_t i = 0; i <= (a->rule.last - a->rule.first) / a->rule.step; i++) {
		seen += a->tallies[i].seen;
		hit += a->tallies[i].hits;
	}
	pc_buf_add_text(out, "{\"fault\":\"");
	pc_netfault_write(&a->rule, out);
	pc_buf_addf(out, "\",\"seen\":%llu,\"hits\":%llu}", (unsigned long long)seen,
		(unsigned long long)hit);
}

void
pc_netfaults_write(const struct pc_netfaults *nf, struct pc_buf *out)
{
	struct pc_shape_counters c = pc_shaper_counters(nf->shaper);
	const struct {
		const char *name;
		uint64_t value;
	} counters[] = {{"lost", c.lost}, {"changed", c.changed}, {"doubled", c.doubled},
		{"late", c.late}, {"overflowed", c.overflowed}, {"held", c.held},
		{"refused", c.refused}, {"silenced", c.silenced}, {"delayed", c.delayed},
		{"slowed", c.limited}, {"reset", c.cut[PC_SHAPE_RESET]},
		{"closed", c.cut[PC_SHAPE_CLOSE]}, {"stalled", c.cut[PC_SHAPE_STALL]},
		{"overLimit", c.over_limit}, {"connections", c.lines}};
	pc_buf_add_text(out, "\"rules\":[");
	for (size_t i = 0; i < nf->n; i++) {
		if (i > 0)
			pc_buf_add_text(out, ",");
		write_rule(nf->armed[i], out);
	}
	pc_buf_add_text(out, "],\"network\":{");
	for (size_t i = 0; i < sizeof(counters) / sizeof(counters[0]); i++)
		pc_buf_addf(out, "%s\"%s\":%llu", i == 0 ? "" : ",", counters[i].name,
			(unsigned long long)counters[i].value);
	pc_buf_add_text(out, "}");
}
