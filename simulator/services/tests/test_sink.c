/* Tests of the job sink: digests of what came over the ports, files that only numbers name, limits.
 */
#include "services/tests/bench.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "device/report.h"
#include "services/sink.h"

#define BYTES(s) s, sizeof(s) - 1

/* SHA-256 of "abc". Spec: FIPS 180-4, example of NIST */
static const char abc_digest[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

struct dir {
	char path[32];
	struct bench b;
};

static int
setup(void **state)
{
	struct dir *d = test_calloc(1, sizeof(*d));
	(void)snprintf(d->path, sizeof(d->path), "/tmp/pc-sink-XXXXXX");
	assert_non_null(mkdtemp(d->path));
	*state = d;
	return 0;
}

/* Names in the directory, sorted, a blank between them. */
static void
list(const struct dir *d, char *out, size_t size)
{
	struct dirent **names = NULL;
	int n = scandir(d->path, &names, NULL, alphasort);
	assert_true(n >= 0);
	out[0] = '\0';
	for (int i = 0; i < n; i++) {
		size_t at = strlen(out);
		if (names[i]->d_name[0] != '.')
			(void)snprintf(
				out + at, size - at, "%s%s", at > 0 ? " " : "", names[i]->d_name);
		free(names[i]);
	}
	free(names);
}

static int
teardown(void **state)
{
	struct dir *d = *state;
	char names[1024], path[1100], *rest = names, *name;
	list(d, names, sizeof(names));
	while ((name = strsep(&rest, " ")) != NULL) {
		(void)snprintf(path, sizeof(path), "%s/%s", d->path, name);
		(void)unlink(path);
	}
	assert_int_equal(rmdir(d->path), 0);
	test_free(d);
	return 0;
}

static struct pc_sink_result
one_job(struct pc_sink *sink, uint32_t job, const char *data, size_t len)
{
	struct pc_sink_job *j = NULL;
	struct pc_sink_result r;
	assert_int_equal(pc_sink_begin(sink, 1, job, &j), PC_OK);
	for (size_t i = 0; i < len; i++)
		pc_sink_data(j, (const uint8_t *)data + i, 1);
	pc_sink_end(j, &r);
	return r;
}

static void
expect_digest(const struct pc_sink_result *r, const char *hex)
{
	char found[2 * PC_SHA256_BYTES + 1];
	pc_text_hex(r->sha256, PC_SHA256_BYTES, found);
	assert_string_equal(found, hex);
}

static void
test_digest_alone(void **state)
{
	(void)state;
	struct pc_sink_result r = one_job(NULL, 1, BYTES("abc"));
	expect_digest(&r, abc_digest);
	assert_string_equal(r.file, "");
	assert_false(r.cut);
}

static void
read_file(const struct dir *d, const char *name, char *out, size_t size)
{
	char path[64];
	(void)snprintf(path, sizeof(path), "%s/%s", d->path, name);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	ssize_t n = read(fd, out, size - 1);
	close(fd);
	out[n > 0 ? n : 0] = '\0';
}

static void
test_files(void **state)
{
	struct dir *d = *state;
	struct pc_sink *sink = NULL;
	struct pc_sink_limits limits = {.job = 5, .total = 12, .files = 4};
	char text[256], path[64];
	/* A link where the name would be is not followed, a file there not overwritten. */
	(void)snprintf(path, sizeof(path), "%s/p000001-j000002.prn", d->path);
	assert_int_equal(symlink("/tmp/pc-sink-outside", path), 0);
	assert_int_equal(pc_sink_new(d->path, &limits, &sink, NULL), PC_OK);
	struct pc_sink_result r = one_job(sink, 1, BYTES("abc"));
	assert_string_equal(r.file, "p000001-j000001.prn");
	assert_int_equal(r.kept_bytes, 3);
	r = one_job(sink, 1, BYTES("defghij")); /* over the limit of a job */
	assert_string_equal(r.file, "p000001-j000001-2.prn");
	assert_true(r.cut);
	assert_int_equal(r.kept_bytes, 5);
	r = one_job(sink, 2, BYTES("klmno")); /* over the limit of all */
	assert_string_equal(r.file, "p000001-j000002-2.prn");
	assert_true(r.cut);
	assert_int_equal(r.kept_bytes, 4);
	r = one_job(sink, 3, BYTES("abc"));
	expect_digest(&r, abc_digest);
	assert_true(r.cut);
	r = one_job(sink, 4, BYTES("abc")); /* over the number of files */
	assert_string_equal(r.file, "");
	assert_true(r.cut);
	pc_sink_free(sink);
	read_file(d, "p000001-j000001.prn", text, sizeof(text));
	assert_string_equal(text, "abc");
	read_file(d, "p000001-j000001-2.prn", text, sizeof(text));
	assert_string_equal(text, "defgh");
	assert_int_equal(access("/tmp/pc-sink-outside", F_OK), -1);
}

static void
test_no_directory(void **state)
{
	struct pc_sink *sink = NULL;
	struct pc_diag diag = {{0}};
	(void)state;
	assert_int_equal(pc_sink_new("/nonexistent/dir", NULL, &sink, &diag), PC_E_USAGE);
	assert_non_null(strstr(diag.text, "/nonexistent/dir"));
	assert_int_equal(pc_sink_new("/dev/null", NULL, &sink, &diag), PC_E_USAGE);
}

/* The same bytes over each port have the same digest, in journal, job and file; the names a peer
 * gives lead nowhere. */
static void
test_ports(void **state)
{
	struct dir *d = *state;
	struct bench *b = &d->b;
	char out[64], names[256], text[16];
	const struct pc_job *jobs[PC_JOBS_MAX];
	size_t n = 0;
	bench_init(b, 0xffff, 1000);
	assert_int_equal(pc_sink_new(d->path, NULL, &b->sink, NULL), PC_OK);
	bench_stop_services(b);
	assert_true(bench_start(b, b->offset));
	int fd = bench_connect(b, 0, 9100);
	bench_send(fd, BYTES("abc"));
	close(fd);
	assert_true(bench_wait_for(b, 0, 1001, 0, 1));
	fd = bench_connect(b, 1, 515);
	bench_send(fd, BYTES("\2../../q\n\00233 cfA1../../h\nHh\nP../../u\nJ../../../etc/passwd\n\0"
			     "\0033 dfA1../../h\nabc\0"));
	assert_int_equal(shutdown(fd, SHUT_WR), 0);
	assert_int_equal(bench_read(b, fd, out, sizeof(out), 60, &n), BENCH_EOF);
	close(fd);
	fd = bench_connect(b, 2, 515);
	bench_send(fd, BYTES("\2q\n\0039 dfA1h\nabc"));
	assert_int_equal(shutdown(fd, SHUT_WR), 0);
	assert_int_equal(bench_read(b, fd, out, sizeof(out), 60, &n), BENCH_EOF);
	close(fd);
	assert_true(bench_wait_for(b, 1, 1001, 0, 1));
	for (unsigned i = 0; i < 2; i++) {
		char hex[2 * PC_SHA256_BYTES + 1];
		assert_int_equal(pc_device_jobs(b->devices[i], jobs), 1);
		assert_true(jobs[0]->hashed);
		pc_text_hex(jobs[0]->sha256, PC_SHA256_BYTES, hex);
		assert_string_equal(hex, abc_digest);
	}
	list(d, names, sizeof(names));
	assert_string_equal(names, "p000001-j000001.prn p000002-j000001.prn p000003-j000001.prn");
	read_file(d, "p000002-j000001.prn", text, sizeof(text));
	assert_string_equal(text, "abc");
	n = 0;
	for (const char *at = pc_buf_text(&b->journal); (at = strstr(at, abc_digest)) != NULL; at++)
		n++;
	assert_int_equal(n, 3); /* the job that was aborted too */
	struct pc_sink *sink = b->sink;
	bench_done(b);
	pc_sink_free(sink);
}

/* What stands on a page of the printer's own is its data; ordered at the printer or by PCL's
 * self-test.
 */
static void
test_own_pages(void **state)
{
	static const char self_test[] = "\x1b%-12345X@PJL\r\n@PJL ENTER LANGUAGE=PCL\r\n\x1b"
					"E\x1bz\x1b"
					"E\x1b%-12345X";
	struct dir *d = *state;
	struct bench *b = &d->b;
	const struct pc_job *jobs[PC_JOBS_MAX];
	struct pc_diag diag;
	struct pc_buf text;
	char kept[8192], names[1024];
	uint32_t id = 0;
	bench_init(b, 0xffff, 20000);
	assert_int_equal(pc_sink_new(d->path, NULL, &b->sink, &diag), PC_OK);
	assert_int_equal(pc_device_report(b->devices[0], PC_REPORT_TEST, &id), PC_OK);
	pc_buf_init(&text, sizeof(kept));
	assert_int_equal(pc_device_report_text(b->devices[0], PC_REPORT_TEST, &text), PC_OK);
	assert_true(bench_wait_for(b, 0, 1001, 0, 1));
	list(d, names, sizeof(names));
	assert_string_equal(names, "p000001-j000001.prn");
	read_file(d, names, kept, sizeof(kept));
	/* the time on it is that of the order */
	assert_memory_equal(kept, pc_buf_text(&text), strlen("Test page\nEPSON"));
	assert_int_equal(strlen(kept), text.len);
	assert_int_equal(pc_device_jobs(b->devices[0], jobs), 1);
	assert_true(jobs[0]->hashed);
	assert_int_equal(jobs[0]->bytes, text.len);
	pc_buf_done(&text);
	int fd = bench_connect(b, 1, 9100);
	bench_send(fd, BYTES(self_test));
	close(fd);
	assert_true(bench_wait_for(b, 1, 1001, 0, 1));
	assert_int_equal(bench_counters(b, 1)->by_function[4], 1);
	assert_non_null(strstr(pc_buf_text(&b->journal), "\"class\":\"configReport\""));
	pc_device_jobs(b->devices[1], jobs);
	assert_int_equal(jobs[0]->report, PC_REPORT_CONFIGURATION);
	fd = bench_connect(b, 2, 9100); /* text around it: a print job */
	bench_send(fd, BYTES("\x1bz and more"));
	close(fd);
	assert_true(bench_wait_for(b, 2, 1001, 0, 1));
	assert_int_equal(bench_counters(b, 2)->by_function[0], 1001);
	struct pc_sink *sink = b->sink;
	bench_done(b);
	pc_sink_free(sink);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {T(test_digest_alone), T(test_files),
		T(test_no_directory), T(test_ports), T(test_own_pages)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
