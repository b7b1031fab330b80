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
	enum pc_text text; /* PC_TEXTS: the state holds the text, else a pointer to it */
} fields[] = {
#define TEXT(name, member, which) \
	{ \
		name, offsetof(struct pc_device_state, member), PC_SYS_TEXT_MAX, true, which \
	}
#define FIELD(name, member) \
	{ \
		name, offsetof(struct pc_device_state, member), \
			sizeof(((struct pc_device_state *)0)->member), false, PC_TEXTS \
	}
	TEXT("sysName", sys_name, PC_TEXT_SYS_NAME),
	TEXT("sysContact", sys_contact, PC_TEXT_SYS_CONTACT),
	TEXT("sysLocation", sys_location, PC_TEXT_SYS_LOCATION),
	TEXT("printerName", printer_name, PC_TEXT_PRINTER_NAME),
	FIELD("console", console),
	FIELD("readyText", ready_text),
#undef TEXT
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

static const char *
field_text(const struct pc_device *dev, const struct field *field)
{
	const char *at = (const char *)&dev->s + field->offset, *text;
	if (field->text == PC_TEXTS)
		return at;
	memcpy(&text, at, sizeof(text));
	return text;
}

int
pc_text_keep(struct pc_device *dev, enum pc_text which, const char **field, const char *text)
{
	char *copy = strdup(text);
	if (copy == NULL)
		return -ENOMEM;
	free(dev->texts[which]);
	dev->texts[which] = copy;
	*field = copy;
	return PC_OK;
}

static int
set_field(struct pc_device *dev, const struct field *field, const char *text)
{
	char *at = (char *)&dev->s + field->offset;
	const char *kept;
	if (field->text == PC_TEXTS) {
		pc_text_copy(at, field->size, text);
		return PC_OK;
	}
	int err = pc_text_keep(dev, field->text, &kept, text);
	if (err == PC_OK)
		memcpy(at, &kept, sizeof(kept));
	return err;
}

/* Position of "group.name" in the profile, n_settings when there is none. */
static size_t
find_profile_setting(const struct pc_profile *p, const char *name)
{
	const char *dot = strchr(name, '.');
	size_t i = 0, n = dot == NULL ? 0 : (size_t)(dot - name);
	if (dot == NULL)
		return p->n_settings;
	for (; i < p->n_settings; i++) {
		const struct pc_profile_setting *s = &p->settings[i];
		if (s->group[0] == name[0] && strncmp(s->group, name, n) == 0 &&
			s->group[n] == '\0' && strcmp(s->name, dot + 1) == 0)
			break;
	}
	return i;
}

const char *
pc_device_setting(const struct pc_device *dev, const char *name)
{
	const struct field *field = find_field(name);
	if (field != NULL)
		return field_text(dev, field);
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
		err = set_field(dev, field, value);
	else
		err = keep_setting(dev, listed, value);
	if (err != PC_OK)
		return err;
	dev->s.counters.config_changes += field == NULL || field->counts ? 1 : 0;
	pc_device_tell(dev, &event);
	return PC_OK;
}
