/* Tests of capture/merge: order by time, comments, loss counts, refusals. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/err.h"
#include "capture/merge.h"
#include "capture/pcapng.h"
#include "support.h"

static void
make(const char *path, const uint64_t *times, size_t n, uint64_t dropped)
{
	struct pc_pcapng_writer *w;
	uint32_t id;
	const char *comment = path;
	assert_int_equal(pc_pcapng_create(path, NULL, &w, NULL), PC_OK);
	assert_int_equal(pc_pcapng_add_interface(w, "tap", NULL, &id), PC_OK);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(pc_pcapng_packet(w, id, times[i], PC_PACKET_DIR_OUT,
					 (const uint8_t *)"packet", 6, &comment, 1),
			PC_OK);
	assert_int_equal(pc_pcapng_statistics(w, id, 1, n, dropped, NULL), PC_OK);
	assert_int_equal(pc_pcapng_close(w, NULL), PC_OK);
}

static void
test_merge(void **state)
{
	static const uint64_t one[] = {10, 30, 50};
	static const uint64_t two[] = {20, 30, 40};
	static const uint64_t want[] = {10, 20, 30, 30, 40, 50};
	char a[TEST_PATH_MAX];
	char b[TEST_PATH_MAX];
	char out[TEST_PATH_MAX];
	struct pc_capfile *f;
	struct pc_packet p;
	uint64_t packets = 0;
	size_t n = 0;
	(void)state;
	test_path(a, "a.pcapng");
	test_path(b, "b.pcapng");
	test_path(out, "out.pcapng");
	make(a, one, 3, 2);
	make(b, two, 3, 5);
	const char *paths[] = {a, b};
	assert_int_equal(pc_capture_merge(paths, 2, out, &packets, NULL), PC_OK);
	assert_int_equal(packets, 6);
	assert_int_equal(pc_capfile_open(out, &f, NULL), PC_OK);
	for (size_t i = 0; i < 6; i++) {
		assert_int_equal(pc_capfile_next(f, &p, NULL), PC_OK);
		assert_int_equal(p.wall_ns, want[i]);
		assert_int_equal(p.dir, PC_PACKET_DIR_OUT);
		const char *c = pc_packet_comment(&p, 0, &n);
		assert_memory_equal(c, i == 1 || i == 3 || i == 4 ? b : a, n);
	}
	assert_int_equal(pc_capfile_next(f, &p, NULL), PC_E_CLOSED);
	assert_int_equal(pc_capfile_info(f)->dropped, 7);
	assert_int_equal(pc_capfile_info(f)->n_interfaces, 2);
	pc_capfile_close(f);
	unlink(a);
	unlink(b);
	unlink(out);
}

static void
test_refused(void **state)
{
	char path[TEST_PATH_MAX];
	char out[TEST_PATH_MAX];
	struct pc_diag diag = {0};
	/* pcap, raw IP, one packet of one byte */
	static const uint32_t raw[] = {0xa1b2c3d4, 0x00040002, 0, 0, 65535, 101, 1, 0, 1, 1, 0};
	(void)state;
	test_path(path, "raw.pcap");
	test_path(out, "refused.pcapng");
	FILE *f = fopen(path, "wb");
	assert_non_null(f);
	fwrite(raw, 1, 41, f);
	fclose(f);
	const char *paths[] = {path};
	assert_int_equal(pc_capture_merge(paths, 1, out, NULL, &diag), PC_E_UNSUPPORTED);
	assert_non_null(strstr(diag.text, "link type 101"));
	assert_int_equal(pc_capture_merge(paths, 0, out, NULL, &diag), PC_E_USAGE);
	paths[0] = "/nonexistent/x";
	assert_int_equal(pc_capture_merge(paths, 1, out, NULL, &diag), -2);
	unlink(path);
	unlink(out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_merge),
		cmocka_unit_test(test_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
