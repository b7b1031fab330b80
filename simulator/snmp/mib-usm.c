/* SNMP-USER-BASED-SM-MIB: the users of a printer's agent; keys that change, users that are cloned.
 * Spec: RFC 3414 s5 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "snmp/mib-common.h"
#include "snmp/mib-kept.h"
#include "snmp/modules.h"
#include "snmp/usm-users.h"

enum {
	SECURITY_NAME = 3,
	CLONE_FROM,
	AUTH_PROTOCOL,
	AUTH_KEY_CHANGE,
	OWN_AUTH_KEY_CHANGE,
	PRIV_PROTOCOL,
	PRIV_KEY_CHANGE,
	OWN_PRIV_KEY_CHANGE,
	PUBLIC,
	STORAGE_TYPE,
	STATUS
};

enum { NO_ACCESS = 6, NO_CREATION = 11, INCONSISTENT_NAME = 18 };

enum {
	PUBLIC_MAX = 32,
	STORAGE_VOLATILE = 2,
	STORAGE_NON_VOLATILE = 3,
	STORAGE_LAST = 5,
	SPIN_MAX = 2147483647
};

static const uint32_t auth_oid[] = {1, 3, 6, 1, 6, 3, 10, 1, 1};
static const uint32_t priv_oid[] = {1, 3, 6, 1, 6, 3, 10, 1, 2};
static const uint32_t lock_oid[] = {1, 3, 6, 1, 6, 3, 15, 1, 2};
static const uint32_t user_oid[] = {1, 3, 6, 1, 6, 3, 15, 1, 2, 2, 1};

static struct pc_snmp_users *
users_of(const struct pc_device *dev)
{
	struct pc_snmp_entity *e = pc_snmp_entity_of(dev);
	return e == NULL ? NULL : pc_snmp_users_get(e);
}

/* ---- index: engine ID and name, each behind its length ---- */

static size_t
put_index(const struct pc_snmp_entity *e, const struct pc_snmp_user *u,
	uint32_t index[PC_SNMP_INDEX_MAX])
{
	size_t n = 0;
	index[n++] = e->n_engine_id;
	for (size_t i = 0; i < e->n_engine_id; i++)
		index[n++] = e->engine_id[i];
	index[n++] = u->n_name;
	for (size_t i = 0; i < u->n_name; i++)
		index[n++] = (uint8_t)u->name[i];
	return n;
}

/* The name in an index of this engine; false: no user of it can have that index. */
static bool
get_index(const struct pc_snmp_entity *e, const uint32_t *index, size_t n_index,
	uint8_t name[PC_SNMP_USER_NAME_MAX], size_t *n_name)
{
	size_t at = (size_t)e->n_engine_id + 2;
	if (n_index < at || index[0] != e->n_engine_id || index[at - 1] == 0 ||
		index[at - 1] > PC_SNMP_USER_NAME_MAX || n_index != at + index[at - 1])
		return false;
	for (size_t i = 0; i < e->n_engine_id; i++) {
		if (index[1 + i] != e->engine_id[i])
			return false;
	}
	*n_name = index[at - 1];
	for (size_t i = 0; i < *n_name; i++) {
		if (index[at + i] > 0xff)
			return false;
		name[i] = (uint8_t)index[at + i];
	}
	return true;
}

static struct pc_snmp_user *
find(const struct pc_device *dev, const uint32_t *index, size_t n_index)
{
	const struct pc_snmp_users *users = users_of(dev);
	uint8_t name[PC_SNMP_USER_NAME_MAX];
	size_t n_name = 0;
	if (users == NULL || !get_index(pc_snmp_entity_of(dev), index, n_index, name, &n_name))
		return NULL;
	return pc_snmp_users_find(users, name, n_name);
}

static bool
user_next(const struct pc_device *dev, const uint32_t *after, size_t n_after,
	uint32_t index[PC_SNMP_INDEX_MAX], size_t *n_index)
{
	const struct pc_snmp_users *users = users_of(dev);
	for (size_t i = 0; users != NULL && i < users->n; i++) {
		*n_index = put_index(pc_snmp_entity_of(dev), users->rows[i], index);
		if (n_after == 0 || pc_arcs_compare(index, *n_index, after, n_after) > 0)
			return true;
	}
	return false;
}

/* ---- reading ---- */

static int
put_protocol(struct pc_snmp_value *v, const uint32_t *oid, size_t n, uint32_t number)
{
	memcpy(v->scratch.arcs, oid, n * sizeof(*oid));
	v->scratch.arcs[n] = number;
	return pc_mib_oid(v, v->scratch.arcs, n + 1);
}

static int
user_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	static const uint32_t zero_dot_zero[] = {0, 0};
	const struct pc_snmp_user *u = find(dev, at->index, at->n_index);
	if (u == NULL)
		return PC_E_NOTFOUND;
	switch (at->column) {
	case SECURITY_NAME:
		return pc_mib_octets(v, u->name, u->n_name);
	case CLONE_FROM:
		return pc_mib_oid(v, zero_dot_zero, 2);
	case AUTH_PROTOCOL:
		return put_protocol(v, auth_oid, PC_MIB_COUNT(auth_oid), u->auth);
	case PRIV_PROTOCOL:
		return put_protocol(v, priv_oid, PC_MIB_COUNT(priv_oid), u->priv);
	case PUBLIC:
		return pc_mib_octets(
			v, u->n_public == 0 ? (const void *)"" : u->public_value, u->n_public);
	case STORAGE_TYPE:
		return pc_mib_number(at, v, u->storage);
	case STATUS:
		return pc_mib_number(at, v, u->row);
	default:
		return pc_mib_text(v, ""); /* keys are never told */
	}
}

/* ---- judging ---- */

/* A user as it will be after the whole request. */
struct outcome {
	bool cloned, auth_changed, priv_changed;
	int auth, priv;
};

/* Number of a protocol's OID beneath `oid`; 0: it is none. */
static uint32_t
protocol(const struct pc_snmp_value *value, const uint32_t *oid, size_t n)
{
	return value->len == n + 1 && memcmp(value->arcs, oid, n * sizeof(*oid)) == 0
		       ? value->arcs[n]
		       : 0;
}

static uint32_t
auth_protocol(const struct pc_snmp_value *value)
{
	return protocol(value, auth_oid, PC_MIB_COUNT(auth_oid));
}

static uint32_t
priv_protocol(const struct pc_snmp_value *value)
{
	return protocol(value, priv_oid, PC_MIB_COUNT(priv_oid));
}

/* The user that a RowPointer names by any of its columns; NULL: none. */
static struct pc_snmp_user *
pointed_to(const struct pc_device *dev, const struct pc_snmp_value *value)
{
	size_t n = PC_MIB_COUNT(user_oid);
	if (value->len < n + 2 || memcmp(value->arcs, user_oid, sizeof(user_oid)) != 0)
		return NULL;
	return find(dev, value->arcs + n + 1, value->len - n - 1);
}

static struct outcome
outcome(const struct pc_device *dev, const struct pc_snmp_at *at, const struct pc_snmp_user *u)
{
	struct outcome o = {.auth = PC_SNMP_AUTH_NONE, .priv = PC_SNMP_PRIV_NONE};
	const struct pc_snmp_value *clone = pc_snmp_at_other(at, CLONE_FROM);
	const struct pc_snmp_value *auth = pc_snmp_at_other(at, AUTH_PROTOCOL);
	const struct pc_snmp_value *priv = pc_snmp_at_other(at, PRIV_PROTOCOL);
	if (u != NULL)
		o = (struct outcome){u->cloned, u->auth_changed, u->priv_changed, u->auth, u->priv};
	const struct pc_snmp_user *from = clone == NULL || o.cloned ? NULL : pointed_to(dev, clone);
	if (from != NULL) {
		o.cloned = true;
		o.auth = from->auth;
		o.priv = from->priv;
	}
	if (auth != NULL && auth_protocol(auth) == PC_SNMP_AUTH_NONE)
		o.auth = PC_SNMP_AUTH_NONE;
	if (priv != NULL && priv_protocol(priv) == PC_SNMP_PRIV_NONE)
		o.priv = PC_SNMP_PRIV_NONE;
	o.auth_changed |= pc_snmp_at_other(at, AUTH_KEY_CHANGE) != NULL ||
			  pc_snmp_at_other(at, OWN_AUTH_KEY_CHANGE) != NULL;
	o.priv_changed |= pc_snmp_at_other(at, PRIV_KEY_CHANGE) != NULL ||
			  pc_snmp_at_other(at, OWN_PRIV_KEY_CHANGE) != NULL;
	return o;
}

static bool
is_ready(const struct outcome *o)
{
	return o->cloned && (o->auth == PC_SNMP_AUTH_NONE || o->auth_changed) &&
	       (o->priv == PC_SNMP_PRIV_NONE || o->priv_changed);
}

/* Spec: RFC 2579 RowStatus, RFC 3414 usmUserStatus */
static int
judge_status(const struct pc_snmp_users *users, const struct outcome *o,
	const struct pc_snmp_user *u, int64_t want)
{
	switch (want) {
	case PC_MIB_ROW_ACTIVE:
		return u != NULL && is_ready(o) ? PC_MIB_OK : PC_MIB_INCONSISTENT_VALUE;
	case PC_MIB_ROW_NOT_IN_SERVICE:
		return u != NULL ? PC_MIB_OK : PC_MIB_INCONSISTENT_VALUE;
	case PC_MIB_ROW_CREATE_AND_GO:
	case PC_MIB_ROW_CREATE_AND_WAIT:
		if (u != NULL || (want == PC_MIB_ROW_CREATE_AND_GO && !is_ready(o)))
			return PC_MIB_INCONSISTENT_VALUE;
		return users->n < PC_SNMP_USERS_HELD_MAX ? PC_MIB_OK : PC_MIB_RESOURCE_UNAVAILABLE;
	case PC_MIB_ROW_DESTROY:
		return PC_MIB_OK;
	default:
		return PC_MIB_WRONG_VALUE;
	}
}

/* Protocols come with cloning; afterwards they can only be given up, privacy first.
 * Spec: RFC 3414 usmUserAuthProtocol, usmUserPrivProtocol */
static int
judge_protocol(const struct pc_snmp_at *at, const struct outcome *o, const struct pc_snmp_user *u,
	const struct pc_snmp_value *value)
{
	bool auth = at->column == AUTH_PROTOCOL;
	uint32_t number = auth ? auth_protocol(value) : priv_protocol(value);
	bool known =
		auth ? number == PC_SNMP_AUTH_NONE || pc_usm_auth_find((int32_t)number) != NULL
		     : number == PC_SNMP_PRIV_NONE || pc_usm_priv_find((int32_t)number) != NULL;
	if (!known)
		return u == NULL ? PC_MIB_WRONG_VALUE : PC_MIB_INCONSISTENT_VALUE;
	if (auth && number == PC_SNMP_AUTH_NONE && o->priv != PC_SNMP_PRIV_NONE)
		return PC_MIB_INCONSISTENT_VALUE;
	if (number != 1 && (u != NULL || o->cloned))
		return PC_MIB_INCONSISTENT_VALUE;
	return PC_MIB_OK;
}

/* Octets of a key of the user; 0: it has none. */
static uint8_t
key_len(uint32_t column, int auth, int priv)
{
	const struct pc_usm_auth *a = pc_usm_auth_find(auth);
	if (column == AUTH_KEY_CHANGE || column == OWN_AUTH_KEY_CHANGE)
		return a == NULL ? 0 : a->key_len;
	return priv == PC_SNMP_PRIV_NONE ? 0 : PC_USM_PRIV_KEY;
}

/* Spec: RFC 3414 usmUserAuthKeyChange, usmUserOwnAuthKeyChange */
static int
judge_key(const struct pc_snmp_users *users, const struct pc_snmp_at *at, const struct outcome *o,
	const struct pc_snmp_user *u, const struct pc_snmp_value *value)
{
	bool own = at->column == OWN_AUTH_KEY_CHANGE || at->column == OWN_PRIV_KEY_CHANGE;
	uint8_t len = key_len(at->column, o->auth, o->priv);
	if (own && (u == NULL || users->asking != u))
		return NO_ACCESS;
	if (own && u->row != PC_SNMP_USER_ACTIVE)
		return PC_MIB_INCONSISTENT_VALUE;
	if (!o->cloned)
		return INCONSISTENT_NAME;
	return len > 0 && value->len != (size_t)2 * len ? PC_MIB_WRONG_LENGTH : PC_MIB_OK;
}

static int
judge_storage(int64_t type)
{
	if (type < 1 || type > STORAGE_LAST)
		return PC_MIB_WRONG_VALUE;
	return type == STORAGE_VOLATILE || type == STORAGE_NON_VOLATILE ? PC_MIB_OK
									: PC_MIB_INCONSISTENT_VALUE;
}

/* The row is there, or this request makes it. */
static bool
is_made(const struct pc_snmp_at *at)
{
	const struct pc_snmp_value *status = pc_snmp_at_other(at, STATUS);
	return status != NULL && (status->integer == PC_MIB_ROW_CREATE_AND_GO ||
					 status->integer == PC_MIB_ROW_CREATE_AND_WAIT);
}

static int
judge(const struct pc_device *dev, const struct pc_snmp_at *at, const struct pc_snmp_value *value)
{
	const struct pc_snmp_users *users = users_of(dev);
	const struct pc_snmp_user *u = find(dev, at->index, at->n_index), *from;
	uint8_t name[PC_SNMP_USER_NAME_MAX];
	size_t n_name = 0;
	struct outcome o = outcome(dev, at, u);
	if (users == NULL ||
		!get_index(pc_snmp_entity_of(dev), at->index, at->n_index, name, &n_name))
		return NO_CREATION;
	if (at->column != STATUS && u == NULL && !is_made(at))
		return INCONSISTENT_NAME;
	switch (at->column) {
	case CLONE_FROM:
		from = pointed_to(dev, value);
		if (u != NULL && u->cloned)
			return PC_MIB_OK; /* no longer means anything */
		return from != NULL && from->row == PC_SNMP_USER_ACTIVE ? PC_MIB_OK
									: INCONSISTENT_NAME;
	case AUTH_PROTOCOL:
	case PRIV_PROTOCOL:
		return judge_protocol(at, &o, u, value);
	case PUBLIC:
		return value->len <= PUBLIC_MAX ? PC_MIB_OK : PC_MIB_WRONG_LENGTH;
	case STORAGE_TYPE:
		return judge_storage(value->integer);
	case STATUS:
		return judge_status(users, &o, u, value->integer);
	default:
		return judge_key(users, at, &o, u, value);
	}
}

/* ---- doing ---- */

/* The row, made when it is not there. */
static struct pc_snmp_user *
make(struct pc_device *dev, const struct pc_snmp_at *at)
{
	struct pc_snmp_user *u = find(dev, at->index, at->n_index);
	uint8_t name[PC_SNMP_USER_NAME_MAX];
	size_t n_name = 0;
	if (u != NULL || !get_index(pc_snmp_entity_of(dev), at->index, at->n_index, name, &n_name))
		return u;
	return pc_snmp_users_add(users_of(dev), name, n_name, &u) == PC_OK ? u : NULL;
}

static int
change_key(struct pc_snmp_entity *e, const struct pc_snmp_at *at, struct pc_snmp_user *u,
	const struct pc_snmp_value *value)
{
	bool auth = at->column == AUTH_KEY_CHANGE || at->column == OWN_AUTH_KEY_CHANGE;
	uint8_t len = key_len(at->column, u->auth, u->priv);
	struct pc_snmp_secret *secret = NULL;
	struct pc_usm_key key;
	if (len == 0)
		return PC_OK; /* a success without effect */
	int err = pc_snmp_user_secret(e->usm, e, u, &secret);
	if (err == PC_OK)
		err = pc_usm_key_change(pc_snmp_usm_crypto(e->usm), secret->auth,
			auth ? &secret->auth_key : &secret->priv_key, len, value->bytes, value->len,
			&key);
	if (err == PC_OK)
		err = pc_snmp_user_rekey(e->usm, e, u, auth ? &key : NULL, auth ? NULL : &key);
	if (err != PC_OK)
		return err;
	if (auth)
		u->auth_changed = true;
	else
		u->priv_changed = true;
	return PC_OK;
}

/* To no protocol: others come with cloning. */
static int
change_protocol(struct pc_snmp_entity *e, const struct pc_snmp_at *at, struct pc_snmp_user *u)
{
	uint8_t auth = u->auth, priv = u->priv;
	if (!u->cloned)
		return PC_OK;
	if (at->column == AUTH_PROTOCOL)
		u->auth = PC_SNMP_AUTH_NONE;
	else
		u->priv = PC_SNMP_PRIV_NONE;
	int err = pc_snmp_user_rekey(e->usm, e, u, NULL, NULL);
	if (err != PC_OK) {
		u->auth = auth;
		u->priv = priv;
	}
	return err;
}

static int
keep_public(struct pc_snmp_user *u, const struct pc_snmp_value *value)
{
	if (u->public_value == NULL && (u->public_value = malloc(PUBLIC_MAX)) == NULL)
		return -ENOMEM;
	if (value->len > 0)
		memcpy(u->public_value, value->bytes, value->len);
	u->n_public = (uint8_t)value->len;
	return PC_OK;
}

static int
commit_column(struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_user *u,
	const struct pc_snmp_value *value)
{
	struct pc_snmp_entity *e = pc_snmp_entity_of(dev);
	struct pc_snmp_user *from;
	switch (at->column) {
	case CLONE_FROM:
		from = u->cloned ? NULL : pointed_to(dev, value);
		return from == NULL ? PC_OK : pc_snmp_user_clone(e->usm, e, u, from);
	case AUTH_PROTOCOL:
		return auth_protocol(value) == PC_SNMP_AUTH_NONE ? change_protocol(e, at, u)
								 : PC_OK;
	case PRIV_PROTOCOL:
		return priv_protocol(value) == PC_SNMP_PRIV_NONE ? change_protocol(e, at, u)
								 : PC_OK;
	case PUBLIC:
		return keep_public(u, value);
	case STORAGE_TYPE:
		u->storage = (uint8_t)value->integer;
		return PC_OK;
	case STATUS:
		u->wanted = value->integer == PC_MIB_ROW_ACTIVE ||
			    value->integer == PC_MIB_ROW_CREATE_AND_GO;
		return PC_OK;
	default:
		return change_key(e, at, u, value);
	}
}

/* Variables of one request that must be done before this one: cloning brings the keys that a key
 * change starts from. */
static int
clone_first(struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_user *u)
{
	const struct pc_snmp_value *clone = pc_snmp_at_other(at, CLONE_FROM);
	struct pc_snmp_at first = *at;
	first.column = CLONE_FROM;
	return clone == NULL ? PC_OK : commit_column(dev, &first, u, clone);
}

static int
user_set(struct pc_device *dev, const struct pc_snmp_at *at, const struct pc_snmp_value *value,
	bool commit)
{
	struct pc_snmp_entity *e = pc_snmp_entity_of(dev);
	if (!commit)
		return judge(dev, at, value);
	if (e == NULL || e->usm == NULL)
		return PC_MIB_COMMIT_FAILED;
	if (at->column == STATUS && value->integer == PC_MIB_ROW_DESTROY) {
		struct pc_snmp_user *gone = find(dev, at->index, at->n_index);
		if (gone != NULL)
			pc_snmp_users_remove(e, gone);
		return PC_MIB_OK;
	}
	struct pc_snmp_user *u = make(dev, at);
	if (u == NULL || clone_first(dev, at, u) != PC_OK ||
		commit_column(dev, at, u, value) != PC_OK)
		return PC_MIB_COMMIT_FAILED;
	pc_snmp_user_settle(u);
	return PC_MIB_OK;
}

/* ---- the lock that managers share ---- */

static int
lock_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_snmp_users *users = users_of(dev);
	return pc_mib_number(at, v, users == NULL ? 0 : users->spin_lock);
}

/* Spec: RFC 2579 TestAndIncr */
static int
lock_set(struct pc_device *dev, const struct pc_snmp_at *at, const struct pc_snmp_value *value,
	bool commit)
{
	struct pc_snmp_users *users = users_of(dev);
	(void)at;
	if (users == NULL)
		return PC_MIB_RESOURCE_UNAVAILABLE;
	if (value->integer < 0 || value->integer > SPIN_MAX)
		return PC_MIB_WRONG_VALUE;
	if (!commit)
		return value->integer == users->spin_lock ? PC_MIB_OK : PC_MIB_INCONSISTENT_VALUE;
	/* Another value: a change that failed is taken back. */
	if (value->integer == users->spin_lock)
		users->spin_lock = users->spin_lock == SPIN_MAX ? 0 : users->spin_lock + 1;
	else
		users->spin_lock = (uint32_t)value->integer;
	return PC_MIB_OK;
}

static bool
applies(const struct pc_profile *profile)
{
	return pc_profile_has_mib(profile, PC_MIBS_USM);
}

static const struct pc_snmp_column lock_columns[] = {
	{1, PC_SNMP_INTEGER, lock_get, lock_set, "usmUserSpinLock"},
};
static const struct pc_snmp_table lock_table = {.oid = lock_oid,
	.n_oid = PC_MIB_COUNT(lock_oid),
	.columns = lock_columns,
	.n_columns = PC_MIB_COUNT(lock_columns),
	.applies = applies,
	.spec = "RFC 3414 usmUserSpinLock"};

static const struct pc_snmp_column user_columns[] = {
	{SECURITY_NAME, PC_SNMP_OCTETS, user_get, NULL, "usmUserSecurityName"},
	{CLONE_FROM, PC_SNMP_OID, user_get, user_set, "usmUserCloneFrom"},
	{AUTH_PROTOCOL, PC_SNMP_OID, user_get, user_set, "usmUserAuthProtocol"},
	{AUTH_KEY_CHANGE, PC_SNMP_OCTETS, user_get, user_set, "usmUserAuthKeyChange"},
	{OWN_AUTH_KEY_CHANGE, PC_SNMP_OCTETS, user_get, user_set, "usmUserOwnAuthKeyChange"},
	{PRIV_PROTOCOL, PC_SNMP_OID, user_get, user_set, "usmUserPrivProtocol"},
	{PRIV_KEY_CHANGE, PC_SNMP_OCTETS, user_get, user_set, "usmUserPrivKeyChange"},
	{OWN_PRIV_KEY_CHANGE, PC_SNMP_OCTETS, user_get, user_set, "usmUserOwnPrivKeyChange"},
	{PUBLIC, PC_SNMP_OCTETS, user_get, user_set, "usmUserPublic"},
	{STORAGE_TYPE, PC_SNMP_INTEGER, user_get, user_set, "usmUserStorageType"},
	{STATUS, PC_SNMP_INTEGER, user_get, user_set, "usmUserStatus"},
};
static const struct pc_snmp_table user_table = {.oid = user_oid,
	.n_oid = PC_MIB_COUNT(user_oid),
	.columns = user_columns,
	.n_columns = PC_MIB_COUNT(user_columns),
	.next = user_next,
	.applies = applies,
	.row_status = STATUS,
	.spec = "RFC 3414 usmUserTable"};

static const struct pc_snmp_table *const tables[] = {&lock_table, &user_table};
const struct pc_snmp_module pc_snmp_mib_usm = {
	"SNMP-USER-BASED-SM-MIB", tables, PC_MIB_COUNT(tables)};
