/* Commands lie inside the input, whole or as the head of a job. */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "codec/epson-remote.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(bool ok)
{
	if (!ok)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pc_epson_job job;
	for (int whole = 0; whole < 2; whole++) {
		(void)pc_epson_scan(data, size, whole != 0, &job);
		check(job.n_commands <= PC_EPSON_COMMANDS_MAX);
		for (size_t i = 0; i < job.n_commands; i++)
			check(job.commands[i].data >= data &&
				job.commands[i].data + job.commands[i].len <= data + size);
	}
	return 0;
}
