#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/err.h"
#include "bench.h"
#include "codec/snmp.h"

enum { BUFFER = 4096, SILENCE_MS = 1000, SILENCES_MAX = 3, ECHO_BYTES = 80 };

double
pc_bench_now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

void
pc_bench_pin(int core)
{
	cpu_set_t set;
	if (sysconf(_SC_NPROCESSORS_ONLN) < 2)
		return;
	CPU_ZERO(&set);
	CPU_SET((size_t)core, &set);
	(void)sched_setaffinity(0, sizeof(set), &set);
}

uint64_t
pc_bench_cpu_ns(pid_t pid)
{
	char path[64];
	unsigned long long ns = 0;
	snprintf(path, sizeof(path), "/proc/%d/schedstat", (int)pid);
	FILE *f = fopen(path, "r");
	if (f == NULL)
		return 0;
	if (fscanf(f, "%llu", &ns) != 1)
		ns = 0;
	fclose(f);
	return ns;
}

uint64_t
pc_bench_rss_bytes(pid_t pid)
{
	char path[64];
	unsigned long long size = 0, resident = 0;
	snprintf(path, sizeof(path), "/proc/%d/statm", (int)pid);
	FILE *f = fopen(path, "r");
	if (f == NULL)
		return 0;
	if (fscanf(f, "%llu %llu", &size, &resident) != 2)
		resident = 0;
	fclose(f);
	return resident * (uint64_t)sysconf(_SC_PAGESIZE);
}

/* One batch in each direction. */
struct load {
	const struct pc_bench_server *server;
	int fd;
	uint8_t request[256];
	size_t len;
	uint32_t next_device;
	int64_t under_way; /* requests without an answer so far */
	struct sockaddr_in to[PC_BENCH_WINDOW];
	struct iovec out_iov, in_iov[PC_BENCH_WINDOW];
	struct mmsghdr out[PC_BENCH_WINDOW], in[PC_BENCH_WINDOW];
	uint8_t (*answers)[BUFFER]; /* owned: PC_BENCH_WINDOW */
};

static int
encode(struct load *l, enum pc_bench_request request, struct pc_diag *diag)
{
	struct pc_snmp_varbind vb;
	struct pc_oid name;
	if (request == PC_BENCH_DATAGRAM) {
		memset(l->request, 'x', ECHO_BYTES);
		l->len = ECHO_BYTES;
		return PC_OK;
	}
	int err = pc_oid_parse(
		request == PC_BENCH_GET ? "1.3.6.1.2.1.1.1.0" : "1.3.6.1.2.1.43", &name);
	if (err != PC_OK)
		return err;
	pc_snmp_varbind_null(&vb, &name);
	struct pc_snmp_message m = {.version = PC_SNMP_V2C,
		.community = (const uint8_t *)"public",
		.community_len = 6,
		.pdu = request == PC_BENCH_GET ? PC_SNMP_GET : PC_SNMP_GETBULK,
		.request_id = 1000000,
		.error_index = request == PC_BENCH_GET ? 0 : 25,
		.varbinds = &vb,
		.n_varbinds = 1};
	return pc_snmp_encode(&m, l->request, sizeof(l->request), &l->len, diag);
}

static void
prepare(struct load *l)
{
	l->out_iov = (struct iovec){l->request, l->len};
	for (size_t i = 0; i < PC_BENCH_WINDOW; i++) {
		l->in_iov[i] = (struct iovec){l->answers[i], BUFFER};
		l->in[i].msg_hdr = (struct msghdr){.msg_iov = &l->in_iov[i], .msg_iovlen = 1};
		l->out[i].msg_hdr = (struct msghdr){.msg_name = &l->to[i],
			.msg_namelen = sizeof(l->to[i]),
			.msg_iov = &l->out_iov,
			.msg_iovlen = 1};
	}
}

/* Send `n` requests to the next devices in turn. */
static void
send_requests(struct load *l, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		uint32_t a = l->server->kind == PC_BENCH_SNMPD ? INADDR_LOOPBACK
							       : PC_BENCH_FIRST + l->next_device;
		l->to[i] = (struct sockaddr_in){.sin_family = AF_INET,
			.sin_port = htons(l->server->port),
			.sin_addr.s_addr = htonl(a)};
		l->next_device = (l->next_device + 1) % l->server->devices;
	}
	for (unsigned at = 0; at < n;) {
		int sent = sendmmsg(l->fd, l->out + at, n - at, 0);
		l->under_way += sent > 0 ? sent : 0;
		at += sent > 0 ? (unsigned)sent : 1; /* what is lost is made up for in run() */
	}
}

/* Answers that have come, waiting for the first; 0 after a second of silence. */
static unsigned
receive(struct load *l)
{
	struct pollfd p = {.fd = l->fd, .events = POLLIN};
	int n = recvmmsg(l->fd, l->in, PC_BENCH_WINDOW, MSG_DONTWAIT, NULL);
	if (n <= 0 && poll(&p, 1, SILENCE_MS) > 0)
		n = recvmmsg(l->fd, l->in, PC_BENCH_WINDOW, MSG_DONTWAIT, NULL);
	l->under_way -= n > 0 ? n : 0;
	return n > 0 ? (unsigned)n : 0;
}

/* One answer of a batch: a fast wrong answer is no figure. */
static int
check(const struct load *l, enum pc_bench_request request, struct pc_diag *diag)
{
	struct pc_snmp_varbind varbinds[64];
	struct pc_snmp_message m;
	if (request == PC_BENCH_DATAGRAM)
		return PC_OK;
	int err = pc_snmp_decode(l->answers[0], l->in[0].msg_len, varbinds, 64, &m, diag);
	if (err != PC_OK)
		return err;
	bool good = m.pdu == PC_SNMP_RESPONSE && m.error_status == 0 && m.n_varbinds > 0 &&
		    varbinds[m.n_varbinds - 1].type < PC_BER_NO_SUCH_OBJECT &&
		    (request == PC_BENCH_BULK) == (m.n_varbinds == 25);
	return good ? PC_OK
		    : pc_diag_fail(diag, PC_E_MISMATCH,
			      "an answer with error-status %d and %zu variables", m.error_status,
			      m.n_varbinds);
}

static int
run(struct load *l, enum pc_bench_request request, double seconds, struct pc_bench_figure *ret,
	struct pc_diag *diag)
{
	unsigned silences = 0;
	uint64_t answers = 0;
	uint64_t cpu = pc_bench_cpu_ns(l->server->pid);
	double start = pc_bench_now(), now = start;
	send_requests(l, PC_BENCH_WINDOW);
	while (now - start < seconds) {
		unsigned n = receive(l);
		if (n == 0 && ++silences == SILENCES_MAX)
			return pc_diag_fail(diag, PC_E_TIMEOUT, "the server does not answer");
		int err = n > 0 ? check(l, request, diag) : PC_OK;
		if (err != PC_OK)
			return err;
		answers += n;
		send_requests(l, n == 0 ? PC_BENCH_WINDOW : n);
		now = pc_bench_now();
	}
	cpu = pc_bench_cpu_ns(l->server->pid) - cpu;
	/* The next load starts without the answers to this one: it may get the same port. */
	for (unsigned n = 1; l->under_way > 0 && n > 0;)
		n = receive(l);
	if (answers == 0)
		return pc_diag_fail(diag, PC_E_TIMEOUT, "no answer within the time");
	*ret = (struct pc_bench_figure){
		answers, now - start, (double)cpu / 1000.0 / (double)answers};
	return PC_OK;
}

int
pc_bench_load(const struct pc_bench_server *s, enum pc_bench_request request, double seconds,
	struct pc_bench_figure *ret, struct pc_diag *diag)
{
	struct sockaddr_in local = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct load *l = calloc(1, sizeof(*l));
	int size = 4 << 20, err = PC_OK;
	if (l == NULL)
		return -ENOMEM;
	l->server = s;
	l->answers = calloc(PC_BENCH_WINDOW, sizeof(*l->answers));
	l->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (l->answers == NULL)
		err = -ENOMEM;
	else if (l->fd < 0 || bind(l->fd, (struct sockaddr *)&local, sizeof(local)) != 0)
		err = pc_diag_fail(diag, -errno, "socket: %s", pc_err_text(-errno));
	else
		err = encode(l, request, diag);
	if (err == PC_OK) {
		(void)setsockopt(l->fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
		prepare(l);
		pc_bench_pin(PC_BENCH_LOAD_CORE);
		err = run(l, request, seconds, ret, diag);
	}
	if (l->fd >= 0)
		close(l->fd);
	free(l->answers);
	free(l);
	return err;
}
