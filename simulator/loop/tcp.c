#include "loop/tcp.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/text.h"
#include "loop/udp.h"

enum {
	READ_CHUNK = 16384,
	UNREAD_MAX = 65536,
	DEFAULT_MAX_CONNECTIONS = 4096,
	BACKLOG = 1024,
	ACCEPTS_PER_TURN = 64
};

struct pc_tcp {
	struct pc_loop *loop;             /* borrowed */
	struct pc_tcp_listener *listener; /* borrowed; NULL for outgoing ones */
	struct pc_tcp *prev, *next;       /* list of the listener */
	struct pc_loop_fd *watch;
	int fd;
	const struct pc_tcp_handler *handler; /* borrowed */
	void *arg;
	const struct pc_tap *tap; /* borrowed, NULL when data are not ours to show */
	struct pc_tap_flow flow;
	struct sockaddr_in local, peer;
	struct pc_buf in;  /* offered but not taken */
	struct pc_buf out; /* not sent yet */
	struct pc_timer idle;
	unsigned idle_ms;
	uint32_t events;
	bool server, connecting, opened, paused, peer_done, shut, closing, dead, in_callback;
	bool is_unix;
	bool offering; /* inside data(): its bytes must not be offered a second time */
	enum pc_tcp_end end;
};

struct pc_tcp_listener {
	struct pc_loop *loop; /* borrowed */
	struct pc_loop_fd *watch;
	int fd;
	struct pc_tcp_options options;
	const struct pc_tcp_handler *handler; /* borrowed */
	void *arg;
	char *path; /* owned: of the unix socket, or NULL */
	struct sockaddr_in local;
	struct pc_tcp *first; /* owned list */
	struct pc_timer rest; /* runs while accepting is paused */
	struct pc_tcp_counters counters;
	unsigned connections;
	bool busy, dead; /* accepting; closed meanwhile */
};

static void on_ready(void *arg, int fd, uint32_t events);

static void
tap_event(struct pc_tcp *c, enum pc_tap_event event, const uint8_t *data, size_t len)
{
	if (c->tap != NULL)
		pc_tap_tcp(c->tap, pc_clock_wall_ns(pc_loop_clock(c->loop)), &c->flow, event, data,
			len);
}

static void
release(struct pc_tcp *c)
{
	if (c->listener != NULL) {
		if (c->prev != NULL)
			c->prev->next = c->next;
		else
			c->listener->first = c->next;
		if (c->next != NULL)
			c->next->prev = c->prev;
		c->listener->connections--;
	}
	pc_timer_stop(&c->idle);
	pc_loop_fd_del(c->watch);
	close(c->fd);
	pc_buf_done(&c->in);
	pc_buf_done(&c->out);
	free(c);
}

/* The one way a connection ends. Inside a callback the memory stays until the callback returns. */
static void
finish(struct pc_tcp *c, enum pc_tcp_end end)
{
	if (c->dead)
		return;
	c->dead = true;
	c->end = end;
	if (c->opened)
		tap_event(c, end == PC_TCP_END_RESET ? PC_TAP_RESET : PC_TAP_CLOSE, NULL, 0);
	bool outer = c->in_callback;
	c->in_callback = true;
	if ((c->opened || !c->server) && c->handler->closed != NULL)
		c->handler->closed(c->arg, c, end);
	c->in_callback = outer;
	if (!outer)
		release(c);
}

static bool
may_read(const struct pc_tcp *c)
{
	return !c->paused && !c->peer_done && c->in.len < UNREAD_MAX && !c->connecting;
}

static void
watch_events(struct pc_tcp *c)
{
	uint32_t want = 0;
	if (may_read(c))
		want |= EPOLLIN;
	if (c->out.len > 0 || c->connecting)
		want |= EPOLLOUT;
	if (want == 0)
		want = EPOLLET; /* a hang-up cannot be masked: be told once, not in every turn */
	if (want != c->events && !c->dead) {
		c->events = want;
		(void)pc_loop_fd_set(c->watch, want);
	}
}

static void
on_idle(void *arg)
{
	struct pc_tcp *c = arg;
	finish(c, PC_TCP_END_IDLE);
}

static void
touch(struct pc_tcp *c)
{
	if (c->idle_ms > 0)
		pc_timer_start(&c->idle, c->loop, c->idle_ms, on_idle, c);
}

static void
send_out(struct pc_tcp *c)
{
	while (c->out.len > 0) {
		ssize_t n = send(c->fd, c->out.data, c->out.len, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return;
		if (n < 0) {
			finish(c, PC_TCP_END_RESET);
			return;
		}
		pc_buf_consume(&c->out, (size_t)n);
		touch(c);
	}
	if (c->closing)
		finish(c, PC_TCP_END_LOCAL);
	else if (c->shut)
		(void)shutdown(c->fd, SHUT_WR);
	else if (c->handler->drained != NULL && !c->connecting)
		c->handler->drained(c->arg, c);
}

/* Offer what waits; stop when the owner takes nothing. */
static void
offer(struct pc_tcp *c)
{
	c->offering = true;
	while (c->in.len > 0 && !c->paused && !c->dead && !c->closing) {
		size_t taken = c->handler->data == NULL
				       ? c->in.len
				       : c->handler->data(c->arg, c, c->in.data, c->in.len);
		if (taken == 0)
			break;
		pc_buf_consume(&c->in, taken);
	}
	c->offering = false;
}

static void
on_eof(struct pc_tcp *c)
{
	if (c->handler->eof != NULL)
		c->handler->eof(c->arg, c);
	else
		pc_tcp_close(c);
}

static void
take(struct pc_tcp *c, const uint8_t *data, size_t len)
{
	touch(c);
	tap_event(c, c->server ? PC_TAP_CLIENT_DATA : PC_TAP_SERVER_DATA, data, len);
	if (c->closing)
		return;
	if (pc_buf_add(&c->in, data, len) != PC_OK) {
		finish(c, PC_TCP_END_RESET);
		return;
	}
	offer(c);
}

static void
read_in(struct pc_tcp *c)
{
	uint8_t chunk[READ_CHUNK];
	ssize_t n = recv(c->fd, chunk, sizeof(chunk), MSG_DONTWAIT);
	if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
		return;
	if (n < 0) {
		finish(c, PC_TCP_END_RESET);
		return;
	}
	if (n > 0) {
		take(c, chunk, (size_t)n);
		return;
	}
	c->peer_done = true;
	offer(c);
	if (!c->dead && !c->closing)
		on_eof(c);
}

/* The peer has reset the connection. What it said before (why it refuses, often) still counts. */
static void
on_reset(struct pc_tcp *c)
{
	uint8_t chunk[READ_CHUNK];
	ssize_t n = 0;
	while (!c->dead && may_read(c) && (n = recv(c->fd, chunk, sizeof(chunk), MSG_DONTWAIT)) > 0)
		take(c, chunk, (size_t)n);
	finish(c, PC_TCP_END_RESET);
}

static bool
opened(struct pc_tcp *c)
{
	c->flow.client = c->server ? c->peer : c->local;
	c->flow.server = c->server ? c->local : c->peer;
	c->opened = true;
	tap_event(c, PC_TAP_OPEN, NULL, 0);
	touch(c);
	return c->handler->open == NULL || c->handler->open(c->arg, c);
}

static void
on_connected(struct pc_tcp *c)
{
	int err = 0;
	socklen_t len = sizeof(err);
	if (getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &err, &len) != 0 || err != 0) {
		finish(c, PC_TCP_END_REFUSED);
		return;
	}
	c->connecting = false;
	len = sizeof(c->local);
	if (!c->is_unix)
		(void)getsockname(c->fd, (struct sockaddr *)&c->local, &len);
	if (!opened(c))
		pc_tcp_reset(c);
}

static void
on_ready(void *arg, int fd, uint32_t events)
{
	struct pc_tcp *c = arg;
	(void)fd;
	c->in_callback = true;
	if (c->connecting)
		on_connected(c);
	else if ((events & EPOLLERR) != 0)
		on_reset(c);
	if (!c->dead && !c->connecting && (events & EPOLLOUT) != 0)
		send_out(c);
	if (!c->dead && (events & (EPOLLIN | EPOLLHUP)) != 0 && may_read(c))
		read_in(c);
	else if (!c->dead && (events & EPOLLHUP) != 0 && c->peer_done)
		finish(c, PC_TCP_END_PEER); /* both directions are down */
	c->in_callback = false;
	if (c->dead)
		release(c);
	else
		watch_events(c);
}

static struct pc_tcp *
conn_new(struct pc_loop *loop, int fd, const struct pc_tcp_options *options,
	const struct pc_tcp_handler *handler, void *arg)
{
	struct pc_tcp *c = calloc(1, sizeof(*c));
	if (c == NULL)
		return NULL;
	c->loop = loop;
	c->fd = fd;
	c->handler = handler;
	c->arg = arg;
	c->tap = options->no_tap_data || options->unix_path != NULL ? NULL : options->tap;
	c->idle_ms = options->idle_ms;
	pc_buf_init(&c->in, UNREAD_MAX + READ_CHUNK);
	pc_buf_init(&c->out, PC_TCP_WRITE_MAX);
	return c;
}

static void
reset_fd(int fd)
{
	struct linger hard = {1, 0};
	(void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
	close(fd);
}

static int
take_addresses(struct pc_tcp *c, const struct sockaddr_in *peer)
{
	socklen_t len = sizeof(c->local);
	c->peer = *peer;
	return getsockname(c->fd, (struct sockaddr *)&c->local, &len) == 0 ? PC_OK : -errno;
}

static void
adopt(struct pc_tcp_listener *l, int fd, const struct sockaddr_in *peer)
{
	unsigned max = l->options.max_connections == 0 ? DEFAULT_MAX_CONNECTIONS
						       : l->options.max_connections;
	struct pc_tcp *c = l->connections < max
				   ? conn_new(l->loop, fd, &l->options, l->handler, l->arg)
				   : NULL;
	if (c == NULL) {
		l->counters.refused++;
		reset_fd(fd);
		return;
	}
	c->server = true;
	c->flow.id = pc_loop_next_flow(l->loop);
	c->events = EPOLLIN;
	if ((l->path == NULL && take_addresses(c, peer) != PC_OK) ||
		pc_loop_fd_add(l->loop, fd, EPOLLIN, on_ready, c, &c->watch) != PC_OK) {
		l->counters.refused++;
		free(c);
		reset_fd(fd);
		return;
	}
	l->counters.accepted++;
	c->listener = l;
	c->next = l->first;
	if (l->first != NULL)
		l->first->prev = c;
	l->first = c;
	l->connections++;
	c->in_callback = true;
	if (!opened(c))
		pc_tcp_reset(c);
	c->in_callback = false;
	if (c->dead)
		release(c);
	else
		watch_events(c);
}

static void
on_rested(void *arg)
{
	struct pc_tcp_listener *l = arg;
	(void)pc_loop_fd_set(l->watch, EPOLLIN);
}

/* Out of descriptors or memory: whoever calls stays in the backlog, which keeps the listener
 * readable. */
static void
rest(struct pc_tcp_listener *l)
{
	l->counters.paused++;
	(void)pc_loop_fd_set(l->watch, 0);
	pc_timer_start(&l->rest, l->loop, PC_TCP_ACCEPT_PAUSE_MS, on_rested, l);
}

/* One caller; false when there is none for now. */
static bool
accept_one(struct pc_tcp_listener *l)
{
	struct sockaddr_in peer;
	socklen_t len = sizeof(peer);
	int fd = accept4(l->fd, (struct sockaddr *)&peer, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd >= 0) {
		adopt(l, fd, &peer);
		return true;
	}
	if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
		rest(l);
	return errno == ECONNABORTED || errno == EINTR || errno == EPROTO;
}

static void
listener_release(struct pc_tcp_listener *l)
{
	free(l->path);
	free(l);
}

static void
on_accept(void *arg, int fd, uint32_t events)
{
	struct pc_tcp_listener *l = arg;
	(void)fd;
	(void)events;
	l->busy = true;
	for (int i = 0; i < ACCEPTS_PER_TURN && !l->dead && accept_one(l); i++)
		;
	l->busy = false;
	if (l->dead)
		listener_release(l);
}

static int
unix_address(const char *path, struct sockaddr_un *ret, struct pc_diag *diag)
{
	*ret = (struct sockaddr_un){.sun_family = AF_UNIX};
	if (path[0] == '\0' || strlen(path) > PC_TCP_PATH_MAX)
		return pc_diag_fail(diag, PC_E_LIMIT,
			"unix socket '%s': 1 to %d characters are possible", path, PC_TCP_PATH_MAX);
	pc_text_copy(ret->sun_path, sizeof(ret->sun_path), path);
	return PC_OK;
}

/* Remove a socket that nobody listens on. What is no socket stays, and bind() will say so. */
static void
remove_stale(int fd, const struct sockaddr_un *addr)
{
	struct stat st;
	if (lstat(addr->sun_path, &st) == 0 && S_ISSOCK(st.st_mode) &&
		connect(fd, (const struct sockaddr *)addr, sizeof(*addr)) != 0 &&
		errno == ECONNREFUSED)
		(void)unlink(addr->sun_path);
}

static int
open_unix_listener(const char *path, int *ret_fd, struct pc_diag *diag)
{
	struct sockaddr_un addr;
	int err = unix_address(path, &addr, diag);
	if (err != PC_OK)
		return err;
	int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (probe >= 0) {
		remove_stale(probe, &addr);
		close(probe);
	}
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return pc_diag_fail(diag, -errno, "unix socket: %s", pc_err_text(-errno));
	if (bind(fd, (const struct sockaddr *)&addr, sizeof(addr)) != 0 ||
		listen(fd, BACKLOG) != 0) {
		err = -errno;
		close(fd);
		return pc_diag_fail(diag, PC_E_ENVIRONMENT, "unix socket '%s': %s", path,
			err == -EADDRINUSE ? "in use, or something else of that name is there"
					   : pc_err_text(err));
	}
	*ret_fd = fd;
	return PC_OK;
}

static int
open_listener(const struct sockaddr_in *addr, int *ret_fd, struct pc_diag *diag)
{
	int on = 1;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return pc_diag_fail(diag, -errno, "TCP socket: %s", pc_err_text(-errno));
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, (const struct sockaddr *)addr, sizeof(*addr)) != 0 ||
		listen(fd, BACKLOG) != 0) {
		int err = -errno;
		close(fd);
		return pc_bind_fail(diag, err, "TCP", addr);
	}
	*ret_fd = fd;
	return PC_OK;
}

int
pc_tcp_listen(struct pc_loop *loop, const struct pc_tcp_options *options,
	const struct pc_tcp_handler *handler, void *arg, struct pc_tcp_listener **ret,
	struct pc_diag *diag)
{
	int fd = -1;
	const char *path = options->unix_path;
	int err = path == NULL ? open_listener(&options->bind, &fd, diag)
			       : open_unix_listener(path, &fd, diag);
	if (err != PC_OK)
		return err;
	struct pc_tcp_listener *l = calloc(1, sizeof(*l));
	socklen_t len = sizeof(l->local);
	if (l != NULL && path != NULL)
		l->path = strdup(path);
	if (l == NULL || (path != NULL && l->path == NULL)) {
		close(fd);
		free(l);
		return -ENOMEM;
	}
	l->loop = loop;
	l->fd = fd;
	l->options = *options;
	l->handler = handler;
	l->arg = arg;
	l->options.unix_path = l->path;
	if (path == NULL && getsockname(fd, (struct sockaddr *)&l->local, &len) != 0)
		err = -errno;
	else
		err = pc_loop_fd_add(loop, fd, EPOLLIN, on_accept, l, &l->watch);
	if (err != PC_OK) {
		close(fd);
		free(l->path);
		free(l);
		return pc_diag_fail(diag, err, "TCP listener: %s", pc_err_text(err));
	}
	*ret = l;
	return PC_OK;
}

void
pc_tcp_listener_close(struct pc_tcp_listener *l)
{
	if (l == NULL || l->dead)
		return;
	l->dead = true;
	pc_timer_stop(&l->rest);
	pc_loop_fd_del(l->watch);
	close(l->fd);
	if (l->path != NULL)
		(void)unlink(l->path);
	while (l->first != NULL) {
		struct pc_tcp *c = l->first;
		pc_tcp_reset(c);
		if (l->first == c) {
			/* closed from inside one of its own callbacks: it outlives the listener */
			l->first = c->next;
			if (c->next != NULL)
				c->next->prev = NULL;
			c->listener = NULL;
		}
	}
	if (!l->busy)
		listener_release(l);
}

struct pc_tcp_counters
pc_tcp_listener_counters(const struct pc_tcp_listener *l)
{
	return l->counters;
}

struct sockaddr_in
pc_tcp_listener_local(const struct pc_tcp_listener *l)
{
	return l->local;
}

/* A socket on its way to the peer, bound to `local` when that says something. */
static int
start_connecting(const struct pc_tcp_options *options, const struct sockaddr_in *peer,
	const struct sockaddr_in *local, int *ret_fd, struct pc_diag *diag)
{
	struct sockaddr_un at;
	char text[PC_TEXT_ADDR_MAX];
	const char *path = options->unix_path;
	const struct sockaddr *to = (const struct sockaddr *)peer;
	socklen_t len = sizeof(*peer);
	int err = path == NULL ? PC_OK : unix_address(path, &at, diag);
	if (err != PC_OK)
		return err;
	int fd = socket(
		path == NULL ? AF_INET : AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return pc_diag_fail(diag, -errno, "TCP socket: %s", pc_err_text(-errno));
	if (path != NULL) {
		to = (const struct sockaddr *)&at;
		len = sizeof(at);
	} else if (local != NULL &&
		   (local->sin_addr.s_addr != INADDR_ANY || local->sin_port != 0) &&
		   bind(fd, (const struct sockaddr *)local, sizeof(*local)) != 0) {
		err = pc_bind_fail(diag, -errno, "TCP", local);
	}
	if (err == PC_OK && connect(fd, to, len) != 0 && errno != EINPROGRESS) {
		err = -errno;
		(void)pc_diag_fail(diag, err, "connect to %s: %s",
			path == NULL ? pc_text_from_sockaddr(peer, text) : path, pc_err_text(err));
	}
	if (err != PC_OK) {
		close(fd);
		return err;
	}
	*ret_fd = fd;
	return PC_OK;
}

int
pc_tcp_connect(struct pc_loop *loop, const struct sockaddr_in *peer,
	const struct sockaddr_in *local, const struct pc_tcp_options *options,
	const struct pc_tcp_handler *handler, void *arg, struct pc_tcp **ret, struct pc_diag *diag)
{
	int fd = -1;
	int err = start_connecting(options, peer, local, &fd, diag);
	if (err != PC_OK)
		return err;
	struct pc_tcp *c = conn_new(loop, fd, options, handler, arg);
	if (c == NULL) {
		close(fd);
		return -ENOMEM;
	}
	c->is_unix = options->unix_path != NULL;
	if (!c->is_unix)
		c->peer = *peer;
	c->connecting = true;
	c->flow.id = pc_loop_next_flow(loop);
	c->events = EPOLLOUT;
	err = pc_loop_fd_add(loop, fd, EPOLLOUT, on_ready, c, &c->watch);
	if (err != PC_OK) {
		close(fd);
		free(c);
		return pc_diag_fail(diag, err, "connect: %s", pc_err_text(err));
	}
	touch(c);
	*ret = c;
	return PC_OK;
}

int
pc_tcp_write(struct pc_tcp *c, const void *data, size_t len)
{
	if (c->dead || c->closing || c->shut)
		return PC_E_CLOSED;
	if (len == 0)
		return PC_OK;
	size_t before = c->out.len;
	int err = pc_buf_add(&c->out, data, len);
	if (err != PC_OK) {
		c->out.err = PC_OK; /* the owner may try again when the queue is shorter */
		return err;
	}
	tap_event(c, c->server ? PC_TAP_SERVER_DATA : PC_TAP_CLIENT_DATA, data, len);
	if (before == 0 && !c->connecting) {
		ssize_t n = send(c->fd, c->out.data, c->out.len, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n > 0) {
			pc_buf_consume(&c->out, (size_t)n);
			touch(c);
		}
	}
	if (!c->in_callback)
		watch_events(c);
	return PC_OK;
}

void
pc_tcp_shutdown(struct pc_tcp *c)
{
	if (c->dead || c->shut)
		return;
	c->shut = true;
	if (c->out.len == 0 && !c->connecting) /* shutdown() would give up connecting */
		(void)shutdown(c->fd, SHUT_WR);
}

void
pc_tcp_close(struct pc_tcp *c)
{
	if (c->dead || c->closing)
		return;
	c->closing = true;
	if (c->out.len == 0)
		finish(c, PC_TCP_END_LOCAL);
	else if (!c->in_callback)
		watch_events(c);
}

void
pc_tcp_reset(struct pc_tcp *c)
{
	struct linger hard = {1, 0};
	if (c->dead)
		return;
	(void)setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
	finish(c, PC_TCP_END_RESET);
}

void
pc_tcp_pause(struct pc_tcp *c)
{
	c->paused = true;
	if (!c->in_callback)
		watch_events(c);
}

void
pc_tcp_resume(struct pc_tcp *c)
{
	if (c->dead)
		return;
	c->paused = false;
	bool outer = c->in_callback;
	c->in_callback = true;
	if (!c->offering)
		offer(c);
	c->in_callback = outer;
	if (outer)
		return;
	if (c->dead)
		release(c);
	else
		watch_events(c);
}

void
pc_tcp_set_arg(struct pc_tcp *c, void *arg)
{
	c->arg = arg;
}

void *
pc_tcp_arg(const struct pc_tcp *c)
{
	return c->arg;
}

void
pc_tcp_set_idle(struct pc_tcp *c, unsigned idle_ms)
{
	c->idle_ms = idle_ms;
	pc_timer_stop(&c->idle);
	touch(c);
}

struct sockaddr_in
pc_tcp_local(const struct pc_tcp *c)
{
	return c->local;
}

struct sockaddr_in
pc_tcp_peer(const struct pc_tcp *c)
{
	return c->peer;
}

size_t
pc_tcp_queued(const struct pc_tcp *c)
{
	return c->out.len;
}
