/* Batched UDP: datagrams written in place, datagrams longer than the path takes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <net/if.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "loop/loop.h"
#include "loop/udp.h"

enum { TURNS_MAX = 50, TURN_MS = 100, PATH_MTU = 1500, LONG = 9000 };

/* What a socket received. */
struct inbox {
	unsigned count;
	size_t len;
	uint8_t data[LONG];
	struct sockaddr_in from;
};

static void
on_datagram(void *arg, struct pc_udp *udp, const struct sockaddr_in *peer,
	const struct sockaddr_in *local, const uint8_t *data, size_t len)
{
	struct inbox *in = arg;
	(void)udp;
	(void)local;
	in->count++;
	in->len = len;
	in->from = *peer;
	memcpy(in->data, data, len < LONG ? len : LONG);
}

/* Answers from its own address with the bytes in another order, written in place. */
static void
answer_in_place(void *arg, struct pc_udp *udp, const struct sockaddr_in *peer,
	const struct sockaddr_in *local, const uint8_t *data, size_t len)
{
	uint8_t *room = pc_udp_room(udp) + PC_UDP_ROOM - len;
	(void)arg;
	for (size_t i = 0; i < len; i++)
		room[i] = data[len - 1 - i];
	pc_udp_send_room(udp, peer, local->sin_addr, room, len);
}

struct pair {
	struct pc_clock clock;
	struct pc_loop *loop;
	struct pc_udp *server, *client;
	struct inbox in;
};

static int
pair_open(struct pair *p, pc_udp_fn serve, void *arg)
{
	struct pc_udp_options any = {.bind = {.sin_family = AF_INET}};
	struct pc_udp_options one = {
		.bind = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)}};
	memset(p, 0, sizeof(*p));
	pc_clock_init_real(&p->clock);
	int err = pc_loop_new(&p->clock, &p->loop, NULL);
	if (err == PC_OK)
		err = pc_udp_open(p->loop, &any, serve, arg, &p->server, NULL);
	if (err == PC_OK)
		err = pc_udp_open(p->loop, &one, on_datagram, &p->in, &p->client, NULL);
	return err;
}

static void
pair_close(struct pair *p)
{
	pc_udp_close(p->server);
	pc_udp_close(p->client);
	pc_loop_free(p->loop);
}

static void
turn_until(struct pair *p, const unsigned *count, unsigned want)
{
	for (unsigned i = 0; i < TURNS_MAX && *count < want; i++)
		pc_loop_turn(p->loop, TURN_MS);
}

static void
test_room(void **state)
{
	enum { MANY = PC_UDP_BATCH + 3 };
	struct pair p;
	(void)state;
	assert_int_equal(pair_open(&p, answer_in_place, NULL), PC_OK);
	struct sockaddr_in to = pc_udp_local(p.server);
	to.sin_addr.s_addr = htonl(0x7f090807);
	for (unsigned i = 0; i < MANY; i++)
		assert_int_equal(
			pc_udp_send(p.client, &to, (struct in_addr){0}, (const uint8_t *)"abc", 3),
			PC_OK);
	turn_until(&p, &p.in.count, MANY);
	assert_int_equal(p.in.count, MANY);
	assert_int_equal(p.in.len, 3);
	assert_memory_equal(p.in.data, "cba", 3);
	assert_int_equal(ntohl(p.in.from.sin_addr.s_addr), 0x7f090807);
	pair_close(&p);
}

/* A network of this process's own whose only path takes PATH_MTU bytes. */
static int
enter_narrow_network(void)
{
	struct ifreq r = {.ifr_name = "lo"};
	int fd = unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0 ? socket(AF_INET, SOCK_DGRAM, 0) : -1;
	if (fd < 0)
		return -1;
	r.ifr_mtu = PATH_MTU;
	int err = ioctl(fd, SIOCSIFMTU, &r);
	r.ifr_flags = IFF_UP | IFF_LOOPBACK | IFF_RUNNING;
	if (err == 0)
		err = ioctl(fd, SIOCSIFFLAGS, &r);
	close(fd);
	return err;
}

enum { CHILD_NO_NETWORK = 1, CHILD_NO_SOCKET, CHILD_LOST, CHILD_CHANGED, CHILD_REFUSED };

/* One long datagram among short ones, from an address of the socket's choice. */
static int
child_sends_long(void)
{
	static uint8_t data[LONG];
	struct inbox server = {.count = 0};
	struct pair p;
	if (enter_narrow_network() != 0)
		return CHILD_NO_NETWORK;
	if (pair_open(&p, on_datagram, &server) != PC_OK)
		return CHILD_NO_SOCKET;
	struct sockaddr_in to = pc_udp_local(p.client);
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)(i * 7);
	pc_udp_send(p.server, &to, (struct in_addr){htonl(0x7f010203)}, data, 10);
	pc_udp_send(p.server, &to, (struct in_addr){htonl(0x7f010204)}, data, sizeof(data));
	turn_until(&p, &p.in.count, 2);
	if (p.in.count != 2)
		return CHILD_LOST;
	if (pc_udp_send_failures(p.server) != 0)
		return CHILD_REFUSED;
	return p.in.len == sizeof(data) && memcmp(p.in.data, data, sizeof(data)) == 0 &&
			       ntohl(p.in.from.sin_addr.s_addr) == 0x7f010204
		       ? 0
		       : CHILD_CHANGED;
}

static void
test_fragments(void **state)
{
	int status = 0;
	(void)state;
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		_exit(child_sends_long());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_room),
		cmocka_unit_test(test_fragments),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
