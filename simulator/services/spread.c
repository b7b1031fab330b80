#include "services/spread.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"

/* Device number `i` to be asked is (first + i * stride) mod n: each once, in no order that shows,
 * without a list of them. Its time is (i + share / 65536) / n of the window. */
struct pc_spread_round {
	struct sockaddr_in peer;
	uint64_t key, started_ms;
	uint64_t n, next, first, stride;
	uint32_t share, window_ms;
	size_t len;
	uint8_t request[];
};

void
pc_spread_init(struct pc_spread *s, const struct pc_service_env *env, uint32_t window_ms,
	uint64_t stream, pc_spread_fn fn, void *arg)
{
	*s = (struct pc_spread){.env = env, .fn = fn, .arg = arg, .window_ms = window_ms};
	if (s->window_ms > PC_SPREAD_WINDOW_MAX_MS)
		s->window_ms = PC_SPREAD_WINDOW_MAX_MS;
	pc_rand_init(&s->rand, env->seed, stream);
}

static void
drop(struct pc_spread *s, size_t at)
{
	free(s->rounds[at]);
	s->n_rounds--;
	memmove(&s->rounds[at], &s->rounds[at + 1], (s->n_rounds - at) * sizeof(s->rounds[0]));
}

void
pc_spread_done(struct pc_spread *s)
{
	pc_timer_stop(&s->timer);
	while (s->n_rounds > 0)
		drop(s, s->n_rounds - 1);
}

/* How many there are: each() only tells where they end. */
static uint64_t
count_devices(const struct pc_service_env *env)
{
	size_t none = 1, some = 0; /* `some` devices exist, `none` do not */
	while (env->each(env->arg, none - 1) != NULL) {
		some = none;
		none *= 2;
	}
	while (none - some > 1) {
		size_t middle = some + (none - some) / 2;
		if (env->each(env->arg, middle - 1) != NULL)
			some = middle;
		else
			none = middle;
	}
	return some;
}

static uint64_t
common_divisor(uint64_t a, uint64_t b)
{
	while (b != 0) {
		uint64_t rest = a % b;
		a = b;
		b = rest;
	}
	return a;
}

static uint64_t
due_ms(const struct pc_spread_round *r)
{
	return r->started_ms + (r->next * 65536 + r->share) * r->window_ms / (r->n * 65536);
}

static void
ask_next(struct pc_spread *s, struct pc_spread_round *r)
{
	size_t at = (size_t)((r->first + r->next * r->stride) % r->n);
	struct pc_device *dev = s->env->each(s->env->arg, at);
	r->next++;
	if (dev != NULL)
		s->fn(s->arg, dev, &r->peer, r->request, r->len);
}

static void on_timer(void *arg);

/* One timer for all: for whoever is due next. */
static void
plan(struct pc_spread *s)
{
	uint64_t now = pc_clock_ms(pc_loop_clock(s->env->loop)), at = UINT64_MAX;
	for (size_t i = 0; i < s->n_rounds; i++) {
		uint64_t due = due_ms(s->rounds[i]);
		at = due < at ? due : at;
	}
	if (s->n_rounds > 0)
		pc_timer_start(&s->timer, s->env->loop, at > now ? at - now : 0, on_timer, s);
}

static void
on_timer(void *arg)
{
	struct pc_spread *s = arg;
	uint64_t now = pc_clock_ms(pc_loop_clock(s->env->loop));
	int left = PC_SPREAD_STEP;
	for (size_t i = 0; i < s->n_rounds;) {
		struct pc_spread_round *r = s->rounds[i];
		for (; left > 0 && r->next < r->n && due_ms(r) <= now; left--)
			ask_next(s, r);
		if (r->next == r->n)
			drop(s, i);
		else
			i++;
	}
	plan(s);
}

static void
forget(struct pc_spread *s, const struct sockaddr_in *peer, uint64_t key)
{
	for (size_t i = 0; i < s->n_rounds && key != 0;) {
		const struct pc_spread_round *r = s->rounds[i];
		if (r->key == key && r->peer.sin_port == peer->sin_port &&
			r->peer.sin_addr.s_addr == peer->sin_addr.s_addr)
			drop(s, i);
		else
			i++;
	}
}

/* A client's socket holds some hundred answers: many devices take longer than the window. */
static uint32_t
window_of(const struct pc_spread *s, uint64_t n)
{
	uint64_t wanted = n / PC_SPREAD_PER_MS;
	if (wanted <= s->window_ms)
		return s->window_ms;
	return wanted < PC_SPREAD_WINDOW_MAX_MS ? (uint32_t)wanted : PC_SPREAD_WINDOW_MAX_MS;
}

int
pc_spread_ask(struct pc_spread *s, const struct sockaddr_in *peer, const uint8_t *request,
	size_t len, uint64_t key)
{
	forget(s, peer, key);
	if (s->n_rounds == PC_SPREAD_ROUNDS_MAX || len > PC_SPREAD_REQUEST_MAX)
		return PC_E_LIMIT;
	struct pc_spread_round *r = calloc(1, sizeof(*r) + len);
	if (r == NULL)
		return -ENOMEM;
	r->peer = *peer;
	r->key = key;
	r->started_ms = pc_clock_ms(pc_loop_clock(s->env->loop));
	r->n = count_devices(s->env);
	r->window_ms = window_of(s, r->n);
	r->first = pc_rand_below(&s->rand, r->n);
	r->share = (uint32_t)pc_rand_below(&s->rand, 65536);
	do
		r->stride = pc_rand_below(&s->rand, r->n);
	while (r->n > 1 && common_divisor(r->n, r->stride) != 1);
	r->len = len;
	if (len > 0)
		memcpy(r->request, request, len);
	if (r->n == 0) {
		free(r);
		return PC_OK;
	}
	s->rounds[s->n_rounds++] = r;
	plan(s);
	return PC_OK;
}
