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

enum {
	BUFFER = 4096,
	SILENCE_MS = 1000,
	SILENCES_MAX = 3,
	ECHO_BYTES = 80,
	FIRST_ID = 0x10000000, /* four octets, whatever is added */
	KEPT = 4096            /* requests remembered; a power of two, more than are under way */
};

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
	struct pc_bench_server *server;
	enum pc_bench_request request;
	int fd;
	uint8_t template[PC_BENCH_REQUEST_MAX]; /* what is sent, with the id at `id_at` */
	size_t len, id_at;
	uint32_t next_device, next_id;
	int64_t under_way; /* requests without an answer so far */
	struct {
		uint32_t id; /* 0: answered */
		struct in_addr to;
	} kept[KEPT];
	uint8_t requests[PC_BENCH_WINDOW][PC_BENCH_REQUEST_MAX];
	struct sockaddr_in to[PC_BENCH_WINDOW], from[PC_BENCH_WINDOW];
	struct iovec out_iov[PC_BENCH_WINDOW], in_iov[PC_BENCH_WINDOW];
	struct mmsghdr out[PC_BENCH_WINDOW], in[PC_BENCH_WINDOW];
	uint8_t (*answers)[BUFFER]; /* owned: PC_BENCH_WINDOW */
};

/* ---- requests ---- */

struct sockaddr_in
pc_bench_address(const struct pc_bench_server *s, uint32_t i)
{
	bool foreign = s->kind == PC_BENCH_SNMPD || s->kind == PC_BENCH_SNMPSIM;
	return (struct sockaddr_in){.sin_family = AF_INET,
		.sin_port = htons(s->port),
		.sin_addr.s_addr = htonl(foreign ? INADDR_LOOPBACK : PC_BENCH_FIRST + i)};
}

/* The request with FIRST_ID, and where that stands in it. */
static int
encode(struct load *l, struct pc_diag *diag)
{
	static const uint8_t id[] = {0x02, 4, FIRST_ID >> 24, 0, 0, 0};
	bool bulk = l->request == PC_BENCH_BULK;
	struct pc_snmp_varbind vb;
	struct pc_oid name;
	int err = pc_oid_parse(bulk ? "1.3.6.1.2.1.43" : "1.3.6.1.2.1.1.1.0", &name);
	if (err != PC_OK)
		return err;
	pc_snmp_varbind_null(&vb, &name);
	struct pc_snmp_message m = {.version = PC_SNMP_V2C,
		.community = (const uint8_t *)"public",
		.community_len = 6,
		.pdu = bulk ? PC_SNMP_GETBULK : PC_SNMP_GET,
		.request_id = FIRST_ID,
		.error_index = bulk ? PC_BENCH_REPETITIONS : 0,
		.varbinds = &vb,
		.n_varbinds = 1};
	err = pc_snmp_encode(&m, l->template, sizeof(l->template), &l->len, diag);
	const uint8_t *at = err != PC_OK ? NULL : memmem(l->template, l->len, id, sizeof(id));
	if (err == PC_OK && at == NULL)
		err = PC_E_INTERNAL;
	if (err == PC_OK)
		l->id_at = (size_t)(at - l->template) + 2;
	return err;
}

static int
prepare(struct load *l, struct pc_diag *diag)
{
	for (size_t i = 0; i < PC_BENCH_WINDOW; i++) {
		l->in_iov[i] = (struct iovec){l->answers[i], BUFFER};
		l->in[i].msg_hdr = (struct msghdr){.msg_iov = &l->in_iov[i],
			.msg_iovlen = 1,
			.msg_name = &l->from[i],
			.msg_namelen = sizeof(l->from[i])};
		l->out[i].msg_hdr = (struct msghdr){.msg_name = &l->to[i],
			.msg_namelen = sizeof(l->to[i]),
			.msg_iov = &l->out_iov[i],
			.msg_iovlen = 1};
	}
	l->next_id = FIRST_ID;
	if (l->request == PC_BENCH_V3_GET)
		return pc_bench_v3_ready(l->server, diag);
	if (l->request != PC_BENCH_DATAGRAM)
		return encode(l, diag);
	memset(l->template, 'x', ECHO_BYTES);
	l->len = ECHO_BYTES;
	return PC_OK;
}

static void
put_id(uint8_t *at, uint32_t id)
{
	for (unsigned i = 0; i < 4; i++)
		at[i] = (uint8_t)(id >> (24 - 8 * i));
}

static uint32_t
get_id(const uint8_t *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* Request number `i` of a batch, to the next device. Sealed ones are sent as they are. */
static void
make_request(struct load *l, unsigned i)
{
	uint32_t device = l->next_device, id = l->next_id;
	l->next_device = (device + 1) % l->server->devices;
	l->to[i] = pc_bench_address(l->server, device);
	if (l->request == PC_BENCH_V3_GET) {
		size_t len = 0;
		const uint8_t *sealed = pc_bench_v3_request(l->server->v3, device, &len);
		memcpy(l->requests[i], sealed, len);
		l->out_iov[i] = (struct iovec){l->requests[i], len};
		return;
	}
	l->next_id = id == FIRST_ID + 0xffffff ? FIRST_ID : id + 1;
	memcpy(l->requests[i], l->template, l->len);
	put_id(l->requests[i] + l->id_at, id);
	l->out_iov[i] = (struct iovec){l->requests[i], l->len};
	l->kept[id % KEPT].id = id;
	l->kept[id % KEPT].to = l->to[i].sin_addr;
}

static void
send_requests(struct load *l, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		make_request(l, i);
	for (unsigned at = 0; at < n;) {
		int sent = sendmmsg(l->fd, l->out + at, n - at, 0);
		l->under_way += sent > 0 ? sent : 0;
		at += sent > 0 ? (unsigned)sent : 1; /* what is lost is made up for in run() */
	}
}

/* ---- answers ---- */

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

static size_t
count_bindings(struct pc_reader *list)
{
	struct pc_reader content;
	uint8_t tag;
	size_t n = 0;
	while (pc_reader_left(list) > 0 && pc_ber_read(list, &tag, &content) == PC_OK)
		n++;
	return n;
}

/* A response without error and with as many variables as asked for; its request-id. */
static int
check_response(const struct load *l, const uint8_t *data, size_t len, uint32_t *ret_id)
{
	struct pc_reader r, message, pdu, field;
	int64_t id = 0, status = -1;
	size_t want = l->request == PC_BENCH_BULK ? PC_BENCH_REPETITIONS : 1;
	pc_reader_init(&r, data, len);
	int err = pc_ber_read_tagged(&r, PC_BER_SEQUENCE, &message);
	if (err == PC_OK)
		err = pc_ber_read_tagged(&message, PC_BER_INTEGER, &field);
	if (err == PC_OK)
		err = pc_ber_read_tagged(&message, PC_BER_OCTETS, &field);
	if (err == PC_OK)
		err = pc_ber_read_tagged(&message, PC_SNMP_RESPONSE, &pdu);
	if (err == PC_OK)
		err = pc_ber_read_tagged(&pdu, PC_BER_INTEGER, &field);
	if (err == PC_OK)
		err = pc_ber_integer(field.data, field.len, &id);
	if (err == PC_OK)
		err = pc_ber_read_tagged(&pdu, PC_BER_INTEGER, &field);
	if (err == PC_OK)
		err = pc_ber_integer(field.data, field.len, &status);
	if (err == PC_OK)
		err = pc_ber_read_tagged(&pdu, PC_BER_INTEGER, &field);
	if (err == PC_OK)
		err = pc_ber_read_tagged(&pdu, PC_BER_SEQUENCE, &field);
	if (err == PC_OK && (status != 0 || count_bindings(&field) != want))
		err = PC_E_MISMATCH;
	*ret_id = (uint32_t)id;
	return err;
}

/* The request this answers must be under way, to the address it comes from. */
static int
check_id(struct load *l, uint32_t id, struct in_addr from)
{
	if (l->kept[id % KEPT].id != id || l->kept[id % KEPT].to.s_addr != from.s_addr)
		return PC_E_MISMATCH;
	l->kept[id % KEPT].id = 0;
	return PC_OK;
}

/* A fast wrong answer is no figure. */
static int
check(struct load *l, unsigned i, struct pc_diag *diag)
{
	const uint8_t *data = l->answers[i];
	size_t len = l->in[i].msg_len;
	uint32_t id = 0;
	int err = PC_OK;
	if (l->request == PC_BENCH_V3_GET) {
		err = pc_bench_v3_check(l->server->v3, data, len, i == 0, &id, diag);
		if (err == PC_OK && pc_bench_address(l->server, id).sin_addr.s_addr !=
					    l->from[i].sin_addr.s_addr)
			err = PC_E_MISMATCH;
	} else {
		if (l->request != PC_BENCH_DATAGRAM)
			err = check_response(l, data, len, &id);
		else if (len == ECHO_BYTES)
			id = get_id(data);
		if (err == PC_OK)
			err = check_id(l, id, l->from[i].sin_addr);
	}
	return err == PC_OK
		       ? PC_OK
		       : pc_diag_fail(diag, PC_E_MISMATCH,
				 "an answer of %zu bytes that is not the one to a request: "
				 "wrong request-id, address, error-status or number of variables",
				 len);
}

static int
check_all(struct load *l, unsigned n, struct pc_diag *diag)
{
	int err = PC_OK;
	for (unsigned i = 0; i < n && err == PC_OK; i++)
		err = check(l, i, diag);
	return err;
}

static int
run(struct load *l, double seconds, struct pc_bench_figure *ret, struct pc_diag *diag)
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
		int err = check_all(l, n, diag);
		if (err != PC_OK)
			return err;
		answers += n;
		send_requests(l, n == 0 ? PC_BENCH_WINDOW : n);
		now = pc_bench_now();
	}
	/* The next load starts without the answers to this one: it may get the same port. Each
	 * answer is paid for, so it counts too. */
	for (unsigned n = 1; l->under_way > 0 && n > 0;) {
		n = receive(l);
		answers += n;
	}
	cpu = pc_bench_cpu_ns(l->server->pid) - cpu;
	if (answers == 0)
		return pc_diag_fail(diag, PC_E_TIMEOUT, "no answer within the time");
	*ret = (struct pc_bench_figure){
		answers, now - start, (double)cpu / 1000.0 / (double)answers};
	return PC_OK;
}

int
pc_bench_load(struct pc_bench_server *s, enum pc_bench_request request, double seconds,
	struct pc_bench_figure *ret, struct pc_diag *diag)
{
	struct sockaddr_in local = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct load *l = calloc(1, sizeof(*l));
	int size = 4 << 20, err = PC_OK;
	if (l == NULL)
		return -ENOMEM;
	l->server = s;
	l->request = request;
	l->answers = calloc(PC_BENCH_WINDOW, sizeof(*l->answers));
	l->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (l->answers == NULL)
		err = -ENOMEM;
	else if (l->fd < 0 || bind(l->fd, (struct sockaddr *)&local, sizeof(local)) != 0)
		err = pc_diag_fail(diag, -errno, "socket: %s", pc_err_text(-errno));
	else
		err = prepare(l, diag);
	if (err == PC_OK) {
		(void)setsockopt(l->fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
		pc_bench_pin(PC_BENCH_LOAD_CORE);
		err = run(l, seconds, ret, diag);
	}
	if (l->fd >= 0)
		close(l->fd);
	free(l->answers);
	free(l);
	return err;
}
