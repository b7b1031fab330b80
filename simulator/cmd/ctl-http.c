#include "cmd/ctl.h"

#include <ctype.h>
#include <string.h>

#include <curl/curl.h>

#include "base/err.h"
#include "base/text.h"

enum { REQUEST_S = 600, CONNECT_S = 10, LINE_MAX_BYTES = 1 << 20 };

void
pc_ctl_escape(struct pc_buf *out, const char *text)
{
	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;
		if (isalnum(c) || strchr("-._~", c) != NULL)
			(void)pc_buf_addf(out, "%c", c);
		else
			(void)pc_buf_addf(out, "%%%02X", c);
	}
}

static size_t
on_body(char *data, size_t size, size_t n, void *arg)
{
	return pc_buf_add(arg, data, size * n) == PC_OK ? size * n : 0;
}

static void
set_common(CURL *curl, const char *url)
{
	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http");
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_S);
	curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
}

static int
nobody(const char *url, CURLcode code, struct pc_diag *diag)
{
	return pc_diag_fail(diag, PC_E_ENVIRONMENT,
		"%s: %s. Is 'presscheck up' running, and its control API there (--control URL)?",
		url, curl_easy_strerror(code));
}

int
pc_ctl_request(
	const char *url, const char *body, struct pc_buf *out, long *status, struct pc_diag *diag)
{
	CURL *curl = curl_easy_init();
	struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: application/json");
	if (curl == NULL || headers == NULL) {
		curl_slist_free_all(headers);
		curl_easy_cleanup(curl);
		return pc_diag_fail(diag, PC_E_INTERNAL, "libcurl does not start");
	}
	set_common(curl, url);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, out);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)REQUEST_S);
	if (body != NULL) {
		curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
		curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	}
	CURLcode code = curl_easy_perform(curl);
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, status);
	curl_easy_cleanup(curl);
	curl_slist_free_all(headers);
	return code == CURLE_OK ? PC_OK : nobody(url, code, diag);
}

/* A stream while it is read. Spec: HTML s9.2.6 */
struct reading {
	pc_ctl_event_fn fn;
	void *arg;
	struct pc_buf line,
		data; /* of the event that comes in; anything else than a stream whole */
	char event[32];
	CURL *curl;
	bool dropped;
	int err;
};

static void
dispatch(struct reading *r)
{
	const char *event = r->event[0] == '\0' ? "message" : r->event;
	if (r->data.len > 0 && r->err == PC_OK)
		r->err = r->fn(r->arg, event, pc_buf_text(&r->data));
	r->dropped = r->dropped || strcmp(event, "dropped") == 0;
	pc_buf_clear(&r->data);
	r->event[0] = '\0';
}

static void
take_line(struct reading *r)
{
	const char *line = pc_buf_text(&r->line);
	if (line[0] == '\0')
		dispatch(r);
	else if (strncmp(line, "data: ", 6) == 0)
		(void)pc_buf_add_text(&r->data, line + 6);
	else if (strncmp(line, "event: ", 7) == 0)
		(void)pc_text_copy(r->event, sizeof(r->event), line + 7);
	pc_buf_clear(&r->line);
}

static size_t
on_stream(char *bytes, size_t size, size_t n, void *arg)
{
	struct reading *r = arg;
	long status = 0;
	curl_easy_getinfo(r->curl, CURLINFO_RESPONSE_CODE, &status);
	if (status != 200) /* an error, which is no stream */
		return on_body(bytes, size, n, &r->data);
	for (size_t i = 0; i < size * n && r->err == PC_OK; i++) {
		if (bytes[i] == '\n')
			take_line(r);
		else
			r->err = pc_buf_add(&r->line, &bytes[i], 1);
	}
	return r->err == PC_OK ? size * n : 0;
}

int
pc_ctl_follow(const char *url, pc_ctl_event_fn fn, void *arg, long *status, struct pc_diag *diag)
{
	struct reading r = {.fn = fn, .arg = arg, .curl = curl_easy_init()};
	if (r.curl == NULL)
		return pc_diag_fail(diag, PC_E_INTERNAL, "libcurl does not start");
	pc_buf_init(&r.line, LINE_MAX_BYTES);
	pc_buf_init(&r.data, LINE_MAX_BYTES);
	set_common(r.curl, url);
	curl_easy_setopt(r.curl, CURLOPT_WRITEFUNCTION, on_stream);
	curl_easy_setopt(r.curl, CURLOPT_WRITEDATA, &r);
	CURLcode code = curl_easy_perform(r.curl);
	curl_easy_getinfo(r.curl, CURLINFO_RESPONSE_CODE, status);
	int err = r.err;
	if (err == PC_OK && *status != 200 && *status != 0)
		err = fn(arg, "refused", pc_buf_text(&r.data));
	else if (err == PC_OK && r.dropped)
		err = pc_diag_fail(
			diag, PC_E_LIMIT, "the fleet dropped us: we read too slowly; begin again");
	else if (err == PC_OK && *status == 0)
		err = nobody(url, code, diag);
	curl_easy_cleanup(r.curl);
	pc_buf_done(&r.line);
	pc_buf_done(&r.data);
	return err;
}
