/* presscheck story list, check, show, schema. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/opt.h"
#include "cmd/commands.h"
#include "cmd/profile-dir.h"
#include "cmd/story-file.h"
#include "profile/profile.h"

enum {
	OPT_DIR = 1,
	OPT_KEYS,
	OPERANDS_MAX = 64,
	TEXT_MAX = 1 << 20,
	PATH_MAX_TEXT = 512,
	NAME_TEXT_MAX = 100
};

struct request {
	const char *dir;
	bool keys;
	const char *operands[OPERANDS_MAX];
	size_t n_operands;
};

static int
take(void *ctx, int id, const char *value, struct pc_diag *diag)
{
	struct request *r = ctx;
	if (id == OPT_DIR)
		r->dir = value;
	else if (id == OPT_KEYS)
		r->keys = true;
	else if (r->n_operands == OPERANDS_MAX)
		return pc_diag_fail(diag, PC_E_USAGE, "more than %d files", OPERANDS_MAX);
	else
		r->operands[r->n_operands++] = value;
	return PC_OK;
}

/* The folder of the shipped stories. */
static int
folder(const char *dir, char out[PATH_MAX_TEXT])
{
	int n = snprintf(out, PATH_MAX_TEXT, "%s/stories", pc_profile_directory(dir));
	return n < PATH_MAX_TEXT ? PC_OK : -ENAMETOOLONG;
}

int
pc_story_file_path(const char *name, const char *dir, char *out, size_t size, struct pc_diag *diag)
{
	char stories[PATH_MAX_TEXT - NAME_TEXT_MAX - 8];
	struct pc_profile_names names = {.n = 0};
	size_t len = strlen(name);
	bool file = strchr(name, '/') != NULL || (len > 5 && strcmp(name + len - 5, ".yaml") == 0);
	if (file)
		return snprintf(out, size, "%s", name) < (int)size ? PC_OK : -ENAMETOOLONG;
	int n = snprintf(stories, sizeof(stories), "%s/stories", pc_profile_directory(dir));
	int err =
		n < (int)sizeof(stories) ? pc_profile_names(stories, &names, diag) : -ENAMETOOLONG;
	bool known = false;
	char list[512] = "";
	size_t used = 0;
	for (size_t i = 0; err == PC_OK && i < names.n; i++) {
		known = known || strcmp(names.names[i], name) == 0;
		used += (size_t)snprintf(list + used, sizeof(list) - used, "%s%s",
			i == 0 ? "" : ", ", names.names[i]);
		used = used < sizeof(list) ? used : sizeof(list) - 1;
	}
	pc_profile_names_done(&names);
	if (err == PC_OK && !known)
		return pc_diag_fail(diag, PC_E_NOTFOUND,
			"there is no story '%.60s' in %s (known: %s); files end in .yaml", name,
			stories, list);
	snprintf(out, size, "%s/%.*s.yaml", stories, NAME_TEXT_MAX, name);
	return err;
}

int
pc_story_file_load(const char *name, const char *dir, struct pc_story **ret, struct pc_diag *diag)
{
	char path[PATH_MAX_TEXT];
	int err = pc_story_file_path(name, dir, path, sizeof(path), diag);
	return err == PC_OK ? pc_story_load(path, ret, diag) : err;
}

static int
fail(const struct pc_command *self, int err, const struct pc_diag *diag)
{
	int code = pc_opt_fail(self, err, diag);
	return err == PC_E_NOTFOUND || err == -ENOENT ? PC_EXIT_USAGE : code;
}

static int
run_list(const struct pc_command *self, int argc, char **argv)
{
	struct request r = {.dir = NULL};
	struct pc_diag diag = {{0}};
	struct pc_profile_names names = {.n = 0};
	char dir[PATH_MAX_TEXT];
	int code = PC_EXIT_PASS;
	if (!pc_opt_parse_or_exit(self, argc, argv, take, &r, &code))
		return code;
	if (r.n_operands > 0) {
		pc_diag_set(&diag, "unexpected operand '%s'", r.operands[0]);
		return pc_opt_fail(self, PC_E_USAGE, &diag);
	}
	int err = folder(r.dir, dir);
	if (err == PC_OK)
		err = pc_profile_names(dir, &names, &diag);
	for (size_t i = 0; err == PC_OK && i < names.n; i++) {
		struct pc_story *s = NULL;
		err = pc_story_file_load(names.names[i], r.dir, &s, &diag);
		if (err == PC_OK)
			printf("%-20s %s\n", names.names[i], pc_story_summary(s));
		pc_story_free(s);
	}
	pc_profile_names_done(&names);
	return err == PC_OK ? PC_EXIT_PASS : fail(self, err, &diag);
}

static int
run_check(const struct pc_command *self, int argc, char **argv)
{
	struct request r = {.dir = NULL};
	int code = PC_EXIT_PASS;
	if (!pc_opt_parse_or_exit(self, argc, argv, take, &r, &code))
		return code;
	if (r.n_operands == 0) {
		const struct pc_diag diag = {"name a file or a story"};
		return pc_opt_fail(self, PC_E_USAGE, &diag);
	}
	for (size_t i = 0; i < r.n_operands; i++) {
		struct pc_diag diag = {{0}};
		struct pc_story *s = NULL;
		int err = pc_story_file_load(r.operands[i], r.dir, &s, &diag);
		if (err == PC_OK)
			printf("%s: ok\n", r.operands[i]);
		else
			code = fail(self, err, &diag);
		pc_story_free(s);
	}
	return code;
}

static int
print(const struct pc_command *self, const struct pc_buf *text)
{
	const struct pc_diag none = {{0}};
	if (text->err != PC_OK)
		return pc_opt_fail(self, text->err, &none);
	fputs(pc_buf_text(text), stdout);
	return PC_EXIT_PASS;
}

static int
run_show(const struct pc_command *self, int argc, char **argv)
{
	struct request r = {.dir = NULL};
	struct pc_diag diag = {{0}};
	struct pc_story *s = NULL;
	struct pc_buf text;
	int code = PC_EXIT_PASS;
	if (!pc_opt_parse_or_exit(self, argc, argv, take, &r, &code))
		return code;
	pc_buf_init(&text, TEXT_MAX);
	int err = PC_OK;
	if (r.keys)
		pc_story_keys(&text);
	else if (r.n_operands != 1)
		err = pc_diag_fail(&diag, PC_E_USAGE, "name one story ('presscheck story list')");
	else
		err = pc_story_file_load(r.operands[0], r.dir, &s, &diag);
	if (err == PC_OK && s != NULL)
		pc_story_show(s, &text);
	code = err == PC_OK ? print(self, &text) : fail(self, err, &diag);
	pc_story_free(s);
	pc_buf_done(&text);
	return code;
}

static int
run_schema(const struct pc_command *self, int argc, char **argv)
{
	struct request r = {.dir = NULL};
	struct pc_buf text;
	int code = PC_EXIT_PASS;
	if (!pc_opt_parse_or_exit(self, argc, argv, take, &r, &code))
		return code;
	pc_buf_init(&text, TEXT_MAX);
	(void)pc_story_schema(&text);
	code = print(self, &text);
	pc_buf_done(&text);
	return code;
}

#define DIR_OPTION \
	{ \
		OPT_DIR, "profile-dir", "DIR", "where profiles are, and 'stories' among them" \
	}
static const struct pc_opt dir_options[] = {DIR_OPTION};
static const struct pc_opt show_options[] = {
	{OPT_KEYS, "keys", NULL, "print every key and action of the language instead"},
	DIR_OPTION,
};

const struct pc_command pc_cmd_story_list = {
	.name = "story list",
	.summary = "list the stories that are shipped",
	.operands = "",
	.description = "Lists the shipped stories, one a line: name and summary. 'up --story NAME' "
		       "plays one.",
	.options = dir_options,
	.n_options = 1,
	.examples = "  presscheck story list",
	.run = run_list,
};

const struct pc_command pc_cmd_story_check = {
	.name = "story check",
	.summary = "check story files",
	.operands = "FILE...",
	.description = "Reads each story and tells what is wrong with file, line and column. Exit "
		       "code 4 when one is wrong.",
	.options = dir_options,
	.n_options = 1,
	.examples = "  presscheck story check my-week.yaml\n  presscheck story check office-month",
	.run = run_check,
};

const struct pc_command pc_cmd_story_show = {
	.name = "story show",
	.summary = "show a story step by step, or the language",
	.operands = "NAME",
	.description =
		"Prints what happens in a story: line of the file, action, and every key that is "
		"given. With --keys it prints the language: keys, actions, distributions.",
	.options = show_options,
	.n_options = sizeof(show_options) / sizeof(show_options[0]),
	.examples = "  presscheck story show bad-day\n  presscheck story show --keys",
	.run = run_show,
};

const struct pc_command pc_cmd_story_schema = {
	.name = "story schema",
	.summary = "print the JSON Schema of story files",
	.operands = "",
	.description = "Prints the JSON Schema of story files, for editors and checkers.",
	.options = dir_options,
	.n_options = 1,
	.examples = "  presscheck story schema > story.schema.json",
	.run = run_schema,
};
