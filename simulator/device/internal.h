/* device/internal: what the files of the room share; nobody else includes it. */
#ifndef PC_DEVICE_INTERNAL_H
#define PC_DEVICE_INTERNAL_H

#include "device/account.h"
#include "device/device.h"
#include "device/firmware.h"
#include "device/log.h"
#include "device/report.h"
#include "device/setting.h"
#include "device/usage.h"

/* Spec: IANA-PRINTER-MIB PrtAlertSeverityLevelTC. */
enum { SEVERITY_CRITICAL = 3, SEVERITY_UNARY = 4, SEVERITY_WARNING = 5 };

/* Counts pages in print data without keeping any of it. */
struct pc_job_scan {
	uint32_t probed;     /* body bytes looked at for "is it text", up to 512 */
	uint32_t form_feeds; /* in the body */
	uint8_t state;
	uint8_t matched; /* bytes of the current PJL word or escape sequence */
	bool binary;
	bool marks; /* something printable since the last form feed */
};

struct pc_job_slot {
	struct pc_job job;
	struct pc_job_scan scan;
	uint32_t per_copy; /* sides of one copy */
	uint64_t over_ms;  /* clock: when it was finished */
	bool banner;       /* its banner page is still to come */
};

/* The newest rows of a history; memory grows with them up to `max` rows. */
struct pc_ring {
	void *rows; /* owned; NULL until the first */
	uint32_t n; /* ever added */
	uint16_t cap;
};
/* The place of a new row, zeroed, over the oldest when `max` are there; NULL: out of memory, the
 * row is lost. */
void *pc_ring_add(struct pc_ring *r, size_t size, uint16_t max);
/* Row `at`, 0 = newest; NULL behind the last. */
void *pc_ring_at(const struct pc_ring *r, size_t size, size_t at);

/* What happened, see log.h; made with the first entry. */
struct pc_device_log {
	struct pc_ring maintenance, statuses, audits, transmissions;
};

/* What a supply has been through. */
struct pc_supply_past {
	uint64_t used_ppm;     /* in this run, in millionths of a full one */
	uint64_t installed_ns; /* printer's date; 0 = with the printer */
	uint32_t installed_life;
};

/* A value that differs from the factory's. */
struct pc_option_value {
	uint8_t option; /* enum pc_option */
	uint8_t part;
	int32_t number;
	char *text; /* owned; NULL for numbers */
};

/* Ten thousand of these are asked in turn, so that each request costs a cache miss: only one, since
 * what all requests read or count comes first, on two lines that processors fetch together. */
enum { PC_CACHE_LINE = 64, PC_CACHE_PAIR = 128 };

/* Texts of the state that may be long and seldom are. */
enum pc_text {
	PC_TEXT_SYS_NAME,
	PC_TEXT_SYS_CONTACT,
	PC_TEXT_SYS_LOCATION,
	PC_TEXT_PRINTER_NAME,
	PC_TEXTS
};

/* Point `field` of the state at a copy of the text. -ENOMEM: nothing has changed. */
int pc_text_keep(struct pc_device *dev, enum pc_text which, const char **field, const char *text);

struct pc_device {
	_Alignas(PC_CACHE_PAIR) const struct pc_profile *profile; /* borrowed; must outlive it */
	const struct pc_device_env *env;                          /* borrowed; must outlive it */
	pc_fault_set faults;                                      /* of the SNMP agent */
	void *owner;                                              /* borrowed; the fleet's */
	void *attached;                                           /* owned through free_attached */
	uint32_t boots;                                           /* see pc_device_boots() */
	struct pc_device_state s;
	void (*free_attached)(void *data);
	void *memory; /* owned: what the device lies in */

	struct pc_alert *alerts; /* owned; NULL until the first */
	size_t n_alerts, cap_alerts;
	uint32_t *dropped; /* owned; by condition, bit per part: holds, but others took its row */

	struct pc_error_entry
		*errors; /* owned ring of PC_ERROR_HISTORY_MAX; NULL until the first */
	struct pc_cleaning_entry *cleanings; /* owned ring; NULL until the first */
	size_t n_errors, n_cleanings;        /* ever added */

	struct pc_device_log *log;           /* owned; NULL until something happens */
	struct pc_supply_past *past;         /* owned; one a supply, NULL until one is used */
	struct pc_usage *usage;              /* owned; NULL until it does something */
	struct pc_device_accounts *accounts; /* owned; NULL until somebody prints */
	struct pc_device_update *update;     /* owned; NULL until the first */
	struct pc_mail_settings *mail;       /* owned; NULL: as the profile says */
	const char *actor;                   /* borrowed; who acts now, or NULL */
	uint64_t made_ms;                    /* clock */
	uint64_t power_ms;                   /* clock: last change of power */
	uint8_t via;                         /* enum pc_via: his way */
	uint8_t last_status;                 /* enum pc_status: newest in the history */
	uint8_t last_power;                  /* enum pc_power */

	struct pc_job_slot **jobs; /* owned, and each; oldest first; NULL until the first */
	size_t n_jobs, cap_jobs;

	struct pc_device_meter *meter;   /* owned; NULL for models without imaging counters */
	struct pc_option_value *options; /* owned; NULL until one changes */
	size_t n_options;
	char *texts[PC_TEXTS]; /* owned; texts of the state that are not the profile's */
	char **settings;       /* owned; changed profile settings, NULL until one changes */

	struct pc_connection *connections; /* owned; NULL while there is none */
	size_t n_connections;

	pc_fault_set port_faults; /* of the other ports */
	int64_t wall_offset_ns;   /* of the printer's date and time from the clock's */
	uint64_t due_ns;          /* end of the page, cleaning or boot under way; 0 = nothing is */
	uint64_t pump_ns; /* when the page before ended, while the next is started; else 0 */
	enum pc_reset reset;
	enum pc_trigger trigger; /* of the cleaning or nozzle check under way */
	uint64_t started_wall_ns;
	uint16_t trays_waited; /* bit per empty tray: prtInputMediaLoadTimeout is over */
	uint8_t nozzle_group;
	bool power_clean;
	bool by_manager; /* the start under way was ordered */
	bool quiet;      /* being made: no events */
	int64_t micro[]; /* levels in millionths of a unit; one a supply */
};

/* What can be wrong with a printer; one row for each enum pc_condition. */
struct pc_condition_row {
	enum pc_condition condition;
	size_t (*parts)(const struct pc_profile *profile);
	bool (*holds)(const struct pc_device *dev, uint32_t part);
	int (*put)(struct pc_device *dev, uint32_t part, bool on);
	enum pc_event_kind event;
	uint8_t group; /* PrtAlertGroupTC */
	uint8_t training;
	uint8_t severity; /* 0 = ask supply or tray */
	int32_t code;     /* 0 = by type of supply */
	const char *text; /* NULL = by type of supply */
	uint16_t bit;     /* hrPrinterDetectedErrorState; 0 = by type of supply */
};
enum { PC_CONDITION_ROWS = PC_COND_FINISHER_JAM + 1 };
const struct pc_condition_row *pc_condition_row(size_t condition);

/* PrtAlertGroupTC of its rows. */
uint8_t pc_condition_group(
	const struct pc_profile *p, const struct pc_condition_row *row, uint32_t part);
/* Critical means that printing has stopped. */
uint8_t pc_condition_severity(
	const struct pc_device *dev, const struct pc_condition_row *row, uint32_t part);
/* Of all conditions that hold; 0 when none does. */
uint8_t pc_condition_worst(const struct pc_device *dev);

/* How a type of supply is reported. */
struct pc_supply_kind {
	int32_t low_code, empty_code, missing_code; /* PrtAlertCodeTC */
	uint16_t low_bit, empty_bit;
	const char *low_text, *empty_text, *missing_text;
	bool empty_stops; /* printing cannot go on without it */
};
const struct pc_supply_kind *pc_supply_kind(const struct pc_profile_supply *supply);

/* Bring the alert table in line with what holds now. */
void pc_alert_sync_all(struct pc_device *dev);
void pc_alert_clear(struct pc_device *dev);
/* The printer has started, by a manager's reset or by its switch. */
void pc_alert_booted(struct pc_device *dev, bool by_manager);
/* A critical alert forbids printing. Without `needs_sheet` the trays do not matter. */
bool pc_alert_blocks(const struct pc_device *dev, bool needs_sheet);

/* Memory of the log; NULL when there is none left. */
struct pc_device_log *pc_log_of(struct pc_device *dev);
void pc_log_free(struct pc_device *dev);
void pc_log_maintenance(struct pc_device *dev, enum pc_maintenance_action action, uint32_t part);
/* The alert of that index has ended. With index 0: all have, the printer goes down. */
void pc_history_resolved(struct pc_device *dev, uint32_t index);
/* The version parts, back to nothing under way: the printer went down. */
void pc_firmware_down(struct pc_device *dev);
/* Checking or writing is over. */
void pc_firmware_step(struct pc_device *dev);
/* The printer has started: what was written runs now. */
void pc_firmware_boot(struct pc_device *dev);
bool pc_firmware_is_under_way(const struct pc_device *dev);
void pc_firmware_free(struct pc_device *dev);

/* Memory of the usage, filled with what was before the run; NULL: out of memory, nothing counts. */
struct pc_usage *pc_usage_of(struct pc_device *dev);
/* One side has come out, `tray` it came from (-1 none), `sheet`: the first of its sheet. */
void pc_usage_side(struct pc_device *dev, const struct pc_job *job, int tray, bool sheet);
void pc_usage_job(struct pc_device *dev, const struct pc_job *job, uint32_t per_copy);
void pc_usage_failure(struct pc_device *dev, const struct pc_alert *alert);
void pc_usage_power(struct pc_device *dev);
/* Area of a side of the job. */
uint64_t pc_usage_area_mm2(const struct pc_device *dev, const struct pc_job *job);

/* Book a side, a scan, the end of a job; has the account room for so many sides? */
void pc_account_side(struct pc_device *dev, const struct pc_job *job, size_t function, bool sheet);
void pc_account_scan(
	struct pc_device *dev, const char *user, size_t function, bool color, uint32_t images);
void pc_account_job(struct pc_device *dev, const struct pc_job *job);
bool pc_account_allows(struct pc_device *dev, const char *user, uint32_t sides);
void pc_account_rejected(struct pc_device *dev, const char *user);
void pc_accounts_free(struct pc_device *dev);

/* Year and month (1 … 12) of a date. */
void pc_month_of(uint64_t wall_ns, unsigned *year, unsigned *month);

/* What the names of settings say about their values; NULL for names that are not known. */
struct pc_setting_kind_row {
	const char *name;
	enum pc_setting_kind kind;
	const char *choices;
	int32_t min, max;
	const char *unit;
	bool read_only;
};
const struct pc_setting_kind_row *pc_setting_kind_row(const char *name);

void pc_history_error(struct pc_device *dev, const struct pc_alert *alert);
void pc_history_cleaning(struct pc_device *dev, const struct pc_cleaning_entry *entry);

void pc_device_tell(struct pc_device *dev, const struct pc_device_event *event);
void pc_device_tell_part(struct pc_device *dev, enum pc_event_kind kind, uint32_t part);
/* Something takes `ms` of device time from `from_ns` on; the wake-up is asked for. */
void pc_device_schedule(struct pc_device *dev, uint64_t from_ns, uint64_t ms);
void pc_device_set_activity(struct pc_device *dev, enum pc_activity activity);

/* Everything back to the factory's values; nothing is told. */
void pc_options_forget(struct pc_device *dev);

int pc_identity_fill(struct pc_device *dev);
/* The counters of a new device. */
void pc_counters_initial(const struct pc_profile *profile, struct pc_counters *ret);

/* Due after each change of power, activity or alerts: keeps time and the history of states. */
void pc_device_turn(struct pc_device *dev);

/* Where the time goes: begin, end. */
int pc_meter_new(struct pc_device *dev);
void pc_meter_free(struct pc_device *dev);
void pc_meter_turn(struct pc_device *dev);
void pc_meter_boot(struct pc_device *dev);
/* Does a finisher do something to the sheets of a job now? */
bool pc_supply_is_finished(const struct pc_device *dev);

/* Set the level and what follows from it, alerts and events aside; true when something changed. */
bool pc_supply_put(struct pc_device *dev, size_t supply, int32_t level);
void pc_supplies_fill(struct pc_device *dev);
/* All zero before its first use. */
struct pc_supply_past pc_supply_past(const struct pc_device *dev, size_t supply);
/* Does it serve sides without (or with) colour? */
bool pc_supply_prints(const struct pc_profile_supply *supply, bool color);
enum { PC_COVERAGE_USUAL = 50 }; /* per mille: what per_page_ppm is for */
/* One printed side, `coverage` per mille of it: ink and toner. Returns nanolitres of ink. */
uint64_t pc_supply_use_page(struct pc_device *dev, bool color, uint32_t coverage);
/* `times` cleanings of one nozzle group (0 = all). */
void pc_supply_use_cleaning(struct pc_device *dev, uint8_t nozzle_group, unsigned times);
bool pc_supply_lasts_cleaning(const struct pc_device *dev, uint8_t nozzle_group, unsigned times);
size_t pc_supply_colorants(const struct pc_profile *profile);
/* Level at or under which the supply is low; 0 = it never is. */
int32_t pc_supply_low_level(const struct pc_profile_supply *supply);
int32_t pc_tray_low_level(const struct pc_device *dev, size_t tray);
/* Tray the next sheet of that size comes from, or -1. */
int pc_tray_choose(const struct pc_device *dev, uint8_t size);
bool pc_tray_can_feed(const struct pc_device *dev, size_t tray);
/* Empty or missing, and no other tray stands in for it: printing stops. */
bool pc_tray_stops(const struct pc_device *dev, size_t tray);
/* How long the next sheet of that size takes more than usual: thick media, and once for each empty
 * tray the time it is waited for. */
uint64_t pc_tray_delay_ms(struct pc_device *dev, uint8_t size);
/* Index into profile->media of what lies in the tray that feeds the size; 0 when unknown. */
uint8_t pc_tray_media(const struct pc_device *dev, uint8_t size);
void pc_tray_use_sheet(struct pc_device *dev, uint8_t size);

void pc_job_scan_data(struct pc_job_scan *scan, const uint8_t *data, size_t len);
uint32_t pc_job_scan_pages(const struct pc_job_scan *scan, uint64_t bytes, uint32_t bytes_per_page);

/* Start, go on with or finish what can be printed now. */
void pc_print_pump(struct pc_device *dev);
void pc_print_page_end(struct pc_device *dev, uint64_t now_ns);
/* One side of a job; `sheet`: it is the first one of its sheet. */
void pc_print_count(struct pc_device *dev, const struct pc_job *job, size_t function, bool sheet);
void pc_job_finish(struct pc_device *dev, struct pc_job_slot *slot, enum pc_job_state state);
void pc_jobs_abort(struct pc_device *dev);
/* A page of the printer's own as a job. Errors as pc_device_report(). */
int pc_job_report(struct pc_device *dev, enum pc_report report, const char *name, uint32_t *ret_id);
/* Area of a PWG media size; 0 when its name does not tell. */
uint64_t pc_print_size_mm2(const char *size);
uint64_t pc_print_page_ms(const struct pc_profile *profile);
/* One thing a printer does. */
enum { PC_FUNCTION_PRINT, PC_FUNCTION_COPY, PC_FUNCTION_FAX, PC_FUNCTION_SCAN, PC_FUNCTION_REPORT };

/* A new boot: counting starts again. */
void pc_net_restart(struct pc_device *dev);

void pc_clean_end(struct pc_device *dev);
void pc_power_boot_end(struct pc_device *dev);
/* Restart, whoever wants it. */
void pc_power_restart(struct pc_device *dev, enum pc_reset kind);

#endif
