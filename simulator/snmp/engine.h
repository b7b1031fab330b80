/* snmp/engine: SNMP for all devices of a process on net-snmp's agent library: one wildcard UDP
 * socket, device = destination address. Base lane: v1, v2c; GET, GETNEXT, GETBULK, SET. */
#ifndef PC_SNMP_ENGINE_H
#define PC_SNMP_ENGINE_H

#include <netinet/in.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/fault.h"
#include "device/device.h"
#include "loop/loop.h"
#include "loop/tap.h"
#include "snmp/value.h"

/* The compiled tree of one profile: every modelled instance and raw object, sorted. */
struct pc_snmp_tree;

/* Compile; `profile` is borrowed. */
int pc_snmp_tree_new(const struct pc_profile *profile, struct pc_snmp_tree **ret,
	struct pc_diag *diag);
void pc_snmp_tree_free(struct pc_snmp_tree *tree);

/* Direct access without a socket, as the engine does it (tests, ES agent, web pages).
 * get: PC_OK, PC_E_NOTFOUND (value type says noSuchObject or noSuchInstance).
 * next: first object after `oid`; PC_E_NOTFOUND at the end. `ret_oid` has room for PC_OID_MAX. */
int pc_snmp_tree_get(const struct pc_snmp_tree *tree, const struct pc_device *dev,
	const uint32_t *oid, size_t n_oid, struct pc_snmp_value *ret);
int pc_snmp_tree_next(const struct pc_snmp_tree *tree, const struct pc_device *dev,
	const uint32_t *oid, size_t n_oid, uint32_t *ret_oid, size_t *ret_n,
	struct pc_snmp_value *ret);

struct pc_snmp_engine;

struct pc_snmp_target {
	struct pc_device *dev;
	const struct pc_snmp_tree *tree;
};

struct pc_snmp_options {
	struct pc_loop *loop;    /* borrowed */
	struct sockaddr_in bind; /* INADDR_ANY:161 or with the port offset */
	const struct pc_tap *tap;
	/* Device by destination address; false: no such device, the datagram is dropped. */
	bool (*find)(void *arg, struct in_addr local, struct pc_snmp_target *ret);
	/* All devices in turn, for broadcast requests; false after the last. */
	bool (*each)(void *arg, size_t at, struct pc_snmp_target *ret);
	void *arg;
	const char *state_dir; /* net-snmp's persistent directory; NULL = a private temporary one */
};

struct pc_snmp_counters {
	uint64_t in_packets, out_packets, bad_versions, bad_community_names, bad_community_uses,
		asn_parse_errors, silent_drops, no_device;
};

/* One engine a process (the library's state is global). The diag says what to do when the port is
 * taken or may not be bound. */
int pc_snmp_engine_new(const struct pc_snmp_options *options, struct pc_snmp_engine **ret,
	struct pc_diag *diag);
void pc_snmp_engine_free(struct pc_snmp_engine *engine);
struct sockaddr_in pc_snmp_engine_local(const struct pc_snmp_engine *engine);
struct pc_snmp_counters pc_snmp_engine_counters(const struct pc_snmp_engine *engine);

/* Faults of this room (bits 0–31 of pc_device_faults). */
const struct pc_fault_row *pc_snmp_faults(size_t *ret_n);

#endif
