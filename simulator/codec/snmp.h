/* codec/snmp: SNMPv1 and v2c messages between bytes and plain structs.
 * Spec: RFC 1157 s4, RFC 1901 s3, RFC 3416 s3 */
#ifndef PC_CODEC_SNMP_H
#define PC_CODEC_SNMP_H

#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "codec/ber.h"

enum {
	PC_SNMP_VARBINDS_MAX = 512, /* per message; more is PC_E_LIMIT */
	PC_SNMP_COMMUNITY_MAX = 255,
	PC_SNMP_MESSAGE_MAX = 65507 /* one UDP datagram */
};

enum pc_snmp_version { PC_SNMP_V1 = 0, PC_SNMP_V2C = 1, PC_SNMP_V3 = 3 };

/* Tags of the PDUs. Spec: RFC 1157 s4.1, RFC 3416 s3 */
enum pc_snmp_pdu {
	PC_SNMP_GET = 0xa0,
	PC_SNMP_GETNEXT = 0xa1,
	PC_SNMP_RESPONSE = 0xa2,
	PC_SNMP_SET = 0xa3,
	PC_SNMP_TRAP_V1 = 0xa4,
	PC_SNMP_GETBULK = 0xa5,
	PC_SNMP_INFORM = 0xa6,
	PC_SNMP_TRAP_V2 = 0xa7,
	PC_SNMP_REPORT = 0xa8
};

/* One variable binding. `type` is a tag of enum pc_ber_tag.
 * INTEGER, Counter32, Gauge32, TimeTicks: `integer`. Counter64: `integer`, the same 64 bits
 * unsigned. OCTET STRING, IpAddress, Opaque: `bytes`, `len`. OBJECT IDENTIFIER: `bytes`, `len` hold
 * the encoded content: see pc_oid_decode() and pc_oid_encode(). NULL and exceptions: nothing. */
struct pc_snmp_varbind {
	struct pc_oid name;
	uint8_t type;
	int64_t integer;
	const uint8_t *bytes; /* borrowed: decoded, from the message; to encode, the caller's */
	size_t len;
};

/* A message without its envelope. In a GETBULK error_status is non-repeaters and error_index
 * max-repetitions. The v1 trap members matter in PC_SNMP_TRAP_V1 only. */
struct pc_snmp_message {
	int32_t version;          /* PC_SNMP_V1 or PC_SNMP_V2C */
	const uint8_t *community; /* borrowed */
	size_t community_len;
	uint8_t pdu; /* enum pc_snmp_pdu */
	int32_t request_id;
	int32_t error_status;
	int32_t error_index;
	struct pc_oid enterprise;
	uint8_t agent_addr[4];
	int32_t generic_trap;
	int32_t specific_trap;
	uint32_t timestamp;               /* hundredths of a second */
	struct pc_snmp_varbind *varbinds; /* borrowed: the caller's array */
	size_t n_varbinds;
	size_t trailing; /* decoded: bytes behind the message, ignored as real agents do */
};

/* Decode one message; bindings go to `varbinds` (room for `max_varbinds`; PC_SNMP_VARBINDS_MAX
 * takes whatever is legal). Values borrow from `data`. PC_E_TRUNCATED: cut short; PC_E_BADVALUE:
 * contradicts itself; PC_E_UNSUPPORTED: version 3 or unknown, ret->version is set then;
 * PC_E_LIMIT: too many bindings, sub-identifiers or a too long community. */
int pc_snmp_decode(const uint8_t *data, size_t len, struct pc_snmp_varbind *varbinds,
	size_t max_varbinds, struct pc_snmp_message *ret, struct pc_diag *diag);

/* Encode into `out`. PC_E_NOSPACE when it does not fit, PC_E_BADVALUE for an unknown PDU or value
 * type or an OID that cannot be encoded, PC_E_LIMIT over a limit above. */
int pc_snmp_encode(const struct pc_snmp_message *msg, uint8_t *out, size_t size, size_t *ret_len,
	struct pc_diag *diag);

/* The same for a PDU alone: `content` is what lies behind its tag (which ret->pdu tells) and
 * length; ret->varbinds has room for `max_varbinds`. Encoded, it is put in front of what `w` holds;
 * look at w->err too. */
int pc_snmp_decode_pdu(const struct pc_reader *content, size_t max_varbinds,
	struct pc_snmp_message *ret, struct pc_diag *diag);
int pc_snmp_encode_pdu(
	const struct pc_snmp_message *msg, struct pc_ber_writer *w, struct pc_diag *diag);

/* Setters for requests. pc_snmp_varbind_null() is what GET, GETNEXT and GETBULK send. */
static inline void
pc_snmp_varbind_null(struct pc_snmp_varbind *vb, const struct pc_oid *name)
{
	*vb = (struct pc_snmp_varbind){.name = *name, .type = PC_BER_NULL};
}

static inline void
pc_snmp_varbind_integer(
	struct pc_snmp_varbind *vb, const struct pc_oid *name, uint8_t type, int64_t v)
{
	*vb = (struct pc_snmp_varbind){.name = *name, .type = type, .integer = v};
}

static inline void
pc_snmp_varbind_octets(struct pc_snmp_varbind *vb, const struct pc_oid *name, uint8_t type,
	const void *bytes, size_t len)
{
	*vb = (struct pc_snmp_varbind){.name = *name, .type = type, .bytes = bytes, .len = len};
}

/* "get-request" …; NULL for an unknown tag. */
const char *pc_snmp_pdu_name(uint8_t pdu);

/* "noSuchName" …; NULL for an unknown status. Spec: RFC 3416 s3 */
const char *pc_snmp_error_name(int32_t error_status);

/* "INTEGER", "Counter32", "noSuchObject" …; NULL for an unknown tag. */
const char *pc_snmp_type_name(uint8_t type);

#endif
