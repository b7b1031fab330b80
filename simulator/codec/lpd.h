/* codec/lpd: the line printer daemon protocol of TCP 515: an incremental reader for the server
 * side, writers for the client side, and the control file both ways. Spec: RFC 1179. */
#ifndef PC_CODEC_LPD_H
#define PC_CODEC_LPD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	PC_LPD_PORT = 515,
	PC_LPD_LINE_MAX = 1024, /* one command line with its LF */
	PC_LPD_OPERANDS_MAX = 32,
	PC_LPD_CONTROL_MAX = 16384, /* bytes of a control file */
	PC_LPD_TEXT_MAX = 132,      /* one value of a control file */
	PC_LPD_FILES_MAX = 52,      /* data files of a job: dfA..dfZ, dfa..dfz */
	PC_LPD_JOB_NUMBER_MAX = 999
};

/* Counts from here on are not meant: the file ends with the connection, as with 0. Windows' stream
 * mode sends 2147483647 or 4294967295, CUPS 999999999999, Epson's library 1073741824000. */
#define PC_LPD_COUNT_ABSURD UINT64_C(0x7fffffff)

/* Spec: RFC 1179 s5, s6. */
enum pc_lpd_command {
	PC_LPD_PRINT_WAITING = 1,
	PC_LPD_RECEIVE_JOB = 2,
	PC_LPD_QUEUE_SHORT = 3,
	PC_LPD_QUEUE_LONG = 4,
	PC_LPD_REMOVE_JOBS = 5
};
enum pc_lpd_subcommand { PC_LPD_ABORT = 1, PC_LPD_CONTROL_FILE = 2, PC_LPD_DATA_FILE = 3 };

enum pc_lpd_step {
	PC_LPD_MORE,     /* nothing complete: bring more bytes */
	PC_LPD_COMMAND,  /* code, operands[0] = queue */
	PC_LPD_FILE,     /* code 2 or 3, count, name: acknowledge, then bytes follow */
	PC_LPD_BYTES,    /* data, len: the next bytes of the file */
	PC_LPD_FILE_END, /* the file is complete: acknowledge */
	PC_LPD_ABORTED,  /* sub-command 1 */
	PC_LPD_BAD       /* problem says what; the stream cannot be followed any more */
};

/* What a step brought; pointers are into the parser or the input, valid until the next call. */
struct pc_lpd_item {
	enum pc_lpd_step step;
	uint8_t code;
	const char *operands[PC_LPD_OPERANDS_MAX];
	size_t n_operands;
	size_t dropped_operands; /* beyond the maximum */
	uint64_t count;
	bool until_close;  /* FILE: count 0 or absurd, no FILE_END comes */
	bool no_final_nul; /* FILE_END: the octet 00 was missing */
	const char *name;
	const uint8_t *data;
	size_t len;
	const char *problem;
};

/* Caller's storage; zero it for a new connection. Private members. */
struct pc_lpd_parser {
	uint8_t state;
	uint8_t code;
	uint64_t left;
	bool last_was_nul;
	size_t n;
	char line[PC_LPD_LINE_MAX];
};

/* Take bytes of the stream. Returns how many were used (can be 0) and one item; call again with the
 * rest until MORE or BAD. MORE has used everything. */
size_t pc_lpd_feed(
	struct pc_lpd_parser *p, const uint8_t *data, size_t len, struct pc_lpd_item *ret);

/* True when every octet of a file has come and only the final 00 is missing. Some clients never
 * send it: after a short wait end the file with pc_lpd_end_without_nul(). */
bool pc_lpd_waits_for_nul(const struct pc_lpd_parser *p);
void pc_lpd_end_without_nul(struct pc_lpd_parser *p);

/* True inside a file whose octets have not all come, or between the bytes of a line. */
bool pc_lpd_in_file(const struct pc_lpd_parser *p);

/* Control file. `copies` counts the lines that print one data file. */
struct pc_lpd_print {
	char letter; /* f l o r … */
	char file[PC_LPD_TEXT_MAX];
	uint32_t copies;
};
struct pc_lpd_control {
	char host[PC_LPD_TEXT_MAX];   /* H */
	char user[PC_LPD_TEXT_MAX];   /* P */
	char job[PC_LPD_TEXT_MAX];    /* J */
	char title[PC_LPD_TEXT_MAX];  /* T */
	char klass[PC_LPD_TEXT_MAX];  /* C */
	char banner[PC_LPD_TEXT_MAX]; /* L */
	char mail[PC_LPD_TEXT_MAX];   /* M */
	char source[PC_LPD_TEXT_MAX]; /* N, of the first file */
	struct pc_lpd_print prints[PC_LPD_FILES_MAX];
	size_t n_prints;
	size_t unknown; /* lines whose letter is not in the table */
};

/* Read it; CR LF line ends, a missing last LF and NULs at the end are tolerated, long values cut.
 * PC_OK; PC_E_LIMIT for more than PC_LPD_FILES_MAX files; PC_E_BADVALUE for a line that begins with
 * a control character. */
int pc_lpd_control_read(const uint8_t *data, size_t len, struct pc_lpd_control *ret);

/* Write it: H, P, then what is set of C J L M, one print line per copy, U and N per file. PC_OK,
 * PC_E_NOSPACE; PC_E_BADVALUE when a value holds a line feed. */
int pc_lpd_control_write(
	const struct pc_lpd_control *c, uint8_t *out, size_t size, size_t *ret_len);

/* Meaning of a control file letter ("originating host"), NULL when unknown. Static. */
const char *pc_lpd_letter_name(char letter);

/* Client side. A command line: code, queue and further operands (NULL-terminated list, may be
 * NULL). PC_E_BADVALUE for an operand with blanks or line ends. */
int pc_lpd_command_write(uint8_t code, const char *queue, const char *const *operands, uint8_t *out,
	size_t size, size_t *ret_len);

/* Sub-command 2 or 3: count, "cfA" or "dfA" (`letter` A…Z), job number and host. PC_E_BADVALUE for
 * a number over 999 or a host with blanks. */
int pc_lpd_file_write(uint8_t code, uint64_t count, char letter, unsigned job, const char *host,
	uint8_t *out, size_t size, size_t *ret_len);

/* Job number and host of a "cfA012host" name. PC_OK, PC_E_BADVALUE. */
int pc_lpd_file_name_read(const char *name, unsigned *ret_job, const char **ret_host);

#endif
