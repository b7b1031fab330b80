/* Whatever decodes must encode, and decode again to the same message. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "codec/snmp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(bool ok)
{
	if (!ok)
		abort();
}

static void
compare(const struct pc_snmp_message *a, const struct pc_snmp_message *b)
{
	check(a->version == b->version && a->pdu == b->pdu && a->n_varbinds == b->n_varbinds);
	check(a->request_id == b->request_id && a->error_status == b->error_status &&
		a->error_index == b->error_index);
	for (size_t i = 0; i < a->n_varbinds; i++) {
		check(a->varbinds[i].type == b->varbinds[i].type);
		check(a->varbinds[i].integer == b->varbinds[i].integer);
		check(pc_oid_compare(&a->varbinds[i].name, &b->varbinds[i].name) == 0);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const size_t max = PC_SNMP_VARBINDS_MAX;
	struct pc_snmp_message m;
	struct pc_snmp_message again;
	struct pc_diag diag;
	size_t len = 0;
	if (size > PC_SNMP_MESSAGE_MAX)
		return 0;
	struct pc_snmp_varbind *vb = calloc(max * 2, sizeof(*vb));
	/* Non-minimal lengths and integers shrink; the first pair of an OID can grow by nothing. */
	size_t room = size * 2 + 64;
	uint8_t *out = malloc(room);
	check(vb != NULL && out != NULL);
	if (pc_snmp_decode(data, size, vb, max, &m, &diag) == PC_OK) {
		/* A v1 Opaque or Counter64 and odd PDUs are kept; only 0.0 for "no octets" grows.
		 */
		int err = pc_snmp_encode(&m, out, room, &len, &diag);
		check(err == PC_OK);
		check(pc_snmp_decode(out, len, vb + max, max, &again, &diag) == PC_OK);
		compare(&m, &again);
	}
	free(out);
	free(vb);
	return 0;
}
