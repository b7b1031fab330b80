/* Tests of the status blocks: what each state of a printer looks like in ST2, in the older text and
 * on a label printer; what a profile leaves out or adds; that they fit where they must. */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/text.h"
#include "epson/status.h"

enum { CYAN = 1, BOX = 4 };

static const struct pc_profile model = {
	.id = "bench",
	.vendor = "EPSON",
	.model = "ET-9999 Series",
	.identity = {"XST{n:7}", "EPSON{m3}", "EPSON{m3}", {0x02, 0x00, 0x5e, 0x10, 0, 0}},
	.contact = "",
	.location = "",
	.ppm = 60,
	.boot_ms = 1000,
	.cleaning_ms = 90000,
	.has_head_cleaning = true,
	.bytes_per_page = 1000,
	.initial_life_count = 77,
	.supplies = {{.name = "Black", .colorant = "black", .capacity = 100, .initial = 50},
		{.name = "Cyan",
			.colorant = "cyan",
			.capacity = 100,
			.initial = 40,
			.low_permille = 100,
			.per_cleaning_ppm = 50000},
		{.name = "LM", .colorant = "Light Magenta", .capacity = -2, .initial = -3},
		{.name = "Gold", .colorant = "gold", .capacity = 200, .initial = 199},
		{.name = "Box",
			.receptacle = true,
			.capacity = 100,
			.initial = 67,
			.low_permille = 50}},
	.n_supplies = 5,
	.trays = {{"Rear", 4, "iso_a4_210x297mm", "stationery", 50, 50},
		{"Cassette 1", 3, "iso_a4_210x297mm", "stationery", 250, 100},
		{"Cassette 2", 3, "iso_a4_210x297mm", "stationery", 250, 100},
		{"Roll", 6, "iso_a4_210x297mm", "stationery", -2, -3},
		{"Manual", 5, "iso_a4_210x297mm", "stationery", 1, 0}},
	.n_trays = 5,
	.covers = {{"Printer Cover", true}},
	.n_covers = 1,
	.outputs = {{"Output Front", 100}},
	.n_outputs = 1,
	.sizes = {"iso_a4_210x297mm", "other"},
	.n_sizes = 2,
	.media = {"stationery"},
	.n_media = 1,
	.firmware = {{"Main FW", "TS20P2"}},
	.n_firmware = 1,
};

struct bench {
	struct pc_clock clock;
	struct pc_device_env env;
	struct pc_profile profile;
	struct pc_device *dev;
	struct pc_epson_facts facts;
	struct pc_st2 st2;
};

static void
start(struct bench *b)
{
	struct in_addr a = {htonl(0x7f000a01)};
	pc_device_free(b->dev);
	b->dev = NULL;
	assert_int_equal(pc_device_new(&b->profile, &b->env, 1, a, &b->dev), PC_OK);
	pc_epson_facts(b->dev, &b->facts);
}

static int
setup(void **state)
{
	struct bench *b = test_calloc(1, sizeof(*b));
	pc_clock_init_virtual(&b->clock, 1000000);
	b->env = (struct pc_device_env){.clock = &b->clock, .seed = 1};
	b->profile = model;
	start(b);
	*state = b;
	return 0;
}

static int
teardown(void **state)
{
	struct bench *b = *state;
	pc_device_free(b->dev);
	test_free(b);
	return 0;
}

/* The whole block, as bytes and read back. */
static void
expect_block(struct bench *b, const char *hex)
{
	uint8_t out[PC_EPSON_STATUS_MAX], want[256];
	char text[2 * sizeof(out) + 1];
	size_t n = 0, n_want = 0;
	pc_epson_facts(b->dev, &b->facts);
	assert_int_equal(pc_epson_status(b->dev, &b->facts, out, sizeof(out), &n), PC_OK);
	assert_int_equal(pc_text_unhex(hex, want, sizeof(want), &n_want), PC_OK);
	pc_text_hex(out, n, text);
	if (n != n_want || memcmp(out, want, n) != 0)
		fail_msg("%s", text);
	assert_int_equal(pc_st2_read(out, n, &b->st2), PC_OK);
}

#define HEAD "40424443205354320D0A"

static void
test_all_records(void **state)
{
	struct bench *b = *state;
	b->profile.epson.status_records = "0E0200001003010A4E";
	start(b);
	expect_block(b,
		HEAD "9600 010104 0D0143 0E020F00 0F0D03 010032 030128 070569 000063 1003010A4E "
		     "130101 190C0000000000756E6B6E6F776E "
		     "36144D0000004D000000000000004D00000000000000 37030200 00 "
		     "3F2E01 010000000000000000 010100000000000000 010200000000000000 "
		     "030000000000000000 020000000000000000 "
		     "400A58535430303030303031 450902 0000 0000 0000 0000 46030200 00");
	/* what a model does not tell */
	b->profile.epson = (struct pc_profile_epson){
		.status_absent = 0x1f, .ink_record_bytes = 4, .ink_fourth = 0x32};
	start(b);
	expect_block(b, HEAD "3300 010104 0F1104 01003232 03012832 07056932 00006332 130101 "
			     "190C0000000000756E6B6E6F776E 400A58535430303030303031");
	/* a record of the model's own comes instead of ours */
	b->profile.epson.status_absent = 0x17;
	b->profile.epson.status_records = "3F0102";
	start(b);
	expect_block(b, HEAD "3600 010104 0F1104 01003232 03012832 07056932 00006332 130101 "
			     "190C0000000000756E6B6E6F776E 3F0102 400A58535430303030303031");
}

static const struct {
	const char *name;
	enum pc_condition condition;
	uint32_t part;
	int state, error;
	const char *text; /* the older status */
} rows[] = {
	{"jam", PC_COND_JAM, 0, PC_ST2_ERROR, PC_ST2_E_JAM, "ST:00;ER:04;IQ:32286963"},
	{"cover", PC_COND_COVER_OPEN, 0, PC_ST2_ERROR, PC_ST2_E_COVER, "ST:00;ER:02;IQ:32286963"},
	{"paper", PC_COND_TRAY_EMPTY, 1, PC_ST2_IDLE, PC_ST2_NONE, "ST:04;IQ:32286963"},
	{"ink out", PC_COND_SUPPLY_EMPTY, CYAN, PC_ST2_ERROR, PC_ST2_E_INK_OUT,
		"ST:00;ER:05;IQ:32006963"},
	{"no cartridge", PC_COND_SUPPLY_MISSING, CYAN, PC_ST2_ERROR, PC_ST2_E_NO_CARTRIDGE,
		"ST:00;ER:23;IQ:326E6963"},
	{"box full", PC_COND_SUPPLY_EMPTY, BOX, PC_ST2_ERROR, PC_ST2_E_SERVICE,
		"ST:00;ER:10;IQ:32286963"},
	{"off-line", PC_COND_OFFLINE, 0, PC_ST2_PAUSED, PC_ST2_NONE, "ST:05;IQ:32286963"},
	{"ink low", PC_COND_SUPPLY_LOW, CYAN, PC_ST2_IDLE, PC_ST2_NONE, "ST:04;IQ:320A6963"},
};

static void
test_conditions(void **state)
{
	struct bench *b = *state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t out[256];
		size_t n = 0;
		print_message("%s\n", rows[i].name);
		start(b);
		assert_int_equal(
			pc_device_condition(b->dev, rows[i].condition, rows[i].part, true), PC_OK);
		pc_epson_facts(b->dev, &b->facts);
		assert_int_equal(pc_epson_st2(b->dev, &b->facts, &b->st2), PC_OK);
		assert_int_equal(b->st2.state, rows[i].state);
		assert_int_equal(b->st2.error, rows[i].error);
		assert_int_equal(
			pc_epson_text_status(b->dev, &b->facts, out, sizeof(out) - 1, &n), PC_OK);
		out[n] = '\0';
		assert_memory_equal(out, "@BDC ST\r\n", 9);
		assert_memory_equal(out + 9, rows[i].text, strlen(rows[i].text));
		assert_string_equal((char *)out + 9 + strlen(rows[i].text), ";\f");
	}
}

static void
test_activities(void **state)
{
	struct bench *b = *state;
	expect_block(b, HEAD "8D00 010104 0D0143 0F0D03 010032 030128 070569 000063 130101 "
			     "190C0000000000756E6B6E6F776E "
			     "36144D0000004D000000000000004D00000000000000 37030200 00 "
			     "3F2E01 010000000000000000 010100000000000000 010200000000000000 "
			     "030000000000000000 020000000000000000 "
			     "400A58535430303030303031 450902 0000 0000 0000 0000 46030200 00");
	assert_int_equal(pc_device_clean(b->dev, PC_TRIGGER_REMOTE, 0, false), PC_OK);
	pc_epson_facts(b->dev, &b->facts);
	assert_int_equal(pc_epson_st2(b->dev, &b->facts, &b->st2), PC_OK);
	assert_int_equal(b->st2.state, PC_ST2_CLEANING);
	assert_int_equal(b->st2.extras[1].id, 0x0c);
	assert_memory_equal(b->st2.extras[1].data, ((uint8_t[]){90, 0}), 2);
	start(b);
	assert_int_equal(pc_device_nozzle_check(b->dev, PC_TRIGGER_REMOTE), PC_OK);
	assert_int_equal(pc_epson_st2(b->dev, &b->facts, &b->st2), PC_OK);
	assert_int_equal(b->st2.state, PC_ST2_NOZZLE_CHECK);
	assert_int_equal(b->st2.self_print, 0);
	/* a replaced cartridge and box are counted; the rest of another does not last */
	start(b);
	assert_int_equal(pc_device_supply_replace(b->dev, CYAN), PC_OK);
	assert_int_equal(pc_device_supply_replace(b->dev, BOX), PC_OK);
	assert_int_equal(pc_device_supply_set(b->dev, CYAN, 2), PC_OK);
	pc_epson_facts(b->dev, &b->facts);
	assert_int_equal(pc_epson_st2(b->dev, &b->facts, &b->st2), PC_OK);
	assert_int_equal(b->st2.boxes[0].resets, 1);
	assert_int_equal(b->st2.n_warnings, 2);
	assert_int_equal(b->st2.warnings[0], PC_ST2_W_INK_LOW + CYAN);
	assert_int_equal(b->st2.warnings[1], PC_ST2_W_CLEANING_DISABLED + CYAN);
	size_t last = b->st2.n_extras - 1;
	assert_int_equal(b->st2.extras[last].id, 0x46);
	assert_memory_equal(b->st2.extras[last].data, ((uint8_t[]){2, 1, 0}), 3);
	assert_memory_equal(
		b->st2.extras[last - 1].data, ((uint8_t[]){2, 0, 0, 1, 0, 0, 0, 0, 0}), 9);
}

/* While a job prints the block has the beginning of its name. */
static void
test_job_name(void **state)
{
	struct bench *b = *state;
	uint32_t id = 0;
	assert_int_equal(pc_device_job_begin(b->dev, PC_ORIGIN_LPD, &id), PC_OK);
	(void)snprintf(pc_device_job(b->dev, id)->name, PC_NAME_MAX, "quarterly report");
	assert_int_equal(pc_device_job_data(b->dev, id, (const uint8_t *)"x", 1), PC_OK);
	assert_int_equal(pc_device_job_end(b->dev, id, 5), PC_OK);
	assert_int_equal(pc_epson_st2(b->dev, &b->facts, &b->st2), PC_OK);
	assert_int_equal(b->st2.state, PC_ST2_WAITING);
	assert_int_equal(b->st2.extras[0].id, 0x19);
	assert_memory_equal(b->st2.extras[0].data, "\0\0\0\0\0quarter", 12);
}

static void
test_label(void **state)
{
	static const char want[] =
		"\x02^S(SMA,S,ER\x03\r\n\x02^S(SEA,E,02\x03\r\n\x02WN,IC1\x03\r\n"
		"\x02^S(CLM,P,ER\x03\r\n\x02^S(IMF,V,TS20P2\x03\r\n\x02MN,43\x03\r\n"
		"\x02IQ,32,0A,00,00\x03\r\n\x02^S(IMP,S,XST0000001\x03\r\n\x02^S(SPA,P,F\x03\r\n"
		"\x02^S(SPA,S,F\x03\r\n\x02^S(SPA,O,NW\x03\r\n\x02^S(SEA,F,0002\x03\r\n";
	struct bench *b = *state;
	uint8_t out[PC_EPSON_STATUS_MAX];
	size_t n = 0;
	b->profile.epson.status = PC_EPSON_LABEL;
	start(b);
	assert_int_equal(pc_device_condition(b->dev, PC_COND_SUPPLY_LOW, CYAN, true), PC_OK);
	assert_int_equal(pc_device_condition(b->dev, PC_COND_COVER_OPEN, 0, true), PC_OK);
	pc_epson_facts(b->dev, &b->facts);
	assert_int_equal(pc_epson_status(b->dev, &b->facts, out, sizeof(out), &n), PC_OK);
	assert_int_equal(n, sizeof(want) - 1);
	assert_memory_equal(out, want, n);
}

/* Room for all but one byte is not enough; a model with too many records of its own. */
static void
test_limits(void **state)
{
	struct bench *b = *state;
	uint8_t out[PC_EPSON_STATUS_MAX];
	for (int label = 0; label < 2; label++) {
		size_t n = 0, cut = 0;
		b->profile.epson.status = label == 0 ? PC_EPSON_ST2 : PC_EPSON_LABEL;
		start(b);
		assert_int_equal(pc_epson_status(b->dev, &b->facts, out, sizeof(out), &n), PC_OK);
		for (size_t size = 0; size < n; size++)
			assert_int_equal(
				pc_epson_status(b->dev, &b->facts, out, size, &cut), PC_E_NOSPACE);
	}
	b->profile.epson = (struct pc_profile_epson){
		.status_records = "A000A100A200A300A400A500A600A700A800A900AA00AB00AC00AD00AE00"};
	start(b);
	assert_int_equal(pc_epson_st2(b->dev, &b->facts, &b->st2), PC_E_LIMIT);
	size_t n = 0;
	assert_int_equal(pc_epson_text_status(b->dev, &b->facts, out, 8, &n), PC_E_NOSPACE);
	assert_int_equal(pc_epson_ink_color("matte black"), 0);
	assert_int_equal(pc_epson_ink_type("matteBlack"), 0x0b);
	assert_int_equal(pc_epson_ink_type("no such ink, and a name that is far too long"), 0);
	assert_string_equal(pc_epson_firmware(b->dev, "Main FW"), "TS20P2");
	assert_string_equal(pc_epson_firmware(b->dev, "Boot"), "");
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {T(test_all_records), T(test_conditions),
		T(test_activities), T(test_job_name), T(test_label), T(test_limits)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
