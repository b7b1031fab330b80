/* presscheck cases list, show, coverage: what the catalogue holds and what it proves. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/err.h"
#include "base/term.h"
#include "cmd/commands.h"
#include "conformance/catalogue.h"

enum { OPT_JSON = 1, OPT_ROLE };

struct query {
	bool json;
	const char *role;
	const char *id;
};

static const struct pc_opt options[] = {
	{OPT_JSON, "json", NULL, "print JSON"},
	{OPT_ROLE, "role", "ROLE", "only device, agent, server or e2e"},
};

static int
take(void *ctx, int id, const char *value, struct pc_diag *diag)
{
	struct query *q = ctx;
	if (id == OPT_JSON)
		q->json = true;
	else if (id == OPT_ROLE)
		q->role = value;
	else if (q->id == NULL)
		q->id = value;
	else
		return pc_diag_fail(
			diag, PC_E_USAGE, "one case at a time, not '%s' as well", value);
	return PC_OK;
}

static json_t *
case_json(const struct pc_case *c)
{
	static const char *const places[] = {"", "device", "agent", "server", "es-agent"};
	json_t *requirements = json_array();
	json_t *mutants = json_array();
	for (size_t i = 0; c->requirements[i] != NULL; i++)
		json_array_append_new(requirements, json_string(c->requirements[i]));
	for (size_t i = 0; i < PC_CASE_MUTANTS_MAX && c->mutants[i].place != PC_MUTANT_NONE; i++)
		json_array_append_new(
			mutants, json_pack("{s:s,s:s}", "place", places[c->mutants[i].place],
					 "fault", c->mutants[i].fault));
	return json_pack("{s:s,s:i,s:s,s:s,s:s,s:s,s:o,s:o}", "id", c->id, "rev", (int)c->rev,
		"role", pc_case_role_name(c->role), "title", c->title, "clauses", c->clauses,
		"applies", c->applies, "requirements", requirements, "mutants", mutants);
}

static void
print_json_take(json_t *j)
{
	json_dumpf(j, stdout, JSON_INDENT(1));
	printf("\n");
	json_decref(j);
}

static bool
selected(const struct pc_case *c, const struct query *q)
{
	return (q->role == NULL || strcmp(q->role, pc_case_role_name(c->role)) == 0) &&
	       (q->id == NULL || strcmp(q->id, c->id) == 0);
}

static int
run_list(const struct pc_command *self, int argc, char **argv)
{
	struct query q = {.json = false};
	const struct pc_case *cases[PC_CATALOGUE_MAX];
	size_t n = pc_catalogue_fill(cases);
	int code = PC_EXIT_PASS;
	if (!pc_opt_parse_or_exit(self, argc, argv, take, &q, &code))
		return code;
	json_t *list = json_array();
	for (size_t i = 0; i < n; i++) {
		if (!selected(cases[i], &q))
			continue;
		if (q.json)
			json_array_append_new(list, case_json(cases[i]));
		else
			printf("%-14s %-7s %s\n", cases[i]->id, pc_case_role_name(cases[i]->role),
				cases[i]->title);
	}
	if (q.json)
		print_json_take(list);
	else
		json_decref(list);
	return PC_EXIT_PASS;
}

static void
show(const struct pc_case *c)
{
	static const char *const places[] = {"", "device", "agent", "server", "es-agent"};
	printf("%s%s%s  rev %u  %s\n%s\n\nClauses:      %s\nRequirements:",
		pc_term_colour(stdout, PC_TERM_BOLD), c->id, pc_term_colour(stdout, PC_TERM_PLAIN),
		c->rev, pc_case_role_name(c->role), c->title, c->clauses);
	for (size_t i = 0; c->requirements[i] != NULL; i++)
		printf(" %s", c->requirements[i]);
	printf("\nApplies to:   %s\nMutants:     ", c->applies[0] == '\0' ? "all" : c->applies);
	for (size_t i = 0; i < PC_CASE_MUTANTS_MAX && c->mutants[i].place != PC_MUTANT_NONE; i++)
		printf(" %s (%s)", c->mutants[i].fault, places[c->mutants[i].place]);
	printf("\n");
}

static int
run_show(const struct pc_command *self, int argc, char **argv)
{
	struct query q = {.json = false};
	const struct pc_case *cases[PC_CATALOGUE_MAX];
	size_t n = pc_catalogue_fill(cases);
	int code = PC_EXIT_PASS;
	if (!pc_opt_parse_or_exit(self, argc, argv, take, &q, &code))
		return code;
	for (size_t i = 0; i < n && q.id != NULL; i++) {
		if (strcmp(cases[i]->id, q.id) != 0)
			continue;
		if (q.json)
			print_json_take(case_json(cases[i]));
		else
			show(cases[i]);
		return PC_EXIT_PASS;
	}
	fprintf(stderr,
		"presscheck cases show: there is no case '%s'; see 'presscheck cases list'\n",
		q.id == NULL ? "" : q.id);
	return PC_EXIT_USAGE;
}

static bool
proves(const struct pc_case *c, const char *requirement)
{
	for (size_t i = 0; c->requirements[i] != NULL; i++) {
		if (strcmp(c->requirements[i], requirement) == 0)
			return true;
	}
	return false;
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Every requirement named by a case, sorted, once. */
static size_t
requirements(const struct pc_case *const *cases, size_t n, const char **out, size_t max)
{
	size_t total = 0;
	size_t unique = 0;
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; cases[i]->requirements[k] != NULL && total < max; k++)
			out[total++] = cases[i]->requirements[k];
	}
	qsort(out, total, sizeof(out[0]), by_text);
	for (size_t i = 0; i < total; i++) {
		if (unique == 0 || strcmp(out[unique - 1], out[i]) != 0)
			out[unique++] = out[i];
	}
	return unique;
}

static int
run_coverage(const struct pc_command *self, int argc, char **argv)
{
	struct query q = {.json = false};
	const struct pc_case *cases[PC_CATALOGUE_MAX];
	const char *ids[4096];
	size_t n = pc_catalogue_fill(cases);
	int code = PC_EXIT_PASS;
	if (!pc_opt_parse_or_exit(self, argc, argv, take, &q, &code))
		return code;
	size_t n_ids = requirements(cases, n, ids, sizeof(ids) / sizeof(ids[0]));
	json_t *o = json_object();
	for (size_t i = 0; i < n_ids; i++) {
		json_t *list = json_array();
		if (!q.json)
			printf("%-14s", ids[i]);
		for (size_t k = 0; k < n; k++) {
			if (!proves(cases[k], ids[i]))
				continue;
			json_array_append_new(list, json_string(cases[k]->id));
			if (!q.json)
				printf(" %s", cases[k]->id);
		}
		if (!q.json)
			printf("\n");
		json_object_set_new(o, ids[i], list);
	}
	if (q.json)
		json_dumpf(o, stdout, JSON_INDENT(1));
	json_decref(o);
	if (q.json)
		printf("\n");
	else
		printf("%zu requirements proved by %zu cases\n", n_ids, n);
	return PC_EXIT_PASS;
}

const struct pc_command pc_cmd_cases_list = {
	.name = "cases list",
	.summary = "the conformance cases",
	.operands = "",
	.description = "Lists every case with its role and the promise it checks.",
	.options = options,
	.n_options = 2,
	.run = run_list,
};

const struct pc_command pc_cmd_cases_show = {
	.name = "cases show",
	.summary = "one case: clauses, requirements, mutants",
	.operands = "ID",
	.description = "Shows one case with the clauses and requirements it proves and the seeded "
		       "defects that must turn it red.",
	.options = options,
	.n_options = 1,
	.run = run_show,
};

const struct pc_command pc_cmd_cases_coverage = {
	.name = "cases coverage",
	.summary = "which requirement is proved by which case",
	.operands = "",
	.description = "Lists every requirement ID that a case proves, with the cases.",
	.options = options,
	.n_options = 1,
	.run = run_coverage,
};
