/* The protocol rules of SNMPv1 and SNMPv2c, one named test each: what is answered and which
 * statistics of the printer tell of it. Those of SNMPv3 are in test_usm. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/text.h"
#include "printers.h"
#include "snmp/entity.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

enum { COUNTS = 5, ANSWER_SIZE = 65536, SMALLEST = 484, FEW = 7 };

enum policy { USUAL, LAST_INDEX, SMALL_MESSAGE, FEW_VARIABLES, NO_V1, NO_V2C };

struct count {
	enum pc_snmp_stat stat;
	uint32_t by;
};

/* `answer` may end in "*": the rest is not looked at. */
struct rule {
	const char *name; /* with the clause */
	const char *request, *answer;
	enum policy policy;
	struct count counts[COUNTS];
};

#define IN_OUT \
	{PC_SNMP_IN_PKTS, 1}, \
	{ \
		PC_SNMP_OUT_PKTS, 1 \
	}
#define GET(vars) \
	IN_OUT, {PC_SNMP_IN_GET_REQUESTS, 1}, \
	{ \
		PC_SNMP_IN_TOTAL_REQ_VARS, vars \
	}
#define NEXT(vars) \
	IN_OUT, {PC_SNMP_IN_GET_NEXTS, 1}, \
	{ \
		PC_SNMP_IN_TOTAL_REQ_VARS, vars \
	}
#define SET(vars) \
	IN_OUT, {PC_SNMP_IN_SET_REQUESTS, 1}, \
	{ \
		PC_SNMP_IN_TOTAL_SET_VARS, vars \
	}
#define SILENT(stat) \
	{PC_SNMP_IN_PKTS, 1}, {PC_SNMP_OUT_PKTS, 0}, \
	{ \
		stat, 1 \
	}

static const struct rule rules[] = {
	/* exceptions */
	{"RFC 3416 4.2.1: noSuchObject beside values", "2c public get 2.1.1.1.0 2.1.99.0",
		"0/0 2.1.1.1.0=Test printer 2.1.99.0=noSuchObject", USUAL, {GET(2)}},
	{"RFC 3416 4.2.1: noSuchInstance beneath an object", "2c public get 2.1.1.1.7",
		"0/0 2.1.1.1.7=noSuchInstance", USUAL, {GET(1)}},
	{"RFC 3416 4.2.2: endOfMibView repeats the name", "2c public next 2.1.1.1.0 .2.99",
		"0/0 2.1.1.3.0=4294967295 .2.99=endOfMibView", USUAL, {NEXT(2)}},
	{"RFC 3416 4.2.1: Counter64 in v2c", "2c public get 4.1.9.2.1",
		"0/0 4.1.9.2.1=21000000000000", USUAL, {GET(1)}},
	{"RFC 1157 4.1.2: noSuchName fails the whole PDU, its variables come back",
		"1 public get 2.1.1.1.0 2.1.99.0 2.1.98.0",
		"2/2 2.1.1.1.0=NULL 2.1.99.0=NULL 2.1.98.0=NULL", USUAL,
		{IN_OUT, {PC_SNMP_IN_TOTAL_REQ_VARS, 0}, {PC_SNMP_OUT_NO_SUCH_NAMES, 1},
			{PC_SNMP_OUT_GET_RESPONSES, 1}}},
	{"policy: the last failure is named", "1 public get 2.1.1.1.0 2.1.99.0 2.1.98.0",
		"2/3 2.1.1.1.0=NULL 2.1.99.0=NULL 2.1.98.0=NULL", LAST_INDEX,
		{IN_OUT, {PC_SNMP_OUT_NO_SUCH_NAMES, 1}}},
	{"policy: the last failure of GETNEXT is named", "1 public next .2.98 2.1.1.1.0 .2.99",
		"2/3 .2.98=NULL 2.1.1.1.0=NULL .2.99=NULL", LAST_INDEX,
		{IN_OUT, {PC_SNMP_OUT_NO_SUCH_NAMES, 1}}},
	{"RFC 1157 4.1.3: GETNEXT past the end is noSuchName", "1 public next 2.1.1.1.0 .2.99",
		"2/2 2.1.1.1.0=NULL .2.99=NULL", USUAL,
		{IN_OUT, {PC_SNMP_OUT_NO_SUCH_NAMES, 1}, {PC_SNMP_IN_GET_NEXTS, 1}}},
	{"RFC 3584 4.2.2.1: v1 GET of Counter64 is noSuchName", "1 public get 4.1.9.1.1 4.1.9.2.1",
		"2/2 4.1.9.1.1=NULL 4.1.9.2.1=NULL", USUAL,
		{IN_OUT, {PC_SNMP_OUT_NO_SUCH_NAMES, 1}}},
	{"policy: the last Counter64 is named", "1 public get 4.1.9.2.1 4.1.9.1.1 4.1.9.2.2",
		"2/3 4.1.9.2.1=NULL 4.1.9.1.1=NULL 4.1.9.2.2=NULL", LAST_INDEX,
		{IN_OUT, {PC_SNMP_OUT_NO_SUCH_NAMES, 1}}},
	{"RFC 3584 4.2.2.1: v1 GETNEXT steps over Counter64", "1 public next 4.1.9.1.3",
		"0/0 4.1.9.3.1=1.3.4294967295", USUAL, {NEXT(1)}},

	{"RFC 3416 4.2.1: GET of nothing is answered with nothing", "2c public get", "0/0", USUAL,
		{GET(0)}},
	{"RFC 1157 4.1.2: v1 GET of nothing", "1 public get", "0/0", USUAL, {GET(0)}},
	{"RFC 3416 4.2.2: GETNEXT of nothing", "1 public next", "0/0", USUAL, {NEXT(0)}},
	{"RFC 3416 4.2.3: GETBULK of nothing", "2c public bulk:0:9", "0/0", USUAL, {IN_OUT}},

	/* SET */
	{"RFC 3416 4.2.5: SET", "2c secret set 2.1.1.5.0=s:x 2.1.1.6.0=s:y",
		"0/0 2.1.1.5.0=x 2.1.1.6.0=y", USUAL, {SET(2)}},
	{"RFC 3416 4.2.5: all or nothing", "2c secret set 2.1.1.5.0=s:changed 2.1.1.6.0=s:!",
		"10/2 2.1.1.5.0=changed 2.1.1.6.0=!", USUAL, {SET(0)}},
	{"RFC 3416 4.2.5 (1): noAccess", "2c public set 2.1.1.5.0=s:x", "6/1 2.1.1.5.0=x", USUAL,
		{IN_OUT, {PC_SNMP_IN_BAD_COMMUNITY_USES, 1}, {PC_SNMP_IN_TOTAL_SET_VARS, 0}}},
	{"RFC 3416 4.2.5 (2): notWritable", "2c secret set 2.1.1.1.0=s:x", "17/1 2.1.1.1.0=x",
		USUAL, {SET(0)}},
	{"RFC 3416 4.2.5 (2) before (3): notWritable wins over wrongType",
		"2c secret set 2.1.1.1.0=i:1", "17/1 2.1.1.1.0=1", USUAL, {SET(0)}},
	{"RFC 3416 4.2.5 (3): wrongType", "2c secret set 2.1.1.5.0=i:1", "7/1 2.1.1.5.0=1", USUAL,
		{SET(0)}},
	{"RFC 3416 4.2.5 (4) before (6): wrongLength wins over wrongValue",
		"2c secret set 2.1.1.5.0=s:!23456789012345678901234567890123",
		"8/1 2.1.1.5.0=!23456789012345678901234567890123", USUAL, {SET(0)}},
	{"RFC 3416 4.2.5 (6): wrongValue", "2c secret set 2.1.1.5.0=s:!", "10/1 2.1.1.5.0=!", USUAL,
		{SET(0)}},
	{"RFC 3416 4.2.5 (7): noCreation", "2c secret set 2.1.1.5.1=s:x", "11/1 2.1.1.5.1=x", USUAL,
		{SET(0)}},
	{"RFC 3416 4.2.5: commitFailed has index 0", "2c secret set 2.1.1.5.0=s:x 2.1.1.6.0=s:#",
		"14/0 2.1.1.5.0=x 2.1.1.6.0=#", USUAL, {SET(0)}},

#define MAPPED(v2, name, v1, stat) \
	{ \
		"RFC 3584 4.4: " name, "1 secret set 2.1.1.5.0=s:@" #v2, #v1 "/1 2.1.1.5.0=@" #v2, \
			USUAL, \
		{ \
			IN_OUT, {stat, 1}, \
			{ \
				PC_SNMP_IN_SET_REQUESTS, 1 \
			} \
		} \
	}
	MAPPED(6, "noAccess is noSuchName", 2, PC_SNMP_OUT_NO_SUCH_NAMES),
	MAPPED(7, "wrongType is badValue", 3, PC_SNMP_OUT_BAD_VALUES),
	MAPPED(8, "wrongLength is badValue", 3, PC_SNMP_OUT_BAD_VALUES),
	MAPPED(9, "wrongEncoding is badValue", 3, PC_SNMP_OUT_BAD_VALUES),
	MAPPED(10, "wrongValue is badValue", 3, PC_SNMP_OUT_BAD_VALUES),
	MAPPED(11, "noCreation is noSuchName", 2, PC_SNMP_OUT_NO_SUCH_NAMES),
	MAPPED(12, "inconsistentValue is badValue", 3, PC_SNMP_OUT_BAD_VALUES),
	MAPPED(13, "resourceUnavailable is genErr", 5, PC_SNMP_OUT_GEN_ERRS),
	MAPPED(16, "authorizationError is noSuchName", 2, PC_SNMP_OUT_NO_SUCH_NAMES),
	MAPPED(17, "notWritable is noSuchName, never readOnly", 2, PC_SNMP_OUT_NO_SUCH_NAMES),
	MAPPED(18, "inconsistentName is noSuchName", 2, PC_SNMP_OUT_NO_SUCH_NAMES),
	MAPPED(5, "genErr stays", 5, PC_SNMP_OUT_GEN_ERRS),
	{"RFC 3584 4.4: commitFailed is genErr", "1 secret set 2.1.1.5.0=s:x 2.1.1.6.0=s:#",
		"5/0 2.1.1.5.0=x 2.1.1.6.0=#", USUAL, {IN_OUT, {PC_SNMP_OUT_GEN_ERRS, 1}}},

	/* sizes */
	{"RFC 3416 4.2.1: tooBig of v2c holds no variables", "2c public get 4.1.10.1.0", "1/0",
		SMALL_MESSAGE, {IN_OUT, {PC_SNMP_OUT_TOO_BIGS, 1}, {PC_SNMP_IN_TOTAL_REQ_VARS, 0}}},
	{"RFC 1157 4.1.2 (3): tooBig of v1 gives the variables back", "1 public get 4.1.10.1.0",
		"1/0 4.1.10.1.0=NULL", SMALL_MESSAGE,
		{IN_OUT, {PC_SNMP_OUT_TOO_BIGS, 1}, {PC_SNMP_IN_TOTAL_REQ_VARS, 0}}},
	{"RFC 3416 4.2.3: GETBULK is cut, never tooBig", "2c public bulk:0:500 4.1.20.1",
		"0/0 4.1.20.1.1=1 *", SMALL_MESSAGE, {IN_OUT, {PC_SNMP_OUT_TOO_BIGS, 0}}},

	/* GETBULK */
	{"RFC 3416 4.2.3: non-repeaters come first, once",
		"2c public bulk:1:2 2.1.1.1.0 4.1.20.1.1 4.1.9.1.1",
		"0/0 2.1.1.3.0=4294967295 4.1.20.1.2=2 4.1.9.1.2=-12 4.1.20.1.3=3 4.1.9.1.3=-13",
		USUAL, {IN_OUT, {PC_SNMP_IN_GET_NEXTS, 0}, {PC_SNMP_IN_GET_REQUESTS, 0}}},
	{"RFC 3416 4.2.3: negative numbers count as 0", "2c public bulk:-1:-1 2.1.1.1.0", "0/0",
		USUAL, {IN_OUT}},
	{"RFC 3416 4.2.3: more non-repeaters than variables", "2c public bulk:9:9 2.1.1.1.0",
		"0/0 2.1.1.3.0=4294967295", USUAL, {IN_OUT}},
	{"RFC 3416 4.2.3: max-repetitions 0 leaves the non-repeaters",
		"2c public bulk:1:0 2.1.1.1.0 4.1.20.1.1", "0/0 2.1.1.3.0=4294967295", USUAL,
		{IN_OUT}},
	{"RFC 3416 4.2.3: columns that ended stay endOfMibView",
		"2c public bulk:0:2 4.1.20.1.1499 .2.99",
		"0/0 4.1.20.1.1500=1500 .2.99=endOfMibView 4.1.20.1.1500=endOfMibView "
		".2.99=endOfMibView",
		USUAL, {IN_OUT}},
	{"policy: variables of one GETBULK answer", "2c public bulk:0:100 4.1.20.1.1 4.1.20.1.2",
		"0/0 4.1.20.1.2=2 4.1.20.1.3=3 4.1.20.1.3=3 4.1.20.1.4=4 4.1.20.1.4=4 4.1.20.1.5=5",
		FEW_VARIABLES, {IN_OUT}},

	/* who is heard */
	{"RFC 3418: wrong community is silence and snmpInBadCommunityNames",
		"2c wrong get 2.1.1.1.0", "silence", USUAL,
		{SILENT(PC_SNMP_IN_BAD_COMMUNITY_NAMES), {PC_SNMP_IN_GET_REQUESTS, 0}}},
	{"RFC 3418: wrong community of v1", "1 wrong next 2.1.1.1.0", "silence", USUAL,
		{SILENT(PC_SNMP_IN_BAD_COMMUNITY_NAMES), {PC_SNMP_IN_GET_NEXTS, 0}}},
	{"RFC 3418: a version that is not spoken (v1)", "1 public get 2.1.1.1.0", "silence", NO_V1,
		{SILENT(PC_SNMP_IN_BAD_VERSIONS)}},
	{"RFC 3418: a version that is not spoken (v2c)", "2c public get 2.1.1.1.0", "silence",
		NO_V2C, {SILENT(PC_SNMP_IN_BAD_VERSIONS)}},
	{"RFC 3416: v1 has no GETBULK", "1 public bulk:0:1 2.1.1.1.0", "silence", USUAL,
		{SILENT(PC_SNMP_IN_ASN_PARSE_ERRS)}},
};

static struct printers printers;

static int
setup(void **state)
{
	(void)state;
	printers_init(&printers);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	printers_done(&printers);
	return 0;
}

static void
adopt(enum policy policy)
{
	struct pc_profile_snmp *snmp = &printers.profile.snmp;
	*snmp = (struct pc_profile_snmp){.v1 = policy != NO_V1,
		.v2c = policy != NO_V2C,
		.last_error_index = policy == LAST_INDEX,
		.max_message = policy == SMALL_MESSAGE ? SMALLEST : 0,
		.bulk_variables = policy == FEW_VARIABLES ? FEW : 0};
}

static bool
is_answer(const char *found, const char *want)
{
	size_t n = strlen(want);
	if (n > 0 && want[n - 1] == '*')
		return strncmp(found, want, n - 1) == 0;
	return strcmp(found, want) == 0;
}

static void
run_rule(void **state)
{
	const struct rule *r = *state;
	static char answer[ANSWER_SIZE];
	struct pc_snmp_entity *e = pc_snmp_entity_get(printers.devices[0]);
	struct pc_snmp_entity before = *e;
	adopt(r->policy);
	printers_ask(&printers, 0, r->request, answer, sizeof(answer));
	if (!is_answer(answer, r->answer))
		fail_msg("'%s' was answered with\n%.400s\nexpected\n%s", r->request, answer,
			r->answer);
	assert_true(printers.answer_len <= SMALLEST || r->policy != SMALL_MESSAGE);
	/* Rows that are left out are {0, 0}: the first statistic, by nothing, and not looked at. */
	for (size_t i = 0; i < COUNTS && (i == 0 || r->counts[i].stat != 0); i++) {
		const struct count *c = &r->counts[i];
		uint32_t by = e->stats[c->stat] - before.stats[c->stat];
		if (by != c->by)
			fail_msg(
				"statistic %d went up by %u, expected %u", (int)c->stat, by, c->by);
	}
}

/* What one printer counts, the others do not; and each has communities of its own. */
static void
test_printers_count_apart(void **state)
{
	char answer[4096];
	struct pc_snmp_entity *other = pc_snmp_entity_get(printers.devices[1]);
	uint32_t before = other->stats[PC_SNMP_IN_PKTS];
	(void)state;
	adopt(USUAL);
	printers_ask(&printers, 0, "2c public get 2.1.1.1.0", answer, sizeof(answer));
	assert_int_equal(other->stats[PC_SNMP_IN_PKTS], before);
	assert_int_equal(pc_snmp_entity_set_community(other, PC_SNMP_READ, "own"), PC_OK);
	printers_ask(&printers, 1, "2c public get 2.1.1.1.0", answer, sizeof(answer));
	assert_string_equal(answer, "silence");
	printers_ask(&printers, 1, "2c own get 2.1.1.1.0", answer, sizeof(answer));
	assert_string_equal(answer, "0/0 2.1.1.1.0=Test printer");
	printers_ask(&printers, 0, "2c own get 2.1.1.1.0", answer, sizeof(answer));
	assert_string_equal(answer, "silence");
}

/* Bytes that are no message of ours, and the statistic that tells of them. */
static void
test_counted_bytes(void **state)
{
	static const struct {
		const char *name, *hex;
		enum pc_snmp_stat stat;
	} rows[] = {
		{"RFC 3418 snmpInASNParseErrs: length over the datagram", "3084ffffffff02010104",
			PC_SNMP_IN_ASN_PARSE_ERRS},
		{"RFC 3418 snmpInASNParseErrs: indefinite length", "30800201010000",
			PC_SNMP_IN_ASN_PARSE_ERRS},
		{"RFC 3418 snmpInBadVersions",
			"302702010204067075626c6963a01a02021267020100020100300e300c06082b06010201"
			"0101000500",
			PC_SNMP_IN_BAD_VERSIONS},
		{"RFC 3412 snmpUnknownPDUHandlers: a Response",
			"302702010104067075626c6963a21a02021267020100020100300e300c06082b06010201"
			"0101000500",
			PC_SNMP_UNKNOWN_PDU_HANDLERS},
	};
	struct pc_snmp_entity *e = pc_snmp_entity_get(printers.devices[0]);
	struct sockaddr_in to = printers_address(&printers, 0);
	(void)state;
	adopt(USUAL);
	for (size_t i = 0; i < N(rows); i++) {
		uint8_t data[256];
		size_t len = 0;
		struct pc_snmp_entity before = *e;
		assert_int_equal(pc_text_unhex(rows[i].hex, data, sizeof(data), &len), PC_OK);
		assert_false(printers_ask_bytes(&printers, &to, data, len));
		if (e->stats[rows[i].stat] != before.stats[rows[i].stat] + 1)
			fail_msg("%s: not counted", rows[i].name);
		assert_int_equal(e->stats[PC_SNMP_OUT_PKTS], before.stats[PC_SNMP_OUT_PKTS]);
	}
}

int
main(void)
{
	static struct CMUnitTest tests[N(rules) + 2];
	size_t n = 0;
	for (; n < N(rules); n++)
		tests[n] = (struct CMUnitTest){.name = rules[n].name,
			.test_func = run_rule,
			.initial_state = (void *)(uintptr_t)&rules[n]};
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_counted_bytes);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_printers_count_apart);
	return _cmocka_run_group_tests("snmp/rules", tests, n, setup, teardown);
}
