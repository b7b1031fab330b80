/* Scans and faxes as happenings. */
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "device/internal.h"

static int
check_scan(const struct pc_device *dev, const struct pc_scan *scan)
{
	size_t n_sizes = dev->profile->n_sizes == 0 ? 1 : dev->profile->n_sizes;
	if (!dev->profile->scanner)
		return PC_E_UNSUPPORTED;
	if (scan->size >= n_sizes || (unsigned)scan->to >= PC_SCAN_DESTINATIONS)
		return PC_E_BADVALUE;
	return pc_device_answers(dev) && !pc_firmware_is_under_way(dev) ? PC_OK : PC_E_REFUSED;
}

static void
count_scan(struct pc_device *dev, const struct pc_scan *scan)
{
	struct pc_usage *u = pc_usage_of(dev);
	if (u != NULL && scan->failed)
		u->scan_failed++;
	if (scan->failed)
		return;
	dev->s.counters.scan_by_size[scan->size] += scan->images;
	dev->s.counters.by_function[PC_FUNCTION_SCAN] += scan->images;
	pc_account_scan(dev, scan->user, PC_FUNCTION_SCAN, scan->color, scan->images);
	if (u == NULL)
		return;
	u->scan_images[scan->to] += scan->images;
	u->scan_jobs[scan->to]++;
	u->scan_color += scan->color ? scan->images : 0;
	u->scan_feeder += scan->feeder ? scan->images : 0;
	u->scan_duplex += scan->duplex ? scan->images : 0;
	u->ocr_images += scan->ocr ? scan->images : 0;
}

int
pc_device_scan_job(struct pc_device *dev, const struct pc_scan *scan)
{
	const struct pc_device_event event = {.kind = PC_EVENT_SCAN, .part = scan->to};
	int err = check_scan(dev, scan);
	if (err != PC_OK)
		return err;
	pc_device_sleep(dev, false);
	count_scan(dev, scan);
	pc_device_tell(dev, &event);
	return PC_OK;
}

int
pc_device_scan(struct pc_device *dev, uint8_t size, uint32_t images)
{
	const struct pc_scan scan = {.size = size, .images = images, .to = PC_SCAN_TO_COMPUTER};
	return pc_device_scan_job(dev, &scan);
}

static void
tell_fax(struct pc_device *dev, bool came_in)
{
	pc_device_tell_part(dev, PC_EVENT_FAX, came_in ? 1 : 0);
}

int
pc_device_fax_sent(struct pc_device *dev, const struct pc_fax *fax)
{
	const struct pc_scan scan = {.images = fax->pages, .to = PC_SCAN_TO_FAX, .user = fax->user};
	struct pc_usage *u = pc_usage_of(dev);
	if (!dev->profile->fax)
		return PC_E_UNSUPPORTED;
	/* the originals are scanned before anybody is called */
	int err = pc_device_scan_job(dev, &scan);
	if (err != PC_OK)
		return err;
	if (u != NULL && fax->failed) {
		u->faxes_failed++;
	} else if (u != NULL) {
		u->faxes_sent++;
		u->fax_pages_sent += fax->pages;
	}
	tell_fax(dev, false);
	return PC_OK;
}

/* A job of the pages that came in. */
static int
print_fax(struct pc_device *dev, const struct pc_fax *fax, uint32_t *ret_id)
{
	int err = pc_device_job_begin(dev, PC_ORIGIN_FAX, ret_id);
	struct pc_job *job = err == PC_OK ? pc_device_job(dev, *ret_id) : NULL;
	if (job == NULL)
		return err;
	pc_text_copy(job->name, sizeof(job->name), "Fax");
	job->color = job->duplex = false;
	return pc_device_job_end(dev, *ret_id, fax->pages);
}

int
pc_device_fax_received(struct pc_device *dev, const struct pc_fax *fax, uint32_t *ret_id)
{
	uint32_t id = 0;
	const char *to_memory = pc_device_setting(dev, "fax.receiveToMemory");
	struct pc_usage *u = pc_usage_of(dev);
	int err = PC_OK;
	if (ret_id != NULL)
		*ret_id = 0;
	if (!dev->profile->fax)
		return PC_E_UNSUPPORTED;
	if (!pc_device_answers(dev) || pc_firmware_is_under_way(dev))
		return PC_E_REFUSED; /* the caller hears that nobody answers */
	pc_device_sleep(dev, false);
	if (u != NULL && fax->failed) {
		u->faxes_failed++;
	} else if (u != NULL) {
		u->faxes_received++;
		u->fax_pages_received += fax->pages;
	}
	tell_fax(dev, true);
	if (!fax->failed && fax->pages > 0 && (to_memory == NULL || strcmp(to_memory, "on") != 0))
		err = print_fax(dev, fax, &id);
	if (ret_id != NULL)
		*ret_id = id;
	return err;
}
