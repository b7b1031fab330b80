#include "agents/command.h"

#include <errno.h>
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/err.h"
#include "base/file.h"
#include "base/text.h"

enum { LOG_BYTES_MAX = 1 << 20 };

static const char *const types[] = {"collect", "restart", "clean"};
static const char *const states[] = {"started", "succeeded", "failed", "rejected", "expired"};

struct pc_command_log {
	char path[PATH_MAX];
	struct pc_command_entry entries[PC_COMMAND_LOG_MAX];
	size_t n;
};

const char *
pc_command_type_text(enum pc_command_type type)
{
	return types[type];
}

const char *
pc_command_state_text(enum pc_command_state state)
{
	return states[state];
}

static int
position(const char *const *words, size_t n, const char *word)
{
	for (size_t i = 0; word != NULL && i < n; i++) {
		if (strcmp(words[i], word) == 0)
			return (int)i;
	}
	return -1;
}

/* Reads "hh:mm" behind a sign, or "Z". Seconds east, or -1 beyond what exists. */
static int
zone(const char *p, long *ret_seconds)
{
	unsigned h = 0, m = 0;
	int used = 0;
	*ret_seconds = 0;
	if ((*p == 'Z' || *p == 'z') && p[1] == '\0')
		return PC_OK;
	if ((*p != '+' && *p != '-') || sscanf(p + 1, "%2u:%2u%n", &h, &m, &used) != 2 ||
		used != 5 || p[6] != '\0' || h > 14 || m > 59)
		return PC_E_BADVALUE;
	*ret_seconds = (long)(h * 3600 + m * 60) * (*p == '-' ? -1 : 1);
	return PC_OK;
}

int
pc_command_time(const char *text, uint64_t *ret_wall_ns)
{
	struct tm tm = {0};
	uint64_t fraction = 0, scale = 100000000;
	long east = 0;
	int used = 0;
	if (strspn(text, "0123456789-:.TtZz+") != strlen(text) ||
		sscanf(text, "%4d-%2d-%2d%*1[Tt]%2d:%2d:%2d%n", &tm.tm_year, &tm.tm_mon,
			&tm.tm_mday, &tm.tm_hour, &tm.tm_min, &tm.tm_sec, &used) != 6 ||
		used != 19)
		return PC_E_BADVALUE;
	const char *p = text + used;
	if (*p == '.') {
		for (p++; *p >= '0' && *p <= '9'; p++, scale /= 10)
			fraction += (uint64_t)(*p - '0') * scale;
	}
	if (zone(p, &east) != PC_OK || tm.tm_year < 1970 || tm.tm_mon < 1 || tm.tm_mon > 12 ||
		tm.tm_mday < 1 || tm.tm_mday > 31 || tm.tm_hour > 23 || tm.tm_min > 59 ||
		tm.tm_sec > 60)
		return PC_E_BADVALUE;
	tm.tm_year -= 1900;
	tm.tm_mon -= 1;
	time_t s = timegm(&tm) - east;
	if (s < 0)
		return PC_E_BADVALUE;
	*ret_wall_ns = (uint64_t)s * 1000000000u + fraction;
	return PC_OK;
}

/* A text member of bounded length made of printing ASCII. */
static const char *
word_of(const json_t *o, const char *name, size_t max)
{
	const char *text = json_string_value(json_object_get(o, name));
	size_t n = text == NULL ? 0 : strlen(text);
	if (n == 0 || n >= max)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		if (text[i] < 0x20 || text[i] == 0x7f)
			return NULL;
	}
	return text;
}

static int
take_members(const json_t *o, struct pc_agent_command *c, struct pc_diag *diag)
{
	const char *id = word_of(o, "commandId", sizeof(c->id));
	if (id == NULL)
		return pc_diag_fail(diag, PC_E_BADVALUE, "commandId is missing or unusable");
	pc_text_copy(c->id, sizeof(c->id), id);
	const char *word = json_string_value(json_object_get(o, "type"));
	int type = position(types, sizeof(types) / sizeof(types[0]), word);
	if (type < 0)
		return pc_diag_fail(
			diag, PC_E_UNSUPPORTED, "unknown type '%.40s'", word == NULL ? "" : word);
	c->type = (enum pc_command_type)type;
	const char *serial = word_of(o, "deviceSerial", sizeof(c->serial));
	if (serial == NULL)
		return pc_diag_fail(diag, PC_E_BADVALUE, "deviceSerial is missing or unusable");
	pc_text_copy(c->serial, sizeof(c->serial), serial);
	const char *expires = word_of(o, "expiresAt", PC_CLOCK_TEXT_MAX);
	if (expires == NULL || pc_command_time(expires, &c->expires_ns) != PC_OK)
		return pc_diag_fail(
			diag, PC_E_BADVALUE, "expiresAt is missing or no RFC 3339 time");
	const json_t *params = json_object_get(o, "params");
	if (params != NULL && !json_is_object(params))
		return pc_diag_fail(diag, PC_E_BADVALUE, "params is no object");
	return PC_OK;
}

int
pc_command_parse(
	const char *payload, size_t len, struct pc_agent_command *ret, struct pc_diag *diag)
{
	json_error_t error;
	*ret = (struct pc_agent_command){0};
	if (len > PC_COMMAND_BYTES_MAX)
		return pc_diag_fail(diag, PC_E_LIMIT,
			"the command has %zu bytes, at most %d are read", len,
			PC_COMMAND_BYTES_MAX);
	json_t *o = len == 0 ? NULL : json_loadb(payload, len, JSON_REJECT_DUPLICATES, &error);
	if (!json_is_object(o)) {
		json_decref(o);
		return pc_diag_fail(diag, PC_E_SYNTAX, "the command is no JSON object");
	}
	int err = take_members(o, ret, diag);
	json_decref(o);
	return err;
}

/* ---- the log ---- */

static int
take_entry(struct pc_command_log *log, const json_t *o)
{
	struct pc_command_entry *e = &log->entries[log->n];
	const char *id = json_string_value(json_object_get(o, "commandId"));
	const char *detail = json_string_value(json_object_get(o, "detail"));
	const char *finished = json_string_value(json_object_get(o, "finishedAt"));
	int type = position(types, sizeof(types) / sizeof(types[0]),
		json_string_value(json_object_get(o, "type")));
	int state = position(states, sizeof(states) / sizeof(states[0]),
		json_string_value(json_object_get(o, "state")));
	if (log->n == PC_COMMAND_LOG_MAX || id == NULL || type < 0 || state < 0)
		return PC_E_SYNTAX;
	*e = (struct pc_command_entry){.type = (enum pc_command_type)type,
		.state = (enum pc_command_state)state,
		.delivered = json_is_true(json_object_get(o, "delivered"))};
	pc_text_copy(e->id, sizeof(e->id), id);
	pc_text_copy(e->detail, sizeof(e->detail), detail == NULL ? "" : detail);
	pc_text_copy(e->finished, sizeof(e->finished), finished == NULL ? "" : finished);
	log->n++;
	return PC_OK;
}

static int
load(struct pc_command_log *log, struct pc_diag *diag)
{
	struct pc_buf b;
	json_error_t error;
	pc_buf_init(&b, LOG_BYTES_MAX);
	int err = pc_file_read(log->path, &b, diag);
	if (err != PC_OK) {
		pc_buf_done(&b);
		return err == -ENOENT ? PC_OK : err;
	}
	json_t *all = json_loadb((const char *)b.data, b.len, 0, &error);
	err = json_is_array(all) ? PC_OK : PC_E_SYNTAX;
	for (size_t i = 0; err == PC_OK && i < json_array_size(all); i++)
		err = take_entry(log, json_array_get(all, i));
	json_decref(all);
	pc_buf_done(&b);
	if (err != PC_OK)
		pc_diag_set(diag,
			"%s: is no command log; move it away to start with an empty one (commands "
			"may then run a second time)",
			log->path);
	return err;
}

int
pc_command_log_open(const char *path, struct pc_command_log **ret, struct pc_diag *diag)
{
	struct pc_command_log *log = calloc(1, sizeof(*log));
	if (log == NULL)
		return -ENOMEM;
	pc_text_copy(log->path, sizeof(log->path), path);
	int err = load(log, diag);
	if (err != PC_OK) {
		free(log);
		return err;
	}
	*ret = log;
	return PC_OK;
}

void
pc_command_log_close(struct pc_command_log *log)
{
	free(log);
}

static int
save(const struct pc_command_log *log, struct pc_diag *diag)
{
	json_t *all = json_array();
	for (size_t i = 0; i < log->n; i++) {
		const struct pc_command_entry *e = &log->entries[i];
		json_array_append_new(
			all, json_pack("{s:s,s:s,s:s,s:s,s:s,s:b}", "commandId", e->id, "type",
				     types[e->type], "state", states[e->state], "detail", e->detail,
				     "finishedAt", e->finished, "delivered", e->delivered ? 1 : 0));
	}
	char *text = json_dumps(all, JSON_INDENT(1) | JSON_PRESERVE_ORDER);
	json_decref(all);
	if (text == NULL)
		return -ENOMEM;
	int err = pc_file_write(log->path, text, strlen(text), 0600, diag);
	free(text);
	return err;
}

struct pc_command_entry *
pc_command_log_find(struct pc_command_log *log, const char *id)
{
	for (size_t i = 0; i < log->n; i++) {
		if (strcmp(log->entries[i].id, id) == 0)
			return &log->entries[i];
	}
	return NULL;
}

struct pc_command_entry *
pc_command_log_at(struct pc_command_log *log, size_t at)
{
	return at < log->n ? &log->entries[at] : NULL;
}

static bool
make_room(struct pc_command_log *log)
{
	for (size_t i = 0; log->n == PC_COMMAND_LOG_MAX && i < log->n; i++) {
		if (log->entries[i].delivered) {
			memmove(&log->entries[i], &log->entries[i + 1],
				(log->n - i - 1) * sizeof(log->entries[0]));
			log->n--;
		}
	}
	return log->n < PC_COMMAND_LOG_MAX;
}

int
pc_command_log_start(
	struct pc_command_log *log, const struct pc_agent_command *c, struct pc_diag *diag)
{
	struct pc_command_entry *e = pc_command_log_find(log, c->id);
	if (e == NULL && !make_room(log))
		return pc_diag_fail(diag, PC_E_LIMIT,
			"%d results wait for the broker, no further command is taken",
			PC_COMMAND_LOG_MAX);
	if (e == NULL)
		e = &log->entries[log->n++];
	*e = (struct pc_command_entry){.type = c->type, .state = PC_COMMAND_STARTED};
	pc_text_copy(e->id, sizeof(e->id), c->id);
	return save(log, diag);
}

int
pc_command_log_finish(struct pc_command_log *log, const char *id, enum pc_command_state state,
	const char *detail, const char *finished, struct pc_diag *diag)
{
	struct pc_command_entry *e = pc_command_log_find(log, id);
	if (e == NULL)
		return PC_E_NOTFOUND;
	e->state = state;
	pc_text_copy(e->detail, sizeof(e->detail), detail);
	pc_text_copy(e->finished, sizeof(e->finished), finished);
	return save(log, diag);
}

void
pc_command_log_delivered(struct pc_command_log *log, int number)
{
	for (size_t i = 0; i < log->n; i++) {
		if (log->entries[i].number == number && number != 0) {
			log->entries[i].delivered = true;
			log->entries[i].number = 0;
			/* Should this write fail, the result is sent once more after a restart. */
			(void)save(log, NULL);
			return;
		}
	}
}

int
pc_command_result(const struct pc_command_entry *e, struct pc_buf *out)
{
	json_t *o = json_pack("{s:s,s:s,s:s,s:s}", "commandId", e->id, "state", states[e->state],
		"detail", e->detail, "finishedAt", e->finished);
	char *text = o == NULL ? NULL : json_dumps(o, JSON_COMPACT | JSON_PRESERVE_ORDER);
	json_decref(o);
	if (text == NULL)
		return -ENOMEM;
	int err = pc_buf_add_text(out, text);
	free(text);
	return err;
}
