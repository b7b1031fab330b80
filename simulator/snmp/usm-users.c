#include "snmp/usm-users.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/rand.h"

enum { NON_VOLATILE = 3 };

/* ---- passwords ---- */

/* The key of a password. */
struct password_key {
	const struct pc_usm_auth *auth;
	char *password; /* owned */
	struct pc_usm_key key;
};

struct pc_snmp_usm {
	struct pc_usm *crypto; /* owned */
	struct password_key keys[PC_SNMP_PASSWORD_KEYS_MAX];
	size_t n_keys, oldest;
};

int
pc_snmp_usm_new(struct pc_snmp_usm **ret, struct pc_diag *diag)
{
	struct pc_snmp_usm *usm = calloc(1, sizeof(*usm));
	if (usm == NULL)
		return pc_diag_fail(diag, -ENOMEM, "SNMPv3: %s", pc_err_text(-ENOMEM));
	int err = pc_usm_new(&usm->crypto, diag);
	if (err != PC_OK) {
		free(usm);
		return err;
	}
	*ret = usm;
	return PC_OK;
}

void
pc_snmp_usm_free(struct pc_snmp_usm *usm)
{
	if (usm == NULL)
		return;
	for (size_t i = 0; i < usm->n_keys; i++)
		free(usm->keys[i].password);
	pc_usm_free(usm->crypto);
	free(usm);
}

struct pc_usm *
pc_snmp_usm_crypto(const struct pc_snmp_usm *usm)
{
	return usm->crypto;
}

/* The key of a password from those remembered, or made now in place of the oldest. */
static int
password_key(struct pc_snmp_usm *usm, const struct pc_usm_auth *auth, const char *password,
	const struct pc_usm_key **ret)
{
	for (size_t i = 0; i < usm->n_keys; i++) {
		if (usm->keys[i].auth == auth && strcmp(usm->keys[i].password, password) == 0) {
			*ret = &usm->keys[i].key;
			return PC_OK;
		}
	}
	struct password_key made = {.auth = auth, .password = strdup(password)};
	int err = made.password == NULL
			  ? -ENOMEM
			  : pc_usm_key_of_password(usm->crypto, auth, password, &made.key);
	if (err != PC_OK) {
		free(made.password);
		return err;
	}
	struct password_key *place = &usm->keys[usm->oldest];
	if (usm->n_keys < PC_SNMP_PASSWORD_KEYS_MAX)
		place = &usm->keys[usm->n_keys++];
	else
		usm->oldest = (usm->oldest + 1) % PC_SNMP_PASSWORD_KEYS_MAX;
	free(place->password);
	*place = made;
	*ret = &place->key;
	return PC_OK;
}

/* ---- secrets ---- */

struct pc_snmp_secret *
pc_snmp_secret_ref(struct pc_snmp_secret *secret)
{
	secret->refs++;
	return secret;
}

void
pc_snmp_secret_unref(struct pc_snmp_secret *secret)
{
	if (secret == NULL || --secret->refs > 0)
		return;
	free(secret);
}

/* A secret of keys that are localized already. */
static int
make_secret(struct pc_snmp_usm *usm, int32_t auth, const struct pc_usm_key *auth_key, int32_t priv,
	const struct pc_usm_key *priv_key, struct pc_snmp_secret **ret)
{
	const struct pc_usm_auth *hash = pc_usm_auth_find(auth);
	struct pc_snmp_secret *s =
		calloc(1, sizeof(*s) + (hash == NULL ? 0 : pc_usm_signer_size(hash)));
	(void)usm;
	if (s == NULL)
		return -ENOMEM;
	s->refs = 1;
	s->auth = hash;
	s->priv = pc_usm_priv_find(priv);
	if (hash != NULL) {
		s->auth_key = *auth_key;
		int err = pc_usm_signer_init(hash, auth_key, s->memory, &s->signer);
		if (err != PC_OK) {
			free(s);
			return err;
		}
	}
	if (s->priv != NULL) {
		s->priv_key.len = PC_USM_PRIV_KEY;
		memcpy(s->priv_key.bytes, priv_key->bytes, PC_USM_PRIV_KEY);
	}
	*ret = s;
	return PC_OK;
}

/* The localized key of a password; of no octets for none. */
static int
localized(struct pc_snmp_usm *usm, const struct pc_usm_auth *auth, const char *password,
	const uint8_t *engine_id, size_t n_engine_id, struct pc_usm_key *ret)
{
	const struct pc_usm_key *ku = NULL;
	if (password == NULL)
		return PC_E_BADVALUE;
	int err = password_key(usm, auth, password, &ku);
	return err == PC_OK
		       ? pc_usm_key_localize(usm->crypto, auth, ku, engine_id, n_engine_id, ret)
		       : err;
}

int
pc_snmp_secret_new(struct pc_snmp_usm *usm, const struct pc_profile_snmp_user *user,
	const uint8_t *engine_id, size_t n_engine_id, struct pc_snmp_secret **ret)
{
	const struct pc_usm_auth *auth = pc_usm_auth_find(user->auth);
	struct pc_usm_key auth_key = {0}, priv_key = {0};
	int err = PC_OK;
	if (auth != NULL)
		err = localized(usm, auth, user->auth_password, engine_id, n_engine_id, &auth_key);
	if (err == PC_OK && auth != NULL && pc_usm_priv_find(user->priv) != NULL)
		err = localized(usm, auth, user->priv_password, engine_id, n_engine_id, &priv_key);
	return err == PC_OK ? make_secret(usm, user->auth, &auth_key, user->priv, &priv_key, ret)
			    : err;
}

int
pc_snmp_user_secret(struct pc_snmp_usm *usm, const struct pc_snmp_entity *entity,
	struct pc_snmp_user *user, struct pc_snmp_secret **ret)
{
	static const struct pc_usm_key none;
	int err = PC_OK;
	if (user->secret == NULL && user->profile != NULL)
		err = pc_snmp_secret_new(
			usm, user->profile, entity->engine_id, entity->n_engine_id, &user->secret);
	else if (user->secret == NULL)
		err = make_secret(
			usm, PC_SNMP_AUTH_NONE, &none, PC_SNMP_PRIV_NONE, &none, &user->secret);
	if (err == PC_OK)
		*ret = user->secret;
	return err;
}

int
pc_snmp_user_rekey(struct pc_snmp_usm *usm, struct pc_snmp_entity *entity,
	struct pc_snmp_user *user, const struct pc_usm_key *auth_key,
	const struct pc_usm_key *priv_key)
{
	struct pc_snmp_secret *old = NULL, *made = NULL;
	int err = pc_snmp_user_secret(usm, entity, user, &old);
	if (err == PC_OK)
		err = make_secret(usm, user->auth, auth_key == NULL ? &old->auth_key : auth_key,
			user->priv, priv_key == NULL ? &old->priv_key : priv_key, &made);
	if (err != PC_OK)
		return err;
	pc_snmp_secret_unref(user->secret);
	user->secret = made;
	user->profile = NULL;
	entity->last_user = NULL;
	return PC_OK;
}

/* ---- users ---- */

int
pc_snmp_user_compare(const char *a, size_t n_a, const char *b, size_t n_b)
{
	if (n_a != n_b)
		return n_a < n_b ? -1 : 1;
	return memcmp(a, b, n_a);
}

struct pc_snmp_user *
pc_snmp_users_find(const struct pc_snmp_users *users, const uint8_t *name, size_t n_name)
{
	for (size_t i = 0; i < users->n; i++) {
		struct pc_snmp_user *u = users->rows[i];
		if (u->n_name == n_name && memcmp(u->name, name, n_name) == 0)
			return u;
	}
	return NULL;
}

struct pc_snmp_user *
pc_snmp_users_asked(struct pc_snmp_usm *usm, struct pc_snmp_entity *entity, const uint8_t *name,
	size_t n_name, struct pc_snmp_secret **ret)
{
	struct pc_snmp_user *u = entity->last_user;
	if (u == NULL || u->n_name != n_name || memcmp(u->name, name, n_name) != 0) {
		const struct pc_snmp_users *users = pc_snmp_users_get(entity);
		u = users == NULL ? NULL : pc_snmp_users_find(users, name, n_name);
	}
	if (u == NULL || u->row != PC_SNMP_USER_ACTIVE ||
		pc_snmp_user_secret(usm, entity, u, ret) != PC_OK)
		return NULL;
	entity->last_user = u;
	entity->last_secret = *ret;
	return u;
}

int
pc_snmp_users_add(
	struct pc_snmp_users *users, const uint8_t *name, size_t n_name, struct pc_snmp_user **ret)
{
	size_t at = users->n;
	if (n_name == 0 || n_name > PC_SNMP_USER_NAME_MAX)
		return PC_E_BADVALUE;
	if (pc_snmp_users_find(users, name, n_name) != NULL)
		return PC_E_EXISTS;
	if (users->n == PC_SNMP_USERS_HELD_MAX)
		return PC_E_LIMIT;
	struct pc_snmp_user **rows =
		realloc(users->rows, (users->n + 1) * sizeof(struct pc_snmp_user *));
	if (rows == NULL)
		return -ENOMEM;
	users->rows = rows;
	struct pc_snmp_user *u = calloc(1, sizeof(*u) + n_name + 1);
	if (u == NULL)
		return -ENOMEM;
	memcpy(u->name, name, n_name);
	u->n_name = (uint8_t)n_name;
	u->row = PC_SNMP_USER_NOT_READY;
	u->storage = NON_VOLATILE;
	u->auth = PC_SNMP_AUTH_NONE;
	u->priv = PC_SNMP_PRIV_NONE;
	for (; at > 0 && pc_snmp_user_compare(u->name, n_name, users->rows[at - 1]->name,
				 users->rows[at - 1]->n_name) < 0;
		at--)
		users->rows[at] = users->rows[at - 1];
	users->rows[at] = u;
	users->n++;
	*ret = u;
	return PC_OK;
}

void
pc_snmp_user_settle(struct pc_snmp_user *user)
{
	bool ready = user->cloned && (user->auth == PC_SNMP_AUTH_NONE || user->auth_changed) &&
		     (user->priv == PC_SNMP_PRIV_NONE || user->priv_changed);
	user->row = !ready         ? PC_SNMP_USER_NOT_READY
		    : user->wanted ? PC_SNMP_USER_ACTIVE
				   : PC_SNMP_USER_NOT_IN_SERVICE;
}

int
pc_snmp_user_clone(struct pc_snmp_usm *usm, struct pc_snmp_entity *entity,
	struct pc_snmp_user *user, struct pc_snmp_user *from)
{
	struct pc_snmp_secret *secret = NULL;
	int err = pc_snmp_user_secret(usm, entity, from, &secret);
	if (err != PC_OK)
		return err;
	pc_snmp_secret_unref(user->secret);
	entity->last_user = NULL;
	user->secret = pc_snmp_secret_ref(secret);
	user->auth = from->auth;
	user->priv = from->priv;
	user->write = from->write;
	user->cloned = true;
	pc_snmp_user_settle(user);
	return PC_OK;
}

static void
free_user(struct pc_snmp_user *user)
{
	pc_snmp_secret_unref(user->secret);
	free(user->public_value);
	free(user);
}

void
pc_snmp_users_remove(struct pc_snmp_entity *entity, struct pc_snmp_user *user)
{
	struct pc_snmp_users *users = entity->users;
	size_t kept = 0;
	if (entity->last_user == user)
		entity->last_user = NULL;
	for (size_t i = 0; i < users->n; i++) {
		if (users->rows[i] != user)
			users->rows[kept++] = users->rows[i];
	}
	users->n = kept;
	if (users->asking == user)
		users->asking = NULL;
	free_user(user);
}

static void
free_users(struct pc_snmp_users *users)
{
	for (size_t i = 0; i < users->n; i++)
		free_user(users->rows[i]);
	free(users->rows);
	free(users);
}

static int
add_of_profile(struct pc_snmp_users *users, const struct pc_profile_snmp_user *from)
{
	struct pc_snmp_user *u = NULL;
	int err = pc_snmp_users_add(users, (const uint8_t *)from->name, strlen(from->name), &u);
	if (err != PC_OK)
		return err;
	u->wanted = u->cloned = u->auth_changed = u->priv_changed = true;
	u->write = from->write;
	u->auth = (uint8_t)from->auth;
	u->priv = (uint8_t)from->priv;
	u->profile = from;
	pc_snmp_user_settle(u);
	return PC_OK;
}

/* Where the salts of this printer start: another place for each, and after each restart. */
static uint64_t
first_salt(const struct pc_snmp_entity *entity)
{
	struct pc_rand r;
	uint64_t seed = pc_snmp_entity_boots(entity);
	for (size_t i = 0; i < entity->n_engine_id; i++)
		seed = seed * 257 + entity->engine_id[i];
	pc_rand_init(&r, seed, 0);
	return pc_rand_u64(&r);
}

struct pc_snmp_users *
pc_snmp_users_get(struct pc_snmp_entity *entity)
{
	const struct pc_profile *p = pc_device_profile(entity->dev);
	if (entity->users != NULL)
		return entity->users;
	struct pc_snmp_users *users = calloc(1, sizeof(*users));
	if (users == NULL)
		return NULL;
	entity->salt = first_salt(entity);
	for (size_t i = 0; i < p->n_snmp_users; i++) {
		if (add_of_profile(users, &p->snmp_users[i]) == -ENOMEM) {
			free_users(users);
			return NULL;
		}
	}
	entity->users = users;
	entity->free_users = free_users;
	return users;
}

void
pc_snmp_users_salt(struct pc_snmp_entity *entity, const struct pc_usm_priv *priv, uint32_t boots,
	uint8_t ret[PC_USM_SALT])
{
	uint64_t salt = ++entity->salt;
	if (priv->block_len > 1) /* DES: the boots, and a number of 32 bits */
		salt = (uint64_t)boots << 32 | (salt & UINT32_MAX);
	for (int i = 0; i < PC_USM_SALT; i++)
		ret[i] = (uint8_t)(salt >> (56 - 8 * i));
}

enum { USER_BYTES = 128, SECRET_BYTES = 384 /* with the states of a digest */ };

static inline void
fetch(const void *at, size_t len)
{
#if defined(__GNUC__)
	for (size_t i = 0; at != NULL && i < len; i += PC_SNMP_CACHE_LINE)
		__builtin_prefetch((const char *)at + i);
	if (at != NULL) /* it may begin anywhere in a line */
		__builtin_prefetch((const char *)at + len - 1);
#else
	(void)at;
	(void)len;
#endif
}

void
pc_snmp_users_prefetch(const struct pc_snmp_entity *const *entities, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (entities[i]->last_user == NULL)
			continue;
		fetch(entities[i]->last_user, USER_BYTES);
		fetch(entities[i]->last_secret, SECRET_BYTES);
	}
}
