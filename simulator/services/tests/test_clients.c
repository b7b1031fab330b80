/* The verdict of programs written by others: rlpr, rlpq, rlprm, the CUPS lpd and socket backends
 * and SANE, each against three devices on the real port numbers. The program starts itself again
 * inside a network namespace of its own, so that no root rights and no free ports are needed. */
#include "services/tests/bench.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "codec/epson-remote.h"

enum { OUTPUT_MAX = 65536, CLIENT_DEADLINE_MS = 20000 };

struct run {
	struct bench *b;
	pid_t pid;
	bool ended;
	int status;
	char output[OUTPUT_MAX]; /* both streams */
};

static void
on_child(void *arg, pid_t pid, int status)
{
	struct run *r = arg;
	(void)pid;
	r->ended = true;
	r->status = status;
}

/* Descriptors as the CUPS scheduler leaves them to a backend: 3 takes the back channel, 4 is the
 * side channel that never says anything; nothing else is inherited. */
static void
prepare_descriptors(int output)
{
	int quiet[2];
	(void)dup2(output, 1);
	(void)dup2(output, 2);
	(void)close_range(3, ~0u, 0);
	(void)dup2(1, 3);
	if (pipe(quiet) != 0 || dup2(quiet[0], 4) != 4)
		_exit(126);
}

/* Run a shell line as a client while the loop turns. True when it ended in time. */
static bool
client(struct bench *b, struct run *r, const char *command)
{
	struct pc_loop_fd *watch = NULL;
	char path[] = "/tmp/pc-client-XXXXXX";
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	(void)unlink(path);
	memset(r, 0, sizeof(*r));
	r->b = b;
	r->pid = fork();
	assert_true(r->pid >= 0);
	if (r->pid == 0) {
		prepare_descriptors(fd);
		(void)setpgid(0, 0);
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	assert_int_equal(pc_loop_child(b->loop, r->pid, on_child, r, &watch), PC_OK);
	uint64_t end = pc_clock_ms(&b->clock) + CLIENT_DEADLINE_MS;
	while (!r->ended && pc_clock_ms(&b->clock) < end)
		assert_int_equal(pc_loop_turn(b->loop, 20), PC_OK);
	if (!r->ended) {
		(void)kill(-r->pid, SIGKILL);
		while (!r->ended)
			assert_int_equal(pc_loop_turn(b->loop, 20), PC_OK);
	}
	ssize_t n = pread(fd, r->output, OUTPUT_MAX - 1, 0);
	r->output[n > 0 ? n : 0] = '\0';
	close(fd);
	print_message("$ %s\n%s", command, r->output);
	return pc_clock_ms(&b->clock) < end;
}

/* A client that is missing is a failure: what was not tried is not proved. */
static void
need_program(const char *path)
{
	if (access(path, X_OK) != 0)
		fail_msg("%s is not installed; ci/deps installs it", path);
}

static void
write_file(const char *path, const void *data, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, data, len), (ssize_t)len);
	close(fd);
}

static char *
directory(void)
{
	char *dir = test_malloc(32);
	(void)snprintf(dir, 32, "/tmp/pc-clients-XXXXXX");
	assert_non_null(mkdtemp(dir));
	assert_int_equal(chdir(dir), 0);
	return dir;
}

static int
setup(void **state)
{
	struct bench *b = test_malloc(sizeof(*b));
	bench_init(b, 0, 1000);
	*state = b;
	write_file("job.txt", "one\ftwo\f", 8);
	return 0;
}

static int
teardown(void **state)
{
	bench_done(*state);
	test_free(*state);
	return 0;
}

static void
test_rlpr(void **state)
{
	struct bench *b = *state;
	struct run r;
	need_program("/usr/bin/rlpr");
	assert_true(client(b, &r, "rlpr -N -H127.0.10.1 -PPASSTHRU -Jreport -#2 job.txt"));
	assert_int_equal(r.status, 0);
	assert_true(bench_wait_for(b, 0, 1000 + 4, 0, 1));
	assert_non_null(strstr(pc_buf_text(&b->journal), "\"name\":\"report\""));
	assert_true(client(b, &r, "rlpq -N -H127.0.10.1 -PPASSTHRU"));
	assert_non_null(strstr(r.output, "no entries"));
	assert_int_equal(pc_device_condition(b->devices[0], PC_COND_COVER_OPEN, 0, true), PC_OK);
	assert_true(client(b, &r, "rlpr -N -H127.0.10.1 -PPASSTHRU -Jwaiting job.txt"));
	assert_true(client(b, &r, "rlpq -N -H127.0.10.1 -PPASSTHRU"));
	assert_non_null(strstr(r.output, "waiting"));
	assert_true(client(b, &r, "rlpq -N -l -H127.0.10.1 -PPASSTHRU"));
	assert_non_null(strstr(r.output, "waiting"));
	assert_true(client(b, &r,
		"rlprm -N -H127.0.10.1 -PPASSTHRU - || rlprm -N -H127.0.10.1 -PPASSTHRU root"));
	assert_true(client(b, &r, "rlpq -N -H127.0.10.1 -PPASSTHRU"));
	assert_non_null(strstr(r.output, "no entries"));
}

/* ERS-NET-19 with a foreign sender: the maintenance bytes as an LPD job. */
static void
test_rlpr_cleaning(void **state)
{
	struct bench *b = *state;
	struct run r;
	uint8_t job[128];
	size_t n = 0;
	need_program("/usr/bin/rlpr");
	assert_int_equal(pc_epson_cleaning_write(0, false, 0, job, sizeof(job), &n), PC_OK);
	write_file("clean.bin", job, n);
	assert_true(client(b, &r, "rlpr -N -H127.0.10.2 -PPASSTHRU clean.bin"));
	assert_true(bench_wait_for(b, 1, 0, 1, 1));
	assert_int_equal(bench_counters(b, 1)->life, 1000);
}

static const char *const lpd_uris[] = {
	"lpd://127.0.10.1/PASSTHRU?reserve=none&order=control,data",
	"lpd://127.0.10.1/PASSTHRU?reserve=none&order=data,control",
	"lpd://127.0.10.1/any?reserve=rfc1179",
	"lpd://127.0.10.1/PASSTHRU?reserve=none&mode=stream",
};

static void
test_cups_lpd(void **state)
{
	struct bench *b = *state;
	struct run r;
	need_program("/usr/lib/cups/backend/lpd");
	for (size_t i = 0; i < sizeof(lpd_uris) / sizeof(lpd_uris[0]); i++) {
		char line[256];
		(void)snprintf(line, sizeof(line),
			"DEVICE_URI='%s' TMPDIR=/tmp /usr/lib/cups/backend/lpd 7 anna title 1 '' job.txt",
			lpd_uris[i]);
		assert_true(client(b, &r, line));
		assert_int_equal(r.status, 0);
		assert_true(bench_wait_for(b, 0, 1000 + 2 * ((uint32_t)i + 1), 0, (uint32_t)i + 1));
	}
	assert_non_null(strstr(pc_buf_text(&b->journal), "\"user\":\"anna\""));
}

static void
test_cups_socket(void **state)
{
	struct bench *b = *state;
	struct run r;
	need_program("/usr/lib/cups/backend/socket");
	assert_true(client(b, &r,
		"DEVICE_URI='socket://127.0.10.1:9100' CUPS_CACHEDIR=. TMPDIR=/tmp"
		" /usr/lib/cups/backend/socket 8 anna title 1 '' job.txt"));
	assert_int_equal(r.status, 0);
	assert_true(bench_wait_for(b, 0, 1002, 0, 1));
	write_file("pjl.bin", "\x1b%-12345X@PJL INFO STATUS\r\n\x1b%-12345X", 36);
	assert_true(client(b, &r,
		"DEVICE_URI='socket://127.0.10.1:9100' CUPS_CACHEDIR=. TMPDIR=/tmp"
		" /usr/lib/cups/backend/socket 9 anna title 1 '' pjl.bin"));
	assert_int_equal(r.status, 0);
	assert_non_null(strstr(r.output, "CODE=10006")); /* the bytes of the back channel */
}

static void
test_sane(void **state)
{
	struct bench *b = *state;
	struct run r;
	need_program("/usr/bin/scanimage");
	write_file("dll.conf", "epson2\n", 7);
	write_file("epson2.conf", "net autodiscovery\n", 18);
	assert_true(client(b, &r, "SANE_CONFIG_DIR=$PWD SANE_DEBUG_EPSON2=5 scanimage -L"));
	assert_non_null(strstr(r.output, "epson2:net:127.0.10.1"));
	assert_non_null(strstr(r.output, "epson2:net:127.0.10.2"));
	assert_non_null(strstr(r.output, "epson2:net:127.0.10.3"));
	assert_non_null(strstr(r.output, "WF-C9999"));
	/* A probe answer under 76 bytes makes the device vanish: the check can fail. */
	bench_arm(b, 1, "enpc-probe-short");
	assert_true(client(b, &r, "SANE_CONFIG_DIR=$PWD scanimage -L"));
	assert_null(strstr(r.output, "epson2:net:127.0.10.2"));
	assert_non_null(strstr(r.output, "epson2:net:127.0.10.3"));
}

static void
test_sane_epsonds(void **state)
{
	struct bench *b = *state;
	struct run r;
	need_program("/usr/bin/scanimage");
	write_file("dll.conf", "epsonds\n", 8);
	write_file("epsonds.conf", "net 127.0.10.1\n", 15);
	assert_true(client(b, &r, "SANE_CONFIG_DIR=$PWD SANE_DEBUG_EPSONDS=5 scanimage -L"));
	assert_non_null(strstr(r.output, "epsonds:net:127.0.10.1"));
}

/* More idle connections than the limit: those over it are reset, the port goes on answering. */
static void
test_idle_connections(void **state)
{
	enum { MANY = 5000, LIMIT = 4096 };
	struct bench *b = *state;
	struct rlimit lim = {2 * MANY, 2 * MANY};
	int *fds = test_malloc(MANY * sizeof(int));
	unsigned reset = 0;
	char octet;
	if (setrlimit(RLIMIT_NOFILE, &lim) != 0) {
		test_free(fds);
		fail_msg("the limit of open files cannot be raised to %d", 2 * MANY);
	}
	for (int i = 0; i < MANY; i++) {
		fds[i] = bench_connect(b, (unsigned)i % 3, 515);
		if (i % 32 == 0)
			assert_int_equal(pc_loop_turn(b->loop, 1), PC_OK);
	}
	bench_turns(b, 50);
	for (int i = 0; i < MANY; i++)
		reset += recv(fds[i], &octet, 1, MSG_DONTWAIT) != -1 || errno != EAGAIN;
	assert_int_equal(reset, MANY - LIMIT);
	assert_int_equal(pc_service_counters(b->services[2]).connections, LIMIT);
	for (int i = 0; i < MANY; i++)
		close(fds[i]);
	bench_turns(b, 50);
	struct run r;
	if (access("/usr/bin/rlpq", X_OK) == 0) {
		assert_true(client(b, &r, "rlpq -N -H127.0.10.1 -PPASSTHRU"));
		assert_non_null(strstr(r.output, "no entries"));
	}
	test_free(fds);
}

static int
inside(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {T(test_rlpr), T(test_rlpr_cleaning), T(test_cups_lpd),
		T(test_cups_socket), T(test_sane), T(test_sane_epsonds), T(test_idle_connections)};
	char *dir = directory();
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	char line[64];
	(void)snprintf(line, sizeof(line), "rm -rf %s", dir);
	(void)!system(line);
	test_free(dir);
	return failed;
}

int
main(int argc, char **argv)
{
	static const char set_up[] =
		"ip link set lo up && ip route add default dev lo && "
		"ip route replace 255.255.255.255 dev lo src 127.0.0.1 && exec \"$0\" inside";
	if (argc > 1 && strcmp(argv[1], "inside") == 0)
		return inside();
	char self[4096];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	if (n <= 0)
		return 1;
	self[n] = '\0';
	if (system("unshare -rn true 2>/dev/null") != 0) {
		printf("user namespaces are not allowed here: the clients cannot be tried\n");
		return 1;
	}
	(void)argv;
	execlp("unshare", "unshare", "-rn", "sh", "-c", set_up, self, (char *)NULL);
	return 1;
}
