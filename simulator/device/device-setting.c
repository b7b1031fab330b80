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
	FIELD("hostName", host_name),
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

/* The profile's word goes before what the name says. */
static void
describe(const struct pc_profile_setting *s, struct pc_setting *ret)
{
	const struct pc_setting_kind_row *row = pc_setting_kind_row(s->name);
	if (row != NULL) {
		ret->kind = row->kind;
		ret->choices = row->choices;
		ret->min = row->min;
		ret->max = row->max;
		ret->unit = row->unit;
		ret->read_only = row->read_only;
	}
	if (s->choices != NULL) {
		bool on_off =
			strcmp(s->choices, "on off") == 0 || strcmp(s->choices, "off on") == 0;
		ret->kind = on_off ? PC_SETTING_SWITCH : PC_SETTING_CHOICE;
		ret->choices = s->choices;
	} else if (s->min != 0 || s->max != 0) {
		ret->kind = PC_SETTING_NUMBER;
		ret->choices = "";
		ret->min = s->min;
		ret->max = s->max;
	}
	ret->read_only |= s->read_only;
}

bool
pc_device_setting_at(const struct pc_device *dev, size_t at, struct pc_setting *ret)
{
	if (at >= dev->profile->n_settings)
		return false;
	const struct pc_profile_setting *s = &dev->profile->settings[at];
	*ret = (struct pc_setting){.group = s->group,
		.name = s->name,
		.factory = s->value,
		.kind = PC_SETTING_TEXT,
		.choices = "",
		.unit = ""};
	ret->value =
		dev->settings != NULL && dev->settings[at] != NULL ? dev->settings[at] : s->value;
	describe(s, ret);
	return true;
}

/* Is it one of the words? */
static bool
is_word(const char *choices, const char *value)
{
	size_t len = strlen(value);
	for (const char *p = choices; *p != '\0';) {
		size_t n = strcspn(p, " ");
		if (n == len && n > 0 && memcmp(p, value, n) == 0)
			return true;
		p += n + (p[n] == ' ' ? 1 : 0);
	}
	return false;
}

static bool
is_allowed(const struct pc_setting *s, const char *value)
{
	struct in_addr address;
	int64_t number = 0;
	switch (s->kind) {
	case PC_SETTING_SWITCH:
		return is_word("on off", value);
	case PC_SETTING_CHOICE:
		return is_word(s->choices, value);
	case PC_SETTING_NUMBER:
		return pc_text_i64(value, s->min, s->max, &number) == PC_OK;
	case PC_SETTING_ADDRESS:
		return value[0] == '\0' || pc_text_ipv4(value, &address) == PC_OK;
	case PC_SETTING_TEXT:
		break;
	}
	return true;
}

int
pc_device_setting_check(const struct pc_device *dev, const char *name, const char *value)
{
	const struct field *field = find_field(name);
	struct pc_setting s;
	bool listed = pc_device_setting_at(dev, find_profile_setting(dev->profile, name), &s);
	if (field == NULL && !listed && find_text(name) == PC_OPTIONS)
		return PC_E_NOTFOUND;
	if (strlen(value) >= (field != NULL ? field->size : PC_SETTING_TEXT_MAX))
		return PC_E_LIMIT;
	if (!listed || strcmp(s.value, value) == 0)
		return PC_OK;
	if (s.read_only)
		return PC_E_REFUSED;
	return is_allowed(&s, value) ? PC_OK : PC_E_BADVALUE;
}

int
pc_device_setting_set(struct pc_device *dev, const char *name, const char *value)
{
	const struct pc_device_event event = {.kind = PC_EVENT_SETTING};
	const struct field *field = find_field(name);
	size_t listed = find_profile_setting(dev->profile, name);
	int err = pc_device_setting_check(dev, name, value);
	if (err != PC_OK || strcmp(pc_device_setting(dev, name), value) == 0)
		return err;
	if (field != NULL)
		err = set_field(dev, field, value);
	else if (listed < dev->profile->n_settings)
		err = keep_setting(dev, listed, value);
	else
		return pc_device_option_text_set(dev, find_text(name), 0, value);
	if (err != PC_OK)
		return err;
	dev->s.counters.config_changes += field == NULL || field->counts ? 1 : 0;
	/* what the panel shows is no configuration */
	if (field == NULL || field->counts)
		pc_device_audit(dev, name, value);
	pc_device_tell(dev, &event);
	return PC_OK;
}

const char *
pc_device_region(const struct pc_device *dev)
{
	return dev->profile->region == NULL ? "" : dev->profile->region;
}

const char *
pc_device_country(const struct pc_device *dev)
{
	const char *set = pc_device_setting(dev, "panel.country");
	if (set != NULL)
		return set;
	if (dev->profile->country != NULL)
		return dev->profile->country;
	return pc_device_localization(dev->profile, 0).country;
}
