/* cmd/capture-option: the --capture FILE option that every running program has. */
#ifndef PC_CMD_CAPTURE_OPTION_H
#define PC_CMD_CAPTURE_OPTION_H

#include "capture/tap-file.h"

#define PC_CAPTURE_OPTION_HELP "write all traffic to a pcapng file (plaintext of TLS)"

/* Open `path` and flush it with every turn of the loop; NULL path: *ret is NULL. `name` is the
 * interface's name ("site", "wan"). End with pc_tap_file_close() before the loop's end. */
int pc_capture_option_open(const char *path, const char *name, uint16_t port_offset,
	struct pc_loop *loop, struct pc_tap_file **ret, struct pc_diag *diag);

#endif
