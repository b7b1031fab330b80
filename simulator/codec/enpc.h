/* codec/enpc: ENPC, Epson's request/reply protocol on UDP 3289: the 14-byte header and every reply
 * layout that is publicly known. Pure functions over bytes. */
#ifndef PC_CODEC_ENPC_H
#define PC_CODEC_ENPC_H

#include <stddef.h>
#include <stdint.h>

enum {
	PC_ENPC_PORT = 3289,
	PC_ENPC_HEADER_BYTES = 14,
	PC_ENPC_BOARD_BYTES = 54,
	PC_ENPC_NETWORK_BYTES = 23,
	PC_ENPC_PROBE_BYTES = 62, /* ours: the board's 54, the address, four NUL */
	PC_ENPC_PROBE_MIN = 76,   /* SANE ignores shorter probe answers (whole datagram) */
	PC_ENPC_POS_BASIC_BYTES = 133,
	PC_ENPC_POS_EXTENDED_BYTES = 170,
	PC_ENPC_POS_STATUS_BYTES = 13,
	PC_ENPC_POS_BUFFER_BYTES = 8,
	PC_ENPC_FORCED_MAX = 255, /* bytes of a forced transmission */
	PC_ENPC_NAME_MAX = 32,
	PC_ENPC_ID_MAX = 1024, /* IEEE 1284 device ID */
	PC_ENPC_MAX = 2048     /* largest datagram we write */
};

/* Packet types; the reply is the lower-case letter. */
enum pc_enpc_type {
	PC_ENPC_PROBE = 'P',
	PC_ENPC_INITIALIZE = 'I',
	PC_ENPC_QUERY = 'Q',
	PC_ENPC_COMMAND = 'C',
	PC_ENPC_SETUP = 'S',
	PC_ENPC_NOTIFY = 'N'
};

enum pc_enpc_device {
	PC_ENPC_BOARD = 0,
	PC_ENPC_INKJET = 2,
	PC_ENPC_POS = 3,
	PC_ENPC_SCANNER = 4,
	PC_ENPC_NUMBER_ANY = 0xff /* device number of a probe */
};

enum pc_enpc_result {
	PC_ENPC_OK = 0x0000,
	PC_ENPC_OK_TOO = 0xe000,
	PC_ENPC_BUSY = 0xf000,
	PC_ENPC_NO_DEVICE = 0xfffe,
	PC_ENPC_NO_FUNCTION = 0xffff
};

/* Function numbers. The four at 0xf0.. are ours (no public number exists): status and maintenance
 * of an inkjet, so that a fleet service without LPD can drive it. */
enum pc_enpc_function {
	PC_ENPC_F_BASIC = 0x0000,
	PC_ENPC_F_POS_EXTENDED = 0x0001,
	PC_ENPC_F_NETWORK = 0x0010,    /* of the board; of a POS printer: its status */
	PC_ENPC_F_POS_FORCED = 0x0011, /* C 03, Spec: UB-E02 manual s5.5 */
	PC_ENPC_F_POS_RESET = 0x0012,
	PC_ENPC_F_POS_FLUSH = 0x0013,
	PC_ENPC_F_POS_BUFFER = 0x0014, /* Q 03 */
	PC_ENPC_F_POS_TOGGLE = 0x0015, /* C 03 */
	PC_ENPC_F_POS_TIMER = 0x0016,
	PC_ENPC_F_POS_HOLDER = 0x0017, /* Q 03 */
	PC_ENPC_F_POS_CONNECT = 0x0020,
	PC_ENPC_F_OWN_STATUS = 0xf000, /* Q 02: reply data = ST2 block */
	PC_ENPC_F_OWN_CLEAN = 0xf001,  /* C 02: data [0] nozzle group, [1] 1 = power cleaning */
	PC_ENPC_F_OWN_NOZZLE = 0xf002, /* C 02: nozzle check print */
	PC_ENPC_F_OWN_RESTART = 0xf003 /* C 02: restart */
};

/* One message. `data` is borrowed from the input. */
struct pc_enpc {
	uint8_t type; /* letter as on the wire */
	uint8_t device;
	uint8_t number;
	uint16_t function;
	uint16_t result;
	const uint8_t *data;
	uint16_t len;
	size_t trailing; /* bytes after what the length field covers (SANE's probe has one) */
};

/* Read a datagram. PC_OK; PC_E_TRUNCATED for less than a header or less data than announced;
 * PC_E_BADVALUE for a wrong magic or a letter that is no packet type in either case. */
int pc_enpc_read(const uint8_t *data, size_t len, struct pc_enpc *ret);

/* Write header and data. PC_OK, PC_E_NOSPACE. */
int pc_enpc_write(const struct pc_enpc *msg, uint8_t *out, size_t size, size_t *ret_len);

/* Name of a packet type in either case ("Probe"), NULL for other letters; of a known query or
 * command ("board information"), NULL when the function is not known. Static. */
const char *pc_enpc_type_name(uint8_t type);
const char *pc_enpc_function_name(uint8_t type, uint8_t device, uint16_t function);

/* Board information: reply data of Q 00 0000 and the beginning of our probe reply. */
struct pc_enpc_board {
	char name[PC_ENPC_NAME_MAX + 1];
	uint8_t model[4]; /* offset 36: model dependent */
	uint8_t mac[6];
};
int pc_enpc_board_write(const struct pc_enpc_board *b, uint8_t out[PC_ENPC_BOARD_BYTES]);
/* PC_E_TRUNCATED under 54 bytes. */
int pc_enpc_board_read(const uint8_t *data, size_t len, struct pc_enpc_board *ret);

/* Probe reply data of ours. `address` in network order bytes. */
int pc_enpc_probe_write(
	const struct pc_enpc_board *b, const uint8_t address[4], uint8_t out[PC_ENPC_PROBE_BYTES]);

/* Network information: reply data of Q 00 0010. */
struct pc_enpc_network {
	uint8_t mac[6];
	uint16_t assignment; /* 0x0004, 0x0014 */
	uint8_t address[4], netmask[4], gateway[4];
	uint16_t services; /* bit map, 0x801c */
};
int pc_enpc_network_write(const struct pc_enpc_network *n, uint8_t out[PC_ENPC_NETWORK_BYTES]);
/* PC_E_TRUNCATED under 23 bytes, PC_E_BADVALUE when the first byte is not 1. */
int pc_enpc_network_read(const uint8_t *data, size_t len, struct pc_enpc_network *ret);

/* Device ID and model: reply data of Q 02 0000. */
struct pc_enpc_device_id {
	char id[PC_ENPC_ID_MAX];
	char model[PC_ENPC_NAME_MAX * 2];
};
/* PC_OK, PC_E_NOSPACE. */
int pc_enpc_device_id_write(
	const struct pc_enpc_device_id *d, uint8_t *out, size_t size, size_t *ret_len);
/* PC_E_TRUNCATED; PC_E_BADVALUE when the 1284 length word points beyond the data or below 2;
 * PC_E_LIMIT for an ID over PC_ENPC_ID_MAX - 1. */
int pc_enpc_device_id_read(const uint8_t *data, size_t len, struct pc_enpc_device_id *ret);

/* POS printer: basic (Q 03 0000) and extended (Q 03 0001) information. */
struct pc_enpc_pos {
	uint8_t mac[6];
	char board[PC_ENPC_NAME_MAX + 1]; /* "UB-E03" */
	uint8_t version[4];               /* 05 01 02 01 */
	char model[PC_ENPC_NAME_MAX * 2];
};
int pc_enpc_pos_basic_write(const struct pc_enpc_pos *p, uint8_t out[PC_ENPC_POS_BASIC_BYTES]);
int pc_enpc_pos_extended_write(
	const struct pc_enpc_pos *p, uint8_t out[PC_ENPC_POS_EXTENDED_BYTES]);
int pc_enpc_pos_basic_read(const uint8_t *data, size_t len, struct pc_enpc_pos *ret);
int pc_enpc_pos_extended_read(const uint8_t *data, size_t len, struct pc_enpc_pos *ret);

/* Forced transmission (C 03 0011), past the receive buffer: bytes for the printer, and what it says
 * to them. `flag`: of the request flow control 0 or 1, of the reply the result, 0 done.
 * Spec: UB-E02 manual s5.5 */
struct pc_enpc_forced {
	uint8_t flag;
	const uint8_t *data; /* borrowed */
	uint16_t len;
};
/* PC_OK, PC_E_NOSPACE. */
int pc_enpc_forced_write(
	const struct pc_enpc_forced *f, uint8_t *out, size_t size, size_t *ret_len);
/* PC_E_TRUNCATED when it is shorter than it says, PC_E_LIMIT over PC_ENPC_FORCED_MAX bytes. */
int pc_enpc_forced_read(const uint8_t *data, size_t len, struct pc_enpc_forced *ret);

#endif
