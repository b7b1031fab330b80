/* Replay of HTTP requests with libcurl. */
#include <curl/curl.h>
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/err.h"
#include "base/text.h"
#include "conformance/http-parse.h"
#include "conformance/replay-live.h"

enum { HEADER_MAX = 4096, URL_MAX = 4096, TIMEOUT_S = 30 };

static size_t
on_bytes(char *data, size_t size, size_t n, void *arg)
{
	return pc_buf_add(arg, data, size * n) == PC_OK ? size * n : 0;
}

/* Headers that belong to the connection or are made anew. */
static bool
is_ours(const struct pc_http_slice *name)
{
	static const char *const ours[] = {"host", "content-length", "transfer-encoding",
		"connection", "keep-alive", "expect", "te", "upgrade", "accept-encoding"};
	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++) {
		if (strlen(ours[i]) == name->len &&
			strncasecmp(ours[i], name->text, name->len) == 0)
			return true;
	}
	return false;
}

static struct curl_slist *
copy_headers(const struct pc_http_message *m, bool decoded)
{
	struct curl_slist *list = curl_slist_append(NULL, "Expect:");
	for (size_t i = 0; i < m->n_headers; i++) {
		char line[HEADER_MAX];
		const struct pc_http_slice *n = &m->headers[i].name;
		const struct pc_http_slice *v = &m->headers[i].value;
		bool coding = n->len == 16 && strncasecmp(n->text, "content-encoding", 16) == 0;
		if (is_ours(n) || (coding && decoded))
			continue;
		snprintf(line, sizeof(line), "%.*s: %.*s", (int)n->len, n->text, (int)v->len,
			v->text);
		list = curl_slist_append(list, line);
	}
	return list;
}

/* A made-up UUID of version 4 in place of the recorded documentId. */
static void
freshen(struct pc_buf *body, uint64_t fresh)
{
	char id[40];
	json_t *tree = json_loadb(pc_buf_text(body), body->len, 0, NULL);
	if (json_is_string(json_object_get(tree, "documentId"))) {
		snprintf(id, sizeof(id), "%08x-%04x-4%03x-8%03x-%012llx", (unsigned)(fresh >> 32),
			(unsigned)(fresh >> 16 & 0xffff), (unsigned)(fresh >> 4 & 0xfff),
			(unsigned)(fresh & 0xfff),
			(unsigned long long)(fresh * 0x9e3779b97f4a7c15u >> 16));
		json_object_set_new(tree, "documentId", json_string(id));
		char *text = json_dumps(tree, JSON_COMPACT | JSON_PRESERVE_ORDER);
		pc_buf_clear(body);
		if (text != NULL)
			(void)pc_buf_add_text(body, text);
		free(text);
	}
	json_decref(tree);
}

static void
set_options(CURL *c, const struct pc_replay_options *o, const struct pc_http_message *m,
	const struct pc_buf *body)
{
	char method[32];
	snprintf(method, sizeof(method), "%.*s", (int)m->method.len, m->method.text);
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_TIMEOUT, (long)TIMEOUT_S);
	curl_easy_setopt(c, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(c, CURLOPT_HTTP_TRANSFER_DECODING, 0L);
	curl_easy_setopt(c, CURLOPT_PROXY, "");
	if (strcmp(method, "HEAD") == 0)
		curl_easy_setopt(c, CURLOPT_NOBODY, 1L);
	else
		curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, method);
	if (body->len > 0) {
		curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE, (long)body->len);
		curl_easy_setopt(c, CURLOPT_POSTFIELDS, pc_buf_text(body));
	}
	if (o->ca != NULL)
		curl_easy_setopt(c, CURLOPT_CAINFO, o->ca);
	if (o->cert != NULL)
		curl_easy_setopt(c, CURLOPT_SSLCERT, o->cert);
	if (o->key != NULL)
		curl_easy_setopt(c, CURLOPT_SSLKEY, o->key);
}

static int
perform(const struct pc_replay_options *o, const struct pc_http_message *m,
	const struct pc_buf *body, bool decoded, struct pc_buf *answer, struct pc_diag *diag)
{
	char url[URL_MAX];
	char problem[CURL_ERROR_SIZE] = "";
	snprintf(url, sizeof(url), "%s%.*s", o->cloud, (int)m->target.len, m->target.text);
	CURL *c = curl_easy_init();
	struct curl_slist *headers = copy_headers(m, decoded);
	if (c == NULL || headers == NULL) {
		curl_easy_cleanup(c);
		curl_slist_free_all(headers);
		return -ENOMEM;
	}
	set_options(c, o, m, body);
	curl_easy_setopt(c, CURLOPT_URL, url);
	curl_easy_setopt(c, CURLOPT_ERRORBUFFER, problem);
	curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, on_bytes);
	curl_easy_setopt(c, CURLOPT_HEADERDATA, answer);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_bytes);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, answer);
	CURLcode rc = curl_easy_perform(c);
	curl_slist_free_all(headers);
	curl_easy_cleanup(c);
	if (rc == CURLE_OK)
		return PC_OK;
	return pc_diag_fail(diag, PC_E_REFUSED, "%s: %s", url,
		problem[0] != '\0' ? problem : curl_easy_strerror(rc));
}

int
pc_replay_http(const struct pc_replay_options *options, struct pc_bytes request, uint64_t fresh,
	struct pc_buf *answer, struct pc_diag *diag)
{
	struct pc_buf body;
	struct pc_http_message *m = calloc(1, sizeof(*m));
	if (m == NULL)
		return -ENOMEM;
	pc_buf_init(&body, PC_HTTP_BODY_MAX);
	int err = pc_http_parse(request.data, request.len, false, true, false, m);
	bool decoded = m->chunked || options->fresh_document;
	if (err == PC_OK)
		err = decoded ? pc_http_body(m, &body) : pc_buf_add(&body, m->body, m->body_len);
	if (err == PC_OK && options->fresh_document)
		freshen(&body, fresh);
	if (err == PC_OK)
		err = perform(options, m, &body, decoded, answer, diag);
	else
		pc_diag_set(diag, "the recorded HTTP request: %s", pc_err_text(err));
	pc_buf_done(&body);
	free(m);
	return err;
}
