/* cmd/trap-option: receivers of notifications that a command line names, for all printers. */
#ifndef PC_CMD_TRAP_OPTION_H
#define PC_CMD_TRAP_OPTION_H

#include "base/diag.h"
#include "base/text.h"
#include "profile/profile.h"

/* Caller's storage, zeroed; must outlive the profiles it was applied to. */
struct pc_trap_option {
	struct {
		struct in_addr address;
		char text[PC_TEXT_ADDR_MAX]; /* the address, for profiles */
		uint16_t port;
		int32_t version; /* as in the message */
		bool inform;
	} to[PC_SNMP_RECEIVERS_MAX];
	size_t n;
};

/* "ADDR[:PORT][,v1|v2c|v3][,inform]"; SNMPv2c and port 162 unless it says otherwise. PC_E_USAGE. */
int pc_trap_option_add(struct pc_trap_option *option, const char *value, struct pc_diag *diag);

/* Does any of them want informs, whose sender waits for an answer? */
bool pc_trap_option_waits(const struct pc_trap_option *option);

/* Make them receivers of a model. PC_E_USAGE when the model has no user for SNMPv3 or no room for
 * another receiver, or when `first`, the printers' address, cannot reach them. */
int pc_trap_option_apply(const struct pc_trap_option *option, struct pc_profile *profile,
	struct in_addr first, struct pc_diag *diag);

#endif
