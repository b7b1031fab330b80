/* Any bytes as an SNMPv3 message: header, parameters of USM, scoped PDU, its bindings. */
#include <stdint.h>
#include <stdlib.h>

#include "base/err.h"
#include "codec/snmp-v3.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct pc_snmp_varbind varbinds[PC_SNMP_VARBINDS_MAX];
	struct pc_snmp_v3 m;
	struct pc_usm_params p;
	struct pc_snmp_scoped s;
	struct pc_snmp_message pdu = {0};
	int32_t id = 0;
	if (pc_snmp_v3_decode(data, size, &m) != PC_OK)
		return 0;
	if (m.data < data || m.data_len > size - (size_t)(m.data - data))
		abort();
	if (pc_usm_params_decode(&m.security, &p) == PC_OK && p.n_user > PC_SNMP_V3_USER_MAX)
		abort();
	if (pc_snmp_scoped_decode(m.data, m.data_len, &s) != PC_OK)
		return 0;
	(void)pc_snmp_scoped_request_id(&s, &id);
	if (pc_snmp_scoped_message(&s, varbinds, PC_SNMP_VARBINDS_MAX, &pdu, NULL) == PC_OK &&
		s.pdu != PC_SNMP_TRAP_V1 && pdu.request_id != id)
		abort();
	return 0;
}
