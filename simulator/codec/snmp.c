#include "codec/snmp.h"

#include <string.h>

#include "base/err.h"

static const struct {
	uint8_t tag;
	const char *name;
} pdus[] = {
	{PC_SNMP_GET, "get-request"},
	{PC_SNMP_GETNEXT, "get-next-request"},
	{PC_SNMP_RESPONSE, "response"},
	{PC_SNMP_SET, "set-request"},
	{PC_SNMP_TRAP_V1, "trap"},
	{PC_SNMP_GETBULK, "get-bulk-request"},
	{PC_SNMP_INFORM, "inform-request"},
	{PC_SNMP_TRAP_V2, "snmpV2-trap"},
	{PC_SNMP_REPORT, "report"},
};

/* Spec: RFC 3416 s3, error-status 0 to 18 */
static const char *const errors[] = {"noError", "tooBig", "noSuchName", "badValue", "readOnly",
	"genErr", "noAccess", "wrongType", "wrongLength", "wrongEncoding", "wrongValue",
	"noCreation", "inconsistentValue", "resourceUnavailable", "commitFailed", "undoFailed",
	"authorizationError", "notWritable", "inconsistentName"};

enum kind { KIND_SIGNED, KIND_UNSIGNED, KIND_BYTES, KIND_OID, KIND_EMPTY };

static const struct value_type {
	uint8_t tag;
	enum kind kind;
	const char *name;
	uint64_t max;   /* unsigned types: largest value */
	size_t exactly; /* octet types: the only length allowed, 0 = any */
} types[] = {
	{PC_BER_INTEGER, KIND_SIGNED, "INTEGER", 0, 0},
	{PC_BER_OCTETS, KIND_BYTES, "OCTET STRING", 0, 0},
	{PC_BER_NULL, KIND_EMPTY, "NULL", 0, 0},
	{PC_BER_OID, KIND_OID, "OBJECT IDENTIFIER", 0, 0},
	{PC_BER_IPADDRESS, KIND_BYTES, "IpAddress", 0, 4},
	{PC_BER_COUNTER32, KIND_UNSIGNED, "Counter32", UINT32_MAX, 0},
	{PC_BER_GAUGE32, KIND_UNSIGNED, "Gauge32", UINT32_MAX, 0},
	{PC_BER_TIMETICKS, KIND_UNSIGNED, "TimeTicks", UINT32_MAX, 0},
	{PC_BER_OPAQUE, KIND_BYTES, "Opaque", 0, 0},
	{PC_BER_COUNTER64, KIND_UNSIGNED, "Counter64", UINT64_MAX, 0},
	{PC_BER_NO_SUCH_OBJECT, KIND_EMPTY, "noSuchObject", 0, 0},
	{PC_BER_NO_SUCH_INSTANCE, KIND_EMPTY, "noSuchInstance", 0, 0},
	{PC_BER_END_OF_MIB_VIEW, KIND_EMPTY, "endOfMibView", 0, 0},
};

static const struct value_type *
find_type(uint8_t tag)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (types[i].tag == tag)
			return &types[i];
	}
	return NULL;
}

const char *
pc_snmp_pdu_name(uint8_t pdu)
{
	for (size_t i = 0; i < sizeof(pdus) / sizeof(pdus[0]); i++) {
		if (pdus[i].tag == pdu)
			return pdus[i].name;
	}
	return NULL;
}

const char *
pc_snmp_error_name(int32_t error_status)
{
	if (error_status < 0 || (size_t)error_status >= sizeof(errors) / sizeof(errors[0]))
		return NULL;
	return errors[error_status];
}

const char *
pc_snmp_type_name(uint8_t type)
{
	const struct value_type *t = find_type(type);
	return t == NULL ? NULL : t->name;
}

/* Where decoding stands, for the sentence. */
struct decoder {
	const uint8_t *start;
	struct pc_diag *diag;
};

static int
fail(const struct decoder *d, const struct pc_reader *at, int err, const char *what)
{
	size_t offset = at->data == NULL ? 0 : (size_t)(at->data + at->at - d->start);
	/* Inside the outermost sequence a length past its container contradicts that sequence. */
	if (err == PC_E_TRUNCATED)
		err = PC_E_BADVALUE;
	return pc_diag_fail(
		d->diag, err, "SNMP message, byte %zu: %s: %s", offset, what, pc_err_text(err));
}

static int
read_int32(const struct decoder *d, struct pc_reader *r, const char *what, int32_t *ret)
{
	struct pc_reader c;
	int64_t v = 0;
	int err = pc_ber_read_tagged(r, PC_BER_INTEGER, &c);
	if (err == PC_OK)
		err = pc_ber_integer(c.data, c.len, &v);
	if (err == PC_OK && (v < INT32_MIN || v > INT32_MAX))
		err = PC_E_BADVALUE;
	if (err != PC_OK)
		return fail(d, r, err, what);
	*ret = (int32_t)v;
	return PC_OK;
}

static int
read_oid(const struct decoder *d, struct pc_reader *r, const char *what, struct pc_oid *ret)
{
	struct pc_reader c;
	int err = pc_ber_read_tagged(r, PC_BER_OID, &c);
	if (err == PC_OK)
		err = pc_oid_decode(c.data, c.len, ret);
	return err == PC_OK ? PC_OK : fail(d, r, err, what);
}

static int
read_value(struct pc_reader *r, struct pc_snmp_varbind *vb)
{
	struct pc_reader c;
	struct pc_oid oid;
	uint64_t u = 0;
	int err = pc_ber_read(r, &vb->type, &c);
	if (err != PC_OK)
		return err;
	const struct value_type *t = find_type(vb->type);
	if (t == NULL || (t->exactly != 0 && c.len != t->exactly))
		return PC_E_BADVALUE;
	vb->bytes = c.data;
	vb->len = c.len;
	switch (t->kind) {
	case KIND_SIGNED:
		return pc_ber_integer(c.data, c.len, &vb->integer);
	case KIND_UNSIGNED:
		err = pc_ber_unsigned(c.data, c.len, t->max, &u);
		vb->integer = (int64_t)u;
		return err;
	case KIND_OID:
		return pc_oid_decode(c.data, c.len, &oid);
	case KIND_EMPTY:
		return c.len == 0 ? PC_OK : PC_E_BADVALUE;
	case KIND_BYTES:
		break;
	}
	return PC_OK;
}

static int
read_varbind(const struct decoder *d, struct pc_reader *list, struct pc_snmp_varbind *vb)
{
	struct pc_reader one;
	*vb = (struct pc_snmp_varbind){0};
	int err = pc_ber_read_tagged(list, PC_BER_SEQUENCE, &one);
	if (err != PC_OK)
		return fail(d, list, err, "variable binding");
	err = read_oid(d, &one, "name of a variable binding", &vb->name);
	if (err != PC_OK)
		return err;
	err = read_value(&one, vb);
	if (err == PC_OK && pc_reader_left(&one) > 0)
		err = PC_E_BADVALUE;
	return err == PC_OK ? PC_OK : fail(d, &one, err, "value of a variable binding");
}

static int
read_varbinds(const struct decoder *d, struct pc_reader *pdu, size_t max, struct pc_snmp_message *m)
{
	struct pc_reader list;
	int err = pc_ber_read_tagged(pdu, PC_BER_SEQUENCE, &list);
	if (err != PC_OK)
		return fail(d, pdu, err, "variable binding list");
	if (pc_reader_left(pdu) > 0)
		return fail(d, pdu, PC_E_BADVALUE, "bytes behind the variable binding list");
	if (max > PC_SNMP_VARBINDS_MAX)
		max = PC_SNMP_VARBINDS_MAX;
	while (pc_reader_left(&list) > 0) {
		if (m->n_varbinds == max)
			return fail(d, &list, PC_E_LIMIT, "too many variable bindings");
		err = read_varbind(d, &list, &m->varbinds[m->n_varbinds]);
		if (err != PC_OK)
			return err;
		m->n_varbinds++;
	}
	return PC_OK;
}

/* Spec: RFC 1157 s4.1.6 */
static int
read_trap_head(const struct decoder *d, struct pc_reader *pdu, struct pc_snmp_message *m)
{
	struct pc_reader c;
	uint64_t ticks = 0;
	int err = read_oid(d, pdu, "enterprise", &m->enterprise);
	if (err != PC_OK)
		return err;
	err = pc_ber_read_tagged(pdu, PC_BER_IPADDRESS, &c);
	if (err == PC_OK && c.len != sizeof(m->agent_addr))
		err = PC_E_BADVALUE;
	if (err != PC_OK)
		return fail(d, pdu, err, "agent-addr");
	memcpy(m->agent_addr, c.data, sizeof(m->agent_addr));
	err = read_int32(d, pdu, "generic-trap", &m->generic_trap);
	if (err == PC_OK)
		err = read_int32(d, pdu, "specific-trap", &m->specific_trap);
	if (err != PC_OK)
		return err;
	err = pc_ber_read_tagged(pdu, PC_BER_TIMETICKS, &c);
	if (err == PC_OK)
		err = pc_ber_unsigned(c.data, c.len, UINT32_MAX, &ticks);
	m->timestamp = (uint32_t)ticks;
	return err == PC_OK ? PC_OK : fail(d, pdu, err, "time-stamp");
}

static int
read_pdu_head(const struct decoder *d, struct pc_reader *pdu, struct pc_snmp_message *m)
{
	if (m->pdu == PC_SNMP_TRAP_V1)
		return read_trap_head(d, pdu, m);
	int err = read_int32(d, pdu, "request-id", &m->request_id);
	if (err == PC_OK)
		err = read_int32(d, pdu, "error-status", &m->error_status);
	if (err == PC_OK)
		err = read_int32(d, pdu, "error-index", &m->error_index);
	return err;
}

static int
read_envelope(const struct decoder *d, struct pc_reader *seq, struct pc_snmp_message *m,
	struct pc_reader *ret_pdu)
{
	struct pc_reader c;
	int err = read_int32(d, seq, "version", &m->version);
	if (err != PC_OK)
		return err;
	if (m->version != PC_SNMP_V1 && m->version != PC_SNMP_V2C)
		return pc_diag_fail(d->diag, PC_E_UNSUPPORTED,
			"SNMP message: version field %d, expected 0 (v1) or 1 (v2c)", m->version);
	err = pc_ber_read_tagged(seq, PC_BER_OCTETS, &c);
	if (err == PC_OK && c.len > PC_SNMP_COMMUNITY_MAX)
		err = PC_E_LIMIT;
	if (err != PC_OK)
		return fail(d, seq, err, "community");
	m->community = c.data;
	m->community_len = c.len;
	err = pc_ber_read(seq, &m->pdu, ret_pdu);
	if (err == PC_OK && (pc_snmp_pdu_name(m->pdu) == NULL || pc_reader_left(seq) > 0))
		err = PC_E_BADVALUE;
	return err == PC_OK ? PC_OK : fail(d, seq, err, "PDU");
}

static int
read_pdu(const struct decoder *d, struct pc_reader *pdu, size_t max_varbinds,
	struct pc_snmp_message *m)
{
	int err = read_pdu_head(d, pdu, m);
	return err == PC_OK ? read_varbinds(d, pdu, max_varbinds, m) : err;
}

int
pc_snmp_decode(const uint8_t *data, size_t len, struct pc_snmp_varbind *varbinds,
	size_t max_varbinds, struct pc_snmp_message *ret, struct pc_diag *diag)
{
	struct pc_reader r;
	struct pc_reader seq;
	struct pc_reader pdu;
	struct decoder d = {data, diag};
	*ret = (struct pc_snmp_message){.version = -1, .varbinds = varbinds};
	pc_reader_init(&r, data, len);
	int err = pc_ber_read_tagged(&r, PC_BER_SEQUENCE, &seq);
	if (err != PC_OK)
		return pc_diag_fail(diag, err, "SNMP message, %zu bytes: outer sequence: %s", len,
			pc_err_text(err));
	ret->trailing = pc_reader_left(&r);
	err = read_envelope(&d, &seq, ret, &pdu);
	return err == PC_OK ? read_pdu(&d, &pdu, max_varbinds, ret) : err;
}

int
pc_snmp_decode_pdu(const struct pc_reader *content, size_t max_varbinds,
	struct pc_snmp_message *ret, struct pc_diag *diag)
{
	struct decoder d = {content->data, diag};
	struct pc_reader pdu = *content;
	return read_pdu(&d, &pdu, max_varbinds, ret);
}

static void
write_varbind(struct pc_ber_writer *w, const struct pc_snmp_varbind *vb)
{
	size_t mark = pc_ber_written(w);
	const struct value_type *t = find_type(vb->type);
	enum kind kind = t == NULL ? KIND_EMPTY : t->kind;
	if (t == NULL || (kind == KIND_UNSIGNED && (uint64_t)vb->integer > t->max) ||
		(t->exactly != 0 && vb->len != t->exactly)) {
		w->err = w->err != PC_OK ? w->err : PC_E_BADVALUE;
		return;
	}
	if (kind == KIND_SIGNED)
		pc_ber_write_integer(w, vb->type, vb->integer);
	else if (kind == KIND_UNSIGNED)
		pc_ber_write_unsigned(w, vb->type, (uint64_t)vb->integer);
	else if (kind == KIND_EMPTY)
		pc_ber_write_octets(w, vb->type, NULL, 0);
	else
		pc_ber_write_octets(w, vb->type, vb->bytes, vb->len);
	pc_ber_write_oid(w, PC_BER_OID, &vb->name);
	pc_ber_write_header(w, PC_BER_SEQUENCE, mark);
}

static void
write_pdu_head(struct pc_ber_writer *w, const struct pc_snmp_message *m)
{
	if (m->pdu != PC_SNMP_TRAP_V1) {
		pc_ber_write_integer(w, PC_BER_INTEGER, m->error_index);
		pc_ber_write_integer(w, PC_BER_INTEGER, m->error_status);
		pc_ber_write_integer(w, PC_BER_INTEGER, m->request_id);
		return;
	}
	pc_ber_write_unsigned(w, PC_BER_TIMETICKS, m->timestamp);
	pc_ber_write_integer(w, PC_BER_INTEGER, m->specific_trap);
	pc_ber_write_integer(w, PC_BER_INTEGER, m->generic_trap);
	pc_ber_write_octets(w, PC_BER_IPADDRESS, m->agent_addr, sizeof(m->agent_addr));
	pc_ber_write_oid(w, PC_BER_OID, &m->enterprise);
}

int
pc_snmp_encode_pdu(const struct pc_snmp_message *msg, struct pc_ber_writer *w, struct pc_diag *diag)
{
	size_t mark = pc_ber_written(w);
	if (msg->n_varbinds > PC_SNMP_VARBINDS_MAX)
		return pc_diag_fail(diag, PC_E_LIMIT, "SNMP PDU: %zu bindings (limit %d)",
			msg->n_varbinds, PC_SNMP_VARBINDS_MAX);
	if (pc_snmp_pdu_name(msg->pdu) == NULL)
		return pc_diag_fail(
			diag, PC_E_BADVALUE, "SNMP PDU: unknown PDU tag 0x%02x", msg->pdu);
	for (size_t i = msg->n_varbinds; i > 0; i--)
		write_varbind(w, &msg->varbinds[i - 1]);
	pc_ber_write_header(w, PC_BER_SEQUENCE, mark);
	write_pdu_head(w, msg);
	pc_ber_write_header(w, msg->pdu, mark);
	return PC_OK;
}

int
pc_snmp_encode(const struct pc_snmp_message *msg, uint8_t *out, size_t size, size_t *ret_len,
	struct pc_diag *diag)
{
	struct pc_ber_writer w;
	if (msg->community_len > PC_SNMP_COMMUNITY_MAX)
		return pc_diag_fail(diag, PC_E_LIMIT,
			"SNMP message: community of %zu bytes (limit %d)", msg->community_len,
			PC_SNMP_COMMUNITY_MAX);
	pc_ber_writer_init(&w, out, size);
	int err = pc_snmp_encode_pdu(msg, &w, diag);
	if (err != PC_OK)
		return err;
	pc_ber_write_octets(&w, PC_BER_OCTETS, msg->community, msg->community_len);
	pc_ber_write_integer(&w, PC_BER_INTEGER, msg->version);
	pc_ber_write_header(&w, PC_BER_SEQUENCE, 0);
	if (w.err != PC_OK)
		return pc_diag_fail(diag, w.err, "SNMP message to encode (%zu bindings): %s",
			msg->n_varbinds, pc_err_text(w.err));
	memmove(out, out + w.at, pc_ber_written(&w));
	*ret_len = pc_ber_written(&w);
	return PC_OK;
}
