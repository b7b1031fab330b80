/* fleet/internal: what the files of the room share; nobody else includes it. */
#ifndef PC_FLEET_INTERNAL_H
#define PC_FLEET_INTERNAL_H

#include "fleet/diary.h"
#include "fleet/fleet.h"
#include "fleet/story-run.h"

/* The story of a fleet; the fleet owns `run` and frees it first of all. */
struct pc_story_run;
struct pc_fleet_story {
	struct pc_story_run *run; /* NULL: none */
	pc_story_fn fn;
	void *arg;
};

struct pc_fleet_story *pc_fleet_story(struct pc_fleet *fleet);
const struct pc_fleet_story *pc_fleet_story_const(const struct pc_fleet *fleet);
struct pc_loop *pc_fleet_loop(const struct pc_fleet *fleet);

/* A device event, for sequences that wait. */
void pc_story_run_event(struct pc_story_run *run, const struct pc_device *dev);
/* A job has gone through its socket, or has not. */
void pc_story_run_sent(struct pc_story_run *run, bool arrived);
void pc_story_run_free(struct pc_story_run *run); /* NULL is allowed */

#endif
