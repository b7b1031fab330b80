/* fleet/diary: what happened in a fleet, newest entries kept, numbered; the evidence that device
 * cases read over the control API, and the source of its event stream. */
#ifndef PC_FLEET_DIARY_H
#define PC_FLEET_DIARY_H

#include "base/buf.h"
#include "base/clock.h"
#include "device/device.h"

struct json_t;
struct pc_diary;

/* `clock` is borrowed. Keeps PC_FLEET_JOURNAL_MAX entries; older ones fall out. */
int pc_diary_new(const struct pc_clock *clock, struct pc_diary **ret);
void pc_diary_free(struct pc_diary *journal);

/* A device event; pages are not written down one by one. */
void pc_diary_event(
	struct pc_diary *journal, const struct pc_device *dev, const struct pc_device_event *event);

/* What a service decided: `json` is one JSON object, put under "detail". */
void pc_diary_service(struct pc_diary *journal, const struct pc_device *dev, const char *json);

/* What was done to the fleet or to one printer (NULL: all of it) from outside: `entry` (taken) with
 * number, time, printer and kind added. `kind` is static text. */
void pc_diary_note_take(struct pc_diary *journal, const struct pc_device *dev, const char *kind,
	struct json_t *entry);

/* fn(arg, line) with every entry as it is written, one JSON object without the newline: for those
 * who keep more than the newest. It must not write entries. NULL ends it. */
typedef void (*pc_diary_line_fn)(void *arg, const char *line);
void pc_diary_tee(struct pc_diary *journal, pc_diary_line_fn fn, void *arg);

/* JSON array of the entries numbered above `since`. */
void pc_diary_write(const struct pc_diary *journal, uint64_t since, struct pc_buf *out);

/* One entry; the texts are borrowed until the next entry is written. */
struct pc_diary_entry {
	uint64_t number;  /* from 1 */
	uint32_t printer; /* 0: of the whole fleet */
	const char *kind; /* static */
	const char *line; /* JSON object on one line */
};

/* Numbers of the oldest entry kept and of the newest; 0 for both while there is none. */
uint64_t pc_diary_first(const struct pc_diary *journal);
uint64_t pc_diary_last(const struct pc_diary *journal);
/* False when the entry is not kept (any more, or yet). */
bool pc_diary_get(const struct pc_diary *journal, uint64_t number, struct pc_diary_entry *ret);

/* fn(arg) after each new entry; it must not write another. NULL ends it. */
void pc_diary_listen(struct pc_diary *journal, void (*fn)(void *arg), void *arg);

#endif
