/* services/names: what the services that are asked by multicast or broadcast share: groups,
 * counting and answering for one device. */
#ifndef PC_SERVICES_NAMES_H
#define PC_SERVICES_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "loop/udp.h"
#include "services/internal.h"

/* Join `group` (host order) on every interface that carries an address of a device. Does nothing
 * for a socket bound to one address, which hears no groups. PC_OK; -errno with the interface and
 * what to do in the diag. */
int pc_names_join(
	const struct pc_service_env *env, struct pc_udp *udp, uint32_t group, struct pc_diag *diag);

/* Send one datagram from the device's own address; counted as the service's and the device's. */
void pc_names_send(struct pc_service *s, struct pc_udp *udp, struct pc_device *dev,
	const struct sockaddr_in *peer, const uint8_t *data, size_t len);

/* One datagram came to a port that is open. */
void pc_names_heard(
	struct pc_device *dev, enum pc_direction how, const struct sockaddr_in *peer, size_t len);

/* Count a message that nobody can read; a line in the journal when it was for one device. `why` is
 * static. */
void pc_names_malformed(struct pc_service *s, const struct pc_device *dev,
	const struct sockaddr_in *peer, const char *why, size_t len);

#endif
