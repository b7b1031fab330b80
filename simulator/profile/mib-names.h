/* profile/mib-names: names of the nodes of the MIB modules in mibs/, for walks written in names. A
 * table made by mibs/generate.py. */
#ifndef PC_PROFILE_MIB_NAMES_H
#define PC_PROFILE_MIB_NAMES_H

#include <stddef.h>
#include <stdint.h>

struct pc_mib_name {
	const char *name, *module;
	const uint32_t *arcs;
	size_t n;
	const char *hint; /* DISPLAY-HINT of octets that are no plain text; or NULL */
};

/* Sorted by name; one name may stand in several modules. */
extern const struct pc_mib_name pc_mib_names[];
extern const size_t pc_mib_n_names;

/* What a walk writes for a value of an enumerated index. */
struct pc_mib_index_label {
	const uint32_t *row; /* OID of the table's entry */
	size_t n;
	const char *label;
	uint32_t value;
};

extern const struct pc_mib_index_label pc_mib_index_labels[];
extern const size_t pc_mib_n_index_labels;

#endif
