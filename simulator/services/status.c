/* The device's state as PJL says it. */
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
