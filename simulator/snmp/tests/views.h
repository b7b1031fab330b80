/* snmp/tests/views: two hand-made printer models, a device in virtual time and short ways to its
 * tree. */
#ifndef PC_SNMP_TESTS_VIEWS_H
#define PC_SNMP_TESTS_VIEWS_H

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/err.h"
#include "snmp/faults.h"
#include "snmp/tree.h"

enum { SUPPLIES = 5, OUTPUT_TEXT = 256 };

static inline void
add_supply(struct pc_profile *p, const char *name, enum pc_supply_type type, const char *colorant,
	bool receptacle)
{
	p->supplies[p->n_supplies++] = (struct pc_profile_supply){.name = name,
		.type = type,
		.receptacle = receptacle,
		.colorant = colorant,
		.unit = 19,
		.capacity = 100,
		.initial = 80,
		.low_permille = 100,
		.per_page_ppm = 10000,
		.per_cleaning_ppm = 10000,
		.part_number = "T100"};
}

static inline struct pc_profile
views_common(void)
{
	struct pc_profile p = {.id = "views",
		.identity = {"X3ET{n:6}", "EPSON{m3}", "EPSON{m3}", {0x02, 0x11, 0x22, 0, 0, 0}},
		.ports = {true, true, true, true, true, 9100},
		.contact = "desk",
		.location = "",
		.sys_services = 72,
		.if_descr = "EEPS2 Hard Ver.1.00 Firm Ver.0.52",
		.if_speed = 100000000,
		.community_read = "public",
		.mibs = PC_MIBS_ALL,
		.color = true,
		.duplex = true,
		.scanner = true,
		.fax = true,
		.ppm = 24,
		.counter_unit = 7,
		.resolution_x = 4800,
		.resolution_y = 1200,
		.initial_life_count = 1001,
		.boot_ms = 30000,
		.cleaning_ms = 90000,
		.bytes_per_page = 1000,
		.lpd_queue = "PASSTHRU",
		.trays = {{"Cassette 1", 3, "iso_a4_210x297mm", "stationery", 250, 100},
			{"Rear Feed", 5, "na_letter_8.5x11in", "photographic", -2, -3}},
		.n_trays = 2,
		.covers = {{"Printer Cover", true}, {"Rear Cover", false}},
		.n_covers = 2,
		.outputs = {{"Output Front", 150}},
		.n_outputs = 1,
		.sizes = {"iso_a4_210x297mm", "iso_a3_297x420mm", "other"},
		.n_sizes = 3,
		.media = {"stationery", "labels"},
		.n_media = 2,
		.interpreters = {{"ESC/P-R", 9, "1.0"}, {"PJL", 5, ""}},
		.n_interpreters = 2,
		.firmware = {{"Main FW", "EQ22M3"}, {"Network FW", "16.52"}},
		.n_firmware = 2,
		.settings = {{"power", "sleepTimerMinutes", "10"},
			{"other", "currentOperator", "desk"}},
		.n_settings = 2};

	return p;
}

static inline struct pc_profile
views_epson(void)
{
	struct pc_profile p = views_common();

	p.vendor = "EPSON";
	p.model = "WF-X100 Series";
	p.snmp_vendor = "epson";
	p.sys_descr = "EPSON Built-in 11b/g/n Print Server";
	p.sys_object_id = "1.3.6.1.4.1.1248.1.1.2.1.3.5.69.69.80.83.50";
	p.device_id_1284 =
		"MFG:EPSON;CMD:ESCPL2,BDC,D4,ESCPR1;MDL:{model};CLS:PRINTER;SN:{serialhex};";
	p.mibs &= ~(UINT32_C(1) << PC_MIBS_CONSOLE_LIGHTS);
	p.marker_tech = 12;
	p.has_head_cleaning = true;
	add_supply(&p, "Black Ink Cartridge", PC_SUPPLY_INK_CARTRIDGE, "black", false);
	add_supply(&p, "Cyan Ink Cartridge", PC_SUPPLY_INK_CARTRIDGE, "cyan", false);
	add_supply(&p, "Magenta Ink Cartridge", PC_SUPPLY_INK_CARTRIDGE, "magenta", false);
	add_supply(&p, "Yellow Ink Cartridge", PC_SUPPLY_INK_CARTRIDGE, "yellow", false);
	add_supply(&p, "Maintenance Box", PC_SUPPLY_WASTE_INK, NULL, true);
	return p;
}

static inline struct pc_profile
views_xerox(void)
{
	struct pc_profile p = views_common();

	p.vendor = "Xerox";
	p.model = "AltaLink X8045";
	p.snmp_vendor = "xerox";
	p.sys_descr = "Xerox AltaLink X8045; SS 100.002, NC 100.002";
	p.sys_object_id = "1.3.6.1.4.1.253.8.62.1.35.2.3.1.1";
	p.device_id_1284 = "MFG:Xerox; CMD:PCL, PJL; MDL:{model}; CLS:Printer;";
	p.marker_tech = 4;
	add_supply(&p, "Black Toner", PC_SUPPLY_TONER, "black", false);
	add_supply(&p, "Cyan Toner", PC_SUPPLY_TONER, "cyan", false);
	add_supply(&p, "Drum Cartridge (R1)", PC_SUPPLY_OPC, "black", false);
	add_supply(&p, "Fuser", PC_SUPPLY_FUSER, NULL, false);
	add_supply(&p, "Waste Toner Container", PC_SUPPLY_WASTE_TONER, NULL, true);
	return p;
}

/* One device of a profile, booted ten seconds ago, and its tree. */
struct views {
	struct pc_profile profile; /* copied, for profiles made here */
	struct pc_clock clock;
	struct pc_device_env env;
	struct pc_device *dev;
	struct pc_snmp_tree *tree;
};

static inline void
views_wake(void *arg, struct pc_device *dev, uint64_t at_ms)
{
	(void)arg;
	(void)dev;
	(void)at_ms;
}

static inline void
views_event(void *arg, struct pc_device *dev, const struct pc_device_event *event)
{
	(void)arg;
	(void)dev;
	(void)event;
}

static inline void
views_pass(struct views *w, uint64_t ms)
{
	pc_clock_advance(&w->clock, ms * 1000000);
	pc_device_tick(w->dev);
}

static inline void
views_init(struct views *w, const struct pc_profile *profile)
{
	struct in_addr address = {htonl(0x7f010203)};
	struct pc_diag diag = {0};

	memset(w, 0, sizeof *w);
	w->profile = *profile;
	pc_clock_init_virtual(&w->clock, 1700000000);
	pc_clock_advance(&w->clock, 5000000000);
	w->env = (struct pc_device_env){.clock = &w->clock,
		.wake = views_wake,
		.event = views_event,
		.arg = w,
		.pace = 1,
		.seed = 7};
	assert_int_equal(pc_device_new(&w->profile, &w->env, 1, address, &w->dev), PC_OK);
	assert_int_equal(pc_snmp_tree_new(&w->profile, &w->tree, &diag), PC_OK);
	views_pass(w, 10000);
}

static inline void
views_done(struct views *w)
{
	pc_snmp_tree_free(w->tree);
	pc_device_free(w->dev);
}

static inline void
views_arm(struct views *w, enum pc_snmp_fault fault)
{
	pc_device_set_faults(w->dev, (pc_fault_set)1 << fault);
}

static inline void
views_job(struct views *w, uint32_t pages, bool color, bool duplex)
{
	uint32_t id = 0;

	assert_int_equal(pc_device_job_begin(w->dev, PC_ORIGIN_RAW, &id), PC_OK);
	pc_device_job(w->dev, id)->color = color;
	pc_device_job(w->dev, id)->duplex = duplex;
	assert_int_equal(pc_device_job_data(w->dev, id, (const uint8_t *)"x", 1), PC_OK);
	assert_int_equal(pc_device_job_end(w->dev, id, pages), PC_OK);
	for (int i = 0; i < 1000 && pc_device_state(w->dev)->activity != PC_IDLE; i++)
		views_pass(w, 1000);
}

/* A value as text: "2:72", "4:hex…" for octets that do not print, "6:1.3.6", "64:10.0.0.1". */
static inline const char *
views_text(const struct pc_snmp_value *v, char out[OUTPUT_TEXT])
{
	size_t at = (size_t)snprintf(out, OUTPUT_TEXT, "%u:", v->type);
	bool prints = v->type == PC_SNMP_OCTETS;

	for (size_t i = 0; prints && i < v->len; i++)
		prints = v->bytes[i] >= 32 && v->bytes[i] < 127;
	if (v->type != PC_SNMP_OCTETS && v->type != PC_SNMP_OID && v->type != PC_SNMP_IPADDRESS)
		(void)snprintf(out + at, OUTPUT_TEXT - at, "%lld", (long long)v->integer);
	for (size_t i = 0; (v->type == PC_SNMP_OCTETS || v->type == PC_SNMP_OID ||
				   v->type == PC_SNMP_IPADDRESS) &&
			   i < v->len && at < OUTPUT_TEXT - 12;
		i++) {
		if (v->type == PC_SNMP_OID)
			at += (size_t)snprintf(out + at, 12, i == 0 ? "%u" : ".%u", v->arcs[i]);
		else if (v->type == PC_SNMP_IPADDRESS)
			at += (size_t)snprintf(out + at, 12, i == 0 ? "%u" : ".%u", v->bytes[i]);
		else
			at += (size_t)snprintf(out + at, 12, prints ? "%c" : "%02x", v->bytes[i]);
	}
	return out;
}

/* The value of a dotted OID as text; "none" when there is no such instance. */
static inline const char *
views_get(const struct views *w, const char *dotted, char out[OUTPUT_TEXT])
{
	struct pc_snmp_value v = {0};
	uint32_t oid[PC_OID_MAX];
	size_t n = 0;

	assert_int_equal(pc_arcs_parse(dotted, oid, PC_OID_MAX, &n), PC_OK);
	if (pc_snmp_tree_get(w->tree, w->dev, oid, n, &v) != PC_OK)
		return "none";
	return views_text(&v, out);
}

static inline void
views_expect(const struct views *w, const char *name, const char *dotted, const char *want)
{
	char text[OUTPUT_TEXT];
	const char *got = views_get(w, dotted, text);

	if (strcmp(got, want) != 0)
		fail_msg("%s: %s is '%s', expected '%s'", name, dotted, got, want);
}

/* The value of a dotted OID as a number; there must be one. */
static inline int64_t
views_number(const struct views *w, const char *dotted)
{
	char text[OUTPUT_TEXT];
	const char *got = views_get(w, dotted, text);

	if (strcmp(got, "none") == 0)
		fail_msg("%s is not there", dotted);
	return strtoll(strchr(got, ':') + 1, NULL, 10);
}

struct views_row {
	const char *name, *oid, *want;
};

static inline void
views_expect_rows(const struct views *w, const struct views_row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++)
		views_expect(w, rows[i].name, rows[i].oid, rows[i].want);
}
#define VIEWS_EXPECT(w, rows) views_expect_rows(w, rows, sizeof(rows) / sizeof *(rows))

/* Each model that comes with the program. */
static inline void
views_each_profile(void (*fn)(const struct pc_profile *profile))
{
	struct pc_profile_names names;
	struct pc_diag diag = {0};

	assert_int_equal(pc_profile_names(PC_SOURCE_DIR "/profiles", &names, &diag), PC_OK);
	for (size_t i = 0; i < names.n; i++) {
		struct pc_profile *p = NULL;

		if (pc_profile_find(PC_SOURCE_DIR "/profiles", names.names[i], &p, &diag) != PC_OK)
			fail_msg("%s: %s", names.names[i], diag.text);
		if (!p->abstract)
			fn(p);
		pc_profile_free(p);
	}
	pc_profile_names_done(&names);
}

/* Judge and, when the judgement is noError, commit: the error-status. */
static inline int
views_set(struct views *w, const char *dotted, const struct pc_snmp_value *v)
{
	uint32_t oid[PC_OID_MAX];
	size_t n = 0;
	int status;

	assert_int_equal(pc_arcs_parse(dotted, oid, PC_OID_MAX, &n), PC_OK);
	status = pc_snmp_tree_set(w->tree, w->dev, oid, n, v, false);
	return status != 0 ? status : pc_snmp_tree_set(w->tree, w->dev, oid, n, v, true);
}

#endif
