/* The first byte chooses the chunk size; no byte is lost or doubled; what is read can be answered;
 * chunks change nothing. */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "codec/d4.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(bool ok)
{
	if (!ok)
		abort();
}

static void
answer(const struct pc_d4_packet *k)
{
	uint8_t out[128];
	struct pc_writer w;
	pc_writer_init(&w, out, sizeof(out));
	pc_d4_reply(&w, k, PC_D4_OK);
	check(w.err == PC_OK && out[2] * 256u + out[3] == w.at);
	check(memchr(k->name, '\0', sizeof(k->name)) != NULL);
}

/* Sum over what was told, the same for all ways to cut the stream. */
static uint64_t
run(const uint8_t *data, size_t size, size_t chunk)
{
	struct pc_d4_parser p = {0};
	struct pc_d4_item it = {0};
	uint64_t sum = 0;
	for (size_t at = 0; at < size && it.step != PC_D4_BAD;) {
		size_t end = size - at < chunk ? size : at + chunk;
		do {
			at += pc_d4_feed(&p, data + at, end - at, &it);
			check(at <= end);
			for (size_t i = 0; it.step == PC_D4_DATA && i < it.len; i++)
				sum = sum * 31 + it.data[i];
			if (it.step == PC_D4_COMMAND)
				answer(&it.packet);
			if (it.step != PC_D4_MORE && (it.step != PC_D4_DATA || it.last))
				sum = sum * 31 + 1000 + it.step * 7 + it.packet.command + it.error;
		} while (it.step != PC_D4_MORE && it.step != PC_D4_BAD);
		check(it.step == PC_D4_BAD || at == end);
	}
	return sum;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t used = 0;
	if (size == 0)
		return 0;
	check(run(data + 1, size - 1, data[0] % 64u + 1) == run(data + 1, size - 1, size));
	enum pc_ejl kind = pc_ejl_probe(data + 1, size - 1, &used);
	check(kind == PC_EJL_NONE || kind == PC_EJL_PARTIAL ||
		(used <= size - 1 && used <= PC_EJL_REQUEST_MAX));
	return 0;
}
