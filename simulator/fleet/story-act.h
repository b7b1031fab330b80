/* fleet/story-act: what a step does to one printer; for story-run only. */
#ifndef PC_FLEET_STORY_ACT_H
#define PC_FLEET_STORY_ACT_H

#include "fleet/internal.h"
#include "fleet/story-internal.h"

/* Counters read by the last report, one a printer. */
struct pc_story_reported {
	uint32_t life, jobs;
};

struct pc_story_act {
	struct pc_fleet *fleet;
	const struct pc_story_step *step;
	struct pc_rand *rand;
	struct pc_story_sender *sender;     /* of jobs that go through sockets */
	struct pc_story_reported *reported; /* by number - 1 */
};

/* Do it. What the device said, or PC_OK. */
int pc_story_act(const struct pc_story_act *act, struct pc_device *dev);
/* Undo it ('for' is over). */
int pc_story_undo(const struct pc_story_act *act, struct pc_device *dev);
bool pc_story_can_undo(enum pc_story_do action);
/* One print, copy or fax job as the step describes it. */
int pc_story_job(const struct pc_story_act *act, struct pc_device *dev);
/* Is the printer as a wait wants it? */
bool pc_story_is(enum pc_story_state state, const struct pc_device *dev);

/* Jobs through sockets: a connection each, at most PC_STORY_SENDS_MAX at once. While one is open a
 * virtual clock lingers, so that it arrives at the same virtual time in every run. */
enum { PC_STORY_SENDS_MAX = 256, PC_STORY_LINGER_MS = 2, PC_STORY_PAGE_BYTES = 64 };
struct pc_story_sender;
struct pc_story_print {
	const char *name, *user, *size;
	uint32_t pages, copies;
	bool color, duplex, lpd;
};
int pc_story_sender_new(
	struct pc_fleet *fleet, struct pc_story_run *run, struct pc_story_sender **ret);
void pc_story_sender_free(struct pc_story_sender *sender); /* NULL is allowed */
int pc_story_send(struct pc_story_sender *sender, const struct pc_device *dev,
	const struct pc_story_print *print);
size_t pc_story_sending(const struct pc_story_sender *sender);

/* One text page of a story's jobs, PC_STORY_PAGE_BYTES with its form feed. */
const char *pc_story_page(void);

#endif
