/* The logs a printer keeps: rings that hold the newest entries. */
#include <stdlib.h>

#include "device/internal.h"

void
pc_history_error(struct pc_device *dev, const struct pc_alert *alert)
{
	if (dev->errors == NULL)
		dev->errors = calloc(PC_ERROR_HISTORY_MAX, sizeof(*dev->errors));
	if (dev->errors == NULL)
		return; /* out of memory: the log stays empty, the alert itself stands */
	dev->errors[dev->n_errors++ % PC_ERROR_HISTORY_MAX] =
		(struct pc_error_entry){.code = alert->code,
			.severity = alert->severity,
			.condition = (uint8_t)alert->condition,
			.part = alert->part,
			.wall_ns = pc_device_wall_ns(dev),
			.index = alert->index,
			.life = dev->s.counters.life};
}

void
pc_history_resolved(struct pc_device *dev, uint32_t index)
{
	size_t n = dev->n_errors < PC_ERROR_HISTORY_MAX ? dev->n_errors : PC_ERROR_HISTORY_MAX;
	for (size_t i = 0; i < n; i++) {
		struct pc_error_entry *e = &dev->errors[i];
		if (e->resolved_ns == 0 && (index == 0 || e->index == index))
			e->resolved_ns = pc_device_wall_ns(dev);
	}
}

void
pc_history_cleaning(struct pc_device *dev, const struct pc_cleaning_entry *entry)
{
	if (dev->cleanings == NULL)
		dev->cleanings = calloc(PC_CLEANING_HISTORY_MAX, sizeof(*dev->cleanings));
	if (dev->cleanings == NULL)
		return;
	dev->cleanings[dev->n_cleanings++ % PC_CLEANING_HISTORY_MAX] = *entry;
}

size_t
pc_device_error_history(
	const struct pc_device *dev, struct pc_error_entry out[PC_ERROR_HISTORY_MAX])
{
	size_t n = dev->n_errors < PC_ERROR_HISTORY_MAX ? dev->n_errors : PC_ERROR_HISTORY_MAX;
	for (size_t i = 0; i < n; i++)
		out[i] = dev->errors[(dev->n_errors - 1 - i) % PC_ERROR_HISTORY_MAX];
	return n;
}

size_t
pc_device_cleaning_history(
	const struct pc_device *dev, struct pc_cleaning_entry out[PC_CLEANING_HISTORY_MAX])
{
	size_t n = dev->n_cleanings < PC_CLEANING_HISTORY_MAX ? dev->n_cleanings
							      : PC_CLEANING_HISTORY_MAX;
	for (size_t i = 0; i < n; i++)
		out[i] = dev->cleanings[(dev->n_cleanings - 1 - i) % PC_CLEANING_HISTORY_MAX];
	return n;
}
