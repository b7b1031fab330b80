#include "conformance/client-http.h"

#include <string.h>
#include <strings.h>

#include <curl/curl.h>

#include "base/err.h"
#include "base/text.h"

enum { ANSWER_MAX = 64 << 20, DEADLINE_MS = 10000 };

static size_t
on_body(char *data, size_t size, size_t n, void *arg)
{
	struct pc_http_answer *a = arg;
	return pc_buf_add(&a->body, data, size * n) == PC_OK ? size * n : 0;
}

/* The value of header `name` when `line` is that header. */
static bool
header_value(const char *line, size_t len, const char *name, char *out, size_t size)
{
	size_t n = strlen(name);
	if (len <= n || strncasecmp(line, name, n) != 0 || line[n] != ':')
		return false;
	const char *p = line + n + 1;
	const char *end = line + len;
	while (p < end && *p == ' ')
		p++;
	while (end > p && (end[-1] == '\r' || end[-1] == '\n'))
		end--;
	size_t have = (size_t)(end - p) < size - 1 ? (size_t)(end - p) : size - 1;
	memcpy(out, p, have);
	out[have] = '\0';
	return true;
}

static size_t
on_header(char *data, size_t size, size_t n, void *arg)
{
	struct pc_http_answer *a = arg;
	size_t len = size * n;
	if (a->set_cookie[0] == '\0' &&
		header_value(data, len, "Set-Cookie", a->set_cookie, sizeof(a->set_cookie)))
		a->set_cookie[strcspn(a->set_cookie, ";")] = '\0';
	header_value(data, len, "Retry-After", a->retry_after, sizeof(a->retry_after));
	header_value(data, len, "Location", a->location, sizeof(a->location));
	header_value(data, len, "Content-Type", a->content_type, sizeof(a->content_type));
	return len;
}

static void
set_identity(CURL *c, const struct pc_http_call *call)
{
	if (call->ca_file != NULL)
		curl_easy_setopt(c, CURLOPT_CAINFO, call->ca_file);
	curl_easy_setopt(c, CURLOPT_CAPATH, NULL);
	if (call->cert_file != NULL)
		curl_easy_setopt(c, CURLOPT_SSLCERT, call->cert_file);
	if (call->key_file != NULL)
		curl_easy_setopt(c, CURLOPT_SSLKEY, call->key_file);
	if (call->cookie != NULL)
		curl_easy_setopt(c, CURLOPT_COOKIE, call->cookie);
	if (call->any_certificate) {
		curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 0L);
		curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 0L);
	}
	if (call->no_alpn)
		curl_easy_setopt(c, CURLOPT_SSL_ENABLE_ALPN, 0L);
}

static struct curl_slist *
set_headers(CURL *c, const struct pc_http_call *call)
{
	char line[256];
	struct curl_slist *list = NULL;
	if (call->content_type != NULL) {
		snprintf(line, sizeof(line), "Content-Type: %s", call->content_type);
		list = curl_slist_append(list, line);
	}
	if (call->header != NULL)
		list = curl_slist_append(list, call->header);
	list = curl_slist_append(list, "Expect:");
	curl_easy_setopt(c, CURLOPT_HTTPHEADER, list);
	return list;
}

static void
set_request(CURL *c, const struct pc_http_call *call, struct pc_http_answer *ret)
{
	curl_easy_setopt(c, CURLOPT_URL, call->url);
	curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, call->method);
	curl_easy_setopt(c, CURLOPT_NOPROXY, "*");
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_CERTINFO, 1L);
	curl_easy_setopt(c, CURLOPT_TIMEOUT_MS,
		call->deadline_ms == 0 ? (long)DEADLINE_MS : (long)call->deadline_ms);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, ret);
	curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(c, CURLOPT_HEADERDATA, ret);
	if (call->body != NULL) {
		curl_easy_setopt(c, CURLOPT_POSTFIELDS, call->body);
		curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)call->body_len);
	}
}

static void
note_certificate(CURL *c, struct pc_http_answer *ret)
{
	struct curl_certinfo *info = NULL;
	if (curl_easy_getinfo(c, CURLINFO_CERTINFO, &info) != CURLE_OK || info == NULL ||
		info->num_of_certs == 0)
		return;
	for (const struct curl_slist *l = info->certinfo[0]; l != NULL; l = l->next) {
		const char *cn =
			strncmp(l->data, "Subject:", 8) == 0 ? strstr(l->data, "CN = ") : NULL;
		if (cn != NULL)
			pc_text_copy(ret->certificate_cn, sizeof(ret->certificate_cn), cn + 5);
		if (strncmp(l->data, "Cert:", 5) == 0)
			pc_text_copy(
				ret->certificate_pem, sizeof(ret->certificate_pem), l->data + 5);
	}
}

int
pc_http_perform(const struct pc_http_call *call, struct pc_http_answer *ret, struct pc_diag *diag)
{
	memset(ret, 0, sizeof(*ret));
	pc_buf_init(&ret->body, ANSWER_MAX);
	CURL *c = curl_easy_init();
	if (c == NULL)
		return pc_diag_fail(diag, PC_E_INTERNAL, "libcurl does not start");
	struct curl_slist *resolve = NULL;
	set_request(c, call, ret);
	set_identity(c, call);
	struct curl_slist *headers = set_headers(c, call);
	if (call->resolve != NULL) {
		resolve = curl_slist_append(NULL, call->resolve);
		curl_easy_setopt(c, CURLOPT_RESOLVE, resolve);
	}
	CURLcode code = curl_easy_perform(c);
	curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &ret->status);
	note_certificate(c, ret);
	curl_easy_cleanup(c);
	curl_slist_free_all(headers);
	curl_slist_free_all(resolve);
	if (code == CURLE_OK || ret->status != 0)
		return PC_OK;
	bool tls = code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CONNECT_ERROR;
	return pc_diag_fail(diag, tls ? PC_E_REFUSED : PC_E_ENVIRONMENT, "%s %s: %s", call->method,
		call->url, curl_easy_strerror(code));
}

void
pc_http_answer_done(struct pc_http_answer *a)
{
	pc_buf_done(&a->body);
}
