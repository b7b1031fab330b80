#include "cmd/capture-option.h"

#include "base/err.h"

int
pc_capture_option_open(const char *path, const char *name, uint16_t port_offset,
	struct pc_loop *loop, struct pc_tap_file **ret, struct pc_diag *diag)
{
	const struct pc_tap_file_options o = {
		.clock = pc_loop_clock(loop), .port_offset = port_offset, .name = name};
	struct pc_tap_file *tap = NULL;
	*ret = NULL;
	if (path == NULL)
		return PC_OK;
	int err = pc_tap_file_new(path, &o, &tap, diag);
	if (err == PC_OK)
		err = pc_tap_file_attach(tap, loop);
	if (err != PC_OK) {
		(void)pc_tap_file_close(tap, NULL);
		return err;
	}
	*ret = tap;
	return PC_OK;
}
