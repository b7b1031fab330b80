/* What the steps of a story do to a printer: the same calls that its ports make. */
#include "fleet/story-act.h"

#include <string.h>

#include <jansson.h>

#include "base/err.h"
#include "base/text.h"
#include "device/firmware.h"

/* A mean page of plain text would be larger; what counts is that it is a page for everybody. */
const char *
pc_story_page(void)
{
	return "A page of a story: nothing is printed on it but this very line.\f";
}
_Static_assert(sizeof("A page of a story: nothing is printed on it but this very line.\f") - 1 ==
		       PC_STORY_PAGE_BYTES,
	"one page");

static uint8_t
index_of(const char *const *names, size_t n, const char *name, uint8_t fallback)
{
	for (size_t i = 0; name != NULL && i < n; i++) {
		if (strcmp(names[i], name) == 0)
			return (uint8_t)i;
	}
	return fallback;
}

static int
give_data(struct pc_device *dev, uint32_t id, uint32_t pages)
{
	int err = PC_OK;
	for (uint32_t i = 0; i < pages && err == PC_OK; i++)
		err = pc_device_job_data(
			dev, id, (const uint8_t *)pc_story_page(), PC_STORY_PAGE_BYTES);
	return err;
}

static int
tell_device(struct pc_device *dev, enum pc_origin origin, const struct pc_story_print *p,
	const char *media)
{
	const struct pc_profile *profile = pc_device_profile(dev);
	uint32_t id = 0;
	int err = pc_device_job_begin(dev, origin, &id);
	struct pc_job *job = err == PC_OK ? pc_device_job(dev, id) : NULL;
	if (job == NULL)
		return err;
	job->color = p->color && profile->color;
	job->duplex = p->duplex && profile->duplex;
	job->copies = p->copies;
	job->size = index_of(profile->sizes, profile->n_sizes, p->size, job->size);
	job->media = index_of(profile->media, profile->n_media, media, job->media);
	pc_text_copy(job->name, sizeof(job->name), p->name);
	pc_text_copy(job->user, sizeof(job->user), p->user);
	pc_text_copy(job->host, sizeof(job->host), "story");
	err = give_data(dev, id, p->pages);
	return err == PC_OK ? pc_device_job_end(dev, id, p->pages) : err;
}

int
pc_story_job(const struct pc_story_act *a, struct pc_device *dev)
{
	const struct pc_story_step *s = a->step;
	const struct pc_profile *profile = pc_device_profile(dev);
	enum pc_origin origin = s->action == PC_STORY_COPY  ? PC_ORIGIN_COPY
				: s->action == PC_STORY_FAX ? PC_ORIGIN_FAX
							    : (enum pc_origin)s->origin;
	const struct pc_story_print p = {
		.name = pc_draw_text(&s->name, a->rand, pc_story_action((size_t)s->action)->name),
		.user = pc_draw_text(&s->user, a->rand, "story"),
		.size = pc_draw_text(&s->size, a->rand, NULL),
		.pages = pc_draw_count(&s->pages, a->rand, 1),
		.copies = pc_draw_count(&s->copies, a->rand, 1),
		.color = pc_draw_share(&s->color, a->rand, false),
		.duplex = pc_draw_share(&s->duplex, a->rand, false),
		.lpd = origin == PC_ORIGIN_LPD};
	const char *media = pc_draw_text(&s->media, a->rand, NULL);
	bool prints = origin == PC_ORIGIN_LPD || origin == PC_ORIGIN_RAW;
	if ((s->action == PC_STORY_COPY && !profile->scanner) ||
		(s->action == PC_STORY_FAX && !profile->fax))
		return PC_E_UNSUPPORTED;
	if (s->via == 1 && prints)
		return pc_story_send(a->sender, dev, &p);
	return tell_device(dev, origin, &p, media);
}

static int
do_scan(const struct pc_story_act *a, struct pc_device *dev)
{
	const struct pc_profile *p = pc_device_profile(dev);
	const char *size = pc_draw_text(&a->step->size, a->rand, NULL);
	return pc_device_scan(dev, index_of(p->sizes, p->n_sizes, size, 0),
		pc_draw_count(&a->step->pages, a->rand, 1));
}

static size_t
parts_of(const struct pc_profile *p, enum pc_condition what)
{
	switch (what) {
	case PC_COND_COVER_OPEN:
		return p->n_covers;
	case PC_COND_TRAY_EMPTY:
	case PC_COND_TRAY_LOW:
	case PC_COND_TRAY_MISSING:
		return p->n_trays;
	case PC_COND_SUPPLY_LOW:
	case PC_COND_SUPPLY_EMPTY:
	case PC_COND_SUPPLY_MISSING:
		return p->n_supplies;
	case PC_COND_OUTPUT_FULL:
		return p->n_outputs;
	case PC_COND_FINISHER_JAM:
		return p->n_finishers;
	case PC_COND_JAM:
	case PC_COND_SERVICE:
	case PC_COND_OFFLINE:
		break;
	}
	return 1;
}

/* One part, all, or from a drawn one on the first that can be so. */
static int
put_condition(const struct pc_story_act *a, struct pc_device *dev, int32_t part, bool on)
{
	enum pc_condition what = (enum pc_condition)a->step->what;
	size_t n = parts_of(pc_device_profile(dev), what);
	size_t from = part == PC_STORY_PART_ANY ? (size_t)pc_rand_below(a->rand, n) : 0;
	int err = PC_E_BADVALUE; /* no such part */
	if (part >= 0)
		return pc_device_condition(dev, what, (uint32_t)part, on);
	for (size_t i = 0; i < n; i++) {
		int one = pc_device_condition(dev, what, (uint32_t)((from + i) % n), on);
		err = err == PC_OK ? PC_OK : one;
		if (one == PC_OK && part == PC_STORY_PART_ANY)
			return PC_OK;
	}
	return err;
}

static int
do_raise(const struct pc_story_act *a, struct pc_device *dev)
{
	return put_condition(a, dev, a->step->part, true);
}

/* Everything that an alert tells of, as a person would put it right. */
static int
clear_all(struct pc_device *dev)
{
	const struct pc_alert *list = NULL;
	struct pc_alert copy[PC_ALERTS_MAX];
	size_t n = pc_device_alerts(dev, &list);
	if (n > 0)
		memcpy(copy, list, n * sizeof(copy[0]));
	for (size_t i = 0; i < n; i++) {
		if (copy[i].severity == 4)
			continue; /* a happening, not a condition */
		if (copy[i].condition == PC_COND_SUPPLY_LOW ||
			copy[i].condition == PC_COND_SUPPLY_EMPTY)
			(void)pc_device_supply_replace(dev, copy[i].part);
		else
			(void)pc_device_condition(dev, copy[i].condition, copy[i].part, false);
	}
	return PC_OK;
}

static int
do_clear(const struct pc_story_act *a, struct pc_device *dev)
{
	if (a->step->what < 0)
		return clear_all(dev);
	bool any = a->step->part < 0;
	return put_condition(a, dev, any ? PC_STORY_PART_ALL : a->step->part, false);
}

/* Supplies or trays that the step is about: calls `fn` for each. */
static int
each_part(const struct pc_story_act *a, struct pc_device *dev, size_t n,
	bool (*needed)(const struct pc_device *dev, size_t part),
	int (*fn)(const struct pc_story_act *a, struct pc_device *dev, size_t part))
{
	int32_t part = a->step->part;
	int err = PC_OK;
	if (n == 0)
		return PC_E_UNSUPPORTED;
	if (part == PC_STORY_PART_ANY)
		part = (int32_t)pc_rand_below(a->rand, n);
	if (part >= 0)
		return fn(a, dev, (size_t)part);
	for (size_t i = 0; i < n; i++) {
		if (part == PC_STORY_PART_NEEDED && !needed(dev, i))
			continue;
		int one = fn(a, dev, i);
		err = one != PC_OK ? one : err;
	}
	return err;
}

static bool
supply_needed(const struct pc_device *dev, size_t part)
{
	return pc_device_state(dev)->supplies[part].state != PC_SUPPLY_OK;
}

static bool
tray_needed(const struct pc_device *dev, size_t part)
{
	const struct pc_tray *t = &pc_device_state(dev)->trays[part];
	int32_t capacity = pc_device_tray_capacity(dev, part);
	return t->missing || (t->level >= 0 && capacity > 0 && t->level <= capacity / 10);
}

static int
set_level(const struct pc_story_act *a, struct pc_device *dev, size_t part)
{
	if (part >= pc_device_profile(dev)->n_supplies)
		return PC_E_BADVALUE;
	double capacity = pc_device_profile(dev)->supplies[part].capacity;
	double level = pc_draw_number(&a->step->level, a->rand, 0) * capacity;
	return capacity <= 0 ? PC_E_UNSUPPORTED
			     : pc_device_supply_set(dev, part, (int32_t)(level + 0.5));
}

static int
do_supply(const struct pc_story_act *a, struct pc_device *dev)
{
	return each_part(a, dev, pc_device_profile(dev)->n_supplies, supply_needed, set_level);
}

static int
replace(const struct pc_story_act *a, struct pc_device *dev, size_t part)
{
	(void)a;
	return pc_device_supply_replace(dev, part);
}

static int
do_replace(const struct pc_story_act *a, struct pc_device *dev)
{
	return each_part(a, dev, pc_device_profile(dev)->n_supplies, supply_needed, replace);
}

/* Put back if it was taken out, and filled up. */
static int
refill(const struct pc_story_act *a, struct pc_device *dev, size_t part)
{
	if (part >= pc_device_profile(dev)->n_trays)
		return PC_E_BADVALUE;
	const struct pc_tray *t = &pc_device_state(dev)->trays[part];
	int32_t capacity = pc_device_tray_capacity(dev, part);
	uint32_t sheets = pc_draw_count(&a->step->sheets, a->rand, INT32_MAX);
	if (t->missing)
		(void)pc_device_condition(dev, PC_COND_TRAY_MISSING, (uint32_t)part, false);
	if (capacity <= 0 || t->level < 0)
		return PC_E_UNSUPPORTED;
	int64_t level = (int64_t)t->level + sheets;
	return pc_device_tray_set(dev, part, level > capacity ? capacity : (int32_t)level);
}

static int
do_refill(const struct pc_story_act *a, struct pc_device *dev)
{
	return each_part(a, dev, pc_device_profile(dev)->n_trays, tray_needed, refill);
}

static int
do_sleep(const struct pc_story_act *a, struct pc_device *dev)
{
	(void)a;
	pc_device_sleep(dev, true);
	return pc_device_state(dev)->power == PC_POWER_SLEEP ? PC_OK : PC_E_REFUSED;
}

static int
do_wake(const struct pc_story_act *a, struct pc_device *dev)
{
	(void)a;
	pc_device_sleep(dev, false);
	return pc_device_answers(dev) ? PC_OK : PC_E_REFUSED;
}

static int
do_power_off(const struct pc_story_act *a, struct pc_device *dev)
{
	(void)a;
	pc_device_power(dev, false);
	return PC_OK;
}

static int
do_power_on(const struct pc_story_act *a, struct pc_device *dev)
{
	(void)a;
	pc_device_power(dev, true);
	return PC_OK;
}

static int
do_restart(const struct pc_story_act *a, struct pc_device *dev)
{
	return pc_device_restart(dev, (enum pc_reset)a->step->reset);
}

static int
do_address(const struct pc_story_act *a, struct pc_device *dev)
{
	struct in_addr to = {0};
	if (a->step->to != NULL && pc_text_ipv4(a->step->to, &to) != PC_OK)
		return PC_E_BADVALUE;
	return pc_fleet_move(a->fleet, pc_device_state(dev)->number, to, NULL);
}

static int
do_firmware(const struct pc_story_act *a, struct pc_device *dev)
{
	const struct pc_firmware_offer offer = {.part = a->step->component,
		.version = a->step->version,
		.is_signed = a->step->is_signed};
	return pc_device_firmware_update(dev, &offer, NULL);
}

static int
do_clean(const struct pc_story_act *a, struct pc_device *dev)
{
	return pc_device_clean(dev, PC_TRIGGER_PANEL, 0, a->step->power);
}

static int
do_nozzle_check(const struct pc_story_act *a, struct pc_device *dev)
{
	(void)a;
	return pc_device_nozzle_check(dev, PC_TRIGGER_PANEL);
}

static int
do_setting(const struct pc_story_act *a, struct pc_device *dev)
{
	return pc_device_setting_set(
		dev, a->step->setting, pc_draw_text(&a->step->value, a->rand, ""));
}

static int
do_fault(const struct pc_story_act *a, struct pc_device *dev)
{
	return pc_fleet_fault(
		a->fleet, pc_device_state(dev)->number, a->step->fault, a->step->armed, NULL);
}

static int
do_report(const struct pc_story_act *a, struct pc_device *dev)
{
	const struct pc_device_state *s = pc_device_state(dev);
	struct pc_story_reported *last = &a->reported[s->number - 1];
	json_t *o = json_pack("{s:s,s:I,s:I,s:I,s:I}", "serial", s->serial, "lifeCount",
		(json_int_t)s->counters.life, "pages", (json_int_t)(s->counters.life - last->life),
		"jobsDone", (json_int_t)s->counters.jobs_done, "jobs",
		(json_int_t)(s->counters.jobs_done - last->jobs));
	*last = (struct pc_story_reported){s->counters.life, s->counters.jobs_done};
	pc_diary_note_take(pc_fleet_diary(a->fleet), dev, "report", o);
	return PC_OK;
}

static int
do_note(const struct pc_story_act *a, struct pc_device *dev)
{
	(void)a;
	(void)dev;
	return PC_OK; /* the journal has its text with the step */
}

static int
undo_raise(const struct pc_story_act *a, struct pc_device *dev)
{
	bool one = a->step->part >= 0;
	return put_condition(a, dev, one ? a->step->part : PC_STORY_PART_ALL, false);
}

static int
undo_fault(const struct pc_story_act *a, struct pc_device *dev)
{
	return pc_fleet_fault(
		a->fleet, pc_device_state(dev)->number, a->step->fault, !a->step->armed, NULL);
}

typedef int (*act_fn)(const struct pc_story_act *a, struct pc_device *dev);
static const struct {
	act_fn act, undo;
} rows[PC_STORY_DOES] = {
	[PC_STORY_PRINT] = {pc_story_job, NULL},
	[PC_STORY_COPY] = {pc_story_job, NULL},
	[PC_STORY_FAX] = {pc_story_job, NULL},
	[PC_STORY_SCAN] = {do_scan, NULL},
	[PC_STORY_RAISE] = {do_raise, undo_raise},
	[PC_STORY_CLEAR] = {do_clear, NULL},
	[PC_STORY_SUPPLY] = {do_supply, NULL},
	[PC_STORY_REPLACE] = {do_replace, NULL},
	[PC_STORY_REFILL] = {do_refill, NULL},
	[PC_STORY_SLEEP] = {do_sleep, do_wake},
	[PC_STORY_WAKE] = {do_wake, NULL},
	[PC_STORY_POWER_OFF] = {do_power_off, do_power_on},
	[PC_STORY_POWER_ON] = {do_power_on, NULL},
	[PC_STORY_RESTART] = {do_restart, NULL},
	[PC_STORY_ADDRESS] = {do_address, NULL},
	[PC_STORY_FIRMWARE] = {do_firmware, NULL},
	[PC_STORY_CLEAN] = {do_clean, NULL},
	[PC_STORY_NOZZLE_CHECK] = {do_nozzle_check, NULL},
	[PC_STORY_SETTING] = {do_setting, NULL},
	[PC_STORY_FAULT] = {do_fault, undo_fault},
	[PC_STORY_REPORT] = {do_report, NULL},
	[PC_STORY_NOTE] = {do_note, NULL},
};

int
pc_story_act(const struct pc_story_act *a, struct pc_device *dev)
{
	act_fn act = rows[a->step->action].act;
	return act == NULL ? PC_E_INTERNAL : act(a, dev);
}

bool
pc_story_can_undo(enum pc_story_do action)
{
	return rows[action].undo != NULL;
}

int
pc_story_undo(const struct pc_story_act *a, struct pc_device *dev)
{
	act_fn undo = rows[a->step->action].undo;
	return undo == NULL ? PC_OK : undo(a, dev);
}

static bool
has_unfinished(const struct pc_device *dev)
{
	const struct pc_job *jobs[PC_JOBS_MAX];
	size_t n = pc_device_jobs(dev, jobs);
	for (size_t i = 0; i < n; i++) {
		if (jobs[i]->state < PC_JOB_DONE)
			return true;
	}
	return false;
}

bool
pc_story_is(enum pc_story_state state, const struct pc_device *dev)
{
	const struct pc_device_state *s = pc_device_state(dev);
	bool busy = s->activity != PC_IDLE || has_unfinished(dev);
	switch (state) {
	case PC_STORY_IDLE:
		return pc_device_answers(dev) && !busy;
	case PC_STORY_BUSY:
		return busy;
	case PC_STORY_ANSWERS:
		return pc_device_answers(dev);
	case PC_STORY_SILENT:
		return !pc_device_answers(dev);
	case PC_STORY_ASLEEP:
		return s->power == PC_POWER_SLEEP;
	case PC_STORY_TROUBLE:
		return pc_device_hr_status(dev) > PC_HR_RUNNING;
	case PC_STORY_NO_TROUBLE:
		return pc_device_hr_status(dev) == PC_HR_RUNNING;
	}
	return true;
}
