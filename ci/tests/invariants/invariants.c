#include "checks.h"

#define E(name, ports, a, b) \
	{ \
		name, ports, check_equal, a, b, a, 1, NULL, NULL \
	}
#define E_ALSO(name, ports, a, b, also) \
	{ \
		name, ports, check_equal, a, b, a, 1, also, NULL \
	}
#define NAME(name, ports, a, b) \
	{ \
		name, ports, check_equal_name, a, b, a, 1, NULL, NULL \
	}
#define HAS(name, ports, a, b) \
	{ \
		name, ports, check_contains, a, b, a, 1, NULL, NULL \
	}
#define MODEL(name, ports, a, b) \
	{ \
		name, ports, check_device_id_model, a, b, a, 1, NULL, "IEEE 1284" \
	}
#define SUM(name, ports, a, b) \
	{ \
		name, ports, check_sums, a, b, a ".1", 1, NULL, NULL \
	}
#define UP(name, ports, a, also) \
	{ \
		name, ports, check_never_less, a, NULL, a, -1000000000, also, NULL \
	}
#define GROWS(name, ports, a) \
	{ \
		name, ports, check_grows, a, NULL, a, -4000000000, NULL, NULL \
	}
#define BIT(name, check, bit) \
	{ \
		name, "snmp", check, NULL, NULL, "snmp.errors", bit, \
			"error-bits legal-combination st2-error-told pjl-online", \
			"RFC 2790 hrPrinterDetectedErrorState" \
	}
#define BITS \
	"bit-jammed bit-door-open bit-offline bit-no-toner bit-low-toner bit-low-paper " \
	"bit-tray-empty bit-tray-missing bit-output-full"
#define SILENT(port) \
	{ \
		"silent-" port, port " control", check_silent, "silent." port, NULL, \
			"silent." port, -1, NULL, NULL \
	}
#define ANSWERS(port) \
	{ \
		"answers-" port, port " control", check_answers, "silent." port, NULL, \
			"silent." port, 1, NULL, NULL \
	}

static const struct invariant table[] = {
	/* who it is */
	E("serial-printer-mib", "snmp control", "snmp.serial", "ctl.serial"),
	E("serial-epson", "snmp control", "eps.serial", "ctl.serial"),
	E("serial-epson-versions", "snmp control", "eps.versionSerial", "ctl.serial"),
	E("serial-xerox", "snmp control", "xrx.serial", "ctl.serial"),
	E("serial-xerox-general", "snmp control", "xrx.generalSerial", "ctl.serial"),
	E("serial-st2", "st2 control", "st2.serial", "ctl.serial"),
	{"serial-epson-device-id", "snmp control", check_device_id_serial, "eps.id1284",
		"ctl.serial", "eps.id1284", 2, NULL, "IEEE 1284"},
	{"serial-enpc-device-id", "enpc control", check_device_id_serial, "enpc.id1284",
		"ctl.serial", "enpc.id1284", 2, NULL, "IEEE 1284"},
	{"serial-port-monitor", "snmp control", check_device_id_serial, "pm.id1284", "ctl.serial",
		"pm.id1284", 2, NULL, "PWG 5107.1"},
	{"serial-xerox-device-id", "snmp control", check_device_id_serial, "xrx.id1284",
		"ctl.serial", "xrx.id1284", 2, NULL, "IEEE 1284"},
	E("mac-interface", "snmp control", "snmp.mac", "ctl.mac"),
	E("mac-enpc", "enpc control", "enpc.mac", "ctl.mac"),
	E("mac-enpc-network", "enpc control", "enpc.netMac", "ctl.mac"),
	E("mac-nbns", "nbns control", "nbns.mac", "ctl.mac"),
	HAS("model-host-resources", "snmp control", "snmp.hrDescr", "ctl.model"),
	HAS("model-pjl", "pjl control", "pjl.id", "ctl.model"),
	E("model-port-monitor", "snmp control", "pm.model", "ctl.model"),
	MODEL("model-port-monitor-id", "snmp control", "pm.id1284", "ctl.model"),
	E("model-epson", "snmp control", "eps.model", "ctl.model"),
	E("model-epson-board", "snmp control", "eps.boardModel", "ctl.model"),
	MODEL("model-epson-device-id", "snmp control", "eps.id1284", "ctl.model"),
	MODEL("model-enpc-device-id", "enpc control", "enpc.id1284", "ctl.model"),
	HAS("model-enpc", "enpc control", "enpc.model", "ctl.model"),
	E("model-xerox", "snmp control", "xrx.model", "ctl.model"),
	MODEL("model-xerox-device-id", "snmp control", "xrx.id1284", "ctl.model"),
	HAS("mac-enpc-name", "enpc control", "enpc.name", "ctl.mac3"),
	NAME("host-epson-board", "snmp control", "eps.board", "ctl.host"),
	NAME("host-epson-netbios", "snmp control", "eps.netbios", "ctl.host"),
	NAME("host-nbns", "nbns control", "nbns.name", "ctl.host"),
	NAME("host-llmnr", "llmnr control", "llmnr.name", "ctl.host"),
	E("system-name", "snmp control", "snmp.name", "ctl.sysName"),
	E("contact", "snmp control", "snmp.contact", "ctl.contact"),
	E("location", "snmp control", "snmp.location", "ctl.location"),
	{"firmware-epson", "snmp", check_firmware_rows, "eps.firmware", "eps.boardFirmware",
		"eps.firmware", 1, NULL, NULL},
	{"firmware-xerox", "snmp", check_contains, "snmp.descr", "xrx.version", "snmp.descr", 1,
		"description-xerox", NULL},
	E("description-xerox", "snmp", "xrx.descr", "snmp.descr"),
	E("serial-web", "web control", "web.serial", "ctl.serial"),
	E("model-web", "web control", "web.model", "ctl.model"),
	E("location-web", "web control", "web.location", "ctl.location"),
	E("contact-web", "web control", "web.contact", "ctl.contact"),
	E("firmware-web-epson", "web snmp", "web.firmware", "eps.boardFirmware.1"),
	E_ALSO("firmware-web-xerox", "web snmp", "web.firmware", "xrx.version",
		"firmware-web-epson"),
	E("serial-es-document", "es control", "es.serial", "ctl.serial"),
	E("model-es-document", "es control", "es.model", "ctl.model"),
	E("mac-es-document", "es control", "es.mac", "ctl.mac"),
	E("firmware-es-document", "es snmp", "es.firmware", "eps.boardFirmware.1"),
	E("name-es-document", "es control", "es.name", "ctl.sysName"),
	/* where it is */
	E("address-epson-board", "snmp control", "eps.boardIp", "look.address"),
	E("address-es-document", "es control", "es.address", "look.address"),
	E("address-enpc", "enpc control", "enpc.address", "look.address"),
	E("address-xerox", "snmp control", "xrx.address", "look.address"),
	E("address-llmnr", "llmnr control", "llmnr.address", "look.address"),
	E("address-web", "web control", "web.address", "look.address"),
	HAS("address-slp", "slp control", "slp.url", "look.address"),
	HAS("address-port-monitor", "snmp control", "pm.uri", "look.address"),
	/* what it has printed */
	E("pages-pjl", "pjl snmp", "pjl.pages", "snmp.life"),
	E("pages-es-document", "es snmp", "es.pages", "snmp.life"),
	E("pages-web", "web snmp", "web.life", "snmp.life"),
	E("pages-control", "control snmp", "ctl.life", "snmp.life"),
	E_ALSO("pages-control-counters", "control snmp", "ctl.counterLife", "snmp.life",
		"pages-by-size"),
	E("pages-epson", "snmp", "eps.total", "snmp.life"),
	SUM("pages-epson-sizes", "snmp", "eps.size", "snmp.life"),
	SUM("pages-epson-color-sizes", "snmp", "eps.sizeColor", "eps.color"),
	E_ALSO("pages-epson-color", "snmp control", "eps.color", "ctl.color",
		"pages-epson-color-sizes"),
	E("pages-epson-mono", "snmp control", "eps.mono", "ctl.mono"),
	E("pages-st2", "st2 snmp", "st2.pages", "snmp.life"),
	E("pages-xerox-lifetime", "snmp", "xrx.lifetime", "snmp.life"),
	E("pages-xerox-accounting", "snmp", "xrx.accounting", "snmp.life"),
	E("pages-xerox-marker", "snmp", "xrx.marker", "snmp.life"),
	SUM("pages-by-size", "control", "ctl.size", "ctl.counterLife"),
	E("pages-since-start", "snmp control", "snmp.powerOn", "ctl.powerOn"),
	UP("pages-never-less", "snmp", "snmp.life",
		"pages-pjl pages-es-document pages-web pages-control pages-control-counters pages-epson pages-epson-sizes "
		"pages-st2 pages-xerox-lifetime pages-xerox-accounting pages-xerox-marker"),
	UP("jobs-never-less", "control", "ctl.jobsDone", NULL),
	UP("jams-never-less", "control", "ctl.jams", NULL),
	UP("cleanings-never-less", "control", "ctl.cleanings", NULL),
	{"critical-events-never-less", "snmp", check_never_less_running, "snmp.critical", NULL,
		"snmp.critical", -1000000000, NULL, "RFC 3805 prtAlertCriticalEvents"},
	{"alert-events-never-less", "snmp", check_never_less_running, "snmp.events", NULL,
		"snmp.events", -1000000000, NULL, "RFC 3805 prtAlertCriticalEvents"},
	UP("configuration-never-less", "snmp", "snmp.config", NULL),
	/* what it holds */
	{"supply-levels", "snmp control", check_supply_levels, "snmp.supply", "ctl.supply",
		"snmp.supply.1", -1, NULL, "RFC 3805 prtMarkerSuppliesLevel"},
	{"supply-capacities", "snmp control", check_supply_levels, "snmp.supplyMax",
		"ctl.supplyMax", "snmp.supplyMax.1", 1, NULL,
		"RFC 3805 prtMarkerSuppliesMaxCapacity"},
	{"supply-within-capacity", "control", check_level_within_capacity, "ctl.supply",
		"ctl.supplyMax", "ctl.supply.1", 1000000,
		"supply-levels supply-state supply-es-document", NULL},
	{"supply-state", "control", check_supply_state, NULL, NULL, "ctl.supplyState.1", 2, NULL,
		NULL},
	{"supply-st2", "st2 control", check_st2_inks, NULL, NULL, "st2.ink.0", -30, NULL, NULL},
	{"supply-es-document", "es control", check_supply_levels, "es.supply", "ctl.supply",
		"es.supply.1", -1, NULL, NULL},
	{"supply-web", "web control", check_web_supplies, NULL, NULL, "web.supply.1", -30, NULL,
		NULL},
	{"tray-levels", "snmp control", check_equal_each, "snmp.tray", "ctl.tray", "snmp.tray.1",
		-1, NULL, "RFC 3805 prtInputCurrentLevel"},
	{"tray-within-capacity", "snmp", check_level_within_capacity, "snmp.tray", "snmp.trayMax",
		"snmp.tray.1", 1000000, "tray-levels", NULL},
	/* how it is */
	E("status-device", "snmp control", "ctl.hrDevice", "snmp.hrDevice"),
	E("status-printer", "snmp control", "ctl.hrPrinter", "snmp.hrPrinter"),
	{"error-bits", "snmp control", check_error_bits, "ctl.errors", "snmp.errors", "ctl.errors",
		0x8000, NULL, "RFC 2790 hrPrinterDetectedErrorState"},
	{"legal-combination", "snmp", check_legal_combination, NULL, NULL, "snmp.hrPrinter", 40,
		"status-printer", "RFC 3805 s2.2.13.2"},
	{"down-is-critical", "snmp", check_down_is_critical, NULL, NULL, "snmp.alertsCritical", 1,
		"alerts-critical", "RFC 3805 s2.2.13.2"},
	{"warning-is-warned", "snmp", check_warning_is_warned, NULL, NULL, "snmp.alertSeverity.0",
		1, NULL, "RFC 3805 s2.2.13.2"},
	{"alerts", "snmp control", check_equal_each, "snmp.alert", "ctl.alert", "snmp.alert.0",
		9000, BITS " cover-status", "RFC 3805 prtAlertCode"},
	E("alerts-counted", "snmp control", "snmp.alerts", "ctl.alerts"),
	E("alerts-critical", "snmp control", "ctl.alertsCritical", "snmp.alertsCritical"),
	BIT("bit-jammed", check_jam_bit, ERR_JAMMED),
	BIT("bit-door-open", check_door_bit, ERR_DOOR_OPEN),
	BIT("bit-offline", check_offline_bit, ERR_OFFLINE),
	BIT("bit-no-toner", check_no_toner_bit, ERR_NO_TONER),
	BIT("bit-low-toner", check_low_toner_bit, ERR_LOW_TONER),
	BIT("bit-low-paper", check_low_paper_bit, ERR_LOW_PAPER),
	BIT("bit-tray-empty", check_tray_empty_bit, ERR_TRAY_EMPTY),
	BIT("bit-tray-missing", check_tray_missing_bit, ERR_TRAY_MISSING),
	BIT("bit-output-full", check_output_full_bit, ERR_OUTPUT_FULL),
	{"cover-status", "snmp", check_cover_status, NULL, NULL, "snmp.cover.1", -1, NULL,
		"RFC 3805 prtCoverStatus"},
	E("console", "snmp control", "snmp.console", "ctl.console"),
	E("console-web", "web control", "web.panel", "ctl.console"),
	E("alerts-web", "web control", "web.alerts", "ctl.alerts"),
	{"console-pjl", "pjl control", check_pjl_display, NULL, NULL, "pjl.display", 1, NULL, NULL},
	{"pjl-class", "pjl snmp", check_pjl_class, NULL, NULL, "pjl.code", 30000, NULL, NULL},
	{"pjl-online", "pjl snmp", check_pjl_online, NULL, NULL, "pjl.online", 1, NULL, NULL},
	{"st2-stops", "st2 snmp", check_st2_stops, NULL, NULL, "st2.state", -4, "st2-error", NULL},
	{"st2-error", "st2", check_st2_error, NULL, NULL, "st2.error", 5, "st2-error-told", NULL},
	{"st2-error-told", "st2 snmp", check_st2_error_is_told, NULL, NULL, "st2.error", 2, NULL,
		NULL},
	{"error-history", "control", check_at_most, "ctl.errorHistory", "40", "ctl.errorHistory",
		41, NULL, "the papers name the last 40 errors"},
	{"cleaning-history", "control", check_at_most, "ctl.cleaningHistory", "20",
		"ctl.cleaningHistory", 21, "cleanings-es-document", NULL},
	/* what it has to do */
	E("cleanings-es-document", "es control", "es.cleanings", "ctl.cleaningHistory"),
	E("queue-lpd", "lpd control", "lpd.jobs", "ctl.queued"),
	E("queue-job-mib", "snmp control", "jm.active", "ctl.queued"),
	/* time and traffic */
	{"uptime", "snmp control", check_uptime, NULL, NULL, "ctl.uptimeMs", 100, NULL, NULL},
	{"clock", "snmp control", check_clocks, NULL, NULL, "snmp.date", 1, NULL, NULL},
	{"start-is-counted", "snmp control", check_start_is_counted, NULL, NULL, "snmp.uptime",
		-1000000000, "uptime", NULL},
	UP("starts-never-less", "control", "ctl.reboots", NULL),
	GROWS("traffic-interface-in", "snmp", "snmp.in"),
	GROWS("traffic-interface-out", "snmp", "snmp.out"),
	GROWS("traffic-udp", "snmp", "snmp.udpIn"),
	GROWS("traffic-tcp", "snmp", "snmp.tcpPassive"),
	GROWS("traffic-snmp", "snmp", "snmp.inPkts"),
	GROWS("traffic-control-in", "control", "ctl.in"),
	GROWS("traffic-control-out", "control", "ctl.out"),
	/* on or off, everywhere at once */
	SILENT("snmp"),
	SILENT("enpc"),
	SILENT("slp"),
	SILENT("nbns"),
	SILENT("llmnr"),
	SILENT("pjl"),
	SILENT("lpd"),
	SILENT("web"),
	ANSWERS("snmp"),
	ANSWERS("enpc"),
	ANSWERS("slp"),
	ANSWERS("nbns"),
	ANSWERS("llmnr"),
	ANSWERS("lpd"),
	ANSWERS("web"),
};

const struct invariant *
invariants(size_t *ret_n)
{
	*ret_n = sizeof(table) / sizeof(table[0]);
	return table;
}
