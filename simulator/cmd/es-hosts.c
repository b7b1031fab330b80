#include "cmd/es-hosts.h"

#include <stdlib.h>

#include "agents/dc-config.h"
#include "base/err.h"
#include "base/text.h"

static int
find_printer(const struct pc_dc_config *c, const char *file, struct pc_fleet *fleet,
	struct pc_device **ret, struct pc_diag *diag)
{
	struct in_addr address;
	if (c->n_devices != 1 || pc_text_ipv4(c->devices[0].host, &address) != PC_OK)
		return pc_diag_fail(diag, PC_E_USAGE,
			"%s: deviceList must hold one address, that of the printer the agent lives in",
			file);
	*ret = pc_fleet_find(fleet, address);
	if (*ret == NULL)
		return pc_diag_fail(diag, PC_E_USAGE,
			"%s: no printer of this fleet has the address %s", file,
			c->devices[0].host);
	return PC_OK;
}

static int
start_one(struct pc_es_hosts *h, const char *file, struct pc_loop *loop, struct pc_fleet *fleet,
	uint64_t seed, struct pc_dc_config *c, struct pc_diag *diag)
{
	struct pc_device *dev = NULL;
	int err = find_printer(c, file, fleet, &dev, diag);
	if (err != PC_OK)
		return err;
	const struct pc_es_options o = {.loop = loop,
		.dev = dev,
		.server = c->server,
		.agent_id = c->agent_id,
		.company_name = c->company_name,
		.ca_file = c->ca_file,
		.cert_file = c->cert_file,
		.key_file = c->key_file,
		.state_dir = c->state_dir,
		.time_zone = c->time_zone,
		.period_s = (uint64_t)c->period_s,
		.no_remote_operation = !c->remote_operation,
		.seed = seed + h->n_hosts,
		.snmp_port = (uint16_t)(161 + c->port_offset),
		.faults = h->faults};
	err = pc_es_agent_start(&o, &h->hosts[h->n_hosts].agent, diag);
	if (err == PC_OK)
		h->hosts[h->n_hosts++].dev = dev;
	return err;
}

int
pc_es_hosts_start(struct pc_es_hosts *h, struct pc_loop *loop, struct pc_fleet *fleet,
	uint64_t seed, struct pc_diag *diag)
{
	struct pc_dc_config *c = h->n_files == 0 ? NULL : calloc(1, sizeof(*c));
	int err = PC_OK;
	for (size_t i = 0; i < h->n_files && err == PC_OK && c != NULL; i++) {
		err = pc_dc_config_load(h->files[i], c, diag);
		if (err == PC_OK)
			err = start_one(h, h->files[i], loop, fleet, seed, c, diag);
		pc_dc_config_done(c);
	}
	free(c);
	return err;
}

void
pc_es_hosts_event(void *hosts, struct pc_device *dev, const struct pc_device_event *event)
{
	struct pc_es_hosts *h = hosts;
	for (size_t i = 0; i < h->n_hosts; i++) {
		if (h->hosts[i].dev == dev)
			pc_es_agent_event(h->hosts[i].agent, event);
	}
}

void
pc_es_hosts_stop(struct pc_es_hosts *h)
{
	while (h->n_hosts > 0)
		pc_es_agent_stop(h->hosts[--h->n_hosts].agent);
}
