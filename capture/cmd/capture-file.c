#include "capture/cmd/capture-file.h"

#include "base/err.h"
#include "base/text.h"

int
pc_capture_file_offset(struct pc_capture_file *file, const char *value, struct pc_diag *diag)
{
	uint64_t n = 0;
	if (pc_text_u64(value, 0, UINT16_MAX, &n) != PC_OK)
		return pc_diag_fail(
			diag, PC_E_USAGE, "--port-offset '%s': expected 0 to 65535", value);
	file->offset = (uint16_t)n;
	return PC_OK;
}

int
pc_capture_file_operand(struct pc_capture_file *file, const char *value, struct pc_diag *diag)
{
	if (file->path != NULL)
		return pc_diag_fail(
			diag, PC_E_USAGE, "one FILE is expected, '%s' is too many", value);
	file->path = value;
	return PC_OK;
}

int
pc_capture_file_load(
	const struct pc_command *self, const struct pc_capture_file *file, struct pc_events **ret)
{
	struct pc_diag diag = {0};
	struct pc_events_options o = {.port_offset = file->offset};
	if (file->path == NULL)
		return pc_opt_fail(self, PC_E_USAGE,
			&(struct pc_diag){"the name of a capture file is missing"});
	int err = pc_events_load(file->path, &o, ret, &diag);
	return err == PC_OK ? PC_EXIT_PASS : pc_opt_fail(self, err, &diag);
}

int
pc_capture_file_exit(const struct pc_events *events)
{
	return pc_events_problem(events, 0) == NULL ? PC_EXIT_PASS : PC_EXIT_INCONCLUSIVE;
}
