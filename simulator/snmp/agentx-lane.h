/* snmp/agentx-lane: the delegated lane: a printer with subagents, inside net-snmp's library. Each
 * such printer has a context of the library, where the printer's tree is the base that subagents
 * overlay, and its own lists of requests under way, so that no printer waits for another's
 * subagent. What the files of the AgentX master and the engine share; not for other rooms. */
#ifndef PC_SNMP_AGENTX_LANE_H
#define PC_SNMP_AGENTX_LANE_H

#include "codec/agentx.h"
#include "loop/tcp.h"
#include "snmp/agent.h"
#include "snmp/agentx-master.h"

struct netsnmp_agent_session_s;
struct netsnmp_transport_s;
struct snmp_pdu;

/* A registration that stands. */
struct pc_agentx_region {
	struct pc_oid root;
	uint8_t priority, range_subid;
	uint32_t upper_bound;
	uint32_t rows;
};

/* A PDU of ours that the subagent owes an answer for. */
struct pc_agentx_debt {
	uint32_t packet;
	uint32_t variables; /* that a successful answer must have; 0 for the steps of a SET */
	uint64_t due_ms;
};

/* A connection, with at most one AgentX session. */
struct pc_agentx_link {
	struct pc_agentx_lane *lane;  /* borrowed */
	struct pc_agentx_link *next;  /* of the lane */
	struct pc_tcp *tcp;           /* borrowed; owns us through closed() */
	struct snmp_session *session; /* the library's; closed by us */
	void *slot;                   /* the library's entry for it */
	struct pc_timer timer;        /* the oldest debt */
	bool opened;
	bool quiet;   /* answers of the library stay here */
	bool swallow; /* the PDU being sent is one */
	bool gone;    /* to be closed as soon as the library is left */
	uint32_t id;
	uint32_t timeout_ms;
	int status;         /* what the library answered to the PDU at hand */
	const uint8_t *pdu; /* at hand for the library; borrowed */
	size_t n_pdu;
	struct pc_agentx_region *regions; /* owned */
	size_t n_regions, cap_regions;
	struct pc_agentx_debt *debts; /* owned, the oldest first */
	size_t n_debts, cap_debts;
};

/* An index that a subagent has allocated; `link` is NULL when it is free again. */
struct pc_agentx_index {
	struct pc_oid name;
	uint8_t type;
	int64_t integer;
	struct pc_oid oid;
	uint8_t octets[PC_AGENTX_TEXT_MAX];
	uint8_t n_octets;
	const struct pc_agentx_link *link; /* borrowed */
};

/* A row of sysORTable. Spec: RFC 3418 sysORTable */
struct pc_agentx_caps {
	const struct pc_agentx_link *link; /* borrowed */
	uint32_t index, up_time;
	struct pc_oid id;
	char text[PC_AGENTX_TEXT_MAX + 1];
	size_t n_text;
};

/* A PDU that changes the tree waits until no request walks on it. */
struct pc_agentx_deferred {
	struct pc_agentx_link *link; /* borrowed */
	uint8_t *data;               /* owned */
	size_t len;
};

/* The request a manager waits for, should its answer have to be shortened. */
struct pc_agentx_asked {
	uint32_t serial;
	uint8_t *data; /* owned */
	size_t len;
};

struct pc_agentx_lane {
	struct pc_agentx_master *master; /* borrowed */
	struct pc_snmp_target target;
	struct pc_snmp_entity *entity; /* borrowed */
	struct pc_agentx_link *links;  /* of it; each owned by its connection */
	unsigned n_links;
	unsigned slot;    /* of the master */
	char context[16]; /* the library's name for the slot */
	bool active;      /* somebody has registered: requests go to the library's context */
	uint32_t n_rows;  /* registered */
	uint32_t retold;  /* serial of the last error told with the request's variables */
	bool caps_changed;
	uint32_t caps_change; /* sysUpTime of the last one */

	/* The library's three lists while it works for somebody else. */
	struct netsnmp_agent_session_s *processing_set, *delegated, *queued;

	struct pc_agentx_deferred deferred[PC_AGENTX_DEFERRED_MAX];
	size_t n_deferred;
	struct pc_agentx_asked asked[2 * PC_AGENTX_WAITING_MAX];
	size_t at_asked;
	struct pc_agentx_caps *caps; /* owned, by index */
	size_t n_caps;
	struct pc_agentx_index *indexes; /* owned */
	size_t n_indexes, cap_indexes;
};

struct pc_agentx_master {
	struct pc_snmp_engine *engine; /* borrowed */
	struct pc_agentx_door *doors;  /* owned: listeners, TCP's first */
	size_t n_doors;
	struct pc_agentx_lane *lanes[PC_AGENTX_LANES_MAX]; /* owned, by slot */
	struct pc_agentx_lane *inside;                     /* the library works for it */
	struct netsnmp_agent_session_s *gate; /* owned: stands for a SET that holds others back */
	struct pc_timer reaper;
	struct pc_agentx_counters counters;
};

/* ---- for the engine ---- */

/* True when requests of this printer go to its subagents' context. */
static inline bool
pc_agentx_takes(const struct pc_snmp_entity *entity)
{
	return entity->lane != NULL && entity->lane->active;
}

/* Have the library answer a request of such a printer, at once or when its subagents have. */
void pc_agentx_request(struct pc_snmp_engine *engine, struct snmp_pdu *pdu);

/* The library's hook that builds the engine's messages: takes our context out of them. */
int pc_agentx_build_answer(struct snmp_session *session, struct snmp_pdu *pdu, uint8_t **packet,
	size_t *size, size_t *offset);

/* The request with this serial, if it is still kept; else nothing is changed. */
void pc_agentx_asked(
	const struct pc_snmp_entity *entity, uint32_t serial, const uint8_t **ret, size_t *ret_len);

/* ---- for the master ---- */

/* The printer's lane, made when there is none. NULL: too many, or no memory. */
struct pc_agentx_lane *pc_agentx_lane_get(
	struct pc_agentx_master *master, const struct pc_snmp_target *target);

/* A library session for the connection. 0; -1 without memory or when the printer has as many
 * connections as it may. */
int pc_agentx_lane_join(struct pc_agentx_lane *lane, struct pc_agentx_link *link);

/* End it: what it served falls back to the printer's own objects, requests under way are answered
 * with genErr. Frees the lane with its last link; never the link, which has none then. */
void pc_agentx_lane_leave(struct pc_agentx_link *link);

/* Free a lane without links. */
void pc_agentx_lane_drop_idle(struct pc_agentx_lane *lane);

/* What stands for a SET under way; the caller's, free(). NULL without memory. */
struct netsnmp_agent_session_s *pc_agentx_gate_new(void);

/* Give the library one PDU of the link; its own answer's status is in link->status then. Only
 * Open, Register, Unregister and Response, and only such as make sense. */
void pc_agentx_lane_give(struct pc_agentx_link *link, const uint8_t *pdu, size_t len);

/* Have new requests wait until the PDUs that are deferred have been run. */
void pc_agentx_lane_hold(struct pc_agentx_lane *lane);

/* True while requests walk on the lane's tree, which must not be changed then. */
bool pc_agentx_lane_is_busy(const struct pc_agentx_lane *lane);

/* ---- agentx-admin.c: PDUs that we answer ourselves ---- */

/* Do what the PDU asks and answer it. */
void pc_agentx_admin(struct pc_agentx_link *link, const struct pc_agentx *pdu);

/* Answer with status, index and a list of variables (NULL: none). */
void pc_agentx_answer(struct pc_agentx_link *link, const struct pc_agentx_header *to,
	uint16_t error, uint16_t index, const struct pc_agentx_varbind *variables, size_t n);

/* Queue a PDU of ours. What cannot be queued ends the link soon. */
void pc_agentx_send(struct pc_agentx_link *link, const uint8_t *pdu, size_t len);

/* Forget what the link allocated and added. */
void pc_agentx_admin_forget(struct pc_agentx_link *link);

/* agentx-caps.c: sysORTable and sysORLastChange of a context. 0 or -1. */
int pc_agentx_caps_serve(struct pc_snmp_engine *engine, const char *context);

/* ---- agentx-master.c ---- */

/* Run the PDUs of the lane that were deferred. */
void pc_agentx_run_deferred(struct pc_agentx_lane *lane);

/* The subagent owes an answer to this packet, due in time; `variables` as in pc_agentx_debt. */
void pc_agentx_add_debt(struct pc_agentx_link *link, uint32_t packet, uint32_t variables);

/* End the link as soon as the library is left; also while it works. */
void pc_agentx_give_up(struct pc_agentx_link *link);

#endif
