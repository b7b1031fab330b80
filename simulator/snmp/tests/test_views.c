/* Tests of the MIB modules: the whole tree of a model against the facts of the standard modules,
 * the moving alert table, counters that follow a job, SET rules, value faults. */
#include <stdlib.h>

#include "snmp/tests/views.h"

#include "snmp/mib-facts.h"

#define PRT "1.3.6.1.2.1.43."
#define EPS "1.3.6.1.4.1.1248.1."
#define XRX "1.3.6.1.4.1.253.8."
#define SIM "1.3.6.1.4.1.8072.9999.9999.77."

enum { FACTS = 4096, WALK_MAX = 20000 };

/* ---- the whole tree ---- */

static void
check_fact(const struct pc_mib_fact *f, const struct pc_snmp_value *v)
{
	char text[OUTPUT_TEXT];
	int64_t measure = v->type == PC_SNMP_OCTETS ? (int64_t)v->len : v->integer;

	if (v->type != f->type)
		fail_msg("%s: type %u, expected %u", f->name, v->type, f->type);
	if (f->access < PC_MIB_READ)
		fail_msg("%s: is not accessible", f->name);
	if (!pc_mib_fact_in_range(f, measure))
		fail_msg("%s: '%s' is out of range", f->name, views_text(v, text));
	if (f->enums != NULL && pc_mib_fact_enum(f, v->integer) == NULL)
		fail_msg("%s: %s is no value of it", f->name, views_text(v, text));
}

/* Place of the object in the table of facts. */
static size_t
place(const struct pc_mib_fact *f)
{
	return (size_t)(f - pc_mib_fact_at(0));
}

/* Walks everything: order, types, ranges; GET of each gives the same. */
static size_t
walk(const struct views *w, bool seen[FACTS])
{
	uint32_t oid[PC_OID_MAX] = {0}, next[PC_OID_MAX];
	size_t n = 1, n_next, count = 0;
	struct pc_snmp_value v = {0}, again;
	char a[OUTPUT_TEXT], b[OUTPUT_TEXT];

	while (pc_snmp_tree_next(w->tree, w->dev, oid, n, next, &n_next, &v) == PC_OK) {
		const struct pc_mib_fact *f = pc_mib_fact_of(next, n_next);

		assert_true(pc_arcs_compare(next, n_next, oid, n) > 0);
		if (f != NULL) {
			check_fact(f, &v);
			seen[place(f)] = true;
		}
		memset(&again, 0, sizeof again);
		assert_int_equal(pc_snmp_tree_get(w->tree, w->dev, next, n_next, &again), PC_OK);
		assert_string_equal(views_text(&again, a), views_text(&v, b));
		memcpy(oid, next, n_next * sizeof *next);
		n = n_next;
		assert_true(++count < WALK_MAX);
	}
	return count;
}

/* Thermal printers have neither supplies nor colorants to tell of, the tables are empty; and not
 * every model serves the port monitor. */
static bool
has_rows(const struct pc_profile *p, const struct pc_mib_fact *f)
{
	if (strcmp(f->module, "PRINTER-PORT-MONITOR-MIB") == 0)
		return pc_profile_has_mib(p, PC_MIBS_PORT_MONITOR);
	return p->n_supplies > 0 || (strncmp(f->name, "prtMarkerSupplies", 17) != 0 &&
					    strncmp(f->name, "prtMarkerColorant", 17) != 0);
}

/* Everything that a printer must have is there; lights are not asked of Epsons, alerts need one. */
static void
check_complete(const struct views *w)
{
	bool seen[FACTS] = {false};

	assert_true(pc_mib_fact_count() <= FACTS);
	assert_true(walk(w, seen) > 350);
	for (size_t i = 0; i < pc_mib_fact_count(); i++)
		if (pc_mib_fact_at(i)->printer != PC_MIB_MAY && !seen[i] &&
			has_rows(&w->profile, pc_mib_fact_at(i)))
			fail_msg("%s: %s is missing", w->profile.model, pc_mib_fact_at(i)->name);
}

static void
test_complete(void **state)
{
	const struct pc_profile models[] = {views_epson(), views_xerox()};

	(void)state;
	for (size_t i = 0; i < sizeof models / sizeof *models; i++) {
		struct views w;

		views_init(&w, &models[i]);
		assert_int_equal(pc_device_condition(w.dev, PC_COND_JAM, 0, true), PC_OK);
		assert_int_equal(pc_device_condition(w.dev, PC_COND_SUPPLY_LOW, 1, true), PC_OK);
		check_complete(&w);
		views_done(&w);
	}
}

/* The profiles that come with the program are whole printers on SNMP. */
static void
test_profiles(void **state)
{
	struct pc_profile_names names;
	struct pc_diag diag = {0};
	size_t printers = 0;

	(void)state;
	assert_int_equal(pc_profile_names(PC_SOURCE_DIR "/profiles", &names, &diag), PC_OK);
	for (size_t i = 0; i < names.n; i++) {
		struct pc_profile *p = NULL;
		struct views w;

		if (pc_profile_find(PC_SOURCE_DIR "/profiles", names.names[i], &p, &diag) != PC_OK)
			fail_msg("%s: %s", names.names[i], diag.text);
		if (!p->abstract) {
			views_init(&w, p);
			assert_int_equal(pc_device_condition(w.dev, PC_COND_JAM, 0, true), PC_OK);
			check_complete(&w);
			views_done(&w);
			printers++;
		}
		pc_profile_free(p);
	}
	pc_profile_names_done(&names);
	assert_true(printers >= 3);
}

/* Models without the one or the other thing are whole trees too. */
static void
test_small_models(void **state)
{
	struct pc_profile p = views_epson();
	bool seen[FACTS] = {false};
	struct views w;

	(void)state;
	p.scanner = p.fax = p.color = p.duplex = false;
	p.ports = (struct pc_profile_ports){.snmp = true};
	p.n_supplies = p.n_trays = p.n_covers = p.n_outputs = p.n_interpreters = 0;
	p.n_firmware = p.n_settings = p.n_sizes = p.n_media = 0;
	p.if_descr = p.sys_object_id = p.device_id_1284 = p.lpd_queue = NULL;
	p.snmp_vendor = "none";
	views_init(&w, &p);
	assert_true(walk(&w, seen) > 100);
	views_done(&w);
	p.snmp_vendor = "epson";
	views_init(&w, &p);
	assert_true(walk(&w, seen) > 120);
	views_expect(&w, "no OID", "1.3.6.1.2.1.1.2.0", "6:0.0");
	views_done(&w);
}

/* ---- values ---- */

struct value_row {
	const char *name, *oid, *want;
};

static void
check_rows(const struct views *w, const struct value_row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++)
		views_expect(w, rows[i].name, rows[i].oid, rows[i].want);
}
#define CHECK_ROWS(w, rows) check_rows(w, rows, sizeof(rows) / sizeof *(rows))

static void
test_epson_values(void **state)
{
	static const struct value_row rows[] = {
		{"uptime", "1.3.6.1.2.1.1.3.0", "67:1000"},
		{"object id", "1.3.6.1.2.1.1.2.0", "6:1.3.6.1.4.1.1248.1.1.2.1.3.5.69.69.80.83.50"},
		{"mac", "1.3.6.1.2.1.2.2.1.6.1", "4:021122000001"},
		{"address", "1.3.6.1.2.1.4.20.1.1.127.1.2.3", "64:127.1.2.3"},
		{"other address", "1.3.6.1.2.1.4.20.1.1.127.1.2.4", "none"},
		{"mask", "1.3.6.1.2.1.4.20.1.3.127.1.2.3", "64:255.0.0.0"},
		{"default route", "1.3.6.1.2.1.4.21.1.7.0.0.0.0", "64:127.255.255.254"},
		{"listener", "1.3.6.1.2.1.6.13.1.3.0.0.0.0.515.0.0.0.0.0", "2:515"},
		{"listener 9100", "1.3.6.1.2.1.6.13.1.1.0.0.0.0.9100.0.0.0.0.0", "2:2"},
		{"udp 3289", "1.3.6.1.2.1.7.5.1.2.0.0.0.0.3289", "2:3289"},
		{"device type", "1.3.6.1.2.1.25.3.2.1.2.1", "6:1.3.6.1.2.1.25.3.1.5"},
		{"device", "1.3.6.1.2.1.25.3.2.1.3.1", "4:EPSON WF-X100 Series"},
		{"device status", "1.3.6.1.2.1.25.3.2.1.5.1", "2:2"},
		{"error bits", "1.3.6.1.2.1.25.3.5.1.2.1", "4:00"},
		{"serial", PRT "5.1.1.17.1", "4:X3ET000001"},
		{"media width", PRT "8.2.1.5.1.1", "2:210000"},
		{"media length in inches", PRT "8.2.1.4.1.2", "2:279400"},
		{"colorant of cyan", PRT "11.1.1.3.1.2", "2:2"},
		{"colorant of the box", PRT "11.1.1.3.1.5", "2:0"},
		{"level", PRT "11.1.1.9.1.1", "2:80"},
		{"life count", PRT "10.2.1.4.1.1", "65:1001"},
		{"channel information", PRT "14.1.1.9.1.1", "4:51756575653d50415353544852550a"},
		{"no lights", PRT "17.6.1.2.1.1", "none"},
		{"no alert index", PRT "18.1.1.1.1.1", "none"},
		{"port URI", "1.3.6.1.4.1.2699.1.2.1.3.1.1.4.1.1",
			"4:lpr://127.1.2.3:515/PASSTHRU"},
		{"device id", "1.3.6.1.4.1.2699.1.2.1.2.1.1.3.1",
			"4:MFG:EPSON;CMD:ESCPL2,BDC,D4,ESCPR1;MDL:WF-X100 Series;CLS:PRINTER;"
			"SN:58334554303030303031;"},
		{"board", EPS "1.3.1.1.1.0", "4:EP000001ENSN3"},
		{"board mac", EPS "1.3.1.1.5.0", "4:021122000001"},
		{"bonjour", EPS "1.3.1.14.4.1.2.1", "4:EPSON WF-X100 Series"},
		{"private serial", EPS "2.2.1.1.1.5.1", "4:X3ET000001"},
		{"firmware", EPS "2.2.2.1.1.2.1.1", "4:EQ22M3"},
		{"serial among the versions", EPS "2.2.2.1.1.2.1.2", "4:X3ET000001"},
		{"second firmware", EPS "2.2.2.1.1.3.1.3", "4:Network FW"},
		{"sleep timer", EPS "2.2.3.1.1.9.1", "2:10"},
		{"no power-off timer", EPS "2.2.3.3.1.3.1.1", "none"},
		{"size name", EPS "2.2.6.1.1.2.1.1", "4:A4"},
		{"consumable", EPS "2.2.28.1.1.2.1.1", "2:80"},
		{"colorant name", EPS "2.2.30.1.1.4.1.4", "4:Yellow"},
		{"colorant rgb", EPS "2.2.30.1.1.5.1.4", "2:16776960"},
		{"firmware by tunnel", EPS "2.2.44.1.1.2.1.118.105.1.0.0",
			"4:0076693a30303a4551"
			"32324d333b0c"},
		{"tunnel, unknown", EPS "2.2.44.1.1.2.1.122.122.0.0", "4:007a7a3a3b0c"},
		{"tunnel, lying length", EPS "2.2.44.1.1.2.1.118.105.2.0.0", "none"},
		{"tunnel, no command", EPS "2.2.44.1.1.2.1.118", "none"},
		{"no Xerox", XRX "53.3.2.1.3.1", "none"},
		{"no fax row skipped", EPS "2.2.27.6.1.2.1.1.4", "4:Scan"},
		{"size of the stand-in", SIM "5.1.2.1", "4:iso_a4_210x297mm"},
		{"setting", SIM "9.1.4.1", "4:10"},
		{"firmware name", SIM "10.1.2.2", "4:Network FW"},
	};
	struct pc_profile p = views_epson();
	struct views w;

	(void)state;
	views_init(&w, &p);
	CHECK_ROWS(&w, rows);
	views_done(&w);
}

static void
test_xerox_values(void **state)
{
	static const struct value_row rows[] = {
		{"error bits", "1.3.6.1.2.1.25.3.5.1.2.1", "4:0000"},
		{"network interface", "1.3.6.1.2.1.25.3.4.1.1.2", "2:1"},
		{"serial", XRX "53.3.2.1.3.1", "4:X3ET000001"},
		{"status idle", XRX "53.3.2.1.5.1", "2:503"},
		{"device id", XRX "51.1.2.1.20.1",
			"4:MFG:Xerox; CMD:PCL, PJL; MDL:AltaLink X8045; CLS:Printer;"},
		{"total", XRX "53.13.2.1.6.1.20.1", "2:1001"},
		{"label", XRX "53.13.2.1.8.1.20.34", "4:Black Impressions"},
		{"billing meter", XRX "53.13.2.1.9.101.20.1", "4:Meter 1"},
		{"supply", PRT "11.1.1.6.1.1", "4:Black Toner, PN T100"},
		{"drum shares the colorant", PRT "11.1.1.3.1.3", "2:1"},
		{"part number", XRX "53.20.1.1.6.4", "4:T100"},
		{"reference", XRX "53.20.1.1.2.4", "6:1.3.6.1.2.1.43.11.1.1.6.1.4"},
		{"no idle alert", PRT "18.1.1.8.1.1", "none"},
		{"green light is on", PRT "17.6.1.2.1.1", "2:500"},
		{"orange light is off", PRT "17.6.1.2.1.2", "2:0"},
		{"no Epson", EPS "2.2.1.1.1.5.1", "none"},
	};
	struct pc_profile p = views_xerox();
	struct views w;

	(void)state;
	views_init(&w, &p);
	CHECK_ROWS(&w, rows);
	views_done(&w);
}

/* ---- movement ---- */

static void
test_alerts_move(void **state)
{
	static const struct value_row idle[] = {
		{"idle text", PRT "18.1.1.8.1.1", "4:Ready"},
		{"idle severity", PRT "18.1.1.2.1.1", "2:1"},
		{"idle group index", PRT "18.1.1.5.1.1", "2:-1"},
		{"idle location", PRT "18.1.1.6.1.1", "2:-2"},
	};
	static const struct value_row jam[] = {
		{"critical", PRT "18.1.1.2.1.1", "2:3"},
		{"warning beside it", PRT "18.1.1.2.1.2", "2:5"},
		{"code", PRT "18.1.1.7.1.2", "2:1105"},
		{"supply row", PRT "18.1.1.5.1.2", "2:2"},
		{"no idle row", PRT "18.1.1.2.1.3", "none"},
		{"down", "1.3.6.1.2.1.25.3.2.1.5.1", "2:5"},
		{"jammed and low", "1.3.6.1.2.1.25.3.5.1.2.1", "4:24"}, /* 0x24 is '$' */
		{"critical events", PRT "5.1.1.18.1", "65:1"},
		{"all events", PRT "5.1.1.19.1", "65:2"},
	};
	static const struct value_row after[] = {
		{"jam gone", PRT "18.1.1.2.1.1", "none"},
		{"low stays", PRT "18.1.1.7.1.2", "2:1105"},
		{"warning", "1.3.6.1.2.1.25.3.2.1.5.1", "2:3"},
	};
	struct pc_profile p = views_epson();
	struct views w;

	(void)state;
	views_init(&w, &p);
	CHECK_ROWS(&w, idle);
	assert_int_equal(pc_device_condition(w.dev, PC_COND_JAM, 0, true), PC_OK);
	assert_int_equal(pc_device_condition(w.dev, PC_COND_SUPPLY_LOW, 1, true), PC_OK);
	views_expect(&w, "cover closed", PRT "6.1.1.3.1.1", "2:6");
	for (size_t i = 0; i < sizeof jam / sizeof *jam; i++)
		if (strcmp(jam[i].name, "jammed and low") != 0)
			views_expect(&w, jam[i].name, jam[i].oid, jam[i].want);
	views_expect(&w, "jammed and low", "1.3.6.1.2.1.25.3.5.1.2.1", "4:$");
	assert_int_equal(pc_device_condition(w.dev, PC_COND_JAM, 0, false), PC_OK);
	CHECK_ROWS(&w, after);
	assert_int_equal(pc_device_condition(w.dev, PC_COND_COVER_OPEN, 0, true), PC_OK);
	views_expect(&w, "interlock open", PRT "6.1.1.3.1.1", "2:5");
	views_done(&w);
}

/* What a colour job of four sides on two sheets changes, and by how much. */
static void
test_counters_follow_job(void **state)
{
	static const struct {
		const char *name, *oid;
		int64_t step;
	} epson[] =
		{
			{"life", PRT "10.2.1.4.1.1", 4},
			{"power on", PRT "10.2.1.5.1.1", 4},
			{"ink", PRT "11.1.1.9.1.2", -4},
			{"sheets", PRT "8.2.1.10.1.1", -2},
			{"private colour", EPS "2.2.27.1.1.4.1.1", 4},
			{"private mono", EPS "2.2.27.1.1.3.1.1", 0},
			{"A4", EPS "2.2.6.1.1.4.1.1", 4},
			{"A4 duplex", EPS "2.2.6.1.1.8.1.1", 4},
			{"printed", EPS "2.2.27.6.1.4.1.1.1", 4},
			{"consumable", EPS "2.2.28.1.1.2.1.2", -4},
			{"stand-in colour duplex", SIM "5.1.6.1", 4},
			{"stand-in print", SIM "6.1.3.1", 4},
			{"stand-in media", SIM "7.1.3.1", 4},
		},
	  xerox[] = {
		  {"total", XRX "53.13.2.1.6.1.20.1", 4},
		  {"colour", XRX "53.13.2.1.6.1.20.33", 4},
		  {"colour printed", XRX "53.13.2.1.6.1.20.29", 4},
		  {"black", XRX "53.13.2.1.6.1.20.34", 0},
		  {"sheets", XRX "53.13.2.1.6.1.20.38", 2},
		  {"two-sided", XRX "53.13.2.1.6.1.20.39", 2},
		  {"large", XRX "53.13.2.1.6.1.20.47", 0},
	  };
	const struct pc_profile models[] = {views_epson(), views_xerox()};

	(void)state;
	for (size_t m = 0; m < 2; m++) {
		int64_t before[16];
		size_t n = m == 0 ? sizeof epson / sizeof *epson : sizeof xerox / sizeof *xerox;
		struct views w;

		views_init(&w, &models[m]);
		for (size_t i = 0; i < n; i++)
			before[i] = views_number(&w, m == 0 ? epson[i].oid : xerox[i].oid);
		views_job(&w, 4, true, true);
		for (size_t i = 0; i < n; i++) {
			const char *oid = m == 0 ? epson[i].oid : xerox[i].oid;
			int64_t step = m == 0 ? epson[i].step : xerox[i].step;

			if (views_number(&w, oid) - before[i] != step)
				fail_msg("%s moved by %lld, expected %lld", oid,
					(long long)(views_number(&w, oid) - before[i]),
					(long long)step);
		}
		views_done(&w);
	}
}

/* Colour and plex are told apart: a two-sided mono job moves one column of four. */
static void
test_columns_of_sizes(void **state)
{
	static const char *const oids[] = {
		SIM "5.1.3.1", SIM "5.1.4.1", SIM "5.1.5.1", SIM "5.1.6.1"};
	static const int64_t steps[] = {0, 2, 0, 0};
	struct pc_profile p = views_epson();
	int64_t before[4];
	struct views w;

	(void)state;
	views_init(&w, &p);
	for (size_t i = 0; i < 4; i++)
		before[i] = views_number(&w, oids[i]);
	views_job(&w, 2, false, true);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(views_number(&w, oids[i]) - before[i], steps[i]);
	views_done(&w);
}

/* The status block says what the other objects say. */
static void
test_status_block(void **state)
{
	static const uint8_t head[] = "@BDC ST2\r\n";
	uint32_t oid[PC_OID_MAX];
	struct pc_profile p = views_epson();
	struct pc_snmp_value v = {0};
	struct views w;
	size_t n;

	(void)state;
	views_init(&w, &p);
	assert_int_equal(pc_arcs_parse(EPS "2.2.1.1.1.4.1", oid, PC_OID_MAX, &n), PC_OK);
	assert_int_equal(pc_snmp_tree_get(w.tree, w.dev, oid, n, &v), PC_OK);
	assert_memory_equal(v.bytes, head, 10);
	assert_int_equal(v.bytes[10] | v.bytes[11] << 8, v.len - 12);
	assert_memory_equal(v.bytes + 12, "\x01\x01\x04", 3); /* idle */
	assert_int_equal(pc_device_condition(w.dev, PC_COND_JAM, 0, true), PC_OK);
	assert_int_equal(pc_snmp_tree_get(w.tree, w.dev, oid, n, &v), PC_OK);
	assert_memory_equal(v.bytes + 12, "\x01\x01\x00\x02\x01\x04", 6); /* error, jam */
	assert_int_equal(
		pc_arcs_parse(EPS "2.2.44.1.1.2.1.115.116.1.0.1", oid, PC_OID_MAX, &n), PC_OK);
	assert_int_equal(pc_snmp_tree_get(w.tree, w.dev, oid, n, &v), PC_OK);
	assert_int_equal(v.bytes[0], 0);
	assert_memory_equal(v.bytes + 1, head, 10);
	views_done(&w);
}

/* ---- SET ---- */

static char long_text[300], longest_text[256];

static void
test_set(void **state)
{
	static const struct {
		const char *name, *oid;
		uint8_t type;
		int64_t integer;
		const char *text; /* NULL: an integer */
		int status;
		const char *reads; /* afterwards; NULL = not looked at */
	} rows[] = {
		{"sysContact", "1.3.6.1.2.1.1.4.0", PC_SNMP_OCTETS, 0, "lab", 0, "4:lab"},
		{"sysContact, wrong type", "1.3.6.1.2.1.1.4.0", PC_SNMP_INTEGER, 1, NULL, 7,
			"4:lab"},
		{"sysContact, not ASCII", "1.3.6.1.2.1.1.4.0", PC_SNMP_OCTETS, 0, "\xc3\xa4", 10,
			"4:lab"},
		{"sysName, empty", "1.3.6.1.2.1.1.5.0", PC_SNMP_OCTETS, 0, "", 0, "4:"},
		{"sysLocation", "1.3.6.1.2.1.1.6.0", PC_SNMP_OCTETS, 0, "floor 2", 0, "4:floor 2"},
		{"sysLocation, too long", "1.3.6.1.2.1.1.6.0", PC_SNMP_OCTETS, 0, long_text, 8,
			"4:floor 2"},
		{"sysDescr", "1.3.6.1.2.1.1.1.0", PC_SNMP_OCTETS, 0, "x", 17, NULL},
		{"sysUpTime", "1.3.6.1.2.1.1.3.0", PC_SNMP_TIMETICKS, 0, NULL, 17, NULL},
		{"printer name", PRT "5.1.1.16.1", PC_SNMP_OCTETS, 0, "front", 0, "4:front"},
		{"operator", PRT "5.1.1.4.1", PC_SNMP_OCTETS, 0, "ann", 0, "4:ann"},
		{"service person", PRT "5.1.1.5.1", PC_SNMP_OCTETS, 0, "x", 0, "4:x"},
		{"localization that is there", PRT "5.1.1.2.1", PC_SNMP_INTEGER, 1, NULL, 0, "2:1"},
		{"localization that is not", PRT "5.1.1.2.1", PC_SNMP_INTEGER, 2, NULL, 12, "2:1"},
		{"localization out of range", PRT "5.1.1.2.1", PC_SNMP_INTEGER, 0, NULL, 10, "2:1"},
		{"reset, nothing", PRT "5.1.1.3.1", PC_SNMP_INTEGER, 3, NULL, 0, "2:3"},
		{"reset, no such kind", PRT "5.1.1.3.1", PC_SNMP_INTEGER, 7, NULL, 10, "2:3"},
		{"serial number", PRT "5.1.1.17.1", PC_SNMP_OCTETS, 0, "x", 17, NULL},
		{"console", PRT "16.5.1.2.1.1", PC_SNMP_OCTETS, 0, "Hello", 0, "4:Hello"},
		{"console, cleared", PRT "16.5.1.2.1.1", PC_SNMP_OCTETS, 0, "", 0, NULL},
		{"console, too long", PRT "16.5.1.2.1.1", PC_SNMP_OCTETS, 0, long_text, 8, NULL},
		{"console, longer than its line", PRT "16.5.1.2.1.1", PC_SNMP_OCTETS, 0,
			longest_text, 8, NULL},
		{"tray level", PRT "8.2.1.10.1.1", PC_SNMP_INTEGER, 250, NULL, 0, "2:250"},
		{"tray media", PRT "8.2.1.5.1.1", PC_SNMP_INTEGER, 297000, NULL, 0, "2:297000"},
		{"length follows", PRT "8.2.1.4.1.1", PC_SNMP_INTEGER, 420000, NULL, 0, "2:420000"},
		{"media, no such width", PRT "8.2.1.5.1.1", PC_SNMP_INTEGER, 1000, NULL, 12,
			"2:297000"},
		{"media, no value", PRT "8.2.1.5.1.1", PC_SNMP_INTEGER, -3, NULL, 10, "2:297000"},
		{"media by name", PRT "8.2.1.12.1.1", PC_SNMP_OCTETS, 0, "iso_a4_210x297mm", 0,
			"4:iso_a4_210x297mm"},
		{"media, unknown name", PRT "8.2.1.12.1.1", PC_SNMP_OCTETS, 0, "parchment", 12,
			"4:iso_a4_210x297mm"},
		{"media, long name", PRT "8.2.1.12.1.1", PC_SNMP_OCTETS, 0, long_text, 8, NULL},
		{"sysContact, 255 octets", "1.3.6.1.2.1.1.4.0", PC_SNMP_OCTETS, 0, longest_text, 0,
			NULL},
		{"tray level, too many", PRT "8.2.1.10.1.1", PC_SNMP_INTEGER, 251, NULL, 12,
			"2:250"},
		{"tray level, no value", PRT "8.2.1.10.1.1", PC_SNMP_INTEGER, -4, NULL, 10,
			"2:250"},
		{"tray without a count", PRT "8.2.1.10.1.2", PC_SNMP_INTEGER, 1, NULL, 17, NULL},
		{"supply level is sensed", PRT "11.1.1.9.1.1", PC_SNMP_INTEGER, 1, NULL, 17, NULL},
		{"life count", PRT "10.2.1.4.1.1", PC_SNMP_COUNTER32, 1, NULL, 17, NULL},
		{"clean, wrong value", SIM "1.3.0", PC_SNMP_INTEGER, 2, NULL, 10, "2:0"},
		{"clean", SIM "1.3.0", PC_SNMP_INTEGER, 1, NULL, 0, "2:0"},
		{"clean while cleaning", SIM "1.3.0", PC_SNMP_INTEGER, 1, NULL, 12, "2:0"},
	};
	struct pc_profile p = views_epson();
	struct views w;

	(void)state;
	memset(long_text, 'x', sizeof long_text - 1);
	memset(longest_text, 'y', sizeof longest_text - 1);
	views_init(&w, &p);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct pc_snmp_value v = {.type = rows[i].type, .integer = rows[i].integer};
		int status;

		if (rows[i].text != NULL)
			pc_snmp_set_bytes(&v, rows[i].text, strlen(rows[i].text));
		status = views_set(&w, rows[i].oid, &v);
		if (status != rows[i].status)
			fail_msg(
				"%s: status %d, expected %d", rows[i].name, status, rows[i].status);
		if (rows[i].reads != NULL)
			views_expect(&w, rows[i].name, rows[i].oid, rows[i].reads);
	}
	assert_int_equal(strlen(pc_device_state(w.dev)->sys_contact), 255);
	assert_int_equal(pc_device_state(w.dev)->activity, PC_CLEANING);
	views_pass(&w, 91000);
	views_expect(&w, "cleaned", SIM "1.2.0", "65:1");
	views_expect(&w, "remote", SIM "3.1.3.1", "2:3");
	views_done(&w);
}

/* 4, 5 and 6 restart: silence, then uptime from 0. */
static void
test_reset(void **state)
{
	const struct pc_profile models[] = {views_epson(), views_xerox()};

	(void)state;
	for (int64_t kind = 4; kind <= 6; kind++) {
		struct pc_snmp_value v = {.type = PC_SNMP_INTEGER, .integer = kind};
		struct views w;

		views_init(&w, &models[0]);
		assert_int_equal(views_set(&w, PRT "5.1.1.3.1", &v), 0);
		assert_false(pc_device_answers(w.dev));
		views_pass(&w, 31000);
		assert_true(pc_device_answers(w.dev));
		assert_true(views_number(&w, "1.3.6.1.2.1.1.3.0") < 3200);
		views_expect(&w, "reads notResetting", PRT "5.1.1.3.1", "2:3");
		views_done(&w);
	}
	struct pc_snmp_value v = {.type = PC_SNMP_INTEGER, .integer = 2332};
	struct views w;

	views_init(&w, &models[1]);
	assert_int_equal(views_set(&w, XRX "53.5.2.1.2.1", &v), 0);
	assert_false(pc_device_answers(w.dev));
	views_done(&w);
}

/* ---- faults ---- */

static void
test_faults(void **state)
{
	static const struct {
		enum pc_snmp_fault fault;
		const char *oid, *good, *bad; /* bad NULL: anything but good */
	} rows[] = {
		{PC_SNMP_FAULT_SERIAL_EMPTY, PRT "5.1.1.17.1", "4:X3ET000001", "4:"},
		{PC_SNMP_FAULT_SERIAL_EMPTY, EPS "2.2.1.1.1.5.1", "4:X3ET000001", "4:"},
		{PC_SNMP_FAULT_SUPPLY_LEVEL_FROZEN, PRT "11.1.1.9.1.2", "2:78", "2:80"},
		{PC_SNMP_FAULT_SUPPLY_OVER_CAPACITY, PRT "11.1.1.9.1.2", "2:78", "2:101"},
		{PC_SNMP_FAULT_LIFECOUNT_FROZEN, PRT "10.2.1.4.1.1", "65:1003", "65:1001"},
		{PC_SNMP_FAULT_ERROR_BITS_ZERO, "1.3.6.1.2.1.25.3.5.1.2.1", "4:04", "4:00"},
		{PC_SNMP_FAULT_STATUS_WRONG, "1.3.6.1.2.1.25.3.2.1.5.1", "2:5", "2:2"},
		{PC_SNMP_FAULT_STATUS_WRONG, "1.3.6.1.2.1.25.3.5.1.1.1", "2:1", "2:3"},
		{PC_SNMP_FAULT_MAC_WRONG, "1.3.6.1.2.1.2.2.1.6.1", "4:021122000001",
			"4:021122000000"},
		{PC_SNMP_FAULT_UPTIME_INTEGER, "1.3.6.1.2.1.1.3.0", "67:1500", "2:1500"},
		{PC_SNMP_FAULT_PORT_URI_WRONG, "1.3.6.1.4.1.2699.1.2.1.3.1.1.4.1.1",
			"4:lpr://127.1.2.3:515/PASSTHRU", "4:lpr://127.1.2.2:515/PASSTHRU"},
	};
	struct pc_profile p = views_epson();
	struct views w;

	(void)state;
	views_init(&w, &p);
	views_job(&w, 2, true, false);
	assert_int_equal(pc_device_condition(w.dev, PC_COND_JAM, 0, true), PC_OK);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		pc_device_set_faults(w.dev, 0);
		views_expect(&w, "without the fault", rows[i].oid, rows[i].good);
		views_arm(&w, rows[i].fault);
		views_expect(&w, "with the fault", rows[i].oid, rows[i].bad);
	}
	views_done(&w);
}

static void
test_fault_alert_stays(void **state)
{
	const struct pc_profile models[] = {views_epson(), views_xerox()};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct views w;

		views_init(&w, &models[i]);
		assert_int_equal(pc_device_condition(w.dev, PC_COND_JAM, 0, true), PC_OK);
		assert_int_equal(pc_device_condition(w.dev, PC_COND_JAM, 0, false), PC_OK);
		views_expect(&w, "gone", PRT "18.1.1.7.1.1", "none");
		views_arm(&w, PC_SNMP_FAULT_ALERT_STAYS);
		views_expect(&w, "stays", PRT "18.1.1.7.1.1", "2:8");
		views_done(&w);
	}
}

static void
test_fault_reset(void **state)
{
	struct pc_snmp_value v = {.type = PC_SNMP_INTEGER, .integer = 5};
	struct pc_profile p = views_epson();
	struct views w;

	(void)state;
	views_init(&w, &p);
	views_arm(&w, PC_SNMP_FAULT_RESET_IGNORED);
	assert_int_equal(views_set(&w, PRT "5.1.1.3.1", &v), 0);
	assert_true(pc_device_answers(w.dev));
	views_arm(&w, PC_SNMP_FAULT_UPTIME_NOT_RESET);
	int64_t before = views_number(&w, "1.3.6.1.2.1.1.3.0");
	assert_int_equal(views_set(&w, PRT "5.1.1.3.1", &v), 0);
	views_pass(&w, 31000);
	assert_true(views_number(&w, "1.3.6.1.2.1.1.3.0") > before);
	views_done(&w);
}

/* The longest device ID that a profile may have. Spec: IEEE 1284, PWG 5107.1
 * ppmPrinterIEEE1284DeviceId
 */
static void
test_long_device_id(void **state)
{
	char id[1024];
	uint32_t oid[PC_OID_MAX];
	size_t n = 0;
	struct views w;
	struct pc_profile p = views_epson();
	struct pc_snmp_value v;
	(void)state;
	memset(id, 'x', sizeof id);
	memcpy(id, "MFG:EPSON;SN:{serialhex};DES:", 29);
	id[sizeof id - 1] = '\0';
	p.device_id_1284 = id;
	views_init(&w, &p);
	assert_int_equal(
		pc_arcs_parse("1.3.6.1.4.1.2699.1.2.1.2.1.1.3.1", oid, PC_OID_MAX, &n), PC_OK);
	assert_int_equal(pc_snmp_tree_get(w.tree, w.dev, oid, n, &v), PC_OK);
	assert_int_equal(v.len, 1023 - 11 + 20); /* the word for the serial's ten octets in hex */
	views_done(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_complete),
		cmocka_unit_test(test_profiles),
		cmocka_unit_test(test_small_models),
		cmocka_unit_test(test_epson_values),
		cmocka_unit_test(test_xerox_values),
		cmocka_unit_test(test_alerts_move),
		cmocka_unit_test(test_counters_follow_job),
		cmocka_unit_test(test_columns_of_sizes),
		cmocka_unit_test(test_status_block),
		cmocka_unit_test(test_set),
		cmocka_unit_test(test_reset),
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_fault_alert_stays),
		cmocka_unit_test(test_fault_reset),
		cmocka_unit_test(test_long_device_id),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
