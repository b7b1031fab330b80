/* Every key of a profile file: name, kind, range and where it is kept. */
#include <string.h>

#include "profile/internal.h"

#define COUNT(a)         (sizeof(a) / sizeof((a)[0]))
#define AT(type, member) offsetof(struct type, member), sizeof(((struct type *)0)->member)
#define TEXT(type, member, required, max, help) \
	{ \
#		member, PC_FIELD_TEXT, required, 0, max, AT(type, member), 0, NULL, NULL, help \
	}
#define TEMPLATE(type, member, kind, max, help) \
	{ \
#		member, kind, kind == PC_FIELD_UNIQUE, 1, max, AT(type, member), 0, NULL, NULL, \
			help \
	}
#define OID(type, member, required, help) \
	{ \
#		member, PC_FIELD_OID, required, 1, 1024, AT(type, member), 0, NULL, NULL, help \
	}
#define HEX(type, member, max, help) \
	{ \
#		member, PC_FIELD_HEX, false, 0, max, AT(type, member), 0, NULL, NULL, help \
	}
#define NUMBER(type, member, required, min, max, help) \
	{ \
#		member, PC_FIELD_INTEGER, required, min, max, AT(type, member), 0, NULL, NULL, \
			help \
	}
#define BOOL(type, member, help) \
	{ \
#		member, PC_FIELD_BOOL, false, 0, 1, AT(type, member), 0, NULL, NULL, help \
	}
#define CHOICE(type, member, required, list, help) \
	{ \
#		member, PC_FIELD_CHOICE, required, 0, 0, AT(type, member), 0, NULL, list, help \
	}
#define WORD(type, member, list, help) \
	{ \
#		member, PC_FIELD_WORD, true, 0, 0, AT(type, member), 0, NULL, list, help \
	}
#define SET(type, member, list, help) \
	{ \
#		member, PC_FIELD_SET, false, 0, COUNT(list) - 1, AT(type, member), 0, NULL, list, \
			help \
	}
#define MAP(member, table, help) \
	{ \
#		member, PC_FIELD_MAP, false, 0, 0, AT(pc_profile, member), 0, &(table), NULL, \
			help \
	}
#define LIST(member, table, help) \
	{ \
#		member, PC_FIELD_LIST, false, 0, COUNT(((struct pc_profile *)0)->member), \
			offsetof(struct pc_profile, member), \
			sizeof(((struct pc_profile *)0)->member[0]), \
			offsetof(struct pc_profile, n_##member), &(table), NULL, help \
	}
#define TEXTS(member, help) \
	{ \
#		member, PC_FIELD_TEXTS, false, 0, COUNT(((struct pc_profile *)0)->member), \
			offsetof(struct pc_profile, member), sizeof(const char *), \
			offsetof(struct pc_profile, n_##member), NULL, NULL, help \
	}

enum { ANY = INT32_MAX };

/* Spec: IANA-PRINTER-MIB and RFC 3805 textual conventions; the names are theirs. */
static const struct pc_choice supply_types[] = {{"other", 1}, {"toner", 3}, {"wasteToner", 4},
	{"ink", 5}, {"inkCartridge", 6}, {"wasteInk", 8}, {"opc", 9}, {"developer", 10},
	{"fuser", 15}, {"cleanerUnit", 18}, {"transferUnit", 20}, {"tonerCartridge", 21},
	{"staples", 32}, {NULL, 0}};
static const struct pc_choice supply_units[] = {{"other", 1}, {"unknown", 2}, {"impressions", 7},
	{"sheets", 8}, {"hours", 11}, {"thousandthsOfOunces", 12}, {"tenthsOfGrams", 13},
	{"hundrethsOfFluidOunces", 14}, {"tenthsOfMilliliters", 15}, {"feet", 16}, {"meters", 17},
	{"items", 18}, {"percent", 19}, {NULL, 0}};
static const struct pc_choice input_types[] = {{"other", 1}, {"unknown", 2},
	{"sheetFeedAutoRemovableTray", 3}, {"sheetFeedAutoNonRemovableTray", 4},
	{"sheetFeedManual", 5}, {"continuousRoll", 6}, {"continuousFanFold", 7}, {NULL, 0}};
static const struct pc_choice marker_techs[] = {{"other", 1}, {"unknown", 2},
	{"electrophotographicLED", 3}, {"electrophotographicLaser", 4}, {"inkjetAqueous", 12},
	{"inkjetSolid", 13}, {"inkjetOther", 14}, {"thermalTransfer", 16}, {"thermalSensitive", 17},
	{NULL, 0}};
static const struct pc_choice counter_units[] = {
	{"impressions", 7}, {"sheets", 8}, {"feet", 16}, {"meters", 17}, {NULL, 0}};
static const struct pc_choice vendors[] = {{"epson", 0}, {"xerox", 0}, {"none", 0}, {NULL, 0}};
/* Words of `mibs`; the numbers are bits. */
static const struct pc_choice mib_words[] = {{"sysor", PC_MIBS_SYSOR}, {"if-x", PC_MIBS_IF_X},
	{"if-stack", PC_MIBS_IF_STACK}, {"ip-v2", PC_MIBS_IP_V2}, {"tcp-v2", PC_MIBS_TCP_V2},
	{"udp-v2", PC_MIBS_UDP_V2}, {"hr-processor", PC_MIBS_HR_PROCESSOR},
	{"hr-storage-disk", PC_MIBS_HR_STORAGE_DISK}, {"hr-swrun", PC_MIBS_HR_SWRUN},
	{"hr-swinstalled", PC_MIBS_HR_SWINSTALLED}, {"snmp-framework", PC_MIBS_SNMP_FRAMEWORK},
	{"snmp-mpd", PC_MIBS_SNMP_MPD}, {"usm", PC_MIBS_USM}, {"vacm", PC_MIBS_VACM},
	{"community", PC_MIBS_COMMUNITY}, {"target", PC_MIBS_TARGET},
	{"notification", PC_MIBS_NOTIFICATION}, {"finisher", PC_MIBS_FINISHER},
	{"job-monitoring", PC_MIBS_JOB_MONITORING}, {"port-monitor", PC_MIBS_PORT_MONITOR},
	{"imaging-counter", PC_MIBS_IMAGING_COUNTER}, {"console-lights", PC_MIBS_CONSOLE_LIGHTS},
	{NULL, 0}};
_Static_assert(COUNT(mib_words) == PC_MIBS_COUNT + 1, "every optional MIB has its word");
/* The languages that device/device-text.c has texts in. */
static const struct pc_choice languages[] = {{"en", 0}, {"de", 0}, {"fr", 0}, {"es", 0}, {NULL, 0}};
/* Spec: IANA-FINISHER-MIB FinDeviceTypeTC */
static const struct pc_choice finisher_types[] = {{"other", 1}, {"stitcher", 3}, {"folder", 4},
	{"binder", 5}, {"trimmer", 6}, {"dieCutter", 7}, {"puncher", 8}, {"perforater", 9},
	{"slitter", 10}, {"separationCutter", 11}, {"imprinter", 12}, {"wrapper", 13},
	{"bander", 14}, {"makeEnvelope", 15}, {"stacker", 16}, {"sheetRotator", 17},
	{"inserter", 18}, {NULL, 0}};
static const struct pc_choice setting_groups[] = {{"network", 0}, {"print", 0}, {"scan", 0},
	{"fax", 0}, {"power", 0}, {"feed", 0}, {"finisher", 0}, {"faxReport", 0}, {"panel", 0},
	{"printer", 0}, {"maintenance", 0}, {"media", 0}, {"other", 0}, {NULL, 0}};
/* The names of device/device-condition.c. */
static const struct pc_choice conditions[] = {{"jam", 0}, {"coverOpen", 0}, {"trayEmpty", 0},
	{"trayLow", 0}, {"trayMissing", 0}, {"supplyLow", 0}, {"supplyEmpty", 0},
	{"supplyMissing", 0}, {"service", 0}, {"offline", 0}, {"outputFull", 0}, {"finisherJam", 0},
	{NULL, 0}};

static const struct pc_field identity_fields[] = {
	TEMPLATE(pc_profile_identity, serial, PC_FIELD_UNIQUE, 64, "serial number"),
	TEMPLATE(pc_profile_identity, host_name, PC_FIELD_UNIQUE, 128, "name in the network"),
	TEMPLATE(pc_profile_identity, sys_name, PC_FIELD_UNIQUE, 128, "sysName"),
	{"mac_base", PC_FIELD_MAC, true, 0, 0, AT(pc_profile_identity, mac_base), 0, NULL, NULL,
		"MAC address before the first device's, locally administered"},
};
static const struct pc_field_table identity_table = {identity_fields, COUNT(identity_fields), NULL};

static const struct pc_field ports_fields[] = {
	BOOL(pc_profile_ports, snmp, "UDP 161"),
	BOOL(pc_profile_ports, enpc, "UDP 3289"),
	BOOL(pc_profile_ports, entp, "TCP 1865"),
	BOOL(pc_profile_ports, lpd, "TCP 515"),
	BOOL(pc_profile_ports, raw, "raw printing"),
	NUMBER(pc_profile_ports, raw_port, false, 1, 65535, "its TCP port"),
	BOOL(pc_profile_ports, slp, "UDP 427"),
	BOOL(pc_profile_ports, slp_tcp, "TCP 427"),
	BOOL(pc_profile_ports, nbns, "UDP 137"),
	BOOL(pc_profile_ports, llmnr, "UDP 5355"),
	BOOL(pc_profile_ports, llmnr_tcp, "TCP 5355"),
	BOOL(pc_profile_ports, http, "TCP 80"),
	BOOL(pc_profile_ports, https, "TCP 443"),
};
static const struct pc_field_table ports_table = {ports_fields, COUNT(ports_fields), NULL};

static const struct pc_field raw_port_fields[] = {
	NUMBER(pc_profile_raw_port, port, true, 1, 65535, "TCP port"),
};
static const struct pc_field_table raw_port_table = {raw_port_fields, COUNT(raw_port_fields), NULL};

static const struct pc_choice raw_busy_words[] = {{"block", PC_RAW_BUSY_BLOCK},
	{"status", PC_RAW_BUSY_STATUS}, {"refuse", PC_RAW_BUSY_REFUSE}, {NULL, 0}};
static const struct pc_choice pjl_info_words[] = {{"prodinfo", PC_PJL_INFO_PRODINFO},
	{"supplies", PC_PJL_INFO_SUPPLIES}, {"tracking", PC_PJL_INFO_TRACKING},
	{"log", PC_PJL_INFO_LOG}, {"brfirmware", PC_PJL_INFO_BRFIRMWARE}, {NULL, 0}};
_Static_assert(COUNT(pjl_info_words) == PC_PJL_INFOS + 1, "every category has its word");

static const struct pc_field print_fields[] = {
	CHOICE(pc_profile_print, raw_busy, false, raw_busy_words,
		"a raw connection while another prints"),
	NUMBER(pc_profile_print, raw_idle_s, false, 0, 86400, "silent raw connections; 0 never"),
	NUMBER(pc_profile_print, lpd_idle_s, false, 0, 86400, "silent LPD connections; 0 never"),
	NUMBER(pc_profile_print, lpd_connections, false, 0, 4096, "at a time; 0 no limit"),
	SET(pc_profile_print, pjl_info, pjl_info_words, "makers' categories of PJL INFO"),
	NUMBER(pc_profile_print, volume_kib, false, 0, 65536, "PJL volume 0:; 0 none"),
	BOOL(pc_profile_print, ejl, "answers @EJL and IEEE 1284.4 packets"),
};
static const struct pc_field_table print_table = {print_fields, COUNT(print_fields), NULL};

static const struct pc_field slp_fields[] = {
	BOOL(pc_profile_slp, v1, "answers SLP version 1"),
	BOOL(pc_profile_slp, v2, "answers SLP version 2"),
	BOOL(pc_profile_slp, hpnp, "answers HP's discovery on 224.0.1.60"),
	TEXT(pc_profile_slp, scopes, false, 127, "scopes, with commas between"),
	TEMPLATE(pc_profile_slp, attributes, PC_FIELD_TEMPLATE, 511,
		"attributes besides printer.2.0's: (tag=value),..."),
};
static const struct pc_field_table slp_table = {slp_fields, COUNT(slp_fields), NULL};

static const struct pc_choice web_families[] = {
	{"epson", 0}, {"xerox", 0}, {"generic", 0}, {NULL, 0}};
static const struct pc_field web_fields[] = {
	{"family", PC_FIELD_WORD, false, 0, 0, AT(pc_profile_web, family), 0, NULL, web_families,
		"whose manner the pages have"},
	TEXT(pc_profile_web, user, false, 31, "administrator's name; empty: any"),
	TEMPLATE(pc_profile_web, password, PC_FIELD_TEMPLATE, 63, "administrator's first password"),
	NUMBER(pc_profile_web, session_s, false, 0, 86400, "a log-in's end without requests"),
	BOOL(pc_profile_web, https_redirect, "HTTP only leads to HTTPS"),
};
static const struct pc_field_table web_table = {web_fields, COUNT(web_fields), NULL};

static const struct pc_field supply_fields[] = {
	TEXT(pc_profile_supply, name, true, 255, "prtMarkerSuppliesDescription"),
	CHOICE(pc_profile_supply, type, true, supply_types, "PrtMarkerSuppliesTypeTC"),
	BOOL(pc_profile_supply, receptacle, "fills up; the level is the room that remains"),
	TEXT(pc_profile_supply, colorant, false, 63, "prtMarkerColorantValue"),
	CHOICE(pc_profile_supply, unit, true, supply_units, "PrtMarkerSuppliesSupplyUnitTC"),
	NUMBER(pc_profile_supply, capacity, true, -2, ANY, "in the unit; -2 unknown"),
	NUMBER(pc_profile_supply, initial, true, -3, ANY, "level; -2 unknown, -3 some"),
	NUMBER(pc_profile_supply, low_permille, false, 0, 1000, "low at or below; 0 never"),
	NUMBER(pc_profile_supply, per_page_ppm, false, 0, 1000000, "used by one side"),
	NUMBER(pc_profile_supply, per_cleaning_ppm, false, 0, 1000000, "used by one cleaning"),
	TEXT(pc_profile_supply, part_number, false, 63, "order number"),
	NUMBER(pc_profile_supply, ml, false, 0, 100000, "ink in a full one; 0 not told"),
};
static const struct pc_field_table supply_table = {supply_fields, COUNT(supply_fields), NULL};

static const struct pc_field tray_fields[] = {
	TEXT(pc_profile_tray, name, true, 63, "prtInputName"),
	CHOICE(pc_profile_tray, type, true, input_types, "PrtInputTypeTC"),
	TEXT(pc_profile_tray, size, true, 63, "PWG media size name"),
	TEXT(pc_profile_tray, media, true, 63, "prtInputMediaType"),
	NUMBER(pc_profile_tray, capacity, true, -2, ANY, "sheets; -2 unknown"),
	NUMBER(pc_profile_tray, initial, true, -3, ANY, "sheets; -2 unknown, -3 some"),
};
static const struct pc_field_table tray_table = {tray_fields, COUNT(tray_fields), NULL};

static const struct pc_field cover_fields[] = {
	TEXT(pc_profile_cover, name, true, 255, "prtCoverDescription"),
	BOOL(pc_profile_cover, interlock, "stops the printer by itself"),
};
static const struct pc_field_table cover_table = {cover_fields, COUNT(cover_fields), NULL};

static const struct pc_field output_fields[] = {
	TEXT(pc_profile_output, name, true, 63, "prtOutputName"),
	NUMBER(pc_profile_output, capacity, true, -2, ANY, "sheets; -2 unknown"),
};
static const struct pc_field_table output_table = {output_fields, COUNT(output_fields), NULL};

static const struct pc_field interpreter_fields[] = {
	TEXT(pc_profile_interpreter, name, true, 255, "prtInterpreterDescription"),
	NUMBER(pc_profile_interpreter, family, true, 1, 255, "PrtInterpreterLangFamilyTC"),
	TEXT(pc_profile_interpreter, version, false, 63, "prtInterpreterVersion"),
};
static const struct pc_field_table interpreter_table = {
	interpreter_fields, COUNT(interpreter_fields), NULL};

static const struct pc_field firmware_fields[] = {
	TEXT(pc_profile_firmware, name, true, 63, "part"),
	TEXT(pc_profile_firmware, version, true, 63, "its version"),
};
static const struct pc_field_table firmware_table = {firmware_fields, COUNT(firmware_fields), NULL};

static const struct pc_field setting_fields[] = {
	WORD(pc_profile_setting, group, setting_groups, "area of the setting"),
	TEXT(pc_profile_setting, name, true, 63, "name inside the group"),
	TEXT(pc_profile_setting, value, true, 255, "value of a new device"),
	TEXT(pc_profile_setting, choices, false, 255, "allowed words, blanks between"),
	NUMBER(pc_profile_setting, min, false, INT32_MIN, ANY, "smallest number"),
	NUMBER(pc_profile_setting, max, false, INT32_MIN, ANY, "largest number"),
	BOOL(pc_profile_setting, read_only, "shown only"),
};
static const struct pc_field_table setting_table = {setting_fields, COUNT(setting_fields), NULL};

static const struct pc_field error_code_fields[] = {
	WORD(pc_profile_error_code, condition, conditions, "what is wrong"),
	TEXT(pc_profile_error_code, code, true, 15, "the maker's code for it"),
};
static const struct pc_field_table error_code_table = {
	error_code_fields, COUNT(error_code_fields), NULL};

static const struct pc_field update_fields[] = {
	TEXT(pc_profile_update, model, false, 63, "what an offer must name; none: the model"),
	NUMBER(pc_profile_update, ms, false, 0, 3600000, "how long writing takes; 0: 30 s"),
	BOOL(pc_profile_update, older, "takes older versions, too"),
	BOOL(pc_profile_update, locked, "takes nothing until it is allowed"),
};
static const struct pc_field_table update_table = {update_fields, COUNT(update_fields), NULL};

static const struct pc_choice mail_securities[] = {{"none", PC_MAIL_PLAIN},
	{"starttls", PC_MAIL_STARTTLS}, {"starttlsRequired", PC_MAIL_STARTTLS_REQUIRED},
	{"tls", PC_MAIL_TLS}, {NULL, 0}};
static const struct pc_field mail_fields[] = {
	TEXT(pc_profile_mail, server, false, 127, "SMTP server of the site; none: off"),
	NUMBER(pc_profile_mail, port, false, 0, 65535, "0: 25, with TLS 465"),
	CHOICE(pc_profile_mail, security, false, mail_securities, "of the connection"),
	BOOL(pc_profile_mail, verify, "the server's certificate must be right"),
	TEXT(pc_profile_mail, user, false, 63, "for SMTP AUTH; none: without"),
	TEXT(pc_profile_mail, password, false, 63, "its password"),
	TEXT(pc_profile_mail, from, false, 127, "sender; none: host name at the address"),
	TEXT(pc_profile_mail, recipients, false, 511, "addresses with blanks between"),
	TEXT(pc_profile_mail, events, false, 255, "conditions, 'jam supplyLow'; none: all"),
	BOOL(pc_profile_mail, restored, "ends of conditions, too"),
};
static const struct pc_field_table mail_table = {mail_fields, COUNT(mail_fields), NULL};

/* Spec: RFC 3414, RFC 3826, RFC 7860 */
static const struct pc_choice auth_protocols[] = {{"none", PC_SNMP_AUTH_NONE},
	{"md5", PC_SNMP_AUTH_MD5}, {"sha1", PC_SNMP_AUTH_SHA1}, {"sha224", PC_SNMP_AUTH_SHA224},
	{"sha256", PC_SNMP_AUTH_SHA256}, {"sha384", PC_SNMP_AUTH_SHA384},
	{"sha512", PC_SNMP_AUTH_SHA512}, {NULL, 0}};
static const struct pc_choice priv_protocols[] = {{"none", PC_SNMP_PRIV_NONE},
	{"des", PC_SNMP_PRIV_DES}, {"aes128", PC_SNMP_PRIV_AES128}, {NULL, 0}};
static const struct pc_choice engine_formats[] = {{"ipv4", PC_SNMP_ENGINE_IPV4},
	{"mac", PC_SNMP_ENGINE_MAC}, {"text", PC_SNMP_ENGINE_TEXT},
	{"octets", PC_SNMP_ENGINE_OCTETS}, {NULL, 0}};
static const struct pc_choice snmp_versions[] = {{"v1", 0}, {"v2c", 1}, {"v3", 3}, {NULL, 0}};

static const struct pc_field snmp_fields[] = {
	BOOL(pc_profile_snmp, v1, "answers SNMPv1"),
	BOOL(pc_profile_snmp, v2c, "answers SNMPv2c"),
	BOOL(pc_profile_snmp, v3, "answers SNMPv3"),
	BOOL(pc_profile_snmp, last_error_index, "error-index of SNMPv1 names the last failure"),
	BOOL(pc_profile_snmp, authen_traps, "snmpEnableAuthenTraps of a new device"),
	CHOICE(pc_profile_snmp, engine_format, false, engine_formats, "what the engine ID holds"),
	NUMBER(pc_profile_snmp, max_message, false, 484, 65507, "bytes of the largest answer"),
	NUMBER(pc_profile_snmp, bulk_variables, false, 1, 512, "of one GETBULK answer"),
};
static const struct pc_field_table snmp_table = {snmp_fields, COUNT(snmp_fields), NULL};

/* Spec: RFC 3414 usmUserTable: names of 1 to 32 octets, passwords of at least 8 */
static const struct pc_field snmp_user_fields[] = {
	TEXT(pc_profile_snmp_user, name, true, 32, "user name"),
	CHOICE(pc_profile_snmp_user, auth, true, auth_protocols, "authentication protocol"),
	TEXT(pc_profile_snmp_user, auth_password, false, 63, "its password, 8 or more"),
	CHOICE(pc_profile_snmp_user, priv, true, priv_protocols, "privacy protocol"),
	TEXT(pc_profile_snmp_user, priv_password, false, 63, "its password, 8 or more"),
	BOOL(pc_profile_snmp_user, write, "may SET"),
};
static const struct pc_field_table snmp_user_table = {
	snmp_user_fields, COUNT(snmp_user_fields), pc_profile_check_snmp_user};

static const struct pc_field snmp_receiver_fields[] = {
	TEXT(pc_profile_snmp_receiver, address, true, 63,
		"IPv4 address of the manager, or a template"),
	NUMBER(pc_profile_snmp_receiver, port, true, 1, 65535, "UDP port, usually 162"),
	CHOICE(pc_profile_snmp_receiver, version, true, snmp_versions, "of the messages"),
	BOOL(pc_profile_snmp_receiver, inform, "InformRequest instead of a trap"),
	TEXT(pc_profile_snmp_receiver, name, true, 63, "community, or user for v3"),
};
static const struct pc_field_table snmp_receiver_table = {
	snmp_receiver_fields, COUNT(snmp_receiver_fields), pc_profile_check_snmp_receiver};

static const struct pc_field localization_fields[] = {
	WORD(pc_profile_localization, language, languages, "prtLocalizationLanguage"),
	{"country", PC_FIELD_TEXT, true, 2, 2, AT(pc_profile_localization, country), 0, NULL, NULL,
		"prtLocalizationCountry, two letters"},
};
static const struct pc_field_table localization_table = {
	localization_fields, COUNT(localization_fields), NULL};

static const struct pc_field finisher_fields[] = {
	TEXT(pc_profile_finisher, name, true, 255, "finDeviceDescription"),
	CHOICE(pc_profile_finisher, type, true, finisher_types, "FinDeviceTypeTC"),
	NUMBER(pc_profile_finisher, capacity, true, -2, ANY, "sheets; -1 no limit, -2 unknown"),
	NUMBER(pc_profile_finisher, supply, false, 0, PC_SUPPLIES_MAX, "its supply; 0 none"),
	TEXT(pc_profile_finisher, vendor, false, 63, "deviceVendorName"),
	TEXT(pc_profile_finisher, model, false, 63, "deviceModel"),
	TEXT(pc_profile_finisher, version, false, 63, "deviceVersion"),
};
static const struct pc_field_table finisher_table = {finisher_fields, COUNT(finisher_fields), NULL};

static const struct pc_choice epson_statuses[] = {
	{"st2", PC_EPSON_ST2}, {"label", PC_EPSON_LABEL}, {NULL, 0}};
static const struct pc_choice epson_absents[] = {{"counters", PC_EPSON_NO_COUNTERS},
	{"boxes", PC_EPSON_NO_BOXES}, {"tank", PC_EPSON_NO_TANK}, {"sources", PC_EPSON_NO_SOURCES},
	{"replaced", PC_EPSON_NO_REPLACED}, {NULL, 0}};

static const struct pc_field epson_fields[] = {
	CHOICE(pc_profile_epson, status, false, epson_statuses, "kind of the status block"),
	SET(pc_profile_epson, status_absent, epson_absents, "what an ST2 block does not tell"),
	HEX(pc_profile_epson, status_records, 256, "more ST2 records: id, length, data"),
	NUMBER(pc_profile_epson, ink_record_bytes, false, 0, 4, "of an ink in ST2, 3 or 4"),
	NUMBER(pc_profile_epson, ink_fourth, false, 0, 255, "fourth byte of an ink"),
	TEXT(pc_profile_epson, commands, false, 127, "known to the command tunnel; none: all"),
	HEX(pc_profile_epson, eeprom_read_key, 4, "two bytes; none: refused"),
	TEXT(pc_profile_epson, eeprom_write_key, false, 8, "eight letters; none: refused"),
	TEMPLATE(pc_profile_epson, enpc_name, PC_FIELD_TEMPLATE, 32, "ENPC: name of the board"),
	HEX(pc_profile_epson, enpc_model, 8, "ENPC: four bytes behind the name"),
	NUMBER(pc_profile_epson, enpc_assignment, false, 0, 65535, "ENPC: of the address"),
	NUMBER(pc_profile_epson, enpc_services, false, 0, 65535, "ENPC: bit map of services"),
	TEXT(pc_profile_epson, pos_board, false, 32, "POS printer: interface board"),
	HEX(pc_profile_epson, pos_version, 8, "POS printer: four bytes before the model"),
	BOOL(pc_profile_epson, push_scan, "sends the push-scan beacon"),
};
static const struct pc_field_table epson_table = {epson_fields, COUNT(epson_fields), NULL};

static const struct pc_field profile_fields[] = {
	TEXT(pc_profile, vendor, true, 63, "maker, as the device writes it"),
	TEXT(pc_profile, family, false, 63, "model family"),
	TEXT(pc_profile, model, true, 63, "as the printer names itself"),
	TEXT(pc_profile, summary, true, 120, "one line for the list"),
	MAP(identity, identity_table, "what tells the devices of the model apart"),
	MAP(ports, ports_table, "which services listen"),
	MAP(web, web_table, "pages on ports 80 and 443"),
	MAP(print, print_table, "in what printers differ on the print ports"),
	LIST(raw_ports, raw_port_table, "further ports for raw printing"),
	MAP(slp, slp_table, "in what printers differ on SLP"),
	TEXT(pc_profile, workgroup, false, 15, "NetBIOS group"),
	TEXT(pc_profile, sys_descr, true, 255, "sysDescr"),
	OID(pc_profile, sys_object_id, true, "sysObjectID"),
	TEXT(pc_profile, contact, false, 63, "sysContact"),
	TEXT(pc_profile, location, false, 63, "sysLocation"),
	NUMBER(pc_profile, sys_services, false, 0, 127, "sysServices"),
	TEXT(pc_profile, if_descr, false, 255, "ifDescr.1"),
	NUMBER(pc_profile, if_speed, false, 0, UINT32_MAX, "ifSpeed.1, bits a second"),
	TEMPLATE(pc_profile, device_id_1284, PC_FIELD_TEMPLATE, 1023, "IEEE 1284 device ID"),
	OID(pc_profile, hr_device_id, false, "hrDeviceID.1"),
	TEXT(pc_profile, community_read, false, 63, "SNMP community for reading"),
	TEXT(pc_profile, community_write, false, 63, "SNMP community for SET; none: refused"),
	MAP(snmp, snmp_table, "versions and policies of the SNMP agent"),
	LIST(snmp_users, snmp_user_table, "SNMPv3 users"),
	LIST(snmp_receivers, snmp_receiver_table, "who is sent notifications"),
	BOOL(pc_profile, color, "prints in colour"),
	BOOL(pc_profile, duplex, "prints both sides"),
	BOOL(pc_profile, scanner, "has a scanner"),
	BOOL(pc_profile, fax, "has a fax"),
	NUMBER(pc_profile, ppm, true, 1, 1000, "sides a minute"),
	CHOICE(pc_profile, marker_tech, true, marker_techs, "PrtMarkerMarkTechTC"),
	CHOICE(pc_profile, counter_unit, true, counter_units, "PrtMarkerCounterUnitTC"),
	NUMBER(pc_profile, resolution_x, false, 1, 65535, "dots an inch"),
	NUMBER(pc_profile, resolution_y, false, 1, 65535, "dots an inch"),
	NUMBER(pc_profile, initial_life_count, false, 0, ANY, "sides before the run"),
	NUMBER(pc_profile, boot_ms, false, 0, 3600000, "how long a restart takes"),
	NUMBER(pc_profile, cleaning_ms, false, 0, 3600000, "how long a head cleaning takes"),
	BOOL(pc_profile, has_head_cleaning, "has heads that can be cleaned"),
	BOOL(pc_profile, auxiliary_sheets, "prints start-up and banner pages when told to"),
	BOOL(pc_profile, unary_alerts, "alerts for ends of conditions and restarts"),
	NUMBER(pc_profile, bytes_per_page, false, 1, ANY, "print data without form feeds"),
	NUMBER(pc_profile, enpc_device_type, false, 0, 255, "2 inkjet; 255 none"),
	TEXT(pc_profile, lpd_queue, false, 31, "advertised queue"),
	TEMPLATE(pc_profile, pjl_id, PC_FIELD_TEMPLATE, 127, "PJL INFO ID"),
	TEXT(pc_profile, region, false, 4, "sales area"),
	TEXT(pc_profile, country, false, 2, "ISO 3166; none: that of its first language"),
	BOOL(pc_profile, front_end, "a digital front end stands before it"),
	MAP(update, update_table, "how it takes new firmware"),
	MAP(mail, mail_table, "alert mail as the factory set it"),
	WORD(pc_profile, snmp_vendor, vendors, "which private tables it serves"),
	MAP(epson, epson_table, "in what Epson printers differ"),
	SET(pc_profile, mibs, mib_words, "optional standard MIB modules it serves"),
	LIST(supplies, supply_table, "in the order of prtMarkerSuppliesTable"),
	LIST(trays, tray_table, "in the order of prtInputTable"),
	LIST(covers, cover_table, "in the order of prtCoverTable"),
	LIST(outputs, output_table, "in the order of prtOutputTable"),
	LIST(localizations, localization_table, "in the order of prtLocalizationTable"),
	LIST(finishers, finisher_table, "in the order of finDeviceTable"),
	TEXTS(sizes, "PWG media names counted apart; the last is 'other'"),
	TEXTS(media, "media types counted apart"),
	LIST(interpreters, interpreter_table, "in the order of prtInterpreterTable"),
	LIST(firmware, firmware_table, "versions of the parts"),
	LIST(settings, setting_table, "settings that agents report"),
	TEXTS(licenses, "options that are installed"),
	LIST(error_codes, error_code_table, "the maker's own codes"),
	{"objects", PC_FIELD_OBJECTS, false, 0, PC_RAW_OBJECTS_MAX, 0, 0, 0, NULL, NULL,
		"raw SNMP objects beneath the modelled ones, by OID"},
};
static const struct pc_field_table profile_table = {profile_fields, COUNT(profile_fields), NULL};

const struct pc_field_table *
pc_profile_fields(void)
{
	return &profile_table;
}

const struct pc_field *
pc_field_find(const struct pc_field_table *table, const char *name)
{
	for (size_t i = 0; i < table->n; i++) {
		if (strcmp(table->fields[i].name, name) == 0)
			return &table->fields[i];
	}
	return NULL;
}

bool
pc_profile_is_finishing(const struct pc_profile *p, size_t supply)
{
	for (size_t i = 0; i < p->n_finishers; i++) {
		if (p->finishers[i].supply == (int32_t)supply + 1)
			return pc_profile_has_mib(p, PC_MIBS_FINISHER);
	}
	return false;
}

bool
pc_profile_has_mib(const struct pc_profile *p, enum pc_profile_mib mib)
{
	return (p->mibs >> mib & 1u) != 0;
}

int64_t
pc_field_number(const struct pc_field *f, const void *at)
{
	uint8_t one;
	uint16_t two;
	uint32_t four;
	if (f->size == 1) {
		memcpy(&one, at, 1);
		return one;
	}
	if (f->size == 2) {
		memcpy(&two, at, 2);
		return two;
	}
	memcpy(&four, at, 4);
	return f->min < 0 ? (int64_t)(int32_t)four : (int64_t)four;
}
