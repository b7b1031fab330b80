/* Tests of profile: inheritance, every kind of mistake with its place, schema, shipped profiles. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "profile/internal.h"

#define USER "extends: base\nsnmp_users:\n  - {name: a, auth: sha1, auth_password: harness-a, "
#define DIR  PC_ROOM_DIR "/tests/profiles"

static int
load(const char *text, struct pc_profile **ret, struct pc_diag *diag)
{
	diag->text[0] = '\0';
	*ret = NULL;
	return pc_profile_load_text(text, strlen(text), "t.yaml", DIR, ret, diag);
}

static void
test_inheritance(void **state)
{
	struct pc_profile *p = NULL;
	struct pc_diag diag;
	uint32_t line = 0;
	(void)state;
	int err =
		load("extends: base\nmodel: T-2\nports: {lpd: false}\nsupplies:\n  - {name: Only, "
		     "type: ink, unit: other, capacity: 10, initial: -3}\nobjects:\n"
		     "  1.3.6.1.4.1.61439.9.10.0: {type: counter64, value: 18446744073709551615}\n"
		     "  1.3.6.1.4.1.61439.8: {type: oid, value: 1.3.6}\n",
			&p, &diag);
	if (err != PC_OK)
		fail_msg("%s", diag.text);
	assert_string_equal(p->id, "t");
	assert_string_equal(p->vendor, "TEST"); /* inherited */
	assert_string_equal(p->model, "T-2");   /* replaced */
	assert_false(p->ports.lpd);             /* maps merge */
	assert_true(p->ports.raw);
	assert_int_equal(p->n_supplies, 1); /* lists replace */
	assert_string_equal(p->supplies[0].name, "Only");
	assert_int_equal(p->supplies[0].initial, -3);
	assert_int_equal(p->supplies[0].low_permille, 0);
	assert_int_equal(p->n_trays, 1);
	assert_int_equal(p->trays[0].type, 3);
	assert_string_equal(p->community_read, "public"); /* default */
	/* Objects merge by OID and are sorted by number, not by text: 8, 9.1, 9.2, 9.10. */
	assert_int_equal(p->n_objects, 4);
	assert_int_equal(p->objects[0].oid[7], 8);
	assert_int_equal(p->objects[0].type, 6);
	assert_int_equal(p->objects[0].len, 3);
	assert_int_equal(p->objects[2].oid[8], 2);
	assert_memory_equal(p->objects[2].value.bytes, "\0\xff", 2);
	assert_int_equal(p->objects[3].type, 70);
	assert_int_equal(p->objects[3].value.integer, -1);
	static const uint32_t oid[] = {1, 3, 6, 1, 4, 1, 61439, 9, 1, 0};
	const struct pc_profile_object *o = pc_profile_object_find(p, oid, 10);
	assert_non_null(o);
	assert_memory_equal(o->value.bytes, "abc", 3);
	assert_null(pc_profile_object_find(p, oid, 9));
	assert_string_equal(pc_profile_origin(p, "model", &line), "t.yaml");
	assert_int_equal(line, 2);
	assert_string_equal(pc_profile_origin(p, "identity.serial", &line), DIR "/base.yaml");
	assert_int_equal(line, 13);
	assert_null(pc_profile_origin(p, "boot_ms", &line));
	pc_profile_free(p);
}

/* A set replaces what it inherits; without the key the default holds. */
static void
test_mibs(void **state)
{
	static const struct {
		const char *text;
		uint32_t mibs;
	} rows[] = {
		{"extends: base\n", 1u << PC_MIBS_SYSOR | 1u << PC_MIBS_FINISHER},
		{"extends: base\nmibs: []\n", 0},
		{"extends: base\nmibs: [console-lights]\n", 1u << PC_MIBS_CONSOLE_LIGHTS},
		{"extends: part\nabstract: true\n", 1u << PC_MIBS_PORT_MONITOR},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct pc_profile *p = NULL;
		struct pc_diag diag;
		if (load(rows[i].text, &p, &diag) != PC_OK)
			fail_msg("%s", diag.text);
		assert_int_equal(p->mibs, rows[i].mibs);
		assert_int_equal(pc_profile_has_mib(p, PC_MIBS_FINISHER), i == 0);
		pc_profile_free(p);
	}
}

struct mistake {
	const char *name, *text, *sentence;
};

static void
check_mistake(const struct mistake *m)
{
	struct pc_profile *p = NULL;
	struct pc_diag diag;
	int err = load(m->text, &p, &diag);
	if (err != PC_E_SYNTAX || p != NULL ||
		strncmp(diag.text, m->sentence, strlen(m->sentence)) != 0)
		fail_msg("%s: %d '%s'", m->name, err, diag.text);
}

static void
test_mistakes(void **state)
{
	static const struct mistake rows[] = {
		{"unknown key", "extends: base\nmodle: X\n",
			"t.yaml:2:1: found key 'modle', expected one of: vendor, family, model,"},
		{"unknown key in a map", "extends: base\nports:\n  lpt: true\n",
			"t.yaml:3:3: found key 'lpt', expected one of: snmp, enpc, entp, lpd, raw, "
			"raw_port"},
		{"heading inside", "extends: base\nports: {abstract: true}\n",
			"t.yaml:2:9: found key 'abstract', expected one of: snmp"},
		{"text for a number", "extends: base\nppm: many\n",
			"t.yaml:2:6: found 'many', expected a number from 1 to 1000"},
		{"out of range", "extends: base\nppm: 0\n",
			"t.yaml:2:6: found '0', expected a number from 1 to 1000"},
		{"map for a text", "extends: base\nmodel: {a: b}\n",
			"t.yaml:2:8: found a map, expected a text"},
		{"text for a map", "extends: base\nports: all\n",
			"t.yaml:2:8: found 'all', expected a map"},
		{"text for a list", "extends: base\ntrays: none\n",
			"t.yaml:2:8: found 'none', expected a list"},
		{"too long",
			"extends: base\nvendor: "
			"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n",
			"t.yaml:2:9: found a text of 64 bytes, expected 0 to 63 for 'vendor'"},
		{"yes is no boolean", "extends: base\ncolor: yes\n",
			"t.yaml:2:8: found 'yes', expected true or false"},
		{"unknown choice", "extends: base\ncounter_unit: pages\n",
			"t.yaml:2:15: found 'pages', expected one of: impressions, sheets, feet, "
			"meters"},
		{"no OID", "extends: base\nsys_object_id: 1.3.x\n",
			"t.yaml:2:16: found '1.3.x', expected an object identifier such as 1.3.6.1"},
		{"odd hex digits", "extends: base\nepson: {eeprom_read_key: 190}\n",
			"t.yaml:2:26: found '190', expected pairs of hex digits"},
		{"no hex digits", "extends: base\nepson: {eeprom_read_key: 1x}\n",
			"t.yaml:2:26: found '1x', expected pairs of hex digits"},
		{"real MAC", "extends: base\nidentity: {mac_base: \"00:00:48:00:00:00\"}\n",
			"t.yaml:2:22: found '00:00:48:00:00:00', expected a locally administered"},
		{"no MAC", "extends: base\nidentity: {mac_base: x}\n",
			"t.yaml:2:22: found 'x', expected a MAC address"},
		{"unknown template word", "extends: base\nidentity: {serial: \"{nn}\"}\n",
			"t.yaml:2:20: found '{nn}', expected {n}, {n:WIDTH}"},
		{"open template", "extends: base\npjl_id: \"x{n\"\n",
			"t.yaml:2:9: found '{n', expected {n}, {n:WIDTH}"},
		{"same serial for all", "extends: base\nidentity: {serial: ABC}\n",
			"t.yaml:2:20: found 'ABC', expected a template that tells devices apart"},
		{"element without a key", "extends: base\ncovers:\n  - {interlock: true}\n",
			"t.yaml:3:5: found no key 'name', expected it in each element of 'covers'"},
		{"level over capacity",
			"extends: base\ntrays:\n  - {name: A, type: other, size: a, media: b, "
			"capacity: 5, initial: 6}\n",
			"t.yaml:3:69: found '6', expected at most the capacity (5), -2 or -3"},
		{"too many elements", "extends: base\noutputs: [1,2,3,4,5,6,7,8,9]\n",
			"t.yaml:2:10: found 9 elements, expected at most 8 in 'outputs'"},
		{"no such MIB", "extends: base\nmibs: [sysor, printer]\n",
			"t.yaml:2:15: found 'printer', expected one of: sysor, if-x, if-stack,"},
		{"MIB twice", "extends: base\nmibs: [usm, vacm, usm]\n",
			"t.yaml:2:19: found 'usm' again, expected it once"},
		{"text for a set", "extends: base\nmibs: sysor\n",
			"t.yaml:2:7: found 'sysor', expected a list"},
		{"missing key", "extends: part\n",
			"t.yaml:1:1: found no key 'model', expected it here or in what the profile "
			"extends"},
		{"missing parent", "extends: nobody\n",
			"t.yaml:1:10: found 'nobody', expected the name of a profile in " DIR},
		{"parent outside", "extends: ../base\n",
			"t.yaml:1:10: found '../base', expected the name of a profile"},
		{"parents in a ring", "extends: loop-a\n",
			DIR
			"/loop-b.yaml:1:10: found 'loop-a', expected a parent that does not come "
			"from this profile itself"},
		{"itself", "extends: t\n",
			"t.yaml:1:10: found 't', expected a parent that does not come from this "
			"profile itself"},
		{"mistake of the parent", "extends: broken\n",
			DIR "/broken.yaml:2:6: found 'fast', expected a number from 1 to 1000"},
		{"no map", "- a\n", "t.yaml:1:1: found a list, expected a map"},
		{"empty", "", "t.yaml:1:1: found nothing, expected a map"},
		{"key twice", "model: A\nmodel: B\n",
			"t.yaml:2:1: found key 'model' again, expected it once (first in line 1)"},
		{"alias", "extends: base\nmodel: &a X\n",
			"t.yaml:2:11: found an anchor or alias, expected the value itself"},
		{"abstract: maybe", "extends: base\nabstract: maybe\n",
			"t.yaml:2:11: found 'maybe', expected true or false"},
		{"object without type", "extends: base\nobjects: {1.3.1: {value: 1}}\n",
			"t.yaml:2:18: found a map, expected {type: NAME, value: VALUE}"},
		{"object of no type", "extends: base\nobjects: {1.3.1: {type: int, value: 1}}\n",
			"t.yaml:2:25: found 'int', expected one of: integer, string"},
		{"object out of range",
			"extends: base\nobjects: {1.3.1: {type: integer, value: 2147483648}}\n",
			"t.yaml:2:41: found '2147483648', expected a number from -2147483648"},
		{"half a byte", "extends: base\nobjects: {1.3.1: {type: hex, value: abc}}\n",
			"t.yaml:2:37: found 'abc', expected pairs of hex digits"},
		{"no object identifier",
			"extends: base\nobjects: {sysDescr: {type: null, value: 0}}\n",
			"t.yaml:2:11: found key 'sysDescr', expected an object identifier"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check_mistake(&rows[i]);
}

static void
test_user_mistakes(void **state)
{
	static const struct mistake rows[] = {
		{"privacy without a password", USER "priv: des}\n",
			"t.yaml:3:5: found no key 'priv_password', expected it with 'priv'"},
		{"short password", USER "priv: aes128, priv_password: harness}\n",
			"t.yaml:3:82: found a password of 7 characters, expected at least 8 in "
			"'priv_password'"},
		{"password for nothing", USER "priv: none, priv_password: harness-p}\n",
			"t.yaml:3:80: found a password, expected none in 'priv_password' while "
			"'priv' is none"},
		{"privacy without authentication",
			"extends: base\nsnmp_users:\n  - {name: a, auth: none, priv: des, "
			"priv_password: harness-p}\n",
			"t.yaml:3:33: found privacy without authentication, expected 'priv: none'"},
		{"user twice",
			USER "priv: none}\n  - {name: b, auth: none, priv: none}\n"
			     "  - {name: a, auth: none, priv: none}\n",
			"t.yaml:5:12: found the user 'a' again, expected each name once"},
		{"user without a name",
			"extends: base\nsnmp_users:\n  - {name: \"\", auth: none, priv: none}\n",
			"t.yaml:3:12: found an empty name, expected 1 to 32 characters"},
		{"unknown protocol",
			"extends: base\nsnmp_users:\n  - {name: a, auth: sha3, priv: none}\n",
			"t.yaml:3:21: found 'sha3', expected one of: none, md5, sha1, sha224,"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check_mistake(&rows[i]);
}

static void
test_receivers(void **state)
{
#define RECEIVER "extends: base\nsnmp_receivers:\n  - {port: 162, "
	static const struct mistake rows[] = {
		{"no address", RECEIVER "address: printer, version: v1, name: a}\n",
			"t.yaml:3:26: found 'printer', expected the IPv4 address of a manager"},
		{"nobody's address", RECEIVER "address: 0.0.0.0, version: v1, name: a}\n",
			"t.yaml:3:26: found '0.0.0.0', expected the IPv4 address of a manager"},
		{"an inform of SNMPv1",
			RECEIVER "address: 127.0.0.1, version: v1, name: a, inform: true}\n",
			"t.yaml:3:67: found an inform of SNMPv1, expected 'version: v2c' or v3"},
		{"no community", RECEIVER "address: \"{ip}\", version: v2c, name: \"\"}\n",
			"t.yaml:3:54: found an empty name, expected a community or user"},
		{"port 0",
			"extends: base\nsnmp_receivers:\n  - {port: 0, address: 127.0.0.1, "
			"version: v1, name: a}\n",
			"t.yaml:3:12: "},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check_mistake(&rows[i]);
}

static void
test_find(void **state)
{
	struct pc_profile *p = NULL;
	struct pc_diag diag = {{0}};
	(void)state;
	assert_int_equal(pc_profile_find(DIR, "base", &p, &diag), PC_OK);
	assert_string_equal(p->id, "base");
	pc_profile_free(p);
	assert_int_equal(pc_profile_find("/", DIR "/base.yaml", &p, &diag), PC_OK);
	pc_profile_free(p);
	assert_int_equal(pc_profile_find(DIR, "nobody", &p, &diag), PC_E_NOTFOUND);
	assert_string_equal(diag.text, "no profile 'nobody' in '" DIR "', there are: base, broken, "
				       "loop-a, loop-b, part");
	assert_int_equal(pc_profile_find(DIR, "..", &p, &diag), PC_E_NOTFOUND);
	assert_int_equal(pc_profile_find("/nonexistent", "x", &p, &diag), -2);
	pc_profile_free(NULL);
}

static void
test_schema(void **state)
{
	struct pc_buf made, stored;
	(void)state;
	pc_buf_init(&made, 1 << 20);
	pc_buf_init(&stored, 1 << 20);
	assert_int_equal(pc_profile_schema(&made), PC_OK);
	assert_int_equal(
		pc_file_read(PC_SOURCE_DIR "/profiles/profile.schema.json", &stored, NULL), PC_OK);
	/* After a change: presscheck profile show --schema > profiles/profile.schema.json */
	assert_string_equal(pc_buf_text(&made), pc_buf_text(&stored));
	pc_buf_done(&made);
	pc_buf_done(&stored);
}

/* Every key of the table is in the schema under its name. */
static void
test_schema_names(void **state)
{
	struct pc_doc *doc = NULL;
	struct pc_diag diag = {{0}};
	(void)state;
	assert_int_equal(
		pc_doc_load(PC_SOURCE_DIR "/profiles/profile.schema.json", &doc, &diag), PC_OK);
	const struct pc_node *properties = pc_node_get(pc_doc_root(doc), "properties");
	const struct pc_field_table *table = pc_profile_fields();
	assert_int_equal(properties->count, table->n + 2); /* extends, abstract */
	for (size_t i = 0; i < table->n; i++) {
		const struct pc_field *f = &table->fields[i];
		const struct pc_node *n = pc_node_get(properties, f->name);
		int64_t v = 0;
		assert_non_null(n);
		if (f->kind == PC_FIELD_INTEGER) {
			assert_int_equal(pc_node_integer(pc_node_get(n, "maximum"), INT64_MIN,
						 INT64_MAX, &v, &diag),
				PC_OK);
			assert_int_equal(v, f->max);
		}
		if (f->kind == PC_FIELD_MAP)
			assert_int_equal(pc_node_get(n, "properties")->count, f->sub->n);
	}
	pc_doc_free(doc);
}

static void
count_values(void *arg, const char *path, const char *json, const char *key)
{
	struct pc_doc *doc = NULL;
	struct pc_diag diag = {{0}};
	++*(size_t *)arg;
	if (pc_doc_parse(json, strlen(json), path, &doc, &diag) != PC_OK)
		fail_msg("%s (%s): %s", path, key, diag.text);
	pc_doc_free(doc);
}

/* Nobody shall take a shipped password for one of a real device. */
static void
check_passwords(const struct pc_profile *p)
{
	for (size_t i = 0; i < p->n_snmp_users; i++) {
		const struct pc_profile_snmp_user *u = &p->snmp_users[i];
		if ((u->auth_password != NULL && strncmp(u->auth_password, "harness-", 8) != 0) ||
			(u->priv_password != NULL && strncmp(u->priv_password, "harness-", 8) != 0))
			fail_msg("%s: a password of '%s' does not begin with 'harness-'", p->id,
				u->name);
	}
}

static void
test_shipped(void **state)
{
	struct pc_profile_names names;
	struct pc_diag diag = {{0}};
	size_t models = 0;
	(void)state;
	assert_int_equal(pc_profile_names(PC_SOURCE_DIR "/profiles", &names, &diag), PC_OK);
	for (size_t i = 0; i < names.n; i++) {
		struct pc_profile *p = NULL;
		size_t values = 0;
		if (pc_profile_find(PC_SOURCE_DIR "/profiles", names.names[i], &p, &diag) != PC_OK)
			fail_msg("%s", diag.text);
		models += p->abstract ? 0 : 1;
		assert_int_equal(pc_profile_tell(p, count_values, &values), PC_OK);
		assert_true(values > 40);
		check_passwords(p);
		pc_profile_free(p);
	}
	assert_true(models >= 4);
	pc_profile_names_done(&names);
}

static void
test_arcs(void **state)
{
	static const struct {
		const char *text;
		int err;
		size_t n;
	} rows[] = {{"1.3.6", PC_OK, 3}, {".1.3.6", PC_OK, 3}, {"0", PC_OK, 1},
		{"1.4294967295", PC_OK, 2}, {"1.4294967296", PC_E_BADVALUE, 0},
		{"", PC_E_BADVALUE, 0}, {".", PC_E_BADVALUE, 0}, {"1..3", PC_E_BADVALUE, 0},
		{"1.3.", PC_E_BADVALUE, 0}, {"1.-3", PC_E_BADVALUE, 0},
		{"1.2.3.4.5", PC_E_LIMIT, 0}};
	static const uint32_t a[] = {1, 3, 6}, b[] = {1, 3, 7};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint32_t out[4];
		size_t n = 0;
		assert_int_equal(pc_arcs_parse(rows[i].text, out, 4, &n), rows[i].err);
		assert_int_equal(n, rows[i].n);
	}
	assert_int_equal(pc_arcs_compare(a, 3, b, 3), -1);
	assert_int_equal(pc_arcs_compare(b, 3, a, 3), 1);
	assert_int_equal(pc_arcs_compare(a, 2, b, 3), -1);
	assert_int_equal(pc_arcs_compare(a, 3, a, 3), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_inheritance),
		cmocka_unit_test(test_mibs),
		cmocka_unit_test(test_mistakes),
		cmocka_unit_test(test_user_mistakes),
		cmocka_unit_test(test_receivers),
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_schema),
		cmocka_unit_test(test_schema_names),
		cmocka_unit_test(test_shipped),
		cmocka_unit_test(test_arcs),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
