/* snmp/walk-check: judges the walk of a printer by the MIB modules' facts and by what the standards
 * say of values that belong together. Rules are a table with names that do not change. */
#ifndef PC_SNMP_WALK_CHECK_H
#define PC_SNMP_WALK_CHECK_H

#include <stddef.h>

#include "snmp/walk.h"

/* What a rule asks. */
struct pc_walk_rule {
	const char *id;   /* "printer-status" */
	const char *asks; /* one sentence */
	const char *spec; /* "RFC 3805 s2.2.13.2" */
};

/* All rules. */
const struct pc_walk_rule *pc_walk_rule_at(size_t at); /* NULL after the last */

enum { PC_WALK_TEXT_MAX = 256 };

/* One thing that is wrong. The pointers are valid during the call. */
struct pc_walk_finding {
	const struct pc_walk_rule *rule;
	const struct pc_walk_object *object; /* NULL when something is missing from the walk */
	char name[PC_WALK_TEXT_MAX];         /* "prtInputStatus.1.2"; "" when no module has it */
	char found[PC_WALK_TEXT_MAX];
	char expected[PC_WALK_TEXT_MAX];
};
typedef void (*pc_walk_finding_fn)(void *arg, const struct pc_walk_finding *finding);

/* Judge a sorted walk by every rule (`only` NULL) or by one of that name. Tells every finding:
 * first those of the whole walk, then object by object. Returns their number. Objects that no
 * module has are left alone. */
size_t pc_walk_check(
	const struct pc_walk *walk, const char *only, pc_walk_finding_fn fn, void *arg);

/* How many objects of the walk some module has. */
size_t pc_walk_known(const struct pc_walk *walk);

#endif
