#include "conformance/cmd/masks-dir.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const places[] = {
	"conformance/masks/std", "../share/presscheck/masks", "share/presscheck/masks"};

const char *
pc_masks_dir(char out[PC_MASKS_DIR_MAX])
{
	char dir[PC_MASKS_DIR_MAX];
	const char *want = getenv("PRESSCHECK_MASKS");
	if (want != NULL) {
		snprintf(out, PC_MASKS_DIR_MAX, "%s", want);
		return access(out, R_OK) == 0 ? out : NULL;
	}
	ssize_t n = readlink("/proc/self/exe", dir, sizeof(dir) - 1);
	if (n <= 0)
		return NULL;
	dir[n] = '\0';
	/* From the program's directory upwards: build/dev/presscheck lies in the source tree. */
	for (char *slash = strrchr(dir, '/'); slash != NULL; slash = strrchr(dir, '/')) {
		*slash = '\0';
		for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
			int len = snprintf(out, PC_MASKS_DIR_MAX, "%s/%s", dir, places[i]);
			if (len > 0 && len < PC_MASKS_DIR_MAX && access(out, R_OK) == 0)
				return out;
		}
	}
	return NULL;
}
