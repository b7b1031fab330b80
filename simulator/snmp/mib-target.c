/* SNMP-TARGET-MIB: addresses and parameters of receivers; and what SNMP-COMMUNITY-MIB adds to an
 * address. Spec: RFC 3413 s4.1, RFC 3584 s5 */
#include <string.h>

#include "base/err.h"
#include "snmp/mib-common.h"
#include "snmp/mib-target.h"
#include "snmp/modules.h"

enum {
	ADDRESS_OCTETS = 6,
	VERSION_3 = 3,
	LEVEL_NO_AUTH = 1,
	LEVEL_BEST = 3,
	INCONSISTENT_NAME = 18
};

static const uint32_t udp_domain[] = {1, 3, 6, 1, 6, 1, 1}; /* Spec: RFC 3417 snmpUDPDomain */

static bool
has_target(const struct pc_profile *profile)
{
	return pc_profile_has_mib(profile, PC_MIBS_TARGET);
}

/* ---- snmpTargetAddrTable ---- */

static bool
addr_next(const struct pc_device *dev, const uint32_t *after, size_t n_after,
	uint32_t index[PC_SNMP_INDEX_MAX], size_t *n_index)
{
	return pc_mib_target_next(dev, &pc_mib_target_addr, after, n_after, index, n_index);
}

static int
shown_status(const struct pc_snmp_at *at, struct pc_snmp_value *v, const struct pc_snmp_receiver *r)
{
	return pc_mib_number(at, v, r->active ? PC_MIB_ROW_ACTIVE : PC_MIB_ROW_NOT_IN_SERVICE);
}

static int
shown_name(struct pc_snmp_value *v, const struct pc_snmp_receiver *r)
{
	char name[PC_MIB_TARGET_SHOWN_MAX];

	pc_mib_target_shown_name(r, name);
	return pc_mib_format(v, "%s", name);
}

static int
addr_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_snmp_receiver *r = pc_mib_target_shown(dev, at->index, at->n_index);

	if (r == NULL)
		return pc_mib_kept_get(dev, at, v);
	switch (at->column) {
	case 2:
		return pc_mib_oid(v, udp_domain, PC_MIB_COUNT(udp_domain));
	case 3:
		memcpy(v->scratch.bytes, &r->address, 4);
		v->scratch.bytes[4] = (uint8_t)(r->port >> 8);
		v->scratch.bytes[5] = (uint8_t)r->port;
		return pc_mib_octets(v, v->scratch.bytes, ADDRESS_OCTETS);
	case 4:
		return pc_mib_number(at, v, r->timeout_cs);
	case 5:
		return pc_mib_number(at, v, r->retries);
	case 6:
	case 7:
		return shown_name(v, r);
	case 8:
		return pc_mib_number(at, v, PC_MIB_STORAGE_READ_ONLY);
	default:
		return shown_status(at, v, r);
	}
}

static void drop_extension(struct pc_device *dev, const struct pc_snmp_at *at);

/* Only UDP over IPv4: an address and a port that something can be sent to. */
static int
addr_judge(const struct pc_snmp_at *at, const struct pc_snmp_value *value)
{
	static const uint8_t none[4];

	switch (at->column) {
	case 2:
		return pc_arcs_compare(
			       value->arcs, value->len, udp_domain, PC_MIB_COUNT(udp_domain)) == 0
			       ? PC_MIB_OK
			       : PC_MIB_WRONG_VALUE;
	case 3:
		if (value->len != ADDRESS_OCTETS)
			return PC_MIB_WRONG_LENGTH;
		return memcmp(value->bytes, none, sizeof none) == 0 ||
				       (value->bytes[4] | value->bytes[5]) == 0
			       ? PC_MIB_WRONG_VALUE
			       : PC_MIB_OK;
	case 6:
		return value->len > 255 || pc_mib_target_tags(value, true) ? PC_MIB_OK
									   : PC_MIB_WRONG_VALUE;
	default:
		return PC_MIB_OK;
	}
}

static int
addr_set(struct pc_device *dev, const struct pc_snmp_at *at, const struct pc_snmp_value *value,
	bool commit)
{
	int status = commit ? PC_MIB_OK : addr_judge(at, value);

	if (commit && at->column == 9 && value->integer == PC_MIB_ROW_DESTROY)
		drop_extension(dev, at);
	return status == PC_MIB_OK
		       ? pc_mib_target_set(dev, at, value, commit, PC_MIB_TARGET_ROWS_MAX)
		       : status;
}

static const uint32_t addr_oid[] = {1, 3, 6, 1, 6, 3, 12, 1, 2, 1};

static const struct pc_snmp_column addr_columns[] = {
	{2, PC_SNMP_OID, addr_get, addr_set, "snmpTargetAddrTDomain"},
	{3, PC_SNMP_OCTETS, addr_get, addr_set, "snmpTargetAddrTAddress"},
	{4, PC_SNMP_INTEGER, addr_get, addr_set, "snmpTargetAddrTimeout"},
	{5, PC_SNMP_INTEGER, addr_get, addr_set, "snmpTargetAddrRetryCount"},
	{6, PC_SNMP_OCTETS, addr_get, addr_set, "snmpTargetAddrTagList"},
	{7, PC_SNMP_OCTETS, addr_get, addr_set, "snmpTargetAddrParams"},
	{8, PC_SNMP_INTEGER, addr_get, addr_set, "snmpTargetAddrStorageType"},
	{9, PC_SNMP_INTEGER, addr_get, addr_set, "snmpTargetAddrRowStatus"},
};

/* StorageType: what is written is kept; volatile and nonVolatile are the same here. */
static const struct pc_mib_rule addr_rules[] = {
	{3, ADDRESS_OCTETS, ADDRESS_OCTETS, 0, NULL, NULL},
	{4, 0, INT32_MAX, PC_SNMP_INFORM_TIMEOUT_CS, NULL, NULL},
	{5, 0, 255, PC_SNMP_INFORM_RETRIES, NULL, NULL},
	{6, 0, 255, 0, NULL, NULL},
	{7, 1, PC_MIB_TARGET_NAME_MAX, 0, NULL, NULL},
	{8, 0, 0, PC_MIB_STORAGE_NONVOLATILE, NULL, ",2,3,"},
};

const struct pc_mib_kept_table pc_mib_target_addr = {
	.table =
		{
			.oid = addr_oid,
			.n_oid = PC_MIB_COUNT(addr_oid),
			.columns = addr_columns,
			.n_columns = PC_MIB_COUNT(addr_columns),
			.next = addr_next,
			.applies = has_target,
			.row_status = 9,
			.spec = "RFC 3413 snmpTargetAddrTable",
		},
	.rules = addr_rules,
	.n_rules = PC_MIB_COUNT(addr_rules),
	.index = pc_mib_target_name,
	.required = 1 << 2 | 1 << 3 | 1 << 7,
	.fixed = 1 << 2 | 1 << 3,
	.changed = pc_mib_target_sync,
};

/* ---- snmpTargetParamsTable ---- */

static bool
params_next(const struct pc_device *dev, const uint32_t *after, size_t n_after,
	uint32_t index[PC_SNMP_INDEX_MAX], size_t *n_index)
{
	return pc_mib_target_next(dev, &pc_mib_target_params, after, n_after, index, n_index);
}

static int
params_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_snmp_receiver *r = pc_mib_target_shown(dev, at->index, at->n_index);

	if (r == NULL)
		return pc_mib_kept_get(dev, at, v);
	switch (at->column) {
	case 2:
		return pc_mib_number(at, v, r->version);
	case 3:
		return pc_mib_number(at, v, r->version == VERSION_3 ? VERSION_3 : r->version + 1);
	case 4:
		return pc_mib_text(v, r->name);
	case 5:
		return pc_mib_number(at, v,
			r->version != VERSION_3 ? LEVEL_NO_AUTH
			: r->level == 0         ? LEVEL_BEST
						: r->level);
	case 6:
		return pc_mib_number(at, v, PC_MIB_STORAGE_READ_ONLY);
	default:
		return shown_status(at, v, r);
	}
}

/* Spec: RFC 3413 snmpTargetParamsMPModel: inconsistentValue for a model that is not supported */
static int
params_judge(const struct pc_snmp_at *at, const struct pc_snmp_value *value)
{
	int64_t n = value->integer;

	if (at->column == 2 && n > 1 && n != VERSION_3)
		return PC_MIB_INCONSISTENT_VALUE;
	if (at->column == 3 && n > VERSION_3)
		return PC_MIB_INCONSISTENT_VALUE;
	if (at->column == 4 && value->len > PC_SNMP_COMMUNITY_TEXT_MAX && value->len <= 255)
		return PC_MIB_RESOURCE_UNAVAILABLE;
	if (at->column == 4 && value->len > 0 && memchr(value->bytes, 0, value->len) != NULL)
		return PC_MIB_WRONG_VALUE;
	return PC_MIB_OK;
}

static int
params_set(struct pc_device *dev, const struct pc_snmp_at *at, const struct pc_snmp_value *value,
	bool commit)
{
	int status = commit ? PC_MIB_OK : params_judge(at, value);

	return status == PC_MIB_OK
		       ? pc_mib_target_set(dev, at, value, commit, PC_MIB_TARGET_ROWS_MAX)
		       : status;
}

static const uint32_t params_oid[] = {1, 3, 6, 1, 6, 3, 12, 1, 3, 1};

static const struct pc_snmp_column params_columns[] = {
	{2, PC_SNMP_INTEGER, params_get, params_set, "snmpTargetParamsMPModel"},
	{3, PC_SNMP_INTEGER, params_get, params_set, "snmpTargetParamsSecurityModel"},
	{4, PC_SNMP_OCTETS, params_get, params_set, "snmpTargetParamsSecurityName"},
	{5, PC_SNMP_INTEGER, params_get, params_set, "snmpTargetParamsSecurityLevel"},
	{6, PC_SNMP_INTEGER, params_get, params_set, "snmpTargetParamsStorageType"},
	{7, PC_SNMP_INTEGER, params_get, params_set, "snmpTargetParamsRowStatus"},
};

static const struct pc_mib_rule params_rules[] = {
	{2, 0, INT32_MAX, 0, NULL, NULL},
	{3, 1, INT32_MAX, 1, NULL, NULL},
	{4, 0, 255, 0, NULL, NULL},
	{5, 0, 0, LEVEL_NO_AUTH, NULL, ",1,2,3,"},
	{6, 0, 0, PC_MIB_STORAGE_NONVOLATILE, NULL, ",2,3,"},
};

const struct pc_mib_kept_table pc_mib_target_params = {
	.table =
		{
			.oid = params_oid,
			.n_oid = PC_MIB_COUNT(params_oid),
			.columns = params_columns,
			.n_columns = PC_MIB_COUNT(params_columns),
			.next = params_next,
			.applies = has_target,
			.row_status = 7,
			.spec = "RFC 3413 snmpTargetParamsTable",
		},
	.rules = params_rules,
	.n_rules = PC_MIB_COUNT(params_rules),
	.index = pc_mib_target_name,
	.required = 1 << 2 | 1 << 3 | 1 << 4 | 1 << 5,
	.fixed = 1 << 2 | 1 << 3 | 1 << 4 | 1 << 5,
	.changed = pc_mib_target_sync,
};

/* ---- scalars ---- */

static const uint32_t objects_oid[] = {1, 3, 6, 1, 6, 3, 12, 1};

static int spin_get(
	const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v);
static int spin_set(struct pc_device *dev, const struct pc_snmp_at *at,
	const struct pc_snmp_value *value, bool commit);

static const struct pc_snmp_column spin_columns[] = {
	{1, PC_SNMP_INTEGER, spin_get, spin_set, "snmpTargetSpinLock"},
};

static const struct pc_mib_kept_table spin_table = {
	.table = {.oid = objects_oid,
		.n_oid = PC_MIB_COUNT(objects_oid),
		.columns = spin_columns,
		.n_columns = PC_MIB_COUNT(spin_columns),
		.applies = has_target,
		.spec = "RFC 3413 snmpTargetSpinLock"},
};

static int
spin_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	return pc_mib_number(
		at, v, pc_mib_kept_number(dev, &spin_table, 1, at->index, at->n_index));
}

/* Spec: RFC 2579 TestAndIncr: the value now, and it becomes the next one */
static int
spin_set(struct pc_device *dev, const struct pc_snmp_at *at, const struct pc_snmp_value *value,
	bool commit)
{
	int64_t now = pc_mib_kept_number(dev, &spin_table, 1, at->index, at->n_index);

	if (value->integer < 0 || value->integer > INT32_MAX)
		return PC_MIB_WRONG_VALUE;
	if (!commit)
		return value->integer == now ? PC_MIB_OK : PC_MIB_INCONSISTENT_VALUE;
	return pc_mib_kept_put(dev, &spin_table, 1, at->index, at->n_index,
		       now == INT32_MAX ? 0 : now + 1) == PC_OK
		       ? PC_MIB_OK
		       : PC_MIB_COMMIT_FAILED;
}

static int
contexts_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_snmp_entity *e = pc_snmp_entity_of(dev);
	enum pc_snmp_stat stat =
		at->column == 4 ? PC_SNMP_UNAVAILABLE_CONTEXTS : PC_SNMP_UNKNOWN_CONTEXTS;

	return pc_mib_number(at, v, e == NULL ? 0 : e->stats[stat]);
}

static const struct pc_snmp_column contexts_columns[] = {
	{4, PC_SNMP_COUNTER32, contexts_get, NULL, "snmpUnavailableContexts"},
	{5, PC_SNMP_COUNTER32, contexts_get, NULL, "snmpUnknownContexts"},
};

static const struct pc_snmp_table contexts_table = {
	.oid = objects_oid,
	.n_oid = PC_MIB_COUNT(objects_oid),
	.columns = contexts_columns,
	.n_columns = PC_MIB_COUNT(contexts_columns),
	.applies = has_target,
	.spec = "RFC 3413 snmpUnavailableContexts",
};

/* ---- snmpTargetAddrExtTable ---- */

static bool
has_extension(const struct pc_profile *profile)
{
	return has_target(profile) && pc_profile_has_mib(profile, PC_MIBS_COMMUNITY);
}

static bool
has_address(const struct pc_device *dev, const uint32_t *index, size_t n_index)
{
	struct pc_snmp_value v;

	return pc_mib_target_shown(dev, index, n_index) != NULL ||
	       pc_mib_kept_value(dev, &pc_mib_target_addr, 9, index, n_index, &v);
}

static int extension_get(
	const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v);
static int extension_set(struct pc_device *dev, const struct pc_snmp_at *at,
	const struct pc_snmp_value *value, bool commit);

static const uint32_t extension_oid[] = {1, 3, 6, 1, 6, 3, 18, 1, 2, 1};

/* The mask chooses among the sources of requests, which nobody here does by address: it stands. */
static const struct pc_snmp_column extension_columns[] = {
	{1, PC_SNMP_OCTETS, extension_get, NULL, "snmpTargetAddrTMask"},
	{2, PC_SNMP_INTEGER, extension_get, extension_set, "snmpTargetAddrMMS"},
};

static const struct pc_mib_rule extension_rules[] = {
	{2, 0, INT32_MAX, PC_MIB_TARGET_MMS, NULL, NULL},
};

const struct pc_mib_kept_table pc_mib_target_extension = {
	.table =
		{
			.oid = extension_oid,
			.n_oid = PC_MIB_COUNT(extension_oid),
			.columns = extension_columns,
			.n_columns = PC_MIB_COUNT(extension_columns),
			.next = addr_next,
			.applies = has_extension,
			.spec = "RFC 3584 snmpTargetAddrExtTable",
		},
	.rules = extension_rules,
	.n_rules = PC_MIB_COUNT(extension_rules),
	.changed = pc_mib_target_sync,
};

static int
extension_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	if (!has_address(dev, at->index, at->n_index))
		return PC_E_NOTFOUND;
	if (at->column == 2 && pc_mib_target_shown(dev, at->index, at->n_index) != NULL)
		return pc_mib_number(at, v, 0); /* no limit */
	return pc_mib_kept_get(dev, at, v);
}

static int
extension_set(struct pc_device *dev, const struct pc_snmp_at *at, const struct pc_snmp_value *value,
	bool commit)
{
	if (pc_mib_target_shown(dev, at->index, at->n_index) != NULL)
		return PC_MIB_NOT_WRITABLE;
	if (!commit && !has_address(dev, at->index, at->n_index))
		return INCONSISTENT_NAME;
	if (!commit && value->integer > 0 && value->integer < PC_MIB_TARGET_MMS)
		return PC_MIB_WRONG_VALUE;
	return pc_mib_kept_set(dev, at, value, commit);
}

static void
drop_extension(struct pc_device *dev, const struct pc_snmp_at *at)
{
	pc_mib_kept_drop(dev, &pc_mib_target_extension, at->index, at->n_index);
}

static const struct pc_snmp_table *const tables[] = {&spin_table.table, &contexts_table,
	&pc_mib_target_addr.table, &pc_mib_target_params.table, &pc_mib_target_extension.table};

const struct pc_snmp_module pc_snmp_mib_target = {"SNMP-TARGET-MIB", tables, PC_MIB_COUNT(tables)};
