/* agents/command: commands that come over MQTT: what they say, and the log on the disk that makes
 * each run once and keeps its result until the broker has it. Spec: OQ-05, ERS-OP-01, ERS-OP-24 */
#ifndef PC_AGENTS_COMMAND_H
#define PC_AGENTS_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/diag.h"

enum {
	PC_COMMAND_ID_MAX = 80,
	PC_COMMAND_DETAIL_MAX = 256,
	PC_COMMAND_LOG_MAX = 256, /* remembered; the oldest delivered one goes first */
	PC_COMMAND_BYTES_MAX = 16384
};

enum pc_command_type { PC_COMMAND_COLLECT, PC_COMMAND_RESTART, PC_COMMAND_CLEAN };

struct pc_agent_command {
	char id[PC_COMMAND_ID_MAX]; /* "" when the message has none that is usable */
	enum pc_command_type type;
	char serial[72];
	uint64_t expires_ns; /* wall clock */
};

/* Read a command. PC_E_LIMIT (too long), PC_E_SYNTAX (no JSON object), PC_E_BADVALUE (a member is
 * missing or wrong), PC_E_UNSUPPORTED (unknown type); ret->id is set as far as it could be read, so
 * that the refusal can name it. */
int pc_command_parse(
	const char *payload, size_t len, struct pc_agent_command *ret, struct pc_diag *diag);

/* RFC 3339 with zone to nanoseconds since 1970. PC_OK or PC_E_BADVALUE. */
int pc_command_time(const char *text, uint64_t *ret_wall_ns);

/* STARTED is what a killed agent leaves behind. */
enum pc_command_state {
	PC_COMMAND_STARTED,
	PC_COMMAND_SUCCEEDED,
	PC_COMMAND_FAILED,
	PC_COMMAND_REJECTED,
	PC_COMMAND_EXPIRED
};

struct pc_command_entry {
	char id[PC_COMMAND_ID_MAX];
	enum pc_command_type type;
	enum pc_command_state state;
	char detail[PC_COMMAND_DETAIL_MAX];
	char finished[PC_CLOCK_TEXT_MAX];
	bool delivered;
	int number; /* of the publication under way; 0 = none. Not stored */
};

struct pc_command_log;

/* Opens PATH, or starts a new log. A log that cannot be read is an error: running commands twice is
 * worse than not starting. */
int pc_command_log_open(const char *path, struct pc_command_log **ret, struct pc_diag *diag);
void pc_command_log_close(struct pc_command_log *log); /* NULL is allowed */

/* Entry by id; NULL when unknown. Valid until the log changes. */
struct pc_command_entry *pc_command_log_find(struct pc_command_log *log, const char *id);

/* Entry by position, oldest first; NULL after the last. */
struct pc_command_entry *pc_command_log_at(struct pc_command_log *log, size_t at);

/* Write ahead: on the disk when this returns PC_OK. PC_E_LIMIT when the log is full of results that
 * nobody has taken yet. A known id keeps its place and starts anew. */
int pc_command_log_start(
	struct pc_command_log *log, const struct pc_agent_command *c, struct pc_diag *diag);

/* The outcome; on the disk when this returns PC_OK. PC_E_NOTFOUND for an unknown id. */
int pc_command_log_finish(struct pc_command_log *log, const char *id, enum pc_command_state state,
	const char *detail, const char *finished, struct pc_diag *diag);

/* The broker has the publication `number`. */
void pc_command_log_delivered(struct pc_command_log *log, int number);

/* The result message of an entry. PC_OK or -ENOMEM. */
int pc_command_result(const struct pc_command_entry *entry, struct pc_buf *out);

const char *pc_command_type_text(enum pc_command_type type);
const char *pc_command_state_text(enum pc_command_state state);

#endif
