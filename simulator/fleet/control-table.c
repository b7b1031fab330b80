#include "fleet/control-table.h"

#include "device/mail.h"
#include "fleet/control-handlers.h"
#include "fleet/netfault-rule.h"

#define INTEGER(name, need, min, max, summary) \
	{ \
		name, PC_CONTROL_INTEGER, need, min, max, NULL, summary \
	}
#define TEXT(name, need, min, max, summary) \
	{ \
		name, PC_CONTROL_TEXT, need, min, max, NULL, summary \
	}
#define FLAG(name, summary) \
	{ \
		name, PC_CONTROL_FLAG, false, 0, 0, NULL, summary \
	}
#define WORD(name, need, words, summary) \
	{ \
		name, PC_CONTROL_WORD, need, 0, 0, words, summary \
	}

/* Resource, then what is done to it. */
static const struct pc_control_operation operations[] = {
	{"getHealth", "health", "GET", "/v1/health", "Is the fleet there, and how large is it?",
		PC_CONTROL_ONE, 0, "Health", pc_control_health, {{0}}},
	{"listPrinters", "list", "GET", "/v1/printers",
		"The printers, narrowed and page by page: 'next' is the 'from' of the next page",
		PC_CONTROL_ONE, 0, "PrinterList", pc_control_list,
		{
			TEXT("text", false, 1, 64,
				"part of model, vendor, serial number, address, host name or location"),
			WORD("status", false, pc_control_statuses, "printers in this state only"),
			INTEGER("from", false, 1, UINT32_MAX, "number of the first printer"),
			INTEGER("limit", false, 1, PC_FLEET_DEVICES_MAX, "at most so many"),
			TEXT("vendor", false, 1, 64, "part of the vendor's name"),
			TEXT("model", false, 1, 64, "part of the model's or the profile's name"),
			FLAG("alerts", "with alerts (true) or without (false)"),
			TEXT("fault", false, 1, 64, "with this fault armed"),
		}},
	{"listModels", "models", "GET", "/v1/models",
		"The models, in the order of the printers' numbers, and what they consist of",
		PC_CONTROL_ONE, 0, "ModelList", pc_control_models, {{0}}},
	{"getPrinter", "get", "GET", "/v1/printers/{printer}", "The whole state of a printer",
		PC_CONTROL_ONE, PC_CONTROL_404, "PrinterState", pc_control_get, {{0}}},
	{"listSettings", "settings", "GET", "/v1/printers/{printer}/settings",
		"The texts and settings of a printer", PC_CONTROL_ONE, PC_CONTROL_404,
		"SettingList", pc_control_settings, {{0}}},
	{"changeSetting", "set", "POST", "/v1/printers/{printer}/setting",
		"Change a text or a setting", PC_CONTROL_EACH, PC_CONTROL_404 | PC_CONTROL_409,
		"Printer", pc_control_setting,
		{
			TEXT("name", true, 1, 128, "as listSettings names it"),
			TEXT("value", true, 0, PC_CONTROL_TEXT_MAX, "its new value"),
		}},
	{"listOptions", "options", "GET", "/v1/printers/{printer}/options",
		"What a manager may set on a printer, as RFC 3805 names it", PC_CONTROL_ONE,
		PC_CONTROL_404, "OptionList", pc_control_option_list, {{0}}},
	{"changeOption", "option", "POST", "/v1/printers/{printer}/option", "Change an option",
		PC_CONTROL_EACH, PC_CONTROL_404 | PC_CONTROL_409, "Printer", pc_control_option,
		{
			WORD("option", true, pc_control_options, "which one"),
			INTEGER("value", false, INT32_MIN, INT32_MAX,
				"of options that are numbers"),
			INTEGER("part", false, 0, 255, "tray, bin, finisher or channel, from 0"),
			TEXT("text", false, 0, PC_CONTROL_TEXT_MAX, "of options that are texts"),
		}},
	{"changeCondition", "condition", "POST", "/v1/printers/{printer}/condition",
		"Put a condition on a printer or take it away", PC_CONTROL_EACH,
		PC_CONTROL_404 | PC_CONTROL_409, "Printer", pc_control_condition,
		{
			WORD("condition", true, pc_control_conditions, "which one"),
			FLAG("on", "put on (default) or taken away"),
			INTEGER("part", false, 0, UINT32_MAX,
				"tray, cover, supply, bin or finisher, from 0 (default)"),
		}},
	{"changePower", "power", "POST", "/v1/printers/{printer}/power",
		"Switch a printer on or off", PC_CONTROL_EACH, PC_CONTROL_404, "Printer",
		pc_control_power, {FLAG("on", "on (default) or off")}},
	{"changeSleep", "sleep", "POST", "/v1/printers/{printer}/sleep",
		"Send a printer to sleep or wake it; one that works stays awake", PC_CONTROL_EACH,
		PC_CONTROL_404, "Printer", pc_control_sleep,
		{FLAG("on", "asleep (default) or awake")}},
	{"restartPrinter", "restart", "POST", "/v1/printers/{printer}/restart",
		"Restart a printer; it is silent while it boots", PC_CONTROL_EACH,
		PC_CONTROL_404 | PC_CONTROL_409, "Printer", pc_control_restart,
		{WORD("kind", false, pc_control_resets, "warm (default), cold, or factory reset")}},
	{"changeSupply", "supply", "POST", "/v1/printers/{printer}/supply",
		"Set the level of a supply, or replace it", PC_CONTROL_EACH, PC_CONTROL_404,
		"Printer", pc_control_supply,
		{
			INTEGER("supply", true, 0, PC_SUPPLIES_MAX - 1, "which one, from 0"),
			INTEGER("level", false, -3, INT32_MAX,
				"in the model's unit; -2 unknown, -3 some"),
			FLAG("replace", "a new, full one instead of a level"),
		}},
	{"replaceSupply", "replace", "POST", "/v1/printers/{printer}/replace",
		"Put in a new supply; its replacements are counted", PC_CONTROL_EACH,
		PC_CONTROL_404, "Printer", pc_control_replace,
		{INTEGER("supply", true, 0, PC_SUPPLIES_MAX - 1, "which one, from 0")}},
	{"changeTray", "tray", "POST", "/v1/printers/{printer}/tray",
		"Fill a tray, or tell it what size it holds", PC_CONTROL_EACH, PC_CONTROL_404,
		"Printer", pc_control_tray,
		{
			INTEGER("tray", true, 0, PC_TRAYS_MAX - 1, "which one, from 0"),
			INTEGER("level", false, -3, INT32_MAX, "sheets; -2 unknown, -3 some"),
			TEXT("size", false, 1, 64, "PWG media name, one of the model's sizes"),
		}},
	{"printPages", "print", "POST", "/v1/printers/{printer}/print",
		"Print a job from the panel", PC_CONTROL_EACH, PC_CONTROL_404 | PC_CONTROL_409,
		"Printer", pc_control_print,
		{
			INTEGER("pages", true, 1, 100000, "sides of one copy"),
			FLAG("color", "in colour, if the model can"),
			FLAG("duplex", "on both sides, if the model can"),
			TEXT("size", false, 1, 64, "PWG media name, one of the model's sizes"),
			INTEGER("copies", false, 1, 999, "1 by default"),
			TEXT("name", false, 1, 63, "name of the job"),
			TEXT("user", false, 0, 63, "its owner"),
		}},
	{"scanImages", "scan", "POST", "/v1/printers/{printer}/scan", "Scan at the panel",
		PC_CONTROL_EACH, PC_CONTROL_404 | PC_CONTROL_409, "Printer", pc_control_scan,
		{
			INTEGER("images", true, 1, 100000, "sides"),
			TEXT("size", false, 1, 64, "PWG media name, one of the model's sizes"),
		}},
	{"cancelJob", "cancel", "POST", "/v1/printers/{printer}/cancel", "Cancel a job",
		PC_CONTROL_ONE, PC_CONTROL_404 | PC_CONTROL_409, "Printer", pc_control_cancel,
		{INTEGER("job", true, 1, UINT32_MAX, "its number")}},
	{"promoteJob", "promote", "POST", "/v1/printers/{printer}/promote",
		"Print a waiting job before all others", PC_CONTROL_ONE,
		PC_CONTROL_404 | PC_CONTROL_409, "Printer", pc_control_promote,
		{INTEGER("job", true, 1, UINT32_MAX, "its number")}},
	{"cleanHeads", "clean", "POST", "/v1/printers/{printer}/clean", "Clean the print heads",
		PC_CONTROL_EACH, PC_CONTROL_404 | PC_CONTROL_409, "Printer", pc_control_clean,
		{
			FLAG("power", "power cleaning"),
			INTEGER("group", false, 0, 255, "nozzles of this colorant, from 1; 0 all"),
		}},
	{"checkNozzles", "nozzle-check", "POST", "/v1/printers/{printer}/nozzleCheck",
		"Print the nozzle check pattern", PC_CONTROL_EACH, PC_CONTROL_404 | PC_CONTROL_409,
		"Printer", pc_control_nozzle_check, {{0}}},
	{"getMail", "mail", "GET", "/v1/printers/{printer}/mail",
		"Where a printer mails its alerts to, and which", PC_CONTROL_ONE, PC_CONTROL_404,
		"MailSettings", pc_control_mail_get, {{0}}},
	{"changeMail", "mail-set", "POST", "/v1/printers/{printer}/mail",
		"Change the alert mail of a printer; what is not said stays", PC_CONTROL_EACH,
		PC_CONTROL_404, "Printer", pc_control_mail_set,
		{
			TEXT("server", false, 0, PC_MAIL_SERVER_MAX - 1,
				"host name or address of the SMTP server; empty: off"),
			TEXT("recipients", false, 0, PC_MAIL_LIST_MAX - 1,
				"addresses with blanks between"),
			TEXT("events", false, 0, 255,
				"conditions that are told, with blanks between; all"),
			FLAG("restored", "ends of conditions, too"),
			INTEGER("port", false, 0, 65535, "0: 25, with TLS from the start 465"),
			WORD("security", false, pc_control_securities, "of the connection"),
			FLAG("verify", "the server's certificate must be right"),
			TEXT("user", false, 0, PC_MAIL_LOGIN_MAX - 1, "for AUTH; empty: without"),
			TEXT("password", false, 0, PC_MAIL_LOGIN_MAX - 1, "its password"),
			TEXT("from", false, 0, PC_MAIL_ADDRESS_MAX - 1,
				"sender; empty: host name at the address"),
		}},
	{"setClock", "clock", "POST", "/v1/printers/{printer}/clock",
		"Set the date and time a printer shows", PC_CONTROL_EACH, PC_CONTROL_404, "Printer",
		pc_control_clock,
		{INTEGER("seconds", true, 0, 9223372036, "since 1970-01-01 UTC")}},
	{"changeFault", "fault", "POST", "/v1/printers/{printer}/fault",
		"Arm a fault on a printer or disarm it; printer 0: on those the fault's text names, else "
		"on all",
		PC_CONTROL_FLEET, PC_CONTROL_404 | PC_CONTROL_409, "Printer", pc_control_fault,
		{
			TEXT("fault", true, 1, PC_NETFAULT_TEXT_MAX,
				"NAME or NAME(KEY=VALUE,...), then for printer 0 @N, @N-M or @N-M/STEP; "
				"names and keys as listFaults has them"),
			FLAG("armed", "armed (default) or disarmed"),
		}},
	{"listFaults", "faults", "GET", "/v1/faults",
		"The faults there are and what they take, on how many printers each is armed, and what "
		"those with parameters or conditions did",
		PC_CONTROL_ONE, 0, "FaultList", pc_control_faults, {{0}}},
	{"getJournal", "journal", "GET", "/v1/journal",
		"What happened; the newest entries are kept", PC_CONTROL_ONE, 0, "Journal",
		pc_control_journal,
		{
			INTEGER("since", false, 0, INT64_MAX - 1, "entries numbered above this"),
			INTEGER("limit", false, 1, PC_FLEET_JOURNAL_MAX, "at most so many"),
			INTEGER("printer", false, 0, UINT32_MAX,
				"of this printer; 0: of the whole fleet"),
			TEXT("kind", false, 1, 32, "of this kind"),
		}},
	{"followEvents", "events", "GET", "/v1/events",
		"The journal as it is written, as server-sent events: id is the entry's number",
		PC_CONTROL_ONE, 0, NULL, NULL,
		{
			INTEGER("since", false, 0, INT64_MAX - 1,
				"begin with the entry after this; default: with the next one to come"),
			INTEGER("printer", false, 0, UINT32_MAX,
				"of this printer; 0: of the whole fleet"),
			TEXT("kind", false, 1, 32, "of this kind"),
		}},
	{"getCounters", "counters", "GET", "/v1/counters",
		"Packets, connections and refusals of each service", PC_CONTROL_ONE, 0, "Counters",
		pc_control_counters, {{0}}},
	{"getTime", "time", "GET", "/v1/time", "The clock of the run", PC_CONTROL_ONE, 0, "Time",
		pc_control_time_get, {{0}}},
	{"changeTime", "time-set", "POST", "/v1/time",
		"How the clock of a virtual run goes, and how fast printers work", PC_CONTROL_ONE,
		PC_CONTROL_409, "Time", pc_control_time_set,
		{
			WORD("mode", false, pc_control_time_modes,
				"going: from event to event without waiting; standing; speed: see there"),
			INTEGER("speed", false, 1, 10000000, "virtual seconds a second"),
			INTEGER("pace", false, 1, 1000000,
				"printers print, clean and boot so many times faster"),
		}},
	{"advanceTime", "advance", "POST", "/v1/time/advance",
		"The clock of a virtual run goes on by so much and stands; waitsMs tells what is left",
		PC_CONTROL_ONE, PC_CONTROL_409, "Time", pc_control_time_advance,
		{INTEGER("ms", true, 1, 3153600000000, "milliseconds")}},
	{"getDocument", "openapi", "GET", "/v1/openapi.json", "This document", PC_CONTROL_ONE, 0,
		"Document", NULL, {{0}}},
};

const struct pc_control_operation *
pc_control_operations(size_t *ret_n)
{
	*ret_n = sizeof(operations) / sizeof(operations[0]);
	return operations;
}
