#include "base/share.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static bool
holds(const char *dir, const char *below, const char *marker, char out[PC_SHARE_MAX])
{
	char path[PC_SHARE_MAX];
	int n = snprintf(path, sizeof(path), "%s/%s/%s", dir, below, marker);
	if (n < 0 || n >= PC_SHARE_MAX || access(path, R_OK) != 0)
		return false;
	snprintf(out, PC_SHARE_MAX, "%s/%s", dir, below);
	return true;
}

const char *
pc_share_find_from(const char *program, const char *in_tree, const char *in_share,
	const char *marker, char out[PC_SHARE_MAX])
{
	char dir[PC_SHARE_MAX];
	char shared[256];
	int n = snprintf(dir, sizeof(dir), "%s", program);
	int m = snprintf(shared, sizeof(shared), "share/presscheck/%s", in_share);
	if (n < 0 || n >= PC_SHARE_MAX || m < 0 || m >= (int)sizeof(shared))
		return NULL;
	for (char *slash = strrchr(dir, '/'); slash != NULL; slash = strrchr(dir, '/')) {
		*slash = '\0';
		if (holds(dir, in_tree, marker, out) || holds(dir, shared, marker, out))
			return out;
	}
	return NULL;
}

const char *
pc_share_find(const char *in_tree, const char *in_share, const char *marker, char out[PC_SHARE_MAX])
{
	char self[PC_SHARE_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	if (n <= 0)
		return NULL;
	self[n] = '\0';
	return pc_share_find_from(self, in_tree, in_share, marker, out);
}
