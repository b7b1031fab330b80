/* snmp/notify-message: the bytes of notifications: one piece of news as an SNMPv1 trap, or as the
 * PDU of an SNMPv2c or v3 trap or inform. Spec: RFC 3416 s4.2.6, s4.2.7; RFC 3584 s3 */
#ifndef PC_SNMP_NOTIFY_MESSAGE_H
#define PC_SNMP_NOTIFY_MESSAGE_H

#include "codec/snmp-v3.h"
#include "snmp/receivers.h"

enum {
	PC_SNMP_NOTE_VARBINDS_MAX =
		PC_SNMP_NEWS_VARIABLES_MAX + 3, /* uptime, trap OID, enterprise */
	PC_SNMP_NOTE_OIDS_MAX = 4096,           /* octets of all values that are OIDs */
	PC_SNMP_NOTE_BYTES_MAX = 8192           /* of a whole message; longer ones are not sent */
};

/* News ready for the wire; too large for a stack. */
struct pc_snmp_note {
	struct pc_snmp_varbind varbinds[PC_SNMP_NOTE_VARBINDS_MAX];
	size_t n_varbinds;  /* of the v2 form: sysUpTime.0, snmpTrapOID.0, the news', enterprise */
	size_t n_variables; /* the news' among them */
	bool big;           /* holds a Counter64 */
	struct pc_oid trap, enterprise;
	uint8_t agent_addr[4];
	uint32_t uptime; /* 1/100 s */
	size_t n_oids;
	uint8_t oids[PC_SNMP_NOTE_OIDS_MAX];
};

/* Prepare `news` of a device as of now. Values that are no bytes of their own are borrowed and must
 * live as long as the note is used. PC_OK; PC_E_LIMIT for too many variables or too long OIDs;
 * PC_E_BADVALUE for a value that no message can carry. */
int pc_snmp_note_fill(
	struct pc_snmp_note *note, const struct pc_device *dev, const struct pc_snmp_news *news);

/* The whole SNMPv1 message. PC_E_UNSUPPORTED when it holds a Counter64, which SNMPv1 cannot carry;
 * PC_E_NOSPACE. Spec: RFC 3584 s3.2 */
int pc_snmp_note_v1(struct pc_snmp_note *note, const char *community, uint8_t *out, size_t size,
	size_t *ret_len);

/* The whole SNMPv2c message; PC_E_NOSPACE. */
int pc_snmp_note_v2c(struct pc_snmp_note *note, const char *community, bool inform,
	int32_t request_id, uint8_t *out, size_t size, size_t *ret_len);

/* The scoped PDU of an SNMPv3 message, in the default context of the engine `context`;
 * PC_E_NOSPACE.
 */
int pc_snmp_note_scoped(struct pc_snmp_note *note, const struct pc_snmp_context *context,
	bool inform, int32_t request_id, uint8_t *out, size_t size, size_t *ret_len);

#endif
