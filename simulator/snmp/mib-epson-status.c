/* Epson's status block out of the device: ST2, or the text of ESC/Label printers. */
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "codec/st2.h"
#include "device/firmware.h"
#include "snmp/mib-common.h"
#include "snmp/mib-epson-status.h"
#include "wire/wire.h"

enum {
	SEVERITY_CRITICAL = 3,
	SELF_PRINT_NOZZLES = 0, /* record 03 */
	JAM_EJECT = 1,          /* record 35; harness-defined: all jams are there */
	RECORD_CLEANING_TIME = 0x0c,
	RECORD_CARTRIDGES = 0x0e,
	RECORD_JOB = 0x19,
	RECORD_JAM = 0x35,
	NO_CANCEL = 1,
	JOB_OCTETS_MAX = 7 /* as long as "unknown" */
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
} errors[] = {{PC_COND_JAM, PC_ST2_E_JAM}, {PC_COND_COVER_OPEN, PC_ST2_E_COVER},
	{PC_COND_TRAY_EMPTY, PC_ST2_E_PAPER_OUT}, {PC_COND_TRAY_MISSING, PC_ST2_E_NO_TRAY},
	{PC_COND_SUPPLY_EMPTY, PC_ST2_E_INK_OUT}, {PC_COND_SUPPLY_MISSING, PC_ST2_E_NO_CARTRIDGE},
	{PC_COND_SERVICE, PC_ST2_E_SERVICE}};

static int
error_of(const struct pc_device *dev, const struct pc_alert *a)
{
	/* a full maintenance box asks for service; only cartridges run out of ink */
	if (a->condition == PC_COND_SUPPLY_EMPTY &&
		pc_device_profile(dev)->supplies[a->part].receptacle)
		return PC_ST2_E_SERVICE;
	for (size_t i = 0; i < PC_MIB_COUNT(errors); i++)
		if (errors[i].condition == a->condition)
			return errors[i].error;
	return PC_ST2_E_FATAL;
}

static void
fill_state(const struct pc_device *dev, struct pc_st2 *s)
{
	static const int states[] = {[PC_IDLE] = PC_ST2_IDLE,
		[PC_PRINTING] = PC_ST2_WAITING,
		[PC_CLEANING] = PC_ST2_CLEANING,
		[PC_NOZZLE_CHECK] = PC_ST2_NOZZLE_CHECK,
		[PC_UPDATING] = PC_ST2_BUSY};
	const struct pc_alert *alerts;
	size_t n = pc_device_alerts(dev, &alerts);

	s->state = states[pc_device_state(dev)->activity];
	for (size_t i = 0; i < n; i++) {
		if (alerts[i].severity != SEVERITY_CRITICAL ||
			alerts[i].condition == PC_COND_OFFLINE)
			continue;
		s->state = PC_ST2_ERROR;
		s->error = error_of(dev, &alerts[i]);
		return;
	}
	if (pc_device_state(dev)->offline)
		s->state = PC_ST2_PAUSED;
}

uint8_t
pc_epson_ink_level(const struct pc_device *dev, size_t supply)
{
	int32_t percent = pc_mib_supply_percent(dev, supply);

	if (pc_device_state(dev)->supplies[supply].state == PC_SUPPLY_MISSING)
		return PC_ST2_LEVEL_ABSENT;
	return percent < 0 || percent > 100 ? PC_ST2_LEVEL_UNKNOWN : (uint8_t)percent;
}

static void
warn(struct pc_st2 *s, unsigned code)
{
	if (s->n_warnings < PC_ST2_WARNINGS_MAX)
		s->warnings[s->n_warnings++] = (uint8_t)code;
}

/* The rest does not last for a cleaning. */
static bool
cannot_clean(const struct pc_device *dev, size_t supply)
{
	const struct pc_profile_supply *p = &pc_device_profile(dev)->supplies[supply];
	int64_t level = pc_mib_supply_level(dev, supply);

	return pc_device_profile(dev)->has_head_cleaning && level >= 0 && p->capacity > 0 &&
	       level * 1000000 < (int64_t)p->capacity * p->per_cleaning_ppm;
}

uint8_t
pc_epson_ink_color(const char *colorant)
{
	for (size_t i = 0; i < PC_MIB_COUNT(inks); i++)
		if (strcmp(inks[i].colorant, colorant) == 0)
			return inks[i].color;
	return 0;
}

uint8_t
pc_epson_ink_type(const char *colorant)
{
	for (size_t i = 0; i < PC_MIB_COUNT(inks); i++)
		if (strcmp(inks[i].colorant, colorant) == 0)
			return inks[i].type;
	return 0;
}

static void
add_ink(const struct pc_device *dev, size_t supply, struct pc_st2 *s)
{
	const struct pc_profile *p = pc_device_profile(dev);

	if (pc_device_state(dev)->supplies[supply].state == PC_SUPPLY_LOW)
		warn(s, PC_ST2_W_INK_LOW + (unsigned)s->n_inks);
	if (cannot_clean(dev, supply))
		warn(s, PC_ST2_W_CLEANING_DISABLED + (unsigned)s->n_inks);
	s->inks[s->n_inks++] =
		(struct pc_st2_ink){.type = pc_epson_ink_type(p->supplies[supply].colorant),
			.color = pc_epson_ink_color(p->supplies[supply].colorant),
			.level = pc_epson_ink_level(dev, supply),
			.capacity = (uint8_t)p->epson.ink_fourth};
}

static void
add_box(const struct pc_device *dev, size_t supply, struct pc_st2 *s)
{
	const struct pc_supply *state = &pc_device_state(dev)->supplies[supply];
	int32_t percent = pc_mib_supply_percent(dev, supply);

	if (s->tank == PC_ST2_NONE && percent >= 0 && percent <= 100)
		s->tank = percent;
	if ((pc_device_profile(dev)->epson.status_absent >> PC_EPSON_NO_BOXES & 1) != 0)
		return;
	s->boxes[s->n_boxes++] = (struct pc_st2_box){.state = state->state == PC_SUPPLY_LOW     ? 1
							      : state->state == PC_SUPPLY_EMPTY ? 2
												: 0,
		.resets = (uint8_t)state->replacements};
}

static void
fill_supplies(const struct pc_device *dev, struct pc_st2 *s)
{
	const struct pc_profile *p = pc_device_profile(dev);

	s->ink_bytes = p->epson.ink_record_bytes == 4 ? 4 : 3;
	s->box_bytes = 2;
	for (size_t i = 0; i < p->n_supplies; i++) {
		if (p->supplies[i].colorant != NULL && s->n_inks < PC_ST2_INKS_MAX)
			add_ink(dev, i, s);
		else if (p->supplies[i].receptacle && s->n_boxes < PC_ST2_BOXES_MAX)
			add_box(dev, i, s);
	}
}

static void
fill_counters(const struct pc_device *dev, struct pc_st2 *s)
{
	const struct pc_device_state *st = pc_device_state(dev);

	s->has_counters =
		(pc_device_profile(dev)->epson.status_absent >> PC_EPSON_NO_COUNTERS & 1) == 0;
	s->counters[0] = s->counters[1] = pc_mib_life_count(dev);
	s->counters[2] = pc_mib_sides(st, 1);
	s->counters[3] = pc_mib_sides(st, 0);
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

	for (size_t i = 0; i < n; i++)
		if (jobs[i]->state == PC_JOB_PRINTING && jobs[i]->name[0] != '\0')
			name = jobs[i]->name;
	memcpy(record + 5, name, strnlen(name, JOB_OCTETS_MAX));
	return pc_st2_extra_add(s, RECORD_JOB, record, sizeof record);
}

/* A bit for each slot with a cartridge in it. */
static uint16_t
cartridges(const struct pc_st2 *s)
{
	uint16_t bits = 0;

	for (size_t i = 0; i < s->n_inks; i++)
		if (s->inks[i].level != PC_ST2_LEVEL_ABSENT)
			bits |= (uint16_t)(1u << i);
	return bits;
}

static int
hex_digit(char c)
{
	return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
}

/* The model's own records; a record that is cut ends the list. The cartridges' bits are filled in.
 */
static int
add_records(const struct pc_profile *p, struct pc_st2 *s)
{
	uint8_t bytes[PC_EPSON_RECORDS_MAX];
	const char *hex = p->epson.status_records == NULL ? "" : p->epson.status_records;
	size_t n = 0;
	int r = PC_OK;

	for (; hex[0] != '\0' && hex[1] != '\0' && n < sizeof bytes; hex += 2)
		bytes[n++] = (uint8_t)(hex_digit(hex[0]) << 4 | hex_digit(hex[1]));
	for (size_t i = 0; i + 2 <= n && i + 2 + bytes[i + 1] <= n && r == PC_OK;
		i += 2u + bytes[i + 1]) {
		uint8_t *data = bytes + i + 2;

		for (size_t k = 0; bytes[i] == RECORD_CARTRIDGES && k < bytes[i + 1]; k++)
			data[k] = (uint8_t)(k > 1 ? 0 : cartridges(s) >> (8 * k));
		r = pc_st2_extra_add(s, bytes[i], data, bytes[i + 1]);
	}
	return r;
}

/* What only some states have: the length of a cleaning in seconds, where paper is jammed. */
static int
add_moment(const struct pc_device *dev, struct pc_st2 *s)
{
	uint32_t seconds = pc_device_profile(dev)->cleaning_ms / 1000;
	const uint8_t time[] = {(uint8_t)seconds, (uint8_t)(seconds >> 8)}, jam[] = {JAM_EJECT};
	int r = PC_OK;

	if (s->state == PC_ST2_CLEANING)
		r = pc_st2_extra_add(s, RECORD_CLEANING_TIME, time, sizeof time);
	if (r == PC_OK && s->error == PC_ST2_E_JAM)
		r = pc_st2_extra_add(s, RECORD_JAM, jam, sizeof jam);
	if (s->state == PC_ST2_NOZZLE_CHECK)
		s->self_print = SELF_PRINT_NOZZLES;
	return r;
}

static int
st2_status(const struct pc_device *dev, size_t n_lead, struct pc_snmp_value *v)
{
	struct pc_st2 s;
	size_t len;
	int r;

	pc_st2_init(&s);
	fill_state(dev, &s);
	fill_supplies(dev, &s);
	fill_counters(dev, &s);
	s.cancel = NO_CANCEL;
	(void)snprintf(s.serial, sizeof s.serial, "%s", pc_mib_serial(dev));
	r = add_records(pc_device_profile(dev), &s);
	if (r == PC_OK)
		r = add_job(dev, &s);
	if (r == PC_OK)
		r = add_moment(dev, &s);
	if (r != PC_OK)
		return r;
	memset(v->scratch.bytes, 0, n_lead);
	r = pc_st2_write(&s, v->scratch.bytes + n_lead, PC_SNMP_SCRATCH - n_lead, &len);
	return r == PC_OK ? pc_mib_octets(v, v->scratch.bytes, n_lead + len) : r;
}

/* ---- ESC/Label: records of STX, text, ETX, CR, LF ---- */

static void
label_record(struct pc_writer *w, const char *text)
{
	pc_write_u8(w, 0x02);
	pc_write_text(w, text);
	pc_write_text(w, "\x03\r\n");
}

/* "WN,IC1,IM1,IY1": inks that are low, by their letter; "WN" alone when none is (harness-defined).
 */
static void
label_warnings(struct pc_writer *w, const struct pc_device *dev)
{
	static const char letters[] = {'K', 'C', 'M', 'Y'};
	const struct pc_profile *p = pc_device_profile(dev);
	char text[64] = "WN";

	for (unsigned color = 1; color <= PC_MIB_COUNT(letters); color++) {
		/* cyan, magenta and yellow, then black */
		unsigned want = color % PC_MIB_COUNT(letters);
		size_t n = strlen(text);

		for (size_t i = 0; i < p->n_supplies; i++)
			if (p->supplies[i].colorant != NULL &&
				pc_epson_ink_color(p->supplies[i].colorant) == want &&
				pc_device_state(dev)->supplies[i].state == PC_SUPPLY_LOW)
				(void)snprintf(text + n, sizeof text - n, ",I%c1", letters[want]);
	}
	label_record(w, text);
}

/* Levels of black, cyan, magenta and yellow in per cent, as hex. */
static void
label_levels(struct pc_writer *w, const struct pc_device *dev)
{
	const struct pc_profile *p = pc_device_profile(dev);
	unsigned levels[4] = {0}, box = 0;
	char text[64];

	for (size_t i = 0; i < p->n_supplies; i++) {
		int32_t percent = pc_mib_supply_percent(dev, i);
		unsigned level = percent < 0 ? 0 : (unsigned)percent;

		if (p->supplies[i].receptacle)
			box = level;
		else if (p->supplies[i].colorant != NULL)
			levels[pc_epson_ink_color(p->supplies[i].colorant) % 4] = level;
	}
	(void)snprintf(text, sizeof text, "MN,%02X", box);
	label_record(w, text);
	(void)snprintf(text, sizeof text, "IQ,%02X,%02X,%02X,%02X", levels[0], levels[1], levels[2],
		levels[3]);
	label_record(w, text);
}

/* State and error; of the codes only idle and no error are known, the others are harness-defined.
 */
static void
label_state(struct pc_writer *w, const struct pc_st2 *s)
{
	bool busy = s->state != PC_ST2_IDLE && s->state != PC_ST2_ERROR;
	char error[32] = "^S(SEA,E,NE";

	label_record(w, s->state == PC_ST2_ERROR ? "^S(SMA,S,ER"
			: busy                   ? "^S(SMA,S,BU"
						 : "^S(SMA,S,IL");
	if (s->error != PC_ST2_NONE)
		(void)snprintf(error, sizeof error, "^S(SEA,E,%02X", (unsigned)s->error);
	label_record(w, error);
}

static int
label_status(const struct pc_device *dev, size_t n_lead, struct pc_snmp_value *v)
{
	struct pc_writer w;
	struct pc_st2 s;
	char text[96];

	pc_st2_init(&s);
	fill_state(dev, &s);
	pc_writer_init(&w, v->scratch.bytes, PC_SNMP_SCRATCH);
	pc_write_fill(&w, 0, n_lead);
	label_state(&w, &s);
	label_warnings(&w, dev);
	label_record(&w, "^S(CLM,P,ER");
	(void)snprintf(text, sizeof text, "^S(IMF,V,%s", pc_epson_firmware(dev, "Main FW"));
	label_record(&w, text);
	label_levels(&w, dev);
	(void)snprintf(text, sizeof text, "^S(IMP,S,%s", pc_mib_serial(dev));
	label_record(&w, text);
	label_record(&w, "^S(SPA,P,F");
	label_record(&w, "^S(SPA,S,F");
	label_record(&w, "^S(SPA,O,NW");
	(void)snprintf(text, sizeof text, "^S(SEA,F,%04X", s.error < 0 ? 0u : (unsigned)s.error);
	label_record(&w, text);
	return w.err != PC_OK ? w.err : pc_mib_octets(v, v->scratch.bytes, w.at);
}

int
pc_epson_status(const struct pc_device *dev, size_t n_lead, struct pc_snmp_value *v)
{
	return pc_device_profile(dev)->epson.status == PC_EPSON_LABEL ? label_status(dev, n_lead, v)
								      : st2_status(dev, n_lead, v);
}

const char *
pc_epson_firmware(const struct pc_device *dev, const char *part)
{
	const char *version = pc_device_firmware_named(dev, part);

	return version == NULL ? "" : version;
}
