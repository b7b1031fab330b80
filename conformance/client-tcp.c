#include "conformance/client-tcp.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"

enum { CONNECT_MS = 3000, KEEP_MAX = 1 << 20 };

int
pc_client_tcp_open(struct pc_tcp_client *c, const struct sockaddr_in *to)
{
	int failed = 0;
	socklen_t len = sizeof(failed);
	*c = (struct pc_tcp_client){
		.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
	pc_buf_init(&c->in, KEEP_MAX);
	if (c->fd < 0)
		return -errno;
	if (connect(c->fd, (const struct sockaddr *)to, sizeof(*to)) != 0 && errno != EINPROGRESS)
		return PC_E_REFUSED;
	struct pollfd p = {.fd = c->fd, .events = POLLOUT};
	if (poll(&p, 1, CONNECT_MS) <= 0)
		return PC_E_TIMEOUT;
	if (getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &failed, &len) != 0 || failed != 0)
		return PC_E_REFUSED;
	return PC_OK;
}

void
pc_client_tcp_close(struct pc_tcp_client *c)
{
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
	pc_buf_done(&c->in);
}

int
pc_client_tcp_send(struct pc_tcp_client *c, const void *data, size_t len)
{
	const uint8_t *p = data;
	while (len > 0) {
		ssize_t n = send(c->fd, p, len, MSG_NOSIGNAL);
		struct pollfd wait = {.fd = c->fd, .events = POLLOUT};
		if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
			if (poll(&wait, 1, CONNECT_MS) <= 0)
				return PC_E_TIMEOUT;
			continue;
		}
		if (n < 0)
			return PC_E_CLOSED;
		p += n;
		len -= (size_t)n;
	}
	return PC_OK;
}

void
pc_client_tcp_end(struct pc_tcp_client *c)
{
	(void)shutdown(c->fd, SHUT_WR);
}

static bool
satisfied(const struct pc_tcp_client *c, size_t n, const char *text)
{
	if (text != NULL)
		return c->in.len > 0 && memmem(c->in.data, c->in.len, text, strlen(text)) != NULL;
	return n > 0 && c->in.len >= n;
}

int
pc_client_tcp_await(struct pc_tcp_client *c, size_t n, const char *text, unsigned deadline_ms)
{
	uint64_t end = pc_clock_now_ms() + deadline_ms;
	uint8_t chunk[4096];
	while (!satisfied(c, n, text)) {
		uint64_t now = pc_clock_now_ms();
		struct pollfd p = {.fd = c->fd, .events = POLLIN};
		if (c->peer_closed)
			return n == 0 && text == NULL ? PC_OK : PC_E_CLOSED;
		if (now >= end)
			return PC_E_TIMEOUT;
		if (poll(&p, 1, (int)(end - now)) <= 0)
			continue;
		ssize_t got = recv(c->fd, chunk, sizeof(chunk), 0);
		if (got > 0)
			pc_buf_add(&c->in, chunk, (size_t)got);
		else if (got == 0 || (errno != EAGAIN && errno != EINTR))
			c->peer_closed = true;
	}
	return PC_OK;
}
