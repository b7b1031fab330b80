/* What the AgentX master keeps for a printer itself: indexes and capabilities. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "agentx_bed.h"
#include "base/err.h"
#include "base/text.h"

/* ---- what a printer has of its own ---- */

static unsigned
peer_index(struct peer *s, uint8_t type, uint8_t flags, int64_t value)
{
	struct pc_agentx pdu = {.header = {.type = type, .flags = flags}};
	struct pc_agentx_varbind v = peer_integer("1.3.6.1.2.1.2.2.1.1", value);
	return peer_do(s, &pdu, &v, 1);
}

static int64_t
index_got(struct peer *s)
{
	struct pc_agentx_varbind v;
	assert_true(pc_agentx_next_varbind(&s->got.list, &v));
	return v.integer;
}

static void
test_indexes(void **state)
{
	struct bed *b = *state;
	struct peer *s = peer_open(b, 1), *t = peer_open(b, 1), *u = peer_open(b, 2);
	enum { ALLOCATE = PC_AGENTX_INDEX_ALLOCATE, RELEASE = PC_AGENTX_INDEX_DEALLOCATE };
	assert_int_equal(peer_index(s, ALLOCATE, 0, 1), 0);
	assert_int_equal(peer_index(t, ALLOCATE, 0, 1), PC_AGENTX_INDEX_ALREADY_ALLOCATED);
	assert_int_equal(t->got.index, 1);
	assert_int_equal(peer_index(u, ALLOCATE, 0, 1), 0); /* another printer's */
	assert_int_equal(peer_index(t, ALLOCATE, PC_AGENTX_ANY_INDEX, 0), 0);
	assert_int_equal(index_got(t), 2);
	assert_int_equal(peer_index(s, RELEASE, 0, 2), PC_AGENTX_INDEX_NOT_ALLOCATED);
	assert_int_equal(peer_index(t, RELEASE, 0, 2), 0);
	assert_int_equal(peer_index(t, ALLOCATE, PC_AGENTX_NEW_INDEX, 0), 0);
	assert_int_equal(index_got(t), 3);
	assert_int_equal(peer_index(t, ALLOCATE, PC_AGENTX_ANY_INDEX, 0), 0);
	assert_int_equal(index_got(t), 2);
	struct pc_agentx pdu = {.header = {.type = ALLOCATE}};
	struct pc_agentx_varbind v[3] = {peer_integer("1.3.6.1.4.1.5", 1),
		peer_integer("1.3.6.1.4.1.5", 2), peer_integer("1.3.6.1.2.1.2.2.1.1", 1)};
	assert_int_equal(peer_do(t, &pdu, v, 3), PC_AGENTX_INDEX_ALREADY_ALLOCATED);
	assert_int_equal(t->got.index, 3); /* and the first two are free again */
	assert_int_equal(peer_do(s, &pdu, v, 2), 0);
	v[0].type = PC_BER_COUNTER64;
	assert_int_equal(peer_do(s, &pdu, v, 1), PC_AGENTX_INDEX_WRONG_TYPE);
	v[0].type = PC_BER_IPADDRESS;
	v[0].octets = (const uint8_t *)"1234";
	v[0].n_octets = 4;
	assert_int_equal(peer_do(s, &pdu, v, 1), PC_AGENTX_INDEX_WRONG_TYPE);
	peer_free(s); /* its indexes are free with it */
	uint64_t until = bed_deadline(b);
	while (pc_agentx_master_counters(b->master).links > 2)
		bed_turn(b, until);
	assert_int_equal(peer_index(t, ALLOCATE, 0, 1), 0);
	unsigned error = 0;
	for (int i = 0; i < PC_AGENTX_INDEXES_MAX && error == 0; i++)
		error = peer_index(t, ALLOCATE, PC_AGENTX_NEW_INDEX, 0);
	assert_int_equal(error, PC_AGENTX_INDEX_NONE_AVAILABLE);
	peer_free(t);
	peer_free(u);
}

static void
test_caps(void **state)
{
	struct bed *b = *state;
	char out[TEXT];
	struct peer *s = peer_open(b, 1);
	struct pc_agentx pdu = {.header = {.type = PC_AGENTX_ADD_CAPS},
		.text = (const uint8_t *)"sheet feeder",
		.n_text = 12};
	bed_check(b, 1, "2c public next 2.1.1.7", "0/0 4.1.9.1.1=-11");
	peer_oid(&pdu.oid, "1.3.6.1.4.1.99999.1");
	assert_int_equal(peer_do(s, &pdu, NULL, 0), 0);
	bed_check(b, 1, "2c public get 2.1.1.9.1.2.1 2.1.1.9.1.3.1 2.1.1.9.1.3.2",
		"0/0 2.1.1.9.1.2.1=1.3.6.1.4.1.99999.1 "
		"2.1.1.9.1.3.1=sheet feeder 2.1.1.9.1.3.2=noSuchObject");
	printers_ask(&b->p, 1, "2c public bulk:0:6 2.1.1.7", out, sizeof(out));
	assert_non_null(strstr(out, "0/0 2.1.1.8.0="));
	assert_non_null(strstr(out, " 2.1.1.9.1.2.1=1.3.6.1.4.1.99999.1 "
				    "2.1.1.9.1.3.1=sheet feeder 2.1.1.9.1.4.1="));
	assert_non_null(strstr(out, " 4.1.9.1.1=-11 "));
	bed_check(b, 2, "2c public get 2.1.1.9.1.2.1", "0/0 2.1.1.9.1.2.1=noSuchObject");
	pdu.header.type = PC_AGENTX_REMOVE_CAPS;
	assert_int_equal(peer_do(s, &pdu, NULL, 0), 0);
	bed_check(b, 1, "2c public get 2.1.1.9.1.2.1", "0/0 2.1.1.9.1.2.1=noSuchObject");
	pdu.header.type = PC_AGENTX_ADD_CAPS;
	unsigned error = 0;
	for (int i = 0; i <= PC_AGENTX_CAPS_MAX && error == 0; i++)
		error = peer_do(s, &pdu, NULL, 0);
	assert_int_equal(error, PC_AGENTX_REQUEST_DENIED);
	peer_free(s);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, bed_setup, bed_teardown)
	const struct CMUnitTest tests[] = {TEST(test_indexes), TEST(test_caps)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
