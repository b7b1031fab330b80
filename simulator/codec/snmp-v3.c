#include "codec/snmp-v3.h"

#include <string.h>

#include "base/err.h"

/* Inside the outermost element a length past its container contradicts that element. */
static int
lying(int err)
{
	return err == PC_E_TRUNCATED ? PC_E_BADVALUE : err;
}

/* An INTEGER from `min` to 2147483647. */
static int
read_int32(struct pc_reader *r, int32_t min, int32_t *ret)
{
	struct pc_reader c;
	int64_t v = 0;
	int err = pc_ber_read_tagged(r, PC_BER_INTEGER, &c);
	if (err == PC_OK)
		err = pc_ber_integer(c.data, c.len, &v);
	if (err == PC_OK && (v < min || v > INT32_MAX))
		err = PC_E_BADVALUE;
	if (err == PC_OK)
		*ret = (int32_t)v;
	return err;
}

static int
read_octets(struct pc_reader *r, const uint8_t **ret, size_t *ret_len)
{
	struct pc_reader c;
	int err = pc_ber_read_tagged(r, PC_BER_OCTETS, &c);
	if (err == PC_OK) {
		*ret = c.data;
		*ret_len = c.len;
	}
	return err;
}

/* Spec: RFC 3412 s6 HeaderData */
static int
read_header(struct pc_reader *global, struct pc_snmp_v3 *m)
{
	const uint8_t *flags = NULL;
	size_t n_flags = 0;
	int err = read_int32(global, 0, &m->id);
	if (err == PC_OK)
		err = read_int32(global, PC_SNMP_V3_SIZE_MIN, &m->max_size);
	if (err == PC_OK)
		err = read_octets(global, &flags, &n_flags);
	if (err == PC_OK && n_flags != 1)
		err = PC_E_BADVALUE;
	if (err == PC_OK) {
		m->flags = flags[0];
		err = read_int32(global, 1, &m->model);
	}
	return err;
}

int
pc_snmp_v3_decode(const uint8_t *data, size_t len, struct pc_snmp_v3 *ret)
{
	struct pc_reader r, message, global, data_reader;
	int32_t version = 0;
	uint8_t tag = 0;
	pc_reader_init(&r, data, len);
	int err = pc_ber_read_tagged(&r, PC_BER_SEQUENCE, &message);
	if (err != PC_OK)
		return err;
	err = read_int32(&message, 0, &version);
	if (err == PC_OK && version != PC_SNMP_V3)
		err = PC_E_UNSUPPORTED;
	if (err == PC_OK)
		err = pc_ber_read_tagged(&message, PC_BER_SEQUENCE, &global);
	if (err == PC_OK)
		err = read_header(&global, ret);
	if (err == PC_OK)
		err = pc_ber_read_tagged(&message, PC_BER_OCTETS, &ret->security);
	if (err != PC_OK)
		return lying(err);
	ret->data = message.data + message.at;
	err = pc_ber_read(&message, &tag, &data_reader);
	ret->data_len = (size_t)(message.data + message.at - ret->data);
	return lying(err);
}

int
pc_usm_params_decode(const struct pc_reader *security, struct pc_usm_params *ret)
{
	struct pc_reader r, p;
	pc_reader_init(&r, security->data, security->len);
	int err = pc_ber_read_tagged(&r, PC_BER_SEQUENCE, &p);
	if (err == PC_OK)
		err = read_octets(&p, &ret->engine_id, &ret->n_engine_id);
	if (err == PC_OK)
		err = read_int32(&p, 0, &ret->boots);
	if (err == PC_OK)
		err = read_int32(&p, 0, &ret->time);
	if (err == PC_OK)
		err = read_octets(&p, &ret->user, &ret->n_user);
	if (err == PC_OK && ret->n_user > PC_SNMP_V3_USER_MAX)
		err = PC_E_BADVALUE;
	if (err == PC_OK)
		err = read_octets(&p, &ret->digest, &ret->n_digest);
	if (err == PC_OK)
		err = read_octets(&p, &ret->salt, &ret->n_salt);
	if (err == PC_OK && (pc_reader_left(&p) > 0 || pc_reader_left(&r) > 0))
		err = PC_E_BADVALUE;
	return lying(err);
}

int
pc_snmp_scoped_decode(const uint8_t *data, size_t len, struct pc_snmp_scoped *ret)
{
	struct pc_reader r, scoped;
	pc_reader_init(&r, data, len);
	int err = pc_ber_read_tagged(&r, PC_BER_SEQUENCE, &scoped);
	if (err != PC_OK)
		return err;
	err = read_octets(&scoped, &ret->engine_id, &ret->n_engine_id);
	if (err == PC_OK)
		err = read_octets(&scoped, &ret->name, &ret->n_name);
	if (err != PC_OK)
		return lying(err);
	ret->bytes = scoped.data + scoped.at;
	ret->n_bytes = pc_reader_left(&scoped);
	return lying(pc_ber_read(&scoped, &ret->pdu, &ret->content));
}

int
pc_snmp_scoped_request_id(const struct pc_snmp_scoped *scoped, int32_t *ret)
{
	struct pc_reader pdu = scoped->content;
	return scoped->pdu == PC_SNMP_TRAP_V1 ? PC_E_BADVALUE : read_int32(&pdu, INT32_MIN, ret);
}

int
pc_snmp_scoped_message(const struct pc_snmp_scoped *scoped, struct pc_snmp_varbind *varbinds,
	size_t max_varbinds, struct pc_snmp_message *ret, struct pc_diag *diag)
{
	struct pc_snmp_message m = *ret;
	m.pdu = scoped->pdu;
	m.varbinds = varbinds;
	m.n_varbinds = 0;
	int err = pc_snmp_decode_pdu(&scoped->content, max_varbinds, &m, diag);
	if (err == PC_OK)
		*ret = m;
	return err;
}

int
pc_snmp_scoped_encode(const struct pc_snmp_context *context, const struct pc_snmp_message *msg,
	uint8_t *out, size_t size, size_t *ret_len, struct pc_diag *diag)
{
	struct pc_ber_writer w;
	pc_ber_writer_init(&w, out, size);
	int err = pc_snmp_encode_pdu(msg, &w, diag);
	if (err != PC_OK)
		return err;
	pc_ber_write_octets(&w, PC_BER_OCTETS, context->name, context->n_name);
	pc_ber_write_octets(&w, PC_BER_OCTETS, context->engine_id, context->n_engine_id);
	pc_ber_write_header(&w, PC_BER_SEQUENCE, 0);
	if (w.err != PC_OK)
		return pc_diag_fail(diag, w.err, "SNMP scoped PDU to encode (%zu bindings): %s",
			msg->n_varbinds, pc_err_text(w.err));
	*ret_len = pc_ber_written(&w);
	memmove(out, out + w.at, *ret_len);
	return PC_OK;
}

/* ---- sealing ---- */

/* msgData, written to the end: the scoped PDU, or an OCTET STRING of its encryption. */
static int
write_data(struct pc_usm *usm, const struct pc_snmp_v3_out *m, const uint8_t *scoped, size_t len,
	struct pc_ber_writer *w)
{
	bool priv = (m->flags & PC_SNMP_V3_PRIV) != 0;
	size_t want = priv ? pc_usm_encrypted_len(m->priv, len) : len;
	if (want > w->at)
		return PC_E_NOSPACE;
	w->at -= want;
	memmove(w->data + w->at, scoped, len);
	if (!priv)
		return PC_OK;
	const struct pc_usm_seal seal = {.priv = m->priv,
		.key = m->priv_key,
		.boots = m->boots,
		.time = m->time,
		.salt = m->salt};
	int err = pc_usm_encrypt(usm, &seal, w->data + w->at, len, w->data + w->at, want, &want);
	pc_ber_write_header(w, PC_BER_OCTETS, 0);
	return err;
}

/* msgSecurityParameters. Returns how much was written when the digest was the first octet: the
 * digest starts that far from the end. */
static size_t
write_security(const struct pc_snmp_v3_out *m, struct pc_ber_writer *w)
{
	static const uint8_t zeros[PC_USM_DIGEST_MAX];
	size_t mark = pc_ber_written(w), digest;
	bool auth = (m->flags & PC_SNMP_V3_AUTH) != 0, priv = (m->flags & PC_SNMP_V3_PRIV) != 0;
	size_t mac_len = auth ? pc_usm_signer_auth(m->signer)->mac_len : 0;
	pc_ber_write_octets(w, PC_BER_OCTETS, m->salt, priv ? PC_USM_SALT : 0);
	digest = pc_ber_written(w) + mac_len;
	pc_ber_write_octets(w, PC_BER_OCTETS, zeros, mac_len);
	pc_ber_write_octets(w, PC_BER_OCTETS, m->user, m->n_user);
	pc_ber_write_integer(w, PC_BER_INTEGER, m->time);
	pc_ber_write_integer(w, PC_BER_INTEGER, m->boots);
	pc_ber_write_octets(w, PC_BER_OCTETS, m->engine_id, m->n_engine_id);
	pc_ber_write_header(w, PC_BER_SEQUENCE, mark);
	pc_ber_write_header(w, PC_BER_OCTETS, mark);
	return digest;
}

int
pc_snmp_v3_seal(struct pc_usm *usm, const struct pc_snmp_v3_out *msg, const uint8_t *scoped,
	size_t len, uint8_t *out, size_t size, size_t *ret_at)
{
	struct pc_ber_writer w;
	pc_ber_writer_init(&w, out, size);
	int err = write_data(usm, msg, scoped, len, &w);
	if (err != PC_OK)
		return err;
	size_t digest = write_security(msg, &w);
	size_t mark = pc_ber_written(&w);
	pc_ber_write_integer(&w, PC_BER_INTEGER, PC_SNMP_V3_USM);
	pc_ber_write_octets(&w, PC_BER_OCTETS, &msg->flags, 1);
	pc_ber_write_integer(&w, PC_BER_INTEGER, msg->max_size);
	pc_ber_write_integer(&w, PC_BER_INTEGER, msg->id);
	pc_ber_write_header(&w, PC_BER_SEQUENCE, mark);
	pc_ber_write_integer(&w, PC_BER_INTEGER, PC_SNMP_V3);
	pc_ber_write_header(&w, PC_BER_SEQUENCE, 0);
	if (w.err == PC_OK && (msg->flags & PC_SNMP_V3_AUTH) != 0)
		w.err = pc_usm_sign(usm, msg->signer, out + w.at, pc_ber_written(&w),
			size - digest - w.at, out + size - digest);
	*ret_at = w.at;
	return w.err;
}

/* Octets of an element with `len` octets of content. */
static size_t
element(size_t len)
{
	size_t header = 2;
	for (size_t v = len; len >= 0x80 && v > 0; v >>= 8)
		header++;
	return header + len;
}

static size_t
integer(uint32_t v)
{
	size_t octets = 1;
	for (; v >= 0x80; v >>= 8)
		octets++;
	return element(octets);
}

size_t
pc_snmp_v3_sealed_len(const struct pc_snmp_v3_out *msg, size_t len)
{
	bool auth = (msg->flags & PC_SNMP_V3_AUTH) != 0, priv = (msg->flags & PC_SNMP_V3_PRIV) != 0;
	size_t data = priv ? element(pc_usm_encrypted_len(msg->priv, len)) : len;
	size_t params = element(msg->n_engine_id) + integer(msg->boots) + integer(msg->time) +
			element(msg->n_user) +
			element(auth ? pc_usm_signer_auth(msg->signer)->mac_len : 0) +
			element(priv ? PC_USM_SALT : 0);
	size_t global = integer((uint32_t)msg->id) + integer((uint32_t)msg->max_size) + element(1) +
			integer(PC_SNMP_V3_USM);
	return element(integer(PC_SNMP_V3) + element(global) + element(element(params)) + data);
}
