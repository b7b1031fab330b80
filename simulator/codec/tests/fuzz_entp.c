/* Frames of a stream: each takes its bytes, pass-through requests stay inside their frame. */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "codec/entp.h"

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
	struct pc_entp f;
	struct pc_entp_pass p;
	struct pc_entp_identity id;
	char name[5];
	uint32_t len = 0;
	size_t used = 0;
	for (size_t at = 0; at < size; at += used) {
		if (pc_entp_read(data + at, size - at, &f, &used) != PC_OK)
			break;
		check(used == f.len + PC_ENTP_HEADER_BYTES && used <= size - at);
		if (pc_entp_pass_read(&f, &p) == PC_OK)
			check(p.len + 8 == f.len);
		uint32_t seconds = 0;
		(void)pc_entp_lock_read(&f, &seconds);
		(void)pc_entp_identity_read(f.data, f.len, &id);
		(void)pc_entp_block_read(f.data, f.len, name, &len);
	}
	return 0;
}
