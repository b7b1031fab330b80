/* What reads must write back to a PDU that reads the same, and lists must hold what they promise.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "codec/agentx.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(bool ok)
{
	if (!ok)
		abort();
}

/* The PDU with its list, written anew. */
static int
rewrite(const struct pc_agentx *pdu, uint8_t *out, size_t size, size_t *ret_len)
{
	struct pc_agentx_writer w;
	struct pc_agentx_list list = pdu->list;
	struct pc_agentx_range range;
	struct pc_agentx_varbind vb;
	size_t n = 0;
	uint8_t t = pdu->header.type;
	bool ranges = t == PC_AGENTX_GET || t == PC_AGENTX_GETNEXT || t == PC_AGENTX_GETBULK;
	pc_agentx_begin(&w, out, size, pdu);
	for (; ranges && pc_agentx_next_range(&list, &range); n++)
		pc_agentx_add_range(&w, &range);
	for (; !ranges && pc_agentx_next_varbind(&list, &vb); n++)
		pc_agentx_add_varbind(&w, &vb);
	check(n == pdu->list.n);
	return pc_agentx_end(&w, ret_len);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t first[PC_AGENTX_PDU_MAX], second[PC_AGENTX_PDU_MAX];
	struct pc_agentx pdu;
	size_t n = 0, again = 0;
	if (pc_agentx_read(data, size, &pdu) != PC_OK)
		return 0;
	check(pdu.oid.len <= PC_OID_ARCS_MAX && pdu.header.payload <= size);
	/* Padding, reserved octets and long forms of OIDs are not kept, so compare what we write
	 * with itself read once more. */
	check(rewrite(&pdu, first, sizeof(first), &n) == PC_OK);
	check(pc_agentx_read(first, n, &pdu) == PC_OK);
	check(rewrite(&pdu, second, sizeof(second), &again) == PC_OK);
	check(again == n && memcmp(first, second, n) == 0);
	return 0;
}
