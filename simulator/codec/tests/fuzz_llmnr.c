/* What reads must write, read back and write to the same bytes; names survive their text. */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "codec/llmnr.h"

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
	static uint8_t first[PC_LLMNR_ANSWERS_MAX * (UINT16_MAX + 300)];
	static uint8_t second[sizeof(first)];
	struct pc_llmnr m, again;
	struct pc_dns_name back;
	char text[PC_DNS_TEXT_MAX];
	size_t n = 0, n2 = 0;
	if (size > UINT16_MAX || pc_llmnr_read(data, size, &m) != PC_OK)
		return 0;
	check(pc_dns_name_from_text(pc_dns_name_text(&m.question.name, text), &back) == PC_OK);
	check(pc_dns_name_equal(&back, &m.question.name));
	check(pc_llmnr_write(&m, first, sizeof(first), &n) == PC_OK);
	check(pc_llmnr_read(first, n, &again) == PC_OK);
	check(pc_llmnr_write(&again, second, sizeof(second), &n2) == PC_OK);
	check(n == n2 && memcmp(first, second, n) == 0);
	return 0;
}
