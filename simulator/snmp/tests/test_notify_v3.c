/* Tests of SNMPv3 notifications: traps as the printer's engine, informs to a receiver with an
 * engine of its own that is played here, and answers that are none. Spec: RFC 3413 s3.3, RFC 3414
 */
#include "snmp/tests/notify_rig.h"

#include <sys/socket.h>
#include <unistd.h>

#include "codec/snmp-v3.h"

enum { BOOTS = 7, UNSUPPORTED = 1, LATE = 2, UNKNOWN_USER = 3, UNKNOWN_ENGINE = 4 };

/* The message at hand, taken apart. */
struct heard {
	uint8_t data[PC_SNMP_MESSAGE_MAX];
	size_t len;
	struct pc_snmp_v3 header;
	struct pc_usm_params params;
	struct pc_snmp_scoped scoped;
	uint8_t plain[PC_SNMP_MESSAGE_MAX];
	struct pc_snmp_varbind varbinds[PC_SNMP_VARBINDS_MAX];
	struct pc_snmp_message m;
};

struct stage {
	struct rig r;
	struct heard h;
	struct pc_usm *usm;
	struct pc_snmp_secret *secret; /* the user's towards the engine that counts */
	uint8_t engine_id[PC_SNMP_ENGINE_ID_MAX];
	uint8_t n_engine_id;
	uint32_t time;
	uint8_t flags; /* of the user */
};

static const struct pc_profile_snmp_user users[] = {
	{.name = "traps", .auth = PC_SNMP_AUTH_NONE, .priv = PC_SNMP_PRIV_NONE},
	{.name = "traps",
		.auth = PC_SNMP_AUTH_MD5,
		.auth_password = "correct horse",
		.priv = PC_SNMP_PRIV_NONE},
	{.name = "traps",
		.auth = PC_SNMP_AUTH_SHA1,
		.auth_password = "correct horse",
		.priv = PC_SNMP_PRIV_AES128,
		.priv_password = "battery staple"},
	{.name = "traps",
		.auth = PC_SNMP_AUTH_SHA256,
		.auth_password = "correct horse",
		.priv = PC_SNMP_PRIV_DES,
		.priv_password = "battery staple"},
};
enum { USERS = sizeof users / sizeof users[0] };

static const uint8_t flags_of[USERS] = {
	0, PC_SNMP_V3_AUTH, PC_SNMP_V3_AUTH | PC_SNMP_V3_PRIV, PC_SNMP_V3_AUTH | PC_SNMP_V3_PRIV};

static void
set_engine(struct stage *s, const void *id, size_t n, const struct pc_profile_snmp_user *user)
{
	pc_snmp_secret_unref(s->secret);
	s->secret = NULL;
	memcpy(s->engine_id, id, n);
	s->n_engine_id = (uint8_t)n;
	assert_int_equal(pc_snmp_secret_new(s->r.usm, user, s->engine_id, n, &s->secret), PC_OK);
}

/* A printer whose user is number `user`, and a receiver that knows it. */
static void
stage_init(struct stage *s, size_t user, bool inform)
{
	struct pc_profile p = views_epson();
	const struct pc_snmp_entity *e;

	memset(s, 0, sizeof *s);
	p.snmp_users[p.n_snmp_users++] = users[user];
	rig_init(&s->r, &p, 1, 3, inform);
	s->usm = pc_snmp_usm_crypto(s->r.usm);
	s->flags = flags_of[user];
	s->time = 100000;
	e = pc_snmp_entity_get(s->r.devices[0]);
	assert_non_null(e);
	if (inform)
		set_engine(s, "\x80\x00\x1f\x88\x04mgr", 8, &users[user]);
	else
		set_engine(s, e->engine_id, e->n_engine_id, &users[user]);
}

static void
stage_done(struct stage *s)
{
	pc_snmp_secret_unref(s->secret);
	rig_done(&s->r);
}

static void
decrypt(struct stage *s)
{
	struct heard *h = &s->h;
	struct pc_reader r, content;
	const struct pc_usm_seal seal = {.priv = s->secret->priv,
		.key = s->secret->priv_key.bytes,
		.boots = (uint32_t)h->params.boots,
		.time = (uint32_t)h->params.time,
		.salt = h->params.salt};

	assert_int_equal(h->params.n_salt, PC_USM_SALT);
	pc_reader_init(&r, h->header.data, h->header.data_len);
	assert_int_equal(pc_ber_read_tagged(&r, PC_BER_OCTETS, &content), PC_OK);
	assert_int_equal(pc_usm_decrypt(s->usm, &seal, content.data, content.len, h->plain), PC_OK);
	assert_int_equal(pc_snmp_scoped_decode(h->plain, content.len, &h->scoped), PC_OK);
}

/* The next message; false: none has come. Signed ones must be signed right. */
static bool
hear(struct stage *s)
{
	struct heard *h = &s->h;
	socklen_t len = sizeof s->r.from;
	ssize_t n = recvfrom(
		s->r.sock, h->data, sizeof h->data, 0, (struct sockaddr *)&s->r.from, &len);

	if (n < 0)
		return false;
	h->len = (size_t)n;
	assert_int_equal(pc_snmp_v3_decode(h->data, h->len, &h->header), PC_OK);
	assert_int_equal(pc_usm_params_decode(&h->header.security, &h->params), PC_OK);
	if ((h->header.flags & PC_SNMP_V3_AUTH) != 0)
		assert_true(pc_usm_is_signed(s->usm, s->secret->signer, h->data, h->len,
			(size_t)(h->params.digest - h->data), h->params.n_digest));
	if ((h->header.flags & PC_SNMP_V3_PRIV) != 0)
		decrypt(s);
	else
		assert_int_equal(
			pc_snmp_scoped_decode(h->header.data, h->header.data_len, &h->scoped),
			PC_OK);
	h->m = (struct pc_snmp_message){.version = PC_SNMP_V3};
	assert_int_equal(
		pc_snmp_scoped_message(&h->scoped, h->varbinds, PC_SNMP_VARBINDS_MAX, &h->m, NULL),
		PC_OK);
	assert_int_equal(ntohl(s->r.from.sin_addr.s_addr), FIRST);
	return true;
}

static void
expect_question(struct stage *s)
{
	assert_true(hear(s));
	assert_int_equal(s->h.header.flags, PC_SNMP_V3_REPORTABLE);
	assert_int_equal(s->h.params.n_engine_id, 0);
	assert_int_equal(s->h.params.n_user, 0);
	assert_int_equal(s->h.params.boots, 0);
	assert_int_equal(s->h.m.pdu, PC_SNMP_GET);
	assert_int_equal(s->h.m.n_varbinds, 0);
}

/* The inform, for the receiver's engine with this boots and time. */
static void
expect_inform(struct stage *s, int32_t boots, int32_t time)
{
	const struct pc_snmp_entity *e = pc_snmp_entity_of(s->r.devices[0]);

	assert_true(hear(s));
	assert_int_equal(s->h.header.flags, s->flags | PC_SNMP_V3_REPORTABLE);
	assert_int_equal(s->h.params.n_engine_id, s->n_engine_id);
	assert_memory_equal(s->h.params.engine_id, s->engine_id, s->n_engine_id);
	assert_int_equal(s->h.params.n_user, 5);
	assert_memory_equal(s->h.params.user, "traps", 5);
	assert_int_equal(s->h.params.boots, boots);
	assert_int_equal(s->h.params.time, time);
	assert_int_equal(s->h.scoped.n_engine_id, e->n_engine_id);
	assert_memory_equal(s->h.scoped.engine_id, e->engine_id, e->n_engine_id);
	assert_int_equal(s->h.m.pdu, PC_SNMP_INFORM);
	assert_int_equal(s->h.m.n_varbinds, 8);
}

static void
expect_silence(struct stage *s)
{
	if (hear(s))
		fail_msg("a %s came, expected none", pc_snmp_pdu_name(s->h.m.pdu));
}

/* What the receiver says, and what is wrong with it. */
struct say {
	uint8_t pdu;      /* PC_SNMP_REPORT or _RESPONSE */
	uint32_t counter; /* of usmStats in a Report */
	uint8_t flags;
	int32_t id_off, request_off; /* added */
	int64_t time_off, boots_off;
	bool bad_digest, other_engine, other_port, cut;
	size_t engine_len; /* 0: all of it */
};

static size_t
encode_said(const struct stage *s, const struct say *say, uint8_t *out, size_t size)
{
	struct pc_snmp_varbind vb = {.name = {{1, 3, 6, 1, 6, 3, 15, 1, 1, say->counter, 0}, 11},
		.type = PC_BER_COUNTER32,
		.integer = 1};
	const struct pc_snmp_context context = {
		s->engine_id, s->n_engine_id, (const uint8_t *)"", 0};
	struct pc_snmp_message m = {.pdu = say->pdu,
		.request_id = s->h.m.request_id + say->request_off,
		.varbinds = say->pdu == PC_SNMP_REPORT ? &vb : s->h.m.varbinds,
		.n_varbinds = say->pdu == PC_SNMP_REPORT ? 1 : s->h.m.n_varbinds};
	size_t len = 0;

	assert_int_equal(pc_snmp_scoped_encode(&context, &m, out, size, &len, NULL), PC_OK);
	return len;
}

static void
tell(struct stage *s, const uint8_t *data, size_t len, bool other_port)
{
	int fd = other_port ? socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0) : s->r.sock;
	struct sockaddr_in from = s->r.at;

	assert_true(fd >= 0);
	from.sin_port = 0;
	if (other_port)
		assert_int_equal(bind(fd, (struct sockaddr *)&from, sizeof from), 0);
	assert_int_equal(sendto(fd, data, len, 0, (struct sockaddr *)&s->r.from, sizeof s->r.from),
		(ssize_t)len);
	if (other_port)
		close(fd);
	assert_int_equal(pc_loop_turn(s->r.loop, 1000), PC_OK);
}

static void
say(struct stage *s, struct say what)
{
	static const uint8_t other[] = {0x80, 0, 0, 1, 4, 'x'};
	static uint8_t scoped[PC_SNMP_MESSAGE_MAX], out[PC_SNMP_MESSAGE_MAX];
	uint8_t salt[PC_USM_SALT] = {1, 2, 3};
	size_t len = encode_said(s, &what, scoped, sizeof scoped), at = 0;
	struct pc_snmp_v3_out m = {.id = s->h.header.id + what.id_off,
		.max_size = 65507,
		.flags = what.flags,
		.engine_id = what.other_engine ? other : s->engine_id,
		.n_engine_id = what.other_engine      ? sizeof other
			       : what.engine_len != 0 ? what.engine_len
						      : s->n_engine_id,
		.boots = (uint32_t)(BOOTS + what.boots_off),
		.time = (uint32_t)(s->time + what.time_off),
		.user = (const uint8_t *)"traps",
		.n_user = 5,
		.signer = s->secret->signer,
		.priv = s->secret->priv,
		.priv_key = s->secret->priv_key.bytes,
		.salt = salt};

	assert_int_equal(pc_snmp_v3_seal(s->usm, &m, scoped, len, out, sizeof out, &at), PC_OK);
	if (what.bad_digest)
		out[sizeof out - 1] ^= 1;
	tell(s, out + at, sizeof out - at - (what.cut ? 3 : 0), what.other_port);
}

#define REPORT(s, number, with) \
	say(s, (struct say){.pdu = PC_SNMP_REPORT, .counter = (number), .flags = (with)})
#define RESPONSE(s, ...) \
	say(s, (struct say){.pdu = PC_SNMP_RESPONSE, .flags = (s)->flags, __VA_ARGS__})

static struct pc_snmp_notify_counters
counters(const struct stage *s)
{
	return pc_snmp_notifier_counters(s->r.notifier);
}

/* Who, when, and the inform is on its way to a receiver that knows the printer's user. */
static void
meet(struct stage *s)
{
	rig_jam(&s->r, 0);
	expect_question(s);
	REPORT(s, UNKNOWN_ENGINE, 0);
	expect_inform(s, 0, 0);
	if (s->flags == 0)
		return;
	REPORT(s, LATE, PC_SNMP_V3_AUTH);
	expect_inform(s, BOOTS, (int32_t)s->time);
}

/* ---- traps ---- */

static void
test_traps(void **state)
{
	static struct stage s;

	(void)state;
	for (size_t user = 0; user < USERS; user++) {
		const struct pc_snmp_entity *e;

		stage_init(&s, user, false);
		e = pc_snmp_entity_of(s.r.devices[0]);
		rig_restart(&s.r, PC_RESET_WARM);
		rig_pass(&s.r, 4000);
		while (hear(&s))
			; /* warmStart, linkUp */
		rig_jam(&s.r, 0);
		assert_true(hear(&s));
		assert_int_equal(s.h.header.flags, s.flags);
		assert_int_equal(s.h.params.n_engine_id, e->n_engine_id);
		assert_memory_equal(s.h.params.engine_id, e->engine_id, e->n_engine_id);
		assert_int_equal(s.h.params.boots, 2);
		assert_int_equal(s.h.params.time, 4);
		assert_memory_equal(s.h.params.user, "traps", 5);
		assert_memory_equal(s.h.scoped.engine_id, e->engine_id, e->n_engine_id);
		assert_int_equal(s.h.scoped.n_name, 0);
		assert_int_equal(s.h.m.pdu, PC_SNMP_TRAP_V2);
		assert_int_equal(s.h.m.n_varbinds, 8);
		assert_int_equal(rig_stat(&s.r, PC_SNMP_OUT_TRAPS), 3);
		assert_int_equal(counters(&s).dropped, 0);
		stage_done(&s);
	}
}

/* No such user, or no keys for the level: nothing is sent, and it is counted. */
static void
test_no_user(void **state)
{
	static struct stage s;
	struct pc_snmp_receiver *to;

	(void)state;
	for (int inform = 0; inform < 2; inform++) {
		stage_init(&s, 1, inform == 1);
		to = pc_snmp_receiver_get(
			pc_snmp_entity_of(s.r.devices[0]), PC_SNMP_RECEIVER_PROFILE, 1);
		to->level = 3;
		rig_jam(&s.r, 0);
		expect_silence(&s);
		assert_int_equal(counters(&s).dropped, 1);
		to->level = 1; /* less than the user has is allowed */
		s.flags = 0;
		rig_jam(&s.r, 0);
		if (inform)
			expect_question(&s);
		else
			assert_true(hear(&s));
		assert_int_equal(s.h.header.flags & 3, 0);
		(void)snprintf(to->name, sizeof to->name, "nobody");
		rig_jam(&s.r, 0);
		expect_silence(&s);
		assert_int_equal(counters(&s).dropped, 2);
		stage_done(&s);
	}
}

/* ---- informs ---- */

static void
test_informs(void **state)
{
	static struct stage s;

	(void)state;
	for (size_t user = 0; user < USERS; user++) {
		stage_init(&s, user, true);
		meet(&s);
		RESPONSE(&s, .time_off = 0);
		assert_int_equal(counters(&s).acknowledged, 1);
		assert_int_equal(counters(&s).repeats, 0);
		expect_silence(&s);
		/* the next one needs no question, and knows the time */
		rig_pass(&s.r, 5000);
		rig_jam(&s.r, 0);
		s.time += 5;
		if (s.flags == 0)
			expect_inform(&s, 0, 0);
		else
			expect_inform(&s, BOOTS, (int32_t)s.time);
		RESPONSE(&s, .time_off = 0);
		assert_int_equal(counters(&s).acknowledged, 2);
		assert_int_equal(counters(&s).ignored, 0);
		assert_int_equal(pc_snmp_notifier_held(s.r.notifier, s.r.devices[0]), 0);
		/* after a restart it knows nobody */
		rig_restart(&s.r, PC_RESET_WARM);
		expect_question(&s);
		stage_done(&s);
	}
}

/* A receiver that is silent is asked again, 15 s apart, and then given up. */
static void
test_silent(void **state)
{
	static struct stage s;
	int32_t id = 0;

	(void)state;
	stage_init(&s, 2, true);
	rig_jam(&s.r, 0);
	for (int i = 0; i < 4; i++) {
		expect_question(&s);
		assert_int_not_equal(s.h.header.id, id);
		id = s.h.header.id;
		rig_pass(&s.r, 14990);
		expect_silence(&s);
		rig_pass(&s.r, 10);
	}
	expect_silence(&s);
	assert_int_equal(counters(&s).given_up, 1);
	/* one that falls silent later: the inform is sealed anew for each try */
	meet(&s);
	for (int i = 0; i < 3; i++) {
		id = s.h.header.id;
		rig_pass(&s.r, 15000);
		s.time += 15;
		expect_inform(&s, BOOTS, (int32_t)s.time);
		assert_int_not_equal(s.h.header.id, id);
	}
	rig_pass(&s.r, 15000);
	expect_silence(&s);
	assert_int_equal(counters(&s).given_up, 2);
	stage_done(&s);
}

/* ---- what is not believed ---- */

static void
test_forged_before(void **state)
{
	static struct stage s;

	(void)state;
	stage_init(&s, 2, true);
	rig_jam(&s.r, 0);
	expect_question(&s);
	const struct say bad[] = {
		{.pdu = PC_SNMP_REPORT, .counter = LATE},
		{.pdu = PC_SNMP_REPORT, .counter = UNKNOWN_USER},
		{.pdu = PC_SNMP_REPORT, .counter = UNKNOWN_ENGINE, .engine_len = 4},
		{.pdu = PC_SNMP_REPORT, .counter = UNKNOWN_ENGINE, .id_off = 1},
		{.pdu = PC_SNMP_REPORT, .counter = UNKNOWN_ENGINE, .other_port = true},
		{.pdu = PC_SNMP_REPORT, .counter = UNKNOWN_ENGINE, .cut = true},
		{.pdu = PC_SNMP_REPORT, .counter = UNKNOWN_ENGINE, .flags = PC_SNMP_V3_AUTH},
		{.pdu = PC_SNMP_RESPONSE},
	};
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		say(&s, bad[i]);
		expect_silence(&s);
		assert_int_equal(counters(&s).ignored, i + 1);
	}
	REPORT(&s, UNKNOWN_ENGINE, 0);
	expect_inform(&s, 0, 0);
	stage_done(&s);
}

static void
test_forged_after(void **state)
{
	static struct stage s;

	(void)state;
	stage_init(&s, 2, true);
	meet(&s);
	const struct say bad[] = {
		{.pdu = PC_SNMP_RESPONSE},                           /* in the clear */
		{.pdu = PC_SNMP_RESPONSE, .flags = PC_SNMP_V3_AUTH}, /* not encrypted */
		{.pdu = PC_SNMP_RESPONSE, .flags = s.flags, .bad_digest = true},
		{.pdu = PC_SNMP_RESPONSE, .flags = s.flags, .id_off = 1},
		{.pdu = PC_SNMP_RESPONSE, .flags = s.flags, .request_off = 1},
		{.pdu = PC_SNMP_RESPONSE, .flags = s.flags, .other_engine = true},
		{.pdu = PC_SNMP_RESPONSE, .flags = s.flags, .other_port = true},
		{.pdu = PC_SNMP_RESPONSE, .flags = s.flags, .time_off = -151},
		{.pdu = PC_SNMP_RESPONSE, .flags = s.flags, .boots_off = -1},
		{.pdu = PC_SNMP_RESPONSE, .flags = s.flags, .cut = true},
		{.pdu = PC_SNMP_REPORT, .counter = LATE}, /* time is believed signed only */
		{.pdu = PC_SNMP_REPORT, .counter = UNKNOWN_USER},
		{.pdu = PC_SNMP_REPORT, .counter = UNSUPPORTED, .flags = s.flags},
	};
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		say(&s, bad[i]);
		expect_silence(&s);
		assert_int_equal(counters(&s).ignored, i + 1);
		assert_int_equal(pc_snmp_notifier_held(s.r.notifier, s.r.devices[0]), 1);
	}
	assert_int_equal(rig_stat(&s.r, PC_SNMP_USM_WRONG_DIGESTS), 1);
	assert_int_equal(rig_stat(&s.r, PC_SNMP_USM_NOT_IN_TIME_WINDOWS), 2);
	RESPONSE(&s, .time_off = -150); /* just in the window */
	assert_int_equal(counters(&s).acknowledged, 1);
	stage_done(&s);
}

/* Who answers every message with a Report does not keep the printer busy. */
static void
test_endless_reports(void **state)
{
	static struct stage s;
	int heard = 0;

	(void)state;
	stage_init(&s, 2, true);
	rig_jam(&s.r, 0);
	for (int i = 0; i < 100 && hear(&s); i++) {
		heard++;
		REPORT(&s, heard % 2 == 1 ? UNKNOWN_ENGINE : LATE,
			heard % 2 == 1 ? 0 : PC_SNMP_V3_AUTH);
	}
	assert_int_equal(heard, 4); /* the question and three steps */
	rig_pass(&s.r, 1000000);
	while (hear(&s))
		heard++;
	assert_int_equal(heard, 7); /* and the three repeats */
	assert_int_equal(counters(&s).given_up, 1);
	stage_done(&s);
}

/* The receiver has got another engine, as after its own factory reset: the printer asks again. */
static void
test_other_engine(void **state)
{
	static struct stage s;

	(void)state;
	stage_init(&s, 3, true);
	meet(&s);
	set_engine(&s, "\x80\x00\x1f\x88\x04new one", 12, &users[3]);
	REPORT(&s, UNKNOWN_ENGINE, 0);
	expect_inform(&s, 0, 0);
	REPORT(&s, LATE, PC_SNMP_V3_AUTH);
	rig_pass(&s.r, 15000); /* its steps are used up: the next try */
	s.time += 15;
	expect_inform(&s, BOOTS, (int32_t)s.time);
	RESPONSE(&s, .time_off = 0);
	assert_int_equal(counters(&s).acknowledged, 1);
	stage_done(&s);
}

/* Keys that a manager changed are localized: traps go on with them, informs cannot. */
static void
test_changed_keys(void **state)
{
	static struct stage s;
	struct pc_usm_key key = {.len = 20, .bytes = "0123456789abcdefghi"};
	struct pc_snmp_entity *e;
	struct pc_snmp_user *user;

	(void)state;
	for (int inform = 0; inform < 2; inform++) {
		stage_init(&s, 2, inform == 1);
		e = pc_snmp_entity_of(s.r.devices[0]);
		user = pc_snmp_users_find(pc_snmp_users_get(e), (const uint8_t *)"traps", 5);
		assert_non_null(user);
		assert_int_equal(pc_snmp_user_rekey(s.r.usm, e, user, &key, NULL), PC_OK);
		pc_snmp_secret_unref(s.secret);
		s.secret = pc_snmp_secret_ref(user->secret);
		rig_jam(&s.r, 0);
		if (inform)
			expect_silence(&s);
		else
			assert_true(hear(&s));
		assert_int_equal(counters(&s).dropped, inform);
		stage_done(&s);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_traps),
		cmocka_unit_test(test_no_user),
		cmocka_unit_test(test_informs),
		cmocka_unit_test(test_silent),
		cmocka_unit_test(test_forged_before),
		cmocka_unit_test(test_forged_after),
		cmocka_unit_test(test_endless_reports),
		cmocka_unit_test(test_other_engine),
		cmocka_unit_test(test_changed_keys),
	};
	return cmocka_run_group_tests_name("snmp/notify-v3", tests, NULL, NULL);
}
