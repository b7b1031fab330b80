/* Faults with parameters and conditions: their text, their decisions on the wire (SNMP requests to
 * a fleet on a virtual clock), named faults that come and go. */
#include <errno.h>

#include "fleet/netfault-rule.h"
#include "fleet/tests/bench.h"
#include "snmp/faults.h"

/* ---- the text ---- */

static void
test_text(void **state)
{
	static const struct {
		const char *text, *shortest; /* NULL: the same */
	} rows[] = {
		{"udp-loss", NULL},
		{"udp-loss(rate=1)", "udp-loss"},
		{"udp-loss(rate=.25)", "udp-loss(rate=0.250000)"},
		{"udp-loss(rate=0)", "udp-loss(rate=0.000000)"},
		{"udp-delay(ms=200,jitter=50)@3", "udp-delay(jitter=50)@3"},
		{"udp-delay(ms=10000)@1-10000/100", NULL},
		{"udp-loss(dir=in,port=snmp)", "udp-loss(dir=in,port=161)"},
		{"udp-truncate(len=20)@2-4", "udp-truncate@2-4"},
		{"udp-bit-flip(bit=7,every=3,times=2)", NULL},
		{"udp-wrong-source(source=127.0.0.9)", NULL},
		{"udp-reorder(ms=5)@7-7/3", "udp-reorder(ms=5)@7"},
		{"tcp-slow(bytes=10,port=raw,peer=10.1.2.3/8)",
			"tcp-slow(bytes=10,port=raw,peer=10.0.0.0/8)"},
		{"tcp-reset(at=100,dir=in,port=lpd)", "tcp-reset(at=100,dir=in,port=515)"},
		{"tcp-stall(at=5,ms=900,nth=2,from=1500ms,until=120s)",
			"tcp-stall(ms=900,at=5,from=1500ms,until=2m,nth=2)"},
		{"udp-loss(port=trap,seed=0)", NULL},
		{"snmp-silent", NULL},
		{"snmp-silent(state=printing+error,from=1d)@2", NULL},
		{"lpd-no-final-ack(peer=127.0.0.1)", "lpd-no-final-ack(peer=127.0.0.1/32)"},
	};
	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		const char *want = rows[i].shortest == NULL ? rows[i].text : rows[i].shortest;
		struct pc_netfault_rule r;
		struct pc_diag diag = {{0}};
		struct pc_buf out;
		pc_buf_init(&out, 1024);
		if (pc_netfault_parse(rows[i].text, &r, &diag) != PC_OK)
			fail_msg("%s: %s", rows[i].text, diag.text);
		pc_netfault_write(&r, &out);
		/* The order of keys is the table's. */
		struct pc_netfault_rule again;
		if (pc_netfault_parse(pc_buf_text(&out), &again, &diag) != PC_OK ||
			memcmp(&again, &r, sizeof(r)) != 0)
			fail_msg("%s: '%s' reads differently", rows[i].text, pc_buf_text(&out));
		if (strlen(pc_buf_text(&out)) != strlen(want))
			fail_msg("%s: written as %s", rows[i].text, pc_buf_text(&out));
		pc_buf_done(&out);
	}
}

static void
test_bad_text(void **state)
{
	static const struct {
		const char *text;
		int err;
		const char *says;
	} rows[] = {
		{"", PC_E_SYNTAX, "column 1: the name"},
		{"(ms=1)", PC_E_SYNTAX, "column 1: the name"},
		{"udp-lost", PC_E_NOTFOUND, "known: udp-loss, udp-duplicate"},
		{"nope", PC_E_NOTFOUND, "snmp-alert-stays"},
		{"udp-loss(", PC_E_SYNTAX, "column 10: a key"},
		{"udp-loss()", PC_E_SYNTAX, "column 10: a key"},
		{"udp-loss(rate=0.5", PC_E_SYNTAX, "column 18: ')'"},
		{"udp-loss(rate)", PC_E_SYNTAX, "column 10: 'rate': one value"},
		{"udp-loss(rate=)", PC_E_SYNTAX, "column 15: a value"},
		{"udp-loss(rate=2)", PC_E_SYNTAX, "column 15: '2' is no 0..1"},
		{"udp-loss(rate=-1)", PC_E_SYNTAX, "column 15"},
		{"udp-loss(rate=0.1234567)", PC_E_SYNTAX, "column 15"},
		{"udp-loss(rate=99999999999999999999999)", PC_E_SYNTAX, "column 15"},
		{"udp-loss(rate=.)", PC_E_SYNTAX, "column 15"},
		{"udp-loss(ms=5)", PC_E_SYNTAX, "column 10: 'ms': udp-loss takes dir, port, rate"},
		{"udp-loss(rate=1,rate=1)", PC_E_SYNTAX, "column 17: 'rate': one value"},
		{"udp-loss(port=nowhere)", PC_E_SYNTAX, "column 15: 'nowhere'"},
		{"udp-loss(port=65536)", PC_E_SYNTAX, "column 15"},
		{"udp-loss(state=asleep)", PC_E_SYNTAX, "column 16: 'asleep'"},
		{"udp-loss(state=idle+)", PC_E_SYNTAX, "column 16"},
		{"udp-loss(peer=10.0.0.0/33)", PC_E_SYNTAX, "column 15"},
		{"udp-loss(peer=10.0.0.0/0)", PC_E_SYNTAX, "column 15"},
		{"udp-loss(from=10)", PC_E_SYNTAX, "column 15: '10' is no TIME"},
		{"udp-loss(from=10s,until=10s)", PC_E_SYNTAX, "'until' is not after 'from'"},
		{"udp-delay(ms=86400001)", PC_E_SYNTAX, "column 14"},
		{"udp-duplicate(copies=9)", PC_E_SYNTAX, "column 22"},
		{"tcp-refuse(dir=in)", PC_E_SYNTAX, "column 12: 'dir'"},
		{"snmp-silent(dir=in)", PC_E_SYNTAX, "column 13: 'dir'"},
		{"udp-loss@", PC_E_SYNTAX, "column 10: printers"},
		{"udp-loss@0", PC_E_SYNTAX, "column 10: printers"},
		{"udp-loss@3-2", PC_E_SYNTAX, "column 10: printers"},
		{"udp-loss@1-9/0", PC_E_SYNTAX, "column 10: printers"},
		{"udp-loss@+1", PC_E_SYNTAX, "column 10: printers"},
		{"udp-loss@1x", PC_E_SYNTAX, "column 10: printers"},
		{"udp-loss)@1", PC_E_NOTFOUND, "unknown fault"},
		{"udp-loss(rate=1)x", PC_E_SYNTAX, "column 17: '@' or the end"},
	};
	char long_text[PC_NETFAULT_TEXT_MAX + 2];
	struct pc_netfault_rule r;
	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		struct pc_diag diag = {{0}};
		int err = pc_netfault_parse(rows[i].text, &r, &diag);
		if (err != rows[i].err || strstr(diag.text, rows[i].says) == NULL)
			fail_msg("'%s': %d, %s", rows[i].text, err, diag.text);
	}
	memset(long_text, 'x', sizeof(long_text) - 1);
	long_text[sizeof(long_text) - 1] = '\0';
	assert_int_equal(pc_netfault_parse(long_text, &r, NULL), PC_E_SYNTAX);
}

/* ---- on the wire ---- */

/* GET sysUpTime.0 in SNMPv1 from `public`. */
static const uint8_t get[] = {0x30, 0x26, 0x02, 0x01, 0x00, 0x04, 0x06, 'p', 'u', 'b', 'l', 'i',
	'c', 0xa0, 0x19, 0x02, 0x01, 0x01, 0x02, 0x01, 0x00, 0x02, 0x01, 0x00, 0x30, 0x0e, 0x30,
	0x0c, 0x06, 0x08, 0x2b, 0x06, 0x01, 0x02, 0x01, 0x01, 0x03, 0x00, 0x05, 0x00};

/* A client at 127.0.0.`last`. */
static int
client(uint8_t last)
{
	struct sockaddr_in at = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7f000000u + last)};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	return fd;
}

static void
ask(const struct bench *b, int fd, uint32_t printer)
{
	struct sockaddr_in to = {.sin_family = AF_INET,
		.sin_port = htons((uint16_t)(161 + b->offset)),
		.sin_addr.s_addr = htonl(0x7f050000u + printer)};
	assert_int_equal(
		sendto(fd, get, sizeof(get), 0, (struct sockaddr *)&to, sizeof(to)), sizeof(get));
}

/* Printer `printer` answers a request from `fd`. One from another client to printer 2, which no
 * test harms, is served after it: then no answer is on its way any more. */
static bool
answers(struct bench *b, int fd, uint32_t printer)
{
	uint8_t in[512];
	bool got = false, done = false;
	int fence = client(250);
	ask(b, fd, printer);
	ask(b, fence, 2);
	for (int i = 0; i < 1000 && !done; i++) {
		assert_int_equal(pc_loop_turn(b->loop, 10), PC_OK);
		done = recv(fence, in, sizeof(in), 0) > 0;
		while (recv(fd, in, sizeof(in), 0) > 0)
			got = true;
	}
	assert_true(done);
	close(fence);
	return got;
}

static void
arm(struct bench *b, uint32_t printer, const char *text)
{
	struct pc_diag diag = {{0}};
	if (pc_fleet_fault(b->fleet, printer, text, true, &diag) != PC_OK)
		fail_msg("%s", diag.text);
}

static void
disarm(struct bench *b, uint32_t printer, const char *text)
{
	assert_int_equal(pc_fleet_fault(b->fleet, printer, text, false, NULL), PC_OK);
}

static void
assert_pattern(struct bench *b, int fd, const char *name, const char *want)
{
	char is[65] = "";
	size_t n = strlen(want);
	for (size_t i = 0; i < n; i++)
		is[i] = answers(b, fd, 1) ? 'a' : '.';
	if (strcmp(is, want) != 0)
		fail_msg("%s: %s, not %s", name, is, want);
}

static void
test_counts(void **state)
{
	static const struct {
		const char *text, *pattern; /* a: answered */
	} rows[] = {
		{"udp-silence", "...."},
		{"udp-loss(rate=0)", "aaaa"},
		{"udp-loss(dir=in,nth=3)", "aa.."},
		{"udp-loss(dir=in,every=3)", "aa.aa.a"},
		{"udp-loss(dir=out,times=2)", "..aa"},
		{"udp-loss(dir=in,nth=2,times=1)", "a.aa"},
		{"udp-loss(port=snmp)", "..."},
		{"udp-loss(port=enpc)", "aaa"},
		{"udp-loss(port=trap)", "aaa"},
		{"udp-loss(peer=127.0.0.7)", "..."},
		{"udp-loss(peer=127.0.0.8)", "aaa"},
		{"udp-loss(peer=127.0.0.4/30)", "..."},
		{"udp-loss(state=printing+error)", "aaa"},
		{"udp-loss(state=idle)", "..."},
		{"udp-truncate(len=10,dir=in)", "..."},
		{"tcp-refuse", "aaa"},
		{"snmp-silent(times=2)", "..aa"},
		{"snmp-silent(nth=2,every=2)", "a.a."},
		{"snmp-silent(peer=127.0.0.7)", "..."},
		{"snmp-silent(peer=127.0.0.6)", "aaa"},
		{"snmp-silent(port=enpc)", "aaa"},
		{"snmp-silent", "..."},
	};
	struct bench *b = *state;
	int fd = client(7);
	for (size_t i = 0; i < N(rows); i++) {
		arm(b, 1, rows[i].text);
		assert_pattern(b, fd, rows[i].text, rows[i].pattern);
		disarm(b, 1, rows[i].text);
		assert_pattern(b, fd, rows[i].text, "a");
		assert_int_equal(pc_device_faults(pc_fleet_device(b->fleet, 1)), 0);
	}
	close(fd);
}

/* Several at once: each has its say. */
static void
test_together(void **state)
{
	struct bench *b = *state;
	int fd = client(7);
	arm(b, 1, "udp-loss(dir=in,every=2)");
	arm(b, 1, "udp-loss(dir=in,every=3)");
	arm(b, 1, "snmp-silent(nth=5)");
	assert_pattern(b, fd, "together", "a...a.a...a....");
	disarm(b, 1, "snmp-silent");
	disarm(b, 1, "udp-loss"); /* both */
	assert_pattern(b, fd, "none", "aaa");
	close(fd);
}

/* The named fault follows the peer whose request is being served. */
static void
test_peers_in_turn(void **state)
{
	struct bench *b = *state;
	int bad = client(7), good = client(8);
	arm(b, 1, "snmp-silent(peer=127.0.0.7)");
	for (int i = 0; i < 3; i++) {
		assert_false(answers(b, bad, 1));
		assert_true(answers(b, good, 1));
	}
	close(bad);
	close(good);
}

static void
sequence(struct bench *b, int fd, bool noise, char out[65])
{
	for (size_t i = 0; i < 64; i++) {
		out[i] = answers(b, fd, 1) ? 'a' : '.';
		if (noise && i % 3 == 0)
			(void)answers(b, fd, 3);
	}
	out[64] = '\0';
}

/* The same in a run of its own. */
static void
run_sequence(const char *text, bool noise, char out[65])
{
	struct bench *b = NULL;
	int fd = client(7);
	assert_int_equal(bench_setup_virtual((void **)&b), 0);
	arm(b, 0, text);
	sequence(b, fd, noise, out);
	bench_teardown((void **)&b);
	close(fd);
}

/* Chance is the seed's: in another run it is the same, whatever others are asked; another seed is
 * another. */
static void
test_chance(void **state)
{
	char first[65], again[65], seeded[65];
	unsigned lost = 0;
	(void)state;
	run_sequence("udp-loss(rate=0.5,dir=in,port=snmp)@1-3/2", false, first);
	run_sequence("udp-loss(rate=0.5,dir=in,port=snmp)@1-3/2", true, again);
	run_sequence("udp-loss(rate=0.5,dir=in,seed=77)@1-3/2", false, seeded);
	assert_string_equal(first, again);
	assert_string_not_equal(first, seeded);
	for (size_t i = 0; i < 64; i++)
		lost += first[i] == '.';
	assert_in_range(lost, 16, 48);
}

static void
on_time(void *arg)
{
	*(bool *)arg = true;
}

static void
pass_time(struct bench *b, uint64_t until_ms)
{
	struct pc_timer timer = {0};
	bool done = false;
	pc_timer_start(&timer, b->loop, until_ms - pc_clock_ms(&b->clock), on_time, &done);
	while (!done)
		assert_int_equal(pc_loop_turn(b->loop, 0), PC_OK);
}

static bool
is_silent(const struct bench *b, uint32_t printer)
{
	return pc_fault_is_set(
		pc_device_faults(pc_fleet_device(b->fleet, printer)), PC_SNMP_FAULT_SILENT);
}

/* By the clock alone, without any request; and on the wire. */
static void
test_window(void **state)
{
	struct bench *b = *state;
	int fd = client(7);
	uint64_t start = pc_clock_ms(&b->clock);
	arm(b, 0, "snmp-silent(from=10s,until=20s)@1-3/2");
	assert_false(is_silent(b, 1));
	pass_time(b, start + 9990);
	assert_false(is_silent(b, 1));
	pass_time(b, start + 10010);
	assert_true(is_silent(b, 1) && is_silent(b, 3));
	assert_false(is_silent(b, 2));
	pass_time(b, start + 20010);
	assert_false(is_silent(b, 1) || is_silent(b, 3));
	start = pc_clock_ms(&b->clock);
	arm(b, 1, "udp-loss(from=1s,until=2s)");
	assert_true(answers(b, fd, 1));
	pass_time(b, start + 1500);
	assert_false(answers(b, fd, 1));
	pass_time(b, start + 2500);
	assert_true(answers(b, fd, 1));
	close(fd);
}

static void
test_states(void **state)
{
	struct bench *b = *state;
	struct pc_device *dev = pc_fleet_device(b->fleet, 1);
	int fd = client(7);
	arm(b, 1, "snmp-silent(state=error)");
	arm(b, 1, "udp-loss(state=sleeping)");
	assert_true(answers(b, fd, 1));
	assert_int_equal(pc_device_condition(dev, PC_COND_JAM, 0, true), PC_OK);
	assert_true(is_silent(b, 1));
	assert_int_equal(pc_device_condition(dev, PC_COND_JAM, 0, false), PC_OK);
	assert_false(is_silent(b, 1));
	assert_true(answers(b, fd, 1));
	pc_device_sleep(dev, true);
	assert_false(answers(b, fd, 1));
	pc_device_sleep(dev, false);
	assert_true(answers(b, fd, 1));
	close(fd);
}

/* What is armed on all can be taken from one; armed plainly it is what it was without conditions.
 */
static void
test_disarm(void **state)
{
	struct bench *b = *state;
	struct pc_diag diag = {{0}};
	int fd = client(7);
	arm(b, 0, "udp-silence");
	disarm(b, 2, "udp-silence");
	assert_true(answers(b, fd, 2));
	assert_false(answers(b, fd, 1));
	disarm(b, 0, "udp-silence@1-1");
	assert_true(answers(b, fd, 1));
	disarm(b, 0, "udp-silence");
	arm(b, 0, "snmp-silent(times=0x1)@1");
	arm(b, 1, "snmp-silent");
	assert_pattern(b, fd, "plain replaces", "..");
	arm(b, 1, "snmp-silent(times=1)");
	assert_pattern(b, fd, "conditions replace", ".aa");
	assert_int_equal(pc_fleet_fault(b->fleet, 9, "udp-loss", true, &diag), PC_E_NOTFOUND);
	assert_int_equal(pc_fleet_fault(b->fleet, 0, "udp-loss@9", true, &diag), PC_E_NOTFOUND);
	assert_int_equal(pc_fleet_fault(b->fleet, 1, "udp-loss@2", true, &diag), PC_E_SYNTAX);
	for (int i = 0; i < 300; i++) {
		int err = pc_fleet_fault(b->fleet, 1, "udp-loss(rate=0)", true, &diag);
		if (err != PC_OK) {
			assert_int_equal(err, PC_E_LIMIT);
			assert_in_range(i, 250, 256);
			break;
		}
	}
	close(fd);
}

static void
assert_holds(const struct pc_buf *out, const char *text)
{
	if (strstr(pc_buf_text(out), text) == NULL)
		fail_msg("'%s' is not in %s", text, pc_buf_text(out));
}

static void
test_list(void **state)
{
	struct bench *b = *state;
	struct pc_buf out;
	int fd = client(7);
	pc_buf_init(&out, 1 << 20);
	arm(b, 1, "udp-loss(dir=in,times=1)");
	assert_pattern(b, fd, "loss", ".aa");
	pc_fleet_fault_rules(b->fleet, &out);
	assert_holds(&out, "{\"fault\":\"udp-loss(dir=in,times=1)@1\",\"seen\":3,\"hits\":1}");
	assert_holds(&out, "\"network\":{\"lost\":1,");
	pc_buf_clear(&out);
	pc_netfault_list(&out);
	assert_holds(&out, "\n  udp-delay(ms,jitter) ");
	assert_holds(&out, "\n  state=STATE ");
	assert_holds(&out, "\n  snmp-silent ");
	pc_buf_done(&out);
	close(fd);
}

/* A connection, and what a client sees of it. */
static int
dial(const struct bench *b, uint32_t printer, uint16_t port)
{
	struct sockaddr_in to = {.sin_family = AF_INET,
		.sin_port = htons((uint16_t)(port + b->offset)),
		.sin_addr.s_addr = htonl(0x7f050000u + printer)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(fd >= 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	return fd;
}

/* 'e': the PJL echo came; 'r': reset; 'c': closed; '.': nothing until printer 2 has answered one.
 */
static char
echoes(struct bench *b, uint32_t printer, bool fence)
{
	static const char word[] = "\033%-12345X@PJL ECHO abc\r\n";
	struct linger hard = {1, 0}; /* a connection that stands would wait for the rest */
	char in[256], how = '.';
	int fd = dial(b, printer, 9100);
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard)), 0);
	(void)send(fd, word, sizeof(word) - 1, MSG_NOSIGNAL);
	for (int i = 0; i < 200 && how == '.'; i++) {
		assert_int_equal(pc_loop_turn(b->loop, 10), PC_OK);
		ssize_t n = recv(fd, in, sizeof(in), MSG_DONTWAIT);
		how = n > 0 ? 'e' : n == 0 ? 'c' : errno == EAGAIN ? '.' : 'r';
		if (fence && how == '.' && i > 3 && echoes(b, 2, false) == 'e')
			break;
	}
	close(fd);
	return how;
}

static void
test_connections(void **state)
{
	static const struct {
		const char *text, *pattern;
	} rows[] = {
		{"tcp-refuse(times=1)", "re"},
		{"tcp-refuse(port=lpd)", "ee"},
		{"tcp-refuse(port=raw,every=2)", "er"},
		{"tcp-refuse(peer=127.0.0.1)", "rr"},
		{"tcp-silent(times=2)", "..e"},
		{"tcp-reset(at=0)", "r"},
		{"tcp-close(at=0,dir=in)", "r"}, /* closed with the request unread */
		{"tcp-stall(at=0)", "."},
		{"tcp-slow(bytes=100000)", "e"},
		{"tcp-delay(ms=60)", "e"},
		{"raw-busy-refused(state=error)", "e"},
		{"udp-silence", "e"},
	};
	struct bench *b = *state;
	for (size_t i = 0; i < N(rows); i++) {
		arm(b, 1, rows[i].text);
		for (const char *c = rows[i].pattern; *c != '\0'; c++) {
			bool late = strstr(rows[i].text, "delay") != NULL;
			char is = echoes(b, 1, !late);
			if (is != *c)
				fail_msg("%s: %c instead of %c of %s", rows[i].text, is, *c,
					rows[i].pattern);
		}
		disarm(b, 1, rows[i].text);
		assert_int_equal(echoes(b, 1, false), 'e');
	}
}

/* Disarmed, connections that were held up go on where they stood. */
static void
test_connections_go_on(void **state)
{
	static const char *const faults[] = {
		"tcp-stall(at=3)", "tcp-silent", "tcp-slow(bytes=1)", "tcp-delay(ms=3600000)"};
	static const char word[] = "\033%-12345X@PJL ECHO abcdefgh\r\n";
	struct bench *b = *state;
	for (size_t i = 0; i < N(faults); i++) {
		char in[256] = "";
		size_t n = 0;
		arm(b, 1, faults[i]);
		int fd = dial(b, 1, 9100);
		assert_int_equal(send(fd, word, sizeof(word) - 1, 0), sizeof(word) - 1);
		for (int k = 0; k < 5; k++)
			assert_int_equal(echoes(b, 2, false), 'e');
		ssize_t got = recv(fd, in, sizeof(in) - 1, MSG_DONTWAIT);
		n = got > 0 ? (size_t)got : 0;
		if (n > 4)
			fail_msg("%s: %zu bytes passed", faults[i], n);
		disarm(b, 1, faults[i]);
		for (int k = 0; k < 200 && strstr(in, "abcdefgh") == NULL; k++) {
			assert_int_equal(pc_loop_turn(b->loop, 10), PC_OK);
			got = recv(fd, in + n, sizeof(in) - 1 - n, MSG_DONTWAIT);
			n += got > 0 ? (size_t)got : 0;
			in[n] = '\0';
		}
		if (strstr(in, "abcdefgh") == NULL)
			fail_msg("%s, disarmed: only '%s'", faults[i], in);
		close(fd);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_bad_text),
		BENCH_TEST_VIRTUAL(test_counts),
		BENCH_TEST_VIRTUAL(test_together),
		BENCH_TEST_VIRTUAL(test_peers_in_turn),
		cmocka_unit_test(test_chance),
		BENCH_TEST_VIRTUAL(test_window),
		BENCH_TEST_VIRTUAL(test_states),
		BENCH_TEST_VIRTUAL(test_disarm),
		BENCH_TEST_VIRTUAL(test_list),
		BENCH_TEST(test_connections),
		BENCH_TEST(test_connections_go_on),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
