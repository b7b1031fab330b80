/* The page of alert mail: server, recipients, events. A password is taken, never shown. */
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "device/mail.h"
#include "services/web-parts.h"

static void
field(struct pc_web_call *call, const char *name, const char *label, const char *value)
{
	pc_html(call->out,
		"<label for=\"%s\">%s</label><input id=\"%s\" name=\"%s\" value=\"%s\" "
		"maxlength=\"511\">",
		name, label, name, name, value);
}

static void
tick(struct pc_web_call *call, const char *name, const char *label, bool on)
{
	pc_html(call->out,
		"<p><label class=\"tick\"><input type=\"checkbox\" name=\"%s\" value=\"on\"", name);
	if (on)
		pc_html(call->out, " checked");
	pc_html(call->out, ">%s</label></p>", label);
}

static const struct {
	const char *word, *text;
	uint8_t value;
} securities[] = {{"none", "none", PC_MAIL_PLAIN}, {"starttls", "STARTTLS", PC_MAIL_STARTTLS},
	{"starttls-required", "STARTTLS, required", PC_MAIL_STARTTLS_REQUIRED},
	{"tls", "TLS", PC_MAIL_TLS}};

void
pc_web_show_mail(struct pc_web_call *call)
{
	struct pc_mail_settings m;
	char port[8], events[512];
	pc_device_mail(call->dev, &m);
	(void)snprintf(port, sizeof(port), "%u", (unsigned)m.port);
	pc_mail_events_text(m.events, events, sizeof(events));
	pc_html(call->out, "<section class=\"card narrow\">");
	pc_web_form(call, NULL);
	field(call, "server", "Mail server (empty: no mail)", m.server);
	field(call, "port", "Port (0: the usual one)", port);
	pc_html(call->out,
		"<label for=\"security\">Security</label><select id=\"security\" name=\"security\">");
	for (size_t i = 0; i < sizeof(securities) / sizeof(securities[0]); i++) {
		pc_html(call->out, "<option value=\"%s\"", securities[i].word);
		if (securities[i].value == m.security)
			pc_html(call->out, " selected");
		pc_html(call->out, ">%s</option>", securities[i].text);
	}
	pc_html(call->out, "</select>");
	tick(call, "verify", "The server's certificate must be right", m.verify);
	field(call, "user", "User at the server (empty: none)", m.user);
	pc_html(call->out, "<label for=\"password\">Password (empty: as it is)</label><input "
			   "id=\"password\" type=\"password\" name=\"password\" maxlength=\"63\">");
	field(call, "from", "Sender", m.from);
	field(call, "recipients", "Recipients", m.recipients);
	field(call, "events", "Events", events);
	tick(call, "restored", "Also when it is over", m.restored);
	pc_html(call->out, "<button class=\"main\">Save</button></form></section>");
}

/* The texts of the form; false when one is too long. */
static bool
take_texts(const struct pc_web_call *call, struct pc_mail_settings *m)
{
	const char *password = pc_web_field(call, "password");
	return pc_text_copy(m->server, sizeof(m->server), pc_web_field(call, "server")) &&
	       pc_text_copy(m->user, sizeof(m->user), pc_web_field(call, "user")) &&
	       pc_text_copy(m->from, sizeof(m->from), pc_web_field(call, "from")) &&
	       pc_text_copy(
		       m->recipients, sizeof(m->recipients), pc_web_field(call, "recipients")) &&
	       (password[0] == '\0' || pc_text_copy(m->password, sizeof(m->password), password));
}

void
pc_web_act_mail(struct pc_web_call *call)
{
	struct pc_mail_settings m;
	struct pc_diag diag = {{0}};
	uint64_t port = 0;
	bool known = false;
	pc_device_mail(call->dev, &m);
	for (size_t i = 0; i < sizeof(securities) / sizeof(securities[0]); i++) {
		if (strcmp(securities[i].word, pc_web_field(call, "security")) == 0) {
			m.security = securities[i].value;
			known = true;
		}
	}
	if (!known || !take_texts(call, &m) ||
		pc_text_u64(pc_web_field(call, "port"), 0, UINT16_MAX, &port) != PC_OK) {
		pc_web_wrong(call, 400, "A text is too long, or port or security are none.");
		return;
	}
	m.port = (uint16_t)port;
	m.verify = strcmp(pc_web_field(call, "verify"), "on") == 0;
	m.restored = strcmp(pc_web_field(call, "restored"), "on") == 0;
	int err = pc_mail_events_parse(pc_web_field(call, "events"), &m.events, &diag);
	if (err == PC_OK)
		err = pc_device_mail_set(call->dev, &m, &diag);
	if (err == PC_OK)
		pc_web_done(call);
	else
		pc_web_wrong(call, 400, diag.text[0] == '\0' ? pc_err_text(err) : diag.text);
}
