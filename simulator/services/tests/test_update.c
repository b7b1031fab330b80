/* Tests of services/update: firmware and clone files over a raw port, from the bytes to the version
 * that the device tells. Spec: XRS-OP-05, XRS-UPD-05 */
#include "device/firmware.h"
#include "device/log.h"
#include "services/tests/bench.h"

#include <openssl/evp.h>

enum { PAYLOAD = 9000, FILE_MAX = 12000 };

static int
setup(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));
	assert_non_null(b);
	bench_init(b, 0xffff, 20000);
	for (size_t i = 0; i < 2; i++) {
		struct pc_profile *p = &b->profiles[i];
		p->snmp_vendor = i == 0 ? "xerox" : "epson";
		p->firmware[0] = (struct pc_profile_firmware){"System", "69.50.11"};
		p->firmware[1] = (struct pc_profile_firmware){"Finisher", "4.1.0"};
		p->n_firmware = 2;
		p->update.model = "lindgren-unit";
	}
	*state = b;
	return 0;
}

static int
teardown(void **state)
{
	struct bench *b = *state;
	bench_done(b);
	free(b);
	return 0;
}

/* A module file: header, payload, a right signature unless `spoilt`. Returns its length. */
static size_t
make_file(char *out, const char *name, const char *version, bool spoilt)
{
	unsigned char payload[PAYLOAD], digest[PC_SHA256_BYTES];
	char hex[2 * PC_SHA256_BYTES + 1];
	for (size_t i = 0; i < PAYLOAD; i++)
		payload[i] = (unsigned char)(i * 7 + i / 251);
	payload[0] = 0x1f;
	assert_int_equal(EVP_Digest(payload, PAYLOAD, digest, NULL, EVP_sha256(), NULL), 1);
	pc_text_hex(digest, sizeof(digest), hex);
	if (spoilt)
		payload[PAYLOAD - 1] ^= 1;
	int n = snprintf(out, FILE_MAX,
		"%%%%XRXbegin\n"
		"%%%%OID_ATT_JOB_TYPE OID_VAL_JOB_TYPE_DYNAMIC_LOADABLE_MODULE\n"
		"%%%%OID_ATT_JOB_SCHEDULING OID_VAL_JOB_SCHEDULING_AFTER_COMPLETE\n"
		"%%%%OID_ATT_DLM_NAME \"%s\"\n%%%%OID_ATT_DLM_VERSION \"%s\"\n"
		"%%%%OID_ATT_DLM_SIGNATURE \"%s\"\n%%%%XRXend\n",
		name, version, hex);
	memcpy(out + n, payload, PAYLOAD);
	return (size_t)n + PAYLOAD;
}

/* As many restarts as that, or as many refusals in the journal. */
struct seen {
	struct bench *b;
	unsigned device;
	uint32_t reboots;
	const char *word;
};

static bool
is_seen(void *arg)
{
	const struct seen *s = arg;
	if (s->word != NULL)
		return strstr(pc_buf_text(&s->b->journal), s->word) != NULL;
	return bench_counters(s->b, s->device)->reboots >= s->reboots;
}

static void
send_file(struct bench *b, unsigned device, const char *file, size_t len, size_t step)
{
	int fd = bench_connect(b, device, 9100);
	for (size_t at = 0; at < len; at += step) {
		bench_send(fd, file + at, len - at < step ? len - at : step);
		bench_turns(b, 1);
	}
	close(fd);
}

/* In one piece, and cut so that the header's end falls between reads. */
static void
test_taken(void **state)
{
	static const size_t steps[] = {FILE_MAX, 100, 4096};
	struct bench *b = *state;
	char file[FILE_MAX], version[16];
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		struct seen s = {b, 0, (uint32_t)i + 1, NULL};
		snprintf(version, sizeof(version), "70.%zu", i);
		size_t len = make_file(file, "lindgren-unit", version, false);
		send_file(b, 0, file, len, steps[i]);
		assert_true(bench_until(b, is_seen, &s));
		assert_string_equal(pc_device_firmware(b->devices[0], 0), version);
	}
	assert_int_equal(bench_counters(b, 0)->life, 1000);
	assert_string_equal(pc_device_firmware(b->devices[0], 1), "4.1.0");
	/* one part */
	struct seen s = {b, 0, 4, NULL};
	size_t len = make_file(file, "lindgren-unit/finisher", "4.2", false);
	send_file(b, 0, file, len, FILE_MAX);
	assert_true(bench_until(b, is_seen, &s));
	assert_string_equal(pc_device_firmware(b->devices[0], 1), "4.2");
	/* a clone file */
	s.reboots = 5;
	len = make_file(file, "lindgren-unit", "NO_DLM_VERSION_CHECK", false);
	send_file(b, 0, file, len, FILE_MAX);
	assert_true(bench_until(b, is_seen, &s));
	assert_string_equal(pc_device_firmware(b->devices[0], 0), "70.2");
}

static void
test_refused(void **state)
{
	static const struct {
		const char *name, *version;
		bool spoilt;
		const char *why;
	} rows[] = {
		{"lindgren-other", "70.1", false, "\"refused\":\"other model\""},
		{"lindgren-unit", "70.1", true, "\"refused\":\"bad signature\""},
		{"lindgren-unit", "69.49", false, "\"refused\":\"older version\""},
		{"lindgren-unit", "69.50.11", false, "\"refused\":\"same version\""},
		{"lindgren-unit/boot", "70.1", false, "\"refused\":\"no such part\""},
		{"lindgren-unit", "", false, "\"refused\":\"bad version\""},
	};
	struct bench *b = *state;
	char file[FILE_MAX];
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct seen s = {b, 0, 0, rows[i].why};
		size_t len = make_file(file, rows[i].name, rows[i].version, rows[i].spoilt);
		pc_buf_clear(&b->journal);
		send_file(b, 0, file, len, FILE_MAX);
		print_message("%s\n", rows[i].why);
		assert_true(bench_until(b, is_seen, &s));
		assert_string_equal(pc_device_firmware(b->devices[0], 0), "69.50.11");
		assert_int_equal(pc_device_maintenance_entry(b->devices[0], 0)->action,
			PC_MAINTENANCE_FIRMWARE_FAILED);
		assert_int_equal(pc_device_audit_entry(b->devices[0], 0)->via, PC_VIA_PRINT_PORT);
	}
	assert_int_equal(bench_counters(b, 0)->reboots, 0);
	assert_int_equal(bench_counters(b, 0)->life, 1000);
}

/* After what is to be printed. */
static void
test_waits(void **state)
{
	struct bench *b = *state;
	char file[FILE_MAX];
	uint32_t id = 0;
	struct seen waits = {b, 0, 0, "\"waits\":true"}, restarted = {b, 0, 1, NULL};
	size_t len = make_file(file, "lindgren-unit", "70.1", false);
	assert_int_equal(pc_device_condition(b->devices[0], PC_COND_COVER_OPEN, 0, true), PC_OK);
	assert_int_equal(pc_device_job_begin(b->devices[0], PC_ORIGIN_RAW, &id), PC_OK);
	assert_int_equal(pc_device_job_end(b->devices[0], id, 2), PC_OK);
	send_file(b, 0, file, len, FILE_MAX);
	assert_true(bench_until(b, is_seen, &waits));
	assert_string_equal(pc_device_firmware(b->devices[0], 0), "69.50.11");
	assert_int_equal(pc_device_condition(b->devices[0], PC_COND_COVER_OPEN, 0, false), PC_OK);
	assert_true(bench_until(b, is_seen, &restarted));
	assert_string_equal(pc_device_firmware(b->devices[0], 0), "70.1");
	assert_int_equal(bench_counters(b, 0)->life, 1002);
	assert_int_equal(bench_counters(b, 0)->jobs_failed, 0);
}

/* Stopped while one waits, the service forgets it. */
static void
test_stops_waiting(void **state)
{
	struct bench *b = *state;
	char file[FILE_MAX];
	uint32_t id = 0;
	struct seen waits = {b, 0, 0, "\"waits\":true"};
	size_t len = make_file(file, "lindgren-unit", "70.1", false);
	assert_int_equal(pc_device_condition(b->devices[0], PC_COND_COVER_OPEN, 0, true), PC_OK);
	assert_int_equal(pc_device_job_begin(b->devices[0], PC_ORIGIN_RAW, &id), PC_OK);
	assert_int_equal(pc_device_job_end(b->devices[0], id, 2), PC_OK);
	send_file(b, 0, file, len, FILE_MAX);
	assert_true(bench_until(b, is_seen, &waits));
}

/* For another maker, and without the header's end, it is a print job. */
static void
test_print_job(void **state)
{
	struct bench *b = *state;
	char file[FILE_MAX];
	size_t len = make_file(file, "lindgren-unit", "70.1", false);
	send_file(b, 1, file, len, FILE_MAX);
	assert_true(bench_wait_for(b, 1, 1010, 0, 1));
	char *end = strstr(file, "%%XRXend");
	assert_non_null(end);
	memcpy(end, "%%XRXfin", 8);
	send_file(b, 0, file, len, FILE_MAX);
	assert_true(bench_wait_for(b, 0, 1010, 0, 1));
	assert_string_equal(pc_device_firmware(b->devices[0], 0), "69.50.11");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_taken, setup, teardown),
		cmocka_unit_test_setup_teardown(test_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(test_waits, setup, teardown),
		cmocka_unit_test_setup_teardown(test_stops_waiting, setup, teardown),
		cmocka_unit_test_setup_teardown(test_print_job, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
