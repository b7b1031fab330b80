/* Tests of services/spread in virtual time: each device once, delays over the whole window, the
 * same seed the same order, repeated queries, limits. */
#include "services/tests/bench.h"

#include <stdlib.h>

#include "services/spread.h"

enum { DEVICES_MAX = 10000, WINDOW_MS = 1000 };

struct world {
	struct pc_clock clock;
	struct pc_loop *loop;
	struct pc_service_env env;
	struct pc_spread spread;
	size_t n;                      /* devices there are */
	uint8_t asked[DEVICES_MAX];    /* how often */
	uint32_t at_ms[DEVICES_MAX];   /* when last */
	uint32_t order[DEVICES_MAX];   /* who, one after the other */
	uint64_t total, started, turn; /* calls; clock at the start; calls of this turn */
	uint64_t most;                 /* calls of one turn */
	size_t len;                    /* of the last query */
};

/* No device is looked into: any address will do. */
static char places[DEVICES_MAX];

static struct pc_device *
world_each(void *arg, size_t at)
{
	struct world *w = arg;
	return at < w->n ? (struct pc_device *)(void *)&places[at] : NULL;
}

static void
on_ask(void *arg, struct pc_device *dev, const struct sockaddr_in *peer, const uint8_t *request,
	size_t len)
{
	struct world *w = arg;
	size_t at = (size_t)((char *)(void *)dev - places);
	assert_int_equal(ntohs(peer->sin_port), 4000);
	assert_true(len == 0 || request[0] == 'q');
	w->asked[at]++;
	w->at_ms[at] = (uint32_t)(pc_clock_ms(&w->clock) - w->started);
	w->order[w->total % DEVICES_MAX] = (uint32_t)at;
	w->total++;
	w->turn++;
	w->len = len;
}

static void
world_init(struct world *w, size_t n, uint64_t seed)
{
	struct pc_diag diag;
	memset(w, 0, sizeof(*w));
	w->n = n;
	pc_clock_init_virtual(&w->clock, 0);
	assert_int_equal(pc_loop_new(&w->clock, &w->loop, &diag), PC_OK);
	w->env = (struct pc_service_env){
		.loop = w->loop, .seed = seed, .each = world_each, .arg = w};
	pc_spread_init(&w->spread, &w->env, WINDOW_MS, 1, on_ask, w);
	w->started = pc_clock_ms(&w->clock);
}

static void
world_done(struct world *w)
{
	pc_spread_done(&w->spread);
	pc_loop_free(w->loop);
}

static int
ask(struct world *w, uint64_t key)
{
	struct sockaddr_in peer = {.sin_family = AF_INET, .sin_port = htons(4000)};
	return pc_spread_ask(&w->spread, &peer, (const uint8_t *)"q", 1, key);
}

/* Turn until no query is on its way. */
static void
run(struct world *w)
{
	for (int turns = 0; w->spread.n_rounds > 0; turns++) {
		assert_true(turns < 20000);
		w->turn = 0;
		assert_int_equal(pc_loop_turn(w->loop, -1), PC_OK);
		w->most = w->turn > w->most ? w->turn : w->most;
	}
}

static void
test_each_once(void **state)
{
	static const size_t sizes[] = {0, 1, 2, 3, 64, 97, 150, 1024, DEVICES_MAX};
	struct world *w = test_malloc(sizeof(*w));
	(void)state;
	for (size_t i = 0; i < 12 * sizeof(sizes) / sizeof(sizes[0]); i++) {
		world_init(w, sizes[i / 12], i);
		assert_int_equal(ask(w, 0), PC_OK);
		run(w);
		assert_int_equal(w->total, w->n);
		for (size_t at = 0; at < w->n; at++) {
			assert_int_equal(w->asked[at], 1);
			assert_in_range(w->at_ms[at], 0, WINDOW_MS);
		}
		assert_true(w->most <= PC_SPREAD_STEP);
		world_done(w);
	}
	test_free(w);
}

/* A tenth of the devices in each tenth of the window. */
static void
test_even(void **state)
{
	struct world *w = test_malloc(sizeof(*w));
	unsigned tenths[11] = {0};
	(void)state;
	world_init(w, DEVICES_MAX, 7);
	assert_int_equal(ask(w, 0), PC_OK);
	run(w);
	for (size_t at = 0; at < w->n; at++)
		tenths[w->at_ms[at] / (WINDOW_MS / 10)]++;
	for (size_t i = 0; i < 10; i++)
		assert_in_range(tenths[i], DEVICES_MAX / 10 - 20, DEVICES_MAX / 10 + 20);
	world_done(w);
	test_free(w);
}

/* More devices than the window has room for take longer: at most so many a millisecond. */
static void
test_widened(void **state)
{
	struct world *w = test_malloc(sizeof(*w));
	unsigned ms[DEVICES_MAX / PC_SPREAD_PER_MS + 1] = {0};
	(void)state;
	world_init(w, DEVICES_MAX, 7);
	w->spread.window_ms = 100;
	assert_int_equal(ask(w, 0), PC_OK);
	run(w);
	assert_int_equal(w->total, w->n);
	for (size_t at = 0; at < w->n; at++) {
		assert_in_range(w->at_ms[at], 0, DEVICES_MAX / PC_SPREAD_PER_MS);
		ms[w->at_ms[at]]++;
	}
	for (size_t i = 0; i < DEVICES_MAX / PC_SPREAD_PER_MS; i++)
		assert_in_range(ms[i], PC_SPREAD_PER_MS - 1, PC_SPREAD_PER_MS + 1);
	world_done(w);
	test_free(w);
}

static void
test_seed(void **state)
{
	struct world *w = test_malloc(3 * sizeof(*w));
	(void)state;
	for (size_t i = 0; i < 3; i++) {
		world_init(&w[i], 500, i == 2 ? 8 : 7);
		assert_int_equal(ask(&w[i], 0), PC_OK);
		run(&w[i]);
	}
	assert_memory_equal(w[0].order, w[1].order, 500 * sizeof(w[0].order[0]));
	assert_memory_equal(w[0].at_ms, w[1].at_ms, 500 * sizeof(w[0].at_ms[0]));
	assert_memory_not_equal(w[0].order, w[2].order, 500 * sizeof(w[0].order[0]));
	for (size_t i = 0; i < 3; i++)
		world_done(&w[i]);
	test_free(w);
}

/* Who has not answered the first query answers only the repeated one. */
static void
test_repeated(void **state)
{
	struct world *w = test_malloc(sizeof(*w));
	(void)state;
	world_init(w, 1000, 7);
	assert_int_equal(ask(w, 5), PC_OK);
	while (w->total < 300)
		assert_int_equal(pc_loop_turn(w->loop, -1), PC_OK);
	uint64_t before = w->total;
	assert_int_equal(ask(w, 5), PC_OK);
	assert_int_equal(w->spread.n_rounds, 1);
	run(w);
	assert_int_equal(w->total, before + 1000);
	memset(w->asked, 0, sizeof(w->asked));
	assert_int_equal(ask(w, 5), PC_OK);
	assert_int_equal(ask(w, 6), PC_OK); /* another query of the same peer */
	assert_int_equal(ask(w, 0), PC_OK);
	assert_int_equal(ask(w, 0), PC_OK); /* no key: each stands alone */
	run(w);
	for (size_t at = 0; at < w->n; at++)
		assert_int_equal(w->asked[at], 4);
	world_done(w);
	test_free(w);
}

static void
test_limits(void **state)
{
	static const uint8_t big[PC_SPREAD_REQUEST_MAX + 1] = {'q'};
	struct world *w = test_malloc(sizeof(*w));
	struct sockaddr_in peer = {.sin_family = AF_INET, .sin_port = htons(4000)};
	(void)state;
	world_init(w, 10, 7);
	assert_int_equal(pc_spread_ask(&w->spread, &peer, big, sizeof(big), 0), PC_E_LIMIT);
	assert_int_equal(pc_spread_ask(&w->spread, &peer, big, sizeof(big) - 1, 0), PC_OK);
	run(w);
	assert_int_equal(w->len, PC_SPREAD_REQUEST_MAX);
	for (int i = 0; i < PC_SPREAD_ROUNDS_MAX; i++)
		assert_int_equal(ask(w, 0), PC_OK);
	assert_int_equal(ask(w, 0), PC_E_LIMIT);
	run(w);
	assert_int_equal(w->total, 10 + 10 * PC_SPREAD_ROUNDS_MAX);
	assert_int_equal(ask(w, 0), PC_OK); /* freed while it is on its way */
	world_done(w);
	test_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_once),
		cmocka_unit_test(test_even),
		cmocka_unit_test(test_widened),
		cmocka_unit_test(test_seed),
		cmocka_unit_test(test_repeated),
		cmocka_unit_test(test_limits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
