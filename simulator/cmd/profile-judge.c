#include "cmd/profile-judge.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>

#include <jansson.h>

#include "base/err.h"
#include "profile/profile.h"
#include "snmp/entity.h"
#include "snmp/walk-check.h"

enum { OID_TEXT = PC_OID_MAX * 11, START = 1700000000, UPTIME_MS = 60000 };

/* Findings of one subject on their way out. */
struct report {
	const struct pc_judged *subject;
	json_t *findings; /* borrowed; NULL: text */
};

static void
oid_text(const struct pc_walk_object *o, char out[OID_TEXT])
{
	size_t at = 0;
	out[0] = '\0';
	for (size_t i = 0; o != NULL && i < o->n_oid && at < OID_TEXT; i++)
		at += (size_t)snprintf(
			out + at, OID_TEXT - at, "%s%u", i == 0 ? "" : ".", (unsigned)o->oid[i]);
}

/* A walk may hold text that is no UTF-8. */
static json_t *
json_text(const char *text)
{
	json_t *s = json_string(text);
	return s == NULL ? json_string("(not UTF-8)") : s;
}

static void
tell(void *arg, const struct pc_walk_finding *f)
{
	struct report *r = arg;
	char oid[OID_TEXT];
	unsigned line = f->object == NULL ? 0 : f->object->line;
	oid_text(f->object, oid);
	if (r->findings != NULL) {
		json_t *row = json_pack("{s:s, s:s, s:s, s:o, s:o, s:s}", "rule", f->rule->id,
			"oid", oid, "object", f->name, "found", json_text(f->found), "expected",
			json_text(f->expected), "spec", f->rule->spec);
		if (line != 0)
			json_object_set_new(row, "line", json_integer(line));
		json_array_append_new(r->findings, row);
		return;
	}
	printf("%s:", r->subject->name);
	if (line != 0)
		printf("%u:", line);
	printf(" %s%s%s: %s: found %s, expected %s (%s)\n", oid, oid[0] == '\0' ? "" : " ",
		f->name[0] == '\0' ? "(in no module)" : f->name, f->rule->id, f->found, f->expected,
		f->rule->spec);
}

int
pc_profile_walk(const struct pc_profile *profile, struct pc_walk *walk, struct pc_diag *diag)
{
	struct pc_clock clock;
	struct pc_device_env env = {.clock = &clock, .seed = 1};
	const struct in_addr address = {htonl(0x7f010001)};
	struct pc_snmp_tree *tree = NULL;
	struct pc_device *dev = NULL;
	if (profile->abstract)
		return pc_diag_fail(diag, PC_E_USAGE,
			"%s: is only there to be extended, expected a printer model", profile->id);
	pc_clock_init_virtual(&clock, START);
	int err = pc_snmp_tree_new(profile, &tree, diag);
	if (err == PC_OK)
		err = pc_device_new(profile, &env, 1, address, &dev);
	if (err == PC_OK && pc_snmp_entity_get(dev) == NULL)
		err = -ENOMEM;
	if (err == PC_OK) {
		pc_clock_advance(&clock, (uint64_t)UPTIME_MS * 1000000);
		pc_device_tick(dev);
		err = pc_walk_take(walk, tree, dev);
	}
	pc_device_free(dev);
	pc_snmp_tree_free(tree);
	return err;
}

static int
load(const struct pc_judged *subject, const char *dir, struct pc_walk *walk, struct pc_diag *diag)
{
	struct pc_profile *profile = NULL;
	int err;
	if (subject->walk)
		return pc_walk_read(walk, subject->name, diag);
	err = pc_profile_find(dir, subject->name, &profile, diag);
	if (err == PC_OK)
		err = pc_profile_walk(profile, walk, diag);
	pc_profile_free(profile);
	return err;
}

static int
judge_one(const struct pc_command *self, const struct pc_judged *subject, const char *dir,
	json_t *array)
{
	struct pc_walk walk;
	struct pc_diag diag = {{0}};
	struct report r = {subject, array == NULL ? NULL : json_array()};
	pc_walk_init(&walk);
	int err = load(subject, dir, &walk, &diag);
	if (err == PC_OK)
		err = pc_walk_sort(&walk);
	if (err != PC_OK) {
		int worst = pc_opt_fail(self, err, &diag);
		pc_walk_done(&walk);
		json_decref(r.findings);
		return err == -ENOMEM ? worst : PC_EXIT_USAGE; /* the file is what is wrong */
	}
	size_t n = pc_walk_check(&walk, NULL, tell, &r);
	if (array != NULL)
		json_array_append_new(
			array, json_pack("{s:s, s:I, s:I, s:o}", "name", subject->name, "objects",
				       (json_int_t)walk.n, "known",
				       (json_int_t)pc_walk_known(&walk), "findings", r.findings));
	else
		printf("%s: %zu objects, %zu of them in the modules, %zu findings\n", subject->name,
			walk.n, pc_walk_known(&walk), n);
	pc_walk_done(&walk);
	return n == 0 ? PC_EXIT_PASS : PC_EXIT_FAIL;
}

static int
print_array(json_t *array)
{
	int err = json_dumpf(array, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(array);
	return err == 0 ? PC_EXIT_PASS : PC_EXIT_HARNESS;
}

/* Spec: design section 8: the worst wins in the order 5, 4, 2, 1, 3. */
static int
worse(int a, int b)
{
	return a > b ? a : b;
}

int
pc_profile_judge(const struct pc_command *self, const struct pc_judged *subjects, size_t n,
	const char *dir, bool json)
{
	json_t *array = json ? json_array() : NULL;
	int result = PC_EXIT_PASS;
	for (size_t i = 0; i < n; i++)
		result = worse(result, judge_one(self, &subjects[i], dir, array));
	return array == NULL ? result : worse(result, print_array(array));
}

int
pc_profile_judge_rules(bool json)
{
	json_t *array = json ? json_array() : NULL;
	const struct pc_walk_rule *r;
	for (size_t i = 0; (r = pc_walk_rule_at(i)) != NULL; i++) {
		if (array == NULL)
			printf("%-16s %s (%s)\n", r->id, r->asks, r->spec);
		else
			json_array_append_new(array, json_pack("{s:s, s:s, s:s}", "rule", r->id,
							     "asks", r->asks, "spec", r->spec));
	}
	return array == NULL ? PC_EXIT_PASS : print_array(array);
}
