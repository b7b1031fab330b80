/* Tests of the SNMP engine over real sockets: the rules of RFC 3416, RFC 3584 and RFC 3418, one row
 * each, with v1 and v2c. */
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

#define N(a) (sizeof(a) / sizeof((a)[0]))

static int
setup(void **state)
{
	static struct printers p;
	printers_init(&p);
	*state = &p;
	return 0;
}

static int
teardown(void **state)
{
	printers_done(*state);
	return 0;
}

static void
append(char *out, size_t size, const char *text)
{
	size_t at = strlen(out);
	assert_true(at + strlen(text) < size);
	pc_text_copy(out + at, size - at, text);
}

struct exchange {
	const char *name, *request, *answer;
};

static void
run(struct printers *p, const struct exchange *rows, size_t n)
{
	char answer[8192];
	for (size_t i = 0; i < n; i++) {
		printers_ask(p, 0, rows[i].request, answer, sizeof(answer));
		if (strcmp(answer, rows[i].answer) != 0)
			fail_msg("%s: '%s' was answered with\n%s\nexpected\n%s", rows[i].name,
				rows[i].request, answer, rows[i].answer);
	}
}

static void
test_get(void **state)
{
	static const struct exchange rows[] = {
		{"v2c", "2c public get 2.1.1.1.0", "0/0 2.1.1.1.0=Test printer"},
		{"v1", "1 public get 2.1.1.1.0", "0/0 2.1.1.1.0=Test printer"},
		{"the write community reads too", "2c secret get 2.1.1.5.0", "0/0 2.1.1.5.0=name1"},
		{"every type", "2c public get 4.1.9.1.2 4.1.9.2.3 4.1.9.3.1 2.1.1.3.0",
			"0/0 4.1.9.1.2=-12 4.1.9.2.3=23000000000000 4.1.9.3.1=1.3.4294967295 "
			"2.1.1.3.0=4294967295"},
		{"v2c: exceptions per variable", "2c public get 2.1.1.9.0 2.1.1.1.1 2.1.1.1.0",
			"0/0 2.1.1.9.0=noSuchObject 2.1.1.1.1=noSuchInstance "
			"2.1.1.1.0=Test printer"},
		{"v1: noSuchName, the first one's index, variables echoed",
			"1 public get 2.1.1.1.0 2.1.1.9.0 2.1.1.5.0 2.1.1.1.1",
			"2/2 2.1.1.1.0=NULL 2.1.1.9.0=NULL 2.1.1.5.0=NULL 2.1.1.1.1=NULL"},
		{"v1: Counter64 does not exist", "1 public get 2.1.1.1.0 4.1.9.2.1",
			"2/2 2.1.1.1.0=NULL 4.1.9.2.1=NULL"},
		{"no variables", "2c public get", "0/0"},
		{"outside of iso, v2c", "2c public get .0.0 .2.5.1",
			"0/0 .0.0=noSuchObject .2.5.1=noSuchObject"},
		{"outside of iso, v1", "1 public get .2.5.1 .0.0", "2/1 .2.5.1=NULL .0.0=NULL"},
		{"the same twice", "2c public get 2.1.1.1.0 2.1.1.1.0",
			"0/0 2.1.1.1.0=Test printer 2.1.1.1.0=Test printer"},
	};
	run(*state, rows, N(rows));
}

static void
test_next(void **state)
{
	static const struct exchange rows[] = {
		{"v2c", "2c public next 2.1.1.1 4.1.9.1.3",
			"0/0 2.1.1.1.0=Test printer 4.1.9.2.1=21000000000000"},
		{"v1: Counter64 is skipped", "1 public next 4.1.9.1.3",
			"0/0 4.1.9.3.1=1.3.4294967295"},
		{"from the root", "2c public next .0.0", "0/0 2.1.1.1.0=Test printer"},
		{"v1 from the root", "1 public next .0.0", "0/0 2.1.1.1.0=Test printer"},
		{"from .1.3", "2c public next .1.3", "0/0 2.1.1.1.0=Test printer"},
		{"v2c: end", "2c public next 4.1.20.1.1500 2.1.1.1",
			"0/0 4.1.20.1.1500=endOfMibView 2.1.1.1.0=Test printer"},
		{"v1: end is noSuchName, the first one's index",
			"1 public next 2.1.1.1 4.1.20.1.1500 4.1.21 2.1.1.1",
			"2/2 2.1.1.1=NULL 4.1.20.1.1500=NULL 4.1.21=NULL 2.1.1.1=NULL"},
		{"behind everything", "2c public next .2.9", "0/0 .2.9=endOfMibView"},
		{"v1 behind everything", "1 public next .2.9", "2/1 .2.9=NULL"},
	};
	run(*state, rows, N(rows));
}

static void
test_bulk(void **state)
{
	static const struct exchange rows[] = {
		{"non-repeaters, then rounds", "2c public bulk:1:2 2.1.1 4.1.20.1.7 4.1.9.1",
			"0/0 2.1.1.1.0=Test printer 4.1.20.1.8=8 4.1.9.1.1=-11 4.1.20.1.9=9 "
			"4.1.9.1.2=-12"},
		{"no repetitions", "2c public bulk:1:0 2.1.1 4.1.9", "0/0 2.1.1.1.0=Test printer"},
		{"only non-repeaters", "2c public bulk:9:9 2.1.1 4.1.20.1.7",
			"0/0 2.1.1.1.0=Test printer 4.1.20.1.8=8"},
		{"negative parameters count as 0", "2c public bulk:-5:2 4.1.20.1.7",
			"0/0 4.1.20.1.8=8 4.1.20.1.9=9"},
		{"negative repetitions count as 0", "2c public bulk:0:-5 4.1.20.1.7", "0/0"},
		{"one column ends, the other goes on",
			"2c public bulk:0:2 4.1.20.1.1499 4.1.20.1.7",
			"0/0 4.1.20.1.1500=1500 4.1.20.1.8=8 4.1.20.1.1500=endOfMibView "
			"4.1.20.1.9=9"},
		{"v1 has no GETBULK", "1 public bulk:0:2 4.1.20.1.7", "silence"},
	};
	run(*state, rows, N(rows));
}

/* Rounds after all columns have ended may be left out. Spec: RFC 3416 s4.2.3 */
static void
test_bulk_end(void **state)
{
	char answer[4096];
	printers_ask(*state, 0, "2c public bulk:0:20 4.1.20.1.1498", answer, sizeof(answer));
	static const char want[] =
		"0/0 4.1.20.1.1499=1499 4.1.20.1.1500=1500 4.1.20.1.1500=endOfMibView";
	if (strncmp(answer, want, strlen(want)) != 0)
		fail_msg("%s", answer);
	for (const char *at = answer + strlen(want); *at != '\0';) {
		static const char more[] = " 4.1.20.1.1500=endOfMibView";
		if (strncmp(at, more, strlen(more)) != 0)
			fail_msg("%s", answer);
		at += strlen(more);
	}
}

static size_t
count_bindings(const char *answer)
{
	size_t n = 0;
	for (; *answer != '\0'; answer++)
		n += *answer == ' ';
	return n;
}

static void
test_bulk_limits(void **state)
{
	struct printers *p = *state;
	static char answer[100000];
	printers_ask(p, 0, "2c public bulk:0:10000 4.1.20.1", answer, sizeof(answer));
	if (strncmp(answer, "0/0 4.1.20.1.1=1 4.1.20.1.2=2 ", 30) != 0)
		fail_msg("%.200s", answer);
	assert_int_equal(count_bindings(answer), 512);
	/* 4,000 bytes each: cut at the message size, never tooBig. */
	static char request[4000] = "2c public bulk:0:40";
	for (int i = 0; i < 20; i++)
		append(request, sizeof(request), " 4.1.10");
	printers_ask(p, 0, request, answer, sizeof(answer));
	if (strncmp(answer, "0/0 4.1.10.1.0=(4000 bytes) 4.1.10.1.0=(4000 bytes)", 50) != 0)
		fail_msg("%.200s", answer);
	assert_true(count_bindings(answer) >= 10);
}

static void
test_too_big(void **state)
{
	struct printers *p = *state;
	static char v2[1000] = "2c public get", v1[1000] = "1 public get";
	static char answer[4096], want[4096] = "1/0";
	for (int i = 0; i < 20; i++) {
		append(v2, sizeof(v2), " 4.1.10.1.0");
		append(v1, sizeof(v1), " 4.1.10.1.0");
		append(want, sizeof(want), " 4.1.10.1.0=NULL");
	}
	/* Spec: RFC 3416 s4.2.1 */
	assert_string_equal(printers_ask(p, 0, v2, answer, sizeof(answer)), "1/0");
	/* Spec: RFC 1157 s4.1.2 (3) */
	assert_string_equal(printers_ask(p, 0, v1, answer, sizeof(answer)), want);
}

static void
test_set(void **state)
{
	static const struct exchange rows[] = {
		{"one", "2c secret set 2.1.1.5.0=s:new", "0/0 2.1.1.5.0=new"},
		{"it stays", "2c public get 2.1.1.5.0", "0/0 2.1.1.5.0=new"},
		{"v1", "1 secret set 2.1.1.5.0=s:old", "0/0 2.1.1.5.0=old"},
		{"two", "2c secret set 2.1.1.5.0=s:a 2.1.1.6.0=s:b", "0/0 2.1.1.5.0=a 2.1.1.6.0=b"},
		{"both stay", "2c public get 2.1.1.5.0 2.1.1.6.0", "0/0 2.1.1.5.0=a 2.1.1.6.0=b"},
		{"all or nothing: second refused", "2c secret set 2.1.1.5.0=s:x 2.1.1.6.0=s:!",
			"10/2 2.1.1.5.0=x 2.1.1.6.0=!"},
		{"nothing changed", "2c public get 2.1.1.5.0 2.1.1.6.0",
			"0/0 2.1.1.5.0=a 2.1.1.6.0=b"},
		{"the first of two errors", "2c secret set 2.1.1.6.0=s:! 2.1.1.5.0=i:1",
			"10/1 2.1.1.6.0=! 2.1.1.5.0=1"},
		{"wrongType", "2c secret set 2.1.1.5.0=i:1", "7/1 2.1.1.5.0=1"},
		{"wrongLength", "2c secret set 2.1.1.5.0=s:123456789012345678901234567890123",
			"8/1 2.1.1.5.0=123456789012345678901234567890123"},
		{"noCreation", "2c secret set 2.1.1.5.1=s:x", "11/1 2.1.1.5.1=x"},
		{"notWritable: read-only", "2c secret set 2.1.1.1.0=s:x", "17/1 2.1.1.1.0=x"},
		{"notWritable: raw", "2c secret set 4.1.20.1.1=i:5", "17/1 4.1.20.1.1=5"},
		{"notWritable: unknown", "2c secret set 2.1.99.0=i:5", "17/1 2.1.99.0=5"},
		{"outside of iso", "2c secret set .2.5.1=i:5", "17/1 .2.5.1=5"},
		{"noAccess: the community may only read", "2c public set 2.1.1.5.0=s:x",
			"6/1 2.1.1.5.0=x"},
		{"v1 of noAccess: noSuchName", "1 public set 2.1.1.5.0=s:x", "2/1 2.1.1.5.0=x"},
		{"v1 of notWritable: noSuchName", "1 secret set 2.1.1.1.0=s:x", "2/1 2.1.1.1.0=x"},
		{"v1 of noCreation: noSuchName", "1 secret set 2.1.1.5.1=s:x", "2/1 2.1.1.5.1=x"},
		{"v1 of wrongType: badValue", "1 secret set 2.1.1.6.0=s:x 2.1.1.5.0=i:1",
			"3/2 2.1.1.6.0=x 2.1.1.5.0=1"},
		{"v1 of wrongLength: badValue",
			"1 secret set 2.1.1.5.0=s:123456789012345678901234567890123",
			"3/1 2.1.1.5.0=123456789012345678901234567890123"},
		{"v1 of wrongValue: badValue", "1 secret set 2.1.1.5.0=s:!", "3/1 2.1.1.5.0=!"},
		{"commitFailed names no variable", "2c secret set 2.1.1.5.0=s:x 2.1.1.6.0=s:#",
			"14/0 2.1.1.5.0=x 2.1.1.6.0=#"},
		{"and the first one was put back", "2c public get 2.1.1.5.0 2.1.1.6.0",
			"0/0 2.1.1.5.0=a 2.1.1.6.0=b"},
		{"v1 of commitFailed: genErr", "1 secret set 2.1.1.5.0=s:x 2.1.1.6.0=s:#",
			"5/0 2.1.1.5.0=x 2.1.1.6.0=#"},
		{"no variables", "2c secret set", "0/0"},
	};
	run(*state, rows, N(rows));
}

static void
test_undo_failed(void **state)
{
	struct printers *p = *state;
	static const struct exchange rows[] = {
		{"undoFailed names no variable", "2c secret set 2.1.1.5.0=s:x 2.1.1.6.0=s:#",
			"15/0 2.1.1.5.0=x 2.1.1.6.0=#"},
	};
	assert_int_equal(pc_device_setting_set(p->devices[0], "sysName", "stuck"), PC_OK);
	run(p, rows, N(rows));
	assert_int_equal(pc_device_setting_set(p->devices[0], "sysName", "name1"), PC_OK);
}

static void
test_set_limit(void **state)
{
	static char request[8000] = "2c secret set", answer[16000];
	for (int i = 0; i < 129; i++)
		append(request, sizeof(request), " 2.1.1.5.0=s:name1");
	printers_ask(*state, 0, request, answer, sizeof(answer));
	if (strncmp(answer, "13/129 ", 7) != 0)
		fail_msg("%.40s", answer);
}

/* Who is not answered, and which counter tells of it. */
static void
test_silence(void **state)
{
	struct printers *p = *state;
	static const struct {
		const char *name;
		unsigned printer;
		const char *request;
		size_t counter;
	} rows[] = {
		{"wrong community", 0, "2c private get 2.1.1.1.0",
			offsetof(struct pc_snmp_counters, bad_community_names)},
		{"community cut", 0, "2c publi get 2.1.1.1.0",
			offsetof(struct pc_snmp_counters, bad_community_names)},
		{"community too long", 0, "1 publicx get 2.1.1.1.0",
			offsetof(struct pc_snmp_counters, bad_community_names)},
		{"no such printer", PRINTERS, "2c public get 2.1.1.1.0",
			offsetof(struct pc_snmp_counters, no_device)},
		{"printer switched off", 1, "2c public get 2.1.1.1.0",
			offsetof(struct pc_snmp_counters, silent_drops)},
		{"v1 GETBULK", 0, "1 public bulk:0:1 2.1.1",
			offsetof(struct pc_snmp_counters, asn_parse_errors)},
	};
	pc_device_power(p->devices[1], false);
	for (size_t i = 0; i < N(rows); i++) {
		struct pc_snmp_counters before = pc_snmp_engine_counters(p->engine), after;
		char answer[4096];
		uint64_t was, is;
		printers_ask(p, rows[i].printer, rows[i].request, answer, sizeof(answer));
		after = pc_snmp_engine_counters(p->engine);
		memcpy(&was, (const char *)&before + rows[i].counter, sizeof(was));
		memcpy(&is, (const char *)&after + rows[i].counter, sizeof(is));
		if (strcmp(answer, "silence") != 0 || is != was + 1)
			fail_msg("%s: %s, counter %llu to %llu", rows[i].name, answer,
				(unsigned long long)was, (unsigned long long)is);
		assert_int_equal(after.out_packets, before.out_packets);
	}
	pc_device_power(p->devices[1], true);
}

static void
test_bad_use_counted(void **state)
{
	struct printers *p = *state;
	char answer[4096];
	uint64_t before = pc_snmp_engine_counters(p->engine).bad_community_uses;
	printers_ask(p, 0, "2c public set 2.1.1.5.0=s:x", answer, sizeof(answer));
	assert_int_equal(pc_snmp_engine_counters(p->engine).bad_community_uses, before + 1);
}

/* Each printer answers for itself, from the address and port that was asked. */
static void
test_addresses(void **state)
{
	struct printers *p = *state;
	size_t taps = p->taps;
	for (unsigned i = 2; i < PRINTERS; i++) {
		char answer[4096], want[64];
		printers_ask(p, i, "2c public get 2.1.1.5.0", answer, sizeof(answer));
		snprintf(want, sizeof(want), "0/0 2.1.1.5.0=name%u", i + 1);
		assert_string_equal(answer, want);
		struct sockaddr_in asked = printers_address(p, i);
		assert_int_equal(p->from.sin_addr.s_addr, asked.sin_addr.s_addr);
		assert_int_equal(p->from.sin_port, asked.sin_port);
	}
	assert_int_equal(p->taps, taps + 2 * (PRINTERS - 2)); /* requests and answers */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_get),
		cmocka_unit_test(test_next),
		cmocka_unit_test(test_bulk),
		cmocka_unit_test(test_bulk_end),
		cmocka_unit_test(test_bulk_limits),
		cmocka_unit_test(test_too_big),
		cmocka_unit_test(test_set),
		cmocka_unit_test(test_undo_failed),
		cmocka_unit_test(test_set_limit),
		cmocka_unit_test(test_silence),
		cmocka_unit_test(test_bad_use_counted),
		cmocka_unit_test(test_addresses),
	};
	return cmocka_run_group_tests_name("snmp/engine", tests, setup, teardown);
}
