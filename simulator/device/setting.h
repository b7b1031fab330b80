/* device/setting: the settings of a printer as forms need them: what each may be set to, what it is
 * and what the factory set. They are changed by pc_device_setting_set(). */
#ifndef PC_DEVICE_SETTING_H
#define PC_DEVICE_SETTING_H

#include "device/device.h"

enum pc_setting_kind {
	PC_SETTING_TEXT,   /* up to PC_SETTING_TEXT_MAX - 1 octets */
	PC_SETTING_SWITCH, /* "on" or "off" */
	PC_SETTING_NUMBER, /* decimal, min … max */
	PC_SETTING_CHOICE, /* one of the words in `choices` */
	PC_SETTING_ADDRESS /* dotted IPv4, or "" */
};

/* Texts are the profile's, the device's until the setting is changed, or static. */
struct pc_setting {
	const char *group, *name; /* "power", "sleepTimerMinutes" */
	const char *value, *factory;
	enum pc_setting_kind kind;
	const char *choices; /* with blanks between; "" for other kinds */
	int64_t min, max;
	const char *unit; /* "min", "mm" …; "" */
	bool read_only;
};

/* Setting `at` (from 0) in the order of the profile; false behind the last. */
bool pc_device_setting_at(const struct pc_device *dev, size_t at, struct pc_setting *ret);

/* May it be set to this? PC_OK; PC_E_NOTFOUND; PC_E_LIMIT too long; PC_E_BADVALUE none of the
 * allowed values; PC_E_REFUSED it is read-only. Names as for pc_device_setting_set(), which asks
 * this first. */
int pc_device_setting_check(const struct pc_device *dev, const char *name, const char *value);

/* Sales area ("EURO") and country (ISO 3166): "" when the model does not tell the area. */
const char *pc_device_region(const struct pc_device *dev);
const char *pc_device_country(const struct pc_device *dev);

#endif
