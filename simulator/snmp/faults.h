/* snmp/faults: the named misbehaviours of the SNMP agent, bits 0–31 of pc_device_faults(). */
#ifndef PC_SNMP_FAULTS_H
#define PC_SNMP_FAULTS_H

#include <stddef.h>

#include "base/fault.h"

/* Protocol faults are the engine's and take bits 0–11, value faults the views' and take 12–31. */
enum pc_snmp_fault {
	PC_SNMP_FAULT_V1_WRONG_INDEX,
	PC_SNMP_FAULT_GETNEXT_REPEATS,
	PC_SNMP_FAULT_BULK_IGNORES_REPETITIONS,
	PC_SNMP_FAULT_WRONG_COMMUNITY_ANSWERED,
	PC_SNMP_FAULT_REPLY_OTHER_ADDRESS,
	PC_SNMP_FAULT_REQUEST_ID_CHANGED,
	PC_SNMP_FAULT_SILENT,
	PC_SNMP_FAULT_SET_NOT_APPLIED,
	PC_SNMP_FAULT_VALUES = 12, /* first of the views' */
	PC_SNMP_FAULT_SERIAL_EMPTY = PC_SNMP_FAULT_VALUES,
	PC_SNMP_FAULT_SUPPLY_LEVEL_FROZEN,
	PC_SNMP_FAULT_LIFECOUNT_FROZEN,
	PC_SNMP_FAULT_ALERT_STAYS,
	PC_SNMP_FAULT_ERROR_BITS_ZERO,
	PC_SNMP_FAULT_UPTIME_NOT_RESET,
	PC_SNMP_FAULT_RESET_IGNORED,
	PC_SNMP_FAULT_MAC_WRONG,
	PC_SNMP_FAULT_STATUS_WRONG,
	PC_SNMP_FAULT_SUPPLY_OVER_CAPACITY,
	PC_SNMP_FAULT_PORT_URI_WRONG,
	PC_SNMP_FAULT_END = 32
};

/* All of the room, sorted by name. */
const struct pc_fault_row *pc_snmp_faults(size_t *ret_n);

#endif
