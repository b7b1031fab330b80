/* Columns and rows that only remember what was written into them. */
#include "snmp/mib-kept.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "snmp/kept.h"
#include "snmp/mib-common.h"

enum { INCONSISTENT_NAME = 18 };

/* The name of an instance of a table. */
struct name {
	uint32_t arcs[PC_OID_MAX];
	size_t n;
};

static bool
name_of(const struct pc_snmp_table *t, uint32_t column, const uint32_t *index, size_t n_index,
	struct name *ret)
{
	if (t->n_oid + 1 + n_index > PC_OID_MAX)
		return false;
	memcpy(ret->arcs, t->oid, t->n_oid * sizeof *t->oid);
	ret->arcs[t->n_oid] = column;
	if (n_index > 0)
		memcpy(ret->arcs + t->n_oid + 1, index, n_index * sizeof *index);
	ret->n = t->n_oid + 1 + n_index;
	return true;
}

static const struct pc_mib_rule *
rule_of(const struct pc_mib_kept_table *table, uint32_t column)
{
	for (size_t i = 0; i < table->n_rules; i++)
		if (table->rules[i].column == column)
			return &table->rules[i];
	return NULL;
}

static const struct pc_mib_kept_table *
table_of(const struct pc_snmp_at *at)
{
	return (const struct pc_mib_kept_table *)at->table;
}

static bool
get_kept(const struct pc_device *dev, const struct pc_snmp_table *t, uint32_t column,
	const uint32_t *index, size_t n_index, struct pc_snmp_value *v)
{
	struct name name;

	return name_of(t, column, index, n_index, &name) &&
	       pc_snmp_kept_get(dev, name.arcs, name.n, v);
}

static int64_t
row_status(const struct pc_device *dev, const struct pc_snmp_at *at)
{
	struct pc_snmp_value v;
	bool there = get_kept(dev, at->table, at->table->row_status, at->index, at->n_index, &v);

	return there ? v.integer : 0;
}

/* Has the column been written, or does this request write it? */
static bool
is_given(const struct pc_device *dev, const struct pc_snmp_at *at, uint32_t column)
{
	struct pc_snmp_value v;

	return get_kept(dev, at->table, column, at->index, at->n_index, &v) ||
	       pc_snmp_at_other(at, column) != NULL;
}

static bool
is_ready(const struct pc_device *dev, const struct pc_snmp_at *at)
{
	uint32_t required = table_of(at)->required;

	for (uint32_t column = 0; column < 32; column++)
		if ((required >> column & 1) != 0 && !is_given(dev, at, column))
			return false;
	return true;
}

int
pc_mib_kept_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_mib_rule *rule = rule_of(table_of(at), at->column);
	uint8_t type = v->type;

	if (at->table->row_status != 0 && row_status(dev, at) == 0)
		return PC_E_NOTFOUND;
	if (get_kept(dev, at->table, at->column, at->index, at->n_index, v)) {
		if (at->table->row_status != 0 && at->column == at->table->row_status &&
			v->integer != PC_MIB_ROW_ACTIVE && !is_ready(dev, at))
			v->integer = PC_MIB_ROW_NOT_READY;
		return PC_OK;
	}
	if (type == PC_SNMP_OCTETS)
		return pc_mib_text(v, rule == NULL ? NULL : rule->text);
	if (type == PC_SNMP_OID)
		return pc_mib_dotted(v, rule == NULL ? NULL : rule->text);
	return pc_mib_number(at, v, rule == NULL ? 0 : rule->number);
}

/* Is the number in a list such as ",1,3,4,"? */
static bool
is_listed(const char *values, int64_t n)
{
	char text[24];

	(void)snprintf(text, sizeof text, ",%lld,", (long long)n);
	return strstr(values, text) != NULL;
}

int
pc_mib_kept_judge(const struct pc_snmp_at *at, const struct pc_snmp_value *value)
{
	const struct pc_mib_rule *rule = rule_of(table_of(at), at->column);

	if (rule == NULL || value->type == PC_SNMP_OID)
		return PC_MIB_OK;
	if (value->type == PC_SNMP_OCTETS)
		return (int64_t)value->len < rule->low || (int64_t)value->len > rule->high
			       ? PC_MIB_WRONG_LENGTH
			       : PC_MIB_OK;
	if (rule->values != NULL)
		return is_listed(rule->values, value->integer) ? PC_MIB_OK : PC_MIB_WRONG_VALUE;
	return value->integer < rule->low || value->integer > rule->high ? PC_MIB_WRONG_VALUE
									 : PC_MIB_OK;
}

/* RowStatus of a row that has the status `now`, 0 when it is not there. */
static int
judge_status(int64_t want, int64_t now, bool ready)
{
	switch (want) {
	case PC_MIB_ROW_ACTIVE:
	case PC_MIB_ROW_NOT_IN_SERVICE:
		return now != 0 && ready ? PC_MIB_OK : PC_MIB_INCONSISTENT_VALUE;
	case PC_MIB_ROW_CREATE_AND_GO:
		return now == 0 && ready ? PC_MIB_OK : PC_MIB_INCONSISTENT_VALUE;
	case PC_MIB_ROW_CREATE_AND_WAIT:
		return now == 0 ? PC_MIB_OK : PC_MIB_INCONSISTENT_VALUE;
	case PC_MIB_ROW_DESTROY:
		return PC_MIB_OK;
	default:
		return PC_MIB_WRONG_VALUE;
	}
}

static bool
has_index(const struct pc_device *dev, const struct pc_snmp_at *at)
{
	const struct pc_mib_kept_table *table = table_of(at);

	if (table->index != NULL)
		return table->index(dev, at->index, at->n_index);
	return at->n_index == 1 && at->index[0] >= 1 && at->index[0] <= INT32_MAX;
}

static bool
is_created(const struct pc_snmp_at *at)
{
	const struct pc_snmp_value *status = pc_snmp_at_other(at, at->table->row_status);

	return status != NULL && (status->integer == PC_MIB_ROW_CREATE_AND_GO ||
					 status->integer == PC_MIB_ROW_CREATE_AND_WAIT);
}

/* Of an active row, unless this request takes it out of service. */
static bool
is_fixed(const struct pc_snmp_at *at)
{
	const struct pc_snmp_value *status = pc_snmp_at_other(at, at->table->row_status);
	uint32_t fixed = table_of(at)->fixed;

	return at->table->row_status != 0 && at->column < 32 && (fixed >> at->column & 1) != 0 &&
	       (status == NULL || status->integer != PC_MIB_ROW_NOT_IN_SERVICE);
}

static int
judge(const struct pc_device *dev, const struct pc_snmp_at *at, const struct pc_snmp_value *value)
{
	struct name name;
	int64_t now = at->table->row_status == 0 ? 1 : row_status(dev, at);
	int status = PC_MIB_OK;

	if (now == 0 && !has_index(dev, at))
		return INCONSISTENT_NAME;
	if (at->table->row_status != 0 && at->column == at->table->row_status)
		status = judge_status(value->integer, now, is_ready(dev, at));
	else if (now == 0 && !is_created(at))
		status = INCONSISTENT_NAME;
	else if (now == PC_MIB_ROW_ACTIVE && is_fixed(at))
		status = PC_MIB_INCONSISTENT_VALUE;
	else
		status = pc_mib_kept_judge(at, value);
	if (status != PC_MIB_OK)
		return status;
	return name_of(at->table, at->column, at->index, at->n_index, &name) &&
			       !pc_snmp_kept_full(dev, name.arcs, name.n)
		       ? PC_MIB_OK
		       : PC_MIB_RESOURCE_UNAVAILABLE;
}

static int
commit_status(struct pc_device *dev, const struct pc_snmp_at *at, int64_t want)
{
	bool active = want == PC_MIB_ROW_ACTIVE || want == PC_MIB_ROW_CREATE_AND_GO;

	if (want == PC_MIB_ROW_DESTROY) {
		pc_mib_kept_drop(dev, table_of(at), at->index, at->n_index);
		return PC_MIB_OK;
	}
	return pc_mib_kept_put(dev, table_of(at), at->column, at->index, at->n_index,
		       active ? PC_MIB_ROW_ACTIVE : PC_MIB_ROW_NOT_IN_SERVICE) == PC_OK
		       ? PC_MIB_OK
		       : PC_MIB_COMMIT_FAILED;
}

static int
commit_value(struct pc_device *dev, const struct pc_snmp_at *at, const struct pc_snmp_value *value)
{
	struct pc_snmp_entity *e;
	struct name name;

	if (at->table->row_status != 0 && at->column == at->table->row_status)
		return commit_status(dev, at, value->integer);
	e = pc_snmp_entity_get(dev);
	if (e == NULL || !name_of(at->table, at->column, at->index, at->n_index, &name) ||
		pc_snmp_kept_set(e, name.arcs, name.n, value) != PC_OK)
		return PC_MIB_COMMIT_FAILED;
	return PC_MIB_OK;
}

int
pc_mib_kept_set(struct pc_device *dev, const struct pc_snmp_at *at,
	const struct pc_snmp_value *value, bool commit)
{
	int status;

	if (!commit)
		return judge(dev, at, value);
	status = commit_value(dev, at, value);
	if (table_of(at)->changed != NULL)
		table_of(at)->changed(dev);
	return status;
}

bool
pc_mib_kept_next(const struct pc_device *dev, const struct pc_mib_kept_table *table,
	const uint32_t *after, size_t n_after, uint32_t index[PC_SNMP_INDEX_MAX], size_t *n_index)
{
	const struct pc_snmp_table *t = &table->table;
	size_t n = 0, n_prefix = t->n_oid + 1;
	const uint32_t *found;
	struct name name;

	if (!name_of(t, t->row_status, after, n_after, &name))
		return false;
	found = pc_snmp_kept_next(dev, name.arcs, name.n, name.arcs, n_prefix, &n);
	if (found == NULL || n - n_prefix > PC_SNMP_INDEX_MAX)
		return false;
	memcpy(index, found + n_prefix, (n - n_prefix) * sizeof *index);
	*n_index = n - n_prefix;
	return true;
}

int64_t
pc_mib_kept_number(const struct pc_device *dev, const struct pc_mib_kept_table *table,
	uint32_t column, const uint32_t *index, size_t n_index)
{
	const struct pc_mib_rule *rule = rule_of(table, column);
	struct pc_snmp_value v;

	if (get_kept(dev, &table->table, column, index, n_index, &v))
		return v.integer;
	return rule == NULL ? 0 : rule->number;
}

bool
pc_mib_kept_value(const struct pc_device *dev, const struct pc_mib_kept_table *table,
	uint32_t column, const uint32_t *index, size_t n_index, struct pc_snmp_value *ret)
{
	return get_kept(dev, &table->table, column, index, n_index, ret);
}

int
pc_mib_kept_put(struct pc_device *dev, const struct pc_mib_kept_table *table, uint32_t column,
	const uint32_t *index, size_t n_index, int64_t n)
{
	const struct pc_snmp_value v = {.type = PC_SNMP_INTEGER, .integer = n};
	struct pc_snmp_entity *e = pc_snmp_entity_get(dev);
	struct name name;

	if (e == NULL || !name_of(&table->table, column, index, n_index, &name))
		return PC_E_LIMIT;
	return pc_snmp_kept_set(e, name.arcs, name.n, &v);
}

void
pc_mib_kept_drop(struct pc_device *dev, const struct pc_mib_kept_table *table,
	const uint32_t *index, size_t n_index)
{
	struct pc_snmp_entity *e = pc_snmp_entity_get(dev);
	struct name name;

	uint32_t last = table->table.columns[table->table.n_columns - 1].number;

	for (uint32_t column = 1; e != NULL && column <= last; column++)
		if (name_of(&table->table, column, index, n_index, &name))
			pc_snmp_kept_forget(e, name.arcs, name.n);
}
