/* services/smtp: one message to an SMTP server at a time or several, from a printer's own address;
 * libcurl in the loop. */
#ifndef PC_SERVICES_SMTP_H
#define PC_SERVICES_SMTP_H

#include "base/buf.h"
#include "device/mail.h"
#include "loop/loop.h"

enum { PC_SMTP_PARALLEL_MAX = 8, PC_SMTP_TIMEOUT_MS = 30000 };

struct pc_smtp;

/* How a delivery ended: PC_OK; PC_E_REFUSED the server will never take it (code 5xx, or TLS is
 * asked for and not to be had); PC_E_CLOSED, PC_E_TIMEOUT it may later. `code` is the last reply,
 * or 0. */
typedef void (*pc_smtp_fn)(void *arg, void *mail, int err, long code, const char *text);

int pc_smtp_new(struct pc_loop *loop, pc_smtp_fn fn, void *arg, struct pc_smtp **ret);
/* Ends what is under way without telling anybody. NULL is allowed. */
void pc_smtp_free(struct pc_smtp *smtp);

/* Deliver; `text` is borrowed until fn(arg, mail, …) is called. PC_E_LIMIT when
 * PC_SMTP_PARALLEL_MAX are under way; -ENOMEM. */
int pc_smtp_send(struct pc_smtp *smtp, const struct pc_mail_settings *settings, const char *sender,
	struct in_addr from, const struct pc_buf *text, void *mail);

#endif
