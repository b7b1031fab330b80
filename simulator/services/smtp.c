#include "services/smtp.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "base/err.h"
#include "base/text.h"
#include "loop/transfer.h"

struct delivery {
	CURL *easy;                /* owned */
	struct curl_slist *to;     /* owned */
	const struct pc_buf *text; /* borrowed */
	size_t sent;
	char error[CURL_ERROR_SIZE];
	void *mail;
};

struct pc_smtp {
	struct pc_transfers *transfers; /* owned */
	pc_smtp_fn fn;
	void *arg;
	struct delivery *list[PC_SMTP_PARALLEL_MAX]; /* owned */
};

static void
delivery_free(struct delivery *d)
{
	curl_easy_cleanup(d->easy);
	curl_slist_free_all(d->to);
	free(d);
}

/* What the end of a delivery means for the next attempt. */
static int
result_of(CURLcode code, long reply)
{
	if (code == CURLE_OK)
		return PC_OK;
	if (code == CURLE_OPERATION_TIMEDOUT)
		return PC_E_TIMEOUT;
	if (reply >= 500 && reply < 600)
		return PC_E_REFUSED;
	if (code == CURLE_USE_SSL_FAILED || code == CURLE_PEER_FAILED_VERIFICATION ||
		code == CURLE_LOGIN_DENIED || code == CURLE_URL_MALFORMAT)
		return PC_E_REFUSED;
	return PC_E_CLOSED;
}

static void
on_end(void *arg, void *easy, int code, void *owner)
{
	struct pc_smtp *smtp = arg;
	struct delivery *d = owner;
	void *mail = d->mail;
	long reply = 0;
	char text[CURL_ERROR_SIZE];
	for (size_t i = 0; i < PC_SMTP_PARALLEL_MAX; i++) {
		if (smtp->list[i] == d)
			smtp->list[i] = NULL;
	}
	curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &reply);
	pc_text_copy(text, sizeof(text),
		d->error[0] != '\0' ? d->error : curl_easy_strerror((CURLcode)code));
	delivery_free(d);
	smtp->fn(smtp->arg, mail, result_of((CURLcode)code, reply), reply, text);
}

int
pc_smtp_new(struct pc_loop *loop, pc_smtp_fn fn, void *arg, struct pc_smtp **ret)
{
	struct pc_smtp *smtp = calloc(1, sizeof(*smtp));
	if (smtp == NULL)
		return -ENOMEM;
	smtp->fn = fn;
	smtp->arg = arg;
	int err = pc_transfers_new(loop, on_end, smtp, &smtp->transfers);
	if (err != PC_OK) {
		free(smtp);
		return err;
	}
	*ret = smtp;
	return PC_OK;
}

void
pc_smtp_free(struct pc_smtp *smtp)
{
	if (smtp == NULL)
		return;
	for (size_t i = 0; i < PC_SMTP_PARALLEL_MAX; i++) {
		if (smtp->list[i] == NULL)
			continue;
		pc_transfers_remove(smtp->transfers, smtp->list[i]->easy);
		delivery_free(smtp->list[i]);
	}
	pc_transfers_free(smtp->transfers);
	free(smtp);
}

static size_t
on_read(char *out, size_t size, size_t n, void *arg)
{
	struct delivery *d = arg;
	size_t left = d->text->len - d->sent;
	size_t take = left < size * n ? left : size * n;
	memcpy(out, d->text->data + d->sent, take);
	d->sent += take;
	return take;
}

static void
set_security(CURL *e, const struct pc_mail_settings *s)
{
	static const long levels[] = {[PC_MAIL_PLAIN] = CURLUSESSL_NONE,
		[PC_MAIL_STARTTLS] = CURLUSESSL_TRY,
		[PC_MAIL_STARTTLS_REQUIRED] = CURLUSESSL_ALL,
		[PC_MAIL_TLS] = CURLUSESSL_ALL};
	curl_easy_setopt(e, CURLOPT_USE_SSL, levels[s->security]);
	curl_easy_setopt(e, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(e, CURLOPT_SSL_VERIFYPEER, s->verify ? 1L : 0L);
	curl_easy_setopt(e, CURLOPT_SSL_VERIFYHOST, s->verify ? 2L : 0L);
	if (s->user[0] == '\0')
		return;
	curl_easy_setopt(e, CURLOPT_USERNAME, s->user);
	curl_easy_setopt(e, CURLOPT_PASSWORD, s->password);
}

/* The sender's domain is what the printer greets with. */
static void
set_server(CURL *e, const struct pc_mail_settings *s, const char *sender)
{
	char url[PC_MAIL_SERVER_MAX + PC_MAIL_ADDRESS_MAX + 32];
	bool tls = s->security == PC_MAIL_TLS;
	unsigned port = s->port != 0 ? s->port : tls ? 465 : 25;
	snprintf(url, sizeof(url), "%s://%s:%u/%s", tls ? "smtps" : "smtp", s->server, port,
		strchr(sender, '@') + 1);
	curl_easy_setopt(e, CURLOPT_URL, url);
	curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	curl_easy_setopt(e, CURLOPT_PROXY, "");
}

static int
set_recipients(struct delivery *d, const struct pc_mail_settings *s)
{
	char to[PC_MAIL_ADDRESS_MAX + 2];
	char address[PC_MAIL_ADDRESS_MAX];
	for (size_t i = 0; pc_mail_recipient(s, i, address); i++) {
		snprintf(to, sizeof(to), "<%s>", address);
		struct curl_slist *list = curl_slist_append(d->to, to);
		if (list == NULL)
			return -ENOMEM;
		d->to = list;
	}
	curl_easy_setopt(d->easy, CURLOPT_MAIL_RCPT, d->to);
	/* one address that is refused does not keep the others from being told */
	curl_easy_setopt(d->easy, CURLOPT_MAIL_RCPT_ALLLOWFAILS, 1L);
	return PC_OK;
}

static int
prepare(struct delivery *d, const struct pc_mail_settings *s, const char *sender,
	struct in_addr from)
{
	char source[PC_TEXT_ADDR_MAX + 8] = "host!";
	char address[PC_TEXT_ADDR_MAX];
	char envelope[PC_MAIL_ADDRESS_MAX + 2];
	CURL *e = d->easy;
	snprintf(source, sizeof(source), "host!%s", pc_text_from_ipv4(from, address));
	snprintf(envelope, sizeof(envelope), "<%s>", sender);
	set_server(e, s, sender);
	set_security(e, s);
	curl_easy_setopt(e, CURLOPT_INTERFACE, source);
	curl_easy_setopt(e, CURLOPT_MAIL_FROM, envelope);
	curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, (long)PC_SMTP_TIMEOUT_MS);
	curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS, (long)PC_SMTP_TIMEOUT_MS);
	curl_easy_setopt(e, CURLOPT_FORBID_REUSE, 1L); /* another printer has another address */
	curl_easy_setopt(e, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(e, CURLOPT_READFUNCTION, on_read);
	curl_easy_setopt(e, CURLOPT_READDATA, d);
	curl_easy_setopt(e, CURLOPT_ERRORBUFFER, d->error);
	return set_recipients(d, s);
}

int
pc_smtp_send(struct pc_smtp *smtp, const struct pc_mail_settings *settings, const char *sender,
	struct in_addr from, const struct pc_buf *text, void *mail)
{
	struct delivery **place = NULL;
	for (size_t i = 0; i < PC_SMTP_PARALLEL_MAX && place == NULL; i++)
		place = smtp->list[i] == NULL ? &smtp->list[i] : NULL;
	if (place == NULL)
		return PC_E_LIMIT;
	struct delivery *d = calloc(1, sizeof(*d));
	if (d == NULL)
		return -ENOMEM;
	d->text = text;
	d->mail = mail;
	d->easy = curl_easy_init();
	int err = d->easy == NULL ? -ENOMEM : prepare(d, settings, sender, from);
	if (err == PC_OK)
		err = pc_transfers_add(smtp->transfers, d->easy, d);
	if (err != PC_OK) {
		delivery_free(d);
		return err;
	}
	*place = d;
	return PC_OK;
}
