/* snmp/kept: what managers wrote into objects that the printer only remembers: asset tags, locks,
 * client data, passwords. A short list for each printer, by OID; outlives restarts, not a factory
 * reset. */
#ifndef PC_SNMP_KEPT_H
#define PC_SNMP_KEPT_H

#include "snmp/entity.h"
#include "snmp/value.h"

enum { PC_SNMP_KEPT_MAX = 256, PC_SNMP_KEPT_BYTES_MAX = 255 };

/* The value of one instance into *ret, its octets or arcs borrowed until the list changes; false:
 * nobody wrote it. */
bool pc_snmp_kept_get(
	const struct pc_device *dev, const uint32_t *oid, size_t n_oid, struct pc_snmp_value *ret);

/* The first instance behind `oid` that has `prefix` in front of it: its OID, borrowed; NULL: none.
 */
const uint32_t *pc_snmp_kept_next(const struct pc_device *dev, const uint32_t *oid, size_t n_oid,
	const uint32_t *prefix, size_t n_prefix, size_t *ret_n);

/* There is no room for another value, and this instance has none yet. */
bool pc_snmp_kept_full(const struct pc_device *dev, const uint32_t *oid, size_t n_oid);

/* Remember or replace. PC_E_LIMIT for more than PC_SNMP_KEPT_MAX values or a value that is longer
 * than PC_SNMP_KEPT_BYTES_MAX octets or PC_OID_MAX arcs; -ENOMEM. Nothing changes then. */
int pc_snmp_kept_set(struct pc_snmp_entity *entity, const uint32_t *oid, size_t n_oid,
	const struct pc_snmp_value *value);

/* Forget one instance; nothing happens when there is none. */
void pc_snmp_kept_forget(struct pc_snmp_entity *entity, const uint32_t *oid, size_t n_oid);

void pc_snmp_kept_free(struct pc_snmp_kept *kept); /* NULL is allowed */

#endif
