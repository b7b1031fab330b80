/* device/mail: where a printer mails its alerts to, and which. Off until a server and a recipient
 * are set. Spec: XRS-NET-04, XRS-NET-10 */
#ifndef PC_DEVICE_MAIL_H
#define PC_DEVICE_MAIL_H

#include "device/device.h"

enum {
	PC_MAIL_SERVER_MAX = 128,
	PC_MAIL_LOGIN_MAX = 64,
	PC_MAIL_ADDRESS_MAX = 128,
	PC_MAIL_RECIPIENTS_MAX = 8,
	PC_MAIL_LIST_MAX = 512
};

struct pc_mail_settings {
	char server[PC_MAIL_SERVER_MAX]; /* host name or IPv4 address; "": off */
	uint16_t port;                   /* 0: 25, with TLS from the start 465 */
	uint8_t security;                /* enum pc_mail_security */
	bool verify;                     /* the server's certificate must be right */
	char user[PC_MAIL_LOGIN_MAX];    /* "": no AUTH */
	char password[PC_MAIL_LOGIN_MAX];
	char from[PC_MAIL_ADDRESS_MAX];    /* "": HOST@[ADDRESS] */
	char recipients[PC_MAIL_LIST_MAX]; /* one blank between addresses */
	uint32_t events;                   /* bit per enum pc_condition */
	bool restored;                     /* ends of conditions, too */
};

/* As they hold now: the profile's until they are changed. */
void pc_device_mail(const struct pc_device *dev, struct pc_mail_settings *ret);

/* Change them; addresses may have commas between. They survive restarts, not a factory reset, and
 * count as a change of configuration. PC_E_BADVALUE with the sentence: no host name, no address,
 * too many, an unknown security; -ENOMEM. */
int pc_device_mail_set(
	struct pc_device *dev, const struct pc_mail_settings *settings, struct pc_diag *diag);

/* Conditions by their names with blanks or commas between ("jam supplyLow", "all", ""), and the
 * other way. PC_E_BADVALUE for an unknown one. */
int pc_mail_events_parse(const char *text, uint32_t *ret, struct pc_diag *diag);
void pc_mail_events_text(uint32_t events, char *out, size_t size);

/* Recipient `at` from 0; false behind the last. */
bool pc_mail_recipient(
	const struct pc_mail_settings *settings, size_t at, char out[PC_MAIL_ADDRESS_MAX]);

#endif
