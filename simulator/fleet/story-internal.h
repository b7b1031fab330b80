/* fleet/story-internal: a story that was read, for the files that read, show and run it; nobody
 * else includes it. */
#ifndef PC_FLEET_STORY_INTERNAL_H
#define PC_FLEET_STORY_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/doc.h"
#include "base/rand.h"
#include "fleet/story.h"

/* A value that is drawn anew each time: a number, a time in milliseconds, a share, or a text. */
enum pc_draw_kind {
	PC_DRAW_NONE, /* the key is not given */
	PC_DRAW_CONSTANT,
	PC_DRAW_UNIFORM,     /* from a to b, both included */
	PC_DRAW_EXPONENTIAL, /* mean a */
	PC_DRAW_LOGNORMAL,   /* median a, sigma b of the logarithm */
	PC_DRAW_CHOICE
};

struct pc_draw_choice {
	double value;
	const char *text; /* borrowed from the document */
	double weight;
};

struct pc_draw {
	enum pc_draw_kind kind;
	double a, b;
	double min, max; /* what is drawn is brought into this range */
	const char *text;
	const struct pc_draw_choice *choices; /* owned by the story */
	size_t n_choices;
	double weights; /* sum */
};

/* One draw. The range of the key is kept; `fallback` when the key is not given. */
double pc_draw_number(const struct pc_draw *d, struct pc_rand *r, double fallback);
/* The same as a whole number. */
uint32_t pc_draw_count(const struct pc_draw *d, struct pc_rand *r, uint32_t fallback);
const char *pc_draw_text(const struct pc_draw *d, struct pc_rand *r, const char *fallback);
/* True with the probability that the share draws; `fallback` when it is not given. */
bool pc_draw_share(const struct pc_draw *d, struct pc_rand *r, bool fallback);
/* Even over [0, 1). */
double pc_draw_even(struct pc_rand *r);

/* Which printers; what is not given does not restrict. */
struct pc_story_range {
	uint32_t from, to;
};
struct pc_story_group {
	const char *name;
	const char *const *profiles; /* ids */
	size_t n_profiles;
	const struct pc_story_range *numbers;
	size_t n_numbers;
	const char *vendor;
	struct pc_draw share; /* each printer is in it with this probability, drawn at the start */
};

/* What a step does. */
enum pc_story_do {
	PC_STORY_PRINT,
	PC_STORY_COPY,
	PC_STORY_FAX,
	PC_STORY_SCAN,
	PC_STORY_LOAD,
	PC_STORY_RAISE,
	PC_STORY_CLEAR,
	PC_STORY_SUPPLY,
	PC_STORY_REPLACE,
	PC_STORY_REFILL,
	PC_STORY_SLEEP,
	PC_STORY_WAKE,
	PC_STORY_POWER_OFF,
	PC_STORY_POWER_ON,
	PC_STORY_RESTART,
	PC_STORY_ADDRESS,
	PC_STORY_FIRMWARE,
	PC_STORY_CLEAN,
	PC_STORY_NOZZLE_CHECK,
	PC_STORY_SETTING,
	PC_STORY_FAULT,
	PC_STORY_REPORT,
	PC_STORY_WAIT,
	PC_STORY_NOTE,
	PC_STORY_SEQUENCE,
	PC_STORY_DOES
};

/* What a wait waits for. */
enum pc_story_state {
	PC_STORY_IDLE,
	PC_STORY_BUSY,
	PC_STORY_ANSWERS,
	PC_STORY_SILENT,
	PC_STORY_ASLEEP,
	PC_STORY_TROUBLE,
	PC_STORY_NO_TROUBLE
};

enum { PC_STORY_PART_ANY = -1, PC_STORY_PART_ALL = -2, PC_STORY_PART_NEEDED = -3 };

struct pc_story_step {
	uint32_t number; /* from 1, in the order of the file: its stream of chance */
	uint32_t line;
	uint64_t given; /* bit per row of the table: the key stands there */
	int32_t action; /* enum pc_story_do */
	/* when */
	struct pc_draw at, every, after, until;
	int32_t times;
	uint8_t days; /* bit per weekday, 0 Sunday */
	struct pc_draw chance;
	/* who */
	const char *who; /* name of a group, NULL: all, or whom the sequence is about */
	const struct pc_story_group *group;
	struct pc_draw pick;
	bool apart;
	/* what */
	struct pc_draw pages, copies, color, duplex, size, media, user, name;
	int32_t origin; /* enum pc_origin */
	int32_t via;    /* 0 device, 1 socket */
	struct pc_draw rate;
	struct pc_draw duration; /* `for` */
	double hours[24];
	double weekdays[7];
	int32_t what; /* enum pc_condition */
	int32_t part; /* from 0, or PC_STORY_PART_… */
	struct pc_draw level, sheets;
	int32_t reset; /* enum pc_reset */
	const char *to;
	const char *setting, *version, *component;
	struct pc_draw value;
	const char *fault;
	bool armed, power, is_signed;
	int32_t state; /* enum pc_story_state */
	struct pc_draw timeout;
	const char *text;
	struct pc_story_step *steps; /* owned by the story */
	size_t n_steps;
};

struct pc_story {
	struct pc_doc *doc; /* owned; texts lie there */
	void *memory;       /* owned list of blocks */
	const char *name, *summary;
	struct pc_draw length; /* the story ends then; not given: when nothing is left to do */
	int64_t seed;
	struct pc_story_group *groups; /* owned */
	size_t n_groups;
	struct pc_story_step *steps; /* owned */
	size_t n_steps;
	uint32_t numbered; /* steps in all */
};

/* The table of keys: kind, range, place; what reads, shows and describes stories. */
enum pc_story_kind {
	PC_STORY_KIND_TEXT,
	PC_STORY_KIND_CHOICE, /* int32_t: index into the words */
	PC_STORY_KIND_BOOL,
	PC_STORY_KIND_INTEGER, /* int32_t */
	PC_STORY_KIND_SEED,    /* int64_t */
	PC_STORY_KIND_NUMBER,  /* draw */
	PC_STORY_KIND_TIME,    /* draw, of "1h30m" */
	PC_STORY_KIND_SHARE,   /* draw, of "30%", 0.3, true, false */
	PC_STORY_KIND_WORDS,   /* draw of texts */
	PC_STORY_KIND_PART,    /* int32_t: number, any, all, needed */
	PC_STORY_KIND_DAYS,    /* uint8_t bits */
	PC_STORY_KIND_HOURS,   /* 24 factors */
	PC_STORY_KIND_WEEK,    /* 7 factors by name of the day */
	PC_STORY_KIND_TEXTS,   /* array of texts and its length */
	PC_STORY_KIND_RANGES,  /* array of ranges and its length */
	PC_STORY_KIND_STEPS,
	PC_STORY_KIND_GROUPS
};

struct pc_story_field {
	const char *name;
	enum pc_story_kind kind;
	double min, max; /* number, length of a text */
	size_t offset, count_offset;
	const char *const *words; /* of a choice; ends with NULL */
	const char *help;
};

/* One action: its name, the keys it takes besides those of all steps, those it cannot do without.
 */
struct pc_story_action {
	const char *name;
	const char *takes, *needs; /* names with blanks between */
	const char *help;
};

const struct pc_story_field *pc_story_fields(size_t *ret_n);       /* of a story */
const struct pc_story_field *pc_story_group_fields(size_t *ret_n); /* of a group */
const struct pc_story_field *pc_story_step_fields(size_t *ret_n);  /* of a step */
const struct pc_story_action *pc_story_action(size_t which);       /* by enum pc_story_do */
/* Is `word` one of the names in `list`? */
bool pc_story_listed(const char *list, const char *word);
/* Keys that every step may have (`nested`: in a sequence). */
bool pc_story_is_common(const char *key, bool nested);
extern const char *const pc_story_day_names[8];

/* "1d2h30m", "90s", "250ms" to milliseconds; false when it is none. */
bool pc_story_time(const char *text, double *ret_ms);
/* The other way, short. */
enum { PC_STORY_TIME_TEXT = 40 };
const char *pc_story_time_text(double ms, char out[PC_STORY_TIME_TEXT]);

#endif
