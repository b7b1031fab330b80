/* Any datagram to any of the printers of lanes.c, in both lanes: they must not differ. The first
 * octet chooses the printer. */
#include <stdio.h>
#include <stdlib.h>

#include "lanes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct lanes *lanes;

static void
stop(void)
{
	lanes_free(lanes);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char text[LANES_TEXT];
	if (lanes == NULL) {
		lanes = lanes_new();
		if (atexit(stop) != 0)
			abort();
	}
	if (size == 0 || size - 1 > LANES_ANSWER_MAX)
		return 0;
	unsigned printer = data[0] % lanes_printers(lanes);
	if (!lanes_compare(lanes, printer, data + 1, size - 1, text)) {
		fprintf(stderr, "%s: %s\n", lanes_name(lanes, printer), text);
		abort();
	}
	return 0;
}
