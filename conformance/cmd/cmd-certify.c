/* presscheck certify: plan, run and judge the cases of one role; leaves an evidence directory. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/term.h"
#include "base/text.h"
#include "cmd/commands.h"
#include "conformance/cmd/session.h"
#include "conformance/packets.h"
#include "conformance/run.h"

enum {
	OPT_OUT = 1,
	OPT_ONLY,
	OPT_MUTANTS,
	OPT_SABOTAGE,
	OPT_PROFILE,
	OPT_WALK,
	OPT_DIR,
	OPT_JSON,
	OPT_PORT_OFFSET
};

struct certify {
	const char *roles[4];
	size_t n_roles;
	const char *out, *only, *walk, *profile_dir, *sabotage;
	const char *profiles[PC_WORLD_MODELS_MAX];
	size_t n_profiles;
	bool mutants, json;
	uint16_t port_offset;
};

static const struct pc_opt options[] = {
	{OPT_OUT, "out", "DIR", "evidence directory (default presscheck-certify)"},
	{OPT_ONLY, "only", "PATTERN", "only cases whose ID matches, e.g. 'DEV-SNMP-*'"},
	{OPT_MUTANTS, "mutants", NULL, "run each case against its seeded defects as well"},
	{OPT_SABOTAGE, "sabotage", "PLACE:FAULT", "put a defect into device, agent or server"},
	{OPT_PROFILE, "profile", "NAME", "printer model to judge; may be repeated"},
	{OPT_WALK, "walk", "FILE", "judge a printer made from this walk as well"},
	{OPT_DIR, "profile-dir", "DIR", "where profiles are"},
	{OPT_PORT_OFFSET, "port-offset", "N",
		"move the printers' ports up by N (default: a free range)"},
	{OPT_JSON, "json", NULL, "print results.json instead of the table"},
};

static int
take(void *ctx, int id, const char *value, struct pc_diag *diag)
{
	struct certify *c = ctx;
	switch (id) {
	case OPT_OUT:
		c->out = value;
		return PC_OK;
	case OPT_ONLY:
		c->only = value;
		return PC_OK;
	case OPT_MUTANTS:
		c->mutants = true;
		return PC_OK;
	case OPT_SABOTAGE:
		c->sabotage = value;
		return PC_OK;
	case OPT_PROFILE:
		if (c->n_profiles + 1 >= PC_WORLD_MODELS_MAX)
			return pc_diag_fail(diag, PC_E_USAGE, "too many models");
		c->profiles[c->n_profiles++] = value;
		return PC_OK;
	case OPT_WALK:
		c->walk = value;
		return PC_OK;
	case OPT_DIR:
		c->profile_dir = value;
		return PC_OK;
	case OPT_PORT_OFFSET:
		return pc_session_port_offset(value, &c->port_offset, diag);
	case OPT_JSON:
		c->json = true;
		return PC_OK;
	default:
		if (c->n_roles == 4)
			return pc_diag_fail(diag, PC_E_USAGE, "unexpected word '%s'", value);
		c->roles[c->n_roles++] = value;
		return PC_OK;
	}
}

static int
role_bits(const struct certify *c, unsigned *ret, struct pc_diag *diag)
{
	unsigned bits = 0;
	for (size_t i = 0; i < c->n_roles; i++) {
		bool known = false;
		for (int r = 0; r <= PC_ROLE_E2E; r++) {
			if (strcmp(c->roles[i], pc_case_role_name((enum pc_role)r)) == 0) {
				bits |= 1u << r;
				known = true;
			}
		}
		if (!known)
			return pc_diag_fail(diag, PC_E_USAGE,
				"'%s': device, agent, server or e2e expected", c->roles[i]);
	}
	*ret = bits == 0 ? 0xf : bits;
	return PC_OK;
}

static void
progress(void *arg, unsigned done, unsigned total, const char *what)
{
	(void)arg;
	pc_term_progress(done, total, what);
}

static void
fill_world(const struct certify *c, struct pc_world_options *o)
{
	static const char *const all[] = {PC_SESSION_MODELS};
	o->dir = c->out;
	o->walk = c->walk;
	o->profile_dir = c->profile_dir;
	o->pace = PC_SESSION_PACE;
	o->port_offset = c->port_offset;
	for (size_t i = 0; i < (c->n_profiles > 0 ? c->n_profiles : 3); i++) {
		o->profiles[i] = c->n_profiles > 0 ? c->profiles[i] : all[i];
		o->counts[i] = i == 0 ? 3 : 2;
	}
}

static int
certify(struct certify *c, struct pc_results *results, struct pc_diag *diag)
{
	struct pc_world_options wo = {.dir = c->out};
	struct pc_world *w = calloc(1, sizeof(*w));
	struct pc_run_options ro = {.pattern = c->only,
		.mutants = c->mutants,
		.all_models = true,
		.progress = progress};
	if (w == NULL)
		return -12;
	fill_world(c, &wo);
	int err = role_bits(c, &ro.roles, diag);
	if (err == PC_OK)
		err = pc_session_directory(c->out, diag);
	if (err == PC_OK)
		err = pc_world_init(w, &wo, diag);
	if (err == PC_OK)
		err = pc_session_sabotage(w, c->sabotage, false, diag);
	if (err == PC_OK)
		err = pc_results_write(results, c->out, diag);
	if (err == PC_OK && (ro.roles & ~(1u << PC_ROLE_DEVICE)) != 0)
		err = pc_world_cloud_start(w, diag);
	if ((ro.roles & 1u << PC_ROLE_E2E) != 0)
		w->options.es_agents = 1;
	if (err == PC_OK && (ro.roles & ~(1u << PC_ROLE_SERVER)) != 0)
		err = pc_world_fleet_start(w, diag);
	if (err == PC_OK && c->sabotage != NULL)
		err = pc_session_sabotage(w, c->sabotage, true, diag);
	if (err == PC_OK)
		err = pc_run(w, &ro, results, diag);
	pc_term_progress_end();
	if (w->options.dir != NULL) {
		pc_session_evidence(w, results);
		pc_world_done(w);
		/* What a run that did not come to its end has found stays, as "incomplete". */
		if (err != PC_OK)
			(void)pc_results_write(results, c->out, NULL);
	}
	free(w);
	return err;
}

static int
run(const struct pc_command *self, int argc, char **argv)
{
	struct certify c = {.out = "presscheck-certify"};
	struct pc_diag diag = {{0}};
	struct pc_results results;
	int err = PC_OK;
	int code = PC_EXIT_PASS;
	if (!pc_opt_parse_or_exit(self, argc, argv, take, &c, &code))
		return code;
	if (c.mutants && c.sabotage != NULL) {
		err = pc_diag_fail(&diag, PC_E_USAGE,
			"--mutants and --sabotage exclude each other: a mutant takes its own defect "
			"out again");
		return pc_opt_fail(self, err, &diag);
	}
	pc_results_init(&results, "presscheck certify");
	err = certify(&c, &results, &diag);
	if (err == PC_OK)
		err = pc_session_conclude(&results, c.out, c.json, &diag);
	code = err == PC_OK ? pc_results_exit(&results) : pc_opt_fail(self, err, &diag);
	pc_results_done(&results);
	return code;
}

const struct pc_command pc_cmd_certify = {
	.name = "certify",
	.summary = "run the conformance cases and leave the evidence",
	.operands = "[device|agent|server|e2e]...",
	.description =
		"Starts printers, cloud and agents as the roles need them, runs every case of the "
		"roles named (all without a name), and leaves results.json, junit.xml, report.html, "
		"the captures and the subjects' log in the evidence directory.\n\n"
		"With --mutants each case must also turn red against the defects seeded for it. "
		"With --sabotage one defect stays in for the whole run: the right case must fail.",
	.options = options,
	.n_options = sizeof(options) / sizeof(options[0]),
	.examples = "  presscheck certify device --out evidence\n"
		    "  presscheck certify --mutants\n"
		    "  presscheck certify server --sabotage server:upload-loses-every-second",
	.run = run,
};
