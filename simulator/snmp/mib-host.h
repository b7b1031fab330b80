/* snmp/mib-host: what the two files of HOST-RESOURCES-MIB share. */
#ifndef PC_SNMP_MIB_HOST_H
#define PC_SNMP_MIB_HOST_H

#include "snmp/row.h"

/* The last arc of hrDeviceType. Spec: RFC 2790 hrDeviceTypes */
enum pc_hr_type {
	PC_HR_OTHER = 1,
	PC_HR_PROCESSOR = 3,
	PC_HR_NETWORK = 4,
	PC_HR_PRINTER = 5,
	PC_HR_DISK = 6
};

enum {
	PC_HR_DISK_STORAGE = 2,     /* hrStorageIndex of the disk */
	PC_HR_DISK_UNITS = 2097152, /* of 4 KiB */
	PC_HR_DISK_KBYTES = 8388608
};

/* hrDeviceIndex of the first device of a type; 0 when the model has none. */
uint32_t pc_hr_device(const struct pc_profile *p, enum pc_hr_type type);

/* Row callback of a table with one row, for that device. */
bool pc_hr_row(const struct pc_profile *p, enum pc_hr_type type, size_t at,
	uint32_t index[PC_SNMP_INDEX_MAX], size_t *n_index);

/* Rows of the software tables: the parts of the firmware, at least one. */
size_t pc_hr_software(const struct pc_profile *p);

#endif
