/* codec/nbns: NetBIOS name service, UDP 137: queries, node status, registration and release, with
 * their answers. Spec: RFC 1002 s4.2 */
#ifndef PC_CODEC_NBNS_H
#define PC_CODEC_NBNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "codec/dns.h"

enum {
	PC_NBNS_PORT = 137,
	PC_NBNS_NAME_BYTES = 15, /* without the suffix */
	PC_NBNS_SCOPE_MAX = 256,
	PC_NBNS_ADDRESSES_MAX = 16,
	PC_NBNS_NAMES_MAX = 32, /* of one node status */
	PC_NBNS_STATISTICS_BYTES = 46,
	PC_NBNS_UDP_MAX = 576 /* Spec: RFC 1002 s4.2 MAX_DATAGRAM_LENGTH */
};

/* Spec: RFC 1002 s4.2.1.1 */
enum pc_nbns_opcode {
	PC_NBNS_QUERY = 0,
	PC_NBNS_REGISTRATION = 5,
	PC_NBNS_RELEASE = 6,
	PC_NBNS_WACK = 7,
	PC_NBNS_REFRESH = 8
};
enum pc_nbns_type { PC_NBNS_NULL = 0x0a, PC_NBNS_NB = 0x20, PC_NBNS_NBSTAT = 0x21 };
enum pc_nbns_rcode {
	PC_NBNS_OK,
	PC_NBNS_FMT_ERR,
	PC_NBNS_SRV_ERR,
	PC_NBNS_NAM_ERR, /* the name does not exist */
	PC_NBNS_IMP_ERR,
	PC_NBNS_RFS_ERR,
	PC_NBNS_ACT_ERR,
	PC_NBNS_CFT_ERR
};
/* Flags of the header, at their places in the 16 bits. */
enum pc_nbns_flag {
	PC_NBNS_AA = 0x0400,
	PC_NBNS_TC = 0x0200,
	PC_NBNS_RD = 0x0100,
	PC_NBNS_RA = 0x0080,
	PC_NBNS_BROADCAST = 0x0010,
	PC_NBNS_FLAGS = 0x07f0
};
/* Flags of a name (node status) and of an address (NB record: only the first two). */
enum pc_nbns_name_flag {
	PC_NBNS_GROUP = 0x8000,
	PC_NBNS_NODE_TYPE = 0x6000, /* 0 B, 0x2000 P, 0x4000 M */
	PC_NBNS_DEREGISTERING = 0x1000,
	PC_NBNS_CONFLICT = 0x0800,
	PC_NBNS_ACTIVE = 0x0400,
	PC_NBNS_PERMANENT = 0x0200
};

/* A name as it is before the coding into letters. Blanks fill it up; the wildcard "*" is filled
 * with NULs. */
struct pc_nbns_name {
	uint8_t bytes[PC_NBNS_NAME_BYTES];
	uint8_t suffix;
	char scope[PC_NBNS_SCOPE_MAX]; /* as text, "" usually */
};

struct pc_nbns_address {
	uint16_t flags;
	uint8_t address[4];
};

struct pc_nbns_entry {
	uint8_t bytes[PC_NBNS_NAME_BYTES];
	uint8_t suffix;
	uint16_t flags;
};

/* One message. */
struct pc_nbns {
	uint16_t id;
	bool response;
	uint8_t opcode, rcode;
	uint16_t flags; /* enum pc_nbns_flag */
	bool has_question;
	struct pc_nbns_name question;
	uint16_t question_type;
	/* The record: an answer of responses, additional in registrations and releases. */
	bool has_record;
	struct pc_nbns_name name;
	uint16_t type;
	uint32_t ttl;
	struct pc_nbns_address addresses[PC_NBNS_ADDRESSES_MAX]; /* of NB */
	size_t n_addresses;
	struct pc_nbns_entry names[PC_NBNS_NAMES_MAX]; /* of NBSTAT */
	size_t n_names;
	uint8_t mac[6];      /* of NBSTAT: the beginning of its statistics */
	size_t n_statistics; /* octets of them, 6 to 64; 46 from printers. Not of interest: 0 */
	uint16_t wack_flags; /* of WACK: the header flags of the request */
};

/* Read one datagram. PC_OK; PC_E_TRUNCATED; PC_E_BADVALUE for a name that is none of NetBIOS,
 * counts that no message has, record data that contradicts its length, as pc_dns_read_name();
 * PC_E_LIMIT for more addresses or names than fit; PC_E_UNSUPPORTED for other opcodes, question or
 * record types. */
int pc_nbns_read(const uint8_t *data, size_t len, struct pc_nbns *ret);

/* Write one. The record's name becomes a pointer when it is the question's. PC_OK, PC_E_NOSPACE;
 * PC_E_BADVALUE for a scope that is no name. */
int pc_nbns_write(const struct pc_nbns *msg, uint8_t *out, size_t size, size_t *ret_len);

/* Fill a name from text: upper case, cut to 15 octets, blanks behind; "*" is the wildcard. */
void pc_nbns_name_set(struct pc_nbns_name *name, const char *text, uint8_t suffix);
/* Without the filling; octets that cannot be printed become '.'. */
const char *pc_nbns_name_text(
	const uint8_t bytes[PC_NBNS_NAME_BYTES], char out[PC_NBNS_NAME_BYTES + 1]);
/* Same 15 octets (letters of either case), suffix and scope. */
bool pc_nbns_name_equal(const struct pc_nbns_name *a, const struct pc_nbns_name *b);

/* "name query", "node status", "registration" …; NULL for unknown ones. Static. */
const char *pc_nbns_opcode_name(uint8_t opcode, uint16_t question_type);

#endif
