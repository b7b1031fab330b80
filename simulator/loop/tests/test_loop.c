/* Tests of loop on real loopback sockets: timers, virtual time, UDP addresses, TCP life cycles. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/text.h"
#include "loop/loop.h"
#include "loop/tcp.h"
#include "loop/udp.h"

enum { DEADLINE_MS = 5000 };

struct fixture {
	struct pc_clock clock;
	struct pc_loop *loop;
	struct pc_timer deadline;
	bool late;
	char seen[4096];
	unsigned count;
	struct pc_tcp *server, *client;
	enum pc_tcp_end end;
};

static void
on_deadline(void *arg)
{
	struct fixture *f = arg;
	f->late = true;
	pc_loop_stop(f->loop);
}

static void
set_up(struct fixture *f)
{
	struct pc_diag diag = {{0}};
	*f = (struct fixture){0};
	pc_clock_init_real(&f->clock);
	assert_int_equal(pc_loop_new(&f->clock, &f->loop, &diag), PC_OK);
	pc_timer_start(&f->deadline, f->loop, DEADLINE_MS, on_deadline, f);
}

static void
tear_down(struct fixture *f)
{
	pc_timer_stop(&f->deadline);
	pc_loop_free(f->loop);
	assert_false(f->late);
}

static void
note(struct fixture *f, const char *word)
{
	strncat(f->seen, word, sizeof(f->seen) - strlen(f->seen) - 1);
}

static struct sockaddr_in
at(const char *text)
{
	struct sockaddr_in a;
	assert_int_equal(pc_text_sockaddr(text, 0, &a), PC_OK);
	return a;
}

static void
tick_a(void *arg)
{
	note(arg, "a");
}

static void
tick_stop(void *arg)
{
	struct fixture *f = arg;
	note(f, "z");
	pc_loop_stop(f->loop);
}

static void
test_virtual_timers(void **state)
{
	struct fixture f = {0};
	struct pc_timer t[40] = {{0}};
	struct pc_timer last = {0};
	struct pc_diag diag = {{0}};
	(void)state;
	pc_clock_init_virtual(&f.clock, 0);
	assert_int_equal(pc_loop_new(&f.clock, &f.loop, &diag), PC_OK);
	uint64_t start = pc_clock_ms(&f.clock);
	for (unsigned i = 0; i < 40; i++)
		pc_timer_start(&t[i], f.loop, (i * 7919) % 40 * 1000, tick_a, &f);
	pc_timer_start(&last, f.loop, 86400000, tick_stop, &f);
	for (unsigned i = 0; i < 40; i += 2)
		pc_timer_stop(&t[i]);
	assert_int_equal(pc_loop_run(f.loop), PC_OK);
	assert_string_equal(f.seen, "aaaaaaaaaaaaaaaaaaaaz");
	assert_int_equal(pc_clock_ms(&f.clock) - start, 86400000);
	pc_loop_free(f.loop);
}

struct ticker {
	struct fixture *f;
	struct pc_timer t;
	const char *name;
	unsigned left;
};

static void
tick_again(void *arg)
{
	struct ticker *k = arg;
	note(k->f, k->name);
	if (--k->left > 0)
		pc_timer_start(&k->t, k->f->loop, 0, tick_again, k);
}

/* Equal times run in the order of their start; one that restarts itself waits for the next turn. */
static void
test_timer_order(void **state)
{
	struct fixture f = {0};
	struct pc_diag diag = {{0}};
	struct ticker k[5] = {{0}};
	static const char *const names[] = {"a", "b", "c", "d", "e"};
	(void)state;
	pc_clock_init_virtual(&f.clock, 0);
	assert_int_equal(pc_loop_new(&f.clock, &f.loop, &diag), PC_OK);
	for (unsigned i = 0; i < 5; i++) {
		k[i] = (struct ticker){.f = &f, .name = names[i], .left = i == 1 ? 3 : 1};
		pc_timer_start(&k[i].t, f.loop, i == 4 ? 50 : 10, tick_again, &k[i]);
	}
	pc_timer_start(&k[0].t, f.loop, 10, tick_again, &k[0]); /* restarted: now the last */
	static const char *const turns[] = {"bcda", "bcdab", "bcdabb", "bcdabbe"};
	for (unsigned i = 0; i < 4; i++) {
		assert_int_equal(pc_loop_turn(f.loop, -1), PC_OK);
		assert_string_equal(f.seen, turns[i]);
	}
	pc_loop_free(f.loop);
}

static void
stop_other(void *arg)
{
	struct ticker *k = arg;
	note(k->f, k->name);
	pc_timer_stop(&k[1].t);
	pc_timer_stop(&k[0].t);
}

static void
test_timer_stops_another(void **state)
{
	struct fixture f = {0};
	struct pc_diag diag = {{0}};
	struct ticker k[3] = {{.name = "a"}, {.name = "b", .left = 1}, {.name = "c", .left = 1}};
	(void)state;
	pc_clock_init_virtual(&f.clock, 0);
	assert_int_equal(pc_loop_new(&f.clock, &f.loop, &diag), PC_OK);
	for (unsigned i = 0; i < 3; i++) {
		k[i].f = &f;
		pc_timer_start(&k[i].t, f.loop, 5, i == 0 ? stop_other : tick_again, &k[i]);
	}
	assert_int_equal(pc_loop_turn(f.loop, -1), PC_OK);
	assert_string_equal(f.seen, "ac");
	assert_false(pc_timer_running(&k[0].t) || pc_timer_running(&k[1].t));
	pc_loop_free(f.loop);
}

static void
on_ready(void *arg, int fd, uint32_t events)
{
	struct fixture *f = arg;
	uint64_t times = 0;
	(void)events;
	assert_int_equal(read(fd, &times, sizeof(times)), (ssize_t)sizeof(times));
	f->count++;
	note(f, "d");
	pc_loop_linger(f->loop, 0);
}

/* What becomes ready a little later comes before an hour of virtual time. */
static void
test_virtual_lingers(void **state)
{
	struct fixture f = {0};
	struct pc_timer hour = {0};
	struct pc_loop_fd *watch = NULL;
	struct pc_diag diag = {{0}};
	const struct itimerspec soon = {.it_value = {.tv_nsec = 10000000}};
	int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	(void)state;
	assert_true(fd >= 0);
	pc_clock_init_virtual(&f.clock, 0);
	assert_int_equal(pc_loop_new(&f.clock, &f.loop, &diag), PC_OK);
	uint64_t start = pc_clock_ms(&f.clock);
	pc_timer_start(&hour, f.loop, 3600000, tick_stop, &f);
	pc_loop_linger(f.loop, DEADLINE_MS);
	assert_int_equal(pc_loop_turn(f.loop, 0), PC_OK); /* less than it lingers */
	assert_int_equal(pc_clock_ms(&f.clock), start);
	assert_int_equal(timerfd_settime(fd, 0, &soon, NULL), 0);
	assert_int_equal(pc_loop_fd_add(f.loop, fd, EPOLLIN, on_ready, &f, &watch), PC_OK);
	assert_int_equal(pc_loop_run(f.loop), PC_OK);
	assert_string_equal(f.seen, "dz");
	assert_int_equal(pc_clock_ms(&f.clock) - start, 3600000);
	pc_loop_fd_del(watch);
	close(fd);
	pc_loop_free(f.loop);
}

struct pipes {
	struct fixture f;
	struct pc_loop_fd *watch[2];
};

static void
drop_both(void *arg, int fd, uint32_t events)
{
	struct pipes *p = arg;
	(void)fd;
	(void)events;
	p->f.count++;
	pc_loop_fd_del(p->watch[0]);
	pc_loop_fd_del(p->watch[1]);
}

/* Both are ready in one turn; the first callback ends both watches. */
static void
test_watch_ends_another(void **state)
{
	struct pipes p;
	int a[2];
	int b[2];
	(void)state;
	set_up(&p.f);
	assert_int_equal(pipe(a) | pipe(b), 0);
	assert_int_equal(write(a[1], "x", 1) + write(b[1], "x", 1), 2);
	assert_int_equal(
		pc_loop_fd_add(p.f.loop, a[0], EPOLLIN, drop_both, &p, &p.watch[0]), PC_OK);
	assert_int_equal(
		pc_loop_fd_add(p.f.loop, b[0], EPOLLIN, drop_both, &p, &p.watch[1]), PC_OK);
	assert_int_equal(pc_loop_turn(p.f.loop, 1000), PC_OK);
	assert_int_equal(pc_loop_turn(p.f.loop, 0), PC_OK);
	assert_int_equal(p.f.count, 1);
	for (unsigned i = 0; i < 2; i++) {
		close(a[i]);
		close(b[i]);
	}
	tear_down(&p.f);
}

static void
echo_datagram(void *arg, struct pc_udp *udp, const struct sockaddr_in *peer,
	const struct sockaddr_in *local, const uint8_t *data, size_t len)
{
	(void)arg;
	assert_int_equal(pc_udp_send(udp, peer, local->sin_addr, data, len), PC_OK);
}

static void
count_answer(void *arg, struct pc_udp *udp, const struct sockaddr_in *peer,
	const struct sockaddr_in *local, const uint8_t *data, size_t len)
{
	struct fixture *f = arg;
	char text[PC_TEXT_ADDR_MAX];
	(void)udp;
	(void)local;
	assert_int_equal(len, 3);
	assert_memory_equal(data, "abc", 3);
	note(f, pc_text_from_ipv4(peer->sin_addr, text));
	if (++f->count == 2)
		pc_loop_stop(f->loop);
}

static void
test_udp_addresses(void **state)
{
	struct fixture f;
	struct pc_udp *server = NULL;
	struct pc_udp *client = NULL;
	struct pc_udp_options any = {.bind = {.sin_family = AF_INET}};
	struct pc_udp_options one = {.bind = at("127.0.0.1:0")};
	struct pc_diag diag = {{0}};
	(void)state;
	set_up(&f);
	assert_int_equal(pc_udp_open(f.loop, &any, echo_datagram, &f, &server, &diag), PC_OK);
	assert_int_equal(pc_udp_open(f.loop, &one, count_answer, &f, &client, &diag), PC_OK);
	struct sockaddr_in to = pc_udp_local(server);
	to.sin_addr = at("127.9.8.7").sin_addr;
	pc_udp_send(client, &to, one.bind.sin_addr, (const uint8_t *)"abc", 3);
	to.sin_addr = at("127.1.2.3").sin_addr;
	pc_udp_send(client, &to, one.bind.sin_addr, (const uint8_t *)"abc", 3);
	assert_int_equal(pc_loop_run(f.loop), PC_OK);
	assert_string_equal(f.seen, "127.9.8.7127.1.2.3");
	pc_udp_close(client);
	pc_udp_close(server);
	tear_down(&f);
}

static void
tap_source(void *arg, uint64_t wall_ns, const struct sockaddr_in *from,
	const struct sockaddr_in *to, const uint8_t *data, size_t len)
{
	struct fixture *f = arg;
	char text[PC_TEXT_ADDR_MAX];
	(void)wall_ns;
	(void)to;
	(void)data;
	(void)len;
	note(f, pc_text_from_ipv4(from->sin_addr, text));
}

/* A socket without an address of its own: the tap still tells the one the datagram leaves with, or
 * requests and answers of a recording would not belong together. */
static void
test_udp_tap_source(void **state)
{
	struct fixture f;
	struct pc_udp *client = NULL;
	struct pc_tap tap = {.udp = tap_source, .arg = &f};
	struct pc_udp_options any = {.bind = {.sin_family = AF_INET}, .tap = &tap};
	struct sockaddr_in to = at("127.4.4.4:9");
	struct in_addr none = {.s_addr = INADDR_ANY};
	struct pc_diag diag = {{0}};
	(void)state;
	set_up(&f);
	assert_int_equal(pc_udp_open(f.loop, &any, echo_datagram, &f, &client, &diag), PC_OK);
	assert_int_equal(pc_udp_send(client, &to, none, (const uint8_t *)"abc", 3), PC_OK);
	assert_string_equal(f.seen, "127.0.0.1");
	pc_udp_close(client);
	tear_down(&f);
}

static void
test_port_in_use(void **state)
{
	struct fixture f;
	struct pc_udp *first = NULL;
	struct pc_udp *second = NULL;
	struct pc_udp_options one = {.bind = at("127.0.0.1:0")};
	struct pc_diag diag = {{0}};
	(void)state;
	set_up(&f);
	assert_int_equal(pc_udp_open(f.loop, &one, echo_datagram, &f, &first, &diag), PC_OK);
	one.bind = pc_udp_local(first);
	assert_int_equal(
		pc_udp_open(f.loop, &one, echo_datagram, &f, &second, &diag), PC_E_ENVIRONMENT);
	assert_non_null(strstr(diag.text, "--port-offset N"));
	assert_non_null(strstr(diag.text, "another program uses this port"));
	pc_udp_close(first);
	tear_down(&f);
}

static bool
server_open(void *arg, struct pc_tcp *conn)
{
	struct fixture *f = arg;
	struct sockaddr_in local = pc_tcp_local(conn);
	char text[PC_TEXT_ADDR_MAX];
	f->server = conn;
	note(f, pc_text_from_ipv4(local.sin_addr, text));
	return true;
}

static size_t
server_data(void *arg, struct pc_tcp *conn, const uint8_t *data, size_t len)
{
	struct fixture *f = arg;
	(void)data;
	if (len < 3)
		return 0;
	f->count++;
	assert_int_equal(pc_tcp_write(conn, "ok", 2), PC_OK);
	return 3;
}

static void
server_closed(void *arg, struct pc_tcp *conn, enum pc_tcp_end end)
{
	struct fixture *f = arg;
	(void)conn;
	(void)end;
	note(f, " server-closed");
}

static const struct pc_tcp_handler server_handler = {
	.open = server_open, .data = server_data, .closed = server_closed};

static bool
client_open(void *arg, struct pc_tcp *conn)
{
	(void)arg;
	assert_int_equal(pc_tcp_write(conn, "ab", 2), PC_OK);
	assert_int_equal(pc_tcp_write(conn, "cdef", 4), PC_OK);
	return true;
}

static size_t
client_data(void *arg, struct pc_tcp *conn, const uint8_t *data, size_t len)
{
	(void)arg;
	(void)data;
	if (len < 4)
		return 0;
	pc_tcp_close(conn);
	return len;
}

static void
client_closed(void *arg, struct pc_tcp *conn, enum pc_tcp_end end)
{
	struct fixture *f = arg;
	(void)conn;
	f->end = end;
	f->client = NULL;
	pc_loop_stop(f->loop);
}

static const struct pc_tcp_handler client_handler = {
	.open = client_open, .data = client_data, .closed = client_closed};

static struct pc_tcp_listener *
listen_any(struct fixture *f, unsigned max, unsigned idle_ms)
{
	struct pc_tcp_options o = {
		.bind = {.sin_family = AF_INET}, .max_connections = max, .idle_ms = idle_ms};
	struct pc_tcp_listener *l = NULL;
	struct pc_diag diag = {{0}};
	assert_int_equal(pc_tcp_listen(f->loop, &o, &server_handler, f, &l, &diag), PC_OK);
	return l;
}

static void
connect_to(struct fixture *f, struct pc_tcp_listener *l, const char *addr,
	const struct pc_tcp_handler *handler)
{
	struct pc_tcp_options o = {0};
	struct pc_diag diag = {{0}};
	struct sockaddr_in to = pc_tcp_listener_local(l);
	to.sin_addr = at(addr).sin_addr;
	assert_int_equal(
		pc_tcp_connect(f->loop, &to, NULL, &o, handler, f, &f->client, &diag), PC_OK);
}

static void
test_tcp_dialogue(void **state)
{
	struct fixture f;
	(void)state;
	set_up(&f);
	struct pc_tcp_listener *l = listen_any(&f, 0, 0);
	connect_to(&f, l, "127.3.2.1", &client_handler);
	assert_int_equal(pc_loop_run(f.loop), PC_OK);
	assert_int_equal(f.count, 2);
	assert_int_equal(f.end, PC_TCP_END_LOCAL);
	while (strstr(f.seen, "server-closed") == NULL && !f.late)
		pc_loop_turn(f.loop, 100);
	assert_string_equal(f.seen, "127.3.2.1 server-closed");
	pc_tcp_listener_close(l);
	tear_down(&f);
}

static void
test_tcp_refused(void **state)
{
	struct fixture f;
	(void)state;
	set_up(&f);
	struct pc_tcp_listener *l = listen_any(&f, 0, 0);
	struct sockaddr_in to = pc_tcp_listener_local(l);
	pc_tcp_listener_close(l);
	struct pc_tcp_options o = {0};
	struct pc_diag diag = {{0}};
	to.sin_addr = at("127.0.0.1").sin_addr;
	assert_int_equal(
		pc_tcp_connect(f.loop, &to, NULL, &o, &client_handler, &f, &f.client, &diag),
		PC_OK);
	assert_int_equal(pc_loop_run(f.loop), PC_OK);
	assert_int_equal(f.end, PC_TCP_END_REFUSED);
	tear_down(&f);
}

static bool
silent_open(void *arg, struct pc_tcp *conn)
{
	(void)arg;
	(void)conn;
	return true;
}

static const struct pc_tcp_handler silent_handler = {.open = silent_open, .closed = client_closed};

static void
test_tcp_idle_and_limit(void **state)
{
	struct fixture f;
	(void)state;
	set_up(&f);
	struct pc_tcp_listener *l = listen_any(&f, 1, 30);
	connect_to(&f, l, "127.0.0.1", &silent_handler);
	assert_int_equal(pc_loop_run(f.loop), PC_OK); /* ends when the idle server side closes */
	assert_int_equal(f.end, PC_TCP_END_LOCAL);
	assert_string_equal(f.seen, "127.0.0.1 server-closed");
	pc_tcp_listener_close(l);
	tear_down(&f);
}

static void
on_child(void *arg, pid_t pid, int status)
{
	struct fixture *f = arg;
	(void)pid;
	f->count = (unsigned)WEXITSTATUS(status);
	pc_loop_stop(f->loop);
}

static void
test_child(void **state)
{
	struct fixture f;
	struct pc_loop_fd *watch = NULL;
	(void)state;
	set_up(&f);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		_exit(7);
	assert_int_equal(pc_loop_child(f.loop, pid, on_child, &f, &watch), PC_OK);
	assert_int_equal(pc_loop_run(f.loop), PC_OK);
	assert_int_equal(f.count, 7);
	tear_down(&f);
}

static void
on_lost_child(void *arg, pid_t pid, int status)
{
	struct fixture *f = arg;
	assert_false(WIFEXITED(status) || WIFSIGNALED(status));
	f->count = (unsigned)pid;
	pc_loop_stop(f->loop);
}

/* Reaped behind the loop's back: the watch ends all the same instead of spinning. */
static void
test_child_reaped_elsewhere(void **state)
{
	struct fixture f;
	struct pc_loop_fd *watch = NULL;
	(void)state;
	set_up(&f);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		_exit(7);
	assert_int_equal(pc_loop_child(f.loop, pid, on_lost_child, &f, &watch), PC_OK);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_int_equal(pc_loop_run(f.loop), PC_OK);
	assert_int_equal(f.count, pid);
	tear_down(&f);
}

static void
test_child_not_watched_any_more(void **state)
{
	struct fixture f;
	struct pc_loop_fd *watch = NULL;
	(void)state;
	set_up(&f);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		_exit(7);
	assert_int_equal(pc_loop_child(f.loop, pid, on_child, &f, &watch), PC_OK);
	pc_loop_fd_del(watch);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_int_equal(pc_loop_turn(f.loop, 0), PC_OK);
	assert_int_equal(f.count, 0);
	tear_down(&f);
}

static void
close_in_callback(void *arg, struct pc_udp *udp, const struct sockaddr_in *peer,
	const struct sockaddr_in *local, const uint8_t *data, size_t len)
{
	struct fixture *f = arg;
	f->count++;
	(void)pc_udp_send(udp, peer, local->sin_addr, data, len);
	pc_udp_close(udp);
	pc_udp_close(udp); /* a second time changes nothing */
	if (f->count == 1)
		pc_loop_stop(f->loop);
}

/* Two datagrams wait; the callback closes the socket at the first, whose answer still leaves. */
static void
test_udp_closed_inside(void **state)
{
	struct fixture f;
	struct fixture answers = {0};
	struct pc_udp *server = NULL;
	struct pc_udp *client = NULL;
	struct pc_udp_options one = {.bind = at("127.0.0.1:0")};
	struct pc_diag diag = {{0}};
	(void)state;
	set_up(&f);
	answers.loop = f.loop;
	assert_int_equal(pc_udp_open(f.loop, &one, close_in_callback, &f, &server, &diag), PC_OK);
	assert_int_equal(pc_udp_open(f.loop, &one, count_answer, &answers, &client, &diag), PC_OK);
	struct sockaddr_in to = pc_udp_local(server);
	for (unsigned i = 0; i < 2; i++)
		pc_udp_send(client, &to, one.bind.sin_addr, (const uint8_t *)"abc", 3);
	assert_int_equal(pc_loop_run(f.loop), PC_OK);
	while (answers.count == 0 && !f.late)
		pc_loop_turn(f.loop, 100);
	assert_int_equal(f.count, 1);
	assert_int_equal(answers.count, 1);
	pc_udp_close(client);
	tear_down(&f);
}

/* What the system refuses is counted and does not hold up what comes behind it. */
static void
test_udp_refused_by_the_system(void **state)
{
	struct fixture f;
	struct pc_udp *server = NULL;
	struct pc_udp *client = NULL;
	struct pc_udp_options one = {.bind = at("127.0.0.1:0")};
	struct pc_diag diag = {{0}};
	uint8_t large[PC_UDP_MAX + 1] = {0};
	(void)state;
	set_up(&f);
	assert_int_equal(pc_udp_open(f.loop, &one, echo_datagram, &f, &server, &diag), PC_OK);
	assert_int_equal(pc_udp_open(f.loop, &one, count_answer, &f, &client, &diag), PC_OK);
	struct sockaddr_in to = pc_udp_local(server);
	struct sockaddr_in nowhere = at("255.255.255.255:9"); /* not without SO_BROADCAST */
	struct in_addr from = one.bind.sin_addr;
	assert_int_equal(pc_udp_send(client, &to, from, large, sizeof(large)), PC_E_LIMIT);
	assert_int_equal(pc_udp_send(client, &nowhere, from, large, 1), PC_OK);
	assert_int_equal(pc_udp_send_failures(client), 1);
	for (unsigned i = 0; i < 2; i++)
		pc_udp_send(client, &to, from, (const uint8_t *)"abc", 3);
	assert_int_equal(pc_loop_run(f.loop), PC_OK);
	assert_int_equal(f.count, 2);
	pc_udp_close(client);
	pc_udp_close(server);
	tear_down(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_virtual_timers),
		cmocka_unit_test(test_virtual_lingers),
		cmocka_unit_test(test_timer_order),
		cmocka_unit_test(test_timer_stops_another),
		cmocka_unit_test(test_watch_ends_another),
		cmocka_unit_test(test_udp_addresses),
		cmocka_unit_test(test_udp_closed_inside),
		cmocka_unit_test(test_udp_refused_by_the_system),
		cmocka_unit_test(test_udp_tap_source),
		cmocka_unit_test(test_port_in_use),
		cmocka_unit_test(test_tcp_dialogue),
		cmocka_unit_test(test_tcp_refused),
		cmocka_unit_test(test_tcp_idle_and_limit),
		cmocka_unit_test(test_child),
		cmocka_unit_test(test_child_reaped_elsewhere),
		cmocka_unit_test(test_child_not_watched_any_more),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
