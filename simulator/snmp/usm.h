/* snmp/usm: SNMPv3 for the engine: our security module in net-snmp's library, the reports, and who
 * may ask what. Not for other rooms. Spec: RFC 3412, RFC 3414 */
#ifndef PC_SNMP_USM_H
#define PC_SNMP_USM_H

#include "codec/snmp-v3.h"
#include "snmp/agent.h"
#include "snmp/usm-users.h"

struct snmp_pdu;

/* Put our module in the place of the library's own; once in a process. 0 or -1. */
int pc_snmp_usm_register(void);

/* Judge a message by its header: true when it may go on to the library; otherwise it is counted.
 * `entity` is NULL for a broadcast. *ret_pdu: the tag of its PDU, 0 when that is encrypted.
 * Spec: RFC 3412 s7.2 (2) to (5) */
bool pc_snmp_usm_is_request(struct pc_snmp_engine *engine, struct pc_snmp_entity *entity,
	const uint8_t *data, size_t len, uint8_t *ret_pdu);

/* A message that the module has found authentic and the library parsed: true when it is a request
 * for this printer that the user may make, its ride then says what. Otherwise it is counted and,
 * where a Report or an error is due, answered.
 * Spec: RFC 3412 s4.2.2.1 (3), RFC 3413 s3.2 */
bool pc_snmp_usm_may_ask(
	struct pc_snmp_engine *engine, struct snmp_pdu *pdu, struct pc_snmp_ride *ride);

/* What a message to a manager is sealed with. `flags` has no more than the secret allows. */
struct pc_snmp_envelope {
	int32_t id; /* msgID of the request */
	uint8_t flags;
	const uint8_t *user;
	size_t n_user;
	const struct pc_snmp_secret *secret; /* may be NULL without flags */
};

/* Seal a scoped PDU as the printer of the ride; as pc_snmp_v3_seal(). */
int pc_snmp_usm_seal(struct pc_snmp_engine *engine, const struct pc_snmp_ride *ride,
	const struct pc_snmp_envelope *envelope, const uint8_t *scoped, size_t len, uint8_t *out,
	size_t size, size_t *ret_at);

/* Send a Report with the statistic `stat`, its value now. `flags`: PC_SNMP_V3_AUTH, _PRIV as the
 * message shall be sealed with the secret of the request. Nothing is sent for a message that does
 * not want one. Spec: RFC 3412 s7.1 (3) */
struct pc_snmp_report {
	enum pc_snmp_stat stat;
	uint8_t flags;
	struct pc_snmp_context context;
	bool has_pdu; /* the PDU could be read: its tag and request-id */
	uint8_t pdu;
	int32_t request_id;
};
void pc_snmp_usm_report(struct pc_snmp_engine *engine, const struct pc_snmp_ride *ride,
	const struct pc_snmp_report *report);

#endif
