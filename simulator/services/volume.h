/* services/volume: the file system of a printer that PJL reaches. It lies in memory, is bounded in
 * bytes and entries, and never touches a real file. */
#ifndef PC_SERVICES_VOLUME_H
#define PC_SERVICES_VOLUME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "codec/pjl-path.h"

enum { PC_VOLUME_ENTRIES_MAX = 256, PC_VOLUME_DIRECTORY_MAX = 128 };

struct pc_volume;

/* Empty, of `size` octets. NULL: no memory. */
struct pc_volume *pc_volume_new(size_t size);
void pc_volume_free(struct pc_volume *v); /* NULL is allowed */

/* Forget everything (FSINIT). */
void pc_volume_init(struct pc_volume *v);
size_t pc_volume_size(const struct pc_volume *v);
size_t pc_volume_free_bytes(const struct pc_volume *v);

struct pc_volume_entry {
	const char *name; /* the last part of its path; borrowed until the volume changes */
	bool directory;
	const uint8_t *data; /* borrowed until the volume changes */
	size_t len;
};

/* Paths are those of pc_pjl_path_read(). What is found at one; the root is a directory. _NOT_FOUND.
 */
enum pc_pjl_file_error pc_volume_query(
	const struct pc_volume *v, const char *path, struct pc_volume_entry *ret);

/* Entry number `at` from 0 of a directory, in the order they came. _END behind the last;
 * _NOT_FOUND, _IS_FILE. */
enum pc_pjl_file_error pc_volume_entry_at(
	const struct pc_volume *v, const char *path, size_t at, struct pc_volume_entry *ret);

/* _EXISTS, _NOT_FOUND (no such parent), _IS_FILE (the parent), _DIRECTORY_FULL, _ROOT, _NO_MEMORY.
 */
enum pc_pjl_file_error pc_volume_mkdir(struct pc_volume *v, const char *path);

/* _NOT_FOUND, _NOT_EMPTY, _ROOT. */
enum pc_pjl_file_error pc_volume_delete(struct pc_volume *v, const char *path);

/* May `len` octets be written there, in place of what is there or behind it? As _mkdir(), and
 * _IS_DIRECTORY, _DISK_FULL. */
enum pc_pjl_file_error pc_volume_may_write(
	const struct pc_volume *v, const char *path, size_t len, bool append);
/* Takes `data` (heap, may be NULL for none) in any case. */
enum pc_pjl_file_error pc_volume_write_take(
	struct pc_volume *v, const char *path, uint8_t *data, size_t len, bool append);

#endif
