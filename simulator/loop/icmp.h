/* loop/icmp: one ICMP echo, to see whether a host is there. Uses the unprivileged datagram socket
 * of Linux (net.ipv4.ping_group_range), else a raw one; many systems allow neither. Spec: RFC 792
 */
#ifndef PC_LOOP_ICMP_H
#define PC_LOOP_ICMP_H

#include <netinet/in.h>
#include <stdint.h>

#include "base/diag.h"
#include "loop/loop.h"

struct pc_icmp;

/* err: PC_OK (an echo reply came) or PC_E_TIMEOUT. */
typedef void (*pc_icmp_fn)(void *arg, int err);

/* Send an echo request; fn is called once. PC_E_UNSUPPORTED when this system does not let us. */
int pc_icmp_echo(struct pc_loop *loop, struct in_addr host, unsigned timeout_ms, pc_icmp_fn fn,
	void *arg, struct pc_icmp **ret, struct pc_diag *diag);

/* Give up without a call. NULL is allowed; after the call it is gone already. */
void pc_icmp_stop(struct pc_icmp *p);

#endif
