/* Tests of conformance/events: a capture made by the tap is told as exchanges and lines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/text.h"
#include "capture/tap-file.h"
#include "codec/snmp.h"
#include "conformance/events.h"

enum { PATH_BYTES = 256, MESSAGE_MAX = 512, LINES_MAX = 8192 };

struct fixture {
	char path[PATH_BYTES];
	struct pc_clock clock;
	struct pc_tap_file *tap;
	uint64_t ns;
	uint64_t flows;
};

static struct sockaddr_in
addr(const char *text)
{
	struct sockaddr_in a;
	assert_int_equal(pc_text_sockaddr(text, 0, &a), PC_OK);
	return a;
}

static void
begin(struct fixture *f)
{
	struct pc_tap_file_options options = {.clock = &f->clock};
	*f = (struct fixture){.ns = 1000};
	pc_clock_init_virtual(&f->clock, 1700000000);
	snprintf(f->path, sizeof(f->path), "/tmp/presscheck-events-%ld.pcapng", (long)getpid());
	assert_int_equal(pc_tap_file_new(f->path, &options, &f->tap, NULL), PC_OK);
}

static struct pc_events *
load(struct fixture *f)
{
	struct pc_events *e;
	struct pc_diag diag = {0};
	assert_int_equal(pc_tap_file_close(f->tap, NULL), PC_OK);
	if (pc_events_load(f->path, NULL, &e, &diag) != PC_OK)
		fail_msg("%s", diag.text);
	unlink(f->path);
	return e;
}

static void
udp(struct fixture *f, const char *from, const char *to, const void *data, size_t len)
{
	struct sockaddr_in a = addr(from);
	struct sockaddr_in b = addr(to);
	pc_tap_udp(pc_tap_file_tap(f->tap), f->ns++, &a, &b, data, len);
}

static size_t
snmp(uint8_t *out, uint8_t pdu, int32_t id, const char *text)
{
	struct pc_snmp_varbind vb;
	struct pc_oid name;
	size_t len = 0;
	struct pc_snmp_message m = {.version = PC_SNMP_V2C,
		.community = (const uint8_t *)"public",
		.community_len = 6,
		.pdu = pdu,
		.request_id = id,
		.varbinds = &vb,
		.n_varbinds = 1};
	assert_int_equal(pc_oid_parse("1.3.6.1.2.1.1.5.0", &name), PC_OK);
	pc_snmp_varbind_null(&vb, &name);
	if (text != NULL)
		pc_snmp_varbind_octets(&vb, &name, PC_BER_OCTETS, text, strlen(text));
	assert_int_equal(pc_snmp_encode(&m, out, MESSAGE_MAX, &len, NULL), PC_OK);
	return len;
}

/* All event lines of an exchange as one text. */
static void
tell(const struct pc_exchange *x, char out[LINES_MAX])
{
	struct pc_event_list l;
	size_t at = 0;
	pc_event_list_init(&l);
	assert_int_equal(pc_exchange_events(x, &l), PC_OK);
	out[0] = '\0';
	for (size_t i = 0; i < l.n; i++)
		at += (size_t)snprintf(out + at, LINES_MAX - at, "%s|%s|%s\n", l.events[i].path,
			l.events[i].type, l.events[i].value);
	pc_event_list_done(&l);
}

static void
has(const struct pc_exchange *x, const char *line)
{
	char text[LINES_MAX];
	tell(x, text);
	if (strstr(text, line) == NULL)
		fail_msg("'%s' is not in:\n%s", line, text);
}

static void
test_snmp(void **state)
{
	struct fixture f;
	uint8_t q[MESSAGE_MAX];
	uint8_t a[MESSAGE_MAX];
	(void)state;
	begin(&f);
	size_t nq = snmp(q, PC_SNMP_GET, 7, NULL);
	size_t na = snmp(a, PC_SNMP_RESPONSE, 7, "printer-1");
	udp(&f, "192.0.2.1:40000", "192.0.2.9:161", q, nq);
	udp(&f, "192.0.2.1:40000", "192.0.2.9:161", q, nq); /* retransmission */
	udp(&f, "192.0.2.9:161", "192.0.2.1:40000", a, na);
	udp(&f, "192.0.2.9:161", "192.0.2.1:40000", a, na); /* duplicate */
	udp(&f, "192.0.2.1:40000", "192.0.2.8:161", q, snmp(q, PC_SNMP_GET, 8, NULL));
	udp(&f, "192.0.2.1:40000", "192.0.2.9:161", q, snmp(q, PC_SNMP_GET, 9, NULL));
	udp(&f, "192.0.2.9:1161", "192.0.2.1:40000", a, snmp(a, PC_SNMP_RESPONSE, 9, "\xe9"));
	struct pc_events *e = load(&f);
	assert_int_equal(pc_events_count(e), 3);
	const struct pc_exchange *x = pc_events_get(e, 0);
	assert_int_equal(x->retransmits, 1);
	assert_int_equal(x->duplicates, 1);
	assert_int_equal(x->answer_frame, 3);
	has(x, "snmp.req.pdu|pdu|get-request\n");
	has(x, "snmp.1.3.6.1.2.1.1.5.0|OCTET STRING|printer-1\n");
	has(x, "snmp.error|error|noError\n");
	has(pc_events_get(e, 1), "snmp.answer|silence|\n");
	has(pc_events_get(e, 2), "snmp.1.3.6.1.2.1.1.5.0|OCTET STRING|0xe9\n");
	assert_null(pc_events_problem(e, 0));
	pc_events_free(e);
}

static void
test_snmp_undecodable(void **state)
{
	static const uint8_t v3[] = {0x30, 0x07, 2, 1, 3, 0x30, 2, 5, 0};
	struct fixture f;
	(void)state;
	begin(&f);
	udp(&f, "192.0.2.1:40000", "192.0.2.9:161", v3, sizeof(v3));
	udp(&f, "192.0.2.1:40001", "192.0.2.9:161", "junk", 4);
	struct pc_events *e = load(&f);
	has(pc_events_get(e, 0), "snmp.v3|undecoded|");
	has(pc_events_get(e, 1), "snmp.malformed|malformed|");
	pc_events_free(e);
}

static void
test_enpc(void **state)
{
	static const uint8_t probe[15] = "EPSONP\x00\xff\x00\x00\x00\x00\x00\x00";
	static const uint8_t answer[16] = "EPSONp\x00\x00\x00\x00\x00\x00\x00\x02\x41\x42";
	struct fixture f;
	(void)state;
	begin(&f);
	udp(&f, "192.0.2.1:40000", "255.255.255.255:3289", probe, sizeof(probe));
	udp(&f, "192.0.2.9:3289", "192.0.2.1:40000", answer, sizeof(answer));
	udp(&f, "192.0.2.8:3289", "192.0.2.1:40000", answer, sizeof(answer));
	struct pc_events *e = load(&f);
	assert_int_equal(pc_events_count(e), 2);
	has(pc_events_get(e, 0), "enpc.p00.0000.data|bytes|0x4142\n");
	has(pc_events_get(e, 0), "enpc.req.p00.0000.trailing|number|1\n");
	assert_int_equal(
		pc_events_get(e, 1)->server.sin_addr.s_addr, addr("192.0.2.8").sin_addr.s_addr);
	assert_int_equal(pc_events_get(e, 1)->request_frame, 1);
	pc_events_free(e);
}

static void
open_flow(struct fixture *f, const char *server, const char *note, struct pc_tap_flow *flow)
{
	char client[64];
	snprintf(client, sizeof(client), "192.0.2.1:%u", (unsigned)(41000 + f->flows));
	*flow = (struct pc_tap_flow){
		.id = ++f->flows, .client = addr(client), .server = addr(server), .note = note};
	pc_tap_tcp(pc_tap_file_tap(f->tap), f->ns++, flow, PC_TAP_OPEN, NULL, 0);
}

static void
say(struct fixture *f, struct pc_tap_flow *flow, enum pc_tap_event side, const void *data, size_t n)
{
	pc_tap_tcp(pc_tap_file_tap(f->tap), f->ns++, flow, side, data, n);
}

static void
test_lpd(void **state)
{
	static const char cf[] = "Hhost\nPuser\nJjob\nldfA001host\n";
	struct fixture f;
	struct pc_tap_flow c;
	char text[128];
	(void)state;
	begin(&f);
	open_flow(&f, "192.0.2.9:515", NULL, &c);
	say(&f, &c, PC_TAP_CLIENT_DATA, "\2lp\n", 4);
	say(&f, &c, PC_TAP_SERVER_DATA, "\0", 1);
	int n = snprintf(text, sizeof(text), "\2%zu cfA001host\n", strlen(cf));
	say(&f, &c, PC_TAP_CLIENT_DATA, text, (size_t)n);
	say(&f, &c, PC_TAP_SERVER_DATA, "\0", 1);
	say(&f, &c, PC_TAP_CLIENT_DATA, cf, sizeof(cf));
	say(&f, &c, PC_TAP_SERVER_DATA, "\1", 1);
	say(&f, &c, PC_TAP_CLIENT_DATA,
		"\3"
		"3 dfA001host\nabc\0",
		18);
	say(&f, &c, PC_TAP_CLOSE, NULL, 0);
	open_flow(&f, "192.0.2.9:515", NULL, &c);
	say(&f, &c, PC_TAP_CLIENT_DATA, "\3lp\n", 4);
	say(&f, &c, PC_TAP_SERVER_DATA, "no entries\n", 11);
	struct pc_events *e = load(&f);
	assert_int_equal(pc_events_count(e), 2);
	const struct pc_exchange *x = pc_events_get(e, 0);
	assert_int_equal(x->proto, PC_PROTO_LPD);
	has(x, "lpd.command|command|receive-job\n");
	has(x, "lpd.cf.P|text|user\n");
	has(x, "lpd.data.len|number|3\n");
	has(x, "lpd.ack[2]|number|1\n");
	has(pc_events_get(e, 1), "lpd.queue.state|text|0x6e6f20656e74726965730a\n");
	pc_events_free(e);
}

static void
test_raw(void **state)
{
	static const char job[] =
		"\x1b%-12345X@PJL INFO PAGECOUNT\r\n@PJL ENTER LANGUAGE=PCL\r\nDATA"
		"\x1b%-12345X";
	static const char answer[] =
		"@PJL INFO PAGECOUNT\r\n42\r\n\f@PJL INFO STATUS\r\nCODE=10001\r\n\f";
	struct fixture f;
	struct pc_tap_flow c;
	(void)state;
	begin(&f);
	open_flow(&f, "192.0.2.9:9100", NULL, &c);
	say(&f, &c, PC_TAP_CLIENT_DATA, job, sizeof(job) - 1);
	say(&f, &c, PC_TAP_SERVER_DATA, answer, sizeof(answer) - 1);
	struct pc_events *e = load(&f);
	const struct pc_exchange *x = pc_events_get(e, 0);
	has(x, "pjl.line[0]|text|@PJL INFO PAGECOUNT\n");
	has(x, "pjl.INFO.PAGECOUNT[0]|text|42\n");
	has(x, "pjl.INFO.STATUS.CODE|text|10001\n");
	has(x, "raw.job.sha256|sha256|");
	pc_events_free(e);
}

static void
test_http(void **state)
{
	static const char requests[] =
		"POST /v1/x HTTP/1.1\r\nHost: cloud\r\nContent-Length: 27\r\n\r\n"
		"{\"a\":[1,{\"b\":\"c\"}],\"d\":true}"
		"HEAD / HTTP/1.1\r\n\r\nGET /y HTTP/1.1\r\n\r\n";
	static const char answers[] =
		"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 202 Accepted\r\nTransfer-Encoding: chunked\r\n\r\n"
		"2\r\n{}\r\n0\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"
		"HTTP/1.1 404 Not Found\r\nX-A: b\r\n\r\ngone";
	struct fixture f;
	struct pc_tap_flow c;
	char text[256];
	(void)state;
	begin(&f);
	open_flow(&f, "192.0.2.5:8443", "tls=TLSv1.3; alpn=http/1.1", &c);
	c.note = NULL;
	/* the body above has 28 bytes; say so */
	char *req = strdup(requests);
	memcpy(strstr(req, "27"), "28", 2);
	say(&f, &c, PC_TAP_CLIENT_DATA, req, strlen(req));
	say(&f, &c, PC_TAP_SERVER_DATA, answers, sizeof(answers) - 1);
	say(&f, &c, PC_TAP_CLOSE, NULL, 0);
	struct pc_events *e = load(&f);
	assert_int_equal(pc_events_count(e), 3);
	const struct pc_exchange *x = pc_events_get(e, 0);
	assert_memory_equal(x->note, "port=8443; tls=TLSv1.3", 22);
	has(x, "http.req.body$.a[1].b|string|c\n");
	has(x, "http.req.body$.d|boolean|true\n");
	has(x, "http.resp.status|number|202\n");
	has(x, "http.resp.body$|object|\n");
	has(pc_events_get(e, 1), "http.resp.hdr.content-length|text|5\n");
	x = pc_events_get(e, 2);
	has(x, "http.resp.status|number|404\n");
	has(x, "http.resp.body|bytes|gone\n");
	pc_exchange_summary(x, text, sizeof(text));
	assert_string_equal(
		text, "req.method=GET, req.target=/y -> resp.status=404, resp.body=gone");
	pc_events_free(e);
	free(req);
}

static void
test_mqtt(void **state)
{
	static const uint8_t connect[] = {
		0x10, 14, 0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, 60, 0, 2, 'a', '1'};
	static const uint8_t connack[] = {0x20, 2, 0, 0};
	static const uint8_t publish[] = {0x32, 9, 0, 3, 't', '/', 'x', 0, 5, '{', '}'};
	struct fixture f;
	struct pc_tap_flow c;
	(void)state;
	begin(&f);
	open_flow(&f, "192.0.2.5:8443", "tls=TLSv1.3; alpn=mqtt", &c);
	say(&f, &c, PC_TAP_CLIENT_DATA, connect, sizeof(connect));
	say(&f, &c, PC_TAP_SERVER_DATA, connack, sizeof(connack));
	say(&f, &c, PC_TAP_SERVER_DATA, publish, sizeof(publish));
	struct pc_events *e = load(&f);
	assert_int_equal(pc_events_count(e), 3);
	has(pc_events_get(e, 0), "mqtt.connect.clientId|text|a1\n");
	has(pc_events_get(e, 1), "mqtt.connack.code|number|0\n");
	has(pc_events_get(e, 2), "mqtt.publish.topic|text|t/x\n");
	has(pc_events_get(e, 2), "mqtt.publish.payload$|object|\n");
	assert_null(pc_events_get(e, 2)->request.data);
	pc_events_free(e);
}

/* What the recording lacks is told, never hidden. */
static void
test_problems(void **state)
{
	struct fixture f;
	struct pc_tap_flow c;
	char path[PATH_BYTES];
	struct pc_events *e;
	(void)state;
	begin(&f);
	c = (struct pc_tap_flow){
		.id = 9, .client = addr("192.0.2.1:41000"), .server = addr("192.0.2.9:9100")};
	say(&f, &c, PC_TAP_CLIENT_DATA, "x", 1);
	assert_int_equal(pc_tap_file_flush(f.tap), PC_OK);
	snprintf(path, sizeof(path), "%s", f.path);
	struct stat st;
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(truncate(path, st.st_size - 5), 0);
	assert_int_equal(pc_events_load(path, NULL, &e, NULL), PC_OK);
	assert_non_null(strstr(pc_events_problem(e, 0)->text, "truncated"));
	pc_events_free(e);
	assert_int_equal(pc_tap_file_close(f.tap, NULL), PC_OK);
	begin(&f);
	say(&f, &c, PC_TAP_CLIENT_DATA, "x", 1);
	e = load(&f);
	assert_non_null(strstr(pc_events_problem(e, 0)->text, "middle of the connection"));
	pc_events_free(e);
}

static void
test_names(void **state)
{
	enum pc_proto p;
	(void)state;
	for (int i = 0; i < PC_PROTO_COUNT; i++) {
		assert_int_equal(pc_proto_find(pc_proto_name((enum pc_proto)i), &p), PC_OK);
		assert_int_equal(p, i);
	}
	assert_int_equal(pc_proto_find("smb", &p), PC_E_NOTFOUND);
}

/* The recordings of the product itself are whole, and say what their README says. */
static void
test_fixtures(void **state)
{
	static const struct {
		const char *file;
		enum pc_proto proto;
		size_t exchanges;
	} rows[] = {
		{"site.pcapng", PC_PROTO_SNMP, 50},
		{"site.pcapng", PC_PROTO_LPD, 1},
		{"wan.pcapng", PC_PROTO_HTTP, 3},
		{"wan.pcapng", PC_PROTO_MQTT, 14},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char path[512];
		struct pc_events *e;
		size_t n = 0;
		snprintf(path, sizeof(path), PC_ROOM_DIR "/tests/fixtures/%s", rows[i].file);
		assert_int_equal(pc_events_load(path, NULL, &e, NULL), PC_OK);
		assert_null(pc_events_problem(e, 0));
		for (size_t k = 0; k < pc_events_count(e); k++) {
			struct pc_event_list l;
			const struct pc_exchange *x = pc_events_get(e, k);
			n += x->proto == rows[i].proto ? 1 : 0;
			pc_event_list_init(&l);
			assert_int_equal(pc_exchange_events(x, &l), PC_OK);
			for (size_t m = 0; m < l.n; m++) {
				if (strstr(l.events[m].path, "malformed") != NULL)
					fail_msg("%s exchange %u: %s", rows[i].file, x->number,
						l.events[m].value);
			}
			pc_event_list_done(&l);
		}
		if (n != rows[i].exchanges)
			fail_msg("%s: %zu %s", rows[i].file, n, pc_proto_name(rows[i].proto));
		pc_events_free(e);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_snmp),
		cmocka_unit_test(test_snmp_undecodable),
		cmocka_unit_test(test_enpc),
		cmocka_unit_test(test_lpd),
		cmocka_unit_test(test_raw),
		cmocka_unit_test(test_http),
		cmocka_unit_test(test_mqtt),
		cmocka_unit_test(test_problems),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_fixtures),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
