#include "services/mail-text.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/err.h"
#include "base/text.h"
#include "services/internal.h"

enum { LINE_MAX_CHARS = 72, DATE_MAX = 48 };

void
pc_mail_sender(const struct pc_device *dev, const struct pc_mail_settings *settings,
	char out[PC_MAIL_ADDRESS_MAX])
{
	const struct pc_device_state *s = pc_device_state(dev);
	char address[PC_TEXT_ADDR_MAX];
	char name[PC_NAME_MAX];
	size_t n = 0;
	if (settings->from[0] != '\0') {
		pc_text_copy(out, PC_MAIL_ADDRESS_MAX, settings->from);
		return;
	}
	for (const char *p = s->host_name; *p != '\0' && n + 1 < sizeof(name); p++) {
		if (isalnum((unsigned char)*p) || strchr("-_", *p) != NULL)
			name[n++] = *p;
	}
	name[n] = '\0';
	/* Spec: RFC 5321 s4.1.3, address literals */
	snprintf(out, PC_MAIL_ADDRESS_MAX, "%s@[%s]", n == 0 ? "printer" : name,
		pc_text_from_ipv4(s->address, address));
}

static bool
is_ascii(const char *text)
{
	for (; *text != '\0'; text++) {
		if ((unsigned char)*text > 0x7e)
			return false;
	}
	return true;
}

/* Spec: RFC 2047 s4.2, encoded words of whole characters, folded */
static void
put_words(struct pc_buf *out, const char *text)
{
	size_t line = 0;
	for (const uint8_t *p = (const uint8_t *)text; *p != '\0';) {
		size_t n = pc_text_utf8_len(p, strlen((const char *)p));
		n = n == 0 ? 1 : n;
		if (line == 0)
			(void)pc_buf_add_text(out, "=?UTF-8?Q?");
		for (size_t i = 0; i < n; i++)
			(void)pc_buf_addf(out, "=%02X", p[i]);
		p += n;
		line += 3 * n;
		if (line < 48 && *p != '\0')
			continue;
		(void)pc_buf_add_text(out, *p != '\0' ? "?=\r\n " : "?=");
		line = 0;
	}
}

static void
put_field(struct pc_buf *out, const char *name, const char *text)
{
	char clean[PC_MAIL_SUBJECT_MAX];
	pc_service_text(text, clean, sizeof(clean));
	(void)pc_buf_addf(out, "%s: ", name);
	if (is_ascii(clean))
		(void)pc_buf_add_text(out, clean);
	else
		put_words(out, clean);
	(void)pc_buf_add_text(out, "\r\n");
}

/* Locale-free. Spec: RFC 5322 s3.3 */
static const char *
date(uint64_t wall_ns, char out[DATE_MAX])
{
	static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
	static const char *const months[] = {
		"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	time_t t = (time_t)(wall_ns / 1000000000);
	struct tm tm;
	gmtime_r(&t, &tm);
	snprintf(out, DATE_MAX, "%s, %d %s %d %02d:%02d:%02d +0000", days[tm.tm_wday], tm.tm_mday,
		months[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
	return out;
}

/* One line of the body, quoted-printable. Spec: RFC 2045 s6.7 */
static void
put_line(struct pc_buf *out, const char *name, const char *text)
{
	char clean[PC_SERVICE_TEXT_MAX];
	char line[PC_SERVICE_TEXT_MAX + 32];
	size_t at = 0;
	pc_service_text(text, clean, sizeof(clean));
	snprintf(line, sizeof(line), "%-10s %s", name, clean);
	for (const char *p = line; *p != '\0'; p++) {
		bool plain = *p >= ' ' && *p <= '~' && *p != '=' && !(*p == ' ' && p[1] == '\0');
		if (at + 3 > LINE_MAX_CHARS) {
			(void)pc_buf_add_text(out, "=\r\n");
			at = 0;
		}
		if (plain)
			(void)pc_buf_addf(out, "%c", *p);
		else
			(void)pc_buf_addf(out, "=%02X", (unsigned char)*p);
		at += plain ? 1 : 3;
	}
	(void)pc_buf_add_text(out, "\r\n");
}

static void
put_head(const struct pc_device *dev, const struct pc_mail_settings *settings,
	const struct pc_mail_alert *what, struct pc_buf *out)
{
	const struct pc_device_state *s = pc_device_state(dev);
	const struct pc_profile *p = pc_device_profile(dev);
	char sender[PC_MAIL_ADDRESS_MAX];
	char to[PC_MAIL_ADDRESS_MAX];
	char subject[PC_MAIL_SUBJECT_MAX];
	char now[DATE_MAX];
	pc_mail_sender(dev, settings, sender);
	(void)pc_buf_addf(
		out, "Date: %s\r\nFrom: <%s>\r\nTo: ", date(pc_device_wall_ns(dev), now), sender);
	for (size_t i = 0; pc_mail_recipient(settings, i, to); i++)
		(void)pc_buf_addf(out, "%s<%s>", i == 0 ? "" : ",\r\n ", to);
	snprintf(subject, sizeof(subject), "%.64s %.32s: %s%.64s", p->model, s->serial,
		what->restored ? "restored: " : "", what->alert.text);
	(void)pc_buf_add_text(out, "\r\n");
	put_field(out, "Subject", subject);
	(void)pc_buf_addf(out,
		"Message-ID: <%u.%u.%u.%c.%llu@%.32s>\r\nMIME-Version: 1.0\r\n"
		"Content-Type: text/plain; charset=UTF-8\r\n"
		"Content-Transfer-Encoding: quoted-printable\r\nAuto-Submitted: auto-generated\r\n"
		"\r\n",
		s->number, pc_device_boots(dev), what->alert.index, what->restored ? 'e' : 'b',
		(unsigned long long)(pc_device_wall_ns(dev) / 1000000), strchr(sender, '@') + 1);
}

int
pc_mail_text(const struct pc_device *dev, const struct pc_mail_settings *settings,
	const struct pc_mail_alert *what, struct pc_buf *out)
{
	static const char *const severities[] = {
		"unknown", "other", "unknown", "critical", "warning", "warning"};
	const struct pc_device_state *s = pc_device_state(dev);
	const struct pc_alert *a = &what->alert;
	const char *own = pc_device_error_code(dev, a->condition);
	char address[PC_TEXT_ADDR_MAX];
	char text[96];
	char when[PC_CLOCK_TEXT_MAX];
	put_head(dev, settings, what, out);
	put_line(out, "Alert:", a->text);
	put_line(out, "State:", what->restored ? "restored" : "active");
	put_line(out, "Severity:", severities[a->severity < 6 ? a->severity : 0]);
	snprintf(text, sizeof(text), "%d (%s)%s%s", a->code, pc_device_condition_name(a->condition),
		own == NULL ? "" : ", ", own == NULL ? "" : own);
	put_line(out, "Code:", text);
	put_line(out, "Model:", pc_device_profile(dev)->model);
	put_line(out, "Serial:", s->serial);
	put_line(out, "Host:", s->host_name);
	put_line(out, "Address:", pc_text_from_ipv4(s->address, address));
	put_line(out, "Location:", s->sys_location);
	snprintf(text, sizeof(text), "%u", s->counters.life);
	put_line(out, "Pages:", text);
	put_line(out, "Time:", pc_clock_rfc3339(pc_device_wall_ns(dev), when));
	if (what->suppressed > 0) {
		snprintf(text, sizeof(text), "%u more alerts before this one were not mailed",
			what->suppressed);
		put_line(out, "Note:", text);
	}
	return out->err;
}
