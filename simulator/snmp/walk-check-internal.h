/* snmp/walk-check-internal: what the files of rules share; nobody else includes it. */
#ifndef PC_SNMP_WALK_CHECK_INTERNAL_H
#define PC_SNMP_WALK_CHECK_INTERNAL_H

#include "snmp/mib-facts.h"
#include "snmp/walk-check.h"

/* A check in progress. */
struct pc_walk_case {
	const struct pc_walk *walk;
	const struct pc_walk_rule *rule; /* whose turn it is */
	pc_walk_finding_fn fn;
	void *arg;
	size_t n_findings;
	struct {
		bool known;
		uint32_t device;
		bool critical, others;
	} alerts; /* severities of the alerts of the device last asked for */
};

/* A rule is one of these: asked of each object that a module has, or once of the whole walk. */
struct pc_walk_judge {
	struct pc_walk_rule rule;
	void (*object)(struct pc_walk_case *c, const struct pc_walk_object *o,
		const struct pc_mib_fact *f);
	void (*whole)(struct pc_walk_case *c);
};

/* The rules by subject; each table ends with a rule without a name. */
extern const struct pc_walk_judge pc_walk_form_rules[], pc_walk_row_rules[], pc_walk_text_rules[],
	pc_walk_link_rules[], pc_walk_status_rules[];

/* Tell a finding: of the object, or (NULL) of what is missing and is called `name`. `expected` is
 * the sentence, `fmt` what was found. */
void pc_walk_tell(struct pc_walk_case *c, const struct pc_walk_object *o, const char *expected,
	const char *fmt, ...) __attribute__((format(printf, 4, 5)));
void pc_walk_tell_missing(struct pc_walk_case *c, const char *name, const char *expected,
	const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* Short text of a value for a message: "3", "'Ready'", "1.3.6", "0x2000". Returns `out`. */
const char *pc_walk_show(const struct pc_walk_object *o, char *out, size_t size);

/* Index sub-identifiers of an instance. */
struct pc_walk_index {
	const uint32_t *arcs;
	size_t n;
};
struct pc_walk_index pc_walk_index_of(const struct pc_walk_object *o, const struct pc_mib_fact *f);

/* The object `name` with that index (for a scalar {0}); NULL when the walk has none, or one of
 * another type than the modules'. `name` must be in the facts. */
const struct pc_walk_object *pc_walk_value(
	const struct pc_walk_case *c, const char *name, const uint32_t *index, size_t n_index);
/* Its number; `other` when there is none. */
int64_t pc_walk_number(const struct pc_walk_case *c, const char *name, const uint32_t *index,
	size_t n_index, int64_t other);

/* Call `fn` for each instance of the object `name` that has the type of the modules. */
typedef void (*pc_walk_instance_fn)(
	struct pc_walk_case *c, const struct pc_walk_object *o, struct pc_walk_index index);
void pc_walk_each(struct pc_walk_case *c, const char *name, pc_walk_instance_fn fn);

/* Columns of a table: places of the first one and behind the last one of the entry of `f`. */
void pc_walk_columns(const struct pc_mib_fact *f, size_t *ret_from, size_t *ret_to);
/* Does the table of the column `f` have a row with that index? */
bool pc_walk_row(
	const struct pc_walk_case *c, const struct pc_mib_fact *f, const uint32_t *index, size_t n);
/* Is this the first column (of those in the walk) of its row? Rules on rows tell each once. */
bool pc_walk_first_of_row(
	const struct pc_walk_case *c, const struct pc_walk_object *o, const struct pc_mib_fact *f);

/* Part `at` of an index cut by the INDEX clause: where its sub-identifiers begin and how many they
 * are, its length left out. */
struct pc_walk_part {
	size_t from, n;
};
/* Cut a whole index into the parts of the clause. Returns NULL, or what is wrong with it. */
const char *pc_walk_cut(const struct pc_mib_fact *f, struct pc_walk_index index,
	struct pc_walk_part parts[PC_MIB_INDEX_MAX]);

#endif
