/* Power: restart, switching off and on, sleep. */
#include <stdlib.h>

#include "base/err.h"
#include "base/text.h"
#include "device/internal.h"

static void
tell_power(struct pc_device *dev, bool on)
{
	const struct pc_device_event event = {
		.kind = PC_EVENT_POWER, .power_changed_to_on = on, .reset = dev->reset};
	pc_device_tell(dev, &event);
}

/* Everything under way is lost. */
static void
go_down(struct pc_device *dev, enum pc_power power)
{
	dev->s.power = power;
	dev->due_ns = 0;
	dev->s.activity = PC_IDLE;
	pc_firmware_down(dev);
	pc_jobs_abort(dev);
	pc_history_resolved(dev, 0);
	pc_alert_clear(dev);
	pc_device_turn(dev);
	tell_power(dev, false);
}

static void
boot(struct pc_device *dev)
{
	dev->s.power = PC_POWER_BOOTING;
	pc_device_turn(dev);
	pc_device_schedule(dev, pc_clock_ns(dev->env->clock), dev->profile->boot_ms);
}

static void
forget_settings(struct pc_device *dev)
{
	for (size_t i = 0; dev->settings != NULL && i < dev->profile->n_settings; i++) {
		free(dev->settings[i]);
		dev->settings[i] = NULL;
	}
	pc_options_forget(dev);
	pc_accounts_free(dev);
	free(dev->mail);
	dev->mail = NULL;
	dev->s.console[0] = '\0';
	dev->s.ready_text[0] = '\0';
	pc_identity_fill(dev); /* worked when the device was made, works again */
}

void
pc_power_restart(struct pc_device *dev, enum pc_reset kind)
{
	dev->reset = kind;
	dev->by_manager = true;
	go_down(dev, PC_POWER_BOOTING);
	if (kind == PC_RESET_FACTORY) {
		dev->s.counters.factory_resets++;
		forget_settings(dev);
	}
	boot(dev);
}

int
pc_device_restart(struct pc_device *dev, enum pc_reset kind)
{
	static const char *const kinds[] = {"warm", "cold", "factory"};
	if (!pc_device_answers(dev) || pc_device_firmware_state(dev) > PC_FIRMWARE_RECEIVING)
		return PC_E_REFUSED;
	pc_log_maintenance(dev,
		kind == PC_RESET_FACTORY ? PC_MAINTENANCE_FACTORY_RESET : PC_MAINTENANCE_RESTART,
		0);
	pc_device_audit(dev, "restart", kinds[kind]);
	pc_power_restart(dev, kind);
	return PC_OK;
}

void
pc_power_boot_end(struct pc_device *dev)
{
	uint32_t id = 0;
	dev->s.power = PC_POWER_ON;
	dev->s.boot_ms = pc_clock_ms(dev->env->clock);
	dev->s.counters.power_on = 0;
	dev->s.counters.reboots++;
	dev->boots++;
	pc_net_restart(dev);
	pc_meter_boot(dev);
	dev->s.offline = false; /* the panel's on-line switch is not kept */
	pc_firmware_boot(dev);
	tell_power(dev, true);
	pc_alert_booted(dev, dev->by_manager);
	pc_alert_sync_all(dev);
	if (pc_device_option(dev, PC_OPTION_STARTUP_PAGE, 0) != 0)
		(void)pc_job_report(dev, PC_REPORT_NONE, "Startup page", &id);
}

void
pc_device_power(struct pc_device *dev, bool on)
{
	dev->reset = PC_RESET_COLD;
	dev->by_manager = false;
	if (on && dev->s.power == PC_POWER_OFF)
		boot(dev);
	else if (!on && dev->s.power != PC_POWER_OFF)
		go_down(dev, PC_POWER_OFF);
}

static bool
has_work(const struct pc_device *dev)
{
	for (size_t i = 0; i < dev->n_jobs; i++) {
		if (dev->jobs[i]->job.state < PC_JOB_DONE)
			return true;
	}
	return dev->s.activity != PC_IDLE;
}

void
pc_device_sleep(struct pc_device *dev, bool asleep)
{
	const struct pc_device_event event = {.kind = PC_EVENT_ACTIVITY};
	enum pc_power want = asleep ? PC_POWER_SLEEP : PC_POWER_ON;
	if (!pc_device_answers(dev) || dev->s.power == want || (asleep && has_work(dev)))
		return;
	dev->s.power = want;
	pc_device_turn(dev);
	pc_device_tell(dev, &event);
}
