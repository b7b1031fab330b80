/* Any datagram through the engine and net-snmp's library; answers go to a port nobody reads. */
#include <stdint.h>
#include <stdlib.h>

#include "base/err.h"
#include "snmp/agent.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct world {
	struct pc_clock clock;
	struct pc_loop *loop;
	struct pc_profile profile;
	struct pc_device_env env;
	struct pc_device *dev;
	struct pc_snmp_tree *tree;
	struct pc_snmp_engine *engine;
};

static bool
find(void *arg, struct in_addr local, struct pc_snmp_target *ret)
{
	const struct world *w = arg;
	(void)local;
	*ret = (struct pc_snmp_target){w->dev, w->tree};
	return true;
}

static struct world world;

static void
stop(void)
{
	pc_snmp_engine_free(world.engine);
	pc_snmp_tree_free(world.tree);
	pc_device_free(world.dev);
	pc_loop_free(world.loop);
}

static void
start(struct world *w)
{
	struct in_addr address = {htonl(0x7f090001)};
	struct pc_snmp_options options = {.find = find, .arg = w};
	pc_clock_init_virtual(&w->clock, 1700000000);
	w->env = (struct pc_device_env){.clock = &w->clock};
	w->profile = (struct pc_profile){.id = "fuzz",
		.vendor = "EPSON",
		.model = "Fuzz",
		.sys_object_id = "1.3.6.1.4.1.1248.1.1",
		.snmp_vendor = "epson",
		.identity = {"S{n:6}", "host{n}", "name{n}", {2, 0, 0, 0, 0, 0}},
		.snmp = {.v1 = true, .v2c = true},
		.community_read = "public",
		.community_write = "public"};
	if (pc_loop_new(&w->clock, &w->loop, NULL) != PC_OK ||
		pc_snmp_tree_new(&w->profile, &w->tree, NULL) != PC_OK ||
		pc_device_new(&w->profile, &w->env, 1, address, &w->dev) != PC_OK)
		abort();
	options.loop = w->loop;
	options.bind = (struct sockaddr_in){
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	if (pc_snmp_engine_new(&options, &w->engine, NULL) != PC_OK || atexit(stop) != 0)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sockaddr_in peer = {.sin_family = AF_INET,
		.sin_port = htons(9),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct in_addr local = {htonl(0x7f090001)};
	if (world.engine == NULL)
		start(&world);
	if (size <= PC_SNMP_SEND_MAX)
		pc_snmp_transport_receive(world.engine, &peer, local, false, data, size);
	return 0;
}
