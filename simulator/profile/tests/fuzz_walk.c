/* Fuzz target: walks of both formats, and what is concluded from them. */
#include <string.h>

#include "base/err.h"
#include "profile/internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pc_profile *p = NULL;
	struct pc_diag diag = {{0}};
	int err = pc_profile_from_walk_text((const char *)data, size, "fuzz", &p, &diag);
	/* Sorted and unique, or refused with a sentence. */
	if (err != PC_OK && (p != NULL || diag.text[0] == '\0'))
		__builtin_trap();
	for (size_t i = 1; p != NULL && i < p->n_objects; i++) {
		const struct pc_profile_object *a = &p->objects[i - 1], *b = &p->objects[i];
		if (pc_arcs_compare(a->oid, a->n_oid, b->oid, b->n_oid) >= 0)
			__builtin_trap();
	}
	pc_profile_free(p);
	return 0;
}
