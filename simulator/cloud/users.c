#include "cloud/users.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/file.h"
#include "base/text.h"

static const uint64_t NS_PER_S = 1000000000;

enum { TOUCH_S = 1, PASSWORD_BYTES = 12 };

/* Failed log-ins of one name, oldest first. */
struct failures {
	char lookup[PC_SEAL_LOOKUP_MAX];
	uint64_t at_ns[PC_LOGIN_FAILURES_MAX];
	size_t n;
};

struct pc_users {
	struct pc_db *db;             /* borrowed; must outlive this */
	const struct pc_seal *seal;   /* borrowed; must outlive this */
	const struct pc_clock *clock; /* borrowed; must outlive this */
	struct failures failures[PC_LOGIN_NAMES_MAX];
};

static const char tables[] =
	"CREATE TABLE IF NOT EXISTS users(id INTEGER PRIMARY KEY AUTOINCREMENT,"
	" lookup TEXT NOT NULL UNIQUE, name BLOB NOT NULL, password TEXT NOT NULL,"
	" role INTEGER NOT NULL, disabled INTEGER NOT NULL DEFAULT 0);"
	"CREATE TABLE IF NOT EXISTS sessions(token TEXT PRIMARY KEY,"
	" user INTEGER NOT NULL REFERENCES users(id) ON DELETE CASCADE,"
	" used_ns INTEGER NOT NULL) WITHOUT ROWID;"
	"CREATE INDEX IF NOT EXISTS sessions_used ON sessions(used_ns);";

const char *
pc_role_name(enum pc_role role)
{
	return role == PC_ROLE_INSTALLER ? "installer" : "operator";
}

/* ---- first start ---- */

static int
add_user(struct pc_users *u, const char *name, const char *password, enum pc_role role)
{
	char lookup[PC_SEAL_LOOKUP_MAX];
	struct pc_buf sealed;
	struct pc_buf hash;
	pc_buf_init(&sealed, 1024);
	pc_buf_init(&hash, 1024);
	pc_seal_lookup(u->seal, name, lookup);
	int err = pc_seal_text(u->seal, name, &sealed);
	if (err == PC_OK)
		err = pc_seal_password(u->seal, password, &hash);
	if (err == PC_OK)
		err = pc_db_run(u->db,
			"INSERT INTO users(lookup, name, password, role) VALUES(?1,?2,?3,?4)",
			"tbti", lookup, (const void *)sealed.data, sealed.len, pc_buf_text(&hash),
			(int64_t)role);
	pc_buf_done(&sealed);
	pc_buf_done(&hash);
	return err;
}

/* The file comes first: users without known passwords would lock everybody out. */
static int
add_first_users(struct pc_users *u, const char *path, struct pc_diag *diag)
{
	char password[2][2 * PASSWORD_BYTES + 1];
	struct pc_buf json;
	int err = PC_OK;
	pc_buf_init(&json, 4096);
	pc_buf_add_text(&json, "{\"users\":[");
	for (unsigned i = 0; i < 2 && err == PC_OK; i++) {
		const char *name = pc_role_name((enum pc_role)i);
		err = pc_seal_token(PASSWORD_BYTES, password[i]);
		pc_buf_addf(&json, "%s{\"user\":\"%s\",\"password\":\"%s\",\"role\":\"%s\"}",
			i == 0 ? "" : ",", name, password[i], name);
	}
	pc_buf_add_text(&json, "]}\n");
	if (err == PC_OK)
		err = pc_file_write(path, json.data, json.len, 0600, diag);
	pc_buf_done(&json);
	if (err == PC_OK)
		err = pc_db_hold(u->db);
	for (unsigned i = 0; i < 2 && err == PC_OK; i++)
		err = add_user(u, pc_role_name((enum pc_role)i), password[i], (enum pc_role)i);
	return err == PC_OK ? pc_db_commit(u->db) : err;
}

int
pc_users_open(struct pc_db *db, const struct pc_seal *seal, const struct pc_clock *clock,
	const char *credentials_path, struct pc_users **ret, struct pc_diag *diag)
{
	struct pc_users *u = calloc(1, sizeof(*u));
	if (u == NULL)
		return pc_diag_fail(diag, -ENOMEM, "users: no memory");
	u->db = db;
	u->seal = seal;
	u->clock = clock;
	int err = pc_db_script(db, tables, diag);
	if (err == PC_OK && pc_db_number(db, "SELECT count(*) FROM users", 0) == 0)
		err = add_first_users(u, credentials_path, diag);
	if (err != PC_OK) {
		pc_users_free(u);
		return err;
	}
	*ret = u;
	return PC_OK;
}

void
pc_users_free(struct pc_users *u)
{
	free(u);
}

/* ---- throttling ---- */

static void
forget_old(struct failures *f, uint64_t now)
{
	size_t old = 0;
	while (old < f->n && f->at_ns[old] + PC_LOGIN_WINDOW_S * NS_PER_S <= now)
		old++;
	memmove(f->at_ns, f->at_ns + old, (f->n - old) * sizeof(f->at_ns[0]));
	f->n -= old;
}

/* The name's entry; else a free one, else the one whose last failure is oldest. */
static struct failures *
failures_of(struct pc_users *u, const char *lookup, uint64_t now)
{
	struct failures *best = &u->failures[0];
	for (size_t i = 0; i < PC_LOGIN_NAMES_MAX; i++) {
		struct failures *f = &u->failures[i];
		forget_old(f, now);
		if (f->n > 0 && strcmp(f->lookup, lookup) == 0)
			return f;
		if (best->n > 0 && (f->n == 0 || f->at_ns[f->n - 1] < best->at_ns[best->n - 1]))
			best = f;
	}
	pc_text_copy(best->lookup, sizeof(best->lookup), lookup);
	best->n = 0;
	return best;
}

/* ---- log-in ---- */

static int
add_session(struct pc_users *u, int64_t user, char token[PC_SESSION_TOKEN_MAX])
{
	char hash[PC_SEAL_LOOKUP_MAX];
	int err = pc_seal_token((PC_SESSION_TOKEN_MAX - 1) / 2, token);
	if (err != PC_OK)
		return err;
	pc_seal_hash(token, hash);
	err = pc_db_hold(u->db);
	if (err == PC_OK)
		err = pc_db_run(u->db,
			"DELETE FROM sessions WHERE token IN (SELECT token FROM sessions"
			" ORDER BY used_ns DESC LIMIT -1 OFFSET ?1)",
			"i", (int64_t)PC_SESSIONS_MAX - 1);
	if (err == PC_OK)
		err = pc_db_run(u->db, "INSERT INTO sessions VALUES(?1,?2,?3)", "tii", hash, user,
			(int64_t)pc_clock_wall_ns(u->clock));
	return err == PC_OK ? pc_db_commit(u->db) : err;
}

static bool
check_password(
	struct pc_users *u, const char *lookup, const char *password, bool any, struct pc_user *ret)
{
	char hash[192];
	bool known = false;
	pc_seal_no_password(
		u->seal, hash, sizeof(hash)); /* an unknown name takes as long as a known one */
	struct sqlite3_stmt *q = pc_db_select(u->db,
		"SELECT id, role, password FROM users WHERE lookup=?1 AND disabled=0", "t", lookup);
	if (pc_db_next(q)) {
		known = true;
		ret->id = pc_db_int(q, 0);
		ret->role =
			pc_db_int(q, 1) == PC_ROLE_INSTALLER ? PC_ROLE_INSTALLER : PC_ROLE_OPERATOR;
		pc_text_copy(hash, sizeof(hash), pc_db_text(q, 2));
		pc_db_done(q);
	}
	bool matches = pc_seal_password_matches(password, hash);
	return known && (matches || any);
}

int
pc_users_login(struct pc_users *u, const char *name, const char *password, bool any_password,
	char ret_token[PC_SESSION_TOKEN_MAX], struct pc_user *ret, unsigned *ret_wait_s)
{
	char lookup[PC_SEAL_LOOKUP_MAX];
	struct pc_user user = {0};
	uint64_t now = pc_clock_ns(u->clock);
	pc_seal_lookup(u->seal, name, lookup);
	struct failures *f = failures_of(u, lookup, now);
	if (f->n == PC_LOGIN_FAILURES_MAX) {
		*ret_wait_s =
			(unsigned)((f->at_ns[0] + PC_LOGIN_WINDOW_S * NS_PER_S - now) / NS_PER_S) +
			1;
		return PC_E_LIMIT;
	}
	if (!check_password(u, lookup, password, any_password, &user)) {
		f->at_ns[f->n++] = now;
		return PC_E_REFUSED;
	}
	f->n = 0;
	pc_text_copy(user.name, sizeof(user.name), name);
	int err = add_session(u, user.id, ret_token);
	if (err == PC_OK)
		*ret = user;
	return err;
}

/* ---- sessions ---- */

static uint64_t
idle_limit(const struct pc_users *u)
{
	uint64_t now = pc_clock_wall_ns(u->clock);
	uint64_t idle = PC_SESSION_IDLE_S * NS_PER_S;
	return now > idle ? now - idle : 0;
}

bool
pc_users_session(struct pc_users *u, const char *token, struct pc_user *ret)
{
	char hash[PC_SEAL_LOOKUP_MAX];
	uint64_t now = pc_clock_wall_ns(u->clock);
	if (token == NULL || strlen(token) != PC_SESSION_TOKEN_MAX - 1)
		return false;
	pc_seal_hash(token, hash);
	struct sqlite3_stmt *q = pc_db_select(u->db,
		"SELECT u.id, u.role, s.used_ns FROM sessions s JOIN users u ON u.id=s.user"
		" WHERE s.token=?1 AND u.disabled=0 AND s.used_ns>?2",
		"ti", hash, (int64_t)idle_limit(u));
	if (!pc_db_next(q))
		return false;
	ret->id = pc_db_int(q, 0);
	ret->role = pc_db_int(q, 1) == PC_ROLE_INSTALLER ? PC_ROLE_INSTALLER : PC_ROLE_OPERATOR;
	uint64_t used = (uint64_t)pc_db_int(q, 2);
	pc_db_done(q);
	pc_users_name(u, ret->id, ret->name);
	if (now >= used + TOUCH_S * NS_PER_S && pc_db_hold(u->db) == PC_OK)
		(void)pc_db_run(u->db, "UPDATE sessions SET used_ns=?2 WHERE token=?1", "ti", hash,
			(int64_t)now);
	return true;
}

void
pc_users_logout(struct pc_users *u, const char *token)
{
	char hash[PC_SEAL_LOOKUP_MAX];
	pc_seal_hash(token, hash);
	(void)pc_db_run(u->db, "DELETE FROM sessions WHERE token=?1", "t", hash);
	(void)pc_db_commit(u->db);
}

void
pc_users_expire(struct pc_users *u)
{
	if (pc_db_number(u->db, "SELECT min(used_ns) FROM sessions", INT64_MAX) >
		(int64_t)idle_limit(u))
		return;
	(void)pc_db_run(
		u->db, "DELETE FROM sessions WHERE used_ns<=?1", "i", (int64_t)idle_limit(u));
}

void
pc_users_name(struct pc_users *u, int64_t id, char name[PC_USER_NAME_MAX])
{
	struct pc_buf text;
	size_t len = 0;
	name[0] = '\0';
	struct sqlite3_stmt *q = pc_db_select(u->db, "SELECT name FROM users WHERE id=?1", "i", id);
	if (!pc_db_next(q))
		return;
	const void *sealed = pc_db_blob(q, 0, &len);
	pc_buf_init(&text, PC_USER_NAME_MAX);
	if (pc_seal_unseal(u->seal, sealed, len, &text) == PC_OK)
		pc_text_copy(name, PC_USER_NAME_MAX, pc_buf_text(&text));
	pc_buf_done(&text);
	pc_db_done(q);
}

bool
pc_users_may_use(const struct pc_users *u, const struct pc_user *user, const char *serial,
	const char *agent_id)
{
	(void)u;
	(void)serial;
	(void)agent_id;
	return user->id != 0;
}
