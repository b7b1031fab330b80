/* Tests of codec/push-scan: beacon and keep-alive, good, cut everywhere and lying. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "codec/push-scan.h"

static void
test_beacon(void **state)
{
	static const uint8_t want[PC_PUSH_SCAN_BEACON_BYTES] = {2, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9};
	uint8_t out[PC_PUSH_SCAN_BEACON_BYTES + 1] = {0}, number = 0;
	(void)state;
	pc_push_scan_beacon_write(9, out);
	assert_memory_equal(out, want, sizeof(want));
	assert_int_equal(pc_push_scan_beacon_read(out, sizeof(want), &number), PC_OK);
	assert_int_equal(number, 9);
	for (size_t cut = 0; cut < sizeof(want); cut++)
		assert_int_equal(pc_push_scan_beacon_read(out, cut, &number), PC_E_TRUNCATED);
	assert_int_equal(pc_push_scan_beacon_read(out, sizeof(out), &number), PC_E_BADVALUE);
	out[1] = 7;
	assert_int_equal(pc_push_scan_beacon_read(out, sizeof(want), &number), PC_E_BADVALUE);
}

static void
test_client(void **state)
{
	struct pc_push_scan_client in = {.number = 3,
		.destination = 2,
		.language = "en",
		.name = "desk",
		.address = "192.0.2.7",
		.event_port = 2968};
	struct pc_push_scan_client c;
	uint8_t out[256];
	size_t n = 0;
	(void)state;
	assert_int_equal(pc_push_scan_client_write(&in, out, sizeof(out), &n), PC_OK);
	assert_int_equal(out[4], n);
	assert_int_equal(pc_push_scan_client_read(out, n, &c), PC_OK);
	assert_int_equal(c.number, 3);
	assert_int_equal(c.destination, 2);
	assert_string_equal(c.language, "en");
	assert_string_equal(c.name, "desk");
	assert_string_equal(c.address, "192.0.2.7");
	assert_int_equal(c.event_port, 2968);
	for (size_t cut = 0; cut < n; cut++) {
		assert_int_equal(pc_push_scan_client_read(out, cut, &c), PC_E_TRUNCATED);
		size_t small = 0;
		assert_int_equal(
			pc_push_scan_client_write(&in, out + 128, cut, &small), PC_E_NOSPACE);
	}
	assert_int_equal(pc_push_scan_client_write(&in, out, sizeof(out), &n), PC_OK);
	assert_int_equal(pc_push_scan_client_read(out, n + 1, &c), PC_E_BADVALUE);
}

static const struct {
	const char *name;
	size_t at;
	uint8_t value;
	int expected;
} lies[] = {
	{"version", 0, 3, PC_E_BADVALUE},
	{"kind", 1, 6, PC_E_BADVALUE},
	{"length of all, larger", 4, 200, PC_E_TRUNCATED},
	{"length of all, smaller", 4, 30, PC_E_BADVALUE},
	{"length of the text", 19, 1, PC_E_BADVALUE},
	{"length of the text, huge", 16, 0xff, PC_E_BADVALUE},
	{"no name", 21, 'X', PC_E_BADVALUE},
	{"no address", 39, 'X', PC_E_BADVALUE},
	{"an address that is none", 49, '9', PC_E_BADVALUE},
	{"no end", 76, 'x', PC_E_BADVALUE},
};

static void
test_lies(void **state)
{
	struct pc_push_scan_client c,
		in = {.language = "en", .name = "desk", .address = "192.0.2.7", .event_port = 2968};
	(void)state;
	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		uint8_t out[256];
		size_t n = 0;
		print_message("%s\n", lies[i].name);
		assert_int_equal(pc_push_scan_client_write(&in, out, sizeof(out), &n), PC_OK);
		out[lies[i].at < n ? lies[i].at : n - 1] = lies[i].value;
		assert_int_equal(pc_push_scan_client_read(out, n, &c), lies[i].expected);
	}
	in.event_port = 0;
	uint8_t out[256];
	size_t n = 0;
	assert_int_equal(pc_push_scan_client_write(&in, out, sizeof(out), &n), PC_OK);
	assert_int_equal(pc_push_scan_client_read(out, n, &c), PC_E_BADVALUE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_beacon),
		cmocka_unit_test(test_client), cmocka_unit_test(test_lies)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
