/* Tests of conformance/replay: a recording made by the tap against a live device in a child
 * process, the same device with a defect, and recordings with something missing. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/text.h"
#include "capture/tap-file.h"
#include "codec/enpc.h"
#include "codec/snmp.h"
#include "conformance/replay.h"
#include "loop/tcp.h"
#include "loop/udp.h"

enum { PATH_BYTES = 128, TIMEOUT_MS = 900, REPORT_MAX = 1 << 20 };

/* What the device says; the defect changes it. */
struct device {
	const char *name;  /* sysName */
	int32_t uptime;    /* grows with each answer */
	uint8_t ack;       /* of LPD */
	uint8_t enpc_last; /* last octet of the ENPC data */
	bool silent;
};

static const struct device good = {"printer-1", 100, 0, 7, false};

static void
answer_snmp(struct device *d, const uint8_t *data, size_t len, uint8_t *out, size_t *ret_len)
{
	struct pc_snmp_varbind vb[8];
	struct pc_snmp_message m;
	*ret_len = 0;
	if (pc_snmp_decode(data, len, vb, 8, &m, NULL) != PC_OK || m.n_varbinds != 2)
		return;
	m.pdu = PC_SNMP_RESPONSE;
	pc_snmp_varbind_octets(&vb[0], &vb[0].name, PC_BER_OCTETS, d->name, strlen(d->name));
	vb[1].type = PC_BER_TIMETICKS;
	vb[1].integer = d->uptime++;
	(void)pc_snmp_encode(&m, out, 1024, ret_len, NULL);
}

static size_t
answer_enpc(const struct device *d, uint8_t *out)
{
	uint8_t data[3] = {1, 2, d->enpc_last};
	size_t n = 0;
	struct pc_enpc m = {.type = 'q', .device = 0, .function = 0, .data = data, .len = 3};
	assert_int_equal(pc_enpc_write(&m, out, 1024, &n), PC_OK);
	return n;
}

static size_t
make_request(uint8_t *out)
{
	struct pc_snmp_varbind vb[2];
	struct pc_oid a;
	struct pc_oid b;
	size_t n = 0;
	struct pc_snmp_message m = {.version = PC_SNMP_V2C,
		.community = (const uint8_t *)"public",
		.community_len = 6,
		.pdu = PC_SNMP_GET,
		.request_id = 77,
		.varbinds = vb,
		.n_varbinds = 2};
	pc_oid_parse("1.3.6.1.2.1.1.5.0", &a);
	pc_oid_parse("1.3.6.1.2.1.1.3.0", &b);
	pc_snmp_varbind_null(&vb[0], &a);
	pc_snmp_varbind_null(&vb[1], &b);
	assert_int_equal(pc_snmp_encode(&m, out, 1024, &n, NULL), PC_OK);
	return n;
}

static void
on_datagram(void *arg, struct pc_udp *udp, const struct sockaddr_in *peer,
	const struct sockaddr_in *local, const uint8_t *data, size_t len)
{
	struct device *d = arg;
	uint8_t out[1024];
	size_t n = 0;
	if (d->silent)
		return;
	if (len >= 5 && memcmp(data, "EPSON", 5) == 0)
		n = answer_enpc(d, out);
	else
		answer_snmp(d, data, len, out, &n);
	if (n > 0)
		(void)pc_udp_send(udp, peer, local->sin_addr, out, n);
}

/* An LPD server that takes one command and acknowledges it. */
static size_t
on_data(void *arg, struct pc_tcp *conn, const uint8_t *data, size_t len)
{
	struct device *d = arg;
	(void)data;
	(void)pc_tcp_write(conn, &d->ack, 1);
	return len;
}

struct server {
	pid_t pid;
	uint16_t snmp, enpc, lpd;
};

static void
serve(struct device d, int report)
{
	static const struct pc_tcp_handler handler = {.data = on_data};
	struct pc_clock clock;
	struct pc_loop *loop;
	struct pc_udp *u[2];
	struct pc_tcp_listener *l;
	struct pc_udp_options udp = {
		.bind = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)}};
	struct pc_tcp_options tcp = {.bind = udp.bind};
	pc_clock_init_real(&clock);
	if (pc_loop_new(&clock, &loop, NULL) != PC_OK ||
		pc_udp_open(loop, &udp, on_datagram, &d, &u[0], NULL) != PC_OK ||
		pc_udp_open(loop, &udp, on_datagram, &d, &u[1], NULL) != PC_OK ||
		pc_tcp_listen(loop, &tcp, &handler, &d, &l, NULL) != PC_OK)
		_exit(1);
	uint16_t ports[3] = {ntohs(pc_udp_local(u[0]).sin_port), ntohs(pc_udp_local(u[1]).sin_port),
		ntohs(pc_tcp_listener_local(l).sin_port)};
	if (write(report, ports, sizeof(ports)) != sizeof(ports))
		_exit(1);
	(void)pc_loop_run(loop);
	_exit(0);
}

static struct server
start(struct device d)
{
	int fds[2];
	uint16_t ports[3];
	assert_int_equal(pipe(fds), 0);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		serve(d, fds[1]);
	assert_int_equal(read(fds[0], ports, sizeof(ports)), sizeof(ports));
	close(fds[0]);
	close(fds[1]);
	return (struct server){pid, ports[0], ports[1], ports[2]};
}

static void
stop(struct server s)
{
	kill(s.pid, SIGKILL);
	waitpid(s.pid, NULL, 0);
}

static struct sockaddr_in
addr(const char *text)
{
	struct sockaddr_in a;
	assert_int_equal(pc_text_sockaddr(text, 0, &a), PC_OK);
	return a;
}

/* Records two SNMP exchanges, one ENPC exchange and one LPD connection of the good device. */
static void
record(char path[PATH_BYTES], bool midstream)
{
	static const uint8_t query[14] = "EPSONQ";
	struct pc_clock clock;
	struct pc_tap_file *t;
	struct device d = good;
	uint8_t q[1024];
	uint8_t a[1024];
	size_t na = 0;
	struct sockaddr_in client = addr("192.0.2.1:40000");
	struct sockaddr_in snmp = addr("192.0.2.9:161");
	struct sockaddr_in enpc = addr("192.0.2.9:3289");
	struct pc_tap_flow flow = {
		.id = 1, .client = addr("192.0.2.1:40001"), .server = addr("192.0.2.9:515")};
	struct pc_tap_file_options options = {.clock = &clock};
	pc_clock_init_virtual(&clock, 1700000000);
	snprintf(path, PATH_BYTES, "/tmp/presscheck-replay-%ld.pcapng", (long)getpid());
	assert_int_equal(pc_tap_file_new(path, &options, &t, NULL), PC_OK);
	const struct pc_tap *tap = pc_tap_file_tap(t);
	for (uint64_t i = 0; i < 2; i++) {
		size_t nq = make_request(q);
		pc_tap_udp(tap, 10 + i * 2, &client, &snmp, q, nq);
		answer_snmp(&d, q, nq, a, &na);
		pc_tap_udp(tap, 11 + i * 2, &snmp, &client, a, na);
	}
	pc_tap_udp(tap, 20, &client, &enpc, query, sizeof(query));
	pc_tap_udp(tap, 21, &enpc, &client, a, answer_enpc(&d, a));
	if (!midstream)
		pc_tap_tcp(tap, 30, &flow, PC_TAP_OPEN, NULL, 0);
	pc_tap_tcp(tap, 31, &flow, PC_TAP_CLIENT_DATA, (const uint8_t *)"\1lp\n", 4);
	pc_tap_tcp(tap, 32, &flow, PC_TAP_SERVER_DATA, &d.ack, 1);
	pc_tap_tcp(tap, 33, &flow, PC_TAP_CLOSE, NULL, 0);
	assert_int_equal(pc_tap_file_close(t, NULL), PC_OK);
}

/* Replays one protocol after the other, since each has a port of its own here. */
static void
play(const char *path, struct server s, enum pc_proto proto, struct pc_replay_report *r)
{
	struct pc_replay_options *o = calloc(1, sizeof(*o));
	struct pc_diag diag = {0};
	uint16_t ports[] = {s.snmp, s.enpc, s.lpd};
	o->capture = path;
	o->has_to = true;
	o->to = (struct sockaddr_in){.sin_family = AF_INET,
		.sin_port = htons(ports[proto]),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	o->chosen[proto] = o->some_chosen = true;
	o->std_masks = PC_ROOM_DIR "/masks/std";
	o->timeout_ms = TIMEOUT_MS;
	o->ignored_permille = 200;
	int err = pc_replay_run(o, r, &diag);
	free(o);
	if (err != PC_OK)
		fail_msg("%d %s", err, diag.text);
}

static void
expect(const char *path, struct device d, enum pc_proto proto, enum pc_replay_outcome outcome,
	const char *bad_path)
{
	struct server s = start(d);
	struct pc_replay_report r;
	struct pc_buf text;
	play(path, s, proto, &r);
	stop(s);
	pc_buf_init(&text, REPORT_MAX);
	assert_int_equal(pc_replay_text(&r, &text), PC_OK);
	if (r.outcome != outcome)
		fail_msg("%s: %s\n%s", pc_proto_name(proto), pc_replay_outcome_name(r.outcome),
			pc_buf_text(&text));
	if (bad_path != NULL && strcmp(pc_judge_mismatch(r.judge, 0)->path, bad_path) != 0)
		fail_msg("expected a mismatch of %s:\n%s", bad_path, pc_buf_text(&text));
	pc_buf_clear(&text);
	assert_int_equal(pc_replay_json(&r, &text), PC_OK);
	assert_non_null(strstr(pc_buf_text(&text), pc_replay_outcome_name(outcome)));
	pc_buf_clear(&text);
	assert_int_equal(pc_replay_junit(&r, "a<b", &text), PC_OK);
	assert_non_null(strstr(pc_buf_text(&text), "name=\"a&lt;b\""));
	assert_true((strstr(pc_buf_text(&text), "<failure") != NULL) ==
		    (outcome == PC_REPLAY_MISMATCH));
	pc_buf_done(&text);
	pc_replay_report_done(&r);
}

static void
test_pass(void **state)
{
	char path[PATH_BYTES];
	struct device d = good;
	(void)state;
	record(path, false);
	d.uptime = 99999; /* volatile by the shipped mask */
	expect(path, d, PC_PROTO_SNMP, PC_REPLAY_PASS, NULL);
	expect(path, d, PC_PROTO_ENPC, PC_REPLAY_PASS, NULL);
	expect(path, d, PC_PROTO_LPD, PC_REPLAY_PASS, NULL);
	unlink(path);
}

static void
test_mismatch(void **state)
{
	char path[PATH_BYTES];
	struct device d = {"printer-2", 5, 1, 8, false};
	(void)state;
	record(path, false);
	expect(path, d, PC_PROTO_SNMP, PC_REPLAY_MISMATCH, "snmp.1.3.6.1.2.1.1.5.0");
	expect(path, d, PC_PROTO_ENPC, PC_REPLAY_MISMATCH, "enpc.q00.0000.data");
	expect(path, d, PC_PROTO_LPD, PC_REPLAY_MISMATCH, "lpd.ack[0]");
	unlink(path);
}

static void
test_silence(void **state)
{
	char path[PATH_BYTES];
	struct device d = good;
	(void)state;
	record(path, false);
	d.silent = true;
	expect(path, d, PC_PROTO_ENPC, PC_REPLAY_MISMATCH, "enpc.q00.0000.result");
	unlink(path);
}

static void
test_inconclusive(void **state)
{
	char path[PATH_BYTES];
	(void)state;
	record(path, true);
	expect(path, good, PC_PROTO_LPD, PC_REPLAY_INCONCLUSIVE, NULL);
	unlink(path);
}

/* Nobody said where the devices are: nothing is played, and that is no pass. */
static void
test_no_target(void **state)
{
	char path[PATH_BYTES];
	struct pc_replay_report r;
	struct pc_replay_options *o = calloc(1, sizeof(*o));
	(void)state;
	record(path, false);
	o->capture = path;
	assert_int_equal(pc_replay_run(o, &r, NULL), PC_OK);
	assert_int_equal(r.outcome, PC_REPLAY_INCONCLUSIVE);
	assert_int_equal(r.replayed, 0);
	assert_string_equal(r.skipped[0].text, "no --to and no --map for 192.0.2.9");
	assert_int_equal(r.skipped[0].n, r.exchanges);
	pc_replay_report_done(&r);
	o->capture = "/nonexistent/x";
	assert_int_equal(pc_replay_run(o, &r, NULL), -2);
	free(o);
	unlink(path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pass),
		cmocka_unit_test(test_mismatch),
		cmocka_unit_test(test_silence),
		cmocka_unit_test(test_inconclusive),
		cmocka_unit_test(test_no_target),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
