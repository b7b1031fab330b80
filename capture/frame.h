/* capture/frame: builds Ethernet frames around UDP datagrams and TCP segments, checksums included.
 */
#ifndef PC_CAPTURE_FRAME_H
#define PC_CAPTURE_FRAME_H

#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>

enum {
	PC_FRAME_MAX = 65549, /* Ethernet 14 + IPv4 20 + UDP 8 + 65507 */
	PC_FRAME_SEGMENT = 1460,
	PC_TCP_FIN = 0x01,
	PC_TCP_SYN = 0x02,
	PC_TCP_RST = 0x04,
	PC_TCP_PSH = 0x08,
	PC_TCP_ACK = 0x10
};

struct pc_frame_tcp {
	uint32_t seq;
	uint32_t ack;
	uint8_t flags; /* PC_TCP_… */
};

/* Ethernet/IPv4/UDP. `ident` is the IPv4 identification. MAC addresses are made from the IP
 * addresses (02:00 and the four octets; group and broadcast addresses as on a LAN). PC_OK, or
 * PC_E_NOSPACE when `size` is under 42 + len or len over 65507. Spec: RFC 768, RFC 791, RFC 1112
 * s6.4 */
int pc_frame_udp(const struct sockaddr_in *from, const struct sockaddr_in *to, uint16_t ident,
	const uint8_t *data, size_t len, uint8_t *out, size_t size, size_t *ret_len);

/* Ethernet/IPv4/TCP, no TCP options. Spec: RFC 9293 s3.1 */
int pc_frame_tcp(const struct sockaddr_in *from, const struct sockaddr_in *to, uint16_t ident,
	const struct pc_frame_tcp *tcp, const uint8_t *data, size_t len, uint8_t *out, size_t size,
	size_t *ret_len);

#endif
