/* fleet/diary: what happened in a fleet, newest entries kept, numbered; the evidence that device
 * cases read over the control API. */
#ifndef PC_FLEET_DIARY_H
#define PC_FLEET_DIARY_H

#include "base/buf.h"
#include "base/clock.h"
#include "device/device.h"

struct pc_diary;

/* `clock` is borrowed. Keeps PC_FLEET_JOURNAL_MAX entries; older ones fall out. */
int pc_diary_new(const struct pc_clock *clock, struct pc_diary **ret);
void pc_diary_free(struct pc_diary *journal);

/* A device event; pages are not written down one by one. */
void pc_diary_event(
	struct pc_diary *journal, const struct pc_device *dev, const struct pc_device_event *event);

/* What a service decided: `json` is one JSON object, put under "detail". */
void pc_diary_service(struct pc_diary *journal, const struct pc_device *dev, const char *json);

/* JSON array of the entries numbered above `since`. */
void pc_diary_write(const struct pc_diary *journal, uint64_t since, struct pc_buf *out);

#endif
