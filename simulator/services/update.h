/* services/update: a firmware or clone file that came as a print job: recognised by its header
 * while it comes in, its payload digested, offered to the device when nothing else is to be
 * printed. Only Xerox's dynamic loadable modules have a public form. Spec: XRS-OP-05, XRS-UPD-05 */
#ifndef PC_SERVICES_UPDATE_H
#define PC_SERVICES_UPDATE_H

#include "codec/xerox-dlm.h"
#include "services/internal.h"

/* A file on its way in; the caller's pointer is NULL until one is recognised. */
struct pc_update;

/* The bytes of a job as they come. `head` holds the first `n_head` of them, `before` bytes came
 * before `data`. */
void pc_update_data(struct pc_update **u, const struct pc_device *dev, const uint8_t *head,
	size_t n_head, uint64_t before, const uint8_t *data, size_t len);

/* The whole file is there: offer it to the device, now or when its jobs are done. Adds to the
 * journal line what is known. Frees it. */
void pc_update_end(
	struct pc_update *u, struct pc_service *s, struct pc_device *dev, struct json_t *line);
void pc_update_free(struct pc_update *u); /* NULL is allowed */

/* Has the device nothing else to do, so that one that waited can be offered? */
bool pc_update_is_due(const struct pc_device *dev);
/* Offer one that waited; frees it. */
void pc_update_retry(struct pc_update *u, struct pc_service *s, struct pc_device *dev);

#endif
