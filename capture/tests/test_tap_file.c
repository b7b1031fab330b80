/* Tests of capture/tap-file: frames, ports, TLS plaintext, marks, and what tshark makes of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/text.h"
#include "capture/frame.h"
#include "capture/pcapng.h"
#include "capture/tap-file.h"
#include "support.h"

static struct sockaddr_in
addr(const char *text)
{
	struct sockaddr_in a;
	assert_int_equal(pc_text_sockaddr(text, 0, &a), PC_OK);
	return a;
}

static struct pc_tap_file *
open_tap(const char *path, uint16_t offset, struct pc_clock *clock)
{
	struct pc_tap_file *t;
	pc_clock_init_virtual(clock, 1700000000);
	struct pc_tap_file_options options = {
		.clock = clock, .port_offset = offset, .comment = "scenario=test"};
	assert_int_equal(pc_tap_file_new(path, &options, &t, NULL), PC_OK);
	return t;
}

static void
read_ports(const char *path, size_t at, uint16_t *ret_from, uint16_t *ret_to)
{
	struct pc_capfile *f;
	struct pc_packet p = {0};
	assert_int_equal(pc_capfile_open(path, &f, NULL), PC_OK);
	for (size_t i = 0; i <= at; i++)
		assert_int_equal(pc_capfile_next(f, &p, NULL), PC_OK);
	*ret_from = (uint16_t)(p.data[34] << 8 | p.data[35]);
	*ret_to = (uint16_t)(p.data[36] << 8 | p.data[37]);
	pc_capfile_close(f);
}

static void
test_service_ports(void **state)
{
	static const struct {
		uint16_t port, offset, want;
	} rows[] = {
		{10161, 10000, 161},
		{10161, 0, 10161},
		{161, 10000, 161},
		{13289, 10000, 3289},
		{19100, 10000, 9100},
		{40001, 10000, 40001},
		{10000, 10000, 10000},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(pc_tap_service_port(rows[i].port, rows[i].offset), rows[i].want);
}

static void
test_udp_offset(void **state)
{
	char path[TEST_PATH_MAX];
	struct pc_clock clock;
	uint16_t from;
	uint16_t to;
	struct sockaddr_in a = addr("127.1.0.5:40000");
	struct sockaddr_in b = addr("127.1.0.9:10161");
	(void)state;
	test_path(path, "udp.pcapng");
	struct pc_tap_file *t = open_tap(path, 10000, &clock);
	pc_tap_udp(pc_tap_file_tap(t), 1, &a, &b, (const uint8_t *)"hello", 5);
	pc_tap_udp(pc_tap_file_tap(t), 2, &b, &a, NULL, 0);
	assert_int_equal(pc_tap_file_packets(t), 2);
	assert_int_equal(pc_tap_file_close(t, NULL), PC_OK);
	read_ports(path, 0, &from, &to);
	assert_int_equal(from, 40000);
	assert_int_equal(to, 161);
	read_ports(path, 1, &from, &to);
	assert_int_equal(from, 161);
	unlink(path);
}

static void
test_largest_datagram(void **state)
{
	char path[TEST_PATH_MAX];
	struct pc_clock clock;
	struct pc_capfile *f;
	struct pc_packet p;
	struct sockaddr_in a = addr("127.0.0.1:1");
	uint8_t *data = calloc(1, 65508);
	(void)state;
	test_path(path, "large.pcapng");
	struct pc_tap_file *t = open_tap(path, 0, &clock);
	pc_tap_udp(pc_tap_file_tap(t), 1, &a, &a, data, 65507);
	pc_tap_udp(pc_tap_file_tap(t), 1, &a, &a, data, 65508); /* no such datagram exists */
	assert_int_equal(pc_tap_file_close(t, NULL), PC_OK);
	assert_int_equal(pc_capfile_open(path, &f, NULL), PC_OK);
	assert_int_equal(pc_capfile_next(f, &p, NULL), PC_OK);
	assert_int_equal(p.len, PC_FRAME_MAX);
	assert_int_equal(pc_capfile_next(f, &p, NULL), PC_E_CLOSED);
	pc_capfile_close(f);
	free(data);
	unlink(path);
}

/* The server port a TLS flow is written with. */
static uint16_t
tls_port(const char *note, const char *first)
{
	char path[TEST_PATH_MAX];
	struct pc_clock clock;
	uint16_t from;
	uint16_t to;
	struct pc_tap_flow flow = {.id = 7,
		.client = addr("127.0.0.1:40001"),
		.server = addr("127.0.0.1:9443"),
		.note = note};
	test_path(path, "tls.pcapng");
	struct pc_tap_file *t = open_tap(path, 0, &clock);
	const struct pc_tap *tap = pc_tap_file_tap(t);
	pc_tap_tcp(tap, 1, &flow, PC_TAP_OPEN, NULL, 0);
	flow.note = NULL;
	if (first != NULL)
		pc_tap_tcp(
			tap, 2, &flow, PC_TAP_CLIENT_DATA, (const uint8_t *)first, strlen(first));
	pc_tap_tcp(tap, 3, &flow, PC_TAP_CLOSE, NULL, 0);
	assert_int_equal(pc_tap_file_close(t, NULL), PC_OK);
	read_ports(path, 0, &from, &to);
	assert_int_equal(from, 40001);
	unlink(path);
	return to;
}

static void
test_tls_ports(void **state)
{
	(void)state;
	assert_int_equal(tls_port("tls=TLSv1.3; alpn=http/1.1", NULL), 80);
	assert_int_equal(tls_port("tls=TLSv1.3; alpn=mqtt", NULL), 1883);
	assert_int_equal(tls_port("tls=TLSv1.2; alpn=x-amzn-mqtt-ca", "GET "), 1883);
	assert_int_equal(tls_port("tls=TLSv1.3", "\x10\x0c"), 1883);
	assert_int_equal(tls_port("tls=TLSv1.3; alpn=; port=443", "\x10\x0c"), 1883);
	assert_int_equal(tls_port("tls=TLSv1.3", "POST "), 80);
	assert_int_equal(tls_port("tls=TLSv1.3", NULL), 80);
	assert_int_equal(tls_port("plain", "POST "), 9443);
	assert_int_equal(tls_port(NULL, "POST "), 9443);
}

static void
test_marks(void **state)
{
	char path[TEST_PATH_MAX];
	char command[TEST_PATH_MAX * 2];
	char out[TEST_OUTPUT_MAX];
	struct pc_clock clock;
	struct pc_capfile *f;
	struct pc_packet p;
	size_t n = 0;
	struct sockaddr_in a = addr("127.0.0.1:1");
	(void)state;
	test_path(path, "marks.pcapng");
	struct pc_tap_file *t = open_tap(path, 0, &clock);
	for (int i = 0; i < PC_TAP_MARKS_MAX + 2; i++)
		pc_tap_file_mark(t, i == PC_TAP_MARKS_MAX + 1 ? "last" : "step 1: start");
	pc_tap_udp(pc_tap_file_tap(t), 1, &a, &a, NULL, 0);
	pc_tap_udp(pc_tap_file_tap(t), 1, &a, &a, NULL, 0);
	pc_tap_file_mark(t, "left over");
	assert_int_equal(pc_tap_file_close(t, NULL), PC_OK);
	assert_int_equal(pc_capfile_open(path, &f, NULL), PC_OK);
	assert_int_equal(pc_capfile_next(f, &p, NULL), PC_OK);
	assert_memory_equal(pc_packet_comment(&p, 0, &n), "step 1: start", n);
	const char *last = pc_packet_comment(&p, PC_TAP_MARKS_MAX - 1, &n);
	assert_memory_equal(last + n - 5, "\nlast", 5);
	assert_int_equal(pc_capfile_next(f, &p, NULL), PC_OK);
	assert_null(pc_packet_comment(&p, 0, &n));
	pc_capfile_close(f);
	snprintf(command, sizeof(command), "grep -c 'left over' %s", path);
	assert_int_equal(test_command(command, out), 0);
	unlink(path);
}

/* One connection with a large answer, one reset, one the tap never saw open; tshark agrees with the
 * checksums, the sequence numbers and the HTTP inside. */
static void
test_tshark(void **state)
{
	static const char request[] = "GET /x HTTP/1.1\r\nHost: printer\r\n\r\n";
	char path[TEST_PATH_MAX];
	char command[TEST_PATH_MAX * 3];
	char out[TEST_OUTPUT_MAX];
	char answer[5100];
	struct pc_clock clock;
	struct pc_tap_flow flow = {
		.id = 1, .client = addr("192.0.2.1:40001"), .server = addr("192.0.2.2:10080")};
	(void)state;
	if (!test_has("tshark"))
		fail_msg("tshark is not installed; ci/deps installs it");
	int n = snprintf(answer, sizeof(answer), "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n");
	memset(answer + n, 'x', 5000);
	test_path(path, "tcp.pcapng");
	struct pc_tap_file *t = open_tap(path, 10000, &clock);
	const struct pc_tap *tap = pc_tap_file_tap(t);
	pc_tap_tcp(tap, 1, &flow, PC_TAP_OPEN, NULL, 0);
	pc_tap_tcp(tap, 2, &flow, PC_TAP_CLIENT_DATA, (const uint8_t *)request, strlen(request));
	pc_tap_tcp(tap, 3, &flow, PC_TAP_SERVER_DATA, (const uint8_t *)answer, (size_t)n + 5000);
	pc_tap_tcp(tap, 4, &flow, PC_TAP_CLOSE, NULL, 0);
	flow.id = 2; /* the same ports again */
	pc_tap_tcp(tap, 5, &flow, PC_TAP_OPEN, NULL, 0);
	pc_tap_tcp(tap, 6, &flow, PC_TAP_RESET, NULL, 0);
	flow.id = 3;
	flow.client = addr("192.0.2.1:40002");
	pc_tap_tcp(tap, 7, &flow, PC_TAP_CLIENT_DATA, (const uint8_t *)"abc", 3);
	assert_int_equal(pc_tap_file_packets(t), 3 + 1 + 4 + 3 + 3 + 1 + 1);
	assert_int_equal(pc_tap_file_close(t, NULL), PC_OK);
	snprintf(command, sizeof(command),
		"tshark -r %s -o tcp.check_checksum:TRUE -o ip.check_checksum:TRUE -Y "
		"'tcp.checksum.status==0 || ip.checksum.status==0 || (tcp.analysis.flags && "
		"!tcp.analysis.reused_ports)' "
		"2>/dev/null",
		path);
	assert_int_equal(test_command(command, out), 0);
	assert_string_equal(out, "");
	snprintf(command, sizeof(command),
		"tshark -r %s -Y http.response -T fields -e http.response.code -e "
		"http.content_length 2>/dev/null",
		path);
	assert_int_equal(test_command(command, out), 0);
	assert_string_equal(out, "200\t5000\n");
	unlink(path);
}

/* A TLS connection whose protocol is not known yet waits; told of again, it is still one. */
static void
test_opened_twice(void **state)
{
	char path[TEST_PATH_MAX];
	struct pc_clock clock;
	struct pc_tap_flow flow = {.id = 1,
		.client = addr("192.0.2.1:40001"),
		.server = addr("192.0.2.2:443"),
		.note = "tls=1.3; sni=a; alpn="};
	(void)state;
	test_path(path, "twice.pcapng");
	struct pc_tap_file *t = open_tap(path, 0, &clock);
	const struct pc_tap *tap = pc_tap_file_tap(t);
	pc_tap_tcp(tap, 1, &flow, PC_TAP_OPEN, NULL, 0);
	pc_tap_tcp(tap, 2, &flow, PC_TAP_OPEN, NULL, 0);
	pc_tap_tcp(tap, 3, &flow, PC_TAP_CLOSE, NULL, 0);
	assert_int_equal(pc_tap_file_packets(t), 3 + 3);
	assert_int_equal(pc_tap_file_close(t, NULL), PC_OK);
	unlink(path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_service_ports),
		cmocka_unit_test(test_udp_offset),
		cmocka_unit_test(test_largest_datagram),
		cmocka_unit_test(test_tls_ports),
		cmocka_unit_test(test_marks),
		cmocka_unit_test(test_opened_twice),
		cmocka_unit_test(test_tshark),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
