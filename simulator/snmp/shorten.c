#include "snmp/shorten.h"

#include "base/err.h"
#include "codec/ber.h"
#include "codec/snmp-v3.h"

enum { TOO_BIG = 1, SLACK = 16 /* octets that longer length fields may take */ };

/* A message taken apart; readers over the contents. */
struct parts {
	struct pc_reader version, community, request_id, status, index, varbinds;
	uint8_t pdu;
};

/* The fields of a PDU in front of its variables. */
static int
take_pdu_apart(const struct pc_reader *content, struct parts *p)
{
	struct pc_reader pdu = *content;
	int err = pc_ber_read_tagged(&pdu, PC_BER_INTEGER, &p->request_id);
	if (err == PC_OK)
		err = pc_ber_read_tagged(&pdu, PC_BER_INTEGER, &p->status);
	if (err == PC_OK)
		err = pc_ber_read_tagged(&pdu, PC_BER_INTEGER, &p->index);
	if (err == PC_OK)
		err = pc_ber_read_tagged(&pdu, PC_BER_SEQUENCE, &p->varbinds);
	return err;
}

static int
take_apart(const uint8_t *data, size_t len, struct parts *p)
{
	struct pc_reader r, message, pdu;
	pc_reader_init(&r, data, len);
	int err = pc_ber_read_tagged(&r, PC_BER_SEQUENCE, &message);
	if (err == PC_OK)
		err = pc_ber_read_tagged(&message, PC_BER_INTEGER, &p->version);
	if (err == PC_OK)
		err = pc_ber_read_tagged(&message, PC_BER_OCTETS, &p->community);
	if (err == PC_OK)
		err = pc_ber_read(&message, &p->pdu, &pdu);
	return err == PC_OK ? take_pdu_apart(&pdu, p) : err;
}

/* Octets of the first variables that stay within `room`. */
static size_t
fitting(const struct pc_reader *varbinds, size_t room)
{
	struct pc_reader r, content;
	size_t fits = 0;
	uint8_t tag;
	pc_reader_init(&r, varbinds->data, varbinds->len);
	while (pc_reader_left(&r) > 0 && pc_ber_read(&r, &tag, &content) == PC_OK && r.at <= room)
		fits = r.at;
	return fits;
}

/* A response with these variables. */
static void
write_response(struct pc_ber_writer *w, const struct parts *p, int64_t status,
	const uint8_t *varbinds, size_t len)
{
	pc_ber_write_octets(w, PC_BER_SEQUENCE, varbinds, len);
	pc_ber_write_integer(w, PC_BER_INTEGER, 0);
	pc_ber_write_integer(w, PC_BER_INTEGER, status);
	pc_ber_write_octets(w, PC_BER_INTEGER, p->request_id.data, p->request_id.len);
	pc_ber_write_header(w, PC_SNMP_RESPONSE, 0);
}

static int
put_together(const struct parts *p, int64_t status, const uint8_t *varbinds, size_t len,
	uint8_t *out, size_t size, size_t *ret_at)
{
	struct pc_ber_writer w;
	int64_t version = 0;
	int err = pc_ber_integer(p->version.data, p->version.len, &version);
	pc_ber_writer_init(&w, out, size);
	write_response(&w, p, status, varbinds, len);
	pc_ber_write_octets(&w, PC_BER_OCTETS, p->community.data, p->community.len);
	pc_ber_write_integer(&w, PC_BER_INTEGER, version);
	pc_ber_write_header(&w, PC_BER_SEQUENCE, 0);
	*ret_at = w.at;
	return err == PC_OK ? w.err : err;
}

int
pc_snmp_shorten(const uint8_t *request, size_t request_len, const uint8_t *answer, size_t len,
	uint8_t *out, size_t size, size_t *ret_at)
{
	struct parts asked, answered;
	int64_t version = 0;
	int err = take_apart(request, request_len, &asked);
	if (err == PC_OK)
		err = take_apart(answer, len, &answered);
	if (err == PC_OK)
		err = pc_ber_integer(asked.version.data, asked.version.len, &version);
	if (err != PC_OK)
		return err;
	size_t envelope = len - answered.varbinds.len + SLACK;
	if (asked.pdu == PC_SNMP_GETBULK && size > envelope)
		return put_together(&answered, 0, answered.varbinds.data,
			fitting(&answered.varbinds, size - envelope), out, size, ret_at);
	bool echo = version == PC_SNMP_V1;
	return put_together(&answered, TOO_BIG, asked.varbinds.data, echo ? asked.varbinds.len : 0,
		out, size, ret_at);
}

int
pc_snmp_shorten_scoped(uint8_t request_pdu, const uint8_t *scoped, size_t len, uint8_t *out,
	size_t size, size_t *ret_at)
{
	struct pc_snmp_scoped s;
	struct pc_ber_writer w;
	struct parts p;
	int err = pc_snmp_scoped_decode(scoped, len, &s);
	if (err == PC_OK)
		err = take_pdu_apart(&s.content, &p);
	if (err != PC_OK)
		return err;
	size_t envelope = len - p.varbinds.len + SLACK;
	pc_ber_writer_init(&w, out, size);
	if (request_pdu == PC_SNMP_GETBULK && size > envelope)
		write_response(&w, &p, 0, p.varbinds.data, fitting(&p.varbinds, size - envelope));
	else
		write_response(&w, &p, TOO_BIG, NULL, 0);
	pc_ber_write_octets(&w, PC_BER_OCTETS, s.name, s.n_name);
	pc_ber_write_octets(&w, PC_BER_OCTETS, s.engine_id, s.n_engine_id);
	pc_ber_write_header(&w, PC_BER_SEQUENCE, 0);
	*ret_at = w.at;
	return w.err;
}
