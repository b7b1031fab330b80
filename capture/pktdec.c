#include "capture/pktdec.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "wire/wire.h"

enum {
	LINK_NULL = 0,
	LINK_ETHERNET = 1,
	LINK_RAW_BSD = 12,
	LINK_RAW_OPENBSD = 14,
	LINK_RAW = 101,
	LINK_LOOP = 108,
	LINK_SLL = 113,
	LINK_IPV4 = 228,
	LINK_SLL2 = 276
};

enum {
	ETHERTYPE_IPV4 = 0x0800,
	ETHERTYPE_VLAN = 0x8100,
	ETHERTYPE_QINQ = 0x88a8,
	FAMILY_INET = 2, /* of NULL and LOOP */
	IP_MIN = 20,
	UDP_HEADER = 8,
	TCP_MIN = 20,
	MORE_FRAGMENTS = 0x2000,
	FRAGMENT_OFFSET = 0x1fff,
	DATAGRAM_MAX = 65535,
	FRAGMENTS_MAX = 128 /* of one datagram */
};

/* A datagram some of whose fragments came. Spec: RFC 791 s3.2 "Fragmentation" */
struct pending {
	uint32_t from, to;
	uint16_t ident;
	uint8_t protocol;
	bool used;
	uint64_t frame;  /* of the last fragment: the oldest goes first when the table is full */
	size_t total;    /* 0 until the last fragment came */
	size_t received; /* bytes, without overlap */
	size_t n;
	struct {
		uint16_t at, len;
	} parts[FRAGMENTS_MAX];
	uint8_t *data; /* owned, DATAGRAM_MAX */
};

/* Reassembled datagrams are kept: TCP streams borrow from them. */
struct kept {
	struct kept *next;
	uint8_t data[];
};

struct pc_pktdec {
	struct pc_pktdec_counters counters;
	struct pending pending[PC_PKTDEC_PENDING_MAX];
	struct kept *kept; /* owned list */
	size_t kept_bytes;
};

/* One IPv4 packet on its way up. */
struct ip {
	const uint8_t *header;
	uint32_t from, to;
	uint16_t ident;
	uint16_t fragment;
	uint8_t protocol;
	const uint8_t *data;
	size_t len;     /* in the file */
	size_t missing; /* not in the file */
};

int
pc_pktdec_new(struct pc_pktdec **ret)
{
	*ret = calloc(1, sizeof(**ret));
	return *ret == NULL ? -ENOMEM : PC_OK;
}

void
pc_pktdec_free(struct pc_pktdec *d)
{
	if (d == NULL)
		return;
	for (size_t i = 0; i < PC_PKTDEC_PENDING_MAX; i++)
		free(d->pending[i].data);
	while (d->kept != NULL) {
		struct kept *k = d->kept;
		d->kept = k->next;
		free(k);
	}
	free(d);
}

struct pc_pktdec_counters
pc_pktdec_counters(const struct pc_pktdec *d)
{
	struct pc_pktdec_counters c = d->counters;
	for (size_t i = 0; i < PC_PKTDEC_PENDING_MAX; i++)
		c.incomplete += d->pending[i].used ? 1 : 0;
	return c;
}

/* Skips the link header; the protocol above as an Ethernet type, 0 for none, -1 for an unknown
 * link. */
static int
read_link(struct pc_reader *r, uint32_t link)
{
	uint32_t family;
	int type;
	switch (link) {
	case LINK_ETHERNET:
		pc_read_skip(r, 12);
		for (type = pc_read_be16(r); type == ETHERTYPE_VLAN || type == ETHERTYPE_QINQ;) {
			pc_read_skip(r, 2);
			type = pc_read_be16(r);
		}
		return type;
	case LINK_SLL:
		pc_read_skip(r, 14);
		return pc_read_be16(r);
	case LINK_SLL2:
		type = pc_read_be16(r);
		pc_read_skip(r, 18);
		return type;
	case LINK_NULL: /* byte order of the machine that captured */
	case LINK_LOOP:
		family = pc_read_be32(r);
		return family == FAMILY_INET || family == FAMILY_INET << 24 ? ETHERTYPE_IPV4 : 0;
	case LINK_RAW:
	case LINK_RAW_BSD:
	case LINK_RAW_OPENBSD:
	case LINK_IPV4:
		return pc_reader_left(r) > 0 && r->data[r->at] >> 4 == 4 ? ETHERTYPE_IPV4 : 0;
	default:
		return -1;
	}
}

/* The IP length counts, not the frame's: short frames are padded. A total length of 0 comes from
 * segmentation offload and means "all there is". */
static int
read_ip(struct pc_reader *r, size_t wire_left, struct ip *ip)
{
	const uint8_t *h = pc_read_bytes(r, IP_MIN);
	if (h == NULL || h[0] >> 4 != 4)
		return PC_E_BADVALUE;
	size_t header = (size_t)(h[0] & 0x0f) * 4;
	size_t total = (size_t)h[2] << 8 | h[3];
	if (total == 0)
		total = wire_left;
	if (header < IP_MIN || total < header || total > wire_left)
		return PC_E_BADVALUE;
	pc_read_skip(r, header - IP_MIN);
	if (r->err != PC_OK)
		return r->err;
	size_t here = pc_reader_left(r);
	*ip = (struct ip){.header = h,
		.ident = (uint16_t)(h[4] << 8 | h[5]),
		.fragment = (uint16_t)(h[6] << 8 | h[7]),
		.protocol = h[9],
		.data = r->data + r->at,
		.len = total - header};
	memcpy(&ip->from, h + 12, sizeof(ip->from));
	memcpy(&ip->to, h + 16, sizeof(ip->to));
	if (ip->len > here) {
		ip->missing = ip->len - here;
		ip->len = here;
	}
	return PC_OK;
}

static struct pending *
find_pending(struct pc_pktdec *d, const struct ip *ip)
{
	struct pending *oldest = &d->pending[0];
	struct pending *unused = NULL;
	for (size_t i = 0; i < PC_PKTDEC_PENDING_MAX; i++) {
		struct pending *p = &d->pending[i];
		if (!p->used) {
			unused = unused == NULL ? p : unused;
			continue;
		}
		if (p->from == ip->from && p->to == ip->to && p->ident == ip->ident &&
			p->protocol == ip->protocol)
			return p;
		if (oldest->used && p->frame < oldest->frame)
			oldest = p;
	}
	struct pending *p = unused != NULL ? unused : oldest;
	if (p->used)
		d->counters.incomplete++;
	uint8_t *data = p->data != NULL ? p->data : malloc(DATAGRAM_MAX);
	if (data == NULL)
		return NULL;
	*p = (struct pending){.from = ip->from,
		.to = ip->to,
		.ident = ip->ident,
		.protocol = ip->protocol,
		.used = true,
		.data = data};
	return p;
}

/* False when a fragment overlaps another (an attack, or a duplicate) or does not fit. */
static bool
add_part(struct pending *p, const struct ip *ip)
{
	size_t at = (size_t)(ip->fragment & FRAGMENT_OFFSET) * 8;
	bool more = (ip->fragment & MORE_FRAGMENTS) != 0;
	if (p->n == FRAGMENTS_MAX || ip->missing > 0 || at + ip->len > DATAGRAM_MAX)
		return false;
	if (!more && p->total != 0 && p->total != at + ip->len)
		return false;
	for (size_t i = 0; i < p->n; i++) {
		if (p->parts[i].at == at && p->parts[i].len == ip->len)
			return memcmp(p->data + at, ip->data, ip->len) == 0; /* a duplicate */
		if (at < (size_t)p->parts[i].at + p->parts[i].len && p->parts[i].at < at + ip->len)
			return false;
	}
	p->parts[p->n].at = (uint16_t)at;
	p->parts[p->n++].len = (uint16_t)ip->len;
	memcpy(p->data + at, ip->data, ip->len);
	p->received += ip->len;
	if (!more)
		p->total = at + ip->len;
	return true;
}

/* Keep the whole datagram; `ip` points at it then. */
static int
complete(struct pc_pktdec *d, struct pending *p, struct ip *ip)
{
	p->used = false;
	if (p->total > PC_PKTDEC_REASSEMBLED_MAX - d->kept_bytes)
		return PC_E_LIMIT;
	struct kept *k = malloc(sizeof(*k) + p->total);
	if (k == NULL)
		return -ENOMEM;
	memcpy(k->data, p->data, p->total);
	k->next = d->kept;
	d->kept = k;
	d->kept_bytes += p->total;
	ip->data = k->data;
	ip->len = p->total;
	return PC_OK;
}

static int
defragment(struct pc_pktdec *d, uint64_t frame, struct ip *ip)
{
	if ((ip->fragment & (MORE_FRAGMENTS | FRAGMENT_OFFSET)) == 0)
		return PC_OK;
	d->counters.fragments++;
	struct pending *p = find_pending(d, ip);
	if (p == NULL)
		return -ENOMEM;
	p->frame = frame;
	if (!add_part(p, ip)) {
		p->used = false;
		d->counters.incomplete++;
		return PC_E_NOTFOUND;
	}
	/* Parts do not overlap, so as many bytes as the total are all bytes. */
	if (p->total == 0 || p->received < p->total)
		return PC_E_NOTFOUND;
	if (p->received > p->total) {
		p->used = false;
		d->counters.malformed++;
		return PC_E_NOTFOUND;
	}
	return complete(d, p, ip);
}

static bool
checksum_ok(const struct ip *ip, size_t len)
{
	uint32_t sum = pc_checksum_add(
		(uint32_t)(ip->protocol + len), (const uint8_t *)&ip->from, sizeof(ip->from));
	sum = pc_checksum_add(sum, (const uint8_t *)&ip->to, sizeof(ip->to));
	return pc_checksum_fold(pc_checksum_add(sum, ip->data, len)) == 0;
}

static int
read_udp(const struct ip *ip, struct pc_segment *s)
{
	if (ip->len < UDP_HEADER)
		return PC_E_BADVALUE;
	size_t len = (size_t)ip->data[4] << 8 | ip->data[5];
	if (len < UDP_HEADER || len > ip->len + ip->missing)
		return PC_E_BADVALUE;
	memcpy(&s->from.sin_port, ip->data, 2);
	memcpy(&s->to.sin_port, ip->data + 2, 2);
	s->data = ip->data + UDP_HEADER;
	s->missing = len > ip->len ? len - ip->len : 0;
	s->len = len - s->missing - UDP_HEADER;
	bool has_sum = ip->data[6] != 0 || ip->data[7] != 0;
	s->bad_checksum = has_sum && s->missing == 0 && !checksum_ok(ip, len);
	return PC_OK;
}

static int
read_tcp(const struct ip *ip, struct pc_segment *s)
{
	struct pc_reader r;
	pc_reader_init(&r, ip->data, ip->len);
	const uint8_t *ports = pc_read_bytes(&r, 4);
	s->seq = pc_read_be32(&r);
	s->ack = pc_read_be32(&r);
	size_t header = (size_t)(pc_read_u8(&r) >> 4) * 4;
	s->flags = pc_read_u8(&r);
	if (r.err != PC_OK || header < TCP_MIN || header > ip->len)
		return PC_E_BADVALUE;
	memcpy(&s->from.sin_port, ports, 2);
	memcpy(&s->to.sin_port, ports + 2, 2);
	s->data = ip->data + header;
	s->len = ip->len - header;
	s->missing = ip->missing;
	s->bad_checksum = ip->missing == 0 && !checksum_ok(ip, ip->len);
	return PC_OK;
}

static int
read_transport(struct pc_pktdec *d, const struct ip *ip, struct pc_segment *s)
{
	int err;
	*s = (struct pc_segment){.protocol = ip->protocol};
	s->from = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = ip->from};
	s->to = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = ip->to};
	if (ip->protocol == IPPROTO_UDP) {
		err = read_udp(ip, s);
	} else if (ip->protocol == IPPROTO_TCP) {
		err = read_tcp(ip, s);
	} else {
		d->counters.other_protocol++;
		return PC_E_NOTFOUND;
	}
	if (err != PC_OK) {
		d->counters.malformed++;
		return PC_E_NOTFOUND;
	}
	d->counters.segments++;
	d->counters.bad_checksums += s->bad_checksum ? 1 : 0;
	d->counters.cut += s->missing > 0 ? 1 : 0;
	return PC_OK;
}

int
pc_pktdec_frame(struct pc_pktdec *d, const struct pc_packet *p, struct pc_segment *ret)
{
	struct pc_reader r;
	struct ip ip;
	pc_reader_init(&r, p->data, p->len);
	int type = read_link(&r, p->link);
	if (type < 0) {
		d->counters.other_link++;
		return PC_E_NOTFOUND;
	}
	if (r.err != PC_OK) {
		d->counters.malformed++;
		return PC_E_NOTFOUND;
	}
	if (type != ETHERTYPE_IPV4) {
		d->counters.other_network++;
		return PC_E_NOTFOUND;
	}
	size_t wire = p->wire_len > p->len ? p->wire_len : p->len;
	if (read_ip(&r, wire - r.at, &ip) != PC_OK) {
		d->counters.malformed++;
		return PC_E_NOTFOUND;
	}
	int err = defragment(d, p->frame, &ip);
	return err == PC_OK ? read_transport(d, &ip, ret) : err;
}
