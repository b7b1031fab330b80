/* The text of a fault: whatever is read is written so that it reads as the same rule. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "fleet/netfault-rule.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char text[2 * PC_NETFAULT_TEXT_MAX];
	struct pc_netfault_rule rule, again;
	struct pc_diag diag = {{0}};
	struct pc_buf out;
	size_t n = size < sizeof(text) ? size : sizeof(text) - 1;
	memcpy(text, data, n);
	text[n] = '\0';
	if (pc_netfault_parse(text, &rule, &diag) != PC_OK) {
		if (diag.text[0] == '\0')
			abort(); /* no word of what is wrong */
		return 0;
	}
	pc_buf_init(&out, 2 * PC_NETFAULT_TEXT_MAX);
	pc_netfault_write(&rule, &out);
	if (pc_netfault_parse(pc_buf_text(&out), &again, NULL) != PC_OK ||
		memcmp(&rule, &again, sizeof(rule)) != 0)
		abort();
	pc_buf_done(&out);
	return 0;
}
