/* Whatever is read has terminated texts and a payload inside the input. */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "codec/xerox-dlm.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pc_xerox_dlm d;
	if (pc_xerox_dlm_read(data, size, &d) != PC_OK)
		return 0;
	if (d.payload > size || strlen(d.name) >= PC_DLM_TEXT_MAX ||
		strlen(d.version) >= PC_DLM_TEXT_MAX || strlen(d.signature) >= PC_DLM_TEXT_MAX)
		abort();
	return 0;
}
