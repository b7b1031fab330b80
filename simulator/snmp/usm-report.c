/* Reports: what an engine says of a message that it cannot take. */
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "snmp/usm.h"

enum { REPORT_MAX = 2048 };

/* Statistics that Reports tell. Spec: RFC 3412 snmpMPDStats, RFC 3413 snmpTargetObjects, RFC 3414
 * usmStats */
static const struct {
	enum pc_snmp_stat stat;
	uint32_t oid[PC_OID_ARCS_MAX / 8];
	size_t n;
} counters[] = {
	{PC_SNMP_USM_UNSUPPORTED_SEC_LEVELS, {1, 3, 6, 1, 6, 3, 15, 1, 1, 1, 0}, 11},
	{PC_SNMP_USM_NOT_IN_TIME_WINDOWS, {1, 3, 6, 1, 6, 3, 15, 1, 1, 2, 0}, 11},
	{PC_SNMP_USM_UNKNOWN_USER_NAMES, {1, 3, 6, 1, 6, 3, 15, 1, 1, 3, 0}, 11},
	{PC_SNMP_USM_UNKNOWN_ENGINE_IDS, {1, 3, 6, 1, 6, 3, 15, 1, 1, 4, 0}, 11},
	{PC_SNMP_USM_WRONG_DIGESTS, {1, 3, 6, 1, 6, 3, 15, 1, 1, 5, 0}, 11},
	{PC_SNMP_USM_DECRYPTION_ERRORS, {1, 3, 6, 1, 6, 3, 15, 1, 1, 6, 0}, 11},
	{PC_SNMP_UNKNOWN_PDU_HANDLERS, {1, 3, 6, 1, 6, 3, 11, 2, 1, 3, 0}, 11},
	{PC_SNMP_UNKNOWN_CONTEXTS, {1, 3, 6, 1, 6, 3, 12, 1, 5, 0}, 10},
};

/* Spec: RFC 3411 s2.8 Confirmed Class */
static bool
is_confirmed(uint8_t pdu)
{
	return pdu == PC_SNMP_GET || pdu == PC_SNMP_GETNEXT || pdu == PC_SNMP_GETBULK ||
	       pdu == PC_SNMP_SET || pdu == PC_SNMP_INFORM;
}

static int
encode(const struct pc_snmp_entity *entity, const struct pc_snmp_report *report, uint8_t *out,
	size_t size, size_t *ret_len)
{
	struct pc_snmp_varbind vb = {
		.type = PC_BER_COUNTER32, .integer = entity->stats[report->stat]};
	struct pc_snmp_message m = {.pdu = PC_SNMP_REPORT,
		.request_id = report->has_pdu ? report->request_id : 0,
		.varbinds = &vb,
		.n_varbinds = 1};
	for (size_t i = 0; i < sizeof(counters) / sizeof(counters[0]); i++) {
		if (counters[i].stat != report->stat)
			continue;
		vb.name.len = counters[i].n;
		memcpy(vb.name.arcs, counters[i].oid, counters[i].n * sizeof(uint32_t));
		return pc_snmp_scoped_encode(&report->context, &m, out, size, ret_len, NULL);
	}
	return PC_E_NOTFOUND;
}

void
pc_snmp_usm_report(struct pc_snmp_engine *engine, const struct pc_snmp_ride *ride,
	const struct pc_snmp_report *report)
{
	uint8_t scoped[REPORT_MAX], message[REPORT_MAX];
	size_t len = 0, at = 0;
	const struct pc_snmp_v3_request *asked = &engine->v3;
	const struct pc_snmp_envelope envelope = {.id = asked->header.id,
		.flags = report->flags,
		.user = asked->params.user,
		.n_user = asked->params.n_user,
		.secret = asked->secret};
	if ((asked->header.flags & PC_SNMP_V3_REPORTABLE) == 0 ||
		(report->has_pdu && !is_confirmed(report->pdu)) ||
		pc_fault_is_set(ride->faults, PC_SNMP_FAULT_SILENT) ||
		pc_fault_is_set(ride->faults, PC_SNMP_FAULT_V3_NO_REPORT) ||
		encode(ride->entity, report, scoped, sizeof(scoped), &len) != PC_OK ||
		pc_snmp_usm_seal(engine, ride, &envelope, scoped, len, message, sizeof(message),
			&at) != PC_OK) {
		engine->counters.v3_refused++;
		return;
	}
	(void)pc_snmp_transport_send(engine, ride, message + at, sizeof(message) - at);
}
