/* Tests of cloud/pki: what is made verifies with OpenSSL, is kept over a restart, and is renewed
 * when it runs out or lacks a name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "base/err.h"
#include "base/file.h"
#include "cloud/pki.h"

enum { START_S = 1790000000 };

struct fixture {
	char dir[64];
	struct pc_clock clock;
};

static int
setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	snprintf(f->dir, sizeof(f->dir), "/tmp/pc-pki-XXXXXX");
	pc_clock_init_virtual(&f->clock, START_S);
	*state = f;
	return mkdtemp(f->dir) == NULL ? -1 : 0;
}

static int
teardown(void **state)
{
	static const char *const files[] = {"root.pem", "intermediate.pem", "server.pem",
		"root-ca.pem", "server-chain.pem", ""};
	struct fixture *f = *state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		char path[128];
		snprintf(path, sizeof(path), "%s/%s", f->dir, files[i]);
		(void)remove(path);
	}
	(void)rmdir(f->dir);
	free(f);
	return 0;
}

static struct pc_pki *
open_pki(struct fixture *f, const char *const *names, size_t n)
{
	struct pc_pki *pki = NULL;
	struct pc_diag diag = {0};
	const struct pc_pki_options o = {f->dir, &f->clock, names, n};
	int err = pc_pki_open(&o, &pki, &diag);
	if (err != PC_OK)
		fail_msg("%s", diag.text);
	return pki;
}

/* Verifies the first certificate of `chain` as a client or server would. X509_V_OK or the error. */
static int
verify(const struct pc_pki *pki, const char *chain, int purpose, const char *host, time_t at)
{
	BIO *ca_bio = BIO_new_mem_buf(pc_pki_ca_pem(pki), -1);
	BIO *bio = BIO_new_mem_buf(chain, -1);
	X509 *ca = PEM_read_bio_X509(ca_bio, NULL, NULL, NULL);
	X509 *leaf = PEM_read_bio_X509(bio, NULL, NULL, NULL);
	X509 *next = PEM_read_bio_X509(bio, NULL, NULL, NULL);
	X509_STORE *store = X509_STORE_new();
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	STACK_OF(X509) *untrusted = sk_X509_new_null();
	assert_non_null(leaf);
	X509_STORE_add_cert(store, ca);
	if (next != NULL)
		sk_X509_push(untrusted, next);
	X509_STORE_CTX_init(ctx, store, leaf, untrusted);
	X509_STORE_CTX_set_purpose(ctx, purpose);
	X509_VERIFY_PARAM *param = X509_STORE_CTX_get0_param(ctx);
	X509_VERIFY_PARAM_set_time(param, at);
	X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_X509_STRICT);
	if (host != NULL)
		X509_VERIFY_PARAM_set1_host(param, host, 0);
	int result = X509_verify_cert(ctx) == 1 ? X509_V_OK : X509_STORE_CTX_get_error(ctx);
	X509_STORE_CTX_free(ctx);
	X509_STORE_free(store);
	sk_X509_free(untrusted);
	X509_free(ca);
	X509_free(leaf);
	X509_free(next);
	BIO_free(ca_bio);
	BIO_free(bio);
	return result;
}

static void
test_server_chain_verifies(void **state)
{
	static const char *const extra[] = {"cloud.example.test", "127.0.0.9"};
	struct fixture *f = *state;
	struct pc_pki *pki = open_pki(f, extra, 2);
	const char *chain = pc_pki_chain_pem(pki);
	static const char *const good[] = {"api.ers.test", "mqtt.ers.test", "portal.ers.test",
		"download.ers.test", "localhost", "cloud.example.test"};
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_int_equal(
			verify(pki, chain, X509_PURPOSE_SSL_SERVER, good[i], START_S), X509_V_OK);
	assert_int_equal(verify(pki, chain, X509_PURPOSE_SSL_SERVER, "other.test", START_S),
		X509_V_ERR_HOSTNAME_MISMATCH);
	assert_int_not_equal(verify(pki, chain, X509_PURPOSE_SSL_CLIENT, NULL, START_S), X509_V_OK);
	assert_int_equal(
		verify(pki, chain, X509_PURPOSE_SSL_SERVER, NULL, START_S + 366L * 24 * 3600),
		X509_V_ERR_CERT_HAS_EXPIRED);
	pc_pki_free(pki);
}

static void
test_client_certificate(void **state)
{
	struct fixture *f = *state;
	struct pc_pki *pki = open_pki(f, NULL, 0);
	struct pc_buf cert, key;
	pc_buf_init(&cert, PC_PKI_PEM_MAX);
	pc_buf_init(&key, PC_PKI_PEM_MAX);
	assert_int_equal(pc_pki_issue(pki, "agent-7", &cert, &key), PC_OK);
	assert_int_equal(
		verify(pki, pc_buf_text(&cert), X509_PURPOSE_SSL_CLIENT, NULL, START_S), X509_V_OK);
	assert_int_not_equal(
		verify(pki, pc_buf_text(&cert), X509_PURPOSE_SSL_SERVER, NULL, START_S), X509_V_OK);
	BIO *bio = BIO_new_mem_buf(cert.data, (int)cert.len);
	X509 *x = PEM_read_bio_X509(bio, NULL, NULL, NULL);
	char cn[80] = "";
	X509_NAME_get_text_by_NID(X509_get_subject_name(x), NID_commonName, cn, sizeof(cn));
	assert_string_equal(cn, "agent-7");
	X509_free(x);
	BIO_free(bio);
	assert_non_null(strstr(pc_buf_text(&key), "PRIVATE KEY"));
	static const char *const bad[] = {"", "a/b", "a+", "#", "a b", "caf\xc3\xa9",
		"0123456789012345678901234567890123456789012345678901234567890123x"};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(pc_pki_issue(pki, bad[i], &cert, &key), PC_E_BADVALUE);
	pc_buf_done(&cert);
	pc_buf_done(&key);
	pc_pki_free(pki);
}

static void
test_kept_and_renewed(void **state)
{
	static const char *const extra[] = {"new.example.test"};
	struct fixture *f = *state;
	struct pc_pki *pki = open_pki(f, NULL, 0);
	char *ca = strdup(pc_pki_ca_pem(pki));
	char *chain = strdup(pc_pki_chain_pem(pki));
	pc_pki_free(pki);
	pki = open_pki(f, NULL, 0);
	assert_string_equal(pc_pki_ca_pem(pki), ca);
	assert_string_equal(pc_pki_chain_pem(pki), chain);
	pc_pki_free(pki);
	pki = open_pki(f, extra, 1); /* a new name: new server certificate, same CA */
	assert_string_equal(pc_pki_ca_pem(pki), ca);
	assert_string_not_equal(pc_pki_chain_pem(pki), chain);
	free(chain);
	chain = strdup(pc_pki_chain_pem(pki));
	pc_pki_free(pki);
	pc_clock_advance(&f->clock, 340ull * 24 * 3600 * 1000000000u); /* nearly run out */
	pki = open_pki(f, extra, 1);
	assert_string_equal(pc_pki_ca_pem(pki), ca);
	assert_string_not_equal(pc_pki_chain_pem(pki), chain);
	assert_int_equal(verify(pki, pc_pki_chain_pem(pki), X509_PURPOSE_SSL_SERVER,
				 "new.example.test", START_S + 360L * 24 * 3600),
		X509_V_OK);
	pc_pki_free(pki);
	pc_clock_advance(&f->clock, 3600ull * 24 * 3600 * 1000000000u); /* the CA too */
	pki = open_pki(f, NULL, 0);
	assert_string_not_equal(pc_pki_ca_pem(pki), ca);
	pc_pki_free(pki);
	free(ca);
	free(chain);
}

static void
test_files(void **state)
{
	struct fixture *f = *state;
	struct pc_pki *pki = open_pki(f, NULL, 0);
	struct pc_diag diag = {0};
	struct stat st;
	char path[128];
	pc_pki_free(pki);
	snprintf(path, sizeof(path), "%s/server.pem", f->dir);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	snprintf(path, sizeof(path), "%s/root.pem", f->dir);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(pc_file_write(path, "nonsense\n", 9, 0600, &diag), PC_OK);
	const struct pc_pki_options o = {f->dir, &f->clock, NULL, 0};
	assert_int_equal(pc_pki_open(&o, &pki, &diag), PC_E_BADVALUE);
	assert_non_null(strstr(diag.text, "root.pem"));
	const char *const bad[] = {"a,DNS:evil"};
	const struct pc_pki_options named = {f->dir, &f->clock, bad, 1};
	assert_int_equal(pc_pki_open(&named, &pki, &diag), PC_E_USAGE);
}

static void
test_fault_certificates(void **state)
{
	static const int expected[PC_PKI_SERVERS] = {
		[PC_PKI_SERVER_GOOD] = X509_V_OK,
		[PC_PKI_SERVER_WRONG_NAME] = X509_V_ERR_HOSTNAME_MISMATCH,
		[PC_PKI_SERVER_SELF_SIGNED] = X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT,
		[PC_PKI_SERVER_EXPIRED] = X509_V_ERR_CERT_HAS_EXPIRED,
	};
	struct fixture *f = *state;
	struct pc_pki *pki = open_pki(f, NULL, 0);
	for (int i = 0; i < PC_PKI_SERVERS; i++) {
		struct pc_buf chain, key;
		pc_buf_init(&chain, PC_PKI_PEM_MAX);
		pc_buf_init(&key, PC_PKI_PEM_MAX);
		assert_int_equal(
			pc_pki_server(pki, (enum pc_pki_server)i, &chain, &key, NULL), PC_OK);
		assert_int_equal(verify(pki, pc_buf_text(&chain), X509_PURPOSE_SSL_SERVER,
					 "api.ers.test", START_S),
			expected[i]);
		pc_buf_done(&chain);
		pc_buf_done(&key);
	}
	pc_pki_free(pki);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_server_chain_verifies, setup, teardown),
		cmocka_unit_test_setup_teardown(test_client_certificate, setup, teardown),
		cmocka_unit_test_setup_teardown(test_kept_and_renewed, setup, teardown),
		cmocka_unit_test_setup_teardown(test_files, setup, teardown),
		cmocka_unit_test_setup_teardown(test_fault_certificates, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
