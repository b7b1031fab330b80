#include "services/faults.h"

static const struct pc_fault_row faults[] = {
	{"enpc-wrong-mac", PC_FAULT_ENPC_WRONG_MAC,
		"ENPC answers carry another MAC address than the device has"},
	{"enpc-probe-short", PC_FAULT_ENPC_PROBE_SHORT,
		"the ENPC probe reply is 68 bytes, under the 76 that clients ask for"},
	{"enpc-silent", PC_FAULT_ENPC_SILENT, "ENPC is not answered at all"},
	{"enpc-error-code-wrong", PC_FAULT_ENPC_ERROR_CODE_WRONG,
		"an unknown ENPC function is answered with result 0000 instead of FFFF"},
	{"lpd-no-final-ack", PC_FAULT_LPD_NO_FINAL_ACK,
		"LPD does not acknowledge the end of a data file"},
	{"lpd-queue-empty-always", PC_FAULT_LPD_QUEUE_EMPTY_ALWAYS,
		"the LPD queue list says 'no entries' while jobs wait"},
	{"lpd-count-wrong", PC_FAULT_LPD_COUNT_WRONG,
		"the LPD queue list shows sizes one byte too large"},
	{"lpd-cleaning-prints-page", PC_FAULT_LPD_CLEANING_PRINTS_PAGE,
		"a head-cleaning job over LPD also prints a page"},
	{"lpd-accepts-when-off", PC_FAULT_LPD_ACCEPTS_WHEN_OFF,
		"LPD takes jobs while the device is off or off-line, and loses them"},
	{"lpd-queue-strict", PC_FAULT_LPD_QUEUE_STRICT,
		"LPD refuses every queue name but the advertised one"},
	{"lpd-port-strict", PC_FAULT_LPD_PORT_STRICT,
		"LPD refuses clients whose source port is not 721 to 731"},
	{"lpd-keeps-data", PC_FAULT_LPD_KEEPS_DATA,
		"LPD data before their control file wait for it instead of printing on the spot"},
	{"lpd-control-first", PC_FAULT_LPD_CONTROL_FIRST,
		"LPD refuses a data file that comes before its control file"},
	{"lpd-count-strict", PC_FAULT_LPD_COUNT_STRICT,
		"LPD refuses data files of 0 or absurdly many octets instead of reading to the end"},
	{"lpd-nul-strict", PC_FAULT_LPD_NUL_STRICT,
		"LPD loses a data file that is not followed by the octet 00"},
	{"lpd-print-line-strict", PC_FAULT_LPD_PRINT_LINE_STRICT,
		"LPD discards jobs whose control file names no file to print"},
	{"lpd-number-strict", PC_FAULT_LPD_NUMBER_STRICT,
		"LPD refuses a job number that an unfinished job has"},
	{"lpd-busy", PC_FAULT_LPD_BUSY, "LPD takes no job while there is an unfinished one"},
	{"lpd-limit-resets", PC_FAULT_LPD_LIMIT_RESETS,
		"LPD connections over the model's limit are reset instead of told to come back"},
	{"lpd-banner-page", PC_FAULT_LPD_BANNER_PAGE,
		"LPD prints the banner page that a control file asks for"},
	{"raw-pagecount-frozen", PC_FAULT_RAW_PAGECOUNT_FROZEN,
		"PJL PAGECOUNT stays at the value of the start"},
	{"raw-echo-changed", PC_FAULT_RAW_ECHO_CHANGED,
		"PJL ECHO answers other words than were sent"},
	{"raw-status-always-ready", PC_FAULT_RAW_STATUS_ALWAYS_READY,
		"PJL INFO STATUS says 10001 whatever the state is"},
	{"raw-ustatus-silent", PC_FAULT_RAW_USTATUS_SILENT,
		"PJL USTATUS is accepted but nothing is ever sent unasked"},
	{"raw-busy-refused", PC_FAULT_RAW_BUSY_REFUSED,
		"a second raw connection is reset, whatever the model does"},
	{"raw-busy-read", PC_FAULT_RAW_BUSY_READ,
		"a second raw connection has its PJL answered while another prints"},
	{"raw-busy-blocked", PC_FAULT_RAW_BUSY_BLOCKED,
		"a second raw connection waits unread until the first is over"},
	{"raw-idle-short", PC_FAULT_RAW_IDLE_SHORT,
		"raw connections that say nothing end after 2 seconds"},
	{"raw-idle-never", PC_FAULT_RAW_IDLE_NEVER,
		"raw connections that say nothing hold the printer for ever"},
	{"raw-no-back-channel", PC_FAULT_RAW_NO_BACK_CHANNEL,
		"the raw ports take data and PJL but answer nothing"},
	{"raw-files-read-only", PC_FAULT_RAW_FILES_READ_ONLY,
		"the PJL volume is write-protected (FILEERROR 26)"},
	{"raw-password-set", PC_FAULT_RAW_PASSWORD_SET,
		"PJL DEFAULT, INITIALIZE and the file system ask for JOB PASSWORD=1 first"},
	{"entp-no-welcome", PC_FAULT_ENTP_NO_WELCOME,
		"ENTP accepts the connection but sends no welcome frame"},
	{"job-counter-frozen", PC_FAULT_JOB_COUNTER_FROZEN,
		"print jobs are accepted but no page counter moves"},
	{"cleaning-ignored", PC_FAULT_CLEANING_IGNORED,
		"head-cleaning and nozzle-check requests are accepted but nothing is done"},
	{"enpc-network-wrong-address", PC_FAULT_ENPC_NETWORK_WRONG,
		"ENPC's network information tells the address 192.0.2.1 whatever the device's is"},
	{"enpc-malformed-answered", PC_FAULT_ENPC_MALFORMED_ANSWERED,
		"a malformed ENPC datagram is answered as a query for board information"},
};

const struct pc_fault_row *
pc_service_faults(size_t *ret_n)
{
	*ret_n = sizeof(faults) / sizeof(faults[0]);
	return faults;
}

bool
pc_service_has_fault(const struct pc_device *dev, enum pc_service_fault fault)
{
	return pc_fault_is_set(pc_device_port_faults(dev), (unsigned)fault);
}
