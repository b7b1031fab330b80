/* device/tests/sample: a printer model filled by hand and a world that records what devices tell.
 */
#ifndef PC_DEVICE_TESTS_SAMPLE_H
#define PC_DEVICE_TESTS_SAMPLE_H

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "device/device.h"

static const struct pc_profile sample_profile = {
	.id = "sample",
	.vendor = "SAMPLE",
	.model = "SM-100 Series",
	.identity = {"SMP{n:6}", "SMP{m3}", "SMP{m3}", {0x02, 0x11, 0x22, 0, 0, 0}},
	.contact = "desk",
	.location = "",
	.color = true,
	.duplex = true,
	.scanner = true,
	.ppm = 60,
	.initial_life_count = 1001,
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
			     .low_permille = 100,
			     .per_page_ppm = 5000,
			     .per_cleaning_ppm = 10000},
		{.name = "Cyan",
			.type = PC_SUPPLY_INK_CARTRIDGE,
			.colorant = "cyan",
			.unit = 19,
			.capacity = 100,
			.initial = 50,
			.low_permille = 100,
			.per_page_ppm = 5000,
			.per_cleaning_ppm = 10000},
		{.name = "Box",
			.type = PC_SUPPLY_WASTE_INK,
			.receptacle = true,
			.unit = 19,
			.capacity = 100,
			.initial = 80,
			.low_permille = 50,
			.per_page_ppm = 0,
			.per_cleaning_ppm = 20000}},
	.n_supplies = 3,
	.trays = {{"Cassette 1", 3, "iso_a4_210x297mm", "stationery", 250, 100},
		{"Cassette 2", 3, "iso_a5_148x210mm", "stationery", 250, 200},
		{"Manual", 5, "iso_a4_210x297mm", "stationery", 1, 0}},
	.n_trays = 3,
	.covers = {{"Printer Cover", true}, {"Rear Cover", true}},
	.n_covers = 2,
	.outputs = {{"Front", 100}, {"Rear", 50}},
	.n_outputs = 2,
	.auxiliary_sheets = true,
	.localizations = {{"en", "US"}, {"de", "DE"}, {"fr", "FR"}},
	.n_localizations = 3,
	.sizes = {"iso_a4_210x297mm", "iso_a5_148x210mm", "other"},
	.n_sizes = 3,
	.media = {"stationery", "labels"},
	.n_media = 2,
	.settings = {{.group = "power", .name = "sleepTimer", .value = "10"},
		{.group = "print", .name = "quality", .value = "normal"}},
	.n_settings = 2,
};

struct world {
	struct pc_clock clock;
	struct pc_device_env env;
	uint64_t wake_ms;
	unsigned events[PC_EVENTS];
	enum pc_job_state last_job_state;
	int32_t last_alert_code;
	bool last_power_on;
};

static inline void
world_wake(void *arg, struct pc_device *dev, uint64_t at_ms)
{
	(void)dev;
	((struct world *)arg)->wake_ms = at_ms;
}

static inline void
world_event(void *arg, struct pc_device *dev, const struct pc_device_event *event)
{
	struct world *w = arg;
	(void)dev;
	w->events[event->kind]++;
	if (event->kind == PC_EVENT_JOB)
		w->last_job_state = event->job->state;
	if (event->kind == PC_EVENT_ALERT_ADDED)
		w->last_alert_code = event->alert->code;
	if (event->kind == PC_EVENT_POWER)
		w->last_power_on = event->power_changed_to_on;
}

static inline void
world_init(struct world *w)
{
	*w = (struct world){.wake_ms = 0};
	pc_clock_init_virtual(&w->clock, 1700000000);
	w->env = (struct pc_device_env){.clock = &w->clock,
		.wake = world_wake,
		.event = world_event,
		.arg = w,
		.pace = 1,
		.seed = 7};
}

static inline struct pc_device *
world_device(struct world *w, const struct pc_profile *profile)
{
	struct pc_device *dev = NULL;
	struct in_addr a = {htonl(0x7f010203)};
	world_init(w);
	assert_int_equal(pc_device_new(profile, &w->env, 1, a, &dev), PC_OK);
	return dev;
}

static inline void
world_pass(struct world *w, struct pc_device *dev, uint64_t ms)
{
	pc_clock_advance(&w->clock, ms * 1000000);
	pc_device_tick(dev);
}

/* A complete job of so many sides; returns its id. */
static inline uint32_t
world_job(struct pc_device *dev, uint32_t pages, bool color, bool duplex)
{
	uint32_t id = 0;
	assert_int_equal(pc_device_job_begin(dev, PC_ORIGIN_RAW, &id), PC_OK);
	pc_device_job(dev, id)->color = color;
	pc_device_job(dev, id)->duplex = duplex;
	assert_int_equal(pc_device_job_end(dev, id, pages), PC_OK);
	return id;
}

#endif
