/* agents/tests/fake-printer: a small SNMP responder over a table of values, for tests of the client
 * side. It answers GET, GETNEXT, GETBULK and SET in v1 and v2c. */
#ifndef PC_AGENTS_TESTS_FAKE_PRINTER_H
#define PC_AGENTS_TESTS_FAKE_PRINTER_H

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "codec/snmp.h"
#include "loop/loop.h"
#include "loop/udp.h"

struct fake_object {
	const char *oid;
	uint8_t type;
	int64_t integer;
	const char *text; /* OCTETS; for OID the dotted text */
	size_t len;       /* 0: strlen(text) */
};

/* Objects in ascending order of their names. */
struct fake_printer {
	const struct fake_object *objects;
	size_t n;
	bool v1_only, silent, endless;
	unsigned swallow;        /* drop so many requests first */
	unsigned max_reply_vars; /* tooBig above; 0 = no limit */
	unsigned requests, sets;
	int32_t last_id;
	struct pc_udp *udp;
	struct pc_snmp_varbind in[PC_SNMP_VARBINDS_MAX], out[PC_SNMP_VARBINDS_MAX];
	uint8_t encoded[32][256]; /* OID values of one reply */
	size_t n_encoded;
	uint8_t reply[65507];
};

static void
fake_put(struct fake_printer *f, struct pc_snmp_varbind *vb, const struct fake_object *o)
{
	struct pc_oid oid;
	(void)pc_oid_parse(o->oid, &vb->name);
	vb->type = o->type;
	vb->integer = o->integer;
	vb->bytes = (const uint8_t *)o->text;
	vb->len = o->len != 0 || o->text == NULL ? o->len : strlen(o->text);
	if (o->type == PC_BER_OID && pc_oid_parse(o->text, &oid) == PC_OK) {
		uint8_t *to = f->encoded[f->n_encoded++ % 32];
		(void)pc_oid_encode(&oid, to, 256, &vb->len);
		vb->bytes = to;
	}
}

static const struct fake_object *
fake_find(const struct fake_printer *f, const struct pc_oid *name, bool next)
{
	for (size_t i = 0; i < f->n; i++) {
		struct pc_oid at;
		(void)pc_oid_parse(f->objects[i].oid, &at);
		int order = pc_oid_compare(&at, name);
		if (next ? order > 0 : order == 0)
			return &f->objects[i];
	}
	return NULL;
}

static void
fake_bulk(struct fake_printer *f, const struct pc_snmp_message *m, struct pc_snmp_message *a)
{
	struct pc_oid at[PC_SNMP_VARBINDS_MAX / 8];
	for (size_t i = 0; i < m->n_varbinds; i++)
		at[i] = m->varbinds[i].name;
	for (int32_t r = 0; r < m->error_index; r++) {
		for (size_t i = 0; i < m->n_varbinds && a->n_varbinds < PC_SNMP_VARBINDS_MAX; i++) {
			struct pc_snmp_varbind *vb = &f->out[a->n_varbinds++];
			const struct fake_object *o = fake_find(f, &at[i], true);
			*vb = (struct pc_snmp_varbind){
				.name = at[i], .type = PC_BER_END_OF_MIB_VIEW};
			if (o != NULL)
				fake_put(f, vb, o);
			at[i] = vb->name;
		}
	}
}

static void
fake_answer(struct fake_printer *f, const struct pc_snmp_message *m, struct pc_snmp_message *a)
{
	for (size_t i = 0; i < m->n_varbinds; i++) {
		struct pc_snmp_varbind *vb = &f->out[a->n_varbinds++];
		const struct fake_object *o =
			fake_find(f, &m->varbinds[i].name, m->pdu == PC_SNMP_GETNEXT);
		*vb = m->varbinds[i];
		if (o != NULL && m->pdu != PC_SNMP_SET) {
			fake_put(f, vb, o);
		} else if ((m->version == PC_SNMP_V1 || m->pdu == PC_SNMP_SET) && o == NULL) {
			a->error_status = 2;
			a->error_index = (int32_t)i + 1;
			return;
		} else if (o == NULL) {
			vb->type = m->pdu == PC_SNMP_GET ? PC_BER_NO_SUCH_OBJECT
							 : PC_BER_END_OF_MIB_VIEW;
		}
	}
}

static void
fake_receive(void *arg, struct pc_udp *udp, const struct sockaddr_in *peer,
	const struct sockaddr_in *local, const uint8_t *data, size_t len)
{
	struct fake_printer *f = arg;
	struct pc_snmp_message m, a;
	size_t n = 0;
	f->requests++;
	if (pc_snmp_decode(data, len, f->in, PC_SNMP_VARBINDS_MAX, &m, NULL) != PC_OK ||
		f->silent || (f->v1_only && m.version != PC_SNMP_V1))
		return;
	f->last_id = m.request_id;
	if (f->swallow > 0) {
		f->swallow--;
		return;
	}
	a = m;
	a.pdu = PC_SNMP_RESPONSE;
	a.varbinds = f->out;
	a.n_varbinds = 0;
	a.error_status = a.error_index = 0;
	f->sets += m.pdu == PC_SNMP_SET;
	if (m.pdu == PC_SNMP_GETBULK)
		fake_bulk(f, &m, &a);
	else
		fake_answer(f, &m, &a);
	if (f->endless && a.n_varbinds > 0)
		a.varbinds[a.n_varbinds - 1].name = m.varbinds[m.n_varbinds - 1].name;
	if (f->max_reply_vars != 0 && a.n_varbinds > f->max_reply_vars) {
		a.error_status = 1;
		a.n_varbinds = 0;
	}
	if (pc_snmp_encode(&a, f->reply, sizeof(f->reply), &n, NULL) == PC_OK)
		pc_udp_send(udp, peer, local->sin_addr, f->reply, n);
}

static inline struct sockaddr_in
fake_start(struct fake_printer *f, struct pc_loop *loop)
{
	struct pc_udp_options o = {
		.bind = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)}};
	if (pc_udp_open(loop, &o, fake_receive, f, &f->udp, NULL) != PC_OK)
		abort();
	return pc_udp_local(f->udp);
}

#endif
