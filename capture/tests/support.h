/* capture/tests/support: temporary files and other programs for the tests of this room. */
#ifndef PC_CAPTURE_TESTS_SUPPORT_H
#define PC_CAPTURE_TESTS_SUPPORT_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TEST_PATH_MAX = 256, TEST_OUTPUT_MAX = 65536 };

/* A directory of its own; the test removes what it put there with test_remove(). */
static inline void
test_path(char path[TEST_PATH_MAX], const char *name)
{
	const char *tmp = getenv("TMPDIR");
	snprintf(path, TEST_PATH_MAX, "%s/presscheck-%ld-%s", tmp == NULL ? "/tmp" : tmp,
		(long)getpid(), name);
}

/* What a command prints (standard output); the return value is its wait status. */
static inline int
test_command(const char *command, char out[TEST_OUTPUT_MAX])
{
	FILE *f = popen(command, "r");
	out[0] = '\0';
	if (f == NULL)
		return -1;
	size_t n = fread(out, 1, TEST_OUTPUT_MAX - 1, f);
	out[n] = '\0';
	return pclose(f);
}

/* True when the program is installed; oracles are not part of the product. */
static inline int
test_has(const char *program)
{
	char command[TEST_PATH_MAX];
	snprintf(command, sizeof(command), "command -v %s >/dev/null 2>&1", program);
	return system(command) == 0; /* NOLINT: constant program names */
}

#endif
