/* device/log: what a printer remembers of what happened to it, newest first, each kind bounded:
 * maintenance, states, who changed what, what its agents sent. All of it survives restarts, power
 * cuts and a factory reset, as in the memory of a real printer. */
#ifndef PC_DEVICE_LOG_H
#define PC_DEVICE_LOG_H

#include "device/device.h"

enum {
	PC_MAINTENANCE_MAX = 40,
	PC_STATUS_HISTORY_MAX = 40,
	PC_AUDIT_MAX = 64,
	PC_TRANSMISSIONS_MAX = 20,
	PC_AUDIT_USER_MAX = 32,
	PC_AUDIT_WHAT_MAX = 48,
	PC_AUDIT_DETAIL_MAX = 64
};

/* Which way a change comes in. */
enum pc_via {
	PC_VIA_PRINTER, /* by itself */
	PC_VIA_PANEL,
	PC_VIA_WEB,
	PC_VIA_SNMP,
	PC_VIA_PRINT_PORT, /* PJL, EJL, maintenance jobs, firmware files */
	PC_VIA_NETWORK,    /* ENPC, ENTP */
	PC_VIA_AGENT,      /* remote operation */
	PC_VIA_CONTROL,    /* the harness */
	PC_VIAS
};
const char *pc_device_via_name(enum pc_via via); /* "panel" …; "" for others */

/* Who does what follows, for the audit trail: call it before changes and once more with
 * PC_VIA_PRINTER and NULL after them. `user` (NULL: unknown) is borrowed until then. */
void pc_device_act(struct pc_device *dev, enum pc_via via, const char *user);

struct pc_audit_entry {
	uint64_t wall_ns;
	uint8_t via; /* enum pc_via */
	char user[PC_AUDIT_USER_MAX];
	char what[PC_AUDIT_WHAT_MAX];     /* "power.sleepTimerMinutes", "restart", "login" … */
	char detail[PC_AUDIT_DETAIL_MAX]; /* the new value …; never a password */
};
/* Write a line under the name of who acts. Texts are cut. Changes of settings, restarts,
 * cleanings, reports, firmware and limits write theirs by themselves. */
void pc_device_audit(struct pc_device *dev, const char *what, const char *detail);
/* Entry `at`, 0 = newest; NULL behind the last. Borrowed until the device changes. */
const struct pc_audit_entry *pc_device_audit_entry(const struct pc_device *dev, size_t at);

enum pc_maintenance_action {
	PC_MAINTENANCE_CLEANING,
	PC_MAINTENANCE_POWER_CLEANING,
	PC_MAINTENANCE_NOZZLE_CHECK,
	PC_MAINTENANCE_REPLACED, /* part = supply from 0 */
	PC_MAINTENANCE_FIRMWARE, /* part = firmware from 0 */
	PC_MAINTENANCE_FIRMWARE_FAILED,
	PC_MAINTENANCE_RESTART,
	PC_MAINTENANCE_FACTORY_RESET,
	PC_MAINTENANCE_JAM_CLEARED,
	PC_MAINTENANCE_SERVICED, /* a call for service was answered */
	PC_MAINTENANCE_ACTIONS
};
/* "headCleaning", "powerCleaning", "nozzleCheck", "replaced" …; "" for others. */
const char *pc_device_maintenance_name(enum pc_maintenance_action action);

struct pc_maintenance_entry {
	uint64_t wall_ns;
	uint32_t life; /* sides printed until then */
	uint8_t action, part, via;
};
const struct pc_maintenance_entry *pc_device_maintenance_entry(
	const struct pc_device *dev, size_t at);
/* What the entry's part is called: the supply, the firmware; "printer" for the rest. */
const char *pc_device_maintenance_part(
	const struct pc_device *dev, const struct pc_maintenance_entry *entry);

/* The printer in one word, as its agents and pages say it. */
enum pc_status {
	PC_STATUS_IDLE,
	PC_STATUS_PRINTING,
	PC_STATUS_MAINTENANCE, /* cleaning, nozzle check, firmware */
	PC_STATUS_WARMUP,
	PC_STATUS_WARNING,
	PC_STATUS_DOWN,
	PC_STATUS_SLEEP,
	PC_STATUS_OFF,
	PC_STATUSES
};
enum pc_status pc_device_status(const struct pc_device *dev);
const char *pc_device_status_name(enum pc_status status);

/* The history of states, errors and warnings in one: PC_STATUS_HISTORY_MAX states and
 * PC_ERROR_HISTORY_MAX errors, newest first. */
enum pc_happening_kind { PC_HAPPENING_STATUS, PC_HAPPENING_ERROR, PC_HAPPENING_WARNING };
struct pc_happening {
	uint64_t wall_ns;
	enum pc_happening_kind kind;
	int32_t code; /* enum pc_status; PrtAlertCodeTC */
};
enum { PC_HAPPENINGS_MAX = PC_STATUS_HISTORY_MAX + PC_ERROR_HISTORY_MAX };
size_t pc_device_happenings(
	const struct pc_device *dev, struct pc_happening out[PC_HAPPENINGS_MAX]);

/* What an agent in the printer sent. `result`: 0, else the HTTP status or a negated error. */
struct pc_transmission {
	uint64_t wall_ns;
	uint64_t bytes;
	int32_t result;
	char kind[16]; /* "collection", "operation" … */
};
void pc_device_transmitted(struct pc_device *dev, const char *kind, uint64_t bytes, int32_t result);
const struct pc_transmission *pc_device_transmission(const struct pc_device *dev, size_t at);

#endif
