/* The device's state as PJL says it. */
#include "services/internal.h"

enum {
	CODE_READY = 10001,
	CODE_INK_LOW = 10006,
	CODE_WAITING = 10024,
	CODE_MAINTENANCE = 35075,
	CODE_SLEEP = 35078
};

enum { SEVERITY_CRITICAL = 3, SEVERITY_WARNING = 5 }; /* PrtAlertSeverityLevelTC */

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

/* Parts that are no ink or toner have codes of their own. */
static const struct {
	enum pc_supply_type type;
	unsigned low, empty, missing;
} supply_codes[] = {
	{PC_SUPPLY_WASTE_TONER, CODE_MAINTENANCE, 40141, 40010},
	{PC_SUPPLY_WASTE_INK, CODE_MAINTENANCE, 40141, 40010},
	{PC_SUPPLY_OPC, CODE_MAINTENANCE, 40129, 40142},
	{PC_SUPPLY_FUSER, CODE_MAINTENANCE, 40050, 40050},
	{PC_SUPPLY_CLEANER_UNIT, CODE_MAINTENANCE, 40131, 40143},
	{PC_SUPPLY_TRANSFER_UNIT, CODE_MAINTENANCE, 40131, 40143},
	{PC_SUPPLY_STAPLES, CODE_READY, 30101, 30101},
};

static unsigned
supply_code(const struct pc_device *dev, const struct pc_alert *a)
{
	const struct pc_profile *p = pc_device_profile(dev);
	for (size_t i = 0; i < sizeof(supply_codes) / sizeof(supply_codes[0]); i++) {
		if (a->part >= p->n_supplies || supply_codes[i].type != p->supplies[a->part].type)
			continue;
		return a->condition == PC_COND_SUPPLY_LOW     ? supply_codes[i].low
		       : a->condition == PC_COND_SUPPLY_EMPTY ? supply_codes[i].empty
							      : supply_codes[i].missing;
	}
	return condition_codes[a->condition];
}

static unsigned
alert_code(const struct pc_device *dev, const struct pc_alert *a)
{
	unsigned code = condition_codes[a->condition];
	if (a->condition == PC_COND_SUPPLY_LOW || a->condition == PC_COND_SUPPLY_EMPTY ||
		a->condition == PC_COND_SUPPLY_MISSING)
		return supply_code(dev, a);
	if (a->condition == PC_COND_SERVICE && a->severity == SEVERITY_WARNING)
		return CODE_MAINTENANCE; /* it prints on */
	if (a->condition == PC_COND_TRAY_EMPTY)
		code += (a->part + 1u) % 10 * 100;
	return code;
}

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

/* A job is on its way in. */
static bool
has_data(const struct pc_device *dev)
{
	const struct pc_job *jobs[PC_JOBS_MAX];
	size_t n = pc_device_jobs(dev, jobs);
	for (size_t i = 0; i < n; i++) {
		if (jobs[i]->state == PC_JOB_RECEIVING)
			return true;
	}
	return false;
}

unsigned
pc_status_pjl_code(const struct pc_device *dev, bool *ret_online)
{
	const struct pc_device_state *s = pc_device_state(dev);
	const struct pc_alert *critical = newest(dev, SEVERITY_CRITICAL);
	const struct pc_alert *warning = newest(dev, SEVERITY_WARNING);
	*ret_online = critical == NULL && !s->offline;
	if (critical != NULL)
		return alert_code(dev, critical);
	if (s->offline)
		return condition_codes[PC_COND_OFFLINE];
	if (s->activity != PC_IDLE)
		return activity_codes[s->activity];
	if (s->power == PC_POWER_SLEEP)
		return CODE_SLEEP;
	if (has_data(dev))
		return CODE_WAITING;
	return warning != NULL ? alert_code(dev, warning) : CODE_READY;
}
