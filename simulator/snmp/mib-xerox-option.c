/* XEROX-GENERAL-MIB: the option table, settings of the network and its services by number. The
 * index is a node of XEROX-COMMS-CONFIG-TC: suite, protocol and option as 2, 4 and 2 digits.
 * Spec: XCMI 5.10 */
#include <string.h>

#include "base/err.h"
#include "snmp/mib-xerox.h"
#include "snmp/modules.h"

enum {
	SYNTAX_NUMBER = 3, /* XcmGenOptionValueSyntax */
	SYNTAX_TRUTH = 8,
	SYNTAX_DISPLAY = 12,
	INTEGER_COLUMN = 5,
	STRING_COLUMN = 7,
	TRUE = 1, /* TruthValue */
	FALSE = 2,
	INDEX_ARCS = 2
};

/* Where a value comes from. */
enum source {
	ADDRESS,
	MASK,
	GATEWAY,
	HOST_NAME,
	DHCP,
	RAW_PORT,
	LPR_PORT,
	DEVICE_ID,
	NUMBER, /* only remembered */
	TEXT
};

/* Sorted by index. Numbers and texts that nothing else of the printer follows are harness-defined.
 */
static const struct option {
	uint32_t index;
	uint8_t syntax;
	enum source source;
	int32_t first; /* value before anybody writes, and its limits */
	int32_t low, high;
} options[] = {
	{14130101, SYNTAX_DISPLAY, ADDRESS, 0, 0, 0},
	{14130102, SYNTAX_DISPLAY, MASK, 0, 0, 0},
	{14130104, SYNTAX_DISPLAY, GATEWAY, 0, 0, 0},
	{14130150, SYNTAX_DISPLAY, HOST_NAME, 0, 0, 0},
	{14130400, SYNTAX_TRUTH, DHCP, 0, 0, 0},
	{14150103, SYNTAX_NUMBER, RAW_PORT, 0, 0, 0},
	{14150140, SYNTAX_NUMBER, NUMBER, 300, 0, 3600}, /* job time-out in seconds */
	{14150144, SYNTAX_TRUTH, NUMBER, TRUE, 1, 2},    /* answers on the raw port */
	{14150303, SYNTAX_NUMBER, LPR_PORT, 0, 0, 0},
	{14150340, SYNTAX_NUMBER, NUMBER, 300, 0, 3600},
	{14150501, SYNTAX_DISPLAY, TEXT, 0, 0, 0}, /* mail server, sender */
	{14150558, SYNTAX_DISPLAY, TEXT, 0, 0, 0},
	{14150701, SYNTAX_DISPLAY, TEXT, 0, 0, 0}, /* domain, name server */
	{14150706, SYNTAX_DISPLAY, TEXT, 0, 0, 0},
	{28110202, SYNTAX_DISPLAY, DEVICE_ID, 0, 0, 0},
};

static const struct option *
option_of(const struct pc_snmp_at *at)
{
	if (at->n_index != INDEX_ARCS)
		return NULL;
	for (size_t i = 0; i < PC_MIB_COUNT(options); i++)
		if (options[i].index == at->index[1])
			return &options[i];
	return NULL;
}

static bool
option_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	(void)profile;
	if (at >= PC_MIB_COUNT(options))
		return false;
	index[0] = PC_MIB_HR_PRINTER;
	index[1] = options[at].index;
	*n_index = INDEX_ARCS;
	return true;
}

/* 1.3.6.1.4.1.253.8.63.suite.protocol.option; option 0 is the protocol itself. */
static int
type_oid(const struct option *o, struct pc_snmp_value *v)
{
	const uint32_t arcs[] = {
		PC_XCMI, 63, o->index / 1000000, o->index / 100 % 10000, o->index % 100};
	size_t n = PC_MIB_COUNT(arcs) - (o->index % 100 == 0);

	memcpy(v->scratch.arcs, arcs, n * sizeof *arcs);
	return pc_mib_oid(v, v->scratch.arcs, n);
}

static int
number_get(const struct pc_device *dev, const struct pc_snmp_at *at, const struct option *o,
	struct pc_snmp_value *v)
{
	const struct pc_profile *p = pc_device_profile(dev);
	const char *dhcp = pc_device_setting(dev, "network.dhcp");
	struct pc_snmp_value kept = {.type = PC_SNMP_INTEGER};
	int r = pc_mib_kept_get(dev, at, &kept);

	switch (o->source) {
	case DHCP:
		return pc_mib_number(at, v, dhcp != NULL && strcmp(dhcp, "on") == 0 ? TRUE : FALSE);
	case RAW_PORT:
		return pc_mib_number(at, v, p->ports.raw ? p->ports.raw_port : 0);
	case LPR_PORT:
		return pc_mib_number(at, v, p->ports.lpd ? 515 : 0);
	case NUMBER: /* none of them may be 0 by the first value, so 0 is "nobody wrote" */
		return pc_mib_number(
			at, v, r != PC_OK || kept.integer == 0 ? o->first : kept.integer);
	case ADDRESS:
	case MASK:
	case GATEWAY:
	case HOST_NAME:
	case DEVICE_ID:
	case TEXT:
		break;
	}
	return pc_mib_number(at, v, 0);
}

static int
address_text(struct pc_snmp_value *v, struct in_addr addr)
{
	uint8_t b[4];

	memcpy(b, &addr.s_addr, 4);
	return pc_mib_format(v, "%u.%u.%u.%u", b[0], b[1], b[2], b[3]);
}

static int
text_get(const struct pc_device *dev, const struct pc_snmp_at *at, const struct option *o,
	struct pc_snmp_value *v)
{
	int r;

	switch (o->source) {
	case ADDRESS:
		return address_text(v, pc_device_state(dev)->address);
	case MASK:
		return address_text(v, pc_mib_netmask(dev));
	case GATEWAY:
		return address_text(v, pc_mib_gateway(dev));
	case HOST_NAME:
		return pc_mib_text(v, pc_device_state(dev)->host_name);
	case DEVICE_ID: /* SIZE (0..255) */
		r = pc_mib_expand(dev, v, pc_device_profile(dev)->device_id_1284);
		v->len = v->len > 255 ? 255 : v->len;
		return r;
	case TEXT:
		return pc_mib_kept_get(dev, at, v);
	case DHCP:
	case RAW_PORT:
	case LPR_PORT:
	case NUMBER:
		break;
	}
	return pc_mib_text(v, "");
}

static int
option_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct option *o = option_of(at);

	if (o == NULL)
		return PC_E_NOTFOUND;
	switch (at->column) {
	case 3:
		return type_oid(o, v);
	case 4:
		return pc_mib_number(at, v, o->syntax);
	case INTEGER_COLUMN:
		return number_get(dev, at, o, v);
	default:
		return text_get(dev, at, o, v);
	}
}

static int
truth_set(struct pc_device *dev, const struct pc_snmp_value *value, bool commit)
{
	if (value->integer != TRUE && value->integer != FALSE)
		return PC_MIB_WRONG_VALUE;
	if (pc_device_setting(dev, "network.dhcp") == NULL)
		return PC_MIB_NOT_WRITABLE;
	if (!commit)
		return PC_MIB_OK;
	return pc_device_setting_set(dev, "network.dhcp", value->integer == TRUE ? "on" : "off") ==
			       PC_OK
		       ? PC_MIB_OK
		       : PC_MIB_COMMIT_FAILED;
}

/* The value column that is not of the option's syntax, and values that the printer's place in the
 * network decides, cannot be written. */
static int
value_set(struct pc_device *dev, const struct pc_snmp_at *at, const struct pc_snmp_value *value,
	bool commit)
{
	const struct option *o = option_of(at);
	bool text = o != NULL && o->syntax == SYNTAX_DISPLAY;

	if (o == NULL || text != (at->column == STRING_COLUMN))
		return PC_MIB_NOT_WRITABLE;
	switch (o->source) {
	case DHCP:
		return truth_set(dev, value, commit);
	case NUMBER:
		if (value->integer < (o->low > 1 ? o->low : 1) || value->integer > o->high)
			return PC_MIB_WRONG_VALUE;
		return pc_mib_kept_set(dev, at, value, commit);
	case TEXT:
		return pc_mib_kept_set(dev, at, value, commit);
	case ADDRESS:
	case MASK:
	case GATEWAY:
	case HOST_NAME:
	case RAW_PORT:
	case LPR_PORT:
	case DEVICE_ID:
		break;
	}
	return PC_MIB_NOT_WRITABLE;
}

static bool
option_hidden(const struct pc_device *dev)
{
	return pc_xcmi_hides(dev, PC_XCMI_OPTION);
}

static const uint32_t option_oid[] = {PC_XCMI, 51, 10, 2, 1};

static const struct pc_snmp_column option_columns[] = {
	{2, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmGenOptionRowStatus"},
	{3, PC_SNMP_OID, option_get, NULL, "xcmGenOptionTypeOID"},
	{4, PC_SNMP_INTEGER, option_get, NULL, "xcmGenOptionValueSyntax"},
	{5, PC_SNMP_INTEGER, option_get, value_set, "xcmGenOptionValueInteger"},
	{6, PC_SNMP_OID, pc_mib_kept_get, NULL, "xcmGenOptionValueOID"},
	{7, PC_SNMP_OCTETS, option_get, value_set, "xcmGenOptionValueString"},
	{8, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmGenOptionValueLocalization"},
	{9, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmGenOptionValueCodedCharSet"},
	{10, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmGenOptionNextIndex"},
	{11, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmGenOptionPreviousIndex"},
	{12, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmGenOptionFamilyIndex"},
};

static const struct pc_mib_rule option_rules[] = {
	{2, 1, 1, 1, NULL, NULL},
	{5, INT32_MIN, INT32_MAX, 0, NULL, NULL},
	{7, 0, 255, 0, NULL, NULL},
	{9, 0, 0, 1, NULL,
		",1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32,33,34,35,36,37,38,39,40,41,42,43,44,45,46,47,48,49,50,51,52,53,54,55,56,57,58,59,60,61,62,63,64,65,66,67,68,69,70,71,72,73,74,75,76,77,78,79,80,81,82,83,84,85,86,87,88,89,90,91,92,93,94,95,96,97,98,99,100,101,102,103,104,105,106,109,110,111,112,113,114,115,116,117,118,119,1000,1001,1002,1003,1004,1005,1006,1007,1008,1009,1010,1011,1012,1013,1014,1015,1016,1017,1018,1019,1020,2000,2001,2002,2003,2004,2005,2006,2007,2008,2009,2010,2011,2012,2013,2014,2015,2016,2017,2018,2019,2020,2021,2022,2023,2024,2025,2026,2027,2028,2029,2030,2031,2032,2033,2034,2035,2036,2037,2038,2039,2040,2041,2042,2043,2044,2045,2046,2047,2048,2049,2050,2051,2052,2053,2054,2055,2056,2057,2058,2059,2060,2061,2062,2063,2064,2065,2066,2067,2068,2069,2070,2071,2072,2073,2074,2075,2076,2077,2078,2079,2080,2081,2082,2083,2084,2085,2086,2087,2088,2089,2090,2091,2092,2093,2094,2095,2096,2097,2098,2099,2100,2101,2102,2103,2104,2105,2106,2107,2108,2109,2250,2251,2252,2253,2254,2255,2256,2257,2258,2259,2260,3000,"},
};

PC_XCMI_RULED_TABLE(
	option, .row = option_row, .hidden = option_hidden, .spec = "XCMI xcmGenOptionTable");

static int
options_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	(void)dev;
	return pc_mib_number(at, v, PC_MIB_COUNT(options));
}

static const uint32_t options_oid[] = {PC_XCMI, 51, 10, 1};

static const struct pc_snmp_column options_columns[] = {
	{2, PC_SNMP_COUNTER32, options_get, NULL, "xcmGenOptionEntryCount"},
	{3, PC_SNMP_INTEGER, options_get, NULL, "xcmGenOptionSupportMaxCount"},
};

PC_XCMI_TABLE(options, .hidden = option_hidden, .spec = "XCMI xcmGenOptionSimple");

static const struct pc_snmp_table *const tables[] = {&option_table.table, &options_table};

const struct pc_snmp_module pc_snmp_mib_xerox_option = {
	"XEROX-GENERAL-MIB options", tables, PC_MIB_COUNT(tables)};
