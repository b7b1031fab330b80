/* What is around every page: head, navigation, forms. One markup for all families; the style sheet
 * makes it look like one of them. No page needs a script. */
#include <string.h>

#include "services/web.h"

static const struct pc_web_family *const families[] = {
	&pc_web_epson, &pc_web_xerox, &pc_web_generic};

const struct pc_web_family *
pc_web_family(const struct pc_device *dev)
{
	const char *name = pc_device_profile(dev)->web.family;
	for (size_t i = 0; name != NULL && i < sizeof(families) / sizeof(families[0]); i++) {
		if (strcmp(families[i]->name, name) == 0)
			return families[i];
	}
	return &pc_web_generic;
}

/* Who is logged in, and the way in or out. */
static void
add_user(struct pc_web_call *call)
{
	pc_html(call->out, "<div class=\"user\">");
	if (call->session == NULL) {
		pc_html(call->out, "<a class=\"button\" href=\"%s\">Log in</a>",
			call->family->login);
	} else {
		pc_html(call->out, "<span>%s</span>",
			call->session->user[0] == '\0' ? "Administrator" : call->session->user);
		for (size_t i = 0; i < call->family->n_rows; i++) {
			if (call->family->rows[i].act != pc_web_act_logout)
				continue;
			pc_web_form(call, call->family->rows[i].path);
			pc_html(call->out, "<button>Log out</button></form>");
		}
	}
	pc_html(call->out, "</div>");
}

/* The next row that is listed, from `at` on; NULL behind the last. */
static const struct pc_web_row *
listed(const struct pc_web_call *call, size_t *at)
{
	for (; *at < call->family->n_rows; (*at)++) {
		const struct pc_web_row *r = &call->family->rows[*at];
		if (r->group != NULL && (r->has == NULL || r->has(call->dev)))
			return r;
	}
	return NULL;
}

static void
add_navigation(struct pc_web_call *call)
{
	const char *group = "";
	const struct pc_web_row *r = NULL;
	pc_html(call->out, "<nav aria-label=\"Pages\">");
	for (size_t at = 0; (r = listed(call, &at)) != NULL; at++) {
		if (strcmp(group, r->group) != 0) {
			if (group[0] != '\0')
				pc_html(call->out, "</ul></section>");
			pc_html(call->out, "<section><h2>%s</h2><ul>", r->group);
		}
		group = r->group;
		pc_html(call->out, "<li><a href=\"%s\"", r->path);
		if (r == call->row)
			pc_html(call->out, " aria-current=\"page\"");
		if (r->access == PC_WEB_ADMIN && call->session == NULL)
			pc_html(call->out, " class=\"locked\"");
		pc_html(call->out, ">%s</a></li>", r->title);
	}
	if (group[0] != '\0')
		pc_html(call->out, "</ul></section>");
	pc_html(call->out, "</nav>");
}

void
pc_web_begin(struct pc_web_call *call, const char *title)
{
	const struct pc_profile *p = pc_device_profile(call->dev);
	const struct pc_device_state *s = pc_device_state(call->dev);
	pc_html(call->out,
		"<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
		"<title>%s - %s</title><link rel=\"stylesheet\" href=\"/web/style.css\">"
		"<link rel=\"icon\" href=\"/web/icon.svg\"></head>",
		title, p->model);
	pc_html(call->out,
		"<body class=\"%s\"><header><a class=\"brand\" href=\"%s\">%s</a><div "
		"class=\"what\"><b>%s</b><span>%s</span></div>",
		call->family->body_class, call->family->home, p->vendor, p->model,
		call->family->product);
	pc_html(call->out, "<div class=\"where\"><span>%s</span></div>", s->host_name);
	add_user(call);
	pc_html(call->out, "</header><div class=\"page\">");
	add_navigation(call);
	pc_html(call->out, "<main><h1>%s</h1>", title);
	if (call->error != NULL)
		pc_html(call->out, "<p class=\"alert bad\" role=\"alert\">%s</p>", call->error);
	if (call->note != NULL)
		pc_html(call->out, "<p class=\"alert good\" role=\"status\">%s</p>", call->note);
}

void
pc_web_end(struct pc_web_call *call)
{
	const struct pc_device_state *s = pc_device_state(call->dev);
	char time[PC_WEB_TIME_MAX];
	pc_html(call->out,
		"</main></div><footer><span>Serial number %s</span><span>%s</span></footer>"
		"</body></html>\n",
		s->serial, pc_web_time(pc_device_wall_ns(call->dev), time));
}

void
pc_web_form(struct pc_web_call *call, const char *path)
{
	const char *to = path != NULL ? path : call->row == NULL ? "/" : call->row->path;
	pc_html(call->out, "<form method=\"post\" action=\"%s%s\" autocomplete=\"off\">", to,
		call->family->post);
	if (call->session != NULL)
		pc_html(call->out, "<input type=\"hidden\" name=\"check\" value=\"%s\">",
			call->session->check);
}

void
pc_web_login_form(struct pc_web_call *call, const char *next)
{
	const struct pc_web_family *f = call->family;
	const char *name = pc_device_profile(call->dev)->web.user;
	pc_html(call->out, "<div class=\"card narrow\"><p>Enter the name and password of the "
			   "administrator.</p>");
	pc_web_form(call, f->login);
	pc_html(call->out,
		"<label for=\"user\">User name</label><input id=\"user\" name=\"%s\" value=\"%s\" "
		"maxlength=\"31\" autocapitalize=\"none\"><label for=\"password\">Password</label>"
		"<input id=\"password\" type=\"password\" name=\"%s\" maxlength=\"63\">",
		f->user_field, name == NULL ? "" : name, f->password_field);
	if (next != NULL)
		pc_html(call->out, "<input type=\"hidden\" name=\"next\" value=\"%s\">", next);
	pc_html(call->out,
		"<input type=\"hidden\" name=\"SEL_SESSIONTYPE\" value=\"ADMIN\"><input "
		"type=\"hidden\" name=\"access\" value=\"%s\"><button class=\"main\">Log in"
		"</button></form></div>",
		call->tls ? "https" : "http");
}
