/* A small fleet on real sockets for the tests of this room. */
#ifndef PC_FLEET_TESTS_BENCH_H
#define PC_FLEET_TESTS_BENCH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/err.h"
#include "fleet/fleet.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

enum { BENCH_DEADLINE_MS = 5000, BENCH_PACE = 50 };

struct bench {
	struct pc_clock clock;
	struct pc_loop *loop;
	struct pc_profile *epson, *lindgren;
	struct pc_fleet *fleet;
	uint16_t offset;
	unsigned events;
};

static inline void
bench_observe(void *arg, struct pc_device *dev, const struct pc_device_event *event)
{
	struct bench *b = arg;
	(void)dev;
	(void)event;
	b->events++;
}

static inline int
bench_fleet(struct bench *b, uint16_t offset, struct pc_fleet **ret, struct pc_diag *diag)
{
	const struct pc_fleet_group groups[] = {{b->epson, 2}, {b->lindgren, 1}};
	const struct pc_fleet_options o = {.loop = b->loop,
		.first = {htonl(0x7f050001)}, /* 127.5.0.1 */
		.port_offset = offset,
		.pace = BENCH_PACE,
		.seed = 1,
		.groups = groups,
		.n_groups = N(groups),
		.observer = bench_observe,
		.observer_arg = b};
	return pc_fleet_new(&o, ret, diag);
}

static inline struct pc_profile *
bench_profile(const char *name)
{
	struct pc_profile *p = NULL;
	struct pc_diag diag = {{0}};
	if (pc_profile_find(PC_SOURCE_DIR "/profiles", name, &p, &diag) != PC_OK)
		fail_msg("%s", diag.text);
	return p;
}

/* Printers 1 and 2 are inkjets, 3 is a laser without heads; at the first offset whose ports are
 * free. */
static inline int
bench_setup_clock(void **state, bool is_virtual)
{
	struct pc_diag diag = {{0}};
	struct bench *b = calloc(1, sizeof(*b));
	int err = PC_E_ENVIRONMENT;
	if (is_virtual)
		pc_clock_init_virtual(&b->clock, 1767225600);
	else
		pc_clock_init_real(&b->clock);
	assert_int_equal(pc_loop_new(&b->clock, &b->loop, &diag), PC_OK);
	b->epson = bench_profile("epson-wf-c5890");
	b->lindgren = bench_profile("lindgren-mono-40");
	unsigned start = (unsigned)getpid() % 200 * 37;
	for (unsigned i = 0; i < 50 && err != PC_OK; i++) {
		b->offset = (uint16_t)(11000 + (start + i * 401) % 20000);
		err = bench_fleet(b, b->offset, &b->fleet, &diag);
	}
	if (err != PC_OK)
		fail_msg("%s", diag.text);
	*state = b;
	return 0;
}

static inline int
bench_setup(void **state)
{
	return bench_setup_clock(state, false);
}

static inline int
bench_setup_virtual(void **state)
{
	return bench_setup_clock(state, true);
}

static inline int
bench_teardown(void **state)
{
	struct bench *b = *state;
	pc_fleet_free(b->fleet);
	pc_profile_free(b->epson);
	pc_profile_free(b->lindgren);
	pc_loop_free(b->loop);
	free(b);
	return 0;
}

#define BENCH_TEST(f) cmocka_unit_test_setup_teardown(f, bench_setup, bench_teardown)
#define BENCH_TEST_VIRTUAL(f) \
	cmocka_unit_test_setup_teardown(f, bench_setup_virtual, bench_teardown)

#endif
