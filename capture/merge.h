/* capture/merge: several capture files into one, by time. */
#ifndef PC_CAPTURE_MERGE_H
#define PC_CAPTURE_MERGE_H

#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"

enum { PC_CAPTURE_MERGE_MAX = 64 };

/* Write the packets of all `paths` to `out` in order of time; packets of one file stay in its
 * order. Each interface keeps its name behind its file's. Comments, directions and loss counts are
 * kept. Files must be of Ethernet (PC_E_UNSUPPORTED names the one that is not), at most
 * PC_CAPTURE_MERGE_MAX. `*ret_packets` (may be NULL) is what was written. */
int pc_capture_merge(const char *const *paths, size_t n, const char *out, uint64_t *ret_packets,
	struct pc_diag *diag);

#endif
