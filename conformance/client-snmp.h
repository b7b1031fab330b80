/* conformance/client-snmp: SNMP requests of the cases: blocking, with a deadline, byte-exact. */
#ifndef PC_CONFORMANCE_CLIENT_SNMP_H
#define PC_CONFORMANCE_CLIENT_SNMP_H

#include <netinet/in.h>

#include "codec/snmp.h"

enum { PC_CLIENT_SNMP_DEADLINE_MS = 3000 };

/* One answer; varbinds borrow from `bytes`. */
struct pc_snmp_answer {
	uint8_t bytes[PC_SNMP_MESSAGE_MAX];
	size_t len;
	struct sockaddr_in from;
	struct pc_snmp_varbind varbinds[PC_SNMP_VARBINDS_MAX];
	struct pc_snmp_message message;
};

/* Send raw bytes to `to` and wait for one datagram. PC_OK, PC_E_TIMEOUT. `deadline_ms` 0 = the
 * default. The answer is not decoded. */
int pc_client_snmp_raw(const struct sockaddr_in *to, const uint8_t *data, size_t len,
	unsigned deadline_ms, struct pc_snmp_answer *ret);

/* Encode, send, wait, decode. PC_E_TIMEOUT: silence. */
int pc_client_snmp(const struct sockaddr_in *to, const struct pc_snmp_message *request,
	unsigned deadline_ms, struct pc_snmp_answer *ret);

/* GET (or another read PDU) of OIDs given as text, NULL-ended, community "public". */
int pc_client_snmp_get(const struct sockaddr_in *to, int version, enum pc_snmp_pdu pdu,
	const char *const *oids, struct pc_snmp_answer *ret);

/* One object as text: numbers in decimal, octets as text ('.' for what is not printable), OIDs
 * dotted; false on silence, exception or error. */
bool pc_client_snmp_text(const struct sockaddr_in *to, const char *oid, char *out, size_t size);
/* A value as such a text; false for what has none. */
bool pc_client_snmp_value(const struct pc_snmp_varbind *vb, char *out, size_t size);
bool pc_client_snmp_number(const struct sockaddr_in *to, const char *oid, int64_t *ret);

/* SET one INTEGER with the community given. PC_OK with *ret_error_status, or PC_E_TIMEOUT. */
int pc_client_snmp_set_integer(const struct sockaddr_in *to, const char *community, const char *oid,
	int64_t value, int32_t *ret_error_status);

#endif
