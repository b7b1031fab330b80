/* What a manager may set on a printer besides texts: one row for each option. Kept only where it
 * differs from the factory's value, so that ten thousand untouched printers pay a pointer each. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "device/internal.h"

enum { MANUAL_FEED = 5, ROLL = 6, PATH_SIMPLEX = 1, PATH_DUPLEX = 2 };

struct option_row {
	enum pc_option option;
	bool counts; /* a change of configuration. Spec: RFC 3805 prtGeneralConfigChanges */
	int32_t min, max;
	size_t text_max; /* 0: a number */
	size_t (*parts)(const struct pc_profile *profile);
	int32_t (*number)(const struct pc_profile *profile, uint32_t part);
	const char *(*text)(const struct pc_profile *profile, uint32_t part);
	/* PC_OK, or why this device cannot have that value now; NULL: anything in range. */
	int (*check)(const struct pc_device *dev, uint32_t part, int32_t value);
};

static size_t
one(const struct pc_profile *p)
{
	(void)p;
	return 1;
}

static size_t
trays(const struct pc_profile *p)
{
	return p->n_trays;
}

static size_t
outputs(const struct pc_profile *p)
{
	return p->n_outputs;
}

static size_t
finishers(const struct pc_profile *p)
{
	return p->n_finishers;
}

static size_t
channels(const struct pc_profile *p)
{
	(void)p;
	return PC_CHANNELS;
}

static int32_t
is_zero(const struct pc_profile *p, uint32_t part)
{
	(void)p;
	(void)part;
	return 0;
}

static int32_t
is_one(const struct pc_profile *p, uint32_t part)
{
	(void)p;
	(void)part;
	return 1;
}

static int32_t
is_unknown(const struct pc_profile *p, uint32_t part)
{
	(void)p;
	(void)part;
	return -2;
}

/* The first tray that feeds by itself. */
static int32_t
first_tray(const struct pc_profile *p, uint32_t part)
{
	(void)part;
	for (size_t i = 0; i < p->n_trays; i++) {
		if (p->trays[i].type != MANUAL_FEED)
			return (int32_t)i + 1;
	}
	return 1;
}

static int32_t
tray_capacity(const struct pc_profile *p, uint32_t part)
{
	return p->trays[part].capacity;
}

static int32_t
tray_media(const struct pc_profile *p, uint32_t part)
{
	for (size_t i = 0; p->trays[part].media != NULL && i < p->n_media; i++) {
		if (strcmp(p->media[i], p->trays[part].media) == 0)
			return (int32_t)i;
	}
	return -1;
}

static const char *
tray_name(const struct pc_profile *p, uint32_t part)
{
	return p->trays[part].name;
}

static const char *
tray_color(const struct pc_profile *p, uint32_t part)
{
	(void)p;
	(void)part;
	return "white";
}

static const char *
output_name(const struct pc_profile *p, uint32_t part)
{
	return p->outputs[part].name;
}

static const char *
no_text(const struct pc_profile *p, uint32_t part)
{
	(void)p;
	(void)part;
	return "";
}

static int
check_localization(const struct pc_device *dev, uint32_t part, int32_t value)
{
	(void)part;
	return (size_t)value <= pc_device_localizations(dev->profile) ? PC_OK : PC_E_REFUSED;
}

/* Nobody stands at the printer to feed sheet by sheet. */
static int
check_default_tray(const struct pc_device *dev, uint32_t part, int32_t value)
{
	const struct pc_profile *p = dev->profile;
	(void)part;
	if ((size_t)value > p->n_trays || p->trays[value - 1].type == MANUAL_FEED)
		return PC_E_REFUSED;
	return PC_OK;
}

static int
check_default_output(const struct pc_device *dev, uint32_t part, int32_t value)
{
	(void)part;
	return (size_t)value <= dev->profile->n_outputs ? PC_OK : PC_E_REFUSED;
}

static int
check_default_path(const struct pc_device *dev, uint32_t part, int32_t value)
{
	(void)part;
	return value == PATH_SIMPLEX || (value == PATH_DUPLEX && dev->profile->duplex)
		       ? PC_OK
		       : PC_E_REFUSED;
}

static int
check_sheets(const struct pc_device *dev, uint32_t part, int32_t value)
{
	(void)part;
	(void)value;
	return dev->profile->auxiliary_sheets ? PC_OK : PC_E_UNSUPPORTED;
}

/* The size of a roll and of a tray that nobody knows is not a matter of setting. */
static int
check_capacity(const struct pc_device *dev, uint32_t part, int32_t value)
{
	if (dev->profile->trays[part].type == ROLL || dev->profile->trays[part].capacity < 0)
		return PC_E_UNSUPPORTED;
	return value >= dev->s.trays[part].level ? PC_OK : PC_E_REFUSED;
}

static int
check_media(const struct pc_device *dev, uint32_t part, int32_t value)
{
	(void)part;
	return (size_t)value < dev->profile->n_media ? PC_OK : PC_E_REFUSED;
}

/* 0 none, -2 any; another tray that feeds by itself. Spec: RFC 3805 prtInputNextIndex */
static int
check_next_tray(const struct pc_device *dev, uint32_t part, int32_t value)
{
	if (dev->profile->trays[part].type == MANUAL_FEED)
		return PC_E_UNSUPPORTED;
	if (value == 0 || value == -2)
		return PC_OK;
	if (value < 0 || (uint32_t)value == part + 1)
		return PC_E_REFUSED;
	return check_default_tray(dev, part, value);
}

static int
check_feeds(const struct pc_device *dev, uint32_t part, int32_t value)
{
	(void)value;
	return dev->profile->trays[part].type == MANUAL_FEED ? PC_E_UNSUPPORTED : PC_OK;
}

#define NUMBER(option, counts, min, max, parts, number, check) \
	[option] = {option, counts, min, max, 0, parts, number, NULL, check}
#define TEXT(option, size, parts, text) \
	[option] = {option, true, 0, 0, size, parts, NULL, text, NULL}

static const struct option_row rows[PC_OPTIONS] = {
	NUMBER(PC_OPTION_LOCALIZATION, true, 1, 65535, one, is_one, check_localization),
	NUMBER(PC_OPTION_CONSOLE_LOCALIZATION, true, 1, 65535, one, is_one, check_localization),
	NUMBER(PC_OPTION_DEFAULT_INPUT, true, 1, 65535, one, first_tray, check_default_tray),
	NUMBER(PC_OPTION_DEFAULT_OUTPUT, true, 1, 65535, one, is_one, check_default_output),
	NUMBER(PC_OPTION_DEFAULT_PATH, true, 1, 65535, one, is_one, check_default_path),
	NUMBER(PC_OPTION_CONSOLE_DISABLED, true, 0, 1, one, is_zero, NULL),
	NUMBER(PC_OPTION_STARTUP_PAGE, true, 0, 1, one, is_zero, check_sheets),
	NUMBER(PC_OPTION_BANNER_PAGE, true, 0, 1, one, is_zero, check_sheets),
	NUMBER(PC_OPTION_CHANNEL_CLOSED, false, 0, 1, channels, is_zero, NULL),
	NUMBER(PC_OPTION_TRAY_CAPACITY, true, 1, INT32_MAX, trays, tray_capacity, check_capacity),
	NUMBER(PC_OPTION_TRAY_MEDIA, true, 0, PC_MEDIA_MAX - 1, trays, tray_media, check_media),
	NUMBER(PC_OPTION_TRAY_WEIGHT, true, -2, INT32_MAX, trays, is_unknown, NULL),
	NUMBER(PC_OPTION_TRAY_TIMEOUT, true, 0, 3600, trays, is_zero, check_feeds),
	NUMBER(PC_OPTION_TRAY_NEXT, true, -3, INT32_MAX, trays, is_unknown, check_next_tray),
	TEXT(PC_OPTION_TRAY_NAME, 63, trays, tray_name),
	TEXT(PC_OPTION_TRAY_COLOR, 63, trays, tray_color),
	TEXT(PC_OPTION_OUTPUT_NAME, 63, outputs, output_name),
	NUMBER(PC_OPTION_FINISHER_OFF, true, 0, 1, finishers, is_zero, NULL),
	TEXT(PC_OPTION_OPERATOR, 127, one, no_text),
	TEXT(PC_OPTION_SERVICE_PERSON, 127, one, no_text),
};

static const struct pc_option_value *
find_value(const struct pc_device *dev, enum pc_option option, uint32_t part)
{
	for (size_t i = 0; i < dev->n_options; i++) {
		if (dev->options[i].option == option && dev->options[i].part == part)
			return &dev->options[i];
	}
	return NULL;
}

int32_t
pc_device_option(const struct pc_device *dev, enum pc_option option, uint32_t part)
{
	const struct pc_option_value *v = find_value(dev, option, part);
	if (v != NULL)
		return v->number;
	return part < rows[option].parts(dev->profile) ? rows[option].number(dev->profile, part)
						       : 0;
}

const char *
pc_device_option_text(const struct pc_device *dev, enum pc_option option, uint32_t part)
{
	const struct pc_option_value *v = find_value(dev, option, part);
	const char *text = v == NULL ? NULL : v->text;
	if (v == NULL && part < rows[option].parts(dev->profile))
		text = rows[option].text(dev->profile, part);
	return text == NULL ? "" : text;
}

/* The place to keep a value; NULL without memory. Each option and part has one, so that a peer
 * cannot make the list grow beyond the table. */
static struct pc_option_value *
place_for(struct pc_device *dev, enum pc_option option, uint32_t part)
{
	for (size_t i = 0; i < dev->n_options; i++) {
		if (dev->options[i].option == option && dev->options[i].part == part)
			return &dev->options[i];
	}
	struct pc_option_value *grown =
		reallocarray(dev->options, dev->n_options + 1, sizeof(*grown));
	if (grown == NULL)
		return NULL;
	dev->options = grown;
	grown += dev->n_options++;
	*grown = (struct pc_option_value){.option = (uint8_t)option, .part = (uint8_t)part};
	return grown;
}

const char *const pc_device_option_names[PC_OPTIONS + 1] = {"localization", "consoleLocalization",
	"defaultInput", "defaultOutput", "defaultPath", "consoleDisabled", "startupPage",
	"bannerPage", "channelClosed", "trayCapacity", "trayMedia", "trayWeight", "trayTimeout",
	"trayNext", "trayName", "trayColor", "outputName", "finisherOff", "operator",
	"servicePerson", NULL};

static void
changed(struct pc_device *dev, enum pc_option option, uint32_t part,
	const struct pc_option_value *v)
{
	char number[16];
	(void)snprintf(number, sizeof(number), "%d", (int)v->number);
	pc_device_audit(dev, pc_device_option_names[option], v->text != NULL ? v->text : number);
	dev->s.counters.config_changes += rows[option].counts ? 1 : 0;
	pc_alert_sync_all(dev); /* which tray or bin stops the printer may be another one now */
	pc_device_tell_part(dev, PC_EVENT_SETTING, part);
	pc_print_pump(dev);
}

int
pc_device_option_check(
	const struct pc_device *dev, enum pc_option option, uint32_t part, int32_t value)
{
	const struct option_row *row = &rows[option];
	if (part >= row->parts(dev->profile) || value < row->min || value > row->max)
		return PC_E_BADVALUE;
	return row->check == NULL ? PC_OK : row->check(dev, part, value);
}

int
pc_device_option_set(struct pc_device *dev, enum pc_option option, uint32_t part, int32_t value)
{
	int err = pc_device_option_check(dev, option, part, value);
	if (err != PC_OK || pc_device_option(dev, option, part) == value)
		return err;
	struct pc_option_value *v = place_for(dev, option, part);
	if (v == NULL)
		return -ENOMEM;
	v->number = value;
	changed(dev, option, part, v);
	return PC_OK;
}

int
pc_device_option_text_set(
	struct pc_device *dev, enum pc_option option, uint32_t part, const char *text)
{
	const struct option_row *row = &rows[option];
	if (part >= row->parts(dev->profile))
		return PC_E_BADVALUE;
	if (strlen(text) > row->text_max)
		return PC_E_LIMIT;
	if (strcmp(pc_device_option_text(dev, option, part), text) == 0)
		return PC_OK;
	char *copy = strdup(text);
	struct pc_option_value *v = copy == NULL ? NULL : place_for(dev, option, part);
	if (v == NULL) {
		free(copy);
		return -ENOMEM;
	}
	free(v->text);
	v->text = copy;
	changed(dev, option, part, v);
	return PC_OK;
}

void
pc_options_forget(struct pc_device *dev)
{
	for (size_t i = 0; i < dev->n_options; i++)
		free(dev->options[i].text);
	free(dev->options);
	dev->options = NULL;
	dev->n_options = 0;
}

bool
pc_device_channel_open(const struct pc_device *dev, enum pc_channel channel)
{
	return pc_device_option(dev, PC_OPTION_CHANNEL_CLOSED, channel) == 0;
}
