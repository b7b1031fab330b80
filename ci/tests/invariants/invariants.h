/* What holds between the ports of one printer: "one printer, one state, every port". */
#ifndef PC_CI_INVARIANTS_H
#define PC_CI_INVARIANTS_H

#include <stddef.h>
#include <stdint.h>

#include "facts.h"

enum verdict { HOLDS, BROKEN, NOT_SEEN /* this printer, or a port of it, does not tell now */ };

enum { WHY_MAX = 512 };

struct invariant {
	const char *name;
	const char *ports; /* whose words are compared */
	/* `before`: the look before this one at the same printer, or NULL. */
	enum verdict (*check)(const struct invariant *self, const struct facts *now,
		const struct facts *before, char why[WHY_MAX]);
	const char *a, *b;
	/* How a test breaks it: a fact that is altered (to another text, by `by`). */
	const char *breaks;
	int64_t by;
	const char *also; /* names of those that turn red with it, or NULL */
	const char *spec;
};

const struct invariant *invariants(size_t *ret_n);

#endif
