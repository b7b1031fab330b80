#include "loop/tcp-internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/err.h"
#include "loop/tcp-open.h"

enum { READ_CHUNK = 32768, UNREAD_MAX = 65536 };

static void send_out(struct pc_tcp *c);

static void
tap_event(struct pc_tcp *c, enum pc_tap_event event, const uint8_t *data, size_t len)
{
	if (c->tap != NULL)
		pc_tap_tcp(c->tap, pc_clock_wall_ns(pc_loop_clock(c->loop)), &c->flow, event, data,
			len);
}

void
pc_tcp_shaped_free(struct pc_tcp_shaped *s)
{
	if (s == NULL)
		return;
	for (unsigned way = 0; way < PC_SHAPE_WAYS; way++)
		pc_timer_stop(&s->timer[way]);
	pc_shape_conn_free(s->line);
	free(s);
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
		if (c->shaped == NULL)
			c->listener->connections--;
	}
	pc_tcp_shaped_free(c->shaped);
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
is_blocked(const struct pc_tcp *c, enum pc_shape_way way)
{
	return c->shaped != NULL && (c->shaped->parked || c->shaped->blocked[way]);
}

static bool
may_read(const struct pc_tcp *c)
{
	return !c->paused && !c->peer_done && c->in.len < UNREAD_MAX && !c->connecting &&
	       !is_blocked(c, PC_SHAPE_IN);
}

static void
watch_events(struct pc_tcp *c)
{
	uint32_t want = 0;
	if (may_read(c))
		want |= EPOLLIN;
	if ((c->out.len > 0 || c->connecting) && !is_blocked(c, PC_SHAPE_OUT))
		want |= EPOLLOUT;
	if (c->shaped != NULL && c->shaped->parked && pc_shape_conn_is_silent(c->shaped->line))
		want |= EPOLLRDHUP; /* nothing is read that could tell */
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

/* ---- shaped connections ---- */

/* That way may go on. */
static void
on_waited(struct pc_tcp *c, enum pc_shape_way way)
{
	bool outer = c->in_callback;
	c->shaped->blocked[way] = false;
	c->in_callback = true;
	if (way == PC_SHAPE_OUT)
		send_out(c);
	c->in_callback = outer;
	if (outer)
		return;
	if (c->dead)
		release(c);
	else
		watch_events(c);
}

static void
on_waited_in(void *arg)
{
	struct pc_tcp *c = arg;
	c->shaped->awake = true;
	on_waited(c, PC_SHAPE_IN);
}

static void
on_waited_out(void *arg)
{
	on_waited(arg, PC_SHAPE_OUT);
}

static void
block(struct pc_tcp *c, enum pc_shape_way way, uint64_t wait_ms)
{
	c->shaped->blocked[way] = true;
	if (wait_ms != PC_SHAPE_NEVER)
		pc_timer_start(&c->shaped->timer[way], c->loop, wait_ms,
			way == PC_SHAPE_IN ? on_waited_in : on_waited_out, c);
}

/* How many of `want` bytes may pass that way. 0: the way is blocked from now on. */
static size_t
allowed(struct pc_tcp *c, enum pc_shape_way way, size_t want)
{
	uint64_t wait_ms = 0;
	if (c->shaped == NULL || want == 0)
		return want;
	size_t n = pc_shape_conn_allows(c->shaped->line, way, want, &wait_ms);
	if (n == 0)
		block(c, way, wait_ms);
	return n;
}

/* Count what has passed. False: that was the end of the connection. */
static bool
passed(struct pc_tcp *c, enum pc_shape_way way, size_t n)
{
	struct linger hard = {1, 0};
	if (c->shaped == NULL)
		return true;
	pc_shape_conn_passed(c->shaped->line, way, n);
	enum pc_shape_cut cut = pc_shape_conn_due(c->shaped->line);
	if (cut == PC_SHAPE_CUTS)
		return true;
	if (cut == PC_SHAPE_RESET)
		(void)setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
	finish(c, cut == PC_SHAPE_RESET ? PC_TCP_END_RESET : PC_TCP_END_LOCAL);
	return false;
}

/* With a delay, what comes after a pause waits: true while it does. */
static bool
is_late(struct pc_tcp *c)
{
	uint64_t delay_ms = c->shaped == NULL ? 0 : pc_shape_conn_delay_ms(c->shaped->line);
	if (delay_ms == 0 || c->shaped->awake)
		return false;
	block(c, PC_SHAPE_IN, delay_ms);
	return true;
}

static void
send_out(struct pc_tcp *c)
{
	while (c->out.len > 0) {
		size_t len = is_blocked(c, PC_SHAPE_OUT) ? 0 : allowed(c, PC_SHAPE_OUT, c->out.len);
		if (len == 0)
			return;
		ssize_t n = send(c->fd, c->out.data, len, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return;
		if (n < 0) {
			finish(c, PC_TCP_END_RESET);
			return;
		}
		if (c->shaped != NULL)
			tap_event(c, PC_TAP_SERVER_DATA, c->out.data, (size_t)n);
		pc_buf_consume(&c->out, (size_t)n);
		touch(c);
		if (!passed(c, PC_SHAPE_OUT, (size_t)n))
			return;
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

/* Offer octets that have just come, where they are; how many were taken. */
static size_t
offer_fresh(struct pc_tcp *c, const uint8_t *data, size_t len)
{
	size_t at = 0;
	if (c->in.len > 0)
		return 0; /* others come first */
	if (c->handler->data == NULL)
		return len;
	c->offering = true;
	while (at < len && !c->paused && !c->dead && !c->closing) {
		size_t taken = c->handler->data(c->arg, c, data + at, len - at);
		if (taken == 0)
			break;
		at += taken;
	}
	c->offering = false;
	return at;
}

static void
take(struct pc_tcp *c, const uint8_t *data, size_t len)
{
	touch(c);
	tap_event(c, c->server ? PC_TAP_CLIENT_DATA : PC_TAP_SERVER_DATA, data, len);
	if (c->closing)
		return;
	bool fresh = c->in.len == 0;
	size_t taken = offer_fresh(c, data, len);
	if (taken == len || c->dead || c->closing)
		return;
	if (pc_buf_add(&c->in, data + taken, len - taken) != PC_OK)
		finish(c, PC_TCP_END_RESET);
	else if (!fresh)
		offer(c);
}

static void
read_in(struct pc_tcp *c)
{
	uint8_t chunk[READ_CHUNK];
	size_t want = is_late(c) ? 0 : allowed(c, PC_SHAPE_IN, sizeof(chunk));
	if (want == 0)
		return;
	ssize_t n = recv(c->fd, chunk, want, MSG_DONTWAIT);
	if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
		return;
	if (n < 0) {
		finish(c, PC_TCP_END_RESET);
		return;
	}
	if (c->shaped != NULL)
		c->shaped->awake = n == (ssize_t)want; /* else it was all there is */
	if (n > 0) {
		take(c, chunk, (size_t)n);
		if (!c->dead)
			(void)passed(c, PC_SHAPE_IN, (size_t)n);
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
	while (c->shaped == NULL && !c->dead && may_read(c) &&
		(n = recv(c->fd, chunk, sizeof(chunk), MSG_DONTWAIT)) > 0)
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

void
pc_tcp_on_ready(void *arg, int fd, uint32_t events)
{
	struct pc_tcp *c = arg;
	(void)fd;
	c->in_callback = true;
	if (c->shaped != NULL && c->shaped->parked) {
		if ((events & (EPOLLERR | EPOLLHUP | EPOLLRDHUP)) != 0 &&
			((events & EPOLLERR) != 0 || pc_shape_conn_is_silent(c->shaped->line)))
			finish(c, PC_TCP_END_PEER);
	} else if (c->connecting)
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

struct pc_tcp *
pc_tcp_conn_new(struct pc_loop *loop, int fd, const struct pc_tcp_options *options,
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
open_now(struct pc_tcp *c)
{
	c->in_callback = true;
	if (!opened(c))
		pc_tcp_reset(c);
	else if (!c->dead)
		(void)passed(c, PC_SHAPE_IN, 0);
	c->in_callback = false;
	if (c->dead)
		release(c);
	else
		watch_events(c);
}

void
pc_tcp_hand_over(struct pc_tcp *c)
{
	if (c->shaped == NULL || !c->shaped->parked) {
		open_now(c);
		return;
	}
	touch(c);
	watch_events(c);
}

static void
on_opening_late(void *arg)
{
	struct pc_tcp *c = arg;
	c->shaped->parked = false;
	c->shaped->awake = true;
	open_now(c);
}

/* Nothing is to happen any more: what waited goes on. */
static void
on_relaxed(void *arg)
{
	struct pc_tcp *c = arg;
	struct pc_tcp_shaped *s = c->shaped;
	for (unsigned way = 0; way < PC_SHAPE_WAYS; way++) {
		pc_timer_stop(&s->timer[way]);
		s->blocked[way] = false;
	}
	if (s->parked)
		on_opening_late(c);
	else if (!c->in_callback)
		watch_events(c);
}

/* Ask what is to happen to it. PC_E_REFUSED: it is to be reset. */
int
pc_tcp_shape(struct pc_tcp *c)
{
	struct pc_shaper *shaper = pc_loop_shapers(c->loop)->armed;
	struct pc_shape_conn *line = NULL;
	int err = shaper == NULL ? PC_OK : pc_shape_conn_new(shaper, &c->local, &c->peer, &line);
	if (err != PC_OK || line == NULL)
		return err;
	c->shaped = calloc(1, sizeof(*c->shaped));
	if (c->shaped == NULL) {
		pc_shape_conn_free(line);
		return -ENOMEM;
	}
	uint64_t delay_ms = pc_shape_conn_delay_ms(line);
	c->shaped->line = line;
	pc_shape_conn_when_relaxed(line, on_relaxed, c);
	c->shaped->parked = pc_shape_conn_is_silent(line) || delay_ms > 0;
	if (c->shaped->parked && !pc_shape_conn_is_silent(line))
		pc_timer_start(
			&c->shaped->timer[PC_SHAPE_IN], c->loop, delay_ms, on_opening_late, c);
	return PC_OK;
}

int
pc_tcp_connect(struct pc_loop *loop, const struct sockaddr_in *peer,
	const struct sockaddr_in *local, const struct pc_tcp_options *options,
	const struct pc_tcp_handler *handler, void *arg, struct pc_tcp **ret, struct pc_diag *diag)
{
	int fd = -1;
	int err = pc_tcp_open_connecting(options, peer, local, &fd, diag);
	if (err != PC_OK)
		return err;
	struct pc_tcp *c = pc_tcp_conn_new(loop, fd, options, handler, arg);
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
	err = pc_loop_fd_add(loop, fd, EPOLLOUT, pc_tcp_on_ready, c, &c->watch);
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
	if (c->shaped == NULL) /* else when it has passed, and nothing passes in here */
		tap_event(c, c->server ? PC_TAP_SERVER_DATA : PC_TAP_CLIENT_DATA, data, len);
	if (before == 0 && !c->connecting && c->shaped == NULL) {
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

const struct pc_tap_flow *
pc_tcp_flow(const struct pc_tcp *c)
{
	return &c->flow;
}

size_t
pc_tcp_queued(const struct pc_tcp *c)
{
	return c->out.len;
}
