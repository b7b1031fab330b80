/* conformance/client-snmp3: SNMPv3 requests of the cases, as a manager makes them: discovery, then
 * a sealed request; the answer is opened and what protects it is told. Spec: RFC 3412, RFC 3414 */
#ifndef PC_CONFORMANCE_CLIENT_SNMP3_H
#define PC_CONFORMANCE_CLIENT_SNMP3_H

#include <stdbool.h>

#include "codec/snmp-v3.h"
#include "conformance/client-snmp.h"

enum { PC_SNMP3_ANSWER_MAX = 65507 }; /* msgMaxSize of the requests */

/* A user as its passwords make it. The texts are borrowed. */
struct pc_snmp3_user {
	const char *name;
	int32_t auth; /* last arc of the protocol's OID, 1: none */
	const char *auth_password;
	int32_t priv;
	const char *priv_password;
};

/* What a message tells of its authoritative engine. */
struct pc_snmp3_engine {
	uint8_t id[PC_SNMP_V3_ENGINE_MAX];
	size_t n_id;
	uint32_t boots, time;
};

/* One answer. `report`: the last two arcs of the counter it tells ("1.4" is
 * usmStatsUnknownEngineIDs beneath 1.3.6.1.6.3.15), or "" for a Response. */
struct pc_snmp3_answer {
	struct pc_snmp3_engine engine;
	uint8_t flags;  /* msgFlags */
	bool authentic; /* its digest is the user's */
	uint8_t pdu;
	int32_t error_status;
	char report[24]; /* "usmStats.4", "1.3.6…" of another counter, "" */
	char value[256]; /* of the first variable, as text */
	struct pc_snmp_answer datagram;
	uint8_t clear[PC_SNMP3_ANSWER_MAX]; /* its scoped PDU, decrypted */
};

/* The engine of whoever answers there, by a request without engine ID and user. PC_E_TIMEOUT:
 * silence; PC_E_BADVALUE: the answer is no Report. Spec: RFC 3414 s4 */
int pc_client_snmp3_discover(const struct sockaddr_in *to, struct pc_snmp3_answer *ret);

/* GET of one object as `user` of `engine`, with PC_SNMP_V3_AUTH and PC_SNMP_V3_PRIV of `flags`.
 * `deadline_ms` 0: the default. PC_E_TIMEOUT: silence. */
int pc_client_snmp3_get(const struct sockaddr_in *to, const struct pc_snmp3_engine *engine,
	const struct pc_snmp3_user *user, uint8_t flags, const char *oid, unsigned deadline_ms,
	struct pc_snmp3_answer *ret);

#endif
