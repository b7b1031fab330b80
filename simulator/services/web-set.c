/* What the pages change of the device. Checks are the device's; a form is carried out whole or not
 * at all. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/err.h"
#include "base/text.h"
#include "device/account.h"
#include "device/log.h"
#include "device/report.h"
#include "device/setting.h"
#include "services/web-family.h"
#include "services/web-parts.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

enum { NAME_SIZE = 160, WHY_SIZE = 224 };

static bool
is_ordered(const struct pc_web_call *call, const char *what)
{
	return strcmp(pc_web_field(call, "do"), what) == 0;
}

/* The result of an order: the page again, with what became of it. */
static void
finish(struct pc_web_call *call, int err)
{
	char why[WHY_SIZE];
	if (err == PC_OK) {
		pc_web_done(call);
		return;
	}
	(void)snprintf(why, sizeof(why), "Not done: %s.",
		err == PC_E_REFUSED ? "the printer is busy, off-line or in an error"
				    : pc_err_text(err));
	pc_web_wrong(call, err == PC_E_REFUSED || err == PC_E_LIMIT ? 409 : 400, why);
}

/* ---- log-in ---- */

void
pc_web_show_login(struct pc_web_call *call)
{
	pc_web_login_form(call, call->form == NULL ? NULL : pc_web_field(call, "next"));
}

/* Only to a page of our own. */
static const char *
next_page(const struct pc_web_call *call)
{
	const char *next = pc_web_field(call, "next");
	for (size_t i = 0; i < call->family->n_rows; i++) {
		if (strcmp(call->family->rows[i].path, next) == 0)
			return call->family->rows[i].path;
	}
	return call->family->home;
}

void
pc_web_act_login(struct pc_web_call *call)
{
	char why[WHY_SIZE];
	unsigned wait_s = 0;
	const struct pc_web_family *f = call->family;
	switch (pc_web_log_in(call, pc_web_field(call, f->user_field),
		pc_web_field(call, f->password_field), &wait_s)) {
	case PC_WEB_LOGIN_OK:
		call->response->status = 303;
		(void)pc_http_add_header(call->response, "Location", next_page(call));
		return;
	case PC_WEB_LOGIN_LOCKED:
		(void)snprintf(why, sizeof(why), "%u", wait_s);
		(void)pc_http_add_header(call->response, "Retry-After", why);
		(void)snprintf(why, sizeof(why),
			"Too many wrong passwords. Log-in is locked for %u seconds.", wait_s);
		pc_web_wrong(call, 429, why);
		return;
	case PC_WEB_LOGIN_WRONG:
		pc_web_wrong(call, 403, "The user name or the password is wrong.");
		return;
	case PC_WEB_LOGIN_NONE:
	default:
		pc_web_wrong(call, 409, "No session can be made now.");
		return;
	}
}

void
pc_web_act_logout(struct pc_web_call *call)
{
	pc_web_log_out(call);
	call->response->status = 303;
	(void)pc_http_add_header(call->response, "Location", call->family->home);
}

void
pc_web_show_password(struct pc_web_call *call)
{
	pc_html(call->out, "<section class=\"card narrow\">");
	pc_web_form(call, NULL);
	pc_html(call->out,
		"<label for=\"old\">Current password</label><input id=\"old\" type=\"password\" "
		"name=\"old\" maxlength=\"63\"><label for=\"new\">New password (%d to %d "
		"characters)</label><input id=\"new\" type=\"password\" name=\"new\" "
		"maxlength=\"63\"><label for=\"again\">New password again</label><input "
		"id=\"again\" type=\"password\" name=\"again\" maxlength=\"63\"><button "
		"class=\"main\">Change</button></form></section>",
		PC_WEB_PASSWORD_MIN, PC_WEB_PASSWORD_MAX);
}

void
pc_web_act_password(struct pc_web_call *call)
{
	const char *fresh = pc_web_field(call, "new");
	if (strcmp(fresh, pc_web_field(call, "again")) != 0) {
		pc_web_wrong(call, 400, "The two new passwords differ.");
		return;
	}
	int err = pc_web_change_password(call, pc_web_field(call, "old"), fresh);
	if (err == PC_E_MISMATCH)
		pc_web_wrong(call, 403, "The current password is wrong.");
	else if (err == PC_E_BADVALUE)
		pc_web_wrong(call, 400,
			"The new password is too short, too long or holds "
			"characters that cannot be typed.");
	else
		finish(call, err);
}

/* ---- names ---- */

static const struct {
	const char *setting, *label;
} identity[] = {{"sysName", "Name in the network"}, {"printerName", "Printer name"},
	{"sysLocation", "Location"}, {"sysContact", "Contact"}};

void
pc_web_show_identity(struct pc_web_call *call)
{
	pc_html(call->out, "<section class=\"card narrow\">");
	pc_web_form(call, NULL);
	for (size_t i = 0; i < COUNT(identity); i++) {
		const char *typed =
			call->form == NULL ? NULL : pc_form_get(call->form, identity[i].setting);
		const char *now = pc_device_setting(call->dev, identity[i].setting);
		pc_html(call->out,
			"<label for=\"%s\">%s</label><input id=\"%s\" name=\"%s\" value=\"%s\" "
			"maxlength=\"255\">",
			identity[i].setting, identity[i].label, identity[i].setting,
			identity[i].setting, typed != NULL ? typed : now);
	}
	pc_html(call->out, "<button class=\"main\">Save</button></form></section>");
}

/* PC_OK, or the page with the reason is there already. Text others show must be text. */
static int
check_value(struct pc_web_call *call, const char *name, const char *label, const char *value)
{
	char clean[PC_SETTING_TEXT_MAX];
	char why[WHY_SIZE];
	int err = pc_device_setting_check(call->dev, name, value);
	if (err == PC_OK && strcmp(pc_service_text(value, clean, sizeof(clean)), value) != 0)
		err = PC_E_BADVALUE;
	if (err == PC_OK)
		return PC_OK;
	(void)snprintf(why, sizeof(why), "%.80s: %s.", label, pc_err_text(err));
	pc_web_wrong(call, err == PC_E_REFUSED ? 409 : 400, why);
	return err;
}

static bool
is_changed(const struct pc_web_call *call, const char *name, const char *value)
{
	const char *now = pc_device_setting(call->dev, name);
	return value != NULL && (now == NULL || strcmp(now, value) != 0);
}

void
pc_web_act_identity(struct pc_web_call *call)
{
	int err = PC_OK;
	for (size_t i = 0; i < COUNT(identity); i++) {
		const char *value = pc_form_get(call->form, identity[i].setting);
		if (is_changed(call, identity[i].setting, value) &&
			check_value(call, identity[i].setting, identity[i].label, value) != PC_OK)
			return;
	}
	for (size_t i = 0; i < COUNT(identity) && err == PC_OK; i++) {
		const char *value = pc_form_get(call->form, identity[i].setting);
		if (is_changed(call, identity[i].setting, value))
			err = pc_device_setting_set(call->dev, identity[i].setting, value);
	}
	finish(call, err);
}

/* ---- settings ---- */

/* How a word of a setting's name is written. */
static const char *
spelled(const char *word)
{
	static const struct {
		const char *word, *text;
	} words[] = {{"dhcp", "DHCP"}, {"dns", "DNS"}, {"dpi", "dpi"}, {"http", "HTTP"},
		{"ip", "IP"}, {"lpd", "LPD"}, {"ocr", "OCR"}, {"pdf", "PDF"}, {"pjl", "PJL"},
		{"snmp", "SNMP"}, {"ssid", "SSID"}, {"usb", "USB"}, {"wifi", "Wi-Fi"}};
	for (size_t i = 0; i < COUNT(words); i++) {
		if (strcmp(words[i].word, word) == 0)
			return words[i].text;
	}
	return word;
}

/* "sleepTimerMinutes": "Sleep timer minutes". */
static void
label_of(const char *name, char out[NAME_SIZE])
{
	char word[NAME_SIZE];
	size_t n = 0;
	while (*name != '\0') {
		size_t len = 1 + strcspn(name + 1, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
		(void)snprintf(word, sizeof(word), "%.*s", (int)len, name);
		word[0] = (char)tolower((unsigned char)word[0]);
		int more =
			snprintf(out + n, NAME_SIZE - n, "%s%s", n == 0 ? "" : " ", spelled(word));
		n += more < 0 || (size_t)more >= NAME_SIZE - n ? 0 : (size_t)more;
		name += len;
	}
	out[0] = (char)toupper((unsigned char)out[0]);
}

static void
add_option(struct pc_web_call *call, const char *word, size_t n, const char *value)
{
	char text[PC_SETTING_TEXT_MAX];
	(void)snprintf(text, sizeof(text), "%.*s", (int)n, word);
	pc_html(call->out, "<option value=\"%s\"", text);
	if (strcmp(text, value) == 0)
		pc_html(call->out, " selected");
	pc_html(call->out, ">%s</option>", text);
}

static void
add_choices(struct pc_web_call *call, const char *name, const struct pc_setting *s)
{
	const char *words = s->kind == PC_SETTING_SWITCH ? "on off" : s->choices;
	pc_html(call->out, "<select id=\"%s\" name=\"%s\">", name, name);
	while (*words != '\0') {
		size_t n = strcspn(words, " ");
		add_option(call, words, n, s->value);
		words += n + strspn(words + n, " ");
	}
	pc_html(call->out, "</select>");
}

static void
add_setting(struct pc_web_call *call, const struct pc_setting *s)
{
	char name[NAME_SIZE], label[NAME_SIZE];
	(void)snprintf(name, sizeof(name), "%s.%s", s->group, s->name);
	label_of(s->name, label);
	pc_html(call->out, "<div class=\"field\"><label for=\"%s\">%s</label>", name, label);
	if (s->read_only)
		pc_html(call->out, "<output id=\"%s\">%s</output>", name, s->value);
	else if (s->kind == PC_SETTING_SWITCH || s->kind == PC_SETTING_CHOICE)
		add_choices(call, name, s);
	else if (s->kind == PC_SETTING_NUMBER)
		pc_html(call->out,
			"<input id=\"%s\" name=\"%s\" type=\"number\" min=\"%ld\" max=\"%ld\" "
			"value=\"%s\">",
			name, name, (long)s->min, (long)s->max, s->value);
	else
		pc_html(call->out, "<input id=\"%s\" name=\"%s\" value=\"%s\" maxlength=\"255\">",
			name, name, s->value);
	pc_html(call->out, "<small>%s</small></div>", s->unit);
}

void
pc_web_show_settings(struct pc_web_call *call)
{
	struct pc_setting s;
	char title[NAME_SIZE];
	char group[NAME_SIZE] = "";
	size_t at = 0;
	for (; pc_device_setting_at(call->dev, at, &s); at++) {
		if (strcmp(group, s.group) != 0) {
			if (at > 0)
				pc_html(call->out,
					"<button class=\"main\">Save</button></form></section>");
			(void)snprintf(group, sizeof(group), "%s", s.group);
			label_of(s.group, title);
			pc_web_card(call, title);
			pc_web_form(call, NULL);
		}
		add_setting(call, &s);
	}
	if (at > 0)
		pc_html(call->out, "<button class=\"main\">Save</button></form></section>");
	else
		pc_html(call->out, "<p class=\"none\">This model has no settings.</p>");
}

/* The typed value of a setting, when it is another one than now. */
static const char *
new_value(const struct pc_web_call *call, const struct pc_setting *s, char name[NAME_SIZE])
{
	(void)snprintf(name, NAME_SIZE, "%s.%s", s->group, s->name);
	const char *value = pc_form_get(call->form, name);
	return value != NULL && strcmp(value, s->value) != 0 ? value : NULL;
}

void
pc_web_act_settings(struct pc_web_call *call)
{
	struct pc_setting s;
	char name[NAME_SIZE], label[NAME_SIZE];
	int err = PC_OK;
	for (size_t at = 0; pc_device_setting_at(call->dev, at, &s); at++) {
		const char *value = new_value(call, &s, name);
		label_of(s.name, label);
		if (value != NULL && check_value(call, name, label, value) != PC_OK)
			return;
	}
	for (size_t at = 0; err == PC_OK && pc_device_setting_at(call->dev, at, &s); at++) {
		const char *value = new_value(call, &s, name);
		if (value != NULL)
			err = pc_device_setting_set(call->dev, name, value);
	}
	finish(call, err);
}

/* ---- trays ---- */

static void
add_number_option(struct pc_web_call *call, size_t value, const char *text, bool selected)
{
	pc_html(call->out,
		selected ? "<option value=\"%lu\" selected>%s</option>"
			 : "<option value=\"%lu\">%s</option>",
		(unsigned long)value, text);
}

bool
pc_web_has_trays(const struct pc_device *dev)
{
	return pc_device_profile(dev)->n_trays > 0;
}

void
pc_web_show_tray_settings(struct pc_web_call *call)
{
	const struct pc_profile *p = pc_device_profile(call->dev);
	const struct pc_device_state *s = pc_device_state(call->dev);
	for (size_t i = 0; i < p->n_trays; i++) {
		int32_t media = pc_device_option(call->dev, PC_OPTION_TRAY_MEDIA, (uint32_t)i);
		pc_web_card(call, p->trays[i].name);
		pc_web_form(call, NULL);
		pc_html(call->out,
			"<input type=\"hidden\" name=\"tray\" value=\"%lu\"><div "
			"class=\"field\"><label for=\"size%lu\">Paper size</label><select "
			"id=\"size%lu\" name=\"size\">",
			(unsigned long)i + 1, (unsigned long)i + 1, (unsigned long)i + 1);
		for (size_t k = 0; k < p->n_sizes; k++)
			add_number_option(call, k, p->sizes[k], k == s->trays[i].size);
		pc_html(call->out,
			"</select><small></small></div><div class=\"field\"><label "
			"for=\"media%lu\">Paper type</label><select id=\"media%lu\" name=\"media\">",
			(unsigned long)i + 1, (unsigned long)i + 1);
		for (size_t k = 0; k < p->n_media; k++)
			add_number_option(call, k, p->media[k],
				media == (int32_t)k ||
					(media < 0 && strcmp(p->media[k], p->trays[i].media) == 0));
		pc_html(call->out, "</select><small></small></div><button class=\"main\">Save"
				   "</button></form></section>");
	}
}

void
pc_web_act_tray_settings(struct pc_web_call *call)
{
	uint64_t tray = 0, size = 0, media = 0;
	const struct pc_profile *p = pc_device_profile(call->dev);
	if (pc_text_u64(pc_web_field(call, "tray"), 1, p->n_trays, &tray) != PC_OK ||
		pc_text_u64(pc_web_field(call, "size"), 0, p->n_sizes - 1, &size) != PC_OK ||
		(p->n_media > 0 && pc_text_u64(pc_web_field(call, "media"), 0, p->n_media - 1,
					   &media) != PC_OK)) {
		pc_web_wrong(call, 400, "There is no such tray, size or type.");
		return;
	}
	uint32_t part = (uint32_t)tray - 1;
	int err = PC_OK;
	if (pc_device_state(call->dev)->trays[part].size != size)
		err = pc_device_tray_size_set(call->dev, part, (uint8_t)size);
	if (err == PC_OK && p->n_media > 0 &&
		pc_device_option(call->dev, PC_OPTION_TRAY_MEDIA, part) != (int32_t)media)
		err = pc_device_option_set(call->dev, PC_OPTION_TRAY_MEDIA, part, (int32_t)media);
	finish(call, err);
}

/* ---- clock ---- */

void
pc_web_show_clock(struct pc_web_call *call)
{
	char now[PC_WEB_TIME_MAX];
	(void)pc_web_time(pc_device_wall_ns(call->dev), now);
	char *blank = strchr(now, ' ');
	if (blank != NULL)
		*blank = 'T';
	pc_html(call->out, "<section class=\"card narrow\">");
	pc_web_form(call, NULL);
	pc_html(call->out,
		"<label for=\"time\">Date and time (UTC)</label><input id=\"time\" name=\"time\" "
		"type=\"datetime-local\" step=\"1\" value=\"%s\"><button "
		"class=\"main\">Set</button></form></section>",
		now);
}

/* "2026-03-01T10:00" with seconds or without; 1970 to 2261. False for what no calendar has. */
static bool
read_time(const char *text, uint64_t *ret_ns)
{
	struct tm tm = {0}, again;
	const char *end = strptime(text, "%Y-%m-%dT%H:%M", &tm);
	if (end != NULL && *end == ':')
		end = strptime(end, ":%S", &tm);
	if (end == NULL || *end != '\0' || tm.tm_year < 70 || tm.tm_year > 361 || tm.tm_sec > 59)
		return false;
	struct tm copy = tm;
	time_t t = timegm(&copy);
	if (t < 0 || gmtime_r(&t, &again) == NULL || again.tm_mday != tm.tm_mday)
		return false;
	*ret_ns = (uint64_t)t * UINT64_C(1000000000);
	return true;
}

void
pc_web_act_clock(struct pc_web_call *call)
{
	uint64_t ns = 0;
	if (!read_time(pc_web_field(call, "time"), &ns)) {
		pc_web_wrong(call, 400, "Expected a date and time such as 2026-03-01T10:00:00.");
		return;
	}
	pc_device_set_wall(call->dev, ns);
	pc_device_audit(call->dev, "clock", pc_web_field(call, "time"));
	pc_web_done(call);
}

/* ---- maintenance ---- */

static void
order(struct pc_web_call *call, const char *what, const char *title, const char *text)
{
	pc_html(call->out, "<div class=\"order\"><p><b>%s</b> %s</p>", title, text);
	pc_web_form(call, NULL);
	pc_html(call->out,
		"<button class=\"main\" name=\"do\" value=\"%s\">Start</button></form>"
		"</div>",
		what);
}

void
pc_web_show_care(struct pc_web_call *call)
{
	if (pc_device_profile(call->dev)->has_head_cleaning) {
		pc_web_card(call, "Print head");
		order(call, "check", "Nozzle check.",
			"Prints a pattern that shows whether nozzles are clogged.");
		order(call, "clean", "Head cleaning.", "Cleans all nozzles and uses some ink.");
		order(call, "power", "Power cleaning.", "Cleans thoroughly and uses much ink.");
		pc_html(call->out, "</section>");
	}
	pc_web_card(call, "Pages");
	order(call, "test", "Test page.", "Prints one page to look at.");
	order(call, "report", "Configuration report.", "Prints settings and counters.");
	pc_html(call->out, "</section>");
}

void
pc_web_act_care(struct pc_web_call *call)
{
	struct pc_maintenance what = {.dev = call->dev};
	uint32_t id = 0;
	if (is_ordered(call, "test")) {
		finish(call, pc_device_report(call->dev, PC_REPORT_TEST, &id));
	} else if (is_ordered(call, "report")) {
		finish(call, pc_device_report(call->dev, PC_REPORT_CONFIGURATION, &id));
	} else if (is_ordered(call, "check") || is_ordered(call, "clean") ||
		   is_ordered(call, "power")) {
		what.nozzle_check = is_ordered(call, "check");
		what.power = is_ordered(call, "power");
		finish(call, pc_service_maintain(&call->web->service, &what));
	} else {
		pc_web_wrong(call, 400, "There is no such order.");
	}
}

static const struct {
	const char *word, *title, *text, *button;
	enum pc_reset kind;
	bool confirm;
} resets[] = {
	{"restart", "Restart.", "The printer is away for a while and keeps everything.", "Restart",
		PC_RESET_WARM, false},
	{"cold", "Cold start.", "As after the mains were off.", "Cold start", PC_RESET_COLD, false},
	{"factory", "Factory reset.", "Settings and the administrator's password are forgotten.",
		"Reset", PC_RESET_FACTORY, true},
};

void
pc_web_show_restart(struct pc_web_call *call)
{
	pc_web_card(call, "Restart and reset");
	for (size_t i = 0; i < COUNT(resets); i++) {
		pc_html(call->out, "<div class=\"order\"><p><b>%s</b> %s</p>", resets[i].title,
			resets[i].text);
		pc_web_form(call, NULL);
		if (resets[i].confirm)
			pc_html(call->out, "<label class=\"tick\"><input type=\"checkbox\" "
					   "name=\"sure\" value=\"yes\">I am sure</label>");
		pc_html(call->out,
			"<button class=\"%s\" name=\"do\" value=\"%s\">%s</button></form></div>",
			resets[i].confirm ? "main bad" : "main", resets[i].word, resets[i].button);
	}
	pc_html(call->out, "</section>");
}

void
pc_web_act_restart(struct pc_web_call *call)
{
	for (size_t i = 0; i < COUNT(resets); i++) {
		if (!is_ordered(call, resets[i].word))
			continue;
		if (resets[i].confirm && strcmp(pc_web_field(call, "sure"), "yes") != 0) {
			pc_web_wrong(call, 400, "Tick that you are sure.");
			return;
		}
		finish(call, pc_web_restart_soon(
				     call->web, call->dev, resets[i].kind, call->session->user));
		return;
	}
	pc_web_wrong(call, 400, "There is no such order.");
}

/* ---- jobs and accounts ---- */

void
pc_web_act_jobs(struct pc_web_call *call)
{
	uint64_t id = 0;
	const char *text = pc_web_field(call, "cancel");
	if (pc_text_u64(text, 1, UINT32_MAX, &id) != PC_OK) {
		pc_web_wrong(call, 400, "There is no such job.");
		return;
	}
	int err = pc_device_job_cancel(call->dev, (uint32_t)id);
	if (err == PC_OK)
		pc_web_trail(call, PC_WEB_JOB_CANCELLED, text);
	finish(call, err);
}

void
pc_web_act_accounts(struct pc_web_call *call)
{
	int64_t limit = PC_NO_LIMIT;
	const char *user = pc_web_field(call, "user");
	const char *text = pc_web_field(call, "limit");
	if (is_ordered(call, "reset")) {
		pc_device_accounts_reset(call->dev);
		pc_web_done(call);
		return;
	}
	if (!is_ordered(call, "limit") || strlen(user) >= PC_NAME_MAX ||
		(text[0] != '\0' && pc_text_i64(text, 0, INT32_MAX, &limit) != PC_OK)) {
		pc_web_wrong(call, 400, "Expected a user and a number of pages.");
		return;
	}
	finish(call,
		pc_device_account_limit(call->dev, user[0] == '\0' ? NULL : user, (int32_t)limit));
}
