/* Tests of NBNS and LLMNR on real sockets: own names only, negative answers, node status, defence,
 * broadcasts, TCP, the bits that forbid an answer, power, faults. */
#include "services/tests/bench.h"

#include "codec/llmnr.h"
#include "codec/nbns.h"

enum { LOTS = 2000, FEW = 30, ALL = 260 /* over the window in which answers leave */ };
#define DEVICE1   0x7f000a01u
#define EVERYBODY 0x7fffffffu

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

static const char *
host(const struct bench *b, unsigned device)
{
	return pc_device_state(b->devices[device])->host_name;
}

/* NBNS. */

static void
ask_nbns(
	const struct bench *b, int fd, uint32_t to, const char *name, uint8_t suffix, uint16_t type)
{
	struct pc_nbns q = {.id = 7,
		.flags = to == EVERYBODY ? PC_NBNS_RD | PC_NBNS_BROADCAST : 0,
		.has_question = true,
		.question_type = type};
	uint8_t out[PC_NBNS_UDP_MAX];
	size_t n = 0;
	pc_nbns_name_set(&q.question, name, suffix);
	assert_int_equal(pc_nbns_write(&q, out, sizeof(out), &n), PC_OK);
	bench_udp_send(b, fd, to, PC_NBNS_PORT, out, n);
}

static bool
read_nbns(struct bench *b, int fd, int turns, uint32_t *ret_from, struct pc_nbns *ret)
{
	uint8_t in[2048];
	struct sockaddr_in from;
	size_t n = bench_udp_read(b, fd, in, sizeof(in), &from, turns);
	if (n == 0)
		return false;
	*ret_from = ntohl(from.sin_addr.s_addr);
	assert_int_equal(ntohs(from.sin_port), PC_NBNS_PORT + b->offset);
	assert_int_equal(pc_nbns_read(in, n, ret), PC_OK);
	assert_true(ret->response);
	assert_int_equal(ret->id, 7);
	return true;
}

static void
test_nbns_query(void **state)
{
	struct bench *b = *state;
	int fd = bench_udp();
	uint32_t from = 0;
	struct pc_nbns m;
	static const uint8_t own_suffixes[] = {0x00, 0x20};
	for (size_t i = 0; i < 2; i++) {
		ask_nbns(b, fd, DEVICE1, host(b, 0), own_suffixes[i], PC_NBNS_NB);
		assert_true(read_nbns(b, fd, LOTS, &from, &m));
		assert_int_equal(from, DEVICE1);
		assert_int_equal(m.rcode, PC_NBNS_OK);
		assert_int_equal(m.flags, PC_NBNS_AA | PC_NBNS_RD);
		assert_int_equal(m.n_addresses, 1);
		assert_int_equal(m.addresses[0].flags, 0);
		assert_memory_equal(m.addresses[0].address, "\x7f\0\x0a\1", 4);
	}
	ask_nbns(b, fd, DEVICE1, "WORKGROUP", 0, PC_NBNS_NB);
	assert_true(read_nbns(b, fd, LOTS, &from, &m));
	assert_int_equal(m.addresses[0].flags, PC_NBNS_GROUP);
	/* Foreign names: told to who asks this printer alone, not to the network. */
	ask_nbns(b, fd, DEVICE1, "SOMEBODY", 0, PC_NBNS_NB);
	assert_true(read_nbns(b, fd, LOTS, &from, &m));
	assert_int_equal(m.rcode, PC_NBNS_NAM_ERR);
	assert_int_equal(m.type, PC_NBNS_NULL);
	assert_int_equal(m.n_addresses, 0);
	ask_nbns(b, fd, DEVICE1, host(b, 1), 0, PC_NBNS_NB);
	assert_true(read_nbns(b, fd, LOTS, &from, &m));
	assert_int_equal(m.rcode, PC_NBNS_NAM_ERR);
	ask_nbns(b, fd, DEVICE1, host(b, 0), 0x1d, PC_NBNS_NB);
	assert_true(read_nbns(b, fd, LOTS, &from, &m));
	assert_int_equal(m.rcode, PC_NBNS_NAM_ERR);
	ask_nbns(b, fd, EVERYBODY, "SOMEBODY", 0, PC_NBNS_NB);
	assert_false(read_nbns(b, fd, ALL, &from, &m));
	ask_nbns(b, fd, EVERYBODY, host(b, 2), 0x20, PC_NBNS_NB);
	assert_true(read_nbns(b, fd, LOTS, &from, &m));
	assert_int_equal(from, DEVICE1 + 2);
	assert_false(read_nbns(b, fd, ALL, &from, &m));
	close(fd);
}

static void
test_nbns_everybody(void **state)
{
	struct bench *b = *state;
	int fd = bench_udp();
	unsigned seen[BENCH_DEVICES] = {0};
	uint32_t from = 0;
	struct pc_nbns m;
	pc_device_power(b->devices[1], false);
	ask_nbns(b, fd, EVERYBODY, "*", 0, PC_NBNS_NB);
	for (int i = 0; i < 2; i++) {
		assert_true(read_nbns(b, fd, LOTS, &from, &m));
		seen[from - DEVICE1]++;
	}
	assert_false(read_nbns(b, fd, ALL, &from, &m));
	assert_int_equal(seen[0], 1);
	assert_int_equal(seen[2], 1);
	ask_nbns(b, fd, DEVICE1 + 1, "*", 0, PC_NBNS_NBSTAT);
	assert_false(read_nbns(b, fd, FEW, &from, &m));
	pc_device_sleep(b->devices[2], true);
	ask_nbns(b, fd, DEVICE1 + 2, "*", 0, PC_NBNS_NBSTAT);
	assert_true(read_nbns(b, fd, LOTS, &from, &m));
	b->profiles[2].ports.nbns = false;
	ask_nbns(b, fd, DEVICE1 + 2, "*", 0, PC_NBNS_NBSTAT);
	assert_false(read_nbns(b, fd, FEW, &from, &m));
	close(fd);
}

static void
test_nbns_status(void **state)
{
	struct bench *b = *state;
	int fd = bench_udp();
	uint32_t from = 0;
	struct pc_nbns m;
	char text[PC_NBNS_NAME_BYTES + 1];
	ask_nbns(b, fd, DEVICE1, "*", 0, PC_NBNS_NBSTAT);
	assert_true(read_nbns(b, fd, LOTS, &from, &m));
	assert_int_equal(m.flags, PC_NBNS_AA);
	assert_int_equal(m.n_names, 3);
	assert_string_equal(pc_nbns_name_text(m.names[0].bytes, text), "EPSON100001");
	assert_int_equal(m.names[0].suffix, 0);
	assert_int_equal(m.names[0].flags, PC_NBNS_ACTIVE);
	assert_int_equal(m.names[1].suffix, 0x20);
	assert_string_equal(pc_nbns_name_text(m.names[2].bytes, text), "WORKGROUP");
	assert_int_equal(m.names[2].flags, PC_NBNS_ACTIVE | PC_NBNS_GROUP);
	assert_memory_equal(m.mac, pc_device_state(b->devices[0])->mac, 6);
	assert_int_equal(m.n_statistics, PC_NBNS_STATISTICS_BYTES);
	b->profiles[0].workgroup = "LAB";
	assert_int_equal(pc_device_setting_set(b->devices[0], "hostName", "front-desk"), PC_OK);
	ask_nbns(b, fd, DEVICE1, host(b, 0), 0, PC_NBNS_NBSTAT);
	assert_true(read_nbns(b, fd, LOTS, &from, &m));
	assert_string_equal(pc_nbns_name_text(m.names[0].bytes, text), "FRONT-DESK");
	assert_string_equal(pc_nbns_name_text(m.names[2].bytes, text), "LAB");
	ask_nbns(b, fd, DEVICE1, "SOMEBODY", 0, PC_NBNS_NBSTAT);
	assert_false(read_nbns(b, fd, FEW, &from, &m));
	close(fd);
}

/* A name that is a printer's own is not given to somebody else; a group's is. */
static void
test_nbns_defence(void **state)
{
	struct bench *b = *state;
	int fd = bench_udp();
	uint8_t out[PC_NBNS_UDP_MAX];
	uint32_t from = 0;
	size_t n = 0;
	struct pc_nbns m, q = {.id = 7,
				  .opcode = PC_NBNS_REGISTRATION,
				  .flags = PC_NBNS_RD | PC_NBNS_BROADCAST,
				  .has_question = true,
				  .question_type = PC_NBNS_NB,
				  .has_record = true,
				  .type = PC_NBNS_NB,
				  .ttl = 300,
				  .addresses = {{0, {127, 0, 0, 9}}},
				  .n_addresses = 1};
	pc_nbns_name_set(&q.question, host(b, 1), 0);
	q.name = q.question;
	assert_int_equal(pc_nbns_write(&q, out, sizeof(out), &n), PC_OK);
	bench_udp_send(b, fd, EVERYBODY, PC_NBNS_PORT, out, n);
	assert_true(read_nbns(b, fd, LOTS, &from, &m));
	assert_int_equal(from, DEVICE1 + 1);
	assert_int_equal(m.rcode, PC_NBNS_ACT_ERR);
	assert_int_equal(m.opcode, PC_NBNS_REGISTRATION);
	pc_nbns_name_set(&q.question, "WORKGROUP", 0);
	q.name = q.question;
	assert_int_equal(pc_nbns_write(&q, out, sizeof(out), &n), PC_OK);
	bench_udp_send(b, fd, EVERYBODY, PC_NBNS_PORT, out, n);
	assert_false(read_nbns(b, fd, ALL, &from, &m));
	close(fd);
}

static void
test_nbns_malformed(void **state)
{
	static const uint8_t loop[] = {0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0xc0, 12, 0, 0x21, 0, 1};
	struct bench *b = *state;
	int fd = bench_udp();
	uint32_t from = 0;
	struct pc_nbns m;
	bench_udp_send(b, fd, DEVICE1, PC_NBNS_PORT, loop, sizeof(loop));
	bench_udp_send(b, fd, DEVICE1, PC_NBNS_PORT, loop, 5);
	bench_udp_send(b, fd, EVERYBODY, PC_NBNS_PORT, loop, sizeof(loop));
	assert_false(read_nbns(b, fd, FEW, &from, &m));
	assert_int_equal(pc_service_counters(bench_service(b, "nbns")).malformed, 3);
	assert_non_null(strstr(pc_buf_text(&b->journal), "\"malformed\""));
	close(fd);
}

static void
test_nbns_faults(void **state)
{
	struct bench *b = *state;
	int fd = bench_udp();
	uint32_t from = 0;
	struct pc_nbns m;
	bench_arm(b, 0, "nbns-any-name");
	ask_nbns(b, fd, DEVICE1, "SOMEBODY", 0, PC_NBNS_NB);
	assert_true(read_nbns(b, fd, LOTS, &from, &m));
	assert_int_equal(m.rcode, PC_NBNS_OK);
	bench_arm(b, 0, "nbns-wrong-address");
	ask_nbns(b, fd, DEVICE1, host(b, 0), 0, PC_NBNS_NB);
	assert_true(read_nbns(b, fd, LOTS, &from, &m));
	assert_memory_equal(m.addresses[0].address, "\xc0\0\2\1", 4);
	bench_arm(b, 0, "nbns-wrong-mac");
	ask_nbns(b, fd, DEVICE1, "*", 0, PC_NBNS_NBSTAT);
	assert_true(read_nbns(b, fd, LOTS, &from, &m));
	assert_memory_not_equal(m.mac, pc_device_state(b->devices[0])->mac, 6);
	bench_arm(b, 0, "nbns-no-workgroup");
	ask_nbns(b, fd, DEVICE1, "*", 0, PC_NBNS_NBSTAT);
	assert_true(read_nbns(b, fd, LOTS, &from, &m));
	assert_int_equal(m.n_names, 2);
	bench_arm(b, 0, "nbns-silent");
	ask_nbns(b, fd, DEVICE1, "*", 0, PC_NBNS_NBSTAT);
	assert_false(read_nbns(b, fd, FEW, &from, &m));
	close(fd);
}

/* LLMNR. */

struct query {
	const char *name; /* NULL: the printer's; "-": its reverse name */
	uint16_t type, class;
	bool response, conflict, edns;
	uint8_t opcode, edns_version;
};

static size_t
write_llmnr(
	const struct bench *b, unsigned device, const struct query *q, uint8_t *out, size_t size)
{
	struct pc_llmnr m = {.id = 9,
		.response = q->response,
		.conflict = q->conflict,
		.opcode = q->opcode,
		.edns = q->edns,
		.edns_size = 1232,
		.edns_version = q->edns_version,
		.question = {.type = q->type, .class = q->class == 0 ? PC_DNS_IN : q->class}};
	struct in_addr at = pc_device_state(b->devices[device])->address;
	size_t n = 0;
	if (q->name != NULL && q->name[0] == '-')
		pc_llmnr_reverse_name((const uint8_t *)&at.s_addr, &m.question.name);
	else
		assert_int_equal(pc_dns_name_from_text(q->name != NULL ? q->name : host(b, device),
					 &m.question.name),
			PC_OK);
	assert_int_equal(pc_llmnr_write(&m, out, size, &n), PC_OK);
	return n;
}

static bool
ask_llmnr(struct bench *b, int fd, uint32_t to, unsigned device, struct query q, int turns,
	struct pc_llmnr *ret)
{
	static uint8_t in[2048]; /* the answer's record data lies in it */
	uint8_t out[512];
	struct sockaddr_in from;
	size_t n = write_llmnr(b, device, &q, out, sizeof(out));
	bench_udp_send(b, fd, to, PC_LLMNR_PORT, out, n);
	n = bench_udp_read(b, fd, in, sizeof(in), &from, turns);
	if (n == 0)
		return false;
	assert_int_equal(ntohs(from.sin_port), PC_LLMNR_PORT + b->offset);
	assert_int_equal(ntohl(from.sin_addr.s_addr), DEVICE1 + device);
	assert_int_equal(pc_llmnr_read(in, n, ret), PC_OK);
	assert_true(ret->response);
	assert_int_equal(ret->id, 9);
	assert_false(ret->conflict);
	return true;
}

static const struct {
	const char *name;
	struct query query;
	bool answered;
	size_t answers;
	uint16_t type;
} llmnr_rows[] = {
	{"A", {NULL, PC_DNS_A, 0, false, false, false, 0, 0}, true, 1, PC_DNS_A},
	{"other case", {"epson100001", PC_DNS_A, 0, false, false, false, 0, 0}, true, 1, PC_DNS_A},
	{"ANY", {NULL, PC_DNS_ANY, 0, false, false, false, 0, 0}, true, 1, PC_DNS_A},
	{"any class", {NULL, PC_DNS_A, PC_DNS_CLASS_ANY, false, false, false, 0, 0}, true, 1,
		PC_DNS_A},
	{"PTR", {"-", PC_DNS_PTR, 0, false, false, false, 0, 0}, true, 1, PC_DNS_PTR},
	{"no AAAA", {NULL, PC_DNS_AAAA, 0, false, false, false, 0, 0}, true, 0, 0},
	{"no MX", {NULL, 15, 0, false, false, false, 0, 0}, true, 0, 0},
	{"no A of the reverse name", {"-", PC_DNS_A, 0, false, false, false, 0, 0}, true, 0, 0},
	{"another class", {NULL, PC_DNS_A, 3, false, false, false, 0, 0}, true, 0, 0},
	{"EDNS", {NULL, PC_DNS_A, 0, false, false, true, 0, 0}, true, 1, PC_DNS_A},
	{"foreign name", {"somebody", PC_DNS_A, 0, false, false, false, 0, 0}, false, 0, 0},
	{"own name with a domain", {"epson100001.local", PC_DNS_A, 0, false, false, false, 0, 0},
		false, 0, 0},
	{"foreign reverse name", {"9.9.9.9.in-addr.arpa", PC_DNS_PTR, 0, false, false, false, 0, 0},
		false, 0, 0},
	{"conflict", {NULL, PC_DNS_A, 0, false, true, false, 0, 0}, false, 0, 0},
	{"a response", {NULL, PC_DNS_A, 0, true, false, false, 0, 0}, false, 0, 0},
	{"opcode", {NULL, PC_DNS_A, 0, false, false, false, 2, 0}, false, 0, 0},
};

static void
check_llmnr(struct bench *b, int fd, uint32_t to, size_t row)
{
	struct pc_llmnr m;
	bool answered = ask_llmnr(b, fd, to, 0, llmnr_rows[row].query,
		llmnr_rows[row].answered ? LOTS
		: to == EVERYBODY        ? ALL / 2
					 : FEW,
		&m);
	assert_int_equal(answered, llmnr_rows[row].answered);
	if (!answered)
		return;
	assert_int_equal(m.rcode, 0);
	assert_false(m.truncated);
	assert_int_equal(m.edns, llmnr_rows[row].query.edns);
	assert_int_equal(m.n_answers, llmnr_rows[row].answers);
	if (m.n_answers == 0)
		return;
	assert_int_equal(m.answers[0].ttl, PC_LLMNR_TTL);
	assert_int_equal(m.answers[0].type, llmnr_rows[row].type);
	if (m.answers[0].type == PC_DNS_A)
		assert_memory_equal(m.answers[0].data, "\x7f\0\x0a\1", 4);
	else
		assert_memory_equal(m.answers[0].data, "\13EPSON100001", 13);
}

static void
test_llmnr_queries(void **state)
{
	struct bench *b = *state;
	int fd = bench_udp();
	for (size_t i = 0; i < sizeof(llmnr_rows) / sizeof(llmnr_rows[0]); i++) {
		print_message("%s\n", llmnr_rows[i].name);
		check_llmnr(b, fd, DEVICE1, i);
		check_llmnr(b, fd, EVERYBODY, i);
	}
	struct pc_llmnr m;
	struct query old = {.name = "EPSON100002", .type = PC_DNS_A};
	struct query a = {.type = PC_DNS_A}, any = {.name = "-", .type = PC_DNS_ANY};
	assert_true(ask_llmnr(b, fd, EVERYBODY, 1, any, LOTS, &m));
	assert_int_equal(m.answers[0].type, PC_DNS_PTR);
	/* Another name from now on, and no more the old one. */
	assert_int_equal(pc_device_setting_set(b->devices[1], "hostName", "front-desk"), PC_OK);
	assert_true(ask_llmnr(b, fd, DEVICE1 + 1, 1, a, LOTS, &m));
	assert_int_equal(m.n_answers, 1);
	assert_false(ask_llmnr(b, fd, DEVICE1 + 1, 1, old, FEW, &m));
	pc_device_power(b->devices[0], false);
	assert_false(ask_llmnr(b, fd, DEVICE1, 0, a, FEW, &m));
	assert_false(ask_llmnr(b, fd, EVERYBODY, 0, a, ALL / 2, &m));
	b->profiles[1].ports.llmnr = false;
	assert_false(ask_llmnr(b, fd, DEVICE1 + 1, 1, a, FEW, &m));
	close(fd);
}

/* An EDNS version nobody knows: truncation over UDP, the code over TCP. */
static void
test_llmnr_tcp(void **state)
{
	struct bench *b = *state;
	int udp = bench_udp(), fd = bench_connect(b, 0, PC_LLMNR_PORT);
	struct query bad = {.type = PC_DNS_A, .edns = true, .edns_version = 1};
	struct query good = {.type = PC_DNS_A}, other = {.name = "x", .type = PC_DNS_A};
	struct pc_llmnr m;
	uint8_t out[512];
	char in[512];
	size_t n = 0, len = 0;
	assert_true(ask_llmnr(b, udp, EVERYBODY, 0, bad, LOTS, &m));
	assert_true(m.truncated);
	assert_int_equal(m.rcode, 0);
	assert_int_equal(m.n_answers, 0);
	len = write_llmnr(b, 0, &bad, out + 2, sizeof(out) - 2);
	out[0] = 0;
	out[1] = (uint8_t)len;
	bench_send(fd, out, 1); /* in pieces */
	bench_turns(b, 3);
	bench_send(fd, out + 1, 9);
	bench_turns(b, 3);
	bench_send(fd, out + 10, len - 8);
	(void)bench_read(b, fd, in, sizeof(in), 2 + len, &n);
	assert_int_equal(n, 2 + len);
	assert_int_equal(pc_llmnr_read((uint8_t *)in + 2, n - 2, &m), PC_OK);
	assert_int_equal(m.rcode, PC_LLMNR_BADVERS);
	assert_false(m.truncated);
	len = write_llmnr(b, 0, &good, out + 2, sizeof(out) - 2); /* another on the connection */
	out[1] = (uint8_t)len;
	bench_send(fd, out, 2 + len);
	(void)bench_read(b, fd, in, sizeof(in), 2 + len + 16, &n);
	assert_int_equal(pc_llmnr_read((uint8_t *)in + 2, n - 2, &m), PC_OK);
	assert_int_equal(m.n_answers, 1);
	len = write_llmnr(b, 0, &other, out + 2, sizeof(out) - 2); /* no answer: closed */
	out[1] = (uint8_t)len;
	bench_send(fd, out, 2 + len);
	assert_int_equal(bench_read(b, fd, in, sizeof(in), 1, &n), BENCH_EOF);
	close(fd);
	fd = bench_connect(b, 0, PC_LLMNR_PORT);
	bench_send(fd, "\xff\xff", 2); /* longer than any query */
	assert_int_equal(bench_read(b, fd, in, sizeof(in), 1, &n), BENCH_EOF);
	close(fd);
	b->profiles[1].ports.llmnr_tcp = false;
	fd = bench_connect(b, 1, PC_LLMNR_PORT);
	assert_int_equal(bench_read(b, fd, in, sizeof(in), 1, &n), BENCH_RESET);
	close(fd);
	close(udp);
}

static void
test_llmnr_faults(void **state)
{
	struct bench *b = *state;
	int fd = bench_udp();
	struct pc_llmnr m;
	struct query a = {.type = PC_DNS_A}, other = {.name = "x", .type = PC_DNS_A};
	struct query conflict = {.type = PC_DNS_A, .conflict = true};
	bench_arm(b, 0, "llmnr-any-name");
	assert_true(ask_llmnr(b, fd, DEVICE1, 0, other, LOTS, &m));
	bench_arm(b, 0, "llmnr-nxdomain");
	assert_true(ask_llmnr(b, fd, EVERYBODY, 0, other, LOTS, &m));
	assert_int_equal(m.rcode, PC_LLMNR_NXDOMAIN);
	bench_arm(b, 0, "llmnr-wrong-address");
	assert_true(ask_llmnr(b, fd, DEVICE1, 0, a, LOTS, &m));
	assert_memory_equal(m.answers[0].data, "\xc0\0\2\1", 4);
	bench_arm(b, 0, "llmnr-conflict-answered");
	assert_true(ask_llmnr(b, fd, DEVICE1, 0, conflict, LOTS, &m));
	assert_true(ask_llmnr(b, fd, EVERYBODY, 0, conflict, LOTS, &m));
	bench_arm(b, 0, "llmnr-unicast-udp-silent");
	assert_false(ask_llmnr(b, fd, DEVICE1, 0, a, FEW, &m));
	assert_true(ask_llmnr(b, fd, EVERYBODY, 0, a, LOTS, &m));
	bench_arm(b, 0, "llmnr-silent");
	assert_false(ask_llmnr(b, fd, EVERYBODY, 0, a, ALL / 2, &m));
	close(fd);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {T(test_nbns_query), T(test_nbns_everybody),
		T(test_nbns_status), T(test_nbns_defence), T(test_nbns_malformed),
		T(test_nbns_faults), T(test_llmnr_queries), T(test_llmnr_tcp),
		T(test_llmnr_faults)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
