/* What happened: maintenance, states, who changed what, what agents sent. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "device/internal.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

const char *
pc_device_via_name(enum pc_via via)
{
	static const char *const names[] = {
		"printer", "panel", "web", "snmp", "printPort", "network", "agent", "control"};
	_Static_assert(COUNT(names) == PC_VIAS, "every way in has its name");
	return (size_t)via < COUNT(names) ? names[via] : "";
}

const char *
pc_device_maintenance_name(enum pc_maintenance_action action)
{
	static const char *const names[] = {"headCleaning", "powerCleaning", "nozzleCheck",
		"replaced", "firmwareUpdated", "firmwareRefused", "restarted", "factoryReset",
		"jamCleared", "serviced"};
	_Static_assert(COUNT(names) == PC_MAINTENANCE_ACTIONS, "every action has its name");
	return (size_t)action < COUNT(names) ? names[action] : "";
}

const char *
pc_device_status_name(enum pc_status status)
{
	static const char *const names[] = {
		"idle", "printing", "maintenance", "warmup", "warning", "down", "sleep", "off"};
	_Static_assert(COUNT(names) == PC_STATUSES, "every status has its name");
	return (size_t)status < COUNT(names) ? names[status] : "";
}

struct pc_device_log *
pc_log_of(struct pc_device *dev)
{
	if (dev->log == NULL)
		dev->log = calloc(1, sizeof(*dev->log));
	return dev->log;
}

void
pc_log_free(struct pc_device *dev)
{
	if (dev->log == NULL)
		return;
	free(dev->log->maintenance.rows);
	free(dev->log->statuses.rows);
	free(dev->log->audits.rows);
	free(dev->log->transmissions.rows);
	free(dev->log);
}

void
pc_device_act(struct pc_device *dev, enum pc_via via, const char *user)
{
	dev->via = (uint8_t)via;
	dev->actor = user;
}

void
pc_device_audit(struct pc_device *dev, const char *what, const char *detail)
{
	struct pc_device_log *log = pc_log_of(dev);
	struct pc_audit_entry *e =
		log == NULL ? NULL : pc_ring_add(&log->audits, sizeof(*e), PC_AUDIT_MAX);
	if (e == NULL)
		return; /* out of memory: the line is lost, what it tells of stands */
	e->wall_ns = pc_device_wall_ns(dev);
	e->via = dev->via;
	pc_text_copy(e->user, sizeof(e->user), dev->actor == NULL ? "" : dev->actor);
	pc_text_copy(e->what, sizeof(e->what), what);
	pc_text_copy(e->detail, sizeof(e->detail), detail == NULL ? "" : detail);
}

const struct pc_audit_entry *
pc_device_audit_entry(const struct pc_device *dev, size_t at)
{
	if (dev->log == NULL)
		return NULL;
	return pc_ring_at(&dev->log->audits, sizeof(struct pc_audit_entry), at);
}

void
pc_log_maintenance(struct pc_device *dev, enum pc_maintenance_action action, uint32_t part)
{
	struct pc_device_log *log = pc_log_of(dev);
	struct pc_maintenance_entry *e =
		log == NULL ? NULL : pc_ring_add(&log->maintenance, sizeof(*e), PC_MAINTENANCE_MAX);
	if (e == NULL)
		return;
	*e = (struct pc_maintenance_entry){pc_device_wall_ns(dev), dev->s.counters.life,
		(uint8_t)action, (uint8_t)part, dev->via};
}

const struct pc_maintenance_entry *
pc_device_maintenance_entry(const struct pc_device *dev, size_t at)
{
	if (dev->log == NULL)
		return NULL;
	return pc_ring_at(&dev->log->maintenance, sizeof(struct pc_maintenance_entry), at);
}

const char *
pc_device_maintenance_part(const struct pc_device *dev, const struct pc_maintenance_entry *entry)
{
	const struct pc_profile *p = dev->profile;
	if (entry->action == PC_MAINTENANCE_REPLACED && entry->part < p->n_supplies)
		return p->supplies[entry->part].name;
	if ((entry->action == PC_MAINTENANCE_FIRMWARE ||
		    entry->action == PC_MAINTENANCE_FIRMWARE_FAILED) &&
		entry->part < p->n_firmware)
		return p->firmware[entry->part].name;
	return "printer";
}

enum pc_status
pc_device_status(const struct pc_device *dev)
{
	if (dev->s.power == PC_POWER_OFF)
		return PC_STATUS_OFF;
	if (dev->s.power == PC_POWER_BOOTING)
		return PC_STATUS_WARMUP;
	enum pc_hr_status host = pc_device_hr_status(dev);
	if (dev->s.activity != PC_IDLE && dev->s.activity != PC_PRINTING)
		return PC_STATUS_MAINTENANCE;
	if (host == PC_HR_DOWN)
		return PC_STATUS_DOWN;
	if (dev->s.activity == PC_PRINTING)
		return PC_STATUS_PRINTING;
	if (host == PC_HR_WARNING)
		return PC_STATUS_WARNING;
	return dev->s.power == PC_POWER_SLEEP ? PC_STATUS_SLEEP : PC_STATUS_IDLE;
}

struct status_row {
	uint64_t wall_ns;
	uint8_t status;
};

void
pc_device_turn(struct pc_device *dev)
{
	pc_meter_turn(dev);
	pc_usage_power(dev);
	enum pc_status now = pc_device_status(dev);
	if (dev->quiet || now == (enum pc_status)dev->last_status)
		return;
	dev->last_status = (uint8_t)now;
	struct pc_device_log *log = pc_log_of(dev);
	struct status_row *row =
		log == NULL ? NULL
			    : pc_ring_add(&log->statuses, sizeof(*row), PC_STATUS_HISTORY_MAX);
	if (row != NULL)
		*row = (struct status_row){pc_device_wall_ns(dev), (uint8_t)now};
}

static const struct status_row *
status_at(const struct pc_device *dev, size_t at)
{
	if (dev->log == NULL)
		return NULL;
	return pc_ring_at(&dev->log->statuses, sizeof(struct status_row), at);
}

static struct pc_happening
happening_of(const struct pc_error_entry *e)
{
	enum pc_happening_kind kind =
		e->severity == SEVERITY_CRITICAL ? PC_HAPPENING_ERROR : PC_HAPPENING_WARNING;
	return (struct pc_happening){e->wall_ns, kind, e->code};
}

size_t
pc_device_happenings(const struct pc_device *dev, struct pc_happening out[PC_HAPPENINGS_MAX])
{
	struct pc_error_entry errors[PC_ERROR_HISTORY_MAX];
	size_t n_errors = pc_device_error_history(dev, errors), error = 0, n = 0;
	const struct status_row *status = status_at(dev, 0);
	for (size_t at = 0; error < n_errors || status != NULL;) {
		/* what went wrong is the cause of the status at the same time, and the older */
		if (status == NULL ||
			(error < n_errors && errors[error].wall_ns > status->wall_ns)) {
			out[n++] = happening_of(&errors[error++]);
			continue;
		}
		out[n++] =
			(struct pc_happening){status->wall_ns, PC_HAPPENING_STATUS, status->status};
		status = status_at(dev, ++at);
	}
	return n;
}

void
pc_device_transmitted(struct pc_device *dev, const char *kind, uint64_t bytes, int32_t result)
{
	struct pc_device_log *log = pc_log_of(dev);
	struct pc_transmission *t =
		log == NULL ? NULL
			    : pc_ring_add(&log->transmissions, sizeof(*t), PC_TRANSMISSIONS_MAX);
	if (t == NULL)
		return;
	t->wall_ns = pc_device_wall_ns(dev);
	t->bytes = bytes;
	t->result = result;
	pc_text_copy(t->kind, sizeof(t->kind), kind);
}

const struct pc_transmission *
pc_device_transmission(const struct pc_device *dev, size_t at)
{
	if (dev->log == NULL)
		return NULL;
	return pc_ring_at(&dev->log->transmissions, sizeof(struct pc_transmission), at);
}
