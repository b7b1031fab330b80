/* snmp/usm-users: the users of the User-based Security Model that one printer's agent knows: those
 * of its profile and those that managers cloned from them. Made when SNMPv3 is first spoken or the
 * table of users first asked; keys are made when a user is first needed. Spec: RFC 3414 s2.1 */
#ifndef PC_SNMP_USM_USERS_H
#define PC_SNMP_USM_USERS_H

#include "codec/usm.h"
#include "snmp/entity.h"

enum {
	PC_SNMP_USERS_HELD_MAX = 32, /* of one printer, the profile's included */
	PC_SNMP_USER_NAME_MAX = 32,
	PC_SNMP_PASSWORD_KEYS_MAX = 128 /* passwords whose keys are remembered */
};

/* Cryptography of all printers of an engine, and the keys of their passwords: one password is
 * hashed once, however many printers share it. Caller frees; must outlive no users. */
struct pc_snmp_usm;
int pc_snmp_usm_new(struct pc_snmp_usm **ret, struct pc_diag *diag);
void pc_snmp_usm_free(struct pc_snmp_usm *usm);
struct pc_usm *pc_snmp_usm_crypto(const struct pc_snmp_usm *usm);

/* What the messages of a user are signed and encrypted with; shared by the user and the requests
 * under way, which are answered with it even when the user's keys have changed since. */
struct pc_snmp_secret {
	unsigned refs;
	const struct pc_usm_auth *auth; /* NULL: none */
	const struct pc_usm_priv *priv; /* NULL: none */
	struct pc_usm_signer *signer;   /* in `memory`; NULL without auth */
	struct pc_usm_key priv_key;     /* PC_USM_PRIV_KEY octets */
	struct pc_usm_key auth_key;
	_Alignas(16) uint8_t memory[]; /* one piece, so that it is fetched at once */
};
struct pc_snmp_secret *pc_snmp_secret_ref(struct pc_snmp_secret *secret);
void pc_snmp_secret_unref(struct pc_snmp_secret *secret); /* NULL is allowed */

/* Secrets of a profile's user towards an engine, which may be another's (informs). PC_OK,
 * PC_E_INTERNAL, -ENOMEM. Caller unrefs. Spec: RFC 3414 s2.6 */
int pc_snmp_secret_new(struct pc_snmp_usm *usm, const struct pc_profile_snmp_user *user,
	const uint8_t *engine_id, size_t n_engine_id, struct pc_snmp_secret **ret);

/* RowStatus of a user, as far as it is kept. Spec: RFC 2579 */
enum { PC_SNMP_USER_ACTIVE = 1, PC_SNMP_USER_NOT_IN_SERVICE, PC_SNMP_USER_NOT_READY };

/* One user: a row of usmUserTable. */
struct pc_snmp_user {
	uint8_t row;     /* PC_SNMP_USER_ACTIVE …; pc_snmp_user_settle() sets it */
	bool wanted;     /* active as soon as it is ready */
	uint8_t storage; /* StorageType */
	bool write;      /* may SET */
	bool cloned; /* protocols and keys are there: of the profile, or usmUserCloneFrom was set */
	bool auth_changed, priv_changed; /* keys are not those of the user it was cloned from */
	uint8_t auth, priv;              /* protocols, enum pc_snmp_auth and pc_snmp_priv */
	uint8_t n_public;
	uint8_t *public_value; /* owned: usmUserPublic; NULL until written */
	/* The passwords the keys are made of; NULL once there are keys or for a new row. */
	const struct pc_profile_snmp_user *profile; /* borrowed from the profile */
	struct pc_snmp_secret *secret;              /* owned reference; NULL until needed */
	uint8_t n_name;
	char name[]; /* and a NUL */
};

struct pc_snmp_users {
	struct pc_snmp_user **rows; /* owned, and each; in the order of the index */
	size_t n;
	uint32_t spin_lock;                /* usmUserSpinLock */
	const struct pc_snmp_user *asking; /* who sent the request that is being carried out */
	uint64_t salt;                     /* of the last message that was encrypted */
};

/* The users of a printer; NULL without memory. Borrowed. */
struct pc_snmp_users *pc_snmp_users_get(struct pc_snmp_entity *entity);

/* Have what messages of these printers' users that asked last need brought into the cache. Changes
 * nothing. */
void pc_snmp_users_prefetch(const struct pc_snmp_entity *const *entities, size_t n);

/* The user of a message, with its secrets; NULL: there is none, or it is not active. The one that
 * asked last is found without a search. */
struct pc_snmp_user *pc_snmp_users_asked(struct pc_snmp_usm *usm, struct pc_snmp_entity *entity,
	const uint8_t *name, size_t n_name, struct pc_snmp_secret **ret);

/* By name; NULL: there is none. */
struct pc_snmp_user *pc_snmp_users_find(
	const struct pc_snmp_users *users, const uint8_t *name, size_t n_name);

/* A new row without protocols, not ready. PC_E_LIMIT over PC_SNMP_USERS_HELD_MAX, PC_E_EXISTS,
 * PC_E_BADVALUE for a name of no or too many octets, -ENOMEM. */
int pc_snmp_users_add(
	struct pc_snmp_users *users, const uint8_t *name, size_t n_name, struct pc_snmp_user **ret);

/* The user is gone afterwards. */
void pc_snmp_users_remove(struct pc_snmp_entity *entity, struct pc_snmp_user *user);

/* The user's secrets, made now if need be. PC_OK, PC_E_INTERNAL, -ENOMEM. Borrowed. */
int pc_snmp_user_secret(struct pc_snmp_usm *usm, const struct pc_snmp_entity *entity,
	struct pc_snmp_user *user, struct pc_snmp_secret **ret);

/* Other keys and protocols for a user: NULL keys stay as they are. PC_OK, PC_E_INTERNAL, -ENOMEM;
 * nothing has changed then. */
int pc_snmp_user_rekey(struct pc_snmp_usm *usm, struct pc_snmp_entity *entity,
	struct pc_snmp_user *user, const struct pc_usm_key *auth_key,
	const struct pc_usm_key *priv_key);

/* Set the row's state: not ready until it was cloned and its keys are its own.
 * Spec: RFC 3414 usmUserStatus */
void pc_snmp_user_settle(struct pc_snmp_user *user);

/* Take protocols, keys and rights of another user. PC_OK, PC_E_INTERNAL, -ENOMEM.
 * Spec: RFC 3414 usmUserCloneFrom */
int pc_snmp_user_clone(struct pc_snmp_usm *usm, struct pc_snmp_entity *entity,
	struct pc_snmp_user *user, struct pc_snmp_user *from);

/* Order of the index: the shorter name first. */
int pc_snmp_user_compare(const char *a, size_t n_a, const char *b, size_t n_b);

/* A salt that this printer has not used yet. Spec: RFC 3414 s8.1.1.1, RFC 3826 s3.1.2.1 */
void pc_snmp_users_salt(struct pc_snmp_entity *entity, const struct pc_usm_priv *priv,
	uint32_t boots, uint8_t ret[PC_USM_SALT]);

#endif
