/* snmp/mib-facts: what the MIB modules say of each object: type, range, enumerated values, access,
 * index, group. A table made by mibs/generate.py from mibs/facts/; the walk checker and the tests
 * judge by it, no answer is made from it. */
#ifndef PC_SNMP_MIB_FACTS_H
#define PC_SNMP_MIB_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "snmp/value.h"

enum pc_mib_shape { PC_MIB_SCALAR, PC_MIB_COLUMN };

/* MAX-ACCESS, ascending. Spec: RFC 2578 s7.3 */
enum pc_mib_access {
	PC_MIB_NONE, /* not-accessible: no instance exists for a peer */
	PC_MIB_NOTIFY,
	PC_MIB_READ,
	PC_MIB_WRITE,
	PC_MIB_CREATE
};

/* How the module's own compliance names the object's strongest group. */
enum pc_mib_group_level {
	PC_MIB_GROUP_NONE,
	PC_MIB_GROUP_DEPRECATED,
	PC_MIB_GROUP_OPTIONAL,
	PC_MIB_GROUP_CONDITIONAL,
	PC_MIB_GROUP_MANDATORY
};

/* What a printer has of it: MUST by a standard, EXPECTED by what reads printers. */
enum pc_mib_printer { PC_MIB_MAY, PC_MIB_EXPECTED, PC_MIB_MUST };

enum { PC_MIB_INDEX_MAX = 8, PC_MIB_RANGES_MAX = 2 };

struct pc_mib_enum {
	int32_t value;
	const char *name;
};

struct pc_mib_range {
	int64_t low, high; /* both belong to it */
};

/* One scalar or column. */
struct pc_mib_fact {
	const uint32_t *oid; /* without the instance */
	uint8_t n_oid;
	const char *name, *module;
	uint8_t shape;  /* enum pc_mib_shape */
	uint8_t type;   /* enum pc_snmp_type */
	uint8_t access; /* enum pc_mib_access */
	const char *tc; /* textual convention, "DisplayString"; or NULL */
	uint8_t n_ranges;
	struct pc_mib_range ranges[PC_MIB_RANGES_MAX]; /* of a number, of the size of octets */
	const struct pc_mib_enum *enums;               /* sorted by value; NULL: not enumerated */
	size_t n_enums;
	uint8_t level;                    /* enum pc_mib_group_level */
	const char *group;                /* "" when in none */
	uint8_t printer;                  /* enum pc_mib_printer */
	uint8_t n_index;                  /* 0: scalar */
	uint16_t index[PC_MIB_INDEX_MAX]; /* places in the table: pc_mib_fact_at() */
	bool implied;                     /* the last index has no length. Spec: RFC 2578 s7.7 */
};

/* All facts, sorted by OID. */
size_t pc_mib_fact_count(void);
const struct pc_mib_fact *pc_mib_fact_at(size_t at); /* `at` below the count */

/* The object that OID is, or is an instance of; NULL when no module has it. */
const struct pc_mib_fact *pc_mib_fact_of(const uint32_t *oid, size_t n_oid);
/* The first object at or behind that OID; NULL behind the last. */
const struct pc_mib_fact *pc_mib_fact_from(const uint32_t *oid, size_t n_oid);
const struct pc_mib_fact *pc_mib_fact_named(const char *name); /* NULL when there is none */

/* Index object `at` (from 0, below n_index) of a column. */
const struct pc_mib_fact *pc_mib_fact_index(const struct pc_mib_fact *fact, size_t at);

/* Is the number, or the length of octets, in the ranges (true without any)? */
bool pc_mib_fact_in_range(const struct pc_mib_fact *fact, int64_t n);
/* Name of an enumerated value; NULL when the list has none, or the object no list. */
const char *pc_mib_fact_enum(const struct pc_mib_fact *fact, int64_t value);

#endif
