/* snmp/quirks: values as some real printers give them, in place of the right ones. */
#ifndef PC_SNMP_QUIRKS_H
#define PC_SNMP_QUIRKS_H

#include <stdbool.h>

#include "base/fault.h"
#include "snmp/value.h"

/* Change the value of the object `name` as the armed faults say; `bulk`: asked for by GETBULK.
 * PC_OK, PC_E_NOTFOUND: the printer has no such object. */
int pc_snmp_quirk(
	pc_fault_set faults, const uint32_t *name, size_t n, bool bulk, struct pc_snmp_value *v);

#endif
