/* Tests of codec/epson-remote: the jobs of real programs, written and recognised. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/text.h"
#include "codec/epson-remote.h"

/* 20 November 2026, 10:49:00 UTC */
#define CLOCK_NS (UINT64_C(1795171740) * 1000000000)

static const char cleaning_hex[] =
	"0000001B0140454A4C20313238342E340A40454A4C20202020200A1B401B401B2852080000"
	"52454D4F544531544908000007EA0B140A3100434802000000"
	"1B0000001B401B401B285208000052454D4F5445314A450100001B000000";

#define LEAVE  "0000001B0140454A4C20313238342E340A40454A4C20202020200A"
#define REMOTE "1B285208000052454D4F544531"
#define CH     "434802000000"
#define EXIT   "1B000000"

static const struct {
	const char *name, *hex;
	bool whole;
	int expected;
	enum pc_epson_class job_class;
	bool cleaning, nozzle, charge;
	uint8_t group;
	bool power;
} rows[] = {
	{"Epson's library, cleaning", cleaning_hex, true, PC_OK, PC_EPSON_MAINTENANCE, true, false,
		false, 0, false},
	{"escputil -c", LEAVE "1B401B40" REMOTE CH EXIT "1B000C1B001B00", true, PC_OK,
		PC_EPSON_MAINTENANCE, true, false, false, 0, false},
	{"CUPS clean all", "1B40" REMOTE CH EXIT "1B40", true, PC_OK, PC_EPSON_MAINTENANCE, true,
		false, false, 0, false},
	{"power cleaning of colour", "1B40" REMOTE "434802000012" EXIT, true, PC_OK,
		PC_EPSON_MAINTENANCE, true, false, false, 2, true},
	{"nozzle check with JE outside", LEAVE "1B401B40" REMOTE "4E4302000000" EXIT "4A45010000",
		true, PC_OK, PC_EPSON_MAINTENANCE, false, true, false, 0, false},
	{"service form, cleaning", "1B401B7C0006000102847B4202", true, PC_OK, PC_EPSON_MAINTENANCE,
		true, false, false, 0, false},
	{"service form, ink charge", "1B401B7C0006000102847B420A", true, PC_OK,
		PC_EPSON_MAINTENANCE, false, false, true, 0, false},
	{"ESC/P-R print",
		LEAVE "1B40"
		      "1B285206000045534350521B2871",
		true, PC_OK, PC_EPSON_PRINT, false, false, false, 0, false},
	{"cleaning, then print data", "1B40" REMOTE CH EXIT "68656C6C6F", true, PC_OK,
		PC_EPSON_PRINT, true, false, false, 0, false},
	{"unknown command is skipped", "1B40" REMOTE "585802000000" CH EXIT, true, PC_OK,
		PC_EPSON_MAINTENANCE, true, false, false, 0, false},
	{"laser job", "1B0140454A4C20454E204C413D4553432F504147450A41", true, PC_OK, PC_EPSON_PRINT,
		false, false, false, 0, false},
	{"plain text", "68656C6C6F", true, PC_OK, PC_EPSON_UNKNOWN, false, false, false, 0, false},
	{"PostScript", "2521505321", true, PC_OK, PC_EPSON_UNKNOWN, false, false, false, 0, false},
	{"ESC @ alone tells nothing", "1B40", true, PC_OK, PC_EPSON_UNKNOWN, false, false, false, 0,
		false},
	{"nothing", "", true, PC_OK, PC_EPSON_UNKNOWN, false, false, false, 0, false},
	{"command length over the end", "1B40" REMOTE "4348FF000000", true, PC_E_TRUNCATED,
		PC_EPSON_MAINTENANCE, false, false, false, 0, false},
	{"CH without data", "1B40" REMOTE "43480000" EXIT, true, PC_E_BADVALUE,
		PC_EPSON_MAINTENANCE, false, false, false, 0, false},
	{"no letters", "1B40" REMOTE "0102", true, PC_E_BADVALUE, PC_EPSON_MAINTENANCE, false,
		false, false, 0, false},
	{"the head of a long job", "1B40" REMOTE CH, false, PC_OK, PC_EPSON_PRINT, true, false,
		false, 0, false},
};

static void
test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t in[256];
		size_t n = 0;
		struct pc_epson_job job;
		print_message("%s\n", rows[i].name);
		assert_int_equal(pc_text_unhex(rows[i].hex, in, sizeof(in), &n), PC_OK);
		assert_int_equal(pc_epson_scan(in, n, rows[i].whole, &job), rows[i].expected);
		assert_int_equal(job.job_class, rows[i].job_class);
		assert_int_equal(job.cleaning, rows[i].cleaning);
		assert_int_equal(job.nozzle_check, rows[i].nozzle);
		assert_int_equal(job.ink_charge, rows[i].charge);
		assert_int_equal(job.nozzle_group, rows[i].group);
		assert_int_equal(job.power_cleaning, rows[i].power);
	}
}

static void
test_cleaning_bytes(void **state)
{
	uint8_t expected[128], out[128];
	size_t n = 0, written = 0;
	struct pc_epson_job job;
	(void)state;
	assert_int_equal(pc_text_unhex(cleaning_hex, expected, sizeof(expected), &n), PC_OK);
	assert_int_equal(n, PC_EPSON_CLEANING_BYTES);
	assert_int_equal(
		pc_epson_cleaning_write(0, false, CLOCK_NS, out, sizeof(out), &written), PC_OK);
	assert_int_equal(written, n);
	assert_memory_equal(out, expected, n);
	for (size_t small = 0; small < n; small++)
		assert_int_equal(pc_epson_cleaning_write(0, false, CLOCK_NS, out, small, &written),
			PC_E_NOSPACE);
	assert_int_equal(
		pc_epson_cleaning_write(16, false, 0, out, sizeof(out), &written), PC_E_BADVALUE);
	assert_int_equal(
		pc_epson_cleaning_write(1, true, CLOCK_NS, out, sizeof(out), &written), PC_OK);
	assert_int_equal(pc_epson_scan(out, written, true, &job), PC_OK);
	assert_int_equal(job.nozzle_group, 1);
	assert_true(job.power_cleaning && job.packet_mode_left && job.has_clock);
	assert_int_equal(job.clock[2], 11);
	assert_int_equal(job.n_commands, 3);
}

static void
test_nozzle_bytes(void **state)
{
	uint8_t out[256];
	size_t n = 0;
	struct pc_epson_job job;
	(void)state;
	assert_int_equal(pc_epson_nozzle_write(CLOCK_NS, out, sizeof(out), &n), PC_OK);
	assert_int_equal(n, PC_EPSON_NOZZLE_BYTES);
	assert_int_equal(pc_epson_scan(out, n, true, &job), PC_OK);
	assert_int_equal(job.job_class, PC_EPSON_MAINTENANCE);
	assert_true(job.nozzle_check);
	assert_int_equal(job.unknown_commands, 0);
}

/* A cut maintenance job is never taken for page data, and cleans only once CH has come whole. */
static void
test_cut_everywhere(void **state)
{
	uint8_t in[128];
	size_t n = 0;
	struct pc_epson_job job;
	(void)state;
	assert_int_equal(pc_text_unhex(cleaning_hex, in, sizeof(in), &n), PC_OK);
	for (size_t cut = 0; cut < n; cut++) {
		(void)pc_epson_scan(in, cut, true, &job);
		assert_int_equal(job.cleaning, cut >= 62);
		assert_int_not_equal(job.job_class, PC_EPSON_PRINT);
	}
	assert_string_equal(pc_epson_command_name("CH"), "head cleaning");
	assert_null(pc_epson_command_name("QQ"));
	assert_null(pc_epson_command_name("CHX"));
}

static void
test_many_commands(void **state)
{
	uint8_t in[1024] = "\x1b(R\x08\0\0REMOTE1";
	struct pc_epson_job job;
	(void)state;
	size_t n = 13;
	for (int i = 0; i < PC_EPSON_COMMANDS_MAX + 5; i++, n += 4)
		memcpy(in + n, "LD\0\0", 4);
	memcpy(in + n, "\x1b\0\0\0", 4);
	assert_int_equal(pc_epson_scan(in, n + 4, true, &job), PC_OK);
	assert_int_equal(job.n_commands, PC_EPSON_COMMANDS_MAX);
	assert_int_equal(job.dropped_commands, 5);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_cleaning_bytes),
		cmocka_unit_test(test_nozzle_bytes),
		cmocka_unit_test(test_cut_everywhere),
		cmocka_unit_test(test_many_commands),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
