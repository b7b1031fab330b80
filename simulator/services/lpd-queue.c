#include "services/lpd-queue.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "services/faults.h"

enum { RANK_MAX = 16 };

static uint32_t
number_of(const struct pc_job *job)
{
	return job->lpd_number != 0 ? job->lpd_number : job->id;
}

static bool
is_named(const struct pc_job *job, const struct pc_lpd_item *it, size_t first)
{
	for (size_t i = first; i < it->n_operands; i++) {
		uint64_t n = 0;
		if (strcmp(it->operands[i], "all") == 0)
			return true; /* LPRng */
		if (pc_text_u64(it->operands[i], 0, UINT32_MAX, &n) == PC_OK
				? n == number_of(job)
				: strcmp(it->operands[i], job->user) == 0)
			return true;
	}
	return it->n_operands <= first;
}

static const char *
rank_of(const struct pc_job *job, size_t place, char out[RANK_MAX])
{
	static const char *const endings[] = {"th", "st", "nd", "rd"};
	if (job->state == PC_JOB_PRINTING || job->state == PC_JOB_RECEIVING)
		return "active";
	size_t last = place % 10;
	const char *ending = place % 100 - last == 10 || last > 3 ? "th" : endings[last];
	(void)snprintf(out, RANK_MAX, "%zu%s", place, ending);
	return out;
}

static const char *
text_or(const char *text, const char *fallback)
{
	return text[0] != '\0' ? text : fallback;
}

static void
list_job(struct pc_buf *out, const struct pc_device *dev, const struct pc_job *job, size_t place,
	bool is_long)
{
	char rank[RANK_MAX];
	unsigned long long bytes = job->bytes;
	const char *user = text_or(job->user, "unknown");
	const char *name = text_or(job->name, "(stdin)");
	if (pc_service_has_fault(dev, PC_FAULT_LPD_COUNT_WRONG))
		bytes++;
	if (!is_long) {
		(void)pc_buf_addf(out, "%-7s%-11s%-5u%-38s%llu bytes\n", rank_of(job, place, rank),
			user, number_of(job), name, bytes);
		return;
	}
	(void)pc_buf_addf(out, "%s: %-33s[job %03u%s]\n        %-39s%llu bytes\n\n", user,
		rank_of(job, place, rank), number_of(job), job->host, name, bytes);
}

static void
list_header(struct pc_buf *out, const struct pc_device *dev, const char *queue)
{
	if (pc_device_state(dev)->offline)
		(void)pc_buf_addf(out, "Warning: %s is down: %s\n", queue, pc_device_console(dev));
	else if (pc_device_state(dev)->activity == PC_IDLE)
		(void)pc_buf_addf(out, "%s is ready\n", queue);
	else
		(void)pc_buf_addf(out, "%s is ready and printing\n", queue);
}

void
pc_lpd_queue_list(struct pc_buf *out, const struct pc_device *dev, const struct pc_lpd_item *it)
{
	const struct pc_job *jobs[PC_JOBS_MAX];
	size_t n = pc_device_jobs(dev, jobs), place = 0, shown = 0;
	bool is_long = it->code == PC_LPD_QUEUE_LONG;
	bool empty = pc_service_has_fault(dev, PC_FAULT_LPD_QUEUE_EMPTY_ALWAYS);
	for (size_t i = 0; i < n && !empty; i++) {
		if (jobs[i]->state >= PC_JOB_DONE)
			continue;
		if (jobs[i]->state == PC_JOB_PENDING)
			place++;
		if (!is_named(jobs[i], it, 1))
			continue;
		if (shown++ == 0) {
			list_header(out, dev, it->n_operands > 0 ? it->operands[0] : "");
			(void)pc_buf_add_text(
				out, is_long ? "\n"
					     : "Rank   Owner      Job  Files"
					       "                                 Total Size\n");
		}
		list_job(out, dev, jobs[i], place, is_long);
	}
	if (shown == 0)
		(void)pc_buf_add_text(out, "no entries\n");
}

size_t
pc_lpd_queue_remove(struct pc_device *dev, const struct pc_lpd_item *it)
{
	const struct pc_job *jobs[PC_JOBS_MAX];
	uint32_t ids[PC_JOBS_MAX];
	size_t n = pc_device_jobs(dev, jobs), found = 0, removed = 0;
	const char *agent = it->n_operands > 1 ? it->operands[1] : "";
	bool listed = it->n_operands > 2;
	for (size_t i = 0; i < n; i++) {
		if (jobs[i]->state >= PC_JOB_DONE)
			continue;
		if (strcmp(agent, "root") != 0 && strcmp(agent, jobs[i]->user) != 0)
			continue;
		if (listed ? is_named(jobs[i], it, 2) : jobs[i]->state == PC_JOB_PRINTING)
			ids[found++] = jobs[i]->id;
	}
	for (size_t i = 0; i < found; i++)
		removed += pc_device_job_cancel(dev, ids[i]) == PC_OK;
	return removed;
}
