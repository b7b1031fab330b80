#include "services/names.h"

#include <errno.h>
#include <ifaddrs.h>
#include <jansson.h>
#include <net/if.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"

/* Does the interface with this address carry a device? All of 127.0.0.0/8 lives on the loopback
 * interface, whatever addresses that lists. */
static bool
carries_device(const struct pc_service_env *env, const struct ifaddrs *i)
{
	struct sockaddr_in at;
	struct pc_device *dev = NULL;
	if (i->ifa_addr == NULL || i->ifa_addr->sa_family != AF_INET)
		return false;
	memcpy(&at, i->ifa_addr, sizeof(at));
	if ((i->ifa_flags & IFF_LOOPBACK) == 0)
		return env->find(env->arg, at.sin_addr) != NULL;
	for (size_t n = 0; (dev = env->each(env->arg, n)) != NULL; n++) {
		if (pc_text_is_loopback(pc_device_state(dev)->address))
			return true;
	}
	return false;
}

int
pc_names_join(
	const struct pc_service_env *env, struct pc_udp *udp, uint32_t group, struct pc_diag *diag)
{
	struct ifaddrs *all = NULL;
	const char *last = "";
	int err = PC_OK;
	if (env->bind.s_addr != INADDR_ANY)
		return PC_OK;
	if (getifaddrs(&all) != 0)
		return pc_diag_fail(diag, -errno, "list of interfaces: %s", pc_err_text(-errno));
	for (const struct ifaddrs *i = all; i != NULL && err == PC_OK; i = i->ifa_next) {
		if (strcmp(i->ifa_name, last) == 0 || !carries_device(env, i))
			continue;
		struct sockaddr_in at;
		memcpy(&at, i->ifa_addr, sizeof(at));
		last = i->ifa_name;
		err = pc_udp_join(udp, (struct in_addr){htonl(group)}, at.sin_addr);
		if (err == -EADDRINUSE) /* by another address of the interface */
			err = PC_OK;
		if (err == -ENOBUFS)
			(void)pc_diag_fail(diag, err,
				"too many multicast groups at %s; raise the system's "
				"net.ipv4.igmp_max_memberships",
				i->ifa_name);
		else if (err != PC_OK)
			(void)pc_diag_fail(diag, err, "multicast group at %s: %s", i->ifa_name,
				pc_err_text(err));
	}
	freeifaddrs(all);
	return err;
}

void
pc_names_send(struct pc_service *s, struct pc_udp *udp, struct pc_device *dev,
	const struct sockaddr_in *peer, const uint8_t *data, size_t len)
{
	if (pc_udp_send(udp, peer, pc_device_state(dev)->address, data, len) != PC_OK)
		return;
	s->counters.out++;
	pc_device_datagram(dev, PC_OUT, peer->sin_addr, len);
}

void
pc_names_heard(
	struct pc_device *dev, enum pc_direction how, const struct sockaddr_in *peer, size_t len)
{
	pc_device_datagram(dev, how, peer->sin_addr, len);
}

void
pc_names_malformed(struct pc_service *s, const struct pc_device *dev,
	const struct sockaddr_in *peer, const char *why, size_t len)
{
	s->counters.malformed++;
	if (dev != NULL) /* not for groups: everybody's noise would fill the journal */
		pc_service_note(s, dev, peer, "malformed",
			json_pack("{s:s,s:I}", "why", why, "bytes", (json_int_t)len));
}
