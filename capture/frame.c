#include "capture/frame.h"

#include <string.h>

#include "base/err.h"
#include "wire/wire.h"

enum {
	ETHER = 14,
	IP = 20,
	UDP = 8,
	TCP = 20,
	ETHERTYPE_IPV4 = 0x0800,
	TTL = 64,
	DONT_FRAGMENT = 0x4000,
	WINDOW = 65535
};

static void
put_mac(struct pc_writer *w, struct in_addr addr)
{
	uint32_t a = ntohl(addr.s_addr);
	if (a == INADDR_BROADCAST) {
		pc_write_fill(w, 0xff, 6);
	} else if (IN_MULTICAST(a)) {
		pc_write_be16(w, 0x0100);
		pc_write_be32(w, 0x5e000000 | (a & 0x7fffff));
	} else {
		pc_write_be16(w, 0x0200);
		pc_write_be32(w, a);
	}
}

static void
put_headers(struct pc_writer *w, const struct sockaddr_in *from, const struct sockaddr_in *to,
	uint16_t ident, uint8_t protocol, size_t len)
{
	put_mac(w, to->sin_addr);
	put_mac(w, from->sin_addr);
	pc_write_be16(w, ETHERTYPE_IPV4);
	size_t ip = w->at;
	pc_write_be16(w, 0x4500);
	pc_write_be16(w, (uint16_t)(IP + len));
	pc_write_be16(w, ident);
	pc_write_be16(w, DONT_FRAGMENT);
	pc_write_u8(w, TTL);
	pc_write_u8(w, protocol);
	pc_write_be16(w, 0);
	pc_write_be32(w, ntohl(from->sin_addr.s_addr));
	pc_write_be32(w, ntohl(to->sin_addr.s_addr));
	if (w->err == PC_OK)
		pc_write_be16_at(
			w, ip + 10, pc_checksum_fold(pc_checksum_add(0, w->data + ip, IP)));
}

/* Checksum over the pseudo-header and everything from `at`; stored at `field`. */
static void
put_checksum(struct pc_writer *w, size_t at, size_t field, uint8_t protocol)
{
	if (w->err != PC_OK)
		return;
	size_t len = w->at - at;
	uint32_t sum = pc_checksum_add((uint32_t)(protocol + len), w->data + at - 8, 8);
	uint16_t v = pc_checksum_fold(pc_checksum_add(sum, w->data + at, len));
	/* UDP sends 0 as all ones. Spec: RFC 768 */
	pc_write_be16_at(w, field, v == 0 && protocol == IPPROTO_UDP ? 0xffff : v);
}

int
pc_frame_udp(const struct sockaddr_in *from, const struct sockaddr_in *to, uint16_t ident,
	const uint8_t *data, size_t len, uint8_t *out, size_t size, size_t *ret_len)
{
	struct pc_writer w;
	if (len > PC_FRAME_MAX - ETHER - IP - UDP)
		return PC_E_NOSPACE;
	pc_writer_init(&w, out, size);
	put_headers(&w, from, to, ident, IPPROTO_UDP, UDP + len);
	pc_write_be16(&w, ntohs(from->sin_port));
	pc_write_be16(&w, ntohs(to->sin_port));
	pc_write_be16(&w, (uint16_t)(UDP + len));
	pc_write_be16(&w, 0);
	pc_write_bytes(&w, data, len);
	put_checksum(&w, ETHER + IP, ETHER + IP + 6, IPPROTO_UDP);
	*ret_len = w.at;
	return w.err;
}

int
pc_frame_tcp(const struct sockaddr_in *from, const struct sockaddr_in *to, uint16_t ident,
	const struct pc_frame_tcp *tcp, const uint8_t *data, size_t len, uint8_t *out, size_t size,
	size_t *ret_len)
{
	struct pc_writer w;
	if (len > PC_FRAME_MAX - ETHER - IP - TCP)
		return PC_E_NOSPACE;
	pc_writer_init(&w, out, size);
	put_headers(&w, from, to, ident, IPPROTO_TCP, TCP + len);
	pc_write_be16(&w, ntohs(from->sin_port));
	pc_write_be16(&w, ntohs(to->sin_port));
	pc_write_be32(&w, tcp->seq);
	pc_write_be32(&w, tcp->ack);
	pc_write_u8(&w, (TCP / 4) << 4);
	pc_write_u8(&w, tcp->flags);
	pc_write_be16(&w, WINDOW);
	pc_write_be16(&w, 0);
	pc_write_be16(&w, 0);
	pc_write_bytes(&w, data, len);
	put_checksum(&w, ETHER + IP, ETHER + IP + 16, IPPROTO_TCP);
	*ret_len = w.at;
	return w.err;
}
