/* fleet/story-heap: what a story still has to do, the earliest first; for story-run only. */
#ifndef PC_FLEET_STORY_HEAP_H
#define PC_FLEET_STORY_HEAP_H

#include <stddef.h>
#include <stdint.h>

/* First member of whatever is kept. */
struct pc_story_entry {
	uint64_t at_ms, order; /* equal times in the order they were pushed */
};

/* Zeroed before first use; the entries stay their owner's. */
struct pc_story_heap {
	struct pc_story_entry **entries; /* owned array; [0] is the earliest */
	size_t n, cap;
	uint64_t pushed; /* so far; the order of the newest */
};

/* PC_OK; PC_E_LIMIT over `max` entries; -ENOMEM. */
int pc_story_heap_push(
	struct pc_story_heap *heap, struct pc_story_entry *entry, uint64_t at_ms, size_t max);
/* Take out the entry at a place; 0 is the earliest. */
struct pc_story_entry *pc_story_heap_pop(struct pc_story_heap *heap, size_t at);

#endif
