#include "agents/es-collect.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "device/firmware.h"
#include "device/log.h"
#include "device/setting.h"
#include "device/usage.h"

static void
copy(char *out, size_t size, const char *text)
{
	pc_record_text(out, size, (const uint8_t *)(text == NULL ? "" : text),
		text == NULL ? 0 : strlen(text));
}

/* As hosts on the network get it. */
static void
date_of(uint64_t wall_ns, char out[PC_CLOCK_TEXT_MAX])
{
	uint8_t date[PC_CLOCK_DATE_SIZE];
	pc_clock_date_and_time(wall_ns, date);
	pc_record_date(date, sizeof(date), out);
}

static void
identity(const struct pc_device *dev, int offset_minutes, struct pc_record *r)
{
	const struct pc_device_state *s = pc_device_state(dev);
	const struct pc_profile *p = pc_device_profile(dev);
	char id[1024], addr[PC_TEXT_ADDR_MAX];
	if (p->device_id_1284 == NULL ||
		pc_device_expand(dev, p->device_id_1284, id, sizeof(id)) != PC_OK ||
		!pc_record_1284(
			id, "MFG", "MANUFACTURER", r->manufacturer, sizeof(r->manufacturer)))
		copy(r->manufacturer, sizeof(r->manufacturer), p->vendor);
	copy(r->model, sizeof(r->model), p->model);
	copy(r->ip_address, sizeof(r->ip_address), pc_text_from_ipv4(s->address, addr));
	copy(r->domain_name, sizeof(r->domain_name), s->sys_name);
	copy(r->serial, sizeof(r->serial), s->serial);
	copy(r->location, sizeof(r->location), s->sys_location);
	pc_record_mac(r->mac_address, s->mac);
	copy(r->firmware, sizeof(r->firmware), pc_device_firmware(dev, 0));
	pc_record_time(pc_clock_wall_ns(pc_device_clock(dev)), offset_minutes, r->acquired);
	copy(r->region, sizeof(r->region), pc_device_region(dev));
	copy(r->country, sizeof(r->country), pc_device_country(dev));
	date_of(pc_device_wall_ns(dev), r->device_time);
}

static void
supplies(const struct pc_device *dev, struct pc_record *r)
{
	const struct pc_device_state *s = pc_device_state(dev);
	const struct pc_profile *p = pc_device_profile(dev);
	for (size_t i = 0; i < p->n_supplies && i < PC_RECORD_SUPPLIES; i++) {
		struct pc_record_supply *to = &r->supplies[r->n_supplies++];
		to->type = (int32_t)p->supplies[i].type;
		to->level = s->supplies[i].level;
		to->capacity = p->supplies[i].capacity;
		to->replacements = s->supplies[i].replacements;
		if (p->supplies[i].ml > 0)
			to->used_tenth_ml = (int64_t)(pc_device_supply_used_nl(dev, i) / 100000);
		copy(to->description, sizeof(to->description), p->supplies[i].name);
		copy(to->color, sizeof(to->color), p->supplies[i].colorant);
	}
}

static void
pages(const struct pc_device *dev, struct pc_record *r)
{
	const struct pc_counters *c = &pc_device_state(dev)->counters;
	const struct pc_profile *p = pc_device_profile(dev);
	r->total_pages = c->life;
	r->paper_jams = c->jams;
	for (size_t i = 0; i < p->n_sizes && i < PC_RECORD_ROWS; i++) {
		struct pc_record_size *to = &r->sizes[r->n_sizes++];
		copy(to->name, sizeof(to->name), p->sizes[i]);
		memcpy(to->sides, c->by_size[i], sizeof(to->sides));
		to->color = p->color;
		to->duplex = p->duplex;
	}
}

static void
add(struct pc_record_count *rows, size_t *n, const char *name, uint32_t count)
{
	if (*n == PC_RECORD_ROWS)
		return;
	copy(rows[*n].name, sizeof(rows[*n].name), name);
	rows[(*n)++].count = count;
}

static void
usage(const struct pc_device *dev, struct pc_record *r)
{
	const struct pc_profile *p = pc_device_profile(dev);
	struct pc_usage u;
	pc_device_usage(dev, &u);
	r->printing_s = (uint32_t)(u.printing_ms / 1000);
	r->area_dm2 = (uint32_t)((u.area_mm2[0] + u.area_mm2[1]) / 10000);
	for (size_t i = 0; p->scanner && i < PC_SCAN_DESTINATIONS; i++)
		add(r->destinations, &r->n_destinations, pc_device_scan_to_name((enum pc_scan_to)i),
			u.scan_images[i]);
	if (!p->fax)
		return;
	add(r->others, &r->n_others, "faxPagesSent", u.fax_pages_sent);
	add(r->others, &r->n_others, "faxPagesReceived", u.fax_pages_received);
}

static void
other_counters(const struct pc_device *dev, struct pc_record *r)
{
	static const char *const functions[] = {"print", "copy", "fax", "scan", "report"};
	const struct pc_counters *c = &pc_device_state(dev)->counters;
	const struct pc_profile *p = pc_device_profile(dev);
	const bool has[] = {true, p->scanner, p->fax, p->scanner, true};
	for (size_t i = 0; i < 5; i++) {
		if (has[i])
			add(r->functions, &r->n_functions, functions[i], c->by_function[i]);
	}
	for (size_t i = 0; i < p->n_media; i++)
		add(r->media, &r->n_media, p->media[i], c->by_media[i]);
	for (size_t i = 0; p->scanner && i < p->n_sizes; i++)
		add(r->scans, &r->n_scans, p->sizes[i], c->scan_by_size[i]);
	add(r->others, &r->n_others, "powerOnPages", c->power_on);
	add(r->others, &r->n_others, "reboots", c->reboots);
	if (p->has_head_cleaning)
		add(r->others, &r->n_others, "headCleanings", c->cleanings);
	usage(dev, r);
}

static void
errors(const struct pc_device *dev, struct pc_record *r)
{
	const struct pc_alert *alerts = NULL;
	struct pc_error_entry past[PC_ERROR_HISTORY_MAX];
	size_t n = pc_device_alerts(dev, &alerts);
	for (size_t i = 0; i < n && r->n_errors < PC_RECORD_ERRORS; i++) {
		if (alerts[i].severity > 1)
			r->errors[r->n_errors++] = (struct pc_record_error){
				.code = alerts[i].code, .severity = alerts[i].severity};
	}
	n = pc_device_error_history(dev, past);
	for (size_t i = 0; i < n && r->n_history < PC_RECORD_ERRORS; i++) {
		struct pc_record_error *to = &r->history[r->n_history++];
		to->code = past[i].code;
		to->severity = past[i].severity;
		date_of(past[i].wall_ns, to->date);
	}
}

static void
cleanings(const struct pc_device *dev, struct pc_record *r)
{
	struct pc_cleaning_entry past[PC_CLEANING_HISTORY_MAX];
	size_t n = pc_device_cleaning_history(dev, past);
	for (size_t i = 0; i < n && r->n_cleanings < PC_RECORD_CLEANINGS; i++) {
		struct pc_record_cleaning *to = &r->cleanings[r->n_cleanings++];
		date_of(past[i].wall_ns, to->date);
		to->trigger = (int32_t)past[i].trigger + 1;
		to->group = past[i].nozzle_group;
		to->power = past[i].power;
	}
}

static void
maintenance(const struct pc_device *dev, struct pc_record *r)
{
	const struct pc_maintenance_entry *e = pc_device_maintenance_entry(dev, 0);
	for (; e != NULL && r->n_maintenance < PC_RECORD_MAINTENANCE;
		e = pc_device_maintenance_entry(dev, r->n_maintenance)) {
		struct pc_record_maintenance *to = &r->maintenance[r->n_maintenance++];
		date_of(e->wall_ns, to->date);
		copy(to->action, sizeof(to->action),
			pc_device_maintenance_name((enum pc_maintenance_action)e->action));
		copy(to->part, sizeof(to->part), pc_device_maintenance_part(dev, e));
	}
}

static void
happenings(const struct pc_device *dev, struct pc_record *r)
{
	struct pc_happening list[PC_HAPPENINGS_MAX];
	size_t n = pc_device_happenings(dev, list);
	for (size_t i = 0; i < n && r->n_happenings < PC_RECORD_HAPPENINGS; i++) {
		struct pc_record_happening *to = &r->happenings[r->n_happenings++];
		date_of(list[i].wall_ns, to->date);
		to->kind = (int32_t)list[i].kind + 1;
		if (list[i].kind == PC_HAPPENING_STATUS)
			copy(to->code, sizeof(to->code),
				pc_device_status_name((enum pc_status)list[i].code));
		else
			snprintf(to->code, sizeof(to->code), "%d", (int)list[i].code);
	}
}

static void
jobs(const struct pc_device *dev, struct pc_record *r)
{
	const struct pc_profile *p = pc_device_profile(dev);
	const struct pc_job *list[PC_JOBS_MAX];
	for (size_t i = pc_device_jobs(dev, list); i > 0 && r->n_jobs < PC_RECORD_JOBS; i--) {
		const struct pc_job *job = list[i - 1];
		if (job->state < PC_JOB_DONE)
			continue;
		struct pc_record_job *to = &r->jobs[r->n_jobs++];
		to->id = job->id;
		date_of(job->started_ns != 0 ? job->started_ns : job->wall_ns, to->start);
		date_of(job->ended_ns, to->end);
		to->result = (int32_t)job->state - PC_JOB_DONE + 1;
		copy(to->media, sizeof(to->media),
			job->media < p->n_media ? p->media[job->media] : "");
		to->area_dm2 = (uint32_t)(job->area_mm2 / 10000);
		to->ink_tenth_ml = (uint32_t)(job->ink_nl / 100000);
	}
}

static void
slots(const struct pc_device *dev, struct pc_record *r)
{
	enum { MICROMETRES = 4 };
	const struct pc_profile *p = pc_device_profile(dev);
	for (size_t i = 0; i < p->n_trays && r->n_slots < PC_RECORD_SLOTS; i++) {
		struct pc_record_slot *to = &r->slots[r->n_slots++];
		struct pc_tray_media media;
		pc_device_tray_media(dev, i, &media);
		copy(to->type, sizeof(to->type), media.type);
		to->unit = MICROMETRES;
		to->width = media.width_um;
		to->length = media.length_um;
		to->weight = media.weight;
	}
}

static void
settings(const struct pc_device *dev, struct pc_record *r)
{
	const struct pc_profile *p = pc_device_profile(dev);
	for (size_t i = 0; i < p->n_settings && r->n_settings < PC_RECORD_SETTINGS; i++) {
		char name[128];
		struct pc_record_setting *to = &r->settings[r->n_settings++];
		copy(to->group, sizeof(to->group), p->settings[i].group);
		copy(to->name, sizeof(to->name), p->settings[i].name);
		snprintf(name, sizeof(name), "%s.%s", p->settings[i].group, p->settings[i].name);
		copy(to->value, sizeof(to->value), pc_device_setting(dev, name));
	}
}

void
pc_es_collect(const struct pc_device *dev, int offset_minutes, struct pc_record *r)
{
	pc_record_init(r);
	identity(dev, offset_minutes, r);
	r->status = pc_record_status_of(
		(int32_t)pc_device_hr_status(dev), (int32_t)pc_device_hr_printer_status(dev));
	supplies(dev, r);
	pages(dev, r);
	other_counters(dev, r);
	errors(dev, r);
	cleanings(dev, r);
	maintenance(dev, r);
	happenings(dev, r);
	jobs(dev, r);
	slots(dev, r);
	settings(dev, r);
}
