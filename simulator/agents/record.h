/* agents/record: what one collection found out about one printer, as plain values, and the JSON
 * object made of it. The DC agent fills it from SNMP, the ES agent from the printer itself, so that
 * both say the same of the same printer. Spec: ERS-DAT-012 … ERS-DAT-065, ECSP-DAT-010 … -032. */
#ifndef PC_AGENTS_RECORD_H
#define PC_AGENTS_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"

enum {
	PC_RECORD_TEXT = 256, /* SnmpAdminString and DisplayString: 255 octets */
	PC_RECORD_SUPPLIES = 32,
	PC_RECORD_ROWS = 32,   /* sizes, functions, media, other counters */
	PC_RECORD_ERRORS = 40, /* current and past */
	PC_RECORD_CLEANINGS = 20,
	PC_RECORD_SETTINGS = 96,
	PC_RECORD_MAINTENANCE = 40,
	PC_RECORD_HAPPENINGS = 80,
	PC_RECORD_JOBS = 64,
	PC_RECORD_SLOTS = 16,
	PC_RECORD_WORD = 64
};

enum pc_record_status {
	PC_RECORD_UNKNOWN,
	PC_RECORD_IDLE,
	PC_RECORD_PRINTING,
	PC_RECORD_WARMUP,
	PC_RECORD_WARNING,
	PC_RECORD_DOWN,
	PC_RECORD_UNREACHABLE
};

struct pc_record_supply {
	int32_t type;          /* PrtMarkerSuppliesTypeTC; 0 = the slot is unused */
	int32_t level;         /* -2 unknown, -3 some left */
	int32_t capacity;      /* below 1: cannot be told */
	int64_t replacements;  /* -1 = not known */
	int64_t used_tenth_ml; /* ink since the factory; -1 = not known */
	char color[PC_RECORD_TEXT], description[PC_RECORD_TEXT];
};

/* A named number: pages by function, by media type, images by size, model-specific counters. */
struct pc_record_count {
	char name[PC_RECORD_TEXT];
	uint32_t count;
};

/* Sides by paper size. First index colour (0 mono, 1 colour), second plex (0 simplex, 1 duplex). */
struct pc_record_size {
	char name[PC_RECORD_TEXT];
	uint32_t sides[2][2];
	bool color, duplex; /* whether the printer has such pages at all */
};

struct pc_record_error {
	int32_t code;
	int32_t severity;
	char date[PC_CLOCK_TEXT_MAX]; /* RFC 3339; only in the history */
};

struct pc_record_cleaning {
	char date[PC_CLOCK_TEXT_MAX];
	int32_t trigger; /* 1 panel, 2 timer, 3 remote */
	int32_t group;   /* 0 = all nozzles */
	bool power;
};

struct pc_record_setting {
	char group[24], name[48], value[PC_RECORD_TEXT];
};

struct pc_record_maintenance {
	char date[PC_CLOCK_TEXT_MAX], action[PC_RECORD_WORD], part[PC_RECORD_TEXT];
};

/* A state, an error or a warning that was. */
struct pc_record_happening {
	char date[PC_CLOCK_TEXT_MAX], code[PC_RECORD_WORD];
	int32_t kind; /* 1 status, 2 error, 3 warning */
};

/* A job that is over; no name of document or user. */
struct pc_record_job {
	int64_t id;
	char start[PC_CLOCK_TEXT_MAX], end[PC_CLOCK_TEXT_MAX], media[PC_RECORD_WORD];
	int32_t result; /* 1 done, 2 cancelled, 3 aborted */
	int64_t area_dm2, ink_tenth_ml;
};

/* What lies in a tray. Lengths in the unit of prtInputDimUnit; below 0: not known. */
struct pc_record_slot {
	char type[PC_RECORD_WORD];
	int64_t unit, length, width, weight;
};

/* Texts are "" and numbers negative where the printer does not have the thing. Zero it, then
 * pc_record_init(). */
struct pc_record {
	char manufacturer[PC_RECORD_TEXT], model[PC_RECORD_TEXT], ip_address[PC_RECORD_TEXT],
		domain_name[PC_RECORD_TEXT], mac_address[PC_RECORD_TEXT], serial[PC_RECORD_TEXT],
		acquired[PC_CLOCK_TEXT_MAX], firmware[PC_RECORD_TEXT], location[PC_RECORD_TEXT],
		region[PC_RECORD_WORD], country[PC_RECORD_WORD], device_time[PC_CLOCK_TEXT_MAX];
	enum pc_record_status status;
	int64_t total_pages, paper_jams;
	int64_t printing_s, area_dm2; /* cumulative */
	struct pc_record_supply supplies[PC_RECORD_SUPPLIES];
	size_t n_supplies;
	struct pc_record_size sizes[PC_RECORD_ROWS];
	size_t n_sizes;
	struct pc_record_count functions[PC_RECORD_ROWS], media[PC_RECORD_ROWS],
		scans[PC_RECORD_ROWS], others[PC_RECORD_ROWS];
	size_t n_functions, n_media, n_scans, n_others;
	struct pc_record_error errors[PC_RECORD_ERRORS], history[PC_RECORD_ERRORS];
	size_t n_errors, n_history;
	struct pc_record_cleaning cleanings[PC_RECORD_CLEANINGS];
	size_t n_cleanings;
	struct pc_record_setting settings[PC_RECORD_SETTINGS];
	size_t n_settings;
	struct pc_record_count destinations[PC_RECORD_ROWS]; /* scanned images */
	size_t n_destinations;
	struct pc_record_maintenance maintenance[PC_RECORD_MAINTENANCE];
	size_t n_maintenance;
	struct pc_record_happening happenings[PC_RECORD_HAPPENINGS];
	size_t n_happenings;
	struct pc_record_job jobs[PC_RECORD_JOBS];
	size_t n_jobs;
	struct pc_record_slot slots[PC_RECORD_SLOTS];
	size_t n_slots;
};

void pc_record_init(struct pc_record *r);

/* The word of the schema ("idle" …). */
const char *pc_record_status_text(enum pc_record_status status);

/* One status out of hrDeviceStatus and hrPrinterStatus, the worst first: down, warning, printing,
 * warmup, idle. Standby (running and other) is idle. Spec: RFC 2790, RFC 3805 s2.2.13.2 */
enum pc_record_status pc_record_status_of(int32_t device_status, int32_t printer_status);

/* The schema's kind of a supply ("ink", "maintenanceUnit" …). Transfer belts have no type of their
 * own and are known by their description. Spec: RFC 3805 PrtMarkerSuppliesTypeTC */
const char *pc_record_supply_kind(int32_t type, const char *description);

/* Copy bytes as text: cut to `size`, cut at the first NUL, trailing blanks gone, octets that are
 * not UTF-8 taken as Latin-1, control characters as blanks. Spec: OQ-25 */
void pc_record_text(char *out, size_t size, const uint8_t *bytes, size_t len);

/* Make a serial number out of a text, in place: printing ASCII without blanks, at most 64 octets.
 */
void pc_record_name(char *text);

/* "e2:01:…" of six bytes. */
void pc_record_mac(char out[PC_RECORD_TEXT], const uint8_t mac[6]);

/* One value ("MFG", "MDL" …) of an IEEE 1284 device ID, also by its long name. False: not there. */
bool pc_record_1284(const char *id, const char *key, const char *long_key, char *out, size_t size);

/* RFC 3339 of a DateAndTime (8 octets: taken as UTC; 11: with its zone). False when the octets are
 * no date. Spec: RFC 2579 DateAndTime */
bool pc_record_date(const uint8_t *bytes, size_t len, char out[PC_CLOCK_TEXT_MAX]);

/* RFC 3339 in the zone `offset_minutes` east of UTC. */
void pc_record_time(uint64_t wall_ns, int offset_minutes, char out[PC_CLOCK_TEXT_MAX]);

/* The JSON object as text (malloc'ed, freed by the caller). With `null_fields` what the printer
 * lacks is written as null (a named fault). NULL when memory is short. */
char *pc_record_to_json(const struct pc_record *r, bool null_fields);

#endif
