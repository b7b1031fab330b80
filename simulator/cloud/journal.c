#include "cloud/journal.h"

#include <errno.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"

enum { TRIM_EVERY = 1000 };

struct pc_journal {
	struct pc_db *db;             /* borrowed; must outlive this */
	const struct pc_clock *clock; /* borrowed; must outlive this */
	unsigned since_trim;
};

static const char tables[] =
	"CREATE TABLE IF NOT EXISTS journal(n INTEGER PRIMARY KEY AUTOINCREMENT,"
	" at_ns INTEGER NOT NULL, kind TEXT NOT NULL, user INTEGER NOT NULL, members TEXT NOT NULL);";

static void
trim(struct pc_journal *j)
{
	j->since_trim = 0;
	(void)pc_db_run(j->db, "DELETE FROM journal WHERE n<=(SELECT max(n) FROM journal)-?1", "i",
		(int64_t)PC_JOURNAL_MAX);
}

int
pc_journal_open(struct pc_db *db, const struct pc_clock *clock, struct pc_journal **ret,
	struct pc_diag *diag)
{
	int err = pc_db_script(db, tables, diag);
	if (err != PC_OK)
		return err;
	struct pc_journal *j = calloc(1, sizeof(*j));
	if (j == NULL)
		return pc_diag_fail(diag, -ENOMEM, "journal: no memory");
	j->db = db;
	j->clock = clock;
	trim(j);
	*ret = j;
	return PC_OK;
}

void
pc_journal_free(struct pc_journal *j)
{
	free(j);
}

static void
add_text(struct pc_journal *j, const char *kind, int64_t user, const char *members)
{
	if (pc_db_hold(j->db) != PC_OK)
		return;
	(void)pc_db_run(j->db,
		"INSERT INTO journal(at_ns, kind, user, members) VALUES(?1,?2,?3,?4)", "itit",
		(int64_t)pc_clock_wall_ns(j->clock), kind, user, members);
	if (++j->since_trim >= TRIM_EVERY)
		trim(j);
}

/* Members as an object; what is not JSON becomes one text member, so that nothing is lost and the
 * journal stays readable. */
static json_t *
object_of(const char *members)
{
	static const char *const ours[] = {"n", "at", "kind", "user"};
	struct pc_buf text;
	pc_buf_init(&text, PC_JOURNAL_MEMBERS_MAX + 2);
	pc_buf_addf(&text, "{%s}", members);
	json_t *v = text.err != PC_OK
			    ? NULL
			    : json_loadb(pc_buf_text(&text), text.len, JSON_ALLOW_NUL, NULL);
	pc_buf_done(&text);
	if (v != NULL && !json_is_object(v)) {
		json_decref(v);
		v = NULL;
	}
	if (v == NULL) {
		json_t *invalid =
			json_stringn(members, strnlen(members, PC_JOURNAL_MEMBERS_MAX / 8));
		v = json_object();
		json_object_set_new(v, "invalid", invalid != NULL ? invalid : json_true());
	}
	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		json_object_del(v, ours[i]);
	return v;
}

void
pc_journal_object(struct pc_journal *j, const char *kind, int64_t user, const struct json_t *v)
{
	char *text = v == NULL ? NULL : json_dumps(v, JSON_COMPACT);
	add_text(j, kind, user, text == NULL ? "{}" : text);
	free(text);
}

void
pc_journal_add(struct pc_journal *j, const char *kind, int64_t user, const char *members)
{
	json_t *v = object_of(members);
	pc_journal_object(j, kind, user, v);
	json_decref(v);
}

void
pc_journal_note(struct pc_journal *j, const char *kind, int64_t user, ...)
{
	va_list ap;
	json_t *v = json_object();
	va_start(ap, user);
	for (const char *name; (name = va_arg(ap, const char *)) != NULL;) {
		const char *text = va_arg(ap, const char *);
		json_t *value = text == NULL ? NULL : json_stringn(text, strnlen(text, 512));
		if (value == NULL && text != NULL)
			value = json_string("(not UTF-8)");
		if (value != NULL)
			json_object_set_new(v, name, value);
	}
	va_end(ap);
	pc_journal_object(j, kind, user, v);
	json_decref(v);
}

static void
write_entry(struct pc_users *users, struct sqlite3_stmt *q, struct pc_buf *out)
{
	char at[PC_CLOCK_TEXT_MAX];
	char name[PC_USER_NAME_MAX];
	const char *members = pc_db_text(q, 4);
	json_t *kind = json_string(pc_db_text(q, 2));
	char *kind_text = json_dumps(kind, JSON_ENCODE_ANY);
	pc_buf_addf(out, "{\"n\":%lld,\"at\":\"%s\",\"kind\":%s", (long long)pc_db_int(q, 0),
		pc_clock_rfc3339((uint64_t)pc_db_int(q, 1), at),
		kind_text == NULL ? "\"\"" : kind_text);
	free(kind_text);
	json_decref(kind);
	if (pc_db_int(q, 3) != 0) {
		pc_users_name(users, pc_db_int(q, 3), name);
		json_t *user = json_string(name);
		char *user_text = json_dumps(user, JSON_ENCODE_ANY);
		pc_buf_addf(out, ",\"user\":%s", user_text == NULL ? "\"\"" : user_text);
		free(user_text);
		json_decref(user);
	}
	if (strcmp(members, "{}") != 0)
		pc_buf_addf(out, ",%s", members + 1);
	else
		pc_buf_add_text(out, "}");
}

int
pc_journal_write(struct pc_journal *j, struct pc_users *users, uint64_t since, struct pc_buf *out)
{
	const char *comma = "";
	struct sqlite3_stmt *q = pc_db_select(j->db,
		"SELECT n, at_ns, kind, user, members FROM journal WHERE n>?1 ORDER BY n LIMIT ?2",
		"ii", (int64_t)(since > INT64_MAX ? INT64_MAX : since),
		(int64_t)PC_JOURNAL_LIST_MAX);
	pc_buf_add_text(out, "{\"entries\":[");
	for (; pc_db_next(q); comma = ",") {
		pc_buf_add_text(out, comma);
		write_entry(users, q, out);
	}
	pc_buf_add_text(out, "]}");
	return out->err;
}
