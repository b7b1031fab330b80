/* TCP-MIB and UDP-MIB as old printers have them: counters and listeners on 0.0.0.0. Epson's own
 * library takes a printer only when it finds the 515 or the 9100 row in tcpConnTable. */
#include "base/err.h"
#include "snmp/mib-common.h"
#include "snmp/modules.h"

static int
tcp_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_device_state *st = pc_device_state(dev);
	int64_t jobs = st->counters.jobs_done, sides = st->counters.power_on;
	/* retransmission by Van Jacobson(4), 200 ms … 120 s, no limit of connections */
	const int64_t n[] = {[1] = 4,
		[2] = 200,
		[3] = 120000,
		[4] = -1,
		[6] = jobs,
		[10] = jobs * 6 + sides * 40,
		[11] = jobs * 4 + sides * 20,
		[15] = 0};

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

/* Row: local 0.0.0.0, port, remote 0.0.0.0, port 0. */
static bool
tcp_conn_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	uint16_t ports[PC_MIB_PORTS_MAX];

	if (at >= pc_mib_tcp_ports(profile, ports))
		return false;
	for (size_t i = 0; i < 10; i++)
		index[i] = i == 4 ? ports[at] : 0;
	*n_index = 10;
	return true;
}

static int
tcp_conn_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	(void)dev;
	if (at->n_index != 10)
		return PC_E_NOTFOUND;
	switch (at->column) {
	case 1:
		return pc_mib_number(at, v, 2); /* listen */
	case 3:
		return pc_mib_number(at, v, at->index[4]);
	case 5:
		return pc_mib_number(at, v, 0);
	default:
		return pc_mib_address4(v, 0, 0, 0, 0);
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
	.row = tcp_conn_row,
	.spec = "RFC 1213 tcpConnTable",
};

static int
udp_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	int64_t up = pc_mib_uptime(dev);
	const int64_t n[] = {[1] = up / 200, [2] = up / 60000, [4] = up / 400};

	return pc_mib_number(at, v, n[at->column]);
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

static const struct pc_snmp_table *const tables[] = {
	&tcp_table, &tcp_conn_table, &udp_table, &udp_listen_table};

const struct pc_snmp_module pc_snmp_mib_tcp = {"TCP-MIB", tables, PC_MIB_COUNT(tables)};
