/* agents/operate: a remote operation of the DC agent on one printer: is it there (SNMP and ICMP),
 * do it (LPD or SNMP), see that it happened. Spec: ERS-NET-16 … 20, ERS-OP-11, 13, 16; OQ-16, OQ-17
 */
#ifndef PC_AGENTS_OPERATE_H
#define PC_AGENTS_OPERATE_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "agents/command.h"
#include "agents/snmp-client.h"
#include "base/fault.h"

struct pc_operate_options {
	struct pc_loop *loop;          /* borrowed */
	struct pc_snmp_client *client; /* borrowed */
	const struct pc_tap *tap;      /* borrowed, may be NULL */
	struct sockaddr_in snmp, lpd;  /* of the printer */
	int32_t version;               /* that the printer spoke last, enum pc_snmp_version */
	const char *read_community, *write_community;
	const char *queue;    /* LPD queue; NULL = "PASSTHRU" */
	bool clean_by_snmp;   /* trigger object of the stand-in MIB instead of an LPD job */
	unsigned deadline_ms; /* for the whole operation; 0 = 120,000 */
	unsigned poll_ms;     /* between two looks; 0 = 1000 */
	pc_fault_set faults;
};

/* `detail` begins with a word ("deviceUnreachable") when it failed. Called once. */
typedef void (*pc_operate_fn)(void *arg, enum pc_command_state state, const char *detail);

struct pc_operate;

/* Begin `type` RESTART or CLEAN. PC_E_UNSUPPORTED for others. */
int pc_operate_start(const struct pc_operate_options *options, enum pc_command_type type,
	pc_operate_fn fn, void *arg, struct pc_operate **ret, struct pc_diag *diag);

/* Give up without a call. NULL is allowed; after the call it is gone already. */
void pc_operate_stop(struct pc_operate *op);

#endif
