/* Tests of codec/slp: every message of both versions, every cut, lengths and extensions that lie;
 * lists, attributes and filters. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/text.h"
#include "codec/slp.h"

static const struct {
	const char *name, *hex;
	int expected;
	bool as_is; /* writing gives the same bytes */
} rows[] = {
	{"v2 SrvRqst, multicast",
		"0201000046200000000012340002656E0000000F736572766963653A7072696E74657200074445"
		"4641554C54001628636F6C6F722D737570706F727465643D74727565290000",
		PC_OK, true},
	{"v2 SrvRqst repeated with who has answered",
		"0201000033200000000012340002656E000A3132372E302E31302E37000F736572766963653A70"
		"72696E746572000000000000",
		PC_OK, true},
	{"v2 SrvRply",
		"0202000072000000000012340002656E0000000200FFFF0029736572766963653A7072696E7465"
		"723A6C70723A2F2F3132372E302E31302E372F50415353544852550000FFFF0029736572766963"
		"653A7072696E7465723A7261772D7463703A2F2F3132372E302E31302E373A3931303000",
		PC_OK, true},
	{"v2 SrvRply with an authentication block",
		"0202000053000000000012340002656E0000000100012C0029736572766963653A7072696E7465"
		"723A6C70723A2F2F3132372E302E31302E372F5041535354485255010002001000000000000000"
		"0000000000",
		PC_OK, true},
	{"v2 SrvRply, overflow", "0202000014800000000012340002656E00000000", PC_OK, true},
	{"v2 SrvReg, fresh",
		"0203000065400000000012340002656E00003C0029736572766963653A7072696E7465723A6C70"
		"723A2F2F3132372E302E31302E372F5041535354485255000013736572766963653A7072696E74"
		"65723A6C7072000744454641554C54000528613D312900",
		PC_OK, true},
	{"v2 SrvDeReg",
		"020400004A000000000012340002656E000744454641554C540000000029736572766963653A70"
		"72696E7465723A6C70723A2F2F3132372E302E31302E372F5041535354485255000000",
		PC_OK, true},
	{"v2 SrvAck", "0205000012000000000012340002656E000D", PC_OK, true},
	{"v2 AttrRqst",
		"0206000053000000000012340002656E00000029736572766963653A7072696E7465723A6C7072"
		"3A2F2F3132372E302E31302E372F5041535354485255000744454641554C5400097072696E7465"
		"722D2A0000",
		PC_OK, true},
	{"v2 AttrRply",
		"020700002D000000000012340002656E00000018287072696E7465722D6E616D653D41292C2878"
		"3D312C322900",
		PC_OK, true},
	{"v2 DAAdvert",
		"0208000049000000000012340002656E0000000003E80023736572766963653A6469726563746F"
		"72792D6167656E743A2F2F3139322E302E322E31000744454641554C540000000000",
		PC_OK, true},
	{"v2 SrvTypeRqst, all authorities",
		"020900001D000000000012340002656E0000FFFF000744454641554C54", PC_OK, true},
	{"v2 SrvTypeRqst, one authority",
		"020900001F000000000012340002656E000000026870000744454641554C54", PC_OK, true},
	{"v2 SrvTypeRply",
		"020A00003F000000000012340002656E0000002B736572766963653A7072696E7465723A6C7072"
		"2C736572766963653A7072696E7465723A7261772D746370",
		PC_OK, true},
	{"v2 SAAdvert",
		"020B000040000000000012340002656E0022736572766963653A736572766963652D6167656E74"
		"3A2F2F3132372E302E31302E37000744454641554C54000000",
		PC_OK, true},
	{"v2 another language", "020500001500000000001234000564652D43480001", PC_OK, true},
	{"v2 an optional extension",
		"0201000037000000003012340002656E0000000F736572766963653A7072696E74657200074445"
		"4641554C540000000000020000007878",
		PC_OK, false},
	{"v2 a mandatory extension",
		"0201000035000000003012340002656E0000000F736572766963653A7072696E74657200074445"
		"4641554C54000000004001000000",
		PC_OK, false},
	{"v2 an extension before the body",
		"0201000030000000001012340002656E0000000F736572766963653A7072696E74657200074445"
		"4641554C5400000000",
		PC_E_BADVALUE, false},
	{"v2 an extension outside",
		"02010000300000000FA012340002656E0000000F736572766963653A7072696E74657200074445"
		"4641554C5400000000",
		PC_E_BADVALUE, false},
	{"v2 an extension that points at itself",
		"0201000035000000003012340002656E0000000F736572766963653A7072696E74657200074445"
		"4641554C54000000000002000030",
		PC_E_BADVALUE, false},
	{"v2 a string beyond the message",
		"0201000030000000000012340002656E0000000F736572766963653A7072696E74657200074445"
		"4641554C5400000005",
		PC_E_BADVALUE, false},
	{"v2 an authentication block of no length",
		"0202000047000000000012340002656E0000000100012C0029736572766963653A7072696E7465"
		"723A6C70723A2F2F3132372E302E31302E372F50415353544852550100020000",
		PC_E_BADVALUE, false},
	{"v2 more URLs announced than there are",
		"0202000043000000000012340002656E0000000900012C0029736572766963653A7072696E7465"
		"723A6C70723A2F2F3132372E302E31302E372F504153535448525500",
		PC_E_BADVALUE, false},
	{"v2 unknown function",
		"020C000030000000000012340002656E0000000F736572766963653A7072696E74657200074445"
		"4641554C5400000000",
		PC_E_UNSUPPORTED, false},
	{"v2 a length under the header", "020500000A000000000012340002656E0001", PC_E_BADVALUE,
		false},
	{"v2 a language beyond the message", "020500000E000000000012340002656E0001", PC_E_BADVALUE,
		false},
	{"v2 a length over the datagram", "0205000013000000000012340002656E0001", PC_E_TRUNCATED,
		false},
	{"v2 a message of 64 KB and more", "0205010012000000000012340002656E0001", PC_E_LIMIT,
		false},
	{"version 3", "0305000012000000000012340002656E0001", PC_E_UNSUPPORTED, false},
	{"v1 SrvRqst",
		"010100380000656E0003123400000028736572766963653A7072696E7465722F2F28636F6C6F72"
		"2D737570706F727465643D74727565292F",
		PC_OK, true},
	{"v1 SrvRply",
		"0102003D0000656E0003123400000001FFFF0029736572766963653A7072696E7465723A6C7072"
		"3A2F2F3132372E302E31302E372F5041535354485255",
		PC_OK, true},
	{"v1 SrvRply with authentication",
		"0102004D2000656E0003123400000001FFFF0029736572766963653A7072696E7465723A6C7072"
		"3A2F2F3132372E302E31302E372F504153535448525500000000000000000002000461626364",
		PC_OK, false},
	{"v1 SrvReg",
		"010300400000656E00031234003C0029736572766963653A7072696E7465723A6C70723A2F2F31"
		"32372E302E31302E372F5041535354485255000528613D3129",
		PC_OK, true},
	{"v1 SrvDeReg",
		"010400390000656E000312340029736572766963653A7072696E7465723A6C70723A2F2F313237"
		"2E302E31302E372F50415353544852550000",
		PC_OK, true},
	{"v1 SrvAck", "0105000E0000656E000312340000", PC_OK, true},
	{"v1 AttrRqst of HP",
		"0106002C0000656E0003123400000018736572766963653A782D68706E702D646973636F766572"
		"3A00000000",
		PC_OK, true},
	{"v1 AttrRply",
		"010700270000656E000312340000001728782D68702D6D61633D30323030356531303030303729",
		PC_OK, true},
	{"v1 AttrRply with authentication",
		"010700251000656E000312340000000528613D312900000000000000000002000461626364", PC_OK,
		false},
	{"v1 DAAdvert",
		"010800350000656E0003123400000023736572766963653A6469726563746F72792D6167656E74"
		"3A2F2F3139322E302E322E310000",
		PC_OK, true},
	{"v1 SrvTypeRqst", "010900120000656E000312340000FFFF0000", PC_OK, true},
	{"v1 SrvTypeRply",
		"010A003E0000656E00031234000000020013736572766963653A7072696E7465723A6C70720017"
		"736572766963653A7072696E7465723A7261772D746370",
		PC_OK, true},
	{"v1 overflow, Latin-1", "010700108000656E0004123400000000", PC_OK, true},
	{"v1 has no SAAdvert", "010B000E0000656E000312340000", PC_E_UNSUPPORTED, false},
	{"v1 a length under the header", "0105000B0000656E000312340000", PC_E_BADVALUE, false},
};

enum { ROWS = sizeof(rows) / sizeof(rows[0]), BYTES_MAX = 512 };

static size_t
row_bytes(size_t row, uint8_t out[BYTES_MAX])
{
	size_t n = 0;
	assert_int_equal(pc_text_unhex(rows[row].hex, out, BYTES_MAX, &n), PC_OK);
	return n;
}

static struct pc_slp
row_named(const char *name, uint8_t in[BYTES_MAX])
{
	struct pc_slp m = {0};
	for (size_t i = 0; i < ROWS; i++) {
		if (strcmp(rows[i].name, name) == 0) {
			size_t n = row_bytes(i, in);
			assert_int_equal(pc_slp_read(in, n, &m), PC_OK);
			return m;
		}
	}
	fail_msg("no row %s", name);
	return m;
}

static void
test_messages(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS; i++) {
		uint8_t in[BYTES_MAX], out[BYTES_MAX];
		size_t n = row_bytes(i, in), written = 0, bytes = 0;
		struct pc_slp m;
		print_message("%s\n", rows[i].name);
		assert_int_equal(pc_slp_read(in, n, &m), rows[i].expected);
		if (rows[i].expected != PC_OK)
			continue;
		assert_int_equal(pc_slp_length(in, n, &bytes), PC_OK);
		assert_int_equal(bytes, n);
		for (size_t cut = 0; cut < n; cut++) {
			struct pc_slp ignored;
			assert_int_equal(pc_slp_read(in, cut, &ignored), PC_E_TRUNCATED);
		}
		if (!rows[i].as_is)
			continue;
		assert_int_equal(pc_slp_write(&m, out, sizeof(out), &written), PC_OK);
		assert_int_equal(written, n);
		assert_memory_equal(out, in, n);
		for (size_t size = 0; size < n; size++)
			assert_int_equal(pc_slp_write(&m, out, size, &written), PC_E_NOSPACE);
	}
}

#define IS(text, expected) assert_true(pc_slp_text_is(text, expected))

static void
test_fields(void **state)
{
	uint8_t in[BYTES_MAX];
	struct pc_slp_url url;
	size_t at = 0;
	struct pc_slp m = row_named("v2 SrvRqst, multicast", in);
	(void)state;
	assert_true(m.multicast);
	assert_int_equal(m.xid, 0x1234);
	IS(m.language, "en");
	IS(m.type, "service:printer");
	IS(m.scopes, "DEFAULT");
	IS(m.predicate, "(color-supported=true)");
	m = row_named("v2 SrvRply", in);
	assert_int_equal(m.n_entries, 2);
	assert_true(pc_slp_url_next(&m, &at, &url));
	IS(url.url, "service:printer:lpr://127.0.10.7/PASSTHRU");
	assert_int_equal(url.lifetime, 65535);
	assert_true(pc_slp_url_next(&m, &at, &url));
	IS(url.url, "service:printer:raw-tcp://127.0.10.7:9100");
	assert_false(pc_slp_url_next(&m, &at, &url));
	m = row_named("v1 SrvRply with authentication", in);
	at = 0;
	assert_true(pc_slp_url_next(&m, &at, &url));
	IS(url.url, "service:printer:lpr://127.0.10.7/PASSTHRU");
	assert_false(pc_slp_url_next(&m, &at, &url));
	m = row_named("v1 SrvTypeRply", in);
	at = 0;
	assert_true(pc_slp_url_next(&m, &at, &url));
	IS(url.url, "service:printer:lpr");
	m = row_named("v1 SrvRqst", in);
	IS(m.predicate, "service:printer//(color-supported=true)/");
	assert_int_equal(m.charset, PC_SLP_ASCII);
	m = row_named("v2 SrvReg, fresh", in);
	assert_true(m.fresh);
	assert_int_equal(m.lifetime, 60);
	IS(m.attributes, "(a=1)");
	m = row_named("v2 DAAdvert", in);
	assert_int_equal(m.boot, 1000);
	m = row_named("v2 SrvTypeRqst, all authorities", in);
	assert_true(m.all_authorities);
	m = row_named("v2 SrvTypeRqst, one authority", in);
	assert_false(m.all_authorities);
	IS(m.authority, "hp");
	m = row_named("v2 a mandatory extension", in);
	assert_true(m.unknown_option);
	m = row_named("v2 an optional extension", in);
	assert_false(m.unknown_option);
}

/* What an answer to a message with errors needs is there. */
static void
test_errors_tell(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS; i++) {
		uint8_t in[BYTES_MAX];
		size_t n = row_bytes(i, in);
		struct pc_slp m;
		if (strcmp(rows[i].name, "v2 a string beyond the message") != 0 &&
			strcmp(rows[i].name, "v2 unknown function") != 0)
			continue;
		assert_int_not_equal(pc_slp_read(in, n, &m), PC_OK);
		assert_int_equal(m.version, 2);
		assert_int_equal(m.xid, 0x1234);
		IS(m.language, "en");
	}
	static char long_text[70000];
	memset(long_text, 'x', sizeof(long_text) - 1);
	struct pc_slp m = {.version = 2, .function = PC_SLP_ATTRRPLY};
	uint8_t out[64];
	size_t n;
	m.attributes = pc_slp_text(long_text);
	assert_int_equal(pc_slp_write(&m, out, sizeof(out), &n), PC_E_LIMIT);
	m.function = 99;
	assert_int_equal(pc_slp_write(&m, out, sizeof(out), &n), PC_E_UNSUPPORTED);
	assert_string_equal(pc_slp_function_name(PC_SLP_SAADVERT), "SAAdvert");
	assert_null(pc_slp_function_name(12));
	assert_null(pc_slp_function_name(0));
}

static void
test_words(void **state)
{
	struct pc_slp_text list = pc_slp_text(" default, lab ,,third"), word;
	size_t at = 0;
	(void)state;
	assert_true(pc_slp_list_next(list, &at, &word));
	IS(word, "DEFAULT");
	assert_true(pc_slp_list_next(list, &at, &word));
	IS(word, "lab");
	assert_true(pc_slp_list_next(list, &at, &word));
	IS(word, "third");
	assert_false(pc_slp_list_next(list, &at, &word));
	assert_true(pc_slp_list_has(list, pc_slp_text("LAB")));
	assert_false(pc_slp_list_has(list, pc_slp_text("la")));
	assert_true(pc_slp_lists_meet(list, pc_slp_text("x,third")));
	assert_false(pc_slp_lists_meet(list, pc_slp_text("")));
	static const struct {
		const char *asked, *type;
		bool matches;
	} types[] = {
		{"service:printer", "service:printer:lpr", true},
		{"SERVICE:Printer:LPR", "service:printer:lpr", true},
		{"service:printer:raw-tcp", "service:printer:lpr", false},
		{"service:print", "service:printer:lpr", false},
		{"service:printer:lpr:x", "service:printer:lpr", false},
		{"", "service:printer:lpr", false},
	};
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		assert_int_equal(pc_slp_type_matches(
					 pc_slp_text(types[i].asked), pc_slp_text(types[i].type)),
			types[i].matches);
}

#define ATTRIBUTES \
	"(printer-name=EPSON1A),(color-supported=true),(sides-supported=one-sided,two-sided)," \
	"(pages-per-minute=25),keyword,(printer-location=2\\2C east \\28old\\29)"

static void
test_attributes(void **state)
{
	struct pc_slp_text list = pc_slp_text(ATTRIBUTES);
	struct pc_slp_attribute a;
	char out[256];
	size_t at = 0, n = 0;
	(void)state;
	for (int i = 0; i < 3; i++)
		assert_true(pc_slp_attribute_next(list, &at, &a));
	IS(a.tag, "sides-supported");
	IS(a.values, "one-sided,two-sided");
	assert_true(pc_slp_attribute_next(list, &at, &a));
	assert_true(pc_slp_attribute_next(list, &at, &a));
	assert_true(a.keyword);
	IS(a.tag, "keyword");
	assert_true(pc_slp_attribute_next(list, &at, &a));
	IS(a.values, "2\\2C east \\28old\\29");
	assert_false(pc_slp_attribute_next(list, &at, &a));
	assert_int_equal(at, list.len);
	static const char *const bad[] = {"(a=1", "(a)", "(a=1),(b"};
	for (size_t i = 0; i < 3; i++) {
		for (at = 0; pc_slp_attribute_next(pc_slp_text(bad[i]), &at, &a);)
			continue;
		assert_true(at < strlen(bad[i]));
	}
	n = 0;
	assert_int_equal(pc_slp_escape("2, east (old)", out, sizeof(out), &n), PC_OK);
	assert_string_equal(out, "2\\2C east \\28old\\29");
	assert_int_equal(pc_slp_escape("x", out, n + 1, &n), PC_E_NOSPACE);
	static const struct {
		const char *tags, *expected;
	} selections[] = {
		{"printer-name", "(printer-name=EPSON1A)"},
		{"PRINTER-N*,keyword", "(printer-name=EPSON1A),keyword"},
		{"nothing", ""},
		{"", ATTRIBUTES},
		{"*", ATTRIBUTES},
	};
	for (size_t i = 0; i < sizeof(selections) / sizeof(selections[0]); i++) {
		assert_int_equal(
			pc_slp_select(list, pc_slp_text(selections[i].tags), out, sizeof(out), &n),
			PC_OK);
		assert_int_equal(n, strlen(selections[i].expected));
		assert_memory_equal(out, selections[i].expected, n);
	}
	assert_int_equal(pc_slp_select(list, pc_slp_text(""), out, 20, &n), PC_E_NOSPACE);
}

static const struct {
	const char *filter;
	int expected; /* 1, 0, or an error */
} filters[] = {
	{"", 1},
	{"(color-supported=true)", 1},
	{" ( Color-Supported = TRUE ) ", 1},
	{"(color-supported=false)", 0},
	{"(missing=*)", 0},
	{"(keyword=*)", 1},
	{"(keyword=x)", 0},
	{"(sides-supported=two-sided)", 1},
	{"(sides-supported=two*)", 1},
	{"(sides-supported=*sided)", 1},
	{"(printer-name=*S*N*A)", 1},
	{"(printer-name=*S*N*B)", 0},
	{"(printer-name=EPSON1)", 0},
	{"(printer-location=2\\2c east \\28old\\29)", 1},
	{"(pages-per-minute>=25)", 1},
	{"(pages-per-minute>=3)", 1}, /* a number, not a text */
	{"(pages-per-minute>=26)", 0},
	{"(pages-per-minute<=25)", 1},
	{"(pages-per-minute=025)", 1},
	{"(printer-name~=epson1a)", 1},
	{"(printer-name>=EPSON1A)", 1},
	{"(printer-name<=EPSON)", 0},
	{"(!(color-supported=true))", 0},
	{"(&(color-supported=true)(pages-per-minute>=20))", 1},
	{"(&(color-supported=true)(pages-per-minute>=30))", 0},
	{"(|(color-supported=false)(pages-per-minute>=20))", 1},
	{"(&(|(a=1)(!(b=2)))(printer-name=*))", 1},
	{"color-supported=true", PC_E_SYNTAX},
	{"(color-supported)", PC_E_SYNTAX},
	{"(=true)", PC_E_SYNTAX},
	{"(>=true)", PC_E_SYNTAX},
	{"(color-supported=true", PC_E_SYNTAX},
	{"(a=1)(b=2)", PC_E_SYNTAX},
	{"(&)", PC_E_SYNTAX},
	{"(!(a=1)(b=2))", PC_E_SYNTAX},
	{"((a=1))", PC_E_SYNTAX},
	{"(", PC_E_SYNTAX},
	{"(!(!(!(!(!(!(!(!(!(!(!(!(!(!(!(a=1))))))))))))))))", 1},
	{"(!(!(!(!(!(!(!(!(!(!(!(!(!(!(!(!(a=1)))))))))))))))))", PC_E_SYNTAX},
};

static void
test_filters(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(filters) / sizeof(filters[0]); i++) {
		bool match = false;
		print_message("%s\n", filters[i].filter);
		int err = pc_slp_filter(
			pc_slp_text(filters[i].filter), pc_slp_text(ATTRIBUTES), &match);
		assert_int_equal(err != PC_OK ? err : match, filters[i].expected);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_messages),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_errors_tell),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_attributes),
		cmocka_unit_test(test_filters),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
