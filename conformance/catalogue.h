/* conformance/catalogue: all cases of the house. */
#ifndef PC_CONFORMANCE_CATALOGUE_H
#define PC_CONFORMANCE_CATALOGUE_H

#include "conformance/case.h"

enum { PC_CATALOGUE_MAX = 1024 };

/* Every case, sorted by ID, into `out`; returns how many. */
size_t pc_catalogue_fill(const struct pc_case *out[PC_CATALOGUE_MAX]);

#endif
