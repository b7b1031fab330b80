/* Fuzz target: what is read as a keep-alive can be written, and is read as the same again. */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "codec/push-scan.h"

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
	struct pc_push_scan_client a, b;
	uint8_t out[256], number = 0;
	size_t n = 0;
	(void)pc_push_scan_beacon_read(data, size, &number);
	if (pc_push_scan_client_read(data, size, &a) != PC_OK)
		return 0;
	check(a.event_port != 0 && strlen(a.name) < sizeof(a.name));
	if (pc_push_scan_client_write(&a, out, sizeof(out), &n) != PC_OK)
		return 0; /* its words were closer together */
	check(pc_push_scan_client_read(out, n, &b) == PC_OK);
	check(strcmp(a.name, b.name) == 0 && a.event_port == b.event_port);
	return 0;
}
