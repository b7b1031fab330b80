/* device/usage: what a printer has done and used, beyond the page counters: distributions, ink,
 * time and area, scans and faxes, modules, service items. All of it survives everything. */
#ifndef PC_DEVICE_USAGE_H
#define PC_DEVICE_USAGE_H

#include "device/device.h"

/* Sides of a run (a job with all its copies) or of a document (one copy), in bins. */
enum { PC_LENGTH_BINS = 8 };
/* "1", "2-5" … "over 500"; "" for others. */
const char *pc_device_length_bin(size_t bin);

enum pc_scan_to {
	PC_SCAN_TO_COMPUTER,
	PC_SCAN_TO_FOLDER,
	PC_SCAN_TO_MAIL,
	PC_SCAN_TO_CLOUD,
	PC_SCAN_TO_MEMORY, /* USB stick, mailbox */
	PC_SCAN_TO_PRINT,  /* a copy */
	PC_SCAN_TO_FAX,
	PC_SCAN_DESTINATIONS
};
const char *pc_device_scan_to_name(enum pc_scan_to to); /* "computer" … */

enum {
	PC_FAILURES_MAX = 24,
	PC_MONTHS_MAX = 13,
	PC_MODULES_MAX = 16,
	PC_SERVICE_ITEMS_MAX = PC_SUPPLIES_MAX + PC_TRAYS_MAX + 2,
	PC_NVM_MAX = 24
};

struct pc_usage {
	uint64_t printing_ms; /* device time of all sides */
	/* By colour of the side (0 mono, 1 colour): printed area, and what of it was marked. */
	uint64_t area_mm2[2], marked_mm2[2];
	uint32_t runs[PC_LENGTH_BINS], documents[PC_LENGTH_BINS]; /* jobs done */
	uint32_t sets;                                            /* copies of jobs done */
	uint32_t large_jobs; /* done, on B4, ledger or larger */
	uint32_t tray_sheets[PC_TRAYS_MAX];
	uint32_t scan_images[PC_SCAN_DESTINATIONS], scan_jobs[PC_SCAN_DESTINATIONS];
	uint32_t scan_color, scan_feeder, scan_duplex, scan_failed; /* images; jobs that failed */
	uint32_t ocr_images;
	uint32_t faxes_sent, faxes_received, faxes_failed; /* calls */
	uint32_t fax_pages_sent, fax_pages_received;
	uint64_t power_ms[4];    /* by enum pc_power */
	uint32_t power_times[4]; /* how often it came to be so */
	/* What went wrong how often; of more kinds than fit only the first. */
	struct pc_failure {
		int32_t code; /* PrtAlertCodeTC; 0 = unused */
		uint8_t condition, part;
		uint32_t count;
		uint64_t last_ns; /* printer's date and time */
	} failures[PC_FAILURES_MAX];
	/* Sides by the month of the printer's own calendar, newest first; year 0 = unused. */
	struct pc_month {
		uint16_t year;
		uint8_t month; /* 1 … 12 */
		uint32_t sides[2];
	} months[PC_MONTHS_MAX];
};
/* A copy of what holds now. */
void pc_device_usage(const struct pc_device *dev, struct pc_usage *ret);
/* Mean coverage of the colorant of a supply in hundredths of a per cent, 0 … 10,000; and the dots
 * it has printed. 0 for supplies that are no colorant. */
uint32_t pc_device_coverage(const struct pc_device *dev, size_t supply);
uint64_t pc_device_marked_pixels(const struct pc_device *dev, size_t supply);

/* Supplies: used since the factory, in millionths of a full one, and in nanolitres (0: not told).
 */
uint64_t pc_device_supply_used_ppm(const struct pc_device *dev, size_t supply);
uint64_t pc_device_supply_used_nl(const struct pc_device *dev, size_t supply);
/* Serial number on the chip of what is in now; another one after each replacement. */
void pc_device_supply_serial(const struct pc_device *dev, size_t supply, char out[PC_SERIAL_MAX]);
/* When it was put in (Unix nanoseconds) and the sides printed since. */
uint64_t pc_device_supply_installed_ns(const struct pc_device *dev, size_t supply);
uint32_t pc_device_supply_sides(const struct pc_device *dev, size_t supply);

/* What the printer is made of: controller, print engine, trays, scanner, fax, finishers … */
struct pc_module {
	const char *kind; /* "controller", "engine", "feeder", "output", "scanner", "fax",
			     "finisher", "network", "frontEnd" */
	const char *name, *model, *version;
	char serial[PC_SERIAL_MAX];
	uint64_t installed_ns;
};
size_t pc_device_modules(const struct pc_device *dev, struct pc_module out[PC_MODULES_MAX]);
/* The day the printer was set up, Unix nanoseconds: from seed and number, before any run. */
uint64_t pc_device_installed_ns(const struct pc_device *dev);

/* High-frequency service items: parts that wear out, and how much of their life is over. */
struct pc_service_item {
	char name[PC_NAME_MAX];
	uint32_t count, limit; /* sides or sheets */
};
size_t pc_device_service_items(
	const struct pc_device *dev, struct pc_service_item out[PC_SERVICE_ITEMS_MAX]);

/* Values of the non-volatile memory; the numbering is harness-defined. */
struct pc_nvm_value {
	const char *id; /* "100-001" */
	const char *name;
	uint64_t value;
};
size_t pc_device_nvm(const struct pc_device *dev, struct pc_nvm_value out[PC_NVM_MAX]);

/* What the digital front end noted of the jobs that are remembered: received, printing, and how
 * they ended; newest first. 0 entries for models without one. Spec: XRS-DTO-14 */
enum { PC_FRONT_END_LOG_MAX = 3 * PC_JOBS_MAX };
struct pc_front_end_entry {
	uint64_t wall_ns;
	uint32_t job;
	const char *text; /* "received", "printing", "done" … */
};
size_t pc_device_front_end_log(
	const struct pc_device *dev, struct pc_front_end_entry out[PC_FRONT_END_LOG_MAX]);

/* Scanned images; the text is borrowed for the call. */
struct pc_scan {
	uint8_t size; /* index into profile->sizes */
	uint32_t images;
	enum pc_scan_to to;
	bool color, duplex, feeder, ocr;
	bool failed;      /* the destination could not be reached: nothing but the failure counts */
	const char *user; /* or NULL */
};
/* PC_E_UNSUPPORTED without a scanner; PC_E_BADVALUE for a size or destination there is not;
 * PC_E_REFUSED while it does not answer, or over the user's limit. */
int pc_device_scan_job(struct pc_device *dev, const struct pc_scan *scan);

struct pc_fax {
	uint32_t pages;
	bool failed;      /* nobody answered, or the line broke */
	const char *user; /* or NULL */
};
/* A fax went out: its pages are scanned (from the glass) and sent. Errors as above; without a fax
 * PC_E_UNSUPPORTED. */
int pc_device_fax_sent(struct pc_device *dev, const struct pc_fax *fax);
/* A fax came in: counted, and printed as a job unless the setting fax.receiveToMemory is on. The
 * job's id in *ret_id (0 = none; NULL is allowed). Errors as pc_device_job_begin(). */
int pc_device_fax_received(struct pc_device *dev, const struct pc_fax *fax, uint32_t *ret_id);

#endif
