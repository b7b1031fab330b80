/* Tests of the raw port on real sockets: PJL replies, jobs and their counters, one job at a time,
 * unsolicited status, faults, hostile input. */
#include "services/tests/bench.h"

#include "codec/epson-remote.h"

#define UEL      "\x1b%-12345X"
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

static const struct {
	const char *name, *in, *expected;
} replies[] = {
	{"nmap, no UEL", "@PJL INFO STATUS\r\n",
		"@PJL INFO STATUS\r\nCODE=10006\r\nDISPLAY=\"Ink is low.\"\r\nONLINE=TRUE\r\n\f"},
	{"ID", UEL "@PJL INFO ID\r\n" UEL, "@PJL INFO ID\r\n\"EPSON WF-C9999 Series\"\r\n\f"},
	{"PAGECOUNT", UEL "@PJL INFO PAGECOUNT\r\n", "@PJL INFO PAGECOUNT\r\n1000\r\n\f"},
	{"MEMORY", UEL "@PJL INFO MEMORY\r\n",
		"@PJL INFO MEMORY\r\nTOTAL=134217728\r\nLARGEST=67108864\r\n\f"},
	{"FILESYS", UEL "@PJL INFO FILESYS\r\n",
		"@PJL INFO FILESYS\r\nVOLUME\tTOTAL SIZE\tFREE SPACE\tLOCATION\tLABEL\tSTATUS\r\n\f"},
	{"ECHO", UEL "@PJL ECHO DELIMITER12 a\r\n\r\n" UEL, "@PJL ECHO DELIMITER12 a\r\n\f"},
	{"INQUIRE", UEL "@PJL SET COPIES=7\n@PJL INQUIRE COPIES\n",
		"@PJL INQUIRE COPIES\r\n7\r\n\f"},
	{"INQUIRE of a text", UEL "@PJL SET JOBNAME=\"a b\"\n@PJL INQUIRE JOBNAME\n",
		"@PJL INQUIRE JOBNAME\r\n\"a b\"\r\n\f"},
	{"DINQUIRE with modifier, unknown", UEL "@PJL DINQUIRE LPARM:PCL FONT\n",
		"@PJL DINQUIRE LPARM:PCL FONT\r\n\"?\"\r\n\f"},
	{"USTATUS", UEL "@PJL USTATUS TIMED=2 PAGE=ON\n@PJL INFO USTATUS\n",
		"@PJL INFO USTATUS\r\nDEVICE=OFF [3 ENUMERATED]\r\n\tOFF\r\n\tON\r\n\tVERBOSE\r\nJOB=OFF [2 ENUMERATED]\r\n\tOFF\r\n\tON\r\n"
		"PAGE=ON [2 ENUMERATED]\r\n\tOFF\r\n\tON\r\nTIMED=5 [2 RANGE]\r\n\t5\r\n\t300\r\n\f"},
	{"CONFIG", UEL "@PJL INFO CONFIG\n",
		"@PJL INFO CONFIG\r\nIN TRAYS [1 ENUMERATED]\r\n\tCassette 1\r\nOUTPUT BINS [1 ENUMERATED]\r\n\tOutput Front\r\n"
		"PAPERS [3 ENUMERATED]\r\n\tA4\r\n\tLETTER\r\n\tother\r\nLANGUAGES [2 ENUMERATED]\r\n\tESC/P-R\r\n\tPCL 6\r\n"
		"USTATUS [4 ENUMERATED]\r\n\tDEVICE\r\n\tJOB\r\n\tPAGE\r\n\tTIMED\r\nMEMORY=134217728\r\nDISPLAY LINES=1\r\n"
		"DISPLAY CHARACTER SIZE=20\r\n\f"},
	{"unknown category and command are swallowed",
		UEL "@PJL INFO NONSENSE\n@PJL MAKECOFFEE\n@PJL ECHO x\n", "@PJL ECHO x\r\n\f"},
	{"no volume", UEL "@PJL FSDIRLIST NAME=\"0:\\\" ENTRY=1 COUNT=9\n",
		"@PJL FSDIRLIST NAME=\"0:\\\"\r\nFILEERROR=1\r\n\f"},
	{"octets of a download are no commands",
		UEL
		"@PJL FSDOWNLOAD FORMAT:BINARY SIZE=12 NAME=\"0:\\x\"\n@PJL ECHO no\n@PJL ECHO yes\n",
		"@PJL ECHO yes\r\n\f"},
	{"no queries inside data",
		UEL "@PJL ENTER LANGUAGE=PCL\n@PJL ECHO no\n" UEL "@PJL ECHO yes\n",
		"@PJL ECHO yes\r\n\f"},
};

static void
test_replies(void **state)
{
	struct bench *b = *state;
	for (size_t i = 0; i < sizeof(replies) / sizeof(replies[0]); i++) {
		char out[4096];
		size_t n = 0;
		int fd = bench_connect(b, 1, 9100);
		bench_send(fd, replies[i].in, strlen(replies[i].in));
		(void)bench_read(b, fd, out, sizeof(out), strlen(replies[i].expected), &n);
		close(fd);
		if (strcmp(out, replies[i].expected) != 0)
			fail_msg("%s: '%s', expected '%s'", replies[i].name, out,
				replies[i].expected);
		bench_turns(b, 3);
	}
}

static const struct {
	const char *name;
	const char *in;
	size_t len;
	uint32_t pages, jobs;
	const char *journal;
} jobs[] = {
	{"plain data", BYTES("hello"), 1, 1, "\"bytes\":5"},
	{"bytes per page", NULL, 2500, 3, 1, "\"bytes\":2500"},
	{"copies and names",
		BYTES(UEL
			"@PJL SET COPIES=3\n@PJL SET JOBNAME=\"Q 3\"\n@PJL SET USERNAME=\"anna\"\n@PJL ENTER LANGUAGE=PCL\nx" UEL),
		3, 1, "\"name\":\"Q 3\",\"nozzleCheck\":false,\"peer\""},
	{"two jobs on one connection",
		BYTES(UEL "@PJL ENTER LANGUAGE=PCL\nx" UEL "@PJL ENTER LANGUAGE=PCL\ny" UEL), 2, 2,
		"\"job\":"},
	{"two languages in one JOB",
		BYTES(UEL "@PJL JOB NAME=\"both\"\n@PJL ENTER LANGUAGE=PCL\nx" UEL
			  "@PJL ENTER LANGUAGE=PCL\ny" UEL "@PJL EOJ\n" UEL),
		1, 1, "\"name\":\"both\""},
	{"held bytes at the end are data", BYTES("abc\x1b%-12"), 1, 1, "\"bytes\":8"},
};

static void
test_jobs(void **state)
{
	struct bench *b = *state;
	char big[2500];
	memset(big, 1, sizeof(big)); /* binary: counted by bytes_per_page */
	for (size_t i = 0; i < sizeof(jobs) / sizeof(jobs[0]); i++) {
		char out[64];
		size_t n = 0;
		uint32_t life = bench_counters(b, 0)->life, done = bench_counters(b, 0)->jobs_done;
		pc_buf_clear(&b->journal);
		int fd = bench_connect(b, 0, 9100);
		bench_send(fd, jobs[i].in != NULL ? jobs[i].in : big, jobs[i].len);
		assert_int_equal(shutdown(fd, SHUT_WR), 0);
		/* half-close: printed, then closed */
		if (bench_read(b, fd, out, sizeof(out), 1, &n) != BENCH_EOF)
			fail_msg("%s: not closed", jobs[i].name);
		close(fd);
		if (bench_counters(b, 0)->life != life + jobs[i].pages)
			fail_msg("%s: %u pages", jobs[i].name, bench_counters(b, 0)->life - life);
		assert_int_equal(bench_counters(b, 0)->jobs_done, done + jobs[i].jobs);
		if (strstr(pc_buf_text(&b->journal), jobs[i].journal) == NULL)
			fail_msg("%s: journal %s", jobs[i].name, pc_buf_text(&b->journal));
	}
}

static void
test_ticket(void **state)
{
	struct bench *b = *state;
	char out[16];
	size_t n = 0;
	uint32_t before = bench_counters(b, 0)->by_size[1][0][1];
	int fd = bench_connect(b, 0, 9100);
	bench_send(fd,
		BYTES(UEL
			"@PJL SET PAPER=LETTER\n@PJL SET DUPLEX=ON\n@PJL SET RENDERMODE=GRAYSCALE\n@PJL ENTER LANGUAGE=PCL\na\fb\f" UEL));
	assert_int_equal(shutdown(fd, SHUT_WR), 0);
	assert_int_equal(bench_read(b, fd, out, sizeof(out), 1, &n), BENCH_EOF);
	close(fd);
	assert_int_equal(bench_counters(b, 0)->by_size[1][0][1], before + 2);
}

static void
test_maintenance(void **state)
{
	struct bench *b = *state;
	uint8_t job[128];
	char out[16];
	size_t n = 0;
	assert_int_equal(pc_epson_cleaning_write(0, false, 0, job, sizeof(job), &n), PC_OK);
	int fd = bench_connect(b, 0, 9100);
	bench_send(fd, job, n);
	assert_int_equal(shutdown(fd, SHUT_WR), 0);
	assert_int_equal(bench_read(b, fd, out, sizeof(out), 1, &n), BENCH_EOF);
	close(fd);
	assert_true(bench_wait_for(b, 0, 0, 1, 1));
	assert_int_equal(bench_counters(b, 0)->life, 1000);
	assert_non_null(strstr(pc_buf_text(&b->journal), "\"class\":\"maintenance\""));
}

/* Asked for while a job prints: done when the printer is idle. */
static void
test_maintenance_waits(void **state)
{
	struct bench *b = *state;
	uint8_t job[128];
	char pages[64];
	size_t n = 0;
	memset(pages, '\f', sizeof(pages));
	assert_int_equal(pc_epson_cleaning_write(0, false, 0, job, sizeof(job), &n), PC_OK);
	int fd = bench_connect(b, 0, 9100);
	bench_send(fd, pages, sizeof(pages));
	close(fd);
	int second = bench_connect(b, 0, 515);
	char head[64];
	bench_send(second, head, (size_t)snprintf(head, sizeof(head), "\2P\n\3%zu dfA1h\n", n));
	bench_send(second, job, n);
	bench_send(second, "", 1);
	shutdown(second, SHUT_WR);
	assert_true(bench_wait_for(b, 0, 1000 + 64, 1, 2));
	close(second);
}

/* A second connection is accepted and waits until the first is over. */
static void
test_one_at_a_time(void **state)
{
	struct bench *b = *state;
	char out[128];
	size_t n = 0;
	int first = bench_connect(b, 0, 9100), other = bench_connect(b, 1, 9100);
	bench_send(first, "x", 1);
	bench_turns(b, 5);
	int second = bench_connect(b, 0, 9100);
	bench_send(second, BYTES("@PJL ECHO second\n"));
	bench_send(other, BYTES("@PJL ECHO other\n"));
	assert_int_equal(bench_read(b, other, out, sizeof(out), 18, &n), BENCH_OPEN);
	assert_string_equal(out, "@PJL ECHO other\r\n\f"); /* another device is not held up */
	assert_int_equal(recv(second, out, sizeof(out), MSG_DONTWAIT), -1);
	close(first);
	assert_int_equal(bench_read(b, second, out, sizeof(out), 19, &n), BENCH_OPEN);
	assert_string_equal(out, "@PJL ECHO second\r\n\f");
	bench_arm(b, 0, "raw-busy-refused");
	int third = bench_connect(b, 0, 9100);
	assert_int_equal(bench_read(b, third, out, sizeof(out), 1, &n), BENCH_RESET);
	close(second);
	close(third);
	close(other);
}

static void
expect(struct bench *b, int fd, const char *text)
{
	char out[1024];
	size_t n = 0;
	(void)bench_read(b, fd, out, sizeof(out), strlen(text), &n);
	assert_string_equal(out, text);
}

static void
test_ustatus(void **state)
{
	struct bench *b = *state;
	int fd = bench_connect(b, 0, 9100);
	bench_send(fd,
		BYTES(UEL
			"@PJL USTATUS DEVICE=ON JOB=ON\n@PJL USTATUS PAGE=ON\n@PJL ECHO armed\n"));
	expect(b, fd, "@PJL ECHO armed\r\n\f");
	assert_int_equal(pc_device_condition(b->devices[0], PC_COND_COVER_OPEN, 0, true), PC_OK);
	expect(b, fd,
		"@PJL USTATUS DEVICE\r\nCODE=40021\r\nDISPLAY=\"Cover is open.\"\r\nONLINE=FALSE\r\n\f");
	assert_int_equal(pc_device_condition(b->devices[0], PC_COND_COVER_OPEN, 0, false), PC_OK);
	expect(b, fd,
		"@PJL USTATUS DEVICE\r\nCODE=10006\r\nDISPLAY=\"Ink is low.\"\r\nONLINE=TRUE\r\n\f");
	bench_send(fd,
		BYTES("@PJL JOB NAME=\"two\"\n@PJL ENTER LANGUAGE=PCL\na\fb\f" UEL "@PJL EOJ\n"));
	expect(b, fd,
		"@PJL USTATUS JOB\r\nSTART\r\nNAME=\"two\"\r\n\f@PJL USTATUS PAGE\r\n1\r\n\f@PJL USTATUS PAGE\r\n2\r\n\f"
		"@PJL USTATUS JOB\r\nEND\r\nNAME=\"two\"\r\nPAGES=2\r\nRESULT=OK\r\n\f");
	bench_send(fd, BYTES("@PJL USTATUSOFF\n@PJL ECHO off\n"));
	expect(b, fd, "@PJL ECHO off\r\n\f");
	assert_int_equal(pc_device_condition(b->devices[0], PC_COND_COVER_OPEN, 0, true), PC_OK);
	bench_send(fd, BYTES("@PJL ECHO still\n"));
	expect(b, fd, "@PJL ECHO still\r\n\f");
	close(fd);
}

static const struct {
	const char *name;
	enum pc_condition condition;
	unsigned code;
	const char *online;
} codes[] = {
	{"jam", PC_COND_JAM, 40022, "FALSE"},
	{"cover", PC_COND_COVER_OPEN, 40021, "FALSE"},
	{"off-line", PC_COND_OFFLINE, 40079, "FALSE"},
	{"no paper", PC_COND_TRAY_EMPTY, 41100, "FALSE"},
	{"ink out", PC_COND_SUPPLY_EMPTY, 40038, "FALSE"},
	{"no cartridge", PC_COND_SUPPLY_MISSING, 40010, "FALSE"},
	{"output full", PC_COND_OUTPUT_FULL, 40019, "FALSE"},
	{"service", PC_COND_SERVICE, 35075, "TRUE"},
};

static void
test_status_codes(void **state)
{
	struct bench *b = *state;
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		char out[256], code[16];
		size_t n = 0, got = 0;
		print_message("%s\n", codes[i].name);
		assert_int_equal(
			pc_device_condition(b->devices[0], codes[i].condition, 0, true), PC_OK);
		int fd = bench_connect(b, 0, 9100);
		bench_send(fd, BYTES("@PJL INFO STATUS\n@PJL ECHO x\n"));
		do {
			(void)bench_read(b, fd, out + n, sizeof(out) - n, 1, &got);
			n += got;
		} while (got > 0 && strstr(out, "ECHO x") == NULL);
		(void)snprintf(code, sizeof(code), "CODE=%u\r\n", codes[i].code);
		if (strstr(out, code) == NULL)
			fail_msg("%s: %s", codes[i].name, out);
		assert_string_equal(strstr(out, "ONLINE=") + 7,
			strcmp(codes[i].online, "TRUE") == 0 ? "TRUE\r\n\f@PJL ECHO x\r\n\f"
							     : "FALSE\r\n\f@PJL ECHO x\r\n\f");
		close(fd);
		assert_int_equal(
			pc_device_condition(b->devices[0], codes[i].condition, 0, false), PC_OK);
		bench_turns(b, 3);
	}
}

static void
test_faults(void **state)
{
	struct bench *b = *state;
	int fd = bench_connect(b, 0, 9100);
	bench_arm(b, 0, "raw-echo-changed");
	bench_send(fd, BYTES("@PJL ECHO abc\n"));
	expect(b, fd, "@PJL ECHO ?\r\n\f");
	bench_arm(b, 0, "raw-status-always-ready");
	assert_int_equal(pc_device_condition(b->devices[0], PC_COND_JAM, 0, true), PC_OK);
	bench_send(fd, BYTES("@PJL INFO STATUS\n"));
	expect(b, fd, "@PJL INFO STATUS\r\nCODE=10001\r\nDISPLAY=\"Ready\"\r\nONLINE=TRUE\r\n\f");
	bench_arm(b, 0, "raw-ustatus-silent");
	bench_send(fd, BYTES("@PJL USTATUS DEVICE=ON\n@PJL ECHO a\n"));
	expect(b, fd, "@PJL ECHO a\r\n\f");
	assert_int_equal(pc_device_condition(b->devices[0], PC_COND_JAM, 0, false), PC_OK);
	bench_send(fd, BYTES("@PJL ECHO b\n"));
	expect(b, fd, "@PJL ECHO b\r\n\f");
	bench_send(fd, BYTES("@PJL USTATUSOFF\n"));
	bench_arm(b, 0, "raw-pagecount-frozen");
	bench_send(fd, BYTES("@PJL ENTER LANGUAGE=PCL\nx" UEL));
	assert_true(bench_wait_for(b, 0, 1001, 0, 1));
	bench_send(fd, BYTES("@PJL INFO PAGECOUNT\n"));
	expect(b, fd, "@PJL INFO PAGECOUNT\r\n1000\r\n\f");
	bench_arm(b, 0, "job-counter-frozen");
	bench_send(fd, BYTES("@PJL ENTER LANGUAGE=PCL\nx" UEL "@PJL INFO PAGECOUNT\n"));
	expect(b, fd, "@PJL INFO PAGECOUNT\r\n1001\r\n\f");
	close(fd);
}

static void
test_ready_text(void **state)
{
	struct bench *b = *state;
	assert_int_equal(pc_device_supply_replace(b->devices[0], 1), PC_OK);
	int fd = bench_connect(b, 0, 9100);
	bench_send(fd, BYTES("@PJL RDYMSG DISPLAY = \"Hello there\"\n@PJL INFO STATUS\n"));
	expect(b, fd,
		"@PJL INFO STATUS\r\nCODE=10001\r\nDISPLAY=\"Hello there\"\r\nONLINE=TRUE\r\n\f");
	close(fd);
}

/* Off-line: reading stops; back on-line the job prints whole. */
static void
test_blocked(void **state)
{
	struct bench *b = *state;
	assert_int_equal(pc_device_condition(b->devices[0], PC_COND_OFFLINE, 0, true), PC_OK);
	int fd = bench_connect(b, 0, 9100);
	bench_send(fd, BYTES("one\ftwo\f"));
	close(fd);
	bench_turns(b, 20);
	assert_int_equal(bench_counters(b, 0)->life, 1000);
	assert_non_null(strstr(pc_buf_text(&b->journal), "blocked"));
	assert_int_equal(pc_device_condition(b->devices[0], PC_COND_OFFLINE, 0, false), PC_OK);
	assert_true(bench_wait_for(b, 0, 1002, 0, 1));
}

/* A closed channel refuses connections; one that was open waits. Spec: RFC 3805 prtChannelState */
static void
test_channel_closed(void **state)
{
	struct bench *b = *state;
	struct pc_device *dev = b->devices[0];
	char out[64];
	size_t n = 0;
	int fd = bench_connect(b, 0, 9100);
	bench_send(fd, BYTES("@PJL ECHO a\n"));
	expect(b, fd, "@PJL ECHO a\r\n\f");
	assert_int_equal(
		pc_device_option_set(dev, PC_OPTION_CHANNEL_CLOSED, PC_CHANNEL_RAW, 1), PC_OK);
	bench_send(fd, BYTES("@PJL ENTER LANGUAGE=PCL\nx" UEL));
	bench_turns(b, 20);
	assert_int_equal(bench_counters(b, 0)->life, 1000);
	int refused = bench_connect(b, 0, 9100);
	assert_int_equal(bench_read(b, refused, out, sizeof(out), 1, &n), BENCH_RESET);
	close(refused);
	assert_int_equal(
		pc_device_option_set(dev, PC_OPTION_CHANNEL_CLOSED, PC_CHANNEL_RAW, 0), PC_OK);
	assert_true(bench_wait_for(b, 0, 1001, 0, 1));
	close(fd);
}

/* The journal tells of the job. */
static bool
is_noted(void *arg)
{
	return strstr(pc_buf_text(&((struct bench *)arg)->journal), "\"class\":\"firmware\"") !=
	       NULL;
}

/* XRS-OP-05, XRS-NET-19: a firmware file on a maker's own port prints nothing; test_update.c looks
 * closer. */
static void
test_firmware(void **state)
{
	static const char dlm[] =
		"%%XRXbegin\n%%OID_ATT_JOB_TYPE OID_VAL_JOB_TYPE_DYNAMIC_LOADABLE_MODULE\n"
		"%%OID_ATT_DLM_NAME \"unit\"\n%%OID_ATT_DLM_VERSION \"2.1\"\n%%XRXend\n\x1f\x8bxyz";
	struct bench *b = *state;
	char out[16];
	size_t n = 0;
	bench_stop_services(b);
	b->profiles[1].snmp_vendor = "xerox";
	b->profiles[1].raw_ports[0].port = 2000;
	b->profiles[1].raw_ports[1].port = 2105;
	b->profiles[1].n_raw_ports = 2;
	assert_true(bench_start(b, b->offset));
	int fd = bench_connect(b, 0, 2105); /* not a port of the first device */
	assert_int_equal(bench_read(b, fd, out, sizeof(out), 1, &n), BENCH_RESET);
	close(fd);
	fd = bench_connect(b, 1, 2105);
	bench_send(fd, dlm, sizeof(dlm) - 1);
	close(fd);
	assert_true(bench_until(b, is_noted, b));
	assert_int_equal(bench_counters(b, 1)->life, 1000);
	assert_non_null(strstr(pc_buf_text(&b->journal), "\"version\":\"2.1\""));
	/* For another maker's printer the same bytes are print data. */
	fd = bench_connect(b, 0, 9100);
	bench_send(fd, dlm, sizeof(dlm) - 1);
	close(fd);
	assert_true(bench_wait_for(b, 0, 1001, 0, 1));
}

static void
test_hostile(void **state)
{
	struct bench *b = *state;
	char junk[70000], out[64];
	size_t n = 0;
	int fd = bench_connect(b, 0, 9100);
	memset(junk, 'A', sizeof(junk));
	bench_send(fd, BYTES("@PJL COMMENT "));
	for (size_t at = 0; at < sizeof(junk); at += 7000) {
		bench_send(fd, junk, 7000);
		bench_turns(b, 2);
	}
	bench_send(fd, BYTES("\n@PJL ECHO alive\n"));
	expect(b, fd, "@PJL ECHO alive\r\n\f");
	assert_int_equal(bench_counters(b, 0)->jobs_done, 0); /* the endless line was no job */
	close(fd);
	pc_device_power(b->devices[2], false);
	fd = bench_connect(b, 2, 9100);
	assert_int_equal(bench_read(b, fd, out, sizeof(out), 1, &n), BENCH_RESET);
	close(fd);
	b->profiles[1].ports.raw_port = 9101; /* not the port that was asked */
	fd = bench_connect(b, 1, 9100);
	assert_int_equal(bench_read(b, fd, out, sizeof(out), 1, &n), BENCH_RESET);
	close(fd);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {T(test_replies), T(test_jobs), T(test_ticket),
		T(test_maintenance), T(test_maintenance_waits), T(test_one_at_a_time),
		T(test_ustatus), T(test_status_codes), T(test_faults), T(test_ready_text),
		T(test_blocked), T(test_channel_closed), T(test_firmware), T(test_hostile)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
