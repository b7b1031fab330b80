/* Printing: one job at a time, one side after the other, as the clock allows. */
#include "base/err.h"
#include "device/internal.h"

static const uint8_t function_of[] = {
	[PC_ORIGIN_LPD] = PC_FUNCTION_PRINT,
	[PC_ORIGIN_RAW] = PC_FUNCTION_PRINT,
	[PC_ORIGIN_PANEL] = PC_FUNCTION_REPORT,
	[PC_ORIGIN_COPY] = PC_FUNCTION_COPY,
	[PC_ORIGIN_FAX] = PC_FUNCTION_FAX,
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
	pc_usage_side(dev, job, pc_tray_choose(dev, job->size), sheet);
}

/* What a side of the job is counted as. */
static size_t
function_for(const struct pc_job *job)
{
	return job->report != PC_REPORT_NONE ? PC_FUNCTION_REPORT : function_of[job->origin];
}

static uint32_t
coverage_of(const struct pc_job *job)
{
	return job->coverage == 0 ? PC_COVERAGE_USUAL : job->coverage;
}

/* One side has come out: of the job, or the banner before it, which is the printer's own. */
static void
finish_side(struct pc_device *dev, struct pc_job_slot *slot)
{
	bool sheet = needs_sheet(slot), banner = slot->banner;
	struct pc_job before = slot->job;
	uint32_t id = slot->job.id;
	slot->banner = false;
	slot->job.pages_done += banner ? 0 : 1;
	if (banner)
		before.color = before.duplex = false;
	slot->job.area_mm2 += banner ? 0 : pc_usage_area_mm2(dev, &before);
	pc_print_count(dev, &before, banner ? PC_FUNCTION_REPORT : function_for(&before), sheet);
	pc_account_side(dev, &before, banner ? PC_FUNCTION_REPORT : function_for(&before), sheet);
	if (sheet)
		pc_tray_use_sheet(dev, before.size);
	uint64_t nl = pc_supply_use_page(dev, before.color, coverage_of(&before));
	/* a listener may have pushed it out of the list meanwhile */
	struct pc_job *job = pc_device_job(dev, id);
	if (job == NULL)
		return;
	job->ink_nl += nl;
	const struct pc_job copy = *job;
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

uint64_t
pc_print_size_mm2(const char *size)
{
	int32_t width, length;
	if (!pc_device_size_dims(size, &width, &length))
		return 0;
	return ((uint64_t)width * (uint64_t)length + 500000) / 1000000;
}

/* Large from the area of JIS B4 on. */
bool
pc_device_size_is_large(const char *size)
{
	enum { B4_MM2 = 257 * 364 };
	return pc_print_size_mm2(size) >= B4_MM2;
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
		c->by_use[PC_FUNCTION_PRINT][k][0][large] = all - duplex;
		c->by_use[PC_FUNCTION_PRINT][k][1][large] = duplex;
		c->sheets[PC_FUNCTION_PRINT][k][0] = all - duplex;
		c->sheets[PC_FUNCTION_PRINT][k][1] = (duplex + 1) / 2;
	}
	c->life = life;
	c->by_function[PC_FUNCTION_PRINT] = life;
	c->by_media[0] = life;
}
