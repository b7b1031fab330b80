#include "conformance/cmd/session.h"

#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/term.h"
#include "base/text.h"
#include "conformance/packets.h"

static int
remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	return ftw->level == 0 ? 0 : remove(path);
}

static bool
is_empty(const char *dir)
{
	DIR *d = opendir(dir);
	unsigned entries = 0;
	if (d == NULL)
		return true;
	while (readdir(d) != NULL)
		entries++;
	closedir(d);
	return entries <= 2;
}

/* Is there a results.json of ours? Only such a directory is ever emptied. */
static bool
holds_a_run(const char *dir)
{
	char path[PATH_MAX];
	json_error_t error;
	int n = snprintf(path, sizeof(path), "%s/results.json", dir);
	json_t *j = n < 0 || (size_t)n >= sizeof(path) ? NULL : json_load_file(path, 0, &error);
	const char *schema = json_string_value(json_object_get(j, "schema"));
	bool ours = schema != NULL && strncmp(schema, "presscheck-results/", 19) == 0;
	json_decref(j);
	return ours;
}

int
pc_session_port_offset(const char *value, uint16_t *ret, struct pc_diag *diag)
{
	uint64_t n = 0;
	if (pc_text_u64(value, 1, 55000, &n) != PC_OK)
		return pc_diag_fail(
			diag, PC_E_USAGE, "--port-offset '%s': 1 to 55000 expected", value);
	*ret = (uint16_t)n;
	return PC_OK;
}

int
pc_session_directory(const char *dir, struct pc_diag *diag)
{
	int err = pc_file_mkdir(dir, 0755, diag);
	if (err != PC_OK)
		return err;
	if (!is_empty(dir) && !holds_a_run(dir))
		return pc_diag_fail(diag, PC_E_USAGE,
			"%s: is not empty and holds no earlier run; name another directory with --out",
			dir);
	if (nftw(dir, remove_entry, 16, FTW_DEPTH | FTW_PHYS) != 0)
		return pc_diag_fail(
			diag, -errno, "%s: cannot be emptied: %s", dir, pc_err_text(-errno));
	return PC_OK;
}

static void
keep_fleet(struct pc_world *w, struct pc_results *results)
{
	struct pc_diag diag = {{0}};
	if (w->fleet.pid == 0)
		return;
	json_t *j = pc_world_control(w, "/v1/printers", NULL, NULL, &diag);
	if (j != NULL && results->fleet_json == NULL)
		results->fleet_json = json_dumps(json_object_get(j, "printers"), JSON_COMPACT);
	json_decref(j);
}

int
pc_session_sabotage(struct pc_world *w, const char *text, bool started, struct pc_diag *diag)
{
	char body[160];
	if (text == NULL)
		return PC_OK;
	if (strncmp(text, "server:", 7) == 0) {
		w->cloud_fault = text + 7;
		return PC_OK;
	}
	if (strncmp(text, "agent:", 6) == 0) {
		w->agent_fault = text + 6;
		return PC_OK;
	}
	if (strncmp(text, "device:", 7) != 0)
		return pc_diag_fail(diag, PC_E_USAGE,
			"--sabotage '%s': device:FAULT, agent:FAULT or server:FAULT expected",
			text);
	if (!started)
		return PC_OK;
	snprintf(body, sizeof(body), "{\"fault\":\"%s\",\"armed\":true}", text + 7);
	if (!pc_world_printer(w, 0, "fault", body))
		return pc_diag_fail(
			diag, PC_E_USAGE, "--sabotage '%s': the printers know no such fault", text);
	return PC_OK;
}

void
pc_session_capture(const struct pc_world *w, bool wan, unsigned number, char path[PATH_MAX])
{
	const char *name = wan ? "wan" : "site";
	if (number == 0)
		snprintf(path, PATH_MAX, "%s/%s.pcapng", w->options.dir, name);
	else
		snprintf(path, PATH_MAX, "%s/%s-%u.pcapng", w->options.dir, name, number);
}

void
pc_session_evidence(struct pc_world *w, struct pc_results *results)
{
	char path[PATH_MAX];
	struct pc_diag diag = {{0}};
	keep_fleet(w, results);
	pc_world_done(w);
	for (int wan = 0; wan <= 1; wan++) {
		for (unsigned g = 0; g < (wan ? w->generation : w->fleets); g++) {
			pc_session_capture(w, wan, g, path);
			if (pc_packets_attach(results, path, &diag) != PC_OK)
				fprintf(stderr, "%s\n", diag.text);
		}
	}
}

static enum pc_term_colour
colour_of(enum pc_verdict v)
{
	if (v == PC_VERDICT_PASS)
		return PC_TERM_GREEN;
	return v >= PC_VERDICT_FAIL             ? PC_TERM_RED
	       : v == PC_VERDICT_NOT_APPLICABLE ? PC_TERM_PLAIN
						: PC_TERM_YELLOW;
}

/* Rows of one case stand together; the table has one line for them. */
struct group {
	const struct pc_case_result *worst;
	size_t rows, applicable;
	unsigned run, killed;
};

static struct group
group_at(const struct pc_results *r, size_t at)
{
	struct group g = {.worst = &r->rows[at]};
	for (size_t i = at; i < r->n_rows && r->rows[i].c == r->rows[at].c; i++) {
		const struct pc_case_result *row = &r->rows[i];
		g.rows++;
		g.applicable += row->verdict != PC_VERDICT_NOT_APPLICABLE ? 1 : 0;
		if (row->verdict > g.worst->verdict)
			g.worst = row;
		for (size_t k = 0; k < PC_CASE_MUTANTS_MAX; k++) {
			g.run += row->mutants[k].run ? 1 : 0;
			g.killed +=
				row->mutants[k].run && row->mutants[k].verdict == PC_VERDICT_FAIL
					? 1
					: 0;
		}
	}
	return g;
}

static void
print_survivors(const struct pc_case_result *row)
{
	for (size_t i = 0; i < PC_CASE_MUTANTS_MAX; i++) {
		const struct pc_mutant_result *m = &row->mutants[i];
		if (m->run && m->verdict != PC_VERDICT_FAIL)
			printf("               the defect '%s' was not found (%s: %s)\n",
				m->mutant.fault, pc_verdict_name(m->verdict), m->reason);
	}
}

static void
print_group(const struct pc_results *r, size_t at, const struct group *g)
{
	const struct pc_case_result *w = g->worst;
	char subject[64];
	if (g->rows == 1)
		pc_text_copy(subject, sizeof(subject), w->subject);
	else
		snprintf(subject, sizeof(subject), "%zu of %zu models", g->applicable, g->rows);
	printf("%s%-14s%s %-14s %-15.15s %s", pc_term_colour(stdout, colour_of(w->verdict)),
		pc_verdict_name(w->verdict), pc_term_colour(stdout, PC_TERM_PLAIN), w->c->id,
		subject, w->c->title);
	if (g->run > 0)
		printf(" [defects found %u of %u]", g->killed, g->run);
	printf("\n");
	for (size_t i = at; i < at + g->rows; i++) {
		const struct pc_case_result *row = &r->rows[i];
		if (row->verdict > PC_VERDICT_PASS)
			printf("               %s: %s\n", row->subject, row->reason);
		print_survivors(row);
	}
}

static void
print_totals(const struct pc_results *r)
{
	struct pc_totals t = pc_results_totals(r);
	printf("\n%u results: %u passed, %u warnings, %u failed, %u errors, %u inconclusive, "
	       "%u not applicable",
		t.cases, t.count[PC_VERDICT_PASS], t.count[PC_VERDICT_WARN],
		t.count[PC_VERDICT_FAIL], t.count[PC_VERDICT_ERROR],
		t.count[PC_VERDICT_INCONCLUSIVE] + t.count[PC_VERDICT_REVIEW],
		t.count[PC_VERDICT_NOT_APPLICABLE]);
	if (t.mutants > 0)
		printf("; %u of %u seeded defects found", t.killed, t.mutants);
	printf("\n");
}

int
pc_session_conclude(struct pc_results *results, const char *dir, bool json, struct pc_diag *diag)
{
	struct pc_buf out;
	pc_clock_rfc3339(pc_clock_now_wall_ns(), results->finished);
	int err = pc_results_write(results, dir, diag);
	if (err != PC_OK)
		return err;
	if (json) {
		pc_buf_init(&out, 256u << 20);
		pc_results_json(results, &out);
		puts(pc_buf_text(&out));
		pc_buf_done(&out);
		return PC_OK;
	}
	for (size_t i = 0; i < results->n_rows;) {
		struct group g = group_at(results, i);
		print_group(results, i, &g);
		i += g.rows;
	}
	print_totals(results);
	printf("Report: %s/report.html\n", dir);
	return PC_OK;
}
