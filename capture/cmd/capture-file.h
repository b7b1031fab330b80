/* capture/cmd/capture-file: what the commands share that read one capture file. */
#ifndef PC_CAPTURE_CMD_CAPTURE_FILE_H
#define PC_CAPTURE_CMD_CAPTURE_FILE_H

#include <stdint.h>

#include "base/opt.h"
#include "conformance/events.h"

#define PC_CAPTURE_FILE_OFFSET_HELP "ports in the file are the services' ports plus N"

struct pc_capture_file {
	const char *path; /* borrowed from the command line */
	uint16_t offset;
};

/* The value of --port-offset. PC_OK or PC_E_USAGE. */
int pc_capture_file_offset(struct pc_capture_file *file, const char *value, struct pc_diag *diag);

/* The operand FILE; a second one is PC_E_USAGE. */
int pc_capture_file_operand(struct pc_capture_file *file, const char *value, struct pc_diag *diag);

/* Read it. PC_EXIT_PASS, or the exit code after the reason was printed. `*ret` is the caller's. */
int pc_capture_file_load(
	const struct pc_command *self, const struct pc_capture_file *file, struct pc_events **ret);

/* The exit code of a command that has shown `events`: inconclusive when something is missing. */
int pc_capture_file_exit(const struct pc_events *events);

#endif
