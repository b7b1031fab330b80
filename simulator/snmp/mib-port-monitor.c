/* PRINTER-PORT-MONITOR-MIB: how a host should set up its print queues. CUPS builds the queue's URI
 * from it. Spec: PWG 5107.1 */
#include <arpa/inet.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "snmp/faults.h"
#include "snmp/mib-common.h"
#include "snmp/modules.h"

/* One way in. The protocol numbers are PrtChannelTypeTC as real printers use them here. */
struct port {
	const char *suffix;
	int32_t protocol;
	uint16_t tcp_port;
	enum pc_channel channel;
};

enum { PORTS_MAX = 2, PROTOCOL_LPD = 8, PROTOCOL_RAW = 11 };

static bool
has_port_monitor(const struct pc_profile *profile)
{
	return pc_profile_has_mib(profile, PC_MIBS_PORT_MONITOR);
}

static size_t
ports(const struct pc_profile *p, struct port out[PORTS_MAX])
{
	size_t n = 0;

	if (p->ports.lpd)
		out[n++] = (struct port){"LPR", PROTOCOL_LPD, 515, PC_CHANNEL_LPD};
	if (p->ports.raw)
		out[n++] = (struct port){"RAW", PROTOCOL_RAW, p->ports.raw_port, PC_CHANNEL_RAW};
	return n;
}

static int
ppm_general_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	struct port list[PORTS_MAX];

	if (at->column == 1)
		return pc_mib_text(v, "en-US");
	if (at->column == 2)
		return pc_mib_number(at, v, 1);
	return pc_mib_number(at, v, (int64_t)ports(pc_device_profile(dev), list));
}

static const uint32_t ppm_general_oid[] = {1, 3, 6, 1, 4, 1, 2699, 1, 2, 1, 1};

static const struct pc_snmp_column ppm_general_columns[] = {
	{1, PC_SNMP_OCTETS, ppm_general_get, NULL, "ppmGeneralNaturalLanguage"},
	{2, PC_SNMP_GAUGE32, ppm_general_get, NULL, "ppmGeneralNumberOfPrinters"},
	{3, PC_SNMP_GAUGE32, ppm_general_get, NULL, "ppmGeneralNumberOfPorts"},
};

static const struct pc_snmp_table ppm_general_table = {
	.oid = ppm_general_oid,
	.n_oid = PC_MIB_COUNT(ppm_general_oid),
	.columns = ppm_general_columns,
	.n_columns = PC_MIB_COUNT(ppm_general_columns),
	.applies = has_port_monitor,
	.spec = "PWG 5107.1 ppmGeneral",
};

/* The last row is preferred: raw where there is one, as Epsons do. */
static int
ppm_printer_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_profile *p = pc_device_profile(dev);
	struct port list[PORTS_MAX];
	int64_t n = (int64_t)ports(p, list);

	switch (at->column) {
	case 2:
		return pc_mib_text(v, p->model);
	case 3:
		return pc_mib_expand(dev, v, p->device_id_1284);
	case 4:
	case 5:
		return pc_mib_number(at, v, n);
	case 7:
		return pc_mib_text(v, p->community_read);
	default: /* ppmPrinterHrDeviceIndex, ppmPrinterSnmpQueryEnabled true(1) */
		return pc_mib_number(at, v, 1);
	}
}

static const uint32_t ppm_printer_oid[] = {1, 3, 6, 1, 4, 1, 2699, 1, 2, 1, 2, 1, 1};

static const struct pc_snmp_column ppm_printer_columns[] = {
	{2, PC_SNMP_OCTETS, ppm_printer_get, NULL, "ppmPrinterName"},
	{3, PC_SNMP_OCTETS, ppm_printer_get, NULL, "ppmPrinterIEEE1284DeviceId"},
	{4, PC_SNMP_GAUGE32, ppm_printer_get, NULL, "ppmPrinterNumberOfPorts"},
	{5, PC_SNMP_INTEGER, ppm_printer_get, NULL, "ppmPrinterPreferredPortIndex"},
	{6, PC_SNMP_INTEGER, ppm_printer_get, NULL, "ppmPrinterHrDeviceIndex"},
	{7, PC_SNMP_OCTETS, ppm_printer_get, NULL, "ppmPrinterSnmpCommunityName"},
	{8, PC_SNMP_INTEGER, ppm_printer_get, NULL, "ppmPrinterSnmpQueryEnabled"},
};

static const struct pc_snmp_table ppm_printer_table = {
	.oid = ppm_printer_oid,
	.n_oid = PC_MIB_COUNT(ppm_printer_oid),
	.columns = ppm_printer_columns,
	.n_columns = PC_MIB_COUNT(ppm_printer_columns),
	.row = pc_mib_row_single,
	.applies = has_port_monitor,
	.spec = "PWG 5107.1 ppmPrinterTable",
};

/* Index: ppmPrinterIndex, ppmPortIndex. */
static bool
ppm_port_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	struct port list[PORTS_MAX];

	return pc_mib_row_printer(ports(profile, list), at, index, n_index);
}

/* "lpr://ADDRESS:515/PASSTHRU"; empty for raw ports, which type and number describe. */
static int
port_uri(const struct pc_device *dev, const struct port *port, struct pc_snmp_value *v)
{
	const struct pc_profile *p = pc_device_profile(dev);
	struct in_addr addr = pc_device_state(dev)->address;
	char text[PC_TEXT_ADDR_MAX];

	if (port->protocol != PROTOCOL_LPD)
		return pc_mib_text(v, "");
	if (pc_fault_is_set(pc_device_faults(dev), PC_SNMP_FAULT_PORT_URI_WRONG))
		addr.s_addr = htonl(ntohl(addr.s_addr) ^ 1);
	return pc_mib_format(v, "lpr://%s:%u/%s", pc_text_from_ipv4(addr, text), port->tcp_port,
		p->lpd_queue == NULL ? "" : p->lpd_queue);
}

static int
ppm_port_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_profile *p = pc_device_profile(dev);
	struct port list[PORTS_MAX];
	size_t row = pc_mib_at(at);

	if (row >= ports(p, list))
		return PC_E_NOTFOUND;
	/* true(1), false(2): a closed channel is not to be used, any source port will do, bytes are
	 * not counted. Rows are those of prtChannelTable, which Epsons do not name (0) */
	bool open = pc_device_channel_open(dev, list[row].channel);
	int64_t channel = pc_mib_is_epson(p) ? 0 : (int64_t)row + 1;
	const int64_t n[] = {
		[2] = open ? 1 : 2, [5] = list[row].protocol, list[row].tcp_port, 1, channel, 2};

	switch (at->column) {
	case 3:
		return pc_mib_format(v, "%s-%s", p->model, list[row].suffix);
	case 4:
		return port_uri(dev, &list[row], v);
	default:
		return pc_mib_number(at, v, n[at->column]);
	}
}

static const uint32_t ppm_port_oid[] = {1, 3, 6, 1, 4, 1, 2699, 1, 2, 1, 3, 1, 1};

static const struct pc_snmp_column ppm_port_columns[] = {
	{2, PC_SNMP_INTEGER, ppm_port_get, NULL, "ppmPortEnabled"},
	{3, PC_SNMP_OCTETS, ppm_port_get, NULL, "ppmPortName"},
	{4, PC_SNMP_OCTETS, ppm_port_get, NULL, "ppmPortServiceNameOrURI"},
	{5, PC_SNMP_INTEGER, ppm_port_get, NULL, "ppmPortProtocolType"},
	{6, PC_SNMP_INTEGER, ppm_port_get, NULL, "ppmPortProtocolTargetPort"},
	{7, PC_SNMP_INTEGER, ppm_port_get, NULL, "ppmPortProtocolAltSourceEnabled"},
	{8, PC_SNMP_INTEGER, ppm_port_get, NULL, "ppmPortPrtChannelIndex"},
	{9, PC_SNMP_INTEGER, ppm_port_get, NULL, "ppmPortLprByteCountEnabled"},
};

static const struct pc_snmp_table ppm_port_table = {
	.oid = ppm_port_oid,
	.n_oid = PC_MIB_COUNT(ppm_port_oid),
	.columns = ppm_port_columns,
	.n_columns = PC_MIB_COUNT(ppm_port_columns),
	.row = ppm_port_row,
	.applies = has_port_monitor,
	.spec = "PWG 5107.1 ppmPortTable",
};

static const struct pc_snmp_table *const tables[] = {
	&ppm_general_table, &ppm_printer_table, &ppm_port_table};

const struct pc_snmp_module pc_snmp_mib_port_monitor = {
	"PRINTER-PORT-MONITOR-MIB", tables, PC_MIB_COUNT(tables)};
