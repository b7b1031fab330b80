/* conformance/client-tcp: TCP dialogues of the cases: blocking, with a deadline. */
#ifndef PC_CONFORMANCE_CLIENT_TCP_H
#define PC_CONFORMANCE_CLIENT_TCP_H

#include <netinet/in.h>
#include <stdbool.h>

#include "base/buf.h"

/* One connection; `fd` -1 when closed. Everything received is kept in `in` (1 MiB at most). */
struct pc_tcp_client {
	int fd;
	struct pc_buf in;
	bool peer_closed;
};

/* Connect within 3 s. PC_OK, PC_E_REFUSED, PC_E_TIMEOUT. Call pc_client_tcp_close() in any case. */
int pc_client_tcp_open(struct pc_tcp_client *c, const struct sockaddr_in *to);
void pc_client_tcp_close(struct pc_tcp_client *c);

/* Send all. PC_OK or PC_E_CLOSED. */
int pc_client_tcp_send(struct pc_tcp_client *c, const void *data, size_t len);

/* We send no more. */
void pc_client_tcp_end(struct pc_tcp_client *c);

/* Read until at least `n` bytes are in c->in, or `text` is among them, or (both unset) the peer
 * closes. PC_OK, PC_E_CLOSED, PC_E_TIMEOUT. */
int pc_client_tcp_await(struct pc_tcp_client *c, size_t n, const char *text, unsigned deadline_ms);

#endif
