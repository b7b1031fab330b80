/* XEROX-JOB-MONITORING-MIB: what jobs used, for accounting: a collector copies the rows of a
 * finished job and destroys them. Spec: XCMI 5.10 */
#include <string.h>

#include "base/err.h"
#include "snmp/kept.h"
#include "snmp/mib-xerox-job.h"
#include "snmp/mib-xerox.h"
#include "snmp/modules.h"

enum {
	UNIT_IMPRESSION = 27,
	MEDIUM_STATIONERY = 3,
	COUNT_TOTAL = 4, /* XcmJobImpsByMediumSizeCountType */
	COUNT_BLACK = 5,
	COUNT_FULL_COLOR = 7,
	COUNT_NORMAL = 5,
	COLOR_TYPE_BLACK = 1, /* colorants of an impression; harness-defined numbers */
	COLOR_TYPE_FULL = 4
};

static bool
job_row_next(const struct pc_device *dev, const uint32_t *after, size_t n_after,
	uint32_t index[PC_SNMP_INDEX_MAX], size_t *n_index)
{
	return pc_xcmi_job_rows(dev, 1, after, n_after, index, n_index);
}

static bool
job_rows_next(const struct pc_device *dev, const uint32_t *after, size_t n_after,
	uint32_t index[PC_SNMP_INDEX_MAX], size_t *n_index)
{
	return pc_xcmi_job_rows(dev, 2, after, n_after, index, n_index);
}

static int accounting_get(
	const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v);
static int media_get(
	const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v);
static int color_get(
	const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v);
static int size_get(
	const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v);
static int destroy_set(struct pc_device *dev, const struct pc_snmp_at *at,
	const struct pc_snmp_value *value, bool commit);

static const uint32_t accounting_oid[] = {PC_XCMI, 59, 16, 1, 1};

static const struct pc_snmp_column accounting_columns[] = {
	{1, PC_SNMP_INTEGER, accounting_get, destroy_set, "xcmJobAccountingBasicRowStatus"},
	{2, PC_SNMP_INTEGER, accounting_get, NULL, "xcmJobAccountingUserName"},
	{3, PC_SNMP_OCTETS, accounting_get, NULL, "xcmJobAccountingInformation"},
	{4, PC_SNMP_OCTETS, accounting_get, NULL, "xcmJobStartedProcessingTime"},
	{5, PC_SNMP_COUNTER32, accounting_get, NULL, "xcmJobImpressionsCompleted"},
	{6, PC_SNMP_COUNTER32, accounting_get, NULL, "xcmJobMediaSheetsCompleted"},
	{7, PC_SNMP_OCTETS, accounting_get, NULL, "xcmJobCompletionTime"},
	{8, PC_SNMP_INTEGER, accounting_get, NULL, "xcmJobWorkUnitType"},
	{9, PC_SNMP_COUNTER32, accounting_get, NULL, "xcmJobUnitsOfWorkCompleted"},
};

PC_XCMI_KEPT_TABLE(
	accounting, .next = pc_xcmi_job_next, .spec = "XCMI xcmJobGenAccountingBasicTable");

static const uint32_t media_oid[] = {PC_XCMI, 59, 17, 1, 1};

static const struct pc_snmp_column media_columns[] = {
	{2, PC_SNMP_INTEGER, media_get, destroy_set, "xcmMediaConsumedRowStatus"},
	{3, PC_SNMP_INTEGER, media_get, NULL, "xcmMediaConsumedType"},
	{4, PC_SNMP_INTEGER, media_get, NULL, "xcmMediaConsumedName"},
	{5, PC_SNMP_COUNTER32, media_get, NULL, "xcmMediaConsumedSheetCount"},
};

PC_XCMI_TABLE(media, .next = job_row_next, .spec = "XCMI xcmMediaConsumedTable");

static const uint32_t color_oid[] = {PC_XCMI, 59, 18, 1, 1};

static const struct pc_snmp_column color_columns[] = {
	{2, PC_SNMP_INTEGER, color_get, destroy_set, "xcmColorImpsConsumedRowStatus"},
	{3, PC_SNMP_INTEGER, color_get, NULL, "xcmColorImpsConsumedTypeIndex"},
	{4, PC_SNMP_COUNTER32, color_get, NULL, "xcmColorImpsConsumedCount"},
};

PC_XCMI_TABLE(color, .next = job_row_next, .spec = "XCMI xcmColorImpsConsumedTable");

static const uint32_t size_oid[] = {PC_XCMI, 59, 21, 1, 1};

static const struct pc_snmp_column size_columns[] = {
	{2, PC_SNMP_INTEGER, size_get, destroy_set, "xcmJobImpsByMediumSizeRowStatus"},
	{3, PC_SNMP_INTEGER, size_get, NULL, "xcmJobImpsByMediumSizeMediumSize"},
	{4, PC_SNMP_INTEGER, size_get, NULL, "xcmJobImpsByMediumSizeCountType"},
	{5, PC_SNMP_COUNTER32, size_get, NULL, "xcmJobImpsByMediumSizeCount"},
	{6, PC_SNMP_INTEGER, size_get, NULL, "xcmJobImpsByMediumSizeCountQuality"},
};

PC_XCMI_TABLE(size, .next = job_rows_next, .spec = "XCMI xcmJobImpsByMediumSizeTable");

/* Which rows of a job were destroyed is kept as bits under its row of the first table, until the
 * job is forgotten. */
enum { MARK_COLUMN = 1 };

static int64_t
mark_of(const struct pc_snmp_at *at)
{
	const struct pc_snmp_table *const places[] = {
		&accounting_table.table, &media_table, &color_table, &size_table};
	unsigned place = 0;

	while (places[place] != at->table)
		place++;
	/* the last table has several rows of a job */
	return places[place] == &size_table ? (int64_t)1 << (place + at->index[at->n_index - 1])
					    : (int64_t)1 << place;
}

static int64_t
marks(const struct pc_device *dev, const struct pc_job *job)
{
	uint32_t index[PC_XCMI_JOB_ARCS_MAX];
	size_t n = pc_xcmi_job_index(job, index);

	return pc_mib_kept_number(dev, &accounting_table, MARK_COLUMN, index, n);
}

/* The job of a row that is still there. */
static const struct pc_job *
live_job(const struct pc_device *dev, const struct pc_snmp_at *at, uint32_t rows)
{
	const struct pc_job *job = pc_xcmi_job_at(dev, at, rows);

	return job == NULL || (marks(dev, job) & mark_of(at)) != 0 ? NULL : job;
}

static int
accounting_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_job *job = live_job(dev, at, 0);

	if (job == NULL)
		return PC_E_NOTFOUND;
	const int64_t n[] = {[1] = PC_MIB_ROW_ACTIVE,
		[2] = pc_xcmi_string_index(job, PC_XCMI_JOB_USER),
		[5] = job->pages_done,
		[6] = pc_xcmi_job_sheets(job),
		[8] = UNIT_IMPRESSION,
		[9] = job->pages_done};

	switch (at->column) {
	case 3:
		return pc_mib_format(v, "%s", job->name);
	case 4:
		return pc_xcmi_date(job->started_ns, v);
	case 7:
		return pc_xcmi_date(job->ended_ns, v);
	default:
		return pc_mib_number(at, v, n[at->column]);
	}
}

/* Spec: XCMI XcmPrtMediaType; by the beginning of the PWG name */
static int64_t
medium_type(const char *media)
{
	static const struct {
		const char *name;
		int64_t type;
	} types[] = {{"stationery-recycled", 102}, {"stationery-coated", 101},
		{"stationery-letterhead", 15}, {"stationery", MEDIUM_STATIONERY},
		{"transparency", 4}, {"envelope", 5}, {"labels", 11}, {"cardstock", 16}};

	for (size_t i = 0; i < PC_MIB_COUNT(types); i++)
		if (strncmp(media, types[i].name, strlen(types[i].name)) == 0)
			return types[i].type;
	return 1;
}

static int
media_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_profile *p = pc_device_profile(dev);
	const struct pc_job *job = live_job(dev, at, 1);

	if (job == NULL)
		return PC_E_NOTFOUND;
	const int64_t n[] = {[2] = PC_MIB_ROW_ACTIVE,
		[3] = job->media < p->n_media ? medium_type(p->media[job->media]) : 2,
		[4] = 0,
		[5] = pc_xcmi_job_sheets(job)};

	return pc_mib_number(at, v, n[at->column]);
}

static int
color_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_job *job = live_job(dev, at, 1);

	if (job == NULL)
		return PC_E_NOTFOUND;
	const int64_t n[] = {[2] = PC_MIB_ROW_ACTIVE,
		[3] = job->color ? COLOR_TYPE_FULL : COLOR_TYPE_BLACK,
		[4] = job->pages_done};

	return pc_mib_number(at, v, n[at->column]);
}

/* Spec: XCMI XcmPrtMediumSize */
static int64_t
medium_size(const char *size)
{
	static const struct {
		const char *name;
		int64_t size;
	} sizes[] = {{"iso_a3_", 1023}, {"iso_a4_", 1024}, {"iso_a5_", 1025}, {"iso_a6_", 1026},
		{"iso_b4_", 1044}, {"iso_b5_", 1045}, {"jis_b4_", 1084}, {"jis_b5_", 1085},
		{"na_letter_", 1000}, {"na_legal_", 1001}, {"na_ledger_", 1103},
		{"na_executive_", 1100}, {"na_foolscap_", 1101}, {"na_invoice_", 1102}};

	for (size_t i = 0; i < PC_MIB_COUNT(sizes); i++)
		if (strncmp(size, sizes[i].name, strlen(sizes[i].name)) == 0)
			return sizes[i].size;
	return 1;
}

/* Two rows: all impressions, and those in black or in colour. */
static int
size_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_profile *p = pc_device_profile(dev);
	const struct pc_job *job = live_job(dev, at, 2);

	if (job == NULL)
		return PC_E_NOTFOUND;
	const int64_t n[] = {[2] = PC_MIB_ROW_ACTIVE,
		[3] = job->size < p->n_sizes ? medium_size(p->sizes[job->size]) : 2,
		[4] = at->index[at->n_index - 1] == 1 ? COUNT_TOTAL
		      : job->color                    ? COUNT_FULL_COLOR
						      : COUNT_BLACK,
		[5] = job->pages_done,
		[6] = COUNT_NORMAL};

	return pc_mib_number(at, v, n[at->column]);
}

/* Marks of jobs that are forgotten take room for nothing. */
static void
drop_stale_marks(struct pc_device *dev)
{
	const struct pc_snmp_table *t = &accounting_table.table;
	uint32_t name[PC_OID_MAX];
	size_t n_prefix = t->n_oid + 1, n = n_prefix, n_found = 0;
	const uint32_t *found;

	memcpy(name, t->oid, t->n_oid * sizeof *name);
	name[t->n_oid] = MARK_COLUMN;
	while ((found = pc_snmp_kept_next(dev, name, n, name, n_prefix, &n_found)) != NULL) {
		memcpy(name, found, n_found * sizeof *name);
		n = n_found;
		if (pc_xcmi_job_of(dev, name + n_prefix, n - n_prefix) == NULL)
			pc_snmp_kept_forget(pc_snmp_entity_of(dev), name, n);
	}
}

static int
destroy_set(struct pc_device *dev, const struct pc_snmp_at *at, const struct pc_snmp_value *value,
	bool commit)
{
	const struct pc_job *job = pc_xcmi_job_of(dev, at->index, at->n_index);
	uint32_t index[PC_XCMI_JOB_ARCS_MAX];
	size_t n;

	if (value->integer == PC_MIB_ROW_ACTIVE)
		return PC_MIB_OK;
	if (value->integer != PC_MIB_ROW_DESTROY)
		return PC_MIB_WRONG_VALUE;
	if (job == NULL || !pc_xcmi_job_finished(job))
		return PC_MIB_INCONSISTENT_VALUE;
	if (!commit)
		return PC_MIB_OK;
	drop_stale_marks(dev);
	n = pc_xcmi_job_index(job, index);
	return pc_mib_kept_put(dev, &accounting_table, MARK_COLUMN, index, n,
		       marks(dev, job) | mark_of(at)) == PC_OK
		       ? PC_MIB_OK
		       : PC_MIB_COMMIT_FAILED;
}

static const struct pc_snmp_table *const tables[] = {
	&accounting_table.table, &media_table, &color_table, &size_table};

const struct pc_snmp_module pc_snmp_mib_xerox_accounting = {
	"XEROX-JOB-MONITORING-MIB accounting", tables, PC_MIB_COUNT(tables)};
