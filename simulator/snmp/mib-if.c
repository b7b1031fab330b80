/* IF-MIB: one Ethernet interface. ifTestTable is left out: deprecated, and nothing to test; every
 * object that could cut the printer off (ifAdminStatus) or has nothing to set is read-only, as the
 * compliance statements allow. Spec: RFC 2863 */
#include <string.h>

#include "base/err.h"
#include "snmp/mib-common.h"
#include "snmp/mib-net.h"
#include "snmp/mib-rows.h"
#include "snmp/modules.h"

enum { ETHERNET = 6, MTU = 1500, UP = 1, TRUE = 1, FALSE = 2, ACTIVE = 1, NON_VOLATILE = 3 };

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
	.spec = "RFC 2863 interfaces",
};

static int
if_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	static const uint32_t zero_dot_zero[] = {0, 0};
	const struct pc_profile *p = pc_device_profile(dev);
	const struct pc_mib_traffic t = pc_mib_traffic(dev);
	/* the link came up with the printer and has not changed since */
	const uint64_t n[] = {[1] = PC_MIB_IF,
		[3] = ETHERNET,
		[4] = MTU,
		[5] = p->if_speed,
		[7] = UP,
		[8] = UP,
		[9] = 0,
		[10] = pc_mib_frame_octets(t.in_octets, t.in_packets),
		[11] = t.in_packets - t.in_broadcasts,
		[12] = t.in_broadcasts,
		[16] = pc_mib_frame_octets(t.out_octets, t.out_packets),
		[17] = t.out_packets,
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
		return pc_mib_number(at, v, (int64_t)n[at->column]);
	}
}

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
	.spec = "RFC 2863 ifTable",
};

static bool
has_if_x(const struct pc_profile *profile)
{
	return pc_profile_has_mib(profile, PC_MIBS_IF_X);
}

static int
if_x_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_mib_traffic t = pc_mib_traffic(dev);
	uint64_t in = pc_mib_frame_octets(t.in_octets, t.in_packets);
	uint64_t out = pc_mib_frame_octets(t.out_octets, t.out_packets);
	/* linkUp is sent with the start; no alias can be given */
	const uint64_t n[] = {[3] = t.in_broadcasts,
		[6] = in,
		[7] = t.in_packets - t.in_broadcasts,
		[9] = t.in_broadcasts,
		[10] = out,
		[11] = t.out_packets,
		[14] = TRUE,
		[15] = pc_device_profile(dev)->if_speed / 1000000,
		[16] = FALSE,
		[17] = TRUE,
		[19] = 0};

	if (at->column == 1)
		return pc_mib_text(v, "eth0");
	if (at->column == 18)
		return pc_mib_text(v, "");
	return pc_mib_number(at, v, (int64_t)n[at->column]);
}

static const uint32_t if_x_oid[] = {1, 3, 6, 1, 2, 1, 31, 1, 1, 1};

static const struct pc_snmp_column if_x_columns[] = {
	{1, PC_SNMP_OCTETS, if_x_get, NULL, "ifName"},
	{2, PC_SNMP_COUNTER32, if_x_get, NULL, "ifInMulticastPkts"},
	{3, PC_SNMP_COUNTER32, if_x_get, NULL, "ifInBroadcastPkts"},
	{4, PC_SNMP_COUNTER32, if_x_get, NULL, "ifOutMulticastPkts"},
	{5, PC_SNMP_COUNTER32, if_x_get, NULL, "ifOutBroadcastPkts"},
	{6, PC_SNMP_COUNTER64, if_x_get, NULL, "ifHCInOctets"},
	{7, PC_SNMP_COUNTER64, if_x_get, NULL, "ifHCInUcastPkts"},
	{8, PC_SNMP_COUNTER64, if_x_get, NULL, "ifHCInMulticastPkts"},
	{9, PC_SNMP_COUNTER64, if_x_get, NULL, "ifHCInBroadcastPkts"},
	{10, PC_SNMP_COUNTER64, if_x_get, NULL, "ifHCOutOctets"},
	{11, PC_SNMP_COUNTER64, if_x_get, NULL, "ifHCOutUcastPkts"},
	{12, PC_SNMP_COUNTER64, if_x_get, NULL, "ifHCOutMulticastPkts"},
	{13, PC_SNMP_COUNTER64, if_x_get, NULL, "ifHCOutBroadcastPkts"},
	{14, PC_SNMP_INTEGER, if_x_get, NULL, "ifLinkUpDownTrapEnable"},
	{15, PC_SNMP_GAUGE32, if_x_get, NULL, "ifHighSpeed"},
	{16, PC_SNMP_INTEGER, if_x_get, NULL, "ifPromiscuousMode"},
	{17, PC_SNMP_INTEGER, if_x_get, NULL, "ifConnectorPresent"},
	{18, PC_SNMP_OCTETS, if_x_get, NULL, "ifAlias"},
	{19, PC_SNMP_TIMETICKS, if_x_get, NULL, "ifCounterDiscontinuityTime"},
};

static const struct pc_snmp_table if_x_table = {
	.oid = if_x_oid,
	.n_oid = PC_MIB_COUNT(if_x_oid),
	.columns = if_x_columns,
	.n_columns = PC_MIB_COUNT(if_x_columns),
	.row = pc_mib_row_single,
	.applies = has_if_x,
	.spec = "RFC 2863 ifXTable",
};

/* No row has come or gone since the start. */
static int
last_change_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	(void)dev;
	return pc_mib_number(at, v, 0);
}

static const uint32_t if_change_oid[] = {1, 3, 6, 1, 2, 1, 31, 1};

static const struct pc_snmp_column if_change_columns[] = {
	{5, PC_SNMP_TIMETICKS, last_change_get, NULL, "ifTableLastChange"},
};

static const struct pc_snmp_table if_change_table = {
	.oid = if_change_oid,
	.n_oid = PC_MIB_COUNT(if_change_oid),
	.columns = if_change_columns,
	.n_columns = PC_MIB_COUNT(if_change_columns),
	.applies = has_if_x,
	.spec = "RFC 2863 ifTableLastChange",
};

static bool
has_if_stack(const struct pc_profile *profile)
{
	return pc_profile_has_mib(profile, PC_MIBS_IF_STACK);
}

/* Nothing lies above the interface (0, 1) and nothing below (1, 0). */
static bool
if_stack_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	(void)profile;
	index[0] = at == 0 ? 0 : PC_MIB_IF;
	index[1] = at == 0 ? PC_MIB_IF : 0;
	*n_index = 2;
	return at < 2;
}

static int
if_stack_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	(void)dev;
	return pc_mib_number(at, v, ACTIVE);
}

static const uint32_t if_stack_oid[] = {1, 3, 6, 1, 2, 1, 31, 1, 2, 1};

static const struct pc_snmp_column if_stack_columns[] = {
	{3, PC_SNMP_INTEGER, if_stack_get, NULL, "ifStackStatus"},
};

static const struct pc_snmp_table if_stack_table = {
	.oid = if_stack_oid,
	.n_oid = PC_MIB_COUNT(if_stack_oid),
	.columns = if_stack_columns,
	.n_columns = PC_MIB_COUNT(if_stack_columns),
	.row = if_stack_row,
	.applies = has_if_stack,
	.spec = "RFC 2863 ifStackTable",
};

static const uint32_t if_stack_change_oid[] = {1, 3, 6, 1, 2, 1, 31, 1};

static const struct pc_snmp_column if_stack_change_columns[] = {
	{6, PC_SNMP_TIMETICKS, last_change_get, NULL, "ifStackLastChange"},
};

static const struct pc_snmp_table if_stack_change_table = {
	.oid = if_stack_change_oid,
	.n_oid = PC_MIB_COUNT(if_stack_change_oid),
	.columns = if_stack_change_columns,
	.n_columns = PC_MIB_COUNT(if_stack_change_columns),
	.applies = has_if_stack,
	.spec = "RFC 2863 ifStackLastChange",
};

/* Frames are taken in for the own address and for everybody. */
static size_t
if_rcv_rows(const struct pc_device *dev, size_t at, uint32_t index[PC_SNMP_INDEX_MAX])
{
	uint8_t mac[6];

	if (at > 1)
		return 0;
	pc_mib_mac(dev, mac);
	index[0] = PC_MIB_IF;
	index[1] = sizeof mac;
	for (size_t i = 0; i < sizeof mac; i++)
		index[2 + i] = at == 0 ? mac[i] : 0xff;
	return 2 + sizeof mac;
}

static bool
if_rcv_next(const struct pc_device *dev, const uint32_t *after, size_t n_after,
	uint32_t index[PC_SNMP_INDEX_MAX], size_t *n_index)
{
	return pc_mib_rows_next(if_rcv_rows, dev, after, n_after, index, n_index);
}

static int
if_rcv_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	if (pc_mib_rows_find(if_rcv_rows, dev, at) == SIZE_MAX)
		return PC_E_NOTFOUND;
	return pc_mib_number(at, v, at->column == 2 ? ACTIVE : NON_VOLATILE);
}

static const uint32_t if_rcv_oid[] = {1, 3, 6, 1, 2, 1, 31, 1, 4, 1};

static const struct pc_snmp_column if_rcv_columns[] = {
	{2, PC_SNMP_INTEGER, if_rcv_get, NULL, "ifRcvAddressStatus"},
	{3, PC_SNMP_INTEGER, if_rcv_get, NULL, "ifRcvAddressType"},
};

static const struct pc_snmp_table if_rcv_table = {
	.oid = if_rcv_oid,
	.n_oid = PC_MIB_COUNT(if_rcv_oid),
	.columns = if_rcv_columns,
	.n_columns = PC_MIB_COUNT(if_rcv_columns),
	.next = if_rcv_next,
	.applies = has_if_stack,
	.spec = "RFC 2863 ifRcvAddressTable",
};

static const struct pc_snmp_table *const tables[] = {&interfaces_table, &if_table, &if_x_table,
	&if_change_table, &if_stack_table, &if_stack_change_table, &if_rcv_table};

const struct pc_snmp_module pc_snmp_mib_if = {"IF-MIB", tables, PC_MIB_COUNT(tables)};
