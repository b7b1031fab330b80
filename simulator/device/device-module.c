/* What the printer is made of, and what wears out: views of profile, identity and counters. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rand.h"
#include "base/text.h"
#include "device/internal.h"

enum {
	STREAM_INSTALLED = 0x494e5354,
	INSTALLED_FROM_S = 1672704000, /* 2023-01-03 */
	INSTALLED_DAYS = 365,
	DAY_S = 86400,
	FEED_ROLL_SHEETS = 150000,
	FUSER_SIDES = 400000,
	SCANNER_IMAGES = 200000,
	MANUAL_FEED = 5
};

uint64_t
pc_device_installed_ns(const struct pc_device *dev)
{
	struct pc_rand r;
	pc_rand_init(&r, dev->env->seed ^ STREAM_INSTALLED, dev->s.number);
	uint64_t day = pc_rand_below(&r, INSTALLED_DAYS);
	return (INSTALLED_FROM_S + day * DAY_S) * UINT64_C(1000000000);
}

uint64_t
pc_device_supply_installed_ns(const struct pc_device *dev, size_t supply)
{
	if (supply >= dev->profile->n_supplies)
		return 0;
	uint64_t at = pc_supply_past(dev, supply).installed_ns;
	return at == 0 ? pc_device_installed_ns(dev) : at;
}

uint32_t
pc_device_supply_sides(const struct pc_device *dev, size_t supply)
{
	if (supply >= dev->profile->n_supplies)
		return 0;
	return dev->s.counters.life - pc_supply_past(dev, supply).installed_life;
}

void
pc_device_supply_serial(const struct pc_device *dev, size_t supply, char out[PC_SERIAL_MAX])
{
	struct pc_rand r;
	out[0] = '\0';
	if (supply >= dev->profile->n_supplies)
		return;
	pc_rand_init(&r, dev->env->seed ^ (uint64_t)dev->s.number << 20,
		(uint64_t)supply << 16 | dev->s.supplies[supply].replacements);
	snprintf(out, PC_SERIAL_MAX, "%02u%010llu", (unsigned)supply + 1,
		(unsigned long long)pc_rand_below(&r, UINT64_C(10000000000)));
}

struct modules {
	const struct pc_device *dev;
	struct pc_module *out;
	size_t n;
};

/* The version of the firmware part one of whose words is in the name, else "". */
static const char *
version_of(const struct pc_device *dev, const char *const *words)
{
	for (size_t w = 0; words[w] != NULL; w++) {
		for (size_t i = 0; i < dev->profile->n_firmware; i++) {
			if (strcasestr(dev->profile->firmware[i].name, words[w]) != NULL)
				return pc_device_firmware(dev, i);
		}
	}
	return "";
}

static void
add(struct modules *m, const char *kind, const char *name, const char *model, const char *version)
{
	if (m->n == PC_MODULES_MAX)
		return;
	struct pc_module *to = &m->out[m->n];
	*to = (struct pc_module){.kind = kind,
		.name = name,
		.model = model == NULL ? "" : model,
		.version = version == NULL ? "" : version,
		.installed_ns = pc_device_installed_ns(m->dev)};
	/* the controller's is the printer's own; the others' tell which module they are */
	if (m->n == 0)
		pc_text_copy(to->serial, sizeof(to->serial), m->dev->s.serial);
	else
		snprintf(to->serial, sizeof(to->serial), "%.*s-%02u", PC_SERIAL_MAX - 4,
			m->dev->s.serial, (unsigned)m->n);
	m->n++;
}

size_t
pc_device_modules(const struct pc_device *dev, struct pc_module out[PC_MODULES_MAX])
{
	static const char *const controller[] = {
		"controller", "system", "main", "ess", "firmware", NULL};
	static const char *const engine[] = {"engine", "iot", "marking", NULL};
	static const char *const scanner[] = {"scan", "adf", "iit", NULL};
	static const char *const fax[] = {"fax", NULL};
	static const char *const network[] = {"nw", "network", "wlan", NULL};
	static const char *const finisher[] = {"finish", NULL};
	const struct pc_profile *p = dev->profile;
	struct modules m = {dev, out, 0};
	add(&m, "controller", "Controller", p->model, version_of(dev, controller));
	add(&m, "engine", "Print engine", p->model, version_of(dev, engine));
	add(&m, "network", "Network interface", p->if_descr, version_of(dev, network));
	if (p->scanner)
		add(&m, "scanner", "Scanner", NULL, version_of(dev, scanner));
	if (p->fax)
		add(&m, "fax", "Fax", NULL, version_of(dev, fax));
	if (p->front_end)
		add(&m, "frontEnd", "Digital front end", NULL, "");
	for (size_t i = 0; i < p->n_finishers; i++)
		add(&m, "finisher", p->finishers[i].name, p->finishers[i].model,
			p->finishers[i].version != NULL ? p->finishers[i].version
							: version_of(dev, finisher));
	for (size_t i = 0; i < p->n_trays; i++)
		add(&m, "feeder", p->trays[i].name, NULL, "");
	return m.n;
}

struct items {
	struct pc_service_item *out;
	size_t n;
};

static void
add_item(struct items *l, const char *name, uint64_t count, uint64_t limit)
{
	if (l->n == PC_SERVICE_ITEMS_MAX)
		return;
	struct pc_service_item *to = &l->out[l->n++];
	pc_text_copy(to->name, sizeof(to->name), name);
	to->count = count > UINT32_MAX ? UINT32_MAX : (uint32_t)count;
	to->limit = limit > UINT32_MAX ? UINT32_MAX : (uint32_t)limit;
}

/* Sides a full supply lasts, by what one side takes of it. */
static uint64_t
yield_of(const struct pc_profile_supply *s)
{
	return s->per_page_ppm <= 0 ? 0 : UINT64_C(1000000) / (uint64_t)s->per_page_ppm;
}

size_t
pc_device_service_items(
	const struct pc_device *dev, struct pc_service_item out[PC_SERVICE_ITEMS_MAX])
{
	const struct pc_profile *p = dev->profile;
	struct items l = {out, 0};
	struct pc_usage u;
	bool has_fuser = false;
	pc_device_usage(dev, &u);
	for (size_t i = 0; i < p->n_supplies; i++) {
		/* parts: what is neither used up as a colour nor filled with waste */
		if (p->supplies[i].colorant != NULL || yield_of(&p->supplies[i]) == 0)
			continue;
		has_fuser |= p->supplies[i].type == PC_SUPPLY_FUSER;
		add_item(&l, p->supplies[i].name, pc_device_supply_sides(dev, i),
			yield_of(&p->supplies[i]));
	}
	for (size_t i = 0; i < p->n_trays; i++) {
		char name[PC_NAME_MAX];
		if (p->trays[i].type == MANUAL_FEED)
			continue;
		snprintf(name, sizeof(name), "Feed roll, %.40s", p->trays[i].name);
		add_item(&l, name, u.tray_sheets[i], FEED_ROLL_SHEETS);
	}
	if (!has_fuser)
		add_item(&l, p->has_head_cleaning ? "Print head" : "Fuser", dev->s.counters.life,
			FUSER_SIDES);
	if (p->scanner)
		add_item(&l, "Scanner feed", dev->s.counters.by_function[PC_FUNCTION_SCAN],
			SCANNER_IMAGES);
	return l.n;
}

size_t
pc_device_nvm(const struct pc_device *dev, struct pc_nvm_value out[PC_NVM_MAX])
{
	const struct pc_counters *c = &dev->s.counters;
	struct pc_usage u;
	pc_device_usage(dev, &u);
	const struct pc_nvm_value rows[] = {
		{"100-001", "sides in all", c->life},
		{"100-002", "sides since power-on", c->power_on},
		{"100-003", "jobs done", c->jobs_done},
		{"100-004", "jobs failed", c->jobs_failed},
		{"100-005", "sets", u.sets},
		{"100-006", "large jobs", u.large_jobs},
		{"200-001", "starts", c->reboots},
		{"200-002", "factory resets", c->factory_resets},
		{"200-003", "seconds on", u.power_ms[PC_POWER_ON] / 1000},
		{"200-004", "seconds asleep", u.power_ms[PC_POWER_SLEEP] / 1000},
		{"300-001", "jams", c->jams},
		{"300-002", "alerts", c->alerts_all},
		{"300-003", "changes of configuration", c->config_changes},
		{"400-001", "head cleanings", c->cleanings},
		{"400-002", "nozzle checks", c->nozzle_checks},
		{"500-001", "images scanned", c->by_function[PC_FUNCTION_SCAN]},
		{"500-002", "images read as text", u.ocr_images},
		{"600-001", "faxes sent", u.faxes_sent},
		{"600-002", "faxes received", u.faxes_received},
		{"700-001", "seconds printing", u.printing_ms / 1000},
		{"700-002", "square centimetres printed", (u.area_mm2[0] + u.area_mm2[1]) / 100},
	};
	_Static_assert(sizeof(rows) / sizeof(rows[0]) <= PC_NVM_MAX, "room for all values");
	memcpy(out, rows, sizeof(rows));
	return sizeof(rows) / sizeof(rows[0]);
}

static int
latest_first(const void *a, const void *b)
{
	const struct pc_front_end_entry *x = a, *y = b;
	if (x->wall_ns != y->wall_ns)
		return x->wall_ns < y->wall_ns ? 1 : -1;
	if (x->job != y->job)
		return x->job < y->job ? 1 : -1;
	return strcmp(x->text, y->text); /* done, printing, received: the order of the alphabet */
}

size_t
pc_device_front_end_log(
	const struct pc_device *dev, struct pc_front_end_entry out[PC_FRONT_END_LOG_MAX])
{
	static const char *const ends[] = {[PC_JOB_DONE] = "done",
		[PC_JOB_CANCELLED] = "cancelled",
		[PC_JOB_ABORTED] = "aborted"};
	const struct pc_job *jobs[PC_JOBS_MAX];
	size_t n_jobs = dev->profile->front_end ? pc_device_jobs(dev, jobs) : 0, n = 0;
	for (size_t i = 0; i < n_jobs; i++) {
		const struct pc_job *job = jobs[i];
		out[n++] = (struct pc_front_end_entry){job->wall_ns, job->id, "received"};
		if (job->started_ns != 0)
			out[n++] =
				(struct pc_front_end_entry){job->started_ns, job->id, "printing"};
		if (job->state >= PC_JOB_DONE)
			out[n++] = (struct pc_front_end_entry){
				job->ended_ns, job->id, ends[job->state]};
	}
	qsort(out, n, sizeof(out[0]), latest_first);
	return n;
}
