/* Tests of wire: every reader and writer call, the sticky failure, the checksum. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/err.h"
#include "wire/wire.h"

static void
test_round_trip(void **state)
{
	uint8_t buf[64];
	struct pc_writer w;
	struct pc_reader r;
	(void)state;
	pc_writer_init(&w, buf, sizeof(buf));
	pc_write_u8(&w, 1);
	pc_write_be16(&w, 0x0203);
	pc_write_be32(&w, 0x04050607);
	pc_write_be64(&w, 0x08090a0b0c0d0e0f);
	pc_write_le16(&w, 0x1011);
	pc_write_le32(&w, 0x12131415);
	pc_write_text(&w, "ab");
	pc_write_fill(&w, 9, 3);
	pc_write_be16_at(&w, 1, 0x2223);
	assert_int_equal(w.err, PC_OK);
	pc_reader_init(&r, buf, w.at);
	assert_int_equal(pc_read_u8(&r), 1);
	assert_int_equal(pc_read_be16(&r), 0x2223);
	assert_int_equal(pc_read_be32(&r), 0x04050607);
	assert_true(pc_read_be64(&r) == 0x08090a0b0c0d0e0f);
	assert_int_equal(pc_read_le16(&r), 0x1011);
	assert_int_equal(pc_read_le32(&r), 0x12131415);
	assert_memory_equal(pc_read_bytes(&r, 2), "ab", 2);
	assert_int_equal(pc_read_be24(&r), 0x090909);
	assert_int_equal(pc_reader_left(&r), 0);
	assert_int_equal(r.err, PC_OK);
}

static void
test_reader_sticks(void **state)
{
	static const uint8_t data[3] = {1, 2, 3};
	struct pc_reader r;
	(void)state;
	pc_reader_init(&r, data, sizeof(data));
	assert_int_equal(pc_read_be32(&r), 0);
	assert_int_equal(r.err, PC_E_TRUNCATED);
	assert_int_equal(pc_read_u8(&r), 0);
	assert_null(pc_read_bytes(&r, 0));
	assert_int_equal(pc_reader_left(&r), 0);
}

static void
test_writer_sticks(void **state)
{
	uint8_t buf[3] = {0};
	struct pc_writer w;
	(void)state;
	pc_writer_init(&w, buf, sizeof(buf));
	pc_write_be32(&w, 1);
	assert_int_equal(w.err, PC_E_NOSPACE);
	pc_write_u8(&w, 7);
	assert_int_equal(buf[0], 0);
	assert_int_equal(w.at, 0);
}

static void
test_checksum(void **state)
{
	/* IPv4 header example with its checksum field 0xb861 zeroed. */
	static const uint8_t h[20] = {0x45, 0, 0, 0x73, 0, 0, 0x40, 0, 0x40, 0x11, 0, 0, 0xc0, 0xa8,
		0, 1, 0xc0, 0xa8, 0, 0xc7};
	(void)state;
	assert_int_equal(pc_checksum_fold(pc_checksum_add(0, h, sizeof(h))), 0xb861);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_reader_sticks),
		cmocka_unit_test(test_writer_sticks),
		cmocka_unit_test(test_checksum),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
