/* XEROX-SIMPLE-JOB-MGMT-MIB and XEROX-JOB-MONITORING-EXT-MIB: operations on jobs. Spec: XCMI 5.10
 */
#include <string.h>

#include "base/err.h"
#include "snmp/mib-xerox-job.h"
#include "snmp/mib-xerox.h"
#include "snmp/modules.h"

enum {
	OP_NONE = 0, /* XcmSimpleJobMgmtOperation */
	OP_DELETE = 1402,
	OP_PROMOTE = 1413,
	OP_REMOVE = 1414,
	ADMIN_UNKNOWN = 2, /* XcmJmxJobAdminOperation */
	ADMIN_CANCEL = 3,
	ADMIN_PROMOTE = 10,
	FALSE = 2,
	JOB_SET = 1 /* jmGeneralJobSetIndex: one job set */
};

/* ---- operations ---- */

/* Whether it can be done now; nothing but that with `commit` false. */
static int
remove_job(struct pc_device *dev, const struct pc_job *job, bool commit)
{
	if (pc_xcmi_job_finished(job))
		return PC_MIB_INCONSISTENT_VALUE;
	if (!commit)
		return PC_MIB_OK;
	return pc_device_job_cancel(dev, job->id) == PC_OK ? PC_MIB_OK : PC_MIB_COMMIT_FAILED;
}

static int
promote_job(struct pc_device *dev, const struct pc_job *job, bool commit)
{
	if (job->state != PC_JOB_PENDING)
		return PC_MIB_INCONSISTENT_VALUE;
	if (!commit)
		return PC_MIB_OK;
	return pc_device_job_promote(dev, job->id) == PC_OK ? PC_MIB_OK : PC_MIB_COMMIT_FAILED;
}

/* ---- XEROX-SIMPLE-JOB-MGMT-MIB ---- */

static const uint32_t base_oid[] = {PC_XCMI, 76, 1, 2, 1};

static const struct pc_snmp_column base_columns[] = {
	{2, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmSimpleJobBaseRowStatus"},
	{3, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmSimpleJobBaseGroupSupport"},
	{4, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmSimpleJobBaseCreateSupport"},
	{5, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmSimpleJobBaseUpdateSupport"},
};

static const struct pc_mib_rule base_rules[] = {
	{2, 1, 1, 1, NULL, NULL},
	{3, 0, INT32_MAX, 3, NULL, NULL},
	{5, 0, INT32_MAX, 2, NULL, NULL},
};

PC_XCMI_RULED_TABLE(base, .row = pc_mib_row_single, .spec = "XCMI xcmSimpleJobBaseTable");

static int mgmt_get(
	const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v);
static int mgmt_set(struct pc_device *dev, const struct pc_snmp_at *at,
	const struct pc_snmp_value *value, bool commit);
static int data_set(struct pc_device *dev, const struct pc_snmp_at *at,
	const struct pc_snmp_value *value, bool commit);

static const uint32_t mgmt_oid[] = {PC_XCMI, 76, 3, 2, 1};

static const struct pc_snmp_column mgmt_columns[] = {
	{1, PC_SNMP_INTEGER, mgmt_get, mgmt_set, "xcmSimpleJobMgmtOperation"},
	{2, PC_SNMP_OCTETS, mgmt_get, data_set, "xcmSimpleJobMgmtData"},
	{3, PC_SNMP_INTEGER, mgmt_get, NULL, "xcmSimpleJobMgmtStatus"},
	{4, PC_SNMP_INTEGER, mgmt_get, NULL, "xcmSimpleJobMgmtInProgress"},
};

PC_XCMI_TABLE(mgmt, .next = pc_xcmi_job_next, .spec = "XCMI xcmSimpleJobMgmtTable");

static int
mgmt_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	if (pc_xcmi_job_at(dev, at, 0) == NULL)
		return PC_E_NOTFOUND;
	/* operations are done at once: none is under way, the last one that was taken went well */
	if (at->column == 2)
		return pc_mib_text(v, "");
	return pc_mib_number(at, v, at->column == 4 ? FALSE : 0);
}

static int
mgmt_set(struct pc_device *dev, const struct pc_snmp_at *at, const struct pc_snmp_value *value,
	bool commit)
{
	const struct pc_job *job = pc_xcmi_job_at(dev, at, 0);

	if (job == NULL)
		return PC_MIB_INCONSISTENT_VALUE;
	switch (value->integer) {
	case OP_NONE:
		return PC_MIB_OK;
	case OP_DELETE:
	case OP_REMOVE:
		return remove_job(dev, job, commit);
	case OP_PROMOTE:
		return promote_job(dev, job, commit);
	default:
		return PC_MIB_WRONG_VALUE;
	}
}

/* None of the operations here needs data; it is taken beside one and changes nothing. */
static int
data_set(struct pc_device *dev, const struct pc_snmp_at *at, const struct pc_snmp_value *value,
	bool commit)
{
	(void)dev;
	(void)commit;
	if (value->len > 255)
		return PC_MIB_WRONG_LENGTH;
	return pc_snmp_at_other(at, 1) != NULL ? PC_MIB_OK : PC_MIB_INCONSISTENT_VALUE;
}

/* ---- XEROX-JOB-MONITORING-EXT-MIB ---- */

static int
jmx_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_device_state *st = pc_device_state(dev);
	const struct pc_counters *c = &st->counters;
	/* operations and traps are not counted */
	const int64_t n[] = {[3] = st->next_job == 0 ? 0 : st->next_job - 1,
		[4] = c->jobs_done + c->jobs_failed,
		[5] = 0,
		[6] = 0};

	return pc_mib_number(at, v, n[at->column]);
}

static const uint32_t jmx_oid[] = {PC_XCMI, 83, 1, 1, 2, 1};

static const struct pc_snmp_column jmx_columns[] = {
	{2, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmJmxGeneralGroupSupport"},
	{3, PC_SNMP_COUNTER32, jmx_get, NULL, "xcmJmxGeneralJobCreatedCount"},
	{4, PC_SNMP_COUNTER32, jmx_get, NULL, "xcmJmxGeneralJobCompletedCount"},
	{5, PC_SNMP_COUNTER32, jmx_get, NULL, "xcmJmxGeneralJobOperationCount"},
	{6, PC_SNMP_COUNTER32, jmx_get, NULL, "xcmJmxGeneralJobTrapCount"},
	{7, PC_SNMP_INTEGER, pc_mib_kept_get, pc_mib_kept_set, "xcmJmxGeneralJobAccntSupport"},
};

static const struct pc_mib_rule jmx_rules[] = {
	{2, 0, INT32_MAX, 31, NULL, NULL},
	{7, 0, 0, 3, NULL, ",1,3,4,5,"},
};

PC_XCMI_RULED_TABLE(jmx, .row = pc_mib_row_single, .spec = "XCMI xcmJmxGeneralTable");

/* Index {job set, job}, as jmJobTable. */
static bool
admin_next(const struct pc_device *dev, const uint32_t *after, size_t n_after,
	uint32_t index[PC_SNMP_INDEX_MAX], size_t *n_index)
{
	const struct pc_job *jobs[PC_JOBS_MAX];
	size_t n = pc_device_jobs(dev, jobs);
	uint32_t best[2] = {JOB_SET, UINT32_MAX};

	for (size_t i = 0; i < n; i++) {
		const uint32_t row[] = {JOB_SET, jobs[i]->id};

		if (row[1] < best[1] && pc_arcs_compare(row, 2, after, n_after) > 0)
			best[1] = row[1];
	}
	if (best[1] == UINT32_MAX)
		return false;
	memcpy(index, best, sizeof best);
	*n_index = 2;
	return true;
}

static const struct pc_job *
admin_job(const struct pc_device *dev, const struct pc_snmp_at *at)
{
	const struct pc_job *jobs[PC_JOBS_MAX];
	size_t n = pc_device_jobs(dev, jobs);

	for (size_t i = 0; i < n && at->n_index == 2 && at->index[0] == JOB_SET; i++)
		if (jobs[i]->id == at->index[1])
			return jobs[i];
	return NULL;
}

static int
admin_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const int64_t n[] = {[1] = ADMIN_UNKNOWN, [2] = 0, [3] = FALSE};

	if (admin_job(dev, at) == NULL)
		return PC_E_NOTFOUND;
	return pc_mib_number(at, v, n[at->column]);
}

static int
admin_set(struct pc_device *dev, const struct pc_snmp_at *at, const struct pc_snmp_value *value,
	bool commit)
{
	const struct pc_job *job = admin_job(dev, at);

	if (job == NULL)
		return PC_MIB_INCONSISTENT_VALUE;
	switch (value->integer) {
	case ADMIN_CANCEL:
		return remove_job(dev, job, commit);
	case ADMIN_PROMOTE:
		return promote_job(dev, job, commit);
	default:
		return PC_MIB_WRONG_VALUE;
	}
}

static const uint32_t admin_oid[] = {PC_XCMI, 83, 1, 2, 1, 1};

static const struct pc_snmp_column admin_columns[] = {
	{1, PC_SNMP_INTEGER, admin_get, admin_set, "xcmJmxJobAdminOperation"},
	{2, PC_SNMP_INTEGER, admin_get, NULL, "xcmJmxJobAdminStatus"},
	{3, PC_SNMP_INTEGER, admin_get, NULL, "xcmJmxJobAdminInProgress"},
};

PC_XCMI_TABLE(admin, .next = admin_next, .spec = "XCMI xcmJmxJobAdminTable");

static const struct pc_snmp_table *const tables[] = {
	&base_table.table, &mgmt_table, &jmx_table.table, &admin_table};

const struct pc_snmp_module pc_snmp_mib_xerox_job_admin = {
	"XEROX-SIMPLE-JOB-MGMT-MIB", tables, PC_MIB_COUNT(tables)};
