/* Tests of fleet.c: addresses, faults by number, ports that are taken, one state behind all ports.
 */
#include "bench.h"

#include "snmp/faults.h"

static struct in_addr
address(uint32_t last)
{
	return (struct in_addr){htonl(0x7f050000 + last)};
}

static void
test_look_up(void **state)
{
	struct bench *b = *state;
	assert_int_equal(pc_fleet_size(b->fleet), 3);
	assert_null(pc_fleet_device(b->fleet, 0));
	assert_null(pc_fleet_device(b->fleet, 4));
	assert_null(pc_fleet_find(b->fleet, address(0)));
	assert_null(pc_fleet_find(b->fleet, address(4)));
	assert_null(pc_fleet_find(b->fleet, (struct in_addr){0}));
	for (uint32_t i = 1; i <= 3; i++) {
		struct pc_device *dev = pc_fleet_device(b->fleet, i);
		assert_non_null(dev);
		assert_ptr_equal(dev, pc_fleet_find(b->fleet, address(i)));
		assert_int_equal(pc_device_state(dev)->number, i);
		assert_ptr_equal(pc_device_profile(dev), i < 3 ? b->epson : b->lindgren);
		for (uint32_t k = 1; k < i; k++) {
			const struct pc_device_state *other =
				pc_device_state(pc_fleet_device(b->fleet, k));
			assert_string_not_equal(pc_device_state(dev)->serial, other->serial);
			assert_memory_not_equal(pc_device_state(dev)->mac, other->mac, 6);
		}
	}
}

static bool
is_armed(struct bench *b, uint32_t number)
{
	return pc_fault_is_set(
		pc_device_faults(pc_fleet_device(b->fleet, number)), PC_SNMP_FAULT_SERIAL_EMPTY);
}

static void
test_faults(void **state)
{
	struct bench *b = *state;
	struct pc_diag diag = {{0}};
	const char *name = "snmp-serial-empty";
	assert_int_equal(pc_fleet_fault(b->fleet, 2, name, true, &diag), PC_OK);
	assert_true(!is_armed(b, 1) && is_armed(b, 2) && !is_armed(b, 3));
	assert_int_equal(pc_fleet_fault(b->fleet, 0, name, true, &diag), PC_OK);
	assert_true(is_armed(b, 1) && is_armed(b, 2) && is_armed(b, 3));
	/* One fault is taken away, others stay. */
	assert_int_equal(pc_fleet_fault(b->fleet, 1, "raw-echo-changed", true, &diag), PC_OK);
	assert_int_equal(pc_fleet_fault(b->fleet, 1, name, false, &diag), PC_OK);
	assert_false(is_armed(b, 1));
	assert_int_not_equal(pc_device_port_faults(pc_fleet_device(b->fleet, 1)), 0);
	assert_int_equal(pc_fleet_fault(b->fleet, 4, name, true, &diag), PC_E_NOTFOUND);
	assert_int_equal(pc_fleet_fault(b->fleet, 1, "nope", true, &diag), PC_E_NOTFOUND);
	/* The names of both rooms are told. */
	assert_non_null(strstr(diag.text, "snmp-serial-empty"));
}

static void
test_port_taken(void **state)
{
	struct bench *b = *state;
	struct pc_fleet *second = NULL;
	struct pc_diag diag = {{0}};
	char port[16];
	/* One fleet a process: leave the library to the second, keep one port occupied. */
	pc_fleet_free(b->fleet);
	b->fleet = NULL;
	struct sockaddr_in a = {
		.sin_family = AF_INET, .sin_port = htons((uint16_t)(515 + b->offset))};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(fd, (const struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(listen(fd, 1), 0);
	assert_int_equal(bench_fleet(b, b->offset, &second, &diag), PC_E_ENVIRONMENT);
	assert_null(second);
	snprintf(port, sizeof(port), "%d", 515 + b->offset);
	if (strstr(diag.text, port) == NULL)
		fail_msg("the port %s is not named: %s", port, diag.text);
	close(fd);
	/* Nothing of the failed one is left: the same ports can be had now. */
	if (bench_fleet(b, b->offset, &b->fleet, &diag) != PC_OK)
		fail_msg("%s", diag.text);
}

static void
test_sizes(void **state)
{
	struct bench *b = *state;
	struct pc_fleet *second = NULL;
	const struct {
		const char *name;
		uint32_t count, first;
		size_t n_groups;
		unsigned offset;
	} rows[] = {
		{"no printer", 0, 0x7f050001, 1, 0},
		{"no group", 1, 0x7f050001, 0, 0},
		{"too many", PC_FLEET_DEVICES_MAX + 1, 0x7f050001, 1, 0},
		{"too many groups", 1, 0x7f050001, PC_FLEET_GROUPS_MAX + 1, 0},
		{"addresses run out", 3, 0xfffffffe, 1, 0},
		{"ports run out", 1, 0x7f050001, 1, 65535 - 9100 + 1},
	};
	pc_fleet_free(b->fleet);
	b->fleet = NULL;
	for (size_t i = 0; i < N(rows); i++) {
		struct pc_fleet_group groups[PC_FLEET_GROUPS_MAX + 1];
		struct pc_diag diag = {{0}};
		for (size_t k = 0; k < N(groups); k++)
			groups[k] = (struct pc_fleet_group){b->epson, rows[i].count};
		const struct pc_fleet_options o = {.loop = b->loop,
			.first = {htonl(rows[i].first)},
			.port_offset = (uint16_t)rows[i].offset,
			.groups = groups,
			.n_groups = rows[i].n_groups};
		if (pc_fleet_new(&o, &second, &diag) != PC_E_USAGE || diag.text[0] == '\0')
			fail_msg("%s: '%s'", rows[i].name, diag.text);
	}
}

/* A job's life reaches journal and observer, and the printer finishes it by itself. */
static void
test_events(void **state)
{
	struct bench *b = *state;
	struct pc_device *dev = pc_fleet_device(b->fleet, 1);
	struct pc_buf out;
	uint32_t id = 0;
	uint32_t life = pc_device_state(dev)->counters.life;
	uint64_t end = pc_clock_ms(&b->clock) + BENCH_DEADLINE_MS;
	assert_int_equal(pc_device_job_begin(dev, PC_ORIGIN_PANEL, &id), PC_OK);
	assert_int_equal(pc_device_job_end(dev, id, 2), PC_OK);
	while (pc_device_state(dev)->counters.life < life + 2) {
		if (pc_clock_ms(&b->clock) > end)
			fail_msg("the job was not printed");
		pc_loop_turn(b->loop, 20);
	}
	assert_true(b->events > 2);
	pc_buf_init(&out, 1 << 20);
	pc_fleet_journal(b->fleet, 0, &out);
	assert_non_null(strstr(pc_buf_text(&out), "\"state\":\"printing\""));
	assert_null(strstr(pc_buf_text(&out), "\"page\""));
	pc_buf_clear(&out);
	pc_fleet_counters(b->fleet, &out);
	assert_non_null(strstr(pc_buf_text(&out), "\"lpd\":{\"in\":0"));
	pc_buf_done(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		BENCH_TEST(test_look_up),
		BENCH_TEST(test_faults),
		BENCH_TEST(test_port_taken),
		BENCH_TEST(test_sizes),
		BENCH_TEST(test_events),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
