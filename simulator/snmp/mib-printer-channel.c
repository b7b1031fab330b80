/* Printer-MIB: channels and interpreters. Spec: RFC 3805 */
#include <string.h>

#include "base/err.h"
#include "device/firmware.h"
#include "snmp/mib-alert.h"
#include "snmp/mib-common.h"
#include "snmp/modules.h"

enum {
	GROUP_CHANNEL = 14, /* PrtAlertGroupTC */
	CHANNEL_LPD = 8,    /* PrtChannelTypeTC */
	CHANNEL_BIDIR_TCP = 38,
	DATA_ACCEPTED = 3, /* PrtChannelStateTC */
	NO_DATA_ACCEPTED = 4,
	FAMILY_PJL = 5, /* PrtInterpreterLangFamilyTC */
	CHARSET_ASCII = 3,
	CHARSET_UNKNOWN = 2
};

/* The channels of the model, in the order of their rows. */
static size_t
channels(const struct pc_profile *p, enum pc_channel out[PC_CHANNELS])
{
	size_t n = 0;

	if (p->ports.lpd)
		out[n++] = PC_CHANNEL_LPD;
	if (p->ports.raw)
		out[n++] = PC_CHANNEL_RAW;
	return n;
}

static bool
channel_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	enum pc_channel list[PC_CHANNELS];

	return pc_mib_row_printer(channels(profile, list), at, index, n_index);
}

/* Row of the job control language; 0 when there is none. */
static int64_t
control_language(const struct pc_profile *p)
{
	for (size_t i = 0; i < p->n_interpreters; i++)
		if (p->interpreters[i].family == FAMILY_PJL)
			return (int64_t)i + 1;
	return 0;
}

/* Row of the first language that describes pages. */
static int64_t
page_language(const struct pc_profile *p)
{
	for (size_t i = 0; i < p->n_interpreters; i++)
		if (p->interpreters[i].family != FAMILY_PJL)
			return (int64_t)i + 1;
	return 0;
}

/* Closed it is unavailable on request(1). */
int32_t
pc_mib_channel_status(const struct pc_device *dev, size_t row)
{
	enum pc_channel list[PC_CHANNELS];
	bool open = row >= channels(pc_device_profile(dev), list) ||
		    pc_device_channel_open(dev, list[row]);

	return pc_mib_subunit_status(dev, GROUP_CHANNEL, (int32_t)row + 1, open ? 0 : 1);
}

static int
channel_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_profile *p = pc_device_profile(dev);
	enum pc_channel list[PC_CHANNELS];
	size_t row = pc_mib_at(at);

	if (row >= channels(p, list))
		return PC_E_NOTFOUND;
	if (at->column == 3)
		return pc_mib_text(v, "");
	if (at->column == 9 && list[row] == PC_CHANNEL_LPD)
		return pc_mib_format(v, "Queue=%s\n", p->lpd_queue == NULL ? "" : p->lpd_queue);
	if (at->column == 9)
		return pc_mib_format(v, "Port=%u\n", p->ports.raw_port);
	bool open = pc_device_channel_open(dev, list[row]);
	/* on interface 1 */
	const int64_t n[] = {[2] = list[row] == PC_CHANNEL_LPD ? CHANNEL_LPD : CHANNEL_BIDIR_TCP,
		[4] = control_language(p),
		[5] = page_language(p),
		[6] = open ? DATA_ACCEPTED : NO_DATA_ACCEPTED,
		[7] = 1,
		[8] = pc_mib_channel_status(dev, row)};

	return pc_mib_number(at, v, n[at->column]);
}

/* noDataAccepted(4): the port refuses print data until it is opened again. */
static int
channel_state_set(struct pc_device *dev, const struct pc_snmp_at *at,
	const struct pc_snmp_value *value, bool commit)
{
	enum pc_channel list[PC_CHANNELS];
	size_t row = pc_mib_at(at);

	if (row >= channels(pc_device_profile(dev), list))
		return PC_MIB_NOT_WRITABLE;
	if (value->integer == 1) /* other(1) cannot be asked for */
		return PC_MIB_INCONSISTENT_VALUE;
	return pc_mib_set_option(
		dev, PC_OPTION_CHANNEL_CLOSED, list[row], value->integer - DATA_ACCEPTED, commit);
}

static const uint32_t channel_oid[] = {1, 3, 6, 1, 2, 1, 43, 14, 1, 1};

static const struct pc_snmp_column channel_columns[] = {
	{2, PC_SNMP_INTEGER, channel_get, NULL, "prtChannelType"},
	{3, PC_SNMP_OCTETS, channel_get, NULL, "prtChannelProtocolVersion"},
	{4, PC_SNMP_INTEGER, channel_get, NULL, "prtChannelCurrentJobCntlLangIndex"},
	{5, PC_SNMP_INTEGER, channel_get, NULL, "prtChannelDefaultPageDescLangIndex"},
	{6, PC_SNMP_INTEGER, channel_get, channel_state_set, "prtChannelState"},
	{7, PC_SNMP_INTEGER, channel_get, NULL, "prtChannelIfIndex"},
	{8, PC_SNMP_INTEGER, channel_get, NULL, "prtChannelStatus"},
	{9, PC_SNMP_OCTETS, channel_get, NULL, "prtChannelInformation"},
};

static const struct pc_snmp_table channel_table = {
	.oid = channel_oid,
	.n_oid = PC_MIB_COUNT(channel_oid),
	.columns = channel_columns,
	.n_columns = PC_MIB_COUNT(channel_columns),
	.row = channel_row,
	.spec = "RFC 3805 prtChannelTable",
};

static bool
interpreter_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	return pc_mib_row_printer(profile->n_interpreters, at, index, n_index);
}

/* SIZE (0..31) for level and versions. */
static int
short_text(struct pc_snmp_value *v, const char *text)
{
	int r = pc_mib_text(v, text);

	v->len = v->len > 31 ? 31 : v->len;
	return r;
}

static int
interpreter_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_profile *p = pc_device_profile(dev);
	const struct pc_profile_interpreter *t;
	size_t row = pc_mib_at(at);

	if (row >= p->n_interpreters)
		return PC_E_NOTFOUND;
	t = &p->interpreters[row];
	bool pjl = t->family == FAMILY_PJL;
	/* orientation other(1), addressability without restriction; only PJL answers: yes(3) */
	const int64_t n[] = {[2] = t->family,
		[7] = 1,
		[8] = -1,
		[9] = -1,
		[10] = CHARSET_ASCII,
		[11] = pjl ? CHARSET_ASCII : CHARSET_UNKNOWN,
		[12] = pjl ? 3 : 4};

	switch (at->column) {
	case 3:
		return short_text(v, t->name);
	case 4:
		return short_text(v, t->version);
	case 5:
		return pc_mib_text(v, t->name);
	case 6:
		return short_text(v, pc_device_firmware(dev, 0));
	default:
		return pc_mib_number(at, v, n[at->column]);
	}
}

static const uint32_t interpreter_oid[] = {1, 3, 6, 1, 2, 1, 43, 15, 1, 1};

static const struct pc_snmp_column interpreter_columns[] = {
	{2, PC_SNMP_INTEGER, interpreter_get, NULL, "prtInterpreterLangFamily"},
	{3, PC_SNMP_OCTETS, interpreter_get, NULL, "prtInterpreterLangLevel"},
	{4, PC_SNMP_OCTETS, interpreter_get, NULL, "prtInterpreterLangVersion"},
	{5, PC_SNMP_OCTETS, interpreter_get, NULL, "prtInterpreterDescription"},
	{6, PC_SNMP_OCTETS, interpreter_get, NULL, "prtInterpreterVersion"},
	{7, PC_SNMP_INTEGER, interpreter_get, NULL, "prtInterpreterDefaultOrientation"},
	{8, PC_SNMP_INTEGER, interpreter_get, NULL, "prtInterpreterFeedAddressability"},
	{9, PC_SNMP_INTEGER, interpreter_get, NULL, "prtInterpreterXFeedAddressability"},
	{10, PC_SNMP_INTEGER, interpreter_get, NULL, "prtInterpreterDefaultCharSetIn"},
	{11, PC_SNMP_INTEGER, interpreter_get, NULL, "prtInterpreterDefaultCharSetOut"},
	{12, PC_SNMP_INTEGER, interpreter_get, NULL, "prtInterpreterTwoWay"},
};

static const struct pc_snmp_table interpreter_table = {
	.oid = interpreter_oid,
	.n_oid = PC_MIB_COUNT(interpreter_oid),
	.columns = interpreter_columns,
	.n_columns = PC_MIB_COUNT(interpreter_columns),
	.row = interpreter_row,
	.spec = "RFC 3805 prtInterpreterTable",
};

static const struct pc_snmp_table *const tables[] = {&channel_table, &interpreter_table};

const struct pc_snmp_module pc_snmp_mib_printer_channel = {
	"Printer-MIB channels", tables, PC_MIB_COUNT(tables)};
