/* JUnit XML. PASS and WARN are test cases; FAIL a failure; ERROR, INCONCLUSIVE and a mutant that
 * lives an error, so that a pipeline goes red; REVIEW and NOT_APPLICABLE are skipped with reason.
 */
#include <stdio.h>

#include "conformance/result.h"

static void
attribute(struct pc_buf *out, const char *name, const char *value)
{
	pc_buf_addf(out, " %s=\"", name);
	pc_buf_add_html(out, value);
	pc_buf_add_text(out, "\"");
}

static void
child(struct pc_buf *out, const char *element, const char *type, const char *message)
{
	pc_buf_addf(out, "<%s", element);
	if (type != NULL)
		attribute(out, "type", type);
	attribute(out, "message", message);
	pc_buf_add_text(out, "/>");
}

static const char *
surviving_mutant(const struct pc_case_result *row)
{
	for (size_t i = 0; i < PC_CASE_MUTANTS_MAX; i++) {
		if (row->mutants[i].run && row->mutants[i].verdict != PC_VERDICT_FAIL)
			return row->mutants[i].mutant.fault;
	}
	return NULL;
}

static void
properties(struct pc_buf *out, const struct pc_case_result *row)
{
	pc_buf_add_text(out, "<properties>");
	for (size_t i = 0; row->c->requirements[i] != NULL; i++) {
		pc_buf_add_text(out, "<property name=\"requirement\"");
		attribute(out, "value", row->c->requirements[i]);
		pc_buf_add_text(out, "/>");
	}
	pc_buf_add_text(out, "<property name=\"clauses\"");
	attribute(out, "value", row->c->clauses);
	pc_buf_addf(out, "/><property name=\"rev\" value=\"%u\"/></properties>", row->c->rev);
}

static void
outcome(struct pc_buf *out, const struct pc_case_result *row)
{
	const char *mutant = surviving_mutant(row);
	char sentence[256];
	switch (row->verdict) {
	case PC_VERDICT_FAIL:
		child(out, "failure", NULL, row->reason);
		break;
	case PC_VERDICT_ERROR:
	case PC_VERDICT_INCONCLUSIVE:
		child(out, "error", pc_verdict_name(row->verdict), row->reason);
		break;
	case PC_VERDICT_REVIEW:
	case PC_VERDICT_NOT_APPLICABLE:
		child(out, "skipped", NULL, row->reason);
		break;
	case PC_VERDICT_PASS:
	case PC_VERDICT_WARN:
		if (row->verdict == PC_VERDICT_WARN) {
			pc_buf_add_text(out, "<system-out>");
			pc_buf_add_html(out, row->reason);
			pc_buf_add_text(out, "</system-out>");
		}
		if (mutant == NULL)
			break;
		snprintf(sentence, sizeof(sentence),
			"the case passes although the subject has the defect '%s'", mutant);
		child(out, "error", "MUTANT_SURVIVED", sentence);
		break;
	}
}

/* How many test cases get an <error>: one each, however many defects lived. */
static unsigned
errors(const struct pc_results *r)
{
	unsigned n = 0;
	for (size_t i = 0; i < r->n_rows; i++) {
		enum pc_verdict v = r->rows[i].verdict;
		bool passed = v == PC_VERDICT_PASS || v == PC_VERDICT_WARN;
		n += v == PC_VERDICT_ERROR || v == PC_VERDICT_INCONCLUSIVE ||
		     (passed && surviving_mutant(&r->rows[i]) != NULL);
	}
	return n;
}

void
pc_results_junit(const struct pc_results *r, struct pc_buf *out)
{
	struct pc_totals t = pc_results_totals(r);
	pc_buf_add_text(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites><testsuite");
	attribute(out, "name", r->title);
	pc_buf_addf(out, " tests=\"%u\" failures=\"%u\" errors=\"%u\" skipped=\"%u\"", t.cases,
		t.count[PC_VERDICT_FAIL], errors(r),
		t.count[PC_VERDICT_REVIEW] + t.count[PC_VERDICT_NOT_APPLICABLE]);
	attribute(out, "timestamp", r->started);
	pc_buf_add_text(out, ">\n");
	for (size_t i = 0; i < r->n_rows; i++) {
		const struct pc_case_result *row = &r->rows[i];
		char name[256];
		snprintf(name, sizeof(name), "%s [%s] %s", row->c->id, row->subject, row->c->title);
		pc_buf_add_text(out, "<testcase");
		attribute(out, "classname", pc_case_role_name(row->c->role));
		attribute(out, "name", name);
		pc_buf_addf(out, " time=\"%.3f\">",
			row->end_ns > row->start_ns ? (double)(row->end_ns - row->start_ns) / 1e9
						    : 0.0);
		properties(out, row);
		outcome(out, row);
		pc_buf_add_text(out, "</testcase>\n");
	}
	pc_buf_add_text(out, "</testsuite></testsuites>\n");
}
