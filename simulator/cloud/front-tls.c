/* The TLS side of the front: contexts, ClientHello facts, ALPN, the handshake.
 * Spec: RFC 8446, RFC 5246, RFC 7301. */
#include <errno.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/text.h"
#include "cloud/faults.h"
#include "cloud/front-internal.h"
#include "cloud/members.h"

/* Fault → certificate it shows. */
static const struct {
	enum pc_cloud_fault fault;
	enum pc_pki_server certificate;
} certificate_faults[] = {
	{PC_CLOUD_FAULT_TLS_WRONG_NAME_CERTIFICATE, PC_PKI_SERVER_WRONG_NAME},
	{PC_CLOUD_FAULT_TLS_SELF_SIGNED, PC_PKI_SERVER_SELF_SIGNED},
	{PC_CLOUD_FAULT_TLS_EXPIRED_CERTIFICATE, PC_PKI_SERVER_EXPIRED},
};

/* Our protocols, best first: some stacks offer http/1.1 in every hello. h2 is never taken. */
static const char *const protocols[] = {"mqtt", "http/1.1"};

static const char *
ssl_error(char text[160])
{
	unsigned long e = ERR_peek_last_error();
	const char *reason = ERR_reason_error_string(e);
	if (reason == NULL)
		ERR_error_string_n(e, text, 160);
	else
		pc_text_copy(text, 160, reason);
	return e == 0 ? "closed by the peer" : text;
}

static int
on_alpn(SSL *ssl, const unsigned char **out, unsigned char *out_len, const unsigned char *in,
	unsigned in_len, void *arg)
{
	const struct pc_front *front = arg;
	(void)ssl;
	for (size_t k = 0; k < sizeof(protocols) / sizeof(protocols[0]); k++) {
		size_t n = strlen(protocols[k]);
		for (unsigned i = 0; i < in_len && i + 1 + in[i] <= in_len; i += in[i] + 1u) {
			if (in[i] == n && memcmp(in + i + 1, protocols[k], n) == 0) {
				*out = in + i + 1;
				*out_len = in[i];
				return SSL_TLSEXT_ERR_OK;
			}
		}
	}
	return front->options.strict_alpn ? SSL_TLSEXT_ERR_ALERT_FATAL : SSL_TLSEXT_ERR_NOACK;
}

/* "0-23-65281-10-11": extension numbers in the order they came. */
static void
note_extensions(SSL *ssl, struct pc_buf *m)
{
	int *types = NULL;
	size_t n = 0;
	struct pc_buf list;
	pc_buf_init(&list, PC_MEMBER_TEXT_MAX);
	if (SSL_client_hello_get1_extensions_present(ssl, &types, &n) == 1) {
		for (size_t i = 0; i < n; i++)
			pc_buf_addf(&list, "%s%d", i == 0 ? "" : "-", types[i]);
		OPENSSL_free(types);
	}
	pc_members_text(m, "extensions", pc_buf_text(&list));
	pc_buf_done(&list);
}

/* The offered protocols, comma separated. Spec: RFC 7301 s3.1. */
static void
note_alpn(SSL *ssl, struct pc_buf *m)
{
	const unsigned char *p = NULL;
	size_t n = 0;
	struct pc_buf list;
	if (SSL_client_hello_get0_ext(
		    ssl, TLSEXT_TYPE_application_layer_protocol_negotiation, &p, &n) != 1 ||
		n < 2)
		return;
	pc_buf_init(&list, PC_MEMBER_TEXT_MAX);
	for (size_t i = 2; i < n && i + 1 + p[i] <= n; i += p[i] + 1u) {
		if (list.len > 0)
			pc_buf_add_text(&list, ",");
		pc_buf_add(&list, p + i + 1, p[i]);
	}
	pc_members_bytes(m, "alpnOffer", list.data, list.len);
	pc_buf_done(&list);
}

static void
note_hello(SSL *ssl, struct pc_buf *m)
{
	const unsigned char *ciphers = NULL;
	pc_members_init(m);
	pc_members_u64(m, "helloVersion", SSL_client_hello_get0_legacy_version(ssl));
	pc_members_u64(m, "helloCiphers", SSL_client_hello_get0_ciphers(ssl, &ciphers) / 2);
	note_extensions(ssl, m);
	note_alpn(ssl, m);
}

static int
on_hello(SSL *ssl, int *alert, void *arg)
{
	struct pc_front *front = arg;
	struct pc_front_conn *c = SSL_get_app_data(ssl);
	(void)alert;
	if (c->hello.data == NULL)
		note_hello(ssl, &c->hello);
	if (pc_front_faulty(front, PC_CLOUD_FAULT_TLS_STALL))
		return SSL_CLIENT_HELLO_RETRY; /* never called again: the stall */
	if (pc_front_faulty(front, PC_CLOUD_FAULT_TLS_RESET)) {
		c->end = "reset";
		return SSL_CLIENT_HELLO_ERROR;
	}
	for (size_t i = 0; i < sizeof(certificate_faults) / sizeof(certificate_faults[0]); i++) {
		SSL_CTX *ctx = front->contexts[certificate_faults[i].certificate];
		if (ctx != NULL && pc_front_faulty(front, certificate_faults[i].fault))
			SSL_set_SSL_CTX(ssl, ctx);
	}
	return SSL_CLIENT_HELLO_SUCCESS;
}

static void
on_info(const SSL *ssl, int where, int ret)
{
	struct pc_front_conn *c = SSL_get_app_data(ssl);
	if ((where & SSL_CB_ALERT) == 0 || c == NULL)
		return;
	if ((where & SSL_CB_READ) != 0)
		c->alert_in = ret & 0xff;
	else
		c->alert_out = ret & 0xff;
}

/* NSS key log, one write a line so that lines of several processes do not mix. */
static void
on_keylog(const SSL *ssl, const char *line)
{
	const struct pc_front_conn *c = SSL_get_app_data(ssl);
	struct pc_buf b;
	if (c == NULL || c->front->keylog_fd < 0)
		return;
	pc_buf_init(&b, 4096);
	pc_buf_addf(&b, "%s\n", line);
	if (b.err == PC_OK && write(c->front->keylog_fd, b.data, b.len) < 0) {
		close(c->front->keylog_fd);
		c->front->keylog_fd = -1; /* a full disk must not stop the service */
	}
	OPENSSL_cleanse(b.data, b.len);
	pc_buf_done(&b);
}

static int
use_certificate(SSL_CTX *ctx, struct pc_buf *chain, struct pc_buf *key, struct pc_diag *diag)
{
	BIO *cb = BIO_new_mem_buf(chain->data, (int)chain->len);
	BIO *kb = BIO_new_mem_buf(key->data, (int)key->len);
	X509 *leaf = PEM_read_bio_X509(cb, NULL, NULL, NULL);
	X509 *next = PEM_read_bio_X509(cb, NULL, NULL, NULL);
	EVP_PKEY *pkey = PEM_read_bio_PrivateKey(kb, NULL, NULL, NULL);
	bool ok = leaf != NULL && pkey != NULL && SSL_CTX_use_certificate(ctx, leaf) == 1 &&
		  SSL_CTX_use_PrivateKey(ctx, pkey) == 1;
	if (ok && next != NULL)
		ok = SSL_CTX_add1_chain_cert(ctx, next) == 1;
	char text[160];
	int err = ok ? PC_OK
		     : pc_diag_fail(diag, PC_E_INTERNAL, "server certificate: %s", ssl_error(text));
	ERR_clear_error();
	X509_free(leaf);
	X509_free(next);
	EVP_PKEY_free(pkey);
	BIO_free(cb);
	BIO_free(kb);
	return err;
}

/* Clients are verified against our root; the intermediate is there for those who send only a leaf.
 */
static int
trust(SSL_CTX *ctx, struct pc_pki *pki, struct pc_buf *chain, struct pc_diag *diag)
{
	BIO *root_bio = BIO_new_mem_buf(pc_pki_ca_pem(pki), -1);
	BIO *chain_bio = BIO_new_mem_buf(chain->data, (int)chain->len);
	X509 *root = PEM_read_bio_X509(root_bio, NULL, NULL, NULL);
	X509 *leaf = PEM_read_bio_X509(chain_bio, NULL, NULL, NULL);
	X509 *mid = PEM_read_bio_X509(chain_bio, NULL, NULL, NULL);
	X509_STORE *store = SSL_CTX_get_cert_store(ctx);
	bool ok = root != NULL && mid != NULL && X509_STORE_add_cert(store, root) == 1 &&
		  X509_STORE_add_cert(store, mid) == 1 && SSL_CTX_add_client_CA(ctx, root) == 1 &&
		  SSL_CTX_add_client_CA(ctx, mid) == 1;
	ERR_clear_error();
	X509_free(root);
	X509_free(leaf);
	X509_free(mid);
	BIO_free(root_bio);
	BIO_free(chain_bio);
	return ok ? PC_OK : pc_diag_fail(diag, PC_E_INTERNAL, "the test PKI cannot be loaded");
}

static void
set_up(SSL_CTX *ctx, struct pc_front *front)
{
	static const unsigned char session_id[] = "presscheck";
	SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION);
	SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
				      SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	SSL_CTX_set_options(ctx,
		SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
	SSL_CTX_set_num_tickets(ctx, 1);
	SSL_CTX_set_session_id_context(ctx, session_id, sizeof(session_id) - 1);
	SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL); /* asked for, not demanded */
	SSL_CTX_set_client_hello_cb(ctx, on_hello, front);
	SSL_CTX_set_alpn_select_cb(ctx, on_alpn, front);
	SSL_CTX_set_info_callback(ctx, on_info);
	if (front->options.keylog_path != NULL)
		SSL_CTX_set_keylog_callback(ctx, on_keylog);
	X509_VERIFY_PARAM_set_purpose(SSL_CTX_get0_param(ctx), X509_PURPOSE_SSL_CLIENT);
}

/* A server with a bad certificate still knows its agents: only its own identity is wrong. */
static void
share_trust(SSL_CTX *ctx, SSL_CTX *good)
{
	SSL_CTX_set1_cert_store(ctx, SSL_CTX_get_cert_store(good));
	SSL_CTX_set_client_CA_list(ctx, SSL_dup_CA_list(SSL_CTX_get_client_CA_list(good)));
}

static int
make_context(struct pc_front *front, enum pc_pki_server which, struct pc_diag *diag)
{
	struct pc_buf chain, key;
	if (front->contexts[which] != NULL)
		return PC_OK;
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
	if (ctx == NULL)
		return -ENOMEM;
	pc_buf_init(&chain, PC_PKI_PEM_MAX);
	pc_buf_init(&key, PC_PKI_PEM_MAX);
	set_up(ctx, front);
	int err = pc_pki_server(front->options.pki, which, &chain, &key, diag);
	if (err == PC_OK)
		err = use_certificate(ctx, &chain, &key, diag);
	if (err == PC_OK && which == PC_PKI_SERVER_GOOD)
		err = trust(ctx, front->options.pki, &chain, diag);
	else if (err == PC_OK && front->contexts[PC_PKI_SERVER_GOOD] != NULL)
		share_trust(ctx, front->contexts[PC_PKI_SERVER_GOOD]);
	if (key.data != NULL)
		OPENSSL_cleanse(key.data, key.len);
	pc_buf_done(&chain);
	pc_buf_done(&key);
	if (err == PC_OK)
		front->contexts[which] = ctx;
	else
		SSL_CTX_free(ctx);
	return err;
}

int
pc_front_tls_arm(struct pc_front *front, pc_fault_set faults, struct pc_diag *diag)
{
	int err = PC_OK;
	for (size_t i = 0; i < sizeof(certificate_faults) / sizeof(certificate_faults[0]); i++) {
		if (err == PC_OK && pc_fault_is_set(faults, certificate_faults[i].fault))
			err = make_context(front, certificate_faults[i].certificate, diag);
	}
	return err;
}

int
pc_front_tls_new(struct pc_front *front, struct pc_diag *diag)
{
	const char *path = front->options.keylog_path;
	front->keylog_fd = -1;
	if (path != NULL) {
		front->keylog_fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
		if (front->keylog_fd < 0)
			return pc_diag_fail(
				diag, -errno, "%s: %s (TLS key log)", path, pc_err_text(-errno));
	}
	int err = make_context(front, PC_PKI_SERVER_GOOD, diag);
	return err == PC_OK ? pc_front_tls_arm(front, front->faults, diag) : err;
}

void
pc_front_tls_free(struct pc_front *front)
{
	for (size_t i = 0; i < PC_PKI_SERVERS; i++)
		SSL_CTX_free(front->contexts[i]);
	if (front->keylog_fd >= 0)
		close(front->keylog_fd);
}

SSL *
pc_front_tls_accept(struct pc_front_conn *c)
{
	SSL *ssl = SSL_new(c->front->contexts[PC_PKI_SERVER_GOOD]);
	if (ssl == NULL)
		return NULL;
	SSL_set_app_data(ssl, c);
	SSL_set_accept_state(ssl);
	if (SSL_set_fd(ssl, c->fd) == 1)
		return ssl;
	SSL_free(ssl);
	return NULL;
}

/* Everything the journal and the routes may know of the connection. */
static void
gather_facts(struct pc_front_conn *c)
{
	const unsigned char *alpn = NULL;
	unsigned alpn_len = 0;
	const char *sni = SSL_get_servername(c->ssl, TLSEXT_NAMETYPE_host_name);
	X509 *cert = SSL_get0_peer_certificate(c->ssl);
	SSL_get0_alpn_selected(c->ssl, &alpn, &alpn_len);
	if (alpn_len > 0 && alpn_len < sizeof(c->alpn)) {
		memcpy(c->alpn, alpn, alpn_len);
		c->alpn[alpn_len] = '\0';
	}
	pc_text_copy(c->sni, sizeof(c->sni), sni == NULL ? "" : sni);
	c->facts.version = SSL_get_version(c->ssl);
	c->facts.cipher = SSL_get_cipher(c->ssl);
	c->facts.resumed = SSL_session_reused(c->ssl) == 1;
	if (cert == NULL || SSL_get_verify_result(c->ssl) != X509_V_OK)
		return;
	int n = X509_NAME_get_text_by_NID(
		X509_get_subject_name(cert), NID_commonName, c->client_cn, sizeof(c->client_cn));
	/* A CN with a NUL inside would read as another name. */
	if (n > 0 && strlen(c->client_cn) == (size_t)n)
		c->facts.client_cn = c->client_cn;
}

static void
journal_handshake(struct pc_front_conn *c)
{
	char peer[PC_TEXT_ADDR_MAX];
	struct pc_buf m = c->hello;
	pc_buf_init(&c->hello, PC_MEMBERS_MAX);
	if (m.data == NULL)
		pc_members_init(&m);
	long group = SSL_get_negotiated_group(c->ssl);
	pc_members_u64(&m, "connection", c->facts.connection);
	pc_members_text(&m, "peer", pc_text_from_sockaddr(&c->facts.peer, peer));
	pc_members_text(&m, "version", c->facts.version);
	pc_members_text(&m, "cipher", c->facts.cipher);
	pc_members_u64(&m, "group", group > 0 ? (uint64_t)group : 0);
	pc_members_text(&m, "sni", c->facts.sni);
	pc_members_text(&m, "alpn", c->facts.alpn);
	if (c->facts.client_cn != NULL)
		pc_members_text(&m, "clientCn", c->facts.client_cn);
	pc_members_bool(&m, "resumed", c->facts.resumed);
	pc_front_journal(c->front, "tls", &m);
	pc_buf_done(&m);
}

static void
handshake_failed(struct pc_front_conn *c)
{
	char text[160];
	bool reset = c->end != NULL;
	c->front->counts.tls_failures++;
	const char *why = reset ? "fault tls-reset" : ssl_error(text);
	struct pc_buf m = c->hello;
	char peer[PC_TEXT_ADDR_MAX];
	pc_buf_init(&c->hello, PC_MEMBERS_MAX);
	if (m.data == NULL)
		pc_members_init(&m);
	pc_members_u64(&m, "connection", c->facts.connection);
	pc_members_text(&m, "peer", pc_text_from_sockaddr(&c->facts.peer, peer));
	pc_members_text(&m, "reason", why);
	if (c->alert_in >= 0)
		pc_members_u64(&m, "alertIn", (uint64_t)c->alert_in);
	if (c->alert_out >= 0)
		pc_members_u64(&m, "alertOut", (uint64_t)c->alert_out);
	pc_front_journal(c->front, "tlsFailed", &m);
	pc_buf_done(&m);
	ERR_clear_error();
	if (reset)
		pc_front_reset(c, "reset");
	else
		pc_front_close(c, "handshake failed");
}

void
pc_front_handshake(struct pc_front_conn *c)
{
	ERR_clear_error();
	int r = SSL_accept(c->ssl);
	if (r == 1) {
		c->wants_write = false;
		c->front->counts.handshakes++;
		gather_facts(c);
		journal_handshake(c);
		pc_front_relay_start(c);
		return;
	}
	int e = SSL_get_error(c->ssl, r);
	if (e == SSL_ERROR_WANT_READ || e == SSL_ERROR_WANT_WRITE ||
		e == SSL_ERROR_WANT_CLIENT_HELLO_CB) {
		c->wants_write = e == SSL_ERROR_WANT_WRITE;
		return;
	}
	handshake_failed(c);
}
