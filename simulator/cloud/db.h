/* cloud/db: the one way to SQLite: cached statements, bound values, transactions that may wait. */
#ifndef PC_CLOUD_DB_H
#define PC_CLOUD_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"

struct pc_db;
struct sqlite3_stmt;

enum {
	PC_DB_STATEMENTS_MAX = 96,
	PC_DB_VERSION = 1 /* PRAGMA user_version; another number is refused */
};

/* Open or create, WAL, synchronous=FULL, deleted bytes overwritten. -EIO with the sentence. */
int pc_db_open(const char *path, struct pc_db **ret, struct pc_diag *diag);
void pc_db_free(struct pc_db *db); /* commits; NULL allowed */

/* Run several statements without values (CREATE TABLE …). */
int pc_db_script(struct pc_db *db, const char *sql, struct pc_diag *diag);

/* Run one statement. `sql` must be static text: it is the key of the statement cache. `types` has a
 * letter for each value: t text (const char *, NULL = null), i int64_t, b blob (const void *,
 * size_t). PC_OK, PC_E_EXISTS for a broken unique rule, -ENOSPC, -EIO. */
int pc_db_run(struct pc_db *db, const char *sql, const char *types, ...);

/* Start reading rows; then `while (pc_db_next(s)) …`. NULL when it cannot be prepared. */
struct sqlite3_stmt *pc_db_select(struct pc_db *db, const char *sql, const char *types, ...);
bool pc_db_next(struct sqlite3_stmt *s); /* false at the end (and then the statement is done) */
void pc_db_done(struct sqlite3_stmt *s); /* leave before the end; NULL allowed */

/* Columns of the current row, from 0; borrowed until the next step. Text is never NULL. */
int64_t pc_db_int(struct sqlite3_stmt *s, int column);
const char *pc_db_text(struct sqlite3_stmt *s, int column);
const void *pc_db_blob(struct sqlite3_stmt *s, int column, size_t *ret_len);
bool pc_db_is_null(struct sqlite3_stmt *s, int column);

/* First column of the first row as a number; `otherwise` when there is none. */
int64_t pc_db_number(struct pc_db *db, const char *sql, int64_t otherwise);

int64_t pc_db_last_id(const struct pc_db *db);
int64_t pc_db_changes(const struct pc_db *db); /* rows the last statement changed */

/* What is run after pc_db_hold() stays in one transaction, seen by this process but not durable,
 * until pc_db_commit(). Without a hold every statement commits itself. */
int pc_db_hold(struct pc_db *db);
int pc_db_commit(struct pc_db *db); /* nothing held: PC_OK. On failure all of it is undone */
bool pc_db_is_held(const struct pc_db *db);

/* A mark inside a hold; undo takes back what came after it and removes the mark. */
int pc_db_mark(struct pc_db *db);
void pc_db_undo(struct pc_db *db);

#endif
