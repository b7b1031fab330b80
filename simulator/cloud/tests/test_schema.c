#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>
#include <zlib.h>

#include "base/err.h"
#include "cloud/body.h"
#include "cloud/schema-collection.h"
#include "cloud/schema.h"

/* ---- loading ---- */

static void
test_load(void **state)
{
	static const struct {
		const char *name, *text;
		int err;
		const char *word;
	} rows[] = {
		{"empty rule", "{}", PC_OK, ""},
		{"not JSON", "{", PC_E_SYNTAX, "x.json:1"},
		{"member twice", "{\"type\":\"object\",\"type\":\"object\"}", PC_E_SYNTAX,
			"duplicate"},
		{"unknown keyword", "{\"oneOf\":[]}", PC_E_UNSUPPORTED, "oneOf"},
		{"unknown keyword below", "{\"items\":{\"minimun\":1}}", PC_E_UNSUPPORTED,
			"minimun"},
		{"in a rule nobody uses", "{\"$defs\":{\"a\":{\"foo\":1}}}", PC_E_UNSUPPORTED,
			"foo"},
		{"unknown type", "{\"type\":\"float\"}", PC_E_BADVALUE, "type"},
		{"no type", "{\"type\":[]}", PC_E_BADVALUE, "type"},
		{"unknown format", "{\"format\":\"colour\"}", PC_E_UNSUPPORTED, "colour"},
		{"bad pattern", "{\"pattern\":\"(\"}", PC_E_BADVALUE, "pattern"},
		{"bound is a text", "{\"maximum\":\"5\"}", PC_E_BADVALUE, "maximum"},
		{"required is a text", "{\"required\":\"a\"}", PC_E_BADVALUE, "required"},
		{"empty enum", "{\"enum\":[]}", PC_E_BADVALUE, "enum"},
		{"reference to nothing", "{\"$ref\":\"#/$defs/a\"}", PC_E_BADVALUE, "$ref"},
		{"reference elsewhere", "{\"$ref\":\"other.json\"}", PC_E_BADVALUE, "$ref"},
		{"reference to itself", "{\"$defs\":{\"a\":{\"$ref\":\"#/$defs/a\"}}}", PC_E_LIMIT,
			"itself"},
		{"rule is a list", "{\"items\":[]}", PC_E_BADVALUE, "rule"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct pc_schema *s = NULL;
		struct pc_diag diag = {0};
		int err = pc_schema_load("x.json", rows[i].text, strlen(rows[i].text), &s, &diag);
		if (err != rows[i].err || strstr(diag.text, rows[i].word) == NULL)
			fail_msg("%s: %d '%s'", rows[i].name, err, diag.text);
		pc_schema_free(s);
	}
}

/* ---- keywords ---- */

static void
test_keywords(void **state)
{
	static const struct {
		const char *schema, *value;
		const char *path; /* NULL: fits */
	} rows[] = {
		{"{\"type\":\"integer\"}", "5.0", NULL},
		{"{\"type\":\"integer\"}", "5.5", ""},
		{"{\"type\":\"number\"}", "5", NULL},
		{"{\"type\":[\"string\",\"null\"]}", "null", NULL},
		{"{\"type\":[\"string\",\"null\"]}", "false", ""},
		{"{\"enum\":[1,\"a\"]}", "\"a\"", NULL},
		{"{\"enum\":[1,\"a\"]}", "\"b\"", ""},
		{"{\"const\":{\"a\":1}}", "{\"a\":1}", NULL},
		{"{\"const\":{\"a\":1}}", "{\"a\":2}", ""},
		{"{\"pattern\":\"^a$\"}", "\"a\"", NULL},
		{"{\"pattern\":\"^a$\"}", "\"a\\n\"", ""},
		{"{\"minimum\":0,\"maximum\":3}", "0", NULL},
		{"{\"minimum\":0,\"maximum\":3}", "-1", ""},
		{"{\"minimum\":0,\"maximum\":3}", "3.01", ""},
		{"{\"maxLength\":2}", "\"\\u00e9\\u00e9\"", NULL},
		{"{\"maxLength\":2}", "\"abc\"", ""},
		{"{\"minLength\":1}", "\"\"", ""},
		{"{\"maxItems\":1}", "[1,2]", ""},
		{"{\"minItems\":1}", "[]", ""},
		{"{\"items\":{\"type\":\"integer\"}}", "[1,2,\"x\"]", "[2]"},
		{"{\"required\":[\"a\"]}", "{}", "a"},
		{"{\"required\":[\"a\"]}", "7", NULL},
		{"{\"properties\":{\"a\":{\"items\":{\"required\":[\"b\"]}}}}",
			"{\"a\":[{\"b\":1},{}]}", "a[1].b"},
		{"{\"properties\":{\"a\":{}},\"additionalProperties\":false}", "{\"a\":1,\"z\":1}",
			"z"},
		{"{\"additionalProperties\":{\"type\":\"integer\"}}", "{\"a\":1,\"z\":\"\"}", "z"},
		{"{\"maxProperties\":1}", "{\"a\":1,\"z\":1}", ""},
		{"{\"propertyNames\":{\"pattern\":\"^x\"}}", "{\"x1\":1,\"y\":1}", "y"},
		{"{\"anyOf\":[{\"type\":\"string\"},{\"minimum\":5}]}", "6", NULL},
		{"{\"anyOf\":[{\"type\":\"string\"},{\"minimum\":5}]}", "4", ""},
		{"{\"$defs\":{\"a\":{\"type\":\"null\"}},\"items\":{\"$ref\":\"#/$defs/a\"}}",
			"[null,1]", "[1]"},
		{"{\"format\":\"date-time\"}", "\"2026-02-28T23:59:60.5+05:30\"", NULL},
		{"{\"format\":\"date-time\"}", "\"2024-02-29T00:00:00Z\"", NULL},
		{"{\"format\":\"date-time\"}", "\"2026-02-29T00:00:00Z\"", ""},
		{"{\"format\":\"date-time\"}", "\"2026-02-28T00:00:00\"", ""},
		{"{\"format\":\"date-time\"}", "\"2026-02-28T24:00:00Z\"", ""},
		{"{\"format\":\"date-time\"}", "\"2026-02-28T00:00:00.Z\"", ""},
		{"{\"format\":\"date-time\"}", "\"2026-02-28T00:00:00+0100\"", ""},
		{"{\"format\":\"uuid\"}", "\"0f8fad5b-d9cb-469f-a165-70867728950e\"", NULL},
		{"{\"format\":\"uuid\"}", "\"0f8fad5b-d9cb-469f-a165-70867728950\"", ""},
		{"{\"format\":\"ipv4\"}", "\"127.1.1.256\"", ""},
		{"{\"format\":\"ipv6\"}", "\"fe80::1\"", NULL},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct pc_schema *s = NULL;
		struct pc_schema_error e = {.path = "?"};
		json_t *v = json_loads(rows[i].value, JSON_DECODE_ANY, NULL);
		assert_non_null(v);
		assert_int_equal(
			pc_schema_load("x", rows[i].schema, strlen(rows[i].schema), &s, NULL),
			PC_OK);
		int err = pc_schema_check(s, v, &e);
		bool as_said = rows[i].path == NULL
				       ? err == PC_OK
				       : err == PC_E_BADVALUE && strcmp(e.path, rows[i].path) == 0;
		if (!as_said)
			fail_msg("%s against %s: %d at '%s': %s", rows[i].value, rows[i].schema,
				err, e.path, e.text);
		json_decref(v);
		pc_schema_free(s);
	}
}

/* ---- the collection document ---- */

static json_t *
load_sample(void)
{
	json_t *v = json_load_file(PC_ROOM_DIR "/tests/corpus/upload/full.json", 0, NULL);
	assert_non_null(v);
	return v;
}

/* Rows change one thing of the full sample: put `value` (NULL removes) at member `name` of the
 * object that jansson finds along `where` ("agent", "devices/0/consumables/0"). */
static json_t *
walk(json_t *v, const char *where)
{
	while (*where != '\0' && v != NULL) {
		char part[64];
		size_t n = strcspn(where, "/");
		snprintf(part, sizeof(part), "%.*s", (int)n, where);
		v = json_is_array(v) ? json_array_get(v, (size_t)(part[0] - '0'))
				     : json_object_get(v, part);
		where += n + (where[n] == '/');
	}
	return v;
}

static void
test_collection(void **state)
{
	static const struct {
		const char *where, *name, *value, *path; /* path NULL: fits */
	} rows[] = {
		{"", "schema", "\"ers-collection/2\"", "schema"},
		{"", "documentId", "\"x\"", "documentId"},
		{"", "extra", "1", "extra"},
		{"agent", "companyName", NULL, "agent.companyName"},
		{"agent", "agentId", "\"a/b\"", "agent.agentId"},
		{"agent", "agentType", "\"XX\"", "agent.agentType"},
		{"agent", "agentVersion", "\"1.0\"", "agent.agentVersion"},
		{"agent", "vendorName", "\"ACME\"", "agent.vendorName"},
		{"agent", "collectionType", "\"daily\"", "agent.collectionType"},
		{"agent", "sentDate", "\"yesterday\"", "agent.sentDate"},
		{"agent", "timeZone", "\"Europe/Paris\"", NULL},
		{"agent", "timeZone", "\"+1\"", "agent.timeZone"},
		{"devices/0", "serialNumber", NULL, "devices[0].serialNumber"},
		{"devices/0", "serialNumber", "null", "devices[0].serialNumber"},
		{"devices/0", "status", "\"asleep\"", "devices[0].status"},
		{"devices/0", "status", NULL, "devices[0].status"},
		{"devices/0", "ipAddress", "\"300.1.1.1\"", "devices[0].ipAddress"},
		{"devices/0", "ipAddress", "\"fe80::1\"", NULL},
		{"devices/0", "macAddress", "\"02-00-00-00-00-01\"", "devices[0].macAddress"},
		{"devices/0", "paperJamCount", "-1", "devices[0].paperJamCount"},
		{"devices/0", "location", NULL, NULL},
		{"devices/0", "phoneBook", "[]", "devices[0].phoneBook"},
		{"devices/0/consumables/0", "kind", "\"magic\"", "devices[0].consumables[0].kind"},
		{"devices/0/consumables/0", "remaining", "100.5",
			"devices[0].consumables[0].remaining"},
		{"devices/0/consumables/0", "level", NULL, "devices[0].consumables[0].level"},
		{"devices/0/pageCounters/byFunction", "print", "1.5",
			"devices[0].pageCounters.byFunction.print"},
		{"devices/0/settings", "network", "{\"dns\":[\"127.0.0.1\"]}", NULL},
		{"devices/0/settings", "network", "[]", "devices[0].settings.network"},
		{"devices/1", "ipAddress", NULL,
			NULL}, /* unreachable: its serial number is enough */
		{"devices/1", "serialNumber", NULL, NULL}, /* so is its address */
		{"devices/0", "ipAddress", NULL, NULL},
	};
	struct pc_schema *s = NULL;
	(void)state;
	assert_int_equal(pc_schema_load("collection", pc_schema_collection,
				 pc_schema_collection_len, &s, NULL),
		PC_OK);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct pc_schema_error e = {.path = "?"};
		json_t *doc = load_sample();
		json_t *v = walk(doc, rows[i].where);
		assert_int_equal(pc_schema_check(s, doc, &e), PC_OK);
		assert_non_null(v);
		if (rows[i].value == NULL)
			assert_int_equal(json_object_del(v, rows[i].name), 0);
		else
			json_object_set_new(
				v, rows[i].name, json_loads(rows[i].value, JSON_DECODE_ANY, NULL));
		int err = pc_schema_check(s, doc, &e);
		bool as_said = rows[i].path == NULL
				       ? err == PC_OK
				       : err == PC_E_BADVALUE && strcmp(e.path, rows[i].path) == 0;
		if (!as_said)
			fail_msg("%s.%s: %d at '%s': %s", rows[i].where, rows[i].name, err, e.path,
				e.text);
		json_decref(doc);
	}
	pc_schema_free(s);
}

/* ---- bodies ---- */

static void
test_json_limits(void **state)
{
	static const struct {
		const char *name, *text, *word; /* word NULL: fine */
	} rows[] = {
		{"object", "{\"a\":[1,2]}", NULL},
		{"nothing", "", "expected"},
		{"half", "{\"a\":", "column"},
		{"twice", "{\"a\":1,\"a\":1}", "duplicate"},
		{"escaped NUL", "{\"a\":\"\\u0000\"}", "\\u0000"},
		{"not UTF-8", "{\"a\":\"\xff\"}", "decode"},
		{"depth 16", "[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]", NULL},
		{"depth 17", "[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]", "deeper"},
		{"brackets in a text", "[\"[[[[[[[[[[[[[[[[[[[[\\\"[[[\"]", NULL},
		{"huge number", "[1e999]", "overflow"},
		{"rest", "{} {}", "end of file"},
	};
	char error[PC_BODY_ERROR_MAX];
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		error[0] = '\0';
		json_t *v = pc_body_json(rows[i].text, strlen(rows[i].text), error);
		bool as_said = rows[i].word == NULL
				       ? v != NULL
				       : v == NULL && strstr(error, rows[i].word) != NULL;
		if (!as_said)
			fail_msg("%s: '%s'", rows[i].name, error);
		json_decref(v);
	}
	assert_null(pc_body_json("{\"a\"\0:1}", 8, error));
}

static size_t
gzip(const char *text, size_t len, uint8_t *out, size_t size)
{
	z_stream z = {0};
	assert_int_equal(
		deflateInit2(&z, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
	z.next_in = (z_const Bytef *)(uintptr_t)text;
	z.avail_in = (uInt)len;
	z.next_out = out;
	z.avail_out = (uInt)size;
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	deflateEnd(&z);
	return size - z.avail_out;
}

static void
test_gzip(void **state)
{
	static const char text[] = "{\"hello\":\"hello hello hello hello hello\"}";
	uint8_t z[512];
	struct pc_buf out;
	(void)state;
	size_t n = gzip(text, strlen(text), z, sizeof(z) - 1);
	pc_buf_init(&out, strlen(text));
	assert_int_equal(pc_body_decode("gzip", z, n, &out), PC_OK);
	assert_string_equal(pc_buf_text(&out), text);
	for (size_t cut = 0; cut < n; cut++) {
		pc_buf_clear(&out);
		assert_int_equal(pc_body_decode("gzip", z, cut, &out), PC_E_TRUNCATED);
	}
	pc_buf_clear(&out);
	z[n] = 'x';
	assert_int_equal(pc_body_decode("gzip", z, n + 1, &out), PC_E_BADVALUE);
	pc_buf_clear(&out);
	z[n - 6] ^= 1; /* checksum */
	assert_int_equal(pc_body_decode("gzip", z, n, &out), PC_E_BADVALUE);
	pc_buf_clear(&out);
	assert_int_equal(
		pc_body_decode("gzip", (const uint8_t *)text, sizeof(text), &out), PC_E_BADVALUE);
	assert_int_equal(pc_body_decode("br", z, n, &out), PC_E_UNSUPPORTED);
	assert_int_equal(pc_body_decode(NULL, (const uint8_t *)text, 5, &out), PC_OK);
	z[n - 6] ^= 1;
	pc_buf_done(&out);
	pc_buf_init(&out, strlen(text) - 1);
	assert_int_equal(pc_body_decode("gzip", z, n, &out), PC_E_LIMIT);
	pc_buf_done(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_load),
		cmocka_unit_test(test_keywords),
		cmocka_unit_test(test_collection),
		cmocka_unit_test(test_json_limits),
		cmocka_unit_test(test_gzip),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
