/* Tests of Epson maintenance jobs over raw and LPD: each command of remote mode acts or is known to
 * do nothing, and no page is counted that was not printed. */
#include "services/tests/bench.h"

#include "codec/lpd.h"
#include "codec/st2.h"

#define LEAVE  "0000001B0140454A4C20313238342E340A40454A4C20202020200A"
#define ENTER  "1B285208000052454D4F544531"
#define EXIT   "1B000000"
#define JOB(s) "1B40" ENTER s EXIT

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

struct row {
	const char *name, *hex;
	uint32_t cleanings, nozzle_checks, pages;
	const char *journal; /* a part of it */
};

static const struct row rows[] = {
	{"CH all", JOB("434802000000"), 1, 0, 0, "\"class\":\"maintenance\""},
	{"CH black, twice", JOB("434802000001") JOB("434802000001"), 1, 0, 0, "\"cleaning\":true"},
	{"CH colour, power", JOB("434802000012"), 1, 0, 0, "\"cleaning\":true"},
	{"CH of a group there is not", JOB("434802000009"), 0, 0, 0, "\"refused\""},
	{"NC", JOB("4E4302000000"), 0, 1, 1, "\"nozzleCheck\":true"},
	{"NC, variant", JOB("4E4302000010"), 0, 1, 1, "\"nozzleCheck\":true"},
	{"CH and NC",
		JOB("434802000000"
		    "4E4302000000"),
		1, 1, 1, "\"nozzleCheck\":true"},
	{"VI LD JS PP EX JE HD DP, none acts",
		JOB("564902000000"
		    "4C440000"
		    "4A53040000000000"
		    "505003000001FE"
		    "455808000000000033FF0100"
		    "4A45010000"
		    "484403000003FF"
		    "445002000002"),
		0, 0, 0, "\"class\":\"maintenance\""},
	{"RS", JOB("5253010001"), 0, 0, 0, "\"class\":\"maintenance\""},
	{"AI prints a page", JOB("41490300000000"), 0, 0, 1, "\"class\":\"maintenance\""},
	{"DT prints a page", JOB("44540300000100"), 0, 0, 1, "\"class\":\"maintenance\""},
	{"DA and SV",
		JOB("4441040000020005"
		    "53560000"),
		0, 0, 0, "\"class\":\"maintenance\""},
	{"driver settings",
		JOB("495202000001"
		    "46500300000000"
		    "534E0300000001"
		    "414302000000"
		    "4452040000000000"
		    "494B02000000"
		    "505A02000000"
		    "504802000000"
		    "504D02000000"
		    "534D02000000"
		    "434F08000000000000000000"
		    "4D49040000000000"
		    "55530300000000"),
		0, 0, 0, "\"class\":\"maintenance\""},
	{"unknown command", JOB("5A5A010000"), 0, 0, 0, "\"class\":\"maintenance\""},
	{"service form without a key of the model", "1B401B7C0006008505847B4202", 0, 0, 0,
		"\"refused\""},
	{"no date, and CH all the same", JOB("544908000007EA0D140A3100434802000000"), 1, 0, 0,
		"\"refused\""},
	{"no date", JOB("544908000007EA0D140A3100"), 0, 0, 0, "\"refused\""},
};

/* By raw connection, one a job; then by LPD. */
static void
send_raw(struct bench *b, const char *hex, char *out, size_t size, size_t want, size_t *ret_n)
{
	uint8_t in[512];
	size_t n = 0;
	int fd = bench_connect(b, 0, 9100);
	assert_int_equal(pc_text_unhex(hex, in, sizeof(in), &n), PC_OK);
	bench_send(fd, in, n);
	assert_int_equal(shutdown(fd, SHUT_WR), 0);
	(void)bench_read(b, fd, out, size, want, ret_n);
	close(fd);
}

static void
send_lpd(struct bench *b, const char *hex)
{
	uint8_t in[512];
	char out[16], head[64];
	size_t n = 0, got = 0;
	int fd = bench_connect(b, 0, PC_LPD_PORT);
	assert_int_equal(pc_text_unhex(hex, in, sizeof(in), &n), PC_OK);
	bench_send(fd, "\2PASSTHRU\n", 10);
	(void)bench_read(b, fd, out, sizeof(out), 1, &got);
	(void)snprintf(head, sizeof(head), "\3%zu dfA001host\n", n);
	bench_send(fd, head, strlen(head));
	(void)bench_read(b, fd, out, sizeof(out), 1, &got);
	bench_send(fd, in, n);
	bench_send(fd, "", 1);
	(void)bench_read(b, fd, out, sizeof(out), 1, &got);
	bench_send(fd,
		"\002"
		"18 cfA001host\n",
		15);
	(void)bench_read(b, fd, out, sizeof(out), 1, &got);
	bench_send(fd, "Hhost\nPme\nldfA001h", 18);
	bench_send(fd, "", 1);
	(void)bench_read(b, fd, out, sizeof(out), 1, &got);
	close(fd);
}

static void
run_rows(struct bench *b, bool lpd)
{
	uint32_t jobs = 0;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *r = &rows[i];
		struct pc_counters before = *bench_counters(b, 0);
		char out[64];
		size_t n = 0;
		print_message("%s over %s\n", r->name, lpd ? "LPD" : "raw");
		pc_buf_clear(&b->journal);
		if (lpd)
			send_lpd(b, r->hex);
		else
			send_raw(b, r->hex, out, sizeof(out), 1, &n);
		jobs = before.jobs_done + before.jobs_failed + 1;
		assert_true(bench_wait_for(
			b, 0, before.life + r->pages, before.cleanings + r->cleanings, jobs));
		while (pc_device_state(b->devices[0])->activity != PC_IDLE)
			bench_turns(b, 1);
		const struct pc_counters *c = bench_counters(b, 0);
		assert_int_equal(c->cleanings - before.cleanings, r->cleanings);
		assert_int_equal(c->nozzle_checks - before.nozzle_checks, r->nozzle_checks);
		assert_int_equal(c->life - before.life, r->pages);
		if (strstr((const char *)b->journal.data, r->journal) == NULL)
			fail_msg("%s: no %s in %s", r->name, r->journal,
				(const char *)b->journal.data);
	}
}

static void
test_raw(void **state)
{
	run_rows(*state, false);
}

static void
test_lpd(void **state)
{
	run_rows(*state, true);
}

/* Groups and power arrive in the history. */
static void
test_groups(void **state)
{
	struct bench *b = *state;
	struct pc_cleaning_entry h[PC_CLEANING_HISTORY_MAX];
	char out[8];
	size_t n = 0;
	send_raw(b, JOB("434802000012"), out, sizeof(out), 1, &n);
	assert_true(bench_wait_for(b, 0, 0, 1, 0));
	assert_int_equal(pc_device_cleaning_history(b->devices[0], h), 1);
	assert_int_equal(h[0].nozzle_group, 2);
	assert_true(h[0].power);
	assert_int_equal(h[0].trigger, PC_TRIGGER_REMOTE);
}

static void
test_clock(void **state)
{
	struct bench *b = *state;
	uint8_t now[11];
	char out[8];
	size_t n = 0;
	send_raw(b, JOB("544908000007EA0B140A3100"), out, sizeof(out), 1, &n);
	assert_true(bench_wait_for(b, 0, 0, 0, 1));
	pc_clock_date_and_time(pc_device_wall_ns(b->devices[0]), now);
	assert_memory_equal(now, ((const uint8_t[]){0x07, 0xea, 11, 20, 10, 49}), 6);
}

/* The key of the EEPROM commands opens the service form; 0A charges ink. */
static void
test_service_form(void **state)
{
	struct bench *b = *state;
	struct pc_cleaning_entry h[PC_CLEANING_HISTORY_MAX];
	char out[8];
	size_t n = 0;
	b->profiles[0].epson.eeprom_read_key = "8505";
	send_raw(b, "1B401B7C0006008505847B4202", out, sizeof(out), 1, &n);
	assert_true(bench_wait_for(b, 0, 0, 1, 1));
	send_raw(b, "1B401B7C0006008505847B420A", out, sizeof(out), 1, &n);
	assert_true(bench_wait_for(b, 0, 0, 2, 2));
	assert_int_equal(pc_device_cleaning_history(b->devices[0], h), 2);
	assert_true(h[0].power);
	assert_false(h[1].power);
	send_raw(b, "1B401B7C0006008506847B4202", out, sizeof(out), 1, &n);
	assert_true(bench_wait_for(b, 0, 0, 2, 3));
	assert_int_equal(bench_counters(b, 0)->cleanings, 2);
}

/* What is asked for on a connection that goes both ways is answered; LPD's does not. */
static void
test_answers(void **state)
{
	struct bench *b = *state;
	char out[512];
	size_t n = 0;
	struct pc_st2 st;
	send_raw(b, JOB("4951010001"), out, sizeof(out), 9, &n);
	assert_int_equal(n, 9);
	assert_memory_equal(out, "IQ:3205;\f", 9);
	send_raw(b, JOB("535402000001"), out, sizeof(out), sizeof(out) - 1, &n);
	assert_int_equal(pc_st2_read((const uint8_t *)out, n, &st), PC_OK);
	assert_int_equal(st.state, PC_ST2_IDLE);
	assert_int_equal(st.n_inks, 2);
	send_raw(b, JOB("535402000002"), out, sizeof(out), 1, &n); /* off */
	assert_int_equal(n, 0);
}

/* JH: the job is the host's that its header names. */
static void
test_host(void **state)
{
	struct bench *b = *state;
	const struct pc_job *jobs[PC_JOBS_MAX];
	char out[8];
	size_t n = 0;
	send_raw(b, JOB("4A480E0000000000000045534350524C6962"), out, sizeof(out), 1, &n);
	assert_true(bench_wait_for(b, 0, 0, 0, 1));
	assert_int_equal(pc_device_jobs(b->devices[0], jobs), 1);
	assert_string_equal(jobs[0]->host, "ESCPRLib");
	assert_true(jobs[0]->maintenance);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {T(test_raw), T(test_lpd), T(test_groups), T(test_clock),
		T(test_service_form), T(test_answers), T(test_host)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
