/* snmp/agentx-subagent: printers as subagents of a master that somebody else runs, a stock snmpd:
 * one connection, one session, a context for each printer or the default one for a single printer.
 * Comes back with growing pauses when the master goes. Spec: RFC 2741 s6, s7.2 */
#ifndef PC_SNMP_AGENTX_SUBAGENT_H
#define PC_SNMP_AGENTX_SUBAGENT_H

#include <netinet/in.h>
#include <stdint.h>

#include "base/diag.h"
#include "device/device.h"
#include "loop/loop.h"
#include "snmp/engine.h"

enum {
	PC_AGENTX_PRINTERS_MAX = 1000, /* of a subagent */
	PC_AGENTX_CONTEXT_MAX = 32,    /* octets; Spec: RFC 3411 SnmpAdminString of a context */
	PC_AGENTX_ROOTS_MAX = 256,     /* registrations of a printer */
	PC_AGENTX_SETS_MAX = 64,       /* SETs under way; more are resourceUnavailable */
	PC_AGENTX_OWN_PRIORITY = 100,  /* goes before what a master registers itself, 127 */
	PC_AGENTX_RETRY_MS = 100,      /* first pause before connecting again; then doubled */
	PC_AGENTX_RETRY_MAX_MS = 10000,
	PC_AGENTX_PING_MS = 15000 /* a master that does not answer the last one is left */
};

/* Where a master listens. */
struct pc_agentx_address {
	struct sockaddr_in tcp;
	const char *path; /* of a unix socket, borrowed; NULL: TCP */
};

/* "tcp:ADDR:PORT", "tcp:ADDR" or "unix:PATH"; the path is borrowed from the text. PC_OK or
 * PC_E_BADVALUE. */
int pc_agentx_address_parse(const char *text, struct pc_agentx_address *ret);

struct pc_agentx_subagent_options {
	struct pc_loop *loop; /* borrowed */
	struct pc_agentx_address master;
	/* NULL: a single printer is in the default context, several in "d1", "d2" … after their
	 * numbers. Else a single printer is in this one, several in this with their number. */
	const char *context; /* borrowed for the call */
	/* The printers in turn; false after the last. */
	bool (*each)(void *arg, size_t at, struct pc_snmp_target *ret);
	void *arg;
	const struct pc_tap *tap; /* borrowed, may be NULL */
};

struct pc_agentx_subagent_counters {
	uint64_t connects, opens; /* tried; sessions opened */
	uint64_t requests, notifications, malformed;
	unsigned registered, refused; /* in this session */
};

struct pc_agentx_subagent;

/* Starts connecting at once; a master that is not there yet is no error. In the default context
 * what a stock master serves itself (system, interfaces, its SNMP groups …) is not registered.
 * PC_E_USAGE for no printers or more than PC_AGENTX_PRINTERS_MAX; PC_E_LIMIT for a context that is
 * too long; -ENOMEM. */
int pc_agentx_subagent_new(const struct pc_agentx_subagent_options *options,
	struct pc_agentx_subagent **ret, struct pc_diag *diag);

/* Says Close when there is a session. NULL is allowed. Before the devices are freed. */
void pc_agentx_subagent_free(struct pc_agentx_subagent *subagent);

/* To be called after a printer's events: one that is off is not registered. */
void pc_agentx_subagent_event(struct pc_agentx_subagent *subagent, struct pc_device *dev);

struct pc_agentx_subagent_counters pc_agentx_subagent_counters(
	const struct pc_agentx_subagent *subagent);

#endif
