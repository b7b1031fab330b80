/* TCP-MIB and UDP-MIB: counters, listeners on 0.0.0.0, open connections; the tables of RFC 1213 and
 * those that came later. Epson's own library takes a printer only when it finds the 515 or the 9100
 * row in tcpConnTable. No connection is cut by SNMP (deleteTCB), as the compliance statements
 * allow. Spec: RFC 1213, RFC 4022, RFC 4113 */
#include <arpa/inet.h>
#include <string.h>

#include "base/err.h"
#include "snmp/mib-common.h"
#include "snmp/mib-net.h"
#include "snmp/mib-rows.h"
#include "snmp/modules.h"

enum { VAN_JACOBSON = 4, RTO_MIN_MS = 200, RTO_MAX_MS = 120000, LISTEN = 2, ESTABLISHED = 5 };

/* Only listeners are opened, so nothing is attempted; the host system sends again what is lost. */
static int
tcp_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_device_state *s = pc_device_state(dev);
	const struct pc_mib_traffic t = pc_mib_traffic(dev);
	const int64_t n[] = {[1] = VAN_JACOBSON,
		[2] = RTO_MIN_MS,
		[3] = RTO_MAX_MS,
		[4] = -1, /* as many as come */
		[6] = s->tcp_opens,
		[8] = s->tcp_resets,
		[9] = s->tcp_open,
		[10] = (int64_t)t.in_segments,
		[11] = (int64_t)t.out_segments,
		[15] = 0,
		[17] = (int64_t)t.in_segments,
		[18] = (int64_t)t.out_segments};

	return pc_mib_number(at, v, n[at->column]);
}

static const uint32_t tcp_oid[] = {1, 3, 6, 1, 2, 1, 6};

static const struct pc_snmp_column tcp_columns[] = {
	{1, PC_SNMP_INTEGER, tcp_get, NULL, "tcpRtoAlgorithm"},
	{2, PC_SNMP_INTEGER, tcp_get, NULL, "tcpRtoMin"},
	{3, PC_SNMP_INTEGER, tcp_get, NULL, "tcpRtoMax"},
	{4, PC_SNMP_INTEGER, tcp_get, NULL, "tcpMaxConn"},
	{5, PC_SNMP_COUNTER32, tcp_get, NULL, "tcpActiveOpens"},
	{6, PC_SNMP_COUNTER32, tcp_get, NULL, "tcpPassiveOpens"},
	{7, PC_SNMP_COUNTER32, tcp_get, NULL, "tcpAttemptFails"},
	{8, PC_SNMP_COUNTER32, tcp_get, NULL, "tcpEstabResets"},
	{9, PC_SNMP_GAUGE32, tcp_get, NULL, "tcpCurrEstab"},
	{10, PC_SNMP_COUNTER32, tcp_get, NULL, "tcpInSegs"},
	{11, PC_SNMP_COUNTER32, tcp_get, NULL, "tcpOutSegs"},
	{12, PC_SNMP_COUNTER32, tcp_get, NULL, "tcpRetransSegs"},
	{14, PC_SNMP_COUNTER32, tcp_get, NULL, "tcpInErrs"},
	{15, PC_SNMP_COUNTER32, tcp_get, NULL, "tcpOutRsts"},
};

static const struct pc_snmp_table tcp_table = {
	.oid = tcp_oid,
	.n_oid = PC_MIB_COUNT(tcp_oid),
	.columns = tcp_columns,
	.n_columns = PC_MIB_COUNT(tcp_columns),
	.spec = "RFC 1213 tcp",
};

static bool
has_tcp_v2(const struct pc_profile *profile)
{
	return pc_profile_has_mib(profile, PC_MIBS_TCP_V2);
}

static const uint32_t tcp_hc_oid[] = {1, 3, 6, 1, 2, 1, 6};

static const struct pc_snmp_column tcp_hc_columns[] = {
	{17, PC_SNMP_COUNTER64, tcp_get, NULL, "tcpHCInSegs"},
	{18, PC_SNMP_COUNTER64, tcp_get, NULL, "tcpHCOutSegs"},
};

static const struct pc_snmp_table tcp_hc_table = {
	.oid = tcp_hc_oid,
	.n_oid = PC_MIB_COUNT(tcp_hc_oid),
	.columns = tcp_hc_columns,
	.n_columns = PC_MIB_COUNT(tcp_hc_columns),
	.applies = has_tcp_v2,
	.spec = "RFC 4022 tcpHCInSegs, tcpHCOutSegs",
};

/* Listeners first, then connections; what is not used stays 0. */
static bool
tcp_conn(const struct pc_device *dev, size_t at, struct pc_connection *ret)
{
	const struct pc_connection *open = NULL;
	uint16_t ports[PC_MIB_PORTS_MAX];
	size_t listeners = pc_mib_tcp_ports(pc_device_profile(dev), ports);

	memset(ret, 0, sizeof *ret);
	if (at < listeners) {
		ret->local_port = ports[at];
		return true;
	}
	if (at - listeners >= pc_device_connections(dev, &open))
		return false;
	*ret = open[at - listeners];
	return true;
}

static struct in_addr
local_address(const struct pc_device *dev, const struct pc_connection *c)
{
	const struct in_addr any = {.s_addr = htonl(INADDR_ANY)};

	return c->peer_port == 0 ? any : pc_device_state(dev)->address;
}

static size_t
tcp_conn_rows(const struct pc_device *dev, size_t at, uint32_t index[PC_SNMP_INDEX_MAX])
{
	struct pc_connection c;
	size_t n;

	if (!tcp_conn(dev, at, &c))
		return 0;
	n = pc_mib_index_ip(index, local_address(dev, &c));
	index[n++] = c.local_port;
	n += pc_mib_index_ip(index + n, c.peer);
	index[n++] = c.peer_port;
	return n;
}

static bool
tcp_conn_next(const struct pc_device *dev, const uint32_t *after, size_t n_after,
	uint32_t index[PC_SNMP_INDEX_MAX], size_t *n_index)
{
	return pc_mib_rows_next(tcp_conn_rows, dev, after, n_after, index, n_index);
}

static int
tcp_conn_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	struct pc_connection c;
	size_t row = pc_mib_rows_find(tcp_conn_rows, dev, at);

	if (row == SIZE_MAX || !tcp_conn(dev, row, &c))
		return PC_E_NOTFOUND;
	switch (at->column) {
	case 1:
		return pc_mib_number(at, v, c.peer_port == 0 ? LISTEN : ESTABLISHED);
	case 2:
		return pc_mib_address(v, local_address(dev, &c));
	case 3:
		return pc_mib_number(at, v, c.local_port);
	case 4:
		return pc_mib_address(v, c.peer);
	default:
		return pc_mib_number(at, v, c.peer_port);
	}
}

static const uint32_t tcp_conn_oid[] = {1, 3, 6, 1, 2, 1, 6, 13, 1};

static const struct pc_snmp_column tcp_conn_columns[] = {
	{1, PC_SNMP_INTEGER, tcp_conn_get, NULL, "tcpConnState"},
	{2, PC_SNMP_IPADDRESS, tcp_conn_get, NULL, "tcpConnLocalAddress"},
	{3, PC_SNMP_INTEGER, tcp_conn_get, NULL, "tcpConnLocalPort"},
	{4, PC_SNMP_IPADDRESS, tcp_conn_get, NULL, "tcpConnRemAddress"},
	{5, PC_SNMP_INTEGER, tcp_conn_get, NULL, "tcpConnRemPort"},
};

static const struct pc_snmp_table tcp_conn_table = {
	.oid = tcp_conn_oid,
	.n_oid = PC_MIB_COUNT(tcp_conn_oid),
	.columns = tcp_conn_columns,
	.n_columns = PC_MIB_COUNT(tcp_conn_columns),
	.next = tcp_conn_next,
	.spec = "RFC 1213 tcpConnTable",
};

static size_t
connection_rows(const struct pc_device *dev, size_t at, uint32_t index[PC_SNMP_INDEX_MAX])
{
	const struct pc_connection *open = NULL;
	size_t n;

	if (at >= pc_device_connections(dev, &open))
		return 0;
	n = pc_mib_index_inet(index, pc_device_state(dev)->address);
	index[n++] = open[at].local_port;
	n += pc_mib_index_inet(index + n, open[at].peer);
	index[n++] = open[at].peer_port;
	return n;
}

static bool
connection_next(const struct pc_device *dev, const uint32_t *after, size_t n_after,
	uint32_t index[PC_SNMP_INDEX_MAX], size_t *n_index)
{
	return pc_mib_rows_next(connection_rows, dev, after, n_after, index, n_index);
}

/* The process is 0: none is told. */
static int
connection_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	if (pc_mib_rows_find(connection_rows, dev, at) == SIZE_MAX)
		return PC_E_NOTFOUND;
	return pc_mib_number(at, v, at->column == 7 ? ESTABLISHED : 0);
}

static const uint32_t connection_oid[] = {1, 3, 6, 1, 2, 1, 6, 19, 1};

static const struct pc_snmp_column connection_columns[] = {
	{7, PC_SNMP_INTEGER, connection_get, NULL, "tcpConnectionState"},
	{8, PC_SNMP_GAUGE32, connection_get, NULL, "tcpConnectionProcess"},
};

static const struct pc_snmp_table connection_table = {
	.oid = connection_oid,
	.n_oid = PC_MIB_COUNT(connection_oid),
	.columns = connection_columns,
	.n_columns = PC_MIB_COUNT(connection_columns),
	.next = connection_next,
	.applies = has_tcp_v2,
	.spec = "RFC 4022 tcpConnectionTable",
};

/* Type ipv4(1), 0.0.0.0, port. */
static size_t
put_endpoint(uint16_t port, uint32_t index[PC_SNMP_INDEX_MAX])
{
	const struct in_addr any = {.s_addr = htonl(INADDR_ANY)};
	size_t n = pc_mib_index_inet(index, any);

	index[n++] = port;
	return n;
}

static bool
listener_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	uint16_t ports[PC_MIB_PORTS_MAX];

	if (at >= pc_mib_tcp_ports(profile, ports))
		return false;
	*n_index = put_endpoint(ports[at], index);
	return true;
}

static int
process_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	(void)dev;
	return pc_mib_number(at, v, 0);
}

static const uint32_t listener_oid[] = {1, 3, 6, 1, 2, 1, 6, 20, 1};

static const struct pc_snmp_column listener_columns[] = {
	{4, PC_SNMP_GAUGE32, process_get, NULL, "tcpListenerProcess"},
};

static const struct pc_snmp_table listener_table = {
	.oid = listener_oid,
	.n_oid = PC_MIB_COUNT(listener_oid),
	.columns = listener_columns,
	.n_columns = PC_MIB_COUNT(listener_columns),
	.row = listener_row,
	.applies = has_tcp_v2,
	.spec = "RFC 4022 tcpListenerTable",
};

static int
udp_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_traffic *t = &pc_device_state(dev)->traffic;
	/* closed ports are answered by the host system */
	const uint64_t n[] = {[1] = t->in_datagrams,
		[4] = t->out_datagrams,
		[8] = t->in_datagrams,
		[9] = t->out_datagrams};

	return pc_mib_number(at, v, (int64_t)n[at->column]);
}

static const uint32_t udp_oid[] = {1, 3, 6, 1, 2, 1, 7};

static const struct pc_snmp_column udp_columns[] = {
	{1, PC_SNMP_COUNTER32, udp_get, NULL, "udpInDatagrams"},
	{2, PC_SNMP_COUNTER32, udp_get, NULL, "udpNoPorts"},
	{3, PC_SNMP_COUNTER32, udp_get, NULL, "udpInErrors"},
	{4, PC_SNMP_COUNTER32, udp_get, NULL, "udpOutDatagrams"},
};

static const struct pc_snmp_table udp_table = {
	.oid = udp_oid,
	.n_oid = PC_MIB_COUNT(udp_oid),
	.columns = udp_columns,
	.n_columns = PC_MIB_COUNT(udp_columns),
	.spec = "RFC 1213 udp",
};

static bool
has_udp_v2(const struct pc_profile *profile)
{
	return pc_profile_has_mib(profile, PC_MIBS_UDP_V2);
}

static const uint32_t udp_hc_oid[] = {1, 3, 6, 1, 2, 1, 7};

static const struct pc_snmp_column udp_hc_columns[] = {
	{8, PC_SNMP_COUNTER64, udp_get, NULL, "udpHCInDatagrams"},
	{9, PC_SNMP_COUNTER64, udp_get, NULL, "udpHCOutDatagrams"},
};

static const struct pc_snmp_table udp_hc_table = {
	.oid = udp_hc_oid,
	.n_oid = PC_MIB_COUNT(udp_hc_oid),
	.columns = udp_hc_columns,
	.n_columns = PC_MIB_COUNT(udp_hc_columns),
	.applies = has_udp_v2,
	.spec = "RFC 4113 udpHCInDatagrams, udpHCOutDatagrams",
};

static bool
udp_listen_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	uint16_t ports[PC_MIB_PORTS_MAX];

	if (at >= pc_mib_udp_ports(profile, ports))
		return false;
	for (size_t i = 0; i < 5; i++)
		index[i] = i == 4 ? ports[at] : 0;
	*n_index = 5;
	return true;
}

static int
udp_listen_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	(void)dev;
	if (at->n_index != 5)
		return PC_E_NOTFOUND;
	if (at->column == 1)
		return pc_mib_address4(v, 0, 0, 0, 0);
	return pc_mib_number(at, v, at->index[4]);
}

static const uint32_t udp_listen_oid[] = {1, 3, 6, 1, 2, 1, 7, 5, 1};

static const struct pc_snmp_column udp_listen_columns[] = {
	{1, PC_SNMP_IPADDRESS, udp_listen_get, NULL, "udpLocalAddress"},
	{2, PC_SNMP_INTEGER, udp_listen_get, NULL, "udpLocalPort"},
};

static const struct pc_snmp_table udp_listen_table = {
	.oid = udp_listen_oid,
	.n_oid = PC_MIB_COUNT(udp_listen_oid),
	.columns = udp_listen_columns,
	.n_columns = PC_MIB_COUNT(udp_listen_columns),
	.row = udp_listen_row,
	.spec = "RFC 1213 udpTable",
};

/* Datagrams from anybody: the remote end is of type unknown(0) and has no address. Instance 1. */
static bool
endpoint_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	uint16_t ports[PC_MIB_PORTS_MAX];
	size_t n;

	if (at >= pc_mib_udp_ports(profile, ports))
		return false;
	n = put_endpoint(ports[at], index);
	index[n++] = 0;
	index[n++] = 0;
	index[n++] = 0;
	index[n++] = 1;
	*n_index = n;
	return true;
}

static const uint32_t endpoint_oid[] = {1, 3, 6, 1, 2, 1, 7, 7, 1};

static const struct pc_snmp_column endpoint_columns[] = {
	{8, PC_SNMP_GAUGE32, process_get, NULL, "udpEndpointProcess"},
};

static const struct pc_snmp_table endpoint_table = {
	.oid = endpoint_oid,
	.n_oid = PC_MIB_COUNT(endpoint_oid),
	.columns = endpoint_columns,
	.n_columns = PC_MIB_COUNT(endpoint_columns),
	.row = endpoint_row,
	.applies = has_udp_v2,
	.spec = "RFC 4113 udpEndpointTable",
};

static const struct pc_snmp_table *const tables[] = {&tcp_table, &tcp_hc_table, &tcp_conn_table,
	&connection_table, &listener_table, &udp_table, &udp_hc_table, &udp_listen_table,
	&endpoint_table};

const struct pc_snmp_module pc_snmp_mib_tcp = {"TCP-MIB", tables, PC_MIB_COUNT(tables)};
