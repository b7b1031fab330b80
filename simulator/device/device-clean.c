/* Head cleaning and nozzle check. */
#include "base/err.h"
#include "device/internal.h"

enum { POWER_CLEANING_TIMES = 3 };

static unsigned
times(bool power)
{
	return power ? POWER_CLEANING_TIMES : 1;
}

static int
may_start(struct pc_device *dev, enum pc_trigger trigger)
{
	if (!dev->profile->has_head_cleaning)
		return PC_E_UNSUPPORTED;
	if (trigger == PC_TRIGGER_PANEL &&
		pc_device_option(dev, PC_OPTION_CONSOLE_DISABLED, 0) != 0)
		return PC_E_REFUSED;
	/* Waking comes first: whoever hears of it may print. */
	pc_device_sleep(dev, false);
	if (!pc_device_answers(dev) || dev->s.activity != PC_IDLE || pc_alert_blocks(dev, false))
		return PC_E_REFUSED;
	return PC_OK;
}

static void
start(struct pc_device *dev, enum pc_activity activity, enum pc_trigger trigger, uint64_t ms)
{
	dev->trigger = trigger;
	dev->started_wall_ns = pc_device_wall_ns(dev);
	pc_device_audit(dev, activity == PC_CLEANING ? "head cleaning" : "nozzle check", NULL);
	pc_device_set_activity(dev, activity);
	pc_device_schedule(dev, pc_clock_ns(dev->env->clock), ms);
}

int
pc_device_clean(struct pc_device *dev, enum pc_trigger trigger, uint8_t nozzle_group, bool power)
{
	int err = may_start(dev, trigger);
	if (err != PC_OK)
		return err;
	if (nozzle_group > pc_supply_colorants(dev->profile))
		return PC_E_BADVALUE;
	if (!pc_supply_lasts_cleaning(dev, nozzle_group, times(power)))
		return PC_E_REFUSED;
	dev->nozzle_group = nozzle_group;
	dev->power_clean = power;
	start(dev, PC_CLEANING, trigger, dev->profile->cleaning_ms);
	return PC_OK;
}

int
pc_device_nozzle_check(struct pc_device *dev, enum pc_trigger trigger)
{
	int err = may_start(dev, trigger);
	if (err != PC_OK)
		return err;
	if (pc_alert_blocks(dev, true)) /* the pattern needs a sheet */
		return PC_E_REFUSED;
	start(dev, PC_NOZZLE_CHECK, trigger, pc_print_page_ms(dev->profile));
	return PC_OK;
}

static void
end_cleaning(struct pc_device *dev)
{
	const struct pc_device_event event = {.kind = PC_EVENT_CLEANED};
	const struct pc_cleaning_entry entry = {
		dev->started_wall_ns, dev->trigger, dev->nozzle_group, dev->power_clean};
	dev->s.counters.cleanings++;
	pc_history_cleaning(dev, &entry);
	pc_log_maintenance(
		dev, dev->power_clean ? PC_MAINTENANCE_POWER_CLEANING : PC_MAINTENANCE_CLEANING, 0);
	pc_supply_use_cleaning(dev, dev->nozzle_group, times(dev->power_clean));
	pc_device_tell(dev, &event);
}

static void
end_nozzle_check(struct pc_device *dev)
{
	const struct pc_job pattern = {.color = dev->profile->color};
	dev->s.counters.nozzle_checks++;
	pc_log_maintenance(dev, PC_MAINTENANCE_NOZZLE_CHECK, 0);
	pc_print_count(dev, &pattern, PC_FUNCTION_REPORT, true);
	pc_tray_use_sheet(dev, pattern.size);
	(void)pc_supply_use_page(dev, pattern.color, PC_COVERAGE_USUAL);
}

void
pc_clean_end(struct pc_device *dev)
{
	enum pc_activity was = dev->s.activity;
	if (was == PC_CLEANING)
		end_cleaning(dev);
	else
		end_nozzle_check(dev);
	pc_device_set_activity(dev, PC_IDLE);
	pc_print_pump(dev);
}
