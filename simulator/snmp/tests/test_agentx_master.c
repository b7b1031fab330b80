/* The AgentX master on real sockets: overlaying, SET in all its phases, and peers that hang, lie,
 * die or flood. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "agentx_bed.h"
#include "base/err.h"
#include "base/text.h"

/* ---- reading ---- */

static void
test_overlay(void **state)
{
	struct bed *b = *state;
	char out[TEXT];
	bed_check(b, 2, GET_CELL, OWN_CELL);
	struct peer *s = peer_open(b, 2);
	assert_int_equal(pc_agentx_master_counters(b->master).lanes, 1);
	bed_check(b, 2, GET_CELL, OWN_CELL); /* attached, nothing registered */
	assert_int_equal(peer_register(s, CELL), 0);
	bed_ask(b, 2, GET_CELL);
	peer_expect(s, PC_AGENTX_GET);
	struct pc_agentx_varbind v = peer_integer(CELL ".1.1", 42);
	/* Meanwhile all others answer as ever. */
	bed_check(b, 1, GET_CELL, OWN_CELL);
	bed_check(b, 2, "2c public get 2.1.1.1.0", "0/0 2.1.1.1.0=Test printer");
	bed_check(b, 3, "2c secret set 2.1.1.5.0=s:quick", "0/0 2.1.1.5.0=quick");
	peer_reply(s, 0, 0, &v, 1);
	assert_string_equal(bed_answer(b, out), "0/0 4.1.9.1.1=42");
	/* v1 reaches it too, and its exceptions become v1's errors. */
	bed_ask(b, 2, "1 public get 4.1.9.1.7");
	peer_expect(s, PC_AGENTX_GET);
	v = peer_integer(CELL ".1.7", 0);
	v.type = PC_BER_NO_SUCH_INSTANCE;
	peer_reply(s, 0, 0, &v, 1);
	assert_string_equal(bed_answer(b, out), "2/1 4.1.9.1.7=NULL");
	/* When it dies its objects are the printer's own again. */
	peer_free(s);
	uint64_t until = bed_deadline(b);
	while (pc_agentx_master_counters(b->master).lanes > 0)
		bed_turn(b, until);
	bed_check(b, 2, GET_CELL, OWN_CELL);
}

/* The library merges: before, inside and behind the region, also in one GETBULK. */
static void
test_merge(void **state)
{
	struct bed *b = *state;
	char out[TEXT];
	struct peer *s = peer_open(b, 0);
	assert_int_equal(peer_register(s, CELL ".2"), 0); /* the second column */
	bed_ask(b, 0, "2c public next 4.1.9.1.3");
	peer_expect(s, PC_AGENTX_GETNEXT);
	struct pc_agentx_range r;
	assert_true(pc_agentx_next_range(&s->got.list, &r));
	assert_true(r.include);
	assert_int_equal(r.start.arcs[7], 2);
	assert_int_equal(r.end.arcs[7], 3);
	struct pc_agentx_varbind v = peer_integer(CELL ".2.9", 5);
	peer_reply(s, 0, 0, &v, 1);
	assert_string_equal(bed_answer(b, out), "0/0 4.1.9.2.9=5");
	/* Behind its last object comes the third column; ours of the second stay hidden. */
	bed_ask(b, 0, "2c public next 4.1.9.2.9");
	peer_expect(s, PC_AGENTX_GETNEXT);
	v = peer_nothing_more(&v.name);
	peer_reply(s, 0, 0, &v, 1);
	assert_string_equal(bed_answer(b, out), "0/0 4.1.9.3.1=1.3.4294967295");
	bed_ask(b, 0, "2c public bulk:0:4 4.1.9.1.2");
	for (int i = 0; i < 2; i++) {
		peer_expect(s, PC_AGENTX_GETNEXT);
		v = i == 0 ? peer_integer(CELL ".2.1", 1) : peer_nothing_more(&v.name);
		peer_reply(s, 0, 0, &v, 1);
	}
	assert_string_equal(bed_answer(b, out),
		"0/0 4.1.9.1.3=-13 4.1.9.2.1=1 "
		"4.1.9.3.1=1.3.4294967295 4.1.9.3.2=1.3.4294967295");
	peer_free(s);
}

/* ---- SET ---- */

static const char mixed[] = "2c secret set 2.1.1.5.0=s:changed 4.1.9.1.1=i:7";
static const char name_is[] = "2c public get 2.1.1.5.0";

struct set_row {
	const char *name;
	const char *request;
	uint16_t test, commit, undo; /* error of the answer to each step */
	bool commits, undoes, cleans;
	const char *answer, *left;
};

static void
set_once(struct bed *b, struct peer *s, const struct set_row *row)
{
	char out[TEXT], want[TEXT];
	print_message("%s\n", row->name);
	bed_check(b, 4, "2c secret set 2.1.1.5.0=s:before", "0/0 2.1.1.5.0=before");
	bed_ask(b, 4, row->request);
	peer_expect(s, PC_AGENTX_TESTSET);
	uint32_t transaction = s->got.header.transaction;
	peer_reply(s, row->test, row->test == 0 ? 0 : 1, NULL, 0);
	if (row->commits) {
		peer_expect(s, PC_AGENTX_COMMITSET);
		assert_int_equal(s->got.header.transaction, transaction);
		peer_reply(s, row->commit, row->commit == 0 ? 0 : 1, NULL, 0);
	}
	if (row->undoes) {
		peer_expect(s, PC_AGENTX_UNDOSET);
		peer_reply(s, row->undo, row->undo == 0 ? 0 : 1, NULL, 0);
	}
	if (row->cleans)
		peer_expect(s, PC_AGENTX_CLEANUPSET);
	assert_string_equal(bed_answer(b, out), row->answer);
	snprintf(want, sizeof(want), "0/0 2.1.1.5.0=%s", row->left);
	bed_check(b, 4, name_is, want);
}

static void
test_set(void **state)
{
#define ECHO " 2.1.1.5.0=changed 4.1.9.1.1=7"
	static const struct set_row rows[] = {
		{"both can", mixed, 0, 0, 0, true, false, true, "0/0" ECHO, "changed"},
		{"it cannot: wrongValue", mixed, 10, 0, 0, false, false, true, "10/2" ECHO,
			"before"},
		{"its commit fails: ours is undone", mixed, 0, 14, 0, true, true, false,
			"14/0" ECHO, "before"},
		{"its undo fails too", mixed, 0, 14, 15, true, true, false, "15/0" ECHO, "before"},
		{"ours fails in the commit", "2c secret set 2.1.1.5.0=s:#no 4.1.9.1.1=i:7", 0, 0, 0,
			true, true, false, "14/0 2.1.1.5.0=#no 4.1.9.1.1=7", "before"},
		{"an error of AgentX is genErr", mixed, 266, 0, 0, false, false, true, "5/2" ECHO,
			"before"},
		{"an error of nobody is genErr", mixed, 4711, 0, 0, false, false, true, "5/2" ECHO,
			"before"},
	};
	struct bed *b = *state;
	struct peer *s = peer_open(b, 4);
	assert_int_equal(peer_register(s, CELL), 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		set_once(b, s, &rows[i]);
	peer_free(s);
}

/* A subagent that dies in the middle of a SET: genErr, ours is undone, the printer lives on. */
static void
test_dies_in_set(void **state)
{
	static const uint8_t last_words[] = {PC_AGENTX_TESTSET, PC_AGENTX_COMMITSET};
	struct bed *b = *state;
	char out[TEXT];
	for (size_t i = 0; i < sizeof(last_words); i++) {
		struct peer *s = peer_open(b, 4);
		assert_int_equal(peer_register(s, CELL), 0);
		bed_check(b, 4, "2c secret set 2.1.1.5.0=s:before", "0/0 2.1.1.5.0=before");
		bed_ask(b, 4, mixed);
		peer_expect(s, PC_AGENTX_TESTSET);
		if (last_words[i] == PC_AGENTX_COMMITSET) {
			peer_reply(s, 0, 0, NULL, 0);
			peer_expect(s, PC_AGENTX_COMMITSET);
		}
		peer_free(s);
		assert_string_equal(bed_answer(b, out), "5/2" ECHO);
		bed_check(b, 4, name_is, "0/0 2.1.1.5.0=before");
		bed_check(b, 4, GET_CELL, OWN_CELL);
	}
}

/* ---- peers that hang, lie or flood ---- */

/* A hanging subagent costs its printer's managers a genErr in time, and nobody else anything; also
 * not those who SET, whom the library would let wait. */
static void
test_hangs(void **state)
{
	struct bed *b = *state;
	char out[TEXT];
	struct peer *s = peer_open(b, 2);
	assert_int_equal(peer_register(s, CELL), 0);
	bed_ask(b, 2, GET_CELL);
	bed_check(b, 3, "2c secret set 2.1.1.5.0=s:at-once", "0/0 2.1.1.5.0=at-once");
	bed_check(b, 3, GET_CELL, OWN_CELL);
	bed_ask(b, 2, "2c secret set 2.1.1.5.0=s:waits"); /* on its own printer it does */
	assert_string_equal(bed_answer(b, out), "5/1 4.1.9.1.1=NULL");
	assert_string_equal(bed_answer(b, out), "0/0 2.1.1.5.0=waits");
	bed_check(b, 2, GET_CELL, OWN_CELL);
	assert_int_equal(pc_agentx_master_counters(b->master).timeouts, 1);
	peer_free(s);
}

/* More requests than may wait are dropped; those that wait are all answered. */
static void
test_waiting_is_bounded(void **state)
{
	struct bed *b = *state;
	char out[TEXT];
	struct peer *s = peer_connect(b, 2);
	s->timeout = 99; /* gets PC_AGENTX_TIMEOUT_MAX_MS */
	assert_int_equal(peer_open_session(s, 0), 0);
	assert_int_equal(peer_register(s, CELL), 0);
	for (int i = 0; i < PC_AGENTX_WAITING_MAX + 3; i++)
		bed_ask(b, 2, GET_CELL);
	assert_int_equal(pc_agentx_master_counters(b->master).waiting_full, 3);
	peer_free(s);
	for (int i = 0; i < PC_AGENTX_WAITING_MAX; i++)
		assert_string_equal(bed_answer(b, out), "5/1 4.1.9.1.1=NULL");
}

/* Answers that do not fit the question become genErr, and the connection goes on. */
static void
test_lying_answers(void **state)
{
	struct bed *b = *state;
	char out[TEXT];
	struct peer *s = peer_open(b, 2);
	assert_int_equal(peer_register(s, CELL), 0);
	struct pc_agentx_varbind v[3] = {peer_integer(CELL ".1.1", 1), peer_integer(CELL ".1.2", 2),
		peer_integer(CELL ".1.3", 3)};
	for (size_t n = 0; n <= 3; n++) {
		bed_ask(b, 2, "2c public get 4.1.9.1.1 4.1.9.1.2");
		peer_expect(s, PC_AGENTX_GET);
		assert_int_equal(s->got.list.n, 2);
		struct pc_agentx_header h = s->got.header;
		s->got.header.packet += 1000; /* of nothing we asked: not heard */
		peer_reply(s, 0, 0, v, 2);
		s->got.header = h;
		peer_reply(s, 0, 0, v, n);
		assert_string_equal(
			bed_answer(b, out), n == 2 ? "0/0 4.1.9.1.1=1 4.1.9.1.2=2"
						   : "5/1 4.1.9.1.1=NULL 4.1.9.1.2=NULL");
	}
	bed_ask(b, 2, GET_CELL);
	peer_expect(s, PC_AGENTX_GET);
	peer_reply(s, 5, 77, NULL, 0); /* an index there is not */
	assert_string_equal(bed_answer(b, out), "5/1 4.1.9.1.1=NULL");
	peer_free(s);
}

struct garbage_row {
	const char *name, *hex;
	bool before_open;
};

static void
test_garbage(void **state)
{
	static const struct garbage_row rows[] = {
		{"no AgentX at all", "474554202f20485454502f312e310d0a", true},
		{"version 2", "02 01 10 00 00000000 00000000 00000001 00000000", false},
		{"payload of 4 GB", "01 0D 10 00 00000000 00000000 00000001 FFFFFFFC", false},
		{"payload just over the limit", "01 0D 10 00 00000000 00000000 00000001 0000FDEC",
			false},
		{"a length of 3", "01 0D 10 00 00000000 00000000 00000001 00000003 000000", false},
		{"an Open that cannot be read",
			"01 01 10 00 00000000 00000000 00000001 00000004 "
			"05000000",
			true},
		{"an answer that cannot be read",
			"01 12 10 00 00000000 00000000 00000001 00000004 00000000", false},
	};
	struct bed *b = *state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t bytes[64];
		size_t n = 0;
		print_message("%s\n", rows[i].name);
		struct peer *s = rows[i].before_open ? peer_connect(b, 1) : peer_open(b, 1);
		assert_int_equal(pc_text_unhex(rows[i].hex, bytes, sizeof(bytes), &n), PC_OK);
		assert_int_equal(send(s->fd, bytes, n, MSG_NOSIGNAL), (ssize_t)n);
		assert_false(peer_wait(s)); /* closed */
		bed_check(b, 1, GET_CELL, OWN_CELL);
		peer_free(s);
	}
	assert_int_equal(
		pc_agentx_master_counters(b->master).malformed, sizeof(rows) / sizeof(rows[0]));
}

/* What is refused, and how. */
static void
test_refusals(void **state)
{
	static const struct {
		const char *name;
		struct pc_agentx pdu;
		const char *oid;
		unsigned error;
	} rows[] = {
		{"second Open", {.header = {.type = PC_AGENTX_OPEN}}, "", PC_AGENTX_OPEN_FAILED},
		{"register nothing", {.header = {.type = PC_AGENTX_REGISTER}, .priority = 1}, "",
			PC_AGENTX_PARSE_ERROR},
		{"register 3", {.header = {.type = PC_AGENTX_REGISTER}, .priority = 1}, "3.1",
			PC_AGENTX_PARSE_ERROR},
		{"priority 0", {.header = {.type = PC_AGENTX_REGISTER}}, CELL,
			PC_AGENTX_PARSE_ERROR},
		{"the printer's own priority",
			{.header = {.type = PC_AGENTX_REGISTER}, .priority = 255}, CELL,
			PC_AGENTX_PARSE_ERROR},
		{"last arc has no successor",
			{.header = {.type = PC_AGENTX_REGISTER}, .priority = 1}, "1.3.4294967295",
			PC_AGENTX_PARSE_ERROR},
		{"range behind the OID",
			{.header = {.type = PC_AGENTX_REGISTER},
				.priority = 1,
				.range_subid = 8,
				.upper_bound = 99},
			CELL, PC_AGENTX_PARSE_ERROR},
		{"range of 2 billion",
			{.header = {.type = PC_AGENTX_REGISTER},
				.priority = 1,
				.range_subid = 7,
				.upper_bound = INT32_MAX},
			CELL, PC_AGENTX_REQUEST_DENIED},
		{"range of 4 billion",
			{.header = {.type = PC_AGENTX_REGISTER},
				.priority = 1,
				.range_subid = 7,
				.upper_bound = UINT32_MAX},
			CELL, PC_AGENTX_PARSE_ERROR},
		{"range backwards",
			{.header = {.type = PC_AGENTX_REGISTER},
				.priority = 1,
				.range_subid = 7,
				.upper_bound = 8},
			CELL, PC_AGENTX_PARSE_ERROR},
		{"another context",
			{.header = {.type = PC_AGENTX_REGISTER},
				.priority = 1,
				.context = (const uint8_t *)"d0",
				.n_context = 2},
			CELL, PC_AGENTX_UNSUPPORTED_CONTEXT},
		{"our own name of a context",
			{.header = {.type = PC_AGENTX_REGISTER},
				.priority = 1,
				.context = (const uint8_t *)"\001d0",
				.n_context = 3},
			CELL, PC_AGENTX_UNSUPPORTED_CONTEXT},
		{"unregister what is not there",
			{.header = {.type = PC_AGENTX_UNREGISTER}, .priority = 127}, CELL,
			PC_AGENTX_UNKNOWN_REGISTRATION},
		{"unregister the printer's own",
			{.header = {.type = PC_AGENTX_UNREGISTER}, .priority = 255}, "1.3",
			PC_AGENTX_UNKNOWN_REGISTRATION},
		{"a master's PDU", {.header = {.type = PC_AGENTX_GET}}, "", PC_AGENTX_PARSE_ERROR},
		{"a type there is not", {.header = {.type = 99}}, "", PC_AGENTX_PARSE_ERROR},
		{"notification of nothing", {.header = {.type = PC_AGENTX_NOTIFY}}, "",
			PC_AGENTX_PROCESSING_ERROR},
		{"caps that are not there", {.header = {.type = PC_AGENTX_REMOVE_CAPS}}, CELL,
			PC_AGENTX_UNKNOWN_CAPS},
		{"caps of nothing", {.header = {.type = PC_AGENTX_ADD_CAPS}}, "",
			PC_AGENTX_PARSE_ERROR},
		{"ping", {.header = {.type = PC_AGENTX_PING}}, "", 0},
	};
	struct bed *b = *state;
	struct peer *s = peer_open(b, 1);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct pc_agentx pdu = rows[i].pdu;
		print_message("%s\n", rows[i].name);
		if (rows[i].oid[0] != '\0')
			peer_oid(&pdu.oid, rows[i].oid);
		assert_int_equal(peer_do(s, &pdu, NULL, 0), rows[i].error);
	}
	s->session++;
	struct pc_agentx ping = {.header = {.type = PC_AGENTX_PING}};
	assert_int_equal(peer_do(s, &ping, NULL, 0), PC_AGENTX_NOT_OPEN);
	bed_check(b, 1, GET_CELL, OWN_CELL);
	peer_free(s);
}

/* The same region twice, priorities, the whole tree, and 5,000 of them. */
static void
test_registrations(void **state)
{
	struct bed *b = *state;
	char root[64], out[TEXT];
	struct peer *s = peer_open(b, 1);
	struct peer *t = peer_open(b, 1);
	unsigned good = 0;
	assert_int_equal(peer_register(s, CELL), 0);
	assert_int_equal(peer_register(t, CELL), PC_AGENTX_DUPLICATE_REGISTRATION);
	assert_int_equal(peer_region(t, PC_AGENTX_REGISTER, CELL, 5, 0, 0), 0);
	bed_ask(b, 1, GET_CELL);
	peer_expect(t, PC_AGENTX_GET); /* the lower number goes first */
	struct pc_agentx_varbind v = peer_integer(CELL ".1.1", 5);
	peer_reply(t, 0, 0, &v, 1);
	assert_string_equal(bed_answer(b, out), "0/0 4.1.9.1.1=5");
	assert_int_equal(peer_region(t, PC_AGENTX_UNREGISTER, CELL, 5, 0, 0), 0);
	bed_ask(b, 1, GET_CELL);
	peer_expect(s, PC_AGENTX_GET);
	peer_reply(s, 0, 0, &v, 1);
	(void)bed_answer(b, out);
	assert_int_equal(peer_region(t, PC_AGENTX_REGISTER, "1.3.6.1.4.1.50.1", 127, 8, 20), 0);
	assert_int_equal(peer_region(s, PC_AGENTX_REGISTER, "1.3.6.1.4.1.50.7", 127, 0, 0),
		PC_AGENTX_DUPLICATE_REGISTRATION); /* one of those rows */
	assert_int_equal(peer_region(s, PC_AGENTX_REGISTER, "1.3.6.1.4.1.50.20", 127, 8, 21),
		PC_AGENTX_DUPLICATE_REGISTRATION);
	bed_ask(b, 1, "2c public get 4.1.50.20.1");
	peer_expect(t, PC_AGENTX_GET);
	v = peer_integer("1.3.6.1.4.1.50.20.1", 20);
	peer_reply(t, 0, 0, &v, 1);
	assert_string_equal(bed_answer(b, out), "0/0 4.1.50.20.1=20");
	bed_check(b, 1, "2c public get 4.1.50.21.1", "0/0 4.1.50.21.1=noSuchObject");
	assert_int_equal(peer_region(t, PC_AGENTX_UNREGISTER, "1.3.6.1.4.1.50.1", 127, 8, 20), 0);
	bed_check(b, 1, "2c public get 4.1.50.20.1", "0/0 4.1.50.20.1=noSuchObject");
	assert_int_equal(peer_region(t, PC_AGENTX_REGISTER, "1.3.6.1.4.1.50.1", 127, 8, 20), 0);
	assert_int_equal(peer_register(t, "1"), 0);
	assert_int_equal(peer_register(t, "1.3"), 0); /* goes before the printer's own */
	for (unsigned i = 0; i < 5000; i++) {
		snprintf(root, sizeof(root), "1.3.6.1.4.1.60.%u", i);
		unsigned error = peer_register(t, root);
		assert_true(error == 0 || error == PC_AGENTX_REQUEST_DENIED);
		good += error == 0;
	}
	assert_int_equal(good, PC_AGENTX_REGIONS_MAX - 20 - 3);
	peer_free(t);
	peer_free(s);
	uint64_t until = bed_deadline(b);
	while (pc_agentx_master_counters(b->master).lanes > 0)
		bed_turn(b, until);
	bed_check(b, 1, GET_CELL, OWN_CELL);
	bed_check(b, 1, "2c public next 4.1.20.1.1499", "0/0 4.1.20.1.1500=1500");
}

/* A registration waits for the request that walks on the tree, and new requests for it. */
static void
test_deferred(void **state)
{
	struct bed *b = *state;
	char out[TEXT];
	struct peer *s = peer_open(b, 1);
	struct peer *t = peer_open(b, 1);
	struct pc_agentx pdu = {.header = {.type = PC_AGENTX_REGISTER}, .priority = 1};
	assert_int_equal(peer_register(s, CELL ".1"), 0);
	bed_ask(b, 1, GET_CELL);
	peer_expect(s, PC_AGENTX_GET);
	peer_oid(&pdu.oid, CELL);
	pdu.header.session = t->session;
	peer_send(t, &pdu, NULL, 0);
	uint64_t before = pc_agentx_master_counters(b->master).pdus;
	uint64_t until = bed_deadline(b);
	while (pc_agentx_master_counters(b->master).pdus == before)
		bed_turn(b, until);
	bed_ask(b, 1, "2c public get 4.1.9.2.1"); /* held at the gate, then asked of the new one */
	uint8_t octet;
	assert_int_equal(recv(t->fd, &octet, 1, MSG_PEEK | MSG_DONTWAIT), -1); /* not yet */
	struct pc_agentx_varbind v = peer_integer(CELL ".1.1", 1);
	peer_reply(s, 0, 0, &v, 1);
	assert_string_equal(bed_answer(b, out), "0/0 4.1.9.1.1=1");
	peer_expect(t, PC_AGENTX_RESPONSE);
	assert_int_equal(t->got.error, 0);
	peer_expect(t, PC_AGENTX_GET);
	v = peer_integer(CELL ".2.1", 2);
	peer_reply(t, 0, 0, &v, 1);
	assert_string_equal(bed_answer(b, out), "0/0 4.1.9.2.1=2");
	peer_free(s);
	peer_free(t);
}

static void
test_connections(void **state)
{
	struct bed *b = *state;
	struct peer *s[PC_AGENTX_LANE_LINKS_MAX];
	for (size_t i = 0; i < PC_AGENTX_LANE_LINKS_MAX; i++)
		s[i] = peer_open(b, 1);
	struct peer *more = peer_connect(b, 1);
	assert_false(peer_wait(more));
	peer_free(more);
	more = peer_connect(b, 77); /* no printer has this address */
	assert_false(peer_wait(more));
	peer_free(more);
	more = peer_open(b, 2); /* others still may */
	/* Close is answered, then the connection ends. */
	struct pc_agentx bye = {.header = {.type = PC_AGENTX_CLOSE}, .reason = 5};
	assert_int_equal(peer_do(more, &bye, NULL, 0), 0);
	assert_false(peer_wait(more));
	peer_free(more);
	pc_device_power(b->p.devices[1], false);
	pc_agentx_master_event(b->master, b->p.devices[1]);
	for (size_t i = 0; i < PC_AGENTX_LANE_LINKS_MAX; i++) {
		assert_false(peer_wait(s[i])); /* a printer that is off has no connections */
		peer_free(s[i]);
	}
	more = peer_connect(b, 1);
	assert_false(peer_wait(more));
	peer_free(more);
	assert_int_equal(pc_agentx_master_counters(b->master).refused, 3);
}

static void
test_unix_socket(void **state)
{
	struct bed *b = *state;
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	struct peer *s = peer_new(b, socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
	char out[TEXT];
	snprintf(at.sun_path, sizeof(at.sun_path), "%s/3.sock", b->dir);
	assert_int_equal(connect(s->fd, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(peer_open_session(s, 0), 0); /* little-endian */
	assert_int_equal(peer_register(s, CELL), 0);
	bed_check(b, 1, GET_CELL, OWN_CELL);
	bed_ask(b, 2, GET_CELL);
	peer_expect(s, PC_AGENTX_GET);
	struct pc_agentx_varbind v = peer_integer(CELL ".1.1", -5);
	peer_reply(s, 0, 0, &v, 1);
	assert_string_equal(bed_answer(b, out), "0/0 4.1.9.1.1=-5");
	peer_free(s);
}

/* Answers that had to wait are shortened like others. */
static void
test_shortened(void **state)
{
	struct bed *b = *state;
	char out[TEXT];
	struct peer *s = peer_open(b, 1);
	static const uint8_t text[1000];
	b->p.profile.snmp.max_message = 484;
	assert_int_equal(peer_register(s, CELL), 0);
	bed_ask(b, 1, "2c public bulk:0:2 4.1.9.1");
	struct pc_agentx_varbind v = peer_integer(CELL ".1.1", 1);
	peer_expect(s, PC_AGENTX_GETNEXT);
	peer_reply(s, 0, 0, &v, 1);
	peer_expect(s, PC_AGENTX_GETNEXT);
	v = peer_integer(CELL ".1.2", 1);
	v.type = PC_BER_OCTETS;
	v.octets = text;
	v.n_octets = sizeof(text);
	peer_reply(s, 0, 0, &v, 1);
	assert_string_equal(bed_answer(b, out), "0/0 4.1.9.1.1=1");
	bed_ask(b, 1, "1 public get 4.1.9.1.2");
	peer_expect(s, PC_AGENTX_GET);
	peer_reply(s, 0, 0, &v, 1);
	assert_string_equal(bed_answer(b, out), "1/0 4.1.9.1.2=NULL");
	b->p.profile.snmp.max_message = 0;
	peer_free(s);
}

/* A master after a master: the library keeps its contexts, they serve the new engine. */
static void
test_again(void **state)
{
	struct bed *b = *state;
	char out[TEXT];
	struct peer *s = peer_open(b, 1);
	assert_int_equal(peer_register(s, CELL), 0);
	bed_ask(b, 1, GET_CELL); /* still waits when the master ends */
	peer_expect(s, PC_AGENTX_GET);
	pc_agentx_master_free(b->master);
	b->master = NULL;
	assert_string_equal(bed_answer(b, out), "5/1 4.1.9.1.1=NULL");
	assert_false(peer_wait(s));
	peer_free(s);
	bed_start(b);
	s = peer_open(b, 3);
	assert_int_equal(peer_register(s, CELL ".2"), 0);
	bed_check(b, 3, GET_CELL, OWN_CELL);
	peer_free(s);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, bed_setup, bed_teardown)
	const struct CMUnitTest tests[] = {TEST(test_overlay), TEST(test_merge), TEST(test_set),
		TEST(test_dies_in_set), TEST(test_hangs), TEST(test_waiting_is_bounded),
		TEST(test_lying_answers), TEST(test_garbage), TEST(test_refusals),
		TEST(test_registrations), TEST(test_deferred), TEST(test_connections),
		TEST(test_unix_socket), TEST(test_shortened), TEST(test_again)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
