/* fleet/journal: what happened in a fleet, newest entries kept, numbered; the evidence that device
 * cases read over the control API. */
#ifndef PC_FLEET_JOURNAL_H
#define PC_FLEET_JOURNAL_H

#include "base/buf.h"
#include "base/clock.h"
#include "device/device.h"

struct pc_journal;

/* `clock` is borrowed. Keeps PC_FLEET_JOURNAL_MAX entries; older ones fall out. */
int pc_journal_new(const struct pc_clock *clock, struct pc_journal **ret);
void pc_journal_free(struct pc_journal *journal);

/* A device event; pages are not written down one by one. */
void pc_journal_event(struct pc_journal *journal, const struct pc_device *dev,
	const struct pc_device_event *event);

/* What a service decided: `json` is one JSON object, put under "detail". */
void pc_journal_service(struct pc_journal *journal, const struct pc_device *dev, const char *json);

/* JSON array of the entries numbered above `since`. */
void pc_journal_write(const struct pc_journal *journal, uint64_t since, struct pc_buf *out);

#endif
