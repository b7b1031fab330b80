/* The device's state as PJL and ST2 say it. */
#include <string.h>

#include "services/internal.h"

enum { CODE_READY = 10001, CODE_INK_LOW = 10006, CODE_SLEEP = 35078 };

static const unsigned condition_codes[] = {
	[PC_COND_JAM] = 40022,
	[PC_COND_COVER_OPEN] = 40021,
	[PC_COND_TRAY_EMPTY] = 41000, /* plus a hundred a tray */
	[PC_COND_TRAY_LOW] = CODE_READY,
	[PC_COND_TRAY_MISSING] = 40026,
	[PC_COND_SUPPLY_LOW] = CODE_INK_LOW,
	[PC_COND_SUPPLY_EMPTY] = 40038,
	[PC_COND_SUPPLY_MISSING] = 40010,
	[PC_COND_SERVICE] = 50000,
	[PC_COND_OFFLINE] = 40079,
	[PC_COND_OUTPUT_FULL] = 40019,
	[PC_COND_FINISHER_JAM] = 40022,
};

static const unsigned activity_codes[] = {
	[PC_IDLE] = CODE_READY,
	[PC_PRINTING] = 10023,
	[PC_CLEANING] = 10031,
	[PC_NOZZLE_CHECK] = 10014,
	[PC_UPDATING] = 10005,
};

static unsigned
alert_code(const struct pc_alert *a)
{
	unsigned code = condition_codes[a->condition];
	if (a->condition == PC_COND_TRAY_EMPTY)
		code += (a->part + 1u) % 10 * 100;
	return code;
}

enum { SEVERITY_CRITICAL = 3, SEVERITY_WARNING = 5 }; /* PrtAlertSeverityLevelTC */

/* The newest alert of a condition of this gravity, NULL when there is none. */
static const struct pc_alert *
newest(const struct pc_device *dev, uint8_t severity)
{
	const struct pc_alert *alerts = NULL;
	size_t n = pc_device_alerts(dev, &alerts);
	for (size_t i = n; i > 0; i--) {
		if (alerts[i - 1].severity == severity)
			return &alerts[i - 1];
	}
	return NULL;
}

unsigned
pc_status_pjl_code(const struct pc_device *dev, bool *ret_online)
{
	const struct pc_device_state *s = pc_device_state(dev);
	const struct pc_alert *critical = newest(dev, SEVERITY_CRITICAL);
	const struct pc_alert *warning = newest(dev, SEVERITY_WARNING);
	*ret_online = critical == NULL && !s->offline;
	if (critical != NULL)
		return alert_code(critical);
	if (s->offline)
		return condition_codes[PC_COND_OFFLINE];
	if (s->activity != PC_IDLE)
		return activity_codes[s->activity];
	if (s->power == PC_POWER_SLEEP)
		return CODE_SLEEP;
	return warning != NULL ? alert_code(warning) : CODE_READY;
}

/* ST2 ink types and colours by the colorant's name. Spec: ST2 record 0F. */
static const struct {
	const char *colorant;
	uint8_t type, color;
} inks[] = {
	{"black", 0x01, 0x00},
	{"cyan", 0x03, 0x01},
	{"magenta", 0x04, 0x02},
	{"yellow", 0x05, 0x03},
	{"light cyan", 0x06, 0x04},
	{"light magenta", 0x07, 0x05},
	{"light black", 0x0a, 0x08},
	{"gray", 0x0a, 0x08},
	{"matte black", 0x0b, 0x00},
	{"orange", 0x10, 0x0d},
	{"green", 0x11, 0x0e},
};

static const int condition_errors[] = {
	[PC_COND_JAM] = PC_ST2_E_JAM,
	[PC_COND_COVER_OPEN] = PC_ST2_E_COVER,
	[PC_COND_TRAY_EMPTY] = PC_ST2_E_PAPER_OUT,
	[PC_COND_TRAY_LOW] = PC_ST2_NONE,
	[PC_COND_TRAY_MISSING] = PC_ST2_E_NO_TRAY,
	[PC_COND_SUPPLY_LOW] = PC_ST2_NONE,
	[PC_COND_SUPPLY_EMPTY] = PC_ST2_E_INK_OUT,
	[PC_COND_SUPPLY_MISSING] = PC_ST2_E_NO_CARTRIDGE,
	[PC_COND_SERVICE] = PC_ST2_E_SERVICE,
	[PC_COND_OFFLINE] = PC_ST2_NONE,
	[PC_COND_OUTPUT_FULL] = PC_ST2_E_FATAL,
	[PC_COND_FINISHER_JAM] = PC_ST2_E_JAM,
};

static const int activity_states[] = {
	[PC_IDLE] = PC_ST2_IDLE,
	[PC_PRINTING] = PC_ST2_WAITING,
	[PC_CLEANING] = PC_ST2_CLEANING,
	[PC_NOZZLE_CHECK] = PC_ST2_NOZZLE_CHECK,
	[PC_UPDATING] = PC_ST2_BUSY,
};

static void
add_ink(struct pc_st2 *st, const struct pc_device *dev, size_t supply, const char *colorant)
{
	const struct pc_supply *s = &pc_device_state(dev)->supplies[supply];
	int32_t permille = pc_device_supply_permille(dev, supply);
	struct pc_st2_ink ink = {.type = 0x01, .level = PC_ST2_LEVEL_UNKNOWN};
	if (st->n_inks == PC_ST2_INKS_MAX)
		return;
	for (size_t i = 0; i < sizeof(inks) / sizeof(inks[0]); i++) {
		if (strcmp(inks[i].colorant, colorant) == 0) {
			ink.type = inks[i].type;
			ink.color = inks[i].color;
		}
	}
	if (s->state == PC_SUPPLY_MISSING)
		ink.level = PC_ST2_LEVEL_ABSENT;
	else if (permille >= 0)
		ink.level = (uint8_t)((permille + 9) / 10);
	if (s->state == PC_SUPPLY_LOW && st->n_warnings < PC_ST2_WARNINGS_MAX)
		st->warnings[st->n_warnings++] = (uint8_t)(PC_ST2_W_INK_LOW + st->n_inks);
	st->inks[st->n_inks++] = ink;
}

static void
add_box(struct pc_st2 *st, const struct pc_device *dev, size_t supply)
{
	const struct pc_supply *s = &pc_device_state(dev)->supplies[supply];
	int32_t permille = pc_device_supply_permille(dev, supply);
	if (st->n_boxes == PC_ST2_BOXES_MAX)
		return;
	st->boxes[st->n_boxes++].state = (uint8_t)(s->state == PC_SUPPLY_OK    ? 0
						   : s->state == PC_SUPPLY_LOW ? 1
									       : 2);
	if (permille >= 0)
		st->tank = permille / 10;
}

void
pc_status_st2(const struct pc_device *dev, struct pc_st2 *ret)
{
	const struct pc_device_state *s = pc_device_state(dev);
	const struct pc_profile *p = pc_device_profile(dev);
	const struct pc_alert *critical = newest(dev, SEVERITY_CRITICAL);
	pc_st2_init(ret);
	ret->state = activity_states[s->activity];
	if (critical != NULL && condition_errors[critical->condition] != PC_ST2_NONE) {
		ret->state = PC_ST2_ERROR;
		ret->error = condition_errors[critical->condition];
	}
	for (size_t i = 0; i < p->n_supplies; i++) {
		if (p->supplies[i].colorant != NULL)
			add_ink(ret, dev, i, p->supplies[i].colorant);
		else if (p->supplies[i].receptacle)
			add_box(ret, dev, i);
	}
	ret->cancel = 1;
	size_t n = strnlen(s->serial, PC_ST2_SERIAL_MAX);
	memcpy(ret->serial, s->serial, n);
}
