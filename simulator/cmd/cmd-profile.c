/* presscheck profile list, check, show. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <jansson.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/opt.h"
#include "cmd/commands.h"
#include "cmd/profile-dir.h"
#include "cmd/profile-judge.h"
#include "profile/profile.h"
#include "snmp/walk-write.h"

#ifndef PC_PROFILE_DIR
#	define PC_PROFILE_DIR "profiles"
#endif

enum {
	OPT_ALL = 1,
	OPT_JSON,
	OPT_DIR,
	OPT_SCHEMA,
	OPT_WALK,
	OPT_PROFILE,
	OPT_RULES,
	OPT_SNMPREC,
	OPT_NETSNMP,
	SCHEMA_MAX = 262144,
	WALK_TEXT_MAX = 1 << 26,
	OPERANDS_MAX = 64
};

struct request {
	bool all, json, schema, rules, snmprec, netsnmp;
	const char *dir;
	const char *operands[OPERANDS_MAX];
	size_t n_operands;
	struct pc_judged judged[OPERANDS_MAX];
	size_t n_judged;
};

static int
take_option(void *ctx, int id, const char *value, struct pc_diag *diag)
{
	struct request *r = ctx;
	if (id == OPT_ALL)
		r->all = true;
	else if (id == OPT_JSON)
		r->json = true;
	else if (id == OPT_SCHEMA)
		r->schema = true;
	else if (id == OPT_DIR)
		r->dir = value;
	else if (id == OPT_RULES)
		r->rules = true;
	else if (id == OPT_SNMPREC)
		r->snmprec = true;
	else if (id == OPT_NETSNMP)
		r->netsnmp = true;
	else if (r->n_operands == OPERANDS_MAX || r->n_judged == OPERANDS_MAX)
		return pc_diag_fail(
			diag, PC_E_USAGE, "more than %d files or profiles", OPERANDS_MAX);
	else if (id == OPT_WALK || id == OPT_PROFILE)
		r->judged[r->n_judged++] = (struct pc_judged){value, id == OPT_WALK};
	else
		r->operands[r->n_operands++] = value;
	return PC_OK;
}

const char *
pc_profile_directory(const char *option)
{
	const char *env = getenv("PRESSCHECK_PROFILES");
	FILE *probe;
	if (option != NULL)
		return option;
	if (env != NULL && env[0] != '\0')
		return env;
	/* The program may have been moved away from the tree it was built in. */
	probe = fopen(PC_PROFILE_DIR "/profile.schema.json", "r");
	if (probe == NULL)
		return "profiles";
	fclose(probe);
	return PC_PROFILE_DIR;
}

static bool
parse(const struct pc_command *self, int argc, char **argv, struct request *r, int *ret_exit)
{
	*r = (struct request){.all = false};
	if (!pc_opt_parse_or_exit(self, argc, argv, take_option, r, ret_exit))
		return false;
	r->dir = pc_profile_directory(r->dir);
	return true;
}

static int
print_json(json_t *root)
{
	int err = root == NULL || json_dumpf(root, stdout, JSON_INDENT(2)) != 0 ? -1 : 0;
	putchar('\n');
	json_decref(root);
	return err == 0 ? PC_EXIT_PASS : PC_EXIT_HARNESS;
}

static void
list_one(const struct pc_profile *p, json_t *array)
{
	if (array == NULL) {
		printf("%-24s %-10s %s\n", p->id, p->vendor == NULL ? "" : p->vendor,
			p->abstract ? "(abstract)" : p->summary);
		return;
	}
	json_array_append_new(
		array, json_pack("{s:s, s:s*, s:s*, s:s*, s:s*, s:b}", "name", p->id, "vendor",
			       p->vendor, "family", p->family, "model", p->model, "summary",
			       p->summary, "abstract", p->abstract));
}

static int
run_list(const struct pc_command *self, int argc, char **argv)
{
	struct request r;
	struct pc_diag diag = {{0}};
	struct pc_profile_names names = {.n = 0};
	int result = PC_EXIT_PASS;
	if (!parse(self, argc, argv, &r, &result))
		return result;
	if (r.n_operands > 0) {
		pc_diag_set(&diag, "unexpected operand '%s'", r.operands[0]);
		return pc_opt_fail(self, PC_E_USAGE, &diag);
	}
	int err = pc_profile_names(r.dir, &names, &diag);
	if (err != PC_OK)
		return pc_opt_fail(self, err, &diag);
	json_t *array = r.json ? json_array() : NULL;
	for (size_t i = 0; i < names.n; i++) {
		struct pc_profile *p = NULL;
		err = pc_profile_find(r.dir, names.names[i], &p, &diag);
		if (err != PC_OK)
			result = pc_opt_fail(self, err, &diag);
		else if (r.all || !p->abstract)
			list_one(p, array);
		pc_profile_free(p);
	}
	pc_profile_names_done(&names);
	if (array != NULL && print_json(array) != PC_EXIT_PASS)
		result = PC_EXIT_HARNESS;
	return result;
}

static bool
ends_in(const char *text, const char *end)
{
	size_t n = strlen(text), m = strlen(end);
	return n >= m && strcmp(text + n - m, end) == 0;
}

/* An existing file that is not called .yaml is a walk; anything else the name of a profile. */
static int
load_any(const struct request *r, const char *name, struct pc_profile **ret, struct pc_diag *diag)
{
	struct stat st;
	bool walk = !ends_in(name, ".yaml") && stat(name, &st) == 0 && S_ISREG(st.st_mode);
	return walk ? pc_profile_from_walk(name, ret, diag)
		    : pc_profile_find(r->dir, name, ret, diag);
}

static int
run_check(const struct pc_command *self, int argc, char **argv)
{
	struct request r;
	struct pc_diag diag = {{0}};
	int result = PC_EXIT_PASS;
	if (!parse(self, argc, argv, &r, &result))
		return result;
	if (r.rules)
		return pc_profile_judge_rules(r.json);
	if (r.n_operands + r.n_judged == 0 || (r.n_operands > 0 && r.json)) {
		pc_diag_set(&diag, r.n_operands == 0
					   ? "name the files or profiles to check"
					   : "--json goes with --walk and --profile only");
		return pc_opt_fail(self, PC_E_USAGE, &diag);
	}
	for (size_t i = 0; i < r.n_operands; i++) {
		struct pc_profile *p = NULL;
		diag.text[0] = '\0';
		int err = load_any(&r, r.operands[i], &p, &diag);
		if (err != PC_OK) {
			int worst = pc_opt_fail(self, err, &diag);
			if (err == PC_E_LIMIT || err == PC_E_NOTFOUND)
				worst = PC_EXIT_USAGE; /* the file is what is wrong */
			result = worst > result ? worst : result;
		} else {
			if (diag.text[0] != '\0')
				fprintf(stderr, "note: %s\n", diag.text);
			printf("%s: ok, %s%s, %zu supplies, %zu trays, %zu raw objects\n",
				r.operands[i], p->model == NULL ? "" : p->model,
				p->abstract ? "(abstract)" : "", p->n_supplies, p->n_trays,
				p->n_objects);
		}
		pc_profile_free(p);
	}
	if (r.n_judged > 0) {
		int judged = pc_profile_judge(self, r.judged, r.n_judged, r.dir, r.json);
		result = judged > result ? judged : result;
	}
	return result;
}

struct shown {
	const struct pc_profile *p;
	json_t *array; /* NULL: text */
};

static void
show_one(void *arg, const char *path, const char *json, const char *key)
{
	struct shown *s = arg;
	uint32_t line = 0;
	const char *file = pc_profile_origin(s->p, key, &line);
	if (s->array == NULL) {
		printf("%-34s %s", path, json);
		if (file != NULL)
			printf("  # %s:%u", file, (unsigned)line);
		putchar('\n');
		return;
	}
	json_t *value = json_loads(json, JSON_DECODE_ANY, NULL);
	/* A walk may hold text that is no UTF-8. */
	json_t *row =
		json_pack("{s:s, s:o}", "path", path, "value", value == NULL ? json_null() : value);
	if (file != NULL)
		json_object_set_new(row, "origin", json_sprintf("%s:%u", file, (unsigned)line));
	json_array_append_new(s->array, row);
}

static int
print_schema(const struct pc_command *self)
{
	const struct pc_diag none = {{0}};
	struct pc_buf text;
	pc_buf_init(&text, SCHEMA_MAX);
	int err = pc_profile_schema(&text);
	if (err == PC_OK)
		fputs(pc_buf_text(&text), stdout);
	pc_buf_done(&text);
	return err == PC_OK ? PC_EXIT_PASS : pc_opt_fail(self, err, &none);
}

/* The SNMP tree of a printer of this profile, as a walk. */
static int
print_walk(const struct pc_command *self, const struct pc_profile *p, bool snmprec)
{
	struct pc_diag diag = {{0}};
	struct pc_walk walk;
	struct pc_buf text;
	pc_walk_init(&walk);
	pc_buf_init(&text, WALK_TEXT_MAX);
	int err = pc_profile_walk(p, &walk, &diag);
	if (err == PC_OK)
		err = snmprec ? pc_walk_write_snmprec(&walk, &text)
			      : pc_walk_write_netsnmp(&walk, &text);
	if (err == PC_OK)
		fwrite(text.data, 1, text.len, stdout);
	pc_buf_done(&text);
	pc_walk_done(&walk);
	return err == PC_OK ? PC_EXIT_PASS : pc_opt_fail(self, err, &diag);
}

static int
run_show(const struct pc_command *self, int argc, char **argv)
{
	struct request r;
	struct pc_diag diag = {{0}};
	struct pc_profile *p = NULL;
	int result = PC_EXIT_PASS;
	if (!parse(self, argc, argv, &r, &result))
		return result;
	if (r.schema)
		return print_schema(self);
	if (r.n_operands != 1) {
		pc_diag_set(&diag, "name one profile ('presscheck profile list' tells them)");
		return pc_opt_fail(self, PC_E_USAGE, &diag);
	}
	int err = load_any(&r, r.operands[0], &p, &diag);
	if (err != PC_OK) {
		result = pc_opt_fail(self, err, &diag);
		return err == PC_E_NOTFOUND ? PC_EXIT_USAGE : result;
	}
	if (r.snmprec || r.netsnmp) {
		result = print_walk(self, p, r.snmprec);
		pc_profile_free(p);
		return result;
	}
	struct shown s = {p, r.json ? json_array() : NULL};
	if (s.array == NULL)
		printf("# %s (%s)\n", p->id, p->source);
	err = pc_profile_tell(p, show_one, &s);
	pc_profile_free(p);
	if (s.array != NULL)
		result = print_json(s.array);
	return err == PC_OK ? result : pc_opt_fail(self, err, &diag);
}

#define DIR_OPTION \
	{ \
		OPT_DIR, "dir", "DIR", "directory of the profiles (else PRESSCHECK_PROFILES)" \
	}

static const struct pc_opt list_options[] = {
	{OPT_ALL, "all", NULL, "also the abstract ones that models extend"},
	{OPT_JSON, "json", NULL, "print a JSON array"},
	DIR_OPTION,
};
static const struct pc_opt check_options[] = {
	{OPT_WALK, "walk", "FILE", "judge the objects of a walk by the rules; may be repeated"},
	{OPT_PROFILE, "profile", "NAME", "judge what a printer of that profile answers; the same"},
	{OPT_RULES, "rules", NULL, "list the rules instead"},
	{OPT_JSON, "json", NULL, "print findings or rules as a JSON array"},
	DIR_OPTION,
};
static const struct pc_opt show_options[] = {
	{OPT_JSON, "json", NULL, "print a JSON array of path, value and origin"},
	{OPT_SCHEMA, "schema", NULL, "print the JSON Schema of profile files instead"},
	{OPT_SNMPREC, "snmprec", NULL,
		"print what a printer answers to a walk, as snmpsim takes it"},
	{OPT_NETSNMP, "walk", NULL, "the same as 'snmpwalk -On' prints it"},
	DIR_OPTION,
};

const struct pc_command pc_cmd_profile_list = {
	.name = "profile list",
	.summary = "list the printer models",
	.operands = "",
	.description =
		"Lists the printer models that can be emulated, one a line: name, vendor, summary.",
	.options = list_options,
	.n_options = sizeof(list_options) / sizeof(list_options[0]),
	.examples = "  presscheck profile list --json",
	.run = run_list,
};

const struct pc_command pc_cmd_profile_check = {
	.name = "profile check",
	.summary = "check profile files and walks",
	.operands = "[FILE...]",
	.description =
		"Reads each file with everything it inherits and tells what is wrong with file, line "
		"and column. Files that do not end in .yaml are walks of real printers.\n\n"
		"With --walk and --profile the objects themselves are judged by the MIB modules and "
		"the standards: order, type, access, range, index, mandatory groups, and values that "
		"belong together. A finding is one line: file and line, OID, object, the rule, what was "
		"found and what is expected. Objects that no module has are left alone.\n\n"
		"Exit code 4 when a file is wrong, 1 when there are findings, 0 when there are none.",
	.options = check_options,
	.n_options = sizeof(check_options) / sizeof(check_options[0]),
	.examples = "  presscheck profile check profiles/epson-wf-c5890.yaml device.walk\n"
		    "  presscheck profile check --walk device.snmprec --profile epson-wf-c5890\n"
		    "  presscheck profile check --rules",
	.run = run_check,
};

const struct pc_command pc_cmd_profile_show = {
	.name = "profile show",
	.summary = "show a printer model after inheritance",
	.operands = "NAME",
	.description =
		"Prints every value of a profile and the file and line it comes from.\n\n"
		"With --snmprec or --walk it prints the SNMP objects of a printer of that model "
		"instead: the first one of a fleet with seed 1 that has been up for a minute. 'up --walk' "
		"and snmpsim serve such a file as it is.",
	.options = show_options,
	.n_options = sizeof(show_options) / sizeof(show_options[0]),
	.examples = "  presscheck profile show epson-wf-c5890\n"
		    "  presscheck profile show epson-wf-c5890 --snmprec > epson.snmprec",
	.run = run_show,
};
