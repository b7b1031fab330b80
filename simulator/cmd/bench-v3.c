/* SNMPv3 load: what each device's engine says of itself, and a GET sealed for it. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/err.h"
#include "bench.h"
#include "codec/snmp-v3.h"

/* Messages are good for 150 s. Spec: RFC 3414 s2.2.3 */
static const double good_s = 100;

enum {
	BUFFER = 1024,
	WAIT_MS = 2000,
	TRIES = 3,
	FIRST_ID = 1000, /* msgID and request-id of the first device */
	MAX_SIZE = 65507
};

struct device {
	uint8_t engine_id[PC_SNMP_V3_ENGINE_MAX];
	uint8_t n_engine_id;
	uint8_t len;
	uint32_t boots, time;
	uint8_t request[PC_BENCH_REQUEST_MAX];
};

struct pc_bench_v3 {
	struct pc_usm *usm;         /* owned */
	struct pc_usm_key password; /* Ku */
	double made_at;
	uint32_t n;
	struct device *devices; /* owned */
};

void
pc_bench_v3_free(struct pc_bench_v3 *v3)
{
	if (v3 == NULL)
		return;
	pc_usm_free(v3->usm);
	free(v3->devices);
	free(v3);
}

/* The GET that is sealed, or with no name the question for the engine. */
static int
scoped_get(
	const struct device *d, uint32_t i, bool named, uint8_t *out, size_t size, size_t *ret_len)
{
	const struct pc_snmp_context context = {d->engine_id, d->n_engine_id, NULL, 0};
	struct pc_snmp_varbind vb;
	struct pc_oid name;
	int err = pc_oid_parse("1.3.6.1.2.1.1.1.0", &name);
	if (err != PC_OK)
		return err;
	pc_snmp_varbind_null(&vb, &name);
	struct pc_snmp_message m = {.version = PC_SNMP_V2C,
		.pdu = PC_SNMP_GET,
		.request_id = (int32_t)(FIRST_ID + i),
		.varbinds = &vb,
		.n_varbinds = named ? 1 : 0};
	return pc_snmp_scoped_encode(&context, &m, out, size, ret_len, NULL);
}

/* ---- discovery. Spec: RFC 3414 s4 ---- */

static int
take_report(struct device *d, const uint8_t *data, size_t len)
{
	struct pc_snmp_v3 m;
	struct pc_usm_params p;
	int err = pc_snmp_v3_decode(data, len, &m);
	if (err == PC_OK)
		err = pc_usm_params_decode(&m.security, &p);
	if (err == PC_OK && (p.n_engine_id == 0 || p.n_engine_id > sizeof(d->engine_id)))
		err = PC_E_MISMATCH;
	if (err != PC_OK)
		return err;
	memcpy(d->engine_id, p.engine_id, p.n_engine_id);
	d->n_engine_id = (uint8_t)p.n_engine_id;
	d->boots = (uint32_t)p.boots;
	d->time = (uint32_t)p.time;
	return PC_OK;
}

static int
discover(struct pc_bench_v3 *v3, const struct pc_bench_server *s, int fd, uint32_t i)
{
	struct device *d = &v3->devices[i];
	uint8_t scoped[64], message[256], answer[BUFFER];
	size_t len = 0, at = 0;
	struct sockaddr_in to = pc_bench_address(s, i);
	struct pollfd p = {.fd = fd, .events = POLLIN};
	const struct pc_snmp_v3_out out = {.id = (int32_t)(FIRST_ID + i),
		.max_size = MAX_SIZE,
		.flags = PC_SNMP_V3_REPORTABLE};
	*d = (struct device){.len = 0};
	int err = scoped_get(d, i, false, scoped, sizeof(scoped), &len);
	if (err == PC_OK)
		err = pc_snmp_v3_seal(v3->usm, &out, scoped, len, message, sizeof(message), &at);
	for (int t = 0; t < TRIES && err == PC_OK; t++) {
		(void)sendto(fd, message + at, sizeof(message) - at, 0, (struct sockaddr *)&to,
			sizeof(to));
		if (poll(&p, 1, WAIT_MS) <= 0)
			continue;
		ssize_t n = recv(fd, answer, sizeof(answer), 0);
		return n <= 0 ? PC_E_MISMATCH : take_report(d, answer, (size_t)n);
	}
	return err == PC_OK ? PC_E_TIMEOUT : err;
}

/* ---- sealing ---- */

static int
keys(struct pc_bench_v3 *v3, const struct device *d, struct pc_usm_key *ret,
	struct pc_usm_signer **ret_signer)
{
	const struct pc_usm_auth *auth = pc_usm_auth_find(PC_BENCH_AUTH);
	int err = pc_usm_key_localize(
		v3->usm, auth, &v3->password, d->engine_id, d->n_engine_id, ret);
	return err == PC_OK ? pc_usm_signer_new(v3->usm, auth, ret, ret_signer) : err;
}

static int
seal(struct pc_bench_v3 *v3, uint32_t i)
{
	struct device *d = &v3->devices[i];
	struct pc_usm_key key;
	struct pc_usm_signer *signer = NULL;
	uint8_t scoped[128], message[PC_BENCH_REQUEST_MAX], salt[PC_USM_SALT] = {0};
	size_t len = 0, at = 0;
	int err = keys(v3, d, &key, &signer);
	if (err == PC_OK)
		err = scoped_get(d, i, true, scoped, sizeof(scoped), &len);
	memcpy(salt, &i, sizeof(i));
	const struct pc_snmp_v3_out out = {.id = (int32_t)(FIRST_ID + i),
		.max_size = MAX_SIZE,
		.flags = PC_SNMP_V3_AUTH | PC_SNMP_V3_PRIV | PC_SNMP_V3_REPORTABLE,
		.engine_id = d->engine_id,
		.n_engine_id = d->n_engine_id,
		.boots = d->boots,
		.time = d->time,
		.user = (const uint8_t *)PC_BENCH_USER,
		.n_user = sizeof(PC_BENCH_USER) - 1,
		.signer = signer,
		.priv = pc_usm_priv_find(PC_BENCH_PRIV),
		.priv_key = key.bytes,
		.salt = salt};
	if (err == PC_OK)
		err = pc_snmp_v3_seal(v3->usm, &out, scoped, len, message, sizeof(message), &at);
	if (err == PC_OK) {
		d->len = (uint8_t)(sizeof(message) - at);
		memcpy(d->request, message + at, d->len);
	}
	pc_usm_signer_free(signer);
	return err;
}

static int
make(struct pc_bench_v3 *v3, const struct pc_bench_server *s, struct pc_diag *diag)
{
	struct sockaddr_in local = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int err =
		fd >= 0 && bind(fd, (struct sockaddr *)&local, sizeof(local)) == 0 ? PC_OK : -errno;
	v3->made_at = pc_bench_now();
	for (uint32_t i = 0; i < s->devices && err == PC_OK; i++) {
		err = discover(v3, s, fd, i);
		if (err == PC_OK)
			err = seal(v3, i);
		if (err != PC_OK)
			pc_diag_set(diag, "printer %u does not tell its SNMPv3 engine (%s)", i + 1,
				pc_err_text(err));
	}
	if (fd >= 0)
		close(fd);
	return err;
}

int
pc_bench_v3_ready(struct pc_bench_server *s, struct pc_diag *diag)
{
	if (s->v3 != NULL && pc_bench_now() - s->v3->made_at < good_s)
		return PC_OK;
	if (s->v3 != NULL)
		return make(s->v3, s, diag);
	struct pc_bench_v3 *v3 = calloc(1, sizeof(*v3));
	if (v3 == NULL)
		return -ENOMEM;
	v3->n = s->devices;
	v3->devices = calloc(s->devices, sizeof(*v3->devices));
	int err = v3->devices == NULL ? -ENOMEM : pc_usm_new(&v3->usm, diag);
	if (err == PC_OK)
		err = pc_usm_key_of_password(
			v3->usm, pc_usm_auth_find(PC_BENCH_AUTH), PC_BENCH_PASSWORD, &v3->password);
	if (err == PC_OK)
		err = make(v3, s, diag);
	if (err != PC_OK) {
		pc_bench_v3_free(v3);
		return err;
	}
	s->v3 = v3;
	return PC_OK;
}

const uint8_t *
pc_bench_v3_request(const struct pc_bench_v3 *v3, uint32_t i, size_t *ret_len)
{
	*ret_len = v3->devices[i].len;
	return v3->devices[i].request;
}

/* ---- answers ---- */

/* Open the seal of an answer: a response without error and with one variable. */
static int
open_seal(struct pc_bench_v3 *v3, uint32_t i, const struct pc_snmp_v3 *m, const uint8_t *data,
	size_t len)
{
	struct pc_usm_params p;
	struct pc_usm_key key;
	struct pc_usm_signer *signer = NULL;
	struct pc_reader r, sealed;
	struct pc_snmp_scoped scoped;
	struct pc_snmp_message inner = {.version = PC_SNMP_V2C};
	struct pc_snmp_varbind vb[2];
	uint8_t clear[BUFFER];
	int err = pc_usm_params_decode(&m->security, &p);
	if (err == PC_OK)
		err = keys(v3, &v3->devices[i], &key, &signer);
	if (err == PC_OK && (p.digest == NULL || !pc_usm_is_signed(v3->usm, signer, data, len,
							 (size_t)(p.digest - data), p.n_digest)))
		err = PC_E_MISMATCH;
	pc_reader_init(&r, m->data, m->data_len);
	if (err == PC_OK)
		err = pc_ber_read_tagged(&r, PC_BER_OCTETS, &sealed);
	if (err == PC_OK && (sealed.len > sizeof(clear) || p.n_salt != PC_USM_SALT))
		err = PC_E_MISMATCH;
	const struct pc_usm_seal how = {pc_usm_priv_find(PC_BENCH_PRIV), key.bytes,
		(uint32_t)p.boots, (uint32_t)p.time, p.salt};
	if (err == PC_OK)
		err = pc_usm_decrypt(v3->usm, &how, sealed.data, sealed.len, clear);
	if (err == PC_OK)
		err = pc_snmp_scoped_decode(clear, sealed.len, &scoped);
	if (err == PC_OK)
		err = pc_snmp_scoped_message(&scoped, vb, 2, &inner, NULL);
	if (err == PC_OK &&
		(scoped.pdu != PC_SNMP_RESPONSE || inner.error_status != 0 ||
			inner.n_varbinds != 1 || inner.request_id != (int32_t)(FIRST_ID + i)))
		err = PC_E_MISMATCH;
	pc_usm_signer_free(signer);
	return err;
}

int
pc_bench_v3_check(struct pc_bench_v3 *v3, const uint8_t *data, size_t len, bool whole,
	uint32_t *ret_device, struct pc_diag *diag)
{
	struct pc_snmp_v3 m;
	int err = pc_snmp_v3_decode(data, len, &m);
	if (err == PC_OK && ((uint32_t)m.id - FIRST_ID >= v3->n ||
				    (m.flags & (PC_SNMP_V3_AUTH | PC_SNMP_V3_PRIV)) !=
					    (PC_SNMP_V3_AUTH | PC_SNMP_V3_PRIV)))
		err = PC_E_MISMATCH;
	if (err == PC_OK)
		*ret_device = (uint32_t)m.id - FIRST_ID;
	if (err == PC_OK && whole)
		err = open_seal(v3, *ret_device, &m, data, len);
	return err == PC_OK ? PC_OK : pc_diag_fail(diag, err, "SNMPv3: %s", pc_err_text(err));
}
