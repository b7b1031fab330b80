/* presscheck demo: the main job with no configuration: fleet, cloud, agents, replay, verdict,
 * report. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/err.h"
#include "base/file.h"
#include "base/term.h"
#include "base/text.h"
#include "cmd/commands.h"
#include "conformance/cmd/demo-replay.h"
#include "conformance/cmd/session.h"
#include "conformance/packets.h"
#include "conformance/run.h"

enum { OPT_OUT = 1, OPT_WALK, OPT_MUTANTS, OPT_SABOTAGE, OPT_DIR, OPT_JSON, OPT_PORT_OFFSET };

static const struct pc_opt options[] = {
	{OPT_OUT, "out", "DIR", "evidence directory (default presscheck-demo)"},
	{OPT_WALK, "walk", "FILE", "one more printer whose SNMP tree is this walk"},
	{OPT_MUTANTS, "mutants", NULL, "run each case against its seeded defects as well"},
	{OPT_SABOTAGE, "sabotage", "PLACE:FAULT", "put a defect into device, agent or server"},
	{OPT_DIR, "profile-dir", "DIR", "where profiles are"},
	{OPT_PORT_OFFSET, "port-offset", "N",
		"move the printers' ports up by N (default: a free range)"},
	{OPT_JSON, "json", NULL, "print results.json instead of the table"},
};

struct demo {
	const char *out, *walk, *profile_dir, *sabotage;
	bool mutants, json;
	uint16_t port_offset;
	struct pc_world *world; /* owned */
	struct pc_results results;
	json_t *replays; /* owned array */
};

static int
take(void *ctx, int id, const char *value, struct pc_diag *diag)
{
	struct demo *d = ctx;
	switch (id) {
	case OPT_OUT:
		d->out = value;
		return PC_OK;
	case OPT_WALK:
		d->walk = value;
		return PC_OK;
	case OPT_MUTANTS:
		d->mutants = true;
		return PC_OK;
	case OPT_SABOTAGE:
		d->sabotage = value;
		return PC_OK;
	case OPT_DIR:
		d->profile_dir = value;
		return PC_OK;
	case OPT_PORT_OFFSET:
		return pc_session_port_offset(value, &d->port_offset, diag);
	case OPT_JSON:
		d->json = true;
		return PC_OK;
	default:
		return pc_diag_fail(diag, PC_E_USAGE, "unexpected word '%s'", value);
	}
}

static void
say(const struct demo *d, const char *text)
{
	if (!d->json)
		printf("%s\n", text);
	fflush(stdout);
}

static void
progress(void *arg, unsigned done, unsigned total, const char *what)
{
	(void)arg;
	pc_term_progress(done, total, what);
}

/* Twenty printers of three models (and the walk); ES agents live in two of them. */
static int
start(struct demo *d, struct pc_diag *diag)
{
	static const unsigned counts[] = {8, 6, 6};
	static const char *const models[] = {PC_SESSION_MODELS};
	struct pc_world_options o = {.dir = d->out,
		.walk = d->walk,
		.profile_dir = d->profile_dir,
		.pace = PC_SESSION_PACE,
		.port_offset = d->port_offset,
		.es_agents = 2};
	for (size_t i = 0; i < 3; i++) {
		o.profiles[i] = models[i];
		o.counts[i] = counts[i];
	}
	int err = pc_session_directory(d->out, diag);
	if (err == PC_OK)
		err = pc_world_init(d->world, &o, diag);
	if (err == PC_OK)
		err = pc_session_sabotage(d->world, d->sabotage, false, diag);
	if (err == PC_OK)
		err = pc_results_write(&d->results, d->out, diag);
	if (err == PC_OK)
		err = pc_world_cloud_start(d->world, diag);
	if (err == PC_OK)
		err = pc_world_fleet_start(d->world, diag);
	if (err == PC_OK)
		err = pc_session_sabotage(d->world, d->sabotage, true, diag);
	return err;
}

/* What went over each leg while the main job ran, for the picture. */
static json_t *
path_json(struct demo *d)
{
	char path[PATH_MAX];
	struct pc_packets_counts site;
	struct pc_packets_counts wan;
	struct pc_diag diag = {{0}};
	pc_session_capture(d->world, false, 0, path);
	(void)pc_packets_count(path, &site, &diag);
	pc_session_capture(d->world, true, 0, path);
	(void)pc_packets_count(path, &wan, &diag);
	json_t *collections = pc_world_portal(
		d->world, "GET", "/portal/v1/collections", NULL, false, NULL, &diag);
	json_t *operations =
		pc_world_portal(d->world, "GET", "/portal/v1/operations", NULL, false, NULL, &diag);
	json_t *o = json_pack("{s:i,s:i,s:i,s:i,s:i,s:{s:I,s:I},s:{s:I}}", "printers",
		(int)d->world->n_printers, "dcAgents", 1, "esAgents", (int)d->world->n_es,
		"collections", (int)json_array_size(json_object_get(collections, "collections")),
		"operations", (int)json_array_size(json_object_get(operations, "operations")),
		"site", "collect", (json_int_t)(site.snmp_read + site.enpc), "operate",
		(json_int_t)(site.snmp_set + site.lpd), "wan", "mqtt", (json_int_t)wan.mqtt);
	json_decref(collections);
	json_decref(operations);
	return o;
}

static int
run_cases(struct demo *d, struct pc_diag *diag)
{
	struct pc_run_options path = {.pattern = "E2E-PATH-*", .progress = progress};
	struct pc_run_options rest = {.except = "E2E-PATH-*",
		.mutants = d->mutants,
		.all_models = true,
		.progress = progress};
	say(d, "Collection, print job, head cleaning and restart …");
	int err = pc_run(d->world, &path, &d->results, diag);
	if (err != PC_OK)
		return err;
	json_t *picture = path_json(d);
	pc_term_progress_end();
	say(d, "Replay of what the agent said …");
	d->replays = json_array();
	err = pc_demo_replay(d->world, &d->results, d->replays, diag);
	if (err == PC_OK) {
		say(d, "Conformance cases …");
		err = pc_run(d->world, &rest, &d->results, diag);
	}
	pc_term_progress_end();
	json_t *extras = json_pack("{s:o,s:O}", "path", picture, "replay", d->replays);
	d->results.extras_json = extras == NULL ? NULL : json_dumps(extras, JSON_COMPACT);
	json_decref(extras);
	return err;
}

static int
demo(struct demo *d, struct pc_diag *diag)
{
	char line[160];
	int err = start(d, diag);
	if (err != PC_OK)
		return err;
	snprintf(line, sizeof(line), "%zu printers, ports + %u; cloud %s; DC agent; %zu ES agents",
		d->world->n_printers, (unsigned)d->world->port_offset, d->world->cloud_url,
		d->world->n_es);
	say(d, line);
	err = run_cases(d, diag);
	pc_session_evidence(d->world, &d->results);
	if (err == PC_OK)
		err = pc_session_conclude(&d->results, d->out, d->json, diag);
	return err;
}

static int
run(const struct pc_command *self, int argc, char **argv)
{
	struct demo d = {.out = "presscheck-demo"};
	struct pc_diag diag = {{0}};
	int code = PC_EXIT_PASS;
	if (!pc_opt_parse_or_exit(self, argc, argv, take, &d, &code))
		return code;
	d.world = calloc(1, sizeof(*d.world));
	pc_results_init(&d.results, "presscheck demo");
	int err = d.world == NULL ? -ENOMEM : demo(&d, &diag);
	code = err == PC_OK ? pc_results_exit(&d.results) : pc_opt_fail(self, err, &diag);
	if (d.world != NULL)
		pc_world_done(d.world);
	free(d.world);
	json_decref(d.replays);
	pc_results_done(&d.results);
	return code;
}

const struct pc_command pc_cmd_demo = {
	.name = "demo",
	.summary = "the main job with no configuration: printers to verdict",
	.operands = "",
	.description =
		"Starts 20 printers of three models (and one more from a walk), the cloud, a DC agent "
		"and two ES agents; collects, prints a job, cleans heads and restarts a printer as an "
		"operator would; replays what was captured against the printers and the cloud; runs "
		"every conformance case; and prints a table of verdicts.\n\n"
		"Leaves report.html, junit.xml, results.json and the captures in the directory. Needs "
		"no privileges: all ports are moved up by a free offset.",
	.options = options,
	.n_options = sizeof(options) / sizeof(options[0]),
	.examples = "  presscheck demo\n  presscheck demo --walk printer.snmprec --out evidence\n"
		    "  presscheck demo --sabotage server:upload-loses-every-second",
	.run = run,
};
