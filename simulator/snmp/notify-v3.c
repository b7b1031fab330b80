/* Notifications of SNMPv3. A trap is sealed as the printer's own engine. For an inform the
 * receiver's engine counts: its ID is asked for, its boots and time are learnt from what it signs,
 * and the user's keys are made for it. Spec: RFC 3412 s7.1, RFC 3413 s3.3, RFC 3414 s2.2, s3.1,
 * s3.2, s4 */
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "snmp/notify-internal.h"
#include "snmp/usm-users.h"

enum {
	AWAY_KEYS = 32,    /* keys of users for engines of receivers */
	ENGINE_ID_MIN = 5, /* Spec: RFC 3411 SnmpEngineID */
	TIME_WINDOW = 150, /* seconds. Spec: RFC 3414 s2.2.3 */
	SCOPED_MAX = 64,   /* octets of the question who a receiver is */
	LEVEL_AUTH = 2,    /* SnmpSecurityLevel */
	LEVEL_PRIV = 3
};

/* A receiver's engine as one printer knows it. */
struct pc_snmp_peer {
	struct pc_snmp_peer *next; /* in its bucket */
	struct in_addr local;
	struct sockaddr_in address;
	uint8_t engine_id[PC_SNMP_ENGINE_ID_MAX];
	uint8_t n_engine_id;  /* 0: not known yet */
	uint32_t boots, time; /* as it signed them last; 0 before */
	uint64_t told_ms;     /* when */
};

/* What a user of profiles seals with for an engine; the same for all printers of the model. */
struct pc_snmp_away_keys {
	struct {
		const struct pc_profile_snmp_user *user; /* borrowed; NULL: free */
		uint8_t engine_id[PC_SNMP_ENGINE_ID_MAX];
		uint8_t n_engine_id;
		struct pc_snmp_secret *secret; /* owned reference */
	} held[AWAY_KEYS];
	size_t next;
};

static const uint8_t nothing[1];

/* ---- users ---- */

static struct pc_snmp_user *
find_user(struct pc_snmp_entity *entity, const struct pc_snmp_errand *errand)
{
	struct pc_snmp_users *users = pc_snmp_users_get(entity);
	struct pc_snmp_user *user =
		users == NULL ? NULL
			      : pc_snmp_users_find(
					users, (const uint8_t *)errand->name, strlen(errand->name));
	return user == NULL || user->row != PC_SNMP_USER_ACTIVE ? NULL : user;
}

/* msgFlags of the level; without a level, of the best that the keys allow. */
static uint8_t
flags_of(const struct pc_snmp_secret *secret, uint8_t level)
{
	uint8_t best = (uint8_t)((secret->auth != NULL ? PC_SNMP_V3_AUTH : 0) |
				 (secret->priv != NULL ? PC_SNMP_V3_PRIV : 0));
	return level == 0            ? best
	       : level == LEVEL_PRIV ? PC_SNMP_V3_AUTH | PC_SNMP_V3_PRIV
	       : level == LEVEL_AUTH ? PC_SNMP_V3_AUTH
				     : 0;
}

static bool
has_keys(const struct pc_snmp_secret *secret, uint8_t flags)
{
	return ((flags & PC_SNMP_V3_AUTH) == 0 || secret->auth != NULL) &&
	       ((flags & PC_SNMP_V3_PRIV) == 0 || secret->priv != NULL);
}

/* The user's secret towards its own printer. PC_E_UNSUPPORTED: no keys for the level. */
static int
home_secret(struct pc_snmp_notifier *n, struct pc_snmp_entity *entity,
	const struct pc_snmp_errand *errand, struct pc_snmp_secret **ret)
{
	struct pc_snmp_user *user = n->usm == NULL ? NULL : find_user(entity, errand);
	if (user == NULL)
		return PC_E_NOTFOUND;
	int err = pc_snmp_user_secret(n->usm, entity, user, ret);
	if (err == PC_OK && !has_keys(*ret, flags_of(*ret, errand->level)))
		err = PC_E_UNSUPPORTED;
	return err;
}

/* A user whose keys a manager has changed has none for other engines: only a password gives them.
 */
static struct pc_snmp_secret *
away_secret(struct pc_snmp_notifier *n, struct pc_snmp_entity *entity,
	const struct pc_snmp_errand *errand, const struct pc_snmp_peer *peer)
{
	const struct pc_snmp_user *user = find_user(entity, errand);
	if (n->keys == NULL)
		n->keys = calloc(1, sizeof(*n->keys));
	if (n->keys == NULL || user == NULL || user->profile == NULL)
		return NULL;
	for (size_t i = 0; i < AWAY_KEYS; i++) {
		if (n->keys->held[i].user == user->profile &&
			n->keys->held[i].n_engine_id == peer->n_engine_id &&
			memcmp(n->keys->held[i].engine_id, peer->engine_id, peer->n_engine_id) == 0)
			return n->keys->held[i].secret;
	}
	struct pc_snmp_secret *made = NULL;
	if (pc_snmp_secret_new(n->usm, user->profile, peer->engine_id, peer->n_engine_id, &made) !=
		PC_OK)
		return NULL;
	size_t at = n->keys->next++ % AWAY_KEYS;
	pc_snmp_secret_unref(n->keys->held[at].secret);
	n->keys->held[at].user = user->profile;
	memcpy(n->keys->held[at].engine_id, peer->engine_id, peer->n_engine_id);
	n->keys->held[at].n_engine_id = peer->n_engine_id;
	n->keys->held[at].secret = made;
	return made;
}

int
pc_snmp_notify_v3_check(struct pc_snmp_notifier *n, struct pc_snmp_entity *entity,
	const struct pc_snmp_errand *errand)
{
	struct pc_snmp_secret *secret = NULL;
	int err = home_secret(n, entity, errand, &secret);
	if (err == PC_OK && errand->inform && secret->auth != NULL &&
		find_user(entity, errand)->profile == NULL)
		err = PC_E_UNSUPPORTED;
	return err;
}

/* ---- sealing ---- */

/* Seal for an engine and send. */
static int
seal_and_send(struct pc_snmp_notifier *n, struct pc_snmp_entity *entity,
	const struct pc_snmp_errand *errand, struct pc_snmp_v3_out *m,
	const struct pc_snmp_secret *secret, const uint8_t *scoped, size_t len)
{
	uint8_t out[PC_SNMP_NOTE_BYTES_MAX];
	uint8_t salt[PC_USM_SALT] = {0};
	size_t at = 0;
	m->max_size = pc_snmp_entity_max_message(entity);
	if ((m->flags & PC_SNMP_V3_AUTH) != 0)
		m->signer = secret->signer;
	if ((m->flags & PC_SNMP_V3_PRIV) != 0) {
		m->priv = secret->priv;
		m->priv_key = secret->priv_key.bytes;
		m->salt = salt;
		pc_snmp_users_salt(entity, m->priv, m->boots, salt);
	}
	int err =
		pc_snmp_v3_seal(pc_snmp_usm_crypto(n->usm), m, scoped, len, out, sizeof(out), &at);
	if (err == PC_OK)
		pc_snmp_notifier_put(n, errand, out + at, sizeof(out) - at);
	return err;
}

int
pc_snmp_notify_v3_trap(struct pc_snmp_notifier *n, struct pc_snmp_entity *entity,
	const struct pc_snmp_errand *errand, const uint8_t *scoped, size_t len)
{
	struct pc_snmp_secret *secret = NULL;
	int err = home_secret(n, entity, errand, &secret);
	if (err != PC_OK)
		return err;
	struct pc_snmp_v3_out m = {.id = pc_snmp_notifier_next_id(n),
		.flags = flags_of(secret, errand->level),
		.engine_id = entity->engine_id,
		.n_engine_id = entity->n_engine_id,
		.boots = pc_snmp_entity_boots(entity),
		.time = pc_snmp_entity_time(entity),
		.user = (const uint8_t *)errand->name,
		.n_user = strlen(errand->name)};
	return seal_and_send(n, entity, errand, &m, secret, scoped, len);
}

/* ---- engines of receivers ---- */

static struct pc_snmp_peer **
bucket_of(const struct pc_snmp_notifier *n, struct in_addr local)
{
	return &n->peers[ntohl(local.s_addr) % PC_SNMP_INFORM_BUCKETS];
}

static void
drop_peer(struct pc_snmp_notifier *n, struct pc_snmp_peer **at)
{
	struct pc_snmp_peer *gone = *at;
	*at = gone->next;
	n->n_peers--;
	free(gone);
}

/* One that is forgotten is asked again when it is needed. */
static void
make_room(struct pc_snmp_notifier *n)
{
	while (n->n_peers >= PC_SNMP_PEERS_MAX) {
		struct pc_snmp_peer **at = &n->peers[n->oldest_peers++ % PC_SNMP_INFORM_BUCKETS];
		if (*at != NULL)
			drop_peer(n, at);
	}
}

static struct pc_snmp_peer *
find_peer(const struct pc_snmp_notifier *n, struct in_addr local, const struct sockaddr_in *address)
{
	struct pc_snmp_peer *p = n->peers == NULL ? NULL : *bucket_of(n, local);
	while (p != NULL && (p->local.s_addr != local.s_addr ||
				    p->address.sin_addr.s_addr != address->sin_addr.s_addr ||
				    p->address.sin_port != address->sin_port))
		p = p->next;
	return p;
}

static struct pc_snmp_peer *
get_peer(struct pc_snmp_notifier *n, struct in_addr local, const struct sockaddr_in *address)
{
	struct pc_snmp_peer *p = find_peer(n, local, address);
	if (p != NULL)
		return p;
	if (n->peers == NULL)
		n->peers = calloc(PC_SNMP_INFORM_BUCKETS, sizeof(struct pc_snmp_peer *));
	if (n->peers == NULL)
		return NULL;
	make_room(n);
	p = calloc(1, sizeof(*p));
	if (p == NULL)
		return NULL;
	p->local = local;
	p->address = *address;
	p->next = *bucket_of(n, local);
	*bucket_of(n, local) = p;
	n->n_peers++;
	return p;
}

/* Its engine's time now, counted on from when it told. */
static uint32_t
time_of(const struct pc_snmp_notifier *n, const struct pc_snmp_peer *p)
{
	uint64_t now = pc_clock_ms(pc_loop_clock(n->options.loop));
	return p->boots == 0 && p->time == 0 ? 0 : p->time + (uint32_t)((now - p->told_ms) / 1000);
}

/* ---- informs ---- */

/* Who are you? No user, no engine, nothing asked for. Spec: RFC 3414 s4 */
static void
ask_who(struct pc_snmp_inform *i, struct pc_snmp_entity *entity)
{
	const struct pc_snmp_context context = {nothing, 0, nothing, 0};
	const struct pc_snmp_message question = {.pdu = PC_SNMP_GET, .request_id = i->request_id};
	struct pc_snmp_v3_out m = {.id = i->message_id,
		.flags = PC_SNMP_V3_REPORTABLE,
		.engine_id = nothing,
		.user = nothing};
	uint8_t scoped[SCOPED_MAX];
	size_t len = 0;
	if (pc_snmp_scoped_encode(&context, &question, scoped, sizeof(scoped), &len, NULL) == PC_OK)
		(void)seal_and_send(i->notifier, entity, &i->errand, &m, NULL, scoped, len);
}

static void
send_to(struct pc_snmp_inform *i, struct pc_snmp_entity *entity, const struct pc_snmp_peer *p)
{
	struct pc_snmp_notifier *n = i->notifier;
	const struct pc_snmp_secret *secret = away_secret(n, entity, &i->errand, p);
	if (secret == NULL)
		return; /* a later try may find the user again; else it is given up */
	struct pc_snmp_v3_out m = {.id = i->message_id,
		.flags = flags_of(secret, i->errand.level),
		.engine_id = p->engine_id,
		.n_engine_id = p->n_engine_id,
		.boots = p->boots,
		.time = time_of(n, p),
		.user = (const uint8_t *)i->errand.name,
		.n_user = strlen(i->errand.name)};
	if (!has_keys(secret, m.flags))
		return;
	m.flags |= PC_SNMP_V3_REPORTABLE;
	(void)seal_and_send(n, entity, &i->errand, &m, secret, i->data, i->len);
}

void
pc_snmp_notify_v3_send(struct pc_snmp_inform *i)
{
	struct pc_snmp_notifier *n = i->notifier;
	struct pc_snmp_target target;
	struct pc_snmp_entity *entity = pc_snmp_notifier_find(n, i->errand.local, &target)
						? pc_snmp_entity_of(target.dev)
						: NULL;
	const struct pc_snmp_peer *p =
		n->usm == NULL ? NULL : get_peer(n, i->errand.local, &i->errand.peer);
	if (entity == NULL || p == NULL)
		return;
	i->message_id = pc_snmp_notifier_next_id(n);
	if (p->n_engine_id == 0)
		ask_who(i, entity);
	else
		send_to(i, entity, p);
}

/* ---- answers ---- */

/* What came, taken apart as far as it can be believed. */
struct answer {
	struct pc_snmp_v3 header;
	struct pc_usm_params params;
	struct pc_snmp_scoped scoped;
	struct pc_snmp_message m;
	uint8_t plain[PC_SNMP_NOTE_BYTES_MAX];
};

/* Spec: RFC 3414 s3.2 (7) b: it must come from the engine, signed, and must not be old */
static bool
is_authentic(struct pc_snmp_notifier *n, struct pc_snmp_entity *entity,
	const struct pc_snmp_peer *p, const struct pc_snmp_secret *secret, const struct answer *a,
	const uint8_t *data, size_t len)
{
	const struct pc_usm_params *u = &a->params;
	if (u->n_engine_id != p->n_engine_id ||
		memcmp(u->engine_id, p->engine_id, u->n_engine_id) != 0)
		return false;
	if (!pc_usm_is_signed(pc_snmp_usm_crypto(n->usm), secret->signer, data, len,
		    (size_t)(u->digest - data), u->n_digest)) {
		pc_snmp_count(entity, PC_SNMP_USM_WRONG_DIGESTS);
		return false;
	}
	if ((uint32_t)u->boots > p->boots ||
		((uint32_t)u->boots == p->boots &&
			(int64_t)u->time >= (int64_t)time_of(n, p) - TIME_WINDOW))
		return true;
	pc_snmp_count(entity, PC_SNMP_USM_NOT_IN_TIME_WINDOWS);
	return false;
}

/* The latest that it signed is its time. Spec: RFC 3414 s3.2 (7) b 1) */
static void
learn_time(const struct pc_snmp_notifier *n, struct pc_snmp_peer *p, const struct answer *a)
{
	uint32_t boots = (uint32_t)a->params.boots, time = (uint32_t)a->params.time;
	if (boots < p->boots || (boots == p->boots && time <= p->time))
		return;
	p->boots = boots;
	p->time = time;
	p->told_ms = pc_clock_ms(pc_loop_clock(n->options.loop));
}

/* The scoped PDU in the clear and decoded. */
static bool
is_readable(struct pc_snmp_notifier *n, const struct pc_snmp_secret *secret, struct answer *a)
{
	const uint8_t *scoped = a->header.data;
	size_t len = a->header.data_len;
	if ((a->header.flags & PC_SNMP_V3_PRIV) != 0) {
		struct pc_reader r, content;
		const struct pc_usm_seal seal = {.priv = secret->priv,
			.key = secret->priv_key.bytes,
			.boots = (uint32_t)a->params.boots,
			.time = (uint32_t)a->params.time,
			.salt = a->params.salt};
		pc_reader_init(&r, scoped, len);
		if (a->params.n_salt != PC_USM_SALT ||
			pc_ber_read_tagged(&r, PC_BER_OCTETS, &content) != PC_OK ||
			content.len > sizeof(a->plain) ||
			pc_usm_decrypt(pc_snmp_usm_crypto(n->usm), &seal, content.data, content.len,
				a->plain) != PC_OK)
			return false;
		scoped = a->plain;
		len = content.len;
	}
	a->m = (struct pc_snmp_message){.version = PC_SNMP_V3};
	return pc_snmp_scoped_decode(scoped, len, &a->scoped) == PC_OK &&
	       pc_snmp_scoped_message(
		       &a->scoped, n->answer, PC_SNMP_NOTE_VARBINDS_MAX, &a->m, NULL) == PC_OK;
}

/* A Report with this one of the usmStats counters. */
static bool
reports(const struct answer *a, uint32_t counter)
{
	const struct pc_oid name = {{1, 3, 6, 1, 6, 3, 15, 1, 1, counter, 0}, 11};
	return a->m.pdu == PC_SNMP_REPORT && a->m.n_varbinds > 0 &&
	       pc_oid_compare(&a->m.varbinds[0].name, &name) == 0;
}

enum { STATS_NOT_IN_TIME_WINDOWS = 2, STATS_UNKNOWN_ENGINE_IDS = 4 };

/* What Reports may have us send is bounded: whoever answers each message with another Report is
 * waited for as if it were silent. */
static bool
step(struct pc_snmp_inform *i)
{
	if (i->steps == 0)
		return false;
	i->steps--;
	pc_snmp_notify_v3_send(i);
	return true;
}

/* An unsigned Report says who it is; nothing else it says is believed. */
static bool
learn_engine(struct pc_snmp_inform *i, struct pc_snmp_peer *p, const struct answer *a)
{
	const struct pc_usm_params *u = &a->params;
	if (!reports(a, STATS_UNKNOWN_ENGINE_IDS) || u->n_engine_id < ENGINE_ID_MIN ||
		u->n_engine_id > PC_SNMP_ENGINE_ID_MAX || i->steps == 0)
		return false;
	memcpy(p->engine_id, u->engine_id, u->n_engine_id);
	p->n_engine_id = (uint8_t)u->n_engine_id;
	p->boots = p->time = 0;
	return step(i);
}

static bool
take_response(struct pc_snmp_inform *i, struct pc_snmp_entity *entity, const struct answer *a)
{
	if (a->m.pdu != PC_SNMP_RESPONSE || a->m.request_id != i->request_id)
		return false;
	pc_snmp_count(entity, PC_SNMP_IN_GET_RESPONSES);
	pc_snmp_inform_done(i);
	return true;
}

static bool
take_answer(struct pc_snmp_inform *i, struct pc_snmp_entity *entity, struct pc_snmp_peer *p,
	struct answer *a, const uint8_t *data, size_t len)
{
	struct pc_snmp_notifier *n = i->notifier;
	const struct pc_snmp_secret *secret =
		p->n_engine_id == 0 ? NULL : away_secret(n, entity, &i->errand, p);
	uint8_t sealed = a->header.flags & (PC_SNMP_V3_AUTH | PC_SNMP_V3_PRIV);
	if (sealed == 0) {
		if (!is_readable(n, NULL, a))
			return false;
		/* an answer in the clear is one only to what was asked in the clear */
		return learn_engine(i, p, a) ||
		       (secret != NULL && flags_of(secret, i->errand.level) == 0 &&
			       take_response(i, entity, a));
	}
	if ((sealed & PC_SNMP_V3_AUTH) == 0 || secret == NULL || !has_keys(secret, sealed) ||
		!is_authentic(n, entity, p, secret, a, data, len) || !is_readable(n, secret, a))
		return false;
	learn_time(n, p, a);
	if (reports(a, STATS_NOT_IN_TIME_WINDOWS))
		return step(i);
	return sealed == flags_of(secret, i->errand.level) && take_response(i, entity, a);
}

bool
pc_snmp_notify_v3_answer(struct pc_snmp_notifier *n, struct pc_snmp_entity *entity,
	const struct sockaddr_in *peer, const uint8_t *data, size_t len)
{
	struct answer a;
	struct in_addr local = pc_device_state(entity->dev)->address;
	struct pc_snmp_peer *p = find_peer(n, local, peer);
	if (pc_snmp_v3_decode(data, len, &a.header) != PC_OK ||
		pc_usm_params_decode(&a.header.security, &a.params) != PC_OK) {
		pc_snmp_count(entity, PC_SNMP_IN_ASN_PARSE_ERRS);
		return false;
	}
	struct pc_snmp_inform *i = pc_snmp_inform_find(n, local, peer, true, a.header.id);
	return p != NULL && i != NULL && take_answer(i, entity, p, &a, data, len);
}

void
pc_snmp_notify_v3_forget(struct pc_snmp_notifier *n, struct in_addr local)
{
	struct pc_snmp_peer **at = n->peers == NULL ? NULL : bucket_of(n, local);
	while (at != NULL && *at != NULL) {
		if ((*at)->local.s_addr == local.s_addr)
			drop_peer(n, at);
		else
			at = &(*at)->next;
	}
}

void
pc_snmp_notify_v3_free(struct pc_snmp_notifier *n)
{
	for (size_t b = 0; n->peers != NULL && b < PC_SNMP_INFORM_BUCKETS; b++)
		while (n->peers[b] != NULL)
			drop_peer(n, &n->peers[b]);
	free(n->peers);
	for (size_t i = 0; n->keys != NULL && i < AWAY_KEYS; i++)
		pc_snmp_secret_unref(n->keys->held[i].secret);
	free(n->keys);
}
