/* Differential test: the fast lane answers byte for byte what the base lane answers, and counts the
 * same. Seeds are kept; a failure names seed and request, and './snmp_test_lanes SEED COUNT' plays
 * one seed again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/rand.h"
#include "base/text.h"
#include "codec/snmp.h"
#include "lanes.h"

enum { REQUEST_MAX = 4096, VARBINDS = 70, REQUESTS = 10000, BYTES_SHOWN = 200, REPETITIONS = 12 };

/* Seeds that once found something stand first. */
static const uint64_t seeds[] = {1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233};
enum { SEEDS = sizeof(seeds) / sizeof(seeds[0]) };

static bool
one_in(struct pc_rand *r, uint64_t n)
{
	return pc_rand_below(r, n) == 0;
}

/* ---- requests ---- */

/* A name near the printer's objects: one of them, its neighbour, its parent, beneath it, or any. */
static void
make_name(struct pc_rand *r, const struct lanes_object *objects, size_t n, struct pc_oid *out)
{
	static const uint32_t odd[] = {
		0, 1, 39, 40, 127, 128, 16383, 16384, 2147483648u, 4294967295u};
	const struct lanes_object *o = &objects[pc_rand_below(r, n)];
	memcpy(out->arcs, o->arcs, o->n * sizeof(*o->arcs));
	out->len = o->n;
	switch (pc_rand_below(r, 12)) {
	case 0:
		out->arcs[out->len - 1]++;
		break;
	case 1:
		out->arcs[out->len - 1]--;
		break;
	case 2:
		out->len = 2 + pc_rand_below(r, out->len - 1);
		break;
	case 3:
		out->arcs[out->len++] = odd[pc_rand_below(r, 10)];
		break;
	case 4:
		out->arcs[pc_rand_below(r, out->len)] = odd[pc_rand_below(r, 10)];
		break;
	case 5:
		while (out->len < PC_OID_ARCS_MAX && !one_in(r, 30))
			out->arcs[out->len++] = odd[pc_rand_below(r, 10)];
		break;
	default:
		break;
	}
	if (out->arcs[0] > 2)
		out->arcs[0] = 2;
	if (out->arcs[0] < 2 && out->arcs[1] > 39)
		out->arcs[1] = 3;
	if (out->arcs[0] == 2 && out->arcs[1] > 1000)
		out->arcs[1] = 999;
}

static int32_t
any_number(struct pc_rand *r)
{
	return (int32_t)(uint32_t)(pc_rand_u64(r) >> pc_rand_below(r, 64));
}

static void
make_message(struct pc_rand *r, struct pc_snmp_message *m)
{
	static const char *const communities[] = {"public", "public", "public", "public", "private",
		"other", "", "Public", "public1", "a community that nobody has ever heard of"};
	static const uint8_t pdus[] = {PC_SNMP_GET, PC_SNMP_GETNEXT, PC_SNMP_GETBULK};
	const char *community = communities[pc_rand_below(r, 10)];
	*m = (struct pc_snmp_message){.version = one_in(r, 3) ? PC_SNMP_V1 : PC_SNMP_V2C,
		.community = (const uint8_t *)community,
		.community_len = strlen(community),
		.pdu = pdus[pc_rand_below(r, 3)],
		.request_id = any_number(r)};
	if (m->pdu == PC_SNMP_GETBULK) {
		m->error_status = one_in(r, 3) ? (int32_t)pc_rand_below(r, 4) : 0;
		m->error_index = (int32_t)pc_rand_below(r, 40);
		if (one_in(r, 20))
			m->error_status = any_number(r);
		if (one_in(r, 10))
			m->error_index = any_number(r);
	} else if (one_in(r, 40)) {
		m->error_status = any_number(r);
	}
}

static size_t
make_request(struct pc_rand *r, const struct lanes *l, unsigned printer, uint8_t *out)
{
	static struct pc_snmp_varbind varbinds[VARBINDS];
	const struct lanes_object *objects = NULL;
	size_t n = lanes_objects(l, printer, &objects), len = 0;
	struct pc_snmp_message m;
	struct pc_oid name;
	make_message(r, &m);
	m.varbinds = varbinds;
	m.n_varbinds = one_in(r, 25)  ? pc_rand_below(r, VARBINDS + 1)
		       : one_in(r, 3) ? 2 + pc_rand_below(r, 8)
				      : 1;
	for (size_t i = 0; i < m.n_varbinds; i++) {
		make_name(r, objects, n, &name);
		if (one_in(r, 60))
			pc_snmp_varbind_integer(&varbinds[i], &name, PC_BER_INTEGER, any_number(r));
		else
			pc_snmp_varbind_null(&varbinds[i], &name);
	}
	return pc_snmp_encode(&m, out, REQUEST_MAX, &len, NULL) == PC_OK ? len : 0;
}

/* A few octets changed, left out, doubled or cut off. A version 3 is not for either lane here. */
static size_t
mutate(struct pc_rand *r, uint8_t *data, size_t len)
{
	static const uint8_t special[] = {0x00, 0x01, 0x7f, 0x80, 0x81, 0x82, 0x84, 0xff, 0x30,
		0x02, 0x05, 0x06, 0xa0, 0xa1, 0xa5};
	for (uint64_t left = 1 + pc_rand_below(r, 3); left > 0 && len > 1; left--) {
		size_t at = pc_rand_below(r, len);
		if (one_in(r, 3))
			at = pc_rand_below(r, len < 48 ? len : 48);
		switch (pc_rand_below(r, 6)) {
		case 0:
			data[at] = (uint8_t)(data[at] ^ 1u << pc_rand_below(r, 8));
			break;
		case 1:
			data[at] = special[pc_rand_below(r, sizeof(special))];
			break;
		case 2:
			data[at] = (uint8_t)(data[at] + (one_in(r, 2) ? 1 : 0xff));
			break;
		case 3:
			memmove(data + at, data + at + 1, len - at - 1);
			len--;
			break;
		case 4:
			if (len < REQUEST_MAX) {
				memmove(data + at + 1, data + at, len - at);
				len++;
			}
			break;
		default:
			if (one_in(r, 4))
				len = at + 1;
			break;
		}
	}
	return len;
}

/* ---- the test ---- */

static void
fail_with(const struct lanes *l, unsigned printer, uint64_t seed, unsigned request,
	const uint8_t *data, size_t len, const char *text)
{
	char hex[2 * BYTES_SHOWN + 1] = "";
	for (size_t i = 0; i < len && i < BYTES_SHOWN; i++)
		snprintf(hex + 2 * i, 3, "%02x", data[i]);
	fail_msg("seed %llu request %u, %s: %s; asked with %zu octets %s", (unsigned long long)seed,
		request, lanes_name(l, printer), text, len, hex);
}

static void
play(struct lanes *l, uint64_t seed, unsigned requests)
{
	static uint8_t data[REQUEST_MAX];
	struct pc_rand r;
	char text[LANES_TEXT];
	pc_rand_init(&r, seed, 0);
	for (unsigned i = 0; i < requests; i++) {
		unsigned printer = (unsigned)pc_rand_below(&r, lanes_printers(l));
		size_t len = make_request(&r, l, printer, data);
		if (len > 0 && one_in(&r, 4))
			len = mutate(&r, data, len);
		if (!lanes_compare(l, printer, data, len, text))
			fail_with(l, printer, seed, i, data, len, text);
	}
}

static void
test_seeds(void **state)
{
	struct lanes *l = *state;
	for (unsigned i = 0; i < SEEDS; i++)
		play(l, seeds[i], REQUESTS);
	/* A lane that answers nothing differs in nothing. */
	assert_true(lanes_fast(l) > (uint64_t)SEEDS * REQUESTS / 3);
}

/* Every object of every printer, by GET, GETNEXT and GETBULK in both versions. */
static void
test_every_object(void **state)
{
	static uint8_t data[REQUEST_MAX];
	static const uint8_t pdus[] = {PC_SNMP_GET, PC_SNMP_GETNEXT, PC_SNMP_GETBULK};
	struct lanes *l = *state;
	char text[LANES_TEXT];
	for (unsigned p = 0; p < lanes_printers(l); p++) {
		const struct lanes_object *objects = NULL;
		size_t n = lanes_objects(l, p, &objects), len = 0;
		for (size_t i = 0; i < n * 6; i++) {
			struct pc_snmp_varbind vb;
			bool bulk = i / 2 % 3 == 2;
			if (bulk && i / 6 % REPETITIONS != 0)
				continue; /* it was among those that a GETBULK has given */
			struct pc_oid name = {.len = objects[i / 6].n};
			memcpy(name.arcs, objects[i / 6].arcs, name.len * sizeof(uint32_t));
			pc_snmp_varbind_null(&vb, &name);
			struct pc_snmp_message m = {
				.version = i % 2 == 0 ? PC_SNMP_V1 : PC_SNMP_V2C,
				.community = (const uint8_t *)"private",
				.community_len = 7,
				.pdu = pdus[i / 2 % 3],
				.request_id = (int32_t)i,
				.error_index = bulk ? REPETITIONS : 0,
				.varbinds = &vb,
				.n_varbinds = 1};
			assert_int_equal(pc_snmp_encode(&m, data, sizeof(data), &len, NULL), PC_OK);
			if (!lanes_compare(l, p, data, len, text))
				fail_with(l, p, 0, (unsigned)i, data, len, text);
		}
	}
}

static int
setup(void **state)
{
	*state = lanes_new();
	return 0;
}

static int
teardown(void **state)
{
	lanes_free(*state);
	return 0;
}

static uint64_t asked_seed, asked_requests;

static void
test_one_seed(void **state)
{
	play(*state, asked_seed, (unsigned)asked_requests);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_object),
		cmocka_unit_test(test_seeds),
	};
	const struct CMUnitTest one[] = {cmocka_unit_test(test_one_seed)};
	if (argc != 3)
		return cmocka_run_group_tests(tests, setup, teardown);
	if (pc_text_u64(argv[1], 0, UINT64_MAX, &asked_seed) != PC_OK ||
		pc_text_u64(argv[2], 1, 1000000000, &asked_requests) != PC_OK)
		return 2;
	return cmocka_run_group_tests(one, setup, teardown);
}
