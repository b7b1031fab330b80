/* conformance/cmd/masks-dir: finds the shipped masks. */
#ifndef PC_CONFORMANCE_CMD_MASKS_DIR_H
#define PC_CONFORMANCE_CMD_MASKS_DIR_H

#include "base/share.h"

enum { PC_MASKS_DIR_MAX = PC_SHARE_MAX };

/* $PRESSCHECK_MASKS; else conformance/masks/std of the source tree, else share/presscheck/masks of
 * the installation. Returns `out`, or NULL when there is none. */
const char *pc_masks_dir(char out[PC_MASKS_DIR_MAX]);

#endif
