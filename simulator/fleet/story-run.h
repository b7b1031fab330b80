/* fleet/story-run: a story goes on in a fleet: start, look at, pause, step, stop. One at a time. */
#ifndef PC_FLEET_STORY_RUN_H
#define PC_FLEET_STORY_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fleet/fleet.h"
#include "fleet/story.h"

enum { PC_STORY_TASKS_MAX = 100000 }; /* things under way at once: sequences, loads, undoings */

/* Begin; time 0 of the story is now. `story` is taken, also on failure. PC_E_EXISTS when one is
 * under way; PC_E_NOTFOUND for a fault that is not known; -ENOMEM. */
int pc_fleet_story_start(struct pc_fleet *fleet, struct pc_story *story, struct pc_diag *diag);

/* End it at once; what it has done stays done. Nothing when there is none. */
void pc_fleet_story_stop(struct pc_fleet *fleet);

/* The story's time stands still; printers go on. PC_E_NOTFOUND without a story. */
int pc_fleet_story_pause(struct pc_fleet *fleet, bool paused);

/* Of a paused story: do what comes next, now, and stay paused. PC_E_NOTFOUND without a story,
 * PC_E_REFUSED when it is not paused or over. */
int pc_fleet_story_step(struct pc_fleet *fleet);

/* Under way: begun and not over. */
bool pc_fleet_story_running(const struct pc_fleet *fleet);

/* Append {"state":"none"} or {"state":"running"|"paused"|"over","story","summary","atMs","steps",
 * "jobs","refused","underWay","next":{"line","do","inMs"}|null}. */
void pc_fleet_story_status(const struct pc_fleet *fleet, struct pc_buf *out);

/* What a step has just done; numbers of the printers it was about, ascending. Borrowed. */
struct pc_story_told {
	uint32_t line; /* of the file; 0: the story is over */
	const char *action;
	const uint32_t *printers;
	size_t n_printers;
};
typedef void (*pc_story_fn)(void *arg, const struct pc_story_told *told);

/* Call `fn` after every step and at the end; NULL: nobody. Not to be called from there, nor may the
 * story be stopped there. Survives the end of a story. */
void pc_fleet_story_listen(struct pc_fleet *fleet, pc_story_fn fn, void *arg);

#endif
