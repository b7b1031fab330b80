/* snmp/fast: the fast lane: reads of SNMPv1 and v2c answered without net-snmp's library, byte for
 * byte as the base lane would. What it is not sure of it leaves to that. Not for other rooms. */
#ifndef PC_SNMP_FAST_H
#define PC_SNMP_FAST_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pc_snmp_engine;
struct pc_snmp_entity;
struct pc_snmp_target;

/* Answer a datagram for one device, which was counted as received. False: it is the base lane's,
 * and nothing was counted or sent. Taken are GET, GETNEXT and GETBULK in shortest form with a
 * community that may read, names beneath iso.org (1.3), no more than PC_SNMP_FAST_VARBINDS_MAX of
 * them, whose answer is no longer than the device may send; of devices without faults of this
 * room. */
enum { PC_SNMP_FAST_VARBINDS_MAX = 64 };
bool pc_snmp_fast_answer(struct pc_snmp_engine *engine, const struct sockaddr_in *peer,
	struct in_addr local, const struct pc_snmp_target *target, struct pc_snmp_entity *entity,
	const uint8_t *data, size_t len);

#endif
