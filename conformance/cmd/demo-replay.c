#include "conformance/cmd/demo-replay.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/text.h"
#include "conformance/cmd/masks-dir.h"
#include "conformance/cmd/session.h"
#include "conformance/flows.h"
#include "conformance/replay.h"

static void
never_run(struct pc_case_run *r)
{
	(void)r; /* the replay itself judges; these rows only carry its outcome */
}

static const struct pc_case site_case = {.id = "E2E-REPLAY-001",
	.rev = 1,
	.role = PC_ROLE_E2E,
	.title = "The fleet answers the agent's recorded SNMP, ENPC and LPD as it did.",
	.clauses = "capture and replay; masks snmp-printer, enpc, lpd",
	.requirements = {"ERS-NET-02", "ERS-NET-06", "ERS-NET-19"},
	.applies = "",
	.run = never_run};

static const struct pc_case wan_case = {.id = "E2E-REPLAY-002",
	.rev = 1,
	.role = PC_ROLE_E2E,
	.title = "The cloud answers the agent's recorded uploads as it did.",
	.clauses = "capture and replay; mask http-ers",
	.requirements = {"ERS-NET-10", "ERS-FMT-02"},
	.applies = "",
	.run = never_run};

static uint64_t
wall_ns(void)
{
	struct pc_clock clock;
	pc_clock_init_real(&clock);
	return pc_clock_wall_ns(&clock);
}

static void
add_assertion(struct pc_case_result *row, const struct pc_replay_report *report)
{
	row->assertions = calloc(1, sizeof(*row->assertions));
	if (row->assertions == NULL)
		return;
	row->n_assertions = 1;
	struct pc_assertion *a = &row->assertions[0];
	pc_text_copy(a->text, sizeof(a->text),
		"every field of every answer is as recorded or as a "
		"reviewed mask allows");
	pc_text_copy(a->expected, sizeof(a->expected), "0 mismatches");
	snprintf(a->observed, sizeof(a->observed),
		"%zu of %zu exchanges replayed, %zu fields equal, %zu by rule, %zu ignored, %zu "
		"mismatches",
		report->replayed, report->exchanges, report->totals.exact, report->totals.by_rule,
		report->totals.ignored, report->totals.failed);
	a->verdict = row->verdict;
}

static void
add_reason(struct pc_case_result *row, const struct pc_replay_report *report)
{
	if (report->outcome == PC_REPLAY_PASS)
		return;
	if (report->n_inconclusive > 0) {
		pc_text_copy(row->reason, sizeof(row->reason), report->inconclusive[0].text);
		return;
	}
	const struct pc_mask_mismatch *m = pc_judge_n_mismatches(report->judge) > 0
						   ? pc_judge_mismatch(report->judge, 0)
						   : NULL;
	if (m != NULL)
		snprintf(row->reason, sizeof(row->reason), "%.120s: recorded %.100s, got %.100s",
			m->path, m->recorded, m->got);
	else
		pc_text_copy(row->reason, sizeof(row->reason), "too large a share is ignored");
}

static int
replay_one(const struct pc_replay_options *o, const struct pc_case *c, const char *against,
	struct pc_results *results, json_t *list, struct pc_diag *diag)
{
	static const enum pc_verdict verdicts[] = {
		PC_VERDICT_PASS, PC_VERDICT_FAIL, PC_VERDICT_INCONCLUSIVE};
	struct pc_replay_report *report = calloc(1, sizeof(*report));
	struct pc_case_result *row = pc_results_add(results, c, against);
	if (report == NULL || row == NULL) {
		free(report);
		return -ENOMEM;
	}
	row->start_ns = wall_ns();
	int err = pc_replay_run(o, report, diag);
	if (err == PC_OK) {
		const char *slash = strrchr(o->capture, '/');
		row->end_ns = wall_ns();
		row->finished = true;
		row->verdict = verdicts[report->outcome];
		if (report->replayed == 0 && row->verdict == PC_VERDICT_PASS)
			row->verdict = PC_VERDICT_INCONCLUSIVE;
		add_reason(row, report);
		add_assertion(row, report);
		json_array_append_new(
			list, json_pack("{s:s,s:s,s:I,s:I,s:I,s:I,s:s}", "capture",
				      slash == NULL ? o->capture : slash + 1, "against", against,
				      "exchanges", (json_int_t)report->replayed, "equal",
				      (json_int_t)report->totals.exact, "byRule",
				      (json_int_t)report->totals.by_rule, "mismatches",
				      (json_int_t)report->totals.failed, "verdict",
				      pc_verdict_name(row->verdict)));
		pc_replay_report_done(report);
	}
	free(report);
	return err;
}

/* Recorded addresses are the live ones; only ports are moved up. */
static struct pc_replay_options *
new_options(const struct pc_world *w, char masks[PC_MASKS_DIR_MAX])
{
	struct pc_replay_options *o = calloc(1, sizeof(*o));
	if (o == NULL)
		return NULL;
	o->port_offset = w->port_offset;
	o->std_masks = pc_masks_dir(masks);
	return o;
}

static int
replay_site(struct pc_world *w, struct pc_results *results, json_t *list, struct pc_diag *diag)
{
	char masks[PC_MASKS_DIR_MAX];
	char path[PATH_MAX];
	struct pc_subject twin = {.out = -1};
	struct pc_replay_options *o = new_options(w, masks);
	if (o == NULL)
		return -ENOMEM;
	snprintf(path, sizeof(path), "%s/agents/%s/agent.pcapng", w->options.dir, w->path_agent);
	o->capture = path;
	o->recorded_timing = true;
	int err = pc_world_twin_start(w, &twin, &o->port_offset, diag);
	if (err == PC_OK)
		err = replay_one(o, &site_case, "the fleet", results, list, diag);
	pc_subject_stop(&twin);
	free(o);
	return err;
}

static int
replay_wan(struct pc_world *w, struct pc_results *results, json_t *list, struct pc_diag *diag)
{
	char masks[PC_MASKS_DIR_MAX];
	char whole[PATH_MAX];
	char path[PATH_MAX];
	char cert[PATH_MAX];
	char key[PATH_MAX];
	char words[96];
	struct pc_replay_options *o = new_options(w, masks);
	if (o == NULL)
		return -ENOMEM;
	pc_session_capture(w, true, 0, whole);
	snprintf(path, sizeof(path), "%s/wan-agent.pcapng", w->options.dir);
	snprintf(cert, sizeof(cert), "%s/agents/%s.pem", w->options.dir, w->path_agent);
	snprintf(key, sizeof(key), "%s/agents/%s.key", w->options.dir, w->path_agent);
	snprintf(words, sizeof(words), "/v1/agents/%s/", w->path_agent);
	int err = pc_flows_select(whole, path, words, diag);
	o->capture = path;
	o->cloud = w->cloud_url;
	o->ca = w->ca_file;
	o->cert = cert;
	o->key = key;
	o->fresh_document = true;
	if (err == PC_OK)
		err = replay_one(o, &wan_case, "the cloud", results, list, diag);
	free(o);
	return err;
}

int
pc_demo_replay(struct pc_world *w, struct pc_results *results, json_t *list, struct pc_diag *diag)
{
	if (w->path_agent[0] == '\0')
		return pc_diag_fail(diag, PC_E_ENVIRONMENT,
			"there is nothing to replay: the DC agent did not start");
	pc_subject_stop(&w->agent);
	int err = replay_site(w, results, list, diag);
	return err == PC_OK ? replay_wan(w, results, list, diag) : err;
}
