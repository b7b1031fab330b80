/* codec/d4: IEEE 1284.4 packets ("D4") as Epson printers speak them behind @EJL 1284.4, and the
 * @EJL requests themselves. Printer side: read a stream, write replies. Pure functions over bytes.
 *
 *     primary socket (1) secondary socket (1) length (2, whole packet) credit (1) control (1)
 *
 * Sockets 0, 0 carry commands: code (1), operands; a reply is code + 80h, result, operands. */
#ifndef PC_CODEC_D4_H
#define PC_CODEC_D4_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/wire.h"

enum {
	PC_D4_HEADER_BYTES = 6,
	PC_D4_COMMAND_MAX = 64, /* octets of a command without the header */
	PC_D4_NAME_MAX = 40,    /* of a service */
	PC_D4_REVISION = 0x10,
	PC_EJL_REQUEST_MAX = 40
};

/* Spec: IEEE 1284.4; 45h is Epson's own, the answer to entering packet mode */
enum pc_d4_command {
	PC_D4_INIT = 0x00,
	PC_D4_OPEN_CHANNEL = 0x01,
	PC_D4_CLOSE_CHANNEL = 0x02,
	PC_D4_CREDIT = 0x03,
	PC_D4_CREDIT_REQUEST = 0x04,
	PC_D4_DEBIT = 0x05,
	PC_D4_DEBIT_REQUEST = 0x06,
	PC_D4_CONFIG_SOCKET = 0x07,
	PC_D4_EXIT = 0x08,
	PC_D4_GET_SOCKET_ID = 0x09,
	PC_D4_GET_SERVICE_NAME = 0x0a,
	PC_D4_ENTER = 0x45,
	PC_D4_ERROR = 0x7f,
	PC_D4_REPLY = 0x80 /* added to a command's code */
};

enum pc_d4_result {
	PC_D4_OK = 0x00,
	PC_D4_BAD_REVISION = 0x02,
	PC_D4_NOT_OPEN = 0x03,
	PC_D4_NO_RESOURCES = 0x04,
	PC_D4_DENIED = 0x05,
	PC_D4_ALREADY_OPEN = 0x06,
	PC_D4_CREDIT_OVERFLOW = 0x07,
	PC_D4_NO_SERVICE = 0x09,
	PC_D4_NO_SUCH_NAME = 0x0a
};

/* Codes of an error packet: the conversation is over. */
enum pc_d4_error {
	PC_D4_E_MALFORMED = 0x80,
	PC_D4_E_NO_CREDIT = 0x81,
	PC_D4_E_TOO_BIG = 0x83,
	PC_D4_E_CHANNEL_CLOSED = 0x84,
	PC_D4_E_COMMAND = 0x87
};

/* One command; fields that it has not are 0 or "". */
struct pc_d4_packet {
	uint8_t command;
	uint8_t primary,
		secondary; /* channel it is about; GetServiceName: `primary` is the socket */
	uint16_t to_printer, to_host; /* packet sizes of OpenChannel */
	uint16_t credit, max_credit;
	uint8_t revision;          /* Init */
	uint8_t error;             /* Error */
	char name[PC_D4_NAME_MAX]; /* GetSocketID */
};

enum pc_d4_step {
	PC_D4_MORE,    /* everything was taken, nothing complete */
	PC_D4_COMMAND, /* `packet` */
	PC_D4_DATA,    /* the next octets of a data packet; `first` and `last` of it */
	PC_D4_BAD      /* `error`: the stream cannot be followed any more */
};

struct pc_d4_item {
	enum pc_d4_step step;
	struct pc_d4_packet packet;
	uint8_t primary, secondary, credit;
	uint16_t length; /* of the data packet with its header */
	const uint8_t *data;
	size_t len;
	bool first, last;
	enum pc_d4_error error;
};

/* Caller's storage; zero it when packet mode is entered. Private members. */
struct pc_d4_parser {
	uint8_t header[PC_D4_HEADER_BYTES];
	uint8_t n_header;
	uint8_t command[PC_D4_COMMAND_MAX];
	uint8_t n_command;
	uint16_t left; /* octets of the packet behind its header that still come */
	bool started;  /* some of them were told */
	bool broken;
};

/* Take octets; returns how many were used (can be 0) and one item. Call again with the rest until
 * MORE or BAD. */
size_t pc_d4_feed(struct pc_d4_parser *p, const uint8_t *data, size_t len, struct pc_d4_item *ret);

/* Replies. A whole packet on sockets 0, 0: code, result, operands by the command. */
void pc_d4_reply(struct pc_writer *w, const struct pc_d4_packet *packet, uint8_t result);
void pc_d4_error(struct pc_writer *w, uint8_t primary, uint8_t secondary, enum pc_d4_error code);
/* A data packet of a channel. */
void pc_d4_data(struct pc_writer *w, uint8_t primary, uint8_t secondary, uint8_t credit,
	const uint8_t *data, size_t len);

/* @EJL at the start of a stream or job. */
enum pc_ejl {
	PC_EJL_NONE,    /* something else */
	PC_EJL_PARTIAL, /* may become one when more comes */
	PC_EJL_ID,      /* ESC SOH "@EJL ID", also behind the request to leave packet mode */
	PC_EJL_ENTER    /* enter packet mode */
};
/* `ret_used`: octets of ID or ENTER. */
enum pc_ejl pc_ejl_probe(const uint8_t *data, size_t len, size_t *ret_used);

#endif
