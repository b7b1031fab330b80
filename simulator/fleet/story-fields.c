/* Every key and action of a story file: what reads, shows, checks and describes them. */
#include <string.h>

#include "fleet/story-internal.h"

#define COUNT(a)     (sizeof(a) / sizeof((a)[0]))
#define STEP(member) offsetof(struct pc_story_step, member), 0
#define ROW(name, kind, min, max, member, words, help) \
	{ \
		name, PC_STORY_KIND_##kind, min, max, STEP(member), words, help \
	}

#define DAY_MS 86400000.0

const char *const pc_story_day_names[8] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat", NULL};

static const char *const origins[] = {"lpd", "raw", "panel", NULL};
static const char *const vias[] = {"device", "socket", NULL};
/* As the control API calls them, in the order of enum pc_condition. */
static const char *const conditions[] = {"jam", "coverOpen", "trayEmpty", "trayLow", "trayMissing",
	"supplyLow", "supplyEmpty", "supplyMissing", "service", "offline", "outputFull",
	"finisherJam", NULL};
static const char *const resets[] = {"warm", "cold", "factory", NULL};
static const char *const states[] = {
	"idle", "busy", "answers", "silent", "asleep", "trouble", "noTrouble", NULL};
static const char *const actions_words[] = {"print", "copy", "fax", "scan", "load", "raise",
	"clear", "supply", "replace", "refill", "sleep", "wake", "powerOff", "powerOn", "restart",
	"address", "firmware", "clean", "nozzleCheck", "setting", "fault", "report", "wait", "note",
	"sequence", NULL};

static const struct pc_story_field step_fields[] = {
	ROW("do", CHOICE, 0, 0, action, actions_words, "what happens"),
	ROW("at", TIME, 0, PC_STORY_DAYS_MAX *DAY_MS, at, NULL,
		"when, from the story's beginning (default: at once)"),
	ROW("every", TIME, 1, PC_STORY_DAYS_MAX *DAY_MS, every, NULL,
		"again after this time, drawn anew each time"),
	ROW("after", TIME, 0, PC_STORY_DAYS_MAX *DAY_MS, after, NULL,
		"in a sequence: so long after the step before it"),
	ROW("until", TIME, 0, PC_STORY_DAYS_MAX *DAY_MS, until, NULL, "no more after this time"),
	ROW("times", INTEGER, 1, 1000000, times, NULL,
		"how often: of 'every' at most, of a sequence all in a row"),
	ROW("days", DAYS, 0, 0, days, NULL, "only on these days of the week (UTC)"),
	ROW("chance", SHARE, 0, 1, chance, NULL, "happens with this probability"),
	ROW("who", TEXT, 1, 63, who, NULL,
		"group of printers (default: all; in a sequence: those it is about)"),
	ROW("pick", NUMBER, 1, 1000000, pick, NULL, "only so many of them, drawn each time"),
	ROW("apart", BOOL, 0, 0, apart, NULL, "each printer goes through the sequence by itself"),
	ROW("pages", NUMBER, 1, 100000, pages, NULL, "sides of one copy (default 1)"),
	ROW("copies", NUMBER, 1, 999, copies, NULL, "default 1"),
	ROW("color", SHARE, 0, 1, color, NULL, "in colour, where the model can"),
	ROW("duplex", SHARE, 0, 1, duplex, NULL, "on both sides, where the model can"),
	ROW("size", WORDS, 1, 63, size, NULL, "PWG media size name, where the model has it"),
	ROW("media", WORDS, 1, 63, media, NULL, "media type, where the model has it"),
	ROW("user", WORDS, 1, 63, user, NULL, "whose job"),
	ROW("name", WORDS, 1, 63, name, NULL, "name of the job"),
	ROW("from", CHOICE, 0, 0, origin, origins, "way in (default raw)"),
	ROW("via", CHOICE, 0, 0, via, vias,
		"'socket' sends real bytes to the printer's port, 'device' (default) tells the "
		"printer"),
	ROW("rate", NUMBER, 0, 100000, rate, NULL, "jobs an hour of each printer, in the mean"),
	ROW("for", TIME, 1, PC_STORY_DAYS_MAX *DAY_MS, duration, NULL,
		"how long; then it is undone"),
	ROW("hours", HOURS, 0, 1000, hours, NULL,
		"24 factors of the rate, by the hour of the day (UTC)"),
	ROW("week", WEEK, 0, 1000, weekdays, NULL,
		"factors of the rate by day, e.g. {sat: 0.1, sun: 0}"),
	ROW("what", CHOICE, 0, 0, what, conditions, "condition, as the control API names it"),
	ROW("part", PART, 0, 31, part, NULL,
		"tray, cover, supply or bin from 0 (default 0), 'any' (drawn), 'all', or 'needed' "
		"(those low, empty or missing)"),
	ROW("level", SHARE, 0, 1, level, NULL, "of the capacity"),
	ROW("sheets", NUMBER, 0, 100000, sheets, NULL, "sheets put in (default: full)"),
	ROW("kind", CHOICE, 0, 0, reset, resets, "of the restart (default warm)"),
	ROW("to", TEXT, 7, 15, to, NULL,
		"first new address (default: the next behind the fleet's)"),
	ROW("version", TEXT, 1, 63, version, NULL, "of the firmware that is offered"),
	ROW("component", TEXT, 1, 63, component, NULL,
		"name of the firmware's part (default: the first, of which others hang)"),
	ROW("signed", BOOL, 0, 0, is_signed, NULL, "with a right signature (default true)"),
	ROW("setting", TEXT, 1, 63, setting, NULL, "name, as the control API takes it"),
	ROW("value", WORDS, 0, 255, value, NULL, "its new value"),
	ROW("fault", TEXT, 1, 255, fault, NULL, "a fault (see 'up --fault')"),
	ROW("armed", BOOL, 0, 0, armed, NULL, "false takes it away (default true)"),
	ROW("power", BOOL, 0, 0, power, NULL, "a power cleaning"),
	ROW("state", CHOICE, 0, 0, state, states, "wait until every printer is so"),
	ROW("timeout", TIME, 1, PC_STORY_DAYS_MAX *DAY_MS, timeout, NULL,
		"wait no longer (default 1h)"),
	ROW("text", TEXT, 1, 200, text, NULL, "for the journal"),
	{"steps", PC_STORY_KIND_STEPS, 1, PC_STORY_STEPS_MAX, offsetof(struct pc_story_step, steps),
		offsetof(struct pc_story_step, n_steps), NULL, "what happens, one after the other"},
};
_Static_assert(COUNT(step_fields) <= 64, "a bit for each in `given`");

static const struct pc_story_field group_fields[] = {
	{"name", PC_STORY_KIND_TEXT, 1, 63, offsetof(struct pc_story_group, name), 0, NULL,
		"what 'who' calls it"},
	{"profiles", PC_STORY_KIND_TEXTS, 1, 64, offsetof(struct pc_story_group, profiles),
		offsetof(struct pc_story_group, n_profiles), NULL, "only of these models"},
	{"vendor", PC_STORY_KIND_TEXT, 1, 63, offsetof(struct pc_story_group, vendor), 0, NULL,
		"only of this vendor"},
	{"numbers", PC_STORY_KIND_RANGES, 1, 256, offsetof(struct pc_story_group, numbers),
		offsetof(struct pc_story_group, n_numbers), NULL,
		"only these numbers in the fleet: 7 or 10-19"},
	{"share", PC_STORY_KIND_SHARE, 0, 1, offsetof(struct pc_story_group, share), 0, NULL,
		"of them only so many, drawn when the story begins"},
};

static const struct pc_story_field story_fields[] = {
	{"story", PC_STORY_KIND_TEXT, 1, 63, offsetof(struct pc_story, name), 0, NULL, "its name"},
	{"summary", PC_STORY_KIND_TEXT, 1, 200, offsetof(struct pc_story, summary), 0, NULL,
		"one line"},
	{"seed", PC_STORY_KIND_SEED, 0, 9007199254740991.0, offsetof(struct pc_story, seed), 0,
		NULL, "added to the seed of the run"},
	{"length", PC_STORY_KIND_TIME, 1, PC_STORY_DAYS_MAX *DAY_MS,
		offsetof(struct pc_story, length), 0, NULL,
		"it ends then (default: when nothing is left to do)"},
	{"groups", PC_STORY_KIND_GROUPS, 0, PC_STORY_GROUPS_MAX, offsetof(struct pc_story, groups),
		offsetof(struct pc_story, n_groups), NULL, "groups of printers"},
	{"steps", PC_STORY_KIND_STEPS, 1, PC_STORY_STEPS_MAX, offsetof(struct pc_story, steps),
		offsetof(struct pc_story, n_steps), NULL, "what happens, each at its own time"},
};

#define JOB   "pages color duplex size"
#define PRINT JOB " copies media user name from via"

static const struct pc_story_action actions[PC_STORY_DOES] = {
	[PC_STORY_PRINT] = {"print", PRINT, "", "a print job to each printer"},
	[PC_STORY_COPY] = {"copy", JOB " copies", "", "a copy made at the panel"},
	[PC_STORY_FAX] = {"fax", JOB, "", "a fax comes in and is printed"},
	[PC_STORY_SCAN] = {"scan", "pages size", "", "originals are scanned"},
	[PC_STORY_LOAD] = {"load", PRINT " rate for hours week", "rate",
		"print jobs come at random times (Poisson), until 'for' is over"},
	[PC_STORY_RAISE] = {"raise", "what part for", "what", "a condition is put on"},
	[PC_STORY_CLEAR] = {"clear", "what part", "",
		"a condition is taken away; without 'what' all of them"},
	[PC_STORY_SUPPLY] = {"supply", "part level", "level", "a supply is set to a level"},
	[PC_STORY_REPLACE] = {"replace", "part", "", "a supply is replaced by a new one"},
	[PC_STORY_REFILL] = {"refill", "part sheets", "", "paper is put into a tray"},
	[PC_STORY_SLEEP] = {"sleep", "for", "",
		"the printer falls asleep, if it has nothing to do"},
	[PC_STORY_WAKE] = {"wake", "", "", "and wakes up"},
	[PC_STORY_POWER_OFF] = {"powerOff", "for", "", "power is cut; with 'for' it comes back"},
	[PC_STORY_POWER_ON] = {"powerOn", "", "", "power comes back"},
	[PC_STORY_RESTART] = {"restart", "kind", "", "the printer restarts"},
	[PC_STORY_ADDRESS] = {"address", "to", "",
		"the printer moves to another address; the old one is dead"},
	[PC_STORY_FIRMWARE] = {"firmware", "version component signed", "version",
		"a firmware is offered; the printer checks it, writes it and restarts"},
	[PC_STORY_CLEAN] = {"clean", "power", "", "a head cleaning"},
	[PC_STORY_NOZZLE_CHECK] = {"nozzleCheck", "", "", "a nozzle check"},
	[PC_STORY_SETTING] = {"setting", "setting value", "setting value", "a setting is changed"},
	[PC_STORY_FAULT] = {"fault", "fault armed for", "fault", "a fault is armed or taken away"},
	[PC_STORY_REPORT] = {"report", "", "",
		"counters are read and written to the journal, with what was added since the last "
		"report"},
	[PC_STORY_WAIT] = {"wait", "state timeout", "state",
		"in a sequence: go on when the printers are so, or the time is over"},
	[PC_STORY_NOTE] = {"note", "text", "text", "a line in the journal"},
	[PC_STORY_SEQUENCE] = {"sequence", "steps apart", "steps",
		"steps one after the other; with 'times' again and again"},
};

const struct pc_story_field *
pc_story_fields(size_t *ret_n)
{
	*ret_n = COUNT(story_fields);
	return story_fields;
}

const struct pc_story_field *
pc_story_group_fields(size_t *ret_n)
{
	*ret_n = COUNT(group_fields);
	return group_fields;
}

const struct pc_story_field *
pc_story_step_fields(size_t *ret_n)
{
	*ret_n = COUNT(step_fields);
	return step_fields;
}

const struct pc_story_action *
pc_story_action(size_t which)
{
	return &actions[which];
}

bool
pc_story_listed(const char *list, const char *word)
{
	size_t n = strlen(word);
	for (const char *p = list; *p != '\0';) {
		size_t len = strcspn(p, " ");
		if (len == n && memcmp(p, word, n) == 0)
			return true;
		p += len;
		p += strspn(p, " ");
	}
	return false;
}

bool
pc_story_is_common(const char *key, bool nested)
{
	return pc_story_listed(nested ? "do who pick chance after times"
				      : "do who pick chance at every until times days",
		key);
}
