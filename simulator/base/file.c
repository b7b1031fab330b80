#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/text.h"

int
pc_file_read(const char *path, struct pc_buf *out, struct pc_diag *diag)
{
	char chunk[65536];
	int err = PC_OK;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		err = -errno;
		return pc_diag_fail(diag, err, "%s: %s", path, pc_err_text(err));
	}
	for (;;) {
		ssize_t n = read(fd, chunk, sizeof(chunk));
		if (n == 0)
			break;
		if (n < 0 && errno == EINTR)
			continue;
		err = n < 0 ? -errno : pc_buf_add(out, chunk, (size_t)n);
		if (err != PC_OK) {
			pc_diag_set(
				diag, "%s: %s (limit %zu bytes)", path, pc_err_text(err), out->max);
			break;
		}
	}
	close(fd);
	return err;
}

static int
write_all(int fd, const uint8_t *data, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, data, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		data += n;
		len -= (size_t)n;
	}
	return fdatasync(fd) == 0 ? PC_OK : -errno;
}

static void
sync_directory_of(const char *path)
{
	char dir[PATH_MAX];
	const char *slash = strrchr(path, '/');
	pc_text_copy(dir, sizeof(dir), slash == NULL ? "." : path);
	if (slash != NULL)
		dir[slash == path ? 1 : slash - path] = '\0';
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0) {
		(void)fsync(fd);
		close(fd);
	}
}

int
pc_file_write(const char *path, const void *data, size_t len, unsigned mode, struct pc_diag *diag)
{
	char tmp[PATH_MAX];
	int n = snprintf(tmp, sizeof(tmp), "%s.tmp%ld", path, (long)getpid());
	if (n < 0 || (size_t)n >= sizeof(tmp))
		return pc_diag_fail(diag, -ENAMETOOLONG, "%s: the path is too long", path);
	int fd = open(tmp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, (mode_t)mode);
	int err = fd < 0 ? -errno : write_all(fd, data, len);
	if (fd >= 0)
		close(fd);
	if (err == PC_OK && rename(tmp, path) != 0)
		err = -errno;
	if (err != PC_OK) {
		unlink(tmp);
		return pc_diag_fail(diag, err, "%s: %s", path, pc_err_text(err));
	}
	sync_directory_of(path);
	return PC_OK;
}

int
pc_file_mkdir(const char *path, unsigned mode, struct pc_diag *diag)
{
	char part[PATH_MAX];
	struct stat st;
	if (!pc_text_copy(part, sizeof(part), path))
		return pc_diag_fail(diag, -ENAMETOOLONG, "%s: the path is too long", path);
	for (char *p = part + 1;; p++) {
		if (*p != '/' && *p != '\0')
			continue;
		char c = *p;
		*p = '\0';
		if (mkdir(part, (mode_t)mode) != 0 && errno != EEXIST)
			return pc_diag_fail(diag, -errno, "%s: %s", part, pc_err_text(-errno));
		*p = c;
		if (c == '\0')
			break;
	}
	if (stat(path, &st) != 0 || !S_ISDIR(st.st_mode))
		return pc_diag_fail(diag, -ENOTDIR, "%s: is not a directory", path);
	return PC_OK;
}
