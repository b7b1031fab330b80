/* Looks at a printer through all its ports, with real sockets, in the fleet's own loop and thread,
 * while a virtual clock is held: everything seen is of the same moment. Nothing of a device's
 * memory is touched; of its profile only which ports there are. */
#ifndef PC_CI_LOOK_H
#define PC_CI_LOOK_H

#include <netinet/in.h>

#include "facts.h"
#include "loop/loop.h"
#include "profile/profile.h"

struct look;

struct look_options {
	struct pc_loop *loop;
	uint16_t port_offset;
	struct sockaddr_in control; /* of the fleet's control API */
	/* What the ES agent inside printer `number` would send of it, a JSON object that the caller
	 * frees; NULL for models without one. It is no port: the agent reports by itself. */
	char *(*document)(void *arg, uint32_t number);
	void *arg;
};

struct look *look_new(const struct look_options *options);
void look_free(struct look *look);

/* Everything that printer `number` tells. Its address is what the control API says; `look.address`
 * is it. A port that does not answer leaves no facts but "silent.PORT" = 1, else 0. */
void look_at(
	struct look *look, uint32_t number, const struct pc_profile *profile, struct facts *ret);

/* Does anything answer at this address? One bit per port, by the names of look_ports[]. */
extern const char *const look_ports[];
enum {
	LOOK_SNMP,
	LOOK_ENPC,
	LOOK_SLP,
	LOOK_NBNS,
	LOOK_LLMNR,
	LOOK_PJL,
	LOOK_LPD,
	LOOK_WEB,
	LOOK_PORTS
};
unsigned look_answers(struct look *look, struct in_addr address, const struct pc_profile *profile);

#endif
