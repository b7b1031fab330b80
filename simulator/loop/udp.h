/* loop/udp: one UDP socket for many local addresses: batched receive and send, destination
 * address known (IP_PKTINFO), replies leave from the address that was asked. */
#ifndef PC_LOOP_UDP_H
#define PC_LOOP_UDP_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "loop/loop.h"
#include "loop/tap.h"

enum { PC_UDP_MAX = 65507, PC_UDP_BATCH = 64, PC_UDP_ROOM = 2048 };

struct pc_udp;

/* Told for each datagram. `local` is where it was sent to (a broadcast or group address too); its
 * port is the socket's. `data` is borrowed for the call. */
typedef void (*pc_udp_fn)(void *arg, struct pc_udp *udp, const struct sockaddr_in *peer,
	const struct sockaddr_in *local, const uint8_t *data, size_t len);

/* Told all datagrams of a batch before the first is delivered, so that the memory they need can be
 * on its way from the RAM meanwhile. */
typedef void (*pc_udp_ahead_fn)(void *arg, struct in_addr local, const uint8_t *data, size_t len);

struct pc_udp_options {
	struct sockaddr_in bind;  /* address may be INADDR_ANY; port 0 = any free one */
	bool broadcast;           /* may send to broadcast addresses */
	bool reuse;               /* SO_REUSEADDR (several programs on one well-known port) */
	const struct pc_tap *tap; /* borrowed, may be NULL; must outlive the socket */
	pc_udp_ahead_fn ahead;    /* may be NULL */
};

/* Open and watch. The diag names address and port and what to do (in use, no right to bind). */
int pc_udp_open(struct pc_loop *loop, const struct pc_udp_options *options, pc_udp_fn fn, void *arg,
	struct pc_udp **ret, struct pc_diag *diag);
void pc_udp_close(struct pc_udp *udp); /* flushes; NULL is allowed */

/* Queue one datagram; sent with the batch at the end of the turn or by pc_udp_flush(). `local`
 * chooses the source address (INADDR_ANY: the system does). Bytes are copied. PC_OK, PC_E_LIMIT
 * for more than PC_UDP_MAX bytes. A datagram the system refuses is dropped and counted; one that is
 * longer than the path takes is sent in fragments. */
int pc_udp_send(struct pc_udp *udp, const struct sockaddr_in *peer, struct in_addr local,
	const uint8_t *data, size_t len);
void pc_udp_flush(struct pc_udp *udp);

/* The same without the copy: PC_UDP_ROOM bytes to write the next datagram to, anywhere within; they
 * stay the caller's until the next call with this socket. Then send the part that is used. */
uint8_t *pc_udp_room(struct pc_udp *udp);
void pc_udp_send_room(struct pc_udp *udp, const struct sockaddr_in *peer, struct in_addr local,
	uint8_t *data, size_t len);

/* Inside the callback: the datagram was sent to a broadcast or group address. */
bool pc_udp_is_broadcast(const struct pc_udp *udp);

/* Address the socket is bound to (with the real port). */
struct sockaddr_in pc_udp_local(const struct pc_udp *udp);

/* Join an IPv4 multicast group on the interface that has `iface`. PC_OK or -errno. */
int pc_udp_join(struct pc_udp *udp, struct in_addr group, struct in_addr iface);

/* Datagrams the system refused to send so far. */
uint64_t pc_udp_send_failures(const struct pc_udp *udp);

/* The sentence for a failed bind: what happened and the ways out (the lab, --port-offset N,
 * setcap; another process on the port). Shared by UDP and TCP. Returns `err`. */
int pc_bind_fail(struct pc_diag *diag, int err, const char *what, const struct sockaddr_in *addr);

#endif
