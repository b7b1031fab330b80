#include "fleet/diary.h"

#include <errno.h>
#include <stdlib.h>

#include <jansson.h>

#include "base/err.h"
#include "base/text.h"
#include "fleet/fleet.h"
#include "fleet/state-json.h"

struct slot {
	char *line;       /* owned JSON text; NULL: never used */
	const char *kind; /* static */
	uint32_t printer;
};

struct pc_diary {
	const struct pc_clock *clock; /* borrowed */
	struct slot *slots;           /* owned ring */
	uint64_t next;                /* number of the next entry, from 1 */
	void (*told)(void *arg);
	void *arg;
	pc_diary_line_fn tee; /* NULL: nobody */
	void *tee_arg;
};

int
pc_diary_new(const struct pc_clock *clock, struct pc_diary **ret)
{
	struct pc_diary *j = calloc(1, sizeof(*j));
	if (j == NULL)
		return -ENOMEM;
	j->clock = clock;
	j->next = 1;
	j->slots = calloc(PC_FLEET_JOURNAL_MAX, sizeof(*j->slots));
	if (j->slots == NULL) {
		free(j);
		return -ENOMEM;
	}
	*ret = j;
	return PC_OK;
}

void
pc_diary_free(struct pc_diary *j)
{
	if (j == NULL)
		return;
	for (size_t i = 0; i < PC_FLEET_JOURNAL_MAX; i++)
		free(j->slots[i].line);
	free(j->slots);
	free(j);
}

void
pc_diary_note_take(struct pc_diary *j, const struct pc_device *dev, const char *kind, json_t *entry)
{
	char at[PC_CLOCK_TEXT_MAX];
	if (entry == NULL)
		return;
	json_object_set_new(entry, "n", json_integer((json_int_t)j->next));
	json_object_set_new(
		entry, "at", json_string(pc_clock_rfc3339(pc_clock_wall_ns(j->clock), at)));
	if (dev != NULL)
		json_object_set_new(entry, "printer", json_integer(pc_device_state(dev)->number));
	json_object_set_new(entry, "kind", json_string(kind));
	char *line = json_dumps(entry, JSON_COMPACT);
	json_decref(entry);
	if (line == NULL)
		return;
	struct slot *slot = &j->slots[j->next++ % PC_FLEET_JOURNAL_MAX];
	free(slot->line);
	*slot = (struct slot){line, kind, dev == NULL ? 0 : pc_device_state(dev)->number};
	if (j->told != NULL)
		j->told(j->arg);
	if (j->tee != NULL)
		j->tee(j->tee_arg, line);
}

static const char *
job_state_name(enum pc_job_state state)
{
	static const char *const names[] = {
		"receiving", "pending", "printing", "done", "cancelled", "aborted"};
	return names[state];
}

static json_t *
job_entry(const struct pc_job *job)
{
	static const char *const origins[] = {"lpd", "raw", "panel", "copy", "fax"};
	json_t *entry = json_pack("{s:i,s:s,s:s,s:I,s:i,s:i,s:b,s:o,s:o}", "job", (int)job->id,
		"state", job_state_name(job->state), "origin", origins[job->origin], "bytes",
		(json_int_t)job->bytes, "pages", (int)job->pages, "pagesDone", (int)job->pages_done,
		"maintenance", (int)job->maintenance, "name", pc_fleet_json_text(job->name), "user",
		pc_fleet_json_text(job->user));
	if (job->hashed) {
		char hex[2 * PC_SHA256_BYTES + 1];
		pc_text_hex(job->sha256, PC_SHA256_BYTES, hex);
		json_object_set_new(entry, "sha256", json_string(hex));
	}
	return entry;
}

static json_t *
alert_entry(const struct pc_alert *a)
{
	return json_pack("{s:i,s:i,s:i,s:i,s:s}", "index", (int)a->index, "code", (int)a->code,
		"severity", (int)a->severity, "group", (int)a->group, "text", a->text);
}

static json_t *
state_entry(const struct pc_device *dev, const struct pc_device_event *e)
{
	static const char *const powers[] = {"off", "booting", "on", "sleep"};
	static const char *const activities[] = {
		"idle", "printing", "cleaning", "nozzleCheck", "updating"};
	const struct pc_device_state *s = pc_device_state(dev);
	return json_pack("{s:s,s:s,s:i,s:i,s:i,s:i}", "power", powers[s->power], "activity",
		activities[s->activity], "part", (int)e->part, "lifeCount", (int)s->counters.life,
		"cleanings", (int)s->counters.cleanings, "reboots", (int)s->counters.reboots);
}

void
pc_diary_event(struct pc_diary *j, const struct pc_device *dev, const struct pc_device_event *e)
{
	if (e->kind == PC_EVENT_PAGE)
		return;
	if (e->kind == PC_EVENT_JOB && e->job != NULL)
		pc_diary_note_take(j, dev, "job", job_entry(e->job));
	else if (e->alert != NULL)
		pc_diary_note_take(j, dev, pc_device_event_name(e->kind), alert_entry(e->alert));
	else
		pc_diary_note_take(j, dev, pc_device_event_name(e->kind), state_entry(dev, e));
}

void
pc_diary_service(struct pc_diary *j, const struct pc_device *dev, const char *json)
{
	json_error_t error;
	json_t *detail = json_loads(json, 0, &error);
	if (detail == NULL)
		detail = json_string("(not JSON)");
	pc_diary_note_take(j, dev, "service", json_pack("{s:o}", "detail", detail));
}

uint64_t
pc_diary_first(const struct pc_diary *j)
{
	if (j->next == 1)
		return 0;
	return j->next > PC_FLEET_JOURNAL_MAX ? j->next - PC_FLEET_JOURNAL_MAX : 1;
}

uint64_t
pc_diary_last(const struct pc_diary *j)
{
	return j->next - 1;
}

bool
pc_diary_get(const struct pc_diary *j, uint64_t number, struct pc_diary_entry *ret)
{
	if (number == 0 || number >= j->next || number < pc_diary_first(j))
		return false;
	const struct slot *slot = &j->slots[number % PC_FLEET_JOURNAL_MAX];
	*ret = (struct pc_diary_entry){number, slot->printer, slot->kind, slot->line};
	return true;
}

void
pc_diary_listen(struct pc_diary *j, void (*fn)(void *arg), void *arg)
{
	j->told = fn;
	j->arg = arg;
}

void
pc_diary_tee(struct pc_diary *j, pc_diary_line_fn fn, void *arg)
{
	j->tee = fn;
	j->tee_arg = arg;
}

void
pc_diary_write(const struct pc_diary *j, uint64_t since, struct pc_buf *out)
{
	struct pc_diary_entry e;
	uint64_t from = since + 1 > pc_diary_first(j) ? since + 1 : pc_diary_first(j);
	pc_buf_add_text(out, "[");
	for (uint64_t n = from; pc_diary_get(j, n, &e); n++)
		pc_buf_addf(out, "%s%s", n == from ? "" : ",\n", e.line);
	pc_buf_add_text(out, "]");
}
