/* Tests of Epson's status block and command tunnel: recorded bytes, and what commands do. */
#include <stdlib.h>

#include "snmp/tests/change.h"
#include "snmp/tests/views.h"

#include "codec/st2.h"
#include "snmp/entity.h"

#define EPS    "1.3.6.1.4.1.1248.1."
#define TUNNEL EPS "2.2.44.1.1.2.1."

/* Records 0E, 24, 28, 39, 3F as the SC-T3405 sends them. Spec: walk of an SC-T3405 */
#define SC_RECORDS "0E020F00240400000000280408000000390200003F0C020300006300CA1700000001"

static void
init(struct views *w, const struct pc_profile *p)
{
	views_init(w, p);
	assert_non_null(pc_snmp_entity_get(w->dev));
}

/* The answer to a command: "c1 c2" and the payload's octets after the length. */
static const char *
ask(struct views *w, const char *code, const uint8_t *payload, size_t n, char out[OUTPUT_TEXT])
{
	char oid[512];
	size_t at = (size_t)snprintf(
		oid, sizeof oid, TUNNEL "%d.%d.%zu.%zu", code[0], code[1], n & 0xff, n >> 8);

	for (size_t i = 0; i < n; i++)
		at += (size_t)snprintf(oid + at, sizeof oid - at, ".%u", payload[i]);
	return views_get(w, oid, out);
}

static void
expect(struct views *w, const char *name, const char *code, const uint8_t *payload, size_t n,
	const char *want)
{
	char hex[OUTPUT_TEXT], text[OUTPUT_TEXT] = "";
	const char *got = ask(w, code, payload, n, hex);
	size_t at = 0;

	if (strcmp(got, "none") == 0)
		fail_msg("%s: no answer", name);
	/* "4:00…0c" back to text between the zero octet and the form feed */
	assert_memory_equal(got, "4:00", 4);
	assert_string_equal(got + strlen(got) - 2, "0c");
	for (const char *p = got + 4; p + 2 < got + strlen(got); p += 2) {
		unsigned octet = 0;

		assert_int_equal(sscanf(p, "%2x", &octet), 1);
		text[at++] = (char)octet;
	}
	if (strcmp(text, want) != 0)
		fail_msg("%s: '%s', expected '%s'", name, text, want);
}

#define EXPECT(w, name, code, want, ...) \
	expect(w, name, code, (const uint8_t[]){__VA_ARGS__}, \
		sizeof((const uint8_t[]){__VA_ARGS__}), want)

static struct pc_profile
sc_t3405(void)
{
	static const char *const colors[] = {"yellow", "magenta", "cyan", "black"};
	static const int32_t levels[] = {83, 84, 84, 82};
	struct pc_profile p = views_epson();

	p.identity.serial = "X3TT{n:6}";
	p.epson = (struct pc_profile_epson){.status_absent = 1 << PC_EPSON_NO_COUNTERS |
							     1 << PC_EPSON_NO_BOXES |
							     1 << PC_EPSON_NO_REPLACED,
		.status_records = SC_RECORDS,
		.ink_record_bytes = 4,
		.ink_fourth = 50};
	for (size_t i = 0; i < 4; i++) {
		p.supplies[i].colorant = colors[i];
		p.supplies[i].initial = levels[i];
	}
	p.supplies[4].initial = 67;
	return p;
}

/* The block of the walk, 100 octets, with another serial number. */
static void
test_st2_of_sc_t3405(void **state)
{
	struct pc_profile p = sc_t3405();
	struct views w;

	(void)state;
	init(&w, &p);
	views_expect(&w, "recorded", EPS "2.2.1.1.1.4.1",
		"4:40424443205354320d0a58000101040d01430e020f000f11040503533204025432030154320100"
		"52321301011"
		"90c0000000000756e6b6e6f776e240400000000280408000000390200003f0c02030000"
		"6300ca1700000001400a58335454303030303031");
	views_done(&w);
}

static void
test_st2_states(void **state)
{
	static const struct {
		const char *name;
		enum pc_condition condition;
		uint32_t part;
		int state, error;
	} rows[] = {
		{"jam", PC_COND_JAM, 0, PC_ST2_ERROR, PC_ST2_E_JAM},
		{"cover", PC_COND_COVER_OPEN, 0, PC_ST2_ERROR, PC_ST2_E_COVER},
		{"ink out", PC_COND_SUPPLY_EMPTY, 1, PC_ST2_ERROR, PC_ST2_E_INK_OUT},
		{"box full", PC_COND_SUPPLY_EMPTY, 4, PC_ST2_ERROR, PC_ST2_E_SERVICE},
		{"service wanted, a warning", PC_COND_SERVICE, 0, PC_ST2_IDLE, PC_ST2_NONE},
		{"off-line", PC_COND_OFFLINE, 0, PC_ST2_PAUSED, PC_ST2_NONE},
		{"ink low", PC_COND_SUPPLY_LOW, 2, PC_ST2_IDLE, PC_ST2_NONE},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct pc_profile p = views_epson();
		struct pc_snmp_value v = {0};
		struct pc_st2 st2;
		struct views w;
		uint32_t oid[PC_OID_MAX];
		size_t n = 0;

		init(&w, &p);
		assert_int_equal(
			pc_device_condition(w.dev, rows[i].condition, rows[i].part, true), PC_OK);
		assert_int_equal(pc_arcs_parse(EPS "2.2.1.1.1.4.1", oid, PC_OID_MAX, &n), PC_OK);
		assert_int_equal(pc_snmp_tree_get(w.tree, w.dev, oid, n, &v), PC_OK);
		assert_int_equal(pc_st2_read(v.bytes, v.len, &st2), PC_OK);
		if (st2.state != rows[i].state || st2.error != rows[i].error)
			fail_msg("%s: state %d error %d", rows[i].name, st2.state, st2.error);
		if (rows[i].condition == PC_COND_SUPPLY_LOW) {
			assert_int_equal(st2.n_warnings, 1);
			assert_int_equal(st2.warnings[0], 0x12);
		}
		if (rows[i].condition == PC_COND_SUPPLY_EMPTY && rows[i].part == 1)
			assert_int_equal(st2.warnings[0], 0x52); /* slot 1 cannot be cleaned */
		views_done(&w);
	}
}

/* The recorded answer of a CW-C6500Au, 192 octets, with another serial number. */
static void
test_label_status(void **state)
{
	static const int32_t levels[] = {86, 1, 1, 1, 50};
	struct pc_profile p = views_epson();
	struct pc_snmp_value v = {0};
	struct views w;
	uint32_t oid[PC_OID_MAX];
	size_t n = 0;
	static const char want[] =
		"\x02^S(SMA,S,IL\x03\r\n\x02^S(SEA,E,NE\x03\r\n\x02WN,IC1,IM1,IY1\x03\r\n"
		"\x02^S(CLM,P,ER\x03\r\n\x02^S(IMF,V,TS20P2\x03\r\n\x02MN,32\x03\r\n"
		"\x02IQ,56,01,01,01\x03\r\n\x02^S(IMP,S,X3ET000001\x03\r\n\x02^S(SPA,P,F\x03\r\n"
		"\x02^S(SPA,S,F\x03\r\n\x02^S(SPA,O,NW\x03\r\n\x02^S(SEA,F,0000\x03\r\n";

	(void)state;
	p.epson.status = PC_EPSON_LABEL;
	p.firmware[0].version = "TS20P2";
	for (size_t i = 0; i < 5; i++)
		p.supplies[i].initial = levels[i];
	init(&w, &p);
	assert_int_equal(sizeof want - 1, 192);
	assert_int_equal(pc_arcs_parse(EPS "2.2.1.1.1.4.1", oid, PC_OID_MAX, &n), PC_OK);
	assert_int_equal(pc_snmp_tree_get(w.tree, w.dev, oid, n, &v), PC_OK);
	assert_int_equal(v.len, sizeof want - 1);
	assert_memory_equal(v.bytes, want, v.len);
	views_done(&w);
}

static void
test_reading_commands(void **state)
{
	struct pc_profile p = views_epson();
	struct views w;
	char text[OUTPUT_TEXT];

	(void)state;
	p.settings[p.n_settings++] = (struct pc_profile_setting){
		.group = "power", .name = "powerOffTimerMinutes", .value = "480"};
	init(&w, &p);
	EXPECT(&w, "firmware", "vi", "vi:00:EQ22M3;", 0);
	EXPECT(&w, "firmware as the library asks", "vi", "vi:00:EQ22M3;", 5);
	EXPECT(&w, "cartridges", "ia", "@BDC PS\r\nIA:00;T100,T100,T100,T100;", 0);
	EXPECT(&w, "behind the last slot", "ii", "ii:NA;", 1, 5);
	EXPECT(&w, "no slot", "ii", "ii:NA;", 1, 0);
	EXPECT(&w, "power-off timer", "ot", "@BDC PS\r\not:01E001;", 1, 1);
	EXPECT(&w, "media tables", "pm", "pm:NA;", 1);
	EXPECT(&w, "known by name", "ei", "ei:NA;", 1, 2, 3);
	EXPECT(&w, "unknown", "zz", "zz:;", 1);
	EXPECT(&w, "wrong payload", "vi", "vi:;", 7);
	assert_int_equal(pc_device_condition(w.dev, PC_COND_SUPPLY_MISSING, 2, true), PC_OK);
	EXPECT(&w, "nothing in the slot", "ii", "@BDC PS\r\nII:00;", 1, 3);
	/* device data: serial number at 31 of 64 octets, format 08 */
	assert_memory_equal(ask(&w, "cd", (const uint8_t[]){0}, 1, text), "4:0063643a30314000", 18);
	assert_memory_equal(text + 18 + 2 * 31, "58334554303030303031", 20);
	assert_string_equal(text + 18 + 2 * 64, "2f083b0c");
	views_expect(&w, "lying length", TUNNEL "118.105.2.0.0", "none");
	views_expect(&w, "cut", TUNNEL "118.105.1", "none");
	views_expect(&w, "an arc over 255", TUNNEL "118.105.1.0.256", "none");
	views_expect(&w, "no letter", TUNNEL "1.105.1.0.0", "none");
	views_done(&w);
}

/* Commands a model does not know are answered like unknown ones. */
static void
test_commands_of_a_model(void **state)
{
	struct pc_profile p = views_epson();
	struct views w;

	(void)state;
	p.epson.commands = "st di vi ||";
	init(&w, &p);
	EXPECT(&w, "known", "vi", "vi:00:EQ22M3;", 0);
	EXPECT(&w, "not known", "ia", "ia:;", 0);
	EXPECT(&w, "not known", "ch", "ch:;", 1);
	assert_int_equal(pc_device_state(w.dev)->activity, PC_IDLE);
	views_done(&w);
}

static void
test_acting_commands(void **state)
{
	static const uint8_t date[] = {0, 0x07, 0xea, 11, 20, 10, 49, 30};
	static const uint8_t host[] = {0, 0, 0, 0, 0, 0, 'E', 'S', 'C', 'P', 'R', 'L', 'i', 'b'};
	struct pc_profile p = views_epson();
	struct views w;
	uint32_t own = 0, other = 0;

	(void)state;
	init(&w, &p);
	EXPECT(&w, "cleaning", "ch", "ch:OK;", 1);
	assert_int_equal(pc_device_state(w.dev)->activity, PC_CLEANING);
	EXPECT(&w, "busy", "ch", "ch:BUSY;", 1);
	EXPECT(&w, "busy", "nc", "nc:BUSY;", 0);
	views_pass(&w, 90000);
	assert_int_equal(pc_device_state(w.dev)->counters.cleanings, 1);
	EXPECT(&w, "nozzle check", "nc", "nc:OK;", 0);
	views_pass(&w, 90000);
	assert_int_equal(pc_device_state(w.dev)->counters.nozzle_checks, 1);
	expect(&w, "clock", "ti", date, sizeof date, "ti:OK;");
	views_expect(&w, "the date", EPS "2.2.3.1.1.11.1", "4:07ea0b140a311e002b0000");
	EXPECT(&w, "no such month", "ti", "ti:NA;", 0, 7, 0xea, 13, 1, 0, 0, 0);
	assert_int_equal(pc_device_condition(w.dev, PC_COND_OFFLINE, 0, true), PC_OK);
	EXPECT(&w, "resume", "pe", "pe:OK;", 1);
	assert_false(pc_device_state(w.dev)->offline);
	assert_int_equal(pc_device_job_begin(w.dev, PC_ORIGIN_LPD, &own), PC_OK);
	(void)snprintf(pc_device_job(w.dev, own)->host, PC_NAME_MAX, "ESCPRLib");
	assert_int_equal(pc_device_job_begin(w.dev, PC_ORIGIN_LPD, &other), PC_OK);
	(void)snprintf(pc_device_job(w.dev, other)->host, PC_NAME_MAX, "desk");
	expect(&w, "cancel", "rj", host, sizeof host, "rj:OK;");
	assert_int_equal(pc_device_job(w.dev, own)->state, PC_JOB_CANCELLED);
	assert_int_equal(pc_device_job(w.dev, other)->state, PC_JOB_RECEIVING);
	expect(&w, "nothing to cancel", "rj", host, sizeof host, "rj:OK;");
	views_done(&w);
}

/* SHA-1 of "X3ET000001". */
static const uint8_t override[] = {1, 0, 0xa4, 0x2e, 0xf2, 0x51, 0xc7, 0xc1, 0xbc, 0x6d, 0x35, 0x42,
	0x3d, 0xad, 0xc9, 0x74, 0xb7, 0xea, 0x35, 0xfb, 0xc3, 0xb8};

static void
test_waste_override(void **state)
{
	struct pc_profile p = views_epson();
	uint8_t wrong[sizeof override];
	struct views w;

	(void)state;
	memcpy(wrong, override, sizeof wrong);
	wrong[21] ^= 1;
	init(&w, &p);
	expect(&w, "not full", "rw", override, sizeof override, "rw:NA;");
	assert_int_equal(pc_device_condition(w.dev, PC_COND_SUPPLY_EMPTY, 4, true), PC_OK);
	expect(&w, "wrong", "rw", wrong, sizeof wrong, "rw:NA;");
	assert_int_equal(pc_device_state(w.dev)->supplies[4].state, PC_SUPPLY_EMPTY);
	expect(&w, "a little room", "rw", override, sizeof override, "rw:01:OK;");
	assert_int_equal(pc_device_state(w.dev)->supplies[4].level, 1);
	views_done(&w);
}

static void
test_eeprom(void **state)
{
	static const uint8_t write[] = {
		0x19, 7, 0x42, 0xbd, 0x21, 0x22, 1, 0x5a, 'x', 'b', 't', 'u', 'f', 'b', 'v', 'z'};
	static const uint8_t reset[] = {
		0x19, 7, 0x42, 0xbd, 0x21, 25, 0, 0, 'x', 'b', 't', 'u', 'f', 'b', 'v', 'z'};
	struct pc_profile p = views_epson();
	uint8_t wrong[16];
	struct views w;

	(void)state;
	init(&w, &p);
	EXPECT(&w, "recent firmware", "||", "||:;", 0x19, 7, 0x41, 0xbe, 0xa0, 192, 0);
	views_done(&w);
	p.epson.eeprom_read_key = "1907";
	p.epson.eeprom_write_key = "wasteauy";
	init(&w, &p);
	EXPECT(&w, "serial", "||", "@BDC PS\r\nEE:00C058;", 0x19, 7, 0x41, 0xbe, 0xa0, 192, 0);
	EXPECT(&w, "one octet of address", "||", "@BDC PS\r\nEE:C058;", 0x19, 7, 0x41, 0xbe, 0xa0,
		192);
	EXPECT(&w, "MAC", "||", "@BDC PS\r\nEE:078501;", 0x19, 7, 0x41, 0xbe, 0xa0, 0x85, 7);
	EXPECT(&w, "waste: 200 of 1000", "||", "@BDC PS\r\nEE:0018C8;", 0x19, 7, 0x41, 0xbe, 0xa0,
		24, 0);
	EXPECT(&w, "passes: 1001", "||", "@BDC PS\r\nEE:00A8E9;", 0x19, 7, 0x41, 0xbe, 0xa0, 168,
		0);
	EXPECT(&w, "nothing written", "||", "@BDC PS\r\nEE:012200;", 0x19, 7, 0x41, 0xbe, 0xa0,
		0x22, 1);
	EXPECT(&w, "wrong key", "||", "||:;", 0x19, 8, 0x41, 0xbe, 0xa0, 192, 0);
	EXPECT(&w, "wrong complement", "||", "||:;", 0x19, 7, 0x41, 0xbf, 0xa0, 192, 0);
	EXPECT(&w, "wrong rotation", "||", "||:;", 0x19, 7, 0x41, 0xbe, 0xa1, 192, 0);
	memcpy(wrong, write, sizeof wrong);
	wrong[15]++;
	expect(&w, "wrong letters", "||", wrong, sizeof wrong, "||:;");
	expect(&w, "written", "||", write, sizeof write, "||:42:OK;");
	EXPECT(&w, "there", "||", "@BDC PS\r\nEE:01225A;", 0x19, 7, 0x41, 0xbe, 0xa0, 0x22, 1);
	assert_int_equal(pc_device_supply_set(w.dev, 4, 0), PC_OK); /* 1000 of 1000: 0x03e8 */
	expect(&w, "waste counter lowered", "||", reset, sizeof reset, "||:42:OK;");
	assert_int_equal(pc_device_state(w.dev)->supplies[4].level, 76); /* 0x00e8 remain */
	views_done(&w);
}

/* A walk goes by, SET is refused, and nobody acts for it. */
static void
test_hidden(void **state)
{
	struct pc_profile p = views_epson();
	uint32_t at[PC_OID_MAX];
	struct pc_snmp_value v;
	struct views w;
	size_t n = 0;

	(void)state;
	init(&w, &p);
	assert_int_equal(pc_arcs_parse(TUNNEL "99.104.1.0.0", at, PC_OID_MAX, &n), PC_OK);
	assert_int_equal(pc_snmp_tree_next(w.tree, w.dev, at, n, at, &n, &v), PC_OK);
	assert_true(at[10] > 44);
	assert_int_equal(pc_arcs_parse(EPS "2.2.43", at, PC_OID_MAX, &n), PC_OK);
	assert_int_equal(pc_snmp_tree_next(w.tree, w.dev, at, n, at, &n, &v), PC_OK);
	assert_true(at[10] > 44);
	assert_int_equal(SET(&w, {TUNNEL "99.104.1.0.1", TXT, 0, "x"}), 17);
	assert_int_equal(pc_device_state(w.dev)->activity, PC_IDLE);
	views_done(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_st2_of_sc_t3405),
		cmocka_unit_test(test_st2_states),
		cmocka_unit_test(test_label_status),
		cmocka_unit_test(test_reading_commands),
		cmocka_unit_test(test_commands_of_a_model),
		cmocka_unit_test(test_acting_commands),
		cmocka_unit_test(test_waste_override),
		cmocka_unit_test(test_eeprom),
		cmocka_unit_test(test_hidden),
	};
	return cmocka_run_group_tests_name("snmp/epson", tests, NULL, NULL);
}
