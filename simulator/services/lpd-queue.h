/* services/lpd-queue: the queue of a device as LPD lists it, and removing from it. */
#ifndef PC_SERVICES_LPD_QUEUE_H
#define PC_SERVICES_LPD_QUEUE_H

#include "base/buf.h"
#include "codec/lpd.h"
#include "device/device.h"

enum { PC_LPD_LIST_MAX = 16384 };

/* Append the short (3) or long (4) list in the BSD shape; operands after the queue are users or job
 * numbers. Spec: RFC 1179 s5.3, s5.4 (the shape is not set there). */
void pc_lpd_queue_list(
	struct pc_buf *out, const struct pc_device *dev, const struct pc_lpd_item *it);

/* Remove what "queue agent [user or number]…" names: root any job, others only their own; without
 * a list the job being printed. "all" is every job the agent may remove. Returns how many. Spec:
 * RFC 1179 s5.5. */
size_t pc_lpd_queue_remove(struct pc_device *dev, const struct pc_lpd_item *it);

#endif
