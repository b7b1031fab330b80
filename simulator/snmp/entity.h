/* snmp/entity: one printer's SNMP entity: what its agent keeps that is no state of the printer:
 * engine ID, statistics, communities, users, receivers. Attached to its device, made when first
 * asked for. Spec: RFC 3411 s3.1 */
#ifndef PC_SNMP_ENTITY_H
#define PC_SNMP_ENTITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "device/device.h"

/* Ten thousand are asked in turn: what every request touches comes first and shares a line. */
enum { PC_SNMP_CACHE_LINE = 64 };

enum { PC_SNMP_ENGINE_ID_MAX = 32, PC_SNMP_COMMUNITY_TEXT_MAX = 64 };

/* Statistics, the busiest first since they share a cache line. Spec: RFC 3418 snmp, RFC 3412
 * snmpMPDStats, RFC 3414 usmStats, RFC 3413 snmpTargetObjects */
enum pc_snmp_stat {
	PC_SNMP_IN_PKTS,
	PC_SNMP_OUT_PKTS,
	PC_SNMP_IN_TOTAL_REQ_VARS,
	PC_SNMP_IN_GET_REQUESTS,
	PC_SNMP_OUT_GET_RESPONSES,
	PC_SNMP_IN_GET_NEXTS,
	PC_SNMP_IN_BAD_VERSIONS,
	PC_SNMP_IN_BAD_COMMUNITY_NAMES,
	PC_SNMP_IN_BAD_COMMUNITY_USES,
	PC_SNMP_IN_ASN_PARSE_ERRS,
	PC_SNMP_IN_TOO_BIGS,
	PC_SNMP_IN_NO_SUCH_NAMES,
	PC_SNMP_IN_BAD_VALUES,
	PC_SNMP_IN_READ_ONLYS,
	PC_SNMP_IN_GEN_ERRS,
	PC_SNMP_IN_TOTAL_SET_VARS,
	PC_SNMP_IN_SET_REQUESTS,
	PC_SNMP_IN_GET_RESPONSES,
	PC_SNMP_IN_TRAPS,
	PC_SNMP_OUT_TOO_BIGS,
	PC_SNMP_OUT_NO_SUCH_NAMES,
	PC_SNMP_OUT_BAD_VALUES,
	PC_SNMP_OUT_GEN_ERRS,
	PC_SNMP_OUT_GET_REQUESTS,
	PC_SNMP_OUT_GET_NEXTS,
	PC_SNMP_OUT_SET_REQUESTS,
	PC_SNMP_OUT_TRAPS,
	PC_SNMP_SILENT_DROPS,
	PC_SNMP_PROXY_DROPS,
	PC_SNMP_UNKNOWN_SECURITY_MODELS,
	PC_SNMP_INVALID_MSGS,
	PC_SNMP_UNKNOWN_PDU_HANDLERS,
	PC_SNMP_UNAVAILABLE_CONTEXTS,
	PC_SNMP_UNKNOWN_CONTEXTS,
	PC_SNMP_USM_UNSUPPORTED_SEC_LEVELS, /* the six in the order of their arcs */
	PC_SNMP_USM_NOT_IN_TIME_WINDOWS,
	PC_SNMP_USM_UNKNOWN_USER_NAMES,
	PC_SNMP_USM_UNKNOWN_ENGINE_IDS,
	PC_SNMP_USM_WRONG_DIGESTS,
	PC_SNMP_USM_DECRYPTION_ERRORS,
	PC_SNMP_STATS
};

enum pc_snmp_community { PC_SNMP_READ, PC_SNMP_WRITE, PC_SNMP_COMMUNITIES };

struct pc_snmp_usm;   /* snmp/usm-users */
struct pc_snmp_users; /* snmp/usm-users */
struct pc_snmp_user;
struct pc_snmp_secret;
struct pc_snmp_news;      /* snmp/receivers */
struct pc_snmp_receivers; /* snmp/receivers */
struct pc_snmp_kept;      /* snmp/kept */
struct pc_snmp_notifier;  /* snmp/notify */

struct pc_snmp_entity {
	_Alignas(PC_SNMP_CACHE_LINE) struct pc_device *dev; /* borrowed; owns the entity */
	/* Communities now: the profile's, or what a manager set. NULL: nobody may. */
	const char *communities[PC_SNMP_COMMUNITIES];
	struct pc_snmp_usm *usm;     /* borrowed: the engine's; NULL before a request */
	struct pc_agentx_lane *lane; /* snmp/agentx-lane's; NULL: no subagent is there */
	uint32_t boots;              /* of the device when the statistics began */
	uint32_t stats[PC_SNMP_STATS];
	/* What SNMPv3 looks at, on a line of its own. */
	_Alignas(PC_SNMP_CACHE_LINE) uint8_t engine_id[PC_SNMP_ENGINE_ID_MAX];
	uint8_t n_engine_id;
	bool authen_traps;                   /* snmpEnableAuthenTraps is enabled(1) */
	int32_t set_serial;                  /* snmpSetSerialNo */
	struct pc_snmp_user *last_user;      /* who asked last; borrowed from users, or NULL */
	struct pc_snmp_secret *last_secret;  /* that user's; borrowed */
	uint64_t salt;                       /* of the last message that was encrypted */
	struct pc_snmp_users *users;         /* owned through free_users; NULL until needed */
	char *changed[PC_SNMP_COMMUNITIES];  /* owned: communities that are not the profile's */
	struct pc_snmp_receivers *receivers; /* owned through free_receivers; NULL: none */
	struct pc_snmp_notifier *notifier;   /* borrowed; NULL: nobody sends for it */
	/* Told all news of the printer, with or without receivers (an AgentX master); may be NULL.
	 */
	void (*listener)(void *arg, struct pc_device *dev, const struct pc_snmp_news *news);
	void *listener_arg;
	struct pc_snmp_kept *kept; /* owned; NULL until a manager writes something */
	void *memory;              /* owned: what the entity lies in */
	uint32_t factory_resets;   /* of the device when the above was written */
	uint64_t told_state;       /* what its last notification of a state said, as one number */
	void (*free_users)(struct pc_snmp_users *users);
	void (*free_receivers)(struct pc_snmp_receivers *receivers);
};

/* The device's entity, made from its profile (with its notification receivers) when it has none
 * yet; NULL without memory. After a restart of the device its statistics begin at 0. */
struct pc_snmp_entity *pc_snmp_entity_get(struct pc_device *dev);

/* The same without making one: NULL while nobody has asked the agent of this device. */
static inline struct pc_snmp_entity *
pc_snmp_entity_of(const struct pc_device *dev)
{
	return pc_device_attached(dev);
}

/* Have what every request counts in brought into the cache, for SNMPv3 also what it looks at.
 * Changes nothing. */
static inline void
pc_snmp_entity_prefetch(const struct pc_device *dev, bool v3)
{
#if defined(__GNUC__)
	const struct pc_snmp_entity *entity = pc_snmp_entity_of(dev);
	if (entity != NULL)
		__builtin_prefetch(entity, 1);
	if (entity != NULL && v3)
		__builtin_prefetch(entity->engine_id);
#else
	(void)dev;
	(void)v3;
#endif
}

static inline void
pc_snmp_count(struct pc_snmp_entity *entity, enum pc_snmp_stat stat)
{
	entity->stats[stat]++;
}

/* Count a request that is carried out, by its PDU tag; traps and answers are none.
 * Spec: RFC 3418 snmpInGetRequests, snmpInGetNexts, snmpInSetRequests */
void pc_snmp_count_request(struct pc_snmp_entity *entity, uint8_t pdu);

/* Take it back: it was not this lane's, and the other one will count it. */
void pc_snmp_uncount_request(struct pc_snmp_entity *entity, uint8_t pdu);

/* Count its answer: error-status and how many variables it holds. Both lanes call it.
 * Spec: RFC 3418 snmpOutGetResponses, snmpOutTooBigs …, snmpInTotalReqVars, snmpInTotalSetVars */
void pc_snmp_count_answer(
	struct pc_snmp_entity *entity, uint8_t request_pdu, int64_t status, size_t variables);

/* The same for an answer in bytes, from its PDU tag on; one that is broken is not counted. */
void pc_snmp_count_answer_bytes(
	struct pc_snmp_entity *entity, uint8_t request_pdu, const uint8_t *pdu, size_t len);

/* snmpEngineBoots: 1 for a new printer, one more with each restart, at 2147483647 it stays; and
 * snmpEngineTime: seconds since the last one, at 2147483647 they begin anew. Spec: RFC 3414 s2.2 */
uint32_t pc_snmp_entity_boots(const struct pc_snmp_entity *entity);
uint32_t pc_snmp_entity_time(const struct pc_snmp_entity *entity);

/* snmpEngineMaxMessageSize: bytes of the largest message it takes and sends, at least 484. */
int32_t pc_snmp_entity_max_message(const struct pc_snmp_entity *entity);

/* Change a community; "" = nobody may. Kept over restarts. PC_E_LIMIT over
 * PC_SNMP_COMMUNITY_TEXT_MAX octets, -ENOMEM. */
int pc_snmp_entity_set_community(
	struct pc_snmp_entity *entity, enum pc_snmp_community which, const char *text);

#endif
