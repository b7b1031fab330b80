/* snmp/walk-write: a walk as text that programs of others read, and pc_profile_from_walk() too. The
 * same walk gives the same bytes. */
#ifndef PC_SNMP_WALK_WRITE_H
#define PC_SNMP_WALK_WRITE_H

#include "base/buf.h"
#include "snmp/walk.h"

/* Append the objects in the order they came, a line each. PC_OK, or what pc_buf_add() says.
 * snmprec: oid|tag|value as snmpsim takes it, text that is not plain ASCII in hex.
 * netsnmp: as 'snmpwalk -On' prints without MIB modules. */
int pc_walk_write_snmprec(const struct pc_walk *walk, struct pc_buf *out);
int pc_walk_write_netsnmp(const struct pc_walk *walk, struct pc_buf *out);

#endif
