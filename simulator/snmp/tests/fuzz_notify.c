/* What comes back to a printer that has sent informs of SNMPv2c and SNMPv3. The first octet of the
 * input says what the rest is: a datagram as it comes; a scoped PDU in the clear; or one that is
 * encrypted and signed as the receiver's engine. Every input meets the same informs. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "codec/snmp-v3.h"
#include "snmp/notify-internal.h"
#include "snmp/usm-users.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { USERS = 2, SHA = 1, MESSAGE_MAX = 16384, INPUT_MAX = 8192, MANAGER_PORT = 9, TURNS = 3 };

static const struct pc_profile_snmp_user users[USERS] = {
	{"guest", PC_SNMP_AUTH_NONE, NULL, PC_SNMP_PRIV_NONE, NULL, false},
	{"sha", PC_SNMP_AUTH_SHA1, "harness-fuzz-a", PC_SNMP_PRIV_AES128, "harness-fuzz-p", false},
};

static const uint8_t engine_id[] = {0x80, 0, 0x1f, 0x88, 4, 'm', 'g', 'r'};

struct bed {
	struct pc_clock clock;
	struct pc_loop *loop;
	struct pc_profile profile;
	struct pc_device_env env;
	struct pc_device *dev;
	struct pc_snmp_tree *tree;
	struct pc_snmp_usm *usm;
	struct pc_snmp_secret *secret;
	struct pc_snmp_notifier *notifier;
	struct sockaddr_in manager;
};

static struct bed bed;

static void
check(bool ok)
{
	if (!ok)
		abort();
}

static bool
find_printer(void *arg, struct in_addr local, struct pc_snmp_target *ret)
{
	const struct bed *b = arg;
	(void)local;
	*ret = (struct pc_snmp_target){b->dev, b->tree};
	return true;
}

static void
clean_up(void)
{
	pc_snmp_notifier_free(bed.notifier);
	pc_snmp_secret_unref(bed.secret);
	pc_snmp_tree_free(bed.tree);
	pc_device_free(bed.dev);
	pc_snmp_usm_free(bed.usm);
	pc_loop_free(bed.loop);
}

static struct pc_profile
model(void)
{
	struct pc_profile p = {.id = "fuzz",
		.vendor = "Fuzz",
		.model = "Fuzz",
		.sys_object_id = "1.3.6.1.4.1.1",
		.snmp_vendor = "none",
		.identity = {"S{n:6}", "host{n}", "name{n}", {2, 0, 0, 0, 0, 0}},
		.ports = {.snmp = true},
		.snmp = {.v2c = true, .v3 = true},
		.n_snmp_users = USERS,
		.snmp_receivers = {{"127.0.0.1", MANAGER_PORT, 1, true, "public"},
			{"127.0.0.1", MANAGER_PORT, 3, true, "guest"},
			{"127.0.0.1", MANAGER_PORT, 3, true, "sha"}},
		.n_snmp_receivers = 3};
	memcpy(p.snmp_users, users, sizeof(users));
	return p;
}

static void
set_up(struct bed *b)
{
	struct in_addr address = {htonl(0x7f090001)};
	struct pc_snmp_options options = {.find = find_printer, .arg = b};
	pc_clock_init_virtual(&b->clock, 1700000000);
	b->env = (struct pc_device_env){.clock = &b->clock};
	b->profile = model();
	b->manager = (struct sockaddr_in){.sin_family = AF_INET,
		.sin_port = htons(MANAGER_PORT),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	check(pc_loop_new(&b->clock, &b->loop, NULL) == PC_OK &&
		pc_snmp_tree_new(&b->profile, &b->tree, NULL) == PC_OK &&
		pc_device_new(&b->profile, &b->env, 1, address, &b->dev) == PC_OK &&
		pc_snmp_usm_new(&b->usm, NULL) == PC_OK &&
		pc_snmp_secret_new(b->usm, &users[SHA], engine_id, sizeof(engine_id), &b->secret) ==
			PC_OK);
	options.loop = b->loop;
	check(pc_snmp_notifier_new(&options, b->usm, &b->notifier) == PC_OK &&
		atexit(clean_up) == 0);
	struct pc_snmp_entity *entity = pc_snmp_entity_get(b->dev);
	check(entity != NULL);
	entity->notifier = b->notifier;
	pc_device_set_faults(b->dev, (pc_fault_set)1 << PC_SNMP_FAULT_NOTIFICATION_LOST);
}

static void
answer(const uint8_t *data, size_t len)
{
	struct pc_snmp_target target = {bed.dev, bed.tree};
	pc_snmp_inform_answer(bed.notifier, &target, &bed.manager, data, len);
}

/* msgID of what was sent last for the user with keys; 0 when that inform is gone. */
static int32_t
message_id(void)
{
	for (size_t i = 0; i < PC_SNMP_INFORM_BUCKETS; i++) {
		const struct pc_snmp_inform *at = bed.notifier->buckets[i];
		while (at != NULL && strcmp(at->errand.name, users[SHA].name) != 0)
			at = at->next;
		if (at != NULL)
			return at->message_id;
	}
	return 0;
}

/* The scoped PDU in a message of the receiver's engine. */
static void
answer_scoped(uint8_t flags, const uint8_t *scoped, size_t len)
{
	static uint8_t out[MESSAGE_MAX];
	static const uint8_t salt[PC_USM_SALT] = {1};
	struct pc_snmp_v3_out m = {.id = message_id(),
		.max_size = 65507,
		.flags = flags,
		.engine_id = engine_id,
		.n_engine_id = sizeof(engine_id),
		.boots = 3,
		.time = 1000,
		.user = (const uint8_t *)users[SHA].name,
		.n_user = strlen(users[SHA].name),
		.signer = bed.secret->signer,
		.priv = bed.secret->priv,
		.priv_key = bed.secret->priv_key.bytes,
		.salt = salt};
	size_t at = 0;
	if (pc_snmp_v3_seal(pc_snmp_usm_crypto(bed.usm), &m, scoped, len, out, sizeof(out), &at) ==
		PC_OK)
		answer(out + at, sizeof(out) - at);
}

/* "I am this engine." */
static void
tell_engine(void)
{
	struct pc_snmp_varbind vb = {
		.name = {{1, 3, 6, 1, 6, 3, 15, 1, 1, 4, 0}, 11}, .type = PC_BER_COUNTER32};
	const struct pc_snmp_context context = {
		engine_id, sizeof(engine_id), (const uint8_t *)"", 0};
	const struct pc_snmp_message m = {.pdu = PC_SNMP_REPORT, .varbinds = &vb, .n_varbinds = 1};
	uint8_t scoped[128];
	size_t len = 0;
	check(pc_snmp_scoped_encode(&context, &m, scoped, sizeof(scoped), &len, NULL) == PC_OK);
	answer_scoped(0, scoped, len);
}

/* Three informs on their way, the same numbers in every run. */
static void
send_informs(void)
{
	static const uint32_t trap[] = {1, 3, 6, 1, 6, 3, 1, 1, 5, 1};
	const struct pc_snmp_news news = {.oid = trap, .n_oid = 10, .name = "coldStart"};
	pc_snmp_inform_forget(bed.notifier, pc_device_state(bed.dev)->address);
	bed.notifier->last_id = 0;
	pc_snmp_notify(bed.dev, &news);
	tell_engine();
	check(bed.notifier->n_informs == 3);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 2 || size > INPUT_MAX)
		return 0;
	if (bed.loop == NULL)
		set_up(&bed);
	send_informs();
	if (data[0] % 3 == 0)
		answer(data + 1, size - 1);
	else
		answer_scoped(data[0] % 3 == 1 ? 0 : PC_SNMP_V3_AUTH | PC_SNMP_V3_PRIV, data + 1,
			size - 1);
	for (int i = 0; i < TURNS; i++)
		check(pc_loop_turn(bed.loop, 0) == PC_OK);
	check(bed.notifier->n_informs <= 3 && bed.notifier->n_peers <= 1);
	return 0;
}
