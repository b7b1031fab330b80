/* conformance/run: plan the cases, run them against their subjects and their mutants, keep what was
 * found and the packets of each. */
#ifndef PC_CONFORMANCE_RUN_H
#define PC_CONFORMANCE_RUN_H

#include "conformance/result.h"
#include "conformance/world.h"

/* What a case function is given; the fields are for cases and their helpers. */
struct pc_case_run {
	const struct pc_case *c;
	struct pc_world *world;
	const struct pc_printer *printer; /* device cases: the printer under test */
	struct pc_case_result *result;
	bool mutant; /* a mutant run: findings are not kept as the subject's */
};

/* Called before each case (done of total) and after all; may be NULL. */
typedef void (*pc_run_progress_fn)(void *arg, unsigned done, unsigned total, const char *what);

struct pc_run_options {
	const char *pattern; /* glob over case IDs, NULL = all */
	const char *except;  /* glob over case IDs that are left out; NULL = none */
	unsigned roles;      /* bit per enum pc_role; 0 = all */
	bool mutants;        /* run each case against its mutants as well */
	bool all_models;     /* device cases on every model, else on the first that applies */
	pc_run_progress_fn progress;
	void *progress_arg;
};

/* Run against `world`, whose fleet and cloud are up as far as the roles need them. Results are
 * appended, and `results.json` in the world's directory holds them after each case; it says
 * "incomplete" until the caller concludes. -EINTR after SIGINT or SIGTERM: the case that was
 * interrupted is INCONCLUSIVE and not finished. -errno when the results cannot be written. */
int pc_run(struct pc_world *world, const struct pc_run_options *options, struct pc_results *results,
	struct pc_diag *diag);

/* Does printer `p` offer what `applies` names? False puts the reason into `why`. */
bool pc_run_applies(struct pc_world *world, const struct pc_printer *p, const char *applies,
	char *why, size_t size);

#endif
