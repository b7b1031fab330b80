/* codec/pjl-path: names of files on a PJL volume, and the FILEERROR codes. A name such as
 * "0:\dir\file" becomes "dir/file"; nothing in it can lead out of the volume. */
#ifndef PC_CODEC_PJL_PATH_H
#define PC_CODEC_PJL_PATH_H

#include <stddef.h>

enum { PC_PJL_PATH_MAX = 128, PC_PJL_PATH_DEPTH_MAX = 16 };

/* FILEERROR=n; as status 32000 + n. */
enum pc_pjl_file_error {
	PC_PJL_FILE_OK = 0,
	PC_PJL_FILE_NO_VOLUME = 1,
	PC_PJL_FILE_DISK_FULL = 2,
	PC_PJL_FILE_NOT_FOUND = 3,
	PC_PJL_FILE_NO_DESCRIPTORS = 4,
	PC_PJL_FILE_BAD_COUNT = 5,
	PC_PJL_FILE_EXISTS = 6,
	PC_PJL_FILE_BAD_NAME = 7,
	PC_PJL_FILE_ROOT = 8, /* cannot be deleted */
	PC_PJL_FILE_IS_DIRECTORY = 9,
	PC_PJL_FILE_IS_FILE = 10,
	PC_PJL_FILE_READ_ONLY = 12,
	PC_PJL_FILE_DIRECTORY_FULL = 13,
	PC_PJL_FILE_NOT_EMPTY = 14,
	PC_PJL_FILE_BAD_DISK = 15,
	PC_PJL_FILE_NO_LABEL = 16,
	PC_PJL_FILE_BAD_PARAMETER = 17,
	PC_PJL_FILE_PROTECTED = 26,
	PC_PJL_FILE_NO_NAME = 27,
	PC_PJL_FILE_END = 51, /* of a directory */
	PC_PJL_FILE_NO_FILE_SYSTEM = 52,
	PC_PJL_FILE_NO_MEMORY = 53,
	PC_PJL_FILE_VOLUME_RANGE = 54,
	PC_PJL_FILE_BAD_FILE_SYSTEM = 55,
	PC_PJL_FILE_HARDWARE = 56
};

/* Meaning of a code, NULL when unknown. Static. */
const char *pc_pjl_file_error_text(unsigned code);

/* Read "V:\a\b": volume number, and the path with '/' between its parts ("" the root) in
 * `path`. '\' and '/' separate, repeated ones count once, case is kept. PC_PJL_FILE_OK;
 * _NO_NAME for an empty text; _VOLUME_RANGE for a number of two and more digits; _BAD_NAME for
 * everything else that is no such name: no volume, a letter for it, a second colon, "." and "..",
 * control characters, over PC_PJL_PATH_MAX - 1 octets or PC_PJL_PATH_DEPTH_MAX parts. */
enum pc_pjl_file_error pc_pjl_path_read(
	const char *text, unsigned *ret_volume, char path[PC_PJL_PATH_MAX]);

#endif
