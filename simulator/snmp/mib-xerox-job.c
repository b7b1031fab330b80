/* XEROX-JOB-MONITORING-MIB: the jobs that the printer remembers, their documents and what they
 * used. Spec: XCMI 5.10 */
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "snmp/mib-xerox-job.h"
#include "snmp/mib-xerox.h"
#include "snmp/modules.h"

enum {
	STATE_CREATED = 3, /* XcmJobState */
	STATE_PENDING = 6,
	STATE_PROCESSING = 7,
	STATE_COMPLETED = 17,
	STATE_UNKNOWN = 2,
	CHANNEL_OTHER = 1, /* PrtChannelTypeTC */
	CHANNEL_LPD = 8,
	CHANNEL_RAW = 11,
	CHANNEL_FAX = 18,
	DOC_TRANSFER_PENDING = 3, /* XcmDocState */
	DOC_PENDING = 4,
	DOC_COMPLETED = 6,
	DOC_PRINTING = 7,
	DOC_PRINTABLE = 3,
	DOC_AUTOMATIC = 37 /* the interpreter is chosen by the data */
};

/* ---- index {hrDeviceIndex, length, digits of the job's number} ---- */

size_t
pc_xcmi_job_index(const struct pc_job *job, uint32_t index[PC_XCMI_JOB_ARCS_MAX])
{
	char text[12];
	int n = snprintf(text, sizeof text, "%u", job->id);

	index[0] = PC_MIB_HR_PRINTER;
	index[1] = (uint32_t)n;
	for (int i = 0; i < n; i++)
		index[2 + i] = (uint8_t)text[i];
	return 2 + (size_t)n;
}

const struct pc_job *
pc_xcmi_job_of(const struct pc_device *dev, const uint32_t *index, size_t n_index)
{
	const struct pc_job *jobs[PC_JOBS_MAX];
	size_t n = pc_device_jobs(dev, jobs);

	for (size_t i = 0; i < n; i++) {
		uint32_t own[PC_XCMI_JOB_ARCS_MAX];
		size_t n_own = pc_xcmi_job_index(jobs[i], own);

		if (n_own <= n_index && pc_arcs_compare(own, n_own, index, n_own) == 0)
			return jobs[i];
	}
	return NULL;
}

bool
pc_xcmi_job_rows(const struct pc_device *dev, uint32_t rows, const uint32_t *after, size_t n_after,
	uint32_t index[PC_SNMP_INDEX_MAX], size_t *n_index)
{
	const struct pc_job *jobs[PC_JOBS_MAX];
	size_t n = pc_device_jobs(dev, jobs);
	bool found = false;

	for (size_t i = 0; i < n; i++) {
		uint32_t own[PC_XCMI_JOB_ARCS_MAX + 1];
		size_t n_own = pc_xcmi_job_index(jobs[i], own) + (rows == 0 ? 0 : 1);

		for (uint32_t row = 1; row <= (rows == 0 ? 1 : rows); row++) {
			if (rows != 0)
				own[n_own - 1] = row;
			if (pc_arcs_compare(own, n_own, after, n_after) <= 0 ||
				(found && pc_arcs_compare(own, n_own, index, *n_index) >= 0))
				continue;
			memcpy(index, own, n_own * sizeof *own);
			*n_index = n_own;
			found = true;
		}
	}
	return found;
}

bool
pc_xcmi_job_next(const struct pc_device *dev, const uint32_t *after, size_t n_after,
	uint32_t index[PC_SNMP_INDEX_MAX], size_t *n_index)
{
	return pc_xcmi_job_rows(dev, 0, after, n_after, index, n_index);
}

static bool
job_row_next(const struct pc_device *dev, const uint32_t *after, size_t n_after,
	uint32_t index[PC_SNMP_INDEX_MAX], size_t *n_index)
{
	return pc_xcmi_job_rows(dev, 1, after, n_after, index, n_index);
}

const struct pc_job *
pc_xcmi_job_at(const struct pc_device *dev, const struct pc_snmp_at *at, uint32_t rows)
{
	const struct pc_job *job = pc_xcmi_job_of(dev, at->index, at->n_index);
	uint32_t own[PC_XCMI_JOB_ARCS_MAX];
	size_t n = job == NULL ? 0 : pc_xcmi_job_index(job, own);
	uint32_t row = at->n_index == 0 ? 0 : at->index[at->n_index - 1];

	if (job == NULL || at->n_index != n + (rows == 0 ? 0 : 1))
		return NULL;
	return rows == 0 || (row >= 1 && row <= rows) ? job : NULL;
}

/* ---- what is told of a job ---- */

static int64_t
state_of(const struct pc_job *job)
{
	static const uint8_t states[] = {[PC_JOB_RECEIVING] = STATE_CREATED,
		[PC_JOB_PENDING] = STATE_PENDING,
		[PC_JOB_PRINTING] = STATE_PROCESSING,
		[PC_JOB_DONE] = STATE_COMPLETED,
		[PC_JOB_CANCELLED] = STATE_COMPLETED,
		[PC_JOB_ABORTED] = STATE_COMPLETED};

	return states[job->state];
}

static int64_t
previous_state(const struct pc_job *job)
{
	if (job->state == PC_JOB_RECEIVING)
		return STATE_UNKNOWN;
	if (job->state == PC_JOB_PENDING)
		return STATE_CREATED;
	return job->state == PC_JOB_PRINTING || job->started_ns == 0 ? STATE_PENDING
								     : STATE_PROCESSING;
}

static int64_t
channel_of(const struct pc_job *job)
{
	static const uint8_t channels[] = {[PC_ORIGIN_LPD] = CHANNEL_LPD,
		[PC_ORIGIN_RAW] = CHANNEL_RAW,
		[PC_ORIGIN_PANEL] = CHANNEL_OTHER,
		[PC_ORIGIN_COPY] = CHANNEL_OTHER,
		[PC_ORIGIN_FAX] = CHANNEL_FAX};

	return channels[job->origin];
}

/* The kind of device that serves it: printer, copier or fax. */
static int
service_of(const struct pc_job *job, struct pc_snmp_value *v)
{
	static const uint32_t printer[] = {1, 3, 6, 1, 2, 1, 25, 3, 1, 5};
	static const uint32_t copier[] = {PC_XCMI, 52, 2, PC_XCMI_COPIER};
	static const uint32_t fax[] = {PC_XCMI, 52, 2, PC_XCMI_FAX};

	if (job->origin == PC_ORIGIN_COPY)
		return pc_mib_oid(v, copier, PC_MIB_COUNT(copier));
	if (job->origin == PC_ORIGIN_FAX)
		return pc_mib_oid(v, fax, PC_MIB_COUNT(fax));
	return pc_mib_oid(v, printer, PC_MIB_COUNT(printer));
}

uint32_t
pc_xcmi_job_sheets(const struct pc_job *job)
{
	uint32_t copy = job->copies == 0 ? job->pages : job->pages / job->copies;

	if (!job->duplex || copy == 0)
		return job->pages_done;
	return job->pages_done / copy * ((copy + 1) / 2) + (job->pages_done % copy + 1) / 2;
}

static uint32_t
copies_done(const struct pc_job *job)
{
	uint32_t copy = job->copies == 0 ? job->pages : job->pages / job->copies;

	return copy == 0 ? 0 : job->pages_done / copy;
}

bool
pc_xcmi_job_finished(const struct pc_job *job)
{
	return job->state >= PC_JOB_DONE;
}

int
pc_xcmi_date(uint64_t wall_ns, struct pc_snmp_value *v)
{
	return wall_ns == 0 ? pc_xcmi_no_date(v) : pc_mib_date(v, wall_ns);
}

/* ---- base ---- */

static int
base_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	if (at->column == 3)
		return pc_mib_dotted(v, pc_device_profile(dev)->sys_object_id);
	return pc_xcmi_no_date(v);
}

static const uint32_t base_oid[] = {PC_XCMI, 59, 1, 2, 1};

static const struct pc_snmp_column base_columns[] = {
	{2, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmJobMonBaseRowStatus"},
	{3, PC_SNMP_OID, base_get, NULL, "xcmJobMonBaseVersionID"},
	{4, PC_SNMP_OCTETS, base_get, NULL, "xcmJobMonBaseVersionDate"},
	{5, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmJobMonBaseGroupSupport"},
	{6, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmJobMonBaseCreateSupport"},
	{7, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmJobMonBaseUpdateSupport"},
};

static const struct pc_mib_rule base_rules[] = {
	{2, 1, 1, 1, NULL, NULL},
	{5, 0, INT32_MAX, 3, NULL, NULL},
};

PC_XCMI_RULED_TABLE(base, .row = pc_mib_row_single, .spec = "XCMI xcmJobMonBaseTable");

/* ---- jobs ---- */

static int
basic_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_job *job = pc_xcmi_job_at(dev, at, 0);

	if (job == NULL)
		return PC_E_NOTFOUND;
	switch (at->column) {
	case 1:
		return pc_mib_format(v, "%u", job->id);
	case 2: /* the number that the sender gave it */
		return job->lpd_number == 0 ? pc_mib_text(v, "")
					    : pc_mib_format(v, "%u", job->lpd_number);
	case 3:
		return pc_mib_format(v, "%s", job->host);
	case 4:
		return service_of(job, v);
	case 5:
		return pc_mib_number(at, v, pc_xcmi_string_index(job, PC_XCMI_JOB_NAME));
	case 6:
		return pc_mib_number(at, v, pc_xcmi_string_index(job, PC_XCMI_JOB_USER));
	case 7:
		return pc_mib_number(at, v, channel_of(job));
	case 8: /* the one locale */
		return pc_mib_number(at, v, 1);
	case 9:
		return pc_mib_number(at, v, state_of(job));
	default: /* 10 to 12: reasons */
		return pc_mib_number(at, v, 0);
	}
}

static const uint32_t basic_oid[] = {PC_XCMI, 59, 6, 1, 1};

static const struct pc_snmp_column basic_columns[] = {
	{1, PC_SNMP_OCTETS, basic_get, NULL, "xcmJobIdentifierOnSystem"},
	{2, PC_SNMP_OCTETS, basic_get, NULL, "xcmJobIdentifierUpstream"},
	{3, PC_SNMP_OCTETS, basic_get, NULL, "xcmJobClientId"},
	{4, PC_SNMP_OID, basic_get, NULL, "xcmJobServiceType"},
	{5, PC_SNMP_INTEGER, basic_get, NULL, "xcmJobName"},
	{6, PC_SNMP_INTEGER, basic_get, NULL, "xcmJobOwner"},
	{7, PC_SNMP_INTEGER, basic_get, NULL, "xcmJobSourceChannelType"},
	{8, PC_SNMP_INTEGER, basic_get, NULL, "xcmJobSubmittedLocaleIndex"},
	{9, PC_SNMP_INTEGER, basic_get, NULL, "xcmJobCurrentState"},
	{10, PC_SNMP_INTEGER, basic_get, NULL, "xcmJobStateReasons"},
	{11, PC_SNMP_INTEGER, basic_get, NULL, "xcmJobXStateReasons"},
	{12, PC_SNMP_INTEGER, basic_get, NULL, "xcmJobX2StateReasons"},
};

PC_XCMI_TABLE(basic, .next = pc_xcmi_job_next, .spec = "XCMI xcmJobGenBasicTable");

static int
ext_number(const struct pc_snmp_at *at, const struct pc_job *job, struct pc_snmp_value *v)
{
	uint64_t seconds = pc_xcmi_job_finished(job) && job->started_ns != 0
				   ? (job->ended_ns - job->started_ns) / 1000000000u
				   : 0;
	const int64_t n[] = {[1] = pc_xcmi_string_index(job, PC_XCMI_JOB_USER),
		[4] = job->copies == 0 ? 1 : job->copies,
		[5] = copies_done(job),
		[8] = previous_state(job),
		[11] = job->pages_done,
		[12] = (int64_t)(job->bytes >> 31),
		[13] = (int64_t)(job->bytes & INT32_MAX),
		[14] = job->state == PC_JOB_ABORTED,
		[16] = (int64_t)seconds,
		[17] = 1,
		[18] = pc_xcmi_string_index(job, PC_XCMI_JOB_USER)};

	return pc_mib_number(at, v, n[at->column]);
}

static int
ext_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_job *job = pc_xcmi_job_at(dev, at, 0);

	if (job == NULL)
		return PC_E_NOTFOUND;
	if (at->column == 9) /* no estimate is made */
		return pc_xcmi_no_date(v);
	if (at->column == 10)
		return pc_xcmi_date(job->wall_ns, v);
	return ext_number(at, job, v);
}

static const uint32_t ext_oid[] = {PC_XCMI, 59, 10, 1, 1};

static const struct pc_snmp_column ext_columns[] = {
	{1, PC_SNMP_INTEGER, ext_get, NULL, "xcmJobOriginator"},
	{2, PC_SNMP_INTEGER, ext_get, NULL, "xcmJobSubmittingApplication"},
	{3, PC_SNMP_INTEGER, ext_get, NULL, "xcmJobComment"},
	{4, PC_SNMP_INTEGER, ext_get, NULL, "xcmJobCopies"},
	{5, PC_SNMP_COUNTER32, ext_get, NULL, "xcmJobCopiesCompleted"},
	{6, PC_SNMP_INTEGER, ext_get, NULL, "xcmJobOutputBinIndex"},
	{7, PC_SNMP_INTEGER, ext_get, NULL, "xcmJobServiceNameRequested"},
	{8, PC_SNMP_INTEGER, ext_get, NULL, "xcmJobPreviousState"},
	{9, PC_SNMP_OCTETS, ext_get, NULL, "xcmJobEstimatedCompletionTime"},
	{10, PC_SNMP_OCTETS, ext_get, NULL, "xcmJobSubmissionTime"},
	{11, PC_SNMP_COUNTER32, ext_get, NULL, "xcmJobPagesCompleted"},
	{12, PC_SNMP_INTEGER, ext_get, NULL, "xcmJobOctetsCompletedHigh"},
	{13, PC_SNMP_INTEGER, ext_get, NULL, "xcmJobOctetsCompletedLow"},
	{14, PC_SNMP_COUNTER32, ext_get, NULL, "xcmJobErrorCount"},
	{15, PC_SNMP_COUNTER32, ext_get, NULL, "xcmJobWarningCount"},
	{16, PC_SNMP_COUNTER32, ext_get, NULL, "xcmJobProcessingTime"},
	{17, PC_SNMP_INTEGER, ext_get, NULL, "xcmJobNumberOfDocuments"},
	{18, PC_SNMP_INTEGER, ext_get, NULL, "xcmJobAuthorizationUserName"},
};

PC_XCMI_TABLE(ext, .next = pc_xcmi_job_next, .spec = "XCMI xcmJobGenExtTable");

static uint32_t
jobs_before(const struct pc_device *dev, const struct pc_job *job)
{
	const struct pc_job *jobs[PC_JOBS_MAX];
	size_t n = pc_device_jobs(dev, jobs);
	uint32_t before = 0;

	for (size_t i = 0; i < n && jobs[i] != job; i++)
		before += !pc_xcmi_job_finished(jobs[i]);
	return before;
}

static int
spool_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_job *job = pc_xcmi_job_at(dev, at, 0);

	if (job == NULL)
		return PC_E_NOTFOUND;
	/* the middle of the priorities */
	const int64_t n[] = {[1] = 1,
		[2] = 50,
		[3] = (int64_t)(job->bytes >> 31),
		[4] = (int64_t)(job->bytes & INT32_MAX),
		[5] = pc_xcmi_job_finished(job) ? 0 : jobs_before(dev, job)};

	return pc_mib_number(at, v, n[at->column]);
}

static const uint32_t spool_oid[] = {PC_XCMI, 59, 14, 1, 1};

static const struct pc_snmp_column spool_columns[] = {
	{1, PC_SNMP_INTEGER, spool_get, NULL, "xcmJobNumberOfJobResultSets"},
	{2, PC_SNMP_INTEGER, spool_get, NULL, "xcmJobPriority"},
	{3, PC_SNMP_INTEGER, spool_get, NULL, "xcmJobTotalOctetsHigh"},
	{4, PC_SNMP_INTEGER, spool_get, NULL, "xcmJobTotalOctetsLow"},
	{5, PC_SNMP_INTEGER, spool_get, NULL, "xcmJobInterveningJobs"},
};

PC_XCMI_TABLE(spool, .next = pc_xcmi_job_next, .spec = "XCMI xcmJobGenSpoolingBasicTable");

/* ---- documents: one a job ---- */

static int64_t
doc_state(const struct pc_job *job)
{
	static const uint8_t states[] = {[PC_JOB_RECEIVING] = DOC_TRANSFER_PENDING,
		[PC_JOB_PENDING] = DOC_PENDING,
		[PC_JOB_PRINTING] = DOC_PRINTING,
		[PC_JOB_DONE] = DOC_COMPLETED,
		[PC_JOB_CANCELLED] = DOC_COMPLETED,
		[PC_JOB_ABORTED] = DOC_COMPLETED};

	return states[job->state];
}

static int
doc_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_job *job = pc_xcmi_job_at(dev, at, 1);

	if (job == NULL)
		return PC_E_NOTFOUND;
	const int64_t n[] = {[1] = 1,
		[2] = pc_xcmi_string_index(job, PC_XCMI_JOB_NAME),
		[3] = pc_xcmi_string_index(job, PC_XCMI_JOB_NAME),
		[4] = 2,
		[5] = DOC_PRINTABLE,
		[6] = DOC_AUTOMATIC,
		[9] = (int64_t)(job->bytes > INT32_MAX ? INT32_MAX : job->bytes),
		[10] = doc_state(job)};

	return pc_mib_number(at, v, n[at->column]);
}

static const uint32_t doc_oid[] = {PC_XCMI, 59, 12, 1, 1};

static const struct pc_snmp_column doc_columns[] = {
	{1, PC_SNMP_INTEGER, doc_get, NULL, "xcmDocSequenceNumber"},
	{2, PC_SNMP_INTEGER, doc_get, NULL, "xcmDocName"},
	{3, PC_SNMP_INTEGER, doc_get, NULL, "xcmDocFileName"},
	{4, PC_SNMP_INTEGER, doc_get, NULL, "xcmDocFileNameType"},
	{5, PC_SNMP_INTEGER, doc_get, NULL, "xcmDocType"},
	{6, PC_SNMP_INTEGER, doc_get, NULL, "xcmDocFormat"},
	{7, PC_SNMP_INTEGER, doc_get, NULL, "xcmDocFormatVariants"},
	{8, PC_SNMP_INTEGER, doc_get, NULL, "xcmDocFormatVersion"},
	{9, PC_SNMP_INTEGER, doc_get, NULL, "xcmDocOctetCount"},
	{10, PC_SNMP_INTEGER, doc_get, NULL, "xcmDocState"},
};

PC_XCMI_TABLE(doc, .next = job_row_next, .spec = "XCMI xcmDocGenBasicTable");

static int
doc_print_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_profile *p = pc_device_profile(dev);
	const struct pc_job *job = pc_xcmi_job_at(dev, at, 1);

	if (job == NULL)
		return PC_E_NOTFOUND;
	const int64_t n[] = {[6] = job->duplex ? 2 : 1, [7] = job->copies, [8] = copies_done(job)};

	switch (at->column) {
	case 1:
		return pc_mib_text(v, job->media < p->n_media ? p->media[job->media] : "");
	case 3:
		return pc_mib_text(v, "none");
	case 5:
		return pc_mib_text(v, "1");
	default:
		return pc_mib_number(at, v, n[at->column]);
	}
}

static const uint32_t doc_print_oid[] = {PC_XCMI, 59, 13, 1, 1};

static const struct pc_snmp_column doc_print_columns[] = {
	{1, PC_SNMP_OCTETS, doc_print_get, NULL, "xcmDocPrintDefaultMediumName"},
	{2, PC_SNMP_INTEGER, doc_print_get, NULL, "xcmDocPrintDefaultInputIndex"},
	{3, PC_SNMP_OCTETS, doc_print_get, NULL, "xcmDocPrintFinishing"},
	{4, PC_SNMP_INTEGER, doc_print_get, NULL, "xcmDocPrintOutputMethod"},
	{5, PC_SNMP_OCTETS, doc_print_get, NULL, "xcmDocPrintNumberUp"},
	{6, PC_SNMP_INTEGER, doc_print_get, NULL, "xcmDocPrintSides"},
	{7, PC_SNMP_INTEGER, doc_print_get, NULL, "xcmDocPrintCopyCount"},
	{8, PC_SNMP_COUNTER32, doc_print_get, NULL, "xcmDocPrintCopiesCompleted"},
};

PC_XCMI_TABLE(doc_print, .next = job_row_next, .spec = "XCMI xcmDocPrintExtTable");

static const struct pc_snmp_table *const tables[] = {
	&base_table.table, &basic_table, &ext_table, &spool_table, &doc_table, &doc_print_table};

const struct pc_snmp_module pc_snmp_mib_xerox_job = {
	"XEROX-JOB-MONITORING-MIB", tables, PC_MIB_COUNT(tables)};
