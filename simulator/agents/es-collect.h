/* agents/es-collect: the record of a printer read from its inside, as the ES agent does it: no
 * packet is sent. Spec: ERS-NET-07 */
#ifndef PC_AGENTS_ES_COLLECT_H
#define PC_AGENTS_ES_COLLECT_H

#include "agents/record.h"
#include "device/device.h"

/* Fill `r` from the printer's state. `offset_minutes` is the zone of acquiredDate. A printer that
 * is switched off has no agent that runs; the caller does not ask then. */
void pc_es_collect(const struct pc_device *dev, int offset_minutes, struct pc_record *r);

#endif
