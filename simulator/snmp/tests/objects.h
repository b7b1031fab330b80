/* snmp/tests/objects: a list of MIB modules held against the facts: every object is served or left
 * out for a reason, with the type, the access, the range and the values that the module gives it.
 */
#ifndef PC_SNMP_TESTS_OBJECTS_H
#define PC_SNMP_TESTS_OBJECTS_H

#include <stdlib.h>

#include "snmp/mib-facts.h"
#include "snmp/modules.h"
#include "snmp/tests/views.h"

enum { OBJECTS_WALK_MAX = 20000 };

struct objects_exception {
	const char *names; /* beginning of the objects' names */
	const char *reason;
};

struct objects {
	const char *const *modules;
	size_t n_modules;
	const struct objects_exception *left_out;
	size_t n_left_out;
	const struct objects_exception *read_only; /* may be written by MAX-ACCESS, not here */
	size_t n_read_only;
	size_t least; /* objects served at least */
};

/* The row whose prefix the name begins with; SIZE_MAX: none. */
static inline size_t
objects_find(const struct objects_exception *list, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strncmp(list[i].names, name, strlen(list[i].names)) == 0)
			return i;
	return SIZE_MAX;
}

static inline bool
objects_has(const struct objects *o, const struct pc_mib_fact *f)
{
	for (size_t i = 0; i < o->n_modules; i++)
		if (strcmp(o->modules[i], f->module) == 0)
			return true;
	return false;
}

/* The column that serves the object; NULL: none. */
static inline const struct pc_snmp_column *
objects_column(const struct pc_mib_fact *f)
{
	size_t n = 0;
	const struct pc_snmp_module *const *all = pc_snmp_modules(&n);

	for (size_t m = 0; m < n; m++) {
		for (size_t t = 0; t < all[m]->n_tables; t++) {
			const struct pc_snmp_table *table = all[m]->tables[t];

			if (pc_arcs_compare(table->oid, table->n_oid, f->oid, f->n_oid - 1u) != 0)
				continue;
			for (size_t c = 0; c < table->n_columns; c++)
				if (table->columns[c].number == f->oid[f->n_oid - 1])
					return &table->columns[c];
		}
	}
	return NULL;
}

static inline void
objects_check_column(const struct objects *o, const struct pc_mib_fact *f,
	const struct pc_snmp_column *c, bool *used)
{
	size_t exception = objects_find(o->read_only, o->n_read_only, f->name);

	if (strcmp(c->name, f->name) != 0)
		fail_msg("%s is served as %s", f->name, c->name);
	if (c->type != f->type)
		fail_msg("%s: type %u, expected %u", f->name, c->type, f->type);
	if (f->access < PC_MIB_READ)
		fail_msg("%s is served, but nobody may read it", f->name);
	if (f->access == PC_MIB_READ && c->set != NULL)
		fail_msg("%s can be set, but is read-only", f->name);
	if (f->access <= PC_MIB_READ)
		return;
	if (c->set == NULL && exception == SIZE_MAX)
		fail_msg("%s cannot be set, and no reason is given", f->name);
	if (c->set != NULL && exception != SIZE_MAX)
		fail_msg("%s can be set, but is listed as one that cannot", f->name);
	if (exception != SIZE_MAX)
		used[exception] = true;
}

/* A reason that nothing needs any more is a mistake as well. */
static inline void
objects_check_reasons(const struct objects_exception *list, size_t n, const bool *used)
{
	for (size_t i = 0; i < n; i++)
		if (!used[i])
			fail_msg("nothing called %s… needs the reason '%s'", list[i].names,
				list[i].reason);
}

/* Every object of the modules is served as the facts have it, or listed. */
static inline void
objects_check(const struct objects *o)
{
	bool *absent = calloc(o->n_left_out + 1, sizeof *absent);
	bool *fixed = calloc(o->n_read_only + 1, sizeof *fixed);
	size_t served = 0;

	assert_true(absent != NULL && fixed != NULL);
	for (size_t i = 0; i < pc_mib_fact_count(); i++) {
		const struct pc_mib_fact *f = pc_mib_fact_at(i);
		const struct pc_snmp_column *c = objects_column(f);
		size_t reason = objects_find(o->left_out, o->n_left_out, f->name);

		if (!objects_has(o, f))
			continue;
		if (c != NULL && c->get != NULL) {
			objects_check_column(o, f, c, fixed);
			served++;
		} else if (f->access >= PC_MIB_READ && reason == SIZE_MAX) {
			fail_msg("%s of %s is not served, and no reason is given", f->name,
				f->module);
		} else if (f->access >= PC_MIB_READ) {
			absent[reason] = true;
		}
	}
	objects_check_reasons(o->left_out, o->n_left_out, absent);
	objects_check_reasons(o->read_only, o->n_read_only, fixed);
	free(absent);
	free(fixed);
	assert_true(served >= o->least);
}

static inline void
objects_check_value(const struct pc_mib_fact *f, const struct pc_snmp_value *v)
{
	char text[OUTPUT_TEXT];
	int64_t measure = v->type == PC_SNMP_OCTETS ? (int64_t)v->len : v->integer;

	if (v->type != f->type)
		fail_msg("%s: type %u, expected %u", f->name, v->type, f->type);
	if (v->type == PC_SNMP_OID || v->type == PC_SNMP_IPADDRESS)
		return;
	if (!pc_mib_fact_in_range(f, measure))
		fail_msg("%s: '%s' is out of range", f->name, views_text(v, text));
	if (f->n_enums > 0 && v->type == PC_SNMP_INTEGER && pc_mib_fact_enum(f, measure) == NULL)
		fail_msg("%s: %s is no value of it", f->name, views_text(v, text));
}

/* Walks a printer: each value of the modules is one that its object may have. With `all` every
 * object that is served has an instance. */
static inline void
objects_check_values(const struct objects *o, const struct views *w, bool all)
{
	uint32_t oid[PC_OID_MAX] = {0}, next[PC_OID_MAX];
	size_t n = 1, n_next = 0, steps = 0;
	bool *seen = calloc(pc_mib_fact_count(), sizeof *seen);
	struct pc_snmp_value v = {0};

	assert_non_null(seen);
	while (pc_snmp_tree_next(w->tree, w->dev, oid, n, next, &n_next, &v) == PC_OK) {
		const struct pc_mib_fact *f = pc_mib_fact_of(next, n_next);

		if (f != NULL && objects_has(o, f)) {
			objects_check_value(f, &v);
			seen[f - pc_mib_fact_at(0)] = true;
		}
		memcpy(oid, next, n_next * sizeof *next);
		n = n_next;
		assert_true(++steps < OBJECTS_WALK_MAX);
	}
	for (size_t i = 0; all && i < pc_mib_fact_count(); i++) {
		const struct pc_mib_fact *f = pc_mib_fact_at(i);
		const struct pc_snmp_column *c = objects_has(o, f) ? objects_column(f) : NULL;

		if (c != NULL && c->get != NULL && !seen[i] &&
			objects_find(o->left_out, o->n_left_out, f->name) == SIZE_MAX)
			fail_msg("%s has no instance", f->name);
	}
	free(seen);
}

#endif
