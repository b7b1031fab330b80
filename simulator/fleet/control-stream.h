/* fleet/control-stream: the journal as server-sent events, to a few listeners at a time. Spec: HTML
 * s9.2 */
#ifndef PC_FLEET_CONTROL_STREAM_H
#define PC_FLEET_CONTROL_STREAM_H

#include "fleet/control-routes.h"
#include "fleet/diary.h"
#include "loop/loop.h"

struct MHD_Connection;
struct pc_control_streams;

enum {
	PC_CONTROL_STREAMS_MAX = 16,
	PC_CONTROL_LAG_MAX = 5000, /* entries a listener may be behind once it has caught up */
	PC_CONTROL_BEAT_MS = 15000 /* real time; a comment shows that the line is alive */
};

/* `run(arg)` lets the server write what has become ready. Diary and loop are borrowed. -errno. */
int pc_control_streams_new(struct pc_loop *loop, struct pc_diary *diary, pc_timer_fn run, void *arg,
	struct pc_control_streams **ret);

/* Lets all connections go; before the server stops. NULL is allowed. */
void pc_control_streams_free(struct pc_control_streams *streams);

/* A listener: answers the request with a stream that does not end by itself. What it did not read
 * is not kept for it: it has a place in the journal. One that is too far behind is told `event:
 * dropped` and let go; one whose place is no longer kept at the start is told `event: lost` with
 * the numbers it missed, and goes on. PC_OK; PC_E_LIMIT when PC_CONTROL_STREAMS_MAX listen;
 * -ENOMEM. */
int pc_control_streams_open(struct pc_control_streams *streams, struct MHD_Connection *connection,
	const struct pc_control_answer *wanted);

#endif
