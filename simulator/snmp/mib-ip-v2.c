/* IP-MIB for IPv4: the tables of RFC 4293. What IPv6 alone has (its interfaces, scopes, router
 * advertisements) is left out, as is ipAddressSpinLock: no address is made by SNMP.
 * Spec: RFC 4293 */
#include <arpa/inet.h>
#include <string.h>

#include "base/err.h"
#include "snmp/mib-common.h"
#include "snmp/mib-net.h"
#include "snmp/mib-rows.h"
#include "snmp/modules.h"

enum {
	IPV4 = 1, /* InetVersion and InetAddressType */
	ACTIVE = 1,
	VOLATILE = 2,
	MANUAL = 2,
	DHCP = 4,
	UNICAST = 1,
	PREFERRED = 1,
	REACHABLE = 1,
	DYNAMIC = 3,
	REFRESH_MS = 1000,
	LIFETIME_S = 65535
};

static bool
has_ip_v2(const struct pc_profile *profile)
{
	return pc_profile_has_mib(profile, PC_MIBS_IP_V2);
}

static int
if_v4_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	/* largest datagram put together, interface up, 1 s to the next ARP request */
	const int64_t n[] = {[2] = 65535, [3] = 1, [4] = 1000};

	(void)dev;
	return pc_mib_number(at, v, n[at->column]);
}

static const uint32_t if_v4_oid[] = {1, 3, 6, 1, 2, 1, 4, 28, 1};

static const struct pc_snmp_column if_v4_columns[] = {
	{2, PC_SNMP_INTEGER, if_v4_get, NULL, "ipv4InterfaceReasmMaxSize"},
	{3, PC_SNMP_INTEGER, if_v4_get, NULL, "ipv4InterfaceEnableStatus"},
	{4, PC_SNMP_GAUGE32, if_v4_get, NULL, "ipv4InterfaceRetransmitTime"},
};

static const struct pc_snmp_table if_v4_table = {
	.oid = if_v4_oid,
	.n_oid = PC_MIB_COUNT(if_v4_oid),
	.columns = if_v4_columns,
	.n_columns = PC_MIB_COUNT(if_v4_columns),
	.row = pc_mib_row_single,
	.applies = has_ip_v2,
	.spec = "RFC 4293 ipv4InterfaceTable",
};

/* The statistics of the system and of its only interface are the same; the 64-bit columns count
 * what the 32-bit ones before them count. */
static int
stats_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_mib_traffic t = pc_mib_traffic(dev);
	const uint64_t n[] = {[3] = t.in_packets,
		[4] = t.in_packets,
		[5] = t.in_octets,
		[6] = t.in_octets,
		[18] = t.in_packets,
		[19] = t.in_packets,
		[20] = t.out_packets,
		[21] = t.out_packets,
		[30] = t.out_packets,
		[31] = t.out_packets,
		[32] = t.out_octets,
		[33] = t.out_octets,
		[42] = t.in_broadcasts,
		[43] = t.in_broadcasts,
		[47] = REFRESH_MS};

	return pc_mib_number(at, v, (int64_t)n[at->column]);
}

static const uint32_t system_stats_oid[] = {1, 3, 6, 1, 2, 1, 4, 31, 1, 1};

static const struct pc_snmp_column system_stats_columns[] = {
	{3, PC_SNMP_COUNTER32, stats_get, NULL, "ipSystemStatsInReceives"},
	{4, PC_SNMP_COUNTER64, stats_get, NULL, "ipSystemStatsHCInReceives"},
	{5, PC_SNMP_COUNTER32, stats_get, NULL, "ipSystemStatsInOctets"},
	{6, PC_SNMP_COUNTER64, stats_get, NULL, "ipSystemStatsHCInOctets"},
	{7, PC_SNMP_COUNTER32, stats_get, NULL, "ipSystemStatsInHdrErrors"},
	{8, PC_SNMP_COUNTER32, stats_get, NULL, "ipSystemStatsInNoRoutes"},
	{9, PC_SNMP_COUNTER32, stats_get, NULL, "ipSystemStatsInAddrErrors"},
	{10, PC_SNMP_COUNTER32, stats_get, NULL, "ipSystemStatsInUnknownProtos"},
	{11, PC_SNMP_COUNTER32, stats_get, NULL, "ipSystemStatsInTruncatedPkts"},
	{12, PC_SNMP_COUNTER32, stats_get, NULL, "ipSystemStatsInForwDatagrams"},
	{13, PC_SNMP_COUNTER64, stats_get, NULL, "ipSystemStatsHCInForwDatagrams"},
	{14, PC_SNMP_COUNTER32, stats_get, NULL, "ipSystemStatsReasmReqds"},
	{15, PC_SNMP_COUNTER32, stats_get, NULL, "ipSystemStatsReasmOKs"},
	{16, PC_SNMP_COUNTER32, stats_get, NULL, "ipSystemStatsReasmFails"},
	{17, PC_SNMP_COUNTER32, stats_get, NULL, "ipSystemStatsInDiscards"},
	{18, PC_SNMP_COUNTER32, stats_get, NULL, "ipSystemStatsInDelivers"},
	{19, PC_SNMP_COUNTER64, stats_get, NULL, "ipSystemStatsHCInDelivers"},
	{20, PC_SNMP_COUNTER32, stats_get, NULL, "ipSystemStatsOutRequests"},
	{21, PC_SNMP_COUNTER64, stats_get, NULL, "ipSystemStatsHCOutRequests"},
	{22, PC_SNMP_COUNTER32, stats_get, NULL, "ipSystemStatsOutNoRoutes"},
	{23, PC_SNMP_COUNTER32, stats_get, NULL, "ipSystemStatsOutForwDatagrams"},
	{24, PC_SNMP_COUNTER64, stats_get, NULL, "ipSystemStatsHCOutForwDatagrams"},
	{25, PC_SNMP_COUNTER32, stats_get, NULL, "ipSystemStatsOutDiscards"},
	{26, PC_SNMP_COUNTER32, stats_get, NULL, "ipSystemStatsOutFragReqds"},
	{27, PC_SNMP_COUNTER32, stats_get, NULL, "ipSystemStatsOutFragOKs"},
	{28, PC_SNMP_COUNTER32, stats_get, NULL, "ipSystemStatsOutFragFails"},
	{29, PC_SNMP_COUNTER32, stats_get, NULL, "ipSystemStatsOutFragCreates"},
	{30, PC_SNMP_COUNTER32, stats_get, NULL, "ipSystemStatsOutTransmits"},
	{31, PC_SNMP_COUNTER64, stats_get, NULL, "ipSystemStatsHCOutTransmits"},
	{32, PC_SNMP_COUNTER32, stats_get, NULL, "ipSystemStatsOutOctets"},
	{33, PC_SNMP_COUNTER64, stats_get, NULL, "ipSystemStatsHCOutOctets"},
	{34, PC_SNMP_COUNTER32, stats_get, NULL, "ipSystemStatsInMcastPkts"},
	{35, PC_SNMP_COUNTER64, stats_get, NULL, "ipSystemStatsHCInMcastPkts"},
	{36, PC_SNMP_COUNTER32, stats_get, NULL, "ipSystemStatsInMcastOctets"},
	{37, PC_SNMP_COUNTER64, stats_get, NULL, "ipSystemStatsHCInMcastOctets"},
	{38, PC_SNMP_COUNTER32, stats_get, NULL, "ipSystemStatsOutMcastPkts"},
	{39, PC_SNMP_COUNTER64, stats_get, NULL, "ipSystemStatsHCOutMcastPkts"},
	{40, PC_SNMP_COUNTER32, stats_get, NULL, "ipSystemStatsOutMcastOctets"},
	{41, PC_SNMP_COUNTER64, stats_get, NULL, "ipSystemStatsHCOutMcastOctets"},
	{42, PC_SNMP_COUNTER32, stats_get, NULL, "ipSystemStatsInBcastPkts"},
	{43, PC_SNMP_COUNTER64, stats_get, NULL, "ipSystemStatsHCInBcastPkts"},
	{44, PC_SNMP_COUNTER32, stats_get, NULL, "ipSystemStatsOutBcastPkts"},
	{45, PC_SNMP_COUNTER64, stats_get, NULL, "ipSystemStatsHCOutBcastPkts"},
	{46, PC_SNMP_TIMETICKS, stats_get, NULL, "ipSystemStatsDiscontinuityTime"},
	{47, PC_SNMP_GAUGE32, stats_get, NULL, "ipSystemStatsRefreshRate"},
};

static const struct pc_snmp_table system_stats_table = {
	.oid = system_stats_oid,
	.n_oid = PC_MIB_COUNT(system_stats_oid),
	.columns = system_stats_columns,
	.n_columns = PC_MIB_COUNT(system_stats_columns),
	.row = pc_mib_row_single,
	.applies = has_ip_v2,
	.spec = "RFC 4293 ipSystemStatsTable",
};

static const uint32_t if_stats_oid[] = {1, 3, 6, 1, 2, 1, 4, 31, 3, 1};

static const struct pc_snmp_column if_stats_columns[] = {
	{3, PC_SNMP_COUNTER32, stats_get, NULL, "ipIfStatsInReceives"},
	{4, PC_SNMP_COUNTER64, stats_get, NULL, "ipIfStatsHCInReceives"},
	{5, PC_SNMP_COUNTER32, stats_get, NULL, "ipIfStatsInOctets"},
	{6, PC_SNMP_COUNTER64, stats_get, NULL, "ipIfStatsHCInOctets"},
	{7, PC_SNMP_COUNTER32, stats_get, NULL, "ipIfStatsInHdrErrors"},
	{8, PC_SNMP_COUNTER32, stats_get, NULL, "ipIfStatsInNoRoutes"},
	{9, PC_SNMP_COUNTER32, stats_get, NULL, "ipIfStatsInAddrErrors"},
	{10, PC_SNMP_COUNTER32, stats_get, NULL, "ipIfStatsInUnknownProtos"},
	{11, PC_SNMP_COUNTER32, stats_get, NULL, "ipIfStatsInTruncatedPkts"},
	{12, PC_SNMP_COUNTER32, stats_get, NULL, "ipIfStatsInForwDatagrams"},
	{13, PC_SNMP_COUNTER64, stats_get, NULL, "ipIfStatsHCInForwDatagrams"},
	{14, PC_SNMP_COUNTER32, stats_get, NULL, "ipIfStatsReasmReqds"},
	{15, PC_SNMP_COUNTER32, stats_get, NULL, "ipIfStatsReasmOKs"},
	{16, PC_SNMP_COUNTER32, stats_get, NULL, "ipIfStatsReasmFails"},
	{17, PC_SNMP_COUNTER32, stats_get, NULL, "ipIfStatsInDiscards"},
	{18, PC_SNMP_COUNTER32, stats_get, NULL, "ipIfStatsInDelivers"},
	{19, PC_SNMP_COUNTER64, stats_get, NULL, "ipIfStatsHCInDelivers"},
	{20, PC_SNMP_COUNTER32, stats_get, NULL, "ipIfStatsOutRequests"},
	{21, PC_SNMP_COUNTER64, stats_get, NULL, "ipIfStatsHCOutRequests"},
	{23, PC_SNMP_COUNTER32, stats_get, NULL, "ipIfStatsOutForwDatagrams"},
	{24, PC_SNMP_COUNTER64, stats_get, NULL, "ipIfStatsHCOutForwDatagrams"},
	{25, PC_SNMP_COUNTER32, stats_get, NULL, "ipIfStatsOutDiscards"},
	{26, PC_SNMP_COUNTER32, stats_get, NULL, "ipIfStatsOutFragReqds"},
	{27, PC_SNMP_COUNTER32, stats_get, NULL, "ipIfStatsOutFragOKs"},
	{28, PC_SNMP_COUNTER32, stats_get, NULL, "ipIfStatsOutFragFails"},
	{29, PC_SNMP_COUNTER32, stats_get, NULL, "ipIfStatsOutFragCreates"},
	{30, PC_SNMP_COUNTER32, stats_get, NULL, "ipIfStatsOutTransmits"},
	{31, PC_SNMP_COUNTER64, stats_get, NULL, "ipIfStatsHCOutTransmits"},
	{32, PC_SNMP_COUNTER32, stats_get, NULL, "ipIfStatsOutOctets"},
	{33, PC_SNMP_COUNTER64, stats_get, NULL, "ipIfStatsHCOutOctets"},
	{34, PC_SNMP_COUNTER32, stats_get, NULL, "ipIfStatsInMcastPkts"},
	{35, PC_SNMP_COUNTER64, stats_get, NULL, "ipIfStatsHCInMcastPkts"},
	{36, PC_SNMP_COUNTER32, stats_get, NULL, "ipIfStatsInMcastOctets"},
	{37, PC_SNMP_COUNTER64, stats_get, NULL, "ipIfStatsHCInMcastOctets"},
	{38, PC_SNMP_COUNTER32, stats_get, NULL, "ipIfStatsOutMcastPkts"},
	{39, PC_SNMP_COUNTER64, stats_get, NULL, "ipIfStatsHCOutMcastPkts"},
	{40, PC_SNMP_COUNTER32, stats_get, NULL, "ipIfStatsOutMcastOctets"},
	{41, PC_SNMP_COUNTER64, stats_get, NULL, "ipIfStatsHCOutMcastOctets"},
	{42, PC_SNMP_COUNTER32, stats_get, NULL, "ipIfStatsInBcastPkts"},
	{43, PC_SNMP_COUNTER64, stats_get, NULL, "ipIfStatsHCInBcastPkts"},
	{44, PC_SNMP_COUNTER32, stats_get, NULL, "ipIfStatsOutBcastPkts"},
	{45, PC_SNMP_COUNTER64, stats_get, NULL, "ipIfStatsHCOutBcastPkts"},
	{46, PC_SNMP_TIMETICKS, stats_get, NULL, "ipIfStatsDiscontinuityTime"},
	{47, PC_SNMP_GAUGE32, stats_get, NULL, "ipIfStatsRefreshRate"},
};

static const struct pc_snmp_table if_stats_table = {
	.oid = if_stats_oid,
	.n_oid = PC_MIB_COUNT(if_stats_oid),
	.columns = if_stats_columns,
	.n_columns = PC_MIB_COUNT(if_stats_columns),
	.row = pc_mib_row_only,
	.applies = has_ip_v2,
	.spec = "RFC 4293 ipIfStatsTable",
};

/* The tables of interfaces have not changed since the start. */
static int
last_change_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	(void)dev;
	return pc_mib_number(at, v, 0);
}

static const uint32_t if_v4_change_oid[] = {1, 3, 6, 1, 2, 1, 4};

static const struct pc_snmp_column if_v4_change_columns[] = {
	{27, PC_SNMP_TIMETICKS, last_change_get, NULL, "ipv4InterfaceTableLastChange"},
};

static const struct pc_snmp_table if_v4_change_table = {
	.oid = if_v4_change_oid,
	.n_oid = PC_MIB_COUNT(if_v4_change_oid),
	.columns = if_v4_change_columns,
	.n_columns = PC_MIB_COUNT(if_v4_change_columns),
	.applies = has_ip_v2,
	.spec = "RFC 4293 ipv4InterfaceTableLastChange",
};

static const uint32_t if_stats_change_oid[] = {1, 3, 6, 1, 2, 1, 4, 31};

static const struct pc_snmp_column if_stats_change_columns[] = {
	{2, PC_SNMP_TIMETICKS, last_change_get, NULL, "ipIfStatsTableLastChange"},
};

static const struct pc_snmp_table if_stats_change_table = {
	.oid = if_stats_change_oid,
	.n_oid = PC_MIB_COUNT(if_stats_change_oid),
	.columns = if_stats_change_columns,
	.n_columns = PC_MIB_COUNT(if_stats_change_columns),
	.applies = has_ip_v2,
	.spec = "RFC 4293 ipIfStatsTableLastChange",
};

static size_t
prefix_rows(const struct pc_device *dev, size_t at, uint32_t index[PC_SNMP_INDEX_MAX])
{
	size_t n;

	if (at > 0)
		return 0;
	index[0] = PC_MIB_IF;
	n = 1 + pc_mib_index_inet(index + 1, pc_mib_network(dev));
	index[n] = pc_mib_prefix_length(dev);
	return n + 1;
}

static bool
prefix_next(const struct pc_device *dev, const uint32_t *after, size_t n_after,
	uint32_t index[PC_SNMP_INDEX_MAX], size_t *n_index)
{
	return pc_mib_rows_next(prefix_rows, dev, after, n_after, index, n_index);
}

static int
prefix_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	/* on the link, not for making addresses, without an end */
	const int64_t n[] = {[5] = pc_mib_uses_dhcp(dev) ? DHCP : MANUAL,
		[6] = 1,
		[7] = 2,
		[8] = UINT32_MAX,
		[9] = UINT32_MAX};

	if (pc_mib_rows_find(prefix_rows, dev, at) == SIZE_MAX)
		return PC_E_NOTFOUND;
	return pc_mib_number(at, v, n[at->column]);
}

static const uint32_t prefix_oid[] = {1, 3, 6, 1, 2, 1, 4, 32, 1};

static const struct pc_snmp_column prefix_columns[] = {
	{5, PC_SNMP_INTEGER, prefix_get, NULL, "ipAddressPrefixOrigin"},
	{6, PC_SNMP_INTEGER, prefix_get, NULL, "ipAddressPrefixOnLinkFlag"},
	{7, PC_SNMP_INTEGER, prefix_get, NULL, "ipAddressPrefixAutonomousFlag"},
	{8, PC_SNMP_GAUGE32, prefix_get, NULL, "ipAddressPrefixAdvPreferredLifetime"},
	{9, PC_SNMP_GAUGE32, prefix_get, NULL, "ipAddressPrefixAdvValidLifetime"},
};

static const struct pc_snmp_table prefix_table = {
	.oid = prefix_oid,
	.n_oid = PC_MIB_COUNT(prefix_oid),
	.columns = prefix_columns,
	.n_columns = PC_MIB_COUNT(prefix_columns),
	.next = prefix_next,
	.applies = has_ip_v2,
	.spec = "RFC 4293 ipAddressPrefixTable",
};

static size_t
address_rows(const struct pc_device *dev, size_t at, uint32_t index[PC_SNMP_INDEX_MAX])
{
	return at == 0 ? pc_mib_index_inet(index, pc_device_state(dev)->address) : 0;
}

static bool
address_next(const struct pc_device *dev, const uint32_t *after, size_t n_after,
	uint32_t index[PC_SNMP_INDEX_MAX], size_t *n_index)
{
	return pc_mib_rows_next(address_rows, dev, after, n_after, index, n_index);
}

/* RowPointer to the row of the prefix: its first column that can be read. */
static int
put_prefix(const struct pc_device *dev, struct pc_snmp_value *v)
{
	static const uint32_t origin[] = {1, 3, 6, 1, 2, 1, 4, 32, 1, 5};
	size_t n = PC_MIB_COUNT(origin);

	memcpy(v->scratch.arcs, origin, sizeof origin);
	n += prefix_rows(dev, 0, v->scratch.arcs + n);
	return pc_mib_oid(v, v->scratch.arcs, n);
}

static int
address_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	/* there since the start */
	const int64_t n[] = {[3] = PC_MIB_IF,
		[4] = UNICAST,
		[6] = pc_mib_uses_dhcp(dev) ? DHCP : MANUAL,
		[7] = PREFERRED,
		[8] = 0,
		[9] = 0,
		[10] = ACTIVE,
		[11] = VOLATILE};

	if (pc_mib_rows_find(address_rows, dev, at) == SIZE_MAX)
		return PC_E_NOTFOUND;
	return at->column == 5 ? put_prefix(dev, v) : pc_mib_number(at, v, n[at->column]);
}

static const uint32_t address_oid[] = {1, 3, 6, 1, 2, 1, 4, 34, 1};

static const struct pc_snmp_column address_columns[] = {
	{3, PC_SNMP_INTEGER, address_get, NULL, "ipAddressIfIndex"},
	{4, PC_SNMP_INTEGER, address_get, NULL, "ipAddressType"},
	{5, PC_SNMP_OID, address_get, NULL, "ipAddressPrefix"},
	{6, PC_SNMP_INTEGER, address_get, NULL, "ipAddressOrigin"},
	{7, PC_SNMP_INTEGER, address_get, NULL, "ipAddressStatus"},
	{8, PC_SNMP_TIMETICKS, address_get, NULL, "ipAddressCreated"},
	{9, PC_SNMP_TIMETICKS, address_get, NULL, "ipAddressLastChanged"},
	{10, PC_SNMP_INTEGER, address_get, NULL, "ipAddressRowStatus"},
	{11, PC_SNMP_INTEGER, address_get, NULL, "ipAddressStorageType"},
};

static const struct pc_snmp_table address_table = {
	.oid = address_oid,
	.n_oid = PC_MIB_COUNT(address_oid),
	.columns = address_columns,
	.n_columns = PC_MIB_COUNT(address_columns),
	.next = address_next,
	.applies = has_ip_v2,
	.spec = "RFC 4293 ipAddressTable",
};

static size_t
physical_rows(const struct pc_device *dev, size_t at, uint32_t index[PC_SNMP_INDEX_MAX])
{
	struct in_addr hosts[PC_MIB_NEIGHBOURS_MAX];

	if (at >= pc_mib_neighbours(dev, hosts))
		return 0;
	index[0] = PC_MIB_IF;
	return 1 + pc_mib_index_inet(index + 1, hosts[at]);
}

static bool
physical_next(const struct pc_device *dev, const uint32_t *after, size_t n_after,
	uint32_t index[PC_SNMP_INDEX_MAX], size_t *n_index)
{
	return pc_mib_rows_next(physical_rows, dev, after, n_after, index, n_index);
}

static int
physical_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const int64_t n[] = {[5] = 0, [6] = DYNAMIC, [7] = REACHABLE, [8] = ACTIVE};
	struct in_addr hosts[PC_MIB_NEIGHBOURS_MAX];
	size_t row = pc_mib_rows_find(physical_rows, dev, at);

	if (row == SIZE_MAX)
		return PC_E_NOTFOUND;
	if (at->column != 4)
		return pc_mib_number(at, v, n[at->column]);
	(void)pc_mib_neighbours(dev, hosts);
	pc_mib_neighbour_mac(hosts[row], v->scratch.bytes);
	return pc_mib_octets(v, v->scratch.bytes, 6);
}

static const uint32_t physical_oid[] = {1, 3, 6, 1, 2, 1, 4, 35, 1};

static const struct pc_snmp_column physical_columns[] = {
	{4, PC_SNMP_OCTETS, physical_get, NULL, "ipNetToPhysicalPhysAddress"},
	{5, PC_SNMP_TIMETICKS, physical_get, NULL, "ipNetToPhysicalLastUpdated"},
	{6, PC_SNMP_INTEGER, physical_get, NULL, "ipNetToPhysicalType"},
	{7, PC_SNMP_INTEGER, physical_get, NULL, "ipNetToPhysicalState"},
	{8, PC_SNMP_INTEGER, physical_get, NULL, "ipNetToPhysicalRowStatus"},
};

static const struct pc_snmp_table physical_table = {
	.oid = physical_oid,
	.n_oid = PC_MIB_COUNT(physical_oid),
	.columns = physical_columns,
	.n_columns = PC_MIB_COUNT(physical_columns),
	.next = physical_next,
	.applies = has_ip_v2,
	.spec = "RFC 4293 ipNetToPhysicalTable",
};

static size_t
router_rows(const struct pc_device *dev, size_t at, uint32_t index[PC_SNMP_INDEX_MAX])
{
	size_t n;

	if (at > 0)
		return 0;
	n = pc_mib_index_inet(index, pc_mib_gateway(dev));
	index[n] = PC_MIB_IF;
	return n + 1;
}

static bool
router_next(const struct pc_device *dev, const uint32_t *after, size_t n_after,
	uint32_t index[PC_SNMP_INDEX_MAX], size_t *n_index)
{
	return pc_mib_rows_next(router_rows, dev, after, n_after, index, n_index);
}

static int
router_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	if (pc_mib_rows_find(router_rows, dev, at) == SIZE_MAX)
		return PC_E_NOTFOUND;
	return pc_mib_number(at, v, at->column == 4 ? LIFETIME_S : 0);
}

static const uint32_t router_oid[] = {1, 3, 6, 1, 2, 1, 4, 37, 1};

static const struct pc_snmp_column router_columns[] = {
	{4, PC_SNMP_GAUGE32, router_get, NULL, "ipDefaultRouterLifetime"},
	{5, PC_SNMP_INTEGER, router_get, NULL, "ipDefaultRouterPreference"},
};

static const struct pc_snmp_table router_table = {
	.oid = router_oid,
	.n_oid = PC_MIB_COUNT(router_oid),
	.columns = router_columns,
	.n_columns = PC_MIB_COUNT(router_columns),
	.next = router_next,
	.applies = has_ip_v2,
	.spec = "RFC 4293 ipDefaultRouterTable",
};

/* As in icmp, the printers see no ICMP message. */
static int
icmp_stats_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	(void)dev;
	return pc_mib_number(at, v, 0);
}

static const uint32_t icmp_stats_oid[] = {1, 3, 6, 1, 2, 1, 5, 29, 1};

static const struct pc_snmp_column icmp_stats_columns[] = {
	{2, PC_SNMP_COUNTER32, icmp_stats_get, NULL, "icmpStatsInMsgs"},
	{3, PC_SNMP_COUNTER32, icmp_stats_get, NULL, "icmpStatsInErrors"},
	{4, PC_SNMP_COUNTER32, icmp_stats_get, NULL, "icmpStatsOutMsgs"},
	{5, PC_SNMP_COUNTER32, icmp_stats_get, NULL, "icmpStatsOutErrors"},
};

static const struct pc_snmp_table icmp_stats_table = {
	.oid = icmp_stats_oid,
	.n_oid = PC_MIB_COUNT(icmp_stats_oid),
	.columns = icmp_stats_columns,
	.n_columns = PC_MIB_COUNT(icmp_stats_columns),
	.row = pc_mib_row_single,
	.applies = has_ip_v2,
	.spec = "RFC 4293 icmpStatsTable",
};

/* The messages that every host sends or takes: echo reply, destination unreachable, echo. */
static bool
icmp_msg_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	static const uint32_t types[] = {0, 3, 8};

	(void)profile;
	if (at >= PC_MIB_COUNT(types))
		return false;
	index[0] = IPV4;
	index[1] = types[at];
	*n_index = 2;
	return true;
}

static const uint32_t icmp_msg_oid[] = {1, 3, 6, 1, 2, 1, 5, 30, 1};

static const struct pc_snmp_column icmp_msg_columns[] = {
	{3, PC_SNMP_COUNTER32, icmp_stats_get, NULL, "icmpMsgStatsInPkts"},
	{4, PC_SNMP_COUNTER32, icmp_stats_get, NULL, "icmpMsgStatsOutPkts"},
};

static const struct pc_snmp_table icmp_msg_table = {
	.oid = icmp_msg_oid,
	.n_oid = PC_MIB_COUNT(icmp_msg_oid),
	.columns = icmp_msg_columns,
	.n_columns = PC_MIB_COUNT(icmp_msg_columns),
	.row = icmp_msg_row,
	.applies = has_ip_v2,
	.spec = "RFC 4293 icmpMsgStatsTable",
};

static const struct pc_snmp_table *const tables[] = {&if_v4_table, &if_v4_change_table,
	&system_stats_table, &if_stats_table, &if_stats_change_table, &prefix_table, &address_table,
	&physical_table, &router_table, &icmp_stats_table, &icmp_msg_table};

const struct pc_snmp_module pc_snmp_mib_ip_v2 = {"IP-MIB", tables, PC_MIB_COUNT(tables)};
