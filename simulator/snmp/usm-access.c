/* What of SNMPv3 is asked: the header before the library sees the message, context and PDU after.
 */
#include <net-snmp/net-snmp-config.h>

#include <net-snmp/net-snmp-includes.h>

#include <string.h>

#include "base/err.h"
#include "snmp/usm.h"

static void
count(struct pc_snmp_engine *e, struct pc_snmp_entity *entity, enum pc_snmp_stat stat)
{
	e->counters.v3_refused++;
	if (entity != NULL)
		pc_snmp_count(entity, stat);
}

bool
pc_snmp_usm_is_request(struct pc_snmp_engine *engine, struct pc_snmp_entity *entity,
	const uint8_t *data, size_t len, uint8_t *ret_pdu)
{
	struct pc_snmp_v3 m;
	struct pc_snmp_scoped scoped;
	uint8_t sealed;
	if (pc_snmp_v3_decode(data, len, &m) != PC_OK) {
		pc_snmp_transport_broken(engine, entity);
		return false;
	}
	sealed = m.flags & (PC_SNMP_V3_AUTH | PC_SNMP_V3_PRIV);
	if (m.model != PC_SNMP_V3_USM) {
		count(engine, entity, PC_SNMP_UNKNOWN_SECURITY_MODELS);
		return false;
	}
	if (sealed == PC_SNMP_V3_PRIV) {
		count(engine, entity, PC_SNMP_INVALID_MSGS);
		return false;
	}
	if ((sealed & PC_SNMP_V3_PRIV) == 0 &&
		pc_snmp_scoped_decode(m.data, m.data_len, &scoped) == PC_OK)
		*ret_pdu = scoped.pdu;
	return true;
}

/* ---- what was asked ---- */

/* Report in the context of the request, sealed as it was. */
static void
report(struct pc_snmp_engine *e, const netsnmp_pdu *pdu, const struct pc_snmp_ride *ride,
	enum pc_snmp_stat stat)
{
	const struct pc_snmp_report r = {.stat = stat,
		.flags = e->v3.header.flags & (PC_SNMP_V3_AUTH | PC_SNMP_V3_PRIV),
		.context = {pdu->contextEngineID, pdu->contextEngineIDLen,
			(const uint8_t *)pdu->contextName, pdu->contextNameLen},
		.has_pdu = true,
		.pdu = (uint8_t)pdu->command,
		.request_id = (int32_t)pdu->reqid};
	pc_snmp_count(ride->entity, stat);
	pc_snmp_usm_report(e, ride, &r);
}

/* An agent is responsible for requests in the contexts of its own engine, and there is one.
 * Spec: RFC 3412 s4.2.2.1, RFC 3413 s3.2 (5) */
static bool
is_ours(struct pc_snmp_engine *e, const netsnmp_pdu *pdu, const struct pc_snmp_ride *ride)
{
	const struct pc_snmp_entity *entity = ride->entity;
	bool asked = pdu->command == SNMP_MSG_GET || pdu->command == SNMP_MSG_GETNEXT ||
		     pdu->command == SNMP_MSG_GETBULK || pdu->command == SNMP_MSG_SET;
	if (!asked || pdu->contextEngineIDLen != entity->n_engine_id ||
		memcmp(pdu->contextEngineID, entity->engine_id, entity->n_engine_id) != 0) {
		report(e, pdu, ride, PC_SNMP_UNKNOWN_PDU_HANDLERS);
		return false;
	}
	if (pdu->contextNameLen != 0) {
		report(e, pdu, ride, PC_SNMP_UNKNOWN_CONTEXTS);
		return false;
	}
	return true;
}

/* A group without a write view. Spec: RFC 3413 s3.2 (7), RFC 3415 noSuchView */
static void
refuse_write(struct pc_snmp_engine *e, netsnmp_pdu *pdu)
{
	netsnmp_pdu *answer = snmp_clone_pdu(pdu);
	if (answer == NULL)
		return;
	answer->command = SNMP_MSG_RESPONSE;
	answer->errstat = SNMP_ERR_AUTHORIZATIONERROR;
	answer->errindex = 0;
	if (!snmp_send(e->session, answer))
		snmp_free_pdu(answer);
}

bool
pc_snmp_usm_may_ask(struct pc_snmp_engine *engine, netsnmp_pdu *pdu, struct pc_snmp_ride *ride)
{
	ride->max_size = engine->v3.header.max_size;
	ride->pdu = (uint8_t)pdu->command;
	ride->may_write = engine->v3.user->write;
	if (pdu->command == SNMP_MSG_SET)
		pc_snmp_users_get(ride->entity)->asking = engine->v3.user;
	pdu->msgMaxSize = PC_SNMP_SEND_MAX; /* answers are cut where they are sealed */
	if (!is_ours(engine, pdu, ride))
		return false;
	if (pdu->command == SNMP_MSG_SET && !ride->may_write &&
		!pc_fault_is_set(ride->faults, PC_SNMP_FAULT_SILENT)) {
		pc_snmp_count_request(ride->entity, ride->pdu);
		refuse_write(engine, pdu);
		return false;
	}
	return true;
}
