#include "fleet/story-heap.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/err.h"

static bool
earlier(const struct pc_story_entry *a, const struct pc_story_entry *b)
{
	return a->at_ms != b->at_ms ? a->at_ms < b->at_ms : a->order < b->order;
}

static void
up(struct pc_story_heap *h, size_t at, struct pc_story_entry *e)
{
	while (at > 0 && earlier(e, h->entries[(at - 1) / 2])) {
		h->entries[at] = h->entries[(at - 1) / 2];
		at = (at - 1) / 2;
	}
	h->entries[at] = e;
}

static void
down(struct pc_story_heap *h, size_t at, struct pc_story_entry *e)
{
	for (;;) {
		size_t child = 2 * at + 1;
		if (child >= h->n)
			break;
		if (child + 1 < h->n && earlier(h->entries[child + 1], h->entries[child]))
			child++;
		if (!earlier(h->entries[child], e))
			break;
		h->entries[at] = h->entries[child];
		at = child;
	}
	h->entries[at] = e;
}

int
pc_story_heap_push(
	struct pc_story_heap *h, struct pc_story_entry *entry, uint64_t at_ms, size_t max)
{
	if (h->n >= max)
		return PC_E_LIMIT;
	if (h->n == h->cap) {
		size_t cap = h->cap == 0 ? 64 : h->cap * 2;
		struct pc_story_entry **grown =
			reallocarray(h->entries, cap, sizeof(struct pc_story_entry *));
		if (grown == NULL)
			return -ENOMEM;
		h->entries = grown;
		h->cap = cap;
	}
	entry->at_ms = at_ms;
	entry->order = ++h->pushed;
	up(h, h->n++, entry);
	return PC_OK;
}

struct pc_story_entry *
pc_story_heap_pop(struct pc_story_heap *h, size_t at)
{
	struct pc_story_entry *e = h->entries[at];
	struct pc_story_entry *last = h->entries[--h->n];
	if (last == e)
		return e;
	if (at > 0 && earlier(last, h->entries[(at - 1) / 2]))
		up(h, at, last);
	else
		down(h, at, last);
	return e;
}
