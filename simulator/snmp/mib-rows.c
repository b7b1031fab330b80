#include "snmp/mib-rows.h"

#include <arpa/inet.h>
#include <string.h>

enum { INET_IPV4 = 1 }; /* Spec: RFC 4001 InetAddressType */

bool
pc_mib_rows_next(pc_mib_rows_fn rows, const struct pc_device *dev, const uint32_t *after,
	size_t n_after, uint32_t index[PC_SNMP_INDEX_MAX], size_t *n_index)
{
	uint32_t row[PC_SNMP_INDEX_MAX];
	bool found = false;
	size_t n;

	for (size_t i = 0; (n = rows(dev, i, row)) > 0; i++) {
		if (n_after > 0 && pc_arcs_compare(row, n, after, n_after) <= 0)
			continue;
		if (found && pc_arcs_compare(row, n, index, *n_index) >= 0)
			continue;
		memcpy(index, row, n * sizeof *row);
		*n_index = n;
		found = true;
	}
	return found;
}

size_t
pc_mib_rows_find(pc_mib_rows_fn rows, const struct pc_device *dev, const struct pc_snmp_at *at)
{
	uint32_t row[PC_SNMP_INDEX_MAX];
	size_t n;

	for (size_t i = 0; (n = rows(dev, i, row)) > 0; i++)
		if (pc_arcs_compare(row, n, at->index, at->n_index) == 0)
			return i;
	return SIZE_MAX;
}

size_t
pc_mib_index_ip(uint32_t *index, struct in_addr addr)
{
	uint32_t host = ntohl(addr.s_addr);

	for (size_t i = 0; i < 4; i++)
		index[i] = host >> (24 - 8 * i) & 0xff;
	return 4;
}

size_t
pc_mib_index_inet(uint32_t *index, struct in_addr addr)
{
	index[0] = INET_IPV4;
	index[1] = 4;
	return 2 + pc_mib_index_ip(index + 2, addr);
}

size_t
pc_mib_index_text(uint32_t *index, const char *text, bool implied)
{
	size_t n = strlen(text), at = 0;

	if (!implied)
		index[at++] = (uint32_t)n;
	for (size_t i = 0; i < n; i++)
		index[at++] = (uint8_t)text[i];
	return at;
}
