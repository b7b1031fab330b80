/* Second list of objects: media in the trays, cumulative use, histories, jobs. */
#include <string.h>

#include "agents/collect-plan.h"

#define SIM   "1.3.6.1.4.1.8072.9999.9999.77."
#define INPUT "1.3.6.1.2.1.43.8.2.1."

/* What every `put` is called with. */
#define PUT(name) \
	static void name(struct pc_plan_notes *n, const uint32_t *index, size_t n_index, \
		const struct pc_snmp_varbind *v)

static void
date(const struct pc_snmp_varbind *v, char out[PC_CLOCK_TEXT_MAX])
{
	pc_record_date(v->bytes, v->type == PC_BER_OCTETS ? v->len : 0, out);
}

/* Rows of the lists, by the last arc of the index; NULL when there is no room. */
static struct pc_record_slot *
slot(struct pc_plan_notes *n, const uint32_t *index, size_t n_index)
{
	size_t at = pc_plan_place(index, n_index, PC_RECORD_SLOTS, &n->record.n_slots);
	return at == SIZE_MAX ? NULL : &n->record.slots[at];
}

static struct pc_record_maintenance *
maintenance(struct pc_plan_notes *n, const uint32_t *index, size_t n_index)
{
	size_t at = pc_plan_place(index, n_index, PC_RECORD_MAINTENANCE, &n->record.n_maintenance);
	return at == SIZE_MAX ? NULL : &n->record.maintenance[at];
}

static struct pc_record_happening *
happening(struct pc_plan_notes *n, const uint32_t *index, size_t n_index)
{
	size_t at = pc_plan_place(index, n_index, PC_RECORD_HAPPENINGS, &n->record.n_happenings);
	return at == SIZE_MAX ? NULL : &n->record.happenings[at];
}

static struct pc_record_job *
job(struct pc_plan_notes *n, const uint32_t *index, size_t n_index)
{
	size_t at = pc_plan_place(index, n_index, PC_RECORD_JOBS, &n->record.n_jobs);
	return at == SIZE_MAX ? NULL : &n->record.jobs[at];
}

static struct pc_record_count *
destination(struct pc_plan_notes *n, const uint32_t *index, size_t n_index)
{
	size_t at = pc_plan_place(index, n_index, PC_RECORD_ROWS, &n->record.n_destinations);
	return at == SIZE_MAX ? NULL : &n->record.destinations[at];
}

/* One row of a list: a number or a text of it. */
#define PUT_NUMBER(name, row_of, row_type, member) \
	PUT(name) \
	{ \
		struct row_type *r = row_of(n, index, n_index); \
		if (r != NULL) \
			r->member = pc_plan_int32(v); \
	}
#define PUT_COUNT(name, row_of, row_type, member) \
	PUT(name) \
	{ \
		struct row_type *r = row_of(n, index, n_index); \
		if (r != NULL) \
			r->member = pc_plan_uint32(v); \
	}
#define PUT_TEXT(name, row_of, row_type, member) \
	PUT(name) \
	{ \
		struct row_type *r = row_of(n, index, n_index); \
		if (r != NULL) \
			pc_plan_text(v, r->member, sizeof(r->member)); \
	}
#define PUT_DATE(name, row_of, row_type, member) \
	PUT(name) \
	{ \
		struct row_type *r = row_of(n, index, n_index); \
		if (r != NULL) \
			date(v, r->member); \
	}

PUT_NUMBER(slot_unit, slot, pc_record_slot, unit)
PUT_NUMBER(slot_length, slot, pc_record_slot, length)
PUT_NUMBER(slot_width, slot, pc_record_slot, width)
PUT_NUMBER(slot_weight, slot, pc_record_slot, weight)
PUT_TEXT(slot_type, slot, pc_record_slot, type)
PUT_DATE(maintenance_date, maintenance, pc_record_maintenance, date)
PUT_TEXT(maintenance_action, maintenance, pc_record_maintenance, action)
PUT_TEXT(maintenance_part, maintenance, pc_record_maintenance, part)
PUT_DATE(happening_date, happening, pc_record_happening, date)
PUT_NUMBER(happening_kind, happening, pc_record_happening, kind)
PUT_TEXT(happening_code, happening, pc_record_happening, code)
PUT_COUNT(job_id, job, pc_record_job, id)
PUT_DATE(job_start, job, pc_record_job, start)
PUT_DATE(job_end, job, pc_record_job, end)
PUT_NUMBER(job_result, job, pc_record_job, result)
PUT_TEXT(job_media, job, pc_record_job, media)
PUT_COUNT(job_area, job, pc_record_job, area_dm2)
PUT_COUNT(job_ink, job, pc_record_job, ink_tenth_ml)
PUT_TEXT(destination_name, destination, pc_record_count, name)
PUT_COUNT(destination_images, destination, pc_record_count, count)

PUT(ink_used)
{
	size_t at = pc_plan_place(index, n_index, PC_RECORD_SUPPLIES, &n->record.n_supplies);
	if (at != SIZE_MAX)
		n->record.supplies[at].used_tenth_ml = pc_plan_uint32(v);
}

PUT(system_date)
{
	(void)index;
	(void)n_index;
	date(v, n->record.device_time);
}

PUT(region)
{
	(void)index;
	(void)n_index;
	pc_plan_text(v, n->record.region, sizeof(n->record.region));
}

PUT(country)
{
	(void)index;
	(void)n_index;
	pc_plan_text(v, n->record.country, sizeof(n->record.country));
}

PUT(printing_seconds)
{
	(void)index;
	(void)n_index;
	n->record.printing_s = pc_plan_uint32(v);
}

PUT(printed_area)
{
	(void)index;
	(void)n_index;
	n->record.area_dm2 = pc_plan_uint32(v);
}

PUT(fax_sent)
{
	(void)index;
	(void)n_index;
	n->fax_sent = pc_plan_uint32(v);
}

PUT(fax_received)
{
	(void)index;
	(void)n_index;
	n->fax_received = pc_plan_uint32(v);
}

static const struct pc_plan_row rows[] = {
	{PC_PLAN_MEDIA, "1.3.6.1.2.1.25.1.2", "deviceTime", system_date, "ECSP-DAT-015"},
	{PC_PLAN_MEDIA, INPUT "3", "settings.media", slot_unit, "ECSP-DAT-024"},
	{PC_PLAN_MEDIA, INPUT "6", "settings.media.length", slot_length, "ECSP-DAT-024"},
	{PC_PLAN_MEDIA, INPUT "7", "settings.media.width", slot_width, "ECSP-DAT-024"},
	{PC_PLAN_MEDIA, INPUT "20", "settings.media.weight", slot_weight, "ECSP-DAT-024"},
	{PC_PLAN_MEDIA, INPUT "21", "settings.media.type", slot_type, "ECSP-DAT-024"},
	{PC_PLAN_SIM_LOG, SIM "12.1", "regionCode", region, "ECSP-DAT-013"},
	{PC_PLAN_SIM_LOG, SIM "12.2", "countryCode", country, "ECSP-DAT-014"},
	{PC_PLAN_SIM_LOG, SIM "12.3", "cumulative.printingTime", printing_seconds, "ECSP-DAT-030"},
	{PC_PLAN_SIM_LOG, SIM "12.4", "cumulative.printingArea", printed_area, "ECSP-DAT-031"},
	{PC_PLAN_SIM_LOG, SIM "12.5", "otherCounters", fax_sent, "ERS-DAT-064"},
	{PC_PLAN_SIM_LOG, SIM "12.6", "otherCounters", fax_received, "ERS-DAT-064"},
	{PC_PLAN_SIM_LOG, SIM "13.1.2", "maintenanceHistory.date", maintenance_date,
		"ECSP-DAT-028"},
	{PC_PLAN_SIM_LOG, SIM "13.1.3", "maintenanceHistory.action", maintenance_action,
		"ECSP-DAT-028"},
	{PC_PLAN_SIM_LOG, SIM "13.1.4", "maintenanceHistory.part", maintenance_part,
		"ECSP-DAT-028"},
	{PC_PLAN_SIM_LOG, SIM "14.1.2", "statusHistory.date", happening_date, "ECSP-DAT-020"},
	{PC_PLAN_SIM_LOG, SIM "14.1.3", "statusHistory.kind", happening_kind, "ECSP-DAT-020"},
	{PC_PLAN_SIM_LOG, SIM "14.1.4", "statusHistory.code", happening_code, "ECSP-DAT-020"},
	{PC_PLAN_SIM_LOG, SIM "15.1.2", "cumulative.inkUsage", ink_used, "ECSP-DAT-029"},
	{PC_PLAN_SIM_LOG, SIM "17.1.2", "scanCounters.byDestination", destination_name,
		"ERS-DAT-064"},
	{PC_PLAN_SIM_LOG, SIM "17.1.3", "scanCounters.byDestination", destination_images,
		"ERS-DAT-064"},
	{PC_PLAN_SIM_JOBS, SIM "16.1.2", "jobHistory.id", job_id, "ECSP-DAT-032"},
	{PC_PLAN_SIM_JOBS, SIM "16.1.3", "jobHistory.start", job_start, "ECSP-DAT-032"},
	{PC_PLAN_SIM_JOBS, SIM "16.1.4", "jobHistory.end", job_end, "ECSP-DAT-032"},
	{PC_PLAN_SIM_JOBS, SIM "16.1.5", "jobHistory.result", job_result, "ECSP-DAT-032"},
	{PC_PLAN_SIM_JOBS, SIM "16.1.6", "jobHistory.media", job_media, "ECSP-DAT-032"},
	{PC_PLAN_SIM_JOBS, SIM "16.1.7", "jobHistory.area", job_area, "ECSP-DAT-032"},
	{PC_PLAN_SIM_JOBS, SIM "16.1.8", "jobHistory.inkUsed", job_ink, "ECSP-DAT-032"},
};

const struct pc_plan_row *
pc_plan_log_rows(size_t *ret_n)
{
	*ret_n = sizeof(rows) / sizeof(rows[0]);
	return rows;
}

/* A row that changed while it was read, or came only in part, is left out. */
void
pc_plan_log_finish(struct pc_record *r)
{
	size_t kept = 0;
	for (size_t i = 0; i < r->n_maintenance; i++) {
		if (r->maintenance[i].date[0] != '\0')
			r->maintenance[kept++] = r->maintenance[i];
	}
	r->n_maintenance = kept;
	kept = 0;
	for (size_t i = 0; i < r->n_happenings; i++) {
		if (r->happenings[i].date[0] != '\0' && r->happenings[i].code[0] != '\0')
			r->happenings[kept++] = r->happenings[i];
	}
	r->n_happenings = kept;
	kept = 0;
	for (size_t i = 0; i < r->n_jobs; i++) {
		if (r->jobs[i].end[0] != '\0' && r->jobs[i].start[0] != '\0')
			r->jobs[kept++] = r->jobs[i];
	}
	r->n_jobs = kept;
	kept = 0;
	for (size_t i = 0; i < r->n_destinations; i++) {
		if (r->destinations[i].name[0] != '\0')
			r->destinations[kept++] = r->destinations[i];
	}
	r->n_destinations = kept;
}
