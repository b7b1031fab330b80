/* The portal as pages: made here whole, no script, nothing from elsewhere. Forms end in the same
 * code as the JSON requests. Spec: ERS-ARC-05 to 07 */
#include <ctype.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "cloud/faults.h"
#include "cloud/routes-call.h"
#include "codec/form.h"

enum { FORM_MAX = 4096, FIELD_MAX = 512, SHOW_DEPTH_MAX = 6 };

static const char style[] =
	"body{font:16px/1.45 system-ui,sans-serif;margin:0 auto;max-width:70rem;padding:0 1rem 3rem;"
	"color:#1c2733;background:#f7f8fa}header{display:flex;gap:1rem;align-items:center;"
	"border-bottom:2px solid #10518f;margin-bottom:1.5rem}header h1{font-size:1.2rem;flex:1}"
	"h1 a{color:inherit;text-decoration:none}h2{font-size:1.3rem;margin:1.5rem 0 .5rem}"
	"table{border-collapse:collapse;background:#fff;width:100%}th,td{text-align:left;"
	"padding:.4rem .7rem;border:1px solid #d9dee5;vertical-align:top}thead th{background:#e8eef5}"
	".wide{overflow-x:auto}table table{width:auto;font-size:.9rem}button{font:inherit;padding:.4rem .9rem;border:1px solid #10518f;"
	"background:#10518f;color:#fff;border-radius:4px;cursor:pointer}button:focus-visible,"
	"input:focus-visible,a:focus-visible{outline:3px solid #f0a020}input{font:inherit;"
	"padding:.4rem;border:1px solid #8b98a8;border-radius:4px;display:block;margin:.2rem 0 .8rem}"
	"form.line{display:inline-block;margin-right:.5rem}.error{background:#fdecea;border:1px solid "
	"#b3261e;padding:.6rem .8rem}.down,.failed,.timedOut,.rejected{color:#b3261e;font-weight:600}"
	".warning,.unreachable{color:#8a5300;font-weight:600}.idle,.printing,.succeeded{color:#1b6e35}";

/* ---- the frame ---- */

static void
add_form_button(struct pc_buf *b, const char *action, const char *name, const char *value,
	const char *label)
{
	pc_buf_add_text(b, "<form class=\"line\" method=\"post\" action=\"");
	pc_buf_add_html(b, action);
	pc_buf_add_text(b, "\">");
	if (name != NULL)
		pc_buf_addf(b, "<input type=\"hidden\" name=\"%s\" value=\"%s\">", name, value);
	pc_buf_addf(b, "<button>%s</button></form>", label);
}

static struct pc_buf *
begin(struct pc_call *c, unsigned status, const char *title, bool refresh)
{
	struct pc_buf *b = &c->response->body;
	pc_buf_clear(b);
	c->response->status = status;
	c->response->content_type = "text/html; charset=utf-8";
	pc_http_add_header(c->response, "Cache-Control", "no-store");
	pc_http_add_header(c->response, "Content-Security-Policy",
		"default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'");
	pc_buf_add_text(b,
		"<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">"
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
	if (refresh)
		pc_buf_add_text(b, "<meta http-equiv=\"refresh\" content=\"3\">");
	pc_buf_add_text(b, "<title>");
	pc_buf_add_html(b, title);
	pc_buf_addf(b,
		"</title><style>%s</style></head><body><header><h1><a href=\"/portal/\">Remote "
		"services portal</a></h1>",
		style);
	if (c->user.name[0] != '\0') {
		pc_buf_add_text(b, "<span>");
		pc_buf_add_html(b, c->user.name);
		pc_buf_addf(b, " (%s)</span>", pc_role_name(c->user.role));
		add_form_button(b, "/portal/logout", NULL, NULL, "Log out");
	}
	pc_buf_add_text(b, "</header><main>");
	return b;
}

static void
end(struct pc_call *c)
{
	if (pc_buf_add_text(&c->response->body, "</main></body></html>\n") != PC_OK)
		pc_call_error(c, 500, "internal", "the page is too large");
}

static void
go_to(struct pc_call *c, const char *where)
{
	pc_buf_clear(&c->response->body);
	c->response->content_type = NULL;
	c->response->status = 303;
	pc_http_add_header(c->response, "Location", where);
}

void
pc_page_to_home(struct pc_call *c)
{
	go_to(c, "/portal/");
}

/* The sentence of the JSON error that stands in the answer; freed by the caller. */
static char *
detail_of(struct pc_call *c)
{
	json_t *v = json_loadb(pc_buf_text(&c->response->body), c->response->body.len, 0, NULL);
	const char *text = json_string_value(json_object_get(v, "detail"));
	char *copy = strdup(text == NULL ? "That did not work." : text);
	json_decref(v);
	return copy;
}

static void
add_error(struct pc_buf *b, const char *text)
{
	if (text == NULL)
		return;
	pc_buf_add_text(b, "<p class=\"error\" role=\"alert\">");
	pc_buf_add_html(b, text);
	pc_buf_add_text(b, "</p>");
}

/* The answer so far was a JSON error: show it as a page, same status. */
static void
show_error(struct pc_call *c)
{
	char *text = detail_of(c);
	add_error(begin(c, c->response->status, "Not done", false), text);
	pc_buf_add_text(&c->response->body, "<p><a href=\"/portal/\">All devices</a></p>");
	end(c);
	free(text);
}

/* ---- forms ---- */

/* The form as an object of texts; NULL: the error was answered. Spec: WHATWG URL s5.1 */
static json_t *
read_form(struct pc_call *c)
{
	const struct pc_http_request *q = c->request;
	if (!pc_call_has_type(c, "application/x-www-form-urlencoded")) {
		pc_call_error(c, 415, "mediaType", "expected a form");
		return NULL;
	}
	struct pc_form form = {.n = 0};
	bool ok = q->body_len <= FORM_MAX && pc_form_read(q->body, q->body_len, &form) == PC_OK;
	json_t *v = ok ? json_object() : NULL;
	for (size_t i = 0; v != NULL && i < form.n; i++) {
		const struct pc_form_field *f = &form.fields[i];
		if (strlen(f->value) < FIELD_MAX &&
			json_object_set_new(v, f->name, json_string(f->value)) == 0)
			continue;
		json_decref(v);
		v = NULL;
	}
	pc_form_done(&form);
	if (v == NULL)
		pc_call_error(c, 400, "form", "the form cannot be read");
	return v;
}

/* ---- log-in ---- */

static void
login_page(struct pc_call *c, unsigned status, const char *error)
{
	struct pc_buf *b = begin(c, status, "Log in", false);
	pc_buf_add_text(b, "<h2>Log in</h2>");
	add_error(b, error);
	pc_buf_add_text(b,
		"<form method=\"post\" action=\"/portal/login\"><label for=\"user\">User</label>"
		"<input id=\"user\" name=\"user\" autocomplete=\"username\" required autofocus>"
		"<label for=\"password\">Password</label><input id=\"password\" name=\"password\" "
		"type=\"password\" autocomplete=\"current-password\" required><button>Log in</button>"
		"</form>");
	end(c);
}

void
pc_page_login(struct pc_call *c)
{
	json_t *v = read_form(c);
	if (v != NULL)
		pc_call_login(c, v);
	json_decref(v);
	if (c->response->status == 204) {
		go_to(c, "/portal/");
		return;
	}
	char *text = detail_of(c);
	login_page(c, c->response->status, text);
	free(text);
}

void
pc_page_logout(struct pc_call *c)
{
	pc_route_logout(c);
	go_to(c, "/portal/");
}

/* Pages other than the JSON resources show the log-in form to strangers. */
static bool
knows_user(struct pc_call *c)
{
	if (pc_call_has_fault(c, PC_CLOUD_FAULT_SESSION_NOT_REQUIRED) && c->user.id == 0)
		c->user.id = 1;
	if (c->user.id != 0)
		return true;
	login_page(c, 401, NULL);
	return false;
}

/* ---- devices ---- */

static void
add_cell(struct pc_buf *b, const char *text)
{
	pc_buf_add_text(b, "<td>");
	pc_buf_add_html(b, text == NULL ? "" : text);
	pc_buf_add_text(b, "</td>");
}

/* A word of ours that is also the name of its style. */
static void
add_word(struct pc_buf *b, const char *word)
{
	pc_buf_add_text(b, "<td class=\"");
	pc_buf_add_html(b, word);
	pc_buf_add_text(b, "\">");
	pc_buf_add_html(b, word);
	pc_buf_add_text(b, "</td>");
}

static void
add_link(struct pc_buf *b, const char *serial)
{
	pc_buf_add_text(b, "/portal/devices/");
	for (const char *p = serial; *p != '\0'; p++) {
		if (isalnum((unsigned char)*p) || strchr("-._~", *p) != NULL)
			pc_buf_add(b, p, 1);
		else
			pc_buf_addf(b, "%%%02X", (unsigned)(unsigned char)*p);
	}
}

static void
add_device_row(void *arg, const struct pc_store_device *d)
{
	char at[PC_CLOCK_TEXT_MAX];
	struct pc_call *c = arg;
	struct pc_buf *b = &c->response->body;
	if (!pc_users_may_use(c->routes->users, &c->user, d->serial, d->agent_id))
		return;
	pc_buf_add_text(b, "<tr><td><a href=\"");
	add_link(b, d->serial);
	pc_buf_add_text(b, "\">");
	pc_buf_add_html(b, d->serial);
	pc_buf_add_text(b, "</a></td>");
	add_cell(b, d->model);
	add_cell(b, d->ip);
	add_word(b, d->status);
	add_cell(b, d->agent_id);
	add_cell(b, d->last_seen_ns == 0 ? "never" : pc_clock_rfc3339(d->last_seen_ns, at));
	pc_buf_add_text(b, "</tr>");
}

static void
add_switch(struct pc_call *c)
{
	struct pc_buf *b = &c->response->body;
	bool on = pc_remote_operation_is_on(c->db);
	pc_buf_addf(b, "<h2>Remote operation</h2><p>Remote operation is switched %s.</p>",
		on ? "on" : "off");
	if (c->user.role == PC_ROLE_INSTALLER)
		add_form_button(b, "/portal/remoteOperation", "enabled", on ? "false" : "true",
			on ? "Switch off" : "Switch on");
}

void
pc_page_home(struct pc_call *c)
{
	if (!knows_user(c))
		return;
	struct pc_buf *b = begin(c, 200, "Devices", false);
	pc_buf_add_text(b,
		"<h2>Devices</h2><table><thead><tr><th>Serial number</th><th>Model</th>"
		"<th>Address</th><th>Status</th><th>Agent</th><th>Last seen</th></tr></thead>"
		"<tbody>");
	size_t before = b->len;
	pc_store_each_device(c->routes->store, add_device_row, c);
	if (b->len == before)
		pc_buf_add_text(
			b, "<tr><td colspan=\"6\">No agent has sent a collection yet.</td></tr>");
	pc_buf_add_text(b, "</tbody></table>");
	add_switch(c);
	end(c);
}

/* ---- one device ---- */

static void add_value(struct pc_buf *b, const json_t *v, unsigned depth);

/* A list of objects as one table: a column for each name that occurs, in order of appearance. */
static void
add_list(struct pc_buf *b, const json_t *v, unsigned depth)
{
	json_t *names = json_object();
	for (size_t i = 0; i < json_array_size(v); i++)
		json_object_update_missing(names, json_array_get(v, i));
	pc_buf_add_text(b, "<table><thead><tr>");
	for (void *it = json_object_iter(names); it != NULL;
		it = json_object_iter_next(names, it)) {
		pc_buf_add_text(b, "<th>");
		pc_buf_add_html(b, json_object_iter_key(it));
		pc_buf_add_text(b, "</th>");
	}
	pc_buf_add_text(b, "</tr></thead><tbody>");
	for (size_t i = 0; i < json_array_size(v); i++) {
		pc_buf_add_text(b, "<tr>");
		for (void *it = json_object_iter(names); it != NULL;
			it = json_object_iter_next(names, it)) {
			const json_t *one =
				json_object_get(json_array_get(v, i), json_object_iter_key(it));
			pc_buf_add_text(b, "<td>");
			if (one != NULL)
				add_value(b, one, depth + 1);
			pc_buf_add_text(b, "</td>");
		}
		pc_buf_add_text(b, "</tr>");
	}
	pc_buf_add_text(b, "</tbody></table>");
	json_decref(names);
}

static void
add_object(struct pc_buf *b, const json_t *v, unsigned depth)
{
	json_t *object = (json_t *)(uintptr_t)v; /* jansson iterates over what could be changed */
	pc_buf_add_text(b, "<table><tbody>");
	for (void *it = json_object_iter(object); it != NULL;
		it = json_object_iter_next(object, it)) {
		pc_buf_add_text(b, "<tr><th>");
		pc_buf_add_html(b, json_object_iter_key(it));
		pc_buf_add_text(b, "</th><td>");
		add_value(b, json_object_iter_value(it), depth + 1);
		pc_buf_add_text(b, "</td></tr>");
	}
	pc_buf_add_text(b, "</tbody></table>");
}

/* Any JSON value; deeper than we show, and what is neither text, object nor list of objects, as
 * JSON. */
static void
add_value(struct pc_buf *b, const json_t *v, unsigned depth)
{
	if (json_is_string(v)) {
		pc_buf_add_html(b, json_string_value(v));
	} else if (json_is_object(v) && depth < SHOW_DEPTH_MAX) {
		add_object(b, v, depth);
	} else if (json_is_object(json_array_get(v, 0)) && depth < SHOW_DEPTH_MAX) {
		add_list(b, v, depth);
	} else {
		char *text = json_dumps(v, JSON_ENCODE_ANY | JSON_REAL_PRECISION(6));
		pc_buf_add_html(b, text == NULL ? "" : text);
		free(text);
	}
}

static void
add_section(struct pc_buf *b, const char *title, const json_t *v)
{
	pc_buf_addf(b, "<h2>%s</h2><div class=\"wide\">", title);
	add_value(b, v, 0);
	pc_buf_add_text(b, "</div>");
}

static void
note_open(void *arg, const struct pc_operation *op)
{
	if (strcmp(op->state, "requested") == 0 || strcmp(op->state, "sent") == 0)
		*(bool *)arg = true;
}

static void
add_operation_row(void *arg, const struct pc_operation *op)
{
	char at[PC_CLOCK_TEXT_MAX];
	char name[PC_USER_NAME_MAX];
	struct pc_call *c = arg;
	struct pc_buf *b = &c->response->body;
	pc_users_name(c->routes->users, op->user, name);
	pc_buf_add_text(b, "<tr>");
	add_cell(b, pc_clock_rfc3339(op->requested_ns, at));
	add_cell(b, op->type);
	add_cell(b, name);
	add_word(b, op->state);
	add_cell(b, op->detail);
	pc_buf_add_text(b, "</tr>");
}

static void
add_operations(struct pc_call *c)
{
	static const struct {
		const char *type, *label;
	} buttons[] = {{"collect", "Collect data"}, {"restart", "Restart"},
		{"clean", "Clean print head"}, {"webConfig", "Web Config"}};
	struct pc_buf *b = &c->response->body;
	char action[PC_CALL_ARG_MAX * 3 + 64];
	struct pc_buf link;
	pc_buf_init(&link, sizeof(action) - 16);
	add_link(&link, c->args[0]);
	snprintf(action, sizeof(action), "%s/operations", pc_buf_text(&link));
	pc_buf_done(&link);
	pc_buf_add_text(b, "<h2>Remote operations</h2><p>");
	for (size_t i = 0; i < sizeof(buttons) / sizeof(buttons[0]); i++)
		add_form_button(b, action, "type", buttons[i].type, buttons[i].label);
	pc_buf_add_text(b, "</p><table><thead><tr><th>Requested</th><th>Operation</th><th>User</th>"
			   "<th>State</th><th>Detail</th></tr></thead><tbody>");
	pc_operations_each(c->routes->operations, c->args[0], add_operation_row, c);
	pc_buf_add_text(b, "</tbody></table>");
}

void
pc_page_device(struct pc_call *c)
{
	bool known = false;
	bool open = false;
	if (!knows_user(c))
		return;
	json_t *v = pc_call_device(c, c->args[0], &known);
	if (v == NULL) {
		pc_call_error(c, known ? 500 : 404, "device",
			known ? "the data cannot be read" : "no such device");
		show_error(c);
		return;
	}
	pc_operations_each(c->routes->operations, c->args[0], note_open, &open);
	struct pc_buf *b = begin(c, 200, c->args[0], open);
	pc_buf_add_text(b, "<h2>Device ");
	pc_buf_add_html(b, c->args[0]);
	pc_buf_add_text(b, "</h2>");
	add_operations(c);
	add_section(b, "Newest data", json_object_get(v, "device"));
	add_section(b, "Sent by", json_object_get(v, "agent"));
	json_decref(v);
	end(c);
}

void
pc_page_operate(struct pc_call *c)
{
	struct pc_buf link;
	json_t *v = read_form(c);
	if (v != NULL)
		pc_call_operate(c, v);
	json_decref(v);
	if (c->response->status != 201) {
		show_error(c);
		return;
	}
	pc_buf_init(&link, sizeof(c->response->headers[0].value) - 1);
	add_link(&link, c->args[0]);
	go_to(c, pc_buf_text(&link));
	pc_buf_done(&link);
}

void
pc_page_switch(struct pc_call *c)
{
	json_t *v = read_form(c);
	const char *enabled = json_string_value(json_object_get(v, "enabled"));
	json_t *wanted =
		json_pack("{s:b}", "enabled", enabled != NULL && strcmp(enabled, "true") == 0);
	if (v != NULL && (enabled == NULL || wanted == NULL))
		pc_call_error(c, 400, "form", "the form lacks 'enabled'");
	else if (v != NULL)
		pc_call_switch(c, wanted);
	json_decref(wanted);
	json_decref(v);
	if (c->response->status == 204)
		go_to(c, "/portal/");
	else
		show_error(c);
}
