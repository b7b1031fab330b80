/* Who may do what, as the standard's tables tell it: SNMP-VIEW-BASED-ACM-MIB and the communities of
 * SNMP-COMMUNITY-MIB, read from the entity and its users. The agent decides by those, not
 * by these tables: they are read-only. snmpTargetAddrExtTable belongs to the receivers. Spec: RFC
 * 3415, RFC 3584 s5 */
#include <string.h>

#include "base/err.h"
#include "snmp/entity.h"
#include "snmp/mib-common.h"
#include "snmp/mib-rows.h"
#include "snmp/modules.h"
#include "snmp/usm-users.h"

enum {
	ACTIVE = 1,
	READ_ONLY = 5, /* StorageType */
	EXACT = 1,
	INCLUDED = 1,
	MODEL_V1 = 1, /* SnmpSecurityModel */
	MODEL_V2C = 2,
	MODEL_USM = 3,
	NO_AUTH = 1, /* SnmpSecurityLevel */
	AUTH = 2,
	AUTH_PRIV = 3
};

static const char everything[] = "everything"; /* the one view */

/* Two groups: who reads, and who also writes. */
static const char *const groups[] = {[PC_SNMP_READ] = "readers", [PC_SNMP_WRITE] = "writers"};

static bool
has_vacm(const struct pc_profile *profile)
{
	return pc_profile_has_mib(profile, PC_MIBS_VACM);
}

static bool
has_community(const struct pc_profile *profile)
{
	return pc_profile_has_mib(profile, PC_MIBS_COMMUNITY);
}

/* The community for reading or for writing now; NULL when nobody may. */
static const char *
community(const struct pc_device *dev, size_t which)
{
	const struct pc_snmp_entity *e = pc_snmp_entity_of(dev);
	const struct pc_profile *p = pc_device_profile(dev);
	const char *const profile[] = {
		[PC_SNMP_READ] = p->community_read, [PC_SNMP_WRITE] = p->community_write};

	return e == NULL ? profile[which] : e->communities[which];
}

struct account {
	const char *name;
	bool write;
	uint32_t level; /* that its protocols give */
};

static struct account
make_account(const char *name, bool write, uint32_t auth, uint32_t priv)
{
	uint32_t level = auth <= PC_SNMP_AUTH_NONE   ? NO_AUTH
			 : priv <= PC_SNMP_PRIV_NONE ? AUTH
						     : AUTH_PRIV;

	return (struct account){name, write, level};
}

/* User `at` (from 0): those the agent holds, which a manager may have changed, or while nobody has
 * come in by a user, the profile's. False after the last. */
static bool
account(const struct pc_device *dev, size_t at, struct account *ret)
{
	const struct pc_snmp_entity *e = pc_snmp_entity_of(dev);
	const struct pc_profile *p = pc_device_profile(dev);

	if (!p->snmp.v3)
		return false;
	if (e == NULL || e->users == NULL) {
		const struct pc_profile_snmp_user *u;

		if (at >= p->n_snmp_users)
			return false;
		u = &p->snmp_users[at];
		*ret = make_account(u->name, u->write, (uint32_t)u->auth, (uint32_t)u->priv);
		return true;
	}
	for (size_t i = 0; i < e->users->n; i++) {
		const struct pc_snmp_user *u = e->users->rows[i];

		if (u->row != PC_SNMP_USER_ACTIVE || at-- > 0)
			continue;
		*ret = make_account(u->name, u->write, u->auth, u->priv);
		return true;
	}
	return false;
}

/* ---- contexts ---- */

/* The default context, whose name is empty. */
static bool
context_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	(void)profile;
	index[0] = 0;
	*n_index = 1;
	return at == 0;
}

static int
context_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	(void)dev;
	(void)at;
	return pc_mib_text(v, "");
}

static const uint32_t context_oid[] = {1, 3, 6, 1, 6, 3, 16, 1, 1, 1};

static const struct pc_snmp_column context_columns[] = {
	{1, PC_SNMP_OCTETS, context_get, NULL, "vacmContextName"},
};

static const struct pc_snmp_table context_table = {
	.oid = context_oid,
	.n_oid = PC_MIB_COUNT(context_oid),
	.columns = context_columns,
	.n_columns = PC_MIB_COUNT(context_columns),
	.row = context_row,
	.applies = has_vacm,
	.spec = "RFC 3415 vacmContextTable",
};

/* ---- security names and their groups ---- */

/* One who may ask. */
struct member {
	uint32_t model;
	const char *name;
	enum pc_snmp_community group;
};

/* Communities (as two models, under names that do not give them away), then users. */
static bool
member(const struct pc_device *dev, size_t at, struct member *ret)
{
	const struct pc_profile *p = pc_device_profile(dev);
	struct account user;

	for (uint32_t model = MODEL_V1; model <= MODEL_V2C; model++) {
		bool spoken = model == MODEL_V1 ? p->snmp.v1 : p->snmp.v2c;

		for (size_t i = 0; i < PC_SNMP_COMMUNITIES; i++) {
			if (!spoken || community(dev, i) == NULL || at-- > 0)
				continue;
			*ret = (struct member){model, groups[i], (enum pc_snmp_community)i};
			return true;
		}
	}
	if (!account(dev, at, &user))
		return false;
	*ret = (struct member){MODEL_USM, user.name, user.write ? PC_SNMP_WRITE : PC_SNMP_READ};
	return true;
}

static size_t
member_rows(const struct pc_device *dev, size_t at, uint32_t index[PC_SNMP_INDEX_MAX])
{
	struct member m;

	if (!member(dev, at, &m))
		return 0;
	index[0] = m.model;
	return 1 + pc_mib_index_text(index + 1, m.name, false);
}

static bool
member_next(const struct pc_device *dev, const uint32_t *after, size_t n_after,
	uint32_t index[PC_SNMP_INDEX_MAX], size_t *n_index)
{
	return pc_mib_rows_next(member_rows, dev, after, n_after, index, n_index);
}

static int
member_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	struct member m;
	size_t row = pc_mib_rows_find(member_rows, dev, at);

	if (row == SIZE_MAX || !member(dev, row, &m))
		return PC_E_NOTFOUND;
	if (at->column == 3)
		return pc_mib_text(v, groups[m.group]);
	return pc_mib_number(at, v, at->column == 4 ? READ_ONLY : ACTIVE);
}

static const uint32_t member_oid[] = {1, 3, 6, 1, 6, 3, 16, 1, 2, 1};

static const struct pc_snmp_column member_columns[] = {
	{3, PC_SNMP_OCTETS, member_get, NULL, "vacmGroupName"},
	{4, PC_SNMP_INTEGER, member_get, NULL, "vacmSecurityToGroupStorageType"},
	{5, PC_SNMP_INTEGER, member_get, NULL, "vacmSecurityToGroupStatus"},
};

static const struct pc_snmp_table member_table = {
	.oid = member_oid,
	.n_oid = PC_MIB_COUNT(member_oid),
	.columns = member_columns,
	.n_columns = PC_MIB_COUNT(member_columns),
	.next = member_next,
	.applies = has_vacm,
	.spec = "RFC 3415 vacmSecurityToGroupTable",
};

/* ---- what a group may do ---- */

struct access {
	enum pc_snmp_community group;
	uint32_t model, level;
};

/* Users of a group: a row for the lowest level any of them has. */
static bool
users_level(const struct pc_device *dev, enum pc_snmp_community group, uint32_t *ret)
{
	struct account user;
	bool found = false;

	*ret = AUTH_PRIV;
	for (size_t i = 0; account(dev, i, &user); i++) {
		if ((user.write ? PC_SNMP_WRITE : PC_SNMP_READ) != group)
			continue;
		found = true;
		if (user.level < *ret)
			*ret = user.level;
	}
	return found;
}

static bool
access_at(const struct pc_device *dev, size_t at, struct access *ret)
{
	const struct pc_profile *p = pc_device_profile(dev);

	for (size_t i = 0; i < PC_SNMP_COMMUNITIES; i++) {
		ret->group = (enum pc_snmp_community)i;
		for (ret->model = MODEL_V1; ret->model <= MODEL_USM; ret->model++) {
			bool there = community(dev, i) != NULL;

			ret->level = NO_AUTH;
			if (ret->model == MODEL_USM)
				there = users_level(dev, ret->group, &ret->level);
			else
				there &= ret->model == MODEL_V1 ? p->snmp.v1 : p->snmp.v2c;
			if (there && at-- == 0)
				return true;
		}
	}
	return false;
}

static size_t
access_rows(const struct pc_device *dev, size_t at, uint32_t index[PC_SNMP_INDEX_MAX])
{
	struct access a;
	size_t n;

	if (!access_at(dev, at, &a))
		return 0;
	n = pc_mib_index_text(index, groups[a.group], false);
	index[n++] = 0; /* every context: an empty prefix */
	index[n++] = a.model;
	index[n++] = a.level;
	return n;
}

static bool
access_next(const struct pc_device *dev, const uint32_t *after, size_t n_after,
	uint32_t index[PC_SNMP_INDEX_MAX], size_t *n_index)
{
	return pc_mib_rows_next(access_rows, dev, after, n_after, index, n_index);
}

static int
access_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	struct access a;
	size_t row = pc_mib_rows_find(access_rows, dev, at);

	if (row == SIZE_MAX || !access_at(dev, row, &a))
		return PC_E_NOTFOUND;
	switch (at->column) {
	case 4:
		return pc_mib_number(at, v, EXACT);
	case 5: /* reading and notifications */
	case 7:
		return pc_mib_text(v, everything);
	case 6:
		return pc_mib_text(v, a.group == PC_SNMP_WRITE ? everything : "");
	default:
		return pc_mib_number(at, v, at->column == 8 ? READ_ONLY : ACTIVE);
	}
}

static const uint32_t access_oid[] = {1, 3, 6, 1, 6, 3, 16, 1, 4, 1};

static const struct pc_snmp_column access_columns[] = {
	{4, PC_SNMP_INTEGER, access_get, NULL, "vacmAccessContextMatch"},
	{5, PC_SNMP_OCTETS, access_get, NULL, "vacmAccessReadViewName"},
	{6, PC_SNMP_OCTETS, access_get, NULL, "vacmAccessWriteViewName"},
	{7, PC_SNMP_OCTETS, access_get, NULL, "vacmAccessNotifyViewName"},
	{8, PC_SNMP_INTEGER, access_get, NULL, "vacmAccessStorageType"},
	{9, PC_SNMP_INTEGER, access_get, NULL, "vacmAccessStatus"},
};

static const struct pc_snmp_table access_table = {
	.oid = access_oid,
	.n_oid = PC_MIB_COUNT(access_oid),
	.columns = access_columns,
	.n_columns = PC_MIB_COUNT(access_columns),
	.next = access_next,
	.applies = has_vacm,
	.spec = "RFC 3415 vacmAccessTable",
};

/* ---- views ---- */

/* No view can be changed, so the lock never moves. */
static int
lock_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	(void)dev;
	return pc_mib_number(at, v, 0);
}

static const uint32_t lock_oid[] = {1, 3, 6, 1, 6, 3, 16, 1, 5};

static const struct pc_snmp_column lock_columns[] = {
	{1, PC_SNMP_INTEGER, lock_get, NULL, "vacmViewSpinLock"},
};

static const struct pc_snmp_table lock_table = {
	.oid = lock_oid,
	.n_oid = PC_MIB_COUNT(lock_oid),
	.columns = lock_columns,
	.n_columns = PC_MIB_COUNT(lock_columns),
	.applies = has_vacm,
	.spec = "RFC 3415 vacmViewSpinLock",
};

/* The subtree 1.3 of the only view. */
static bool
view_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	size_t n = pc_mib_index_text(index, everything, false);

	(void)profile;
	index[n++] = 2;
	index[n++] = 1;
	index[n++] = 3;
	*n_index = n;
	return at == 0;
}

static int
view_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const int64_t n[] = {[4] = INCLUDED, [5] = READ_ONLY, [6] = ACTIVE};

	(void)dev;
	return at->column == 3 ? pc_mib_text(v, "") : pc_mib_number(at, v, n[at->column]);
}

static const uint32_t view_oid[] = {1, 3, 6, 1, 6, 3, 16, 1, 5, 2, 1};

static const struct pc_snmp_column view_columns[] = {
	{3, PC_SNMP_OCTETS, view_get, NULL, "vacmViewTreeFamilyMask"},
	{4, PC_SNMP_INTEGER, view_get, NULL, "vacmViewTreeFamilyType"},
	{5, PC_SNMP_INTEGER, view_get, NULL, "vacmViewTreeFamilyStorageType"},
	{6, PC_SNMP_INTEGER, view_get, NULL, "vacmViewTreeFamilyStatus"},
};

static const struct pc_snmp_table view_table = {
	.oid = view_oid,
	.n_oid = PC_MIB_COUNT(view_oid),
	.columns = view_columns,
	.n_columns = PC_MIB_COUNT(view_columns),
	.row = view_row,
	.applies = has_vacm,
	.spec = "RFC 3415 vacmViewTreeFamilyTable",
};

/* ---- communities ---- */

/* The rows' index is the security name: "readers", "writers". */
static size_t
community_rows(const struct pc_device *dev, size_t at, uint32_t index[PC_SNMP_INDEX_MAX])
{
	for (size_t i = 0; i < PC_SNMP_COMMUNITIES; i++)
		if (community(dev, i) != NULL && at-- == 0)
			return pc_mib_index_text(index, groups[i], true);
	return 0;
}

static bool
community_next(const struct pc_device *dev, const uint32_t *after, size_t n_after,
	uint32_t index[PC_SNMP_INDEX_MAX], size_t *n_index)
{
	return pc_mib_rows_next(community_rows, dev, after, n_after, index, n_index);
}

/* The community of the row; NULL: no such row. */
static const char *
find_community(const struct pc_device *dev, const struct pc_snmp_at *at, size_t *ret)
{
	size_t row = pc_mib_rows_find(community_rows, dev, at);

	if (row == SIZE_MAX)
		return NULL;
	*ret = community(dev, PC_SNMP_READ) == NULL ? PC_SNMP_WRITE : row;
	return community(dev, *ret);
}

/* Who may read must not learn how to write: that community reads as empty, like a key.
 * Spec: RFC 3584 s5.4 */
static int
community_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_snmp_entity *e = pc_snmp_entity_of(dev);
	size_t which = 0;
	const char *name = find_community(dev, at, &which);

	if (name == NULL || (at->column == 4 && e == NULL))
		return PC_E_NOTFOUND;
	switch (at->column) {
	case 2:
		return pc_mib_text(v, which == PC_SNMP_READ ? name : "");
	case 3:
		return pc_mib_text(v, groups[which]);
	case 4:
		return pc_mib_octets(v, e->engine_id, e->n_engine_id);
	case 5:
	case 6:
		return pc_mib_text(v, "");
	default:
		return pc_mib_number(at, v, at->column == 7 ? READ_ONLY : ACTIVE);
	}
}

static const uint32_t community_oid[] = {1, 3, 6, 1, 6, 3, 18, 1, 1, 1};

static const struct pc_snmp_column community_columns[] = {
	{2, PC_SNMP_OCTETS, community_get, NULL, "snmpCommunityName"},
	{3, PC_SNMP_OCTETS, community_get, NULL, "snmpCommunitySecurityName"},
	{4, PC_SNMP_OCTETS, community_get, NULL, "snmpCommunityContextEngineID"},
	{5, PC_SNMP_OCTETS, community_get, NULL, "snmpCommunityContextName"},
	{6, PC_SNMP_OCTETS, community_get, NULL, "snmpCommunityTransportTag"},
	{7, PC_SNMP_INTEGER, community_get, NULL, "snmpCommunityStorageType"},
	{8, PC_SNMP_INTEGER, community_get, NULL, "snmpCommunityStatus"},
};

static const struct pc_snmp_table community_table = {
	.oid = community_oid,
	.n_oid = PC_MIB_COUNT(community_oid),
	.columns = community_columns,
	.n_columns = PC_MIB_COUNT(community_columns),
	.next = community_next,
	.applies = has_community,
	.spec = "RFC 3584 snmpCommunityTable",
};

static const struct pc_snmp_table *const tables[] = {
	&context_table, &member_table, &access_table, &lock_table, &view_table, &community_table};

const struct pc_snmp_module pc_snmp_mib_access = {
	"SNMP-VIEW-BASED-ACM-MIB", tables, PC_MIB_COUNT(tables)};
