#include "loop/tcp-open.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/err.h"
#include "base/text.h"
#include "loop/udp.h"

enum { BACKLOG = 1024 };

static int
unix_address(const char *path, struct sockaddr_un *ret, struct pc_diag *diag)
{
	*ret = (struct sockaddr_un){.sun_family = AF_UNIX};
	if (path[0] == '\0' || strlen(path) > PC_TCP_PATH_MAX)
		return pc_diag_fail(diag, PC_E_LIMIT,
			"unix socket '%s': 1 to %d characters are possible", path, PC_TCP_PATH_MAX);
	pc_text_copy(ret->sun_path, sizeof(ret->sun_path), path);
	return PC_OK;
}

/* Remove a socket that nobody listens on. What is no socket stays, and bind() will say so. */
static void
remove_stale(int fd, const struct sockaddr_un *addr)
{
	struct stat st;
	if (lstat(addr->sun_path, &st) == 0 && S_ISSOCK(st.st_mode) &&
		connect(fd, (const struct sockaddr *)addr, sizeof(*addr)) != 0 &&
		errno == ECONNREFUSED)
		(void)unlink(addr->sun_path);
}

static int
open_unix_listener(const char *path, int *ret_fd, struct pc_diag *diag)
{
	struct sockaddr_un addr;
	int err = unix_address(path, &addr, diag);
	if (err != PC_OK)
		return err;
	int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (probe >= 0) {
		remove_stale(probe, &addr);
		close(probe);
	}
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return pc_diag_fail(diag, -errno, "unix socket: %s", pc_err_text(-errno));
	if (bind(fd, (const struct sockaddr *)&addr, sizeof(addr)) != 0 ||
		listen(fd, BACKLOG) != 0) {
		err = -errno;
		close(fd);
		return pc_diag_fail(diag, PC_E_ENVIRONMENT, "unix socket '%s': %s", path,
			err == -EADDRINUSE ? "in use, or something else of that name is there"
					   : pc_err_text(err));
	}
	*ret_fd = fd;
	return PC_OK;
}

static int
open_listener(const struct pc_tcp_options *options, int *ret_fd, struct pc_diag *diag)
{
	int on = 1, ttl = options->ttl;
	const struct sockaddr_in *addr = &options->bind;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return pc_diag_fail(diag, -errno, "TCP socket: %s", pc_err_text(-errno));
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (ttl != 0)
		(void)setsockopt(fd, IPPROTO_IP, IP_TTL, &ttl, sizeof(ttl));
	if (bind(fd, (const struct sockaddr *)addr, sizeof(*addr)) != 0 ||
		listen(fd, BACKLOG) != 0) {
		int err = -errno;
		close(fd);
		return pc_bind_fail(diag, err, "TCP", addr);
	}
	*ret_fd = fd;
	return PC_OK;
}

int
pc_tcp_open_listening(const struct pc_tcp_options *options, int *ret_fd, struct pc_diag *diag)
{
	return options->unix_path == NULL ? open_listener(options, ret_fd, diag)
					  : open_unix_listener(options->unix_path, ret_fd, diag);
}

int
pc_tcp_open_connecting(const struct pc_tcp_options *options, const struct sockaddr_in *peer,
	const struct sockaddr_in *local, int *ret_fd, struct pc_diag *diag)
{
	struct sockaddr_un at;
	char text[PC_TEXT_ADDR_MAX];
	const char *path = options->unix_path;
	const struct sockaddr *to = (const struct sockaddr *)peer;
	socklen_t len = sizeof(*peer);
	int err = path == NULL ? PC_OK : unix_address(path, &at, diag);
	if (err != PC_OK)
		return err;
	int fd = socket(
		path == NULL ? AF_INET : AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return pc_diag_fail(diag, -errno, "TCP socket: %s", pc_err_text(-errno));
	if (path != NULL) {
		to = (const struct sockaddr *)&at;
		len = sizeof(at);
	} else if (local != NULL &&
		   (local->sin_addr.s_addr != INADDR_ANY || local->sin_port != 0) &&
		   bind(fd, (const struct sockaddr *)local, sizeof(*local)) != 0) {
		err = pc_bind_fail(diag, -errno, "TCP", local);
	}
	if (err == PC_OK && connect(fd, to, len) != 0 && errno != EINPROGRESS) {
		err = -errno;
		(void)pc_diag_fail(diag, err, "connect to %s: %s",
			path == NULL ? pc_text_from_sockaddr(peer, text) : path, pc_err_text(err));
	}
	if (err != PC_OK) {
		close(fd);
		return err;
	}
	*ret_fd = fd;
	return PC_OK;
}
