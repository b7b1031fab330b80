/* The network interface: what passes it and who is connected. */
#include <stdlib.h>
#include <string.h>

#include "device/internal.h"

enum { SEGMENT = 1460 }; /* Spec: RFC 9293 s3.7.1 with an MTU of 1500 */

void
pc_device_datagram(
	struct pc_device *dev, enum pc_direction direction, struct in_addr peer, size_t len)
{
	struct pc_traffic *t = &dev->s.traffic;
	if (direction == PC_OUT) {
		t->out_octets += len;
		t->out_datagrams++;
		return;
	}
	t->in_octets += len;
	t->in_datagrams++;
	t->in_broadcasts += direction == PC_IN_BROADCAST ? 1 : 0;
	t->last_peer = peer;
}

void
pc_device_segments(struct pc_device *dev, enum pc_direction direction, size_t len)
{
	struct pc_traffic *t = &dev->s.traffic;
	uint64_t segments = (len + SEGMENT - 1) / SEGMENT;
	if (direction == PC_OUT) {
		t->out_octets += len;
		t->out_segments += segments;
	} else {
		t->in_octets += len;
		t->in_segments += segments;
	}
}

void
pc_device_connected(struct pc_device *dev, uint16_t port, const struct sockaddr_in *peer)
{
	dev->s.tcp_opens++;
	dev->s.tcp_open++;
	dev->s.traffic.last_peer = peer->sin_addr;
	if (dev->connections == NULL)
		dev->connections = calloc(PC_CONNECTIONS_MAX, sizeof(*dev->connections));
	if (dev->connections == NULL || dev->n_connections == PC_CONNECTIONS_MAX)
		return;
	dev->connections[dev->n_connections++] =
		(struct pc_connection){peer->sin_addr, ntohs(peer->sin_port), port};
}

static bool
is_connection(const struct pc_connection *c, uint16_t port, const struct sockaddr_in *peer)
{
	return c->local_port == port && c->peer_port == ntohs(peer->sin_port) &&
	       c->peer.s_addr == peer->sin_addr.s_addr;
}

void
pc_device_disconnected(
	struct pc_device *dev, uint16_t port, const struct sockaddr_in *peer, bool reset)
{
	size_t i = 0;
	if (dev->s.tcp_open > 0)
		dev->s.tcp_open--;
	dev->s.tcp_resets += reset ? 1 : 0;
	while (i < dev->n_connections && !is_connection(&dev->connections[i], port, peer))
		i++;
	if (i == dev->n_connections)
		return; /* one too many to be kept */
	dev->n_connections--;
	memmove(&dev->connections[i], &dev->connections[i + 1],
		(dev->n_connections - i) * sizeof(*dev->connections));
	if (dev->n_connections == 0) {
		free(dev->connections);
		dev->connections = NULL;
	}
}

size_t
pc_device_connections(const struct pc_device *dev, const struct pc_connection **ret)
{
	*ret = dev->connections;
	return dev->n_connections;
}

void
pc_device_move(struct pc_device *dev, struct in_addr address)
{
	const struct pc_device_event event = {.kind = PC_EVENT_ADDRESS};
	dev->s.address = address;
	pc_device_tell(dev, &event);
	free(dev->connections);
	dev->connections = NULL;
	dev->n_connections = 0;
	dev->s.tcp_open = 0;
}

void
pc_net_restart(struct pc_device *dev)
{
	memset(&dev->s.traffic, 0, sizeof(dev->s.traffic));
	dev->s.tcp_opens = dev->s.tcp_resets = 0;
}
