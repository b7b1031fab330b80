/* loop/shape: what a bad network does to the traffic of our own sockets: loss, delay, wrong bytes,
 * connections that stall or break. Somebody else says what (the policy); here it is done, within
 * limits, to every UDP socket and every accepted TCP connection of the loop. While nothing is armed
 * a socket only looks at one pointer. */
#ifndef PC_LOOP_SHAPE_H
#define PC_LOOP_SHAPE_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "loop/loop.h"

/* Of datagrams that are late, of one address of ours and of all; what is over it is lost. The same
 * of connections something is to happen to: they take no place among a listener's others, and what
 * is over it is reset. PC_SHAPE_LINES_MAX is less where the process may not open four times as
 * many. */
enum {
	PC_SHAPE_HELD_OWN_MAX = 128,
	PC_SHAPE_HELD_OWN_BYTES = 256 << 10,
	PC_SHAPE_HELD_MAX = 32768,
	PC_SHAPE_HELD_BYTES = 16 << 20,
	PC_SHAPE_LINES_OWN_MAX = 64,
	PC_SHAPE_LINES_MAX = 4096,
	PC_SHAPE_COPIES_MAX = 8
};

#define PC_SHAPE_NEVER UINT64_MAX

enum pc_shape_way { PC_SHAPE_IN, PC_SHAPE_OUT, PC_SHAPE_WAYS };

/* A datagram on its way. `local` is our end (a broadcast address too, on the way in), with the
 * port of the socket. */
struct pc_shape_packet {
	enum pc_shape_way way;
	struct sockaddr_in peer, local;
	bool broadcast;
	uint8_t *data; /* borrowed; may be changed */
	size_t len;
};

/* What is to happen to it; all zero: nothing. In this order: lost; cut to `len`; a bit is turned;
 * sent from elsewhere; doubled; late. */
struct pc_shape_fate {
	bool drop, truncate, flip, other_source, overtaken;
	size_t len;   /* with `truncate` */
	uint64_t bit; /* with `flip`: which, modulo the number of bits */
	struct in_addr
		source;  /* with `other_source`, on the way out; INADDR_ANY: the system's choice */
	unsigned copies; /* besides the one, at most PC_SHAPE_COPIES_MAX */
	uint64_t delay_ms; /* with `overtaken`: only until the next of that way has passed */
};

/* How a connection can end early, or come to a stand. */
enum pc_shape_cut { PC_SHAPE_RESET, PC_SHAPE_CLOSE, PC_SHAPE_STALL, PC_SHAPE_CUTS };

/* What is to happen to an accepted connection. */
struct pc_shape_line {
	bool refuse;       /* reset at once */
	bool silent;       /* nobody ever reads or writes */
	uint64_t delay_ms; /* it opens, and each time it was quiet it is read, so much later */
	uint64_t rate[PC_SHAPE_WAYS]; /* bytes a second; 0: any */
	/* After so many bytes of that way; PC_SHAPE_NEVER. What is due at once is done in the order
	 * of enum pc_shape_cut. */
	uint64_t cut[PC_SHAPE_WAYS][PC_SHAPE_CUTS];
	uint64_t stall_ms; /* a stand ends after that; 0: never */
};

/* Nothing happens. */
void pc_shape_line_init(struct pc_shape_line *line);

struct pc_shape_policy {
	/* Asked for each datagram; `ret` comes zeroed. */
	void (*datagram)(
		void *arg, const struct pc_shape_packet *packet, struct pc_shape_fate *ret);
	/* Asked for each connection that was accepted; `ret` comes initialised. False: nothing is
	 * to happen to it. */
	bool (*line)(void *arg, const struct sockaddr_in *local, const struct sockaddr_in *peer,
		struct pc_shape_line *ret);
	void *arg;
};

struct pc_shape_counters {
	uint64_t lost, changed, doubled, late;        /* datagrams, as the policy wanted */
	uint64_t overflowed;                          /* datagrams lost for a limit */
	uint64_t refused, silenced, delayed, limited; /* connections, as the policy wanted */
	uint64_t cut[PC_SHAPE_CUTS];                  /* connections cut */
	uint64_t over_limit;                          /* connections reset for a limit */
	uint32_t held, lines;                         /* now */
	uint64_t held_bytes;                          /* now */
};

struct pc_shaper;

/* One a loop, not armed. The policy is copied. PC_E_EXISTS when the loop has one. Free it before
 * the loop; connections and sockets may outlive it. */
int pc_shaper_new(
	struct pc_loop *loop, const struct pc_shape_policy *policy, struct pc_shaper **ret);
void pc_shaper_free(struct pc_shaper *shaper); /* what is held is lost; NULL is allowed */

/* Ask the policy from now on, or no more. What is late comes all the same. */
void pc_shaper_arm(struct pc_shaper *shaper, bool armed);

/* What was to happen to the connections of this address of ours is over: those that wait go on. */
void pc_shaper_relax(struct pc_shaper *shaper, struct in_addr local);

struct pc_shape_counters pc_shaper_counters(const struct pc_shaper *shaper);

/* ---- for the sockets of this room ---- */

struct pc_udp;

/* Hands a datagram on, past the shaper. */
typedef void (*pc_shape_pass_fn)(struct pc_udp *udp, const struct pc_shape_packet *packet);

/* Something is to happen to the datagram: *ret says what. */
bool pc_shaper_asks(
	struct pc_shaper *shaper, const struct pc_shape_packet *packet, struct pc_shape_fate *ret);

/* Do it. `packet->data` is not one of the socket's own buffers for sending. */
void pc_shaper_pass(struct pc_shaper *shaper, struct pc_udp *udp, struct pc_shape_packet *packet,
	const struct pc_shape_fate *fate, pc_shape_pass_fn pass);

/* The socket closes: what is held for it is lost. */
void pc_shaper_forget(struct pc_shaper *shaper, const struct pc_udp *udp);

/* A connection something happens to. */
struct pc_shape_conn;

/* *ret NULL: nothing. PC_E_REFUSED: reset it. */
int pc_shape_conn_new(struct pc_shaper *shaper, const struct sockaddr_in *local,
	const struct sockaddr_in *peer, struct pc_shape_conn **ret);
void pc_shape_conn_free(struct pc_shape_conn *conn); /* NULL is allowed */

/* fn(arg) is called when nothing is to happen to it any more; it may free the connection. */
void pc_shape_conn_when_relaxed(struct pc_shape_conn *conn, void (*fn)(void *arg), void *arg);

bool pc_shape_conn_is_silent(const struct pc_shape_conn *conn);
uint64_t pc_shape_conn_delay_ms(const struct pc_shape_conn *conn);

/* How many of `want` bytes may pass that way now. When none, *ret_wait_ms: how long to wait;
 * PC_SHAPE_NEVER: for ever. */
size_t pc_shape_conn_allows(
	struct pc_shape_conn *conn, enum pc_shape_way way, size_t want, uint64_t *ret_wait_ms);

/* So many have passed. */
void pc_shape_conn_passed(struct pc_shape_conn *conn, enum pc_shape_way way, size_t n);

/* The cut that is due after what has passed, PC_SHAPE_CUTS for none; a stand is none. */
enum pc_shape_cut pc_shape_conn_due(struct pc_shape_conn *conn);

#endif
