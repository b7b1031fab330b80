#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "v3.h"

#define PAIR(hash, number, cipher, privacy) \
	{ \
		hash "-" cipher, number, "harness-" hash, privacy, "harness-" cipher, false \
	}
#define PAIRS(hash, number) \
	PAIR(hash, number, "des", PC_SNMP_PRIV_DES), \
		PAIR(hash, number, "aes128", PC_SNMP_PRIV_AES128)

const struct pc_profile_snmp_user v3_users[] = {
	{"none", PC_SNMP_AUTH_NONE, NULL, PC_SNMP_PRIV_NONE, NULL, false},
	PAIRS("md5", PC_SNMP_AUTH_MD5),
	PAIRS("sha1", PC_SNMP_AUTH_SHA1),
	PAIRS("sha224", PC_SNMP_AUTH_SHA224),
	PAIRS("sha256", PC_SNMP_AUTH_SHA256),
	PAIRS("sha384", PC_SNMP_AUTH_SHA384),
	PAIRS("sha512", PC_SNMP_AUTH_SHA512),
	{"writer", PC_SNMP_AUTH_SHA1, "harness-sha1", PC_SNMP_PRIV_AES128, "harness-aes128", true},
};
const size_t v3_n_users = sizeof(v3_users) / sizeof(v3_users[0]);

enum { REQUEST_ID = 4711, MESSAGE_ID = 815, UPTIME = 10000 /* seconds */ };

void
v3_init(struct v3 *v)
{
	memset(v, 0, sizeof(*v));
	printers_init(&v->p);
	v->p.profile.snmp.v3 = true;
	memcpy(v->p.profile.snmp_users, v3_users, sizeof(v3_users));
	v->p.profile.n_snmp_users = v3_n_users;
	assert_int_equal(pc_usm_new(&v->usm, NULL), PC_OK);
	for (unsigned i = 0; i < PRINTERS; i++)
		v3_pass(v, i, UPTIME);
}

void
v3_pass(struct v3 *v, unsigned printer, int64_t seconds)
{
	uintptr_t state = (uintptr_t)pc_device_state(v->p.devices[printer]);
	((struct pc_device_state *)state)->boot_ms -= (uint64_t)(seconds * 1000);
}

void
v3_done(struct v3 *v)
{
	pc_usm_free(v->usm);
	printers_done(&v->p);
}

struct pc_snmp_entity *
v3_entity(struct v3 *v, unsigned printer)
{
	struct pc_snmp_entity *e = pc_snmp_entity_get(v->p.devices[printer]);
	assert_non_null(e);
	return e;
}

/* ---- keys ---- */

struct keys {
	const struct pc_usm_auth *auth;
	const struct pc_usm_priv *priv;
	struct pc_usm_key auth_key, priv_key;
	struct pc_usm_signer *signer; /* owned */
};

/* Hashing passwords takes most of a test's time, so it is done once. */
static const struct pc_usm_key *
password_key(struct v3 *v, const struct pc_usm_auth *auth, const char *password)
{
	static struct {
		const struct pc_usm_auth *auth;
		const char *password;
		struct pc_usm_key key;
	} known[64];
	size_t i = 0;
	while (known[i].auth != NULL &&
		(known[i].auth != auth || strcmp(known[i].password, password) != 0))
		i++;
	assert_true(i < 63);
	if (known[i].auth == NULL) {
		assert_int_equal(
			pc_usm_key_of_password(v->usm, auth, password, &known[i].key), PC_OK);
		known[i].password = password;
		known[i].auth = auth;
	}
	return &known[i].key;
}

static void
localize(struct v3 *v, const struct pc_usm_auth *auth, const char *password, bool wrong,
	const struct pc_snmp_entity *e, struct pc_usm_key *ret)
{
	const struct pc_usm_key *ku = password_key(v, auth, wrong ? "harness-wrong" : password);
	assert_int_equal(
		pc_usm_key_localize(v->usm, auth, ku, e->engine_id, e->n_engine_id, ret), PC_OK);
}

/* Keys of the user towards the printer; of sha1-aes128 for a user that is none, since a stranger
 * has some key too. */
static void
make_keys(struct v3 *v, const struct v3_ask *ask, struct keys *k)
{
	const struct pc_profile_snmp_user *u = &v3_users[4];
	const struct pc_snmp_entity *e = v3_entity(v, ask->printer);
	for (size_t i = 0; i < v3_n_users && ask->user != NULL; i++) {
		if (strcmp(v3_users[i].name, ask->user) == 0 &&
			v3_users[i].auth != PC_SNMP_AUTH_NONE)
			u = &v3_users[i];
	}
	*k = (struct keys){.auth = pc_usm_auth_find(u->auth), .priv = pc_usm_priv_find(u->priv)};
	localize(v, k->auth, ask->auth_password == NULL ? u->auth_password : ask->auth_password,
		ask->wrong_auth, e, &k->auth_key);
	localize(v, k->auth, ask->priv_password == NULL ? u->priv_password : ask->priv_password,
		ask->wrong_priv, e, &k->priv_key);
	assert_int_equal(pc_usm_signer_new(v->usm, k->auth, &k->auth_key, &k->signer), PC_OK);
}

/* ---- building ---- */

static size_t
engine_id(const char *hex, const struct pc_snmp_entity *e, uint8_t out[64])
{
	size_t n = e->n_engine_id;
	memcpy(out, e->engine_id, n);
	if (hex != NULL)
		assert_int_equal(pc_text_unhex(hex, out, 64, &n), PC_OK);
	return n;
}

static size_t
build_scoped(struct v3 *v, const struct v3_ask *ask, uint8_t out[V3_MESSAGE])
{
	const char *context = ask->context == NULL ? "" : ask->context;
	uint8_t engine[64];
	char full[200];
	struct pc_snmp_varbind vb = {.type = PC_BER_NULL};
	struct pc_snmp_message m = {.pdu = ask->pdu == 0 ? PC_SNMP_GET : ask->pdu,
		.request_id = REQUEST_ID,
		.error_status = ask->a,
		.error_index = ask->b,
		.varbinds = &vb,
		.n_varbinds = 1};
	struct pc_snmp_context c = {.engine_id = engine,
		.n_engine_id = engine_id(ask->context_engine, v3_entity(v, ask->printer), engine),
		.name = (const uint8_t *)context,
		.n_name = strlen(context)};
	size_t len = 0;
	snprintf(full, sizeof(full), "1.3.6.1.%s", ask->name == NULL ? "2.1.1.1.0" : ask->name);
	assert_int_equal(pc_oid_parse(full, &vb.name), PC_OK);
	if (ask->value != NULL) {
		vb.type = PC_BER_OCTETS;
		vb.bytes = (const uint8_t *)ask->value;
		vb.len = ask->value_len > 0 ? ask->value_len : strlen(ask->value);
	}
	assert_int_equal(pc_snmp_scoped_encode(&c, &m, out, V3_MESSAGE, &len, NULL), PC_OK);
	return len;
}

static void
write_data(struct v3 *v, const struct v3_ask *ask, const struct keys *k,
	const struct pc_usm_seal *seal, struct pc_ber_writer *w)
{
	static uint8_t scoped[V3_MESSAGE];
	size_t len = build_scoped(v, ask, scoped);
	(void)k;
	if ((ask->flags & PC_SNMP_V3_PRIV) == 0 || ask->bare) {
		w->at -= len;
		memcpy(w->data + w->at, scoped, len);
		return;
	}
	assert_int_equal(
		pc_usm_encrypt(v->usm, seal, scoped, len, scoped, sizeof(scoped), &len), PC_OK);
	pc_ber_write_octets(w, PC_BER_OCTETS, scoped, len - ask->cut_cipher);
}

/* Returns where the digest stands, from the end. */
static size_t
write_params(struct v3 *v, const struct v3_ask *ask, const struct keys *k,
	const struct pc_usm_seal *seal, struct pc_ber_writer *w)
{
	static const uint8_t zeros[64];
	uint8_t engine[64];
	size_t n_engine = engine_id(ask->engine, v3_entity(v, ask->printer), engine);
	bool auth = (ask->flags & PC_SNMP_V3_AUTH) != 0, priv = (ask->flags & PC_SNMP_V3_PRIV) != 0;
	size_t n_digest = ask->digest_len > 0 ? ask->digest_len : auth ? k->auth->mac_len : 0;
	const char *user = ask->stands != NULL ? ask->stands : ask->user == NULL ? "" : ask->user;
	size_t mark = pc_ber_written(w);
	pc_ber_write_octets(w, PC_BER_OCTETS, seal->salt,
		ask->salt_len > 0 ? ask->salt_len
		: priv            ? PC_USM_SALT
				  : 0);
	size_t digest = pc_ber_written(w) + n_digest;
	pc_ber_write_octets(w, PC_BER_OCTETS, zeros, n_digest);
	pc_ber_write_octets(w, PC_BER_OCTETS, user, strlen(user));
	pc_ber_write_integer(w, PC_BER_INTEGER, seal->time);
	pc_ber_write_integer(w, PC_BER_INTEGER, seal->boots);
	pc_ber_write_octets(w, PC_BER_OCTETS, engine, n_engine);
	pc_ber_write_header(w, PC_BER_SEQUENCE, mark);
	pc_ber_write_header(w, PC_BER_OCTETS, mark);
	return digest;
}

size_t
v3_build(struct v3 *v, const struct v3_ask *ask, uint8_t out[V3_MESSAGE])
{
	static const uint8_t salt[] = {0xa1, 2, 3, 4, 5, 6, 7, 8, 9};
	const struct pc_snmp_entity *e = v3_entity(v, ask->printer);
	uint8_t flags = (uint8_t)(ask->flags | (ask->quiet ? 0 : PC_SNMP_V3_REPORTABLE));
	struct pc_ber_writer w;
	struct keys k;
	make_keys(v, ask, &k);
	struct pc_usm_seal seal = {.priv = k.priv,
		.key = k.priv_key.bytes,
		.boots = (uint32_t)((int64_t)pc_snmp_entity_boots(e) + ask->boots),
		.time = (uint32_t)((int64_t)pc_snmp_entity_time(e) + ask->time),
		.salt = salt};
	pc_ber_writer_init(&w, out, V3_MESSAGE);
	write_data(v, ask, &k, &seal, &w);
	size_t digest = write_params(v, ask, &k, &seal, &w), mark = pc_ber_written(&w);
	pc_ber_write_integer(&w, PC_BER_INTEGER, ask->model == 0 ? PC_SNMP_V3_USM : ask->model);
	pc_ber_write_octets(&w, PC_BER_OCTETS, &flags, 1);
	pc_ber_write_integer(&w, PC_BER_INTEGER, ask->max_size == 0 ? 65507 : ask->max_size);
	pc_ber_write_integer(&w, PC_BER_INTEGER, MESSAGE_ID);
	pc_ber_write_header(&w, PC_BER_SEQUENCE, mark);
	pc_ber_write_integer(&w, PC_BER_INTEGER, PC_SNMP_V3);
	pc_ber_write_header(&w, PC_BER_SEQUENCE, 0);
	assert_int_equal(w.err, PC_OK);
	size_t len = pc_ber_written(&w);
	memmove(out, out + w.at, len);
	if ((ask->flags & PC_SNMP_V3_AUTH) != 0) {
		uint8_t mac[PC_USM_DIGEST_MAX];
		size_t n = ask->digest_len > 0 ? ask->digest_len : k.auth->mac_len;
		assert_int_equal(pc_usm_sign(v->usm, k.signer, out, len, len - digest, mac), PC_OK);
		memcpy(out + len - digest, mac, n < k.auth->mac_len ? n : k.auth->mac_len);
	}
	pc_usm_signer_free(k.signer);
	return len;
}

/* ---- answers ---- */

static const uint8_t *
open_data(struct v3 *v, const struct keys *k, size_t *ret_len)
{
	static uint8_t clear[PC_SNMP_MESSAGE_MAX];
	struct pc_reader r, c;
	struct pc_usm_seal seal = {.priv = k->priv,
		.key = k->priv_key.bytes,
		.boots = (uint32_t)v->params.boots,
		.time = (uint32_t)v->params.time,
		.salt = v->params.salt};
	if ((v->header.flags & PC_SNMP_V3_AUTH) != 0)
		assert_true(pc_usm_is_signed(v->usm, k->signer, v->p.answer, v->p.answer_len,
			(size_t)(v->params.digest - v->p.answer), v->params.n_digest));
	if ((v->header.flags & PC_SNMP_V3_PRIV) == 0) {
		*ret_len = v->header.data_len;
		return v->header.data;
	}
	pc_reader_init(&r, v->header.data, v->header.data_len);
	assert_int_equal(pc_ber_read_tagged(&r, PC_BER_OCTETS, &c), PC_OK);
	assert_int_equal(v->params.n_salt, PC_USM_SALT);
	assert_int_equal(pc_usm_decrypt(v->usm, &seal, c.data, c.len, clear), PC_OK);
	*ret_len = c.len;
	return clear;
}

static void
print(struct v3 *v, const struct pc_snmp_message *m)
{
	static const char *const levels[] = {" (noAuth)", " (auth)", " (?)", " (priv)"};
	size_t at = m->pdu == PC_SNMP_REPORT ? (size_t)snprintf(v->answer, V3_ANSWER, "report")
					     : (size_t)snprintf(v->answer, V3_ANSWER, "%d/%d",
						       m->error_status, m->error_index);
	for (size_t i = 0; i < m->n_varbinds && at + 300 < V3_ANSWER; i++) {
		const struct pc_snmp_varbind *vb = &m->varbinds[i];
		char name[PC_OID_TEXT_MAX];
		pc_oid_text(&vb->name, name);
		at += (size_t)snprintf(v->answer + at, V3_ANSWER - at, " %s=", name + 8);
		if (vb->type == PC_BER_OCTETS)
			at += (size_t)snprintf(v->answer + at, V3_ANSWER - at, "%.*s",
				(int)(vb->len < 100 ? vb->len : 100), (const char *)vb->bytes);
		else
			at += (size_t)snprintf(
				v->answer + at, V3_ANSWER - at, "%lld", (long long)vb->integer);
	}
	snprintf(v->answer + at, V3_ANSWER - at, "%s", levels[v->header.flags & 3]);
}

const char *
v3_send(struct v3 *v, const struct v3_ask *ask, const uint8_t *data, size_t len)
{
	static struct pc_snmp_varbind varbinds[2000];
	struct sockaddr_in to = printers_address(&v->p, ask->printer);
	const struct pc_snmp_entity *e = v3_entity(v, ask->printer);
	struct pc_snmp_message m = {0};
	struct pc_snmp_scoped s;
	struct keys k;
	size_t n = 0;
	if (!printers_ask_bytes(&v->p, &to, data, len)) {
		pc_text_copy(v->answer, V3_ANSWER, "silence");
		return v->answer;
	}
	assert_int_equal(v->p.from.sin_addr.s_addr, to.sin_addr.s_addr);
	assert_int_equal(pc_snmp_v3_decode(v->p.answer, v->p.answer_len, &v->header), PC_OK);
	assert_int_equal(pc_usm_params_decode(&v->header.security, &v->params), PC_OK);
	assert_int_equal(v->header.flags & PC_SNMP_V3_REPORTABLE, 0);
	assert_int_equal(v->params.n_engine_id, e->n_engine_id);
	assert_memory_equal(v->params.engine_id, e->engine_id, e->n_engine_id);
	make_keys(v, ask, &k);
	const uint8_t *scoped = open_data(v, &k, &n);
	pc_usm_signer_free(k.signer);
	assert_int_equal(pc_snmp_scoped_decode(scoped, n, &s), PC_OK);
	assert_int_equal(pc_snmp_scoped_message(&s, varbinds, 2000, &m, NULL), PC_OK);
	assert_true(m.pdu == PC_SNMP_RESPONSE || m.pdu == PC_SNMP_REPORT);
	print(v, &m);
	return v->answer;
}

const char *
v3_ask(struct v3 *v, const struct v3_ask *ask)
{
	uint8_t data[V3_MESSAGE];
	size_t len = v3_build(v, ask, data);
	const char *answer = v3_send(v, ask, data, len);
	if (strcmp(answer, "silence") != 0)
		assert_int_equal(v->header.id, MESSAGE_ID);
	return answer;
}
