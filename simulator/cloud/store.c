#include "cloud/store.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "base/text.h"

enum { SHA256_BYTES = 32, SHA256_HEX = 2 * SHA256_BYTES + 1 };

struct pc_store {
	struct pc_db *db; /* owned */
	char *dir;        /* owned */
	int lock_fd;      /* owned; the flock is ours while it is open */
	int fd;           /* owned; the segment appended to */
	int64_t segment;  /* its number, from 1 */
	uint64_t offset;  /* end of what rows know; bytes behind it are nobody's */
	uint64_t total_bytes, max_bytes;
	struct pc_store_faults faults;
};

static const char tables[] =
	"CREATE TABLE IF NOT EXISTS collections(n INTEGER PRIMARY KEY AUTOINCREMENT,"
	" id TEXT NOT NULL UNIQUE, agent TEXT NOT NULL, agent_type TEXT NOT NULL,"
	" document TEXT NOT NULL, copy INTEGER NOT NULL, collection_type TEXT NOT NULL,"
	" received_ns INTEGER NOT NULL, segment INTEGER NOT NULL, offset INTEGER NOT NULL,"
	" length INTEGER NOT NULL, sha256 TEXT NOT NULL, UNIQUE(agent, document, copy));"
	"CREATE INDEX IF NOT EXISTS collections_received ON collections(received_ns);"
	"CREATE INDEX IF NOT EXISTS collections_segment ON collections(segment, offset);"
	"CREATE TABLE IF NOT EXISTS collection_devices("
	" collection INTEGER NOT NULL REFERENCES collections(n), position INTEGER NOT NULL,"
	" serial TEXT NOT NULL, PRIMARY KEY(collection, position)) WITHOUT ROWID;"
	"CREATE INDEX IF NOT EXISTS collection_serial ON collection_devices(serial, collection);"
	"CREATE TABLE IF NOT EXISTS devices(serial TEXT PRIMARY KEY,"
	" collection INTEGER NOT NULL REFERENCES collections(n), position INTEGER NOT NULL,"
	" model TEXT, manufacturer TEXT, ip TEXT, mac TEXT, status TEXT,"
	" last_seen_ns INTEGER NOT NULL) WITHOUT ROWID;";

/* ---- identifiers ---- */

static bool
sha256(const void *data, size_t len, uint8_t out[SHA256_BYTES])
{
	return EVP_Digest(data, len, out, NULL, EVP_sha256(), NULL) == 1;
}

static void
sha256_hex(const void *data, size_t len, char hex[SHA256_HEX])
{
	uint8_t sum[SHA256_BYTES] = {0};
	hex[0] = '\0';
	if (sha256(data, len, sum))
		pc_text_hex(sum, sizeof(sum), hex);
}

void
pc_store_uuid(const char *a, const char *b, uint64_t n, char ret[PC_STORE_ID_MAX])
{
	uint8_t sum[SHA256_BYTES] = {0};
	char hex[SHA256_HEX];
	struct pc_buf text;
	pc_buf_init(&text, strlen(a) + strlen(b) + 64);
	pc_buf_addf(&text, "%s%c%s%c%llu", a, 0, b, 0, (unsigned long long)n);
	(void)sha256(text.data, text.len, sum);
	pc_buf_done(&text);
	sum[6] = (uint8_t)((sum[6] & 0x0f) | 0x80);
	sum[8] = (uint8_t)((sum[8] & 0x3f) | 0x80);
	pc_text_hex(sum, sizeof(sum), hex);
	snprintf(ret, PC_STORE_ID_MAX, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12,
		hex + 16, hex + 20);
}

/* ---- segments ---- */

static int
segment_path(const struct pc_store *s, int64_t number, char path[PATH_MAX])
{
	int n = snprintf(path, PATH_MAX, "%s/segments/%06lld.seg", s->dir, (long long)number);
	return n < 0 || n >= PATH_MAX ? -ENAMETOOLONG : PC_OK;
}

/* A new file is only there after a crash when its directory was synced too. */
static int
sync_segments_dir(const struct pc_store *s)
{
	char path[PATH_MAX];
	int n = snprintf(path, sizeof(path), "%s/segments", s->dir);
	if (n < 0 || n >= PATH_MAX)
		return -ENAMETOOLONG;
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	int err = fsync(fd) == 0 ? PC_OK : -errno;
	close(fd);
	return err;
}

static int
use_segment(struct pc_store *s, int64_t number)
{
	char path[PATH_MAX];
	int err = segment_path(s, number, path);
	if (err != PC_OK)
		return err;
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	err = sync_segments_dir(s);
	if (err != PC_OK) {
		close(fd);
		return err;
	}
	if (s->fd >= 0)
		close(s->fd);
	s->fd = fd;
	s->segment = number;
	s->offset = 0;
	return PC_OK;
}

/* Continue the last segment behind the last row; what a crash left there goes. */
static int
resume_segment(struct pc_store *s, struct pc_diag *diag)
{
	struct stat st;
	int64_t last = pc_db_number(s->db, "SELECT max(segment) FROM collections", 1);
	int err = use_segment(s, last);
	if (err != PC_OK)
		return pc_diag_fail(diag, err, "%s/segments: %s", s->dir, pc_err_text(err));
	s->offset = (uint64_t)pc_db_number(s->db,
		"SELECT max(offset+length) FROM collections"
		" WHERE segment=(SELECT max(segment) FROM collections)",
		0);
	s->total_bytes = (uint64_t)pc_db_number(s->db, "SELECT sum(length) FROM collections", 0);
	if (fstat(s->fd, &st) != 0)
		return pc_diag_fail(diag, -errno, "%s/segments: %s", s->dir, pc_err_text(-errno));
	if ((uint64_t)st.st_size < s->offset)
		return pc_diag_fail(diag, PC_E_TRUNCATED,
			"%s/segments/%06lld.seg: %lld bytes, the rows need %llu; restore the file",
			s->dir, (long long)last, (long long)st.st_size,
			(unsigned long long)s->offset);
	if ((uint64_t)st.st_size > s->offset && ftruncate(s->fd, (off_t)s->offset) != 0)
		return pc_diag_fail(diag, -errno, "%s/segments: %s", s->dir, pc_err_text(-errno));
	return PC_OK;
}

static int
append_body(struct pc_store *s, const uint8_t *body, size_t len)
{
	if (s->offset > 0 && s->offset + len > PC_STORE_SEGMENT_BYTES) {
		int err = use_segment(s, s->segment + 1);
		if (err != PC_OK)
			return err;
	}
	for (size_t done = 0; done < len;) {
		ssize_t n = pwrite(s->fd, body + done, len - done, (off_t)(s->offset + done));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		done += (size_t)n;
	}
	return fdatasync(s->fd) == 0 ? PC_OK : -errno;
}

/* ---- open, close ---- */

static int
take_lock(struct pc_store *s, struct pc_diag *diag)
{
	char path[PATH_MAX];
	int n = snprintf(path, sizeof(path), "%s/lock", s->dir);
	if (n < 0 || n >= PATH_MAX)
		return pc_diag_fail(diag, -ENAMETOOLONG, "%s: the path is too long", s->dir);
	s->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (s->lock_fd < 0)
		return pc_diag_fail(diag, -errno, "%s: %s", path, pc_err_text(-errno));
	if (flock(s->lock_fd, LOCK_EX | LOCK_NB) != 0)
		return pc_diag_fail(diag, PC_E_ENVIRONMENT,
			"%s: another process has this store open; stop it or choose another directory",
			s->dir);
	return PC_OK;
}

static int
open_parts(struct pc_store *s, struct pc_diag *diag)
{
	char path[PATH_MAX];
	int n = snprintf(path, sizeof(path), "%s/segments", s->dir);
	if (n < 0 || n >= PATH_MAX)
		return pc_diag_fail(diag, -ENAMETOOLONG, "%s: the path is too long", s->dir);
	int err = pc_file_mkdir(path, 0700, diag);
	if (err == PC_OK)
		err = take_lock(s, diag);
	if (err != PC_OK)
		return err;
	n = snprintf(path, sizeof(path), "%s/store.db", s->dir);
	if (n < 0 || n >= PATH_MAX)
		return pc_diag_fail(diag, -ENAMETOOLONG, "%s: the path is too long", s->dir);
	err = pc_db_open(path, &s->db, diag);
	if (err == PC_OK)
		err = pc_db_script(s->db, tables, diag);
	return err == PC_OK ? resume_segment(s, diag) : err;
}

int
pc_store_open(const char *dir, uint64_t max_bytes, struct pc_store_faults faults,
	struct pc_store **ret, struct pc_diag *diag)
{
	struct pc_store *s = calloc(1, sizeof(*s));
	if (s == NULL)
		return pc_diag_fail(diag, -ENOMEM, "%s: no memory", dir);
	s->lock_fd = s->fd = -1;
	s->max_bytes = max_bytes;
	s->faults = faults;
	s->dir = strdup(dir);
	int err = s->dir == NULL ? -ENOMEM : open_parts(s, diag);
	if (err != PC_OK) {
		pc_store_free(s);
		return err;
	}
	*ret = s;
	return PC_OK;
}

void
pc_store_free(struct pc_store *s)
{
	if (s == NULL)
		return;
	pc_db_free(s->db);
	if (s->fd >= 0)
		close(s->fd);
	if (s->lock_fd >= 0)
		close(s->lock_fd);
	free(s->dir);
	free(s);
}

struct pc_db *
pc_store_db(struct pc_store *s)
{
	return s->db;
}

/* ---- adding ---- */

static bool
find_document(struct pc_store *s, const struct pc_store_collection *c, char id[PC_STORE_ID_MAX],
	int64_t *ret_copies)
{
	bool found = false;
	struct sqlite3_stmt *q = pc_db_select(s->db,
		"SELECT id, copy FROM collections WHERE agent=?1 AND document=?2 ORDER BY copy",
		"tt", c->agent_id, c->document_id);
	for (*ret_copies = 0; pc_db_next(q); ++*ret_copies) {
		if (!found)
			pc_text_copy(id, PC_STORE_ID_MAX, pc_db_text(q, 0));
		found = true;
	}
	return found;
}

static int
add_device(struct pc_store *s, const struct pc_store_collection *c, size_t position, int64_t row)
{
	const struct pc_store_device *d = &c->devices[position];
	bool seen = d->status == NULL || strcmp(d->status, "unreachable") != 0;
	int err = pc_db_run(s->db, "INSERT INTO collection_devices VALUES(?1,?2,?3)", "iit", row,
		(int64_t)position, d->serial);
	if (err != PC_OK)
		return err;
	if (s->faults.device_data_stale)
		return pc_db_run(s->db,
			"INSERT OR IGNORE INTO devices VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9)",
			"tiittttti", d->serial, row, (int64_t)position, d->model, d->manufacturer,
			d->ip, d->mac, d->status, (int64_t)(seen ? c->received_ns : 0));
	/* an unreachable device keeps what was known of it, and when it was last seen */
	return pc_db_run(s->db,
		"INSERT INTO devices VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9) ON CONFLICT(serial) DO UPDATE SET"
		" collection=?2, position=?3, model=coalesce(?4, model),"
		" manufacturer=coalesce(?5, manufacturer), ip=coalesce(?6, ip), mac=coalesce(?7, mac),"
		" status=?8, last_seen_ns=max(last_seen_ns, ?9)",
		"tiittttti", d->serial, row, (int64_t)position, d->model, d->manufacturer, d->ip,
		d->mac, d->status, (int64_t)(seen ? c->received_ns : 0));
}

static int
add_rows(struct pc_store *s, const struct pc_store_collection *c, const char *id, int64_t copy)
{
	char sum[SHA256_HEX];
	sha256_hex(c->body, c->len, sum);
	int err = pc_db_run(s->db,
		"INSERT INTO collections(id, agent, agent_type, document, copy, collection_type,"
		" received_ns, segment, offset, length, sha256) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11)",
		"ttttitiiiit", id, c->agent_id, c->agent_type, c->document_id, copy,
		c->collection_type, (int64_t)c->received_ns, s->segment, (int64_t)s->offset,
		(int64_t)c->len, sum);
	int64_t row = pc_db_last_id(s->db);
	for (size_t i = 0; i < c->n_devices && err == PC_OK; i++) {
		if (c->devices[i].serial != NULL && c->devices[i].serial[0] != '\0')
			err = add_device(s, c, i, row);
	}
	return err;
}

static int
add_new(struct pc_store *s, const struct pc_store_collection *c, const char *id, int64_t copy)
{
	if (s->total_bytes + c->len > s->max_bytes)
		return PC_E_LIMIT;
	int err = append_body(s, c->body, c->len);
	if (err == PC_OK)
		err = pc_db_hold(s->db);
	if (err == PC_OK)
		err = pc_db_mark(s->db);
	if (err != PC_OK)
		return err;
	err = add_rows(s, c, id, copy);
	if (err != PC_OK) {
		pc_db_undo(s->db);
		return err;
	}
	err = pc_db_commit(s->db);
	if (err != PC_OK)
		return err;
	s->offset += c->len;
	s->total_bytes += c->len;
	return PC_OK;
}

int
pc_store_add(struct pc_store *s, const struct pc_store_collection *c, char ret_id[PC_STORE_ID_MAX],
	bool *ret_duplicate)
{
	int64_t copies = 0;
	char id[PC_STORE_ID_MAX];
	bool known = find_document(s, c, id, &copies);
	if (known && !s->faults.duplicate_stored_twice) {
		pc_text_copy(ret_id, PC_STORE_ID_MAX, id);
		*ret_duplicate = true;
		return PC_OK;
	}
	pc_store_uuid(c->agent_id, c->document_id, (uint64_t)copies, id);
	int err = add_new(s, c, id, copies);
	if (err != PC_OK)
		return err;
	pc_text_copy(ret_id, PC_STORE_ID_MAX, id);
	*ret_duplicate = false;
	return PC_OK;
}

/* ---- reading ---- */

static int
read_segment(const struct pc_store *s, int64_t segment, uint64_t offset, uint8_t *out, size_t len)
{
	char path[PATH_MAX];
	int err = segment_path(s, segment, path);
	if (err != PC_OK)
		return err;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	for (size_t done = 0; done < len && err == PC_OK;) {
		ssize_t n = pread(fd, out + done, len - done, (off_t)(offset + done));
		if (n == 0)
			err = PC_E_MISMATCH;
		else if (n > 0)
			done += (size_t)n;
		else if (errno != EINTR)
			err = -errno;
	}
	close(fd);
	return err;
}

int
pc_store_body(struct pc_store *s, const char *id, struct pc_buf *out)
{
	char want[SHA256_HEX] = "";
	char found[SHA256_HEX];
	struct sqlite3_stmt *q = pc_db_select(s->db,
		"SELECT segment, offset, length, sha256 FROM collections WHERE id=?1", "t", id);
	if (!pc_db_next(q))
		return PC_E_NOTFOUND;
	int64_t segment = pc_db_int(q, 0);
	uint64_t offset = (uint64_t)pc_db_int(q, 1);
	size_t len = (size_t)pc_db_int(q, 2);
	pc_text_copy(want, sizeof(want), pc_db_text(q, 3));
	pc_db_done(q);
	uint8_t *body = malloc(len + 1);
	if (body == NULL)
		return -ENOMEM;
	int err = read_segment(s, segment, offset, body, len);
	if (err == PC_OK) {
		sha256_hex(body, len, found);
		err = strcmp(found, want) == 0 ? pc_buf_add(out, body, len) : PC_E_MISMATCH;
	}
	free(body);
	return err;
}

#define DEVICE_QUERY \
	"SELECT d.serial, d.model, d.manufacturer, d.ip, d.mac, d.status, d.last_seen_ns, c.agent," \
	" c.agent_type, c.id, d.position, c.received_ns FROM devices d JOIN collections c" \
	" ON c.n=d.collection"

static struct pc_store_device
device_of(struct sqlite3_stmt *q)
{
	return (struct pc_store_device){.serial = pc_db_text(q, 0),
		.model = pc_db_text(q, 1),
		.manufacturer = pc_db_text(q, 2),
		.ip = pc_db_text(q, 3),
		.mac = pc_db_text(q, 4),
		.status = pc_db_text(q, 5),
		.last_seen_ns = (uint64_t)pc_db_int(q, 6),
		.agent_id = pc_db_text(q, 7),
		.agent_type = pc_db_text(q, 8),
		.collection_id = pc_db_text(q, 9),
		.position = (size_t)pc_db_int(q, 10),
		.received_ns = (uint64_t)pc_db_int(q, 11)};
}

bool
pc_store_device(struct pc_store *s, const char *serial, pc_store_device_fn fn, void *arg)
{
	struct sqlite3_stmt *q =
		pc_db_select(s->db, DEVICE_QUERY " WHERE d.serial=?1", "t", serial);
	if (!pc_db_next(q))
		return false;
	struct pc_store_device d = device_of(q);
	fn(arg, &d);
	pc_db_done(q);
	return true;
}

void
pc_store_each_device(struct pc_store *s, pc_store_device_fn fn, void *arg)
{
	struct sqlite3_stmt *q = pc_db_select(s->db, DEVICE_QUERY " ORDER BY d.serial", "");
	while (pc_db_next(q)) {
		struct pc_store_device d = device_of(q);
		fn(arg, &d);
	}
}

/* The serials of one collection, as rows that only have a serial. Frees with free(). */
static struct pc_store_device *
serials_of(struct pc_store *s, int64_t row, size_t *ret_n, struct pc_buf *texts)
{
	size_t n = 0;
	struct sqlite3_stmt *q = pc_db_select(s->db,
		"SELECT serial FROM collection_devices WHERE collection=?1 ORDER BY position", "i",
		row);
	while (pc_db_next(q)) {
		const char *serial = pc_db_text(q, 0);
		if (pc_buf_add(texts, serial, strlen(serial) + 1) == PC_OK)
			n++;
	}
	struct pc_store_device *list = calloc(n + 1, sizeof(*list));
	const char *p = pc_buf_text(texts);
	for (size_t i = 0; list != NULL && i < n; i++, p += strlen(p) + 1)
		list[i].serial = p;
	*ret_n = list == NULL ? 0 : n;
	return list;
}

static void
hand_out(struct pc_store *s, struct sqlite3_stmt *q, pc_store_collection_fn fn, void *arg)
{
	struct pc_buf texts;
	struct pc_store_collection c = {.id = pc_db_text(q, 1),
		.agent_id = pc_db_text(q, 2),
		.agent_type = pc_db_text(q, 3),
		.document_id = pc_db_text(q, 4),
		.collection_type = pc_db_text(q, 5),
		.received_ns = (uint64_t)pc_db_int(q, 6),
		.len = (size_t)pc_db_int(q, 7),
		.sha256 = pc_db_text(q, 8)};
	pc_buf_init(&texts, 4 << 20);
	struct pc_store_device *devices = serials_of(s, pc_db_int(q, 0), &c.n_devices, &texts);
	c.devices = devices;
	fn(arg, &c);
	free(devices);
	pc_buf_done(&texts);
}

size_t
pc_store_each_collection(struct pc_store *s, const char *serial, uint64_t since_ns,
	pc_store_collection_fn fn, void *arg)
{
	size_t n = 0;
	struct sqlite3_stmt *q = pc_db_select(s->db,
		"SELECT n, id, agent, agent_type, document, collection_type, received_ns, length, sha256"
		" FROM collections WHERE received_ns>=?1 AND (?2 IS NULL OR n IN"
		" (SELECT collection FROM collection_devices WHERE serial=?2)) ORDER BY n DESC LIMIT ?3",
		"iti", (int64_t)since_ns, serial, (int64_t)PC_STORE_LIST_MAX);
	for (; pc_db_next(q); n++)
		hand_out(s, q, fn, arg);
	return n;
}
