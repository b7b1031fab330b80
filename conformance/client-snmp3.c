#include "conformance/client-snmp3.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/text.h"

enum { REQUEST_MAX = 2048 };

/* A user's keys for one engine. */
struct keys {
	struct pc_usm *usm;           /* owned */
	struct pc_usm_signer *signer; /* owned */
	const struct pc_usm_priv *priv;
	struct pc_usm_key priv_key;
};

static void
keys_done(struct keys *k)
{
	pc_usm_signer_free(k->signer);
	pc_usm_free(k->usm);
}

static int
localize(struct pc_usm *usm, const struct pc_usm_auth *auth, const char *password,
	const struct pc_snmp3_engine *engine, struct pc_usm_key *ret)
{
	struct pc_usm_key ku;
	int err = pc_usm_key_of_password(usm, auth, password, &ku);
	return err != PC_OK ? err
			    : pc_usm_key_localize(usm, auth, &ku, engine->id, engine->n_id, ret);
}

/* Without `user`: nothing but the crypto, for discovery. */
static int
keys_init(struct keys *k, const struct pc_snmp3_engine *engine, const struct pc_snmp3_user *user,
	uint8_t flags)
{
	struct pc_usm_key auth_key;
	*k = (struct keys){0};
	int err = pc_usm_new(&k->usm, NULL);
	const struct pc_usm_auth *auth = user == NULL ? NULL : pc_usm_auth_find(user->auth);
	if (err != PC_OK || (flags & PC_SNMP_V3_AUTH) == 0)
		return err;
	if (auth == NULL)
		return PC_E_UNSUPPORTED;
	err = localize(k->usm, auth, user->auth_password, engine, &auth_key);
	if (err == PC_OK)
		err = pc_usm_signer_new(k->usm, auth, &auth_key, &k->signer);
	if (err != PC_OK || (flags & PC_SNMP_V3_PRIV) == 0)
		return err;
	k->priv = pc_usm_priv_find(user->priv);
	return k->priv == NULL ? PC_E_UNSUPPORTED
			       : localize(k->usm, auth, user->priv_password, engine, &k->priv_key);
}

/* Engine, digest and scoped PDU of an answer. */
static int
open_message(struct keys *k, struct pc_snmp3_answer *a, struct pc_snmp_scoped *ret)
{
	struct pc_snmp_v3 header;
	struct pc_usm_params p;
	struct pc_reader data, r;
	int err = pc_snmp_v3_decode(a->datagram.bytes, a->datagram.len, &header);
	if (err == PC_OK)
		err = pc_usm_params_decode(&header.security, &p);
	if (err != PC_OK || p.n_engine_id > sizeof(a->engine.id))
		return err != PC_OK ? err : PC_E_BADVALUE;
	a->flags = header.flags;
	a->engine = (struct pc_snmp3_engine){
		.n_id = p.n_engine_id, .boots = (uint32_t)p.boots, .time = (uint32_t)p.time};
	memcpy(a->engine.id, p.engine_id, p.n_engine_id);
	a->authentic = (a->flags & PC_SNMP_V3_AUTH) != 0 && k->signer != NULL &&
		       pc_usm_is_signed(k->usm, k->signer, a->datagram.bytes, a->datagram.len,
			       (size_t)(p.digest - a->datagram.bytes), p.n_digest);
	if ((a->flags & PC_SNMP_V3_PRIV) == 0)
		return pc_snmp_scoped_decode(header.data, header.data_len, ret);
	const struct pc_usm_seal seal = {.priv = k->priv,
		.key = k->priv_key.bytes,
		.boots = a->engine.boots,
		.time = a->engine.time,
		.salt = p.salt};
	pc_reader_init(&r, header.data, header.data_len);
	err = k->priv == NULL || p.n_salt != PC_USM_SALT
		      ? PC_E_BADVALUE
		      : pc_ber_read_tagged(&r, PC_BER_OCTETS, &data);
	if (err == PC_OK)
		err = data.len > sizeof(a->clear)
			      ? PC_E_LIMIT
			      : pc_usm_decrypt(k->usm, &seal, data.data, data.len, a->clear);
	return err != PC_OK ? err : pc_snmp_scoped_decode(a->clear, data.len, ret);
}

/* usmStats counters by their number, others by OID. Spec: RFC 3414 usmStats */
static void
name_report(struct pc_snmp3_answer *a, const struct pc_oid *counter)
{
	static const uint32_t stats[] = {1, 3, 6, 1, 6, 3, 15, 1, 1};
	enum { N = sizeof(stats) / sizeof(stats[0]) };
	char text[PC_OID_TEXT_MAX];
	if (counter->len == N + 2 && memcmp(counter->arcs, stats, sizeof(stats)) == 0)
		snprintf(a->report, sizeof(a->report), "usmStats.%u", counter->arcs[N]);
	else
		pc_text_copy(a->report, sizeof(a->report), pc_oid_text(counter, text));
}

static int
open_answer(struct keys *k, struct pc_snmp3_answer *a)
{
	struct pc_snmp_scoped scoped;
	int err = open_message(k, a, &scoped);
	if (err == PC_OK)
		err = pc_snmp_scoped_message(&scoped, a->datagram.varbinds, PC_SNMP_VARBINDS_MAX,
			&a->datagram.message, NULL);
	if (err != PC_OK)
		return err;
	a->pdu = scoped.pdu;
	a->error_status = a->datagram.message.error_status;
	a->report[0] = a->value[0] = '\0';
	if (a->datagram.message.n_varbinds > 0) {
		const struct pc_snmp_varbind *vb = &a->datagram.varbinds[0];
		if (a->pdu == PC_SNMP_REPORT)
			name_report(a, &vb->name);
		pc_client_snmp_value(vb, a->value, sizeof(a->value));
	}
	return PC_OK;
}

static int
seal(struct keys *k, const struct pc_snmp3_engine *engine, const struct pc_snmp3_user *user,
	uint8_t flags, const struct pc_snmp_message *request, uint8_t out[REQUEST_MAX],
	size_t *ret_at)
{
	static const uint8_t salt[PC_USM_SALT] = {'p', 'r', 'e', 's', 's', 'c', 'h', 'k'};
	uint8_t scoped[REQUEST_MAX / 2];
	size_t len = 0;
	const struct pc_snmp_context context = {engine->id, engine->n_id, salt, 0};
	int err = pc_snmp_scoped_encode(&context, request, scoped, sizeof(scoped), &len, NULL);
	const struct pc_snmp_v3_out m = {.id = request->request_id,
		.max_size = PC_SNMP3_ANSWER_MAX,
		.flags = flags | PC_SNMP_V3_REPORTABLE,
		.engine_id = engine->id,
		.n_engine_id = engine->n_id,
		.boots = engine->boots,
		.time = engine->time,
		.user = user == NULL ? salt : (const uint8_t *)user->name,
		.n_user = user == NULL ? 0 : strlen(user->name),
		.signer = k->signer,
		.priv = k->priv,
		.priv_key = k->priv_key.bytes,
		.salt = salt};
	return err != PC_OK ? err
			    : pc_snmp_v3_seal(k->usm, &m, scoped, len, out, REQUEST_MAX, ret_at);
}

static int
ask(const struct sockaddr_in *to, const struct pc_snmp3_engine *engine,
	const struct pc_snmp3_user *user, uint8_t flags, const struct pc_snmp_message *request,
	unsigned deadline_ms, struct pc_snmp3_answer *ret)
{
	struct keys k;
	uint8_t message[REQUEST_MAX];
	size_t at = 0;
	int err = keys_init(&k, engine, user, flags);
	if (err == PC_OK)
		err = seal(&k, engine, user, flags, request, message, &at);
	if (err == PC_OK)
		err = pc_client_snmp_raw(
			to, message + at, sizeof(message) - at, deadline_ms, &ret->datagram);
	if (err == PC_OK)
		err = open_answer(&k, ret);
	keys_done(&k);
	return err;
}

int
pc_client_snmp3_discover(const struct sockaddr_in *to, struct pc_snmp3_answer *ret)
{
	static const struct pc_snmp3_engine nobody;
	const struct pc_snmp_message request = {
		.pdu = PC_SNMP_GET, .request_id = (int32_t)(pc_clock_now_ms() & 0x7fffffff)};
	int err = ask(to, &nobody, NULL, 0, &request, 0, ret);
	return err == PC_OK && ret->pdu != PC_SNMP_REPORT ? PC_E_BADVALUE : err;
}

int
pc_client_snmp3_get(const struct sockaddr_in *to, const struct pc_snmp3_engine *engine,
	const struct pc_snmp3_user *user, uint8_t flags, const char *oid, unsigned deadline_ms,
	struct pc_snmp3_answer *ret)
{
	struct pc_snmp_varbind vb;
	struct pc_oid name;
	struct pc_snmp_message request = {.pdu = PC_SNMP_GET,
		.request_id = (int32_t)(pc_clock_now_ms() & 0x7fffffff),
		.varbinds = &vb,
		.n_varbinds = 1};
	int err = pc_oid_parse(oid, &name);
	if (err != PC_OK)
		return err;
	pc_snmp_varbind_null(&vb, &name);
	return ask(to, engine, user, flags, &request, deadline_ms, ret);
}
