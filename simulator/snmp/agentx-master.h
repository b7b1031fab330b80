/* snmp/agentx-master: subagents attach to single printers. An unmodified AgentX subagent connects
 * to a printer's own address on TCP 705, or to the unix socket of its number, and overlays the
 * objects of that printer only. Spec: RFC 2741 s7 */
#ifndef PC_SNMP_AGENTX_MASTER_H
#define PC_SNMP_AGENTX_MASTER_H

#include <netinet/in.h>
#include <stdint.h>

#include "base/diag.h"
#include "device/device.h"
#include "snmp/engine.h"

/* Everything a subagent can make us keep or wait for. */
enum {
	PC_AGENTX_LINKS_MAX = 1024,       /* connections of the process */
	PC_AGENTX_LANES_MAX = 512,        /* printers with subagents at a time */
	PC_AGENTX_LANE_LINKS_MAX = 8,     /* connections of a printer */
	PC_AGENTX_REGIONS_MAX = 1024,     /* of a printer; a range counts for each of its rows */
	PC_AGENTX_WAITING_MAX = 128,      /* managers' requests that wait at a printer */
	PC_AGENTX_OUTSTANDING_MAX = 1024, /* PDUs a subagent has not answered */
	PC_AGENTX_DEFERRED_MAX = 64,      /* PDUs of subagents that wait for those requests */
	PC_AGENTX_INDEXES_MAX = 256,      /* of a printer */
	PC_AGENTX_CAPS_MAX = 32,          /* rows of a printer's sysORTable from subagents */
	PC_AGENTX_TEXT_MAX = 255, /* octets of a description; Spec: RFC 2579 DisplayString */
	PC_AGENTX_NOTIFY_VARIABLES_MAX = 64, /* of one notification */
	PC_AGENTX_QUEUE_MAX = 256 * 1024,    /* octets a subagent does not read */
	PC_AGENTX_OPEN_MS = 5000,            /* to say Open */
	PC_AGENTX_TIMEOUT_MS = 1000,         /* for an answer, unless Open asks for more */
	PC_AGENTX_TIMEOUT_MAX_MS = 5000,
	PC_AGENTX_UNIX_PRINTERS_MAX = 1000 /* listeners on unix sockets */
};

struct pc_agentx_master;

struct pc_agentx_master_options {
	struct pc_snmp_engine *engine; /* borrowed, made with options.agentx */
	struct sockaddr_in bind;       /* INADDR_ANY:705 or with the port offset */
	const char *dir;               /* unix sockets NUMBER.sock are made there; NULL: none */
};

struct pc_agentx_counters {
	uint64_t accepted, refused; /* connections; refused for no printer or a limit */
	uint64_t pdus, malformed;   /* from subagents */
	uint64_t timeouts;          /* connections ended since an answer did not come */
	uint64_t waiting_full;      /* requests of managers dropped */
	uint64_t notifications;
	unsigned links, lanes; /* now */
};

/* One a process, as the engine. The diag says what to do when the port is taken or may not be
 * bound, or a unix socket cannot be made. To be freed before the engine. */
int pc_agentx_master_new(const struct pc_agentx_master_options *options,
	struct pc_agentx_master **ret, struct pc_diag *diag);
void pc_agentx_master_free(struct pc_agentx_master *master); /* NULL is allowed */

struct sockaddr_in pc_agentx_master_local(const struct pc_agentx_master *master);
struct pc_agentx_counters pc_agentx_master_counters(const struct pc_agentx_master *master);

/* A printer that went off or restarts loses its subagents: to be called after its events. */
void pc_agentx_master_event(struct pc_agentx_master *master, struct pc_device *dev);

#endif
