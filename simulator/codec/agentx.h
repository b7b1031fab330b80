/* codec/agentx: AgentX, the protocol between an SNMP master agent and its subagents, on TCP 705 or
 * a unix socket: every PDU in both byte orders. Pure functions over bytes. Spec: RFC 2741 s5, s6 */
#ifndef PC_CODEC_AGENTX_H
#define PC_CODEC_AGENTX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "codec/ber.h"
#include "wire/wire.h"

enum {
	PC_AGENTX_PORT = 705,
	PC_AGENTX_VERSION = 1,
	PC_AGENTX_HEADER_BYTES = 20,
	PC_AGENTX_PAYLOAD_MAX = 65000, /* the protocol has 4 GB; whoever needs more is broken */
	PC_AGENTX_PDU_MAX = PC_AGENTX_HEADER_BYTES + PC_AGENTX_PAYLOAD_MAX,
	PC_AGENTX_PRIORITY = 127 /* default of a registration; 1 goes before all others */
};

/* Spec: RFC 2741 s6.1 h.type */
enum pc_agentx_type {
	PC_AGENTX_OPEN = 1,
	PC_AGENTX_CLOSE,
	PC_AGENTX_REGISTER,
	PC_AGENTX_UNREGISTER,
	PC_AGENTX_GET,
	PC_AGENTX_GETNEXT,
	PC_AGENTX_GETBULK,
	PC_AGENTX_TESTSET,
	PC_AGENTX_COMMITSET,
	PC_AGENTX_UNDOSET,
	PC_AGENTX_CLEANUPSET,
	PC_AGENTX_NOTIFY,
	PC_AGENTX_PING,
	PC_AGENTX_INDEX_ALLOCATE,
	PC_AGENTX_INDEX_DEALLOCATE,
	PC_AGENTX_ADD_CAPS,
	PC_AGENTX_REMOVE_CAPS,
	PC_AGENTX_RESPONSE
};

/* Spec: RFC 2741 s6.1 h.flags */
enum pc_agentx_flag {
	PC_AGENTX_INSTANCE = 0x01,
	PC_AGENTX_NEW_INDEX = 0x02,
	PC_AGENTX_ANY_INDEX = 0x04,
	PC_AGENTX_CONTEXT = 0x08,
	PC_AGENTX_BIG_ENDIAN = 0x10 /* "network byte order" */
};

/* res.error beyond SNMP's own error-status. Spec: RFC 2741 s6.2.16 */
enum pc_agentx_error {
	PC_AGENTX_OPEN_FAILED = 256,
	PC_AGENTX_NOT_OPEN,
	PC_AGENTX_INDEX_WRONG_TYPE,
	PC_AGENTX_INDEX_ALREADY_ALLOCATED,
	PC_AGENTX_INDEX_NONE_AVAILABLE,
	PC_AGENTX_INDEX_NOT_ALLOCATED,
	PC_AGENTX_UNSUPPORTED_CONTEXT,
	PC_AGENTX_DUPLICATE_REGISTRATION,
	PC_AGENTX_UNKNOWN_REGISTRATION,
	PC_AGENTX_UNKNOWN_CAPS,
	PC_AGENTX_PARSE_ERROR,
	PC_AGENTX_REQUEST_DENIED,
	PC_AGENTX_PROCESSING_ERROR
};

/* Spec: RFC 2741 s6.2.2 c.reason */
enum pc_agentx_reason {
	PC_AGENTX_REASON_OTHER = 1,
	PC_AGENTX_REASON_PARSE_ERROR,
	PC_AGENTX_REASON_PROTOCOL_ERROR,
	PC_AGENTX_REASON_TIMEOUTS,
	PC_AGENTX_REASON_SHUTDOWN,
	PC_AGENTX_REASON_BY_MANAGER
};

/* What every PDU begins with. `payload` counts the bytes behind the header. */
struct pc_agentx_header {
	uint8_t type, flags;
	uint32_t session, transaction, packet;
	uint32_t payload;
};

/* One variable. Octets are borrowed from the input. Spec: RFC 2741 s5.4 */
struct pc_agentx_varbind {
	uint8_t type; /* enum pc_ber_tag */
	struct pc_oid name;
	int64_t integer;       /* INTEGER, Counter32, Gauge32, TimeTicks, Counter64 (its bits) */
	const uint8_t *octets; /* OCTET STRING, IpAddress, Opaque */
	size_t n_octets;
	struct pc_oid oid; /* OBJECT IDENTIFIER */
};

/* Objects from `start` (itself too when `include`) up to but without `end`; an empty end has no
 * bound. Spec: RFC 2741 s5.2 */
struct pc_agentx_range {
	struct pc_oid start, end;
	bool include;
};

/* The variables or ranges at the end of a PDU, checked by pc_agentx_read(). */
struct pc_agentx_list {
	struct pc_reader r; /* over borrowed bytes */
	bool big_endian;
	size_t n; /* of those still unread */
};

/* One PDU. Text and lists are borrowed from the input; what a type does not have is zero. */
struct pc_agentx {
	struct pc_agentx_header header;
	const uint8_t *context; /* NULL: the default one */
	size_t n_context;
	uint8_t timeout; /* seconds: Open, Register; 0 = no wish */
	uint8_t reason;  /* Close */
	uint8_t priority,
		range_subid;  /* Register, Unregister; range_subid counts from 1, 0 = none */
	uint32_t upper_bound; /* of the range_subid'th arc */
	struct pc_oid oid;    /* Open: id; Register, Unregister: subtree; caps: id */
	const uint8_t *text;  /* Open, AddAgentCaps: description */
	size_t n_text;
	uint16_t non_repeaters, max_repetitions; /* GetBulk */
	uint32_t up_time;                        /* Response: hundredths of a second */
	uint16_t error, index;                   /* Response */
	struct pc_agentx_list list; /* Get, GetNext, GetBulk: ranges; others: variables */
};

/* Look at the header. PC_OK: header and payload are all there. PC_E_TRUNCATED: more must come.
 * PC_E_BADVALUE: not version 1 or a length that is no multiple of 4, PC_E_LIMIT: a payload over
 * PC_AGENTX_PAYLOAD_MAX; after either the stream is of no more use. Any type passes. */
int pc_agentx_frame(const uint8_t *data, size_t len, struct pc_agentx_header *ret);

/* Decode one whole PDU, to its last byte: `len` is that of header and payload. PC_E_TRUNCATED: less
 * than that; PC_E_BADVALUE: unknown type of PDU or variable, lengths that contradict each other,
 * bytes left over; PC_E_LIMIT: an OID of more than PC_OID_ARCS_MAX arcs. */
int pc_agentx_read(const uint8_t *data, size_t len, struct pc_agentx *ret);

/* Take the next element of a list that pc_agentx_read() gave; false after the last. */
bool pc_agentx_next_range(struct pc_agentx_list *list, struct pc_agentx_range *ret);
bool pc_agentx_next_varbind(struct pc_agentx_list *list, struct pc_agentx_varbind *ret);

/* Name of a PDU type ("TestSet"); NULL for unknown ones. Static. */
const char *pc_agentx_type_name(uint8_t type);

/* A PDU being written: begin, any number of adds, end. The byte order is that of the header's
 * flags; the CONTEXT flag follows from `context`. */
struct pc_agentx_writer {
	struct pc_writer w;
	bool big_endian;
};

/* Everything of `pdu` but its list. */
void pc_agentx_begin(
	struct pc_agentx_writer *w, uint8_t *out, size_t size, const struct pc_agentx *pdu);
void pc_agentx_add_range(struct pc_agentx_writer *w, const struct pc_agentx_range *range);
void pc_agentx_add_varbind(struct pc_agentx_writer *w, const struct pc_agentx_varbind *vb);

/* PC_OK; PC_E_NOSPACE when the buffer or PC_AGENTX_PAYLOAD_MAX was too small. */
int pc_agentx_end(struct pc_agentx_writer *w, size_t *ret_len);

#endif
