/* base/rand: seeded randomness (splitmix64). Same seed, same run. Not for keys or tokens. */
#ifndef PC_BASE_RAND_H
#define PC_BASE_RAND_H

#include <stddef.h>
#include <stdint.h>

struct pc_rand {
	uint64_t state;
};

/* Start a stream; `stream` keeps independent users of one seed apart. */
void pc_rand_init(struct pc_rand *r, uint64_t seed, uint64_t stream);

uint64_t pc_rand_u64(struct pc_rand *r);

/* Even over 0 … below-1; 0 when below is 0. */
uint64_t pc_rand_below(struct pc_rand *r, uint64_t below);

void pc_rand_bytes(struct pc_rand *r, uint8_t *out, size_t n);

#endif
