/* The replay report as text, JSON and JUnit XML. */
#include <jansson.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/err.h"
#include "conformance/replay.h"

enum { RULE_MAX = 1024 };

static void
text_reasons(struct pc_buf *out, const char *head, const struct pc_replay_reason *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		pc_buf_addf(out, "%s %zu: %s\n", head, list[i].n, list[i].text);
}

int
pc_replay_text(const struct pc_replay_report *r, struct pc_buf *out)
{
	char rule[RULE_MAX];
	for (size_t i = 0; i < pc_judge_n_mismatches(r->judge); i++) {
		const struct pc_mask_mismatch *m = pc_judge_mismatch(r->judge, i);
		pc_buf_addf(out, "mismatch    exchange %u, frame %llu: %s: %s\n", m->exchange,
			(unsigned long long)m->frame, m->path, m->why);
		pc_buf_addf(out, "            recorded '%s', got '%s' (%s)\n", m->recorded, m->got,
			m->rule);
	}
	for (size_t i = 0; pc_mask_unused(r->mask, i, rule, sizeof(rule)); i++)
		pc_buf_addf(out, "unused rule %s\n", rule);
	text_reasons(out, "left out   ", r->skipped, r->n_skipped);
	text_reasons(out, "problem    ", r->inconclusive, r->n_inconclusive);
	pc_buf_addf(
		out, "exchanges   %zu in the recording, %zu replayed\n", r->exchanges, r->replayed);
	pc_buf_addf(out,
		"fields      %zu exact, %zu by rule, %zu ignored (%u.%u %%), %zu optional missing, "
		"%zu failed\n",
		r->totals.exact, r->totals.by_rule, r->totals.ignored,
		r->totals.ignored_permille / 10, r->totals.ignored_permille % 10,
		r->totals.optional_missing, r->totals.failed);
	if (r->too_much_ignored)
		pc_buf_add_text(
			out, "problem     more fields are ignored than the ceiling allows\n");
	pc_buf_addf(out, "outcome     %s\n", pc_replay_outcome_name(r->outcome));
	return out->err;
}

static json_t *
json_reasons(const struct pc_replay_reason *list, size_t n)
{
	json_t *a = json_array();
	for (size_t i = 0; i < n; i++)
		json_array_append_new(a, json_pack("{s:s, s:I}", "reason", list[i].text,
						 "exchanges", (json_int_t)list[i].n));
	return a;
}

int
pc_replay_json(const struct pc_replay_report *r, struct pc_buf *out)
{
	char rule[RULE_MAX];
	json_t *bad = json_array();
	json_t *unused = json_array();
	for (size_t i = 0; i < pc_judge_n_mismatches(r->judge); i++) {
		const struct pc_mask_mismatch *m = pc_judge_mismatch(r->judge, i);
		json_array_append_new(
			bad, json_pack("{s:I, s:I, s:s, s:s, s:s, s:s, s:s}", "exchange",
				     (json_int_t)m->exchange, "frame", (json_int_t)m->frame, "path",
				     m->path, "why", m->why, "recorded", m->recorded, "got", m->got,
				     "rule", m->rule));
	}
	for (size_t i = 0; pc_mask_unused(r->mask, i, rule, sizeof(rule)); i++)
		json_array_append_new(unused, json_string(rule));
	const struct pc_mask_totals *t = &r->totals;
	json_t *root = json_pack(
		"{s:s, s:I, s:I, s:{s:I, s:I, s:I, s:I, s:I, s:I}, s:b, s:o, s:o, s:o, s:o}",
		"outcome", pc_replay_outcome_name(r->outcome), "exchanges",
		(json_int_t)r->exchanges, "replayed", (json_int_t)r->replayed, "fields", "exact",
		(json_int_t)t->exact, "byRule", (json_int_t)t->by_rule, "ignored",
		(json_int_t)t->ignored, "ignoredPermille", (json_int_t)t->ignored_permille,
		"optionalMissing", (json_int_t)t->optional_missing, "failed", (json_int_t)t->failed,
		"tooMuchIgnored", (int)r->too_much_ignored, "mismatches", bad, "unusedRules",
		unused, "leftOut", json_reasons(r->skipped, r->n_skipped), "problems",
		json_reasons(r->inconclusive, r->n_inconclusive));
	char *text = root == NULL ? NULL : json_dumps(root, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
	json_decref(root);
	if (text == NULL)
		return PC_E_INTERNAL;
	pc_buf_addf(out, "%s\n", text);
	free(text);
	return out->err;
}

int
pc_replay_junit(const struct pc_replay_report *r, const char *name, struct pc_buf *out)
{
	bool failed = r->outcome == PC_REPLAY_MISMATCH;
	bool open = r->outcome == PC_REPLAY_INCONCLUSIVE;
	pc_buf_addf(out,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"replay\" "
		"tests=\"1\" failures=\"%d\" errors=\"%d\">\n  <testcase classname=\"replay\" "
		"name=\"",
		failed ? 1 : 0, open ? 1 : 0);
	pc_buf_add_html(out, name);
	pc_buf_add_text(out, "\">\n");
	if (failed || open) {
		struct pc_buf text;
		pc_buf_init(&text, out->max);
		(void)pc_replay_text(r, &text);
		pc_buf_addf(out, "    <%s message=\"%s\">", failed ? "failure" : "error",
			pc_replay_outcome_name(r->outcome));
		pc_buf_add_html(out, pc_buf_text(&text));
		pc_buf_addf(out, "</%s>\n", failed ? "failure" : "error");
		pc_buf_done(&text);
	}
	pc_buf_add_text(out, "  </testcase>\n</testsuite>\n");
	return out->err;
}
