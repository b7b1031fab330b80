/* conformance/mask: rules for what may differ from a recording, and the judge that applies them.
 * Exact by default: every rule is an exception somebody reviewed. */
#ifndef PC_CONFORMANCE_MASK_H
#define PC_CONFORMANCE_MASK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "conformance/event-list.h"

enum {
	PC_MASK_RULES_MAX = 4096,
	PC_MASK_FILES_MAX = 32,       /* a file and everything it includes */
	PC_MASK_FILE_MAX = 1 << 20,   /* bytes of one file */
	PC_MASK_VARIABLES_MAX = 1024, /* bound in one run */
	PC_MASK_VALUE_MAX = 4096,     /* bytes of a variable's value */
	PC_MASK_MISMATCHES_MAX = 1000 /* kept with their text; more are only counted */
};

/* The file, line by line, UTF-8, '#' begins a comment at the start of a line or after a blank:
 *
 *     mask 1
 *     include std/enpc.mask
 *     SELECTOR VERB [ARGUMENTS] [; reason]
 *
 * SELECTOR is a path of event lines. '*' stands for any text within one component (up to '.', '[',
 * ']' or '/'), '**' for any text; "[n]" is a position. "PATH[a:b]" at the end takes the bytes a to
 * b-1 of a value of type "bytes". The most specific rule wins (most literal characters, then fewest
 * wildcards); of equally specific ones the including file's wins over the included one's, and two
 * of one file are an error. Verbs:
 *
 *     equal V          equal to V; $VAR in V is replaced
 *     ignore           value and type free, presence required; needs a reason
 *     optional         may be missing; equal to the recording when there
 *     absent           must not exist
 *     type T           only the type counts
 *     bind VAR         the first value fixes VAR, later ones must be equal
 *     monotonic [wrap] a number not lower than earlier in this run; wrap: may start again once
 *     tol N | N%       a number no further from the recording
 *     range A..B       a number within
 *     now S            a time (RFC 3339, HTTP date, epoch s or ms, DateAndTime) within S seconds of
 * now regex RE         POSIX extended, anchored at both ends oneof A B C      one of the words len
 * A..B         only the length of the value in characters sha256           only length and digest
 * of the value; for job data unordered        the events below SELECTOR (which ends in '*' or
 * '[*]') compare as a set
 */
struct pc_mask;

/* Read a mask and what it includes. `include` is looked up beside the including file, then in
 * `std_dir` (may be NULL). PC_E_SYNTAX with "file:line: …". `path` NULL gives the empty mask. */
int pc_mask_load(const char *path, const char *std_dir, struct pc_mask **ret, struct pc_diag *diag);
void pc_mask_free(struct pc_mask *m); /* NULL is allowed */

/* The same from memory; `name` stands for the file name in errors. */
int pc_mask_parse(const char *text, size_t len, const char *name, const char *std_dir,
	struct pc_mask **ret, struct pc_diag *diag);

/* Add the rules of another file; an included file that is there already is passed over. */
int pc_mask_add(struct pc_mask *m, const char *path, const char *std_dir, struct pc_diag *diag);

/* One field that was not as it should be. */
struct pc_mask_mismatch {
	uint32_t exchange;
	uint64_t frame; /* of the recording */
	char *path;     /* owned, as are the next four */
	char *rule;     /* "file:line: selector verb", "exact" without a rule */
	char *recorded;
	char *got;
	char *why; /* "the value differs" … */
};

struct pc_mask_totals {
	size_t exact;   /* equal without a rule */
	size_t by_rule; /* right by a rule other than ignore */
	size_t ignored;
	size_t optional_missing;
	size_t failed;
	uint32_t ignored_permille; /* of all fields compared */
};

/* The state of one run: variables, last values of counters, totals, mismatches. */
struct pc_judge;

/* `mask` is borrowed; it counts which rules were used. The verb now compares with what
 * pc_judge_set_now() said last. */
int pc_judge_new(struct pc_mask *mask, struct pc_judge **ret);
void pc_judge_free(struct pc_judge *j); /* NULL is allowed */
void pc_judge_set_now(struct pc_judge *j, uint64_t wall_ns);

/* What is compared: variables and counters belong to `scope` (the device asked, say its address).
 */
struct pc_judge_at {
	uint32_t exchange;
	uint64_t frame; /* of the recording */
	const char *scope;
	enum pc_event_side side;
};

/* Compare the events of one side of an exchange, recorded against live. Returns PC_OK (also when
 * fields differ: see the totals), PC_E_SYNTAX when two equally specific rules match, -ENOMEM. */
int pc_judge_compare(struct pc_judge *j, const struct pc_judge_at *at,
	const struct pc_event_list *recorded, const struct pc_event_list *live,
	struct pc_diag *diag);

/* Count a field that failed for a reason of the caller's ("no answer in 5 s"). */
void pc_judge_fail(struct pc_judge *j, const struct pc_judge_at *at, const char *path,
	const char *recorded, const char *got, const char *why);

/* Fix a variable for every scope before the run; PC_E_LIMIT. And read one: NULL when unbound. */
int pc_judge_set(struct pc_judge *j, const char *name, const char *value);
const char *pc_judge_variable(const struct pc_judge *j, const char *scope, const char *name);

struct pc_mask_totals pc_judge_totals(const struct pc_judge *j);
size_t pc_judge_n_mismatches(const struct pc_judge *j);
const struct pc_mask_mismatch *pc_judge_mismatch(const struct pc_judge *j, size_t at);

/* "file:line: selector verb" of rule number `at` (from 0) among those that matched nothing in the
 * whole run; false past the last. Rules of included files are not told: they are made for every
 * device. */
bool pc_mask_unused(const struct pc_mask *m, size_t at, char *out, size_t size);

#endif
