/* fleet/netfault: which faults are armed on which printers, and what that means for a datagram, a
 * connection or a named fault now. Decisions are a function of seed, order of arming, printer and
 * how many came before: the same run, the same decisions, whoever else is served. */
#ifndef PC_FLEET_NETFAULT_H
#define PC_FLEET_NETFAULT_H

#include "device/device.h"
#include "fleet/netfault-rule.h"
#include "loop/loop.h"

enum { PC_NETFAULT_RULES_MAX = 256 };

struct pc_netfaults;

struct pc_netfault_env {
	struct pc_loop *loop; /* borrowed */
	uint16_t port_offset;
	uint64_t seed;
	uint32_t size; /* printers 1 … size */
	/* Printer at an address, 0 for none; and by number. */
	uint32_t (*find)(void *arg, struct in_addr address);
	struct pc_device *(*device)(void *arg, uint32_t number);
	void *arg;
};

/* Costs next to nothing until something is armed. PC_OK, -ENOMEM, PC_E_EXISTS. */
int pc_netfaults_new(const struct pc_netfault_env *env, struct pc_netfaults **ret);
void pc_netfaults_free(struct pc_netfaults *nf); /* NULL is allowed */

/* Arm one more. PC_E_NOTFOUND when it names printers there are none of, PC_E_LIMIT. */
int pc_netfaults_arm(
	struct pc_netfaults *nf, const struct pc_netfault_rule *rule, struct pc_diag *diag);

/* Disarm on the rule's printers whatever has its name, parameters or not. Returns how many rules it
 * took something from. */
unsigned pc_netfaults_disarm(struct pc_netfaults *nf, const struct pc_netfault_rule *which);

/* Printers that a rule of this name is armed on. */
uint32_t pc_netfaults_printers(const struct pc_netfaults *nf, const char *name);

/* The state of this printer has changed. */
void pc_netfaults_event(struct pc_netfaults *nf, uint32_t number);

/* Append what is armed and what it did, the members of a JSON object without braces:
 * "rules":[{"fault","seen","hits"},…],"network":{…}. */
void pc_netfaults_write(const struct pc_netfaults *nf, struct pc_buf *out);

#endif
