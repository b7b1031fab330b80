#include "loop/httpd.h"

#include <errno.h>
#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/err.h"
#include "base/text.h"

enum { DISCARD_FACTOR = 4 };

struct pc_httpd {
	struct pc_httpd_pump pump;
	struct MHD_Daemon *daemon; /* owned */
	struct pc_httpd_options options;
	struct pc_httpd_link *adding; /* only during MHD_add_connection() */
};

struct pc_httpd_link {
	const struct pc_tls_facts *facts; /* borrowed; NULL after pc_httpd_forget() */
	void *context;                    /* borrowed */
	bool in_daemon;
	struct pc_httpd_state state;
};

/* One request while it arrives. */
struct request {
	struct pc_buf body;
	bool bad_uri;
	bool begun, refused, too_large;
	size_t discarded;
	struct MHD_Connection *connection; /* borrowed from the daemon */
};

bool
pc_http_add_header(struct pc_http_response *r, const char *name, const char *value)
{
	if (r->n_headers == PC_HTTP_HEADERS_MAX || strpbrk(value, "\r\n") != NULL)
		return false;
	if (!pc_text_copy(r->headers[r->n_headers].value, sizeof(r->headers[0].value), value))
		return false;
	r->headers[r->n_headers++].name = name;
	return true;
}

/* ---- the pump ---- */

void
pc_httpd_pump_run(void *arg)
{
	struct pc_httpd_pump *p = arg;
	MHD_UNSIGNED_LONG_LONG wait_ms = 0;
	(void)MHD_run(p->daemon);
	if (MHD_get_timeout(p->daemon, &wait_ms) == MHD_YES)
		pc_alarm_set(p->alarm, wait_ms);
	else
		pc_alarm_stop(p->alarm);
}

static void
on_ready(void *arg, int fd, uint32_t events)
{
	(void)fd;
	(void)events;
	pc_httpd_pump_run(arg);
}

int
pc_httpd_pump_start(struct pc_httpd_pump *pump, struct pc_loop *loop, struct MHD_Daemon *daemon,
	struct pc_diag *diag)
{
	const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_EPOLL_FD);
	if (info == NULL || info->epoll_fd < 0)
		return pc_diag_fail(diag, PC_E_INTERNAL, "libmicrohttpd has no epoll descriptor");
	pump->loop = loop;
	pump->daemon = daemon;
	int err = pc_alarm_new(loop, pc_httpd_pump_run, pump, &pump->alarm);
	if (err == PC_OK)
		err = pc_loop_fd_add(loop, info->epoll_fd, EPOLLIN, on_ready, pump, &pump->watch);
	return err;
}

void
pc_httpd_pump_soon(struct pc_httpd_pump *pump)
{
	pc_timer_start(&pump->soon, pump->loop, 0, pc_httpd_pump_run, pump);
}

void
pc_httpd_pump_stop(struct pc_httpd_pump *pump)
{
	pc_timer_stop(&pump->soon);
	pc_alarm_free(pump->alarm);
	pc_loop_fd_del(pump->watch);
	pump->alarm = NULL;
	pump->watch = NULL;
}

/* ---- requests ---- */

static const char *
lookup(const struct pc_http_request *r, enum MHD_ValueKind kind, const char *name)
{
	return MHD_lookup_connection_value(r->transport, kind, name);
}

static const char *
get_query(const struct pc_http_request *r, const char *name)
{
	return lookup(r, MHD_GET_ARGUMENT_KIND, name);
}

static const char *
get_header(const struct pc_http_request *r, const char *name)
{
	return lookup(r, MHD_HEADER_KIND, name);
}

static const char *
get_cookie(const struct pc_http_request *r, const char *name)
{
	return lookup(r, MHD_COOKIE_KIND, name);
}

static struct pc_http_request
wrap(const struct pc_httpd_link *link, const struct request *r, const char *method, const char *url)
{
	return (struct pc_http_request){.method = method,
		.path = url,
		.query = get_query,
		.header = get_header,
		.cookie = get_cookie,
		.body = r->body.data,
		.body_len = r->body.len,
		.tls = link->facts,
		.transport = r->connection};
}

/* Half of the body, then an error: the announced Content-Length is never reached. */
struct half {
	struct pc_buf body; /* owned */
};

static ssize_t
read_half(void *cls, uint64_t pos, char *buf, size_t max)
{
	const struct half *h = cls;
	size_t end = h->body.len / 2;
	if (pos >= end)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	size_t n = end - (size_t)pos < max ? end - (size_t)pos : max;
	memcpy(buf, h->body.data + pos, n);
	return (ssize_t)n;
}

static void
free_half(void *cls)
{
	struct half *h = cls;
	pc_buf_done(&h->body);
	free(h);
}

/* Takes the body of `r`. */
static struct MHD_Response *
make_response(struct pc_http_response *r)
{
	size_t len = r->body.len;
	struct MHD_Response *out = NULL;
	struct half *half = NULL;
	if (r->cut && len > 1)
		half = calloc(1, sizeof(*half));
	if (half != NULL) {
		half->body = r->body;
		out = MHD_create_response_from_callback(len, 4096, read_half, half, free_half);
		if (out == NULL)
			free_half(half);
	} else if (len > 0) {
		out = MHD_create_response_from_buffer(len, r->body.data, MHD_RESPMEM_MUST_FREE);
		if (out == NULL)
			free(r->body.data);
	} else {
		pc_buf_done(&r->body);
		out = MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
	}
	pc_buf_init(&r->body, PC_HTTP_RESPONSE_MAX);
	return out;
}

/* Sends and frees the response. */
static enum MHD_Result
send_response(
	const struct pc_httpd *httpd, struct MHD_Connection *connection, struct pc_http_response *r)
{
	if (r->status < 200 || r->status > 599 || r->body.err != PC_OK) {
		pc_buf_clear(&r->body);
		r->status = 500;
		r->n_headers = 0;
		r->content_type = httpd->options.failure_type;
		pc_buf_add_text(&r->body, httpd->options.failure);
	}
	struct MHD_Response *out = make_response(r);
	if (out == NULL)
		return MHD_NO;
	if (r->content_type != NULL)
		(void)MHD_add_response_header(out, "Content-Type", r->content_type);
	for (size_t i = 0; i < r->n_headers; i++)
		(void)MHD_add_response_header(out, r->headers[i].name, r->headers[i].value);
	enum MHD_Result ok = MHD_queue_response(connection, r->status, out);
	MHD_destroy_response(out);
	return ok;
}

static enum MHD_Result
refuse(const struct pc_httpd *httpd, const struct pc_httpd_link *link, const struct request *r,
	const char *method, const char *url, unsigned status, const char *why)
{
	struct pc_http_response response = {.status = status};
	struct pc_http_request q = wrap(link, r, method, url);
	pc_buf_init(&response.body, PC_HTTP_RESPONSE_MAX);
	httpd->options.refuse(httpd->options.arg, link->context, &q, why, &response);
	(void)pc_http_add_header(&response, "Connection", "close");
	return send_response(httpd, r->connection, &response);
}

static size_t
body_max(const struct pc_httpd *httpd)
{
	return httpd->options.body_max(httpd->options.arg);
}

struct verdict {
	unsigned status; /* 0: go on */
	const char *why;
};

/* What can be said of a request when its head is there. Spec: RFC 9112 s3.2, s6.3. */
static struct verdict
check_head(const struct pc_httpd *httpd, const struct request *r, const char *version)
{
	const char *length = MHD_lookup_connection_value(
		r->connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONTENT_LENGTH);
	const char *coding = MHD_lookup_connection_value(
		r->connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_TRANSFER_ENCODING);
	const char *host =
		MHD_lookup_connection_value(r->connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_HOST);
	uint64_t n = 0;
	if (r->bad_uri)
		return (struct verdict){400, "the path holds a NUL"};
	if (host == NULL && strcmp(version, MHD_HTTP_VERSION_1_1) == 0)
		return (struct verdict){400, "no Host header (RFC 9112 s3.2)"};
	if (length != NULL && coding != NULL)
		return (struct verdict){
			400, "both Content-Length and Transfer-Encoding (RFC 9112 s6.3)"};
	if (length != NULL &&
		(pc_text_u64(length, 0, UINT64_MAX, &n) != PC_OK || n > body_max(httpd)))
		return (struct verdict){413, "the body is too large"};
	return (struct verdict){0, NULL};
}

static enum MHD_Result
begin_request(struct pc_httpd *httpd, struct pc_httpd_link *link, struct request *r,
	const char *url, const char *method, const char *version)
{
	r->begun = true;
	link->state.started++;
	struct verdict v = check_head(httpd, r, version);
	if (v.status == 0)
		return MHD_YES;
	r->refused = true;
	return refuse(httpd, link, r, method, url, v.status, v.why);
}

static enum MHD_Result
take_body(const struct pc_httpd *httpd, struct request *r, const char *data, size_t len)
{
	size_t max = body_max(httpd);
	if (!r->refused && !r->too_large && r->body.len + len > max) {
		r->too_large = true;
		pc_buf_done(&r->body);
	}
	if (r->refused || r->too_large) {
		r->discarded += len;
		return r->discarded > DISCARD_FACTOR * max ? MHD_NO : MHD_YES;
	}
	return pc_buf_add(&r->body, data, len) == PC_OK ? MHD_YES : MHD_NO;
}

static enum MHD_Result
end_request(struct pc_httpd *httpd, struct pc_httpd_link *link, struct request *r, const char *url,
	const char *method)
{
	struct pc_http_response response = {0};
	if (r->too_large)
		return refuse(httpd, link, r, method, url, 413, "the body is too large");
	struct pc_http_request q = wrap(link, r, method, url);
	pc_buf_init(&response.body, PC_HTTP_RESPONSE_MAX);
	if (!httpd->options.answer(httpd->options.arg, link->context, &q, &response)) {
		pc_buf_done(&response.body);
		return MHD_NO;
	}
	return send_response(httpd, r->connection, &response);
}

static struct pc_httpd_link *
link_of(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	return info == NULL ? NULL : info->socket_context;
}

/* Called when the head is there, for each piece of the body, and once more at its end. */
static enum MHD_Result
on_request(void *cls, struct MHD_Connection *connection, const char *url, const char *method,
	const char *version, const char *data, size_t *len, void **ctx)
{
	struct pc_httpd *httpd = cls;
	struct request *r = *ctx;
	struct pc_httpd_link *link = link_of(connection);
	if (r == NULL || link == NULL || link->facts == NULL)
		return MHD_NO; /* no memory, or the client is gone */
	r->connection = connection;
	if (!r->begun)
		return begin_request(httpd, link, r, url, method, version);
	if (*len > 0) {
		enum MHD_Result ok = take_body(httpd, r, data, *len);
		*len = 0;
		return ok;
	}
	return r->refused ? MHD_YES : end_request(httpd, link, r, url, method);
}

/* The only place that sees the path before it is decoded. Returns the request's context. */
static void *
on_uri(void *cls, const char *uri, struct MHD_Connection *connection)
{
	struct request *r = calloc(1, sizeof(*r));
	struct pc_httpd_link *link = link_of(connection);
	(void)cls;
	if (link != NULL)
		link->state.begun++;
	if (r == NULL)
		return NULL;
	pc_buf_init(&r->body, PC_HTTP_RESPONSE_MAX);
	r->bad_uri = strstr(uri, "%00") != NULL;
	return r;
}

static void
on_completed(void *cls, struct MHD_Connection *connection, void **ctx,
	enum MHD_RequestTerminationCode code)
{
	struct request *r = *ctx;
	struct pc_httpd_link *link = link_of(connection);
	(void)cls;
	if (link != NULL && code == MHD_REQUEST_TERMINATED_COMPLETED_OK)
		link->state.completed++;
	if (r != NULL) {
		pc_buf_done(&r->body);
		free(r);
	}
	*ctx = NULL;
}

/* ---- connections ---- */

static void
free_if_unused(struct pc_httpd_link *link)
{
	if (!link->in_daemon && link->facts == NULL)
		free(link);
}

static void
on_connection(void *cls, struct MHD_Connection *connection, void **ctx,
	enum MHD_ConnectionNotificationCode code)
{
	struct pc_httpd *httpd = cls;
	struct pc_httpd_link *link = *ctx;
	(void)connection;
	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		*ctx = httpd->adding;
		if (httpd->adding != NULL)
			httpd->adding->in_daemon = true;
		return;
	}
	if (link != NULL) {
		link->in_daemon = false;
		free_if_unused(link);
	}
	*ctx = NULL;
}

int
pc_httpd_new(struct pc_loop *loop, const struct pc_httpd_options *options, struct pc_httpd **ret,
	struct pc_diag *diag)
{
	struct pc_httpd *httpd = calloc(1, sizeof(*httpd));
	if (httpd == NULL)
		return -ENOMEM;
	httpd->options = *options;
	httpd->daemon = MHD_start_daemon(MHD_USE_NO_LISTEN_SOCKET | MHD_USE_EPOLL, 0, NULL, NULL,
		on_request, httpd, MHD_OPTION_NOTIFY_CONNECTION, on_connection, httpd,
		MHD_OPTION_NOTIFY_COMPLETED, on_completed, httpd, MHD_OPTION_URI_LOG_CALLBACK,
		on_uri, httpd, MHD_OPTION_CONNECTION_MEMORY_LIMIT, options->headers_max,
		MHD_OPTION_CONNECTION_LIMIT, options->max_connections, MHD_OPTION_END);
	int err = httpd->daemon == NULL
			  ? pc_diag_fail(diag, PC_E_INTERNAL, "libmicrohttpd does not start")
			  : pc_httpd_pump_start(&httpd->pump, loop, httpd->daemon, diag);
	if (err != PC_OK) {
		pc_httpd_free(httpd);
		return err;
	}
	*ret = httpd;
	return PC_OK;
}

void
pc_httpd_free(struct pc_httpd *httpd)
{
	if (httpd == NULL)
		return;
	pc_httpd_pump_stop(&httpd->pump);
	if (httpd->daemon != NULL)
		MHD_stop_daemon(httpd->daemon);
	free(httpd);
}

int
pc_httpd_add(struct pc_httpd *httpd, int fd, const struct pc_tls_facts *facts, void *context,
	struct pc_httpd_link **ret)
{
	struct pc_httpd_link *link = calloc(1, sizeof(*link));
	if (link == NULL) {
		close(fd);
		return -ENOMEM;
	}
	link->facts = facts;
	link->context = context;
	httpd->adding = link;
	/* On failure the daemon closes the descriptor. */
	enum MHD_Result ok = MHD_add_connection(
		httpd->daemon, fd, (const struct sockaddr *)&facts->peer, sizeof(facts->peer));
	httpd->adding = NULL;
	if (ok != MHD_YES || !link->in_daemon) {
		link->facts = NULL;
		free_if_unused(link);
		return PC_E_LIMIT;
	}
	pc_httpd_pump_soon(&httpd->pump);
	*ret = link;
	return PC_OK;
}

void
pc_httpd_forget(struct pc_httpd_link *link)
{
	if (link == NULL)
		return;
	link->facts = NULL;
	free_if_unused(link);
}

struct pc_httpd_state
pc_httpd_state(const struct pc_httpd_link *link)
{
	return link->state;
}
