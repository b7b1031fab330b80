/* SNMP-NOTIFICATION-MIB: which receivers are sent traps or informs, and filters for them.
 * Spec: RFC 3413 s4.2 */
#include <string.h>

#include "base/err.h"
#include "snmp/mib-common.h"
#include "snmp/mib-target.h"
#include "snmp/modules.h"

enum { FILTERS_MAX = 32, MASK_OCTETS = 16, TRAP = 1, INFORM = 2, INCLUDED = 1 };

static bool
has_notification(const struct pc_profile *profile)
{
	return pc_profile_has_mib(profile, PC_MIBS_NOTIFICATION);
}

/* ---- snmpNotifyTable ---- */

static bool
notify_next(const struct pc_device *dev, const uint32_t *after, size_t n_after,
	uint32_t index[PC_SNMP_INDEX_MAX], size_t *n_index)
{
	return pc_mib_target_next(dev, &pc_mib_notify, after, n_after, index, n_index);
}

static int
notify_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_snmp_receiver *r = pc_mib_target_shown(dev, at->index, at->n_index);
	char name[PC_MIB_TARGET_SHOWN_MAX];

	if (r == NULL)
		return pc_mib_kept_get(dev, at, v);
	switch (at->column) {
	case 2:
		pc_mib_target_shown_name(r, name);
		return pc_mib_format(v, "%s", name);
	case 3:
		return pc_mib_number(at, v, r->inform ? INFORM : TRAP);
	case 4:
		return pc_mib_number(at, v, PC_MIB_STORAGE_READ_ONLY);
	default:
		return pc_mib_number(
			at, v, r->active ? PC_MIB_ROW_ACTIVE : PC_MIB_ROW_NOT_IN_SERVICE);
	}
}

static int
notify_set(struct pc_device *dev, const struct pc_snmp_at *at, const struct pc_snmp_value *value,
	bool commit)
{
	if (!commit && at->column == 2 && value->len <= 255 && !pc_mib_target_tags(value, false))
		return PC_MIB_WRONG_VALUE;
	return pc_mib_target_set(dev, at, value, commit, PC_MIB_TARGET_ROWS_MAX);
}

static const uint32_t notify_oid[] = {1, 3, 6, 1, 6, 3, 13, 1, 1, 1};

static const struct pc_snmp_column notify_columns[] = {
	{2, PC_SNMP_OCTETS, notify_get, notify_set, "snmpNotifyTag"},
	{3, PC_SNMP_INTEGER, notify_get, notify_set, "snmpNotifyType"},
	{4, PC_SNMP_INTEGER, notify_get, notify_set, "snmpNotifyStorageType"},
	{5, PC_SNMP_INTEGER, notify_get, notify_set, "snmpNotifyRowStatus"},
};

static const struct pc_mib_rule notify_rules[] = {
	{2, 0, 255, 0, NULL, NULL},
	{3, TRAP, INFORM, TRAP, NULL, NULL},
	{4, 0, 0, PC_MIB_STORAGE_NONVOLATILE, NULL, ",2,3,"},
};

const struct pc_mib_kept_table pc_mib_notify = {
	.table =
		{
			.oid = notify_oid,
			.n_oid = PC_MIB_COUNT(notify_oid),
			.columns = notify_columns,
			.n_columns = PC_MIB_COUNT(notify_columns),
			.next = notify_next,
			.applies = has_notification,
			.row_status = 5,
			.spec = "RFC 3413 snmpNotifyTable",
		},
	.rules = notify_rules,
	.n_rules = PC_MIB_COUNT(notify_rules),
	.index = pc_mib_target_name,
	.changed = pc_mib_target_sync,
};

/* ---- snmpNotifyFilterProfileTable: index is the name of a row of snmpTargetParamsTable ---- */

static bool
profile_next(const struct pc_device *dev, const uint32_t *after, size_t n_after,
	uint32_t index[PC_SNMP_INDEX_MAX], size_t *n_index)
{
	return pc_mib_kept_next(dev, &pc_mib_filter_profile, after, n_after, index, n_index);
}

static int
profile_set(struct pc_device *dev, const struct pc_snmp_at *at, const struct pc_snmp_value *value,
	bool commit)
{
	return pc_mib_target_set(dev, at, value, commit, PC_MIB_TARGET_ROWS_MAX);
}

static const uint32_t profile_oid[] = {1, 3, 6, 1, 6, 3, 13, 1, 2, 1};

static const struct pc_snmp_column profile_columns[] = {
	{1, PC_SNMP_OCTETS, pc_mib_kept_get, profile_set, "snmpNotifyFilterProfileName"},
	{2, PC_SNMP_INTEGER, pc_mib_kept_get, profile_set, "snmpNotifyFilterProfileStorType"},
	{3, PC_SNMP_INTEGER, pc_mib_kept_get, profile_set, "snmpNotifyFilterProfileRowStatus"},
};

static const struct pc_mib_rule profile_rules[] = {
	{1, 1, PC_MIB_TARGET_NAME_MAX, 0, NULL, NULL},
	{2, 0, 0, PC_MIB_STORAGE_NONVOLATILE, NULL, ",2,3,"},
};

const struct pc_mib_kept_table pc_mib_filter_profile = {
	.table =
		{
			.oid = profile_oid,
			.n_oid = PC_MIB_COUNT(profile_oid),
			.columns = profile_columns,
			.n_columns = PC_MIB_COUNT(profile_columns),
			.next = profile_next,
			.applies = has_notification,
			.row_status = 3,
			.spec = "RFC 3413 snmpNotifyFilterProfileTable",
		},
	.rules = profile_rules,
	.n_rules = PC_MIB_COUNT(profile_rules),
	.index = pc_mib_target_name,
	.required = 1 << 1,
};

/* ---- snmpNotifyFilterTable: index is the profile's name with its length, then the subtree ---- */

static bool
filter_next(const struct pc_device *dev, const uint32_t *after, size_t n_after,
	uint32_t index[PC_SNMP_INDEX_MAX], size_t *n_index)
{
	return pc_mib_kept_next(dev, &pc_mib_filter, after, n_after, index, n_index);
}

static bool
filter_index(const struct pc_device *dev, const uint32_t *index, size_t n_index)
{
	return n_index > 1 && n_index <= PC_SNMP_INDEX_MAX && index[0] < n_index - 1 &&
	       pc_mib_target_name(dev, index + 1, index[0]);
}

static int
filter_set(struct pc_device *dev, const struct pc_snmp_at *at, const struct pc_snmp_value *value,
	bool commit)
{
	return pc_mib_target_set(dev, at, value, commit, FILTERS_MAX);
}

static const uint32_t filter_oid[] = {1, 3, 6, 1, 6, 3, 13, 1, 3, 1};

static const struct pc_snmp_column filter_columns[] = {
	{2, PC_SNMP_OCTETS, pc_mib_kept_get, filter_set, "snmpNotifyFilterMask"},
	{3, PC_SNMP_INTEGER, pc_mib_kept_get, filter_set, "snmpNotifyFilterType"},
	{4, PC_SNMP_INTEGER, pc_mib_kept_get, filter_set, "snmpNotifyFilterStorageType"},
	{5, PC_SNMP_INTEGER, pc_mib_kept_get, filter_set, "snmpNotifyFilterRowStatus"},
};

static const struct pc_mib_rule filter_rules[] = {
	{2, 0, MASK_OCTETS, 0, NULL, NULL},
	{3, INCLUDED, INCLUDED + 1, INCLUDED, NULL, NULL},
	{4, 0, 0, PC_MIB_STORAGE_NONVOLATILE, NULL, ",2,3,"},
};

const struct pc_mib_kept_table pc_mib_filter = {
	.table =
		{
			.oid = filter_oid,
			.n_oid = PC_MIB_COUNT(filter_oid),
			.columns = filter_columns,
			.n_columns = PC_MIB_COUNT(filter_columns),
			.next = filter_next,
			.applies = has_notification,
			.row_status = 5,
			.spec = "RFC 3413 snmpNotifyFilterTable",
		},
	.rules = filter_rules,
	.n_rules = PC_MIB_COUNT(filter_rules),
	.index = filter_index,
};

static const struct pc_snmp_table *const tables[] = {
	&pc_mib_notify.table, &pc_mib_filter_profile.table, &pc_mib_filter.table};

const struct pc_snmp_module pc_snmp_mib_notification = {
	"SNMP-NOTIFICATION-MIB", tables, PC_MIB_COUNT(tables)};
