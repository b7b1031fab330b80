/* device/account: who printed, copied, scanned and faxed how much, and how much he may. */
#ifndef PC_DEVICE_ACCOUNT_H
#define PC_DEVICE_ACCOUNT_H

#include "device/device.h"

enum { PC_ACCOUNTS_MAX = 64, PC_NO_LIMIT = -1 };

struct pc_account {
	char user[PC_NAME_MAX]; /* "": jobs without a name, and all for whom there is no place */
	uint32_t sides[5][2];   /* by function (print, copy, fax, scan, report), colour */
	uint32_t sheets;
	uint32_t jobs, rejected;
	uint32_t period_sides; /* printed in this month of the printer's calendar */
	int32_t limit;         /* of period_sides; PC_NO_LIMIT */
};

/* Accounts in the order they came. Borrowed until the device changes. Forgotten with a factory
 * reset, else kept. */
size_t pc_device_accounts(const struct pc_device *dev, const struct pc_account **ret);
/* Sides a month a user may print; NULL: users who have no limit of their own. A job that would go
 * over it is aborted before its first page. PC_OK; PC_E_BADVALUE under PC_NO_LIMIT; PC_E_LIMIT when
 * there is no place for another user; -ENOMEM. */
int pc_device_account_limit(struct pc_device *dev, const char *user, int32_t limit);
/* Limit of users who have none of their own. */
int32_t pc_device_account_limit_of_others(const struct pc_device *dev);
/* All counts to 0; limits stay. */
void pc_device_accounts_reset(struct pc_device *dev);

#endif
