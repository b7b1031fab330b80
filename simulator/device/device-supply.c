#include <stdlib.h>

#include "base/err.h"
#include "device/internal.h"

int32_t
pc_supply_low_level(const struct pc_profile_supply *supply)
{
	if (supply->low_permille <= 0 || supply->capacity <= 0)
		return 0;
	int32_t low = (int32_t)((int64_t)supply->capacity * supply->low_permille / 1000);
	return low == 0 ? 1 : low;
}

static enum pc_supply_state
state_of(const struct pc_profile_supply *p, int32_t level)
{
	if (level == 0)
		return PC_SUPPLY_EMPTY;
	return level > 0 && level <= pc_supply_low_level(p) ? PC_SUPPLY_LOW : PC_SUPPLY_OK;
}

/* Level and what follows from it; true when something visible changed. */
static bool
set_level(struct pc_device *dev, size_t i, int32_t level)
{
	struct pc_supply *s = &dev->s.supplies[i];
	enum pc_supply_state state = state_of(&dev->profile->supplies[i], level);
	bool changed = s->level != level;
	s->level = level;
	if (s->state != PC_SUPPLY_MISSING) {
		changed |= s->state != state;
		s->state = (uint8_t)state;
	}
	return changed;
}

/* Memory for all supplies' past; NULL: there is none left, nothing counts. */
static struct pc_supply_past *
past_of(struct pc_device *dev, size_t supply)
{
	if (dev->past == NULL)
		dev->past = calloc(dev->profile->n_supplies, sizeof(*dev->past));
	return dev->past == NULL ? NULL : &dev->past[supply];
}

struct pc_supply_past
pc_supply_past(const struct pc_device *dev, size_t supply)
{
	return dev->past == NULL ? (struct pc_supply_past){0} : dev->past[supply];
}

bool
pc_supply_put(struct pc_device *dev, size_t supply, int32_t level)
{
	dev->micro[supply] = (int64_t)level * 1000000;
	return set_level(dev, supply, level);
}

int
pc_device_supply_set(struct pc_device *dev, size_t supply, int32_t level)
{
	if (supply >= dev->profile->n_supplies)
		return PC_E_BADVALUE;
	const struct pc_profile_supply *p = &dev->profile->supplies[supply];
	bool special = level == -2 || level == -3;
	if (!special && (level < 0 || (p->capacity > 0 && level > p->capacity)))
		return PC_E_BADVALUE;
	bool changed = pc_supply_put(dev, supply, level);
	pc_alert_sync_all(dev);
	if (changed)
		pc_device_tell_part(dev, PC_EVENT_SUPPLY, (uint32_t)supply);
	pc_print_pump(dev);
	return PC_OK;
}

int
pc_device_supply_replace(struct pc_device *dev, size_t supply)
{
	if (supply >= dev->profile->n_supplies)
		return PC_E_BADVALUE;
	int32_t capacity = dev->profile->supplies[supply].capacity;
	dev->s.supplies[supply].state = PC_SUPPLY_OK;
	struct pc_supply_past *past = past_of(dev, supply);
	if (past != NULL) {
		past->installed_ns = pc_device_wall_ns(dev);
		past->installed_life = dev->s.counters.life;
	}
	pc_log_maintenance(dev, PC_MAINTENANCE_REPLACED, (uint32_t)supply);
	if (dev->s.supplies[supply].replacements < UINT16_MAX)
		dev->s.supplies[supply].replacements++;
	/* A supply of unknown capacity is as unknown when it is new. */
	return pc_device_supply_set(dev, supply, capacity >= 0 ? capacity : -2);
}

int32_t
pc_device_supply_permille(const struct pc_device *dev, size_t supply)
{
	if (supply >= dev->profile->n_supplies)
		return -1;
	int64_t level = dev->s.supplies[supply].level;
	int64_t capacity = dev->profile->supplies[supply].capacity;
	return level < 0 || capacity <= 0 ? -1 : (int32_t)(level * 1000 / capacity);
}

/* Takes up to `ppm` millionths of a full one, tells how many. Of what nobody knows the level of,
 * they are counted, too. */
static uint64_t
use_supply(struct pc_device *dev, size_t i, int64_t ppm)
{
	int32_t capacity = dev->profile->supplies[i].capacity;
	if (ppm <= 0 || dev->s.supplies[i].level == 0)
		return 0;
	struct pc_supply_past *past = past_of(dev, i);
	bool known = capacity > 0 && dev->s.supplies[i].level >= 0;
	int64_t used = !known ? 0 : ppm * capacity < dev->micro[i] ? ppm * capacity : dev->micro[i];
	uint64_t used_ppm = (uint64_t)(known ? used / capacity : ppm);
	if (past != NULL)
		past->used_ppm += used_ppm;
	if (known)
		dev->micro[i] -= used;
	if (known && set_level(dev, i, (int32_t)((dev->micro[i] + 999999) / 1000000))) {
		pc_alert_sync_all(dev);
		pc_device_tell_part(dev, PC_EVENT_SUPPLY, (uint32_t)i);
	}
	return used_ppm;
}

static bool
is_black(const char *colorant)
{
	static const char black[] = "black";
	size_t i = 0;
	while (black[i] != '\0' && colorant[i] == black[i])
		i++;
	return black[i] == '\0' && colorant[i] == '\0';
}

/* A supply of a finisher that was switched off. */
static bool
is_off(const struct pc_device *dev, size_t supply)
{
	for (size_t i = 0; i < dev->profile->n_finishers; i++) {
		if (dev->profile->finishers[i].supply == (int32_t)supply + 1)
			return pc_device_option(dev, PC_OPTION_FINISHER_OFF, (uint32_t)i) != 0;
	}
	return false;
}

bool
pc_supply_is_finished(const struct pc_device *dev)
{
	for (size_t i = 0; i < dev->profile->n_supplies; i++) {
		bool owned = false;
		for (size_t f = 0; f < dev->profile->n_finishers; f++)
			owned |= dev->profile->finishers[f].supply == (int32_t)i + 1;
		if (owned && !is_off(dev, i) && dev->s.supplies[i].level != 0)
			return true;
	}
	return false;
}

bool
pc_supply_prints(const struct pc_profile_supply *supply, bool color)
{
	return color || supply->colorant == NULL || is_black(supply->colorant);
}

uint64_t
pc_supply_use_page(struct pc_device *dev, bool color, uint32_t coverage)
{
	uint64_t nl = 0;
	for (size_t i = 0; i < dev->profile->n_supplies; i++) {
		const struct pc_profile_supply *p = &dev->profile->supplies[i];
		if (is_off(dev, i) || !pc_supply_prints(p, color))
			continue;
		/* parts wear with the sheet, colorants with what is marked of it */
		int64_t ppm = p->colorant == NULL
				      ? p->per_page_ppm
				      : (int64_t)p->per_page_ppm * coverage / PC_COVERAGE_USUAL;
		uint64_t used_ppm = use_supply(dev, i, ppm);
		if (p->colorant != NULL)
			nl += used_ppm * (uint64_t)p->ml;
	}
	return nl;
}

size_t
pc_supply_colorants(const struct pc_profile *profile)
{
	size_t n = 0;
	for (size_t i = 0; i < profile->n_supplies; i++)
		n += profile->supplies[i].colorant != NULL ? 1 : 0;
	return n;
}

/* Parts per million one cleaning takes from supply i; group g cleans the g-th colorant only. */
static int64_t
cleaning_ppm(const struct pc_device *dev, size_t i, uint8_t nozzle_group, unsigned times)
{
	const struct pc_profile_supply *p = &dev->profile->supplies[i];
	size_t colorant = 0;
	for (size_t k = 0; k <= i; k++)
		colorant += dev->profile->supplies[k].colorant != NULL ? 1 : 0;
	if (nozzle_group != 0 && p->colorant != NULL && colorant != nozzle_group)
		return 0;
	return (int64_t)p->per_cleaning_ppm * times;
}

void
pc_supply_use_cleaning(struct pc_device *dev, uint8_t nozzle_group, unsigned times)
{
	for (size_t i = 0; i < dev->profile->n_supplies; i++)
		(void)use_supply(dev, i, cleaning_ppm(dev, i, nozzle_group, times));
}

bool
pc_supply_lasts_cleaning(const struct pc_device *dev, uint8_t nozzle_group, unsigned times)
{
	for (size_t i = 0; i < dev->profile->n_supplies; i++) {
		int64_t need = cleaning_ppm(dev, i, nozzle_group, times) *
			       dev->profile->supplies[i].capacity;
		if (dev->s.supplies[i].level >= 0 && dev->micro[i] < need)
			return false;
	}
	return true;
}

static uint8_t
size_index(const struct pc_profile *p, const char *size)
{
	for (size_t i = 0; size != NULL && i < p->n_sizes; i++) {
		const char *a = p->sizes[i], *b = size;
		while (*a != '\0' && *a == *b)
			a++, b++;
		if (*a == *b)
			return (uint8_t)i;
	}
	return (uint8_t)(p->n_sizes == 0 ? 0 : p->n_sizes - 1); /* the last one is "other" */
}

void
pc_supplies_fill(struct pc_device *dev)
{
	const struct pc_profile *p = dev->profile;
	for (size_t i = 0; i < p->n_supplies; i++)
		pc_supply_put(dev, i, p->supplies[i].initial);
	for (size_t i = 0; i < p->n_trays; i++) {
		dev->s.trays[i].level = p->trays[i].initial;
		dev->s.trays[i].size = size_index(p, p->trays[i].size);
	}
}
