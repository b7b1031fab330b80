/* codec/pjl: the printer job language on raw ports: an incremental scanner that keeps print data
 * and commands apart, a parser for one command line, writers for replies, and the status codes. */
#ifndef PC_CODEC_PJL_H
#define PC_CODEC_PJL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/wire.h"

enum {
	PC_PJL_UEL_BYTES = 9,
	PC_PJL_LINE_MAX = 1024, /* longer lines are dropped with code 20005 */
	PC_PJL_WORD_MAX = 32,   /* longer words are cut with code 25003 */
	PC_PJL_STRING_MAX = 80, /* longer strings are cut with code 25004 */
	PC_PJL_OPTIONS_MAX = 16,
	PC_PJL_REPLY_MAX = 8192
};

/* ESC %-12345X */
extern const uint8_t pc_pjl_uel[PC_PJL_UEL_BYTES];

enum pc_pjl_step {
	PC_PJL_MORE, /* everything was taken, nothing complete */
	PC_PJL_UEL,  /* universal exit: what came before is complete */
	PC_PJL_LINE, /* a line of PJL without its line end; `error` may be set */
	PC_PJL_BYTES /* print data */
};

/* Pointers are into the scanner or the input, valid until the next call. */
struct pc_pjl_item {
	enum pc_pjl_step step;
	const uint8_t *data;
	size_t len;
	unsigned error; /* LINE: status code (20005, 20006), the line is to be ignored */
};

/* Caller's storage; zero it for a new connection. Private members. */
struct pc_pjl_scanner {
	bool in_data;
	bool too_long;
	uint8_t matched; /* bytes of a UEL seen at the end of the data */
	size_t n;
	uint8_t line[PC_PJL_LINE_MAX];
};

/* Take bytes; returns how many were used (can be 0) and one item. Call again with the rest until
 * MORE. At the start and after a UEL the scanner expects "@PJL"; anything else is data. */
size_t pc_pjl_feed(
	struct pc_pjl_scanner *s, const uint8_t *data, size_t len, struct pc_pjl_item *ret);

/* From now on everything up to the next UEL is data (after ENTER LANGUAGE). */
void pc_pjl_enter_data(struct pc_pjl_scanner *s);

/* The stream ends: bytes held back because they might have begun a UEL or a PJL line are data after
 * all. At most PC_PJL_LINE_MAX. */
size_t pc_pjl_finish(struct pc_pjl_scanner *s, const uint8_t **ret_data);

/* One NAME, NAME=VALUE or NAME="text" of a command. */
struct pc_pjl_option {
	char name[PC_PJL_WORD_MAX + 1];    /* upper case */
	char value[PC_PJL_STRING_MAX + 1]; /* as written, without quotes */
	bool has_value, quoted;
};

/* A parsed line. `warning` is a 25xxx code of what was cut or dropped, 0 for none. */
struct pc_pjl_command {
	char name[PC_PJL_WORD_MAX + 1]; /* upper case: "INFO"; "" for a bare @PJL */
	char modifier[PC_PJL_WORD_MAX + 1], modifier_value[PC_PJL_WORD_MAX + 1];
	struct pc_pjl_option options[PC_PJL_OPTIONS_MAX];
	size_t n_options;
	const char *rest; /* what follows the command word, borrowed from `line` (ECHO, COMMENT) */
	size_t rest_len;
	unsigned warning;
};

/* Parse a line from the scanner. 0, or the 20xxx status code of what is wrong with it. */
unsigned pc_pjl_parse(const uint8_t *line, size_t len, struct pc_pjl_command *ret);

/* Option by upper-case name, NULL when absent. */
const struct pc_pjl_option *pc_pjl_option(const struct pc_pjl_command *c, const char *name);

/* True when the command is known at all (otherwise: status 20002, no reply). */
bool pc_pjl_is_known(const char *name);

/* Replies. "@PJL heading" CR LF, lines with CR LF, form feed at the end. Overflow shows in w->err.
 * Control characters of values are replaced by blanks, so that no value can forge a line. */
void pc_pjl_reply_begin(struct pc_writer *w, const char *heading);
void pc_pjl_reply_line(struct pc_writer *w, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void pc_pjl_reply_end(struct pc_writer *w);
/* CODE, DISPLAY and ONLINE lines of INFO STATUS and USTATUS DEVICE. */
void pc_pjl_reply_status(struct pc_writer *w, unsigned code, const char *display, bool online);
/* The whole ECHO reply: the words exactly as they came. */
void pc_pjl_reply_echo(struct pc_writer *w, const char *words, size_t len);

/* What is known of a status code. Families such as 41xyy match by their digits. */
struct pc_pjl_code {
	const char *code; /* five characters; x and y stand for any digit */
	const char *kind; /* "info", "intervention" … */
	const char *meaning;
	signed char online; /* 1 yes, 0 no, -1 not stated */
};
const struct pc_pjl_code *pc_pjl_code_find(unsigned code); /* NULL when unknown */
const struct pc_pjl_code *pc_pjl_codes(size_t *ret_n);

#endif
