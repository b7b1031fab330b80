/* Datagrams that no honest manager sends: none is answered wrongly, none goes uncounted, none harms
 * what comes after. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/rand.h"
#include "base/text.h"
#include "printers.h"
#include "snmp/agent.h"

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

/* Where datagrams can end. */
static uint64_t
ends(const struct printers *p)
{
	struct pc_snmp_counters c = pc_snmp_engine_counters(p->engine);
	return c.out_packets + c.bad_versions + c.bad_community_names + c.asn_parse_errors +
	       c.silent_drops + c.no_device;
}

/* Sends one datagram; true when it was answered. Fails when it went uncounted. */
static bool
feed(struct printers *p, const char *name, const uint8_t *data, size_t len)
{
	struct sockaddr_in to = printers_address(p, 0);
	uint64_t before = ends(p);
	bool answered = printers_ask_bytes(p, &to, data, len);
	if (ends(p) != before + 1) {
		char hex[2 * 64 + 1];
		pc_text_hex(data, len < 64 ? len : 64, hex);
		fail_msg("%s: counted %llu times: %s", name, (unsigned long long)(ends(p) - before),
			hex);
	}
	return answered;
}

/* v2c "public" GET 1.3.6.1.2.1.1.1.0, request-id 4711. */
static const uint8_t good[] = {0x30, 0x27, 0x02, 0x01, 0x01, 0x04, 0x06, 'p', 'u', 'b', 'l', 'i',
	'c', 0xa0, 0x1a, 0x02, 0x02, 0x12, 0x67, 0x02, 0x01, 0x00, 0x02, 0x01, 0x00, 0x30, 0x0e,
	0x30, 0x0c, 0x06, 0x08, 0x2b, 0x06, 0x01, 0x02, 0x01, 0x01, 0x01, 0x00, 0x05, 0x00};

static void
still_well(struct printers *p)
{
	char answer[4096];
	assert_string_equal(printers_ask(p, 0, "2c public get 2.1.1.1.0", answer, sizeof(answer)),
		"0/0 2.1.1.1.0=Test printer");
}

static void
test_cut(void **state)
{
	struct printers *p = *state;
	assert_true(feed(p, "whole", good, sizeof(good)));
	for (size_t len = 0; len < sizeof(good); len++) {
		struct pc_snmp_counters before = pc_snmp_engine_counters(p->engine);
		if (feed(p, "cut", good, len))
			fail_msg("a message cut to %zu bytes was answered", len);
		assert_int_equal(pc_snmp_engine_counters(p->engine).asn_parse_errors,
			before.asn_parse_errors + 1);
	}
	still_well(p);
}

static void
test_lying(void **state)
{
	static const struct {
		const char *name, *hex;
		bool answered;
		size_t counter;
	} rows[] = {
#define COUNTER(c) offsetof(struct pc_snmp_counters, c)
		{"version 3", "3010020103300d0201010202ffe3040104020103", false,
			COUNTER(bad_versions)},
		{"version 2 (party based)",
			"302702010204067075626c6963a01a02021267020100020100300e"
			"300c06082b060102010101000500",
			false, COUNTER(bad_versions)},
		{"version -1",
			"30270201ff04067075626c6963a01a02021267020100020100300e300c0608"
			"2b060102010101000500",
			false, COUNTER(bad_versions)},
		{"not a sequence", "ff27020101", false, COUNTER(asn_parse_errors)},
		{"indefinite length",
			"308002010104067075626c6963a01a02021267020100020100300e300c06"
			"082b0601020101010005000000",
			false, COUNTER(asn_parse_errors)},
		{"length of 127 octets", "30ff", false, COUNTER(asn_parse_errors)},
		{"length over the datagram", "3084ffffffff02010104067075626c6963", false,
			COUNTER(asn_parse_errors)},
		{"unknown PDU",
			"302702010104067075626c6963af1a02021267020100020100300e300c06082b06"
			"0102010101000500",
			false, COUNTER(asn_parse_errors)},
		{"response",
			"302702010104067075626c6963a21a02021267020100020100300e300c06082b0601"
			"02010101000500",
			false, COUNTER(silent_drops)},
		{"v2 trap",
			"302702010104067075626c6963a71a02021267020100020100300e300c06082b060102"
			"010101000500",
			false, COUNTER(silent_drops)},
		{"varbind list longer than its PDU",
			"302702010104067075626c6963a01a02021267020100"
			"020100307e300c06082b060102010101000500",
			false, COUNTER(asn_parse_errors)},
		{"OID longer than its varbind",
			"302702010104067075626c6963a01a0202126702010002010"
			"0300e300c06482b060102010101000500",
			false, COUNTER(asn_parse_errors)},
		{"request-id of 9 octets",
			"302e02010104067075626c6963a0210209010203040506070809020"
			"100020100300e300c06082b060102010101000500",
			false, COUNTER(asn_parse_errors)},
		{"request-id without octets",
			"302502010104067075626c6963a0180200020100020100300e30"
			"0c06082b060102010101000500",
			false, COUNTER(asn_parse_errors)},
		{"empty community",
			"30210201010400a01a02021267020100020100300e300c06082b0601020101"
			"01000500",
			false, COUNTER(bad_community_names)},
		{"trailing bytes behind the message",
			"302702010104067075626c6963a01a02021267020100020100300e300c06082b0601020101"
			"01000500ffff",
			true, COUNTER(out_packets)},
	};
	struct printers *p = *state;
	for (size_t i = 0; i < N(rows); i++) {
		uint8_t data[256];
		size_t len = 0;
		uint64_t was, is;
		struct pc_snmp_counters before = pc_snmp_engine_counters(p->engine), after;
		if (pc_text_unhex(rows[i].hex, data, sizeof(data), &len) != PC_OK)
			fail_msg("%s: bad hex in the test", rows[i].name);
		bool answered = feed(p, rows[i].name, data, len);
		after = pc_snmp_engine_counters(p->engine);
		memcpy(&was, (const char *)&before + rows[i].counter, sizeof(was));
		memcpy(&is, (const char *)&after + rows[i].counter, sizeof(is));
		if (answered != rows[i].answered || is != was + 1)
			fail_msg("%s: answered %d, its counter %llu to %llu", rows[i].name,
				answered, (unsigned long long)was, (unsigned long long)is);
	}
	still_well(p);
}

/* A message around varbinds that are given as bytes. */
static size_t
wrap(uint8_t pdu, int64_t status, int64_t index, const uint8_t *varbinds, size_t n, uint8_t *out,
	size_t size)
{
	struct pc_ber_writer w;
	pc_ber_writer_init(&w, out, size);
	pc_ber_write_octets(&w, PC_BER_SEQUENCE, varbinds, n);
	pc_ber_write_integer(&w, PC_BER_INTEGER, index);
	pc_ber_write_integer(&w, PC_BER_INTEGER, status);
	pc_ber_write_integer(&w, PC_BER_INTEGER, 4711);
	pc_ber_write_header(&w, pdu, 0);
	pc_ber_write_octets(&w, PC_BER_OCTETS, "public", 6);
	pc_ber_write_integer(&w, PC_BER_INTEGER, 1);
	pc_ber_write_header(&w, PC_BER_SEQUENCE, 0);
	assert_int_equal(w.err, PC_OK);
	memmove(out, out + w.at, size - w.at);
	return size - w.at;
}

/* 10,000 variables in one datagram: answered in full, or tooBig, or not at all; never a crash. */
static void
test_many_varbinds(void **state)
{
	static const uint8_t one[] = {0x30, 0x05, 0x06, 0x01, 0x2b, 0x05, 0x00};
	static const uint8_t pdus[] = {PC_SNMP_GET, PC_SNMP_GETNEXT, PC_SNMP_GETBULK, PC_SNMP_SET};
	enum { COUNT = 9000 };
	static uint8_t varbinds[COUNT * sizeof(one)], data[PC_SNMP_MESSAGE_MAX];
	struct printers *p = *state;
	for (size_t i = 0; i < COUNT; i++)
		memcpy(varbinds + i * sizeof(one), one, sizeof(one));
	for (size_t i = 0; i < N(pdus); i++) {
		size_t len = wrap(pdus[i], 0, 10, varbinds, sizeof(varbinds), data, sizeof(data));
		feed(p, "many variables", data, len);
	}
	still_well(p);
}

static void
test_long_oids(void **state)
{
	static const size_t arcs[] = {127, 128, 129, 1000};
	struct printers *p = *state;
	for (size_t i = 0; i < N(arcs); i++) {
		for (int wide = 0; wide < 2; wide++) {
			static uint8_t oid[8000], varbind[9000], data[10000];
			size_t n = 1;
			oid[0] = 0x2b; /* arcs 1.3 */
			for (size_t a = 2; a < arcs[i]; a++) {
				static const uint8_t full[] = {0x8f, 0xff, 0xff, 0xff, 0x7f};
				memcpy(oid + n, full, sizeof(full));
				n += wide ? sizeof(full) : 1;
				oid[n - 1] = 0x7f;
			}
			struct pc_ber_writer w;
			pc_ber_writer_init(&w, varbind, sizeof(varbind));
			pc_ber_write_octets(&w, PC_BER_NULL, NULL, 0);
			pc_ber_write_octets(&w, PC_BER_OID, oid, n);
			pc_ber_write_header(&w, PC_BER_SEQUENCE, 0);
			for (int pdu = 0; pdu < 2; pdu++) {
				size_t len = wrap(pdu == 0 ? PC_SNMP_GET : PC_SNMP_GETBULK, 0, 5,
					varbind + w.at, sizeof(varbind) - w.at, data, sizeof(data));
				feed(p, "long OID", data, len);
			}
		}
	}
	still_well(p);
}

static void
test_extreme_bulk(void **state)
{
	static const int64_t extremes[] = {INT32_MIN, -1, 0, 1, 10000, INT32_MAX};
	static const uint8_t one[] = {
		0x30, 0x0c, 0x06, 0x08, 0x2b, 0x06, 0x01, 0x04, 0x01, 0x14, 0x01, 0x05, 0x05, 0x00};
	struct printers *p = *state;
	for (size_t n = 0; n < N(extremes); n++) {
		for (size_t m = 0; m < N(extremes); m++) {
			uint8_t data[256];
			size_t len = wrap(PC_SNMP_GETBULK, extremes[n], extremes[m], one,
				sizeof(one), data, sizeof(data));
			assert_true(feed(p, "extreme bulk", data, len));
		}
	}
	still_well(p);
}

/* Every single byte of a good message replaced, and random damage. */
static void
test_damage(void **state)
{
	static const uint8_t values[] = {0x00, 0x01, 0x7f, 0x80, 0x81, 0x84, 0xff};
	struct printers *p = *state;
	struct pc_rand r;
	for (size_t at = 0; at < sizeof(good); at++) {
		for (size_t v = 0; v < N(values); v++) {
			uint8_t data[sizeof(good)];
			memcpy(data, good, sizeof(data));
			data[at] = values[v];
			feed(p, "one byte", data, sizeof(data));
		}
	}
	pc_rand_init(&r, 1, 1);
	for (int i = 0; i < 2000; i++) {
		uint8_t data[sizeof(good)];
		memcpy(data, good, sizeof(data));
		for (uint64_t n = pc_rand_below(&r, 4); n < 4; n++)
			data[pc_rand_below(&r, sizeof(data))] = (uint8_t)pc_rand_u64(&r);
		feed(p, "random", data, sizeof(data));
	}
	still_well(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_lying),
		cmocka_unit_test(test_many_varbinds),
		cmocka_unit_test(test_long_oids),
		cmocka_unit_test(test_extreme_bulk),
		cmocka_unit_test(test_damage),
	};
	return cmocka_run_group_tests_name("snmp/hostile", tests, setup, teardown);
}
