/* cmd/es-hosts: ES agents inside the printers of a fleet, one configuration file each. */
#ifndef PC_CMD_ES_HOSTS_H
#define PC_CMD_ES_HOSTS_H

#include "agents/es-agent.h"
#include "fleet/fleet.h"

enum { PC_ES_HOSTS_MAX = 256 };

struct pc_es_hosts {
	const char *files[PC_ES_HOSTS_MAX]; /* borrowed: configuration files */
	size_t n_files;
	pc_fault_set faults; /* of all of them */
	struct {
		struct pc_device *dev;     /* borrowed */
		struct pc_es_agent *agent; /* owned */
	} hosts[PC_ES_HOSTS_MAX];
	size_t n_hosts;
};

/* Start every agent. A file has the form of the DC agent's (see 'presscheck agent dc --help'); its
 * deviceList names one address: the printer the agent lives in. The fleet is borrowed. */
int pc_es_hosts_start(struct pc_es_hosts *h, struct pc_loop *loop, struct pc_fleet *fleet,
	uint64_t seed, struct pc_diag *diag);

/* A pc_fleet_observer_fn: hands a printer's events to the agent inside it. */
void pc_es_hosts_event(void *hosts, struct pc_device *dev, const struct pc_device_event *event);

void pc_es_hosts_stop(struct pc_es_hosts *h);

#endif
