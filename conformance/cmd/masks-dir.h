/* conformance/cmd/masks-dir: finds the shipped masks. */
#ifndef PC_CONFORMANCE_CMD_MASKS_DIR_H
#define PC_CONFORMANCE_CMD_MASKS_DIR_H

enum { PC_MASKS_DIR_MAX = 4096 };

/* $PRESSCHECK_MASKS; else conformance/masks/std above the program, else ../share/presscheck/masks
 * beside its directory. Returns `out`, or NULL when there is none. */
const char *pc_masks_dir(char out[PC_MASKS_DIR_MAX]);

#endif
