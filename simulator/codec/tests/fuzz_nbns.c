/* What reads must write, read back and write to the same bytes. */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "codec/nbns.h"

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
	struct pc_nbns m, again;
	uint8_t first[4096], second[4096];
	char text[PC_NBNS_NAME_BYTES + 1];
	size_t n = 0, n2 = 0;
	if (pc_nbns_read(data, size, &m) != PC_OK)
		return 0;
	check(strlen(pc_nbns_name_text(m.question.bytes, text)) <= PC_NBNS_NAME_BYTES);
	(void)pc_nbns_name_equal(&m.question, &m.name);
	check(pc_nbns_write(&m, first, sizeof(first), &n) == PC_OK);
	check(pc_nbns_read(first, n, &again) == PC_OK);
	check(pc_nbns_write(&again, second, sizeof(second), &n2) == PC_OK);
	check(n == n2 && memcmp(first, second, n) == 0);
	return 0;
}
