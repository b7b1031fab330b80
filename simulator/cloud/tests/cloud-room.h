/* cloud-room: a run directory, a loop and client programs for the tests of front and broker. */
#ifndef PC_TEST_CLOUD_ROOM_H
#define PC_TEST_CLOUD_ROOM_H

#include "cloud/broker.h"
#include "cloud/front.h"

enum { ROOM_DEADLINE_MS = 20000 };

struct room {
	char dir[64];
	struct pc_clock clock;
	struct pc_loop *loop;
	struct pc_pki *pki;
	struct pc_broker *broker;
	struct pc_front *front;
	struct pc_buf journal;  /* "kind members\n" */
	struct pc_buf messages; /* "topic payload\n" */
	struct pc_buf output;   /* of the last client */
	unsigned requests;
	int port;
	int tap_events[5];
	struct pc_buf tapped; /* notes and client data */
	struct pc_tap *tap;   /* owned */
};

/* With `mqtt` a broker too, up before this returns. */
void room_open(struct room *r, struct pc_front_options options, bool mqtt);
void room_close(struct room *r);

/* Turn the loop until done(arg) or the deadline; false at the deadline. */
bool room_wait(struct room *r, bool (*done)(struct room *r, void *arg), void *arg);
bool room_wait_journal(struct room *r, const char *text);

/* Run a client to its end while the loop turns; its exit status. "@port" and "@dir" are
 * replaced; stdin is `input`: NULL for nothing, "" stays open. Output of both kinds is in
 * r->output. */
int room_run(struct room *r, const char *input, const char *const *argv);
#define RUN(r, ...) room_run(r, NULL, (const char *const[]){__VA_ARGS__, NULL})

/* As room_run(), in the background: its process; finish with room_finish(). */
struct client {
	pid_t pid;
	int out;
	bool ended;
	int status;
	struct pc_loop_fd *child, *watch;
	struct pc_buf *output;
};
void room_start(struct room *r, struct client *c, struct pc_buf *output, const char *input,
	const char *const *argv);
int room_finish(struct room *r, struct client *c);

/* Certificate and key of an agent as DIR/ID.pem and DIR/ID.key. */
void room_issue(struct room *r, struct pc_pki *pki, const char *id, const char *file);

#endif
