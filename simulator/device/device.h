/* device/device: one printer and its whole state; knows no protocol. Services change it through
 * these calls and read it through pc_device_state(); every change is told as an event. What seldom
 * matters has headers of its own: account.h, firmware.h, log.h, mail.h, report.h, setting.h,
 * usage.h. */
#ifndef PC_DEVICE_DEVICE_H
#define PC_DEVICE_DEVICE_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/fault.h"
#include "profile/profile.h"

enum {
	PC_SERIAL_MAX = 32,
	PC_NAME_MAX = 64,
	PC_SYS_TEXT_MAX = 256, /* Spec: RFC 3418 sysContact: up to 255 octets */
	PC_ALERTS_MAX = 32,
	PC_ERROR_HISTORY_MAX = 40, /* the papers name the last 40 errors */
	PC_CLEANING_HISTORY_MAX = 20,
	PC_QUEUE_MAX = 16, /* jobs that are not finished */
	PC_JOBS_MAX = 64,  /* jobs of all kinds remembered */
	PC_JOBS_KEPT = 16, /* of them even when their time is over, if nobody needs the place */
	PC_JOB_PERSISTENCE = 60, /* seconds a finished job is remembered, PC_JOBS_MAX permitting */
	PC_ALERT_TEXT_MAX = 64,
	PC_SETTING_TEXT_MAX = 256,
	PC_CONNECTIONS_MAX =
		32, /* TCP connections of one printer that it tells of; more are only counted */
	PC_JOB_MEDIA_OF_TRAY = 255, /* pc_job.media before its end: whatever the tray holds */
	PC_JOB_PAGES_MAX = 1000000, /* sides of one job, all copies; more are not printed */
	PC_SHA256_BYTES = 32
};

enum pc_power { PC_POWER_OFF, PC_POWER_BOOTING, PC_POWER_ON, PC_POWER_SLEEP };
enum pc_activity { PC_IDLE, PC_PRINTING, PC_CLEANING, PC_NOZZLE_CHECK, PC_UPDATING };
enum pc_supply_state { PC_SUPPLY_OK, PC_SUPPLY_LOW, PC_SUPPLY_EMPTY, PC_SUPPLY_MISSING };
enum pc_origin { PC_ORIGIN_LPD, PC_ORIGIN_RAW, PC_ORIGIN_PANEL, PC_ORIGIN_COPY, PC_ORIGIN_FAX };
enum pc_trigger { PC_TRIGGER_PANEL, PC_TRIGGER_TIMER, PC_TRIGGER_REMOTE };
enum pc_reset { PC_RESET_WARM, PC_RESET_COLD, PC_RESET_FACTORY };

/* Conditions that can be put on a device and taken away (`part` = tray, cover, supply, bin or
 * finisher, from 0).
 */
enum pc_condition {
	PC_COND_JAM,
	PC_COND_COVER_OPEN,
	PC_COND_TRAY_EMPTY,
	PC_COND_TRAY_LOW,
	PC_COND_TRAY_MISSING,
	PC_COND_SUPPLY_LOW,
	PC_COND_SUPPLY_EMPTY,
	PC_COND_SUPPLY_MISSING,
	PC_COND_SERVICE,
	PC_COND_OFFLINE,
	PC_COND_OUTPUT_FULL,
	PC_COND_FINISHER_JAM
};

/* Ways in for print data that can be closed. */
enum pc_channel { PC_CHANNEL_LPD, PC_CHANNEL_RAW, PC_CHANNELS };

/* What a manager may set; `part` counts from 0 and is 0 where there is only one. Numbers unless
 * said. Spec: RFC 3805, the objects in the comments */
enum pc_option {
	PC_OPTION_LOCALIZATION,         /* row of the language of descriptions, from 1 */
	PC_OPTION_CONSOLE_LOCALIZATION, /* row of the panel's language, from 1 */
	PC_OPTION_DEFAULT_INPUT,        /* tray asked first, from 1 */
	PC_OPTION_DEFAULT_OUTPUT,       /* bin pages go to, from 1 */
	PC_OPTION_DEFAULT_PATH,         /* 1 simplex, 2 duplex: of jobs that do not say */
	PC_OPTION_CONSOLE_DISABLED,     /* 1: the panel takes no orders */
	PC_OPTION_STARTUP_PAGE,         /* 1: a page after each start */
	PC_OPTION_BANNER_PAGE,          /* 1: a page before each job */
	PC_OPTION_CHANNEL_CLOSED,       /* by enum pc_channel; 1: no print data is taken */
	PC_OPTION_TRAY_CAPACITY,        /* sheets */
	PC_OPTION_TRAY_MEDIA,           /* index into profile->media; -1: as the profile says */
	PC_OPTION_TRAY_WEIGHT,          /* grams a square metre, -1 other, -2 unknown */
	PC_OPTION_TRAY_TIMEOUT,         /* seconds an empty tray is waited for before the next */
	PC_OPTION_TRAY_NEXT,      /* tray taken when this one is empty: from 1, 0 none, -2 any */
	PC_OPTION_TRAY_NAME,      /* text */
	PC_OPTION_TRAY_COLOR,     /* text: colour of the media */
	PC_OPTION_OUTPUT_NAME,    /* text */
	PC_OPTION_FINISHER_OFF,   /* 1: it does nothing and uses nothing */
	PC_OPTION_OPERATOR,       /* text */
	PC_OPTION_SERVICE_PERSON, /* text */
	PC_OPTIONS
};

struct pc_supply {
	int32_t level;         /* in the profile's unit, or -2 unknown, -3 some */
	uint16_t replacements; /* stops at 65,535 */
	uint8_t state;         /* enum pc_supply_state */
};

struct pc_tray {
	int32_t level; /* sheets, or -2, -3 */
	bool missing;
	uint8_t size; /* index into profile->sizes */
};

/* Spec: RFC 3805 prtAlertTable. Codes are PrtAlertCodeTC, groups PrtAlertGroupTC. */
struct pc_alert {
	uint32_t index;
	uint8_t severity; /* 1 other, 3 critical, 4 warning, 5 warningBinaryChangeEvent */
	uint8_t training; /* PrtAlertTrainingLevelTC */
	uint8_t group;
	int32_t group_index; /* from 1, or -1 */
	int32_t location;
	int32_t code;
	uint64_t at_ms; /* clock */
	char text[PC_ALERT_TEXT_MAX];
	enum pc_condition condition; /* and `part`: of rows that end; not of severity 4 */
	uint8_t part;
};

struct pc_error_entry {
	int32_t code; /* PrtAlertCodeTC */
	uint8_t severity;
	uint8_t condition, part; /* enum pc_condition */
	uint64_t wall_ns;
	uint64_t resolved_ns; /* when it ended, or the printer was restarted; 0 = it holds */
	uint32_t index;       /* of its alert */
	uint32_t life;        /* sides printed until then */
};

struct pc_cleaning_entry {
	uint64_t wall_ns;
	enum pc_trigger trigger;
	uint8_t nozzle_group; /* 0 all */
	bool power;
};

enum pc_job_state {
	PC_JOB_RECEIVING,
	PC_JOB_PENDING,
	PC_JOB_PRINTING,
	PC_JOB_DONE,
	PC_JOB_CANCELLED,
	PC_JOB_ABORTED
};

/* Why a job ended otherwise than done. */
enum pc_job_reason {
	PC_JOB_REASON_NONE,
	PC_JOB_REASON_CANCELLED,
	PC_JOB_REASON_LIMIT, /* the user's account does not allow it */
	PC_JOB_REASON_POWER  /* the printer went down */
};

struct pc_job {
	uint32_t id; /* from 1; 0 = unused slot */
	enum pc_origin origin;
	enum pc_job_state state;
	bool color, duplex, maintenance;
	uint8_t reason;               /* enum pc_job_reason */
	uint8_t report;               /* enum pc_report: a page of the printer's own, or 0 */
	uint16_t coverage;            /* of a side, per mille; 0 = 50 */
	uint32_t width_mm, length_mm; /* of a side; 0 = as the size says */
	uint64_t area_mm2;            /* printed so far */
	uint64_t ink_nl;              /* used so far, of supplies that tell their volume */
	uint8_t size;                 /* index into profile->sizes */
	uint8_t media;
	uint32_t copies;
	uint32_t pages,
		pages_done; /* sides of all copies; `pages` is known once the job is complete */
	uint64_t bytes;
	/* Of the bytes as they came, filled in by whoever received them; zero without. */
	uint8_t sha256[PC_SHA256_BYTES];
	bool hashed;
	uint32_t first_page, last_page; /* of a copy, from 1; 0: from the first, to the last */
	uint32_t lpd_number;            /* job number of the LPD control file, or 0 */
	char name[PC_NAME_MAX];
	char user[PC_NAME_MAX];
	char host[PC_NAME_MAX];
	uint64_t wall_ns;              /* arrival */
	uint64_t started_ns, ended_ns; /* on the printer's clock: first page, end; 0 = not yet */
};

/* Sides printed. First index colour (0 mono, 1 colour), second plex (0 simplex, 1 duplex). */
struct pc_counters {
	uint32_t life;     /* prtMarkerLifeCount, in the profile's counter unit (sides) */
	uint32_t power_on; /* since power-on */
	uint32_t by_size[PC_SIZES_MAX][2][2];
	uint32_t by_function[5]; /* print, copy, fax, scan, report */
	/* Sides by function, colour, plex and whether the medium is large (B4, ledger and larger);
	 * sheets by function, colour and plex. */
	uint32_t by_use[5][2][2][2], sheets[5][2][2];
	uint32_t by_media[PC_MEDIA_MAX];
	uint32_t scan_by_size[PC_SIZES_MAX];
	uint32_t jams, cleanings, nozzle_checks, reboots, factory_resets;
	uint32_t jobs_done, jobs_failed, maintenance_jobs;
	uint32_t jobs_cancelled;              /* of the failed ones */
	uint32_t jobs_finished;               /* done, and something was stapled, punched … */
	uint32_t alerts_critical, alerts_all; /* prtAlertCriticalEvents / AllEvents */
	uint32_t config_changes;              /* prtGeneralConfigChanges */
};

/* What passed the network interface since the last boot, as those count it who carry it. Octets are
 * those of the transport's payload; headers are for the views to add. */
struct pc_traffic {
	uint64_t in_octets, out_octets;
	uint64_t in_datagrams, out_datagrams; /* UDP */
	uint64_t in_segments, out_segments;   /* TCP, with payload */
	uint32_t in_broadcasts; /* datagrams to a broadcast address, counted in in_datagrams too */
	struct in_addr last_peer; /* who was heard last */
};

/* A TCP connection that is open now. */
struct pc_connection {
	struct in_addr peer;
	uint16_t peer_port, local_port;
};

/* The whole state as plain values. Read it freely; change it only through the calls below. */
struct pc_device_state {
	/* First what every request needs: it shares a cache line. */
	enum pc_power power;
	enum pc_activity activity;
	uint64_t boot_ms;          /* clock at the last boot: sysUpTime counts from here */
	struct pc_traffic traffic; /* every request counts itself */
	struct in_addr address;
	uint32_t number; /* from 1 in its fleet */
	char serial[PC_SERIAL_MAX];
	char host_name[PC_NAME_MAX];
	/* Under PC_SYS_TEXT_MAX octets each, never NULL; the printer's until they are changed. */
	const char *sys_name, *sys_contact, *sys_location;
	const char *printer_name;     /* prtGeneralPrinterName */
	char console[PC_NAME_MAX];    /* what the panel shows; "" = default text */
	char ready_text[PC_NAME_MAX]; /* PJL RDYMSG */
	uint8_t mac[6];
	uint8_t uuid[16];
	bool offline;
	bool service; /* service requested */
	bool jammed;
	uint8_t outputs_full;     /* bit per bin */
	uint8_t finishers_jammed; /* bit per finisher */
	uint32_t covers_open;     /* bit per cover */
	uint32_t next_alert, next_job;
	struct pc_supply supplies[PC_SUPPLIES_MAX];
	struct pc_tray trays[PC_TRAYS_MAX];
	struct pc_counters counters;
	uint32_t tcp_opens, tcp_resets; /* accepted connections; those that ended in a reset */
	uint32_t tcp_open;              /* now */
};

enum pc_event_kind {
	PC_EVENT_JOB,
	PC_EVENT_PAGE,
	PC_EVENT_ALERT_ADDED,
	PC_EVENT_ALERT_REMOVED,
	PC_EVENT_ACTIVITY,
	PC_EVENT_POWER,
	PC_EVENT_SUPPLY,
	PC_EVENT_CLEANED,
	PC_EVENT_SETTING,
	PC_EVENT_COVER,
	PC_EVENT_TRAY,
	PC_EVENT_SCAN,
	PC_EVENT_FAX,
	PC_EVENT_FIRMWARE, /* the state of an update has changed */
	PC_EVENT_ACCOUNT,  /* limits or counts were set by somebody */
	PC_EVENT_ADDRESS,  /* the printer has another one; its connections are gone */
	PC_EVENTS
};
const char *pc_device_event_name(enum pc_event_kind kind); /* "job", "alertAdded" … */

/* Pointers are borrowed for the call. */
struct pc_device_event {
	enum pc_event_kind kind;
	const struct pc_job *job;     /* JOB, PAGE */
	const struct pc_alert *alert; /* ALERT_* */
	uint32_t part;                /* SUPPLY, COVER, TRAY: index from 0; FAX: 1 came in */
	bool power_changed_to_on;     /* POWER: the device has just booted */
	enum pc_reset reset;          /* POWER after a restart: its kind */
};

struct pc_device;

/* What a device needs of the world; one for a fleet, borrowed by all its devices. The functions may
 * be NULL: nobody listens. */
struct pc_device_env {
	const struct pc_clock *clock;
	/* Call pc_device_tick() at or soon after `at_ms` on the clock (only the earliest request
	 * counts). */
	void (*wake)(void *arg, struct pc_device *dev, uint64_t at_ms);
	/* A change, after it. May call back into the device, but not free it. */
	void (*event)(void *arg, struct pc_device *dev, const struct pc_device_event *event);
	void *arg;
	uint32_t pace; /* device time runs so many times faster: printing, cleaning, booting; 0 = 1
			*/
	uint64_t seed;
};

/* One printer, number `number` (from 1) of its fleet, powered on and booted. Identity comes from
 * the profile's templates, the seed and the number: the same every run. Profile and env are
 * borrowed and must outlive the device. PC_OK; PC_E_BADVALUE for number 0 or a template with an
 * unknown word; PC_E_NOSPACE when an expanded template is too long; -ENOMEM. Nothing is told for
 * the start. */
int pc_device_new(const struct pc_profile *profile, const struct pc_device_env *env,
	uint32_t number, struct in_addr address, struct pc_device **ret);
void pc_device_free(struct pc_device *dev); /* NULL is allowed */

const struct pc_device_state *pc_device_state(const struct pc_device *dev);
const struct pc_profile *pc_device_profile(const struct pc_device *dev);
const struct pc_clock *pc_device_clock(const struct pc_device *dev);

/* The date and time the printer shows: Unix nanoseconds UTC, the clock's until somebody sets it. */
uint64_t pc_device_wall_ns(const struct pc_device *dev);
void pc_device_set_wall(struct pc_device *dev, uint64_t wall_ns);

/* How often the device has come up again since it was made, whatever became of its counters;
 * cheaper than to look there, see pc_device_prefetch(). */
uint32_t pc_device_boots(const struct pc_device *dev);

/* Expand a profile template ("{serial}", "{m3}", "{ip}" …) for this device. PC_OK; PC_E_NOSPACE;
 * PC_E_BADVALUE for a word that is not in the list of struct pc_profile_identity. */
int pc_device_expand(const struct pc_device *dev, const char *template, char *out, size_t size);

/* Armed faults; the bits belong to the rooms that list them: those of the SNMP agent, and those of
 * the other ports. */
pc_fault_set pc_device_faults(const struct pc_device *dev);
void pc_device_set_faults(struct pc_device *dev, pc_fault_set faults);
pc_fault_set pc_device_port_faults(const struct pc_device *dev);
void pc_device_set_port_faults(struct pc_device *dev, pc_fault_set faults);

/* For the owner: room for one pointer (the fleet's bookkeeping). */
void *pc_device_owner(const struct pc_device *dev);
void pc_device_set_owner(struct pc_device *dev, void *owner);

/* What a protocol agent keeps for this printer (the SNMP entity); one pointer. `free_fn` is called
 * with it when the device is freed or something else is attached; NULL detaches. */
void *pc_device_attached(const struct pc_device *dev);
void pc_device_attach(struct pc_device *dev, void *data, void (*free_fn)(void *data));

/* Let the device's own time pass: pages, cleaning, booting. */
void pc_device_tick(struct pc_device *dev);

/* True while services answer (power on or asleep). Off and booting printers are silent. */
bool pc_device_answers(const struct pc_device *dev);

/* Have what pc_device_answers(), _profile(), _faults(), _boots() and _attached() read brought into
 * the cache: worth it when many devices are asked in turn. Changes nothing. */
void pc_device_prefetch(const struct pc_device *dev);

/* Traffic of the network interface; called by whoever carries it, nobody else counts.
 * pc_device_datagram: one UDP datagram of `len` octets, `in` from or out to `peer`.
 * pc_device_segments: TCP payload; counted as full segments of 1460 octets and a rest.
 * pc_device_connected, _disconnected: a connection to `port` (the model's, without an offset)
 * was accepted or has ended. */
enum pc_direction { PC_IN, PC_IN_BROADCAST, PC_OUT };
void pc_device_datagram(
	struct pc_device *dev, enum pc_direction direction, struct in_addr peer, size_t len);
void pc_device_segments(struct pc_device *dev, enum pc_direction direction, size_t len);
void pc_device_connected(struct pc_device *dev, uint16_t port, const struct sockaddr_in *peer);
void pc_device_disconnected(
	struct pc_device *dev, uint16_t port, const struct sockaddr_in *peer, bool reset);
/* Connections open now, in the order they came; at most PC_CONNECTIONS_MAX. Borrowed until the
 * device changes. */
size_t pc_device_connections(const struct pc_device *dev, const struct pc_connection **ret);

/* The printer has another address from now on, as after a new lease. */
void pc_device_move(struct pc_device *dev, struct in_addr address);

/* Where a printer's time goes; that it is switched off is not counted. Spec: PWG 5106.3 */
enum pc_time { PC_TIME_IDLE, PC_TIME_PROCESSING, PC_TIME_MAINTENANCE, PC_TIME_DOWN, PC_TIMES };
/* Milliseconds so far, since the last start or in all. 0 for models without imaging counters. */
uint64_t pc_device_time_ms(const struct pc_device *dev, enum pc_time what, bool since_boot);
/* What the counters were when the printer started; models without imaging counters: at the first
 * start. */
void pc_device_counters_at_boot(const struct pc_device *dev, struct pc_counters *ret);

/* Active alerts, oldest first; at most PC_ALERTS_MAX. Borrowed until the device changes. */
size_t pc_device_alerts(const struct pc_device *dev, const struct pc_alert **ret);
/* Newest first. */
size_t pc_device_error_history(
	const struct pc_device *dev, struct pc_error_entry out[PC_ERROR_HISTORY_MAX]);
size_t pc_device_cleaning_history(
	const struct pc_device *dev, struct pc_cleaning_entry out[PC_CLEANING_HISTORY_MAX]);
/* Jobs remembered, oldest first; unfinished ones are never forgotten. */
size_t pc_device_jobs(const struct pc_device *dev, const struct pc_job *out[PC_JOBS_MAX]);

/* Derived views. Spec: RFC 3805 s2.2.13.2 (legal combinations), RFC 2790. */
enum pc_hr_status { PC_HR_UNKNOWN = 1, PC_HR_RUNNING, PC_HR_WARNING, PC_HR_TESTING, PC_HR_DOWN };
enum pc_hr_printer_status {
	PC_HRP_OTHER = 1,
	PC_HRP_UNKNOWN,
	PC_HRP_IDLE,
	PC_HRP_PRINTING,
	PC_HRP_WARMUP
};
enum pc_hr_status pc_device_hr_status(const struct pc_device *dev);
enum pc_hr_printer_status pc_device_hr_printer_status(const struct pc_device *dev);
/* hrPrinterDetectedErrorState, bit 0 = most significant bit of the first octet. */
uint16_t pc_device_error_bits(const struct pc_device *dev);
/* What the panel shows now ("Ready", "Paper jam" …). Static or inside the device. */
const char *pc_device_console(const struct pc_device *dev);
/* Does a PWG media size name count as large: B4, ledger, A3 and everything larger? */
bool pc_device_size_is_large(const char *size);
/* Width and length in micrometres out of such a name ("iso_a4_210x297mm", "na_letter_8.5x11in");
 * false when it does not tell. Spec: PWG 5101.1: class_name_WIDTHxHEIGHTunit */
bool pc_device_size_dims(const char *size, int32_t *width_um, int32_t *length_um);
/* Supply level in tenths of a percent, or -1 when it cannot be told. */
int32_t pc_device_supply_permille(const struct pc_device *dev, size_t supply);

/* Jobs. A job is received (begin, data, end), waits for the ones before it, prints page by page.
 * Returns the job's id in *ret_id; PC_E_LIMIT when the queue is full (PC_QUEUE_MAX), PC_E_REFUSED
 * when the device does not answer or is off-line. Texts are cut to PC_NAME_MAX. */
int pc_device_job_begin(struct pc_device *dev, enum pc_origin origin, uint32_t *ret_id);
struct pc_job *pc_device_job(struct pc_device *dev,
	uint32_t id); /* to fill name, user, size … while RECEIVING; NULL if gone */
/* The bytes are counted and form feeds noted; never interpreted beyond that, never kept.
 * PC_E_NOTFOUND; PC_E_CLOSED when the job was cancelled or aborted meanwhile (the caller reads on
 * and throws away). */
int pc_device_job_data(struct pc_device *dev, uint32_t id, const uint8_t *data, size_t len);
/* The job is complete. `pages` (sides of one copy) 0 = work it out from the data (form feeds, else
 * bytes_per_page). A job with `maintenance` set or without bytes prints nothing and is done at
 * once. Errors as pc_device_job_data(). */
int pc_device_job_end(struct pc_device *dev, uint32_t id, uint32_t pages);
/* PC_E_NOTFOUND; PC_E_CLOSED when it is finished already. */
int pc_device_job_cancel(struct pc_device *dev, uint32_t id);
/* The job is printed before all others that wait. PC_E_NOTFOUND; PC_E_CLOSED when it does not wait.
 */
int pc_device_job_promote(struct pc_device *dev, uint32_t id);

/* Head cleaning; uses ink, fills the waste box, adds to the history. PC_E_UNSUPPORTED for printers
 * without heads, PC_E_REFUSED while printing, cleaning, in an error or when the ink would not last,
 * PC_E_BADVALUE for a nozzle group there is not (they are numbered from 1 like the colorants). */
int pc_device_clean(
	struct pc_device *dev, enum pc_trigger trigger, uint8_t nozzle_group, bool power);
int pc_device_nozzle_check(struct pc_device *dev, enum pc_trigger trigger);

/* Restart: silent for profile boot_ms, then back with counters kept and sysUpTime from 0.
 * Unfinished jobs are aborted; a factory reset also forgets changed settings. PC_E_REFUSED while it
 * is silent. */
int pc_device_restart(struct pc_device *dev, enum pc_reset kind);
void pc_device_power(struct pc_device *dev, bool on);
/* Nothing happens while the device is off, busy or has jobs. A job, scan or cleaning wakes it. */
void pc_device_sleep(struct pc_device *dev, bool asleep);

/* "jam", "coverOpen" …: as profiles and the control API write them; "" for others. */
const char *pc_device_condition_name(enum pc_condition what);
/* The maker's own code of what is wrong, from the profile; NULL when it tells none. */
const char *pc_device_error_code(const struct pc_device *dev, enum pc_condition what);
/* Put a condition on the device or take it away; alerts, error bits and history follow.
 * PC_E_BADVALUE when `part` does not exist; PC_E_UNSUPPORTED when it cannot be in that condition
 * (low without a limit, manual feed empty). Levels follow: empty is 0, low the limit, their end
 * full. */
int pc_device_condition(struct pc_device *dev, enum pc_condition what, uint32_t part, bool on);

/* Level in the profile's unit, 0 … capacity, -2 unknown, -3 some; PC_E_BADVALUE otherwise. */
int pc_device_supply_set(struct pc_device *dev, size_t supply, int32_t level);
int pc_device_supply_replace(struct pc_device *dev, size_t supply);
int pc_device_tray_set(struct pc_device *dev, size_t tray, int32_t level);
/* The media size an operator declares for a tray, an index into profile->sizes; counts as a change
 * of configuration. PC_E_BADVALUE when there is no such tray or size. */
int pc_device_tray_size_set(struct pc_device *dev, size_t tray, uint8_t size);
/* What lies in a tray: the profile's until an operator declares something else. Lengths in
 * micrometres: -1 no end (roll), -2 not known; weight as PC_OPTION_TRAY_WEIGHT. */
struct pc_tray_media {
	const char *size, *type; /* PWG name or NULL, prtInputMediaType or NULL */
	int32_t width_um, length_um, weight;
};
/* `tray` must be there. */
void pc_device_tray_media(const struct pc_device *dev, size_t tray, struct pc_tray_media *ret);
/* Images scanned to a computer, as pc_device_scan_job() of usage.h. */
int pc_device_scan(struct pc_device *dev, uint8_t size, uint32_t images);

/* "localization", "trayMedia" … in the order of enum pc_option; NULL behind the last. */
extern const char *const pc_device_option_names[PC_OPTIONS + 1];
/* Options; they survive restarts, not a factory reset. Reading one of a part that is not there
 * gives 0 or "". The text is the device's, valid until it is set again. */
int32_t pc_device_option(const struct pc_device *dev, enum pc_option option, uint32_t part);
const char *pc_device_option_text(
	const struct pc_device *dev, enum pc_option option, uint32_t part);
/* PC_OK; PC_E_BADVALUE for a part that is not there or a value that nothing could have;
 * PC_E_REFUSED when it names something this device has not; PC_E_UNSUPPORTED when the device senses
 * it or lacks the function. _check changes nothing; _set also -ENOMEM. Counted in
 * counters.config_changes where RFC 3805 prtGeneralConfigChanges asks for it. */
int pc_device_option_check(
	const struct pc_device *dev, enum pc_option option, uint32_t part, int32_t value);
int pc_device_option_set(
	struct pc_device *dev, enum pc_option option, uint32_t part, int32_t value);
/* As _set for texts; PC_E_LIMIT when it is too long. */
int pc_device_option_text_set(
	struct pc_device *dev, enum pc_option option, uint32_t part, const char *text);
/* False: no job begins on it (pc_device_job_begin() refuses). Spec: RFC 3805 prtChannelState */
bool pc_device_channel_open(const struct pc_device *dev, enum pc_channel channel);
/* Sheets the tray holds, or -2. */
int32_t pc_device_tray_capacity(const struct pc_device *dev, size_t tray);

/* Languages: rows of prtLocalizationTable, at least one; row from 0. */
size_t pc_device_localizations(const struct pc_profile *profile);
struct pc_profile_localization pc_device_localization(const struct pc_profile *profile, size_t row);
/* One of the device's own English texts ("Paper jam.") in the language of the option: as it is when
 * there is no translation. */
const char *pc_device_localized(
	const struct pc_device *dev, enum pc_option localization, const char *english);

/* Text settings that SNMP or the web may change; survive restarts. PC_E_NOTFOUND for other names:
 * "sysName", "sysContact", "sysLocation", "printerName", "hostName", "console", "readyText",
 * "other.currentOperator", "other.servicePerson", and the profile's settings as "group.name".
 * PC_E_LIMIT when the text is too long (its field in the state, PC_SETTING_TEXT_MAX);
 * PC_E_BADVALUE, PC_E_REFUSED as pc_device_setting_check() of setting.h says. */
int pc_device_setting_set(struct pc_device *dev, const char *name, const char *value);
const char *pc_device_setting(const struct pc_device *dev, const char *name); /* NULL if unknown */

#endif
