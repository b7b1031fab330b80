/* snmp/mib-xerox: what the XCMI modules of Xerox printers share. Spec: XCMI 5.10 */
#ifndef PC_SNMP_MIB_XEROX_H
#define PC_SNMP_MIB_XEROX_H

#include "snmp/mib-common.h"
#include "snmp/mib-kept.h"

/* The arcs that all of XCMI lies beneath. */
#define PC_XCMI 1, 3, 6, 1, 4, 1, 253, 8

/* A table by its name: <name>_oid, <name>_columns and, where columns are ruled, <name>_rules; what
 * else it has follows as members of struct pc_snmp_table. */
#define PC_XCMI_MEMBERS(name) \
	.oid = name##_oid, .n_oid = PC_MIB_COUNT(name##_oid), .columns = name##_columns, \
	.n_columns = PC_MIB_COUNT(name##_columns), .applies = pc_mib_is_xerox
#define PC_XCMI_TABLE(name, ...) \
	static const struct pc_snmp_table name##_table = {PC_XCMI_MEMBERS(name), __VA_ARGS__}
#define PC_XCMI_KEPT_TABLE(name, ...) \
	static const struct pc_mib_kept_table name##_table = { \
		.table = {PC_XCMI_MEMBERS(name), __VA_ARGS__}}
#define PC_XCMI_RULED_TABLE(name, ...) \
	static const struct pc_mib_kept_table name##_table = { \
		.table = {PC_XCMI_MEMBERS(name), __VA_ARGS__}, \
		.rules = name##_rules, \
		.n_rules = PC_MIB_COUNT(name##_rules)}

/* Groups of XEROX-GENERAL-MIB as bits of XcmGenGroupSupport. The bits follow the order of the
 * module; the defaults of the masks (support 3584: the three mandatory groups, create 1536: the two
 * with rows to create, hidden 12288: the two long ones) agree with that and with nothing else. */
enum pc_xcmi_group {
	PC_XCMI_CURRENT_LOCALIZATION = 1 << 0,
	PC_XCMI_LOCALIZATION = 1 << 1,
	PC_XCMI_CODE_INDEXED_STRING = 1 << 2,
	PC_XCMI_CODED_CHAR_SET = 1 << 3,
	PC_XCMI_FIXED_LOCALIZATION = 1 << 4,
	PC_XCMI_LOCK = 1 << 5,
	PC_XCMI_RECONF = 1 << 6,
	PC_XCMI_OPTION = 1 << 7,
	PC_XCMI_CLIENT_DATA = 1 << 8,
	PC_XCMI_TRAP_CLIENT = 1 << 9,
	PC_XCMI_TRAP_VIEW = 1 << 10,
	PC_XCMI_BASE = 1 << 11,
	PC_XCMI_MESSAGE_MAP = 1 << 12,
	PC_XCMI_MESSAGE_TEXT = 1 << 13
};

enum { PC_XCMI_CLIENT_DATA_MAX = 8 }; /* rows of client data */

/* The device leaves this group out of walks now. Spec: XCMI xcmGenBaseGroupWalkHidden */
bool pc_xcmi_hides(const struct pc_device *dev, enum pc_xcmi_group group);

/* The community of trap clients that name none. Spec: XCMI xcmGenBaseSNMPTrapCommunity. At most 64
 * octets into `out`, NUL-terminated. */
void pc_xcmi_trap_community(const struct pc_device *dev, char out[65]);

/* Device types of XCMI, the last arc below hrDeviceTypes' Xerox branch 52.2; also the hrDeviceIndex
 * of the logical devices in the meter tables. */
enum pc_xcmi_device {
	PC_XCMI_PRINTER = 1,
	PC_XCMI_HOST = 101,
	PC_XCMI_SCANNER = 102,
	PC_XCMI_COPIER = 103,
	PC_XCMI_FAX = 104
};

/* Places in pc_counters.by_function. */
enum { PC_XCMI_PRINTED, PC_XCMI_COPIED, PC_XCMI_FAXED, PC_XCMI_SCANNED };

/* Masks of one bit, 2^(n-1) of Printer-MIB's number; warning has one bit for both of its kinds. */
static inline int64_t
pc_xcmi_severity(unsigned level)
{
	return level == 0 ? 0 : level == 5 ? 1 << 3 : 1 << (level - 1);
}

static inline int64_t
pc_xcmi_training(unsigned level)
{
	return level == 0 ? 0 : 1 << (level - 1);
}

/* "DateAndTime that is not known": eight zero octets. */
int pc_xcmi_no_date(struct pc_snmp_value *v);

/* A text of a job as CodeIndexedStringIndex: the row of xcmGenCodeIndexedStringTable that holds it.
 */
enum pc_xcmi_string { PC_XCMI_JOB_NAME, PC_XCMI_JOB_USER, PC_XCMI_JOB_HOST, PC_XCMI_JOB_STRINGS };
uint32_t pc_xcmi_string_index(const struct pc_job *job, enum pc_xcmi_string which);

/* Spec: XCMI XcmHrDevInfoXStatus: device type × 100 + state */
int64_t pc_xcmi_x_status(const struct pc_device *dev);

/* Sides that a supply lasts for; -1 when it cannot be told. */
int64_t pc_xcmi_impressions_left(const struct pc_device *dev, size_t supply);

/* Let the accounting usage of every meter begin at 0. PC_OK; as pc_snmp_kept_set(). */
int pc_xcmi_reset_accounting(struct pc_device *dev);

/* Forget what was kept for trap clients' views. */
void pc_xcmi_drop_views(struct pc_device *dev, uint32_t client);

#endif
