/* agents/discover: who answers an ENPC probe: the printers an installer may put on the device list.
 * Found printers are told, never collected. Spec: ERS-NET-02, ERS-SEC-02 */
#ifndef PC_AGENTS_DISCOVER_H
#define PC_AGENTS_DISCOVER_H

#include <netinet/in.h>
#include <stdint.h>

#include "base/diag.h"
#include "loop/loop.h"
#include "loop/tap.h"

enum { PC_DISCOVER_MAX = 4096, PC_DISCOVER_MS = 1500 };

struct pc_discover_found {
	struct in_addr addr;
	uint8_t mac[6];
	char name[64];  /* of the network board */
	char model[96]; /* "" when it did not say */
};

struct pc_discover_options {
	struct pc_loop *loop;            /* borrowed */
	const struct pc_tap *tap;        /* borrowed, may be NULL */
	uint16_t port;                   /* 3289 and the port offset */
	const struct in_addr *addresses; /* probed besides the broadcast */
	size_t n_addresses;
	unsigned wait_ms; /* 0 = PC_DISCOVER_MS */
};

/* Called once, at the end of the wait. `found` is sorted by address and borrowed. */
typedef void (*pc_discover_fn)(void *arg, const struct pc_discover_found *found, size_t n);

struct pc_discover;

int pc_discover_start(const struct pc_discover_options *options, pc_discover_fn fn, void *arg,
	struct pc_discover **ret, struct pc_diag *diag);

/* Give up without a call. NULL is allowed; after the call it is gone already. */
void pc_discover_stop(struct pc_discover *d);

#endif
