/* What settings may be set to, by their names: the same in all groups and models; a profile may say
 * otherwise. Harness-defined; ranges as panels of office printers offer them. */
#include <stdlib.h>
#include <string.h>

#include "device/internal.h"

#define SWITCH(name) \
	{ \
		name, PC_SETTING_SWITCH, "on off", 0, 0, "", false \
	}
#define CHOICE(name, words) \
	{ \
		name, PC_SETTING_CHOICE, words, 0, 0, "", false \
	}
#define NUMBER(name, min, max, unit) \
	{ \
		name, PC_SETTING_NUMBER, "", min, max, unit, false \
	}
#define ADDRESS(name) \
	{ \
		name, PC_SETTING_ADDRESS, "", 0, 0, "", false \
	}
#define LANGUAGES "en de fr es it nl pt da sv fi no pl cs hu ru tr ja zh ko"

/* Sorted by name. */
static const struct pc_setting_kind_row rows[] = {
	SWITCH("airPrint"),
	SWITCH("autoCleaning"),
	SWITCH("autoCut"),
	SWITCH("autoSwitchCassette"),
	SWITCH("bannerPage"),
	SWITCH("bonjour"),
	SWITCH("borderless"),
	CHOICE("colorMode", "auto color mono"),
	NUMBER("copies", 1, 999, ""),
	CHOICE("dateFormat", "ymd mdy dmy"),
	NUMBER("daylightSavingMinutes", 0, 120, "min"),
	SWITCH("dhcp"),
	ADDRESS("dnsServer"),
	SWITCH("duplex"),
	SWITCH("duplexReceive"),
	SWITCH("energySaver"),
	SWITCH("faxLogAutoPrint"),
	SWITCH("firmwareLocked"),
	SWITCH("folding"),
	CHOICE("format", "pdf jpeg tiff png xps"),
	ADDRESS("gateway"),
	SWITCH("holePunch"),
	SWITCH("ipv6"),
	CHOICE("language", LANGUAGES),
	NUMBER("lcdBrightness", 1, 10, ""),
	CHOICE("lengthUnit", "mm inch"),
	SWITCH("llmnr"),
	SWITCH("lpd"),
	SWITCH("manualFeedPrompt"),
	NUMBER("marginMm", 0, 50, "mm"),
	CHOICE("mediaCheck", "off on onMismatch"),
	NUMBER("nozzleCheckIntervalHours", 0, 720, "h"),
	SWITCH("nozzleCheckOnStart"),
	CHOICE("panelLanguage", LANGUAGES),
	SWITCH("panelLock"),
	NUMBER("panelTimeoutSeconds", 10, 600, "s"),
	SWITCH("paperSizeNotice"),
	NUMBER("powerOffTimerMinutes", 0, 10080, "min"),
	SWITCH("punching"),
	CHOICE("quality", "draft economy normal standard fine high best"),
	SWITCH("quietMode"),
	SWITCH("raw"),
	CHOICE("receiveMode", "auto manual"),
	SWITCH("receiveToMemory"),
	NUMBER("redialCount", 0, 14, ""),
	CHOICE("resolution", "standard fine superFine photo"),
	NUMBER("resolutionDpi", 75, 1200, "dpi"),
	NUMBER("rollMarginMm", 0, 150, "mm"),
	NUMBER("sleepTimerMinutes", 0, 1440, "min"),
	SWITCH("slp"),
	SWITCH("snmpV1"),
	SWITCH("snmpV2c"),
	SWITCH("snmpV3"),
	NUMBER("soundVolume", 0, 10, ""),
	CHOICE("stapling", "off on corner dual"),
	SWITCH("storedJobs"),
	ADDRESS("subnetMask"),
	CHOICE("timeFormat", "24h 12h"),
	NUMBER("timeZoneMinutes", -720, 840, "min"),
	SWITCH("tls"),
	SWITCH("tonerSave"),
	CHOICE("transmissionReport", "off on onError"),
	SWITCH("wakeOnLan"),
	SWITCH("webConfig"),
	SWITCH("wifiDirect"),
	SWITCH("wsd"),
};

static int
by_name(const void *key, const void *row)
{
	return strcmp(key, ((const struct pc_setting_kind_row *)row)->name);
}

const struct pc_setting_kind_row *
pc_setting_kind_row(const char *name)
{
	return bsearch(name, rows, sizeof(rows) / sizeof(rows[0]), sizeof(rows[0]), by_name);
}
