/* The fleet as users start it: 'presscheck up' in a process of its own. */
#include "cmd/bench-up.h"

#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "bench.h"

/* Runs at the same time keep out of each other's way; 9100 + offset stays below the ports that the
 * system hands out by itself. No printer has a port CONTROL_PORT. */
enum { OFFSET_FIRST = 11000, OFFSET_RANGE = 12000, CONTROL_PORT = 7161 };

static void
exec_up(const struct pc_bench_up *u, int out_fd)
{
	char count[16], offset[16], control[32];
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	snprintf(count, sizeof(count), "%u", u->devices);
	snprintf(offset, sizeof(offset), "%u", u->offset);
	snprintf(control, sizeof(control), "127.0.0.1:%u", u->control_port);
	dup2(out_fd, STDOUT_FILENO);
	/* Printers keep a job's connection until the page is out: at their own pace more would be
	 * open than a port takes. */
	execl("/proc/self/exe", "presscheck", "up", "--profile", PC_BENCH_PROFILE, "--count", count,
		"--pace", "100", "--first", PC_BENCH_FIRST_TEXT, "--port-offset", offset,
		"--control", u->control_port == 0 ? "none" : control, (char *)NULL);
	_exit(127);
}

static int
start_up(struct pc_bench_up *u, struct pc_diag *diag)
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

void
pc_bench_up_stop(struct pc_bench_up *u)
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
wait_ready(const struct pc_bench_up *u, struct pc_diag *diag)
{
	char line[512];
	while (fgets(line, sizeof(line), u->out) != NULL) {
		if (strncmp(line, "ready", 5) == 0)
			return PC_OK;
	}
	return pc_diag_fail(diag, PC_E_ENVIRONMENT,
		"'presscheck up' ended before it was ready; start it by hand to see why");
}

int
pc_bench_up_start(struct pc_bench_up *up, uint32_t devices, bool control, struct pc_diag *diag)
{
	uint16_t offset = (uint16_t)(OFFSET_FIRST + getpid() % OFFSET_RANGE);
	double start = pc_bench_now();
	*up = (struct pc_bench_up){.devices = devices,
		.offset = offset,
		.control_port = control ? (uint16_t)(CONTROL_PORT + offset) : 0,
		.pid = -1};
	int err = start_up(up, diag);
	if (err == PC_OK)
		err = wait_ready(up, diag);
	up->ready_s = pc_bench_now() - start;
	return err;
}

struct sockaddr_in
pc_bench_up_address(const struct pc_bench_up *up, uint32_t i, uint16_t port)
{
	return (struct sockaddr_in){.sin_family = AF_INET,
		.sin_port = htons((uint16_t)(port + up->offset)),
		.sin_addr.s_addr = htonl(PC_BENCH_FIRST + i)};
}
