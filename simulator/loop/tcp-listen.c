/* Listeners: who connects, how many, and what becomes of those for whom there is no room. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/err.h"
#include "loop/tcp-internal.h"
#include "loop/tcp-open.h"

enum { DEFAULT_MAX_CONNECTIONS = 4096, ACCEPTS_PER_TURN = 64 };

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

/* Addresses, what is to happen, a place among the listener's others, events. */
static int
settle(struct pc_tcp_listener *l, struct pc_tcp *c, const struct sockaddr_in *peer)
{
	unsigned max = l->options.max_connections == 0 ? DEFAULT_MAX_CONNECTIONS
						       : l->options.max_connections;
	int err = l->path == NULL ? take_addresses(c, peer) : PC_OK;
	if (err == PC_OK && l->path == NULL)
		err = pc_tcp_shape(c);
	if (err == PC_E_REFUSED)
		return err;
	if (err == PC_OK && c->shaped == NULL && l->connections >= max)
		err = PC_E_LIMIT;
	if (err == PC_OK)
		err = pc_loop_fd_add(l->loop, c->fd, EPOLLIN, pc_tcp_on_ready, c, &c->watch);
	l->counters.refused += err != PC_OK;
	return err;
}

static void
adopt(struct pc_tcp_listener *l, int fd, const struct sockaddr_in *peer)
{
	struct pc_tcp *c = pc_tcp_conn_new(l->loop, fd, &l->options, l->handler, l->arg);
	if (c == NULL) {
		l->counters.refused++;
		reset_fd(fd);
		return;
	}
	c->server = true;
	c->flow.id = pc_loop_next_flow(l->loop);
	c->events = EPOLLIN;
	if (settle(l, c, peer) != PC_OK) {
		pc_tcp_shaped_free(c->shaped);
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
	if (c->shaped == NULL)
		l->connections++;
	pc_tcp_hand_over(c);
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

int
pc_tcp_listen(struct pc_loop *loop, const struct pc_tcp_options *options,
	const struct pc_tcp_handler *handler, void *arg, struct pc_tcp_listener **ret,
	struct pc_diag *diag)
{
	int fd = -1;
	const char *path = options->unix_path;
	int err = pc_tcp_open_listening(options, &fd, diag);
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
