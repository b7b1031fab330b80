/* Tests of loop on real loopback sockets: timers, virtual time, UDP addresses, TCP life cycles. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_virtual_timers),
		cmocka_unit_test(test_udp_addresses),
		cmocka_unit_test(test_port_in_use),
		cmocka_unit_test(test_tcp_dialogue),
		cmocka_unit_test(test_tcp_refused),
		cmocka_unit_test(test_tcp_idle_and_limit),
		cmocka_unit_test(test_child),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
