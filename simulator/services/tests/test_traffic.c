/* Tests that the ports count what passes them as traffic of the printer they serve, and of no
 * other. */
#include "services/tests/bench.h"

#define JOB "\x1b%-12345X@PJL INFO PAGECOUNT\r\n"

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

static bool
is_closed(void *arg)
{
	return pc_device_state(arg)->tcp_open == 0;
}

static void
test_tcp(void **state)
{
	struct bench *b = *state;
	const struct pc_device_state *s = pc_device_state(b->devices[1]);
	const struct pc_connection *c = NULL;
	char answer[200];
	size_t len = 0;
	int fd = bench_connect(b, 1, 9100);
	bench_send(fd, JOB, sizeof(JOB) - 1);
	(void)bench_read(b, fd, answer, sizeof(answer), 28, &len);
	assert_int_equal(len, 28);
	assert_int_equal(s->traffic.in_octets, sizeof(JOB) - 1);
	assert_int_equal(s->traffic.out_octets, len);
	assert_int_equal(s->traffic.in_segments, 1);
	assert_int_equal(s->traffic.last_peer.s_addr, htonl(INADDR_LOOPBACK));
	assert_int_equal(pc_device_connections(b->devices[1], &c), 1);
	assert_int_equal(c[0].local_port, 9100);
	close(fd);
	assert_true(bench_until(b, is_closed, b->devices[1]));
	assert_int_equal(pc_device_connections(b->devices[1], &c), 0);
	assert_int_equal(s->tcp_opens, 1);
	assert_int_equal(pc_device_state(b->devices[0])->traffic.in_octets, 0);
}

struct heard {
	struct bench *b;
	uint64_t datagrams;
};

static bool
has_answered(void *arg)
{
	const struct heard *h = arg;
	uint64_t out = 0;
	for (size_t i = 0; i < BENCH_DEVICES; i++)
		out += pc_device_state(h->b->devices[i])->traffic.out_datagrams;
	return out == h->datagrams;
}

/* A probe to one printer, then one to all of them. */
static void
test_udp(void **state)
{
	static const uint8_t probe[14] = {'E', 'P', 'S', 'O', 'N', 'P', 0, 0xff};
	struct bench *b = *state;
	struct sockaddr_in one = bench_addr(b, 2, 3289), all = one;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), on = 1;
	struct heard h = {b, 1};
	all.sin_addr.s_addr = htonl(0x7fffffff);
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof(on)), 0);
	assert_true(sendto(fd, probe, sizeof(probe), 0, (struct sockaddr *)&one, sizeof(one)) > 0);
	assert_true(bench_until(b, has_answered, &h));
	assert_int_equal(pc_device_state(b->devices[2])->traffic.in_octets, sizeof(probe));
	assert_int_equal(pc_device_state(b->devices[2])->traffic.in_broadcasts, 0);
	assert_int_equal(pc_device_state(b->devices[0])->traffic.in_datagrams, 0);
	assert_true(sendto(fd, probe, sizeof(probe), 0, (struct sockaddr *)&all, sizeof(all)) > 0);
	h.datagrams = 1 + BENCH_DEVICES;
	assert_true(bench_until(b, has_answered, &h));
	for (size_t i = 0; i < BENCH_DEVICES; i++)
		assert_int_equal(pc_device_state(b->devices[i])->traffic.in_broadcasts, 1);
	close(fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_tcp, setup, teardown),
		cmocka_unit_test_setup_teardown(test_udp, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
