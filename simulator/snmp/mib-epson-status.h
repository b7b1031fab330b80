/* snmp/mib-epson-status: the ST2 status block and the command tunnel of Epson's private MIB. */
#ifndef PC_SNMP_MIB_EPSON_STATUS_H
#define PC_SNMP_MIB_EPSON_STATUS_H

#include "device/device.h"
#include "snmp/value.h"

/* The "@BDC ST2" block of the device's state, behind `n_lead` zero octets (0 for the status object,
 * 1 for the tunnel). PC_OK or PC_E_NOSPACE. */
int pc_epson_status(const struct pc_device *dev, size_t n_lead, struct pc_snmp_value *v);

/* One tunnel command: two character codes, payload length (little endian) and payload, a
 * sub-identifier each. PC_E_NOTFOUND when the sub-identifiers are no such command; commands that
 * this printer does not know are answered "<code>:;". */
int pc_epson_command(
	const struct pc_device *dev, const uint32_t *arcs, size_t n, struct pc_snmp_value *v);

#endif
