/* Tests of @EJL and IEEE 1284.4 on the raw port: the dialogue of Epson's library, a job and a
 * cleaning through packets, credits, and what ends a conversation. */
#include "services/tests/bench.h"

#include "codec/epson-remote.h"

#define BYTES(s) s, sizeof(s) - 1
#define LEAVE    "\0\0\0\x1b\x01@EJL 1284.4\n@EJL     \n"
#define ENTER    "\0\0\0\x1b\x01@EJL 1284.4\n@EJL\n@EJL\n"

static int
setup(void **state)
{
	struct bench *b = test_malloc(sizeof(*b));
	bench_init(b, 0xffff, 1000);
	b->profiles[0].print.ejl = b->profiles[1].print.ejl = true;
	b->profiles[0].snmp_vendor = "epson";
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

static void
expect(struct bench *b, int fd, const char *octets, size_t len)
{
	char out[4096], found[1024], wanted[1024];
	size_t n = 0;
	(void)bench_read(b, fd, out, sizeof(out), len, &n);
	if (n == len && memcmp(out, octets, len) == 0)
		return;
	pc_text_hex((const uint8_t *)out, n < 500 ? n : 500, found);
	pc_text_hex((const uint8_t *)octets, len < 500 ? len : 500, wanted);
	fail_msg("%s, expected %s", found, wanted);
}

#define SAY(b, fd, in, answer) \
	do { \
		bench_send(fd, BYTES(in)); \
		expect(b, fd, BYTES(answer)); \
	} while (0)

static void
test_identify(void **state)
{
	struct bench *b = *state;
	char expected[256];
	int n = snprintf(expected, sizeof(expected),
		"@EJL ID\r\nMFG:EPSON;CMD:ESCPL2,BDC,D4,ESCPR1;MDL:WF-C9999 Series;CLS:PRINTER;SN:%s;\r\n\f",
		pc_device_state(b->devices[0])->serial);
	int fd = bench_connect(b, 0, 9100);
	bench_send(fd, BYTES("\x1b\x01@EJ")); /* in pieces */
	bench_turns(b, 3);
	bench_send(fd, BYTES("L ID\r\n"));
	expect(b, fd, expected, (size_t)n);
	bench_send(fd, BYTES(LEAVE "\x1b\x01@EJL ID\n"));
	expect(b, fd, expected, (size_t)n);
	/* Then a job, as ever. */
	bench_send(fd, BYTES("@PJL ECHO x\n"));
	expect(b, fd, BYTES("@PJL ECHO x\r\n\f"));
	close(fd);
	assert_int_equal(bench_counters(b, 0)->jobs_done, 0);
	/* Another maker's printer takes it for data; so does ours when the stream ends inside it.
	 */
	fd = bench_connect(b, 2, 9100);
	bench_send(fd, BYTES("\x1b\x01@EJL ID\r\n"));
	close(fd);
	assert_true(bench_wait_for(b, 2, 0, 0, 1)); /* a job without a page */
	assert_non_null(strstr(pc_buf_text(&b->journal), "\"bytes\":11"));
	fd = bench_connect(b, 1, 9100);
	bench_send(fd, BYTES("\x1b\x01@EJ"));
	close(fd);
	assert_true(bench_wait_for(b, 1, 0, 0, 1));
	assert_non_null(strstr(pc_buf_text(&b->journal), "\"bytes\":5"));
}

/* Enter, Init, and the control channel with credit for `credit` answers. */
static int
converse(struct bench *b, const char *credit)
{
	char open[] = "\0\0\0\x11\1\0\1\2\2\2\0\2\0\0\0\0\1";
	int fd = bench_connect(b, 0, 9100);
	SAY(b, fd, ENTER, "\0\0\0\x08\1\0\xc5\0");
	SAY(b, fd, "\0\0\0\x08\1\0\0\x10", "\0\0\0\x09\1\0\x80\0\x10");
	SAY(b, fd,
		"\0\0\0\x11\1\0\x09"
		"EPSON-CTRL",
		"\0\0\0\x13\1\0\x89\0\2"
		"EPSON-CTRL");
	open[16] = credit[0];
	bench_send(fd, BYTES(open));
	char answer[] = "\0\0\0\x12\1\0\x81\0\2\2\2\0\2\0\0\0\0\1";
	expect(b, fd, BYTES(answer));
	return fd;
}

/* The status block comes in a packet, with credit; without it waits. */
static void
test_control(void **state)
{
	struct bench *b = *state;
	char out[1024];
	size_t n = 0;
	int fd = converse(b, "\0");
	bench_send(fd, BYTES("\2\2\0\x0b\0\0st\1\0\1"));
	bench_turns(b, 10);
	assert_int_equal(recv(fd, out, sizeof(out), MSG_DONTWAIT), -1); /* no credit yet */
	bench_send(fd, BYTES("\0\0\0\x0b\1\0\3\2\2\0\2"));
	expect(b, fd, BYTES("\0\0\0\x0a\1\0\x83\0\2\2"));
	(void)bench_read(b, fd, out, sizeof(out), 40, &n);
	assert_true(n > 6 + 10);
	assert_memory_equal(out, "\2\2", 2);
	assert_int_equal((uint8_t)out[2] * 256 + (uint8_t)out[3], n);
	assert_memory_equal(out + 6, "@BDC ST2\r\n", 10);
	/* Credit for the next command comes from CreditRequest. */
	SAY(b, fd, "\0\0\0\x0d\1\0\4\2\2\0\1\xff\xff", "\0\0\0\x0c\1\0\x84\0\2\2\0\1");
	SAY(b, fd, "\2\2\0\x0b\1\0zz\1\0\0", "\2\2\0\x0b\0\0zz:;\f");
	SAY(b, fd, "\0\0\0\x07\1\0\x08", "\0\0\0\x08\1\0\x88\0");
	/* Out of packet mode the port is as before. */
	SAY(b, fd, "@PJL ECHO out\n", "@PJL ECHO out\r\n\f");
	close(fd);
}

static void
test_cleaning(void **state)
{
	struct bench *b = *state;
	int fd = converse(b, "\x05");
	SAY(b, fd, "\2\2\0\x0b\1\0ch\1\0\1", "\2\2\0\x0d\0\0ch:OK;\f");
	assert_true(bench_wait_for(b, 0, 0, 1, 0));
	assert_int_equal(bench_counters(b, 0)->life, 1000);
	close(fd);
}

/* A job of the library through EPSON-DATA: it prints when the channel is closed. */
static void
test_job(void **state)
{
	struct bench *b = *state;
	uint8_t job[128], packet[256];
	size_t n = 0;
	int fd = converse(b, "\x05");
	SAY(b, fd, "\0\0\0\x11\1\0\1\x40\x40\0\0\0\0\0\0\0\0",
		"\0\0\0\x12\1\0\x81\0\x40\x40\x10\0\x10\0\0\0\0\1");
	bench_send(fd, BYTES("\x40\x40\0\x0a\1\0one\f"));
	SAY(b, fd, "\0\0\0\x0d\1\0\4\x40\x40\0\2\0\0", "\0\0\0\x0c\1\0\x84\0\x40\x40\0\2");
	bench_send(fd, BYTES("\x40\x40\0\x0a\1\0two\f"));
	SAY(b, fd, "\0\0\0\x0a\1\0\2\x40\x40\0", "\0\0\0\x0a\1\0\x82\0\x40\x40");
	assert_true(bench_wait_for(b, 0, 1002, 0, 1));
	assert_non_null(strstr(pc_buf_text(&b->journal), "\"bytes\":8"));
	/* The same way a maintenance job. */
	assert_int_equal(pc_epson_cleaning_write(0, false, 0, job, sizeof(job), &n), PC_OK);
	SAY(b, fd, "\0\0\0\x11\1\0\1\x40\x40\0\0\0\0\0\0\0\0",
		"\0\0\0\x12\1\0\x81\0\x40\x40\x10\0\x10\0\0\0\0\1");
	memcpy(packet, "\x40\x40\0\0\1\0", 6);
	packet[3] = (uint8_t)(6 + n);
	memcpy(packet + 6, job, n);
	bench_send(fd, packet, 6 + n);
	SAY(b, fd, "\0\0\0\x07\1\0\x08", "\0\0\0\x08\1\0\x88\0");
	assert_true(bench_wait_for(b, 0, 1002, 1, 2));
	close(fd);
}

/* What ends a conversation, with its error packet; the port serves on. */
static const struct {
	const char *name, *in;
	size_t len;
	const char *answer;
	size_t n_answer;
} ends[] = {
	{"no credit", BYTES("\2\2\0\x0b\1\0zz\1\0\0\2\2\0\x0b\1\0zz\1\0\0"),
		BYTES("\2\2\0\x0b\0\0zz:;\f\0\0\0\x0a\1\0\x7f\2\2\x81")},
	{"channel not open", BYTES("\x40\x40\0\x07\1\0x"), BYTES("\0\0\0\x0a\1\0\x7f\x40\x40\x84")},
	{"foreign socket", BYTES("\x33\x33\0\x07\1\0x"), BYTES("\0\0\0\x0a\1\0\x7f\x33\x33\x84")},
	{"packet over its size", BYTES("\2\2\x03\0\1\0"), NULL, 0},
	{"control command over the limit", BYTES("\2\2\0\x0b\1\0zz\xff\xff\0"),
		BYTES("\0\0\0\x0a\1\0\x7f\2\2\x83")},
	{"lying length", BYTES("\0\0\0\x01\1\0"), BYTES("\0\0\0\x0a\1\0\x7f\0\0\x80")},
	{"unknown command", BYTES("\0\0\0\x07\1\0\x44"), BYTES("\0\0\0\x0a\1\0\x7f\0\0\x87")},
};

static void
test_ends(void **state)
{
	struct bench *b = *state;
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		print_message("%s\n", ends[i].name);
		int fd = converse(b, "\x05");
		bench_send(fd, ends[i].in, ends[i].len);
		if (ends[i].answer != NULL) {
			expect(b, fd, ends[i].answer, ends[i].n_answer);
			SAY(b, fd, "@PJL ECHO on\n", "@PJL ECHO on\r\n\f");
		}
		close(fd);
		bench_turns(b, 5);
	}
	int fd = bench_connect(b, 0, 9100); /* a command before Init */
	SAY(b, fd, ENTER, "\0\0\0\x08\1\0\xc5\0");
	SAY(b, fd, "\0\0\0\x08\1\0\x0a\2", "\0\0\0\x0a\1\0\x7f\0\0\x87");
	close(fd);
	bench_turns(b, 5);
	assert_int_equal(bench_counters(b, 0)->jobs_done, 0);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_identify), T(test_control), T(test_cleaning), T(test_job), T(test_ends)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
