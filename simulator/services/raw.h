/* services/raw: inside of the raw port service: one connection, shared by transport and PJL. */
#ifndef PC_SERVICES_RAW_H
#define PC_SERVICES_RAW_H

#include "services/intake.h"

enum { PC_RAW_LISTENERS_MAX = 32, PC_RAW_TIMED_MIN_S = 5, PC_RAW_TIMED_MAX_S = 300 };

struct pc_raw {
	struct pc_service service;
	struct pc_tcp_listener *listeners[PC_RAW_LISTENERS_MAX]; /* owned */
	uint16_t ports[PC_RAW_LISTENERS_MAX];                    /* before the offset */
	size_t n_listeners;
	struct pc_raw_conn *first, *last; /* owned list, oldest first */
};

enum pc_ustatus_device { PC_USTATUS_OFF, PC_USTATUS_ON, PC_USTATUS_VERBOSE };

struct pc_raw_conn {
	struct pc_raw *raw;    /* borrowed */
	struct pc_device *dev; /* borrowed */
	struct pc_tcp *tcp;    /* borrowed */
	struct pc_raw_conn *prev, *next;
	struct pc_pjl_scanner scanner;
	struct pc_intake intake;
	struct pc_ticket ticket;
	bool waiting; /* another connection has the device */
	bool blocked; /* the device takes no job now */
	bool in_job;  /* between JOB and EOJ */
	bool half_closed;
	uint32_t printing; /* the device's number of the last job handed over, 0 when it is done */
	uint64_t skip;     /* octets of an FSDOWNLOAD that still come */
	enum pc_ustatus_device ustatus_device;
	bool ustatus_job, ustatus_page;
	unsigned timed_s;
	unsigned last_code;
	struct pc_timer timed;
};

/* Run one line of PJL. */
void pc_raw_pjl(struct pc_raw_conn *c, const uint8_t *line, size_t len);

/* The job on this connection is complete (UEL, EOJ, end of the stream). */
void pc_raw_end_job(struct pc_raw_conn *c);

/* What goes out unasked after a device event. */
void pc_raw_ustatus(struct pc_raw_conn *c, const struct pc_device_event *event);
void pc_raw_ustatus_off(struct pc_raw_conn *c);

#endif
