/* snmp/tests/change: SET requests of several variables. */
#ifndef PC_SNMP_TESTS_CHANGE_H
#define PC_SNMP_TESTS_CHANGE_H

#include "snmp/tests/views.h"

#define INT PC_SNMP_INTEGER
#define TXT PC_SNMP_OCTETS

#define ARC PC_SNMP_OID

/* One variable of a SET: a number; a text, of `n` octets when that is not 0; a dotted OID. */
struct change {
	const char *oid;
	enum pc_snmp_type type;
	int64_t n;
	const char *text;
};

enum { CHANGES_MAX = 10 };

/* The whole request, judged and, when all is well, committed: the first error-status. */
static inline int
views_change(struct views *w, const struct change *changes, size_t n)
{
	static uint32_t names[CHANGES_MAX][PC_OID_MAX], values[CHANGES_MAX][PC_OID_MAX];
	struct pc_snmp_variable request[CHANGES_MAX];

	assert_true(n <= CHANGES_MAX);
	for (size_t i = 0; i < n; i++) {
		struct pc_snmp_variable *v = &request[i];

		*v = (struct pc_snmp_variable){.oid = names[i],
			.value = {.type = changes[i].type, .integer = changes[i].n}};
		assert_int_equal(
			pc_arcs_parse(changes[i].oid, names[i], PC_OID_MAX, &v->n_oid), PC_OK);
		if (changes[i].type == PC_SNMP_OID) {
			v->value.arcs = values[i];
			assert_int_equal(pc_arcs_parse(changes[i].text, values[i], PC_OID_MAX,
						 &v->value.len),
				PC_OK);
		} else if (changes[i].text != NULL) {
			v->value.bytes = (const uint8_t *)changes[i].text;
			v->value.len =
				changes[i].n > 0 ? (size_t)changes[i].n : strlen(changes[i].text);
		}
	}
	for (int commit = 0; commit < 2; commit++) {
		for (size_t i = 0; i < n; i++) {
			int status = pc_snmp_tree_set_of(w->tree, w->dev, request, n, i, commit);

			if (status != 0)
				return status;
		}
	}
	return 0;
}

#define SET(w, ...) \
	views_change(w, (const struct change[]){__VA_ARGS__}, \
		sizeof((const struct change[]){__VA_ARGS__}) / sizeof(struct change))

#endif
