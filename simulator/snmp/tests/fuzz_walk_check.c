/* Fuzz target: any walk that can be read is judged to the end, twice with the same result. */
#include <string.h>

#include "base/err.h"
#include "snmp/walk-check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
hear(void *arg, const struct pc_walk_finding *f)
{
	size_t *length = arg;
	if (strlen(f->found) >= PC_WALK_TEXT_MAX || f->expected[0] == '\0')
		__builtin_trap();
	*length += strlen(f->found) + strlen(f->name);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pc_walk walk;
	struct pc_diag diag = {{0}};
	size_t first = 0, second = 0;
	pc_walk_init(&walk);
	int err = pc_walk_read_text(&walk, (const char *)data, size, "fuzz", &diag);
	if (pc_walk_sort(&walk) == PC_OK) {
		size_t n = pc_walk_check(&walk, NULL, hear, &first);
		if (n != pc_walk_check(&walk, NULL, hear, &second) || first != second)
			__builtin_trap();
	}
	if (err != PC_OK && diag.text[0] == '\0')
		__builtin_trap();
	pc_walk_done(&walk);
	return 0;
}
