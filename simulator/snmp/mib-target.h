/* snmp/mib-target: what the tables of SNMP-TARGET-MIB and SNMP-NOTIFICATION-MIB share. Managers'
 * rows are kept (snmp/mib-kept); from them the printer's receivers with the owner TARGET are made.
 * Receivers of other owners are shown as rows that nobody can write. Spec: RFC 3413 */
#ifndef PC_SNMP_MIB_TARGET_H
#define PC_SNMP_MIB_TARGET_H

#include "snmp/mib-kept.h"
#include "snmp/receivers.h"

enum {
	PC_MIB_TARGET_NAME_MAX = 32,
	PC_MIB_TARGET_ROWS_MAX = 16, /* that managers create, of each table */
	PC_MIB_TARGET_MMS = 484,     /* snmpTargetAddrMMS at first, and the least */
	PC_MIB_STORAGE_NONVOLATILE = 3,
	PC_MIB_STORAGE_READ_ONLY = 5
};

/* The tables of which receivers are made. */
extern const struct pc_mib_kept_table pc_mib_target_addr, pc_mib_target_params,
	pc_mib_target_extension, pc_mib_notify, pc_mib_filter_profile, pc_mib_filter;

/* A name as an IMPLIED index: 1 to 32 octets of UTF-8, one in each arc. */
bool pc_mib_target_name(const struct pc_device *dev, const uint32_t *index, size_t n_index);

/* The receiver of another owner that is shown as this row; NULL: it is no such row. */
const struct pc_snmp_receiver *pc_mib_target_shown(
	const struct pc_device *dev, const uint32_t *index, size_t n_index);

/* Its name, "profile-1" or "xcmi-2". */
enum { PC_MIB_TARGET_SHOWN_MAX = 24 };
void pc_mib_target_shown_name(
	const struct pc_snmp_receiver *receiver, char out[PC_MIB_TARGET_SHOWN_MAX]);

/* `next` of a table that has both kinds of rows. */
bool pc_mib_target_next(const struct pc_device *dev, const struct pc_mib_kept_table *table,
	const uint32_t *after, size_t n_after, uint32_t index[PC_SNMP_INDEX_MAX], size_t *n_index);

/* pc_mib_kept_set() for tables with at most `max` rows; a row that is shown is notWritable. */
int pc_mib_target_set(struct pc_device *dev, const struct pc_snmp_at *at,
	const struct pc_snmp_value *value, bool commit, size_t max);

/* Spec: RFC 3413 SnmpTagList, SnmpTagValue (one tag at most) */
bool pc_mib_target_tags(const struct pc_snmp_value *value, bool list);

/* Make the receivers of the rows there are now; a `changed` of the tables. */
void pc_mib_target_sync(struct pc_device *dev);

#endif
