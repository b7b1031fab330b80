/* Tests of TCP where it hurts: objects closed inside callbacks, peers that reset, queues that fill,
 * descriptors that run out. The other end is a plain socket of the test, so that it does exactly
 * what a row needs. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/err.h"
#include "loop/loop.h"
#include "loop/tcp.h"

enum { DEADLINE_MS = 5000, BIG = PC_TCP_WRITE_MAX };

enum close_what { NOTHING, CONNECTION, RESET, LISTENER, BOTH };

struct fixture {
	struct pc_clock clock;
	struct pc_loop *loop;
	struct pc_timer deadline;
	bool late;
	struct pc_tcp_listener *listener;
	struct pc_tcp *conn; /* of the server; NULL once closed */
	enum close_what in_open, in_data, in_eof, in_drained, in_closed;
	bool pause_in_data, resume_in_data, take_nothing;
	unsigned opens, closes, drains, eofs;
	size_t taken;
	unsigned data_calls;
	enum pc_tcp_end end;
	uint64_t flows[8];
	unsigned n_flows;
};

static void
on_deadline(void *arg)
{
	struct fixture *f = arg;
	f->late = true;
}

static void
end_something(struct fixture *f, enum close_what what)
{
	struct pc_tcp_listener *l = f->listener;
	if (what == CONNECTION || what == BOTH)
		pc_tcp_close(f->conn);
	if (what == RESET)
		pc_tcp_reset(f->conn);
	if (what == LISTENER || what == BOTH) {
		f->listener = NULL;
		pc_tcp_listener_close(l);
	}
}

static bool
on_open(void *arg, struct pc_tcp *conn)
{
	struct fixture *f = arg;
	f->opens++;
	f->conn = conn;
	end_something(f, f->in_open);
	return true;
}

static size_t
on_data(void *arg, struct pc_tcp *conn, const uint8_t *data, size_t len)
{
	struct fixture *f = arg;
	(void)data;
	if (++f->data_calls > 1000000)
		fail_msg("data() is called again and again");
	if (f->pause_in_data)
		pc_tcp_pause(conn);
	if (f->resume_in_data) {
		pc_tcp_pause(conn);
		pc_tcp_resume(conn);
	}
	end_something(f, f->in_data);
	if (f->take_nothing)
		return 0;
	f->taken += len;
	return len;
}

static void
on_eof(void *arg, struct pc_tcp *conn)
{
	struct fixture *f = arg;
	f->eofs++;
	if (f->in_eof == NOTHING)
		pc_tcp_close(conn);
	end_something(f, f->in_eof);
}

static void
on_drained(void *arg, struct pc_tcp *conn)
{
	struct fixture *f = arg;
	(void)conn;
	f->drains++;
	end_something(f, f->in_drained);
}

static void
on_closed(void *arg, struct pc_tcp *conn, enum pc_tcp_end end)
{
	struct fixture *f = arg;
	f->closes++;
	if (conn != f->conn) /* not the newest one: rows look at that */
		return;
	f->end = end;
	end_something(f, f->in_closed);
	f->conn = NULL;
}

static const struct pc_tcp_handler handler = {.open = on_open,
	.data = on_data,
	.eof = on_eof,
	.drained = on_drained,
	.closed = on_closed};

static struct pc_tcp_listener *
listen_on(struct fixture *f, const struct pc_tcp_options *options)
{
	struct pc_tcp_options o = *options;
	struct pc_tcp_listener *l = NULL;
	struct pc_diag diag = {{0}};
	o.bind = (struct sockaddr_in){
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	assert_int_equal(pc_tcp_listen(f->loop, &o, &handler, f, &l, &diag), PC_OK);
	return l;
}

static void
set_up(struct fixture *f, const struct pc_tcp_options *options)
{
	struct pc_diag diag = {{0}};
	struct pc_tcp_options plain = {0};
	pc_clock_init_real(&f->clock);
	assert_int_equal(pc_loop_new(&f->clock, &f->loop, &diag), PC_OK);
	pc_timer_start(&f->deadline, f->loop, DEADLINE_MS, on_deadline, f);
	f->listener = listen_on(f, options == NULL ? &plain : options);
}

static void
tear_down(struct fixture *f)
{
	f->in_closed = NOTHING;
	pc_tcp_listener_close(f->listener);
	pc_timer_stop(&f->deadline);
	pc_loop_free(f->loop);
	assert_false(f->late);
}

static int
dial(const struct pc_tcp_listener *l)
{
	struct sockaddr_in to = pc_tcp_listener_local(l);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	int small = 4096; /* so that what we send has to queue */
	assert_true(fd >= 0);
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small)), 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	return fd;
}

/* Close so that the peer gets RST. */
static void
hang_up(int fd)
{
	struct linger hard = {1, 0};
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard)), 0);
	close(fd);
}

#define TURN_UNTIL(f, condition) \
	while (!(condition) && !(f)->late) \
	assert_int_equal(pc_loop_turn((f)->loop, 100), PC_OK)

/* Read all the server sends until it ends; the count, or -1 after a reset. */
static ssize_t
read_all(struct fixture *f, int fd)
{
	uint8_t chunk[65536];
	ssize_t sum = 0;
	while (!f->late) {
		ssize_t n = recv(fd, chunk, sizeof(chunk), MSG_DONTWAIT);
		if (n == 0)
			return sum;
		if (n > 0)
			sum += n;
		else if (errno == ECONNRESET)
			return -1;
		else
			pc_loop_turn(f->loop, 10);
	}
	return -2;
}

struct close_row {
	const char *name;
	enum close_what in_open, in_data, in_eof, in_closed;
	enum pc_tcp_end end;
};

/* Every callback may end its connection, its listener or both; closed() comes once. */
static void
test_closed_inside_callbacks(void **state)
{
	static const struct close_row rows[] = {
		{"connection in open", CONNECTION, NOTHING, NOTHING, NOTHING, PC_TCP_END_LOCAL},
		{"reset in open", RESET, NOTHING, NOTHING, NOTHING, PC_TCP_END_RESET},
		{"listener in open", LISTENER, NOTHING, NOTHING, NOTHING, PC_TCP_END_RESET},
		{"both in open", BOTH, NOTHING, NOTHING, NOTHING, PC_TCP_END_LOCAL},
		{"connection in data", NOTHING, CONNECTION, NOTHING, NOTHING, PC_TCP_END_LOCAL},
		{"reset in data", NOTHING, RESET, NOTHING, NOTHING, PC_TCP_END_RESET},
		{"listener in data", NOTHING, LISTENER, NOTHING, NOTHING, PC_TCP_END_RESET},
		{"both in data", NOTHING, BOTH, NOTHING, NOTHING, PC_TCP_END_LOCAL},
		{"connection in eof", NOTHING, NOTHING, CONNECTION, NOTHING, PC_TCP_END_LOCAL},
		{"listener in eof", NOTHING, NOTHING, LISTENER, NOTHING, PC_TCP_END_RESET},
		{"listener in closed", NOTHING, NOTHING, NOTHING, LISTENER, PC_TCP_END_LOCAL},
		{"both in closed", NOTHING, CONNECTION, NOTHING, BOTH, PC_TCP_END_LOCAL},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct fixture f = {.in_open = rows[i].in_open,
			.in_data = rows[i].in_data,
			.in_eof = rows[i].in_eof,
			.in_closed = rows[i].in_closed};
		set_up(&f, NULL);
		int fd = dial(f.listener);
		(void)send(fd, "hello", 5, MSG_NOSIGNAL);
		shutdown(fd, SHUT_WR);
		TURN_UNTIL(&f, f.closes > 0 && f.closes == f.opens);
		if (f.end != rows[i].end || f.late)
			fail_msg("%s: ended with %d", rows[i].name, (int)f.end);
		close(fd);
		tear_down(&f);
	}
}

/* A peer resets while nothing of ours runs: writing is no error yet and frees nothing; the next
 * turn tells. */
static void
test_write_after_reset(void **state)
{
	struct fixture f = {0};
	(void)state;
	set_up(&f, NULL);
	int fd = dial(f.listener);
	TURN_UNTIL(&f, f.opens == 1);
	hang_up(fd);
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(pc_tcp_write(f.conn, "late", 4), PC_OK);
	assert_int_equal(f.closes, 0);
	TURN_UNTIL(&f, f.closes == 1);
	assert_int_equal(f.end, PC_TCP_END_RESET);
	tear_down(&f);
}

/* The same while reading is paused: no events are asked for, the reset is still seen. */
static void
test_reset_while_paused(void **state)
{
	struct fixture f = {0};
	(void)state;
	set_up(&f, NULL);
	int fd = dial(f.listener);
	TURN_UNTIL(&f, f.opens == 1);
	pc_tcp_pause(f.conn);
	hang_up(fd);
	TURN_UNTIL(&f, f.closes == 1);
	assert_int_equal(f.end, PC_TCP_END_RESET);
	tear_down(&f);
}

/* What the peer said before it reset the connection is offered. */
static void
test_words_before_reset(void **state)
{
	struct fixture f = {0};
	(void)state;
	set_up(&f, NULL);
	int fd = dial(f.listener);
	TURN_UNTIL(&f, f.opens == 1);
	assert_int_equal(send(fd, "no thanks", 9, 0), 9);
	hang_up(fd);
	TURN_UNTIL(&f, f.closes == 1);
	assert_int_equal(f.taken, 9);
	assert_int_equal(f.end, PC_TCP_END_RESET);
	tear_down(&f);
}

/* More than the socket takes at once: the rest follows, nothing is lost, drained() comes once. */
static void
test_partial_writes(void **state)
{
	struct fixture f = {0};
	(void)state;
	set_up(&f, NULL);
	int fd = dial(f.listener);
	uint8_t *big = calloc(1, BIG);
	TURN_UNTIL(&f, f.opens == 1);
	assert_int_equal(pc_tcp_write(f.conn, big, BIG), PC_OK);
	assert_true(pc_tcp_queued(f.conn) > 0);
	assert_int_equal(pc_tcp_write(f.conn, big, PC_TCP_WRITE_MAX), PC_E_LIMIT);
	assert_int_equal(pc_tcp_write(f.conn, big, 0), PC_OK);
	assert_int_equal(pc_tcp_write(f.conn, "tail", 4), PC_OK); /* the refusal did not stick */
	f.in_drained = CONNECTION;
	assert_int_equal(read_all(&f, fd), BIG + 4);
	assert_int_equal(f.drains, 1);
	assert_int_equal(f.end, PC_TCP_END_LOCAL);
	free(big);
	close(fd);
	tear_down(&f);
}

/* close() and shutdown() wait for the queue; afterwards nothing can be written. */
static void
test_close_after_queue(void **state)
{
	(void)state;
	for (unsigned half = 0; half < 2; half++) {
		struct fixture f = {0};
		set_up(&f, NULL);
		int fd = dial(f.listener);
		uint8_t *big = calloc(1, BIG);
		TURN_UNTIL(&f, f.opens == 1);
		assert_int_equal(pc_tcp_write(f.conn, big, BIG), PC_OK);
		if (half == 1)
			pc_tcp_shutdown(f.conn);
		else
			pc_tcp_close(f.conn);
		assert_int_equal(pc_tcp_write(f.conn, "x", 1), PC_E_CLOSED);
		assert_int_equal(read_all(&f, fd), BIG);
		close(fd);
		TURN_UNTIL(&f, f.closes == 1);
		assert_int_equal(f.eofs, half);
		free(big);
		tear_down(&f);
	}
}

/* Both directions are down and bytes wait while the owner reads nothing: they are not lost, and
 * the loop sleeps meanwhile. */
static void
test_hang_up_while_paused(void **state)
{
	struct fixture f = {0};
	static const uint8_t words[40000]; /* fits the window, so that the end arrives too */
	(void)state;
	set_up(&f, NULL);
	int fd = dial(f.listener);
	TURN_UNTIL(&f, f.opens == 1);
	pc_tcp_pause(f.conn);
	pc_tcp_shutdown(f.conn);
	assert_int_equal(send(fd, words, sizeof(words), 0), sizeof(words));
	close(fd);
	unsigned turns = 0;
	uint64_t start = pc_clock_ms(&f.clock);
	while (pc_clock_ms(&f.clock) - start < 60) {
		pc_loop_turn(f.loop, 20);
		turns++;
	}
	assert_in_range(turns, 1, 20);
	assert_int_equal(f.closes, 0);
	pc_tcp_resume(f.conn);
	TURN_UNTIL(&f, f.closes == 1);
	assert_int_equal(f.taken, sizeof(words));
	tear_down(&f);
}

/* Pausing and resuming inside data() offers no byte twice. */
static void
test_resume_inside_data(void **state)
{
	struct fixture f = {.resume_in_data = true};
	(void)state;
	set_up(&f, NULL);
	int fd = dial(f.listener);
	assert_int_equal(send(fd, "hello", 5, 0), 5);
	TURN_UNTIL(&f, f.taken > 0);
	assert_int_equal(f.taken, 5);
	assert_int_equal(f.data_calls, 1);
	close(fd);
	tear_down(&f);
}

/* resume() from outside offers what waited; the callback may end the connection there. */
static void
test_resume_from_outside(void **state)
{
	struct fixture f = {.take_nothing = true, .pause_in_data = true};
	(void)state;
	set_up(&f, NULL);
	int fd = dial(f.listener);
	assert_int_equal(send(fd, "hello", 5, 0), 5);
	TURN_UNTIL(&f, f.data_calls == 1);
	f.take_nothing = false;
	f.in_data = CONNECTION;
	pc_tcp_resume(f.conn);
	assert_int_equal(f.taken, 5);
	assert_int_equal(f.closes, 1);
	close(fd);
	tear_down(&f);
}

/* An owner that takes nothing stops the reading; memory stays bounded. */
static void
test_unread_is_bounded(void **state)
{
	struct fixture f = {.take_nothing = true};
	uint8_t *big = calloc(1, BIG);
	(void)state;
	set_up(&f, NULL);
	int fd = dial(f.listener);
	TURN_UNTIL(&f, f.opens == 1);
	(void)send(fd, big, BIG, MSG_DONTWAIT);
	uint64_t start = pc_clock_ms(&f.clock);
	unsigned turns = 0;
	while (pc_clock_ms(&f.clock) - start < 60) {
		pc_loop_turn(f.loop, 20);
		turns++;
	}
	assert_in_range(turns, 1, 30);
	assert_in_range(f.data_calls, 1, 10);
	assert_int_equal(f.closes, 0);
	close(fd);
	free(big);
	tear_down(&f);
}

/* A connection that only we write to is not idle. */
static void
test_writing_is_not_idle(void **state)
{
	struct pc_tcp_options o = {.idle_ms = 60};
	struct fixture f = {0};
	(void)state;
	set_up(&f, &o);
	int fd = dial(f.listener);
	TURN_UNTIL(&f, f.opens == 1);
	uint64_t start = pc_clock_ms(&f.clock);
	while (f.closes == 0 && pc_clock_ms(&f.clock) - start < 200) {
		assert_int_equal(pc_tcp_write(f.conn, "x", 1), PC_OK);
		pc_loop_turn(f.loop, 5);
	}
	assert_int_equal(f.closes, 0);
	TURN_UNTIL(&f, f.closes == 1);
	assert_int_equal(f.end, PC_TCP_END_IDLE);
	close(fd);
	tear_down(&f);
}

/* Half-closing before the connection stands must not give it up. */
static void
test_shutdown_while_connecting(void **state)
{
	struct fixture f = {0};
	struct pc_tcp_options o = {0};
	struct pc_diag diag = {{0}};
	struct pc_tcp *out = NULL;
	(void)state;
	set_up(&f, NULL);
	int server = socket(AF_INET, SOCK_STREAM, 0);
	struct sockaddr_in any = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(any);
	assert_int_equal(bind(server, (struct sockaddr *)&any, len), 0);
	assert_int_equal(listen(server, 1), 0);
	assert_int_equal(getsockname(server, (struct sockaddr *)&any, &len), 0);
	assert_int_equal(pc_tcp_connect(f.loop, &any, NULL, &o, &handler, &f, &out, &diag), PC_OK);
	f.conn = out;
	pc_tcp_shutdown(out);
	TURN_UNTIL(&f, f.opens + f.closes > 0);
	assert_int_equal(f.opens, 1);
	int fd = accept(server, NULL, NULL);
	assert_int_equal(read_all(&f, fd), 0);
	close(fd);
	TURN_UNTIL(&f, f.closes == 1);
	close(server);
	tear_down(&f);
}

static void
test_limit_is_counted(void **state)
{
	struct pc_tcp_options o = {.max_connections = 2};
	struct fixture f = {0};
	int fd[4];
	(void)state;
	set_up(&f, &o);
	for (unsigned i = 0; i < 4; i++)
		fd[i] = dial(f.listener);
	TURN_UNTIL(&f, pc_tcp_listener_counters(f.listener).refused == 2);
	assert_int_equal(pc_tcp_listener_counters(f.listener).accepted, 2);
	assert_int_equal(read_all(&f, fd[3]), -1);
	for (unsigned i = 0; i < 4; i++)
		close(fd[i]);
	TURN_UNTIL(&f, f.closes == 2);
	tear_down(&f);
}

static unsigned
fill_descriptors(int *fds, unsigned max)
{
	unsigned n = 0;
	while (n < max && (fds[n] = fcntl(STDERR_FILENO, F_DUPFD, 0)) >= 0)
		n++;
	return n;
}

/* Out of descriptors: the listener rests instead of spinning, and serves when there are some. */
static void
test_out_of_descriptors(void **state)
{
	struct fixture f = {0};
	struct rlimit before;
	int fds[256];
	(void)state;
	set_up(&f, NULL);
	int fd = dial(f.listener);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	struct rlimit few = {.rlim_cur = (rlim_t)fd + 20, .rlim_max = before.rlim_max};
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	unsigned n = fill_descriptors(fds, 256);
	unsigned turns = 0;
	uint64_t start = pc_clock_ms(&f.clock);
	while (pc_clock_ms(&f.clock) - start < 2 * PC_TCP_ACCEPT_PAUSE_MS) {
		assert_int_equal(pc_loop_turn(f.loop, 50), PC_OK);
		turns++;
	}
	struct pc_tcp_counters c = pc_tcp_listener_counters(f.listener);
	for (unsigned i = 0; i < n; i++)
		close(fds[i]);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	assert_int_equal(f.opens, 0);
	assert_in_range(c.paused, 1, 3);
	assert_in_range(turns, 1, 20);
	TURN_UNTIL(&f, f.opens == 1);
	assert_int_equal(pc_tcp_listener_counters(f.listener).accepted, 1);
	close(fd);
	tear_down(&f);
}

static void
note_flow(void *arg, uint64_t wall_ns, const struct pc_tap_flow *flow, enum pc_tap_event event,
	const uint8_t *data, size_t len)
{
	struct fixture *f = arg;
	(void)wall_ns;
	(void)data;
	(void)len;
	if (event == PC_TAP_OPEN && f->n_flows < 8)
		f->flows[f->n_flows++] = flow->id;
}

/* Two listeners with one tap: the connections can be told apart. */
static void
test_flows_are_unique(void **state)
{
	struct fixture f = {0};
	struct pc_tap tap = {.tcp = note_flow, .arg = &f};
	struct pc_tcp_options o = {.tap = &tap};
	int fd[2];
	(void)state;
	set_up(&f, &o);
	struct pc_tcp_listener *other = listen_on(&f, &o);
	fd[0] = dial(f.listener);
	TURN_UNTIL(&f, f.opens == 1);
	fd[1] = dial(other);
	TURN_UNTIL(&f, f.opens == 2);
	assert_int_equal(f.n_flows, 2);
	assert_int_not_equal(f.flows[0], f.flows[1]);
	pc_tcp_listener_close(other);
	close(fd[0]);
	close(fd[1]);
	tear_down(&f);
}

/* A unix socket at `path`, as a process leaves it behind that was killed. */
static void
leave_stale(const char *path)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	snprintf(at.sun_path, sizeof(at.sun_path), "%s", path);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	close(fd);
}

/* The same over a unix socket: both roles, a stale socket is replaced, a live one and a file that
 * is none are not, and nothing is left behind. */
static void
test_unix_sockets(void **state)
{
	char dir[] = "/tmp/presscheck-tcp-XXXXXX";
	char path[64], file[64], long_path[PC_TCP_PATH_MAX + 2];
	struct fixture f = {0};
	struct pc_tcp_listener *other = NULL;
	struct pc_tcp *client = NULL;
	struct pc_diag diag = {{0}};
	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/a.sock", dir);
	snprintf(file, sizeof(file), "%s/file", dir);
	leave_stale(path);
	struct pc_tcp_options o = {.unix_path = path};
	set_up(&f, &o);
	assert_int_equal(pc_tcp_listen(f.loop, &o, &handler, &f, &other, &diag), PC_E_ENVIRONMENT);
	assert_non_null(strstr(diag.text, path));
	FILE *plain = fopen(file, "w");
	assert_non_null(plain);
	fclose(plain);
	o.unix_path = file;
	assert_int_equal(pc_tcp_listen(f.loop, &o, &handler, &f, &other, &diag), PC_E_ENVIRONMENT);
	memset(long_path, 'x', sizeof(long_path) - 1);
	long_path[sizeof(long_path) - 1] = '\0';
	o.unix_path = long_path;
	assert_int_equal(pc_tcp_listen(f.loop, &o, &handler, &f, &other, &diag), PC_E_LIMIT);
	o.unix_path = path;
	static const struct pc_tcp_handler plain_client = {0};
	assert_int_equal(
		pc_tcp_connect(f.loop, NULL, NULL, &o, &plain_client, NULL, &client, &diag), PC_OK);
	assert_int_equal(pc_tcp_write(client, "hello", 5), PC_OK);
	TURN_UNTIL(&f, f.taken == 5);
	assert_int_equal(pc_tcp_local(f.conn).sin_addr.s_addr, 0);
	pc_tcp_close(client);
	TURN_UNTIL(&f, f.closes == 1);
	tear_down(&f);
	assert_int_equal(access(path, F_OK), -1);
	assert_int_equal(unlink(file), 0);
	assert_int_equal(rmdir(dir), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_closed_inside_callbacks),
		cmocka_unit_test(test_write_after_reset),
		cmocka_unit_test(test_reset_while_paused),
		cmocka_unit_test(test_words_before_reset),
		cmocka_unit_test(test_partial_writes),
		cmocka_unit_test(test_close_after_queue),
		cmocka_unit_test(test_hang_up_while_paused),
		cmocka_unit_test(test_resume_inside_data),
		cmocka_unit_test(test_resume_from_outside),
		cmocka_unit_test(test_unread_is_bounded),
		cmocka_unit_test(test_writing_is_not_idle),
		cmocka_unit_test(test_shutdown_while_connecting),
		cmocka_unit_test(test_limit_is_counted),
		cmocka_unit_test(test_out_of_descriptors),
		cmocka_unit_test(test_flows_are_unique),
		cmocka_unit_test(test_unix_sockets),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
