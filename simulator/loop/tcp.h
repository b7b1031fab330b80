/* loop/tcp: TCP listeners (one for all local addresses of a port) and connections with bounded
 * write queues, idle time-outs and taps; the same over unix sockets. */
#ifndef PC_LOOP_TCP_H
#define PC_LOOP_TCP_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "loop/loop.h"
#include "loop/tap.h"

/* PC_TCP_ACCEPT_PAUSE_MS: when the process is out of descriptors, callers wait that long in the
 * backlog; trying again at once would only burn the processor. */
enum { PC_TCP_WRITE_MAX = 4 << 20, PC_TCP_ACCEPT_PAUSE_MS = 100, PC_TCP_PATH_MAX = 107 };

struct pc_tcp_listener;
struct pc_tcp;

enum pc_tcp_end {
	PC_TCP_END_LOCAL,  /* we closed */
	PC_TCP_END_PEER,   /* orderly close by the peer */
	PC_TCP_END_RESET,  /* reset or another error */
	PC_TCP_END_IDLE,   /* idle time-out */
	PC_TCP_END_REFUSED /* an outgoing connection could not be made */
};

/* All callbacks may close the connection. NULL members are skipped. */
struct pc_tcp_handler {
	/* Connected. For accepted connections `arg` is the listener's; set the connection's own
	 * with pc_tcp_set_arg(). Return false to reset it at once. */
	bool (*open)(void *arg, struct pc_tcp *conn);
	/* Bytes came. Returns how many were taken; the rest is offered again with what comes next,
	 * or after pc_tcp_resume() (called inside data(): once it has returned). At most 64 KiB
	 * wait; then reading stops. What came before a reset is offered too. */
	size_t (*data)(void *arg, struct pc_tcp *conn, const uint8_t *data, size_t len);
	/* The peer sends no more (half-close). Default: close after what is queued is sent. */
	void (*eof)(void *arg, struct pc_tcp *conn);
	/* The write queue has become empty. */
	void (*drained)(void *arg, struct pc_tcp *conn);
	/* Last call for this connection, always made once after a successful open. */
	void (*closed)(void *arg, struct pc_tcp *conn, enum pc_tcp_end end);
};

struct pc_tcp_options {
	struct sockaddr_in bind;  /* INADDR_ANY serves all local addresses; port 0 = any free one */
	unsigned max_connections; /* 0 = 4096; more are reset and counted as refused */
	unsigned idle_ms;         /* 0 = never */
	uint8_t ttl; /* listeners: IP TTL of all they send, SYN-ACK included; 0 = the system's */
	const struct pc_tap *tap; /* borrowed, may be NULL */
	bool no_tap_data;         /* true for TLS: the owner taps the plaintext itself */
	/* A unix socket instead, of at most PC_TCP_PATH_MAX octets: `bind` or `peer` is not looked
	 * at, addresses are zero, nothing is tapped. A listener removes a socket that a dead
	 * process has left there, and its own at the end. Borrowed for the call. */
	const char *unix_path;
};

int pc_tcp_listen(struct pc_loop *loop, const struct pc_tcp_options *options,
	const struct pc_tcp_handler *handler, void *arg, struct pc_tcp_listener **ret,
	struct pc_diag *diag);
/* Resets its connections. NULL is allowed; so is any callback, also of its own connections. */
void pc_tcp_listener_close(struct pc_tcp_listener *l);
struct sockaddr_in pc_tcp_listener_local(const struct pc_tcp_listener *l);

struct pc_tcp_counters {
	uint64_t accepted; /* handed to open() */
	uint64_t refused;  /* reset: max_connections are open, or no memory */
	uint64_t paused;   /* times accepting stopped a while, for want of descriptors */
};

/* What became of those who connected. */
struct pc_tcp_counters pc_tcp_listener_counters(const struct pc_tcp_listener *l);

/* Connect to `peer` from `local` (INADDR_ANY, port 0: the system chooses). open() or
 * closed(REFUSED) follows. `handler` is borrowed and must outlive the connection. */
int pc_tcp_connect(struct pc_loop *loop, const struct sockaddr_in *peer,
	const struct sockaddr_in *local, const struct pc_tcp_options *options,
	const struct pc_tcp_handler *handler, void *arg, struct pc_tcp **ret, struct pc_diag *diag);

/* Queue bytes (copied). PC_OK, PC_E_LIMIT when more than PC_TCP_WRITE_MAX would wait, PC_E_CLOSED
 * after a close or shutdown. A peer that is gone shows in the next turn as closed(RESET), never
 * inside this call. */
int pc_tcp_write(struct pc_tcp *conn, const void *data, size_t len);

void pc_tcp_shutdown(struct pc_tcp *conn); /* half-close once the queue is sent */
void pc_tcp_close(struct pc_tcp *conn);    /* close once the queue is sent */
void pc_tcp_reset(struct pc_tcp *conn);    /* RST now, queue dropped */

/* Stop and go on reading (back-pressure). */
void pc_tcp_pause(struct pc_tcp *conn);
void pc_tcp_resume(struct pc_tcp *conn);

void pc_tcp_set_arg(struct pc_tcp *conn, void *arg);
void *pc_tcp_arg(const struct pc_tcp *conn);
void pc_tcp_set_idle(struct pc_tcp *conn, unsigned idle_ms);

/* Addresses; `local` of an accepted connection is the device that was asked. */
struct sockaddr_in pc_tcp_local(const struct pc_tcp *conn);
struct sockaddr_in pc_tcp_peer(const struct pc_tcp *conn);
size_t pc_tcp_queued(const struct pc_tcp *conn);

/* The connection as its tap is told of it, for owners who tap what the bytes mean (TLS). Borrowed.
 */
const struct pc_tap_flow *pc_tcp_flow(const struct pc_tcp *conn);

#endif
