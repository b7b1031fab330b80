/* Any bytes as a mask file; what reads is asked about a path. */
#include <stdint.h>

#include "base/err.h"
#include "conformance/mask-rule.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pc_mask *m;
	struct pc_mask_rule *r;
	struct pc_diag diag;
	char text[256];
	if (pc_mask_parse((const char *)data, size, "fuzz", "/nonexistent", &m, &diag) != PC_OK)
		return 0;
	(void)pc_mask_find(m, "snmp.1.3.6.1.2.1.1.5.0", &r, &diag);
	(void)pc_mask_unused(m, 0, text, sizeof(text));
	pc_mask_free(m);
	return 0;
}
