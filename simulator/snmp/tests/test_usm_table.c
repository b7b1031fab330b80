/* usmUserTable: keys that change, users that come and go. Spec: RFC 3414 s5 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/text.h"
#include "snmp/modules.h"
#include "snmp/usm-users.h"
#include "v3.h"

#define PRIV  (PC_SNMP_V3_AUTH | PC_SNMP_V3_PRIV)
#define ENTRY "6.3.15.1.2.2.1."
#define LOCK  "6.3.15.1.2.1.0"

enum { REQUEST = 2000, NAME = 300 };

static int
setup(void **state)
{
	static struct v3 v;
	static const struct pc_snmp_module *const modules[] = {&pc_snmp_mib_usm};
	v3_init(&v);
	v.p.profile.mibs = 1u << PC_MIBS_USM;
	pc_snmp_tree_free(v.p.tree);
	v.p.tree = NULL;
	assert_int_equal(pc_snmp_tree_compile(&v.p.profile, modules, 1, &v.p.tree, NULL), PC_OK);
	*state = &v;
	return 0;
}

static int
teardown(void **state)
{
	v3_done(*state);
	return 0;
}

/* Name of a column of a user of printer 0, beneath 1.3.6.1. */
static const char *
column(struct v3 *v, unsigned number, const char *user, char out[NAME])
{
	const struct pc_snmp_entity *e = v3_entity(v, 0);
	size_t at = (size_t)snprintf(out, NAME, ENTRY "%u.%u", number, e->n_engine_id);
	for (size_t i = 0; i < e->n_engine_id; i++)
		at += (size_t)snprintf(out + at, NAME - at, ".%u", e->engine_id[i]);
	at += (size_t)snprintf(out + at, NAME - at, ".%zu", strlen(user));
	for (const char *c = user; *c != '\0'; c++)
		at += (size_t)snprintf(out + at, NAME - at, ".%u", (uint8_t)*c);
	return out;
}

/* SET by the write community: pairs of column and value of one user; returns "status/index". */
static const char *
set(struct v3 *v, const char *user, unsigned a, const char *value_a, unsigned b,
	const char *value_b)
{
	static char answer[REQUEST];
	char request[REQUEST], name[NAME];
	size_t at = (size_t)snprintf(
		request, sizeof(request), "2c secret set %s=%s", column(v, a, user, name), value_a);
	if (b != 0)
		snprintf(request + at, sizeof(request) - at, " %s=%s", column(v, b, user, name),
			value_b);
	(void)printers_ask(&v->p, 0, request, answer, sizeof(answer));
	char *blank = strchr(answer, ' ');
	if (blank != NULL)
		*blank = '\0';
	return answer;
}

/* Value of a column of a user. */
static const char *
get(struct v3 *v, const char *user, unsigned number)
{
	static char answer[REQUEST];
	char request[REQUEST], name[NAME];
	snprintf(request, sizeof(request), "2c public get %s", column(v, number, user, name));
	(void)printers_ask(&v->p, 0, request, answer, sizeof(answer));
	const char *value = strchr(answer, '=');
	return value == NULL ? answer : value + 1;
}

static void
localized(
	struct v3 *v, const struct pc_usm_auth *auth, const char *password, struct pc_usm_key *ret)
{
	const struct pc_snmp_entity *e = v3_entity(v, 0);
	struct pc_usm_key ku;
	assert_int_equal(pc_usm_key_of_password(v->usm, auth, password, &ku), PC_OK);
	assert_int_equal(
		pc_usm_key_localize(v->usm, auth, &ku, e->engine_id, e->n_engine_id, ret), PC_OK);
}

/* The KeyChange value from one password to another, of `len` octets of key; returns its length.
 * With no delta the key that comes out is what the delta is taken from. */
static size_t
key_change(struct v3 *v, int32_t number, uint8_t len, const char *old, const char *new,
	uint8_t out[2 * PC_USM_KEY_MAX])
{
	const struct pc_usm_auth *auth = pc_usm_auth_find(number);
	struct pc_usm_key from, to, mask;
	localized(v, auth, old, &from);
	localized(v, auth, new, &to);
	memset(out, 0, 2 * PC_USM_KEY_MAX);
	for (uint8_t i = 0; i < len; i++)
		out[i] = (uint8_t)(0x11 * i + 5);
	assert_int_equal(
		pc_usm_key_change(v->usm, auth, &from, len, out, (size_t)2 * len, &mask), PC_OK);
	for (uint8_t i = 0; i < len; i++)
		out[len + i] = mask.bytes[i] ^ to.bytes[i];
	return (size_t)2 * len;
}

static const char *
key_change_text(struct v3 *v, int32_t number, uint8_t len, const char *old, const char *new)
{
	static char text[2][4 * PC_USM_KEY_MAX + 3];
	static int which;
	uint8_t value[2 * PC_USM_KEY_MAX];
	size_t n = key_change(v, number, len, old, new, value);
	char *out = text[which++ % 2];
	memcpy(out, "x:", 2);
	pc_text_hex(value, n, out + 2);
	return out;
}

static void
test_rows(void **state)
{
	struct v3 *v = *state;
	char answer[8192], name[NAME], want[REQUEST];
	assert_string_equal(get(v, "sha1-aes128", 3), "sha1-aes128");
	assert_string_equal(get(v, "sha1-aes128", 4), "0.0");
	assert_string_equal(get(v, "sha1-aes128", 5), "1.3.6.1.6.3.10.1.1.3");
	assert_string_equal(get(v, "sha512-des", 5), "1.3.6.1.6.3.10.1.1.7");
	assert_string_equal(get(v, "sha1-aes128", 6), "");
	assert_string_equal(get(v, "sha1-aes128", 8), "1.3.6.1.6.3.10.1.2.4");
	assert_string_equal(get(v, "none", 8), "1.3.6.1.6.3.10.1.2.1");
	assert_string_equal(get(v, "sha1-aes128", 12), "3");
	assert_string_equal(get(v, "sha1-aes128", 13), "1");
	assert_string_equal(get(v, "nobody", 13), "noSuchInstance");
	/* The shorter name first; no index column is told. */
	(void)printers_ask(&v->p, 0, "2c public next " ENTRY "2", answer, sizeof(answer));
	snprintf(want, sizeof(want), "0/0 %s=none", column(v, 3, "none", name));
	assert_string_equal(answer, want);
	(void)snprintf(want, sizeof(want), "2c public next %s", column(v, 3, "none", name));
	(void)printers_ask(&v->p, 0, want, answer, sizeof(answer));
	snprintf(want, sizeof(want), "0/0 %s=writer", column(v, 3, "writer", name));
	assert_string_equal(answer, want);
}

static void
test_key_change(void **state)
{
	struct v3 *v = *state;
	struct v3_ask ask = {.user = "sha1-aes128", .flags = PRIV, .name = LOCK};
	assert_string_equal(v3_ask(v, &ask), "0/0 " LOCK "=0 (priv)");
	assert_string_equal(set(v, "sha1-aes128", 6,
				    key_change_text(v, PC_SNMP_AUTH_SHA1, 20, "harness-sha1",
					    "harness-changed"),
				    9,
				    key_change_text(v, PC_SNMP_AUTH_SHA1, 16, "harness-aes128",
					    "harness-hidden")),
		"0/0");
	assert_string_equal(v3_ask(v, &ask), "report 6.3.15.1.1.5.0=1 (noAuth)");
	ask.auth_password = "harness-changed";
	assert_string_equal(v3_ask(v, &ask), "silence"); /* the privacy key has changed too */
	ask.priv_password = "harness-hidden";
	assert_string_equal(v3_ask(v, &ask), "0/0 " LOCK "=0 (priv)");
	/* Others keep theirs. */
	const struct v3_ask other = {.user = "sha1-des", .flags = PRIV, .name = LOCK};
	assert_string_equal(v3_ask(v, &other), "0/0 " LOCK "=0 (priv)");
	const struct v3_ask twin = {
		.printer = 1, .user = "sha1-aes128", .flags = PRIV, .name = LOCK};
	assert_string_equal(v3_ask(v, &twin), "0/0 " LOCK "=0 (priv)");
	/* Of a wrong length. */
	assert_string_equal(set(v, "md5-des", 6, "x:00112233", 0, NULL), "8/1");
	assert_string_equal(set(v, "md5-des", 9, "s:", 0, NULL), "8/1");
	assert_string_equal(set(v, "none", 6, "x:00112233", 0, NULL), "0/0"); /* no effect */
}

/* One's own key: by oneself and by nobody else; the answer is still signed with the old one. */
static void
test_own_key(void **state)
{
	struct v3 *v = *state;
	uint8_t value[2 * PC_USM_KEY_MAX];
	char name[NAME];
	size_t n = key_change(v, PC_SNMP_AUTH_SHA1, 20, "harness-sha1", "harness-mine", value);
	assert_string_equal(
		set(v, "writer", 7,
			key_change_text(v, PC_SNMP_AUTH_SHA1, 20, "harness-sha1", "harness-mine"),
			0, NULL),
		"6/1");
	struct v3_ask ask = {.user = "writer",
		.flags = PRIV,
		.pdu = PC_SNMP_SET,
		.name = column(v, 7, "sha1-des", name),
		.value = (const char *)value,
		.value_len = n};
	assert_memory_equal(v3_ask(v, &ask), "6/1 ", 4);
	ask.name = column(v, 7, "writer", name);
	assert_memory_equal(v3_ask(v, &ask), "0/0 ", 4);
	struct v3_ask then = {.user = "writer", .flags = PRIV, .name = LOCK};
	assert_string_equal(v3_ask(v, &then), "report 6.3.15.1.1.5.0=1 (noAuth)");
	then.auth_password = "harness-mine";
	assert_string_equal(v3_ask(v, &then), "0/0 " LOCK "=0 (priv)");
}

static const char *
pointer(struct v3 *v, const char *user)
{
	static char text[NAME + 16];
	char name[NAME];
	snprintf(text, sizeof(text), "o:1.3.6.1.%s", column(v, 3, user, name));
	return text;
}

static void
test_clone(void **state)
{
	struct v3 *v = *state;
	/* Not active before its keys are its own. */
	assert_string_equal(set(v, "new", 13, "i:4", 4, pointer(v, "writer")), "12/1");
	assert_string_equal(get(v, "new", 13), "noSuchInstance");
	assert_string_equal(set(v, "new", 13, "i:5", 4, pointer(v, "nobody")), "18/2");
	assert_string_equal(set(v, "new", 4, pointer(v, "writer"), 0, NULL), "18/1");
	assert_string_equal(set(v, "new", 4, pointer(v, "writer"), 13, "i:5"), "0/0");
	assert_string_equal(get(v, "new", 13), "3");
	assert_string_equal(get(v, "new", 5), "1.3.6.1.6.3.10.1.1.3");
	assert_string_equal(set(v, "new", 13, "i:1", 0, NULL), "12/1");
	struct v3_ask ask = {.user = "writer", .stands = "new", .flags = PRIV, .name = LOCK};
	assert_string_equal(v3_ask(v, &ask), "report 6.3.15.1.1.3.0=1 (noAuth)");
	assert_string_equal(set(v, "new", 6,
				    key_change_text(v, PC_SNMP_AUTH_SHA1, 20, "harness-sha1",
					    "harness-new-auth"),
				    9,
				    key_change_text(v, PC_SNMP_AUTH_SHA1, 16, "harness-aes128",
					    "harness-new-priv")),
		"0/0");
	assert_string_equal(get(v, "new", 13), "2");
	assert_string_equal(set(v, "new", 13, "i:1", 0, NULL), "0/0");
	assert_string_equal(v3_ask(v, &ask), "report 6.3.15.1.1.5.0=1 (noAuth)");
	ask.auth_password = "harness-new-auth";
	ask.priv_password = "harness-new-priv";
	assert_string_equal(v3_ask(v, &ask), "0/0 " LOCK "=0 (priv)");
	/* Cloned again: nothing happens. */
	assert_string_equal(set(v, "new", 4, pointer(v, "none"), 0, NULL), "0/0");
	assert_string_equal(v3_ask(v, &ask), "0/0 " LOCK "=0 (priv)");
	assert_string_equal(set(v, "new", 13, "i:2", 0, NULL), "0/0");
	assert_string_equal(v3_ask(v, &ask), "report 6.3.15.1.1.3.0=2 (noAuth)");
	assert_string_equal(set(v, "new", 13, "i:6", 0, NULL), "0/0");
	assert_string_equal(get(v, "new", 13), "noSuchInstance");
	/* The user it came from is as it was. */
	const struct v3_ask old = {.user = "writer", .flags = PRIV, .name = LOCK};
	assert_string_equal(v3_ask(v, &old), "0/0 " LOCK "=0 (priv)");
}

/* All in one request, in an order that starts with the end. */
static void
test_clone_at_once(void **state)
{
	struct v3 *v = *state;
	char request[REQUEST], answer[REQUEST], name[4][NAME];
	snprintf(request, sizeof(request), "2c secret set %s=i:4 %s=%s %s=%s %s=%s",
		column(v, 13, "new", name[0]), column(v, 9, "new", name[1]),
		key_change_text(v, PC_SNMP_AUTH_SHA1, 16, "harness-aes128", "harness-new-priv"),
		column(v, 6, "new", name[2]),
		key_change_text(v, PC_SNMP_AUTH_SHA1, 20, "harness-sha1", "harness-new-auth"),
		column(v, 4, "new", name[3]), pointer(v, "sha1-aes128"));
	assert_memory_equal(printers_ask(&v->p, 0, request, answer, sizeof(answer)), "0/0 ", 4);
	assert_string_equal(get(v, "new", 13), "1");
	struct v3_ask ask = {.user = "sha1-aes128",
		.stands = "new",
		.flags = PRIV,
		.name = LOCK,
		.auth_password = "harness-new-auth",
		.priv_password = "harness-new-priv"};
	assert_string_equal(v3_ask(v, &ask), "0/0 " LOCK "=0 (priv)");
	/* No right to SET came with it. */
	ask.pdu = PC_SNMP_SET;
	ask.name = column(v, 11, "new", name[0]);
	ask.value = "mark";
	assert_memory_equal(v3_ask(v, &ask), "16/0 ", 5);
}

static void
test_protocols(void **state)
{
	struct v3 *v = *state;
	struct v3_ask ask = {.user = "md5-des", .flags = PRIV, .name = LOCK};
	assert_string_equal(set(v, "md5-des", 5, "o:1.3.6.1.6.3.10.1.1.1", 0, NULL), "12/1");
	assert_string_equal(set(v, "md5-des", 5, "o:1.3.6.1.6.3.10.1.1.3", 0, NULL), "12/1");
	assert_string_equal(set(v, "md5-des", 8, "o:1.3.6.1.6.3.10.1.2.4", 0, NULL), "12/1");
	assert_string_equal(set(v, "md5-des", 5, "o:1.3.6.1.6.3.10.1.1.99", 0, NULL), "12/1");
	assert_string_equal(v3_ask(v, &ask), "0/0 " LOCK "=0 (priv)");
	assert_string_equal(set(v, "md5-des", 8, "o:1.3.6.1.6.3.10.1.2.1", 0, NULL), "0/0");
	assert_string_equal(v3_ask(v, &ask), "report 6.3.15.1.1.1.0=1 (noAuth)");
	ask.flags = PC_SNMP_V3_AUTH;
	assert_string_equal(v3_ask(v, &ask), "0/0 " LOCK "=0 (auth)");
	assert_string_equal(set(v, "md5-des", 5, "o:1.3.6.1.6.3.10.1.1.1", 0, NULL), "0/0");
	assert_string_equal(v3_ask(v, &ask), "report 6.3.15.1.1.1.0=2 (noAuth)");
	ask.flags = 0;
	assert_string_equal(v3_ask(v, &ask), "0/0 " LOCK "=0 (noAuth)");
}

static void
test_limits(void **state)
{
	struct v3 *v = *state;
	char name[32], answer[REQUEST];
	size_t made = 0;
	for (; made < 2 * PC_SNMP_USERS_HELD_MAX; made++) {
		snprintf(name, sizeof(name), "user%zu", made);
		const char *status = set(v, name, 13, "i:5", 0, NULL);
		if (strcmp(status, "13/1") == 0)
			break;
		assert_string_equal(status, "0/0");
	}
	assert_int_equal(made, PC_SNMP_USERS_HELD_MAX - v3_n_users);
	assert_string_equal(set(v, "user0", 13, "i:6", 0, NULL), "0/0");
	assert_string_equal(set(v, "another", 13, "i:5", 0, NULL), "0/0");
	assert_string_equal(set(v, "another", 13, "i:5", 0, NULL), "12/1");
	assert_string_equal(set(v, "another", 13, "i:7", 0, NULL), "10/1");
	assert_string_equal(set(v, "another", 13, "i:1", 0, NULL), "12/1"); /* never cloned */
	assert_string_equal(set(v, "another", 6, "x:00", 0, NULL), "18/1");
	assert_string_equal(set(v, "another", 11, "s:a-public-note", 0, NULL), "0/0");
	assert_string_equal(get(v, "another", 11), "a-public-note");
	assert_string_equal(
		set(v, "another", 11, "s:123456789012345678901234567890123", 0, NULL), "8/1");
	assert_string_equal(set(v, "another", 12, "i:2", 0, NULL), "0/0");
	assert_string_equal(set(v, "another", 12, "i:5", 0, NULL), "12/1");
	assert_string_equal(set(v, "another", 12, "i:6", 0, NULL), "10/1");
	assert_string_equal(set(v, "another", 3, "s:x", 0, NULL), "17/1");
	/* Indexes that no user can have: another engine, no name, an arc that is no octet. */
	static const char *const bad[] = {ENTRY "13.5.128.0.0.0.1.1.97", ENTRY "13",
		ENTRY "13.11.128.0.0.0.3.2.0.0.0.0.1.0",
		ENTRY "13.11.128.0.0.0.3.2.0.0.0.0.1.1.300",
		ENTRY "13.11.128.0.0.0.3.2.0.0.0.0.1.2.97"};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		char request[REQUEST];
		snprintf(request, sizeof(request), "2c secret set %s=i:5", bad[i]);
		(void)printers_ask(&v->p, 0, request, answer, sizeof(answer));
		if (strncmp(answer, "11/1 ", 5) != 0)
			fail_msg("%s: %s", bad[i], answer);
	}
}

/* Spec: RFC 2579 TestAndIncr */
static void
test_lock(void **state)
{
	static const struct {
		const char *request, *answer;
	} rows[] = {
		{"2c secret set " LOCK "=i:1", "12/1 " LOCK "=1"},
		{"2c secret set " LOCK "=i:-1", "10/1 " LOCK "=-1"},
		{"2c secret set " LOCK "=i:0", "0/0 " LOCK "=0"},
		{"2c public get " LOCK, "0/0 " LOCK "=1"},
		{"2c secret set " LOCK "=i:0", "12/1 " LOCK "=0"},
		{"2c secret set " LOCK "=i:1", "0/0 " LOCK "=1"},
		{"2c public get " LOCK, "0/0 " LOCK "=2"},
	};
	struct v3 *v = *state;
	char answer[REQUEST];
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(printers_ask(&v->p, 0, rows[i].request, answer, sizeof(answer)),
			rows[i].answer);
	v3_entity(v, 0)->users->spin_lock = INT32_MAX;
	(void)printers_ask(&v->p, 0, "2c secret set " LOCK "=i:2147483647", answer, sizeof(answer));
	assert_int_equal(v3_entity(v, 0)->users->spin_lock, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_rows, setup, teardown),
		cmocka_unit_test_setup_teardown(test_key_change, setup, teardown),
		cmocka_unit_test_setup_teardown(test_own_key, setup, teardown),
		cmocka_unit_test_setup_teardown(test_clone, setup, teardown),
		cmocka_unit_test_setup_teardown(test_clone_at_once, setup, teardown),
		cmocka_unit_test_setup_teardown(test_protocols, setup, teardown),
		cmocka_unit_test_setup_teardown(test_limits, setup, teardown),
		cmocka_unit_test_setup_teardown(test_lock, setup, teardown),
	};
	return cmocka_run_group_tests_name("snmp/usm table", tests, NULL, NULL);
}
