#include "snmp/binding.h"

#include <stdbool.h>
#include <string.h>

#include "codec/ber.h"

enum { SHORT = 0x80, ISO_ORG = 0x2b /* 1.3 */, NAME_MAX = SHORT - 1 };

size_t
pc_snmp_name_arcs(const uint8_t *content, size_t len, uint32_t *ret_arcs, size_t max)
{
	size_t n = 2, at = 1;
	if (len == 0 || content[0] != ISO_ORG || max < 2)
		return 0;
	ret_arcs[0] = 1;
	ret_arcs[1] = 3;
	while (at < len) {
		uint64_t arc = 0;
		if (n == max || content[at] == SHORT)
			return 0;
		do {
			if (at == len || arc > UINT32_MAX >> 7)
				return 0;
			arc = arc << 7 | (content[at] & 0x7f);
		} while ((content[at++] & SHORT) != 0);
		ret_arcs[n++] = (uint32_t)arc;
	}
	return n;
}

/* Octets of one arc. */
static inline size_t
arc_size(uint32_t arc)
{
	size_t n = 1;
	while ((arc >>= 7) > 0)
		n++;
	return n;
}

static inline uint8_t *
put_arc(uint8_t *p, uint32_t arc)
{
	for (size_t left = arc_size(arc); left > 1; left--)
		*p++ = (uint8_t)(SHORT | (arc >> (7 * (left - 1)) & 0x7f));
	*p++ = arc & 0x7f;
	return p;
}

/* Tag and length; `len` below 64 KiB. */
static inline uint8_t *
put_header(uint8_t *p, uint8_t tag, size_t len)
{
	*p++ = tag;
	if (len >= 0x100) {
		*p++ = 0x82;
		*p++ = (uint8_t)(len >> 8);
	} else if (len >= SHORT) {
		*p++ = 0x81;
	}
	*p++ = (uint8_t)len;
	return p;
}

static inline size_t
header_size(size_t len)
{
	return len < SHORT ? 2 : len < 0x100 ? 3 : 4;
}

size_t
pc_snmp_name_put(uint8_t *out, size_t room, const uint32_t *arcs, size_t n_arcs)
{
	size_t len = 1;
	if (n_arcs < 2 || arcs[0] != 1 || arcs[1] != 3)
		return 0;
	for (size_t i = 2; i < n_arcs; i++)
		len += arc_size(arcs[i]);
	if (len > NAME_MAX || room < 2 + len)
		return 0;
	uint8_t *p = put_header(out, PC_BER_OID, len);
	*p++ = ISO_ORG;
	for (size_t i = 2; i < n_arcs; i++)
		p = put_arc(p, arcs[i]);
	return (size_t)(p - out);
}

/* An OID as a value: any first arcs that have an encoding. */
static size_t
put_oid(uint8_t *out, size_t room, const uint32_t *arcs, size_t n_arcs)
{
	size_t len = 0;
	if (n_arcs < 2 || n_arcs > PC_OID_ARCS_MAX || arcs[0] > 2 ||
		(arcs[0] < 2 && arcs[1] > 39) || arcs[1] > UINT32_MAX - 80)
		return 0;
	len = arc_size(arcs[0] * 40 + arcs[1]);
	for (size_t i = 2; i < n_arcs; i++)
		len += arc_size(arcs[i]);
	if (room < header_size(len) + len)
		return 0;
	uint8_t *p = put_arc(put_header(out, PC_BER_OID, len), arcs[0] * 40 + arcs[1]);
	for (size_t i = 2; i < n_arcs; i++)
		p = put_arc(p, arcs[i]);
	return (size_t)(p - out);
}

static size_t
put_octets(uint8_t *out, size_t room, uint8_t tag, const uint8_t *bytes, size_t len)
{
	if (len >= 0x10000 || room < header_size(len) + len)
		return 0;
	uint8_t *p = put_header(out, tag, len);
	if (len > 0)
		memcpy(p, bytes, len);
	return (size_t)(p - out) + len;
}

/* The lowest `size` octets of v. */
static size_t
put_number(uint8_t *out, size_t room, uint8_t tag, uint64_t v, size_t size)
{
	if (room < 2 + size)
		return 0;
	out[0] = tag;
	out[1] = (uint8_t)size;
	for (size_t i = size; i > 0; i--, v >>= 8)
		out[1 + i] = (uint8_t)v;
	return 2 + size;
}

static size_t
put_integer(uint8_t *out, size_t room, int32_t v)
{
	size_t size = 1;
	while (size < 4 && (v < -(1 << (8 * size - 1)) || v >= 1 << (8 * size - 1)))
		size++;
	return put_number(out, room, PC_BER_INTEGER, (uint64_t)(int64_t)v, size);
}

static size_t
put_unsigned(uint8_t *out, size_t room, uint8_t tag, uint64_t v)
{
	size_t size = 1;
	while (size < 9 && v >> (8 * size - 1) != 0)
		size++;
	return put_number(out, room, tag, v, size);
}

size_t
pc_snmp_value_put(uint8_t *out, size_t room, const struct pc_snmp_value *value)
{
	switch (value->type) {
	case PC_SNMP_INTEGER:
		return put_integer(out, room, (int32_t)value->integer);
	case PC_SNMP_COUNTER32:
	case PC_SNMP_GAUGE32:
	case PC_SNMP_TIMETICKS:
		return put_unsigned(out, room, value->type, (uint32_t)value->integer);
	case PC_SNMP_COUNTER64:
		return put_unsigned(out, room, value->type, (uint64_t)value->integer);
	case PC_SNMP_OCTETS:
	case PC_SNMP_IPADDRESS:
	case PC_SNMP_OPAQUE:
		return put_octets(out, room, value->type, value->bytes, value->len);
	case PC_SNMP_OID:
		return put_oid(out, room, value->arcs, value->len);
	default:
		return 0;
	}
}

size_t
pc_snmp_binding_close(uint8_t *out, size_t room, size_t len)
{
	size_t header = header_size(len);
	if (len >= 0x10000 || room < header + len)
		return 0;
	if (header != 2)
		memmove(out + header, out + 2, len);
	(void)put_header(out, PC_BER_SEQUENCE, len);
	return header + len;
}
