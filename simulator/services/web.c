/* The ports of the printers' pages: HTTP on 80 and HTTPS on 443. What comes is handed to the HTTP
 * server of loop/httpd through a socketpair, made when the first byte is there: who only connects
 * costs no more than a connection. Spec: RFC 9110, RFC 9112, RFC 8446 */
#include "services/web.h"

#include <errno.h>
#include <jansson.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/text.h"
#include "loop/alarm.h"
#include "loop/httpd.h"

enum { CHUNK = 16 << 10, QUEUE_HIGH = 256 << 10, READS_PER_TURN = 16, TICK_MS = 500 };

struct pc_web_link {
	struct pc_web *web;    /* borrowed */
	struct pc_device *dev; /* borrowed */
	struct pc_tcp *conn;   /* borrowed; NULL once it is closed */
	unsigned held;         /* callbacks at work on it; the last one frees it */
	struct pc_web_link *prev, *next;
	SSL *ssl; /* owned; from the first byte on, on the TLS port */
	bool tls;
	int back_fd; /* our end of the pair; -1: no byte yet, or done */
	struct pc_loop_fd *watch;
	uint32_t events;
	struct pc_httpd_link *http; /* owned */
	struct pc_tls_facts facts;
	struct pc_buf to_back; /* decrypted, not yet taken by the HTTP server */
	uint64_t due_ms; /* in the system's time: until the next request, or the end of this one */
	uint32_t completed; /* requests answered when we last looked */
	bool fed;           /* bytes came since the last answer */
	bool spoke;         /* the HTTP server said something since then */
	bool eof, closing;
	size_t queued; /* at the last look of the timer */
};

static void on_back(void *arg, int fd, uint32_t events);
static void pump_in(struct pc_web_link *l);

/* Any call into loop/tcp may be the end of the connection: whoever goes on after one holds it. */
static void
hold(struct pc_web_link *l)
{
	l->held++;
}

static void
release(struct pc_web_link *l)
{
	if (--l->held == 0 && l->conn == NULL)
		free(l);
}

/* Clients keep the system's time, also when the run's clock is virtual. */
static void
set_timer(struct pc_web_link *l, uint64_t ms)
{
	l->due_ms = pc_clock_now_ms() + ms;
	if (!l->web->ticking)
		pc_alarm_set(l->web->alarm, TICK_MS);
	l->web->ticking = true;
}

/* ---- the HTTP server's end ---- */

static void
drop_back(struct pc_web_link *l)
{
	pc_loop_fd_del(l->watch);
	l->watch = NULL;
	if (l->back_fd >= 0)
		close(l->back_fd);
	l->back_fd = -1;
	if (l->http != NULL)
		l->web->busy--;
	pc_httpd_forget(l->http);
	l->http = NULL;
	pc_buf_done(&l->to_back);
}

/* Observers are told what TLS carries, not its records. */
static void
tell_plain(const struct pc_web_link *l, enum pc_tap_event event, const void *data, size_t len)
{
	const struct pc_service_env *env = &l->web->service.env;
	if (l->conn != NULL)
		pc_tap_tcp(env->tap, pc_clock_wall_ns(pc_loop_clock(env->loop)),
			pc_tcp_flow(l->conn), event, data, len);
}

/* TLS records that wait go to the client. */
static void
flush_tls(struct pc_web_link *l)
{
	uint8_t chunk[CHUNK];
	int n = 0;
	while (l->ssl != NULL && l->conn != NULL &&
		(n = BIO_read(SSL_get_wbio(l->ssl), chunk, sizeof(chunk))) > 0)
		(void)pc_tcp_write(l->conn, chunk, (size_t)n);
}

static void
to_client(struct pc_web_link *l, const void *data, size_t len)
{
	if (l->conn == NULL)
		return;
	if (!l->tls) {
		(void)pc_tcp_write(l->conn, data, len);
		return;
	}
	ERR_clear_error();
	/* into memory: all or an error */
	if (l->ssl != NULL && len > 0 && SSL_write(l->ssl, data, (int)len) > 0)
		tell_plain(l, PC_TAP_SERVER_DATA, data, len);
	ERR_clear_error();
	flush_tls(l);
}

/* The connection ends once what waits is sent. */
static void
finish(struct pc_web_link *l)
{
	if (l->closing)
		return;
	l->closing = true;
	drop_back(l);
	if (l->ssl != NULL) {
		ERR_clear_error();
		(void)SSL_shutdown(l->ssl);
		ERR_clear_error();
		flush_tls(l);
	}
	set_timer(l, PC_WEB_IDLE_MS);
	if (l->conn != NULL)
		pc_tcp_close(l->conn);
}

static void
note(struct pc_web_link *l, const char *event, const char *why)
{
	struct sockaddr_in peer = pc_tcp_peer(l->conn);
	pc_service_note(&l->web->service, l->dev, &peer, event, json_pack("{s:s}", "why", why));
}

/* An answer without a page, for those who have not even come to a request. */
static void
answer_bare(struct pc_web_link *l, const char *status)
{
	char text[160];
	int n = snprintf(text, sizeof(text),
		"HTTP/1.1 %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", status);
	to_client(l, text, (size_t)n);
	finish(l);
}

/* The HTTP server hung up. Bytes that were no request are counted, and answered if it said nothing.
 * Spec: RFC 9112 s2.2, s3 */
static void
back_ended(struct pc_web_link *l)
{
	struct pc_httpd_state s = pc_httpd_state(l->http);
	bool refused = s.begun != s.started; /* by the library: 400, 414, 431, 501, 505 */
	bool no_request =
		l->fed && !l->eof && s.completed == l->completed && s.started == s.completed;
	if (refused || no_request) {
		l->web->service.counters.malformed++;
		note(l, "malformed", refused ? "the head of the request" : "no HTTP");
	}
	if (no_request && !l->spoke)
		answer_bare(l, "400 Bad Request");
	finish(l);
}

static void
want(struct pc_web_link *l)
{
	if (l->conn == NULL)
		return;
	uint32_t events = pc_tcp_queued(l->conn) < QUEUE_HIGH ? EPOLLIN : 0;
	if (l->to_back.len > 0)
		events |= EPOLLOUT;
	if (l->watch != NULL && events != l->events)
		(void)pc_loop_fd_set(l->watch, events);
	l->events = events;
}

/* A request was answered in full: the next one has its own time. */
static void
look_at_progress(struct pc_web_link *l)
{
	struct pc_httpd_state s = pc_httpd_state(l->http);
	if (s.completed == l->completed)
		return;
	l->web->service.counters.out += s.completed - l->completed;
	l->completed = s.completed;
	l->fed = s.begun != s.completed;
	l->spoke = false;
	set_timer(l, l->fed ? PC_WEB_REQUEST_MS : PC_WEB_IDLE_MS);
}

static void
pump_out(struct pc_web_link *l)
{
	uint8_t chunk[CHUNK];
	for (int i = 0; i < READS_PER_TURN && l->back_fd >= 0 && l->conn != NULL; i++) {
		if (pc_tcp_queued(l->conn) >= QUEUE_HIGH)
			break;
		ssize_t n = recv(l->back_fd, chunk, sizeof(chunk), MSG_DONTWAIT);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			break;
		if (n <= 0) {
			back_ended(l);
			return;
		}
		l->spoke = true;
		to_client(l, chunk, (size_t)n);
		look_at_progress(l);
	}
	want(l);
}

static void
on_back(void *arg, int fd, uint32_t events)
{
	struct pc_web_link *l = arg;
	(void)fd;
	hold(l);
	if ((events & EPOLLOUT) != 0) {
		pump_in(l);
		if (l->back_fd >= 0 && l->to_back.len == 0)
			pc_tcp_resume(l->conn);
	}
	if (l->back_fd >= 0 && (events & ~(uint32_t)EPOLLOUT) != 0)
		pump_out(l);
	release(l);
}

/* Somebody who keeps a connection without a request gives way. `dev` NULL: of any device. */
static bool
drop_idle(struct pc_web *web, const struct pc_device *dev, bool with_http)
{
	struct pc_web_link *oldest = NULL;
	for (struct pc_web_link *l = web->first; l != NULL; l = l->next) {
		if (!l->fed && !l->closing && (dev == NULL || l->dev == dev) &&
			(!with_http || l->http != NULL))
			oldest = l;
	}
	if (oldest != NULL)
		pc_tcp_reset(oldest->conn);
	return oldest != NULL;
}

static int
start_http(struct pc_web_link *l)
{
	int pair[2];
	if (l->web->busy >= PC_WEB_BUSY_MAX && !drop_idle(l->web, NULL, true))
		return PC_E_LIMIT;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair) != 0)
		return -errno;
	l->back_fd = pair[0];
	l->events = EPOLLIN;
	int err =
		pc_loop_fd_add(l->web->service.env.loop, pair[0], l->events, on_back, l, &l->watch);
	if (err != PC_OK)
		close(pair[1]);
	else
		err = pc_httpd_add(l->web->httpd, pair[1], &l->facts, l, &l->http);
	if (err != PC_OK) {
		drop_back(l);
		return err;
	}
	l->web->busy++;
	return PC_OK;
}

/* ---- the client's end ---- */

/* Bytes of HTTP; how many the server has taken. */
static size_t
feed(struct pc_web_link *l, const uint8_t *data, size_t len)
{
	if (l->closing)
		return len;
	if (l->back_fd < 0 && start_http(l) != PC_OK) {
		l->web->service.counters.refused++;
		note(l, "refused", "too many connections at work");
		answer_bare(l, "503 Service Unavailable");
		return len;
	}
	if (!l->fed)
		set_timer(l, PC_WEB_REQUEST_MS);
	l->fed = true;
	ssize_t n = send(l->back_fd, data, len, MSG_NOSIGNAL | MSG_DONTWAIT);
	if (n < 0 && errno != EAGAIN && errno != EINTR)
		return len; /* it has stopped reading; its last words may still come */
	return n < 0 ? 0 : (size_t)n;
}

static void
tls_failed(struct pc_web_link *l)
{
	const char *reason = ERR_reason_error_string(ERR_peek_last_error());
	l->web->service.counters.malformed++;
	note(l, "malformed", reason == NULL ? "TLS" : reason);
	flush_tls(l); /* the alert */
	finish(l);
}

static void
peer_is_done(struct pc_web_link *l)
{
	l->eof = true;
	if (l->back_fd >= 0 && l->to_back.len == 0)
		(void)shutdown(l->back_fd, SHUT_WR);
	else if (l->back_fd < 0)
		finish(l);
}

/* Decrypt what is there and hand it on, as far as it is taken. */
static void
pump_in(struct pc_web_link *l)
{
	uint8_t chunk[CHUNK];
	if (l->to_back.len > 0) {
		pc_buf_consume(&l->to_back, feed(l, l->to_back.data, l->to_back.len));
		if (l->to_back.len == 0)
			pc_buf_done(&l->to_back);
	}
	while (l->ssl != NULL && !l->closing && l->to_back.len == 0) {
		ERR_clear_error();
		int n = SSL_read(l->ssl, chunk, sizeof(chunk));
		if (n > 0) {
			tell_plain(l, PC_TAP_CLIENT_DATA, chunk, (size_t)n);
			size_t taken = feed(l, chunk, (size_t)n);
			(void)pc_buf_add(&l->to_back, chunk + taken, (size_t)n - taken);
			continue;
		}
		int e = SSL_get_error(l->ssl, n);
		if (e == SSL_ERROR_ZERO_RETURN)
			peer_is_done(l);
		else if (e != SSL_ERROR_WANT_READ && e != SSL_ERROR_WANT_WRITE)
			tls_failed(l);
		break;
	}
	flush_tls(l);
	if (l->eof && l->back_fd >= 0 && l->to_back.len == 0)
		(void)shutdown(l->back_fd, SHUT_WR);
	want(l);
}

static size_t
take_data(struct pc_web_link *l, const uint8_t *data, size_t len)
{
	if (l->closing)
		return len;
	if (!l->tls) {
		size_t taken = feed(l, data, len);
		if (taken < len && l->watch != NULL) {
			l->events |= EPOLLOUT;
			(void)pc_loop_fd_set(l->watch, l->events);
		}
		return taken;
	}
	if (l->ssl == NULL) {
		set_timer(l, PC_WEB_REQUEST_MS);
		l->ssl = pc_web_tls_accept(l->web->tls, l->dev);
	}
	if (l->ssl == NULL) {
		pc_tcp_reset(l->conn);
		return len;
	}
	if (l->to_back.len > 0)
		return 0;
	(void)BIO_write(SSL_get_rbio(l->ssl), data, (int)len);
	pump_in(l);
	return len;
}

static size_t
on_data(void *arg, struct pc_tcp *conn, const uint8_t *data, size_t len)
{
	struct pc_web_link *l = arg;
	(void)conn;
	hold(l);
	size_t taken = take_data(l, data, len);
	release(l);
	return taken;
}

static void
on_eof(void *arg, struct pc_tcp *conn)
{
	struct pc_web_link *l = arg;
	(void)conn;
	hold(l);
	peer_is_done(l);
	release(l);
}

static void
on_drained(void *arg, struct pc_tcp *conn)
{
	struct pc_web_link *l = arg;
	(void)conn;
	if (l->back_fd >= 0)
		want(l);
}

/* Nothing came, or not all of a request, or nobody reads what we answer. */
static void
time_out(struct pc_web_link *l)
{
	size_t queued = pc_tcp_queued(l->conn);
	if (queued > 0 && queued + CHUNK <= l->queued) {
		l->queued = queued;
		set_timer(l, PC_WEB_REQUEST_MS);
		return;
	}
	if (queued > 0 && l->queued == 0) {
		l->queued = queued;
		set_timer(l, PC_WEB_REQUEST_MS);
		return;
	}
	if (l->closing || queued > 0 ||
		(l->tls && (l->ssl == NULL || !SSL_is_init_finished(l->ssl)))) {
		pc_tcp_reset(l->conn);
		return;
	}
	if (!l->fed) {
		finish(l);
		return;
	}
	l->web->service.counters.refused++;
	note(l, "refused", "the request did not come to its end");
	answer_bare(l, "408 Request Timeout");
}

static void
on_tick(void *arg)
{
	struct pc_web *web = arg;
	struct pc_web_link *next = NULL;
	uint64_t now = pc_clock_now_ms();
	web->ticking = web->first != NULL;
	for (struct pc_web_link *l = web->first; l != NULL; l = next) {
		next = l->next;
		if (l->due_ms > now)
			continue;
		hold(l);
		time_out(l);
		release(l);
	}
	if (web->ticking)
		pc_alarm_set(web->alarm, TICK_MS);
}

/* Room for one more connection to this device. */
static bool
has_room(struct pc_web *web, const struct pc_device *dev, bool tls)
{
	unsigned n = 0;
	for (const struct pc_web_link *l = web->first; l != NULL; l = l->next)
		n += l->dev == dev && l->tls == tls;
	return n < PC_WEB_DEVICE_MAX || drop_idle(web, dev, false);
}

static bool
accept_link(struct pc_web *web, struct pc_tcp *conn, bool tls)
{
	struct pc_device *dev = pc_service_find(&web->service, pc_tcp_local(conn).sin_addr);
	const struct pc_profile_ports *ports = dev == NULL ? NULL : &pc_device_profile(dev)->ports;
	struct pc_web_link *l = NULL;
	pc_tcp_set_arg(conn, NULL);
	if (ports != NULL && (tls ? ports->https : ports->http) && pc_device_answers(dev) &&
		has_room(web, dev, tls))
		l = calloc(1, sizeof(*l));
	if (l == NULL) {
		web->service.counters.refused++;
		return false;
	}
	*l = (struct pc_web_link){.web = web,
		.dev = dev,
		.conn = conn,
		.next = web->first,
		.tls = tls,
		.back_fd = -1,
		.facts = {.peer = pc_tcp_peer(conn),
			.version = "",
			.cipher = "",
			.sni = "",
			.alpn = ""}};
	pc_buf_init(&l->to_back, CHUNK);
	if (l->next != NULL)
		l->next->prev = l;
	web->first = l;
	web->service.counters.connections++;
	pc_tcp_set_arg(conn, l);
	pc_tcp_set_idle(conn, 0); /* the timer is stricter */
	set_timer(l, PC_WEB_IDLE_MS);
	return true;
}

static bool
on_open(void *arg, struct pc_tcp *conn)
{
	return accept_link(arg, conn, false);
}

static bool
on_open_tls(void *arg, struct pc_tcp *conn)
{
	return accept_link(arg, conn, true);
}

static void
on_closed(void *arg, struct pc_tcp *conn, enum pc_tcp_end end)
{
	struct pc_web_link *l = arg;
	(void)conn;
	(void)end;
	if (l == NULL)
		return;
	hold(l);
	l->conn = NULL;
	drop_back(l);
	SSL_free(l->ssl);
	l->ssl = NULL;
	l->closing = true;
	if (l->prev != NULL)
		l->prev->next = l->next;
	else
		l->web->first = l->next;
	if (l->next != NULL)
		l->next->prev = l->prev;
	release(l);
}

static const struct pc_tcp_handler handlers[2] = {{.open = on_open,
							  .data = on_data,
							  .eof = on_eof,
							  .drained = on_drained,
							  .closed = on_closed},
	{.open = on_open_tls,
		.data = on_data,
		.eof = on_eof,
		.drained = on_drained,
		.closed = on_closed}};

/* ---- the service ---- */

static size_t
body_max(void *arg)
{
	(void)arg;
	return PC_WEB_BODY_MAX;
}

static bool
on_answer(void *arg, void *context, const struct pc_http_request *request,
	struct pc_http_response *response)
{
	struct pc_web *web = arg;
	struct pc_web_link *l = context;
	web->service.counters.in++;
	pc_web_answer(web, l->dev, request, l->tls, response);
	return true;
}

static void
on_refuse(void *arg, void *context, const struct pc_http_request *request, const char *why,
	struct pc_http_response *response)
{
	struct pc_web *web = arg;
	struct pc_web_link *l = context;
	struct pc_web_call call = {.web = web,
		.dev = l->dev,
		.request = request,
		.response = response,
		.out = &response->body,
		.family = pc_web_family(l->dev),
		.tls = l->tls,
		.peer = request->tls->peer.sin_addr};
	web->service.counters.malformed++;
	note(l, "malformed", why);
	pc_web_error(&call, response->status, why);
}

static void
on_restart(void *arg)
{
	struct pc_web *web = arg;
	struct pc_web_restart *due = web->restarts;
	size_t n = web->n_restarts;
	web->restarts = NULL;
	web->n_restarts = 0;
	for (size_t i = 0; i < n; i++) {
		pc_device_act(due[i].dev, PC_VIA_WEB, due[i].user);
		int err = pc_device_restart(due[i].dev, due[i].kind);
		pc_device_act(due[i].dev, PC_VIA_PRINTER, NULL);
		pc_service_note(&web->service, due[i].dev, NULL, "restart",
			json_pack("{s:s}", "result", pc_err_text(err)));
	}
	free(due);
}

int
pc_web_restart_soon(struct pc_web *web, struct pc_device *dev, enum pc_reset kind, const char *user)
{
	if (web->n_restarts == PC_WEB_RESTARTS_MAX)
		return PC_E_LIMIT;
	struct pc_web_restart *grown =
		realloc(web->restarts, (web->n_restarts + 1) * sizeof(web->restarts[0]));
	if (grown == NULL)
		return -ENOMEM;
	web->restarts = grown;
	struct pc_web_restart *r = &grown[web->n_restarts++];
	*r = (struct pc_web_restart){.dev = dev, .kind = kind};
	pc_text_copy(r->user, sizeof(r->user), user);
	pc_alarm_set(web->restart_alarm, PC_WEB_RESTART_MS);
	return PC_OK;
}

static void
on_event(struct pc_service *service, struct pc_device *dev, const struct pc_device_event *event)
{
	struct pc_web *web = (struct pc_web *)service;
	struct pc_web_link *next = NULL;
	if (event->kind != PC_EVENT_POWER && event->kind != PC_EVENT_ADDRESS)
		return;
	if (event->kind == PC_EVENT_POWER && event->power_changed_to_on &&
		event->reset == PC_RESET_FACTORY)
		pc_web_forget_password(web, dev);
	if (!pc_service_loses_peers(dev, event))
		return;
	pc_web_sessions_end(web, dev, NULL);
	for (struct pc_web_link *l = web->first; l != NULL; l = next) {
		next = l->next;
		if (l->dev == dev)
			pc_tcp_reset(l->conn);
	}
}

static void
stop(struct pc_service *service)
{
	struct pc_web *web = (struct pc_web *)service;
	pc_tcp_listener_close(web->listeners[0]);
	pc_tcp_listener_close(web->listeners[1]);
	pc_httpd_free(web->httpd);
	pc_web_tls_free(web->tls);
	pc_web_sites_done(web);
	pc_alarm_free(web->restart_alarm);
	pc_alarm_free(web->alarm);
	free(web->restarts);
	free(web->sessions);
	free(web);
}

static int
open_ports(struct pc_web *web, struct pc_diag *diag)
{
	const struct pc_httpd_options options = {.max_connections = PC_WEB_BUSY_MAX,
		.headers_max = PC_WEB_HEADERS_MAX,
		.body_max = body_max,
		.answer = on_answer,
		.refuse = on_refuse,
		.failure = "The page is too large.\n",
		.failure_type = "text/plain; charset=utf-8",
		.arg = web};
	struct pc_loop *loop = web->service.env.loop;
	int err = pc_alarm_new(loop, on_tick, web, &web->alarm);
	if (err == PC_OK)
		err = pc_alarm_new(loop, on_restart, web, &web->restart_alarm);
	if (err == PC_OK)
		err = pc_httpd_new(loop, &options, &web->httpd, diag);
	if (err == PC_OK)
		err = pc_web_tls_new(&web->tls, diag);
	if (err == PC_OK)
		err = pc_service_listen(
			&web->service, PC_WEB_PORT, &handlers[0], web, &web->listeners[0], diag);
	if (err == PC_OK)
		err = pc_service_listen(&web->service, PC_WEB_TLS_PORT, &handlers[1], web,
			&web->listeners[1], diag);
	return err;
}

int
pc_web_start(const struct pc_service_env *env, struct pc_service **ret, struct pc_diag *diag)
{
	struct pc_web *web = calloc(1, sizeof(*web));
	if (web == NULL)
		return -ENOMEM;
	web->service.env = *env;
	web->service.stop = stop;
	web->service.event = on_event;
	web->service.tls_port = PC_WEB_TLS_PORT;
	int err = open_ports(web, diag);
	if (err != PC_OK) {
		stop(&web->service);
		return err;
	}
	*ret = &web->service;
	return PC_OK;
}
