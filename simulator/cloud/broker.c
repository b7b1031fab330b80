/* The mosquitto child: configuration, start, supervision, stop. */
#include "cloud/broker.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/log.h"
#include "base/text.h"
#include "cloud/broker-internal.h"
#include "cloud/members.h"

static void start_child(void *arg);

/* The front is the only peer. Saving at every change makes a SIGKILL lose at most the last second;
 * what must not be lost is in the routes' store. `user root` keeps a broker started by root from
 * giving up its right to the run directory. */
static const char config_text[] = "listener 0 m.sock\n"
				  "allow_anonymous true\n"
				  "persistence true\n"
				  "persistence_location ./\n"
				  "autosave_interval 1\n"
				  "autosave_on_changes true\n"
				  "log_dest stdout\n"
				  "log_type error\n"
				  "log_type warning\n"
				  "log_type notice\n"
				  "connection_messages false\n"
				  "sys_interval 0\n"
				  "max_inflight_messages 20\n"
				  "max_queued_messages 1000\n"
				  "max_packet_size 262144\n";

static void
journal(struct pc_broker *b, const char *kind, const char *name, uint64_t value)
{
	struct pc_buf m;
	if (b->options.journal == NULL)
		return;
	pc_members_init(&m);
	pc_members_u64(&m, name, value);
	b->options.journal(b->options.journal_arg, kind, pc_buf_text(&m));
	pc_buf_done(&m);
}

static bool
runs(const char *dir, size_t len, char out[PATH_MAX])
{
	int n = snprintf(out, PATH_MAX, "%.*s/mosquitto", (int)len, dir);
	return n > 0 && n < PATH_MAX && access(out, X_OK) == 0;
}

static bool
search(const char *path, char out[PATH_MAX])
{
	while (path != NULL && *path != '\0') {
		size_t n = strcspn(path, ":");
		if (n > 0 && runs(path, n, out))
			return true;
		path += n + (path[n] == ':' ? 1 : 0);
	}
	return false;
}

/* /usr/sbin comes last because ordinary users do not have it in their PATH. */
static int
find_mosquitto(const char *path, char out[PATH_MAX], struct pc_diag *diag)
{
	if (path != NULL ? search(path, out)
			 : search(getenv("PATH"), out) || search("/usr/sbin", out))
		return PC_OK;
	return pc_diag_fail(diag, PC_E_ENVIRONMENT,
		"mosquitto not found: install the package mosquitto, or name a broker with "
		"--broker URL");
}

static int
write_config(struct pc_broker *b, struct pc_diag *diag)
{
	char path[PATH_MAX];
	struct pc_buf text;
	pc_buf_init(&text, 4096);
	pc_buf_add_text(&text, config_text);
	if (geteuid() == 0)
		pc_buf_add_text(&text, "user root\n");
	snprintf(path, sizeof(path), "%s/mosquitto.conf", b->dir);
	int err =
		text.err != PC_OK ? text.err : pc_file_write(path, text.data, text.len, 0600, diag);
	pc_buf_done(&text);
	return err;
}

/* After fork: only async-signal-safe calls. The child runs in its directory, so that the paths of
 * its configuration are short whatever the run directory is called. */
static _Noreturn void
become_mosquitto(const struct pc_broker *b, pid_t parent)
{
	sigset_t none;
	char *const argv[] = {(char *)(uintptr_t) "mosquitto", (char *)(uintptr_t) "-c",
		(char *)(uintptr_t) "mosquitto.conf", NULL};
	sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	(void)prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent || fchdir(b->dir_fd) != 0)
		_exit(126);
	/* A broker of a killed run may still be saving; at its end it removes m.sock, which must
	 * not be ours. It holds this lock as long as it lives, and so shall we: no O_CLOEXEC. */
	int lock = open("lock", O_RDWR | O_CREAT, 0600);
	if (lock < 0 || flock(lock, LOCK_EX) != 0)
		_exit(126);
	(void)unlink("m.sock");
	int log = open("mosquitto.log", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (log < 0 || null < 0 || dup2(null, 0) < 0 || dup2(log, 1) < 0 || dup2(log, 2) < 0)
		_exit(126);
	execv(b->program, argv);
	_exit(127);
}

static void
on_child(void *arg, pid_t pid, int status)
{
	struct pc_broker *b = arg;
	uint64_t lived = pc_clock_ms(pc_loop_clock(b->loop)) - b->started_ms;
	b->child_watch = NULL;
	b->pid = 0;
	if (lived >= PC_BROKER_STABLE_MS)
		b->backoff_ms = PC_BROKER_BACKOFF_MIN_MS;
	pc_log(PC_LOG_WARNING,
		"cloud: mosquitto (process %ld) ended with status 0x%x, see %s/mosquitto.log; "
		"starting it again in %u ms",
		(long)pid, (unsigned)status, b->dir, (unsigned)b->backoff_ms);
	journal(b, "brokerEnded", "status", (uint64_t)(unsigned)status);
	pc_timer_start(&b->restart, b->loop, b->backoff_ms, start_child, b);
	b->backoff_ms *= 2;
	if (b->backoff_ms > PC_BROKER_BACKOFF_MAX_MS)
		b->backoff_ms = PC_BROKER_BACKOFF_MAX_MS;
}

static int
spawn(struct pc_broker *b)
{
	pid_t parent = getpid();
	pid_t pid = fork();
	if (pid < 0)
		return -errno;
	if (pid == 0)
		become_mosquitto(b, parent);
	b->pid = pid;
	b->started_ms = pc_clock_ms(pc_loop_clock(b->loop));
	journal(b, "brokerStarted", "pid", (uint64_t)pid);
	return pc_loop_child(b->loop, pid, on_child, b, &b->child_watch);
}

static void
start_child(void *arg)
{
	struct pc_broker *b = arg;
	int err = spawn(b);
	if (err == PC_OK)
		return;
	pc_log(PC_LOG_ERROR, "cloud: mosquitto cannot be started: %s, trying again",
		pc_err_text(err));
	pc_timer_start(&b->restart, b->loop, b->backoff_ms, start_child, b);
}

/* sun_path is short: a longer path goes through our descriptor of the directory. */
static int
set_unix_address(struct pc_broker *b, const char *path, struct pc_diag *diag)
{
	b->address.is_unix = true;
	b->address.path.sun_family = AF_UNIX;
	if (pc_text_copy(b->address.path.sun_path, sizeof(b->address.path.sun_path), path))
		return PC_OK;
	if (b->dir_fd < 0)
		return pc_diag_fail(diag, -ENAMETOOLONG,
			"%s: longer than a socket path may be (%zu)", path,
			sizeof(b->address.path.sun_path) - 1);
	snprintf(b->address.path.sun_path, sizeof(b->address.path.sun_path),
		"/proc/self/fd/%d/m.sock", b->dir_fd);
	return PC_OK;
}

static int
use_child(struct pc_broker *b, struct pc_diag *diag)
{
	char path[PATH_MAX];
	if (!pc_text_copy(b->dir, sizeof(b->dir), b->options.dir))
		return pc_diag_fail(
			diag, -ENAMETOOLONG, "%s: the path is too long", b->options.dir);
	int err = find_mosquitto(b->options.search_path, b->program, diag);
	if (err == PC_OK)
		err = pc_file_mkdir(b->dir, 0700, diag);
	if (err == PC_OK)
		err = write_config(b, diag);
	if (err != PC_OK)
		return err;
	b->dir_fd = open(b->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (b->dir_fd < 0)
		return pc_diag_fail(diag, -errno, "%s: %s", b->dir, pc_err_text(-errno));
	snprintf(path, sizeof(path), "%s/m.sock", b->dir);
	err = set_unix_address(b, path, diag);
	if (err == PC_OK && (err = spawn(b)) != PC_OK)
		pc_diag_set(diag, "mosquitto cannot be started: %s", pc_err_text(err));
	return err;
}

static int
use_url(struct pc_broker *b, struct pc_diag *diag)
{
	const char *url = b->options.url;
	if (strncmp(url, "unix:", 5) == 0 && url[5] != '\0')
		return set_unix_address(b, url + 5, diag);
	if (strncmp(url, "tcp://", 6) == 0 &&
		pc_text_sockaddr(url + 6, 1883, &b->address.tcp) == PC_OK)
		return PC_OK;
	return pc_diag_fail(diag, PC_E_USAGE,
		"broker '%s': expected unix:PATH or tcp://ADDR:PORT with an IPv4 address", url);
}

int
pc_broker_new(struct pc_loop *loop, const struct pc_broker_options *options, struct pc_broker **ret,
	struct pc_diag *diag)
{
	struct pc_broker *b = calloc(1, sizeof(*b));
	if (b == NULL)
		return -ENOMEM;
	b->loop = loop;
	b->options = *options;
	b->dir_fd = -1;
	b->probe_fd = b->link_fd = -1;
	b->backoff_ms = PC_BROKER_BACKOFF_MIN_MS;
	int err = options->url != NULL ? use_url(b, diag) : use_child(b, diag);
	if (err == PC_OK)
		err = pc_broker_link_new(b, diag);
	if (err != PC_OK) {
		pc_broker_free(b);
		return err;
	}
	*ret = b;
	return PC_OK;
}

/* SIGTERM makes mosquitto save; a hung one is killed. */
static void
stop_child(struct pc_broker *b)
{
	pc_timer_stop(&b->restart);
	if (b->pid == 0)
		return;
	struct pollfd p = {.fd = (int)syscall(SYS_pidfd_open, b->pid, 0), .events = POLLIN};
	(void)kill(b->pid, SIGTERM);
	(void)kill(b->pid, SIGCONT); /* a stopped one could not end */
	if (p.fd < 0 || poll(&p, 1, PC_BROKER_STOP_MS) != 1)
		(void)kill(b->pid, SIGKILL);
	pc_loop_fd_del(b->child_watch);
	(void)waitpid(b->pid, NULL, 0);
	if (p.fd >= 0)
		close(p.fd);
	b->pid = 0;
}

void
pc_broker_free(struct pc_broker *b)
{
	if (b == NULL)
		return;
	pc_broker_link_free(b);
	stop_child(b);
	if (b->dir_fd >= 0)
		close(b->dir_fd);
	free(b);
}

const struct pc_broker_address *
pc_broker_address(const struct pc_broker *b)
{
	return &b->address;
}

pid_t
pc_broker_pid(const struct pc_broker *b)
{
	return b->pid;
}

bool
pc_broker_is_up(const struct pc_broker *b)
{
	return b->up;
}
