/* Trays: which one feeds, what stands in for it, what lies in it. */
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "device/internal.h"

enum {
	MANUAL_FEED = 5,  /* PrtInputTypeTC sheetFeedManual */
	ROLL_FEED = 6,    /* continuousRoll */
	NEXT_ANY = -2,    /* prtInputNextIndex: which one is not known beforehand */
	THICK_GRAMS = 160 /* heavier media run at half speed */
};

int32_t
pc_device_tray_capacity(const struct pc_device *dev, size_t tray)
{
	return pc_device_option(dev, PC_OPTION_TRAY_CAPACITY, (uint32_t)tray);
}

int32_t
pc_tray_low_level(const struct pc_device *dev, size_t tray)
{
	int32_t capacity = pc_device_tray_capacity(dev, tray);
	if (capacity <= 0)
		return 0;
	return capacity < 10 ? 1 : capacity / 10;
}

bool
pc_tray_can_feed(const struct pc_device *dev, size_t tray)
{
	const struct pc_tray *t = &dev->s.trays[tray];
	return !t->missing && t->level != 0 && dev->profile->trays[tray].type != MANUAL_FEED;
}

/* The tray a sheet is asked from: the default one if it holds the size, else the first that does,
 * else the default one; -1 when there is none. */
static int
asked_tray(const struct pc_device *dev, uint8_t size)
{
	const struct pc_profile *p = dev->profile;
	size_t first = (size_t)pc_device_option(dev, PC_OPTION_DEFAULT_INPUT, 0) - 1;
	if (first >= p->n_trays || p->trays[first].type == MANUAL_FEED)
		return -1;
	if (dev->s.trays[first].size == size)
		return (int)first;
	for (size_t i = 0; i < p->n_trays; i++) {
		if (p->trays[i].type != MANUAL_FEED && dev->s.trays[i].size == size)
			return (int)i;
	}
	return (int)first;
}

/* One that feeds, best one of the same size as `tray`. */
static int
any_tray(const struct pc_device *dev, size_t tray)
{
	int any = -1;
	for (size_t i = 0; i < dev->profile->n_trays; i++) {
		if (!pc_tray_can_feed(dev, i))
			continue;
		if (dev->s.trays[i].size == dev->s.trays[tray].size)
			return (int)i;
		if (any < 0)
			any = (int)i;
	}
	return any;
}

/* What feeds instead of an empty tray, -1 for nothing. Spec: RFC 3805 prtInputNextIndex */
static int
stand_in(const struct pc_device *dev, size_t tray)
{
	for (size_t hops = 0; hops < dev->profile->n_trays; hops++) {
		int32_t next = pc_device_option(dev, PC_OPTION_TRAY_NEXT, (uint32_t)tray);
		if (next == NEXT_ANY)
			return any_tray(dev, tray);
		if (next <= 0)
			return -1;
		tray = (size_t)next - 1;
		if (pc_tray_can_feed(dev, tray))
			return (int)tray;
	}
	return -1; /* they point at each other, all empty */
}

int
pc_tray_choose(const struct pc_device *dev, uint8_t size)
{
	int tray = asked_tray(dev, size);
	if (tray < 0 || pc_tray_can_feed(dev, (size_t)tray))
		return tray;
	return stand_in(dev, (size_t)tray);
}

bool
pc_tray_stops(const struct pc_device *dev, size_t tray)
{
	return !pc_tray_can_feed(dev, tray) && stand_in(dev, tray) < 0;
}

uint64_t
pc_tray_delay_ms(struct pc_device *dev, uint8_t size)
{
	int asked = asked_tray(dev, size), tray = pc_tray_choose(dev, size);
	uint64_t ms = 0;
	for (size_t i = 0; dev->trays_waited != 0 && i < dev->profile->n_trays; i++) {
		if (pc_tray_can_feed(dev, i))
			dev->trays_waited &= (uint16_t) ~(1u << i);
	}
	if (asked < 0 || tray < 0)
		return 0;
	if (pc_device_option(dev, PC_OPTION_TRAY_WEIGHT, (uint32_t)tray) > THICK_GRAMS)
		ms += pc_print_page_ms(dev->profile);
	if (tray == asked)
		return ms;
	/* Spec: RFC 3805 prtInputMediaLoadTimeout */
	uint16_t bit = (uint16_t)(UINT32_C(1) << (uint32_t)asked);
	int32_t timeout = pc_device_option(dev, PC_OPTION_TRAY_TIMEOUT, (uint32_t)asked);
	if ((dev->trays_waited & bit) == 0)
		ms += 1000 * (uint64_t)timeout;
	dev->trays_waited |= bit;
	return ms;
}

uint8_t
pc_tray_media(const struct pc_device *dev, uint8_t size)
{
	int tray = pc_tray_choose(dev, size);
	int32_t media = tray < 0 ? -1 : pc_device_option(dev, PC_OPTION_TRAY_MEDIA, (uint32_t)tray);
	return media < 0 ? 0 : (uint8_t)media;
}

static void
tray_changed(struct pc_device *dev, size_t tray)
{
	pc_alert_sync_all(dev);
	pc_device_tell_part(dev, PC_EVENT_TRAY, (uint32_t)tray);
}

void
pc_tray_use_sheet(struct pc_device *dev, uint8_t size)
{
	int tray = pc_tray_choose(dev, size);
	if (tray < 0 || dev->s.trays[tray].level < 0)
		return; /* roll or unknown stock: never known to end */
	dev->s.trays[tray].level--;
	tray_changed(dev, (size_t)tray);
}

int
pc_device_tray_set(struct pc_device *dev, size_t tray, int32_t level)
{
	if (tray >= dev->profile->n_trays)
		return PC_E_BADVALUE;
	int32_t capacity = pc_device_tray_capacity(dev, tray);
	bool special = level == -2 || level == -3;
	if (!special && (level < 0 || (capacity > 0 && level > capacity)))
		return PC_E_BADVALUE;
	dev->s.trays[tray].level = level;
	tray_changed(dev, tray);
	pc_print_pump(dev);
	return PC_OK;
}

int
pc_device_tray_size_set(struct pc_device *dev, size_t tray, uint8_t size)
{
	if (tray >= dev->profile->n_trays || size >= dev->profile->n_sizes)
		return PC_E_BADVALUE;
	if (dev->s.trays[tray].size == size)
		return PC_OK;
	dev->s.trays[tray].size = size;
	dev->s.counters.config_changes++;
	pc_device_tell_part(dev, PC_EVENT_TRAY, (uint32_t)tray);
	return PC_OK;
}

bool
pc_device_size_dims(const char *size, int32_t *width_um, int32_t *length_um)
{
	const double inch = 25400, millimetre = 1000, longest = 1e9;
	const char *last = size == NULL ? NULL : strrchr(size, '_');
	char *end;
	if (last == NULL)
		return false;
	double width = strtod(last + 1, &end);
	if (*end != 'x')
		return false;
	double length = strtod(end + 1, &end);
	bool mm = strcmp(end, "mm") == 0;
	if (!mm && strcmp(end, "in") != 0)
		return false;
	width *= mm ? millimetre : inch;
	length *= mm ? millimetre : inch;
	if (!(width > 0 && length > 0 && width <= longest && length <= longest))
		return false;
	*width_um = (int32_t)(width + 0.5);
	*length_um = (int32_t)(length + 0.5);
	return true;
}

/* Place of a size among those that are counted apart; what is not listed is the last, "other". */
static size_t
size_index(const struct pc_profile *p, const char *name)
{
	size_t i = 0;
	while (name != NULL && i + 1 < p->n_sizes && strcmp(p->sizes[i], name) != 0)
		i++;
	return name == NULL && p->n_sizes > 0 ? p->n_sizes - 1 : i;
}

void
pc_device_tray_media(const struct pc_device *dev, size_t tray, struct pc_tray_media *ret)
{
	const struct pc_profile *p = dev->profile;
	uint8_t size = dev->s.trays[tray].size;
	int32_t media = pc_device_option(dev, PC_OPTION_TRAY_MEDIA, (uint32_t)tray);
	bool own = size >= p->n_sizes || size_index(p, p->trays[tray].size) == size;
	*ret = (struct pc_tray_media){.size = own ? p->trays[tray].size : p->sizes[size],
		.type = media < 0 ? p->trays[tray].media : p->media[media],
		.width_um = -2,
		.length_um = -2,
		.weight = pc_device_option(dev, PC_OPTION_TRAY_WEIGHT, (uint32_t)tray)};
	(void)pc_device_size_dims(ret->size, &ret->width_um, &ret->length_um);
	if (p->trays[tray].type == ROLL_FEED)
		ret->length_um = -1;
}
