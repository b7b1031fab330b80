#include "agents/spool.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "base/text.h"

enum { DEFAULT_DOCUMENTS = 1000, NAME_BYTES = 112 };

struct item {
	struct pc_spool_entry entry;
	char *text; /* owned; only with memory_only */
};

struct pc_spool {
	char dir[PATH_MAX - 256];
	size_t max_documents;
	uint64_t max_bytes;
	bool memory_only;
	struct item *items; /* owned, sorted by number */
	size_t n;
	uint64_t next_number;
	struct pc_spool_counts counts;
};

static void
file_name(const struct pc_spool_entry *e, char out[NAME_BYTES])
{
	snprintf(out, NAME_BYTES, "%020" PRIu64 ".%s.%s.json", e->number, e->type, e->document_id);
}

static void
file_path(const struct pc_spool *s, const struct pc_spool_entry *e, char out[PATH_MAX])
{
	char name[NAME_BYTES];
	file_name(e, name);
	snprintf(out, PATH_MAX, "%s/%s", s->dir, name);
}

static bool
is_word(const char *text, size_t max)
{
	size_t n = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");
	return n > 0 && n < max && text[n] == '\0';
}

/* "NUMBER.TYPE.ID.json" */
static bool
parse_name(const char *name, struct pc_spool_entry *e)
{
	char copy[NAME_BYTES];
	if (!pc_text_copy(copy, sizeof(copy), name))
		return false;
	char *type = strchr(copy, '.');
	char *id = type == NULL ? NULL : strchr(type + 1, '.');
	char *end = id == NULL ? NULL : strchr(id + 1, '.');
	if (end == NULL || strcmp(end, ".json") != 0)
		return false;
	*type++ = *id++ = *end = '\0';
	if (strspn(copy, "0123456789") != 20 || copy[20] != '\0' ||
		!is_word(type, PC_SPOOL_TYPE_MAX) || !is_word(id, PC_SPOOL_ID_MAX))
		return false;
	e->number = strtoull(copy, NULL, 10);
	pc_text_copy(e->type, sizeof(e->type), type);
	pc_text_copy(e->document_id, sizeof(e->document_id), id);
	return e->number > 0 && e->number < UINT64_MAX / 2;
}

static int
by_number(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	return x->entry.number < y->entry.number ? -1 : x->entry.number > y->entry.number;
}

static int
append(struct pc_spool *s, const struct pc_spool_entry *e, char *text)
{
	struct item *items = realloc(s->items, (s->n + 1) * sizeof(*items));
	if (items == NULL)
		return -ENOMEM;
	s->items = items;
	s->items[s->n++] = (struct item){.entry = *e, .text = text};
	s->counts.documents++;
	s->counts.bytes += e->bytes;
	if (e->number >= s->next_number)
		s->next_number = e->number + 1;
	return PC_OK;
}

/* What an earlier run left: documents are taken over, half-written files removed. */
static int
take_over(struct pc_spool *s, const char *name)
{
	char path[PATH_MAX];
	struct stat st;
	struct pc_spool_entry e = {0};
	snprintf(path, sizeof(path), "%s/%s", s->dir, name);
	if (strstr(name, ".json.tmp") != NULL)
		return unlink(path) == 0 ? PC_OK : -errno;
	if (!parse_name(name, &e) || stat(path, &st) != 0 || !S_ISREG(st.st_mode))
		return PC_OK;
	e.bytes = (size_t)st.st_size;
	return append(s, &e, NULL);
}

static int
scan(struct pc_spool *s, struct pc_diag *diag)
{
	int err = PC_OK;
	DIR *d = opendir(s->dir);
	if (d == NULL)
		return pc_diag_fail(diag, -errno, "spool %s: %s", s->dir, pc_err_text(-errno));
	for (struct dirent *e = readdir(d); e != NULL && err == PC_OK; e = readdir(d))
		err = take_over(s, e->d_name);
	closedir(d);
	if (s->n > 1)
		qsort(s->items, s->n, sizeof(*s->items), by_number);
	return err == PC_OK ? PC_OK
			    : pc_diag_fail(diag, err, "spool %s: %s", s->dir, pc_err_text(err));
}

int
pc_spool_open(const struct pc_spool_options *options, struct pc_spool **ret, struct pc_diag *diag)
{
	char rejected[PATH_MAX];
	struct pc_spool *s = calloc(1, sizeof(*s));
	if (s == NULL)
		return -ENOMEM;
	s->next_number = 1;
	s->memory_only = options->memory_only;
	s->max_documents = options->max_documents == 0 ? DEFAULT_DOCUMENTS : options->max_documents;
	s->max_bytes = options->max_bytes == 0 ? UINT64_C(256) << 20 : options->max_bytes;
	int err = PC_OK;
	if (!pc_text_copy(s->dir, sizeof(s->dir), options->dir))
		err = pc_diag_fail(diag, -ENAMETOOLONG, "spool: the path is too long");
	snprintf(rejected, sizeof(rejected), "%s/rejected", s->dir);
	if (err == PC_OK)
		err = pc_file_mkdir(rejected, 0700, diag);
	if (err == PC_OK)
		err = scan(s, diag);
	if (err != PC_OK) {
		pc_spool_close(s);
		return err;
	}
	*ret = s;
	return PC_OK;
}

void
pc_spool_close(struct pc_spool *s)
{
	if (s == NULL)
		return;
	for (size_t i = 0; i < s->n; i++)
		free(s->items[i].text);
	free(s->items);
	free(s);
}

static struct item *
find(struct pc_spool *s, uint64_t number)
{
	for (size_t i = 0; i < s->n; i++) {
		if (s->items[i].entry.number == number)
			return &s->items[i];
	}
	return NULL;
}

static void
forget(struct pc_spool *s, struct item *item)
{
	size_t at = (size_t)(item - s->items);
	s->counts.documents--;
	s->counts.bytes -= item->entry.bytes;
	free(item->text);
	memmove(item, item + 1, (s->n - at - 1) * sizeof(*item));
	s->n--;
}

/* Give up the oldest periodic document. */
static bool
drop_one(struct pc_spool *s)
{
	for (size_t i = 0; i < s->n; i++) {
		if (strcmp(s->items[i].entry.type, "periodic") == 0) {
			pc_spool_remove(s, s->items[i].entry.number);
			s->counts.dropped++;
			return true;
		}
	}
	return false;
}

static int
store(struct pc_spool *s, const struct pc_spool_entry *e, const char *text, struct pc_diag *diag)
{
	char path[PATH_MAX];
	if (s->memory_only) {
		char *copy = strndup(text, e->bytes);
		return copy == NULL ? -ENOMEM : append(s, e, copy);
	}
	file_path(s, e, path);
	int err = pc_file_write(path, text, e->bytes, 0600, diag);
	return err == PC_OK ? append(s, e, NULL) : err;
}

int
pc_spool_add(struct pc_spool *s, const char *type, const char *document_id, const char *text,
	size_t len, struct pc_diag *diag)
{
	struct pc_spool_entry e = {.number = s->next_number, .bytes = len};
	if (!is_word(type, sizeof(e.type)) || !is_word(document_id, sizeof(e.document_id)))
		return pc_diag_fail(diag, PC_E_BADVALUE,
			"spool: type '%s' and id '%s' must be letters, digits and hyphens", type,
			document_id);
	pc_text_copy(e.type, sizeof(e.type), type);
	pc_text_copy(e.document_id, sizeof(e.document_id), document_id);
	while (s->n >= s->max_documents || s->counts.bytes + len > s->max_bytes) {
		if (!drop_one(s))
			return pc_diag_fail(diag, PC_E_LIMIT,
				"spool %s: full (%zu documents, %" PRIu64
				" bytes) and no periodic one to drop",
				s->dir, s->n, s->counts.bytes);
	}
	return store(s, &e, text, diag);
}

bool
pc_spool_first(const struct pc_spool *s, struct pc_spool_entry *ret)
{
	if (s->n == 0)
		return false;
	*ret = s->items[0].entry;
	return true;
}

int
pc_spool_read(struct pc_spool *s, uint64_t number, struct pc_buf *out, struct pc_diag *diag)
{
	char path[PATH_MAX];
	struct item *item = find(s, number);
	if (item == NULL)
		return PC_E_NOTFOUND;
	if (s->memory_only)
		return pc_buf_add(out, item->text, item->entry.bytes);
	file_path(s, &item->entry, path);
	return pc_file_read(path, out, diag);
}

int
pc_spool_remove(struct pc_spool *s, uint64_t number)
{
	char path[PATH_MAX];
	struct item *item = find(s, number);
	if (item == NULL)
		return PC_E_NOTFOUND;
	int err = PC_OK;
	file_path(s, &item->entry, path);
	/* Not synced: should the removal be lost, the document is sent again under the same id. */
	if (!s->memory_only && unlink(path) != 0 && errno != ENOENT)
		err = -errno;
	forget(s, item);
	return err;
}

static int
oldest_first(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int
is_json(const struct dirent *e)
{
	return strstr(e->d_name, ".json") != NULL;
}

/* Two files a document: itself and the answer. */
static void
trim_rejected(const char *dir)
{
	struct dirent **names = NULL;
	char path[PATH_MAX];
	int n = scandir(dir, &names, is_json, oldest_first);
	for (int i = 0; i < n; i++) {
		if (i < n - 2 * PC_SPOOL_REJECTED_MAX) {
			snprintf(path, sizeof(path), "%s/%s", dir, names[i]->d_name);
			unlink(path);
		}
		free(names[i]);
	}
	free(names);
}

int
pc_spool_reject(
	struct pc_spool *s, uint64_t number, const char *answer, size_t len, struct pc_diag *diag)
{
	char from[PATH_MAX], dir[PATH_MAX], to[PATH_MAX + NAME_BYTES], name[NAME_BYTES];
	char note[PATH_MAX + NAME_BYTES + 16];
	struct item *item = find(s, number);
	if (item == NULL)
		return PC_E_NOTFOUND;
	s->counts.rejected++;
	if (s->memory_only) {
		forget(s, item);
		return PC_OK;
	}
	file_path(s, &item->entry, from);
	file_name(&item->entry, name);
	snprintf(dir, sizeof(dir), "%s/rejected", s->dir);
	snprintf(to, sizeof(to), "%s/%s", dir, name);
	snprintf(note, sizeof(note), "%s.answer", to);
	int err = pc_file_write(note, answer, len, 0600, diag);
	if (err == PC_OK && rename(from, to) != 0)
		err = pc_diag_fail(diag, -errno, "%s: %s", from, pc_err_text(-errno));
	forget(s, item);
	trim_rejected(dir);
	return err;
}

struct pc_spool_counts
pc_spool_counts(const struct pc_spool *s)
{
	return s->counts;
}
