/* Tests of capture/pcapng: what is written is read back, by us and by other programs; every format
 * variant, cut everywhere, lying lengths. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/file.h"
#include "capture/pcapng.h"
#include "support.h"

enum { FILE_MAX = 1 << 20 };

static void
write_sample(const char *path)
{
	static const char *const comments[] = {"first", "second"};
	uint8_t data[100];
	uint32_t a;
	uint32_t b;
	struct pc_pcapng_writer *w;
	assert_int_equal(pc_pcapng_create(path, "source=test", &w, NULL), PC_OK);
	assert_int_equal(pc_pcapng_add_interface(w, "one", "the first", &a), PC_OK);
	assert_int_equal(pc_pcapng_add_interface(w, "two", NULL, &b), PC_OK);
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)i;
	for (uint32_t i = 0; i < 5; i++)
		assert_int_equal(pc_pcapng_packet(w, i % 2, UINT64_C(1700000000123456789) + i,
					 i % 2 == 0 ? PC_PACKET_DIR_IN : PC_PACKET_DIR_UNKNOWN,
					 data, 60 + i, comments, i == 3 ? 2 : 0),
			PC_OK);
	assert_int_equal(pc_pcapng_packet(w, 2, 0, 0, data, 1, NULL, 0), PC_E_BADVALUE);
	assert_int_equal(
		pc_pcapng_packet(w, 0, 0, 0, data, PC_CAPTURE_SNAPLEN + 1, NULL, 0), PC_E_LIMIT);
	assert_int_equal(pc_pcapng_statistics(w, 0, 1, 5, 7, "end"), PC_OK);
	assert_int_equal(pc_pcapng_close(w, NULL), PC_OK);
}

static void
test_round_trip(void **state)
{
	char path[TEST_PATH_MAX];
	struct pc_capfile *f;
	struct pc_packet p;
	size_t n = 0;
	(void)state;
	test_path(path, "rt.pcapng");
	write_sample(path);
	assert_int_equal(pc_capfile_open(path, &f, NULL), PC_OK);
	for (uint32_t i = 0; i < 5; i++) {
		assert_int_equal(pc_capfile_next(f, &p, NULL), PC_OK);
		assert_int_equal(p.frame, i + 1);
		assert_int_equal(p.interface, i % 2);
		assert_int_equal(p.link, PC_CAPTURE_LINK_ETHERNET);
		assert_true(p.wall_ns == UINT64_C(1700000000123456789) + i);
		assert_int_equal(p.len, 60 + i);
		assert_int_equal(p.wire_len, 60 + i);
		assert_int_equal(p.data[59], 59);
		assert_int_equal(p.dir, i % 2 == 0 ? PC_PACKET_DIR_IN : PC_PACKET_DIR_UNKNOWN);
		if (i == 3)
			assert_memory_equal(pc_packet_comment(&p, 1, &n), "second", 6);
		assert_null(pc_packet_comment(&p, i == 3 ? 2 : 0, &n));
	}
	assert_int_equal(pc_capfile_next(f, &p, NULL), PC_E_CLOSED);
	const struct pc_capfile_info *info = pc_capfile_info(f);
	assert_string_equal(info->format, "pcapng");
	assert_false(info->truncated);
	assert_int_equal(info->packets, 5);
	assert_int_equal(info->dropped, 7);
	assert_int_equal(info->n_interfaces, 2);
	assert_memory_equal(info->comment, "source=test", info->comment_len);
	assert_memory_equal(pc_capfile_interface(f, 0)->name, "one", 3);
	assert_null(pc_capfile_interface(f, 2));
	pc_capfile_close(f);
	unlink(path);
}

/* The same packets give the same bytes. */
static void
test_deterministic(void **state)
{
	char a_path[TEST_PATH_MAX];
	char b_path[TEST_PATH_MAX];
	struct pc_buf a;
	struct pc_buf b;
	(void)state;
	test_path(a_path, "a.pcapng");
	test_path(b_path, "b.pcapng");
	write_sample(a_path);
	write_sample(b_path);
	pc_buf_init(&a, FILE_MAX);
	pc_buf_init(&b, FILE_MAX);
	assert_int_equal(pc_file_read(a_path, &a, NULL), PC_OK);
	assert_int_equal(pc_file_read(b_path, &b, NULL), PC_OK);
	assert_int_equal(a.len, b.len);
	assert_memory_equal(a.data, b.data, a.len);
	pc_buf_done(&a);
	pc_buf_done(&b);
	unlink(a_path);
	unlink(b_path);
}

/* A file cut anywhere is a readable prefix: never an error, never a packet too many. */
static void
test_cut_everywhere(void **state)
{
	char path[TEST_PATH_MAX];
	struct pc_buf all;
	uint64_t last = 0;
	(void)state;
	test_path(path, "cut.pcapng");
	write_sample(path);
	pc_buf_init(&all, FILE_MAX);
	assert_int_equal(pc_file_read(path, &all, NULL), PC_OK);
	for (size_t cut = 4; cut <= all.len; cut++) {
		struct pc_capfile *f;
		struct pc_packet p;
		int err;
		uint8_t *exact = malloc(cut);
		memcpy(exact, all.data, cut);
		assert_int_equal(pc_capfile_open_memory(exact, cut, &f, NULL), PC_OK);
		while ((err = pc_capfile_next(f, &p, NULL)) == PC_OK)
			;
		if (err != PC_E_CLOSED || pc_capfile_info(f)->packets < last)
			fail_msg("cut at %zu: %d", cut, err);
		last = pc_capfile_info(f)->packets;
		if (cut == all.len)
			assert_false(pc_capfile_info(f)->truncated);
		pc_capfile_close(f);
		free(exact);
	}
	assert_int_equal(last, 5);
	pc_buf_done(&all);
	unlink(path);
}

/* Builds files in either byte order. */
struct maker {
	uint8_t data[1024];
	size_t len;
	bool big;
};

static void
m16(struct maker *m, uint16_t v)
{
	m->data[m->len + (m->big ? 1 : 0)] = (uint8_t)v;
	m->data[m->len + (m->big ? 0 : 1)] = (uint8_t)(v >> 8);
	m->len += 2;
}

static void
m32(struct maker *m, uint32_t v)
{
	m16(m, (uint16_t)(m->big ? v >> 16 : v));
	m16(m, (uint16_t)(m->big ? v : v >> 16));
}

static void
m_section(struct maker *m)
{
	m32(m, 0x0a0d0d0a);
	m32(m, 28);
	m32(m, 0x1a2b3c4d);
	m16(m, 1);
	m16(m, 0);
	m32(m, UINT32_MAX);
	m32(m, UINT32_MAX);
	m32(m, 28);
}

static void
m_interface(struct maker *m, uint16_t link, uint8_t tsresol)
{
	m32(m, 1);
	m32(m, 28);
	m16(m, link);
	m16(m, 0);
	m32(m, 65535);
	m16(m, 9);
	m16(m, 1);
	m->data[m->len] = tsresol;
	memset(m->data + m->len + 1, 0, 3);
	m->len += 4;
	m32(m, 28);
}

static void
m_packet(struct maker *m, uint32_t type, uint32_t interface, uint64_t units)
{
	m32(m, type);
	m32(m, 36);
	if (type == 2) {
		m16(m, (uint16_t)interface);
		m16(m, 0);
	} else {
		m32(m, interface);
	}
	m32(m, (uint32_t)(units >> 32));
	m32(m, (uint32_t)units);
	m32(m, 3);
	m32(m, 9);
	memcpy(m->data + m->len, "abc", 4);
	m->len += 4;
	m32(m, 36);
}

static void
test_byte_orders_and_sections(void **state)
{
	struct maker m = {.big = true};
	struct pc_capfile *f;
	struct pc_packet p;
	(void)state;
	m_section(&m);
	m_interface(&m, 101, 3); /* milliseconds */
	m_packet(&m, 6, 0, 5);
	m32(&m, 0xbad); /* custom, skipped by length */
	m32(&m, 16);
	m32(&m, 7);
	m32(&m, 16);
	m.big = false;
	m_section(&m);
	m_interface(&m, 1, 0x80 | 10); /* 1/1024 s */
	m_packet(&m, 2, 0, 512);
	m32(&m, 3); /* simple packet */
	m32(&m, 20);
	m32(&m, 2);
	m32(&m, 0x6261);
	m32(&m, 20);
	assert_int_equal(pc_capfile_open_memory(m.data, m.len, &f, NULL), PC_OK);
	assert_int_equal(pc_capfile_next(f, &p, NULL), PC_OK);
	assert_int_equal(p.link, 101);
	assert_true(p.wall_ns == 5000000);
	assert_int_equal(p.wire_len, 9);
	assert_int_equal(pc_capfile_next(f, &p, NULL), PC_OK);
	assert_true(p.wall_ns == 500000000);
	assert_int_equal(p.interface, 1);
	assert_memory_equal(p.data, "abc", 3);
	assert_int_equal(pc_capfile_next(f, &p, NULL), PC_OK);
	assert_int_equal(p.len, 2);
	assert_int_equal(p.wall_ns, 0);
	assert_int_equal(pc_capfile_next(f, &p, NULL), PC_E_CLOSED);
	assert_int_equal(pc_capfile_info(f)->sections, 2);
	assert_int_equal(pc_capfile_info(f)->other_blocks, 1);
	assert_int_equal(pc_capfile_info(f)->cut_packets, 2);
	pc_capfile_close(f);
}

static void
test_pcap(void **state)
{
	static const struct {
		const char *name;
		uint32_t magic;
		bool big;
		size_t extra; /* bytes of a modified record header */
		uint64_t ns;
	} rows[] = {
		{"micro little", 0xa1b2c3d4, false, 0, 7000},
		{"micro big", 0xa1b2c3d4, true, 0, 7000},
		{"nano little", 0xa1b23c4d, false, 0, 7},
		{"nano big", 0xa1b23c4d, true, 0, 7},
		{"modified little", 0xa1b2cd34, false, 8, 7000},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct maker m = {.big = rows[i].big};
		struct pc_capfile *f;
		struct pc_packet p;
		m32(&m, rows[i].magic);
		m16(&m, 2);
		m16(&m, 4);
		m32(&m, 0);
		m32(&m, 0);
		m32(&m, 65535);
		m32(&m, 113);
		m32(&m, 1);
		m32(&m, 7);
		m32(&m, 3);
		m32(&m, 3);
		m.len += rows[i].extra;
		memcpy(m.data + m.len, "abc", 3);
		m.len += 3;
		assert_int_equal(pc_capfile_open_memory(m.data, m.len, &f, NULL), PC_OK);
		int err = pc_capfile_next(f, &p, NULL);
		if (err != PC_OK || p.link != 113 || p.wall_ns != 1000000000 + rows[i].ns ||
			memcmp(p.data, "abc", 3) != 0)
			fail_msg("%s: %d", rows[i].name, err);
		assert_int_equal(pc_capfile_next(f, &p, NULL), PC_E_CLOSED);
		assert_false(pc_capfile_info(f)->truncated);
		pc_capfile_close(f);
	}
}

static void
test_lies(void **state)
{
	static const struct {
		const char *name;
		size_t at; /* in a little-endian file: section 28, interface 28, packet 36 */
		uint8_t v;
	} rows[] = {
		{"block shorter than its kind", 60, 28},
		{"block length not times four", 60, 37},
		{"block without length", 60, 0},
		{"lengths differ", 88, 40},
		{"packet longer than block", 76, 9},
		{"interface not described", 64, 1},
		{"no byte-order magic", 8, 0},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct maker m = {0};
		struct pc_capfile *f;
		struct pc_packet p;
		struct pc_diag diag = {0};
		m_section(&m);
		m_interface(&m, 1, 9);
		m_packet(&m, 6, 0, 1);
		m.data[rows[i].at] = rows[i].v;
		assert_int_equal(pc_capfile_open_memory(m.data, m.len, &f, NULL), PC_OK);
		int err = pc_capfile_next(f, &p, &diag);
		if (err != PC_E_BADVALUE || strstr(diag.text, "byte ") == NULL)
			fail_msg("%s: %d '%s'", rows[i].name, err, diag.text);
		pc_capfile_close(f);
	}
}

static void
test_not_a_capture(void **state)
{
	struct pc_capfile *f;
	struct pc_diag diag = {0};
	(void)state;
	assert_int_equal(
		pc_capfile_open_memory((const uint8_t *)"%PDF-1.7", 8, &f, &diag), PC_E_BADVALUE);
	assert_int_equal(pc_capfile_open_memory((const uint8_t *)"", 0, &f, &diag), PC_E_BADVALUE);
	assert_int_equal(pc_capfile_open("/nonexistent/x", &f, &diag), -2);
	assert_non_null(strstr(diag.text, "/nonexistent/x"));
}

static void
test_write_fails(void **state)
{
	struct pc_pcapng_writer *w;
	struct pc_diag diag = {0};
	(void)state;
	assert_int_equal(pc_pcapng_create("/nonexistent/x", NULL, &w, &diag), -2);
	assert_int_equal(pc_pcapng_create("/dev/full", NULL, &w, NULL), PC_OK);
	assert_int_equal(pc_pcapng_flush(w), -28);
	assert_int_equal(pc_pcapng_packet(w, 0, 0, 0, NULL, 0, NULL, 0), -28);
	assert_int_equal(pc_pcapng_close(w, &diag), -28);
	assert_non_null(strstr(diag.text, "ends early"));
}

/* Other programs read what we write. */
static void
test_oracles(void **state)
{
	char path[TEST_PATH_MAX];
	char command[TEST_PATH_MAX * 3];
	char out[TEST_OUTPUT_MAX];
	(void)state;
	if (!test_has("capinfos") || !test_has("tcpdump") || !test_has("tshark"))
		fail_msg("capinfos, tcpdump or tshark is not installed; ci/deps installs them");
	test_path(path, "oracle.pcapng");
	write_sample(path);
	snprintf(command, sizeof(command), "capinfos -cM %s 2>&1", path);
	assert_int_equal(test_command(command, out), 0);
	assert_non_null(strstr(out, "Number of packets:   5"));
	snprintf(command, sizeof(command), "tcpdump -nn --count -r %s 2>/dev/null", path);
	assert_int_equal(test_command(command, out), 0);
	assert_int_equal(strtol(out, NULL, 10), 5);
	snprintf(command, sizeof(command),
		"tshark -r %s -T fields -e frame.time_epoch -e frame.comment -Y frame.number==4 "
		"2>/dev/null",
		path);
	assert_int_equal(test_command(command, out), 0);
	assert_string_equal(out, "1700000000.123456792\tfirst,second\n");
	unlink(path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_deterministic),
		cmocka_unit_test(test_cut_everywhere),
		cmocka_unit_test(test_byte_orders_and_sections),
		cmocka_unit_test(test_pcap),
		cmocka_unit_test(test_lies),
		cmocka_unit_test(test_not_a_capture),
		cmocka_unit_test(test_write_fails),
		cmocka_unit_test(test_oracles),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
