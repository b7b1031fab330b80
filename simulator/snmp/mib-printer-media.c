/* Printer-MIB: input, output and media path. Spec: RFC 3805 */
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "snmp/mib-alert.h"
#include "snmp/mib-common.h"
#include "snmp/modules.h"

enum {
	GROUP_INPUT = 8, /* PrtAlertGroupTC */
	GROUP_OUTPUT = 9,
	GROUP_MEDIA_PATH = 13,
	TYPE_ROLL = 6,
	UNIT_MICROMETERS = 4,
	UNIT_SHEETS = 8,
	NOT_PRESENT = 5
};

/* -2: not known. */
static void
media_size(const char *name, int32_t *width, int32_t *length)
{
	*width = *length = -2;
	(void)pc_device_size_dims(name, width, length);
}

static bool
input_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	return pc_mib_row_printer(profile->n_trays, at, index, n_index);
}

/* Sheets are taken from the default tray: it is active while printing. */
static int32_t
input_availability(const struct pc_device *dev, size_t row)
{
	const struct pc_device_state *st = pc_device_state(dev);
	size_t first = (size_t)pc_device_option(dev, PC_OPTION_DEFAULT_INPUT, 0) - 1;

	if (st->trays[row].missing)
		return 3;
	if (st->trays[row].level == 0)
		return 1;
	return row == first && pc_mib_is_printing(dev) ? 4 : 0;
}

int32_t
pc_mib_input_status(const struct pc_device *dev, size_t row)
{
	return pc_mib_subunit_status(
		dev, GROUP_INPUT, (int32_t)row + 1, input_availability(dev, row));
}

static int
input_text(const struct pc_device *dev, size_t row, uint32_t column,
	const struct pc_tray_media *media, struct pc_snmp_value *v)
{
	switch (column) {
	case 13:
		return pc_mib_text(
			v, pc_device_option_text(dev, PC_OPTION_TRAY_NAME, (uint32_t)row));
	case 18:
		return pc_mib_localized(dev, v, pc_device_profile(dev)->trays[row].name);
	case 21:
		return pc_mib_text(v, media->type);
	case 22:
		return pc_mib_text(
			v, pc_device_option_text(dev, PC_OPTION_TRAY_COLOR, (uint32_t)row));
	default: /* vendor, model, version, serial number of the tray are not told */
		return pc_mib_text(v, "");
	}
}

static int
input_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_profile *p = pc_device_profile(dev);
	const struct pc_device_state *st = pc_device_state(dev);
	size_t row = pc_mib_at(at);
	struct pc_tray_media media;

	if (row >= p->n_trays)
		return PC_E_NOTFOUND;
	pc_device_tray_media(dev, row, &media);
	if (at->column == 12)
		return pc_mib_text(v, media.size);
	if ((at->column >= 13 && at->column <= 18) || at->column == 21 || at->column == 22)
		return input_text(dev, row, at->column, &media, v);
	uint32_t part = (uint32_t)row;
	const int64_t n[] = {[2] = p->trays[row].type,
		UNIT_MICROMETERS,
		media.length_um,
		media.width_um,
		media.length_um,
		media.width_um,
		[8] = UNIT_SHEETS,
		pc_device_tray_capacity(dev, row),
		st->trays[row].level,
		[11] = pc_mib_input_status(dev, row),
		[19] = NOT_PRESENT,
		[20] = media.weight,
		[23] = 1,
		[24] = pc_device_option(dev, PC_OPTION_TRAY_TIMEOUT, part),
		[25] = pc_device_option(dev, PC_OPTION_TRAY_NEXT, part)};

	return pc_mib_number(at, v, n[at->column]);
}

/* Sheets are counted, not sensed: an operator may tell how many he put in. */
static int
input_level_set(struct pc_device *dev, const struct pc_snmp_at *at,
	const struct pc_snmp_value *value, bool commit)
{
	const struct pc_profile *p = pc_device_profile(dev);
	size_t row = pc_mib_at(at);

	if (row >= p->n_trays || p->trays[row].capacity < 0)
		return PC_MIB_NOT_WRITABLE;
	if (value->integer < -3 || value->integer > INT32_MAX)
		return PC_MIB_WRONG_VALUE;
	if (value->integer < 0 || value->integer > pc_device_tray_capacity(dev, row))
		return PC_MIB_INCONSISTENT_VALUE;
	if (!commit)
		return PC_MIB_OK;
	return pc_device_tray_set(dev, row, (int32_t)value->integer) == PC_OK
		       ? PC_MIB_OK
		       : PC_MIB_COMMIT_FAILED;
}

/* The size with this width (column 5) or length (column 4), best one that keeps the other side of
 * what lies in the tray now; n_sizes when there is none. */
static size_t
size_with(const struct pc_device *dev, size_t row, uint32_t column, int64_t side)
{
	const struct pc_profile *p = pc_device_profile(dev);
	struct pc_tray_media now;
	int32_t now_width, now_length;
	size_t found = p->n_sizes;

	pc_device_tray_media(dev, row, &now);
	media_size(now.size, &now_width, &now_length);
	for (size_t i = p->n_sizes; i-- > 0;) {
		int32_t width, length;

		media_size(p->sizes[i], &width, &length);
		if ((column == 5 ? width : length) != side || side < 0)
			continue;
		if ((column == 5 ? length == now_length : width == now_width))
			return i;
		found = i;
	}
	return found;
}

static size_t
size_named(const struct pc_profile *p, const struct pc_snmp_value *value)
{
	size_t i = 0;

	while (i < p->n_sizes && (strlen(p->sizes[i]) != value->len ||
					 memcmp(p->sizes[i], value->bytes, value->len) != 0))
		i++;
	return i;
}

/* An operator declares what he put in, by name or by one of its sides; the tray then serves jobs of
 * that size. It has to be one the printer knows, and a roll is measured by the printer itself. */
static int
input_media_set(struct pc_device *dev, const struct pc_snmp_at *at,
	const struct pc_snmp_value *value, bool commit)
{
	const struct pc_profile *p = pc_device_profile(dev);
	size_t row = pc_mib_at(at), size;

	if (row >= p->n_trays || p->trays[row].type == TYPE_ROLL)
		return PC_MIB_NOT_WRITABLE;
	if (at->column == 12 && value->len > 63)
		return PC_MIB_WRONG_LENGTH;
	if (at->column != 12 && (value->integer < -2 || value->integer > INT32_MAX))
		return PC_MIB_WRONG_VALUE;
	size = at->column == 12 ? size_named(p, value)
				: size_with(dev, row, at->column, value->integer);
	if (size == p->n_sizes)
		return PC_MIB_INCONSISTENT_VALUE;
	if (!commit)
		return PC_MIB_OK;
	return pc_device_tray_size_set(dev, row, (uint8_t)size) == PC_OK ? PC_MIB_OK
									 : PC_MIB_COMMIT_FAILED;
}

/* What an operator may say of a tray besides: how many sheets it takes, how heavy they are, how
 * long it is waited for when empty and what then feeds. */
static int
input_option_set(struct pc_device *dev, const struct pc_snmp_at *at,
	const struct pc_snmp_value *value, bool commit)
{
	static const enum pc_option options[] = {[9] = PC_OPTION_TRAY_CAPACITY,
		[20] = PC_OPTION_TRAY_WEIGHT,
		[24] = PC_OPTION_TRAY_TIMEOUT,
		[25] = PC_OPTION_TRAY_NEXT};
	size_t row = pc_mib_at(at);
	int64_t low = at->column == 25 ? -3 : -2;

	if (value->integer < low || value->integer > INT32_MAX)
		return PC_MIB_WRONG_VALUE;
	if (at->column == 9 && value->integer < 1) /* a known capacity does not become unknown */
		return PC_MIB_INCONSISTENT_VALUE;
	if (at->column == 24 && (value->integer < 0 || value->integer > 3600))
		return PC_MIB_INCONSISTENT_VALUE; /* not without end: that is prtInputNextIndex 0 */
	return pc_mib_set_option(dev, options[at->column], row, value->integer, commit);
}

static int
input_text_set(struct pc_device *dev, const struct pc_snmp_at *at,
	const struct pc_snmp_value *value, bool commit)
{
	enum pc_option option = at->column == 13 ? PC_OPTION_TRAY_NAME : PC_OPTION_TRAY_COLOR;

	return pc_mib_set_option_text(dev, option, pc_mib_at(at), value, 63, commit);
}

/* The media type is one that the printer counts apart: jobs from this tray are booked on it. */
static int
input_media_type_set(struct pc_device *dev, const struct pc_snmp_at *at,
	const struct pc_snmp_value *value, bool commit)
{
	const struct pc_profile *p = pc_device_profile(dev);
	size_t i = 0;

	if (value->len > 63)
		return PC_MIB_WRONG_LENGTH;
	while (i < p->n_media && (strlen(p->media[i]) != value->len ||
					 memcmp(p->media[i], value->bytes, value->len) != 0))
		i++;
	if (i == p->n_media)
		return PC_MIB_INCONSISTENT_VALUE;
	return pc_mib_set_option(dev, PC_OPTION_TRAY_MEDIA, pc_mib_at(at), (int64_t)i, commit);
}

static const uint32_t input_oid[] = {1, 3, 6, 1, 2, 1, 43, 8, 2, 1};

static const struct pc_snmp_column input_columns[] = {
	{2, PC_SNMP_INTEGER, input_get, NULL, "prtInputType"},
	{3, PC_SNMP_INTEGER, input_get, NULL, "prtInputDimUnit"},
	{4, PC_SNMP_INTEGER, input_get, input_media_set, "prtInputMediaDimFeedDirDeclared"},
	{5, PC_SNMP_INTEGER, input_get, input_media_set, "prtInputMediaDimXFeedDirDeclared"},
	{6, PC_SNMP_INTEGER, input_get, NULL, "prtInputMediaDimFeedDirChosen"},
	{7, PC_SNMP_INTEGER, input_get, NULL, "prtInputMediaDimXFeedDirChosen"},
	{8, PC_SNMP_INTEGER, input_get, NULL, "prtInputCapacityUnit"},
	{9, PC_SNMP_INTEGER, input_get, input_option_set, "prtInputMaxCapacity"},
	{10, PC_SNMP_INTEGER, input_get, input_level_set, "prtInputCurrentLevel"},
	{11, PC_SNMP_INTEGER, input_get, NULL, "prtInputStatus"},
	{12, PC_SNMP_OCTETS, input_get, input_media_set, "prtInputMediaName"},
	{13, PC_SNMP_OCTETS, input_get, input_text_set, "prtInputName"},
	{14, PC_SNMP_OCTETS, input_get, NULL, "prtInputVendorName"},
	{15, PC_SNMP_OCTETS, input_get, NULL, "prtInputModel"},
	{16, PC_SNMP_OCTETS, input_get, NULL, "prtInputVersion"},
	{17, PC_SNMP_OCTETS, input_get, NULL, "prtInputSerialNumber"},
	{18, PC_SNMP_OCTETS, input_get, NULL, "prtInputDescription"},
	{19, PC_SNMP_INTEGER, input_get, NULL, "prtInputSecurity"},
	{20, PC_SNMP_INTEGER, input_get, input_option_set, "prtInputMediaWeight"},
	{21, PC_SNMP_OCTETS, input_get, input_media_type_set, "prtInputMediaType"},
	{22, PC_SNMP_OCTETS, input_get, input_text_set, "prtInputMediaColor"},
	{23, PC_SNMP_INTEGER, input_get, NULL, "prtInputMediaFormParts"},
	{24, PC_SNMP_INTEGER, input_get, input_option_set, "prtInputMediaLoadTimeout"},
	{25, PC_SNMP_INTEGER, input_get, input_option_set, "prtInputNextIndex"},
};

static const struct pc_snmp_table input_table = {
	.oid = input_oid,
	.n_oid = PC_MIB_COUNT(input_oid),
	.columns = input_columns,
	.n_columns = PC_MIB_COUNT(input_columns),
	.row = input_row,
	.spec = "RFC 3805 prtInputTable",
};

static bool
output_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	return pc_mib_row_printer(profile->n_outputs, at, index, n_index);
}

/* The largest media that any tray holds; a roll has no end (-1). */
static void
largest_media(const struct pc_profile *p, int32_t *width, int32_t *length)
{
	*width = *length = -2;
	for (size_t i = 0; i < p->n_trays; i++) {
		int32_t w, l;

		media_size(p->trays[i].size, &w, &l);
		if (w > *width)
			*width = w;
		if (p->trays[i].type == TYPE_ROLL)
			*length = -1;
		else if (l > *length && *length != -1)
			*length = l;
	}
}

/* Full it is unavailable(1); the default one takes the sheets(4). */
int32_t
pc_mib_output_status(const struct pc_device *dev, size_t row)
{
	size_t first = (size_t)pc_device_option(dev, PC_OPTION_DEFAULT_OUTPUT, 0) - 1;
	int32_t availability = row == first && pc_mib_is_printing(dev) ? 4 : 0;

	if ((pc_device_state(dev)->outputs_full >> row & 1) != 0)
		availability = 1;
	return pc_mib_subunit_status(dev, GROUP_OUTPUT, (int32_t)row + 1, availability);
}

static int
output_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_profile *p = pc_device_profile(dev);
	const struct pc_device_state *st = pc_device_state(dev);
	bool laser = p->marker_tech == 3 || p->marker_tech == 4;
	size_t row = pc_mib_at(at);
	bool full = (st->outputs_full >> row & 1) != 0;

	if (row >= p->n_outputs)
		return PC_E_NOTFOUND;
	if (at->column == 7)
		return pc_mib_text(
			v, pc_device_option_text(dev, PC_OPTION_OUTPUT_NAME, (uint32_t)row));
	if (at->column == 12)
		return pc_mib_localized(dev, v, p->outputs[row].name);
	if (at->column > 7 && at->column < 12) /* vendor, model, version, serial: not told */
		return pc_mib_text(v, "");
	int32_t width, length;

	largest_media(p, &width, &length);
	/* an unremovable bin(4) that knows only full (0) and not full (-3). Inkjets deliver face
	 * up(3), last page on top; lasers face down(4) */
	const int64_t n[] = {[2] = 4,
		UNIT_SHEETS,
		p->outputs[row].capacity,
		full ? 0 : -3,
		[6] = pc_mib_output_status(dev, row),
		[13] = NOT_PRESENT,
		[14] = UNIT_MICROMETERS,
		length,
		width,
		-2,
		-2,
		[19] = laser ? 3 : 4,
		laser ? 4 : 3,
		NOT_PRESENT,
		NOT_PRESENT,
		NOT_PRESENT,
		NOT_PRESENT};

	return pc_mib_number(at, v, n[at->column]);
}

static int
output_name_set(struct pc_device *dev, const struct pc_snmp_at *at,
	const struct pc_snmp_value *value, bool commit)
{
	return pc_mib_set_option_text(dev, PC_OPTION_OUTPUT_NAME, pc_mib_at(at), value, 63, commit);
}

static const uint32_t output_oid[] = {1, 3, 6, 1, 2, 1, 43, 9, 2, 1};

static const struct pc_snmp_column output_columns[] = {
	{2, PC_SNMP_INTEGER, output_get, NULL, "prtOutputType"},
	{3, PC_SNMP_INTEGER, output_get, NULL, "prtOutputCapacityUnit"},
	{4, PC_SNMP_INTEGER, output_get, NULL, "prtOutputMaxCapacity"},
	{5, PC_SNMP_INTEGER, output_get, NULL, "prtOutputRemainingCapacity"},
	{6, PC_SNMP_INTEGER, output_get, NULL, "prtOutputStatus"},
	{7, PC_SNMP_OCTETS, output_get, output_name_set, "prtOutputName"},
	{8, PC_SNMP_OCTETS, output_get, NULL, "prtOutputVendorName"},
	{9, PC_SNMP_OCTETS, output_get, NULL, "prtOutputModel"},
	{10, PC_SNMP_OCTETS, output_get, NULL, "prtOutputVersion"},
	{11, PC_SNMP_OCTETS, output_get, NULL, "prtOutputSerialNumber"},
	{12, PC_SNMP_OCTETS, output_get, NULL, "prtOutputDescription"},
	{13, PC_SNMP_INTEGER, output_get, NULL, "prtOutputSecurity"},
	{14, PC_SNMP_INTEGER, output_get, NULL, "prtOutputDimUnit"},
	{15, PC_SNMP_INTEGER, output_get, NULL, "prtOutputMaxDimFeedDir"},
	{16, PC_SNMP_INTEGER, output_get, NULL, "prtOutputMaxDimXFeedDir"},
	{17, PC_SNMP_INTEGER, output_get, NULL, "prtOutputMinDimFeedDir"},
	{18, PC_SNMP_INTEGER, output_get, NULL, "prtOutputMinDimXFeedDir"},
	{19, PC_SNMP_INTEGER, output_get, NULL, "prtOutputStackingOrder"},
	{20, PC_SNMP_INTEGER, output_get, NULL, "prtOutputPageDeliveryOrientation"},
	{21, PC_SNMP_INTEGER, output_get, NULL, "prtOutputBursting"},
	{22, PC_SNMP_INTEGER, output_get, NULL, "prtOutputDecollating"},
	{23, PC_SNMP_INTEGER, output_get, NULL, "prtOutputPageCollated"},
	{24, PC_SNMP_INTEGER, output_get, NULL, "prtOutputOffsetStacking"},
};

static const struct pc_snmp_table output_table = {
	.oid = output_oid,
	.n_oid = PC_MIB_COUNT(output_oid),
	.columns = output_columns,
	.n_columns = PC_MIB_COUNT(output_columns),
	.row = output_row,
	.spec = "RFC 3805 prtOutputTable",
};

static bool
path_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	return pc_mib_row_printer(profile->duplex ? 2 : 1, at, index, n_index);
}

/* A jam is in the first one: broken(3). The default one is active(4). */
int32_t
pc_mib_path_status(const struct pc_device *dev, size_t row)
{
	bool used = pc_device_option(dev, PC_OPTION_DEFAULT_PATH, 0) == (int32_t)row + 1;
	int32_t availability = pc_mib_is_printing(dev) && used ? 4 : 0;

	if (pc_device_state(dev)->jammed && row == 0)
		availability = 3;
	return pc_mib_subunit_status(dev, GROUP_MEDIA_PATH, (int32_t)row + 1, availability);
}

static int
path_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_profile *p = pc_device_profile(dev);
	bool duplex = pc_mib_at(at) == 1;
	int32_t width, length;

	if (at->column == 10)
		return pc_mib_localized(dev, v, duplex ? "Duplex" : "Simplex");
	largest_media(p, &width, &length);
	/* speed in impressions an hour(7); longEdgeBindingDuplex(3), simplex(5) */
	const int64_t n[] = {[2] = 7,
		UNIT_MICROMETERS,
		(int64_t)p->ppm * 60,
		length,
		width,
		-2,
		-2,
		[9] = duplex ? 3 : 5,
		[11] = pc_mib_path_status(dev, duplex)};

	return pc_mib_number(at, v, n[at->column]);
}

static const uint32_t path_oid[] = {1, 3, 6, 1, 2, 1, 43, 13, 4, 1};

static const struct pc_snmp_column path_columns[] = {
	{2, PC_SNMP_INTEGER, path_get, NULL, "prtMediaPathMaxSpeedPrintUnit"},
	{3, PC_SNMP_INTEGER, path_get, NULL, "prtMediaPathMediaSizeUnit"},
	{4, PC_SNMP_INTEGER, path_get, NULL, "prtMediaPathMaxSpeed"},
	{5, PC_SNMP_INTEGER, path_get, NULL, "prtMediaPathMaxMediaFeedDir"},
	{6, PC_SNMP_INTEGER, path_get, NULL, "prtMediaPathMaxMediaXFeedDir"},
	{7, PC_SNMP_INTEGER, path_get, NULL, "prtMediaPathMinMediaFeedDir"},
	{8, PC_SNMP_INTEGER, path_get, NULL, "prtMediaPathMinMediaXFeedDir"},
	{9, PC_SNMP_INTEGER, path_get, NULL, "prtMediaPathType"},
	{10, PC_SNMP_OCTETS, path_get, NULL, "prtMediaPathDescription"},
	{11, PC_SNMP_INTEGER, path_get, NULL, "prtMediaPathStatus"},
};

static const struct pc_snmp_table path_table = {
	.oid = path_oid,
	.n_oid = PC_MIB_COUNT(path_oid),
	.columns = path_columns,
	.n_columns = PC_MIB_COUNT(path_columns),
	.row = path_row,
	.spec = "RFC 3805 prtMediaPathTable",
};

static const struct pc_snmp_table *const tables[] = {&input_table, &output_table, &path_table};

const struct pc_snmp_module pc_snmp_mib_printer_media = {
	"Printer-MIB media", tables, PC_MIB_COUNT(tables)};
