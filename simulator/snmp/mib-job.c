/* Job-Monitoring-MIB: the printer's jobs, one job set. A row stays for jmGeneralJobPersistence
 * after the end of its job, as the device remembers it. Spec: RFC 2707 */
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "snmp/mib-common.h"
#include "snmp/modules.h"

enum {
	JOB_SET = 1, /* there is one queue */
	UNKNOWN = -2,
	ID_OCTETS = 48,
	OWNER_OCTETS = 39,
	STATE_PENDING = 3, /* JmJobStateTC */
	STATE_PROCESSING = 5,
	STATE_STOPPED = 6,
	STATE_CANCELED = 7,
	STATE_ABORTED = 8,
	STATE_COMPLETED = 9
};

/* JmJobStateReasons1TC */
enum {
	REASON_INCOMING = 0x4,
	REASON_DEVICE_STOPPED = 0x400,
	REASON_PRINTING = 0x1000,
	REASON_CANCELED_BY_USER = 0x2000,
	REASON_ABORTED_BY_SYSTEM = 0x10000,
	REASON_SERVICE_OFF_LINE = 0x40000,
	REASON_SUCCESSFUL = 0x80000
};

static bool
has_jobs(const struct pc_profile *profile)
{
	return pc_profile_has_mib(profile, PC_MIBS_JOB_MONITORING);
}

static const struct pc_job *
find_job(const struct pc_device *dev, uint32_t id)
{
	const struct pc_job *jobs[PC_JOBS_MAX];
	size_t n = pc_device_jobs(dev, jobs);

	for (size_t i = 0; i < n; i++)
		if (jobs[i]->id == id)
			return jobs[i];
	return NULL;
}

/* Not over yet; none of ours is ever held. */
static bool
is_active(const struct pc_job *job)
{
	return job->state < PC_JOB_DONE;
}

/* ---- jmGeneralTable ---- */

static int
general_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_job *jobs[PC_JOBS_MAX];
	size_t n = pc_device_jobs(dev, jobs), active = 0;
	int64_t oldest = 0, newest = 0;

	for (size_t i = 0; i < n; i++) {
		if (!is_active(jobs[i]))
			continue;
		active++;
		newest = jobs[i]->id;
		oldest = oldest == 0 ? newest : oldest;
	}
	if (at->column == 7)
		return pc_mib_text(v, pc_device_profile(dev)->lpd_queue);
	const int64_t values[] = {
		[2] = (int64_t)active, oldest, newest, PC_JOB_PERSISTENCE, PC_JOB_PERSISTENCE};

	return pc_mib_number(at, v, values[at->column]);
}

static const uint32_t general_oid[] = {1, 3, 6, 1, 4, 1, 2699, 1, 1, 1, 1, 1, 1};

static const struct pc_snmp_column general_columns[] = {
	{2, PC_SNMP_INTEGER, general_get, NULL, "jmGeneralNumberOfActiveJobs"},
	{3, PC_SNMP_INTEGER, general_get, NULL, "jmGeneralOldestActiveJobIndex"},
	{4, PC_SNMP_INTEGER, general_get, NULL, "jmGeneralNewestActiveJobIndex"},
	{5, PC_SNMP_INTEGER, general_get, NULL, "jmGeneralJobPersistence"},
	{6, PC_SNMP_INTEGER, general_get, NULL, "jmGeneralAttributePersistence"},
	{7, PC_SNMP_OCTETS, general_get, NULL, "jmGeneralJobSetName"},
};

static const struct pc_snmp_table general_table = {
	.oid = general_oid,
	.n_oid = PC_MIB_COUNT(general_oid),
	.columns = general_columns,
	.n_columns = PC_MIB_COUNT(general_columns),
	.row = pc_mib_row_single,
	.applies = has_jobs,
	.spec = "RFC 2707 jmGeneralTable",
};

/* ---- jmJobIDTable ---- */

/* Format 0, for jobs that came without an ID: the last 39 octets of the owner, filled with blanks,
 * and the number. No length in front: the index has a fixed size. Spec: RFC 2707 s3.5.1 */
static void
submission_id(const struct pc_job *job, uint32_t index[ID_OCTETS])
{
	size_t len = strlen(job->user);
	const char *owner = job->user + (len > OWNER_OCTETS ? len - OWNER_OCTETS : 0);
	char number[9];

	(void)snprintf(number, sizeof number, "%08u", job->id % 100000000u);
	len = strlen(owner);
	index[0] = '0';
	for (size_t i = 0; i < OWNER_OCTETS; i++) {
		unsigned char c = i < len ? (unsigned char)owner[i] : ' ';

		index[1 + i] = c >= ' ' && c < 127 ? c : '?';
	}
	for (size_t i = 0; i < 8; i++)
		index[1 + OWNER_OCTETS + i] = (unsigned char)number[i];
}

static bool
id_next(const struct pc_device *dev, const uint32_t *after, size_t n_after,
	uint32_t index[PC_SNMP_INDEX_MAX], size_t *n_index)
{
	const struct pc_job *jobs[PC_JOBS_MAX];
	size_t n = pc_device_jobs(dev, jobs);
	bool found = false;

	for (size_t i = 0; i < n; i++) {
		uint32_t own[ID_OCTETS];

		submission_id(jobs[i], own);
		if (pc_arcs_compare(own, ID_OCTETS, after, n_after) <= 0 ||
			(found && pc_arcs_compare(own, ID_OCTETS, index, ID_OCTETS) >= 0))
			continue;
		memcpy(index, own, sizeof own);
		*n_index = ID_OCTETS;
		found = true;
	}
	return found;
}

static int
id_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_job *jobs[PC_JOBS_MAX];
	size_t n = pc_device_jobs(dev, jobs);

	for (size_t i = 0; i < n; i++) {
		uint32_t own[ID_OCTETS];

		submission_id(jobs[i], own);
		if (pc_arcs_compare(own, ID_OCTETS, at->index, at->n_index) == 0)
			return pc_mib_number(at, v, at->column == 2 ? JOB_SET : jobs[i]->id);
	}
	return PC_E_NOTFOUND;
}

static const uint32_t id_oid[] = {1, 3, 6, 1, 4, 1, 2699, 1, 1, 1, 2, 1, 1};

static const struct pc_snmp_column id_columns[] = {
	{2, PC_SNMP_INTEGER, id_get, NULL, "jmJobIDJobSetIndex"},
	{3, PC_SNMP_INTEGER, id_get, NULL, "jmJobIDJobIndex"},
};

static const struct pc_snmp_table id_table = {
	.oid = id_oid,
	.n_oid = PC_MIB_COUNT(id_oid),
	.columns = id_columns,
	.n_columns = PC_MIB_COUNT(id_columns),
	.next = id_next,
	.applies = has_jobs,
	.spec = "RFC 2707 jmJobIDTable",
};

/* ---- jmJobTable ---- */

/* Index: jmGeneralJobSetIndex, jmJobIndex. */
static bool
job_next(const struct pc_device *dev, const uint32_t *after, size_t n_after,
	uint32_t index[PC_SNMP_INDEX_MAX], size_t *n_index)
{
	const struct pc_job *jobs[PC_JOBS_MAX];
	size_t n = pc_device_jobs(dev, jobs);
	bool found = false;

	for (size_t i = 0; i < n; i++) {
		const uint32_t own[] = {JOB_SET, jobs[i]->id};

		if (pc_arcs_compare(own, 2, after, n_after) <= 0 ||
			(found && jobs[i]->id >= index[1]))
			continue;
		memcpy(index, own, sizeof own);
		*n_index = 2;
		found = true;
	}
	return found;
}

static int64_t
state_of(const struct pc_device *dev, const struct pc_job *job)
{
	switch (job->state) {
	case PC_JOB_PRINTING:
		return pc_device_hr_status(dev) == PC_HR_DOWN ? STATE_STOPPED : STATE_PROCESSING;
	case PC_JOB_DONE:
		return STATE_COMPLETED;
	case PC_JOB_CANCELLED:
		return STATE_CANCELED;
	case PC_JOB_ABORTED:
		return STATE_ABORTED;
	case PC_JOB_RECEIVING:
	case PC_JOB_PENDING:
	default:
		return STATE_PENDING;
	}
}

static int64_t
reasons_of(const struct pc_device *dev, const struct pc_job *job)
{
	static const int64_t ends[] = {[PC_JOB_DONE] = REASON_SUCCESSFUL,
		[PC_JOB_CANCELLED] = REASON_CANCELED_BY_USER,
		[PC_JOB_ABORTED] = REASON_ABORTED_BY_SYSTEM};
	int64_t reasons = job->state == PC_JOB_RECEIVING ? REASON_INCOMING : 0;

	if (!is_active(job))
		return ends[job->state];
	if (pc_device_hr_status(dev) == PC_HR_DOWN)
		reasons |= REASON_DEVICE_STOPPED;
	else if (job->state == PC_JOB_PRINTING)
		reasons |= REASON_PRINTING;
	return pc_device_state(dev)->offline ? reasons | REASON_SERVICE_OFF_LINE : reasons;
}

/* Unfinished jobs before it. */
static int64_t
jobs_before(const struct pc_device *dev, const struct pc_job *job)
{
	const struct pc_job *jobs[PC_JOBS_MAX];
	size_t n = pc_device_jobs(dev, jobs);
	int64_t before = 0;

	if (!is_active(job))
		return 0;
	for (size_t i = 0; i < n && jobs[i] != job; i++)
		before += is_active(jobs[i]);
	return before;
}

/* K octets round up. Spec: RFC 2707 jmJobKOctetsPerCopyRequested */
static int64_t
k_octets(uint64_t bytes)
{
	uint64_t k = bytes / 1024 + (bytes % 1024 != 0);

	return k > INT32_MAX ? INT32_MAX : (int64_t)k;
}

/* Sides of one copy; -2 while the job is not complete. */
static int64_t
per_copy(const struct pc_job *job)
{
	return job->state == PC_JOB_RECEIVING ? UNKNOWN : (int64_t)(job->pages / job->copies);
}

/* All copies that came out, in bytes of the document. */
static int64_t
k_octets_processed(const struct pc_job *job)
{
	int64_t sides = per_copy(job);

	if (sides <= 0) /* nothing printed of it: maintenance */
		return job->state == PC_JOB_DONE ? k_octets(job->bytes) : 0;
	return k_octets((uint64_t)((double)job->bytes * job->pages_done / (double)sides));
}

static int
job_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_job *job =
		at->n_index == 2 && at->index[0] == JOB_SET ? find_job(dev, at->index[1]) : NULL;

	if (job == NULL)
		return PC_E_NOTFOUND;
	switch (at->column) {
	case 2:
		return pc_mib_number(at, v, state_of(dev, job));
	case 3:
		return pc_mib_number(at, v, reasons_of(dev, job));
	case 4:
		return pc_mib_number(at, v, jobs_before(dev, job));
	case 5:
		return pc_mib_number(
			at, v, job->state == PC_JOB_RECEIVING ? UNKNOWN : k_octets(job->bytes));
	case 6:
		return pc_mib_number(at, v, k_octets_processed(job));
	case 7:
		return pc_mib_number(at, v, per_copy(job));
	case 8:
		return pc_mib_number(at, v, job->pages_done);
	default:
		return pc_mib_text(v, job->user);
	}
}

static const uint32_t job_oid[] = {1, 3, 6, 1, 4, 1, 2699, 1, 1, 1, 3, 1, 1};

static const struct pc_snmp_column job_columns[] = {
	{2, PC_SNMP_INTEGER, job_get, NULL, "jmJobState"},
	{3, PC_SNMP_INTEGER, job_get, NULL, "jmJobStateReasons1"},
	{4, PC_SNMP_INTEGER, job_get, NULL, "jmNumberOfInterveningJobs"},
	{5, PC_SNMP_INTEGER, job_get, NULL, "jmJobKOctetsPerCopyRequested"},
	{6, PC_SNMP_INTEGER, job_get, NULL, "jmJobKOctetsProcessed"},
	{7, PC_SNMP_INTEGER, job_get, NULL, "jmJobImpressionsPerCopyRequested"},
	{8, PC_SNMP_INTEGER, job_get, NULL, "jmJobImpressionsCompleted"},
	{9, PC_SNMP_OCTETS, job_get, NULL, "jmJobOwner"},
};

static const struct pc_snmp_table job_table = {
	.oid = job_oid,
	.n_oid = PC_MIB_COUNT(job_oid),
	.columns = job_columns,
	.n_columns = PC_MIB_COUNT(job_columns),
	.next = job_next,
	.applies = has_jobs,
	.spec = "RFC 2707 jmJobTable",
};

/* ---- jmAttributeTable ---- */

/* What one attribute says: a number, a text, or both; UNKNOWN and "" for what it does not say. */
struct said {
	int64_t number;
	const char *text;
	uint64_t wall_ns; /* a moment: its number is the second of this boot, its text the date */
};

typedef bool (*attribute_fn)(
	const struct pc_device *dev, const struct pc_job *job, struct said *out);

static bool
say_number(struct said *out, int64_t n)
{
	out->number = n > INT32_MAX ? INT32_MAX : n;
	return true;
}

static bool
say_text(struct said *out, const char *text)
{
	out->text = text;
	return text != NULL && text[0] != '\0';
}

static bool
say_moment(struct said *out, uint64_t wall_ns)
{
	out->wall_ns = wall_ns;
	return wall_ns != 0;
}

static bool
coded_char_set(const struct pc_device *dev, const struct pc_job *job, struct said *out)
{
	(void)dev;
	(void)job;
	return say_number(out, 106); /* UTF-8 */
}

static bool
job_name(const struct pc_device *dev, const struct pc_job *job, struct said *out)
{
	(void)dev;
	return say_text(out, job->name);
}

/* Bits of JmJobServiceTypesTC: print 4, scan 8, faxIn 16. */
static bool
service_types(const struct pc_device *dev, const struct pc_job *job, struct said *out)
{
	static const int64_t services[] = {[PC_ORIGIN_LPD] = 4,
		[PC_ORIGIN_RAW] = 4,
		[PC_ORIGIN_PANEL] = 4,
		[PC_ORIGIN_COPY] = 4 | 8,
		[PC_ORIGIN_FAX] = 4 | 16};

	(void)dev;
	return say_number(out, services[job->origin]);
}

/* Row of prtChannelTable. */
static bool
channel_index(const struct pc_device *dev, const struct pc_job *job, struct said *out)
{
	const struct pc_profile_ports *p = &pc_device_profile(dev)->ports;

	if (job->origin == PC_ORIGIN_LPD && p->lpd)
		return say_number(out, 1);
	return job->origin == PC_ORIGIN_RAW && p->raw && say_number(out, p->lpd ? 2 : 1);
}

static bool
originating_host(const struct pc_device *dev, const struct pc_job *job, struct said *out)
{
	(void)dev;
	return say_text(out, job->host);
}

static bool
queue_name(const struct pc_device *dev, const struct pc_job *job, struct said *out)
{
	return job->origin == PC_ORIGIN_LPD && say_text(out, pc_device_profile(dev)->lpd_queue);
}

static bool
physical_device(const struct pc_device *dev, const struct pc_job *job, struct said *out)
{
	(void)job;
	(void)say_text(out, pc_device_state(dev)->printer_name);
	return say_number(out, PC_MIB_HR_PRINTER);
}

static bool
documents(const struct pc_device *dev, const struct pc_job *job, struct said *out)
{
	(void)dev;
	(void)job;
	return say_number(out, 1);
}

static bool
sides(const struct pc_device *dev, const struct pc_job *job, struct said *out)
{
	(void)dev;
	return say_number(out, job->duplex ? 2 : 1);
}

static bool
copies_requested(const struct pc_device *dev, const struct pc_job *job, struct said *out)
{
	(void)dev;
	return say_number(out, job->copies);
}

static bool
copies_completed(const struct pc_device *dev, const struct pc_job *job, struct said *out)
{
	(void)dev;
	return say_number(out, per_copy(job) <= 0 ? 0 : job->pages_done / per_copy(job));
}

static bool
octets_transferred(const struct pc_device *dev, const struct pc_job *job, struct said *out)
{
	(void)dev;
	return say_number(out, k_octets(job->bytes));
}

static bool
impressions_of_copy(const struct pc_device *dev, const struct pc_job *job, struct said *out)
{
	int64_t n = per_copy(job);

	(void)dev;
	if (n <= 0)
		return say_number(out, 0);
	return say_number(out, job->pages_done == job->pages ? n : job->pages_done % n);
}

static bool
color_impressions(const struct pc_device *dev, const struct pc_job *job, struct said *out)
{
	(void)dev;
	return say_number(out, job->color ? job->pages_done : 0);
}

static bool
pages_requested(const struct pc_device *dev, const struct pc_job *job, struct said *out)
{
	(void)dev;
	return say_number(out, job->state == PC_JOB_RECEIVING ? UNKNOWN : (int64_t)job->pages);
}

static bool
pages_completed(const struct pc_device *dev, const struct pc_job *job, struct said *out)
{
	(void)dev;
	return say_number(out, job->pages_done);
}

/* Sheets of so many sides: each copy begins on a new one. */
static int64_t
sheets_of(const struct pc_job *job, int64_t n_sides)
{
	int64_t copy = per_copy(job);

	if (copy <= 0 || !job->duplex)
		return n_sides;
	return n_sides / copy * ((copy + 1) / 2) + (n_sides % copy + 1) / 2;
}

static bool
sheets_requested(const struct pc_device *dev, const struct pc_job *job, struct said *out)
{
	(void)dev;
	return say_number(
		out, job->state == PC_JOB_RECEIVING ? UNKNOWN : sheets_of(job, job->pages));
}

static bool
sheets_completed(const struct pc_device *dev, const struct pc_job *job, struct said *out)
{
	(void)dev;
	return say_number(out, sheets_of(job, job->pages_done));
}

static bool
medium_consumed(const struct pc_device *dev, const struct pc_job *job, struct said *out)
{
	const struct pc_profile *p = pc_device_profile(dev);

	if (job->state == PC_JOB_RECEIVING || job->media >= p->n_media)
		return false;
	(void)say_number(out, sheets_of(job, job->pages_done));
	return say_text(out, p->media[job->media]);
}

static bool
size_consumed(const struct pc_device *dev, const struct pc_job *job, struct said *out)
{
	const struct pc_profile *p = pc_device_profile(dev);

	if (job->state == PC_JOB_RECEIVING || job->size >= p->n_sizes)
		return false;
	(void)say_number(out, sheets_of(job, job->pages_done));
	return say_text(out, p->sizes[job->size]);
}

static bool
submission_time(const struct pc_device *dev, const struct pc_job *job, struct said *out)
{
	(void)dev;
	return say_moment(out, job->wall_ns);
}

static bool
processing_time(const struct pc_device *dev, const struct pc_job *job, struct said *out)
{
	(void)dev;
	return say_moment(out, job->started_ns);
}

static bool
completion_time(const struct pc_device *dev, const struct pc_job *job, struct said *out)
{
	(void)dev;
	return say_moment(out, job->ended_ns);
}

/* JmAttributeTypeTC, ascending; each has one instance. */
static const struct {
	uint32_t type;
	attribute_fn say;
} attributes[] = {
	{8, coded_char_set},
	{23, job_name},
	{24, service_types},
	{25, channel_index},
	{29, originating_host},
	{31, queue_name},
	{32, physical_device},
	{33, documents},
	{55, sides},
	{90, copies_requested},
	{91, copies_completed},
	{94, octets_transferred},
	{113, impressions_of_copy},
	{114, color_impressions},
	{130, pages_requested},
	{131, pages_completed},
	{150, sheets_requested},
	{151, sheets_completed},
	{171, medium_consumed},
	{175, size_consumed},
	{191, submission_time},
	{193, processing_time},
	{194, completion_time},
};

static bool
ask_attribute(const struct pc_device *dev, const struct pc_job *job, size_t i, struct said *out)
{
	*out = (struct said){.number = UNKNOWN};
	return attributes[i].say(dev, job, out);
}

/* Index: jmGeneralJobSetIndex, jmJobIndex, jmAttributeTypeIndex, jmAttributeInstanceIndex. */
static bool
attribute_next(const struct pc_device *dev, const uint32_t *after, size_t n_after,
	uint32_t index[PC_SNMP_INDEX_MAX], size_t *n_index)
{
	/* the job that `after` lies in is asked again, then those behind it */
	bool inside = n_after > 1 && after[0] == JOB_SET && after[1] > 0;
	uint32_t last[] = {JOB_SET, inside ? after[1] - 1 : 0};
	uint32_t found[PC_SNMP_INDEX_MAX];
	size_t n = 0;

	if (n_after > 0 && after[0] > JOB_SET)
		return false;
	for (; job_next(dev, last, 2, found, &n); last[1] = found[1]) {
		const struct pc_job *job = find_job(dev, found[1]);

		for (size_t i = 0; i < PC_MIB_COUNT(attributes); i++) {
			const uint32_t own[] = {JOB_SET, found[1], attributes[i].type, 1};
			struct said said;

			if (pc_arcs_compare(own, 4, after, n_after) <= 0 ||
				!ask_attribute(dev, job, i, &said))
				continue;
			memcpy(index, own, sizeof own);
			*n_index = 4;
			return true;
		}
	}
	return false;
}

/* Seconds of this boot. Spec: RFC 2707 JmTimeStampTC */
static int64_t
second_of_boot(const struct pc_device *dev, uint64_t wall_ns)
{
	int64_t ago = (int64_t)(pc_device_wall_ns(dev) - wall_ns) / 1000000000;
	int64_t up = pc_mib_uptime(dev) / 100;

	return ago < 0 ? up : ago > up ? 0 : up - ago;
}

static int
attribute_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_job *job = at->n_index == 4 && at->index[0] == JOB_SET && at->index[3] == 1
					   ? find_job(dev, at->index[1])
					   : NULL;
	struct said said;
	size_t i = 0;

	while (i < PC_MIB_COUNT(attributes) && job != NULL && attributes[i].type != at->index[2])
		i++;
	if (job == NULL || i == PC_MIB_COUNT(attributes) || !ask_attribute(dev, job, i, &said))
		return PC_E_NOTFOUND;
	if (at->column == 4 && said.wall_ns != 0)
		return pc_mib_date(v, said.wall_ns);
	if (at->column == 4)
		return pc_mib_format(v, "%.63s", said.text == NULL ? "" : said.text);
	if (said.wall_ns != 0)
		said.number = second_of_boot(dev, said.wall_ns);
	return pc_mib_number(at, v, said.number);
}

static const uint32_t attribute_oid[] = {1, 3, 6, 1, 4, 1, 2699, 1, 1, 1, 4, 1, 1};

static const struct pc_snmp_column attribute_columns[] = {
	{3, PC_SNMP_INTEGER, attribute_get, NULL, "jmAttributeValueAsInteger"},
	{4, PC_SNMP_OCTETS, attribute_get, NULL, "jmAttributeValueAsOctets"},
};

static const struct pc_snmp_table attribute_table = {
	.oid = attribute_oid,
	.n_oid = PC_MIB_COUNT(attribute_oid),
	.columns = attribute_columns,
	.n_columns = PC_MIB_COUNT(attribute_columns),
	.next = attribute_next,
	.applies = has_jobs,
	.spec = "RFC 2707 jmAttributeTable",
};

static const struct pc_snmp_table *const tables[] = {
	&general_table, &id_table, &job_table, &attribute_table};

const struct pc_snmp_module pc_snmp_mib_job = {"Job-Monitoring-MIB", tables, PC_MIB_COUNT(tables)};
