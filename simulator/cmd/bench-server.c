#include <errno.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "bench.h"
#include "cmd/profile-dir.h"
#include "loop/loop.h"
#include "loop/udp.h"
#include "snmp/engine.h"

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
	struct pc_profile model; /* the profile, with a user of SNMPv3 */
	struct pc_device_env env;
	struct pc_snmp_tree *tree;
	struct pc_device **devices; /* owned by the process: it ends with a signal */
	uint32_t n;
};

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
fill_model(struct fleet *f)
{
	f->model = *f->profile;
	f->model.snmp.v3 = true;
	if (f->model.n_snmp_users == PC_SNMP_USERS_MAX)
		return PC_E_LIMIT;
	f->model.snmp_users[f->model.n_snmp_users++] =
		(struct pc_profile_snmp_user){.name = PC_BENCH_USER,
			.auth = PC_BENCH_AUTH,
			.auth_password = PC_BENCH_PASSWORD,
			.priv = PC_BENCH_PRIV,
			.priv_password = PC_BENCH_PASSWORD};
	return PC_OK;
}

static int
serve_engine(
	struct pc_loop *loop, struct fleet *f, const struct pc_bench_server *s, uint16_t *ret_port)
{
	struct pc_snmp_options options = {.loop = loop,
		.bind.sin_family = AF_INET,
		.find = find,
		.arg = f,
		.lane = s->kind == PC_BENCH_BASE ? PC_SNMP_LANE_BASE : PC_SNMP_LANE_AUTO};
	struct pc_snmp_engine *engine = NULL;
	f->env = (struct pc_device_env){.clock = pc_loop_clock(loop), .seed = 1};
	f->devices = calloc(s->devices, sizeof(struct pc_device *));
	int err = f->devices == NULL ? -ENOMEM
				     : pc_profile_find(pc_profile_directory(NULL), PC_BENCH_PROFILE,
					       &f->profile, NULL);
	if (err == PC_OK)
		err = fill_model(f);
	if (err == PC_OK)
		err = pc_snmp_tree_new(&f->model, &f->tree, NULL);
	for (f->n = 0; err == PC_OK && f->n < s->devices; f->n++) {
		struct in_addr address = {htonl(PC_BENCH_FIRST + f->n)};
		err = pc_device_new(&f->model, &f->env, f->n + 1, address, &f->devices[f->n]);
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

int
pc_bench_server_start(
	struct pc_bench_server *s, enum pc_bench_kind kind, uint32_t devices, struct pc_diag *diag)
{
	*s = (struct pc_bench_server){.kind = kind, .devices = devices, .pid = -1};
	int err = kind == PC_BENCH_SNMPD     ? pc_bench_start_snmpd(s, diag)
		  : kind == PC_BENCH_SNMPSIM ? pc_bench_start_snmpsim(s, diag)
					     : start_own(s, diag);
	if (err != PC_OK)
		pc_bench_server_stop(s);
	return err;
}

static int
remove_one(const char *path, const struct stat *st, int kind, struct FTW *where)
{
	(void)st;
	(void)kind;
	(void)where;
	return remove(path);
}

void
pc_bench_server_stop(struct pc_bench_server *s)
{
	if (s->pid > 0) {
		kill(s->pid, SIGKILL);
		(void)waitpid(s->pid, NULL, 0);
	}
	if (s->dir[0] != '\0')
		(void)nftw(s->dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	pc_bench_v3_free(s->v3);
	s->v3 = NULL;
	s->pid = -1;
	s->dir[0] = '\0';
}
