/* Texts that SNMP, the web page or an operator may change. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "device/internal.h"

/* A text of the state. What the panel shows is status, the others are configuration: they count.
 * Spec: RFC 3805 prtGeneralConfigChanges */
static const struct field {
	const char *name;
	size_t offset, size;
	bool counts;
} fields[] = {
#define FIELD(name, member, counts) \
	{ \
		name, offsetof(struct pc_device_state, member), \
			sizeof(((struct pc_device_state *)0)->member), counts \
	}
	FIELD("sysName", sys_name, true),
	FIELD("sysContact", sys_contact, true),
	FIELD("sysLocation", sys_location, true),
	FIELD("printerName", printer_name, true),
	FIELD("console", console, false),
	FIELD("readyText", ready_text, false),
#undef FIELD
};

/* Settings that a printer has although its profile does not list them. */
static const struct {
	const char *name;
	enum pc_option option;
} texts[] = {
	{"other.currentOperator", PC_OPTION_OPERATOR},
	{"other.servicePerson", PC_OPTION_SERVICE_PERSON},
};

/* PC_OPTIONS for other names. */
static enum pc_option
find_text(const char *name)
{
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (strcmp(texts[i].name, name) == 0)
			return texts[i].option;
	}
	return PC_OPTIONS;
}

static const struct field *
find_field(const char *name)
{
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		if (strcmp(fields[i].name, name) == 0)
			return &fields[i];
	}
	return NULL;
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
	const struct field *field = find_field(name);
	if (field != NULL)
		return (const char *)&dev->s + field->offset;
	size_t i = find_profile_setting(dev->profile, name);
	enum pc_option text = find_text(name);
	if (i == dev->profile->n_settings)
		return text == PC_OPTIONS ? NULL : pc_device_option_text(dev, text, 0);
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
	const struct field *field = find_field(name);
	size_t listed = find_profile_setting(dev->profile, name);
	int err = PC_OK;
	if (now == NULL)
		return PC_E_NOTFOUND;
	if (field == NULL && listed == dev->profile->n_settings)
		return pc_device_option_text_set(dev, find_text(name), 0, value);
	if (strlen(value) >= (field != NULL ? field->size : PC_SETTING_TEXT_MAX))
		return PC_E_LIMIT;
	if (strcmp(now, value) == 0)
		return PC_OK;
	if (field != NULL)
		pc_text_copy((char *)&dev->s + field->offset, field->size, value);
	else
		err = keep_setting(dev, listed, value);
	if (err != PC_OK)
		return err;
	dev->s.counters.config_changes += field == NULL || field->counts ? 1 : 0;
	pc_device_tell(dev, &event);
	return PC_OK;
}
