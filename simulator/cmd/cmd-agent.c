/* presscheck agent dc: the reference Data Collection Agent as a program. */
#include <inttypes.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agents/dc-agent.h"
#include "agents/faults.h"
#include "agents/record.h"
#include "base/err.h"
#include "base/text.h"
#include "cmd/capture-option.h"
#include "cmd/commands.h"
#include "loop/loop.h"

enum {
	OPT_CONFIG = 1,
	OPT_STATE,
	OPT_ONCE,
	OPT_DISCOVER,
	OPT_JSON,
	OPT_FAULT,
	OPT_SEED,
	OPT_FAULTS,
	OPT_CAPTURE,
	OPT_PORT_OFFSET
};

struct run {
	const struct pc_command *command;
	const char *config_file, *state_dir, *capture;
	bool once, discover, json, list_faults;
	int64_t port_offset; /* -1: as the configuration says */
	uint64_t seed;
	pc_fault_set faults;
	struct pc_loop *loop;
	int exit;
};

static int
on_option(void *arg, int id, const char *value, struct pc_diag *diag)
{
	struct run *r = arg;
	size_t n = 0;
	switch (id) {
	case OPT_CONFIG:
		r->config_file = value;
		return PC_OK;
	case OPT_STATE:
		r->state_dir = value;
		return PC_OK;
	case OPT_ONCE:
		r->once = true;
		return PC_OK;
	case OPT_DISCOVER:
		r->discover = true;
		return PC_OK;
	case OPT_JSON:
		r->json = true;
		return PC_OK;
	case OPT_CAPTURE:
		r->capture = value;
		return PC_OK;
	case OPT_PORT_OFFSET:
		if (pc_text_i64(value, 0, 60000, &r->port_offset) != PC_OK)
			return pc_diag_fail(
				diag, PC_E_USAGE, "--port-offset '%s': 0 to 60000 expected", value);
		return PC_OK;
	case OPT_FAULTS:
		r->list_faults = true;
		return PC_OK;
	case OPT_FAULT: {
		const struct pc_fault_row *table = pc_agent_faults(&n);
		return pc_fault_arm(table, n, value, &r->faults, diag);
	}
	case OPT_SEED:
		if (pc_text_u64(value, 0, UINT64_MAX, &r->seed) != PC_OK)
			return pc_diag_fail(diag, PC_E_USAGE, "--seed: '%s' is no number", value);
		return PC_OK;
	default:
		return pc_diag_fail(diag, PC_E_USAGE, "unexpected word '%s'", value);
	}
}

static int
print_faults(bool json)
{
	size_t n = 0;
	const struct pc_fault_row *rows = pc_agent_faults(&n);
	json_t *all = json_array();
	for (size_t i = 0; i < n; i++) {
		if (json)
			json_array_append_new(all, json_pack("{s:s, s:s}", "name", rows[i].name,
							   "summary", rows[i].summary));
		else
			printf("%-30s %s\n", rows[i].name, rows[i].summary);
	}
	if (json) {
		json_dumpf(all, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
		putchar('\n');
	}
	json_decref(all);
	return PC_EXIT_PASS;
}

static void
print_found(const struct run *r, const struct pc_discover_found *found, size_t n)
{
	json_t *all = json_array();
	for (size_t i = 0; i < n; i++) {
		char addr[PC_TEXT_ADDR_MAX], mac[PC_RECORD_TEXT];
		pc_text_from_ipv4(found[i].addr, addr);
		pc_record_mac(mac, found[i].mac);
		if (r->json)
			json_array_append_new(all,
				json_pack("{s:s, s:s, s:s, s:s}", "ipAddress", addr, "macAddress",
					mac, "name", found[i].name, "model", found[i].model));
		else
			printf("%-15s  %s  %-24s %s\n", addr, mac, found[i].name, found[i].model);
	}
	if (r->json) {
		json_dumpf(all, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
		putchar('\n');
	}
	json_decref(all);
}

static void
on_found(void *arg, const struct pc_discover_found *found, size_t n)
{
	struct run *r = arg;
	if (!r->discover)
		return;
	print_found(r, found, n);
	pc_loop_stop(r->loop);
}

static void
on_signal(void *arg, int signo)
{
	struct run *r = arg;
	(void)signo;
	pc_loop_stop(r->loop);
}

static void
on_done(void *arg, bool uploaded)
{
	struct run *r = arg;
	r->exit = uploaded ? PC_EXIT_PASS : PC_EXIT_FAIL;
	pc_loop_stop(r->loop);
}

static int
discover(struct run *r, const struct pc_dc_config *config, struct pc_diag *diag)
{
	struct in_addr addresses[PC_DC_PROBES_MAX];
	struct pc_discover *d = NULL;
	size_t n = 0;
	for (size_t i = 0; i < config->n_probes; i++) {
		if (pc_text_ipv4(config->probes[i], &addresses[n]) == PC_OK)
			n++;
	}
	struct pc_discover_options o = {.loop = r->loop,
		.port = (uint16_t)(3289 + config->port_offset),
		.addresses = addresses,
		.n_addresses = n};
	int err = pc_discover_start(&o, on_found, r, &d, diag);
	return err == PC_OK ? pc_loop_run(r->loop) : err;
}

static int
serve(struct run *r, const struct pc_dc_config *config, struct pc_diag *diag)
{
	struct pc_dc_agent *agent = NULL;
	struct pc_tap_file *tap = NULL;
	int err = pc_capture_option_open(
		r->capture, "agent", (uint16_t)config->port_offset, r->loop, &tap, diag);
	if (err != PC_OK)
		return err;
	struct pc_dc_options o = {.loop = r->loop,
		.tap = pc_tap_file_tap(tap),
		.config = config,
		.seed = r->seed,
		.faults = r->faults,
		.once = r->once,
		.done = on_done,
		.found = on_found,
		.arg = r};
	err = pc_dc_agent_new(&o, &agent, diag);
	if (err != PC_OK) {
		(void)pc_tap_file_close(tap, NULL);
		return err;
	}
	if (!r->once) {
		puts("ready");
		fflush(stdout);
	}
	err = pc_loop_run(r->loop);
	struct pc_dc_status s = pc_dc_agent_status(agent);
	if (err == PC_OK && r->once && r->json)
		printf("{\"listed\": %zu, \"collected\": %zu, \"unreachable\": %zu, "
		       "\"skipped\": %zu, \"uploaded\": %s}\n",
			s.listed, s.collected, s.unreachable, s.skipped,
			r->exit == PC_EXIT_PASS ? "true" : "false");
	else if (err == PC_OK && r->once)
		printf("%zu printers listed: %zu collected, %zu unreachable, %zu no printers; %s\n",
			s.listed, s.collected, s.unreachable, s.skipped,
			r->exit == PC_EXIT_PASS ? "uploaded" : "not uploaded (kept in the spool)");
	pc_dc_agent_free(agent);
	int closed = pc_tap_file_close(tap, err == PC_OK ? diag : NULL);
	return err == PC_OK ? closed : err;
}

static int
with_loop(struct run *r, const struct pc_dc_config *config, struct pc_diag *diag)
{
	struct pc_clock clock;
	pc_clock_init_real(&clock);
	if (r->seed == 0) /* agents of one site must not retry in step */
		r->seed = pc_clock_wall_ns(&clock);
	int err = pc_loop_new(&clock, &r->loop, diag);
	if (err == PC_OK)
		err = pc_loop_signal(r->loop, SIGINT, on_signal, r);
	if (err == PC_OK)
		err = pc_loop_signal(r->loop, SIGTERM, on_signal, r);
	if (err == PC_OK)
		err = r->discover ? discover(r, config, diag) : serve(r, config, diag);
	pc_loop_free(r->loop);
	return err;
}

static int
run_agent_dc(const struct pc_command *self, int argc, char **argv)
{
	struct run r = {.command = self, .port_offset = -1};
	struct pc_diag diag = {0};
	struct pc_dc_config *config = NULL;
	int code = 0;
	if (!pc_opt_parse_or_exit(self, argc, argv, on_option, &r, &code))
		return code;
	if (r.list_faults)
		return print_faults(r.json);
	int err = r.config_file != NULL
			  ? PC_OK
			  : pc_diag_fail(&diag, PC_E_USAGE, "--config FILE is needed");
	if (err == PC_OK) {
		config = calloc(1, sizeof(*config));
		err = config == NULL ? PC_E_INTERNAL
				     : pc_dc_config_load(r.config_file, config, &diag);
	}
	if (err == PC_OK && r.state_dir != NULL)
		pc_text_copy(config->state_dir, sizeof(config->state_dir), r.state_dir);
	if (err == PC_OK && r.port_offset >= 0)
		config->port_offset = r.port_offset;
	if (err == PC_OK)
		err = with_loop(&r, config, &diag);
	if (config != NULL)
		pc_dc_config_done(config);
	free(config);
	return err == PC_OK ? r.exit : pc_opt_fail(self, err, &diag);
}

static const struct pc_opt options[] = {
	{OPT_CONFIG, "config", "FILE", "configuration (YAML or JSON); needed"},
	{OPT_STATE, "state", "DIR",
		"directory for spool and state, instead of the file's stateDir"},
	{OPT_ONCE, "once", NULL, "collect and upload once, then end; 1 when the upload failed"},
	{OPT_DISCOVER, "discover", NULL, "probe for printers, print who answers, collect nothing"},
	{OPT_JSON, "json", NULL, "print results as JSON"},
	{OPT_FAULT, "fault", "NAME", "misbehave on purpose (may be repeated)"},
	{OPT_FAULTS, "list-faults", NULL, "print the named faults"},
	{OPT_SEED, "seed", "N", "seed of request ids and retry jitter; default: the time"},
	{OPT_PORT_OFFSET, "port-offset", "N",
		"printers' ports are moved up by N (over the configuration)"},
	{OPT_CAPTURE, "capture", "FILE", "write SNMP, ENPC and LPD traffic to a pcapng file"},
};

const struct pc_command pc_cmd_agent_dc = {
	.name = "agent dc",
	.summary = "run the reference Data Collection Agent",
	.operands = "",
	.description =
		"Collects the printers of the device list over SNMP, sends what they say to the cloud "
		"over HTTPS, and waits for commands over MQTT. Prints 'ready' once it runs; ends with "
		"SIGINT or SIGTERM.\n\n"
		"The configuration: server (https URL), agentId, companyName, files {ca, cert, key}, "
		"deviceList (addresses or names, or the name of a file with them), stateDir, period "
		"(1m to 30d), communities {read, write}, portOffset, timeouts {snmpMs, snmpRetries, "
		"httpMs, operationMs, window}, hostFacts {os, framework, timeZone}, discovery "
		"{enabled, addresses}, cleaning (lpd or snmp), remoteOperation, proxy.\n\n"
		"Documents wait in DIR/spool until the server has them; DIR/status.json tells how "
		"things stand.",
	.options = options,
	.n_options = sizeof(options) / sizeof(options[0]),
	.examples = "presscheck agent dc --config dc.yaml  # run until interrupted\n"
		    "presscheck agent dc --config dc.yaml --once  # one collection\n"
		    "presscheck agent dc --config dc.yaml --discover --json  # who is there",
	.run = run_agent_dc,
};
