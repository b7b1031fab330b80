/* snmp/walk: the objects of a walk in memory, in the order they came, with the lines of their file;
 * from a file or from a device. What the walk checker (snmp/walk-check) judges. */
#ifndef PC_SNMP_WALK_H
#define PC_SNMP_WALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "device/device.h"
#include "snmp/tree.h"

/* One object. Type as enum pc_snmp_type; `len` counts octets or sub-identifiers. */
struct pc_walk_object {
	unsigned line; /* of the file, 0: none */
	uint16_t n_oid;
	uint8_t type;
	uint32_t len;
	const uint32_t *oid;  /* owned by the walk, as the next two */
	const uint32_t *arcs; /* of an OBJECT IDENTIFIER */
	const uint8_t *bytes; /* of OCTET STRING, IpAddress, Opaque */
	int64_t integer;      /* of the others */
};

struct pc_walk {
	struct pc_walk_object *objects; /* owned; in the order they came */
	size_t n, cap;
	const struct pc_walk_object **sorted; /* owned; by OID, equal ones in their order */
	size_t n_sorted;                      /* less than n until pc_walk_sort() */
};

void pc_walk_init(struct pc_walk *walk);
void pc_walk_done(struct pc_walk *walk);

/* The objects of a walk's file or text, in any of the formats of profile/profile.h. PC_OK,
 * PC_E_SYNTAX with "file:line:column: …", PC_E_LIMIT, -errno. */
int pc_walk_read(struct pc_walk *walk, const char *path, struct pc_diag *diag);
int pc_walk_read_text(
	struct pc_walk *walk, const char *text, size_t len, const char *name, struct pc_diag *diag);

/* What a manager gets who walks the device from its start, at most PC_RAW_OBJECTS_MAX objects
 * (PC_E_LIMIT beyond). */
int pc_walk_take(
	struct pc_walk *walk, const struct pc_snmp_tree *tree, const struct pc_device *dev);

/* Look-ups below need this after the last object came. PC_OK, -ENOMEM. */
int pc_walk_sort(struct pc_walk *walk);

/* The object of that OID, the last one of several; NULL when there is none. */
const struct pc_walk_object *pc_walk_find(
	const struct pc_walk *walk, const uint32_t *oid, size_t n_oid);

/* Place in `sorted` of the first object that is not before that OID; n_sorted at the end. */
size_t pc_walk_lower(const struct pc_walk *walk, const uint32_t *oid, size_t n_oid);

/* Is the object the OID or beneath it? */
bool pc_walk_beneath(const struct pc_walk_object *o, const uint32_t *oid, size_t n_oid);

#endif
