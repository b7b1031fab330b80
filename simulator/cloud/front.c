/* The listener of the front and the life of its connections. */
#include "cloud/front.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/err.h"
#include "cloud/faults.h"
#include "cloud/front-internal.h"
#include "cloud/members.h"
#include "loop/udp.h"

enum { ACCEPT_PAUSE_MS = 100, BACKLOG = 512 };

uint64_t
pc_front_now(const struct pc_front *front)
{
	return pc_clock_ms(pc_loop_clock(front->loop));
}

bool
pc_front_faulty(const struct pc_front *front, unsigned bit)
{
	return pc_fault_is_set(front->faults, bit);
}

void
pc_front_journal(struct pc_front *front, const char *kind, const struct pc_buf *members)
{
	if (front->options.journal != NULL)
		front->options.journal(front->options.journal_arg, kind, pc_buf_text(members));
}

/* "key=value; " unless the value is empty; a peer's own text cannot end the value. */
static void
add_note(struct pc_buf *b, const char *key, const char *value)
{
	if (value == NULL || *value == '\0')
		return;
	pc_buf_addf(b, "%s=", key);
	for (const char *p = value; *p != '\0'; p++) {
		bool plain = *p > ' ' && *p < 0x7f && *p != ';';
		pc_buf_add(b, plain ? p : "?", 1);
	}
	pc_buf_add_text(b, "; ");
}

static void
tap_open(struct pc_front_conn *c, const struct pc_tap *tap, uint64_t now)
{
	struct pc_buf note;
	pc_buf_init(&note, 1024);
	add_note(&note, "tls", c->facts.version);
	add_note(&note, "cipher", c->facts.cipher);
	add_note(&note, "sni", c->facts.sni);
	add_note(&note, "alpn", c->facts.alpn);
	add_note(&note, "client_cn", c->facts.client_cn);
	pc_buf_add_text(&note, "port=443");
	c->flow.note = pc_buf_text(&note);
	c->tapped = true;
	pc_tap_tcp(tap, now, &c->flow, PC_TAP_OPEN, NULL, 0);
	c->flow.note = NULL;
	pc_buf_done(&note);
}

/* The capture sees the plaintext; what TLS was is in the note of the opening. */
void
pc_front_tap(struct pc_front_conn *c, enum pc_tap_event event, const uint8_t *data, size_t len)
{
	const struct pc_tap *tap = c->front->options.tap;
	if (tap == NULL)
		return;
	uint64_t now = pc_clock_wall_ns(pc_loop_clock(c->front->loop));
	if (event == PC_TAP_OPEN)
		tap_open(c, tap, now);
	else if (c->tapped)
		pc_tap_tcp(tap, now, &c->flow, event, data, len);
}

static void
journal_end(struct pc_front_conn *c)
{
	struct pc_buf m;
	pc_members_init(&m);
	pc_members_u64(&m, "connection", c->facts.connection);
	pc_members_text(&m, "end", c->end == NULL ? "closed" : c->end);
	pc_members_u64(&m, "bytesIn", c->bytes_in);
	pc_members_u64(&m, "bytesOut", c->bytes_out);
	if (c->alert_in >= 0)
		pc_members_u64(&m, "alertIn", (uint64_t)c->alert_in);
	if (c->alert_out >= 0)
		pc_members_u64(&m, "alertOut", (uint64_t)c->alert_out);
	if (c->mqtt != NULL)
		pc_mqtt_tap_summary(c->mqtt, &m);
	pc_front_journal(c->front, c->mqtt != NULL ? "mqttClosed" : "tlsClosed", &m);
	pc_buf_done(&m);
}

static void
free_conn(struct pc_front_conn *c)
{
	pc_mqtt_tap_free(c->mqtt);
	pc_buf_done(&c->to_back);
	pc_buf_done(&c->to_client);
	pc_buf_done(&c->hello);
	free(c);
}

static void
unlink_conn(struct pc_front_conn *c)
{
	struct pc_front *front = c->front;
	if (c->prev != NULL)
		c->prev->next = c->next;
	else
		front->first = c->next;
	if (c->next != NULL)
		c->next->prev = c->prev;
	front->counts.open--;
	front->counts.http -= c->is_http ? 1 : 0;
	front->counts.mqtt -= c->mqtt != NULL ? 1 : 0;
}

/* Everything but the memory, which goes when the outermost callback of the connection returns. */
static void
end_conn(struct pc_front_conn *c, const char *end, enum pc_tap_event event)
{
	if (c->state == PC_FRONT_DEAD)
		return;
	if (c->end == NULL)
		c->end = end;
	if (SSL_is_init_finished(c->ssl))
		journal_end(c);
	pc_front_tap(c, event, NULL, 0);
	c->state = PC_FRONT_DEAD;
	pc_timer_stop(&c->timer);
	pc_timer_stop(&c->retry);
	pc_loop_fd_del(c->watch);
	pc_loop_fd_del(c->back_watch);
	if (c->back_fd >= 0)
		close(c->back_fd);
	pc_mhd_forget(c->http);
	SSL_free(c->ssl);
	close(c->fd);
	unlink_conn(c);
	if (!c->busy)
		free_conn(c);
}

void
pc_front_close(struct pc_front_conn *c, const char *end)
{
	end_conn(c, end, PC_TAP_CLOSE);
}

void
pc_front_reset(struct pc_front_conn *c, const char *end)
{
	const struct linger now = {1, 0};
	if (c->state != PC_FRONT_DEAD)
		(void)setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	end_conn(c, end, PC_TAP_RESET);
}

void
pc_front_enter(struct pc_front_conn *c)
{
	c->busy = true;
}

void
pc_front_leave(struct pc_front_conn *c)
{
	pc_front_update_events(c);
	c->busy = false;
	if (c->state == PC_FRONT_DEAD)
		free_conn(c);
}

static void
handshake_timed_out(struct pc_front_conn *c)
{
	struct pc_buf m;
	pc_members_init(&m);
	pc_members_u64(&m, "connection", c->facts.connection);
	pc_members_text(&m, "reason", "time-out");
	pc_front_journal(c->front, "tlsFailed", &m);
	pc_buf_done(&m);
	c->front->counts.tls_failures++;
	pc_front_close(c, "handshake time-out");
}

/* Goes on waiting if there was progress since the timer was set. */
static void
check_progress(struct pc_front_conn *c, uint64_t limit_ms, const char *end)
{
	uint64_t quiet = pc_front_now(c->front) - c->active_ms;
	if (quiet < limit_ms)
		pc_front_arm_timer(c, limit_ms - quiet);
	else if (c->to_client.len > 0)
		pc_front_close(c, "stalled");
	else
		pc_front_finish(c, end);
}

static void
timed_out(struct pc_front_conn *c)
{
	switch (c->state) {
	case PC_FRONT_HANDSHAKE:
		handshake_timed_out(c);
		break;
	case PC_FRONT_PEEK:
		pc_front_finish(c, "silent");
		break;
	case PC_FRONT_HTTP:
		check_progress(c, c->front->options.http_idle_ms, "idle");
		break;
	case PC_FRONT_MQTT:
		if (!pc_mqtt_tap_connected(c->mqtt) && !c->finish)
			pc_front_finish(c, "no CONNECT");
		else if (c->to_client.len > 0)
			check_progress(c, PC_FRONT_WRITE_STALL_MS, "stalled");
		break;
	case PC_FRONT_LINGER:
		pc_front_close(c, "closed");
		break;
	case PC_FRONT_DEAD:
		break;
	}
}

static void
on_timer(void *arg)
{
	struct pc_front_conn *c = arg;
	pc_front_enter(c);
	timed_out(c);
	pc_front_leave(c);
}

void
pc_front_arm_timer(struct pc_front_conn *c, uint64_t delay_ms)
{
	pc_timer_start(&c->timer, c->front->loop, delay_ms, on_timer, c);
}

/* Reads to no use what the client still sends after our end. */
static void
discard(struct pc_front_conn *c)
{
	ssize_t n = recv(c->fd, c->front->scratch, PC_FRONT_SCRATCH, MSG_DONTWAIT);
	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
		pc_front_close(c, "closed");
}

static void
on_client(void *arg, int fd, uint32_t events)
{
	struct pc_front_conn *c = arg;
	(void)fd;
	pc_front_enter(c);
	if (c->state == PC_FRONT_HANDSHAKE) {
		pc_front_handshake(c);
	} else if (c->state == PC_FRONT_LINGER) {
		discard(c);
	} else if ((events & EPOLLERR) != 0) {
		pc_front_close(c, "reset");
	} else {
		pc_front_flush_client(c);
		pc_front_pump_client(c);
		if ((events & EPOLLHUP) != 0 && (events & EPOLLIN) == 0)
			pc_front_close(c, "reset");
	}
	pc_front_leave(c);
}

static int
start_conn(struct pc_front_conn *c)
{
	const int one = 1;
	(void)setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	c->ssl = pc_front_tls_accept(c);
	if (c->ssl == NULL)
		return -ENOMEM;
	c->events = EPOLLIN;
	return pc_loop_fd_add(c->front->loop, c->fd, c->events, on_client, c, &c->watch);
}

static void
new_conn(struct pc_front *front, int fd, const struct sockaddr_in *peer)
{
	struct pc_front_conn *c = calloc(1, sizeof(*c));
	socklen_t n = sizeof(c->flow.server);
	if (c == NULL) {
		close(fd);
		return;
	}
	c->front = front;
	c->fd = fd;
	c->back_fd = c->alert_in = c->alert_out = -1;
	pc_buf_init(&c->to_back, PC_FRONT_QUEUE_MAX);
	pc_buf_init(&c->to_client, PC_FRONT_QUEUE_MAX);
	pc_members_init(&c->hello);
	c->facts = (struct pc_tls_facts){.connection = ++front->next_number,
		.peer = *peer,
		.version = "",
		.cipher = "",
		.sni = c->sni,
		.alpn = c->alpn};
	c->flow.id = pc_loop_next_flow(front->loop);
	c->flow.client = *peer;
	(void)getsockname(fd, (struct sockaddr *)&c->flow.server, &n);
	c->active_ms = pc_front_now(front);
	if (start_conn(c) != PC_OK) {
		SSL_free(c->ssl);
		close(fd);
		free_conn(c);
		return;
	}
	c->next = front->first;
	if (c->next != NULL)
		c->next->prev = c;
	front->first = c;
	front->counts.open++;
	pc_front_arm_timer(c, front->options.handshake_ms);
}

static void on_listen(void *arg, int fd, uint32_t events);

static void
accept_again(void *arg)
{
	struct pc_front *front = arg;
	if (front->listen_watch == NULL && pc_loop_fd_add(front->loop, front->listen_fd, EPOLLIN,
						   on_listen, front, &front->listen_watch) != PC_OK)
		pc_timer_start(
			&front->accept_again, front->loop, ACCEPT_PAUSE_MS, accept_again, front);
}

/* No descriptors left: the listener would report ready for ever, so look again a little later. */
static void
pause_accepting(struct pc_front *front)
{
	pc_loop_fd_del(front->listen_watch);
	front->listen_watch = NULL;
	pc_timer_start(&front->accept_again, front->loop, ACCEPT_PAUSE_MS, accept_again, front);
}

static void
on_listen(void *arg, int fd, uint32_t events)
{
	struct pc_front *front = arg;
	(void)events;
	for (int i = 0; i < PC_FRONT_ACCEPTS_PER_TURN; i++) {
		struct sockaddr_in peer = {0};
		socklen_t n = sizeof(peer);
		int conn = accept4(fd, (struct sockaddr *)&peer, &n, SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (conn < 0) {
			if (errno == EMFILE || errno == ENFILE || errno == ENOMEM ||
				errno == ENOBUFS)
				pause_accepting(front);
			if (errno != EINTR && errno != ECONNABORTED)
				return;
			continue;
		}
		front->counts.accepted++;
		if (front->counts.open >= front->options.max_connections) {
			front->counts.over_limit++;
			close(conn);
			continue;
		}
		new_conn(front, conn, &peer);
	}
}

static int
listen_on(struct pc_front *front, struct pc_diag *diag)
{
	const int one = 1;
	const struct sockaddr_in *want = &front->options.listen;
	socklen_t n = sizeof(front->local);
	front->listen_fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (front->listen_fd < 0)
		return pc_diag_fail(diag, -errno, "socket: %s", pc_err_text(-errno));
	(void)setsockopt(front->listen_fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(front->listen_fd, (const struct sockaddr *)want, sizeof(*want)) != 0 ||
		listen(front->listen_fd, BACKLOG) != 0)
		return pc_bind_fail(diag, -errno, "TLS", want);
	if (getsockname(front->listen_fd, (struct sockaddr *)&front->local, &n) != 0)
		return -errno;
	return pc_loop_fd_add(
		front->loop, front->listen_fd, EPOLLIN, on_listen, front, &front->listen_watch);
}

static void
set_defaults(struct pc_front_options *o)
{
	if (o->max_connections == 0)
		o->max_connections = PC_FRONT_CONNECTIONS_MAX;
	if (o->handshake_ms == 0)
		o->handshake_ms = PC_FRONT_HANDSHAKE_MS;
	if (o->http_idle_ms == 0)
		o->http_idle_ms = PC_FRONT_HTTP_IDLE_MS;
}

int
pc_front_new(struct pc_loop *loop, const struct pc_front_options *options, struct pc_front **ret,
	struct pc_diag *diag)
{
	struct pc_front *front = calloc(1, sizeof(*front));
	if (front == NULL)
		return -ENOMEM;
	front->loop = loop;
	front->options = *options;
	front->faults = options->faults;
	front->listen_fd = -1;
	set_defaults(&front->options);
	const struct pc_mhd_options mhd = {.handler = options->http,
		.arg = options->routes,
		.journal = options->journal,
		.journal_arg = options->journal_arg,
		.faults = &front->faults,
		.max_connections = front->options.max_connections};
	int err = pc_front_tls_new(front, diag);
	if (err == PC_OK)
		err = pc_mhd_new(loop, &mhd, &front->mhd, diag);
	if (err == PC_OK)
		err = listen_on(front, diag);
	if (err != PC_OK) {
		pc_front_free(front);
		return err;
	}
	*ret = front;
	return PC_OK;
}

void
pc_front_free(struct pc_front *front)
{
	if (front == NULL)
		return;
	pc_timer_stop(&front->accept_again);
	pc_loop_fd_del(front->listen_watch);
	if (front->listen_fd >= 0)
		close(front->listen_fd);
	while (front->first != NULL) {
		struct pc_front_conn *c = front->first;
		ERR_clear_error();
		if (c->state != PC_FRONT_HANDSHAKE && c->state != PC_FRONT_LINGER)
			(void)SSL_shutdown(c->ssl);
		pc_front_close(c, "stopped");
	}
	pc_mhd_free(front->mhd);
	pc_front_tls_free(front);
	ERR_clear_error();
	free(front);
}

struct sockaddr_in
pc_front_local(const struct pc_front *front)
{
	return front->local;
}

int
pc_front_set_faults(struct pc_front *front, pc_fault_set faults, struct pc_diag *diag)
{
	int err = pc_front_tls_arm(front, faults, diag);
	if (err == PC_OK)
		front->faults = faults;
	return err;
}

void
pc_front_drop_mqtt(struct pc_front *front)
{
	struct pc_front_conn *next = NULL;
	for (struct pc_front_conn *c = front->first; c != NULL; c = next) {
		next = c->next;
		if (c->mqtt == NULL)
			continue;
		ERR_clear_error();
		if (c->state != PC_FRONT_LINGER)
			(void)SSL_shutdown(c->ssl);
		pc_front_close(c, "dropped");
	}
}

struct pc_front_counts
pc_front_counts(const struct pc_front *front)
{
	return front->counts;
}
