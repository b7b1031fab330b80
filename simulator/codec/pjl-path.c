#include "codec/pjl-path.h"

#include <stdbool.h>
#include <string.h>

static const struct {
	unsigned code;
	const char *text;
} errors[] = {
	{PC_PJL_FILE_OK, "no error"},
	{PC_PJL_FILE_NO_VOLUME, "volume not available"},
	{PC_PJL_FILE_DISK_FULL, "disk full"},
	{PC_PJL_FILE_NOT_FOUND, "file not found"},
	{PC_PJL_FILE_NO_DESCRIPTORS, "no free file descriptors"},
	{PC_PJL_FILE_BAD_COUNT, "invalid number of bytes"},
	{PC_PJL_FILE_EXISTS, "file already exists"},
	{PC_PJL_FILE_BAD_NAME, "bad name"},
	{PC_PJL_FILE_ROOT, "cannot delete the root directory"},
	{PC_PJL_FILE_IS_DIRECTORY, "file operation on a directory"},
	{PC_PJL_FILE_IS_FILE, "directory operation on a file"},
	{PC_PJL_FILE_READ_ONLY, "read-only"},
	{PC_PJL_FILE_DIRECTORY_FULL, "directory full"},
	{PC_PJL_FILE_NOT_EMPTY, "directory not empty"},
	{PC_PJL_FILE_BAD_DISK, "bad disk"},
	{PC_PJL_FILE_NO_LABEL, "no label"},
	{PC_PJL_FILE_BAD_PARAMETER, "invalid parameter"},
	{PC_PJL_FILE_PROTECTED, "write-protected"},
	{PC_PJL_FILE_NO_NAME, "no name"},
	{PC_PJL_FILE_END, "end of the directory"},
	{PC_PJL_FILE_NO_FILE_SYSTEM, "no file system"},
	{PC_PJL_FILE_NO_MEMORY, "no memory"},
	{PC_PJL_FILE_VOLUME_RANGE, "volume out of range"},
	{PC_PJL_FILE_BAD_FILE_SYSTEM, "bad file system"},
	{PC_PJL_FILE_HARDWARE, "hardware failure"},
};

const char *
pc_pjl_file_error_text(unsigned code)
{
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		if (errors[i].code == code)
			return errors[i].text;
	}
	return NULL;
}

static bool
is_separator(char c)
{
	return c == '\\' || c == '/';
}

static enum pc_pjl_file_error
read_volume(const char **at, unsigned *ret)
{
	const char *c = *at;
	size_t n = strspn(c, "0123456789");
	if (n == 0 || c[n] != ':')
		return PC_PJL_FILE_BAD_NAME;
	if (n > 1)
		return PC_PJL_FILE_VOLUME_RANGE;
	*ret = (unsigned)(c[0] - '0');
	*at = c + n + 1;
	return PC_PJL_FILE_OK;
}

/* One part without separators; "." and ".." would be a way out. */
static bool
is_good_part(const char *part, size_t n)
{
	if ((n == 1 && part[0] == '.') || (n == 2 && part[0] == '.' && part[1] == '.'))
		return false;
	for (size_t i = 0; i < n; i++) {
		if ((unsigned char)part[i] < ' ' || part[i] == 0x7f || part[i] == ':')
			return false;
	}
	return true;
}

enum pc_pjl_file_error
pc_pjl_path_read(const char *text, unsigned *ret_volume, char path[PC_PJL_PATH_MAX])
{
	size_t at = 0, depth = 0;
	if (text[0] == '\0')
		return PC_PJL_FILE_NO_NAME;
	enum pc_pjl_file_error err = read_volume(&text, ret_volume);
	if (err != PC_PJL_FILE_OK)
		return err;
	path[0] = '\0';
	while (*text != '\0') {
		while (is_separator(*text))
			text++;
		size_t n = strcspn(text, "\\/");
		if (n == 0)
			break;
		if (!is_good_part(text, n) || ++depth > PC_PJL_PATH_DEPTH_MAX ||
			at + n + 2 > PC_PJL_PATH_MAX)
			return PC_PJL_FILE_BAD_NAME;
		if (at > 0)
			path[at++] = '/';
		memcpy(path + at, text, n);
		at += n;
		path[at] = '\0';
		text += n;
	}
	return PC_PJL_FILE_OK;
}
