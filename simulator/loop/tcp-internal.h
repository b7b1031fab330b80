/* loop/tcp-internal: what connections (tcp.c) and listeners (tcp-listen.c) share. */
#ifndef PC_LOOP_TCP_INTERNAL_H
#define PC_LOOP_TCP_INTERNAL_H

#include "base/buf.h"
#include "loop/shape.h"
#include "loop/tcp.h"

struct pc_tcp {
	struct pc_loop *loop;             /* borrowed */
	struct pc_tcp_listener *listener; /* borrowed; NULL for outgoing ones */
	struct pc_tcp *prev, *next;       /* list of the listener */
	struct pc_loop_fd *watch;
	int fd;
	const struct pc_tcp_handler *handler; /* borrowed */
	void *arg;
	const struct pc_tap *tap; /* borrowed, NULL when data are not ours to show */
	struct pc_tap_flow flow;
	struct sockaddr_in local, peer;
	struct pc_buf in;  /* offered but not taken */
	struct pc_buf out; /* not sent yet */
	struct pc_timer idle;
	unsigned idle_ms;
	uint32_t events;
	bool server, connecting, opened, paused, peer_done, shut, closing, dead, in_callback;
	bool is_unix;
	struct pc_tcp_shaped *shaped; /* owned; NULL: nothing happens to it */
	bool offering; /* inside data(): its bytes must not be offered a second time */
	enum pc_tcp_end end;
};

/* Where a connection stands that something happens to. */
struct pc_tcp_shaped {
	struct pc_shape_conn *line;           /* owned */
	struct pc_timer timer[PC_SHAPE_WAYS]; /* runs while that way has to wait */
	bool blocked[PC_SHAPE_WAYS];          /* no bytes that way for now */
	bool parked;                          /* not opened yet, or never */
	bool awake;                           /* with a delay: what came is read */
};

struct pc_tcp_listener {
	struct pc_loop *loop; /* borrowed */
	struct pc_loop_fd *watch;
	int fd;
	struct pc_tcp_options options;
	const struct pc_tcp_handler *handler; /* borrowed */
	void *arg;
	char *path; /* owned: of the unix socket, or NULL */
	struct sockaddr_in local;
	struct pc_tcp *first; /* owned list */
	struct pc_timer rest; /* runs while accepting is paused */
	struct pc_tcp_counters counters;
	unsigned connections;
	bool busy, dead; /* accepting; closed meanwhile */
};

/* A connection over `fd`, in no list and not watched; NULL without memory. */
struct pc_tcp *pc_tcp_conn_new(struct pc_loop *loop, int fd, const struct pc_tcp_options *options,
	const struct pc_tcp_handler *handler, void *arg);

/* Its callback for the loop. */
void pc_tcp_on_ready(void *arg, int fd, uint32_t events);

/* Ask what is to happen to an accepted connection. PC_OK, PC_E_REFUSED when it is to be reset. */
int pc_tcp_shape(struct pc_tcp *c);
void pc_tcp_shaped_free(struct pc_tcp_shaped *shaped); /* NULL is allowed */

/* An accepted connection is ready: to its owner, now or when it is to open. */
void pc_tcp_hand_over(struct pc_tcp *c);

#endif
