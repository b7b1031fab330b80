#include "device/device.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/aligned.h"
#include "base/err.h"
#include "device/internal.h"

/* Pages one call of pc_device_tick() prints at most; the rest follows in the next. */
enum { TICK_STEPS_MAX = 1000 };

int
pc_device_new(const struct pc_profile *profile, const struct pc_device_env *env, uint32_t number,
	struct in_addr address, struct pc_device **ret)
{
	if (number == 0 || profile->n_supplies > PC_SUPPLIES_MAX || profile->n_trays > PC_TRAYS_MAX)
		return PC_E_BADVALUE;
	void *memory = NULL;
	size_t size = offsetof(struct pc_device, micro) + profile->n_supplies * sizeof(int64_t);
	struct pc_device *dev = pc_aligned_new(PC_CACHE_PAIR, size, &memory);
	if (dev == NULL)
		return -ENOMEM;
	dev->memory = memory;
	dev->profile = profile;
	dev->env = env;
	dev->quiet = true;
	dev->s.number = number;
	dev->s.address = address;
	dev->s.power = PC_POWER_ON;
	dev->s.boot_ms = dev->made_ms = dev->power_ms = pc_clock_ms(env->clock);
	dev->last_power = PC_POWER_ON;
	dev->s.next_alert = 1;
	dev->s.next_job = 1;
	int err = pc_identity_fill(dev);
	if (err == PC_OK)
		err = pc_meter_new(dev);
	if (err != PC_OK) {
		pc_device_free(dev);
		return err;
	}
	pc_counters_initial(profile, &dev->s.counters);
	pc_supplies_fill(dev);
	pc_alert_sync_all(dev);
	dev->last_status = (uint8_t)pc_device_status(dev);
	dev->quiet = false;
	*ret = dev;
	return PC_OK;
}

void
pc_device_prefetch(const struct pc_device *dev)
{
#if defined(__GNUC__)
	__builtin_prefetch(dev);
	__builtin_prefetch((const char *)dev + PC_CACHE_LINE, 1);
#else
	(void)dev;
#endif
}

void
pc_device_free(struct pc_device *dev)
{
	if (dev == NULL)
		return;
	pc_device_attach(dev, NULL, NULL);
	for (size_t i = 0; i < dev->n_jobs; i++)
		free(dev->jobs[i]);
	free(dev->jobs);
	for (size_t i = 0; dev->settings != NULL && i < dev->profile->n_settings; i++)
		free(dev->settings[i]);
	free(dev->settings);
	for (size_t i = 0; i < PC_TEXTS; i++)
		free(dev->texts[i]);
	pc_options_forget(dev);
	pc_meter_free(dev);
	free(dev->alerts);
	free(dev->dropped);
	free(dev->errors);
	free(dev->cleanings);
	free(dev->connections);
	pc_log_free(dev);
	free(dev->past);
	pc_firmware_free(dev);
	pc_accounts_free(dev);
	free(dev->mail);
	free(dev->usage);
	free(dev->memory);
}

const struct pc_device_state *
pc_device_state(const struct pc_device *dev)
{
	return &dev->s;
}

const struct pc_profile *
pc_device_profile(const struct pc_device *dev)
{
	return dev->profile;
}

uint32_t
pc_device_boots(const struct pc_device *dev)
{
	return dev->boots;
}

const struct pc_clock *
pc_device_clock(const struct pc_device *dev)
{
	return dev->env->clock;
}

uint64_t
pc_device_wall_ns(const struct pc_device *dev)
{
	return pc_clock_wall_ns(dev->env->clock) + (uint64_t)dev->wall_offset_ns;
}

void
pc_device_set_wall(struct pc_device *dev, uint64_t wall_ns)
{
	const struct pc_device_event event = {.kind = PC_EVENT_SETTING};
	dev->wall_offset_ns = (int64_t)(wall_ns - pc_clock_wall_ns(dev->env->clock));
	pc_device_tell(dev, &event);
}

pc_fault_set
pc_device_faults(const struct pc_device *dev)
{
	return dev->faults;
}

void
pc_device_set_faults(struct pc_device *dev, pc_fault_set faults)
{
	dev->faults = faults;
}

pc_fault_set
pc_device_port_faults(const struct pc_device *dev)
{
	return dev->port_faults;
}

void
pc_device_set_port_faults(struct pc_device *dev, pc_fault_set faults)
{
	dev->port_faults = faults;
}

void *
pc_device_owner(const struct pc_device *dev)
{
	return dev->owner;
}

void
pc_device_set_owner(struct pc_device *dev, void *owner)
{
	dev->owner = owner;
}

void *
pc_device_attached(const struct pc_device *dev)
{
	return dev->attached;
}

void
pc_device_attach(struct pc_device *dev, void *data, void (*free_fn)(void *data))
{
	if (dev->attached != NULL && dev->free_attached != NULL)
		dev->free_attached(dev->attached);
	dev->attached = data;
	dev->free_attached = free_fn;
}

const char *
pc_device_event_name(enum pc_event_kind kind)
{
	static const char *const names[] = {"job", "page", "alertAdded", "alertRemoved", "activity",
		"power", "supply", "cleaned", "setting", "cover", "tray", "scan", "fax", "firmware",
		"account", "address"};
	_Static_assert(sizeof(names) / sizeof(names[0]) == PC_EVENTS, "every event has its name");
	return (size_t)kind < PC_EVENTS ? names[kind] : "";
}

void
pc_device_tell(struct pc_device *dev, const struct pc_device_event *event)
{
	if (!dev->quiet && dev->env->event != NULL)
		dev->env->event(dev->env->arg, dev, event);
}

void
pc_device_tell_part(struct pc_device *dev, enum pc_event_kind kind, uint32_t part)
{
	const struct pc_device_event event = {.kind = kind, .part = part};
	pc_device_tell(dev, &event);
}

static void
ask_wake(struct pc_device *dev)
{
	if (dev->due_ns != 0 && dev->env->wake != NULL)
		dev->env->wake(dev->env->arg, dev, (dev->due_ns + 999999) / 1000000);
}

void
pc_device_schedule(struct pc_device *dev, uint64_t from_ns, uint64_t ms)
{
	uint32_t pace = dev->env->pace == 0 ? 1 : dev->env->pace;
	uint64_t ns = ms * 1000000 / pace;
	/* 0 means "nothing under way", and time must pass for the loop in tick to end. */
	dev->due_ns = from_ns + (ns == 0 ? 1 : ns);
	ask_wake(dev);
}

void
pc_device_set_activity(struct pc_device *dev, enum pc_activity activity)
{
	const struct pc_device_event event = {.kind = PC_EVENT_ACTIVITY};
	if (dev->s.activity == activity)
		return;
	dev->s.activity = activity;
	pc_device_turn(dev);
	pc_device_tell(dev, &event);
}

void
pc_device_tick(struct pc_device *dev)
{
	uint64_t now = pc_clock_ns(dev->env->clock);
	for (int step = 0; dev->due_ns != 0 && dev->due_ns <= now; step++) {
		uint64_t was_due = dev->due_ns;
		if (step == TICK_STEPS_MAX) {
			ask_wake(dev);
			return;
		}
		dev->due_ns = 0;
		if (dev->s.power == PC_POWER_BOOTING)
			pc_power_boot_end(dev);
		else if (dev->s.activity == PC_PRINTING)
			pc_print_page_end(dev, was_due);
		else if (dev->s.activity == PC_UPDATING)
			pc_firmware_step(dev);
		else if (dev->s.activity != PC_IDLE)
			pc_clean_end(dev);
	}
	/* Only the earliest request counts: one for a time that is over may have used up the
	 * wake-up for what comes next. */
	ask_wake(dev);
}

bool
pc_device_answers(const struct pc_device *dev)
{
	return dev->s.power == PC_POWER_ON || dev->s.power == PC_POWER_SLEEP;
}
