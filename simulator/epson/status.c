#include "epson/status.h"

#include <string.h>
#include <strings.h>

#include "base/err.h"
#include "base/text.h"
#include "device/firmware.h"
#include "wire/wire.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

enum {
	SEVERITY_CRITICAL = 3,  /* PrtAlertSeverityLevelTC */
	SELF_PRINT_NOZZLES = 0, /* record 03 */
	JAM_EJECT = 1,          /* record 35; harness-defined: all jams are there */
	NO_CANCEL = 1,          /* record 13 */
	SOURCES_VERSION = 1,    /* record 3F */
	SOURCE_BYTES = 9,
	JOB_OCTETS_MAX = 7 /* as long as "unknown" */
};

/* Records without a field in struct pc_st2. */
enum {
	RECORD_CLEANING_TIME = 0x0c,
	RECORD_CARTRIDGES = 0x0e,
	RECORD_JOB = 0x19,
	RECORD_JAM = 0x35,
	RECORD_SOURCES = 0x3f,
	RECORD_INKS_REPLACED = 0x45,
	RECORD_BOXES_REPLACED = 0x46
};

/* Codes of ink records. Spec: epson_print_conf, SC-T3405 block */
static const struct {
	const char *colorant;
	uint8_t type, color;
} inks[] = {{"black", 0x01, 0x00}, {"cyan", 0x03, 0x01}, {"magenta", 0x04, 0x02},
	{"yellow", 0x05, 0x03}, {"lightcyan", 0x06, 0x04}, {"lightmagenta", 0x07, 0x05},
	{"gray", 0x0a, 0x08}, {"lightblack", 0x0a, 0x08}, {"matteblack", 0x0b, 0x00},
	{"lightgray", 0x0f, 0x0c}, {"orange", 0x10, 0x0d}, {"green", 0x11, 0x0e},
	{"red", 0x09, 0x09}, {"violet", 0x0d, 0x0a}};

/* Which error a critical alert is. */
static const struct {
	enum pc_condition condition;
	int error;
} errors[] = {{PC_COND_JAM, PC_ST2_E_JAM}, {PC_COND_FINISHER_JAM, PC_ST2_E_JAM},
	{PC_COND_COVER_OPEN, PC_ST2_E_COVER}, {PC_COND_TRAY_EMPTY, PC_ST2_E_PAPER_OUT},
	{PC_COND_TRAY_MISSING, PC_ST2_E_NO_TRAY}, {PC_COND_SUPPLY_EMPTY, PC_ST2_E_INK_OUT},
	{PC_COND_SUPPLY_MISSING, PC_ST2_E_NO_CARTRIDGE}, {PC_COND_SERVICE, PC_ST2_E_SERVICE}};

static bool
lacks(const struct pc_device *dev, enum pc_epson_absent what)
{
	return (pc_device_profile(dev)->epson.status_absent >> what & 1) != 0;
}

void
pc_epson_facts(const struct pc_device *dev, struct pc_epson_facts *ret)
{
	const struct pc_device_state *s = pc_device_state(dev);
	ret->serial = s->serial;
	ret->life_count = s->counters.life;
	for (size_t i = 0; i < PC_SUPPLIES_MAX; i++)
		ret->levels[i] = s->supplies[i].level;
}

int32_t
pc_epson_percent(const struct pc_device *dev, const struct pc_epson_facts *facts, size_t supply)
{
	int32_t capacity = pc_device_profile(dev)->supplies[supply].capacity;
	int32_t level = facts->levels[supply];
	if (capacity <= 0 || level < 0)
		return -1;
	return (int32_t)((int64_t)level * 100 / capacity);
}

uint8_t
pc_epson_ink_level(const struct pc_device *dev, const struct pc_epson_facts *facts, size_t supply)
{
	int32_t percent = pc_epson_percent(dev, facts, supply);
	if (pc_device_state(dev)->supplies[supply].state == PC_SUPPLY_MISSING)
		return PC_ST2_LEVEL_ABSENT;
	return percent < 0 || percent > 100 ? PC_ST2_LEVEL_UNKNOWN : (uint8_t)percent;
}

/* "light cyan" and "lightCyan" are the same; COUNT(inks) for others. */
static size_t
find_ink(const char *colorant)
{
	char name[32];
	size_t n = 0;
	for (; *colorant != '\0' && n < sizeof(name) - 1; colorant++) {
		if (*colorant != ' ')
			name[n++] = *colorant;
	}
	name[n] = '\0';
	size_t i = 0;
	while (i < COUNT(inks) && strcasecmp(inks[i].colorant, name) != 0)
		i++;
	return i;
}

uint8_t
pc_epson_ink_type(const char *colorant)
{
	size_t i = find_ink(colorant);
	return i == COUNT(inks) ? 0 : inks[i].type;
}

uint8_t
pc_epson_ink_color(const char *colorant)
{
	size_t i = find_ink(colorant);
	return i == COUNT(inks) ? 0 : inks[i].color;
}

const char *
pc_epson_firmware(const struct pc_device *dev, const char *part)
{
	const char *version = pc_device_firmware_named(dev, part);
	return version == NULL ? "" : version;
}

static int
error_of(const struct pc_device *dev, const struct pc_alert *a)
{
	/* a full maintenance box asks for service; only cartridges run out of ink */
	if (a->condition == PC_COND_SUPPLY_EMPTY &&
		pc_device_profile(dev)->supplies[a->part].receptacle)
		return PC_ST2_E_SERVICE;
	for (size_t i = 0; i < COUNT(errors); i++) {
		if (errors[i].condition == a->condition)
			return errors[i].error;
	}
	return PC_ST2_E_FATAL;
}

void
pc_epson_state(const struct pc_device *dev, int *ret_state, int *ret_error)
{
	static const int states[] = {[PC_IDLE] = PC_ST2_IDLE,
		[PC_PRINTING] = PC_ST2_WAITING,
		[PC_CLEANING] = PC_ST2_CLEANING,
		[PC_NOZZLE_CHECK] = PC_ST2_NOZZLE_CHECK,
		[PC_UPDATING] = PC_ST2_BUSY};
	const struct pc_alert *alerts = NULL;
	size_t n = pc_device_alerts(dev, &alerts);
	*ret_state = pc_device_state(dev)->offline ? PC_ST2_PAUSED
						   : states[pc_device_state(dev)->activity];
	*ret_error = PC_ST2_NONE;
	for (size_t i = 0; i < n && *ret_error == PC_ST2_NONE; i++) {
		if (alerts[i].severity != SEVERITY_CRITICAL ||
			alerts[i].condition == PC_COND_OFFLINE)
			continue;
		*ret_state = PC_ST2_ERROR;
		*ret_error = error_of(dev, &alerts[i]);
	}
}

static void
warn(struct pc_st2 *s, unsigned code)
{
	if (s->n_warnings < PC_ST2_WARNINGS_MAX)
		s->warnings[s->n_warnings++] = (uint8_t)code;
}

/* The rest does not last for a cleaning. */
static bool
cannot_clean(const struct pc_device *dev, const struct pc_epson_facts *facts, size_t supply)
{
	const struct pc_profile_supply *p = &pc_device_profile(dev)->supplies[supply];
	int64_t level = facts->levels[supply];
	return pc_device_profile(dev)->has_head_cleaning && level >= 0 && p->capacity > 0 &&
	       level * 1000000 < (int64_t)p->capacity * p->per_cleaning_ppm;
}

static void
add_ink(const struct pc_device *dev, const struct pc_epson_facts *facts, size_t supply,
	struct pc_st2 *s)
{
	const struct pc_profile *p = pc_device_profile(dev);
	const char *colorant = p->supplies[supply].colorant;
	if (pc_device_state(dev)->supplies[supply].state == PC_SUPPLY_LOW)
		warn(s, PC_ST2_W_INK_LOW + (unsigned)s->n_inks);
	if (cannot_clean(dev, facts, supply))
		warn(s, PC_ST2_W_CLEANING_DISABLED + (unsigned)s->n_inks);
	s->inks[s->n_inks++] = (struct pc_st2_ink){.type = pc_epson_ink_type(colorant),
		.color = pc_epson_ink_color(colorant),
		.level = pc_epson_ink_level(dev, facts, supply),
		.capacity = (uint8_t)p->epson.ink_fourth};
}

static void
add_box(const struct pc_device *dev, const struct pc_epson_facts *facts, size_t supply,
	struct pc_st2 *s)
{
	const struct pc_supply *state = &pc_device_state(dev)->supplies[supply];
	int32_t percent = pc_epson_percent(dev, facts, supply);
	if (s->tank == PC_ST2_NONE && percent >= 0 && percent <= 100 &&
		!lacks(dev, PC_EPSON_NO_TANK))
		s->tank = percent;
	if (lacks(dev, PC_EPSON_NO_BOXES))
		return;
	s->boxes[s->n_boxes++] = (struct pc_st2_box){.state = state->state == PC_SUPPLY_LOW     ? 1
							      : state->state == PC_SUPPLY_EMPTY ? 2
												: 0,
		.resets = state->replacements > 255 ? 255 : (uint8_t)state->replacements};
}

static void
fill_supplies(const struct pc_device *dev, const struct pc_epson_facts *facts, struct pc_st2 *s)
{
	const struct pc_profile *p = pc_device_profile(dev);
	s->ink_bytes = p->epson.ink_record_bytes == 4 ? 4 : 3;
	s->box_bytes = 2;
	for (size_t i = 0; i < p->n_supplies; i++) {
		if (p->supplies[i].colorant != NULL && s->n_inks < PC_ST2_INKS_MAX)
			add_ink(dev, facts, i, s);
		else if (p->supplies[i].receptacle && s->n_boxes < PC_ST2_BOXES_MAX)
			add_box(dev, facts, i, s);
	}
}

/* Sides printed in colour (1) or not (0). */
static uint32_t
sides(const struct pc_device *dev, unsigned color)
{
	const struct pc_counters *c = &pc_device_state(dev)->counters;
	uint32_t sum = 0;
	for (size_t i = 0; i < PC_SIZES_MAX; i++)
		sum += c->by_size[i][color][0] + c->by_size[i][color][1];
	return sum;
}

static void
fill_counters(const struct pc_device *dev, const struct pc_epson_facts *facts, struct pc_st2 *s)
{
	s->has_counters = !lacks(dev, PC_EPSON_NO_COUNTERS);
	s->counters[0] = s->counters[1] = facts->life_count;
	s->counters[2] = sides(dev, 1);
	s->counters[3] = sides(dev, 0);
}

/* Five zero octets and the name: "unknown" while nothing prints, as in the blocks of idle printers;
 * the first letters of the job's own name while it does (harness-defined). */
static int
add_job(const struct pc_device *dev, struct pc_st2 *s)
{
	const struct pc_job *jobs[PC_JOBS_MAX];
	size_t n = pc_device_jobs(dev, jobs);
	uint8_t record[5 + JOB_OCTETS_MAX] = {0};
	const char *name = "unknown";
	for (size_t i = 0; i < n; i++) {
		if (jobs[i]->state == PC_JOB_PRINTING && jobs[i]->name[0] != '\0')
			name = jobs[i]->name;
	}
	memcpy(record + 5, name, strnlen(name, JOB_OCTETS_MAX));
	return pc_st2_extra_add(s, RECORD_JOB, record, sizeof(record));
}

/* A bit for each slot with a cartridge in it. */
static unsigned
cartridges(const struct pc_st2 *s)
{
	unsigned bits = 0;
	for (size_t i = 0; i < s->n_inks; i++) {
		if (s->inks[i].level != PC_ST2_LEVEL_ABSENT)
			bits |= 1u << i;
	}
	return bits;
}

/* The model's own records; a record that is cut ends the list. The cartridges' bits are filled in.
 */
static int
add_records(const struct pc_profile *p, struct pc_st2 *s)
{
	uint8_t bytes[PC_EPSON_RECORDS_MAX];
	const char *hex = p->epson.status_records == NULL ? "" : p->epson.status_records;
	size_t n = 0;
	int err = PC_OK;
	for (; n < sizeof(bytes) && hex[0] != '\0' && hex[1] != '\0'; hex += 2)
		bytes[n++] = (uint8_t)(pc_text_hex_digit(hex[0]) << 4 | pc_text_hex_digit(hex[1]));
	for (size_t i = 0; i + 2 <= n && i + 2 + bytes[i + 1] <= n && err == PC_OK;
		i += 2u + bytes[i + 1]) {
		uint8_t *data = bytes + i + 2;
		for (size_t k = 0; bytes[i] == RECORD_CARTRIDGES && k < bytes[i + 1]; k++)
			data[k] = (uint8_t)(k > 1 ? 0 : cartridges(s) >> (8 * k));
		err = pc_st2_extra_add(s, bytes[i], data, bytes[i + 1]);
	}
	return err;
}

static bool
has_record(const struct pc_st2 *s, uint8_t id)
{
	for (size_t i = 0; i < s->n_extras; i++) {
		if (s->extras[i].id == id)
			return true;
	}
	return false;
}

/* Paper path of a tray: a roll, hand-fed, from the rear, or a cassette by its number.
 * Spec: ESCPR, path codes of record 3F */
static void
path_of(const struct pc_profile *p, size_t tray, unsigned cassette, uint8_t out[2])
{
	enum { FIXED = 4, MANUAL = 5, ROLL = 6 }; /* PrtInputTypeTC */
	int32_t type = p->trays[tray].type;
	out[0] = type == ROLL ? 3 : type == MANUAL ? 2 : 1;
	out[1] = (uint8_t)(type == ROLL || type == MANUAL || type == FIXED ? 0 : cassette);
}

/* One record a tray; media type and size have no public numbers and are left 0. */
static int
add_sources(const struct pc_device *dev, struct pc_st2 *s)
{
	const struct pc_profile *p = pc_device_profile(dev);
	uint8_t record[1 + PC_TRAYS_MAX * SOURCE_BYTES] = {SOURCES_VERSION};
	unsigned cassette = 1;
	size_t n = 1;
	if (lacks(dev, PC_EPSON_NO_SOURCES) || has_record(s, RECORD_SOURCES))
		return PC_OK;
	for (size_t i = 0; i < p->n_trays && n + SOURCE_BYTES <= PC_ST2_EXTRA_BYTES; i++) {
		path_of(p, i, cassette, record + n);
		cassette += record[n] == 1 && record[n + 1] != 0;
		n += SOURCE_BYTES;
	}
	return pc_st2_extra_add(s, RECORD_SOURCES, record, n);
}

/* How often inks, or boxes, were replaced. */
static int
add_replaced(const struct pc_device *dev, bool boxes, struct pc_st2 *s)
{
	const struct pc_profile *p = pc_device_profile(dev);
	uint8_t record[1 + 2 * PC_SUPPLIES_MAX] = {2};
	size_t n = 1;
	if (lacks(dev, PC_EPSON_NO_REPLACED))
		return PC_OK;
	for (size_t i = 0; i < p->n_supplies && n + 2 <= PC_ST2_EXTRA_BYTES; i++) {
		unsigned count = pc_device_state(dev)->supplies[i].replacements;
		if (boxes ? !p->supplies[i].receptacle : p->supplies[i].colorant == NULL)
			continue;
		record[n++] = (uint8_t)count;
		record[n++] = (uint8_t)(count >> 8);
	}
	if (n == 1)
		return PC_OK;
	return pc_st2_extra_add(s, boxes ? RECORD_BOXES_REPLACED : RECORD_INKS_REPLACED, record, n);
}

/* What only some states have: the length of a cleaning in seconds, where paper is jammed. */
static int
add_moment(const struct pc_device *dev, struct pc_st2 *s)
{
	uint32_t seconds = pc_device_profile(dev)->cleaning_ms / 1000;
	const uint8_t time[] = {(uint8_t)seconds, (uint8_t)(seconds >> 8)}, jam[] = {JAM_EJECT};
	int err = PC_OK;
	if (s->state == PC_ST2_CLEANING)
		err = pc_st2_extra_add(s, RECORD_CLEANING_TIME, time, sizeof(time));
	if (err == PC_OK && s->error == PC_ST2_E_JAM)
		err = pc_st2_extra_add(s, RECORD_JAM, jam, sizeof(jam));
	if (s->state == PC_ST2_NOZZLE_CHECK)
		s->self_print = SELF_PRINT_NOZZLES;
	return err;
}

int
pc_epson_st2(const struct pc_device *dev, const struct pc_epson_facts *facts, struct pc_st2 *ret)
{
	struct pc_st2 s;
	pc_st2_init(&s);
	pc_epson_state(dev, &s.state, &s.error);
	fill_supplies(dev, facts, &s);
	fill_counters(dev, facts, &s);
	s.cancel = NO_CANCEL;
	pc_text_copy(s.serial, sizeof(s.serial), facts->serial);
	int err = add_records(pc_device_profile(dev), &s);
	if (err == PC_OK)
		err = add_job(dev, &s);
	if (err == PC_OK)
		err = add_moment(dev, &s);
	if (err == PC_OK)
		err = add_sources(dev, &s);
	if (err == PC_OK)
		err = add_replaced(dev, false, &s);
	if (err == PC_OK)
		err = add_replaced(dev, true, &s);
	if (err == PC_OK)
		*ret = s;
	return err;
}

int
pc_epson_status(const struct pc_device *dev, const struct pc_epson_facts *facts, uint8_t *out,
	size_t size, size_t *ret_len)
{
	struct pc_st2 s;
	if (pc_device_profile(dev)->epson.status == PC_EPSON_LABEL)
		return pc_epson_label(dev, facts, out, size, ret_len);
	int err = pc_epson_st2(dev, facts, &s);
	return err != PC_OK ? err : pc_st2_write(&s, out, size, ret_len);
}

static void
write_hex(struct pc_writer *w, unsigned octet)
{
	static const char digits[] = "0123456789ABCDEF";
	pc_write_u8(w, (uint8_t)digits[octet >> 4 & 15]);
	pc_write_u8(w, (uint8_t)digits[octet & 15]);
}

int
pc_epson_text_status(const struct pc_device *dev, const struct pc_epson_facts *facts, uint8_t *out,
	size_t size, size_t *ret_len)
{
	const struct pc_profile *p = pc_device_profile(dev);
	struct pc_writer w;
	int state = 0, error = 0;
	pc_epson_state(dev, &state, &error);
	pc_writer_init(&w, out, size);
	pc_write_text(&w, "@BDC ST\r\nST:");
	write_hex(&w, (unsigned)state);
	if (error != PC_ST2_NONE) {
		pc_write_text(&w, ";ER:");
		write_hex(&w, (unsigned)error);
	}
	pc_write_text(&w, ";IQ:");
	for (size_t i = 0; i < p->n_supplies; i++) {
		if (p->supplies[i].colorant != NULL)
			write_hex(&w, pc_epson_ink_level(dev, facts, i));
	}
	pc_write_text(&w, ";\f");
	if (w.err == PC_OK)
		*ret_len = w.at;
	return w.err;
}
