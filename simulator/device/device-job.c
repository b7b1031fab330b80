/* The queue: jobs are received, wait, print, and are remembered for a while. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "device/internal.h"

static void
tell_job(struct pc_device *dev, const struct pc_job_slot *slot)
{
	const struct pc_job copy = slot->job; /* a listener may begin a job and push this one out */
	const struct pc_device_event event = {.kind = PC_EVENT_JOB, .job = &copy};
	pc_device_tell(dev, &event);
}

static struct pc_job_slot *
find_slot(const struct pc_device *dev, uint32_t id)
{
	for (size_t i = 0; i < dev->n_jobs; i++) {
		if (dev->jobs[i]->job.id == id)
			return dev->jobs[i];
	}
	return NULL;
}

static size_t
unfinished(const struct pc_device *dev)
{
	size_t n = 0;
	for (size_t i = 0; i < dev->n_jobs; i++)
		n += dev->jobs[i]->job.state < PC_JOB_DONE ? 1 : 0;
	return n;
}

/* Forget the job that has been over for the longest time. False when that is not `age_ms` yet, or
 * none is over. */
static bool
forget_oldest(struct pc_device *dev, uint64_t age_ms)
{
	uint64_t now = pc_clock_ms(dev->env->clock);
	size_t at = dev->n_jobs;
	for (size_t i = 0; i < dev->n_jobs; i++) {
		const struct pc_job_slot *slot = dev->jobs[i];
		if (slot->job.state >= PC_JOB_DONE &&
			(at == dev->n_jobs || slot->over_ms < dev->jobs[at]->over_ms))
			at = i;
	}
	if (at == dev->n_jobs || now - dev->jobs[at]->over_ms < age_ms)
		return false;
	free(dev->jobs[at]);
	dev->n_jobs--;
	memmove(&dev->jobs[at], &dev->jobs[at + 1], (dev->n_jobs - at) * sizeof(dev->jobs[0]));
	return true;
}

/* Finished jobs are remembered for PC_JOB_PERSISTENCE at least, unless there are too many.
 * Spec: RFC 2707 jmGeneralJobPersistence */
static int
make_place(struct pc_device *dev)
{
	if (unfinished(dev) >= PC_QUEUE_MAX)
		return PC_E_LIMIT;
	while (dev->n_jobs >= PC_JOBS_KEPT && forget_oldest(dev, PC_JOB_PERSISTENCE * 1000))
		;
	if (dev->n_jobs == PC_JOBS_MAX)
		(void)forget_oldest(dev, 0);
	if (dev->n_jobs < dev->cap_jobs)
		return PC_OK;
	size_t cap = dev->cap_jobs == 0 ? 2 : 2 * dev->cap_jobs;
	struct pc_job_slot **grown = reallocarray(dev->jobs, cap, sizeof(*grown));
	if (grown == NULL)
		return -ENOMEM;
	dev->jobs = grown;
	dev->cap_jobs = cap;
	return PC_OK;
}

static int
begin(struct pc_device *dev, enum pc_origin origin, uint32_t *ret_id)
{
	/* Waking comes first: whoever hears of it may begin a job, too. */
	if (unfinished(dev) < PC_QUEUE_MAX)
		pc_device_sleep(dev, false);
	int err = make_place(dev);
	if (err != PC_OK)
		return err;
	struct pc_job_slot *slot = calloc(1, sizeof(*slot));
	if (slot == NULL)
		return -ENOMEM;
	slot->job.id = dev->s.next_job;
	dev->s.next_job = dev->s.next_job == INT32_MAX ? 1 : dev->s.next_job + 1;
	slot->job.origin = origin;
	slot->job.copies = 1;
	slot->job.color = dev->profile->color;
	slot->job.duplex = pc_device_option(dev, PC_OPTION_DEFAULT_PATH, 0) == 2;
	slot->job.media = PC_JOB_MEDIA_OF_TRAY;
	slot->job.wall_ns = pc_device_wall_ns(dev);
	dev->jobs[dev->n_jobs++] = slot;
	*ret_id = slot->job.id;
	tell_job(dev, slot);
	return PC_OK;
}

/* A closed channel, or a panel that takes no orders. */
static bool
is_shut(const struct pc_device *dev, enum pc_origin origin)
{
	if (origin == PC_ORIGIN_LPD)
		return !pc_device_channel_open(dev, PC_CHANNEL_LPD);
	if (origin == PC_ORIGIN_RAW)
		return !pc_device_channel_open(dev, PC_CHANNEL_RAW);
	return origin != PC_ORIGIN_FAX && pc_device_option(dev, PC_OPTION_CONSOLE_DISABLED, 0) != 0;
}

int
pc_device_job_begin(struct pc_device *dev, enum pc_origin origin, uint32_t *ret_id)
{
	if (!pc_device_answers(dev) || dev->s.offline || is_shut(dev, origin) ||
		pc_firmware_is_under_way(dev))
		return PC_E_REFUSED;
	return begin(dev, origin, ret_id);
}

struct pc_job *
pc_device_job(struct pc_device *dev, uint32_t id)
{
	struct pc_job_slot *slot = find_slot(dev, id);
	return slot == NULL ? NULL : &slot->job;
}

int
pc_device_job_data(struct pc_device *dev, uint32_t id, const uint8_t *data, size_t len)
{
	struct pc_job_slot *slot = find_slot(dev, id);
	if (slot == NULL)
		return PC_E_NOTFOUND;
	if (slot->job.state != PC_JOB_RECEIVING)
		return PC_E_CLOSED;
	slot->job.bytes += len;
	pc_job_scan_data(&slot->scan, data, len);
	return PC_OK;
}

/* What a service filled in may not lead out of the profile's tables. */
static void
settle(const struct pc_device *dev, struct pc_job_slot *slot, uint32_t pages)
{
	const struct pc_profile *p = dev->profile;
	struct pc_job *job = &slot->job;
	if (job->size >= (p->n_sizes == 0 ? 1 : p->n_sizes))
		job->size = (uint8_t)(p->n_sizes == 0 ? 0 : p->n_sizes - 1);
	if (job->media == PC_JOB_MEDIA_OF_TRAY)
		job->media = pc_tray_media(dev, job->size);
	if (job->media >= (p->n_media == 0 ? 1 : p->n_media))
		job->media = 0;
	job->color = job->color && p->color;
	job->duplex = job->duplex && p->duplex;
	if (job->copies == 0)
		job->copies = 1;
	slot->per_copy =
		pages != 0 ? pages : pc_job_scan_pages(&slot->scan, job->bytes, p->bytes_per_page);
	if (job->last_page > 0 && job->last_page < slot->per_copy)
		slot->per_copy = job->last_page;
	if (job->first_page > 1)
		slot->per_copy -=
			job->first_page - 1 < slot->per_copy ? job->first_page - 1 : slot->per_copy;
	if (job->maintenance)
		slot->per_copy = 0;
	uint64_t total = (uint64_t)slot->per_copy * job->copies;
	job->pages = total > PC_JOB_PAGES_MAX ? PC_JOB_PAGES_MAX : (uint32_t)total;
}

int
pc_device_job_end(struct pc_device *dev, uint32_t id, uint32_t pages)
{
	struct pc_job_slot *slot = find_slot(dev, id);
	if (slot == NULL)
		return PC_E_NOTFOUND;
	if (slot->job.state != PC_JOB_RECEIVING)
		return PC_E_CLOSED;
	settle(dev, slot, pages);
	if (!pc_account_allows(dev, slot->job.user, slot->job.pages)) {
		slot->job.reason = PC_JOB_REASON_LIMIT;
		pc_account_rejected(dev, slot->job.user);
		pc_job_finish(dev, slot, PC_JOB_ABORTED);
		return PC_OK;
	}
	slot->job.state = PC_JOB_PENDING;
	dev->s.counters.maintenance_jobs += slot->job.maintenance ? 1 : 0;
	tell_job(dev, slot);
	pc_print_pump(dev);
	return PC_OK;
}

int
pc_job_report(struct pc_device *dev, enum pc_report report, const char *name, uint32_t *ret_id)
{
	int err = begin(dev, PC_ORIGIN_PANEL, ret_id);
	struct pc_job *job = err == PC_OK ? pc_device_job(dev, *ret_id) : NULL;
	if (job == NULL)
		return err; /* or a listener pushed it out */
	pc_text_copy(job->name, sizeof(job->name), name);
	job->report = (uint8_t)report;
	job->color = report == PC_REPORT_TEST && dev->profile->color;
	job->duplex = false;
	err = pc_device_job_end(dev, *ret_id, 1);
	return err == PC_E_NOTFOUND ? PC_OK : err;
}

void
pc_job_finish(struct pc_device *dev, struct pc_job_slot *slot, enum pc_job_state state)
{
	bool printing = slot->job.state == PC_JOB_PRINTING;
	slot->over_ms = pc_clock_ms(dev->env->clock);
	slot->job.state = state;
	slot->job.ended_ns = pc_device_wall_ns(dev);
	if (slot->job.reason == PC_JOB_REASON_NONE && state != PC_JOB_DONE)
		slot->job.reason =
			state == PC_JOB_CANCELLED ? PC_JOB_REASON_CANCELLED : PC_JOB_REASON_POWER;
	if (state == PC_JOB_DONE && slot->job.pages > 0) {
		pc_usage_job(dev, &slot->job, slot->per_copy);
		pc_account_job(dev, &slot->job);
	}
	if (state == PC_JOB_DONE)
		dev->s.counters.jobs_done++;
	else
		dev->s.counters.jobs_failed++;
	dev->s.counters.jobs_cancelled += state == PC_JOB_CANCELLED ? 1 : 0;
	if (state == PC_JOB_DONE && slot->job.pages > 0 && pc_supply_is_finished(dev))
		dev->s.counters.jobs_finished++;
	if (printing && dev->s.activity == PC_PRINTING) {
		dev->due_ns = 0;
		pc_device_set_activity(dev, PC_IDLE);
	}
	tell_job(dev, slot);
}

int
pc_device_job_cancel(struct pc_device *dev, uint32_t id)
{
	struct pc_job_slot *slot = find_slot(dev, id);
	if (slot == NULL)
		return PC_E_NOTFOUND;
	if (slot->job.state >= PC_JOB_DONE)
		return PC_E_CLOSED;
	pc_job_finish(dev, slot, PC_JOB_CANCELLED);
	pc_print_pump(dev);
	return PC_OK;
}

int
pc_device_job_promote(struct pc_device *dev, uint32_t id)
{
	struct pc_job_slot *slot = find_slot(dev, id);
	size_t first = 0, at = 0;
	if (slot == NULL)
		return PC_E_NOTFOUND;
	if (slot->job.state != PC_JOB_PENDING)
		return PC_E_CLOSED;
	while (dev->jobs[first]->job.state != PC_JOB_PENDING)
		first++;
	while (dev->jobs[at] != slot)
		at++;
	memmove(&dev->jobs[first + 1], &dev->jobs[first], (at - first) * sizeof(dev->jobs[0]));
	dev->jobs[first] = slot;
	tell_job(dev, slot);
	return PC_OK;
}

void
pc_jobs_abort(struct pc_device *dev)
{
	for (size_t i = 0; i < dev->n_jobs; i++) {
		if (dev->jobs[i]->job.state < PC_JOB_DONE)
			pc_job_finish(dev, dev->jobs[i], PC_JOB_ABORTED);
	}
}

size_t
pc_device_jobs(const struct pc_device *dev, const struct pc_job *out[PC_JOBS_MAX])
{
	for (size_t i = 0; i < dev->n_jobs; i++)
		out[i] = &dev->jobs[i]->job;
	return dev->n_jobs;
}
