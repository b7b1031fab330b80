/* Tests of codec/snmp-v3: known messages, round trips, cut at every length, lies. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/text.h"
#include "codec/snmp-v3.h"

enum { BYTES_MAX = 512 };

/* The first message of snmpget -v3: no engine ID, no user, a GET of nothing. */
static const char discovery_hex[] =
	"303e020103301102044b5a6d2f020300ffe30401040201030410300e0400020100020100040004000400"
	"301404000400a00e02047e3f4d0a0201000201003000";

static const uint8_t engine[] = {0x80, 0, 4, 0xe0, 3, 2, 0, 0, 0, 0, 1};

struct world {
	struct pc_usm *usm;
	struct pc_usm_signer *signer;
	struct pc_usm_key key;
	uint8_t message[BYTES_MAX];
	size_t len;
};

static int
setup(void **state)
{
	static struct world w;
	struct pc_usm_key ku;
	const struct pc_usm_auth *auth = pc_usm_auth_find(5);
	memset(&w, 0, sizeof(w));
	assert_int_equal(pc_usm_new(&w.usm, NULL), PC_OK);
	assert_int_equal(pc_usm_key_of_password(w.usm, auth, "made-up secret", &ku), PC_OK);
	assert_int_equal(
		pc_usm_key_localize(w.usm, auth, &ku, engine, sizeof(engine), &w.key), PC_OK);
	assert_int_equal(pc_usm_signer_new(w.usm, auth, &w.key, &w.signer), PC_OK);
	*state = &w;
	return 0;
}

static int
teardown(void **state)
{
	struct world *w = *state;
	pc_usm_signer_free(w->signer);
	pc_usm_free(w->usm);
	return 0;
}

static void
test_discovery(void **state)
{
	uint8_t data[BYTES_MAX];
	struct pc_snmp_v3 m;
	struct pc_usm_params p;
	struct pc_snmp_scoped s;
	int32_t id = 0;
	size_t n = 0;
	(void)state;
	assert_int_equal(pc_text_unhex(discovery_hex, data, sizeof(data), &n), PC_OK);
	assert_int_equal(pc_snmp_v3_decode(data, n, &m), PC_OK);
	assert_int_equal(m.id, 0x4b5a6d2f);
	assert_int_equal(m.max_size, 65507);
	assert_int_equal(m.flags, PC_SNMP_V3_REPORTABLE);
	assert_int_equal(m.model, PC_SNMP_V3_USM);
	assert_int_equal(pc_usm_params_decode(&m.security, &p), PC_OK);
	assert_int_equal(p.n_engine_id + p.n_user + p.n_digest + p.n_salt, 0);
	assert_int_equal(pc_snmp_scoped_decode(m.data, m.data_len, &s), PC_OK);
	assert_int_equal(s.pdu, PC_SNMP_GET);
	assert_int_equal(pc_snmp_scoped_request_id(&s, &id), PC_OK);
	assert_int_equal(id, 0x7e3f4d0a);
	for (size_t len = 0; len < n; len++)
		assert_int_equal(pc_snmp_v3_decode(data, len, &m), PC_E_TRUNCATED);
}

/* One octet of the discovery message changed, or one octet string inside it. */
static void
test_lying(void **state)
{
	static const struct {
		const char *name;
		size_t at;
		uint8_t value;
		int err;
	} rows[] = {
		{"version 1", 4, 1, PC_E_UNSUPPORTED},
		{"version 255", 4, 0xff, PC_E_BADVALUE},
		{"no sequence", 0, 0x31, PC_E_BADVALUE},
		{"indefinite length", 1, 0x80, PC_E_BADVALUE},
		{"header longer than the message", 6, 0x7f, PC_E_BADVALUE},
		{"negative msgID", 9, 0x8b, PC_E_BADVALUE},
		{"msgMaxSize 483", 14, 0, PC_E_BADVALUE},
		{"negative msgMaxSize", 15, 0x80, PC_E_BADVALUE},
		{"msgFlags of no octets", 19, 0, PC_E_BADVALUE},
		{"model 0", 23, 0, PC_E_BADVALUE},
		{"parameters longer than the message", 25, 0x7f, PC_E_BADVALUE},
		{"parameters no octets", 24, 0x05, PC_E_BADVALUE},
		{"scoped PDU longer than the message", 43, 0x7f, PC_E_BADVALUE},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t data[BYTES_MAX];
		struct pc_snmp_v3 m;
		size_t n = 0;
		assert_int_equal(pc_text_unhex(discovery_hex, data, sizeof(data), &n), PC_OK);
		if (rows[i].at == 14 || rows[i].at == 15) {
			static const uint8_t small[] = {0x02, 0x03, 0x00, 0x01, 0xe3};
			memcpy(data + 13, small, sizeof(small));
		}
		data[rows[i].at] = rows[i].at == 14 ? 3 : rows[i].value;
		int err = pc_snmp_v3_decode(data, n, &m);
		if (err != rows[i].err)
			fail_msg("%s: %s", rows[i].name, pc_err_text(err));
	}
}

static void
test_params_lying(void **state)
{
	static const struct {
		const char *name, *hex;
		int err;
	} rows[] = {
		{"good", "300e0400020100020100040004000400", PC_OK},
		{"negative boots", "300e04000201ff020100040004000400", PC_E_BADVALUE},
		{"time of 5 octets",
			"30120400020100020500800000000400"
			"04000400",
			PC_E_BADVALUE},
		{"user of 33 octets",
			"302f0400020100020100042100000000000000000000000000000000000000000000000000"
			"0000000000000000"
			"04000400",
			PC_E_BADVALUE},
		{"an element more",
			"30100400020100020100040004000400"
			"0500",
			PC_E_BADVALUE},
		{"octets behind",
			"300e0400020100020100040004000400"
			"00",
			PC_E_BADVALUE},
		{"engine ID too long", "300e0420020100020100040004000400", PC_E_BADVALUE},
		{"no sequence", "040e0400020100020100040004000400", PC_E_BADVALUE},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t data[BYTES_MAX];
		struct pc_usm_params p;
		struct pc_reader r;
		size_t n = 0;
		assert_int_equal(pc_text_unhex(rows[i].hex, data, sizeof(data), &n), PC_OK);
		pc_reader_init(&r, data, n);
		int err = pc_usm_params_decode(&r, &p);
		if (err != rows[i].err)
			fail_msg("%s: %s", rows[i].name, pc_err_text(err));
	}
}

static void
seal(struct world *w, uint8_t flags, int32_t priv, size_t size)
{
	static const uint8_t salt[] = {1, 2, 3, 4, 5, 6, 7, 8};
	struct pc_snmp_varbind vb;
	struct pc_snmp_message pdu = {
		.pdu = PC_SNMP_GET, .request_id = 77, .varbinds = &vb, .n_varbinds = 1};
	struct pc_snmp_context context = {engine, sizeof(engine), (const uint8_t *)"ctx", 3};
	struct pc_snmp_v3_out m = {.id = 4711,
		.max_size = 1472,
		.flags = flags,
		.engine_id = engine,
		.n_engine_id = sizeof(engine),
		.boots = 3,
		.time = 70000,
		.user = (const uint8_t *)"fleet",
		.n_user = 5,
		.signer = w->signer,
		.priv = pc_usm_priv_find(priv),
		.priv_key = w->key.bytes,
		.salt = salt};
	struct pc_oid name;
	uint8_t scoped[BYTES_MAX];
	size_t len = 0, at = 0;
	pc_oid_parse("1.3.6.1.2.1.1.1.0", &name);
	pc_snmp_varbind_null(&vb, &name);
	assert_int_equal(
		pc_snmp_scoped_encode(&context, &pdu, scoped, sizeof(scoped), &len, NULL), PC_OK);
	if (size > 0) { /* does not fit */
		assert_int_equal(pc_snmp_v3_seal(w->usm, &m, scoped, len, w->message, size, &at),
			PC_E_NOSPACE);
		return;
	}
	assert_int_equal(
		pc_snmp_v3_seal(w->usm, &m, scoped, len, w->message, BYTES_MAX, &at), PC_OK);
	w->len = BYTES_MAX - at;
	memmove(w->message, w->message + at, w->len);
	assert_int_equal(w->len, pc_snmp_v3_sealed_len(&m, len));
}

static void
open_sealed(struct world *w, uint8_t flags, int32_t priv)
{
	struct pc_snmp_v3 m;
	struct pc_usm_params p;
	struct pc_snmp_scoped s;
	struct pc_snmp_varbind vb[2];
	struct pc_snmp_message pdu = {0};
	uint8_t clear[BYTES_MAX];
	assert_int_equal(pc_snmp_v3_decode(w->message, w->len, &m), PC_OK);
	assert_int_equal(m.id, 4711);
	assert_int_equal(m.flags, flags);
	assert_int_equal(pc_usm_params_decode(&m.security, &p), PC_OK);
	assert_int_equal(p.boots, 3);
	assert_int_equal(p.time, 70000);
	assert_memory_equal(p.engine_id, engine, p.n_engine_id);
	assert_memory_equal(p.user, "fleet", p.n_user);
	if ((flags & PC_SNMP_V3_AUTH) != 0)
		assert_true(pc_usm_is_signed(w->usm, w->signer, w->message, w->len,
			(size_t)(p.digest - w->message), p.n_digest));
	else
		assert_int_equal(p.n_digest, 0);
	if ((flags & PC_SNMP_V3_PRIV) != 0) {
		struct pc_reader r, c;
		struct pc_usm_seal how = {pc_usm_priv_find(priv), w->key.bytes, 3, 70000, p.salt};
		assert_int_equal(p.n_salt, PC_USM_SALT);
		pc_reader_init(&r, m.data, m.data_len);
		assert_int_equal(pc_ber_read_tagged(&r, PC_BER_OCTETS, &c), PC_OK);
		assert_int_equal(pc_usm_decrypt(w->usm, &how, c.data, c.len, clear), PC_OK);
		assert_int_equal(pc_snmp_scoped_decode(clear, c.len, &s), PC_OK);
	} else {
		assert_int_equal(pc_snmp_scoped_decode(m.data, m.data_len, &s), PC_OK);
	}
	assert_memory_equal(s.name, "ctx", s.n_name);
	assert_int_equal(pc_snmp_scoped_message(&s, vb, 2, &pdu, NULL), PC_OK);
	assert_int_equal(pdu.request_id, 77);
	assert_int_equal(pdu.n_varbinds, 1);
}

static void
test_seal(void **state)
{
	static const struct {
		uint8_t flags;
		int32_t priv;
	} rows[] = {{0, 1}, {PC_SNMP_V3_AUTH, 1}, {PC_SNMP_V3_AUTH | PC_SNMP_V3_PRIV, 2},
		{PC_SNMP_V3_AUTH | PC_SNMP_V3_PRIV, 4}};
	struct world *w = *state;
	for (size_t i = 0; i < 4; i++) {
		seal(w, rows[i].flags, rows[i].priv, 0);
		open_sealed(w, rows[i].flags, rows[i].priv);
		size_t len = w->len;
		for (size_t size = 0; size < len; size++)
			seal(w, rows[i].flags, rows[i].priv, size == 0 ? 1 : size);
	}
}

static void
test_scoped_cut(void **state)
{
	struct world *w = *state;
	struct pc_snmp_v3 m;
	struct pc_snmp_scoped s;
	seal(w, 0, 1, 0);
	assert_int_equal(pc_snmp_v3_decode(w->message, w->len, &m), PC_OK);
	for (size_t len = 0; len < m.data_len; len++)
		assert_int_equal(pc_snmp_scoped_decode(m.data, len, &s), PC_E_TRUNCATED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_discovery),
		cmocka_unit_test(test_lying),
		cmocka_unit_test(test_params_lying),
		cmocka_unit_test_setup_teardown(test_seal, setup, teardown),
		cmocka_unit_test_setup_teardown(test_scoped_cut, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
