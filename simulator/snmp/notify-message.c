#include "snmp/notify-message.h"

#include <string.h>

#include "base/err.h"
#include "snmp/mib-common.h"

enum { GENERIC_ENTERPRISE = 6 }; /* enterpriseSpecific. Spec: RFC 1157 s4.1.6 */

/* Spec: RFC 3418 sysUpTime, snmpTrapOID, snmpTrapEnterprise, snmpTraps; RFC 3584 snmpTrapAddress */
static const struct pc_oid uptime_name = {{1, 3, 6, 1, 2, 1, 1, 3, 0}, 9};
static const struct pc_oid trap_name = {{1, 3, 6, 1, 6, 3, 1, 1, 4, 1, 0}, 11};
static const struct pc_oid enterprise_name = {{1, 3, 6, 1, 6, 3, 1, 1, 4, 3, 0}, 11};
static const struct pc_oid address_name = {{1, 3, 6, 1, 6, 3, 18, 1, 3, 0}, 10};
static const struct pc_oid standard_traps = {{1, 3, 6, 1, 6, 3, 1, 1, 5}, 9};

/* One of the six of RFC 1157, coldStart(1) to egpNeighborLoss(6); they are numbered from 0 there.
 */
static bool
is_standard(const struct pc_oid *trap)
{
	return trap->len == standard_traps.len + 1 && pc_oid_is_under(trap, &standard_traps) &&
	       trap->arcs[trap->len - 1] >= 1 && trap->arcs[trap->len - 1] <= 6;
}

static bool
put_arcs(struct pc_oid *to, const uint32_t *arcs, size_t n)
{
	if (n < 2 || n > PC_OID_ARCS_MAX)
		return false;
	memcpy(to->arcs, arcs, n * sizeof(*arcs));
	to->len = n;
	return true;
}

/* The value of a varbind that is an OID: its octets, kept in the note. */
static int
put_oid(struct pc_snmp_note *note, struct pc_snmp_varbind *vb, const struct pc_oid *oid)
{
	size_t len = 0;
	int err = pc_oid_encode(
		oid, note->oids + note->n_oids, sizeof(note->oids) - note->n_oids, &len);
	if (err != PC_OK)
		return err == PC_E_NOSPACE ? PC_E_LIMIT : err;
	vb->type = PC_BER_OID;
	vb->bytes = note->oids + note->n_oids;
	vb->len = len;
	note->n_oids += len;
	return PC_OK;
}

static int
put_value(struct pc_snmp_note *note, struct pc_snmp_varbind *vb, const struct pc_snmp_value *v)
{
	struct pc_oid oid;
	vb->type = v->type;
	switch (v->type) {
	case PC_SNMP_COUNTER64:
		note->big = true;
		vb->integer = v->integer;
		return PC_OK;
	case PC_SNMP_INTEGER:
		vb->integer = (int32_t)v->integer;
		return PC_OK;
	case PC_SNMP_COUNTER32:
	case PC_SNMP_GAUGE32:
	case PC_SNMP_TIMETICKS:
		vb->integer = (uint32_t)v->integer;
		return PC_OK;
	case PC_SNMP_OID:
		return put_arcs(&oid, v->arcs, v->len) ? put_oid(note, vb, &oid) : PC_E_BADVALUE;
	case PC_SNMP_IPADDRESS:
	case PC_SNMP_OCTETS:
	case PC_SNMP_OPAQUE:
		if (v->type == PC_SNMP_IPADDRESS && v->len != sizeof(note->agent_addr))
			return PC_E_BADVALUE;
		vb->bytes = v->bytes;
		vb->len = v->len;
		return PC_OK;
	default:
		return PC_E_BADVALUE;
	}
}

/* What the news say themselves of the fields of an SNMPv1 trap. Spec: RFC 3584 s3.2 (1), (2) */
static void
look_at(struct pc_snmp_note *note, const struct pc_snmp_varbind *vb)
{
	if (vb->type == PC_BER_OID && pc_oid_compare(&vb->name, &enterprise_name) == 0)
		(void)pc_oid_decode(vb->bytes, vb->len, &note->enterprise);
	if (vb->type == PC_BER_IPADDRESS && pc_oid_compare(&vb->name, &address_name) == 0)
		memcpy(note->agent_addr, vb->bytes, sizeof(note->agent_addr));
}

static int
put_variables(struct pc_snmp_note *note, const struct pc_snmp_news *news)
{
	if (news->n_variables > PC_SNMP_NEWS_VARIABLES_MAX)
		return PC_E_LIMIT;
	for (size_t i = 0; i < news->n_variables; i++) {
		const struct pc_snmp_variable *from = &news->variables[i];
		struct pc_snmp_varbind *vb = &note->varbinds[note->n_varbinds];
		*vb = (struct pc_snmp_varbind){0};
		if (!put_arcs(&vb->name, from->oid, from->n_oid))
			return PC_E_BADVALUE;
		int err = put_value(note, vb, &from->value);
		if (err != PC_OK)
			return err;
		look_at(note, vb);
		note->n_varbinds++;
		note->n_variables++;
	}
	return PC_OK;
}

/* Spec: RFC 3416 s4.2.6 */
static int
put_head(struct pc_snmp_note *note)
{
	pc_snmp_varbind_integer(
		&note->varbinds[0], &uptime_name, PC_BER_TIMETICKS, (int64_t)note->uptime);
	note->varbinds[1] = (struct pc_snmp_varbind){.name = trap_name};
	note->n_varbinds = 2;
	return put_oid(note, &note->varbinds[1], &note->trap);
}

/* A standard trap's message of SNMPv1 names the kind of machine; so that a proxy can make the same
 * one of the others, they name it too, unless the news do. Spec: RFC 3418 snmpTrapEnterprise */
static int
put_enterprise(struct pc_snmp_note *note, const struct pc_device *dev)
{
	uint32_t arcs[PC_OID_MAX];
	size_t n = 0;
	const char *text = pc_device_profile(dev)->sys_object_id;
	if (!is_standard(&note->trap) || note->enterprise.len != 0)
		return PC_OK;
	note->enterprise = standard_traps;
	if (text == NULL || pc_arcs_parse(text, arcs, PC_OID_MAX, &n) != PC_OK ||
		!put_arcs(&note->enterprise, arcs, n))
		return PC_OK;
	struct pc_snmp_varbind *vb = &note->varbinds[note->n_varbinds];
	*vb = (struct pc_snmp_varbind){.name = enterprise_name};
	int err = put_oid(note, vb, &note->enterprise);
	if (err == PC_OK)
		note->n_varbinds++;
	return err;
}

int
pc_snmp_note_fill(
	struct pc_snmp_note *note, const struct pc_device *dev, const struct pc_snmp_news *news)
{
	note->n_varbinds = note->n_variables = note->n_oids = 0;
	note->big = false;
	note->enterprise.len = 0;
	note->uptime = pc_mib_uptime(dev);
	memcpy(note->agent_addr, &pc_device_state(dev)->address, sizeof(note->agent_addr));
	if (!put_arcs(&note->trap, news->oid, news->n_oid))
		return PC_E_BADVALUE;
	int err = put_head(note);
	if (err == PC_OK)
		err = put_variables(note, news);
	return err == PC_OK ? put_enterprise(note, dev) : err;
}

/* Spec: RFC 3584 s3.2 (1), (3), (4) */
static void
put_v1_head(const struct pc_snmp_note *note, struct pc_snmp_message *m)
{
	uint32_t last = note->trap.arcs[note->trap.len - 1];
	if (is_standard(&note->trap)) {
		m->enterprise = note->enterprise;
		m->generic_trap = (int32_t)last - 1;
		return;
	}
	m->generic_trap = GENERIC_ENTERPRISE;
	m->specific_trap = (int32_t)last;
	m->enterprise = note->trap;
	m->enterprise.len -= note->trap.len > 3 && note->trap.arcs[note->trap.len - 2] == 0 ? 2 : 1;
}

static void
put_community(struct pc_snmp_message *m, const char *community)
{
	m->community = (const uint8_t *)community;
	m->community_len = strlen(community);
}

int
pc_snmp_note_v1(struct pc_snmp_note *note, const char *community, uint8_t *out, size_t size,
	size_t *ret_len)
{
	struct pc_snmp_message m = {.version = PC_SNMP_V1,
		.pdu = PC_SNMP_TRAP_V1,
		.timestamp = note->uptime,
		.varbinds = note->varbinds + 2,
		.n_varbinds = note->n_variables};
	if (note->big)
		return PC_E_UNSUPPORTED;
	put_community(&m, community);
	put_v1_head(note, &m);
	memcpy(m.agent_addr, note->agent_addr, sizeof(m.agent_addr));
	return pc_snmp_encode(&m, out, size, ret_len, NULL);
}

static struct pc_snmp_message
v2_message(struct pc_snmp_note *note, bool inform, int32_t request_id)
{
	return (struct pc_snmp_message){.version = PC_SNMP_V2C,
		.pdu = inform ? PC_SNMP_INFORM : PC_SNMP_TRAP_V2,
		.request_id = request_id,
		.varbinds = note->varbinds,
		.n_varbinds = note->n_varbinds};
}

int
pc_snmp_note_v2c(struct pc_snmp_note *note, const char *community, bool inform, int32_t request_id,
	uint8_t *out, size_t size, size_t *ret_len)
{
	struct pc_snmp_message m = v2_message(note, inform, request_id);
	put_community(&m, community);
	return pc_snmp_encode(&m, out, size, ret_len, NULL);
}

int
pc_snmp_note_scoped(struct pc_snmp_note *note, const struct pc_snmp_context *context, bool inform,
	int32_t request_id, uint8_t *out, size_t size, size_t *ret_len)
{
	struct pc_snmp_message m = v2_message(note, inform, request_id);
	return pc_snmp_scoped_encode(context, &m, out, size, ret_len, NULL);
}
