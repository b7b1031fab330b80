/* snmp/receivers: whom a printer sends its notifications to. One list for each printer; its rows
 * come from the profile, from the standard target tables and from the vendors' trap tables, which
 * are views of it. */
#ifndef PC_SNMP_RECEIVERS_H
#define PC_SNMP_RECEIVERS_H

#include <netinet/in.h>

#include "base/diag.h"
#include "snmp/entity.h"
#include "snmp/row.h"

enum {
	PC_SNMP_RECEIVERS_HELD_MAX = 16,
	PC_SNMP_NEWS_VARIABLES_MAX = 64, /* of one notification; more are left out */
	PC_SNMP_INFORM_TIMEOUT_CS = 1500 /* and retries: defaults of snmpTargetAddrTable */
};
enum { PC_SNMP_INFORM_RETRIES = 3 };

/* Whose table the receiver is a row of. */
enum pc_snmp_receiver_owner {
	PC_SNMP_RECEIVER_PROFILE,
	PC_SNMP_RECEIVER_TARGET, /* SNMP-TARGET-MIB */
	PC_SNMP_RECEIVER_EPSON,  /* the four rows of the network board */
	PC_SNMP_RECEIVER_XCMI    /* xcmGenTrapClientTable */
};

/* A notification. `severity` is PrtAlertSeverityLevelTC and `training` PrtAlertTrainingLevelTC, 0
 * when it tells of no alert. `variables` are those its NOTIFICATION-TYPE names, in its order,
 * without sysUpTime.0 and snmpTrapOID.0. All pointers are borrowed for the call. */
struct pc_snmp_news {
	const uint32_t *oid; /* snmpTrapOID */
	size_t n_oid;
	uint8_t severity, training;
	const char *name; /* "printerV2Alert", for people; NULL: the OID is shown */
	const struct pc_snmp_variable *variables;
	size_t n_variables;
};

struct pc_snmp_receiver {
	uint8_t owner; /* enum pc_snmp_receiver_owner */
	uint32_t row;  /* the owner's number for it, unique among its rows */
	struct in_addr address;
	uint16_t port;
	uint8_t version; /* as in the message: 0 v1, 1 v2c, 3 v3 */
	bool inform;     /* v2c, v3: wants an answer */
	bool active;     /* false: a row that is kept, and sent nothing */
	uint8_t level;   /* v3: 1 noAuthNoPriv, 2 authNoPriv, 3 authPriv; 0: the best of the user */
	uint8_t retries; /* of an inform that is not answered, after the first */
	int32_t max_message; /* bytes of the longest message it takes; 0: any */
	uint32_t timeout_cs; /* 1/100 s until an inform is sent again */
	/* NULL: wants everything. */
	bool (*wants)(const struct pc_device *dev, const struct pc_snmp_receiver *receiver,
		const struct pc_snmp_news *news);
	char name[PC_SNMP_COMMUNITY_TEXT_MAX + 1]; /* community, or user for v3 */
	char params[33]; /* TARGET: name of its row in snmpTargetParamsTable, for filters */
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

/* A new row: no address, port 162, SNMPv1, not active, the usual time-out and retries. PC_E_EXISTS;
 * PC_E_LIMIT when PC_SNMP_RECEIVERS_HELD_MAX are held; -ENOMEM. */
int pc_snmp_receiver_add(struct pc_snmp_entity *entity, enum pc_snmp_receiver_owner owner,
	uint32_t row, struct pc_snmp_receiver **ret);

/* Nothing happens when there is no such row. */
void pc_snmp_receiver_remove(
	struct pc_snmp_entity *entity, enum pc_snmp_receiver_owner owner, uint32_t row);

/* The profile's receivers, for a new entity or after a factory reset: all others are forgotten.
 * PC_OK, -ENOMEM, or PC_E_BADVALUE for an address that is none (those before it are kept). */
int pc_snmp_receivers_fill(struct pc_snmp_entity *entity);

/* Judge the addresses of the profile's receivers for this printer; the diag names the wrong one. */
int pc_snmp_receivers_check(const struct pc_device *dev, struct pc_diag *diag);

#endif
