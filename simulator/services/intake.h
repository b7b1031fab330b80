/* services/intake: one job on its way in, from LPD or a raw port: handed to the device, classified
 * by its first bytes (print or maintenance), journalled. */
#ifndef PC_SERVICES_INTAKE_H
#define PC_SERVICES_INTAKE_H

#include "codec/epson-remote.h"
#include "codec/pjl.h"
#include "services/internal.h"
#include "services/sink.h"

/* What a job's headers ask for. -1: nothing said. */
struct pc_ticket {
	uint32_t copies; /* 0: nothing said */
	int duplex, color, size;
	uint32_t lpd_number;
	uint32_t first_page, last_page; /* 0: from the first, to the last */
	char name[PC_NAME_MAX], user[PC_NAME_MAX], host[PC_NAME_MAX];
};
void pc_ticket_init(struct pc_ticket *t);

/* Apply one variable of PJL ("COPIES", "PAPER" …) to the job; others change nothing. */
void pc_ticket_set(
	struct pc_ticket *t, const struct pc_device *dev, const char *name, const char *value);

/* Apply one SET or JOB command of PJL. True when it was one. */
bool pc_ticket_pjl(
	struct pc_ticket *t, const struct pc_device *dev, const struct pc_pjl_command *cmd);

/* Position of a PJL paper name ("A4") in the profile's sizes, -1 when there is none. */
int pc_ticket_paper(const struct pc_profile *p, const char *pjl_name);

/* Caller's storage, zeroed. `id` 0: no job is open. */
struct pc_intake {
	struct pc_service *service; /* borrowed */
	struct pc_device *dev;      /* borrowed */
	struct sockaddr_in peer;
	enum pc_origin origin;
	uint32_t id;
	bool lost; /* fault: taken, but no job of the device */
	bool failed;
	uint64_t bytes;
	uint8_t *head; /* owned: PC_EPSON_HEAD_MAX bytes */
	size_t n_head;
	struct pc_sink_job *sink;   /* owned */
	struct pc_update *update;   /* owned; NULL: no firmware file */
	struct pc_sink_result kept; /* once it is over */
	/* Back channel for what a job asks for; NULL: there is none. */
	void (*answer)(void *arg, const uint8_t *data, size_t len);
	void *answer_arg; /* borrowed */
};

/* Open a job. Errors as pc_device_job_begin(). */
int pc_intake_begin(struct pc_intake *in);
bool pc_intake_is_open(const struct pc_intake *in);

/* Bytes are counted and shown to the device; only the head is kept until the end. */
void pc_intake_data(struct pc_intake *in, const uint8_t *data, size_t len);

/* The job is complete: classify, let it print or clean, journal. Returns the device's job id, 0 if
 * none. */
uint32_t pc_intake_end(struct pc_intake *in, const struct pc_ticket *ticket);

/* The job will not be completed; `why` goes to the journal. No effect without an open job. Size and
 * digest are told of these jobs too, as far as they came. */
void pc_intake_abort(struct pc_intake *in, const char *why);

#endif
