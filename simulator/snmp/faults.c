#include "snmp/faults.h"

static const struct pc_fault_row rows[] = {
	{"snmp-alert-stays", PC_SNMP_FAULT_ALERT_STAYS,
		"the alert row of a condition that has ended is not removed"},
	{"snmp-broken-answered", PC_SNMP_FAULT_BROKEN_ANSWERED,
		"a datagram that is no SNMP message is sent back to whoever sent it"},
	{"snmp-bulk-ignores-repetitions", PC_SNMP_FAULT_BULK_IGNORES_REPETITIONS,
		"GETBULK answers one repetition whatever max-repetitions says"},
	{"snmp-error-bits-zero", PC_SNMP_FAULT_ERROR_BITS_ZERO,
		"hrPrinterDetectedErrorState is all zeros whatever is wrong"},
	{"snmp-getnext-repeats", PC_SNMP_FAULT_GETNEXT_REPEATS,
		"GETNEXT gives the object that was named instead of the one after it"},
	{"snmp-lifecount-frozen", PC_SNMP_FAULT_LIFECOUNT_FROZEN,
		"prtMarkerLifeCount does not move when pages are printed"},
	{"snmp-mac-wrong", PC_SNMP_FAULT_MAC_WRONG,
		"ifPhysAddress differs from the address that other protocols tell"},
	{"snmp-missing-fails-all", PC_SNMP_FAULT_MISSING_FAILS_ALL,
		"an SNMPv2c GET with a missing object fails as a whole, as in SNMPv1"},
	{"snmp-port-uri-wrong", PC_SNMP_FAULT_PORT_URI_WRONG,
		"the URI in ppmPortTable names another address"},
	{"snmp-reply-other-address", PC_SNMP_FAULT_REPLY_OTHER_ADDRESS,
		"answers leave from another address than the one that was asked"},
	{"snmp-request-id-changed", PC_SNMP_FAULT_REQUEST_ID_CHANGED,
		"the answer carries the request-id plus one"},
	{"snmp-reset-ignored", PC_SNMP_FAULT_RESET_IGNORED,
		"SET of prtGeneralReset answers noError and nothing restarts"},
	{"snmp-serial-empty", PC_SNMP_FAULT_SERIAL_EMPTY, "the serial number is the empty string"},
	{"snmp-set-not-applied", PC_SNMP_FAULT_SET_NOT_APPLIED,
		"SET answers noError and changes nothing"},
	{"snmp-set-unchecked", PC_SNMP_FAULT_SET_UNCHECKED,
		"SET of anything to anything answers noError, and only what is possible is done"},
	{"snmp-silent", PC_SNMP_FAULT_SILENT, "no SNMP request is answered"},
	{"snmp-status-wrong", PC_SNMP_FAULT_STATUS_WRONG,
		"hrDeviceStatus and hrPrinterStatus tell the opposite of the truth"},
	{"snmp-supply-level-frozen", PC_SNMP_FAULT_SUPPLY_LEVEL_FROZEN,
		"supply levels stay where they were at the start"},
	{"snmp-supply-over-capacity", PC_SNMP_FAULT_SUPPLY_OVER_CAPACITY,
		"supply levels are above the maximum capacity"},
	{"snmp-uptime-integer", PC_SNMP_FAULT_UPTIME_INTEGER,
		"sysUpTime has the type INTEGER instead of TimeTicks"},
	{"snmp-uptime-not-reset", PC_SNMP_FAULT_UPTIME_NOT_RESET,
		"sysUpTime runs on over a restart"},
	{"snmp-v1-wrong-index", PC_SNMP_FAULT_V1_WRONG_INDEX,
		"the error-index of an SNMPv1 answer is one too high"},
	{"snmp-wrong-community-answered", PC_SNMP_FAULT_WRONG_COMMUNITY_ANSWERED,
		"a request with any community is answered"},
};

const struct pc_fault_row *
pc_snmp_faults(size_t *ret_n)
{
	*ret_n = sizeof(rows) / sizeof(rows[0]);
	return rows;
}
