/* Finisher-MIB: what happens to sheets after the marker: staplers, punches, trimmers. Their rows
 * are the profile's finishers, their supplies the device's. Spec: RFC 3806 */
#include <string.h>

#include "base/err.h"
#include "snmp/mib-alert.h"
#include "snmp/mib-common.h"
#include "snmp/modules.h"

enum {
	GROUP_FINISHER = 30,       /* PrtAlertGroupTC */
	GROUP_FINISHER_INPUT = 32, /* finSupplyMediaInput */
	SWITCHED_ON = 3,           /* PresentOnOff; off(4) */
	NOT_PRESENT = 5,
	UNIT_OTHER = 1, /* PrtCapacityUnitTC */
	UNIT_SHEETS = 8,
	UNIT_MICROMETERS = 4,
	UNAVAILABLE = 1, /* PrtSubUnitStatusTC */
	BROKEN = 3,
	ACTIVE = 4,
	INPUT_REMOVABLE_TRAY = 3, /* PrtInputTypeTC */
	STITCHER = 3,             /* FinDeviceTypeTC */
	FOLDER = 4,
	BINDER = 5,
	TRIMMER = 6,
	PUNCHER = 8,
	SLITTER = 10,
	WRAPPER = 12,
	STACKER = 16,
	INSERTER = 18,
	UNKNOWN = -2
};

static bool
has_finishers(const struct pc_profile *profile)
{
	return pc_profile_has_mib(profile, PC_MIBS_FINISHER);
}

static bool
device_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	return pc_mib_row_printer(profile->n_finishers, at, index, n_index);
}

int32_t
pc_mib_finisher_status(const struct pc_device *dev, size_t row)
{
	int32_t availability = pc_mib_is_printing(dev) ? ACTIVE : 0;

	if (pc_device_option(dev, PC_OPTION_FINISHER_OFF, (uint32_t)row) != 0)
		availability = UNAVAILABLE;
	if ((pc_device_state(dev)->finishers_jammed >> row & 1) != 0)
		availability = BROKEN;
	return pc_mib_subunit_status(dev, GROUP_FINISHER, (int32_t)row + 1, availability);
}

/* The first `n` rows of a table as a bit map, most significant bit first. */
static int
bit_map(struct pc_snmp_value *v, size_t n)
{
	v->scratch.bytes[0] = (uint8_t)(0xff00u >> (n > 8 ? 8 : n));
	return pc_mib_octets(v, v->scratch.bytes, 1);
}

static int
device_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_profile *p = pc_device_profile(dev);
	const struct pc_profile_finisher *f;
	size_t row = pc_mib_at(at);

	if (row >= p->n_finishers)
		return PC_E_NOTFOUND;
	f = &p->finishers[row];
	switch (at->column) {
	case 7:
		return bit_map(v, p->duplex ? 2 : 1);
	case 8:
		return bit_map(v, p->n_outputs);
	case 10:
		return pc_mib_localized(dev, v, f->name);
	default:
		break;
	}
	const int64_t n[] = {[2] = f->type,
		SWITCHED_ON + pc_device_option(dev, PC_OPTION_FINISHER_OFF, (uint32_t)row),
		f->capacity >= 0 ? UNIT_SHEETS : UNIT_OTHER,
		f->capacity,
		f->capacity,
		[9] = pc_mib_finisher_status(dev, row)};

	return pc_mib_number(at, v, n[at->column]);
}

/* off(4): it lets sheets pass and uses nothing. */
static int
device_on_off_set(struct pc_device *dev, const struct pc_snmp_at *at,
	const struct pc_snmp_value *value, bool commit)
{
	if (value->integer == 1 || value->integer == NOT_PRESENT)
		return PC_MIB_INCONSISTENT_VALUE; /* it is there */
	return pc_mib_set_option(
		dev, PC_OPTION_FINISHER_OFF, pc_mib_at(at), value->integer - SWITCHED_ON, commit);
}

static const uint32_t device_oid[] = {1, 3, 6, 1, 2, 1, 43, 30, 1, 1};

static const struct pc_snmp_column device_columns[] = {
	{2, PC_SNMP_INTEGER, device_get, NULL, "finDeviceType"},
	{3, PC_SNMP_INTEGER, device_get, device_on_off_set, "finDevicePresentOnOff"},
	{4, PC_SNMP_INTEGER, device_get, NULL, "finDeviceCapacityUnit"},
	{5, PC_SNMP_INTEGER, device_get, NULL, "finDeviceMaxCapacity"},
	{6, PC_SNMP_INTEGER, device_get, NULL, "finDeviceCurrentCapacity"},
	{7, PC_SNMP_OCTETS, device_get, NULL, "finDeviceAssociatedMediaPaths"},
	{8, PC_SNMP_OCTETS, device_get, NULL, "finDeviceAssociatedOutputs"},
	{9, PC_SNMP_INTEGER, device_get, NULL, "finDeviceStatus"},
	{10, PC_SNMP_OCTETS, device_get, NULL, "finDeviceDescription"},
};

static const struct pc_snmp_table device_table = {
	.oid = device_oid,
	.n_oid = PC_MIB_COUNT(device_oid),
	.columns = device_columns,
	.n_columns = PC_MIB_COUNT(device_columns),
	.row = device_row,
	.applies = has_finishers,
	.spec = "RFC 3806 finDeviceTable",
};

/* Finisher (from 0) that uses the supply; n_finishers when it is the marker's. */
static size_t
finisher_of(const struct pc_profile *p, size_t supply)
{
	size_t i = 0;

	while (i < p->n_finishers && p->finishers[i].supply != (int32_t)supply + 1)
		i++;
	return i;
}

/* The row is the supply's place in the profile, as in prtMarkerSuppliesTable. */
static bool
supply_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	for (size_t i = 0; i < profile->n_supplies; i++) {
		if (finisher_of(profile, i) == profile->n_finishers)
			continue;
		if (at-- == 0)
			return pc_mib_row_printer(profile->n_supplies, i, index, n_index);
	}
	return false;
}

static int
supply_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_profile *p = pc_device_profile(dev);
	const struct pc_profile_supply *s;
	size_t row = pc_mib_at(at);

	if (row >= p->n_supplies)
		return PC_E_NOTFOUND;
	s = &p->supplies[row];
	if (at->column == 5)
		return pc_mib_localized(dev, v, s->name);
	if (at->column == 9)
		return pc_mib_text(v, s->colorant);
	/* capacity and level are sensed, therefore not to be set */
	const int64_t n[] = {[2] = (int64_t)finisher_of(p, row) + 1,
		s->receptacle ? 4 : 3,
		s->type,
		[6] = s->unit,
		s->capacity,
		pc_mib_supply_level(dev, row)};

	return pc_mib_number(at, v, n[at->column]);
}

static const uint32_t supply_oid[] = {1, 3, 6, 1, 2, 1, 43, 31, 1, 1};

static const struct pc_snmp_column supply_columns[] = {
	{2, PC_SNMP_INTEGER, supply_get, NULL, "finSupplyDeviceIndex"},
	{3, PC_SNMP_INTEGER, supply_get, NULL, "finSupplyClass"},
	{4, PC_SNMP_INTEGER, supply_get, NULL, "finSupplyType"},
	{5, PC_SNMP_OCTETS, supply_get, NULL, "finSupplyDescription"},
	{6, PC_SNMP_INTEGER, supply_get, NULL, "finSupplyUnit"},
	{7, PC_SNMP_INTEGER, supply_get, NULL, "finSupplyMaxCapacity"},
	{8, PC_SNMP_INTEGER, supply_get, NULL, "finSupplyCurrentLevel"},
	{9, PC_SNMP_OCTETS, supply_get, NULL, "finSupplyColorName"},
};

static const struct pc_snmp_table supply_table = {
	.oid = supply_oid,
	.n_oid = PC_MIB_COUNT(supply_oid),
	.columns = supply_columns,
	.n_columns = PC_MIB_COUNT(supply_columns),
	.row = supply_row,
	.applies = has_finishers,
	.spec = "RFC 3806 finSupplyTable",
};

/* An inserter has a tray of its own, of media that nobody senses. Row = number of the finisher. */
static bool
input_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	for (size_t i = 0; i < profile->n_finishers; i++) {
		if (profile->finishers[i].type == INSERTER && at-- == 0)
			return pc_mib_row_printer(profile->n_finishers, i, index, n_index);
	}
	return false;
}

static int
input_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_profile *p = pc_device_profile(dev);
	size_t row = pc_mib_at(at);

	if (row >= p->n_finishers)
		return PC_E_NOTFOUND;
	if (at->column == 10 || at->column == 11)
		return pc_mib_localized(dev, v, p->finishers[row].name);
	if (at->column == 9 || at->column == 15) /* media name and type */
		return pc_mib_text(v, "");
	bool off = pc_device_option(dev, PC_OPTION_FINISHER_OFF, (uint32_t)row) != 0;
	const int64_t n[] = {[2] = (int64_t)row + 1,
		p->finishers[row].supply,
		INPUT_REMOVABLE_TRAY,
		UNIT_MICROMETERS,
		UNKNOWN,
		UNKNOWN,
		pc_mib_subunit_status(
			dev, GROUP_FINISHER_INPUT, (int32_t)row + 1, off ? UNAVAILABLE : 0),
		[12] = NOT_PRESENT,
		UNKNOWN,
		UNKNOWN};

	return pc_mib_number(at, v, n[at->column]);
}

static const uint32_t input_oid[] = {1, 3, 6, 1, 2, 1, 43, 32, 1, 1};

static const struct pc_snmp_column input_columns[] = {
	{2, PC_SNMP_INTEGER, input_get, NULL, "finSupplyMediaInputDeviceIndex"},
	{3, PC_SNMP_INTEGER, input_get, NULL, "finSupplyMediaInputSupplyIndex"},
	{4, PC_SNMP_INTEGER, input_get, NULL, "finSupplyMediaInputType"},
	{5, PC_SNMP_INTEGER, input_get, NULL, "finSupplyMediaInputDimUnit"},
	{6, PC_SNMP_INTEGER, input_get, NULL, "finSupplyMediaInputMediaDimFeedDir"},
	{7, PC_SNMP_INTEGER, input_get, NULL, "finSupplyMediaInputMediaDimXFeedDir"},
	{8, PC_SNMP_INTEGER, input_get, NULL, "finSupplyMediaInputStatus"},
	{9, PC_SNMP_OCTETS, input_get, NULL, "finSupplyMediaInputMediaName"},
	{10, PC_SNMP_OCTETS, input_get, NULL, "finSupplyMediaInputName"},
	{11, PC_SNMP_OCTETS, input_get, NULL, "finSupplyMediaInputDescription"},
	{12, PC_SNMP_INTEGER, input_get, NULL, "finSupplyMediaInputSecurity"},
	{13, PC_SNMP_INTEGER, input_get, NULL, "finSupplyMediaInputMediaWeight"},
	{14, PC_SNMP_INTEGER, input_get, NULL, "finSupplyMediaInputMediaThickness"},
	{15, PC_SNMP_OCTETS, input_get, NULL, "finSupplyMediaInputMediaType"},
};

static const struct pc_snmp_table input_table = {
	.oid = input_oid,
	.n_oid = PC_MIB_COUNT(input_oid),
	.columns = input_columns,
	.n_columns = PC_MIB_COUNT(input_columns),
	.row = input_row,
	.applies = has_finishers,
	.spec = "RFC 3806 finSupplyMediaInputTable",
};

/* What a kind of finisher can do: attribute, instance, value. Spec: IANA-FINISHER-MIB
 * FinAttributeTypeTC and the conventions of its values */
struct attribute {
	int32_t finisher; /* FinDeviceTypeTC; 0 every one */
	uint32_t type, instance;
	int32_t value; /* UNKNOWN: a text, or a number of the profile */
};

enum {
	ATTRIBUTE_NAME = 3,
	ATTRIBUTE_VENDOR = 4,
	ATTRIBUTE_MODEL = 5,
	ATTRIBUTE_VERSION = 6,
	ATTRIBUTE_MAX_SHEETS = 8
};

static const struct attribute attributes[] = {
	{0, ATTRIBUTE_NAME, 1, UNKNOWN}, {0, ATTRIBUTE_VENDOR, 1, UNKNOWN},
	{0, ATTRIBUTE_MODEL, 1, UNKNOWN}, {0, ATTRIBUTE_VERSION, 1, UNKNOWN},
	{0, ATTRIBUTE_MAX_SHEETS, 1, UNKNOWN},
	{STITCHER, 30, 1, 4},  /* stitchingType stapleTopLeft */
	{STITCHER, 30, 2, 10}, /* stapleDual */
	{FOLDER, 40, 1, 3},    /* foldingType zFold */
	{FOLDER, 40, 2, 4},    /* halfFold */
	{BINDER, 50, 1, 4},    /* bindingType tape */
	{PUNCHER, 80, 1, 3},   /* punchHoleType round */
	{PUNCHER, 83, 1, 6},   /* punchPattern twoHoleDIN */
	{PUNCHER, 83, 2, 7},   /* fourHoleDIN */
	{SLITTER, 100, 1, 4},  /* slittingType slitAndSeparate */
	{WRAPPER, 130, 1, 5},  /* wrappingType paperWrap */
	{STACKER, 160, 1, 4},  /* stackOutputType straight */
	{STACKER, 160, 2, 5},  /* offset */
};

static const char *
attribute_text(const struct pc_profile_finisher *f, uint32_t type)
{
	switch (type) {
	case ATTRIBUTE_NAME:
		return f->name;
	case ATTRIBUTE_VENDOR:
		return f->vendor;
	case ATTRIBUTE_MODEL:
		return f->model;
	case ATTRIBUTE_VERSION:
		return f->version;
	default:
		return NULL;
	}
}

static bool
has_attribute(const struct pc_profile_finisher *f, const struct attribute *a)
{
	if (a->finisher != 0)
		return a->finisher == f->type;
	return a->type == ATTRIBUTE_MAX_SHEETS ? f->capacity >= 0
					       : attribute_text(f, a->type) != NULL;
}

/* Index: hrDeviceIndex, finDeviceIndex, finDeviceAttributeTypeIndex, …InstanceIndex. */
static bool
attribute_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	for (size_t f = 0; f < profile->n_finishers; f++) {
		for (size_t i = 0; i < PC_MIB_COUNT(attributes); i++) {
			if (!has_attribute(&profile->finishers[f], &attributes[i]) || at-- > 0)
				continue;
			index[0] = PC_MIB_HR_PRINTER;
			index[1] = (uint32_t)f + 1;
			index[2] = attributes[i].type;
			index[3] = attributes[i].instance;
			*n_index = 4;
			return true;
		}
	}
	return false;
}

static int
attribute_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_profile_finisher *f = &pc_device_profile(dev)->finishers[at->index[1] - 1];
	const char *text = attribute_text(f, at->index[2]);
	int32_t number = UNKNOWN;

	if (at->column == 4)
		return pc_mib_text(v, text); /* empty for numbers */
	for (size_t i = 0; i < PC_MIB_COUNT(attributes); i++)
		if (attributes[i].type == at->index[2] && attributes[i].instance == at->index[3])
			number = attributes[i].value;
	if (at->index[2] == ATTRIBUTE_MAX_SHEETS)
		number = f->capacity;
	return pc_mib_number(at, v, number);
}

static const uint32_t attribute_oid[] = {1, 3, 6, 1, 2, 1, 43, 33, 1, 1};

static const struct pc_snmp_column attribute_columns[] = {
	{3, PC_SNMP_INTEGER, attribute_get, NULL, "finDeviceAttributeValueAsInteger"},
	{4, PC_SNMP_OCTETS, attribute_get, NULL, "finDeviceAttributeValueAsOctets"},
};

static const struct pc_snmp_table attribute_table = {
	.oid = attribute_oid,
	.n_oid = PC_MIB_COUNT(attribute_oid),
	.columns = attribute_columns,
	.n_columns = PC_MIB_COUNT(attribute_columns),
	.row = attribute_row,
	.applies = has_finishers,
	.spec = "RFC 3806 finDeviceAttributeTable",
};

static const struct pc_snmp_table *const tables[] = {
	&device_table, &supply_table, &input_table, &attribute_table};

const struct pc_snmp_module pc_snmp_mib_finisher = {"Finisher-MIB", tables, PC_MIB_COUNT(tables)};
