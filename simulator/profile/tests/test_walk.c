/* Tests of walks: every notation byte for byte, every mistake with its place, what a walk tells. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "profile/internal.h"

static int
read_walk(const char *text, size_t len, struct pc_profile **ret, struct pc_diag *diag)
{
	diag->text[0] = '\0';
	*ret = NULL;
	return pc_profile_from_walk_text(text, len, "w", ret, diag);
}

#define DATA(text) text, sizeof(text) - 1

struct value_row {
	const char *name, *text;
	size_t len;
	uint8_t type;
	int64_t integer;
	const char *bytes;
	size_t n_bytes;
};

static void
check_value(const struct value_row *row)
{
	struct pc_profile *p = NULL;
	struct pc_diag diag;
	if (read_walk(row->text, row->len, &p, &diag) != PC_OK)
		fail_msg("%s: %s", row->name, diag.text);
	print_message("%s\n", row->name);
	assert_int_equal(p->n_objects, 1);
	const struct pc_profile_object *o = &p->objects[0];
	assert_int_equal(o->type, row->type);
	if (row->bytes == NULL) {
		assert_int_equal(o->value.integer, row->integer);
	} else if (row->type == 6) {
		assert_int_equal(o->len, row->n_bytes);
		for (size_t i = 0; i < row->n_bytes; i++)
			assert_int_equal(o->value.arcs[i], (uint8_t)row->bytes[i]);
	} else {
		assert_int_equal(o->len, row->n_bytes);
		assert_memory_equal(o->value.bytes, row->bytes, row->n_bytes);
	}
	pc_profile_free(p);
}

static void
test_snmprec_values(void **state)
{
	static const struct value_row rows[] = {
		{"integer", DATA("1.3.1|2|5\n"), 2, 5, NULL, 0},
		{"negative", DATA("1.3.1|2|-3"), 2, -3, NULL, 0},
		{"text", DATA("1.3.1|4|a b|c\n"), 4, 0, DATA("a b|c")},
		{"empty text", DATA("1.3.1|4|\n"), 4, 0, DATA("")},
		{"Windows line end", DATA("1.3.1|4|ab\r\n"), 4, 0, DATA("ab")},
		{"byte order mark",
			DATA("\xef\xbb\xbf"
			     "1.3.1|4|ab\n"),
			4, 0, DATA("ab")},
		{"leading dot", DATA(".1.3.1|4|ab\n"), 4, 0, DATA("ab")},
		{"8-bit", DATA("1.3.1|4|\xe9\xff\n"), 4, 0, DATA("\xe9\xff")},
		{"hex", DATA("1.3.1|4x|00ff0A\n"), 4, 0, DATA("\0\xff\n")},
		{"empty hex", DATA("1.3.1|4x|\n"), 4, 0, DATA("")},
		{"escapes", DATA("1.3.1|4e|a\\x00\\n\\\\\n"), 4, 0, DATA("a\0\n\\")},
		{"null", DATA("1.3.1|5|\n"), 5, 0, NULL, 0},
		{"oid", DATA("1.3.1|6|1.3.6\n"), 6, 0, DATA("\1\3\6")},
		{"address", DATA("1.3.1|64|10.0.0.255\n"), 64, 0, DATA("\12\0\0\xff")},
		{"address in hex", DATA("1.3.1|64x|0A0000FF\n"), 64, 0, DATA("\12\0\0\xff")},
		{"counter", DATA("1.3.1|65|4294967295\n"), 65, 4294967295, NULL, 0},
		{"gauge", DATA("1.3.1|66|7\n"), 66, 7, NULL, 0},
		{"ticks", DATA("1.3.1|67|7\n"), 67, 7, NULL, 0},
		{"opaque", DATA("1.3.1|68x|9f7804\n"), 68, 0, DATA("\x9f\x78\x04")},
		{"counter64", DATA("1.3.1|70|18446744073709551615\n"), 70, -1, NULL, 0},
		{"exceptions and comments", DATA("# x\n\n1.3.2|128|\n1.3.3|130|\n1.3.1|2|5\n"), 2,
			5, NULL, 0},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check_value(&rows[i]);
}

static void
test_text_values(void **state)
{
	static const struct value_row rows[] = {
		{"integer", DATA(".1.3.1 = INTEGER: 5\n"), 2, 5, NULL, 0},
		{"iso", DATA("iso.3.1 = INTEGER: -5\n"), 2, -5, NULL, 0},
		{"enumerated", DATA("1.3.1 = INTEGER: up(1)\n"), 2, 1, NULL, 0},
		{"units", DATA("1.3.1 = Gauge32: 100 milli-seconds\n"), 66, 100, NULL, 0},
		{"counter", DATA("1.3.1 = Counter32: 4294967295\n"), 65, 4294967295, NULL, 0},
		{"counter64", DATA("1.3.1 = Counter64: 18446744073709551615\n"), 70, -1, NULL, 0},
		{"ticks", DATA("1.3.1 = Timeticks: (123) 0:00:01.23\n"), 67, 123, NULL, 0},
		{"oid", DATA("1.3.1 = OID: .1.3.6\n"), 6, 0, DATA("\1\3\6")},
		{"iso oid", DATA("1.3.1 = OID: iso.3.6\n"), 6, 0, DATA("\1\3\6")},
		{"zero oid", DATA("1.3.1 = OID: ccitt.0\n"), 6, 0, DATA("\0\0")},
		{"address", DATA("1.3.1 = IpAddress: 10.0.0.1\n"), 64, 0, DATA("\12\0\0\1")},
		{"network address", DATA("1.3.1 = Network Address: 0A:00:00:01\n"), 64, 0,
			DATA("\12\0\0\1")},
		{"quoted", DATA("1.3.1 = STRING: \"a\\\"b\\\\c\\d\"\n"), 4, 0, DATA("a\"b\\c\\d")},
		{"several lines", DATA("1.3.1 = STRING: \"a\n.1.3.2 = b\r\nc\"\r\n"), 4, 0,
			DATA("a\n.1.3.2 = b\r\nc")},
		{"bare", DATA("1.3.1 = STRING: 0:1b:a9\n"), 4, 0, DATA("0:1b:a9")},
		{"empty", DATA("1.3.1 = \"\"\r\n"), 4, 0, DATA("")},
		{"empty string", DATA("1.3.1 = STRING: \"\"\n"), 4, 0, DATA("")},
		{"empty after the colon", DATA("1.3.1 = STRING:\n"), 4, 0, DATA("")},
		{"hex", DATA("1.3.1 = Hex-STRING: 00 FF \n"), 4, 0, DATA("\0\xff")},
		{"hex goes on", DATA("1.3.1 = Hex-STRING: 00 01 \n02 03 \n04\n"), 4, 0,
			DATA("\0\1\2\3\4")},
		{"bits", DATA("1.3.1 = BITS: 80 01 zero(0) last(15)\n"), 4, 0, DATA("\x80\1")},
		{"no bits", DATA("1.3.1 = BITS:\n"), 4, 0, DATA("")},
		{"null", DATA("1.3.1 = NULL\n"), 5, 0, NULL, 0},
		{"float", DATA("1.3.1 = Opaque: Float: 1.500000\n"), 68, 0,
			DATA("\x9f\x78\x04\x3f\xc0\0\0")},
		{"opaque", DATA("1.3.1 = OPAQUE: 9F 78\n"), 68, 0, DATA("\x9f\x78")},
		{"wrong type", DATA("1.3.1 = Wrong Type (should be OCTET STRING): INTEGER: 5\n"), 2,
			5, NULL, 0},
		{"end of the walk",
			DATA("1.3.1 = INTEGER: 5\n1.3.2 = No more variables left in this MIB View (It "
			     "is past the end of the MIB tree)\n1.3.4 = No Such Object available on "
			     "this agent at this OID\nEnd of MIB\n"),
			2, 5, NULL, 0},
		{"byte order mark", DATA("\xef\xbb\xbf.1.3.1 = INTEGER: 5\n"), 2, 5, NULL, 0},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check_value(&rows[i]);
}

/* As net-snmp writes when it has the MIBs. */
static void
test_names(void **state)
{
	static const struct {
		const char *oid;
		struct value_row row;
	} rows[] = {
		{"1.3.6.1.2.1.1.1.0",
			{"module and name", DATA("SNMPv2-MIB::sysDescr.0 = STRING: a b\n"), 4, 0,
				DATA("a b")}},
		{"1.3.6.1.2.1.1.1.0",
			{"-Os", DATA("sysDescr.0 = STRING: a b\n"), 4, 0, DATA("a b")}},
		{"1.3.6.1.2.1.1.1.0",
			{"-Of",
				DATA(".iso.org.dod.internet.mgmt.mib-2.system.sysDescr.0 = STRING: "
				     "a b\n"),
				4, 0, DATA("a b")}},
		{"1.3.6.1.2.1.1.3.0",
			{"-Ou", DATA("system.sysUpTime.0 = Timeticks: (9) 0:00:00.09\n"), 67, 9,
				NULL, 0}},
		{"1.3.6.1.4.1.1248.1.2.3",
			{"root and numbers",
				DATA("SNMPv2-SMI::enterprises.1248.1.2.3 = INTEGER: 4\n"), 2, 4,
				NULL, 0}},
		{"1.3.6.1.2.1.25.3.2.1.2.1",
			{"an OID as value",
				DATA("HOST-RESOURCES-MIB::hrDeviceType.1 = OID: "
				     "SNMPv2-SMI::zeroDotZero\n"),
				6, 0, DATA("\0\0")}},
		{"1.3.6.1.2.1.2.2.1.6.1",
			{"octets by DISPLAY-HINT",
				DATA("IF-MIB::ifPhysAddress.1 = STRING: 2:45:50:0:0:1\n"), 4, 0,
				DATA("\x02\x45\x50\0\0\x01")}},
		{"1.3.6.1.2.1.2.2.1.6.1",
			{"the same behind a number",
				DATA(".1.3.6.1.2.1.2.2.1.6.1 = STRING: 2:45:50:0:0:1\n"), 4, 0,
				DATA("\x02\x45\x50\0\0\x01")}},
		{"1.3.6.1.2.1.25.1.2.0",
			{"a date with its zone",
				DATA("HOST-RESOURCES-MIB::hrSystemDate.0 = STRING: "
				     "2026-11-25,22:5:6.7,-1:30\n"),
				4, 0, DATA("\x07\xea\x0b\x19\x16\x05\x06\x07-\x01\x1e")}},
		{"1.3.6.1.2.1.25.1.2.0",
			{"a date without",
				DATA("HOST-RESOURCES-MIB::hrSystemDate.0 = STRING: "
				     "2026-11-25,22:5:6.7\n"),
				4, 0, DATA("\x07\xea\x0b\x19\x16\x05\x06\x07")}},
		{"1.3.6.1.6.3.13.1.1.1.2.2.97.46",
			{"a text as index",
				DATA("SNMP-NOTIFICATION-MIB::snmpNotifyTag.\"a.\" = STRING: x\n"),
				4, 0, DATA("x")}},
		{"1.3.6.1.2.1.4.34.1.3.1.4.10.0.0.9",
			{"a kind of address and the address",
				DATA("IP-MIB::ipAddressIfIndex.ipv4.\"10.0.0.9\" = INTEGER: 1\n"),
				2, 1, NULL, 0}},
		{"1.3.6.1.2.1.4.34.1.3.2.16.254.128.0.0.0.0.0.0.0.0.0.0.0.0.0.1",
			{"the same of IPv6",
				DATA("ipAddressIfIndex.ipv6."
				     "\"fe:80:00:00:00:00:00:00:00:00:00:00:00:00:00:01\" = INTEGER: "
				     "1\n"),
				2, 1, NULL, 0}},
		{"1.3.6.1.6.3.13.1.1.1.2.97.98",
			{"a text without its length",
				DATA("SNMP-NOTIFICATION-MIB::snmpNotifyTag.'ab' = STRING: x\n"), 4,
				0, DATA("x")}},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint32_t arcs[PC_OID_MAX];
		size_t n = 0;
		struct pc_profile *p = NULL;
		struct pc_diag diag;
		check_value(&rows[i].row);
		assert_int_equal(pc_arcs_parse(rows[i].oid, arcs, PC_OID_MAX, &n), PC_OK);
		assert_int_equal(read_walk(rows[i].row.text, rows[i].row.len, &p, &diag), PC_OK);
		assert_int_equal(
			pc_arcs_compare(p->objects[0].oid, p->objects[0].n_oid, arcs, n), 0);
		pc_profile_free(p);
	}
}

static void
test_mistakes(void **state)
{
	static const struct {
		const char *name, *text, *sentence;
	} rows[] = {
		{"nothing", "", "w:1:1: found no object, expected lines of a walk"},
		{"no fields", "1.3.1|2|1\n1.3.2|4\n",
			"w:2:1: found '1.3.2|4', expected oid|tag|value"},
		{"no OID", "1.3.1|2|1\nsysDescr|4|x\n",
			"w:2:1: found 'sysDescr', expected a numeric OID"},
		{"no tag", "1.3.1|2|1\n1.3.2|7|x\n",
			"w:2:7: found tag '7', expected 2, 4, 5, 6, 64 to 68 or 70, with x or e"},
		{"variation", "1.3.1|2|1\n1.3.2|67:numeric|rate=1\n",
			"w:2:9: found variation module 'numeric', expected a plain value"},
		{"no number", "1.3.1|2|x\n", "w:1:9: found 'x', expected a value of type 2"},
		{"too big", "1.3.1|2|2147483648\n",
			"w:1:9: found '2147483648', expected a value of type 2"},
		{"negative counter", "1.3.1|65|-1\n",
			"w:1:10: found '-1', expected a value of type 65"},
		{"half a byte", "1.3.1|4x|abc\n",
			"w:1:10: found 'abc', expected pairs of hex digits"},
		{"bad escape", "1.3.1|4e|\\q\n",
			"w:1:10: found '\\q', expected a value with escapes"},
		{"unknown module", "FOO-MIB::fooName.0 = STRING: x\n",
			"w:1:1: found MIB module 'FOO-MIB', which is not among mibs/, expected numeric OIDs"},
		{"unknown name", "SNMPv2-MIB::sysDesc.0 = STRING: x\n",
			"w:1:1: found name 'sysDesc', which no module of mibs/ has"},
		{"a name of another module", "IF-MIB::sysDescr.0 = STRING: x\n",
			"w:1:1: found name 'sysDescr', which no module of mibs/ has"},
		{"a name inside the index", "sysDescr.0.x = STRING: x\n",
			"w:1:9: found index '.0.x', expected numbers, texts in quotes and names"},
		{"an open index", "SNMPv2-MIB::sysDescr.\"a = STRING: x\n",
			"w:1:21: found index '.\"a', expected numbers"},
		{"an index over 32 bits", "sysDescr.4294967296 = STRING: x\n",
			"w:1:9: found index '.4294967296'"},
		{"neither", "= STRING: x = INTEGER: 1\n",
			"w:1:1: found '= STRING: x', expected an OID or a name"},
		{"not shown by its hint", "IF-MIB::ifPhysAddress.1 = STRING: 2:45:zz\n",
			"w:1:35: found '2:45:zz', expected octets shown by the object's DISPLAY-HINT"},
		{"no equals sign", ".1.3.1 = INTEGER: 1\nhello\n",
			"w:2:1: found 'hello', expected OID = TYPE: value"},
		{"no type", ".1.3.1 = 5\n",
			"w:1:10: found '5', expected TYPE: value such as 'INTEGER: 1'"},
		{"no number in text", ".1.3.1 = INTEGER: up\n",
			"w:1:19: found 'up', expected a number"},
		{"open quote", ".1.3.1 = STRING: \"abc\n.1.3.2 = INTEGER: 1\n",
			"w:1:18: found a text without its closing quote, expected '\"'"},
		{"behind the quote", ".1.3.1 = STRING: \"abc\" x\n",
			"w:1:23: found ' x', expected the end of the line"},
		{"bad hex", ".1.3.1 = Hex-STRING: 0G\n",
			"w:1:22: found '0G', expected pairs of hex digits"},
		{"bad address", ".1.3.1 = IpAddress: 1.2.3\n",
			"w:1:21: found '1.2.3', expected an IPv4 address"},
		{"bad OID value", ".1.3.1 = OID: SNMPv2-MIB::x\n",
			"w:1:15: found name 'x', which no module of mibs/ has"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct pc_profile *p = NULL;
		struct pc_diag diag;
		int err = read_walk(rows[i].text, strlen(rows[i].text), &p, &diag);
		if (err != PC_E_SYNTAX || p != NULL ||
			strncmp(diag.text, rows[i].sentence, strlen(rows[i].sentence)) != 0)
			fail_msg("%s: %d '%s'", rows[i].name, err, diag.text);
	}
}

static void
test_order_and_duplicates(void **state)
{
	struct pc_profile *p = NULL;
	struct pc_diag diag;
	(void)state;
	assert_int_equal(
		read_walk(DATA("1.3.10|2|1\n1.3.9|2|2\n1.3.10|2|3\n1.3|2|4\n"), &p, &diag), PC_OK);
	assert_int_equal(p->n_objects, 3);
	assert_int_equal(p->objects[0].n_oid, 2);
	assert_int_equal(p->objects[1].oid[2], 9);
	assert_int_equal(p->objects[2].value.integer, 3); /* the last one */
	assert_string_equal(diag.text, "w: 1 objects occur more than once, the last counts");
	assert_true(p->from_walk);
	pc_profile_free(p);
}

/* What goes on over several lines ends where the next object begins. */
static void
test_next_object(void **state)
{
	struct pc_profile *p = NULL;
	struct pc_diag diag;
	(void)state;
	if (read_walk(DATA(".1.3.1 = Hex-STRING: 00 01 \n02 \n.1.3.2 = STRING: \"a\nb\"\n"
			   ".1.3.3 = Hex-STRING: 07\n.1.3.4 = INTEGER: 9\n"),
		    &p, &diag) != PC_OK)
		fail_msg("%s", diag.text);
	assert_int_equal(p->n_objects, 4);
	assert_int_equal(p->objects[0].len, 3);
	assert_int_equal(p->objects[1].len, 3);
	assert_int_equal(p->objects[2].len, 1);
	assert_int_equal(p->objects[3].value.integer, 9);
	pc_profile_free(p);
}

/* Only listening ports are open; an established connection to 9100 is none. */
static void
test_ports(void **state)
{
	struct pc_profile *p = NULL;
	struct pc_diag diag = {{0}};
	(void)state;
	if (pc_profile_from_walk(PC_ROOM_DIR "/tests/walks/ports.snmprec", &p, &diag) != PC_OK)
		fail_msg("%s", diag.text);
	assert_true(p->ports.lpd);
	assert_false(p->ports.raw);
	assert_false(p->ports.entp);
	assert_false(p->ports.enpc);
	assert_true(p->ports.slp);
	assert_false(p->ports.slp_tcp);
	assert_false(p->ports.nbns);
	assert_true(p->ports.llmnr);
	assert_true(p->ports.llmnr_tcp);
	pc_profile_free(p);
}

static void
test_what_a_walk_tells(void **state)
{
	struct pc_profile *p = NULL;
	struct pc_diag diag = {{0}};
	(void)state;
	if (pc_profile_from_walk(PC_ROOM_DIR "/tests/walks/small.snmprec", &p, &diag) != PC_OK)
		fail_msg("%s", diag.text);
	assert_string_equal(p->vendor, "EPSON");
	assert_string_equal(p->snmp_vendor, "epson");
	assert_string_equal(p->model, "TEST-1 Series");
	assert_string_equal(p->identity.serial, "TS(T)00001");
	assert_string_equal(p->identity.sys_name, "EPSONABCDEF");
	assert_memory_equal(p->identity.mac_base, "\x02\x00\x00\xab\xcd\xee", 6);
	assert_string_equal(p->sys_object_id, "1.3.6.1.4.1.1248.1.1.2.1.3.5.69.69.80.83.50");
	assert_true(p->ports.enpc);
	assert_true(p->color);
	assert_int_equal(p->marker_tech, 12);
	assert_true(p->has_head_cleaning);
	assert_int_equal(p->initial_life_count, 1234);
	assert_int_equal(p->n_supplies, 2);
	assert_string_equal(p->supplies[0].name, "Black Ink");
	assert_string_equal(p->supplies[0].colorant, "black");
	assert_int_equal(p->supplies[0].initial, 82);
	assert_true(p->supplies[1].receptacle);
	assert_null(p->supplies[1].colorant);
	assert_int_equal(p->n_trays, 1);
	assert_string_equal(p->trays[0].name, "Cassette");
	assert_int_equal(p->trays[0].initial, -3);
	assert_int_equal(p->n_covers, 1);
	assert_int_equal(p->n_interpreters, 1);
	pc_profile_free(p);
}

/* Cut anywhere, the file is read or refused, never misread. */
static void
test_cut(void **state)
{
	static const char *const texts[] = {
		".1.3.1 = STRING: \"a\nb\"\n.1.3.2 = Hex-STRING: 00 01 \n02\n.1.3.3 = Opaque: Float: 1.0\n",
		"1.3.1|4x|0011\n1.3.2|6|1.3.6\n1.3.3|64|1.2.3.4\n1.3.4|4e|a\\x41\n"};
	(void)state;
	for (size_t t = 0; t < 2; t++) {
		for (size_t n = 0; n < strlen(texts[t]); n++) {
			struct pc_profile *p = NULL;
			struct pc_diag diag;
			char *cut = malloc(n + 1); /* the reader gets exactly n bytes */
			assert_non_null(cut);
			memcpy(cut, texts[t], n);
			cut[n] = '\0';
			int err = read_walk(cut, n, &p, &diag);
			assert_true(err == PC_OK ||
				    (err == PC_E_SYNTAX && p == NULL && diag.text[0] != '\0'));
			pc_profile_free(p);
			free(cut);
		}
	}
}

/* Objects as the file has them, and where. */
struct told {
	char text[256];
	unsigned stop_at; /* line to end at, 0 = none */
};

static int
note_object(void *arg, const struct pc_profile_object *o, unsigned line)
{
	struct told *t = arg;
	size_t at = strlen(t->text);
	snprintf(t->text + at, sizeof(t->text) - at, "%u:%u(%u) ", line, o->oid[o->n_oid - 1],
		(unsigned)o->len);
	return line == t->stop_at ? PC_E_MISMATCH : PC_OK;
}

static void
test_told_as_it_stands(void **state)
{
	static const char text[] = "# a remark\n.1.3.5 = STRING: \"a\nbc\"\n.1.3.1 = INTEGER: 4\n"
				   ".1.3.9 = No Such Object\n.1.3.5 = Hex-STRING: 00 01 \n02\n"
				   ".1.3.1 = INTEGER: 5\n";
	struct told told = {{0}, 0};
	struct pc_diag diag;
	(void)state;
	assert_int_equal(
		pc_profile_walk_tell_text(text, sizeof(text) - 1, "w", note_object, &told, &diag),
		PC_OK);
	assert_string_equal(told.text, "2:5(4) 4:1(0) 6:5(3) 8:1(0) ");
	told = (struct told){{0}, 4};
	assert_int_equal(
		pc_profile_walk_tell_text(text, sizeof(text) - 1, "w", note_object, &told, &diag),
		PC_E_MISMATCH);
	assert_string_equal(told.text, "2:5(4) 4:1(0) ");
	assert_int_equal(
		pc_profile_walk_tell_text("1.3|4|x\n1.3|9|\n", 15, "w", note_object, &told, &diag),
		PC_E_SYNTAX);
	assert_non_null(strstr(diag.text, "w:2:"));
	assert_int_equal(pc_profile_walk_tell("/nowhere/walk", note_object, &told, &diag), -ENOENT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_snmprec_values),
		cmocka_unit_test(test_text_values),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_mistakes),
		cmocka_unit_test(test_order_and_duplicates),
		cmocka_unit_test(test_next_object),
		cmocka_unit_test(test_ports),
		cmocka_unit_test(test_what_a_walk_tells),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_told_as_it_stands),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
