/* fleet/state-json: a printer's state as JSON, for the control API, the command line and the pages.
 */
#ifndef PC_FLEET_STATE_JSON_H
#define PC_FLEET_STATE_JSON_H

#include "device/device.h"

struct json_t;

/* One line of the list: identity, status, levels, counts. Each member of this and of the others has
 * its row in control-schema.c. New reference. */
struct json_t *pc_fleet_json_summary(const struct pc_device *dev);

/* A model: what its printers have (supplies, trays, covers …), without their state. New reference.
 */
struct json_t *pc_fleet_json_model(const struct pc_profile *profile);

/* "idle", "printing", "down" … */
const char *pc_fleet_status_name(const struct pc_device *dev);

/* The whole state: identity, power, supplies, trays, covers, counters, alerts, histories, jobs,
 * settings, armed faults. New reference. */
struct json_t *pc_fleet_json_state(const struct pc_device *dev);

/* A text that came from a peer: not UTF-8 → every odd byte becomes '?'. New reference. */
struct json_t *pc_fleet_json_text(const char *text);

/* Names of the enumerations, for printing and for reading ("jam" … ); -1 when unknown. */
int pc_fleet_condition_from_name(const char *name);

#endif
