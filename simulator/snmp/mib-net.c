#include "snmp/mib-net.h"

#include <arpa/inet.h>
#include <string.h>

#include "snmp/mib-common.h"

enum { IP_HEADER = 20, UDP_HEADER = 8, TCP_HEADER = 20, FRAME_HEADER = 14 };

struct pc_mib_traffic
pc_mib_traffic(const struct pc_device *dev)
{
	const struct pc_device_state *s = pc_device_state(dev);
	const struct pc_traffic *t = &s->traffic;
	uint64_t opens = s->tcp_opens;
	uint64_t closes =
		opens < s->tcp_open + s->tcp_resets ? 0 : opens - s->tcp_open - s->tcp_resets;
	struct pc_mib_traffic v = {.in_datagrams = t->in_datagrams,
		.out_datagrams = t->out_datagrams,
		.in_segments = t->in_segments + t->out_segments / 2 + 2 * opens + 2 * closes,
		.out_segments = t->out_segments + t->in_segments / 2 + opens + 2 * closes,
		.in_broadcasts = t->in_broadcasts};

	v.in_segments += s->tcp_resets;
	v.in_packets = v.in_datagrams + v.in_segments;
	v.out_packets = v.out_datagrams + v.out_segments;
	v.in_octets = t->in_octets + v.in_packets * IP_HEADER + v.in_datagrams * UDP_HEADER +
		      v.in_segments * TCP_HEADER;
	v.out_octets = t->out_octets + v.out_packets * IP_HEADER + v.out_datagrams * UDP_HEADER +
		       v.out_segments * TCP_HEADER;
	return v;
}

uint64_t
pc_mib_frame_octets(uint64_t octets, uint64_t packets)
{
	return octets + packets * FRAME_HEADER;
}

size_t
pc_mib_neighbours(const struct pc_device *dev, struct in_addr out[PC_MIB_NEIGHBOURS_MAX])
{
	const struct pc_device_state *s = pc_device_state(dev);
	struct in_addr peer = s->traffic.last_peer, mask = pc_mib_netmask(dev);
	size_t n = 0;

	out[n++] = pc_mib_gateway(dev);
	if (peer.s_addr != INADDR_ANY && peer.s_addr != s->address.s_addr &&
		peer.s_addr != out[0].s_addr &&
		(peer.s_addr & mask.s_addr) == pc_mib_network(dev).s_addr)
		out[n++] = peer;
	return n;
}

void
pc_mib_neighbour_mac(struct in_addr neighbour, uint8_t mac[6])
{
	mac[0] = 0x02;
	mac[1] = 0;
	memcpy(mac + 2, &neighbour.s_addr, 4);
}

struct in_addr
pc_mib_network(const struct pc_device *dev)
{
	struct in_addr own = pc_device_state(dev)->address;

	return (struct in_addr){.s_addr = own.s_addr & pc_mib_netmask(dev).s_addr};
}

uint32_t
pc_mib_prefix_length(const struct pc_device *dev)
{
	uint32_t mask = ntohl(pc_mib_netmask(dev).s_addr), n = 0;

	for (; mask != 0; mask <<= 1)
		n++;
	return n;
}

bool
pc_mib_uses_dhcp(const struct pc_device *dev)
{
	const char *dhcp = pc_device_setting(dev, "network.dhcp");

	return dhcp != NULL && strcmp(dhcp, "on") == 0;
}
