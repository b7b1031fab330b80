/* Printers as a subagent on real sockets: the test is the master. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "agentx_bed.h"
#include "base/err.h"
#include "snmp/agentx-subagent.h"
#include "snmp/notify.h"

enum { ROOTS = 3, ROOTS_OF_CONTEXT = 4 };

/* The bed's own master stays idle. */
struct rig {
	struct bed *b;
	struct pc_agentx_subagent *subagent;
	size_t printers;
	int listener;
	char path[64];
	struct peer *master; /* the connection of the subagent, seen from the master */
};

static bool
each(void *arg, size_t at, struct pc_snmp_target *ret)
{
	struct rig *r = arg;
	if (at >= r->printers)
		return false;
	*ret = (struct pc_snmp_target){r->b->p.devices[at % PRINTERS], r->b->p.tree};
	return true;
}

static int
setup(void **state)
{
	struct rig *r = calloc(1, sizeof(*r));
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	void *bed = NULL;
	assert_non_null(r);
	(void)bed_setup(&bed);
	r->b = bed;
	snprintf(r->path, sizeof(r->path), "%s/master", r->b->dir);
	snprintf(at.sun_path, sizeof(at.sun_path), "%s", r->path);
	r->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(r->listener, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(r->listener, 4), 0);
	*state = r;
	return 0;
}

static int
teardown(void **state)
{
	struct rig *r = *state;
	void *bed = r->b;
	pc_agentx_subagent_free(r->subagent);
	if (r->master != NULL)
		peer_free(r->master);
	close(r->listener);
	unlink(r->path);
	(void)bed_teardown(&bed);
	free(r);
	return 0;
}

static void
start(struct rig *r, size_t printers, const char *context)
{
	struct pc_diag diag = {{0}};
	struct pc_agentx_subagent_options o = {.loop = r->b->p.loop,
		.master = {.path = r->path},
		.context = context,
		.each = each,
		.arg = r};
	r->printers = printers;
	if (pc_agentx_subagent_new(&o, &r->subagent, &diag) != PC_OK)
		fail_msg("%s", diag.text);
}

/* Wait for the subagent and its Open. */
static void
accept_it(struct rig *r)
{
	uint64_t until = bed_deadline(r->b);
	int fd;
	if (r->master != NULL)
		peer_free(r->master);
	while ((fd = accept(r->listener, NULL, NULL)) < 0)
		bed_turn(r->b, until);
	r->master = peer_new(r->b, fd);
	r->master->contexts = true;
	peer_expect(r->master, PC_AGENTX_OPEN);
	assert_non_null(strstr((const char *)r->master->got.text, "presscheck"));
	r->master->got.header.session = r->master->session = 77;
}

/* Open it and take `n` registrations, each told `error`. */
static void
welcome(struct rig *r, unsigned n, uint16_t error)
{
	accept_it(r);
	peer_reply(r->master, 0, 0, NULL, 0);
	for (unsigned i = 0; i < n; i++) {
		peer_expect(r->master, PC_AGENTX_REGISTER);
		assert_int_equal(r->master->got.header.session, 77);
		assert_int_equal(r->master->got.priority, PC_AGENTX_OWN_PRIORITY);
		peer_reply(r->master, error, 0, NULL, 0);
	}
}

/* A request of the master: GetNext of everything, in a context. */
static void
ask_next(struct rig *r, uint32_t session, const char *context)
{
	uint8_t out[256];
	struct pc_agentx_writer w;
	struct pc_agentx_range all = {.include = false};
	size_t len = 0;
	struct pc_agentx pdu = {
		.header = {.type = PC_AGENTX_GETNEXT, .session = session, .packet = 5},
		.context = (const uint8_t *)context,
		.n_context = context == NULL ? 0 : strlen(context)};
	pc_agentx_begin(&w, out, sizeof(out), &pdu);
	pc_agentx_add_range(&w, &all);
	assert_int_equal(pc_agentx_end(&w, &len), PC_OK);
	assert_int_equal(send(r->master->fd, out, len, MSG_NOSIGNAL), (ssize_t)len);
	peer_expect(r->master, PC_AGENTX_RESPONSE);
	assert_int_equal(r->master->got.header.packet, 5);
}

static void
test_addresses(void **state)
{
	struct pc_agentx_address a;
	static const char *const bad[] = {"", "unix:", "tcp:", "udp:127.0.0.1", "127.0.0.1:705",
		"tcp:nowhere", "tcp:127.0.0.1:0x", "tcp:127.0.0.1:70000"};
	(void)state;
	assert_int_equal(pc_agentx_address_parse("tcp:127.0.0.2", &a), PC_OK);
	assert_int_equal(ntohs(a.tcp.sin_port), PC_AGENTX_PORT);
	assert_null(a.path);
	assert_int_equal(pc_agentx_address_parse("tcp:127.0.0.2:7050", &a), PC_OK);
	assert_int_equal(ntohs(a.tcp.sin_port), 7050);
	assert_int_equal(pc_agentx_address_parse("unix:/var/agentx/master", &a), PC_OK);
	assert_string_equal(a.path, "/var/agentx/master");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		print_message("'%s'\n", bad[i]);
		assert_int_equal(pc_agentx_address_parse(bad[i], &a), PC_E_BADVALUE);
	}
}

/* One printer: default context, what a stock master has itself is left out. */
static void
test_single(void **state)
{
	struct rig *r = *state;
	start(r, 1, NULL);
	welcome(r, ROOTS, 0);
	assert_null(r->master->got.context);
	ask_next(r, 77, NULL);
	assert_int_equal(r->master->got.error, 0);
	assert_int_equal(r->master->got.list.n, 1);
	ask_next(r, 78, NULL);
	assert_int_equal(r->master->got.error, PC_AGENTX_NOT_OPEN);
	ask_next(r, 77, "d1");
	assert_int_equal(r->master->got.error, PC_AGENTX_UNSUPPORTED_CONTEXT);
	struct pc_agentx_subagent_counters c = pc_agentx_subagent_counters(r->subagent);
	assert_int_equal(c.registered, ROOTS);
	assert_int_equal(c.refused, 0);
	assert_int_equal(c.requests, 3);
}

/* Several: a context each, with everything. */
static void
test_contexts(void **state)
{
	static const struct {
		const char *choice, *third;
	} rows[] = {{NULL, "d3"}, {"floor", "floor3"}};
	struct rig *r = *state;
	for (size_t i = 0; i < 2; i++) {
		struct pc_agentx_varbind v;
		start(r, 3, rows[i].choice);
		welcome(r, 3 * ROOTS_OF_CONTEXT, 0);
		assert_int_equal(r->master->got.n_context, strlen(rows[i].third));
		ask_next(r, 77, rows[i].third);
		assert_true(pc_agentx_next_varbind(&r->master->got.list, &v));
		assert_int_equal(v.name.arcs[6], 1); /* system.sysDescr */
		ask_next(r, 77, NULL);
		assert_int_equal(r->master->got.error, PC_AGENTX_UNSUPPORTED_CONTEXT);
		pc_agentx_subagent_free(r->subagent);
		r->subagent = NULL;
		peer_expect(r->master, PC_AGENTX_CLOSE);
		assert_int_equal(r->master->got.reason, PC_AGENTX_REASON_SHUTDOWN);
		assert_false(peer_wait(r->master));
	}
}

static void
test_options(void **state)
{
	struct rig *r = *state;
	struct pc_diag diag = {{0}};
	struct pc_agentx_subagent *s = NULL;
	struct pc_agentx_subagent_options o = {.loop = r->b->p.loop,
		.master = {.path = r->path},
		.context = "a name of a context that is too long for anybody",
		.each = each,
		.arg = r};
	r->printers = 1;
	assert_int_equal(pc_agentx_subagent_new(&o, &s, &diag), PC_E_LIMIT);
	o.context = NULL;
	r->printers = 0;
	assert_int_equal(pc_agentx_subagent_new(&o, &s, &diag), PC_E_USAGE);
	r->printers = PC_AGENTX_PRINTERS_MAX + 1;
	assert_int_equal(pc_agentx_subagent_new(&o, &s, &diag), PC_E_USAGE);
}

/* Whatever a master does, the subagent comes back. */
static void
test_comes_back(void **state)
{
	static const uint8_t garbage[] = "HTTP/1.1 400 Bad Request\r\n";
	static const uint8_t broken[24] = {PC_AGENTX_VERSION, PC_AGENTX_GET, PC_AGENTX_BIG_ENDIAN,
		0, 0, 0, 0, 77, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0, 0, 4, 9, 0, 0, 0};
	struct pc_agentx bye = {.header = {.type = PC_AGENTX_CLOSE, .session = 77}, .reason = 1};
	struct rig *r = *state;
	start(r, 1, NULL);
	accept_it(r); /* goes away before it has said anything */
	accept_it(r);
	peer_reply(r->master, PC_AGENTX_OPEN_FAILED, 0, NULL, 0);
	assert_false(peer_wait(r->master));
	welcome(r, ROOTS, 0);
	assert_int_equal(send(r->master->fd, broken, sizeof(broken), 0), sizeof(broken));
	peer_expect(r->master, PC_AGENTX_RESPONSE);
	assert_int_equal(r->master->got.error, PC_AGENTX_PARSE_ERROR);
	assert_int_equal(send(r->master->fd, garbage, sizeof(garbage), 0), sizeof(garbage));
	peer_expect(r->master, PC_AGENTX_CLOSE);
	assert_int_equal(r->master->got.reason, PC_AGENTX_REASON_PARSE_ERROR);
	assert_false(peer_wait(r->master));
	welcome(r, ROOTS, PC_AGENTX_DUPLICATE_REGISTRATION); /* it lives with that */
	ask_next(r, 77, NULL);
	assert_int_equal(pc_agentx_subagent_counters(r->subagent).refused, ROOTS);
	peer_send(r->master, &bye, NULL, 0);
	assert_false(peer_wait(r->master));
	welcome(r, ROOTS, 0);
	assert_int_equal(pc_agentx_subagent_counters(r->subagent).opens, 3);
	assert_int_equal(pc_agentx_subagent_counters(r->subagent).malformed, 2);
}

/* A printer that is off serves nothing. */
static void
test_power(void **state)
{
	struct rig *r = *state;
	struct pc_device *dev = r->b->p.devices[0];
	start(r, 1, NULL);
	welcome(r, ROOTS, 0);
	pc_device_power(dev, false);
	pc_agentx_subagent_event(r->subagent, dev);
	pc_agentx_subagent_event(r->subagent, dev); /* nothing new */
	for (int i = 0; i < ROOTS; i++) {
		peer_expect(r->master, PC_AGENTX_UNREGISTER);
		peer_reply(r->master, 0, 0, NULL, 0);
	}
	pc_agentx_subagent_event(r->subagent, r->b->p.devices[1]); /* none of ours */
	ask_next(r, 77, NULL);                                     /* and nothing else was sent */
}

static void
test_notifications(void **state)
{
	static const uint32_t oid[] = {1, 3, 6, 1, 4, 1, 99999, 0, 1};
	static const uint32_t name[] = {1, 3, 6, 1, 4, 1, 99999, 2, 0};
	struct pc_snmp_variable v = {.oid = name, .n_oid = 9};
	const struct pc_snmp_news news = {
		.oid = oid, .n_oid = 9, .variables = &v, .n_variables = 1};
	struct rig *r = *state;
	struct pc_agentx_varbind got;
	char out[TEXT];
	pc_snmp_set_bytes(&v.value, "jam", 3);
	start(r, 2, NULL);
	welcome(r, 2 * ROOTS_OF_CONTEXT, 0);
	/* The engine attaches its notifier to a printer that is asked to SET something. */
	(void)printers_ask(&r->b->p, 1, "2c secret set 2.1.1.5.0=s:x", out, sizeof(out));
	pc_snmp_notify(r->b->p.devices[1], &news);
	peer_expect(r->master, PC_AGENTX_NOTIFY);
	assert_int_equal(r->master->got.n_context, 2);
	assert_memory_equal(r->master->got.context, "d2", 2);
	assert_int_equal(r->master->got.list.n, 3);
	assert_true(pc_agentx_next_varbind(&r->master->got.list, &got));
	assert_int_equal(got.type, PC_BER_TIMETICKS);
	assert_true(pc_agentx_next_varbind(&r->master->got.list, &got));
	assert_memory_equal(got.oid.arcs, oid, sizeof(oid));
	assert_true(pc_agentx_next_varbind(&r->master->got.list, &got));
	assert_memory_equal(got.octets, "jam", 3);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_addresses), TEST(test_single),
		TEST(test_contexts), TEST(test_options), TEST(test_comes_back), TEST(test_power),
		TEST(test_notifications)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
