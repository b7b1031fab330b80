/* Tests of record: status, kinds, texts, dates, 1284 IDs, the JSON object. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "agents/document.h"
#include "agents/record.h"
#include "base/err.h"

static void
test_status(void **state)
{
	static const struct {
		int32_t device, printer;
		const char *word;
	} rows[] = {
		{2, 3, "idle"},
		{2, 4, "printing"},
		{2, 5, "warmup"},
		{2, 1, "idle"},
		{3, 3, "warning"},
		{3, 4, "warning"},
		{5, 1, "down"},
		{5, 5, "warmup"},
		{1, 2, "unknown"},
		{0, 0, "unknown"},
		{99, 99, "unknown"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(
			pc_record_status_text(pc_record_status_of(rows[i].device, rows[i].printer)),
			rows[i].word);
}

static void
test_kinds(void **state)
{
	static const struct {
		int32_t type;
		const char *description, *kind;
	} rows[] = {
		{5, "Black", "ink"},
		{6, "", "ink"},
		{3, "", "toner"},
		{21, "", "toner"},
		{8, "Maintenance Box", "maintenanceUnit"},
		{4, "", "maintenanceUnit"},
		{9, "", "opc"},
		{20, "Transfer Unit", "transferUnit"},
		{20, "Transfer Belt", "transferBelt"},
		{1, "belt cleaner", "transferBelt"},
		{15, "", "fuser"},
		{1, "", "other"},
		{32, "Staples", "other"},
		{-7, "", "other"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(
			pc_record_supply_kind(rows[i].type, rows[i].description), rows[i].kind);
}

static void
test_text(void **state)
{
	static const struct {
		const char *name, *in;
		size_t len, size;
		const char *out;
	} rows[] = {
		{"plain", "abc", 3, 96, "abc"},
		{"stops at NUL", "ab\0c", 4, 96, "ab"},
		{"trailing blanks", "ab  ", 4, 96, "ab"},
		{"control", "a\tb", 3, 96, "a b"},
		{"UTF-8 stays", "\xc3\xa9", 2, 96, "\xc3\xa9"},
		{"Latin-1", "\xe9!", 2, 96, "\xc3\xa9!"},
		{"cut UTF-8", "\xe2\x82", 2, 96, "\xc3\xa2\xc2\x82"},
		{"surrogate is none", "\xed\xa0\x80", 3, 96, "\xc3\xad\xc2\xa0\xc2\x80"},
		{"cut to size", "abcdef", 6, 4, "abc"},
		{"no half character", "ab\xc3\xa9", 4, 4, "ab"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char out[96];
		pc_record_text(out, rows[i].size, (const uint8_t *)rows[i].in, rows[i].len);
		if (strcmp(out, rows[i].out) != 0)
			fail_msg("%s: '%s'", rows[i].name, out);
	}
}

static void
test_dates(void **state)
{
	static const struct {
		const char *name;
		uint8_t in[12];
		size_t len;
		const char *out; /* NULL: no date */
	} rows[] = {
		{"UTC", {0x07, 0xea, 11, 20, 10, 49, 0, 0, '+', 0, 0}, 11, "2026-11-20T10:49:00Z"},
		{"zone", {0x07, 0xea, 11, 20, 10, 49, 0, 0, '-', 3, 30}, 11,
			"2026-11-20T10:49:00-03:30"},
		{"no zone", {0x07, 0xea, 1, 2, 3, 4, 5, 6}, 8, "2026-01-02T03:04:05Z"},
		{"month 13", {0x07, 0xea, 13, 2, 3, 4, 5, 6}, 8, NULL},
		{"month 0", {0x07, 0xea, 0, 2, 3, 4, 5, 6}, 8, NULL},
		{"hour 24", {0x07, 0xea, 1, 2, 24, 4, 5, 6}, 8, NULL},
		{"zone sign", {0x07, 0xea, 1, 2, 3, 4, 5, 6, 'x', 0, 0}, 11, NULL},
		{"never", {0}, 8, NULL},
		{"short", {0x07, 0xea, 1, 2, 3, 4, 5}, 7, NULL},
	};
	char out[PC_CLOCK_TEXT_MAX];
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bool ok = pc_record_date(rows[i].in, rows[i].len, out);
		if (ok != (rows[i].out != NULL) || (ok && strcmp(out, rows[i].out) != 0))
			fail_msg("%s: '%s'", rows[i].name, ok ? out : "(none)");
	}
	pc_record_time(UINT64_C(1795171740123) * 1000000, -210, out);
	assert_string_equal(out, "2026-11-20T07:19:00.123-03:30");
}

static void
test_1284(void **state)
{
	char out[32];
	(void)state;
	assert_true(
		pc_record_1284("MFG:EPSON;CMD:ESCPL2;MDL:WF-1 Series;", "MDL", "MODEL", out, 32));
	assert_string_equal(out, "WF-1 Series");
	assert_true(pc_record_1284("MANUFACTURER:Xerox; MODEL:C9", "MFG", "MANUFACTURER", out, 32));
	assert_string_equal(out, "Xerox");
	assert_true(pc_record_1284("MANUFACTURER:Xerox; MODEL:C9", "MDL", "MODEL", out, 32));
	assert_string_equal(out, "C9");
	assert_false(pc_record_1284("MFG:EPSON;", "MDL", "MODEL", out, 32));
	assert_false(pc_record_1284("", "MDL", "MODEL", out, 32));
	assert_false(pc_record_1284(";;;MDL", "MDL", "MODEL", out, 32));
}

static json_t *
to_json(const struct pc_record *r, bool nulls)
{
	char *text = pc_record_to_json(r, nulls);
	assert_non_null(text);
	json_t *o = json_loads(text, 0, NULL);
	free(text);
	assert_non_null(o);
	return o;
}

static void
test_json(void **state)
{
	struct pc_record *r = calloc(1, sizeof(*r));
	(void)state;
	pc_record_init(r);
	snprintf(r->serial, sizeof(r->serial), "X1");
	r->status = PC_RECORD_WARNING;
	r->total_pages = 12;
	r->n_supplies = 3;
	r->supplies[0] = (struct pc_record_supply){
		.type = 6, .level = 1, .capacity = 3, .replacements = 2, .color = "black"};
	r->supplies[1] = (struct pc_record_supply){
		.type = 8, .level = -3, .capacity = -2, .replacements = -1};
	r->n_sizes = 1;
	snprintf(r->sizes[0].name, sizeof(r->sizes[0].name), "iso_a4_210x297mm");
	r->sizes[0].sides[0][0] = 5;
	r->sizes[0].duplex = true;
	json_t *o = to_json(r, false);
	json_t *black = json_array_get(json_object_get(o, "consumables"), 0);
	assert_int_equal(json_array_size(json_object_get(o, "consumables")), 2);
	assert_true(json_real_value(json_object_get(black, "remaining")) > 33.29);
	assert_true(json_real_value(json_object_get(black, "remaining")) < 33.31);
	assert_int_equal(json_integer_value(json_object_get(black, "replacements")), 2);
	json_t *box = json_array_get(json_object_get(o, "consumables"), 1);
	assert_string_equal(json_string_value(json_object_get(box, "remainingState")), "some");
	assert_null(json_object_get(box, "remaining"));
	assert_null(json_object_get(box, "replacements"));
	json_t *a4 = json_object_get(
		json_object_get(json_object_get(o, "pageCounters"), "bySize"), "iso_a4_210x297mm");
	assert_int_equal(json_integer_value(json_object_get(a4, "monoSimplex")), 5);
	assert_non_null(json_object_get(a4, "monoDuplex"));
	assert_null(json_object_get(a4, "colorSimplex"));
	assert_null(json_object_get(o, "scanCounters"));
	assert_null(json_object_get(o, "location"));
	assert_null(json_object_get(o, "paperJamCount"));
	json_decref(o);
	o = to_json(r, true);
	assert_true(json_is_null(json_object_get(o, "location")));
	json_decref(o);
	free(r);
}

static void
test_document(void **state)
{
	struct pc_document_agent a = {.agent_id = "a1",
		.agent_type = "DC",
		.framework = "f",
		.os = "o",
		.time_zone = "+01:00",
		.offset_minutes = 60};
	struct pc_buf b;
	int minutes = 0;
	char id[PC_DOCUMENT_ID_MAX], other[PC_DOCUMENT_ID_MAX];
	(void)state;
	pc_document_id("a1", 5, 1, id);
	pc_document_id("a1", 5, 2, other);
	assert_string_not_equal(id, other);
	pc_document_id("a2", 5, 1, other);
	assert_string_not_equal(id, other);
	pc_document_id("a1", 5, 1, other);
	assert_string_equal(id, other);
	assert_int_equal(id[14], '4');
	pc_buf_init(&b, 100000);
	assert_int_equal(
		pc_document_make(&a, "initial", id, 2000000000, 1000000000, "{}", &b), PC_OK);
	pc_document_stamp(&b, 61000000000, 60);
	json_t *o = json_loads(pc_buf_text(&b), 0, NULL);
	assert_non_null(o);
	json_t *agent = json_object_get(o, "agent");
	assert_string_equal(json_string_value(json_object_get(agent, "companyName")), "anonymous");
	assert_string_equal(json_string_value(json_object_get(agent, "sentDate")),
		"1970-01-01T01:01:01.000+01:00");
	assert_string_equal(json_string_value(json_object_get(agent, "dueDate")),
		"1970-01-01T01:00:01.000+01:00");
	json_decref(o);
	pc_buf_done(&b);
	assert_int_equal(pc_document_zone("-03:30", &minutes), PC_OK);
	assert_int_equal(minutes, -210);
	assert_int_equal(pc_document_zone("+15:00", &minutes), PC_E_BADVALUE);
	assert_int_equal(pc_document_zone("Europe/Paris", &minutes), PC_E_BADVALUE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_status),
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_dates),
		cmocka_unit_test(test_1284),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_document),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
