/* What can be wrong with a printer, and how it is reported: one row for each condition.
 * Spec: RFC 3805 prtAlertTable, RFC 2790 hrPrinterDetectedErrorState; codes IANA-PRINTER-MIB. */
#include <string.h>

#include "base/err.h"
#include "device/internal.h"

/* PrtAlertGroupTC */
enum {
	GROUP_GENERAL = 5,
	GROUP_COVER = 6,
	GROUP_INPUT = 8,
	GROUP_OUTPUT = 9,
	GROUP_SUPPLIES = 11,
	GROUP_MEDIA_PATH = 13,
	GROUP_FINISHER = 30,
	GROUP_FINISHER_SUPPLY = 31
};

/* PrtAlertTrainingLevelTC */
enum { TRAINING_UNTRAINED = 3, TRAINING_FIELD_SERVICE = 5 };

/* hrPrinterDetectedErrorState, bit 0 of the BITS = 0x8000 here. */
enum {
	BIT_LOW_PAPER = 0x8000,
	BIT_NO_PAPER = 0x4000,
	BIT_LOW_TONER = 0x2000,
	BIT_NO_TONER = 0x1000,
	BIT_DOOR_OPEN = 0x0800,
	BIT_JAMMED = 0x0400,
	BIT_OFFLINE = 0x0200,
	BIT_SERVICE = 0x0100,
	BIT_TRAY_MISSING = 0x0080,
	BIT_SUPPLY_MISSING = 0x0020,
	BIT_OUTPUT_FULL = 0x0008,
	BIT_TRAY_EMPTY = 0x0004
};

static const struct pc_supply_kind kind_ink = {1105, 1102, 9, BIT_LOW_TONER, BIT_NO_TONER,
	"Ink is low.", "Ink is out.", "Ink cartridge is missing.", true};
static const struct pc_supply_kind kind_toner = {1104, 1101, 1115, BIT_LOW_TONER, BIT_NO_TONER,
	"Toner is low.", "Toner is out.", "Toner cartridge is missing.", true};
static const struct pc_supply_kind kind_waste_ink = {1108, 1110, 9, BIT_SERVICE, BIT_SERVICE,
	"Maintenance box is almost full.", "Maintenance box is full.",
	"Maintenance box is missing.", true};
static const struct pc_supply_kind kind_waste_toner = {1107, 1109, 9, BIT_SERVICE, BIT_SERVICE,
	"Waste toner container is almost full.", "Waste toner container is full.",
	"Waste toner container is missing.", true};
static const struct pc_supply_kind kind_drum = {1111, 1112, 9, BIT_SERVICE, BIT_SERVICE,
	"Drum is near the end of its life.", "Drum is at the end of its life.", "Drum is missing.",
	true};
static const struct pc_supply_kind kind_developer = {1113, 1114, 9, BIT_SERVICE, BIT_SERVICE,
	"Developer is low.", "Developer is out.", "Developer is missing.", true};
/* No bit of its own: it calls for somebody. */
static const struct pc_supply_kind kind_staples = {12, 13, 9, BIT_SERVICE, BIT_SERVICE,
	"Staples are low.", "Staples are out.", "Staple cartridge is missing.", false};
static const struct pc_supply_kind kind_part = {10, 11, 9, BIT_SERVICE, BIT_SERVICE,
	"A part is near the end of its life.", "A part is at the end of its life.",
	"A part is missing.", true};

static const struct {
	enum pc_supply_type type;
	const struct pc_supply_kind *kind;
} kinds[] = {
	{PC_SUPPLY_INK, &kind_ink},
	{PC_SUPPLY_INK_CARTRIDGE, &kind_ink},
	{PC_SUPPLY_TONER, &kind_toner},
	{PC_SUPPLY_TONER_CARTRIDGE, &kind_toner},
	{PC_SUPPLY_WASTE_INK, &kind_waste_ink},
	{PC_SUPPLY_WASTE_TONER, &kind_waste_toner},
	{PC_SUPPLY_OPC, &kind_drum},
	{PC_SUPPLY_DEVELOPER, &kind_developer},
	{PC_SUPPLY_STAPLES, &kind_staples},
};

const struct pc_supply_kind *
pc_supply_kind(const struct pc_profile_supply *supply)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (kinds[i].type == supply->type)
			return kinds[i].kind;
	}
	return &kind_part;
}

static const char *const names[PC_CONDITION_ROWS] = {"jam", "coverOpen", "trayEmpty", "trayLow",
	"trayMissing", "supplyLow", "supplyEmpty", "supplyMissing", "service", "offline",
	"outputFull", "finisherJam"};

const char *
pc_device_condition_name(enum pc_condition what)
{
	return (size_t)what < PC_CONDITION_ROWS ? names[what] : "";
}

const char *
pc_device_error_code(const struct pc_device *dev, enum pc_condition what)
{
	const struct pc_profile *p = dev->profile;
	for (size_t i = 0; i < p->n_error_codes; i++) {
		if (strcmp(p->error_codes[i].condition, pc_device_condition_name(what)) == 0)
			return p->error_codes[i].code;
	}
	return NULL;
}

static size_t
one_part(const struct pc_profile *p)
{
	(void)p;
	return 1;
}

static size_t
cover_parts(const struct pc_profile *p)
{
	return p->n_covers;
}

static size_t
tray_parts(const struct pc_profile *p)
{
	return p->n_trays;
}

static size_t
output_parts(const struct pc_profile *p)
{
	return p->n_outputs;
}

static size_t
supply_parts(const struct pc_profile *p)
{
	return p->n_supplies;
}

static bool
holds_jam(const struct pc_device *dev, uint32_t part)
{
	(void)part;
	return dev->s.jammed;
}

static int
put_jam(struct pc_device *dev, uint32_t part, bool on)
{
	(void)part;
	dev->s.counters.jams += on && !dev->s.jammed ? 1 : 0;
	dev->s.jammed = on;
	return PC_OK;
}

static bool
holds_cover(const struct pc_device *dev, uint32_t part)
{
	return (dev->s.covers_open >> part & 1u) != 0;
}

static int
put_cover(struct pc_device *dev, uint32_t part, bool on)
{
	if (on)
		dev->s.covers_open |= UINT32_C(1) << part;
	else
		dev->s.covers_open &= ~(UINT32_C(1) << part);
	return PC_OK;
}

static bool
holds_tray_empty(const struct pc_device *dev, uint32_t part)
{
	/* Manual feed is empty between sheets; that is no condition. */
	return !dev->s.trays[part].missing && dev->s.trays[part].level == 0 &&
	       dev->profile->trays[part].type != 5;
}

static int
put_tray_empty(struct pc_device *dev, uint32_t part, bool on)
{
	if (dev->profile->trays[part].type == 5)
		return PC_E_UNSUPPORTED;
	dev->s.trays[part].level = on ? 0 : pc_device_tray_capacity(dev, part);
	return PC_OK;
}

static bool
holds_tray_low(const struct pc_device *dev, uint32_t part)
{
	const struct pc_tray *t = &dev->s.trays[part];
	return !t->missing && t->level > 0 && dev->profile->trays[part].type != 5 &&
	       t->level <= pc_tray_low_level(dev, part);
}

static int
put_tray_low(struct pc_device *dev, uint32_t part, bool on)
{
	int32_t low = pc_tray_low_level(dev, part);
	if (low == 0 || dev->profile->trays[part].type == 5)
		return PC_E_UNSUPPORTED;
	dev->s.trays[part].level = on ? low : pc_device_tray_capacity(dev, part);
	return PC_OK;
}

static bool
holds_tray_missing(const struct pc_device *dev, uint32_t part)
{
	return dev->s.trays[part].missing;
}

static int
put_tray_missing(struct pc_device *dev, uint32_t part, bool on)
{
	dev->s.trays[part].missing = on;
	return PC_OK;
}

static bool
holds_supply_low(const struct pc_device *dev, uint32_t part)
{
	return dev->s.supplies[part].state == PC_SUPPLY_LOW;
}

static int
put_supply_low(struct pc_device *dev, uint32_t part, bool on)
{
	const struct pc_profile_supply *p = &dev->profile->supplies[part];
	int32_t low = pc_supply_low_level(p);
	if (low == 0)
		return PC_E_UNSUPPORTED;
	pc_supply_put(dev, part, on ? low : p->capacity);
	return PC_OK;
}

static bool
holds_supply_empty(const struct pc_device *dev, uint32_t part)
{
	return dev->s.supplies[part].state == PC_SUPPLY_EMPTY;
}

static int
put_supply_empty(struct pc_device *dev, uint32_t part, bool on)
{
	pc_supply_put(dev, part, on ? 0 : dev->profile->supplies[part].capacity);
	return PC_OK;
}

static bool
holds_supply_missing(const struct pc_device *dev, uint32_t part)
{
	return dev->s.supplies[part].state == PC_SUPPLY_MISSING;
}

static int
put_supply_missing(struct pc_device *dev, uint32_t part, bool on)
{
	dev->s.supplies[part].state = on ? PC_SUPPLY_MISSING : PC_SUPPLY_OK;
	/* Put back, it has the level it was taken out with. */
	pc_supply_put(dev, part, dev->s.supplies[part].level);
	return PC_OK;
}

static bool
holds_service(const struct pc_device *dev, uint32_t part)
{
	(void)part;
	return dev->s.service;
}

static int
put_service(struct pc_device *dev, uint32_t part, bool on)
{
	(void)part;
	dev->s.service = on;
	return PC_OK;
}

static bool
holds_offline(const struct pc_device *dev, uint32_t part)
{
	(void)part;
	return dev->s.offline;
}

static int
put_offline(struct pc_device *dev, uint32_t part, bool on)
{
	(void)part;
	dev->s.offline = on;
	return PC_OK;
}

static bool
holds_output_full(const struct pc_device *dev, uint32_t part)
{
	return (dev->s.outputs_full >> part & 1u) != 0;
}

static int
put_output_full(struct pc_device *dev, uint32_t part, bool on)
{
	if (on)
		dev->s.outputs_full |= (uint8_t)(1u << part);
	else
		dev->s.outputs_full &= (uint8_t) ~(1u << part);
	return PC_OK;
}

static size_t
finisher_parts(const struct pc_profile *p)
{
	return p->n_finishers;
}

static bool
holds_finisher_jam(const struct pc_device *dev, uint32_t part)
{
	return (dev->s.finishers_jammed >> part & 1u) != 0;
}

static int
put_finisher_jam(struct pc_device *dev, uint32_t part, bool on)
{
	dev->s.counters.jams += on ? 1 : 0;
	if (on)
		dev->s.finishers_jammed |= (uint8_t)(1u << part);
	else
		dev->s.finishers_jammed &= (uint8_t) ~(1u << part);
	return PC_OK;
}

static const struct pc_condition_row rows[PC_CONDITION_ROWS] = {
	[PC_COND_JAM] = {PC_COND_JAM, one_part, holds_jam, put_jam, PC_EVENT_ACTIVITY,
		GROUP_MEDIA_PATH, TRAINING_UNTRAINED, SEVERITY_CRITICAL, 8, "Paper jam.",
		BIT_JAMMED},
	[PC_COND_COVER_OPEN] = {PC_COND_COVER_OPEN, cover_parts, holds_cover, put_cover,
		PC_EVENT_COVER, GROUP_COVER, TRAINING_UNTRAINED, SEVERITY_CRITICAL, 3,
		"Cover is open.", BIT_DOOR_OPEN},
	[PC_COND_TRAY_EMPTY] = {PC_COND_TRAY_EMPTY, tray_parts, holds_tray_empty, put_tray_empty,
		PC_EVENT_TRAY, GROUP_INPUT, TRAINING_UNTRAINED, 0, 808, "Paper is out.",
		BIT_TRAY_EMPTY},
	[PC_COND_TRAY_LOW] = {PC_COND_TRAY_LOW, tray_parts, holds_tray_low, put_tray_low,
		PC_EVENT_TRAY, GROUP_INPUT, TRAINING_UNTRAINED, SEVERITY_WARNING, 807,
		"Paper is low.", BIT_LOW_PAPER},
	[PC_COND_TRAY_MISSING] = {PC_COND_TRAY_MISSING, tray_parts, holds_tray_missing,
		put_tray_missing, PC_EVENT_TRAY, GROUP_INPUT, TRAINING_UNTRAINED, 0, 801,
		"Paper tray is missing.", BIT_TRAY_MISSING},
	[PC_COND_SUPPLY_LOW] = {PC_COND_SUPPLY_LOW, supply_parts, holds_supply_low, put_supply_low,
		PC_EVENT_SUPPLY, GROUP_SUPPLIES, TRAINING_UNTRAINED, SEVERITY_WARNING, 0, NULL, 0},
	[PC_COND_SUPPLY_EMPTY] = {PC_COND_SUPPLY_EMPTY, supply_parts, holds_supply_empty,
		put_supply_empty, PC_EVENT_SUPPLY, GROUP_SUPPLIES, TRAINING_UNTRAINED, 0, 0, NULL,
		0},
	[PC_COND_SUPPLY_MISSING] = {PC_COND_SUPPLY_MISSING, supply_parts, holds_supply_missing,
		put_supply_missing, PC_EVENT_SUPPLY, GROUP_SUPPLIES, TRAINING_UNTRAINED, 0, 0, NULL,
		BIT_SUPPLY_MISSING},
	[PC_COND_SERVICE] = {PC_COND_SERVICE, one_part, holds_service, put_service,
		PC_EVENT_ACTIVITY, GROUP_GENERAL, TRAINING_FIELD_SERVICE, SEVERITY_WARNING, 1,
		"Service is required.", BIT_SERVICE},
	[PC_COND_OFFLINE] = {PC_COND_OFFLINE, one_part, holds_offline, put_offline,
		PC_EVENT_ACTIVITY, GROUP_GENERAL, TRAINING_UNTRAINED, SEVERITY_CRITICAL, 22,
		"Printer is off-line.", BIT_OFFLINE},
	[PC_COND_OUTPUT_FULL] = {PC_COND_OUTPUT_FULL, output_parts, holds_output_full,
		put_output_full, PC_EVENT_ACTIVITY, GROUP_OUTPUT, TRAINING_UNTRAINED, 0, 903,
		"Output tray is full.", BIT_OUTPUT_FULL},
	[PC_COND_FINISHER_JAM] = {PC_COND_FINISHER_JAM, finisher_parts, holds_finisher_jam,
		put_finisher_jam, PC_EVENT_ACTIVITY, GROUP_FINISHER, TRAINING_UNTRAINED,
		SEVERITY_CRITICAL, 8, "Finisher is jammed.", BIT_JAMMED},
};

const struct pc_condition_row *
pc_condition_row(size_t condition)
{
	return &rows[condition];
}

/* A finisher's supply is reported with the finisher. Spec: RFC 3806 finSupplyTable */
uint8_t
pc_condition_group(const struct pc_profile *p, const struct pc_condition_row *row, uint32_t part)
{
	if (row->group == GROUP_SUPPLIES && pc_profile_is_finishing(p, part))
		return GROUP_FINISHER_SUPPLY;
	return row->group;
}

uint8_t
pc_condition_severity(
	const struct pc_device *dev, const struct pc_condition_row *row, uint32_t part)
{
	bool stops = true;
	if (row->severity != 0)
		return row->severity;
	if (row->event == PC_EVENT_SUPPLY)
		stops = pc_supply_kind(&dev->profile->supplies[part])->empty_stops;
	if (row->event == PC_EVENT_TRAY)
		stops = pc_tray_stops(dev, part);
	if (row->condition == PC_COND_OUTPUT_FULL)
		stops = pc_device_option(dev, PC_OPTION_DEFAULT_OUTPUT, 0) == (int32_t)part + 1;
	return stops ? SEVERITY_CRITICAL : SEVERITY_WARNING;
}

uint8_t
pc_condition_worst(const struct pc_device *dev)
{
	uint8_t worst = 0;
	for (size_t c = 0; c < PC_CONDITION_ROWS; c++) {
		size_t n = rows[c].parts(dev->profile);
		for (uint32_t part = 0; part < n; part++) {
			if (!rows[c].holds(dev, part))
				continue;
			if (pc_condition_severity(dev, &rows[c], part) == SEVERITY_CRITICAL)
				return SEVERITY_CRITICAL;
			worst = SEVERITY_WARNING;
		}
	}
	return worst;
}

int
pc_device_condition(struct pc_device *dev, enum pc_condition what, uint32_t part, bool on)
{
	if ((size_t)what >= PC_CONDITION_ROWS || part >= rows[what].parts(dev->profile))
		return PC_E_BADVALUE;
	if (rows[what].holds(dev, part) == on)
		return PC_OK;
	int err = rows[what].put(dev, part, on);
	if (err != PC_OK)
		return err;
	pc_alert_sync_all(dev);
	pc_device_tell_part(dev, rows[what].event, part);
	pc_print_pump(dev);
	return PC_OK;
}

/* noPaper beside inputTrayEmpty: nothing stands in for the empty tray. */
static uint16_t
tray_bits(const struct pc_device *dev)
{
	for (size_t i = 0; i < dev->profile->n_trays; i++) {
		if (holds_tray_empty(dev, (uint32_t)i) && pc_tray_stops(dev, i))
			return BIT_NO_PAPER;
	}
	return 0;
}

static uint16_t
supply_bit(const struct pc_device *dev, size_t condition, uint32_t part)
{
	const struct pc_supply_kind *kind = pc_supply_kind(&dev->profile->supplies[part]);
	if (condition == PC_COND_SUPPLY_LOW)
		return kind->low_bit;
	if (condition == PC_COND_SUPPLY_EMPTY)
		return kind->empty_bit;
	/* markerSupplyMissing is not for what a finisher uses */
	return kind == &kind_staples ? BIT_SERVICE : BIT_SUPPLY_MISSING;
}

uint16_t
pc_device_error_bits(const struct pc_device *dev)
{
	uint16_t bits = 0;
	if (!pc_device_answers(dev))
		return 0; /* nothing is sensed before it is up */
	bits = tray_bits(dev);
	for (size_t c = 0; c < PC_CONDITION_ROWS; c++) {
		size_t n = rows[c].parts(dev->profile);
		for (uint32_t part = 0; part < n; part++) {
			if (!rows[c].holds(dev, part))
				continue;
			bits |= rows[c].group == GROUP_SUPPLIES ? supply_bit(dev, c, part)
								: rows[c].bit;
		}
	}
	return bits;
}
