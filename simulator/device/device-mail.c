/* Settings of the alert mail. Kept only where they were changed. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "device/internal.h"
#include "device/log.h"
#include "device/mail.h"

#define SEPARATORS " ,;"

enum { ALL_EVENTS = (1 << (PC_COND_FINISHER_JAM + 1)) - 1 };

/* The next word of a list; NULL at the end. */
static const char *
next_word(const char **at, size_t *ret_len)
{
	*at += strspn(*at, SEPARATORS);
	const char *word = *at;
	*ret_len = strcspn(word, SEPARATORS);
	*at += *ret_len;
	return *ret_len == 0 ? NULL : word;
}

int
pc_mail_events_parse(const char *text, uint32_t *ret, struct pc_diag *diag)
{
	size_t len = 0;
	uint32_t events = 0;
	for (const char *at = text, *word = next_word(&at, &len); word != NULL;
		word = next_word(&at, &len)) {
		uint32_t bits = len == 3 && strncmp(word, "all", 3) == 0 ? ALL_EVENTS : 0;
		for (int i = 0; i <= PC_COND_FINISHER_JAM; i++) {
			const char *name = pc_device_condition_name((enum pc_condition)i);
			if (strlen(name) == len && strncmp(name, word, len) == 0)
				bits |= 1u << i;
		}
		if (bits == 0)
			return pc_diag_fail(diag, PC_E_BADVALUE,
				"events: '%.*s' is no condition of a printer (jam, supplyLow …) and "
				"not 'all'",
				(int)(len < 64 ? len : 64), word);
		events |= bits;
	}
	*ret = events;
	return PC_OK;
}

void
pc_mail_events_text(uint32_t events, char *out, size_t size)
{
	size_t at = 0;
	out[0] = '\0';
	for (int i = 0; i <= PC_COND_FINISHER_JAM; i++) {
		const char *name = pc_device_condition_name((enum pc_condition)i);
		size_t n = strlen(name) + (at > 0);
		if ((events >> i & 1) == 0 || at + n >= size)
			continue;
		if (at > 0)
			out[at++] = ' ';
		memcpy(out + at, name, strlen(name) + 1);
		at += strlen(name);
	}
}

bool
pc_mail_recipient(const struct pc_mail_settings *settings, size_t at, char out[PC_MAIL_ADDRESS_MAX])
{
	size_t len = 0;
	const char *p = settings->recipients;
	const char *word = next_word(&p, &len);
	for (; word != NULL && at > 0; at--)
		word = next_word(&p, &len);
	if (word == NULL || len >= PC_MAIL_ADDRESS_MAX)
		return false;
	memcpy(out, word, len);
	out[len] = '\0';
	return true;
}

void
pc_device_mail(const struct pc_device *dev, struct pc_mail_settings *ret)
{
	const struct pc_profile_mail *p = &dev->profile->mail;
	if (dev->mail != NULL) {
		*ret = *dev->mail;
		return;
	}
	*ret = (struct pc_mail_settings){.port = (uint16_t)p->port,
		.security = (uint8_t)p->security,
		.verify = p->verify,
		.restored = p->restored};
	pc_text_copy(ret->server, sizeof(ret->server), p->server == NULL ? "" : p->server);
	pc_text_copy(ret->user, sizeof(ret->user), p->user == NULL ? "" : p->user);
	pc_text_copy(ret->password, sizeof(ret->password), p->password == NULL ? "" : p->password);
	pc_text_copy(ret->from, sizeof(ret->from), p->from == NULL ? "" : p->from);
	pc_text_copy(ret->recipients, sizeof(ret->recipients),
		p->recipients == NULL ? "" : p->recipients);
	if (pc_mail_events_parse(p->events == NULL ? "all" : p->events, &ret->events, NULL) !=
		PC_OK)
		ret->events = ALL_EVENTS;
}

/* Letters that may stand in what goes into a line of SMTP or of a message. */
static bool
is_visible(const char *text, size_t len, const char *but)
{
	for (size_t i = 0; i < len; i++) {
		if (text[i] <= ' ' || text[i] > '~' || strchr(but, text[i]) != NULL)
			return false;
	}
	return true;
}

/* local@domain. Spec: RFC 5321 s4.1.2, without quoted strings */
static bool
is_address(const char *text, size_t len)
{
	const char *at = memchr(text, '@', len);
	size_t local = at == NULL ? 0 : (size_t)(at - text);
	return at != NULL && local > 0 && local <= 64 && local + 1 < len &&
	       len < PC_MAIL_ADDRESS_MAX && is_visible(text, len, "<>()\\\",;:") &&
	       memchr(at + 1, '@', len - local - 1) == NULL;
}

static int
check_recipients(const struct pc_mail_settings *s, struct pc_diag *diag)
{
	size_t len = 0;
	size_t n = 0;
	for (const char *at = s->recipients, *word = next_word(&at, &len); word != NULL;
		word = next_word(&at, &len)) {
		if (!is_address(word, len))
			return pc_diag_fail(diag, PC_E_BADVALUE,
				"recipients: '%.*s' is no mail address", (int)(len < 64 ? len : 64),
				word);
		if (++n > PC_MAIL_RECIPIENTS_MAX)
			return pc_diag_fail(diag, PC_E_BADVALUE, "recipients: at most %d",
				PC_MAIL_RECIPIENTS_MAX);
	}
	return PC_OK;
}

static int
check_settings(const struct pc_mail_settings *s, struct pc_diag *diag)
{
	size_t host = strspn(
		s->server, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_");
	if (s->server[host] != '\0' || s->server[0] == '-')
		return pc_diag_fail(diag, PC_E_BADVALUE,
			"server: '%s' is no host name and no IPv4 address", s->server);
	if (s->security > PC_MAIL_TLS)
		return pc_diag_fail(diag, PC_E_BADVALUE, "security: %u is none", s->security);
	if (s->from[0] != '\0' && !is_address(s->from, strlen(s->from)))
		return pc_diag_fail(diag, PC_E_BADVALUE, "from: '%s' is no mail address", s->from);
	return check_recipients(s, diag);
}

int
pc_device_mail_set(
	struct pc_device *dev, const struct pc_mail_settings *settings, struct pc_diag *diag)
{
	const struct pc_device_event event = {.kind = PC_EVENT_SETTING};
	struct pc_mail_settings *kept = dev->mail;
	int err = check_settings(settings, diag);
	if (err != PC_OK)
		return err;
	if (kept == NULL)
		kept = malloc(sizeof(*kept));
	if (kept == NULL)
		return -ENOMEM;
	*kept = *settings;
	kept->events &= ALL_EVENTS;
	dev->mail = kept;
	dev->s.counters.config_changes++;
	pc_device_audit(dev, "mail", kept->server);
	pc_device_tell(dev, &event);
	return PC_OK;
}
