/* snmp/mib-counter: keys of services and sub-units, shared by the two halves of the imaging
 * counters. Spec: PWG 5106.3 icKeyTable */
#ifndef PC_SNMP_MIB_COUNTER_H
#define PC_SNMP_MIB_COUNTER_H

#include "snmp/row.h"

enum {
	PC_IC_SYSTEM = 3, /* IcServiceTypeTC */
	PC_IC_COPY = 4,
	PC_IC_FAX_IN = 7,
	PC_IC_PRINT = 11,
	PC_IC_SCAN = 12,
	PC_IC_CONSOLE = 4, /* IcSubunitTypeTC */
	PC_IC_INPUT = 8,
	PC_IC_OUTPUT = 9,
	PC_IC_MARKER = 10,
	PC_IC_PATH = 13,
	PC_IC_CHANNEL = 14,
	PC_IC_FINISHER = 30,
	PC_IC_INTERFACE = 40,
	PC_IC_SCANNER = 50
};

struct pc_ic_unit {
	bool subunit;  /* else a service */
	uint32_t type; /* of the enumeration above */
	size_t row;    /* from 0 */
};

/* The unit of a key (from 0); false after the last. Services come first, by their types, then
 * sub-units. */
bool pc_ic_unit(const struct pc_profile *p, size_t key, struct pc_ic_unit *out);
/* Key (from 1) of a unit; 0 when the model does not have it. */
uint32_t pc_ic_key(const struct pc_profile *p, bool subunit, uint32_t type, size_t row);
/* Does the model serve the counters at all? */
bool pc_ic_applies(const struct pc_profile *profile);

/* The tables of what was done; listed by the module. */
extern const struct pc_snmp_table pc_ic_time_table, pc_ic_monitor_table, pc_ic_image_table,
	pc_ic_impression_table, pc_ic_two_sided_table, pc_ic_sheet_table, pc_ic_traffic_table,
	pc_ic_media_table;

#endif
