/* The fleet as users start it: 'presscheck up' in a process of its own. */
#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "base/term.h"
#include "bench.h"

/* Runs at the same time keep out of each other's way; 9100 + offset stays below the ports that the
 * system hands out by itself. */
enum { OFFSET_FIRST = 11000, OFFSET_RANGE = 12000, SNMP_PORT = 161, RAW_PORT = 9100 };
enum { JOB_SECONDS_MAX = 10, PROGRESS_STEP = 200 };

static const double answer_s = 0.1;

struct up {
	uint32_t devices;
	uint16_t offset;
	pid_t pid;
	FILE *out; /* owned: what it prints */
};

static void
exec_up(const struct up *u, int out_fd)
{
	char count[16], offset[16];
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	snprintf(count, sizeof(count), "%u", u->devices);
	snprintf(offset, sizeof(offset), "%u", u->offset);
	dup2(out_fd, STDOUT_FILENO);
	/* Printers keep a job's connection until the page is out: at their own pace more would be
	 * open than a port takes. */
	execl("/proc/self/exe", "presscheck", "up", "--profile", PC_BENCH_PROFILE, "--count", count,
		"--pace", "100", "--first", PC_BENCH_FIRST_TEXT, "--port-offset", offset,
		"--control", "none", (char *)NULL);
	_exit(127);
}

static int
start_up(struct up *u, struct pc_diag *diag)
{
	int fds[2];
	if (pipe(fds) != 0)
		return pc_diag_fail(diag, -errno, "pipe: %s", pc_err_text(-errno));
	u->pid = fork();
	if (u->pid == 0) {
		close(fds[0]);
		exec_up(u, fds[1]);
	}
	close(fds[1]);
	u->out = u->pid < 0 ? NULL : fdopen(fds[0], "r");
	if (u->out != NULL)
		return PC_OK;
	close(fds[0]);
	return pc_diag_fail(diag, PC_E_ENVIRONMENT, "no process for 'presscheck up'");
}

static void
stop_up(struct up *u)
{
	if (u->pid > 0) {
		kill(u->pid, SIGKILL);
		(void)waitpid(u->pid, NULL, 0);
	}
	if (u->out != NULL)
		fclose(u->out);
}

/* Until it prints a line that begins with "ready". */
static int
wait_ready(const struct up *u, struct pc_diag *diag)
{
	char line[512];
	while (fgets(line, sizeof(line), u->out) != NULL) {
		if (strncmp(line, "ready", 5) == 0)
			return PC_OK;
	}
	return pc_diag_fail(diag, PC_E_ENVIRONMENT,
		"'presscheck up' ended before it was ready; start it by hand to see why");
}

/* One page on a printer's raw port. The printer closes once it is printed; nobody waits for that.
 */
static int
print_page(const struct up *u, uint32_t number)
{
	static const char page[] = "a page of text\n\f";
	struct timeval limit = {.tv_sec = JOB_SECONDS_MAX};
	struct sockaddr_in to = {.sin_family = AF_INET,
		.sin_port = htons((uint16_t)(RAW_PORT + u->offset)),
		.sin_addr.s_addr = htonl(PC_BENCH_FIRST + number)};
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
print_everywhere(const struct up *u, struct pc_diag *diag)
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
	struct up u = {.devices = devices,
		.offset = (uint16_t)(OFFSET_FIRST + getpid() % OFFSET_RANGE),
		.pid = -1};
	struct pc_bench_fleet f = {0};
	struct pc_bench_figure figure;
	double start = pc_bench_now();
	int err = start_up(&u, diag);
	if (err == PC_OK)
		err = wait_ready(&u, diag);
	f.ready_s = pc_bench_now() - start;
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
	stop_up(&u);
	pc_term_progress_end();
	if (err == PC_OK)
		*ret = f;
	return err;
}
