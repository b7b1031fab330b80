/* services/mail-text: an alert as an Internet message. */
#ifndef PC_SERVICES_MAIL_TEXT_H
#define PC_SERVICES_MAIL_TEXT_H

#include "base/buf.h"
#include "device/mail.h"

enum { PC_MAIL_TEXT_MAX = 8192, PC_MAIL_SUBJECT_MAX = 256 };

/* What is told. */
struct pc_mail_alert {
	struct pc_alert alert;
	bool restored;       /* it has ended */
	unsigned suppressed; /* mails kept back before this one */
};

/* Sender: the one set, or the host name at the address. */
void pc_mail_sender(const struct pc_device *dev, const struct pc_mail_settings *settings,
	char out[PC_MAIL_ADDRESS_MAX]);

/* Append head and body, lines ended by CRLF. Texts from elsewhere cannot add lines or fields; what
 * is not ASCII is encoded. PC_OK, PC_E_LIMIT, -ENOMEM. Spec: RFC 5322; RFC 2045, RFC 2047 */
int pc_mail_text(const struct pc_device *dev, const struct pc_mail_settings *settings,
	const struct pc_mail_alert *what, struct pc_buf *out);

#endif
