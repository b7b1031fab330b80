/* services/raw: inside of the raw port service: one connection and what PJL keeps for its printer,
 * shared by transport (raw.c), the commands (raw-pjl.c) and their families (pjl-*.c). */
#ifndef PC_SERVICES_RAW_H
#define PC_SERVICES_RAW_H

#include "services/intake.h"
#include "services/volume.h"

enum {
	PC_RAW_LISTENERS_MAX = 32, /* of all models of a fleet */
	PC_RAW_TIMED_MIN_S = 5,
	PC_RAW_TIMED_MAX_S = 300,
	PC_RAW_IDLE_SHORT_S = 2, /* fault */
	PC_RAW_LINE_TEXT_MAX = 512
};

struct pc_raw {
	struct pc_service service;
	struct pc_tcp_listener *listeners[PC_RAW_LISTENERS_MAX]; /* owned */
	uint16_t ports[PC_RAW_LISTENERS_MAX];                    /* before the offset */
	size_t n_listeners;
	struct pc_raw_device **devices; /* owned, by number from 1; NULL until first connected to */
	size_t n_devices;
};

/* A message of a peer that keeps the printer off-line until somebody acknowledges it. */
enum pc_raw_message { PC_RAW_NO_MESSAGE, PC_RAW_OPMSG, PC_RAW_STMSG };

/* One printer: its connections, and what PJL keeps in its memory. */
struct pc_raw_device {
	struct pc_device *dev;            /* borrowed */
	struct pc_raw_conn *first, *last; /* its connections, oldest first */
	struct pc_volume *volume;         /* owned; NULL until PJL asks for it */
	char **defaults;                  /* owned, by variable; NULL until one is changed */
	uint16_t password;                /* of DEFAULT, INITIALIZE and the volume; 0: none */
	enum pc_raw_message message;
	struct pc_raw_conn *asker; /* who is told the key that acknowledges a STMSG; or NULL */
	char message_text[PC_NAME_MAX];
};

enum pc_ustatus_device { PC_USTATUS_OFF, PC_USTATUS_ON, PC_USTATUS_VERBOSE };

/* A file on its way to the volume. */
struct pc_raw_transfer {
	uint64_t left; /* octets still to come */
	uint8_t *data; /* owned; NULL: they are thrown away */
	size_t len;
	bool append;
	char path[PC_PJL_PATH_MAX];
};

struct pc_raw_conn {
	struct pc_raw *raw;       /* borrowed */
	struct pc_raw_device *at; /* borrowed */
	struct pc_device *dev;    /* borrowed */
	struct pc_tcp *tcp;       /* borrowed */
	struct pc_raw_conn *prev, *next;
	struct pc_pjl_scanner scanner;
	struct pc_intake intake;
	struct pc_ticket ticket;
	char **values; /* owned, by variable: what SET says for the job; NULL until then */
	bool waiting;  /* another connection has the device */
	bool reads;    /* though it waits: PJL is answered, data wait */
	bool blocked;  /* the device takes no job now */
	bool in_job;   /* between JOB and EOJ */
	bool half_closed;
	bool no_probe;        /* the stream is over: what looks like @EJL is data */
	struct pc_raw_d4 *d4; /* owned; NULL outside packet mode */
	bool unlocked;        /* JOB PASSWORD was right */
	uint32_t printing; /* the device's number of the last job handed over, 0 when it is done */
	struct pc_raw_transfer *transfer; /* owned; NULL while none is under way */
	char display[PC_NAME_MAX];        /* JOB DISPLAY: shown while the job prints */
	enum pc_ustatus_device ustatus_device;
	bool ustatus_job, ustatus_page;
	unsigned timed_s;
	unsigned last_code;
	struct pc_timer timed;
};

/* Run one line of PJL. */
void pc_raw_pjl(struct pc_raw_conn *c, const uint8_t *line, size_t len);

/* A line that cannot be run, for its status code: counted, journalled, told to those who have
 * USTATUS DEVICE=VERBOSE. */
void pc_raw_pjl_error(struct pc_raw_conn *c, unsigned code);

/* Data of a job may come: it is open, or could be opened. False: the peer has to wait. */
bool pc_raw_begin_job(struct pc_raw_conn *c);

/* The job on this connection is complete (UEL, EOJ, end of the stream). */
void pc_raw_end_job(struct pc_raw_conn *c);

/* What goes out unasked after a device event. */
void pc_raw_ustatus(struct pc_raw_conn *c, const struct pc_device_event *event);
void pc_raw_ustatus_off(struct pc_raw_conn *c);

/* Send what the writer holds; nothing when it ran over, or when there is no back channel. */
void pc_raw_reply(struct pc_raw_conn *c, struct pc_writer *w);

/* Code, panel text and ONLINE as this printer tells them now. */
unsigned pc_raw_status(const struct pc_raw_conn *c, const char **ret_display, bool *ret_online);

/* Settings that a password protects may be changed. */
bool pc_raw_unlocked(const struct pc_raw_conn *c);

/* OPMSG, STMSG. The printer is on-line again: the message is acknowledged. */
void pc_raw_message_show(struct pc_raw_conn *c, enum pc_raw_message kind, const char *text);
void pc_raw_message_done(struct pc_raw *raw, struct pc_raw_device *at);

/* pjl-info: one INFO category; false when this printer does not know it. */
bool pc_raw_info(struct pc_raw_conn *c, const char *category, struct pc_writer *w);

/* pjl-vars: variables. Values of the connection last until its job is over, those of the device
 * until INITIALIZE. */
enum pc_pjl_var_use { PC_PJL_SET, PC_PJL_DEFAULT };
void pc_raw_vars_set(
	struct pc_raw_conn *c, const struct pc_pjl_command *cmd, enum pc_pjl_var_use use);
void pc_raw_vars_forget(struct pc_raw_conn *c);        /* RESET, end of the job */
void pc_raw_vars_initialize(struct pc_raw_device *at); /* factory values */
void pc_raw_vars_ticket(const struct pc_raw_conn *c, struct pc_ticket *t);
void pc_raw_vars_info(struct pc_raw_conn *c, struct pc_writer *w);
/* Value of the variable the command asks for, "\"?\"" when there is none. */
void pc_raw_vars_inquire(const struct pc_raw_conn *c, const struct pc_pjl_command *cmd,
	enum pc_pjl_var_use use, struct pc_writer *w);
/* The I/O time-out in seconds. */
unsigned pc_raw_vars_timeout(const struct pc_raw_device *at);
/* Is the volume locked? */
bool pc_raw_vars_disk_locked(const struct pc_raw_device *at);
/* The PJL name of a size of the profile, its PWG name when PJL has none. */
const char *pc_raw_paper_name(const struct pc_profile *p, size_t size);

/* pjl-files: the file system commands. */
void pc_raw_files(struct pc_raw_conn *c, const struct pc_pjl_command *cmd);
void pc_raw_files_info(struct pc_raw_conn *c, struct pc_writer *w);
/* Octets of a file that comes; how many of `len` were its. */
size_t pc_raw_files_take(struct pc_raw_conn *c, const uint8_t *data, size_t len);
void pc_raw_files_abort(struct pc_raw_conn *c);

/* raw-ejl: @EJL ID; IEEE 1284.4 packets until the conversation is over. How many octets were taken;
 * fewer than `len` when it is over or the printer makes the peer wait. */
void pc_raw_ejl_identify(struct pc_raw_conn *c);
void pc_raw_d4_enter(struct pc_raw_conn *c);
void pc_raw_d4_free(struct pc_raw_conn *c);
size_t pc_raw_d4_take(struct pc_raw_conn *c, const uint8_t *data, size_t len);

#endif
