#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "agents/record.h"

/* What is put into an object where the printer has nothing: nothing, or null with the fault. */
struct form {
	bool null_fields;
};

static void
put_text(json_t *o, const char *name, const char *text, const struct form *form)
{
	if (text[0] != '\0')
		json_object_set_new(o, name, json_string(text));
	else if (form->null_fields)
		json_object_set_new(o, name, json_null());
}

static void
put_count(json_t *o, const char *name, int64_t n, const struct form *form)
{
	if (n >= 0)
		json_object_set_new(o, name, json_integer((json_int_t)n));
	else if (form->null_fields)
		json_object_set_new(o, name, json_null());
}

/* Keys are printing ASCII of at most 64 octets in the schema. */
static void
put_key(json_t *o, const char *name, json_t *value)
{
	char key[65];
	size_t n = 0;
	for (; name[n] != '\0' && n < sizeof(key) - 1; n++)
		key[n] = name[n] >= 0x20 && name[n] < 0x7f ? name[n] : '?';
	key[n] = '\0';
	json_object_set_new(o, n == 0 ? "?" : key, value);
}

/* An empty container says nothing and is left out. */
static void
put_unless_empty(json_t *o, const char *name, json_t *value)
{
	if (json_object_size(value) == 0 && json_array_size(value) == 0)
		json_decref(value);
	else
		json_object_set_new(o, name, value);
}

static json_t *
counts(const struct pc_record_count *rows, size_t n)
{
	json_t *o = json_object();
	for (size_t i = 0; i < n; i++)
		put_key(o, rows[i].name, json_integer(rows[i].count));
	return o;
}

static json_t *
sizes(const struct pc_record *r)
{
	static const char *const names[2][2] = {
		{"monoSimplex", "monoDuplex"}, {"colorSimplex", "colorDuplex"}};
	json_t *all = json_object();
	for (size_t i = 0; i < r->n_sizes; i++) {
		const struct pc_record_size *s = &r->sizes[i];
		json_t *o = json_object();
		for (size_t color = 0; color < 2; color++) {
			for (size_t plex = 0; plex < 2; plex++) {
				if ((color == 0 || s->color) && (plex == 0 || s->duplex))
					json_object_set_new(o, names[color][plex],
						json_integer(s->sides[color][plex]));
			}
		}
		put_key(all, s->name, o);
	}
	return all;
}

static json_t *
page_counters(const struct pc_record *r, const struct form *form)
{
	json_t *o = json_object();
	put_count(o, "total", r->total_pages, form);
	put_unless_empty(o, "bySize", sizes(r));
	put_unless_empty(o, "byFunction", counts(r->functions, r->n_functions));
	put_unless_empty(o, "byMediaType", counts(r->media, r->n_media));
	return o;
}

/* Percent with one decimal; -2 and -3 are states, not amounts. Spec: OQ-25, ERS-DAT-030 */
static void
put_remaining(json_t *o, const struct pc_record_supply *s)
{
	if (s->level == -2)
		json_object_set_new(o, "remainingState", json_string("unknown"));
	else if (s->level == -3)
		json_object_set_new(o, "remainingState", json_string("some"));
	else if (s->level >= 0 && s->capacity > 0 && s->level <= s->capacity)
		json_object_set_new(
			o, "remaining", json_real(round(1000.0 * s->level / s->capacity) / 10.0));
}

static json_t *
consumables(const struct pc_record *r, const struct form *form)
{
	json_t *all = json_array();
	for (size_t i = 0; i < r->n_supplies; i++) {
		const struct pc_record_supply *s = &r->supplies[i];
		if (s->type == 0)
			continue;
		json_t *o = json_object();
		json_object_set_new(
			o, "kind", json_string(pc_record_supply_kind(s->type, s->description)));
		put_text(o, "color", s->color, form);
		put_remaining(o, s);
		json_object_set_new(o, "level", json_integer(s->level < -3 ? -2 : s->level));
		json_object_set_new(
			o, "capacity", json_integer(s->capacity < -2 ? -2 : s->capacity));
		put_count(o, "replacements", s->replacements, form);
		json_object_set_new(o, "description", json_string(s->description));
		json_array_append_new(all, o);
	}
	return all;
}

static json_t *
errors(const struct pc_record *r)
{
	json_t *all = json_array();
	for (size_t i = 0; i < r->n_errors; i++)
		json_array_append_new(all, json_pack("{s:i, s:i}", "code", r->errors[i].code,
						   "severity", r->errors[i].severity));
	return all;
}

static json_t *
history(const struct pc_record *r)
{
	json_t *all = json_array();
	for (size_t i = 0; i < r->n_history; i++)
		json_array_append_new(all, json_pack("{s:i, s:s}", "code", r->history[i].code,
						   "date", r->history[i].date));
	return all;
}

static json_t *
cleanings(const struct pc_record *r)
{
	static const char *const triggers[] = {"panel", "timer", "remote"};
	json_t *all = json_array();
	for (size_t i = 0; i < r->n_cleanings; i++) {
		const struct pc_record_cleaning *c = &r->cleanings[i];
		json_t *o = json_pack(
			"{s:s, s:s}", "date", c->date, "kind", c->power ? "power" : "normal");
		if (c->trigger >= 1 && c->trigger <= 3)
			json_object_set_new(o, "trigger", json_string(triggers[c->trigger - 1]));
		json_array_append_new(all, o);
	}
	return all;
}

static const char *
word_of(const char *const *words, size_t n, int32_t number)
{
	return number >= 1 && (size_t)number <= n ? words[number - 1] : "other";
}

static json_t *
happenings(const struct pc_record *r)
{
	static const char *const kinds[] = {"status", "error", "warning"};
	json_t *all = json_array();
	for (size_t i = 0; i < r->n_happenings; i++) {
		const struct pc_record_happening *h = &r->happenings[i];
		json_array_append_new(
			all, json_pack("{s:s, s:s, s:s}", "kind", word_of(kinds, 3, h->kind),
				     "code", h->code, "date", h->date));
	}
	return all;
}

static json_t *
maintenance(const struct pc_record *r)
{
	json_t *all = json_array();
	for (size_t i = 0; i < r->n_maintenance; i++) {
		const struct pc_record_maintenance *m = &r->maintenance[i];
		json_array_append_new(all, json_pack("{s:s, s:s, s:s}", "date", m->date, "part",
						   m->part, "action", m->action));
	}
	return all;
}

static json_t *
tenths(int64_t n)
{
	return json_real((double)n / 10.0);
}

/* Square metres with two decimals. */
static json_t *
area(int64_t dm2)
{
	return json_real((double)dm2 / 100.0);
}

/* Spec: ECSP-DAT-029 … -031 */
static json_t *
cumulative(const struct pc_record *r)
{
	json_t *o = json_object(), *ink = json_array();
	for (size_t i = 0; i < r->n_supplies; i++) {
		const struct pc_record_supply *s = &r->supplies[i];
		if (s->type != 0 && s->used_tenth_ml >= 0)
			json_array_append_new(ink, json_pack("{s:s, s:o}", "color", s->color,
							   "amount", tenths(s->used_tenth_ml)));
	}
	put_unless_empty(o, "inkUsage", ink);
	if (r->printing_s >= 0)
		json_object_set_new(o, "printingTime", json_integer((json_int_t)r->printing_s));
	if (r->area_dm2 >= 0)
		json_object_set_new(o, "printingArea", area(r->area_dm2));
	return o;
}

/* Spec: ECSP-DAT-032 */
static json_t *
jobs(const struct pc_record *r)
{
	static const char *const results[] = {"done", "cancelled", "aborted"};
	json_t *all = json_array();
	for (size_t i = 0; i < r->n_jobs; i++) {
		const struct pc_record_job *j = &r->jobs[i];
		json_t *o = json_object();
		json_object_set_new(o, "id", json_integer((json_int_t)j->id));
		json_object_set_new(o, "start", json_string(j->start));
		json_object_set_new(o, "end", json_string(j->end));
		json_object_set_new(o, "result", json_string(word_of(results, 3, j->result)));
		json_object_set_new(o, "media", json_string(j->media));
		json_object_set_new(o, "area", area(j->area_dm2));
		json_object_set_new(o, "inkUsed", tenths(j->ink_tenth_ml));
		json_array_append_new(all, o);
	}
	return all;
}

/* Millimetres out of PrtMediaUnitTC: 3 ten-thousandths of an inch, 4 micrometres. */
static void
put_mm(json_t *o, const char *name, int64_t unit, int64_t length)
{
	if (length <= 0 || (unit != 3 && unit != 4))
		return;
	double mm = unit == 3 ? (double)length * 25.4 / 10000.0 : (double)length / 1000.0;
	json_object_set_new(o, name, json_real(round(mm * 10.0) / 10.0));
}

/* Spec: ECSP-DAT-024 */
static json_t *
slots(const struct pc_record *r)
{
	json_t *all = json_array();
	for (size_t i = 0; i < r->n_slots; i++) {
		const struct pc_record_slot *s = &r->slots[i];
		json_t *o = json_object();
		json_object_set_new(o, "slot", json_integer((json_int_t)i + 1));
		json_object_set_new(o, "type", json_string(s->type));
		put_mm(o, "width", s->unit, s->width);
		put_mm(o, "length", s->unit, s->length);
		if (s->weight > 0)
			json_object_set_new(o, "weight", json_integer((json_int_t)s->weight));
		json_array_append_new(all, o);
	}
	return all;
}

static void
put_settings(json_t *device, const struct pc_record *r)
{
	json_t *settings = json_object(), *other = json_object();
	for (size_t i = 0; i < r->n_settings; i++) {
		const struct pc_record_setting *s = &r->settings[i];
		json_t *group = other;
		/* settings.media is the list of what lies in the trays */
		const char *name = strcmp(s->group, "media") == 0 ? "feed" : s->group;
		if (strcmp(name, "other") != 0) {
			group = json_object_get(settings, name);
			if (group == NULL) {
				group = json_object();
				json_object_set_new(settings, name, group);
			}
		}
		put_key(group, s->name, json_string(s->value));
	}
	put_unless_empty(settings, "media", slots(r));
	put_unless_empty(device, "settings", settings);
	put_unless_empty(device, "otherSettings", other);
}

static void
put_identity(json_t *o, const struct pc_record *r, const struct form *form)
{
	const struct {
		const char *name, *text;
	} rows[] = {
		{"manufacturer", r->manufacturer},
		{"model", r->model},
		{"ipAddress", r->ip_address},
		{"domainName", r->domain_name},
		{"macAddress", r->mac_address},
		{"serialNumber", r->serial},
		{"acquiredDate", r->acquired},
		{"firmwareVersion", r->firmware},
		{"location", r->location},
		{"regionCode", r->region},
		{"countryCode", r->country},
		{"deviceTime", r->device_time},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		put_text(o, rows[i].name, rows[i].text, form);
}

char *
pc_record_to_json(const struct pc_record *r, bool null_fields)
{
	const struct form form = {null_fields};
	json_t *o = json_object();
	put_identity(o, r, &form);
	json_object_set_new(o, "status", json_string(pc_record_status_text(r->status)));
	if (r->status != PC_RECORD_UNREACHABLE) {
		json_object_set_new(o, "errorCodes", errors(r));
		put_unless_empty(o, "errorHistory", history(r));
		put_unless_empty(o, "pageCounters", page_counters(r, &form));
		json_t *scans = json_object();
		put_unless_empty(scans, "bySize", counts(r->scans, r->n_scans));
		put_unless_empty(
			scans, "byDestination", counts(r->destinations, r->n_destinations));
		put_unless_empty(o, "scanCounters", scans);
		put_unless_empty(o, "consumables", consumables(r, &form));
		put_settings(o, r);
		put_unless_empty(o, "cleaningHistory", cleanings(r));
		put_unless_empty(o, "statusHistory", happenings(r));
		put_unless_empty(o, "maintenanceHistory", maintenance(r));
		put_unless_empty(o, "cumulative", cumulative(r));
		put_unless_empty(o, "jobHistory", jobs(r));
		put_count(o, "paperJamCount", r->paper_jams, &form);
		put_unless_empty(o, "otherCounters", counts(r->others, r->n_others));
	}
	char *text = json_dumps(o, JSON_COMPACT | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(6));
	json_decref(o);
	return text;
}
