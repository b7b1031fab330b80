/* cloud/tests/temp: a directory of a test's own, removed with what is in it. */
#ifndef PC_CLOUD_TESTS_TEMP_H
#define PC_CLOUD_TESTS_TEMP_H

#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { TEMP_MAX = 200 };

static inline int
temp_remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st;
	(void)kind;
	(void)ftw;
	return remove(path);
}

static inline void
temp_new(char dir[TEMP_MAX])
{
	const char *base = getenv("TMPDIR");
	snprintf(dir, TEMP_MAX, "%s/pc-cloud-XXXXXX", base == NULL ? "/tmp" : base);
	if (mkdtemp(dir) == NULL)
		abort();
}

static inline void
temp_free(const char *dir)
{
	nftw(dir, temp_remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

#endif
