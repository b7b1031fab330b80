/* New firmware: received, checked, written, started. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/err.h"
#include "device/internal.h"

enum { VERSION_MAX = 64, COMPONENTS_MAX = 8, WRITE_MS = 30000, CHECK_MS = 2000 };

struct pc_device_update {
	enum pc_firmware_state state;
	enum pc_firmware_refusal last;
	uint8_t part;                           /* being updated */
	char *versions[PC_FIRMWARE_MAX];        /* owned; NULL: as the profile says */
	char *description;                      /* owned; NULL: as the profile says */
	uint64_t installed_ns[PC_FIRMWARE_MAX]; /* 0: with the printer */
	char *pending[PC_FIRMWARE_MAX]; /* owned; what runs after the start, NULL: no change */
};

const char *
pc_device_firmware_refusal(enum pc_firmware_refusal why)
{
	static const char *const texts[PC_FIRMWARE_REFUSALS] = {"taken", "busy", "locked",
		"other model", "bad signature", "no such part", "older version", "same version",
		"bad version", "interrupted"};
	return (size_t)why < PC_FIRMWARE_REFUSALS ? texts[why] : "";
}

const char *
pc_device_firmware_state_name(enum pc_firmware_state state)
{
	static const char *const names[] = {"none", "receiving", "checking", "writing", "starting"};
	return (size_t)state < sizeof(names) / sizeof(names[0]) ? names[state] : "";
}

const char *
pc_device_firmware(const struct pc_device *dev, size_t at)
{
	if (at >= dev->profile->n_firmware)
		return "";
	if (dev->update != NULL && dev->update->versions[at] != NULL)
		return dev->update->versions[at];
	return dev->profile->firmware[at].version;
}

const char *
pc_device_description(const struct pc_device *dev)
{
	if (dev->update != NULL && dev->update->description != NULL)
		return dev->update->description;
	return dev->profile->sys_descr == NULL ? "" : dev->profile->sys_descr;
}

/* Does a version stand here by itself, not as a piece of a longer one? */
static bool
stands_alone(const char *text, const char *at, size_t len)
{
	char before = at == text ? ' ' : at[-1], after = at[len];
	return !isdigit((unsigned char)before) && before != '.' && !isalnum((unsigned char)after) &&
	       (after != '.' || !isalnum((unsigned char)at[len + 1]));
}

/* The description says the part's new version where it said the old one. */
static void
describe(struct pc_device *dev, const char *old, const char *version)
{
	struct pc_buf b;
	const char *text = pc_device_description(dev), *from = text;
	size_t len = strlen(old);
	pc_buf_init(&b, PC_SYS_TEXT_MAX - 1);
	for (const char *at = strstr(text, old); len > 0 && at != NULL; at = strstr(at + 1, old)) {
		if (!stands_alone(text, at, len) || at < from)
			continue;
		(void)pc_buf_add(&b, from, (size_t)(at - from));
		(void)pc_buf_add_text(&b, version);
		from = at + len;
	}
	if (from != text && pc_buf_add_text(&b, from) == PC_OK) {
		free(dev->update->description);
		dev->update->description = (char *)b.data;
		return;
	}
	pc_buf_done(&b); /* it does not say it, or would be too long: it stays */
}

uint64_t
pc_device_firmware_installed_ns(const struct pc_device *dev, size_t at)
{
	return dev->update == NULL || at >= PC_FIRMWARE_MAX ? 0 : dev->update->installed_ns[at];
}

/* Position of the part, n_firmware when there is none of that name. */
static size_t
find_part(const struct pc_device *dev, const char *name)
{
	size_t i = 0;
	while (i < dev->profile->n_firmware &&
		strcasecmp(dev->profile->firmware[i].name, name) != 0)
		i++;
	return i;
}

const char *
pc_device_firmware_named(const struct pc_device *dev, const char *name)
{
	size_t at = find_part(dev, name);
	return at == dev->profile->n_firmware ? NULL : pc_device_firmware(dev, at);
}

enum pc_firmware_state
pc_device_firmware_state(const struct pc_device *dev)
{
	return dev->update == NULL ? PC_FIRMWARE_NONE : dev->update->state;
}

enum pc_firmware_refusal
pc_device_firmware_last(const struct pc_device *dev)
{
	return dev->update == NULL ? PC_FIRMWARE_TAKEN : dev->update->last;
}

bool
pc_firmware_is_under_way(const struct pc_device *dev)
{
	return pc_device_firmware_state(dev) != PC_FIRMWARE_NONE;
}

/* The digits at *p as a number without leading zeros; *p moves behind them. */
static size_t
digits(const char **p, const char **ret)
{
	while (**p == '0' && isdigit((unsigned char)(*p)[1]))
		(*p)++;
	*ret = *p;
	while (isdigit((unsigned char)**p))
		(*p)++;
	return (size_t)(*p - *ret);
}

int
pc_device_version_compare(const char *a, const char *b)
{
	while (*a != '\0' && *b != '\0') {
		if (isdigit((unsigned char)*a) && isdigit((unsigned char)*b)) {
			const char *x, *y;
			size_t n = digits(&a, &x), m = digits(&b, &y);
			int order = n != m ? (n < m ? -1 : 1) : memcmp(x, y, n);
			if (order != 0)
				return order;
			continue;
		}
		if (*a != *b)
			return (unsigned char)*a < (unsigned char)*b ? -1 : 1;
		a++;
		b++;
	}
	return (*a != '\0') - (*b != '\0');
}

/* A version's parts between the dots. */
struct split {
	size_t n;
	const char *at[COMPONENTS_MAX];
	size_t len[COMPONENTS_MAX];
};

static void
split(const char *version, struct split *ret)
{
	ret->n = 0;
	for (const char *p = version; ret->n < COMPONENTS_MAX; p++) {
		size_t len = strcspn(p, ".");
		ret->at[ret->n] = p;
		ret->len[ret->n++] = len;
		p += len;
		if (*p == '\0')
			break;
	}
}

static bool
is_component(const struct split *s, size_t at, const char *version)
{
	return strlen(version) == s->len[at] && memcmp(s->at[at], version, s->len[at]) == 0;
}

/* The part whose version is component `at` of a package's; n_firmware when there is none. */
static size_t
part_of(const struct pc_device *dev, size_t package, const struct split *s, size_t at)
{
	size_t i = 0;
	while (i < dev->profile->n_firmware &&
		(i == package || !is_component(s, at, pc_device_firmware(dev, i))))
		i++;
	return i;
}

/* Is it a version of versions: two components or more, each the version of another part? */
static bool
is_package(const struct pc_device *dev, size_t part, struct split *s)
{
	split(pc_device_firmware(dev, part), s);
	for (size_t k = 0; k < s->n; k++) {
		if (part_of(dev, part, s, k) == dev->profile->n_firmware)
			return false;
	}
	return s->n >= 2;
}

/* What an offer that names no part is for: the package, else the first part. */
static size_t
main_part(const struct pc_device *dev)
{
	struct split s;
	for (size_t i = 0; i < dev->profile->n_firmware; i++) {
		if (is_package(dev, i, &s))
			return i;
	}
	return 0;
}

static int
set_pending(struct pc_device_update *u, size_t part, const char *version, size_t len)
{
	char *copy = strndup(version, len);
	if (copy == NULL)
		return -ENOMEM;
	free(u->pending[part]);
	u->pending[part] = copy;
	return PC_OK;
}

static void
drop_pending(struct pc_device_update *u)
{
	for (size_t i = 0; i < PC_FIRMWARE_MAX; i++) {
		free(u->pending[i]);
		u->pending[i] = NULL;
	}
}

/* A new version of a package is one of its parts, too. */
static int
pend_parts(struct pc_device *dev, size_t package, const struct split *old, const char *version)
{
	struct split s;
	int err = PC_OK;
	split(version, &s);
	for (size_t k = 0; k < s.n && err == PC_OK; k++)
		err = set_pending(dev->update, part_of(dev, package, old, k), s.at[k], s.len[k]);
	return err;
}

/* The package that holds the part has its new version as a component. */
static int
pend_package(struct pc_device *dev, size_t part, const char *version)
{
	for (size_t i = 0; i < dev->profile->n_firmware; i++) {
		char text[COMPONENTS_MAX * VERSION_MAX];
		struct split s;
		size_t n = 0;
		if (i == part || !is_package(dev, i, &s))
			continue;
		for (size_t k = 0; k < s.n; k++) {
			bool mine = part_of(dev, i, &s, k) == part;
			n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%.*s",
				k == 0 ? "" : ".", mine ? VERSION_MAX : (int)s.len[k],
				mine ? version : s.at[k]);
		}
		return set_pending(dev->update, i, text, n);
	}
	return PC_OK;
}

static int
pend(struct pc_device *dev, size_t part, const char *version)
{
	struct split old;
	if (version == NULL)
		return PC_OK;
	int err = set_pending(dev->update, part, version, strlen(version));
	if (err == PC_OK && is_package(dev, part, &old))
		return pend_parts(dev, part, &old, version);
	return err == PC_OK ? pend_package(dev, part, version) : err;
}

static bool
is_locked(const struct pc_device *dev)
{
	const char *set = pc_device_setting(dev, "maintenance.firmwareLocked");
	return set != NULL ? strcmp(set, "on") == 0 : dev->profile->update.locked;
}

static bool
is_busy(const struct pc_device *dev)
{
	enum pc_firmware_state state = pc_device_firmware_state(dev);
	bool busy = dev->s.activity != PC_IDLE || !pc_device_answers(dev) ||
		    (state != PC_FIRMWARE_NONE && state != PC_FIRMWARE_RECEIVING);
	for (size_t i = 0; i < dev->n_jobs; i++)
		busy |= dev->jobs[i]->job.state < PC_JOB_DONE;
	return busy;
}

static bool
is_other_model(const struct pc_device *dev, const char *model)
{
	const struct pc_profile *p = dev->profile;
	const char *own = p->update.model != NULL ? p->update.model : p->model;
	return model != NULL && own != NULL && strcasecmp(model, own) != 0;
}

static enum pc_firmware_refusal
judge_version(const struct pc_device *dev, size_t part, const char *version)
{
	struct split old, s;
	if (version == NULL)
		return PC_FIRMWARE_TAKEN;
	for (const char *p = version; *p != '\0'; p++) {
		if (*p <= ' ' || *p > '~')
			return PC_FIRMWARE_BAD_VERSION;
	}
	split(version, &s);
	if (version[0] == '\0' || strlen(version) >= VERSION_MAX ||
		(is_package(dev, part, &old) && s.n != old.n))
		return PC_FIRMWARE_BAD_VERSION;
	int order = pc_device_version_compare(version, pc_device_firmware(dev, part));
	if (order == 0)
		return PC_FIRMWARE_SAME;
	return order < 0 && !dev->profile->update.older ? PC_FIRMWARE_OLDER : PC_FIRMWARE_TAKEN;
}

static enum pc_firmware_refusal
judge(const struct pc_device *dev, const struct pc_firmware_offer *offer, size_t *ret_part)
{
	*ret_part = offer->part == NULL ? main_part(dev) : find_part(dev, offer->part);
	if (is_locked(dev))
		return PC_FIRMWARE_LOCKED;
	if (is_busy(dev))
		return PC_FIRMWARE_BUSY;
	if (is_other_model(dev, offer->model))
		return PC_FIRMWARE_OTHER_MODEL;
	if (!offer->is_signed)
		return PC_FIRMWARE_BAD_SIGNATURE;
	if (*ret_part == dev->profile->n_firmware)
		return PC_FIRMWARE_NO_PART;
	return judge_version(dev, *ret_part, offer->version);
}

static int
need_update(struct pc_device *dev)
{
	if (dev->update == NULL)
		dev->update = calloc(1, sizeof(*dev->update));
	return dev->update == NULL ? -ENOMEM : PC_OK;
}

static void
enter(struct pc_device *dev, enum pc_firmware_state state)
{
	dev->update->state = state;
	pc_device_tell_part(dev, PC_EVENT_FIRMWARE, dev->update->part);
}

int
pc_device_firmware_receive(struct pc_device *dev)
{
	pc_device_sleep(dev, false);
	if (is_busy(dev) || pc_firmware_is_under_way(dev))
		return PC_E_REFUSED;
	int err = need_update(dev);
	if (err == PC_OK)
		enter(dev, PC_FIRMWARE_RECEIVING);
	return err;
}

/* It will not be: what runs goes on. */
static void
give_up(struct pc_device *dev, enum pc_firmware_refusal why)
{
	dev->update->last = why;
	pc_log_maintenance(dev, PC_MAINTENANCE_FIRMWARE_FAILED, dev->update->part);
	pc_device_audit(dev, "firmware refused", pc_device_firmware_refusal(why));
	enter(dev, PC_FIRMWARE_NONE);
}

void
pc_device_firmware_abandon(struct pc_device *dev)
{
	if (pc_device_firmware_state(dev) == PC_FIRMWARE_RECEIVING)
		give_up(dev, PC_FIRMWARE_INTERRUPTED);
}

int
pc_device_firmware_update(struct pc_device *dev, const struct pc_firmware_offer *offer,
	enum pc_firmware_refusal *ret_why)
{
	size_t part = 0;
	if (dev->profile->n_firmware == 0)
		return PC_E_UNSUPPORTED;
	int err = need_update(dev);
	if (err != PC_OK)
		return err;
	pc_device_sleep(dev, false);
	enum pc_firmware_refusal why = judge(dev, offer, &part);
	bool other = dev->update->state > PC_FIRMWARE_RECEIVING;
	if (why == PC_FIRMWARE_TAKEN)
		err = pend(dev, part, offer->version);
	if (ret_why != NULL)
		*ret_why = why;
	if (why == PC_FIRMWARE_BUSY && other)
		return PC_E_REFUSED; /* the one under way goes on */
	dev->update->part = (uint8_t)(part < dev->profile->n_firmware ? part : 0);
	if (err != PC_OK || why != PC_FIRMWARE_TAKEN) {
		drop_pending(dev->update);
		give_up(dev, why == PC_FIRMWARE_TAKEN ? PC_FIRMWARE_INTERRUPTED : why);
		return err != PC_OK ? err : PC_E_REFUSED;
	}
	dev->update->last = PC_FIRMWARE_TAKEN;
	pc_device_audit(dev, "firmware", offer->version == NULL ? "patch" : offer->version);
	pc_device_set_activity(dev, PC_UPDATING);
	enter(dev, PC_FIRMWARE_CHECKING);
	pc_device_schedule(dev, pc_clock_ns(dev->env->clock), CHECK_MS);
	return PC_OK;
}

void
pc_firmware_step(struct pc_device *dev)
{
	uint32_t ms = dev->profile->update.ms == 0 ? WRITE_MS : dev->profile->update.ms;
	if (pc_device_firmware_state(dev) == PC_FIRMWARE_CHECKING) {
		enter(dev, PC_FIRMWARE_WRITING);
		pc_device_schedule(dev, pc_clock_ns(dev->env->clock), ms);
		return;
	}
	enter(dev, PC_FIRMWARE_STARTING);
	pc_power_restart(dev, PC_RESET_WARM);
}

void
pc_firmware_down(struct pc_device *dev)
{
	enum pc_firmware_state state = pc_device_firmware_state(dev);
	if (state == PC_FIRMWARE_NONE || state == PC_FIRMWARE_STARTING)
		return; /* written: it starts with the next power-on, too */
	drop_pending(dev->update);
	give_up(dev, PC_FIRMWARE_INTERRUPTED);
}

void
pc_firmware_boot(struct pc_device *dev)
{
	struct pc_device_update *u = dev->update;
	if (pc_device_firmware_state(dev) != PC_FIRMWARE_STARTING)
		return;
	for (size_t i = 0; i < PC_FIRMWARE_MAX; i++) {
		if (u->pending[i] == NULL)
			continue;
		describe(dev, pc_device_firmware(dev, i), u->pending[i]);
		free(u->versions[i]);
		u->versions[i] = u->pending[i];
		u->installed_ns[i] = pc_device_wall_ns(dev);
		u->pending[i] = NULL;
	}
	dev->s.counters.config_changes++;
	pc_log_maintenance(dev, PC_MAINTENANCE_FIRMWARE, u->part);
	enter(dev, PC_FIRMWARE_NONE);
}

void
pc_firmware_free(struct pc_device *dev)
{
	if (dev->update == NULL)
		return;
	drop_pending(dev->update);
	free(dev->update->description);
	for (size_t i = 0; i < PC_FIRMWARE_MAX; i++)
		free(dev->update->versions[i]);
	free(dev->update);
}
