/* services/tests/bench: three devices at 127.0.10.1 to .3 with every service on free ports, and
 * plain sockets as clients that let the loop turn while they wait. */
#ifndef PC_SERVICES_TESTS_BENCH_H
#define PC_SERVICES_TESTS_BENCH_H

#include <arpa/inet.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/text.h"
#include "services/faults.h"
#include "services/services.h"
#include "services/sink.h"

enum { BENCH_DEVICES = 3, BENCH_SERVICES = 16, BENCH_DEADLINE_MS = 5000 };

static const struct pc_profile bench_profile = {
	.id = "bench",
	.vendor = "EPSON",
	.model = "WF-C9999 Series",
	.identity = {"XBEN{n:6}", "EPSON{m3}", "EPSON{m3}", {0x02, 0x00, 0x5e, 0x10, 0, 0}},
	.ports = {.snmp = true,
		.enpc = true,
		.entp = true,
		.lpd = true,
		.raw = true,
		.slp = true,
		.slp_tcp = true,
		.nbns = true,
		.llmnr = true,
		.llmnr_tcp = true,
		.raw_port = 9100},
	.device_id_1284 =
		"MFG:EPSON;CMD:ESCPL2,BDC,D4,ESCPR1;MDL:WF-C9999 Series;CLS:PRINTER;SN:{serial};",
	.contact = "",
	.slp = {.v1 = true, .v2 = true, .scopes = "DEFAULT"},
	.workgroup = "WORKGROUP",
	.location = "",
	.lpd_queue = "PASSTHRU",
	.pjl_id = "EPSON {model}",
	.enpc_device_type = 2,
	.color = true,
	.duplex = true,
	.scanner = true,
	.ppm = 60,
	.initial_life_count = 1000,
	.boot_ms = 30000,
	.cleaning_ms = 90000,
	.has_head_cleaning = true,
	.bytes_per_page = 1000,
	.supplies = {{.name = "Black",
			     .type = PC_SUPPLY_INK_CARTRIDGE,
			     .colorant = "black",
			     .unit = 19,
			     .capacity = 100,
			     .initial = 50,
			     .low_permille = 100},
		{.name = "Cyan",
			.type = PC_SUPPLY_INK_CARTRIDGE,
			.colorant = "cyan",
			.unit = 19,
			.capacity = 100,
			.initial = 5,
			.low_permille = 100},
		{.name = "Box",
			.type = PC_SUPPLY_WASTE_INK,
			.receptacle = true,
			.unit = 19,
			.capacity = 100,
			.initial = 67,
			.low_permille = 50}},
	.n_supplies = 3,
	.trays = {{"Cassette 1", 3, "iso_a4_210x297mm", "stationery", 250, 100}},
	.n_trays = 1,
	.covers = {{"Printer Cover", true}},
	.n_covers = 1,
	.outputs = {{"Output Front", 100}},
	.n_outputs = 1,
	.interpreters = {{"ESC/P-R", 9, "1"}, {"PCL 6", 47, "2"}},
	.n_interpreters = 2,
	.sizes = {"iso_a4_210x297mm", "na_letter_8.5x11in", "other"},
	.n_sizes = 3,
	.media = {"stationery"},
	.n_media = 1,
};

struct bench {
	struct pc_clock clock;
	struct pc_loop *loop;
	struct pc_device_env env;
	struct pc_profile profiles[BENCH_DEVICES];
	struct pc_device *devices[BENCH_DEVICES];
	struct pc_timer timers[BENCH_DEVICES];
	struct pc_service *services[BENCH_SERVICES];
	size_t n_services;
	uint16_t offset;
	struct pc_buf journal;
	unsigned cleaned;
	struct pc_sink *sink; /* borrowed; services started later keep jobs there */
};

static inline size_t
bench_index(const struct bench *b, const struct pc_device *dev)
{
	size_t i = 0;
	while (i < BENCH_DEVICES - 1 && b->devices[i] != dev)
		i++;
	return i;
}

static inline void
bench_tick(void *arg)
{
	pc_device_tick(arg);
}

static inline void
bench_wake(void *arg, struct pc_device *dev, uint64_t at_ms)
{
	struct bench *b = arg;
	uint64_t now = pc_clock_ms(&b->clock);
	pc_timer_start(&b->timers[bench_index(b, dev)], b->loop, at_ms > now ? at_ms - now : 0,
		bench_tick, dev);
}

static inline void
bench_event(void *arg, struct pc_device *dev, const struct pc_device_event *event)
{
	struct bench *b = arg;
	b->cleaned += event->kind == PC_EVENT_CLEANED;
	pc_sink_event(b->sink, dev, event);
	for (size_t i = 0; i < b->n_services; i++)
		pc_service_event(b->services[i], dev, event);
}

static inline struct pc_device *
bench_find(void *arg, struct in_addr local)
{
	struct bench *b = arg;
	for (size_t i = 0; i < BENCH_DEVICES; i++) {
		if (pc_device_state(b->devices[i])->address.s_addr == local.s_addr)
			return b->devices[i];
	}
	return NULL;
}

static inline struct pc_device *
bench_each(void *arg, size_t at)
{
	return at < BENCH_DEVICES ? ((struct bench *)arg)->devices[at] : NULL;
}

static inline void
bench_journal(void *arg, const struct pc_device *dev, const char *json)
{
	struct bench *b = arg;
	(void)dev;
	(void)pc_buf_addf(&b->journal, "%s\n", json);
}

/* Start all services on one offset; false when a port is taken. */
static inline bool
bench_start(struct bench *b, uint16_t offset)
{
	size_t n = 0;
	struct pc_diag diag = {{0}};
	const struct pc_service_row *rows = pc_service_table(&n);
	struct pc_service_env env = {.loop = b->loop,
		.bind = {INADDR_ANY},
		.port_offset = offset,
		.find = bench_find,
		.each = bench_each,
		.arg = b,
		.journal = bench_journal,
		.sink = b->sink};
	b->n_services = 0;
	b->offset = offset;
	for (size_t i = 0; i < n; i++) {
		if (pc_service_start(&rows[i], &env, &b->services[i], &diag) != PC_OK)
			return false;
		b->n_services++;
	}
	return true;
}

static inline void
bench_stop_services(struct bench *b)
{
	while (b->n_services > 0)
		pc_service_stop(b->services[--b->n_services]);
}

/* `offset` 0xffff: any that is free. The devices' time runs `pace` times faster. */
static inline void
bench_init(struct bench *b, uint16_t offset, uint32_t pace)
{
	struct pc_diag diag;
	memset(b, 0, sizeof(*b));
	pc_clock_init_real(&b->clock);
	pc_buf_init(&b->journal, 1 << 20);
	assert_int_equal(pc_loop_new(&b->clock, &b->loop, &diag), PC_OK);
	b->env = (struct pc_device_env){.clock = &b->clock,
		.wake = bench_wake,
		.event = bench_event,
		.arg = b,
		.pace = pace,
		.seed = 7};
	for (uint32_t i = 0; i < BENCH_DEVICES; i++) {
		struct in_addr a = {htonl(0x7f000a01 + i)};
		b->profiles[i] = bench_profile;
		assert_int_equal(
			pc_device_new(&b->profiles[i], &b->env, i + 1, a, &b->devices[i]), PC_OK);
	}
	if (offset != 0xffff) {
		assert_true(bench_start(b, offset));
		return;
	}
	for (unsigned try = 0; try < 200; try++) {
		if (bench_start(
			    b, (uint16_t)(10000 + ((unsigned)getpid() * 7 + try * 131) % 40000)))
			return;
		bench_stop_services(b);
	}
	fail_msg("no free ports");
}

static inline void
bench_done(struct bench *b)
{
	bench_stop_services(b);
	for (size_t i = 0; i < BENCH_DEVICES; i++) {
		pc_timer_stop(&b->timers[i]);
		pc_device_free(b->devices[i]);
	}
	pc_loop_free(b->loop);
	pc_buf_done(&b->journal);
}

static inline struct sockaddr_in
bench_addr(const struct bench *b, unsigned device, uint16_t port)
{
	struct sockaddr_in a = {.sin_family = AF_INET};
	a.sin_addr.s_addr = htonl(0x7f000a01 + device);
	a.sin_port = htons((uint16_t)(port + b->offset));
	return a;
}

static inline int
bench_connect(const struct bench *b, unsigned device, uint16_t port)
{
	struct sockaddr_in a = bench_addr(b, device, port);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(fd >= 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	return fd;
}

/* Let the loop turn until `done(arg)` or the deadline. */
static inline bool
bench_until(struct bench *b, bool (*done)(void *arg), void *arg)
{
	uint64_t end = pc_clock_ms(&b->clock) + BENCH_DEADLINE_MS;
	while (!done(arg)) {
		if (pc_clock_ms(&b->clock) > end)
			return false;
		assert_int_equal(pc_loop_turn(b->loop, 5), PC_OK);
	}
	return true;
}

enum bench_end { BENCH_OPEN, BENCH_EOF, BENCH_RESET };

/* Collect until `n` bytes, the end of the connection, or the deadline. */
static inline enum bench_end
bench_read(struct bench *b, int fd, char *out, size_t size, size_t n, size_t *ret_len)
{
	uint64_t end = pc_clock_ms(&b->clock) + BENCH_DEADLINE_MS;
	size_t at = 0;
	enum bench_end how = BENCH_OPEN;
	while (at < n && at < size - 1 && pc_clock_ms(&b->clock) <= end) {
		assert_int_equal(pc_loop_turn(b->loop, 5), PC_OK);
		ssize_t got = recv(fd, out + at, size - 1 - at, MSG_DONTWAIT);
		if (got > 0) {
			at += (size_t)got;
		} else if (got == 0 || errno != EAGAIN) {
			how = got == 0 ? BENCH_EOF : BENCH_RESET;
			break;
		}
	}
	out[at] = '\0';
	*ret_len = at;
	return how;
}

static inline void
bench_send(int fd, const void *data, size_t len)
{
	assert_int_equal(send(fd, data, len, MSG_NOSIGNAL), (ssize_t)len);
}

/* Turns without anything expected: lets what is under way arrive. */
static inline void
bench_turns(struct bench *b, int n)
{
	while (n-- > 0)
		assert_int_equal(pc_loop_turn(b->loop, 1), PC_OK);
}

static inline void
bench_arm(struct bench *b, unsigned device, const char *fault)
{
	size_t n = 0;
	pc_fault_set set = 0;
	const struct pc_fault_row *rows = pc_service_faults(&n);
	assert_int_equal(pc_fault_arm(rows, n, fault, &set, NULL), PC_OK);
	pc_device_set_port_faults(b->devices[device], set);
}

static inline const struct pc_counters *
bench_counters(const struct bench *b, unsigned device)
{
	return &pc_device_state(b->devices[device])->counters;
}

/* A UDP client on 127.0.0.1 that may broadcast, and its next datagram: 0 when none comes within
 * `turns`. */
static inline int
bench_udp(void)
{
	int on = 1;
	struct sockaddr_in any = {.sin_family = AF_INET, .sin_addr = {htonl(0x7f000001)}};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	assert_true(fd >= 0);
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof(on)), 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&any, sizeof(any)), 0);
	return fd;
}

static inline void
bench_udp_send(
	const struct bench *b, int fd, uint32_t to, uint16_t port, const void *data, size_t len)
{
	struct sockaddr_in a = bench_addr(b, 0, port);
	a.sin_addr.s_addr = htonl(to);
	assert_int_equal(sendto(fd, data, len, 0, (struct sockaddr *)&a, sizeof(a)), (ssize_t)len);
}

static inline size_t
bench_udp_read(
	struct bench *b, int fd, uint8_t *out, size_t size, struct sockaddr_in *from, int turns)
{
	while (turns-- > 0) {
		socklen_t len = sizeof(*from);
		assert_int_equal(pc_loop_turn(b->loop, 1), PC_OK);
		ssize_t n = recvfrom(fd, out, size, MSG_DONTWAIT, (struct sockaddr *)from, &len);
		if (n > 0)
			return (size_t)n;
	}
	return 0;
}

/* The running service of that name. */
static inline struct pc_service *
bench_service(const struct bench *b, const char *name)
{
	for (size_t i = 0; i < b->n_services; i++) {
		if (strcmp(pc_service_name(b->services[i]), name) == 0)
			return b->services[i];
	}
	fail_msg("no service %s", name);
	return NULL;
}

struct bench_wait {
	const struct bench *b;
	unsigned device;
	uint32_t life, cleanings, jobs;
};

static inline bool
bench_counted(void *arg)
{
	const struct bench_wait *w = arg;
	const struct pc_counters *c = bench_counters(w->b, w->device);
	return c->life >= w->life && c->cleanings >= w->cleanings &&
	       c->jobs_done + c->jobs_failed >= w->jobs;
}

/* Wait until the device has counted this much. */
static inline bool
bench_wait_for(struct bench *b, unsigned device, uint32_t life, uint32_t cleanings, uint32_t jobs)
{
	struct bench_wait w = {b, device, life, cleanings, jobs};
	return bench_until(b, bench_counted, &w);
}

#endif
