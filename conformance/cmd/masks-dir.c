#include "conformance/cmd/masks-dir.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* A mask that is always shipped, so that another folder of this name is not taken for ours. */
static const char marker[] = "snmp-printer.mask";

const char *
pc_masks_dir(char out[PC_MASKS_DIR_MAX])
{
	const char *want = getenv("PRESSCHECK_MASKS");
	if (want != NULL && want[0] != '\0') {
		snprintf(out, PC_MASKS_DIR_MAX, "%s", want);
		return access(out, R_OK) == 0 ? out : NULL;
	}
	if (pc_share_find("conformance/masks/std", "masks", marker, out) != NULL)
		return out;
	/* A build directory outside the source tree. */
	snprintf(out, PC_MASKS_DIR_MAX, "%s", PC_MASKS_SOURCE_DIR);
	return access(out, R_OK) == 0 ? out : NULL;
}
