/* snmp/mib-net: the printer's one Ethernet interface as the network MIBs see it: traffic with
 * headers, neighbours, the network it is in. */
#ifndef PC_SNMP_MIB_NET_H
#define PC_SNMP_MIB_NET_H

#include <netinet/in.h>

#include "snmp/row.h"

enum { PC_MIB_IF = 1, PC_MIB_NEIGHBOURS_MAX = 2 };

/* Since the last boot. The device counts payload; added are the headers of IPv4 (20), UDP (8) and
 * TCP (20) without options, and what a TCP says besides data: three segments to open, four to
 * close, an acknowledgement for every second one with data. Spec: RFC 9293 s3.5, s3.8.6.3 */
struct pc_mib_traffic {
	uint64_t in_datagrams, out_datagrams; /* UDP */
	uint64_t in_segments, out_segments;   /* TCP */
	uint64_t in_packets, out_packets;     /* IP, both */
	uint64_t in_octets, out_octets;       /* of the IP packets */
	uint64_t in_broadcasts;               /* packets of in_packets */
};
struct pc_mib_traffic pc_mib_traffic(const struct pc_device *dev);

/* Octets on the wire of so many packets: with the Ethernet header of 14. Spec: RFC 2863 ifInOctets,
 * RFC 3635 */
uint64_t pc_mib_frame_octets(uint64_t octets, uint64_t packets);

/* Who the printer has talked to on its own network: the gateway, and the host last heard when it is
 * another one. Their hardware addresses are made up: 02:00 and the four octets of the address. */
size_t pc_mib_neighbours(const struct pc_device *dev, struct in_addr out[PC_MIB_NEIGHBOURS_MAX]);
void pc_mib_neighbour_mac(struct in_addr neighbour, uint8_t mac[6]);

/* The own network; how many leading bits its mask has; whether the address came by DHCP. */
struct in_addr pc_mib_network(const struct pc_device *dev);
uint32_t pc_mib_prefix_length(const struct pc_device *dev);
bool pc_mib_uses_dhcp(const struct pc_device *dev);

#endif
