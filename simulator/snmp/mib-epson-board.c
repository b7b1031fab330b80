/* Epson private MIB 1248, network board: trap receivers, IPP addresses, names for Windows, IPv6.
 * No public definition exists: the objects are those that walks of real printers show. */
#include <string.h>

#include "base/err.h"
#include "snmp/mib-common.h"
#include "snmp/modules.h"
#include "snmp/receivers.h"

enum {
	TRAP_ROWS = 4,
	TRAP_COMMUNITY = 2,
	TRAP_MODE = 3,
	TRAP_ADDRESS = 4,
	TRAP_PORT = 8,
	MODE_OFF = 0, /* of a receiver; only off is known, v1 and v2c are harness-defined */
	MODE_V1 = 1,
	MODE_V2C = 2,
	COMMUNITY_MAX = 32
};

/* ---- trap receivers: four rows of the printer's list ---- */

/* A row shows the receiver that was entered here, else that of the profile with its number. */
static const struct pc_snmp_receiver *
receiver_of(const struct pc_device *dev, uint32_t row)
{
	const struct pc_snmp_receiver *r = pc_snmp_receiver_find(dev, PC_SNMP_RECEIVER_EPSON, row);

	return r != NULL ? r : pc_snmp_receiver_find(dev, PC_SNMP_RECEIVER_PROFILE, row);
}

static bool
trap_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	(void)profile;
	return pc_mib_row_plain(TRAP_ROWS, at, index, n_index);
}

static int64_t
mode_of(const struct pc_snmp_receiver *r)
{
	if (r == NULL || !r->active)
		return MODE_OFF;
	return r->version == 0 ? MODE_V1 : MODE_V2C;
}

static int
trap_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	static const uint8_t options[] = {0x80, 0, 0, 0};
	const struct pc_snmp_receiver *r = receiver_of(dev, at->index[0]);

	switch (at->column) {
	case TRAP_COMMUNITY:
		return pc_mib_text(v, r == NULL ? "" : r->name);
	case TRAP_MODE:
		return pc_mib_number(at, v, mode_of(r));
	case TRAP_ADDRESS:
		return pc_mib_address(v, r == NULL ? (struct in_addr){0} : r->address);
	case TRAP_PORT:
		return pc_mib_number(at, v, r == NULL ? 162 : r->port);
	default:
		return pc_mib_octets(v, options, sizeof options);
	}
}

static int
trap_judge(const struct pc_snmp_at *at, const struct pc_snmp_value *value)
{
	switch (at->column) {
	case TRAP_COMMUNITY:
		if (value->len > COMMUNITY_MAX)
			return PC_MIB_WRONG_LENGTH;
		return value->len > 0 && memchr(value->bytes, 0, value->len) != NULL
			       ? PC_MIB_WRONG_VALUE
			       : PC_MIB_OK;
	case TRAP_MODE:
		return value->integer >= MODE_OFF && value->integer <= MODE_V2C
			       ? PC_MIB_OK
			       : PC_MIB_WRONG_VALUE;
	case TRAP_PORT:
		return value->integer >= 1 && value->integer <= UINT16_MAX ? PC_MIB_OK
									   : PC_MIB_WRONG_VALUE;
	default:
		return PC_MIB_OK;
	}
}

/* The receiver behind a row for writing, made when there is none. */
static struct pc_snmp_receiver *
receiver_make(struct pc_device *dev, uint32_t row)
{
	struct pc_snmp_entity *e = pc_snmp_entity_get(dev);
	const struct pc_snmp_receiver *there = e == NULL ? NULL : receiver_of(dev, row);
	struct pc_snmp_receiver *r = NULL;

	if (there != NULL)
		return pc_snmp_receiver_get(
			e, (enum pc_snmp_receiver_owner)there->owner, there->row);
	if (e == NULL || pc_snmp_receiver_add(e, PC_SNMP_RECEIVER_EPSON, row, &r) != PC_OK)
		return NULL;
	return r;
}

/* That they can be SET is harness-defined. */
static int
trap_set(struct pc_device *dev, const struct pc_snmp_at *at, const struct pc_snmp_value *value,
	bool commit)
{
	struct pc_snmp_receiver *r;

	if (!commit)
		return trap_judge(at, value);
	r = receiver_make(dev, at->index[0]);
	if (r == NULL)
		return PC_MIB_COMMIT_FAILED;
	switch (at->column) {
	case TRAP_COMMUNITY:
		memcpy(r->name, value->bytes, value->len);
		r->name[value->len] = '\0';
		return PC_MIB_OK;
	case TRAP_MODE:
		r->active = value->integer != MODE_OFF;
		r->version = value->integer == MODE_V2C ? 1 : 0;
		return PC_MIB_OK;
	case TRAP_ADDRESS:
		memcpy(&r->address.s_addr, value->bytes, 4);
		return PC_MIB_OK;
	default:
		r->port = (uint16_t)value->integer;
		return PC_MIB_OK;
	}
}

static const uint32_t trap_oid[] = {1, 3, 6, 1, 4, 1, 1248, 1, 1, 3, 1, 2, 16, 1};

static const struct pc_snmp_column trap_columns[] = {
	{TRAP_COMMUNITY, PC_SNMP_OCTETS, trap_get, trap_set, "epsonTrapCommunity"},
	{TRAP_MODE, PC_SNMP_INTEGER, trap_get, trap_set, "epsonTrapMode"},
	{TRAP_ADDRESS, PC_SNMP_IPADDRESS, trap_get, trap_set, "epsonTrapAddress"},
	{5, PC_SNMP_OCTETS, trap_get, NULL, "epsonTrapOptions"},
	{TRAP_PORT, PC_SNMP_INTEGER, trap_get, trap_set, "epsonTrapPort"},
	{9, PC_SNMP_OCTETS, trap_get, NULL, "epsonTrapMoreOptions"},
};

static const struct pc_snmp_table trap_table = {
	.oid = trap_oid,
	.n_oid = PC_MIB_COUNT(trap_oid),
	.columns = trap_columns,
	.n_columns = PC_MIB_COUNT(trap_columns),
	.row = trap_row,
	.applies = pc_mib_is_epson,
	.spec = "Epson SC-T3405 walk",
};

/* ---- IPv6: the link-local address made from the MAC address. Spec: RFC 4291 appendix A ---- */

static void
link_local(const struct pc_device *dev, uint8_t out[16])
{
	uint8_t mac[6];

	pc_mib_mac(dev, mac);
	memset(out, 0, 16);
	out[0] = 0xfe;
	out[1] = 0x80;
	memcpy(out + 8, mac, 3);
	out[8] ^= 0x02;
	out[11] = 0xff;
	out[12] = 0xfe;
	memcpy(out + 13, mac + 3, 3);
}

static int
ipv6_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	if (at->column == 2) {
		link_local(dev, v->scratch.bytes);
		return pc_mib_octets(v, v->scratch.bytes, 16);
	}
	return pc_mib_number(at, v, at->column == 3 ? 64 : 2); /* bits of the prefix, state */
}

static const uint32_t ipv6_oid[] = {1, 3, 6, 1, 4, 1, 1248, 1, 1, 3, 1, 28, 2, 1};

static const struct pc_snmp_column ipv6_columns[] = {
	{2, PC_SNMP_OCTETS, ipv6_get, NULL, "epsonIpv6LinkLocal"},
	{3, PC_SNMP_INTEGER, ipv6_get, NULL, "epsonIpv6Prefix"},
	{4, PC_SNMP_INTEGER, ipv6_get, NULL, "epsonIpv6State"},
};

static const struct pc_snmp_table ipv6_table = {
	.oid = ipv6_oid,
	.n_oid = PC_MIB_COUNT(ipv6_oid),
	.columns = ipv6_columns,
	.n_columns = PC_MIB_COUNT(ipv6_columns),
	.row = pc_mib_row_single,
	.applies = pc_mib_is_epson,
	.spec = "Epson SC-T3405 walk",
};

/* ---- IPP ---- */

static bool
url_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	(void)profile;
	return pc_mib_row_plain(4, at, index, n_index);
}

/* Rows: http over IPv4 and IPv6, https over both. */
static int
url_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const char *scheme = at->index[0] <= 2 ? "http" : "https";
	uint8_t a[16];

	if (at->index[0] % 2 == 1) {
		memcpy(a, &pc_device_state(dev)->address.s_addr, 4);
		return pc_mib_format(
			v, "%s://%u.%u.%u.%u:631/ipp/print", scheme, a[0], a[1], a[2], a[3]);
	}
	link_local(dev, a);
	return pc_mib_format(v, "%s://[fe80::%x:%x:%x:%x]:631/ipp/print", scheme, a[8] << 8 | a[9],
		a[10] << 8 | a[11], a[12] << 8 | a[13], a[14] << 8 | a[15]);
}

static const uint32_t url_oid[] = {1, 3, 6, 1, 4, 1, 1248, 1, 1, 3, 1, 4, 46, 1};

static const struct pc_snmp_column url_columns[] = {
	{2, PC_SNMP_OCTETS, url_get, NULL, "epsonIppUrl"},
};

static const struct pc_snmp_table url_table = {
	.oid = url_oid,
	.n_oid = PC_MIB_COUNT(url_oid),
	.columns = url_columns,
	.n_columns = PC_MIB_COUNT(url_columns),
	.row = url_row,
	.applies = pc_mib_is_epson,
	.spec = "Epson SC-T3405 walk",
};

/* ---- names: LLMNR, web services, and in UTF-16 ---- */

static int
host_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	(void)at;
	return pc_mib_text(v, pc_device_state(dev)->host_name);
}

static int
wsd_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	(void)at;
	return pc_mib_format(
		v, "%s (%s)", pc_device_state(dev)->host_name, pc_device_profile(dev)->model);
}

/* Little endian. */
static int
wide_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const char *name = pc_device_state(dev)->host_name;
	size_t n = strlen(name);

	(void)at;
	for (size_t i = 0; i < n; i++) {
		v->scratch.bytes[2 * i] = (uint8_t)name[i];
		v->scratch.bytes[2 * i + 1] = 0;
	}
	return pc_mib_octets(v, v->scratch.bytes, 2 * n);
}

static const uint32_t llmnr_oid[] = {1, 3, 6, 1, 4, 1, 1248, 1, 1, 3, 1, 25, 1, 1};
static const uint32_t wsd_oid[] = {1, 3, 6, 1, 4, 1, 1248, 1, 1, 3, 1, 26, 2, 1};
static const uint32_t wide_oid[] = {1, 3, 6, 1, 4, 1, 1248, 1, 1, 3, 1, 26, 3, 1};

static const struct pc_snmp_column llmnr_columns[] = {
	{6, PC_SNMP_OCTETS, host_get, NULL, "epsonLlmnrName"},
};
static const struct pc_snmp_column wsd_columns[] = {
	{3, PC_SNMP_OCTETS, wsd_get, NULL, "epsonWsdName"},
};
static const struct pc_snmp_column wide_columns[] = {
	{3, PC_SNMP_OCTETS, wide_get, NULL, "epsonWideName"},
};

#define NAME_TABLE(ident) \
	static const struct pc_snmp_table ident##_table = {.oid = ident##_oid, \
		.n_oid = PC_MIB_COUNT(ident##_oid), \
		.columns = ident##_columns, \
		.n_columns = 1, \
		.row = pc_mib_row_single, \
		.applies = pc_mib_is_epson, \
		.spec = "Epson SC-T3405 walk"}

NAME_TABLE(llmnr);
NAME_TABLE(wsd);
NAME_TABLE(wide);

static const struct pc_snmp_table *const tables[] = {
	&trap_table, &ipv6_table, &url_table, &llmnr_table, &wsd_table, &wide_table};

const struct pc_snmp_module pc_snmp_mib_epson_board = {
	"EPSON-MIB board", tables, PC_MIB_COUNT(tables)};
