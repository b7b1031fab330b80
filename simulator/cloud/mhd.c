#include "cloud/mhd.h"

#include <errno.h>
#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/err.h"
#include "base/text.h"
#include "cloud/faults.h"
#include "cloud/members.h"

struct pc_mhd {
	struct pc_loop *loop;      /* borrowed */
	struct MHD_Daemon *daemon; /* owned */
	struct pc_loop_fd *watch;  /* owned; on the daemon's epoll descriptor */
	struct pc_timer timer;     /* runs the daemon again when it asks for it */
	struct pc_mhd_options options;
	struct pc_mhd_link *adding; /* only during MHD_add_connection() */
};

struct pc_mhd_link {
	const struct pc_tls_facts *facts; /* borrowed; NULL after pc_mhd_forget() */
	bool in_daemon;
	struct pc_mhd_state state;
};

/* One request while it arrives. */
struct request {
	struct pc_buf body;
	bool bad_uri;
	bool begun, refused, too_large;
	size_t discarded;
	struct MHD_Connection *connection; /* borrowed from the daemon */
};

/* What the routes get; the request must be the first member. */
struct wrapped {
	struct pc_http_request request;
	struct MHD_Connection *connection;
};

static const char *
get_query(const struct pc_http_request *r, const char *name)
{
	return MHD_lookup_connection_value(
		((const struct wrapped *)r)->connection, MHD_GET_ARGUMENT_KIND, name);
}

static const char *
get_header(const struct pc_http_request *r, const char *name)
{
	return MHD_lookup_connection_value(
		((const struct wrapped *)r)->connection, MHD_HEADER_KIND, name);
}

static const char *
get_cookie(const struct pc_http_request *r, const char *name)
{
	return MHD_lookup_connection_value(
		((const struct wrapped *)r)->connection, MHD_COOKIE_KIND, name);
}

static void
journal(const struct pc_mhd *mhd, const struct pc_mhd_link *link, const char *method,
	const char *path, unsigned status, const char *reason)
{
	struct pc_buf m;
	if (mhd->options.journal == NULL)
		return;
	pc_members_init(&m);
	pc_members_u64(&m, "connection", link->facts->connection);
	pc_members_text(&m, "method", method);
	pc_members_text(&m, "path", path);
	pc_members_u64(&m, "status", status);
	pc_members_text(&m, "reason", reason);
	mhd->options.journal(mhd->options.journal_arg, "request", pc_buf_text(&m));
	pc_buf_done(&m);
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
make_response(const struct pc_mhd *mhd, struct pc_http_response *r)
{
	size_t len = r->body.len;
	struct MHD_Response *out = NULL;
	struct half *half = NULL;
	if (pc_fault_is_set(*mhd->options.faults, PC_CLOUD_FAULT_HTTP_TRUNCATED_RESPONSE) &&
		len > 1)
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
answer(const struct pc_mhd *mhd, struct MHD_Connection *connection, struct pc_http_response *r)
{
	if (r->status < 200 || r->status > 599 || r->body.err != PC_OK) {
		pc_buf_clear(&r->body);
		r->status = 500;
		r->n_headers = 0;
		r->content_type = "application/json";
		pc_buf_add_text(&r->body,
			"{\"error\":\"internal\",\"detail\":\"no answer could be made\"}");
	}
	struct MHD_Response *out = make_response(mhd, r);
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

/* An answer of our own, JSON as the routes give it. */
static enum MHD_Result
refuse(const struct pc_mhd *mhd, struct MHD_Connection *connection, unsigned status,
	const char *word, const char *detail, const char *retry_after)
{
	struct pc_http_response r = {.status = status, .content_type = "application/json"};
	pc_buf_init(&r.body, 4096);
	pc_buf_addf(&r.body, "{\"error\":\"%s\",\"detail\":\"%s\"}", word, detail);
	if (retry_after != NULL)
		(void)pc_http_add_header(&r, "Retry-After", retry_after);
	if (status == 413 || status == 400)
		(void)pc_http_add_header(&r, "Connection", "close");
	return answer(mhd, connection, &r);
}

static size_t
body_limit(const struct pc_mhd *mhd)
{
	bool unchecked =
		pc_fault_is_set(*mhd->options.faults, PC_CLOUD_FAULT_UPLOAD_SIZE_UNCHECKED);
	return unchecked ? PC_HTTP_RESPONSE_MAX : PC_HTTP_BODY_MAX;
}

static bool
is_upload(const char *method, const char *path)
{
	static const char tail[] = "/collections";
	size_t n = strlen(path);
	return strcmp(method, "POST") == 0 && n >= sizeof(tail) &&
	       strcmp(path + n - sizeof(tail) + 1, tail) == 0;
}

/* Faults that answer an upload before anything is stored. */
static const struct {
	enum pc_cloud_fault fault;
	unsigned status;
	const char *word, *retry_after;
} upload_faults[] = {
	{PC_CLOUD_FAULT_HTTP_500_UPLOADS, 500, "internal", NULL},
	{PC_CLOUD_FAULT_HTTP_503_UPLOADS, 503, "unavailable", "2"},
	{PC_CLOUD_FAULT_HTTP_429_UPLOADS, 429, "tooManyRequests", "2"},
};

struct verdict {
	unsigned status; /* 0: go on */
	const char *word, *detail;
};

/* What can be said of a request when its head is there. Spec: RFC 9112 s3.2, s6.3. */
static struct verdict
check_head(const struct pc_mhd *mhd, const struct request *r, const char *version)
{
	const char *length = MHD_lookup_connection_value(
		r->connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONTENT_LENGTH);
	const char *coding = MHD_lookup_connection_value(
		r->connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_TRANSFER_ENCODING);
	const char *host =
		MHD_lookup_connection_value(r->connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_HOST);
	uint64_t n = 0;
	if (r->bad_uri)
		return (struct verdict){400, "badRequest", "the path holds a NUL"};
	if (host == NULL && strcmp(version, MHD_HTTP_VERSION_1_1) == 0)
		return (struct verdict){400, "badRequest", "no Host header (RFC 9112 s3.2)"};
	if (length != NULL && coding != NULL)
		return (struct verdict){400, "badRequest",
			"both Content-Length and Transfer-Encoding (RFC 9112 s6.3)"};
	if (length != NULL &&
		(pc_text_u64(length, 0, UINT64_MAX, &n) != PC_OK || n > body_limit(mhd)))
		return (struct verdict){413, "tooLarge", "the body is larger than 4 MiB"};
	return (struct verdict){0, NULL, NULL};
}

static enum MHD_Result
begin_request(struct pc_mhd *mhd, struct pc_mhd_link *link, struct request *r, const char *url,
	const char *method, const char *version)
{
	r->begun = true;
	link->state.started++;
	struct verdict v = check_head(mhd, r, version);
	if (v.status == 0)
		return MHD_YES;
	r->refused = true;
	journal(mhd, link, method, url, v.status, v.detail);
	return refuse(mhd, r->connection, v.status, v.word, v.detail, NULL);
}

static enum MHD_Result
take_body(const struct pc_mhd *mhd, struct request *r, const char *data, size_t len)
{
	if (!r->refused && !r->too_large && r->body.len + len > body_limit(mhd)) {
		r->too_large = true;
		pc_buf_done(&r->body);
	}
	if (r->refused || r->too_large) {
		r->discarded += len;
		return r->discarded > PC_MHD_DISCARD_MAX ? MHD_NO : MHD_YES;
	}
	return pc_buf_add(&r->body, data, len) == PC_OK ? MHD_YES : MHD_NO;
}

static enum MHD_Result
end_request(struct pc_mhd *mhd, struct pc_mhd_link *link, struct request *r, const char *url,
	const char *method)
{
	struct pc_http_response response = {0};
	struct wrapped w = {.request = {.method = method,
				    .path = url,
				    .query = get_query,
				    .header = get_header,
				    .cookie = get_cookie,
				    .body = r->body.data,
				    .body_len = r->body.len,
				    .tls = link->facts},
		.connection = r->connection};
	bool upload = is_upload(method, url);
	pc_fault_set faults = *mhd->options.faults;
	if (r->too_large) {
		journal(mhd, link, method, url, 413, "the body is larger than 4 MiB");
		return refuse(
			mhd, r->connection, 413, "tooLarge", "the body is larger than 4 MiB", NULL);
	}
	for (size_t i = 0; upload && i < sizeof(upload_faults) / sizeof(upload_faults[0]); i++) {
		if (!pc_fault_is_set(faults, upload_faults[i].fault))
			continue;
		journal(mhd, link, method, url, upload_faults[i].status, "fault");
		return refuse(mhd, r->connection, upload_faults[i].status, upload_faults[i].word,
			"a fault is armed", upload_faults[i].retry_after);
	}
	pc_buf_init(&response.body, PC_HTTP_RESPONSE_MAX);
	mhd->options.handler(mhd->options.arg, &w.request, &response);
	if (upload && pc_fault_is_set(faults, PC_CLOUD_FAULT_HTTP_RESET_UPLOADS)) {
		link->state.reset = true;
		pc_buf_done(&response.body);
		return MHD_NO;
	}
	link->state.mute = pc_fault_is_set(faults, PC_CLOUD_FAULT_HTTP_SILENT);
	return answer(mhd, r->connection, &response);
}

/* Called when the head is there, for each piece of the body, and once more at its end. */
static enum MHD_Result
on_request(void *cls, struct MHD_Connection *connection, const char *url, const char *method,
	const char *version, const char *data, size_t *len, void **ctx)
{
	struct pc_mhd *mhd = cls;
	struct request *r = *ctx;
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	struct pc_mhd_link *link = info == NULL ? NULL : info->socket_context;
	if (r == NULL || link == NULL || link->facts == NULL)
		return MHD_NO; /* no memory, or the client is gone */
	r->connection = connection;
	if (!r->begun)
		return begin_request(mhd, link, r, url, method, version);
	if (*len > 0) {
		enum MHD_Result ok = take_body(mhd, r, data, *len);
		*len = 0;
		return ok;
	}
	return r->refused ? MHD_YES : end_request(mhd, link, r, url, method);
}

/* The only place that sees the path before it is decoded. Returns the request's context. */
static void *
on_uri(void *cls, const char *uri, struct MHD_Connection *connection)
{
	struct request *r = calloc(1, sizeof(*r));
	(void)cls;
	(void)connection;
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
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	(void)cls;
	if (info != NULL && info->socket_context != NULL &&
		code == MHD_REQUEST_TERMINATED_COMPLETED_OK)
		((struct pc_mhd_link *)info->socket_context)->state.completed++;
	if (r != NULL) {
		pc_buf_done(&r->body);
		free(r);
	}
	*ctx = NULL;
}

static void
free_if_unused(struct pc_mhd_link *link)
{
	if (!link->in_daemon && link->facts == NULL)
		free(link);
}

static void
on_connection(void *cls, struct MHD_Connection *connection, void **ctx,
	enum MHD_ConnectionNotificationCode code)
{
	struct pc_mhd *mhd = cls;
	struct pc_mhd_link *link = *ctx;
	(void)connection;
	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		*ctx = mhd->adding;
		if (mhd->adding != NULL)
			mhd->adding->in_daemon = true;
		return;
	}
	if (link != NULL) {
		link->in_daemon = false;
		free_if_unused(link);
	}
	*ctx = NULL;
}

static void
run(void *arg)
{
	struct pc_mhd *mhd = arg;
	MHD_UNSIGNED_LONG_LONG wait_ms = 0;
	(void)MHD_run(mhd->daemon);
	if (MHD_get_timeout(mhd->daemon, &wait_ms) == MHD_YES)
		pc_timer_start(&mhd->timer, mhd->loop, wait_ms, run, mhd);
	else
		pc_timer_stop(&mhd->timer);
}

static void
on_ready(void *arg, int fd, uint32_t events)
{
	(void)fd;
	(void)events;
	run(arg);
}

static int
watch_daemon(struct pc_mhd *mhd, struct pc_diag *diag)
{
	const union MHD_DaemonInfo *info =
		MHD_get_daemon_info(mhd->daemon, MHD_DAEMON_INFO_EPOLL_FD);
	if (info == NULL || info->epoll_fd < 0)
		return pc_diag_fail(diag, PC_E_INTERNAL, "libmicrohttpd has no epoll descriptor");
	return pc_loop_fd_add(mhd->loop, info->epoll_fd, EPOLLIN, on_ready, mhd, &mhd->watch);
}

int
pc_mhd_new(struct pc_loop *loop, const struct pc_mhd_options *options, struct pc_mhd **ret,
	struct pc_diag *diag)
{
	struct pc_mhd *mhd = calloc(1, sizeof(*mhd));
	if (mhd == NULL)
		return -ENOMEM;
	mhd->loop = loop;
	mhd->options = *options;
	mhd->daemon = MHD_start_daemon(MHD_USE_NO_LISTEN_SOCKET | MHD_USE_EPOLL, 0, NULL, NULL,
		on_request, mhd, MHD_OPTION_NOTIFY_CONNECTION, on_connection, mhd,
		MHD_OPTION_NOTIFY_COMPLETED, on_completed, mhd, MHD_OPTION_URI_LOG_CALLBACK, on_uri,
		mhd, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)PC_MHD_HEADERS_MAX,
		MHD_OPTION_CONNECTION_LIMIT, options->max_connections, MHD_OPTION_END);
	int err = mhd->daemon == NULL
			  ? pc_diag_fail(diag, PC_E_INTERNAL, "libmicrohttpd does not start")
			  : watch_daemon(mhd, diag);
	if (err != PC_OK) {
		pc_mhd_free(mhd);
		return err;
	}
	*ret = mhd;
	return PC_OK;
}

void
pc_mhd_free(struct pc_mhd *mhd)
{
	if (mhd == NULL)
		return;
	pc_timer_stop(&mhd->timer);
	pc_loop_fd_del(mhd->watch);
	if (mhd->daemon != NULL)
		MHD_stop_daemon(mhd->daemon);
	free(mhd);
}

int
pc_mhd_add(struct pc_mhd *mhd, int fd, const struct pc_tls_facts *facts, struct pc_mhd_link **ret)
{
	struct pc_mhd_link *link = calloc(1, sizeof(*link));
	if (link == NULL) {
		close(fd);
		return -ENOMEM;
	}
	link->facts = facts;
	mhd->adding = link;
	/* On failure the daemon closes the descriptor. */
	enum MHD_Result ok = MHD_add_connection(
		mhd->daemon, fd, (const struct sockaddr *)&facts->peer, sizeof(facts->peer));
	mhd->adding = NULL;
	if (ok != MHD_YES || !link->in_daemon) {
		link->facts = NULL;
		free_if_unused(link);
		return PC_E_LIMIT;
	}
	pc_timer_start(&mhd->timer, mhd->loop, 0, run, mhd);
	*ret = link;
	return PC_OK;
}

void
pc_mhd_forget(struct pc_mhd_link *link)
{
	if (link == NULL)
		return;
	link->facts = NULL;
	free_if_unused(link);
}

struct pc_mhd_state
pc_mhd_state(const struct pc_mhd_link *link)
{
	return link->state;
}
