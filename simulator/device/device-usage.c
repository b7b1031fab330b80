/* What the printer has done and used: kept from the first side on, together with what the profile
 * says it had done before. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "device/internal.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

enum { A4_MM2 = 210 * 297 };

/* Longest run of each bin but the last. */
static const uint32_t bin_ends[PC_LENGTH_BINS - 1] = {1, 5, 10, 20, 50, 100, 500};

const char *
pc_device_length_bin(size_t bin)
{
	static const char *const names[PC_LENGTH_BINS] = {
		"1", "2-5", "6-10", "11-20", "21-50", "51-100", "101-500", "over 500"};
	return bin < PC_LENGTH_BINS ? names[bin] : "";
}

const char *
pc_device_scan_to_name(enum pc_scan_to to)
{
	static const char *const names[] = {
		"computer", "folder", "mail", "cloud", "memory", "print", "fax"};
	_Static_assert(COUNT(names) == PC_SCAN_DESTINATIONS, "every destination has its name");
	return (size_t)to < COUNT(names) ? names[to] : "";
}

void
pc_month_of(uint64_t wall_ns, unsigned *year, unsigned *month)
{
	struct tm tm;
	time_t s = (time_t)(wall_ns / 1000000000u);
	gmtime_r(&s, &tm);
	*year = (unsigned)tm.tm_year + 1900;
	*month = (unsigned)tm.tm_mon + 1;
}

static uint64_t
size_mm2(const struct pc_profile *p, size_t size)
{
	uint64_t area = size < p->n_sizes ? pc_print_size_mm2(p->sizes[size]) : 0;
	return area == 0 ? A4_MM2 : area;
}

uint64_t
pc_usage_area_mm2(const struct pc_device *dev, const struct pc_job *job)
{
	if (job->width_mm != 0 && job->length_mm != 0)
		return (uint64_t)job->width_mm * job->length_mm;
	return size_mm2(dev->profile, job->size);
}

/* The life before the run, as pc_counters_initial() books it. */
static void
fill_initial(const struct pc_profile *p, struct pc_usage *u)
{
	struct pc_counters c;
	*u = (struct pc_usage){0};
	pc_counters_initial(p, &c);
	u->printing_ms = (uint64_t)c.life * pc_print_page_ms(p);
	for (size_t color = 0; color < 2; color++) {
		uint64_t sides = (uint64_t)c.by_size[0][color][0] + c.by_size[0][color][1];
		u->area_mm2[color] = sides * size_mm2(p, 0);
		u->marked_mm2[color] = u->area_mm2[color] * PC_COVERAGE_USUAL / 1000;
		for (size_t plex = 0; plex < 2; plex++)
			u->tray_sheets[0] += c.sheets[PC_FUNCTION_PRINT][color][plex];
	}
	u->power_times[PC_POWER_ON] = 1;
}

struct pc_usage *
pc_usage_of(struct pc_device *dev)
{
	if (dev->usage == NULL) {
		dev->usage = malloc(sizeof(*dev->usage));
		if (dev->usage != NULL)
			fill_initial(dev->profile, dev->usage);
	}
	return dev->usage;
}

void
pc_device_usage(const struct pc_device *dev, struct pc_usage *ret)
{
	if (dev->usage != NULL)
		*ret = *dev->usage;
	else
		fill_initial(dev->profile, ret);
	ret->power_ms[dev->last_power] += pc_clock_ms(dev->env->clock) - dev->power_ms;
}

void
pc_usage_power(struct pc_device *dev)
{
	if (dev->last_power == (uint8_t)dev->s.power)
		return;
	uint64_t now = pc_clock_ms(dev->env->clock);
	struct pc_usage *u = pc_usage_of(dev);
	if (u != NULL) {
		u->power_ms[dev->last_power] += now - dev->power_ms;
		u->power_times[dev->s.power]++;
	}
	dev->power_ms = now;
	dev->last_power = (uint8_t)dev->s.power;
}

/* The calendar goes on when the month of the printer's date is another one than the newest. */
static void
count_month(struct pc_device *dev, struct pc_usage *u, bool color)
{
	unsigned year = 0, month = 0;
	pc_month_of(pc_device_wall_ns(dev), &year, &month);
	if (u->months[0].year != year || u->months[0].month != month) {
		memmove(&u->months[1], &u->months[0], (PC_MONTHS_MAX - 1) * sizeof(u->months[0]));
		u->months[0] = (struct pc_month){(uint16_t)year, (uint8_t)month, {0, 0}};
	}
	u->months[0].sides[color]++;
}

void
pc_usage_side(struct pc_device *dev, const struct pc_job *job, int tray, bool sheet)
{
	struct pc_usage *u = pc_usage_of(dev);
	uint32_t coverage = job->coverage == 0 ? PC_COVERAGE_USUAL : job->coverage;
	if (u == NULL)
		return;
	uint64_t area = pc_usage_area_mm2(dev, job);
	u->printing_ms += pc_print_page_ms(dev->profile);
	u->area_mm2[job->color] += area;
	u->marked_mm2[job->color] += area * (coverage > 1000 ? 1000 : coverage) / 1000;
	if (sheet && tray >= 0)
		u->tray_sheets[tray]++;
	count_month(dev, u, job->color);
}

static size_t
bin_of(uint32_t sides)
{
	size_t bin = 0;
	while (bin < PC_LENGTH_BINS - 1 && sides > bin_ends[bin])
		bin++;
	return bin;
}

void
pc_usage_job(struct pc_device *dev, const struct pc_job *job, uint32_t per_copy)
{
	struct pc_usage *u = pc_usage_of(dev);
	const struct pc_profile *p = dev->profile;
	if (u == NULL)
		return;
	u->runs[bin_of(job->pages)]++;
	u->documents[bin_of(per_copy)]++;
	u->sets += job->copies;
	if (job->size < p->n_sizes && pc_device_size_is_large(p->sizes[job->size]))
		u->large_jobs++;
}

void
pc_usage_failure(struct pc_device *dev, const struct pc_alert *alert)
{
	struct pc_usage *u = pc_usage_of(dev);
	size_t i = 0;
	if (u == NULL)
		return;
	while (i < PC_FAILURES_MAX && u->failures[i].code != 0 &&
		(u->failures[i].code != alert->code || u->failures[i].part != alert->part))
		i++;
	if (i == PC_FAILURES_MAX)
		return;
	struct pc_failure *f = &u->failures[i];
	f->code = alert->code;
	f->condition = (uint8_t)alert->condition;
	f->part = alert->part;
	f->count++;
	f->last_ns = pc_device_wall_ns(dev);
}

/* Sums over the sides a colorant took part in. */
static void
sums(const struct pc_device *dev, size_t supply, uint64_t *area, uint64_t *marked)
{
	struct pc_usage u;
	*area = *marked = 0;
	if (supply >= dev->profile->n_supplies || dev->profile->supplies[supply].colorant == NULL)
		return;
	pc_device_usage(dev, &u);
	for (size_t color = 0; color < 2; color++) {
		if (!pc_supply_prints(&dev->profile->supplies[supply], color == 1))
			continue;
		*area += u.area_mm2[color];
		*marked += u.marked_mm2[color];
	}
}

uint32_t
pc_device_coverage(const struct pc_device *dev, size_t supply)
{
	uint64_t area, marked;
	sums(dev, supply, &area, &marked);
	return area == 0 ? 0 : (uint32_t)(marked * 10000 / area);
}

uint64_t
pc_device_marked_pixels(const struct pc_device *dev, size_t supply)
{
	uint64_t area, marked;
	uint64_t x = (uint64_t)dev->profile->resolution_x, y = (uint64_t)dev->profile->resolution_y;
	sums(dev, supply, &area, &marked);
	/* 645.16 mm² are a square inch; divided first, so that it stays within 64 bits */
	return marked * 100 / 64516 * x * y;
}

uint64_t
pc_device_supply_used_ppm(const struct pc_device *dev, size_t supply)
{
	struct pc_counters c;
	uint64_t sides = 0;
	if (supply >= dev->profile->n_supplies)
		return 0;
	const struct pc_profile_supply *p = &dev->profile->supplies[supply];
	pc_counters_initial(dev->profile, &c);
	for (size_t color = 0; color < 2; color++) {
		if (pc_supply_prints(p, color == 1))
			sides += (uint64_t)c.by_size[0][color][0] + c.by_size[0][color][1];
	}
	return sides * (uint64_t)p->per_page_ppm + pc_supply_past(dev, supply).used_ppm;
}

uint64_t
pc_device_supply_used_nl(const struct pc_device *dev, size_t supply)
{
	if (supply >= dev->profile->n_supplies)
		return 0;
	return pc_device_supply_used_ppm(dev, supply) * (uint64_t)dev->profile->supplies[supply].ml;
}
