#include "fleet/control.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <jansson.h>
#include <microhttpd.h>

#include "base/err.h"
#include "base/text.h"
#include "fleet/control-routes.h"
#include "loop/udp.h"

struct pc_control {
	struct pc_loop *loop;   /* borrowed */
	struct pc_fleet *fleet; /* borrowed */
	struct MHD_Daemon *mhd; /* owned */
	struct pc_loop_fd *watch;
	struct pc_timer timer;
	struct sockaddr_in local;
};

/* The body of one request while it comes in. */
struct upload {
	struct pc_buf body;
	bool too_large;
};

static enum MHD_Result
answer(struct MHD_Connection *c, unsigned status, const char *text, size_t len)
{
	struct MHD_Response *r = MHD_create_response_from_buffer(
		len, (void *)(uintptr_t)text, MHD_RESPMEM_MUST_COPY);
	if (r == NULL)
		return MHD_NO;
	MHD_add_response_header(r, "Content-Type", "application/json");
	MHD_add_response_header(r, "Cache-Control", "no-store");
	enum MHD_Result ok = MHD_queue_response(c, status, r);
	MHD_destroy_response(r);
	return ok;
}

static enum MHD_Result
run_route(struct pc_control *ctl, struct MHD_Connection *c, const char *method, const char *url,
	struct upload *up)
{
	struct pc_control_request request = {.method = method,
		.path = url,
		.since = MHD_lookup_connection_value(c, MHD_GET_ARGUMENT_KIND, "since"),
		.from = MHD_lookup_connection_value(c, MHD_GET_ARGUMENT_KIND, "from"),
		.limit = MHD_lookup_connection_value(c, MHD_GET_ARGUMENT_KIND, "limit"),
		.body = up->body.data,
		.body_len = up->body.len,
		.too_large = up->too_large};
	struct pc_buf out;
	pc_buf_init(&out, 256u << 20);
	unsigned status = pc_control_route(ctl->fleet, &request, &out);
	enum MHD_Result ok = answer(c, status, pc_buf_text(&out), out.len);
	pc_buf_done(&out);
	return ok;
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
	if (*len > 0) {
		if (pc_buf_add(&up->body, data, *len) != PC_OK)
			up->too_large = true;
		*len = 0;
		return MHD_YES;
	}
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

static void
run_mhd(void *arg)
{
	struct pc_control *ctl = arg;
	MHD_UNSIGNED_LONG_LONG wait = 0;
	MHD_run(ctl->mhd);
	if (MHD_get_timeout(ctl->mhd, &wait) == MHD_YES)
		pc_timer_start(&ctl->timer, ctl->loop, wait, run_mhd, ctl);
	else
		pc_timer_stop(&ctl->timer);
}

static void
on_ready(void *arg, int fd, uint32_t events)
{
	(void)fd;
	(void)events;
	run_mhd(arg);
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

int
pc_control_new(struct pc_loop *loop, struct pc_fleet *fleet, const struct sockaddr_in *bind_to,
	struct pc_control **ret, struct pc_diag *diag)
{
	int fd = -1;
	struct pc_control *ctl = calloc(1, sizeof(*ctl));
	if (ctl == NULL)
		return -ENOMEM;
	ctl->loop = loop;
	ctl->fleet = fleet;
	int err = open_listener(bind_to, &ctl->local, &fd, diag);
	if (err != PC_OK) {
		free(ctl);
		return err;
	}
	ctl->mhd = MHD_start_daemon(MHD_USE_EPOLL, 0, NULL, NULL, on_request, ctl,
		MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_NOTIFY_COMPLETED, on_completed, ctl,
		MHD_OPTION_CONNECTION_LIMIT, 64u, MHD_OPTION_CONNECTION_TIMEOUT, 30u,
		MHD_OPTION_END);
	if (ctl->mhd == NULL) {
		close(fd);
		free(ctl);
		return pc_diag_fail(diag, PC_E_ENVIRONMENT, "control API: the HTTP server failed");
	}
	int epoll_fd = MHD_get_daemon_info(ctl->mhd, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
	err = pc_loop_fd_add(loop, epoll_fd, EPOLLIN, on_ready, ctl, &ctl->watch);
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
	pc_timer_stop(&ctl->timer);
	pc_loop_fd_del(ctl->watch);
	MHD_stop_daemon(ctl->mhd);
	free(ctl);
}

struct sockaddr_in
pc_control_local(const struct pc_control *ctl)
{
	return ctl->local;
}
