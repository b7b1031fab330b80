/* snmp/mib-epson-status: the status block for Epson's private MIB, and its tunnel's commands. */
#ifndef PC_SNMP_MIB_EPSON_STATUS_H
#define PC_SNMP_MIB_EPSON_STATUS_H

#include "device/device.h"
#include "epson/status.h"
#include "snmp/value.h"

/* What SNMP tells of the device: the truth but for the faults of this room. */
void pc_epson_snmp_facts(const struct pc_device *dev, struct pc_epson_facts *ret);

/* The block of the device's state, "@BDC ST2" or ESC/Label text by the model. PC_OK; PC_E_NOSPACE;
 * PC_E_LIMIT for a model with too many records. */
int pc_epson_snmp_status(const struct pc_device *dev, struct pc_snmp_value *v);

/* One tunnel command: two character codes, payload length (little endian) and payload, a
 * sub-identifier each; its effect on the printer happens with the GET. PC_E_NOTFOUND when the
 * sub-identifiers are no such command; commands that this printer does not know are answered
 * "<code>:;". */
int pc_epson_command(
	const struct pc_device *dev, const uint32_t *arcs, size_t n, struct pc_snmp_value *v);

#endif
