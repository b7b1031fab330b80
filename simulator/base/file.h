/* base/file: whole files with a size limit, and writes that survive a SIGKILL at any moment. */
#ifndef PC_BASE_FILE_H
#define PC_BASE_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/diag.h"

/* Append the whole file to `out`; a file over out->max is PC_E_LIMIT. -errno otherwise. */
int pc_file_read(const char *path, struct pc_buf *out, struct pc_diag *diag);

/* Replace the file atomically: temporary file beside it, fdatasync, rename, directory synced. */
int pc_file_write(
	const char *path, const void *data, size_t len, unsigned mode, struct pc_diag *diag);

/* mkdir -p with mode 0755 (or the mode given); an existing directory is fine. */
int pc_file_mkdir(const char *path, unsigned mode, struct pc_diag *diag);

#endif
