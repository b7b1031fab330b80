/* snmp/mib-kept: columns with a value that stands until a manager writes another one, and whole
 * tables of rows that managers create. What limits a column has is a table of rules. */
#ifndef PC_SNMP_MIB_KEPT_H
#define PC_SNMP_MIB_KEPT_H

#include "snmp/row.h"

/* RowStatus. Spec: RFC 2579 */
enum pc_mib_row {
	PC_MIB_ROW_ACTIVE = 1,
	PC_MIB_ROW_NOT_IN_SERVICE,
	PC_MIB_ROW_NOT_READY,
	PC_MIB_ROW_CREATE_AND_GO,
	PC_MIB_ROW_CREATE_AND_WAIT,
	PC_MIB_ROW_DESTROY
};

/* What a column may hold and what it holds before anybody writes. */
struct pc_mib_rule {
	uint32_t column;
	int64_t low, high;  /* of the number, or octets of the text; arcs are not limited */
	int64_t number;     /* at first */
	const char *text;   /* at first; NULL is "" or 0.0 */
	const char *values; /* ",1,3,4,": the only numbers; NULL: low to high */
};

/* A table with rules; columns refer to it through pc_snmp_at.table. With `table.row_status` the
 * rows are those that managers created; `table.next` then calls pc_mib_kept_next(). */
struct pc_mib_kept_table {
	struct pc_snmp_table table; /* must come first */
	const struct pc_mib_rule *rules;
	size_t n_rules;
	/* Can there be such a row? NULL: one index of 1 to 2^31-1. */
	bool (*index)(const struct pc_device *dev, const uint32_t *index, size_t n_index);
	/* Columns as bits (1 << number). Until all of `required` have been written, a row is
	 * notReady and cannot become active; `fixed` ones cannot be written while it is. */
	uint32_t required, fixed;
	void (*changed)(struct pc_device *dev); /* after a commit; may be NULL */
};

/* A pc_snmp_get_fn: the value written, else the rule's. PC_E_NOTFOUND for a row that nobody
 * created. */
int pc_mib_kept_get(
	const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v);

/* A pc_snmp_set_fn: wrongLength, wrongValue by the rule; for RowStatus and rows that are not there
 * inconsistentValue and inconsistentName, also for a column that is fixed while its row is active;
 * resourceUnavailable when nothing more can be kept.
 * Spec: RFC 2579 RowStatus */
int pc_mib_kept_set(struct pc_device *dev, const struct pc_snmp_at *at,
	const struct pc_snmp_value *value, bool commit);

/* The judgement alone, without rows: noError, wrongLength or wrongValue. */
int pc_mib_kept_judge(const struct pc_snmp_at *at, const struct pc_snmp_value *value);

/* The rows of a table that managers created, for its `next`. */
bool pc_mib_kept_next(const struct pc_device *dev, const struct pc_mib_kept_table *table,
	const uint32_t *after, size_t n_after, uint32_t index[PC_SNMP_INDEX_MAX], size_t *n_index);

/* The number kept in `column` of the row; the rule's when nobody wrote one. */
int64_t pc_mib_kept_number(const struct pc_device *dev, const struct pc_mib_kept_table *table,
	uint32_t column, const uint32_t *index, size_t n_index);

/* The value somebody wrote into `column` of the row, borrowed until the next change; false: nobody
 * did. */
bool pc_mib_kept_value(const struct pc_device *dev, const struct pc_mib_kept_table *table,
	uint32_t column, const uint32_t *index, size_t n_index, struct pc_snmp_value *ret);

/* Remember a number of a row whoever may write it. PC_OK; as pc_snmp_kept_set(). */
int pc_mib_kept_put(struct pc_device *dev, const struct pc_mib_kept_table *table, uint32_t column,
	const uint32_t *index, size_t n_index, int64_t n);

/* Forget a row with all its columns. */
void pc_mib_kept_drop(struct pc_device *dev, const struct pc_mib_kept_table *table,
	const uint32_t *index, size_t n_index);

#endif
