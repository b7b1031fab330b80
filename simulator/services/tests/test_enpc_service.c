/* Tests of ENPC on real sockets: probes and queries, broadcast to all, refusals, faults; and ENTP's
 * dialogue, lock and refusals. */
#include "services/tests/bench.h"

#include "codec/enpc.h"
#include "codec/entp.h"
#include "codec/st2.h"

static int
setup(void **state)
{
	struct bench *b = test_malloc(sizeof(*b));
	bench_init(b, 0xffff, 1000);
	*state = b;
	return 0;
}

static int
teardown(void **state)
{
	bench_done(*state);
	test_free(*state);
	return 0;
}

static int
udp_client(void)
{
	int on = 1;
	struct sockaddr_in any = {.sin_family = AF_INET, .sin_addr = {htonl(0x7f000001)}};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	assert_true(fd >= 0);
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof(on)), 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&any, sizeof(any)), 0);
	return fd;
}

static void
udp_send(const struct bench *b, int fd, uint32_t to, const uint8_t *data, size_t len)
{
	struct sockaddr_in a = bench_addr(b, 0, PC_ENPC_PORT);
	a.sin_addr.s_addr = htonl(to);
	assert_int_equal(sendto(fd, data, len, 0, (struct sockaddr *)&a, sizeof(a)), (ssize_t)len);
}

/* The next datagram, 0 when none comes within `turns`. */
static size_t
udp_receive(struct bench *b, int fd, uint8_t *out, size_t size, struct sockaddr_in *from, int turns)
{
	while (turns-- > 0) {
		socklen_t len = sizeof(*from);
		assert_int_equal(pc_loop_turn(b->loop, 1), PC_OK);
		ssize_t n = recvfrom(fd, out, size, MSG_DONTWAIT, (struct sockaddr *)from, &len);
		if (n > 0)
			return (size_t)n;
	}
	return 0;
}

enum { LOTS = 2000, FEW = 30 };
#define DEVICE1 0x7f000a01u

static const struct {
	const char *name, *request;
	bool answered;
	uint16_t result, len;
	size_t offset;
	const char *data; /* hex at that offset of the data */
} rows[] = {
	{"probe", "4550534F4E5000FF000000000000", true, 0, 62, 0, "4550313030303031 454E534E33"},
	{"probe of SANE", "4550534F4E5000FF00000000000000", true, 0, 62, 54, "7F000A01 00000000"},
	{"board", "4550534F4E510000000000000000", true, 0, 54, 40, "02005E100001 00000001"},
	{"network", "4550534F4E510000001000000000", true, 0, 23, 0,
		"01 02005E100001 0014 7F000A01 FF000000 7F000001"},
	{"device ID", "4550534F4E510200000000000000", true, 0, 0xffff, 5, "4D46473A4550534F4E3B"},
	{"own status", "4550534F4E510200F00000000000", true, 0, 0xffff, 0, "40424443205354320D0A"},
	{"unknown board function", "4550534F4E510000099900000000", true, 0xffff, 0, 0, ""},
	{"unknown command", "4550534F4E430200001100000000", true, 0xffff, 0, 0, ""},
	{"initialize", "4550534F4E490000000000000000", true, 0xffff, 0, 0, ""},
	{"scanner, reply not public", "4550534F4E510400000000000000", true, 0xffff, 0, 0, ""},
	{"no POS printer", "4550534F4E510300000000000000", true, 0xfffe, 0, 0, ""},
	{"no second inkjet", "4550534F4E510201000000000000", true, 0xfffe, 0, 0, ""},
	{"too short", "4550534F4E500000", false, 0, 0, 0, ""},
	{"wrong magic", "4550534F4F5000FF000000000000", false, 0, 0, 0, ""},
	{"a reply", "4550534F4E7000FF000000000000", false, 0, 0, 0, ""},
	{"lying length", "4550534F4E5000FF000000000005", false, 0, 0, 0, ""},
};

static void
test_queries(void **state)
{
	struct bench *b = *state;
	int fd = udp_client();
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t in[64], out[2048], expected[64];
		size_t n = 0, want = 0;
		struct sockaddr_in from;
		struct pc_enpc m;
		print_message("%s\n", rows[i].name);
		assert_int_equal(pc_text_unhex(rows[i].request, in, sizeof(in), &n), PC_OK);
		udp_send(b, fd, DEVICE1, in, n);
		n = udp_receive(b, fd, out, sizeof(out), &from, rows[i].answered ? LOTS : FEW);
		assert_int_equal(n > 0, rows[i].answered);
		if (n == 0)
			continue;
		assert_int_equal(from.sin_addr.s_addr, htonl(DEVICE1));
		assert_int_equal(ntohs(from.sin_port), PC_ENPC_PORT + b->offset);
		assert_int_equal(pc_enpc_read(out, n, &m), PC_OK);
		assert_int_equal(m.type, in[5] + 32);
		assert_int_equal(m.result, rows[i].result);
		if (rows[i].len != 0xffff)
			assert_int_equal(m.len, rows[i].len);
		assert_int_equal(
			pc_text_unhex(rows[i].data, expected, sizeof(expected), &want), PC_OK);
		assert_true(rows[i].offset + want <= m.len);
		if (want > 0)
			assert_memory_equal(m.data + rows[i].offset, expected, want);
	}
	assert_int_equal(pc_service_counters(b->services[0]).malformed, 4);
	close(fd);
}

/* Each of the three answers once, from its own address. */
static void
test_broadcast(void **state)
{
	static const uint32_t everybody = 0x7fffffff; /* 127.255.255.255 */
	static const uint8_t probe[15] = {'E', 'P', 'S', 'O', 'N', 'P', 0, 0xff};
	struct bench *b = *state;
	int fd = udp_client();
	pc_device_power(b->devices[2], false);
	unsigned seen[BENCH_DEVICES] = {0};
	uint8_t out[2048];
	struct sockaddr_in from;
	udp_send(b, fd, everybody, probe, sizeof(probe));
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(udp_receive(b, fd, out, sizeof(out), &from, LOTS), 76);
		seen[ntohl(from.sin_addr.s_addr) - DEVICE1]++;
	}
	assert_int_equal(udp_receive(b, fd, out, sizeof(out), &from, FEW), 0);
	assert_int_equal(seen[0], 1);
	assert_int_equal(seen[1], 1);
	assert_int_equal(seen[2], 0); /* off: silent */
	/* A command to everybody is not carried out. */
	static const uint8_t clean[16] = {'E', 'P', 'S', 'O', 'N', 'C', 2, 0, 0xf0, 1};
	udp_send(b, fd, everybody, clean, 14);
	bench_turns(b, FEW);
	assert_int_equal(pc_device_state(b->devices[0])->activity, PC_IDLE);
	assert_int_equal(pc_service_counters(b->services[0]).refused, 1);
	close(fd);
}

/* A fleet larger than what answers in one turn of the loop. */

enum { FLEET = 150 };

struct fleet {
	struct pc_device *devices[FLEET];
};

static struct pc_device *
fleet_find(void *arg, struct in_addr local)
{
	uint32_t at = ntohl(local.s_addr) - 0x7f001401u;
	return at < FLEET ? ((struct fleet *)arg)->devices[at] : NULL;
}

static struct pc_device *
fleet_each(void *arg, size_t at)
{
	return at < FLEET ? ((struct fleet *)arg)->devices[at] : NULL;
}

static void
test_broadcast_to_many(void **state)
{
	static const uint8_t probe[14] = {'E', 'P', 'S', 'O', 'N', 'P', 0, 0xff};
	struct bench *b = *state;
	struct fleet fleet;
	unsigned seen[FLEET] = {0};
	size_t n = 0;
	uint8_t out[256];
	struct sockaddr_in from;
	struct pc_diag diag;
	int rcvbuf = 1 << 20;
	bench_stop_services(b);
	for (uint32_t i = 0; i < FLEET; i++) {
		struct in_addr a = {htonl(0x7f001401u + i)};
		assert_int_equal(
			pc_device_new(&b->profiles[0], &b->env, i + 1, a, &fleet.devices[i]),
			PC_OK);
	}
	struct pc_service_env env = {.loop = b->loop,
		.bind = {INADDR_ANY},
		.port_offset = b->offset,
		.find = fleet_find,
		.each = fleet_each,
		.arg = &fleet};
	struct pc_service *service = NULL;
	assert_int_equal(pc_service_start(pc_service_table(&n), &env, &service, &diag), PC_OK);
	int fd = udp_client();
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &rcvbuf, sizeof(rcvbuf)), 0);
	udp_send(b, fd, 0x7fffffffu, probe, sizeof(probe));
	udp_send(b, fd, 0x7fffffffu, probe, sizeof(probe));
	for (unsigned i = 0; i < 2 * FLEET; i++) {
		assert_int_equal(udp_receive(b, fd, out, sizeof(out), &from, LOTS), 76);
		seen[ntohl(from.sin_addr.s_addr) - 0x7f001401u]++;
	}
	assert_int_equal(udp_receive(b, fd, out, sizeof(out), &from, FEW), 0);
	for (unsigned i = 0; i < FLEET; i++)
		assert_int_equal(seen[i], 2);
	close(fd);
	pc_service_stop(service);
	for (uint32_t i = 0; i < FLEET; i++)
		pc_device_free(fleet.devices[i]);
}

/* Our own functions: status before, during and after a cleaning, refusal in an error. */
static void
test_clean(void **state)
{
	struct bench *b = *state;
	static const uint8_t clean[14] = {'E', 'P', 'S', 'O', 'N', 'C', 2, 0, 0xf0, 1};
	uint8_t out[2048];
	struct sockaddr_in from;
	struct pc_enpc m;
	int fd = udp_client();
	udp_send(b, fd, DEVICE1, clean, sizeof(clean));
	size_t n = udp_receive(b, fd, out, sizeof(out), &from, LOTS);
	assert_int_equal(pc_enpc_read(out, n, &m), PC_OK);
	assert_int_equal(m.result, PC_ENPC_OK);
	assert_true(bench_wait_for(b, 0, 0, 1, 0));
	assert_int_equal(pc_device_condition(b->devices[0], PC_COND_JAM, 0, true), PC_OK);
	udp_send(b, fd, DEVICE1, clean, sizeof(clean));
	n = udp_receive(b, fd, out, sizeof(out), &from, LOTS);
	assert_int_equal(pc_enpc_read(out, n, &m), PC_OK);
	assert_int_equal(m.result, PC_ENPC_BUSY);
	static const uint8_t status[14] = {'E', 'P', 'S', 'O', 'N', 'Q', 2, 0, 0xf0, 0};
	struct pc_st2 st;
	udp_send(b, fd, DEVICE1, status, sizeof(status));
	n = udp_receive(b, fd, out, sizeof(out), &from, LOTS);
	assert_int_equal(pc_enpc_read(out, n, &m), PC_OK);
	assert_int_equal(pc_st2_read(m.data, m.len, &st), PC_OK);
	assert_int_equal(st.state, PC_ST2_ERROR);
	assert_int_equal(st.error, PC_ST2_E_JAM);
	assert_int_equal(st.n_inks, 2);
	assert_int_equal(st.inks[0].level, 50);
	assert_int_equal(st.warnings[0], PC_ST2_W_INK_LOW + 1); /* cyan */
	assert_int_equal(st.tank, 67);
	assert_string_equal(st.serial, pc_device_state(b->devices[0])->serial);
	close(fd);
}

/* A TM printer: what was recorded of real ones, with other identities, and what its commands do. */

static const struct {
	const char *name, *request; /* from the packet type on */
	uint16_t result, len;
	const char *begins; /* hex of the data */
} pos_rows[] = {
	{"board", "510000000000000000", 0, 54,
		"55422D45313030303031454E534E 000000000000000000000000000000000000 00 01 FFFF "
		"03000102 02005E100001 0000000100000001"},
	{"network", "510000001000000000", 0, 23,
		"01 02005E100001 0004 7F000A01 FF000000 7F000001 807C"},
	{"basic", "510300000000000000", 0, 133, "0005200264 544D2D543838560000"},
	{"basic, misaligned as one SDK sends it", "51030000001000000000", 0, 133, "0005200264"},
	{"extended", "510300000100000000", 0, 170,
		"02005E100001 55422D453143 "
		"0000000000000000000000000000000000000000000000000000 05200264 544D2D5438385600"},
	{"status, idle", "510300001000000000", 0, 13, "0F1400000FFFFFFFFF39414000"},
	{"free buffer", "510300001400000000", 0, 8, "00000000 00010000"},
	{"nobody holds the port", "510300001700000000", 0, 4, "00000000"},
	{"may connect", "510300002000000000", 0, 1, "00"},
	{"unknown", "510300013100000000", 0xffff, 0, ""},
	{"no inkjet", "510200000000000000", 0xfffe, 0, ""},
	{"toggle", "430300001500000001 07", 0, 1, "07"},
	{"toggle without its byte", "430300001500000000", 0, 1, "00"},
	{"clear time-out", "430300001600000000", 0, 1, "00"},
	{"forced: status", "430300001100000006 010003 100401", 0, 4, "00 0001 12"},
	{"forced: all four", "43030000110000000F 00000C 100401 100402 100403 100404", 0, 7,
		"00 0004 12121212"},
	{"forced: a drawer and text", "430300001100000008 000005 1014010001", 0, 3, "000000"},
	{"forced: its length lies", "430300001100000006 000004 100401", 0xf000, 1, "FF"},
	{"forced: nothing", "430300001100000000", 0xf000, 1, "FF"},
	{"flush", "430300001300000000", 0, 1, "00"},
};

static void
make_pos(struct bench *b)
{
	b->profiles[0].enpc_device_type = PC_ENPC_POS;
	b->profiles[0].model = "TM-T88V";
	b->profiles[0].scanner = false;
	b->profiles[0].epson = (struct pc_profile_epson){.enpc_name = "UB-E{m3}ENSN",
		.enpc_model = "03000102",
		.enpc_assignment = 4,
		.enpc_services = 0x807c,
		.pos_board = "UB-E1C",
		.pos_version = "05200264"};
}

/* Ask device 1 and read the answer. */
static void
ask(struct bench *b, int fd, const char *hex, uint8_t *out, size_t size, struct pc_enpc *ret)
{
	uint8_t in[128] = "EPSON";
	size_t n = 0;
	struct sockaddr_in from;
	assert_int_equal(pc_text_unhex(hex, in + 5, sizeof(in) - 5, &n), PC_OK);
	udp_send(b, fd, DEVICE1, in, n + 5);
	n = udp_receive(b, fd, out, size, &from, LOTS);
	assert_int_equal(pc_enpc_read(out, n, ret), PC_OK);
	assert_int_equal(ret->type, in[5] + 32);
}

static void
test_pos(void **state)
{
	struct bench *b = *state;
	int fd = udp_client();
	make_pos(b);
	for (size_t i = 0; i < sizeof(pos_rows) / sizeof(pos_rows[0]); i++) {
		uint8_t out[2048], want[64];
		size_t n = 0;
		struct pc_enpc m;
		print_message("%s\n", pos_rows[i].name);
		ask(b, fd, pos_rows[i].request, out, sizeof(out), &m);
		assert_int_equal(m.result, pos_rows[i].result);
		assert_int_equal(m.len, pos_rows[i].len);
		assert_int_equal(pc_text_unhex(pos_rows[i].begins, want, sizeof(want), &n), PC_OK);
		assert_true(n <= m.len);
		if (n > 0)
			assert_memory_equal(m.data, want, n);
	}
	close(fd);
}

/* Somebody holds the port: the recorded status of a busy printer; others may not connect. */
static void
test_pos_held(void **state)
{
	static const uint8_t recorded[PC_ENPC_POS_STATUS_BYTES] = {
		0x0e, 0x14, 0, 0, 0x0f, 0xff, 0xff, 0xff, 0xff, 0x39, 0x41, 0x40, 0};
	struct bench *b = *state;
	struct sockaddr_in other = {
		.sin_family = AF_INET, .sin_addr = {htonl(0x7f000009)}, .sin_port = 0};
	uint8_t out[2048];
	struct pc_enpc m;
	int fd = udp_client(), holder = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	make_pos(b);
	struct sockaddr_in a = bench_addr(b, 0, 9100);
	assert_int_equal(bind(holder, (struct sockaddr *)&other, sizeof(other)), 0);
	assert_int_equal(connect(holder, (struct sockaddr *)&a, sizeof(a)), 0);
	bench_send(holder, "receipt", 7);
	bench_turns(b, 10);
	ask(b, fd, "510300001000000000", out, sizeof(out), &m);
	assert_memory_equal(m.data, recorded, sizeof(recorded));
	ask(b, fd, "510300001700000000", out, sizeof(out), &m);
	assert_memory_equal(m.data, ((const uint8_t[]){127, 0, 0, 9}), 4);
	ask(b, fd, "510300002000000000", out, sizeof(out), &m);
	assert_int_equal(m.data[0], 1);
	ask(b, fd, "510300001400000000", out, sizeof(out), &m);
	assert_memory_equal(m.data, ((const uint8_t[]){0, 0, 0, 0, 0, 0, 0xff, 0xf9}), 8);
	ask(b, fd, "430300001600000000", out, sizeof(out), &m);
	assert_int_equal(m.result, PC_ENPC_BUSY);
	/* real-time status of an open cover */
	assert_int_equal(pc_device_condition(b->devices[0], PC_COND_COVER_OPEN, 0, true), PC_OK);
	ask(b, fd, "430300001100000009 000006 100401 100402", out, sizeof(out), &m);
	assert_memory_equal(m.data, ((const uint8_t[]){0, 0, 2, 0x1a, 0x16}), 5);
	/* what was received is forgotten */
	ask(b, fd, "430300001100000006 000003 100502", out, sizeof(out), &m);
	assert_int_equal(m.result, PC_ENPC_OK);
	assert_int_equal(bench_counters(b, 0)->jobs_cancelled, 1);
	/* and a restart silences it */
	ask(b, fd, "430300001200000001 00", out, sizeof(out), &m);
	assert_int_equal(m.result, PC_ENPC_OK);
	assert_int_equal(pc_device_state(b->devices[0])->power, PC_POWER_BOOTING);
	close(holder);
	close(fd);
}

static void
test_faults(void **state)
{
	struct bench *b = *state;
	static const uint8_t probe[14] = {'E', 'P', 'S', 'O', 'N', 'P', 0, 0xff};
	static const uint8_t unknown[14] = {'E', 'P', 'S', 'O', 'N', 'Q', 0, 0, 9, 9};
	static const uint8_t network[14] = {'E', 'P', 'S', 'O', 'N', 'Q', 0, 0, 0, 0x10};
	uint8_t out[2048];
	struct sockaddr_in from;
	int fd = udp_client();
	bench_arm(b, 0, "enpc-wrong-mac");
	udp_send(b, fd, DEVICE1, probe, sizeof(probe));
	assert_int_equal(udp_receive(b, fd, out, sizeof(out), &from, LOTS), 76);
	assert_memory_not_equal(out + 54, pc_device_state(b->devices[0])->mac, 6);
	bench_arm(b, 0, "enpc-probe-short");
	udp_send(b, fd, DEVICE1, probe, sizeof(probe));
	assert_int_equal(udp_receive(b, fd, out, sizeof(out), &from, LOTS), 68);
	bench_arm(b, 0, "enpc-error-code-wrong");
	udp_send(b, fd, DEVICE1, unknown, sizeof(unknown));
	assert_int_equal(udp_receive(b, fd, out, sizeof(out), &from, LOTS), 14);
	assert_int_equal(out[10] << 8 | out[11], 0);
	bench_arm(b, 0, "enpc-network-wrong-address");
	udp_send(b, fd, DEVICE1, network, sizeof(network));
	assert_true(udp_receive(b, fd, out, sizeof(out), &from, LOTS) >= 14 + 13);
	assert_memory_equal(out + 14 + 9, ((const uint8_t[]){192, 0, 2, 1}), 4);
	bench_arm(b, 0, "enpc-malformed-answered");
	udp_send(b, fd, DEVICE1, network, 9);
	assert_int_equal(udp_receive(b, fd, out, sizeof(out), &from, LOTS), 68 + 14 - 14);
	bench_arm(b, 0, "enpc-silent");
	udp_send(b, fd, DEVICE1, probe, sizeof(probe));
	assert_int_equal(udp_receive(b, fd, out, sizeof(out), &from, FEW), 0);
	close(fd);
}

/* ENTP. */

static void
expect_hex(struct bench *b, int fd, const char *hex)
{
	uint8_t expected[512];
	char out[512];
	size_t n = 0, want = 0;
	assert_int_equal(pc_text_unhex(hex, expected, sizeof(expected), &want), PC_OK);
	(void)bench_read(b, fd, out, sizeof(out), want, &n);
	assert_int_equal(n, want);
	assert_memory_equal(out, expected, want);
}

static void
send_hex(int fd, const char *hex)
{
	uint8_t data[512];
	size_t n = 0;
	assert_int_equal(pc_text_unhex(hex, data, sizeof(data), &n), PC_OK);
	bench_send(fd, data, n);
}

#define WELCOME "4953 8000 000C 00000005 0000 0000000000"
#define LOCK    "4953 2100 000C 00000000 0000"
#define LOCKED  "4953 A100 000C 00000001 0000 06"
#define ACKED   "4953 A000 000C 00000001 0000 06"

static void
test_entp_dialogue(void **state)
{
	struct bench *b = *state;
	int fd = bench_connect(b, 0, PC_ENTP_PORT);
	expect_hex(b, fd, WELCOME);
	send_hex(fd, LOCK);
	expect_hex(b, fd, LOCKED);
	send_hex(fd, "4953 2000 000C 0000000A 0000 00000002 00000001 1B40");
	expect_hex(b, fd, ACKED);
	send_hex(fd, "4953 2000 000C 0000000A 0000 00000002 00000004 1B46");
	expect_hex(b, fd, "4953 A000 000C 00000004 0000 02020000");
	send_hex(fd, "4953 2000 000C 0000000A 0000 00000002 00000001 1B44");
	expect_hex(b, fd, ACKED);
	send_hex(fd, "4953 2000 000C 00000009 0000 00000001 00000001 0C");
	expect_hex(b, fd, ACKED);
	send_hex(fd, "4953 2000 000C 0000000A 0000 00000002 00000001 1B7A"); /* unknown: NAK */
	expect_hex(b, fd, "4953 A000 000C 00000001 0000 15");
	/* in two pieces */
	send_hex(fd, "4953 2000 000C 0000000A");
	bench_turns(b, 3);
	send_hex(fd, "0000 00000002 00000050 1C49");
	char out[128];
	size_t n = 0;
	(void)bench_read(b, fd, out, sizeof(out), 92, &n);
	assert_int_equal(n, 92);
	assert_memory_equal(out + 12, "B7", 2);
	assert_memory_equal(out + 12 + 46, "WF-C9999        ", 16);
	send_hex(fd, "4953 2000 000C 0000000A 0000 00000002 00000001 1C58");
	expect_hex(b, fd, ACKED);
	send_hex(fd, "4953 2000 000C 00000014 0000 0000000C 00000040 494E464F 78 30303030303030");
	(void)bench_read(b, fd, out, sizeof(out), 76, &n);
	assert_memory_equal(out + 12, "INFOx", 5);
	close(fd);
}

static void
test_entp_lock(void **state)
{
	struct bench *b = *state;
	char out[32];
	size_t n = 0;
	int first = bench_connect(b, 0, PC_ENTP_PORT), second = bench_connect(b, 0, PC_ENTP_PORT);
	int other = bench_connect(b, 1, PC_ENTP_PORT);
	expect_hex(b, first, WELCOME);
	expect_hex(b, second, WELCOME);
	expect_hex(b, other, WELCOME);
	send_hex(first, LOCK);
	expect_hex(b, first, LOCKED);
	send_hex(second, LOCK);
	expect_hex(b, second, "4953 A100 000C 00000001 0000 15");
	send_hex(other, LOCK);
	expect_hex(b, other, LOCKED);
	close(first);
	bench_turns(b, 5);
	send_hex(second, LOCK);
	expect_hex(b, second, LOCKED);
	/* pass-through without the lock, junk, an absurd payload: closed */
	static const char *const bad[] = {"4953 2000 000C 0000000A 0000 00000002 00000001 1B40",
		"474554202F", "4953 2000 000C FFFFFFFF 0000", "4953 7777 000C 00000000 0000"};
	close(other);
	for (size_t i = 0; i < 4; i++) {
		int fd = bench_connect(b, 1, PC_ENTP_PORT);
		expect_hex(b, fd, WELCOME);
		send_hex(fd, bad[i]);
		assert_int_equal(bench_read(b, fd, out, sizeof(out), 1, &n), BENCH_EOF);
		close(fd);
	}
	close(second);
	b->profiles[2].ports.entp = false;
	int fd = bench_connect(b, 2, PC_ENTP_PORT);
	assert_int_equal(bench_read(b, fd, out, sizeof(out), 1, &n), BENCH_RESET);
	close(fd);
	bench_arm(b, 1, "entp-no-welcome");
	fd = bench_connect(b, 1, PC_ENTP_PORT);
	send_hex(fd, LOCK);
	expect_hex(b, fd, LOCKED); /* nothing came before */
	close(fd);
}

/* The printer takes a lock back that is not used, and tells; one that restarts tells it too. */
static void
test_entp_events(void **state)
{
	struct bench *b = *state;
	char out[32];
	size_t n = 0;
	int first = bench_connect(b, 0, PC_ENTP_PORT), second = bench_connect(b, 0, PC_ENTP_PORT);
	expect_hex(b, first, WELCOME);
	expect_hex(b, second, WELCOME);
	send_hex(first, "4953 2100 000C 00000007 0000 01A00400000001"); /* a second */
	expect_hex(b, first, LOCKED);
	expect_hex(b, first, "4953 9000 000C 00000001 0000 80");
	assert_int_equal(bench_read(b, first, out, sizeof(out), 1, &n), BENCH_EOF);
	send_hex(second, "4953 2100 000C 00000007 0000 01A0040000012C");
	expect_hex(b, second, LOCKED);
	assert_int_equal(pc_device_restart(b->devices[0], PC_RESET_WARM), PC_OK);
	expect_hex(b, second, "4953 9000 000C 00000001 0000 02");
	assert_int_equal(bench_read(b, second, out, sizeof(out), 1, &n), BENCH_EOF);
	int other = bench_connect(b, 1, PC_ENTP_PORT);
	expect_hex(b, other, WELCOME);
	send_hex(other, "4953 2100 000C 00000002 0000 01A0"); /* a lock of unknown form */
	assert_int_equal(bench_read(b, other, out, sizeof(out), 1, &n), BENCH_EOF);
	close(other);
	close(second);
	close(first);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {T(test_queries), T(test_broadcast),
		T(test_broadcast_to_many), T(test_clean), T(test_pos), T(test_pos_held),
		T(test_faults), T(test_entp_dialogue), T(test_entp_lock), T(test_entp_events)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
