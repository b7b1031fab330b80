/* RFC1213-MIB and the old part of IP-MIB: ip, addresses, routes, neighbours, icmp. A printer does
 * not route, and what decides how it is reached is not set by SNMP: everything is read-only. Left
 * out: atTable (deprecated since MIB-II began), egp (no gateway). Spec: RFC 1213, RFC 4293 */
#include <arpa/inet.h>
#include <string.h>

#include "base/err.h"
#include "snmp/mib-common.h"
#include "snmp/mib-net.h"
#include "snmp/mib-rows.h"
#include "snmp/modules.h"

enum { NOT_FORWARDING = 2, TTL = 64, REASSEMBLY_S = 60, REASSEMBLY_MAX = 65535, DYNAMIC = 3 };

static int
ip_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_mib_traffic t = pc_mib_traffic(dev);
	/* fragments and errors are the host system's, which the printers do not see */
	const uint64_t n[] = {[1] = NOT_FORWARDING,
		[2] = TTL,
		[3] = t.in_packets,
		[9] = t.in_packets,
		[10] = t.out_packets,
		[13] = REASSEMBLY_S,
		[23] = 0};

	return pc_mib_number(at, v, (int64_t)n[at->column]);
}

static const uint32_t ip_oid[] = {1, 3, 6, 1, 2, 1, 4};

static const struct pc_snmp_column ip_columns[] = {
	{1, PC_SNMP_INTEGER, ip_get, NULL, "ipForwarding"},
	{2, PC_SNMP_INTEGER, ip_get, NULL, "ipDefaultTTL"},
	{3, PC_SNMP_COUNTER32, ip_get, NULL, "ipInReceives"},
	{4, PC_SNMP_COUNTER32, ip_get, NULL, "ipInHdrErrors"},
	{5, PC_SNMP_COUNTER32, ip_get, NULL, "ipInAddrErrors"},
	{6, PC_SNMP_COUNTER32, ip_get, NULL, "ipForwDatagrams"},
	{7, PC_SNMP_COUNTER32, ip_get, NULL, "ipInUnknownProtos"},
	{8, PC_SNMP_COUNTER32, ip_get, NULL, "ipInDiscards"},
	{9, PC_SNMP_COUNTER32, ip_get, NULL, "ipInDelivers"},
	{10, PC_SNMP_COUNTER32, ip_get, NULL, "ipOutRequests"},
	{11, PC_SNMP_COUNTER32, ip_get, NULL, "ipOutDiscards"},
	{12, PC_SNMP_COUNTER32, ip_get, NULL, "ipOutNoRoutes"},
	{13, PC_SNMP_INTEGER, ip_get, NULL, "ipReasmTimeout"},
	{14, PC_SNMP_COUNTER32, ip_get, NULL, "ipReasmReqds"},
	{15, PC_SNMP_COUNTER32, ip_get, NULL, "ipReasmOKs"},
	{16, PC_SNMP_COUNTER32, ip_get, NULL, "ipReasmFails"},
	{17, PC_SNMP_COUNTER32, ip_get, NULL, "ipFragOKs"},
	{18, PC_SNMP_COUNTER32, ip_get, NULL, "ipFragFails"},
	{19, PC_SNMP_COUNTER32, ip_get, NULL, "ipFragCreates"},
	{23, PC_SNMP_COUNTER32, ip_get, NULL, "ipRoutingDiscards"},
};

static const struct pc_snmp_table ip_table = {
	.oid = ip_oid,
	.n_oid = PC_MIB_COUNT(ip_oid),
	.columns = ip_columns,
	.n_columns = PC_MIB_COUNT(ip_columns),
	.spec = "RFC 1213 ip",
};

static size_t
ip_addr_rows(const struct pc_device *dev, size_t at, uint32_t index[PC_SNMP_INDEX_MAX])
{
	return at == 0 ? pc_mib_index_ip(index, pc_device_state(dev)->address) : 0;
}

static bool
ip_addr_next(const struct pc_device *dev, const uint32_t *after, size_t n_after,
	uint32_t index[PC_SNMP_INDEX_MAX], size_t *n_index)
{
	return pc_mib_rows_next(ip_addr_rows, dev, after, n_after, index, n_index);
}

static int
ip_addr_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	if (pc_mib_rows_find(ip_addr_rows, dev, at) == SIZE_MAX)
		return PC_E_NOTFOUND;
	switch (at->column) {
	case 1:
		return pc_mib_address(v, pc_device_state(dev)->address);
	case 2:
		return pc_mib_number(at, v, PC_MIB_IF);
	case 3:
		return pc_mib_address(v, pc_mib_netmask(dev));
	case 5:
		return pc_mib_number(at, v, REASSEMBLY_MAX);
	default: /* ipAdEntBcastAddr: the broadcast address ends in one-bits */
		return pc_mib_number(at, v, 1);
	}
}

static const uint32_t ip_addr_oid[] = {1, 3, 6, 1, 2, 1, 4, 20, 1};

static const struct pc_snmp_column ip_addr_columns[] = {
	{1, PC_SNMP_IPADDRESS, ip_addr_get, NULL, "ipAdEntAddr"},
	{2, PC_SNMP_INTEGER, ip_addr_get, NULL, "ipAdEntIfIndex"},
	{3, PC_SNMP_IPADDRESS, ip_addr_get, NULL, "ipAdEntNetMask"},
	{4, PC_SNMP_INTEGER, ip_addr_get, NULL, "ipAdEntBcastAddr"},
	{5, PC_SNMP_INTEGER, ip_addr_get, NULL, "ipAdEntReasmMaxSize"},
};

static const struct pc_snmp_table ip_addr_table = {
	.oid = ip_addr_oid,
	.n_oid = PC_MIB_COUNT(ip_addr_oid),
	.columns = ip_addr_columns,
	.n_columns = PC_MIB_COUNT(ip_addr_columns),
	.next = ip_addr_next,
	.spec = "RFC 1213 ipAddrTable",
};

/* Two routes: the default one over the gateway, then the own network. */
static size_t
ip_route_rows(const struct pc_device *dev, size_t at, uint32_t index[PC_SNMP_INDEX_MAX])
{
	const struct in_addr any = {.s_addr = htonl(INADDR_ANY)};

	if (at > 1)
		return 0;
	return pc_mib_index_ip(index, at == 0 ? any : pc_mib_network(dev));
}

static bool
ip_route_next(const struct pc_device *dev, const uint32_t *after, size_t n_after,
	uint32_t index[PC_SNMP_INDEX_MAX], size_t *n_index)
{
	return pc_mib_rows_next(ip_route_rows, dev, after, n_after, index, n_index);
}

static int
ip_route_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	static const uint32_t zero_dot_zero[] = {0, 0};
	const struct in_addr any = {.s_addr = htonl(INADDR_ANY)};
	size_t row = pc_mib_rows_find(ip_route_rows, dev, at);
	bool is_default = row == 0;
	/* direct(3) or indirect(4), learnt local(2), metrics not used */
	const int64_t n[] = {[2] = PC_MIB_IF,
		[3] = is_default,
		[4] = -1,
		-1,
		-1,
		[8] = is_default ? 4 : 3,
		[9] = 2,
		[10] = 0,
		[12] = -1};

	if (row == SIZE_MAX)
		return PC_E_NOTFOUND;
	switch (at->column) {
	case 1:
		return pc_mib_address(v, is_default ? any : pc_mib_network(dev));
	case 7:
		return pc_mib_address(
			v, is_default ? pc_mib_gateway(dev) : pc_device_state(dev)->address);
	case 11:
		return pc_mib_address(v, is_default ? any : pc_mib_netmask(dev));
	case 13:
		return pc_mib_oid(v, zero_dot_zero, 2);
	default:
		return pc_mib_number(at, v, n[at->column]);
	}
}

static const uint32_t ip_route_oid[] = {1, 3, 6, 1, 2, 1, 4, 21, 1};

static const struct pc_snmp_column ip_route_columns[] = {
	{1, PC_SNMP_IPADDRESS, ip_route_get, NULL, "ipRouteDest"},
	{2, PC_SNMP_INTEGER, ip_route_get, NULL, "ipRouteIfIndex"},
	{3, PC_SNMP_INTEGER, ip_route_get, NULL, "ipRouteMetric1"},
	{4, PC_SNMP_INTEGER, ip_route_get, NULL, "ipRouteMetric2"},
	{5, PC_SNMP_INTEGER, ip_route_get, NULL, "ipRouteMetric3"},
	{6, PC_SNMP_INTEGER, ip_route_get, NULL, "ipRouteMetric4"},
	{7, PC_SNMP_IPADDRESS, ip_route_get, NULL, "ipRouteNextHop"},
	{8, PC_SNMP_INTEGER, ip_route_get, NULL, "ipRouteType"},
	{9, PC_SNMP_INTEGER, ip_route_get, NULL, "ipRouteProto"},
	{10, PC_SNMP_INTEGER, ip_route_get, NULL, "ipRouteAge"},
	{11, PC_SNMP_IPADDRESS, ip_route_get, NULL, "ipRouteMask"},
	{12, PC_SNMP_INTEGER, ip_route_get, NULL, "ipRouteMetric5"},
	{13, PC_SNMP_OID, ip_route_get, NULL, "ipRouteInfo"},
};

static const struct pc_snmp_table ip_route_table = {
	.oid = ip_route_oid,
	.n_oid = PC_MIB_COUNT(ip_route_oid),
	.columns = ip_route_columns,
	.n_columns = PC_MIB_COUNT(ip_route_columns),
	.next = ip_route_next,
	.spec = "RFC 1213 ipRouteTable",
};

static size_t
ip_media_rows(const struct pc_device *dev, size_t at, uint32_t index[PC_SNMP_INDEX_MAX])
{
	struct in_addr hosts[PC_MIB_NEIGHBOURS_MAX];

	if (at >= pc_mib_neighbours(dev, hosts))
		return 0;
	index[0] = PC_MIB_IF;
	return 1 + pc_mib_index_ip(index + 1, hosts[at]);
}

static bool
ip_media_next(const struct pc_device *dev, const uint32_t *after, size_t n_after,
	uint32_t index[PC_SNMP_INDEX_MAX], size_t *n_index)
{
	return pc_mib_rows_next(ip_media_rows, dev, after, n_after, index, n_index);
}

static int
ip_media_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	struct in_addr hosts[PC_MIB_NEIGHBOURS_MAX];
	size_t row = pc_mib_rows_find(ip_media_rows, dev, at);

	if (row == SIZE_MAX)
		return PC_E_NOTFOUND;
	(void)pc_mib_neighbours(dev, hosts);
	switch (at->column) {
	case 1:
		return pc_mib_number(at, v, PC_MIB_IF);
	case 2:
		pc_mib_neighbour_mac(hosts[row], v->scratch.bytes);
		return pc_mib_octets(v, v->scratch.bytes, 6);
	case 3:
		return pc_mib_address(v, hosts[row]);
	default:
		return pc_mib_number(at, v, DYNAMIC);
	}
}

static const uint32_t ip_media_oid[] = {1, 3, 6, 1, 2, 1, 4, 22, 1};

static const struct pc_snmp_column ip_media_columns[] = {
	{1, PC_SNMP_INTEGER, ip_media_get, NULL, "ipNetToMediaIfIndex"},
	{2, PC_SNMP_OCTETS, ip_media_get, NULL, "ipNetToMediaPhysAddress"},
	{3, PC_SNMP_IPADDRESS, ip_media_get, NULL, "ipNetToMediaNetAddress"},
	{4, PC_SNMP_INTEGER, ip_media_get, NULL, "ipNetToMediaType"},
};

static const struct pc_snmp_table ip_media_table = {
	.oid = ip_media_oid,
	.n_oid = PC_MIB_COUNT(ip_media_oid),
	.columns = ip_media_columns,
	.n_columns = PC_MIB_COUNT(ip_media_columns),
	.next = ip_media_next,
	.spec = "RFC 1213 ipNetToMediaTable",
};

/* The host system answers pings for the printers, which do not see it: all counters stay at 0. */
static int
icmp_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	(void)dev;
	return pc_mib_number(at, v, 0);
}

static const uint32_t icmp_oid[] = {1, 3, 6, 1, 2, 1, 5};

static const struct pc_snmp_column icmp_columns[] = {
	{1, PC_SNMP_COUNTER32, icmp_get, NULL, "icmpInMsgs"},
	{2, PC_SNMP_COUNTER32, icmp_get, NULL, "icmpInErrors"},
	{3, PC_SNMP_COUNTER32, icmp_get, NULL, "icmpInDestUnreachs"},
	{4, PC_SNMP_COUNTER32, icmp_get, NULL, "icmpInTimeExcds"},
	{5, PC_SNMP_COUNTER32, icmp_get, NULL, "icmpInParmProbs"},
	{6, PC_SNMP_COUNTER32, icmp_get, NULL, "icmpInSrcQuenchs"},
	{7, PC_SNMP_COUNTER32, icmp_get, NULL, "icmpInRedirects"},
	{8, PC_SNMP_COUNTER32, icmp_get, NULL, "icmpInEchos"},
	{9, PC_SNMP_COUNTER32, icmp_get, NULL, "icmpInEchoReps"},
	{10, PC_SNMP_COUNTER32, icmp_get, NULL, "icmpInTimestamps"},
	{11, PC_SNMP_COUNTER32, icmp_get, NULL, "icmpInTimestampReps"},
	{12, PC_SNMP_COUNTER32, icmp_get, NULL, "icmpInAddrMasks"},
	{13, PC_SNMP_COUNTER32, icmp_get, NULL, "icmpInAddrMaskReps"},
	{14, PC_SNMP_COUNTER32, icmp_get, NULL, "icmpOutMsgs"},
	{15, PC_SNMP_COUNTER32, icmp_get, NULL, "icmpOutErrors"},
	{16, PC_SNMP_COUNTER32, icmp_get, NULL, "icmpOutDestUnreachs"},
	{17, PC_SNMP_COUNTER32, icmp_get, NULL, "icmpOutTimeExcds"},
	{18, PC_SNMP_COUNTER32, icmp_get, NULL, "icmpOutParmProbs"},
	{19, PC_SNMP_COUNTER32, icmp_get, NULL, "icmpOutSrcQuenchs"},
	{20, PC_SNMP_COUNTER32, icmp_get, NULL, "icmpOutRedirects"},
	{21, PC_SNMP_COUNTER32, icmp_get, NULL, "icmpOutEchos"},
	{22, PC_SNMP_COUNTER32, icmp_get, NULL, "icmpOutEchoReps"},
	{23, PC_SNMP_COUNTER32, icmp_get, NULL, "icmpOutTimestamps"},
	{24, PC_SNMP_COUNTER32, icmp_get, NULL, "icmpOutTimestampReps"},
	{25, PC_SNMP_COUNTER32, icmp_get, NULL, "icmpOutAddrMasks"},
	{26, PC_SNMP_COUNTER32, icmp_get, NULL, "icmpOutAddrMaskReps"},
};

static const struct pc_snmp_table icmp_table = {
	.oid = icmp_oid,
	.n_oid = PC_MIB_COUNT(icmp_oid),
	.columns = icmp_columns,
	.n_columns = PC_MIB_COUNT(icmp_columns),
	.spec = "RFC 1213 icmp",
};

static const struct pc_snmp_table *const tables[] = {
	&ip_table, &ip_addr_table, &ip_route_table, &ip_media_table, &icmp_table};

const struct pc_snmp_module pc_snmp_mib_ip = {"RFC1213-MIB", tables, PC_MIB_COUNT(tables)};
