/* Tests of packets.c: a capture as lines, given to the cases in whose time they fall. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "base/text.h"
#include "capture/tap-file.h"
#include "codec/snmp.h"
#include "conformance/packets.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define S    1000000000u

static const struct pc_case sample = {.id = "DEV-TEST-001", .title = "T.", .clauses = "c"};

static struct sockaddr_in
at(const char *address, uint16_t port)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port)};
	inet_pton(AF_INET, address, &a.sin_addr);
	return a;
}

static size_t
request(uint8_t pdu, uint8_t out[256])
{
	struct pc_oid name;
	struct pc_snmp_varbind vb;
	struct pc_diag diag = {{0}};
	size_t len = 0;
	struct pc_snmp_message m = {.version = PC_SNMP_V2C,
		.community = (const uint8_t *)"public",
		.community_len = 6,
		.pdu = pdu,
		.request_id = 1,
		.varbinds = &vb,
		.n_varbinds = 1};
	assert_int_equal(pc_oid_parse("1.3.6.1.2.1.1.5.0", &name), PC_OK);
	pc_snmp_varbind_octets(&vb, &name, PC_BER_OCTETS, "x", 1);
	assert_int_equal(pc_snmp_encode(&m, out, 256, &len, &diag), PC_OK);
	return len;
}

/* At 1 s a GET, 2 s a SET, 3 s ENPC, 4 s an LPD job, 5 s MQTT inside TLS, 6 s an unknown port. */
static void
record(const char *path)
{
	static const uint8_t enpc[14] = {'E', 'P', 'S', 'O', 'N', 'Q', 0, 0, 0, 0, 0, 0, 0, 0};
	struct pc_clock clock;
	struct pc_tap_file *t = NULL;
	struct pc_diag diag = {{0}};
	uint8_t snmp[256];
	pc_clock_init_virtual(&clock, 0);
	const struct pc_tap_file_options o = {.clock = &clock, .port_offset = 20000};
	if (pc_tap_file_new(path, &o, &t, &diag) != PC_OK)
		fail_msg("%s", diag.text);
	const struct pc_tap *tap = pc_tap_file_tap(t);
	struct sockaddr_in client = at("127.0.0.1", 50000);
	struct sockaddr_in agent = at("127.1.0.1", 20161);
	struct sockaddr_in discovery = at("127.1.0.1", 23289);
	struct sockaddr_in nowhere = at("127.1.0.1", 4444);
	size_t len = request(PC_SNMP_GET, snmp);
	pc_tap_udp(tap, 1ull * S, &client, &agent, snmp, len);
	len = request(PC_SNMP_SET, snmp);
	pc_tap_udp(tap, 2ull * S, &client, &agent, snmp, len);
	pc_tap_udp(tap, 3ull * S, &client, &discovery, enpc, sizeof(enpc));
	struct pc_tap_flow lpd = {.id = 1, .client = client, .server = at("127.1.0.1", 20515)};
	pc_tap_tcp(tap, 4ull * S, &lpd, PC_TAP_OPEN, NULL, 0);
	pc_tap_tcp(tap, 4ull * S, &lpd, PC_TAP_CLIENT_DATA, (const uint8_t *)"\002PASSTHRU\n", 10);
	pc_tap_tcp(tap, 4ull * S, &lpd, PC_TAP_CLOSE, NULL, 0);
	struct pc_tap_flow mqtt = {.id = 2,
		.client = client,
		.server = at("127.0.0.1", 8443),
		.note = "tls=1.3; alpn=mqtt"};
	pc_tap_tcp(tap, 5ull * S, &mqtt, PC_TAP_OPEN, NULL, 0);
	pc_tap_tcp(tap, 5ull * S, &mqtt, PC_TAP_CLIENT_DATA, (const uint8_t *)"\xc0\x00", 2);
	pc_tap_udp(tap, 6ull * S, &client, &nowhere, (const uint8_t *)"hi\001there", 8);
	assert_int_equal(pc_tap_file_close(t, &diag), PC_OK);
}

static char *
new_path(char path[64])
{
	snprintf(path, 64, "/tmp/presscheck-packets-XXXXXX");
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	close(fd);
	return path;
}

static struct pc_case_result *
span(struct pc_results *r, uint64_t from, uint64_t to)
{
	struct pc_case_result *row = pc_results_add(r, &sample, "x");
	assert_non_null(row);
	row->start_ns = from;
	row->end_ns = to;
	return row;
}

static void
test_lines(void **state)
{
	static const char *const expected[] = {
		"127.0.0.1:50000 > 127.1.0.1:161  SNMP v2c get-request 1.3.6.1.2.1.1.5.0 = x",
		"127.0.0.1:50000 > 127.1.0.1:161  SNMP v2c set-request 1.3.6.1.2.1.1.5.0 = x",
		("127.0.0.1:50000 > 127.1.0.1:3289  ENPC Q device 00 function 0000 result 0000, 0 "
		 "octets"),
		"127.0.0.1:50000 > 127.1.0.1:515  TCP SYN",
		"127.1.0.1:515 > 127.0.0.1:50000  TCP SYN",
		"127.0.0.1:50000 > 127.1.0.1:515  LPD .PASSTHRU",
		"127.0.0.1:50000 > 127.1.0.1:515  TCP FIN",
		"127.1.0.1:515 > 127.0.0.1:50000  TCP FIN",
		"127.0.0.1:50000 > 127.0.0.1:1883  TCP SYN",
		"127.0.0.1:1883 > 127.0.0.1:50000  TCP SYN",
		"127.0.0.1:50000 > 127.0.0.1:1883  MQTT PINGREQ, 2 octets",
		"127.0.0.1:50000 > 127.1.0.1:4444  ? hi.there",
	};
	char path[64];
	struct pc_results r;
	struct pc_diag diag = {{0}};
	(void)state;
	record(new_path(path));
	pc_results_init(&r, "t");
	span(&r, 1, 10ull * S);
	if (pc_packets_attach(&r, path, &diag) != PC_OK)
		fail_msg("%s", diag.text);
	for (size_t i = 0; i < N(expected) && i < r.rows[0].n_packets; i++)
		assert_string_equal(r.rows[0].packets[i].text, expected[i]);
	assert_int_equal(r.rows[0].n_packets, N(expected));
	assert_int_equal(r.rows[0].n_packets_seen, N(expected));
	pc_results_done(&r);
	unlink(path);
}

/* Each packet goes to the cases whose span holds it, bounds included; one that is not over: none.
 */
static void
test_spans(void **state)
{
	char path[64];
	struct pc_results r;
	struct pc_diag diag = {{0}};
	(void)state;
	record(new_path(path));
	pc_results_init(&r, "t");
	span(&r, 1ull * S, 2ull * S);
	span(&r, 2ull * S, 3ull * S - 1);
	span(&r, 7ull * S, 8ull * S);
	span(&r, 1ull * S, 0);
	assert_int_equal(pc_packets_attach(&r, path, &diag), PC_OK);
	assert_int_equal(r.rows[0].n_packets, 2);
	assert_int_equal(r.rows[1].n_packets, 1);
	assert_int_equal(r.rows[2].n_packets, 0);
	assert_int_equal(r.rows[3].n_packets, 0);
	pc_results_done(&r);
	unlink(path);
}

/* More packets than lines: the first ones are kept, all are counted. */
static void
test_limit(void **state)
{
	char path[64];
	struct pc_results r;
	struct pc_diag diag = {{0}};
	(void)state;
	record(new_path(path));
	pc_results_init(&r, "t");
	span(&r, 1, 10ull * S);
	for (int i = 0; i < 4; i++)
		assert_int_equal(pc_packets_attach(&r, path, &diag), PC_OK);
	assert_int_equal(r.rows[0].n_packets, PC_PACKETS_MAX);
	assert_int_equal(r.rows[0].n_packets_seen, 48);
	for (size_t i = 1; i < r.rows[0].n_packets; i++)
		assert_true(r.rows[0].packets[i - 1].wall_ns <= r.rows[0].packets[i].wall_ns);
	pc_results_done(&r);
	unlink(path);
}

static void
test_count(void **state)
{
	char path[64];
	struct pc_packets_counts n;
	struct pc_diag diag = {{0}};
	(void)state;
	record(new_path(path));
	assert_int_equal(pc_packets_count(path, &n, &diag), PC_OK);
	assert_int_equal(n.snmp_read, 1);
	assert_int_equal(n.snmp_set, 1);
	assert_int_equal(n.enpc, 1);
	assert_int_equal(n.lpd, 5);
	assert_int_equal(n.mqtt, 3);
	assert_int_equal(n.other, 1);
	unlink(path);
}

static void
test_files(void **state)
{
	char path[64];
	struct pc_packets_counts n;
	struct pc_diag diag = {{0}};
	(void)state;
	new_path(path);
	assert_int_equal(pc_file_write(path, "no capture", 10, 0600, &diag), PC_OK);
	assert_int_not_equal(pc_packets_count(path, &n, &diag), PC_OK);
	assert_non_null(strstr(diag.text, path));
	unlink(path);
	assert_int_equal(pc_packets_count(path, &n, &diag), PC_OK); /* not there: no packets */
	assert_int_equal(n.snmp_read + n.other, 0);
}

/* A datagram of each of the name services, in a line. */
static const struct {
	uint16_t port;
	const char *hex, *line;
} names[] = {
	{427, "0201000029200000000012340002656E0000000F736572766963653A7072696E746572000000000000",
		"SLPv2 SrvRqst 1234, error 0, 0 entries"},
	{427, "02 02", "SLP (the message is cut short)"},
	{137, "0001 0000 0001 0000 0000 0000 20 434B414141414141414141414141414141414141414141414141414141414141 00 0021 0001",
		"NBNS node status *<00> code 0, 0 addresses, 0 names"},
	{137, "0001 0000 0001 0000 0000 0000 C00C 0021 0001", "NBNS (a value is not allowed here)"},
	{5355, "1234 0000 0001 0000 0000 0000 05 616C706861 00 0001 0001",
		"LLMNR query alpha A code 0, 0 answers"},
	{5355, "1234 0000", "LLMNR (the message is cut short)"},
};

static void
test_names(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(names); i++) {
		uint8_t data[256];
		size_t n = 0;
		char line[PC_PACKET_TEXT_MAX];
		assert_int_equal(pc_text_unhex(names[i].hex, data, sizeof(data), &n), PC_OK);
		struct pc_segment s = {.protocol = IPPROTO_UDP,
			.from = at("127.0.0.1", 40000),
			.to = at("127.1.0.1", names[i].port),
			.data = data,
			.len = n};
		pc_packets_line(&s, line, sizeof(line));
		if (strstr(line, names[i].line) == NULL)
			fail_msg("'%s', expected '%s'", line, names[i].line);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),

		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_spans),
		cmocka_unit_test(test_limit),
		cmocka_unit_test(test_count),
		cmocka_unit_test(test_files),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
