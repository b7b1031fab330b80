/* First octet even: a message; what reads must write, read back and write to the same bytes. Odd: a
 * filter (its length in one octet) over an attribute list. */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "codec/slp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(bool ok)
{
	if (!ok)
		abort();
}

static void
message(const uint8_t *data, size_t size)
{
	static uint8_t first[1 << 18], second[1 << 18];
	struct pc_slp m, again;
	struct pc_slp_url url;
	struct pc_slp_text word;
	size_t n = 0, n2 = 0, bytes = 0, count = 0;
	if (pc_slp_read(data, size, &m) != PC_OK)
		return;
	check(pc_slp_length(data, size, &bytes) == PC_OK && bytes <= size);
	for (size_t at = 0; pc_slp_url_next(&m, &at, &url);)
		count++;
	check(count == m.n_entries);
	for (size_t at = 0; pc_slp_list_next(m.prlist, &at, &word);)
		check(word.len > 0);
	if (m.url_auth)
		return;
	int err = pc_slp_write(&m, first, sizeof(first), &n);
	check(err == PC_OK);
	check(pc_slp_read(first, n, &again) == PC_OK);
	check(pc_slp_write(&again, second, sizeof(second), &n2) == PC_OK);
	check(n == n2 && memcmp(first, second, n) == 0);
}

static void
filter(const uint8_t *data, size_t size)
{
	char out[4096];
	size_t len = size == 0 ? 0 : data[0], n = 0;
	bool match = false;
	if (size == 0 || size - 1 < len)
		return;
	struct pc_slp_text text = {(const char *)data + 1, len};
	struct pc_slp_text list = {(const char *)data + 1 + len, size - 1 - len};
	int err = pc_slp_filter(text, list, &match);
	check(err == PC_OK || err == PC_E_SYNTAX);
	if (pc_slp_select(list, text, out, sizeof(out), &n) == PC_OK)
		check(n <= 2 * list.len);
	(void)pc_slp_type_matches(text, list);
	(void)pc_slp_lists_meet(text, list);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > 0 && data[0] % 2 == 0)
		message(data + 1, size - 1);
	else if (size > 0)
		filter(data + 1, size - 1);
	return 0;
}
