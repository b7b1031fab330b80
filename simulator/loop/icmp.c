#include "loop/icmp.h"

#include <errno.h>
#include <netinet/ip_icmp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/err.h"

enum { ECHO_BYTES = 16, IP_HEADER_MAX = 60 };

struct pc_icmp {
	struct pc_loop_fd *watch;
	int fd;
	bool raw; /* replies come with their IP header, and those of others too */
	uint16_t id;
	struct in_addr host;
	struct pc_timer timer;
	pc_icmp_fn fn;
	void *arg;
};

void
pc_icmp_stop(struct pc_icmp *p)
{
	if (p == NULL)
		return;
	pc_timer_stop(&p->timer);
	pc_loop_fd_del(p->watch);
	if (p->fd >= 0)
		close(p->fd);
	free(p);
}

static void
finish(struct pc_icmp *p, int err)
{
	pc_icmp_fn fn = p->fn;
	void *arg = p->arg;
	pc_icmp_stop(p);
	fn(arg, err);
}

static void
on_timeout(void *arg)
{
	finish(arg, PC_E_TIMEOUT);
}

static uint16_t
checksum(const uint8_t *data, size_t n)
{
	uint32_t sum = 0;
	for (size_t i = 0; i + 1 < n; i += 2)
		sum += (uint32_t)data[i] << 8 | data[i + 1];
	while (sum >> 16 != 0)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

static void
on_readable(void *arg, int fd, uint32_t events)
{
	struct pc_icmp *p = arg;
	uint8_t b[IP_HEADER_MAX + 256];
	struct sockaddr_in from = {0};
	socklen_t from_len = sizeof(from);
	(void)events;
	ssize_t n = recvfrom(fd, b, sizeof(b), MSG_DONTWAIT, (struct sockaddr *)&from, &from_len);
	size_t at = p->raw && n > 0 ? (size_t)(b[0] & 0x0f) * 4 : 0;
	if (n < 0 || (size_t)n < at + 8 || from.sin_addr.s_addr != p->host.s_addr ||
		b[at] != ICMP_ECHOREPLY)
		return;
	uint16_t id = (uint16_t)(b[at + 4] << 8 | b[at + 5]);
	if (!p->raw || id == p->id) /* a datagram socket only gets its own */
		finish(p, PC_OK);
}

static int
open_socket(struct pc_icmp *p)
{
	p->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_ICMP);
	if (p->fd >= 0)
		return PC_OK;
	p->fd = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_ICMP);
	p->raw = true;
	return p->fd >= 0 ? PC_OK : PC_E_UNSUPPORTED;
}

static int
transmit(struct pc_icmp *p)
{
	uint8_t b[ECHO_BYTES] = {ICMP_ECHO};
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr = p->host};
	p->id = (uint16_t)getpid();
	b[4] = (uint8_t)(p->id >> 8);
	b[5] = (uint8_t)p->id;
	b[7] = 1;
	uint16_t sum = checksum(b, sizeof(b));
	b[2] = (uint8_t)(sum >> 8);
	b[3] = (uint8_t)sum;
	return sendto(p->fd, b, sizeof(b), 0, (struct sockaddr *)&to, sizeof(to)) == sizeof(b)
		       ? PC_OK
		       : -errno;
}

int
pc_icmp_echo(struct pc_loop *loop, struct in_addr host, unsigned timeout_ms, pc_icmp_fn fn,
	void *arg, struct pc_icmp **ret, struct pc_diag *diag)
{
	struct pc_icmp *p = calloc(1, sizeof(*p));
	if (p == NULL)
		return -ENOMEM;
	*p = (struct pc_icmp){.fd = -1, .host = host, .fn = fn, .arg = arg};
	int err = open_socket(p);
	if (err == PC_OK)
		err = transmit(p);
	if (err == PC_OK)
		err = pc_loop_fd_add(loop, p->fd, EPOLLIN, on_readable, p, &p->watch);
	if (err != PC_OK) {
		pc_icmp_stop(p);
		return pc_diag_fail(diag, err,
			"ICMP echo: %s; it needs net.ipv4.ping_group_range or cap_net_raw",
			pc_err_text(err));
	}
	pc_timer_start(&p->timer, loop, timeout_ms, on_timeout, p);
	*ret = p;
	return PC_OK;
}
