/* Tests of device-status: what host resources say of a printer never leaves the combinations of
 * RFC 3805 s2.2.13.2, whatever happens in whatever order. */
#include "device/tests/events.h"

enum { STEPS = 4000 };

/* Bits of hrPrinterDetectedErrorState. Spec: RFC 2790, RFC 3805 */
enum {
	LOW_PAPER = 0x8000,
	NO_PAPER = 0x4000,
	LOW_TONER = 0x2000,
	NO_TONER = 0x1000,
	DOOR_OPEN = 0x0800,
	JAMMED = 0x0400,
	OFFLINE = 0x0200,
	SERVICE = 0x0100,
	TRAY_MISSING = 0x0080,
	SUPPLY_MISSING = 0x0020,
	OUTPUT_FULL = 0x0008,
	TRAY_EMPTY = 0x0004,
	WARNINGS = LOW_PAPER | LOW_TONER | SERVICE | TRAY_MISSING | SUPPLY_MISSING | OUTPUT_FULL |
		   TRAY_EMPTY,
	CRITICAL = JAMMED | NO_PAPER | NO_TONER | DOOR_OPEN | SERVICE | TRAY_MISSING |
		   SUPPLY_MISSING | OUTPUT_FULL,
	ANY = 0xffff
};

#define ONE(n) (1u << (n))

/* A state: the statuses it may show, bits of which one must be set, bits that may be. The RFC names
 * bits of the first octet only; those of the second join the state of their alert. */
static const struct combination {
	const char *name;
	unsigned device, printer;
	uint16_t one_of, may;
} combinations[] = {
	{"idle", ONE(PC_HR_RUNNING), ONE(PC_HRP_IDLE), 0, 0},
	{"busy or active", ONE(PC_HR_RUNNING), ONE(PC_HRP_PRINTING), 0, 0},
	{"non-critical alert", ONE(PC_HR_WARNING), ONE(PC_HRP_IDLE) | ONE(PC_HRP_PRINTING),
		WARNINGS, WARNINGS},
	{"critical alert", ONE(PC_HR_DOWN), ONE(PC_HRP_OTHER), CRITICAL, CRITICAL | WARNINGS},
	{"off-line", ONE(PC_HR_DOWN), ONE(PC_HRP_OTHER), OFFLINE, ANY},
	{"moving on-line", ONE(PC_HR_DOWN), ONE(PC_HRP_WARMUP), 0, 0},
	{"standby", ONE(PC_HR_RUNNING), ONE(PC_HRP_OTHER), 0, 0},
	{"unknown", ONE(PC_HR_UNKNOWN), ONE(PC_HRP_UNKNOWN), 0, 0},
};
enum { COMBINATIONS = sizeof(combinations) / sizeof(combinations[0]) };

static bool
is_combination(const struct combination *c, unsigned device, unsigned printer, uint16_t bits)
{
	return (c->device & ONE(device)) != 0 && (c->printer & ONE(printer)) != 0 &&
	       (c->one_of == 0 || (bits & c->one_of) != 0) && (bits & ~c->may) == 0;
}

/* The combination the printer is in now. */
static size_t
check(const struct pc_device *dev)
{
	unsigned device = pc_device_hr_status(dev), printer = pc_device_hr_printer_status(dev);
	uint16_t bits = pc_device_error_bits(dev);
	for (size_t i = 0; i < COMBINATIONS; i++) {
		if (is_combination(&combinations[i], device, printer, bits))
			return i;
	}
	fail_msg("hrDeviceStatus %u, hrPrinterStatus %u and bits %04x together are no state",
		device, printer, bits);
	return 0;
}

/* What a printer may say between two steps counts as well. */
static void
on_event(void *arg, struct pc_device *dev, const struct pc_device_event *event)
{
	(void)event;
	((bool *)arg)[check(dev)] = true;
}

static void
test_combinations(void **state)
{
	bool seen[COMBINATIONS] = {false};
	(void)state;
	for (uint64_t seed = 1; seed <= 5; seed++) {
		struct world w;
		struct pc_rand r;
		struct pc_device *dev = world_device(&w, &sample_profile);
		w.env.event = on_event;
		w.env.wake = NULL;
		w.env.arg = seen;
		pc_rand_init(&r, seed, 2);
		for (int i = 0; i < STEPS; i++) {
			events_step(&w, dev, &r);
			seen[check(dev)] = true;
		}
		pc_device_free(dev);
	}
	for (size_t i = 0; i < COMBINATIONS; i++) {
		if (!seen[i])
			fail_msg("no printer was ever in the state '%s'", combinations[i].name);
	}
}

/* The judge itself: pairs that the RFC does not allow. */
static void
test_judge(void **state)
{
	static const struct {
		unsigned device, printer;
		uint16_t bits;
	} wrong[] = {
		{PC_HR_RUNNING, PC_HRP_IDLE, LOW_TONER},
		{PC_HR_WARNING, PC_HRP_OTHER, LOW_TONER},
		{PC_HR_WARNING, PC_HRP_IDLE, JAMMED},
		{PC_HR_DOWN, PC_HRP_IDLE, JAMMED},
		{PC_HR_DOWN, PC_HRP_OTHER, 0},
		{PC_HR_DOWN, PC_HRP_OTHER, LOW_PAPER},
		{PC_HR_RUNNING, PC_HRP_OTHER, OFFLINE},
		{PC_HR_UNKNOWN, PC_HRP_IDLE, 0},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		for (size_t c = 0; c < COMBINATIONS; c++)
			assert_false(is_combination(&combinations[c], wrong[i].device,
				wrong[i].printer, wrong[i].bits));
	}
}

/* Each condition by itself, and a sleeping printer that has something to tell. */
static void
test_states(void **state)
{
	static const struct {
		enum pc_condition condition;
		const char *name;
	} rows[] = {
		{PC_COND_JAM, "critical alert"},
		{PC_COND_COVER_OPEN, "critical alert"},
		{PC_COND_TRAY_LOW, "non-critical alert"},
		{PC_COND_SUPPLY_LOW, "non-critical alert"},
		{PC_COND_SUPPLY_EMPTY, "critical alert"},
		{PC_COND_SERVICE, "non-critical alert"},
		{PC_COND_OFFLINE, "off-line"},
		{PC_COND_OUTPUT_FULL, "critical alert"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct world w;
		struct pc_device *dev = world_device(&w, &sample_profile);
		assert_string_equal(combinations[check(dev)].name, "idle");
		pc_device_sleep(dev, true);
		assert_string_equal(combinations[check(dev)].name, "standby");
		assert_int_equal(pc_device_condition(dev, rows[i].condition, 0, true), PC_OK);
		assert_string_equal(combinations[check(dev)].name, rows[i].name);
		assert_int_equal(pc_device_condition(dev, rows[i].condition, 0, false), PC_OK);
		assert_string_equal(combinations[check(dev)].name, "standby");
		pc_device_free(dev);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_combinations),
		cmocka_unit_test(test_judge),
		cmocka_unit_test(test_states),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
