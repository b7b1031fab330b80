/* services/sink: where the bytes of jobs go. Every job gets a digest; on request each is also kept
 * in a file of its own, otherwise its bytes are only counted. */
#ifndef PC_SERVICES_SINK_H
#define PC_SERVICES_SINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "device/device.h"

enum { PC_SINK_NAME_MAX = 48 };

/* Limits of what is kept: bytes of one file, of all files of a run, and their number. A job over a
 * limit is cut there (its digest and size are of the whole job). */
struct pc_sink_limits {
	uint64_t job, total;
	uint32_t files;
};

/* Keeps jobs in one directory; shared by all services of a fleet. */
struct pc_sink;

/* The directory must exist. `limits` NULL: 256 MiB a job, 8 GiB and 100,000 files in all. PC_OK;
 * PC_E_USAGE with the reason when it cannot be written to. */
int pc_sink_new(const char *dir, const struct pc_sink_limits *limits, struct pc_sink **ret,
	struct pc_diag *diag);
void pc_sink_free(struct pc_sink *sink); /* NULL is allowed; jobs must be over */

/* One job on its way in. */
struct pc_sink_job;

struct pc_sink_result {
	uint8_t sha256[PC_SHA256_BYTES];
	char file[PC_SINK_NAME_MAX]; /* name in the directory, "" when nothing is kept */
	uint64_t kept_bytes;         /* in it */
	bool cut;                    /* a limit or a full disk ended the file early */
};

/* `sink` NULL: digest only. Files are named pPRINTER-jNUMBER.prn by number, never by anything a
 * peer says, and nothing that exists is overwritten. PC_OK, -ENOMEM. */
int pc_sink_begin(struct pc_sink *sink, uint32_t printer, uint32_t job, struct pc_sink_job **ret);
void pc_sink_data(struct pc_sink_job *job, const uint8_t *data, size_t len);

/* The job is over, whole or not: frees it and tells. */
void pc_sink_end(struct pc_sink_job *job, struct pc_sink_result *ret);

/* Told of every change of a job: a page of the printer's own (pc_job.report) that waits to be
 * printed is kept and digested as other jobs are; what stands on it is its data. */
void pc_sink_event(
	struct pc_sink *sink, struct pc_device *dev, const struct pc_device_event *event);

#endif
