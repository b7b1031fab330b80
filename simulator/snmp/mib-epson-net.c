/* Epson private MIB 1248, network board: names, addresses, firmware. No public definition exists:
 * the objects and values are those that walks of real printers show. */
#include <string.h>

#include "base/err.h"
#include "device/firmware.h"
#include "snmp/entity.h"
#include "snmp/mib-common.h"
#include "snmp/modules.h"

/* The board's own revision, 3 on every printer that was walked. */
static int
revision_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	(void)dev;
	return pc_mib_number(at, v, 3);
}

static const uint32_t revision_oid[] = {1, 3, 6, 1, 4, 1, 1248, 1, 1};

static const struct pc_snmp_column revision_columns[] = {
	{1, PC_SNMP_INTEGER, revision_get, NULL, "epsonRevision"},
};

static const struct pc_snmp_table revision_table = {
	.oid = revision_oid,
	.n_oid = PC_MIB_COUNT(revision_oid),
	.columns = revision_columns,
	.n_columns = PC_MIB_COUNT(revision_columns),
	.applies = pc_mib_is_epson,
	.spec = "Epson SC-T3405 walk",
};

/* 9 link mode, 21 address assignment, 22-24 the factory's address settings. */
static int
board_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const int64_t n[] = {[6] = 33, [7] = 41, [8] = 0, [9] = 0x20100, [20] = 1, [21] = 20};

	switch (at->column) {
	case 1:
		return pc_mib_expand(dev, v, "EP{m3}ENSN3");
	case 5:
		pc_mib_mac(dev, v->scratch.bytes);
		return pc_mib_octets(v, v->scratch.bytes, 6);
	case 22:
		return pc_mib_address4(v, 192, 168, 192, 168);
	case 23:
		return pc_mib_address4(v, 255, 255, 255, 0);
	case 24:
		return pc_mib_address4(v, 255, 255, 255, 255);
	case 73:
		return pc_mib_text(v, pc_device_state(dev)->host_name);
	case 74: /* domain */
		return pc_mib_text(v, "");
	case 80:
		return pc_mib_address(v, pc_device_state(dev)->address);
	case 81:
		return pc_mib_address(v, pc_mib_netmask(dev));
	default:
		return pc_mib_number(at, v, n[at->column]);
	}
}

static const uint32_t board_oid[] = {1, 3, 6, 1, 4, 1, 1248, 1, 1, 3, 1, 1};

static const struct pc_snmp_column board_columns[] = {
	{1, PC_SNMP_OCTETS, board_get, NULL, "epsonBoardName"},
	{5, PC_SNMP_OCTETS, board_get, NULL, "epsonBoardMac"},
	{6, PC_SNMP_INTEGER, board_get, NULL, "epsonBoard6"},
	{7, PC_SNMP_INTEGER, board_get, NULL, "epsonBoard7"},
	{8, PC_SNMP_INTEGER, board_get, NULL, "epsonBoard8"},
	{9, PC_SNMP_INTEGER, board_get, NULL, "epsonBoardLinkMode"},
	{20, PC_SNMP_INTEGER, board_get, NULL, "epsonBoard20"},
	{21, PC_SNMP_INTEGER, board_get, NULL, "epsonBoardAssignment"},
	{22, PC_SNMP_IPADDRESS, board_get, NULL, "epsonBoardFactoryAddress"},
	{23, PC_SNMP_IPADDRESS, board_get, NULL, "epsonBoardFactoryMask"},
	{24, PC_SNMP_IPADDRESS, board_get, NULL, "epsonBoardFactoryGateway"},
	{73, PC_SNMP_OCTETS, board_get, NULL, "epsonBoardHostName"},
	{74, PC_SNMP_OCTETS, board_get, NULL, "epsonBoardDomain"},
	{80, PC_SNMP_IPADDRESS, board_get, NULL, "epsonBoardAddress"},
	{81, PC_SNMP_IPADDRESS, board_get, NULL, "epsonBoardMask"},
};

static const struct pc_snmp_table board_table = {
	.oid = board_oid,
	.n_oid = PC_MIB_COUNT(board_oid),
	.columns = board_columns,
	.n_columns = PC_MIB_COUNT(board_columns),
	.applies = pc_mib_is_epson,
	.spec = "Epson SC-T3405 walk",
};

/* Communities: only the one for reading is shown. */
static int
snmp_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_snmp_entity *e = pc_snmp_entity_of(dev);
	const char *read =
		e != NULL ? e->communities[PC_SNMP_READ] : pc_device_profile(dev)->community_read;

	return pc_mib_text(v, at->column == 1 ? read : "");
}

static const uint32_t snmp_oid[] = {1, 3, 6, 1, 4, 1, 1248, 1, 1, 3, 1, 2};

static const struct pc_snmp_column snmp_columns[] = {
	{1, PC_SNMP_OCTETS, snmp_get, NULL, "epsonReadCommunity"},
	{2, PC_SNMP_OCTETS, snmp_get, NULL, "epsonWriteCommunity"},
};

static const struct pc_snmp_table snmp_table = {
	.oid = snmp_oid,
	.n_oid = PC_MIB_COUNT(snmp_oid),
	.columns = snmp_columns,
	.n_columns = PC_MIB_COUNT(snmp_columns),
	.applies = pc_mib_is_epson,
	.spec = "Epson SC-T3405 walk",
};

static int
model_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	(void)at;
	return pc_mib_text(v, pc_device_profile(dev)->model);
}

static const uint32_t model_oid[] = {1, 3, 6, 1, 4, 1, 1248, 1, 1, 3, 1, 3};

static const struct pc_snmp_column model_columns[] = {
	{8, PC_SNMP_OCTETS, model_get, NULL, "epsonModel"},
};

static const struct pc_snmp_table model_table = {
	.oid = model_oid,
	.n_oid = PC_MIB_COUNT(model_oid),
	.columns = model_columns,
	.n_columns = PC_MIB_COUNT(model_columns),
	.applies = pc_mib_is_epson,
	.spec = "Epson SC-T3405 walk",
};

static int
bonjour_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	if (at->column == 7)
		return pc_mib_text(v, pc_device_state(dev)->host_name);
	return pc_mib_number(at, v, 1);
}

static const uint32_t bonjour_oid[] = {1, 3, 6, 1, 4, 1, 1248, 1, 1, 3, 1, 14};

static const struct pc_snmp_column bonjour_columns[] = {
	{1, PC_SNMP_INTEGER, bonjour_get, NULL, "epsonBonjourOn"},
	{7, PC_SNMP_OCTETS, bonjour_get, NULL, "epsonBonjourHost"},
};

static const struct pc_snmp_table bonjour_table = {
	.oid = bonjour_oid,
	.n_oid = PC_MIB_COUNT(bonjour_oid),
	.columns = bonjour_columns,
	.n_columns = PC_MIB_COUNT(bonjour_columns),
	.applies = pc_mib_is_epson,
	.spec = "Epson SC-T3405 walk",
};

/* Epson's own library asks for the service name in its search. */
static int
service_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	(void)at;
	return pc_mib_maker_model(pc_device_profile(dev), v);
}

static const uint32_t service_oid[] = {1, 3, 6, 1, 4, 1, 1248, 1, 1, 3, 1, 14, 4, 1};

static const struct pc_snmp_column service_columns[] = {
	{2, PC_SNMP_OCTETS, service_get, NULL, "epsonBonjourService"},
};

static const struct pc_snmp_table service_table = {
	.oid = service_oid,
	.n_oid = PC_MIB_COUNT(service_oid),
	.columns = service_columns,
	.n_columns = PC_MIB_COUNT(service_columns),
	.row = pc_mib_row_single,
	.applies = pc_mib_is_epson,
	.spec = "Epson SC-T3405 walk",
};

static bool
firmware_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	return pc_mib_row_plain(profile->n_firmware, at, index, n_index);
}

/* Flags of the parts, as walked. */
static const struct {
	const char *part;
	uint8_t flags;
} firmware_flags[] = {{"Firmware", 0xd7}, {"Main FW", 0x86}, {"NW Appli FW", 0x87},
	{"NW Kernel FW", 0x85}, {"Wlan Card FW", 0x00}};

static uint8_t
flags_of(const char *part)
{
	for (size_t i = 0; i < PC_MIB_COUNT(firmware_flags); i++)
		if (strcmp(firmware_flags[i].part, part) == 0)
			return firmware_flags[i].flags;
	return 0x86;
}

/* Of the package: where the main firmware stands, and how many parts it has. */
static int
package_get(const struct pc_profile *p, size_t row, struct pc_snmp_value *v)
{
	unsigned main_row = 1;

	if (strcmp(p->firmware[row].name, "Firmware") != 0)
		return PC_E_NOTFOUND;
	for (unsigned i = 0; i < p->n_firmware; i++)
		if (strcmp(p->firmware[i].name, "Main FW") == 0)
			main_row = i + 1;
	return pc_mib_format(v, "%u:1.1,%zu", main_row, row);
}

static int
firmware_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_profile *p = pc_device_profile(dev);
	size_t row = pc_mib_at(at);

	if (row >= p->n_firmware)
		return PC_E_NOTFOUND;
	switch (at->column) {
	case 2:
		return pc_mib_text(v, pc_device_firmware(dev, row));
	case 3:
		return pc_mib_text(v, p->firmware[row].name);
	case 6:
		return package_get(p, row, v);
	default:
		v->scratch.bytes[0] = flags_of(p->firmware[row].name);
		return pc_mib_octets(v, v->scratch.bytes, 1);
	}
}

static const uint32_t firmware_oid[] = {1, 3, 6, 1, 4, 1, 1248, 1, 1, 3, 1, 21, 1, 1};

static const struct pc_snmp_column firmware_columns[] = {
	{2, PC_SNMP_OCTETS, firmware_get, NULL, "epsonBoardFirmwareVersion"},
	{3, PC_SNMP_OCTETS, firmware_get, NULL, "epsonBoardFirmwareName"},
	{5, PC_SNMP_OCTETS, firmware_get, NULL, "epsonBoardFirmwareFlags"},
	{6, PC_SNMP_OCTETS, firmware_get, NULL, "epsonBoardFirmwarePackage"},
};

static const struct pc_snmp_table firmware_table = {
	.oid = firmware_oid,
	.n_oid = PC_MIB_COUNT(firmware_oid),
	.columns = firmware_columns,
	.n_columns = PC_MIB_COUNT(firmware_columns),
	.row = firmware_row,
	.applies = pc_mib_is_epson,
	.spec = "Epson SC-T3405 walk",
};

/* "EPSON<M3> <model>"; some tools take it for a driver's name. */
static int
driver_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	(void)at;
	return pc_mib_format(
		v, "%s %s", pc_device_state(dev)->host_name, pc_device_profile(dev)->model);
}

static const uint32_t driver_oid[] = {1, 3, 6, 1, 4, 1, 1248, 1, 1, 3, 1, 29, 3, 1};

static const struct pc_snmp_column driver_columns[] = {
	{27, PC_SNMP_OCTETS, driver_get, NULL, "epsonDriverName"},
};

static const struct pc_snmp_table driver_table = {
	.oid = driver_oid,
	.n_oid = PC_MIB_COUNT(driver_oid),
	.columns = driver_columns,
	.n_columns = PC_MIB_COUNT(driver_columns),
	.applies = pc_mib_is_epson,
	.spec = "Epson SC-T3405 walk",
};

static const struct pc_snmp_table *const tables[] = {&revision_table, &board_table, &snmp_table,
	&model_table, &bonjour_table, &service_table, &firmware_table, &driver_table};

const struct pc_snmp_module pc_snmp_mib_epson_net = {
	"EPSON-MIB network", tables, PC_MIB_COUNT(tables)};
