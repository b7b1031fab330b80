#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/text.h"
#include "bench.h"
#include "cmd/profile-dir.h"
#include "loop/loop.h"
#include "loop/udp.h"
#include "snmp/engine.h"

enum { READY_MS = 20000 };

/* ---- echo: the same socket as the engine's, and nothing above it ---- */

static void
echo(void *arg, struct pc_udp *udp, const struct sockaddr_in *peer, const struct sockaddr_in *local,
	const uint8_t *data, size_t len)
{
	(void)arg;
	(void)pc_udp_send(udp, peer, local->sin_addr, data, len);
}

static int
serve_echo(struct pc_loop *loop, uint16_t *ret_port)
{
	struct pc_udp_options options = {.bind.sin_family = AF_INET};
	struct pc_udp *udp = NULL;
	int err = pc_udp_open(loop, &options, echo, NULL, &udp, NULL);
	if (err == PC_OK)
		*ret_port = ntohs(pc_udp_local(udp).sin_port);
	return err;
}

/* ---- the engine with many devices of one profile ---- */

struct fleet {
	struct pc_profile *profile;
	struct pc_device_env env;
	struct pc_snmp_tree *tree;
	struct pc_device **devices; /* owned by the process: it ends with a signal */
	uint32_t n;
};

static void
ignore_wake(void *arg, struct pc_device *dev, uint64_t at_ms)
{
	(void)arg;
	(void)dev;
	(void)at_ms;
}

static void
ignore_event(void *arg, struct pc_device *dev, const struct pc_device_event *event)
{
	(void)arg;
	(void)dev;
	(void)event;
}

static bool
find(void *arg, struct in_addr local, struct pc_snmp_target *ret)
{
	const struct fleet *f = arg;
	uint32_t i = ntohl(local.s_addr) - PC_BENCH_FIRST;
	if (i >= f->n)
		return false;
	*ret = (struct pc_snmp_target){f->devices[i], f->tree};
	return true;
}

static int
serve_engine(
	struct pc_loop *loop, struct fleet *f, const struct pc_bench_server *s, uint16_t *ret_port)
{
	struct pc_snmp_options options = {
		.loop = loop, .bind.sin_family = AF_INET, .find = find, .arg = f};
	struct pc_snmp_engine *engine = NULL;
	f->env = (struct pc_device_env){.clock = pc_loop_clock(loop),
		.wake = ignore_wake,
		.event = ignore_event,
		.seed = 1};
	f->devices = calloc(s->devices, sizeof(struct pc_device *));
	int err = f->devices == NULL ? -ENOMEM
				     : pc_profile_find(pc_profile_directory(NULL), PC_BENCH_PROFILE,
					       &f->profile, NULL);
	if (err == PC_OK)
		err = pc_snmp_tree_new(f->profile, &f->tree, NULL);
	for (f->n = 0; err == PC_OK && f->n < s->devices; f->n++) {
		struct in_addr address = {htonl(PC_BENCH_FIRST + f->n)};
		err = pc_device_new(f->profile, &f->env, f->n + 1, address, &f->devices[f->n]);
	}
	if (err == PC_OK)
		err = pc_snmp_engine_new(&options, &engine, NULL);
	if (err == PC_OK)
		*ret_port = ntohs(pc_snmp_engine_local(engine).sin_port);
	return err;
}

/* ---- processes ---- */

/* The child: serve, tell the port, run until killed. */
static void
serve(const struct pc_bench_server *s, int ready_fd)
{
	struct pc_clock clock;
	struct pc_loop *loop = NULL;
	struct fleet fleet = {0};
	uint16_t port = 0;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	pc_bench_pin(PC_BENCH_SERVER_CORE);
	pc_clock_init_real(&clock);
	int err = pc_loop_new(&clock, &loop, NULL);
	if (err == PC_OK)
		err = s->kind == PC_BENCH_ECHO ? serve_echo(loop, &port)
					       : serve_engine(loop, &fleet, s, &port);
	if (err == PC_OK && write(ready_fd, &port, sizeof(port)) == (ssize_t)sizeof(port))
		(void)pc_loop_run(loop);
	_exit(PC_EXIT_HARNESS);
}

static int
start_own(struct pc_bench_server *s, struct pc_diag *diag)
{
	int ready[2];
	if (pipe(ready) != 0)
		return pc_diag_fail(diag, -errno, "pipe: %s", pc_err_text(-errno));
	s->pid = fork();
	if (s->pid == 0) {
		close(ready[0]);
		serve(s, ready[1]);
	}
	close(ready[1]);
	ssize_t n = s->pid < 0 ? -1 : read(ready[0], &s->port, sizeof(s->port));
	close(ready[0]);
	return n == (ssize_t)sizeof(s->port)
		       ? PC_OK
		       : pc_diag_fail(diag, PC_E_ENVIRONMENT,
				 "a server process did not start (does 'presscheck profile check " PC_BENCH_PROFILE
				 "' pass?)");
}

static int
free_port(uint16_t *ret)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(a);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	int err = bind(fd, (struct sockaddr *)&a, sizeof(a)) == 0 &&
				  getsockname(fd, (struct sockaddr *)&a, &len) == 0
			  ? PC_OK
			  : -errno;
	close(fd);
	*ret = ntohs(a.sin_port);
	return err;
}

static void
exec_snmpd(const struct pc_bench_server *s, const char *config)
{
	char address[64];
	int quiet = open("/dev/null", O_WRONLY);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	pc_bench_pin(PC_BENCH_SERVER_CORE);
	setenv("SNMP_PERSISTENT_DIR", s->dir, 1);
	setenv("MIBS", "", 1);
	if (quiet >= 0) {
		dup2(quiet, 1);
		dup2(quiet, 2);
	}
	snprintf(address, sizeof(address), "udp:127.0.0.1:%u", s->port);
	execl("/usr/sbin/snmpd", "snmpd", "-f", "-Ln", "-C", "-c", config, "-I",
		"system_mib,snmp_mib,vacm_conf,vacm_vars,usmConf", "-x", "", address, (char *)NULL);
	_exit(127);
}

/* The distribution's agent with as few modules as it can do with. */
static int
start_snmpd(struct pc_bench_server *s, struct pc_diag *diag)
{
	static const char text[] = "rocommunity public\n";
	char config[80];
	struct pc_bench_figure first;
	if (access("/usr/sbin/snmpd", X_OK) != 0)
		return pc_diag_fail(diag, PC_E_UNSUPPORTED, "snmpd is not installed");
	pc_text_copy(s->dir, sizeof(s->dir), "/tmp/presscheck-bench-XXXXXX");
	if (mkdtemp(s->dir) == NULL) {
		s->dir[0] = '\0';
		return pc_diag_fail(diag, -errno, "/tmp: %s", pc_err_text(-errno));
	}
	snprintf(config, sizeof(config), "%s/snmpd.conf", s->dir);
	int err = pc_file_write(config, text, sizeof(text) - 1, 0600, diag);
	if (err == PC_OK)
		err = free_port(&s->port);
	if (err != PC_OK)
		return err;
	s->pid = fork();
	if (s->pid == 0)
		exec_snmpd(s, config);
	if (s->pid < 0)
		return pc_diag_fail(diag, -errno, "fork: %s", pc_err_text(-errno));
	/* Until it answers; a load gives up by itself. */
	double until = pc_bench_now() + READY_MS / 1000.0;
	do {
		err = pc_bench_load(s, PC_BENCH_GET, 0.01, &first, diag);
	} while (err == PC_E_TIMEOUT && pc_bench_now() < until && pc_bench_cpu_ns(s->pid) > 0);
	return err;
}

int
pc_bench_server_start(
	struct pc_bench_server *s, enum pc_bench_kind kind, uint32_t devices, struct pc_diag *diag)
{
	*s = (struct pc_bench_server){.kind = kind, .devices = devices, .pid = -1};
	int err = kind == PC_BENCH_SNMPD ? start_snmpd(s, diag) : start_own(s, diag);
	if (err != PC_OK)
		pc_bench_server_stop(s);
	return err;
}

/* Remove what net-snmp leaves in its directory. */
static void
remove_dir(const char *dir)
{
	static const char *const left[] = {
		"snmpd.conf", "snmpd.conf.0", "cert_indexes", "mib_indexes"};
	for (size_t i = 0; i < sizeof(left) / sizeof(left[0]); i++) {
		char path[128];
		snprintf(path, sizeof(path), "%s/%s", dir, left[i]);
		(void)remove(path);
	}
	(void)rmdir(dir);
}

void
pc_bench_server_stop(struct pc_bench_server *s)
{
	if (s->pid > 0) {
		kill(s->pid, SIGKILL);
		(void)waitpid(s->pid, NULL, 0);
	}
	if (s->dir[0] != '\0')
		remove_dir(s->dir);
	s->pid = -1;
	s->dir[0] = '\0';
}
