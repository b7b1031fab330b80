/* TLS of the printers' pages. Each device has a self-signed certificate of its own, made when the
 * first client asks for it; those of the devices asked last are kept. Key and serial number come
 * from the identity, so that a certificate that somebody trusts is good in the next run as well
 * (harness-defined; a key that anybody can work out protects nothing). */
#include <errno.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "services/web.h"

enum { KEPT_MAX = 256, SCALAR_BYTES = 32, POINT_BYTES = 65, SERIAL_BYTES = 8 };

struct kept {
	const struct pc_device *dev; /* borrowed, only compared; NULL: free */
	struct in_addr address;      /* what the certificate says; another one makes it stale */
	char host_name[PC_NAME_MAX];
	uint64_t used;
	X509 *cert;
	EVP_PKEY *key;
};

struct pc_web_tls {
	SSL_CTX *ctx;
	uint64_t uses;
	struct kept *kept; /* owned array of KEPT_MAX; NULL until the first connection */
};

/* 32 octets that only this device has, the same in every run. */
static bool
derive(const struct pc_device *dev, const char *purpose, uint8_t out[SCALAR_BYTES])
{
	const struct pc_device_state *s = pc_device_state(dev);
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	bool ok = c != NULL && EVP_DigestInit_ex(c, EVP_sha256(), NULL) == 1 &&
		  EVP_DigestUpdate(c, purpose, strlen(purpose) + 1) == 1 &&
		  EVP_DigestUpdate(c, s->uuid, sizeof(s->uuid)) == 1 &&
		  EVP_DigestUpdate(c, s->mac, sizeof(s->mac)) == 1 &&
		  EVP_DigestUpdate(c, s->serial, strlen(s->serial)) == 1 &&
		  EVP_DigestFinal_ex(c, out, NULL) == 1;
	EVP_MD_CTX_free(c);
	return ok;
}

/* The public point of a scalar on P-256. */
static bool
point_of(const BIGNUM *scalar, uint8_t out[POINT_BYTES])
{
	EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
	EC_POINT *point = group == NULL ? NULL : EC_POINT_new(group);
	bool ok = point != NULL && EC_POINT_mul(group, point, scalar, NULL, NULL, NULL) == 1 &&
		  EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED, out, POINT_BYTES,
			  NULL) == POINT_BYTES;
	EC_POINT_free(point);
	EC_GROUP_free(group);
	return ok;
}

/* An octet less than a scalar has is always below the group's order. */
static EVP_PKEY *
make_key(const struct pc_device *dev)
{
	uint8_t secret[SCALAR_BYTES];
	uint8_t point[POINT_BYTES];
	EVP_PKEY *key = NULL;
	BIGNUM *scalar = derive(dev, "presscheck web key", secret)
				 ? BN_bin2bn(secret, SCALAR_BYTES - 1, NULL)
				 : NULL;
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	OSSL_PARAM *params = NULL;
	EVP_PKEY_CTX *c = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	if (scalar != NULL && build != NULL && point_of(scalar, point) &&
		OSSL_PARAM_BLD_push_utf8_string(
			build, OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) == 1 &&
		OSSL_PARAM_BLD_push_octet_string(
			build, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof(point)) == 1 &&
		OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_PRIV_KEY, scalar) == 1)
		params = OSSL_PARAM_BLD_to_param(build);
	if (params == NULL || c == NULL || EVP_PKEY_fromdata_init(c) != 1 ||
		EVP_PKEY_fromdata(c, &key, EVP_PKEY_KEYPAIR, params) != 1)
		key = NULL;
	EVP_PKEY_CTX_free(c);
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(build);
	BN_free(scalar);
	return key;
}

/* Takes `value`. */
static bool
add_name(GENERAL_NAMES *names, int kind, ASN1_STRING *value, const void *data, int len)
{
	GENERAL_NAME *name = GENERAL_NAME_new();
	if (name == NULL || value == NULL || ASN1_STRING_set(value, data, len) != 1 ||
		sk_GENERAL_NAME_push(names, name) <= 0) {
		GENERAL_NAME_free(name);
		ASN1_STRING_free(value);
		return false;
	}
	GENERAL_NAME_set0_value(name, kind, value);
	return true;
}

/* Spec: RFC 5280 s4.2.1.6: the names and the address by which the device is reached. */
static bool
add_names(X509 *cert, const struct kept *k)
{
	char local[PC_NAME_MAX + 8];
	GENERAL_NAMES *names = GENERAL_NAMES_new();
	(void)snprintf(local, sizeof(local), "%s.local", k->host_name);
	bool ok = names != NULL &&
		  add_name(names, GEN_DNS, ASN1_IA5STRING_new(), k->host_name, -1) &&
		  add_name(names, GEN_DNS, ASN1_IA5STRING_new(), local, -1) &&
		  add_name(names, GEN_IPADD, ASN1_OCTET_STRING_new(), &k->address,
			  sizeof(k->address)) &&
		  X509_add1_ext_i2d(cert, NID_subject_alt_name, names, 0, X509V3_ADD_DEFAULT) == 1;
	GENERAL_NAMES_free(names);
	return ok;
}

static bool
add_extension(X509 *cert, int nid, const char *value)
{
	X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, NULL, nid, value);
	bool ok = e != NULL && X509_add_ext(cert, e, -1) == 1;
	X509_EXTENSION_free(e);
	return ok;
}

static bool
add_subject(X509_NAME *name, const char *field, const char *text)
{
	return text[0] == '\0' || X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8,
					  (const unsigned char *)text, -1, -1, 0) == 1;
}

static bool
fill(X509 *cert, const struct pc_device *dev, const struct kept *k)
{
	uint8_t id[SCALAR_BYTES];
	X509_NAME *name = X509_get_subject_name(cert);
	BIGNUM *number = NULL;
	if (!derive(dev, "presscheck web certificate", id))
		return false;
	id[0] &= 0x7f;
	id[SERIAL_BYTES - 1] |= 1; /* positive. Spec: RFC 5280 s4.1.2.2 */
	number = BN_bin2bn(id, SERIAL_BYTES, NULL);
	bool ok = number != NULL && X509_set_version(cert, X509_VERSION_3) == 1 &&
		  BN_to_ASN1_INTEGER(number, X509_get_serialNumber(cert)) != NULL &&
		  ASN1_TIME_set_string_X509(X509_getm_notBefore(cert), "200101000000Z") == 1 &&
		  ASN1_TIME_set_string_X509(X509_getm_notAfter(cert), "491231235959Z") == 1 &&
		  add_subject(name, "O", pc_device_profile(dev)->vendor) &&
		  add_subject(name, "serialNumber", pc_device_state(dev)->serial) &&
		  add_subject(name, "CN", k->host_name) && X509_set_issuer_name(cert, name) == 1 &&
		  X509_set_pubkey(cert, k->key) == 1 && add_names(cert, k) &&
		  add_extension(cert, NID_basic_constraints, "critical,CA:FALSE") &&
		  add_extension(cert, NID_key_usage, "critical,digitalSignature") &&
		  add_extension(cert, NID_ext_key_usage, "serverAuth");
	BN_free(number);
	return ok && X509_sign(cert, k->key, EVP_sha256()) > 0;
}

static void
drop(struct kept *k)
{
	X509_free(k->cert);
	EVP_PKEY_free(k->key);
	*k = (struct kept){.dev = NULL};
}

static bool
is_of(const struct kept *k, const struct pc_device *dev)
{
	const struct pc_device_state *s = pc_device_state(dev);
	return k->dev == dev && k->address.s_addr == s->address.s_addr &&
	       strcmp(k->host_name, s->host_name) == 0;
}

/* The device's place: its own, a free one, or that of the device asked longest ago. */
static struct kept *
find(struct pc_web_tls *tls, const struct pc_device *dev)
{
	struct kept *best = &tls->kept[0];
	for (size_t i = 0; i < KEPT_MAX; i++) {
		struct kept *k = &tls->kept[i];
		if (k->dev == dev)
			return k;
		if (k->used < best->used)
			best = k;
	}
	return best;
}

static struct kept *
certificate(struct pc_web_tls *tls, const struct pc_device *dev)
{
	const struct pc_device_state *s = pc_device_state(dev);
	if (tls->kept == NULL)
		tls->kept = calloc(KEPT_MAX, sizeof(tls->kept[0]));
	if (tls->kept == NULL)
		return NULL;
	struct kept *k = find(tls, dev);
	if (!is_of(k, dev)) {
		drop(k);
		k->address = s->address;
		memcpy(k->host_name, s->host_name, sizeof(k->host_name));
		k->key = make_key(dev);
		k->cert = X509_new();
		if (k->key == NULL || k->cert == NULL || !fill(k->cert, dev, k)) {
			drop(k);
			return NULL;
		}
		k->dev = dev;
	}
	k->used = ++tls->uses;
	return k;
}

int
pc_web_tls_new(struct pc_web_tls **ret, struct pc_diag *diag)
{
	struct pc_web_tls *tls = calloc(1, sizeof(*tls));
	if (tls == NULL)
		return -ENOMEM;
	tls->ctx = SSL_CTX_new(TLS_server_method());
	if (tls->ctx == NULL) {
		free(tls);
		return pc_diag_fail(diag, PC_E_INTERNAL, "OpenSSL gives no TLS context");
	}
	/* Spec: OQ-03: nothing older than 1.2. Nothing is resumed: one context serves all devices,
	 * and a session kept costs memory. */
	SSL_CTX_set_min_proto_version(tls->ctx, TLS1_2_VERSION);
	SSL_CTX_set_mode(tls->ctx, SSL_MODE_RELEASE_BUFFERS);
	SSL_CTX_set_options(tls->ctx, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
					      SSL_OP_NO_TICKET | SSL_OP_CIPHER_SERVER_PREFERENCE);
	SSL_CTX_set_num_tickets(tls->ctx, 0);
	SSL_CTX_set_session_cache_mode(tls->ctx, SSL_SESS_CACHE_OFF);
	*ret = tls;
	return PC_OK;
}

void
pc_web_tls_free(struct pc_web_tls *tls)
{
	if (tls == NULL)
		return;
	for (size_t i = 0; tls->kept != NULL && i < KEPT_MAX; i++)
		drop(&tls->kept[i]);
	free(tls->kept);
	SSL_CTX_free(tls->ctx);
	free(tls);
}

SSL *
pc_web_tls_accept(struct pc_web_tls *tls, const struct pc_device *dev)
{
	struct kept *k = certificate(tls, dev);
	SSL *ssl = k == NULL ? NULL : SSL_new(tls->ctx);
	BIO *in = BIO_new(BIO_s_mem()), *out = BIO_new(BIO_s_mem());
	if (ssl == NULL || in == NULL || out == NULL ||
		SSL_use_cert_and_key(ssl, k->cert, k->key, NULL, 1) != 1) {
		SSL_free(ssl);
		BIO_free(in);
		BIO_free(out);
		ERR_clear_error();
		return NULL;
	}
	BIO_set_mem_eof_return(in, -1); /* empty is "not yet", not the end */
	BIO_set_mem_eof_return(out, -1);
	SSL_set_bio(ssl, in, out);
	SSL_set_accept_state(ssl);
	return ssl;
}
