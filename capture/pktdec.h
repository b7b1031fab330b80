/* capture/pktdec: captured frame to UDP datagram or TCP segment; IPv4 fragments are put together.
 */
#ifndef PC_CAPTURE_PKTDEC_H
#define PC_CAPTURE_PKTDEC_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "capture/pcapng.h"

enum {
	PC_PKTDEC_PENDING_MAX = 256,          /* datagrams with fragments missing at one time */
	PC_PKTDEC_REASSEMBLED_MAX = 256 << 20 /* bytes of all reassembled datagrams of a file */
};

/* What one frame carries. Addresses and ports in network byte order as in struct sockaddr_in. */
struct pc_segment {
	uint8_t protocol; /* IPPROTO_UDP or IPPROTO_TCP */
	struct sockaddr_in from;
	struct sockaddr_in to;
	const uint8_t *data; /* payload; borrowed from the file or the decoder */
	size_t len;
	size_t missing; /* bytes of the payload that the capture does not hold (cut packet) */
	uint32_t seq;   /* TCP only, as are the next two */
	uint32_t ack;
	uint8_t flags;     /* PC_TCP_… of capture/frame.h */
	bool bad_checksum; /* of TCP or UDP; usual on loopback and with offload, so only told */
};

/* Why a frame gave no segment; counted in pc_pktdec_counters(). */
struct pc_pktdec_counters {
	uint64_t segments;
	uint64_t other_link;     /* link type not supported */
	uint64_t other_network;  /* ARP, IPv6 … */
	uint64_t other_protocol; /* ICMP … */
	uint64_t malformed;      /* headers contradict the packet's length */
	uint64_t fragments;      /* frames that were parts of a datagram */
	uint64_t incomplete;     /* datagrams whose fragments never came together */
	uint64_t bad_checksums;
	uint64_t cut; /* payload incomplete in the file */
};

struct pc_pktdec;

int pc_pktdec_new(struct pc_pktdec **ret);
void pc_pktdec_free(struct pc_pktdec *d); /* NULL is allowed; frees reassembled payloads */

/* Decode one frame: Ethernet (802.1Q too), Linux SLL and SLL2, RAW and IPV4, NULL and LOOP. PC_OK
 * with a segment; PC_E_NOTFOUND when the frame carries none (see the counters); PC_E_LIMIT,
 * -ENOMEM. Spec: RFC 791 s3.2, RFC 768, RFC 9293 s3.1 */
int pc_pktdec_frame(struct pc_pktdec *d, const struct pc_packet *p, struct pc_segment *ret);

/* Counters; after the last frame `incomplete` counts what is still pending. */
struct pc_pktdec_counters pc_pktdec_counters(const struct pc_pktdec *d);

#endif
