/* Epson's ST2 status block out of the device, and the command tunnel that carries it. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "codec/st2.h"
#include "snmp/mib-common.h"
#include "snmp/mib-epson-status.h"
#include "wire/wire.h"

enum { SEVERITY_CRITICAL = 3 };

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
		[PC_NOZZLE_CHECK] = PC_ST2_NOZZLE_CHECK};
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

static uint8_t
ink_level(const struct pc_device *dev, size_t supply)
{
	int32_t percent = pc_mib_supply_percent(dev, supply);

	if (pc_device_state(dev)->supplies[supply].state == PC_SUPPLY_MISSING)
		return PC_ST2_LEVEL_ABSENT;
	return percent < 0 || percent > 100 ? PC_ST2_LEVEL_UNKNOWN : (uint8_t)percent;
}

static void
add_ink(const struct pc_device *dev, size_t supply, struct pc_st2 *s)
{
	const char *colorant = pc_device_profile(dev)->supplies[supply].colorant;
	struct pc_st2_ink ink = {.level = ink_level(dev, supply)};

	for (size_t i = 0; i < PC_MIB_COUNT(inks); i++) {
		if (strcmp(inks[i].colorant, colorant) != 0)
			continue;
		ink.type = inks[i].type;
		ink.color = inks[i].color;
	}
	if (pc_device_state(dev)->supplies[supply].state == PC_SUPPLY_LOW &&
		s->n_warnings < PC_ST2_WARNINGS_MAX)
		s->warnings[s->n_warnings++] = (uint8_t)(PC_ST2_W_INK_LOW + s->n_inks);
	s->inks[s->n_inks++] = ink;
}

static void
add_box(const struct pc_device *dev, size_t supply, struct pc_st2 *s)
{
	const struct pc_supply *state = &pc_device_state(dev)->supplies[supply];
	int32_t percent = pc_mib_supply_percent(dev, supply);

	if (s->n_boxes == 0 && percent >= 0 && percent <= 100)
		s->tank = percent;
	s->boxes[s->n_boxes++] = (struct pc_st2_box){.state = state->state == PC_SUPPLY_LOW     ? 1
							      : state->state == PC_SUPPLY_EMPTY ? 2
												: 0,
		.resets = (uint8_t)state->replacements};
}

static void
fill_supplies(const struct pc_device *dev, struct pc_st2 *s)
{
	const struct pc_profile *p = pc_device_profile(dev);

	s->ink_bytes = 3;
	s->box_bytes = 2;
	for (size_t i = 0; i < p->n_supplies; i++) {
		if (p->supplies[i].colorant != NULL && s->n_inks < PC_ST2_INKS_MAX)
			add_ink(dev, i, s);
		else if (p->supplies[i].receptacle && s->n_boxes < PC_ST2_BOXES_MAX)
			add_box(dev, i, s);
	}
}

int
pc_epson_status(const struct pc_device *dev, size_t n_lead, struct pc_snmp_value *v)
{
	/* id 19: no job of ours is named, as in the blocks of idle printers */
	static const uint8_t no_job[] = "\0\0\0\0\0unknown";
	const struct pc_device_state *st = pc_device_state(dev);
	struct pc_st2 s;
	size_t len;
	int r;

	pc_st2_init(&s);
	fill_state(dev, &s);
	fill_supplies(dev, &s);
	s.cancel = 1; /* nothing is being cancelled */
	s.has_counters = true;
	s.counters[0] = s.counters[1] = pc_mib_life_count(dev);
	s.counters[2] = pc_mib_sides(st, 1);
	s.counters[3] = pc_mib_sides(st, 0);
	(void)snprintf(s.serial, sizeof s.serial, "%s", pc_mib_serial(dev));
	r = pc_st2_extra_add(&s, 0x19, no_job, sizeof no_job - 1);
	if (r != PC_OK)
		return r;
	memset(v->scratch.bytes, 0, n_lead);
	r = pc_st2_write(&s, v->scratch.bytes + n_lead, PC_SNMP_SCRATCH - n_lead, &len);
	return r == PC_OK ? pc_mib_octets(v, v->scratch.bytes, n_lead + len) : r;
}

/* What a command's answer is written from and into; `payload` are its sub-identifiers. */
struct command {
	const struct pc_device *dev;
	const uint32_t *payload;
	size_t n_payload;
	struct pc_writer w;
};

static int
device_id(struct command *c)
{
	const char *template = pc_device_profile(c->dev)->device_id_1284;
	char id[PC_SNMP_SCRATCH];
	int r = pc_device_expand(c->dev, template == NULL ? "" : template, id, sizeof id);

	pc_write_text(&c->w, "@EJL ID\r\n");
	pc_write_text(&c->w, r == PC_OK ? id : "");
	return r;
}

/* Six characters: two for the product, two for the day, one for the year, one for the month. */
static int
firmware(struct command *c)
{
	const struct pc_profile *p = pc_device_profile(c->dev);

	if (p->n_firmware == 0 || strlen(p->firmware[0].version) < 6) {
		pc_write_text(&c->w, "vi:NA;");
		return PC_OK;
	}
	pc_write_text(&c->w, "vi:00:");
	pc_write_bytes(&c->w, p->firmware[0].version, 6);
	pc_write_text(&c->w, ";");
	return PC_OK;
}

/* Names of the cartridges in their slots. */
static int
cartridges(struct command *c)
{
	const struct pc_profile *p = pc_device_profile(c->dev);

	pc_write_text(&c->w, "@BDC PS\r\nIA:00;");
	for (size_t i = 0, n = 0; i < p->n_supplies; i++) {
		if (p->supplies[i].colorant == NULL)
			continue;
		pc_write_text(&c->w, n++ == 0 ? "" : ",");
		pc_write_text(&c->w, p->supplies[i].part_number != NULL ? p->supplies[i].part_number
									: p->supplies[i].name);
	}
	pc_write_text(&c->w, ";");
	return PC_OK;
}

/* One slot, numbered from 1; "NA" behind the last. */
static int
cartridge(struct command *c)
{
	const struct pc_profile *p = pc_device_profile(c->dev);
	size_t supply = pc_mib_colorant_supply(p, (size_t)c->payload[1] - 1);
	char text[64];
	uint8_t color = 0;

	if (c->payload[1] == 0 || supply == SIZE_MAX) {
		pc_write_text(&c->w, "ii:NA;");
		return PC_OK;
	}
	for (size_t i = 0; i < PC_MIB_COUNT(inks); i++)
		if (strcmp(inks[i].colorant, p->supplies[supply].colorant) == 0)
			color = inks[i].color;
	(void)snprintf(text, sizeof text, "@BDC PS\r\nII:03;IQT:%02X;IC1:%02X;LOG:EPSON ;",
		ink_level(c->dev, supply), color);
	pc_write_text(&c->w, text);
	return PC_OK;
}

/* Commands by code and payload; payload 0xffff is any value. */
static const struct {
	char code[3];
	uint8_t n_payload;
	uint32_t payload[2];
	int (*answer)(struct command *c);
} commands[] = {{"di", 1, {1}, device_id}, {"ia", 1, {0}, cartridges},
	{"ii", 2, {1, 0xffff}, cartridge}, {"vi", 1, {0}, firmware}};

static bool
has_payload(const struct command *c, const uint32_t *want, size_t n)
{
	if (c->n_payload != n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (want[i] != 0xffff && want[i] != c->payload[i])
			return false;
	return true;
}

static int
answer(struct command *c, const char code[3])
{
	for (size_t i = 0; i < PC_MIB_COUNT(commands); i++)
		if (strcmp(commands[i].code, code) == 0 &&
			has_payload(c, commands[i].payload, commands[i].n_payload))
			return commands[i].answer(c);
	pc_write_text(&c->w, code);
	pc_write_text(&c->w, ":;");
	return PC_OK;
}

int
pc_epson_command(
	const struct pc_device *dev, const uint32_t *arcs, size_t n, struct pc_snmp_value *v)
{
	struct command c = {.dev = dev};
	char code[3];
	int r;

	if (n < 4 || arcs[2] > 255 || arcs[3] > 255 || (arcs[2] | arcs[3] << 8) != n - 4)
		return PC_E_NOTFOUND;
	c.payload = arcs + 4;
	c.n_payload = n - 4;
	for (size_t i = 0; i < n; i++)
		if (arcs[i] > 255 || (i < 2 && !isprint((int)arcs[i])))
			return PC_E_NOTFOUND;
	code[0] = (char)arcs[0];
	code[1] = (char)arcs[1];
	code[2] = '\0';
	if (strcmp(code, "st") == 0 && has_payload(&c, (const uint32_t[]){1}, 1))
		return pc_epson_status(dev, 1, v);
	pc_writer_init(&c.w, v->scratch.bytes, PC_SNMP_SCRATCH);
	pc_write_u8(&c.w, 0);
	r = answer(&c, code);
	pc_write_u8(&c.w, 0x0c);
	if (r != PC_OK || c.w.err != PC_OK)
		return r != PC_OK ? r : c.w.err;
	return pc_mib_octets(v, v->scratch.bytes, c.w.at);
}
