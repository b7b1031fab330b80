#include "conformance/run.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/text.h"
#include "conformance/catalogue.h"

enum { NS_PER_MS = 1000000 };

static void
worsen(struct pc_case_result *row, enum pc_verdict verdict, const char *reason)
{
	if (verdict <= row->verdict)
		return;
	row->verdict = verdict;
	if (verdict > PC_VERDICT_PASS)
		pc_text_copy(row->reason, sizeof(row->reason), reason);
}

static struct pc_assertion *
new_assertion(struct pc_case_result *row)
{
	if (row->assertions == NULL)
		row->assertions = calloc(PC_ASSERTIONS_MAX, sizeof(*row->assertions));
	if (row->assertions == NULL || row->n_assertions == PC_ASSERTIONS_MAX)
		return NULL;
	return &row->assertions[row->n_assertions++];
}

static bool
judge(struct pc_case_run *r, enum pc_verdict broken, bool held, const char *text,
	const char *expected, const char *observed)
{
	char reason[PC_TEXT_MAX];
	struct pc_assertion *a = new_assertion(r->result);
	enum pc_verdict verdict = held ? PC_VERDICT_PASS : broken;
	if (a == NULL) {
		worsen(r->result, PC_VERDICT_ERROR, "too many assertions in one case");
		return held;
	}
	pc_text_copy(a->text, sizeof(a->text), text);
	pc_text_copy(a->expected, sizeof(a->expected), expected);
	pc_text_copy(a->observed, sizeof(a->observed), observed);
	a->verdict = verdict;
	snprintf(reason, sizeof(reason), "%.150s: expected %.110s, observed %.110s", text, expected,
		observed);
	worsen(r->result, verdict, reason);
	return held;
}

bool
pc_check(struct pc_case_run *r, bool held, const char *text, const char *expected,
	const char *observed, ...)
{
	char what[PC_TEXT_MAX];
	va_list ap;
	va_start(ap, observed);
	vsnprintf(what, sizeof(what), observed, ap);
	va_end(ap);
	return judge(r, PC_VERDICT_FAIL, held, text, expected, what);
}

bool
pc_check_should(struct pc_case_run *r, bool held, const char *text, const char *expected,
	const char *observed, ...)
{
	char what[PC_TEXT_MAX];
	va_list ap;
	va_start(ap, observed);
	vsnprintf(what, sizeof(what), observed, ap);
	va_end(ap);
	return judge(r, PC_VERDICT_WARN, held, text, expected, what);
}

__attribute__((format(printf, 3, 0))) static void
say(struct pc_case_run *r, enum pc_verdict verdict, const char *fmt, va_list ap)
{
	char what[PC_TEXT_MAX];
	vsnprintf(what, sizeof(what), fmt, ap);
	worsen(r->result, verdict, what);
}

void
pc_case_inconclusive(struct pc_case_run *r, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	say(r, PC_VERDICT_INCONCLUSIVE, fmt, ap);
	va_end(ap);
}

void
pc_case_error(struct pc_case_run *r, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	say(r, PC_VERDICT_ERROR, fmt, ap);
	va_end(ap);
}

void
pc_case_step(struct pc_case_run *r, const char *fmt, ...)
{
	va_list ap;
	if (r->result->n_steps == PC_STEPS_MAX)
		return;
	va_start(ap, fmt);
	vsnprintf(r->result->steps[r->result->n_steps++], sizeof(r->result->steps[0]), fmt, ap);
	va_end(ap);
}

bool
pc_case_over(const struct pc_case_run *r)
{
	return r->result->verdict == PC_VERDICT_ERROR ||
	       r->result->verdict == PC_VERDICT_INCONCLUSIVE;
}

/* Each word of `applies` against the printer's capabilities as its profile declares them. */
bool
pc_run_applies(struct pc_world *world, const struct pc_printer *p, const char *applies, char *why,
	size_t size)
{
	char word[32];
	json_t *state = applies[0] == '\0' ? NULL : pc_world_printer_state(world, p->number);
	const json_t *caps = json_object_get(state, "capabilities");
	bool all = true;
	for (const char *s = applies; *s != '\0' && all;) {
		size_t n = strcspn(s, " ");
		if (n > 0 && n < sizeof(word)) {
			memcpy(word, s, n);
			word[n] = '\0';
			all = json_is_true(json_object_get(caps, word));
		}
		s += n + (s[n] == ' ' ? 1 : 0);
	}
	if (!all)
		snprintf(why, size, "%s does not offer '%s'", p->model, word);
	json_decref(state);
	return all;
}

static bool
wanted(const struct pc_case *c, const struct pc_run_options *o)
{
	if (o->roles != 0 && (o->roles >> c->role & 1u) == 0)
		return false;
	if (o->except != NULL && fnmatch(o->except, c->id, 0) == 0)
		return false;
	return o->pattern == NULL || fnmatch(o->pattern, c->id, 0) == 0;
}

static void
run_case(struct pc_world *w, const struct pc_printer *p, struct pc_case_result *row, bool mutant)
{
	struct pc_case_run r = {
		.c = row->c, .world = w, .printer = p, .result = row, .mutant = mutant};
	row->start_ns = pc_clock_now_wall_ns();
	row->c->run(&r);
	if (row->verdict == PC_VERDICT_NOT_APPLICABLE && row->n_assertions == 0)
		pc_case_inconclusive(&r, "the case observed nothing");
	pc_subject_stop(&w->agent);
	row->end_ns = pc_clock_now_wall_ns();
	row->finished = !pc_world_interrupted();
	if (row->finished)
		return;
	/* What it has found may be due to subjects that were stopped with us. */
	row->verdict = PC_VERDICT_INCONCLUSIVE;
	pc_text_copy(row->reason, sizeof(row->reason), "the run was interrupted");
}

/* Put the defect in (or take it out again). The harness's own failure is an ERROR. */
static int
arm(struct pc_world *w, const struct pc_printer *p, const struct pc_mutant *m, bool on,
	struct pc_diag *diag)
{
	char body[128];
	switch (m->place) {
	case PC_MUTANT_DEVICE:
		snprintf(body, sizeof(body), "{\"fault\":\"%s\",\"armed\":%s}", m->fault,
			on ? "true" : "false");
		if (pc_world_printer(w, p == NULL ? 0 : p->number, "fault", body))
			return PC_OK;
		return pc_diag_fail(
			diag, PC_E_ENVIRONMENT, "the fleet refused the fault '%s'", m->fault);
	case PC_MUTANT_SERVER:
		w->cloud_fault = on ? m->fault : NULL;
		return pc_world_cloud_start(w, diag);
	case PC_MUTANT_AGENT:
		w->agent_fault = on ? m->fault : NULL;
		return PC_OK;
	case PC_MUTANT_ES: /* lives in the fleet, which starts again with the defect in it */
		w->es_fault = on ? m->fault : NULL;
		return pc_world_fleet_start(w, diag);
	case PC_MUTANT_NONE:
		break;
	}
	return PC_OK;
}

static void
run_mutant(struct pc_world *w, const struct pc_printer *p, struct pc_case_result *row,
	struct pc_mutant_result *m)
{
	struct pc_case_result scratch = {.c = row->c, .verdict = PC_VERDICT_NOT_APPLICABLE};
	struct pc_diag diag = {{0}};
	m->run = true;
	m->verdict = PC_VERDICT_ERROR;
	w->patience_ms =
		PC_WORLD_PATIENCE_MS + (unsigned)((row->end_ns - row->start_ns) / NS_PER_MS);
	if (arm(w, p, &m->mutant, true, &diag) == PC_OK) {
		run_case(w, p, &scratch, true);
		m->verdict = scratch.verdict;
		pc_text_copy(m->reason, sizeof(m->reason), scratch.reason);
	} else {
		pc_text_copy(m->reason, sizeof(m->reason), diag.text);
	}
	w->patience_ms = 0;
	if (arm(w, p, &m->mutant, false, &diag) != PC_OK) {
		m->verdict = PC_VERDICT_ERROR;
		pc_text_copy(m->reason, sizeof(m->reason), diag.text);
	}
	free(scratch.assertions);
	free(scratch.packets);
}

static int
run_row(struct pc_world *w, const struct pc_case *c, const struct pc_printer *p,
	const char *subject, const struct pc_run_options *o, bool mutants,
	struct pc_results *results)
{
	char why[PC_TEXT_MAX];
	struct pc_case_result *row = pc_results_add(results, c, subject);
	if (row == NULL)
		return PC_E_LIMIT;
	if (p != NULL && !pc_run_applies(w, p, c->applies, why, sizeof(why))) {
		pc_text_copy(row->reason, sizeof(row->reason), why);
		row->finished = true;
		return PC_OK;
	}
	run_case(w, p, row, false);
	for (size_t i = 0; mutants && o->mutants && i < PC_CASE_MUTANTS_MAX; i++) {
		if (!pc_world_interrupted() && c->mutants[i].place != PC_MUTANT_NONE)
			run_mutant(w, p, row, &row->mutants[i]);
	}
	return PC_OK;
}

static bool
model_seen(const struct pc_world *w, size_t at)
{
	for (size_t i = 0; i < at; i++) {
		if (strcmp(w->printers[i].profile, w->printers[at].profile) == 0)
			return true;
	}
	return false;
}

/* A device case: one row per model, or on the first model that has what the case needs. */
static int
run_device_case(struct pc_world *w, const struct pc_case *c, const struct pc_run_options *o,
	struct pc_results *results)
{
	char why[PC_TEXT_MAX];
	bool mutants = true;
	int err = PC_OK;
	for (size_t i = 0; i < w->n_printers && err == PC_OK && !pc_world_interrupted(); i++) {
		const struct pc_printer *p = &w->printers[i];
		if (model_seen(w, i))
			continue;
		bool applies = pc_run_applies(w, p, c->applies, why, sizeof(why));
		if (!applies && !o->all_models)
			continue;
		err = run_row(w, c, p, p->model, o, mutants && applies, results);
		mutants = mutants && !applies;
		if (applies && !o->all_models)
			break;
	}
	return err;
}

/* After a case: what is known so far goes to the disk, whatever becomes of us. */
static int
after_case(const struct pc_world *w, const struct pc_results *results, struct pc_diag *diag)
{
	int err = w->options.dir == NULL ? PC_OK : pc_results_save(results, w->options.dir, diag);
	if (err == PC_OK && pc_world_interrupted())
		err = pc_diag_fail(diag, -EINTR,
			"interrupted; %s/results.json holds what was found so far",
			w->options.dir == NULL ? "." : w->options.dir);
	return err;
}

int
pc_run(struct pc_world *w, const struct pc_run_options *o, struct pc_results *results,
	struct pc_diag *diag)
{
	unsigned total = 0;
	unsigned done = 0;
	int err = PC_OK;
	static const char *const subjects[] = {"printer", "DC agent", "cloud", "whole path"};
	const struct pc_case *cases[PC_CATALOGUE_MAX];
	size_t n = pc_catalogue_fill(cases);
	for (size_t i = 0; i < n; i++)
		total += wanted(cases[i], o) ? 1 : 0;
	if (total == 0)
		return pc_diag_fail(diag, PC_E_USAGE, "no case matches '%s'",
			o->pattern == NULL ? "*" : o->pattern);
	for (size_t i = 0; i < n && err == PC_OK; i++) {
		const struct pc_case *c = cases[i];
		if (!wanted(c, o))
			continue;
		if (o->progress != NULL)
			o->progress(o->progress_arg, done++, total, c->id);
		err = c->role == PC_ROLE_DEVICE
			      ? run_device_case(w, c, o, results)
			      : run_row(w, c, NULL, subjects[c->role], o, true, results);
		if (err != PC_OK)
			pc_diag_set(diag, "the run stopped at %s: %s", c->id, pc_err_text(err));
		else
			err = after_case(w, results, diag);
	}
	if (o->progress != NULL)
		o->progress(o->progress_arg, total, total, "");
	return err;
}
