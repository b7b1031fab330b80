/* Device cases: the pages of Web Config over HTTPS. Nothing here knows a maker's paths: the pages
 * are found by the links of the first one, the log-in form by its password field. */
#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/err.h"
#include "base/text.h"
#include "conformance/cases.h"
#include "conformance/client-http.h"

enum { HTTPS = 443, PATHS_MAX = 32, PATH_SIZE = 128, FORM_SIZE = 1024, NAME_SIZE = 64 };

static const char two_pages[] = "first page\f second page\f";

/* What the first page leads to. */
struct site {
	char base[64];
	char home[PATH_SIZE];
	char paths[PATHS_MAX][PATH_SIZE];
	size_t n;
};

static int
ask(struct pc_case_run *r, const struct site *s, const char *path, const char *cookie,
	const char *form, struct pc_http_answer *ret)
{
	char url[64 + PATH_SIZE];
	struct pc_diag diag = {0};
	(void)r;
	snprintf(url, sizeof(url), "%s%s", s->base, path);
	const struct pc_http_call call = {.method = form == NULL ? "GET" : "POST",
		.url = url,
		.cookie = cookie,
		.body = form,
		.body_len = form == NULL ? 0 : strlen(form),
		.content_type = form == NULL ? NULL : "application/x-www-form-urlencoded",
		.any_certificate = true};
	return pc_http_perform(&call, ret, &diag);
}

/* ---- a little of HTML ---- */

/* Value of an attribute of the tag at `tag`, "" without. */
static void
attribute(const char *tag, const char *name, char *out, size_t size)
{
	char want[NAME_SIZE];
	const char *end = strchr(tag, '>');
	snprintf(want, sizeof(want), " %s=\"", name);
	const char *p = strcasestr(tag, want);
	out[0] = '\0';
	if (p == NULL || end == NULL || p > end)
		return;
	p += strlen(want);
	size_t n = strcspn(p, "\"");
	snprintf(out, size, "%.*s", (int)(n < size ? n : size - 1), p);
}

static bool
asks_for_password(const char *html)
{
	return strcasestr(html, "type=\"password\"") != NULL;
}

static void
find_links(struct site *s, const char *html)
{
	for (const char *p = html; (p = strcasestr(p, "<a ")) != NULL && s->n < PATHS_MAX; p++) {
		char href[PATH_SIZE];
		bool known = false;
		attribute(p, "href", href, sizeof(href));
		for (size_t i = 0; i < s->n; i++)
			known |= strcmp(s->paths[i], href) == 0;
		if (href[0] == '/' && href[1] != '/' && !known)
			pc_text_copy(s->paths[s->n++], PATH_SIZE, href);
	}
}

/* False (and the case is over) when there is no first page. */
static bool
open_site(struct pc_case_run *r, struct site *s)
{
	struct pc_http_answer a;
	char address[PC_TEXT_ADDR_MAX];
	struct sockaddr_in at = pc_world_at(r->world, r->printer, HTTPS);
	*s = (struct site){.home = "/"};
	snprintf(s->base, sizeof(s->base), "https://%s", pc_text_from_sockaddr(&at, address));
	for (int i = 0; i < 4; i++) {
		int err = ask(r, s, s->home, NULL, NULL, &a);
		bool leads =
			err == PC_OK && a.status >= 300 && a.status < 400 && a.location[0] == '/';
		if (!leads) {
			pc_check(r, err == PC_OK && a.status == 200,
				"the first page comes over HTTPS", "200", "%s, %ld",
				pc_err_text(err), a.status);
			find_links(s, pc_buf_text(&a.body));
			pc_http_answer_done(&a);
			return err == PC_OK && s->n > 0;
		}
		pc_text_copy(s->home, sizeof(s->home), a.location);
		pc_http_answer_done(&a);
	}
	return false;
}

/* ---- log-in ---- */

/* A page that is not shown to strangers; its log-in form as an action and a body in which "\1"
 * stands for the name and "\2" for the password. */
struct gate {
	char page[PATH_SIZE], action[PATH_SIZE], form[FORM_SIZE];
	long status;
};

static void
read_form(const char *html, struct gate *g)
{
	const char *field = strcasestr(html, "type=\"password\"");
	const char *form = NULL;
	size_t at = 0;
	for (const char *p = html; (p = strcasestr(p, "<form")) != NULL && p < field; p++)
		form = p;
	const char *end = form == NULL ? NULL : strcasestr(form, "</form");
	if (end == NULL)
		return;
	attribute(form, "action", g->action, sizeof(g->action));
	for (const char *p = form; (p = strcasestr(p, "<input")) != NULL && p < end; p++) {
		char name[NAME_SIZE], type[NAME_SIZE], value[PATH_SIZE];
		attribute(p, "name", name, sizeof(name));
		attribute(p, "type", type, sizeof(type));
		attribute(p, "value", value, sizeof(value));
		if (name[0] == '\0')
			continue;
		int n = snprintf(g->form + at, FORM_SIZE - at, "%s%s=%s", at == 0 ? "" : "&", name,
			strcmp(type, "password") == 0 ? "\2"
			: strcmp(type, "hidden") == 0 ? value
						      : "\1");
		at += n < 0 || (size_t)n >= FORM_SIZE - at ? 0 : (size_t)n;
	}
}

static bool
find_gate(struct pc_case_run *r, const struct site *s, struct gate *g)
{
	*g = (struct gate){.status = 0};
	for (size_t i = 0; i < s->n; i++) {
		struct pc_http_answer a;
		int err = ask(r, s, s->paths[i], NULL, NULL, &a);
		bool closed = err == PC_OK && (a.status == 401 || a.status == 403) &&
			      asks_for_password(pc_buf_text(&a.body));
		if (closed) {
			pc_text_copy(g->page, sizeof(g->page), s->paths[i]);
			g->status = a.status;
			read_form(pc_buf_text(&a.body), g);
		}
		if (err == PC_OK)
			pc_http_answer_done(&a);
		if (closed)
			return true;
	}
	return false;
}

/* The form with a name and a password, sent; the cookie, or "" when none came. */
static void
log_in(struct pc_case_run *r, const struct site *s, const struct gate *g, const char *password,
	char cookie[512])
{
	char body[FORM_SIZE * 2];
	size_t n = 0;
	struct pc_http_answer a;
	for (const char *p = g->form; *p != '\0' && n + NAME_SIZE < sizeof(body); p++) {
		const char *put = *p == '\1' ? "admin" : *p == '\2' ? password : NULL;
		if (put == NULL)
			body[n++] = *p;
		else
			n += (size_t)snprintf(body + n, sizeof(body) - n, "%s", put);
	}
	body[n] = '\0';
	cookie[0] = '\0';
	if (ask(r, s, g->action, NULL, body, &a) != PC_OK)
		return;
	if (a.status < 400)
		pc_text_copy(cookie, 512, a.set_cookie);
	pc_http_answer_done(&a);
}

static bool
is_open(struct pc_case_run *r, const struct site *s, const char *page, const char *cookie)
{
	struct pc_http_answer a;
	if (ask(r, s, page, cookie, NULL, &a) != PC_OK)
		return false;
	bool open = a.status == 200;
	pc_http_answer_done(&a);
	return open;
}

static void
asks_for_name_and_password(struct pc_case_run *r)
{
	struct site s;
	struct gate g;
	if (!open_site(r, &s))
		return;
	bool found = find_gate(r, &s, &g);
	pc_check(r, found,
		"pages for the administrator are not shown without name and password, but the "
		"form that asks for them is",
		"401 or 403 with a log-in form", "%s",
		found ? "so" : "every page is shown to everybody");
	if (found)
		pc_check(r, strchr(g.form, '\1') != NULL && g.action[0] == '/',
			"the form asks for a name, too, and says where it goes",
			"a name field and an action", "'%s'", g.action);
}

static void
lets_in_who_knows(struct pc_case_run *r)
{
	struct site s;
	struct gate g;
	char cookie[512];
	if (!open_site(r, &s))
		return;
	if (!find_gate(r, &s, &g)) {
		pc_case_inconclusive(r, "no page asks for a password");
		return;
	}
	log_in(r, &s, &g, "not-the-password", cookie);
	bool open = is_open(r, &s, g.page, cookie[0] == '\0' ? NULL : cookie);
	pc_check(r, !open, "a wrong password opens nothing", "the page stays closed", "%s",
		open ? "it is shown" : "the page stays closed");
	log_in(r, &s, &g, r->printer->serial, cookie);
	if (cookie[0] == '\0')
		log_in(r, &s, &g, "1111", cookie); /* the older models' */
	pc_check(r, cookie[0] != '\0', "the administrator's first password is taken", "a cookie",
		"%s", cookie[0] == '\0' ? "none" : "a cookie");
	if (cookie[0] != '\0')
		pc_check(r, is_open(r, &s, g.page, cookie), "and with its cookie the page is shown",
			"200", "%s", g.page);
}

/* ---- counters ---- */

/* Does the number stand in the text between tags, by itself? */
static bool
shows(const char *html, const char *number)
{
	size_t n = strlen(number);
	for (const char *p = html; (p = strstr(p, number)) != NULL; p++) {
		if (p > html && p[-1] == '>' && p[n] == '<')
			return true;
	}
	return false;
}

static void
counts_as_snmp(struct pc_case_run *r)
{
	struct site s;
	int64_t before = 0, after = 0;
	char want[24];
	unsigned pages = 0;
	if (!pc_case_await_idle(r) ||
		!pc_case_number(r, PC_OID_LIFE_COUNT, "prtMarkerLifeCount", &before))
		return;
	if (!pc_case_lpd_job(r, two_pages, sizeof(two_pages) - 1, "web-counts") ||
		!pc_case_await_number(r, PC_OID_LIFE_COUNT, before + 2, true, 8000) ||
		!pc_case_number(r, PC_OID_LIFE_COUNT, "prtMarkerLifeCount", &after)) {
		pc_case_inconclusive(r, "the job was not printed");
		return;
	}
	if (!pc_case_await_idle(r) || !open_site(r, &s))
		return;
	snprintf(want, sizeof(want), "%lld", (long long)after);
	for (size_t i = 0; i < s.n; i++) {
		struct pc_http_answer a;
		if (ask(r, &s, s.paths[i], NULL, NULL, &a) != PC_OK)
			continue;
		pages += shows(pc_buf_text(&a.body), want);
		pc_http_answer_done(&a);
	}
	pc_check(r, pages > 0, "the pages show as many printed sides as SNMP's prtMarkerLifeCount",
		want, "%s", pages > 0 ? "shown" : "on no page");
}

static const struct pc_case table[] = {
	{"DEV-WEB-001", 1, PC_ROLE_DEVICE,
		"The device's pages over HTTPS ask for the device's user name and password.",
		"ERS S0; RFC 9110 s15.5.2", {"ERS-DEV-07"}, {{PC_MUTANT_DEVICE, "web-no-login"}},
		"https", asks_for_name_and_password},
	{"DEV-WEB-002", 1, PC_ROLE_DEVICE,
		"The device's pages open with its user name and password and with no other.",
		"ERS S0", {"ERS-DEV-07"}, {{PC_MUTANT_DEVICE, "web-any-password"}}, "https",
		lets_in_who_knows},
	{"DEV-WEB-003", 1, PC_ROLE_DEVICE,
		"The device's pages count printed sides as its SNMP agent does.",
		"RFC 3805 prtMarkerLifeCount", {"ERS-DEV-07", "XRS-NET-18"},
		{{PC_MUTANT_DEVICE, "web-counter-wrong"}}, "https snmp lpd", counts_as_snmp},
};

const struct pc_case *
pc_cases_device_web(size_t *ret_n)
{
	*ret_n = sizeof(table) / sizeof(table[0]);
	return table;
}
