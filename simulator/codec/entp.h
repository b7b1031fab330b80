/* codec/entp: ENTP ("IS" frames) on TCP 1865, how scan clients talk to Epson multifunctions, and
 * the few ESC/I answers an identification needs. Pure functions over bytes. */
#ifndef PC_CODEC_ENTP_H
#define PC_CODEC_ENTP_H

#include <stddef.h>
#include <stdint.h>

enum {
	PC_ENTP_PORT = 1865,
	PC_ENTP_HEADER_BYTES = 12,
	PC_ENTP_PAYLOAD_MAX = 65536, /* frames that announce more are refused */
	PC_ENTP_IDENTITY_BYTES = 80, /* FS I */
	PC_ENTP_STATUS_BYTES = 16,   /* FS F */
	PC_ENTP_BLOCK_BYTES = 64     /* ESC/I-2 reply header */
};

enum pc_entp_type {
	PC_ENTP_PASS = 0x2000,
	PC_ENTP_LOCK = 0x2100,
	PC_ENTP_UNLOCK = 0x2101,
	PC_ENTP_WELCOME = 0x8000,
	PC_ENTP_EVENT = 0x9000,
	PC_ENTP_PASS_REPLY = 0xa000,
	PC_ENTP_LOCK_REPLY = 0xa100,
	PC_ENTP_UNLOCK_REPLY = 0xa101
};

/* One byte of an asynchronous event. */
enum pc_entp_event {
	PC_ENTP_EVENT_SCAN_START = 0x01,
	PC_ENTP_EVENT_DISCONNECT = 0x02,
	PC_ENTP_EVENT_CANCEL = 0x03,
	PC_ENTP_EVENT_STOP = 0x04,
	PC_ENTP_EVENT_TIMEOUT = 0x80,
	PC_ENTP_EVENT_SERVER_ERROR = 0xa0
};

/* One frame; `data` borrowed from the input. */
struct pc_entp {
	uint16_t type;
	const uint8_t *data;
	uint32_t len;
};

/* Read the frame at the start of a stream. PC_OK and the bytes it takes; PC_E_TRUNCATED: more bytes
 * are needed; PC_E_BADVALUE: not an IS frame, or a header size other than 12; PC_E_LIMIT: payload
 * over PC_ENTP_PAYLOAD_MAX. */
int pc_entp_read(const uint8_t *data, size_t len, struct pc_entp *ret, size_t *ret_used);

/* PC_OK, PC_E_NOSPACE. */
int pc_entp_write(const struct pc_entp *frame, uint8_t *out, size_t size, size_t *ret_len);

/* Pass-through request: command bytes and how many bytes the client waits for. */
struct pc_entp_pass {
	const uint8_t *command; /* borrowed */
	uint32_t len;
	uint32_t reply_len;
};
/* PC_E_TRUNCATED under 8 bytes, PC_E_BADVALUE when the command length lies. */
int pc_entp_pass_read(const struct pc_entp *frame, struct pc_entp_pass *ret);
int pc_entp_pass_write(const struct pc_entp_pass *pass, uint8_t *out, size_t size, size_t *ret_len);

/* Lock request: none of epson2's, seven bytes of epsonds' with the seconds after which the printer
 * may take the lock back. PC_OK with *ret_seconds 0 for none; PC_E_TRUNCATED, PC_E_BADVALUE for
 * another form. Spec: SANE epsonds, 01 A0 04 and a big-endian number */
int pc_entp_lock_read(const struct pc_entp *frame, uint32_t *ret_seconds);

/* "Scan"-side identity, ESC/I command level B7. Lengths in pixels at `max_dpi`. */
struct pc_entp_identity {
	char model[17]; /* 16 characters */
	char rom[5];    /* 4 characters */
	uint32_t base_dpi, min_dpi, max_dpi;
	uint32_t max_pixels;
	uint32_t width, height;
};
int pc_entp_identity_write(const struct pc_entp_identity *id, uint8_t out[PC_ENTP_IDENTITY_BYTES]);
int pc_entp_identity_read(const uint8_t *data, size_t len, struct pc_entp_identity *ret);

/* ESC/I-2 reply header "NAMExHHHHHHH#---", padded with NUL; `len` = bytes of data that follow. */
int pc_entp_block_write(const char name[4], uint32_t len, uint8_t out[PC_ENTP_BLOCK_BYTES]);
/* The 12-byte request or the reply header: name and length. PC_E_TRUNCATED, PC_E_BADVALUE. */
int pc_entp_block_read(const uint8_t *data, size_t len, char ret_name[5], uint32_t *ret_len);

#endif
