/* The stand-in MIB, second part: region, cumulative use, histories of maintenance, states and jobs,
 * scans by destination. The tables are drawn up in simulator/cloud/CONTRACT.md. */
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "device/log.h"
#include "device/setting.h"
#include "device/usage.h"
#include "snmp/mib-common.h"
#include "snmp/modules.h"

enum { MM2_IN_DM2 = 10000, NL_IN_TENTH_ML = 100000 };

/* 1.3.6.1.4.1.8072.9999.9999.77.12 */
static int
use_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	struct pc_usage u;

	if (at->column == 1)
		return pc_mib_text(v, pc_device_region(dev));
	if (at->column == 2)
		return pc_mib_text(v, pc_device_country(dev));
	if (at->column >= 5 && !pc_device_profile(dev)->fax)
		return PC_E_NOTFOUND; /* what a printer lacks is absent, not 0 */
	pc_device_usage(dev, &u);
	const uint64_t n[] = {[3] = u.printing_ms / 1000,
		[4] = (u.area_mm2[0] + u.area_mm2[1]) / MM2_IN_DM2,
		[5] = u.fax_pages_sent,
		[6] = u.fax_pages_received};
	return pc_mib_number(at, v, (int64_t)(uint32_t)n[at->column]);
}

static const uint32_t use_oid[] = {1, 3, 6, 1, 4, 1, 8072, 9999, 9999, 77, 12};

static const struct pc_snmp_column use_columns[] = {
	{1, PC_SNMP_OCTETS, use_get, NULL, "simRegion"},
	{2, PC_SNMP_OCTETS, use_get, NULL, "simCountry"},
	{3, PC_SNMP_COUNTER32, use_get, NULL, "simPrintingSeconds"},
	{4, PC_SNMP_COUNTER32, use_get, NULL, "simPrintedArea"},
	{5, PC_SNMP_COUNTER32, use_get, NULL, "simFaxPagesSent"},
	{6, PC_SNMP_COUNTER32, use_get, NULL, "simFaxPagesReceived"},
};

static const struct pc_snmp_table use_table = {
	.oid = use_oid,
	.n_oid = PC_MIB_COUNT(use_oid),
	.columns = use_columns,
	.n_columns = PC_MIB_COUNT(use_columns),
	.spec = "CONTRACT.md stand-in MIB",
};

static size_t
count_maintenance(const struct pc_device *dev)
{
	size_t n = 0;

	while (pc_device_maintenance_entry(dev, n) != NULL)
		n++;
	return n;
}

static bool
maintenance_next(const struct pc_device *dev, const uint32_t *after, size_t n_after,
	uint32_t index[PC_SNMP_INDEX_MAX], size_t *n_index)
{
	return pc_mib_next(0, count_maintenance(dev), after, n_after, index, n_index);
}

static int
maintenance_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_maintenance_entry *e =
		at->n_index == 1 ? pc_device_maintenance_entry(dev, pc_mib_at(at)) : NULL;

	if (e == NULL)
		return PC_E_NOTFOUND;
	switch (at->column) {
	case 2:
		return pc_mib_date(v, e->wall_ns);
	case 3:
		return pc_mib_text(
			v, pc_device_maintenance_name((enum pc_maintenance_action)e->action));
	default:
		return pc_mib_text(v, pc_device_maintenance_part(dev, e));
	}
}

static const uint32_t maintenance_oid[] = {1, 3, 6, 1, 4, 1, 8072, 9999, 9999, 77, 13, 1};

static const struct pc_snmp_column maintenance_columns[] = {
	{2, PC_SNMP_OCTETS, maintenance_get, NULL, "simMaintenanceDate"},
	{3, PC_SNMP_OCTETS, maintenance_get, NULL, "simMaintenanceAction"},
	{4, PC_SNMP_OCTETS, maintenance_get, NULL, "simMaintenancePart"},
};

static const struct pc_snmp_table maintenance_table = {
	.oid = maintenance_oid,
	.n_oid = PC_MIB_COUNT(maintenance_oid),
	.columns = maintenance_columns,
	.n_columns = PC_MIB_COUNT(maintenance_columns),
	.next = maintenance_next,
	.spec = "CONTRACT.md stand-in MIB",
};

static bool
happening_next(const struct pc_device *dev, const uint32_t *after, size_t n_after,
	uint32_t index[PC_SNMP_INDEX_MAX], size_t *n_index)
{
	struct pc_happening list[PC_HAPPENINGS_MAX];

	return pc_mib_next(0, pc_device_happenings(dev, list), after, n_after, index, n_index);
}

static int
happening_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	struct pc_happening list[PC_HAPPENINGS_MAX];
	size_t row = pc_mib_at(at);

	if (at->n_index != 1 || row >= pc_device_happenings(dev, list))
		return PC_E_NOTFOUND;
	if (at->column == 2)
		return pc_mib_date(v, list[row].wall_ns);
	if (at->column == 3)
		return pc_mib_number(at, v, (int64_t)list[row].kind + 1);
	if (list[row].kind == PC_HAPPENING_STATUS)
		return pc_mib_text(v, pc_device_status_name((enum pc_status)list[row].code));
	return pc_mib_format(v, "%d", (int)list[row].code);
}

static const uint32_t happening_oid[] = {1, 3, 6, 1, 4, 1, 8072, 9999, 9999, 77, 14, 1};

static const struct pc_snmp_column happening_columns[] = {
	{2, PC_SNMP_OCTETS, happening_get, NULL, "simHappeningDate"},
	{3, PC_SNMP_INTEGER, happening_get, NULL, "simHappeningKind"},
	{4, PC_SNMP_OCTETS, happening_get, NULL, "simHappeningCode"},
};

static const struct pc_snmp_table happening_table = {
	.oid = happening_oid,
	.n_oid = PC_MIB_COUNT(happening_oid),
	.columns = happening_columns,
	.n_columns = PC_MIB_COUNT(happening_columns),
	.next = happening_next,
	.spec = "CONTRACT.md stand-in MIB",
};

static bool
ink_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	return pc_mib_row_plain(profile->n_supplies, at, index, n_index);
}

static int
ink_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	size_t row = pc_mib_at(at);

	/* what tells no volume has no row */
	if (row >= pc_device_profile(dev)->n_supplies ||
		pc_device_profile(dev)->supplies[row].ml == 0)
		return PC_E_NOTFOUND;
	return pc_mib_number(
		at, v, (int64_t)(uint32_t)(pc_device_supply_used_nl(dev, row) / NL_IN_TENTH_ML));
}

static const uint32_t ink_oid[] = {1, 3, 6, 1, 4, 1, 8072, 9999, 9999, 77, 15, 1};

static const struct pc_snmp_column ink_columns[] = {
	{2, PC_SNMP_COUNTER32, ink_get, NULL, "simInkUsed"},
};

static const struct pc_snmp_table ink_table = {
	.oid = ink_oid,
	.n_oid = PC_MIB_COUNT(ink_oid),
	.columns = ink_columns,
	.n_columns = PC_MIB_COUNT(ink_columns),
	.row = ink_row,
	.spec = "CONTRACT.md stand-in MIB",
};

/* Jobs that are over, newest first. */
static size_t
over_jobs(const struct pc_device *dev, const struct pc_job *out[PC_JOBS_MAX])
{
	const struct pc_job *all[PC_JOBS_MAX];
	size_t n = pc_device_jobs(dev, all), kept = 0;

	for (size_t i = n; i > 0; i--)
		if (all[i - 1]->state >= PC_JOB_DONE)
			out[kept++] = all[i - 1];
	return kept;
}

static bool
job_next(const struct pc_device *dev, const uint32_t *after, size_t n_after,
	uint32_t index[PC_SNMP_INDEX_MAX], size_t *n_index)
{
	const struct pc_job *jobs[PC_JOBS_MAX];

	return pc_mib_next(0, over_jobs(dev, jobs), after, n_after, index, n_index);
}

static int
job_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_profile *p = pc_device_profile(dev);
	const struct pc_job *jobs[PC_JOBS_MAX];
	size_t row = pc_mib_at(at);

	if (at->n_index != 1 || row >= over_jobs(dev, jobs))
		return PC_E_NOTFOUND;
	const struct pc_job *job = jobs[row];
	switch (at->column) {
	case 2:
		return pc_mib_number(at, v, job->id);
	case 3:
		return pc_mib_date(v, job->started_ns != 0 ? job->started_ns : job->wall_ns);
	case 4:
		return pc_mib_date(v, job->ended_ns);
	case 5: /* 1 done, 2 cancelled, 3 aborted */
		return pc_mib_number(at, v, (int64_t)job->state - PC_JOB_DONE + 1);
	case 6:
		return pc_mib_text(v, job->media < p->n_media ? p->media[job->media] : "");
	case 7:
		return pc_mib_number(at, v, (int64_t)(uint32_t)(job->area_mm2 / MM2_IN_DM2));
	default:
		return pc_mib_number(at, v, (int64_t)(uint32_t)(job->ink_nl / NL_IN_TENTH_ML));
	}
}

static const uint32_t job_oid[] = {1, 3, 6, 1, 4, 1, 8072, 9999, 9999, 77, 16, 1};

static const struct pc_snmp_column job_columns[] = {
	{2, PC_SNMP_GAUGE32, job_get, NULL, "simJobId"},
	{3, PC_SNMP_OCTETS, job_get, NULL, "simJobStart"},
	{4, PC_SNMP_OCTETS, job_get, NULL, "simJobEnd"},
	{5, PC_SNMP_INTEGER, job_get, NULL, "simJobResult"},
	{6, PC_SNMP_OCTETS, job_get, NULL, "simJobMedia"},
	{7, PC_SNMP_GAUGE32, job_get, NULL, "simJobArea"},
	{8, PC_SNMP_GAUGE32, job_get, NULL, "simJobInk"},
};

static const struct pc_snmp_table job_table = {
	.oid = job_oid,
	.n_oid = PC_MIB_COUNT(job_oid),
	.columns = job_columns,
	.n_columns = PC_MIB_COUNT(job_columns),
	.next = job_next,
	.spec = "CONTRACT.md stand-in MIB",
};

static bool
destination_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	(void)profile;
	return pc_mib_row_plain(PC_SCAN_DESTINATIONS, at, index, n_index);
}

static bool
has_scanner(const struct pc_profile *profile)
{
	return profile->scanner;
}

static int
destination_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	struct pc_usage u;
	size_t row = pc_mib_at(at);

	if (row >= PC_SCAN_DESTINATIONS)
		return PC_E_NOTFOUND;
	if (at->column == 2)
		return pc_mib_text(v, pc_device_scan_to_name((enum pc_scan_to)row));
	pc_device_usage(dev, &u);
	return pc_mib_number(at, v, u.scan_images[row]);
}

static const uint32_t destination_oid[] = {1, 3, 6, 1, 4, 1, 8072, 9999, 9999, 77, 17, 1};

static const struct pc_snmp_column destination_columns[] = {
	{2, PC_SNMP_OCTETS, destination_get, NULL, "simDestinationName"},
	{3, PC_SNMP_COUNTER32, destination_get, NULL, "simDestinationImages"},
};

static const struct pc_snmp_table destination_table = {
	.oid = destination_oid,
	.n_oid = PC_MIB_COUNT(destination_oid),
	.columns = destination_columns,
	.n_columns = PC_MIB_COUNT(destination_columns),
	.row = destination_row,
	.applies = has_scanner,
	.spec = "CONTRACT.md stand-in MIB",
};

static const struct pc_snmp_table *const tables[] = {&use_table, &maintenance_table,
	&happening_table, &ink_table, &job_table, &destination_table};

const struct pc_snmp_module pc_snmp_mib_sim_log = {
	"SIM-MIB histories", tables, PC_MIB_COUNT(tables)};
