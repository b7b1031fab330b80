/* snmp/mib-epson-status: the status block of Epson's private MIB, and what its tunnel shares. */
#ifndef PC_SNMP_MIB_EPSON_STATUS_H
#define PC_SNMP_MIB_EPSON_STATUS_H

#include "device/device.h"
#include "snmp/value.h"

enum { PC_EPSON_RECORDS_MAX = 128 }; /* octets of a model's own ST2 records */

/* The block of the device's state, "@BDC ST2" or ESC/Label text by the model, behind `n_lead` zero
 * octets (0 for the status object, 1 for the tunnel). PC_OK; PC_E_NOSPACE; PC_E_LIMIT for a model
 * with too many records. */
int pc_epson_status(const struct pc_device *dev, size_t n_lead, struct pc_snmp_value *v);

/* ST2's numbers for a colorant, 0 for names it has none for; an ink's level in per cent or one of
 * PC_ST2_LEVEL_UNKNOWN, _ABSENT. Spec: ST2 record 0F */
uint8_t pc_epson_ink_type(const char *colorant);
uint8_t pc_epson_ink_color(const char *colorant);
uint8_t pc_epson_ink_level(const struct pc_device *dev, size_t supply);

/* Version of a part ("Main FW"); "" when the model does not name it. */
const char *pc_epson_firmware(const struct pc_device *dev, const char *part);

/* One tunnel command: two character codes, payload length (little endian) and payload, a
 * sub-identifier each; its effect on the printer happens with the GET. PC_E_NOTFOUND when the
 * sub-identifiers are no such command; commands that this printer does not know are answered
 * "<code>:;". */
int pc_epson_command(
	const struct pc_device *dev, const uint32_t *arcs, size_t n, struct pc_snmp_value *v);

#endif
