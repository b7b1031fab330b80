/* Tests of LPD in which printers differ from RFC 1179 and from each other, each way of a switch; of
 * hostile control files and counts; of many, silent and half-open connections. */
#include "services/tests/bench.h"

#include <malloc.h>
#include <stdlib.h>

#define BYTES(s) s, sizeof(s) - 1

static int
setup(void **state)
{
	struct bench *b = test_malloc(sizeof(*b));
	bench_init(b, 0xffff, 1000);
	*state = b;
	return 0;
}

static int
teardown(void **state)
{
	bench_done(*state);
	test_free(*state);
	return 0;
}

/* Send everything, half-close, collect the octets as digits. */
static void
dialogue(struct bench *b, unsigned device, const char *in, size_t len, char out[64])
{
	size_t n = 0;
	int fd = bench_connect(b, device, 515);
	bench_send(fd, in, len);
	assert_int_equal(shutdown(fd, SHUT_WR), 0);
	if (bench_read(b, fd, out, 64, 63, &n) == BENCH_OPEN)
		fail_msg("the connection was not closed");
	close(fd);
	for (size_t i = 0; i < n; i++)
		out[i] = (char)('0' + out[i]);
}

/* What one switch changes: the same octets without and with it. */
static const struct {
	const char *fault;
	const char *in;
	size_t len;
	const char *acks, *acks_armed;
	uint32_t pages, pages_armed;
	const char *journal_armed;
} switches[] = {
	{"lpd-keeps-data", BYTES("\2P\n\0034 dfA1h\nabcd\0\00217 cfA1h\nPu\nfdfA1h\nfdfA1h\n\0"),
		"00000", "00000", 1, 2, "\"copies\":2"},
	{"lpd-control-first", BYTES("\2P\n\0034 dfA1h\nabcd\0\0023 cfA1h\nPu\n\0"), "00000", "01",
		1, 0, "before its control file"},
	{"lpd-count-strict", BYTES("\2P\n\0030 dfA1h\nabcd"), "000", "01", 1, 0,
		"length is not told"},
	{"lpd-count-strict", BYTES("\2P\n\003999999999999 dfA1h\nabcd"), "000", "01", 1, 0,
		"length is not told"},
	{"lpd-nul-strict", BYTES("\2P\n\0034 dfA1h\nabcd"), "000", "001", 1, 0,
		"octet 00 after a file"},
	{"lpd-nul-strict", BYTES("\2P\n\0034 dfA1h\nabcd\0023 cfA1h\nPu\n\0"), "00000", "001", 1, 0,
		"octet 00 after a file"},
	{"lpd-print-line-strict", BYTES("\2P\n\0023 cfA1h\nPu\n\0\0034 dfA1h\nabcd\0"), "00000",
		"00000", 1, 0, "names no file to print"},
	{"lpd-banner-page", BYTES("\2P\n\0026 cfA1h\nPu\nLu\n\0\0034 dfA1h\nabcd\0"), "00000",
		"00000", 1, 2, "\"class\":\"print\""},
	{"lpd-no-final-ack", BYTES("\2P\n\0034 dfA1h\nabcd\0"), "000", "00", 1, 1,
		"\"class\":\"print\""},
	{"lpd-queue-strict", BYTES("\2whatever\n\0034 dfA1h\nabcd\0"), "000", "1", 1, 0,
		"unknown queue"},
};

static void
settle_job(struct bench *b, const char *name, uint32_t life)
{
	struct bench_wait w = {b, 0, life, 0, 0};
	if (!bench_until(b, bench_counted, &w))
		fail_msg("%s: %u pages of %u", name, bench_counters(b, 0)->life, life);
	bench_turns(b, 3);
	if (bench_counters(b, 0)->life != life)
		fail_msg("%s: %u pages, not %u", name, bench_counters(b, 0)->life, life);
}

static void
test_switches(void **state)
{
	struct bench *b = *state;
	for (size_t i = 0; i < sizeof(switches) / sizeof(switches[0]); i++) {
		char out[64];
		uint32_t life = bench_counters(b, 0)->life;
		pc_device_set_port_faults(b->devices[0], 0);
		dialogue(b, 0, switches[i].in, switches[i].len, out);
		if (strcmp(out, switches[i].acks) != 0)
			fail_msg("%s off: answers %s", switches[i].fault, out);
		settle_job(b, switches[i].fault, life + switches[i].pages);
		life = bench_counters(b, 0)->life;
		pc_buf_clear(&b->journal);
		bench_arm(b, 0, switches[i].fault);
		dialogue(b, 0, switches[i].in, switches[i].len, out);
		if (strcmp(out, switches[i].acks_armed) != 0)
			fail_msg("%s on: answers %s", switches[i].fault, out);
		settle_job(b, switches[i].fault, life + switches[i].pages_armed);
		if (strstr(pc_buf_text(&b->journal), switches[i].journal_armed) == NULL)
			fail_msg("%s: journal %s", switches[i].fault, pc_buf_text(&b->journal));
	}
}

/* A job that waits behind an open cover: the device has something to do. */
static void
make_busy(struct bench *b)
{
	char out[64];
	assert_int_equal(pc_device_condition(b->devices[0], PC_COND_COVER_OPEN, 0, true), PC_OK);
	dialogue(b, 0, BYTES("\2P\n\0034 dfA012h\nabcd\0"), out);
	assert_string_equal(out, "000");
}

static void
test_busy_and_numbers(void **state)
{
	struct bench *b = *state;
	char out[64];
	make_busy(b);
	dialogue(b, 0, BYTES("\2P\n\0034 dfA012other\nabcd\0"), out); /* number reused */
	assert_string_equal(out, "000");
	bench_arm(b, 0, "lpd-number-strict");
	dialogue(b, 0, BYTES("\2P\n\0034 dfA012other\nabcd\0"), out);
	assert_string_equal(out, "01");
	dialogue(b, 0, BYTES("\2P\n\0034 dfA013other\nabcd\0"), out);
	assert_string_equal(out, "000");
	bench_arm(b, 0, "lpd-busy");
	dialogue(b, 0, BYTES("\2P\n"), out);
	assert_string_equal(out, "1");
	dialogue(b, 1, BYTES("\2P\n"), out); /* another device is not */
	assert_string_equal(out, "0");
	dialogue(b, 0, BYTES("\1P\n"), out);
	assert_string_equal(out, "0");
}

/* Over the model's limit: the command is answered, jobs are told to come back. */
static void
test_connection_limit(void **state)
{
	struct bench *b = *state;
	char out[64];
	size_t n = 0;
	int fds[2];
	b->profiles[0].print.lpd_connections = 2;
	for (int i = 0; i < 2; i++) {
		fds[i] = bench_connect(b, 0, 515);
		bench_send(fds[i], BYTES("\2P\n"));
		assert_int_equal(bench_read(b, fds[i], out, sizeof(out), 1, &n), BENCH_OPEN);
		assert_int_equal(out[0], 0);
	}
	dialogue(b, 0, BYTES("\2P\n"), out);
	assert_string_equal(out, "1");
	assert_non_null(strstr(pc_buf_text(&b->journal), "too many connections"));
	dialogue(b, 1, BYTES("\2P\n"), out);
	assert_string_equal(out, "0");
	bench_arm(b, 0, "lpd-limit-resets");
	int fd = bench_connect(b, 0, 515);
	assert_int_equal(bench_read(b, fd, out, sizeof(out), 1, &n), BENCH_RESET);
	close(fd);
	pc_device_set_port_faults(b->devices[0], 0);
	close(fds[0]);
	bench_turns(b, 5);
	dialogue(b, 0, BYTES("\2P\n"), out);
	assert_string_equal(out, "0");
	close(fds[1]);
}

static const struct {
	const char *name, *count;
	bool control;
	const char *acks;
} counts[] = {
	{"0", "0", false, "000"}, /* until the end of the connection */
	{"2^31-2: more than will come", "2147483646", false, "00"},
	{"2^31-1", "2147483647", false, "000"},
	{"2^32-1", "4294967295", false, "000"},
	{"2^63", "9223372036854775808", false, "000"},
	{"2^64", "18446744073709551616", false, "000"},
	{"40 digits", "9999999999999999999999999999999999999999", false, "000"},
	{"negative", "-1", false, "01"},
	{"no digits", "many", false, "01"},
	{"digits, then more", "12x", false, "01"},
	{"nothing", "", false, "01"},
	{"hexadecimal", "0x10", false, "01"},
	{"control of 0", "0", true, "00"},
	{"control of 2^31-1", "2147483647", true, "01"},
	{"control of 2^63", "9223372036854775808", true, "01"},
	{"control over the limit", "16385", true, "01"},
	{"negative control", "-5", true, "01"},
};

static void
test_counts(void **state)
{
	struct bench *b = *state;
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		char in[128], out[64];
		int n = snprintf(in, sizeof(in), "\2P\n%c%s %s\nabcd", counts[i].control ? 2 : 3,
			counts[i].count, counts[i].control ? "cfA1h" : "dfA1h");
		dialogue(b, 0, in, (size_t)n, out);
		if (strncmp(out, counts[i].acks, strlen(counts[i].acks)) != 0)
			fail_msg(
				"%s: answers %s, expected %s", counts[i].name, out, counts[i].acks);
		dialogue(b, 0, BYTES("\3P\n"), out); /* the port lives */
		assert_true(strlen(out) > 0);
	}
}

static const char *const hostile_values[] = {"../../../../etc/passwd", "/etc/shadow", "C:\\x",
	"a\x01\x02\x1b[2Jb", "\xff\xfe\xc0\x80", "%s%n%x", "\"},{\"service\":\"forged",
	"name with  blanks\tand tabs", "", "-rf", "$(reboot)`x`"};

/* Whatever stands in a control file is text: it is shown clean and leads nowhere. */
static void
test_hostile_names(void **state)
{
	struct bench *b = *state;
	const struct pc_job *jobs[PC_JOBS_MAX];
	for (size_t i = 0; i < sizeof(hostile_values) / sizeof(hostile_values[0]); i++) {
		char control[512], in[1024], out[64];
		const char *v = hostile_values[i];
		int n = snprintf(control, sizeof(control), "H%s\nP%s\nJ%s\nf%s\nU%s\nN%s\n", v, v,
			v, v, v, v);
		int len = snprintf(in, sizeof(in), "\2%s\n\2%d cfA001h\n%s%c\0034 dfA001h\nabcd",
			"P", n, control, 0);
		dialogue(b, 0, in, (size_t)len, out);
		if (strcmp(out, "00000") != 0)
			fail_msg("%s: answers %s", v, out);
		settle_job(b, v, 1000 + (uint32_t)i + 1);
		size_t n_jobs = pc_device_jobs(b->devices[0], jobs);
		for (const char *c = jobs[n_jobs - 1]->name; *c != '\0'; c++)
			assert_true((unsigned char)*c >= ' ' && *c != 0x7f);
	}
	assert_null(strstr(pc_buf_text(&b->journal), "},{\"service\":\"forged"));
}

/* 10,000 lines are over the limit of a control file; as many as fit are read. */
static void
test_many_lines(void **state)
{
	struct bench *b = *state;
	static char in[70000];
	char out[64];
	size_t n = (size_t)snprintf(in, sizeof(in), "\2P\n\00260000 cfA1h\n");
	for (int i = 0; i < 10000; i++)
		n += (size_t)snprintf(in + n, sizeof(in) - n, "fdfA1\n");
	dialogue(b, 0, in, n, out);
	assert_string_equal(out, "01");
	assert_non_null(strstr(pc_buf_text(&b->journal), "larger than the limit"));
	/* 53 different files are one too many. */
	n = (size_t)snprintf(in, sizeof(in), "\2P\n\002371 cfA1h\n");
	for (int i = 0; i < 53; i++)
		n += (size_t)snprintf(in + n, sizeof(in) - n, "fdf%c%02d\n", 'A' + i % 26, i);
	in[n++] = '\0';
	dialogue(b, 0, in, n, out);
	assert_string_equal(out, "001");
	assert_non_null(strstr(pc_buf_text(&b->journal), "control file cannot be read"));
}

/* A line of a megabyte is cut off after the first kilobyte, whatever comes then. */
static void
test_endless_lines(void **state)
{
	struct bench *b = *state;
	static char junk[1 << 20];
	static const char *const starts[] = {"\2", "\3q ", "\5q root ", "\2P\n\0023 cfA"};
	memset(junk, 'x', sizeof(junk));
	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
		char out[64];
		size_t n = 0, sent = 0;
		int fd = bench_connect(b, 0, 515);
		bench_send(fd, starts[i], strlen(starts[i]));
		while (sent < sizeof(junk)) {
			ssize_t put = send(fd, junk + sent, 4096, MSG_DONTWAIT | MSG_NOSIGNAL);
			if (put < 0 && errno != EAGAIN)
				break; /* refused long before the end */
			sent += put > 0 ? (size_t)put : 0;
			bench_turns(b, 1);
		}
		assert_int_not_equal(bench_read(b, fd, out, sizeof(out), 60, &n), BENCH_OPEN);
		assert_true(sent < sizeof(junk));
		close(fd);
	}
	assert_non_null(strstr(pc_buf_text(&b->journal), "longer than the limit"));
}

/* Fewer octets than were announced, then silence: the connection ends, nothing prints. */
static void
test_half_open(void **state)
{
	struct bench *b = *state;
	char out[64];
	size_t n = 0;
	b->profiles[0].print.lpd_idle_s = 1;
	int fd = bench_connect(b, 0, 515);
	bench_send(fd, BYTES("\2P\n\00310 dfA1h\nabcd"));
	assert_int_not_equal(bench_read(b, fd, out, sizeof(out), 60, &n), BENCH_OPEN);
	close(fd);
	assert_non_null(strstr(pc_buf_text(&b->journal), "\"why\":\"idle time-out\""));
	assert_int_equal(bench_counters(b, 0)->life, 1000);
	assert_int_equal(bench_counters(b, 0)->jobs_failed, 1);
}

/* Hundreds of idle connections cost little each (told by the allocator, which the sanitizers' is
 * not), and a hundred more that are open at once all print. */
static void
test_many_connections(void **state)
{
	enum { IDLE = 350, JOBS = 99, KEEP_BYTES = 6 << 10 };
	struct bench *b = *state;
	int idle[IDLE], jobs[JOBS];
	char out[64];
	size_t n = 0;
	size_t before = mallinfo2().uordblks;
	for (int i = 0; i < IDLE; i++) {
		idle[i] = bench_connect(b, 1, 515);
		bench_send(idle[i], BYTES("\2P\n"));
		if (i % 32 == 31)
			bench_turns(b, 1);
	}
	bench_turns(b, 20);
	size_t each = (mallinfo2().uordblks - before) / IDLE;
	if (each > KEEP_BYTES)
		fail_msg("%zu bytes an idle connection", each);
	for (int i = 0; i < JOBS; i++) {
		jobs[i] = bench_connect(b, (unsigned)i % 3, 515);
		bench_send(jobs[i], BYTES("\2P\n"));
		if (i % 32 == 31)
			bench_turns(b, 1);
	}
	for (int i = 0; i < JOBS; i++) {
		bench_send(jobs[i], BYTES("\0034 dfA1h\nabcd\0"));
		assert_int_equal(bench_read(b, jobs[i], out, sizeof(out), 3, &n), BENCH_OPEN);
		assert_int_equal(memcmp(out, "\0\0\0", 3), 0);
		assert_true(bench_wait_for(b, (unsigned)i % 3, 0, 0, (uint32_t)i / 3 + 1));
		close(jobs[i]);
	}
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(bench_counters(b, i)->life, 1000 + JOBS / 3);
	for (int i = 0; i < IDLE; i++)
		close(idle[i]);
}

/* Host in the control file, host in the file names and peer are three different ones: taken, and
 * all but the second are told. */
static void
test_host_is_not_the_peer(void **state)
{
	struct bench *b = *state;
	char out[64];
	dialogue(b, 0,
		BYTES("\2P\n\00218 cfA001elsewhere\nHelsewhere\nPmary\n\0\0034 dfA001third\nabcd\0"),
		out);
	assert_string_equal(out, "00000");
	settle_job(b, "host", 1001);
	assert_non_null(strstr(pc_buf_text(&b->journal), "\"host\":\"elsewhere\""));
	assert_non_null(strstr(pc_buf_text(&b->journal), "\"peer\":\"127."));
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {T(test_switches), T(test_busy_and_numbers),
		T(test_connection_limit), T(test_counts), T(test_hostile_names), T(test_many_lines),
		T(test_endless_lines), T(test_half_open), T(test_many_connections),
		T(test_host_is_not_the_peer)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
