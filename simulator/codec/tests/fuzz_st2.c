/* A block that reads and kept every record writes back and reads to the same values. */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "codec/st2.h"

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
	struct pc_st2 s, again;
	uint8_t out[1 << 17];
	size_t n = 0;
	if (size > 1 << 16 || pc_st2_read(data, size, &s) != PC_OK)
		return 0;
	check(pc_st2_write(&s, out, sizeof(out), &n) == PC_OK);
	check(pc_st2_read(out, n, &again) == PC_OK);
	check(again.state == s.state && again.error == s.error && again.n_inks == s.n_inks);
	check(again.n_boxes == s.n_boxes && again.n_warnings == s.n_warnings);
	check(again.n_extras == s.n_extras && strcmp(again.serial, s.serial) == 0);
	return 0;
}
