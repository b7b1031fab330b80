/* Printing: one job at a time, one side after the other, as the clock allows. */
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "device/internal.h"

enum { FUNCTION_PRINT, FUNCTION_COPY, FUNCTION_FAX, FUNCTION_SCAN, FUNCTION_REPORT };

static const uint8_t function_of[] = {
	[PC_ORIGIN_LPD] = FUNCTION_PRINT,
	[PC_ORIGIN_RAW] = FUNCTION_PRINT,
	[PC_ORIGIN_PANEL] = FUNCTION_REPORT,
	[PC_ORIGIN_COPY] = FUNCTION_COPY,
	[PC_ORIGIN_FAX] = FUNCTION_FAX,
};

uint64_t
pc_print_page_ms(const struct pc_profile *profile)
{
	return profile->ppm > 0 ? 60000u / (uint64_t)profile->ppm : 1000;
}

static struct pc_job_slot *
first_in(const struct pc_device *dev, enum pc_job_state state)
{
	for (size_t i = 0; i < dev->n_jobs; i++) {
		if (dev->jobs[i]->job.state == state)
			return dev->jobs[i];
	}
	return NULL;
}

/* The back of a duplex sheet lies in the printer already. */
static bool
needs_sheet(const struct pc_job_slot *slot)
{
	uint32_t side = slot->per_copy == 0 ? 0 : slot->job.pages_done % slot->per_copy;
	return slot->banner || !slot->job.duplex || side % 2 == 0;
}

static bool
starts_job(struct pc_device *dev)
{
	const struct pc_device_event event = {.kind = PC_EVENT_JOB};
	struct pc_device_event told = event;
	struct pc_job_slot *slot = first_in(dev, PC_JOB_PENDING);
	if (slot == NULL)
		return false;
	if (slot->job.pages == 0) {
		pc_job_finish(dev, slot, PC_JOB_DONE);
		return true;
	}
	if (pc_alert_blocks(dev, true))
		return false;
	slot->job.state = PC_JOB_PRINTING;
	slot->job.started_ns = pc_device_wall_ns(dev);
	slot->banner = slot->job.origin != PC_ORIGIN_PANEL &&
		       pc_device_option(dev, PC_OPTION_BANNER_PAGE, 0) != 0;
	const struct pc_job copy = slot->job;
	told.job = &copy;
	pc_device_set_activity(dev, PC_PRINTING);
	pc_device_tell(dev, &told);
	return true;
}

/* Time the next side takes. */
static uint64_t
side_ms(struct pc_device *dev, const struct pc_job_slot *slot)
{
	uint64_t ms = pc_print_page_ms(dev->profile);
	return needs_sheet(slot) ? ms + pc_tray_delay_ms(dev, slot->job.size) : ms;
}

void
pc_print_pump(struct pc_device *dev)
{
	if (dev->quiet || dev->s.power != PC_POWER_ON)
		return;
	while (dev->s.activity == PC_IDLE && starts_job(dev))
		;
	struct pc_job_slot *slot = first_in(dev, PC_JOB_PRINTING);
	if (slot == NULL || dev->s.activity != PC_PRINTING || dev->due_ns != 0 ||
		pc_alert_blocks(dev, needs_sheet(slot)))
		return;
	uint64_t from = dev->pump_ns != 0 ? dev->pump_ns : pc_clock_ns(dev->env->clock);
	pc_device_schedule(dev, from, side_ms(dev, slot));
}

void
pc_print_count(struct pc_device *dev, const struct pc_job *job, size_t function, bool sheet)
{
	struct pc_counters *c = &dev->s.counters;
	bool large = dev->profile->n_sizes > job->size &&
		     pc_device_size_is_large(dev->profile->sizes[job->size]);
	c->life++;
	c->power_on++;
	c->by_size[job->size][job->color][job->duplex]++;
	c->by_function[function]++;
	c->by_media[job->media]++;
	c->by_use[function][job->color][job->duplex][large]++;
	c->sheets[function][job->color][job->duplex] += sheet ? 1 : 0;
}

/* One side has come out: of the job, or the banner before it, which is the printer's own. */
static void
finish_side(struct pc_device *dev, struct pc_job_slot *slot)
{
	bool sheet = needs_sheet(slot), banner = slot->banner;
	struct pc_job before = slot->job;
	slot->banner = false;
	slot->job.pages_done += banner ? 0 : 1;
	if (banner)
		before.color = before.duplex = false;
	pc_print_count(dev, &before, banner ? FUNCTION_REPORT : function_of[before.origin], sheet);
	if (sheet)
		pc_tray_use_sheet(dev, before.size);
	pc_supply_use_page(dev, before.color);
	const struct pc_job copy = slot->job;
	const struct pc_device_event event = {.kind = PC_EVENT_PAGE, .job = &copy};
	pc_device_tell(dev, &event);
}

void
pc_print_page_end(struct pc_device *dev, uint64_t now_ns)
{
	struct pc_job_slot *slot = first_in(dev, PC_JOB_PRINTING);
	if (slot == NULL || pc_alert_blocks(dev, needs_sheet(slot)))
		return; /* stopped in the middle of the page; it is printed when the cause is gone
			 */
	dev->pump_ns = now_ns; /* pages follow each other without a gap, however late the tick */
	finish_side(dev, slot);
	slot = first_in(dev, PC_JOB_PRINTING); /* a listener may have cancelled it */
	if (slot != NULL && slot->job.pages_done >= slot->job.pages)
		pc_job_finish(dev, slot, PC_JOB_DONE);
	pc_print_pump(dev);
	dev->pump_ns = 0;
}

int
pc_device_scan(struct pc_device *dev, uint8_t size, uint32_t images)
{
	if (!dev->profile->scanner)
		return PC_E_UNSUPPORTED;
	if (size >= (dev->profile->n_sizes == 0 ? 1 : dev->profile->n_sizes))
		return PC_E_BADVALUE;
	if (!pc_device_answers(dev))
		return PC_E_REFUSED;
	dev->s.counters.scan_by_size[size] += images;
	dev->s.counters.by_function[FUNCTION_SCAN] += images;
	pc_device_sleep(dev, false);
	return PC_OK;
}

/* Spec: PWG 5101.1: class_name_WIDTHxHEIGHTunit; large from the area of JIS B4 on. */
bool
pc_device_size_is_large(const char *size)
{
	enum { B4_MM2 = 257 * 364 };
	const char *last = strrchr(size, '_');
	double width = 0, height = 0;
	char unit[3] = "";
	if (last == NULL || sscanf(last + 1, "%lfx%lf%2s", &width, &height, unit) != 3)
		return false;
	if (strcmp(unit, "in") == 0)
		return width * 25.4 * (height * 25.4) >= B4_MM2;
	return width * height >= B4_MM2;
}

/* The pages before this run, spread so that every counter table adds up to the life count. */
void
pc_counters_initial(const struct pc_profile *p, struct pc_counters *c)
{
	*c = (struct pc_counters){0};
	uint32_t life = p->initial_life_count;
	uint32_t color = p->color ? (uint32_t)((uint64_t)life * 6 / 10) : 0;
	bool large = p->n_sizes > 0 && pc_device_size_is_large(p->sizes[0]);
	for (int k = 0; k < 2; k++) {
		uint32_t all = k == 1 ? color : life - color;
		uint32_t duplex = p->duplex ? (uint32_t)((uint64_t)all * 3 / 10) : 0;
		c->by_size[0][k][0] = all - duplex;
		c->by_size[0][k][1] = duplex;
		c->by_use[FUNCTION_PRINT][k][0][large] = all - duplex;
		c->by_use[FUNCTION_PRINT][k][1][large] = duplex;
		c->sheets[FUNCTION_PRINT][k][0] = all - duplex;
		c->sheets[FUNCTION_PRINT][k][1] = (duplex + 1) / 2;
	}
	c->life = life;
	c->by_function[FUNCTION_PRINT] = life;
	c->by_media[0] = life;
}
