#include "services/volume.h"

#include <stdlib.h>
#include <string.h>

struct entry {
	char *path;    /* owned, "dir/file" */
	uint8_t *data; /* owned; NULL for directories and empty files */
	size_t len;
	bool directory;
};

struct pc_volume {
	size_t size, used;
	struct entry *entries; /* owned */
	size_t n;
};

struct pc_volume *
pc_volume_new(size_t size)
{
	struct pc_volume *v = calloc(1, sizeof(*v));
	if (v != NULL)
		v->size = size;
	return v;
}

void
pc_volume_init(struct pc_volume *v)
{
	for (size_t i = 0; i < v->n; i++) {
		free(v->entries[i].path);
		free(v->entries[i].data);
	}
	free(v->entries);
	v->entries = NULL;
	v->n = v->used = 0;
}

void
pc_volume_free(struct pc_volume *v)
{
	if (v == NULL)
		return;
	pc_volume_init(v);
	free(v);
}

size_t
pc_volume_size(const struct pc_volume *v)
{
	return v->size;
}

size_t
pc_volume_free_bytes(const struct pc_volume *v)
{
	return v->size - v->used;
}

static struct entry *
find(const struct pc_volume *v, const char *path)
{
	for (size_t i = 0; i < v->n; i++) {
		if (strcmp(v->entries[i].path, path) == 0)
			return &v->entries[i];
	}
	return NULL;
}

static const char *
last_part(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash == NULL ? path : slash + 1;
}

/* Length of what is before the last part, without the '/'; 0: the root. */
static size_t
parent_length(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash == NULL ? 0 : (size_t)(slash - path);
}

static bool
is_child(const struct entry *e, const char *path, size_t len)
{
	return parent_length(e->path) == len && memcmp(e->path, path, len) == 0 &&
	       (len == 0) == (strchr(e->path, '/') == NULL);
}

static struct pc_volume_entry
told(const struct entry *e)
{
	return (struct pc_volume_entry){.name = last_part(e->path),
		.directory = e->directory,
		.data = e->data,
		.len = e->len};
}

enum pc_pjl_file_error
pc_volume_query(const struct pc_volume *v, const char *path, struct pc_volume_entry *ret)
{
	const struct entry *e = find(v, path);
	if (path[0] == '\0')
		*ret = (struct pc_volume_entry){.name = "", .directory = true};
	else if (e == NULL)
		return PC_PJL_FILE_NOT_FOUND;
	else
		*ret = told(e);
	return PC_PJL_FILE_OK;
}

enum pc_pjl_file_error
pc_volume_entry_at(
	const struct pc_volume *v, const char *path, size_t at, struct pc_volume_entry *ret)
{
	struct pc_volume_entry dir;
	enum pc_pjl_file_error err = pc_volume_query(v, path, &dir);
	if (err != PC_PJL_FILE_OK)
		return err;
	if (!dir.directory)
		return PC_PJL_FILE_IS_FILE;
	for (size_t i = 0; i < v->n; i++) {
		if (!is_child(&v->entries[i], path, strlen(path)) || at-- > 0)
			continue;
		*ret = told(&v->entries[i]);
		return PC_PJL_FILE_OK;
	}
	return PC_PJL_FILE_END;
}

/* May something new be made there? */
static enum pc_pjl_file_error
check_parent(const struct pc_volume *v, const char *path)
{
	size_t n = parent_length(path), children = 0;
	bool found = n == 0;
	for (size_t i = 0; i < v->n; i++) {
		const struct entry *e = &v->entries[i];
		children += is_child(e, path, n);
		if (n == 0 || strlen(e->path) != n || memcmp(e->path, path, n) != 0)
			continue;
		if (!e->directory)
			return PC_PJL_FILE_IS_FILE;
		found = true;
	}
	if (!found)
		return PC_PJL_FILE_NOT_FOUND;
	return children >= PC_VOLUME_DIRECTORY_MAX || v->n == PC_VOLUME_ENTRIES_MAX
		       ? PC_PJL_FILE_DIRECTORY_FULL
		       : PC_PJL_FILE_OK;
}

static struct entry *
add(struct pc_volume *v, const char *path)
{
	struct entry *grown = reallocarray(v->entries, v->n + 1, sizeof(*grown));
	char *copy = strdup(path);
	if (grown != NULL)
		v->entries = grown;
	if (grown == NULL || copy == NULL) {
		free(copy);
		return NULL;
	}
	grown[v->n] = (struct entry){.path = copy};
	return &grown[v->n++];
}

enum pc_pjl_file_error
pc_volume_mkdir(struct pc_volume *v, const char *path)
{
	if (path[0] == '\0' || find(v, path) != NULL)
		return PC_PJL_FILE_EXISTS;
	enum pc_pjl_file_error err = check_parent(v, path);
	if (err != PC_PJL_FILE_OK)
		return err;
	struct entry *e = add(v, path);
	if (e == NULL)
		return PC_PJL_FILE_NO_MEMORY;
	e->directory = true;
	return PC_PJL_FILE_OK;
}

enum pc_pjl_file_error
pc_volume_delete(struct pc_volume *v, const char *path)
{
	struct entry *e = find(v, path);
	struct pc_volume_entry child;
	if (path[0] == '\0')
		return PC_PJL_FILE_ROOT;
	if (e == NULL)
		return PC_PJL_FILE_NOT_FOUND;
	if (e->directory && pc_volume_entry_at(v, path, 0, &child) == PC_PJL_FILE_OK)
		return PC_PJL_FILE_NOT_EMPTY;
	v->used -= e->len;
	free(e->path);
	free(e->data);
	size_t at = (size_t)(e - v->entries);
	v->n--;
	memmove(e, e + 1, (v->n - at) * sizeof(*e));
	return PC_PJL_FILE_OK;
}

enum pc_pjl_file_error
pc_volume_may_write(const struct pc_volume *v, const char *path, size_t len, bool append)
{
	const struct entry *e = find(v, path);
	if (path[0] == '\0' || (e != NULL && e->directory))
		return PC_PJL_FILE_IS_DIRECTORY;
	enum pc_pjl_file_error err = e == NULL ? check_parent(v, path) : PC_PJL_FILE_OK;
	if (err != PC_PJL_FILE_OK)
		return err;
	size_t room = v->size - v->used + (e != NULL && !append ? e->len : 0);
	return len > room ? PC_PJL_FILE_DISK_FULL : PC_PJL_FILE_OK;
}

enum pc_pjl_file_error
pc_volume_write_take(struct pc_volume *v, const char *path, uint8_t *data, size_t len, bool append)
{
	enum pc_pjl_file_error err = pc_volume_may_write(v, path, len, append);
	struct entry *e = find(v, path);
	if (err == PC_PJL_FILE_OK && e == NULL && (e = add(v, path)) == NULL)
		err = PC_PJL_FILE_NO_MEMORY;
	if (err == PC_PJL_FILE_OK && append && e->len > 0) {
		uint8_t *grown = realloc(e->data, e->len + len);
		if (grown == NULL) {
			err = PC_PJL_FILE_NO_MEMORY;
		} else {
			if (len > 0)
				memcpy(grown + e->len, data, len);
			e->data = grown;
			e->len += len;
			v->used += len;
		}
	} else if (err == PC_PJL_FILE_OK) {
		v->used += len - e->len;
		free(e->data);
		e->data = data;
		e->len = len;
		return PC_PJL_FILE_OK;
	}
	free(data);
	return err;
}
