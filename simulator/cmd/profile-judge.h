/* cmd/profile-judge: the walk checker on walks and on profiles, for 'presscheck profile check'. */
#ifndef PC_CMD_PROFILE_JUDGE_H
#define PC_CMD_PROFILE_JUDGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/opt.h"
#include "profile/profile.h"
#include "snmp/walk.h"

/* What is judged: the file of a walk, or the tree that a printer of a profile answers with. */
struct pc_judged {
	const char *name; /* borrowed */
	bool walk;
};

/* Walk printer 1 of a profile with seed 1 that has been up for a minute: the same objects each
 * time. The walk is the caller's, initialised. PC_OK, PC_E_USAGE for an abstract profile, what
 * making the printer says. */
int pc_profile_walk(const struct pc_profile *profile, struct pc_walk *walk, struct pc_diag *diag);

/* Judge each and print the findings, as lines or (`json`) as an array. `dir` is where profiles are.
 * Returns the exit code: 0 clean, 1 findings, 4 when a file or profile cannot be read, 2 when the
 * harness fails. */
int pc_profile_judge(const struct pc_command *self, const struct pc_judged *subjects, size_t n,
	const char *dir, bool json);

/* Print the rules, as lines or as a JSON array. Returns the exit code. */
int pc_profile_judge_rules(bool json);

#endif
