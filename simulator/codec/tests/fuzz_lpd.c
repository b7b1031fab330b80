/* The first byte chooses the chunk size; the parser always ends and never takes more than given. */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "codec/lpd.h"

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
	struct pc_lpd_parser p = {0};
	struct pc_lpd_item it = {0};
	struct pc_lpd_control c;
	if (size == 0)
		return 0;
	size_t chunk = data[0] % 64u + 1;
	(void)pc_lpd_control_read(data + 1, size - 1, &c);
	for (size_t at = 1; at < size;) {
		size_t end = size - at < chunk ? size : at + chunk;
		unsigned idle = 0;
		do {
			size_t used = pc_lpd_feed(&p, data + at, end - at, &it);
			check(used <= end - at);
			idle = used == 0 ? idle + 1 : 0;
			check(idle < 4);
			at += used;
			if (it.step == PC_LPD_BAD)
				return 0;
		} while (it.step != PC_LPD_MORE);
		check(at == end);
	}
	return 0;
}
