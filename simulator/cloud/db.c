#include "cloud/db.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"

struct pc_db {
	sqlite3 *handle; /* owned */
	struct {
		const char *sql;    /* borrowed; static text */
		sqlite3_stmt *stmt; /* owned */
	} cache[PC_DB_STATEMENTS_MAX];
	size_t n_cached;
};

static int
err_of(int rc)
{
	switch (rc & 0xff) {
	case SQLITE_OK:
	case SQLITE_ROW:
	case SQLITE_DONE:
		return PC_OK;
	case SQLITE_CONSTRAINT:
		return PC_E_EXISTS;
	case SQLITE_FULL:
		return -ENOSPC;
	case SQLITE_NOMEM:
		return -ENOMEM;
	default:
		return -EIO;
	}
}

int
pc_db_script(struct pc_db *db, const char *sql, struct pc_diag *diag)
{
	int rc = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);
	if (rc != SQLITE_OK)
		return pc_diag_fail(diag, err_of(rc), "%s: %s",
			sqlite3_db_filename(db->handle, "main"), sqlite3_errmsg(db->handle));
	return PC_OK;
}

static int
check_version(struct pc_db *db, const char *path, struct pc_diag *diag)
{
	int64_t found = pc_db_number(db, "PRAGMA user_version", -1);
	if (found != 0 && found != PC_DB_VERSION)
		return pc_diag_fail(diag, PC_E_UNSUPPORTED,
			"%s: store version %lld, this program writes %d; use another directory",
			path, (long long)found, PC_DB_VERSION);
	return pc_db_script(db, "PRAGMA user_version=1", diag);
}

int
pc_db_open(const char *path, struct pc_db **ret, struct pc_diag *diag)
{
	struct pc_db *db = calloc(1, sizeof(*db));
	if (db == NULL)
		return pc_diag_fail(diag, -ENOMEM, "%s: no memory", path);
	int rc = sqlite3_open_v2(path, &db->handle,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL);
	int err = err_of(rc);
	if (err != PC_OK)
		pc_diag_set(diag, "%s: %s", path,
			db->handle == NULL ? "no memory" : sqlite3_errmsg(db->handle));
	if (err == PC_OK)
		err = pc_db_script(db,
			"PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;"
			"PRAGMA secure_delete=ON;PRAGMA foreign_keys=ON;PRAGMA wal_autocheckpoint=2000",
			diag);
	if (err == PC_OK)
		err = check_version(db, path, diag);
	if (err != PC_OK) {
		pc_db_free(db);
		return err;
	}
	*ret = db;
	return PC_OK;
}

void
pc_db_free(struct pc_db *db)
{
	if (db == NULL)
		return;
	if (db->handle != NULL)
		(void)pc_db_commit(db);
	for (size_t i = 0; i < db->n_cached; i++)
		sqlite3_finalize(db->cache[i].stmt);
	sqlite3_close(db->handle);
	free(db);
}

static sqlite3_stmt *
cached(struct pc_db *db, const char *sql)
{
	sqlite3_stmt *s = NULL;
	for (size_t i = 0; i < db->n_cached; i++) {
		if (db->cache[i].sql == sql) {
			sqlite3_reset(db->cache[i].stmt);
			sqlite3_clear_bindings(db->cache[i].stmt);
			return db->cache[i].stmt;
		}
	}
	if (db->n_cached == PC_DB_STATEMENTS_MAX ||
		sqlite3_prepare_v3(db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &s, NULL) !=
			SQLITE_OK)
		return NULL;
	db->cache[db->n_cached].sql = sql;
	db->cache[db->n_cached++].stmt = s;
	return s;
}

static void
bind_all(sqlite3_stmt *s, const char *types, va_list *ap)
{
	for (int i = 1; *types != '\0'; i++, types++) {
		if (*types == 't') {
			sqlite3_bind_text(s, i, va_arg(*ap, const char *), -1, SQLITE_TRANSIENT);
		} else if (*types == 'i') {
			sqlite3_bind_int64(s, i, va_arg(*ap, int64_t));
		} else {
			const void *data = va_arg(*ap, const void *);
			size_t len = va_arg(*ap, size_t);
			sqlite3_bind_blob64(s, i, data, len, SQLITE_TRANSIENT);
		}
	}
}

int
pc_db_run(struct pc_db *db, const char *sql, const char *types, ...)
{
	va_list ap;
	sqlite3_stmt *s = cached(db, sql);
	if (s == NULL)
		return -EIO;
	va_start(ap, types);
	bind_all(s, types, &ap);
	va_end(ap);
	int rc = sqlite3_step(s);
	sqlite3_reset(s);
	sqlite3_clear_bindings(s);
	return err_of(rc);
}

struct sqlite3_stmt *
pc_db_select(struct pc_db *db, const char *sql, const char *types, ...)
{
	va_list ap;
	sqlite3_stmt *s = cached(db, sql);
	if (s == NULL)
		return NULL;
	va_start(ap, types);
	bind_all(s, types, &ap);
	va_end(ap);
	return s;
}

bool
pc_db_next(struct sqlite3_stmt *s)
{
	if (s == NULL)
		return false;
	if (sqlite3_step(s) == SQLITE_ROW)
		return true;
	pc_db_done(s);
	return false;
}

void
pc_db_done(struct sqlite3_stmt *s)
{
	sqlite3_reset(s);
	sqlite3_clear_bindings(s);
}

int64_t
pc_db_int(struct sqlite3_stmt *s, int column)
{
	return sqlite3_column_int64(s, column);
}

const char *
pc_db_text(struct sqlite3_stmt *s, int column)
{
	const unsigned char *t = sqlite3_column_text(s, column);
	return t == NULL ? "" : (const char *)t;
}

const void *
pc_db_blob(struct sqlite3_stmt *s, int column, size_t *ret_len)
{
	const void *data = sqlite3_column_blob(s, column);
	*ret_len = (size_t)sqlite3_column_bytes(s, column);
	return data;
}

bool
pc_db_is_null(struct sqlite3_stmt *s, int column)
{
	return sqlite3_column_type(s, column) == SQLITE_NULL;
}

int64_t
pc_db_number(struct pc_db *db, const char *sql, int64_t otherwise)
{
	int64_t v = otherwise;
	struct sqlite3_stmt *s = pc_db_select(db, sql, "");
	if (s != NULL && pc_db_next(s)) {
		if (!pc_db_is_null(s, 0))
			v = pc_db_int(s, 0);
		pc_db_done(s);
	}
	return v;
}

int64_t
pc_db_last_id(const struct pc_db *db)
{
	return sqlite3_last_insert_rowid(db->handle);
}

int64_t
pc_db_changes(const struct pc_db *db)
{
	return sqlite3_changes64(db->handle);
}

int
pc_db_hold(struct pc_db *db)
{
	return pc_db_is_held(db) ? PC_OK : pc_db_run(db, "BEGIN IMMEDIATE", "");
}

int
pc_db_commit(struct pc_db *db)
{
	if (!pc_db_is_held(db))
		return PC_OK;
	int err = pc_db_run(db, "COMMIT", "");
	if (err != PC_OK)
		(void)pc_db_run(db, "ROLLBACK", "");
	return err;
}

bool
pc_db_is_held(const struct pc_db *db)
{
	return sqlite3_get_autocommit(db->handle) == 0;
}

int
pc_db_mark(struct pc_db *db)
{
	return pc_db_run(db, "SAVEPOINT mark", "");
}

void
pc_db_undo(struct pc_db *db)
{
	(void)pc_db_run(db, "ROLLBACK TO mark", "");
	(void)pc_db_run(db, "RELEASE mark", "");
}
