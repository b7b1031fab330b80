/* The server's own MQTT connection: libmosquitto driven by our loop. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <mosquitto.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/err.h"
#include "base/text.h"
#include "cloud/broker-internal.h"

enum { KEEPALIVE_S = 60, MISC_MS = 1000 };

static const char client_id[] = "presscheck-server";
static const char *const subscriptions[] = {"ers/v1/agents/+/result", "ers/v1/agents/+/state"};

static void on_link_timer(void *arg);
static void on_link(void *arg, int fd, uint32_t events);

static void
schedule(struct pc_broker *b, uint64_t ms)
{
	pc_timer_start(&b->link_timer, b->loop, ms, on_link_timer, b);
}

static void
set_up(struct pc_broker *b, bool up)
{
	if (b->up == up)
		return;
	b->up = up;
	if (b->options.changed != NULL)
		b->options.changed(b->options.changed_arg, up);
}

static void
drop_watch(struct pc_broker *b)
{
	pc_loop_fd_del(b->link_watch);
	b->link_watch = NULL;
	if (b->link_fd >= 0)
		close(b->link_fd);
	b->link_fd = -1;
}

/* We watch a duplicate: libmosquitto closes its descriptor without asking, and epoll would go on
 * reporting it as long as a child process holds a copy. */
static int
add_watch(struct pc_broker *b, int fd, uint32_t events)
{
	drop_watch(b);
	(void)fcntl(fd, F_SETFD, FD_CLOEXEC); /* libmosquitto does not */
	b->link_fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	if (b->link_fd < 0)
		return -errno;
	return pc_loop_fd_add(b->loop, b->link_fd, events, on_link, b, &b->link_watch);
}

/* Keeps the watched events in step with what libmosquitto wants; a lost socket means try again. */
static void
update(struct pc_broker *b)
{
	int fd = mosquitto_socket(b->client);
	if (fd < 0) {
		drop_watch(b);
		set_up(b, false);
		schedule(b, PC_BROKER_LINK_RETRY_MS);
		return;
	}
	uint32_t want = EPOLLIN | (mosquitto_want_write(b->client) ? (uint32_t)EPOLLOUT : 0u);
	if (b->link_watch == NULL)
		(void)add_watch(b, fd, want);
	else
		(void)pc_loop_fd_set(b->link_watch, want);
}

static void
on_link(void *arg, int fd, uint32_t events)
{
	struct pc_broker *b = arg;
	(void)fd;
	int rc = MOSQ_ERR_SUCCESS;
	if ((events & EPOLLOUT) != 0)
		rc = mosquitto_loop_write(b->client, 1);
	if (rc == MOSQ_ERR_SUCCESS && (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0)
		rc = mosquitto_loop_read(b->client, 1);
	if (rc != MOSQ_ERR_SUCCESS)
		drop_watch(b); /* libmosquitto has closed the descriptor */
	update(b);
}

static void
end_probe(struct pc_broker *b)
{
	pc_loop_fd_del(b->probe_watch);
	b->probe_watch = NULL;
	if (b->probe_fd >= 0)
		close(b->probe_fd);
	b->probe_fd = -1;
}

static void
on_probe(void *arg, int fd, uint32_t events)
{
	struct pc_broker *b = arg;
	char host[PC_TEXT_ADDR_MAX];
	int err = 0;
	socklen_t n = sizeof(err);
	(void)events;
	bool answers = getsockopt(fd, SOL_SOCKET, SO_ERROR, &err, &n) == 0 && err == 0;
	end_probe(b);
	if (answers)
		(void)mosquitto_connect(b->client, pc_text_from_ipv4(b->address.tcp.sin_addr, host),
			ntohs(b->address.tcp.sin_port), KEEPALIVE_S);
	update(b);
}

/* libmosquitto can only connect blocking when its loop is not its own. So first a probe of ours
 * finds out, without blocking, whether the broker answers at all. */
static void
start_probe(struct pc_broker *b)
{
	end_probe(b);
	b->probe_fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (b->probe_fd < 0)
		return;
	if ((connect(b->probe_fd, (const struct sockaddr *)&b->address.tcp,
		     sizeof(b->address.tcp)) != 0 &&
		    errno != EINPROGRESS) ||
		pc_loop_fd_add(b->loop, b->probe_fd, EPOLLOUT, on_probe, b, &b->probe_watch) !=
			PC_OK)
		end_probe(b);
}

/* On a unix socket connecting takes no time. */
static void
try_connect(struct pc_broker *b)
{
	if (b->address.is_unix)
		(void)mosquitto_connect(b->client, b->address.path.sun_path, 0, KEEPALIVE_S);
	else if (b->probe_fd < 0)
		start_probe(b);
}

static void
on_link_timer(void *arg)
{
	struct pc_broker *b = arg;
	if (mosquitto_socket(b->client) < 0) {
		drop_watch(b);
		try_connect(b);
	} else if (mosquitto_loop_misc(b->client) != MOSQ_ERR_SUCCESS) {
		drop_watch(b);
	}
	schedule(b, MISC_MS);
	if (b->probe_fd < 0)
		update(b); /* a failed attempt shortens the wait again */
}

static void
on_connect(struct mosquitto *m, void *arg, int rc)
{
	(void)arg;
	for (size_t i = 0; rc == 0 && i < sizeof(subscriptions) / sizeof(subscriptions[0]); i++)
		(void)mosquitto_subscribe(m, NULL, subscriptions[i], 1);
}

/* Up only when the broker has confirmed: from then on no result can be missed. */
static void
on_subscribe(struct mosquitto *m, void *arg, int mid, int n, const int *granted)
{
	(void)m;
	(void)mid;
	if (n > 0 && granted[0] < 0x80)
		set_up(arg, true);
}

static void
on_message(struct mosquitto *m, void *arg, const struct mosquitto_message *msg)
{
	struct pc_broker *b = arg;
	(void)m;
	if (msg->payloadlen >= 0)
		b->options.message(
			b->options.message_arg, msg->topic, msg->payload, (size_t)msg->payloadlen);
}

static void
on_disconnect(struct mosquitto *m, void *arg, int rc)
{
	(void)m;
	(void)rc;
	set_up(arg, false);
}

static int
publish(void *arg, const char *topic, const void *payload, size_t len, bool retain)
{
	struct pc_broker *b = arg;
	if (!b->up)
		return PC_E_CLOSED;
	if (len > PC_MQTT_LINK_PAYLOAD_MAX)
		return PC_E_LIMIT;
	int rc = mosquitto_publish(b->client, NULL, topic, (int)len, payload, 1, retain);
	if (rc != MOSQ_ERR_SUCCESS)
		return rc == MOSQ_ERR_INVAL ? PC_E_BADVALUE : PC_E_CLOSED;
	update(b);
	return PC_OK;
}

struct pc_broker_link
pc_broker_link(struct pc_broker *b)
{
	return (struct pc_broker_link){publish, b};
}

int
pc_broker_link_new(struct pc_broker *b, struct pc_diag *diag)
{
	(void)mosquitto_lib_init();
	/* A kept session: results that came while we were away are still delivered. */
	b->client = mosquitto_new(client_id, false, b);
	if (b->client == NULL)
		return pc_diag_fail(diag, -ENOMEM, "libmosquitto: no memory");
	mosquitto_connect_callback_set(b->client, on_connect);
	mosquitto_subscribe_callback_set(b->client, on_subscribe);
	mosquitto_message_callback_set(b->client, on_message);
	mosquitto_disconnect_callback_set(b->client, on_disconnect);
	schedule(b, 0);
	return PC_OK;
}

void
pc_broker_link_free(struct pc_broker *b)
{
	pc_timer_stop(&b->link_timer);
	drop_watch(b);
	end_probe(b);
	if (b->client == NULL)
		return;
	b->options.changed = NULL;
	(void)mosquitto_disconnect(b->client);
	mosquitto_destroy(b->client);
	b->client = NULL;
	(void)mosquitto_lib_cleanup();
}
