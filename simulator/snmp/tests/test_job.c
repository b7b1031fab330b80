/* Tests of the Job-Monitoring-MIB: a job's rows from its first byte to the end of its persistence,
 * the index of 48 octets, attributes that are said only when they are known. */
#include <stdlib.h>

#include "snmp/tests/views.h"

#define JM "1.3.6.1.4.1.2699.1.1.1."

static uint32_t
begin(struct views *w, enum pc_origin origin, const char *user)
{
	struct pc_job *job;
	uint32_t id = 0;

	assert_int_equal(pc_device_job_begin(w->dev, origin, &id), PC_OK);
	job = pc_device_job(w->dev, id);
	(void)snprintf(job->user, sizeof job->user, "%s", user);
	return id;
}

/* A two-sided job of two copies of three sides, 2,049 bytes, from LPD. */
static void
test_life(void **state)
{
	static const struct views_row receiving[] = {
		{"active", JM "1.1.1.2.1", "2:1"},
		{"oldest", JM "1.1.1.3.1", "2:1"},
		{"pending", JM "3.1.1.2.1.1", "2:3"},
		{"incoming", JM "3.1.1.3.1.1", "2:4"},
		{"size not known yet", JM "3.1.1.5.1.1", "2:-2"},
		{"sides not known yet", JM "3.1.1.7.1.1", "2:-2"},
		{"owner", JM "3.1.1.9.1.1", "4:ann"},
		{"pages not known yet", JM "4.1.1.3.1.1.130.1", "2:-2"},
		{"no start", JM "4.1.1.3.1.1.193.1", "none"},
	};
	static const struct views_row printing[] = {
		{"processing", JM "3.1.1.2.1.1", "2:5"},
		{"printing", JM "3.1.1.3.1.1", "2:4096"},
		{"K octets round up", JM "3.1.1.5.1.1", "2:3"},
		{"sides of a copy", JM "3.1.1.7.1.1", "2:3"},
		{"sides done", JM "3.1.1.8.1.1", "2:4"},
		{"K octets of four sides", JM "3.1.1.6.1.1", "2:3"},
		{"charset", JM "4.1.1.3.1.1.8.1", "2:106"},
		{"name", JM "4.1.1.4.1.1.23.1", "4:report"},
		{"a text has no number", JM "4.1.1.3.1.1.23.1", "2:-2"},
		{"print service", JM "4.1.1.3.1.1.24.1", "2:4"},
		{"LPD is channel 1", JM "4.1.1.3.1.1.25.1", "2:1"},
		{"host", JM "4.1.1.4.1.1.29.1", "4:pc7"},
		{"queue", JM "4.1.1.4.1.1.31.1", "4:PASSTHRU"},
		{"device", JM "4.1.1.3.1.1.32.1", "2:1"},
		{"two sides", JM "4.1.1.3.1.1.55.1", "2:2"},
		{"copies", JM "4.1.1.3.1.1.90.1", "2:2"},
		{"one copy done", JM "4.1.1.3.1.1.91.1", "2:1"},
		{"transferred", JM "4.1.1.3.1.1.94.1", "2:3"},
		{"side 1 of the second copy", JM "4.1.1.3.1.1.113.1", "2:1"},
		{"colour", JM "4.1.1.3.1.1.114.1", "2:4"},
		{"pages", JM "4.1.1.3.1.1.130.1", "2:6"},
		{"sheets", JM "4.1.1.3.1.1.150.1", "2:4"},
		{"sheets done", JM "4.1.1.3.1.1.151.1", "2:3"},
		{"medium", JM "4.1.1.4.1.1.171.1", "4:stationery"},
		{"its sheets", JM "4.1.1.3.1.1.171.1", "2:3"},
		{"size", JM "4.1.1.4.1.1.175.1", "4:iso_a4_210x297mm"},
		{"second of submission", JM "4.1.1.3.1.1.191.1", "2:10"},
		{"no end", JM "4.1.1.3.1.1.194.1", "none"},
	};
	static const struct views_row done[] = {
		{"none active", JM "1.1.1.2.1", "2:0"},
		{"no oldest", JM "1.1.1.3.1", "2:0"},
		{"completed", JM "3.1.1.2.1.1", "2:9"},
		{"successfully", JM "3.1.1.3.1.1", "2:524288"},
		{"all K octets", JM "3.1.1.6.1.1", "2:5"},
		{"both copies", JM "4.1.1.3.1.1.91.1", "2:2"},
		{"all of the copy", JM "4.1.1.3.1.1.113.1", "2:3"},
		{"second of the end", JM "4.1.1.3.1.1.194.1", "2:25"},
	};
	struct pc_profile p = views_epson();
	uint8_t data[2049] = {0};
	struct views w;
	uint32_t id;

	(void)state;
	views_init(&w, &p);
	id = begin(&w, PC_ORIGIN_LPD, "ann");
	VIEWS_EXPECT(&w, receiving);
	pc_device_job(w.dev, id)->copies = 2;
	pc_device_job(w.dev, id)->duplex = true;
	(void)snprintf(pc_device_job(w.dev, id)->name, PC_NAME_MAX, "report");
	(void)snprintf(pc_device_job(w.dev, id)->host, PC_NAME_MAX, "pc7");
	assert_int_equal(pc_device_job_data(w.dev, id, data, sizeof data), PC_OK);
	assert_int_equal(pc_device_job_end(w.dev, id, 3), PC_OK);
	views_pass(&w, 10000); /* 2.5 s a side */
	VIEWS_EXPECT(&w, printing);
	views_pass(&w, 5000);
	VIEWS_EXPECT(&w, done);
	views_done(&w);
}

static void
test_stopped_and_ended(void **state)
{
	struct pc_profile p = views_epson();
	struct views w;
	uint32_t id;

	(void)state;
	views_init(&w, &p);
	for (int i = 0; i < 3; i++) {
		id = begin(&w, PC_ORIGIN_RAW, "bob");
		assert_int_equal(pc_device_job_data(w.dev, id, (const uint8_t *)"x", 1), PC_OK);
		assert_int_equal(pc_device_job_end(w.dev, id, 2), PC_OK);
	}
	assert_int_equal(pc_device_condition(w.dev, PC_COND_JAM, 0, true), PC_OK);
	views_expect(&w, "stopped", JM "3.1.1.2.1.1", "2:6");
	views_expect(&w, "by the device", JM "3.1.1.3.1.1", "2:1024");
	views_expect(&w, "waits", JM "3.1.1.2.1.3", "2:3");
	views_expect(&w, "behind two", JM "3.1.1.4.1.3", "2:2");
	views_expect(&w, "raw is channel 2", JM "4.1.1.3.1.3.25.1", "2:2");
	views_expect(&w, "raw has no queue", JM "4.1.1.3.1.3.31.1", "none");
	assert_int_equal(pc_device_condition(w.dev, PC_COND_OFFLINE, 0, true), PC_OK);
	views_expect(&w, "off-line, too", JM "3.1.1.3.1.3", "2:263168");
	assert_int_equal(pc_device_job_cancel(w.dev, 2), PC_OK);
	views_expect(&w, "cancelled", JM "3.1.1.2.1.2", "2:7");
	views_expect(&w, "by the user", JM "3.1.1.3.1.2", "2:8192");
	views_expect(&w, "one before", JM "3.1.1.4.1.3", "2:1");
	assert_int_equal(pc_device_restart(w.dev, PC_RESET_WARM), PC_OK);
	views_pass(&w, 31000);
	views_expect(&w, "aborted", JM "3.1.1.2.1.3", "2:8");
	views_expect(&w, "by the system", JM "3.1.1.3.1.3", "2:65536");
	views_expect(&w, "before this boot", JM "4.1.1.3.1.3.191.1", "2:0");
	views_done(&w);
}

/* The index of jmJobIDTable as text; the number of its row. */
static size_t
next_id(const struct views *w, uint32_t oid[PC_OID_MAX], size_t *n_oid, char text[49], int64_t *job)
{
	uint32_t next[PC_OID_MAX];
	struct pc_snmp_value v = {0};
	size_t n = 0;

	if (pc_snmp_tree_next(w->tree, w->dev, oid, *n_oid, next, &n, &v) != PC_OK ||
		pc_arcs_compare(next, 14, oid, 14) != 0)
		return 0;
	memcpy(oid, next, n * sizeof *next);
	*n_oid = n;
	*job = v.integer;
	for (size_t i = 0; i < 48; i++)
		text[i] = (char)next[14 + i];
	text[48] = '\0';
	return n - 14;
}

static void
test_submission_ids(void **state)
{
	static const char *const users[] = {
		"zoe", "", "a name of more than thirty-nine octets, see", "\xc3\xa4nn"};
	struct pc_profile p = views_epson();
	uint32_t oid[PC_OID_MAX];
	size_t n_oid = 0, n = 0;
	char text[49];
	int64_t job = 0;
	struct views w;

	(void)state;
	views_init(&w, &p);
	for (size_t i = 0; i < 4; i++)
		(void)begin(&w, PC_ORIGIN_RAW, users[i]);
	assert_int_equal(pc_arcs_parse(JM "2.1.1.3", oid, PC_OID_MAX, &n_oid), PC_OK);
	for (; next_id(&w, oid, &n_oid, text, &job) > 0; n++) {
		struct pc_snmp_value v = {0};

		assert_int_equal(n_oid, 14 + 48); /* no length in front */
		assert_int_equal(text[0], '0');
		assert_int_equal(strtol(text + 40, NULL, 10), job);
		assert_int_equal(strlen(text), 48);
		assert_int_equal(pc_snmp_tree_get(w.tree, w.dev, oid, n_oid, &v), PC_OK);
		assert_int_equal(v.integer, job);
		if (job == 3)
			assert_memory_equal(text + 1, users[2] + strlen(users[2]) - 39, 39);
		if (job == 4)
			assert_memory_equal(text, "0??nn  ", 7);
	}
	assert_int_equal(n, 4);
	views_done(&w);
}

/* Twenty jobs in a minute are all there; later they make room. */
static void
test_persistence(void **state)
{
	struct pc_profile p = views_epson();
	char oid[64];
	struct views w;

	(void)state;
	views_init(&w, &p);
	views_expect(&w, "persistence", JM "1.1.1.5.1", "2:60");
	views_expect(&w, "of attributes", JM "1.1.1.6.1", "2:60");
	for (int i = 0; i < 20; i++)
		assert_int_equal(
			pc_device_job_cancel(w.dev, begin(&w, PC_ORIGIN_RAW, "ann")), PC_OK);
	views_pass(&w, 59000);
	(void)begin(&w, PC_ORIGIN_RAW, "ann");
	for (int i = 1; i <= 20; i++) {
		(void)snprintf(oid, sizeof oid, JM "3.1.1.2.1.%d", i);
		views_expect(&w, "still there", oid, "2:7");
	}
	views_pass(&w, 1000);
	(void)begin(&w, PC_ORIGIN_RAW, "ann");
	views_expect(&w, "gone", JM "3.1.1.2.1.1", "none");
	views_expect(&w, "its attributes, too", JM "4.1.1.3.1.1.8.1", "none");
	views_done(&w);
}

static void
test_absent(void **state)
{
	struct pc_profile p = views_epson();
	struct views w;

	(void)state;
	p.mibs &= ~(UINT32_C(1) << PC_MIBS_JOB_MONITORING);
	views_init(&w, &p);
	views_expect(&w, "not served", JM "1.1.1.5.1", "none");
	views_done(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_life),
		cmocka_unit_test(test_stopped_and_ended),
		cmocka_unit_test(test_submission_ids),
		cmocka_unit_test(test_persistence),
		cmocka_unit_test(test_absent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
