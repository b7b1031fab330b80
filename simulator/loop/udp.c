#include "loop/udp.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/err.h"
#include "base/text.h"
#include "loop/shape.h"

enum { CONTROL_BYTES = CMSG_SPACE(sizeof(struct in_pktinfo)), IN_BYTES = 65536 };

/* Receive buffers a power of two apart would all claim the same few lines of the caches. */
enum { IN_STRIDE = IN_BYTES + 5 * 64 };

/* A datagram on its way out. Most are small; a large one brings its own memory. */
struct out_slot {
	struct sockaddr_in peer;
	struct iovec iov;
	uint8_t *large; /* owned, NULL for small ones */
	uint8_t small[PC_UDP_ROOM];
	_Alignas(struct cmsghdr) uint8_t control[CONTROL_BYTES];
};

struct pc_udp {
	struct pc_loop *loop; /* borrowed */
	struct pc_loop_fd *watch;
	int fd;
	pc_udp_fn fn;
	pc_udp_ahead_fn ahead;
	void *arg;
	const struct pc_tap *tap;              /* borrowed */
	const struct pc_loop_shapers *shapers; /* borrowed: the loop's */
	struct sockaddr_in local;
	struct mmsghdr in[PC_UDP_BATCH];
	struct iovec in_iov[PC_UDP_BATCH];
	struct sockaddr_in in_peer[PC_UDP_BATCH];
	struct in_addr in_local[PC_UDP_BATCH];
	bool in_broadcast[PC_UDP_BATCH];
	_Alignas(struct cmsghdr) uint8_t in_control[PC_UDP_BATCH][CONTROL_BYTES];
	uint8_t (*in_data)[IN_STRIDE]; /* owned: PC_UDP_BATCH receive buffers of IN_BYTES */
	struct mmsghdr out[PC_UDP_BATCH];
	struct out_slot *slots; /* owned: PC_UDP_BATCH */
	unsigned queued;
	uint64_t failures;
	bool broadcast; /* the datagram at hand was sent to a broadcast or group address */
	bool closing;
	bool in_callback;
};

int
pc_bind_fail(struct pc_diag *diag, int err, const char *what, const struct sockaddr_in *addr)
{
	char text[PC_TEXT_ADDR_MAX];
	pc_text_from_sockaddr(addr, text);
	if (err == -EACCES || err == -EPERM)
		return pc_diag_fail(diag, PC_E_ENVIRONMENT,
			"%s %s: no right to bind a port below 1024. Run it in a network namespace "
			"(unshare -rn), or with --port-offset N (10000 is usual), or give the "
			"program the right: setcap cap_net_bind_service+ep presscheck",
			what, text);
	if (err == -EADDRINUSE)
		return pc_diag_fail(diag, PC_E_ENVIRONMENT,
			"%s %s: another program uses this port (see 'ss -lnptu'). Stop it, or take "
			"other ports with --port-offset N, or run in a network namespace "
			"(unshare -rn)",
			what, text);
	if (err == -EADDRNOTAVAIL)
		return pc_diag_fail(diag, PC_E_ENVIRONMENT,
			"%s %s: this machine does not have the address. Use one of 127.0.0.0/8 or "
			"add it first (ip address add)",
			what, text);
	return pc_diag_fail(diag, err, "%s %s: %s", what, text, pc_err_text(err));
}

/* Where the datagram was sent to. ipi_spec_dst is the address of ours that took it: another one
 * than in the header means broadcast or group. */
static struct in_addr
destination(const struct msghdr *m, struct in_addr fallback, bool *ret_broadcast)
{
	*ret_broadcast = false;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c != NULL;
		c = CMSG_NXTHDR((struct msghdr *)(uintptr_t)m, c)) {
		if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
			struct in_pktinfo info;
			memcpy(&info, CMSG_DATA(c), sizeof(info));
			*ret_broadcast = info.ipi_addr.s_addr != info.ipi_spec_dst.s_addr;
			return info.ipi_addr;
		}
	}
	return fallback;
}

/* The system notes in a header what it received; the first `n` are made ready again. */
static void
prepare_receive(struct pc_udp *u, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		u->in_iov[i] = (struct iovec){u->in_data[i], IN_BYTES};
		u->in[i].msg_hdr = (struct msghdr){.msg_name = &u->in_peer[i],
			.msg_namelen = sizeof(u->in_peer[i]),
			.msg_iov = &u->in_iov[i],
			.msg_iovlen = 1,
			.msg_control = u->in_control[i],
			.msg_controllen = CONTROL_BYTES};
	}
}

static void
release(struct pc_udp *u)
{
	close(u->fd);
	free(u->in_data);
	free(u->slots);
	free(u);
}

/* To the owner, past the shaper; also from outside on_readable(), when it was late. */
static void
pass_in(struct pc_udp *u, const struct pc_shape_packet *p)
{
	bool outer = u->in_callback;
	if (u->closing)
		return;
	u->in_callback = true;
	u->broadcast = p->broadcast;
	u->fn(u->arg, u, &p->peer, &p->local, p->data, p->len);
	u->in_callback = outer;
	if (outer)
		return;
	pc_udp_flush(u);
	if (u->closing)
		release(u);
}

/* False: the shaper has dealt with the datagram. */
static bool
shape_in(struct pc_udp *u, unsigned i, const struct sockaddr_in *local)
{
	struct pc_shape_packet p = {.way = PC_SHAPE_IN,
		.peer = u->in_peer[i],
		.local = *local,
		.broadcast = u->in_broadcast[i],
		.data = u->in_data[i],
		.len = u->in[i].msg_len};
	struct pc_shape_fate fate;
	if (!pc_shaper_asks(u->shapers->armed, &p, &fate))
		return true;
	pc_shaper_pass(u->shapers->armed, u, &p, &fate, pass_in);
	return false;
}

static void
deliver(struct pc_udp *u, unsigned i)
{
	struct sockaddr_in local = u->local;
	local.sin_addr = u->in_local[i];
	u->broadcast = u->in_broadcast[i];
	if (u->tap != NULL)
		pc_tap_udp(u->tap, pc_clock_wall_ns(pc_loop_clock(u->loop)), &u->in_peer[i], &local,
			u->in_data[i], u->in[i].msg_len);
	if (u->shapers->armed == NULL || shape_in(u, i, &local))
		u->fn(u->arg, u, &u->in_peer[i], &local, u->in_data[i], u->in[i].msg_len);
}

static void
look_ahead(struct pc_udp *u, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		u->in_local[i] =
			destination(&u->in[i].msg_hdr, u->local.sin_addr, &u->in_broadcast[i]);
		if (u->ahead != NULL && n > 1)
			u->ahead(u->arg, u->in_local[i], u->in_data[i], u->in[i].msg_len);
	}
}

static void
on_readable(void *arg, int fd, uint32_t events)
{
	struct pc_udp *u = arg;
	(void)events;
	int n = recvmmsg(fd, u->in, PC_UDP_BATCH, MSG_DONTWAIT, NULL);
	u->in_callback = true;
	if (n > 0)
		look_ahead(u, (unsigned)n);
	for (int i = 0; i < n && !u->closing; i++)
		deliver(u, (unsigned)i);
	u->in_callback = false;
	prepare_receive(u, n > 0 ? (unsigned)n : 0);
	pc_udp_flush(u);
	if (u->closing)
		release(u);
}

static int
set_value(int fd, int level, int name, int value)
{
	return setsockopt(fd, level, name, &value, sizeof(value)) == 0 ? PC_OK : -errno;
}

static int
set_option(int fd, int level, int name)
{
	return set_value(fd, level, name, 1);
}

static int
open_socket(const struct pc_udp_options *options, int *ret_fd, struct pc_diag *diag)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return pc_diag_fail(diag, -errno, "UDP socket: %s", pc_err_text(-errno));
	int size = 4 << 20;
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	int err = set_option(fd, IPPROTO_IP, IP_PKTINFO);
	/* Datagrams that may not be fragmented need no identification, which the system would count
	 * up for each of our addresses: 5 % of a short request. See send_in_fragments(). */
	if (err == PC_OK)
		err = set_value(fd, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DO);
	if (err == PC_OK && options->broadcast)
		err = set_option(fd, SOL_SOCKET, SO_BROADCAST);
	if (err == PC_OK && options->reuse)
		err = set_option(fd, SOL_SOCKET, SO_REUSEADDR);
	if (err == PC_OK &&
		bind(fd, (const struct sockaddr *)&options->bind, sizeof(options->bind)) != 0)
		err = -errno;
	if (err != PC_OK) {
		close(fd);
		return pc_bind_fail(diag, err, "UDP", &options->bind);
	}
	*ret_fd = fd;
	return PC_OK;
}

int
pc_udp_open(struct pc_loop *loop, const struct pc_udp_options *options, pc_udp_fn fn, void *arg,
	struct pc_udp **ret, struct pc_diag *diag)
{
	int fd = -1;
	int err = open_socket(options, &fd, diag);
	if (err != PC_OK)
		return err;
	struct pc_udp *u = calloc(1, sizeof(*u));
	if (u == NULL) {
		close(fd);
		return -ENOMEM;
	}
	u->loop = loop;
	u->fd = fd;
	u->fn = fn;
	u->arg = arg;
	u->ahead = options->ahead;
	u->tap = options->tap;
	u->shapers = pc_loop_shapers(loop);
	u->in_data = malloc(PC_UDP_BATCH * sizeof(*u->in_data));
	u->slots = calloc(PC_UDP_BATCH, sizeof(*u->slots));
	socklen_t len = sizeof(u->local);
	if (u->in_data == NULL || u->slots == NULL)
		err = -ENOMEM;
	else if (getsockname(fd, (struct sockaddr *)&u->local, &len) != 0)
		err = -errno;
	else
		err = pc_loop_fd_add(loop, fd, EPOLLIN, on_readable, u, &u->watch);
	if (err == PC_OK)
		prepare_receive(u, PC_UDP_BATCH);
	if (err != PC_OK) {
		release(u);
		return pc_diag_fail(diag, err, "UDP socket: %s", pc_err_text(err));
	}
	*ret = u;
	return PC_OK;
}

void
pc_udp_close(struct pc_udp *u)
{
	if (u == NULL || u->closing)
		return;
	pc_udp_flush(u);
	u->closing = true;
	if (u->shapers->any != NULL)
		pc_shaper_forget(u->shapers->any, u);
	pc_loop_fd_del(u->watch);
	if (!u->in_callback)
		release(u);
}

/* What is longer than the path takes at once; rare enough for three calls. */
static bool
send_in_fragments(struct pc_udp *u, const struct msghdr *m)
{
	bool sent = set_value(u->fd, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_WANT) == PC_OK &&
		    sendmsg(u->fd, m, MSG_DONTWAIT) >= 0;
	(void)set_value(u->fd, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DO);
	return sent;
}

void
pc_udp_flush(struct pc_udp *u)
{
	unsigned at = 0;
	while (at < u->queued) {
		int n = sendmmsg(u->fd, u->out + at, u->queued - at, MSG_DONTWAIT);
		if (n > 0) {
			at += (unsigned)n;
			continue;
		}
		if (n < 0 && errno == EINTR)
			continue;
		/* The first one was refused: drop it, go on with the others. */
		if (n >= 0 || errno != EMSGSIZE || !send_in_fragments(u, &u->out[at].msg_hdr))
			u->failures++;
		at++;
	}
	for (unsigned i = 0; i < u->queued; i++) {
		free(u->slots[i].large);
		u->slots[i].large = NULL;
	}
	u->queued = 0;
}

static void
put_source(struct out_slot *slot, struct msghdr *m, struct in_addr local)
{
	memset(slot->control, 0, sizeof(slot->control));
	m->msg_control = slot->control;
	m->msg_controllen = CONTROL_BYTES;
	struct cmsghdr *c = CMSG_FIRSTHDR(m);
	c->cmsg_level = IPPROTO_IP;
	c->cmsg_type = IP_PKTINFO;
	c->cmsg_len = CMSG_LEN(sizeof(struct in_pktinfo));
	struct in_pktinfo info = {.ipi_spec_dst = local};
	memcpy(CMSG_DATA(c), &info, sizeof(info));
}

/* The address the system will put into a datagram to `peer` from a socket that has none of its own;
 * asked only for the tap, so that requests and answers of a recording belong together. */
static struct in_addr
source_towards(const struct sockaddr_in *peer)
{
	struct sockaddr_in own = {.sin_addr.s_addr = INADDR_ANY};
	socklen_t len = sizeof(own);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return own.sin_addr;
	if (set_option(fd, SOL_SOCKET, SO_BROADCAST) != PC_OK ||
		connect(fd, (const struct sockaddr *)peer, sizeof(*peer)) != 0 ||
		getsockname(fd, (struct sockaddr *)&own, &len) != 0)
		own.sin_addr.s_addr = INADDR_ANY;
	close(fd);
	return own.sin_addr;
}

static void
tell_tap(const struct pc_udp *u, const struct sockaddr_in *peer, struct in_addr local,
	const uint8_t *data, size_t len)
{
	struct sockaddr_in from = u->local;
	if (local.s_addr != INADDR_ANY)
		from.sin_addr = local;
	else if (from.sin_addr.s_addr == INADDR_ANY)
		from.sin_addr = source_towards(peer);
	pc_tap_udp(u->tap, pc_clock_wall_ns(pc_loop_clock(u->loop)), &from, peer, data, len);
}

/* The datagram whose bytes lie at `data`, in the next slot or what that owns. */
static void
queue_now(struct pc_udp *u, const struct sockaddr_in *peer, struct in_addr local, uint8_t *data,
	size_t len)
{
	struct out_slot *slot = &u->slots[u->queued];
	struct msghdr *m = &u->out[u->queued].msg_hdr;
	slot->peer = *peer;
	slot->iov = (struct iovec){data, len};
	*m = (struct msghdr){.msg_name = &slot->peer,
		.msg_namelen = sizeof(slot->peer),
		.msg_iov = &slot->iov,
		.msg_iovlen = 1};
	if (local.s_addr != INADDR_ANY)
		put_source(slot, m, local);
	u->queued++;
	if (u->tap != NULL)
		tell_tap(u, peer, local, data, len);
	if (!u->in_callback)
		pc_udp_flush(u);
}

/* Into the next batch, past the shaper. */
static void
pass_out(struct pc_udp *u, const struct pc_shape_packet *p)
{
	uint8_t *to = pc_udp_room(u);
	if (p->len > PC_UDP_ROOM) {
		to = u->slots[u->queued].large = malloc(p->len);
		if (to == NULL) {
			u->failures++;
			return;
		}
	}
	if (p->len > 0)
		memcpy(to, p->data, p->len);
	queue_now(u, &p->peer, p->local.sin_addr, to, p->len);
}

/* False: the shaper has dealt with the datagram, and the slot is free. */
static bool
shape_out(struct pc_udp *u, const struct sockaddr_in *peer, struct in_addr local, uint8_t *data,
	size_t len)
{
	struct pc_shape_packet p = {
		.way = PC_SHAPE_OUT, .peer = *peer, .local = u->local, .data = data, .len = len};
	struct pc_shape_fate fate;
	p.local.sin_addr = local;
	if (!pc_shaper_asks(u->shapers->armed, &p, &fate))
		return true;
	p.data = malloc(len + 1); /* the slot takes what comes out */
	if (p.data != NULL && len > 0)
		memcpy(p.data, data, len);
	free(u->slots[u->queued].large);
	u->slots[u->queued].large = NULL;
	if (p.data == NULL) {
		u->failures++;
		return false;
	}
	uint8_t *copy = p.data;
	pc_shaper_pass(u->shapers->armed, u, &p, &fate, pass_out);
	free(copy);
	return false;
}

static void
queue(struct pc_udp *u, const struct sockaddr_in *peer, struct in_addr local, uint8_t *data,
	size_t len)
{
	if (u->shapers->armed == NULL || shape_out(u, peer, local, data, len))
		queue_now(u, peer, local, data, len);
}

uint8_t *
pc_udp_room(struct pc_udp *u)
{
	if (u->queued == PC_UDP_BATCH)
		pc_udp_flush(u);
	return u->slots[u->queued].small;
}

void
pc_udp_send_room(struct pc_udp *u, const struct sockaddr_in *peer, struct in_addr local,
	uint8_t *data, size_t len)
{
	queue(u, peer, local, data, len);
}

int
pc_udp_send(struct pc_udp *u, const struct sockaddr_in *peer, struct in_addr local,
	const uint8_t *data, size_t len)
{
	if (len > PC_UDP_MAX)
		return PC_E_LIMIT;
	uint8_t *to = pc_udp_room(u);
	if (len > PC_UDP_ROOM) {
		to = u->slots[u->queued].large = malloc(len);
		if (to == NULL)
			return -ENOMEM;
	}
	if (len > 0)
		memcpy(to, data, len);
	queue(u, peer, local, to, len);
	return PC_OK;
}

struct sockaddr_in
pc_udp_local(const struct pc_udp *u)
{
	return u->local;
}

int
pc_udp_join(struct pc_udp *u, struct in_addr group, struct in_addr iface)
{
	struct ip_mreqn m = {.imr_multiaddr = group, .imr_address = iface};
	return setsockopt(u->fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &m, sizeof(m)) == 0 ? PC_OK
										    : -errno;
}

bool
pc_udp_is_broadcast(const struct pc_udp *u)
{
	return u->broadcast;
}

uint64_t
pc_udp_send_failures(const struct pc_udp *u)
{
	return u->failures;
}
