/* snmp/receivers: whom a printer sends its notifications to. One list for each printer; its rows
 * come from the profile, from the standard target tables and from the vendors' trap tables, which
 * are views of it. */
#ifndef PC_SNMP_RECEIVERS_H
#define PC_SNMP_RECEIVERS_H

#include <netinet/in.h>

#include "snmp/entity.h"

enum { PC_SNMP_RECEIVERS_HELD_MAX = 16 };

/* Whose table the receiver is a row of. */
enum pc_snmp_receiver_owner {
	PC_SNMP_RECEIVER_PROFILE,
	PC_SNMP_RECEIVER_TARGET, /* SNMP-TARGET-MIB */
	PC_SNMP_RECEIVER_EPSON,  /* the four rows of the network board */
	PC_SNMP_RECEIVER_XCMI    /* xcmGenTrapClientTable */
};

/* A notification, as far as a receiver may choose. `severity` is PrtAlertSeverityLevelTC and
 * `training` PrtAlertTrainingLevelTC, 0 when it tells of no alert. */
struct pc_snmp_news {
	const uint32_t *oid; /* snmpTrapOID */
	size_t n_oid;
	uint8_t severity, training;
};

struct pc_snmp_receiver {
	uint8_t owner; /* enum pc_snmp_receiver_owner */
	uint32_t row;  /* the owner's number for it, unique among its rows */
	struct in_addr address;
	uint16_t port;
	uint8_t version; /* as in the message: 0 v1, 1 v2c, 3 v3 */
	bool inform;     /* v2c, v3: wants an answer */
	bool active;     /* false: a row that is kept, and sent nothing */
	/* NULL: wants everything. */
	bool (*wants)(const struct pc_device *dev, const struct pc_snmp_receiver *receiver,
		const struct pc_snmp_news *news);
	char name[PC_SNMP_COMMUNITY_TEXT_MAX + 1]; /* community, or user for v3 */
};

/* All of a printer, in the order they were added; *ret_n 0 while there are none. Those of the
 * profile are there once the printer has an entity. Borrowed until one is added or removed. */
const struct pc_snmp_receiver *pc_snmp_receivers_of(const struct pc_device *dev, size_t *ret_n);

/* One row; NULL: there is none. */
const struct pc_snmp_receiver *pc_snmp_receiver_find(
	const struct pc_device *dev, enum pc_snmp_receiver_owner owner, uint32_t row);

/* The same for changing it. */
struct pc_snmp_receiver *pc_snmp_receiver_get(
	struct pc_snmp_entity *entity, enum pc_snmp_receiver_owner owner, uint32_t row);

/* A new row: no address, port 162, SNMPv1, not active. PC_E_EXISTS; PC_E_LIMIT when
 * PC_SNMP_RECEIVERS_HELD_MAX are held; -ENOMEM. */
int pc_snmp_receiver_add(struct pc_snmp_entity *entity, enum pc_snmp_receiver_owner owner,
	uint32_t row, struct pc_snmp_receiver **ret);

/* Nothing happens when there is no such row. */
void pc_snmp_receiver_remove(
	struct pc_snmp_entity *entity, enum pc_snmp_receiver_owner owner, uint32_t row);

/* The profile's receivers; called once, for a new entity. PC_OK, PC_E_BADVALUE for an address that
 * is none, -ENOMEM. */
int pc_snmp_receivers_fill(struct pc_snmp_entity *entity);

#endif
