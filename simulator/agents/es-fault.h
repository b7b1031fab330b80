/* agents/es-fault: the named fault es-agent-uses-snmp: one SNMP question to the agent's own
 * printer. */
#ifndef PC_AGENTS_ES_FAULT_H
#define PC_AGENTS_ES_FAULT_H

#include <netinet/in.h>

#include "base/diag.h"
#include "loop/loop.h"
#include "loop/tap.h"

struct pc_es_fault;

int pc_es_fault_open(struct pc_loop *loop, const struct pc_tap *tap, const struct sockaddr_in *own,
	struct pc_es_fault **ret, struct pc_diag *diag);

/* Ask and forget the answer. NULL (the fault is not armed) does nothing. */
void pc_es_fault_ask(struct pc_es_fault *f);
void pc_es_fault_close(struct pc_es_fault *f); /* NULL is allowed */

#endif
