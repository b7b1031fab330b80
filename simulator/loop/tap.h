/* loop/tap: what an observer gets told of the traffic of our own sockets. The capture room
 * implements it; rooms below only call it. Every function takes a NULL tap and then does nothing.
 */
#ifndef PC_LOOP_TAP_H
#define PC_LOOP_TAP_H

#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>

enum pc_tap_event {
	PC_TAP_OPEN,
	PC_TAP_CLIENT_DATA,
	PC_TAP_SERVER_DATA,
	PC_TAP_CLOSE,
	PC_TAP_RESET
};

/* One TCP connection as the observer sees it. Zero `id` means: not opened yet. */
struct pc_tap_flow {
	uint64_t id;
	struct sockaddr_in client;
	struct sockaddr_in server;
	const char *note; /* borrowed during PC_TAP_OPEN: "key=value; …" facts (TLS version, SNI …),
			     or NULL */
};

struct pc_tap {
	/* `wall_ns`: nanoseconds since 1970. Data are borrowed for the call. */
	void (*udp)(void *arg, uint64_t wall_ns, const struct sockaddr_in *from,
		const struct sockaddr_in *to, const uint8_t *data, size_t len);
	void (*tcp)(void *arg, uint64_t wall_ns, const struct pc_tap_flow *flow,
		enum pc_tap_event event, const uint8_t *data, size_t len);
	void *arg;
};

static inline void
pc_tap_udp(const struct pc_tap *tap, uint64_t wall_ns, const struct sockaddr_in *from,
	const struct sockaddr_in *to, const uint8_t *data, size_t len)
{
	if (tap != NULL)
		tap->udp(tap->arg, wall_ns, from, to, data, len);
}

static inline void
pc_tap_tcp(const struct pc_tap *tap, uint64_t wall_ns, const struct pc_tap_flow *flow,
	enum pc_tap_event event, const uint8_t *data, size_t len)
{
	if (tap != NULL)
		tap->tcp(tap->arg, wall_ns, flow, event, data, len);
}

#endif
