/* snmp/row: how MIB modules are written down: tables of columns, each a view of the device. The
 * tree (snmp/tree) compiles them once per profile; the engine serves them to every device. */
#ifndef PC_SNMP_ROW_H
#define PC_SNMP_ROW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "device/device.h"
#include "snmp/value.h"

enum { PC_SNMP_INDEX_MAX = 68 }; /* usmUserTable: two lengths and 64 octets need 66 */

struct pc_snmp_table;

/* One variable of a SET. */
struct pc_snmp_variable {
	const uint32_t *oid;
	size_t n_oid;
	struct pc_snmp_value value;
};

/* What a getter is asked for: the instance's index sub-identifiers (for scalars {0}). A setter also
 * sees all variables of the request, since some make sense only together (a RowStatus and the
 * columns of its row, a command and its data). */
struct pc_snmp_at {
	const struct pc_snmp_table *table;
	uint32_t column;
	const uint32_t *index;
	size_t n_index;
	const struct pc_snmp_variable *request; /* borrowed; NULL outside SET */
	size_t n_request;
};

/* For setters: the value that the same request sets in another column of the same row; NULL: none.
 */
const struct pc_snmp_value *pc_snmp_at_other(const struct pc_snmp_at *at, uint32_t column);

/* Fill `out`. PC_OK; PC_E_NOTFOUND when this device has no such instance (skipped by GETNEXT,
 * noSuchInstance for GET). Must be fast: called for every varbind. A getter of a moving table is
 * asked for any index a peer sends, of 1 to PC_OID_MAX arcs, and has to look it up. */
typedef int (*pc_snmp_get_fn)(
	const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *out);

/* SET. With `commit` false: judge only (wrongLength, wrongValue, inconsistentValue …), change
 * nothing. With true: do it. Returns an SNMP v2 error-status (0 noError). The type was compared
 * with the column's before. Spec: RFC 3416 s4.2.5 */
typedef int (*pc_snmp_set_fn)(struct pc_device *dev, const struct pc_snmp_at *at,
	const struct pc_snmp_value *value, bool commit);

/* One column (or scalar, with `number` the last arc before the instance). */
struct pc_snmp_column {
	uint32_t number;
	uint8_t type;       /* enum pc_snmp_type */
	pc_snmp_get_fn get; /* NULL: not-accessible, the column does not exist for a peer */
	pc_snmp_set_fn set; /* NULL: notWritable */
	const char *name;   /* "prtMarkerSuppliesLevel" */
};

/* Rows of a table.
 * Fixed: `rows` tells once per profile which index values exist (same for all devices of the
 *   profile, e.g. supplies); they are compiled into the sorted tree.
 * Moving: `next` finds the first row after `after` (n_after 0: the very first) for this device at
 *   this moment (alerts, jobs). Exactly one of the two is set; scalars have neither. */
struct pc_snmp_table {
	const uint32_t *oid; /* of the entry (table), or of the parent node (scalars) */
	size_t n_oid;
	const struct pc_snmp_column *columns; /* sorted by number */
	size_t n_columns;
	/* Fill index number `at` (0, 1, 2 …); false after the last. Sorted. */
	bool (*row)(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
		size_t *n_index);
	bool (*next)(const struct pc_device *dev, const uint32_t *after, size_t n_after,
		uint32_t index[PC_SNMP_INDEX_MAX], size_t *n_index);
	/* Table exists for this profile; NULL = always. */
	bool (*applies)(const struct pc_profile *profile);
	/* True while this device leaves the table out of walks: GETNEXT and GETBULK pass over it,
	 * GET and SET do not. NULL = never. */
	bool (*hidden)(const struct pc_device *dev);
	/* A GET of it may act on the printer: it is asked once for each request, by the base lane.
	 */
	bool acts;
	/* Moving: number of the RowStatus column when a SET may create rows, else 0. The setters
	 * are then asked for rows that are not there too; a commit in any order of columns must
	 * work. A creation that cannot stay is undone by SET of destroy(6). Spec: RFC 2579
	 * RowStatus */
	uint32_t row_status;
	const char *spec; /* "RFC 3805 prtMarkerSuppliesTable" */
};

/* A MIB module's tables. Modules are listed in snmp/modules.c. */
struct pc_snmp_module {
	const char *name; /* "Printer-MIB" */
	const struct pc_snmp_table *const *tables;
	size_t n_tables;
};

/* All modules of the house, sorted by name. */
const struct pc_snmp_module *const *pc_snmp_modules(size_t *ret_n);

#endif
