/* Tests of cloud/front and cloud/mhd with real TLS clients on loopback: curl, openssl s_client. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "cloud-room.h"
#include "cloud/faults.h"

#define CURL(r, ...) \
	RUN(r, "curl", "-sS", "--cacert", "@dir/root-ca.pem", "--resolve", \
		"api.ers.test:@port:127.0.0.1", __VA_ARGS__)
#define URL  "https://api.ers.test:@port"
#define CERT "--cert", "@dir/agent-1.pem", "--key", "@dir/agent-1.key"
#define S_CLIENT \
	"openssl", "s_client", "-quiet", "-CAfile", "@dir/root-ca.pem", "-connect", \
		"127.0.0.1:@port"

static void
expect_output(struct room *r, const char *text)
{
	if (strstr(pc_buf_text(&r->output), text) == NULL)
		fail_msg("'%s' is not in: %.500s\njournal: %s", text, pc_buf_text(&r->output),
			pc_buf_text(&r->journal));
}

static void
expect_journal(struct room *r, const char *text)
{
	if (!room_wait_journal(r, text))
		fail_msg("'%s' is not in the journal: %s", text, pc_buf_text(&r->journal));
}

static void
test_http(void **state)
{
	struct room r;
	(void)state;
	room_open(&r, (struct pc_front_options){0}, false);
	assert_int_equal(CURL(&r, "-w", "%{http_code}", URL "/v1/ping"), 0);
	assert_string_equal(pc_buf_text(&r.output), "204");
	assert_int_equal(CURL(&r, CERT, "-H", "X-Test: 7", "-b", "session=s1", "-i", "--http2",
				 URL "/a%20b?name=x%26y"),
		0);
	expect_output(&r, "HTTP/1.1 200");
	expect_output(&r, "X-Answer: yes");
	expect_output(&r, "GET /a b body=0 cn=agent-1 sni=api.ers.test tls=TLSv1.3 alpn=http/1.1 "
			  "name=x&y cookie=s1 x=7");
	expect_journal(&r, "\"clientCn\":\"agent-1\"");
	expect_journal(&r, "\"alpnOffer\":\"h2,http/1.1\"");
	assert_int_equal(CURL(&r, "--tls-max", "1.2", "--no-alpn", URL "/x"), 0);
	expect_output(&r, "cn=- sni=api.ers.test tls=TLSv1.2 alpn= ");
	assert_int_equal(CURL(&r, URL "/1", URL "/2", URL "/3"), 0); /* keep-alive */
	expect_output(&r, "/3");
	assert_int_equal(pc_front_counts(r.front).handshakes, 4);
	expect_journal(&r, "\"bytesIn\":");
	room_close(&r);
}

static void
test_tap_sees_plaintext(void **state)
{
	struct room r;
	(void)state;
	room_open(&r, (struct pc_front_options){0}, false);
	assert_int_equal(CURL(&r, CERT, URL "/seen"), 0);
	expect_journal(&r, "tlsClosed");
	assert_int_equal(r.tap_events[PC_TAP_OPEN], 1);
	assert_true(r.tap_events[PC_TAP_CLIENT_DATA] > 0 && r.tap_events[PC_TAP_SERVER_DATA] > 0);
	assert_int_equal(r.tap_events[PC_TAP_CLOSE], 1);
	assert_non_null(strstr(pc_buf_text(&r.tapped), "tls=TLSv1.3; cipher="));
	assert_non_null(strstr(pc_buf_text(&r.tapped),
		"sni=api.ers.test; alpn=http/1.1; client_cn=agent-1; port=443"));
	assert_non_null(strstr(pc_buf_text(&r.tapped), "GET /seen HTTP/1.1"));
	pc_buf_clear(&r.tapped);
	assert_int_equal(CURL(&r, "--no-alpn", URL "/seen"), 0);
	assert_non_null(strstr(pc_buf_text(&r.tapped), "sni=api.ers.test; port=443\n"));
	room_close(&r);
}

static void
write_file(struct room *r, const char *name, size_t size)
{
	char path[128];
	uint8_t *data = malloc(size);
	memset(data, 'z', size);
	snprintf(path, sizeof(path), "%s/%s", r->dir, name);
	assert_int_equal(pc_file_write(path, data, size, 0600, NULL), PC_OK);
	free(data);
}

static void
test_bodies(void **state)
{
	struct room r;
	(void)state;
	room_open(&r, (struct pc_front_options){0}, false);
	write_file(&r, "max", PC_HTTP_BODY_MAX);
	write_file(&r, "over", PC_HTTP_BODY_MAX + 1);
	assert_int_equal(CURL(&r, "--data-binary", "@@dir/max", URL "/up"), 0);
	expect_output(&r, "POST /up body=4194304");
	assert_int_equal(CURL(&r, "-H", "Transfer-Encoding: chunked", "--data-binary", "@@dir/max",
				 URL "/up"),
		0);
	expect_output(&r, "body=4194304");
	unsigned before = r.requests;
	assert_int_equal(
		CURL(&r, "-i", "-H", "Expect:", "--data-binary", "@@dir/over", URL "/up"), 0);
	expect_output(&r, "413");
	expect_output(&r, "\"error\":\"tooLarge\"");
	assert_int_equal(CURL(&r, "-i", "-H", "Expect: 100-continue", "--data-binary", "@@dir/over",
				 URL "/up"),
		0);
	expect_output(&r, "413");
	assert_int_equal(CURL(&r, "-i", "-H", "Transfer-Encoding: chunked", "--data-binary",
				 "@@dir/over", URL "/up"),
		0);
	expect_output(&r, "413");
	assert_int_equal(r.requests, before);
	assert_int_equal(CURL(&r, "-H", "Expect: 100-continue", "-v", "--data-binary", "@@dir/max",
				 URL "/up"),
		0);
	expect_output(&r, "100 Continue");
	assert_int_equal(CURL(&r, "-o", "@dir/got", "-w", "%{size_download}", URL "/big"), 0);
	assert_string_equal(pc_buf_text(&r.output), "8388608"); /* more than any queue holds */
	room_close(&r);
}

struct raw_row {
	const char *name;
	const char *input;   /* over TLS without ALPN */
	const char *output;  /* what comes back; "" for nothing */
	const char *journal; /* what is recorded */
};

static const struct raw_row raw_rows[] = {
	{"request", "GET /raw HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "GET /raw body=0",
		"\"alpn\":\"\""},
	{"no Host", "GET /raw HTTP/1.1\r\nConnection: close\r\n\r\n", " 400 ",
		"no Host header (RFC 9112 s3.2)"},
	{"HTTP/1.0 needs none", "GET /raw HTTP/1.0\r\n\r\n", "GET /raw", "tls "},
	{"two lengths",
		"POST /raw HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n"
		"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		" 400 ", "both Content-Length and Transfer-Encoding"},
	{"NUL in the path", "GET /a%00b HTTP/1.1\r\nHost: a\r\n\r\n", " 400 ",
		"the path holds a NUL"},
	{"length over 64 bits",
		"POST /raw HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999999\r\n\r\n",
		"", "tlsClosed"},
	{"garbage", "\x01\x02\x03garbage\r\n\r\n", "400 Bad Request", "httpMalformed"},
	{"pipelined",
		"GET /one HTTP/1.1\r\nHost: a\r\n\r\nGET /two HTTP/1.1\r\nHost: a\r\nConnection: "
		"close\r\n\r\n",
		"GET /two", "tls "},
	{"MQTT without CONNECT first", "\x10\x02\x00\x01", "", "mqttMalformed"},
};

static void
test_raw(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(raw_rows) / sizeof(raw_rows[0]); i++) {
		const struct raw_row *row = &raw_rows[i];
		struct room r;
		char path[128];
		room_open(&r, (struct pc_front_options){.http_idle_ms = 1000}, false);
		snprintf(path, sizeof(path), "%s/input", r.dir);
		assert_int_equal(
			pc_file_write(path, row->input,
				row->input[0] == 0x10 ? 4 : strlen(row->input), 0600, NULL),
			PC_OK);
		(void)RUN(&r, "sh", "-c",
			"openssl s_client -quiet -CAfile @dir/root-ca.pem -connect "
			"127.0.0.1:@port <@dir/input 2>/dev/null");
		if (strstr(pc_buf_text(&r.output), row->output) == NULL)
			fail_msg("%s: got %.300s\njournal: %s", row->name, pc_buf_text(&r.output),
				pc_buf_text(&r.journal));
		if (!room_wait_journal(&r, row->journal))
			fail_msg("%s: journal: %s", row->name, pc_buf_text(&r.journal));
		room_close(&r);
	}
}

static void
test_resumption(void **state)
{
	struct room r;
	(void)state;
	room_open(&r, (struct pc_front_options){0}, false);
	(void)RUN(&r, "openssl", "s_client", "-tls1_2", "-reconnect", "-connect", "127.0.0.1:@port",
		"-cert", "@dir/agent-1.pem", "-key", "@dir/agent-1.key");
	expect_journal(&r, "\"clientCn\":\"agent-1\",\"resumed\":true");
	room_close(&r);
}

static void
test_long_headers(void **state)
{
	struct room r;
	(void)state;
	room_open(&r, (struct pc_front_options){0}, false);
	write_file(&r, "long", 40000);
	assert_int_equal(
		RUN(&r, "sh", "-c",
			"(printf 'X-Long: '; cat @dir/long) >@dir/header; exec curl -sS -i "
			"--cacert @dir/root-ca.pem -H @@dir/header https://127.0.0.1:@port/x"),
		0);
	expect_output(&r, "431");
	assert_int_equal(r.requests, 0);
	room_close(&r);
}

static void
test_not_tls(void **state)
{
	struct room r;
	(void)state;
	room_open(&r, (struct pc_front_options){.handshake_ms = 300}, false);
	assert_int_not_equal(RUN(&r, "curl", "-sS", "http://127.0.0.1:@port/"), 0);
	expect_journal(&r, "tlsFailed");
	expect_journal(&r, "\"reason\":\"http request\"");
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0); /* says nothing at all */
	struct sockaddr_in addr = pc_front_local(r.front);
	assert_int_equal(connect(fd, (struct sockaddr *)&addr, sizeof(addr)), 0);
	expect_journal(&r, "\"reason\":\"time-out\"");
	close(fd);
	room_close(&r);
}

static void
test_silent_and_idle(void **state)
{
	struct room r;
	(void)state;
	room_open(&r, (struct pc_front_options){.handshake_ms = 300, .http_idle_ms = 300}, false);
	assert_int_equal(room_run(&r, "", (const char *const[]){S_CLIENT, NULL}), 0);
	expect_journal(&r, "\"end\":\"silent\"");
	assert_int_equal(
		room_run(&r, "", (const char *const[]){S_CLIENT, "-alpn", "http/1.1", NULL}), 0);
	expect_journal(&r, "\"end\":\"idle\"");
	assert_int_equal(
		room_run(&r, "", (const char *const[]){S_CLIENT, "-alpn", "mqtt", NULL}), 0);
	expect_journal(&r, "\"end\":\"no CONNECT\"");
	room_close(&r);
}

static void
test_certificates(void **state)
{
	struct room r;
	struct pc_pki *other = NULL;
	char dir[96];
	(void)state;
	room_open(&r, (struct pc_front_options){0}, false);
	snprintf(dir, sizeof(dir), "%s/other", r.dir);
	const struct pc_pki_options o = {dir, &r.clock, NULL, 0};
	assert_int_equal(pc_pki_open(&o, &other, NULL), PC_OK);
	room_issue(&r, other, "agent-1", "foreign");
	assert_int_not_equal(
		CURL(&r, "--cert", "@dir/foreign.pem", "--key", "@dir/foreign.key", URL "/x"), 0);
	expect_journal(&r, "tlsFailed");
	expect_journal(&r, "\"reason\":\"certificate verify failed\"");
	assert_int_equal(r.requests, 0);
	/* the server's own certificate is no client certificate */
	assert_int_not_equal(
		CURL(&r, "--cert", "@dir/server.pem", "--key", "@dir/server.pem", URL "/x"), 0);
	assert_int_equal(r.requests, 0);
	pc_pki_free(other);
	room_close(&r);
}

struct fault_row {
	const char *fault;
	int curl_exit; /* -1: any but 0 */
	const char *output;
	unsigned requests; /* handled */
};

static const struct fault_row fault_rows[] = {
	{"tls-wrong-name-certificate", 60, "", 0},
	{"tls-self-signed", 60, "", 0},
	{"tls-expired-certificate", 60, "", 0},
	{"tls-stall", 28, "", 0},
	{"tls-reset", 35, "", 0},
	{"tls-no-close-notify", 0, "200", 1},
	{"http-silent", 28, "", 1},
	{"http-500-uploads", 0, "500", 0},
	{"http-503-uploads", 0, "503", 0},
	{"http-429-uploads", 0, "429", 0},
	{"http-reset-uploads", -1, "", 1},
	{"http-truncated-response", 18, "", 1},
};

static void
test_faults(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(fault_rows) / sizeof(fault_rows[0]); i++) {
		const struct fault_row *row = &fault_rows[i];
		struct room r;
		pc_fault_set set = 0;
		room_open(&r, (struct pc_front_options){0}, false);
		assert_int_equal(
			pc_fault_arm(pc_cloud_faults, PC_CLOUD_FAULTS, row->fault, &set, NULL),
			PC_OK);
		assert_int_equal(pc_front_set_faults(r.front, set, NULL), PC_OK);
		int status = CURL(&r, "-m", "0.4", "-w", "%{http_code}", "-d", "{}",
			URL "/v1/agents/agent-1/collections");
		if (row->curl_exit < 0 ? status == 0 : status != row->curl_exit)
			fail_msg("%s: curl ended with %d: %s", row->fault, status,
				pc_buf_text(&r.output));
		if (strstr(pc_buf_text(&r.output), row->output) == NULL)
			fail_msg("%s: %s", row->fault, pc_buf_text(&r.output));
		if (r.requests != row->requests)
			fail_msg("%s: %u requests handled", row->fault, r.requests);
		room_close(&r);
	}
}

static void
test_strict_alpn(void **state)
{
	struct room r;
	(void)state;
	room_open(&r, (struct pc_front_options){.strict_alpn = true}, false);
	assert_int_not_equal(
		RUN(&r, "openssl", "s_client", "-alpn", "h2", "-connect", "127.0.0.1:@port"), 0);
	expect_journal(&r, "\"alertOut\":120");
	assert_int_equal(CURL(&r, URL "/x"), 0);
	room_close(&r);
}

static void
test_limit_and_key_log(void **state)
{
	struct room r;
	char path[] = "/tmp/pc-keylog-XXXXXX";
	struct pc_buf text;
	(void)state;
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	close(fd);
	room_open(&r, (struct pc_front_options){.max_connections = 1, .keylog_path = path}, false);
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in addr = pc_front_local(r.front);
	assert_int_equal(connect(fd, (struct sockaddr *)&addr, sizeof(addr)), 0);
	assert_int_equal(pc_loop_turn(r.loop, 1000), PC_OK);
	assert_int_not_equal(CURL(&r, URL "/x"), 0);
	assert_int_equal(pc_front_counts(r.front).over_limit, 1);
	close(fd);
	expect_journal(&r, "tlsFailed");
	assert_int_equal(CURL(&r, URL "/x"), 0);
	pc_buf_init(&text, 65536);
	assert_int_equal(pc_file_read(path, &text, NULL), PC_OK);
	assert_non_null(strstr(pc_buf_text(&text), "CLIENT_TRAFFIC_SECRET_0 "));
	pc_buf_done(&text);
	(void)unlink(path);
	room_close(&r);
}

static void
test_port_in_use(void **state)
{
	struct room r;
	struct pc_front *second = NULL;
	struct pc_diag diag = {0};
	(void)state;
	room_open(&r, (struct pc_front_options){0}, false);
	const struct pc_front_options o = {.listen = pc_front_local(r.front), .pki = r.pki};
	assert_true(pc_front_new(r.loop, &o, &second, &diag) < 0);
	assert_true(strlen(diag.text) > 20);
	room_close(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_http),
		cmocka_unit_test(test_tap_sees_plaintext),
		cmocka_unit_test(test_bodies),
		cmocka_unit_test(test_raw),
		cmocka_unit_test(test_resumption),
		cmocka_unit_test(test_long_headers),
		cmocka_unit_test(test_not_tls),
		cmocka_unit_test(test_silent_and_idle),
		cmocka_unit_test(test_certificates),
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_strict_alpn),
		cmocka_unit_test(test_limit_and_key_log),
		cmocka_unit_test(test_port_in_use),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
