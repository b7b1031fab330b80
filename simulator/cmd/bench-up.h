/* cmd/bench-up: 'presscheck up' in a process of its own, as users start it. */
#ifndef PC_CMD_BENCH_UP_H
#define PC_CMD_BENCH_UP_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include "base/diag.h"

struct pc_bench_up {
	uint32_t devices;
	uint16_t offset;       /* of its ports */
	uint16_t control_port; /* 0: no control API */
	pid_t pid;
	FILE *out;      /* owned: what it prints */
	double ready_s; /* from its start to its "ready" */
};

/* Start so many printers of the benchmark's profile and wait until they are ready.
 * PC_E_ENVIRONMENT. */
int pc_bench_up_start(struct pc_bench_up *up, uint32_t devices, bool control, struct pc_diag *diag);
void pc_bench_up_stop(struct pc_bench_up *up);

/* Address of printer `i` (from 0) and a well-known port. */
struct sockaddr_in pc_bench_up_address(const struct pc_bench_up *up, uint32_t i, uint16_t port);

#endif
