/* How long the printer was idle, busy or down, and what its counters were at the last start: kept
 * for models that serve the imaging counters only. Spec: PWG 5106.3 icTimeTable */
#include <errno.h>
#include <stdlib.h>

#include "base/err.h"
#include "device/internal.h"

struct pc_device_meter {
	uint64_t ms[PC_TIMES];      /* up to `since_ms` */
	uint64_t boot_ms[PC_TIMES]; /* of them before the last start */
	uint64_t since_ms;          /* clock */
	enum pc_time state;         /* since then; PC_TIMES while it is off: nothing is counted */
	struct pc_counters *boot;   /* owned; counters at the last start, NULL before the first */
};

static enum pc_time
state_now(const struct pc_device *dev)
{
	if (dev->s.power == PC_POWER_OFF)
		return PC_TIMES;
	if (pc_device_hr_status(dev) == PC_HR_DOWN)
		return PC_TIME_DOWN;
	if (dev->s.activity == PC_PRINTING)
		return PC_TIME_PROCESSING;
	return dev->s.activity == PC_IDLE ? PC_TIME_IDLE : PC_TIME_MAINTENANCE;
}

int
pc_meter_new(struct pc_device *dev)
{
	if (!pc_profile_has_mib(dev->profile, PC_MIBS_IMAGING_COUNTER))
		return PC_OK;
	dev->meter = calloc(1, sizeof(*dev->meter));
	if (dev->meter == NULL)
		return -ENOMEM;
	dev->meter->since_ms = pc_clock_ms(dev->env->clock);
	return PC_OK;
}

void
pc_meter_free(struct pc_device *dev)
{
	if (dev->meter != NULL)
		free(dev->meter->boot);
	free(dev->meter);
}

void
pc_meter_turn(struct pc_device *dev)
{
	struct pc_device_meter *m = dev->meter;
	if (m == NULL)
		return;
	uint64_t now = pc_clock_ms(dev->env->clock);
	if (m->state != PC_TIMES)
		m->ms[m->state] += now - m->since_ms;
	m->since_ms = now;
	m->state = state_now(dev);
}

void
pc_meter_boot(struct pc_device *dev)
{
	struct pc_device_meter *m = dev->meter;
	if (m == NULL)
		return;
	pc_meter_turn(dev);
	for (size_t i = 0; i < PC_TIMES; i++)
		m->boot_ms[i] = m->ms[i];
	if (m->boot == NULL)
		m->boot = malloc(sizeof(*m->boot));
	if (m->boot !=
		NULL) /* else it counts on from the start before: too much, never too little */
		*m->boot = dev->s.counters;
}

uint64_t
pc_device_time_ms(const struct pc_device *dev, enum pc_time what, bool since_boot)
{
	const struct pc_device_meter *m = dev->meter;
	if (m == NULL)
		return 0;
	uint64_t ms = m->ms[what] - (since_boot ? m->boot_ms[what] : 0);
	return m->state == what ? ms + pc_clock_ms(dev->env->clock) - m->since_ms : ms;
}

void
pc_device_counters_at_boot(const struct pc_device *dev, struct pc_counters *ret)
{
	if (dev->meter != NULL && dev->meter->boot != NULL)
		*ret = *dev->meter->boot;
	else
		pc_counters_initial(dev->profile, ret);
}
