/* codec/epson-remote: Epson's REMOTE1 and @EJL headers of print data: tells maintenance jobs (head
 * cleaning, nozzle check) from printing, and writes such jobs. Pure functions over bytes. */
#ifndef PC_CODEC_EPSON_REMOTE_H
#define PC_CODEC_EPSON_REMOTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	PC_EPSON_HEAD_MAX = 4096,     /* the first bytes of a job that are looked at */
	PC_EPSON_CLEANING_BYTES = 92, /* the job Epson's own library sends */
	PC_EPSON_NOZZLE_BYTES = 151,
	PC_EPSON_COMMANDS_MAX = 64,
	PC_EPSON_POWER_CLEANING = 0x10 /* bit in the last byte of CH */
};

enum pc_epson_class {
	PC_EPSON_UNKNOWN,     /* no Epson header: judge by other means */
	PC_EPSON_MAINTENANCE, /* only set-up, cleaning and checks: no page */
	PC_EPSON_PRINT        /* an Epson header and page data behind it */
};

/* One REMOTE1 command; `data` borrowed from the input. */
struct pc_epson_command {
	char name[3];
	uint16_t len;
	const uint8_t *data;
};

/* What the head of a job says. */
struct pc_epson_job {
	enum pc_epson_class job_class;
	bool cleaning, nozzle_check, ink_charge;
	uint8_t nozzle_group; /* of CH: 0 all, 1 black, 2 colour … */
	bool power_cleaning;
	bool service_form;       /* cleaning or ink charge came as ESC |, with … */
	uint8_t service_key[2];  /* … the key of the EEPROM commands */
	bool alignment_print;    /* AI, DT: a pattern to look at */
	bool alignment_set;      /* DA: row and value to print at from now on … */
	uint8_t alignment[2];    /* … */
	bool alignment_saved;    /* SV */
	bool reset;              /* RS */
	bool ink_query;          /* IQ: answered "IQ:…" */
	bool status_replies;     /* ST: the status block is asked for */
	bool job_start, job_end; /* JS, JE */
	bool packet_mode_left;   /* began with @EJL 1284.4 */
	bool has_clock;          /* TI */
	uint8_t clock[7];        /* year (big-endian), month, day, hour, minute, second */
	char host[64];           /* JH */
	struct pc_epson_command commands[PC_EPSON_COMMANDS_MAX];
	size_t n_commands;
	size_t dropped_commands; /* beyond the maximum */
	size_t unknown_commands;
};

/* Look at the head of a job. `whole`: these are all its bytes. PC_OK, or for whole jobs
 * PC_E_TRUNCATED when it ends inside a command and PC_E_BADVALUE when a known command has a length
 * that cannot be; *ret then holds what was read up to there. */
int pc_epson_scan(const uint8_t *data, size_t len, bool whole, struct pc_epson_job *ret);

/* Meaning of a two-letter command, NULL when unknown. Static. */
const char *pc_epson_command_name(const char *name);

/* Head cleaning job, PC_EPSON_CLEANING_BYTES. `group` 0 … 15; `wall_ns` sets the printer's clock
 * (UTC). PC_OK, PC_E_NOSPACE, PC_E_BADVALUE. */
int pc_epson_cleaning_write(
	uint8_t group, bool power, uint64_t wall_ns, uint8_t *out, size_t size, size_t *ret_len);

/* Nozzle check job, PC_EPSON_NOZZLE_BYTES. PC_OK, PC_E_NOSPACE. */
int pc_epson_nozzle_write(uint64_t wall_ns, uint8_t *out, size_t size, size_t *ret_len);

#endif
