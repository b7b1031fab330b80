/* The servers of others that ours is measured against, as the distribution has them. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/text.h"
#include "bench.h"
#include "cmd/profile-dir.h"
#include "cmd/profile-judge.h"
#include "snmp/walk-write.h"

#define SNMPD    "/usr/sbin/snmpd"
#define SNMPSIMD "/usr/bin/snmpsimd"

static const double ready_s = 30, try_s = 0.01;

enum { WALK_MAX = 1 << 24, PATH = 96 };

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

/* What both children do first: quiet, gone with us, on the servers' core. */
static void
become_server(void)
{
	int quiet = open("/dev/null", O_WRONLY);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	pc_bench_pin(PC_BENCH_SERVER_CORE);
	if (quiet >= 0) {
		dup2(quiet, 1);
		dup2(quiet, 2);
	}
}

/* A directory and a port of its own. */
static int
make_place(struct pc_bench_server *s, struct pc_diag *diag)
{
	pc_text_copy(s->dir, sizeof(s->dir), "/tmp/presscheck-bench-XXXXXX");
	if (mkdtemp(s->dir) == NULL) {
		s->dir[0] = '\0';
		return pc_diag_fail(diag, -errno, "/tmp: %s", pc_err_text(-errno));
	}
	int err = free_port(&s->port);
	return err == PC_OK ? PC_OK : pc_diag_fail(diag, err, "no free UDP port");
}

/* Until it answers; a load gives up by itself. */
static int
wait_until_ready(struct pc_bench_server *s, struct pc_diag *diag)
{
	struct pc_bench_figure first;
	double until = pc_bench_now() + ready_s;
	int err;
	if (s->pid < 0)
		return pc_diag_fail(diag, -errno, "fork: %s", pc_err_text(-errno));
	do {
		err = pc_bench_load(s, PC_BENCH_GET, try_s, &first, diag);
	} while (err == PC_E_TIMEOUT && pc_bench_now() < until && pc_bench_cpu_ns(s->pid) > 0);
	return err;
}

static void
exec_snmpd(const struct pc_bench_server *s, const char *config)
{
	char address[64];
	become_server();
	setenv("SNMP_PERSISTENT_DIR", s->dir, 1);
	setenv("MIBS", "", 1);
	snprintf(address, sizeof(address), "udp:127.0.0.1:%u", s->port);
	execl(SNMPD, "snmpd", "-f", "-Ln", "-C", "-c", config, "-I",
		"system_mib,snmp_mib,vacm_conf,vacm_vars,usmConf", "-x", "", address, (char *)NULL);
	_exit(127);
}

/* The distribution's agent with as few modules as it can do with. */
int
pc_bench_start_snmpd(struct pc_bench_server *s, struct pc_diag *diag)
{
	static const char text[] = "rocommunity public\n";
	char config[PATH];
	if (access(SNMPD, X_OK) != 0)
		return pc_diag_fail(diag, PC_E_UNSUPPORTED, "snmpd is not installed");
	int err = make_place(s, diag);
	if (err != PC_OK)
		return err;
	snprintf(config, sizeof(config), "%s/snmpd.conf", s->dir);
	err = pc_file_write(config, text, sizeof(text) - 1, 0600, diag);
	if (err != PC_OK)
		return err;
	s->pid = fork();
	if (s->pid == 0)
		exec_snmpd(s, config);
	return wait_until_ready(s, diag);
}

/* What a printer of the profile answers, as the community "public" of snmpsim. */
static int
write_walk(const char *path, struct pc_diag *diag)
{
	struct pc_profile *profile = NULL;
	struct pc_walk walk;
	struct pc_buf text;
	pc_walk_init(&walk);
	pc_buf_init(&text, WALK_MAX);
	int err = pc_profile_find(pc_profile_directory(NULL), PC_BENCH_PROFILE, &profile, diag);
	if (err == PC_OK)
		err = pc_profile_walk(profile, &walk, diag);
	if (err == PC_OK)
		err = pc_walk_write_snmprec(&walk, &text);
	if (err == PC_OK)
		err = pc_file_write(path, text.data, text.len, 0644, diag);
	pc_buf_done(&text);
	pc_walk_done(&walk);
	pc_profile_free(profile);
	return err;
}

/* It refuses to be root and keeps an index of the walk where it may write. */
static void
exec_snmpsimd(const struct pc_bench_server *s, const char *data, const char *cache)
{
	char data_dir[PATH + 16], cache_dir[PATH + 16], endpoint[64];
	become_server();
	snprintf(data_dir, sizeof(data_dir), "--data-dir=%s", data);
	snprintf(cache_dir, sizeof(cache_dir), "--cache-dir=%s", cache);
	snprintf(endpoint, sizeof(endpoint), "--agent-udpv4-endpoint=127.0.0.1:%u", s->port);
	if (geteuid() == 0)
		execl(SNMPSIMD, "snmpsimd", data_dir, cache_dir, endpoint, "--process-user=nobody",
			"--process-group=nogroup", "--logging-method=null", (char *)NULL);
	else
		execl(SNMPSIMD, "snmpsimd", data_dir, cache_dir, endpoint, "--logging-method=null",
			(char *)NULL);
	_exit(127);
}

int
pc_bench_start_snmpsim(struct pc_bench_server *s, struct pc_diag *diag)
{
	char data[PATH], cache[PATH], walk[PATH + 16];
	if (access(SNMPSIMD, X_OK) != 0)
		return pc_diag_fail(diag, PC_E_UNSUPPORTED, "snmpsim is not installed");
	int err = make_place(s, diag);
	if (err != PC_OK)
		return err;
	snprintf(data, sizeof(data), "%s/data", s->dir);
	snprintf(cache, sizeof(cache), "%s/cache", s->dir);
	snprintf(walk, sizeof(walk), "%s/public.snmprec", data);
	if (mkdir(data, 0755) != 0 || mkdir(cache, 0755) != 0 || chmod(s->dir, 0755) != 0 ||
		chmod(cache, 0777) != 0)
		return pc_diag_fail(diag, -errno, "%s: %s", s->dir, pc_err_text(-errno));
	err = write_walk(walk, diag);
	if (err != PC_OK)
		return err;
	s->pid = fork();
	if (s->pid == 0)
		exec_snmpsimd(s, data, cache);
	return wait_until_ready(s, diag);
}
