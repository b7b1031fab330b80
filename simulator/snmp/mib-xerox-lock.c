/* XEROX-GENERAL-MIB: locks and client data, rows that collectors create for their own use.
 * Spec: XCMI 5.10 */
#include <string.h>

#include "base/err.h"
#include "snmp/mib-xerox.h"
#include "snmp/modules.h"

enum { LOCK_SECONDS_MAX = 3600, LOCKS_MAX = 8 };

/* ---- locks: advisory rows that go away when their time is over ---- */

static bool lock_next(const struct pc_device *dev, const uint32_t *after, size_t n_after,
	uint32_t index[PC_SNMP_INDEX_MAX], size_t *n_index);
static int lock_get(
	const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v);
static int lock_set(struct pc_device *dev, const struct pc_snmp_at *at,
	const struct pc_snmp_value *value, bool commit);

static bool
lock_hidden(const struct pc_device *dev)
{
	return pc_xcmi_hides(dev, PC_XCMI_LOCK);
}

static const uint32_t lock_oid[] = {PC_XCMI, 51, 8, 2, 1};

static const struct pc_snmp_column lock_columns[] = {
	{2, PC_SNMP_INTEGER, lock_get, lock_set, "xcmGenLockRowStatus"},
	{3, PC_SNMP_OCTETS, lock_get, lock_set, "xcmGenLockOwnerString"},
	{4, PC_SNMP_OID, lock_get, lock_set, "xcmGenLockOwnerSubtree"},
	{5, PC_SNMP_INTEGER, lock_get, lock_set, "xcmGenLockOwnerTimer"},
};

static const struct pc_mib_rule lock_rules[] = {
	{3, 0, 255, 0, NULL, NULL},
	{4, 0, 0, 0, NULL, NULL},
	{5, 0, INT32_MAX, 0, NULL, NULL},
};

PC_XCMI_RULED_TABLE(lock, .next = lock_next, .hidden = lock_hidden, .row_status = 2,
	.spec = "XCMI xcmGenLockTable");

/* Seconds a lock still holds; the clock's second of its last renewal is kept in column 1. A lock
 * without a timer holds until it is destroyed. */
static int64_t
lock_left(const struct pc_device *dev, const uint32_t *index, size_t n_index)
{
	int64_t timer = pc_mib_kept_number(dev, &lock_table, 5, index, n_index);
	int64_t since = pc_mib_kept_number(dev, &lock_table, 1, index, n_index);
	int64_t now = (int64_t)(pc_clock_ms(pc_device_clock(dev)) / 1000);

	return timer == 0 ? 1 : timer - (now - since);
}

static bool
lock_next(const struct pc_device *dev, const uint32_t *after, size_t n_after,
	uint32_t index[PC_SNMP_INDEX_MAX], size_t *n_index)
{
	uint32_t from[PC_SNMP_INDEX_MAX];

	if (n_after > PC_SNMP_INDEX_MAX)
		return false;
	if (n_after > 0)
		memcpy(from, after, n_after * sizeof *after);
	while (pc_mib_kept_next(dev, &lock_table, from, n_after, index, n_index)) {
		if (lock_left(dev, index, *n_index) > 0)
			return true;
		memcpy(from, index, *n_index * sizeof *index);
		n_after = *n_index;
	}
	return false;
}

static int
lock_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	int r = pc_mib_kept_get(dev, at, v);

	if (r == PC_OK && lock_left(dev, at->index, at->n_index) <= 0)
		return PC_E_NOTFOUND;
	if (r == PC_OK && at->column == 5 && v->integer > 0)
		v->integer = lock_left(dev, at->index, at->n_index);
	return r;
}

static uint32_t
locks(const struct pc_device *dev, uint32_t *ret_highest)
{
	uint32_t index[PC_SNMP_INDEX_MAX], n = 0;
	size_t n_index = 0;

	*ret_highest = 0;
	for (bool more = lock_next(dev, NULL, 0, index, &n_index); more;
		more = lock_next(dev, index, n_index, index, &n_index)) {
		*ret_highest = index[0];
		n++;
	}
	return n;
}

/* A lock whose time is over is gone before anybody writes. */
static void
drop_dead_lock(struct pc_device *dev, const struct pc_snmp_at *at)
{
	if (pc_mib_kept_number(dev, &lock_table, 2, at->index, at->n_index) != 0 &&
		lock_left(dev, at->index, at->n_index) <= 0)
		pc_mib_kept_drop(dev, &lock_table, at->index, at->n_index);
}

static int
lock_set(struct pc_device *dev, const struct pc_snmp_at *at, const struct pc_snmp_value *value,
	bool commit)
{
	int64_t now = (int64_t)(pc_clock_ms(pc_device_clock(dev)) / 1000);
	uint32_t highest = 0;
	int r;

	drop_dead_lock(dev, at);
	if (!commit && at->column == 5 && value->integer > LOCK_SECONDS_MAX)
		return PC_MIB_WRONG_VALUE;
	if (!commit && at->column == 2 && value->integer >= PC_MIB_ROW_CREATE_AND_GO &&
		value->integer != PC_MIB_ROW_DESTROY && locks(dev, &highest) >= LOCKS_MAX)
		return PC_MIB_RESOURCE_UNAVAILABLE;
	r = pc_mib_kept_set(dev, at, value, commit);
	if (r != PC_MIB_OK || !commit || at->column != 5)
		return r;
	return pc_mib_kept_put(dev, &lock_table, 1, at->index, at->n_index, now) == PC_OK
		       ? PC_MIB_OK
		       : PC_MIB_COMMIT_FAILED;
}

static int
locks_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	uint32_t highest = 0, n = locks(dev, &highest);
	const int64_t values[] = {[1] = LOCK_SECONDS_MAX,
		[2] = LOCK_SECONDS_MAX,
		[3] = n,
		[4] = highest,
		[5] = LOCKS_MAX};

	return pc_mib_number(at, v, values[at->column]);
}

static const uint32_t locks_oid[] = {PC_XCMI, 51, 8, 1};

static const struct pc_snmp_column locks_columns[] = {
	{1, PC_SNMP_INTEGER, locks_get, NULL, "xcmGenLockSupportMaxTimer"},
	{2, PC_SNMP_INTEGER, locks_get, NULL, "xcmGenLockCurrentMaxTimer"},
	{3, PC_SNMP_INTEGER, locks_get, NULL, "xcmGenLockCurrentLockCount"},
	{4, PC_SNMP_INTEGER, locks_get, NULL, "xcmGenLockHighestLockIndex"},
	{5, PC_SNMP_INTEGER, locks_get, NULL, "xcmGenLockSupportMaxCount"},
};

PC_XCMI_TABLE(locks, .hidden = lock_hidden, .spec = "XCMI xcmGenLockSimple");

/* ---- client data: rows for the collectors' own use ---- */

static bool client_next(const struct pc_device *dev, const uint32_t *after, size_t n_after,
	uint32_t index[PC_SNMP_INDEX_MAX], size_t *n_index);
static int client_set(struct pc_device *dev, const struct pc_snmp_at *at,
	const struct pc_snmp_value *value, bool commit);

static bool
client_hidden(const struct pc_device *dev)
{
	return pc_xcmi_hides(dev, PC_XCMI_CLIENT_DATA);
}

static int
client_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	int r = pc_mib_kept_get(dev, at, v);

	return r == PC_OK && v->len == 0 ? pc_xcmi_no_date(v) : r;
}

static const uint32_t client_oid[] = {PC_XCMI, 51, 11, 2, 1};

static const struct pc_snmp_column client_columns[] = {
	{2, PC_SNMP_INTEGER, pc_mib_kept_get, client_set, "xcmGenClientDataRowStatus"},
	{3, PC_SNMP_OCTETS, client_get, NULL, "xcmGenClientDataRequestDate"},
	{4, PC_SNMP_OCTETS, pc_mib_kept_get, pc_mib_kept_set, "xcmGenClientDataRequestID"},
	{5, PC_SNMP_OID, pc_mib_kept_get, pc_mib_kept_set, "xcmGenClientDataProductID"},
	{6, PC_SNMP_INTEGER, pc_mib_kept_get, pc_mib_kept_set, "xcmGenClientDataLength"},
	{7, PC_SNMP_OCTETS, pc_mib_kept_get, pc_mib_kept_set, "xcmGenClientDataString"},
};

static const struct pc_mib_rule client_rules[] = {
	{4, 0, 255, 0, NULL, NULL},
	{5, 0, 0, 0, NULL, NULL},
	{6, 0, INT32_MAX, 0, NULL, NULL},
	{7, 0, 255, 0, NULL, NULL},
};

PC_XCMI_RULED_TABLE(client, .next = client_next, .hidden = client_hidden, .row_status = 2,
	.spec = "XCMI xcmGenClientDataTable");

static bool
client_next(const struct pc_device *dev, const uint32_t *after, size_t n_after,
	uint32_t index[PC_SNMP_INDEX_MAX], size_t *n_index)
{
	return pc_mib_kept_next(dev, &client_table, after, n_after, index, n_index);
}

static uint32_t
clients(const struct pc_device *dev, uint32_t *ret_last)
{
	uint32_t index[PC_SNMP_INDEX_MAX], n = 0;
	size_t n_index = 0;

	*ret_last = 0;
	for (bool more = client_next(dev, NULL, 0, index, &n_index); more;
		more = client_next(dev, index, n_index, index, &n_index)) {
		*ret_last = index[0];
		n++;
	}
	return n;
}

static int
client_set(struct pc_device *dev, const struct pc_snmp_at *at, const struct pc_snmp_value *value,
	bool commit)
{
	uint32_t last = 0;

	if (!commit &&
		(value->integer == PC_MIB_ROW_CREATE_AND_GO ||
			value->integer == PC_MIB_ROW_CREATE_AND_WAIT) &&
		clients(dev, &last) >= PC_XCMI_CLIENT_DATA_MAX)
		return PC_MIB_RESOURCE_UNAVAILABLE;
	return pc_mib_kept_set(dev, at, value, commit);
}

static int
clients_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	uint32_t last = 0, n = clients(dev, &last);

	return pc_mib_number(at, v,
		at->column == 1   ? n
		: at->column == 2 ? last
				  : PC_XCMI_CLIENT_DATA_MAX);
}

static const uint32_t clients_oid[] = {PC_XCMI, 51, 11, 1};

static const struct pc_snmp_column clients_columns[] = {
	{1, PC_SNMP_COUNTER32, clients_get, NULL, "xcmGenClientDataEntryCount"},
	{2, PC_SNMP_INTEGER, clients_get, NULL, "xcmGenClientDataLastIndex"},
	{3, PC_SNMP_INTEGER, clients_get, NULL, "xcmGenClientDataSupportMaxCount"},
};

PC_XCMI_TABLE(clients, .hidden = client_hidden, .spec = "XCMI xcmGenClientDataSimple");

static const struct pc_snmp_table *const tables[] = {
	&lock_table.table, &locks_table, &client_table.table, &clients_table};

const struct pc_snmp_module pc_snmp_mib_xerox_lock = {
	"XEROX-GENERAL-MIB locks", tables, PC_MIB_COUNT(tables)};
