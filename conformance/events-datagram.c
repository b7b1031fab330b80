/* Event lines of SNMP and ENPC. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "codec/enpc.h"
#include "codec/snmp.h"
#include "conformance/events.h"

enum { NUMBER_MAX = 32 };

static void
add_number(struct pc_event_list *l, enum pc_event_side side, const char *path, const char *type,
	int64_t v)
{
	char text[NUMBER_MAX];
	snprintf(text, sizeof(text), "%lld", (long long)v);
	pc_event_add(l, side, path, type, text);
}

static void
add_value(struct pc_event_list *l, enum pc_event_side side, const char *path,
	const struct pc_snmp_varbind *vb)
{
	char text[PC_OID_TEXT_MAX];
	struct pc_oid oid;
	const char *type = pc_snmp_type_name(vb->type);
	switch ((enum pc_ber_tag)vb->type) {
	case PC_BER_INTEGER:
	case PC_BER_COUNTER32:
	case PC_BER_GAUGE32:
	case PC_BER_TIMETICKS:
		add_number(l, side, path, type, vb->integer);
		break;
	case PC_BER_COUNTER64:
		snprintf(text, sizeof(text), "%llu", (unsigned long long)vb->integer);
		pc_event_add(l, side, path, type, text);
		break;
	case PC_BER_OCTETS:
	case PC_BER_OPAQUE:
		pc_event_add_bytes(l, side, path, type, vb->bytes, vb->len);
		break;
	case PC_BER_IPADDRESS: /* the codec checked that there are four */
		snprintf(text, sizeof(text), "%u.%u.%u.%u", vb->bytes[0], vb->bytes[1],
			vb->bytes[2], vb->bytes[3]);
		pc_event_add(l, side, path, type, text);
		break;
	case PC_BER_OID: /* and that this one is valid */
		if (pc_oid_decode(vb->bytes, vb->len, &oid) == PC_OK)
			pc_event_add(l, side, path, type, pc_oid_text(&oid, text));
		break;
	case PC_BER_NULL:
	case PC_BER_SEQUENCE:
	case PC_BER_NO_SUCH_OBJECT:
	case PC_BER_NO_SUCH_INSTANCE:
	case PC_BER_END_OF_MIB_VIEW:
		pc_event_add(l, side, path, type == NULL ? "?" : type, "");
		break;
	}
}

static void
add_message(struct pc_event_list *l, enum pc_event_side side, const struct pc_snmp_message *m)
{
	static const char *const heads[] = {"snmp.req.", "snmp."};
	const char *head = heads[side];
	char oid[PC_OID_TEXT_MAX];
	char path[PC_EVENT_PATH_MAX];
	const char *error = pc_snmp_error_name(m->error_status);
	pc_event_addf(
		l, side, "version", m->version == PC_SNMP_V1 ? "v1" : "v2c", "%sversion", head);
	pc_event_addf(l, side, "pdu", pc_snmp_pdu_name(m->pdu), "%spdu", head);
	snprintf(path, sizeof(path), "%scommunity", head);
	pc_event_add_bytes(l, side, path, "text", m->community, m->community_len);
	if (m->pdu == PC_SNMP_GETBULK) {
		add_number(l, side, "snmp.req.nonRepeaters", "number", m->error_status);
		add_number(l, side, "snmp.req.maxRepetitions", "number", m->error_index);
	} else if (m->pdu == PC_SNMP_RESPONSE || m->pdu == PC_SNMP_REPORT) {
		char number[NUMBER_MAX];
		snprintf(number, sizeof(number), "%d", m->error_status);
		pc_event_addf(l, side, "error", error == NULL ? number : error, "%serror", head);
		snprintf(path, sizeof(path), "%serrorIndex", head);
		add_number(l, side, path, "number", m->error_index);
	} else if (m->pdu == PC_SNMP_TRAP_V1) {
		pc_event_addf(l, side, "OBJECT IDENTIFIER", pc_oid_text(&m->enterprise, oid),
			"%senterprise", head);
		snprintf(path, sizeof(path), "%sgenericTrap", head);
		add_number(l, side, path, "number", m->generic_trap);
		snprintf(path, sizeof(path), "%sspecificTrap", head);
		add_number(l, side, path, "number", m->specific_trap);
	}
	for (size_t i = 0; i < m->n_varbinds; i++) {
		snprintf(path, sizeof(path), "%s%s", head, pc_oid_text(&m->varbinds[i].name, oid));
		add_value(l, side, path, &m->varbinds[i]);
	}
}

void
pc_events_snmp(struct pc_event_list *l, enum pc_event_side side, struct pc_bytes b)
{
	struct pc_snmp_message m;
	struct pc_diag diag = {0};
	if (b.data == NULL) {
		if (side == PC_EVENT_ANSWER)
			pc_event_add(l, side, "snmp.answer", "silence", "");
		return;
	}
	struct pc_snmp_varbind *vb = calloc(PC_SNMP_VARBINDS_MAX, sizeof(*vb));
	if (vb == NULL) {
		l->err = PC_E_INTERNAL;
		return;
	}
	int err = pc_snmp_decode(b.data, b.len, vb, PC_SNMP_VARBINDS_MAX, &m, &diag);
	if (err == PC_OK)
		add_message(l, side, &m);
	else if (err == PC_E_UNSUPPORTED && m.version == PC_SNMP_V3)
		pc_event_add(
			l, side, "snmp.v3", "undecoded", "SNMPv3, needs the user's passphrases");
	else
		pc_event_add(l, side, "snmp.malformed", "malformed", diag.text);
	free(vb);
}

static void
add_enpc(struct pc_event_list *l, enum pc_event_side side, const struct pc_enpc *m)
{
	static const char *const sides[] = {"req.", ""};
	char head[64];
	char path[PC_EVENT_PATH_MAX];
	/* Function numbers mean something only with packet type and device type. */
	char letter = (char)(m->type | 0x20);
	snprintf(head, sizeof(head), "enpc.%s%c%02x.%04x", sides[side], letter, m->device,
		m->function);
	if (side == PC_EVENT_ANSWER) {
		char text[NUMBER_MAX];
		snprintf(text, sizeof(text), "0x%04x", m->result);
		pc_event_addf(l, side, "result", text, "%s.result", head);
	}
	char hex[8];
	snprintf(hex, sizeof(hex), "0x%02x", m->number);
	pc_event_addf(l, side, "number", hex, "%s.number", head);
	if (m->len > 0) {
		/* Always in hex: masks take ranges of it. */
		char *text = malloc((size_t)m->len * 2 + 3);
		if (text == NULL) {
			l->err = PC_E_INTERNAL;
			return;
		}
		memcpy(text, "0x", 2);
		pc_text_hex(m->data, m->len, text + 2);
		pc_event_addf(l, side, "bytes", text, "%s.data", head);
		free(text);
	}
	if (m->trailing > 0) {
		snprintf(path, sizeof(path), "%s.trailing", head);
		add_number(l, side, path, "number", (int64_t)m->trailing);
	}
}

void
pc_events_enpc(struct pc_event_list *l, enum pc_event_side side, struct pc_bytes b)
{
	struct pc_enpc m;
	if (b.data == NULL) {
		if (side == PC_EVENT_ANSWER)
			pc_event_add(l, side, "enpc.answer", "silence", "");
		return;
	}
	int err = pc_enpc_read(b.data, b.len, &m);
	if (err == PC_OK)
		add_enpc(l, side, &m);
	else
		pc_event_add(l, side, "enpc.malformed", "malformed", pc_err_text(err));
}
