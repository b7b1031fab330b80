/* services/mail: limits of the alert mail. */
#ifndef PC_SERVICES_MAIL_H
#define PC_SERVICES_MAIL_H

enum {
	PC_MAIL_QUEUE_MAX = 1024, /* mails of all printers that wait */
	PC_MAIL_WAITING_MAX = 16, /* of one printer */
	PC_MAIL_RATE_MAX = 20,    /* mails of one printer in PC_MAIL_RATE_MS */
	PC_MAIL_RATE_MS = 3600000,
	PC_MAIL_RETRY_MS = 60000, /* before the second try; doubled each time … */
	PC_MAIL_RETRY_MAX_MS = 3600000,
	PC_MAIL_GIVE_UP_MS = 86400000 /* a mail that is older is not tried again */
};

#endif
