/* services/spread: a broadcast or multicast query goes to every device once, each after a delay of
 * its own, so that ten thousand answers do not leave in one burst. One queue entry a query, one
 * timer in all; order and delays come from the run's seed. */
#ifndef PC_SERVICES_SPREAD_H
#define PC_SERVICES_SPREAD_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/rand.h"
#include "services/services.h"

enum {
	PC_SPREAD_ROUNDS_MAX = 64,    /* queries being answered at a time */
	PC_SPREAD_STEP = 64,          /* devices a turn of the loop */
	PC_SPREAD_REQUEST_MAX = 2048, /* bytes of a query that are kept */
	PC_SPREAD_PER_MS = 20,        /* devices a millisecond: more widen the window */
	PC_SPREAD_WINDOW_MAX_MS = 15000
};

/* It is this device's turn with that query. Called exactly once a device and query, also for
 * devices that are off. Must not call pc_spread_…(). */
typedef void (*pc_spread_fn)(void *arg, struct pc_device *dev, const struct sockaddr_in *peer,
	const uint8_t *request, size_t len);

struct pc_spread_round; /* a query on its way through the fleet */

struct pc_spread {
	const struct pc_service_env *env; /* borrowed; must outlive the queue */
	pc_spread_fn fn;
	void *arg;
	uint32_t window_ms; /* delays are even over 0 to this */
	struct pc_rand rand;
	struct pc_timer timer;
	struct pc_spread_round *rounds[PC_SPREAD_ROUNDS_MAX]; /* owned, oldest first */
	size_t n_rounds;
};

/* Caller's storage; nothing is allocated before the first query. `stream` keeps the services of one
 * seed apart (their port will do). */
void pc_spread_init(struct pc_spread *s, const struct pc_service_env *env, uint32_t window_ms,
	uint64_t stream, pc_spread_fn fn, void *arg);
void pc_spread_done(struct pc_spread *s);

/* Hand a query to all devices; the bytes are copied. With a `key` other than 0 a query of the same
 * peer and key that is still on its way ends here: the peer has repeated itself, and who has not
 * answered the first yet answers only this one. PC_OK; PC_E_LIMIT for a query that is too long or
 * when PC_SPREAD_ROUNDS_MAX are on their way; -ENOMEM. */
int pc_spread_ask(struct pc_spread *s, const struct sockaddr_in *peer, const uint8_t *request,
	size_t len, uint64_t key);

#endif
