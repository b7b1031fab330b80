/* The protocol rules of SNMPv3 and its User-based Security Model, one named test each: what is
 * answered, and which statistic of the printer tells of it. Bad messages harm nobody. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "v3.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define AUTH PC_SNMP_V3_AUTH
#define PRIV (PC_SNMP_V3_AUTH | PC_SNMP_V3_PRIV)
enum { SPARE = 50 }; /* a variable, padding, longer length fields */

#define STATS "6.3.15.1.1."

static int
setup(void **state)
{
	static struct v3 v;
	v3_init(&v);
	*state = &v;
	return 0;
}

static int
teardown(void **state)
{
	v3_done(*state);
	return 0;
}

/* Every user on every level that its protocols allow. */
static void
test_protocols(void **state)
{
	for (size_t i = 0; i < v3_n_users; i++) {
		struct v3_ask ask = {.user = v3_users[i].name};
		assert_string_equal(v3_ask(*state, &ask), "0/0 2.1.1.1.0=Test printer (noAuth)");
		if (v3_users[i].auth == PC_SNMP_AUTH_NONE)
			continue;
		ask.flags = AUTH;
		assert_string_equal(v3_ask(*state, &ask), "0/0 2.1.1.1.0=Test printer (auth)");
		ask.flags = PRIV;
		assert_string_equal(v3_ask(*state, &ask), "0/0 2.1.1.1.0=Test printer (priv)");
		ask.printer = 3; /* keys are the printer's own */
		assert_string_equal(v3_ask(*state, &ask), "0/0 2.1.1.1.0=Test printer (priv)");
	}
}

struct rule {
	const char *name; /* with the clause */
	struct v3_ask ask;
	const char *answer;
	enum pc_snmp_stat stat; /* counted once, and no other of its kind */
};

static const struct rule rules[] = {
	{"RFC 3414 4: discovery", {.engine = ""}, "report " STATS "4.0=1 (noAuth)",
		PC_SNMP_USM_UNKNOWN_ENGINE_IDS},
	{"RFC 3414 3.2 (3): another's engine ID",
		{.user = "sha1-aes128", .flags = PRIV, .engine = "8000000001020304"},
		"report " STATS "4.0=1 (noAuth)", PC_SNMP_USM_UNKNOWN_ENGINE_IDS},
	{"RFC 3414 3.2 (3): an engine ID that begins as ours",
		{.user = "none", .engine = "8000000003020000000001ff"},
		"report " STATS "4.0=1 (noAuth)", PC_SNMP_USM_UNKNOWN_ENGINE_IDS},
	{"RFC 3414 3.2 (4): unknown user", {.user = "nobody", .flags = AUTH},
		"report " STATS "3.0=1 (noAuth)", PC_SNMP_USM_UNKNOWN_USER_NAMES},
	{"RFC 3414 3.2 (4): no user name", {.user = NULL}, "report " STATS "3.0=1 (noAuth)",
		PC_SNMP_USM_UNKNOWN_USER_NAMES},
	{"RFC 3414 3.2 (4): a name that begins as a user's",
		{.user = "sha1-aes128", .stands = "sha1-aes12", .flags = PRIV},
		"report " STATS "3.0=1 (noAuth)", PC_SNMP_USM_UNKNOWN_USER_NAMES},
	{"RFC 3414 3.2 (5): authentication for a user without", {.user = "none", .flags = AUTH},
		"report " STATS "1.0=1 (noAuth)", PC_SNMP_USM_UNSUPPORTED_SEC_LEVELS},
	{"RFC 3414 3.2 (5): privacy for a user without", {.user = "none", .flags = PRIV},
		"report " STATS "1.0=1 (noAuth)", PC_SNMP_USM_UNSUPPORTED_SEC_LEVELS},
	{"RFC 3414 3.2 (6): wrong password",
		{.user = "sha256-aes128", .flags = AUTH, .wrong_auth = true},
		"report " STATS "5.0=1 (noAuth)", PC_SNMP_USM_WRONG_DIGESTS},
	{"RFC 3414 6.3.2 (1): a digest of 11 octets",
		{.user = "md5-des", .flags = AUTH, .digest_len = 11},
		"report " STATS "5.0=1 (noAuth)", PC_SNMP_USM_WRONG_DIGESTS},
	{"RFC 7860 4.2.2: a digest of 12 octets where 24 are due",
		{.user = "sha256-des", .flags = AUTH, .digest_len = 12},
		"report " STATS "5.0=1 (noAuth)", PC_SNMP_USM_WRONG_DIGESTS},
	{"RFC 3414 3.2 (7): boots too low", {.user = "sha1-des", .flags = AUTH, .boots = -1},
		"report " STATS "2.0=1 (auth)", PC_SNMP_USM_NOT_IN_TIME_WINDOWS},
	{"RFC 3414 3.2 (7): boots too high", {.user = "sha1-des", .flags = PRIV, .boots = 1},
		"report " STATS "2.0=1 (auth)", PC_SNMP_USM_NOT_IN_TIME_WINDOWS},
	{"RFC 3414 3.2 (7): 155 seconds ahead", {.user = "sha1-des", .flags = PRIV, .time = 155},
		"report " STATS "2.0=1 (auth)", PC_SNMP_USM_NOT_IN_TIME_WINDOWS},
	{"RFC 3414 3.2 (7): 155 seconds behind",
		{.user = "md5-aes128", .flags = AUTH, .time = -155}, "report " STATS "2.0=1 (auth)",
		PC_SNMP_USM_NOT_IN_TIME_WINDOWS},
	{"RFC 3414 2.2.3: 145 seconds behind", {.user = "sha384-des", .flags = AUTH, .time = -145},
		"0/0 2.1.1.1.0=Test printer (auth)", PC_SNMP_STATS},
	{"RFC 3414 2.2.3: 145 seconds ahead", {.user = "sha1-des", .flags = PRIV, .time = 145},
		"0/0 2.1.1.1.0=Test printer (priv)", PC_SNMP_STATS},
	{"RFC 3414 3.2 (7): unsigned messages have no time",
		{.user = "sha1-des", .boots = 1, .time = 9000},
		"0/0 2.1.1.1.0=Test printer (noAuth)", PC_SNMP_STATS},
	{"RFC 3414 3.2 (8): a salt of 7 octets",
		{.user = "sha1-aes128", .flags = PRIV, .salt_len = 7},
		"report " STATS "6.0=1 (noAuth)", PC_SNMP_USM_DECRYPTION_ERRORS},
	{"RFC 3414 3.2 (8): a salt of 9 octets", {.user = "sha1-des", .flags = PRIV, .salt_len = 9},
		"report " STATS "6.0=1 (noAuth)", PC_SNMP_USM_DECRYPTION_ERRORS},
	{"RFC 3414 8.3.2: DES of 8 n - 1 octets",
		{.user = "sha1-des", .flags = PRIV, .cut_cipher = 1},
		"report " STATS "6.0=1 (noAuth)", PC_SNMP_USM_DECRYPTION_ERRORS},
	{"RFC 3412 6.8: in the clear though msgFlags say encrypted",
		{.user = "sha1-aes128", .flags = PRIV, .bare = true},
		"report " STATS "6.0=1 (noAuth)", PC_SNMP_USM_DECRYPTION_ERRORS},
	{"RFC 3412 7.2 (7): wrong privacy password",
		{.user = "sha1-aes128", .flags = PRIV, .wrong_priv = true}, "silence",
		PC_SNMP_IN_ASN_PARSE_ERRS},
	{"RFC 3412 7.2 (3): unknown security model", {.user = "none", .model = 4}, "silence",
		PC_SNMP_UNKNOWN_SECURITY_MODELS},
	{"RFC 3412 7.2 (5): privacy without authentication",
		{.user = "sha1-aes128", .flags = PC_SNMP_V3_PRIV}, "silence", PC_SNMP_INVALID_MSGS},
	{"RFC 3412 6.3: msgMaxSize 483", {.user = "none", .max_size = 483}, "silence",
		PC_SNMP_IN_ASN_PARSE_ERRS},
	{"RFC 3412 6.3: msgMaxSize 484", {.user = "none", .max_size = 484},
		"0/0 2.1.1.1.0=Test printer (noAuth)", PC_SNMP_STATS},
	{"RFC 3413 3.2 (5): unknown context",
		{.user = "sha1-aes128", .flags = PRIV, .context = "other"},
		"report 6.3.12.1.5.0=1 (priv)", PC_SNMP_UNKNOWN_CONTEXTS},
	{"RFC 3412 4.2.2.1: another's context engine",
		{.user = "sha1-aes128", .flags = AUTH, .context_engine = "8000000001020304"},
		"report 6.3.11.2.1.3.0=1 (auth)", PC_SNMP_UNKNOWN_PDU_HANDLERS},
	{"RFC 5343: the local engine is no context here",
		{.user = "none", .context_engine = "8000000006"},
		"report 6.3.11.2.1.3.0=1 (noAuth)", PC_SNMP_UNKNOWN_PDU_HANDLERS},
	{"RFC 3412 4.2.2.1: InformRequest to an agent", {.user = "none", .pdu = PC_SNMP_INFORM},
		"report 6.3.11.2.1.3.0=1 (noAuth)", PC_SNMP_UNKNOWN_PDU_HANDLERS},
	{"RFC 3412 7.1 (3): no Report for a trap", {.user = "none", .pdu = PC_SNMP_TRAP_V2},
		"silence", PC_SNMP_UNKNOWN_PDU_HANDLERS},
	{"RFC 3412 7.1 (3): no Report for a response", {.user = "nobody", .pdu = PC_SNMP_RESPONSE},
		"silence", PC_SNMP_USM_UNKNOWN_USER_NAMES},
	{"RFC 3412 6.4: not reportable", {.user = "nobody", .quiet = true}, "silence",
		PC_SNMP_USM_UNKNOWN_USER_NAMES},
	{"RFC 3412 6.4: not reportable and sealed",
		{.user = "sha1-aes128", .flags = PRIV, .wrong_auth = true, .quiet = true},
		"silence", PC_SNMP_USM_WRONG_DIGESTS},
	{"RFC 3412 6.4: a good request is answered all the same",
		{.user = "sha1-aes128", .flags = PRIV, .quiet = true},
		"0/0 2.1.1.1.0=Test printer (priv)", PC_SNMP_STATS},
	{"RFC 3415 noSuchView: SET by a reader",
		{.user = "sha1-aes128",
			.flags = PRIV,
			.pdu = PC_SNMP_SET,
			.name = "2.1.1.5.0",
			.value = "new"},
		"16/0 2.1.1.5.0=new (priv)", PC_SNMP_IN_SET_REQUESTS},
	{"SET by a writer",
		{.user = "writer",
			.flags = PRIV,
			.pdu = PC_SNMP_SET,
			.name = "2.1.1.5.0",
			.value = "new"},
		"0/0 2.1.1.5.0=new (priv)", PC_SNMP_IN_SET_REQUESTS},
	{"RFC 3416 4.2.5: SET of what is not writable",
		{.user = "writer", .flags = PRIV, .pdu = PC_SNMP_SET, .value = "new"},
		"17/1 2.1.1.1.0=new (priv)", PC_SNMP_IN_SET_REQUESTS},
	{"RFC 3416 4.2.1: exceptions in v3",
		{.user = "sha1-aes128", .flags = PRIV, .name = "2.1.99.0"}, "0/0 2.1.99.0=0 (priv)",
		PC_SNMP_STATS},
	{"RFC 3416 4.2.3: GETBULK in v3",
		{.user = "sha1-aes128",
			.flags = PRIV,
			.pdu = PC_SNMP_GETBULK,
			.b = 2,
			.name = "4.1.20"},
		"0/0 4.1.20.1.1=1 4.1.20.1.2=2 (priv)", PC_SNMP_STATS},
};

/* Those of SNMPv3; a rule counts one of them, or none. */
static const enum pc_snmp_stat watched[] = {PC_SNMP_IN_ASN_PARSE_ERRS, PC_SNMP_IN_BAD_VERSIONS,
	PC_SNMP_UNKNOWN_SECURITY_MODELS, PC_SNMP_INVALID_MSGS, PC_SNMP_UNKNOWN_PDU_HANDLERS,
	PC_SNMP_UNKNOWN_CONTEXTS, PC_SNMP_USM_UNSUPPORTED_SEC_LEVELS,
	PC_SNMP_USM_NOT_IN_TIME_WINDOWS, PC_SNMP_USM_UNKNOWN_USER_NAMES,
	PC_SNMP_USM_UNKNOWN_ENGINE_IDS, PC_SNMP_USM_WRONG_DIGESTS, PC_SNMP_USM_DECRYPTION_ERRORS,
	PC_SNMP_IN_SET_REQUESTS};

struct rule_test {
	const struct rule *rule;
	struct v3 v;
};

static int
setup_rule(void **state)
{
	static struct rule_test t;
	t.rule = *state;
	v3_init(&t.v);
	*state = &t;
	return 0;
}

static int
teardown_rule(void **state)
{
	struct rule_test *t = *state;
	v3_done(&t->v);
	return 0;
}

static void
test_rule(void **state)
{
	struct rule_test *t = *state;
	const struct rule *rule = t->rule;
	struct v3 *v = &t->v;
	const char *answer = v3_ask(v, &rule->ask);
	const struct pc_snmp_entity *e = v3_entity(v, rule->ask.printer);
	if (strcmp(answer, rule->answer) != 0)
		fail_msg("%s: '%s', expected '%s'", rule->name, answer, rule->answer);
	for (size_t i = 0; i < N(watched); i++) {
		if (e->stats[watched[i]] != (watched[i] == rule->stat ? 1 : 0))
			fail_msg("%s: statistic %d is %u", rule->name, (int)watched[i],
				e->stats[watched[i]]);
	}
	assert_int_equal(e->stats[PC_SNMP_IN_PKTS], 1);
	assert_int_equal(e->stats[PC_SNMP_OUT_PKTS], strcmp(rule->answer, "silence") == 0 ? 0 : 1);
	/* Nobody else noticed, and the next request is answered. */
	assert_int_equal(v3_entity(v, 1)->stats[PC_SNMP_IN_PKTS], 0);
	const struct v3_ask good = {.user = "sha1-aes128", .flags = PRIV, .name = "2.1.1.3.0"};
	assert_string_equal(v3_ask(v, &good), "0/0 2.1.1.3.0=4294967295 (priv)");
}

/* What a manager learns step by step. Spec: RFC 3414 s4 */
static void
test_discovery(void **state)
{
	struct v3 *v = *state;
	struct pc_snmp_entity *e = v3_entity(v, 2);
	const struct v3_ask first = {.printer = 2, .engine = ""};
	const struct v3_ask second = {.printer = 2,
		.user = "sha256-aes128",
		.flags = PRIV,
		.boots = -1,
		.time = -(int32_t)pc_snmp_entity_time(e)};
	assert_string_equal(v3_ask(v, &first), "report " STATS "4.0=1 (noAuth)");
	assert_int_equal(v->params.n_user, 0);
	assert_string_equal(v3_ask(v, &second), "report " STATS "2.0=1 (auth)");
	assert_int_equal(v->params.boots, pc_snmp_entity_boots(e));
	assert_true(v->params.time - (int32_t)pc_snmp_entity_time(e) <= 0);
	assert_true(v->params.time - (int32_t)pc_snmp_entity_time(e) >= -5);
	assert_int_equal(e->stats[PC_SNMP_OUT_PKTS], 2);
}

/* Spec: RFC 3414 s2.2.2: an engine at its last boots answers nobody who signs */
static void
test_last_boots(void **state)
{
	struct v3 *v = *state;
	uintptr_t device = (uintptr_t)pc_device_state(v->p.devices[0]);
	const struct v3_ask ask = {.user = "sha1-aes128", .flags = PRIV};
	const struct v3_ask open = {.user = "none"};
	struct pc_snmp_entity *e = v3_entity(v, 0);
	((struct pc_device_state *)device)->counters.reboots = INT32_MAX - 1;
	assert_int_equal(pc_snmp_entity_boots(e), INT32_MAX);
	assert_string_equal(v3_ask(v, &ask), "report " STATS "2.0=1 (auth)");
	assert_int_equal(v->params.boots, INT32_MAX);
	assert_string_equal(v3_ask(v, &open), "0/0 2.1.1.1.0=Test printer (noAuth)");
}

/* RFC 3414 keeps no record of messages: within the window a copy is answered, later it is not. */
static void
test_replay(void **state)
{
	struct v3 *v = *state;
	const struct v3_ask ask = {.user = "sha1-aes128", .flags = PRIV};
	uint8_t data[V3_MESSAGE];
	size_t len = v3_build(v, &ask, data);
	assert_string_equal(v3_send(v, &ask, data, len), "0/0 2.1.1.1.0=Test printer (priv)");
	assert_string_equal(v3_send(v, &ask, data, len), "0/0 2.1.1.1.0=Test printer (priv)");
	v3_pass(v, 0, 145);
	assert_string_equal(v3_send(v, &ask, data, len), "0/0 2.1.1.1.0=Test printer (priv)");
	v3_pass(v, 0, 10);
	assert_string_equal(v3_send(v, &ask, data, len), "report " STATS "2.0=1 (auth)");
	/* Another printer has other keys: a copy sent there tells nothing. */
	const struct v3_ask other = {.printer = 1, .user = "sha1-aes128", .flags = PRIV};
	assert_string_equal(v3_send(v, &other, data, len), "report " STATS "4.0=1 (noAuth)");
}

/* No model without SNMPv3 answers it. Spec: RFC 3418 snmpInBadVersions */
static void
test_switched_off(void **state)
{
	struct v3 *v = *state;
	const struct v3_ask ask = {.user = "none"};
	v->p.profile.snmp.v3 = false;
	assert_string_equal(v3_ask(v, &ask), "silence");
	assert_int_equal(v3_entity(v, 0)->stats[PC_SNMP_IN_BAD_VERSIONS], 1);
}

/* The longest answer is the least of what manager, model and engine take, and no shorter than
 * need be. Spec: RFC 3412 s6.3, RFC 3416 s4.2, s4.2.3 */
static void
test_sizes(void **state)
{
	static const struct {
		const char *user;
		uint8_t flags;
		int32_t max_size, model;
		size_t max;
	} rows[] = {
		{"none", 0, 484, 0, 484},
		{"sha512-des", PRIV, 484, 0, 484},
		{"sha1-aes128", PRIV, 1400, 0, 1400},
		{"sha1-aes128", PRIV, 65507, 600, 600},
		{"sha1-aes128", PRIV, 500, 600, 500},
	};
	struct v3 *v = *state;
	for (size_t i = 0; i < N(rows); i++) {
		struct v3_ask ask = {.user = rows[i].user,
			.flags = rows[i].flags,
			.max_size = rows[i].max_size,
			.pdu = PC_SNMP_GETBULK,
			.b = 200,
			.name = "4.1.20"};
		v->p.profile.snmp.max_message = rows[i].model;
		const char *answer = v3_ask(v, &ask);
		if (v->p.answer_len + SPARE < rows[i].max || v->p.answer_len > rows[i].max)
			fail_msg("row %zu: %zu bytes", i, v->p.answer_len);
		assert_memory_equal(answer, "0/0 4.1.20.1.1=1 4.1.20.1.2=2 ", 30);
		ask.pdu = PC_SNMP_GET;
		ask.b = 0;
		ask.name = "4.1.10.1.0";
		assert_memory_equal(v3_ask(v, &ask), "1/0 (", 5);
		assert_int_equal(v3_entity(v, 0)->stats[PC_SNMP_OUT_TOO_BIGS], i + 1);
	}
}

/* One octet of room decides. */
static void
test_size_exact(void **state)
{
	struct v3 *v = *state;
	struct v3_ask ask = {.user = "sha1-aes128",
		.flags = PRIV,
		.pdu = PC_SNMP_GETBULK,
		.b = 40,
		.name = "4.1.20"};
	(void)v3_ask(v, &ask);
	size_t len = v->p.answer_len;
	char whole[V3_ANSWER];
	assert_true(len > 500);
	memcpy(whole, v->answer, sizeof(whole));
	ask.max_size = (int32_t)len;
	assert_string_equal(v3_ask(v, &ask), whole);
	ask.max_size = (int32_t)len - 1;
	assert_string_not_equal(v3_ask(v, &ask), whole);
	assert_true(v->p.answer_len < len);
}

/* Cut anywhere, a message is no message. */
static void
test_cut(void **state)
{
	static const uint8_t levels[] = {0, AUTH, PRIV};
	struct v3 *v = *state;
	for (size_t i = 0; i < N(levels); i++) {
		const struct v3_ask ask = {.user = "sha256-aes128", .flags = levels[i]};
		uint8_t data[V3_MESSAGE];
		size_t whole = v3_build(v, &ask, data);
		for (size_t len = 0; len < whole; len++) {
			uint32_t before = v3_entity(v, 0)->stats[PC_SNMP_IN_ASN_PARSE_ERRS];
			assert_string_equal(v3_send(v, &ask, data, len), "silence");
			assert_int_equal(
				v3_entity(v, 0)->stats[PC_SNMP_IN_ASN_PARSE_ERRS], before + 1);
		}
	}
}

/* Any bit of a signed message changed: a Report at best. Every datagram ends in one place. */
static void
test_flipped(void **state)
{
	struct v3 *v = *state;
	const struct v3_ask ask = {.user = "sha1-aes128", .flags = PRIV};
	uint8_t data[V3_MESSAGE];
	size_t len = v3_build(v, &ask, data);
	for (size_t bit = 0; bit < 8 * len; bit++) {
		struct pc_snmp_counters before = pc_snmp_engine_counters(v->p.engine);
		data[bit / 8] ^= (uint8_t)(1u << bit % 8);
		const char *answer = v3_send(v, &ask, data, len);
		data[bit / 8] ^= (uint8_t)(1u << bit % 8);
		if (strcmp(answer, "silence") != 0 && strncmp(answer, "report ", 7) != 0)
			fail_msg("bit %zu of byte %zu: '%s'", bit % 8, bit / 8, answer);
		struct pc_snmp_counters after = pc_snmp_engine_counters(v->p.engine);
		if (after.out_packets + after.v3_refused + after.asn_parse_errors +
				after.bad_versions + after.silent_drops !=
			before.out_packets + before.v3_refused + before.asn_parse_errors +
				before.bad_versions + before.silent_drops + 1)
			fail_msg("bit %zu of byte %zu: not counted once", bit % 8, bit / 8);
	}
	assert_string_equal(v3_send(v, &ask, data, len), "0/0 2.1.1.1.0=Test printer (priv)");
	for (unsigned i = 1; i < PRINTERS; i++)
		assert_int_equal(v3_entity(v, i)->stats[PC_SNMP_IN_PKTS], 0);
}

/* Each printer tells its own engine ID. */
static void
test_broadcast(void **state)
{
	struct v3 *v = *state;
	const struct v3_ask ask = {.engine = ""};
	const struct v3_ask sealed = {.user = "sha1-aes128", .flags = PRIV};
	struct sockaddr_in to = printers_address(&v->p, 0);
	uint8_t data[V3_MESSAGE];
	size_t len = v3_build(v, &ask, data), heard = 0;
	to.sin_addr.s_addr = htonl(0x7fffffff);
	bool seen[PRINTERS] = {false};
	uint64_t until = pc_clock_ms(&v->p.clock) + 5000;
	bool have = printers_ask_bytes(&v->p, &to, data, len);
	while (heard < PRINTERS && pc_clock_ms(&v->p.clock) < until) {
		if (have) {
			unsigned i = ntohl(v->p.from.sin_addr.s_addr) - 0x7f090001;
			assert_true(i < PRINTERS && !seen[i]);
			seen[i] = true;
			heard++;
			assert_int_equal(
				pc_snmp_v3_decode(v->p.answer, v->p.answer_len, &v->header), PC_OK);
			assert_int_equal(
				pc_usm_params_decode(&v->header.security, &v->params), PC_OK);
			assert_memory_equal(v->params.engine_id, v3_entity(v, i)->engine_id,
				v3_entity(v, i)->n_engine_id);
		}
		pc_loop_turn(v->p.loop, 10);
		have = printers_receive(&v->p);
	}
	assert_int_equal(heard, PRINTERS);
	/* What is encrypted is for one of them. */
	len = v3_build(v, &sealed, data);
	uint64_t drops = pc_snmp_engine_counters(v->p.engine).silent_drops;
	assert_false(printers_ask_bytes(&v->p, &to, data, len));
	assert_int_equal(pc_snmp_engine_counters(v->p.engine).silent_drops, drops + 1);
}

/* A fault of the agent holds in v3 too. */
static void
test_silent(void **state)
{
	struct v3 *v = *state;
	const struct v3_ask first = {.engine = ""}, ask = {.user = "none"};
	pc_device_set_faults(v->p.devices[0], UINT64_C(1) << PC_SNMP_FAULT_SILENT);
	assert_string_equal(v3_ask(v, &first), "silence");
	assert_string_equal(v3_ask(v, &ask), "silence");
	pc_device_set_faults(v->p.devices[0], 0);
	assert_string_equal(v3_ask(v, &ask), "0/0 2.1.1.1.0=Test printer (noAuth)");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_protocols, setup, teardown),
		cmocka_unit_test_setup_teardown(test_discovery, setup, teardown),
		cmocka_unit_test_setup_teardown(test_last_boots, setup, teardown),
		cmocka_unit_test_setup_teardown(test_replay, setup, teardown),
		cmocka_unit_test_setup_teardown(test_switched_off, setup, teardown),
		cmocka_unit_test_setup_teardown(test_sizes, setup, teardown),
		cmocka_unit_test_setup_teardown(test_size_exact, setup, teardown),
		cmocka_unit_test_setup_teardown(test_cut, setup, teardown),
		cmocka_unit_test_setup_teardown(test_flipped, setup, teardown),
		cmocka_unit_test_setup_teardown(test_broadcast, setup, teardown),
		cmocka_unit_test_setup_teardown(test_silent, setup, teardown),
	};
	static struct CMUnitTest named[N(rules)];
	for (size_t i = 0; i < N(rules); i++)
		named[i] = (struct CMUnitTest){.name = rules[i].name,
			.test_func = test_rule,
			.setup_func = setup_rule,
			.teardown_func = teardown_rule,
			.initial_state = (void *)(uintptr_t)&rules[i]};
	int failed = cmocka_run_group_tests_name("snmp/usm rules", named, NULL, NULL);
	return failed + cmocka_run_group_tests_name("snmp/usm", tests, NULL, NULL);
}
