/* cmd/ctl: what the parts of `presscheck ctl` share: requests over libcurl, answers for people. */
#ifndef PC_CMD_CTL_H
#define PC_CMD_CTL_H

#include <stdbool.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/diag.h"
#include "fleet/control-table.h"

struct json_t;

/* One request: GET, or POST of `body` (NULL: GET). The answer's text goes to `out`, the HTTP status
 * to *status. PC_OK; PC_E_ENVIRONMENT when nobody answers there. */
int pc_ctl_request(
	const char *url, const char *body, struct pc_buf *out, long *status, struct pc_diag *diag);

/* The event stream until the fleet ends it: each event's data to fn(arg, event, data), where event
 * is "message" for journal entries. PC_OK; PC_E_LIMIT when we were dropped; PC_E_ENVIRONMENT;
 * errors of fn. */
typedef int (*pc_ctl_event_fn)(void *arg, const char *event, const char *data);
int pc_ctl_follow(
	const char *url, pc_ctl_event_fn fn, void *arg, long *status, struct pc_diag *diag);

/* Append `text` so that it may stand in a query. */
void pc_ctl_escape(struct pc_buf *out, const char *text);

/* An answer for people: tables and lines, by the operation's answer. */
void pc_ctl_print(
	FILE *out, const struct pc_control_operation *operation, const struct json_t *answer);
/* One journal entry on a line. */
void pc_ctl_print_entry(FILE *out, const struct json_t *entry);
/* A value of a state by its dotted path ("counters.life", "supplies.0"). PC_E_NOTFOUND. */
int pc_ctl_print_path(
	FILE *out, const struct json_t *state, const char *path, struct pc_diag *diag);

#endif
