/* presscheck ctl: look at a running fleet and change it, over its control API. What it can say and
 * how it is written comes from the API's own table of operations. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/err.h"
#include "base/file.h"
#include "base/text.h"
#include "cmd/commands.h"
#include "cmd/ctl.h"
#include "cmd/story-file.h"
#include "fleet/control-check.h"
#include "fleet/control.h"

enum { OPT_CONTROL = 1, OPT_JSON, OPT_FOLLOW, WORDS_MAX = 24, ANSWER_MAX = 256 << 20 };

struct ctl {
	const char *base;
	bool json, follow;
	const char *words[WORDS_MAX];
	size_t n_words;
	const struct pc_control_operation *op;
	char printer[16]; /* number for the path */
	const char *path; /* of 'get N PATH' */
	json_t *args;     /* owned */
};

static const struct pc_opt options[] = {
	{OPT_CONTROL, "control", "URL", "control API of the fleet (default http://127.0.0.1:7161)"},
	{OPT_JSON, "json", NULL, "print the answer as it came"},
	{OPT_FOLLOW, "follow", NULL, "events: go on with those to come, until interrupted"},
};

static int
take(void *ctx, int id, const char *value, struct pc_diag *diag)
{
	struct ctl *c = ctx;
	if (id == OPT_CONTROL)
		c->base = value;
	else if (id == OPT_JSON)
		c->json = true;
	else if (id == OPT_FOLLOW)
		c->follow = true;
	else if (c->n_words < WORDS_MAX)
		c->words[c->n_words++] = value;
	else
		return pc_diag_fail(diag, PC_E_USAGE, "too many words at '%s'", value);
	return PC_OK;
}

static const struct pc_control_operation *
find_verb(const char *verb)
{
	size_t n = 0;
	const struct pc_control_operation *ops = pc_control_operations(&n);
	for (size_t i = 0; i < n; i++) {
		if (strcmp(ops[i].verb, verb) == 0)
			return &ops[i];
	}
	return NULL;
}

static bool
names_printer(const struct pc_control_operation *op)
{
	return strstr(op->path, "{printer}") != NULL;
}

static void
print_usage(FILE *out, const struct pc_control_operation *op)
{
	fprintf(out, "%s%s", op->verb, names_printer(op) ? " N" : "");
	for (size_t i = 0; i < pc_control_members(op); i++) {
		const struct pc_control_member *m = &op->members[i];
		if (m->required)
			fprintf(out, " %s", m->name);
		else
			fprintf(out, " [%s=%s]", m->name,
				m->kind == PC_CONTROL_FLAG ? "on|off" : "…");
	}
}

/* 'ctl help' and 'ctl help VERB'. */
static int
print_verbs(const struct ctl *c, struct pc_diag *diag)
{
	size_t n = 0;
	const struct pc_control_operation *ops = pc_control_operations(&n);
	const struct pc_control_operation *one = c->n_words > 1 ? find_verb(c->words[1]) : NULL;
	if (c->n_words > 1 && one == NULL)
		return pc_diag_fail(diag, PC_E_USAGE, "unknown action '%s'", c->words[1]);
	for (size_t i = 0; one == NULL && i < n; i++)
		printf("%-14s %s\n", ops[i].verb, ops[i].summary);
	if (one == NULL)
		return PC_OK;
	printf("presscheck ctl ");
	print_usage(stdout, one);
	printf("\n  %s.\n", one->summary);
	if (names_printer(one))
		printf("  N: number, address, serial number or host name%s\n",
			one->all == PC_CONTROL_ONE ? "" : "; all: every printer");
	for (size_t i = 0; i < pc_control_members(one); i++) {
		const struct pc_control_member *m = &one->members[i];
		printf("  %s: %s", m->name, m->summary);
		for (size_t w = 0; m->kind == PC_CONTROL_WORD && m->words[w] != NULL; w++)
			printf("%s%s", w == 0 ? " (" : " ", m->words[w]);
		printf("%s\n", m->kind == PC_CONTROL_WORD ? ")" : "");
	}
	return PC_OK;
}

/* "90s", "15m", "2h", "3d", "500ms" or "500". */
static int
read_ms(const char *text, int64_t *ret)
{
	static const struct {
		const char *unit;
		uint64_t ms;
	} units[] = {
		{"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}, {"d", 86400000}, {"", 1}};
	char digits[24];
	uint64_t n = 0;
	size_t len = strspn(text, "0123456789");
	if (len == 0 || len >= sizeof(digits))
		return PC_E_BADVALUE;
	memcpy(digits, text, len);
	digits[len] = '\0';
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strcmp(text + len, units[i].unit) != 0 ||
			pc_text_u64(digits, 0, INT64_MAX / 86400000, &n) != PC_OK)
			continue;
		*ret = (int64_t)(n * units[i].ms);
		return PC_OK;
	}
	return PC_E_BADVALUE;
}

static int
put_flag(json_t *args, const struct pc_control_member *m, const char *text, struct pc_diag *diag)
{
	static const char *const words[] = {"off", "false", "no", "on", "true", "yes"};
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(words[i], text) == 0) {
			json_object_set_new(args, m->name, json_boolean(i >= 3));
			return PC_OK;
		}
	}
	return pc_diag_fail(diag, PC_E_USAGE, "%s: on or off is expected, not '%s'", m->name, text);
}

static int
put_value(json_t *args, const struct pc_control_member *m, const char *text, struct pc_diag *diag)
{
	int64_t n = 0;
	if (m->kind == PC_CONTROL_FLAG)
		return put_flag(args, m, text, diag);
	if (m->kind != PC_CONTROL_INTEGER) {
		json_t *v = json_string(text);
		return v == NULL ? pc_diag_fail(diag, PC_E_USAGE, "%s: not UTF-8", m->name)
				 : (json_object_set_new(args, m->name, v), PC_OK);
	}
	if ((strcmp(m->name, "ms") == 0 ? read_ms(text, &n)
					: pc_text_i64(text, INT64_MIN, INT64_MAX, &n)) != PC_OK)
		return pc_diag_fail(
			diag, PC_E_USAGE, "%s: a number is expected, not '%s'", m->name, text);
	json_object_set_new(args, m->name, json_integer(n));
	return PC_OK;
}

/* The member a word is for: "name=value", the bare name of a switch, or the next one without. */
static const struct pc_control_member *
member_for(const struct ctl *c, const char *word, const char **ret_value)
{
	size_t n = strcspn(word, "=");
	const struct pc_control_member *next = NULL;
	for (size_t i = 0; i < pc_control_members(c->op); i++) {
		const struct pc_control_member *m = &c->op->members[i];
		bool same = strlen(m->name) == n && strncmp(m->name, word, n) == 0;
		if (same && (word[n] == '=' || m->kind == PC_CONTROL_FLAG)) {
			*ret_value = word[n] == '=' ? word + n + 1 : "on";
			return m;
		}
		if (next == NULL && json_object_get(c->args, m->name) == NULL)
			next = m;
	}
	*ret_value = word;
	return next;
}

static int
read_words(struct ctl *c, size_t at, struct pc_diag *diag)
{
	int err = PC_OK;
	for (; at < c->n_words && err == PC_OK; at++) {
		const char *value = NULL;
		const struct pc_control_member *m = member_for(c, c->words[at], &value);
		if (m == NULL)
			return pc_diag_fail(diag, PC_E_USAGE,
				"'%s': nothing is left it could mean; see 'presscheck ctl help %s'",
				c->words[at], c->op->verb);
		err = put_value(c->args, m, value, diag);
	}
	if (err == PC_OK)
		err = pc_control_check(c->op, c->args, diag);
	return err == PC_E_BADVALUE ? PC_E_USAGE : err;
}

/* The number of the printer that somebody calls by another name. */
static int
resolve(struct ctl *c, const char *name, struct pc_diag *diag)
{
	struct pc_buf url;
	struct pc_buf out;
	long status = 0;
	json_error_t error;
	pc_buf_init(&url, 4096);
	pc_buf_init(&out, ANSWER_MAX);
	(void)pc_buf_addf(&url, "%s/v1/printers?limit=2&text=", c->base);
	pc_ctl_escape(&url, name);
	int err = pc_ctl_request(pc_buf_text(&url), NULL, &out, &status, diag);
	json_t *j = err == PC_OK ? json_loadb(pc_buf_text(&out), out.len, 0, &error) : NULL;
	json_int_t matched = json_integer_value(json_object_get(j, "matched"));
	if (err == PC_OK && matched != 1)
		err = pc_diag_fail(diag, PC_E_USAGE,
			"'%s' means %lld printers; name one by its number, address, serial number "
			"or host name, or say all",
			name, (long long)matched);
	if (err == PC_OK)
		snprintf(c->printer, sizeof(c->printer), "%lld",
			(long long)json_integer_value(json_object_get(
				json_array_get(json_object_get(j, "printers"), 0), "printer")));
	json_decref(j);
	pc_buf_done(&url);
	pc_buf_done(&out);
	return err;
}

static int
read_printer(struct ctl *c, const char *word, struct pc_diag *diag)
{
	uint64_t number = 0;
	if (strcmp(word, "all") != 0 && pc_text_u64(word, 0, UINT32_MAX, &number) != PC_OK)
		return resolve(c, word, diag);
	snprintf(c->printer, sizeof(c->printer), "%llu", (unsigned long long)number);
	return PC_OK;
}

/* Words of two parts that people would try. */
static void
choose_operation(struct ctl *c, size_t *at)
{
	const char *second = c->n_words > 1 ? c->words[1] : "";
	if (strcmp(c->words[0], "time") == 0 && strcmp(second, "advance") == 0) {
		c->op = find_verb("advance");
		*at = 2;
	} else if (strcmp(c->words[0], "time") == 0 && c->n_words > 1) {
		c->op = find_verb("time-set");
	} else if (strcmp(c->words[0], "story") == 0 && c->n_words > 1) {
		char verb[32];
		snprintf(verb, sizeof(verb), "story-%.16s", second);
		c->op = find_verb(verb);
		*at = 2;
	} else if (strcmp(c->words[0], "fault") == 0 && strcmp(second, "list") == 0) {
		c->op = find_verb("faults");
		*at = 2;
	} else if (strcmp(c->words[0], "events") == 0 && !c->follow) {
		c->op = find_verb("journal");
	} else {
		c->op = find_verb(c->words[0]);
	}
}

/* The text of a story file; its name as messages tell it. */
static int
read_story(struct ctl *c, const char *name, struct pc_diag *diag)
{
	struct pc_buf text;
	char path[4096];
	pc_buf_init(&text, 60000);
	int err = pc_story_file_path(name, NULL, path, sizeof(path), diag);
	if (err == PC_OK)
		err = pc_file_read(path, &text, diag);
	json_t *value = err == PC_OK ? json_string(pc_buf_text(&text)) : NULL;
	if (err == PC_OK && value == NULL)
		err = pc_diag_fail(diag, PC_E_USAGE, "%s: not UTF-8", path);
	if (err == PC_OK) {
		json_object_set_new(c->args, "text", value);
		json_object_set_new(c->args, "name", json_string(name));
	}
	pc_buf_done(&text);
	return err == PC_E_NOTFOUND || err == -ENOENT ? PC_E_USAGE : err;
}

static int
read_request(struct ctl *c, struct pc_diag *diag)
{
	size_t at = 1;
	if (c->n_words == 0)
		return pc_diag_fail(diag, PC_E_USAGE,
			"say what to do; 'presscheck ctl help' lists the actions");
	choose_operation(c, &at);
	if (c->op == NULL)
		return pc_diag_fail(diag, PC_E_USAGE,
			"unknown action '%s'; 'presscheck ctl help' lists them", c->words[0]);
	if (c->follow && c->op->answer != NULL)
		return pc_diag_fail(diag, PC_E_USAGE, "--follow goes with events");
	if (names_printer(c->op)) {
		if (c->n_words <= at)
			return pc_diag_fail(diag, PC_E_USAGE,
				"which printer? see 'presscheck ctl help %s'", c->op->verb);
		int err = read_printer(c, c->words[at++], diag);
		if (err != PC_OK)
			return err;
	}
	if (strcmp(c->op->verb, "get") == 0 && at < c->n_words)
		c->path = c->words[at++];
	if (strcmp(c->op->verb, "story-start") == 0 && at < c->n_words) {
		int err = read_story(c, c->words[at++], diag);
		if (err != PC_OK)
			return err;
	}
	return read_words(c, at, diag);
}

static void
build_url(const struct ctl *c, struct pc_buf *url)
{
	static const char slot[] = "{printer}";
	const char *name;
	json_t *value;
	bool first = true;
	const char *at = strstr(c->op->path, slot);
	(void)pc_buf_add_text(url, c->base);
	if (at == NULL)
		(void)pc_buf_add_text(url, c->op->path);
	else
		(void)pc_buf_addf(url, "%.*s%s%s", (int)(at - c->op->path), c->op->path, c->printer,
			at + strlen(slot));
	if (strcmp(c->op->method, "GET") != 0)
		return;
	json_object_foreach(c->args, name, value)
	{
		(void)pc_buf_addf(url, "%s%s=", first ? "?" : "&", name);
		first = false;
		if (json_is_integer(value))
			(void)pc_buf_addf(url, "%lld", (long long)json_integer_value(value));
		else
			pc_ctl_escape(url, json_is_string(value) ? json_string_value(value)
					   : json_is_true(value) ? "true"
								 : "false");
	}
}

static int
exit_of(long status)
{
	if (status >= 200 && status < 300)
		return PC_EXIT_PASS;
	if (status == 400)
		return PC_EXIT_USAGE;
	return status == 404 || status == 409 ? PC_EXIT_FAIL : PC_EXIT_HARNESS;
}

static void
print_refusal(const json_t *answer)
{
	const json_t *detail = json_object_get(answer, "detail");
	fprintf(stderr, "presscheck ctl: %s\n",
		json_is_string(detail) ? json_string_value(detail) : "refused");
}

static int
print_answer(const struct ctl *c, const struct pc_buf *out, long status)
{
	json_error_t error;
	struct pc_diag diag = {{0}};
	int code = exit_of(status);
	json_t *j = json_loadb(pc_buf_text(out), out->len, 0, &error);
	if (c->path != NULL && code == PC_EXIT_PASS) {
		if (pc_ctl_print_path(stdout, j, c->path, &diag) != PC_OK) {
			fprintf(stderr, "presscheck ctl: %s\n", diag.text);
			code = PC_EXIT_FAIL;
		}
	} else if (c->json) {
		fputs(pc_buf_text(out), stdout);
	} else if (code != PC_EXIT_PASS) {
		print_refusal(j);
	} else {
		pc_ctl_print(stdout, c->op, j);
	}
	json_decref(j);
	return code;
}

static int
on_event(void *arg, const char *event, const char *data)
{
	const struct ctl *c = arg;
	json_error_t error;
	json_t *j = json_loads(data, 0, &error);
	bool entry = strcmp(event, "message") == 0;
	if (strcmp(event, "refused") == 0)
		print_refusal(j);
	else if (c->json)
		printf("%s\n", data);
	else if (entry)
		pc_ctl_print_entry(stdout, j);
	else
		fprintf(stderr, "presscheck ctl: events are %s: %s\n", event, data);
	fflush(stdout);
	json_decref(j);
	return ferror(stdout) ? PC_E_CLOSED : PC_OK;
}

/* The request is there: send it and show the answer. */
static int
perform(struct ctl *c, const struct pc_command *self, struct pc_diag *diag)
{
	struct pc_buf url;
	struct pc_buf out;
	long status = 0;
	int code = PC_EXIT_PASS;
	char *body = strcmp(c->op->method, "POST") == 0 ? json_dumps(c->args, 0) : NULL;
	pc_buf_init(&url, 8192);
	pc_buf_init(&out, ANSWER_MAX);
	build_url(c, &url);
	int err = c->op->answer == NULL
			  ? pc_ctl_follow(pc_buf_text(&url), on_event, c, &status, diag)
			  : pc_ctl_request(pc_buf_text(&url), body, &out, &status, diag);
	if (err == PC_E_LIMIT) {
		(void)pc_opt_fail(self, err, diag);
		code = PC_EXIT_FAIL;
	} else if (err != PC_OK) {
		code = pc_opt_fail(self, err, diag);
	} else {
		code = c->op->answer == NULL ? exit_of(status) : print_answer(c, &out, status);
	}
	free(body);
	pc_buf_done(&url);
	pc_buf_done(&out);
	return code;
}

/* What needs no fleet. */
static bool
answer_alone(const struct ctl *c, int *ret_err, struct pc_diag *diag)
{
	struct pc_buf out;
	if (c->n_words > 0 && strcmp(c->words[0], "help") == 0) {
		*ret_err = print_verbs(c, diag);
		return true;
	}
	if (c->n_words != 1 || strcmp(c->words[0], "openapi") != 0)
		return false;
	pc_buf_init(&out, 1 << 22);
	*ret_err = pc_control_openapi_text(&out);
	fputs(pc_buf_text(&out), stdout);
	pc_buf_done(&out);
	return true;
}

static int
run(const struct pc_command *self, int argc, char **argv)
{
	struct ctl c = {.base = "http://127.0.0.1:7161"};
	struct pc_diag diag = {{0}};
	int code = PC_EXIT_PASS;
	int err = PC_OK;
	if (!pc_opt_parse_or_exit(self, argc, argv, take, &c, &code))
		return code;
	if (answer_alone(&c, &err, &diag))
		return err == PC_OK ? PC_EXIT_PASS : pc_opt_fail(self, err, &diag);
	c.args = json_object();
	err = read_request(&c, &diag);
	code = err == PC_OK ? perform(&c, self, &diag) : pc_opt_fail(self, err, &diag);
	json_decref(c.args);
	return code;
}

const struct pc_command pc_cmd_ctl = {
	.name = "ctl",
	.summary = "look at a running fleet and change it",
	.operands = "ACTION [N] [VALUE | NAME=VALUE...]",
	.description =
		"Talks to the control API of a running 'presscheck up'. N is a printer: its number, "
		"address, serial number or host name, or 'all'. Values stand in the order that "
		"'presscheck ctl help ACTION' tells, or anywhere as NAME=VALUE; a switch is on when "
		"its bare name stands there. Parts, supplies and trays count from 0.\n\n"
		"To look: health, list [TEXT], models, get N [PATH], settings N, options N, mail N, "
		"usage N, log N, accounts N, report-text N REPORT, faults, counters, journal [SINCE], "
		"events [--follow], time, story, openapi (the API's document).\n\n"
		"To change a printer: print N PAGES, report N test|configuration, scan N IMAGES, fax N "
		"sent|received PAGES, cancel N JOB, promote N JOB, condition N NAME [on|off] [PART], "
		"supply N SUPPLY LEVEL, replace N SUPPLY, tray N TRAY LEVEL, set N NAME VALUE, option "
		"N NAME VALUE [PART], clean N, nozzle-check N, firmware N VERSION, power N on|off, "
		"sleep N on|off, restart N [warm|cold|factory], clock N SECONDS, account N LIMIT "
		"[USER], accounts-reset N, mail-set N server=HOST recipients=ADDRESS, fault N NAME "
		"[on|off].\n\n"
		"A story: story start FILE (story-start; a file or the name of one that is shipped), "
		"story pause [on|off] (story-pause), story step (story-step), story stop "
		"(story-stop).\n\n"
		"To change the time of a --virtual run: time standing, time going, time speed=60, "
		"advance 2h; and time pace=10 of any run (time-set).\n\n"
		"'presscheck ctl help' lists all actions. Exit codes: 1 refused by the printer or not "
		"there, 2 nothing answers, 4 the request is wrong.",
	.options = options,
	.n_options = sizeof(options) / sizeof(options[0]),
	.examples = "  presscheck ctl list status=down\n  presscheck ctl condition 3 jam on\n"
		    "  presscheck ctl print all 5 color duplex\n"
		    "  presscheck ctl get 2 supplies.0.level\n"
		    "  presscheck ctl events --follow printer=3\n"
		    "  presscheck ctl fault 2 snmp-serial-empty",
	.run = run,
};
