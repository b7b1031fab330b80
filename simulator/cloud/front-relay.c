/* Plaintext both ways: TLS on one side, HTTP or the broker on the other, queues with a high mark
 * between them. Nothing here blocks. */
#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/err.h"
#include "cloud/faults.h"
#include "cloud/front-internal.h"
#include "cloud/members.h"

enum { READS_PER_TURN = 32, BROKER_RETRY_MS = 20 };

static void on_back(void *arg, int fd, uint32_t events);
static void try_broker(void *arg);

static bool
relaying(const struct pc_front_conn *c)
{
	return c->state == PC_FRONT_HTTP || c->state == PC_FRONT_MQTT;
}

/* To the client */

int
pc_front_to_client(struct pc_front_conn *c, const uint8_t *data, size_t len)
{
	size_t done = 0;
	if (c->state == PC_FRONT_DEAD)
		return -ECONNRESET;
	pc_front_tap(c, PC_TAP_SERVER_DATA, data, len);
	c->bytes_out += len;
	while (c->to_client.len == 0 && done < len) {
		ERR_clear_error();
		int r = SSL_write(c->ssl, data + done, (int)(len - done));
		if (r <= 0) {
			int e = SSL_get_error(c->ssl, r);
			if (e == SSL_ERROR_WANT_WRITE || e == SSL_ERROR_WANT_READ)
				break;
			return -ECONNRESET;
		}
		done += (size_t)r;
	}
	if (done > 0)
		c->active_ms = pc_front_now(c->front);
	if (done == len)
		return PC_OK;
	if (!pc_timer_running(&c->timer))
		pc_front_arm_timer(c, PC_FRONT_WRITE_STALL_MS);
	return pc_buf_add(&c->to_client, data + done, len - done);
}

void
pc_front_flush_client(struct pc_front_conn *c)
{
	while (c->to_client.len > 0) {
		ERR_clear_error();
		int r = SSL_write(c->ssl, c->to_client.data, (int)c->to_client.len);
		if (r <= 0) {
			int e = SSL_get_error(c->ssl, r);
			if (e != SSL_ERROR_WANT_WRITE && e != SSL_ERROR_WANT_READ)
				pc_front_close(c, "reset");
			return;
		}
		c->active_ms = pc_front_now(c->front);
		pc_buf_consume(&c->to_client, (size_t)r);
	}
	if (c->to_client.data != NULL)
		pc_buf_done(&c->to_client); /* an idle connection keeps no memory */
	if (c->finish)
		pc_front_linger(c);
}

/* Our side is done: close_notify, FIN, and read what still comes, or a RST would overtake the
 * answer. Spec: RFC 8446 s6.1, RFC 9112 s9.6. */
void
pc_front_linger(struct pc_front_conn *c)
{
	if (c->state == PC_FRONT_LINGER || c->state == PC_FRONT_DEAD)
		return;
	ERR_clear_error();
	if (!pc_front_faulty(c->front, PC_CLOUD_FAULT_TLS_NO_CLOSE_NOTIFY))
		(void)SSL_shutdown(c->ssl);
	ERR_clear_error();
	(void)shutdown(c->fd, SHUT_WR);
	c->state = PC_FRONT_LINGER;
	pc_front_arm_timer(c, PC_FRONT_LINGER_MS);
}

static void
drop_back(struct pc_front_conn *c)
{
	pc_timer_stop(&c->retry);
	pc_loop_fd_del(c->back_watch);
	c->back_watch = NULL;
	if (c->back_fd >= 0)
		close(c->back_fd);
	c->back_fd = -1;
	pc_mhd_forget(c->http);
	c->http = NULL;
	pc_buf_done(&c->to_back);
}

void
pc_front_finish(struct pc_front_conn *c, const char *end)
{
	if (c->finish || c->state == PC_FRONT_DEAD)
		return;
	c->finish = true;
	c->client_eof = true;
	if (c->end == NULL)
		c->end = end;
	drop_back(c);
	if (c->to_client.len > 0)
		pc_front_arm_timer(c, PC_FRONT_WRITE_STALL_MS);
	pc_front_flush_client(c);
}

/* To the back end */

static int
to_back(struct pc_front_conn *c, const uint8_t *data, size_t len)
{
	ssize_t n = 0;
	if (c->back_broken)
		return PC_OK; /* it has stopped reading; its last words may still come */
	if (c->to_back.len == 0 && c->back_fd >= 0 && !c->back_connecting)
		n = send(c->back_fd, data, len, MSG_NOSIGNAL | MSG_DONTWAIT);
	if (n < 0 && errno != EAGAIN && errno != EINTR) {
		c->back_broken = true;
		return PC_OK;
	}
	size_t done = n > 0 ? (size_t)n : 0;
	return done == len ? PC_OK : pc_buf_add(&c->to_back, data + done, len - done);
}

static void
flush_back(struct pc_front_conn *c)
{
	while (c->to_back.len > 0 && !c->back_broken) {
		ssize_t n = send(
			c->back_fd, c->to_back.data, c->to_back.len, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (n < 0)
			c->back_broken = true;
		else
			pc_buf_consume(&c->to_back, (size_t)n);
	}
	pc_buf_done(&c->to_back);
	if (c->client_eof && c->back_fd >= 0)
		(void)shutdown(c->back_fd, SHUT_WR);
}

/* MQTT: what the tap needs of us */

static void connect_broker(struct pc_front_conn *c);

/* The leg is opened with the first packet that may pass: who is refused costs the broker nothing.
 */
static int
tap_to_broker(void *arg, const uint8_t *data, size_t len)
{
	struct pc_front_conn *c = arg;
	int err = to_back(c, data, len);
	if (err == PC_OK && c->back_fd < 0 && !c->back_connecting) {
		c->back_since_ms = pc_front_now(c->front);
		connect_broker(c);
	}
	return err;
}

static int
tap_to_client(void *arg, const uint8_t *data, size_t len)
{
	return pc_front_to_client(arg, data, len);
}

static bool
tap_allow(void *arg, const char *client_id, enum pc_mqtt_verb verb, const char *topic)
{
	struct pc_front_conn *c = arg;
	if (pc_front_faulty(c->front, PC_CLOUD_FAULT_MQTT_IDENTITY_UNCHECKED))
		return true;
	return c->front->options.allow(c->front->options.routes, &c->facts, client_id, verb, topic);
}

static void
tap_observe(void *arg, const char *kind, const char *members)
{
	struct pc_front_conn *c = arg;
	struct pc_buf m;
	pc_members_init(&m);
	pc_members_u64(&m, "connection", c->facts.connection);
	pc_buf_addf(&m, ",%s", members);
	pc_front_journal(c->front, kind, &m);
	pc_buf_done(&m);
}

static const struct pc_mqtt_tap_ops tap_ops = {
	tap_to_broker, tap_to_client, tap_allow, tap_observe};

static const char *
tap_end(int err)
{
	switch (err) {
	case PC_E_BADVALUE:
		return "malformed";
	case PC_E_LIMIT:
		return "limit";
	case PC_E_REFUSED:
		return "refused";
	default:
		return "reset";
	}
}

static void
mqtt_from_client(struct pc_front_conn *c, const uint8_t *data, size_t len)
{
	struct pc_diag diag = {0};
	int err = pc_mqtt_tap_from_client(c->mqtt, data, len, &diag);
	if (err == PC_E_CLOSED && c->state == PC_FRONT_MQTT) {
		c->client_eof = true; /* the broker ends it once it has the DISCONNECT */
		c->end = "disconnect";
		if (c->back_fd >= 0 && !c->back_connecting)
			flush_back(c);
	} else if (err != PC_OK) {
		pc_front_finish(c, tap_end(err));
	}
}

/* HTTP */

static void
http_from_client(struct pc_front_conn *c, const uint8_t *data, size_t len)
{
	struct pc_mhd_state s = pc_mhd_state(c->http);
	if (s.completed != c->completed_seen) {
		c->completed_seen = s.completed;
		c->out_at_answer = c->bytes_out;
		c->bytes_since_answer = 0;
		c->head_len = 0;
	}
	size_t room = sizeof(c->head) - c->head_len;
	memcpy(c->head + c->head_len, data, len < room ? len : room);
	c->head_len += len < room ? len : room;
	c->bytes_since_answer += len;
	if (to_back(c, data, len) != PC_OK)
		pc_front_finish(c, "limit");
}

/* HTTP hung up on bytes for which no request was begun: they were no HTTP, so keep a sample.
 * libmicrohttpd often says nothing; then the answer is ours. Spec: RFC 9112 s2.2, s3. */
static void
note_malformed_http(struct pc_front_conn *c)
{
	static const char answer[] = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n"
				     "Connection: close\r\n\r\n";
	struct pc_mhd_state s = pc_mhd_state(c->http);
	struct pc_buf m;
	if (c->client_eof || c->bytes_since_answer == 0 || s.completed != c->completed_seen ||
		s.started != s.completed)
		return;
	pc_members_init(&m);
	pc_members_u64(&m, "connection", c->facts.connection);
	pc_members_u64(&m, "bytes", c->bytes_since_answer);
	pc_members_bytes(&m, "head", c->head, c->head_len);
	pc_front_journal(c->front, "httpMalformed", &m);
	pc_buf_done(&m);
	if (c->bytes_out == c->out_at_answer)
		(void)pc_front_to_client(c, (const uint8_t *)answer, sizeof(answer) - 1);
}

static void
http_ended(struct pc_front_conn *c)
{
	struct pc_mhd_state s = pc_mhd_state(c->http);
	note_malformed_http(c);
	if (s.reset)
		pc_front_reset(c, "fault");
	else
		pc_front_finish(c, "server");
}

/* From the back end */

static void
from_back(struct pc_front_conn *c, const uint8_t *data, size_t len)
{
	struct pc_diag diag = {0};
	if (c->state == PC_FRONT_HTTP) {
		if (!pc_mhd_state(c->http).mute && pc_front_to_client(c, data, len) != PC_OK)
			pc_front_close(c, "reset");
		return;
	}
	int err = pc_mqtt_tap_from_broker(c->mqtt, data, len, &diag);
	if (err != PC_OK)
		pc_front_finish(c, tap_end(err));
}

static void
pump_back(struct pc_front_conn *c)
{
	uint8_t *scratch = c->front->scratch;
	for (int i = 0; i < READS_PER_TURN; i++) {
		if (!relaying(c) || c->back_fd < 0 || c->to_client.len >= PC_FRONT_QUEUE_HIGH)
			return;
		ssize_t n = recv(c->back_fd, scratch, PC_FRONT_SCRATCH, MSG_DONTWAIT);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (n > 0) {
			from_back(c, scratch, (size_t)n);
			continue;
		}
		if (c->state == PC_FRONT_HTTP)
			http_ended(c);
		else
			pc_front_finish(c, "broker");
		return;
	}
}

/* The broker's leg: non-blocking connect, tried again while the broker is away or its backlog (10)
 * is full. */

static int
open_leg(const struct pc_broker_address *a)
{
	int fd = socket(
		a->is_unix ? AF_UNIX : AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	int r = a->is_unix ? connect(fd, (const struct sockaddr *)&a->path, sizeof(a->path))
			   : connect(fd, (const struct sockaddr *)&a->tcp, sizeof(a->tcp));
	if (r == 0 || errno == EINPROGRESS)
		return fd;
	int err = -errno;
	close(fd);
	return err;
}

static void
retry_broker(struct pc_front_conn *c)
{
	if (c->back_fd >= 0)
		close(c->back_fd);
	c->back_fd = -1;
	c->back_connecting = true;
	if (pc_front_now(c->front) - c->back_since_ms >= PC_FRONT_BROKER_WAIT_MS)
		pc_front_finish(c, "no broker");
	else
		pc_timer_start(&c->retry, c->front->loop, BROKER_RETRY_MS, try_broker, c);
}

static void
connect_broker(struct pc_front_conn *c)
{
	c->back_connecting = true;
	c->back_fd = open_leg(&c->front->options.broker);
	if (c->back_fd < 0) {
		retry_broker(c);
		return;
	}
	if (c->front->options.broker.is_unix) { /* connected at once */
		c->back_connecting = false;
		flush_back(c);
	}
}

static void
try_broker(void *arg)
{
	struct pc_front_conn *c = arg;
	pc_front_enter(c);
	connect_broker(c);
	pc_front_leave(c);
}

static void
leg_connected(struct pc_front_conn *c)
{
	int err = 0;
	socklen_t n = sizeof(err);
	if (getsockopt(c->back_fd, SOL_SOCKET, SO_ERROR, &err, &n) != 0 || err != 0) {
		pc_loop_fd_del(c->back_watch);
		c->back_watch = NULL;
		retry_broker(c);
		return;
	}
	c->back_connecting = false;
	flush_back(c);
}

static void
on_back(void *arg, int fd, uint32_t events)
{
	struct pc_front_conn *c = arg;
	(void)fd;
	pc_front_enter(c);
	if (c->back_connecting) {
		leg_connected(c);
	} else {
		if ((events & EPOLLOUT) != 0)
			flush_back(c);
		pump_back(c);
		/* room may have come: bytes wait inside OpenSSL, where epoll does not see them */
		if (relaying(c) && c->to_back.len < PC_FRONT_QUEUE_HIGH)
			pc_front_pump_client(c);
	}
	pc_front_leave(c);
}

/* Keeps the watch of the back end in step; without interest there is no watch at all, since a
 * hang-up would be reported for ever. */
static void
update_back(struct pc_front_conn *c)
{
	uint32_t want = 0;
	if (c->back_fd >= 0 && relaying(c)) {
		if (c->back_connecting || (c->to_back.len > 0 && !c->back_broken))
			want |= EPOLLOUT;
		if (!c->back_connecting && c->to_client.len < PC_FRONT_QUEUE_HIGH)
			want |= EPOLLIN;
	}
	if (want == 0) {
		pc_loop_fd_del(c->back_watch);
		c->back_watch = NULL;
	} else if (c->back_watch == NULL) {
		if (pc_loop_fd_add(c->front->loop, c->back_fd, want, on_back, c, &c->back_watch) !=
			PC_OK)
			pc_front_close(c, "limit");
	} else if (want != c->back_events) {
		(void)pc_loop_fd_set(c->back_watch, want);
	}
	c->back_events = want;
}

void
pc_front_update_events(struct pc_front_conn *c)
{
	uint32_t want = 0;
	if (c->state == PC_FRONT_DEAD)
		return;
	update_back(c);
	if (c->state == PC_FRONT_DEAD)
		return;
	if (c->state == PC_FRONT_LINGER || c->state == PC_FRONT_HANDSHAKE ||
		c->state == PC_FRONT_PEEK ||
		(!c->client_eof && c->to_back.len < PC_FRONT_QUEUE_HIGH))
		want |= EPOLLIN;
	if (c->wants_write || c->to_client.len > 0)
		want |= EPOLLOUT;
	if (want != c->events)
		(void)pc_loop_fd_set(c->watch, want);
	c->events = want;
}

/* From the client */

static int
start_http(struct pc_front_conn *c)
{
	int pair[2];
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair) != 0)
		return -errno;
	c->back_fd = pair[0];
	c->state = PC_FRONT_HTTP;
	c->is_http = true;
	c->front->counts.http++;
	pc_front_arm_timer(c, c->front->options.http_idle_ms);
	return pc_mhd_add(c->front->mhd, pair[1], &c->facts, &c->http);
}

static int
start_mqtt(struct pc_front_conn *c)
{
	c->mqtt = pc_mqtt_tap_new(&tap_ops, c, &c->front->faults);
	if (c->mqtt == NULL)
		return -ENOMEM;
	c->state = PC_FRONT_MQTT;
	c->front->counts.mqtt++;
	pc_front_arm_timer(c, c->front->options.handshake_ms); /* until CONNECT */
	return PC_OK;
}

static void
start(struct pc_front_conn *c, bool mqtt)
{
	if ((mqtt ? start_mqtt(c) : start_http(c)) != PC_OK)
		pc_front_close(c, "limit");
}

void
pc_front_relay_start(struct pc_front_conn *c)
{
	pc_front_tap(c, PC_TAP_OPEN, NULL, 0);
	c->active_ms = pc_front_now(c->front);
	c->state = PC_FRONT_PEEK;
	if (c->alpn[0] != '\0')
		start(c, strcmp(c->alpn, "mqtt") == 0);
	else
		pc_front_arm_timer(c, c->front->options.handshake_ms);
	if (c->state != PC_FRONT_DEAD)
		pc_front_pump_client(c);
}

/* 0x10 is the first byte of CONNECT, HTTP methods are letters. Spec: CONTRACT.md. */
static void
take(struct pc_front_conn *c, const uint8_t *data, size_t len)
{
	c->bytes_in += len;
	c->active_ms = pc_front_now(c->front);
	pc_front_tap(c, PC_TAP_CLIENT_DATA, data, len);
	if (c->state == PC_FRONT_PEEK)
		start(c, data[0] == 0x10);
	if (c->state == PC_FRONT_MQTT)
		mqtt_from_client(c, data, len);
	else if (c->state == PC_FRONT_HTTP)
		http_from_client(c, data, len);
}

static void
client_ended(struct pc_front_conn *c, int ssl_error)
{
	c->client_eof = true;
	if (ssl_error != SSL_ERROR_ZERO_RETURN) {
		bool eof =
			ERR_GET_REASON(ERR_peek_last_error()) == SSL_R_UNEXPECTED_EOF_WHILE_READING;
		pc_front_close(c, eof ? "eof without close_notify" : "reset");
		return;
	}
	if (c->end == NULL)
		c->end = "client";
	if (!relaying(c))
		pc_front_finish(c, "client");
	else if (c->back_fd >= 0 && !c->back_connecting)
		flush_back(c);
	else if (c->state == PC_FRONT_MQTT && !pc_mqtt_tap_connected(c->mqtt))
		pc_front_finish(c, "client");
}

void
pc_front_pump_client(struct pc_front_conn *c)
{
	for (int i = 0; i < READS_PER_TURN; i++) {
		if (c->state == PC_FRONT_DEAD || c->state == PC_FRONT_LINGER || c->client_eof ||
			c->to_back.len >= PC_FRONT_QUEUE_HIGH)
			return;
		ERR_clear_error();
		int n = SSL_read(c->ssl, c->front->scratch, PC_FRONT_SCRATCH);
		if (n > 0) {
			take(c, c->front->scratch, (size_t)n);
			continue;
		}
		int e = SSL_get_error(c->ssl, n);
		if (e != SSL_ERROR_WANT_READ && e != SSL_ERROR_WANT_WRITE)
			client_ended(c, e);
		ERR_clear_error();
		return;
	}
}
