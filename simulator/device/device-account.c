/* Who printed how much, and may. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "device/internal.h"

enum { FIRST_ACCOUNTS = 4 };

struct pc_device_accounts {
	struct pc_account *list; /* owned; the one without a name comes first */
	size_t n, cap;
	uint32_t month; /* the counts of a period are for: year * 12 + month */
	int32_t limit_of_others;
};

static size_t
find_user(const struct pc_device_accounts *a, const char *user)
{
	size_t i = 0;
	while (i < a->n && strcmp(a->list[i].user, user) != 0)
		i++;
	return i;
}

static int
add_user(struct pc_device_accounts *a, const char *user)
{
	if (a->n == PC_ACCOUNTS_MAX)
		return PC_E_LIMIT;
	if (a->n == a->cap) {
		size_t cap = a->cap == 0 ? FIRST_ACCOUNTS : 2 * a->cap;
		struct pc_account *grown = reallocarray(a->list, cap, sizeof(*grown));
		if (grown == NULL)
			return -ENOMEM;
		a->list = grown;
		a->cap = cap;
	}
	struct pc_account *to = &a->list[a->n++];
	*to = (struct pc_account){.limit = PC_NO_LIMIT};
	pc_text_copy(to->user, sizeof(to->user), user);
	return PC_OK;
}

/* A new month begins with counts of 0. */
static void
roll_over(struct pc_device *dev)
{
	unsigned year = 0, month = 0;
	pc_month_of(pc_device_wall_ns(dev), &year, &month);
	uint32_t now = (uint32_t)(year * 12 + month);
	for (size_t i = 0; now != dev->accounts->month && i < dev->accounts->n; i++)
		dev->accounts->list[i].period_sides = 0;
	dev->accounts->month = now;
}

static struct pc_device_accounts *
accounts_of(struct pc_device *dev)
{
	if (dev->accounts == NULL) {
		dev->accounts = calloc(1, sizeof(*dev->accounts));
		if (dev->accounts == NULL)
			return NULL;
		dev->accounts->limit_of_others = PC_NO_LIMIT;
	}
	if (dev->accounts->n == 0 && add_user(dev->accounts, "") != PC_OK)
		return NULL;
	roll_over(dev);
	return dev->accounts;
}

/* The user's account, the one without a name when there is no place; NULL: out of memory. */
static struct pc_account *
account_of(struct pc_device *dev, const char *user)
{
	struct pc_device_accounts *a = accounts_of(dev);
	if (a == NULL)
		return NULL;
	size_t at = find_user(a, user == NULL ? "" : user);
	if (at == a->n && add_user(a, user) != PC_OK)
		at = 0;
	return &a->list[at];
}

void
pc_account_side(struct pc_device *dev, const struct pc_job *job, size_t function, bool sheet)
{
	struct pc_account *a = account_of(dev, job->user);
	if (a == NULL)
		return; /* out of memory: the printer's own counters count on */
	a->sides[function][job->color]++;
	a->sheets += sheet ? 1 : 0;
	a->period_sides++;
}

void
pc_account_scan(
	struct pc_device *dev, const char *user, size_t function, bool color, uint32_t images)
{
	struct pc_account *a = account_of(dev, user);
	if (a != NULL)
		a->sides[function][color] += images;
}

void
pc_account_job(struct pc_device *dev, const struct pc_job *job)
{
	struct pc_account *a = account_of(dev, job->user);
	if (a != NULL)
		a->jobs++;
}

bool
pc_account_allows(struct pc_device *dev, const char *user, uint32_t sides)
{
	if (dev->accounts == NULL || sides == 0)
		return true; /* nobody has set a limit yet */
	roll_over(dev);
	size_t at = find_user(dev->accounts, user);
	bool known = at < dev->accounts->n;
	int32_t limit = known ? dev->accounts->list[at].limit : PC_NO_LIMIT;
	if (limit == PC_NO_LIMIT)
		limit = dev->accounts->limit_of_others;
	uint64_t so_far = known ? dev->accounts->list[at].period_sides : 0;
	return limit == PC_NO_LIMIT || so_far + sides <= (uint64_t)limit;
}

void
pc_account_rejected(struct pc_device *dev, const char *user)
{
	struct pc_account *a = account_of(dev, user);
	if (a != NULL)
		a->rejected++;
}

size_t
pc_device_accounts(const struct pc_device *dev, const struct pc_account **ret)
{
	*ret = dev->accounts == NULL ? NULL : dev->accounts->list;
	return dev->accounts == NULL ? 0 : dev->accounts->n;
}

int
pc_device_account_limit(struct pc_device *dev, const char *user, int32_t limit)
{
	const struct pc_device_event event = {.kind = PC_EVENT_ACCOUNT};
	if (limit < PC_NO_LIMIT || (user != NULL && strlen(user) >= PC_NAME_MAX))
		return PC_E_BADVALUE;
	struct pc_device_accounts *a = accounts_of(dev);
	if (a == NULL)
		return -ENOMEM;
	if (user == NULL) {
		a->limit_of_others = limit;
	} else {
		size_t at = find_user(a, user);
		int err = at == a->n ? add_user(a, user) : PC_OK;
		if (err != PC_OK)
			return err;
		a->list[at].limit = limit;
	}
	pc_device_audit(dev, "account limit", user);
	pc_device_tell(dev, &event);
	return PC_OK;
}

int32_t
pc_device_account_limit_of_others(const struct pc_device *dev)
{
	return dev->accounts == NULL ? PC_NO_LIMIT : dev->accounts->limit_of_others;
}

void
pc_device_accounts_reset(struct pc_device *dev)
{
	const struct pc_device_event event = {.kind = PC_EVENT_ACCOUNT};
	for (size_t i = 0; dev->accounts != NULL && i < dev->accounts->n; i++) {
		struct pc_account *a = &dev->accounts->list[i];
		struct pc_account kept = {.limit = a->limit};
		pc_text_copy(kept.user, sizeof(kept.user), a->user);
		*a = kept;
	}
	pc_device_audit(dev, "accounts reset", NULL);
	pc_device_tell(dev, &event);
}

void
pc_accounts_free(struct pc_device *dev)
{
	if (dev->accounts != NULL)
		free(dev->accounts->list);
	free(dev->accounts);
	dev->accounts = NULL;
}
