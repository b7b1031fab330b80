/* services/services: the listening ports of the printers besides SNMP. One wildcard socket a port
 * serves all devices; device = destination address. */
#ifndef PC_SERVICES_SERVICES_H
#define PC_SERVICES_SERVICES_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/fault.h"
#include "device/device.h"
#include "loop/loop.h"
#include "loop/tap.h"

struct pc_sink;

/* How a service finds devices; provided by the fleet (or a test with one device). */
struct pc_service_env {
	struct pc_loop *loop;     /* borrowed */
	const struct pc_tap *tap; /* may be NULL */
	struct in_addr bind;      /* INADDR_ANY for all local addresses */
	uint16_t port_offset;     /* added to every well-known port */
	uint64_t seed;            /* the run's: of delays */
	/* Device by destination address, NULL when there is none. */
	struct pc_device *(*find)(void *arg, struct in_addr local);
	/* Device number `at` from 0, NULL after the last (broadcasts are answered by each). */
	struct pc_device *(*each)(void *arg, size_t at);
	void *arg;
	/* Journal of what a service decided, one JSON object a line without the newline; may be
	 * NULL. */
	void (*journal)(void *arg, const struct pc_device *dev, const char *json);
	struct pc_sink *sink; /* borrowed; keeps the bytes of jobs; NULL: they are only counted */
};

struct pc_service_counters {
	uint64_t in, out, malformed, refused, no_device, connections;
};

/* One running service (all its devices). */
struct pc_service;

/* One row per listening port; the table is in services.c. */
struct pc_service_row {
	const char *name; /* "enpc", "slp" … */
	uint16_t port;    /* 0: it does not listen, it sends */
	bool tcp;
	int (*start)(
		const struct pc_service_env *env, struct pc_service **ret, struct pc_diag *diag);
	const char *spec;
};
const struct pc_service_row *pc_service_table(size_t *ret_n);

/* Start one, or free one (NULL is allowed). `env` is copied. */
int pc_service_start(const struct pc_service_row *row, const struct pc_service_env *env,
	struct pc_service **ret, struct pc_diag *diag);
void pc_service_stop(struct pc_service *service);
const char *pc_service_name(const struct pc_service *service);
struct pc_service_counters pc_service_counters(const struct pc_service *service);

/* A device event, handed on by the fleet to every running service (USTATUS, queues …). */
void pc_service_event(
	struct pc_service *service, struct pc_device *dev, const struct pc_device_event *event);

/* Faults of this room (bits of pc_device_port_faults). */
const struct pc_fault_row *pc_service_faults(size_t *ret_n);

#endif
