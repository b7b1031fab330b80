/* presscheck ctl: look at a running fleet and change it, over its control API. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>
#include <jansson.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/text.h"
#include "cmd/commands.h"
#include "fleet/control.h"

enum { OPT_CONTROL = 1, OPT_JSON, WORDS_MAX = 8 };

struct ctl {
	const char *base;
	bool json;
	const char *words[WORDS_MAX];
	size_t n_words;
};

/* How the words after the printer number become the JSON body: "key" text, "#key" integer,
 * "?key" on/off, "=key" the rest of the row's fixed value. */
struct verb {
	const char *name;
	bool printer; /* takes a printer number */
	const char *path;
	const char *keys[3];
	size_t needed; /* words that must be there */
	const char *usage;
};

static const struct verb verbs[] = {
	{"list", false, "/v1/printers", {NULL}, 0, "list"},
	{"journal", false, "/v1/journal", {NULL}, 0, "journal [SINCE]"},
	{"counters", false, "/v1/counters", {NULL}, 0, "counters"},
	{"get", true, "", {NULL}, 0, "get N"},
	{"condition", true, "/condition", {"condition", "?on", "#part"}, 1,
		"condition N NAME [on|off] [PART]"},
	{"power", true, "/power", {"?on"}, 1, "power N on|off"},
	{"sleep", true, "/sleep", {"?on"}, 1, "sleep N on|off"},
	{"supply", true, "/supply", {"#supply", "#level"}, 2, "supply N SUPPLY LEVEL"},
	{"replace", true, "/supply", {"#supply", "?replace"}, 1, "replace N SUPPLY"},
	{"tray", true, "/tray", {"#tray", "#level"}, 2, "tray N TRAY LEVEL"},
	{"print", true, "/print", {"#pages", "?color", "?duplex"}, 1,
		"print N PAGES [color on|off] [duplex on|off]"},
	{"clean", true, "/clean", {NULL}, 0, "clean N"},
	{"nozzle-check", true, "/nozzleCheck", {NULL}, 0, "nozzle-check N"},
	{"restart", true, "/restart", {"kind"}, 0, "restart N [warm|cold|factory]"},
	{"set", true, "/setting", {"name", "value"}, 2, "set N NAME VALUE"},
	{"fault", true, "/fault", {"fault", "?armed"}, 1, "fault N NAME [on|off] (N 0: all)"},
};

static const struct pc_opt options[] = {
	{OPT_CONTROL, "control", "URL", "control API of the fleet (default http://127.0.0.1:7161)"},
	{OPT_JSON, "json", NULL, "print the answer as it came"},
};

static int
take(void *ctx, int id, const char *value, struct pc_diag *diag)
{
	struct ctl *c = ctx;
	if (id == OPT_CONTROL)
		c->base = value;
	else if (id == OPT_JSON)
		c->json = true;
	else if (c->n_words < WORDS_MAX)
		c->words[c->n_words++] = value;
	else
		return pc_diag_fail(diag, PC_E_USAGE, "too many words at '%s'", value);
	return PC_OK;
}

static const struct verb *
find_verb(const char *name)
{
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (strcmp(verbs[i].name, name) == 0)
			return &verbs[i];
	}
	return NULL;
}

static int
put_word(json_t *body, const char *key, const char *word, struct pc_diag *diag)
{
	int64_t n = 0;
	if (key[0] == '?') {
		bool on = strcmp(word, "off") != 0;
		if (on && strcmp(word, "on") != 0 && strcmp(word, key + 1) != 0)
			return pc_diag_fail(diag, PC_E_USAGE, "'%s': on or off expected", word);
		json_object_set_new(body, key + 1, json_boolean(on));
	} else if (key[0] == '#') {
		if (pc_text_i64(word, INT32_MIN, INT32_MAX, &n) != PC_OK)
			return pc_diag_fail(diag, PC_E_USAGE, "'%s': a number expected", word);
		json_object_set_new(body, key + 1, json_integer(n));
	} else {
		json_object_set_new(body, key, json_string(word));
	}
	return PC_OK;
}

/* The request for the words: path and, for actions, the body (owned by the caller). */
static int
build(const struct ctl *c, struct pc_buf *url, char **ret_body, struct pc_diag *diag)
{
	const struct verb *v = c->n_words == 0 ? NULL : find_verb(c->words[0]);
	uint64_t number = 0;
	size_t at = 1;
	int err = PC_OK;
	if (v == NULL)
		return pc_diag_fail(diag, PC_E_USAGE, "unknown action '%s'",
			c->n_words == 0 ? "" : c->words[0]);
	pc_buf_add_text(url, c->base);
	if (!v->printer) {
		pc_buf_add_text(url, v->path);
		if (strcmp(v->name, "journal") == 0 && c->n_words > 1)
			pc_buf_addf(url, "?since=%s", c->words[1]);
		return PC_OK;
	}
	if (c->n_words < 2 + v->needed || pc_text_u64(c->words[1], 0, UINT32_MAX, &number) != PC_OK)
		return pc_diag_fail(diag, PC_E_USAGE, "expected: %s", v->usage);
	pc_buf_addf(url, "/v1/printers/%llu%s", (unsigned long long)number, v->path);
	if (v->path[0] == '\0')
		return PC_OK;
	json_t *body = json_object();
	if (strcmp(v->name, "replace") == 0)
		json_object_set_new(body, "replace", json_true());
	for (size_t k = 0; k < 3 && v->keys[k] != NULL && at + 1 < c->n_words && err == PC_OK; k++)
		err = put_word(body, v->keys[k], c->words[++at], diag);
	*ret_body = json_dumps(body, 0);
	json_decref(body);
	return err;
}

static size_t
on_body(char *data, size_t size, size_t n, void *arg)
{
	return pc_buf_add(arg, data, size * n) == PC_OK ? size * n : 0;
}

static int
request(const char *url, const char *body, struct pc_buf *out, long *status, struct pc_diag *diag)
{
	CURL *curl = curl_easy_init();
	if (curl == NULL)
		return pc_diag_fail(diag, PC_E_INTERNAL, "libcurl does not start");
	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, out);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, 30L);
	curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	if (body != NULL)
		curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
	CURLcode code = curl_easy_perform(curl);
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, status);
	curl_easy_cleanup(curl);
	if (code != CURLE_OK)
		return pc_diag_fail(diag, PC_E_ENVIRONMENT,
			"%s: %s. Is 'presscheck up' running, and its control API there?", url,
			curl_easy_strerror(code));
	return PC_OK;
}

static void
print_list(const json_t *printers)
{
	size_t i;
	const json_t *p;
	printf("%-6s %-16s %-14s %-28s %-12s %s\n", "no", "address", "vendor", "model", "serial",
		"status");
	json_array_foreach(printers, i, p)
	{
		printf("%-6lld %-16s %-14s %-28s %-12s %s\n",
			(long long)json_integer_value(json_object_get(p, "printer")),
			json_string_value(json_object_get(p, "address")),
			json_string_value(json_object_get(p, "vendor")),
			json_string_value(json_object_get(p, "model")),
			json_string_value(json_object_get(p, "serial")),
			json_string_value(json_object_get(p, "status")));
	}
}

static int
print_answer(const struct ctl *c, const struct pc_buf *out, long status)
{
	json_error_t error;
	json_t *j = json_loadb(pc_buf_text(out), out->len, 0, &error);
	const json_t *detail = json_object_get(j, "detail");
	int code = status >= 200 && status < 300 ? PC_EXIT_PASS : PC_EXIT_FAIL;
	if (code != PC_EXIT_PASS && !c->json)
		fprintf(stderr, "presscheck ctl: %s\n",
			json_is_string(detail) ? json_string_value(detail) : "refused");
	else if (!c->json && json_is_array(json_object_get(j, "printers")))
		print_list(json_object_get(j, "printers"));
	else
		fputs(pc_buf_text(out), stdout);
	json_decref(j);
	return code;
}

static int
run(const struct pc_command *self, int argc, char **argv)
{
	struct ctl c = {.base = "http://127.0.0.1:7161"};
	struct pc_diag diag = {{0}};
	struct pc_buf url;
	struct pc_buf out;
	char *body = NULL;
	long status = 0;
	int code = PC_EXIT_PASS;
	if (!pc_opt_parse_or_exit(self, argc, argv, take, &c, &code))
		return code;
	pc_buf_init(&url, 4096);
	pc_buf_init(&out, 256u << 20);
	int err = build(&c, &url, &body, &diag);
	if (err == PC_OK)
		err = request(pc_buf_text(&url), body, &out, &status, &diag);
	code = err == PC_OK ? print_answer(&c, &out, status) : pc_opt_fail(self, err, &diag);
	pc_buf_done(&url);
	pc_buf_done(&out);
	free(body);
	return code;
}

const struct pc_command pc_cmd_ctl = {
	.name = "ctl",
	.summary = "look at a running fleet and change it",
	.operands = "ACTION [ARGUMENTS]",
	.description =
		"Talks to the control API of a running 'presscheck up'.\n\n"
		"Actions: list; get N; journal [SINCE]; counters; condition N NAME [on|off] [PART]; "
		"power N on|off; sleep N on|off; supply N SUPPLY LEVEL; replace N SUPPLY; "
		"tray N TRAY LEVEL; print N PAGES [color on|off] [duplex on|off]; clean N; "
		"nozzle-check N; restart N [warm|cold|factory]; set N NAME VALUE; "
		"fault N NAME [on|off].\n\n"
		"Conditions: jam coverOpen trayEmpty trayLow trayMissing supplyLow supplyEmpty "
		"supplyMissing service offline outputFull finisherJam. Parts, supplies and trays "
		"count from 0.",
	.options = options,
	.n_options = sizeof(options) / sizeof(options[0]),
	.examples = "  presscheck ctl list\n  presscheck ctl condition 3 jam on\n"
		    "  presscheck ctl supply 1 0 4\n  presscheck ctl fault 2 snmp-serial-empty",
	.run = run,
};
