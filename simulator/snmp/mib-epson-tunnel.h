/* snmp/mib-epson-tunnel: a command of Epson's tunnel on its way. */
#ifndef PC_SNMP_MIB_EPSON_TUNNEL_H
#define PC_SNMP_MIB_EPSON_TUNNEL_H

#include "device/device.h"
#include "wire/wire.h"

/* What a command's answer is written from and into; each octet of the payload is a sub-identifier.
 * The answer stands behind a zero octet and before a form feed. */
struct pc_epson_call {
	const struct pc_device *dev;
	struct pc_device *mutable; /* the same, for commands that act; NULL: they cannot */
	const uint32_t *payload;
	size_t n_payload;
	char code[3];
	struct pc_writer w;
};

/* "<code>:;", "<code>:NA;", "<code>:BUSY;". PC_OK. */
int pc_epson_unknown(struct pc_epson_call *c);
int pc_epson_no_data(struct pc_epson_call *c);
int pc_epson_busy(struct pc_epson_call *c);

/* EEPROM commands of "||": key, opcode, its complement and rotation, address, and what is written.
 * The short form has an address of one octet. PC_OK, -ENOMEM. */
int pc_epson_eeprom_short(struct pc_epson_call *c);
int pc_epson_eeprom_read(struct pc_epson_call *c);
int pc_epson_eeprom_write(struct pc_epson_call *c);

#endif
