/* How soon a fleet is ready, and the memory it takes. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/err.h"
#include "base/term.h"
#include "bench.h"
#include "cmd/bench-up.h"

enum { SNMP_PORT = 161, RAW_PORT = 9100 };
enum { JOB_SECONDS_MAX = 10, PROGRESS_STEP = 200 };

static const double answer_s = 0.1;

/* One page on a printer's raw port. The printer closes once it is printed; nobody waits for that.
 */
static int
print_page(const struct pc_bench_up *u, uint32_t number)
{
	static const char page[] = "a page of text\n\f";
	struct timeval limit = {.tv_sec = JOB_SECONDS_MAX};
	struct sockaddr_in to = pc_bench_up_address(u, number, RAW_PORT);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	int err = connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0 &&
				  send(fd, page, sizeof(page) - 1, MSG_NOSIGNAL) > 0
			  ? PC_OK
			  : -errno;
	close(fd);
	return err;
}

static int
print_everywhere(const struct pc_bench_up *u, struct pc_diag *diag)
{
	for (uint32_t i = 0; i < u->devices; i++) {
		if (i % PROGRESS_STEP == 0)
			pc_term_progress(i, u->devices, "fleet: a job on every printer");
		int err = print_page(u, i);
		if (err != PC_OK)
			return pc_diag_fail(diag, PC_E_MISMATCH,
				"printer %u did not take a job on port %u (%s)", i + 1,
				(unsigned)(RAW_PORT + u->offset), pc_err_text(err));
	}
	return PC_OK;
}

static double
megabytes(pid_t pid)
{
	return (double)pc_bench_rss_bytes(pid) / (1 << 20);
}

int
pc_bench_fleet(uint32_t devices, bool jobs, struct pc_bench_fleet *ret, struct pc_diag *diag)
{
	struct pc_bench_up u;
	struct pc_bench_fleet f = {0};
	struct pc_bench_figure figure;
	int err = pc_bench_up_start(&u, devices, false, diag);
	f.ready_s = u.ready_s;
	f.idle_mb = megabytes(u.pid);
	/* Ready means that they answer, and rightly. */
	struct pc_bench_server snmp = {.kind = PC_BENCH_FLEET,
		.devices = devices,
		.pid = u.pid,
		.port = (uint16_t)(SNMP_PORT + u.offset)};
	if (err == PC_OK)
		err = pc_bench_load(&snmp, PC_BENCH_GET, answer_s, &figure, diag);
	if (err == PC_OK && jobs)
		err = print_everywhere(&u, diag);
	if (err == PC_OK && jobs) /* answered after the jobs were taken in */
		err = pc_bench_load(&snmp, PC_BENCH_GET, answer_s, &figure, diag);
	f.used_mb = megabytes(u.pid);
	pc_bench_up_stop(&u);
	pc_term_progress_end();
	if (err == PC_OK)
		*ret = f;
	return err;
}
