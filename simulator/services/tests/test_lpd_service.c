/* Tests of LPD on real sockets: dialogues of real clients, refusals, hostile input, faults. */
#include "services/tests/bench.h"

#include "codec/epson-remote.h"

#define BYTES(s) s, sizeof(s) - 1

static int
setup(void **state)
{
	struct bench *b;
	b = test_malloc(sizeof(*b));
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

enum end { CLOSE, HALF, STAY };

static const struct {
	const char *name;
	const char *in;
	size_t len;
	enum end end;
	const char *acks; /* '0' and '1' for octets 00 and 01 */
	uint32_t pages;   /* the life count rises by so much */
	uint32_t copies;
	const char *journal; /* must be in it */
} rows[] = {
	{"control before data",
		BYTES("\2P\n\00232 cfA012host\nHhost\nPanna\nJReport\nldfA012host\n\0\0034 dfA012host\nabcd\0"),
		HALF, "00000", 1, 1, "\"user\":\"anna\""},
	{"data before control",
		BYTES("\2P\n\0034 dfA012host\nabcd\0\00232 cfA012host\nHhost\nPanna\nJReport\nldfA012host\n\0"),
		HALF, "00000", 1, 1, "\"name\":\"Report\""},
	{"copies from repeated lines",
		BYTES("\2P\n\00227 cfA1h\nHh\nPu\nldfA1h\nldfA1h\nldfA1h\n\0\0034 dfA1h\nabcd\0"),
		HALF, "00000", 3, 3, "\"copies\":3"},
	{"count 0: until close", BYTES("\2P\n\0027 cfA1h\nHh\nPu\n\n\0\0030 dfA1h\nabcd"), HALF,
		"00000", 1, 1, "\"bytes\":4"},
	{"absurd count: until close", BYTES("\2P\n\0034294967295 dfA1h\nabcd"), HALF, "000", 1, 1,
		"\"bytes\":4"},
	{"Epson's library",
		BYTES("\2P1\n\0027 cfA1escpr-lib\nHh\nPu\n\0\3 1073741824000 dfA1escpr-lib\nabcd"),
		CLOSE, "0000", 1, 1, "\"bytes\":4"},
	{"no control file", BYTES("\2P\n\0034 dfA1h\nabcd\0"), HALF, "000", 1, 1,
		"\"class\":\"print\""},
	{"form feeds are pages", BYTES("\2P\n\0034 dfA1h\na\fb\f\0"), HALF, "000", 2, 1,
		"\"class\":\"print\""},
	{"PJL header in LPD data",
		BYTES("\2P\n\00359 dfA1h\n\x1b%-12345X@PJL SET COPIES=2\n@PJL ENTER LANGUAGE=PCL\nabcdefgh\0"),
		HALF, "000", 2, 2, "\"copies\":2"},
	{"final 00 missing, then close", BYTES("\2P\n\0034 dfA1h\nabcd"), HALF, "000", 1, 1,
		"\"bytes\":4"},
	{"fewer octets than announced", BYTES("\2P\n\0039 dfA1h\nabcd"), HALF, "00", 0, 1,
		"job-aborted"},
	{"abort", BYTES("\2P\n\00216 cfA1h\nPu\nfdfA1h\nfdfB1\n\0\0034 dfA1h\nabcd\0\1\n"), HALF,
		"000000", 0, 1, "aborted by the client"},
	{"two data files",
		BYTES("\2P\n\00217 cfA1h\nPu\nldfA1h\nldfB1h\n\0\0032 dfA1h\nab\0\0032 dfB1h\ncd\0"),
		HALF, "0000000", 1, 1, "\"bytes\":4"},
	{"name in Latin-1 and control characters",
		BYTES("\2P\n\0029 cfA1h\nPu\nJ\xe4\"\x07z\n\0\0032 dfA1h\nab\0"), HALF, "00000", 1,
		1, "\"name\":\"?\\\" z\""},
	{"print waiting", BYTES("\1P\n"), STAY, "0", 0, 0, ""},
	{"any queue name", BYTES("\2no-such-queue\n"), HALF, "0", 0, 0, ""},
	{"unknown command", BYTES("\6q root stop\n"), STAY, "1", 0, 0, "unknown command"},
	{"HTTP", BYTES("GET / HTTP/1.0\r\n\r\n"), STAY, "1", 0, 0, "unknown command"},
	{"unknown sub-command", BYTES("\2P\n\11x\n"), STAY, "01", 0, 0, "malformed"},
	{"remove what is not there", BYTES("\5P root 77\n"), STAY, "1", 0, 0, "remove"},
};

static bool
job_noted(void *arg)
{
	return strstr(pc_buf_text(&((struct bench *)arg)->journal), "\"event\":\"job") != NULL;
}

static void
test_dialogues(void **state)
{
	struct bench *b = *state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char out[64];
		size_t n = 0, want = strlen(rows[i].acks);
		uint32_t life = bench_counters(b, 0)->life;
		uint32_t jobs = bench_counters(b, 0)->jobs_done + bench_counters(b, 0)->jobs_failed;
		pc_buf_clear(&b->journal);
		int fd = bench_connect(b, 0, 515);
		bench_send(fd, rows[i].in, rows[i].len);
		if (rows[i].end == HALF)
			assert_int_equal(shutdown(fd, SHUT_WR), 0);
		enum bench_end how =
			bench_read(b, fd, out, sizeof(out), rows[i].end == CLOSE ? want : 60, &n);
		close(fd);
		for (size_t k = 0; k < n; k++)
			out[k] = (char)(out[k] + '0');
		if (strcmp(out, rows[i].acks) != 0)
			fail_msg("%s: answers %s, expected %s", rows[i].name, out, rows[i].acks);
		if (rows[i].end != CLOSE)
			assert_int_equal(how, BENCH_EOF);
		if (rows[i].end == CLOSE)
			assert_true(bench_until(b, job_noted, b));
		if (rows[i].copies > 0 && !bench_wait_for(b, 0, life + rows[i].pages, 0, jobs + 1))
			fail_msg("%s: the job was not finished", rows[i].name);
		if (bench_counters(b, 0)->life != life + rows[i].pages)
			fail_msg("%s: %u pages", rows[i].name, bench_counters(b, 0)->life - life);
		if (strstr(pc_buf_text(&b->journal), rows[i].journal) == NULL)
			fail_msg("%s: journal '%s' lacks %s", rows[i].name,
				pc_buf_text(&b->journal), rows[i].journal);
	}
	assert_int_equal(bench_counters(b, 1)->life, 1000); /* the neighbours printed nothing */
}

/* One job, all acknowledgements; the data file ends with its 00. */
static size_t
send_job(struct bench *b, unsigned device, const uint8_t *data, size_t len, char *out, size_t size)
{
	char head[64];
	size_t n = 0;
	int fd = bench_connect(b, device, 515);
	bench_send(
		fd, head, (size_t)snprintf(head, sizeof(head), "\2PASSTHRU\n\3%zu dfA001h\n", len));
	bench_send(fd, data, len);
	bench_send(fd, "", 1);
	assert_int_equal(shutdown(fd, SHUT_WR), 0);
	(void)bench_read(b, fd, out, size, size, &n);
	close(fd);
	return n;
}

/* ERS-DEV-05: a head-cleaning job is recognised, cleans and prints no page. */
static void
test_maintenance(void **state)
{
	struct bench *b = *state;
	uint8_t job[256];
	char out[16];
	size_t n = 0;
	assert_int_equal(pc_epson_cleaning_write(0, false, 0, job, sizeof(job), &n), PC_OK);
	assert_int_equal(send_job(b, 0, job, n, out, sizeof(out)), 3);
	assert_true(bench_wait_for(b, 0, 0, 1, 1));
	assert_non_null(strstr(pc_buf_text(&b->journal), "\"class\":\"maintenance\""));
	assert_int_equal(bench_counters(b, 0)->maintenance_jobs, 1);
	assert_int_equal(bench_counters(b, 0)->life, 1000);
	struct pc_cleaning_entry entries[PC_CLEANING_HISTORY_MAX];
	assert_int_equal(pc_device_cleaning_history(b->devices[0], entries), 1);
	assert_int_equal(entries[0].trigger, PC_TRIGGER_REMOTE);
	assert_int_equal(pc_epson_nozzle_write(0, job, sizeof(job), &n), PC_OK);
	assert_int_equal(send_job(b, 1, job, n, out, sizeof(out)), 3);
	assert_true(bench_wait_for(b, 1, 0, 0, 1));
	assert_int_equal(bench_counters(b, 1)->nozzle_checks, 1);
}

static void
test_maintenance_faults(void **state)
{
	struct bench *b = *state;
	uint8_t job[256];
	char out[16];
	size_t n = 0;
	assert_int_equal(pc_epson_cleaning_write(0, false, 0, job, sizeof(job), &n), PC_OK);
	bench_arm(b, 0, "cleaning-ignored");
	assert_int_equal(send_job(b, 0, job, n, out, sizeof(out)), 3);
	assert_true(bench_wait_for(b, 0, 0, 0, 1));
	assert_int_equal(bench_counters(b, 0)->cleanings, 0);
	bench_arm(b, 1, "lpd-cleaning-prints-page");
	assert_int_equal(send_job(b, 1, job, n, out, sizeof(out)), 3);
	assert_true(bench_wait_for(b, 1, 1001, 1, 1));
	bench_arm(b, 2, "job-counter-frozen");
	assert_int_equal(send_job(b, 2, (const uint8_t *)"abcd", 4, out, sizeof(out)), 3);
	assert_true(bench_wait_for(b, 2, 0, 0, 1));
	assert_int_equal(bench_counters(b, 2)->life, 1000);
	bench_arm(b, 2, "lpd-no-final-ack");
	assert_int_equal(send_job(b, 2, (const uint8_t *)"abcd", 4, out, sizeof(out)), 2);
}

static size_t
ask(struct bench *b, unsigned device, const char *command, char *out, size_t size)
{
	size_t n = 0;
	int fd = bench_connect(b, device, 515);
	bench_send(fd, command, strlen(command));
	assert_int_equal(bench_read(b, fd, out, size, size, &n), BENCH_EOF);
	close(fd);
	return n;
}

static uint32_t
queue_job(struct bench *b, const char *user, const char *name)
{
	uint32_t id = 0;
	assert_int_equal(pc_device_job_begin(b->devices[0], PC_ORIGIN_LPD, &id), PC_OK);
	assert_int_equal(
		pc_device_job_data(b->devices[0], id, (const uint8_t *)"abcdef", 6), PC_OK);
	struct pc_job *job = pc_device_job(b->devices[0], id);
	job->lpd_number = 40 + id;
	assert_true(pc_text_copy(job->user, sizeof(job->user), user));
	assert_true(pc_text_copy(job->name, sizeof(job->name), name));
	assert_int_equal(pc_device_job_end(b->devices[0], id, 0), PC_OK);
	return id;
}

static void
test_queue(void **state)
{
	struct bench *b = *state;
	char out[4096];
	assert_true(ask(b, 0, "\3lp\n", out, sizeof(out)) > 0);
	assert_string_equal(out, "no entries\n");
	/* An open cover stops printing: the jobs stay in the queue. */
	assert_int_equal(pc_device_condition(b->devices[0], PC_COND_COVER_OPEN, 0, true), PC_OK);
	queue_job(b, "anna", "report.pdf");
	queue_job(b, "bob", "letter.doc");
	(void)ask(b, 0, "\3lp\n", out, sizeof(out));
	assert_non_null(strstr(out, "Rank   Owner      Job  Files"));
	assert_non_null(strstr(
		out, "1st    anna       41   report.pdf                            6 bytes\n"));
	assert_non_null(strstr(out, "2nd    bob        42   letter.doc"));
	(void)ask(b, 0, "\3lp bob\n", out, sizeof(out));
	assert_null(strstr(out, "anna"));
	assert_non_null(strstr(out, "bob"));
	(void)ask(b, 0, "\4lp 41\n", out, sizeof(out));
	assert_non_null(strstr(out, "anna: 1st"));
	assert_null(strstr(out, "bob"));
	bench_arm(b, 0, "lpd-queue-empty-always");
	(void)ask(b, 0, "\3lp\n", out, sizeof(out));
	assert_string_equal(out, "no entries\n");
	bench_arm(b, 0, "lpd-count-wrong");
	(void)ask(b, 0, "\3lp\n", out, sizeof(out));
	assert_non_null(strstr(out, "7 bytes"));
	pc_device_set_port_faults(b->devices[0], 0);
	assert_int_equal(ask(b, 0, "\5lp anna 42\n", out, sizeof(out)), 1); /* not hers */
	assert_int_equal(out[0], 1);
	assert_int_equal(ask(b, 0, "\5lp bob 42\n", out, sizeof(out)), 1);
	assert_int_equal(out[0], 0);
	assert_int_equal(ask(b, 0, "\5lp carl all\n", out, sizeof(out)), 1); /* he has none */
	assert_int_equal(out[0], 1);
	assert_int_equal(ask(b, 0, "\5lp anna all\n", out, sizeof(out)), 1);
	assert_int_equal(out[0], 0);
	(void)ask(b, 0, "\3lp\n", out, sizeof(out));
	assert_string_equal(out, "no entries\n");
}

/* Refused at the door: no such port, off, off-line, strict switches. */
static void
test_refusals(void **state)
{
	struct bench *b = *state;
	char out[64];
	size_t n = 0;
	b->profiles[2].ports.lpd = false;
	int fd = bench_connect(b, 2, 515);
	assert_int_equal(bench_read(b, fd, out, sizeof(out), 1, &n), BENCH_RESET);
	close(fd);
	assert_int_equal(pc_device_condition(b->devices[0], PC_COND_OFFLINE, 0, true), PC_OK);
	assert_int_equal(ask(b, 0, "\2lp\n", out, sizeof(out)), 1);
	assert_int_equal(out[0], 1);
	assert_int_equal(pc_device_condition(b->devices[0], PC_COND_OFFLINE, 0, false), PC_OK);
	/* Spec: RFC 3805 prtChannelState */
	assert_int_equal(
		pc_device_option_set(b->devices[0], PC_OPTION_CHANNEL_CLOSED, PC_CHANNEL_LPD, 1),
		PC_OK);
	assert_int_equal(ask(b, 0, "\2lp\n", out, sizeof(out)), 1);
	assert_int_equal(out[0], 1);
	assert_non_null(strstr(pc_buf_text(&b->journal), "prtChannelState"));
	assert_int_equal(
		pc_device_option_set(b->devices[0], PC_OPTION_CHANNEL_CLOSED, PC_CHANNEL_LPD, 0),
		PC_OK);
	bench_arm(b, 0, "lpd-queue-strict");
	assert_int_equal(ask(b, 0, "\2lp\n", out, sizeof(out)), 1);
	assert_int_equal(out[0], 1);
	bench_arm(b, 0, "lpd-port-strict");
	fd = bench_connect(b, 0, 515);
	assert_int_equal(bench_read(b, fd, out, sizeof(out), 1, &n), BENCH_RESET);
	close(fd);
	pc_device_power(b->devices[1], false);
	fd = bench_connect(b, 1, 515);
	assert_int_equal(bench_read(b, fd, out, sizeof(out), 1, &n), BENCH_RESET);
	close(fd);
	bench_arm(b, 1, "lpd-accepts-when-off");
	assert_int_equal(send_job(b, 1, (const uint8_t *)"abcd", 4, out, sizeof(out)), 3);
	assert_non_null(strstr(pc_buf_text(&b->journal), "\"lost\":true"));
	assert_int_equal(bench_counters(b, 1)->jobs_done, 0);
}

/* Switching off cuts a connection in the middle of a job. */
static void
test_power_off_cuts(void **state)
{
	struct bench *b = *state;
	char out[64];
	size_t n = 0;
	int fd = bench_connect(b, 0, 515);
	bench_send(fd, BYTES("\2P\n\0039 dfA1h\nabc"));
	assert_int_equal(bench_read(b, fd, out, sizeof(out), 2, &n), BENCH_OPEN);
	assert_int_equal(n, 2);
	pc_device_power(b->devices[0], false);
	assert_int_equal(bench_read(b, fd, out, sizeof(out), 1, &n), BENCH_RESET);
	close(fd);
}

/* The 00 after a file is missing and the client waits: acknowledged after a second. */
static void
test_nul_never_comes(void **state)
{
	struct bench *b = *state;
	char out[64];
	size_t n = 0;
	int fd = bench_connect(b, 0, 515);
	bench_send(fd, BYTES("\2P\n\0034 dfA1h\nabcd"));
	assert_int_equal(bench_read(b, fd, out, sizeof(out), 3, &n), BENCH_OPEN);
	assert_int_equal(n, 3);
	bench_send(
		fd, BYTES("\0\0023 cfA1h\nHh\n\0")); /* late, and the stream still holds together */
	assert_int_equal(bench_read(b, fd, out, sizeof(out), 2, &n), BENCH_OPEN);
	assert_int_equal(n, 2);
	close(fd);
}

static void
test_endless_line(void **state)
{
	struct bench *b = *state;
	char junk[8192], out[64];
	size_t n = 0;
	memset(junk, 'x', sizeof(junk));
	int fd = bench_connect(b, 0, 515);
	bench_send(fd, junk, sizeof(junk));
	assert_int_not_equal(bench_read(b, fd, out, sizeof(out), 60, &n), BENCH_OPEN);
	close(fd);
	assert_non_null(strstr(pc_buf_text(&b->journal), "longer than the limit"));
	(void)ask(b, 0, "\3lp\n", out, sizeof(out)); /* and the port still answers */
	assert_string_equal(out, "no entries\n");
}

/* 17 unfinished jobs: the queue is full. */
static void
test_queue_full(void **state)
{
	struct bench *b = *state;
	char out[64];
	assert_int_equal(pc_device_condition(b->devices[0], PC_COND_COVER_OPEN, 0, true), PC_OK);
	for (int i = 0; i < PC_QUEUE_MAX; i++)
		queue_job(b, "anna", "x");
	assert_int_equal(ask(b, 0, "\2lp\n", out, sizeof(out)), 1);
	assert_int_equal(out[0], 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_dialogues, setup, teardown),
		cmocka_unit_test_setup_teardown(test_maintenance, setup, teardown),
		cmocka_unit_test_setup_teardown(test_maintenance_faults, setup, teardown),
		cmocka_unit_test_setup_teardown(test_queue, setup, teardown),
		cmocka_unit_test_setup_teardown(test_refusals, setup, teardown),
		cmocka_unit_test_setup_teardown(test_power_off_cuts, setup, teardown),
		cmocka_unit_test_setup_teardown(test_nul_never_comes, setup, teardown),
		cmocka_unit_test_setup_teardown(test_endless_line, setup, teardown),
		cmocka_unit_test_setup_teardown(test_queue_full, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
