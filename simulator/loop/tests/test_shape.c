/* What a policy asks for happens to datagrams and connections, others are untouched, limits hold.
 * Three addresses of ours; the policy of a test is one fate for the second of them. */
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/err.h"
#include "loop/loop.h"
#include "loop/shape.h"
#include "loop/tcp.h"
#include "loop/udp.h"

enum { GOOD = 0x7f0a0101, BAD, ELSE, CLIENT = 0x7f000001, DEADLINE_MS = 5000, IN_MAX = 600 };

struct got {
	char text[16];
	size_t len;
	uint32_t from;
	uint64_t at_ms;
};

struct rig {
	struct pc_clock clock;
	struct pc_loop *loop;
	struct pc_shaper *shaper;
	struct pc_udp *server, *client;
	struct pc_shape_fate fate[PC_SHAPE_WAYS];
	struct pc_shape_line line;
	bool any_line;
	struct got got[IN_MAX];
	unsigned n, served;
	struct pc_timer deadline;
	bool late;
	struct pc_tcp_listener *listener;
	unsigned opens, closes;
	size_t taken;
	const char *answer;
};

static void
on_late(void *arg)
{
	((struct rig *)arg)->late = true;
}

static void
fate(void *arg, const struct pc_shape_packet *p, struct pc_shape_fate *ret)
{
	struct rig *r = arg;
	if (ntohl(p->local.sin_addr.s_addr) == BAD)
		*ret = r->fate[p->way];
}

static bool
line(void *arg, const struct sockaddr_in *local, const struct sockaddr_in *peer,
	struct pc_shape_line *ret)
{
	struct rig *r = arg;
	(void)peer;
	if (ntohl(local->sin_addr.s_addr) != BAD || !r->any_line)
		return false;
	*ret = r->line;
	return true;
}

/* The server says back what it was told. */
static void
on_server(void *arg, struct pc_udp *udp, const struct sockaddr_in *peer,
	const struct sockaddr_in *local, const uint8_t *data, size_t len)
{
	struct rig *r = arg;
	r->served++;
	pc_udp_send(udp, peer, local->sin_addr, data, len);
}

static void
on_client(void *arg, struct pc_udp *udp, const struct sockaddr_in *peer,
	const struct sockaddr_in *local, const uint8_t *data, size_t len)
{
	struct rig *r = arg;
	(void)udp;
	(void)local;
	if (r->n == IN_MAX)
		return;
	struct got *g = &r->got[r->n++];
	g->len = len;
	g->from = ntohl(peer->sin_addr.s_addr);
	g->at_ms = pc_clock_ms(&r->clock);
	memcpy(g->text, data, len < sizeof(g->text) ? len : sizeof(g->text) - 1);
}

static bool
on_open(void *arg, struct pc_tcp *conn)
{
	struct rig *r = arg;
	r->opens++;
	if (r->answer != NULL)
		assert_int_equal(pc_tcp_write(conn, r->answer, strlen(r->answer)), PC_OK);
	return true;
}

static size_t
on_data(void *arg, struct pc_tcp *conn, const uint8_t *data, size_t len)
{
	struct rig *r = arg;
	r->taken += len;
	(void)pc_tcp_write(conn, data, len);
	return len;
}

static void
on_closed(void *arg, struct pc_tcp *conn, enum pc_tcp_end end)
{
	(void)conn;
	(void)end;
	((struct rig *)arg)->closes++;
}

static const struct pc_tcp_handler handler = {
	.open = on_open, .data = on_data, .closed = on_closed};

static void
set_up(struct rig *r, bool is_virtual)
{
	struct pc_udp_options any = {.bind = {.sin_family = AF_INET}};
	struct pc_udp_options one = {
		.bind = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(CLIENT)}};
	struct pc_tcp_options tcp = {.bind = {.sin_family = AF_INET}, .max_connections = 2};
	const struct pc_shape_policy policy = {.datagram = fate, .line = line, .arg = r};
	memset(r, 0, sizeof(*r));
	pc_shape_line_init(&r->line);
	if (is_virtual)
		pc_clock_init_virtual(&r->clock, 1000000);
	else
		pc_clock_init_real(&r->clock);
	assert_int_equal(pc_loop_new(&r->clock, &r->loop, NULL), PC_OK);
	if (!is_virtual)
		pc_timer_start(&r->deadline, r->loop, DEADLINE_MS, on_late, r);
	assert_int_equal(pc_udp_open(r->loop, &any, on_server, r, &r->server, NULL), PC_OK);
	assert_int_equal(pc_udp_open(r->loop, &one, on_client, r, &r->client, NULL), PC_OK);
	assert_int_equal(pc_tcp_listen(r->loop, &tcp, &handler, r, &r->listener, NULL), PC_OK);
	assert_int_equal(pc_shaper_new(r->loop, &policy, &r->shaper), PC_OK);
	pc_shaper_arm(r->shaper, true);
}

static void
tear_down(struct rig *r)
{
	pc_timer_stop(&r->deadline);
	pc_udp_close(r->server);
	pc_udp_close(r->client);
	pc_tcp_listener_close(r->listener);
	pc_shaper_free(r->shaper);
	pc_loop_free(r->loop);
	assert_false(r->late);
}

static void
ask(struct rig *r, uint32_t whom, const char *text)
{
	struct sockaddr_in to = pc_udp_local(r->server);
	to.sin_addr.s_addr = htonl(whom);
	assert_int_equal(pc_udp_send(r->client, &to, (struct in_addr){htonl(CLIENT)},
				 (const uint8_t *)text, strlen(text)),
		PC_OK);
}

static void
turn_until(struct rig *r, const unsigned *count, unsigned want)
{
	while (*count < want && !r->late)
		assert_int_equal(pc_loop_turn(r->loop, 20), PC_OK);
}

/* All that was sent before to anyone has been dealt with once GOOD has answered. */
static void
settle(struct rig *r)
{
	unsigned want = r->n;
	ask(r, GOOD, "settle");
	while (!r->late) {
		assert_int_equal(pc_loop_turn(r->loop, 20), PC_OK);
		if (r->n > want && strcmp(r->got[r->n - 1].text, "settle") == 0)
			break;
	}
	r->n--;
	memset(&r->got[r->n], 0, sizeof(r->got[0]));
}

struct datagram_row {
	const char *name;
	enum pc_shape_way way;
	struct pc_shape_fate fate;
	unsigned served, answers;
	const char *text; /* of the first answer */
	uint32_t from;
};

static void
test_datagrams(void **state)
{
	static const struct datagram_row rows[] = {
		{"untouched", PC_SHAPE_IN, {.drop = false}, 1, 1, "abcd", BAD},
		{"lost in", PC_SHAPE_IN, {.drop = true}, 0, 0, NULL, 0},
		{"lost out", PC_SHAPE_OUT, {.drop = true}, 1, 0, NULL, 0},
		{"doubled in", PC_SHAPE_IN, {.copies = 1}, 2, 2, "abcd", BAD},
		{"tripled out", PC_SHAPE_OUT, {.copies = 2}, 1, 3, "abcd", BAD},
		{"copies are bounded", PC_SHAPE_OUT, {.copies = 1000}, 1, 1 + PC_SHAPE_COPIES_MAX,
			"abcd", BAD},
		{"cut in", PC_SHAPE_IN, {.truncate = true, .len = 2}, 1, 1, "ab", BAD},
		{"cut out", PC_SHAPE_OUT, {.truncate = true, .len = 3}, 1, 1, "abc", BAD},
		{"cut to nothing", PC_SHAPE_OUT, {.truncate = true, .len = 0}, 1, 1, "", BAD},
		{"cut beyond the end", PC_SHAPE_OUT, {.truncate = true, .len = 9}, 1, 1, "abcd",
			BAD},
		{"flipped in", PC_SHAPE_IN, {.flip = true, .bit = 1}, 1, 1, "cbcd", BAD},
		{"flipped out, modulo", PC_SHAPE_OUT, {.flip = true, .bit = 32 + 24}, 1, 1, "abce",
			BAD},
		{"wrong source", PC_SHAPE_OUT, {.other_source = true, .source.s_addr = 0}, 1, 1,
			"abcd", CLIENT},
		{"late in", PC_SHAPE_IN, {.delay_ms = 20}, 1, 1, "abcd", BAD},
		{"late and doubled out", PC_SHAPE_OUT, {.delay_ms = 20, .copies = 1}, 1, 2, "abcd",
			BAD},
		{"cut, flipped and doubled", PC_SHAPE_OUT,
			{.truncate = true, .len = 2, .flip = true, .bit = 8, .copies = 1}, 1, 2,
			"ac", BAD},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct rig r;
		set_up(&r, false);
		r.fate[rows[i].way] = rows[i].fate;
		ask(&r, BAD, "abcd");
		turn_until(&r, &r.n, rows[i].answers);
		settle(&r); /* GOOD answers as ever, and nothing more comes */
		if (r.n != rows[i].answers || r.served != rows[i].served + 1)
			fail_msg("%s: served %u, %u answers", rows[i].name, r.served - 1, r.n);
		if (r.n > 0 &&
			(strcmp(r.got[0].text, rows[i].text) != 0 || r.got[0].from != rows[i].from))
			fail_msg("%s: '%s' from %x", rows[i].name, r.got[0].text, r.got[0].from);
		tear_down(&r);
	}
}

/* By the clock, also a virtual one: not before its time, and nobody waits for it. */
static void
test_delay(void **state)
{
	struct rig r;
	(void)state;
	set_up(&r, true);
	uint64_t start = pc_clock_ms(&r.clock);
	r.fate[PC_SHAPE_OUT].delay_ms = 10000;
	ask(&r, BAD, "slow");
	ask(&r, GOOD, "quick");
	while (r.n < 2)
		assert_int_equal(pc_loop_turn(r.loop, 1), PC_OK);
	assert_string_equal(r.got[0].text, "quick");
	assert_int_equal(r.got[0].at_ms - start, 0);
	assert_string_equal(r.got[1].text, "slow");
	assert_int_equal(r.got[1].at_ms - start, 10000);
	tear_down(&r);
}

/* The first of two is overtaken by the second; alone it comes in the end. */
static void
test_reorder(void **state)
{
	struct rig r;
	(void)state;
	set_up(&r, true);
	r.fate[PC_SHAPE_OUT] = (struct pc_shape_fate){.overtaken = true, .delay_ms = 60000};
	ask(&r, BAD, "first");
	while (r.served < 1)
		assert_int_equal(pc_loop_turn(r.loop, 1), PC_OK);
	r.fate[PC_SHAPE_OUT] = (struct pc_shape_fate){.drop = false};
	uint64_t start = pc_clock_ms(&r.clock);
	ask(&r, ELSE, "other");
	ask(&r, BAD, "second");
	while (r.n < 3 && pc_clock_ms(&r.clock) == start)
		assert_int_equal(pc_loop_turn(r.loop, 1), PC_OK);
	assert_int_equal(r.n, 3);
	assert_string_equal(r.got[0].text, "other"); /* of another address: overtakes nobody */
	assert_string_equal(r.got[1].text, "second");
	assert_string_equal(r.got[2].text, "first");
	r.fate[PC_SHAPE_OUT] = (struct pc_shape_fate){.overtaken = true, .delay_ms = 60000};
	ask(&r, BAD, "alone");
	while (r.n < 4)
		assert_int_equal(pc_loop_turn(r.loop, 1), PC_OK);
	assert_true(pc_clock_ms(&r.clock) - start >= 60000);
	assert_int_equal(pc_shaper_counters(r.shaper).held, 0);
	tear_down(&r);
}

/* More than one address may hold is lost and counted; others still can. */
static void
test_held_is_bounded(void **state)
{
	struct rig r;
	(void)state;
	set_up(&r, false);
	r.fate[PC_SHAPE_IN].delay_ms = 60000;
	for (unsigned i = 0; i < PC_SHAPE_HELD_OWN_MAX + 7; i++) {
		ask(&r, BAD, "x");
		settle(&r);
	}
	struct pc_shape_counters c = pc_shaper_counters(r.shaper);
	assert_int_equal(c.held, PC_SHAPE_HELD_OWN_MAX);
	assert_int_equal(c.overflowed, 7);
	assert_int_equal(c.held_bytes, PC_SHAPE_HELD_OWN_MAX);
	pc_udp_close(r.server); /* what is held for it goes with it */
	r.server = NULL;
	assert_int_equal(pc_shaper_counters(r.shaper).held, 0);
	tear_down(&r);
}

/* Disarmed, nobody is asked; what was late still comes. */
static void
test_disarm(void **state)
{
	struct rig r;
	(void)state;
	set_up(&r, true);
	r.fate[PC_SHAPE_IN].delay_ms = 1000;
	ask(&r, BAD, "late");
	while (pc_shaper_counters(r.shaper).held == 0)
		assert_int_equal(pc_loop_turn(r.loop, 1), PC_OK);
	pc_shaper_arm(r.shaper, false);
	ask(&r, BAD, "now");
	while (r.n < 2)
		assert_int_equal(pc_loop_turn(r.loop, 1), PC_OK);
	assert_string_equal(r.got[0].text, "now");
	assert_string_equal(r.got[1].text, "late");
	tear_down(&r);
}

/* ---- connections ---- */

static int
dial(const struct rig *r, uint32_t whom)
{
	struct sockaddr_in to = pc_tcp_listener_local(r->listener);
	to.sin_addr.s_addr = htonl(whom);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(fd >= 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	return fd;
}

enum end { OPEN, EOF_SEEN, RESET_SEEN };

/* Read until `want` bytes, the end, or until GOOD has been served and the time is over. */
static enum end
read_some(struct rig *r, int fd, size_t want, size_t *ret_n)
{
	char chunk[4096];
	*ret_n = 0;
	while (!r->late && *ret_n < want) {
		assert_int_equal(pc_loop_turn(r->loop, 1), PC_OK);
		ssize_t n = recv(fd, chunk, sizeof(chunk), MSG_DONTWAIT);
		if (n == 0)
			return EOF_SEEN;
		if (n < 0 && errno != EAGAIN)
			return RESET_SEEN;
		*ret_n += n > 0 ? (size_t)n : 0;
	}
	return OPEN;
}

/* GOOD serves a connection from beginning to end meanwhile. */
static void
assert_good(struct rig *r)
{
	size_t n = 0;
	const char *answer = r->answer;
	r->answer = NULL;
	int fd = dial(r, GOOD);
	assert_int_equal(send(fd, "hello", 5, 0), 5);
	assert_int_equal(read_some(r, fd, 5, &n), OPEN);
	assert_int_equal(n, 5);
	shutdown(fd, SHUT_WR);
	assert_int_equal(read_some(r, fd, 1, &n), EOF_SEEN);
	close(fd);
	r->answer = answer;
}

struct cut_row {
	const char *name;
	enum pc_shape_way way;
	enum pc_shape_cut cut;
	uint64_t at;
	size_t read; /* bytes of the echo that arrive */
	enum end end;
};

static void
test_cuts(void **state)
{
	static const struct cut_row rows[] = {
		{"reset after 0 in", PC_SHAPE_IN, PC_SHAPE_RESET, 0, 0, RESET_SEEN},
		{"reset after 4 out", PC_SHAPE_OUT, PC_SHAPE_RESET, 4, 4, RESET_SEEN},
		{"close after 7 out", PC_SHAPE_OUT, PC_SHAPE_CLOSE, 7, 7, EOF_SEEN},
		{"close after 10 in: all", PC_SHAPE_IN, PC_SHAPE_CLOSE, 10, 0, EOF_SEEN},
		{"stand after 3 out", PC_SHAPE_OUT, PC_SHAPE_STALL, 3, 3, OPEN},
		{"stand after 6 in", PC_SHAPE_IN, PC_SHAPE_STALL, 6, 6, OPEN},
		{"beyond the end", PC_SHAPE_OUT, PC_SHAPE_RESET, 100, 10, OPEN},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct rig r;
		size_t n = 0, more = 0;
		set_up(&r, false);
		r.any_line = true;
		r.line.cut[rows[i].way][rows[i].cut] = rows[i].at;
		int fd = dial(&r, BAD);
		assert_int_equal(send(fd, "0123456789", 10, 0), 10);
		enum end end = read_some(&r, fd, rows[i].read, &n);
		assert_good(&r);
		if (end == OPEN && rows[i].end != OPEN)
			end = read_some(&r, fd, 1, &more);
		ssize_t left = end == OPEN ? recv(fd, &more, 1, MSG_DONTWAIT) : 0;
		if (end != rows[i].end || n != rows[i].read || left > 0)
			fail_msg("%s: %zu bytes, end %d", rows[i].name, n, (int)end);
		if (rows[i].end != OPEN)
			assert_int_equal(pc_shaper_counters(r.shaper).cut[rows[i].cut], 1);
		close(fd);
		tear_down(&r);
	}
}

/* A stand that ends: the rest follows. */
static void
test_stand_ends(void **state)
{
	struct rig r;
	size_t n = 0;
	(void)state;
	set_up(&r, false);
	r.any_line = true;
	r.line.cut[PC_SHAPE_OUT][PC_SHAPE_STALL] = 3;
	r.line.stall_ms = 60;
	int fd = dial(&r, BAD);
	uint64_t start = pc_clock_ms(&r.clock);
	assert_int_equal(send(fd, "0123456789", 10, 0), 10);
	assert_int_equal(read_some(&r, fd, 10, &n), OPEN);
	assert_int_equal(n, 10);
	assert_true(pc_clock_ms(&r.clock) - start >= 60);
	close(fd);
	tear_down(&r);
}

static void
test_refuse_and_silent(void **state)
{
	struct rig r;
	size_t n = 0;
	int fds[PC_SHAPE_LINES_OWN_MAX + 1];
	(void)state;
	set_up(&r, false);
	r.any_line = true;
	r.line.refuse = true;
	int fd = dial(&r, BAD);
	assert_int_equal(read_some(&r, fd, 1, &n), RESET_SEEN);
	close(fd);
	r.line.refuse = false;
	r.line.silent = true;
	for (unsigned i = 0; i <= PC_SHAPE_LINES_OWN_MAX; i++) {
		fds[i] = dial(&r, BAD);
		assert_int_equal(send(fds[i], "hello", 5, 0), 5);
	}
	/* The one over the limit is reset; none of them took one of the listener's two places. */
	assert_int_equal(read_some(&r, fds[PC_SHAPE_LINES_OWN_MAX], 1, &n), RESET_SEEN);
	assert_good(&r);
	assert_int_equal(r.opens, 1);
	assert_int_equal(recv(fds[0], &n, 1, MSG_DONTWAIT), -1);
	assert_int_equal(errno, EAGAIN);
	struct pc_shape_counters c = pc_shaper_counters(r.shaper);
	assert_int_equal(c.lines, PC_SHAPE_LINES_OWN_MAX);
	assert_int_equal(c.over_limit, 1);
	assert_int_equal(c.refused, 1);
	for (unsigned i = 0; i <= PC_SHAPE_LINES_OWN_MAX; i++)
		close(fds[i]);
	while (pc_shaper_counters(r.shaper).lines > 0 && !r.late)
		assert_int_equal(pc_loop_turn(r.loop, 20), PC_OK); /* they end with their peers */
	tear_down(&r);
}

/* With a delay it opens late, and each request after a pause is read late. */
static void
test_late_connection(void **state)
{
	struct rig r;
	size_t n = 0;
	(void)state;
	set_up(&r, true);
	r.any_line = true;
	r.line.delay_ms = 10000;
	r.answer = "welcome";
	uint64_t start = pc_clock_ms(&r.clock);
	int fd = dial(&r, BAD);
	assert_int_equal(read_some(&r, fd, 7, &n), OPEN);
	assert_int_equal(pc_clock_ms(&r.clock) - start, 10000);
	assert_int_equal(send(fd, "one", 3, 0), 3);
	assert_int_equal(read_some(&r, fd, 3, &n), OPEN); /* awake: read at once */
	assert_int_equal(pc_clock_ms(&r.clock) - start, 10000);
	assert_int_equal(send(fd, "two", 3, 0), 3);
	assert_int_equal(read_some(&r, fd, 3, &n), OPEN);
	assert_int_equal(pc_clock_ms(&r.clock) - start, 20000);
	close(fd);
	tear_down(&r);
}

/* So many bytes a second, each way. */
static void
test_rate(void **state)
{
	enum { RATE = 1000, BYTES = 3000 };
	static char data[BYTES];
	(void)state;
	for (unsigned way = 0; way < PC_SHAPE_WAYS; way++) {
		struct rig r;
		size_t n = 0;
		set_up(&r, true);
		r.any_line = true;
		r.line.rate[way] = RATE;
		uint64_t start = pc_clock_ms(&r.clock);
		int fd = dial(&r, BAD);
		assert_int_equal(send(fd, data, BYTES, 0), BYTES);
		assert_int_equal(read_some(&r, fd, BYTES, &n), OPEN);
		uint64_t took = pc_clock_ms(&r.clock) - start;
		if (took < 2800 || took > 3200)
			fail_msg("way %u: %llu ms", way, (unsigned long long)took);
		close(fd);
		tear_down(&r);
	}
}

/* The shaper may go first: its connections live on, untouched. */
static void
test_shaper_goes_first(void **state)
{
	struct rig r;
	size_t n = 0;
	(void)state;
	set_up(&r, false);
	r.any_line = true;
	r.line.rate[PC_SHAPE_OUT] = 1000000;
	r.fate[PC_SHAPE_IN].delay_ms = 60000;
	ask(&r, BAD, "held");
	settle(&r);
	int fd = dial(&r, BAD);
	turn_until(&r, &r.opens, 1);
	assert_int_equal(
		pc_shaper_new(r.loop, &(struct pc_shape_policy){0}, &(struct pc_shaper *){0}),
		PC_E_EXISTS);
	pc_shaper_free(r.shaper);
	r.shaper = NULL;
	assert_int_equal(send(fd, "hello", 5, 0), 5);
	assert_int_equal(read_some(&r, fd, 5, &n), OPEN);
	close(fd);
	tear_down(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_datagrams),
		cmocka_unit_test(test_delay),
		cmocka_unit_test(test_reorder),
		cmocka_unit_test(test_held_is_bounded),
		cmocka_unit_test(test_disarm),
		cmocka_unit_test(test_cuts),
		cmocka_unit_test(test_stand_ends),
		cmocka_unit_test(test_refuse_and_silent),
		cmocka_unit_test(test_late_connection),
		cmocka_unit_test(test_rate),
		cmocka_unit_test(test_shaper_goes_first),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
