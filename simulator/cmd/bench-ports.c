/* The ports besides SNMP: job intake, many connections, broadcasts, and what printers behind a bad
 * network do to the others. */
#include <arpa/inet.h>
#include <errno.h>
#include <openssl/evp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "base/rand.h"
#include "base/term.h"
#include "base/text.h"
#include "bench.h"
#include "cmd/bench-up.h"
#include "loop/loop.h"
#include "loop/tcp.h"

enum {
	RAW_PORT = 9100,
	LPD_PORT = 515,
	SNMP_PORT = 161,
	ENPC_PORT = 3289,
	SLP_PORT = 427,
	CHUNK = 1 << 16,
	JOB_CHUNKS = 512, /* 32 MiB */
	SHA_BYTES = 32,
	TEXT_MAX = 1 << 16,
	ANSWER_SECONDS = 20,
	SILENCE_MS = 3000, /* longer than any answer waits for its turn */
	DELAY_MS = 10000,
	DELAY_EACH = 100, /* one printer of so many is slow */
	WINDOW = 16,
	KEPT = 1024
};

static int
limit_waiting(int fd)
{
	struct timeval limit = {.tv_sec = ANSWER_SECONDS};
	return setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)) == 0 &&
			       setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)) == 0
		       ? PC_OK
		       : -errno;
}

/* A connection, or -errno. */
static int
dial(const struct sockaddr_in *to)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	int err = limit_waiting(fd);
	if (err == PC_OK && connect(fd, (const struct sockaddr *)to, sizeof(*to)) != 0)
		err = -errno;
	if (err == PC_OK)
		return fd;
	close(fd);
	return err;
}

static int
send_all(int fd, const void *data, size_t len)
{
	const uint8_t *at = data;
	while (len > 0) {
		ssize_t n = send(fd, at, len, MSG_NOSIGNAL);
		if (n <= 0)
			return n < 0 ? -errno : PC_E_CLOSED;
		at += n;
		len -= (size_t)n;
	}
	return PC_OK;
}

/* Until the text holds `word`, or the other side has said all; true when it does. */
static bool
hear(int fd, const char *word, char *out, size_t size)
{
	size_t n = 0;
	out[0] = '\0';
	while (strstr(out, word) == NULL && n + 1 < size) {
		ssize_t got = recv(fd, out + n, size - 1 - n, 0);
		if (got <= 0)
			break;
		for (ssize_t i = 0; i < got; i++, n++)
			out[n] = out[n] == '\0' ? ' ' : out[n];
		out[n] = '\0';
	}
	return strstr(out, word) != NULL;
}

/* ---- job intake: a plain sink beside the printers ---- */

struct job {
	uint8_t *bytes; /* owned: CHUNK, sent JOB_CHUNKS times */
	char sha[2 * SHA_BYTES + 1];
};

static int
job_init(struct job *j)
{
	struct pc_rand r;
	uint8_t sha[SHA_BYTES];
	EVP_MD_CTX *digest = EVP_MD_CTX_new();
	j->bytes = malloc(CHUNK);
	if (j->bytes == NULL || digest == NULL ||
		EVP_DigestInit_ex(digest, EVP_sha256(), NULL) != 1) {
		EVP_MD_CTX_free(digest);
		return -ENOMEM;
	}
	pc_rand_init(&r, 1, RAW_PORT);
	pc_rand_bytes(&r, j->bytes, CHUNK);
	for (unsigned i = 0; i < CHUNK; i++) /* no PJL, as in a raster image */
		j->bytes[i] = j->bytes[i] == 0x1b ? 0 : j->bytes[i];
	for (unsigned i = 0; i < JOB_CHUNKS; i++)
		(void)EVP_DigestUpdate(digest, j->bytes, CHUNK);
	(void)EVP_DigestFinal_ex(digest, sha, NULL);
	EVP_MD_CTX_free(digest);
	pc_text_hex(sha, SHA_BYTES, j->sha);
	return PC_OK;
}

static bool
sink_open(void *arg, struct pc_tcp *conn)
{
	EVP_MD_CTX *digest = EVP_MD_CTX_new();
	(void)arg;
	if (digest == NULL || EVP_DigestInit_ex(digest, EVP_sha256(), NULL) != 1)
		return false;
	pc_tcp_set_arg(conn, digest);
	return true;
}

static size_t
sink_data(void *arg, struct pc_tcp *conn, const uint8_t *data, size_t len)
{
	(void)conn;
	(void)EVP_DigestUpdate(arg, data, len);
	return len;
}

static void
sink_eof(void *arg, struct pc_tcp *conn)
{
	uint8_t sha[SHA_BYTES];
	char text[2 * SHA_BYTES + 1];
	(void)EVP_DigestFinal_ex(arg, sha, NULL);
	pc_text_hex(sha, sizeof(sha), text);
	(void)pc_tcp_write(conn, text, strlen(text));
	pc_tcp_close(conn);
}

static void
sink_closed(void *arg, struct pc_tcp *conn, enum pc_tcp_end end)
{
	(void)conn;
	(void)end;
	EVP_MD_CTX_free(arg);
}

/* A process that only takes and hashes; tells its port through the pipe. */
static void
sink_main(int tell)
{
	static const struct pc_tcp_handler handler = {
		.open = sink_open, .data = sink_data, .eof = sink_eof, .closed = sink_closed};
	struct pc_tcp_options options = {
		.bind = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)}};
	struct pc_clock clock;
	struct pc_loop *loop = NULL;
	struct pc_tcp_listener *listener = NULL;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	pc_clock_init_real(&clock);
	if (pc_loop_new(&clock, &loop, NULL) != PC_OK ||
		pc_tcp_listen(loop, &options, &handler, NULL, &listener, NULL) != PC_OK)
		_exit(1);
	uint16_t port = ntohs(pc_tcp_listener_local(listener).sin_port);
	if (write(tell, &port, sizeof(port)) != (ssize_t)sizeof(port))
		_exit(1);
	_exit(pc_loop_run(loop) == PC_OK ? 0 : 1);
}

static int
sink_start(pid_t *ret_pid, struct sockaddr_in *ret_at, struct pc_diag *diag)
{
	int fds[2];
	uint16_t port = 0;
	if (pipe(fds) != 0)
		return pc_diag_fail(diag, -errno, "pipe: %s", pc_err_text(-errno));
	pid_t pid = fork();
	if (pid == 0)
		sink_main(fds[1]);
	close(fds[1]);
	ssize_t n = pid < 0 ? -1 : read(fds[0], &port, sizeof(port));
	close(fds[0]);
	*ret_pid = pid;
	*ret_at = (struct sockaddr_in){.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	return n == (ssize_t)sizeof(port)
		       ? PC_OK
		       : pc_diag_fail(diag, PC_E_ENVIRONMENT, "no process for the sink");
}

/* Send the job and hear the word that tells that all of it was taken in. *ret_ns: CPU time of the
 * process that took it. */
static int
send_job(const struct job *j, const struct sockaddr_in *to, pid_t pid, const char *end,
	const char *word, uint64_t *ret_ns)
{
	char heard[CHUNK];
	uint64_t before = pc_bench_cpu_ns(pid);
	int fd = dial(to);
	int err = fd < 0 ? fd : PC_OK;
	for (unsigned i = 0; i < JOB_CHUNKS && err == PC_OK; i++)
		err = send_all(fd, j->bytes, CHUNK);
	if (err == PC_OK && end != NULL)
		err = send_all(fd, end, strlen(end));
	if (err == PC_OK && end == NULL && shutdown(fd, SHUT_WR) != 0)
		err = -errno;
	if (err == PC_OK && !hear(fd, word, heard, sizeof(heard)))
		err = PC_E_TIMEOUT;
	*ret_ns = pc_bench_cpu_ns(pid) - before;
	if (fd >= 0)
		close(fd);
	return err;
}

/* ---- the control API ---- */

static int
request(const struct pc_bench_up *up, const char *method, const char *path, const char *body,
	char *out, size_t size)
{
	char text[1024];
	struct sockaddr_in to = {.sin_family = AF_INET,
		.sin_port = htons(up->control_port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = dial(&to);
	if (fd < 0)
		return fd;
	snprintf(text, sizeof(text),
		"%s %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nConnection: close\r\n"
		"Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
		method, path, up->control_port, strlen(body), body);
	int err = send_all(fd, text, strlen(text));
	if (err == PC_OK && !hear(fd, "HTTP/1.1 200", out, size))
		err = PC_E_REFUSED;
	if (err == PC_OK) {
		size_t n = strlen(out);
		(void)hear(fd, "no such word", out + n, size - n);
	}
	close(fd);
	return err;
}

static int
set_fault(const struct pc_bench_up *up, const char *fault, bool armed, struct pc_diag *diag)
{
	char body[256], out[TEXT_MAX];
	snprintf(body, sizeof(body), "{\"fault\":\"%s\",\"armed\":%s}", fault,
		armed ? "true" : "false");
	int err = request(up, "POST", "/v1/printers/0/fault", body, out, sizeof(out));
	return err == PC_OK ? PC_OK
			    : pc_diag_fail(diag, err, "fault '%s': %s", fault, pc_err_text(err));
}

/* The printer has taken in a job with this digest. */
static int
check_job(const struct pc_bench_up *up, uint32_t number, const struct job *j, struct pc_diag *diag)
{
	char path[64];
	char *out = malloc(TEXT_MAX);
	snprintf(path, sizeof(path), "/v1/journal?kind=job&printer=%u", number);
	int err = out == NULL ? -ENOMEM : request(up, "GET", path, "", out, TEXT_MAX);
	if (err == PC_OK && strstr(out, j->sha) == NULL)
		err = PC_E_MISMATCH;
	free(out);
	return err == PC_OK ? PC_OK
			    : pc_diag_fail(diag, err,
				      "printer %u took in a job, but not with its SHA-256 (%s)",
				      number, pc_err_text(err));
}

static int
bench_intake(const struct pc_bench_up *up, struct pc_bench_ports *ret, struct pc_diag *diag)
{
	static const char end[] = "\033%-12345X@PJL ECHO taken in\r\n";
	struct job j = {NULL, ""};
	struct sockaddr_in sink = {.sin_family = AF_INET};
	pid_t pid = -1;
	int err = job_init(&j);
	if (err == PC_OK)
		err = sink_start(&pid, &sink, diag);
	for (unsigned i = 0; i < ret->rounds && err == PC_OK; i++) {
		uint32_t number = up->devices - i % up->devices;
		struct sockaddr_in to = pc_bench_up_address(up, number - 1, RAW_PORT);
		uint64_t plain = 0, printed = 0;
		pc_term_progress(i, ret->rounds, "ports: job intake");
		err = send_job(&j, &sink, pid, NULL, j.sha, &plain);
		if (err == PC_OK)
			err = send_job(&j, &to, up->pid, end, "taken in", &printed);
		if (err != PC_OK)
			(void)pc_diag_fail(diag, err, "job of %d bytes: %s", CHUNK * JOB_CHUNKS,
				pc_err_text(err));
		else
			err = check_job(up, number, &j, diag);
		ret->intake[i] = printed == 0 ? 0 : (double)plain / (double)printed;
	}
	if (pid > 0) {
		kill(pid, SIGKILL);
		(void)waitpid(pid, NULL, 0);
	}
	free(j.bytes);
	return err;
}

/* ---- many connections at once ---- */

static const struct talk {
	uint16_t port;
	const char *says, *hears;
} talks[] = {
	{LPD_PORT, "\003PASSTHRU\n", "no entries"},
	{RAW_PORT, "\033%-12345X@PJL ECHO here I am\r\n", "here I am"},
};

enum { TALKS = sizeof(talks) / sizeof(talks[0]), TALKERS_MAX = 1000 };

static void
raise_descriptor_limit(void)
{
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
		limit.rlim_cur = limit.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &limit);
	}
}

/* All are open before the first says anything. */
static int
bench_connections(const struct pc_bench_up *up, struct pc_bench_ports *ret, struct pc_diag *diag)
{
	int *fds = calloc((size_t)TALKERS_MAX * TALKS, sizeof(*fds));
	uint32_t n = up->devices < TALKERS_MAX ? up->devices : TALKERS_MAX;
	uint32_t served = 0;
	char heard[1024];
	int err = fds == NULL ? -ENOMEM : PC_OK;
	raise_descriptor_limit();
	if (err != PC_OK)
		return err;
	for (uint32_t i = 0; i < n * TALKS; i++) {
		struct sockaddr_in to = pc_bench_up_address(up, i / TALKS, talks[i % TALKS].port);
		if (i % TALKERS_MAX == 0)
			pc_term_progress(i, n * TALKS, "ports: connections");
		fds[i] = dial(&to);
		if (fds[i] < 0 && err == PC_OK)
			err = pc_diag_fail(
				diag, fds[i], "connection %u: %s", i + 1, pc_err_text(fds[i]));
	}
	for (uint32_t i = 0; i < n * TALKS && err == PC_OK; i++)
		err = send_all(fds[i], talks[i % TALKS].says, strlen(talks[i % TALKS].says));
	for (uint32_t i = 0; i < n * TALKS; i++) {
		served +=
			err == PC_OK && hear(fds[i], talks[i % TALKS].hears, heard, sizeof(heard));
		if (fds[i] >= 0)
			close(fds[i]);
	}
	free(fds);
	ret->served = (double)served / (n * TALKS);
	return err;
}

/* ---- one question to all ---- */

static int
open_datagram(uint32_t address, struct pc_diag *diag)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(address)};
	struct in_addr on = {htonl(INADDR_LOOPBACK)};
	int yes = 1, size = 16 << 20;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return pc_diag_fail(diag, -errno, "socket: %s", pc_err_text(-errno));
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	if (setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &yes, sizeof(yes)) == 0 &&
		setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &on, sizeof(on)) == 0 &&
		bind(fd, (struct sockaddr *)&at, sizeof(at)) == 0)
		return fd;
	int err = pc_diag_fail(diag, -errno, "socket: %s", pc_err_text(-errno));
	close(fd);
	return err;
}

static uint32_t
number_of(const struct pc_bench_up *up, const struct sockaddr_in *from)
{
	uint32_t i = ntohl(from->sin_addr.s_addr) - PC_BENCH_FIRST;
	return i < up->devices ? i : UINT32_MAX;
}

/* *ret_wrong: printers that did not answer exactly once. */
static int
ask_all(const struct pc_bench_up *up, uint32_t group, uint16_t port, const void *question,
	size_t len, double *ret_wrong, struct pc_diag *diag)
{
	uint8_t *counts = calloc(up->devices, 1);
	uint8_t in[2048];
	struct sockaddr_in to = pc_bench_up_address(up, 0, port), from;
	int fd = open_datagram(INADDR_LOOPBACK, diag), err = fd < 0 ? fd : PC_OK;
	struct pollfd ready = {.fd = fd, .events = POLLIN};
	to.sin_addr.s_addr = htonl(group);
	if (err == PC_OK && (counts == NULL || sendto(fd, question, len, 0, (struct sockaddr *)&to,
						       sizeof(to)) != (ssize_t)len))
		err = pc_diag_fail(diag, -errno, "question to all: %s", pc_err_text(-errno));
	while (err == PC_OK && poll(&ready, 1, SILENCE_MS) > 0) {
		socklen_t n = sizeof(from);
		if (recvfrom(fd, in, sizeof(in), 0, (struct sockaddr *)&from, &n) <= 0)
			break;
		uint32_t i = number_of(up, &from);
		if (i != UINT32_MAX && counts[i] < UINT8_MAX)
			counts[i]++;
	}
	*ret_wrong = 0;
	for (uint32_t i = 0; err == PC_OK && i < up->devices; i++)
		*ret_wrong += counts[i] != 1;
	if (fd >= 0)
		close(fd);
	free(counts);
	return err;
}

static int
bench_all(const struct pc_bench_up *up, struct pc_bench_ports *ret, struct pc_diag *diag)
{
	static const uint8_t probe[] = {'E', 'P', 'S', 'O', 'N', 'P', 0, 0xff, 0, 0, 0, 0, 0, 0};
	/* SrvRqst for service:printer in scope DEFAULT. Spec: RFC 2608 s8.1 */
	static const char find[] = "\002\001\000\000\060\040\000\000\000\000\001\002\000\002"
				   "en\000\000\000\017service:printer\000\007"
				   "DEFAULT\000\000\000";
	pc_term_progress(0, 2, "ports: one question to all");
	int err = ask_all(up, 0x7fffffff, ENPC_PORT, probe, sizeof(probe), &ret->enpc_wrong, diag);
	pc_term_progress(1, 2, "ports: one question to all");
	return err != PC_OK ? err
			    : ask_all(up, 0xeffffffd, SLP_PORT, find, sizeof(find), &ret->slp_wrong,
				      diag);
}

/* ---- slow printers beside quick ones ---- */

/* GET sysUpTime.0 in SNMPv2c with a request-id of four octets at REQUEST_ID_AT. */
enum { REQUEST_ID_AT = 17 };
static const uint8_t get[] = {0x30, 0x29, 0x02, 0x01, 0x01, 0x04, 0x06, 'p', 'u', 'b', 'l', 'i',
	'c', 0xa0, 0x1c, 0x02, 0x04, 0x10, 0, 0, 0, 0x02, 0x01, 0x00, 0x02, 0x01, 0x00, 0x30, 0x0e,
	0x30, 0x0c, 0x06, 0x08, 0x2b, 0x06, 0x01, 0x02, 0x01, 0x01, 0x03, 0x00, 0x05, 0x00};

struct watch {
	const struct pc_bench_up *up;
	int fd;
	uint32_t id, next; /* of the next request: its number, its printer */
	double sent[KEPT]; /* by id; 0: answered, or of a slow printer */
	double *took;      /* owned: seconds each */
	size_t n, cap;
	unsigned under_way;
};

static bool
is_slow(uint32_t device)
{
	return device % DELAY_EACH == 0;
}

static void
ask_next(struct watch *w)
{
	uint8_t text[sizeof(get)];
	bool slow = false;
	do {
		uint32_t device = w->next;
		struct sockaddr_in to = pc_bench_up_address(w->up, device, SNMP_PORT);
		w->next = (device + 1) % w->up->devices;
		slow = is_slow(device);
		memcpy(text, get, sizeof(text));
		for (unsigned i = 1; i < 4; i++)
			text[REQUEST_ID_AT + i] = (uint8_t)(w->id >> (24 - 8 * i));
		w->sent[w->id % KEPT] = slow ? 0 : pc_bench_now();
		w->id = (w->id + 1) & 0xffffff;
		(void)sendto(w->fd, text, sizeof(text), 0, (struct sockaddr *)&to, sizeof(to));
	} while (slow && w->up->devices > 1); /* nobody waits for those */
	w->under_way++;
}

static void
take_answer(struct watch *w)
{
	uint8_t in[512];
	struct sockaddr_in from;
	socklen_t len = sizeof(from);
	ssize_t n = recvfrom(w->fd, in, sizeof(in), 0, (struct sockaddr *)&from, &len);
	uint32_t device = number_of(w->up, &from);
	if (n < REQUEST_ID_AT + 4 || device == UINT32_MAX || is_slow(device))
		return;
	uint32_t id = (uint32_t)in[REQUEST_ID_AT + 1] << 16 | (uint32_t)in[REQUEST_ID_AT + 2] << 8 |
		      in[REQUEST_ID_AT + 3];
	double *sent = &w->sent[id % KEPT];
	if (*sent == 0)
		return;
	if (w->n < w->cap)
		w->took[w->n++] = pc_bench_now() - *sent;
	*sent = 0;
	w->under_way--;
}

static int
by_size(const void *a, const void *b)
{
	const double *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

/* The time within which 99 of 100 quick printers answered. */
static int
watch_round(struct watch *w, double seconds, double *ret_p99, struct pc_diag *diag)
{
	double end = pc_bench_now() + seconds;
	struct pollfd ready = {.fd = w->fd, .events = POLLIN};
	w->n = 0;
	w->under_way = 0;
	memset(w->sent, 0, sizeof(w->sent));
	while (pc_bench_now() < end) {
		while (w->under_way < WINDOW)
			ask_next(w);
		if (poll(&ready, 1, SILENCE_MS) > 0)
			take_answer(w);
		else
			w->under_way = 0; /* lost: others are asked */
	}
	if (w->n == 0)
		return pc_diag_fail(diag, PC_E_TIMEOUT, "no printer answers");
	qsort(w->took, w->n, sizeof(*w->took), by_size);
	*ret_p99 = w->took[w->n * 99 / 100];
	return PC_OK;
}

/* Rounds with and without in turn, the order changing, so that what else the machine does falls on
 * both alike. */
static int
bench_slow(const struct pc_bench_up *up, double seconds, struct pc_bench_ports *ret,
	struct pc_diag *diag)
{
	char faults[2][96];
	struct watch w = {.up = up, .cap = 1 << 20, .next = 1 % up->devices};
	double p99[2] = {0, 0};
	w.took = calloc(w.cap, sizeof(*w.took));
	w.fd = open_datagram(INADDR_LOOPBACK, diag);
	int err = w.took == NULL ? -ENOMEM : w.fd < 0 ? w.fd : PC_OK;
	snprintf(faults[0], sizeof(faults[0]), "udp-delay(ms=%d)@1-%u/%d", DELAY_MS, up->devices,
		DELAY_EACH);
	snprintf(faults[1], sizeof(faults[1]), "tcp-delay(ms=%d)@1-%u/%d", DELAY_MS, up->devices,
		DELAY_EACH);
	for (unsigned i = 0; i < 2 * PC_BENCH_PORTS_PAIRS && err == PC_OK; i++) {
		bool slow = (i % 2 != 0) != (i / 2 % 2 != 0);
		pc_term_progress(i, 2 * PC_BENCH_PORTS_PAIRS, "ports: slow printers");
		for (unsigned k = 0; k < 2 && err == PC_OK; k++)
			err = set_fault(up, faults[k], slow, diag);
		if (err == PC_OK)
			err = watch_round(
				&w, seconds / (2 * PC_BENCH_PORTS_PAIRS), &p99[slow], diag);
		if (i % 2 != 0)
			ret->shift[i / 2] = p99[0] > 0 ? 100 * (p99[1] / p99[0] - 1) : 0;
	}
	if (w.fd >= 0)
		close(w.fd);
	free(w.took);
	return err;
}

int
pc_bench_ports(uint32_t devices, double seconds, struct pc_bench_ports *ret, struct pc_diag *diag)
{
	struct pc_bench_up up;
	*ret = (struct pc_bench_ports){
		.rounds = seconds < PC_BENCH_PORTS_ROUNDS ? 1 : PC_BENCH_PORTS_ROUNDS};
	int err = pc_bench_up_start(&up, devices, true, diag);
	if (err == PC_OK)
		err = bench_connections(&up, ret, diag);
	if (err == PC_OK)
		err = bench_all(&up, ret, diag);
	if (err == PC_OK)
		err = bench_slow(&up, seconds, ret, diag);
	if (err == PC_OK)
		err = bench_intake(&up, ret, diag);
	pc_bench_up_stop(&up);
	pc_term_progress_end();
	return err;
}
