/* snmp/value: one SNMP value as getters give it and setters take it. */
#ifndef PC_SNMP_VALUE_H
#define PC_SNMP_VALUE_H

#include <stddef.h>
#include <stdint.h>

/* BER tags of SMIv2 types. Spec: RFC 3416 s3. */
enum pc_snmp_type {
	PC_SNMP_INTEGER = 2,
	PC_SNMP_OCTETS = 4,
	PC_SNMP_NULL = 5,
	PC_SNMP_OID = 6,
	PC_SNMP_IPADDRESS = 64,
	PC_SNMP_COUNTER32 = 65,
	PC_SNMP_GAUGE32 = 66,
	PC_SNMP_TIMETICKS = 67,
	PC_SNMP_OPAQUE = 68,
	PC_SNMP_COUNTER64 = 70,
	PC_SNMP_NO_SUCH_OBJECT = 128,
	PC_SNMP_NO_SUCH_INSTANCE = 129,
	PC_SNMP_END_OF_MIB_VIEW = 130
};

/* Room for an IEEE 1284 device ID, 1,023 octets, with what the words of its template add. */
enum { PC_SNMP_SCRATCH = 1152 };

/* `bytes` and `arcs` may point into `scratch` or at memory that outlives the request (the device,
 * the profile, constants). `len` counts bytes or sub-identifiers. */
struct pc_snmp_value {
	uint8_t type; /* enum pc_snmp_type */
	int64_t integer;
	const uint8_t *bytes;
	const uint32_t *arcs;
	size_t len;
	union {
		uint8_t bytes[PC_SNMP_SCRATCH];
		uint32_t arcs[PC_SNMP_SCRATCH / 4];
	} scratch;
};

/* Setters of the fields, for use in getters. The text is borrowed, not copied. */
static inline void
pc_snmp_set_integer(struct pc_snmp_value *v, enum pc_snmp_type type, int64_t n)
{
	v->type = (uint8_t)type;
	v->integer = n;
}

static inline void
pc_snmp_set_bytes(struct pc_snmp_value *v, const void *bytes, size_t len)
{
	v->type = PC_SNMP_OCTETS;
	v->bytes = bytes;
	v->len = len;
}

static inline void
pc_snmp_set_oid(struct pc_snmp_value *v, const uint32_t *arcs, size_t n)
{
	v->type = PC_SNMP_OID;
	v->arcs = arcs;
	v->len = n;
}

#endif
