/* device/tests/events: anything that may happen to a printer, one thing at a time, by chance. */
#ifndef PC_DEVICE_TESTS_EVENTS_H
#define PC_DEVICE_TESTS_EVENTS_H

#include "base/rand.h"
#include "device/tests/sample.h"

static inline void
events_print(struct pc_device *dev, struct pc_rand *r)
{
	static const uint8_t text[] = "page\fpage\f";
	uint32_t id = 0;
	if (pc_device_job_begin(dev, (enum pc_origin)pc_rand_below(r, 5), &id) != PC_OK)
		return;
	pc_device_job(dev, id)->color = pc_rand_below(r, 2) != 0;
	pc_device_job(dev, id)->duplex = pc_rand_below(r, 2) != 0;
	pc_device_job(dev, id)->size = (uint8_t)pc_rand_below(r, 4);
	pc_device_job(dev, id)->media = (uint8_t)pc_rand_below(r, 4);
	pc_device_job(dev, id)->copies = (uint32_t)pc_rand_below(r, 3);
	pc_device_job(dev, id)->maintenance = pc_rand_below(r, 20) == 0;
	pc_device_job_data(dev, id, text, pc_rand_below(r, sizeof(text)));
	if (pc_rand_below(r, 10) != 0)
		pc_device_job_end(dev, id, (uint32_t)pc_rand_below(r, 12));
	else
		pc_device_job_cancel(dev, id);
}

/* One event of any kind, then up to eight seconds. */
static inline void
events_step(struct world *w, struct pc_device *dev, struct pc_rand *r)
{
	uint32_t part = (uint32_t)pc_rand_below(r, 4);
	bool on = pc_rand_below(r, 2) != 0;
	switch (pc_rand_below(r, 12)) {
	case 0:
	case 1:
		events_print(dev, r);
		break;
	case 2:
		pc_device_condition(dev,
			(enum pc_condition)pc_rand_below(r, PC_COND_FINISHER_JAM + 1), part, on);
		break;
	case 3: /* most conditions end again */
		for (uint32_t c = 0; c <= PC_COND_FINISHER_JAM; c++)
			pc_device_condition(dev, (enum pc_condition)c, part, false);
		break;
	case 4:
		pc_device_clean(dev, PC_TRIGGER_REMOTE, (uint8_t)part, on);
		break;
	case 5:
		pc_device_nozzle_check(dev, PC_TRIGGER_PANEL);
		break;
	case 6:
		pc_device_supply_set(dev, part, (int32_t)pc_rand_below(r, 120));
		break;
	case 7:
		pc_device_supply_replace(dev, part);
		break;
	case 8:
		pc_device_tray_set(dev, part, (int32_t)pc_rand_below(r, 300));
		break;
	case 9:
		if (pc_rand_below(r, 10) == 0)
			pc_device_restart(dev, (enum pc_reset)pc_rand_below(r, 3));
		else
			pc_device_sleep(dev, on);
		break;
	case 10:
		if (pc_rand_below(r, 20) == 0)
			pc_device_power(dev, false);
		else
			pc_device_power(dev, true);
		break;
	default:
		break;
	}
	world_pass(w, dev, pc_rand_below(r, 8000));
}

#endif
