/* Reads any bytes as a capture file; every byte of every packet and comment is touched. */
#include <stdint.h>
#include <stdlib.h>

#include "base/err.h"
#include "capture/pcapng.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static unsigned
touch(const uint8_t *p, size_t n)
{
	unsigned sum = 0;
	for (size_t i = 0; i < n; i++)
		sum += p[i];
	return sum;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pc_capfile *f;
	struct pc_packet p;
	volatile unsigned sum = 0;
	if (pc_capfile_open_memory(data, size, &f, NULL) != PC_OK)
		return 0;
	while (pc_capfile_next(f, &p, NULL) == PC_OK) {
		size_t n = 0;
		const char *c = pc_packet_comment(&p, 0, &n);
		sum += touch(p.data, p.len);
		if (c != NULL)
			sum += touch((const uint8_t *)c, n);
		if (pc_capfile_interface(f, p.interface) == NULL)
			abort();
	}
	(void)sum;
	pc_capfile_close(f);
	return 0;
}
