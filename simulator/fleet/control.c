#include "fleet/control.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <microhttpd.h>

#include "base/err.h"
#include "base/text.h"
#include "fleet/control-page.h"
#include "fleet/control-routes.h"
#include "fleet/control-stream.h"
#include "fleet/control-time.h"
#include "loop/httpd.h"
#include "loop/udp.h"

/* A body that is too large is read on, so that the refusal can be heard, but not for ever. */
enum { DISCARD_MAX = 16 * PC_CONTROL_BODY_MAX, ANSWER_MAX = 256 << 20 };

struct pc_control {
	struct pc_fleet *fleet;             /* borrowed */
	struct MHD_Daemon *mhd;             /* owned */
	struct pc_control_time *time;       /* owned */
	struct pc_control_streams *streams; /* owned */
	struct pc_httpd_pump pump;
	struct sockaddr_in local;
};

/* The body of one request while it comes in. */
struct upload {
	struct pc_buf body;
	bool too_large;
	size_t discarded;
};

/* What a request's query is read from. */
struct wrapped {
	struct pc_control_request request;
	struct MHD_Connection *connection;
};

struct query {
	pc_control_query_fn fn;
	void *arg;
};

static enum MHD_Result
on_argument(void *arg, enum MHD_ValueKind kind, const char *name, const char *value)
{
	const struct query *q = arg;
	(void)kind;
	q->fn(q->arg, name, value);
	return MHD_YES;
}

static void
tell_query(const struct pc_control_request *request, pc_control_query_fn fn, void *arg)
{
	const struct wrapped *w = (const struct wrapped *)request;
	struct query q = {fn, arg};
	MHD_get_connection_values(w->connection, MHD_GET_ARGUMENT_KIND, on_argument, &q);
}

static enum MHD_Result
answer(struct MHD_Connection *c, const struct pc_control_answer *a)
{
	struct MHD_Response *r = MHD_create_response_from_buffer(
		a->out->len, (void *)(uintptr_t)pc_buf_text(a->out), MHD_RESPMEM_MUST_COPY);
	if (r == NULL)
		return MHD_NO;
	MHD_add_response_header(r, "Content-Type", "application/json");
	MHD_add_response_header(r, "Cache-Control", "no-store");
	MHD_add_response_header(r, "X-Content-Type-Options", "nosniff");
	if (a->allow[0] != '\0')
		MHD_add_response_header(r, "Allow", a->allow);
	enum MHD_Result ok = MHD_queue_response(c, a->status, r);
	MHD_destroy_response(r);
	return ok;
}

/* The answer is a stream of events; a client that resumes says where it was. */
static enum MHD_Result
open_stream(struct pc_control *ctl, struct MHD_Connection *c, struct pc_control_answer *a)
{
	const char *last = MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Last-Event-ID");
	if (last != NULL && pc_text_u64(last, 0, INT64_MAX, &a->since) != PC_OK) {
		pc_control_fail(a, 400, "badRequest", "Last-Event-ID is the number of an entry");
		return answer(c, a);
	}
	int err = pc_control_streams_open(ctl->streams, c, a);
	if (err == PC_E_LIMIT) {
		pc_control_fail(a, 503, "tooMany", "too many listen already; close one");
		return answer(c, a);
	}
	return err == PC_OK ? MHD_YES : MHD_NO;
}

/* The fleet page. A browser that has it already is told so. */
static enum MHD_Result
answer_page(struct MHD_Connection *c, const struct pc_control_page *page)
{
	char etag[PC_CONTROL_ETAG_MAX];
	const char *had = MHD_lookup_connection_value(c, MHD_HEADER_KIND, "If-None-Match");
	pc_control_etag(page->data, *page->len, etag);
	bool same = had != NULL && strcmp(had, etag) == 0;
	struct MHD_Response *r = MHD_create_response_from_buffer(
		same ? 0 : *page->len, (void *)(uintptr_t)page->data, MHD_RESPMEM_PERSISTENT);
	if (r == NULL)
		return MHD_NO;
	MHD_add_response_header(r, "Content-Type", page->type);
	MHD_add_response_header(r, "Cache-Control", "no-cache");
	MHD_add_response_header(r, "ETag", etag);
	MHD_add_response_header(r, "Content-Security-Policy", PC_CONTROL_CSP);
	MHD_add_response_header(r, "X-Content-Type-Options", "nosniff");
	MHD_add_response_header(r, "Referrer-Policy", "no-referrer");
	MHD_add_response_header(r, "Cross-Origin-Resource-Policy", "same-origin");
	enum MHD_Result ok = MHD_queue_response(c, same ? MHD_HTTP_NOT_MODIFIED : MHD_HTTP_OK, r);
	MHD_destroy_response(r);
	return ok;
}

static const char *
header(struct MHD_Connection *c, const char *name)
{
	return MHD_lookup_connection_value(c, MHD_HEADER_KIND, name);
}

static enum MHD_Result
run_route(struct pc_control *ctl, struct MHD_Connection *c, const char *method, const char *url,
	struct upload *up)
{
	struct wrapped w = {.request = {.method = method,
				    .path = url,
				    .host = header(c, "Host"),
				    .origin = header(c, "Origin"),
				    .fetch_site = header(c, "Sec-Fetch-Site"),
				    .content_type = header(c, "Content-Type"),
				    .body = up->body.data,
				    .body_len = up->body.len,
				    .too_large = up->too_large,
				    .query = tell_query},
		.connection = c};
	struct pc_buf out;
	struct pc_control_answer a = {.out = &out};
	pc_buf_init(&out, ANSWER_MAX);
	const struct pc_control_page *page =
		strcmp(method, "GET") == 0 ? pc_control_page(url) : NULL;
	enum MHD_Result ok = MHD_NO;
	if (page == NULL)
		pc_control_route(ctl->fleet, ctl->time, &w.request, &a);
	if (page != NULL && pc_control_admit(&w.request, &a))
		ok = answer_page(c, page);
	else
		ok = a.stream ? open_stream(ctl, c, &a) : answer(c, &a);
	pc_buf_done(&out);
	return ok;
}

/* More of the body. */
static enum MHD_Result
take_body(struct upload *up, const char *data, size_t *len)
{
	if (up->too_large || pc_buf_add(&up->body, data, *len) != PC_OK) {
		up->too_large = true;
		up->discarded += *len;
	}
	*len = 0;
	return up->discarded > DISCARD_MAX ? MHD_NO : MHD_YES;
}

static enum MHD_Result
on_request(void *arg, struct MHD_Connection *c, const char *url, const char *method,
	const char *version, const char *data, size_t *len, void **state)
{
	struct upload *up = *state;
	(void)version;
	if (up == NULL) {
		up = calloc(1, sizeof(*up));
		if (up == NULL)
			return MHD_NO;
		pc_buf_init(&up->body, PC_CONTROL_BODY_MAX);
		*state = up;
		return MHD_YES;
	}
	if (*len > 0)
		return take_body(up, data, len);
	return run_route(arg, c, method, url, up);
}

static void
on_completed(
	void *arg, struct MHD_Connection *c, void **state, enum MHD_RequestTerminationCode code)
{
	struct upload *up = *state;
	(void)arg;
	(void)c;
	(void)code;
	if (up != NULL)
		pc_buf_done(&up->body);
	free(up);
	*state = NULL;
}

static int
open_listener(const struct sockaddr_in *bind_to, struct sockaddr_in *ret, int *ret_fd,
	struct pc_diag *diag)
{
	int on = 1;
	socklen_t len = sizeof(*ret);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return pc_diag_fail(diag, -errno, "TCP socket: %s", pc_err_text(-errno));
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, (const struct sockaddr *)bind_to, sizeof(*bind_to)) != 0 ||
		listen(fd, 64) != 0 || getsockname(fd, (struct sockaddr *)ret, &len) != 0) {
		int err = -errno;
		close(fd);
		return pc_bind_fail(diag, err, "control API, TCP", bind_to);
	}
	*ret_fd = fd;
	return PC_OK;
}

static int
start_mhd(struct pc_control *ctl, struct pc_loop *loop, int fd, struct pc_diag *diag)
{
	ctl->mhd = MHD_start_daemon(MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL,
		on_request, ctl, MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_NOTIFY_COMPLETED,
		on_completed, ctl, MHD_OPTION_CONNECTION_LIMIT, 64u, MHD_OPTION_CONNECTION_TIMEOUT,
		30u, MHD_OPTION_END);
	if (ctl->mhd == NULL) {
		close(fd);
		return PC_E_ENVIRONMENT;
	}
	return pc_httpd_pump_start(&ctl->pump, loop, ctl->mhd, diag);
}

int
pc_control_new(struct pc_loop *loop, struct pc_fleet *fleet, const struct sockaddr_in *bind_to,
	struct pc_control **ret, struct pc_diag *diag)
{
	int fd = -1;
	struct pc_control *ctl = calloc(1, sizeof(*ctl));
	if (ctl == NULL)
		return -ENOMEM;
	ctl->fleet = fleet;
	int err = open_listener(bind_to, &ctl->local, &fd, diag);
	if (err != PC_OK) {
		free(ctl);
		return err;
	}
	err = start_mhd(ctl, loop, fd, diag);
	if (err == PC_OK)
		err = pc_control_time_new(loop, fleet, &ctl->time);
	if (err == PC_OK)
		err = pc_control_streams_new(
			loop, pc_fleet_diary(fleet), pc_httpd_pump_run, &ctl->pump, &ctl->streams);
	if (err != PC_OK) {
		pc_control_free(ctl);
		return pc_diag_fail(diag, err, "control API: %s", pc_err_text(err));
	}
	*ret = ctl;
	return PC_OK;
}

void
pc_control_free(struct pc_control *ctl)
{
	if (ctl == NULL)
		return;
	pc_control_streams_free(ctl->streams);
	pc_httpd_pump_stop(&ctl->pump);
	if (ctl->mhd != NULL)
		MHD_stop_daemon(ctl->mhd);
	pc_control_time_free(ctl->time);
	free(ctl);
}

struct sockaddr_in
pc_control_local(const struct pc_control *ctl)
{
	return ctl->local;
}
