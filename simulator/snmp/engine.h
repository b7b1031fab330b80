/* snmp/engine: SNMP for all devices of a process on net-snmp's agent library: one wildcard UDP
 * socket, device = destination address. Base lane: v1, v2c, v3; GET, GETNEXT, GETBULK, SET. */
#ifndef PC_SNMP_ENGINE_H
#define PC_SNMP_ENGINE_H

#include <netinet/in.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/fault.h"
#include "device/device.h"
#include "loop/loop.h"
#include "loop/tap.h"
#include "snmp/faults.h"
#include "snmp/tree.h"

struct pc_snmp_engine;
struct pc_snmp_notifier;

struct pc_snmp_target {
	struct pc_device *dev;
	const struct pc_snmp_tree *tree;
};

/* Who answers reads of SNMPv1 and v2c. Both do it byte for byte alike. */
enum pc_snmp_lane {
	PC_SNMP_LANE_AUTO, /* the fast lane what it can, net-snmp's library the rest */
	PC_SNMP_LANE_BASE, /* net-snmp's library everything */
	PC_SNMP_LANE_FAST  /* as AUTO, and no printer whose tree the fast lane cannot serve */
};

/* "auto", "base", "fast". PC_OK, PC_E_USAGE naming them. */
int pc_snmp_lane_parse(const char *text, enum pc_snmp_lane *ret, struct pc_diag *diag);

struct pc_snmp_options {
	struct pc_loop *loop;    /* borrowed */
	struct sockaddr_in bind; /* INADDR_ANY:161 or with the port offset */
	const struct pc_tap *tap;
	/* Device by destination address; false: no such device, the datagram is dropped. Asked
	 * twice for a datagram of a batch, so it must only look. */
	bool (*find)(void *arg, struct in_addr local, struct pc_snmp_target *ret);
	/* All devices in turn, for broadcast requests; false after the last. */
	bool (*each)(void *arg, size_t at, struct pc_snmp_target *ret);
	void *arg;
	/* What became of a notification, one JSON object; may be NULL. */
	void (*journal)(void *arg, const struct pc_device *dev, const char *json);
	enum pc_snmp_lane lane;
	bool agentx;       /* an AgentX master will be made for it (snmp/agentx-master) */
	size_t max_answer; /* bytes of the largest answer, at least 484; 0 = 65507, a UDP datagram
			    */
};

struct pc_snmp_counters {
	uint64_t in_packets, out_packets, bad_versions, bad_community_names, bad_community_uses,
		asn_parse_errors, silent_drops, no_device, v3_refused;
	uint64_t fast_answers; /* of out_packets: those of the fast lane */
};

/* One engine a process (the library's state is global). The diag says what to do when the port is
 * taken or may not be bound. */
int pc_snmp_engine_new(
	const struct pc_snmp_options *options, struct pc_snmp_engine **ret, struct pc_diag *diag);
void pc_snmp_engine_free(struct pc_snmp_engine *engine);
struct sockaddr_in pc_snmp_engine_local(const struct pc_snmp_engine *engine);
struct pc_snmp_counters pc_snmp_engine_counters(const struct pc_snmp_engine *engine);

/* All printers have been switched on, and: something happened to one. Its receivers are told as
 * snmp/notify.h says. */
void pc_snmp_engine_start(struct pc_snmp_engine *engine);
void pc_snmp_engine_event(
	struct pc_snmp_engine *engine, struct pc_device *dev, const struct pc_device_event *event);

/* The part of the engine that sends notifications; for its counters. */
const struct pc_snmp_notifier *pc_snmp_engine_notifier(const struct pc_snmp_engine *engine);

#endif
