/* cloud/journal: what happened, numbered, the newest 100,000 entries. Durable with the next commit
 * of the database (at the latest the next tick): a kill may lose the last moments of it. */
#ifndef PC_CLOUD_JOURNAL_H
#define PC_CLOUD_JOURNAL_H

#include <stdint.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/diag.h"
#include "cloud/db.h"
#include "cloud/users.h"

struct pc_journal;

enum { PC_JOURNAL_MAX = 100000, PC_JOURNAL_LIST_MAX = 5000, PC_JOURNAL_MEMBERS_MAX = 4096 };

/* All borrowed. */
int pc_journal_open(struct pc_db *db, const struct pc_clock *clock, struct pc_journal **ret,
	struct pc_diag *diag);
void pc_journal_free(struct pc_journal *j); /* NULL allowed */

/* Add an entry. `members` as of pc_routes_journal(). `user` 0 = nobody; the name is looked up when
 * it is read, so that a deleted user's name is nowhere. */
void pc_journal_add(struct pc_journal *j, const char *kind, int64_t user, const char *members);

/* The same with members made from pairs of name and text, NULL at the end; a NULL text leaves its
 * pair out: pc_journal_note(j, "x", 0, "name", text, …, NULL). */
void pc_journal_note(struct pc_journal *j, const char *kind, int64_t user, ...);

/* The same with an object; NULL (it could not be made) = no members. */
struct json_t;
void pc_journal_object(
	struct pc_journal *j, const char *kind, int64_t user, const struct json_t *v);

/* Append {"entries":[…]} with those numbered above `since`, at most PC_JOURNAL_LIST_MAX, newest
 * last. */
int pc_journal_write(
	struct pc_journal *j, struct pc_users *users, uint64_t since, struct pc_buf *out);

#endif
