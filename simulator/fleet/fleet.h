/* fleet/fleet: many printers in one process: addresses, identities, every port of every printer,
 * one clock; and a journal of what happened. */
#ifndef PC_FLEET_FLEET_H
#define PC_FLEET_FLEET_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/diag.h"
#include "device/device.h"
#include "loop/loop.h"
#include "loop/tap.h"
#include "profile/profile.h"
#include "services/sink.h"
#include "snmp/agentx-subagent.h"
#include "snmp/engine.h"

enum { PC_FLEET_GROUPS_MAX = 64, PC_FLEET_DEVICES_MAX = 1000000, PC_FLEET_JOURNAL_MAX = 20000 };

/* `count` printers of one model at consecutive addresses. */
struct pc_fleet_group {
	const struct pc_profile *profile; /* borrowed; must outlive the fleet */
	uint32_t count;
};

/* Told of every device event, after the services were (agents that live in printers). */
typedef void (*pc_fleet_observer_fn)(
	void *arg, struct pc_device *dev, const struct pc_device_event *event);

struct pc_fleet_options {
	struct pc_loop *loop;     /* borrowed */
	const struct pc_tap *tap; /* borrowed, may be NULL */
	struct in_addr first;     /* address of the first printer */
	uint16_t port_offset;     /* added to every well-known port */
	uint32_t pace;            /* device time factor, 0 = 1 */
	uint64_t seed;
	const struct pc_fleet_group *groups; /* borrowed for the call */
	size_t n_groups;
	enum pc_snmp_lane snmp_lane;
	bool agentx;            /* AgentX subagents may attach to printers, on port 705 */
	const char *agentx_dir; /* and on unix sockets NUMBER.sock there; NULL: not */
	/* The printers attach as an AgentX subagent to the master there; NULL: not. The context as
	 * in pc_agentx_subagent_options. */
	const struct pc_agentx_address *agentx_connect;
	const char *agentx_context;
	struct pc_sink *sink; /* borrowed: keeps the bytes of jobs; NULL: they are only counted */
	pc_fleet_observer_fn observer; /* may be NULL */
	void *observer_arg;
};

struct pc_fleet;
struct pc_diary;

/* Make the printers and open every port. The diag names the port and what to do when it is taken or
 * may not be bound (PC_E_ENVIRONMENT). */
int pc_fleet_new(
	const struct pc_fleet_options *options, struct pc_fleet **ret, struct pc_diag *diag);
void pc_fleet_free(struct pc_fleet *fleet); /* NULL is allowed */

uint32_t pc_fleet_size(const struct pc_fleet *fleet);

/* Printer by number from 1, or by address; NULL when there is none. */
struct pc_device *pc_fleet_device(const struct pc_fleet *fleet, uint32_t number);
struct pc_device *pc_fleet_find(const struct pc_fleet *fleet, struct in_addr address);

/* Arm or disarm a fault on one printer, or with number 0 on the printers its text names, else on
 * all. `text` is as in fleet/netfault-rule.h: a named fault of the snmp and services rooms, or a
 * fault of the network; with parameters and conditions or without. What is armed under a name that
 * is armed already replaces it where it is a named fault, and comes besides it where it is one of
 * the network. Disarming looks at the name and the printers only; that nothing was armed is no
 * error. Connections that a fault held up then go on; what is late still comes late. PC_E_NOTFOUND:
 * no such fault (the diag lists the names) or printer; PC_E_SYNTAX; PC_E_LIMIT. */
int pc_fleet_fault(struct pc_fleet *fleet, uint32_t number, const char *text, bool armed,
	struct pc_diag *diag);

/* PC_OK when there is a fault of that name; PC_E_NOTFOUND lists the names. */
int pc_fleet_fault_check(const char *name, struct pc_diag *diag);

/* Give a printer another address: all its ports answer there, the old one is dead, its connections
 * are gone. INADDR_ANY: the next one behind all that are in use or were. PC_E_NOTFOUND; PC_E_EXISTS
 * when a printer has it; PC_E_LIMIT when PC_FLEET_MOVED_MAX have moved; -ENOMEM. */
enum { PC_FLEET_MOVED_MAX = 4096 };
int pc_fleet_move(struct pc_fleet *fleet, uint32_t number, struct in_addr to, struct pc_diag *diag);

/* What happened so far; the fleet's. */
struct pc_diary *pc_fleet_diary(const struct pc_fleet *fleet);

uint64_t pc_fleet_seed(const struct pc_fleet *fleet);
uint16_t pc_fleet_port_offset(const struct pc_fleet *fleet);
/* Device time factor, from 1; a change holds for what begins after it. */
uint32_t pc_fleet_pace(const struct pc_fleet *fleet);
void pc_fleet_set_pace(struct pc_fleet *fleet, uint32_t pace);

/* Append what is armed with parameters or conditions, and what it did: {"rules":[{"fault","seen",
 * "hits"},…],"network":{…}}; `fault` is its text. And: printers one of that name is armed on. */
uint32_t pc_fleet_fault_printers(const struct pc_fleet *fleet, const char *name);
void pc_fleet_fault_rules(const struct pc_fleet *fleet, struct pc_buf *out);

/* Append the journal as a JSON array of entries with n > since; entries are
 * {"n","at","printer","kind",…}. At most PC_FLEET_JOURNAL_MAX are kept. */
void pc_fleet_journal(const struct pc_fleet *fleet, uint64_t since, struct pc_buf *out);

/* Append packet and connection counters of every service as a JSON object. */
void pc_fleet_counters(const struct pc_fleet *fleet, struct pc_buf *out);

#endif
