#include "cloud/pki.h"

#include <errno.h>
#include <limits.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "base/text.h"

enum { DAY_S = 24 * 3600, SERIAL_BYTES = 16 };

struct identity {
	X509 *cert;    /* owned */
	EVP_PKEY *key; /* owned */
};

struct pc_pki {
	char dir[PATH_MAX - 64];
	const struct pc_clock *clock; /* borrowed */
	struct identity root, intermediate, server;
	struct pc_buf san; /* "DNS:…,IP:…" as the server certificate must have it */
	struct pc_buf ca_pem, chain_pem;
};

/* Names the contract uses; always in the server certificate. */
static const char *const default_names[] = {"api.ers.test", "mqtt.ers.test", "portal.ers.test",
	"download.ers.test", "localhost", "127.0.0.1"};

/* What a kind of certificate holds. Spec: RFC 5280 s4.2.1.3, .9, .12. */
struct shape {
	const char *cn;
	const char *san; /* NULL for none */
	const char *constraints, *usage, *extended;
	int64_t from_s, to_s; /* relative to now */
};

static int
ssl_fail(struct pc_diag *diag, const char *what)
{
	char text[160];
	ERR_error_string_n(ERR_get_error(), text, sizeof(text));
	ERR_clear_error();
	return pc_diag_fail(diag, PC_E_INTERNAL, "test PKI: %s: %s", what, text);
}

static time_t
now_s(const struct pc_pki *pki)
{
	return (time_t)(pc_clock_wall_ns(pki->clock) / 1000000000u);
}

static void
identity_done(struct identity *id)
{
	X509_free(id->cert);
	EVP_PKEY_free(id->key);
	*id = (struct identity){NULL, NULL};
}

static bool
add_extension(X509 *cert, X509 *issuer, const char *name, const char *value)
{
	X509V3_CTX ctx;
	if (value == NULL)
		return true;
	X509V3_set_ctx(&ctx, issuer, cert, NULL, NULL, 0);
	X509V3_set_ctx_nodb(&ctx);
	X509_EXTENSION *e = X509V3_EXT_conf(NULL, &ctx, name, value);
	bool ok = e != NULL && X509_add_ext(cert, e, -1) == 1;
	X509_EXTENSION_free(e);
	return ok;
}

/* Random, positive, 127 bits. Spec: RFC 5280 s4.1.2.2. */
static bool
set_serial(X509 *cert)
{
	uint8_t raw[SERIAL_BYTES];
	if (RAND_bytes(raw, sizeof(raw)) != 1)
		return false;
	raw[0] = (uint8_t)((raw[0] & 0x7f) | 0x40);
	BIGNUM *n = BN_bin2bn(raw, sizeof(raw), NULL);
	bool ok = n != NULL && BN_to_ASN1_INTEGER(n, X509_get_serialNumber(cert)) != NULL;
	BN_free(n);
	return ok;
}

static bool
set_names(X509 *cert, const char *cn, const struct identity *issuer)
{
	X509_NAME *name = X509_get_subject_name(cert);
	return X509_NAME_add_entry_by_txt(name, "O", MBSTRING_UTF8,
		       (const unsigned char *)"presscheck test PKI", -1, -1, 0) == 1 &&
	       X509_NAME_add_entry_by_txt(
		       name, "CN", MBSTRING_UTF8, (const unsigned char *)cn, -1, -1, 0) == 1 &&
	       X509_set_issuer_name(
		       cert, issuer == NULL ? name : X509_get_subject_name(issuer->cert)) == 1;
}

static bool
fill(X509 *cert, EVP_PKEY *key, const struct shape *s, const struct identity *issuer, time_t now)
{
	X509 *from = issuer == NULL ? cert : issuer->cert;
	return X509_set_version(cert, X509_VERSION_3) == 1 && set_serial(cert) &&
	       set_names(cert, s->cn, issuer) &&
	       ASN1_TIME_set(X509_getm_notBefore(cert), now + s->from_s) != NULL &&
	       ASN1_TIME_set(X509_getm_notAfter(cert), now + s->to_s) != NULL &&
	       X509_set_pubkey(cert, key) == 1 &&
	       add_extension(cert, from, "basicConstraints", s->constraints) &&
	       add_extension(cert, from, "keyUsage", s->usage) &&
	       add_extension(cert, from, "extendedKeyUsage", s->extended) &&
	       add_extension(cert, from, "subjectAltName", s->san) &&
	       add_extension(cert, from, "subjectKeyIdentifier", "hash") &&
	       (issuer == NULL ||
		       add_extension(cert, from, "authorityKeyIdentifier", "keyid:always")) &&
	       X509_sign(cert, issuer == NULL ? key : issuer->key, EVP_sha256()) > 0;
}

/* A new key and a certificate for it, signed by `issuer` or, when NULL, by itself. */
static int
make(const struct pc_pki *pki, const struct shape *s, const struct identity *issuer,
	struct identity *ret, struct pc_diag *diag)
{
	struct identity id = {X509_new(), EVP_EC_gen("P-256")};
	if (id.cert == NULL || id.key == NULL || !fill(id.cert, id.key, s, issuer, now_s(pki))) {
		identity_done(&id);
		return ssl_fail(diag, s->cn);
	}
	identity_done(ret);
	*ret = id;
	return PC_OK;
}

static int
take_bio(BIO *bio, bool ok, struct pc_buf *out)
{
	char *text = NULL;
	long n = ok ? BIO_get_mem_data(bio, &text) : -1;
	int err = n < 0 ? PC_E_INTERNAL : pc_buf_add(out, text, (size_t)n);
	BIO_free(bio);
	ERR_clear_error();
	return err;
}

static int
add_cert_pem(struct pc_buf *out, X509 *cert)
{
	BIO *bio = BIO_new(BIO_s_mem());
	return take_bio(bio, bio != NULL && PEM_write_bio_X509(bio, cert) == 1, out);
}

static int
add_key_pem(struct pc_buf *out, EVP_PKEY *key)
{
	BIO *bio = BIO_new(BIO_s_mem());
	bool ok = bio != NULL && PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) == 1;
	return take_bio(bio, ok, out);
}

static void
path_of(const struct pc_pki *pki, const char *file, char out[PATH_MAX])
{
	snprintf(out, PATH_MAX, "%s/%s", pki->dir, file);
}

/* Key and certificate share one file, so that no crash can part them. */
static int
save(const struct pc_pki *pki, const char *file, const struct identity *id, struct pc_diag *diag)
{
	char path[PATH_MAX];
	struct pc_buf pem;
	pc_buf_init(&pem, PC_PKI_PEM_MAX);
	path_of(pki, file, path);
	int err = add_key_pem(&pem, id->key);
	if (err == PC_OK)
		err = add_cert_pem(&pem, id->cert);
	if (err == PC_OK)
		err = pc_file_write(path, pem.data, pem.len, 0600, diag);
	if (pem.data != NULL)
		OPENSSL_cleanse(pem.data, pem.len);
	pc_buf_done(&pem);
	return err;
}

/* PC_OK, PC_E_NOTFOUND when there is nothing to load, PC_E_BADVALUE when it is no pair. */
static int
load(const struct pc_pki *pki, const char *file, struct identity *ret, struct pc_diag *diag)
{
	char path[PATH_MAX];
	struct pc_buf pem;
	struct identity id = {NULL, NULL};
	pc_buf_init(&pem, PC_PKI_PEM_MAX);
	path_of(pki, file, path);
	int err = pc_file_read(path, &pem, diag);
	if (err == -ENOENT)
		err = PC_E_NOTFOUND;
	if (err == PC_OK) {
		BIO *bio = BIO_new_mem_buf(pem.data, (int)pem.len);
		id.key = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
		id.cert = PEM_read_bio_X509(bio, NULL, NULL, NULL);
		BIO_free(bio);
		if (id.key == NULL || id.cert == NULL ||
			X509_check_private_key(id.cert, id.key) != 1)
			err = pc_diag_fail(diag, PC_E_BADVALUE,
				"%s: not a private key with its certificate; delete the directory "
				"to make a new test PKI",
				path);
	}
	ERR_clear_error();
	pc_buf_done(&pem);
	if (err != PC_OK) {
		identity_done(&id);
		return err;
	}
	*ret = id;
	return PC_OK;
}

static bool
lasts(const struct pc_pki *pki, X509 *cert)
{
	time_t limit = now_s(pki) + (time_t)PC_PKI_RENEW_DAYS * DAY_S;
	time_t now = now_s(pki);
	return X509_cmp_time(X509_get0_notAfter(cert), &limit) > 0 &&
	       X509_cmp_time(X509_get0_notBefore(cert), &now) < 0;
}

static bool
signed_by(X509 *cert, const struct identity *issuer)
{
	EVP_PKEY *key = X509_get0_pubkey(issuer->cert);
	bool ok = key != NULL && X509_verify(cert, key) == 1;
	ERR_clear_error();
	return ok;
}

/* The certificate in `file` if it is there, lasts, is from `issuer` and has all names; else anew.
 */
static int
ensure(struct pc_pki *pki, const char *file, const struct shape *s, const struct identity *issuer,
	struct identity *ret, bool (*has_names)(const struct pc_pki *, X509 *),
	struct pc_diag *diag)
{
	int err = load(pki, file, ret, diag);
	if (err != PC_OK && err != PC_E_NOTFOUND)
		return err;
	if (err == PC_OK && lasts(pki, ret->cert) &&
		signed_by(ret->cert, issuer == NULL ? ret : issuer) &&
		(has_names == NULL || has_names(pki, ret->cert)))
		return PC_OK;
	err = make(pki, s, issuer, ret, diag);
	return err == PC_OK ? save(pki, file, ret, diag) : err;
}

/* Walks "DNS:a,IP:b". */
static bool
has_all_names(const struct pc_pki *pki, X509 *cert)
{
	const char *p = pc_buf_text(&pki->san);
	while (*p != '\0') {
		char name[256];
		const char *end = strchrnul(p, ',');
		const char *colon = strchr(p, ':');
		size_t n = (size_t)(end - colon - 1);
		if (n >= sizeof(name))
			return false;
		memcpy(name, colon + 1, n);
		name[n] = '\0';
		bool ok = p[0] == 'I' ? X509_check_ip_asc(cert, name, 0) == 1
				      : X509_check_host(cert, name, n, 0, NULL) == 1;
		if (!ok)
			return false;
		p = *end == ',' ? end + 1 : end;
	}
	return true;
}

static bool
is_host_name(const char *name)
{
	size_t n = strlen(name);
	return n > 0 && n < 254 &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._*") ==
		       n;
}

static int
add_name(struct pc_pki *pki, const char *name, struct pc_diag *diag)
{
	struct in_addr addr;
	bool ip = pc_text_ipv4(name, &addr) == PC_OK;
	if (!ip && !is_host_name(name))
		return pc_diag_fail(
			diag, PC_E_USAGE, "'%s' is neither a host name nor an IPv4 address", name);
	return pc_buf_addf(
		&pki->san, "%s%s:%s", pki->san.len == 0 ? "" : ",", ip ? "IP" : "DNS", name);
}

static int
gather_names(struct pc_pki *pki, const struct pc_pki_options *o, struct pc_diag *diag)
{
	int err = PC_OK;
	if (o->n_names > PC_PKI_NAMES_MAX)
		return pc_diag_fail(diag, PC_E_LIMIT, "%zu server names, at most %d", o->n_names,
			PC_PKI_NAMES_MAX);
	for (size_t i = 0; i < sizeof(default_names) / sizeof(default_names[0]) && err == PC_OK;
		i++)
		err = add_name(pki, default_names[i], diag);
	for (size_t i = 0; i < o->n_names && err == PC_OK; i++)
		err = add_name(pki, o->names[i], diag);
	return err;
}

static struct shape
server_shape(const char *cn, const char *san, int64_t from_days, int64_t to_days)
{
	return (struct shape){cn, san, "critical,CA:FALSE", "critical,digitalSignature",
		"serverAuth", from_days * DAY_S, to_days * DAY_S};
}

static int
ensure_all(struct pc_pki *pki, struct pc_diag *diag)
{
	const struct shape root = {"presscheck test root", NULL, "critical,CA:TRUE",
		"critical,keyCertSign,cRLSign", NULL, -DAY_S, (int64_t)PC_PKI_CA_DAYS * DAY_S};
	const struct shape intermediate = {"presscheck test intermediate", NULL,
		"critical,CA:TRUE,pathlen:0", "critical,keyCertSign,cRLSign", NULL, -DAY_S,
		(int64_t)PC_PKI_CA_DAYS * DAY_S};
	const struct shape server =
		server_shape("api.ers.test", pc_buf_text(&pki->san), -1, PC_PKI_LEAF_DAYS);
	int err = ensure(pki, "root.pem", &root, NULL, &pki->root, NULL, diag);
	if (err == PC_OK)
		err = ensure(pki, "intermediate.pem", &intermediate, &pki->root, &pki->intermediate,
			NULL, diag);
	if (err == PC_OK)
		err = ensure(pki, "server.pem", &server, &pki->intermediate, &pki->server,
			has_all_names, diag);
	return err;
}

/* The public copies; derived, so written anew at each start. */
static int
publish(struct pc_pki *pki, struct pc_diag *diag)
{
	char path[PATH_MAX];
	int err = add_cert_pem(&pki->ca_pem, pki->root.cert);
	if (err == PC_OK)
		err = add_cert_pem(&pki->chain_pem, pki->server.cert);
	if (err == PC_OK)
		err = add_cert_pem(&pki->chain_pem, pki->intermediate.cert);
	path_of(pki, "root-ca.pem", path);
	if (err == PC_OK)
		err = pc_file_write(path, pki->ca_pem.data, pki->ca_pem.len, 0644, diag);
	path_of(pki, "server-chain.pem", path);
	if (err == PC_OK)
		err = pc_file_write(path, pki->chain_pem.data, pki->chain_pem.len, 0644, diag);
	return err;
}

int
pc_pki_open(const struct pc_pki_options *options, struct pc_pki **ret, struct pc_diag *diag)
{
	struct pc_pki *pki = calloc(1, sizeof(*pki));
	if (pki == NULL)
		return -ENOMEM;
	pki->clock = options->clock;
	pc_buf_init(&pki->san, 16384);
	pc_buf_init(&pki->ca_pem, PC_PKI_PEM_MAX);
	pc_buf_init(&pki->chain_pem, PC_PKI_PEM_MAX);
	int err = pc_text_copy(pki->dir, sizeof(pki->dir), options->dir)
			  ? pc_file_mkdir(pki->dir, 0700, diag)
			  : pc_diag_fail(
				    diag, -ENAMETOOLONG, "%s: the path is too long", options->dir);
	if (err == PC_OK)
		err = gather_names(pki, options, diag);
	if (err == PC_OK)
		err = ensure_all(pki, diag);
	if (err == PC_OK)
		err = publish(pki, diag);
	if (err != PC_OK) {
		pc_pki_free(pki);
		return err;
	}
	*ret = pki;
	return PC_OK;
}

void
pc_pki_free(struct pc_pki *pki)
{
	if (pki == NULL)
		return;
	identity_done(&pki->root);
	identity_done(&pki->intermediate);
	identity_done(&pki->server);
	pc_buf_done(&pki->san);
	pc_buf_done(&pki->ca_pem);
	pc_buf_done(&pki->chain_pem);
	free(pki);
}

const char *
pc_pki_ca_pem(const struct pc_pki *pki)
{
	return pc_buf_text(&pki->ca_pem);
}

const char *
pc_pki_chain_pem(const struct pc_pki *pki)
{
	return pc_buf_text(&pki->chain_pem);
}

bool
pc_pki_agent_id_ok(const char *agent_id)
{
	size_t n = strlen(agent_id);
	return n > 0 && n <= PC_PKI_AGENT_ID_MAX &&
	       strspn(agent_id,
		       "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._") == n;
}

int
pc_pki_issue(void *arg, const char *agent_id, struct pc_buf *cert_pem, struct pc_buf *key_pem)
{
	struct pc_pki *pki = arg;
	struct identity id = {NULL, NULL};
	const struct shape s = {agent_id, NULL, "critical,CA:FALSE", "critical,digitalSignature",
		"clientAuth", -DAY_S, (int64_t)PC_PKI_LEAF_DAYS * DAY_S};
	if (!pc_pki_agent_id_ok(agent_id))
		return PC_E_BADVALUE;
	int err = make(pki, &s, &pki->intermediate, &id, NULL);
	if (err == PC_OK)
		err = add_cert_pem(cert_pem, id.cert);
	if (err == PC_OK)
		err = add_cert_pem(cert_pem, pki->intermediate.cert);
	if (err == PC_OK)
		err = add_key_pem(key_pem, id.key);
	identity_done(&id);
	return err;
}

int
pc_pki_server(struct pc_pki *pki, enum pc_pki_server which, struct pc_buf *chain_pem,
	struct pc_buf *key_pem, struct pc_diag *diag)
{
	const char *san = pc_buf_text(&pki->san);
	struct identity bad = {NULL, NULL};
	const struct identity *id = &pki->server;
	struct shape s = server_shape("api.ers.test", san, -1, PC_PKI_LEAF_DAYS);
	int err = PC_OK;
	if (which == PC_PKI_SERVER_WRONG_NAME)
		s = server_shape("other.invalid", "DNS:other.invalid", -1, PC_PKI_LEAF_DAYS);
	else if (which == PC_PKI_SERVER_EXPIRED)
		s = server_shape("api.ers.test", san, -PC_PKI_LEAF_DAYS, -1);
	if (which != PC_PKI_SERVER_GOOD) {
		bool self = which == PC_PKI_SERVER_SELF_SIGNED;
		err = make(pki, &s, self ? NULL : &pki->intermediate, &bad, diag);
		id = &bad;
	}
	if (err == PC_OK)
		err = add_cert_pem(chain_pem, id->cert);
	if (err == PC_OK && which != PC_PKI_SERVER_SELF_SIGNED)
		err = add_cert_pem(chain_pem, pki->intermediate.cert);
	if (err == PC_OK)
		err = add_key_pem(key_pem, id->key);
	identity_done(&bad);
	return err;
}
