/* snmp/mib-xerox-job: jobs as XCMI's tables name them. */
#ifndef PC_SNMP_MIB_XEROX_JOB_H
#define PC_SNMP_MIB_XEROX_JOB_H

#include "snmp/row.h"

enum { PC_XCMI_JOB_ARCS_MAX = 12 }; /* device, length, ten digits */

/* Index of a job's rows: hrDeviceIndex, then its number as text with a length in front. Returns how
 * many arcs. Spec: XCMI xcmJobGenBasicEntry, RFC 2578 s7.7 */
size_t pc_xcmi_job_index(const struct pc_job *job, uint32_t index[PC_XCMI_JOB_ARCS_MAX]);

/* The job whose index stands at the front of this one; NULL: none. */
const struct pc_job *pc_xcmi_job_of(
	const struct pc_device *dev, const uint32_t *index, size_t n_index);

/* The first row behind `after` of `rows` rows for each job, numbered behind the job's index; 0: the
 * job itself is the row. False after the last. */
bool pc_xcmi_job_rows(const struct pc_device *dev, uint32_t rows, const uint32_t *after,
	size_t n_after, uint32_t index[PC_SNMP_INDEX_MAX], size_t *n_index);

/* The job of such a row; NULL: there is no such row. */
const struct pc_job *pc_xcmi_job_at(
	const struct pc_device *dev, const struct pc_snmp_at *at, uint32_t rows);

/* Sheets that have come out; done, cancelled or aborted. */
uint32_t pc_xcmi_job_sheets(const struct pc_job *job);
bool pc_xcmi_job_finished(const struct pc_job *job);

/* DateAndTime, eight zero octets for 0. */
int pc_xcmi_date(uint64_t wall_ns, struct pc_snmp_value *v);

/* `next` of tables with a row for each job. */
bool pc_xcmi_job_next(const struct pc_device *dev, const uint32_t *after, size_t n_after,
	uint32_t index[PC_SNMP_INDEX_MAX], size_t *n_index);

#endif
