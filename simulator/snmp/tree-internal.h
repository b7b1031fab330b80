/* snmp/tree-internal: what a compiled tree is made of, for the files that compile it (tree.c) and
 * that answer from it (names.c, fast.c). Not for other rooms. */
#ifndef PC_SNMP_TREE_INTERNAL_H
#define PC_SNMP_TREE_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "snmp/names.h"
#include "snmp/tree.h"

/* The lower one wins over the same OID. */
enum pc_snmp_entry_kind { PC_SNMP_ENTRY_FIXED, PC_SNMP_ENTRY_MOVING, PC_SNMP_ENTRY_RAW };

struct pc_snmp_entry {
	const uint32_t *arcs;                   /* borrowed: the pool or the profile */
	uint16_t n;                             /* arcs */
	uint16_t n_prefix;                      /* arcs before the instance's index */
	uint8_t kind;                           /* enum pc_snmp_entry_kind */
	const struct pc_snmp_table *table;      /* borrowed; NULL for raw */
	const struct pc_snmp_column *column;    /* borrowed; NULL for raw */
	const struct pc_profile_object *object; /* borrowed; NULL for modelled */
};

/* A column or scalar whose instances may exist. */
struct pc_snmp_prefix {
	const uint32_t *arcs; /* borrowed: the pool or the profile */
	size_t n;
	size_t offset;                       /* in the pool while that still grows */
	const struct pc_snmp_column *column; /* borrowed; NULL when only raw objects tell of it */
};

struct pc_snmp_tree {
	struct pc_snmp_entry *entries; /* owned, sorted */
	size_t n_entries;
	struct pc_snmp_prefix *known; /* owned, sorted */
	size_t n_known;
	uint32_t *pool;              /* owned: arcs of the modelled entries */
	struct pc_snmp_names *names; /* owned; NULL: the fast lane cannot serve this tree */
};

static inline int
pc_snmp_compare(const uint32_t *a, size_t n_a, const uint32_t *b, size_t n_b)
{
	size_t n = n_a < n_b ? n_a : n_b;
	for (size_t i = 0; i < n; i++) {
		if (a[i] != b[i])
			return a[i] < b[i] ? -1 : 1;
	}
	return (n_a > n_b) - (n_a < n_b);
}

static inline bool
pc_snmp_is_prefix(const uint32_t *prefix, size_t n_prefix, const uint32_t *oid, size_t n_oid)
{
	return n_oid >= n_prefix && pc_snmp_compare(prefix, n_prefix, oid, n_prefix) == 0;
}

/* A cursor that goes on behind entry number `at`, an instance. */
static inline void
pc_snmp_cursor_after(struct pc_snmp_cursor *cur, const struct pc_snmp_tree *tree,
	const struct pc_device *dev, uint32_t at)
{
	cur->tree = tree;
	cur->dev = dev;
	cur->n_prefix = 0;
	cur->at = (size_t)at + 1;
}

/* Number of the entry that pc_snmp_cursor_next() has just given; PC_SNMP_NO_ENTRY when it was an
 * instance of a moving column. */
static inline uint32_t
pc_snmp_cursor_entry(const struct pc_snmp_cursor *cur)
{
	return cur->n_prefix != 0 ? PC_SNMP_NO_ENTRY : (uint32_t)cur->at - 1;
}

/* The value of an instance of this entry; `oid` names it in full. As pc_snmp_tree_get(). */
int pc_snmp_entry_value(const struct pc_snmp_entry *e, const struct pc_device *dev,
	const uint32_t *oid, size_t n_oid, struct pc_snmp_value *ret);

#endif
