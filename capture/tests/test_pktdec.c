/* Tests of capture/pktdec: link types, fragments in any order, headers that lie, cut packets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/text.h"
#include "capture/frame.h"
#include "capture/pktdec.h"
#include "wire/wire.h"

enum { ETHER = 14, IP = 20 };

static struct sockaddr_in
addr(const char *text)
{
	struct sockaddr_in a;
	assert_int_equal(pc_text_sockaddr(text, 0, &a), PC_OK);
	return a;
}

static size_t
udp_frame(uint8_t *out, size_t size, size_t len)
{
	uint8_t data[4096];
	size_t n = 0;
	struct sockaddr_in a = addr("192.0.2.1:40000");
	struct sockaddr_in b = addr("192.0.2.2:161");
	for (size_t i = 0; i < len; i++)
		data[i] = (uint8_t)(i * 7);
	assert_int_equal(pc_frame_udp(&a, &b, 77, data, len, out, size, &n), PC_OK);
	return n;
}

static int
decode(struct pc_pktdec *d, uint32_t link, const uint8_t *data, size_t len, size_t wire,
	struct pc_segment *s)
{
	struct pc_packet p = {.frame = 1, .link = link, .data = data, .len = len, .wire_len = wire};
	return pc_pktdec_frame(d, &p, s);
}

static void
test_link_types(void **state)
{
	static const struct {
		const char *name;
		uint32_t link;
		size_t header;
		uint8_t bytes[20];
	} rows[] = {
		{"Ethernet", 1, 14, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0}},
		{"802.1Q", 1, 18, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x81, 0, 0, 5, 8, 0}},
		{"NULL little", 0, 4, {2, 0, 0, 0}},
		{"NULL big", 0, 4, {0, 0, 0, 2}},
		{"LOOP", 108, 4, {0, 0, 0, 2}},
		{"RAW", 101, 0, {0}},
		{"IPV4", 228, 0, {0}},
		{"SLL", 113, 16, {0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0}},
		{"SLL2", 276, 20, {8, 0}},
	};
	uint8_t frame[256];
	(void)state;
	size_t n = udp_frame(frame, sizeof(frame), 10);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct pc_pktdec *d;
		struct pc_segment s;
		uint8_t other[256];
		assert_int_equal(pc_pktdec_new(&d), PC_OK);
		memcpy(other, rows[i].bytes, rows[i].header);
		memcpy(other + rows[i].header, frame + ETHER, n - ETHER);
		size_t len = rows[i].header + n - ETHER;
		int err = decode(d, rows[i].link, other, len, len, &s);
		if (err != PC_OK || s.len != 10 || ntohs(s.to.sin_port) != 161 || s.bad_checksum)
			fail_msg("%s: %d", rows[i].name, err);
		for (size_t cut = 0; cut < len - 10; cut++) {
			if (decode(d, rows[i].link, other, cut, cut, &s) != PC_E_NOTFOUND)
				fail_msg("%s cut at %zu", rows[i].name, cut);
		}
		pc_pktdec_free(d);
	}
}

static void
test_counted(void **state)
{
	static const struct {
		const char *name;
		uint32_t link;
		size_t at;
		uint8_t v;
		size_t counter;
	} rows[] = {
		{"link type 9", 9, 0, 0, offsetof(struct pc_pktdec_counters, other_link)},
		{"IPv6", 1, 12, 0x86, offsetof(struct pc_pktdec_counters, other_network)},
		{"ICMP", 1, 23, 1, offsetof(struct pc_pktdec_counters, other_protocol)},
		{"header length 16", 1, 14, 0x44, offsetof(struct pc_pktdec_counters, malformed)},
		{"total too long", 1, 16, 0x40, offsetof(struct pc_pktdec_counters, malformed)},
		{"UDP length 4", 1, 39, 4, offsetof(struct pc_pktdec_counters, malformed)},
		{"UDP length long", 1, 38, 1, offsetof(struct pc_pktdec_counters, malformed)},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct pc_pktdec *d;
		struct pc_segment s;
		uint8_t frame[256];
		size_t n = udp_frame(frame, sizeof(frame), 10);
		assert_int_equal(pc_pktdec_new(&d), PC_OK);
		frame[rows[i].at] = rows[i].v;
		int err = decode(d, rows[i].link, frame, n, n, &s);
		struct pc_pktdec_counters c = pc_pktdec_counters(d);
		uint64_t got;
		memcpy(&got, (const uint8_t *)&c + rows[i].counter, sizeof(got));
		if (err != PC_E_NOTFOUND || got != 1)
			fail_msg(
				"%s: %d, counted %llu", rows[i].name, err, (unsigned long long)got);
		pc_pktdec_free(d);
	}
}

static void
test_checksum_and_padding_and_cut(void **state)
{
	struct pc_pktdec *d;
	struct pc_segment s;
	uint8_t frame[256] = {0};
	size_t n = udp_frame(frame, sizeof(frame), 10);
	(void)state;
	assert_int_equal(pc_pktdec_new(&d), PC_OK);
	assert_int_equal(decode(d, 1, frame, n + 8, n + 8, &s), PC_OK); /* Ethernet padding */
	assert_int_equal(s.len, 10);
	assert_int_equal(decode(d, 1, frame, n - 4, n, &s), PC_OK); /* cut by the snap length */
	assert_int_equal(s.len, 6);
	assert_int_equal(s.missing, 4);
	assert_int_equal(pc_pktdec_counters(d).cut, 1);
	frame[45] ^= 1;
	assert_int_equal(decode(d, 1, frame, n, n, &s), PC_OK);
	assert_true(s.bad_checksum);
	assert_int_equal(pc_pktdec_counters(d).bad_checksums, 1);
	pc_pktdec_free(d);
}

/* Fragment number `k` of a frame, `size` payload bytes each (a multiple of 8). */
static size_t
fragment(const uint8_t *frame, size_t n, size_t k, size_t size, uint8_t *out)
{
	size_t at = k * size;
	size_t rest = n - ETHER - IP - at;
	bool more = rest > size;
	size_t len = more ? size : rest;
	uint16_t field = (uint16_t)(at / 8 | (more ? 0x2000 : 0));
	memcpy(out, frame, ETHER + IP);
	memcpy(out + ETHER + IP, frame + ETHER + IP + at, len);
	out[ETHER + 2] = (uint8_t)((IP + len) >> 8);
	out[ETHER + 3] = (uint8_t)(IP + len);
	out[ETHER + 6] = (uint8_t)(field >> 8);
	out[ETHER + 7] = (uint8_t)field;
	return ETHER + IP + len;
}

static void
test_fragments(void **state)
{
	static const struct {
		const char *name;
		int order[6]; /* fragment numbers, -1 ends */
		bool whole;
	} rows[] = {
		{"in order", {0, 1, 2, 3, -1}, true},
		{"backwards", {3, 2, 1, 0, -1}, true},
		{"duplicate", {0, 1, 1, 3, 2, -1}, true},
		{"one missing", {0, 1, 3, -1}, false},
		{"last missing", {0, 1, 2, -1}, false},
	};
	uint8_t frame[2048];
	size_t n = udp_frame(frame, sizeof(frame), 1500);
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct pc_pktdec *d;
		struct pc_segment s = {0};
		int err = PC_E_NOTFOUND;
		assert_int_equal(pc_pktdec_new(&d), PC_OK);
		for (const int *k = rows[i].order; *k >= 0; k++) {
			uint8_t part[1024];
			assert_int_equal(err, PC_E_NOTFOUND);
			size_t len = fragment(frame, n, (size_t)*k, 400, part);
			err = decode(d, 1, part, len, len, &s);
		}
		if ((err == PC_OK) != rows[i].whole)
			fail_msg("%s: %d", rows[i].name, err);
		if (rows[i].whole) {
			assert_int_equal(s.len, 1500);
			assert_memory_equal(s.data, frame + ETHER + IP + 8, 1500);
			assert_false(s.bad_checksum);
		}
		assert_int_equal(pc_pktdec_counters(d).incomplete, rows[i].whole ? 0 : 1);
		pc_pktdec_free(d);
	}
}

/* Overlapping fragments are dropped whole. */
static void
test_overlap(void **state)
{
	uint8_t frame[2048];
	uint8_t part[1024];
	size_t n = udp_frame(frame, sizeof(frame), 1500);
	struct pc_pktdec *d;
	struct pc_segment s;
	(void)state;
	assert_int_equal(pc_pktdec_new(&d), PC_OK);
	size_t len = fragment(frame, n, 0, 400, part);
	assert_int_equal(decode(d, 1, part, len, len, &s), PC_E_NOTFOUND);
	len = fragment(frame, n, 1, 400, part);
	part[ETHER + 7] = 40; /* at byte 320 */
	assert_int_equal(decode(d, 1, part, len, len, &s), PC_E_NOTFOUND);
	assert_int_equal(pc_pktdec_counters(d).incomplete, 1);
	pc_pktdec_free(d);
}

/* The table of pending datagrams does not grow. */
static void
test_pending_limit(void **state)
{
	uint8_t frame[2048];
	uint8_t part[1024];
	size_t n = udp_frame(frame, sizeof(frame), 1500);
	struct pc_pktdec *d;
	struct pc_segment s;
	(void)state;
	assert_int_equal(pc_pktdec_new(&d), PC_OK);
	for (unsigned i = 0; i < PC_PKTDEC_PENDING_MAX + 10; i++) {
		size_t len = fragment(frame, n, 0, 400, part);
		part[ETHER + 4] = (uint8_t)(i >> 8);
		part[ETHER + 5] = (uint8_t)i;
		assert_int_equal(decode(d, 1, part, len, len, &s), PC_E_NOTFOUND);
	}
	assert_int_equal(pc_pktdec_counters(d).incomplete, PC_PKTDEC_PENDING_MAX + 10);
	pc_pktdec_free(d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_link_types),
		cmocka_unit_test(test_counted),
		cmocka_unit_test(test_checksum_and_padding_and_cut),
		cmocka_unit_test(test_fragments),
		cmocka_unit_test(test_overlap),
		cmocka_unit_test(test_pending_limit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
