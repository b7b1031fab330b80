#include "conformance/result.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/text.h"

enum { REPORT_MAX = 256 << 20 };

const char *
pc_verdict_name(enum pc_verdict verdict)
{
	static const char *const names[] = {
		"NOT_APPLICABLE", "PASS", "WARN", "REVIEW", "INCONCLUSIVE", "FAIL", "ERROR"};
	return names[verdict];
}

const char *
pc_case_role_name(enum pc_role role)
{
	static const char *const names[] = {"device", "agent", "server", "e2e"};
	return names[role];
}

void
pc_results_init(struct pc_results *r, const char *title)
{
	*r = (struct pc_results){.n_rows = 0};
	pc_text_copy(r->title, sizeof(r->title), title);
	pc_clock_rfc3339(pc_clock_now_wall_ns(), r->started);
}

void
pc_results_done(struct pc_results *r)
{
	for (size_t i = 0; i < r->n_rows; i++) {
		free(r->rows[i].assertions);
		free(r->rows[i].packets);
	}
	free(r->rows);
	free(r->fleet_json);
	free(r->extras_json);
	*r = (struct pc_results){.n_rows = 0};
}

struct pc_case_result *
pc_results_add(struct pc_results *r, const struct pc_case *c, const char *subject)
{
	size_t n = r->n_rows;
	if (n == PC_RESULTS_MAX)
		return NULL;
	if ((n & (n - 1)) == 0) { /* full at 0, 1, 2, 4 … rows: double */
		struct pc_case_result *rows =
			realloc(r->rows, (n == 0 ? 1 : 2 * n) * sizeof(*rows));
		if (rows == NULL)
			return NULL;
		r->rows = rows;
	}
	struct pc_case_result *row = &r->rows[r->n_rows++];
	*row = (struct pc_case_result){.c = c, .verdict = PC_VERDICT_NOT_APPLICABLE};
	pc_text_copy(row->subject, sizeof(row->subject), subject);
	for (size_t i = 0; i < PC_CASE_MUTANTS_MAX; i++)
		row->mutants[i].mutant = c->mutants[i];
	return row;
}

struct pc_totals
pc_results_totals(const struct pc_results *r)
{
	struct pc_totals t = {.cases = (unsigned)r->n_rows};
	for (size_t i = 0; i < r->n_rows; i++) {
		t.count[r->rows[i].verdict]++;
		for (size_t k = 0; k < PC_CASE_MUTANTS_MAX; k++) {
			const struct pc_mutant_result *m = &r->rows[i].mutants[k];
			t.mutants += m->run ? 1 : 0;
			t.killed += m->run && m->verdict == PC_VERDICT_FAIL ? 1 : 0;
		}
	}
	return t;
}

int
pc_results_exit(const struct pc_results *r)
{
	struct pc_totals t = pc_results_totals(r);
	if (t.count[PC_VERDICT_ERROR] > 0 || t.cases == 0)
		return PC_EXIT_HARNESS;
	if (t.count[PC_VERDICT_FAIL] > 0 || t.killed < t.mutants)
		return PC_EXIT_FAIL;
	if (t.count[PC_VERDICT_INCONCLUSIVE] > 0 || t.count[PC_VERDICT_REVIEW] > 0)
		return PC_EXIT_INCONCLUSIVE;
	return PC_EXIT_PASS;
}

/* Observed texts may hold bytes of a peer that are not UTF-8. */
static json_t *
text(const char *s)
{
	char safe[PC_TEXT_MAX];
	json_t *j = json_string(s);
	if (j != NULL)
		return j;
	pc_text_copy(safe, sizeof(safe), s);
	for (char *p = safe; *p != '\0'; p++) {
		if ((unsigned char)*p >= 0x80)
			*p = '?';
	}
	return json_string(safe);
}

static json_t *
assertions_json(const struct pc_case_result *row)
{
	json_t *a = json_array();
	for (size_t i = 0; i < row->n_assertions; i++) {
		const struct pc_assertion *s = &row->assertions[i];
		json_array_append_new(
			a, json_pack("{s:i,s:o,s:o,s:o,s:s}", "n", (int)i + 1, "text",
				   text(s->text), "expected", text(s->expected), "observed",
				   text(s->observed), "verdict", pc_verdict_name(s->verdict)));
	}
	return a;
}

static json_t *
mutants_json(const struct pc_case_result *row)
{
	static const char *const places[] = {"", "device", "agent", "server", "es-agent"};
	json_t *a = json_array();
	for (size_t i = 0; i < PC_CASE_MUTANTS_MAX; i++) {
		const struct pc_mutant_result *m = &row->mutants[i];
		if (m->mutant.place == PC_MUTANT_NONE || !m->run)
			continue;
		json_array_append_new(
			a, json_pack("{s:s,s:s,s:s,s:b,s:o}", "place", places[m->mutant.place],
				   "fault", m->mutant.fault, "verdict", pc_verdict_name(m->verdict),
				   "killed", m->verdict == PC_VERDICT_FAIL, "reason",
				   text(m->reason)));
	}
	return a;
}

static json_t *
packets_json(const struct pc_case_result *row)
{
	char at[PC_CLOCK_TEXT_MAX];
	json_t *a = json_array();
	for (size_t i = 0; i < row->n_packets; i++)
		json_array_append_new(a,
			json_pack("{s:s,s:o}", "at", pc_clock_rfc3339(row->packets[i].wall_ns, at),
				"text", text(row->packets[i].text)));
	return a;
}

static json_t *
row_json(const struct pc_case_result *row)
{
	char from[PC_CLOCK_TEXT_MAX];
	char to[PC_CLOCK_TEXT_MAX];
	json_t *requirements = json_array();
	json_t *steps = json_array();
	for (size_t i = 0; row->c->requirements[i] != NULL; i++)
		json_array_append_new(requirements, json_string(row->c->requirements[i]));
	for (size_t i = 0; i < row->n_steps; i++)
		json_array_append_new(steps, text(row->steps[i]));
	return json_pack("{s:s,s:i,s:s,s:s,s:s,s:s,s:s,s:s,s:o,s:o,s:o,s:o,s:s,s:s,s:o,s:i,s:o}",
		"id", row->c->id, "rev", (int)row->c->rev, "role", pc_case_role_name(row->c->role),
		"title", row->c->title, "subject", row->subject, "status",
		row->finished ? "finished" : "interrupted", "verdict",
		pc_verdict_name(row->verdict), "clauses", row->c->clauses, "reason",
		text(row->reason), "requirements", requirements, "assertions", assertions_json(row),
		"steps", steps, "start", pc_clock_rfc3339(row->start_ns, from), "end",
		pc_clock_rfc3339(row->end_ns, to), "packets", packets_json(row), "packetsSeen",
		(int)row->n_packets_seen, "mutants", mutants_json(row));
}

static json_t *
totals_json(const struct pc_results *r)
{
	struct pc_totals t = pc_results_totals(r);
	json_t *o = json_object();
	for (int v = 0; v <= PC_VERDICT_ERROR; v++)
		json_object_set_new(
			o, pc_verdict_name((enum pc_verdict)v), json_integer(t.count[v]));
	json_object_set_new(o, "cases", json_integer(t.cases));
	json_object_set_new(o, "mutants", json_integer(t.mutants));
	json_object_set_new(o, "mutantsKilled", json_integer(t.killed));
	return o;
}

int
pc_results_json(const struct pc_results *r, struct pc_buf *out)
{
	json_error_t error;
	json_t *rows = json_array();
	for (size_t i = 0; i < r->n_rows; i++)
		json_array_append_new(rows, row_json(&r->rows[i]));
	json_t *o = json_pack("{s:s,s:s,s:s,s:s,s:s,s:o}", "schema", "presscheck-results/1",
		"title", r->title, "status", r->finished[0] == '\0' ? "incomplete" : "finished",
		"started", r->started, "finished", r->finished, "totals", totals_json(r));
	json_object_set_new(o, "cases", rows);
	if (r->fleet_json != NULL)
		json_object_set_new(o, "fleet", json_loads(r->fleet_json, 0, &error));
	if (r->extras_json != NULL)
		json_object_set_new(o, "extras", json_loads(r->extras_json, 0, &error));
	char *dump = json_dumps(o, JSON_INDENT(1));
	json_decref(o);
	if (dump == NULL)
		return -ENOMEM;
	pc_buf_add_text(out, dump);
	free(dump);
	return out->err;
}

static int
write_file(const char *dir, const char *name, const struct pc_buf *b, struct pc_diag *diag)
{
	char path[PATH_MAX];
	if (b->err != PC_OK)
		return pc_diag_fail(diag, b->err, "%s: %s", name, pc_err_text(b->err));
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return pc_file_write(path, pc_buf_text(b), b->len, 0644, diag);
}

int
pc_results_save(const struct pc_results *r, const char *dir, struct pc_diag *diag)
{
	struct pc_buf b;
	pc_buf_init(&b, REPORT_MAX);
	pc_results_json(r, &b);
	int err = write_file(dir, "results.json", &b, diag);
	pc_buf_done(&b);
	return err;
}

int
pc_results_write(const struct pc_results *r, const char *dir, struct pc_diag *diag)
{
	struct pc_buf b;
	int err = pc_results_save(r, dir, diag);
	pc_buf_init(&b, REPORT_MAX);
	pc_results_junit(r, &b);
	if (err == PC_OK)
		err = write_file(dir, "junit.xml", &b, diag);
	pc_buf_clear(&b);
	pc_results_html(r, &b);
	if (err == PC_OK)
		err = write_file(dir, "report.html", &b, diag);
	pc_buf_done(&b);
	return err;
}
