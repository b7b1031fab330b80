/* loop/tcp-open: the sockets of loop/tcp, also on unix paths. */
#ifndef PC_LOOP_TCP_OPEN_H
#define PC_LOOP_TCP_OPEN_H

#include "loop/tcp.h"

/* A listening socket at `bind`, or at the unix path, from which one that a dead process has left is
 * removed. The diag says what to do. */
int pc_tcp_open_listening(const struct pc_tcp_options *options, int *ret_fd, struct pc_diag *diag);

/* A socket on its way to the peer, bound to `local` when that says something. */
int pc_tcp_open_connecting(const struct pc_tcp_options *options, const struct sockaddr_in *peer,
	const struct sockaddr_in *local, int *ret_fd, struct pc_diag *diag);

#endif
