/* The way of a request: method, host, origin, path, log-in, form, page. Nothing of the file system
 * is ever looked at: a path is a row of a table or there is no such page. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/err.h"
#include "base/text.h"
#include "device/log.h"
#include "services/web.h"

enum { PATH_MAX_HERE = 128 };

/* ---- answers ---- */

void
pc_web_error(struct pc_web_call *call, unsigned status, const char *why)
{
	static const struct {
		unsigned status;
		const char *title;
	} titles[] = {{400, "Bad request"}, {401, "Log-in required"}, {403, "Not allowed"},
		{404, "Page not found"}, {405, "Method not allowed"}, {408, "Request timed out"},
		{409, "Not possible now"}, {413, "Request too large"}, {415, "Unsupported form"},
		{421, "Unknown host name"}, {429, "Log-in locked"}};
	const char *title = "Error";
	for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++) {
		if (titles[i].status == status)
			title = titles[i].title;
	}
	pc_buf_clear(call->out);
	call->response->status = status;
	call->error = NULL;
	pc_web_begin(call, title);
	pc_html(call->out, "<p class=\"alert bad\" role=\"alert\">%s</p>", why);
	pc_html(call->out, "<p><a href=\"%s\">To the start page</a></p>", call->family->home);
	pc_web_end(call);
}

static void
redirect(struct pc_web_call *call, unsigned status, const char *to)
{
	pc_buf_clear(call->out);
	call->response->status = status;
	if (!pc_http_add_header(call->response, "Location", to))
		pc_web_error(call, 400, "The address is too long.");
}

void
pc_web_done(struct pc_web_call *call)
{
	char to[PATH_MAX_HERE];
	(void)snprintf(to, sizeof(to), "%s?done=1", call->row->path);
	redirect(call, 303, to);
}

static void
show(struct pc_web_call *call)
{
	pc_buf_clear(call->out);
	if (call->response->status == 0)
		call->response->status = 200;
	pc_web_begin(call, call->row->title);
	call->row->show(call);
	if (!call->bare)
		pc_web_end(call);
}

void
pc_web_wrong(struct pc_web_call *call, unsigned status, const char *why)
{
	call->response->status = status;
	call->error = why;
	show(call);
}

const char *
pc_web_field(const struct pc_web_call *call, const char *name)
{
	const char *value = call->form == NULL ? NULL : pc_form_get(call->form, name);
	return value == NULL ? "" : value;
}

const char *
pc_web_path_of(const struct pc_web_call *call, void (*show_fn)(struct pc_web_call *call))
{
	for (size_t i = 0; i < call->family->n_rows; i++) {
		if (call->family->rows[i].show == show_fn)
			return call->family->rows[i].path;
	}
	return call->family->home;
}

/* Asked for without log-in: the form instead of the page, which comes after it.
 * Spec: ERS-DEV-07, RFC 9110 s11.6.1 */
static void
ask_to_log_in(struct pc_web_call *call)
{
	call->response->status = 401;
	(void)pc_http_add_header(call->response, "WWW-Authenticate", "Form realm=\"device\"");
	pc_buf_clear(call->out);
	pc_web_begin(call, "Log-in required");
	pc_web_login_form(call, call->row->path);
	pc_web_end(call);
}

/* ---- what a request must be ---- */

static bool
is_own_name(const struct pc_device *dev, const char *host)
{
	const struct pc_device_state *s = pc_device_state(dev);
	const char *const names[] = {s->host_name, s->sys_name, "localhost"};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		size_t n = strlen(names[i]);
		if (n > 0 && strncasecmp(host, names[i], n) == 0 &&
			(host[n] == '\0' || host[n] == '.'))
			return true;
	}
	return false;
}

/* Only under its own name or any address: a name of somebody else's that leads here is a way into
 * the site through a browser (DNS rebinding). Spec: RFC 9110 s7.2, s15.5.20 */
static bool
check_host(struct pc_web_call *call, char host[PC_HOST_MAX + 1], uint16_t *ret_port)
{
	bool literal = false;
	const char *text = call->request->header(call->request, "Host");
	if (text == NULL) { /* HTTP/1.0 */
		(void)pc_text_from_ipv4(pc_device_state(call->dev)->address, host);
		*ret_port = 0;
		return true;
	}
	if (pc_host_read(text, host, ret_port, &literal) != PC_OK) {
		call->web->service.counters.malformed++;
		pc_web_error(call, 400, "The Host header is no host name or address.");
		return false;
	}
	if (literal || is_own_name(call->dev, host))
		return true;
	call->web->service.counters.refused++;
	pc_web_error(call, 421, "This device has another name.");
	return false;
}

/* A form of another site must not be sent here with the user's cookie. Spec: RFC 6454 s7 */
static bool
is_same_origin(const struct pc_web_call *call, const char *host, uint16_t port)
{
	char other[PC_HOST_MAX + 1];
	uint16_t other_port = 0;
	bool literal = false;
	const char *scheme = call->tls ? "https://" : "http://";
	uint16_t usual = call->tls ? PC_WEB_TLS_PORT : PC_WEB_PORT;
	const char *site = call->request->header(call->request, "Sec-Fetch-Site");
	const char *origin = call->request->header(call->request, "Origin");
	if (site != NULL && strcmp(site, "same-origin") != 0 && strcmp(site, "none") != 0)
		return false;
	if (origin == NULL)
		return true;
	if (strncmp(origin, scheme, strlen(scheme)) != 0 ||
		pc_host_read(origin + strlen(scheme), other, &other_port, &literal) != PC_OK)
		return false;
	return strcmp(other, host) == 0 &&
	       (other_port == 0 ? usual : other_port) == (port == 0 ? usual : port);
}

static bool
is_form(const struct pc_http_request *q)
{
	static const char type[] = "application/x-www-form-urlencoded";
	const char *t = q->header(q, "Content-Type");
	return t != NULL && strncasecmp(t, type, sizeof(type) - 1) == 0 &&
	       strchr("; \t", t[sizeof(type) - 1]) != NULL;
}

static bool
has_check(const struct pc_web_call *call)
{
	const char *check = pc_web_field(call, "check");
	size_t n = strlen(check);
	unsigned differs = n != PC_WEB_TOKEN_CHARS;
	for (size_t i = 0; i < n && i < PC_WEB_TOKEN_CHARS; i++)
		differs |= (unsigned char)(check[i] ^ call->session->check[i]);
	return differs == 0;
}

static void
refuse(struct pc_web_call *call, const char *why)
{
	call->web->service.counters.refused++;
	pc_web_trail(call, PC_WEB_REFUSED, why);
	pc_web_error(call, 403, why);
}

/* ---- what does not belong to a family ---- */

/* Sent with a tag, so that a browser asks only whether it has changed. Spec: RFC 9110 s8.8.3, s13
 */
static void
answer_static(struct pc_web_call *call, const char *type, const char *text)
{
	char tag[24];
	uint64_t sum = UINT64_C(14695981039346656037); /* FNV-1a */
	for (const char *p = text; *p != '\0'; p++)
		sum = (sum ^ (unsigned char)*p) * UINT64_C(1099511628211);
	(void)snprintf(tag, sizeof(tag), "\"%016" PRIx64 "\"", sum);
	const char *known = call->request->header(call->request, "If-None-Match");
	(void)pc_http_add_header(call->response, "ETag", tag);
	(void)pc_http_add_header(call->response, "Cache-Control", "public, max-age=3600");
	if (known != NULL && (strcmp(known, "*") == 0 || strstr(known, tag) != NULL)) {
		call->response->status = 304;
		return;
	}
	call->response->status = 200;
	call->response->content_type = type;
	pc_buf_add_text(call->out, text);
}

static const char icon[] =
	"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 32 32\"><path fill=\"#33475b\" "
	"d=\"M8 3h16v7H8zM4 11h24a2 2 0 0 1 2 2v10h-6v-4H8v4H2V13a2 2 0 0 1 2-2z\"/><path "
	"fill=\"#fff\" stroke=\"#33475b\" stroke-width=\"2\" d=\"M9 20h14v9H9z\"/><circle cx=\"25\" "
	"cy=\"15\" r=\"1.5\" fill=\"#59c36a\"/></svg>";

static bool
answer_common(struct pc_web_call *call)
{
	const char *path = call->request->path;
	if (strcmp(path, "/") == 0)
		redirect(call, 302, call->family->home);
	else if (strcmp(path, "/web/style.css") == 0)
		answer_static(call, "text/css; charset=utf-8", pc_web_style);
	else if (strcmp(path, "/web/icon.svg") == 0 || strcmp(path, "/favicon.ico") == 0)
		answer_static(call, "image/svg+xml", icon);
	else
		return false;
	return true;
}

/* To the TLS port; a form is not sent again in the clear's place. Spec: RFC 9110 s15.4.9 */
static bool
answer_insecure(struct pc_web_call *call, const char *host)
{
	char to[PC_HTTP_VALUE_MAX];
	const struct pc_profile *p = pc_device_profile(call->dev);
	unsigned port = (unsigned)PC_WEB_TLS_PORT + call->web->service.env.port_offset;
	bool six = strchr(host, ':') != NULL;
	if (call->tls || !p->web.https_redirect || !p->ports.https)
		return false;
	if (strcmp(call->request->method, "POST") == 0) {
		pc_web_error(call, 403, "Forms are taken over HTTPS only.");
		return true;
	}
	/* The path has been decoded: only one that needs no encoding is kept. */
	bool plain = strspn(call->request->path,
			     "/abcdefghijklmnopqrstuvwxyz_-."
			     "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == strlen(call->request->path);
	int n = snprintf(to, sizeof(to),
		port == PC_WEB_TLS_PORT ? "https://%s%s%s%.0u%s" : "https://%s%s%s:%u%s",
		six ? "[" : "", host, six ? "]" : "", port == PC_WEB_TLS_PORT ? 0 : port,
		plain ? call->request->path : "/");
	if (n < 0 || (size_t)n >= sizeof(to))
		pc_web_error(call, 400, "The address is too long.");
	else
		redirect(call, 307, to);
	return true;
}

/* ---- pages ---- */

static const struct pc_web_row *
find_row(const struct pc_web_call *call, const char *suffix)
{
	size_t n = strlen(suffix);
	for (size_t i = 0; i < call->family->n_rows; i++) {
		const struct pc_web_row *r = &call->family->rows[i];
		size_t len = strlen(r->path);
		if (strncmp(call->request->path, r->path, len) == 0 &&
			strcmp(call->request->path + len, suffix) == 0 &&
			(r->has == NULL || r->has(call->dev)))
			return r;
	}
	return n == 0 ? NULL : find_row(call, "");
}

/* The device's audit trail tells who changed it. */
static void
act(struct pc_web_call *call)
{
	pc_device_act(call->dev, PC_VIA_WEB, call->session == NULL ? NULL : call->session->user);
	call->row->act(call);
	pc_device_act(call->dev, PC_VIA_PRINTER, NULL);
}

static void
answer_post(struct pc_web_call *call, const char *host, uint16_t port)
{
	struct pc_form form = {.n = 0};
	if (call->row->act == NULL) {
		(void)pc_http_add_header(call->response, "Allow", "GET, HEAD");
		pc_web_error(call, 405, "This page takes no form.");
		return;
	}
	if (!is_same_origin(call, host, port)) {
		refuse(call, "The form comes from another site.");
		return;
	}
	if (!is_form(call->request)) {
		pc_web_error(call, 415, "Expected application/x-www-form-urlencoded.");
		return;
	}
	int err = pc_form_read(call->request->body, call->request->body_len, &form);
	if (err != PC_OK) {
		call->web->service.counters.malformed++;
		pc_web_error(call, err == PC_E_LIMIT ? 413 : 400, "The form cannot be read.");
		return;
	}
	call->form = &form;
	if (call->row->access == PC_WEB_ADMIN && call->session == NULL)
		ask_to_log_in(call);
	else if (call->row->access == PC_WEB_ADMIN && !has_check(call))
		refuse(call, "The form is not of this session.");
	else
		act(call);
	call->form = NULL;
	pc_form_done(&form);
}

static void
answer_get(struct pc_web_call *call)
{
	const char *done = call->request->query(call->request, "done");
	if (call->row->access == PC_WEB_ADMIN && call->session == NULL &&
		!pc_service_has_fault(call->dev, PC_FAULT_WEB_NO_LOGIN)) {
		ask_to_log_in(call);
		return;
	}
	if (done != NULL && strcmp(done, "1") == 0)
		call->note = "Done.";
	show(call);
}

static void
add_headers(struct pc_web_call *call)
{
	static const struct {
		const char *name, *value;
	} headers[] = {
		{"Content-Language", "en"},
		{"X-Content-Type-Options", "nosniff"},
		{"X-Frame-Options", "DENY"},
		{"Referrer-Policy", "same-origin"}, /* none would make every Origin "null" */
		{"Content-Security-Policy",
			"default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
			"frame-ancestors 'none'; base-uri 'none'"},
	};
	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++)
		(void)pc_http_add_header(call->response, headers[i].name, headers[i].value);
	call->response->content_type = "text/html; charset=utf-8";
}

static void
answer(struct pc_web_call *call)
{
	char host[PC_HOST_MAX + 1];
	uint16_t port = 0;
	const char *method = call->request->method;
	bool post = strcmp(method, "POST") == 0;
	if (!post && strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0) {
		(void)pc_http_add_header(call->response, "Allow", "GET, HEAD, POST");
		pc_web_error(call, 405, "Only GET, HEAD and POST are answered.");
		return;
	}
	if (!check_host(call, host, &port) || answer_insecure(call, host))
		return;
	if (!post && answer_common(call))
		return;
	call->session = pc_web_session_find(call);
	call->row = find_row(call, post ? call->family->post : "");
	if (call->row == NULL)
		pc_web_error(call, 404, "There is no such page on this device.");
	else if (post)
		answer_post(call, host, port);
	else
		answer_get(call);
}

void
pc_web_answer(struct pc_web *web, struct pc_device *dev, const struct pc_http_request *request,
	bool tls, struct pc_http_response *response)
{
	struct pc_web_call call = {.web = web,
		.dev = dev,
		.request = request,
		.response = response,
		.out = &response->body,
		.family = pc_web_family(dev),
		.tls = tls,
		.peer = request->tls->peer.sin_addr};
	add_headers(&call);
	answer(&call);
	if (response->content_type != NULL && strncmp(response->content_type, "text/html", 9) == 0)
		(void)pc_http_add_header(response, "Cache-Control", "no-store");
}
