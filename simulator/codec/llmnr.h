/* codec/llmnr: Link-Local Multicast Name Resolution, UDP and TCP 5355. Spec: RFC 4795 */
#ifndef PC_CODEC_LLMNR_H
#define PC_CODEC_LLMNR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "codec/dns.h"

#define PC_LLMNR_GROUP 0xe00000fcu /* 224.0.0.252, host order */

enum {
	PC_LLMNR_PORT = 5355,
	PC_LLMNR_TTL = 30,        /* seconds. Spec: RFC 4795 s2.8 */
	PC_LLMNR_JITTER_MS = 100, /* Spec: RFC 4795 s7 JITTER_INTERVAL */
	PC_LLMNR_UDP_MAX = 512,   /* of an answer to a query without EDNS0 */
	PC_LLMNR_MAX = 9194,      /* Spec: RFC 4795 s2.1 */
	PC_LLMNR_ANSWERS_MAX = 16
};

enum pc_llmnr_rcode {
	PC_LLMNR_NOERROR,
	PC_LLMNR_FORMERR,
	PC_LLMNR_SERVFAIL,
	PC_LLMNR_NXDOMAIN, /* never sent by responders */
	PC_LLMNR_NOTIMP,
	PC_LLMNR_BADVERS = 16 /* extended: needs EDNS0. Spec: RFC 6891 s6.1.3 */
};

/* One message, query or response. */
struct pc_llmnr {
	uint16_t id;
	bool response, conflict, truncated, tentative;
	uint8_t opcode;   /* 0 is the only one defined */
	uint16_t rcode;   /* with the upper bits of EDNS0 */
	uint16_t ignored; /* flags of the header that LLMNR reserves: 0x00f0 */
	struct pc_dns_question question;
	bool edns;
	uint8_t edns_version;
	uint16_t edns_size; /* UDP bytes the sender can take */
	struct pc_dns_record answers[PC_LLMNR_ANSWERS_MAX];
	size_t n_answers;
};

/* Read one message (over TCP: what follows the two octets of length). Records of the authority
 * section and others than OPT of the additional one are stepped over. PC_OK; PC_E_TRUNCATED;
 * PC_E_BADVALUE when there is not exactly one question, a query has answers or authority, as under
 * pc_dns_read_name(), or a second OPT; PC_E_LIMIT for more answers than fit. Octets behind the last
 * record are not looked at. */
int pc_llmnr_read(const uint8_t *data, size_t len, struct pc_llmnr *ret);

/* Write one, names without compression. PC_OK, PC_E_NOSPACE. */
int pc_llmnr_write(const struct pc_llmnr *msg, uint8_t *out, size_t size, size_t *ret_len);

/* The name that PTR queries for an IPv4 address ask: 1.10.0.127.in-addr.arpa. `address` in network
 * order bytes. */
void pc_llmnr_reverse_name(const uint8_t address[4], struct pc_dns_name *ret);

/* "A", "AAAA", "PTR", "ANY"; NULL for types that LLMNR printers do not know. Static. */
const char *pc_llmnr_type_name(uint16_t type);

#endif
