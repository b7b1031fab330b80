/* snmp/mib-rows: tables whose rows come from a list in no order of their own: addresses,
 * connections, names. Walks see them sorted. */
#ifndef PC_SNMP_MIB_ROWS_H
#define PC_SNMP_MIB_ROWS_H

#include <netinet/in.h>

#include "snmp/row.h"

/* Index of row `at` (from 0) into `index`; returns its arcs, 0 after the last row. No two rows have
 * the same index. */
typedef size_t (*pc_mib_rows_fn)(
	const struct pc_device *dev, size_t at, uint32_t index[PC_SNMP_INDEX_MAX]);

/* `next` of such a table: the least index after `after`. False after the last. */
bool pc_mib_rows_next(pc_mib_rows_fn rows, const struct pc_device *dev, const uint32_t *after,
	size_t n_after, uint32_t index[PC_SNMP_INDEX_MAX], size_t *n_index);

/* Row of the instance that a getter is asked for; SIZE_MAX when there is none. */
size_t pc_mib_rows_find(
	pc_mib_rows_fn rows, const struct pc_device *dev, const struct pc_snmp_at *at);

/* Parts of an index, written at `index`; return the arcs written. An IpAddress is its four octets,
 * an InetAddress type ipv4(1), a length and the octets, a text a length and the octets (without the
 * length when IMPLIED). Spec: RFC 2578 s7.7, RFC 4001 InetAddress */
size_t pc_mib_index_ip(uint32_t *index, struct in_addr addr);
size_t pc_mib_index_inet(uint32_t *index, struct in_addr addr);
size_t pc_mib_index_text(uint32_t *index, const char *text, bool implied);

#endif
