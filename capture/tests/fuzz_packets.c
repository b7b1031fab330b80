/* The whole way up: any bytes as a file, its packets decoded, its streams put together. */
#include <stdint.h>
#include <stdlib.h>

#include "base/err.h"
#include "capture/tcpasm.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { STREAM_MAX = 1 << 20 };

static void
check_streams(const struct pc_tcpasm *a)
{
	for (size_t i = 0; i < pc_tcpasm_count(a); i++) {
		for (unsigned side = 0; side < 2; side++) {
			const struct pc_tcp_stream *s = pc_tcpasm_get(a, i);
			struct pc_diag diag;
			struct pc_buf out;
			uint64_t end = 0;
			pc_buf_init(&out, STREAM_MAX);
			(void)pc_tcp_stream_check(s, side, &diag);
			(void)pc_tcp_stream_bytes(s, side, &out);
			for (size_t k = 0; k < s->half[side].n_extents; k++) {
				if (s->half[side].extents[k].at < end)
					abort();
				end = s->half[side].extents[k].at + s->half[side].extents[k].len;
			}
			pc_buf_done(&out);
		}
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pc_capfile *f;
	struct pc_pktdec *d;
	struct pc_tcpasm *a;
	struct pc_packet p;
	struct pc_segment s;
	if (pc_capfile_open_memory(data, size, &f, NULL) != PC_OK)
		return 0;
	if (pc_pktdec_new(&d) != PC_OK || pc_tcpasm_new(&a) != PC_OK)
		abort();
	while (pc_capfile_next(f, &p, NULL) == PC_OK) {
		if (pc_pktdec_frame(d, &p, &s) == PC_OK)
			(void)pc_tcpasm_add(a, &s, &p, NULL);
	}
	check_streams(a);
	pc_tcpasm_free(a);
	pc_pktdec_free(d);
	pc_capfile_close(f);
	return 0;
}
