#include "agents/http.h"

#include <curl/curl.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/text.h"
#include "loop/transfer.h"

enum { HOST_BYTES = 256, DEFAULT_TIMEOUT_MS = 30000 };

struct transfer {
	struct pc_https *owner; /* borrowed */
	CURL *easy;             /* owned */
	struct curl_slist *headers;
	uint8_t *body; /* owned */
	struct pc_buf answer;
	char error[CURL_ERROR_SIZE];
	pc_https_fn fn;
	void *arg;
};

struct pc_https {
	struct pc_transfers *transfers; /* owned */
	char server[HOST_BYTES + 32];
	char ca[PATH_MAX], cert[PATH_MAX], key[PATH_MAX], proxy[HOST_BYTES];
	unsigned timeout_ms;
	bool accept_any;
	struct transfer *pending[PC_HTTPS_PENDING_MAX]; /* owned */
};

int
pc_https_split(
	const char *server, char *host, size_t size, uint16_t *ret_port, struct pc_diag *diag)
{
	uint64_t port = 443;
	if (strncmp(server, "https://", 8) != 0)
		return pc_diag_fail(diag, PC_E_BADVALUE,
			"server '%s': expected https://host[:port]; other schemes are not used",
			server);
	const char *name = server + 8;
	size_t n = strcspn(name, ":/");
	const char *rest = name + n;
	char digits[8] = "";
	if (*rest == ':') {
		size_t d = strspn(++rest, "0123456789");
		if (d > 0 && d < sizeof(digits))
			memcpy(digits, rest, d);
		rest += d;
		if (pc_text_u64(digits, 1, 65535, &port) != PC_OK)
			return pc_diag_fail(
				diag, PC_E_BADVALUE, "server '%s': bad port number", server);
	}
	if (*rest == '/')
		rest++;
	if (n == 0 || n >= size || *rest != '\0')
		return pc_diag_fail(diag, PC_E_BADVALUE,
			"server '%s': expected https://host[:port] and nothing behind it", server);
	memcpy(host, name, n);
	host[n] = '\0';
	*ret_port = (uint16_t)port;
	return PC_OK;
}

static void
transfer_free(struct transfer *t)
{
	if (t->easy != NULL) {
		pc_transfers_remove(t->owner->transfers, t->easy);
		curl_easy_cleanup(t->easy);
	}
	curl_slist_free_all(t->headers);
	pc_buf_done(&t->answer);
	free(t->body);
	free(t);
}

static int
result_of(CURLcode code)
{
	switch ((int)code) {
	case CURLE_OK:
		return PC_OK;
	case CURLE_OPERATION_TIMEDOUT:
		return PC_E_TIMEOUT;
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_ISSUER_ERROR:
		return PC_E_REFUSED;
	case CURLE_WRITE_ERROR:
		return PC_E_LIMIT;
	default:
		return PC_E_CLOSED;
	}
}

static void
on_end(void *arg, void *easy, int code, void *owner)
{
	struct pc_https *h = arg;
	struct transfer *t = owner;
	curl_off_t retry = 0;
	struct pc_https_answer a = {.err = result_of((CURLcode)code),
		.body = pc_buf_text(&t->answer),
		.len = t->answer.len,
		.text = code == CURLE_OK      ? ""
			: t->error[0] != '\0' ? t->error
					      : curl_easy_strerror((CURLcode)code)};
	curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &a.status);
	curl_easy_getinfo(easy, CURLINFO_RETRY_AFTER, &retry);
	a.retry_after_s = retry > 0 ? (uint64_t)retry : 0;
	for (size_t i = 0; i < PC_HTTPS_PENDING_MAX; i++) {
		if (h->pending[i] == t)
			h->pending[i] = NULL;
	}
	t->fn(t->arg, &a); /* may start the next one, must not free us */
	transfer_free(t);
}

static size_t
on_body(char *data, size_t size, size_t n, void *arg)
{
	struct transfer *t = arg;
	return pc_buf_add(&t->answer, data, size * n) == PC_OK ? size * n : 0;
}

static int
readable(const char *what, const char *path, struct pc_diag *diag)
{
	if (access(path, R_OK) == 0)
		return PC_OK;
	return pc_diag_fail(diag, -errno, "%s file %s: %s", what, path, pc_err_text(-errno));
}

static int
copy_options(struct pc_https *h, const struct pc_https_options *o, struct pc_diag *diag)
{
	char host[HOST_BYTES];
	uint16_t port = 0;
	int err = pc_https_split(o->server, host, sizeof(host), &port, diag);
	if (err != PC_OK)
		return err;
	snprintf(h->server, sizeof(h->server), "https://%s:%u", host, port);
	pc_text_copy(h->ca, sizeof(h->ca), o->ca_file == NULL ? "" : o->ca_file);
	pc_text_copy(h->cert, sizeof(h->cert), o->cert_file == NULL ? "" : o->cert_file);
	pc_text_copy(h->key, sizeof(h->key), o->key_file == NULL ? "" : o->key_file);
	pc_text_copy(h->proxy, sizeof(h->proxy), o->proxy == NULL ? "" : o->proxy);
	h->timeout_ms = o->timeout_ms == 0 ? DEFAULT_TIMEOUT_MS : o->timeout_ms;
	h->accept_any = o->accept_any;
	if (h->ca[0] != '\0')
		err = readable("CA", h->ca, diag);
	if (err == PC_OK && h->cert[0] != '\0')
		err = readable("certificate", h->cert, diag);
	if (err == PC_OK && h->key[0] != '\0')
		err = readable("key", h->key, diag);
	return err;
}

int
pc_https_new(const struct pc_https_options *options, struct pc_https **ret, struct pc_diag *diag)
{
	struct pc_https *h = calloc(1, sizeof(*h));
	if (h == NULL)
		return -ENOMEM;
	int err = copy_options(h, options, diag);
	if (err == PC_OK)
		err = pc_transfers_new(options->loop, on_end, h, &h->transfers);
	if (err != PC_OK) {
		free(h);
		return err;
	}
	*ret = h;
	return PC_OK;
}

void
pc_https_free(struct pc_https *h)
{
	if (h == NULL)
		return;
	for (size_t i = 0; i < PC_HTTPS_PENDING_MAX; i++) {
		if (h->pending[i] != NULL)
			transfer_free(h->pending[i]);
	}
	pc_transfers_free(h->transfers);
	free(h);
}

/* gzip container. Spec: RFC 1952 */
static int
compress_body(struct transfer *t, const void *body, size_t len, size_t *ret_len)
{
	z_stream z = {0};
	if (deflateInit2(&z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) !=
		Z_OK)
		return -ENOMEM;
	size_t room = deflateBound(&z, len);
	t->body = malloc(room);
	if (t->body == NULL) {
		deflateEnd(&z);
		return -ENOMEM;
	}
	z.next_in = (Bytef *)(uintptr_t)body;
	z.avail_in = (uInt)len;
	z.next_out = t->body;
	z.avail_out = (uInt)room;
	int rc = deflate(&z, Z_FINISH);
	*ret_len = z.total_out;
	deflateEnd(&z);
	return rc == Z_STREAM_END ? PC_OK : PC_E_INTERNAL;
}

static void
set_tls(const struct pc_https *h, CURL *e)
{
	long verify = h->accept_any ? 0L : 1L;
	curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "https");
	curl_easy_setopt(e, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(e, CURLOPT_SSL_VERIFYPEER, verify);
	curl_easy_setopt(e, CURLOPT_SSL_VERIFYHOST, verify * 2);
	if (h->ca[0] != '\0') {
		curl_easy_setopt(e, CURLOPT_CAINFO, h->ca);
		curl_easy_setopt(e, CURLOPT_CAPATH, NULL);
	}
	if (h->cert[0] != '\0')
		curl_easy_setopt(e, CURLOPT_SSLCERT, h->cert);
	if (h->key[0] != '\0')
		curl_easy_setopt(e, CURLOPT_SSLKEY, h->key);
}

static void
set_request(struct transfer *t, const struct pc_https *h, const char *url)
{
	CURL *e = t->easy;
	curl_easy_setopt(e, CURLOPT_URL, url);
	curl_easy_setopt(e, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(e, CURLOPT_PROXY, h->proxy); /* "": also ignore the environment */
	curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, (long)h->timeout_ms);
	curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS, (long)h->timeout_ms);
	curl_easy_setopt(e, CURLOPT_USERAGENT, "presscheck-agent");
	curl_easy_setopt(e, CURLOPT_ERRORBUFFER, t->error);
	curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(e, CURLOPT_WRITEDATA, t);
	curl_easy_setopt(e, CURLOPT_HTTPHEADER, t->headers);
}

static int
add_header(struct transfer *t, const char *line)
{
	struct curl_slist *l = curl_slist_append(t->headers, line);
	if (l == NULL)
		return -ENOMEM;
	t->headers = l;
	return PC_OK;
}

static int
set_body(struct transfer *t, const struct pc_https_request *r)
{
	char line[128];
	size_t len = r->len;
	int err = PC_OK;
	if (r->gzip) {
		err = compress_body(t, r->body, r->len, &len);
	} else {
		t->body = malloc(len + 1);
		if (t->body == NULL)
			return -ENOMEM;
		if (len > 0)
			memcpy(t->body, r->body, len);
	}
	snprintf(line, sizeof(line), "Content-Type: %s", r->content_type);
	if (err == PC_OK)
		err = add_header(t, line);
	if (err == PC_OK && r->gzip)
		err = add_header(t, "Content-Encoding: gzip");
	if (err == PC_OK)
		err = add_header(t, "Expect:"); /* no extra round trip for a 100 Continue */
	if (err != PC_OK)
		return err;
	curl_easy_setopt(t->easy, CURLOPT_POST, 1L);
	curl_easy_setopt(t->easy, CURLOPT_POSTFIELDS, t->body);
	curl_easy_setopt(t->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)len);
	return PC_OK;
}

static struct transfer **
free_slot(struct pc_https *h)
{
	for (size_t i = 0; i < PC_HTTPS_PENDING_MAX; i++) {
		if (h->pending[i] == NULL)
			return &h->pending[i];
	}
	return NULL;
}

int
pc_https_send(struct pc_https *h, const struct pc_https_request *r, pc_https_fn fn, void *arg,
	struct pc_diag *diag)
{
	char url[2048];
	struct transfer **slot = free_slot(h);
	if (slot == NULL)
		return pc_diag_fail(diag, PC_E_LIMIT, "HTTPS: %d requests are under way already",
			PC_HTTPS_PENDING_MAX);
	struct transfer *t = calloc(1, sizeof(*t));
	if (t == NULL)
		return -ENOMEM;
	t->owner = h;
	t->fn = fn;
	t->arg = arg;
	pc_buf_init(&t->answer, PC_HTTPS_ANSWER_MAX);
	t->easy = curl_easy_init();
	int err = t->easy == NULL ? -ENOMEM : PC_OK;
	if (err == PC_OK && strcmp(r->method, "POST") == 0)
		err = set_body(t, r);
	if (err == PC_OK) {
		snprintf(url, sizeof(url), "%s%s", h->server, r->path);
		set_request(t, h, url);
		set_tls(h, t->easy);
		err = pc_transfers_add(h->transfers, t->easy, t);
	}
	if (err != PC_OK) {
		transfer_free(t);
		return pc_diag_fail(diag, err, "HTTPS %s: %s", r->path, pc_err_text(err));
	}
	*slot = t;
	return PC_OK;
}
