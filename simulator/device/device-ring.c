/* Histories: the newest rows, in memory that grows with them. */
#include <stdlib.h>
#include <string.h>

#include "device/internal.h"

enum { FIRST_ROWS = 4 };

void *
pc_ring_add(struct pc_ring *r, size_t size, uint16_t max)
{
	if (r->n == r->cap && r->cap < max) {
		uint16_t cap = r->cap == 0 ? FIRST_ROWS : (uint16_t)(2 * r->cap);
		cap = cap > max ? max : cap;
		void *grown = realloc(r->rows, cap * size);
		if (grown == NULL)
			return NULL;
		r->rows = grown;
		r->cap = cap;
	}
	void *row = (char *)r->rows + r->n % r->cap * size;
	memset(row, 0, size);
	r->n++;
	return row;
}

void *
pc_ring_at(const struct pc_ring *r, size_t size, size_t at)
{
	uint32_t kept = r->n < r->cap ? r->n : r->cap;
	if (at >= kept)
		return NULL;
	return (char *)r->rows + (r->n - 1 - at) % r->cap * size;
}
