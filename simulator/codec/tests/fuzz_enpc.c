/* What reads must write back to the same bytes; every layout reader stays in bounds. */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "codec/enpc.h"

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
	struct pc_enpc m;
	uint8_t out[PC_ENPC_HEADER_BYTES + UINT16_MAX];
	size_t n = 0;
	if (pc_enpc_read(data, size, &m) != PC_OK)
		return 0;
	check(pc_enpc_write(&m, out, sizeof(out), &n) == PC_OK);
	check(n + m.trailing == size && memcmp(out, data, n) == 0);
	struct pc_enpc_board b;
	struct pc_enpc_network net;
	struct pc_enpc_device_id id;
	struct pc_enpc_pos pos;
	if (pc_enpc_board_read(m.data, m.len, &b) == PC_OK)
		check(strlen(b.name) <= PC_ENPC_NAME_MAX);
	(void)pc_enpc_network_read(m.data, m.len, &net);
	if (pc_enpc_device_id_read(m.data, m.len, &id) == PC_OK)
		check(strlen(id.id) < PC_ENPC_ID_MAX);
	(void)pc_enpc_pos_basic_read(m.data, m.len, &pos);
	(void)pc_enpc_pos_extended_read(m.data, m.len, &pos);
	struct pc_enpc_forced f;
	if (pc_enpc_forced_read(m.data, m.len, &f) == PC_OK) {
		check(pc_enpc_forced_write(&f, out, sizeof(out), &n) == PC_OK);
		check(n <= m.len && memcmp(out, m.data, n) == 0);
	}
	return 0;
}
