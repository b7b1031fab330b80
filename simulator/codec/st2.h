/* codec/st2: the "@BDC ST2" status block of Epson printers: built from and parsed into a plain
 * struct. It travels in SNMP (OID …1248.1.2.2.1.1.1.4.1), its command tunnel and our ENPC status.
 */
#ifndef PC_CODEC_ST2_H
#define PC_CODEC_ST2_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	PC_ST2_INKS_MAX = 16,
	PC_ST2_BOXES_MAX = 8,
	PC_ST2_WARNINGS_MAX = 32,
	PC_ST2_EXTRAS_MAX = 16,
	PC_ST2_EXTRA_BYTES = 64,
	PC_ST2_SERIAL_MAX = 16,
	PC_ST2_MAX = 2048 /* largest block we write */
};

enum pc_st2_state {
	PC_ST2_ERROR = 0x00,
	PC_ST2_SELF_PRINT = 0x01,
	PC_ST2_BUSY = 0x02,
	PC_ST2_WAITING = 0x03,
	PC_ST2_IDLE = 0x04,
	PC_ST2_PAUSED = 0x05,
	PC_ST2_CLEANING = 0x07,
	PC_ST2_FACTORY = 0x08,
	PC_ST2_SHUTTING_DOWN = 0x0a,
	PC_ST2_NOZZLE_CHECK = 0x0f,
	PC_ST2_CHARGING = 0x11,
	PC_ST2_NONE = -1 /* a field that is not in the block */
};

enum pc_st2_error {
	PC_ST2_E_FATAL = 0x00,
	PC_ST2_E_COVER = 0x02,
	PC_ST2_E_JAM = 0x04,
	PC_ST2_E_INK_OUT = 0x05,
	PC_ST2_E_PAPER_OUT = 0x06,
	PC_ST2_E_SERVICE = 0x10,
	PC_ST2_E_NO_CARTRIDGE = 0x23,
	PC_ST2_E_NO_TRAY = 0x29,
	PC_ST2_E_OFFLINE = 0x24
};

/* Warnings, id 04: low ink = base + slot. */
enum { PC_ST2_W_INK_LOW = 0x10, PC_ST2_W_CLEANING_DISABLED = 0x51 };

/* Level of one ink, per cent 0..100; PC_ST2_LEVEL_UNKNOWN for tanks, letters for cartridges that
 * cannot be read. */
enum { PC_ST2_LEVEL_UNKNOWN = 0x69, PC_ST2_LEVEL_ABSENT = 'n', PC_ST2_LEVEL_FAILED = 'w' };

struct pc_st2_ink {
	uint8_t type, color, level;
	uint8_t capacity; /* fourth byte of large-format printers */
};

struct pc_st2_box {
	uint8_t state; /* 0 ok, 1 near full, 2 full */
	uint8_t resets;
};

/* A record that has no field here; kept as it came. */
struct pc_st2_extra {
	uint8_t id, len;
	uint8_t data[PC_ST2_EXTRA_BYTES];
};

/* The block. Start with pc_st2_init(): -1 and 0 counts = record absent. */
struct pc_st2 {
	int state;                             /* 01, enum pc_st2_state */
	int error;                             /* 02, enum pc_st2_error */
	int self_print;                        /* 03 */
	int tank;                              /* 0D: maintenance tank, per cent */
	int cancel;                            /* 13 */
	uint8_t warnings[PC_ST2_WARNINGS_MAX]; /* 04 */
	size_t n_warnings;
	struct pc_st2_ink inks[PC_ST2_INKS_MAX]; /* 0F */
	size_t n_inks;
	uint8_t ink_bytes;                         /* bytes an ink record has: 3 or 4 */
	struct pc_st2_box boxes[PC_ST2_BOXES_MAX]; /* 37 */
	size_t n_boxes;
	uint8_t box_bytes; /* 1 or 2 */
	bool has_counters; /* 36: all, page, colour, mono, blank */
	uint32_t counters[5];
	char serial[PC_ST2_SERIAL_MAX + 1]; /* 40 */
	struct pc_st2_extra extras[PC_ST2_EXTRAS_MAX];
	size_t n_extras;
	size_t skipped; /* unknown records beyond PC_ST2_EXTRAS_MAX */
};

void pc_st2_init(struct pc_st2 *s);

/* Add a record the struct has no field for. PC_OK, PC_E_LIMIT. */
int pc_st2_extra_add(struct pc_st2 *s, uint8_t id, const uint8_t *data, size_t len);

/* Write "@BDC ST2" CR LF, length and records in ascending order of id. PC_OK; PC_E_NOSPACE. */
int pc_st2_write(const struct pc_st2 *s, uint8_t *out, size_t size, size_t *ret_len);

/* Read a block; a leading NUL (command tunnel) and what follows the announced length are tolerated.
 * PC_E_TRUNCATED when the block is cut, PC_E_BADVALUE when it is no ST2 block, a record runs over
 * it or a record's inner length lies, PC_E_LIMIT for more inks, boxes or warnings than the maxima.
 */
int pc_st2_read(const uint8_t *data, size_t len, struct pc_st2 *ret);

/* "idle", "paper jam"; NULL for codes without a known meaning. Static. */
const char *pc_st2_state_name(int state);
const char *pc_st2_error_name(int error);

#endif
