/* Texts that SNMP, the web page or an operator may change. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "device/internal.h"

static const struct {
	const char *name;
	size_t offset; /* of a char[PC_NAME_MAX] in the state */
} fields[] = {
	{"sysName",     offsetof(struct pc_device_state, sys_name)    },
	{"sysContact",  offsetof(struct pc_device_state, sys_contact) },
	{"sysLocation", offsetof(struct pc_device_state, sys_location)},
	{"printerName", offsetof(struct pc_device_state, printer_name)},
	{"console",     offsetof(struct pc_device_state, console)     },
	{"readyText",   offsetof(struct pc_device_state, ready_text)  },
};

static size_t
field_offset(const char *name)
{
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		if (strcmp(fields[i].name, name) == 0)
			return fields[i].offset;
	}
	return SIZE_MAX;
}

/* Position of "group.name" in the profile, n_settings when there is none. */
static size_t
find_profile_setting(const struct pc_profile *p, const char *name)
{
	size_t i = 0;
	for (; i < p->n_settings; i++) {
		size_t n = strlen(p->settings[i].group);
		if (strncmp(p->settings[i].group, name, n) == 0 && name[n] == '.' &&
			strcmp(p->settings[i].name, name + n + 1) == 0)
			break;
	}
	return i;
}

const char *
pc_device_setting(const struct pc_device *dev, const char *name)
{
	size_t offset = field_offset(name);
	if (offset != SIZE_MAX)
		return (const char *)&dev->s + offset;
	size_t i = find_profile_setting(dev->profile, name);
	if (i == dev->profile->n_settings)
		return NULL;
	return dev->settings != NULL && dev->settings[i] != NULL ? dev->settings[i]
								 : dev->profile->settings[i].value;
}

static int
keep_setting(struct pc_device *dev, size_t at, const char *value)
{
	if (dev->settings == NULL)
		dev->settings = calloc(dev->profile->n_settings, sizeof(*dev->settings));
	char *copy = dev->settings == NULL ? NULL : strdup(value);
	if (copy == NULL)
		return -ENOMEM;
	free(dev->settings[at]);
	dev->settings[at] = copy;
	return PC_OK;
}

int
pc_device_setting_set(struct pc_device *dev, const char *name, const char *value)
{
	const struct pc_device_event event = {.kind = PC_EVENT_SETTING};
	const char *now = pc_device_setting(dev, name);
	size_t offset = field_offset(name);
	int err = PC_OK;
	if (now == NULL)
		return PC_E_NOTFOUND;
	if (strlen(value) >= (offset != SIZE_MAX ? PC_NAME_MAX : PC_SETTING_TEXT_MAX))
		return PC_E_LIMIT;
	if (strcmp(now, value) == 0)
		return PC_OK;
	if (offset != SIZE_MAX)
		pc_text_copy((char *)&dev->s + offset, PC_NAME_MAX, value);
	else
		err = keep_setting(dev, find_profile_setting(dev->profile, name), value);
	if (err != PC_OK)
		return err;
	dev->s.counters.config_changes++;
	pc_device_tell(dev, &event);
	return PC_OK;
}
