/* Views of the state: what host resources and the panel say. The three of host resources come from
 * the conditions that hold, not from the alert rows, which follow one by one: so they keep to the
 * combinations of RFC 3805 s2.2.13.2 at all times. */
#include "device/internal.h"

enum pc_hr_status
pc_device_hr_status(const struct pc_device *dev)
{
	if (dev->s.power == PC_POWER_OFF)
		return PC_HR_UNKNOWN;
	uint8_t worst =
		dev->s.power == PC_POWER_BOOTING ? SEVERITY_CRITICAL : pc_condition_worst(dev);
	if (worst == SEVERITY_CRITICAL)
		return PC_HR_DOWN;
	return worst == 0 ? PC_HR_RUNNING : PC_HR_WARNING;
}

enum pc_hr_printer_status
pc_device_hr_printer_status(const struct pc_device *dev)
{
	if (dev->s.power == PC_POWER_OFF)
		return PC_HRP_UNKNOWN;
	if (dev->s.power == PC_POWER_BOOTING)
		return PC_HRP_WARMUP;
	uint8_t worst = pc_condition_worst(dev);
	/* Standby is running with other; a warning goes with idle or printing only. */
	if (worst == SEVERITY_CRITICAL || (worst == 0 && dev->s.power == PC_POWER_SLEEP))
		return PC_HRP_OTHER;
	return dev->s.activity == PC_IDLE ? PC_HRP_IDLE : PC_HRP_PRINTING;
}

static const char *
alert_text(const struct pc_device *dev, uint8_t severity)
{
	for (size_t i = dev->n_alerts; i > 0; i--) {
		if (dev->alerts[i - 1].severity == severity)
			return dev->alerts[i - 1].text;
	}
	return NULL;
}

/* Off-line because somebody put a message on the panel: it says more than that. */
static bool
shows_message(const struct pc_device *dev)
{
	if (!dev->s.offline || dev->s.console[0] == '\0')
		return false;
	for (size_t i = 0; i < dev->n_alerts; i++) {
		if (dev->alerts[i].severity == SEVERITY_CRITICAL &&
			dev->alerts[i].condition != PC_COND_OFFLINE)
			return false;
	}
	return true;
}

static const char *const activity_texts[] = {
	[PC_IDLE] = NULL,
	[PC_PRINTING] = "Printing",
	[PC_CLEANING] = "Cleaning the print head",
	[PC_NOZZLE_CHECK] = "Printing a nozzle check",
	[PC_UPDATING] = "Updating the firmware",
};

/* The panel's text, in English; a text of the operator's stands in for all but stops. */
static const char *
panel_text(const struct pc_device *dev)
{
	if (dev->s.power == PC_POWER_BOOTING)
		return "Starting";
	const char *text = alert_text(dev, SEVERITY_CRITICAL);
	if ((text == NULL && dev->s.console[0] != '\0') || shows_message(dev))
		return dev->s.console;
	if (text == NULL)
		text = activity_texts[dev->s.activity];
	if (text == NULL && dev->s.power == PC_POWER_SLEEP)
		text = "Sleep";
	if (text == NULL)
		text = alert_text(dev, SEVERITY_WARNING);
	if (text == NULL)
		text = dev->s.ready_text[0] != '\0' ? dev->s.ready_text : "Ready";
	return text;
}

const char *
pc_device_console(const struct pc_device *dev)
{
	const char *text = panel_text(dev);
	if (dev->s.power == PC_POWER_OFF)
		return "";
	if (text == dev->s.console || text == dev->s.ready_text)
		return text;
	return pc_device_localized(dev, PC_OPTION_CONSOLE_LOCALIZATION, text);
}
