/* Tests of device-net: traffic and connections. */
#include "device/tests/sample.h"

static struct sockaddr_in
peer(uint16_t port)
{
	return (struct sockaddr_in){
		.sin_family = AF_INET, .sin_addr = {htonl(0x7f000001)}, .sin_port = htons(port)};
}

static void
test_traffic(void **state)
{
	struct world w;
	struct pc_device *dev = world_device(&w, &sample_profile);
	const struct pc_traffic *t = &pc_device_state(dev)->traffic;
	const struct in_addr from = {htonl(0x7f000005)};
	(void)state;
	pc_device_datagram(dev, PC_IN, from, 40);
	pc_device_datagram(dev, PC_OUT, from, 60);
	pc_device_datagram(dev, PC_IN_BROADCAST, from, 2);
	pc_device_segments(dev, PC_IN, 1461);
	pc_device_segments(dev, PC_OUT, 1);
	assert_int_equal(t->in_octets, 40 + 2 + 1461);
	assert_int_equal(t->out_octets, 61);
	assert_int_equal(t->in_datagrams, 2);
	assert_int_equal(t->out_datagrams, 1);
	assert_int_equal(t->in_broadcasts, 1);
	assert_int_equal(t->in_segments, 2);
	assert_int_equal(t->out_segments, 1);
	assert_int_equal(t->last_peer.s_addr, from.s_addr);
	assert_int_equal(pc_device_restart(dev, PC_RESET_WARM), PC_OK);
	world_pass(&w, dev, 31000);
	assert_int_equal(t->in_octets, 0);
	assert_int_equal(t->in_broadcasts, 0);
	pc_device_free(dev);
}

static void
test_connections(void **state)
{
	struct world w;
	struct pc_device *dev = world_device(&w, &sample_profile);
	const struct pc_device_state *s = pc_device_state(dev);
	const struct pc_connection *c = NULL;
	const struct sockaddr_in a = peer(1000), b = peer(1001);
	(void)state;
	assert_int_equal(pc_device_connections(dev, &c), 0);
	pc_device_connected(dev, 9100, &a);
	pc_device_connected(dev, 515, &b);
	assert_int_equal(pc_device_connections(dev, &c), 2);
	assert_int_equal(c[1].local_port, 515);
	assert_int_equal(c[1].peer_port, 1001);
	pc_device_disconnected(dev, 9100, &a, true);
	assert_int_equal(pc_device_connections(dev, &c), 1);
	assert_int_equal(c[0].local_port, 515);
	pc_device_disconnected(dev, 515, &b, false);
	assert_int_equal(pc_device_connections(dev, &c), 0);
	assert_int_equal(s->tcp_opens, 2);
	assert_int_equal(s->tcp_resets, 1);
	assert_int_equal(s->tcp_open, 0);
	pc_device_free(dev);
}

/* More than are kept are counted; the ones kept go when they end. */
static void
test_many(void **state)
{
	struct world w;
	struct pc_device *dev = world_device(&w, &sample_profile);
	const struct pc_connection *c = NULL;
	(void)state;
	for (uint16_t i = 0; i < PC_CONNECTIONS_MAX + 5; i++) {
		const struct sockaddr_in from = peer((uint16_t)(2000 + i));
		pc_device_connected(dev, 9100, &from);
	}
	assert_int_equal(pc_device_connections(dev, &c), PC_CONNECTIONS_MAX);
	assert_int_equal(pc_device_state(dev)->tcp_open, PC_CONNECTIONS_MAX + 5);
	for (uint16_t i = 0; i < PC_CONNECTIONS_MAX + 5; i++) {
		const struct sockaddr_in from = peer((uint16_t)(2000 + i));
		pc_device_disconnected(dev, 9100, &from, false);
	}
	assert_int_equal(pc_device_connections(dev, &c), 0);
	assert_int_equal(pc_device_state(dev)->tcp_open, 0);
	const struct sockaddr_in nobody = peer(1);
	pc_device_disconnected(dev, 9100, &nobody, false);
	assert_int_equal(pc_device_state(dev)->tcp_open, 0);
	pc_device_free(dev);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_traffic),
		cmocka_unit_test(test_connections),
		cmocka_unit_test(test_many),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
