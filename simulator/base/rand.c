#include "base/rand.h"

void
pc_rand_init(struct pc_rand *r, uint64_t seed, uint64_t stream)
{
	r->state = seed;
	r->state = pc_rand_u64(r) ^ (stream * 0x9e3779b97f4a7c15u);
}

uint64_t
pc_rand_u64(struct pc_rand *r)
{
	uint64_t z = (r->state += 0x9e3779b97f4a7c15u);
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

uint64_t
pc_rand_below(struct pc_rand *r, uint64_t below)
{
	return below == 0 ? 0 : pc_rand_u64(r) % below;
}

void
pc_rand_bytes(struct pc_rand *r, uint8_t *out, size_t n)
{
	for (size_t i = 0; i < n; i++)
		out[i] = (uint8_t)pc_rand_u64(r);
}
