/* Alert mail: a printer mails its alerts to the site's server. One mail an event; kept and tried
 * again while the server is away. Spec: XRS-NET-04, XRS-NET-10, XRS-T6-02 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/err.h"
#include "base/text.h"
#include "services/internal.h"
#include "services/mail-text.h"
#include "services/mail.h"
#include "services/smtp.h"

struct mail {
	struct mail *next; /* in the order they came; owned */
	struct pc_device *dev;
	struct pc_mail_alert what;
	struct pc_buf text;
	uint64_t made_ms, due_ms; /* clock */
	unsigned tries;
	bool under_way;
};

/* What a printer has sent in the hour that runs. */
struct meter {
	uint64_t since_ms;
	uint16_t sent, suppressed, waiting;
};

struct service {
	struct pc_service head;
	struct pc_smtp *smtp; /* owned; NULL until the first mail */
	struct mail *mails;   /* owned list */
	size_t n_mails;
	struct meter *meters; /* owned; by the printer's number; NULL until the first mail */
	uint32_t n_meters;
	struct pc_timer timer;
};

static void pump(struct service *s);

static void
on_timer(void *arg)
{
	pump(arg);
}

static struct meter *
meter_of(struct service *s, const struct pc_device *dev)
{
	uint32_t number = pc_device_state(dev)->number;
	if (number < s->n_meters)
		return &s->meters[number];
	struct meter *grown = realloc(s->meters, ((size_t)number + 1) * sizeof(*grown));
	if (grown == NULL)
		return NULL;
	memset(grown + s->n_meters, 0, (number + 1 - s->n_meters) * sizeof(*grown));
	s->meters = grown;
	s->n_meters = number + 1;
	return &s->meters[number];
}

static void
note(struct service *s, const struct mail *m, const char *event, const char *why, long code)
{
	json_t *fields = json_pack("{s:i,s:o,s:b,s:i}", "alert", (int)m->what.alert.index, "text",
		pc_service_json_text(m->what.alert.text), "restored", (int)m->what.restored, "try",
		(int)m->tries);
	if (why != NULL)
		json_object_set_new(fields, "why", pc_service_json_text(why));
	if (code != 0)
		json_object_set_new(fields, "reply", json_integer(code));
	pc_service_note(&s->head, m->dev, NULL, event, fields);
}

static void
drop(struct service *s, struct mail *m)
{
	struct mail **at = &s->mails;
	struct meter *meter = meter_of(s, m->dev);
	while (*at != m)
		at = &(*at)->next;
	*at = m->next;
	s->n_mails--;
	if (meter != NULL)
		meter->waiting--;
	pc_buf_done(&m->text);
	free(m);
}

/* 1 min, 2, 4 … at most an hour. */
static uint64_t
pause_ms(unsigned tries)
{
	uint64_t ms = (uint64_t)PC_MAIL_RETRY_MS << (tries > 6 ? 6 : tries - 1);
	return ms < PC_MAIL_RETRY_MAX_MS ? ms : PC_MAIL_RETRY_MAX_MS;
}

static void
on_sent(void *arg, void *mail, int err, long code, const char *text)
{
	struct service *s = arg;
	struct mail *m = mail;
	uint64_t now = pc_clock_ms(pc_device_clock(m->dev));
	m->under_way = false;
	if (err == PC_OK) {
		s->head.counters.out++;
		pc_device_segments(m->dev, PC_OUT, m->text.len);
		note(s, m, "mail-sent", NULL, code);
		drop(s, m);
	} else if (err == PC_E_REFUSED || now - m->made_ms >= PC_MAIL_GIVE_UP_MS) {
		s->head.counters.refused++;
		note(s, m, err == PC_E_REFUSED ? "mail-refused" : "mail-given-up", text, code);
		drop(s, m);
	} else {
		m->due_ms = now + pause_ms(m->tries);
		note(s, m, "mail-delayed", text, code);
	}
	/* there is room for another; but not from inside libcurl */
	pc_timer_start(&s->timer, s->head.env.loop, 0, on_timer, s);
}

/* Begin a delivery with what is set now: a server that was mistyped can be put right. */
static int
begin(struct service *s, struct mail *m)
{
	struct pc_mail_settings settings;
	char sender[PC_MAIL_ADDRESS_MAX];
	pc_device_mail(m->dev, &settings);
	if (settings.server[0] == '\0' || !pc_mail_recipient(&settings, 0, sender))
		return PC_E_REFUSED;
	pc_mail_sender(m->dev, &settings, sender);
	pc_buf_clear(&m->text);
	int err = pc_mail_text(m->dev, &settings, &m->what, &m->text);
	if (err == PC_OK)
		err = pc_smtp_send(
			s->smtp, &settings, sender, pc_device_state(m->dev)->address, &m->text, m);
	return err;
}

/* Start what is due, as many as there is room for; set the timer for the next. */
static void
pump(struct service *s)
{
	uint64_t now = pc_clock_ms(pc_loop_clock(s->head.env.loop));
	uint64_t next = UINT64_MAX;
	for (struct mail *m = s->mails, *after = NULL; m != NULL; m = after) {
		after = m->next;
		if (m->under_way)
			continue;
		if (m->due_ms > now) {
			next = m->due_ms < next ? m->due_ms : next;
			continue;
		}
		int err = begin(s, m);
		if (err == PC_E_LIMIT)
			return; /* the end of another goes on here */
		m->tries++;
		m->under_way = err == PC_OK;
		if (err == PC_OK)
			continue;
		note(s, m, "mail-refused", "mail was switched off", 0);
		drop(s, m);
	}
	if (next != UINT64_MAX)
		pc_timer_start(&s->timer, s->head.env.loop, next - now, on_timer, s);
}

/* May this printer send one more? *ret_suppressed: how many it might not before. */
static bool
within_rate(struct service *s, struct meter *meter, uint64_t now, unsigned *ret_suppressed)
{
	if (now - meter->since_ms >= PC_MAIL_RATE_MS || meter->sent == 0) {
		meter->since_ms = now;
		meter->sent = 0;
	}
	if (meter->sent >= PC_MAIL_RATE_MAX || meter->waiting >= PC_MAIL_WAITING_MAX ||
		s->n_mails >= PC_MAIL_QUEUE_MAX) {
		meter->suppressed =
			(uint16_t)(meter->suppressed + (meter->suppressed < UINT16_MAX));
		return false;
	}
	*ret_suppressed = meter->suppressed;
	meter->suppressed = 0;
	return true;
}

static int
start_smtp(struct service *s)
{
	return s->smtp != NULL ? PC_OK : pc_smtp_new(s->head.env.loop, on_sent, s, &s->smtp);
}

static void
enqueue(struct service *s, struct pc_device *dev, const struct pc_alert *alert, bool restored)
{
	uint64_t now = pc_clock_ms(pc_device_clock(dev));
	struct meter *meter = meter_of(s, dev);
	unsigned suppressed = 0;
	struct mail *m = meter == NULL ? NULL : calloc(1, sizeof(*m));
	if (m == NULL || start_smtp(s) != PC_OK) {
		free(m);
		return;
	}
	*m = (struct mail){.dev = dev,
		.what = {.alert = *alert, .restored = restored},
		.made_ms = now,
		.due_ms = now};
	pc_buf_init(&m->text, PC_MAIL_TEXT_MAX);
	if (!within_rate(s, meter, now, &suppressed)) {
		note(s, m, "mail-suppressed", "too many, or the server is away", 0);
		free(m);
		return;
	}
	m->what.suppressed = suppressed;
	meter->sent++;
	meter->waiting++;
	struct mail **at = &s->mails;
	while (*at != NULL)
		at = &(*at)->next;
	*at = m;
	s->n_mails++;
	/* not inside the device's event; everything of this turn goes together */
	pc_timer_start(&s->timer, s->head.env.loop, 0, on_timer, s);
}

static void
on_event(struct pc_service *service, struct pc_device *dev, const struct pc_device_event *event)
{
	struct service *s = (struct service *)service;
	struct pc_mail_settings settings;
	bool ended = event->kind == PC_EVENT_ALERT_REMOVED;
	if ((event->kind != PC_EVENT_ALERT_ADDED && !ended) || event->alert == NULL ||
		event->alert->severity == 4) /* a happening is no condition */
		return;
	pc_device_mail(dev, &settings);
	if (settings.server[0] == '\0' || settings.recipients[0] == '\0' ||
		(settings.events >> event->alert->condition & 1) == 0 ||
		(ended && (!settings.restored || !pc_device_answers(dev))))
		return;
	enqueue(s, dev, event->alert, ended);
}

static void
stop(struct pc_service *service)
{
	struct service *s = (struct service *)service;
	pc_timer_stop(&s->timer);
	pc_smtp_free(s->smtp);
	while (s->mails != NULL)
		drop(s, s->mails);
	free(s->meters);
	free(s);
}

int
pc_mail_start(const struct pc_service_env *env, struct pc_service **ret, struct pc_diag *diag)
{
	struct service *s = calloc(1, sizeof(*s));
	(void)diag;
	if (s == NULL)
		return -ENOMEM;
	s->head.env = *env;
	s->head.stop = stop;
	s->head.event = on_event;
	*ret = &s->head;
	return PC_OK;
}
