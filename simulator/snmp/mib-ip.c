/* RFC1213-MIB: interfaces, ip and icmp. One Ethernet interface with the device's address. */
#include <arpa/inet.h>
#include <string.h>

#include "base/err.h"
#include "snmp/mib-common.h"
#include "snmp/modules.h"

static const uint32_t zero_dot_zero[] = {0, 0};

/* A quiet office network: 40 broadcasts a minute and a little polling. Everything is derived from
 * uptime and from what was printed, so the counters only grow and restart with the device. */
static uint64_t
packets_in(const struct pc_device *dev)
{
	return pc_mib_uptime(dev) / 150 + (uint64_t)pc_device_state(dev)->counters.power_on * 40;
}

static uint64_t
packets_out(const struct pc_device *dev)
{
	return pc_mib_uptime(dev) / 400 + (uint64_t)pc_device_state(dev)->counters.power_on * 20;
}

static int
interfaces_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	(void)dev;
	return pc_mib_number(at, v, 1);
}

static const uint32_t interfaces_oid[] = {1, 3, 6, 1, 2, 1, 2};

static const struct pc_snmp_column interfaces_columns[] = {
	{1, PC_SNMP_INTEGER, interfaces_get, NULL, "ifNumber"},
};

static const struct pc_snmp_table interfaces_table = {
	.oid = interfaces_oid,
	.n_oid = PC_MIB_COUNT(interfaces_oid),
	.columns = interfaces_columns,
	.n_columns = PC_MIB_COUNT(interfaces_columns),
	.spec = "RFC 1213 interfaces",
};

static int
if_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_profile *p = pc_device_profile(dev);
	int64_t in = (int64_t)packets_in(dev), out = (int64_t)packets_out(dev);
	const int64_t n[] = {[1] = 1,
		[3] = 6,
		[4] = 1500,
		[5] = p->if_speed,
		[7] = 1,
		[8] = 1,
		[10] = in * 180,
		[11] = in * 2 / 3,
		[12] = in / 3,
		[16] = out * 240,
		[17] = out,
		[18] = out / 50,
		[21] = 0};

	switch (at->column) {
	case 2:
		return pc_mib_text(v, p->if_descr);
	case 6:
		pc_mib_mac(dev, v->scratch.bytes);
		return pc_mib_octets(v, v->scratch.bytes, 6);
	case 22:
		return pc_mib_oid(v, zero_dot_zero, 2);
	default:
		return pc_mib_number(at, v, n[at->column]);
	}
}

/* ifAdminStatus stays read-only: an interface that was shut could never be opened again. */
static const uint32_t if_oid[] = {1, 3, 6, 1, 2, 1, 2, 2, 1};

static const struct pc_snmp_column if_columns[] = {
	{1, PC_SNMP_INTEGER, if_get, NULL, "ifIndex"},
	{2, PC_SNMP_OCTETS, if_get, NULL, "ifDescr"},
	{3, PC_SNMP_INTEGER, if_get, NULL, "ifType"},
	{4, PC_SNMP_INTEGER, if_get, NULL, "ifMtu"},
	{5, PC_SNMP_GAUGE32, if_get, NULL, "ifSpeed"},
	{6, PC_SNMP_OCTETS, if_get, NULL, "ifPhysAddress"},
	{7, PC_SNMP_INTEGER, if_get, NULL, "ifAdminStatus"},
	{8, PC_SNMP_INTEGER, if_get, NULL, "ifOperStatus"},
	{9, PC_SNMP_TIMETICKS, if_get, NULL, "ifLastChange"},
	{10, PC_SNMP_COUNTER32, if_get, NULL, "ifInOctets"},
	{11, PC_SNMP_COUNTER32, if_get, NULL, "ifInUcastPkts"},
	{12, PC_SNMP_COUNTER32, if_get, NULL, "ifInNUcastPkts"},
	{13, PC_SNMP_COUNTER32, if_get, NULL, "ifInDiscards"},
	{14, PC_SNMP_COUNTER32, if_get, NULL, "ifInErrors"},
	{15, PC_SNMP_COUNTER32, if_get, NULL, "ifInUnknownProtos"},
	{16, PC_SNMP_COUNTER32, if_get, NULL, "ifOutOctets"},
	{17, PC_SNMP_COUNTER32, if_get, NULL, "ifOutUcastPkts"},
	{18, PC_SNMP_COUNTER32, if_get, NULL, "ifOutNUcastPkts"},
	{19, PC_SNMP_COUNTER32, if_get, NULL, "ifOutDiscards"},
	{20, PC_SNMP_COUNTER32, if_get, NULL, "ifOutErrors"},
	{21, PC_SNMP_GAUGE32, if_get, NULL, "ifOutQLen"},
	{22, PC_SNMP_OID, if_get, NULL, "ifSpecific"},
};

static const struct pc_snmp_table if_table = {
	.oid = if_oid,
	.n_oid = PC_MIB_COUNT(if_oid),
	.columns = if_columns,
	.n_columns = PC_MIB_COUNT(if_columns),
	.row = pc_mib_row_single,
	.spec = "RFC 1213 ifTable",
};

static int
ip_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	int64_t in = (int64_t)packets_in(dev), out = (int64_t)packets_out(dev);
	const int64_t n[] = {
		[1] = 2, [2] = 64, [3] = in, [9] = in, [10] = out, [13] = 60, [23] = 0};

	return pc_mib_number(at, v, n[at->column]);
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

/* Index of the one row: the four octets of an address, after `n_prefix` given sub-identifiers. */
static bool
next_address(struct in_addr addr, const uint32_t *after, size_t n_after, uint32_t *index,
	size_t *n_index)
{
	uint32_t host = ntohl(addr.s_addr);

	for (size_t i = 0; i < 4; i++)
		index[i] = host >> (24 - 8 * i) & 0xff;
	*n_index = 4;
	return n_after == 0 || pc_arcs_compare(index, 4, after, n_after) > 0;
}

static bool
is_address(const struct pc_snmp_at *at, struct in_addr addr)
{
	uint32_t host = ntohl(addr.s_addr);
	const uint32_t want[] = {host >> 24, host >> 16 & 0xff, host >> 8 & 0xff, host & 0xff};

	return pc_arcs_compare(at->index, at->n_index, want, 4) == 0;
}

static bool
ip_addr_next(const struct pc_device *dev, const uint32_t *after, size_t n_after,
	uint32_t index[PC_SNMP_INDEX_MAX], size_t *n_index)
{
	return next_address(pc_device_state(dev)->address, after, n_after, index, n_index);
}

static int
ip_addr_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	struct in_addr own = pc_device_state(dev)->address;

	if (!is_address(at, own))
		return PC_E_NOTFOUND;
	switch (at->column) {
	case 1:
		return pc_mib_address(v, own);
	case 3:
		return pc_mib_address(v, pc_mib_netmask(dev));
	case 5:
		return pc_mib_number(at, v, 65535);
	default: /* ipAdEntIfIndex; ipAdEntBcastAddr: the broadcast address ends in one-bits */
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
static bool
ip_route_next(const struct pc_device *dev, const uint32_t *after, size_t n_after,
	uint32_t index[PC_SNMP_INDEX_MAX], size_t *n_index)
{
	const struct in_addr any = {.s_addr = htonl(INADDR_ANY)};
	struct in_addr net = pc_device_state(dev)->address;

	net.s_addr &= pc_mib_netmask(dev).s_addr;
	return next_address(any, after, n_after, index, n_index) ||
	       next_address(net, after, n_after, index, n_index);
}

static int
ip_route_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct in_addr any = {.s_addr = htonl(INADDR_ANY)};
	struct in_addr own = pc_device_state(dev)->address, mask = pc_mib_netmask(dev);
	struct in_addr net = {.s_addr = own.s_addr & mask.s_addr};
	bool is_default = is_address(at, any);
	/* direct(3) or indirect(4), learnt local(2), metrics not used */
	const int64_t n[] = {[2] = 1,
		[3] = is_default,
		[4] = -1,
		-1,
		-1,
		[8] = is_default ? 4 : 3,
		[9] = 2,
		[10] = 0,
		[12] = -1};

	if (!is_default && !is_address(at, net))
		return PC_E_NOTFOUND;
	switch (at->column) {
	case 1:
		return pc_mib_address(v, is_default ? any : net);
	case 7:
		return pc_mib_address(v, is_default ? pc_mib_gateway(dev) : own);
	case 11:
		return pc_mib_address(v, is_default ? any : mask);
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

/* Nobody is pinged or redirected in a simulated network: all icmp counters stay at 0. */
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
	&interfaces_table, &if_table, &ip_table, &ip_addr_table, &ip_route_table, &icmp_table};

const struct pc_snmp_module pc_snmp_mib_ip = {"RFC1213-MIB", tables, PC_MIB_COUNT(tables)};
