/* SNMPv3 behind the digest. The first octet of the input says what the rest is: whole messages as
 * they come; or scoped PDUs, security parameters or headers that are put into a message which is
 * then encrypted and signed with the keys of a user who may SET, so that they get past the digest.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "codec/snmp-v3.h"
#include "snmp/agent.h"
#include "snmp/usm-users.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { USERS = 3, INPUT_MAX = 8192, MESSAGE_MAX = 16384 };

static const struct pc_profile_snmp_user users[USERS] = {
	{"guest", PC_SNMP_AUTH_NONE, NULL, PC_SNMP_PRIV_NONE, NULL, true},
	{"sha", PC_SNMP_AUTH_SHA1, "harness-fuzz-a", PC_SNMP_PRIV_AES128, "harness-fuzz-p", true},
	{"md5", PC_SNMP_AUTH_MD5, "harness-fuzz-a", PC_SNMP_PRIV_DES, "harness-fuzz-p", true},
};

struct world {
	struct pc_clock clock;
	struct pc_loop *loop;
	struct pc_profile profile;
	struct pc_device_env env;
	struct pc_device *dev;
	struct pc_snmp_tree *tree;
	struct pc_snmp_engine *engine;
	struct pc_snmp_secret *secrets[USERS];
	struct pc_usm *usm;
};

static struct world world;

static bool
find(void *arg, struct in_addr local, struct pc_snmp_target *ret)
{
	const struct world *w = arg;
	(void)local;
	*ret = (struct pc_snmp_target){w->dev, w->tree};
	return true;
}

static void
stop(void)
{
	for (size_t i = 0; i < USERS; i++)
		pc_snmp_secret_unref(world.secrets[i]);
	pc_usm_free(world.usm);
	pc_snmp_engine_free(world.engine);
	pc_snmp_tree_free(world.tree);
	pc_device_free(world.dev);
	pc_loop_free(world.loop);
}

static void
start_keys(struct world *w)
{
	const struct pc_snmp_entity *e = pc_snmp_entity_get(w->dev);
	struct pc_snmp_usm *usm = NULL;
	if (e == NULL || pc_usm_new(&w->usm, NULL) != PC_OK || pc_snmp_usm_new(&usm, NULL) != PC_OK)
		abort();
	for (size_t i = 0; i < USERS; i++) {
		if (pc_snmp_secret_new(
			    usm, &users[i], e->engine_id, e->n_engine_id, &w->secrets[i]) != PC_OK)
			abort();
	}
	pc_snmp_usm_free(usm);
}

static void
start(struct world *w)
{
	struct in_addr address = {htonl(0x7f090001)};
	struct pc_snmp_options options = {.find = find, .arg = w};
	pc_clock_init_virtual(&w->clock, 1700000000);
	w->env = (struct pc_device_env){.clock = &w->clock};
	w->profile = (struct pc_profile){.id = "fuzz",
		.vendor = "EPSON",
		.model = "Fuzz",
		.sys_object_id = "1.3.6.1.4.1.1248.1.1",
		.snmp_vendor = "epson",
		.identity = {"S{n:6}", "host{n}", "name{n}", {2, 0, 0, 0, 0, 0}},
		.snmp = {.v1 = true, .v2c = true, .v3 = true},
		.mibs = PC_MIBS_ALL,
		.n_snmp_users = USERS};
	memcpy(w->profile.snmp_users, users, sizeof(users));
	if (pc_loop_new(&w->clock, &w->loop, NULL) != PC_OK ||
		pc_snmp_tree_new(&w->profile, &w->tree, NULL) != PC_OK ||
		pc_device_new(&w->profile, &w->env, 1, address, &w->dev) != PC_OK)
		abort();
	options.loop = w->loop;
	options.bind = (struct sockaddr_in){
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	if (pc_snmp_engine_new(&options, &w->engine, NULL) != PC_OK || atexit(stop) != 0)
		abort();
	start_keys(w);
}

static void
receive(const uint8_t *data, size_t len)
{
	struct sockaddr_in peer = {.sin_family = AF_INET,
		.sin_port = htons(9),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct in_addr local = {htonl(0x7f090001)};
	pc_snmp_transport_receive(world.engine, &peer, local, false, data, len);
}

/* `bytes` as the scoped PDU of a message of user `which`. */
static void
receive_sealed(size_t which, uint8_t flags, const uint8_t *bytes, size_t len)
{
	static uint8_t message[MESSAGE_MAX];
	static const uint8_t salt[PC_USM_SALT] = {1};
	const struct pc_snmp_entity *e = pc_snmp_entity_get(world.dev);
	const struct pc_snmp_secret *secret = world.secrets[which];
	struct pc_snmp_v3_out m = {.id = 1,
		.max_size = len % 2 == 0 ? 65507 : 484,
		.flags = flags,
		.engine_id = e->engine_id,
		.n_engine_id = e->n_engine_id,
		.boots = pc_snmp_entity_boots(e),
		.time = pc_snmp_entity_time(e),
		.user = (const uint8_t *)users[which].name,
		.n_user = strlen(users[which].name),
		.signer = secret->signer,
		.priv = secret->priv,
		.priv_key = secret->priv_key.bytes,
		.salt = salt};
	size_t at = 0;
	if (pc_snmp_v3_seal(world.usm, &m, bytes, len, message, sizeof(message), &at) == PC_OK)
		receive(message + at, sizeof(message) - at);
}

/* `bytes` as msgSecurityParameters and all behind, signed where a digest of the right length would
 * stand when the decoder finds one. */
static void
receive_signed(const uint8_t *bytes, size_t len)
{
	static uint8_t message[MESSAGE_MAX];
	static const uint8_t flags = PC_SNMP_V3_AUTH | PC_SNMP_V3_PRIV | PC_SNMP_V3_REPORTABLE;
	const struct pc_usm_signer *signer = world.secrets[1]->signer;
	struct pc_ber_writer w;
	struct pc_snmp_v3 m;
	struct pc_usm_params p;
	pc_ber_writer_init(&w, message, sizeof(message));
	w.at -= len;
	memcpy(message + w.at, bytes, len);
	size_t mark = len;
	pc_ber_write_integer(&w, PC_BER_INTEGER, PC_SNMP_V3_USM);
	pc_ber_write_octets(&w, PC_BER_OCTETS, &flags, 1);
	pc_ber_write_integer(&w, PC_BER_INTEGER, 1472);
	pc_ber_write_integer(&w, PC_BER_INTEGER, 1);
	pc_ber_write_header(&w, PC_BER_SEQUENCE, mark);
	pc_ber_write_integer(&w, PC_BER_INTEGER, PC_SNMP_V3);
	pc_ber_write_header(&w, PC_BER_SEQUENCE, 0);
	uint8_t *whole = message + w.at;
	size_t whole_len = sizeof(message) - w.at;
	if (pc_snmp_v3_decode(whole, whole_len, &m) == PC_OK &&
		pc_usm_params_decode(&m.security, &p) == PC_OK &&
		p.n_digest == pc_usm_signer_auth(signer)->mac_len)
		(void)pc_usm_sign(world.usm, signer, whole, whole_len, (size_t)(p.digest - whole),
			whole + (p.digest - whole));
	receive(whole, whole_len);
}

/* What is not answered when it is right would never get anywhere when it is wrong. */
static void
check_keys(void)
{
	static const char get[] = "0\x2d\x04\x0b\x80\0\x04\xe0\x03\x02\0\0\0\0\x01\x04\0"
				  "\xa0\x1c\x02\x04\0\0\0\x07\x02\x01\0\x02\x01\0"
				  "0\x0e"
				  "0\x0c\x06\x08\x2b\x06\x01\x02\x01\x01\x01\0\x05\0";
	for (size_t i = 0; i < USERS; i++) {
		uint8_t flags = i == 0 ? 0 : PC_SNMP_V3_AUTH | PC_SNMP_V3_PRIV;
		receive_sealed(i, flags, (const uint8_t *)get, sizeof(get) - 1);
		if (pc_snmp_engine_counters(world.engine).out_packets != i + 1)
			abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (world.engine == NULL) {
		start(&world);
		check_keys();
	}
	if (size == 0 || size > INPUT_MAX)
		return 0;
	switch (data[0] & 7) {
	case 0:
		receive(data + 1, size - 1);
		break;
	case 1:
		receive_signed(data + 1, size - 1);
		break;
	case 2:
		receive_sealed(0, PC_SNMP_V3_REPORTABLE, data + 1, size - 1);
		break;
	case 3:
		receive_sealed(1, PC_SNMP_V3_AUTH, data + 1, size - 1);
		break;
	case 4:
		receive_sealed(2, PC_SNMP_V3_AUTH | PC_SNMP_V3_PRIV, data + 1, size - 1);
		break;
	default:
		receive_sealed(1, PC_SNMP_V3_AUTH | PC_SNMP_V3_PRIV, data + 1, size - 1);
		break;
	}
	return 0;
}
