/* snmp/tree: the compiled SNMP tree of one profile: every modelled instance and raw object, sorted.
 * One tree serves all devices of the profile; it holds nothing of any device. */
#ifndef PC_SNMP_TREE_H
#define PC_SNMP_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "device/device.h"
#include "snmp/row.h"
#include "snmp/value.h"

struct pc_snmp_tree;

enum { PC_SNMP_ROWS_MAX = 4096 }; /* rows of one fixed table */

/* Compile the house's modules (snmp/modules.c) over the profile's raw objects; `profile` is
 * borrowed. A modelled instance replaces the raw object of the same OID; a moving column replaces
 * all raw objects beneath it. A profile made from a walk stays as it is, except that sysUpTime.0,
 * where the walk has it, runs. PC_E_EXISTS when two tables claim one instance, PC_E_LIMIT for an
 * OID or table that is too long, PC_E_BADVALUE for a table whose rows are not in order; -ENOMEM. */
int pc_snmp_tree_new(
	const struct pc_profile *profile, struct pc_snmp_tree **ret, struct pc_diag *diag);

/* The same with other modules than the house's (tests, private MIBs). Modules are borrowed. */
int pc_snmp_tree_compile(const struct pc_profile *profile,
	const struct pc_snmp_module *const *modules, size_t n_modules, struct pc_snmp_tree **ret,
	struct pc_diag *diag);

void pc_snmp_tree_free(struct pc_snmp_tree *tree); /* NULL is allowed */

/* Entries of the sorted array: instances, raw objects and markers of moving columns. */
size_t pc_snmp_tree_size(const struct pc_snmp_tree *tree);

/* Can the fast lane serve it? Not when a name lies outside iso.org (1.3) or takes over 127 octets.
 */
bool pc_snmp_tree_is_fast(const struct pc_snmp_tree *tree);

/* Direct access without a socket, as the engine does it (tests, ES agent, web pages).
 * get: PC_OK, or PC_E_NOTFOUND and the value's type says which: noSuchInstance when the OID lies at
 * or beneath a known column or scalar, else noSuchObject. Known are the modelled columns that the
 * profile has, and for raw objects the OID above each object (without its last arc) and every
 * modelled column a raw object lies in. Spec: RFC 3416 s4.2.1 */
int pc_snmp_tree_get(const struct pc_snmp_tree *tree, const struct pc_device *dev,
	const uint32_t *oid, size_t n_oid, struct pc_snmp_value *ret);

/* The instance lies in a table whose GET may act on the printer. */
bool pc_snmp_tree_acts(const struct pc_snmp_tree *tree, const uint32_t *oid, size_t n_oid);

/* First object after `oid`; PC_E_NOTFOUND at the end (the value's type says endOfMibView).
 * `ret_oid` has room for PC_OID_MAX. Spec: RFC 3416 s4.2.2 */
int pc_snmp_tree_next(const struct pc_snmp_tree *tree, const struct pc_device *dev,
	const uint32_t *oid, size_t n_oid, uint32_t *ret_oid, size_t *ret_n,
	struct pc_snmp_value *ret);

/* SET of one variable: judge it (`commit` false) or do it (true). Returns an SNMPv2 error-status:
 * noError 0, wrongType 7, noCreation 11, notWritable 17 or what the column's setter says.
 * Spec: RFC 3416 s4.2.5 */
int pc_snmp_tree_set(const struct pc_snmp_tree *tree, struct pc_device *dev, const uint32_t *oid,
	size_t n_oid, const struct pc_snmp_value *value, bool commit);

/* The same for variable `which` (from 0) of a request of several. */
int pc_snmp_tree_set_of(const struct pc_snmp_tree *tree, struct pc_device *dev,
	const struct pc_snmp_variable *request, size_t n_request, size_t which, bool commit);

/* Take back what the commit of a variable without an old value did: the row that it created goes.
 * An error-status, noError for other variables. */
int pc_snmp_tree_uncreate(const struct pc_snmp_tree *tree, struct pc_device *dev,
	const struct pc_snmp_variable *created);

/* Name of entry `at` (from 0) of the sorted array; for a moving column that of the column. False
 * behind the last. Borrowed. */
bool pc_snmp_tree_entry(
	const struct pc_snmp_tree *tree, size_t at, const uint32_t **ret_oid, size_t *ret_n);

/* Make of a name one that lies just before it: what comes next after that is the name itself, if it
 * exists. `oid` has room for PC_OID_MAX; the new number of arcs. */
size_t pc_snmp_name_before(uint32_t *oid, size_t n);

/* A walk in progress: one search at its start, none per step (GETBULK). Caller's storage. */
struct pc_snmp_cursor {
	const struct pc_snmp_tree *tree;
	const struct pc_device *dev;
	size_t at;       /* entry looked at next */
	size_t n_prefix; /* arcs of the moving column in `oid`; 0 = not in one */
	size_t n_oid;
	uint32_t oid[PC_OID_MAX]; /* last instance of a moving column */
};

void pc_snmp_cursor_init(struct pc_snmp_cursor *cur, const struct pc_snmp_tree *tree,
	const struct pc_device *dev, const uint32_t *oid, size_t n_oid);

/* The next object. *ret_oid is valid until the next call with this cursor. PC_OK; PC_E_NOTFOUND at
 * the end (value type endOfMibView, *ret_oid unchanged). */
int pc_snmp_cursor_next(struct pc_snmp_cursor *cur, const uint32_t **ret_oid, size_t *ret_n,
	struct pc_snmp_value *ret);

#endif
