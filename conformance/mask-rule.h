/* conformance/mask-rule: the rules of a mask as its reader leaves them for the judge. Private. */
#ifndef PC_CONFORMANCE_MASK_RULE_H
#define PC_CONFORMANCE_MASK_RULE_H

#include "conformance/mask.h"

enum pc_mask_verb {
	PC_MASK_EQUAL,
	PC_MASK_IGNORE,
	PC_MASK_OPTIONAL,
	PC_MASK_ABSENT,
	PC_MASK_TYPE,
	PC_MASK_BIND,
	PC_MASK_MONOTONIC,
	PC_MASK_TOL,
	PC_MASK_RANGE,
	PC_MASK_NOW,
	PC_MASK_REGEX,
	PC_MASK_ONEOF,
	PC_MASK_LEN,
	PC_MASK_SHA256,
	PC_MASK_UNORDERED
};

struct pc_mask_rule {
	char *file; /* owned, as are the other texts */
	unsigned line;
	unsigned depth; /* 0: the file itself, 1: included by it … */
	char *selector;
	enum pc_mask_verb verb;
	char *arg;    /* "" when there is none */
	char *reason; /* NULL: none */
	double low;   /* of range, len, tol, now */
	double high;
	bool percent; /* tol */
	bool slice;   /* the selector ends in [from:to] */
	size_t from;
	size_t to;
	size_t literals;
	size_t wildcards;
	uint64_t used;
};

struct pc_mask {
	struct pc_mask_rule *rules; /* owned */
	size_t n;
	char *files[PC_MASK_FILES_MAX]; /* owned: what was read already */
	size_t n_files;
};

const char *pc_mask_verb_name(enum pc_mask_verb verb);

/* True when the glob `selector` covers `path`. */
bool pc_mask_glob(const char *selector, const char *path);

/* The rule that decides on `path`; NULL: none, the field is exact. PC_E_SYNTAX with both places
 * when two rules are equally specific. Counts the rule as used. */
int pc_mask_find(
	struct pc_mask *m, const char *path, struct pc_mask_rule **ret, struct pc_diag *diag);

#endif
