/* snmp/shorten: what an agent says instead of an answer that is longer than a message may be. */
#ifndef PC_SNMP_SHORTEN_H
#define PC_SNMP_SHORTEN_H

#include <stddef.h>
#include <stdint.h>

/* GETBULK: the answer with as many variables as fit. Otherwise tooBig: v2c without variables, v1
 * with those of the request. The message is written to the end of `out`, from *ret_at on. PC_OK, or
 * what codec/ber says of a broken message; PC_E_NOSPACE when nothing fits.
 * Spec: RFC 3416 s4.2, s4.2.3; RFC 1157 s4.1.2 (3) */
int pc_snmp_shorten(const uint8_t *request, size_t request_len, const uint8_t *answer, size_t len,
	uint8_t *out, size_t size, size_t *ret_at);

/* The same for the scoped PDU of an SNMPv3 answer, which lies in the clear. `request_pdu` is the
 * tag of what was asked. */
int pc_snmp_shorten_scoped(uint8_t request_pdu, const uint8_t *scoped, size_t len, uint8_t *out,
	size_t size, size_t *ret_at);

#endif
